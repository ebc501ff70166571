"""The checker itself: it accepts what is right and rejects what is wrong, with the place named."""

import math

import numpy as np
import pytest

from autograd_lesson import ops
from autograd_lesson.gradcheck import GradientError, check_gradient, numerical_gradient


def test_central_differences_are_right_to_nine_digits():
    slopes = numerical_gradient(lambda x, y: math.tanh(x**2 + y**2), [0.5, -1.0])
    inner = 1 - math.tanh(1.25) ** 2
    assert slopes == pytest.approx([inner * 1.0, inner * -2.0], rel=1e-9)


def test_the_error_falls_a_hundredfold_when_the_step_falls_tenfold():
    errors = [abs(numerical_gradient(math.exp, [1.0], h)[0] - math.e) for h in (1e-1, 1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.02)
    assert errors[1] / errors[2] == pytest.approx(100, rel=0.02)


def test_the_arguments_are_left_as_they_were():
    xs = [1.0, 2.0]
    numerical_gradient(lambda a, b: a * b, xs)
    assert xs == [1.0, 2.0]


WRONG_RULES = {
    "swapped operands": lambda a, b: (a * b, (a, b)),
    "sign lost": lambda a, b: (a * b, (-b, a)),
    "second forgotten": lambda a, b: (a * b, (b, 0.0)),
    "a constant for a slope": lambda a, b: (a * b, (1.0, 1.0)),
    "a small relative error": lambda a, b: (a * b, (b * 1.0001, a)),
    "nan": lambda a, b: (a * b, (math.nan, a)),
}


@pytest.mark.parametrize("name", WRONG_RULES)
def test_a_wrong_rule_is_rejected(name):
    wrong = ops.Op("times", WRONG_RULES[name])
    with pytest.raises(GradientError, match="argument [01] of product"):

        def product(a, b):
            return a.binary(wrong, b)

        check_gradient(product, 1.3, -0.4)


def test_the_upstream_is_drawn_and_is_never_one():
    wrong = ops.Op("wrong", lambda a: (a * a, (a,)))
    for seed in range(5):
        with pytest.raises(GradientError, match=r"upstream -[12]\.[0-9]+ is"):
            check_gradient(lambda a: a.unary(wrong), 2.0, rng=seed)


def test_a_function_may_ignore_an_argument_or_return_a_number():
    assert check_gradient(lambda a, b: a * 1.0, 1.0, 2.0) < 1e-8
    assert check_gradient(lambda a: 3.0, 1.0) == 0.0


def test_the_slope_to_an_array_is_an_array():
    weights = np.arange(6.0).reshape(2, 3)
    to_x, to_k = numerical_gradient(lambda x, k: k * float((weights * x**2).sum()), [weights, 2.0])
    np.testing.assert_allclose(to_x, 4.0 * weights**2, rtol=1e-7, atol=1e-7)
    assert to_k == pytest.approx((weights**3).sum())


def test_a_wrong_element_of_an_array_is_named():
    three_of_four = np.array([[True, True], [False, True]])
    wrong = ops.Op("some", lambda a: (a * a, (2.0 * a * three_of_four,)))
    right = ops.Op("square", lambda a: (a * a, (2.0 * a,)))
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert check_gradient(lambda a: a.unary(right), x) < 1e-8
    with pytest.raises(GradientError, match=r"argument 0\[1, 0\] of"):
        check_gradient(lambda a: a.unary(wrong), x)
