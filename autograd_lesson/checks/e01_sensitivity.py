"""The checks of exercise 01: measured slopes against known derivatives, and six predicted signs."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from ..numpy_or_not import np
from .accepted import close, is_number, row_of
from .core import Check
from .draws import draw_numbers
from .messages import Words, because, counted, decimals_kept, list_fault, number_fault, report, show
from .own_work import MEASURED
from .vocabulary import Case, Table, check_predictions, told, words_of_slip

STEP = 0.1  # large enough for the error of a formula to show which formula it is

# ---------------------------------------------------------------------------------------------
# E1.1 numeric_derivative(f, x, h)


class Curve(NamedTuple):
    """A function of one number, as code, as text, and its derivative."""

    text: str
    f: Callable[[float], float]
    slope: Callable[[float], float]


CURVES = {
    "exp": Curve("math.exp(x)", lambda x: math.exp(x), math.exp),
    "cube": Curve("x * x * x", lambda x: x * x * x, lambda x: 3 * x * x),
    "reciprocal": Curve("1 / x", lambda x: 1 / x, lambda x: -1 / (x * x)),
    "sine": Curve("math.sin(x)", lambda x: math.sin(x), math.cos),
    "small": Curve(
        "1e-6 * math.exp(x)", lambda x: 1e-6 * math.exp(x), lambda x: 1e-6 * math.exp(x)
    ),
}


def derivative_cases(rng: np.random.Generator) -> list[Case]:
    first, second = draw_numbers(rng, 2, 0.8, 2.6)
    # near 1, neither the slope of the sine nor its third derivative is close to zero
    third = draw_numbers(rng, 1, 0.4, 1.1)[0]
    return [
        {"kind": "order", "f": "exp", "x": first, "h": STEP},
        {"kind": "order", "f": "sine", "x": third, "h": STEP},
        {"kind": "order", "f": "reciprocal", "x": second, "h": STEP},
        {"kind": "whole", "f": "cube", "x": int(rng.integers(2, 6))},
        {"kind": "value", "f": "small", "x": first},  # a rounded slope shows here
        {"kind": "value", "f": "sine", "x": -third},
    ]


def derivative_probe(numeric_derivative: Any, case: Case) -> dict[str, Any]:
    f, x = CURVES[case["f"]].f, case["x"]
    if case["kind"] == "order":
        h = case["h"]
        return {"wide": numeric_derivative(f, x, h), "narrow": numeric_derivative(f, x, h / 10)}
    outcome = {"slope": numeric_derivative(f, x), "given h": numeric_derivative(f, x, h=1e-5)}
    if case["kind"] == "whole":
        outcome["at the float"] = numeric_derivative(f, float(x))
    return outcome


def derivative_tried(case: Case) -> str:
    given = f", h={show(case['h'])}" if "h" in case else ""
    return f"numeric_derivative(f, {case['x']}{given}) with f(x) = {CURVES[case['f']].text}"


def derivative_judge(case: Case, outcome: dict[str, Any]) -> str | None:
    curve, x, tried = CURVES[case["f"]], case["x"], derivative_tried(case)
    exact = curve.slope(x)
    for got in outcome.values():
        if fault := number_fault(tried, got):
            return fault
    if case["kind"] == "order":
        return order_fault(tried, curve.f, x, case["h"], exact, outcome)
    got = outcome["slope"]
    if close(got, exact):
        return None
    if case["kind"] == "whole" and close(outcome["at the float"], exact):
        cause = f"For the float {float(x)} your result is right, for the int {x} it is not. "
        cause += "Something in your code keeps whole numbers whole: an array of ints, for example, "
        cause += "drops the nudge when it is written into it."
        return report(tried, got, exact, cause, "Next: compute `x + h` as a plain number.")
    if digits := decimals_kept([got], [exact]):
        return report(tried, got, exact, *rounded(digits))
    if not close(outcome["given h"], exact):
        cause = "The same comes out with h=1e-5 written in the call, and larger slopes come out "
        cause += "right: something cuts off what is small."
        return report(tried, got, exact, cause, "Next: look for `round`, `int` or a format.")
    cause = "With a given h your results were good; with the default they are not. "
    cause += "A large h bends the result, a tiny one drowns it in rounding."
    return report(tried, got, exact, cause, "Next: look at the default of h: 1e-5 serves well.")


def order_fault(
    tried: str, f: Callable, x: float, h: float, exact: float, outcome: dict[str, Any]
) -> str | None:
    """The message when the error does not fall as h squared, else None."""
    got, narrow = outcome["wide"], outcome["narrow"]
    errors = abs(got - exact), abs(narrow - exact)
    if errors[1] * 50 <= errors[0]:  # 100 times, but for what h**4 adds or takes away
        return None
    central = (f(x + h) - f(x - h)) / (2 * h)
    nearer = (f(x + h / 10) - f(x - h / 10)) / (h / 5)
    if digits := decimals_kept([got, narrow], [central, nearer]):
        return report(tried, got, central, *rounded(digits))
    if words := words_of_slip(got, formula_slips, f, x, h, rel=1e-9, scale=1e-9):
        wide, narrow_error = map(show, errors)
        return report(tried, got, central, *told(words, wide=wide, narrow=narrow_error))
    if got == narrow:
        cause = "With h = 0.1 and with h = 0.01 your result is the same: the h given is not used."
        return report(
            tried, got, central, cause, "Next: nudge by `h`, not by a number of your own."
        )
    cause = f"From h = 0.1 to h = 0.01 your error goes from {show(errors[0])} to {show(errors[1])}."
    cause += " That of a central difference falls about 100 times."
    look = "Next: write down f(x + h), f(x - h) and the distance between the two points."
    return report(tried, got, central, cause, look)


def rounded(digits: int) -> tuple[str, str]:
    """What is told whoever rounds the result."""
    cause = f"The result is rounded to {counted(digits, 'decimal')}: that is an error of "
    cause += "its own, which no smaller h makes smaller, and a small slope is gone altogether."
    return cause, "Next: return the quotient with all its digits."


ONE_SIDED = (
    "The error went from {wide} at h = 0.1 to {narrow} at h = 0.01, about 10 times less; that of a "
    "central difference falls 100 times. Next: step to both sides, from x - h to x + h."
)


def formula_slips(f: Callable, x: float, h: float) -> Table:
    """What each likely slip would give."""
    ahead, behind, here = f(x + h), f(x - h), f(x)
    turned = (
        "The sign is turned round: f goes from behind to ahead, h the other way. Next: subtract "
        "what is behind, f(x - h), from what is ahead, f(x + h)."
    )
    if ahead <= behind:  # curves that rise come first: whoever turns signs round stops there
        turned = (
            "Slopes above 0 come out right. Here f falls, so its slope is below 0. Yours is not. "
            "Next: leave the sign that the difference has, without `abs`."
        )
    return {
        f"This is a forward difference: from x to x + h. {ONE_SIDED}": (ahead - here) / h,
        f"This is a backward difference: from x - h to x. {ONE_SIDED}": (here - behind) / h,
        "This is twice the slope: between x - h and x + h lie two steps, not one. Next: what is "
        "the distance between the two points?": (ahead - behind) / h,
        "This is half a forward difference: from x to x + h there is one step, not two. Next: "
        "which two points lie 2 * h apart?": (ahead - here) / (2 * h),
        "`/ 2 * h` divides by 2 and then multiplies by h. Next: put the whole distance in "
        "brackets.": (ahead - behind) / 2 * h,
        "The difference is halved, but not divided by h. Next: how long is the way from x - h to "
        "x + h?": (ahead - behind) / 2,
        "This is how far f moved. The slope is that for each unit of x. Next: divide by the "
        "distance between the two points.": ahead - behind,
        "Without brackets only f(x - h) is divided. Next: put the difference in brackets.": (
            ahead - behind / (2 * h)
        ),
        turned: (behind - ahead) / (2 * h),
        "The result came out whole: `//`, `int` and `round` cut its digits off. Next: `/` divides "
        "and keeps them.": (ahead - behind) // (2 * h),
    } | {
        f"This is the slope at {whole}: x was made a whole number on the way. Next: look for "
        "`int(x)`, `round(x)` or `//`, and leave x as it is.": (
            (f(whole + h) - f(whole - h)) / (2 * h)
        )
        for whole in {int(x), round(x), math.floor(x)}
    }


FUNCTION_CAUSES = {
    "^TypeError: .*'function'": "`f` is the function itself. To get a number from it, call it: "
    "`f(x + h)`.",
    "^TypeError: .*not callable": "Brackets straight after a number call it: write `2 * h`, not "
    "`2(h)`.",
}

check_numeric_derivative = Check(
    "numeric_derivative",
    derivative_cases,
    derivative_probe,
    derivative_judge,
    own_work=MEASURED,
    points=2,
    tried=derivative_tried,
    explain=because(FUNCTION_CAUSES),
)

# ---------------------------------------------------------------------------------------------
# E1.2 numeric_gradient(f, xs, h)


class Surface(NamedTuple):
    """A function of several numbers, as code, as text, and its gradient."""

    text: str
    f: Callable[..., float]
    gradient: Callable[..., list[float]]


SURFACES = {
    "two": Surface(
        "f(a, b) = a * a * a * b + b * b * b",
        lambda a, b: a * a * a * b + b * b * b,
        lambda a, b: [3 * a * a * b, a * a * a + 3 * b * b],
    ),
    "three": Surface(
        "f(a, b, c) = a * b * c + c * c * c",
        lambda a, b, c: a * b * c + c * c * c,
        lambda a, b, c: [b * c, a * c, a * b + 3 * c * c],
    ),
    "four": Surface(
        "f(a, b, c, d) = a * math.exp(b) - c * c * d * d",
        lambda a, b, c, d: a * math.exp(b) - c * c * d * d,
        lambda a, b, c, d: [math.exp(b), a * math.exp(b), -2 * c * d * d, -2 * c * c * d],
    ),
    "unused": Surface(
        "f(a, b, c) = 1e-6 * a * c * c, which does not look at b",
        lambda a, b, c: 1e-6 * a * c * c,
        lambda a, b, c: [1e-6 * c * c, 0.0, 2e-6 * a * c],
    ),
    "one": Surface("f(a) = a * a * a", lambda a: a * a * a, lambda a: [3 * a * a]),
}


def gradient_cases(rng: np.random.Generator) -> list[Case]:
    return [
        {"f": "two", "xs": draw_numbers(rng, 2, 0.8, 2.6), "h": STEP},
        {"f": "three", "xs": draw_numbers(rng, 3)},
        {"f": "four", "xs": draw_numbers(rng, 4)},
        {"f": "unused", "xs": draw_numbers(rng, 3)},
        {"f": "one", "xs": draw_numbers(rng, 1)},
        {"f": "three", "xs": [int(n) for n in rng.choice([2, 3, 4, 5], 3, replace=False)]},
    ]


def gradient_probe(numeric_gradient: Any, case: Case) -> dict[str, Any]:
    f, xs = SURFACES[case["f"]].f, list(case["xs"])
    outcome: dict[str, Any] = {}
    if "h" in case:
        outcome["narrow"] = numeric_gradient(f, list(xs), case["h"] / 10)
        outcome["result"] = numeric_gradient(f, xs, case["h"])
    else:
        outcome["result"] = numeric_gradient(f, xs)
        outcome["at the floats"] = numeric_gradient(f, [float(x) for x in case["xs"]])
    return outcome | {"xs afterwards": xs}


def gradient_tried(case: Case) -> str:
    given = f", h={show(case['h'])}" if "h" in case else ""
    return f"numeric_gradient(f, {case['xs']}{given}) with {SURFACES[case['f']].text}"


def gradient_judge(case: Case, outcome: dict[str, Any]) -> str | None:
    surface, xs, tried = SURFACES[case["f"]], case["xs"], gradient_tried(case)
    exact, h = surface.gradient(*xs), case.get("h", 1e-5)
    for name, got in outcome.items():
        if name != "xs afterwards" and (fault := list_fault(tried, got, len(xs))):
            return fault
    outcome = {name: row_of(got) for name, got in outcome.items()}
    got = outcome["result"]
    if "h" in case:
        right = errors_fall(got, outcome["narrow"], exact)
    else:
        right = close(got, exact, scale=max(map(abs, exact)))
    if not right and not any(got) and any(exact):
        return report(
            tried,
            got,
            exact,
            "Every slope is 0, as if f had been called twice with the same numbers. `ahead = xs` "
            "makes no second list: it is another name for the same one, and so is `behind = xs`. "
            "What one of them gains the other loses again.",
            "Next: give each its own list, `ahead = list(xs)`.",
        )
    if fault := left_changed(tried, xs, outcome["xs afterwards"]):
        return fault
    if right:
        return None
    return gradient_fault(tried, surface.f, xs, h, got, exact, outcome)


def errors_fall(wide: list, narrow: list, exact: list) -> bool:
    triples = zip(wide, narrow, exact, strict=True)
    return all(abs(n - e) * 50 <= abs(w - e) for w, n, e in triples)


def left_changed(tried: str, before: list, after: Any) -> str | None:
    """The message for a list that is not what it was before the call, else None."""
    if after == before:
        return None
    expected = Words(f"xs still {before}")
    got = Words(f"xs is now {after}")
    if close(after, [float(x) for x in before], rel=1e-12):
        cause = "Adding h and taking it away again does not always lead back: both are rounded."
        return report(
            tried,
            got,
            expected,
            cause,
            "Next: nudge a copy, or keep the old number and restore it.",
        )
    cause = "The list belongs to whoever called, and its numbers were nudged and left so."
    return report(
        tried, got, expected, cause, "Next: nudge a copy, `list(xs)`, one for each slope."
    )


def gradient_fault(
    tried: str, f: Callable, xs: list, h: float, got: list, exact: list, outcome: dict[str, Any]
) -> str:
    """The message for slopes that are wrong while `xs` is as it was."""
    loose = 1e-3  # the step is the answer's own default
    if "narrow" in outcome:
        loose = 1e-9
        positions = range(len(xs))
        exact = [
            (nudged_at(f, xs, [i], h) - nudged_at(f, xs, [i], -h)) / (2 * h) for i in positions
        ]
        if got == outcome["narrow"]:
            cause = "With a tenth of the h your result is the same: the h given is not used."
            return report(tried, got, exact, cause, "Next: nudge by `h`.")
    scale = loose * max(map(abs, exact))
    if words := words_of_slip(got, gradient_slips, f, xs, h, rel=loose, scale=scale):
        return report(tried, got, exact, *told(words))
    if "at the floats" in outcome and close(
        outcome["at the floats"], exact, scale=max(map(abs, exact))
    ):
        cause = "With the same numbers as floats your result is right. Something keeps whole "
        cause += "numbers whole: an array of ints drops the nudge that is written into it."
        return report(tried, got, exact, cause, "Next: use lists, or an array of floats.")
    if digits := decimals_kept(got, exact):
        return report(tried, got, exact, *rounded(digits))
    wrong_ones = [i for i, (g, e) in enumerate(zip(got, exact, strict=True)) if not close(g, e)]
    cause = f"The first slope that is wrong is number {wrong_ones[0] if wrong_ones else 0}, "
    cause += "counting from 0. Each should nudge its own input and hold the others still."
    return report(tried, got, exact, cause, "Next: print `ahead` and `behind` for that one.")


def nudged_at(f: Callable, xs: list, chosen: Any, by: float) -> float:
    return f(*(x + by * (i in chosen) for i, x in enumerate(xs)))


def gradient_slips(f: Callable, xs: list, h: float) -> Table:
    """What each likely slip would give."""
    positions = range(len(xs))
    nudged = partial(nudged_at, f, xs)
    central = [(nudged([i], h) - nudged([i], -h)) / (2 * h) for i in positions]
    forward = [(nudged([i], h) - f(*xs)) / h for i in positions]
    running = [(nudged(range(i + 1), h) - nudged(range(i + 1), -h)) / (2 * h) for i in positions]
    running_forward = [(nudged(range(i + 1), h) - f(*xs)) / h for i in positions]
    together = [(nudged(positions, h) - nudged(positions, -h)) / (2 * h)] * len(xs)
    of_several = {
        "The slopes are right, their order is not: the last input comes first. Next: the slope of "
        "`xs[0]` belongs at position 0.": central[::-1],
        "Every item is the same: all inputs were nudged at once, so each is the sum of the slopes. "
        "Next: nudge one input and hold the others still.": together,
        "The first slope is right; each later one contains those before it. A nudge made for one "
        "input is still there when the next one is measured. Next: begin every slope with fresh "
        "copies of `xs`.": (running, running_forward),
    }
    return (of_several if len(xs) > 1 else {}) | {
        "These are forward differences. With a tenth of the h their error is a tenth; that of "
        "central differences is a hundredth. Next: nudge each input to both sides.": forward,
        "Every slope is twice what it should be: x - h and x + h lie two steps apart. Next: divide "
        "by `2 * h`.": [2 * slope for slope in central],
        "`/ 2 * h` divides by 2 and then multiplies by h. Next: put the whole distance in "
        "brackets.": [slope * h * h for slope in central],
        "Every slope is half of what it should be. One of the two points was `xs` itself: a second "
        "list made from a nudged one starts nudged. Next: make both copies before you nudge "
        "either.": [slope / 2 for slope in forward],
        "Every sign is turned round: h goes from behind to ahead, f the other way. Next: subtract "
        "what is behind from what is ahead.": [-slope for slope in central],
    }


GRADIENT_CAUSES = {
    "^TypeError: .*positional argument": "f takes its inputs one by one, not as a list: write the "
    "star, `f(*ahead)`."
} | FUNCTION_CAUSES

check_numeric_gradient = Check(
    "numeric_gradient",
    gradient_cases,
    gradient_probe,
    gradient_judge,
    own_work=MEASURED,
    points=2,
    tried=gradient_tried,
    explain=because(GRADIENT_CAUSES),
)

# ---------------------------------------------------------------------------------------------
# E1.3 predicted_signs()


class Prediction(NamedTuple):
    """A function, where its slope is asked for, and what to think of after a wrong sign."""

    text: str
    f: Callable[[float], float]
    x: float
    hints: dict[int, str]


PREDICTIONS = (
    Prediction(
        "3 * x**2 - 4 * x + 5 at x = 0",
        lambda x: 3 * x * x - 4 * x + 5,
        0.0,
        {
            1: "The parabola rises in the end, but is x = 0 to the right of its lowest point?",
            0: "At x = 0 the square is flat. There is a second term with x in it.",
        },
    ),
    Prediction(
        "math.tanh(x) at x = -3",
        math.tanh,
        -3.0,
        {
            -1: "That is the sign of tanh(-3) itself. Is tanh(-2.9) above it or below it?",
            0: "Nearly flat is not flat: print tanh(-3) and tanh(-2.9) with all their digits.",
        },
    ),
    Prediction(
        "1 / x at x = -2",
        lambda x: 1 / x,
        -2.0,
        {
            1: "Compare 1 / -2 with 1 / -1.9, and mind that both are below zero.",
            0: "Is there anywhere a nudge that leaves 1 / x as it was?",
        },
    ),
    Prediction(
        "(x - 1)**2 at x = 1",
        lambda x: (x - 1) * (x - 1),
        1.0,
        {
            1: "Right of x = 1 it rises, you looked there. And what does it do left of x = 1?",
            -1: "Left of x = 1 it falls, you looked there. And what does it do right of x = 1?",
        },
    ),
    Prediction(
        "(a - b)**2 at a = 1, b = 3, with a nudged",
        lambda a: (a - 3.0) * (a - 3.0),
        1.0,
        {
            1: "Nudge a up by 0.1. Does the distance between a and b grow or shrink?",
            0: "Nudge a up by 0.1. Is the distance between a and b still the same?",
        },
    ),
    Prediction(
        "(2 * w - 10)**2 at w = 6",
        lambda w: (2.0 * w - 10.0) * (2.0 * w - 10.0),
        6.0,
        {
            -1: "At w = 6 the product 2 * w is 12. Does a larger w bring it closer to 10?",
            0: "It would be flat where 2 * w hits 10 exactly. Is that at w = 6?",
        },
    ),
)


SAID = {1: "it grows", 0: "it stays level", -1: "it falls"}


def sign_of(prediction: Prediction) -> int:
    f, x, h = prediction.f, prediction.x, 1e-4
    measured = (f(x + h) - f(x - h)) / (2 * h)
    return 0 if abs(measured) < 1e-6 else int(math.copysign(1, measured))


def sign_fault(tried: str, place: int, got: Any) -> str | None:
    if got in SAID:
        return None
    size = "That may be its size; only the sign is asked for." if is_number(got) else ""
    return report(tried, got, Words("1, 0 or -1"), size)


check_predicted_signs = check_predictions(
    "predicted_signs",
    [sign_of(prediction) for prediction in PREDICTIONS],
    [{words: sign for sign, words in prediction.hints.items()} for prediction in PREDICTIONS],
    asks=lambda place: f"prediction {place + 1}, the slope of {PREDICTIONS[place].text}",
    fault=sign_fault,
    shows=lambda got: Words(f"{show(got)}: {SAID[int(got)]}"),
    look="Next: think again before you measure.",
)
