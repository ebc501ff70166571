"""The checks of exercise 22: rules, a walk that makes graphs, Hessians times vectors, two uses."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from .. import ops
from ..value import Value, topological_order, walk_back
from .accepted import close
from .core import Check
from .draws import draw_numbers, draw_positive
from .messages import Words, because, kind_cause, list_fault, report, show
from .plain_data import Held, Raised, in_a_row
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import Case, Part, with_slip

# ---------------------------------------------------------------------------------------------
# E22.1: rules


def slope_of_tanh(a: float, order: int) -> float:
    """The derivative of this order, on paper."""
    y = math.tanh(a)
    factors = {1: 1.0, 2: -2 * y, 3: 6 * y**2 - 2, 4: 16 * y - 24 * y**3}
    return factors[order] * (1 - y * y)


# The partials of an op, and row by row the partials of those.
KNOWN: dict[str, tuple[Callable[..., list[float]], Callable[..., list[list[float]]]]] = {
    "+": (lambda a, b: [1.0, 1.0], lambda a, b: [[0.0, 0.0], [0.0, 0.0]]),
    "-": (lambda a, b: [1.0, -1.0], lambda a, b: [[0.0, 0.0], [0.0, 0.0]]),
    "*": (lambda a, b: [b, a], lambda a, b: [[0.0, 1.0], [1.0, 0.0]]),
    "/": (
        lambda a, b: [1 / b, -a / b**2],
        lambda a, b: [[0.0, -1 / b**2], [-1 / b**2, 2 * a / b**3]],
    ),
    "exp": (lambda a: [math.exp(a)], lambda a: [[math.exp(a)]]),
    "log": (lambda a: [1 / a], lambda a: [[-1 / a**2]]),
    "sin": (lambda a: [math.cos(a)], lambda a: [[-math.sin(a)]]),
    "cos": (lambda a: [-math.sin(a)], lambda a: [[-math.cos(a)]]),
    "tanh": (lambda a: [slope_of_tanh(a, 1)], lambda a: [[slope_of_tanh(a, 2)]]),
}


def rules_cases(rng: np.random.Generator) -> list[Case]:
    cases: list[Case] = [
        {"op": op, "at": draw_positive(rng, 2 if op in "+-*/" else 1), "orders": 0} for op in KNOWN
    ]
    return [*cases, {"op": "tanh", "at": draw_numbers(rng, 1, 0.3, 1.2), "orders": 4}]


def rules_steps(answer: Any, case: Case) -> Steps:
    table, op = answer(), case["op"]
    is_table = isinstance(table, Mapping)
    yield "table", sorted(map(str, table)) if is_table else table
    yield "has a rule", is_table and callable(table.get(op))
    if case["orders"]:
        yield "orders", orders_of(table, Value(*case["at"]), case["orders"])
        return
    operands = [Value(number) for number in case["at"]]
    partials = in_a_row(table[op](*operands))
    yield "partials", partials
    for place, each in enumerate(partials):
        for operand in operands:
            operand.grad = 0.0
        if isinstance(each, Value):
            each.backward()
        yield f"slopes of {place}", [operand.grad for operand in operands]


def number_in(thing: Any) -> Any:
    return thing.data if isinstance(thing, Value) else thing


def orders_of(table: Any, x: Value, count: int) -> list[float]:
    """The first derivatives of tanh at x, by a table, and by the package what is not in it."""

    def partials(value: Value) -> tuple:
        if not value.operands:
            return ()
        rule = table.get(value.op.symbol)
        return rule(*value.operands) if rule else value.op.rule(*value.operands)[1]

    result, found = x.unary(ops.TANH), []
    for _ in range(count):
        gradient = {result: Value(1.0)}
        for _ in walk_back(result, gradient, partials):
            pass
        result = Value.of(gradient.get(x, 0.0))
        found.append(result.data)
    return found


def rules_tried(case: Case) -> str:
    at = ", ".join(f"Value({number})" for number in case["at"])
    return f"rules()[{case['op']!r}]({at})"


def rules_judge(tried: str, case: Case, seen: Seen) -> Faults:
    op, at, (partials, seconds) = case["op"], case["at"], KNOWN[case["op"]]
    if not seen["has a rule"]:
        wanted = Words(f"a dict with a rule for each of {', '.join(map(repr, KNOWN))}")
        cause = kind_cause(seen["table"], f"There is no rule for {op!r} in it.")
        look = "Next: copy the nine keys from NUMBERS."
        yield report("rules()", seen["table"], wanted, cause, look)
    if count := case["orders"]:
        expected = [slope_of_tanh(at[0], order) for order in range(1, 1 + count)]
        if not close(seen["orders"], expected, rel=1e-9):
            tried = f"the first {count} derivatives of tanh at {at[0]}, by your rules"
            cause = "One rule alone passes, and the rules together do not: is one of them "
            cause += "different the second time it is asked?"
            look = "Next: make each rule depend on its operands and on nothing else."
            yield report(tried, seen["orders"], expected, cause, look)
        return
    got, expected = seen["partials"], partials(*at)
    if not isinstance(got, list) or len(got) != len(expected):
        wanted = Words(f"a tuple of {len(expected)}, one partial for each operand")
        cause = "A tuple with one entry needs its comma: (y,)." if len(expected) == 1 else ""
        yield report(tried, got, wanted, cause, f"Next: look at the row {op!r} of NUMBERS.")
    numbers = [each.data if isinstance(each, Held) else each for each in got]
    if not close(numbers, expected, rel=1e-9):
        cause = "The partial itself is wrong, before anything is differentiated again."
        if len(expected) == 2 and close(numbers, expected[::-1], rel=1e-9):
            cause = "They are swapped: the partials stand in the order of the operands."
        look = f"Next: the row {op!r} of NUMBERS has the right number."
        yield report(tried, numbers, expected, cause, look)
    for place, row in enumerate(seconds(*at)):
        found = seen[f"slopes of {place}"]
        if close(found, row, rel=1e-9, scale=max(map(abs, row))):
            continue
        cause = "Some of the ways from the operands to this partial are there, and some are cut: "
        cause += "one part of the formula is a number."
        if not isinstance(got[place], Held):
            cause = "It is a plain number, fetched from a value: it is cut off from its operand."
        elif not any(found):
            cause = "It is a Value, but a new one around a number: no operands stand behind it, so "
            cause += "it is cut off all the same."
        slopes = f"{tried}: the slopes of partial {place}, by each operand"
        cause = f"The partial is right, {show(numbers[place])}, and its slope is not. {cause}"
        look = "Next: write the rule with operators and methods of the operands, without `.data`."
        yield report(slopes, found, row, cause, look)


check_rules = check_stages(
    "rules",
    rules_cases,
    rules_steps,
    rules_judge,
    tried=rules_tried,
    own_work=["ops", "transforms"],
)

# ---------------------------------------------------------------------------------------------
# E22.1: the walk


# A function of Values, what it is differentiated by, one after another, and the derivatives.
FUNCTIONS: dict[str, tuple[Callable[..., Value], str, Callable[..., list[float]]]] = {
    "x * x * x": (lambda x, y: x * x * x, "xxx", lambda x, y: [3 * x * x, 6 * x, 6.0]),
    "x.tanh()": (
        lambda x, y: x.tanh(),
        "xxxx",
        lambda x, y: [slope_of_tanh(x, order) for order in (1, 2, 3, 4)],
    ),
    "h * (h + x) with h = x * y": (
        lambda x, y: (lambda h: h * (h + x))(x * y),
        "xy",
        lambda x, y: [2 * x * y**2 + 2 * x * y, 4 * x * y + 2 * x],
    ),
    "x / y": (
        lambda x, y: x / y,
        "yyx",
        lambda x, y: [-x / y**2, 2 * x / y**3, 2 / y**3],
    ),
    "x.exp() * x.sin()": (
        lambda x, y: x.exp() * x.sin(),
        "xxx",
        lambda x, y: [
            math.exp(x) * (math.sin(x) + math.cos(x)),
            2 * math.exp(x) * math.cos(x),
            2 * math.exp(x) * (math.cos(x) - math.sin(x)),
        ],
    ),
    "x": (lambda x, y: x, "x", lambda x, y: [1.0]),
    "y * y": (lambda x, y: y * y, "x", lambda x, y: [0.0]),
}


def rule_of(op: ops.Op) -> Callable[..., tuple]:
    return lambda *operands: op.rule(*operands)[1]


TABLE = {
    op.symbol: rule_of(op)
    for op in (ops.ADD, ops.SUB, ops.MUL, ops.DIV, ops.NEG, *ops.OF_ONE_OPERAND)
}


def gradient_cases(rng: np.random.Generator) -> list[Case]:
    return [{"f": text, "at": draw_numbers(rng, 2, 0.3, 1.4)} for text in FUNCTIONS]


def gradient_steps(answer: Any, case: Case) -> Steps:
    f, by, _ = FUNCTIONS[case["f"]]
    x, y = (Value(number) for number in case["at"])
    result = f(x, y)
    for order, argument in enumerate(by):
        values = [x, y, *topological_order(result)]
        result = answer(result, {"x": x, "y": y}[argument], dict(TABLE))
        grads = [number_in(value.grad) for value in values]
        left = [grad for grad in grads if not (isinstance(grad, float) and grad == 0.0)]
        yield f"left {order}", left  # behind what a Value begins with
        yield f"result {order}", result


def gradient_tried(case: Case) -> str:
    x, y = case["at"]
    return f"gradient_of({case['f']}, ...) at x = {x}, y = {y}"


def gradient_judge(tried: str, case: Case, seen: Seen) -> Faults:
    _, by, derivatives = FUNCTIONS[case["f"]]
    expected = derivatives(*case["at"])
    left: list[Any] = []
    whole = f"{tried}, differentiated by {', then by '.join(by)}"
    for order, right in enumerate(expected):
        got, left = seen[f"result {order}"], left + seen[f"left {order}"]
        at = f"{tried}, differentiated by {', then by '.join(by[: order + 1])}"
        if not isinstance(got, Held):
            cause = "Only a Value has a graph behind it. Is a `.data` too many, or is the result "
            cause += "of a leaf or of a value that was not reached a plain number?"
            look = "Next: what does the walk begin with, and what is returned where nothing "
            look += "arrived?"
            yield report(whole, got, Words("a Value"), kind_cause(got, cause), look)
        if close(got.data, right, rel=1e-9, scale=max(1.0, *map(abs, expected))):
            continue
        cause = "Already the first gradient is wrong: are all contributions to a value added up?"
        if order and left:
            cause = "Two passes share one drawer: this one was added to what the first one had "
            cause += "left in `.grad`."
        elif order and got.data == 0.0:
            cause = "The gradient before it was right and has no way back: numbers were multiplied "
            cause += "where Values should be, so the data leaked out of the graph."
        elif order:
            cause = "The gradient before it was right, but only a part of it is connected: is a "
            cause += "`.data` used in one of the two factors?"
        look = "Next: try x * x * x at 3 yourself: 27, then 18, then 6."
        yield report(at, got.data, right, cause, look)
    if left:
        yield report(
            whole,
            Words(f"a `.grad` of {show(left[-1])} afterwards"),
            Words("every `.grad` as it was, 0"),
            "The number is right, but the pass left its sums on the values, where the next pass "
            "will find them.",
            "Next: keep them in a dict of this pass, `gradient = {y: Value(1.0)}`.",
        )


def gradient_explain(case: Case, raised: Raised) -> str | None:
    if raised.type == "KeyError" and case["f"] in ("y * y", "x"):
        return "No contribution arrives at x here: what is the slope of something that ignores x?"
    if raised.type in ("AttributeError", "KeyError") and "symbol" in raised.text + raised.source:
        return "A leaf has no op: skip what has no operands."
    return None


check_gradient_of = check_stages(
    "gradient_of",
    gradient_cases,
    gradient_steps,
    gradient_judge,
    tried=gradient_tried,
    explain=gradient_explain,
    own_work=["ops", "transforms", "value.walk_back"],
)

# ---------------------------------------------------------------------------------------------
# E22.2: a Hessian times a vector


def neighbours_gradient(a: float, b: float, c: float, d: float) -> list[float]:
    p, q, r = math.exp(a * b), math.exp(b * c), math.exp(c * d)
    return [b * p, a * p + c * q, b * q + d * r, c * r]


def neighbours_hessian(a: float, b: float, c: float, d: float) -> list[list[float]]:
    p, q, r = math.exp(a * b), math.exp(b * c), math.exp(c * d)
    return [
        [b * b * p, (1 + a * b) * p, 0.0, 0.0],
        [(1 + a * b) * p, a * a * p + c * c * q, (1 + b * c) * q, 0.0],
        [0.0, (1 + b * c) * q, b * b * q + d * d * r, (1 + c * d) * r],
        [0.0, 0.0, (1 + c * d) * r, c * c * r],
    ]


# A function of several Values, its gradient and its Hessian on paper.
BOWLS: dict[str, tuple[Callable[..., Value], Callable[..., Any], Callable[..., Any]]] = {
    "x * x * y": (
        lambda x, y: x * x * y,
        lambda x, y: [2 * x * y, x * x],
        lambda x, y: [[2 * y, 2 * x], [2 * x, 0.0]],
    ),
    "exp(a*b) + exp(b*c) + exp(c*d)": (
        lambda a, b, c, d: (a * b).exp() + (b * c).exp() + (c * d).exp(),
        neighbours_gradient,
        neighbours_hessian,
    ),
    "sin(x) * y + z * z * z": (
        lambda x, y, z: x.sin() * y + z * z * z,
        lambda x, y, z: [math.cos(x) * y, math.sin(x), 3 * z * z],
        lambda x, y, z: [
            [-math.sin(x) * y, math.cos(x), 0.0],
            [math.cos(x), 0.0, 0.0],
            [0.0, 0.0, 6 * z],
        ],
    ),
    "2 * x + 3 * y": (
        lambda x, y: 2 * x + 3 * y,
        lambda x, y: [2.0, 3.0],
        lambda x, y: [[0.0, 0.0], [0.0, 0.0]],
    ),
}


def vector_slips(g: np.ndarray, H: np.ndarray, v: np.ndarray) -> dict[str, list[float]]:
    return as_lists(
        {
            "This is the gradient, not how it changes along the direction.": g,
            "This is Hv plus the gradient: a first backward had left its sums in `.grad`.": (
                H @ v + g
            ),
            "This is H times ones: was the direction used?": H.sum(axis=1),
            "This is the diagonal of H times the direction: the variables act on each other's "
            "slopes too.": np.diag(H) * v,
            "This is gradient times direction, entry by entry: no second derivative is in it.": (
                g * v
            ),
            "These are zeros: the gradients were turned into plain numbers, and their graph is "
            "gone.": 0 * v,
        }
    )


def as_lists(table: dict[str, np.ndarray]) -> dict[str, list[float]]:
    return {words: array.tolist() for words, array in table.items()}


def gradient_of(y: Value, xs: Sequence[Value]) -> list[Value]:
    """The gradient of y as Values, by the package: wrong answers are made of it."""
    gradient = {y: Value(1.0)}

    def partials(value: Value) -> tuple:
        return value.op.rule(*value.operands)[1] if value.operands else ()

    for _ in walk_back(y, gradient, partials):
        pass
    return [Value.of(gradient.get(x, 0.0)) for x in xs]


def slopes_at(f: Callable[..., Value], numbers: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and Hessian of f as arrays."""
    xs = [Value(number) for number in numbers]
    slopes = gradient_of(f(*xs), xs)
    rows = [[bend.data for bend in gradient_of(slope, xs)] for slope in slopes]
    return np.array([slope.data for slope in slopes]), np.array(rows)


HESSIAN_TIMES_VECTOR = Part(
    "",
    lambda g, H, v: (H @ v).tolist(),
    vector_slips,
    "Not every way from the inputs to the gradient is counted: contributions add up.",
    "Next: for x * x * y at (3, 2) along (1, 0) the result is [4, 6]; follow it by hand.",
    scale=lambda g, H, v: float(max(np.abs(H).max(), 1e-3) * np.abs(v).max()),
    rel=1e-9,
)


def hvp_cases(rng: np.random.Generator) -> list[Case]:
    return [
        {
            "f": text,
            "at": draw_numbers(rng, f.__code__.co_argcount, 0.3, 1.3),
            "v": draw_numbers(rng, f.__code__.co_argcount, 0.4, 2.4),
        }
        for text, (f, _, _) in BOWLS.items()
    ]


def hvp_steps(answer: Any, case: Case) -> Steps:
    calls: list[list[float]] = []
    given: list[Any] = []
    walks: list[int] = []

    def f(*xs: Any) -> Value:
        calls.append(list(map(number_in, xs)))
        given.extend(xs)
        walks.append(0)
        call = len(walks) - 1

        def rule(a: Any) -> tuple[Any, tuple[float]]:
            walks[call] += isinstance(a, Value)  # on Values rules run on the way back alone
            return a * 1.0, (1.0,)

        if xs and isinstance(xs[0], Value):
            xs = (xs[0].unary(ops.Op("watched", rule)), *xs[1:])
        return BOWLS[case["f"]][0](*xs)

    yield "result", answer(f, list(case["at"]), list(case["v"]))
    yield "calls", calls
    yield "walks", max(walks, default=0)
    yield "deposited", any(np.any(getattr(x, "grad", 0.0)) for x in given)  # only by backward()


def check_hvp(name: str, look: str, own_work: list[str], is_forward: bool = False) -> Check:
    """The check of one of the two ways."""

    def tried(case: Case) -> str:
        return f"{name}(f, {case['at']}, {case['v']}) with f = {case['f']}"

    def judge(said: str, case: Case, seen: Seen) -> Faults:
        at, calls, got = case["at"], seen["calls"], seen["result"]
        yield list_fault(said, got, len(at))
        if not all(close(where, at) for where in calls):
            found = Words("f was called at other points than this one")
            cause = "A nudged gradient is a measurement, good to a few digits. What is asked for "
            cause += "is exact."
            move = "Next: get the gradients once, and work on the graph behind them."
            yield report(said, found, Words("one gradient, at this point"), cause, move)
        if len(calls) > 2:
            found, wanted = Words(f"f was called {len(calls)} times"), "once, or twice at most"
            cause = "A gradient for each row builds the whole Hessian, whose size is what this is "
            yield report(said, found, Words(wanted), cause + "about.", look)
        _, gradient, hessian = BOWLS[case["f"]]
        given = [np.array(x) for x in (gradient(*at), hessian(*at), case["v"])]
        yield HESSIAN_TIMES_VECTOR.fault(said, got, given, [])
        # In two variables a wrong way may look like a right one: the larger cases decide.
        if is_forward and len(at) > 2 and (seen["deposited"] or seen["walks"] > 1):
            found = Words("the right numbers, by a second walk back")
            cause = "The gradient of a gradient was taken: reverse over reverse under another name."
            if seen["deposited"]:
                cause = "A backward() has filled `.grad`: that is reverse over reverse again."
            yield report(said, found, Words("one walk back, and then a sweep forward"), cause, look)

    def slip(says: str) -> Any:
        def answer(f: Any, numbers: list[float], direction: list[float]) -> Any:
            given = (*slopes_at(f, numbers), np.array(direction))
            return with_slip(HESSIAN_TIMES_VECTOR.right, vector_slips, says, given)

        return answer

    explain = because(
        {
            "^KeyError": "Some values do not depend on the inputs: constants, and all that is made "
            "of them. They stand still: their speed is 0."
        }
    )
    settings: dict[str, Any] = {"explain": explain, "own_work": own_work, "slip": slip}
    return check_stages(name, hvp_cases, hvp_steps, judge, tried=tried, **settings)


check_hvp_by_reverse = check_hvp(
    "hvp_by_reverse",
    "Next: one number, the dot product of gradient and direction, has Hv as its gradient.",
    ["transforms.hvp", "transforms.hessian"],
)
check_hvp_by_forward = check_hvp(
    "hvp_by_forward",
    "Next: give the inputs their speeds, and go through the graph of the gradients from there on: "
    "the speeds of the gradients are Hv.",
    ["transforms.hvp", "transforms.hessian"],
    is_forward=True,
)

# ---------------------------------------------------------------------------------------------
# E22.3: Newton


def newton_cases(rng: np.random.Generator) -> list[Case]:
    cases = []
    for kind in ("bowl", "bowl", "dish"):
        a, c = draw_positive(rng, 2, 1.2, 2.6)
        b, d, e = draw_numbers(rng, 3, 0.4, 1.6)
        at = draw_numbers(rng, 2, 0.4, 1.6)
        cases.append({"f": kind, "numbers": [a, b, c, d, e], "at": at})
    return cases


def bowl(case: Case, x: Any, y: Any) -> Any:
    """a x^2 + b x y + c y^2 + d x + e y, and in the dish e^x and e^-x more."""
    a, b, c, d, e = case["numbers"]
    value = a * x * x + b * x * y + c * y * y + d * x + e * y
    return value + x.exp() + (-x).exp() if case["f"] == "dish" else value


def slopes_of_bowl(case: Case) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The point, and gradient and Hessian there, on paper."""
    (a, b, c, d, e), (x, y) = case["numbers"], case["at"]
    is_dish = case["f"] == "dish"
    gradient = np.array([2 * a * x + b * y + d + is_dish * 2 * math.sinh(x), b * x + 2 * c * y + e])
    hessian = np.array([[2 * a + is_dish * 2 * math.cosh(x), b], [b, 2 * c]])
    return np.array(case["at"]), gradient, hessian


def newton_slips(at: np.ndarray, g: np.ndarray, hessian: np.ndarray) -> dict[str, list[float]]:
    step, turned = -np.linalg.solve(hessian, g), hessian * [[1, -1], [-1, 1]]
    return as_lists(
        {
            "This is the step the other way: uphill. The sign is lost.": at - step,
            "This is the step alone: the point is where it leads to.": step,
            "Each variable was treated by itself: q is left out, and with it how the two act on "
            "each other.": at - g / np.diag(hessian),
            "The sign of q is the wrong one.": at - np.linalg.solve(turned, g),
            "The division by p r - q^2 is missing.": at + np.linalg.det(hessian) * step,
            "This is a step down the gradient, as long as the gradient: the curve was not used.": (
                at - g
            ),
            "The two gradients are swapped, or p and r are.": (
                at - np.linalg.solve(hessian, g[::-1])
            ),
        }
    )


NEWTON = Part(
    "",
    lambda at, g, hessian: (at - np.linalg.solve(hessian, g)).tolist(),
    newton_slips,
    "Are p, q and r the second derivatives alone? A `.grad` that already holds the gradient "
    "would be added to them.",
    "Next: in x*x + x*y + y*y at (1, 2), g is (4, 5), p, q, r are 2, 1, 2, and the step ends "
    "at (0, 0).",
    scale=lambda at, g, hessian: float(np.abs(at).max()),
    rel=1e-9,
)


def newton_tried(case: Case) -> str:
    a, b, c, d, e = map(show, case["numbers"])
    more = " + exp(x) + exp(-x)" if case["f"] == "dish" else ""
    x, y = case["at"]
    f = f"{a}*x*x + {b}*x*y + {c}*y*y + {d}*x + {e}*y{more}"
    return f"newton_step(f, {x}, {y}) with f = {f}"


check_newton_step = Check(
    "newton_step",
    newton_cases,
    lambda answer, case: answer(partial(bowl, case), *case["at"]),
    lambda case, got: NEWTON.fault(newton_tried(case), got, slopes_of_bowl(case), []),
    tried=newton_tried,
    slip=lambda says: (
        lambda f, *at: with_slip(
            NEWTON.right, newton_slips, says, (np.array(at), *slopes_at(f, at))
        )
    ),
)

# ---------------------------------------------------------------------------------------------
# E22.4: a gradient in the loss


def neuron(w: list, x: float) -> tuple[float, float]:
    y = math.tanh(w[0] * x + w[1])
    return y, 1 - y * y


def neuron_slope_by_weights(w: list, x: float) -> list[float]:
    y, d = neuron(w, x)
    return [d - 2 * w[0] * x * y * d, -2 * w[0] * y * d]


# A model, how many weights it has, its slope by x, that slope's and its own by the weights.
MODELS: dict[str, tuple[Callable[..., Any], int, Callable, Callable, Callable]] = {
    "w[0] * x": (
        lambda w, x: w[0] * x,
        1,
        lambda w, x: w[0],
        lambda w, x: [1.0],
        lambda w, x: [x],
    ),
    "(w[0] * x + w[1]).tanh()": (
        lambda w, x: (w[0] * x + w[1]).tanh(),
        2,
        lambda w, x: w[0] * neuron(w, x)[1],
        neuron_slope_by_weights,
        lambda w, x: [x * neuron(w, x)[1], neuron(w, x)[1]],
    ),
    "w[0] * x * x + w[1] * x + w[2]": (
        lambda w, x: w[0] * x * x + w[1] * x + w[2],
        3,
        lambda w, x: 2 * w[0] * x + w[1],
        lambda w, x: [2 * x, 1.0, 0.0],
        lambda w, x: [x * x, x, 1.0],
    ),
}


def penalty_slips(text: str, weights: list[float], x: float) -> dict[str, list[float]]:
    slope, bend, rise = (np.array(f(weights, x)) for f in MODELS[text][2:])
    return as_lists(
        {
            "These are zeros: the slope was a plain number when it was squared, and a number has "
            "forgotten the weights.": 0 * bend,
            "This is the gradient of the slope, not of its square.": bend,
            "The factor 2 of the square is missing.": slope * bend,
            "This is the gradient of the model by its weights: the penalty is about its slope by "
            "x.": rise,
            "The gradient of the model itself is in it too: it was left in `.grad` by the first "
            "pass.": 2 * slope * bend + rise,
        }
    )


def penalty_of(text: str, weights: list[float], x: float) -> list[float]:
    _, _, slope, bend, _ = MODELS[text]
    return [2 * slope(weights, x) * each for each in bend(weights, x)]


PENALTY = Part(
    "",
    penalty_of,
    penalty_slips,
    "Is it the slope of the model by x that is squared, and then differentiated by the weights?",
    "Next: for w[0] * x the slope is w[0], the penalty its square, and the result 2 w[0].",
    scale=lambda *given: max(map(abs, penalty_of(*given))),
    rel=1e-9,
)


def penalty_cases(rng: np.random.Generator) -> list[Case]:
    return [
        {
            "model": text,
            "weights": draw_numbers(rng, width, 0.3, 1.4),
            "x": draw_numbers(rng, 1, 0.3, 0.95)[0],
        }
        for text, (_, width, *_) in MODELS.items()
    ]


def penalty_tried(case: Case) -> str:
    return f"penalty_gradient(model, {case['weights']}, {case['x']}) with model = {case['model']}"


check_penalty_gradient = Check(
    "penalty_gradient",
    penalty_cases,
    lambda answer, case: answer(MODELS[case["model"]][0], list(case["weights"]), case["x"]),
    lambda case, got: PENALTY.fault(penalty_tried(case), got, list(case.values()), []),
    tried=penalty_tried,
    explain=because(
        {
            "^AttributeError:.*float": "The model was given plain floats: make Values of the "
            "weights and of x first."
        }
    ),
)
