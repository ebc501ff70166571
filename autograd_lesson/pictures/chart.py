"""A small plot as SVG: two axes, curves between them, and where in the picture a point lies."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from .svg import Element, Parts, Svg, document, named, palette

WIDTH, HEIGHT = 600, 340
LEFT, RIGHT, TOP, BOTTOM = 62, 18, 30, 46  # around the plot, for ticks and labels
MARK = 5.5  # half the size of a mark


class Box(NamedTuple):
    """The pixels at the four sides of a plot."""

    left: float
    right: float
    top: float
    bottom: float


WHOLE = Box(LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM)

STYLE = (
    palette(".autograd-plot")
    + """\
.autograd-plot {
text {font: 13px system-ui, sans-serif; fill: var(--ag-ink)}
line, polyline {fill: none; stroke: var(--ag-ink); stroke-width: 2}
.ground {fill: var(--ag-ground)}
.grid {stroke: var(--ag-line); stroke-width: 0.5}
.tick {fill: var(--ag-quiet); font-size: 12px}
.x {text-anchor: middle}
.y {text-anchor: end}
.guide {stroke: var(--ag-quiet); stroke-width: 1.2; stroke-dasharray: 6 4}
.here {stroke: var(--ag-quiet); stroke-width: 1.2}
.quiet {fill: var(--ag-quiet)}
.main {stroke: var(--ag-result); stroke-width: 2.5}
.main-dot {fill: var(--ag-result); stroke: var(--ag-ground); stroke-width: 1.5}
.main-text {fill: var(--ag-result); font-weight: 600}
.side {stroke: var(--ag-operand); stroke-width: 2}
.side-dot {fill: var(--ag-operand); stroke: var(--ag-ground); stroke-width: 1.5}
.side-text {fill: var(--ag-operand); font-weight: 600}
.dashed {stroke-dasharray: 5 4}
.dot {fill: var(--ag-ink); stroke: var(--ag-ground); stroke-width: 1.5}
}
"""
)


class Axis(NamedTuple):
    """One direction of a plot: the numbers at its two ends, and the pixels where those lie."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def pixel(self, number: float) -> float:
        """Where `number` lies; on a logarithmic axis what is below its low end lies there."""
        if self.is_log:
            number = max(number, self.low)
            share = math.log10(number / self.low) / math.log10(self.high / self.low)
        else:
            share = (number - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, about: int = 5) -> dict[str, float]:
        """Round numbers along the axis, `about` so many or some powers of ten, with their texts."""
        if self.is_log:
            low, high = (round(math.log10(number)) for number in (self.low, self.high))
            every = max(1, math.ceil((high - low) / 8))
            powers = [power for power in range(low, high + 1) if power % every == 0]
            return {f"1e{power}" if power else "1": 10.0**power for power in powers}
        step = round_step((self.high - self.low) / about)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return {f"{place * step:g}": place * step for place in range(first, last + 1)}


class Plot:
    """Two axes that know where a point lies; `svg` draws them around what is handed in.

    Several plots can share a picture: give each its `box`, and hand their `axes` to `picture`.
    """

    def __init__(
        self,
        xs: tuple[float, float],
        ys: tuple[float, float],
        labels: tuple[str, str],
        is_log: bool = False,
        box: Box = WHOLE,
    ) -> None:
        """Lay out axes that reach from the low to the high end of `xs` and of `ys`."""
        self.x = Axis(*xs, box.left, box.right, is_log)
        self.y = Axis(*ys, box.bottom, box.top, is_log)
        self.labels, self.box = labels, box

    def point(self, x: float, y: float) -> tuple[float, float]:
        """The pixels of a point."""
        return round(self.x.pixel(x), 1), round(self.y.pixel(y), 1)

    def line(self, x: float, y: float, slope: float) -> tuple[float, float, float, float]:
        """The pixels of the ends of the line with this slope through a point, inside the plot."""
        ends = [self.x.low, self.x.high]
        if slope:
            crossings = sorted(x + (level - y) / slope for level in (self.y.low, self.y.high))
            ends = [max(ends[0], crossings[0]), min(ends[1], crossings[1])]
        left, right = (self.point(end, y + slope * (end - x)) for end in ends)
        return *left, *right

    def curve(self, points: Iterable[tuple[float, float]], kind: str = "") -> Element:
        """A polyline through the points."""
        return polyline([self.point(x, y) for x, y in points], kind)

    def svg(self, title: str, words: str, *parts: Parts, style: str = "") -> Svg:
        """The picture: ground, grid, ticks and labels, and the parts on top of them."""
        return picture(title, words, (WIDTH, HEIGHT), *self.axes(), *parts, style=style)

    def axes(self, about: int = 5) -> list[str]:
        """Grid, ticks and labels, with `about` so many ticks on each axis."""
        box, (x_label, y_label) = self.box, self.labels
        return [
            *(self.x_tick(words, number) for words, number in self.x.ticks(about).items()),
            *(self.y_tick(words, number) for words, number in self.y.ticks(about).items()),
            text(box.left, box.top - 12, y_label, "quiet"),
            text(box.right, box.bottom + 38, x_label, "quiet y"),
        ]

    def x_tick(self, words: str, number: float) -> str:
        """One upright line of the grid, and its number."""
        at, box = self.x.pixel(number), self.box
        upright = segment((at, box.top, at, box.bottom), "grid")
        return upright + text(at, box.bottom + 18, words, "tick x")

    def y_tick(self, words: str, number: float) -> str:
        """One level line of the grid, and its number."""
        at, box = self.y.pixel(number), self.box
        level = segment((box.left, at, box.right, at), "grid")
        return level + text(box.left - 8, at + 4, words, "tick y")


def picture(
    title: str, words: str, size: tuple[float, float], *parts: Parts, style: str = ""
) -> Svg:
    """The parts as a picture of plots; `style` is CSS of your own, below `.autograd-plot`."""
    return document("autograd-plot", title, words, size, STYLE + style, parts)


def round_step(rough: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is no larger than `rough` by much."""
    power = 10.0 ** math.floor(math.log10(rough))
    return max(size * power for size in (1, 2, 5, 10) if size * power <= rough * 1.2)


def segment(ends: tuple[float, float, float, float], kind: str, id_: str = "") -> Element:
    """A straight line between two points."""
    return Element("line", named(id_, kind) | ends_of(ends), tail="\n")


def ends_of(ends: tuple[float, float, float, float]) -> dict[str, str]:
    """The attributes of a straight line between two points."""
    return {name: f"{at:.1f}" for name, at in zip(("x1", "y1", "x2", "y2"), ends, strict=True)}


def polyline(points: Iterable[tuple[float, float]], kind: str, id_: str = "") -> Element:
    """A line through some pixels."""
    return Element("polyline", named(id_, kind) | {"points": places(points)}, tail="\n")


def places(points: Iterable[tuple[float, float]]) -> str:
    """Pixels as a polyline wants them."""
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def disc(x: float, y: float, kind: str, id_: str = "") -> Element:
    """A round mark."""
    at = {"cx": f"{x:g}", "cy": f"{y:g}", "r": f"{MARK}"}
    return Element("circle", named(id_, kind) | at, tail="\n")


def square(x: float, y: float, kind: str, id_: str = "") -> Element:
    """A square mark."""
    size = {"width": f"{2 * MARK:g}", "height": f"{2 * MARK:g}"}
    return Element("rect", named(id_, kind) | corner_of_square(x, y) | size, tail="\n")


def corner_of_square(x: float, y: float) -> dict[str, str]:
    """The attributes of a square mark around a point."""
    return {"x": f"{x - MARK:.1f}", "y": f"{y - MARK:.1f}"}


def plain_rectangle(id_: str, kind: str | None = None, **shape: str) -> Element:
    """A rectangle with these attributes."""
    return Element("rect", named(id_, kind) | shape, tail="\n")


def text(
    x: float, y: float, words: str, kind: str = "", id_: str = "", tail: str = "\n"
) -> Element:
    """A text, with what follows `kind` deciding how it hangs on its point."""
    at = {"x": f"{x:.1f}", "y": f"{y:.1f}"}
    return Element("text", named(id_, kind) | at, words, tail)
