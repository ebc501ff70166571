"""Two forms of one function over x: how far off their values and gradients are."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from ...numpy_or_not import np
from ...pictures.chart import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Box,
    Plot,
    corner_of_square,
    disc,
    ends_of,
    picture,
    segment,
    square,
    text,
)
from ...pictures.svg import Svg
from ...pictures.words import counted, number
from ...value import Value, backward_steps
from ..player import Frame, Player, Words

DIGITS = 400  # of the exact values: enough for the smallest slope that a float can hold
NUDGE = Decimal("1e-30")  # for the exact slope: its error is of order 1e-60
LEAST, MOST, NO_NUMBER = 1e-17, 1.0, 30.0  # the errors drawn: no smaller, no larger, nan
PANEL = 230  # pixels of height
FORMS = ("naive", "stable")
PARTS = ("value", "gradient")


class Output(NamedTuple):
    """What a form gives at one x, how far it is off, and the exception where it raises one."""

    got: float
    error: float  # relative to the exact number; nan where there is no number
    raised: str = ""


class Reading(NamedTuple):
    """One x, the exact value and gradient there, and both outputs of both forms."""

    x: float
    exact: dict[str, float]
    outputs: dict[tuple[str, str], Output]  # by form and part


def numerics(
    naive: Callable,
    stable: Callable,
    exact: Callable,
    start: float = 1e-17,
    end: float = 1e3,
    also: Iterable[float] = (),
) -> Player:
    """A slider over x, and the errors of two forms of one function, in value and in gradient.

    `naive` and `stable` take a Value and return one. `exact` is the same function of a
    `decimal.Decimal`, and is run with 400 digits. The slider goes from `start` to `end`, both on
    one side of 0, by 1 and 3 times powers of ten; `also` are further stops.
    """
    if not 0 < start / (end or math.nan) < 1:
        raise ValueError(
            f"start is {start:g} and end is {end:g}; both lie on one side of 0, and the start "
            "is nearer to 0"
        )
    sign = math.copysign(1.0, end)
    stops = sorted({*steps_between(abs(start), abs(end)), *(abs(float(x)) for x in also)})
    table = [row_at(sign * size, naive, stable, exact) for size in stops]
    label = "x" if sign > 0 else "-x"
    panels = {
        part: Plot(
            (stops[0], stops[-1]),
            (LEAST, 100.0),
            (label, f"relative error of the {part}"),
            is_log=True,
            box=Box(LEFT, WIDTH - RIGHT, top, top + PANEL - TOP - BOTTOM),
        )
        for part, top in zip(PARTS, (TOP, TOP + PANEL), strict=True)
    }
    name = (
        f"Two forms of one function, from x = {number(table[0].x, 5)} to {number(table[-1].x, 5)}"
    )
    frames = [numerics_frame(panels, row) for row in table]
    worst = [max(height_of(row.outputs["naive", part].error) for part in PARTS) for row in table]
    svg = numerics_svg(panels, table, name)
    return Player(svg, frames, name, step=worst.index(max(worst)))


def row_at(x: float, naive: Callable, stable: Callable, exact: Callable) -> Reading:
    """Both forms at x, beside the exact numbers."""
    truth = exact_at(exact, x)
    outputs = {}
    for name, form in zip(FORMS, (naive, stable), strict=True):
        for part, got in run(form, x).items():
            if isinstance(got, str):
                outputs[name, part] = Output(math.nan, math.nan, got)
            else:
                outputs[name, part] = Output(got, relative_error(got, truth[part]))
    return Reading(x, {part: float(number) for part, number in truth.items()}, outputs)


def run(form: Callable, x: float) -> dict[str, Any]:
    """Value and gradient of a form at x, inf and nan let through; or the name of what it raises."""
    value = Value(x)
    try:
        with np.errstate(all="ignore"):
            result = form(value)
            gradient = {result: 1.0}
            for _ in backward_steps(result, gradient):
                pass
    except (ArithmeticError, ValueError) as error:
        return dict.fromkeys(PARTS, type(error).__name__)
    return {"value": result.data, "gradient": gradient.get(value, 0.0)}


def exact_at(exact: Callable, x: float) -> dict[str, Decimal]:
    """Value and slope with far more digits than a float has, the slope by a tiny nudge."""
    with localcontext() as context:
        context.prec = DIGITS
        here = Decimal(x)
        slope = (exact(here + NUDGE) - exact(here - NUDGE)) / (2 * NUDGE)
        return {"value": +exact(here), "gradient": slope}


def relative_error(got: float, truth: Decimal) -> float:
    """How far off, as a share of the true number; 0 for the nearest float there is."""
    if not math.isfinite(got):
        return math.nan
    if got == float(truth):
        return 0.0
    return float(abs(Decimal(got) - truth) / abs(truth)) if truth else math.inf


def numerics_svg(panels: dict[str, Plot], table: list[Reading], name: str) -> Svg:
    """Two plots one above the other, with curves and marks, and a key above them."""
    words = " ".join(summary(table, form, part) for part in PARTS for form in FORMS)
    parts = key()
    for part, plot in panels.items():
        level, box = plot.y.pixel(NO_NUMBER), plot.box
        parts += [
            *plot.axes(),
            *(stretch(plot, table, form, part) for form in FORMS),
            text(box.left - 8, level + 4, "nan", "tick y"),
            segment((0, 0, 0, 0), "here", f"{part}-here"),
            disc(0, 0, "main-dot", f"{part}-naive"),
            square(0, 0, "side-dot", f"{part}-stable"),
        ]
    return picture(name, words, (WIDTH, 2 * PANEL), *parts)


def stretch(plot: Plot, table: list[Reading], form: str, part: str) -> str:
    """The curve of one form, broken where it is no number; there it runs along the top."""
    kind = "main" if form == "naive" else "side dashed"
    runs: list[list[tuple[float, float]]] = [[]]
    was_number = True
    for row in table:
        error = row.outputs[form, part].error
        if math.isnan(error) == was_number:
            runs.append([])
            was_number = not was_number
        runs[-1].append((row.x if row.x > 0 else -row.x, height_of(error)))
    return "".join(plot.curve(points, kind) for points in runs if points)


def height_of(error: float) -> float:
    """Where an error is drawn: none too small to be seen, and nan above all others."""
    return NO_NUMBER if math.isnan(error) else min(max(error, LEAST), MOST)


def key() -> list[str]:
    """Which line and which mark is which, above the plot."""
    right = WIDTH - RIGHT
    return [
        segment((right - 196, TOP - 16, right - 160, TOP - 16), "main"),
        disc(right - 178, TOP - 16, "main-dot"),
        text(right - 152, TOP - 12, "naive", "main-text"),
        segment((right - 92, TOP - 16, right - 56, TOP - 16), "side dashed"),
        square(right - 74, TOP - 16, "side-dot"),
        text(right - 48, TOP - 12, "stable", "side-text"),
    ]


def numerics_frame(panels: dict[str, Plot], row: Reading) -> Frame:
    """One x: four marks, and the four outputs beside the exact numbers."""
    attrs: dict[str, dict[str, str | None]] = {}
    lines: list[Words] = []
    for part, plot in panels.items():
        lines.append((f"exact {part}", number(row.exact[part], 17)))
        for form in FORMS:
            output = row.outputs[form, part]
            x, y = plot.point(abs(row.x), height_of(output.error))
            mark = {"cx": f"{x:g}", "cy": f"{y:g}"} if form == "naive" else corner_of_square(x, y)
            attrs[f"{part}-{form}"] = dict(mark)
            lines.append((f"{form} {part}", f"{got_of(output)}, {digits_right(output)}"))
        attrs[f"{part}-here"] = dict(ends_of((x, plot.y.start, x, plot.y.end)))
    naive = ", ".join(f"naive {part} {digits_right(row.outputs['naive', part])}" for part in PARTS)
    return Frame(f"x = {number(row.x, 5)}: {naive}", lines, attrs=attrs)


def got_of(output: Output) -> str:
    """What came out, in full."""
    return output.raised or number(output.got, 17)


def digits_right(output: Output) -> str:
    """How many of the 16 digits of a float are right, in words."""
    if math.isnan(output.error):
        return "no number"
    digits = 16 if output.error == 0 else min(16, max(0, math.floor(-math.log10(output.error))))
    return counted(digits, "digit") + " right"


def summary(table: list[Reading], form: str, part: str) -> str:
    """Where one form is right to 12 digits, and where it is no number."""
    errors = {row.x: row.outputs[form, part].error for row in table}
    good = [x for x, error in errors.items() if error < 1e-12]
    lost = [x for x, error in errors.items() if math.isnan(error)]
    found = f"The {form} {part} is right to 12 digits at {len(good)} of {len(errors)} numbers"
    return found + (f", and no number from x = {number(lost[0], 5)} on." if lost else ".")


def steps_between(low: float, high: float) -> list[float]:
    """1 and 3 times the powers of ten from `low` to `high`."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [float(f"{digit}e{power}") for power in powers for digit in (1, 3)]
    return [size for size in found if low <= size <= high]
