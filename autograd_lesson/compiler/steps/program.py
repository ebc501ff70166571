"""A training step as a list of instructions on arrays, and the passes that make it shorter.

Each pass takes a program and gives another with the same results, bit for bit where it does not say
otherwise. All can be printed before and after.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from .table import Instruction, computed

KEPT = ("guard", "draw")  # instructions that are needed though nobody reads their result


class Program(NamedTuple):
    """What a call brings, constants, instructions; and what is returned, or stored at the end.

    Inputs: x0, x1, ... the examples; p0, ... the parameters; s0, ... arrays from outside that the
    step writes to; m0, ... numbers and arrays that the optimiser remembers; lr its rate. `stores`
    are pairs of an input and the result that takes its place.
    """

    inputs: dict[str, np.ndarray]
    constants: dict[str, np.ndarray]
    lines: tuple[Instruction, ...]
    results: tuple[str, ...]
    stores: tuple[tuple[str, str], ...] = ()

    def __str__(self):
        """One line for each input and each instruction."""
        heads = [f"{name:6} : {a.dtype}{list(a.shape)}" for name, a in self.inputs.items()]
        ends = [f"results {', '.join(map(str, self.results))}"]
        ends += [f"{name} becomes {new}" for name, new in self.stores]
        return "\n".join([*heads, *map(str, self.lines), *ends])

    @property
    def ends(self) -> list[str]:
        """The names that are needed when all is done."""
        return [*self.results, *(new for _, new in self.stores)]


def optimised(program: Program) -> Program:
    """All passes, one after the other."""
    for each in PASSES:
        program = each(program)
    return program


def without_dead_code(program: Program) -> Program:
    """Only instructions that a result, a store or a guard needs; what draws moves a generator."""
    needed, kept = set(program.ends), []
    for line in reversed(program.lines):
        if line.name in needed or line.op in KEPT:
            kept.append(line)
            needed.update(o for o in line.operands if isinstance(o, str))
    constants = {name: a for name, a in program.constants.items() if name in needed}
    return program._replace(lines=tuple(kept[::-1]), constants=constants)


def with_common_parts_once(program: Program) -> Program:
    """Of instructions with the same op, operands and settings, only the first."""
    first: dict[tuple, str] = {}

    def replaced(line, by_name):
        if line.op in KEPT:
            return line
        operands = sorted(map(repr, line.operands)) if line.op in ("+", "*") else line.operands
        key = (line.op, *map(repr, operands), exact(line.settings), line.dtype)
        known = first.setdefault(key, line.name)
        return line if known == line.name else known

    return rewritten(program, replaced)


def exact(setting):
    """What settings share only if they are the same: all numbers of an array, no excerpt."""
    if isinstance(setting, np.ndarray):
        return setting.shape, setting.dtype.str, setting.tobytes()
    if isinstance(setting, tuple | list):
        return type(setting), *map(exact, setting)
    if isinstance(setting, partial):
        return partial, *map(exact, (setting.func, setting.args, [*setting.keywords.items()]))
    return repr(setting)


def with_constants_folded(program: Program) -> Program:
    """Instructions on constants alone are computed now, where the result is not larger.

    A constant without axes that has the type of the other operand is written as a number.
    """
    constants = dict(program.constants)

    def replaced(line, by_name):
        if (
            line.op not in KEPT
            and line.operands
            and all(known(o, constants) for o in line.operands)
        ):
            values = [constants.get(o, o) for o in line.operands]
            with np.errstate(all="ignore"):
                result = np.asarray(computed(line, values))
            largest = max([np.asarray(v).nbytes for v in values])
            if result.nbytes <= max(largest, 64):
                constants[line.name] = result
                return None
        if line.op in ("+", "-", "*", "/", "**", "maximum", "minimum"):
            others = [o for o in line.operands if not is_number_like(o, constants)]
            if len(others) == 1 and by_name.get(others[0], line).dtype == line.dtype:
                numbers = [as_number(o, constants, line.dtype) for o in line.operands]
                return line._replace(operands=tuple(numbers))
        return line

    return rewritten(program, replaced)._replace(constants=constants)


def known(operand, constants) -> bool:
    """Is it a number, or a constant?"""
    return not isinstance(operand, str) or operand in constants


def is_number_like(operand, constants) -> bool:
    """Is it a number, or a constant without axes?"""
    return known(operand, constants) and np.ndim(constants.get(operand, operand)) == 0


def as_number(operand, constants, dtype):
    """A constant without axes and of this type as a number."""
    array = constants.get(operand) if isinstance(operand, str) else None
    return (
        array.item() if array is not None and not array.ndim and array.dtype == dtype else operand
    )


def with_safe_algebra(program: Program) -> Program:
    """Rewritings that change no bit, or none but the last: they hold for inf and nan as well.

    x * 1, x / 1, x ** 1, x - 0 and casts to the same type are x; x ** 2 is x * x, x ** 0.5 is the
    root; a view of a view of the same kind is one view; relu(x) <= 0 asks what x <= 0 does.
    """
    relu_of = {
        line.operands[0]: line.name
        for line in program.lines
        if line.op == "maximum" and line.operands[1:] == (0.0,)
    }

    def replaced(line, by_name):
        first = line.operands[0] if line.operands else None
        source = by_name.get(first)
        same = source is not None and (source.shape, source.dtype) == (line.shape, line.dtype)
        match (line.op, *line.operands):
            case ("*" | "/" | "**", str(a), 1 | 1.0) if same:
                return a
            case ("*", 1 | 1.0, str(a)) if (by_name[a].shape, by_name[a].dtype) == line[4:]:
                return a
            case ("-", str(a), 0 | 0.0) if same:
                return a
            case ("cast", str(a)) if same:
                return a
            case ("**", str(a), 2 | 2.0) if same:
                return line._replace(op="*", operands=(a, a))
            case ("**", str(a), 0.5) if same:
                return line._replace(op="sqrt", operands=(a,))
            case ("**", str(a), -1 | -1.0) if same:
                return line._replace(op="/", operands=(1.0, a))
            case ("*", -1.0, str(a)) | ("*", str(a), -1.0) if by_name[a].dtype == line.dtype:
                return line._replace(op="neg", operands=(a,))
            case ("<=", str(a), 0.0) if relu_of.get(a) in by_name:
                return line._replace(operands=(relu_of[a], 0.0))
            case ("reshape" | "broadcast_to", str(a)) if same:
                return a
            case ("transpose", str(a)):
                axes = dict(line.settings)["axes"]
                if axes == tuple(range(len(axes))):
                    return a
        if line.op in ("reshape", "transpose") and getattr(source, "op", "") == line.op:
            settings = line.settings
            if line.op == "transpose":
                inner = dict(source.settings)["axes"]
                settings = (("axes", tuple(inner[i] for i in dict(settings)["axes"])),)
            return line._replace(operands=source.operands, settings=settings)
        return line

    return rewritten(program, replaced)


def rewritten(program: Program, replaced: Callable) -> Program:
    """Each instruction once, in order: kept, changed, replaced by a name, or left out (None)."""
    new_name: dict[str, str] = {}
    by_name: dict[str, Instruction] = {
        name: Instruction(name, "input", (), (), a.shape, a.dtype)
        for name, a in (program.inputs | program.constants).items()
    }
    lines = []
    for line in program.lines:
        operands = tuple(new_name.get(o, o) if isinstance(o, str) else o for o in line.operands)
        new = replaced(line._replace(operands=operands), by_name)
        if isinstance(new, Instruction):
            by_name[new.name] = new
            lines.append(new)
        elif new is not None:
            new_name[line.name] = new
        else:
            by_name[line.name] = line
    results = tuple(new_name.get(name, name) for name in program.results)
    stores = tuple((name, new_name.get(new, new)) for name, new in program.stores)
    return program._replace(lines=tuple(lines), results=results, stores=stores)


PASSES = (
    without_dead_code,
    with_constants_folded,
    with_safe_algebra,
    with_common_parts_once,
    with_safe_algebra,
    without_dead_code,
)
