"""A program on arrays as a Python function of NumPy calls, each with a place for its result."""

import re
from collections.abc import Callable

import numpy as np

from .program import Program
from .table import ELEMENTWISE, VIEWS, Hole, Instruction, function_of

PLAIN = re.compile(r"[\w\s()\[\],.'=+-]*")


class Arrays:
    """The memory of a program: an array for each name, made once, and views of these."""

    def __init__(self, program: Program, given: dict[str, np.ndarray]):
        """`given` are the inputs: arrays that are read, and written where they are stored to."""
        self.of = dict(given) | program.constants
        for line in program.lines:
            if line.op == "guard":
                continue
            if line.op in VIEWS:
                y = function_of(line.op)(self.of[line.operands[0]], **dict(line.settings))
                if not np.shares_memory(y, self.of[line.operands[0]]) and y.size:
                    y = None
            else:
                y = None
            self.of[line.name] = np.empty(line.shape, line.dtype) if y is None else y

    def is_view(self, line: Instruction) -> bool:
        """Does the instruction only look at memory that is there?"""
        return line.op in VIEWS and np.shares_memory(self.of[line.name], self.of[line.operands[0]])


def source_of(program: Program, arrays: Arrays) -> tuple[str, dict]:
    """The text of the function `run(refuse)`, and what its names stand for."""
    scope: dict[str, object] = {
        "slice": slice,
        "Hole": Hole,
        "dtype": np.dtype,
        "copyto": np.copyto,
    }
    scope |= arrays.of
    body: list[str] = []
    for place, line in enumerate(program.lines):
        if line.op == "guard":
            answer = dict(line.settings)["answer"]
            test = f"not {line.operands[0]}" if answer else line.operands[0]
            body.append(f"if {test}: refuse({place})")
        elif arrays.is_view(line):
            body.append(f"# {str(line).split('   ')[0].strip()}")
        else:
            body.append(call(line, scope))
    for name, new in program.stores:
        body.append(f"copyto({name}, {new})")
    text = "\n    ".join(body or ["pass"])
    return f"def run(refuse):\n    {text}\n", scope


def call(line: Instruction, scope: dict) -> str:
    """`add(v1, v2, out=v3)`."""
    function = function_of(line.op)
    name = getattr(function, "__name__", line.op)
    name = line.op if name == "reduction" else name
    words = [*map(str, line.operands)]
    scope[name] = function
    if line.op in VIEWS:  # of memory that cannot be seen so: a copy
        settings = ", ".join(f"{k}={setting(v, scope)}" for k, v in line.settings)
        return f"copyto({line.name}, {name}({words[0]}, {settings}))"
    words += [f"{key}={setting(value, scope)}" for key, value in line.settings]
    return f"{name}({', '.join([*words, f'out={line.name}'])})"


def setting(value, scope: dict) -> str:
    """A setting as it is written: by itself, or by a name for what has no text."""
    text = repr(value)
    if PLAIN.fullmatch(text) and not isinstance(value, np.random.Generator):
        scope |= {"inf": np.inf, "nan": np.nan}
        return text
    name = f"setting{sum(key.startswith('setting') for key in scope)}"
    scope[name] = value
    return name


def built(program: Program, arrays: Arrays) -> tuple[Callable, str]:
    """The function, and its text."""
    text, scope = source_of(program, arrays)
    exec(compile(text, "<compiled step>", "exec"), scope)
    return scope["run"], text


__all__ = ["ELEMENTWISE", "Arrays", "built"]
