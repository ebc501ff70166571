"""Optimisers: tables made by hand, and PyTorch's own steps from the same start."""

import numpy as np
import pytest

from autograd_lesson import Tensor, Value, nn
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
        assert np.allclose(p.grad, q.grad.numpy(), rtol=1e-12, atol=1e-14)
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


W, FROZEN = Tensor(np.ones((2, 3))), Tensor([1.0], requires_grad=False)
IMMOVABLE = {
    "one tensor, whose rows are results": (W, TypeError, r"not Tensor; put it into a list, \[x\]"),
    "one tensor of no axes": (Tensor(1.0), TypeError, r"put it into a list, \[x\]"),
    "a result": (
        [Tensor([1.0]) * 0.1],
        ValueError,
        r"made by '\*' .* is a result: .*Tensor\(x.data",
    ),
    "a view": ([W, W.T], ValueError, "made by 'transpose' .* is a result"),
    "a constant": ([FROZEN], ValueError, "all of these are constants; make them without"),
    "what is detached": ([W.detach()], ValueError, "all of these are constants"),
    "whole numbers": ([W, Tensor([1], dtype=int)], ValueError, "moves floats, and .* holds int64"),
    "the same twice": ([W, Tensor([1.0]), W], ValueError, "stands twice .* pass each once"),
    "an empty generator": ((x for x in ()), TypeError, "not no parameter"),
    "nothing": (None, TypeError, "not NoneType; pass network.parameters"),
    "a number": (3.0, TypeError, "not float; pass network.parameters"),
    "an array": (np.ones(2), TypeError, "not ndarray; pass network.parameters"),
    "a module": (nn.Linear(1, 1), TypeError, "not Linear; pass network.parameters"),
    "a list in a list": ([[W]], TypeError, "not list; pass network.parameters"),
    "named tensors": ([("w", W)], TypeError, "not tuple; pass network.parameters"),
    "tensors by name": ({"w": W}, TypeError, "not dict; make an optimiser for each group"),
    "groups": ([{"params": [W], "lr": 0.1}], TypeError, "not dict; make an optimiser for each"),
    "Values": (nn.MLP(1, [1]).parameters(), TypeError, "not Value; move Values by hand, p.data -="),
    "one Value": (Value(1.0), TypeError, "not Value; move Values by hand"),
}


@pytest.mark.parametrize("kind", [SGD, Adam, AdamW])
@pytest.mark.parametrize("name", IMMOVABLE)
def test_what_cannot_be_moved_is_refused_with_the_next_move(name, kind):
    params, error, words = IMMOVABLE[name]
    with pytest.raises(error, match=words):
        kind(params, 0.1)


def test_generators_sets_and_lists_with_frozen_tensors_are_moved():
    for pack in (list, tuple, set, iter):
        p, frozen = Tensor([1.0]), Tensor([1.0], requires_grad=False)
        optimiser = SGD(pack([p, frozen]), 0.5)
        (p * frozen).sum().backward()
        optimiser.step()
        assert p.array[0] == 0.5 and frozen.array[0] == 1.0
        p.grad, frozen.grad = None, np.ones(1)
        optimiser.step()
        assert frozen.array[0] == 1.0
        frozen.grad = None
        frozen.requires_grad = True  # from now on it moves as well
        (p * frozen).sum().backward()
        optimiser.step()
        assert p.array[0] == 0.0 and frozen.array[0] == 1.0 - 0.5 * 0.5


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf, -np.inf, "0.1", None, np.ones(2), True])
@pytest.mark.parametrize("name", ["lr", "momentum", "weight_decay", "eps", "betas"])
def test_a_number_that_no_step_can_use_is_refused(name, bad):
    kind = SGD if name == "momentum" else Adam
    options = {name: (0.9, bad) if name == "betas" else bad}
    with pytest.raises((ValueError, TypeError), match="from 0 (on|to below 1), not "):
        kind([W], **options)


def test_betas_are_two_and_a_rate_that_is_changed_is_looked_at_again():
    for betas in ((0.9,), (0.9, 0.9, 0.9), 0.9):
        with pytest.raises(ValueError, match="two numbers from 0 to below 1"):
            Adam([W], betas=betas)
    optimiser = SGD([W], lr=np.float32(0.5))
    with pytest.raises(ValueError, match="lr is a number from 0 on, not -0.5"):
        optimiser.lr -= 1.0
    assert optimiser.lr == 0.5


def test_a_gradient_of_another_shape_moves_nothing():
    p = Tensor([1.0, 2.0])
    optimiser = SGD([p], 0.1)
    for grad in (np.ones(1), 1.0, [1.0, 1.0], np.ones((2, 1)), Tensor([1.0, 1.0])):
        p.grad = grad
        with pytest.raises(ValueError, match="the grad of a tensor of shape .* no array of that"):
            optimiser.step()
    assert p.array.tolist() == [1.0, 2.0]


def with_gradient(*numbers):
    p = Tensor(np.zeros(len(numbers)))
    p.grad = np.array(numbers)
    return p


@pytest.mark.parametrize("numbers", [(3.0, 4.0), (np.nan, 1.0), (np.inf, 1.0), (0.0, 0.0)])
@pytest.mark.parametrize("max_norm", [0.0, 1.0, 10.0, np.inf])
def test_clipping_of_one_tensor_and_of_gradients_that_are_not_finite_is_pytorchs(numbers, max_norm):
    torch = pytest.importorskip("torch")
    for wrap in (lambda p: p, lambda p: [p], lambda p: (x for x in [p])):
        ours, theirs = with_gradient(*numbers), torch.zeros(2, dtype=float, requires_grad=True)
        theirs.grad = torch.tensor(numbers, dtype=float)
        expected = torch.nn.utils.clip_grad_norm_(wrap(theirs), max_norm)
        np.testing.assert_allclose(clip_grad_norm_(wrap(ours), max_norm), float(expected))
        np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), rtol=1e-12)


def test_clipping_measures_gradients_whose_squares_leave_the_floats():
    for size in (1e200, 1e-200):
        p = with_gradient(3.0 * size, 4.0 * size)
        assert clip_grad_norm_(p, 1e-300) == pytest.approx(5.0 * size, rel=1e-14)
    p = with_gradient(3e200, 4e200)
    clip_grad_norm_([p, p], 1.0)  # each gradient once
    assert p.grad == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize("bad", [-1.0, np.nan, "1", None])
def test_clipping_to_less_than_nothing_is_refused_and_leaves_the_gradients(bad):
    p = with_gradient(3.0, 4.0)
    with pytest.raises(ValueError, match="max_norm is a number from 0 on, not"):
        clip_grad_norm_([p], bad)
    with pytest.raises(TypeError, match="not ndarray; pass network.parameters"):
        clip_grad_norm_([p.grad], 1.0)
    with pytest.raises(RuntimeError, match="norm of all gradients together is nan"):
        clip_grad_norm_(with_gradient(np.nan), 1.0, error_if_nonfinite=True)
    assert p.grad.tolist() == [3.0, 4.0]
    assert clip_grad_norm_([], 1.0) == clip_grad_norm_(Tensor([1.0]), 1.0) == 0.0
