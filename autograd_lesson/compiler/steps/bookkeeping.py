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

    def __init__(self, entries: list[Entry], blocks: list[Block], plan: Plan):
        """Hold them; the plan is that of the planned step in both ledgers."""
        self.entries, self.blocks, self.plan = entries, blocks, plan
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
        read = bytes_of(reads_of(item), layout, layout.root)
        made = bytes_of(made_by(item, layout), layout, layout.root)
        if item.lines[0].name in layout.wholes:  # what was made at its place is there
            read = bytes_of(layout.apart(item.lines[0]), layout, layout.root)
            made = {name: sum(read.values()) for name in made if read}
        entries.append(Entry(place, tuple(item.lines), read, made))
    told = Ledger(entries, plan.blocks, plan)
    told.arrays = [
        Block((name,), layout.arrays[name].nbytes, *plan.life[name], block.offset)
        for block in plan.blocks
        for name in block.names
    ]
    told.arrays.sort(key=lambda b: (b.first, b.offset))
    return told


def bytes_of(names, layout: Layout, roots: dict[str, str]) -> dict[str, int]:
    """What is touched of each array: what is repeated by a broadcast, or seen twice, counts once.

    `roots` says which array a name is a view of; a view of a part touches that part alone.
    """
    known = layout.program.inputs | layout.program.constants
    found: dict[str, int] = {}
    for name in names:
        root, like = roots[name], layout.arrays.get(name)
        if like is None:  # a result that a kernel keeps to itself
            found[root] = layout.by_name[name].nbytes
            continue
        touched = prod(n for n, step in zip(like.shape, like.strides, strict=True) if step)
        whole = (known.get(root) if root in known else layout.by_name[root]).nbytes
        found[root] = min(found.get(root, 0) + touched * like.itemsize * (like.size > 0), whole)
    return found


def line_by_line(plan: Plan) -> Ledger:
    """The same lines in the same order, each by itself, with a new array for each result.

    An array is freed after its last reader. Its place is the lowest that is free when it is made,
    since nobody knows what comes.
    """
    layout, program = plan.layout, plan.layout.program
    roots = {name: name for name in (*program.inputs, *program.constants)}
    for line in program.lines:
        is_view = line.op in VIEWS and line.name not in layout.copied
        roots[line.name] = roots[line.operands[0]] if is_view else line.name
    entries, done = [], set()
    for place, item in enumerate(layout.items):
        for line in item.lines:
            if line.name not in done:
                done.add(line.name)
                read = [o for o in line.operands if isinstance(o, str)]
                read = bytes_of(dict.fromkeys(read), layout, roots)
                made = {line.name: line.nbytes} if line.nbytes else {}
                entries.append(Entry(place, (line,), read, made))
    ends = [roots[name] for name in program.ends]
    return Ledger(entries, first_fit(entries, ends), plan)


def first_fit(entries: list[Entry], ends: list[str]) -> list[Block]:
    """Each array from the entry that makes it to its last reader, at the lowest free place."""
    last: dict[str, int] = {}
    for place, entry in enumerate(entries):
        last |= dict.fromkeys((*entry.reads, *entry.writes), place)
    last |= dict.fromkeys(ends, len(entries))
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
