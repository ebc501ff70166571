"""Numbers drawn for a case: of both signs, no two of one size, and never the special ones."""

from __future__ import annotations

import numpy as np


def draw_numbers(
    rng: np.random.Generator, count: int, low: float = 0.3, high: float = 2.6
) -> list[float]:
    """Numbers of both signs whose sizes all differ, short enough to print exactly as they are.

    With `low` of 0 or more, sizes lie between `low` and `high` and signs are drawn; with a negative
    `low` the numbers themselves lie between the two. Whole numbers are avoided: 0, 1 and 2 make
    too many wrong answers right.
    """
    numbers: list[float] = []
    while len(numbers) < count:
        number = round(float(rng.uniform(low, high)), 2)
        if number == round(number) or abs(number) in map(abs, numbers):
            continue
        numbers.append(number if low < 0 or rng.random() < 0.5 else -number)
    return numbers


def draw_positive(
    rng: np.random.Generator, count: int, low: float = 0.3, high: float = 2.6
) -> list[float]:
    """Positive numbers that all differ, for roots, logarithms and divisors."""
    return [abs(number) for number in draw_numbers(rng, count, low, high)]


def draw_upstream(rng: np.random.Generator, count: int) -> list[float]:
    """Upstream gradients that differ from one another, never all ones; from three on, one is 0."""
    upstream = draw_numbers(rng, count)
    if count > 1:
        upstream[1] = -abs(upstream[1])
    if count > 2:
        upstream[2] = 0.0
    return upstream
