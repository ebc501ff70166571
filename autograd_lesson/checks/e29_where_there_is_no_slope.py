"""The checks of exercise 29: allowed slopes, reverse against forward, a rule for ties."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .accepted import row_of, same
from .core import Check
from .draws import draw_numbers
from .messages import Words, changed_fault, kind_cause, report, show
from .run_answer import call
from .vocabulary import Case, Part, check_function

# ---------------------------------------------------------------------------------------------
# E29.1: between the two slopes


def corners(rng: np.random.Generator) -> list[list[float]]:
    low, high = sorted(draw_numbers(rng, 2, low=0.5, high=2.0))
    low = -low
    middle = low + (high - low) * float(rng.uniform(0.2, 0.8))
    inside = [[low, high, middle], [high, low, middle], [low, high, low], [high, low, high]]
    outside = [[low, high, high + 0.5], [high, low, low - 0.5], [low, high, low - 0.25]]
    return [*inside, *outside, [low, high, math.nan], [high, low, math.nan], [low, low, low]]


check_is_allowed = check_function(
    "is_allowed(behind, ahead, slope)",
    corners,
    lambda behind, ahead, slope: bool(min(behind, ahead) <= slope <= max(behind, ahead)),
    {
        "`behind` need not be the smaller one: `-abs` goes from 1 to -1. "
        "Next: compare with `min(behind, ahead)` and `max(behind, ahead)`.": (
            lambda behind, ahead, slope: bool(behind <= slope <= ahead)
        ),
        "The two slopes themselves are allowed as well: `<=` in place of "
        "`<`.": lambda behind, ahead, slope: bool(min(behind, ahead) < slope < max(behind, ahead)),
        "A nan passed. `not (slope < low or slope > high)` is True for nan: ask whether it lies "
        "between, not whether it lies outside.": lambda behind, ahead, slope: (
            not (slope < min(behind, ahead) or slope > max(behind, ahead))
        ),
        "One of the two bounds alone was asked.": (
            lambda behind, ahead, slope: bool(slope <= max(behind, ahead))
        ),
    },
    "Is the slope neither below the smaller nor above the larger of the two?",
)

# ---------------------------------------------------------------------------------------------
# E29.2: rules that keep their word, and rules that do not


class Rule(NamedTuple):
    """Both ways of an op, the operands and speeds that it is asked at, and what is wrong with it.

    `xs` and `vs` are None where they are drawn. `missed` is told whoever takes it for the other
    kind of rule.
    """

    pull: Callable[[float, list[float]], list[float]]
    push: Callable[[list[float], list[float]], float]
    operands: int = 2
    xs: list[float] | None = None
    vs: list[float] | None = None
    about: str = ""
    missed: str = ""


def times_pull(g: float, xs: list[float]) -> list[float]:
    return [g * xs[1], g * xs[0]]


def times_push(xs: list[float], vs: list[float]) -> float:
    return vs[0] * xs[1] + xs[0] * vs[1]


INF, NAN = math.inf, math.nan
RULES = {
    "times": Rule(times_pull, times_push),
    "rounded": Rule(  # one sum in two orders, which differ in the last digits
        lambda g, xs: [0.1 * g, 0.2 * g, 0.3 * g],
        lambda xs, vs: 0.1 * vs[0] + (0.2 * vs[1] + 0.3 * vs[2]),
        xs=[1.0, 2.0, 3.0],
        vs=[1.0, 1.0, 1.0],
        about="whose sums are made in different orders",
        missed="The two sums were made in different orders: their last digits differ. Numbers that "
        "were computed are close, not equal.",
    ),
    "tiny": Rule(
        lambda g, xs: [g, -g],
        lambda xs, vs: 0.0,
        xs=[1.0, 2.0],
        vs=[0.1 + 0.2, 0.3],
        about="where what remains is rounding, 5e-17",
        missed="Beside 0 no number is close by its own size: a difference up to 1e-12 is allowed.",
    ),
    "root at 0": Rule(
        lambda g, xs: [g * INF],
        lambda xs, vs: INF * vs[0],
        xs=[0.0],
        vs=[1.0],
        about="infinite by both ways",
        missed="inf minus inf is nan. Two equal infinities agree: `a == b`, or "
        "`math.isclose(a, b)`.",
    ),
    "0 / 0": Rule(
        lambda g, xs: [NAN, NAN],
        lambda xs, vs: NAN,
        xs=[0.0, 0.0],
        vs=[1.0, 0.5],
        about="nan by both ways",
        missed="nan by both ways is one answer. nan is not equal to itself: ask with `math.isnan`.",
    ),
    "still": Rule(
        lambda g, xs: [g * INF, g * 2.0],
        lambda xs, vs: 2.0 * vs[1],
        xs=[0.0, 1.0],
        vs=[0.0, 1.5],
        about="whose first operand has an infinite slope and stands still",
        missed="An operand with speed 0 has no part, and inf times 0 is nan: leave it out of the "
        "sum.",
    ),
    "fmax": Rule(
        lambda g, xs: [g, 0.0] if xs[0] >= xs[1] else [0.0, g],
        lambda xs, vs: vs[0] if xs[0] > xs[1] else vs[1],
        xs=[1.5, 1.5],
        vs=[2.0, 0.5],
        about="which gives a tie to the first, and forward to the second",
    ),
    "where": Rule(
        lambda g, xs: [g * NAN],
        lambda xs, vs: 0.0,
        xs=[-1.0],
        vs=[1.0],
        about="which is nan on the way back, and 0 forward",
        missed="nan is equal to nothing, and `abs(a - b) > tolerance` is False for it: this rule "
        "passed. Ask whether the numbers are close, not whether they are far apart.",
    ),
    "opposite": Rule(
        lambda g, xs: [g * INF],
        lambda xs, vs: -INF,
        xs=[0.0],
        vs=[1.0],
        about="which is inf on the way back, and -inf forward",
        missed="Two infinities of different signs are not the same: inf and -inf.",
    ),
    "minus": Rule(
        lambda g, xs: [g, -g], lambda xs, vs: vs[0] + vs[1], about="whose push has lost a sign"
    ),
    "off": Rule(
        times_pull,
        lambda xs, vs: 1.000001 * times_push(xs, vs),
        about="whose push is off by a millionth",
        missed="The numbers differ by a millionth of their size: the tolerance is too generous.",
    ),
    "last": Rule(
        lambda g, xs: [g, g, g],
        lambda xs, vs: vs[0] + vs[1],
        operands=3,
        about="whose push forgets the last operand",
        missed="The last operand alone is wrong here: is every operand in the sum?",
    ),
}


def rules_to_ask(rng: np.random.Generator) -> list[Case]:
    cases = []
    for name, rule in RULES.items():
        xs = rule.xs or draw_numbers(rng, rule.operands, low=0.6, high=1.9)
        vs = rule.vs or draw_numbers(rng, rule.operands, low=0.6, high=1.9)
        cases.append({"rule": name, "xs": xs, "vs": vs})
    return cases


def both_numbers(case: Case) -> tuple[float, float]:
    """Reverse and forward."""
    rule, xs, vs = RULES[case["rule"]], case["xs"], case["vs"]
    pairs = zip(rule.pull(1.0, xs), vs, strict=True)
    return sum(c * v for c, v in pairs if v != 0.0), rule.push(xs, vs)


def do_agree(reverse: float, forward: float) -> bool:
    both_nan = math.isnan(reverse) and math.isnan(forward)
    return both_nan or math.isclose(reverse, forward, rel_tol=1e-9, abs_tol=1e-12)


def quarrel_tried(case: Case) -> str:
    about = RULES[case["rule"]].about
    return f"quarrel(pull, push, {show(case['xs'])}, {show(case['vs'])})" + (
        f" of a rule {about}" if about else " of a rule that keeps its word"
    )


LOOK = "Next: print the two numbers that you compared."


def quarrel_judge(case: Case, outcome: dict[str, Any]) -> str | None:
    tried, got, missed = quarrel_tried(case), outcome["result"], RULES[case["rule"]].missed
    if fault := changed_fault(tried, outcome):
        return fault
    reverse, forward = both_numbers(case)
    if do_agree(reverse, forward):
        same_number = "Both ways give the same number for this rule."
        cause = missed or reverse_cause(case, got) or same_number
        if isinstance(got, bool):
            cause = "The answer asked for is None where both agree, and no True or False."
        wanted = Words("None: both ways agree")
        return None if got is None else report(tried, got, wanted, cause)
    wanted = Words(f"({show(reverse)}, {show(forward)}), reverse and forward")
    if got is None:
        apart = "The two ways give different numbers for this rule."
        return report(tried, got, wanted, missed or apart, LOOK)
    if not isinstance(got, list | tuple | np.ndarray) or len(got) != 2:
        return report(tried, got, wanted, "The answer asked for is a pair of numbers, or None.")
    if same(list(got), [reverse, forward]):
        return None
    return report(tried, got, wanted, pair_cause(case, list(got), reverse, forward), LOOK)


def pair_cause(case: Case, got: list[Any], reverse: float, forward: float) -> str:
    if same(got, [forward, reverse]):
        return "The two are exchanged: the reverse number comes first."
    if same(got[:1], [reverse]):
        return "The forward number is what `push(xs, vs)` returns."
    found = reverse_cause(case, got)
    return found or "The reverse number is the sum of contribution times speed."


def reverse_cause(case: Case, got: Any) -> str:
    """How one comes by this reverse number, where that is known."""
    contributions, got = RULES[case["rule"]].pull(1.0, case["xs"]), row_of(got)
    first = got[:1] if isinstance(got, list) else []
    if same(first, [sum(contributions)]):
        return (
            "The contributions were added up without the speeds: each counts as often as its "
            "operand moves."
        )
    if same(first, [contributions[0] * case["vs"][0]]):
        return "The first operand alone is in the reverse number."
    return ""


check_quarrel = Check(
    "quarrel",
    rules_to_ask,
    lambda answer, case: call(
        answer, RULES[case["rule"]].pull, RULES[case["rule"]].push, case["xs"], case["vs"]
    ),
    quarrel_judge,
    tried=quarrel_tried,
)

# ---------------------------------------------------------------------------------------------
# E29.3: one choice, both ways


def lists_with_ties(rng: np.random.Generator) -> list[list[Any]]:
    cases = []
    for ties, others in ((1, 2), (2, 1), (3, 0), (2, 2), (1, 0)):
        top = float(draw_numbers(rng, 1, low=1.0, high=2.0)[0])
        xs = [top] * ties + [top - 1.0 - i for i in range(others)]
        order = rng.permutation(len(xs))
        g = draw_numbers(rng, 1, low=1.5, high=3.0)[0]
        vs = sorted(draw_numbers(rng, len(xs), low=0.5, high=2.0))  # the first is not the fastest
        cases.append([[xs[i] for i in order], g, vs])
    return cases


def pair_fault(tried: str, got: Any, names: Sequence[str]) -> str:
    cause = "Two things are asked for: a list with one contribution for each number, and a speed."
    wanted, look = Words("(contributions, speed)"), "Next: `return contributions, speed`."
    return report(tried, got, wanted, kind_cause(got, cause), look)


def largest(xs: list[float]) -> list[bool]:
    return [x == max(xs) for x in xs]


def mean_speed(xs: list[float], vs: list[float]) -> float:
    return sum(v for v, tie in zip(vs, largest(xs), strict=True) if tie) / sum(largest(xs))


def to_first(xs: list[float], g: float) -> list[float]:
    return [g if i == xs.index(max(xs)) else 0.0 for i in range(len(xs))]


check_shared_maximum = check_function(
    "shared_maximum(xs, g, vs)",
    lists_with_ties,
    [
        Part(
            "the contributions",
            lambda xs, g, vs: [g / sum(largest(xs)) if tie else 0.0 for tie in largest(xs)],
            {
                "Each of the largest got the whole gradient: moved together they move the maximum "
                "once, so their shares add up to g.": lambda xs, g, vs: [
                    g if tie else 0.0 for tie in largest(xs)
                ],
                "The first of the largest got everything: equal ones share equally "
                "here.": lambda xs, g, vs: to_first(xs, g),
                "The gradient was shared among all numbers: those that are not the largest do not "
                "move the maximum.": lambda xs, g, vs: [g / len(xs) for _ in xs],
                "The shares add up to 1, and g is not in them: these are the partials "
                "alone.": lambda xs, g, vs: [
                    1.0 / sum(largest(xs)) if tie else 0.0 for tie in largest(xs)
                ],
            },
            "A half for each of two, a third for each of three, nothing for the others.",
        ),
        Part(
            "the speed",
            lambda xs, g, vs: mean_speed(xs, vs),
            {
                "The speeds of the largest were added up: the maximum moves at their "
                "mean.": lambda xs, g, vs: mean_speed(xs, vs) * sum(largest(xs)),
                "This is the speed of the first of the largest: back you share, and forward you "
                "do not.": lambda xs, g, vs: vs[xs.index(max(xs))],
                "This is the mean speed of all numbers: only the largest carry the "
                "maximum.": lambda xs, g, vs: sum(vs) / len(vs),
                "The speed does not depend on g, which belongs to the way "
                "back.": lambda xs, g, vs: g * mean_speed(xs, vs),
                "This is the fastest of the largest: ahead of the tie that is the maximum's speed, "
                "but it does not fit the shares.": lambda xs, g, vs: max(
                    v for v, tie in zip(vs, largest(xs), strict=True) if tie
                ),
            },
            "The mean of the speeds of those that are largest.",
        ),
    ],
    whole=pair_fault,
)
