"""The checks of exercise 06: ops that are right at a kink, far out, near 0 and at the border."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from .. import value as engine
from ..numpy_or_not import np
from ..ops import Op
from .accepted import close, is_number, same
from .arrays import Table
from .core import Check
from .draws import draw_numbers, draw_positive, draw_upstream
from .messages import Words, report, show
from .own_work import ENGINES
from .plain_data import Raised
from .programs import Value
from .recorded import BARE, listed, memory, operands_fault, symbol_fault, value_fault
from .run_answer import attempt
from .vocabulary import refusal_fault, told, with_slip, words_of_slip

# ---------------------------------------------------------------------------------------------
# Running an op on values that have no methods of their own


def leaf(number: float, label: str) -> Value:
    return Value(number, label, "", (), ())


def recorded(answer: Any, operands: Sequence[Any], upstream: float, *rest: Any) -> dict[str, Any]:
    """What an answer makes of these values, and what `upstream` on its result then gives them."""
    before = [value.data for value in operands]
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("always")
        result = answer(*operands, *rest)
    got = memory(result, {id(value): value.label for value in operands})
    outcome: dict[str, Any] = {
        "result": got,
        "warned": [str(warning.message) for warning in caught[:1]],
        "before": before,
        "after": [value.data for value in operands],
        "deposited": [value.grad for value in operands],
    }
    if not isinstance(got, dict):
        return outcome
    partials = got["partials"] if isinstance(got["partials"], tuple | list) else ()
    partials = [float(p) if isinstance(p, bool | np.bool_) else p for p in partials]
    if isinstance(got["partials"], tuple | list):
        got["partials"] = partials
    as_many = len(partials) == len(got["operands"])
    if as_many and all(map(is_number, partials)):
        gradient = {result: upstream}
        for _ in engine.backward_steps(result, gradient):
            pass
        outcome["gradient"] = [gradient.get(value, 0.0) for value in operands]
    return outcome


NEW_VALUE = "Next: `return Value(data, op=..., operands=..., partials=...)`."
ITSELF = (". A result is a value of its own: it has another gradient, and an op.", "")
OPERANDS = {
    "bare": BARE,
    "none": "Nothing is remembered: the way back ends here.",
    "number": "A plain number has no `grad` that a contribution could be added to.",
    "too few": "One is missing. The one that loses today is still an operand: its slope is 0.",
    "other": "The values handed in, themselves, in their order. Next: `operands={names}`.",
}


def op_fault(tried: str, got: dict[str, Any], op: str, operands: list[str]) -> str | None:
    """The message for an op that does not record what it should, else None; numbers come later."""
    result, x = got["result"], operands[0]
    if fault := value_fault(tried, result, operands, ITSELF, NEW_VALUE):
        return fault
    if got["warned"]:
        cause = "Something on the way is too large for a float, though the result is not. Whoever "
        cause += "runs this a million times reads a million warnings."
        look = "Next: which exponential has a large positive argument? Take the form without it."
        warned = Words(f"the warning {got['warned'][0]!r}")
        return report(tried, warned, Words("no warning"), cause, look)
    if not same(got["after"], got["before"]):
        after = Words(f"{x}.data = {show(got['after'][0])} afterwards")
        before = Words(f"{x}.data = {show(got['before'][0])}, as it was")
        cause = "The op wrote over its operand. Others still read that number, and a slope taken "
        cause += "from it now is the slope at another place."
        return report(tried, after, before, cause, "Next: put the result in a new name, `data`.")
    if any(got["deposited"]):
        found = Words(f"{x}.grad = {show(got['deposited'][0])} before any backward pass")
        cause = "The op passed its slope on itself. A contribution is upstream times partial, and "
        cause += "no upstream is known yet on the way forward."
        look = "Next: only store the slope, in `partials`; the walk back multiplies and adds."
        return report(tried, found, Words("0"), cause, look)
    symbol = symbol_fault(
        f"{tried}: its op", result["op"] or "", op, cause="The op goes by this symbol."
    )
    words = OPERANDS | {"other": OPERANDS["other"].format(names=listed(operands))}
    fault = symbol or operands_fault(f"{tried}: its operands", result, list(operands), words)
    if fault or "gradient" in got:
        return fault
    expected = Words(f"a tuple of {len(operands)}, a number for each operand")
    cause = "One partial for each operand, in the same order."
    look = "Next: `partials=(slope,)`: the comma makes it a tuple."
    partials = result["partials"]
    partials = tuple(partials) if isinstance(partials, list) else partials
    return report(f"{tried}: its partials", partials, expected, cause, look)


# ---------------------------------------------------------------------------------------------
# Judging the numbers of a function of one operand


class Function(NamedTuple):
    """A function of one operand: its closed form with many digits, and the slips of each number."""

    name: str
    exact: Callable[[Decimal], Decimal]
    data: Table
    partial: Table
    slope_at_zero: float | None = None  # where the op declares it
    parts: Callable[[Any], Any] | None = None  # the same from the engine's ops


def exact_at(function: Function, x: float) -> tuple[float, float]:
    """Value and slope at x: the closed form, and its change under a tiny nudge, in many digits."""
    if math.isnan(x):
        return x, x
    with localcontext() as context:
        context.prec = 90
        here = Decimal(x)
        value = float(function.exact(here))
        if x == 0 and function.slope_at_zero is not None:
            return value, function.slope_at_zero
        h = Decimal("1e-25") * (abs(here) or 1)
        slope = (function.exact(here + h) - function.exact(here - h)) / (2 * h)
        return value, float(slope)


def numbers_fault(
    function: Function, tried: str, got: dict[str, Any], case: dict[str, Any]
) -> str | None:
    """The message for wrong data, a wrong partial or a wrong gradient, else None."""
    x, upstream = case["arguments"][0], case["upstream"]
    value, slope = exact_at(function, x)
    data, (partial, *_) = got["result"]["data"], got["result"]["partials"]
    if not close(data, value, rel=1e-12, scale=1e-308):  # down to the smallest numbers there are
        cause, look = cause_of(function, "data", data, x)
        return report(f"{tried}: its data", data, value, cause, look)
    if math.isnan(x):
        return None
    if not close(partial, slope, rel=1e-9, scale=1e-5):
        cause, look = cause_of(function, "partial", partial, x)
        return report(f"{tried}: its partial", partial, slope, cause, look)
    if not close(got["gradient"][0], upstream * partial):
        tried = f"{tried}, and {show(upstream)} arriving from above: the gradient of x"
        cause = "The gradient is upstream times partial."
        return report(tried, got["gradient"][0], upstream * partial, cause)
    return None


def cause_of(function: Function, part: str, got: Any, x: float) -> tuple[str, str]:
    """The likely cause of a wrong number, and where to look next."""
    name = f"x{function.name}" if function.name.startswith("*") else function.name
    look = f"Next: work out {name} at x = {show(x)} with a pencil, and its slope there."
    if not is_number(got):
        return "This is not a real number.", look
    if words := words_of_slip(got, getattr(function, part), x, rel=1e-9):
        return told(words, look)
    if math.isnan(got):
        cause = "nan is what inf / inf and inf - inf give: somewhere an exponential is too large."
        return cause, "Next: print the exponential at this x. Which form keeps it small?"
    if part == "partial":
        return "This is not the slope: a nudge of x moves the result at another rate.", look
    if close(got, exact_at(function, x)[0], rel=1e-3):
        cause = "Nearly: some digits are lost. Two numbers that are almost equal were subtracted, "
        cause += "or a tiny one was added to 1."
        return (
            cause,
            "Next: `math.expm1` and `math.log1p` keep those digits, and so does math.tanh.",
        )
    if abs(x) > 700:
        cause = "Cut off at 700, the smallest numbers are lost. An exponential of a number far "
        return f"{cause}below 0 needs no bound: it goes to 0 by itself.", look
    if abs(x) > 20:
        cause = "Far out this is another number. Was x cut off at a bound? The value at the bound "
        return cause + "is not the value here.", look
    return "The forward formula gives another number.", look


def slip_of(function: Function, says: str, x: Value) -> Value:
    """The result of whoever makes the slip that is told `says`, in the data or in the partial."""
    right = exact_at(function, x.data)
    tables = (function.data, function.partial)
    data, partial = (
        with_slip(lambda _, number=number: number, table, says, [x.data])
        for number, table in zip(right, tables, strict=True)
    )
    return Value(data, "", function.name, (x,), (partial,))


Draw = Callable[[np.random.Generator], list[dict[str, Any]]]
ENGINES_BUT_VALUE = [name for name in ENGINES if name != "value"]
ENGINE_OPS = ["ops", "value.method_of", "value.both_sides", "value.Value.__pow__"]
ENGINE_OPS += ENGINES_BUT_VALUE
LABELS = ("price", "width", "rate", "depth", "load")


def check_of(name: str, draw: Draw, function_of: Callable[..., Function]) -> Check:
    """A check of an op: right inside its domain, refused outside by a name and a number.

    A case has the "arguments" of the op, the operand's "label" and an "upstream", and may ask for
    an error ("refuse") or for the form "from parts", the first of two answers. `function_of` gets
    the arguments behind the operand.
    """

    def tried(case: dict[str, Any]) -> str:
        (x, *rest), label = case["arguments"], case["label"]
        form = f"{name}_from_parts" if "from parts" in case else name
        given = "".join(f", {show(k)}" for k in rest)
        labelled = f", labelled {label!r}" if label != "x" else ""
        return f"{form}(x{given}) with x = {show(x)}{labelled}"

    def probe(answers: Any, case: dict[str, Any]) -> Any:
        x, *rest = case["arguments"]
        value = leaf(x, case["label"])
        from_parts, answer = answers if isinstance(answers, tuple) else (answers, answers)
        if "from parts" in case:
            return run_parts(from_parts, case)
        if not case.get("refuse"):
            return recorded(answer, [value], case["upstream"], *rest)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = attempt(answer, value, *rest)
        return {"refused": getattr(result, "data", result)}

    def judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
        function = function_of(*case["arguments"][1:])
        if "from parts" in case:
            return parts_fault(function, tried(case), outcome, case)
        if case.get("refuse"):
            return outside_fault(tried(case), case, outcome["refused"])
        fault = op_fault(tried(case), outcome, function.name, [case["label"]])
        return fault or numbers_fault(function, tried(case), outcome, case)

    def slip(says: str) -> Any:
        def answer(x: Value, *rest: Any) -> Value:
            return slip_of(function_of(*rest), says, x)

        parts = None if draw is not both_forms else function_of().parts
        return (parts, answer) if parts else answer

    def own_work(case: dict[str, Any]) -> list[str]:
        if "from parts" in case:
            return ENGINES_BUT_VALUE
        may_call_sigmoid = draw is both_forms  # the text says so
        return ["ops.<lambda>", *ENGINE_OPS[1:]] if may_call_sigmoid else ENGINE_OPS

    return Check(
        name, draw, probe, judge, tried=tried, explain=explain, slip=slip, own_work=own_work
    )


def everywhere(edges: Sequence[float], drawn: int = 4) -> Draw:
    """Numbers of both signs, then the places where an op is easily wrong."""

    def cases(rng: np.random.Generator) -> list[dict[str, Any]]:
        xs = draw_numbers(rng, drawn)
        xs[:2] = [abs(xs[0]), -abs(xs[1])]
        upstream = draw_upstream(rng, drawn + len(edges))
        upstream[drawn:] = map(abs, upstream[drawn:])  # their slope is what matters
        pairs = zip([*xs, *edges], upstream, strict=True)
        return [{"arguments": [x], "upstream": up, "label": "x"} for x, up in pairs]

    return cases


def both_forms(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Numbers for the form from parts, then the same and those far out for the single op."""
    xs = [*draw_numbers(rng, 4), *draw_numbers(rng, 2, low=9.0, high=29.0), 0.0]
    xs[:2] = [abs(xs[0]), -abs(xs[1])]
    far = [-40.0, 40.0, 710.5, 800.0, -800.0]
    pairs = zip([*xs, *far], [*draw_upstream(rng, len(xs)), *[1.3] * len(far)], strict=True)
    cases = [{"arguments": [x], "upstream": up, "label": "x"} for x, up in pairs]
    return [case | {"from parts": True} for case in cases[: len(xs)]] + cases


def bordered(inside: list[Any], outside: list[Any]) -> list[dict[str, Any]]:
    """Arguments inside of a domain, then outside, each with a label and an upstream."""
    upstream = [1.7, -2.3, 0.6, -1.4, 3.1]
    return [
        {
            "arguments": arguments,
            "upstream": upstream[k % 5],
            "label": LABELS[k % 5],
            "refuse": k >= len(inside),
        }
        for k, arguments in enumerate(inside + outside)
    ]


def outside_fault(tried: str, case: dict[str, Any], got: Any) -> str | None:
    """The message for something outside the domain that is not refused as it should be."""
    x, label = case["arguments"][0], case["label"]
    passed = "No error: the number travels on, and the trouble shows far from here."
    if isinstance(got, float) and not math.isfinite(got):
        passed = "inf and nan spread to everything after them, in silence."
    elif not is_number(got):
        passed = "Python left the real numbers in silence: this result is complex."

    def unsaid(text: str) -> str:
        if text.startswith(("math domain", "expected a")):
            return (
                "This is Python's own message. In a graph of a thousand values it does not say "
                "which one it was."
            )
        if not re.search(rf"\b{label}\b", text):
            return f"The message does not name the value: its label is {label!r}."
        if not any(number in text for number in (repr(x), show(x), f"{x:g}")):
            return f"The message names the value, but does not show its number, {show(x)}."
        return ""

    kind = got.type if isinstance(got, Raised) else ""
    return refusal_fault(
        tried,
        got,
        (ValueError,),
        passed,
        'Next: raise ValueError(f"... {x.label} = {x.data} ..."), before you compute.',
        wanted=f"a ValueError that says {label} and {show(x)}",
        another=(f"This is a different error, {kind}; all three ops raise one and the same.", ""),
        unsaid=unsaid,
        may_assert=True,
    )


def explain(case: dict[str, Any], raised: Raised) -> str | None:
    x, *rest = case.get("arguments", (1.0,))
    if x == 0 and case["label"] != "x" and raised.type == "ZeroDivisionError":
        return (
            "There is a result here. At 0 the *partial* needs its own line: the formula for it "
            "divides by 0."
        )
    if raised.type == "ValueError" and raised.line and "domain" not in raised.text:
        if rest and x < 0:
            return (
                f"{show(x)} to the power {show(*rest)} is a real number, and was refused. An "
                "exponent is whole by its number, not by its type: 2.0 is whole, so ask `k % 1`."
            )
        return f"{show(x)} is inside the domain: here is a result, and no reason to refuse."
    if "not iterable" in raised.text or "not subscriptable" in raised.text:
        return f"A tuple of one number or value needs a comma. {BARE}"
    if raised.type == "OverflowError":
        return (
            "An exponential left the floats: `math.exp` has no result from 710 on. Which form of "
            "the formula needs only exponentials of numbers below 0?"
        )
    if raised.type == "ZeroDivisionError":
        return "A division by 0, or 0 to a negative power: ask for the case 0 before you compute."
    if raised.type in ("AttributeError", "TypeError") and "'Value'" in raised.text:
        return (
            "The value handed in has a number and a memory, and nothing that computes: work with "
            "the plain number, `x.data`."
        )
    return None


# ---------------------------------------------------------------------------------------------
# E6.1 to E6.3: relu, sigmoid, tanh


def s(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


RELU = Function(
    "relu",
    lambda x: max(x, Decimal(0)),
    {
        "This is the size of x. What is below 0 is cut off, not turned round.": abs,
        "The wrong half was cut off: what is above 0 stays.": lambda x: min(x, 0.0),
        "That is a leaky relu: below 0 this one lets nothing by.": lambda x: 0.1 * x,
        "nan is not below 0: cut off, it would hide the fault that made it. Next: ask whether "
        "`x.data <= 0`, or which of the two `max` returns.": lambda x: (
            0.0 if math.isnan(x) else math.nan
        ),
    },
    {
        "At 0 this op declares the slope 0, and -0.0 is 0 too: is it `>=` where `>` is "
        "meant?": lambda x: 1.0 if x == 0 else math.nan,
        "One half lies between the slopes to both sides, but 0 is what is declared "
        "here.": lambda x: 0.5 if x == 0 else math.nan,
        "What was cut off has slope 0, and what passes has slope 1: is the condition "
        "reversed?": lambda x: 0.0 if x > 0 else math.nan,
        "The slope of what was cut off is 0, not 1.": lambda x: 1.0,
        "This is the value. What moves it, and how fast?": lambda x: max(x, 0.0),
    },
    slope_at_zero=0.0,
)
check_relu = check_of("relu", everywhere([0.0, -0.0, 1e-300, -1e-300, math.nan]), lambda: RELU)

SIGMOID = Function(
    "sigmoid",
    lambda x: 1 / (1 + (-x).exp()),
    {
        "The sign in the exponent: this falls where it should rise.": lambda x: s(-x),
        "The digits are lost where two numbers next to each other are subtracted: on the left 1 "
        "and nearly 1. Next: for which sign of x is the form with exp(x) above the line "
        "better?": (lambda x: 1 - s(-x), lambda x: 0.5 + 0.5 * math.tanh(x / 2)),
        "This is tanh, which runs from -1 to 1; sigmoid from 0 to 1.": math.tanh,
    },
    {
        "This is x(1 - x), taken from the operand. The s in s(1 - s) is the *result*.": lambda x: (
            x * (1 - x)
        ),
        "This is s alone: times (1 - s) is missing.": lambda x: s(x),
        "This is 1 - s alone: times s is missing.": lambda x: 1 - s(x),
        "The sign: sigmoid rises everywhere, so its slope is above 0.": lambda x: (
            -s(x) * (1 - s(x))
        ),
        "This is the rule of tanh, 1 - y^2.": lambda x: 1 - s(x) ** 2,
    },
)
FAR = [0.0, -35.0, 35.0, -60.0, 709.0, -710.5, 800.0, -800.0]
check_sigmoid = check_of("sigmoid", everywhere(FAR), lambda: SIGMOID)

TANH = Function(
    "tanh",
    lambda x: ((2 * x).exp() - 1) / ((2 * x).exp() + 1),
    {
        "The exponent lost its 2: this is tanh(x / 2).": lambda x: math.tanh(x / 2),
        "The sign: is it exp(-2x) where exp(2x) is meant?": lambda x: -math.tanh(x),
        "All digits are lost: next to 1, a number this small is nothing. `math.expm1` computes "
        "exp(x) - 1 without going through 1, and `math.tanh` is as careful.": lambda x: 0.0,
    },
    {
        "The square is missing in 1 - y^2.": lambda x: 1 - math.tanh(x),
        "This is 1 - x^2, taken from the operand. The y in 1 - y^2 is the *result*.": lambda x: (
            1 - x * x
        ),
        "This is y^2: what is left of 1 is the slope.": lambda x: math.tanh(x) ** 2,
        "This is the rule of sigmoid, y(1 - y).": lambda x: s(x) * (1 - s(x)),
    },
)
SMALL_AND_FAR = [0.0, 0.001, 1e-10, -1e-10, 1e-17, 20.0, -20.0, 355.5, -355.5, 800.0, -800.0]
check_tanh = check_of("tanh", everywhere(SMALL_AND_FAR), lambda: TANH)


# ---------------------------------------------------------------------------------------------
# E6.4: log, sqrt and powers, and what lies outside

LOG = Function(
    "log",
    Decimal.ln,
    {
        "This is the logarithm to base 10, not the natural one.": math.log10,
        "This is log(1 + x).": math.log1p,
    },
    {
        "This is the value: the slope of log is 1 / x.": math.log,
        "This is 1 / y: the slope of log is 1 / x.": lambda x: 1 / math.log(x),
        "This is the slope of 1 / x.": lambda x: -1 / (x * x),
    },
)
SQRT = Function(
    "sqrt",
    Decimal.sqrt,
    {},
    {
        "Upright is not level: the slope at 0 is declared infinite, `math.inf`.": lambda x: (
            0.0 if x == 0 else math.nan
        ),
        "The factor 1/2 is missing.": lambda x: 1 / math.sqrt(x),
        "This is y / 2: the slope is 1 / (2y).": lambda x: math.sqrt(x) / 2,
        "This is 1 / (2x): the slope is 1 / (2y).": lambda x: 1 / (2 * x),
    },
    slope_at_zero=math.inf,
)


def log_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    inside = [[x] for x in (*draw_positive(rng, 3), 1e-9, 1e9)]
    return bordered(inside, [[-abs(draw_numbers(rng, 1)[0])], [0.0]])


def sqrt_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    inside = [[x] for x in (*draw_positive(rng, 3), 1e-9, 0.0)]
    return bordered(inside, [[-abs(draw_numbers(rng, 1)[0])]])


check_log = check_of("log", log_cases, lambda: LOG)
check_sqrt = check_of("sqrt", sqrt_cases, lambda: SQRT)


def power_function(k: float) -> Function:
    """x ** k for one k, with its mistakes."""
    slopes = {0.0: 0.0, 1.0: 1.0}
    at_zero = slopes.get(k, math.inf if k < 1 else 0.0)
    data, partial = (
        {
            "The sign of x was dropped.": lambda x: abs(x) ** k,
            "Base and exponent are swapped: this is k^x.": lambda x: k**x,
        },
        {
            "x^0 is 1 everywhere: its slope is 0, at 0 as well.": lambda x: (
                math.inf if x == 0 and k == 0 else math.nan
            ),
            "At 0 the slope of x^1 is 1, as everywhere: it is a straight line. Only for k = 0 and "
            "above 1 is the slope at 0 level.": lambda x: 0.0 if x == 0 and k == 1 else math.nan,
            "At 0 the curve stands upright: its slope is declared infinite, "
            "`math.inf`.": lambda x: 0.0 if x == 0 and 0 < k < 1 else math.nan,
            "This is k * x^k: the exponent goes down by 1.": lambda x: k * x**k,
            "Without brackets x**k - 1 is (x**k) - 1: a power comes before a minus. Next: write "
            "`x.data ** (k - 1)`.": lambda x: k * x**k - 1,
            "The factor k in front is missing.": lambda x: x ** (k - 1),
            "The factor in front is k, not k - 1.": lambda x: (k - 1) * x ** (k - 1),
            "The sign of x was dropped.": lambda x: k * abs(x) ** (k - 1),
        },
    )
    return Function(f"**{k:g}", lambda x: exact_power(x, k), data, partial, at_zero)


def exact_power(x: Decimal, k: float) -> Decimal:
    if k == 0:
        return Decimal(1)
    return x ** Decimal(k) if x > 0 or k.is_integer() else Decimal(0)


def power_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    a, b, c = draw_positive(rng, 3)
    inside = [[a, 3.0], [-b, 2.0], [-c, 3.0], [b, 0.5], [c, -1.5], [-a, -1.0], [-b, 0.0]]
    at_zero = [[0.0, 2.0], [0.0, 1.0], [0.0, 0.5], [0.0, 0.0]]
    return bordered(inside + at_zero, [[-8.0, 1 / 3], [-c, 0.5], [0.0, -1.0]])


check_power = check_of("power", power_cases, power_function)


# ---------------------------------------------------------------------------------------------
# E6.5: maximum, and who gets the slope of a tie


def maximum_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    a, b, c, d = draw_numbers(rng, 4)
    low, high = sorted((a, b))
    pairs = [(high, low), (low, high), (c, c), (-abs(d), -abs(d)), (0.0, -0.0), (d, None)]
    upstream = draw_upstream(rng, len(pairs))
    return [{"a": a, "b": b, "upstream": up} for (a, b), up in zip(pairs, upstream, strict=True)]


def maximum_probe(answer: Any, case: dict[str, Any]) -> Any:
    a = leaf(case["a"], "a")
    return recorded(answer, [a, a if case["b"] is None else leaf(case["b"], "b")], case["upstream"])


def maximum_tried(case: dict[str, Any]) -> str:
    if case["b"] is None:
        return f"maximum(a, a) with a = {show(case['a'])}"
    return f"maximum(a, b) with a = {show(case['a'])} and b = {show(case['b'])}"


def maximum_judge(case: dict[str, Any], got: dict[str, Any]) -> str | None:
    tried, a = maximum_tried(case), case["a"]
    b = a if case["b"] is None else case["b"]
    if fault := op_fault(tried, got, "maximum", ["a", "a" if case["b"] is None else "b"]):
        return fault
    data, partials = got["result"]["data"], tuple(got["result"]["partials"])
    if not close(data, max(a, b)):
        cause = "This is not the larger one."
        if close(data, min(a, b)):
            cause = "This is the smaller one."
        return report(f"{tried}: its data", data, max(a, b), cause)
    expected = (0.5, 0.5) if a == b else (1.0, 0.0) if a > b else (0.0, 1.0)
    if not close(partials, expected, scale=1.0):
        causes = {
            (1.0, 1.0): "Both get all of it: together 2, but the result moves only once.",
            (0.0, 0.0): "Nobody gets anything, though the result moves when both do.",
        }
        cause = causes.get(partials, "A nudge of the larger moves the result by as much.")
        if a == b and partials in ((1.0, 0.0), (0.0, 1.0)):
            cause = "One takes all of a tie. Declared is: half each, so that swapping a and b "
            cause += "changes nothing."
        elif partials == expected[::-1]:
            cause = "They are swapped: the slope goes to the one that lost."
        elif a == b and partials != (0.0, 0.0) and partials != (1.0, 1.0):
            cause = "A tie is shared equally."
        look = "Next: three cases, a > b, a < b and a == b, and what each gets."
        return report(f"{tried}: its partials", partials, expected, cause, look)
    return None


check_maximum = Check(
    "maximum",
    maximum_cases,
    maximum_probe,
    maximum_judge,
    tried=maximum_tried,
    explain=explain,
    own_work=ENGINE_OPS,
)


# ---------------------------------------------------------------------------------------------
# E6.6: softplus and swish, from parts and as one op

SOFTPLUS = Function(
    "softplus",
    lambda x: (1 + x.exp()).ln(),
    {
        "log(1 + exp(x)): the 1 is missing, or so is the log.": math.exp,
        "This is x alone, which is right only far to the right.": lambda x: x,
        "Far to the left exp(x) vanishes beside the 1. `math.log1p(t)` computes log(1 + t) without "
        "going through 1 + t.": lambda x: math.log(1 + math.exp(x)),
    },
    {
        "This is 1 - sigmoid(x): the slope rises from 0 to 1.": lambda x: 1 - s(x),
        "The outer slope alone: times exp(x).": lambda x: 1 / (1 + math.exp(x)),
        "This is the slope of sigmoid, one too many.": lambda x: s(x) * (1 - s(x)),
    },
    parts=lambda x: (1 + x.exp()).log(),
)
SWISH = Function(
    "swish",
    lambda x: x / (1 + (-x).exp()),
    {"This is sigmoid(x): times x is missing.": s},
    {
        "x moves both factors: here only the first is counted.": s,
        "Here only the second factor moves.": lambda x: x * s(x) * (1 - s(x)),
        "The slope of a product is not the product of the slopes.": lambda x: s(x) * (1 - s(x)),
    },
    parts=lambda x: x * x.sigmoid(),
)


def run_parts(from_parts: Any, case: dict[str, Any]) -> dict[str, Any]:
    """What a formula of the engine's own ops makes of a full value, and its way back."""
    x = engine.Value(case["arguments"][0], "x")
    result = from_parts(x)
    if not isinstance(result, engine.Value) or result is x:
        return {"result": "x" if result is x else result}
    gradient = {result: case["upstream"]}
    order = engine.topological_order(result)
    made = [value for value in order if value.operands]
    for _ in engine.backward_steps(result, gradient):
        pass
    return {
        "data": result.data,
        "own": [str(value.op) for value in made if not isinstance(value.op, Op)],
        "made": len(made),
        "gradient": gradient.get(x, 0.0),
        "reached": x in order,
    }


def parts_fault(
    function: Function, tried: str, got: dict[str, Any], case: dict[str, Any]
) -> str | None:
    """The message for a form that is not put together from the engine's ops, or not right."""
    look = "Next: write the formula with `x`, not with `x.data`: the engine records each op."
    if "result" in got:
        return value_fault(tried, got["result"], "x", ITSELF, look)
    if not got["reached"]:
        cause = "No path leads back to x: it was computed from plain numbers."
        return report(tried, Words("a value that does not depend on x"), cause=cause, look=look)
    wanted = Words("two or more ops of the engine")
    if got["own"]:
        cause = "From parts means: from ops that the engine has, none of your own."
        return report(tried, Words("an op of its own"), wanted, cause, look)
    (x,) = case["arguments"]
    value, slope = exact_at(function, x)
    if not close(got["data"], value, rel=1e-12, scale=1.0):
        cause, look = cause_of(function, "data", got["data"], x)
        return report(f"{tried}: its data", got["data"], value, cause, look)
    if not close(got["gradient"], case["upstream"] * slope, rel=1e-12, scale=10.0):
        cause = "The number is right and its gradient is not: a part of x was taken as `x.data`, a "
        cause += "constant."
        expected = case["upstream"] * slope
        return report(f"{tried}: the gradient of x", got["gradient"], expected, cause, look)
    if got["made"] < 2:
        cause = "The numbers are right, and come from a single op: it is not put together."
        return report(tried, Words("1 op"), wanted, cause, look)
    return None


check_softplus = check_of("softplus", both_forms, lambda: SOFTPLUS)
check_swish = check_of("swish", both_forms, lambda: SWISH)
