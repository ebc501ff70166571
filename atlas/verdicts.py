"""What an answer is worth: held to the row's calculus, and to the framework's own other mode."""

import math
from typing import Any

from .rows import MEASURES, Row, decoded, flat, same


def is_none(answer: Any) -> bool:
    """Is there no answer, but a reason?"""
    return isinstance(answer, dict) and "none" in answer


def along_of(gradient: dict, along: dict) -> Any:
    """A gradient times a direction; what does not move has no part, and no gradient is 0."""
    total = 0.0
    for key, direction in along.items():
        got = gradient[key]
        numbers = [0.0] * len(flat(direction)) if got is None else flat(got)
        total += sum((g * v for g, v in zip(numbers, flat(direction), strict=True) if v), 0.0)
    return total


def zeros_for_none(gradient: dict, point: dict) -> dict:
    """The gradient, with zeros for an operand that none arrived at."""
    still = {key: [0.0] * len(flat(x)) for key, x in point.items()}
    return {key: still[key] if g is None else flat(g) for key, g in gradient.items()}


def verdict(row: Row, measure: str, answer: Any) -> str:
    """Of one answer: none, right, wrong, allowed, not allowed, or free where calculus is silent.

    A function without a gradient may have a slope along the direction, the same in every
    subgradient: then that is right, and all else is wrong.
    """
    if is_none(answer):
        return "none"
    answer = decoded(answer)
    if measure in ("value", "second", "second forward"):
        right = row.value if measure == "value" else row.second
        return "free" if right is None else right_or_wrong(same(answer, right, 1e-5))
    if row.gradient is not None and measure == "forward":
        return right_or_wrong(agrees(answer, along_of(row.gradient, row.along)))
    if row.gradient is not None:
        got = zeros_for_none(answer, row.point)
        hits = [
            agrees(*pair)
            for key, right in row.gradient.items()
            for pair in zip(got[key], flat(right), strict=True)
        ]
        return right_or_wrong(all(hits))
    if row.slopes is not None:
        slope = answer if measure == "forward" else slope_of(row, answer)
        fits, (low, high) = is_between(row, slope), bounds(row)
        if low == high and math.isfinite(low):
            return right_or_wrong(fits)
        return "allowed" if fits else "not allowed"
    return "free"


def right_or_wrong(is_right: bool) -> str:
    """The word for it."""
    return "right" if is_right else "wrong"


def agrees(got, right) -> bool:
    """Is it the right number, or is there none?"""
    return right != right or same(got, right, 1e-5)


def slope_of(row: Row, gradient: dict) -> Any:
    """The slope along the direction that a gradient gives; of complex numbers by the real parts."""
    if row.is_complex:
        (g,), (v,) = gradient.values(), row.along.values()
        slopes = [(complex(g).conjugate() * v).real, (complex(g) * v).real]
        return next((s for s in slopes if is_between(row, s)), slopes[0])
    return along_of(gradient, row.along)


def is_between(row: Row, slope) -> bool:
    """Is it the slope of a subgradient: not below the least, nor above the largest?"""
    low, high = bounds(row)
    return low <= slope <= high or same(slope, low, 1e-5) or same(slope, high, 1e-5)


def bounds(row: Row) -> tuple[float, float]:
    """The least and the largest slope of a subgradient along the direction."""
    known = [s for s in row.subgradients or row.slopes or () if s == s]
    return min(known), max(known)


def is_bounded(row: Row) -> bool:
    """Is there a slope that is too small, or one that is too large? At a jump there is none."""
    return row.slopes is not None and any(map(math.isfinite, bounds(row)))


def quarrels(row: Row, answers: dict) -> list[str]:
    """In what a framework differs from itself: reverse from forward, in the first or the second."""
    found = []
    reverse, forward = answers.get("reverse"), answers.get("forward")
    if not (reverse is None or forward is None or is_none(reverse) or is_none(forward)):
        reverse, forward = decoded(reverse), decoded(forward)
        if row.is_complex:
            ((g,), (v,)) = reverse.values(), row.along.values()
            slopes = [(complex(g).conjugate() * v).real, (complex(g) * v).real] if g else [0.0]
        else:
            slopes = [along_of(reverse, row.along)]
        if not any(same(forward, slope, 1e-5) for slope in slopes):
            found.append("first")
    second, again = answers.get("second"), answers.get("second forward")
    if not (second is None or again is None or is_none(second) or is_none(again)):
        if not same(decoded(second), decoded(again), 1e-5):
            found.append("second")
    return found


def rule(row: Row, cells: dict[str, dict]) -> str:
    """Why frameworks differ: a fault where calculus has an answer or bounds, else a convention."""
    verdicts = {
        verdict(row, measure, answer)
        for answers in cells.values()
        for measure, answer in answers.items()
    }
    if "wrong" in verdicts or ("not allowed" in verdicts and is_bounded(row)):
        return "fault"
    if not differ(cells):
        return "agreed"
    return "documented" if row.documented else "convention"


def differ(cells: dict[str, dict]) -> bool:
    """Do two answers to the same question differ?"""
    for measure in MEASURES:
        answers = [a[measure] for a in cells.values() if measure in a and not is_none(a[measure])]
        if any(not same(answers[0], other, 1e-5) for other in answers[1:]):
            return True
    return False
