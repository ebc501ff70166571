"""What a value remembers of how it was computed: read as plain data, and judged part by part.

A *memory* is what is read of a result: its data, op, operands and partials. An operand that is
known goes by its name, another value is a memory of its own, and anything else is itself.

A *line* is one operation as a learner writes it, "a * b" or "a - np.int64(3)". What it says is what
must be remembered: the symbol, and both sides in their order. A case is a line and the numbers of
its names; a name may stand for a line in turn, {"line": "c * a", "a": 2.5, "c": "a + a"}.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from ..numpy_or_not import np
from .accepted import close, is_number
from .arrays import Table
from .core import Check
from .messages import Words, as_tuple, kind_cause, report, show
from .plain_data import Other, short_text
from .run_answer import attempt
from .vocabulary import Case, told, words_of_slip

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}
SYMBOLS = dict(zip((ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow), OPERATORS, strict=True))

Memory = dict[str, Any]

# ---------------------------------------------------------------------------------------------
# Reading what a value remembers


def memory(thing: Any, names: Mapping[int, str], cls: type = object) -> Any:
    """What `thing` remembers: the name of a known value, a memory of another, else the thing."""
    if id(thing) in names:
        return names[id(thing)]
    if isinstance(thing, Mapping):  # or it would pass for a memory
        return Other(type(thing).__name__, short_text(thing))
    if not hasattr(thing, "operands"):
        return thing
    op: Any = getattr(thing, "op", None)
    operands = [memory(operand, names, cls) for operand in held(thing)]
    kept_in = kind_in(thing.operands)
    return {
        "data": getattr(thing, "data", None),
        "op": Other("Op", repr(op.symbol)) if hasattr(op, "symbol") else op,
        "kept in": kept_in,
        "bare": not isinstance(thing.operands, Iterable),
        "operands": sorted(operands, key=repr) if "set" in kept_in else operands,
        "partials": getattr(thing, "partials", None),
        "type": type(thing).__name__,
        "own": isinstance(thing, cls),
    }


def kind_in(operands: Any) -> str:
    """What operands are kept in; a kind of tuple, list or set goes by that name."""
    kinds = (kind for kind in (tuple, list, set, frozenset) if isinstance(operands, kind))
    return next(kinds, type(operands)).__name__


def held(thing: Any) -> list[Any]:
    """The operands of a value, where they can be gone through more than once."""
    operands = getattr(thing, "operands", ())
    return list(operands) if isinstance(operands, Collection) else []


def count_values(root: Any) -> int:
    """How many values there are behind `root`, itself included, each counted once."""
    found, waiting = {}, [root]
    while waiting:
        value = waiting.pop()
        if id(value) not in found and hasattr(value, "operands"):
            found[id(value)] = value
            waiting += held(value)
    return len(found)


def names_behind(remembered: Any) -> list[str]:
    """The names of the known values that a memory leads back to."""
    if isinstance(remembered, str):
        return [remembered]
    if not isinstance(remembered, dict):
        return []
    return [name for operand in remembered["operands"] for name in names_behind(operand)]


def does_not_follow(remembered: Any, numbers: Mapping[str, float]) -> tuple[Memory, Any] | None:
    """What remembers an op and operands that do not give its data, and what they do give.

    It is computed anew from what is remembered, down to the values whose numbers are known.
    """
    if not isinstance(remembered, dict) or not remembered["operands"]:
        return None
    op, data = remembered["op"], []
    for operand in remembered["operands"]:
        if found := does_not_follow(operand, numbers):
            return found
        data.append(operand["data"] if isinstance(operand, dict) else numbers.get(operand, operand))
    given: Any = None
    if any(map(is_number, remembered["operands"])):
        return remembered, None
    if isinstance(op, str) and op in OPERATORS and len(data) == 2:
        given = attempt(OPERATORS[op], *data)
    elif isinstance(op, str) and re.fullmatch(r"\*\*-?[\d.]+(e-?\d+)?", op) and len(data) == 1:
        given = attempt(operator.pow, data[0], float(op[2:]))
    is_so = close(given, remembered["data"], scale=sum(map(abs, data)))
    return None if is_so else (remembered, given)


def in_words(operand: Any) -> str:
    """One remembered operand as a message names it."""
    if isinstance(operand, str):
        return operand
    if isinstance(operand, dict):
        return f"a new value {show(operand['data'])}"
    return f"the plain number {show(operand)}" if is_number(operand) else show(operand)


def listed(operands: Sequence[Any]) -> Words:
    """All remembered operands as a message names them."""
    return Words(as_tuple([in_words(operand) for operand in operands]))


# ---------------------------------------------------------------------------------------------
# Lines


def parts_of(line: str) -> tuple[str, list[str]]:
    """The symbol of a line, and its two sides as text."""
    made: Any = ast.parse(line, mode="eval").body
    return SYMBOLS[type(made.op)], [ast.unparse(made.left), ast.unparse(made.right)]


def run(line: str, scope: dict[str, Any]) -> Any:
    """What a line gives; where it raises, this file is to blame and no line of the learner's."""
    return eval(compile(line, __file__, "eval"), scope)


def names_in(case: Case) -> list[str]:
    """The names that the line of a case uses, and those that they stand for, as they are drawn."""
    used = set(re.findall(r"\w+", case["line"]))
    for name in used & set(case):
        used |= set(re.findall(r"\w+", str(case[name])))
    return [name for name in case if name in used and name != "line"]


def scope_of(case: Case, of: Callable[[Any], Any] = lambda number: number, values: str = "") -> Any:
    """What the names of a case stand for: `of` of the number for those that are values."""
    scope: dict[str, Any] = {"np": np}
    for name in names_in(case):
        thing = case[name]
        if isinstance(thing, str):
            scope[name] = run(thing, scope)
        else:
            scope[name] = of(thing) if name in values else thing
    return scope


def number_of(case: Case, line: str = "") -> float:
    """What the line of a case, or another, gives for plain numbers."""
    return run(line or case["line"], scope_of(case))


def line_text(case: Case, part: str = "") -> str:
    """The line, or one part of its result, with the numbers of the names in it: for `tried`."""
    line, given = case["line"], []
    for name in names_in(case):
        thing = case[name]
        given.append(f"{name} = {thing if isinstance(thing, str) else show(thing)}")
    return (f"({line}).{part}" if part else line) + " with " + ", ".join(given)


def check_lines(
    name: str,
    lines: Callable[[np.random.Generator], list[Case]],
    fault: Callable[[Case, dict[str, Any]], str | None],
    values: str,
    **settings: Any,
) -> Check:
    """A check of a class by lines that are run on its values, those whose names are in `values`.

    `fault(case, outcome)` judges what the result remembers, the data of the values after the line,
    and how many values there are behind the result.
    """

    def probe(cls: Any, case: Case) -> dict[str, Any]:
        scope = scope_of(case, cls, values)
        here = {name: scope[name] for name in values if name in scope}
        result = run(case["line"], scope)
        return {
            "result": memory(result, {id(value): name for name, value in here.items()}, cls),
            "data": {name: value.data for name, value in here.items()},
            "behind": count_values(result),
        }

    return Check(name, lines, probe, fault, tried=settings.pop("tried", line_text), **settings)


# ---------------------------------------------------------------------------------------------
# Judging it


def value_fault(
    tried: str,
    got: Any,
    names: Sequence[str] = (),
    itself: tuple[str, str] = (
        ", changed. Whoever uses `{}` elsewhere still needs it as it was.",
        "Next: leave `self` alone and return a new value.",
    ),
    look: str = "",
) -> str | None:
    """The message for a result that is no new value, else None; `look` where all get one move."""
    if isinstance(got, dict):
        return None
    cause, move = "The result must be a value.", ""
    if got is None:
        cause = "The method returned nothing: is a `return` missing?"
        move = "Next: look at the last line of the method."
    elif isinstance(got, str) and got in names:
        cause, move = f"This is `{got}` itself{itself[0].format(got)}", itself[1]
        got = Words(f"`{got}` itself")
    elif is_number(got):
        cause = "A plain number has forgotten where it came from."
        move = "Next: wrap it, with the op and the operands."
    if look and not isinstance(got, Words) and not is_number(got):
        cause = kind_cause(got)
    return report(tried, got, Words("a new value that remembers"), cause, look or move)


def data_fault(case: Case, got: Memory, cause: str, look: str, slips: Table) -> str | None:
    """The message for another number than the line gives, else None; slips get both sides."""
    sides = [float(number_of(case, side)) for side in parts_of(case["line"])[1]]
    scale, expected = sum(map(abs, sides)), number_of(case)
    if close(got["data"], expected, scale=scale):
        return None
    cause = words_of_slip(got["data"], slips, *sides, scale=scale) or cause
    return report(line_text(case, "data"), got["data"], expected, *told(cause, look))


def symbol_fault(
    tried: str, got: Any, op: str, look: str = "", cause: str = "", slips: Mapping[str, str] = {}
) -> str | None:
    """The message for an op that goes by another symbol, else None; slips are other symbols."""
    if got == op:
        return None
    cause = cause or f"The symbol of this op is the string {op!r}."
    cause = slips.get(got, cause) if isinstance(got, str) else cause
    return report(tried, got, op, cause, look)


def is_operand(operand: Any, wanted: Any) -> bool:
    """Whether a remembered operand is the value of this name, or a new one with this number."""
    if isinstance(wanted, str):
        return operand == wanted
    leaf = isinstance(operand, dict) and not operand["operands"]
    return leaf and close(operand["data"], wanted)


def wanted_operands(case: Case, values: str) -> list[Any]:
    """The sides of a line: the name of a value, else the number."""
    sides = parts_of(case["line"])[1]
    return [side if side in values else number_of(case, side) for side in sides]


# How operands may be wrong, in the order in which it is told: kept in what, and which they are.
WRONG_OPERANDS: dict[str, Callable[[Memory, list[Any], list[Any]], bool]] = {
    "set": lambda got, held, wanted: "set" in got["kept in"],
    "bare": lambda got, held, wanted: got["bare"],
    "no tuple": lambda got, held, wanted: got["kept in"] != "tuple",
    "none": lambda got, held, wanted: not held,
    "number": lambda got, held, wanted: any(map(is_number, held)),
    "nested": lambda got, held, wanted: len(held) == 1 and isinstance(held[0], list | tuple),
    "too few": lambda got, held, wanted: len(held) < len(wanted),
    "turned": lambda got, held, wanted: (
        len(held) == len(wanted) and all(map(is_operand, held[::-1], wanted))
    ),
    "made": lambda got, held, wanted: any(isinstance(x, dict) and x["operands"] for x in held),
    "copy": lambda got, held, wanted: (
        isinstance(wanted[0], str) and any(isinstance(x, dict) for x in held)
    ),
    "other": lambda got, held, wanted: True,
}
CONTAINERS = ("set", "bare", "no tuple")
BARE = "`(x)` is x in brackets, and no tuple: the comma makes it one, `(x,)`."


def operands_fault(
    tried: str, got: Memory, wanted: list[Any], words: Mapping[str, str], kept: str = ""
) -> str | None:
    """The message for operands that are not those `wanted`, else None.

    `words` are for ways of being wrong, as in WRONG_OPERANDS; a way without words is none. `kept`
    stands before the operands that are expected.
    """
    held = got["operands"]
    fine = len(held) == len(wanted) and all(map(is_operand, held, wanted))
    names = [x if isinstance(x, str) else f"a new value {show(x)}" for x in wanted]
    for way, cause in words.items():
        if fine and way not in CONTAINERS:
            return None
        if WRONG_OPERANDS[way](got, held, wanted):
            found = Words(f"a {got['kept in']}") if way in CONTAINERS else listed(held)
            if way == "set":
                found = Words(f"a set of {len(held)}")
            expected = Words(f"{kept}{as_tuple(names)}")
            cause, look = told(cause, told(words["other"])[1], kept=got["kept in"])
            return report(tried, found, expected, cause, look)
    return None
