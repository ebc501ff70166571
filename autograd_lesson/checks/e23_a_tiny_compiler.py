"""The checks of exercise 23: instructions recorded, made fewer, extended backwards, written out."""

from __future__ import annotations

import ast
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .accepted import close
from .core import Check
from .draws import draw_numbers
from .messages import Words, changed_fault, report, show
from .plain_data import Raised
from .run_answer import attempt, call

# A program is a list of lines (name, op, operands); an operand is a name or a number.
Line = tuple[str, str, tuple[Any, ...]]
OPS: dict[str, Callable[..., float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "tanh": math.tanh,
}


def text_of(lines: Sequence[Any]) -> str:
    """The lines on one line, for a message."""
    shown = [f"{name} = {op}({', '.join(map(_word, operands))})" for name, op, operands in lines]
    return "; ".join(shown) if shown else "no lines"


def _word(operand: Any) -> str:
    return operand if isinstance(operand, str) else show(operand)


def _lines(case: dict[str, Any], key: str = "lines") -> list[Line]:
    return [(name, op, tuple(operands)) for name, op, operands in case[key]]


def values_of(lines: Sequence[Line], numbers: dict[str, float]) -> dict[str, float]:
    """The number behind every name."""
    known = dict(numbers)
    for name, op, operands in lines:
        known[name] = OPS[op](*(known[o] if isinstance(o, str) else o for o in operands))
    return known


def inputs_of(numbers: Sequence[float]) -> dict[str, float]:
    """x0, x1, ... with their numbers."""
    return {f"x{i}": x for i, x in enumerate(numbers)}


def lines_fault(tried: str, lines: Any, inputs: Sequence[str]) -> str | None:
    """The message for something that is no program, else None."""

    def fault(got: Any, cause: str, look: str = "") -> str:
        return report(tried, got, Words("lines (name, op, operands)"), cause, look)

    if not isinstance(lines, list):
        return fault(lines, "A list of lines is asked for: is a `return` missing or in the way?")
    known = set(inputs)
    for line in lines:
        if not (isinstance(line, tuple | list) and len(line) == 3):
            return fault(line, "A line has three parts: its name, its op, a tuple of operands.")
        name, op, operands = line
        if op not in OPS:
            return fault(op, f"The ops are {', '.join(OPS)}, as texts.")
        if not isinstance(operands, tuple | list):
            return fault(operands, "The operands are a tuple, also where there is one: `(a,)`.")
        for operand in operands:
            if isinstance(operand, str) and operand not in known:
                return fault(
                    Words(f"{operand} in {text_of([line])}"),
                    "This name is not known there: no line above makes it.",
                    "Next: look for that name above: was its line taken out, or is it below?",
                )
            if not isinstance(operand, str | float | int):
                return fault(operand, "An operand is a name (a text) or a number, and no object.")
        if name in known:
            return fault(
                Words(f"two lines named {name}"),
                "Each line needs a name of its own: the second number writes over the first.",
                "Next: count the lines so far, and put that into the name.",
            )
        known.add(name)
    return None


# ---------------------------------------------------------------------------------------------
# E23.1: trace

FUNCTIONS: dict[str, tuple[int, Callable[..., Any], int]] = {  # arguments, function, operations
    "lambda a, b: a * b + a": (2, lambda a, b: a * b + a, 2),
    "lambda a: a.tanh() * 0.5": (1, lambda a: a.tanh() * 0.5, 2),
    "lambda a: 1.5 - a": (1, lambda a: 1.5 - a, 1),
    "lambda a: 2.0 + 3.0 * a": (1, lambda a: 2.0 + 3.0 * a, 2),
    "lambda a, b: (a - b).tanh() - a": (2, lambda a, b: (a - b).tanh() - a, 3),
    "lambda a: (a * a, a + 1.0)[0]": (1, lambda a: (a * a, a + 1.0)[0], 2),
    "lambda a, b: b": (2, lambda a, b: b, 0),
}


class _Number:
    """A number with a method tanh, to run the functions on."""

    def __init__(self, x: float) -> None:
        self.x = x

    def _with(self, other: Any, op: str, turned: bool = False) -> _Number:
        pair = (self.x, other.x if isinstance(other, _Number) else other)
        return _Number(OPS[op](*(pair[::-1] if turned else pair)))

    def __add__(self, other: Any) -> _Number:
        return self._with(other, "+")

    def __mul__(self, other: Any) -> _Number:
        return self._with(other, "*")

    def __sub__(self, other: Any) -> _Number:
        return self._with(other, "-")

    def __rsub__(self, other: Any) -> _Number:
        return self._with(other, "-", turned=True)

    __radd__, __rmul__ = __add__, __mul__

    def tanh(self) -> _Number:
        return _Number(math.tanh(self.x))


def _trace_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [{"f": name, "numbers": draw_numbers(rng, FUNCTIONS[name][0])} for name in FUNCTIONS]


def _trace_tried(case: dict[str, Any]) -> str:
    return f"trace({case['f']}, {FUNCTIONS[case['f']][0]})"


def _trace_probe(trace: Any, case: dict[str, Any]) -> Any:
    count, f, _ = FUNCTIONS[case["f"]]
    return trace(f, count)


def _trace_judge(case: dict[str, Any], outcome: Any) -> str | None:
    tried, (_, f, operations) = _trace_tried(case), FUNCTIONS[case["f"]]
    if not (isinstance(outcome, tuple) and len(outcome) == 2):
        return report(tried, outcome, Words("lines, result"), "Two things are asked for.")
    (lines, result), numbers = outcome, inputs_of(case["numbers"])
    if fault := lines_fault(tried, lines, list(numbers)):
        return fault
    if len(lines) != operations:
        return report(
            tried,
            Words(f"{len(lines)} lines: {text_of(lines)}"),
            Words(f"{operations} lines, one for each operation"),
            "Every operation writes one line, and nothing else does.",
        )
    known = values_of(lines, numbers)
    if not isinstance(result, str) or result not in known:
        return report(
            tried, result, Words("the name of the result"), "The second part is the name (a text)."
        )
    expected = f(*map(_Number, case["numbers"])).x
    if close(known[result], expected, scale=1.0):
        return None
    cause = "The lines compute something else."
    if lines and result == lines[-1][0] and case["f"].endswith("[0]"):
        cause = "The last line need not be the result: ask what `f` returned."
    elif case["f"] == "lambda a: 1.5 - a":
        cause = "In `number - recorder` Python calls __rsub__ of the recorder: the number is first."
    return report(
        f"{tried}, run with {show(case['numbers'])}: {text_of(lines)}",
        known[result],
        expected,
        cause,
        "Next: run the lines with a pencil.",
    )


def _trace_explain(case: dict[str, Any], raised: Raised) -> str | None:
    if raised.type == "TypeError" and "unsupported operand" in raised.text:
        return (
            "With a number on the left, Python asks the recorder for __radd__, __rmul__ and "
            "__rsub__: it has to have them."
        )
    return None


check_trace = Check(
    "trace", _trace_cases, _trace_probe, _trace_judge, tried=_trace_tried, explain=_trace_explain
)

# ---------------------------------------------------------------------------------------------
# E23.2: passes. Each case: lines, results, and how many lines are left.

A, B = "x0", "x1"
DEAD: list[tuple[list[Line], list[str], int]] = [
    ([("v0", "*", (A, B)), ("v1", "+", (A, 1.5))], ["v0"], 1),
    ([("v0", "*", (A, B)), ("v1", "tanh", ("v0",)), ("v2", "+", (A, B))], ["v2"], 1),
    ([("v0", "*", (A, A)), ("v1", "+", ("v0", B)), ("v2", "-", ("v1", A))], ["v2"], 3),
    ([("v0", "*", (A, B)), ("v1", "+", ("v0", A)), ("v2", "tanh", ("v0",))], ["v1", "v2"], 3),
    ([("v0", "*", (A, B))], [A], 0),
]
SAME: list[tuple[list[Line], list[str], int]] = [
    ([("v0", "*", (A, B)), ("v1", "*", (A, B)), ("v2", "+", ("v0", "v1"))], ["v2"], 2),
    ([("v0", "+", (A, B)), ("v1", "*", (A, B)), ("v2", "-", ("v0", "v1"))], ["v2"], 3),
    ([("v0", "-", (A, B)), ("v1", "-", (B, A)), ("v2", "*", ("v0", 2.0))], ["v2", "v1"], 3),
    ([("v0", "tanh", (A,)), ("v1", "tanh", (A,))], ["v1", "v0"], 1),
    (
        [
            ("v0", "*", (A, B)),
            ("v1", "*", (A, B)),
            ("v2", "tanh", ("v0",)),
            ("v3", "tanh", ("v1",)),
            ("v4", "-", ("v2", "v3")),
        ],
        ["v4"],
        3,
    ),
]


def _pass_cases(table: list) -> Callable[[np.random.Generator], list[dict[str, Any]]]:
    def cases(rng: np.random.Generator) -> list[dict[str, Any]]:
        return [
            {"lines": lines, "results": results, "left": left, "numbers": draw_numbers(rng, 2)}
            for lines, results, left in table
        ]

    return cases


def _pass_tried(case: dict[str, Any]) -> str:
    return f"{text_of(case['lines'])}, with the results {', '.join(case['results'])}"


def _pass_probe(shorten: Any, case: dict[str, Any]) -> Any:
    return call(shorten, _lines(case), list(case["results"]))


def _same_numbers(
    tried: str, case: dict[str, Any], lines: list[Line], results: list[str], why: str
) -> str | None:
    """The message for lines whose results differ, in any bit, from those of the case."""
    numbers = inputs_of(case["numbers"])
    known = values_of(lines, numbers)
    missing = [name for name in results if name not in known]
    if missing:
        return report(
            tried,
            Words(f"no line for the result {missing[0]}"),
            Words("a line, or an input, for every result"),
            "A result has lost its line, and was not given another name.",
            "Next: what takes a line out has to look at `results`, too.",
        )
    got = [known[name] for name in results]
    before = values_of(_lines(case), numbers)
    expected = [before[name] for name in case["results"]]
    return None if got == expected else report(tried, got, expected, why)


def _count(lines: int) -> Words:
    return Words(f"{lines} line{'s' * (lines != 1)}")


def _dead_judge(case: dict[str, Any], outcome: Any) -> str | None:
    tried, lines = _pass_tried(case), outcome["result"]
    fault = changed_fault(tried, outcome) or lines_fault(tried, lines, [A, B])
    fault = fault or _same_numbers(tried, case, lines, case["results"], "Another number comes out.")
    if fault or len(lines) == case["left"]:
        return fault
    cause = "A line that no result needs is still there."
    if any(operand == "v0" for _, _, operands in case["lines"] for operand in operands):
        cause = "v0 is read only by a line that is dead itself, so it is dead as well."
    return report(
        tried,
        Words(f"{len(lines)} lines: {text_of(lines)}"),
        _count(case["left"]),
        cause,
        "Next: go through the lines from the last to the first, with a set of needed names.",
    )


def _common_judge(case: dict[str, Any], outcome: Any) -> str | None:
    tried, pair = _pass_tried(case), outcome["result"]
    if fault := changed_fault(tried, outcome):
        return fault
    if not (isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], list)):
        return report(tried, pair, Words("lines, results"), "Results may have other names now.")
    lines, results = pair
    fault = lines_fault(tried, lines, [A, B])
    why = "Two lines were merged that differ: the op belongs to what is compared."
    if {op for _, op, _ in case["lines"]} == {"-", "*"}:
        why = "a - b and b - a have other operands: compare them in their order."
    fault = fault or _same_numbers(tried, case, lines, results, why)
    if fault or len(lines) == case["left"]:
        return fault
    cause = "Lines with one op and the same operands are still there twice."
    if case["left"] == 3 and len(lines) == 4:
        cause = "tanh(v0) and tanh(v1) are alike once v1 *is* v0: rename operands before comparing."
    return report(
        tried,
        Words(f"{len(lines)} lines: {text_of(lines)}"),
        _count(case["left"]),
        cause,
        "Next: go through these lines with a pencil, as your loop does.",
    )


check_dead_code = Check("dead_code", _pass_cases(DEAD), _pass_probe, _dead_judge, tried=_pass_tried)
check_common_parts = Check(
    "common_parts", _pass_cases(SAME), _pass_probe, _common_judge, tried=_pass_tried
)

# ---------------------------------------------------------------------------------------------
# E23.3: the backward pass as more lines

GRADIENTS: list[tuple[list[Line], str]] = [
    ([("v0", "*", (A, B))], "v0"),
    ([("v0", "-", (A, B))], "v0"),
    ([("v0", "*", (A, 0.3)), ("v1", "tanh", ("v0",))], "v1"),
    ([("v0", "*", (A, A)), ("v1", "+", ("v0", B))], "v1"),
    ([("v0", "+", (A, B)), ("v1", "*", ("v0", A)), ("v2", "*", ("v0", "v1"))], "v2"),
    ([("v0", "tanh", (A,)), ("v1", "-", (1.5, "v0")), ("v2", "*", ("v1", "v0"))], "v2"),
    ([("v0", "tanh", (A,)), ("v1", "*", (A, B))], "v0"),
]


def _gradient_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [
        {"lines": lines, "result": result, "numbers": draw_numbers(rng, 2, 0.3, 1.3)}
        for lines, result in GRADIENTS
    ]


def _gradient_tried(case: dict[str, Any]) -> str:
    return f"with_gradient of {text_of(case['lines'])}, result {case['result']}"


def _gradient_probe(with_gradient: Any, case: dict[str, Any]) -> Any:
    return call(with_gradient, _lines(case), case["result"], [A, B])


def slopes_of(lines: Sequence[Line], result: str, numbers: Sequence[float]) -> list[float]:
    """Central differences of the result in every input."""
    slopes, h = [], float(np.cbrt(np.finfo(float).eps))
    for place in range(len(numbers)):
        ends = []
        for move in (h, -h):
            moved = [x + move * (i == place) for i, x in enumerate(numbers)]
            ends.append(values_of(lines, inputs_of(moved))[result])
        slopes.append((ends[0] - ends[1]) / (2 * h))
    return slopes


def _gradient_judge(case: dict[str, Any], outcome: Any) -> str | None:
    tried, pair, forward = _gradient_tried(case), outcome["result"], _lines(case)
    if fault := changed_fault(tried, outcome):
        return fault
    if not (isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], list)):
        return report(tried, pair, Words("lines, gradients"), "Two things are asked for.")
    lines, gradients = pair
    if fault := lines_fault(tried, lines, [A, B]):
        return fault
    if [tuple(line) for line in lines[: len(forward)]] != forward:
        return report(
            tried,
            Words(text_of(lines)),
            Words("the lines as they were, and more"),
            "The backward pass reads what the forward lines computed: they come first.",
        )
    known = values_of(lines, inputs_of(case["numbers"]))
    if len(gradients) != 2 or any(
        not isinstance(g, float | int) and g not in known for g in gradients
    ):
        return report(
            tried,
            gradients,
            Words("a name or a number for each of the 2 inputs"),
            "An input that the result does not depend on has the gradient 0.0.",
        )
    got = [known[g] if isinstance(g, str) else g for g in gradients]
    expected = slopes_of(forward, case["result"], case["numbers"])
    if close(got, expected, rel=1e-6, scale=1.0):
        return None
    op = forward[0][1]
    if len(forward) == 1:
        cause = {
            "*": "In a product the partial of each operand is the *other* operand.",
            "-": "In a - b the partial of b is -1.",
        }[op]
    elif len(forward) == 2 and forward[1][1] == "tanh":
        cause = "With y = tanh(a) the partial is 1 - y * y: y is the name of the line itself."
    elif forward[0][2] == (A, A):
        cause = (
            "x0 is both operands of one line: it receives two contributions, and they are added."
        )
    else:
        cause = (
            "A value that is used more than once needs all its contributions before it is passed "
            "on: go through the lines from the last to the first, and add."
        )
    look = "Next: print your lines, and run them with a pencil at x0 = 2 and x1 = 3."
    return report(f"{tried}, at {show(case['numbers'])}", got, expected, cause, look)


check_with_gradient = Check(
    "with_gradient", _gradient_cases, _gradient_probe, _gradient_judge, tried=_gradient_tried
)

# ---------------------------------------------------------------------------------------------
# E23.4: straight-line source

LONG = 300  # lines of the program whose speed is measured
AT_LEAST = 2.0  # times as fast as going through the lines; it is more like ten
STRAIGHT = (ast.For, ast.While, ast.If, ast.Dict, ast.ListComp, ast.Subscript, ast.Lambda)


def _chain(count: int) -> list[Line]:
    """A long program whose numbers stay small."""
    lines: list[Line] = [("v0", "*", (A, B))]
    for k in range(1, count):
        op = ("+", "-", "*")[k % 3]
        lines.append((f"v{k}", op, (f"v{k - 1}", 0.5 if op == "*" else A)))
    return lines


def _source_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    programs = [(lines, [result]) for lines, result in GRADIENTS[:6]]
    programs += [(GRADIENTS[4][0], ["v2", "v0", A]), (_chain(LONG), [f"v{LONG - 1}"])]
    return [
        {"lines": lines, "results": results, "numbers": draw_numbers(rng, 2)}
        for lines, results in programs
    ]


def _source_tried(case: dict[str, Any]) -> str:
    lines = case["lines"]
    what = text_of(lines) if len(lines) < 9 else f"a program of {len(lines)} lines"
    return f"to_python of {what}, results {', '.join(case['results'])}"


def _source_probe(to_python: Any, case: dict[str, Any]) -> Any:
    lines = _lines(case)
    source = to_python(lines, [A, B], list(case["results"]))
    if not isinstance(source, str):
        return {"source": source}
    scope: dict[str, Any] = {"tanh": math.tanh}
    made = attempt(exec, source, scope)
    if isinstance(made, Raised) or "run" not in scope:
        return {"source": source, "made": made}
    got = attempt(scope["run"], *case["numbers"])
    faster = 0.0
    if len(lines) == LONG and not isinstance(got, Raised):
        numbers = inputs_of(case["numbers"])
        by_line = _shortest(lambda: values_of(lines, numbers))
        faster = by_line / _shortest(lambda: scope["run"](*case["numbers"]))
    return {"source": source, "made": None, "got": got, "faster": faster}


def _shortest(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(15):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def _source_judge(case: dict[str, Any], outcome: Any) -> str | None:
    tried, source = _source_tried(case), outcome["source"]
    if "made" not in outcome:
        return report(tried, source, Words("a text"), "The source is asked for, as one string.")
    shown = source if len(source) < 400 else source[:300] + " ..."
    if outcome["made"] is not None:
        raised = outcome["made"]
        return report(
            f"{tried}; its source is {shown!r}",
            Words(show(raised)),
            Words("source that Python can read"),
            "Each line of the function's body is indented, and ends with a new line.",
        )
    if "got" not in outcome or isinstance(outcome["got"], Raised):
        return report(
            f"{tried}; its source is {shown!r}",
            Words(show(outcome.get("got", "no function `run`"))),
            Words("a number for each result"),
            "The function was made, and stops when it is called.",
            "Next: print the source, and read it as if you had written it.",
        )
    known = values_of(_lines(case), inputs_of(case["numbers"]))
    expected = [known[name] for name in case["results"]]
    if not close(outcome["got"], expected, rel=1e-12, scale=1.0):
        cause = "The operands stand in the order of the line."
        if not isinstance(outcome["got"], list):
            cause = "The function returns a list, also of one result."
        elif len(outcome["got"]) != len(expected):
            cause = "Every result is returned, in the order of `results`."
        return report(f"{tried}; its source is {shown!r}", outcome["got"], expected, cause)
    crooked = [node for node in ast.walk(ast.parse(source)) if isinstance(node, STRAIGHT)]
    if crooked:
        return report(
            f"{tried}; its source is {shown!r}",
            Words(f"{type(crooked[0]).__name__} in the source"),
            Words("one assignment for each line, and a return"),
            "Going through the lines is what to_python does once. Its source does not do it again.",
        )
    if len(case["lines"]) == LONG and outcome["faster"] < AT_LEAST:
        return report(
            tried,
            Words(f"{outcome['faster']:.1f} times as fast as going through the lines"),
            Words(f"at least {AT_LEAST:g} times"),
            "Something is done in every call that could be done once.",
            "Next: is there anything in the source beside names, numbers and operations?",
        )
    return None


check_to_python = Check(
    "to_python", _source_cases, _source_probe, _source_judge, tried=_source_tried
)

# ---------------------------------------------------------------------------------------------
# E23.5: which programs are recorded wrongly

WRONG = {
    "a": "`x > 0` was answered once, with the example: the other branch is not in the program.",
    "c": "`x.data` is a number and no value: its tanh is a constant of the program.",
    "e": "The example decides how often the loop runs; another number would need more rounds.",
}
RIGHT = {
    "b": "`range(3)` asks no value: three rounds are three rounds for every argument. "
    "They are written out one after the other.",
    "d": "relu is an op with its own line: it looks at its operand in every run.",
}


def _wrongly_judge(case: dict[str, Any], outcome: Any) -> str | None:
    tried = "wrongly_recorded()"
    if not isinstance(outcome, list) or not set(map(str, outcome)) <= {*WRONG, *RIGHT}:
        return report(
            tried, outcome, Words("a list of letters"), "Return letters from a to e in a list."
        )
    for letter in sorted({*WRONG, *RIGHT}):
        if (letter in outcome) != (letter in WRONG):
            says = "recorded wrongly" if letter in WRONG else "recorded rightly"
            got = "is" if letter in outcome else "is not"
            return report(
                tried,
                Words(f"{letter} {got} among them"),
                Words(f"{letter} is {says}"),
                (WRONG | RIGHT)[letter],
            )
    return None


check_wrongly_recorded = Check(
    "wrongly_recorded", lambda rng: [{}], lambda answer, case: answer(), _wrongly_judge
)
