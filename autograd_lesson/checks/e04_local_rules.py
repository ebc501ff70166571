"""The checks of exercise 04: what an operation keeps for the way back, and what it passes on."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from ..numpy_or_not import np
from ..teaching.diagnosis import judge, table
from ..value import Step, backward_steps
from ..value import Value as EngineValue
from .accepted import close, same
from .arrays import Table
from .core import Check
from .draws import draw_numbers, draw_positive, draw_upstream
from .messages import Words, because, number_fault, report, show
from .own_work import ENGINES
from .plain_data import Other, Raised
from .programs import Value, operands_of, partials_of, slopes_of, small_programs, text_of, values_of
from .recorded import (
    BARE,
    OPERATORS,
    check_lines,
    data_fault,
    line_text,
    operands_fault,
    parts_of,
    symbol_fault,
    value_fault,
    wanted_operands,
)
from .run_answer import attempt
from .vocabulary import Case, check_line_order, check_predictions, told, with_slip, words_of_slip

# ---------------------------------------------------------------------------------------------
# E4.1, rung 1: each operation keeps its partials

LINES = [f"a {op} {right}" for op in "+*" for right in "ba"]
LINES += ["a * k", "a - b", "k - a", "a / b", "k / a", "a ** k"]
RULES: dict[str, Callable[[float, float], tuple[float, ...]]] = {
    "+": lambda x, y: (1.0, 1.0),
    "-": lambda x, y: (1.0, -1.0),
    "*": lambda x, y: (y, x),
    "/": lambda x, y: (1 / y, -x / y**2),
    "**": lambda x, k: (k * x ** (k - 1),),
}
# Wrong partials of `x op y` (for a power, y is the exponent); {x} and {y} stand for the names.
SLIPS: dict[str, Table] = {
    "+": {
        "These are the partials of a product. A sum grows by just as much as its part "
        "grows.": lambda x, y: (y, x)
    },
    "*": {
        "The two have changed places: the partial of a factor is the *other* "
        "factor.": lambda x, y: (x, y),
        "These are the partials of a sum. A product moves by the other factor.": lambda x, y: (
            1.0,
            1.0,
        ),
    },
    "-": {
        "The minus is lost: what is subtracted pulls the result down.": lambda x, y: (1.0, 1.0),
        "The minus stands at the wrong operand: self - other rises with self.": lambda x, y: (
            -1.0,
            1.0,
        ),
    },
    "/": {
        "The minus is lost: 4/3 is less than 4/2, so the quotient falls with its "
        "divisor.": lambda x, y: (1 / y, x / y**2),
        "The second lacks a factor: -1/{y}**2 is the slope of 1/{y}, not of "
        "{x}/{y}.": lambda x, y: (1 / y, -1 / y**2),
        "The second lacks a division: {y} stands in the square, -{x} / {y}**2.": lambda x, y: (
            1 / y,
            -x / y,
        ),
        "The brackets are missing or too many: {x} stands above the line, {y} alone in the "
        "square.": (
            lambda x, y: (1 / y, -((x / y) ** 2)),
            lambda x, y: (1 / y, -x / y * y),
            lambda x, y: (1 / y, -x / y * 2),
        ),
        "The second is a copy of the first, but {y} divides and {x} does not.": lambda x, y: (
            1 / y,
            1 / y,
        ),
        "These are the partials of a product: a divisor does not multiply.": lambda x, y: (y, x),
        "The two have changed places: the first belongs to the dividend.": lambda x, y: (
            -x / y**2,
            1 / y,
        ),
    },
    "**": {
        "The exponent is not lowered: in k * {x}**k it must be k - 1.": lambda x, k: (k * x**k,),
        "The factor k in front is lost.": lambda x, k: (x ** (k - 1),),
        "The factor in front is k as it was, before 1 is taken.": lambda x, k: (
            (k - 1) * x ** (k - 1),
        ),
        "This is the result itself, not its slope.": lambda x, k: (x**k,),
        "Without brackets x**k - 1 is (x**k) - 1: a power comes before a minus. Write "
        "{x}**(k - 1).": lambda x, k: (k * x**k - 1,),
        "This is right for squares only: there, {x}**(k - 1) is {x}.": lambda x, k: (k * x,),
    },
}
OPERANDS = {
    "bare": BARE,
    "other": "This is one op with these operands: `self`, then `other`; a fixed exponent belongs "
    "to the op.",
}


def local_rules_lines(rng: np.random.Generator) -> list[Case]:
    """Each line with numbers of both signs; a factor of 0; three kinds of exponent."""
    cases = []
    for line in LINES:
        a, b, k = draw_numbers(rng, 3)
        for constant in {"a * k": [k, 0.0], "a ** k": [3, -2.0, 2.5]}.get(line, [k]):
            base = abs(a) if constant == 2.5 else a
            cases.append({"line": line, "a": base, "b": b, "k": constant})
    return cases


def sides_of(case: Case) -> tuple[str, list[str], list[float]]:
    """The op of a line, the names of its sides and their numbers."""
    op, names = parts_of(case["line"])
    return op, names, [case[name] for name in names]


def judge_local_rules(case: Case, outcome: dict[str, Any]) -> str | None:
    """The right number, from the right operands, with the right partials, all else untouched."""
    tried, got, op = line_text(case), outcome["result"], sides_of(case)[0]
    if fault := value_fault(tried, got, "ab"):
        return fault
    before = {name: case[name] for name in outcome["data"]}
    if not same(outcome["data"], before):
        after = [*outcome["data"].values()]
        cause = "The operation changed its operands: other results may still need that data."
        which = " and ".join(f"{name}.data" for name in before)
        return report(f"{tried}, then {which}", after, [*before.values()], cause)
    look = f"Next: `data` is what {op} gives; the partials do not change it."
    wanted = wanted_operands(case, "ab")[: 1 if op == "**" else 2]
    return (
        data_fault(case, got, "The number itself is wrong.", look, {})
        or operands_fault(line_text(case, "operands"), got, wanted, OPERANDS)
        or op_fault(case, got["op"])
        or partials_fault(case, got["partials"])
    )


def op_fault(case: Case, got: Any) -> str | None:
    """The message for another symbol than that of the op, else None."""
    op, k = parts_of(case["line"])[0], case["k"]
    cause = "The op goes by another symbol: whoever looks for its rule looks for that."
    if got in (*OPERATORS, ""):
        cause = "The result does not know its op." if not got else "This is another op's symbol."
    if op == "**":
        op = f"**{k:g}"
        if got == "**":
            cause = "The exponent is a part of this op: to the power 3 is another op than to 2."
        elif got == f"**{k}":
            cause = "-2.0 and -2 are one exponent, and so they have one symbol."
    look = 'Next: `f"**{k:g}"` writes both alike.' if "**" in op else f"Next: `{op!r}`."
    return symbol_fault(line_text(case, "op"), got, op, look, cause)


def partials_fault(case: Case, got: Any) -> str | None:
    """The message for partials that are not those of the line, else None."""
    tried, (op, names, sides) = line_text(case, "partials"), sides_of(case)
    expected = RULES[op](*sides)
    if not isinstance(got, tuple | list):
        cause = "They are kept in a tuple, one for each operand, also where there is one."
        look = "Next: a tuple of one number is written with a comma, `(number,)`."
        return report(tried, got, expected, cause, look)
    got = tuple(got)
    if len(got) != len(expected):
        cause = f"There must be one partial for each operand, and this result has {len(expected)}."
        if not got:
            cause = "Nothing is kept: on the way back nobody would know what to pass on."
        elif names[0] == names[1]:
            cause = "The same operand twice is two edges, and each has a partial of its own."
        return report(tried, got, expected, cause, "Next: count the operands, then the partials.")
    if any(isinstance(item, Other) for item in got):
        cause = "A partial is a plain number. This one is a value, which would carry a graph along."
        return report(tried, got, expected, cause, "Next: use the `.data` of the operand.")
    if close(got, expected, scale=1e-6):
        return None
    cause = "A partial says how fast the result moves when that operand alone is moved."
    if all(item == 0.0 for item in got):
        cause = "While the formula is computed, every `grad` is still 0: the upstream gradient is "
        cause += "not known yet. Keep the partial alone; it is multiplied on the way back."
    if words := words_of_slip(got, SLIPS[op], *sides, scale=1e-6):
        cause = words.format(x=names[0], y=names[1])
    first_is_right = len(got) == 2 and close(got[0], expected[0], scale=1e-6)
    nudged = names[1] if first_is_right else names[0]
    look = f"Next: nudge {nudged} alone by 0.001. By how much does the result move?"
    return report(tried, got, expected, cause, look)


LOCAL_RULES_CAUSES = {
    "^ZeroDivisionError": "An operand is 0 here. result / operand gives the other factor only "
    "where nothing is 0: use the other factor itself.",
    "^AttributeError: .*'(int|float)' object": "A plain number has no `.data`: k stands for one "
    "here. `self.of(other)` makes a value.",
}

check_local_rules = check_lines(
    "local_rules",
    local_rules_lines,
    judge_local_rules,
    "ab",
    points=2,
    explain=because(LOCAL_RULES_CAUSES),
    own_work=["value.Value"],
)

# ---------------------------------------------------------------------------------------------
# E4.1, rung 2: upstream times partial, added


def pass_on_cases(rng: np.random.Generator) -> list[Case]:
    """Single results with different edges, upstreams and gradients; then whole graphs."""
    edges = [[0, 1], [0, 0], [0, 1, 0], [1, 0], []]
    upstreams = draw_upstream(rng, 3)
    cases: list[Case] = []
    for own, upstream in zip(edges, [*upstreams[:2], upstreams[0], 0.0, 1.7], strict=True):
        numbers = draw_numbers(rng, 5 + len(own))
        one = {"edges": own, "upstream": upstream, "data": numbers[:3], "grads": numbers[3:5]}
        cases.append({**one, "partials": numbers[5:]})
    return cases + [{"program": program} for program in small_programs(rng)]


def probe_pass_on(pass_on: Any, case: Case) -> dict[str, Any]:
    """The gradients after one result, or after all of a graph, has passed on what it has."""
    if "program" in case:
        values = values_of(case["program"])
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


def judge_pass_on(case: Case, outcome: dict[str, Any]) -> str | None:
    """Each operand has received upstream times partial for each edge, on top of what it had."""
    tried, got = tried_pass_on(case), outcome["grads"]
    if "program" in case:
        root = len(operands_of(case["program"])) - 1
        slopes = slopes_of(case["program"], root)
        terms = [1.0, *(abs(p) for own in partials_of(case["program"]) for p in own)]
        cause = "Each result alone passes on what it should, and yet the whole does not add up."
        return None if close(got, slopes, scale=max(terms)) else report(tried, got, slopes, cause)
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
    expected = received(case, upstream_times_partial)
    if close(got, expected, scale=1e-6):
        return None
    cause = "Each edge brings upstream times partial, on top of what was there."
    look = "Next: for each edge, what does it bring, and what stands in `operand.grad` already?"
    cause = words_of_slip(got, PASS_ON_SLIPS, case, scale=1e-6) or cause
    return report(tried, got, expected, *told(cause, look))


def edges_of(case: Case) -> list[tuple[int, float]]:
    """The place of the operand and the partial, for each edge."""
    return list(zip(case["edges"], case["partials"], strict=True))


def received(
    case: Case,
    contribution: Callable[[float, float, float], float],
    edges: list[tuple[int, float]] | None = None,
    writes_over: bool = False,
) -> list[float]:
    """The gradients of x and y when each edge brings this contribution."""
    grads = list(case["grads"])
    for place, partial in edges_of(case) if edges is None else edges:
        brought = contribution(case["upstream"], partial, case["data"][place])
        grads[place] = brought if writes_over else grads[place] + brought
    return grads


def upstream_times_partial(upstream: float, partial: float, data: float) -> float:
    return upstream * partial


def by_edges(change: Callable[[list[tuple[int, float]]], Any]) -> Callable[[Case], list[float]]:
    """A slip in the edges that are crossed."""
    return lambda case: received(case, upstream_times_partial, list(change(edges_of(case))))


PASS_ON_SLIPS: Table = {
    "An upstream of 0 is a number like any other, and brings 0.": lambda case: received(
        case, lambda u, p, d: (u or 1.0) * p
    ),
    "What was there before is gone: other results had brought it. `=` writes over, `+=` "
    "adds.": lambda case: received(case, upstream_times_partial, writes_over=True),
    "The upstream is left out. The partial says how fast the result moves; how much that matters, "
    "its own gradient says.": lambda case: received(case, lambda u, p, d: p),
    "The partials are left out: the upstream is passed on as it came.": lambda case: received(
        case, lambda u, p, d: u
    ),
    "Upstream and partial are added here; along an edge they are multiplied.": lambda case: (
        received(case, lambda u, p, d: u + p)
    ),
    "The data of the result is used where its `grad` belongs.": lambda case: received(
        case, lambda u, p, d: case["data"][2] * p
    ),
    "The data of the operand is used where the partial of the edge belongs.": lambda case: received(
        case, lambda u, p, d: u * d
    ),
    "The contribution is taken away. Downhill comes later, with training.": lambda case: received(
        case, lambda u, p, d: -u * p
    ),
    "Only the first two operands have received something. A result may have three, one or "
    "none. Next: go through all of them in a loop, with `zip(result.operands, "
    "result.partials)`.": lambda case: (
        received(case, upstream_times_partial, edges_of(case)[:2])
        if len(case["edges"]) > 2
        else math.nan
    ),
    "An operand that stands twice has two edges, and each of them must be crossed.": (
        by_edges(lambda edges: dict(edges).items()),
        by_edges(lambda edges: dict(edges[::-1]).items()),
    ),
    "Only the first operand has received something.": by_edges(lambda edges: edges[:1]),
    "Each operand got the partial that belongs to another.": by_edges(
        lambda edges: zip([i for i, _ in edges], [p for _, p in edges[::-1]], strict=True)
    ),
    "No gradient has changed. Is the new number stored in `operand.grad`?": by_edges(
        lambda edges: []
    ),
}


def tried_pass_on(case: Case) -> str:
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


PASS_ON_CAUSES = {
    "unpack|^IndexError": "A result may have any number of operands: two, one, three, and a leaf "
    "has none. Go through all of them in a loop, with `zip(result.operands, result.partials)`."
}

check_pass_on = Check(
    "pass_on",
    pass_on_cases,
    probe_pass_on,
    judge_pass_on,
    own_work=ENGINES,
    tried=tried_pass_on,
    explain=because(PASS_ON_CAUSES),
)

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


def step_of(edge: str) -> Step:
    """The step of the walk that crosses this edge."""
    root, leaf = practice(copied=edge)
    return next(step for step in backward_steps(root, {root: 1.0}) if step.operand is leaf)


def why_not(edge: str, got: float) -> tuple[str, str]:
    """What a wrong contribution was made of, and the next look."""
    (operand, _, result), step = edge.split(), step_of(edge)
    message = judge(table(*practice(copied=edge)), got).message
    cause = message[0].upper() + message[1:] + "."
    if close(got, step.partial):
        cause = f"That is the partial alone. How much it matters, the gradient of {result} says."
    elif close(got, -step.contribution):
        cause = f"The size is right and the sign is not: does {result} rise or fall with {operand}?"
    elif close(got, step.upstream):
        cause = f"That is the gradient of {result}, passed on as it is: multiply it by the partial."
    elif result == "p" and close(got, 36.0 * step.partial):
        cause = "p has passed on before all had arrived: 36 came from z, and q still owed it -24."
    look = f"Next: {show(step.upstream)}, the gradient of {result}, times the partial of {result} "
    return cause, f"{look}for {operand}{', which is 2 * q.' if result == 'r' else '.'}"


check_predicted_contributions = check_predictions(
    "predicted_contributions",
    {edge: step_of(edge).contribution for edge in EDGES},
    asks=lambda edge: f"your prediction of what {edge.replace(' from ', ' receives from ')}",
    otherwise=why_not,
    wanted='a dict with a number for each edge: {"r from z": ..., ...}',
    not_a_table=("Each number needs its name.", ""),
    left_out=("", "Next: copy the names as given."),
    shows=lambda got: got,
)

# ---------------------------------------------------------------------------------------------
# E4.3: partials from the result alone


class FromResult(NamedTuple):
    """A function, its inverse, its partial from the result, and wrong ones by their words."""

    f: Callable[[float], float]
    inverse: Callable[[float], float]
    partial: Callable[[float], float]
    slips: Table


TAKEN_FOR_X = "`y` is the result already. Here it was taken for the operand, and {} applied again."
FUNCTIONS = {
    "exp": FromResult(
        math.exp,
        math.log,
        lambda y: y,
        {
            TAKEN_FOR_X.format("exp"): math.exp,
            "This is the operand, log(y). exp is its own slope, at every point.": math.log,
            "That is the rule for powers; here x is the exponent.": lambda y: y * math.log(y),
        },
    ),
    "sqrt": FromResult(
        math.sqrt,
        lambda y: y * y,
        lambda y: 1 / (2 * y),
        {
            TAKEN_FOR_X.format("sqrt"): lambda y: 0.5 / math.sqrt(y),
            "The factor one half is lost.": lambda y: 1.0 / y,
            "This is the slope of y * y, the way back to x; take 1 over it.": lambda y: 2.0 * y,
            "y belongs below the line: the root gets flatter as it grows.": lambda y: 0.5 * y,
            "That is 1 / (2x): x is y * y, and the slope has the root of x.": lambda y: 0.5 / y**2,
        },
    ),
    "tanh": FromResult(
        math.tanh,
        math.atanh,
        lambda y: 1 - y * y,
        {
            TAKEN_FOR_X.format("tanh"): lambda y: 1.0 - math.tanh(y) ** 2,
            "The square is lost. tanh is flat at both ends, y = 1 and y = -1.": lambda y: 1.0 - y,
            "The sign is turned round: tanh rises everywhere.": lambda y: y * y - 1.0,
            "That is the rule for tan. tanh gets flatter, not steeper.": lambda y: 1.0 + y * y,
            "That is the rule for the sigmoid, which ends at 0 and 1.": lambda y: y * (1.0 - y),
        },
    ),
}


def from_result_cases(rng: np.random.Generator) -> list[Case]:
    """Three results of each function: of tanh one negative; none that is special."""
    cases = []
    for op in FUNCTIONS:
        results = draw_positive(rng, 3, 0.3, 2.6)
        if op == "tanh":
            results = [round(y / 3, 3) for y in results]
            results[1] = -results[1]
        cases += [{"op": op, "y": y} for y in results]
    return cases


def probe_from_result(answers: Any, case: Case) -> Any:
    """The partial, and whether a function of `math` was called: those refuse a complex number."""
    three = answers if isinstance(answers, tuple) else (answers,) * len(FUNCTIONS)
    function = three[list(FUNCTIONS).index(case["op"])]
    raised = attempt(function, complex(case["y"]))
    by_math = isinstance(raised, Raised) and raised.text == "must be real number, not complex"
    return {"result": function(case["y"]), "by math": by_math}


def measured(op: str, y: float) -> float:
    """The slope of the function where it has this result, by a central difference."""
    function, h = FUNCTIONS[op], 1e-5
    x = function.inverse(y)
    return (function.f(x + h) - function.f(x - h)) / (2 * h)


def judge_from_result(case: Case, outcome: dict[str, Any]) -> str | None:
    tried, op, expected = tried_from_result(case), case["op"], measured(case["op"], case["y"])
    got = outcome["result"]
    if fault := number_fault(tried, got):
        return fault
    if close(got, expected):
        if not outcome["by math"]:
            return None
        found, wanted = Words("a call of a function of math"), Words("y alone")
        cause = "The number is right, but y was enough: it is kept so that nothing is computed "
        cause += "a second time."
        return report(tried, found, wanted, cause, "Next: multiply, divide and subtract, no more.")
    cause = "The expected number was measured, with a central difference."
    cause = words_of_slip(got, FUNCTIONS[op].slips, case["y"]) or cause
    look = f"Next: write the slope of {op} with x, then put y where {op}(x) stands."
    return report(tried, got, expected, cause, look)


def tried_from_result(case: Case) -> str:
    return f"{case['op']}_partial({show(case['y'])})"


def slip_from_result(says: str) -> Any:
    """The three functions, with the one wrong that is told this."""

    def answer(op: str) -> Callable[[float], float]:
        return lambda y: with_slip(FUNCTIONS[op].partial, FUNCTIONS[op].slips, says, [y])

    return tuple(map(answer, FUNCTIONS))


check_partials_from_result = Check(
    "partials_from_result",
    from_result_cases,
    probe_from_result,
    judge_from_result,
    own_work=ENGINES,
    tried=tried_from_result,
    slip=slip_from_result,
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


SIX = "six of the letters A to J, each once"


def mul_lines_fault(case: Case, letters: list[str]) -> str | None:
    """The six lines, each after those that it needs, in any order that works."""
    for letter in letters:
        if letter in DISTRACTORS:
            look = f"{DISTRACTORS[letter]} Next: put another line in its place, or leave it out."
            said = f"{letter}  {MUL_LINES[letter]}"
            return report("mul_lines()", letters, cause=said, look=look)
    for letter, without in NEEDED.items():
        if letter not in letters:
            cause = f"A line is missing: {without}."
            look = "Next: which line does that?"
            return report("mul_lines()", letters, Words(SIX), cause, look)
    for earlier, later in ("EC", "EG", "EH", "CH", "GA", "HA", "AF"):
        if letters.index(earlier) > letters.index(later):
            cause = f"{later}  {MUL_LINES[later]}"
            look = f"This line comes too early: when it runs, {NEEDED[earlier]}."
            return report("mul_lines()", letters, cause=cause, look=look)
    return None


check_mul_lines = check_line_order(
    "mul_lines",
    MUL_LINES,
    lambda rng: [{}],
    mul_lines_fault,
    words={"wanted": SIX, "twice": "A line stands there twice."},
)
