"""The checks of exercise 23: instructions recorded, made fewer, extended backwards, written out."""

from __future__ import annotations

import ast
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..value import Value
from .accepted import close, is_number, letters_of
from .arrays import numerical_vjp
from .core import Check
from .draws import draw_numbers
from .messages import Words, because, changed_fault, counted, kind_cause, lines_text, report, show
from .plain_data import Raised
from .run_answer import attempt, call
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import Case

# A program is a list of lines (name, op, operands); an operand is a name or a number.
Line = tuple[str, str, tuple[Any, ...]]
OPS: dict[str, Callable[..., float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "tanh": math.tanh,
}


def lines_in(case: Case) -> list[Line]:
    return [(name, op, tuple(operands)) for name, op, operands in case["lines"]]


def values_of(lines: Sequence[Line], numbers: Sequence[float]) -> dict[str, float]:
    """The number behind every name, with these numbers for x0, x1, ..."""
    known = {f"x{i}": x for i, x in enumerate(numbers)}
    for name, op, operands in lines:
        known[name] = OPS[op](*(known[o] if isinstance(o, str) else o for o in operands))
    return known


def is_line(thing: Any) -> bool:
    return isinstance(thing, tuple | list) and len(thing) == 3 and isinstance(thing[0], str)


def is_pair(thing: Any) -> bool:
    """Whether this is two things, and not two lines."""
    return isinstance(thing, tuple | list) and len(thing) == 2 and not is_line(thing[0])


def lines_fault(tried: str, lines: Any, count: int) -> str | None:
    """The message for something that is no program of this many inputs, else None."""

    def fault(got: Any, cause: str, look: str = "") -> str:
        return report(tried, got, Words("lines (name, op, operands)"), cause, look)

    if not isinstance(lines, list | tuple):
        return fault(lines, "A list of lines is asked for: is a `return` missing or in the way?")
    known = {f"x{i}" for i in range(count)}
    for line in lines:
        if not is_line(line):
            return fault(line, "A line has three parts: its name, its op, a tuple of operands.")
        name, op, operands = line
        if not isinstance(op, str) or op not in OPS:
            return fault(op, f"The ops are {', '.join(OPS)}, as texts.")
        if not isinstance(operands, tuple | list):
            return fault(operands, "The operands are a tuple, also where there is one: `(a,)`.")
        for operand in operands:
            if isinstance(operand, str) and operand not in known:
                return fault(
                    Words(f"{operand} in {lines_text([line])}"),
                    "This name is not known there: no line above makes it.",
                    "Next: look for that name above: was its line taken out, or is it below?",
                )
            if not isinstance(operand, str) and not is_number(operand):
                return fault(operand, "An operand is a name (a text) or a number, and no object.")
        if len(operands) != (1 if op == "tanh" else 2):
            return fault(Words(lines_text([line])), "tanh has one operand, each of the others two.")
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


def trace_cases(rng: np.random.Generator) -> list[Case]:
    return [{"f": name, "numbers": draw_numbers(rng, FUNCTIONS[name][0])} for name in FUNCTIONS]


def trace_tried(case: Case) -> str:
    return f"trace({case['f']}, {FUNCTIONS[case['f']][0]})"


def trace_judge(tried: str, case: Case, seen: Seen) -> Faults:
    (count, f, operations), pair = FUNCTIONS[case["f"]], seen["pair"]
    if not is_pair(pair):
        cause = kind_cause(pair, "Two things are asked for.")
        yield report(tried, pair, Words("lines, result"), cause)
    lines, result = pair
    yield lines_fault(tried, lines, count)
    if len(lines) != operations:
        found = Words(f"{counted(len(lines), 'line')}: {lines_text(lines)}")
        wanted = Words(f"{counted(operations, 'line')}, one for each operation")
        cause = "Every operation writes one line, and nothing else does."
        yield report(tried, found, wanted, cause)
    known = values_of(lines, case["numbers"])
    if not isinstance(result, str) or result not in known:
        cause = "The second part is the name (a text)."
        yield report(tried, result, Words("the name of the result"), cause)
    expected = f(*map(Value, case["numbers"])).data
    if not close(known[result], expected, scale=1.0):
        cause = "The lines compute something else."
        if lines and result == lines[-1][0] and case["f"].endswith("[0]"):
            cause = "The last line need not be the result: ask what `f` returned."
        elif case["f"] == "lambda a: 1.5 - a":
            cause = "In `number - recorder` Python calls __rsub__ of the recorder: the number is "
            cause += "first."
        ran = f"{tried}, run with {show(case['numbers'])}: {lines_text(lines)}"
        look = "Next: run the lines with a pencil."
        yield report(ran, known[result], expected, cause, look)


check_trace = check_stages(
    "trace",
    trace_cases,
    lambda trace, case: [("pair", trace(FUNCTIONS[case["f"]][1], FUNCTIONS[case["f"]][0]))],
    trace_judge,
    tried=trace_tried,
    explain=because(
        {
            "^TypeError:.*unsupported operand": "With a number on the left, Python asks the "
            "recorder for __radd__, __rmul__ and __rsub__: it has to have them."
        }
    ),
    own_work=["compiler"],
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


def check_pass(
    name: str,
    programs: list[tuple[list[Line], list[str], int]],
    parts: Callable[[Any, Case], tuple[Any, Any] | str],
    why: Callable[[Case], str],
    still_there: Callable[[Case, int], str],
    look: str,
    in_order: bool = False,
) -> Check:
    """A check of a pass over lines and results, by what is left and by the bits that come out.

    `parts(outcome, case)` are the lines and results that it gives, or the message where it gives
    none; `why` is the cause of other numbers, and `still_there` that of a line too many.
    """

    def tried(case: Case) -> str:
        return f"{lines_text(case['lines'])}, with the results {', '.join(case['results'])}"

    def cases(rng: np.random.Generator) -> list[Case]:
        return [
            {"lines": lines, "results": results, "left": left, "numbers": draw_numbers(rng, 2)}
            for lines, results, left in programs
        ]

    def steps(shorten: Any, case: Case) -> Steps:
        return call(shorten, lines_in(case), list(case["results"])).items()

    def judge(said: str, case: Case, seen: Seen) -> Faults:
        yield changed_fault(said, seen)
        if isinstance(found := parts(seen["result"], case), str):
            cause = kind_cause(seen["result"], found)
            yield report(said, seen["result"], Words("lines, results"), cause)
            return
        lines, results = found
        yield lines_fault(said, lines, 2)
        known = values_of(lines, case["numbers"])
        for name in results:
            if not isinstance(name, str) or name not in known:
                lost, wanted = f"no line for the result {name}", "a line, or an input, for every "
                cause = "A result has lost its line, and was not given another name."
                move = "Next: what takes a line out has to look at `results`, too."
                yield report(said, Words(lost), Words(wanted + "result"), cause, move)
        before = values_of(lines_in(case), case["numbers"])
        got, expected = [known[x] for x in results], [before[x] for x in case["results"]]
        if got != expected:
            yield report(said, got, expected, why(case))
        if len(lines) != (left := case["left"]):
            there = Words(f"{counted(len(lines), 'line')}: {lines_text(lines)}")
            wanted = Words(counted(left, "line"))
            yield report(said, there, wanted, still_there(case, len(lines)), look)
        names, given = ([line[0] for line in some] for some in (lines, case["lines"]))
        if in_order and names != [name for name in given if name in names]:
            cause = "The lines that stay keep their order."
            yield report(said, Words(lines_text(lines)), cause=cause)

    return check_stages(name, cases, steps, judge, tried=tried, own_work=["compiler"])


check_dead_code = check_pass(
    "dead_code",
    DEAD,
    lambda lines, case: (lines, case["results"]),
    lambda case: "Another number comes out.",
    lambda case, count: (
        "v0 is read only by a line that is dead itself, so it is dead as well."
        if any("v0" in operands for _, _, operands in case["lines"])
        else "A line that no result needs is still there."
    ),
    "Next: go through the lines from the last to the first, with a set of needed names.",
    in_order=True,
)
check_common_parts = check_pass(
    "common_parts",
    SAME,
    lambda pair, case: (
        pair
        if is_pair(pair) and isinstance(pair[1], list | tuple)
        else "Results may have other names now."
    ),
    lambda case: (
        "a - b and b - a have other operands: compare them in their order."
        if {op for _, op, _ in case["lines"]} == {"-", "*"}
        else "Two lines were merged that differ: the op belongs to what is compared."
    ),
    lambda case, count: (
        "tanh(v0) and tanh(v1) are alike once v1 *is* v0: rename operands before comparing."
        if (case["left"], count) == (3, 4)
        else "Lines with one op and the same operands are still there twice."
    ),
    "Next: go through these lines with a pencil, as your loop does.",
)

# ---------------------------------------------------------------------------------------------
# E23.3: the backward pass as more lines

GRADIENTS: list[tuple[list[Line], str]] = [
    ([("v0", "*", (A, B))], "v0"),
    ([("v0", "-", (A, B))], "v0"),
    ([("v0", "*", (A, 1 / 3)), ("v1", "tanh", ("v0",))], "v1"),
    ([("v0", "*", (A, A)), ("v1", "+", ("v0", B))], "v1"),
    ([("v0", "+", (A, B)), ("v1", "*", ("v0", A)), ("v2", "*", ("v0", "v1"))], "v2"),
    ([("v0", "tanh", (A,)), ("v1", "-", (1.5, "v0")), ("v2", "*", ("v1", "v0"))], "v2"),
    ([("v0", "tanh", (A,)), ("v1", "*", (A, B))], "v0"),
]


def gradient_cases(rng: np.random.Generator) -> list[Case]:
    return [
        {"lines": lines, "result": result, "numbers": draw_numbers(rng, 2, 0.3, 1.3)}
        for lines, result in GRADIENTS
    ]


def gradient_tried(case: Case) -> str:
    return f"with_gradient of {lines_text(case['lines'])}, result {case['result']}"


def gradient_judge(tried: str, case: Case, seen: Seen) -> Faults:
    pair, forward = seen["result"], lines_in(case)
    yield changed_fault(tried, seen)
    if not (is_pair(pair) and isinstance(pair[1], list)):
        cause = kind_cause(pair, "Two things are asked for.")
        yield report(tried, pair, Words("lines, gradients"), cause)
    lines, gradients = pair
    yield lines_fault(tried, lines, 2)
    if [(name, op, tuple(operands)) for name, op, operands in lines[: len(forward)]] != forward:
        wanted = Words("the lines as they were, and more")
        cause = "The backward pass reads what the forward lines computed: they come first."
        yield report(tried, Words(lines_text(lines)), wanted, cause)
    known = values_of(lines, case["numbers"])
    got = [known.get(g) if isinstance(g, str) else g for g in gradients]
    if len(gradients) != 2 or not all(map(is_number, got)):
        wanted = Words("a name or a number for each of the 2 inputs")
        cause = "An input that the result does not depend on has the gradient 0.0."
        if any(isinstance(g, str) and g not in known for g in gradients):
            cause = "No line has this name."
        yield report(tried, gradients, wanted, cause)
    result = lambda *numbers: values_of(forward, numbers)[case["result"]]  # noqa: E731
    expected = [float(slope) for slope in numerical_vjp(result, case["numbers"], 1.0)]
    if not close(got, expected, rel=1e-6, scale=1.0):
        look = "Next: print your lines, and run them with a pencil at x0 = 2 and x1 = 3."
        at = f"{tried}, at {show(case['numbers'])}"
        yield report(at, got, expected, gradient_cause(forward), look)


def gradient_cause(forward: Sequence[Line]) -> str:
    """What is easily missed on the way back through these lines."""
    operands, ops = forward[0][2], [op for _, op, _ in forward]
    if ops == ["*"]:
        return "In a product the partial of each operand is the *other* operand."
    if ops == ["-"]:
        return "In a - b the partial of b is -1."
    if ops[1:] == ["tanh"]:
        return "With y = tanh(a) the partial is 1 - y * y: y is the name of the line itself."
    if operands == (A, A):
        return "x0 is both operands of one line: it receives two contributions, and they are added."
    cause = "A value that is used more than once needs all its contributions before it is passed "
    return cause + "on: go through the lines from the last to the first, and add."


check_with_gradient = check_stages(
    "with_gradient",
    gradient_cases,
    lambda answer, case: call(answer, lines_in(case), case["result"], [A, B]).items(),
    gradient_judge,
    tried=gradient_tried,
    own_work=["compiler"],
)

# ---------------------------------------------------------------------------------------------
# E23.4: straight-line source

LONG = 300  # lines of the program whose speed is measured
AT_LEAST = 2.0  # times as fast as going through the lines; it is more like ten
CROOKED = (
    *(ast.For, ast.While, ast.If, ast.IfExp, ast.Dict, ast.comprehension),
    *(ast.Subscript, ast.Lambda, ast.Try),
)


def chain(count: int) -> list[Line]:
    """A long program whose numbers stay small."""
    lines: list[Line] = [("v0", "*", (A, B))]
    for k in range(1, count):
        op = ("+", "-", "*")[k % 3]
        lines.append((f"v{k}", op, (f"v{k - 1}", 0.5 if op == "*" else A)))
    return lines


def source_cases(rng: np.random.Generator) -> list[Case]:
    programs = [(lines, [result]) for lines, result in GRADIENTS[:6]]
    programs += [(GRADIENTS[4][0], ["v2", "v0", A]), (chain(LONG), [f"v{LONG - 1}"])]
    return [
        {"lines": lines, "results": results, "numbers": draw_numbers(rng, 2)}
        for lines, results in programs
    ]


def source_tried(case: Case) -> str:
    lines = case["lines"]
    what = lines_text(lines) if len(lines) < 9 else f"a program of {len(lines)} lines"
    return f"to_python of {what}, results {', '.join(case['results'])}"


def source_steps(to_python: Any, case: Case) -> Steps:
    lines, scope = lines_in(case), {"tanh": math.tanh}
    source = to_python(lines, [A, B], list(case["results"]))
    yield "source", source
    yield "made", attempt(exec, source, scope)
    yield "has run", "run" in scope
    yield "got", attempt(scope["run"], *case["numbers"])
    if len(lines) == LONG:
        by_line = shortest(lambda: values_of(lines, case["numbers"]))
        yield "faster", by_line / shortest(lambda: scope["run"](*case["numbers"]))


def shortest(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(15):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def source_judge(tried: str, case: Case, seen: Seen) -> Faults:
    source, wanted = seen["source"], Words("a number for each result")
    if not isinstance(source, str):
        cause = kind_cause(source, "The source is asked for, as one string.")
        yield report(tried, source, Words("a text"), cause)
    shown = source if len(source) < 400 else source[:300] + " ..."
    at = f"{tried}; its source is {shown!r}"
    if seen["made"] is not None:
        cause = "Each line of the function's body is indented, and ends with a new line."
        yield report(at, seen["made"], Words("source that Python can read"), cause)
    look = "Next: print the source, and read it as if you had written it."
    if not seen["has run"]:
        cause = "The source makes no function of the name `run`."
        yield report(at, Words("no function `run`"), wanted, cause, look)
    if isinstance(got := seen["got"], Raised):
        cause = "The function was made, and stops when it is called."
        yield report(at, got, wanted, cause, look)
    known = values_of(lines_in(case), case["numbers"])
    expected = [known[name] for name in case["results"]]
    if not close(got, expected, rel=1e-12, scale=1.0):
        cause = "The operands stand in the order of the line."
        if not isinstance(got, list):
            cause = "The function returns a list, also of one result."
        elif len(got) != len(expected):
            cause = "Every result is returned, in the order of `results`."
        elif close(got, expected, rel=1e-2):
            cause = "Digits were lost: a number is written out in full, as `repr` does."
        yield report(at, got, expected, cause)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, CROOKED):
            found = Words(f"{type(node).__name__} in the source")
            wanted = Words("one assignment for each line, and a return")
            cause = "Going through the lines is what to_python does once. Its source does not do "
            yield report(at, found, wanted, cause + "it again.")
    if len(case["lines"]) == LONG and seen["faster"] < AT_LEAST:
        found = Words(f"{seen['faster']:.1f} times as fast as going through the lines")
        cause = "Something is done in every call that could be done once."
        look = "Next: is there anything in the source beside names, numbers and operations?"
        yield report(tried, found, Words(f"at least {AT_LEAST:g} times"), cause, look)


check_to_python = check_stages(
    "to_python", source_cases, source_steps, source_judge, tried=source_tried, own_work=["compiler"]
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


def wrongly_judge(case: Case, outcome: Any) -> str | None:
    tried, letters = "wrongly_recorded()", letters_of(outcome, WRONG | RIGHT)
    if letters is None:
        cause = kind_cause(outcome, "Return letters from a to e in a list.")
        return report(tried, outcome, Words("a list of letters"), cause)
    for letter, why in sorted((WRONG | RIGHT).items()):
        if (letter in letters) != (letter in WRONG):
            got = Words(f"{letter} {'is' if letter in letters else 'is not'} among them")
            says = "recorded wrongly" if letter in WRONG else "recorded rightly"
            return report(tried, got, Words(f"{letter} is {says}"), why)
    return None


check_wrongly_recorded = Check(
    "wrongly_recorded", lambda rng: [{}], lambda answer, case: answer(), wrongly_judge
)
