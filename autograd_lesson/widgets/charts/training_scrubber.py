"""The training scrubber: a filmed run, to be played, paused and gone back through."""

from __future__ import annotations

from collections.abc import Iterator

from ...pictures.chart import Box, Plot, disc, ends_of, picture, plain_rectangle, segment, text
from ...pictures.svg import Element, Svg, named
from ...pictures.words import in_brackets, number
from ..player import Frame, Player, Words
from .training_film import CELLS, Film, Moment, span

TICKS = 3  # on each axis, about

SIZE = (660, 470)
MAP = Box(46, 262, 30, 246)
LOSS = Box(330, 642, 30, 246)
GRADIENTS = Box(46, 420, 328, 440)
SHARES = Box(500, 642, 328, 440)

STYLE = """\
.p1, .p2, .p3 {fill: var(--ag-result)}
.m1, .m2, .m3 {fill: var(--ag-operand)}
.p1, .m1 {fill-opacity: 0.2}
.p2, .m2 {fill-opacity: 0.5}
.p3, .m3 {fill-opacity: 0.85}
.example {fill: var(--ag-ground); stroke: var(--ag-ink); stroke-width: 1.5}
.target {text-anchor: middle; font-weight: 700}
.bar {stroke: var(--ag-ink)}
"""


def training_scrubber(film: Film) -> Player:
    """The filmed run, moment by moment: map, loss, gradients, and one gradient's shares."""
    plots = Plots(film)
    frames = [plots.frame(moment) for moment in film.moments]
    name = f"Training, {len(film.losses)} steps"
    return Player(plots.svg(name), frames, name, step=len(frames) - 1)


class Plots:
    """The four plots of a film, and what a moment changes in them."""

    def __init__(self, film: Film) -> None:
        """Lay out the axes so that every moment fits."""
        self.film = film
        across, up = film.plane
        of_map = (f"input {across + 1}", f"input {up + 1}")
        spans = (span(film.inputs, across), span(film.inputs, up))
        last = max(len(film.losses) - 1, 1)
        highest = max(film.losses) * 1.05 or 1.0
        gradients = [moment.gradients for moment in film.moments]
        shares = [moment.shares for moment in film.moments]
        watched = film.names[film.watched]
        self.map = Plot(*spans, of_map, box=MAP)
        self.loss = Plot((0, last), (0, highest), ("updates so far", "loss"), box=LOSS)
        self.gradients = bars_for(gradients, "gradient of each parameter", GRADIENTS)
        self.shares = bars_for(shares, f"{watched}, by example", SHARES)

    def svg(self, title: str) -> Svg:
        """The picture that all frames change."""
        film = self.film
        words = (
            "Four plots. A map of the output over two inputs: squares where it is below 0, circles "
            "where it is above, the stronger the further from 0, and the examples with the signs "
            "of their targets. The loss before each update, with a mark at this one. A bar for the "
            "gradient of each parameter. And a bar for what each example brings to one of them."
        )
        return picture(
            title,
            words,
            SIZE,
            *self.map.axes(TICKS),
            *(self.cell(place) for place in range(CELLS * CELLS)),
            *self.examples(),
            *self.loss.axes(TICKS),
            self.loss.curve(enumerate(film.losses), "side"),
            disc(0, 0, "dot", "here"),
            *bars("g", self.gradients, len(film.names)),
            *self.neurons(),
            *bars("s", self.shares, max(len(moment.shares) for moment in film.moments)),
            text(SHARES.right, SHARES.bottom + 20, "first to last example", "tick y"),
            style=f".autograd-plot {{{STYLE}}}",
        )

    def cell(self, place: int) -> Element:
        """One cell of the map."""
        size = (MAP.right - MAP.left) / CELLS
        row, column = divmod(place, CELLS)
        at = {"x": f"{MAP.left + column * size + 1:g}", "y": f"{MAP.top + row * size + 1:g}"}
        side = {"width": f"{size - 2:g}", "height": f"{size - 2:g}"}
        return plain_rectangle(f"c{place}", **at, **side)

    def examples(self) -> Iterator[str]:
        """Each example in its place, with the sign of its target."""
        across, up = self.film.plane
        for x, target in zip(self.film.inputs, self.film.targets, strict=True):
            left, top = self.map.point(x[across], x[up])
            yield f'<circle class="example" cx="{left:g}" cy="{top:g}" r="9"/>\n'
            yield text(left, top + 4.5, "+" if target > 0 else "\N{MINUS SIGN}", "target")

    def neurons(self) -> Iterator[str]:
        """Below the bars of each neuron its name, and a line before the next."""
        owners = [name.partition(" of ")[2] for name in self.film.names]
        for owner in dict.fromkeys(owners):
            first, count = owners.index(owner), owners.count(owner)
            left, right = (self.gradients.x.pixel(at) for at in (first, first + count))
            yield text((left + right) / 2, GRADIENTS.bottom + 20, owner, "tick x")
            yield segment((right, GRADIENTS.top, right, GRADIENTS.bottom), "grid")

    def frame(self, moment: Moment) -> Frame:
        """One moment in the picture and in words."""
        loss = self.film.losses[moment.step]
        here = self.loss.point(moment.step, loss)
        return Frame(
            title=f"after {moment.step} updates: loss {number(loss)}",
            lines=self.lines(moment),
            classes={f"c{place}": level(output) for place, output in enumerate(moment.map)},
            attrs={
                **{f"c{at}": {"rx": rounded(output)} for at, output in enumerate(moment.map)},
                "here": {"cx": f"{here[0]:g}", "cy": f"{here[1]:g}"},
                **heights("g", self.gradients, moment.gradients),
                **heights("s", self.shares, moment.shares),
            },
        )

    def lines(self, moment: Moment) -> list[Words]:
        """What the four plots say."""
        film, watched = self.film, self.film.watched
        pairs = list(zip(moment.outputs, film.targets, strict=True))
        right = sum((output > 0) == (target > 0) for output, target in pairs)
        largest = max(range(len(moment.gradients)), key=lambda at: abs(moment.gradients[at]))
        shares = " + ".join(map(in_brackets, moment.shares))
        return [
            ("outputs", ", ".join(f"{y:z.2f} for {target:g}" for y, target in pairs)),
            ("right sign", f"{right} of {len(pairs)}"),
            (
                "largest gradient",
                f"{moment.gradients[largest]:z.3f}, of {film.names[largest]}",
            ),
            (film.names[watched], f"{shares} = {sum(moment.shares):z.3f}"),
        ]


def bars_for(rows: list[list[float]], label: str, box: Box) -> Plot:
    """A plot with room for one upright bar for each number of a row."""
    furthest = max((abs(x) for row in rows for x in row), default=0) * 1.05 or 1.0
    return Plot((0, max(map(len, rows))), (-furthest, furthest), ("", label), box=box)


def bars(kind: str, plot: Plot, count: int) -> Iterator[str]:
    """The upright axis, and a bar for each number, each with an id."""
    for words, level in plot.y.ticks(TICKS).items():
        yield plot.y_tick(words, level)
    yield text(plot.box.left, plot.box.top - 12, plot.labels[1], "quiet")
    zero = plot.y.pixel(0)
    yield segment((plot.box.left, zero, plot.box.right, zero), "here")
    width = 0.6 * (plot.x.pixel(1) - plot.x.pixel(0))
    for at in range(count):
        x = plot.x.pixel(at + 0.5)
        wide = {"style": f"stroke-width:{width:.1f}"}
        line = named(f"{kind}{at}", "bar") | wide | ends_of((x, zero, x, zero))
        yield Element("line", line, tail="\n")


def heights(kind: str, plot: Plot, numbers: list[float]) -> dict[str, dict[str, str]]:
    """Where each bar ends."""
    return {f"{kind}{at}": {"y2": f"{plot.y.pixel(x):.0f}"} for at, x in enumerate(numbers)}


def level(output: float) -> str:
    """The class of a cell: the sign of the output, and how far from 0 it is, in three levels."""
    strength = min(int(3 * abs(output)) + 1, 3)
    return f"{'p' if output > 0 else 'm'}{strength}"


def rounded(output: float) -> str | None:
    """The radius at the corners of a cell: a circle where the output is above 0."""
    return "50%" if output > 0 else None
