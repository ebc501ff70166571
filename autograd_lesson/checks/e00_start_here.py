"""The checks of lesson and exercise 00: arithmetic, so that only the looks of a check are new."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .accepted import close
from .core import Check
from .draws import draw_numbers
from .messages import number_fault, report, show
from .run_answer import call


def _midpoint_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    drawn = [draw_numbers(rng, 2) for _ in range(4)]
    return [{"a": a, "b": b} for a, b in drawn]


def _midpoint_probe(midpoint: Any, case: dict[str, Any]) -> dict[str, Any]:
    return call(midpoint, case["a"], case["b"])


def _midpoint_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    a, b, got = case["a"], case["b"], outcome["result"]
    tried = _midpoint_tried(case)
    if fault := number_fault(tried, got):
        return fault
    if close(got, 0.5 * a + 0.5 * b, scale=abs(a) + abs(b)):
        return None
    cause, look = "It should lie as far from one as from the other.", ""
    if close(got, a + b / 2):
        cause = f"{show(got)} is `a` plus half of `b`: the division is done before the sum."
        look = "Next: put brackets around the sum."
    elif close(got, (b - a) / 2):
        cause = "This is half the way from `a` to `b`, not the place where you are then."
        look = "Next: add `a` to it."
    elif close(got, math.floor((a + b) / 2)):
        cause = "The result is rounded down: `//` divides whole numbers, `/` divides."
    elif close(got, a + b):
        cause = "This is the sum. Half of it is asked for."
    return report(tried, got, 0.5 * a + 0.5 * b, cause, look)


def _midpoint_tried(case: dict[str, Any]) -> str:
    return f"midpoint({case['a']}, {case['b']})"


check_midpoint = Check(
    "midpoint", _midpoint_cases, _midpoint_probe, _midpoint_judge, tried=_midpoint_tried
)


def _slope_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    drawn = [draw_numbers(rng, 4) for _ in range(4)]
    level = draw_numbers(rng, 3)
    drawn.append([level[0], level[1], level[2], level[1]])
    return [dict(zip(("x0", "y0", "x1", "y1"), numbers, strict=True)) for numbers in drawn]


def _slope_probe(slope: Any, case: dict[str, Any]) -> dict[str, Any]:
    return call(slope, case["x0"], case["y0"], case["x1"], case["y1"])


def _slope_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    x0, y0, x1, y1 = (case[name] for name in ("x0", "y0", "x1", "y1"))
    got, tried = outcome["result"], _slope_tried(case)
    if fault := number_fault(tried, got):
        return fault
    # The line with the right slope that starts at the first point must hit the second.
    if close(y0 + got * (x1 - x0), y1, scale=abs(y0) + abs(y1)):
        return None
    rise, run = y1 - y0, x1 - x0
    cause, look = "Walk from the first point to the second: how far up, for how far right?", ""
    if close(got, y1 - y0 / x1 - x0):
        cause = "Without brackets `y1 - y0 / x1 - x0` divides first and subtracts afterwards."
        look = "Next: `(y1 - y0) / (x1 - x0)`."
    elif rise and close(got, run / rise):
        cause = "This is the run over the rise. The rise, y1 - y0, belongs on top."
    elif close(got, -rise / run):
        cause = "The sign is turned round: one difference goes from the first point to the second, "
        cause += "the other goes back."
    elif close(got, rise):
        cause = "This is the rise alone. The slope is the rise for each unit of x."
    elif close(got, math.floor(rise / run)):
        cause = "The result is rounded down: `//` divides whole numbers, `/` divides."
    return report(tried, got, rise / run, cause, look)


def _slope_tried(case: dict[str, Any]) -> str:
    return "slope({x0}, {y0}, {x1}, {y1})".format(**case)


check_slope = Check("slope", _slope_cases, _slope_probe, _slope_judge, tried=_slope_tried)
