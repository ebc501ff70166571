"""Checks of exercise 24: an engine behind a backend, and ops placed by their cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from .accepted import close
from .arrays import difference, draw_array, numerical_vjp
from .core import Check
from .messages import Words, number_fault, report
from .plain_data import Other, Raised

# ---------------------------------------------------------------------------------------------
# E24.1: a small engine behind a backend. Three backends: NumPy, NumPy that counts its calls, and a
# device whose arrays refuse to meet NumPy's.

MET = "an array of the device met an array of NumPy"


class Counting:
    """NumPy, with every call of a function counted."""

    def __init__(self) -> None:
        """No call yet."""
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        """NumPy's own, in a wrapper that counts where it is a function."""
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
        """Hold the numbers."""
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


def _operator(name: str) -> Callable[..., Any]:
    def computed(self: FarArray, *others: Any) -> Any:
        return far(getattr(self._held, name)(*near(others)))

    return computed


_STEMS = ("add", "sub", "mul", "truediv", "matmul", "pow")
for _name in ("neg", *_STEMS, *(f"r{stem}" for stem in _STEMS)):
    setattr(FarArray, f"__{_name}__", _operator(f"__{_name}__"))


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


Pair = tuple[Callable[..., Any], list[tuple[int, int]]]
PROGRAMS: dict[str, Pair] = {
    "(x * w).tanh().sum()": (lambda x, w: np.tanh(x * w).sum(), [(2, 3), (2, 3)]),
    "(x * x + x * w).sum()": (lambda x, w: (x * x + x * w).sum(), [(2, 3), (2, 3)]),
    "(x @ w).tanh().sum()": (lambda x, w: np.tanh(x @ w).sum(), [(2, 3), (3, 2)]),
}
RUNS: dict[str, Callable[[Any, Any], Any]] = {
    "(x * w).tanh().sum()": lambda x, w: (x * w).tanh().sum(),
    "(x * x + x * w).sum()": lambda x, w: (x * x + x * w).sum(),
    "(x @ w).tanh().sum()": lambda x, w: (x @ w).tanh().sum(),
}
BACKENDS = {
    "numpy": "NumPy",
    "counting": "NumPy that counts its calls",
    "device": "a device whose arrays NumPy cannot reach",
}


def _engine_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [
        {
            "backend": backend,
            "program": program,
            "arrays": [draw_array(rng, shape, 0.3, 1.3) for shape in shapes],
        }
        for backend in BACKENDS
        for program, (_, shapes) in PROGRAMS.items()
    ]


def _engine_tried(case: dict[str, Any]) -> str:
    return f"{case['program']} and backward(), on {BACKENDS[case['backend']]}"


def _engine_probe(small_engine: Any, case: dict[str, Any]) -> Any:
    modules = {"numpy": np, "counting": Counting(), "device": FarModule()}
    xp = modules[case["backend"]]
    Array = small_engine(xp)
    leaves = [Array(array.tolist()) for array in case["arrays"]]
    result = RUNS[case["program"]](*leaves)
    result.backward()
    found = [result.data, *(leaf.grad for leaf in leaves)]
    at_home = [not isinstance(x, np.ndarray) for x in found]
    return {
        "found": [getattr(x, "_held", x) for x in found],
        "far": at_home,
        "calls": dict(getattr(xp, "calls", {})) if case["backend"] == "counting" else {},
    }


def _engine_judge(case: dict[str, Any], outcome: Any) -> str | None:
    tried = _engine_tried(case)
    f, _ = PROGRAMS[case["program"]]
    expected = [np.asarray(f(*case["arrays"])), *numerical_vjp(f, case["arrays"], 1.0)]
    names = ["the result's data", "x.grad", "w.grad"]
    cause = "The rules are those of the class above: only the array module changes."
    if "x * x" in case["program"]:
        cause = "`x` is used three times here, and its contributions are added."
    for name, got, wanted in zip(names, outcome["found"], expected, strict=True):
        if fault := difference(f"{tried}: {name}", got, wanted, cause=cause):
            return fault
    if case["backend"] == "counting" and "tanh" in case["program"]:
        if not outcome["calls"].get("tanh"):
            return report(
                f"{tried}: calls of xp.tanh",
                0,
                Words("at least 1"),
                "Right, and not by `xp`: is `np.tanh` called directly?",
                "Next: search your class for `np.`; each of them is to be `xp.`.",
            )
    if case["backend"] == "device" and not all(outcome["far"]):
        lost = names[outcome["far"].index(False)]
        return report(
            f"{tried}: {lost}",
            Words("an array of NumPy"),
            Words("an array of the device"),
            "It was made by NumPy, and never met an array of the device.",
            "Next: which line makes this array? It is to ask `xp` for it.",
        )
    return None


def _engine_explain(case: dict[str, Any], raised: Raised) -> str | None:
    if MET in raised.text:
        return (
            "One of the two was made by a function of NumPy, called directly: zeros, ones, asarray "
            "and the like are to come from `xp`. Look for the line that made it, before the one "
            "where they met."
        )
    return None


check_small_engine = Check(
    "small_engine",
    _engine_cases,
    _engine_probe,
    _engine_judge,
    tried=_engine_tried,
    explain=_engine_explain,
)

# ---------------------------------------------------------------------------------------------
# E24.2 and E24.3: what five ops cost, and where they cost least

HOST, CARD = "host", "card"
Op = tuple[float, float, int]


def time_of(
    places: Any, ops: list[Op], start_kb: int, model: dict[str, float], **without: bool
) -> float:
    """The time of the ops at these places; `without` leaves out what a wrong answer forgets."""
    homes = [HOST, *places, HOST]
    sizes = [start_kb, *(op[2] for op in ops)]
    moves = [i for i in range(len(ops) + 1) if homes[i] != homes[i + 1]]
    if without.get("first"):
        moves = [i for i in moves if i > 0]
    if without.get("last"):
        moves = [i for i in moves if i < len(ops)]
    time = sum(model["latency"] + model["per_kb"] * sizes[i] for i in moves)
    for place, (on_host, on_card, _) in zip(places, ops, strict=True):
        launch = 0.0 if without.get("launch") else model["launch"]
        time += on_host if place == HOST else launch + on_card
    return time


def _ops(rng: np.random.Generator, on_host: list[float]) -> list[Op]:
    """Ops of about these times on the host, a twentieth of them on the card."""
    times = [round(float(time * rng.uniform(0.9, 1.1)), 1) for time in on_host]
    return [(time, round(time / 20, 2), int(rng.integers(40, 90))) for time in times]


def _model(rng: np.random.Generator) -> dict[str, float]:
    return {
        "launch": round(float(rng.uniform(4.0, 6.0)), 1),
        "latency": round(float(rng.uniform(9.0, 12.0)), 1),
        "per_kb": round(float(rng.uniform(0.08, 0.12)), 2),
    }


def _five(rng: np.random.Generator, on_host: list[float]) -> dict[str, Any]:
    ops, start_kb = _ops(rng, on_host), int(rng.integers(90, 120))
    return {"ops": ops, "start_kb": start_kb, "model": _model(rng)}


def _time_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    lists = [
        [HOST] * 5,
        [CARD, CARD, CARD, HOST, HOST],
        [HOST, HOST, CARD, CARD, HOST],
        [HOST, CARD, HOST, CARD, HOST],
        [HOST, HOST, CARD, CARD, CARD],
        [CARD] * 5,
    ]
    return [{"places": p, **_five(rng, [5.0, 60.0, 90.0, 30.0, 8.0])} for p in lists]


def _arguments(case: dict[str, Any]) -> tuple[Any, ...]:
    return [tuple(op) for op in case["ops"]], case["start_kb"], dict(case["model"])


def _setting(case: dict[str, Any]) -> str:
    return f"ops {case['ops']}, start_kb {case['start_kb']}, model {case['model']}"


def _time_tried(case: dict[str, Any]) -> str:
    return f"microseconds({case['places']}, ...) with {_setting(case)}"


def _time_judge(case: dict[str, Any], outcome: Any) -> str | None:
    tried, ops, model = _time_tried(case), case["ops"], case["model"]
    given = (case["places"], ops, case["start_kb"], model)
    if fault := number_fault(tried, outcome):
        return fault
    expected = time_of(*given)
    if close(outcome, expected, rel=1e-9):
        return None
    changes = [HOST, *case["places"], HOST]
    moves = sum(a != b for a, b in zip(changes[:-1], changes[1:], strict=True))
    alone = time_of(*given) - moves * model["latency"]
    there = _there_and_back(*given)
    slips = [
        (time_of(*given, launch=True), "The launches are missing: one for each op on the card."),
        (time_of(*given, first=True), "The data starts on the host: its way to a first op counts."),
        (time_of(*given, last=True), "The last result is needed on the host: its way home counts."),
        (there, "The data is moved for every op on the card, also where it is there already."),
        (alone, "Every transfer costs `latency`, beside what its size costs."),
    ]
    cause = "Add the times of the ops, the launches, and a transfer for each change of place."
    cause = next((words for wrong, words in slips if close(outcome, wrong, rel=1e-9)), cause)
    look = "Next: write down where the data is before each op, and mark where that changes."
    return report(tried, outcome, expected, cause, look)


def _there_and_back(
    places: list[str], ops: list[Op], start_kb: int, model: dict[str, float]
) -> float:
    """The time if each op on the card fetches its operand from the host and brings its result."""
    time, kb = 0.0, start_kb
    for place, (on_host, on_card, result_kb) in zip(places, ops, strict=True):
        there = 2 * model["latency"] + model["per_kb"] * (kb + result_kb)
        time += on_host if place == HOST else there + model["launch"] + on_card
        kb = result_kb
    return time


check_microseconds = Check(
    "microseconds",
    _time_cases,
    lambda answer, case: answer(list(case["places"]), *_arguments(case)),
    _time_judge,
    tried=_time_tried,
)


def _place_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [
        {"what": what, **_five(rng, on_host)}
        for what, on_host in {
            "small ops": [3.0, 6.0, 9.0, 4.0, 2.0],
            "large ops": [400.0, 300.0, 500.0, 200.0, 300.0],
            "a small op between large ones": [2.0, 200.0, 3.0, 300.0, 2.0],
            "one op that is a little quicker on the card": [2.0, 3.0, 24.0, 3.0, 2.0],
            "large ops first": [200.0, 150.0, 4.0, 2.0, 1.0],
        }.items()
    ]


def _place_tried(case: dict[str, Any]) -> str:
    return f"best_places with {case['what']}: {_setting(case)}"


def _place_judge(case: dict[str, Any], outcome: Any) -> str | None:
    tried, given = _place_tried(case), (case["ops"], case["start_kb"], case["model"])
    if not isinstance(outcome, list) or len(outcome) != 5 or {*map(str, outcome)} - {HOST, CARD}:
        got = Words(str(outcome.text if isinstance(outcome, Other) else outcome))
        wanted = Words('a list of five, each "host" or "card"')
        return report(tried, got, wanted, "One place for each op is asked for.")
    best = min(product([HOST, CARD], repeat=5), key=lambda places: time_of(places, *given))
    taken, least = time_of(outcome, *given), time_of(best, *given)
    if taken <= least + 1e-9:
        return None
    alone = [HOST if op[0] <= case["model"]["launch"] + op[1] else CARD for op in case["ops"]]
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
    return report(
        tried,
        Words(f"{outcome}, {taken:.1f} microseconds"),
        Words(f"{least:.1f} microseconds"),
        cause,
        look,
    )


check_best_places = Check(
    "best_places",
    _place_cases,
    lambda answer, case: answer(*_arguments(case)),
    _place_judge,
    tried=_place_tried,
)
