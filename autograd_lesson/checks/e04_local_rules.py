"""The checks of exercise 04: what an operation keeps for the way back, and what it passes on."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..teaching.diagnosis import judge, table
from ..value import Value as EngineValue
from ..value import backward_steps
from .accepted import close, is_number
from .core import Check
from .draws import draw_numbers, draw_positive, draw_upstream
from .e03_a_number_that_remembers import listed, memory, not_a_value, same
from .messages import Words, number_fault, report, show
from .plain_data import Other, Raised
from .programs import Value, operands_of, partials_of, slopes_of, small_programs, text_of, values_of

# ---------------------------------------------------------------------------------------------
# E4.1, rung 1: each operation keeps its partials


class Line(NamedTuple):
    """A line to run, the operands it has, and its partials in closed form."""

    run: Callable[[Any, Any, Any], Any]
    op: str
    operands: str
    partials: Callable[[float, float, float], tuple[float, ...]]


LINES = {
    "a + b": Line(lambda a, b, k: a + b, "+", "ab", lambda a, b, k: (1.0, 1.0)),
    "a + a": Line(lambda a, b, k: a + a, "+", "aa", lambda a, b, k: (1.0, 1.0)),
    "a * b": Line(lambda a, b, k: a * b, "*", "ab", lambda a, b, k: (b, a)),
    "a * a": Line(lambda a, b, k: a * a, "*", "aa", lambda a, b, k: (a, a)),
    "a * k": Line(lambda a, b, k: a * k, "*", "ak", lambda a, b, k: (k, a)),
    "a - b": Line(lambda a, b, k: a - b, "-", "ab", lambda a, b, k: (1.0, -1.0)),
    "k - a": Line(lambda a, b, k: k - a, "-", "ka", lambda a, b, k: (1.0, -1.0)),
    "a / b": Line(lambda a, b, k: a / b, "/", "ab", lambda a, b, k: (1 / b, -a / b**2)),
    "k / a": Line(lambda a, b, k: k / a, "/", "ka", lambda a, b, k: (1 / a, -k / a**2)),
    "a ** k": Line(lambda a, b, k: a**k, "**", "a", lambda a, b, k: (k * a ** (k - 1),)),
}


def local_rules_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Each line with numbers of both signs; a factor of 0; three kinds of exponent."""
    cases = []
    for line in LINES:
        a, b, k = draw_numbers(rng, 3)
        constants = {"a * k": [k, 0.0], "a ** k": [3, -2, 2.5]}.get(line, [k])
        for constant in constants:
            base = abs(a) if constant == 2.5 else a
            cases.append({"line": line, "a": base, "b": b, "k": constant})
    return cases


def local_rules_probe(cls: Any, case: dict[str, Any]) -> dict[str, Any]:
    """What the result of one line remembers, its partials, and the operands' data afterwards."""
    a, b = cls(case["a"]), cls(case["b"])
    result = LINES[case["line"]].run(a, b, case["k"])
    partials = getattr(result, "partials", None)
    items = list(partials) if isinstance(partials, tuple | list) else partials
    kept = {"kept in": type(partials).__name__, "items": items}
    remembered = memory(result, {id(a): "a", id(b): "b"}, cls)
    return {"result": remembered, "partials": kept, "data": [a.data, b.data]}


def local_rules_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """The right number, from the right operands, with the right partials, all else untouched."""
    tried, got, line = local_rules_tried(case), outcome["result"], LINES[case["line"]]
    a, b, k = case["a"], case["b"], case["k"]
    if fault := not_a_value(tried, got, ("a", "b")):
        return fault
    if not close(outcome["data"], [a, b]):
        cause = "The operation changed its operands: other results may still need that data."
        return report(f"{tried}, then a.data and b.data", outcome["data"], [a, b], cause)
    expected = line.run(a, b, k)
    if not close(got["data"], expected, scale=abs(a) + abs(b)):
        look = f"Next: `data` is what {line.op} gives; the partials do not change it."
        return report(f"({tried}).data", got["data"], expected, "The number itself is wrong.", look)
    wanted = [k if name == "k" else name for name in line.operands]
    held = got["operands"]
    if len(held) != len(wanted) or not all(map(same, held, wanted)):
        cause = "This is one op with these operands: `self`, then `other`; a fixed exponent belongs"
        cause += " to the op."
        names = ", ".join(show(w) if is_number(w) else w for w in wanted)
        expected_operands = Words(f"({names}{',' * (len(wanted) == 1)})")
        return report(f"({tried}).operands", listed(held), expected_operands, cause)
    return partials_fault(case, line, outcome["partials"])


def partials_fault(case: dict[str, Any], line: Line, kept: dict[str, Any]) -> str | None:
    """The message for partials that are not those of the line, else None."""
    tried, items = f"({local_rules_tried(case)}).partials", kept["items"]
    a, b, k = case["a"], case["b"], case["k"]
    expected = line.partials(a, b, k)
    if kept["kept in"] != "tuple":
        cause = "They are kept in a tuple, one for each operand, also where there is one."
        look = "Next: a tuple of one number is written with a comma, `(number,)`."
        return report(tried, items, expected, cause, look)
    got = tuple(items)
    if len(got) != len(expected):
        cause = f"There must be one partial for each operand, and this result has {len(expected)}."
        if not got:
            cause = "Nothing is kept: on the way back nobody would know what to pass on."
        elif line.operands[0] == line.operands[-1]:
            cause = "The same operand twice is two edges, and each has a partial of its own."
        return report(tried, got, expected, cause, "Next: count the operands, then the partials.")
    if any(isinstance(item, Other) for item in got):
        cause = "A partial is a plain number. This one is a value, which would carry a graph along."
        return report(tried, got, expected, cause, "Next: use the `.data` of the operand.")
    if close(got, expected, scale=1e-6):
        return None
    cause = partials_cause(line, got, case)
    look = f"Next: nudge {line.operands[0]} alone by 0.001. By how much does the result move?"
    good = [close(g, e, scale=1e-6) for g, e in zip(got, expected, strict=True)]
    if len(good) == 2 and good[0] and line.operands[0] != line.operands[1]:
        look = look.replace(f"nudge {line.operands[0]}", f"nudge {line.operands[1]}")
    return report(tried, got, expected, cause, look)


# Wrong partials of `x op y` (for a power, y is the exponent), each with its likely cause, in which
# {x} and {y} stand for the names in the line that was run.
SLIPS: dict[str, list[tuple[Callable[[float, float], tuple[float, ...]], str]]] = {
    "+": [
        (
            lambda x, y: (y, x),
            "These are the partials of a product. A sum grows by just as much as its part grows.",
        ),
    ],
    "*": [
        (
            lambda x, y: (x, y),
            "The two have changed places: the partial of a factor is the *other* factor.",
        ),
        (
            lambda x, y: (1.0, 1.0),
            "These are the partials of a sum. A product moves by the other factor.",
        ),
    ],
    "-": [
        (
            lambda x, y: (1.0, 1.0),
            "The minus is lost: what is subtracted pulls the result down.",
        ),
        (
            lambda x, y: (-1.0, 1.0),
            "The minus stands at the wrong operand: self - other rises with self.",
        ),
    ],
    "/": [
        (
            lambda x, y: (1 / y, x / y**2),
            "The minus is lost: 4/3 is less than 4/2, so the quotient falls with its divisor.",
        ),
        (
            lambda x, y: (1 / y, -1 / y**2),
            "The second lacks a factor: -1/{y}**2 is the slope of 1/{y}, not of {x}/{y}.",
        ),
        (
            lambda x, y: (1 / y, -x / y),
            "The second lacks a division: {y} stands in the square, -{x} / {y}**2.",
        ),
        (
            lambda x, y: (1 / y, 1 / y),
            "The second is a copy of the first, but {y} divides and {x} does not.",
        ),
        (
            lambda x, y: (y, x),
            "These are the partials of a product: a divisor does not multiply.",
        ),
        (
            lambda x, y: (-x / y**2, 1 / y),
            "The two have changed places: the first belongs to the dividend.",
        ),
    ],
    "**": [
        (
            lambda x, k: (k * x**k,),
            "The exponent is not lowered: in k * {x}**k it must be k - 1.",
        ),
        (lambda x, k: (x ** (k - 1),), "The factor k in front is lost."),
        (
            lambda x, k: ((k - 1) * x ** (k - 1),),
            "The factor in front is k as it was, before 1 is taken.",
        ),
        (lambda x, k: (x**k,), "This is the result itself, not its slope."),
        (
            lambda x, k: (k * x,),
            "This is right for squares only: there, {x}**(k - 1) is {x}.",
        ),
    ],
}


def partials_cause(line: Line, got: tuple[float, ...], numbers: dict[str, float]) -> str:
    """What wrong partials were probably made of."""
    first, second = line.operands[0], "k" if line.op == "**" else line.operands[1]
    for wrong, cause in SLIPS[line.op]:
        if close(got, wrong(numbers[first], numbers[second]), scale=1e-6):
            return cause.format(x=first, y=second)
    if all(item == 0.0 for item in got):
        return (
            "While the formula is computed, every `grad` is still 0: the upstream gradient is not "
            "known yet. Keep the partial alone; it is multiplied on the way back."
        )
    return "A partial says how fast the result moves when that operand alone is moved."


def local_rules_tried(case: dict[str, Any]) -> str:
    """The line that was run, with its numbers."""
    made = ", ".join(f"{name} = {show(case[name])}" for name in "abk" if name in case["line"])
    return f"{case['line']} with {made}"


def local_rules_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """Why a line of the learner's class raised."""
    if raised.type == "ZeroDivisionError":
        return (
            "An operand is 0 here. result / operand gives the other factor only where nothing is "
            "0: use the other factor itself."
        )
    if raised.type == "AttributeError" and re.search("'(int|float)' object", raised.text):
        return (
            "A plain number has no `.data`: k stands for one here. `self.of(other)` makes a value."
        )
    return None


check_local_rules = Check(
    "local_rules",
    local_rules_cases,
    local_rules_probe,
    local_rules_judge,
    points=2,
    tried=local_rules_tried,
    explain=local_rules_explain,
)

# ---------------------------------------------------------------------------------------------
# E4.1, rung 2: upstream times partial, added


def pass_on_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Single results with different edges, upstreams and gradients; then whole graphs."""
    edges = [[0, 1], [0, 0], [0, 1, 0], [1, 0], []]
    upstreams = draw_upstream(rng, 3)
    cases: list[dict[str, Any]] = []
    for own, upstream in zip(edges, [*upstreams[:2], upstreams[0], 0.0, 1.7], strict=True):
        numbers = draw_numbers(rng, 5 + len(own))
        one = {"edges": own, "upstream": upstream, "data": numbers[:3], "grads": numbers[3:5]}
        cases.append({**one, "partials": numbers[5:]})
    return cases + [{"program": program} for program in small_programs(rng)]


def pass_on_probe(pass_on: Any, case: dict[str, Any]) -> dict[str, Any]:
    """The gradients after one result, or after all of a graph, has passed on what it has."""
    if "program" in case:
        values = values_of(case["program"])
        for position, value in enumerate(values):
            value.key = position
        values[-1].grad = 1.0
        for value in reversed(values):
            pass_on(value)
        return {"grads": [value.grad for value in values]}
    below = Value(0.5, "w", "", (), ())
    x, y = (Value(data, label, "", (), ()) for data, label in zip(case["data"], "xy", strict=False))
    x.operands, x.partials = (below,), (2.0,)
    x.grad, y.grad = case["grads"]
    operands = tuple((x, y)[place] for place in case["edges"])
    result = Value(case["data"][2], "r", "+", operands, tuple(case["partials"]))
    for position, value in enumerate((x, y, result), start=1):
        value.key = position
    result.grad = case["upstream"]
    pass_on(result)
    grads = [x.grad, y.grad]
    return {"grads": grads, "upstream": result.grad, "partials": result.partials, "w": below.grad}


def pass_on_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """Each operand has received upstream times partial for each edge, on top of what it had."""
    tried, got = pass_on_tried(case), outcome["grads"]
    if "program" in case:
        root = len(operands_of(case["program"])) - 1
        slopes = slopes_of(case["program"], root)
        scale = max(map(abs, partials_scale(case)))
        if all(close(g, s, scale=scale) for g, s in zip(got, slopes, strict=True)):
            return None
        cause = "Each result alone passes on what it should, and yet the whole does not add up."
        return report(tried, got, slopes, cause)
    expected = received(case, lambda upstream, partial, data: upstream * partial)
    upstream = case["upstream"]
    if not close(outcome["upstream"], upstream, scale=1e-9):
        cause = "The gradient of the result was changed. It passes on, and keeps what it has."
        return report(f"{tried}, then r.grad", outcome["upstream"], upstream, cause)
    if outcome["w"] != 0.0:
        cause = "It went further than asked: `x` has passed on too, though more may still come to "
        cause += "`x`. A rule is local: the result and its operands."
        return report(f"{tried}; x has an operand w: w.grad", outcome["w"], 0.0, cause)
    if tuple(outcome["partials"]) != tuple(case["partials"]):
        cause = "The partials were changed; they are needed as they are."
        return report(f"{tried}, then r.partials", outcome["partials"], case["partials"], cause)
    if close(got, expected, scale=1e-6):
        return None
    return report(tried, got, expected, *pass_on_cause(case, got))


def partials_scale(case: dict[str, Any]) -> list[float]:
    """Sizes of the terms that the gradients of a graph are sums of."""
    return [1.0, *(partial for own in partials_of(case["program"]) for partial in own)]


def received(
    case: dict[str, Any],
    contribution: Callable[[float, float, float], float],
    edges: list[tuple[int, float]] | None = None,
    writes_over: bool = False,
) -> list[float]:
    """The gradients of x and y when each edge brings this contribution."""
    grads = list(case["grads"])
    pairs = zip(case["edges"], case["partials"], strict=True)
    for place, partial in pairs if edges is None else edges:
        brought = contribution(case["upstream"], partial, case["data"][place])
        grads[place] = brought if writes_over else grads[place] + brought
    return grads


TWICE = "An operand that stands twice has two edges, and each of them must be crossed."


def pass_on_cause(case: dict[str, Any], got: list[Any]) -> tuple[str, str]:
    """What wrong gradients were probably made of, and where to look."""
    edges = list(zip(case["edges"], case["partials"], strict=True))
    look = "Next: for each edge, what does it bring, and what stands in `operand.grad` already?"

    def right(upstream: float, partial: float, data: float) -> float:
        return upstream * partial

    turned = list(zip(case["edges"], case["partials"][::-1], strict=True))
    first_of_each = list({place: (place, p) for place, p in reversed(edges)}.values())
    alternatives: list[tuple[list[float], str]] = [
        (
            received(case, lambda u, p, d: (u or 1.0) * p),
            "An upstream of 0 is a number like any other, and brings 0.",
        ),
        (
            received(case, right, writes_over=True),
            "What was there before is gone: other results had brought it. `=` writes over, `+=` "
            "adds.",
        ),
        (
            received(case, lambda u, p, d: p),
            "The upstream is left out. The partial says how fast the result moves; how much that "
            "matters, its own gradient says.",
        ),
        (
            received(case, lambda u, p, d: u),
            "The partials are left out: the upstream is passed on as it came.",
        ),
        (
            received(case, lambda u, p, d: u + p),
            "Upstream and partial are added here; along an edge they are multiplied.",
        ),
        (
            received(case, lambda u, p, d: case["data"][2] * p),
            "The data of the result is used where its `grad` belongs.",
        ),
        (
            received(case, lambda u, p, d: u * d),
            "The data of the operand is used where the partial of the edge belongs.",
        ),
        (
            received(case, lambda u, p, d: -u * p),
            "The contribution is taken away. Downhill comes later, with training.",
        ),
        (received(case, right, dict(edges).items()), TWICE),  # type: ignore[arg-type]
        (received(case, right, first_of_each), TWICE),
        (received(case, right, edges[:1]), "Only the first operand has received something."),
        (received(case, right, turned), "Each operand got the partial that belongs to another."),
        (case["grads"], "No gradient has changed. Is the new number stored in `operand.grad`?"),
    ]
    for wrong, cause in alternatives:
        if close(got, wrong, scale=1e-6):
            return cause, look
    return "Each edge brings upstream times partial, on top of what was there.", look


def pass_on_tried(case: dict[str, Any]) -> str:
    """What the learner's function was called on."""
    if "program" in case:
        return (
            f"pass_on of every value, last one first, of\n             {text_of(case['program'])}"
        )
    names = ", ".join("xy"[place] for place in case["edges"])
    x, y = map(show, case["grads"])
    return (
        f"pass_on(r); r.grad = {show(case['upstream'])}, operands ({names}), "
        f"partials {show(tuple(case['partials']))}; before, x.grad = {x}, y.grad = {y}; "
        "then [x.grad, y.grad]"
    )


check_pass_on = Check("pass_on", pass_on_cases, pass_on_probe, pass_on_judge, tried=pass_on_tried)

# ---------------------------------------------------------------------------------------------
# E4.2: what every edge brings, before it is crossed

EDGES = ("r from z", "p from z", "q from r", "x from q", "p from q", "x from p", "y from p")


def practice(copied: str = "") -> tuple[EngineValue, EngineValue]:
    """The root of the graph of E4.2, and the operand of the edge `copied`, a leaf of its own."""
    leaf = EngineValue(0.0)

    def operand(value: EngineValue, edge: str) -> EngineValue:
        if edge != copied:
            return value
        leaf.data = value.data
        return leaf.named(value.label)

    x, y = EngineValue(8.0, "x"), EngineValue(4.0, "y")
    p = (operand(x, "x from p") / operand(y, "y from p")).named("p")
    q = (operand(x, "x from q") - operand(p, "p from q")).named("q")
    r = (operand(q, "q from r") ** 2).named("r")
    z = (operand(r, "r from z") * operand(p, "p from z")).named("z")
    return z, leaf


def predicted_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Edge by edge from the root, so that the first mistake reported is where others come from."""
    return [{"edge": edge} for edge in EDGES]


def predicted_probe(predicted_contributions: Any, case: dict[str, Any]) -> Any:
    """The whole prediction."""
    return predicted_contributions()


def predicted_judge(case: dict[str, Any], answer: Any) -> str | None:
    """The contribution of this edge, as the engine finds it; else what it was made of."""
    edge, tried = case["edge"], predicted_tried(case)
    wanted = Words('a dict with a number for each edge: {"r from z": ..., ...}')
    if not isinstance(answer, dict):
        cause = "Is a `return` missing?" if answer is None else "Each number needs its name."
        return report("predicted_contributions()", answer, wanted, cause)
    if edge not in answer:
        return report(tried, Words("no such entry"), wanted, look="Next: copy the names as given.")
    got = answer[edge]
    if fault := number_fault(tried, got):
        return fault
    operand, _, result = edge.split()
    root, leaf = practice(copied=edge)
    judgement = judge(table(root, leaf), got)
    if judgement.is_right:
        return None
    steps = list(backward_steps(root, {root: 1.0}))
    step = next(step for step in steps if step.operand is leaf)
    cause = judgement.message[0].upper() + judgement.message[1:] + "."
    if close(got, step.partial):
        cause = f"That is the partial alone. How much it matters, the gradient of {result} says."
    elif close(got, -step.contribution):
        cause = f"The size is right and the sign is not: does {result} rise or fall with {operand}?"
    elif close(got, step.upstream):
        cause = f"That is the gradient of {result}, passed on as it is: multiply it by the partial."
    elif result == "p" and close(got, 36.0 * step.partial):
        cause = "p has passed on before all had arrived: 36 came from z, and q still owed it -24."
    look = f"Next: {show(step.upstream)}, the gradient of {result}, times the partial of {result} "
    which = ", which is 2 * q." if result == "r" else "."
    return report(tried, got, cause=cause, look=f"{look}for {operand}{which}")


def predicted_tried(case: dict[str, Any]) -> str:
    """Which edge is judged."""
    return f"your prediction of what {case['edge'].replace(' from ', ' receives from ')}"


check_predicted_contributions = Check(
    "predicted_contributions",
    predicted_cases,
    predicted_probe,
    predicted_judge,
    tried=predicted_tried,
)

# ---------------------------------------------------------------------------------------------
# E4.3: partials from the result alone


class FromResult(NamedTuple):
    """A function, its inverse, and wrong partials with the words for them."""

    f: Callable[[float], float]
    inverse: Callable[[float], float]
    slips: tuple[tuple[Callable[[float], float], str], ...]


TAKEN_FOR_X = "`y` is the result already. Here it was taken for the operand, and {} applied again."
FUNCTIONS = {
    "exp": FromResult(
        math.exp,
        math.log,
        (
            (math.exp, TAKEN_FOR_X.format("exp")),
            (math.log, "This is the operand, log(y). exp is its own slope, at every point."),
            (lambda y: y * math.log(y), "That is the rule for powers; here x is the exponent."),
        ),
    ),
    "sqrt": FromResult(
        math.sqrt,
        lambda y: y * y,
        (
            (lambda y: 0.5 / math.sqrt(y), TAKEN_FOR_X.format("sqrt")),
            (lambda y: 1.0 / y, "The factor one half is lost."),
            (lambda y: 2.0 * y, "This is the slope of y * y, the way back to x; take 1 over it."),
            (lambda y: 0.5 * y, "y belongs below the line: the root gets flatter as it grows."),
            (
                lambda y: 0.5 / y**2,
                "That is 1 / (2x): x is y * y, and the slope has the root of x.",
            ),
        ),
    ),
    "tanh": FromResult(
        math.tanh,
        math.atanh,
        (
            (lambda y: 1.0 - math.tanh(y) ** 2, TAKEN_FOR_X.format("tanh")),
            (lambda y: 1.0 - y, "The square is lost. tanh is flat at both ends, y = 1 and y = -1."),
            (lambda y: y * y - 1.0, "The sign is turned round: tanh rises everywhere."),
            (lambda y: 1.0 + y * y, "That is the rule for tan. tanh gets flatter, not steeper."),
            (lambda y: y * (1.0 - y), "That is the rule for the sigmoid, which ends at 0 and 1."),
        ),
    ),
}


def from_result_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Three results of each function: of tanh one negative; none that is special."""
    cases = []
    for op in FUNCTIONS:
        results = draw_positive(rng, 3, 0.3, 2.6)
        if op == "tanh":
            results = [round(y / 3, 3) for y in results]
            results[1] = -results[1]
        cases += [{"op": op, "y": y} for y in results]
    return cases


def from_result_probe(answers: Any, case: dict[str, Any]) -> Any:
    """The learner's partial for this result."""
    three = answers if isinstance(answers, tuple) else (answers,) * len(FUNCTIONS)
    return three[list(FUNCTIONS).index(case["op"])](case["y"])


def from_result_judge(case: dict[str, Any], got: Any) -> str | None:
    """The slope of the function where it has this result, measured."""
    tried, function, y = from_result_tried(case), FUNCTIONS[case["op"]], case["y"]
    if fault := number_fault(tried, got):
        return fault
    x, h = function.inverse(y), 1e-5
    expected = (function.f(x + h) - function.f(x - h)) / (2 * h)
    if close(got, expected):
        return None
    cause = "The expected number was measured, with a central difference."
    for wrong, words in function.slips:
        if close(got, wrong(y)):
            cause = words
            break
    look = f"Next: write the slope of {case['op']} with x, then put y where {case['op']}(x) stands."
    return report(tried, got, expected, cause, look)


def from_result_tried(case: dict[str, Any]) -> str:
    """The call that was made."""
    return f"{case['op']}_partial({show(case['y'])})"


check_partials_from_result = Check(
    "partials_from_result",
    from_result_cases,
    from_result_probe,
    from_result_judge,
    tried=from_result_tried,
)

# ---------------------------------------------------------------------------------------------
# E4.4: the lines of __mul__ in order

MUL_LINES = {
    "A": "result.partials = partials",
    "B": "return data",
    "C": "data = self.data * other.data",
    "D": "partials = (self.data, other.data)",
    "E": "other = other if isinstance(other, Value) else Value(other)",
    "F": "return result",
    "G": "partials = (other.data, self.data)",
    "H": 'result = Value(data, op="*", operands=(self, other))',
    "I": "other = Value(other)",
    "J": "self.partials = partials",
}
DISTRACTORS = {
    "B": "A plain number has forgotten where it came from.",
    "D": "For the factor `self` this keeps `self` itself; its partial is the other factor.",
    "I": "In `a * b` the right side is a value already, and this would wrap it once more.",
    "J": "`self` is the operand. The partials belong to the result, as its operands do.",
}
NEEDED = {  # what fails without the line, or where it comes too late
    "E": "in `a * 3` the right side is a plain number, which has no `.data`",
    "C": "nobody has computed the number of the result",
    "G": "nobody has found the partials",
    "H": "there is no new value yet",
    "A": "the result would not know its partials",
    "F": "the method returns nothing",
}
BEFORE = tuple((pair[0], pair[1]) for pair in ("EC", "EG", "EH", "CH", "GA", "HA", "AF"))


def mul_lines_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """There is one question."""
    return [{}]


def mul_lines_probe(mul_lines: Any, case: dict[str, Any]) -> Any:
    """The letters."""
    return mul_lines()


def mul_lines_judge(case: dict[str, Any], letters: Any) -> str | None:
    """The six lines, each after those that it needs, in any order that works."""
    wanted = Words("six of the letters A to J, each once")
    if isinstance(letters, str):
        letters = list(letters)
    if not isinstance(letters, list | tuple) or not all(x in [*MUL_LINES] for x in letters):
        cause = "Is a `return` missing?" if letters is None else "Give the letters of the lines."
        return report("mul_lines()", letters, wanted, cause)
    if len(set(letters)) < len(letters):
        return report("mul_lines()", letters, wanted, "A line stands there twice.")
    for letter in letters:
        if letter in DISTRACTORS:
            said = f"{letter}  {MUL_LINES[letter]}"
            look = "Next: put another line in its place, or leave it out."
            return report(
                "mul_lines()", letters, cause=f"{said}", look=DISTRACTORS[letter] + " " + look
            )
    for letter, without in NEEDED.items():
        if letter not in letters:
            cause = f"A line is missing: {without}."
            return report("mul_lines()", letters, wanted, cause, "Next: which line does that?")
    for earlier, later in BEFORE:
        if letters.index(earlier) > letters.index(later):
            cause = f"{later}  {MUL_LINES[later]}"
            look = f"This line comes too early: when it runs, {NEEDED[earlier]}."
            return report("mul_lines()", letters, cause=cause, look=look)
    return None


check_mul_lines = Check("mul_lines", mul_lines_cases, mul_lines_probe, mul_lines_judge)
