"""A function of values as straight-line Python, NumPy or C that gives its value and gradient.

What the recording fixed is checked at every call: the shapes of the arguments, the branches that
comparisons took, and the numbers of values that were found outside. C and NumPy follow IEEE: where
Python raises, they give inf and nan.
"""

import ctypes
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import repeat
from numbers import Integral
from pathlib import Path

import numpy as np

from ..value import real_number
from . import program
from .gather import gathered
from .program import Program, form_of, written
from .recording import flat, is_number, like, nesting, parts, trace

TONGUES = ("python", "numpy", "c")
NUMPY = {
    **{name: f if f.on_array else getattr(np, name) for name, f in program.FUNCTIONS.items()},
    **{name: getattr(np, name) for name in ("array", "dot", "ones", "where", "inf", "nan")},
    "all": np.all,
    "any": np.any,
}
C_BEGINS = """\
#include <math.h>
#define inf INFINITY
#define nan NAN
#define power pow
static double sigmoid(double x) {
    double small = exp(-fabs(x));
    return (x >= 0 ? 1.0 : small) / (1.0 + small);
}
static double slope_power(double x, double k) { return x == 0 && k < 0 ? inf : pow(x, k); }
static double maximum(double a, double b) { return a >= b || a != a ? a : b; }
static double minimum(double a, double b) { return a <= b || a != a ? a : b; }
static double share(double g, double a, double b) { return a < b ? 0 : a == b ? 0.5 * g : g; }
"""
C_FLAGS = ("-O2", "-ffp-contract=off", "-shared", "-fPIC")  # off: a * b + c rounds as in Python
C_FLAGS += ("-Werror=implicit-function-declaration",)  # or it is missed where the code is loaded
MEMORY = ctypes.c_char * 0  # how an array is passed to C: three times as quick as its .ctypes
LONGEST = 72  # characters of an expression that goes into another one


class Refused(ValueError):  # noqa: N818 (a sentence for the caller)
    """A call that the recording does not cover."""


def compile_gradient(f: Callable, *examples, to: str = "python", wrt: int = 0, batch=()):
    """A function of the arguments of `f` that returns its number and the gradient of one argument.

    `examples` are numbers, values, or lists of them, to record `f` with; `wrt` is the place of the
    argument whose gradient is wanted. Arguments at the places in `batch` are given as one example,
    and called with an array of many, one a row: value and gradient are then sums over them.
    """
    if to not in TONGUES:
        raise ValueError(f"no code is written in {to!r}; choose one of {', '.join(TONGUES)}")
    batch = tuple(batch) if isinstance(batch, Iterable) else (batch,)
    places = [p for p in {wrt, *batch} if isinstance(p, Integral) and p in range(len(examples))]
    if len(places) != 1 + len(batch):
        raise ValueError(
            f"wrt is {wrt} and batch is {batch}, of {len(examples)} examples: each is a place, "
            "from 0, and none is named twice; give an example of each argument, and name its place"
        )
    if (to == "numpy") != bool(batch) and to != "c":
        raise ValueError(
            "numpy computes on a batch, and python on one example: name the arguments that hold "
            "many examples in batch=, or compile to 'python' or 'c'"
        )
    return Compiled(trace(f, *examples), examples, to, wrt, batch)


class Compiled:
    """A compiled function; `source` is its code, and `program` the instructions it was made of."""

    def __init__(self, recorded: Program, examples, to: str, wrt: int, batch: tuple[int, ...]):
        """Add the gradient, make it small, write it out, and read it in again."""
        names = iter(recorded.inputs)
        self.names = [like(example, names) for example in examples]
        self.shapes = [] if to == "python" else [shape_of(own, to) for own in self.names]
        batched = [name for place in batch for name in flat([self.names[place]])]
        wanted = flat([self.names[wrt]])
        program_ = program.with_gradient(recorded, wanted, batched if to == "numpy" else ())
        self.program = program.optimised(program_)
        if to == "numpy":
            self.program = gathered(self.program, batched)
        self.to, self.wrt, self.batch, self.captured = to, wrt, batch, recorded.captured
        if batch and not depends_on(self.program, batched):
            raise ValueError("the result does not depend on the batch; compile it without batch=")
        if to == "c":
            order = [p for p in range(len(examples)) if p not in batch]
            fixed = [name for place in order for name in flat([self.names[place]])]
            self.source = c_source(self.program, fixed, batched)
            self.run = self.run_c(built(self.source))
        else:
            self.source = python_source(self.program, self.names, wrt, batch)
            scope = dict(NUMPY if to == "numpy" else program.PYTHON, refuse=self.refuse)
            exec(compile(self.source, f"<compiled to {to}>", "exec"), scope)
            self.run = (self.on_floats if to == "python" else self.on_columns)(scope["run"])

    def __repr__(self):
        """What it was compiled to, and how many instructions it has."""
        return f"Compiled(to={self.to!r}, {len(self.program.lines)} instructions)"

    def __call__(self, *arguments):
        """The number that `f` gives, and the gradient in the shape of the argument `wrt`."""
        for value, was in self.captured:
            if value.data != was:
                raise Refused(
                    f"{value!r} was {was:.6g} while recording, and that is in the code: pass it as "
                    "an argument, or compile again"
                )
        try:
            number, gradient = self.run(*arguments)
        except Refused:
            raise
        except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
            self.check(arguments)
            error.add_note("Run f on Values to see at which operation, and with which numbers.")
            raise
        if type(number) is not float:
            self.check(arguments)
            number = float(number)
        return number, gradient

    def check(self, arguments):
        """Refuse arguments of other shapes than those of the recording."""
        if len(arguments) != len(self.names):
            raise Refused(f"f takes {len(self.names)} arguments, and got {len(arguments)}")
        for place, (names, given) in enumerate(zip(self.names, arguments, strict=True)):
            allowed = outline_of(names)
            found = nesting(given)
            if place in self.batch:
                allowed = f"examples of {allowed}"
                if (rows := parts(given)) is not None:
                    found = " and of ".join(sorted({f"examples of {nesting(row)}" for row in rows}))
            if found != allowed:
                raise Refused(
                    f"argument {place} is {found or 'empty'}, and {allowed} was recorded: the code "
                    "has a name for each number; give plain numbers of that shape, or compile again"
                )

    def refuse(self, place: int):
        """Refuse numbers that would take another branch than the one recorded."""
        guard = [line for line in self.program.lines if not line.name][place]
        left, right = guard.operands
        symbol = guard.op.split()[-1]
        was = "not " not in guard.op
        raise Refused(
            f"`{left} {symbol} {right}` was {was} while recording and is {not was} in this call: "
            "only the branch taken then is in the code. Compile again with such an example, or "
            "write the branch as an op (relu, maximum, minimum)"
        )

    def arrays(self, arguments) -> list[np.ndarray]:
        """An array for each argument, in the batch with an example a row; else refused."""
        if len(arguments) != len(self.names):
            self.check(arguments)
        found = []
        for place, (shape, given) in enumerate(zip(self.shapes, arguments, strict=True)):
            array, is_batch = np.asarray(given), place in self.batch
            if array.dtype.kind not in "iuf" and not all(map(is_number, flat(given))):
                self.check(arguments)
            array = np.asarray(array, float)
            if array.shape[is_batch:] != shape or array.ndim < is_batch:
                self.check(arguments)
                raise Refused(f"argument {place} has the shape {array.shape}; recorded was {shape}")
            found.append(array)
        if len(counts := {len(found[place]) for place in self.batch}) > 1:
            raise Refused(f"the batch has {sorted(counts)} examples; give as many of each")
        return found

    def on_floats(self, run):
        """Call `run` with floats: integers, and numbers of NumPy's types, compute otherwise."""

        def call(*arguments):
            return run(*[floats(*pair) for pair in zip(self.names, arguments, strict=True)])

        return call

    def on_columns(self, run):
        """Call `run` with a column for each number of an example, and floats for all else."""

        def call(*arguments):
            columns_or_floats = [
                np.ascontiguousarray(np.moveaxis(a, 0, -1)) if p in self.batch else a.tolist()
                for p, a in enumerate(self.arrays(arguments))
            ]
            with np.errstate(all="ignore"):  # inf and nan are answers here, as in C
                number, gradient = run(*columns_or_floats)
            return float(number), np.array(gradient)

        return call

    def run_c(self, function):
        """Call the C function with its arrays."""
        shape, length = self.shapes[self.wrt], len(self.program.results)

        def call(*arguments):
            arrays = self.arrays(arguments)
            fixed = [a.ravel() for place, a in enumerate(arrays) if place not in self.batch]
            rows = [arrays[place] for place in self.batch]
            n = len(rows[0]) if rows else 1
            flat_fixed = np.concatenate(fixed)
            flat_rows = np.concatenate([a.reshape(n, -1) for a in rows or [np.empty((1, 0))]], 1)
            out = np.zeros(length)
            broken = function(*map(MEMORY.from_buffer, (flat_fixed, flat_rows, out)), n)
            if broken:
                self.refuse(broken - 1)
            return out.item(0), out[1:].reshape(shape)

        return call


def outline_of(names) -> str:
    """The shape of nested lists of names in words."""
    return nesting(like(names, repeat(0.0)))


def shape_of(names, to: str) -> tuple[int, ...]:
    """The shape of an argument that goes into one array."""
    try:
        return np.shape(names)
    except ValueError:
        raise ValueError(
            f"an argument is {outline_of(names)}, and for {to!r} it must fit into one array: give "
            "lists of one length, or several arguments, or compile to 'python'"
        ) from None


def floats(names, given):
    """The numbers of an argument as floats, in lists; unpacking them will check their lengths."""
    if not isinstance(names, list):
        if isinstance(given, np.ndarray) and not given.ndim:
            given = given.item()
        return given if type(given) is float else real_number(given)
    if {*map(type, given)} == {float}:
        return given
    return [floats(*pair) for pair in zip(names, given, strict=True)]


def depends_on(recorded: Program, names) -> bool:
    """Does the first result depend on any of these inputs?"""
    known = set(names)
    for line in recorded.lines:
        known |= {line.name} if known.intersection(line.operands) else set()
    return recorded.results[0] in known


# Writing


def statements(recorded: Program, tongue: str, assign: str, stop: str) -> tuple[list[str], list]:
    """A statement for each instruction, and an expression for each result.

    What is used once, in an expression that stays short, is written where it is used.
    """
    uses = Counter(recorded.results)
    for line in recorded.lines:
        form = form_of(line.op, len(line.operands), bool(line.name), tongue)
        for operand, times in zip(line.operands, form.times, strict=True):
            uses[operand] += times
    inside: dict[str | float, str] = {}
    found, guards = [], 0
    for line in recorded.lines:
        expression = written(line, tongue, inside)
        if not line.name:
            found.append(stop.format(test=in_tongue(expression, tongue), place=guards))
            guards += 1
        elif uses[line.name] == 1 and len(expression) < LONGEST:
            inside[line.name] = expression
        else:
            found.append(assign.format(name=line.name, expression=expression))
    return found, [str(inside.get(result, result)) for result in recorded.results]


def in_tongue(test: str, tongue: str) -> str:
    """When a guard stops; in C `not` is `!`, and over a batch one example is enough."""
    negated, test = test.startswith("not "), test.removeprefix("not ")
    if tongue == "numpy":
        return f"not all({test})" if negated else f"any({test})"
    return ("!({})" if tongue == "c" else "not {}").format(test) if negated else test


def python_source(recorded: Program, names: list, wrt: int, batch=()) -> str:
    """A Python function of the arguments; unpacking them checks their shapes."""
    stop = "if {test}:\n        refuse({place})"
    tongue = "numpy" if batch else "python"
    body, (number, *gradient) = statements(recorded, tongue, "{name} = {expression}", stop)
    unpacked = [f"{pattern(own)} = a{i}" for i, own in enumerate(names) if isinstance(own, list)]
    given = [f"a{i}" if isinstance(own, list) else own for i, own in enumerate(names)]
    number = f"({number}).sum()" if batch else number
    returned = f"return {number}, {pattern(like(names[wrt], iter(gradient)))}"
    body = "\n    ".join([*unpacked, *body, returned])
    return f"def run({', '.join(given)}):\n    {body}\n"


def pattern(names) -> str:
    """The names in brackets, as a target to unpack into, or as nested lists."""
    return f"[{', '.join(map(pattern, names))}]" if isinstance(names, list) else names


def c_source(recorded: Program, fixed: list[str], batched: list[str]) -> str:
    """A C function of one example, and a loop over examples that adds up what it gives."""
    stop = "if ({test}) return {place} + 1;"
    assign = "const double {name} = {expression};"
    body, results = statements(recorded, "c", assign, stop)
    used = {operand for line in recorded.lines for operand in line.operands} | {*recorded.results}
    names = [(name, f"p[{i}]") for i, name in enumerate(fixed)]
    names += [(name, f"x[{i}]") for i, name in enumerate(batched)]
    body = [assign.format(name=n, expression=e) for n, e in names if n in used] + body
    body += [f"out[{i}] += {result};" for i, result in enumerate(results)]
    inner = "\n    ".join([*body, "return 0;"])
    return f"""{C_BEGINS}
static long one(const double *restrict p, const double *restrict x, double *restrict out) {{
    {inner}
}}

long run(const double *p, const double *x, double *out, long n) {{
    for (long i = 0; i < n; i++) {{
        long broken = one(p, x + {len(batched)} * i, out);
        if (broken) return broken;
    }}
    return 0;
}}
"""


def words_of(command: str) -> list[str]:
    """A command in its words, as a shell reads it; none where a quote has no end."""
    with suppress(ValueError):
        return shlex.split(command)
    return []


def c_compiler() -> tuple[str, ...]:
    """The command of a C compiler: `$CC`, else cc, gcc or clang, else the one in ziglang, from pip.

    Empty where there is none.
    """
    for command in (words_of(os.environ.get("CC", "")), ["cc"], ["gcc"], ["clang"]):
        if command and (found := shutil.which(command[0])):
            return (found, *command[1:])
    has_zig = importlib.util.find_spec("ziglang") is not None
    return (sys.executable, "-m", "ziglang", "cc") if has_zig else ()


NO_COMPILER = (
    "no C compiler was found (looked for $CC, cc, gcc, clang and the package ziglang); install "
    "one, as by `pip install ziglang`, "
)


def built(source: str):
    """The function `run` of this C source, compiled by the system's compiler."""
    compiler = c_compiler()
    if not compiler:
        raise RuntimeError(NO_COMPILER + "or compile to 'python' or 'numpy'")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        code, library = Path(folder, "graph.c"), Path(folder, "graph.so")
        code.write_text(source)
        command = [*compiler, *C_FLAGS, str(code), "-o", str(library), "-lm"]
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except OSError as error:
            raise RuntimeError(f"{compiler[0]} is no program that runs here: {error}") from None
        if done.returncode:
            raise RuntimeError(
                f"{' '.join(compiler)} refused the generated code; a function that C does not have "
                f"needs a line in C_BEGINS of compiler/code.py:\n{done.stderr[-1000:]}"
            )
        run = ctypes.CDLL(str(library)).run
    run.restype, run.argtypes = ctypes.c_long, [ctypes.c_void_p] * 3 + [ctypes.c_long]
    return run
