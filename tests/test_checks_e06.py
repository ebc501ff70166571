"""The checks of exercise 06 take every right answer, however it is written."""

import math

import numpy as np
import pytest

from autograd_lesson import Value
from autograd_lesson.checks.e06_more_functions import (
    check_maximum,
    check_relu,
    check_sigmoid,
    check_softplus,
    check_swish,
    check_tanh,
)
from autograd_lesson.ops import sigmoid_of_float


def in_lists(x):
    """Lists for tuples, and a truth value for a slope."""
    return Value((x.data > 0) * x.data, op="relu", operands=[x], partials=[x.data > 0])


def of_numpy(x):
    slope = np.heaviside(x.data, 0.0)
    return Value(np.maximum(0.0, x.data), op="relu", operands=(x,), partials=(slope,))


def by_logaddexp(x):
    s = np.exp(-np.logaddexp(0, -x.data))
    return Value(s, op="sigmoid", operands=(x,), partials=(s * (1 - s),))


def by_two_forms(x):
    large = math.exp(-abs(x.data))
    s = large / (1 + large) if x.data < 0 else 1 / (1 + large)
    return Value(s, op="sigmoid", operands=(x,), partials=(s - s * s,))


def by_numpy(x):
    y = np.tanh(x.data)
    return Value(y, op="tanh", operands=(x,), partials=((1 - y) * (1 + y),))


def by_key(a, b):
    share = [(u.data > v.data) + 0.5 * (u.data == v.data) for u, v in ((a, b), (b, a))]
    larger = max(a, b, key=lambda value: value.data)
    return Value(larger.data, op="maximum", operands=(a, b), partials=share)


def softplus(x):
    data, slope = np.logaddexp(0, x.data), sigmoid_of_float(x.data)
    return Value(data, op="softplus", operands=(x,), partials=(slope,))


def swish(x):
    s = sigmoid_of_float(x.data)
    slope = s + x.data * s * (1 - s)
    return Value(x.data * s, op="swish", operands=(x,), partials=(slope,))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("check", "answers"),
    [
        (check_relu, [in_lists]),
        (check_relu, [of_numpy]),
        (check_sigmoid, [by_logaddexp]),
        (check_sigmoid, [by_two_forms]),
        (check_tanh, [by_numpy]),
        (check_maximum, [by_key]),
        (check_softplus, [lambda x: -(-x).sigmoid().log(), softplus]),
        (check_swish, [lambda x: x / (1 + (-x).exp()), swish]),
    ],
)
def test_a_right_answer_passes_however_it_is_written(check, answers, capsys):
    check(*answers)
    assert "checks pass" in capsys.readouterr().out
