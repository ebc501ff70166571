"""A compiled step told: what each kernel reads and writes, and where each array lies for how long.

The same program twice: as it is planned, and line by line, as NumPy does it, with an array of its
own for each result. Kernels are those of C, also where no compiler was found.
"""

from math import prod
from typing import NamedTuple

from .c_code import KernelText
from .fusion import Call
from .memory import Block, Layout, Plan, made_by, reads_of
from .numpy_code import planned
from .table import VIEWS, Instruction


class Entry(NamedTuple):
    """What runs at once: its lines, and the bytes of each array that it reads and writes."""

    kernel: int  # the place of the kernel, or of the call, in the planned step
    lines: tuple[Instruction, ...]
    reads: dict[str, int]
    writes: dict[str, int]

    @property
    def ops(self) -> str:
        """Its ops in order, as they are written."""
        return ", ".join(line.op for line in self.lines)

    @property
    def moved(self) -> int:
        """The bytes that it moves: each array that it reads and each that it writes once."""
        return sum(self.reads.values()) + sum(self.writes.values())

    def __str__(self):
        """`x, w -> v3: ops, 128 bytes moved`."""
        reads, writes = (", ".join(names) for names in (self.reads, self.writes))
        return f"{reads} -> {writes or '-'}: {self.ops}, {self.moved:,} bytes moved"


class Ledger:
    """All entries of a step in order, and the places of its arrays, with their first and last."""

    def __init__(self, entries: list[Entry], blocks: list[Block], roots, plan: Plan):
        """Hold them; the plan is that of the planned step in both ledgers."""
        self.entries, self.blocks, self.roots, self.plan = entries, blocks, roots, plan
        self.arrays = blocks  # one by one, where several lie in a block one after the other

    @property
    def moved(self) -> int:
        """The bytes that all entries move."""
        return sum(entry.moved for entry in self.entries)

    @property
    def top(self) -> int:
        """The bytes from the lowest place to the highest."""
        return max((block.offset + block.size for block in self.blocks), default=0)

    def needed(self, place: int) -> int:
        """The bytes that are needed while an entry runs."""
        return sum(b.size for b in self.blocks if b.first <= place <= b.last)

    @property
    def peak(self) -> int:
        """The most bytes that are needed at one time."""
        return max(map(self.needed, range(len(self.entries))), default=0)

    def root(self, name: str) -> str:
        """The array that a name is a view of, or that it is."""
        return self.roots.get(name, name)

    def text(self, place: int) -> str:
        """The C of a kernel, with its arrays in the order in which it names them; or the line."""
        item = self.plan.layout.items[place]
        if isinstance(item, Call):
            return str(item.line)
        layout = self.plan.layout
        own = dict.fromkeys((*reads_of(item), *made_by(item, layout)))
        places = {name: k for k, name in enumerate(own)}
        return KernelText(item, layout, layout.arrays, places).text(f"kernel_{place}")

    def __str__(self):
        """A line for each entry, and the sums."""
        lines = [f"{place:3}  {entry}" for place, entry in enumerate(self.entries)]
        sums = f"{self.moved:,} bytes moved, {self.peak:,} needed at one time"
        return "\n".join([*lines, sums])


def ledger(step, is_planned=True) -> Ledger:
    """What a compiled step moves and holds: as it is planned, or line by line."""
    plan = planned(step.plans[0].code.program, "c")
    return of_plan(plan) if is_planned else line_by_line(plan)


def of_plan(plan: Plan) -> Ledger:
    """The ledger of a plan: its kernels and calls, and its blocks where they lie."""
    layout = plan.layout
    entries = []
    for place, item in enumerate(layout.items):
        read, made = (bytes_of(names, layout) for names in (reads_of(item), made_by(item, layout)))
        entries.append(Entry(place, tuple(item.lines), read, made))
    told = Ledger(entries, plan.blocks, layout.root, plan)
    told.arrays = [
        Block((name,), layout.arrays[name].nbytes, *plan.life[name], block.offset)
        for block in plan.blocks
        for name in block.names
    ]
    told.arrays.sort(key=lambda b: (b.first, b.offset))
    return told


def bytes_of(names, layout: Layout) -> dict[str, int]:
    """What is touched of each array: what is repeated by a broadcast counts once."""
    found = {}
    for name in names:
        a, root = layout.arrays[name], layout.arrays[layout.root[name]]
        touched = prod(n for n, step in zip(a.shape, a.strides, strict=True) if step)
        found[name] = min(touched * a.itemsize, root.nbytes) if a.size else 0
    return found


def line_by_line(plan: Plan) -> Ledger:
    """The same lines in the same order, each by itself, with a new array for each result.

    An array is freed after its last reader. Its place is the lowest that is free when it is made,
    since nobody knows what comes.
    """
    layout, program = plan.layout, plan.layout.program
    root = {name: name for name in (*program.inputs, *program.constants)}
    for line in program.lines:
        is_view = line.op in VIEWS and line.name not in layout.copied
        root[line.name] = root[line.operands[0]] if is_view else line.name
    entries, done = [], set()
    for place, item in enumerate(layout.items):
        for line in item.lines:
            if line.name not in done:
                done.add(line.name)
                entries.append(alone(place, line, layout))
    return Ledger(entries, first_fit(entries, root, program), root, plan)


def alone(place: int, line: Instruction, layout: Layout) -> Entry:
    """An entry for one line."""
    reads = {}
    for name in dict.fromkeys(o for o in line.operands if isinstance(o, str)):
        if name in layout.arrays:
            reads |= bytes_of([name], layout)
        else:  # a result that a kernel keeps to itself
            reads[name] = layout.by_name[name].nbytes
    return Entry(place, (line,), reads, {line.name: line.nbytes} if line.nbytes else {})


def first_fit(entries, root, program) -> list[Block]:
    """Each array from the entry that makes it to its last reader, at the lowest free place."""
    last = {}
    for place, entry in enumerate(entries):
        for name in (*entry.reads, *entry.writes):
            last[root[name]] = place
    last |= {root[name]: len(entries) for name in program.ends}
    blocks: list[Block] = []
    for place, entry in enumerate(entries):
        for name, size in entry.writes.items():
            offset = 0
            live = [b for b in blocks if b.last >= place]
            for other in sorted(live, key=lambda b: b.offset):
                if other.offset >= offset + size:
                    break
                offset = max(offset, other.offset + other.size)
            blocks.append(Block((name,), size, place, last[name], offset))
    return blocks
