"""Numbers drawn for a case: of both signs, no two of one size, and never the special ones."""

from __future__ import annotations

from typing import Any

from ..numpy_or_not import np

# An answer that cuts its upstream off, loses small ones, or looks at their sign is right under
# some. Times each of these, every element of an upstream has been large and small, of both signs.
FACTORS = (11.0, -11.0, -0.04)
UPSTREAMS = ("upstream", "seed", "g")  # what they are called in a case


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


def under_other_upstreams(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cases, and behind them those that have an upstream again under multiples of it."""
    found = list(cases)
    for factor in FACTORS:
        for case in cases:
            if keys := upstreams_in(case):
                found.append(case | {key: times(factor, case[key]) for key in keys})
    return found


def upstreams_in(case: dict[str, Any]) -> list[str]:
    """The keys under which `case` holds an upstream; a whole number is the seed of a generator."""
    return [key for key in UPSTREAMS if key in case and holds_floats(case[key])]


def holds_floats(thing: Any) -> bool:
    """Is `thing` a float, an array of them, or a list of such?"""
    if isinstance(thing, list):
        return bool(thing) and all(map(holds_floats, thing))
    return isinstance(thing, float) or (isinstance(thing, np.ndarray) and thing.dtype.kind == "f")


def times(factor: float, upstream: Any) -> Any:
    """The upstream `factor` times as large, of the same type, and still short."""
    if isinstance(upstream, list):
        return [times(factor, part) for part in upstream]
    if isinstance(upstream, float):
        return round(factor * upstream, 4) + 0.0
    return np.asarray(np.round(upstream * factor, 4) + 0.0, upstream.dtype)  # + 0.0: no -0
