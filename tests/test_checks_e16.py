"""The oracles of exercise 16 against measured slopes and against the engine."""

import numpy as np
import pytest

from autograd_lesson import Tensor
from autograd_lesson.checks import e16_layer_normalisation as e16
from autograd_lesson.checks.arrays import draw_array, draw_seed, numerical_vjp
from autograd_lesson.functional import layer_norm


@pytest.mark.parametrize("shape", [(4,), (3, 5), (2, 3, 4)])
def test_the_jacobian_written_out_is_the_measured_one(shape):
    rng = np.random.default_rng(1)
    x, g = draw_array(rng, shape), draw_seed(rng, shape)
    (measured,) = numerical_vjp(e16.normalised, [x], g)
    np.testing.assert_allclose(e16.rows_back(x, g, e16.EPS), measured, atol=1e-8)


def test_it_adds_up_to_zero_and_is_at_right_angles_to_the_rows():
    rng = np.random.default_rng(2)
    x, g = draw_array(rng, (3, 5)), draw_seed(rng, (3, 5))
    back = e16.rows_back(x, g, 1e-12)
    np.testing.assert_allclose(back.sum(axis=-1), 0, atol=1e-14)
    np.testing.assert_allclose((back * e16.normalised(x, 1e-12)).sum(axis=-1), 0, atol=1e-11)


def test_the_engine_agrees():
    case = e16.norm_case(np.random.default_rng(3), draw_array(np.random.default_rng(4), (3, 4)), 1)
    x, weight, bias = (Tensor(case[name]) for name in ("x", "weight", "bias"))
    layer_norm(x, weight, bias).backward(case["upstream"])
    hat = e16.normalised(case["x"])
    expected = e16.rows_back(case["x"], case["upstream"] * case["weight"], e16.EPS)
    np.testing.assert_allclose(x.grad, expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(weight.grad, e16.over_rows(case["upstream"] * hat), rtol=1e-12)
    np.testing.assert_allclose(bias.grad, e16.over_rows(case["upstream"]), rtol=1e-12)


def test_the_sheet_ends_at_the_gradient_of_columns():
    case = e16.sheet_cases(np.random.default_rng(5))[-1]
    columns = e16.rows_back(case["x"].T, (case["upstream"] * case["weight"]).T, e16.EPS).T
    np.testing.assert_allclose(e16.Measured(case)["x"], columns, atol=1e-8)


def test_each_name_on_the_sheet_has_slips_and_an_intermediate():
    case = e16.sheet_cases(np.random.default_rng(6))[0]
    f = e16.forward(case["x"], case["weight"], case["bias"])
    assert list(e16.SHEET) == list(e16.SHEET_SLIPS)
    assert len(e16.SHEET) == 12
    assert set(e16.SHEET) == set(f) - {"y", "n", "eps"}
