"""The checks of exercise 20: not recording, cutting, computing again, and what that costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..teaching.memory import cost_of_chain, measure
from ..tensor import IS_RECORDING, Tensor
from .accepted import close
from .arrays import Table, difference, draw_array, draw_seed, show_array
from .core import Check
from .messages import Words, because, number_fault, report, show
from .stages import Faults, Seen, Steps, check_stages, gradient_fault, holder_fault
from .vocabulary import Case, with_slip, words_of_slip

# ---------------------------------------------------------------------------------------------
# E20.1 my_no_grad

SCENES = {
    "alone": "a product inside `with my_no_grad():`, and one after it",
    "twice": "two blocks, one after the other, with a product between them",
    "nested": "a block inside a block",
    "error": "a ValueError raised inside the block",
    "inner error": "a ValueError raised in an inner block and caught in the outer one",
    "off already": "a block where recording was off before",
}


def scene_cases(rng: np.random.Generator) -> list[Case]:
    return [{"scene": scene, "x": draw_array(rng, (2,))} for scene in SCENES]


def scene_steps(my_no_grad: Any, case: Case) -> Steps:
    """Where a product was recorded; afterwards recording is as it was before."""
    x, before = Tensor(case["x"]), IS_RECORDING.get()
    try:
        yield from scene_played(my_no_grad, case["scene"], lambda: bool((x * x).operands))
    finally:
        IS_RECORDING.set(before)


def scene_played(my_no_grad: Any, scene: str, is_recorded: Callable[[], bool]) -> Steps:
    """Places, and whether a product that is made there remembers its operands."""
    match scene:
        case "alone":
            block = my_no_grad()
            before = is_recorded()
            with block:  # what is none has no place to be on or off
                yield "before the block, which has been made", before
                yield "inside", is_recorded()
            yield "after", is_recorded()
        case "twice":
            for place in ("the first", "the second"):
                with my_no_grad():
                    yield f"inside {place}", is_recorded()
                yield f"after {place}", is_recorded()
        case "nested":
            with my_no_grad():
                with my_no_grad():
                    yield "inside both", is_recorded()
                yield "inside the outer, after the inner", is_recorded()
            yield "after both", is_recorded()
        case "error":
            try:
                with my_no_grad():
                    raise ValueError("on purpose")
            except ValueError:
                yield "the error arrived", True
            yield "after the error", is_recorded()
        case "inner error":
            with my_no_grad():
                try:
                    with my_no_grad():
                        raise ValueError("on purpose")
                except ValueError:
                    yield "inside the outer, after the error", is_recorded()
            yield "after both", is_recorded()
        case "off already":
            IS_RECORDING.set(False)
            with my_no_grad():
                yield "inside", is_recorded()
            yield "after the block, where it was off before", is_recorded()


def scene_judge(tried: str, case: Case, seen: Seen) -> Faults:
    if case["scene"] == "error" and "the error arrived" not in seen:
        cause = "The error never came out of the block: `__exit__` that returns True, or "
        cause += "an `except`, swallows it, and the program goes on as if all were well."
        yield report(tried, Words("no error"), Words("the ValueError"), cause)
    recorded = Words("a product that remembers its operands")
    bare = Words("a product that remembers nothing")
    for place, is_recorded in seen.items():
        is_off = place.startswith("inside") or "off before" in place
        if is_recorded is is_off:  # what ended the steps is neither
            got, expected = (recorded, bare) if is_off else (bare, recorded)
            yield report(f"{tried}: {place}", got, expected, *scene_cause(case, place))


def scene_cause(case: Case, place: str) -> tuple[str, str]:
    """Why recording was on or off at the wrong place, and where to look."""
    look = "Next: what does `IS_RECORDING.get()` say before the block, inside it, and behind it?"
    if place.startswith("before"):
        cause = "A block begins at `with`, not where it is made: the switch belongs into "
        return cause + "`__enter__`, or into a function with a `yield`.", look
    if case["scene"] == "alone":
        if place == "inside":
            return "The switch was not turned off: does `IS_RECORDING.set(False)` run?", look
        return "It was never put back: from here on no gradient is ever recorded.", look
    if "error" in place and case["scene"] == "error":
        cause = "The line that puts it back was skipped: an error leaves a block in the middle."
        return cause, "Next: `try: ... finally: ...` runs its last part in any case."
    if place == "after both":
        cause = "The outer block put back what the inner one had found: is the state of before "
        cause += "kept in one place that both share?"
        return cause, "Next: keep it in a local name, or on `self`."
    if "off before" in place:
        return "It was switched on where it had been off: put back what was, not True.", look
    if place == "inside both":
        cause = "The inner block switched recording on: it was off already, and was turned over."
        return cause, "Next: `IS_RECORDING.set(False)`, whatever was there."
    cause = "Behind an inner block the outer one still holds. Whoever leaves a block must put back "
    return cause + "what was there before it.", look


check_my_no_grad = check_stages(
    "my_no_grad",
    scene_cases,
    scene_steps,
    scene_judge,
    tried=lambda case: SCENES[case["scene"]],
    explain=because(
        {
            "didn't yield|context manager": "A block needs a place to run in: one `yield` under "
            "`@contextmanager`, or a class with `__enter__` and `__exit__`."
        }
    ),
    own_work=["tensor.no_grad", "tensor.recording"],
)

# ---------------------------------------------------------------------------------------------
# E20.2 my_detach


def detach_cases(rng: np.random.Generator) -> list[Case]:
    shapes = [(2,), (2, 3), (), (3,)]
    return [
        {"x": draw_array(rng, shape), "seed": draw_seed(rng, shape), "of": of}
        for shape, of in zip(shapes, ("x", "x", "x", "3 * x"), strict=True)
    ]


def detach_tried(case: Case) -> str:
    return f"my_detach({case['of']}) with x = {show_array(case['x'])}"


def detach_steps(answer: Any, case: Case) -> Steps:
    x = Tensor(case["x"])
    h = x if case["of"] == "x" else 3.0 * x
    found = answer(h)
    yield "result", found
    yield "uncut", h.requires_grad and bool(h.operands) == (h is not x)
    yield "takes", found.requires_grad
    yield "is itself", found is h
    yield "shares", bool(np.shares_memory(np.asarray(found.array), np.asarray(h.array)))
    (h * found).backward(case["seed"])
    yield "grad", x.grad
    before = h.version.count
    found.data[...] = 0.5
    yield "counted", h.version.count > before


def detach_judge(tried: str, case: Case, seen: Seen) -> Faults:
    cause = "This is the array alone: no version counter goes with it, and a write into it "
    cause += "stays unseen. Wrap it with `made`."
    yield holder_fault(tried, seen["result"], bare=cause)
    factor = 1.0 if case["of"] == "x" else 3.0
    cause = "Other numbers than those of x: take `x.array` as it is."
    yield difference(tried, seen["result"].data, factor * case["x"], cause=cause)
    if not seen["uncut"]:
        cause = "x itself was cut off. Others still need its gradient: make a second Tensor, and "
        cause += "leave the first as it is."
        yield report(tried, Words("x has lost its past"), Words("x as it was"), cause)
    if seen["takes"]:
        cause = "It still takes a gradient: "
        cause += "this is x itself." if seen["is itself"] else "what came out asks for one."
        look = "Next: print `my_detach(x).requires_grad`; `made` without operands gives False."
        yield report(f"{tried}, then .requires_grad", True, False, cause, look)
    if not seen["shares"]:
        cause = "The numbers were copied. A copy costs as much memory as was to be saved, and does "
        cause += "not follow when x moves."
        yield report(tried, Words("an array of its own"), Words("the memory of x"), cause)
    above = f"y = {case['of']} * my_detach({case['of']}), the gradient of x"
    expected = case["seed"] * factor * factor * case["x"]
    yield difference(above, seen["grad"], expected, cause="The cut is in another place. ")
    if not seen["counted"]:
        cause = "Both share one memory, and a write through one is not seen by the other: a "
        cause += "gradient could go wrong in silence."
        look = "Next: `memory_of=(x,)` lets `made` share the version counter of x."
        found = Words("x.version.count as before")
        yield report(f"{tried}, then a write into it", found, Words("one more"), cause, look)


check_my_detach = check_stages(
    "my_detach",
    detach_cases,
    detach_steps,
    detach_judge,
    tried=detach_tried,
    own_work=["tensor.Tensor.detach", "tensor.no_grad"],
)

# ---------------------------------------------------------------------------------------------
# E20.3 my_checkpoint


STEPS = 12
ENTRIES = 20_000  # of the array that memory is measured with


def many_tanh(weight: Any, rng: Any, x: Any) -> Any:
    for _ in range(STEPS):
        x = x.tanh()
    return x


PIECES: dict[str, tuple[Callable[..., Any], str]] = {
    "many_tanh": (many_tanh, f"x.tanh() {STEPS} times"),
    "layer": (
        lambda weight, rng, x: (x @ weight).tanh(),
        "(x @ w).tanh(), where w is a tensor that f finds by itself",
    ),
    "gate": (lambda weight, rng, a, b: a.sigmoid() * b * a, "a.sigmoid() * b * a"),
    "scaled": (lambda weight, rng, x, scale: (x * scale).tanh(), "(x * scale).tanh()"),
    "dropped": (
        lambda weight, rng, x: x * x * (rng.random(x.shape) < 0.5).astype(float),
        "x * x * (rng.random(x.shape) < 0.5)",
    ),
}


def checkpoint_cases(rng: np.random.Generator) -> list[Case]:
    def case(f: str, operands: list[str], shape: tuple[int, ...], outside: bool = False) -> dict:
        return {
            "f": f,
            "operands": {name: draw_array(rng, shape) for name in operands},
            "weight": draw_array(rng, (3, 2)),
            "seed": draw_seed(rng, (2, 2) if f == "layer" else shape),
            "outside": outside,
            "draws": int(rng.integers(1000)),
        }

    return [
        case("many_tanh", ["x"], (2, 3)),
        {"f": "many_tanh", "entries": ENTRIES},
        case("gate", ["a", "b"], (3,)),
        case("scaled", ["x", "scale"], (2, 2)),
        case("dropped", ["x"], (3, 4)),
        case("layer", ["x"], (2, 3)),
        case("gate", ["a", "b"], (2, 2), outside=True),
        case("scaled", ["x", "scale"], (3,), outside=True),
    ]


def checkpoint_tried(case: Case) -> str:
    words = PIECES[case["f"]][1]
    if "entries" in case:
        return f"my_checkpoint(f, x) where f(x) is {words}, and x has {case['entries']} entries"
    names = list(case["operands"])
    named = ["scale=scale"] if names[-1] == "scale" else names[-1:]
    given = ", ".join([*names[:-1], *named, *(["rng=rng"] if case["f"] == "dropped" else [])])
    values = "; ".join(f"{name} = {show_array(a)}" for name, a in case["operands"].items())
    also = ", and the operands are used outside of f as well" if case["outside"] else ""
    return f"my_checkpoint(f, {given}) where f is {words}; {values}{also}"


def piece_steps(call: Callable[..., Any], case: Case) -> Steps:
    """Forward and back through `call(f, *xs, rng=rng, **named)`, with f counted."""
    rng, weight = np.random.default_rng(case["draws"]), Tensor(case["weight"])
    leaves = {name: Tensor(array) for name, array in case["operands"].items()}
    given = {name: leaf * 1.0 for name, leaf in leaves.items()}  # results: they have a past
    runs: list[int] = []

    def f(*xs: Tensor, **named: Tensor) -> Tensor:
        runs.append(1)
        return PIECES[case["f"]][0](weight, rng, *xs, **named)

    named = {name: given[name] for name in given if name == "scale"}
    xs = [given[name] for name in given if name != "scale"]
    y = call(f, *xs, **({"rng": rng} if case["f"] == "dropped" else {}), **named)
    yield "y", y
    yield "forward", len(runs)
    rng.random()  # somebody else draws a number in between
    loss = (y * case["seed"]).sum()
    for operand in given.values() if case["outside"] else ():
        loss = loss + (operand * 3.0).sum()
    if loss.requires_grad:
        loss.backward()
    with_weight = {"w": weight} if case["f"] == "layer" else {}
    yield "grads", {name: leaf.grad for name, leaf in (leaves | with_weight).items()}
    yield "runs", len(runs)
    yield "next", rng.random()


def plainly(f: Callable[..., Any], *xs: Tensor, rng: Any = None, **named: Tensor) -> Any:
    return f(*xs, **named)


def checkpoint_steps(answer: Any, case: Case) -> Steps:
    if "entries" not in case:
        yield from piece_steps(answer, case)
        return
    x = Tensor(np.linspace(-1.0, 1.0, case["entries"]))
    y, kept, peak = measure(answer, lambda x: many_tanh(x, None, x), x)
    yield "y", y
    yield "kept", kept / x.data.nbytes
    yield "peak", peak / x.data.nbytes


def checkpoint_judge(tried: str, case: Case, seen: Seen) -> Faults:
    yield holder_fault(tried, seen["y"])
    if "entries" in case:
        yield from memory_faults(tried, seen)
        return
    plain = dict(piece_steps(plainly, case))
    rel = 1e-12 if case["outside"] else 0.0  # to the bit, where only one order of adding is there
    cause = "f gives other numbers: hand on what the first run gave, unchanged."
    yield difference(tried, seen["y"].data, plain["y"].data, cause=cause, rel=rel)
    if seen["forward"] != 1:
        cause = "On the way forward one run is enough: the second one comes on the way back."
        yield report(f"{tried}: runs of f before backward()", seen["forward"], 1, cause)
    look = "Next: the second run works on copies without a past, and goes back from g."
    for name, expected in plain["grads"].items():
        none = f"No path leads back to {name}."
        if name == "scale":
            none += " What is passed by its name is an operand like the others: `joint` needs "
            none += "it in its list, and `back` a gradient for it."
        at, got = f"{tried}: the gradient of {name}", seen["grads"][name]
        slips = gradient_slips(case, name)
        cause = "The way back of the second run is not that of f. "
        yield gradient_fault(at, got, expected, (none, ""), slips, look, cause=cause, rel=rel)
    if seen["runs"] != 2:
        cause = "Once forward and once on the way back: the gradients of all operands come from "
        cause += "one and the same second run."
        if seen["runs"] < 2:
            cause = "f was not run again, so all it had computed must have been kept."
        yield report(f"{tried}: runs of f in all", seen["runs"], 2, cause)
    if seen["next"] != plain["next"]:
        cause = "The generator was left where the second run ended, and the numbers that come next "
        cause += "have been drawn before."
        look = "Next: note its state before the second run, and put it back afterwards."
        at = f"{tried}: the next random number"
        yield report(at, seen["next"], plain["next"], cause, look)


def memory_faults(tried: str, seen: Seen) -> Faults:
    """The messages for what stays after the way forward, and for what there was on it."""
    kept, peak = (Words(f"{seen[name]:.1f} arrays of this size") for name in ("kept", "peak"))
    if seen["kept"] > 2:
        cause = "The graph of the first run hangs on the result, and all its arrays with it."
        look = "Next: run f under `no_grad()`, and give `joint` the plain array `y.array`."
        yield report(f"{tried}: kept afterwards", kept, Words("at most 2"), cause, look)
    if seen["peak"] > 6:
        cause = "The first run was recorded, and its graph thrown away. While it ran, everything "
        cause += "was there."
        look = "Next: `with no_grad():` around the first run."
        yield report(f"{tried}: the most there ever was", peak, Words("at most 6"), cause, look)


def gradient_slips(case: Case, name: str) -> Table:
    """Gradients of those who go back from something else than g, or from another function."""
    under_ones = dict(piece_steps(plainly, case | {"seed": np.ones_like(case["seed"])}))
    slips = {"The upstream is not used: this is what ones would bring. ": under_ones["grads"][name]}
    if case["f"] == "dropped":
        rng = np.random.default_rng(case["draws"])
        rng.random(case["seed"].shape)
        rng.random()
        mask = rng.random(case["seed"].shape) < 0.5
        words = "Other entries were dropped than on the way forward: the second run drew random "
        words += "numbers of its own. "
        slips[words] = 2 * case["operands"]["x"] * mask * case["seed"]
    return slips


checkpoint_explain = because(
    {
        "depends on nothing that takes a gradient": (
            "In the second run nothing takes a gradient: is it under `no_grad()` as well, or on "
            "copies that are constants, as `detach()` makes them?"
        ),
        "needs a seed": "Go back from g: `y.backward(g)`.",
        "freed|^KeyError": lambda case, raised: (
            "The second run went on into the past of the operands: give f copies of "
            f"{'the named ones, too' if case.get('outside') else 'them'}."
        ),
        "unexpected keyword": "What is passed by name goes to f by that name: "
        "`def my_checkpoint(f, *xs, rng=None, **named)`.",
        "'NoneType' object is not subscriptable": "`back` returned nothing, and a list with one "
        "gradient for each operand is asked for.",
        "NoneType": "A gradient is None: one belongs to each operand, and only leaves have a "
        "`.grad`. Give f fresh Tensors, `Tensor(x.data)`, and ask those.",
    }
)


check_my_checkpoint = check_stages(
    "my_checkpoint",
    checkpoint_cases,
    checkpoint_steps,
    checkpoint_judge,
    points=3,
    tried=checkpoint_tried,
    explain=checkpoint_explain,
    own_work=["checkpoint.checkpoint", "checkpoint.run", "checkpoint.gradients"],
)

# ---------------------------------------------------------------------------------------------
# E20.4 predicted_peak, best_piece

SMALL = 20_000  # entries of an array in the runs that a prediction is compared with


def peak_cases(rng: np.random.Generator) -> list[Case]:
    n = int(rng.choice([16, 20]))
    pieces = [(n, k) for k in (1, 2, 4, n // 2, n)]
    shorter = int(rng.choice([16, 19]))  # a last piece of one step: a third of it rounds to none
    return [{"n": n, "k": k} for n, k in [*pieces, (shorter, 3), (n + 1, n)]]


def peak_probe(answer: Any, case: Case) -> dict[str, Any]:
    """What is predicted for a chain, and for the next longer one whose pieces are all whole."""
    n, k = case["n"], case["k"]
    return {"peak": answer(n, k), "whole": answer(-(-n // k) * k, k)}


PEAKS: dict[str, Callable[[int, int], int]] = {
    "This is the chain without checkpoints: each piece is computed when its turn comes, not all of "
    "them at once.": lambda n, k: 2 * n,
    "These are the results that were kept. On the way back one piece is there as well, with "
    "everything its steps save.": lambda n, k: -(-n // k),
    "This is one piece, computed again. The results at the ends of the others are there, "
    "too.": lambda n, k: 2 * k,
    "A tanh saves two arrays, its result and its partial; this counts one.": (
        lambda n, k: -(-n // k) + k
    ),
    "Inside a piece no result is kept on the way forward: one for each piece.": (
        lambda n, k: n + 2 * k
    ),
}


def peak_of(n: int, k: int) -> int:
    return -(-n // k) + 2 * k


def peak_judge(case: Case, outcome: dict[str, Any]) -> str | None:
    n, k, got = case["n"], case["k"], outcome["peak"]
    tried = f"predicted_peak({n}, {k})"
    if fault := number_fault(tried, got):
        return fault
    measured, whole = cost_of_chain(n, k, SMALL).peak, -(-n // k) * k
    if -1 <= measured - got <= 5:
        if close(got, outcome["whole"]) or measured != cost_of_chain(whole, k, SMALL).peak:
            return None
        cause = f"The last piece has {n % k} of {k} steps, and is a piece like the others: its "
        cause += f"result is kept too. So the peak is that of {whole} steps; both were measured."
        look = "Next: `//` rounds down and `/` leaves a part of a piece; `-(-n // k)` rounds up."
        wanted = Words(f"as many as predicted_peak({whole}, {k}), {show(outcome['whole'])}")
        return report(tried, got, wanted, cause, look)
    otherwise = "One result for each piece, and two arrays for each step of one piece."
    cause = words_of_slip(got, PEAKS, n, k) or otherwise
    look = "Next: slide k in the lesson's ruler, and say which arrays the two bars are."
    expected = Words(f"about {measured}, measured on a chain that was run")
    return report(tried, got, expected, cause, look)


check_predicted_peak = Check(
    "predicted_peak",
    peak_cases,
    peak_probe,
    peak_judge,
    tried=lambda case: f"predicted_peak({case['n']}, {case['k']})",
    slip=lambda says: lambda n, k: with_slip(peak_of, PEAKS, says, (n, k)),
    own_work=["teaching.memory", "checkpoint"],
)


def best_cases(rng: np.random.Generator) -> list[Case]:
    drawn = [int(rng.integers(low, 2 * low)) for low in (50, 500, 5000)]
    return [{"n": n} for n in (8, 32, 200, *drawn)]


PIECES_OF: dict[str, Callable[[int], int]] = {
    "Pieces of one step: every result is kept.": lambda n: 1,
    "One piece: nothing is kept, and then everything is computed at once.": lambda n: n,
    "Two pieces: half of the chain is computed at once.": lambda n: n // 2,
    "The root of n would balance the two parts if a step saved one array. It saves two.": (
        lambda n: round(n**0.5)
    ),
}


def best_judge(case: Case, got: Any) -> str | None:
    n, tried = case["n"], f"best_piece({case['n']})"
    if fault := number_fault(tried, got):
        return fault
    if not isinstance(got, int) or not 1 <= got <= n:
        cause = "A piece has a whole number of steps, at least 1 and at most all of them."
        found = got if isinstance(got, int) else Words(f"{show(got)}, a {type(got).__name__}")
        return report(tried, found, Words(f"an int from 1 to {n}"), cause)
    best = min(range(1, n + 1), key=lambda k: peak_of(n, k))
    if peak_of(n, got) <= peak_of(n, best) + 1:
        return None
    otherwise = "One part falls with k, the other grows: the best lies where a step more in a "
    otherwise += "piece costs as much as it saves."
    cause = words_of_slip(got, PIECES_OF, n) or otherwise
    expected = Words(f"a piece with fewer arrays at the peak: k = {best} needs {peak_of(n, best)}")
    return report(tried, Words(f"{show(got)}, which needs {peak_of(n, got)}"), expected, cause)


check_best_piece = Check(
    "best_piece",
    best_cases,
    lambda answer, case: answer(case["n"]),
    best_judge,
    tried=lambda case: f"best_piece({case['n']})",
    slip=lambda says: lambda n: with_slip(lambda n: 0, PIECES_OF, says, (n,)),
    own_work=["teaching.memory", "checkpoint"],
)
