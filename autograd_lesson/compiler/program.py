"""A list of instructions in place of a graph: extended by its gradient, and made smaller.

A `Program` is a list of lines, each a name, an op and its operands; the backward pass is more lines
of the same kind. TABLE says for each op how its number and its partials are written.
"""

import ast
import math
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from .. import ops
from ..value import Value


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
SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.USub: "neg"}
SYMBOLS |= {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<="}
WHOLE = r"[\w.]+\([^()]*\)|\([^()]*\)|\w+\[\w+\]"  # a call, something in brackets, an item
MOST_OPERANDS = 100  # of one sum: Python nests what it reads
OF_ENGINE = {op.symbol: op for op in vars(ops).values() if isinstance(op, ops.Op)}
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


# The backward pass, as more lines


def with_gradient(program: Program, wrt, batched=()) -> Program:
    """The program with the gradients of its result for the inputs `wrt` as further results.

    Inputs in `batched` will be columns, a number for each example. What such a column sends to a
    single number is summed over the examples.
    """
    lines, taken = list(program.lines), {*program.inputs, *(line.name for line in program.lines)}
    used: Counter[str] = Counter()  # how often each hint was made a name
    varying = {*batched}
    for line in lines:
        varying |= {line.name} if varying.intersection(line.operands) else set()

    def emit(op, *operands, hint="t"):
        name = hint
        while name in taken:
            used[hint] += 1
            name = f"{hint}_{used[hint]}"
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
