"""PyTorch in lesson 26: the table holds its own answers, and both forms look alike."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd_lesson import Tensor
from autograd_lesson.data import xor
from autograd_lesson.ops import DIV
from autograd_lesson.teaching import pytorch
from autograd_lesson.teaching.pytorch_stored import (
    KERNELS,
    KINKS,
    LOSSES,
    PRODUCT,
    SAVED,
    SPOILT,
    TREE,
    WITNESSED,
)
from autograd_lesson.widgets import step_through

ROOT = Path(__file__).parents[1]


def lesson_26():
    """The weights and the data of the lesson's training run."""
    rng = np.random.default_rng(0)
    start = [rng.normal(size=shape) for shape in [(2, 4), 4, (4, 1), 1]]
    x, y = map(np.array, xor())
    return start, x, y[:, None]


def by_our_rule(forget_upstream=False):
    """A quotient as a Function of whichever kind there is."""

    def forward(ctx, a, b):
        result, partials = DIV.rule(a, b)
        ctx.save_for_backward(*partials)
        return result

    def backward(ctx, upstream):
        return tuple(p if forget_upstream else upstream * p for p in ctx.saved_tensors)

    methods = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    return type("Quotient", (pytorch.Function,), methods)


def test_the_table_is_what_pytorch_says():
    pytest.importorskip("torch")
    assert pytorch.tree() == TREE
    assert pytorch.saved() == SAVED
    assert pytorch.array_times_tensor() == PRODUCT
    assert pytorch.slope_by_writing() == SPOILT
    losses = pytorch.losses(*lesson_26(), 0.1, 50)
    assert losses == pytest.approx(LOSSES, rel=1e-12, abs=0)


def test_without_pytorch_the_table_answers(monkeypatch):
    monkeypatch.setattr(pytorch, "torch", None)
    assert pytorch.tree() == TREE
    assert pytorch.saved() == SAVED
    assert pytorch.array_times_tensor() == PRODUCT
    assert pytorch.slope_by_writing() == SPOILT
    assert pytorch.losses(*lesson_26(), 0.1, 50) == LOSSES


def test_without_pytorch_a_run_that_is_not_in_the_table_is_refused(monkeypatch):
    monkeypatch.setattr(pytorch, "torch", None)
    with pytest.raises(LookupError, match="not installed"):
        pytorch.losses(*lesson_26(), 0.2, 50)


@pytest.mark.parametrize("forget_upstream", [False, True])
def test_gradcheck_says_the_same_dry_as_in_pytorch(forget_upstream):
    quotient = by_our_rule(forget_upstream)
    operands = [0.5, -2.0], [1.5, 0.7]
    assert pytorch.gradcheck(quotient, *operands) is not forget_upstream
    assert pytorch.dry_gradcheck(quotient, *operands) is not forget_upstream


def test_a_plain_number_is_not_saved_as_a_tensor():
    with pytest.raises(TypeError, match="keeps tensors, not int"):
        pytorch.Context().save_for_backward(np.ones(2), 3)


def test_the_stored_lesson_is_the_same_without_pytorch(tmp_path, pristine):
    """The cells of lesson 26 run where torch cannot be imported: their outputs are those stored."""
    if not pristine:
        pytest.skip("the outputs of a learner's clone are the learner's (see `--pristine`)")
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['torch'] = None\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval"]
    command += ["--nbval-current-env", "--nbval-cell-timeout=60"]
    command += ["--nbval-sanitize-with", "tests/nbval.cfg"]
    ran = subprocess.run(
        [*command, "notebooks/26_how_the_frameworks_do_it.ipynb"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("asked", WITNESSED, ids=str)
def test_the_stored_numbers_are_what_pytorch_says(asked):
    pytest.importorskip("torch")
    saturated = asked[1:] == (2.0, 3.0)  # there the last bit of tanh shows in the fifth digit
    assert pytorch.pytorch_says(*asked) == pytest.approx(
        WITNESSED[asked], rel=1e-3 * saturated + 1e-12, abs=0
    )


def test_without_pytorch_the_stored_numbers_are_given_and_others_refused(monkeypatch):
    monkeypatch.setattr(pytorch, "torch", None)
    for asked, numbers in WITNESSED.items():
        assert pytorch.pytorch_says(*asked) == numbers
    with pytest.raises(LookupError, match="not installed"):
        pytorch.pytorch_says("float64", 1.0, 1.0)


def slopes_at_kinks(slope, abs, maximum, clip):
    """The three slopes of `KINKS`, in its order, by the functions of one framework."""
    asked = ((abs, 0.0), (lambda x: maximum(x, 1.0), 1.0), (lambda x: clip(x, -1.0, 1.0), 1.0))
    return [slope(f, x) for f, x in asked]


def stored(framework):
    """What the table says of a framework."""
    return [slopes[framework] for slopes in KINKS.values()]


def test_the_slopes_at_kinks_are_those_of_pytorch_and_of_the_package():
    torch = pytest.importorskip("torch")

    def slope(f, x):
        x = torch.tensor(x, requires_grad=True)
        f(x).backward()
        return x.grad.item()

    def ours(f, x):
        x = Tensor(x)
        f(x).backward()
        return float(x.grad)

    def maximum(x, y):
        return torch.maximum(x, torch.tensor(y))

    assert slopes_at_kinks(slope, torch.abs, maximum, torch.clip) == stored("PyTorch")
    assert slopes_at_kinks(ours, abs, Tensor.maximum, Tensor.clip) == stored("PyTorch")


def test_the_slopes_at_kinks_are_those_of_hips_autograd():
    grad = pytest.importorskip("autograd").grad
    anp = pytest.importorskip("autograd.numpy")

    def slope(f, x):
        return float(grad(f)(x))

    assert slopes_at_kinks(slope, anp.abs, anp.maximum, anp.clip) == stored("HIPS autograd")


def test_the_slopes_at_kinks_are_those_of_jax():
    jax = pytest.importorskip("jax", reason="only on a machine with JAX")

    def slope(f, x):
        return float(jax.grad(f)(x))

    jnp = jax.numpy
    assert slopes_at_kinks(slope, jnp.abs, jnp.maximum, jnp.clip) == stored("JAX")


def test_the_stored_graph_is_pytorchs_own_and_shown_in_the_same_words(monkeypatch):
    pytest.importorskip("torch")
    own = step_through(pytorch.watched())
    monkeypatch.setattr(pytorch, "torch", None)
    stored = step_through(pytorch.watched())
    assert stored.text(all=True) == own.text(all=True)
    assert (stored.svg, stored.frames) == (own.svg, own.frames)
    titles = [frame["title"] for frame in stored.frames]
    assert titles[2:] == [
        "e passes 10 to c",
        "e passes 5 to d",
        "d passes 10 to c",
        "d passes 25 to a",
        "c passes 20 to a",
        "c passes 20 to b",
    ]


ASKS_FOR_KERNELS = """\
import torch
from torch._inductor.utils import run_and_get_code
layers = torch.nn.Linear(8, 64), torch.nn.LayerNorm(64), torch.nn.ReLU(), torch.nn.Linear(64, 1)
model, x, y = torch.nn.Sequential(*layers), torch.randn(256, 8), torch.randn(256, 1)
compiled = torch.compile(lambda x, y: ((model(x) - y) ** 2).mean())
_, codes = run_and_get_code(lambda: compiled(x, y).backward())
print(*codes, sep="\\n")
"""


@pytest.mark.slow
def test_the_kernels_of_lesson_28_that_are_stored_are_those_of_torch_compile(tmp_path):
    pytest.importorskip("torch")
    if sys.platform != "linux" or not shutil.which("g++"):
        pytest.skip("only on Linux with g++, which torch.compile calls")
    settings = os.environ | {"TORCHINDUCTOR_CACHE_DIR": str(tmp_path)}
    asked = [sys.executable, "-c", ASKS_FOR_KERNELS]
    text = subprocess.run(asked, env=settings, capture_output=True, text=True, check=True).stdout
    calls = re.findall(r"^ {8,}(?:extern_kernels\.(\w+)|(cpp_fused_\w+))\(", text, re.M)
    assert tuple(product or kernel for product, kernel in calls) == KERNELS
