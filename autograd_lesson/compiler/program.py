"""A graph of values as a list of instructions: recorded, extended by its gradient, made smaller.

A `Program` is a list of lines, each a name, an op and its operands; the backward pass is more lines
of the same kind. TABLE says for each op how its number and its partials are written.
"""

import ast
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

import numpy as np

from .. import ops
from ..value import Value, symbol_of, topological_order


class Row(NamedTuple):
    """How an op is written: its number, its partials (of a, b and its own number y), other tongues.

    `numpy` and `c` are given where they differ from Python.
    """

    python: str
    partials: tuple[str, ...] = ()
    numpy: str = ""
    c: str = ""


def compared(symbol):
    """A comparison as a number: 1 where it holds, else 0."""
    test = f"{{0}} {symbol} {{1}}"
    return Row(f"(1.0 if {test} else 0.0)", (), f"(1.0 * ({test}))", f"({test} ? 1.0 : 0.0)")


LARGER = ("0.5 * (a >= b) + 0.5 * (a > b)", "0.5 * (b >= a) + 0.5 * (b > a)")
TABLE = {
    "copy": Row("{0}", ("1",)),
    "neg": Row("-{0}", ("-1",)),
    "+": Row("{0} + {1}", ("1", "1")),
    "-": Row("{0} - {1}", ("1", "-1")),
    "*": Row("{0} * {1}", ("b", "a")),
    "/": Row("{0} / {1}", ("1 / b", "-y / b")),
    "**": Row("power({0}, {1})", ("b * slope_power(a, b - 1)", "y * slope_log(a)")),
    "exp": Row("exp({0})", ("y",)),
    "log": Row("log({0})", ("1 / a",)),
    "sqrt": Row("sqrt({0})", ("0.5 * slope_power(y, -1)",)),
    "sin": Row("sin({0})", ("cos(a)",)),
    "cos": Row("cos({0})", ("-sin(a)",)),
    "tanh": Row("tanh({0})", ("1 - y * y",)),
    "sigmoid": Row("sigmoid({0})", ("y * (1 - y)",)),
    "relu": Row(
        "(0.0 if {0} <= 0.0 else {0})", ("a > 0",), "maximum({0}, 0.0)", "({0} <= 0 ? 0.0 : {0})"
    ),
    "abs": Row("abs({0})", ("(a > 0) - (a < 0)",), c="fabs({0})"),
    "maximum": Row("maximum({0}, {1})", LARGER),
    "minimum": Row("minimum({0}, {1})", LARGER[::-1]),
    # What partials are written with, beside the above. Over a batch a gradient is summed.
    **{symbol: compared(symbol) for symbol in (">", ">=", "<", "<=")},
    "slope_power": Row("slope_power({0}, {1})"),
    "slope_log": Row("slope_log({0})"),
    "ones": Row("", (), "ones({0}.shape)"),
    "batch_sum": Row("", (), "{0}.sum()"),
    "batch_dot": Row("", (), "dot({0}, {1})"),
    # What gather.py makes of many of these: arrays of rows, products of them, and their items.
    "@": Row("", (), "{0} @ {1}"),
    "pairs": Row("", (), "({0} @ {1}.T).tolist()"),
    "item": Row("", (), "{0}[{1}]"),
}
COMPARISONS = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}
SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.USub: "neg"}
SYMBOLS |= {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<="}
WHOLE = r"[\w.]+\([^()]*\)|\([^()]*\)|\w+\[\w+\]"  # a call, something in brackets, an item
MOST_OPERANDS = 100  # of one sum: Python nests what it reads
CHANGES = (  # of the arguments, to record again; one of the first two may cross a branch
    lambda x: x + 1e-7 * max(1.0, abs(x)),
    lambda x: x - 1e-7 * max(1.0, abs(x)),
    lambda x: -x,
    lambda x: 3.0 * x + 1.0,
)
NOT_RECORDED = (
    "f cannot be recorded here: with other arguments {!r} became {!r}. A recording sees operations "
    "on values; a number from .data or from a random generator, or a branch that it cannot see, "
    "would be fixed in it. Compute and compare with values, pass what varies as an argument, or "
    "record at another example"
)
PYTHON = {  # what the names in the table mean, between floats
    **{name: getattr(math, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tanh")},
    **{name: getattr(math, name) for name in ("inf", "nan")},
    **{name: getattr(ops, name) for name in ("maximum", "minimum")},
    **{name: getattr(ops, f"{name}_of_float") for name in ("sigmoid", "power", "slope_power")},
    "slope_log": lambda x: math.log(x) if x else 0.0,
}


class Line(NamedTuple):
    """One instruction: operands are names, or numbers. A guard has no name and no result."""

    name: str
    op: str
    operands: tuple[str | float, ...]

    def __str__(self):
        """`v1 = x0 * v0`, `v2 = tanh(v1)`, `if not v1 > 0.0: refuse`."""
        words = list(map(str, self.operands))
        if not self.name:
            return f"{self.op[:-2].strip()} {f' {self.op[-2:].strip()} '.join(words)}: go on"
        infix = len(words) == 2 and not self.op.isidentifier()
        return f"{self.name} = " + (
            f" {self.op} ".join(words) if infix else f"{self.op}({', '.join(words)})"
        )


class Program(NamedTuple):
    """Instructions that compute `results` from `inputs`, each line after what it needs.

    `captured` are values from outside that were taken for constants, with their numbers then.
    """

    inputs: tuple[str, ...]
    lines: tuple[Line, ...]
    results: tuple[str | float, ...]
    captured: tuple[tuple[Value, float], ...] = ()

    def __str__(self):
        """One line for each instruction."""
        ends = [f"inputs  {', '.join(self.inputs)}", f"results {', '.join(map(str, self.results))}"]
        return "\n".join([ends[0], *map(str, self.lines), ends[1]])


# Recording


def record(root: Value, inputs, guards=()) -> Program:
    """The instructions that compute `root`; leaves that are not among `inputs` are constants.

    A guard is a comparison with its answer, (left, symbol, right, answer). It stands before all
    that only it, or what came after it, needed.
    """
    names: dict[Value, str | float] = {value: f"x{i}" for i, value in enumerate(inputs)}
    lines: list[Line] = []

    def add(op, *operands):
        lines.append(Line(f"v{len(lines)}", op, operands))
        return lines[-1].name

    def name_of(value):
        for each in topological_order(value):
            if each not in names:
                names[each] = added(each, [names[o] for o in each.operands], add)
        return names[value]

    for left, symbol, right, answer in guards:
        sides = (name_of(left), name_of(right))
        if not all(isinstance(side, float) for side in sides):
            lines.append(Line("", f"if {symbol}" if answer else f"if not {symbol}", sides))
    result = name_of(root)
    captured = {v: v.data for v in names if not v.operands and isinstance(names[v], float)}
    return Program(tuple(names[v] for v in inputs), tuple(lines), (result,), (*captured.items(),))


def added(value, operands, add):
    """Add the instruction that makes `value`, and give its name; a leaf is its number."""
    symbol = symbol_of(value)
    if not operands:
        return value.data
    if symbol.startswith("**") and len(operands) == 1:
        (k,) = value.op.rule(1.0)[1]  # of all powers, a ** k has the slope k at 1
        return add("**", operands[0], float(k)) if k else 1.0
    if symbol not in TABLE and symbol not in ("sum", "dot"):
        raise ValueError(f"no code is known for the op {symbol!r}; give it a row in TABLE")
    if symbol not in ("sum", "dot") or len(operands) <= MOST_OPERANDS:
        return add(symbol, *operands)
    n, half = len(operands), MOST_OPERANDS // 2
    lists = [operands] if symbol == "sum" else [operands[: n // 2], operands[n // 2 :]]
    y = None
    for i in range(0, len(lists[0]), half):
        part = add(symbol, *(each for own in lists for each in own[i : i + half]))
        y = part if y is None else add("+", y, part)
    return y


@contextmanager
def comparisons_noted(noted: list):
    """Have every comparison of values written down. (The class is changed, for every thread.)"""
    own = {name: getattr(Value, name) for name in COMPARISONS}

    def noting(name):
        def method(self, other):
            answer = own[name](self, other)
            noted.append((self, COMPARISONS[name], Value.of(other), answer))
            return answer

        return method

    try:
        for name in own:
            setattr(Value, name, noting(name))
        yield
    finally:
        for name, method in own.items():
            setattr(Value, name, method)


def trace(f: Callable, *examples) -> Program:
    """What `f` does with these examples, each a number, a value, or a list of such.

    `f` runs again with other numbers. Where its comparisons have the same answers, so must its
    instructions be the same: what it takes from `.data` or from a random generator differs then,
    and is refused, since it would be a constant of the program.
    """
    values = [Value.of(x) for x in flat(examples)]
    numbers = [value.data for value in values]
    first = traced(f, examples, values)
    agreed = None
    try:
        for change in CHANGES:
            for value, x in zip(values, numbers, strict=True):
                value.data = change(x)
            try:
                other = traced(f, examples, values)
            except (ValueError, ArithmeticError):  # outside the domain of an op
                continue
            if other[:3] == first[:3]:
                agreed = other
            elif guards_of(other) == guards_of(first):
                raise ValueError(NOT_RECORDED.format(*first_difference(first, other)))
    finally:
        for value, x in zip(values, numbers, strict=True):
            value.data = x
    if agreed is None:
        raise ValueError(NOT_RECORDED.format("a branch", "another one nearby"))
    both = dict(agreed.captured)
    return first._replace(captured=tuple(pair for pair in first.captured if pair[0] in both))


def guards_of(program: Program) -> list[Line]:
    """The comparisons that must come out as they did."""
    return [line for line in program.lines if not line.name]


def first_difference(one: Program, other: Program) -> tuple[str, str]:
    """The first instruction that differs, in both."""
    texts = [[*map(str, program.lines), str(program.results)] for program in (one, other)]
    return next(pair for pair in zip(*texts, strict=False) if pair[0] != pair[1])


def traced(f, examples, values) -> Program:
    """One recording."""
    noted: list = []
    with comparisons_noted(noted):
        root = f(*like(examples, iter(values)))
    if not isinstance(root, Value):
        raise TypeError(
            f"f returned {type(root).__name__}; a program is recorded from one Value: return the "
            "loss itself, computed from the arguments"
        )
    return record(root, values, noted)


def flat(tree) -> list:
    """The numbers in nested lists, in order."""
    if isinstance(tree, list | tuple | np.ndarray):
        return [leaf for item in tree for leaf in flat(item)]
    return [tree]


def like(tree, leaves: Iterator):
    """The leaves in the same nested lists."""
    if isinstance(tree, list | tuple | np.ndarray):
        return [like(item, leaves) for item in tree]
    return next(leaves)


def outline(tree) -> str:
    """The shape of nested lists in words: `4 x 3 x number`."""
    if not isinstance(tree, list | tuple | np.ndarray):
        return "number" if isinstance(tree, int | float) else type(tree).__name__
    inner = [outline(item) for item in tree]
    if len(set(inner)) == 1:
        return f"{len(inner)} x {inner[0]}"
    return f"[{', '.join(inner)}]"


# The backward pass, as more lines


def with_gradient(program: Program, wrt, batched=()) -> Program:
    """The program with the gradients of its result for the inputs `wrt` as further results.

    Inputs in `batched` will be columns, a number for each example. What such a column sends to a
    single number is summed over the examples.
    """
    lines, taken = list(program.lines), {*program.inputs, *(line.name for line in program.lines)}
    varying = {*batched}
    for line in lines:
        varying |= {line.name} if varying.intersection(line.operands) else set()

    def emit(op, *operands, hint="t"):
        name = next(n for k in range(10**9) if (n := f"{hint}_{k}" if k else hint) not in taken)
        taken.add(name)
        lines.append(Line(name, op, operands))
        if varying.intersection(operands) and op not in ("batch_sum", "batch_dot"):
            varying.add(name)
        return name

    gradient = {program.results[0]: emit("ones", batched[0], hint="one") if batched else 1.0}
    for line in reversed(program.lines):
        if not line.name or line.name not in gradient:
            continue
        upstream, names = gradient[line.name], named(line)
        for operand, partial in zip(line.operands, partials_of(line), strict=True):
            if isinstance(operand, float):
                continue
            hint = f"g{operand}"
            slope = lowered(parsed(partial), names, emit)
            if line.name not in varying or operand in varying:
                contribution = emit("*", upstream, slope, hint=hint)
            elif slope in varying:
                contribution = emit("batch_dot", upstream, slope, hint=hint)
            else:
                contribution = emit("*", emit("batch_sum", upstream), slope, hint=hint)
            if operand in gradient:
                contribution = emit("+", gradient[operand], contribution, hint=hint)
            gradient[operand] = contribution
    results = (*program.results, *(gradient.get(name, 0.0) for name in wrt))
    return program._replace(lines=tuple(lines), results=results)


def partials_of(line: Line) -> tuple[str, ...]:
    """One expression for each operand, of the names in `named(line)`."""
    n = len(line.operands)
    if line.op == "sum":
        return ("1",) * n
    if line.op == "dot":
        return tuple(f"o{(i + n // 2) % n}" for i in range(n))
    return TABLE[line.op].partials


def named(line: Line) -> dict[str, str | float]:
    """What the names in partials stand for: a and b or o0, o1, ... the operands, y the result."""
    numbered = {f"o{i}": operand for i, operand in enumerate(line.operands)}
    return numbered | dict(zip("ab", line.operands, strict=False)) | {"y": line.name}


@cache
def parsed(partial: str) -> ast.expr:
    """The expression as a tree."""
    return ast.parse(partial, mode="eval").body


def lowered(node, names, emit) -> str | float:
    """The name of what an expression gives, after one line for each of its operations."""
    match node:
        case ast.Constant(number):
            return float(number)
        case ast.Name(name):
            return names[name]
        case ast.Call(function, parts):
            op = function.id
        case ast.BinOp(left, operation, right) | ast.Compare(left, [operation], [right]):
            op, parts = SYMBOLS[type(operation)], [left, right]
        case ast.UnaryOp(operation, part):
            op, parts = SYMBOLS[type(operation)], [part]
    return emit(op, *(lowered(part, names, emit) for part in parts))


# Passes: each takes a program and gives a smaller one with the same results


def optimised(program: Program) -> Program:
    """All passes, one after the other."""
    return without_dead_code(with_common_parts_once(with_constants_folded(program)))


def without_dead_code(program: Program) -> Program:
    """Only lines that a result or a guard needs."""
    needed, kept = set(program.results), []
    for line in reversed(program.lines):
        if line.name in needed or not line.name:
            kept.append(line)
            needed.update(line.operands)
    return program._replace(lines=tuple(kept[::-1]))


def with_common_parts_once(program: Program) -> Program:
    """Of lines with the same op and the same operands, only the first."""
    first: dict[tuple, str] = {}

    def replace(line):
        key = (line.op, *map(repr, line.operands))  # repr tells 0.0 from -0.0
        key = (key[0], *sorted(key[1:])) if line.op in ("+", "*") and len(key) == 3 else key
        return line if first.setdefault(key, line.name) == line.name else first[key]

    return rewritten(program, replace)


def with_constants_folded(program: Program) -> Program:
    """Lines of numbers alone computed now; no product with 1, and no power of 1 or 2."""

    def replace(line):
        if line.name and all(isinstance(operand, float) for operand in line.operands):
            try:
                return float(eval(written(line), dict(PYTHON)))  # from the table, not from outside
            except (ValueError, ArithmeticError):
                return line  # the call will say so
        match (line.op, *line.operands):
            case (
                ("copy", a)
                | ("*", 1.0, a)
                | ("*", a, 1.0)
                | ("/", a, 1.0)
                | ("**", a, 1.0)
                | ("slope_power", a, 1.0)
            ):
                return a
            case ("*", -1.0, a) | ("*", a, -1.0):
                return line._replace(op="neg", operands=(a,))
            case ("**", a, 2.0):
                return line._replace(op="*", operands=(a, a))
        return line

    return rewritten(program, replace)


def rewritten(program: Program, replace: Callable) -> Program:
    """Each line once, in order: kept, changed, or replaced by a name or a number from now on."""
    known: dict[str | float, str | float] = {}
    lines = []
    for line in program.lines:
        new = replace(line._replace(operands=tuple(known.get(o, o) for o in line.operands)))
        if isinstance(new, Line):
            lines.append(new)
        else:
            known[line.name] = new
    results = tuple(known.get(result, result) for result in program.results)
    return program._replace(lines=tuple(lines), results=results)


def template(line: Line, tongue: str = "python") -> str:
    """How the line's expression is written, with {0}, {1}, ... for its operands."""
    n = len(line.operands)
    if line.op == "sum":
        return " + ".join(f"{{{i}}}" for i in range(n))
    if line.op == "dot":
        return " + ".join(f"{{{i}}} * {{{i + n // 2}}}" for i in range(n // 2))
    if line.op in ("list", "rows"):
        items = f"[{', '.join(f'{{{i}}}' for i in range(n))}]"
        return items if line.op == "list" else f"array({items})"
    if not line.name:  # a guard that does not hold
        return (
            f"not {{0}} {line.op[3:]} {{1}}"
            if "not" not in line.op
            else (f"{{0}} {line.op[7:]} {{1}}")
        )
    return getattr(TABLE[line.op], tongue) or TABLE[line.op].python


def written(line: Line, tongue: str = "python", inside=None) -> str:
    """The line's expression, with the operands in `inside` written out in their place."""
    form, inside = template(line, tongue), inside or {}
    brackets = "{}" if re.fullmatch(r"\w+\(.*\)", form) else "({})"

    def text(operand):
        expression = inside.get(operand, operand)
        is_whole = expression is operand or re.fullmatch(WHOLE, expression)
        return expression if is_whole else brackets.format(expression)

    return form.format(*map(text, line.operands))
