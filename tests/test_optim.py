"""Optimisers: tables made by hand, and PyTorch's own steps from the same start."""

import numpy as np
import pytest

from autograd_lesson import Tensor, nn
from autograd_lesson.optim import SGD, Adam, AdamW, clip_grad_norm_

KINDS = {
    "SGD": (SGD, {"lr": 0.1}),
    "SGD with decay": (SGD, {"lr": 0.1, "weight_decay": 0.3}),
    "momentum": (SGD, {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.1}),
    "nesterov": (SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    "Adam": (Adam, {"lr": 0.05}),
    "Adam with all": (Adam, {"lr": 0.05, "betas": (0.8, 0.9), "eps": 0.1, "weight_decay": 0.2}),
    "AdamW": (AdamW, {"lr": 0.05}),
    "AdamW with all": (AdamW, {"lr": 0.1, "betas": (0.7, 0.95), "eps": 1e-3, "weight_decay": 0.5}),
}


def moved(optimiser, gradients, start, **options) -> list[float]:
    """Where one number is after each step, given its gradients."""
    p = Tensor([start])
    optimiser = optimiser([p], **options)
    places = []
    for gradient in gradients:
        p.grad = np.array([gradient])
        optimiser.step()
        places.append(p.array[0])
    return places


@pytest.mark.parametrize("name", KINDS)
def test_ten_steps_are_pytorchs(name):
    torch = pytest.importorskip("torch")
    kind, options = KINDS[name]
    rng = np.random.default_rng(0)
    starts = [rng.normal(size=shape) for shape in ((3,), (2, 4), ())]
    ours = [Tensor(start) for start in starts]
    theirs = [torch.tensor(start, requires_grad=True) for start in starts]
    mine = kind(ours, **options)
    other = getattr(torch.optim, kind.__name__)(theirs, **options)
    for step in range(10):
        for place, (p, q) in enumerate(zip(ours, theirs, strict=True)):
            gradient = rng.normal(size=p.shape) * 10.0 ** rng.integers(-3, 3)
            skipped = step in (0, 4) and place == 1  # a parameter that was not used in this step
            p.grad = None if skipped else np.array(gradient)
            q.grad = None if skipped else torch.tensor(gradient)
        mine.step()
        other.step()
        for p, q in zip(ours, theirs, strict=True):
            assert np.allclose(p.array, q.detach().numpy(), rtol=1e-12, atol=1e-12)


def test_momentum_follows_a_table_made_by_hand():
    # velocity 1, 0.9 + 2 = 2.9, 2.61 - 1 = 1.61; each step goes down by a tenth of it
    places = moved(SGD, [1.0, 2.0, -1.0], 1.0, lr=0.1, momentum=0.9)
    assert places == pytest.approx([0.9, 0.61, 0.449], rel=1e-14)


def test_adam_follows_a_table_made_by_hand():
    # means 0.5, 1.25, 0.125 over 1/2, 3/4, 7/8: 1, 5/3, 1/7
    # squares 0.25, 1.1875, 1.140625 over 1/4, 7/16, 37/64: 1, 19/7, 73/37
    steps = [1.0, (5 / 3) / (19 / 7) ** 0.5, (1 / 7) / (73 / 37) ** 0.5]
    places = moved(Adam, [1.0, 2.0, -1.0], 1.0, lr=0.1, betas=(0.5, 0.75), eps=0.0)
    assert places == pytest.approx((1.0 - 0.1 * np.cumsum(steps)).tolist(), rel=1e-13)


def test_the_first_step_of_adam_is_lr_whatever_the_gradient():
    for gradient in (1e-4, 3.0, 2e5):
        assert moved(Adam, [gradient], 0.0, lr=0.1) == pytest.approx([-0.1], rel=1e-3)


def test_each_parameter_has_a_memory_of_its_own():
    both = [Tensor([1.0]), Tensor([1.0])]
    optimiser = SGD(both, 0.1, momentum=0.9)
    both[0].grad, both[1].grad = np.array([1.0]), np.array([0.0])
    optimiser.step()
    optimiser.step()
    assert both[1].array[0] == 1.0
    assert both[0].array[0] == pytest.approx(1.0 - 0.1 * (1.0 + 1.9))


@pytest.mark.parametrize("name", KINDS)
def test_gradients_are_left_as_they_are_and_float32_is_kept(name):
    kind, options = KINDS[name]
    p = Tensor(np.ones(3, np.float32))
    optimiser = kind([p], **options)
    gradient = np.array([1.0, -2.0, 0.5], np.float32)
    p.grad = gradient.copy()
    array = p.array
    for _ in range(3):
        optimiser.step()
    assert np.array_equal(p.grad, gradient)
    assert p.array is array and array.dtype == np.float32
    assert all(value.dtype == np.float32 for value in optimiser.memory[0].values()
               if isinstance(value, np.ndarray))  # fmt: skip
    optimiser.zero_grad()
    assert p.grad is None


def test_a_step_between_forward_and_backward_is_noticed():
    p = Tensor([2.0])
    loss = (p * p).sum()
    p.grad = np.ones(1)
    SGD([p], 0.1).step()
    with pytest.raises(RuntimeError):
        loss.backward()


def test_the_rate_may_change_between_steps():
    p = Tensor([0.0])
    optimiser = SGD([p], 1.0)
    for rate in (1.0, 0.1):
        p.grad, optimiser.lr = np.ones(1), rate
        optimiser.step()
    assert p.array[0] == pytest.approx(-1.1)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: SGD([], 0.1), TypeError, "not no parameter; pass network.parameters"),
        (lambda: Adam([np.ones(2)]), TypeError, "a list of tensors, not ndarray; pass"),
        (lambda: SGD([Tensor(1.0)], -0.1), ValueError, "lr is a number from 0 on, not -0.1"),
        (lambda: SGD([Tensor(1.0)], 0.1, nesterov=True), ValueError, "momentum, which is 0; give"),
        (lambda: Adam([Tensor(1.0)], betas=(0.9, 1.0)), ValueError, r"below 1, not \(0.9, 1.0\)"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("max_norm", [0.5, 3.0, 100.0])
def test_clipping_is_pytorchs(max_norm):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    ours = [Tensor(np.zeros(shape)) for shape in ((2, 3), (4,), (1,))]
    theirs = [torch.zeros(p.shape, dtype=torch.float64, requires_grad=True) for p in ours]
    for p, q in zip(ours[:2], theirs[:2], strict=True):  # the third has no gradient
        p.grad = rng.normal(size=p.shape)
        q.grad = torch.tensor(p.grad)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm)
    assert clip_grad_norm_(ours, max_norm) == pytest.approx(float(expected), rel=1e-14)
    for p, q in zip(ours[:2], theirs[:2], strict=True):
        assert np.allclose(p.grad, q.grad.numpy(), rtol=1e-12)
    assert ours[2].grad is None


def test_gradients_of_zero_have_a_norm_of_zero_and_stay():
    p = Tensor(np.ones(3))
    p.grad = np.zeros(3)
    assert clip_grad_norm_([p], 1.0) == 0.0 and not p.grad.any()


def test_a_network_is_trained_to_the_same_weights_as_pytorchs():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    ours = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.Tanh(), nn.Linear(8, 3, rng=rng))
    theirs = torch.nn.Sequential(
        torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)
    ).double()
    theirs.load_state_dict({k: torch.tensor(v) for k, v in ours.state_dict().items()})
    mine, other = Adam(ours.parameters(), 0.01), torch.optim.Adam(theirs.parameters(), 0.01)
    x, labels = rng.normal(size=(20, 4)), rng.integers(0, 3, 20)
    from autograd_lesson.functional import cross_entropy

    for _ in range(30):
        loss = cross_entropy(ours(x), labels)
        ours.zero_grad()
        loss.backward()
        mine.step()
        expected = torch.nn.functional.cross_entropy(theirs(torch.tensor(x)), torch.tensor(labels))
        other.zero_grad()
        expected.backward()
        other.step()
        assert loss.item() == pytest.approx(expected.item(), rel=1e-11)
    for key, value in ours.state_dict().items():
        assert np.allclose(value, theirs.state_dict()[key].numpy(), rtol=1e-10, atol=1e-12), key


def test_the_memory_is_a_copy_of_the_gradient_and_not_the_array_itself():
    p = Tensor([0.0])
    optimiser = SGD([p], 0.1, momentum=0.9)
    p.grad = np.array([1.0])
    optimiser.step()
    p.grad[...] = 2.0  # as backward() does where nobody has zeroed
    optimiser.step()
    assert p.array[0] == pytest.approx(-0.1 * (1.0 + 0.9 + 2.0))
