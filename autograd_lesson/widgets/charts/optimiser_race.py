"""The race: paths of optimisers down a ravine, played step by step, beside their losses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...pictures.chart import Axis, Box, Plot, picture, polyline, text
from ...pictures.svg import Element, Parts, Svg, group, named
from ...pictures.words import counted, fixed, number
from ..player import Frame, Player

Path = Sequence[Sequence[float]]

SIZE = (660, 376)
RAVINE = Box(46, 350, 30, 300)
LOSSES = Box(420, 642, 30, 300)
KINDS = ("main", "side", "ink", "quiet")  # colour and dashes; each racer has its letter as well
MOST_STEPS = 100
LEVELS = 7  # contour lines
LOWEST = 1e-6  # the losses drawn: no smaller

STYLE = """\
.path {fill: none; stroke-width: 2}
.path.ink {stroke: var(--ag-ink)}
.path.quiet {stroke: var(--ag-quiet)}
.contour {fill: none; stroke: var(--ag-line); stroke-width: 1}
.flag {fill: var(--ag-ground); stroke-width: 2}
.flag.ink {stroke: var(--ag-ink)}
.flag.main {fill: var(--ag-ground); stroke: var(--ag-result)}
.flag.side {fill: var(--ag-ground); stroke: var(--ag-operand)}
.flag.quiet {stroke: var(--ag-quiet)}
.letter {text-anchor: middle; font-weight: 700; font-size: 11px}
"""


class Racer(NamedTuple):
    """One path: where it is after each step, the loss there, and how it is drawn."""

    name: str
    letter: str
    kind: str
    points: list[tuple[float, float]]
    losses: list[float]


def optimiser_race(paths: Mapping[str, Path], curvatures: tuple[float, float]) -> Player:
    """Paths on the loss (a x^2 + b y^2) / 2, where `curvatures` is (a, b), side by side.

    Each path is a list of points (x, y), the start first, all of one length. Up to 4 paths, of up
    to 100 steps; one that leaves the picture is drawn at its edge, and its loss is told in words.
    """
    lengths = sorted({len(path) for path in paths.values()})
    steps = max(lengths, default=0) - 1
    if len(paths) > len(KINDS) or len(lengths) != 1 or not 1 <= steps <= MOST_STEPS:
        raise ValueError(
            f"a race takes 1 to {len(KINDS)} paths, all with the same 2 to {MOST_STEPS + 1} "
            f"points, not {len(paths)} paths of {lengths} points; cut or drop some"
        )
    a, b = curvatures
    letters = letters_of(list(paths))
    racers = [
        Racer(
            name,
            letter,
            kind,
            [(float(x), float(y)) for x, y in path],
            [(a * float(x) ** 2 + b * float(y) ** 2) / 2 for x, y in path],
        )
        for (name, path), letter, kind in zip(paths.items(), letters, KINDS, strict=False)
    ]
    course = Course(racers, curvatures, steps)
    name = f"Race down a ravine, {', '.join(paths)}"
    return Player(course.svg(name), [course.frame(step) for step in range(steps + 1)], name)


class Course:
    """The ravine and the plot of the losses, and what a step changes in them."""

    def __init__(self, racers: list[Racer], curvatures: tuple[float, float], steps: int) -> None:
        """Lay out axes of one scale around the start, so that a ravine looks like one."""
        self.racers, self.curvatures, self.steps = racers, curvatures, steps
        start = [racer.points[0] for racer in racers]
        furthest = [max(abs(point[axis]) for point in start) or 1e-3 for axis in (0, 1)]
        half = (RAVINE.right - RAVINE.left) / 2, (RAVINE.bottom - RAVINE.top) / 2
        scale = 1.25 * max(far / pixels for far, pixels in zip(furthest, half, strict=True))
        reach = [scale * pixels for pixels in half]
        self.start = max(racer.losses[0] for racer in racers) or 1.0
        self.ravine = Plot((-reach[0], reach[0]), (-reach[1], reach[1]), ("x", "y"), box=RAVINE)
        top = 10.0 ** math.ceil(math.log10(10 * self.start))
        self.losses = Plot((0, steps), (LOWEST, top), ("steps", "loss"), box=LOSSES)
        self.losses.y = Axis(LOWEST, top, LOSSES.bottom, LOSSES.top, is_log=True)

    def svg(self, title: str) -> Svg:
        """The picture that all frames change."""
        a, b = self.curvatures
        words = (
            f"Left the ravine (x^2 times {a:g} plus y^2 times {b:g}, halved) with its contour "
            "lines, and a path with a lettered mark for each optimiser. Right the losses by the "
            "number of steps, on a logarithmic axis: each line down divides by ten."
        )
        return picture(
            title,
            words,
            SIZE,
            *self.contours(),
            *self.ravine.axes(4),
            *self.losses.axes(4),
            *(self.drawn(place, racer) for place, racer in enumerate(self.racers)),
            *(self.legend(place, racer) for place, racer in enumerate(self.racers)),
            style=f".autograd-plot {{{STYLE}}}",
        )

    def contours(self) -> Iterator[str]:
        """Ellipses of one loss each; from one to the next the loss falls to a quarter."""
        x, y = self.ravine.point(0, 0)
        reach = (self.ravine.x.high, self.ravine.y.high)
        widest = min(c * end**2 for c, end in zip(self.curvatures, reach, strict=True))
        for level in range(LEVELS):
            radii = (math.sqrt(widest / 4**level / c) for c in self.curvatures)
            right, up = self.ravine.point(*radii)
            at = {"cx": x, "cy": y, "rx": right - x, "ry": y - up}
            shape = {key: f"{pixels:.1f}" for key, pixels in at.items()}
            yield Element("ellipse", {"class": "contour"} | shape, tail="\n")

    def drawn(self, place: int, racer: Racer) -> list[Parts]:
        """Both lines of a racer, whole, and its two marks."""
        lines = {"p": self.way(racer), "l": self.fall(racer)}
        flag = f'<circle class="flag {racer.kind}" r="8"/>'
        letter = text(0, 4, racer.letter, "letter")
        return [
            *(polyline(way, f"path {racer.kind}", f"{kind}{place}") for kind, way in lines.items()),
            *(group(named(f"{mark}{place}"), flag, letter) for mark in ("m", "n")),
        ]

    def legend(self, place: int, racer: Racer) -> str:
        """The letter and the name of a racer, below the plots."""
        left, top = 56 + 150 * place, 356
        return (
            f'<circle class="flag {racer.kind}" cx="{left}" cy="{top}" r="8"/>\n'
            + text(left, top + 4, racer.letter, "letter")
            + text(left + 16, top + 4.5, racer.name)
        )

    def way(self, racer: Racer) -> list[tuple[float, float]]:
        """The pixels of a path; what is outside the plot is at its edge."""
        x, y = self.ravine.x, self.ravine.y
        return [self.ravine.point(clipped(p, x), clipped(q, y)) for p, q in racer.points]

    def fall(self, racer: Racer) -> list[tuple[float, float]]:
        """The pixels of the losses of a racer."""
        y = self.losses.y
        return [self.losses.point(k, clipped(loss, y)) for k, loss in enumerate(racer.losses)]

    def frame(self, step: int) -> Frame:
        """Every racer after this many steps."""
        ahead = min(self.racers, key=lambda racer: worth(racer.losses[step]))
        attrs: dict[str, dict[str, str | None]] = {}
        for place, racer in enumerate(self.racers):
            for line, mark, points in (
                ("p", "m", self.way(racer)),
                ("l", "n", self.fall(racer)),
            ):
                x, y = points[step]
                so_far = sum(
                    math.dist(p, q) for p, q in zip(points[:step], points[1:], strict=False)
                )
                attrs[f"{line}{place}"] = {"stroke-dasharray": f"{so_far:.0f} 99999"}
                attrs[f"{mark}{place}"] = {"transform": f"translate({x:g},{y:g})"}
        lead = "at the start" if step == 0 else f"{ahead.name} is lowest"
        return Frame(
            title=f"{counted(step, 'step')}, {lead}",
            lines=[(racer.name, told(racer, step)) for racer in self.racers],
            attrs=attrs,
        )


def told(racer: Racer, step: int) -> str:
    """Where a racer is, in words."""
    x, y = racer.points[step]
    return f"({fixed(x, 3)}, {fixed(y, 3)}), loss {number(racer.losses[step])}"


def letters_of(names: list[str]) -> list[str]:
    """A letter for each name: its first that is not taken."""
    letters: list[str] = []
    for place, name in enumerate(names):
        own = (letter for letter in name.upper() if letter.isalnum() and letter not in letters)
        letters.append(next(own, str(place + 1)))
    return letters


def clipped(at: float, axis: tuple) -> float:
    """`at`, or the end of the axis that is nearest to it."""
    return axis[0] if math.isnan(at) else min(max(at, axis[0]), axis[1])


def worth(loss: float) -> float:
    """A loss for comparing; one that is no number is the worst."""
    return math.inf if math.isnan(loss) else loss
