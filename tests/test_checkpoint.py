"""Checkpoints: the same gradients to the bit, less memory, one more run, and no random surprise."""

import tracemalloc

import numpy as np
import pytest

from autograd_lesson import Tensor, derivative, no_grad
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
