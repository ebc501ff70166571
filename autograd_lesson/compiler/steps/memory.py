"""Where each array of a step lies: in the place of one that nobody reads any more, if it can.

First the layout: which names are views, which are made inside a larger array, and in which order
the axes of the others lie. Then the plan: each block of memory lives from the instruction that
writes it first to the one that reads it last; large blocks choose their place first.
"""

from typing import NamedTuple

import numpy as np

from .fusion import Call, Kernel
from .lowering import tiles
from .program import Program
from .table import VIEWS, Instruction, function_of, is_elementwise

ALIGNED = 64  # bytes: a line of the processor's cache
LAID_OUT = ("@",)  # what writes its result into any order of axes


class Block(NamedTuple):
    """So many bytes from one item to another, at a place in the memory of the step."""

    names: tuple[str, ...]
    size: int
    first: int
    last: int
    offset: int = 0


class Layout:
    """For each name an array without memory yet: its strides, and what it is a view of."""

    def __init__(self, program: Program, items):
        """Decide for all names, in the order in which the items run."""
        self.program = program
        self.by_name = {line.name: line for line in program.lines}
        self.shapes = {line.name: line.shape for line in program.lines}
        self.arrays: dict[str, np.ndarray] = {}
        self.root: dict[str, str] = {}  # the name whose memory a name lies in
        self.outside = {*program.constants}  # roots with memory from elsewhere
        self.outside |= {name for name in program.inputs if name[0] != "x" and name != "lr"}
        self.hints = self.hinted()
        for name, a in (program.inputs | program.constants).items():
            if name in self.outside:  # its own memory, so that no copy of it seems to lie in it
                self.arrays[name], self.root[name] = a, name
            else:
                self.own(name, a, self.hints.get(name))
        self.inside: dict[str, tuple] = {}  # parts that are made in a whole: it, index, views
        self.wholes: dict[str, list] = {}  # what is put side by side, and where each part goes
        self.outputs = outputs_of(program, items)
        self.items: list[Call | Kernel] = []
        self.copied: set[str] = set()
        self.choose_wholes()
        for item in items:
            self.take(item)
        for name in program.ends:
            self.look_at(name)

    def own(self, name, like=None, axes=None):
        """Memory of its own, with the axes in this order: an array that is never touched."""
        line = self.by_name.get(name)
        shape, dtype = (like.shape, like.dtype) if like is not None else (line.shape, line.dtype)
        axes = tuple(range(len(shape))) if axes is None or len(axes) != len(shape) else axes
        lying = [shape[i] for i in axes]
        self.arrays[name] = np.empty(lying, dtype).transpose(np.argsort(axes))
        self.root[name] = name

    def hinted(self) -> dict[str, tuple]:
        """Orders of axes by which a product need not be copied when it is reshaped later.

        What becomes images has the batch last in memory, as they have; so has what is padded, and
        what a call brings, which is copied into the step in any case.
        """
        hints: dict[str, tuple] = {}
        for line in self.program.lines:
            flat = self.by_name.get(line.operands[0]) if line.op == "reshape" else None
            if flat is not None and flat.op == "@" and (len(flat.shape), len(line.shape)) == (2, 4):
                hints.setdefault(flat.name, (1, 0))
            seen = self.by_name.get(line.operands[0]) if line.op == "windows" else None
            if seen is not None and seen.op == "transpose":
                hints.setdefault(seen.operands[0], dict(seen.settings)["axes"])
            turned = self.by_name.get(line.operands[0]) if line.op == "reshape" else None
            if turned is not None and turned.op == "transpose":
                made = self.by_name.get(turned.operands[0])
                if made is not None and made.op in LAID_OUT:
                    hints.setdefault(made.name, dict(turned.settings)["axes"])
        return hints

    def choose_wholes(self):
        """Parts of what is put side by side are made where they will lie."""
        for line in self.program.lines:
            indices = indices_of(line, self.shapes)
            if not indices or not tiles(indices, line.shape):
                continue
            self.wholes[line.name] = indices
            for part, index in zip(line.operands, indices, strict=True):
                self.place(part, line.name, index)

    def lies_inside(self, part, whole, index) -> bool:
        """Is the part made at its place in the whole?"""
        if self.root[part] != self.root[whole]:
            return False
        ours, there = self.arrays[part], self.arrays[whole][index]
        return (ours.strides, address(ours)) == (there.strides, address(there))

    def apart(self, line: Instruction) -> list[str]:
        """The parts of a whole that were not made at their place in it."""
        parts = zip(line.operands, self.wholes[line.name], strict=True)
        return [part for part, index in parts if not self.lies_inside(part, line.name, index)]

    def place(self, name, whole, index):
        """Have a part be made at its place; if it is a view, what it looks at."""
        views = []
        while name in self.by_name and self.by_name[name].op in ("reshape", "transpose"):
            views.append(self.by_name[name])
            name = self.by_name[name].operands[0]
        line = self.by_name.get(name)
        if line is not None and (line.op in LAID_OUT or name in self.outputs):
            self.inside.setdefault(name, (whole, index, views))

    def place_of(self, line, order):
        """The array of a part in its whole, which lies as the first part that is made wants it."""
        whole, index, views = self.inside[line.name]
        if whole not in self.root:
            self.own(whole, axes=None if views else order)
        array = self.arrays[whole][index]
        for view in views:
            if view.op == "transpose":
                array = array.transpose(np.argsort(dict(view.settings)["axes"]))
            else:
                shape = self.by_name[view.operands[0]].shape
                seen = array.reshape(shape)
                if not np.may_share_memory(seen, array):
                    return None
                array = seen
        return array

    def take(self, item):
        """The arrays of what an item reads and makes; before it, views that have to be copies."""
        for name in reads_of(item):
            self.look_at(name)
        order = loop_order(item, self.arrays) if isinstance(item, Kernel) else None
        for line in item.lines:
            if isinstance(item, Call) or line.name in self.outputs and line.name in item.own:
                if line.op == "guard" or line.name in getattr(item, "private", ()):
                    continue
                self.make(line, order, item)
        self.items.append(item)

    def make(self, line: Instruction, order, item):
        """The array of a result."""
        if line.name in self.root:
            return
        if order is None and is_elementwise(line.op) and line.op != "copy":
            order = self.order_of_operands(line)
        if line.name in getattr(item, "late", ()):  # a kernel writes it in order, row after row
            self.own(line.name)
            return
        part = self.place_of(line, order) if line.name in self.inside else None
        if part is not None:
            self.arrays[line.name] = part
            self.root[line.name] = self.root[self.inside[line.name][0]]
            return
        is_whole = order is not None and (isinstance(item, Call) or line.shape == item.domain)
        self.own(line.name, axes=order if is_whole else self.hints.get(line.name))

    def order_of_operands(self, line: Instruction):
        """The order of axes of the first operand of that shape; what is laid out anew has none."""
        like = [self.arrays[o] for o in line.operands if isinstance(o, str)]
        return next((by_stride(a) for a in like if a.shape == line.shape), None)

    def look_at(self, name):
        """The array of a name that is there already, or of a view of one."""
        if name in self.arrays:
            return
        chain = []
        while name not in self.arrays:
            chain.append(self.by_name[name])
            name = self.by_name[name].operands[0]
        for line in reversed(chain):
            base = self.arrays[line.operands[0]]
            y = function_of(line.op)(base, **dict(line.settings))
            if y.size and not np.may_share_memory(y, base):
                self.own(line.name)
                self.copied.add(line.name)
                self.items.append(Call(line))
            else:
                self.arrays[line.name] = y
                self.root[line.name] = self.root[line.operands[0]]


def indices_of(line: Instruction, shapes) -> list:
    """Where each operand goes in what is assembled or put end to end; nothing for other ops."""
    if line.op == "assemble":
        return list(dict(line.settings)["indices"])
    if line.op != "concat" or not all(o in shapes for o in line.operands):
        return []
    axis = dict(line.settings)["axis"]
    ends = np.cumsum([0, *(shapes[o][axis] for o in line.operands)]).tolist()
    before = (slice(None),) * axis
    return [(*before, slice(a, b)) for a, b in zip(ends, ends[1:], strict=False)]


def address(array) -> int:
    """Where an array begins."""
    return array.__array_interface__["data"][0]


def by_stride(array) -> tuple[int, ...]:
    """The axes from the largest step in memory to the smallest."""
    return tuple(sorted(range(array.ndim), key=lambda i: -abs(array.strides[i]) or 0))


def loop_order(kernel: Kernel, arrays) -> tuple[int, ...]:
    """The order of a kernel's loops: as its first operand of full size lies in memory."""
    n = len(kernel.domain)
    order = tuple(range(n))
    if any(line.op == "copy" for line in kernel.lines):
        return order  # what is laid out anew is laid out in order
    for name in reads_of(kernel):
        a = arrays.get(name)
        if a is not None and a.shape == kernel.domain and 0 not in a.strides:
            order = by_stride(a)
            break
    if kernel.has_rows:
        order = (*(i for i in order if i != n - 1), n - 1)
    return order


def reads_of(item) -> list[str]:
    """The names that an item reads and does not make itself."""
    own = getattr(item, "own", {})
    names = [o for line in item.lines for o in line.operands if isinstance(o, str)]
    return list(dict.fromkeys(name for name in names if name not in own))


def outputs_of(program: Program, items) -> set[str]:
    """The results of kernels that somebody else reads."""
    read = set(program.ends)
    for item in items:
        read |= set(reads_of(item))
    by_name = {line.name: line for line in program.lines}
    waiting = list(read)
    while waiting:  # through views to what they look at
        line = by_name.get(waiting.pop())
        if line is not None and line.op in VIEWS and line.operands[0] not in read:
            read.add(line.operands[0])
            waiting.append(line.operands[0])
        elif line is not None and line.op in VIEWS:
            continue
    return read


class Plan:
    """Blocks of memory with their places; `peak` bytes are enough for all."""

    def __init__(self, layout: Layout, reuses=True):
        """Find the life of each block, let results take over places, and pack them."""
        self.layout, self.reuses = layout, reuses
        self.stored_in: dict[str, str] = {}  # a root that lies in memory from outside
        self.life = self.lives()
        self.of_block = {name: name for name in self.life}
        if reuses:
            self.store_at_once()
            self.take_over()
        self.blocks = self.packed()
        self.peak = max((b.offset + b.size for b in self.blocks), default=0)

    def lives(self) -> dict[str, list[int]]:
        """root -> the items that touch it first and last."""
        life: dict[str, list[int]] = {}
        end = len(self.layout.items)

        def touch(name, place):
            root = self.layout.root[name]
            if root not in self.layout.outside:
                span = life.setdefault(root, [place, place])
                span[0], span[1] = min(span[0], place), max(span[1], place)

        for place, item in enumerate(self.layout.items):
            is_guard = isinstance(item, Call) and item.line.op == "guard"
            for name in (*reads_of(item), *made_by(item, self.layout)):
                touch(name, end if is_guard else place)  # it is asked when its kernels are done
        for name in self.layout.program.ends:
            touch(name, end)
        for name in self.layout.program.inputs:
            if name not in self.layout.outside:
                touch(name, -1)
        return life

    def store_at_once(self):
        """What takes the place of a parameter is written there, where all have read the old one."""
        last_read: dict[str, int] = {}
        for place, item in enumerate(self.layout.items):
            for name in reads_of(item):
                last_read[self.layout.root[name]] = place
        ends = list(self.layout.program.ends)
        asked = [k for k, item in enumerate(self.layout.items) if item.lines[0].op == "guard"]
        for target, new in self.layout.program.stores:
            root = self.layout.root[new]
            if root != new or root not in self.life or ends.count(new) > 1:
                continue
            place = self.life[root][0]
            item = self.layout.items[place] if 0 <= place < len(self.layout.items) else None
            old, y = self.layout.arrays[target], self.layout.arrays[new]
            if item is None or (old.shape, old.dtype) != (y.shape, y.dtype):
                continue
            if place < max(asked, default=-1):
                continue  # a call that is refused leaves everything as it was
            if old.strides != y.strides and (
                new in getattr(item, "late", ()) or list(self.layout.root.values()).count(new) > 1
            ):
                continue  # what is written in order, and what has views, lies as it was laid out
            if last_read.get(target, -1) > place or (
                last_read.get(target) == place and not may_overwrite(item, new, target, self.layout)
            ):
                continue
            if last_read.get(target) == place and old.strides != y.strides:
                continue
            self.stored_in[root] = target
            del self.life[root], self.of_block[root]

    def take_over(self):
        """A result takes the place of an operand that is read here for the last time."""
        for place, item in enumerate(self.layout.items):
            taken = set()
            for new in made_by(item, self.layout):
                if self.layout.root[new] != new or self.life.get(new, (None,))[0] != place:
                    continue
                for old in reads_of(item):
                    root = self.layout.root[old]
                    if (
                        root in self.life
                        and root not in taken
                        and self.life[root][1] == place
                        and self.layout.arrays[root].nbytes == self.layout.arrays[new].nbytes
                        and may_overwrite(item, new, root, self.layout)
                    ):
                        taken.add(root)
                        self.of_block[new] = self.of_block[root]
                        break

    def packed(self) -> list[Block]:
        """The largest first, each at the lowest place that is free for all of its life."""
        members: dict[str, list[str]] = {}
        for name in self.life:
            members.setdefault(self.of_block[name], []).append(name)
        blocks = []
        for names in members.values():
            size = max(self.layout.arrays[name].nbytes for name in names)
            size = -(-size // ALIGNED) * ALIGNED
            first = min(self.life[name][0] for name in names)
            last = max(self.life[name][1] for name in names)
            if not self.reuses:
                first, last = -1, len(self.layout.items)
            blocks.append(Block(tuple(names), size, first, last))
        placed: list[Block] = []
        for block in sorted(blocks, key=lambda b: (-b.size, b.first, b.names)):
            offset = 0
            for other in sorted(placed, key=lambda b: b.offset):
                if other.first > block.last or other.last < block.first:
                    continue
                if other.offset >= offset + block.size:
                    break
                offset = max(offset, other.offset + other.size)
            placed.append(block._replace(offset=offset))
        return placed

    def bound(self, given) -> dict[str, np.ndarray]:
        """An array for each name, in memory made now, or in what is given."""
        layout = self.layout
        memory = np.empty(self.peak + ALIGNED, np.uint8)
        start = -memory.ctypes.data % ALIGNED
        place = {name: b.offset + start for b in self.blocks for name in b.names}
        arrays: dict[str, np.ndarray] = {}
        for name, a in layout.arrays.items():
            root = layout.root[name]
            base = layout.arrays[root]
            skip = address(a) - address(base)
            if name in given:
                arrays[name] = given[name]
            elif root in place:
                arrays[name] = np.ndarray(a.shape, a.dtype, memory, place[root] + skip, a.strides)
            elif root in self.stored_in and name == root:
                arrays[name] = given[self.stored_in[root]]
            else:
                arrays[name] = None
        for line in layout.program.lines:  # views of what is given
            if line.name in arrays and arrays[line.name] is None:
                base = arrays[line.operands[0]]
                arrays[line.name] = function_of(line.op)(base, **dict(line.settings))
        return arrays


def made_by(item, layout: Layout) -> list[str]:
    """The names that an item writes."""
    if isinstance(item, Call):
        return [] if item.line.op == "guard" else [item.line.name]
    return [n for n in item.own if n in layout.outputs and n not in item.private]


def may_overwrite(item, new, root, layout: Layout) -> bool:
    """May the item write its result where it reads `root`: element by element, each read before?"""
    lines = item.lines
    if isinstance(item, Call) and item.line.op == "fold":
        return layout.root[item.line.operands[-1]] == root and len(item.line.operands) == 2
    if isinstance(item, Call) and (not is_elementwise(item.line.op) or item.line.op in SLOW):
        return False
    y, old = layout.arrays[new], layout.arrays[root]
    if (y.shape, y.strides) != (old.shape, old.strides) or (y.itemsize != old.itemsize):
        return False
    stage = stages(item) if isinstance(item, Kernel) else {}
    if isinstance(item, Kernel) and (item.level(item.own[new]) != "full"):
        return False
    for line in lines:
        for operand in line.operands:
            if isinstance(operand, str) and layout.root.get(operand) == root:
                a = layout.arrays[operand]
                if operand in getattr(item, "own", {}):
                    continue
                if (a.shape, a.strides) != (y.shape, y.strides):
                    return False
                if stage.get(line.name, 0) > stage.get(new, 0):
                    return False
    return True


SLOW = (
    "where",
    "sigmoid",
    "erf",
    "cast",
)  # not one ufunc: what is read may be written before


def stages(kernel: Kernel) -> dict[str, int]:
    """The loop over a row in which each instruction runs: one more after each reduction.

    That of a reduction is the loop in which it adds up; what uses it comes in the next.
    """
    stage: dict[str, int] = {}
    for line in kernel.lines:
        found = [0]
        for operand in line.operands:
            own = kernel.own.get(operand)
            if own is not None:
                is_sum = kernel.level(own) == "row" and not is_elementwise(own.op)
                found.append(stage[operand] + is_sum)
        stage[line.name] = max(found)
    return stage
