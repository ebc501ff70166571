"""The checks of exercise 22: rules, a walk that makes graphs, Hessians times vectors, two uses."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .. import ops
from ..value import Value, topological_order, walk_back
from .accepted import close, row_of
from .core import Check
from .draws import draw_numbers, draw_positive
from .messages import Words, list_fault, report, show
from .plain_data import Raised

# ---------------------------------------------------------------------------------------------
# E22.1: rules


class Known(NamedTuple):
    """The partials of an op, and row by row the partials of those."""

    partials: Callable[..., list[float]]
    seconds: Callable[..., list[list[float]]]


def _tanh(a: float, order: int) -> float:
    """The derivative of tanh of this order, on paper."""
    y = math.tanh(a)
    factors = {1: 1.0, 2: -2 * y, 3: 6 * y**2 - 2, 4: 16 * y - 24 * y**3}
    return factors[order] * (1 - y * y)


KNOWN = {
    "+": Known(lambda a, b: [1.0, 1.0], lambda a, b: [[0.0, 0.0], [0.0, 0.0]]),
    "-": Known(lambda a, b: [1.0, -1.0], lambda a, b: [[0.0, 0.0], [0.0, 0.0]]),
    "*": Known(lambda a, b: [b, a], lambda a, b: [[0.0, 1.0], [1.0, 0.0]]),
    "/": Known(
        lambda a, b: [1 / b, -a / b**2],
        lambda a, b: [[0.0, -1 / b**2], [-1 / b**2, 2 * a / b**3]],
    ),
    "exp": Known(lambda a: [math.exp(a)], lambda a: [[math.exp(a)]]),
    "log": Known(lambda a: [1 / a], lambda a: [[-1 / a**2]]),
    "sin": Known(lambda a: [math.cos(a)], lambda a: [[-math.sin(a)]]),
    "cos": Known(lambda a: [-math.sin(a)], lambda a: [[-math.cos(a)]]),
    "tanh": Known(lambda a: [_tanh(a, 1)], lambda a: [[_tanh(a, 2)]]),
}


def _rules_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = []
    for op in KNOWN:
        count = 2 if op in "+-*/" else 1
        cases.append({"op": op, "at": draw_positive(rng, count), "orders": 0})
    return [*cases, {"op": "tanh", "at": draw_numbers(rng, 1, 0.3, 1.2), "orders": 4}]


def _rules_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    table = answer()
    rule = table.get(case["op"]) if isinstance(table, dict) else None
    if not callable(rule):
        return {"table": sorted(map(str, table)) if isinstance(table, dict) else table}
    if case["orders"]:
        return {"orders": _orders(table, Value(*case["at"]), case["orders"])}
    operands = [Value(number) for number in case["at"]]
    partials = rule(*operands)
    if not isinstance(partials, tuple | list):
        return {"partials": partials}
    seconds = []
    for partial in partials:
        for operand in operands:
            operand.grad = 0.0
        if isinstance(partial, Value):
            partial.backward()
        seconds.append([operand.grad for operand in operands])
    return {
        "partials": [getattr(partial, "data", partial) for partial in partials],
        "are_values": [isinstance(partial, Value) for partial in partials],
        "seconds": seconds,
    }


def _orders(table: dict, x: Value, count: int) -> list[float]:
    """The first derivatives of tanh at x, walked back by the rules of a table."""
    result, found = x.unary(ops.TANH), []
    for _ in range(count):
        gradient = {result: Value(1.0)}
        for _ in walk_back(result, gradient, lambda value: _partials(table, value)):
            pass
        result = Value.of(gradient.get(x, 0.0))
        found.append(result.data)
    return found


def _partials(table: dict, value: Value) -> tuple:
    """By the table, or by the package where the table does not have the op."""
    if not value.operands:
        return ()
    rule = table.get(value.op.symbol)
    return rule(*value.operands) if rule else value.op.rule(*value.operands)[1]


def _rules_tried(case: dict[str, Any]) -> str:
    at = ", ".join(f"Value({number})" for number in case["at"])
    return f"rules()[{case['op']!r}]({at})"


def _rules_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    tried, op = _rules_tried(case), case["op"]
    if "table" in outcome:
        return report(
            "rules()",
            outcome["table"],
            Words(f"a dict with a rule for each of {', '.join(map(repr, KNOWN))}"),
            f"There is no rule for {op!r} in it.",
            "Next: copy the nine keys from NUMBERS.",
        )
    if case["orders"]:
        expected = [_tanh(case["at"][0], order) for order in range(1, 1 + case["orders"])]
        if close(outcome["orders"], expected, rel=1e-9):
            return None
        return report(
            f"the first {case['orders']} derivatives of tanh at {case['at'][0]}, by your rules",
            outcome["orders"],
            expected,
            "One rule alone passes, and the rules together do not: is one of them different the "
            "second time it is asked?",
            "Next: make each rule depend on its operands and on nothing else.",
        )
    got, known = outcome["partials"], KNOWN[op]
    expected = known.partials(*case["at"])
    if not isinstance(got, list) or len(got) != len(expected):
        return report(
            tried,
            got,
            Words(f"a tuple of {len(expected)}, one partial for each operand"),
            "A tuple with one entry needs its comma: (y,)." if len(expected) == 1 else "",
            f"Next: look at the row {op!r} of NUMBERS.",
        )
    if not close(got, expected, rel=1e-9):
        is_swapped = len(expected) == 2 and close(got, expected[::-1], rel=1e-9)
        return report(
            tried,
            got,
            expected,
            "They are swapped: the partials stand in the order of the operands."
            if is_swapped
            else "The partial itself is wrong, before anything is differentiated again.",
            f"Next: the row {op!r} of NUMBERS has the right number.",
        )
    return _seconds_fault(case, outcome, known.seconds(*case["at"]))


def _seconds_fault(case: dict, outcome: dict, expected: list[list[float]]) -> str | None:
    """The message for partials that are right, and whose own slopes are not."""
    for place, (got, row) in enumerate(zip(outcome["seconds"], expected, strict=True)):
        if close(got, row, rel=1e-9, scale=max(map(abs, row))):
            continue
        if not outcome["are_values"][place]:
            cause = "It is a plain number, fetched from a value: it is cut off from its operand."
        elif not any(got):
            cause = (
                "It is a Value, but a new one around a number: no operands stand behind it, so it "
                "is cut off all the same."
            )
        else:
            cause = (
                "Some of the ways from the operands to this partial are there, and some are cut: "
                "one part of the formula is a number."
            )
        return report(
            f"{_rules_tried(case)}: the slopes of partial {place}, by each operand",
            got,
            row,
            f"The partial is right, {show(outcome['partials'][place])}, and its slope is not. "
            f"{cause}",
            "Next: write the rule with operators and methods of the operands, without `.data`.",
        )
    return None


check_rules = Check("rules", _rules_cases, _rules_probe, _rules_judge, tried=_rules_tried)

# ---------------------------------------------------------------------------------------------
# E22.1: the walk


class Function(NamedTuple):
    """A function of Values, and its derivatives by the arguments in `by`, one after another."""

    text: str
    f: Callable[..., Value]
    by: list[int]
    derivatives: Callable[..., list[float]]


FUNCTIONS = {
    "cube": Function(
        "x * x * x", lambda x, y: x * x * x, [0, 0, 0], lambda x, y: [3 * x * x, 6 * x, 6.0]
    ),
    "tanh": Function(
        "x.tanh()",
        lambda x, y: x.tanh(),
        [0] * 4,
        lambda x, y: [_tanh(x, order) for order in (1, 2, 3, 4)],
    ),
    "diamond": Function(
        "h * (h + x) with h = x * y",
        lambda x, y: (lambda h: h * (h + x))(x * y),
        [0, 1],
        lambda x, y: [2 * x * y**2 + 2 * x * y, 4 * x * y + 2 * x],
    ),
    "quotient": Function(
        "x / y",
        lambda x, y: x / y,
        [1, 1, 0],
        lambda x, y: [-x / y**2, 2 * x / y**3, 2 / y**3],
    ),
    "wave": Function(
        "x.exp() * x.sin()",
        lambda x, y: x.exp() * x.sin(),
        [0, 0, 0],
        lambda x, y: [
            math.exp(x) * (math.sin(x) + math.cos(x)),
            2 * math.exp(x) * math.cos(x),
            2 * math.exp(x) * (math.cos(x) - math.sin(x)),
        ],
    ),
    "leaf": Function("x", lambda x, y: x, [0], lambda x, y: [1.0]),
    "unused": Function("y * y", lambda x, y: y * y, [0], lambda x, y: [0.0]),
}


def _rule_of(op: ops.Op) -> Callable[..., tuple]:
    """The partials of an op of the package, as a function of its operands."""
    return lambda *operands: op.rule(*operands)[1]


TABLE = {
    op.symbol: _rule_of(op)
    for op in (ops.ADD, ops.SUB, ops.MUL, ops.DIV, ops.NEG, *ops.OF_ONE_OPERAND)
}


def _gradient_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [{"f": name, "at": draw_numbers(rng, 2, 0.3, 1.4)} for name in FUNCTIONS]


def _gradient_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    function = FUNCTIONS[case["f"]]
    xs = [Value(number) for number in case["at"]]
    result = function.f(*xs)
    outcome: dict[str, Any] = {"found": []}
    for argument in function.by:
        values = topological_order(result)
        result = answer(result, xs[argument], dict(TABLE))
        if not isinstance(result, Value):
            return outcome | {"other": result}
        outcome["found"].append(result.data)
        for value in [*xs, *values]:
            if not _is_zero(value.grad):
                outcome["grad"] = getattr(value.grad, "data", value.grad)
    return outcome


def _is_zero(grad: Any) -> bool:
    """Whether this is the 0 that a Value begins with."""
    return isinstance(grad, float) and grad == 0.0


def _gradient_tried(case: dict[str, Any]) -> str:
    function, (x, y) = FUNCTIONS[case["f"]], case["at"]
    return f"gradient_of({function.text}, ...) at x = {x}, y = {y}"


def _gradient_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    function, found = FUNCTIONS[case["f"]], outcome["found"]
    expected = function.derivatives(*case["at"])
    by = ["xy"[argument] for argument in function.by]
    for order, (got, right) in enumerate(zip(found, expected, strict=False)):
        if close(got, right, rel=1e-9, scale=max(1.0, *map(abs, expected))):
            continue
        return report(
            f"{_gradient_tried(case)}, differentiated by {', then by '.join(by[: order + 1])}",
            got,
            right,
            _gradient_cause(got, order, "grad" in outcome),
            "Next: try x * x * x at 3 yourself: 27, then 18, then 6.",
        )
    tried = f"{_gradient_tried(case)}, differentiated by {', then by '.join(by)}"
    if "grad" in outcome:
        return report(
            tried,
            Words(f"a `.grad` of {show(outcome['grad'])} afterwards"),
            Words("every `.grad` as it was, 0"),
            "The number is right, but the pass left its sums on the values, where the next pass "
            "will find them.",
            "Next: keep them in a dict of this pass, `gradient = {y: Value(1.0)}`.",
        )
    if "other" in outcome:
        return report(
            tried,
            outcome["other"],
            Words("a Value"),
            "The function returned nothing: is a `return` missing?"
            if outcome["other"] is None
            else "Only a Value has a graph behind it. Is a `.data` too many, or is the result "
            "of a leaf or of a value that was not reached a plain number?",
            "Next: what does the walk begin with, and what is returned where nothing arrived?",
        )
    return None


def _gradient_cause(got: float, order: int, grads_changed: bool) -> str:
    """What an order is probably wrong by, when those before it are right."""
    if order and grads_changed:
        return (
            "Two passes share one drawer: this one was added to what the first one had left in "
            "`.grad`."
        )
    if order and got == 0.0:
        return (
            "The gradient before it was right and has no way back: numbers were multiplied where "
            "Values should be, so the data leaked out of the graph."
        )
    if order:
        return (
            "The gradient before it was right, but only a part of it is connected: is a `.data` "
            "used in one of the two factors?"
        )
    return "Already the first gradient is wrong: are all contributions to a value added up?"


def _gradient_explain(case: dict[str, Any], raised: Raised) -> str | None:
    if raised.type == "KeyError" and case["f"] in ("unused", "leaf"):
        return "No contribution arrives at x here: what is the slope of something that ignores x?"
    if raised.type in ("AttributeError", "KeyError") and "symbol" in raised.text + raised.source:
        return "A leaf has no op: skip what has no operands."
    return None


check_gradient_of = Check(
    "gradient_of",
    _gradient_cases,
    _gradient_probe,
    _gradient_judge,
    tried=_gradient_tried,
    explain=_gradient_explain,
)

# ---------------------------------------------------------------------------------------------
# E22.2: a Hessian times a vector


class Bowl(NamedTuple):
    """A function of Values, its gradient and its Hessian as arrays, on paper."""

    text: str
    width: int
    f: Callable[..., Value]
    gradient: Callable[..., list[float]]
    hessian: Callable[..., list[list[float]]]


def _neighbours_gradient(a: float, b: float, c: float, d: float) -> list[float]:
    p, q, r = math.exp(a * b), math.exp(b * c), math.exp(c * d)
    return [b * p, a * p + c * q, b * q + d * r, c * r]


def _neighbours_hessian(a: float, b: float, c: float, d: float) -> list[list[float]]:
    p, q, r = math.exp(a * b), math.exp(b * c), math.exp(c * d)
    return [
        [b * b * p, (1 + a * b) * p, 0.0, 0.0],
        [(1 + a * b) * p, a * a * p + c * c * q, (1 + b * c) * q, 0.0],
        [0.0, (1 + b * c) * q, b * b * q + d * d * r, (1 + c * d) * r],
        [0.0, 0.0, (1 + c * d) * r, c * c * r],
    ]


BOWLS = {
    "product": Bowl(
        "x * x * y",
        2,
        lambda x, y: x * x * y,
        lambda x, y: [2 * x * y, x * x],
        lambda x, y: [[2 * y, 2 * x], [2 * x, 0.0]],
    ),
    "neighbours": Bowl(
        "exp(a*b) + exp(b*c) + exp(c*d)",
        4,
        lambda a, b, c, d: (a * b).exp() + (b * c).exp() + (c * d).exp(),
        _neighbours_gradient,
        _neighbours_hessian,
    ),
    "mixed": Bowl(
        "sin(x) * y + z * z * z",
        3,
        lambda x, y, z: x.sin() * y + z * z * z,
        lambda x, y, z: [math.cos(x) * y, math.sin(x), 3 * z * z],
        lambda x, y, z: [
            [-math.sin(x) * y, math.cos(x), 0.0],
            [math.cos(x), 0.0, 0.0],
            [0.0, 0.0, 6 * z],
        ],
    ),
    "plane": Bowl(
        "2 * x + 3 * y",
        2,
        lambda x, y: 2 * x + 3 * y,
        lambda x, y: [2.0, 3.0],
        lambda x, y: [[0.0, 0.0], [0.0, 0.0]],
    ),
}


REVERSE = "Next: one number, the dot product of gradient and direction, has Hv as its gradient."
FORWARD = (
    "Next: give the inputs their speeds, and go through the graph of the gradients from there on: "
    "the speeds of the gradients are Hv."
)


def _hvp_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [
        {
            "f": name,
            "at": draw_numbers(rng, bowl.width, 0.3, 1.3),
            "v": draw_numbers(rng, bowl.width, 0.4, 2.4),
        }
        for name, bowl in BOWLS.items()
    ]


def _hvp_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    calls: list[list[float]] = []
    given: list[Any] = []
    walks: list[int] = []

    def f(*xs: Any) -> Value:
        calls.append([getattr(x, "data", x) for x in xs])
        given.extend(xs)
        walks.append(0)
        call = len(walks) - 1

        def rule(a: Any) -> tuple[Any, tuple[float]]:
            walks[call] += isinstance(a, Value)  # on Values rules run on the way back alone
            return a * 1.0, (1.0,)

        if xs and isinstance(xs[0], Value):
            xs = (xs[0].unary(ops.Op("watched", rule)), *xs[1:])
        return BOWLS[case["f"]].f(*xs)

    result = answer(f, list(case["at"]), list(case["v"]))
    deposited = any(np.any(getattr(x, "grad", 0.0)) for x in given)  # what only backward() leaves
    return {
        "result": list(result) if isinstance(result, tuple) else result,
        "calls": calls,
        "walks": max(walks, default=0),
        "deposited": deposited,
    }


def _hvp_check(name: str, is_forward: bool = False) -> Check:
    """The check of one of the two ways."""

    def tried(case: dict[str, Any]) -> str:
        return f"{name}(f, {case['at']}, {case['v']}) with f = {BOWLS[case['f']].text}"

    def judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
        if fault := _hvp_judge(tried(case), case, outcome, FORWARD if is_forward else REVERSE):
            return fault
        # In two variables a wrong way may look like a right one: the larger cases decide.
        walks_back_twice = outcome["deposited"] or outcome["walks"] > 1
        if not is_forward or not walks_back_twice or BOWLS[case["f"]].width == 2:
            return None
        return report(
            tried(case),
            Words("the right numbers, by a second walk back"),
            Words("one walk back, and then a sweep forward"),
            "A backward() has filled `.grad`: that is reverse over reverse again."
            if outcome["deposited"]
            else "The gradient of a gradient was taken: reverse over reverse under another name.",
            FORWARD,
        )

    def explain(case: dict[str, Any], raised: Raised) -> str | None:
        if raised.type == "KeyError":
            return (
                "Some values do not depend on the inputs: constants, and all that is made of them. "
                "They stand still: their speed is 0."
            )
        return None

    return Check(name, _hvp_cases, _hvp_probe, judge, tried=tried, explain=explain)


def _hvp_judge(tried: str, case: dict[str, Any], outcome: dict[str, Any], look: str) -> str | None:
    bowl, v, got = BOWLS[case["f"]], np.array(case["v"]), outcome["result"]
    if fault := list_fault(tried, got, bowl.width):
        return fault
    got = row_of(got)
    if any(not close(at, case["at"]) for at in outcome["calls"]):
        return report(
            tried,
            Words("f was called at other points than this one"),
            Words("one gradient, at this point"),
            "A nudged gradient is a measurement, good to a few digits. What is asked for is exact.",
            "Next: get the gradients once, and work on the graph behind them.",
        )
    if len(outcome["calls"]) > 2:
        return report(
            tried,
            Words(f"f was called {len(outcome['calls'])} times"),
            Words("once, or twice at most"),
            "A gradient for each row builds the whole Hessian, whose size is what this is about.",
            look,
        )
    gradient, hessian = np.array(bowl.gradient(*case["at"])), np.array(bowl.hessian(*case["at"]))
    expected = hessian @ v
    size = float(max(np.abs(hessian).max(), 1e-3) * np.abs(v).max())
    if close(got, expected.tolist(), rel=1e-9, scale=size):
        return None
    suspects = {
        "This is the gradient, not how it changes along the direction.": gradient,
        "This is Hv plus the gradient: a first backward had left its sums in `.grad`.": expected
        + gradient,
        "This is H times ones: was the direction used?": hessian.sum(axis=1),
        "This is the diagonal of H times the direction: the variables act on each other's slopes "
        "too.": np.diag(hessian) * v,
        "This is gradient times direction, entry by entry: no second derivative is in it.": gradient
        * v,
        "These are zeros: the gradients were turned into plain numbers, and their graph is gone.": 0
        * v,
    }
    causes = [
        cause
        for cause, suspect in suspects.items()
        if close(got, suspect.tolist(), rel=1e-6, scale=size)
    ]
    return report(
        tried,
        got,
        expected.tolist(),
        causes[0]
        if causes
        else "Not every way from the inputs to the gradient is counted: contributions add up.",
        "Next: for x * x * y at (3, 2) along (1, 0) the result is [4, 6]; follow it by hand.",
    )


check_hvp_by_reverse = _hvp_check("hvp_by_reverse")
check_hvp_by_forward = _hvp_check("hvp_by_forward", is_forward=True)

# ---------------------------------------------------------------------------------------------
# E22.3: Newton


def _newton_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    cases = []
    for kind in ("bowl", "bowl", "dish"):
        a, c = draw_positive(rng, 2, 1.2, 2.6)
        b, d, e = draw_numbers(rng, 3, 0.4, 1.6)
        at = draw_numbers(rng, 2, 0.4, 1.6)
        cases.append({"f": kind, "numbers": [a, b, c, d, e], "at": at})
    return cases


def _bowl(case: dict[str, Any], x: Any, y: Any) -> Any:
    """a x^2 + b x y + c y^2 + d x + e y, and in the dish e^x and e^-x more."""
    a, b, c, d, e = case["numbers"]
    value = a * x * x + b * x * y + c * y * y + d * x + e * y
    return value + x.exp() + (-x).exp() if case["f"] == "dish" else value


def _bowl_slopes(case: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and Hessian, on paper."""
    (a, b, c, d, e), (x, y) = case["numbers"], case["at"]
    is_dish = case["f"] == "dish"
    gradient = np.array([2 * a * x + b * y + d + is_dish * 2 * math.sinh(x), b * x + 2 * c * y + e])
    return gradient, np.array([[2 * a + is_dish * 2 * math.cosh(x), b], [b, 2 * c]])


def _newton_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    result = answer(lambda x, y: _bowl(case, x, y), *case["at"])
    return {"result": list(result) if isinstance(result, tuple) else result}


def _newton_tried(case: dict[str, Any]) -> str:
    a, b, c, d, e = map(show, case["numbers"])
    more = " + exp(x) + exp(-x)" if case["f"] == "dish" else ""
    x, y = case["at"]
    f = f"{a}*x*x + {b}*x*y + {c}*y*y + {d}*x + {e}*y{more}"
    return f"newton_step(f, {x}, {y}) with f = {f}"


def _newton_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    tried, got = _newton_tried(case), outcome["result"]
    if fault := list_fault(tried, got, 2):
        return fault
    got = row_of(got)
    at, (g, hessian) = np.array(case["at"]), _bowl_slopes(case)
    step = -np.linalg.solve(hessian, g)
    expected = at + step
    if close(got, expected.tolist(), rel=1e-9, scale=float(np.abs(at).max())):
        return None
    size, turned = np.linalg.det(hessian), hessian * [[1, -1], [-1, 1]]
    suspects = {
        "This is the step the other way: uphill. The sign is lost.": at - step,
        "This is the step alone: the point is where it leads to.": step,
        "Each variable was treated by itself: q is left out, and with it how the two act on each "
        "other.": at - g / np.diag(hessian),
        "The sign of q is the wrong one.": at - np.linalg.solve(turned, g),
        "The division by p r - q^2 is missing.": at + size * step,
        "This is a step down the gradient, as long as the gradient: the curve was not used.": at
        - g,
        "The two gradients are swapped, or p and r are.": at - np.linalg.solve(hessian, g[::-1]),
    }
    near = (
        cause
        for cause, suspect in suspects.items()
        if close(got, suspect.tolist(), rel=1e-6, scale=1.0)
    )
    cause = next(
        near,
        "Are p, q and r the second derivatives alone? A `.grad` that already holds the gradient "
        "would be added to them.",
    )
    return report(
        tried,
        got,
        expected.tolist(),
        cause,
        "Next: in x*x + x*y + y*y at (1, 2), g is (4, 5), p, q, r are 2, 1, 2, and the step ends "
        "at (0, 0).",
    )


check_newton_step = Check(
    "newton_step", _newton_cases, _newton_probe, _newton_judge, tried=_newton_tried
)

# ---------------------------------------------------------------------------------------------
# E22.4: a gradient in the loss


class Model(NamedTuple):
    """A model of weights and x; its slope by x, that slope's and its own by the weights."""

    text: str
    width: int
    f: Callable[[list, Any], Any]
    slope: Callable[[list, float], float]
    slope_by_weights: Callable[[list, float], list[float]]
    by_weights: Callable[[list, float], list[float]]


def _neuron(w: list, x: float) -> tuple[float, float]:
    """tanh(w0 x + w1), and one minus its square."""
    y = math.tanh(w[0] * x + w[1])
    return y, 1 - y * y


def _neuron_slope_by_weights(w: list, x: float) -> list[float]:
    y, d = _neuron(w, x)
    return [d - 2 * w[0] * x * y * d, -2 * w[0] * y * d]


MODELS = {
    "line": Model(
        "w[0] * x",
        1,
        lambda w, x: w[0] * x,
        lambda w, x: w[0],
        lambda w, x: [1.0],
        lambda w, x: [x],
    ),
    "neuron": Model(
        "(w[0] * x + w[1]).tanh()",
        2,
        lambda w, x: (w[0] * x + w[1]).tanh(),
        lambda w, x: w[0] * _neuron(w, x)[1],
        _neuron_slope_by_weights,
        lambda w, x: [x * _neuron(w, x)[1], _neuron(w, x)[1]],
    ),
    "parabola": Model(
        "w[0] * x * x + w[1] * x + w[2]",
        3,
        lambda w, x: w[0] * x * x + w[1] * x + w[2],
        lambda w, x: 2 * w[0] * x + w[1],
        lambda w, x: [2 * x, 1.0, 0.0],
        lambda w, x: [x * x, x, 1.0],
    ),
}


def _penalty_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [
        {
            "model": name,
            "weights": draw_numbers(rng, model.width, 0.3, 1.4),
            "x": draw_numbers(rng, 1, 0.3, 0.95)[0],
        }
        for name, model in MODELS.items()
    ]


def _penalty_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    result = answer(MODELS[case["model"]].f, list(case["weights"]), case["x"])
    return {"result": list(result) if isinstance(result, tuple) else result}


def _penalty_tried(case: dict[str, Any]) -> str:
    model = f"model = {MODELS[case['model']].text}"
    return f"penalty_gradient(model, {case['weights']}, {case['x']}) with {model}"


def _penalty_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    tried, got, model = _penalty_tried(case), outcome["result"], MODELS[case["model"]]
    if fault := list_fault(tried, got, model.width):
        return fault
    got = row_of(got)
    at = case["weights"], case["x"]
    slope, bend, rise = (
        model.slope(*at),
        np.array(model.slope_by_weights(*at)),
        np.array(model.by_weights(*at)),
    )
    expected = 2 * slope * bend
    scale = float(np.abs(expected).max())
    if close(got, expected.tolist(), rel=1e-9, scale=scale):
        return None
    suspects = {
        "These are zeros: the slope was a plain number when it was squared, and a number has "
        "forgotten the weights.": 0 * bend,
        "This is the gradient of the slope, not of its square.": bend,
        "The factor 2 of the square is missing.": slope * bend,
        "This is the gradient of the model by its weights: the penalty is about its slope by "
        "x.": rise,
        "The gradient of the model itself is in it too: it was left in `.grad` by the first "
        "pass.": expected + rise,
    }
    causes = [
        cause
        for cause, suspect in suspects.items()
        if close(got, suspect.tolist(), rel=1e-6, scale=scale)
    ]
    return report(
        tried,
        got,
        expected.tolist(),
        causes[0]
        if causes
        else "Is it the slope of the model by x that is squared, and then differentiated by the "
        "weights?",
        "Next: for w[0] * x the slope is w[0], the penalty its square, and the result 2 w[0].",
    )


def _penalty_explain(case: dict[str, Any], raised: Raised) -> str | None:
    if raised.type == "AttributeError" and "float" in raised.text:
        return "The model was given plain floats: make Values of the weights and of x first."
    return None


check_penalty_gradient = Check(
    "penalty_gradient",
    _penalty_cases,
    _penalty_probe,
    _penalty_judge,
    tried=_penalty_tried,
    explain=_penalty_explain,
)
