"""The checks of exercise 21: dual numbers, Jacobians by columns or rows, and tags."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..value import Value
from .accepted import close
from .arrays import Table, difference, draw_array
from .core import Check
from .draws import draw_numbers, draw_positive
from .messages import Words, because, kind_cause, report, show
from .own_work import ALWAYS, ENGINES
from .plain_data import Raised
from .recorded import run
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import Case, Part, words_of_slip

# ---------------------------------------------------------------------------------------------
# E21.1: dual numbers, against the walk back of the engine

ARITHMETIC = (
    "x + y",
    "3 + x",
    "x - y",
    "2.5 - x",
    "x * y",
    "x * 1.7",
    "x / y",
    "1 / x",
    "x**3",
    "x**-2",
    "x * x",
    "x * x * x - 4 * x + 1",
    "(x + y) * (x - y)",
    "(x - y) / (x * x + y * y)",
    "(x * x + y * y)**0.5",
    "(x / y)**2 - 1 / (2 + x * x)",
)
ELEMENTARY = (
    "exp(x)",
    "log(x)",
    "sin(x)",
    "cos(x)",
    "tanh(x)",
    "sqrt(x)",
    "x * exp(y)",
    "sin(x) * cos(y)",
    "sin(sin(sin(x)))",
    "log(1 + exp(x))",
    "tanh(2 * x - y)",
    "exp(0 - x * x / 2)",
    "sqrt(x * x + 1) - x",
    "1 / (1 + exp(0 - x * y))",
)
NAMES = ("exp", "log", "sin", "cos", "tanh", "sqrt")

MOVING = "The plain number was given a tangent of 1. A constant stands still: its tangent is 0."
ALONE = "This is the slope alone, without the tangent of x: it is right only where x moves at 1."
# Wrong tangents of x, y, dx and dy.
WRONG: dict[str, dict[str, Any]] = {
    "3 + x": {MOVING: lambda x, y, dx, dy: dx + 1},
    "x - y": {
        "The tangents were added. When y moves up, x - y moves down.": (
            lambda x, y, dx, dy: dx + dy
        )
    },
    "x * y": {
        "The tangents were multiplied with each other. Each tangent goes with the other's value.": (
            lambda x, y, dx, dy: dx * dy
        ),
        "Only one factor was let move. In a product both move: two terms.": (
            lambda x, y, dx, dy: dx * y,
            lambda x, y, dx, dy: x * dy,
        ),
    },
    "x * 1.7": {MOVING: lambda x, y, dx, dy: 1.7 * dx + x},
    "x / y": {
        "The divisor of the tangent is y squared, not y: the slope of 1/y is -1/y**2.": (
            lambda x, y, dx, dy: (dx * y - x * dy) / y
        ),
        "A sign is lost: when the divisor grows, the quotient falls.": (
            lambda x, y, dx, dy: (dx * y + x * dy) / y**2
        ),
        "A sign is turned round: it is dx * y - x * dy above the line, in this order.": (
            lambda x, y, dx, dy: (x * dy - dx * y) / y**2
        ),
        "The tangents were divided by each other.": lambda x, y, dx, dy: dx / dy,
    },
    "x**3": {
        "The factor k is lost: the slope of x**k is k * x**(k - 1).": (
            lambda x, y, dx, dy: x**2 * dx
        ),
        "The power was not lowered by 1: the slope of x**k is k * x**(k - 1).": (
            lambda x, y, dx, dy: 3 * x**3 * dx
        ),
        ALONE: lambda x, y, dx, dy: 3 * x**2,
        "The tangent itself was raised to the power.": lambda x, y, dx, dy: dx**3,
    },
    "exp(x)": {
        ALONE: lambda x, y, dx, dy: math.exp(x),
        "That is exp of the tangent.": lambda x, y, dx, dy: math.exp(dx),
        "exp is no power: its slope is exp.": lambda x, y, dx, dy: x * math.exp(x - 1) * dx,
    },
    "log(x)": {
        ALONE: lambda x, y, dx, dy: 1 / x,
        "The slope of log is 1 over x, not over log x.": lambda x, y, dx, dy: dx / math.log(x),
    },
    "sin(x)": {
        "The slope of sin is cos, with no minus.": lambda x, y, dx, dy: -math.cos(x) * dx,
        ALONE: lambda x, y, dx, dy: math.cos(x),
    },
    "cos(x)": {"The slope of cos is -sin: a minus is lost.": lambda x, y, dx, dy: math.sin(x) * dx},
    "tanh(x)": {
        "In 1 - y * y, y is tanh of x, not x itself.": lambda x, y, dx, dy: (1 - x * x) * dx,
        "The square in 1 - y * y is lost.": lambda x, y, dx, dy: (1 - math.tanh(x)) * dx,
    },
    "sqrt(x)": {
        "Below the line stands 2 times the root, not 2 x.": lambda x, y, dx, dy: dx / (2 * x),
        "A factor of 2 is lost below the line.": lambda x, y, dx, dy: dx / math.sqrt(x),
    },
}


def check_tangents(
    name: str,
    lines: Sequence[str],
    draw: Callable[[np.random.Generator, int], list[float]],
    parts: Callable[[Any], tuple[Any, Callable[[str, Any], Any]]],
) -> Check:
    """A check of dual numbers by lines of x and y, each at a point and in a direction.

    `parts(answer)` are the class, and what computes an elementary function of a name.
    """

    def cases(rng: np.random.Generator) -> list[Case]:
        return [
            {"f": line, "at": draw(rng, 2), "direction": draw_numbers(rng, 2)} for line in lines
        ]

    def tried(case: Case) -> str:
        (x, y), (dx, dy) = case["at"], case["direction"]
        also = f" and y = Dual({y}, {dy})" if "y" in case["f"] else ""
        return f"{case['f']} with x = Dual({x}, {dx}){also}"

    def steps(answer: Any, case: Case) -> Steps:
        """What comes out, as a pair where it is a dual number; and whether x or y was changed."""
        Dual, elementary = parts(answer)
        given = list(zip(case["at"], case["direction"], strict=True))
        x, y = duals = [Dual(*pair) for pair in given]
        scope = {name: partial(elementary, name) for name in NAMES}
        result = run(case["f"], scope | {"x": x, "y": y})
        yield "result", (result.value, result.tangent) if isinstance(result, Dual) else result
        yield "changed", [(d.value, d.tangent) for d in duals] != given

    def judge(said: str, case: Case, seen: Seen) -> Faults:
        got, (value, terms) = seen["result"], by_the_engine(case)
        if not (isinstance(got, list) and len(got) == 2):
            cause = "Every operation makes a new Dual, with a value and a tangent."
            yield report(said, got, Words("a Dual"), kind_cause(got, cause))
        if seen["changed"]:
            cause = "An operand was written into. It may be used again: the result is a new Dual."
            yield report(said, Words("x or y is another number afterwards"), cause=cause)
        if not close(got[0], value, 1e-9):
            cause = "The value is wrong, before any tangent: it is what plain numbers would give."
            yield report(f"the value of {said}", got[0], value, cause)
        if not close(got[1], sum(terms), 1e-9, max(map(abs, terms))):
            slips, given = WRONG.get(case["f"], {}), [*case["at"], *case["direction"]]
            cause, look = words_of_slip(got[1], slips, *given, rel=1e-9), tangent_look(case["f"])
            yield report(f"the tangent of {said}", got[1], sum(terms), cause, look)

    explain = because(
        {
            "^AttributeError:.*'(value|tangent)'": "A plain number has no value and no tangent of "
            "its own: `other = self.of(other)` first.",
            "^TypeError:.*real number": "A function of math takes the plain number: x.value, not "
            "x.",
        }
    )
    settings: dict[str, Any] = {"explain": explain, "points": 2, "own_work": ENGINES}
    return check_stages(name, cases, steps, judge, tried=tried, **settings)


def by_the_engine(case: Case) -> tuple[float, list[float]]:
    """The value of a line, and what each of x and y adds to its tangent, by a walk back."""
    x, y = inputs = [Value(number) for number in case["at"]]
    scope = {name: getattr(Value, name) for name in NAMES}
    result = Value.of(run(case["f"], scope | {"x": x, "y": y}))
    result.backward()
    return result.data, [x.grad * dx for x, dx in zip(inputs, case["direction"], strict=True)]


def tangent_look(line: str) -> str:
    """Where to look for a wrong tangent."""
    if line in ELEMENTARY:
        return "Next: what is the slope of this function there, and what is it multiplied by?"
    if "/" in line or "**" in line:
        return "Next: each operand's partial times its tangent, summed. Lesson 4 has the partials."
    return "Next: add dx * e to x and dy * e to y, multiply out, and drop e * e."


check_dual = check_tangents("dual", ARITHMETIC, draw_numbers, lambda Dual: (Dual, getattr))
check_elementary = check_tangents(
    "elementary",
    ELEMENTARY,
    draw_positive,
    lambda answer: answer if isinstance(answer, tuple) else (answer, answer),
)

# ---------------------------------------------------------------------------------------------
# E21.2: a Jacobian by columns or by rows, its sweeps counted

SHAPES = [
    *((3, 2, mode) for mode in ("forward", "reverse")),
    *((2, 2, mode) for mode in ("forward", "reverse")),
    *((m, n, "cheaper") for m, n in ((1, 5), (5, 1), (2, 4), (4, 3))),
]


def jacobian_cases(rng: np.random.Generator) -> list[Case]:
    return [{"J": draw_array(rng, (m, n)), "mode": mode} for m, n, mode in SHAPES]


def jacobian_tried(case: Case) -> str:
    m, n = case["J"].shape
    return f'jacobian(push, pull, {n}, {m}, "{case["mode"]}"), where n = {n} and m = {m}'


def sweep_steps(answer: Any, case: Case) -> Steps:
    """What is made of `push` and `pull` of a Jacobian, and how often each was called."""
    J, counts = case["J"], {"forward": 0, "reverse": 0}
    pulled, _ = PULLS[case.get("pull", "right")]

    def push(v: Any) -> np.ndarray:
        counts["forward"] += 1
        return J @ np.asarray(v, float)

    def pull(u: Any) -> np.ndarray:
        counts["reverse"] += 1
        return pulled(np.asarray(u, float), J)

    mode = [case["mode"]] if "mode" in case else []
    yield "result", answer(push, pull, *J.shape[::-1], *mode)
    yield "counts", counts


def sweep_words(case: Case, raised: Raised) -> str:
    m, n = case["J"].shape
    return f"push takes a direction of {n} numbers, pull a seed of {m}."


sweep_explain = because({"^ValueError:.*matmul": sweep_words})


def jacobian_judge(tried: str, case: Case, seen: Seen) -> Faults:
    J, mode, counts = case["J"], case["mode"], seen["counts"]
    m, n = J.shape
    wanted = mode if mode != "cheaper" else "forward" if n < m else "reverse"
    other = {"forward": "reverse", "reverse": "forward"}[wanted]
    sweeps = {"forward": n, "reverse": m}[wanted]
    if seen["result"] is None:
        yield difference(tried, None, J)
    if counts != {wanted: sweeps, other: 0}:
        cause = "One sweep for each column, or for each row, and no more."
        if counts[wanted] and counts[other]:
            cause = "Both kinds of sweep were made. One kind alone gives the whole Jacobian: "
            cause += "decide by n and m, before the first sweep."
        elif counts[other] and mode == "cheaper":
            cause = "A forward sweep brings one column, and there are n of them; a reverse sweep "
            cause += "brings one row, and there are m. Take the kind of which fewer are needed."
        elif counts[other]:
            cause = f'The mode "{mode}" was asked for.'
        elif counts[wanted] == 1:
            cause = "One sweep brings one column, or one row: a seed of all ones adds them up."
        found = Words(f"{counts['forward']} forward, {counts['reverse']} reverse")
        yield report(f"{tried}: the sweeps", found, Words(f"{sweeps} {wanted}, 0 {other}"), cause)
    slips = {
        "Rows and columns are swapped: a forward sweep brings a column, a reverse sweep a row. "
        "J has a row for each output.": J.T,
        "Each column, or row, is the sum of those so far: the 1 of the last seed was not "
        "put back to 0.": np.cumsum(J, axis=1 if wanted == "forward" else 0),
    }
    look = "Next: print the seeds that you hand to push or pull."
    yield difference(tried, seen["result"], J, slips, look)


check_jacobian = check_stages(
    "jacobian",
    jacobian_cases,
    sweep_steps,
    jacobian_judge,
    tried=jacobian_tried,
    explain=sweep_explain,
    points=2,
)

# ---------------------------------------------------------------------------------------------
# E21.3: the dot-product test

PULLS = {  # what a way back may do instead of u @ J, and how it is named
    "right": (lambda u, J: u @ J, "a right pair"),
    "right, small": (lambda u, J: u @ J, "a right pair of small numbers"),
    "right, large": (lambda u, J: u @ J, "a right pair of large numbers"),
    "sign": (lambda u, J: -(u @ J), "the sign of the way back is turned"),
    "turned": (lambda u, J: np.roll(u @ J, 1), "the way back gives each input the next one's"),
    "rolled": (lambda u, J: np.roll(u, 1) @ J, "the way back takes each output for the next one"),
    "last": (lambda u, J: (u @ J) * (np.arange(J.shape[1]) < J.shape[1] - 1), "one input gets 0"),
    "last output": (
        lambda u, J: u[:-1] @ J[:-1],
        "the way back leaves out what comes from the last output",
    ),
    "ones": (lambda u, J: J.sum(0), "the way back ignores its seed"),
    "a little": (lambda u, J: (u @ J) * (1 + 1e-7), "off by one part in ten million"),
    "small, half": (lambda u, J: u @ J / 2, "half of the right numbers, and all are small"),
    "nan": (lambda u, J: (u @ J) * np.nan, "the way back gives nan"),
}
SIZES = {"right, small": 1e-12, "right, large": 1e9, "small, half": 1e-12}
UNSEEN = {
    "turned": "With a direction of all ones, or one that moves a single input, some mix-ups of "
    "places cannot be seen. Draw every number of v at random.",
    "rolled": "With a seed of all ones, mixed-up outputs cannot be seen. Draw every number of u "
    "at random.",
    "last": "The last input's gradient is 0 here. Does every input move?",
    "last output": "Nothing is asked of the last output here. Is its number in the seed 0?",
    "ones": "With a seed of all ones this way back is right. Draw u at random.",
    "a little": "The two numbers differ in the seventh digit. The test asks for 1e-10.",
    "small, half": "One number is half of the other, and both are small. An absolute tolerance "
    "cannot see that: compare relative to their size.",
    "nan": "Every comparison with nan is False: ask whether the two are close, not whether they "
    "are far apart.",
}


def agree_cases(rng: np.random.Generator) -> list[Case]:
    return [{"pull": name, "J": draw_array(rng, (3, 4)) * SIZES.get(name, 1.0)} for name in PULLS]


def agree_tried(case: Case) -> str:
    m, n = case["J"].shape
    return f"agree(push, pull, {n}, {m}): {PULLS[case['pull']][1]}"


def agree_judge(tried: str, case: Case, seen: Seen) -> Faults:
    got, counts, expected = seen["result"], seen["counts"], case["pull"].startswith("right")
    if not isinstance(got, bool):
        cause = kind_cause(got, "Compare the two numbers, and return the answer.")
        yield report(tried, got, Words("True or False"), cause)
    if max(counts.values()) > 3:
        cause = "That is the whole Jacobian. The test needs one direction and one seed."
        calls = Words(f"{counts['forward']} pushes, {counts['reverse']} pulls")
        yield report(f"{tried}: the sweeps", calls, Words("1 push, 1 pull"), cause)
    if expected and not got:
        cause = "Rounding alone makes the two differ in about the 16th digit. "
        cause += "Measure the difference relative to their size."
        yield report(tried, got, expected, cause, "Next: print both numbers, side by side.")
    if got and not expected:
        cause = UNSEEN.get(case["pull"], "The two numbers differ here: how were they compared?")
        yield report(tried, got, expected, cause)


check_agree = check_stages(
    "agree",
    agree_cases,
    sweep_steps,
    agree_judge,
    tried=agree_tried,
    explain=sweep_explain,
    points=2,
    own_work=ALWAYS,
)

# ---------------------------------------------------------------------------------------------
# E21.4: tags


OLD_TAG = (
    "The inner derivative found no tangent of its own: where tags differ, the result carries the "
    "newest."
)
MIXED = (
    "This is what duals without tags give: the inner derivative also counted the tangent that "
    "came along with x."
)
STRIPPED = (
    "The inner derivative came out as a plain number, and the outer one took it for a constant. "
    "What derive returns may itself be a dual, of an older tag."
)
FOREIGN = (
    "The inner function does not use its y: its slope is 0. What came out is the tangent of x, "
    "which belongs to the outer derivative: look at the tag before taking a tangent."
)

# A function of D = derive, its derivative in closed form, and wrong ones at x.
PROGRAMS: dict[str, tuple[Callable[..., Any], Callable[[float], float], Table]] = {
    "x * x + 3 * x": (lambda D: lambda x: x * x + 3 * x, lambda x: 2 * x + 3, {}),
    "x * derive(lambda y: x + y)(1.0)": (
        lambda D: lambda x: x * D(lambda y: x + y)(1.0),
        lambda x: 1.0,
        {MIXED: 2.0, OLD_TAG: 0.0},
    ),
    "x * derive(lambda y: x)(1.0) + x": (
        lambda D: lambda x: x * D(lambda y: x)(1.0) + x,
        lambda x: 1.0,
        {FOREIGN: 2.0},
    ),
    "x * derive(lambda y: x * y)(2.0)": (
        lambda D: lambda x: x * D(lambda y: x * y)(2.0),
        lambda x: 2 * x,
        {STRIPPED: lambda x: x, OLD_TAG: 0.0},
    ),
    "derive(lambda y: y * y * x)(x)": (
        lambda D: lambda x: D(lambda y: y * y * x)(x),
        lambda x: 4 * x,
        {},
    ),
    "derive(lambda x: x * x * x)": (lambda D: D(lambda x: x * x * x), lambda x: 6 * x, {}),
    "x * derive(lambda y: y * derive(lambda z: x * y * z)(y))(x)": (
        lambda D: lambda x: x * D(lambda y: y * D(lambda z: x * y * z)(y))(x),
        lambda x: 6 * x * x,
        {},
    ),
    "derive(lambda y: (x * y).exp())(0.5)": (
        lambda D: lambda x: D(lambda y: (x * y).exp())(0.5),
        lambda x: math.exp(x / 2) * (1 + x / 2),
        {},
    ),
    "derive(derive(lambda x: (x * x).exp()))": (
        lambda D: D(D(lambda x: (x * x).exp())),
        lambda x: (12 * x + 8 * x**3) * math.exp(x * x),
        {},
    ),
    "5.0": (lambda D: lambda x: 5.0, lambda x: 0.0, {}),
}


def derive_cases(rng: np.random.Generator) -> list[Case]:
    return [{"f": text, "x": draw_numbers(rng, 1, 0.4, 1.6)[0]} for text in PROGRAMS]


def derive_tried(case: Case) -> str:
    is_function = case["f"].startswith(("derive(lambda x", "derive(derive"))
    return f"derive({'' if is_function else 'lambda x: '}{case['f']})({case['x']})"


def derive_probe(answer: Any, case: Case) -> Any:
    derive = answer[-1] if isinstance(answer, tuple) else answer
    return derive(PROGRAMS[case["f"]][0](derive))(case["x"])


def derive_judge(case: Case, got: Any) -> str | None:
    _, slope, slips = PROGRAMS[case["f"]]
    look = f"Next: by hand, from the inside out: it should be {show(slope(case['x']))}."
    part = Part("", slope, slips, look=look, rel=1e-9)
    return part.fault(derive_tried(case), got, [case["x"]], ["x"])


def derive_explain(case: Case, raised: Raised) -> str | None:
    if raised.type == "AttributeError" and case["f"] == "5.0":
        return "A function that does not use its x returns a plain number: seen_by deals with it."
    if raised.type == "TypeError" and "real number" in raised.text:
        return "The value of a dual may be a dual of an older tag: math.exp cannot take that."
    return None


check_derive = Check(
    "derive",
    derive_cases,
    derive_probe,
    derive_judge,
    tried=derive_tried,
    explain=derive_explain,
    points=3,
    own_work=["transforms.derivative", "transforms.jvp", "transforms.vjp", "value.Value"],
)
