"""The checks of exercise 18: momentum, Adam, initial weights, clipping, and what a curve says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .accepted import close, is_number
from .arrays import difference, draw_array, is_this, show_array
from .core import Check
from .messages import Words, report
from .plain_data import Raised

Case = dict[str, Any]

# ---------------------------------------------------------------------------------------------
# E18.1 Momentum and Adam: the first three steps, for two parameters of different shapes

SHAPES = ((2,), (2, 3))
STEPS = 3
ON_PAPER: dict[str, Any] = {
    "start": [1.0, 2.0],
    "gradients": [[1.0, -2.0], [2.0, 0.5], [-1.0, 4.0]],
}


def _path_cases(
    rng: np.random.Generator, more: Callable[[np.random.Generator], Case]
) -> list[Case]:
    paper = {
        "start": [np.array(ON_PAPER["start"])],
        "gradients": [[np.array(row)] for row in ON_PAPER["gradients"]],
        **more(np.random.default_rng(0)),
    }
    drawn = [
        {
            "start": [draw_array(rng, shape) for shape in SHAPES],
            "gradients": [[draw_array(rng, shape) for shape in SHAPES] for _ in range(STEPS)],
            **more(rng),
        }
        for _ in range(2)
    ]
    drawn[1]["gradients"][1][0] = np.zeros(SHAPES[0])
    return [paper, *drawn]


def _paths(make: Callable[[list[np.ndarray]], Any], case: Case) -> dict[str, Any]:
    """Where the arrays are after each step, with a second optimiser at work in between."""
    arrays = [array.copy() for array in case["start"]]
    others = [array + 1.0 for array in case["start"]]
    first, second = make(arrays), make(others)
    places, changed = [], []
    for gradients in case["gradients"]:
        given = [gradient.copy() for gradient in gradients]
        first.step(given)
        second.step([10.0 * gradient for gradient in gradients])
        places.append([array.copy() for array in arrays])
        pairs = zip(given, gradients, strict=True)
        changed.append(not all(np.array_equal(now, before) for now, before in pairs))
    return {"places": places, "changed": any(changed)}


def _path_fault(
    case: Case,
    tried: str,
    got: dict[str, Any],
    walk: Callable[[Sequence[np.ndarray]], list[np.ndarray]],
    slips: Sequence[tuple[Callable[[Sequence[np.ndarray]], list[np.ndarray]], str]],
    shared: Sequence[tuple[Callable[..., list[list[np.ndarray]]], str]],
) -> str | None:
    """The message for the first place that is wrong, else None.

    `walk` gives the moves of one parameter, step by step, of its gradients; `slips` are wrong
    walks; `shared` are wrong walks of all parameters at once, in the order of places.
    """
    start, gradients = case["start"], case["gradients"]
    if all(np.array_equal(a, b) for a, b in zip(got["places"][-1], start, strict=True)):
        cause = "No array that was handed in has moved: `p = p - ...` gives the name `p` to a new "
        cause += "array, and the network keeps the old one."
        look = "Next: write into the array, `p -= ...` or `p[...] = ...`."
        return report(f"{tried}; the parameters", Words("as they were"), cause=cause, look=look)
    for k in range(STEPS):
        for place, first in enumerate(start):
            own = [row[place] for row in gradients]
            expected = first + sum(walk(own)[: k + 1])
            path = [row[place] for row in got["places"]]
            causes = [(first + np.cumsum(slip(own), axis=0), words) for slip, words in slips]
            for wrong, words in shared:
                causes.append((np.array([row[place] for row in wrong(start, gradients)]), words))
            # In a single step two slips may agree: one that fits every step comes first.
            causes.sort(key=lambda each: not is_this(np.array(path), each[0], 1e-9))
            causes = [(places[k], words) for places, words in causes]
            words = f"{tried}; parameter {place + 1} of {len(start)} after step {k + 1}"
            history = ", then ".join(show_array(gradient) for gradient in own[: k + 1])
            words += f" with the gradients {history}, from {show_array(first)}"
            look = "Next: follow one number through three steps on paper."
            found = got["places"][k][place]
            if fault := difference(words, found, expected, causes, look, rel=1e-9):
                return fault
    if got["changed"]:
        cause = "A gradient handed in was written into: the memory is the gradient array itself, "
        cause += "not a copy, and the next `+=` lands in both."
        return report(f"{tried}; the gradients", Words("changed"), Words("as they were"), cause)
    return None


def fading_sums(gradients: Sequence[np.ndarray], beta: float, new: float = 1.0) -> list[np.ndarray]:
    """After each step the sum of all gradients so far, each times `new` and beta per step since."""
    return [
        sum(new * beta ** (k - j) * g for j, g in enumerate(gradients[: k + 1]))  # type: ignore
        for k in range(len(gradients))
    ]


def _momentum_case(rng: np.random.Generator) -> Case:
    return {"lr": round(float(rng.uniform(0.05, 0.2)), 2), "beta": round(rng.uniform(0.6, 0.9), 2)}


def _momentum_cases(rng: np.random.Generator) -> list[Case]:
    cases = _path_cases(rng, _momentum_case)
    cases[0] |= {"lr": 0.1, "beta": 0.9}
    return cases


def _momentum_probe(optimiser: Any, case: Case) -> Any:
    return _paths(lambda arrays: optimiser(arrays, case["lr"], case["beta"]), case)


def _momentum_tried(case: Case) -> str:
    return f"Momentum(params, lr={case['lr']}, beta={case['beta']})"


def _momentum_judge(case: Case, got: Any) -> str | None:
    lr, beta = case["lr"], case["beta"]

    def moves(velocities: Sequence[np.ndarray], sign: float = -1.0) -> list[np.ndarray]:
        return [sign * lr * v for v in velocities]

    def late(gradients: Sequence[np.ndarray]) -> list[np.ndarray]:
        sums = fading_sums(gradients, beta)
        return moves([0.0 * sums[0], *sums[:-1]])

    def ahead(gradients: Sequence[np.ndarray]) -> list[np.ndarray]:
        sums = fading_sums(gradients, beta)
        return moves([g + beta * v for g, v in zip(gradients, sums, strict=True)])

    def nothing_kept(gradients: Sequence[np.ndarray]) -> list[np.ndarray]:
        return moves(gradients)

    slips = [
        (lambda gs: moves(fading_sums(gs, beta), 1.0), "This is up the gradient: the loss grows."),
        (nothing_kept, "This is plain descent: nothing is kept of the gradients before."),
        (
            lambda gs: moves(fading_sums(gs, beta, 1 - beta)),
            "Here the new gradient counts 1 - beta: a fading average. Asked for, as in PyTorch, "
            "is the fading sum, velocity = beta * velocity + g.",
        ),
        (
            lambda gs: moves(fading_sums(gs, 1.0)),
            "The velocity does not fade: beta is not used, and it runs on for ever.",
        ),
        (late, "This moves by the velocity from before this gradient: first update, then move."),
        (ahead, "This looks ahead, as Nesterov's form does. Asked for is the plain one."),
        (
            lambda gs: [-v for v in lr_inside(gs, lr, beta)],
            "The rate is missing from one of the two: p moves by lr times the whole velocity.",
        ),
    ]
    shared = [(_one_velocity(lr, beta), SHARED_PARAMETERS)]
    return _path_fault(case, _momentum_tried(case), got, lambda gs: moves(fading_sums(gs, beta)),
                       slips, [*shared, (_two_optimisers(lr, beta), SHARED_CLASS)])  # fmt: skip


SHARED_PARAMETERS = "The parameters share one memory: what one leaves in it the next one uses."
SHARED_CLASS = (
    "Two optimisers share one memory: it belongs to the class, or is a default argument. Make it "
    "in `__init__`, on self."
)


def lr_inside(gradients: Sequence[np.ndarray], lr: float, beta: float) -> list[np.ndarray]:
    """Moves by lr * g + beta * velocity, where the velocity has no rate in it."""
    sums = [np.zeros_like(gradients[0]), *fading_sums(gradients, beta)]
    return [lr * g + beta * v for g, v in zip(gradients, sums, strict=False)]


def _walk(case_start: Any, gradients: Any, moves: Any) -> list[list[np.ndarray]]:
    """The places after each step, given the move of each parameter in each step."""
    places, at = [], [array.copy() for array in case_start]
    for row in moves:
        at = [p + move for p, move in zip(at, row, strict=True)]
        places.append(at)
    return places


def _one_velocity(lr: float, beta: float) -> Callable[..., list[list[np.ndarray]]]:
    def walk(start: Any, gradients: Any) -> list[list[np.ndarray]]:
        velocity, rows = 0.0, []
        for row in gradients:
            moves = []
            for g in row:
                velocity = beta * last_axes(velocity, g) + g
                moves.append(-lr * velocity)
            rows.append(moves)
        return _walk(start, gradients, rows)

    return walk


def last_axes(memory: Any, g: np.ndarray) -> Any:
    """The memory where it fits `g`, else 0: an answer that mixes shapes would have raised."""
    return memory if np.shape(memory) in ((), g.shape) else 0.0


def _two_optimisers(lr: float, beta: float) -> Callable[..., list[list[np.ndarray]]]:
    def walk(start: Any, gradients: Any) -> list[list[np.ndarray]]:
        velocity = [np.zeros_like(array) for array in start]
        rows = []
        for row in gradients:
            velocity = [beta * v + g for v, g in zip(velocity, row, strict=True)]
            rows.append([-lr * v for v in velocity])
            velocity = [beta * v + 10.0 * g for v, g in zip(velocity, row, strict=True)]
        return _walk(start, gradients, rows)

    return walk


def _optimiser_cause(case: Case, raised: Raised) -> str | None:
    """The likely cause of an exception in an optimiser."""
    if "broadcast" in raised.text or "output operand" in raised.text:
        return "Arrays of two shapes met: each parameter needs a memory of its own, of its shape."
    if raised.type == "ZeroDivisionError" or "divide by zero" in raised.text:
        return "1 - beta ** t is 0 where t is 0: count the step before you correct."
    return None


check_momentum = Check(
    "momentum",
    _momentum_cases,
    _momentum_probe,
    _momentum_judge,
    tried=_momentum_tried,
    explain=_optimiser_cause,
)


def _adam_case(rng: np.random.Generator) -> Case:
    return {
        "lr": round(float(rng.uniform(0.05, 0.2)), 2),
        "betas": [round(float(rng.uniform(0.5, 0.7)), 2), round(float(rng.uniform(0.8, 0.95)), 2)],
        "eps": round(float(rng.uniform(0.2, 0.4)), 2),  # large, so that its place can be seen
    }


def _adam_cases(rng: np.random.Generator) -> list[Case]:
    cases = _path_cases(rng, _adam_case)
    cases[0] |= {"lr": 0.1, "betas": [0.5, 0.9], "eps": 0.0}
    return cases


def _adam_probe(optimiser: Any, case: Case) -> Any:
    how = case["lr"], tuple(case["betas"]), case["eps"]
    with np.errstate(divide="raise", invalid="ignore"):
        return _paths(lambda arrays: optimiser(arrays, *how), case)


def _adam_tried(case: Case) -> str:
    return f"Adam(params, lr={case['lr']}, betas={tuple(case['betas'])}, eps={case['eps']})"


def adam_moves(
    gradients: Sequence[np.ndarray],
    case: Case,
    betas: Sequence[float] | None = None,
    correct: str = "both",
    place: str = "outside",
    counts: Sequence[int] = (1, 2, 3),
    squared: str = "mean of squares",
    root: bool = True,
) -> list[np.ndarray]:
    """The moves of Adam in closed form, or of one of its wrong forms."""
    (one, two), lr, eps = betas or case["betas"], case["lr"], case["eps"]
    means = fading_sums(gradients, one, 1 - one)
    squares = fading_sums([g * g for g in gradients], two, 1 - two)
    if squared == "square of mean":
        squares = [m * m for m in fading_sums(gradients, two, 1 - two)]
    moves = []
    for mean, square, t in zip(means, squares, counts, strict=True):
        first = 1 - one**t if correct in ("both", "mean") else 1.0
        second = 1 - two**t if correct in ("both", "square") else 1.0
        right = square / second
        with np.errstate(all="ignore"):
            below = {
                "outside": (np.sqrt(right) if root else right) + eps,
                "inside": np.sqrt(right + eps),
                "before": (np.sqrt(square) + eps) / math.sqrt(second),
            }[place]
            moves.append(-lr * mean / first / below)
    return moves


def _adam_judge(case: Case, got: Any) -> str | None:
    swapped = list(reversed(case["betas"]))
    forms: list[tuple[dict[str, Any], str]] = [
        ({"correct": "none"}, "Neither average is corrected: both start at 0 and are too small at "
         "first, the mean by 1 - beta1 ** t and the square by 1 - beta2 ** t."),
        ({"correct": "mean"}, "The mean is corrected and the square is not: divide it by "
         "1 - beta2 ** t."),
        ({"correct": "square"}, "The square is corrected and the mean is not: divide it by "
         "1 - beta1 ** t."),
        ({"counts": (1, 1, 1)}, "The correction is that of the first step each time: t counts the "
         "steps so far."),
        ({"counts": (2, 3, 4)}, "The correction is that of one step later: t is 1 at the first."),
        ({"place": "inside"}, "eps is under the root: it is added to the root of the square."),
        ({"place": "before"}, "eps is added before the correction of the square: it comes last."),
        ({"betas": swapped}, "The betas have changed places: the first is that of the mean."),
        ({"squared": "square of mean"}, "This squares the average. The second average is that of "
         "the squares, g * g."),
        ({"root": False}, "The root of the square is missing: without it the step has the size of "
         "1 / g."),
    ]  # fmt: skip
    slips: list[Any] = [
        (lambda gs, form=form: adam_moves(gs, case, **form), words) for form, words in forms
    ]
    slips.append((lambda gs: [-m for m in adam_moves(gs, case)], "This is up the gradient."))
    shared = [(_counted_per_parameter(case), COUNTED), (_adam_of_two(case), SHARED_CLASS)]
    walk = lambda gs: adam_moves(gs, case)  # noqa: E731
    return _path_fault(case, _adam_tried(case), got, walk, slips, shared)


COUNTED = (
    "t went up once for each parameter. A step is one call of `step`, however many parameters "
    "there are."
)


def _counted_per_parameter(case: Case) -> Callable[..., list[list[np.ndarray]]]:
    def walk(start: Any, gradients: Any) -> list[list[np.ndarray]]:
        n = len(start)
        moves = [
            adam_moves(
                [row[i] for row in gradients], case, counts=[n * k + i + 1 for k in range(3)]
            )
            for i in range(n)
        ]
        return _walk(start, gradients, list(zip(*moves, strict=True)))

    return walk


def _adam_of_two(case: Case) -> Callable[..., list[list[np.ndarray]]]:
    """Both averages, and perhaps the count, shared with an optimiser that sees 10 times as much."""

    def walk(start: Any, gradients: Any) -> list[list[np.ndarray]]:
        moves = []
        for i in range(len(start)):
            seen = [factor * row[i] for row in gradients for factor in (1.0, 10.0)]
            own = adam_moves(seen, case, counts=(1, 1, 2, 2, 3, 3))
            moves.append(own[::2])
        return _walk(start, gradients, list(zip(*moves, strict=True)))

    return walk


check_adam = Check(
    "adam", _adam_cases, _adam_probe, _adam_judge, tried=_adam_tried, explain=_optimiser_cause
)


# ---------------------------------------------------------------------------------------------
# E18.2 Initial weights: 20 layers, none of which makes its numbers larger or smaller

LAYERS = 20
WITHIN = 0.1
KEPT = {"linear": 1.0, "relu": 0.5}  # of the mean square of a sum, what the activation lets through


def _init_cases(rng: np.random.Generator) -> list[Case]:
    cases: list[Case] = []
    for activation in ("linear", "relu"):
        widths = [400, *(int(n) for n in rng.integers(220, 420, LAYERS - 1)), 200]
        cases.append({"widths": widths, "activation": activation, "seed": int(rng.integers(1000))})
    return cases


def _init_probe(weights: Any, case: Case) -> Any:
    rng, found = np.random.default_rng(case["seed"]), []
    widths, activation = case["widths"], case["activation"]
    for n_in, n_out in zip(widths, widths[1:], strict=False):
        w = weights(n_in, n_out, activation, rng)
        if not isinstance(w, np.ndarray) or w.shape != (n_out, n_in) or w.dtype.kind != "f":
            return {"found": w.tolist() if isinstance(w, np.generic) else _outline(w)}
        found.append([float(np.mean(w)), float(np.mean(w * w)), float(np.max(np.abs(w)))])
    seeds = (case["seed"], case["seed"], case["seed"] + 1)
    again = [weights(4, 3, activation, np.random.default_rng(seed)) for seed in seeds]
    return {"layers": found, "again": again}


def _outline(w: Any) -> Any:
    """A large array by a small one of its kind: only its shape and dtype are told."""
    if not isinstance(w, np.ndarray):
        return w
    return {"shape": list(w.shape), "dtype": str(w.dtype)}


def _init_tried(case: Case) -> str:
    return f"{LAYERS} layers, {case['activation']}, of widths {case['widths'][:3]} and so on"


def _init_judge(case: Case, got: Any) -> str | None:
    n_in, n_out = case["widths"][:2]
    call = f"weights({n_in}, {n_out}, {case['activation']!r}, rng)"
    if "found" in got:
        return _no_weights(call, got["found"], n_in, n_out)
    widths = case["widths"]
    gains = [
        n * square * KEPT[case["activation"]]
        for n, (_, square, _) in zip(widths, got["layers"], strict=False)
    ]
    means = [
        n * abs(mean) / math.sqrt(n) for n, (mean, _, _) in zip(widths, got["layers"], strict=False)
    ]
    if max(means) > 0.2 * math.sqrt(2):
        cause = "The weights are not centred on 0, so every sum gets the same push, layer by layer."
        return report(f"{call}.mean()", got["layers"][0][0], Words("about 0"), cause)
    first, again, other = got["again"]
    if not np.array_equal(first, again):
        cause = "The same seed gave other weights: they come from another generator than `rng`."
        return report(call, Words("other numbers each time"), cause=cause)
    if np.array_equal(first, other):
        return report(call, Words("the same for two seeds"), cause="`rng` is not used.")
    if all(abs(gain - 1) <= WITHIN for gain in gains) and abs(math.prod(gains) - 1) <= WITHIN:
        return None
    return _gain_fault(case, call, got["layers"], gains)


def _no_weights(call: str, found: Any, n_in: int, n_out: int) -> str:
    """The message for what is no array of floats of the right shape."""
    wanted = Words(f"an array of floats, of shape {(n_out, n_in)}")
    if not (isinstance(found, dict) and "shape" in found):
        cause = "Is a `return` missing?" if found is None else "An array is asked for."
        return report(call, found, wanted, cause)
    shape = tuple(found["shape"])
    cause = "The axes are the wrong way round: a weight is (out, in), as in PyTorch."
    if shape != (n_in, n_out):
        cause = "A weight has a row for each output, and in it a number for each input."
    return report(call, Words(f"{found['dtype']}, shape {shape}"), wanted, cause)


def _gain_fault(case: Case, call: str, layers: Any, gains: list[float]) -> str:
    """The message for layers that do not keep the size of their numbers."""
    widths, activation = case["widths"], case["activation"]
    ns = list(zip(widths, widths[1:], strict=False))
    squares = [square for _, square, _ in layers]

    def are(formula: Callable[[int, int], float]) -> bool:
        return all(
            abs(square / formula(n, m) - 1) < 0.05
            for (n, m), square in zip(ns, squares, strict=True)
        )

    relu = activation == "relu"
    right, factor = ("2 / n_in", 2.0) if relu else ("1 / n_in", 1.0)
    slips: list[tuple[Callable[[int, int], float], str]] = [
        (lambda n, m: 1.0, "The standard deviation is 1, whatever the width: a sum of n such terms "
         "has n times the variance of one."),
        (lambda n, m: factor / n**2, f"The standard deviation is {right}; that is to be the "
         "variance, and the standard deviation is its root."),
        (lambda n, m: factor / m, "The variance is that of n_out: a sum on the way forward has "
         "n_in terms."),
        (lambda n, m: 2 * factor / (n + m), "This is Xavier's mean of both widths: a compromise "
         "with the way back. Asked for is the way forward, n_in."),
        (lambda n, m: 1 / (3 * n), "Uniform within 1 / sqrt(n_in) has the variance 1 / (3 n_in): "
         "a uniform draw within b has b * b / 3."),
        (lambda n, m: 2 / (3 * n), "Uniform within sqrt(2 / n_in) has a third of the variance "
         "that it should have: a draw within b has b * b / 3."),
        (lambda n, m: 1 / n if relu else 2 / n, "relu lets only half of the mean square through, "
         "and the weights must make up for it." if relu else "The factor 2 makes up for a relu, "
         "and here is none."),
    ]  # fmt: skip
    cause = next((words for formula, words in slips if are(formula)), "")
    look = f"Next: Var(sum) = n_in * Var(w) * mean(x * x){', and relu halves the last' * relu}."
    tried = f"{_init_tried(case)}: the mean square after them, from 1 at the start"
    return report(tried, math.prod(gains), Words("between 0.9 and 1.1"), cause, look)


check_weights = Check("weights", _init_cases, _init_probe, _init_judge, tried=_init_tried)


# ---------------------------------------------------------------------------------------------
# E18.3 Clipping by the norm of all gradients together


def _clip_cases(rng: np.random.Generator) -> list[Case]:
    cases: list[Case] = []
    for share in (0.3, 0.05, 1.7):  # of the norm; above 1 nothing is to be done
        grads = [draw_array(rng, shape) for shape in ((2, 3), (), (3,))]
        limit = round(share * norm_of(grads), 2)
        cases.append({"grads": grads, "max_norm": limit})
    zeros = [np.zeros((2,)), np.zeros((1, 2))]
    return [*cases, {"grads": zeros, "max_norm": 1.0}]


def norm_of(arrays: Sequence[np.ndarray]) -> float:
    """The root of the sum of all squares."""
    return math.sqrt(sum(float(np.sum(array * array)) for array in arrays))


def _clip_probe(clip: Any, case: Case) -> Any:
    given = [gradient.copy() for gradient in case["grads"]]
    with np.errstate(all="ignore"):
        result = clip(given, case["max_norm"])
    same = all(np.array_equal(a, b) for a, b in zip(given, case["grads"], strict=True))
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[0], tuple):
        result = list(result[0]), result[1]
    return {"result": result, "changed": not same}


def _clip_tried(case: Case) -> str:
    grads = ", ".join(show_array(gradient) for gradient in case["grads"])
    return f"clipped([{grads}], max_norm={case['max_norm']})"


def _clip_judge(case: Case, got: Any) -> str | None:
    tried, grads, limit, result = _clip_tried(case), case["grads"], case["max_norm"], got["result"]
    norm = norm_of(grads)
    if not (isinstance(result, tuple) and len(result) == 2 and isinstance(result[0], list)):
        wanted = Words("two things: the list of clipped arrays, and the norm before")
        kind = "nothing" if result is None else type(result).__name__
        return report(tried, Words(kind), wanted, "Is the second one, or the `return`, missing?")
    arrays, told = result
    if len(arrays) != len(grads):
        wanted = Words(f"a list of {len(grads)} arrays")
        return report(tried, Words(f"a list of {len(arrays)}"), wanted, "One for each gradient.")
    if got["changed"]:
        cause = "The arrays handed in were written into. Asked for are new ones."
        return report(f"{tried}; the arguments", Words("changed"), Words("as they were"), cause)
    factor = min(1.0, limit / norm) if norm else 1.0
    for place, (gradient, array) in enumerate(zip(grads, arrays, strict=True)):
        words = f"{tried}; array {place + 1}"
        slips = [(wrong[place], cause) for wrong, cause in _clip_slips(grads, limit, norm)]
        if not norm and isinstance(array, np.ndarray) and np.isnan(array).any():
            cause = "0 / 0: gradients that are all 0 have the norm 0. They need no clipping."
            return report(words, array, gradient, cause)
        found = np.asarray(array, float) if is_number(array) else array
        look = "Next: one norm over everything, one factor for everything."
        if fault := difference(words, found, gradient * factor, slips, look, rel=1e-5):
            return fault
    return _norm_fault(tried, told, grads, limit, norm)


def _clip_slips(
    grads: Sequence[np.ndarray], limit: float, norm: float
) -> list[tuple[list[np.ndarray], str]]:
    """What common slips make of the gradients."""
    if not norm:
        return []
    sums = sum(norm_of([g]) for g in grads)
    largest = max(float(np.max(np.abs(g))) for g in grads)
    own = [g * min(1.0, limit / norm_of([g])) for g in grads]
    return [
        (own, "Each array was clipped by its own norm: that bends the direction of the step. The "
         "norm is that of all of them together."),
        ([np.clip(g, -limit, limit) for g in grads], "Each number was clipped on its own: that "
         "bends the direction of the step."),
        ([g * (limit / norm) for g in grads], "Gradients within the limit were scaled up to it. "
         "Clipping only ever makes them smaller."),
        ([g * min(1.0, limit / sums) for g in grads], "The norms of the arrays were added. Add "
         "their squares, and take the root of all."),
        ([g * min(1.0, limit / norm**2) for g in grads], "The sum of squares was taken for the "
         "norm: its root is missing."),
        ([g * min(1.0, limit / largest) for g in grads], "The largest number was taken for the "
         "norm."),
        (list(grads), "Nothing was clipped, and the norm is above the limit."),
        ([g / norm for g in grads], "The norm is 1 now: scale to max_norm."),
    ]  # fmt: skip


def _norm_fault(
    tried: str, told: Any, grads: Sequence[np.ndarray], limit: float, norm: float
) -> str | None:
    """The message for a wrong norm, else None."""
    words = f"{tried}; the norm"
    if not is_number(told):
        return report(words, told, norm, "The norm is one number.")
    if close(told, norm, rel=1e-5, scale=1e-9):
        return None
    cause = "The norm is the root of the sum of all squares."
    if close(told, limit, rel=1e-4):
        cause = "This is the norm after clipping. Who looks at a training wants the one before."
    if close(told, norm**2):
        cause = "This is the norm squared."
    return report(words, told, norm, cause)


check_clipped = Check("clipped", _clip_cases, _clip_probe, _clip_judge, tried=_clip_tried)


# ---------------------------------------------------------------------------------------------
# E18.4 Four loss curves

CAUSES = {
    "too small": "the learning rate is far too small",
    "too large": "the learning rate is too large",
    "no zero_grad": "the gradients are never set back",
    "never lowered": "small batches, and a rate that is never lowered",
    "no gradient": "no gradient reaches the weights",
    "fine": "nothing is wrong",
}
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
WOULD = {
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


def _diagnoses_judge(case: Case, got: Any) -> str | None:
    wanted = Words("a list of four of these: " + ", ".join(map(repr, CAUSES)))
    if not isinstance(got, list | tuple) or len(got) != len(ANSWERS):
        cause = "Is a `return` missing?" if got is None else "One for each curve, A to D."
        return report("diagnoses()", got, wanted, cause)
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
    return report(tried, named, Words("another cause"), WOULD[named], look)


check_diagnoses = Check(
    "diagnoses", lambda rng: [{}], lambda answer, case: answer(), _diagnoses_judge
)
