"""The checks of exercise 00: two formulas, in which brackets and the order of operands matter."""

from __future__ import annotations

import math

from ..numpy_or_not import np
from .draws import draw_numbers
from .vocabulary import check_function

ROUNDED = "The result is rounded down: `//` divides whole numbers, `/` divides."

check_midpoint = check_function(
    "midpoint(a, b)",
    lambda rng: [draw_numbers(rng, 2) for _ in range(4)],
    lambda a, b: 0.5 * a + 0.5 * b,
    {
        "{got} is `a` plus half of `b`: the division is done before the sum. "
        "Next: put brackets around the sum.": lambda a, b: a + b / 2,
        "This is half the way from `a` to `b`, not the place where you are then. "
        "Next: add `a` to it.": lambda a, b: (b - a) / 2,
        ROUNDED: lambda a, b: math.floor((a + b) / 2),
        "This is the sum. Half of it is asked for.": lambda a, b: a + b,
    },
    "It should lie as far from one as from the other.",
    scale=lambda a, b: abs(a) + abs(b),
)


def points(rng: np.random.Generator) -> list[list[float]]:
    drawn = [draw_numbers(rng, 4) for _ in range(4)]
    level = draw_numbers(rng, 3)
    return [*drawn, [level[0], level[1], level[2], level[1]]]


check_slope = check_function(
    "slope(x0, y0, x1, y1)",
    points,
    lambda x0, y0, x1, y1: (y1 - y0) / (x1 - x0),
    {
        "Without brackets `y1 - y0 / x1 - x0` divides first and subtracts afterwards. "
        "Next: `(y1 - y0) / (x1 - x0)`.": lambda x0, y0, x1, y1: y1 - y0 / x1 - x0,
        "This is the run over the rise. "
        "The rise, y1 - y0, belongs on top.": lambda x0, y0, x1, y1: (x1 - x0) / (y1 - y0),
        "The sign is turned round: one difference goes from the first point to the second, "
        "the other goes back.": lambda x0, y0, x1, y1: (y0 - y1) / (x1 - x0),
        "This is the rise alone. "
        "The slope is the rise for each unit of x.": lambda x0, y0, x1, y1: y1 - y0,
        ROUNDED: lambda x0, y0, x1, y1: math.floor((y1 - y0) / (x1 - x0)),
    },
    "Walk from the first point to the second: how far up, for how far right?",
    scale=lambda x0, y0, x1, y1: (abs(y0) + abs(y1)) / abs(x1 - x0),
)
