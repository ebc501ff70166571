"""Convolution as products, and gradients that are put side by side: passes before the plan."""

from math import prod

import numpy as np

from ...image_ops import places
from .program import Program, rewritten
from .table import Hole, Instruction


def lowered(program: Program) -> Program:
    """All of these passes."""
    return with_parts_assembled(with_convolutions_as_products(program))


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
    """Each convolution as its windows, laid out as columns, and products of matrices with these.

    In memory the images of a batch lie side by side, as in image_ops.py.
    """
    shapes = {n: a.shape for n, a in (program.inputs | program.constants).items()}
    shapes |= {line.name: line.shape for line in program.lines}
    out = Lines(shapes)
    columns: dict[tuple, str] = {}

    def columns_of(x, kernel, how, dtype):
        if (x, kernel, how) not in columns:
            n, c, h, w = shapes[x]
            oh, ow = places((h, w), kernel, how)
            lying = out.add("transpose", (x,), (c, h, w, n), dtype, axes=(1, 2, 3, 0))
            seen = (c, *kernel, oh, ow, n)
            seen_as = out.add("windows", (lying,), seen, dtype, kernel=kernel, how=how)
            laid = out.add("copy", (seen_as,), seen, dtype)
            shape = (how[2], c // how[2] * prod(kernel), oh * ow * n)
            columns[x, kernel, how] = out.add("reshape", (laid,), shape, dtype, shape=shape)
        return columns[x, kernel, how]

    def by_group(g, groups, dtype):
        n, o, oh, ow = shapes[g]
        lying = out.add("transpose", (g,), (o, oh, ow, n), dtype, axes=(1, 2, 3, 0))
        shape = (groups, o // groups, oh * ow * n)
        return out.add("reshape", (lying,), shape, dtype, shape=shape)

    def by_output(weight, groups, dtype):
        o = shapes[weight][0]
        shape = (groups, o // groups, prod(shapes[weight][1:]))
        return out.add("reshape", (weight,), shape, dtype, shape=shape)

    for line in program.lines:
        settings, dtype = dict(line.settings), line.dtype
        how = settings.get("how", (0, 0, 0))
        if line.op not in ("conv2d", "conv2d_input", "conv2d_weight") or not line.size:
            out.lines.append(line)
            continue
        first, second = line.operands
        groups = how[2]
        if line.op == "conv2d":
            kernel = shapes[second][2:]
            cols = columns_of(first, kernel, how, dtype)
            matrix = by_output(second, groups, dtype)
            n, o, oh, ow = line.shape
            shape = (groups, o // groups, oh * ow * n)
            y = out.add("wide_product", (matrix, cols), shape, dtype)
            y = out.add("reshape", (y,), (o, oh, ow, n), dtype, shape=(o, oh, ow, n))
            out.add("transpose", (y,), line.shape, dtype, name=line.name, axes=(3, 0, 1, 2))
        elif line.op == "conv2d_weight":
            cols = columns_of(first, settings["kernel"], how, dtype)
            matrix = by_group(second, groups, dtype)
            shape = (groups, line.shape[0] // groups, prod(line.shape[1:]))
            dw = out.add("long_product", (matrix, cols), shape, dtype)
            out.add("reshape", (dw,), line.shape, dtype, name=line.name, shape=line.shape)
        else:
            matrix = by_output(second, groups, dtype)
            turned = (matrix, (groups, *out.lines[-1].shape[:0:-1]))
            matrix = out.add("transpose", (turned[0],), turned[1], dtype, axes=(0, 2, 1))
            g = by_group(first, groups, dtype)
            n, c, h, w = line.shape
            columns_in = prod(shapes[first][2:]) * n
            shape = (groups, turned[1][1], columns_in)
            parts = out.add("wide_product", (matrix, g), shape, dtype)
            kernel, image = shapes[second][2:], (c, h, w, n)
            seen = (c, *kernel, *shapes[first][2:], n)
            parts = out.add("reshape", (parts,), seen, dtype, shape=seen)
            dx = out.add("fold", (parts,), image, dtype, image=image, how=how)
            out.add("transpose", (dx,), line.shape, dtype, name=line.name, axes=(3, 0, 1, 2))
    return program._replace(lines=tuple(out.lines))


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
