"""The checker itself: it accepts what is right and rejects what is wrong, with the place named."""

import math

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
