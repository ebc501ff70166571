"""Right answers in unusual forms: what a reader of the exercise would take for right passes."""

from collections import deque
from fractions import Fraction

import numpy as np
import pytest

from autograd_lesson.checks import e01_sensitivity as e01


def slope(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def slopes(f, xs, h=1e-5):
    moves = h * np.eye(len(xs))
    return [(f(*(xs + move)) - f(*(xs - move))) / (2 * h) for move in moves]


SIGNS = [-1, 1, -1, 0, -1, 1]
UNUSUAL = {
    "a slope as a number of NumPy": (
        e01.check_numeric_derivative,
        lambda *a: np.float64(slope(*a)),
    ),
    "a slope as a fraction": (e01.check_numeric_derivative, lambda *a: Fraction(slope(*a))),
    "a slope over half the distance": (
        e01.check_numeric_derivative,
        lambda f, x, h=1e-5: (f(x + h / 2) - f(x - h / 2)) / h,
    ),
    "slopes in a tuple": (e01.check_numeric_gradient, lambda *a: tuple(slopes(*a))),
    "slopes in an array": (e01.check_numeric_gradient, lambda *a: np.array(slopes(*a))),
    "slopes one by one": (e01.check_numeric_gradient, lambda *a: (s for s in slopes(*a))),
    "slopes in a deque": (e01.check_numeric_gradient, lambda *a: deque(slopes(*a))),
    "signs in a tuple": (e01.check_predicted_signs, lambda: tuple(SIGNS)),
    "signs in an array": (e01.check_predicted_signs, lambda: np.array(SIGNS)),
    "signs one by one": (e01.check_predicted_signs, lambda: iter(SIGNS)),
    "signs as floats": (e01.check_predicted_signs, lambda: [float(sign) for sign in SIGNS]),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_a_right_answer_in_an_unusual_form_passes(name, capsys):
    check, answer = UNUSUAL[name]
    check(answer)
    assert "checks pass" in capsys.readouterr().out
