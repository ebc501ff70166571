"""The oracles of exercise 15 against measured slopes, so that no check repeats its own mistake."""

import numpy as np
import pytest

from autograd_lesson.checks import e15_softmax_and_cross_entropy as e15
from autograd_lesson.checks.arrays import (
    draw_array,
    draw_seed,
    log_softmax,
    numerical_vjp,
    softmax,
)


@pytest.mark.parametrize(("shape", "axis"), [((3,), -1), ((2, 4), 0), ((2, 3, 2), 1)])
def test_the_jacobian_written_out_is_the_measured_one(shape, axis):
    rng = np.random.default_rng(1)
    x, upstream = draw_array(rng, shape), draw_seed(rng, shape)
    (measured,) = numerical_vjp(lambda x: softmax(x, axis), [x], upstream)
    s = softmax(x, axis)
    np.testing.assert_allclose(e15.through_softmax(s, upstream, axis), measured, atol=1e-8)
    np.testing.assert_allclose(s.sum(axis=axis), 1.0, rtol=1e-14)


def test_both_gradients_are_the_slope_of_the_loss():
    case = e15.draw_batch(np.random.default_rng(2), 4, 3)
    labels = case["labels"]

    def loss(z):
        return -np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))[range(4), labels].mean()

    (measured,) = numerical_vjp(loss, [case["logits"]], 1.0)
    np.testing.assert_allclose(e15.fused(case["logits"], labels), measured, atol=1e-9)
    np.testing.assert_allclose(e15.composed(case["logits"], labels), measured, atol=1e-9)


def test_far_from_zero_the_logarithm_keeps_its_digits():
    found = log_softmax(np.array([1000.0, 998.0, -1000.0]))
    rest = np.log1p(np.exp(-2.0))
    np.testing.assert_allclose(found, [-rest, -2 - rest, -2000 - rest], rtol=1e-12)
