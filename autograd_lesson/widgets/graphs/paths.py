"""The paths of a graph: one at a time, and how fast their number grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ...pictures.chart import (
    LEFT,
    TOP,
    Plot,
    corner_of_square,
    disc,
    places,
    polyline,
    segment,
    square,
    text,
)
from ...pictures.drawing import Look, Picture, steps_of
from ...pictures.svg import Parts, Svg, group, named
from ...pictures.words import counted, in_brackets, number
from ...teaching.diagnosis import Path, Ways
from ...value import Value, backward_steps, topological_order
from ..player import Frame, Player, Words

PATH_STYLE = """\
.autograd-graph .on-path {
.line {stroke: var(--ag-operand); stroke-width: 4}
.head {fill: var(--ag-operand)}
.partial, .note {fill: var(--ag-operand); font-weight: 700}
.box {fill: var(--ag-operand-box); stroke: var(--ag-operand); stroke-width: 3}
}
"""
CHAIN_STYLE = """\
.diamond {
line {stroke: var(--ag-line); stroke-width: 1; stroke-dasharray: 3 3}
circle {fill: var(--ag-line); stroke: none}
}
.diamond.in-chain {
line {stroke: var(--ag-operand); stroke-width: 2.5; stroke-dasharray: none}
circle {fill: var(--ag-operand)}
}
"""
MOST_PATHS = 16  # one a step
MOST_DIAMONDS = 14  # walking all paths of more takes seconds
ROW_LEFT, ROW_Y, ROW_WIDTH = 86.0, 56.0, 380.0  # of the diamonds, above the low end of the curve
KEY_LEFT, KEY_TOP = 92.0, 100.0
CURVES = {"walk": "main", "sweep": "side"}


# One path at a time


class PathPicture(Picture):
    """A graph without gradients, and with room for a note under each box."""

    def __init__(self, root: Any):
        """Lay out the graph behind `root`."""
        super().__init__(root, steps_of(root))

    def look(self, known: Any = None) -> Look:
        """Empty texts where the stepper has gradients and notes."""
        ids = self.ids.values()
        return Look({f"{id_}-grad": "" for id_ in ids} | {f"{id_}-note": "" for id_ in ids}, {})

    def svg(self, known: Any = None, is_base: bool = False, style: str = "") -> Svg:
        """The picture, with the looks of a path added."""
        return super().svg(style=PATH_STYLE + style)

    def classes_of(self, paths: Sequence[Path], source: Any) -> dict[str, str]:
        """The boxes and lines of these paths, as highlighted."""
        steps = [step for path in paths for step in path.steps]
        boxes = [self.ids[value] for value in (source, *(step.result for step in steps))]
        lines = [f"e{self.place_of_edge[step.result, step.index]}" for step in steps]
        return dict.fromkeys(boxes + lines, "on-path")


def show_paths(root: Any, source: Any) -> Player:
    """A player of the paths from `source` to `root`: one a step, and their sum at the end.

    `root` is a Value, or an object of your own with data, op, operands and partials.
    """
    ways = Ways(root, source)
    start, end = ways.name[source], ways.name[root]
    if not ways.count or source is root:
        raise ValueError(
            f"no path leads from {start} to {end}; give the result first, then a value that it "
            "was computed from"
        )
    if ways.count > MOST_PATHS or not ways.paths:
        raise ValueError(
            f"{ways.count:,} paths lead from {start} to {end}, too many to look at one by one; "
            f"give a value nearer to {end}"
        )
    picture = PathPicture(root)
    place = {value: position for position, value in enumerate(ways.nodes)}
    paths = sorted(
        ways.paths,
        key=lambda path: (
            [place[step.result] for step in path.steps[:1]],
            len(path.steps),
            [(place[step.result], step.index) for step in path.steps],
        ),
    )
    question = f"Trace every way along the arrows from {start} to {end} before you go on."
    frames = [Frame(f"how many paths lead from {start} to {end}?", [question])]
    for position, path in enumerate(paths):
        so_far = [path.brings for path in paths[: position + 1]]
        lines: list[Words] = [("product", product(path)), ("sum so far", sum_of(so_far))]
        frames.append(
            Frame(
                f"path {position + 1} of {len(paths)}: {arrows(ways, path)}",
                lines,
                texts=notes(picture, path, source),
                classes=picture.classes_of([path], source),
            )
        )
    total = sum_of([path.brings for path in paths])
    lines = [(arrows(ways, path), product(path)) for path in paths]
    frames.append(
        Frame(
            f"{counted(len(paths), 'path')}, and the gradient of {start}: {number(ways.true)}",
            [*lines, (f"d{end}/d{start}", total)],
            texts={f"{picture.ids[source]}-note": f"gradient {number(ways.true)}"},
            classes=picture.classes_of(paths, source),
        )
    )
    return Player(picture.svg(), frames, f"Paths from {start} to {end}")


def arrows(ways: Ways, path: Path) -> str:
    """A path by the names of its values: `a → c → e`."""
    return " → ".join(ways.name[value] for value in (ways.value, *results_on(path)))


def results_on(path: Path) -> list[Any]:
    """The values on a path after its source."""
    return [step.result for step in path.steps]


def product(path: Path) -> str:
    """The partials along a path and their product: `1 × 10 = 10`."""
    factors = " × ".join(in_brackets(step.partial) for step in path.steps)
    return f"{factors} = {number(path.brings)}" if len(path.steps) > 1 else factors


def sum_of(numbers: Sequence[float]) -> str:
    """Contributions and their sum: `10 + 10 + 25 = 45`."""
    terms = " + ".join(map(in_brackets, numbers))
    return f"{terms} = {number(sum(numbers))}" if len(numbers) > 1 else terms


def notes(picture: Picture, path: Path, source: Any) -> dict[str, str]:
    """Under each box of the path, how far a nudge h of the source moves it along this path."""
    moves, found = 1.0, {f"{picture.ids[source]}-note": "nudge h"}
    for step in path.steps:
        moves *= step.partial
        found[f"{picture.ids[step.result]}-note"] = f"moves {number(moves)} h"
    return found


# How many there are


class Walk(NamedTuple):
    """What a walk over every path finds, and what it takes."""

    gradient: float
    paths: int
    multiplications: int


class Cost(NamedTuple):
    """A chain of diamonds: its edges, the walk over all its paths, and the one sweep."""

    edges: int
    walk: Walk
    sweep: int


def path_explosion(n: int = 12) -> Player:
    """A slider for a chain of 1 to `n` diamonds: its paths, and what its gradient costs.

    Both ways to the gradient are gone for each chain, and their multiplications are counted.
    """
    if not 1 <= n <= MOST_DIAMONDS:
        raise ValueError(f"n is {n}; the paths of 1 to {MOST_DIAMONDS} diamonds can be walked")
    costs = [cost(count) for count in range(1, n + 1)]
    most = costs[-1].walk.multiplications
    plot = Plot((0, n), (0, most * 1.05), ("diamonds in the chain", "multiplications"))
    name = f"Paths through a chain of 1 to {n} diamonds"
    words = (
        f"The multiplications that the gradient costs. Walked path by path it is "
        f"{costs[0].walk.multiplications} for 1 diamond and {most:,} for {n}, a curve that bends "
        f"upwards ever faster. The one sweep takes {costs[0].sweep} and {costs[-1].sweep}: at this "
        "scale it stays on the floor."
    )
    svg = plot.svg(
        name,
        words,
        f'<rect class="ground" x="{LEFT + 1}" y="{TOP + 5}" width="410" height="108"/>\n',
        *(diamond(place, n) for place in range(n)),
        *(polyline([], kind, id_) for id_, kind in CURVES.items()),
        disc(0, 0, "main-dot", "walk-mark"),
        square(0, 0, "side-dot", "sweep-mark"),
        disc(KEY_LEFT, KEY_TOP, "main-dot"),
        square(KEY_LEFT, KEY_TOP + 24, "side-dot"),
        text(KEY_LEFT + 14, KEY_TOP + 4, "", "main-text", "walk-text"),
        text(KEY_LEFT + 14, KEY_TOP + 28, "", "side-text", "sweep-text"),
        style=CHAIN_STYLE,
    )
    frames = [explosion_frame(plot, costs[:count]) for count in range(1, n + 1)]
    return Player(svg, frames, name)


def cost(count: int) -> Cost:
    """The chain of `count` diamonds, walked and swept."""
    x = y = Value(1.0)
    for _ in range(count):
        y = -y * -y  # out along two edges, back along two; every path contributes exactly 1
    sweep = len(list(backward_steps(y, {y: 1.0})))
    edges = sum(len(value.operands) for value in topological_order(y))
    return Cost(edges, walk(y, x), sweep)


def walk(root: Value, source: Value) -> Walk:
    """d(root)/d(source) by the definition: along every path, a multiplication for each edge."""
    if root is source:
        return Walk(1.0, 1, 0)
    gradient, paths, multiplications = 0.0, 0, 0
    for operand, partial in zip(root.operands, root.partials, strict=True):
        found = walk(operand, source)
        gradient += partial * found.gradient
        paths += found.paths
        multiplications += found.multiplications + 1
    return Walk(gradient, paths, multiplications)


def explosion_frame(plot: Plot, costs: list[Cost]) -> Frame:
    """The chain that the last of `costs` belongs to, and the curves up to there."""
    count, (edges, found, sweep) = len(costs), costs[-1]
    walks = [plot.point(k, each.walk.multiplications) for k, each in enumerate(costs, 1)]
    sweeps = [plot.point(k, each.sweep) for k, each in enumerate(costs, 1)]
    mark = {"cx": f"{walks[-1][0]:g}", "cy": f"{walks[-1][1]:g}"}
    return Frame(
        title=f"{counted(count, 'diamond')}, {edges} edges, {found.paths:,} paths",
        lines=[
            ("path by path", f"{found.multiplications:,} multiplications"),
            ("one sweep", f"{sweep} multiplications, one for each edge"),
            ("the same gradient", f"{found.gradient:,.0f}: here each path contributes 1"),
        ],
        texts={
            "walk-text": f"path by path: {found.multiplications:,}",
            "sweep-text": f"one sweep: {sweep}",
        },
        classes={f"diamond{place}": "in-chain" for place in range(count)},
        attrs={
            "walk": {"points": places(walks)},
            "sweep": {"points": places(sweeps)},
            "walk-mark": mark,
            "sweep-mark": corner_of_square(*sweeps[-1]),
        },
    )


def diamond(place: int, count: int) -> list[Parts]:
    """One of `count` diamonds in a row: four edges, and a dot for each value."""
    width = min(ROW_WIDTH / count, 60.0)
    left, middle, right = (ROW_LEFT + (place + part) * width for part in (0.0, 0.5, 1.0))
    corners = [(left, ROW_Y), (middle, ROW_Y - 14), (right, ROW_Y), (middle, ROW_Y + 14)]
    lines = "".join(segment((*corners[k - 1], *corners[k]), "") for k in range(4))
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in corners)
    return group(named(f"diamond{place}", "diamond"), lines, dots)
