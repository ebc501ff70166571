"""Which instructions run together: chains of elementwise ones, with the reductions at their ends.

A kernel goes through its domain once, row by row: each row in as many loops as its reductions need,
since what comes after a sum has to wait for all of the row. A sum over rows is ready only when the
kernel ends. What is neither elementwise nor such a reduction is a call of NumPy by itself.
"""

from collections.abc import Callable
from typing import NamedTuple

from .program import Program
from .table import VIEWS, Instruction, is_elementwise

ROW_REDUCTIONS = ("sum", "max", "min")
LATE_REDUCTIONS = {"sum": "+", "max": "max", "all": "&", "any": "|"}


class Call(NamedTuple):
    """One instruction by itself."""

    line: Instruction

    @property
    def lines(self) -> list[Instruction]:
        """The one."""
        return [self.line]

    def __repr__(self):
        """Its op."""
        return f"Call({self.line.op})"


class Kernel:
    """Instructions that run in the same loops over `domain`."""

    def __init__(self, domain: tuple[int, ...]):
        """Nothing is in it yet."""
        self.domain, self.lines = domain, []
        self.own: dict[str, Instruction] = {}
        self.late: set[str] = set()  # what is ready when the kernel ends
        self.has_rows = False
        self.private: set[str] = set()  # computed here again, though it belongs elsewhere

    def level(self, line: Instruction) -> str:
        """Where in the loops: for each element, once a row, or at the end."""
        if line.op in ROW_REDUCTIONS or line.op in LATE_REDUCTIONS:
            if line.name in self.late:
                return "late"
            return "row"
        return "full" if line.shape == self.domain else "row"

    def is_row_shape(self, shape) -> bool:
        """Is this the shape of one number for each row?"""
        return bool(self.domain) and shape in ((*self.domain[:-1], 1), self.domain[:-1])

    def add(self, line: Instruction, is_late=False, is_private=False):
        """One more."""
        self.lines.append(line)
        self.own[line.name] = line
        if is_late:
            self.late.add(line.name)
        elif line.op in ROW_REDUCTIONS:
            self.has_rows = True
        if is_private:
            self.private.add(line.name)

    def __repr__(self):
        """Domain and instructions."""
        return f"Kernel({list(self.domain)}: {', '.join(line.op for line in self.lines)})"


def axes_of(line: Instruction) -> tuple:
    """The axes of a reduction."""
    return dict(line.settings)["axes"]


class Schedule:
    """Calls and kernels in the order in which they run."""

    def __init__(self, program: Program, can_fuse: Callable[[Instruction, bool], bool]):
        """Each instruction joins a kernel that has what it needs, or opens one, or is a call."""
        self.items: list[Call | Kernel] = []
        self.program, self.can_fuse = program, can_fuse
        self.by_name = {line.name: line for line in program.lines}
        self.made_at: dict[str, int] = {}  # the item that makes a name; views are made at once
        self.shapes = {n: a.shape for n, a in (program.inputs | program.constants).items()}
        self.shapes |= {line.name: line.shape for line in program.lines}
        self.stored = {new for _, new in program.stores}
        self.last_guard = -1
        self.lazy: dict[str, Instruction] = {}  # truths, which each kernel finds by itself
        for line in program.lines:
            self.take(line)
        for name in program.ends:
            self.force(name)

    def take(self, line: Instruction):
        """Find a place for an instruction."""
        if line.op in VIEWS:
            (operand,) = line.operands
            self.force(operand)
            self.made_at[line.name] = self.ready(operand)
        elif line.op == "guard" or not self.is_fusable(line):
            for operand in line.operands:
                self.force(operand)
            self.made_at[line.name] = len(self.items)
            if line.op == "guard":
                self.last_guard = len(self.items)
            self.items.append(Call(line))
        elif line.dtype == bool and is_elementwise(line.op) and line.size > 1:
            self.lazy[line.name] = line
        else:
            self.fuse(line)

    def ready(self, name) -> int:
        """The item after which a name is there; -1 for what is there before."""
        return self.made_at.get(name, -1)

    def is_fusable(self, line: Instruction) -> bool:
        """Can it run in a kernel?"""
        return self.can_fuse(line, self.shapes) and (
            is_elementwise(line.op) or line.op in ROW_REDUCTIONS or line.op in LATE_REDUCTIONS
        )

    def force(self, name):
        """Have a truth computed now, for somebody who is no kernel."""
        if name in self.lazy:
            self.fuse(self.lazy.pop(name))

    def fuse(self, line: Instruction):
        """Into the latest kernel that can take it, or into a new one."""
        for place, kernel in enumerate(self.items):
            if line.name in getattr(kernel, "own", ()):  # computed there for its own use
                kernel.private.discard(line.name)
                self.made_at[line.name] = place
                return
        domain = line.shape if is_elementwise(line.op) else self.shapes[line.operands[0]]
        needed = self.needed(line)
        for place in range(len(self.items) - 1, -1, -1):
            kernel = self.items[place]
            if isinstance(kernel, Kernel) and self.fits(kernel, place, line, domain, needed):
                break
            if any(self.ready(name) >= place for name in needed):
                place, kernel = len(self.items), None
                break
        else:
            kernel = None
        if kernel is None:
            for name in self.truths(line):
                if name in self.lazy and self.lazy[name].shape != domain:
                    self.force(name)
            kernel, place = Kernel(domain), len(self.items)
            self.items.append(kernel)
        self.inline(kernel, line.operands)
        is_row = not is_elementwise(line.op) and self.is_row_reduction(kernel, line)
        kernel.add(line, is_late=not is_elementwise(line.op) and not is_row)
        self.made_at[line.name] = place

    def inline(self, kernel: Kernel, operands):
        """Truths among the operands, computed in this kernel as well."""
        for operand in operands:
            if operand in self.lazy and operand not in kernel.own:
                self.inline(kernel, self.lazy[operand].operands)
                kernel.add(self.lazy[operand], is_private=True)

    def truths(self, line: Instruction) -> list[str]:
        """The truths among the operands, and among theirs, the last ones first."""
        found = []
        for operand in line.operands:
            if operand in self.lazy:
                found += [*self.truths(self.lazy[operand]), operand]
        return found

    def needed(self, line: Instruction) -> list[str]:
        """The names that must be there: operands, and those of truths among them."""
        found = []
        for operand in line.operands:
            if operand in self.lazy:
                found += self.needed(self.lazy[operand])
            elif isinstance(operand, str):
                found.append(operand)
        return found

    def is_row_reduction(self, kernel: Kernel, line: Instruction) -> bool:
        """Is it over the last axis of the domain?"""
        n = len(kernel.domain)
        return (
            line.op in ROW_REDUCTIONS
            and axes_of(line) == (n - 1,)
            and self.shapes[line.operands[0]] == kernel.domain
            and n > 1
            and kernel.domain[-1] > 1
        )

    def fits(self, kernel: Kernel, place: int, line, domain, needed) -> bool:
        """Is all there before the kernel, or in it in time, and are the loops the same?"""
        is_row = False
        if domain != kernel.domain:
            is_row = kernel.has_rows and kernel.is_row_shape(domain)
            if not is_row or self.truths(line):
                return False
        elif any(self.lazy[name].shape != domain for name in self.truths(line)):
            return False
        if line.name in self.stored and place < self.last_guard:
            return False  # nothing is stored before all questions are answered
        is_near = False
        for name in needed:
            if name in kernel.own:
                own = kernel.own[name]
                level = kernel.level(own)
                if level == "late" or (is_row and (level == "full" or own.shape != domain)):
                    return False
                if not is_row and level == "row" and own.shape != (*domain[:-1], 1):
                    return False
                is_near = True
            elif self.ready(name) >= place:
                return False
            else:
                is_near |= any(name in other.operands for other in kernel.lines)
        return is_near
