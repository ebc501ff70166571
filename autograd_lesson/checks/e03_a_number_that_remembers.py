"""The checks of exercise 03: the learner's class is run, and its memory is read as plain data."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from ..numpy_or_not import np
from .accepted import close, is_number
from .core import Check
from .draws import draw_numbers, draw_positive
from .messages import Words, because, raised_report, report, show
from .plain_data import Other, Raised
from .recorded import (
    OPERATORS,
    check_lines,
    data_fault,
    does_not_follow,
    in_words,
    line_text,
    listed,
    memory,
    names_behind,
    operands_fault,
    parts_of,
    symbol_fault,
    value_fault,
    wanted_operands,
)
from .run_answer import attempt
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import Case, refusal_fault

# ---------------------------------------------------------------------------------------------
# E3.1: + and * record their op and their operands


def value_lines(rng: np.random.Generator) -> list[Case]:
    """Two different operands, one twice, constants of every kind on the right, a result."""
    a, b, k = draw_numbers(rng, 3)
    whole = int(rng.integers(3, 9))
    lines = ["a + b", "a * b", "a + a", "a * a", f"a + {whole}", f"a * {k}", "c * a"]
    lines += [f"a + np.float64({k})", f"a * np.int64({whole})"]
    return [{"line": line, "a": a, "b": b, "c": "a + b"} for line in lines]


TUPLE = "Next: round brackets, `(self, other)`, make a tuple."
VALUE_OPERANDS = {
    "set": "A set drops repeats (`a + a` would have one operand) and keeps no order (`a - b` and "
    f"`b - a` would look alike). {TUPLE}",
    "bare": "This is no tuple of two. Brackets alone make none: `(self)` is `self`, and the comma "
    f"in `(self, other)` makes one. {TUPLE}",
    "no tuple": "They are kept in a {kept}. Somebody can still change that afterwards; what "
    f"happened does not change, so it belongs in a tuple. {TUPLE}",
    "none": "Nothing is remembered: the way back ends here. Next: pass `operands=(self, other)`.",
    "nested": "The two operands stand in a tuple of their own inside the tuple.",
    "too few": "There were two operands. The same value twice is two: two edges, two paths.",
    "number": "A plain number has no `grad`, no `op`, no `operands`: whoever walks the graph back "
    "would stumble over it. Next: make it a Value before you record it.",
    "turned": "They are turned round: what stood on the left comes first. For + and * the number "
    "is the same; for - and / it will not be. Next: `self` is what stood on the left.",
    "copy": "A copy holds the same number, but it is another value: the way back to `a` ends at "
    "the copy. Next: record `self` and `other` themselves.",
    "other": "Every operand, in the order in which it was written, as often as it was. "
    "Next: `operands=(self, other)`, whatever `self` and `other` are.",
}


def judge_value(case: Case, outcome: dict[str, Any]) -> str | None:
    """Data, op, and operands: the very ones, in a tuple, in order, with repeats."""
    tried, got, (op, _) = line_text(case), outcome["result"], parts_of(case["line"])
    if fault := value_fault(tried, got, "abc"):
        return fault
    for name, data in outcome["data"].items():
        if name != "c" and not close(data, case[name]):
            after = Words(f"{name}.data = {show(data)} afterwards")
            cause = f"The operation changed `{name}`. Its own data must stay what it was."
            look = "Next: compute a new number; assign nothing to `self.data`."
            return report(tried, after, Words(f"{name}.data = {case[name]}"), cause, look)
    other = "*" if op == "+" else "+"
    slip = f"`data` is right for the other operator: does this method compute with {op}?"
    look = "Next: print `self.data` and `other.data` inside the method."
    cause = f"`data` must be the number that {op} gives."
    copied = "The number is right, the symbol is that of the other method: a copied line?"
    symbols = {"": "The result does not know its op, as if nothing had been computed."}
    return (
        data_fault(case, got, cause, look, {slip: OPERATORS[other]})
        or symbol_fault(
            line_text(case, "op"),
            got["op"],
            op,
            f"Next: `Value(..., op={op!r}, ...)`.",
            slips=symbols | {other: copied},
        )
        or operands_fault(
            line_text(case, "operands"),
            got,
            wanted_operands(case, "abc"),
            VALUE_OPERANDS,
            kept="the tuple ",
        )
    )


PLAIN_NUMBER = "^AttributeError: .*'(int|float)' object"
VALUE_CAUSES = {
    PLAIN_NUMBER: lambda case, raised: (
        f"In `{case['line']}` the method is given a plain number, which has no `.data`: make a "
        "Value of it first."
    ),
    "^TypeError: .*memoryview": lambda case, raised: (
        f"In `{case['line']}` the method is given a number of NumPy's, whose `.data` is no number. "
        "It is a plain number too: ask whether it is a Value, not what kind it is."
    ),
}

check_value = check_lines(
    "value",
    value_lines,
    judge_value,
    "abc",
    explain=because(VALUE_CAUSES),
    own_work=["value.Value"],
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


def reflected_cases(rng: np.random.Generator) -> list[Case]:
    """Each operator with every kind of number on its left, and an array there."""
    cases = []
    for op in OPERATORS:
        left, right = draw_positive(rng, 2, low=1.1)
        whole = int(rng.integers(3, 9))
        cases.append({"op": op, "left": left, "whole": whole, "right": right})
    return [*cases, {"op": "*", "array": draw_numbers(rng, 2), "right": draw_positive(rng, 1)[0]}]


def left_side(kind: str, case: Case) -> Any:
    """The number on the left, of one kind."""
    return KINDS[kind](case["whole"] if "int" in kind else case["left"])


def reflected_steps(cls: Any, case: Case) -> Steps:
    """What comes out of `number op value` for each kind of number, or of `array * value`."""
    x = cls(case["right"])
    names, operation = {id(x): "x"}, OPERATORS[case["op"]]
    if "array" in case:
        yield "array", memory(attempt(operation, np.array(case["array"]), x), names, cls)
        return
    for kind in KINDS:
        yield kind, memory(operation(left_side(kind, case), x), names, cls)


def judge_reflected(_: str, case: Case, seen: Seen) -> Faults:
    """The right number, in a value of the learner's class that leads back to x."""
    if "array" in case:
        yield array_fault(case, seen["array"])
        return
    op, right = case["op"], case["right"]
    for kind in KINDS:
        left, got = float(left_side(kind, case)), seen[kind]
        tried = f"{show(left)} {op} x with x = {right}, the number on the left of type {kind}"
        yield value_fault(tried, got, ("x",))
        expected = OPERATORS[op](left, right)
        if not close(got["data"], expected, scale=abs(left) + abs(right)):
            cause, look = wrong_side(op, left, right, got["data"])
            yield report(f"{tried}: its data", got["data"], expected, cause, look)
        if not got["own"]:
            cause = f"The result is a {got['type']}, which has none of your reflected methods: "
            cause += f"the next `1 {op} result` would fail."
            look = "Next: `self.of(other)` makes a value of your own class."
            yield report(tried, Words(f"a {got['type']}"), Words("your class"), cause, look)
        if "x" not in names_behind(got):
            cause = "The number is right, but no operand leads back to `x`: it was computed from "
            cause += "`self.data` alone."
            look = "Next: let the operation between two values do the work, it records."
            yield report(f"{tried}: its operands", listed(got["operands"]), ..., cause, look)
        if found := does_not_follow(got, {"x": right}):
            yield memory_report(op, tried, *found)


def memory_report(op: str, tried: str, made: dict[str, Any], given: Any) -> str:
    """The words for a result whose op and operands lead to another number, or to none."""
    line = f"{show(made['op'])} of {' and '.join(map(in_words, made['operands']))}"
    look = "Next: let the operation between two values do the work, it records."
    if is_number(given):
        cause = "The number is right, but what is remembered leads to another: the way back would "
        cause += "follow the op and the operands."
        return report(f"{tried}: {line}", given, made["data"], cause, look)
    wanted = Words(f"{op!r} of two values, or the ops it is put together from")
    cause = f"No rule belongs to this op: it is one of {', '.join(OPERATORS)}."
    if any(map(is_number, made["operands"])):
        cause = "A plain number has no `grad` and no `operands`: make it a value first."
    elif made["op"] in OPERATORS:
        cause = f"{made['op']} stands between two values, and {len(made['operands'])} is "
        cause += "remembered: the number on the left is a value as well."
    elif isinstance(made["op"], str) and made["op"].endswith("**"):
        cause = "`**` with a number behind it has one operand, the base, and a rule for that. With "
        cause += "the value in the exponent the op is `**`, and both sides are operands."
    return report(f"{tried}: what it remembers", Words(line), wanted, cause, look)


SWAPPED = {
    "-": "The sign is wrong: this is x minus the number.",
    "/": "This is x divided by the number: the fraction is upside down.",
    "**": "This is x to the power of the number: base and exponent have changed places.",
}


def wrong_side(op: str, left: float, right: float, got: Any) -> tuple[str, str]:
    """The likely cause of a wrong number, and the next look."""
    if op in SWAPPED and close(got, OPERATORS[op](right, left)):
        look = "Next: in a reflected method `other` stands on the left and `self` on the right."
        if op == "-":
            look = "Next: in `__rsub__`, `self` stood on the right. Which is taken from which?"
        return SWAPPED[op], look
    for wrong, operation in OPERATORS.items():
        if wrong != op and close(got, operation(left, right)):
            cause = f"This is what {wrong} gives: is the operator right in this method?"
            return cause, "Next: compare the method's name with its last line."
    look = "Next: in a reflected method `other` stands on the left and `self` on the right."
    return "The operation between two values gives another number.", look


def array_fault(case: Case, got: Any) -> str | None:
    """An array on the left must be refused, and not be taken apart in silence."""
    look = "Next: `self.of(other)` refuses an array."
    passed, shown = "An array of two numbers came through as if it were one.", Words(in_words(got))
    if isinstance(got, Other) and got.type == "ndarray":
        passed = "NumPy went through the array by itself and put two values into an array of "
        passed += "objects: no value, no graph to walk, no warning."
        look = "Next: keep the line `__array_priority__ = 1000` in your class."
        shown = Words("an object array of 2 values")
    return refusal_fault(
        tried_reflected(case),
        got if isinstance(got, Raised) else shown,
        (TypeError, ValueError),
        passed,
        look,
        wanted="a TypeError",
    )


def tried_reflected(case: Case) -> str:
    if "array" in case:
        return f"np.array({case['array']}) * x with x = {case['right']}"
    return f"{case['whole']} {case['op']} x with x = {case['right']}"


REFLECTED_CAUSES = {
    "^RecursionError": lambda case, raised: (
        f"`other {case['op']} self` inside the reflected method is the same question again, and so "
        "on without end: make a value of `other` first."
    ),
    "^TypeError: .*not 'Recorded'": "`Recorded(other)` is of the base class. Between it and a "
    "value of a class built on it Python asks the latter first, so your method is called once "
    "more, with a value in place of the number. Make a value of your own class: `self.of(other)`.",
    "^TypeError: .*unsupported operand": lambda case, raised: (
        f"Python found no method for a number on the left of {case['op']}. Is the name spelled "
        "with two underscores on each side?"
    ),
    PLAIN_NUMBER: "`other` is a plain number here: it has no `.data` until you make a value of it.",
}

check_reflected = check_stages(
    "reflected",
    reflected_cases,
    reflected_steps,
    judge_reflected,
    tried=tried_reflected,
    explain=because(REFLECTED_CAUSES),
    own_work=["value.Value"],
)

# ---------------------------------------------------------------------------------------------
# E3.3: - and / as ops of their own

BEHIND = {"p - q": 3, "p / q": 3, "p - p": 2, "p - k": 3, "p / k": 3, "(p - q) / (p + q)": 5}
ONE_NODE_OPERANDS = {
    "set": "A set has no order, and here the order is all: which was taken from which?",
    "number": "The constant was recorded as a plain number, which has no operands of its own. "
    "Next: `other = self.of(other)` makes a value of it.",
    "nested": "The two operands stand in a tuple of their own inside the tuple.",
    "too few": "Both operands belong to the record: here one side of the graph is cut off.",
    "turned": "The number is right, but the operands are turned round: on the way back the minus "
    "sign, or the denominator, would be the wrong one.",
    "made": "An operand is a value made on the way: `other` with its sign or exponent changed. "
    "Next: record `self` and `other` as they came.",
    "other": "The operands are `self`, then `other`, in a tuple. "
    "Next: `self.record(symbol, number, self, other)`.",
}


def one_node_lines(rng: np.random.Generator) -> list[Case]:
    """Each line with numbers of its own."""
    drawn = [draw_positive(rng, 3, low=1.1) for _ in BEHIND]
    pairs = zip(BEHIND, drawn, strict=True)
    return [{"line": line, "p": -p, "q": q, "k": k} for line, (p, q, k) in pairs]


def judge_one_node(case: Case, outcome: dict[str, Any]) -> str | None:
    """The right number, from as few values as stated, with op and operands in order."""
    line, got, behind = case["line"], outcome["result"], outcome["behind"]
    if fault := value_fault(line_text(case), got, "pq"):
        return fault
    look = "Next: `self` stands on the left, `other` on the right."
    turned = "The two sides have changed places."
    slips = {
        turned: (lambda x, y: y - x) if "-" in line else (lambda x, y: y / x),
        "The result is rounded down. Next: `//` rounds, `/` divides.": lambda x, y: x // y,
    }
    if fault := data_fault(case, got, "The number itself is wrong.", look, slips):
        return fault
    is_one_op = len(line) == len("p - q")
    has_symbol = got["op"] != "" and isinstance(got["op"], str)
    op = parts_of(line)[0]
    if behind == BEHIND[line] or got["op"] == op or (is_one_op and not has_symbol):
        look, cause = f"Next: `self.record({op!r}, ...)`.", ""
        if has_symbol:
            cause = "No rule goes by this name: the way back would stop here."
        if got["op"] in OPERATORS:
            cause = "This is the symbol of another op, whose rule the way back would take."
        fault = symbol_fault(line_text(case, "op"), got["op"], op, look, cause)
        if not fault and is_one_op:
            wanted = wanted_operands(case, "pq")
            fault = operands_fault(line_text(case, "operands"), got, wanted, ONE_NODE_OPERANDS)
        if fault or behind == BEHIND[line]:
            return fault
    cause = "The result is still put together from other ops, and each leaves a value behind."
    look = "Next: do the arithmetic on numbers, `self.data` and `other.data`, and record once."
    return report(f"{line_text(case)}, the values behind it", behind, BEHIND[line], cause, look)


check_one_node = check_lines(
    "one_node", one_node_lines, judge_one_node, "pq", own_work=["value.Value"]
)

# ---------------------------------------------------------------------------------------------
# E3.4: refuse what is no real number, in words that help


class Refused(NamedTuple):
    """Something a value must refuse: how it is written, made, and named; why it may not pass."""

    written: str
    make: Callable[[Any, float], Any]  # from the class and a number
    names: str  # a pattern that a message saying what was found must match
    passed: str


REFUSED = {
    "value": Refused(
        "Careful(Careful({x}))",
        lambda cls, x: cls(x),
        r"another|already|itself",
        "The new value has no operands: it has forgotten how the old one was computed, and the "
        "way back is cut.",
    ),
    "string": Refused(
        "Careful('{x}')",
        lambda cls, x: str(x),
        r"\bstr",
        "`float` reads numbers out of strings. Text that comes from a file by mistake would pass "
        "for a number.",
    ),
    "list": Refused(
        "Careful([{x}])",
        lambda cls, x: [x],
        r"\blist",
        "A list is not one number; the first operation would fail, far from here.",
    ),
    "array": Refused(
        "Careful(np.array({x}))",
        lambda cls, x: np.array(x),
        r"array",
        "An array is not one number, even if it holds only one: `float` would take that one.",
    ),
    "complex": Refused(
        "Careful(complex({x}, 2))",
        lambda cls, x: complex(x, 2),
        r"complex",
        "A complex number has no place here: derivatives, as we use them, are of real ones.",
    ),
    "np.complex64": Refused(
        "Careful(np.complex64({x} + 2j))",
        lambda cls, x: np.complex64(x + 2j),
        r"complex",
        "np.number names NumPy's complex numbers as well. The real ones are np.integer and "
        "np.floating.",
    ),
    "none": Refused(
        "Careful(None)",
        lambda cls, x: None,
        r"None",
        "None is what a function without a `return` gives. Here is the place to notice.",
    ),
    "complex result": Refused(
        "Careful(-{x}) ** 0.5",
        lambda cls, x: (-x) ** 0.5,
        r"complex",
        "The result is complex, and it went in unseen: results pass through the same constructor.",
    ),
}
ALLOWED_KINDS = KINDS | {"bool": bool}
ALLOWED = r"\b(real|numbers?|floats?|ints?|integers?)\b"
NEXT_MOVE = (
    r"\b(use|pass|write|make|give|try|convert|call|take|keep|wrap|build|put|round|check|replace|"
    r"unpack|choose|instead|did|does|forgot|you can|please|provide|supply|hand|unwrap|extract|read|"
    r"turn|remove|should|must|needs?|has to|expect(s|ed)|requires?|required|change)\b|\?"
)
PYTHONS_OWN = "float() argument must be"
BY_FLOAT = (
    "These are the words of `float`, which takes text as well: nothing was refused before it."
)


def careful_cases(rng: np.random.Generator) -> list[Case]:
    """One case for each thing to refuse, and one for what is allowed."""
    kinds = [*REFUSED, "allowed"]
    numbers = draw_positive(rng, len(kinds), low=1.1)
    return [{"kind": kind, "x": x} for kind, x in zip(kinds, numbers, strict=True)]


def probe_careful(cls: Any, case: Case) -> Any:
    """What the constructor does: the error as data, or what came out of it."""
    kind, x = case["kind"], case["x"]
    if kind == "allowed":
        one = cls(1.0)
        made = {n: attempt(cls, of(x), "a", "+", (one,)) for n, of in ALLOWED_KINDS.items()}
        return {
            name: value
            if isinstance(value, Raised)
            else memory(value, {}, cls) | {"label": value.label}
            for name, value in made.items()
        }
    thing = REFUSED[kind].make(cls, x)
    outcome = attempt(operator.pow, cls(-x), 0.5) if " " in kind else attempt(cls, thing)
    if isinstance(outcome, Raised):  # the type and the repr of the thing also name it
        named = [type(thing).__name__, repr(thing), str(thing), f"{thing}"]
        return {"raised": outcome, "named": named}
    return memory(outcome, {}, cls)


def judge_careful(case: Case, outcome: Any) -> str | None:
    """Numbers are taken; the rest is refused, saying found, allowed and the next move."""
    kind, tried = case["kind"], tried_careful(case)
    if kind == "allowed":
        return allowed_fault(case, outcome)
    raised = outcome.get("raised") if isinstance(outcome, dict) else None
    data = show(outcome.get("data") if isinstance(outcome, dict) else outcome)
    data = "a complex number" if kind == "complex result" else data
    look = "Next: ask what `data` is before anything is done with it, and raise."
    another = ("An error, but one that happened by accident, where `data` was used.", look)
    if raised and raised.type == "ValueError":
        another = (
            "A ValueError is for a value out of range. Here the kind is wrong, whatever the "
            "value: a TypeError says so.",
            "Next: `raise TypeError(...)`.",
        )
    passed, held = REFUSED[kind].passed, Words(f"a value that holds {data}")
    if isinstance(outcome, Other):
        held, passed = Words("a value without `data`"), RETURNED
    for words, cause in {"__init__() should return None": RETURNED, PYTHONS_OWN: BY_FLOAT}.items():
        if raised and words in raised.text:
            return report(tried, raised, Words("a TypeError of your own"), cause, look)
    return refusal_fault(
        tried, raised or held, (TypeError,), passed, look, another=another, wanted="a TypeError"
    ) or words_fault(tried, kind, raised, outcome["named"])


RETURNED = "`return` ends the constructor and refuses nothing: whoever called goes on with a value "
RETURNED += "that holds no number. An error is raised: `raise TypeError(...)`."


def words_fault(tried: str, kind: str, raised: Any, named: list[str]) -> str | None:
    """The message for an error whose words leave out found, allowed or the next move, else None."""
    text = raised.text
    if not (re.search(REFUSED[kind].names, text) or any(name in text for name in named)):
        missing, look = "what was found", "show `data` itself, or the name of its type."
    elif not re.search(ALLOWED, text, re.IGNORECASE):
        missing, look = "what is allowed", "say that a value holds one number."
    elif not re.search(NEXT_MOVE, text, re.IGNORECASE):
        missing, look = "a next move", "what should the reader do: pass, use, write, convert ...?"
    else:
        return None
    parts = Words("found, allowed, next move")
    return report(tried, raised, parts, f"The message leaves out {missing}.", f"Next: {look}")


def allowed_fault(case: Case, outcome: dict[str, Any]) -> str | None:
    """The message for a number that is not kept as a float, with all that belongs to it."""
    for kind, got in outcome.items():
        number = ALLOWED_KINDS[kind](case["x"])
        tried = f"Careful({number!r}, 'a', '+', (one,))"
        if isinstance(got, Raised):
            cause = "A number was refused that is allowed. "
            if kind == "bool":
                cause += "In Python a bool is a kind of int."
            else:
                cause += "NumPy's own, such as np.float32 and np.int64, are neither `int` nor "
                cause += "`float`: name `np.floating` and `np.integer` as well."
            refused = got.type in ("TypeError", "ValueError", "AssertionError")
            return raised_report(tried, got, cause if refused else None)
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


def tried_careful(case: Case) -> str:
    if case["kind"] == "allowed":
        return f"Careful({case['x']}), and the same number as {', '.join(ALLOWED_KINDS)}"
    return REFUSED[case["kind"]].written.format(x=case["x"])


check_careful = Check(
    "careful",
    careful_cases,
    probe_careful,
    judge_careful,
    tried=tried_careful,
    own_work=["value.Value", "refusals"],
)
