"""Convolution as products, and gradients that are put side by side: passes before the plan."""

from math import prod

import numpy as np

from ...image_ops import pieces_of, places
from .late import with_partials_late
from .program import Program, rewritten
from .table import Hole, Instruction


def lowered(program: Program) -> Program:
    """All of these passes."""
    return with_partials_late(with_parts_assembled(with_convolutions_as_products(program)))


class Lines:
    """Instructions that are added one by one, each with a name of its own."""

    def __init__(self, taken):
        """Names that are taken are left alone."""
        self.lines, self.taken = [], set(taken)

    def add(self, op, operands, shape, dtype, /, name=None, **settings) -> str:
        """One more; its name."""
        name = name or f"w{len(self.taken)}"
        self.taken.add(name)
        line = Instruction(name, op, operands, tuple(settings.items()), tuple(shape), dtype)
        self.lines.append(line)
        return name


def with_convolutions_as_products(program: Program) -> Program:
    """Each convolution as products of matrices with its windows, laid out as columns.

    In memory the images of a batch lie side by side, as in image_ops.py. The columns are made piece
    by piece, some rows of the result at a time, so that they stay in the processor's cache, and are
    made again on the way back.
    """
    out = Lowering(program)
    for line in program.lines:
        if line.op in ("conv2d", "conv2d_input", "conv2d_weight") and line.size:
            getattr(out, line.op)(line, *line.operands, **dict(line.settings))
        else:
            out.lines.append(line)
    return program._replace(lines=tuple(out.lines))


class Lowering(Lines):
    """The instructions of a convolution and of its ways back."""

    def __init__(self, program: Program):
        """Know the shape of each name."""
        self.shapes = {n: a.shape for n, a in (program.inputs | program.constants).items()}
        self.shapes |= {line.name: line.shape for line in program.lines}
        super().__init__(self.shapes)

    def add(self, op, operands, shape, dtype, /, name=None, **settings) -> str:
        """One more; its shape is known then."""
        name = super().add(op, operands, shape, dtype, name=name, **settings)
        self.shapes[name] = tuple(shape)
        return name

    def lying(self, x, dtype) -> str:
        """Images (n, c, h, w) seen as they lie in memory, (c, h, w, n)."""
        n, c, h, w = self.shapes[x]
        return self.add("transpose", (x,), (c, h, w, n), dtype, axes=(1, 2, 3, 0))

    def by_group(self, g, rows, groups, dtype) -> str:
        """Some rows of images (o, oh, ow, n) as a matrix for each group."""
        o, _, ow, n = self.shapes[g]
        part = (o, rows.stop - rows.start, ow, n)
        g = self.add("slice", (g,), part, dtype, index=(slice(None), rows))
        return self.reshaped(g, (groups, o // groups, prod(part[1:])), dtype)

    def reshaped(self, x, shape, dtype) -> str:
        """The same elements in another shape."""
        return self.add("reshape", (x,), shape, dtype, shape=tuple(shape))

    def by_output(self, weight, groups, dtype) -> str:
        """A weight as a matrix for each group: (groups, o/groups, c/groups kh kw)."""
        o, *rest = self.shapes[weight]
        return self.reshaped(weight, (groups, o // groups, prod(rest)), dtype)

    def windows(self, x, kernel, how, dtype) -> str:
        """Every window of images (c, h, w, n), without a copy."""
        c, h, w, n = self.shapes[x]
        shape = (c, *kernel, *places((h, w), kernel, how), n)
        return self.add("windows", (x,), shape, dtype, kernel=kernel, how=how)

    def columns(self, windows, rows, groups, dtype) -> str:
        """The windows of some rows, laid out: (groups, c/groups kh kw, columns)."""
        c, kh, kw, _, ow, n = self.shapes[windows]
        part = (c, kh, kw, rows.stop - rows.start, ow, n)
        index = (slice(None), slice(None), slice(None), rows)
        seen = self.add("slice", (windows,), part, dtype, index=index)
        laid = self.add("copy", (seen,), part, dtype)
        return self.reshaped(laid, (groups, c // groups * kh * kw, prod(part[3:])), dtype)

    def conv2d(self, line, x, weight, how):
        """y: for each piece, the weight times its columns."""
        dtype, groups = line.dtype, how[2]
        n, o, oh, ow = line.shape
        matrix = self.by_output(weight, groups, dtype)
        seen = self.windows(self.lying(x, dtype), self.shapes[weight][2:], how, dtype)
        parts, indices = [], []
        for rows in pieces_of(self.shapes[seen], dtype.itemsize):
            cols = self.columns(seen, rows, groups, dtype)
            shape = (groups, o // groups, self.shapes[cols][2])
            parts.append(self.add("@", (matrix, cols), shape, dtype))
            indices.append((..., slice(rows.start * ow * n, rows.stop * ow * n)))
        shape = (groups, o // groups, oh * ow * n)
        whole = {"indices": tuple(indices), "shape": shape}
        y = self.add("assemble", tuple(parts), shape, dtype, **whole)
        y = self.reshaped(y, (o, oh, ow, n), dtype)
        self.add("transpose", (y,), line.shape, dtype, name=line.name, axes=(3, 0, 1, 2))

    def conv2d_weight(self, line, x, g, how, kernel):
        """dw: the sum over pieces of the gradient times the columns."""
        dtype, groups = line.dtype, how[2]
        shape = (groups, line.shape[0] // groups, prod(line.shape[1:]))
        seen = self.windows(self.lying(x, dtype), kernel, how, dtype)
        g = self.lying(g, dtype)
        total = None
        for rows in pieces_of(self.shapes[seen], dtype.itemsize):
            cols = self.columns(seen, rows, groups, dtype)
            turned = (groups, *self.shapes[cols][:0:-1])
            cols = self.add("transpose", (cols,), turned, dtype, axes=(0, 2, 1))
            part = self.add("@", (self.by_group(g, rows, groups, dtype), cols), shape, dtype)
            total = part if total is None else self.add("+", (total, part), shape, dtype)
        self.add("reshape", (total,), line.shape, dtype, name=line.name, shape=line.shape)

    def conv2d_input(self, line, g, weight, how, shape):
        """dx: each window's gradient, added where the window lay, piece after piece."""
        dtype, groups = line.dtype, how[2]
        n, c, h, w = shape
        matrix = self.by_output(weight, groups, dtype)
        turned = (groups, *self.shapes[matrix][:0:-1])
        matrix = self.add("transpose", (matrix,), turned, dtype, axes=(0, 2, 1))
        oh, ow = self.shapes[g][2:]
        kernel, image = self.shapes[weight][2:], (c, h, w, n)
        g, dx = self.lying(g, dtype), None
        for rows in pieces_of((c, *kernel, oh, ow, n), dtype.itemsize):
            piece = self.by_group(g, rows, groups, dtype)
            shape = (*turned[:2], self.shapes[piece][2])
            parts = self.add("@", (matrix, piece), shape, dtype)
            parts = self.reshaped(parts, (c, *kernel, rows.stop - rows.start, ow, n), dtype)
            operands = (parts,) if dx is None else (parts, dx)
            where = {"image": image, "how": how, "start": rows.start * how[0][0]}
            dx = self.add("fold", operands, image, dtype, **where)
        self.add("transpose", (dx,), line.shape, dtype, name=line.name, axes=(3, 0, 1, 2))


def with_parts_assembled(program: Program) -> Program:
    """A sum of gradients that were each put into zeros, as one array made of the parts."""
    uses: dict[str, int] = {}
    for line in program.lines:
        for operand in line.operands:
            uses[operand] = uses.get(operand, 0) + 1
    for name in program.ends:
        uses[name] = uses.get(name, 0) + 1
    puts: dict[str, tuple] = {}  # name -> (parts, indices)

    def replaced(line, by_name):
        if line.op == "put" and len(line.operands) == 1 and not has_hole(line):
            puts[line.name] = (line.operands, (dict(line.settings)["index"],))
            return line
        if line.op == "+" and all(o in puts and uses.get(o) == 1 for o in line.operands):
            (a, i), (b, j) = (puts[o] for o in line.operands)
            puts[line.name] = (a + b, i + j)
            settings = (("indices", i + j), ("shape", line.shape))
            return line._replace(op="assemble", operands=a + b, settings=settings)
        return line

    return rewritten(program, replaced)


def has_hole(line: Instruction) -> bool:
    """Do arrays stand in its index?"""
    index = dict(line.settings)["index"]
    return any(isinstance(part, Hole) for part in (index if type(index) is tuple else (index,)))


def tiles(indices, shape) -> bool:
    """Do these indices, of slices, cover an array of this shape, each element once?"""
    times = np.zeros(shape, np.int8)
    for index in indices:
        times[index] += 1
    return bool((times == 1).all())
