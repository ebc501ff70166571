"""The contenders of a benchmark compute the same thing; how fast is not a test's business."""

import pytest

from benchmarks import compiled, memory, scalar, steps, tensors, torch_graph

pytestmark = pytest.mark.slow


def test_the_scalar_contenders_agree_on_every_gradient():
    pytest.importorskip("micrograd", reason="micrograd is not installed: pip install micrograd")
    assert scalar.agreement(scalar.contenders()) < 1e-12


@pytest.mark.parametrize("name", tensors.NETWORKS)
def test_the_libraries_agree_on_every_gradient(name):
    for peer in ("torch", "autograd"):
        pytest.importorskip(peer, reason=f"{peer} is not installed: pip install {peer}")
    network, data, parameters = tensors.problem(name)
    libraries = {who: make() for who, make in tensors.LIBRARIES.items()}
    for library in libraries.values():
        library.prepare(parameters)
    assert tensors.disagreement(libraries, network, data) < 1e-3


@pytest.mark.parametrize("runs", [compiled.small, compiled.large])
def test_the_compiled_contenders_agree_on_every_gradient(runs):
    assert compiled.agreement(runs()[1]) < 1e-12


def test_checkpoints_give_the_same_bits_and_a_lower_peak():
    rows = memory.table(lengths=(0, 2, 4), rounds=1, layers=16, width=16, batch=2000)
    (kept, peak, _), *others = rows.values()
    assert all(row[0] < 0.6 * kept and row[1] < 0.8 * peak for row in others)


def test_a_pass_that_is_watched_leaves_the_gradients_of_one_that_is_not():
    pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    assert torch_graph.agreement(200)


@pytest.mark.parametrize("name", tensors.NETWORKS)
def test_compiled_steps_lose_as_pytorch_does(name):
    pytest.importorskip("torch", reason="torch is not installed: pip install torch")
    makers = steps.contenders("torch.compile", "jax.jit")
    assert {"PyTorch", "eager", "to NumPy"} <= set(makers)
    found, seconds = steps.prepared(name, makers)
    assert set(found) == set(seconds) == set(makers)


def test_a_benchmark_notices_a_contender_that_computes_something_else():
    pytest.importorskip("torch", reason="torch is not installed: pip install torch")

    class Wrong(steps.Eager):
        def step(self, network, x, labels):
            return super().step(network, x, labels) * 1.01

    makers = {"PyTorch": tensors.PyTorch, "wrong": Wrong}
    with pytest.raises(AssertionError, match="wrong loses"):
        steps.prepared("MLP 64-128-10, batch 64", makers)
