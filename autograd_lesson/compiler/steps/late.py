"""Partials that are computed on the way back, where their operands are still there."""

from .program import Program
from .table import VIEWS, Instruction, is_elementwise

LONGEST = 8  # instructions of one partial: rules have fewer


def with_partials_late(program: Program) -> Program:
    """Elementwise instructions right before their first reader, where that takes no more memory.

    Rules compute partials on the way forward, such as 1 - y * y of tanh, and read them on the way
    back. Until then they need memory; y is there anyway, or nearly as long. No bit changes: the
    same instructions run.
    """
    found = Places(program)
    order = sorted(range(len(program.lines)), key=lambda k: (found.place[k], k))
    return program._replace(lines=tuple(program.lines[k] for k in order))


class Places:
    """For each instruction the one before which it runs: itself, or a later one."""

    def __init__(self, program: Program):
        """Decide from the last to the first, so that all readers of a result have their places."""
        self.lines = program.lines
        self.made_at = {line.name: k for k, line in enumerate(self.lines)}
        self.root: dict[str, str] = {}  # the array that a name is a view of
        self.readers: dict[str, list[int]] = {}
        for k, line in enumerate(self.lines):
            (first, *_) = (*arrays_of(line), line.name)
            self.root[line.name] = self.of(first) if line.op in VIEWS else line.name
            for name in arrays_of(line):
                self.readers.setdefault(name, []).append(k)
        self.sizes = {n: a.nbytes for n, a in (program.inputs | program.constants).items()}
        self.sizes |= {line.name: line.nbytes for line in self.lines}
        # How long each array is needed, by the readers that have their places.
        self.last = dict.fromkeys(map(self.of, program.ends), len(self.lines))
        self.place = list(range(len(self.lines)))
        for k in reversed(range(len(self.lines))):
            line = self.lines[k]
            if self.is_movable(line):
                first = min(self.place[r] for r in self.readers[line.name])
                longer = set().union(*(self.longer(o, first, {k}) for o in arrays_of(line)))
                if sum(self.sizes[name] for name in longer) <= line.nbytes:
                    self.place[k] = first
            for name in map(self.of, arrays_of(line)):
                self.last[name] = max(self.last.get(name, -1), self.place[k])

    def of(self, name: str) -> str:
        """The array of a name."""
        return self.root.get(name, name)

    def is_movable(self, line: Instruction) -> bool:
        """Is it elementwise, and read by another instruction?"""
        return is_elementwise(line.op) and line.name in self.readers

    def longer(self, name: str, until: int, waiting: set[int]) -> set[str]:
        """The arrays that are needed longer if this one is read at a later place.

        None where it is there anyway; its operands where its own instruction can wait as well.
        """
        root = self.of(name)
        if root not in self.made_at and root[0] != "x":  # a parameter, or a constant
            return set()
        if self.last.get(root, -1) >= until:
            return set()
        k = self.made_at.get(name)
        readers = self.readers[name]
        if (
            k is not None
            and len(waiting) < LONGEST
            and self.is_movable(self.lines[k])
            and all(r in waiting or self.place[r] >= until for r in readers)
        ):
            operands = arrays_of(self.lines[k])
            return set().union(*(self.longer(o, until, waiting | {k}) for o in operands))
        return {root}


def arrays_of(line: Instruction) -> list[str]:
    """The names among its operands, each once."""
    return list(dict.fromkeys(o for o in line.operands if isinstance(o, str)))
