"""The broadcast: where each cell of an array is copied to, and the same arrows back, as a sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ...pictures.cells import Grid, Point, arrow, picture
from ...pictures.words import counted, in_brackets, listed, number
from ..picker import Picker
from ..player import Frame, Words
from .element_flow import APART, STYLE, Way, called, flow, placed

INVITATION = "Step with the buttons or the arrow keys, or click on a cell of x or of x.grad."
SOFT = """
.autograd-plot .cells .arrow {opacity: 0.7}
"""
Index = tuple[int, ...]


def show_broadcast(x: Any, shape: Sequence[int], upstream: Any = None) -> Picker:
    """A player of the copies that broadcasting makes of the cells of `x` to fill `shape`.

    One step for each cell of `x` shows its copies in the result `y`; then one for each shows the
    same arrows reversed: what arrives at the copies, from `upstream` (else 10, 20, 30, ...), is
    summed.
    """
    x, shape = np.array(x, float), tuple(shape)
    try:
        np.broadcast_to(x, shape)
    except ValueError:
        raise ValueError(
            f"{x.shape} does not broadcast to {shape}: aligned at the right, each axis of x has "
            "the length that it has there, or 1; give such a shape"
        ) from None
    y, sources = flow(lambda array: np.broadcast_to(array, shape), [x])
    counting = 10.0 * np.arange(1, y.size + 1).reshape(shape)
    g = counting if upstream is None else np.array(upstream, float)
    if g.shape != shape:
        raise ValueError(f"upstream has shape {g.shape}, and y has {shape}; give one of that")
    copies: dict[Index, list[Index]] = {index: [] for index in np.ndindex(x.shape)}
    for index, source in sources.items():
        if source:
            copies[source[1]].append(index)
    gradient = np.array([sum(g[i] for i in places) for places in copies.values()])
    gradient = gradient.reshape(x.shape)
    room = max((len(number(entry)) for array in (g, gradient) for entry in array.flat), default=0)
    forth = placed([x], ["x"], y, "y")
    beside = max(forth.operands[0].right, forth.result.right) + APART
    back = placed([gradient], ["x.grad"], g, "g", beside, room)
    arrows = [
        arrow(
            arrow_id(kind, place),
            beside_number(way.operands[0], way.operands[0].below(index)),
            beside_number(way.result, way.result.above(place)),
        )
        for kind, way in (("f", forth), ("b", back))
        for index, places in copies.items()
        for place in places
    ]
    grids = [*forth.operands, forth.result, *back.operands, back.result]
    svg = picture(
        "Copies, and their sum on the way back",
        ". ".join(grid.words() for grid in grids),
        *grids,
        *arrows,  # on top, or the second row would hide those that lead past the first
        style=STYLE + SOFT,
    )
    name = f"Broadcasting {x.shape} to {shape}, and back"
    return Picker(svg, Broadcast(forth, back, copies, g, gradient).frames(), name)


class Broadcast(NamedTuple):
    """What the frames are made from; `copies` has, for each cell of x, its places in y."""

    forth: Way
    back: Way
    copies: dict[Index, list[Index]]
    g: np.ndarray
    gradient: np.ndarray

    def frames(self) -> list[Frame]:
        """All arrows; the copies of each cell; what each gets back; all arrows reversed."""
        cells = list(self.copies)
        steps = [*map(self.copied, cells), *map(self.summed, range(len(cells)))]
        return [self.clickable(frame) for frame in (self.start(), *steps, self.end())]

    def clickable(self, frame: Frame) -> Frame:
        """The frame, where a cell of x or of its gradient leads to its step."""
        attrs = {}
        for step, index in enumerate(self.copies, 1):
            attrs[self.forth.operands[0].cell(index)] = {"data-step": str(step)}
            attrs[self.back.operands[0].cell(index)] = {"data-step": str(len(self.copies) + step)}
        return Frame(frame.title, frame.lines, frame.texts, frame.classes, attrs)

    def start(self) -> Frame:
        """Every copy, and what becomes of each axis."""
        lines: list[Words] = [*axes_in_words(self.gradient.shape, self.g.shape), INVITATION]
        title = f"{self.gradient.shape} is copied to {self.g.shape}"
        return Frame(title, lines, self.gradients(0), self.all_arrows("f", "on"))

    def copied(self, index: Index) -> Frame:
        """The copies of one cell of x."""
        places = self.copies[index]
        name, value = called("x", index), number(self.forth.operands[0].array[index])
        classes = self.forth.operands[0].marks([index], "operand")
        classes |= self.forth.result.marks(places, "result")
        classes |= {arrow_id("f", place): "on" for place in places}
        where = ", ".join(called("y", place) for place in places) or "nowhere: y has no cells"
        title = f"{name} = {value} is copied to {counted(len(places), 'cell')}"
        return Frame(title, [("copies", where)], self.gradients(0), classes)

    def summed(self, step: int) -> Frame:
        """What the copies of one cell send back to it."""
        index, places = list(self.copies.items())[step]
        classes = self.back.operands[0].marks([index], "operand")
        classes |= self.back.result.marks(places, "result")
        classes |= {arrow_id("b", place): "back" for place in places}
        name, total = called("x.grad", index), number(self.gradient[index])
        arrives = " + ".join(called("g", place) for place in places) or "nothing arrives"
        numbers = " + ".join(in_brackets(self.g[place]) for place in places) or "0"
        lines: list[Words] = [
            (name, arrives),
            ("numbers", numbers if numbers == total else f"{numbers} = {total}"),
        ]
        title = f"{name} = {total}, from {counted(len(places), 'cell')}"
        return Frame(title, lines, self.gradients(step + 1), classes)

    def end(self) -> Frame:
        """The whole gradient, and the sums over axes that give it at once."""
        shape, lead = self.gradient.shape, self.g.ndim - self.gradient.ndim
        ones = tuple(a + lead for a, n in enumerate(shape) if n == 1 != self.g.shape[a + lead])
        lines: list[Words] = []
        if lead:
            lines.append(("new axes", f"{axes_named(range(lead))}: summed, and gone"))
        if ones:
            lines.append(("stretched", f"{axes_named(ones)}: summed, and kept with length 1"))
        lines = lines or ["No axis was copied: the gradient is g as it came."]
        lines.append(("x.grad", self.back.operands[0].words().partition(": ")[2]))
        title = f"{self.g.shape} is summed to {shape}"
        texts = self.gradients(len(self.copies))
        return Frame(title, lines, texts, self.all_arrows("b", "back"))

    def all_arrows(self, kind: str, look: str) -> dict[str, str]:
        """The classes that show every arrow of one way."""
        return {arrow_id(kind, place): look for places in self.copies.values() for place in places}

    def gradients(self, steps: int) -> dict[str, str]:
        """The texts of the gradient, whose first `steps` cells are known."""
        cells = [number(entry) for entry in self.gradient.flat]
        known = cells[:steps] + ["?"] * (len(cells) - steps)
        grid = self.back.operands[0]
        return {
            f"{grid.cell(index)}-number": text
            for index, text in zip(self.copies, known, strict=True)
        }


def beside_number(grid: Grid, point: Point) -> Point:
    """The point, moved to the right of the numbers in its column."""
    return point[0] + 0.4 * grid.cell_width, point[1]


def axes_in_words(shape: Index, wanted: Index) -> list[Words]:
    """For each axis of the result, whether it is new, stretched or as it was."""
    lead = len(wanted) - len(shape)
    lines: list[Words] = []
    for axis, length in enumerate(wanted):
        if axis < lead:
            words = f"new: {length} copies"
        elif shape[axis - lead] == length:
            words = f"{length}, as it was"
        else:
            words = f"1, stretched: {length} copies"
        lines.append((f"axis {axis} of y", words))
    return lines


def axes_named(axes: Sequence[int]) -> str:
    """`axis 0`, or `axes 0 and 2`."""
    return f"{'axis' if len(axes) == 1 else 'axes'} {listed(map(str, axes))}"


def arrow_id(kind: str, place: Index) -> str:
    """The id of the arrow to or from a cell of the result."""
    return "-".join([kind, *map(str, place)])
