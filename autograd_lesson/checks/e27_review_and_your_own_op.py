"""The checks of exercise 27: an op of the learner's own, its rule, and the test of that rule."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..teaching.hidden_mutants import HIDDEN, hidden_mutants_of
from ..teaching.rule_mutants import (
    KINDS,
    Mutant,
    NoMutantsError,
    mutants_of,
    operands_in,
    slopes_of,
)
from .accepted import is_number, unwrapped
from .arrays import Table, difference, show_array
from .core import Check
from .messages import Words, kind_cause, raised_report, report
from .own_work import ALWAYS, MEASURED
from .plain_data import Raised, in_a_row, short_text
from .run_answer import attempt
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import Case

KEYS = ("name", "operands", "result")
MOST_NUMBERS = 60  # in the operands: each is moved to measure its slope
NEXT, SAME = 1e-8, 1e-9  # so far is the next point; gradients that differ by less are one
ROUGHER = 100  # times a result that a gradient may be: derived ones are 3, measured ones thousands


def draws(rng: np.random.Generator) -> list[Case]:
    return [{"seed": int(seed)} for seed in rng.integers(1000, size=3)]


def parts(answer: Any, count: int) -> tuple[Any, ...]:
    """The functions that were handed over; one alone, as a stub may be, in the place of all."""
    return answer if isinstance(answer, tuple) else (answer,) * count


def drawn(op: dict[str, Any], seed: int) -> tuple[Any, ...]:
    """The operands for a seed."""
    return operands_in(op["operands"](np.random.default_rng(seed)))


# ---------------------------------------------------------------------------------------------
# What is known of the ops in the list: their results, by another way than one would take


def by_rows(f: Callable[[np.ndarray], Any]) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.apply_along_axis(f, -1, x)


def waves(x: np.ndarray) -> np.ndarray:
    (n,) = x.shape
    angles = -2 * np.pi * np.outer(np.arange(n), np.arange(n)) / n
    return np.stack([np.cos(angles) @ x, np.sin(angles) @ x])


def sinkhorn_step(k: np.ndarray) -> np.ndarray:
    if (k <= 0).any():
        raise ValueError("a number that is not positive")
    half = np.array([row / sum(row) for row in k])
    return np.array([column / sum(column) for column in half.T]).T


RESULTS: dict[str, tuple[Callable[..., Any], str, str]] = {  # and the operands that it takes
    "logsumexp": (
        by_rows(np.logaddexp.reduce),
        "the logarithm of the sum of exp(x) over each row",
        "x (n, m)",
    ),
    "cumsum": (
        by_rows(lambda row: [sum(row[: k + 1]) for k in range(len(row))]),
        "the sums of each row so far",
        "x (n, m)",
    ),
    "sort": (by_rows(sorted), "each row from its least number to its greatest", "x (n, m)"),
    "solve": (
        lambda a, b: np.linalg.inv(a) @ b,
        "the x for which A @ x is b",
        "A (n, n) and b (n,)",
    ),
    "fft": (
        waves,
        "np.fft.fft(x), its real part in row 0 and its imaginary part in row 1",
        "x (n,)",
    ),
    "sinkhorn": (
        sinkhorn_step,
        "each row divided by its sum, and then each column divided by its own",
        "K > 0 (n, m)",
    ),
}


def plain_name(name: str) -> str:
    """A name as the list has it: `log-sum-exp` is logsumexp."""
    return re.sub("[^a-z]", "", name.lower()).removesuffix("step")


# ---------------------------------------------------------------------------------------------
# E27.1 The op


def op_steps(my_op: Any, case: Case) -> Steps:
    op = my_op()
    yield "op", op
    yield "no functions", {key: short_text(op[key]) for key in KEYS[1:] if not callable(op[key])}
    operands, again, other = (drawn(op, case["seed"] + k) for k in (0, 0, 1))
    given = [x.copy() for x in operands]
    yield "operands", [np.asarray(x) for x in given]
    yield "kinds", [x.dtype.kind for x in given]
    yield "strange", [short_text(x.tolist()) for x in given if x.dtype.kind not in "fiub"]
    yield "is repeated", all(map(np.array_equal, given, again))
    yield "is drawn", not all(map(np.array_equal, given, other))
    result = op["result"](*operands)
    yield "several", how_many(result)
    yield "changed", [k for k, x in enumerate(operands) if not np.array_equal(x, given[k])]
    yield "is given one by one", isinstance(result, Iterator)
    kind = np.asarray(result).dtype.kind
    yield "kind", kind
    yield "result", result
    yield "again", op["result"](*[x.copy() for x in given])
    if kind in "fiu" and sum(x.size for x in given) <= MOST_NUMBERS:  # else it would take its time
        yield "moves", attempt(moving, op, case["seed"])


def how_many(result: Any) -> int:
    """How many results these are, where they are more than one array; else 0."""
    is_many = isinstance(result, tuple) or (
        isinstance(result, list) and any(isinstance(x, np.ndarray) for x in result)
    )
    return len(result) if is_many else 0


def moving(op: dict[str, Any], seed: int) -> list[bool]:
    """Whether the result moves with each operand, somewhere: a bound may be out of use."""
    moves = []
    for k in range(10):
        operands = drawn(op, seed + k)
        shape = np.shape(op["result"](*[x.copy() for x in operands]))
        upstream = np.arange(1.0, math.prod(shape) + 1).reshape(shape)
        moves.append([bool(x.any()) for x in slopes(op, operands, upstream, 1e-5)])
    return [any(each) for each in zip(*moves, strict=True)]


def slopes(
    op: dict[str, Any], operands: Sequence[Any], upstream: Any, h: float | None = None
) -> list[np.ndarray]:
    """The measured slopes of the op's own result."""
    return slopes_of(lambda *xs: (op["result"](*xs), [None] * len(xs)), operands, upstream, h)


def op_tried(case: Case) -> str:
    return f"my_op(), with operands drawn by np.random.default_rng({case['seed']})"


def op_judge(tried: str, case: Case, seen: Seen) -> Faults:
    op, wanted = seen["op"], Words("a dict with the keys name, operands and result")
    if not isinstance(op, dict):
        yield report(tried, op, wanted, kind_cause(op))
    for key in KEYS:
        if key not in op:
            yield report(tried, op, wanted, f"The key {key!r} is missing.")
    for key, text in seen["no functions"].items():
        cause = f"{key!r} is a function, without brackets behind it: it is called with other "
        cause += "numbers each time."
        yield report(tried, Words(f"{text} for {key!r}"), Words("a function"), cause)
    if not isinstance(op["name"], str) or not op["name"].strip():
        yield report(tried, op["name"], Words("a name, in quotes"), "An op has a name.")
    yield from operand_faults(tried, seen)
    yield several_fault(tried, seen["several"])
    if seen["changed"]:
        cause = f"Operand {seen['changed'][0]} was changed by the call: whoever called still needs "
        yield report(tried, ..., ..., cause + "those numbers.", "Next: work on a `.copy()`.")
    yield from result_faults(tried, seen)
    if known := RESULTS.get(plain_name(op["name"])):
        yield known_op_fault(tried, seen, *known)
        return
    if isinstance(seen["moves"], Raised):
        cause = "No slope of the result can be measured here."
        yield report(tried, seen["moves"], Words("slopes"), cause)
    for k, moves in enumerate(seen["moves"]):
        if not moves and seen["kinds"][k] == "f":
            cause = f"The result stays the same where operand {k} moves: there is nothing to "
            yield report(tried, Words("slopes of 0"), Words("a slope"), cause + "derive.")


def several_fault(tried: str, count: int) -> str | None:
    """The message for several results in place of one, else None."""
    found = Words(f"{count} results, in a row") if count > 1 else Words("a result in a row")
    cause = "An op here has one result, an array: each function back is given one upstream."
    look = "Next: `np.stack` or `np.concatenate` makes one array of several; `np.array` one of a "
    look += "list of numbers."
    return report(tried, found, Words("one array"), cause, look) if count else None


def operand_faults(tried: str, seen: Seen) -> Faults:
    """The messages for operands that nothing can be measured with."""
    shown, floats = Words(", ".join(map(show_array, seen["operands"]))), Words("operands of floats")
    if seen["strange"] or not seen["kinds"]:
        cause = "An operand is an array of floats or a float; an index, say, is of whole numbers."
        if "c" in seen["kinds"]:
            cause = "These are complex numbers: take the real and the imaginary part as two "
            cause += "operands, and put them together in `result`."
        yield report(tried, Words([*seen["strange"], "no operands"][0]), floats, cause)
    if "f" not in seen["kinds"]:
        cause = "No slope is measured along whole numbers: an operand that takes a gradient is an "
        cause += "array of floats, or a float: `1.0` and not `1`."
        yield report(tried, shown, floats, cause)
    if (count := sum(x.size for x in seen["operands"])) > MOST_NUMBERS:
        cause = "Each number is moved to measure a slope: a few tell as much as many."
        yield report(tried, Words(f"{count} numbers"), Words(f"at most {MOST_NUMBERS}"), cause)
    if not seen["is repeated"]:
        cause = "The same rng gave other operands: draw from the `rng` that is handed in, not from "
        yield report(tried, shown, Words("the same again"), cause + "`np.random`.")
    if not seen["is drawn"]:
        cause = "Another rng gave the same operands. A rule may be right at one point alone: draw."
        yield report(tried, shown, Words("other operands"), cause)


NO_NUMBERS = {
    "c": "These are complex numbers: stack their real and their imaginary part.",
    "b": "True and False have no slopes.",
    **dict.fromkeys("fi", "There is no number in it."),
}


def result_faults(tried: str, seen: Seen) -> Faults:
    """The messages for a result that is not that of an op one can differentiate."""
    wanted = Words("an array of real numbers")
    if seen["is given one by one"]:
        cause = "This gives its numbers one by one, and once: `np.array([...])` keeps them."
        yield report(tried, Words("a generator"), wanted, cause)
    if seen["kind"] not in "fi" or not np.size(seen["result"]):
        cause = NO_NUMBERS.get(seen["kind"]) or kind_cause(seen["result"])
        yield report(tried, seen["result"], wanted, cause)
    result = np.asarray(seen["result"])
    if not np.isfinite(result).all():
        cause = "There is no slope where the result is not finite: draw operands further inside."
        yield report(tried, result, Words("finite numbers"), cause)
    if not np.array_equal(result, np.asarray(seen["again"])):
        cause = "Two calls with the same operands gave two results, and a slope compares calls."
        yield report(tried, result, seen["again"], cause)


def known_op_fault(
    tried: str, seen: Seen, result_of: Callable[..., Any], words: str, takes: str
) -> str | None:
    """The message for an op of the list whose result is another one, else None."""
    expected = attempt(lambda: np.asarray(result_of(*seen["operands"]), float))
    own = "An op of your own has a name of its own."
    if isinstance(expected, Raised):
        shown = ", ".join(map(show_array, seen["operands"]))
        cause = f"By its name the op takes {takes}. {own}"
        return report(tried, Words(f"operands {shown}"), Words(takes), cause)
    look = f"By its name the result is {words}. {own}"
    return difference(tried, np.asarray(seen["result"]), expected, (), look, dtype=None)


def op_explain(case: Case, raised: Raised) -> str | None:
    if raised.type == "TypeError" and "positional argument" in raised.text:
        told = "`operands` takes the `rng`, and `result` takes the operands in their order. What "
        return told + "`operands` returns is a tuple of them: `(x,)` for a single one."
    if raised.type == "LinAlgError":
        told = "There is no result at these operands: draw them further inside. A random matrix "
        return told + "plus `3 * np.eye(3)` can be solved."
    if "inhomogeneous" in raised.text:
        return "NumPy makes no array of rows of different lengths."
    return None


check_my_op = check_stages(
    "my_op", draws, op_steps, op_judge, tried=op_tried, explain=op_explain, own_work=ALWAYS
)

# ---------------------------------------------------------------------------------------------
# E27.2 The rule


def rule_steps(answer: tuple[Any, Any], case: Case) -> Steps:
    my_op, my_rule = parts(answer, 2)
    op = my_op()
    operands = list(drawn(op, case["seed"]))
    yield "operands", operands
    given = [x.copy() for x in operands]
    pair = in_a_row(my_rule(*given))
    yield "pair", pair
    result, back = pair
    firsts = result if isinstance(result, tuple | list) else [result]
    yield "is turned", any(map(callable, firsts))
    yield "several", how_many(result)
    yield "back", back
    ways = list(back) if isinstance(back, tuple | list) else [back]
    yield "ways", [short_text(way) for way in ways]
    yield "are functions", [way is None or callable(way) for way in ways]
    yield "result", np.asarray(result)
    yield "own result", np.asarray(op["result"](*[x.copy() for x in operands]))
    upstream = signed(np.random.default_rng([case["seed"], 1]).normal(size=np.shape(result)))
    yield "upstream", upstream
    handed = [[upstream.copy() for _ in ways] for _ in range(2)]
    for name, gs in zip(("passed on", "again"), handed, strict=True):
        yield name, [way and (attempt(way, g),) for way, g in zip(ways, gs, strict=True)]
    yield "changed", [k for k, x in enumerate(given) if not np.array_equal(x, operands[k])]
    yield "spoiled", [g for gs in handed for g in gs if not np.array_equal(g, upstream)]
    yield "slopes", slopes(op, operands, upstream)
    yield "under ones", slopes(op, operands, np.ones_like(upstream))
    yield "kinks", kinks(op, operands, upstream)
    yield "rough", roughness(op, my_rule, case["seed"])


def signed(upstream: Any) -> np.ndarray:
    """The upstream with both signs in it: else a lost sign and a lost absolute value look alike."""
    upstream = np.asarray(upstream)
    if upstream.size > 1 and abs(np.sign(upstream).sum()) == upstream.size:
        upstream.flat[0] *= -1
    return upstream


def roughness(op: dict[str, Any], rule: Any, seed: int) -> float:
    """How many times as much the last digits of the gradients jump as those of the result.

    Of five draws the second least counts: a derived rule may lose digits too, here and there.
    """
    found = [attempt(roughness_at, op, rule, seed + k) for k in range(5)]
    return float(sorted(0.0 if isinstance(each, Raised) else each for each in found)[1])


def roughness_at(op: dict[str, Any], rule: Any, seed: int) -> float:
    """The same at one draw.

    A difference of two results, divided by their distance, has lost as many digits as that has. It
    shows between points that are next to one another, and where the operands are four times as
    large or small, if that changes no gradient, as in a sort: no digit may change then.
    """
    operands, rng = drawn(op, seed), np.random.default_rng([seed, 2])
    floats = [k for k, x in enumerate(operands) if x.dtype.kind == "f"]
    moves = {k: NEXT * rng.normal(size=operands[k].shape) for k in floats}
    upstream = rng.normal(size=np.shape(op["result"](*[x.copy() for x in operands])))

    def at(scale: float, steps: int = 0) -> list[np.ndarray]:
        given = [x.copy() for x in operands]
        for k in floats:
            given[k] = scale * (given[k] + steps * moves[k])
        result, back = rule(*given)
        ways = list(back) if isinstance(back, tuple | list) else [back]
        return [np.asarray(result), *(np.asarray(ways[k](upstream)) for k in floats if ways[k])]

    def jump(before: np.ndarray, here: np.ndarray, after: np.ndarray) -> float:
        size = max(float(np.abs(here).max(initial=0.0)), 1e-300)
        return float(np.abs((before + after) / 2 - here).max(initial=0.0)) / size

    here = at(1.0)
    jumps = [jump(*three) for three in zip(at(1.0, -1), here, at(1.0, 1), strict=True)]
    with np.errstate(all="ignore"):
        others = [attempt(at, scale) for scale in (0.25, 4.0)]
    for other in others:
        if not isinstance(other, Raised):
            changes = [jump(*three) for three in zip(other, here, other, strict=True)]
            jumps = [max(x, y) if y < SAME else x for x, y in zip(jumps, changes, strict=True)]
    return max(jumps[1:], default=0.0) / max(jumps[0], float(np.finfo(float).eps))


def kinks(op: dict[str, Any], operands: Sequence[Any], upstream: Any) -> list[np.ndarray]:
    """Where, in each operand, the slope to the right is another than the slope to the left."""

    def total(k: int, place: Any, step: float) -> float:
        moved = [x.copy() for x in operands]
        if step:
            moved[k][place] += step
        return float(np.sum(upstream * np.asarray(op["result"](*moved))))

    found, h = [np.zeros(x.shape, bool) for x in operands], 1e-6
    for k, x in enumerate(operands):
        for place in np.ndindex(x.shape) if x.dtype.kind == "f" else ():
            here = total(k, place, 0.0)
            right, left = total(k, place, h) - here, here - total(k, place, -h)
            found[k][place] = abs(right - left) > 0.01 * max(abs(right), abs(left), 1e-3 * h)
    return found


def rule_tried(case: Case) -> str:
    return f"my_rule on the operands of my_op drawn by np.random.default_rng({case['seed']})"


def rule_judge(tried: str, case: Case, seen: Seen) -> Faults:
    yield from pair_faults(tried, seen)
    yield several_fault(f"{tried}: the result", seen["several"])
    yield from ways_faults(f"{tried}: the functions back", seen)
    if seen["changed"]:
        cause = f"The rule has written into operand {seen['changed'][0]}: others still need it."
        yield report(tried, ..., ..., cause, "Next: look for `+=` and `[...] =`.")
    cause = "The rule computes another result than `result` of my_op does."
    look = "Next: the first half of the rule is the op itself."
    result, own = seen["result"], seen["own result"]
    yield difference(tried, result, own, (), look, cause=cause, dtype=None)
    if seen["spoiled"]:
        cause = "A function back has written into the upstream, which the other operands are still "
        yield report(tried, ..., ..., cause + "to receive.", "Next: make a new array.")
    for k in range(len(seen["slopes"])):
        yield contribution_fault(tried, seen, k)
    if seen["rough"] > ROUGHER:  # nan is not
        lost = round(math.log10(seen["rough"]))
        found = Words(f"gradients with {lost} exact digits less than the result")
        cause = "What is measured loses digits: this is a difference of two results, divided by "
        cause += "the distance of their operands. A rule is derived, and as exact as the op."
        look = "Next: which numbers of the result does one number of the operand reach, and how "
        wanted = Words("gradients as exact as the result")
        yield report(f"{tried}, and beside them", found, wanted, cause, look + "much?")


def pair_faults(tried: str, seen: Seen) -> Faults:
    """The messages for what is no result with the functions back behind it."""
    pair, wanted = seen["pair"], "the result, and the functions back: `return y, (to_a, to_b)`"
    if not isinstance(pair, list) or len(pair) != 2:
        cause = kind_cause(pair)
        if isinstance(pair, np.ndarray) or is_number(pair):
            cause = "This is the result alone: the functions back are missing."
        elif isinstance(pair, list):
            cause = f"These are {len(pair)} things. The functions stand in a tuple of their own."
        yield report(tried, pair, Words(wanted), cause)
    if seen["is turned"]:
        yield report(tried, pair, Words(wanted), "The result comes first.")


def ways_faults(tried: str, seen: Seen) -> Faults:
    """The messages for what are no functions back, one for each operand."""
    if not (seen["back"] is None or isinstance(seen["back"], list) or all(seen["are functions"])):
        wanted = Words("a function for each operand, in a tuple: `(to_a, to_b)`")
        cause = "The functions stand in a tuple, in the order of the operands."
        yield report(tried, seen["back"], wanted, cause)
    ways, count = seen["ways"], len(seen["operands"])
    if len(ways) != count or not all(seen["are functions"]):
        cause = "The functions themselves are returned, without brackets behind or around them. "
        cause += "Numbers would be the gradient under one upstream."
        if len(ways) != count:
            cause = "Each operand has a function of its own, in their order; None stands for one "
            cause += "that takes no gradient."
        found = Words(f"{len(ways)} for {count}: {', '.join(ways)}")
        yield report(tried, found, Words("a function for each operand"), cause)


def contribution_fault(tried: str, seen: Seen, k: int) -> str | None:
    """The message for what operand k gets, where it is not the slope, else None."""
    slope, found = seen["slopes"][k], seen["passed on"][k]
    at = f"{tried}: what operand {k} gets under the upstream {show_array(seen['upstream'])}"
    if found is None:
        if not slope.any():
            return None
        cause = "The result moves with this operand, and None says that it takes no gradient."
        return report(at, None, slope, cause)
    found, again = found[0], seen["again"][k][0]
    if found is None:
        cause = f"The function for operand {k} gives nothing back: its last line is a `return`."
        if not slope.any():
            cause = "None stands in the place of the function, where an operand takes no gradient."
        return report(at, None, slope, cause)
    if isinstance(found, Raised):
        is_called = found.type == "TypeError" and "argument" in found.text
        cause = f"The function for operand {k} takes one thing, the upstream: `def to_x(g)`."
        return raised_report(at, found, cause if is_called else None)
    if is_kink(seen["kinks"][k], found, slope):
        cause = "Where this differs the op has a kink: its slope to the right is not that to the "
        cause += "left, and what was measured lies between them."
        look = "Next: let `operands` draw numbers that stand on no kink, and no two alike."
        return report(at, found + 0.0, slope, cause, look)  # no -0 in a message
    cause = "Expected is the slope that was measured. At such a point one derives it once more: "
    cause += "which paths lead from this operand to the result?"
    look = "Next: take the smallest operands you can, and move one number by hand."
    slips = contribution_slips(seen, k)
    if fault := difference(at, found, slope, slips, look, cause=cause, dtype=None, rel=1e-5):
        return fault
    if not np.array_equal(found, again):
        cause = "The second call of this function gave something else than the first: does it keep "
        return report(at, again, found, cause + "something, or write into it?")
    return None


def contribution_slips(seen: Seen, k: int) -> Table:
    """What operand k gets by mistake, where that can be something else."""
    slope = seen["slopes"][k]
    is_square = slope.ndim == 2 and slope.shape[0] == slope.shape[1]
    return {
        "This is its transpose: the axes are the wrong way round.": slope.T if is_square else (),
        "This is its negative: a sign is lost.": -slope,
        "This is right under an upstream of ones: the upstream is lost.": seen["under ones"][k],
        "This is twice as much: is one path counted twice?": 2 * slope,
        "This is half of it: is there a second path, or a 2 of a square?": slope / 2,
        "This is what another operand should get: the functions have changed places.": (
            *(x for j, x in enumerate(seen["slopes"]) if j != k),
        ),
        "The entries stand in the opposite direction.": slope[..., ::-1] if slope.ndim else (),
    }


def is_kink(kinks: np.ndarray, found: Any, slope: np.ndarray) -> bool:
    """Whether an array differs from the measured slopes at kinks of the op alone."""
    if not isinstance(found, np.ndarray) or found.shape != slope.shape or not kinks.any():
        return False
    off = ~np.isclose(found, slope, rtol=1e-5, atol=1e-8)
    return bool(off.any() and kinks[off].all())


def rule_explain(case: Case, raised: Raised) -> str | None:
    if "TypeError" in raised.type and "argument" in raised.text:
        return "The rule takes the operands of my_op, in the same order, and nothing else."
    if "inhomogeneous" in raised.text:
        return "NumPy makes no array of rows of different lengths: an op here has one result."
    return None


check_my_rule = check_stages(
    "my_rule",
    draws,
    rule_steps,
    rule_judge,
    tried=rule_tried,
    explain=rule_explain,
    own_work=(*ALWAYS, *MEASURED),
)

# ---------------------------------------------------------------------------------------------
# E27.3 The test, and mutants of the rule

SURVIVED = {
    "transpose": "At a symmetric operand nobody sees a transpose: draw one that is not.",
    "direction": "Where all entries are equal, no direction shows: draw them.",
    "operands": "Where both are alike, their order does not show: draw them.",
    "upstream": "Under an upstream of ones nobody misses it: draw one.",
    "turned": "It is wrong behind the first number of an operand: does the test move each one?",
    "negative": "No upstream of the test has a negative number.",
    "one": "All the other numbers are right: does the test look at every one?",
    "sum": "The sum is right, and so are the first and the last number: compare number by number.",
    "order": "All these numbers are right, elsewhere: compare each with the slope of its place.",
    "size": "The sizes are right, and the signs are not: compare the numbers themselves.",
    "tenth": "The signs are right, and the sizes are not: how near is near enough for the test?",
}
RIGHT = {"a copy": "a copy of my_rule", "measured": "a right rule whose last digits are others"}


def verdict_cases(rng: np.random.Generator) -> list[Case]:
    seed = int(rng.integers(1000))
    return [{"on": name, "seed": seed} for name in (*RIGHT, "mutants", "hidden")]


def verdict_probe(answer: tuple[Any, Any, Any], case: Case) -> dict[str, Any]:
    my_op, my_rule, my_test = parts(answer, 3)
    if case["on"] in RIGHT:
        other = copied(my_rule) if case["on"] == "a copy" else measured(my_rule)
        if (says := said_by(my_test, other)) is True:
            return {"says": True}
    operands = my_op()["operands"]
    if case["on"] == "hidden":
        return survival(my_test, my_rule, list(hidden_mutants_of(my_rule, operands, case["seed"])))
    try:
        mutants = mutants_of(my_rule, operands, case["seed"]).taken
    except NoMutantsError as error:
        return {"no mutants": str(error)}
    if case["on"] in RIGHT:
        return {"says": says}  # of a rule that is right, as its mutants have shown
    return survival(my_test, my_rule, mutants)


def survival(my_test: Any, my_rule: Any, mutants: Sequence[Mutant]) -> dict[str, Any]:
    """What the test says of the first of these mutants that it lets live, and where it is wrong."""
    verdicts = [verdict_of(my_test, my_rule, each) for each in mutants]
    for number, (one, says) in enumerate(zip(mutants, verdicts, strict=True), 1):
        if says is False or isinstance(says, Raised):
            continue
        trial = one.proof.trial
        return {
            "says": says,
            "number": number,
            "kind": one.kind,
            "words": one.words,
            "wrong for": list(one.wrong_for),
            "alone": len(one.wrong_for) < len(trial.operands) and len(trial.operands) > 1,
            "operand": one.proof.operand,
            "operands": list(trial.operands),
            "upstream": trial.upstream,
            "passes on": one.proof.passes_on,
            "slope": trial.slopes[one.proof.operand],
            "all survive": all(says is True for says in verdicts),
        }
    return {"says": False}


def copied(rule: Any) -> Any:
    """The rule in another function: nothing but what it does tells it from a mutant."""
    return lambda *operands: rule(*operands)


def measured(rule: Any) -> Any:
    """The rule, of which each contribution is off in its last digits."""

    def other(*operands: Any) -> Any:
        result, back = rule(*operands)
        ways = list(back) if isinstance(back, tuple | list) else [back]
        ways = [way and (lambda g, way=way: np.asarray(way(g)) * (1 + 1e-13)) for way in ways]
        return result, tuple(ways) if isinstance(back, tuple | list) else ways[0]

    return other


def verdict_of(my_test: Any, my_rule: Any, mutant: Mutant) -> Any:
    """What the test says of a mutant, while the mutant stands in the rule's place everywhere."""
    with in_place(my_test, my_rule, mutant.rule):
        return said_by(my_test, mutant.rule)


def said_by(my_test: Any, rule: Any) -> Any:
    """What the test says of a rule, an array without axes as the verdict in it."""
    return unwrapped(attempt(my_test, rule))


@contextmanager
def in_place(my_test: Any, rule: Any, mutant: Any) -> Iterator[None]:
    """Let the names of the rule mean the mutant where the test looks them up.

    Else a test could ask the rule itself what is right, and would find any fault of it right.
    """
    names = getattr(my_test, "__globals__", {})
    known = [name for name, thing in names.items() if thing is rule]
    names.update(dict.fromkeys(known, mutant))
    try:
        yield
    finally:
        names.update(dict.fromkeys(known, rule))


def verdict_tried(case: Case) -> str:
    others = {"mutants": "three mutants of your rule", "hidden": "a fault that hides in your rule"}
    return f"my_test on {(RIGHT | others)[case['on']]}"


def verdict_judge(case: Case, got: dict[str, Any]) -> str | None:
    tried, says = verdict_tried(case), got.get("says")
    if "no mutants" in got:
        cause = f"Mutants are made of a rule that is right: {got['no mutants']}."
        return report(tried, ..., ..., cause, "Next: let the check of my_rule pass first.")
    if case["on"] in RIGHT:
        return right_fault(case, tried, says)
    if says is False:
        return None
    if says is not True:
        return no_verdict(tried, says)
    where = (
        f"With the operands {', '.join(map(show_array, got['operands']))} and the upstream "
        f"{show_array(got['upstream'])} it passes {show_array(got['passes on'])} on to operand "
        f"{got['operand']}; the measured slope is {show_array(got['slope'])}."
    )
    if case["on"] == "mutants":
        tried = f"my_test on mutant {got['number']} of your rule"
    tried = f"{tried}, {(KINDS | HIDDEN)[got['kind']]}: {got['words']}"
    return report(tried, Words("True: it survives"), Words("False"), survival_cause(got), where)


def survival_cause(got: dict[str, Any]) -> str:
    """What a test does not look at that lets this mutant live."""
    if got["all survive"]:
        cause = "All three survive: is anything compared with a slope that was measured, and not "
        return cause + "with what my_rule says itself?"
    cause = SURVIVED.get(got["kind"], "Its fault shows at operands that are drawn at random.")
    if not got["alone"] or got["kind"] in HIDDEN:
        return cause
    alone = f"It is wrong for operand {' and '.join(map(str, got['wrong for']))} alone: does the "
    alone += "test look at each, and move each of its numbers?"
    if got["kind"] == "turned":
        alone += " Does it compare signs?"
    return f"{cause} {alone}" if got["kind"] == "upstream" else alone


def right_fault(case: Case, tried: str, says: Any) -> str | None:
    """The message for a test that refuses a right rule, else None."""
    if says is True:
        return None
    if isinstance(says, Raised):
        cause = "The rule is right, and the test stops with an error."
        where = f"This was in line {says.line}: `{says.source}`" if says.line else ""
        return report(tried, says, True, cause, where)
    if says is not False:
        return no_verdict(tried, says)
    cause = "This rule is right, and the test refuses it. Print the two numbers that it compares."
    if case["on"] == "a copy":
        cause += " (It is no longer called my_rule: what counts is what it does.)"
    if case["on"] == "measured":
        cause = "The last digits depend on the order of a sum: compare by `np.allclose`, not `==`."
    return report(tried, False, True, cause)


def no_verdict(tried: str, says: Any) -> str:
    """The message for what is neither True nor False."""
    cause = "A test says True where the rule is right, and False where it is wrong."
    if isinstance(says, np.ndarray | list | tuple):
        cause += " Of several `all(...)` makes one."
    return report(tried, says, Words("True or False"), kind_cause(says, cause))


check_my_test = Check(
    "my_test",
    verdict_cases,
    verdict_probe,
    verdict_judge,
    tried=verdict_tried,
    own_work=(*ALWAYS, *MEASURED),
)
