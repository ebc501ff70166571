"""Arrays in the picture of a graph: a cell for each number, and the same in words.

A positive number is a square, a negative one a disc, and what is not finite a cross, so that signs
can be told apart without colours; the larger a number is in its array, the deeper its colour. Of a
large array not everything has room, and the picture says what was left out.
"""

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..frameworks.sketch import Several, Sketch, Unkept, blocks, kept, mean_of
from ..numpy_or_not import np
from .graph import Known, takes_gradient
from .svg import Parts, group, named

FEW = 12  # so many numbers are written out
MOST_ROWS, MOST_COLUMNS, MOST_SLICES = 16, 32, 8  # of cells in one map
MOST_TITLES = 64  # so many cells have a title each
LEVELS = 5  # of colour, beside that of zero

# Sizes in the picture, in pixels.
WIDEST, SMALLEST_CELL, LARGEST_CELL = 160, 5, 20
TITLE_HEIGHT, LINE_HEIGHT, GAP, PAD = 26.0, 14.0, 14.0, 10.0
LETTER = 6.8  # the width of one in the font of the captions
LEGEND_WIDTH, LEGEND_HEIGHT = 372.0, 24.0

STYLE = """\
.autograd-graph {
.caption {font-size: 11px; text-anchor: start; fill: var(--ag-quiet)}
.map rect {
fill: var(--ag-ground); stroke: var(--ag-line); stroke-width: 1; vector-effect: non-scaling-stroke}
.map path {stroke-width: 1}
.map path[class^=p] {stroke: var(--ag-result); shape-rendering: crispEdges}
.map path[class^=m] {stroke: var(--ag-operand); stroke-width: 0.86; stroke-linecap: round}
.map .zero {stroke: var(--ag-line); stroke-opacity: 0}
.map .cross {stroke: var(--ag-ink); stroke-width: 0.14}
.map path[class$="1"] {stroke-opacity: 0.2}
.map path[class$="2"] {stroke-opacity: 0.4}
.map path[class$="3"] {stroke-opacity: 0.6}
.map path[class$="4"] {stroke-opacity: 0.8}
}
"""


# In words ----------------------------------------------------------------------------------------


def is_array(x: Any) -> bool:
    """Is `x` an array of real numbers with at least one axis, or what is known of one?"""
    if isinstance(x, Sketch | Unkept):
        return x.ndim > 0
    return isinstance(x, np.ndarray) and x.ndim > 0 and x.dtype.kind in "fiub"


def is_short(x: Any) -> bool:
    """Are the numbers of `x` few enough to be written out?"""
    return np.size(x) <= FEW


def shape_of(x: Any) -> str:
    """The shape of an array, or `number`; of several results how many they are."""
    if isinstance(x, Several):
        return f"{x.count} together"
    return str(np.shape(x)) if np.ndim(x) else "number"


def written(x: Any) -> str:
    """The numbers of an array, or one number, to 4 significant digits: `[[1, 2], [3, 4]]`."""
    if np.ndim(x):
        return f"[{', '.join(map(written, x))}]"
    return f"{float(x) + 0.0:.4g}"  # + 0.0 turns -0 into 0


def told(array: Any) -> str:
    """The numbers of an array where they are few, else the least, the mean and the greatest."""
    if isinstance(array, Unkept | Several):
        return str(array)
    if isinstance(array, Sketch):
        found, missing = [array.least, array.mean, array.greatest], array.missing
        found = found if missing < array.size else []
    elif is_short(array):
        return written(array)
    else:
        numbers = array[np.isfinite(array)].astype(float)
        found = [of(numbers) for of in (np.min, mean_of, np.max) if numbers.size]
        missing = array.size - numbers.size
    pairs = zip(("min", "mean", "max"), found, strict=False)
    words = [f"{name} {written(number)}" for name, number in pairs]
    return ", ".join([*words, f"{missing} not finite"] if missing else words)


# Maps --------------------------------------------------------------------------------------------


class Cell(NamedTuple):
    """One number of an array, its index `at` there, and its place in the map, counted in cells."""

    x: int
    y: int
    at: tuple[int, ...]
    number: float


class Map:
    """An array as cells: the last two axes are rows and columns, all others slices side by side.

    Where rows or columns are too many, a cell stands for a block of numbers, and shows the one
    that is largest in size, so that nothing is hidden that stands out.
    """

    def __init__(self, array: Any, caption: str, title: str):
        """Choose the cells; `width` and `height` count them, `cut` says what is left out."""
        self.caption, self.title = caption, f"{title}: {told(array)}"
        if is_sketch := isinstance(array, Sketch):
            whole, array = array.shape, array.cells
        shape = (1,) * (2 - array.ndim) + array.shape
        slices = array.reshape(math.prod(shape[:-2]), *shape[-2:])
        count, rows, columns = slices.shape
        down = blocks(rows, MOST_ROWS)
        across = blocks(columns, MOST_COLUMNS if count == 1 else MOST_COLUMNS // 2)
        shown = min(count, MOST_SLICES, max(1, MOST_COLUMNS // max(1, len(across))))
        self.rows, self.columns = len(down), len(across)
        self.lefts = [place * (self.columns + 1) for place in range(shown)]
        self.width, self.height = max(1, shown * (self.columns + 1) - 1), max(1, self.rows)
        self.cells = [
            Cell(left + x, y, *largest(array, slices, place, top, side))
            for place, left in enumerate(self.lefts)
            for y, top in enumerate(down)
            for x, side in enumerate(across)
        ]
        sizes = np.abs(array.astype(float)).ravel()
        self.scale = float(np.max(sizes, where=np.isfinite(sizes), initial=0.0))
        self.largest = written(array.flat[sizes.argmax()]) if sizes.size else ""
        self.has_titles = len(self.cells) <= MOST_TITLES and not is_sketch  # with an index each
        if is_sketch:  # its cells are blocks of the array already
            whole = (1,) * (2 - len(whole)) + whole
            count = math.prod(whole[:-2])
            down, across = blocks(whole[-2], self.rows), blocks(whole[-1], self.columns)
        tallest, widest = (max((b - a for a, b in cuts), default=1) for cuts in (down, across))
        self.cut = [f"first {shown} of {count} slices"] * (shown < count)
        self.cut += [f"cell: largest of {tallest}x{widest}"] * (tallest * widest > 1)

    def lines(self) -> tuple[str, str]:
        """What stands above and below the cells."""
        return self.caption, f"largest {self.largest}" if self.largest else "no numbers"

    def svg(self, x: float, y: float, side: int, scale: float) -> str:
        """The cells, each `side` pixels wide, in colours by their share of `scale`."""
        above, below = self.lines()
        top = y + LINE_HEIGHT
        frames = "".join(
            f'<rect x="{left}" y="-.5" width="{self.columns}" height="{self.rows}"/>'
            for left in self.lefts
        )
        return (
            f"<g><title>{html.escape(self.title)}</title>{caption_at(x, y + 9.0, above)}"
            f'<g class="map" transform="translate({x:.1f} {top + side / 2:.1f}) scale({side})">'
            f"{frames}{self.paths(scale)}</g>"
            f"{caption_at(x, top + self.height * side + 12.0, below)}</g>"
        )

    def paths(self, scale: float) -> str:
        """The cells as SVG: each with its number as a title where they are few."""
        kinds = [class_of(cell.number, scale) for cell in self.cells]
        if self.has_titles:
            return "".join(
                f'<path class="{kind}" d="{cell_path(kind, cell.x, cell.y)}">'
                f"<title>{list(cell.at)}: {written(cell.number)}</title></path>"
                for cell, kind in zip(self.cells, kinds, strict=True)
            )
        found = dict.fromkeys(sorted({*kinds} - {"zero"}), "")
        for cell, kind in zip(self.cells, kinds, strict=True):
            if kind in found:
                found[kind] += cell_path(kind, cell.x, cell.y)
        return "".join(f'<path class="{kind}" d="{path}"/>' for kind, path in found.items())


def largest(
    array: Any, slices: Any, place: int, rows: tuple[int, int], columns: tuple[int, int]
) -> tuple[tuple[int, ...], float]:
    """The number that is largest in size in a block of one slice, after its index in `array`."""
    block = slices[place, slice(*rows), slice(*columns)].astype(float)
    down, across = divmod(int(np.argmax(np.abs(block))), block.shape[1])
    flat = (place * slices.shape[1] + rows[0] + down) * slices.shape[2] + columns[0] + across
    index = np.unravel_index(flat, array.shape)
    return tuple(int(i) for i in index), float(block[down, across])


def class_of(number: float, scale: float) -> str:
    """The class of a cell: `p1` to `p5`, `m1` to `m5` for a minus, `zero`, or `cross`."""
    if not np.isfinite(number):
        return "cross"
    level = max(1, math.ceil(LEVELS * (abs(number) / scale))) if number else 0
    return f"{'p' if number > 0 else 'm'}{level}" if level else "zero"


def cell_path(kind: str, x: int, y: int) -> str:
    """The path of a cell, in units of cells: a square, a disc, or a cross."""
    if kind == "cross":
        return f"M{x + 0.2:g} {y - 0.3:g}l.6 .6m0-.6l-.6 .6"
    return f"M{x + 0.5:g} {y}h0" if kind[0] == "m" else f"M{x} {y}h1"


# Panels ------------------------------------------------------------------------------------------


class Panel:
    """What the box of an array holds below its name: its map, and the map of its gradient.

    Each of `gradients` has a map in the same place, of which one is shown; None is none so far.
    """

    def __init__(self, id_: str, name: str, data: Any, gradients: Iterable[Any]):
        """Lay out the maps; `width` and `height` are the size of the panel."""
        self.id = id_
        self.gradients = list({id(gradient): gradient for gradient in gradients}.values())
        self.own = None if isinstance(data, Unkept) else Map(data, "data", f"data of {name}")
        self.cut = ["data not kept"] if self.own is None else self.own.cut
        self.maps = [gradient_map(gradient, data, name) for gradient in self.gradients]
        every = [*filter(None, [self.own]), *self.maps]
        self.scale = max((found.scale for found in self.maps), default=0.0)
        longest = max((max(found.width, found.height) for found in every), default=1)
        self.side = min(LARGEST_CELL, max(SMALLEST_CELL, WIDEST // longest))

        wide = max((self.side * found.width for found in every), default=0.0)
        words_of_all = [words for found in every for words in found.lines()]
        wide = max([wide, *(len(words) * LETTER for words in words_of_all)])
        tallest = max((found.height for found in every), default=0)
        high = self.side * tallest + 2 * LINE_HEIGHT + 6.0 if every else 0.0
        is_below = self.own and self.own.width >= 2 * self.own.height  # the gradient, of a wide map
        columns, rows = (1, 2) if is_below else (2, 1)
        columns, rows = (columns, rows) if self.maps and self.own else (1, 1)
        self.first = (PAD, TITLE_HEIGHT)
        self.second = (PAD + (columns - 1) * (wide + GAP), TITLE_HEIGHT + (rows - 1) * high)
        self.bottom = TITLE_HEIGHT + rows * high
        self.width = columns * (wide + GAP) - GAP + 2 * PAD
        self.width = max(self.width, *(len(words) * LETTER + 2 * PAD for words in ["", *self.cut]))
        self.height = self.bottom + LINE_HEIGHT * len(self.cut) + 4.0

    def look(self, gradient: Any) -> dict[str, dict[str, str | None]]:
        """Which map of a gradient is shown: the attributes of each, by its id."""
        return {
            f"{self.id}-grad{place}": {"display": None if known is gradient else "none"}
            for place, known in enumerate(self.gradients)
        }

    def parts(
        self, left: float, top: float, shown: Mapping[str, Mapping[str, str | None]]
    ) -> list[Parts]:
        """The maps, of the gradients those that are in `shown`."""
        parts: list[Parts] = []
        if self.own:
            parts.append(self.own.svg(*self.first, self.side, self.own.scale))
        for place, found in enumerate(self.maps):
            if (id_ := f"{self.id}-grad{place}") in shown:
                attributes = named(id_) | ({"display": "none"} if shown[id_]["display"] else {})
                drawn = found.svg(*self.second, self.side, self.scale)
                parts.append(group(attributes, drawn, tail=""))
        for line, words in enumerate(self.cut):
            parts.append(caption_at(PAD, self.bottom + LINE_HEIGHT * line + 9.0, words))
        moved = {"transform": f"translate({left:.1f} {top:.1f})"}
        return group(moved, *parts, tail="")


def gradient_map(gradient: Any, data: Any, name: str) -> Map:
    """The map of a gradient; its shape stands above it where it is not that of the data."""
    if isinstance(gradient, Sketch):
        caption = "grad" if gradient.shape == data.shape else f"grad {shape_of(gradient)}"
        return Map(gradient, caption, f"{caption} of {name}")
    array: Any = np.asarray(0.0 if gradient is None else gradient)
    if not array.ndim and not array:  # nothing yet
        array = kept(np.broadcast_to(0.0, data.shape)) if is_rough(data) else np.zeros(data.shape)
    caption = "grad" if array.shape == data.shape else f"grad {shape_of(array)}"
    return Map(array if array.ndim else np.atleast_1d(array), caption, f"{caption} of {name}")


def is_rough(x: Any) -> bool:
    """Is of `x` less known than its numbers?"""
    return isinstance(x, Sketch | Unkept)


def panels_of(
    ids: Mapping[Any, str], names: Mapping[Any, str], account: Sequence[Known]
) -> dict[Any, Panel]:
    """A panel for each value that holds an array, with every gradient that `account` gives it.

    Without an account it is the gradient that the value holds.
    """
    found = {}
    for value, id_ in ids.items():
        if is_array(value.data):
            gradients = [known.gradient.get(value) for known in account]
            held = getattr(value, "grad", None)
            if not account and held is not None:
                is_shown = isinstance(held, Sketch) or np.asarray(held).dtype.kind in "fiub"
                gradients = [held] if is_shown else gradients
            if not takes_gradient(value):
                gradients = []
            found[value] = Panel(id_, names[value], value.data, gradients)
    return found


def caption_at(x: float, y: float, words: str) -> str:
    """A line of small text."""
    return f'<text class="caption" x="{x:.1f}" y="{y:.1f}">{html.escape(words)}</text>'


def legend(x: float, y: float) -> str:
    """What the shapes and colours of the cells say."""
    parts = []
    for kind, words in (("p5", "positive"), ("m5", "negative"), ("cross", "nan or inf")):
        parts.append(
            f'<g class="map" transform="translate({x:.1f} {y + 13.0:.1f}) scale(10)">'
            f'<path class="{kind}" d="{cell_path(kind, 0, 0)}"/></g>'
            f"{caption_at(x + 15.0, y + 17.0, words)}"
        )
        x += 27.0 + len(words) * LETTER
    return "".join([*parts, caption_at(x, y + 17.0, "deeper: larger"), "\n"])
