"""Checks of exercise 24: an engine behind a backend, and ops placed by their cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import Any

import numpy as np

from .arrays import difference, draw_array, numerical_vjp
from .core import Check
from .messages import Words, because, kind_cause, report
from .own_work import ALWAYS
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import Case, by_place, check_function

# ---------------------------------------------------------------------------------------------
# E24.1: a small engine behind a backend. Three backends: NumPy, NumPy that counts its calls, and a
# device whose arrays refuse to meet NumPy's.

MET = "an array of the device met an array of NumPy"


class Counting:
    """NumPy, with every call of a function counted."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        original = getattr(np, name)
        if isinstance(original, type) or not callable(original):
            return original

        def counted(*arguments: Any, **settings: Any) -> Any:
            self.calls[name] += 1
            return original(*arguments, **settings)

        return counted


class FarArray:
    """An array of the pretended device: numbers that NumPy cannot reach."""

    __array_ufunc__ = None  # so that NumPy's operators leave the work to this class

    def __init__(self, held: Any) -> None:
        self._held = np.asarray(held)

    def __array__(self, *arguments: Any, **settings: Any) -> Any:
        """Refuse to become NumPy's unasked."""
        raise TypeError(MET)

    def __getattr__(self, name: str) -> Any:
        """Shape, dtype, T, sum and the like: those of the numbers, on the device."""
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(self._held, name)
        if callable(found):
            return lambda *arguments, **settings: far(found(*near(arguments), **settings))
        return far(found)


def near(arguments: tuple[Any, ...]) -> list[Any]:
    """What the device computes with: its own arrays and plain numbers, nothing of NumPy's."""
    if any(isinstance(argument, np.ndarray) for argument in arguments):
        raise TypeError(MET)
    return [getattr(argument, "_held", argument) for argument in arguments]


def far(result: Any) -> Any:
    """A result as the device gives it: arrays stay there."""
    return FarArray(result) if isinstance(result, np.ndarray | np.floating) else result


def operator(name: str) -> Callable[..., Any]:
    return lambda self, *others: far(getattr(self._held, name)(*near(others)))


STEMS = ("add", "sub", "mul", "truediv", "matmul", "pow")
for name in ("neg", *STEMS, *(f"r{stem}" for stem in STEMS)):
    setattr(FarArray, f"__{name}__", operator(f"__{name}__"))


class FarModule:
    """The array module of the device; only `asarray` and `array` bring NumPy's arrays over."""

    ndarray, float64 = FarArray, np.float64

    def __getattr__(self, name: str) -> Any:
        """NumPy's function, on the device's arrays."""
        original = getattr(np, name)
        if isinstance(original, type) or not callable(original):
            return original
        if name in ("asarray", "array"):
            return lambda x, *rest, **more: FarArray(
                original(getattr(x, "_held", x), *rest, **more)
            )
        return lambda *arguments, **settings: far(original(*near(arguments), **settings))


# A program on arrays of NumPy, the same on the learner's, and the shapes of x and w.
PROGRAMS: dict[str, tuple[Callable[..., Any], Callable[..., Any], list[tuple[int, int]]]] = {
    "(x * w).tanh().sum()": (
        lambda x, w: np.tanh(x * w).sum(),
        lambda x, w: (x * w).tanh().sum(),
        [(2, 3), (2, 3)],
    ),
    "(x * x + x * w).sum()": (
        lambda x, w: (x * x + x * w).sum(),
        lambda x, w: (x * x + x * w).sum(),
        [(2, 3), (2, 3)],
    ),
    "(x @ w).tanh().sum()": (
        lambda x, w: np.tanh(x @ w).sum(),
        lambda x, w: (x @ w).tanh().sum(),
        [(2, 3), (3, 2)],
    ),
}
BACKENDS = {
    "numpy": "NumPy",
    "counting": "NumPy that counts its calls",
    "device": "a device whose arrays NumPy cannot reach",
}


def engine_cases(rng: np.random.Generator) -> list[Case]:
    return [
        {
            "backend": backend,
            "program": program,
            "arrays": [draw_array(rng, shape, 0.3, 1.3) for shape in shapes],
        }
        for backend in BACKENDS
        for program, (_, _, shapes) in PROGRAMS.items()
    ]


def engine_tried(case: Case) -> str:
    return f"{case['program']} and backward(), on {BACKENDS[case['backend']]}"


def engine_steps(small_engine: Any, case: Case) -> Steps:
    xp = {"numpy": np, "counting": Counting(), "device": FarModule()}[case["backend"]]
    Array = small_engine(xp)
    leaves = [Array(array.tolist()) for array in case["arrays"]]
    result = PROGRAMS[case["program"]][1](*leaves)
    yield FOUND[0], getattr(result.data, "_held", result.data)
    result.backward()
    for name, leaf in zip(FOUND[1:], leaves, strict=True):
        yield name, getattr(leaf.grad, "_held", leaf.grad)
    yield "far", [not isinstance(x, np.ndarray) for x in (result.data, *(x.grad for x in leaves))]
    yield "calls", dict(xp.calls) if isinstance(xp, Counting) else {}


FOUND = ("the result's data", "x.grad", "w.grad")


def engine_judge(tried: str, case: Case, seen: Seen) -> Faults:
    f = PROGRAMS[case["program"]][0]
    expected = [np.asarray(f(*case["arrays"])), *numerical_vjp(f, case["arrays"], 1.0)]
    cause = "The rules are those of the class above: only the array module changes."
    if "x * x" in case["program"]:
        cause = "`x` is used three times here, and its contributions are added."
    for name, wanted in zip(FOUND, expected, strict=True):
        yield difference(f"{tried}: {name}", seen[name], wanted, cause=cause)
    is_counted = case["backend"] == "counting" and "tanh" in case["program"]
    if is_counted and not {"tanh", "exp", "expm1", "sinh"} & seen["calls"].keys():
        cause = "Right, and not by `xp`: is `np.tanh` called directly?"
        look = "Next: search your class for `np.`; each of them is to be `xp.`."
        yield report(f"{tried}: calls of xp.tanh", 0, Words("at least 1"), cause, look)
    if case["backend"] == "device" and not all(seen["far"]):
        lost = f"{tried}: {FOUND[seen['far'].index(False)]}"
        cause = "It was made by NumPy, and never met an array of the device."
        look = "Next: which line makes this array? It is to ask `xp` for it."
        where = Words("an array of NumPy"), Words("an array of the device")
        yield report(lost, *where, cause, look)


check_small_engine = check_stages(
    "small_engine",
    engine_cases,
    engine_steps,
    engine_judge,
    tried=engine_tried,
    explain=because(
        {
            "does not support ufuncs": "A function of NumPy was called on arrays of the device: "
            "search your class for `np.`; each of them is to be `xp.`.",
            MET: "One of the two was made by a function of NumPy, called directly: zeros, ones, "
            "asarray and the like are to come from `xp`. Look for the line that made it, before "
            "the one where they met.",
        }
    ),
    own_work=ALWAYS,
)

# ---------------------------------------------------------------------------------------------
# E24.2 and E24.3: what five ops cost, and where they cost least

HOST, CARD = "host", "card"
Op = tuple[float, float, int]
Model = dict[str, float]


def time_of(
    places: Any, ops: list[Op], start_kb: int, model: Model, *, forgotten: int | None = None
) -> float:
    """The time of the ops at these places, without the transfer before the op `forgotten`."""
    homes = [HOST, *places, HOST]
    sizes = [start_kb, *(op[2] for op in ops)]
    moves = [i for i in range(len(ops) + 1) if homes[i] != homes[i + 1] and i != forgotten]
    time = sum(model["latency"] + model["per_kb"] * sizes[i] for i in moves)
    for place, (on_host, on_card, _) in zip(places, ops, strict=True):
        time += on_host if place == HOST else model["launch"] + on_card
    return time


def there_and_back(places: Any, ops: list[Op], start_kb: int, model: Model) -> float:
    """The time if each op on the card fetches its operand from the host and brings its result."""
    time, kb = 0.0, start_kb
    for place, (on_host, on_card, result_kb) in zip(places, ops, strict=True):
        there = 2 * model["latency"] + model["per_kb"] * (kb + result_kb)
        time += on_host if place == HOST else there + model["launch"] + on_card
        kb = result_kb
    return time


def five(rng: np.random.Generator, on_host: list[float]) -> tuple[list[Op], int, Model]:
    """Five ops of about these times on the host, a twentieth of them on the card; and a model."""
    times = [round(float(time * rng.uniform(0.9, 1.1)), 1) for time in on_host]
    ops = [(time, round(time / 20, 2), int(rng.integers(40, 90))) for time in times]
    start_kb = int(rng.integers(90, 120))
    model = {
        "launch": round(float(rng.uniform(4.0, 6.0)), 1),
        "latency": round(float(rng.uniform(9.0, 12.0)), 1),
        "per_kb": round(float(rng.uniform(0.08, 0.12)), 2),
    }
    return ops, start_kb, model


def setting(ops: list[Op], start_kb: int, model: Model) -> str:
    return f"ops {ops}, start_kb {start_kb}, model {model}"


def time_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for places in (
        [HOST] * 5,
        [CARD, CARD, CARD, HOST, HOST],
        [HOST, HOST, CARD, CARD, HOST],
        [HOST, CARD, HOST, CARD, HOST],
        [HOST, HOST, CARD, CARD, CARD],
        [CARD] * 5,
    ):
        yield places, *five(rng, [5.0, 60.0, 90.0, 30.0, 8.0])


check_microseconds = check_function(
    "microseconds(places, ops, start_kb, model)",
    time_cases,
    time_of,
    {
        "The launches are missing: one for each op on the card.": (
            lambda places, ops, kb, model: time_of(places, ops, kb, model | {"launch": 0.0})
        ),
        "The data starts on the host: its way to a first op counts.": (
            lambda *given: time_of(*given, forgotten=0)
        ),
        "The last result is needed on the host: its way home counts.": (
            lambda *given: time_of(*given, forgotten=5)
        ),
        "The data is moved for every op on the card, also where it is there already.": (
            there_and_back
        ),
        "What is moved is what the op reads, the result of the op before, not its own.": (
            lambda places, ops, kb, model: time_of(
                places,
                [(*op[:2], later[2]) for op, later in pairwise([*ops, ops[-1]])],
                ops[0][2],
                model,
            )
        ),
        "A launch was added for the ops on the host as well.": (
            lambda places, ops, kb, model: (
                time_of(places, ops, kb, model) + places.count(HOST) * model["launch"]
            )
        ),
        "Every transfer costs `latency`, beside what its size costs.": (
            lambda places, ops, kb, model: time_of(places, ops, kb, model | {"latency": 0.0})
        ),
    },
    "Add the times of the ops, the launches, and a transfer for each change of place.",
    "Next: write down where the data is before each op, and mark where that changes.",
    rel=1e-9,
    tried=lambda places, *given: f"microseconds({places}, ...) with {setting(*given)}",
)


def place_cases(rng: np.random.Generator) -> list[Case]:
    return [
        {"what": what, "given": five(rng, on_host)}
        for what, on_host in {
            "small ops": [3.0, 6.0, 9.0, 4.0, 2.0],
            "large ops": [400.0, 300.0, 500.0, 200.0, 300.0],
            "a small op between large ones": [2.0, 200.0, 3.0, 300.0, 2.0],
            "one op that is a little quicker on the card": [2.0, 3.0, 24.0, 3.0, 2.0],
            "large ops first": [200.0, 150.0, 4.0, 2.0, 1.0],
        }.items()
    ]


def place_tried(case: Case) -> str:
    return f"best_places with {case['what']}: {setting(*case['given'])}"


def place_judge(case: Case, outcome: Any) -> str | None:
    tried, given = place_tried(case), case["given"]
    outcome = by_place(outcome)
    is_row = isinstance(outcome, list | tuple) and len(outcome) == 5
    outcome = [str(place).strip().lower() for place in outcome] if is_row else outcome
    if not is_row or not {HOST, CARD}.issuperset(outcome):
        wanted = Words('a list of five, each "host" or "card"')
        cause = kind_cause(outcome, "One place for each op is asked for.")
        return report(tried, outcome, wanted, cause)
    best = min(product([HOST, CARD], repeat=5), key=lambda places: time_of(places, *given))
    taken, least = time_of(outcome, *given), time_of(best, *given)
    if taken <= least + 1e-9:
        return None
    ops, _, model = given
    alone = [HOST if op[0] <= model["launch"] + op[1] else CARD for op in ops]
    cause = "Another list of places takes less time."
    if outcome == alone and case["what"] != "large ops":
        cause = (
            "Each op is where it alone is quicker, and the transfers between them are not counted."
        )
    elif outcome == [CARD] * 5:
        cause = "Everything is on the card, and what that saves is less than what the way costs."
    elif outcome == [HOST] * 5:
        cause = "Everything is on the host, though the ops are large enough to pay for the way."
    look = f"Next: compute the time of {list(best)} as well, and compare part by part."
    found = Words(f"{outcome}, {taken:.1f} microseconds")
    return report(tried, found, Words(f"{least:.1f} microseconds"), cause, look)


check_best_places = Check(
    "best_places",
    place_cases,
    lambda answer, case: answer(*case["given"]),
    place_judge,
    tried=place_tried,
    own_work=["teaching.devices"],
)
