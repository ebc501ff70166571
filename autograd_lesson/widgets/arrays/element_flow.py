"""The element flow: for an op that moves numbers, which cell each comes from, and goes back to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...pictures.cells import Grid, arrow, picture
from ...pictures.words import counted, number
from ..picker import Picker
from ..player import Frame, Words

MOST_CELLS = 40  # of a result: there is a step for each, forward and back
DOWN, BETWEEN, APART = 56.0, 26.0, 60.0  # operands to result; two operands; the two ways
INVITATION = "Step with the buttons or the arrow keys, or click on a cell of the result."
STYLE = """
.autograd-plot .cells .title, .autograd-plot .cells .label {
paint-order: stroke; stroke: var(--ag-ground); stroke-width: 5px}
"""
Cell = tuple[int, tuple[int, ...]]  # an operand, and an index of it


class Way(NamedTuple):
    """One half of the picture: the grids of the operands, and below them the result's."""

    operands: list[Grid]
    result: Grid


def element_flow(
    op: Callable[..., Any], *operands: Any, upstream: Any = None, names: Sequence[str] = ()
) -> Picker:
    """A player for `op(*operands)`, an op on NumPy arrays that moves numbers and computes none.

    One step for each cell of the result shows where its number comes from, and then one for each
    cell of `upstream`, its gradient (else 10, 20, 30, ...), where that goes and what it adds to. A
    cell of the result that comes from no operand, as the zeros of `np.pad`, sends its gradient
    nowhere.
    """
    arrays = [np.array(operand) for operand in operands]
    names = list(names) or (["x"] if len(arrays) == 1 else list("abcdefgh"[: len(arrays)]))
    result, sources = flow(op, arrays)
    if upstream is None:
        upstream = 10.0 * np.arange(1, result.size + 1).reshape(result.shape)
    g = np.array(upstream, float)
    if g.shape != result.shape:
        raise ValueError(f"upstream has shape {g.shape}; the result has {result.shape}: give that")
    gradients = [np.zeros(array.shape) for array in arrays]
    for index, source in sources.items():
        if source:
            gradients[source[0]][source[1]] += g[index]
    forth = placed(arrays, names, result, "y")
    room = max(len(number(x)) for array in [g, *gradients] for x in array.flat)
    beside = max(grid.right for grid in (*forth.operands, forth.result)) + APART
    back = placed(gradients, [f"{name}.grad" for name in names], g, "g", beside, room)
    arrows = [
        arrow(f"{kind}{step}", way.operands[source[0]].below(source[1]), way.result.above(index))
        for kind, way in (("f", forth), ("b", back))
        for step, (index, source) in enumerate(sources.items())
        if source
    ]
    flowing = Flow(forth, back, list(sources.items()), g, names)
    grids = [*forth.operands, forth.result, *back.operands, back.result]
    svg = picture(
        "Where each number comes from, and where its gradient goes",
        ". ".join(grid.words() for grid in grids),
        *arrows,  # below the cells, which stay readable
        *grids,
        style=STYLE,
    )
    name = f"The way of {counted(result.size, 'number')} from {' and '.join(names)} to y, and back"
    return Picker(svg, flowing.frames(), name)


def flow(
    op: Callable[..., Any], arrays: list[np.ndarray]
) -> tuple[np.ndarray, dict[tuple[int, ...], Cell | None]]:
    """The result, and for each of its cells where it comes from: found by moving addresses.

    Every cell of the operands gets a number of its own, from 1, and the op moves these.
    """
    cells: list[Cell | None] = [None]
    numbered = []
    for place, array in enumerate(arrays):
        first = len(cells)
        cells += [(place, index) for index in np.ndindex(array.shape)]
        numbered.append(np.arange(first, len(cells)).reshape(array.shape))
    result, moved = np.asarray(op(*arrays)), np.asarray(op(*numbered))
    if result.size > MOST_CELLS:
        raise ValueError(
            f"the result has {result.size} cells, and there is a step for each; give operands "
            f"with which it has at most {MOST_CELLS}"
        )
    if moved.shape != result.shape:
        raise ValueError(
            "the shape of the result depends on the numbers, as in x[x > 0]; element_flow shows "
            "ops that move the same places whatever is in them: give the mask itself"
        )
    sources = {
        index: cells[int(moved[index])] if 0 <= moved[index] < len(cells) else None
        for index in np.ndindex(result.shape)
    }
    for index, source in sources.items():
        if result[index] != (arrays[source[0]][source[1]] if source else 0):
            raise ValueError(
                f"the op gives {number(result[index])} at {list(index)}, which it did not move "
                "there; element_flow shows ops that move numbers and compute none"
            )
    return result, sources


def placed(
    arrays: Sequence[np.ndarray],
    names: Sequence[str],
    result: np.ndarray,
    name: str,
    left: float = 0.0,
    room: int = 0,
) -> Way:
    """The grids of one way, the operands side by side."""
    operands: list[Grid] = []
    for array, label in zip(arrays, names, strict=True):
        at = (operands[-1].right + BETWEEN if operands else left, 0.0)
        operands.append(Grid(array, label.replace(".", "-"), label, at, room))
    low = max(grid.bottom for grid in operands) + DOWN
    return Way(operands, Grid(result, name, at=(left, low), room=room, title_below=True))


class Flow(NamedTuple):
    """What the frames are made from."""

    forth: Way
    back: Way
    sources: list[tuple[tuple[int, ...], Cell | None]]
    g: np.ndarray
    names: Sequence[str]

    def frames(self) -> list[Frame]:
        """All arrows; then each cell forward; then each gradient back; then all of these."""
        steps = range(len(self.sources))
        shapes = ", ".join(str(grid.array.shape) for grid in self.forth.operands)
        every = Frame(
            f"{shapes} gives {self.forth.result.array.shape}",
            [
                "Each arrow brings a number to y. Beside it wait g, the gradient of y, and zeros.",
                INVITATION,
            ],
            self.gradients(0),
            {arrow: "on" for arrow in map(self.arrow, steps, ["f"] * len(steps)) if arrow},
        )
        frames = [every, *map(self.forward, steps), *map(self.backward, steps), self.end()]
        return [self.clickable(frame) for frame in frames]

    def clickable(self, frame: Frame) -> Frame:
        """The frame, where a cell of the result or of its gradient leads to its step."""
        count = len(self.sources)
        attrs = {}
        for step, (index, _) in enumerate(self.sources, 1):
            attrs[self.forth.result.cell(index)] = {"data-step": str(step)}
            attrs[self.back.result.cell(index)] = {"data-step": str(count + step)}
        return Frame(frame.title, frame.lines, frame.texts, frame.classes, attrs)

    def arrow(self, step: int, kind: str) -> str:
        """The id of the arrow of a step; none where the number comes from nowhere."""
        return f"{kind}{step}" if self.sources[step][1] else ""

    def forward(self, step: int) -> Frame:
        """Where the number of one cell of the result comes from."""
        index, source = self.sources[step]
        name, value = called("y", index), number(self.forth.result.array[index])
        classes = self.forth.result.marks([index], "result")
        texts = self.gradients(0)
        if not source:
            title = f"{name} = {value} comes from no operand"
            return Frame(title, ["It is a constant of the op."], texts, classes)
        classes |= self.forth.operands[source[0]].marks([source[1]], "operand")
        classes[self.arrow(step, "f")] = "on"
        lines: list[Words] = [(name, f"{self.home(source)} = {value}")]
        others = [called("y", i) for i, other in self.sources if other == source and i != index]
        if others:
            lines.append((f"{self.home(source)} is also in", ", ".join(others)))
        return Frame(f"{name} comes from {self.home(source)}", lines, texts, classes)

    def backward(self, step: int) -> Frame:
        """Where one entry of the upstream gradient goes, and what it finds there."""
        index, source = self.sources[step]
        name, sent = called("g", index), number(self.g[index])
        classes = self.back.result.marks([index], "result")
        texts = self.gradients(step + 1)
        if not source:
            lines: list[Words] = ["No operand moves that number, so nothing is passed on."]
            return Frame(f"{name} = {sent} goes nowhere", lines, texts, classes)
        home = self.home(source, ".grad")
        classes |= self.back.operands[source[0]].marks([source[1]], "operand")
        classes[self.arrow(step, "b")] = "back"
        before = [self.g[i] for i, other in self.sources[:step] if other == source]
        terms = " + ".join(map(number, [*before, self.g[index]]))
        total = sum(before) + self.g[index]
        added = f"{terms} = {number(total)}" if before else f"0 + {sent} = {number(total)}"
        verb = "is added to" if before else "goes to"
        return Frame(f"{name} = {sent} {verb} {home}", [(home, added)], texts, classes)

    def end(self) -> Frame:
        """All gradients where they belong."""
        count = len(self.sources)
        fed = [source for _, source in self.sources]
        lines: list[Words] = []
        idle = []
        for place, grid in enumerate(self.back.operands):
            idle += [self.home((place, i)) for i in grid.indices() if (place, i) not in fed]
            lines.append((grid.name, grid.words().partition(": ")[2]))
        if idle:
            lines.append(("gradient 0", f"{', '.join(idle)}: not in y"))
        classes = {arrow: "back" for arrow in map(self.arrow, range(count), "b" * count) if arrow}
        texts = self.gradients(count)
        return Frame("every gradient is home", lines, texts, classes)

    def home(self, source: Cell, of: str = "") -> str:
        """A cell of an operand, or of its gradient, by name."""
        return called(f"{self.names[source[0]]}{of}", source[1])

    def gradients(self, steps: int) -> dict[str, str]:
        """The texts of the operands' gradients after so many steps back."""
        sums = [np.zeros(grid.array.shape) for grid in self.back.operands]
        for index, source in self.sources[:steps]:
            if source:
                sums[source[0]][source[1]] += self.g[index]
        shown = zip(self.back.operands, sums, strict=True)
        return {id_: text for grid, array in shown for id_, text in grid.numbers(array).items()}


def called(name: str, index: tuple[int, ...]) -> str:
    """A cell by name and index: `x[0, 2]`; an array of no axes by its name."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name
