"""How a predicted number and the one that came out differ, where they do, by its name."""

import math
from collections.abc import Iterator

from ..teaching.diagnosis import Table, row_of
from .reading import TypedNumber

CLOSE = 1e-9  # relative: floats this near differ by rounding alone
NEAR = 0.05  # relative: a number further away than this is not what the typed one was rounded from
EXACT = 2**53  # all larger floats are whole
FACTORS = (2, 3, 4, 5, 10, 100, 1000)


def is_near(number: TypedNumber, came: float, within: float = 0.0) -> bool:
    """Whether what came out is the number, or is rounded to it, or is near enough to it."""
    value = number.value
    if math.isnan(came) or math.isinf(came) or not math.isfinite(value):
        return value == came or (math.isnan(value) and math.isnan(came))
    distance, size, half_unit = abs(value - came), abs(came), number.half_unit
    if size < EXACT and float(came).is_integer() and not number.is_round:
        half_unit = min(half_unit, 0.5)  # of a whole number 2e1 says no less than 20
    if distance <= max(CLOSE * size, min(half_unit, NEAR * size)):
        return True
    return bool(within) and value * came > 0 and 1 / within <= value / came <= within


def difference_between(number: TypedNumber, came: float, table: Table | None) -> tuple[str, str]:
    """What a wrong number differs in, and the name of that mistake."""
    if table and (told := slip_between(number.value, came, table)):
        return told
    return next(plain_differences(number.value, float(came)), ("", ""))


def slip_between(value: float, came: float, table: Table) -> tuple[str, str] | None:
    """What a gradient was made of, where known slips give it: the typed one, or what came out."""
    typed, computed = row_of(table, value), row_of(table, came)
    if typed and not typed.is_right:
        return typed.message, typed.mistake
    if typed and computed and not computed.is_right:
        told = f"this is the gradient itself, and of what came out {computed.message}"
        return told, computed.mistake
    return None


def plain_differences(value: float, came: float) -> Iterator[tuple[str, str]]:
    """Differences of two numbers that have a name, the most specific first."""
    if not math.isfinite(value) or not math.isfinite(came):
        return
    if value and math.isclose(value, -came):
        yield "the size is right and the sign is not", "sign"
    if value == came + 1 or value == came - 1:
        yield f"one too {'many' if value > came else 'few'}", "one off"
    for factor in FACTORS if value * came > 0 else ():
        if math.isclose(value, factor * came, rel_tol=1e-3):
            yield f"{factor} times too large", "factor"
        if math.isclose(value * factor, came, rel_tol=1e-3):
            yield f"{factor} times too small", "factor"
    if value * came < 0:
        yield "the sign is the other one", "sign"
    if value and came and math.isclose(value * came, 1, rel_tol=1e-3):
        yield "this is 1 divided by what came out", "inverse"
    yield f"too {'large' if abs(value) > abs(came) else 'small'}", "size"
