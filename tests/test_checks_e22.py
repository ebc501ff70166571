"""The checks of exercise 22 take every right answer, however it is written."""

from collections import defaultdict
from types import MappingProxyType

import numpy as np
import pytest
from wrong_answers import right_answer
from wrong_answers.e22_gradients_of_gradients import gradients

from autograd_lesson import Value, dot, topological_order, vjp
from autograd_lesson.checks.e22_gradients_of_gradients import (
    check_gradient_of,
    check_hvp_by_forward,
    check_hvp_by_reverse,
    check_newton_step,
    check_penalty_gradient,
    check_rules,
)


def rules_that_cannot_be_written_to():
    """Lists of partials, NumPy's numbers as constants, and other ways to write a slope."""
    return MappingProxyType(
        right_answer(check_rules)()
        | {
            "+": lambda a, b: [np.float64(1), 1],
            "-": lambda a, b: (Value(1.0), Value(-1.0)),
            "/": lambda a, b: (b**-1, -(a / b) / b),
            "tanh": lambda a: [4 / (a.exp() + (-a).exp()) ** 2],
            "cos": lambda a: (x for x in [0 - a.sin()]),
        }
    )


def gradient_from_a_defaultdict(y, x, table):
    gradient = defaultdict(lambda: Value(0.0)) | {y: Value(1)}
    for result in topological_order(y)[::-1]:
        if result.operands:
            partials = table[result.op.symbol](*result.operands)
            for operand, partial in zip(result.operands, partials, strict=True):
                gradient[operand] += partial * gradient[result]
    return gradient[x]


def gradient_from_the_leaf(y, x, table):
    """Without an order: the sum over the ways of each result above x, found again every time."""

    def by_way(value):
        if value is x:
            return Value(1.0)
        if not value.operands:
            return Value(0.0)
        partials = table[value.op.symbol](*value.operands)
        pairs = zip(partials, value.operands, strict=True)
        return sum((partial * by_way(operand) for partial, operand in pairs), Value(0.0))

    return by_way(y)


def hvp_of_one_product(f, numbers, direction):
    """A tuple of NumPy's numbers, from two vjps in one another."""
    xs = [Value(number) for number in numbers]
    _, pull = vjp(lambda *xs: dot(gradients(f, xs), direction), *xs)
    return tuple(np.float64(slope.data) for slope in pull(1.0))


def hvp_as_it_comes(f, numbers, direction):
    xs = [Value(number) for number in numbers]
    slopes = gradients(f, xs)
    speed = dict(zip(xs, direction, strict=True))
    for value in topological_order(dot(slopes, slopes)):
        pairs = zip(value.partials, value.operands, strict=True)
        speed.setdefault(value, sum(partial * speed[operand] for partial, operand in pairs))
    return (speed.get(slope, 0.0) for slope in slopes)


def newton_by_solving(f, x, y):
    at = [Value(x), Value(y)]
    g = gradients(f, at)
    rows = [gradients(lambda *xs, i=i: gradients(f, xs)[i], at) for i in (0, 1)]
    step = np.linalg.solve([[h.data for h in row] for row in rows], [each.data for each in g])
    return [x - step[0], y - step[1]]


def penalty_by_the_chain_rule(model, weights, x):
    """2 slope times the slope of the slope."""
    leaves = [Value(weight) for weight in weights]

    def slope(*leaves):
        return gradients(lambda x: model(list(leaves), x), [Value(x)])[0]

    twice = 2 * slope(*leaves).data
    return tuple(twice * bend.data for bend in gradients(slope, leaves))


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_rules, rules_that_cannot_be_written_to),
        (check_gradient_of, gradient_from_a_defaultdict),
        (check_gradient_of, gradient_from_the_leaf),
        (check_hvp_by_reverse, hvp_of_one_product),
        (check_hvp_by_forward, hvp_as_it_comes),
        (check_newton_step, newton_by_solving),
        (check_penalty_gradient, penalty_by_the_chain_rule),
    ],
)
def test_every_way_to_write_a_right_answer_passes(check, answer):
    check(answer)
