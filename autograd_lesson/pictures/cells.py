"""Arrays drawn as grids of cells, and arrows between them, which the frames of a player light up.

A widget places its grids, makes one picture of them, and says in each frame which cells count:

    x = Grid([[1, 2], [3, 4]], "x")
    y = Grid([3, 7], "y", at=(x.right + 60, 0))
    link = arrow("link", x.right_of((0, 1)), y.left_of(0))
    svg = picture("Row sums", f"{x.words()}. {y.words()}.", x, y, link)
    Frame(
        "the first row",
        classes=x.marks([(0, 0), (0, 1)], "operand") | y.marks([0], "result") | {"link": "on"},
        texts=y.numbers([3, ""]),
    )

Classes of a cell: `operand` (blue, thick border), `result` (orange, dashed border), `faint` (out of
play), and `active`, which the player keeps in sight. Classes of an arrow, which is unseen until it
has one: `on` (points at its end), `back` (points at its start). Several: "operand active".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..numpy_or_not import np
from . import chart
from .svg import Element, Parts, Svg, group, named, width_of
from .words import number

Index = int | tuple[int, ...]
Point = tuple[float, float]

CELL_HEIGHT, LEAST_WIDTH = 30.0, 38.0
TITLE_HEIGHT, LABEL_HEIGHT = 26.0, 18.0  # above the cells; above a block of an array of 3 axes
INSET = 1.5  # to each side of a cell, so that thick borders do not touch
GAP, MARGIN = 16.0, 14.0  # between blocks; around the picture
FONT, LABEL_FONT = 14.0, 12.0
HEAD = 9.0  # the length of an arrow's head
STYLE = """\
.autograd-plot .cells {
text {font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace}
.cell rect {fill: var(--ag-box); stroke: var(--ag-line); stroke-width: 1.2}
.cell text {text-anchor: middle}
.title {font-weight: 700}
.label {fill: var(--ag-quiet); font-size: 12px}
.none {fill: none; stroke: var(--ag-line); stroke-dasharray: 2 4}
.operand rect {fill: var(--ag-operand-box); stroke: var(--ag-operand); stroke-width: 3}
.operand text {fill: var(--ag-operand); font-weight: 700}
.result rect {
fill: var(--ag-result-box); stroke: var(--ag-result); stroke-width: 2.5; stroke-dasharray: 6 3}
.result text {fill: var(--ag-result); font-weight: 700}
.faint rect {fill: none; stroke-width: 0.8; stroke-dasharray: 2 4}
.faint text {fill: var(--ag-quiet); font-size: 12px}
.arrow {visibility: hidden}
.arrow .line {stroke-width: 1.8}
.arrow.on .line {stroke: var(--ag-operand)}
.arrow.back .line {stroke: var(--ag-result); stroke-dasharray: 6 3}
.arrow.on .line, .arrow.on .end, .arrow.back .line, .arrow.back .start {visibility: visible}
.end {fill: var(--ag-operand)}
.start {fill: var(--ag-result)}
}
"""


class Grid:
    """An array as cells: a vector is a row, a matrix rows and columns, of 3 or 4 axes blocks of it.

    `id` begins the ids of its elements, `name` (else `id`) and the shape are its title, and `at` is
    its left upper corner in the picture. Cells may hold numbers or texts. `room` is how many
    characters a cell must hold, where frames put in longer numbers than `array` has. With
    `title_below` the title leaves the upper side free, for arrows that arrive there.
    """

    def __init__(
        self,
        array: Any,
        id: str,
        name: str | None = None,
        at: Point = (0.0, 0.0),
        room: int = 0,
        title_below: bool = False,
    ) -> None:
        """Lay out the cells; `right` and `bottom` are where the grid ends."""
        self.array, self.id, self.name = as_cells(array), id, id if name is None else name
        if self.array.ndim > 4:
            raise ValueError(f"{self.name} has {self.array.ndim} axes; a grid draws up to 4")
        self.title = f"{self.name}, shape {self.array.shape}"
        self.left, self.top = at
        longest = max((width_of(shown(cell)) for cell in self.array.flat), default=0.0)
        self.cell_width = max(LEAST_WIDTH, max(longest, width_of("0" * room)) * FONT + 14.0)
        down, across, rows, columns = (1,) * (4 - self.array.ndim) + self.array.shape
        self.label_height = LABEL_HEIGHT if self.array.ndim > 2 else 0.0
        self.block = (columns * self.cell_width, self.label_height + rows * CELL_HEIGHT)
        width = across * (self.block[0] + GAP) - GAP
        height = down * (self.block[1] + GAP) - GAP
        if not self.array.size:
            width, height = 2 * LEAST_WIDTH, CELL_HEIGHT
        self.right = self.left + max(width, width_of(self.title) * FONT)
        self.bottom = self.top + TITLE_HEIGHT + height
        self.cells_top = self.top if title_below else self.top + TITLE_HEIGHT
        self.title_at = self.bottom - 8.0 if title_below else self.top + 14.0

    def indices(self) -> Iterator[tuple[int, ...]]:
        """The index of every cell, in order."""
        return np.ndindex(self.array.shape)

    def cell(self, index: Index) -> str:
        """The id of a cell, for the classes of a frame; `cell(index) + "-number"` is its text."""
        index = index if isinstance(index, tuple) else (index,)
        sizes = self.array.shape
        if len(index) != len(sizes) or any(
            i not in range(n) for i, n in zip(index, sizes, strict=True)
        ):
            raise IndexError(f"{self.name} has shape {sizes}, and no cell {index}")
        return "-".join([self.id, *map(str, index)])

    def marks(self, indices: Iterable[Index], kind: str) -> dict[str, str]:
        """The classes of a frame that give these cells a look."""
        return {self.cell(index): kind for index in indices}

    def numbers(self, array: Any) -> dict[str, str]:
        """The texts of a frame in which the grid shows this array of the same shape."""
        array = as_cells(array)
        if array.shape != self.array.shape:
            raise ValueError(f"{self.name} has shape {self.array.shape}, not {array.shape}")
        return {f"{self.cell(index)}-number": shown(array[index]) for index in self.indices()}

    def centre(self, index: Index) -> Point:
        """The middle of a cell."""
        self.cell(index)
        index = index if isinstance(index, tuple) else (index,)
        down, across, row, column = (0,) * (4 - len(index)) + index
        return (
            self.left + across * (self.block[0] + GAP) + (column + 0.5) * self.cell_width,
            self.cells_top
            + self.label_height
            + down * (self.block[1] + GAP)
            + (row + 0.5) * CELL_HEIGHT,
        )

    def left_of(self, index: Index) -> Point:
        """The middle of a cell's left side, for an arrow."""
        x, y = self.centre(index)
        return x - self.cell_width / 2, y

    def right_of(self, index: Index) -> Point:
        """The middle of a cell's right side, for an arrow."""
        x, y = self.centre(index)
        return x + self.cell_width / 2, y

    def above(self, index: Index) -> Point:
        """Where an arrow comes to a cell from above: over the name of its block, if it is there."""
        x, y = self.centre(index)
        if isinstance(index, tuple) and self.label_height and index[-2] == 0:
            start, _ = self.left_of((*index[:-2], 0, 0))
            if x - HEAD / 2 < start + width_of(block_name(index[:-2])) * LABEL_FONT:
                y -= self.label_height
        return x, y - CELL_HEIGHT / 2

    def below(self, index: Index) -> Point:
        """The middle of a cell's lower side, for an arrow."""
        x, y = self.centre(index)
        return x, y + CELL_HEIGHT / 2

    def words(self) -> str:
        """The array in words: its name, its shape, its numbers."""
        return f"{self.name}, shape {self.array.shape}: {read_out(self.array)}"

    def parts(self) -> list[Parts]:
        """The grid as parts of a picture."""
        parts: list[Parts] = [
            text(self.left, self.title_at, self.title, "title", f"{self.id}-title")
        ]
        if not self.array.size:
            y = self.cells_top
            size = f'width="{2 * LEAST_WIDTH:g}" height="{CELL_HEIGHT:g}"'
            parts.append(f'<rect class="none" x="{self.left:g}" y="{y:g}" {size}/>\n')
            parts.append(text(self.left + 8.0, y + 20.0, "no cells", "label"))
        elif self.label_height:
            for block in np.ndindex(self.array.shape[:-2]):
                x, y = self.left_of((*block, 0, 0))
                parts.append(text(x, y - CELL_HEIGHT / 2 - 5.0, block_name(block), "label"))
        return [*parts, *map(self.drawn, self.indices())]

    def drawn(self, index: tuple[int, ...]) -> list[Parts]:
        """One cell."""
        (x, y), id_ = self.centre(index), self.cell(index)
        width, height = self.cell_width - 2 * INSET, CELL_HEIGHT - 2 * INSET
        corner = f'x="{x - width / 2:.1f}" y="{y - height / 2:.1f}"'
        size = f'width="{width:.1f}" height="{height:g}"'
        held = chart.text(x, y + 5.0, shown(self.array[index]), "", f"{id_}-number", tail="")
        return group(named(id_, "cell"), f"<rect {corner} {size}/>", held)


def block_name(index: tuple[int, ...]) -> str:
    """What stands above a block of an array of 3 or 4 axes."""
    return f"[{', '.join(map(str, index))}]"


def arrow(id: str, *way: Point, kind: str = "") -> list[Parts]:
    """An arrow from point to point, unseen until a frame (or `kind`) gives it `on` or `back`."""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in way)
    return group(
        named(id, f"arrow {kind}".strip()),
        f'<polyline class="line" points="{places}"/>',
        f"{head(way[-2], way[-1], 'end')}{head(way[1], way[0], 'start')}",
    )


def head(start: Point, end: Point, kind: str) -> str:
    """A triangle whose tip is at `end`, pointing away from `start`."""
    along = np.subtract(end, start)
    along = along / (np.hypot(*along) or 1.0) * HEAD
    across = np.array([-along[1], along[0]]) * 0.45
    corners = (np.array(end), end - along + across, end - along - across)
    return f'<polygon class="{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in corners)}"/>'


def text(x: float, y: float, words: str, kind: str = "", id: str = "") -> Element:
    """A line of text between the grids; `label` makes it small and quiet."""
    return chart.text(x, y, words, kind, id)


def picture(
    name: str, words: str, *parts: Grid | Parts, size: Point = (0.0, 0.0), style: str = ""
) -> Svg:
    """The parts as one SVG, with a name and words for those who do not see it.

    It is as large as its grids need, and at least `size`. `style` is CSS of your own, with all
    rules below `.autograd-plot`.
    """
    ends = [(part.right, part.bottom) for part in parts if isinstance(part, Grid)]
    width, height = (round(max(side) + 2 * MARGIN) for side in zip(size, *ends, strict=True))
    return chart.picture(
        name,
        words,
        (width, height),
        f'<g class="cells" transform="translate({MARGIN:g} {MARGIN:g})">\n',
        *(part.parts() if isinstance(part, Grid) else part for part in parts),
        "</g>\n",
        style=STYLE + style,
    )


def as_cells(array: Any) -> Any:
    """An array whose cells are kept as they are: numbers, or texts."""
    return np.array(array, dtype=object)


def shown(cell: Any) -> str:
    """What a cell reads."""
    return cell if isinstance(cell, str) else number(cell)


def read_out(array: Any) -> str:
    """An array as it is read out: [[1, 2], [3, 4]]."""
    array = as_cells(array)
    if array.ndim == 0:
        return shown(array[()])
    return f"[{', '.join(map(read_out, array))}]"
