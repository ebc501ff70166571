"""The checks of exercise 21: dual numbers, Jacobians by columns or rows, and tags."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from ..value import Value
from .accepted import close
from .arrays import difference, draw_array
from .core import Check
from .draws import draw_numbers, draw_positive
from .messages import Words, kind_cause, number_fault, report, show
from .plain_data import Raised

# ---------------------------------------------------------------------------------------------
# E21.1: dual numbers, against the walk back of the engine

Slip = tuple[Callable[[float, float, float, float], float], str]


class Function(NamedTuple):
    """A function of x and y, and the wrong tangents it is often given, from x, y, dx and dy."""

    f: Callable[..., Any]
    slips: Sequence[Slip] = ()


APART = "The tangents were multiplied with each other. Each tangent goes with the other's value."
HALF = "Only one factor was let move. In a product both move: two terms."
MOVING = "The plain number was given a tangent of 1. A constant stands still: its tangent is 0."
NO_SQUARE = "The divisor of the tangent is y squared, not y: the slope of 1/y is -1/y**2."
UNSIGNED = "A sign is lost: when the divisor grows, the quotient falls."
TURNED = "A sign is turned round: it is dx * y - x * dy above the line, in this order."
PLUS = "The tangents were added. When y moves up, x - y moves down."
NO_K = "The factor k is lost: the slope of x**k is k * x**(k - 1)."
HIGH = "The power was not lowered by 1: the slope of x**k is k * x**(k - 1)."
ALONE = "This is the slope alone, without the tangent of x: it is right only where x moves at 1."

ARITHMETIC = {
    "x + y": Function(lambda x, y, F: x + y),
    "3 + x": Function(lambda x, y, F: 3 + x, [(lambda x, y, dx, dy: dx + 1, MOVING)]),
    "x - y": Function(lambda x, y, F: x - y, [(lambda x, y, dx, dy: dx + dy, PLUS)]),
    "2.5 - x": Function(lambda x, y, F: 2.5 - x),
    "x * y": Function(
        lambda x, y, F: x * y,
        [
            (lambda x, y, dx, dy: dx * dy, APART),
            (lambda x, y, dx, dy: dx * y, HALF),
            (lambda x, y, dx, dy: x * dy, HALF),
        ],
    ),
    "x * 1.7": Function(lambda x, y, F: x * 1.7, [(lambda x, y, dx, dy: 1.7 * dx + x, MOVING)]),
    "x / y": Function(
        lambda x, y, F: x / y,
        [
            (lambda x, y, dx, dy: (dx * y - x * dy) / y, NO_SQUARE),
            (lambda x, y, dx, dy: (dx * y + x * dy) / y**2, UNSIGNED),
            (lambda x, y, dx, dy: (x * dy - dx * y) / y**2, TURNED),
            (lambda x, y, dx, dy: dx / dy, "The tangents were divided by each other."),
        ],
    ),
    "1 / x": Function(lambda x, y, F: 1 / x),
    "x**3": Function(
        lambda x, y, F: x**3,
        [
            (lambda x, y, dx, dy: x**2 * dx, NO_K),
            (lambda x, y, dx, dy: 3 * x**3 * dx, HIGH),
            (lambda x, y, dx, dy: 3 * x**2, ALONE),
            (lambda x, y, dx, dy: dx**3, "The tangent itself was raised to the power."),
        ],
    ),
    "x**-2": Function(lambda x, y, F: x**-2),
    "x * x": Function(lambda x, y, F: x * x),
    "x * x * x - 4 * x + 1": Function(lambda x, y, F: x * x * x - 4 * x + 1),
    "(x + y) * (x - y)": Function(lambda x, y, F: (x + y) * (x - y)),
    "(x - y) / (x * x + y * y)": Function(lambda x, y, F: (x - y) / (x * x + y * y)),
    "(x * x + y * y)**0.5": Function(lambda x, y, F: (x * x + y * y) ** 0.5),
    "(x / y)**2 - 1 / (2 + x * x)": Function(lambda x, y, F: (x / y) ** 2 - 1 / (2 + x * x)),
}
ELEMENTARY = {
    "exp(x)": Function(
        lambda x, y, F: F.exp(x),
        [
            (lambda x, y, dx, dy: math.exp(x), ALONE),
            (lambda x, y, dx, dy: math.exp(dx), "That is exp of the tangent."),
            (lambda x, y, dx, dy: x * math.exp(x - 1) * dx, "exp is no power: its slope is exp."),
        ],
    ),
    "log(x)": Function(
        lambda x, y, F: F.log(x),
        [
            (lambda x, y, dx, dy: 1 / x, ALONE),
            (
                lambda x, y, dx, dy: dx / math.log(x),
                "The slope of log is 1 over x, not over log x.",
            ),
        ],
    ),
    "sin(x)": Function(
        lambda x, y, F: F.sin(x),
        [
            (lambda x, y, dx, dy: -math.cos(x) * dx, "The slope of sin is cos, with no minus."),
            (lambda x, y, dx, dy: math.cos(x), ALONE),
        ],
    ),
    "cos(x)": Function(
        lambda x, y, F: F.cos(x),
        [(lambda x, y, dx, dy: math.sin(x) * dx, "The slope of cos is -sin: a minus is lost.")],
    ),
    "tanh(x)": Function(
        lambda x, y, F: F.tanh(x),
        [
            (lambda x, y, dx, dy: (1 - x * x) * dx, "In 1 - y * y, y is tanh of x, not x itself."),
            (lambda x, y, dx, dy: (1 - math.tanh(x)) * dx, "The square in 1 - y * y is lost."),
        ],
    ),
    "sqrt(x)": Function(
        lambda x, y, F: F.sqrt(x),
        [
            (lambda x, y, dx, dy: dx / (2 * x), "Below the line stands 2 times the root, not 2 x."),
            (lambda x, y, dx, dy: dx / math.sqrt(x), "A factor of 2 is lost below the line."),
        ],
    ),
    "x * exp(y)": Function(lambda x, y, F: x * F.exp(y)),
    "sin(x) * cos(y)": Function(lambda x, y, F: F.sin(x) * F.cos(y)),
    "sin(sin(sin(x)))": Function(lambda x, y, F: F.sin(F.sin(F.sin(x)))),
    "log(1 + exp(x))": Function(lambda x, y, F: F.log(1 + F.exp(x))),
    "tanh(2 * x - y)": Function(lambda x, y, F: F.tanh(2 * x - y)),
    "exp(0 - x * x / 2)": Function(lambda x, y, F: F.exp(0 - x * x / 2)),
    "sqrt(x * x + 1) - x": Function(lambda x, y, F: F.sqrt(x * x + 1) - x),
    "1 / (1 + exp(0 - x * y))": Function(lambda x, y, F: 1 / (1 + F.exp(0 - x * y))),
}
NAMES = ("exp", "log", "sin", "cos", "tanh", "sqrt")
OF_VALUES = SimpleNamespace(**{name: getattr(Value, name) for name in NAMES})


def _cases_of(
    functions: dict[str, Function], draw: Callable[[np.random.Generator, int], list[float]]
) -> Callable[[np.random.Generator], list[dict[str, Any]]]:
    """One case for each function: a point, and a direction in which both inputs move."""

    def cases(rng: np.random.Generator) -> list[dict[str, Any]]:
        return [
            {"f": text, "at": draw(rng, 2), "direction": draw_numbers(rng, 2)} for text in functions
        ]

    return cases


def _tried(case: dict[str, Any]) -> str:
    (x, y), (dx, dy) = case["at"], case["direction"]
    also = f" and y = Dual({y}, {dy})" if "y" in case["f"] else ""
    return f"{case['f']} with x = Dual({x}, {dx}){also}"


def _run(Dual: Any, f: Function, F: Any, case: dict[str, Any]) -> dict[str, Any]:
    """What comes out, as a pair where it is a dual number; and whether the inputs were changed."""
    duals = [Dual(*pair) for pair in zip(case["at"], case["direction"], strict=True)]
    result = f.f(*duals, F)
    if isinstance(result, Dual):
        result = (result.value, result.tangent)
    after = [(dual.value, dual.tangent) for dual in duals]
    changed = after != list(zip(case["at"], case["direction"], strict=True))
    return {"result": result, "changed": changed}


def _verdict(f: Function, case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """The message for a result that is not what the walk back of the engine says, else None."""
    tried, got = _tried(case), outcome["result"]
    if not (isinstance(got, tuple) and len(got) == 2):
        cause = "Every operation makes a new Dual, with a value and a tangent."
        cause = kind_cause(None) if got is None else cause
        return report(tried, got, Words("a Dual"), cause)
    if outcome["changed"]:
        cause = "An operand was written into. It may be used again: the result is a new Dual."
        return report(tried, Words("x or y is another number afterwards"), cause=cause)
    inputs = [Value(number) for number in case["at"]]
    y = Value.of(f.f(*inputs, OF_VALUES))
    y.backward()
    terms = [x.grad * speed for x, speed in zip(inputs, case["direction"], strict=True)]
    tangent, size = sum(terms), max(map(abs, terms))
    if not close(got[0], y.data, 1e-9):
        cause = "The value is wrong, before any tangent: it is what plain numbers would give."
        return report(f"the value of {tried}", got[0], y.data, cause)
    if close(got[1], tangent, 1e-9, size):
        return None
    tried = f"the tangent of {tried}"
    look = "Next: add dx * e to x and dy * e to y, multiply out, and drop e * e."
    if "/" in case["f"] or "**" in case["f"]:
        look = "Next: each operand's partial times its tangent, summed. Lesson 4 has the partials."
    if case["f"] in ELEMENTARY:
        look = "Next: what is the slope of this function there, and what is it multiplied by?"
    at = (*case["at"], *case["direction"])
    cause = next((says for slip, says in f.slips if close(got[1], slip(*at), 1e-9)), "")
    return report(tried, got[1], tangent, cause, look)


def _explain(case: dict[str, Any], raised: Raised) -> str | None:
    if raised.type == "AttributeError" and ("'value'" in raised.text or "'tangent'" in raised.text):
        return (
            "A plain number has no value and no tangent of its own: `other = self.of(other)` first."
        )
    if raised.type == "TypeError" and "real number" in raised.text:
        return "A function of math takes the plain number: x.value, not x."
    return None


def _dual_probe(Dual: Any, case: dict[str, Any]) -> dict[str, Any]:
    return _run(Dual, ARITHMETIC[case["f"]], None, case)


def _dual_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    return _verdict(ARITHMETIC[case["f"]], case, outcome)


check_dual = Check(
    "dual",
    _cases_of(ARITHMETIC, draw_numbers),
    _dual_probe,
    _dual_judge,
    tried=_tried,
    explain=_explain,
    points=2,
)


def _elementary_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    Dual, elementary = answer if isinstance(answer, tuple) else (answer, answer)

    def named(name: str) -> Callable[[Any], Any]:
        return lambda x: elementary(name, x)

    return _run(
        Dual, ELEMENTARY[case["f"]], SimpleNamespace(**{name: named(name) for name in NAMES}), case
    )


def _elementary_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    return _verdict(ELEMENTARY[case["f"]], case, outcome)


check_elementary = Check(
    "elementary",
    _cases_of(ELEMENTARY, draw_positive),
    _elementary_probe,
    _elementary_judge,
    tried=_tried,
    explain=_explain,
    points=2,
)

# ---------------------------------------------------------------------------------------------
# E21.2: a Jacobian by columns or by rows, its sweeps counted

SHAPES = [
    *((3, 2, mode) for mode in ("forward", "reverse")),
    *((2, 2, mode) for mode in ("forward", "reverse")),
    *((m, n, "cheaper") for m, n in ((1, 5), (5, 1), (2, 4), (4, 3))),
]


def _jacobian_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [{"J": draw_array(rng, (m, n)), "mode": mode} for m, n, mode in SHAPES]


def _jacobian_tried(case: dict[str, Any]) -> str:
    m, n = case["J"].shape
    return f'jacobian(push, pull, {n}, {m}, "{case["mode"]}"), where n = {n} and m = {m}'


def _jacobian_probe(jacobian: Any, case: dict[str, Any]) -> dict[str, Any]:
    J = case["J"]
    seeds: dict[str, list[np.ndarray]] = {"forward": [], "reverse": []}

    def push(v: Any) -> np.ndarray:
        seeds["forward"].append(np.array(v, float))
        return J @ np.asarray(v, float)

    def pull(u: Any) -> np.ndarray:
        seeds["reverse"].append(np.array(u, float))
        return np.asarray(u, float) @ J

    m, n = J.shape
    return {"result": jacobian(push, pull, n, m, case["mode"]), "seeds": seeds}


def _jacobian_explain(case: dict[str, Any], raised: Raised) -> str | None:
    m, n = case["J"].shape
    if raised.type == "ValueError" and "matmul" in raised.text:
        return f"push takes a direction of {n} numbers, pull a seed of {m}."
    return None


def _jacobian_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    tried, J, got = _jacobian_tried(case), case["J"], outcome["result"]
    m, n = J.shape
    counts = {kind: len(seeds) for kind, seeds in outcome["seeds"].items()}
    mode = case["mode"]
    wanted = mode if mode != "cheaper" else "forward" if n < m else "reverse"
    other = {"forward": "reverse", "reverse": "forward"}[wanted]
    sweeps = {"forward": n, "reverse": m}[wanted]
    found = Words(f"{counts['forward']} forward, {counts['reverse']} reverse")
    expected = Words(f"{sweeps} {wanted}, 0 {other}")
    tried_count = f"{tried}: the sweeps"
    if counts[wanted] and counts[other]:
        cause = "Both kinds of sweep were made. One kind alone gives the whole Jacobian: decide by "
        return report(tried_count, found, expected, cause + "n and m, before the first sweep.")
    if counts[other]:
        cause = f'The mode "{mode}" was asked for.'
        if mode == "cheaper":
            cause = "A forward sweep brings one column, and there are n of them; a reverse sweep "
            cause += "brings one row, and there are m. Take the kind of which fewer are needed."
        return report(tried_count, found, expected, cause)
    if counts[wanted] != sweeps:
        cause = "One sweep for each column, or for each row, and no more."
        if counts[wanted] == 1:
            cause = "One sweep brings one column, or one row: a seed of all ones adds them up."
        return report(tried_count, found, expected, cause)
    sums = np.cumsum(J, axis=1 if wanted == "forward" else 0)
    slips = [
        (
            J.T,
            "Rows and columns are swapped: a forward sweep brings a column, a reverse sweep a row. "
            "J has a row for each output.",
        ),
        (
            sums,
            "Each column, or row, is the sum of those so far: the 1 of the last seed was not "
            "put back to 0.",
        ),
    ]
    look = "Next: print the seeds that you hand to push or pull."
    return difference(tried, got, J, slips, look)


check_jacobian = Check(
    "jacobian",
    _jacobian_cases,
    _jacobian_probe,
    _jacobian_judge,
    tried=_jacobian_tried,
    explain=_jacobian_explain,
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
    "ones": "With a seed of all ones this way back is right. Draw u at random.",
    "a little": "The two numbers differ in the seventh digit. The test asks for 1e-10.",
    "small, half": "One number is half of the other, and both are small. An absolute tolerance "
    "cannot see that: compare relative to their size.",
    "nan": "Every comparison with nan is False: ask whether the two are close, not whether they "
    "are far apart.",
}


def _agree_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    cases = []
    for name in PULLS:
        J = draw_array(rng, (3, 4)) * SIZES.get(name, 1.0)
        cases.append({"pull": name, "J": J})
    return cases


def _agree_tried(case: dict[str, Any]) -> str:
    m, n = case["J"].shape
    return f"agree(push, pull, {n}, {m}): {PULLS[case['pull']][1]}"


def _agree_probe(agree: Any, case: dict[str, Any]) -> dict[str, Any]:
    J, wrong = case["J"], PULLS[case["pull"]][0]
    m, n = J.shape
    calls = {"push": 0, "pull": 0}

    def push(v: Any) -> np.ndarray:
        calls["push"] += 1
        return J @ np.asarray(v, float)

    def pull(u: Any) -> np.ndarray:
        calls["pull"] += 1
        return wrong(np.asarray(u, float), J)

    return {"result": agree(push, pull, n, m), "calls": calls}


def _agree_explain(case: dict[str, Any], raised: Raised) -> str | None:
    return _jacobian_explain(case, raised)


def _agree_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    tried, got, name = _agree_tried(case), outcome["result"], case["pull"]
    expected = name.startswith("right")
    if not isinstance(got, bool):
        cause = (
            kind_cause(got) if got is None else "Compare the two numbers, and return the answer."
        )
        return report(tried, got, Words("True or False"), cause)
    if max(outcome["calls"].values()) > 3:
        cause = "That is the whole Jacobian. The test needs one direction and one seed."
        calls = Words(f"{outcome['calls']['push']} pushes, {outcome['calls']['pull']} pulls")
        return report(f"{tried}: the sweeps", calls, Words("1 push, 1 pull"), cause)
    if got == expected:
        return None
    if expected:
        cause = "Rounding alone makes the two differ in about the 16th digit. "
        cause += "Measure the difference relative to their size."
        return report(tried, got, expected, cause, "Next: print both numbers, side by side.")
    cause = UNSEEN.get(name, "The two numbers differ here: how were they compared?")
    return report(tried, got, expected, cause)


check_agree = Check(
    "agree",
    _agree_cases,
    _agree_probe,
    _agree_judge,
    tried=_agree_tried,
    explain=_agree_explain,
    points=2,
)

# ---------------------------------------------------------------------------------------------
# E21.4: tags


class Program(NamedTuple):
    """A function of D = derive, its derivative in closed form, and wrong results at x."""

    f: Callable[..., Any]
    slope: Callable[[float], float]
    slips: Sequence[tuple[Callable[[float], float], str]] = ()


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

PROGRAMS = {
    "x * x + 3 * x": Program(lambda D: lambda x: x * x + 3 * x, lambda x: 2 * x + 3),
    "x * derive(lambda y: x + y)(1.0)": Program(
        lambda D: lambda x: x * D(lambda y: x + y)(1.0),
        lambda x: 1.0,
        [(lambda x: 2.0, MIXED), (lambda x: 0.0, OLD_TAG)],
    ),
    "x * derive(lambda y: x)(1.0) + x": Program(
        lambda D: lambda x: x * D(lambda y: x)(1.0) + x,
        lambda x: 1.0,
        [(lambda x: 2.0, FOREIGN)],
    ),
    "x * derive(lambda y: x * y)(2.0)": Program(
        lambda D: lambda x: x * D(lambda y: x * y)(2.0),
        lambda x: 2 * x,
        [(lambda x: x, STRIPPED), (lambda x: 0.0, OLD_TAG)],
    ),
    "derive(lambda y: y * y * x)(x)": Program(
        lambda D: lambda x: D(lambda y: y * y * x)(x), lambda x: 4 * x
    ),
    "derive(lambda x: x * x * x)": Program(lambda D: D(lambda x: x * x * x), lambda x: 6 * x),
    "x * derive(lambda y: y * derive(lambda z: x * y * z)(y))(x)": Program(
        lambda D: lambda x: x * D(lambda y: y * D(lambda z: x * y * z)(y))(x),
        lambda x: 6 * x * x,
    ),
    "derive(lambda y: (x * y).exp())(0.5)": Program(
        lambda D: lambda x: D(lambda y: (x * y).exp())(0.5),
        lambda x: math.exp(x / 2) * (1 + x / 2),
    ),
    "derive(derive(lambda x: (x * x).exp()))": Program(
        lambda D: D(D(lambda x: (x * x).exp())),
        lambda x: (12 * x + 8 * x**3) * math.exp(x * x),
    ),
    "5.0": Program(lambda D: lambda x: 5.0, lambda x: 0.0),
}


def _derive_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [{"f": text, "x": draw_numbers(rng, 1, 0.4, 1.6)[0]} for text in PROGRAMS]


def _derive_tried(case: dict[str, Any]) -> str:
    is_function = case["f"].startswith(("derive(lambda x", "derive(derive"))
    return f"derive({'' if is_function else 'lambda x: '}{case['f']})({case['x']})"


def _derive_probe(answer: Any, case: dict[str, Any]) -> Any:
    derive = answer[-1] if isinstance(answer, tuple) else answer
    return derive(PROGRAMS[case["f"]].f(derive))(case["x"])


def _derive_judge(case: dict[str, Any], got: Any) -> str | None:
    program, tried = PROGRAMS[case["f"]], _derive_tried(case)
    if fault := number_fault(tried, got):
        return fault
    x = case["x"]
    expected = program.slope(x)
    if close(got, expected, 1e-9):
        return None
    cause = next((says for slip, says in program.slips if close(got, slip(x), 1e-9)), "")
    look = f"Next: by hand, from the inside out: it should be {show(expected)}."
    return report(tried, got, expected, cause, look)


def _derive_explain(case: dict[str, Any], raised: Raised) -> str | None:
    if raised.type == "AttributeError" and case["f"] == "5.0":
        return "A function that does not use its x returns a plain number: seen_by deals with it."
    if raised.type == "TypeError" and "real number" in raised.text:
        return "The value of a dual may be a dual of an older tag: math.exp cannot take that."
    return None


check_derive = Check(
    "derive",
    _derive_cases,
    _derive_probe,
    _derive_judge,
    tried=_derive_tried,
    explain=_derive_explain,
    points=3,
)
