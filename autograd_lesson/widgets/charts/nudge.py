"""Two plots with a slider: a nudge with its secant, and the errors of a step size."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from ...gradcheck import numerical_gradient
from ...pictures.chart import Plot, corner_of_square, disc, ends_of, segment, square, text
from ...pictures.svg import Element
from ...pictures.words import number
from ..player import Frame, Player, Words

Numeric = Callable[[float], float]
Points = list[tuple[float, float]]

SHARES = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)  # of the widest nudge
ROOM = 1.25  # how far the curve is drawn to each side, in widest nudges
POINTS = 49  # along the curve
FURTHER_INSIDE = "choose an x further inside the domain of f, or a smaller nudge"
STEPS = [float(f"{digit}e-{power}") for power in range(16, 0, -1) for digit in (1, 3)] + [1.0]


def nudge(f: Numeric, x: float, widest: float = 1.0) -> Player:
    """A slider that nudges `x` to the left and to the right, and shows the ratio as a secant.

    `widest` is the largest nudge. `f` takes a number and returns one; it must have values as far as
    1.25 times `widest` from `x`.
    """
    if not 0 < widest < math.inf:
        raise ValueError(f"widest is {widest!r}; give the size of the largest nudge, above 0")
    x, sizes = float(x), [widest * share for share in SHARES]
    low, high = x - ROOM * widest, x + ROOM * widest
    curve = [(at, output(f, at)) for at in evenly(low, high, POINTS)]
    here, slope = output(f, x), float(numerical_gradient(f, [x])[0])
    plot = Plot((low, high), with_room([y for _, y in curve]), ("x", "f(x)"))
    name = f"A nudge and its secant at x = {number(x, 5)}"
    words = (
        f"The curve of f around x = {number(x, 5)}, where f is {number(here, 5)}, and the line "
        "through that point and the one at x + h. The smaller the nudge h, the closer the slope "
        f"of the line comes to {number(slope, 5)}, the slope of the dashed line."
    )
    svg = plot.svg(
        name,
        words,
        plot.curve(curve),
        segment(plot.line(x, here, slope), "guide"),
        segment((0, 0, 0, 0), "main", "secant"),
        segment((0, 0, 0, 0), "side dashed", "run"),
        segment((0, 0, 0, 0), "side dashed", "rise"),
        text(0, 0, "", "side-text x", "run-text"),
        text(0, 0, "", "side-text", "rise-text"),
        disc(*plot.point(x, here), "dot"),
        disc(0, 0, "main-dot", "moved"),
    )
    nudges = [-size for size in reversed(sizes)] + [0.0] + sizes
    frames = [secant_frame(plot, f, x, h, slope) for h in nudges]
    return Player(svg, frames, name, step=len(frames) - 1)


def secant_frame(plot: Plot, f: Numeric, x: float, h: float, slope: float) -> Frame:
    """The secant from x to x + h, its run and its rise, in the picture and in words."""
    here, there = output(f, x), output(f, x + h)
    moved = there - here
    start, end = plot.point(x, here), plot.point(x + h, there)
    lines: list[Words] = [
        ("x", f"{number(x, 5)} to {number(x + h, 5)}, a nudge of {number(h, 5)}"),
        ("f(x)", f"{number(here, 5)} to {number(there, 5)}, it moves by {number(moved, 5)}"),
    ]
    if h:
        title = f"nudge {number(h, 5)}, ratio {number(moved / h, 5)}"
        lines += [
            ("ratio", f"{number(moved, 5)} / {number(h, 5)} = {number(moved / h, 5)}"),
            (
                "it settles on",
                f"{number(slope, 5)}, here it is off by {number(moved / h - slope, 2)}",
            ),
        ]
    else:
        title = "nudge 0, no ratio"
        lines += [
            ("ratio", "0 / 0 is no number"),
            ("it settles on", f"{number(slope, 5)}, coming from either side"),
        ]
    has_room = abs(end[0] - start[0]) > 45  # pixels, or the labels cover the points
    corner = (end[0], start[1])
    below = end[1] <= start[1]
    return Frame(
        title=title,
        lines=lines,
        texts={
            "run-text": number(h, 5) if has_room else "",
            "rise-text": number(moved, 5) if has_room else "",
        },
        attrs={
            "secant": ends_of(plot.line(x, here, moved / h) if h else (*start, *start)),
            "run": ends_of((*start, *corner)),
            "rise": ends_of((*corner, *end)),
            "moved": {"cx": f"{end[0]:g}", "cy": f"{end[1]:g}"},
            "run-text": {
                "x": f"{(start[0] + end[0]) / 2:.1f}",
                "y": f"{start[1] + (18 if below else -8):.1f}",
            },
            "rise-text": {
                "x": f"{end[0] + (8 if h > 0 else -8):.1f}",
                "y": f"{(start[1] + end[1]) / 2 + 4:.1f}",
                "text-anchor": "start" if h > 0 else "end",
            },
        },
    )


class Errors(NamedTuple):
    """What one step size gives: two outputs, two ratios, and how far these are from the slope."""

    h: float
    ahead: float
    behind: float
    forward: float
    central: float
    forward_error: float
    central_error: float


class Sources(NamedTuple):
    """Where the central error comes from: `bend` h**2 of truncation, `noise` / h of rounding."""

    bend: float
    noise: float

    def in_charge(self, h: float) -> str:
        """Which of the two makes the error at this step."""
        truncation, round_off = self.bend * h * h, self.noise / h
        if truncation > 10 * round_off:
            return "truncation: the curve bends between the points"
        if round_off > 10 * truncation:
            return "round-off: the digits that differ are too few"
        return "neither: truncation and round-off are about equal"


def step_size(f: Numeric, df: Numeric, x: float) -> Player:
    """A logarithmic slider for the step h, and what it does to forward and central differences.

    `df` is the derivative of `f` as a formula: the errors are differences from `df(x)`.
    """
    x = float(x)
    here, exact = output(f, x), output(df, x)
    table = [errors(f, x, h, here, exact) for h in STEPS]
    sources = Sources(
        bend=next(row.central_error / row.h**2 for row in table if row.h == 0.01),
        # of f(x) only the rounding counts, and of x + h what it does to f
        noise=(math.ulp(here) + abs(exact) * math.ulp(x)) / 2,
    )
    found = [error for row in table for error in (row.forward_error, row.central_error) if error]
    low = 10.0 ** (math.floor(math.log10(min(found, default=1e-16))) - 2)
    high = 10.0 ** math.ceil(math.log10(max(found, default=1.0) * 1.01))
    plot = Plot(
        (STEPS[0], STEPS[-1]), (low, high), ("step h", "error of the measured slope"), is_log=True
    )
    bending = [(h, sources.bend * h * h) for h in STEPS]
    rounding = [(h, sources.noise / h) for h in STEPS]
    name = f"The error of a slope by the step, at x = {number(x, 5)}"
    best = min(table, key=lambda row: row.central_error)
    words = (
        "Two curves on logarithmic axes. With a shrinking step h the error of the forward "
        "difference falls as h, that of the central difference as h squared. Then rounding makes "
        f"both grow as 1 / h. The central error is smallest near h = {power_of_ten(best.h)}, where "
        f"it is {number(best.central_error, 2)}."
    )
    svg = plot.svg(
        name,
        words,
        plot.curve(inside(bending, low, high), "guide"),
        plot.curve(inside(rounding, low, high), "guide"),
        plot.curve(((row.h, row.forward_error) for row in table), "side dashed"),
        plot.curve(((row.h, row.central_error) for row in table), "main"),
        segment((0, 0, 0, 0), "here", "here"),
        disc(0, 0, "side-dot", "forward"),
        square(0, 0, "main-dot", "central"),
        *legend(plot, table, bending, rounding),
    )
    frames = [step_frame(plot, row, sources) for row in table]
    return Player(svg, frames, name, step=len(frames) - 1)


def errors(f: Numeric, x: float, h: float, here: float, exact: float) -> Errors:
    """Both differences at one step."""
    ahead, behind = output(f, x + h), output(f, x - h)
    forward, central = (ahead - here) / h, (ahead - behind) / (2 * h)
    return Errors(h, ahead, behind, forward, central, abs(forward - exact), abs(central - exact))


def step_frame(plot: Plot, row: Errors, sources: Sources) -> Frame:
    """One step size: its place on both curves, and the digits it leaves to work with."""
    forward = plot.point(row.h, row.forward_error)
    central = plot.point(row.h, row.central_error)
    apart = row.ahead - row.behind
    return Frame(
        title=f"h = {power_of_ten(row.h)}, central error {number(row.central_error, 2)}",
        lines=[
            ("f(x + h)", repr(row.ahead)),
            ("f(x - h)", repr(row.behind)),
            ("difference", f"{number(apart, 5)}, {digits_left(row)}"),
            ("central", f"{number(row.central, 10)}, error {number(row.central_error, 2)}"),
            ("forward", f"{number(row.forward, 10)}, error {number(row.forward_error, 2)}"),
            ("in charge", sources.in_charge(row.h)),
        ],
        attrs={
            "here": ends_of((central[0], plot.y.start, central[0], plot.y.end)),
            "forward": {"cx": f"{forward[0]:g}", "cy": f"{forward[1]:g}"},
            "central": corner_of_square(*central),
        },
    )


def digits_left(row: Errors) -> str:
    """How many digits two outputs have left after those they share have cancelled."""
    units = abs(row.ahead - row.behind) / math.ulp(max(abs(row.ahead), abs(row.behind)))
    digits = int(math.log10(units)) + 1 if units >= 1 else 0
    return f"with about {min(digits, 16)} of 16 digits left"


def legend(plot: Plot, table: list[Errors], bending: Points, rounding: Points) -> list[Element]:
    """A name beside each of the four lines."""
    row = next(row for row in table if row.h == 0.001)
    forward = plot.point(row.h, row.forward_error)
    central = plot.point(row.h, row.central_error)
    labels = [
        text(forward[0] - 10, forward[1] - 6, "forward", "side-text y"),
        text(central[0] + 12, central[1] + 12, "central", "main-text"),
    ]
    if falling := inside(bending, plot.y.low, plot.y.high):
        at = plot.point(*falling[0])
        labels.append(text(at[0] - 8, at[1] - 2, "truncation", "quiet y"))
    if growing := inside(rounding, plot.y.low, plot.y.high):
        at = plot.point(*growing[len(growing) // 3])
        labels.append(text(at[0] + 8, at[1] - 4, "round-off", "quiet"))
    return labels


def inside(points: Points, low: float, high: float) -> Points:
    """The points that lie between two levels."""
    return [(x, y) for x, y in points if low <= y <= high]


def output(f: Numeric, x: float) -> float:
    """f(x) as a float, or a ValueError that says where f has no value."""
    try:
        y = float(f(x))
    except (ArithmeticError, ValueError) as error:
        raise ValueError(f"f has no value at {x:.4g} ({error}); {FURTHER_INSIDE}") from None
    if not math.isfinite(y):
        raise ValueError(f"f({x:.4g}) is {y}; {FURTHER_INSIDE}")
    return y


def evenly(low: float, high: float, count: int) -> list[float]:
    """`count` numbers from `low` to `high`, equally far apart."""
    return [low + (high - low) * place / (count - 1) for place in range(count)]


def with_room(ys: list[float]) -> tuple[float, float]:
    """The ends of an axis for these numbers, with some room at both."""
    low, high = min(ys), max(ys)
    room = 0.06 * (high - low) or 1.0  # a level curve needs an axis too
    return low - room, high + room


def power_of_ten(step: float) -> str:
    """A step as it is written in code: 1e-5, 0.03."""
    if step >= 0.01:
        return f"{step:g}"
    digit, power = f"{step:.0e}".split("e")
    return f"{digit}e{int(power)}"
