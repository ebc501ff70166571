"""Three mutants of a rule: its own lines with one fault each, which a test of it has to notice.

A rule takes arrays and returns the result, and for each operand a function from the gradient of the
result to that of the operand: `return y, (to_a, to_b)`. Where an operand takes no gradient, None
stands in place of the function; for one operand the function may stand alone.

    mutants_of(rule, lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=3)))
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

import numpy as np

from ..gradcheck import GradientError, numerical_gradient
from .own_lines import Rule, own_lines

DRAWS, HOW_MANY, STEP = 4, 3, 1e-5
NEAR, FAR = 1e-5, 1e-2  # off by so much: wrong where all should be right; a fault that counts
# What a fault is called, in the order in which they are taken: the later ones are noticed sooner.
KINDS = {
    "transpose": "transpose lost",
    "direction": "direction lost",
    "operands": "order swapped",
    "own": "own factor",
    "term": "term lost",
    "mean": "mean for sum",
    "sign": "sign lost",
    "factor": "factor lost",
    "function": "function lost",
    "comparison": "turned round",
    "setting": "another number",
    "upstream": "upstream lost",
    "turned": "wrong sign",
    "negative": "negatives lost",
}


class Trial(NamedTuple):
    """Operands, a gradient of the result, and the slopes that were measured for each operand."""

    operands: tuple[Any, ...]
    upstream: np.ndarray
    result: np.ndarray
    slopes: list[np.ndarray]


class Proof(NamedTuple):
    """Where a mutant is wrong: at a trial, what it passes on to an operand."""

    trial: Trial
    operand: int
    passes_on: np.ndarray


class Mutant(NamedTuple):
    """A rule with one fault, and where it shows."""

    kind: str
    words: str
    rule: Rule
    wrong_for: tuple[int, ...]  # operands
    proof: Proof


class NoMutantsError(ValueError):
    """A rule that is wrong itself, or cannot be run; the message says how."""


# Running a rule


def parts_of(returned: Any) -> tuple[np.ndarray, list[Any]]:
    """The result of a rule, and a function or None for each operand."""
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise NoMutantsError(
            "a rule returns two things, the result and the functions back: `return y, (to_a, to_b)`"
        )
    result, back = returned
    return np.asarray(result), list(back) if isinstance(back, tuple | list) else [back]


def trials_of(
    rule: Rule, draw: Callable[[np.random.Generator], Any], seed: int, h: float | None
) -> list[Trial]:
    """Operands that are drawn, and the slopes of the rule's result there, measured with a step."""
    found = []
    for number in range(DRAWS):
        rng = np.random.default_rng([seed, number])
        operands = operands_in(draw(rng))
        result, _ = parts_of(rule(*copies(operands)))
        upstream = rng.normal(size=result.shape)
        try:
            slopes = slopes_of(rule, operands, upstream, h)
        except GradientError as error:
            raise NoMutantsError(f"no slope of {name_of(rule)} can be measured: {error}") from error
        found.append(Trial(operands, upstream, result, slopes))
    return found


def operands_in(drawn: Any) -> tuple[np.ndarray, ...]:
    """What was drawn, as a tuple of arrays; floats in float64, in which slopes are measured.

    A whole number without axes stays a number: as an array it is no seed and no key of a dict.
    """
    rows = drawn if isinstance(drawn, tuple | list | Iterator) else [drawn]
    arrays = [x.astype(float) if x.dtype.kind == "f" else x for x in map(np.array, rows)]
    return tuple(x[()] if x.ndim == 0 and x.dtype.kind in "iub" else x for x in arrays)


def copies(operands: Sequence[Any]) -> list[Any]:
    """The same operands in memory of their own."""
    return [x.copy() for x in operands]


def slopes_of(
    rule: Rule, operands: Sequence[Any], upstream: np.ndarray, h: float | None = None
) -> list[np.ndarray]:
    """The upstream times the slopes of the rule's result, for each operand of floats; else 0.

    Without a step `h` the step is chosen at each number, which takes ten times as long.
    """
    moved = [k for k, x in enumerate(operands) if x.dtype.kind == "f"]

    def total(*given: Any) -> float:
        every = copies(operands)
        for k, x in zip(moved, given, strict=True):
            every[k] = np.asarray(x)
        return float(np.sum(upstream * parts_of(rule(*every))[0]))

    measured = numerical_gradient(total, [np.array(operands[k]) for k in moved], h)
    slopes = [np.zeros(x.shape) for x in operands]
    for k, slope in zip(moved, measured, strict=True):
        slopes[k] = np.asarray(slope)
    return slopes


def passed_on(rule: Rule, trial: Trial) -> tuple[np.ndarray, list[Any]]:
    """The result of a rule at a trial, and what it passes on to each operand, 0 for None."""
    result, ways = parts_of(rule(*copies(trial.operands)))
    pairs = zip(ways, trial.operands, strict=True)
    return result, [
        np.zeros(x.shape) if way is None else np.asarray(way(trial.upstream.copy()))
        for way, x in pairs
    ]


def differ(a: np.ndarray, b: np.ndarray, relative: float) -> bool:
    """Whether two arrays of one shape are further apart than that share of b; nan is far."""
    scale = max(float(np.abs(b).max(initial=0.0)), 1e-3)
    return not bool(np.all(np.abs(a - b) <= relative * scale))


# What a mutant turns out to be


def verdict(
    rule: Rule, trials: Sequence[Trial], off: float = FAR
) -> tuple[str, tuple[int, ...], Proof | None]:
    """Whether a rule is "equivalent", "loud" or "wrong", for which operands, and where.

    Loud is what fails, gives another result or a gradient of another shape: anybody notices it.
    """
    wrong: set[int] = set()
    proof: Proof | None = None
    with np.errstate(all="ignore"):
        for trial in trials:
            try:
                result, contributions = passed_on(rule, trial)
            except Exception:  # a fault may break anything
                return "loud", (), None
            if result.shape != trial.result.shape or differ(result, trial.result, 1e-9):
                return "loud", (), None
            for k, (found, slope) in enumerate(zip(contributions, trial.slopes, strict=True)):
                if found.dtype.kind not in "fiub" or found.shape != slope.shape:
                    return "loud", (), None
                if differ(found, slope, off):
                    wrong.add(k)
                    proof = proof or Proof(trial, k, found)
    return ("wrong" if wrong else "equivalent"), tuple(sorted(wrong)), proof


# Candidates that are put around the rule


def around(rule: Rule) -> Iterator[tuple[str, str, Rule]]:
    """The rule with what it is given, or what it passes on, spoiled."""
    ones = with_upstream(rule, np.ones_like, spares_last=True)  # a test of the last is too little
    yield "upstream", "ones stand in the place of the upstream", ones
    words = "what the last operand gets has the wrong sign, save its first number if none is 0"
    yield "turned", words, last_negated(rule)
    cut = with_upstream(rule, lambda g: np.maximum(g, 0.0))
    yield "negative", "what is negative in the upstream is taken for 0", cut


def with_upstream(
    rule: Rule, change: Callable[[np.ndarray], np.ndarray], spares_last: bool = False
) -> Rule:
    """The rule, whose functions back are given a changed upstream, but for the last of several."""

    def faulty(*operands: Any) -> Any:
        result, back = rule(*operands)
        ways = listed(back)
        known = [k for k, way in enumerate(ways) if way]
        for k in known[:-1] if spares_last and len(known) > 1 else known:
            ways[k] = lambda g, way=ways[k]: way(change(np.asarray(g)))
        return result, tuple(ways) if isinstance(back, tuple | list) else ways[0]

    return faulty


def last_negated(rule: Rule) -> Rule:
    """The rule, whose last function back gives the negative.

    Of many numbers the first is spared, which a test of one number does not see. Where some are 0,
    the first may be the only one that is not: then the mutant would be right.
    """

    def faulty(*operands: Any) -> Any:
        result, back = rule(*operands)
        ways = listed(back)
        last = max(k for k, way in enumerate(ways) if way)

        def negated(g: np.ndarray, way: Rule = ways[last]) -> np.ndarray:
            gradient = -np.asarray(way(g))
            if np.count_nonzero(gradient) == gradient.size > 1:
                gradient.flat[0] *= -1
            return gradient

        ways[last] = negated
        return result, tuple(ways) if isinstance(back, tuple | list) else ways[0]

    return faulty


def listed(back: Any) -> list[Any]:
    """The functions back in a list."""
    return list(back) if isinstance(back, tuple | list) else [back]


# Three of them


class Mutants:
    """The mutants of one rule that were taken, and why others were not."""

    def __init__(self, name: str, taken: list[Mutant], passed_over: list[tuple[str, str]]) -> None:
        """Keep them."""
        self.name, self.taken, self.passed_over = name, taken, passed_over

    @property
    def rules(self) -> dict[str, Rule]:
        """Each mutant by a short name, as `arena` takes them."""
        names, seen = [], Counter[str]()
        for each in self.taken:
            seen[each.kind] += 1
            kind, time = KINDS[each.kind], seen[each.kind]
            names.append(kind if time == 1 else f"{kind} {time}")
        return dict(zip(names, (each.rule for each in self.taken), strict=True))

    def told(self) -> tuple[str, list[str], list[str]]:
        """What there is, what was done to the rule in each, and what was passed over."""
        first = f"{len(self.taken)} mutants of {self.name}, each wrong by a measured slope:"
        each_one = []
        for name, mutant in zip(self.rules, self.taken, strict=True):
            where = " and ".join(map(str, mutant.wrong_for))
            each_one.append(f"{name}, wrong for operand {where}: {mutant.words}")
        equal = [words for words, why in self.passed_over if why == "equivalent"]
        loud, others = len(self.passed_over) - len(equal), []
        if equal:
            others.append(f"Passed over as right: {len(equal)}, such as {equal[0]}.")
        if loud:
            others.append(f"Passed over, since anybody would notice them: {loud}.")
        return first, each_one, others

    def __repr__(self) -> str:
        """The same in lines."""
        first, each_one, others = self.told()
        numbered = [f"{number}. {words}" for number, words in enumerate(each_one, 1)]
        return "\n".join([first, *numbered, *others])

    def _repr_html_(self) -> str:
        """The same as a list, which a narrow page breaks between words."""
        first, each_one, others = (
            [re.sub("`([^`]*)`", r"<code>\1</code>", escape(words)) for words in part]
            for part in ([self.told()[0]], *self.told()[1:])
        )
        items = "".join(f"<li>{words}</li>" for words in each_one)
        return f"<p>{first[0]}</p><ol>{items}</ol>" + "".join(f"<p>{each}</p>" for each in others)


def mutants_of(rule: Rule, draw: Callable[[np.random.Generator], Any], seed: int = 0) -> Mutants:
    """Three mutants of a rule, each with another result of the way back than the measured slope.

    `draw(rng)` gives operands, drawn from this seed on. One mutant loses the upstream, one is wrong
    for the last operand alone where there are several, and the others come from the rule's own
    lines, as far as those have any that count. A rule that is wrong itself is refused.
    """
    for h in (STEP, None):  # one step for all is quick, and too long where slopes change fast
        trials = trials_of(rule, draw, seed, h)
        what, _, proof = verdict(rule, trials, NEAR)
        if what == "equivalent":
            break
    else:
        told = "what it passes on is not the slope that was measured"
        told += f", for operand {proof.operand}" if proof else ""
        raise NoMutantsError(f"{name_of(rule)} is wrong itself: {told}; mend it first")
    found, passed_over = [], []
    for kind, words, other in [*own_lines(rule), *around(rule)]:
        what, wrong_for, proof = verdict(other, trials)
        if proof is None:
            passed_over.append((words, what))
        elif same := next((each for each in found if is_same(each.proof, proof)), None):
            if kind == "upstream":  # the rule's own line does it
                found[found.index(same)] = same._replace(kind=kind)
        else:
            found.append(Mutant(kind, words, other, wrong_for, proof))
    return Mutants(name_of(rule), chosen(found), passed_over)


def is_same(one: Proof, other: Proof) -> bool:
    """Whether two mutants are wrong at the same place, by the same amount."""
    is_there = one.trial is other.trial and one.operand == other.operand
    return is_there and not differ(one.passes_on, other.passes_on, 1e-9)


def chosen(found: Sequence[Mutant]) -> list[Mutant]:
    """Three of them, of different kinds where there are such."""
    order = list(KINDS)
    found = sorted(found, key=lambda each: order.index(each.kind))
    last = max((k for each in found for k in each.wrong_for), default=0)
    taken: list[Mutant] = []

    def take(fits: Callable[[Mutant], bool]) -> None:
        kinds = {each.kind for each in taken}
        fresh = (each for each in found if each.kind not in kinds and fits(each))
        other = (each for each in found if each not in taken and fits(each))
        if one := next(fresh, None) or next(other, None):
            taken.append(one)

    take(lambda each: last == 0 or each.wrong_for == (last,))
    take(lambda each: each.kind == "upstream")
    take(lambda each: last == 0 or each.wrong_for != (last,))
    while len(taken) < min(HOW_MANY, len(found)):
        take(lambda each: True)
    return taken


def name_of(rule: Rule) -> str:
    """What to call a rule."""
    return getattr(rule, "__name__", "the rule")
