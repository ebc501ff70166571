"""The checks of exercise 18: momentum, Adam, initial weights, clipping, and what a curve says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np

from .accepted import close, is_number, unwrapped
from .arrays import Table, difference, draw_array, is_this, known_wrong, show_array
from .core import Check
from .messages import Words, because, report, type_of
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import Case, words_of_slip

Arrays = list[np.ndarray]

# ---------------------------------------------------------------------------------------------
# E18.1 Momentum and Adam: the first three steps, for two parameters of different shapes

SHAPES = ((2,), (2, 3))
STEPS = 3
SHARED_PARAMETERS = "The parameters share one memory: what one leaves in it the next one uses."
SHARED_CLASS = (
    "Two optimisers share one memory: it belongs to the class, or is a default argument. Make it "
    "in `__init__`, on self."
)


def optimiser_cases(rng: np.random.Generator, paper: Sequence[Any], draw: Any) -> list[Case]:
    """One parameter to follow on paper, then several, one of which gets no gradient once."""
    numbers = [[1.0, -2.0], [2.0, 0.5], [-1.0, 4.0]]
    on_paper: Case = {
        "start": [np.array([1.0, 2.0])],
        "gradients": [[np.array(row)] for row in numbers],
        "how": paper,
    }
    drawn: list[Case] = [
        {
            "start": [draw_array(rng, shape) for shape in SHAPES],
            "gradients": [[draw_array(rng, shape) for shape in SHAPES] for _ in range(STEPS)],
            "how": draw(rng),
        }
        for _ in range(2)
    ]
    drawn[1]["gradients"][1][0] = np.zeros(SHAPES[0])
    return [on_paper, *drawn]


def optimiser_steps(optimiser: Any, case: Case) -> Steps:
    """Where the arrays are after each step, with a second optimiser at work in between."""
    arrays = [array.copy() for array in case["start"]]
    handed, others = list(arrays), [array + 1.0 for array in case["start"]]
    with np.errstate(divide="raise", invalid="ignore"):
        first, second = optimiser(handed, *case["how"]), optimiser(others, *case["how"])
        places, changed = [], False
        for gradients in case["gradients"]:
            given = [gradient.copy() for gradient in gradients]
            first.step(given)
            second.step([10.0 * gradient for gradient in gradients])
            places.append([array.copy() for array in arrays])
            changed |= not all(map(np.array_equal, given, gradients))
    yield "replaced", any(now is not then for now, then in zip(handed, arrays, strict=False))
    yield "places", places
    yield "changed", changed


def unmoved_fault(said: str, case: Case, seen: Seen) -> str | None:
    """The message where no array that was handed in has moved at all."""
    if not all(map(np.array_equal, seen["places"][-1], case["start"])):
        return None
    cause = "No array that was handed in has moved: `p = p - ...` gives the name `p` to a new "
    cause += "array, and the network keeps the old one."
    if seen["replaced"]:
        cause = "New arrays were put into the list, by `params[i] = ...`. The network does not "
        cause += "look there: it holds the old arrays, which have not moved."
    look = "Next: write into the array, `p -= ...` or `p[...] = ...`."
    return report(f"{said}; the parameters", Words("as they were"), cause=cause, look=look)


def check_optimiser(
    name: str,
    paper: Sequence[Any],
    draw: Callable[[np.random.Generator], Sequence[Any]],
    called: Callable[..., str],
    moves: Callable[..., Arrays],
    slips: Table,
    shared: Table,
) -> Check:
    """A check of an optimiser class, made with parameters and the settings that are drawn.

    `moves(gradients, *settings)` are the moves of one parameter, step by step; `slips` are wrong
    ones. `shared` are those of all parameters at once, from rows with a gradient for each.
    """

    def judge(said: str, case: Case, seen: Seen) -> Faults:
        start, gradients, how = case["start"], case["gradients"], case["how"]
        yield unmoved_fault(said, case, seen)
        together = known_wrong(shared, gradients, *how)
        for k, (place, first) in product(range(STEPS), enumerate(start)):
            own = [row[place] for row in gradients]
            path = np.array([row[place] for row in seen["places"]])
            wrong = [*known_wrong(slips, own, *how)]
            wrong += [([row[place] for row in rows], words) for rows, words in together]
            causes = [(first + np.cumsum(found, axis=0), words) for found, words in wrong]
            # In a single step two slips may agree: one that fits every step comes first.
            causes.sort(key=lambda each: not is_this(path, each[0], 1e-9))  # noqa: B023
            at = f"{said}; parameter {place + 1} of {len(start)} after step {k + 1}"
            history = ", then ".join(show_array(gradient) for gradient in own[: k + 1])
            yield difference(
                f"{at} with the gradients {history}, from {show_array(first)}",
                path[k],
                first + sum(moves(own, *how)[: k + 1]),
                [(places[k], words) for places, words in causes],
                "Next: follow one number through three steps on paper.",
                rel=1e-9,
            )
        if seen["changed"]:
            cause = "A gradient handed in was written into: the memory is the gradient array "
            cause += "itself, not a copy, and the next `+=` lands in both."
            yield report(f"{said}; the gradients", Words("changed"), Words("as they were"), cause)

    return check_stages(
        name,
        lambda rng: optimiser_cases(rng, paper, draw),
        optimiser_steps,
        judge,
        tried=lambda case: called(*case["how"]),
        explain=because(OPTIMISER_CAUSES),
        own_work=["optim"],
    )


OPTIMISER_CAUSES = {
    "broadcast|output operand": "Arrays of two shapes met: each parameter needs a memory of its "
    "own, of its shape.",
    "ZeroDivisionError|divide by zero": "1 - beta ** t is 0 where t is 0: count the step before "
    "you correct.",
}


def fading_sums(gradients: Arrays, beta: float, new: float = 1.0) -> Arrays:
    """After each step the sum of all gradients so far, each times `new` and beta per step since."""
    return [
        sum(new * beta ** (k - j) * g for j, g in enumerate(gradients[: k + 1]))  # type: ignore
        for k in range(len(gradients))
    ]


def by_velocity(gradients: Arrays, lr: float, beta: float, new: float = 1.0) -> Arrays:
    return [-lr * v for v in fading_sums(gradients, beta, new)]


def before_the_gradient(gradients: Arrays, lr: float, beta: float) -> Arrays:
    moves = by_velocity(gradients, lr, beta)
    return [0.0 * moves[0], *moves[:-1]]


def one_velocity(rows: list[Arrays], lr: float, beta: float) -> list[Arrays]:
    """The moves where all parameters, one after the other, use one velocity."""
    velocity: Any = 0.0
    found: list[Arrays] = []
    for row in rows:
        found.append([])
        for g in row:
            if np.shape(velocity) not in ((), g.shape):
                velocity = 0.0  # an answer that mixes shapes would have raised
            velocity = beta * velocity + g
            found[-1].append(-lr * velocity)
    return found


def by_parameter(moves: Callable[..., Arrays]) -> Callable[..., list[Arrays]]:
    """The moves of all parameters, step by step: `moves(gradients, place, count, *settings)`."""

    def of_all(rows: list[Arrays], *how: Any) -> list[Arrays]:
        n = len(rows[0])
        found = [moves(list(own), i, n, *how) for i, own in enumerate(zip(*rows, strict=True))]
        return [list(row) for row in zip(*found, strict=True)]

    return of_all


def both_seen(own: Arrays) -> Arrays:
    """What a memory sees that a second optimiser shares, whose gradients are 10 times as large."""
    return [factor * g for g in own for factor in (1.0, 10.0)]


check_momentum = check_optimiser(
    "momentum",
    [0.1, 0.9],
    lambda rng: [round(float(rng.uniform(0.05, 0.2)), 2), round(rng.uniform(0.6, 0.9), 2)],
    lambda lr, beta: f"Momentum(params, lr={lr}, beta={beta})",
    by_velocity,
    {
        "This is up the gradient: the loss grows.": (
            lambda gs, lr, beta: by_velocity(gs, -lr, beta)
        ),
        "This is plain descent: nothing is kept of the gradients before.": (
            lambda gs, lr, beta: by_velocity(gs, lr, 0.0)
        ),
        "Here the new gradient counts 1 - beta: a fading average. Asked for, as in PyTorch, "
        "is the fading sum, velocity = beta * velocity + g.": (
            lambda gs, lr, beta: by_velocity(gs, lr, beta, 1 - beta)
        ),
        "The velocity does not fade: beta is not used, and it runs on for ever.": (
            lambda gs, lr, beta: by_velocity(gs, lr, 1.0)
        ),
        "This moves by the velocity from before this gradient: first update, then move.": (
            before_the_gradient
        ),
        "This looks ahead, as Nesterov's form does. Asked for is the plain one.": (
            lambda gs, lr, beta: [
                -lr * (g + beta * v) for g, v in zip(gs, fading_sums(gs, beta), strict=True)
            ]
        ),
        "The rate is missing from one of the two: p moves by lr times the whole velocity.": (
            lambda gs, lr, beta: [
                -lr * g + old / lr * beta
                for g, old in zip(gs, before_the_gradient(gs, lr, beta), strict=True)
            ]
        ),
    },
    {
        SHARED_PARAMETERS: one_velocity,
        SHARED_CLASS: by_parameter(
            lambda own, i, n, lr, beta: by_velocity(both_seen(own), lr, beta)[::2]
        ),
    },
)


def adam_moves(
    gradients: Arrays,
    lr: float,
    betas: Sequence[float],
    eps: float,
    *,
    corrected: str = "mean and square",
    place: str = "outside",
    count: Callable[[int], int] = lambda t: t,
    squared: bool = True,
    root: bool = True,
) -> Arrays:
    """The moves of Adam in closed form, or of one of its wrong forms."""
    one, two = betas
    means = fading_sums(gradients, one, 1 - one)
    squares = fading_sums([g * g for g in gradients], two, 1 - two)
    if not squared:  # before the average, but after it
        squares = [m * m for m in fading_sums(gradients, two, 1 - two)]
    moves = []
    for t, (mean, square) in enumerate(zip(means, squares, strict=True), start=1):
        first = 1 - one ** count(t) if "mean" in corrected else 1.0
        second = 1 - two ** count(t) if "square" in corrected else 1.0
        right = square / second
        with np.errstate(all="ignore"):
            below = {
                "outside": (np.sqrt(right) if root else right) + eps,
                "inside": np.sqrt(right + eps),
                "before": (np.sqrt(square) + eps) / math.sqrt(second),
            }[place]
            moves.append(-lr * mean / first / below)
    return moves


def form(**how: Any) -> Callable[..., Arrays]:
    return lambda gs, lr, betas, eps: adam_moves(gs, lr, betas, eps, **how)


def draw_adam(rng: np.random.Generator) -> list[Any]:
    lr = round(float(rng.uniform(0.05, 0.2)), 2)
    betas = round(float(rng.uniform(0.5, 0.7)), 2), round(float(rng.uniform(0.8, 0.95)), 2)
    return [lr, betas, round(float(rng.uniform(0.2, 0.4)), 2)]  # large, so that its place is seen


check_adam = check_optimiser(
    "adam",
    [0.1, (0.5, 0.9), 0.0],
    draw_adam,
    lambda lr, betas, eps: f"Adam(params, lr={lr}, betas={betas}, eps={eps})",
    adam_moves,
    {
        "Neither average is corrected: both start at 0 and are too small at first, the mean by "
        "1 - beta1 ** t and the square by 1 - beta2 ** t.": form(corrected=""),
        "The mean is corrected and the square is not: divide it by 1 - beta2 ** t.": (
            form(corrected="mean")
        ),
        "The square is corrected and the mean is not: divide it by 1 - beta1 ** t.": (
            form(corrected="square")
        ),
        "The correction is that of the first step each time: t counts the steps so far.": (
            form(count=lambda t: 1)
        ),
        "The correction is that of one step later: t is 1 at the first.": (
            form(count=lambda t: t + 1)
        ),
        "eps is under the root: it is added to the root of the square.": form(place="inside"),
        "eps is added before the correction of the square: it comes last.": form(place="before"),
        "The betas have changed places: the first is that of the mean.": (
            lambda gs, lr, betas, eps: adam_moves(gs, lr, betas[::-1], eps)
        ),
        "This squares the average. The second average is that of the squares, g * g.": (
            form(squared=False)
        ),
        "The root of the square is missing: without it the step has the size of 1 / g.": (
            form(root=False)
        ),
        "This is up the gradient.": lambda gs, lr, *how: adam_moves(gs, -lr, *how),
    },
    {
        "t went up once for each parameter. A step is one call of `step`, however many parameters "
        "there are.": by_parameter(
            lambda own, i, n, *how: adam_moves(own, *how, count=lambda t: n * (t - 1) + i + 1)
        ),
        "t is counted by all optimisers together: it belongs to the class. Keep it on self.": (
            by_parameter(lambda own, i, n, *how: adam_moves(own, *how, count=lambda t: 2 * t - 1))
        ),
        # Both averages are shared, and the count is not.
        SHARED_CLASS: by_parameter(
            lambda own, i, n, *how: form(count=lambda t: (t + 1) // 2)(both_seen(own), *how)[::2]
        ),
    },
)

# ---------------------------------------------------------------------------------------------
# E18.2 Initial weights: 20 layers, none of which makes its numbers larger or smaller

LAYERS = 20
WITHIN = 0.1
FACTOR = {"linear": 1.0, "relu": 2.0}  # what makes up for what the activation keeps back
# Variances, from both widths and that factor.
VARIANCES: dict[str, Callable[[int, int, float], float]] = {
    "The standard deviation is 1, whatever the width: a sum of n such terms has n times the "
    "variance of one.": lambda n, m, factor: 1.0,
    "The standard deviation is {right}; that is to be the variance, and the standard deviation is "
    "its root.": (lambda n, m, factor: (factor / n) ** 2),
    "The variance is that of n_out: a sum on the way forward has n_in terms.": (
        lambda n, m, factor: factor / m
    ),
    "This is Xavier's mean of both widths: a compromise with the way back. Asked for is the way "
    "forward, n_in.": lambda n, m, factor: 2 * factor / (n + m),
    "Uniform within 1 / sqrt(n_in) has the variance 1 / (3 n_in): a uniform draw within b has "
    "b * b / 3.": lambda n, m, factor: 1 / (3 * n),
    "Uniform within sqrt(2 / n_in) has a third of the variance that it should have: a draw within "
    "b has b * b / 3.": lambda n, m, factor: 2 / (3 * n),
    "relu lets only half of the mean square through, and the weights must make up for it.": (
        lambda n, m, factor: 1 / n if factor == 2 else math.nan
    ),
    "The factor 2 makes up for a relu, and here is none.": (
        lambda n, m, factor: 2 / n if factor == 1 else math.nan
    ),
}


def init_cases(rng: np.random.Generator) -> list[Case]:
    cases: list[Case] = []
    for activation in FACTOR:
        widths = [400, *(int(n) for n in rng.integers(220, 420, LAYERS - 1)), 200]
        cases.append({"widths": widths, "activation": activation, "seed": int(rng.integers(1000))})
    return cases


def init_steps(weights: Any, case: Case) -> Steps:
    rng, activation, layers = np.random.default_rng(case["seed"]), case["activation"], []
    for n_in, n_out in pairwise(case["widths"]):
        w = weights(n_in, n_out, activation, rng)
        if not isinstance(w, np.ndarray):
            yield "no array", w.tolist() if isinstance(w, np.generic) else w
            return
        if w.shape != (n_out, n_in) or w.dtype.kind != "f":
            yield "no weight", [str(w.dtype), *w.shape]  # too large to be told in full
            return
        layers.append([float(np.mean(w)), float(np.mean(w * w))])
    yield "layers", layers
    seeds = (case["seed"], case["seed"], case["seed"] + 1)
    yield "again", [weights(4, 3, activation, np.random.default_rng(seed)) for seed in seeds]


def init_tried(case: Case) -> str:
    return f"{LAYERS} layers, {case['activation']}, of widths {case['widths'][:3]} and so on"


def init_judge(tried: str, case: Case, seen: Seen) -> Faults:
    (n_in, n_out), factor = case["widths"][:2], FACTOR[case["activation"]]
    call = f"weights({n_in}, {n_out}, {case['activation']!r}, rng)"
    wanted = Words(f"an array of floats, of shape {(n_out, n_in)}")
    if "no array" in seen:
        cause = "Is a `return` missing?" if seen["no array"] is None else "An array is asked for."
        yield report(call, seen["no array"], wanted, cause)
    if "no weight" in seen:
        dtype, *shape = seen["no weight"]
        cause = "A weight has a row for each output, and in it a number for each input."
        if shape == [n_in, n_out]:
            cause = "The axes are the wrong way round: a weight is (out, in), as in PyTorch."
        elif shape == [n_out, n_in]:
            cause = "Whole numbers have no room for weights between -1 and 1."
        yield report(call, Words(f"{dtype}, shape {tuple(shape)}"), wanted, cause)
    pairs, layers = list(pairwise(case["widths"])), seen["layers"]
    centres = (math.sqrt(n) * abs(mean) for (n, _), (mean, _) in zip(pairs, layers, strict=True))
    if max(centres) > 0.2 * math.sqrt(2):
        cause = "The weights are not centred on 0, so every sum gets the same push, layer by layer."
        yield report(f"{call}.mean()", layers[0][0], Words("about 0"), cause)
    first, again, other = seen["again"]
    if not np.array_equal(first, again):
        cause = "The same seed gave other weights: they come from another generator than `rng`."
        yield report(call, Words("other numbers each time"), cause=cause)
    if np.array_equal(first, other):
        yield report(call, Words("the same for two seeds"), cause="`rng` is not used.")
    gains = [n * square / factor for (n, _), (_, square) in zip(pairs, layers, strict=True)]
    if all(abs(gain - 1) <= WITHIN for gain in [*gains, math.prod(gains)]):
        return

    def are(variance: Callable[[int, int, float], float]) -> bool:
        measured = zip(pairs, layers, strict=True)
        return all(abs(square / variance(*nm, factor) - 1) < 0.05 for nm, (_, square) in measured)

    cause = next((words for words, variance in VARIANCES.items() if are(variance)), "")
    cause = cause.format(right=f"{factor:g} / n_in")
    relu = ", and relu halves the last" if factor == 2 else ""
    look = f"Next: Var(sum) = n_in * Var(w) * mean(x * x){relu}."
    tried += ": the mean square after them, from 1 at the start"
    yield report(tried, math.prod(gains), Words("between 0.9 and 1.1"), cause, look)


check_weights = check_stages(
    "weights", init_cases, init_steps, init_judge, tried=init_tried, own_work=["init", "nn"]
)

# ---------------------------------------------------------------------------------------------
# E18.3 Clipping by the norm of all gradients together


def norm_of(arrays: Sequence[np.ndarray]) -> float:
    """The root of the sum of all squares."""
    return math.sqrt(sum(float(np.sum(array * array)) for array in arrays))


def scaled_by(size: Callable[[Sequence[np.ndarray]], float]) -> Callable[..., Arrays]:
    """Gradients scaled down where this size of them is above the limit."""
    return lambda grads, limit: [g * min(1.0, limit / (size(grads) or limit)) for g in grads]


clipped_rightly = scaled_by(norm_of)
CLIPPED: dict[str, Callable[..., Arrays]] = {
    "Each array was clipped by its own norm: that bends the direction of the step. The norm is "
    "that of all of them together.": (
        lambda grads, limit: [clipped_rightly([g], limit)[0] for g in grads]
    ),
    "Each number was clipped on its own: that bends the direction of the step.": (
        lambda grads, limit: [np.clip(g, -limit, limit) for g in grads]
    ),
    "Gradients within the limit were scaled up to it. Clipping only ever makes them smaller.": (
        lambda grads, limit: [g * (limit / norm_of(grads)) for g in grads]
    ),
    "The norms of the arrays were added. Add their squares, and take the root of all.": (
        scaled_by(lambda grads: sum(norm_of([g]) for g in grads))
    ),
    "The sum of squares was taken for the norm: its root is missing.": (
        scaled_by(lambda grads: norm_of(grads) ** 2)
    ),
    "The largest number was taken for the norm.": (
        scaled_by(lambda grads: max(float(np.max(np.abs(g))) for g in grads))
    ),
    "Nothing was clipped, and the norm is above the limit.": lambda grads, limit: list(grads),
    "The norm is 1 now: scale to max_norm.": (
        lambda grads, limit: (
            [g / norm_of(grads) for g in grads] if norm_of(grads) > limit else list(grads)
        )
    ),
}
NORMS: dict[str, Callable[..., float]] = {
    "This is the norm after clipping. Who looks at a training wants the one before.": (
        lambda grads, limit: min(limit, norm_of(grads))
    ),
    "This is the norm squared.": lambda grads, limit: norm_of(grads) ** 2,
}


def clip_cases(rng: np.random.Generator) -> list[Case]:
    cases: list[Case] = []
    for share in (0.3, 0.05, 1.7):  # of the norm; above 1 nothing is to be done
        grads = [draw_array(rng, shape) for shape in ((2, 3), (), (3,))]
        cases.append({"grads": grads, "max_norm": round(share * norm_of(grads), 2)})
    zeros = [np.zeros((2,)), np.zeros((1, 2))]
    return [*cases, {"grads": zeros, "max_norm": 1.0}]


def clip_steps(clip: Any, case: Case) -> Steps:
    arrays = [gradient.copy() for gradient in case["grads"]]
    with np.errstate(all="ignore"):
        yield "result", clip(list(arrays), case["max_norm"])
    yield "changed", not all(map(np.array_equal, arrays, case["grads"]))


def clip_tried(case: Case) -> str:
    grads = ", ".join(show_array(gradient) for gradient in case["grads"])
    return f"clipped([{grads}], max_norm={case['max_norm']})"


def clip_judge(tried: str, case: Case, seen: Seen) -> Faults:
    grads, limit, result = case["grads"], case["max_norm"], seen["result"]
    if not (isinstance(result, list) and len(result) == 2 and isinstance(result[0], list)):
        wanted = Words("two things: the list of clipped arrays, and the norm before")
        kind = "nothing" if result is None else type_of(result)
        cause = "Is the second one, or the `return`, missing?"
        if isinstance(result, list) and result and isinstance(result[-1], list):
            cause, kind = "The list of arrays comes first, then the norm.", "the norm, then a list"
        yield report(tried, Words(kind), wanted, cause)
    arrays, told = result
    if len(arrays) != len(grads):
        wanted = Words(f"a list of {len(grads)} arrays")
        yield report(tried, Words(f"a list of {len(arrays)}"), wanted, "One for each gradient.")
    if seen["changed"]:
        cause = "The arrays handed in were written into. Asked for are new ones."
        yield report(f"{tried}; the arguments", Words("changed"), Words("as they were"), cause)
    norm, told = norm_of(grads), unwrapped(told)
    slips = known_wrong(CLIPPED, grads, limit) if norm else []
    for place, (array, right) in enumerate(zip(arrays, clipped_rightly(grads, limit), strict=True)):
        at = f"{tried}; array {place + 1}"
        if not norm and isinstance(array, np.ndarray) and np.isnan(array).any():
            cause = "0 / 0: gradients that are all 0 have the norm 0. They need no clipping."
            yield report(at, array, right, cause)
        found = np.asarray(array, float) if is_number(array) else array
        wrong = [(wrong[place], cause) for wrong, cause in slips]
        look = "Next: one norm over everything, one factor for everything."
        yield difference(at, found, right, wrong, look, rel=1e-5)
    if not is_number(told):
        yield report(f"{tried}; the norm", told, norm, "The norm is one number.")
    if not close(told, norm, rel=1e-5, scale=1e-9):
        cause = words_of_slip(told, NORMS, grads, limit, rel=1e-4)
        cause = cause or "The norm is the root of the sum of all squares."
        yield report(f"{tried}; the norm", told, norm, cause)


check_clipped = check_stages(
    "clipped", clip_cases, clip_steps, clip_judge, tried=clip_tried, own_work=["nn", "optim"]
)

# ---------------------------------------------------------------------------------------------
# E18.4 Four loss curves

RUNS: dict[str, dict[str, Any]] = {
    "A": {"rate": 0.01, "forgets": True},
    "B": {"rate": 0.08, "batch": 4},
    "C": {"rate": 0.57},
    "D": {"rate": 0.002},
}
ANSWERS = ("no zero_grad", "never lowered", "too large", "too small")
SEEN = {
    "A": "A swings, in long even waves that do not get smaller.",
    "B": "B falls fast, then trembles around one level and gets no lower.",
    "C": "C grows by the same factor at every step: a straight line up, on this axis.",
    "D": "D falls at every step, smoothly, and is nowhere near its end.",
}
# What each cause would look like: for the message on an answer that names it in the wrong place.
CAUSES = {
    "too small": "With a rate far too small the loss falls smoothly, and hardly at all.",
    "too large": "With a rate too large every step lands further up the other side, and the loss "
    "grows.",
    "no zero_grad": "Gradients that pile up make strides that overshoot and turn back: long waves.",
    "never lowered": "Small batches differ, and with one rate for ever the loss trembles in the "
    "end, without waves.",
    "no gradient": "Where no gradient arrives nothing moves: the loss is level from the start.",
    "fine": "A good run falls fast, then levels off smoothly.",
}


def four_curves(steps: int = 150) -> dict[str, list[float]]:
    """The losses of four trainings, by letter."""
    return {letter: fitted(steps=steps, **how) for letter, how in RUNS.items()}


def fitted(rate: float, forgets: bool = False, batch: int = 100, steps: int = 150) -> list[float]:
    """The mean square of the errors before each step, for 10 weights and 100 points.

    With `forgets` the gradients pile up; `batch` is how many points a step looks at.
    """
    rng = np.random.default_rng(0)
    x, noise = rng.normal(size=(100, 10)), rng.normal(0.0, 0.3, 100)
    y = x @ rng.normal(0.0, 1.0, 10) + noise
    w, g, losses = np.zeros(10), np.zeros(10), []
    for _ in range(steps):
        losses.append(float(np.mean((x @ w - y) ** 2)))
        rows = rng.permutation(100)[:batch]
        g = g * forgets + 2 * x[rows].T @ (x[rows] @ w - y[rows]) / batch
        w = w - rate * g
    return losses


def diagnoses_judge(case: Case, got: Any) -> str | None:
    if isinstance(got, dict) and {*"ABCD"} <= got.keys():
        got = [got[letter] for letter in "ABCD"]
    wanted = Words("a list of four of these: " + ", ".join(map(repr, CAUSES)))
    if not isinstance(got, list | tuple) or len(got) != len(ANSWERS):
        cause = "Is a `return` missing?" if got is None else "One for each curve, A to D."
        return report("diagnoses()", got, wanted, cause)
    got = [each.strip().lower() if isinstance(each, str) else each for each in got]
    unknown = [each for each in got if each not in CAUSES]
    if unknown:
        cause = "Take the words as they stand in the list."
        return report("diagnoses()", unknown[0], wanted, cause)
    right = [each == answer for each, answer in zip(got, ANSWERS, strict=True)]
    if all(right):
        return None
    place = right.index(False)
    letter, named = "ABCD"[place], got[place]
    look = f"{sum(right)} of {len(right)} are right. Next: {SEEN[letter]} What does that?"
    tried = f"diagnoses(): curve {letter}"
    return report(tried, named, Words("another cause"), CAUSES[named], look)


check_diagnoses = Check(
    "diagnoses", lambda rng: [{}], lambda answer, case: answer(), diagnoses_judge
)
