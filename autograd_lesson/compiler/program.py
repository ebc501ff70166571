"""A list of instructions in place of a graph: extended by its gradient, and made smaller.

A `Program` is a list of lines, each a name, an op and its operands; the backward pass is more lines
of the same kind: the rules of ops.py, run on formulas in place of numbers. TABLE says how an op is
written.
"""

import math
import re
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from .. import ops
from ..branches import Cut
from ..value import Value


class Row(NamedTuple):
    """How an op is written in Python, and in NumPy and C where those differ."""

    python: str
    numpy: str = ""
    c: str = ""


def compared(symbol):
    """A comparison as a number: 1 where it holds, else 0."""
    test = f"{{0}} {symbol} {{1}}"
    return Row(f"(1.0 if {test} else 0.0)", f"(1.0 * ({test}))", f"({test} ? 1.0 : 0.0)")


OF_ENGINE = {op.symbol: op for op in vars(ops).values() if isinstance(op, ops.Op)}
FUNCTIONS = {name: f for name, f in vars(ops).items() if hasattr(f, "on_float")}
PYTHON = {
    **{name: f.on_float for name, f in FUNCTIONS.items()},
    "share": lambda g, a, b: 0.0 if a < b else 0.5 * g if a == b else g,
    **{"inf": math.inf, "nan": math.nan},
}
RULES = {  # of what a program may hold; a comparison is flat
    **{symbol: op.rule for symbol, op in OF_ENGINE.items()},
    **{symbol: lambda a, b: (None, (0.0, 0.0)) for symbol in (">", ">=", "<", "<=", "==")},
    "maximum": lambda a, b: (ops.maximum(a, b), (share(a, b), share(b, a))),
    "minimum": lambda a, b: (ops.minimum(a, b), (share(b, a), share(a, b))),
    "share": lambda g, a, b: (None, (share(a, b), 0.0, 0.0)),
    "cut": lambda g, condition: (None, (Cut(condition, 1.0), 0.0)),
    "slope_power": ops.POW.rule,
    "clip": lambda a, *at: (None, (*ops.clip_at(*(x.number for x in at)).rule(a)[1], 0.0, 0.0)),
}
CALLS = {op.symbol: "{0}" for op in ops.OF_ONE_OPERAND}
CALLS |= {op.symbol: "{0}, {1}" for op in ops.OF_TWO_OPERANDS}
TABLE = {  # a function of ops.py has its name there in every tongue
    **{symbol: Row(f"{symbol}({own})") for symbol, own in CALLS.items() if symbol in FUNCTIONS},
    **{symbol: Row(f"{{0}} {symbol} {{1}}") for symbol in "+-*/"},
    "copy": Row("{0}"),
    "neg": Row("-{0}"),
    "**": Row("power({0}, {1})"),
    "relu": Row("(0.0 if {0} <= 0.0 else {0})", "maximum({0}, 0.0)", "({0} <= 0 ? 0.0 : {0})"),
    "abs": Row("abs({0})", c="fabs({0})"),
    "clip": Row("clip({0}, {1}, {2})", c="minimum(maximum({0}, {1}), {2})"),
    # What partials are written with, beside the above. Over a batch a gradient is summed.
    **{symbol: compared(symbol) for symbol in (">", ">=", "<", "<=", "==")},
    "cut": Row("(0.0 if {1} else {0})", "where({1}, 0.0, {0})", "({1} ? 0.0 : {0})"),
    "share": Row(
        "share({0}, {1}, {2})", "where({1} < {2}, 0.0, where({1} == {2}, 0.5 * {0}, {0}))"
    ),
    "slope_power": Row("slope_power({0}, {1})"),
    "ones": Row("", "ones({0}.shape)"),
    "batch_sum": Row("", "{0}.sum()"),
    "batch_dot": Row("", "dot({0}, {1})"),
    # What gather.py makes of many of these: arrays of rows, products of them, and their items.
    "@": Row("", "{0} @ {1}"),
    "pairs": Row("", "({0} @ {1}.T).tolist()"),
    "item": Row("", "{0}[{1}]"),
}
WHOLE = re.compile(r"[\w.]+\([^()]*\)|\([^()]*\)|\w+\[\w+\]")  # a call, brackets, an item
SYMMETRIC = ("+", "*", "==")
MOST_OPERANDS = 100  # of one sum: Python nests what it reads


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
        if varying and varying.intersection(operands) and op not in ("batch_sum", "batch_dot"):
            varying.add(name)
        return name

    gradient = {program.results[0]: emit("ones", batched[0], hint="one") if batched else 1.0}
    for line in reversed(program.lines):
        if not line.name or line.name not in gradient:
            continue
        upstream = gradient[line.name]
        numbers = tuple([o if isinstance(o, float) else None for o in line.operands])
        leaves, y, sent = rule_of(line.op, numbers)
        known = {y: line.name, **dict(zip(leaves, (upstream, *line.operands), strict=True))}
        for operand, (is_contribution, formula) in zip(line.operands, sent, strict=True):
            if isinstance(operand, float):
                continue
            hint, is_summed = f"g{operand}", line.name in varying and operand not in varying
            if is_contribution:
                contribution = lowered(formula, known, emit, hint)
                if is_summed and contribution in varying:
                    contribution = emit("batch_sum", contribution, hint=hint)
            else:
                slope = lowered(formula, known, emit)
                if is_summed and slope in varying:
                    contribution = emit("batch_dot", upstream, slope, hint=hint)
                else:
                    upstream_of_all = emit("batch_sum", upstream) if is_summed else upstream
                    contribution = emit("*", upstream_of_all, slope, hint=hint)
            if operand in gradient:
                contribution = emit("+", gradient[operand], contribution, hint=hint)
            gradient[operand] = contribution
    results = (*program.results, *(gradient.get(name, 0.0) for name in wrt))
    return program._replace(lines=tuple(lines), results=results)


@lru_cache(maxsize=1024)
def rule_of(op: str, numbers: tuple) -> tuple:
    """The rule of an op, run once on formulas for all its lines with these numbers.

    Gives the leaves, of which the first is the gradient of the result, the result, and for each
    operand whether it is a contribution or a partial, with its formula.
    """
    upstream = Formula.of("upstream")
    operands = [Formula.of(f"a{i}" if x is None else x) for i, x in enumerate(numbers)]
    y, partials = RULES[op](*operands)
    sent = [(callable(p), p(upstream) if callable(p) else p) for p in partials]
    return (upstream, *operands), y, sent  # the part of a branch is called: a contribution


def share(a, b) -> Callable:
    """What a gradient sends to `a` in maximum(a, b), as one instruction: ops.py has it in eight."""
    return lambda g: Formula("share", g, Formula.of(a), Formula.of(b))


class Formula:
    """An operation not done yet, on others of its kind: what a rule makes when it is run on names.

    Without an op, it is one name or number. An operation on numbers alone is done at once.
    """

    def __init__(self, op: str, *operands):
        """Remember what there is to compute."""
        self.op, self.operands = op, operands

    @classmethod
    def of(cls, x):
        """`x` itself where it is a formula, else that of a name or a number."""
        return x if isinstance(x, cls) else cls("", x if isinstance(x, str) else float(x))

    @property
    def number(self) -> float | None:
        """The number, where it is one."""
        return None if self.op or isinstance(self.operands[0], str) else self.operands[0]

    dtype = float

    def astype(self, dtype):
        """A comparison is a number already."""
        return self

    def __and__(self, other):
        """Both of two comparisons, which are 0 or 1."""
        for one, both in ((self, other), (other, self)):
            if one.number is not None:
                return both if one.number else one
        if (self.op, other.op) == (">=", "<="):
            pairs = zip(self.operands, other.operands, strict=True)
            if all(a is b or a.number is not None and a.number is b.number for a, b in pairs):
                return Formula("==", *self.operands)
        return Formula("*", self, other)

    def cut(self, condition):
        """This gradient, and 0 where the condition holds."""
        if condition.number is None:
            return Formula("cut", self, condition)
        return Formula.of(0.0) if condition.number else self

    def unknown(self, *others):
        """Refused: which number it is, a formula does not know."""
        raise TypeError(
            "a rule asks for a number, or whether something holds, and code is written from it "
            "before there is one: use the functions of ops.py, comparisons with `indicator` and "
            "`unless`, and no if"
        )

    __bool__ = __float__ = __eq__ = __ne__ = unknown
    __hash__ = object.__hash__


def written_down(op: str, reflected: bool = False):
    """A method of formulas that does not compute, and remembers what there is to compute."""

    def method(self, *others):
        operands = [Formula.of(x) for x in ((*others, self) if reflected else (self, *others))]
        numbers = [operand.number for operand in operands]
        y = None if None in numbers else computed(Line("y", op, tuple(numbers)))
        return Formula(op, *operands) if y is None else Formula.of(y)

    return method


for method, op in {
    **{"__add__": "+", "__sub__": "-", "__mul__": "*", "__truediv__": "/"},
    "__pow__": "slope_power",  # no power is asked for on the way back but in a slope
}.items():
    setattr(Formula, method, written_down(op))
    setattr(Formula, f"__r{method[2:]}", written_down(op, reflected=True))
for method, op in {
    **{"__neg__": "neg", "__abs__": "abs"},
    **{"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="},
    **{name: name for name in FUNCTIONS},
}.items():
    setattr(Formula, method, written_down(op))


def lowered(formula, known: dict, emit: Callable, hint: str = "t") -> str | float:
    """The name of what a formula gives, after one line for each of its operations."""
    if not isinstance(formula, Formula):
        return float(formula)
    if formula not in known:
        if not formula.op:
            return formula.operands[0]
        parts = [lowered(part, known, emit) for part in formula.operands]
        known[formula] = emit(formula.op, *parts, hint=hint)
    return known[formula]


def computed(line: Line) -> float | None:
    """The number of a line whose operands are numbers; none outside the domain of its op."""
    try:
        return float(on_numbers(line.op, len(line.operands))(*line.operands))
    except (ValueError, ArithmeticError):
        return None


@cache
def on_numbers(op: str, count: int) -> Callable:
    """What an op computes, as a function of numbers."""
    names = [f"a{i}" for i in range(count)]
    text = template(Line("y", op, tuple(names))).format(*names)
    return eval(f"lambda {', '.join(names)}: {text}", dict(PYTHON))  # the table's own text


@cache
def row_of(op: ops.Op, count: int) -> Row:
    """Of an op that has no function of its name: its number as its rule computes it."""

    def text(formula, tongue):
        if not formula.op:
            return str(formula.operands[0])
        parts = [text(part, tongue) for part in formula.operands]
        return f"({template(Line('y', formula.op, formula.operands), tongue).format(*parts)})"

    y, _ = op.rule(*[Formula("", f"{{{i}}}") for i in range(count)])
    return Row(*(text(y, tongue) for tongue in Row._fields))


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
        op, *key = line.op, *[o if type(o) is str else repr(o) for o in line.operands]
        if op in SYMMETRIC and len(key) == 2 and key[0] > key[1]:
            key.reverse()
        name = first.setdefault((op, *key), line.name)  # repr tells 0.0 from -0.0
        return line if name == line.name else name

    return rewritten(program, replace)


def with_constants_folded(program: Program) -> Program:
    """Lines of numbers alone computed now; no product with 1, and no power of 1 or 2."""

    def replace(line):
        numbers = [isinstance(operand, float) for operand in line.operands]
        if not any(numbers) and line.op != "copy":
            return line
        if line.name and all(numbers):
            number = computed(line)
            return line if number is None else number  # the call will say so
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
            case ("cut", a, 0.0):
                return a
            case ("cut", _, 1.0):
                return 0.0
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
        name, op, operands = line
        if not known.keys().isdisjoint(operands):
            line = Line(name, op, tuple([known.get(o, o) for o in operands]))
        new = replace(line)
        if isinstance(new, Line):
            lines.append(new)
        else:
            known[name] = new
    results = tuple(known.get(result, result) for result in program.results)
    return program._replace(lines=tuple(lines), results=results)


def template(line: Line, tongue: str = "python") -> str:
    """How the line's expression is written, with {0}, {1}, ... for its operands."""
    return form_of(line.op, len(line.operands), bool(line.name), tongue).text


class Form(NamedTuple):
    """A text with places, how often each place stands in it, and how it goes into another one."""

    text: str
    times: tuple[int, ...]
    brackets: str

    def in_place(self, expression: str) -> str:
        """An expression as an operand: in brackets, but for a call's, or where it is whole."""
        return expression if WHOLE.fullmatch(expression) else self.brackets.format(expression)


@cache
def form_of(op: str, n: int, has_name: bool, tongue: str) -> Form:
    """The form of an op of n operands."""
    text = text_of(op, n, has_name, tongue)
    times = tuple(text.count(f"{{{place}}}") for place in range(n))
    return Form(text, times, "{}" if re.fullmatch(r"\w+\(.*\)", text) else "({})")


def text_of(op: str, n: int, has_name: bool, tongue: str) -> str:
    """How an op of n operands is written."""
    if op == "sum":
        return " + ".join(f"{{{i}}}" for i in range(n))
    if op == "dot":
        return " + ".join(f"{{{i}}} * {{{i + n // 2}}}" for i in range(n // 2))
    if op in ("list", "rows"):
        items = f"[{', '.join(f'{{{i}}}' for i in range(n))}]"
        return items if op == "list" else f"array({items})"
    if not has_name:  # a guard that does not hold
        return f"{{0}} {op[7:]} {{1}}" if "not" in op else f"not {{0}} {op[3:]} {{1}}"
    row = TABLE.get(op) or row_of(OF_ENGINE[op], n)
    return getattr(row, tongue) or row.python


def written(line: Line, tongue: str = "python", inside=None) -> str:
    """The line's expression, with the operands in `inside` written out in their place."""
    form, words = form_of(line.op, len(line.operands), bool(line.name), tongue), line.operands
    if inside and not inside.keys().isdisjoint(words):
        words = [form.in_place(inside[o]) if o in inside else o for o in words]
    return form.text.format(*words)
