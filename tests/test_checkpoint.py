"""Checkpoints: the same gradients to the bit, less memory, one more run, and no random surprise."""

import tracemalloc

import numpy as np
import pytest

from autograd_lesson import Tensor, derivative, jvp, no_grad
from autograd_lesson.checkpoint import checkpoint
from autograd_lesson.functional import dropout


def network(rng):
    weights = [Tensor(rng.normal(size=(8, 8)) * 0.4) for _ in range(6)]

    def part(x, of):
        for w in of:
            x = (x @ w).tanh()
        return x

    return weights, part


@pytest.mark.parametrize("length", [1, 2, 3, 6])
def test_the_gradients_are_the_same_to_the_bit(length):
    weights, part = network(np.random.default_rng(0))
    data = np.random.default_rng(1).normal(size=(5, 8))
    x = Tensor(data)
    part(x, weights).sum().backward()
    expected = [x.grad, *[w.grad for w in weights]]
    x = Tensor(data)
    for w in weights:
        w.zero_grad()
    y = x
    for start in range(0, 6, length):
        y = checkpoint(lambda h, s=start: part(h, weights[s : s + length]), y)
    y.sum().backward()
    for got, exact in zip([x.grad, *[w.grad for w in weights]], expected, strict=True):
        assert (got == exact).all()


def test_f_runs_just_twice_and_keeps_less_memory():
    runs = []

    def f(x):
        runs.append(1)
        for _ in range(20):
            x = x.tanh()
        return x

    def kept(compute):
        x = Tensor(np.ones(50_000))
        tracemalloc.start()
        y = compute(x)
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        y.sum().backward()
        return size

    array = 50_000 * 8
    assert kept(f) > 20 * array
    runs.clear()
    assert kept(lambda x: checkpoint(f, x)) < 1.5 * array
    assert len(runs) == 2


def test_several_arguments_and_a_constant_among_them():
    a, b = Tensor([2.0]), Tensor([3.0])
    y = checkpoint(lambda a, c, b: a * b * c, a, np.array([5.0]), b)
    y.backward(retain_graph=True)
    y.backward([-1.0], retain_graph=True)
    y.backward([10.0])
    assert (a.grad, b.grad) == ([150.0], [100.0])


def test_a_leaf_that_f_uses_gets_its_gradient_though_no_argument_takes_one():
    w = Tensor([2.0])
    y = checkpoint(lambda x: x * w, Tensor([3.0], requires_grad=False))
    y.backward()
    assert w.grad == [3.0]


def test_random_numbers_from_a_seed_inside_are_the_same_again():
    x = Tensor(np.ones(100))
    y = checkpoint(lambda x: dropout(x, 0.5, rng=4), x)
    y.sum().backward()
    assert (x.grad == y.data).all()


def test_a_result_that_differs_the_second_time_is_refused():
    rng, x = np.random.default_rng(0), Tensor(np.ones(100))
    y = checkpoint(lambda x: dropout(x, 0.5, rng=rng), x).sum()
    with pytest.raises(RuntimeError, match="another result the second time"):
        y.backward()


def test_under_no_grad_nothing_is_recorded():
    with no_grad():
        assert not checkpoint(lambda x: x * 2, Tensor([1.0])).requires_grad


def test_a_second_derivative_is_refused_by_name():
    with pytest.raises(NotImplementedError, match="'checkpoint' has no second derivative"):
        derivative(lambda x: checkpoint(lambda x: x * x, x))(Tensor([1.0]))


LOSSES = {
    "before": lambda h, y: (h * h + y).sum(),
    "after": lambda h, y: (y + h * h).sum(),
    "alone": lambda h, y: (y * y).sum(),
    "multiplied": lambda h, y: (h.relu() * y + h).sum(),
}
USERS = {  # functions of a and of what stands outside: the leaf w, and h, computed from the leaf x
    "a product": lambda a, h, w: a * h,
    "h alone": lambda a, h, w: h * h,
    "h itself": lambda a, h, w: h,
    "its own input": lambda a, h, w: a,
    "a parameter itself": lambda a, h, w: w,
    "both": lambda a, h, w: (a * w).tanh() * h + h[:1] * w,
    "the input outside": lambda a, h, w: a * h.detach() * w + a,
    "something that is not recorded": lambda a, h, w: a * unrecorded(h) + h,
    "a leaf of its own": lambda a, h, w: a * h * Tensor([4.0, 5.0]),
    "a derivative": lambda a, h, w: derivative(lambda t: (t * t * t * h * w).sum())(a),
    "a checkpoint": lambda a, h, w: checkpoint(lambda b: (b * h).tanh() * w * a, a * h) + h,
}


def unrecorded(h):
    with no_grad():
        return h * h


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("user", USERS)
def test_what_f_uses_from_outside_gets_the_gradient_that_it_gets_without_a_checkpoint(user, loss):
    """In one pass and in two, over tensors that were computed outside as well as leaves."""

    def gradients(call, passes):
        x, w = Tensor([2.0, -1.0]), Tensor([0.5, 3.0])
        h = x * 3.0
        y = call(lambda a: USERS[user](a, h, w), x)
        root = LOSSES[loss](h, y)
        for k in range(passes):
            root.backward(retain_graph=k + 1 < passes)
        return [[0.0, 0.0] if t.grad is None else t.grad.tolist() for t in (x, w)]

    for passes in (1, 2):
        expected = [pytest.approx(g, rel=1e-14) for g in gradients(lambda f, x: f(x), passes)]
        assert gradients(checkpoint, passes) == expected


def test_the_case_of_one_computed_tensor_in_closed_form():
    x = Tensor([2.0])
    h = x * 3
    y = checkpoint(lambda a: a * h, x)
    (h * h + y).sum().backward()
    assert x.grad.tolist() == [2 * 3 * 6.0 + 6.0 + 2.0 * 3.0]


def test_a_checkpoint_leaves_the_graph_outside_to_others():
    x = Tensor([2.0])
    h = x * 3
    checkpoint(lambda a: a * h, x).sum().backward(retain_graph=True)
    (h * h).sum().backward()
    assert x.grad.tolist() == [12.0 + 36.0] and h.grad.tolist() == [2.0]


def test_two_checkpoints_over_one_computed_tensor():
    x = Tensor([2.0])
    h = x * 3
    y, z = checkpoint(lambda a: a * h, x), checkpoint(lambda a: a * h, h)
    (y + z).sum().backward()
    assert x.grad.tolist() == [12.0 + 36.0]


def test_other_tensors_the_second_time_are_refused():
    x, twins = Tensor([2.0]), [Tensor([3.0]), Tensor([3.0])]
    y = checkpoint(lambda a: a * twins.pop(), x)
    with pytest.raises(RuntimeError, match="used other tensors the second time"):
        y.backward()


@pytest.mark.parametrize(
    ("returned", "kind"), [(lambda x: (x, x), "tuple"), (lambda x: None, "NoneType")]
)
def test_what_is_not_one_tensor_is_refused(returned, kind):
    with pytest.raises(TypeError, match=f"f returned {kind}; it must return one tensor"):
        checkpoint(returned, Tensor([2.0]))


def test_forward_mode_is_refused_by_name():
    for primal in (Tensor([2.0]), Tensor([2.0], requires_grad=False)):
        with pytest.raises(NotImplementedError, match="no forward mode; call f without"):
            jvp(lambda x: checkpoint(lambda a: a * a, x), [primal], [[1.0]])


def test_whole_numbers_go_in_and_get_nothing():
    w = Tensor([2.0])
    y = checkpoint(lambda i: w * i, Tensor([3], dtype=int))
    y.sum().backward()
    assert w.grad.tolist() == [3.0]
