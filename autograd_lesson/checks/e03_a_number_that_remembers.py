"""The checks of exercise 03: the learner's class is run, and its memory is read as plain data."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .accepted import close, is_number
from .core import Check
from .draws import draw_numbers, draw_positive
from .messages import Words, report, show
from .plain_data import Other, Raised
from .run_answer import attempt

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}

# ---------------------------------------------------------------------------------------------
# Reading what a value remembers


def memory(thing: Any, names: dict[int, str], cls: Any) -> Any:
    """What `thing` remembers: the name of a known value, a dict for another, else the thing."""
    if id(thing) in names:
        return names[id(thing)]
    if not hasattr(thing, "operands"):
        return thing
    operands = [memory(operand, names, cls) for operand in held(thing)]
    kept_in = type(thing.operands).__name__
    return {
        "data": getattr(thing, "data", None),
        "op": getattr(thing, "op", None),
        "kept in": kept_in,
        "operands": sorted(operands, key=repr) if "set" in kept_in else operands,
        "type": type(thing).__name__,
        "own": isinstance(thing, cls),
    }


def held(thing: Any) -> list[Any]:
    """The operands of a value, where they can be gone through at all."""
    operands = getattr(thing, "operands", ())
    return list(operands) if isinstance(operands, tuple | list | set | frozenset) else []


def count_values(root: Any) -> int:
    """How many values there are behind `root`, itself included, each counted once."""
    found, waiting = {}, [root]
    while waiting:
        value = waiting.pop()
        if id(value) not in found and hasattr(value, "operands"):
            found[id(value)] = value
            waiting += held(value)
    return len(found)


def values_in(memories: Any) -> list[str]:
    """The names of the known values that a memory leads back to."""
    if isinstance(memories, str):
        return [memories]
    if not isinstance(memories, dict):
        return []
    return [name for operand in memories["operands"] for name in values_in(operand)]


def not_a_value(tried: str, got: Any, names: tuple[str, ...] = ()) -> str | None:
    """The message for a result that is no new value, else None."""
    if isinstance(got, dict):
        return None
    cause, look = "The result must be a value.", ""
    if got is None:
        cause = "The method returned nothing: is a `return` missing?"
        look = "Next: look at the last line of the method."
    elif isinstance(got, str) and got in names:
        cause = f"This is `{got}` itself, changed. Whoever uses `{got}` elsewhere still needs it as"
        cause += " it was."
        look = "Next: leave `self` alone and return a new value."
        got = Words(f"`{got}` itself")
    elif is_number(got):
        cause = "A plain number has forgotten where it came from."
        look = "Next: wrap it, with the op and the operands."
    return report(tried, got, Words("a new value that remembers"), cause, look)


def in_words(operand: Any) -> str:
    """One remembered operand as a message names it."""
    if isinstance(operand, str):
        return operand
    if isinstance(operand, dict):
        return f"a new value {show(operand['data'])}"
    return f"the plain number {show(operand)}" if is_number(operand) else show(operand)


def of(part: str, line: str) -> str:
    """A line, or one part of its result: `(a + b).op`."""
    return f"({line}).{part}" if part else line


def listed(operands: list[Any]) -> Words:
    """All remembered operands as a message names them."""
    return Words("(" + ", ".join(map(in_words, operands)) + "," * (len(operands) == 1) + ")")


# ---------------------------------------------------------------------------------------------
# E3.1: + and * record their op and their operands


def value_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Two different operands, the same one twice, a constant on the right, a result as operand."""
    a, b, k = draw_numbers(rng, 3)
    whole = int(rng.integers(3, 9))
    pairs: list[tuple[str, str, Any]]
    pairs = [("a", "+", "b"), ("a", "*", "b"), ("a", "+", "a"), ("a", "*", "a")]
    pairs += [("a", "+", whole), ("a", "*", k), ("c", "*", "a")]
    return [{"left": left, "op": op, "right": right, "a": a, "b": b} for left, op, right in pairs]


def value_probe(cls: Any, case: dict[str, Any]) -> dict[str, Any]:
    """The result of one operation on the learner's values, and the operands' data afterwards."""
    a, b = cls(case["a"]), cls(case["b"])
    here = {"a": a, "b": b}
    if case["left"] == "c":
        here["c"] = a + b
    result = OPERATORS[case["op"]](here[case["left"]], here.get(case["right"], case["right"]))
    names = {id(value): name for name, value in here.items()}
    return {"result": memory(result, names, cls), "a": a.data, "b": b.data}


def value_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """Data, op, and operands: the very ones, in a tuple, in order, with repeats."""
    tried, got, op = value_tried(case), outcome["result"], case["op"]
    if fault := not_a_value(tried, got, ("a", "b", "c")):
        return fault
    for name in ("a", "b"):
        if not close(outcome[name], case[name]):
            after = Words(f"{name}.data = {show(outcome[name])} afterwards")
            cause = f"The operation changed `{name}`. Its own data must stay what it was."
            look = "Next: compute a new number; assign nothing to `self.data`."
            return report(tried, after, Words(f"{name}.data = {case[name]}"), cause, look)
    numbers = {"a": case["a"], "b": case["b"], "c": case["a"] + case["b"]}
    x, y = numbers[case["left"]], numbers.get(case["right"], case["right"])
    expected = OPERATORS[op](x, y)
    if not close(got["data"], expected, scale=abs(x) + abs(y)):
        cause = f"`data` must be the number that {op} gives."
        if close(got["data"], OPERATORS["*" if op == "+" else "+"](x, y)):
            cause = f"`data` is right for the other operator: does this method compute with {op}?"
        look = "Next: print `self.data` and `other.data` inside the method."
        return report(value_tried(case, "data"), got["data"], expected, cause, look)
    if got["op"] != op:
        cause = f"The symbol of this op is the string {op!r}."
        look = f"Next: `Value(..., op={op!r}, ...)`."
        if got["op"] == "":
            cause = "The result does not know its op, as if nothing had been computed."
        elif got["op"] == ("*" if op == "+" else "+"):
            cause = "The number is right, the symbol is that of the other method: a copied line?"
        return report(value_tried(case, "op"), got["op"], op, cause, look)
    return operands_fault(case, got)


def operands_fault(case: dict[str, Any], got: dict[str, Any]) -> str | None:
    """The message for operands that are not what the learner's line said, else None."""
    wanted, operands = [case["left"], case["right"]], got["operands"]
    expected = Words(f"the tuple ({', '.join(map(name_or_new, wanted))})")
    tried, remembered = value_tried(case, "operands"), listed(operands)
    if "set" in got["kept in"]:
        cause = "A set drops repeats (`a + a` would have one operand) and keeps no order"
        cause += " (`a - b` and `b - a` would look alike)."
        look = "Next: round brackets, `(self, other)`, make a tuple."
        return report(tried, Words(f"a set of {len(operands)}"), expected, cause, look)
    if got["kept in"] != "tuple":
        cause = f"They are kept in a {got['kept in']}. Somebody can still change that afterwards; "
        cause += "what happened does not change, so it belongs in a tuple."
        look = "Next: round brackets, `(self, other)`, make a tuple."
        return report(tried, Words(f"a {got['kept in']}"), expected, cause, look)
    cause = "Every operand, in the order in which it was written, as often as it was."
    look = "Next: `operands=(self, other)`, whatever `self` and `other` are."
    if not operands:
        cause = "Nothing is remembered: the way back ends here."
        look = "Next: pass `operands=(self, other)`."
    elif len(operands) == 1:
        cause = "There were two operands. The same value twice is two: two edges, two paths."
    elif any(map(is_number, operands)):
        cause = "A plain number has no `grad`, no `op`, no `operands`: whoever walks the graph"
        cause += " back would stumble over it."
        look = "Next: make it a Value before you record it."
    elif len(operands) == 2 and all(map(same, operands, wanted)):
        return None
    elif len(operands) == 2 and all(map(same, operands[::-1], wanted)):
        cause = "They are turned round: what stood on the left comes first. For + and * the number"
        cause += " is the same; for - and / it will not be."
        look = "Next: `self` is what stood on the left."
    elif any(isinstance(operand, dict) for operand in operands) and "a" in wanted:
        cause = "A copy holds the same number, but it is another value: the way back to `a` ends "
        cause += "at the copy."
        look = "Next: record `self` and `other` themselves."
    return report(tried, remembered, expected, cause, look)


def same(operand: Any, wanted: Any) -> bool:
    """Whether a remembered operand is the value, or the constant, that the line named."""
    if isinstance(wanted, str):
        return operand == wanted
    leaf = isinstance(operand, dict) and not operand["operands"]
    return leaf and close(operand["data"], wanted)


def name_or_new(wanted: Any) -> str:
    """What the line named, as a message says it."""
    return wanted if isinstance(wanted, str) else f"a new value {show(wanted)}"


def value_tried(case: dict[str, Any], part: str = "") -> str:
    """The line that was run, or a part of its result."""
    made = {"a": f"a = {case['a']}", "b": f"b = {case['b']}", "c": "c = a + b"}
    used = [name for name in "abc" if name in (case["left"], case["right"])]
    if "c" in used:
        used = ["a", "b", "c"]
    line = f"{case['left']} {case['op']} {case['right']}"
    return of(part, line) + " with " + ", ".join(made[name] for name in used)


def value_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """Why a line of the learner's class raised."""
    if raised.type == "AttributeError" and re.search("'(int|float)' object", raised.text):
        return (
            f"In `{case['left']} {case['op']} {case['right']}` the method is given a plain number, "
            "which has no `.data`: make a Value of it first."
        )
    return None


check_value = Check(
    "value", value_cases, value_probe, value_judge, tried=value_tried, explain=value_explain
)


# ---------------------------------------------------------------------------------------------
# E3.2: a number on the left

KINDS: dict[str, Callable[[Any], Any]] = {
    "int": int,
    "float": float,
    "np.float64": np.float64,
    "np.float32": np.float32,
    "np.int64": np.int64,
}


def reflected_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Each operator with every kind of number on its left, and an array there."""
    cases = []
    for op in OPERATORS:
        left, right = draw_positive(rng, 2, low=1.1)
        whole = int(rng.integers(3, 9))
        cases.append({"op": op, "left": left, "whole": whole, "right": right})
    return [*cases, {"op": "*", "array": draw_numbers(rng, 2), "right": draw_positive(rng, 1)[0]}]


def left_side(kind: str, case: dict[str, Any]) -> Any:
    """The number on the left, of one kind."""
    return KINDS[kind](case["whole"] if "int" in kind else case["left"])


def reflected_probe(cls: Any, case: dict[str, Any]) -> Any:
    """What comes out of `number op value` for each kind of number, or of `array * value`."""
    x = cls(case["right"])
    names, operation = {id(x): "x"}, OPERATORS[case["op"]]
    if "array" in case:
        return {"array": memory(attempt(operation, np.array(case["array"]), x), names, cls)}
    results = {}
    for kind in KINDS:
        results[kind] = memory(operation(left_side(kind, case), x), names, cls)
    return results


def reflected_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """The right number, in a value of the learner's class that leads back to x."""
    if "array" in outcome:
        return array_judge(case, outcome["array"])
    op, right = case["op"], case["right"]
    for kind, got in outcome.items():
        left = float(left_side(kind, case))
        tried = f"{show(left)} {op} x with x = {right}, the number on the left of type {kind}"
        if fault := not_a_value(tried, got, ("x",)):
            return fault
        expected = OPERATORS[op](left, right)
        if not close(got["data"], expected, scale=abs(left) + abs(right)):
            return report(
                f"{tried}: its data", got["data"], expected, *wrong_side(op, left, right, got)
            )
        if not got["own"]:
            cause = f"The result is a {got['type']}, which has none of your reflected methods: "
            cause += f"the next `1 {op} result` would fail."
            look = "Next: `self.of(other)` makes a value of your own class."
            return report(tried, Words(f"a {got['type']}"), Words("your class"), cause, look)
        if "x" not in values_in(got):
            cause = "The number is right, but no operand leads back to `x`: it was computed from "
            cause += "`self.data` alone."
            look = "Next: let the operation between two values do the work, it records."
            return report(f"{tried}: its operands", listed(got["operands"]), ..., cause, look)
    return None


def wrong_side(op: str, left: float, right: float, got: dict[str, Any]) -> tuple[str, str]:
    """The likely cause of a wrong number, and the next look."""
    swapped = OPERATORS[op](right, left)
    if op == "-" and close(got["data"], swapped):
        cause = "The sign is wrong: this is x minus the number."
        look = "Next: in `__rsub__`, `self` stood on the right. Which is taken from which?"
        return cause, look
    look = "Next: in a reflected method `other` stands on the left and `self` on the right."
    if op == "/" and close(got["data"], swapped):
        return "This is x divided by the number: the fraction is upside down.", look
    if op == "**" and close(got["data"], swapped):
        return "This is x to the power of the number: base and exponent have changed places.", look
    for wrong, operation in OPERATORS.items():
        if wrong != op and close(got["data"], operation(left, right)):
            cause = f"This is what {wrong} gives: is the operator right in this method?"
            return cause, "Next: compare the method's name with its last line."
    return "The operation between two values gives another number.", look


def array_judge(case: dict[str, Any], got: Any) -> str | None:
    """An array on the left must be refused, and not be taken apart in silence."""
    tried = f"np.array({case['array']}) * x with x = {case['right']}"
    refused = Words("a TypeError")
    if isinstance(got, Raised) and got.type in ("TypeError", "ValueError"):
        return None
    if isinstance(got, Other) and got.type == "ndarray":
        cause = "NumPy went through the array by itself and put two values into an array of "
        cause += "objects: no value, no graph to walk, no warning."
        look = "Next: keep the line `__array_priority__ = 1000` in your class."
        return report(tried, Words("an object array of 2 values"), refused, cause, look)
    if isinstance(got, Raised):
        cause = "An error, but one that happened by accident."
        return report(tried, got, refused, cause, "Next: `self.of(other)` refuses an array.")
    cause = "An array of two numbers came through as if it were one."
    return report(
        tried, Words(in_words(got)), refused, cause, "Next: `self.of(other)` refuses an array."
    )


def reflected_tried(case: dict[str, Any]) -> str:
    """The line that was run."""
    if "array" in case:
        return f"np.array({case['array']}) * x with x = {case['right']}"
    return f"{case['whole']} {case['op']} x with x = {case['right']}"


def reflected_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """Why a number on the left raised."""
    if raised.type == "RecursionError":
        return (
            f"`other {case['op']} self` inside the reflected method is the same question again, "
            "and so on without end: make a value of `other` first."
        )
    if raised.type == "TypeError" and "not 'Recorded'" in raised.text:
        return (
            "`Recorded(other)` is of the base class. Between it and a value of a class built on it "
            "Python asks the latter first, so your method is called once more, with a value in "
            "place of the number. Make a value of your own class: `self.of(other)`."
        )
    if raised.type == "TypeError" and "unsupported operand" in raised.text:
        return (
            f"Python found no method for a number on the left of {case['op']}. Is the name spelled "
            "with two underscores on each side?"
        )
    if raised.type == "AttributeError" and re.search("'(int|float)' object", raised.text):
        return "`other` is a plain number here: it has no `.data` until you make a value of it."
    return None


check_reflected = Check(
    "reflected",
    reflected_cases,
    reflected_probe,
    reflected_judge,
    tried=reflected_tried,
    explain=reflected_explain,
)


# ---------------------------------------------------------------------------------------------
# E3.3: - and / as ops of their own


class Shape(NamedTuple):
    """A line to run, and what its result must remember."""

    run: Callable[[Any, Any, Any], Any]
    op: str
    operands: tuple[str, ...]  # () where they have no name
    values: int  # behind the result, itself included


SHAPES = {
    "p - q": Shape(lambda p, q, k: p - q, "-", ("p", "q"), 3),
    "p / q": Shape(lambda p, q, k: p / q, "/", ("p", "q"), 3),
    "p - p": Shape(lambda p, q, k: p - p, "-", ("p", "p"), 2),
    "p - k": Shape(lambda p, q, k: p - k, "-", ("p", "k"), 3),
    "p / k": Shape(lambda p, q, k: p / k, "/", ("p", "k"), 3),
    "(p - q) / (p + q)": Shape(lambda p, q, k: (p - q) / (p + q), "/", (), 5),
}


def one_node_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Each shape with numbers of its own."""
    cases = []
    for shape in SHAPES:
        p, q, k = draw_positive(rng, 3, low=1.1)
        cases.append({"shape": shape, "p": -p, "q": q, "k": k})
    return cases


def one_node_probe(cls: Any, case: dict[str, Any]) -> dict[str, Any]:
    """What the result remembers, and how many values stand behind it."""
    p, q = cls(case["p"]), cls(case["q"])
    result = SHAPES[case["shape"]].run(p, q, case["k"])
    remembered = memory(result, {id(p): "p", id(q): "q"}, cls)
    return {"result": remembered, "values": count_values(result)}


def one_node_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """The right number, from as few values as stated, with op and operands in order."""
    shape, tried, got = SHAPES[case["shape"]], one_node_tried(case), outcome["result"]
    if fault := not_a_value(tried, got, ("p", "q")):
        return fault
    p, q = case["p"], case["q"]
    expected = shape.run(p, q, case["k"])
    if not close(got["data"], expected, scale=abs(p) + abs(q)):
        cause = "The number itself is wrong."
        look = "Next: `self` stands on the left, `other` on the right."
        turned = {"p - q": q - p, "p / q": q / p}.get(case["shape"], np.nan)
        if close(got["data"], turned):
            cause = "The two sides have changed places."
        elif close(got["data"], np.floor(expected)):
            cause, look = "The result is rounded down.", "Next: `//` rounds, `/` divides."
        return report(one_node_tried(case, "data"), got["data"], expected, cause, look)
    if shape.operands and (fault := record_fault(case, shape, got)):
        return fault
    if outcome["values"] == shape.values:
        return None
    cause = "The result is still put together from other ops, and each leaves a value behind."
    look = "Next: do the arithmetic on numbers, `self.data` and `other.data`, and record once."
    behind = f"{tried}, the values behind it"
    return report(behind, outcome["values"], shape.values, cause, look)


def record_fault(case: dict[str, Any], shape: Shape, got: dict[str, Any]) -> str | None:
    """The message for an op of its own that is recorded wrongly, else None."""
    if got["op"] != shape.op:
        if got["op"] == "" or not isinstance(got["op"], str):
            cause = f"The symbol of this op is the string {shape.op!r}."
            look = f"Next: `self.record({shape.op!r}, ...)`."
            return report(one_node_tried(case, "op"), got["op"], shape.op, cause, look)
        return None  # another op: still put together, which the count will show
    wanted = [case["k"] if name == "k" else name for name in shape.operands]
    operands, look = got["operands"], "Next: `self.record(symbol, number, self, other)`."
    if got["kept in"] == "tuple" and len(operands) == 2 and all(map(same, operands, wanted)):
        return None
    cause = "The operands are `self`, then `other`, in a tuple."
    if "set" in got["kept in"]:
        cause = "A set has no order, and here the order is all: which was taken from which?"
    elif any(map(is_number, operands)):
        cause = "The constant was recorded as a plain number, which has no operands of its own."
        look = "Next: `other = self.of(other)` makes a value of it."
    elif len(operands) < 2:
        cause = "Both operands belong to the record: here one side of the graph is cut off."
    elif len(operands) == 2 and all(map(same, operands[::-1], wanted)):
        cause = "The number is right, but the operands are turned round: on the way back the minus"
        cause += " sign, or the denominator, would be the wrong one."
    elif any(isinstance(operand, dict) and operand["operands"] for operand in operands):
        cause = "An operand is a value made on the way: `other` with its sign or exponent changed."
        look = "Next: record `self` and `other` as they came."
    remembered = Words(f"a set of {len(operands)}") if "set" in got["kept in"] else listed(operands)
    expected = Words(f"({', '.join(map(name_or_new, wanted))})")
    return report(one_node_tried(case, "operands"), remembered, expected, cause, look)


def one_node_tried(case: dict[str, Any], part: str = "") -> str:
    """The line that was run, or a part of its result."""
    used = [name for name in "pqk" if name in case["shape"]]
    return of(part, case["shape"]) + " with " + ", ".join(f"{name} = {case[name]}" for name in used)


check_one_node = Check(
    "one_node", one_node_cases, one_node_probe, one_node_judge, tried=one_node_tried
)


# ---------------------------------------------------------------------------------------------
# E3.4: refuse what is no real number, in words that help


class Refused(NamedTuple):
    """Something a value must refuse: how it is written, made, and named in a message."""

    written: str
    make: Callable[[Any, float], Any]  # from the class and a number
    names: str  # a pattern that a message saying what was found must match


REFUSED = {
    "value": Refused("Careful(Careful({x}))", lambda cls, x: cls(x), r"another|already|itself"),
    "string": Refused("Careful('{x}')", lambda cls, x: str(x), r"\bstr"),
    "list": Refused("Careful([{x}])", lambda cls, x: [x], r"\blist"),
    "array": Refused("Careful(np.array({x}))", lambda cls, x: np.array(x), r"array"),
    "complex": Refused("Careful(complex({x}, 2))", lambda cls, x: complex(x, 2), r"complex"),
    "none": Refused("Careful(None)", lambda cls, x: None, r"None"),
}
ALLOWED = r"\b(real|numbers?|floats?|ints?|integers?)\b"
NEXT_MOVE = (
    r"\b(use|pass|write|make|give|try|convert|call|take|keep|wrap|build|put|round|check|replace|"
    r"unpack|choose|instead|did|does|forgot|you can)\b|\?"
)


def careful_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """One case for each thing to refuse, one for a complex result, one for what is allowed."""
    numbers = draw_positive(rng, len(REFUSED) + 2, low=1.1)
    kinds = [*REFUSED, "complex result", "allowed"]
    return [{"kind": kind, "x": x} for kind, x in zip(kinds, numbers, strict=True)]


def careful_probe(cls: Any, case: dict[str, Any]) -> Any:
    """What the constructor does: the error as data, or what came out of it."""
    kind, x = case["kind"], case["x"]
    if kind == "allowed":
        made = {name: cls(convert(x), "a", "+", (cls(1.0),)) for name, convert in KINDS.items()}
        return {
            name: memory(value, {}, cls) | {"label": value.label} for name, value in made.items()
        }
    if kind == "complex result":
        outcome, thing = attempt(operator.pow, cls(-x), 0.5), (-x) ** 0.5
    else:
        thing = REFUSED[kind].make(cls, x)
        outcome = attempt(cls, thing)
    if isinstance(outcome, Raised):  # the type and the repr of the thing also name it
        return {"raised": outcome, "named": [type(thing).__name__, repr(thing)]}
    return memory(outcome, {}, cls)


def careful_judge(case: dict[str, Any], outcome: Any) -> str | None:
    """Numbers are taken; the rest is refused, saying found, allowed and the next move."""
    kind, tried, refused = case["kind"], careful_tried(case), Words("a TypeError")
    if kind == "allowed":
        return allowed_fault(case, outcome)
    named = []
    if "raised" in outcome:
        outcome, named = outcome["raised"], outcome["named"]
    if not isinstance(outcome, Raised):
        data = show(outcome["data"] if isinstance(outcome, dict) else outcome)
        if kind == "complex result":
            data = "a complex number"
        look = "Next: ask what `data` is before anything is done with it, and raise."
        return report(tried, Words(f"a value that holds {data}"), refused, TAKEN[kind], look)
    if outcome.type == "AssertionError":
        cause = "`assert` is for what cannot happen, and `python -O` leaves it out."
        return report(tried, outcome, refused, cause, "Next: `raise TypeError(...)`.")
    if outcome.type not in ("TypeError", "ValueError"):
        cause = "An error, but one that happened by accident, where `data` was used."
        look = "Next: ask what `data` is before anything is done with it, and raise."
        return report(tried, outcome, refused, cause, look)
    return words_fault(tried, kind, outcome, named)


def words_fault(tried: str, kind: str, raised: Raised, named: list[str]) -> str | None:
    """The message for an error whose words leave out found, allowed or the next move, else None."""
    pattern = REFUSED["complex" if kind == "complex result" else kind].names
    found = re.search(pattern, raised.text) or any(name in raised.text for name in named)
    if not found:
        missing, look = "what was found", "show `data` itself, or the name of its type."
    elif not re.search(ALLOWED, raised.text, re.IGNORECASE):
        missing, look = "what is allowed", "say that a value holds one number."
    elif not re.search(NEXT_MOVE, raised.text, re.IGNORECASE):
        missing, look = "a next move", "what should the reader do: pass, use, write, convert ...?"
    else:
        return None
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", show(raised))
    parts = Words("found, allowed, next move")
    return report(tried, Words(text), parts, f"The message leaves out {missing}.", f"Next: {look}")


TAKEN = {
    "value": "The new value has no operands: it has forgotten how the old one was computed, and "
    "the way back is cut.",
    "string": "`float` reads numbers out of strings. Text that comes from a file by mistake would "
    "pass for a number.",
    "list": "A list is not one number; the first operation would fail, far from here.",
    "array": "An array is not one number, even if it holds only one: `float` would take that one.",
    "complex": "A complex number has no place here: derivatives, as we use them, are of real ones.",
    "none": "None is what a function without a `return` gives. Here is the place to notice.",
    "complex result": "The result is complex, and it went in unseen: results pass through the "
    "same constructor.",
}


def allowed_fault(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """The message for a number that is not kept as a float, with all that belongs to it."""
    for kind, got in outcome.items():
        number = KINDS[kind](case["x"])
        tried = f"Careful({number!r}, 'a', '+', (one,))"
        if not close(got["data"], float(number)):
            cause = "An allowed number must be kept as it is."
            look = "Next: hand `data` on to `super().__init__` unchanged."
            return report(f"{tried}.data", got["data"], float(number), cause, look)
        if (got["label"], got["op"], len(got["operands"])) != ("a", "+", 1):
            kept = Words(f"label {got['label']!r}, op {got['op']!r}, {listed(got['operands'])}")
            cause = "The label, the op and the operands must be handed on as well."
            look = "Next: keep the line `super().__init__(data, label, op, operands)`."
            expected = Words("label 'a', op '+', (a new value 1)")
            return report(tried, kept, expected, cause, look)
    return None


def careful_tried(case: dict[str, Any]) -> str:
    """The line that was run."""
    if case["kind"] == "allowed":
        return f"Careful({case['x']}), and the same number as {', '.join(KINDS)}"
    if case["kind"] == "complex result":
        return f"Careful(-{case['x']}) ** 0.5"
    return REFUSED[case["kind"]].written.format(x=case["x"])


def careful_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """Why an allowed number was refused."""
    if case["kind"] == "allowed" and raised.type in ("TypeError", "ValueError", "AssertionError"):
        return (
            "A number was refused that is allowed. NumPy's own, such as np.float32 and np.int64, "
            "are neither `int` nor `float`: name `np.floating` and `np.integer` as well."
        )
    return None


check_careful = Check(
    "careful",
    careful_cases,
    careful_probe,
    careful_judge,
    tried=careful_tried,
    explain=careful_explain,
)
