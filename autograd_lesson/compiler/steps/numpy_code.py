"""A plan as a Python function: calls of NumPy with a place for each result, and of kernels in C."""

import ctypes
import re
from collections.abc import Callable
from math import inf, nan

import numpy as np

from . import cache
from .c_calls import is_c_call
from .c_code import source_of
from .c_table import can_be_c
from .fusion import Kernel, Schedule
from .memory import Layout, Plan, made_by
from .program import Program
from .table import Hole, Instruction, function_of

PLAIN = re.compile(r"[\w\s()\[\],.'=+-]*")


class Code:
    """A program with its memory and its function `run`; `source` is its text, `c_source` the C."""

    def __init__(self, program: Program, given: dict[str, np.ndarray], to: str, reuses=True):
        """Schedule, lay out, plan, write, and read it in. `given` are arrays from outside."""
        program = program._replace(inputs={**program.inputs, **given})
        self.program, self.to, self.c_source = program, to, ""
        self.plan = planned(program, to, reuses)
        self.layout = self.plan.layout
        self.arrays = self.plan.bound(given | program.constants)
        self.scope: dict[str, object] = {"Hole": Hole, "dtype": np.dtype, "copyto": np.copyto}
        self.scope |= {"inf": inf, "nan": nan} | self.arrays
        self.groups: list[list[Kernel]] = []
        self.source = self.text()
        if self.groups:
            self.link()
        exec(compile(self.source, "<compiled step>", "exec"), self.scope)
        self.run: Callable = self.scope["run"]

    def link(self):
        """Compile the kernels, and bring their functions into the scope, each with its arrays."""
        self.c_source, names = source_of(self.groups, self.layout, self.arrays)
        library = cache.library(self.c_source)
        if library is None:
            raise NoCompiler
        addresses = [self.arrays[name].ctypes.data for name in names]
        self.scope["arrays"] = (ctypes.c_void_p * len(names))(*addresses)
        for place in range(len(self.groups)):
            function = getattr(library, f"run_{place}")
            function.argtypes, function.restype = [ctypes.c_void_p], None
            self.scope[f"kernels_{place}"] = function

    def text(self) -> str:
        """The text of the function `run(refuse)`."""
        body: list[str] = []
        waiting: list[Kernel] = []  # kernels that run in one call
        guards: list[Instruction] = []

        def flush():
            if waiting:
                words = "; ".join(map(str, waiting))
                body.append(f"# {words}")
                body.append(f"kernels_{len(self.groups)}(arrays)")
                self.groups.append(waiting.copy())
                waiting.clear()
            for line in guards:
                settings = dict(line.settings)
                test = f"not {line.operands[0]}" if settings["answer"] else line.operands[0]
                body.append(f"if {test}: refuse({self.program.lines.index(line)})")
            guards.clear()

        for item in self.layout.items:
            if isinstance(item, Kernel):
                if guards and any(
                    name in self.plan.stored_in for name in made_by(item, self.layout)
                ):
                    flush()
                waiting.append(item)
            elif item.line.op == "guard":
                guards.append(item.line)
            elif self.to == "c" and is_c_call(item.line, self.arrays):
                waiting.append(item)
            elif lines := self.calls(item.line):
                flush()
                body += lines
        flush()
        for name, new in self.program.stores:
            if self.plan.stored_in.get(new) != name:
                body.append(f"copyto({name}, {new})")
        text = "\n    ".join(body or ["pass"])
        return f"def run(refuse):\n    {text}\n"

    def calls(self, line: Instruction) -> list[str]:
        """`add(v1, v2, out=v3)`, or what else makes the result."""
        layout = self.layout
        if line.name in layout.copied:
            if line.op == "reshape":  # as long as what it is made of, in that shape
                target = f"{line.name}_unfolded"
                source = self.arrays[line.operands[0]]
                self.scope[target] = self.arrays[line.name].reshape(source.shape)
                return [f"copyto({target}, {line.operands[0]})"]
            function = function_of(line.op)
            self.scope[function.__name__] = function
            return [
                f"copyto({line.name}, {function.__name__}({line.operands[0]}, {self.words(line)}))"
            ]
        if wholes := layout.wholes.get(line.name):
            found = []
            for place, (part, index) in enumerate(zip(line.operands, wholes, strict=True)):
                if not layout.lies_inside(part, line.name, index):
                    target = f"{line.name}_part{place}"
                    self.scope[target] = self.arrays[line.name][index]
                    found.append(f"copyto({target}, {part})")
            return found
        function = function_of(line.op)
        name = getattr(function, "__name__", line.op)
        name = line.op if name == "reduction" else name
        self.scope[name] = function
        words = [*map(str, line.operands), self.words(line), f"out={line.name}"]
        return [f"{name}({', '.join(filter(None, words))})"]

    def words(self, line: Instruction) -> str:
        """The settings of an instruction as they are written."""
        return ", ".join(f"{key}={self.setting(value)}" for key, value in line.settings)

    def setting(self, value) -> str:
        """A setting by itself, or by a name for what has no text."""
        text = repr(value)
        is_text = PLAIN.fullmatch(text) and not re.search(r"np\.|array\(", text)  # of Python alone
        if is_text and not isinstance(value, np.random.Generator):
            return text
        name = f"setting{sum(key.startswith('setting') for key in self.scope)}"
        self.scope[name] = value
        return name


def planned(program: Program, to: str, reuses=True) -> Plan:
    """What runs together and where each array lies; the inputs of the program are real ones."""
    dtypes = {n: a.dtype for n, a in (program.inputs | program.constants).items()}
    dtypes |= {line.name: line.dtype for line in program.lines}
    can_fuse = (lambda line, shapes: can_be_c(line, dtypes, shapes)) if to == "c" else never
    return Plan(Layout(program, Schedule(program, can_fuse).items), reuses)


class NoCompiler(RuntimeError):  # noqa: N818 (a sentence for the caller)
    """The C was not compiled."""


def never(line, shapes) -> bool:
    """Nothing runs together where there is no C."""
    return False
