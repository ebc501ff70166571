"""The checks of exercise 12: shapes that broadcast, the sum over copies, sum, mean and max."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .arrays import (
    Slips,
    addresses_of,
    changed_array_fault,
    difference,
    draw_array,
    draw_operand,
    draw_seed,
    draw_upstreams,
    op_fault,
    possible,
    run_both_ways,
    scattered,
    show_array,
)
from .core import Check
from .messages import Words, kind_cause, report, show
from .plain_data import Raised
from .run_answer import call

Shape = tuple[int, ...]
Axes = int | tuple[int, ...] | None

# ---------------------------------------------------------------------------------------------
# E12.1 shapes, predicted


PAIRS: list[tuple[Shape, Shape]] = [
    ((2, 3), (3,)),
    ((2, 1), (1, 3)),
    ((), (2, 3)),
    ((2, 3), (2,)),
    ((4, 1, 3), (2, 1)),
    ((1, 1, 3), (2, 4, 3)),
    ((5,), (5, 1)),
    ((1, 3), (0, 3)),
]


def predicted_shapes_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """The eight questions of the text."""
    return [{"question": place, "a": a, "b": b} for place, (a, b) in enumerate(PAIRS)]


def predicted_shapes_tried(case: dict[str, Any]) -> str:
    """The shapes that a question asks about."""
    return (
        f"predicted_shapes()[{case['question']}]: a + b for the shapes {case['a']} and {case['b']}"
    )


def predicted_shapes_probe(answer: Any, case: dict[str, Any]) -> Any:
    """All predictions."""
    return answer()


def predicted_shapes_judge(case: dict[str, Any], got: Any) -> str | None:
    """The result's shape is NumPy's; each gradient has the shape of its own operand."""
    tried, a, b = predicted_shapes_tried(case), case["a"], case["b"]
    if not isinstance(got, list) or len(got) != len(PAIRS):
        found = Words(f"a list of {len(got)}") if isinstance(got, list) else got
        cause = "There is one row for each question." if isinstance(got, list) else kind_cause(got)
        return report("predicted_shapes()", found, Words("a list of 8 predictions"), cause)
    row = got[case["question"]]
    try:
        result: Shape | None = np.broadcast_shapes(a, b)
    except ValueError:
        result = None
    look = "Next: write the two shapes under each other, aligned at the right, and go axis by axis."
    if result is None or row is None:
        if row is None and result is None:
            return None
        cause = f"Aligned at the right, a {a[-1]} stands over a {b[-1]}, and neither is 1."
        if row is None:
            cause = (
                "NumPy takes them: wherever the two lengths differ, one of them is 1 or missing."
            )
        expected = Words("None: NumPy refuses") if result is None else (result, a, b)
        return report(tried, row, expected, cause, look)
    if not is_row(row):
        cause = "A shape of one axis is written (3,): without the comma it is the number 3."
        return report(tried, row, Words("three tuples of whole numbers, or None"), cause)
    if tuple(row) == (result, a, b):
        return None
    if tuple(row[1:]) == (a, b):
        return report(tried, row[0], result, result_cause(row[0], result, a, b), look)
    if tuple(row[1:]) == (b, a):
        cause = "The gradients of a and of b are swapped."
    elif row[1] == row[2] == row[0]:
        cause = "Both gradients have the shape of the result: that is the shape of what arrives. "
        cause += "A gradient has the shape of its own data."
    else:
        cause = "Which shape has `a`, and which has its gradient? They are one."
    return report(tried, tuple(row[1:]), (a, b), cause, "Next: what would `a.data - a.grad` need?")


def is_row(row: Any) -> bool:
    """Whether a prediction is three shapes."""
    return (
        isinstance(row, list | tuple)
        and len(row) == 3
        and all(isinstance(shape, tuple) for shape in row)
        and all(isinstance(length, int) for shape in row for length in shape)
    )


def result_cause(got: Shape, result: Shape, a: Shape, b: Shape) -> str:
    """How one probably came by a wrong shape of a result."""
    if 0 in result and 0 not in got:
        return "An axis of length 1 is stretched to whatever stands beside it, to 0 as well."
    if got in (a, b):
        return "This is the shape of one operand. Here both are copied, or the other one is larger."
    if got == result[::-1]:
        return "The axes are the wrong way round."
    if len(got) != max(len(a), len(b)):
        return "The result has as many axes as the operand with more of them."
    return "Of each pair of lengths the result has the one that is not 1."


check_predicted_shapes = Check(
    "predicted_shapes",
    predicted_shapes_cases,
    predicted_shapes_probe,
    predicted_shapes_judge,
    tried=predicted_shapes_tried,
)

# ---------------------------------------------------------------------------------------------
# E12.2 unbroadcast

COPIES: list[tuple[Shape, Shape, str]] = [
    ((3,), (2, 3), "float64"),
    ((3,), (3, 3), "float64"),
    ((2, 1), (2, 3), "float64"),
    ((1, 3), (2, 3), "float64"),
    ((2, 3), (2, 3), "float64"),
    ((), (2, 3), "float64"),
    ((1,), (2, 3), "float64"),
    ((1, 1, 3), (2, 4, 3), "float64"),
    ((2, 1), (4, 2, 3), "float64"),
    ((1, 3), (1, 3), "float64"),
    ((1, 3), (0, 3), "float64"),
    ((0, 3), (2, 0, 3), "float64"),
    ((3, 1), (2, 3, 2), "float32"),
]
ALL_PAIRS = 200


def unbroadcast_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Shapes with new axes, stretched axes, both, neither; then random ones."""
    pairs = list(COPIES)
    while len(pairs) < ALL_PAIRS:
        wanted = tuple(
            map(int, rng.choice([0, 1, 2, 3, 4], rng.integers(0, 5), p=[0.04, *[0.24] * 4]))
        )
        shape = tuple(1 if rng.random() < 0.4 else length for length in wanted)
        pairs.append((shape[int(rng.integers(0, len(shape) + 1)) :], wanted, "float64"))
    return [
        {"g": draw_seed(rng, wanted).astype(dtype), "shape": shape}
        for shape, wanted, dtype in pairs
    ]


def unbroadcast_probe(answer: Any, case: dict[str, Any]) -> Any:
    """The sum, and whether `g` survived."""
    return call(answer, case["g"], case["shape"])


def unbroadcast_tried(case: dict[str, Any]) -> str:
    """The call, with the upstream where it is short."""
    g = case["g"]
    numbers = f", g = {show_array(g)}" if 0 < g.size <= 6 else ""
    return f"unbroadcast(g, {case['shape']}) for g of shape {g.shape}{numbers}"


def unbroadcast_judge(case: dict[str, Any], got: Any) -> str | None:
    """Each entry gets the sum of what arrives at its copies."""
    g, shape, tried = case["g"], case["shape"], unbroadcast_tried(case)
    if fault := changed_array_fault(tried, got, ["g", "shape"]):
        return fault
    expected = scattered(np.broadcast_to(addresses_of(shape), g.shape), g, shape)
    slips = unbroadcast_slips(g, shape, expected)
    look = "Next: broadcast an array of this shape by hand, and mark the copies of one entry."
    # An operand without axes may be given back as a number.
    # What rounding leaves of a sum goes by the size of its terms, which may nearly cancel.
    rel, scale = (1e-6 if g.dtype == np.float32 else 1e-9), float(np.abs(g).sum())
    return difference(
        tried, got["result"], expected, slips, look, dtype=str(g.dtype), rel=rel, scale=scale
    )


def unbroadcast_slips(g: np.ndarray, shape: Shape, expected: np.ndarray) -> Slips:
    """Wrong sums, and how one comes by each."""
    lead = g.ndim - len(shape)
    new = tuple(range(lead))
    ones = tuple(lead + axis for axis, n in enumerate(shape) if n == 1)
    copies = g.size / max(expected.size, 1) or 1  # 0 where `g` has no entries
    stretched = any(g.shape[axis] != 1 for axis in ones)
    slips = [
        (
            lambda: g,
            "This is `g` as it came, one number for each copy. The operand has one number for all "
            "its copies.",
        ),
        (
            lambda: expected / copies,
            "This is a mean. Every copy moves the loss, so what arrives at them is added.",
        ),
        (
            lambda: g.sum(axis=(*new, *ones)),
            "The sums may be right, but a stretched axis is gone. It was there before, with length "
            "1, and has to stay.",
        ),
        (
            lambda: g.sum(axis=(*new, *ones), keepdims=True),
            "The new axes are still there, with length 1. The operand never had them.",
        ),
        (
            lambda: g[(0,) * lead][tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)],
            "This is what arrives at the first copy alone.",
        ),
        (lambda: np.full(shape, g.sum()), "Here everything is summed, over all axes."),
        (
            lambda: g.sum(axis=tuple(range(g.ndim - lead, g.ndim))),
            "Summed along the last axes: the shapes were aligned at the left. New axes come in "
            "front.",
        ),
        (
            lambda: g.sum(axis=1, keepdims=True),
            "Axis 1 was summed. Was the *length* 1 taken for the axis? What counts is the place of "
            "the 1 in the shape.",
        ),
    ]
    if lead and stretched:
        slips += [
            (
                lambda: g.sum(axis=new),
                "The new axes are summed, the stretched ones not yet: there are two steps.",
            ),
            (
                lambda: g.sum(axis=ones, keepdims=True),
                "The stretched axes are summed, the new ones in front not yet: there are two "
                "steps.",
            ),
        ]
    return possible(*reversed(slips)) if lead and stretched else possible(*slips)


def unbroadcast_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """Why a sum may fail."""
    if raised.type == "AxisError":
        return (
            "Next: count the axes at that moment. A sum without keepdims takes its axis away, and "
            "all later ones move up by one."
        )
    if raised.type == "IndexError" and 0 in case["g"].shape:
        return "Next: an axis may have length 0. There is no first copy then; the sum of none is 0."
    return None


check_unbroadcast = Check(
    "unbroadcast",
    unbroadcast_cases,
    unbroadcast_probe,
    unbroadcast_judge,
    tried=unbroadcast_tried,
    explain=unbroadcast_explain,
    points=3,
)

# ---------------------------------------------------------------------------------------------
# E12.3 sum and mean, E12.4 max: what the three share

REDUCTIONS: list[tuple[Shape, Axes, bool, str]] = [
    ((2, 3), 0, False, "float64"),
    ((2, 3), 1, False, "float64"),
    ((3, 3), 1, False, "float64"),
    ((2, 3), None, False, "float64"),
    ((2, 3), 1, True, "float64"),
    ((2, 3), None, True, "float64"),
    ((2, 3, 4), -1, False, "float64"),
    ((2, 3, 4), (0, 2), False, "float64"),
    ((2, 3, 4), (-1, 0), True, "float64"),
    ((1, 3), 0, False, "float64"),
    ((2, 2), 0, False, "int64"),
    ((2, 3), -2, False, "float32"),
    ((), None, False, "float64"),
]
EMPTY = ((0, 3), 0, False, "float64")


def lines_of(shape: Shape, axis: Axes) -> np.ndarray:
    """For each entry of an array, the number of the entry of the result that it goes into."""
    kept = np.zeros(shape).sum(axis=axis, keepdims=True).shape
    return np.broadcast_to(np.arange(math.prod(kept)).reshape(kept), shape)


def reduction_cases(
    rng: np.random.Generator, table: Sequence[tuple[Shape, Axes, bool, str]]
) -> list[dict[str, Any]]:
    """Every kind of axis, with keepdims and without."""
    cases = []
    for shape, axis, keepdims, dtype in table:
        x = draw_operand(rng, shape, dtype)
        g = draw_upstreams(rng, np.sum(x, axis=axis, keepdims=keepdims))
        cases.append({"x": x, "axis": axis, "keepdims": keepdims, "g": g})
    return cases


def reduction_probe(answer: Any, case: dict[str, Any]) -> Any:
    """Both ways of a reduction."""
    return run_both_ways(
        answer, ["x", "axis", "keepdims"], [case["x"], case["axis"], case["keepdims"]], case["g"]
    )


def reduction_tried(name: str) -> Callable[[dict[str, Any]], str]:
    """How a call of this name reads."""

    def tried(case: dict[str, Any]) -> str:
        x = case["x"]
        numbers = f", x = {show_array(x)}" if name == "max_of" else ""
        return (
            f"{name}(x, axis={case['axis']}, keepdims={case['keepdims']}) with x of shape "
            f"{x.shape}{numbers}"
        )

    return tried


def reduction_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """Why an array may not fit, by the kind of axis."""
    if raised.type not in ("ValueError", "AxisError", "TypeError", "IndexError"):
        return None
    axis = case["axis"]
    if isinstance(axis, tuple):
        return "Next: `axis` may be a tuple of axes. Which of your lines takes it for one number?"
    if axis is None:
        return (
            "Next: with `axis=None` all axes are gone, and `g` is one number. Which of your lines "
            "needs an axis?"
        )
    if case["keepdims"]:
        return (
            "Next: with `keepdims=True` the axis is still in `g`, with length 1. Put it back only "
            "where it is gone."
        )
    if axis < 0:
        return "Next: a negative axis counts from the end of `x`, which has one axis more than `g`."
    return (
        "Next: `g` lacks the axis that was reduced. Put it back with length 1, and it broadcasts."
    )


def reduction_fault(
    name: str,
    case: dict[str, Any],
    got: Any,
    forward: tuple[Any, Slips],
    back: Callable[[np.ndarray], tuple[np.ndarray, Slips]],
    look: str,
) -> str | None:
    """The verdict: `forward` is the right result with its slips, `back(g)` the same for a g."""
    x, axis = case["x"], case["axis"]
    result, slips = forward

    def back_fault(tried: str, contribution: Any, g: np.ndarray) -> str | None:
        expected, own = back(g)
        known = [*own, *reduction_slips(x, axis, g)]
        return difference(tried, contribution, expected, known, look, dtype=str(g.dtype))

    return op_fault(
        reduction_tried(name)(case), got, case["g"], np.asarray(result), slips, back_fault
    )


def reduction_slips(x: np.ndarray, axis: Axes, g: np.ndarray) -> Slips:
    """Wrong contributions that any reduction can be given."""
    return possible(
        (
            lambda: np.broadcast_to(g, x.shape).astype(g.dtype),
            "`g` was copied along the wrong axis: its only axis was aligned at the right, so what "
            "belongs to a row went down a column.",
        ),
        (
            lambda: g,
            "This is `g` as it came. The contribution has the shape of `x`: every entry that went "
            "into a result gets its own.",
        ),
        (lambda: np.ones(x.shape), "These are ones: a partial without its upstream."),
        (lambda: np.full(x.shape, g.sum()), "Here every entry gets the sum of all of `g`."),
    )


def forward_slips(f: Callable[..., Any], case: dict[str, Any]) -> Slips:
    """Wrong results of a reduction that NumPy's `f` does."""
    x, axis, keepdims = case["x"], case["axis"], case["keepdims"]
    return possible(
        (lambda: f(x), "All entries went into one result, whatever `axis` says."),
        (
            lambda: f(x, axis=axis, keepdims=not keepdims),
            "The numbers may be right, but `keepdims` was not handed on."
            if keepdims
            else "The reduced axis was kept, with length 1. Without keepdims it is gone.",
        ),
        (lambda: f(x, axis=0, keepdims=keepdims), "Axis 0 was reduced, whatever `axis` says."),
    )


# ---------------------------------------------------------------------------------------------
# E12.3 sum and mean


def sum_of_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Every kind of axis, and an axis without entries."""
    return reduction_cases(rng, [*REDUCTIONS, EMPTY])


def sum_of_judge(case: dict[str, Any], got: Any) -> str | None:
    """Every entry gets the upstream of the sum it went into."""
    x, axis, keepdims = case["x"], case["axis"], case["keepdims"]
    lines = lines_of(x.shape, axis)

    def back(g: np.ndarray) -> tuple[np.ndarray, Slips]:
        right = g.ravel()[lines]
        count = x.size / max(g.size, 1)
        mean = (right / count, "The upstream was divided: that is the way back of a mean.")
        return right, [mean] if count not in (0, 1) else []

    forward = np.sum(x, axis=axis, keepdims=keepdims), forward_slips(np.sum, case)
    look = "Next: which entry of the result has x[0, 0] gone into? That entry of `g` is its own."
    return reduction_fault("sum_of", case, got, forward, back, look)


check_sum_of = Check(
    "sum_of",
    sum_of_cases,
    reduction_probe,
    sum_of_judge,
    tried=reduction_tried("sum_of"),
    explain=reduction_explain,
    points=2,
)


def mean_of_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Every kind of axis."""
    return reduction_cases(rng, REDUCTIONS)


def mean_of_judge(case: dict[str, Any], got: Any) -> str | None:
    """Every entry gets the upstream of its mean, divided by how many shared it."""
    x, axis, keepdims = case["x"], case["axis"], case["keepdims"]
    lines = lines_of(x.shape, axis)

    def back(g: np.ndarray) -> tuple[np.ndarray, Slips]:
        copied, count = g.ravel()[lines], x.size / g.size
        rows = x.shape[0] if x.ndim else 1
        slips = possible(
            (lambda: copied, "This is the way back of a sum: 1 / n is missing."),
            (
                lambda: copied / x.size,
                f"Divided by {x.size}, the size of `x`. n is how many entries went into *one* "
                f"result, here {count:g}.",
            ),
            (
                lambda: copied / rows,
                f"Divided by {rows}, the length of the first axis. n is how many entries went "
                f"into one result, here {count:g}.",
            ),
            (lambda: copied * count, "Multiplied by n. A mean of many moves less, not more."),
        )
        return copied / count, slips if count != 1 else []

    forward = np.mean(x, axis=axis, keepdims=keepdims), forward_slips(np.mean, case)
    look = "Next: nudge one entry of `x` by 1. How far does its mean move?"
    return reduction_fault("mean_of", case, got, forward, back, look)


check_mean_of = Check(
    "mean_of",
    mean_of_cases,
    reduction_probe,
    mean_of_judge,
    tried=reduction_tried("mean_of"),
    explain=reduction_explain,
    points=2,
)

# ---------------------------------------------------------------------------------------------
# E12.4 max

MAXIMA: list[tuple[Shape, Axes, bool, int]] = [
    ((2, 3), 1, False, 1),
    ((2, 3), 1, False, 2),
    ((3, 2), 0, False, 3),
    ((2, 3), None, False, 4),
    ((2, 3), 1, True, 2),
    ((2, 2, 3), -1, False, 2),
    ((2, 2, 2), (0, 2), False, 3),
    ((3,), None, True, 1),
]


def max_of_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """One largest entry, and ties of 2, 3 and 4."""
    cases = []
    for shape, axis, keepdims, ties in MAXIMA:
        x, lines = draw_array(rng, shape), lines_of(shape, axis)
        for line in range(int(lines.max()) + 1):
            *smaller, largest = sorted(np.flatnonzero(lines == line), key=lambda i: x.flat[i])
            x.flat[rng.choice(smaller, ties - 1, replace=False)] = x.flat[largest]
        g = draw_upstreams(rng, np.max(x, axis=axis, keepdims=keepdims))
        cases.append({"x": x, "axis": axis, "keepdims": keepdims, "g": g})
    return cases


def max_of_judge(case: dict[str, Any], got: Any) -> str | None:
    """The largest entries of a line share its upstream in equal parts, the others get 0."""
    x, axis, keepdims = case["x"], case["axis"], case["keepdims"]
    lines = lines_of(x.shape, axis)
    lists = [np.flatnonzero(lines == line).tolist() for line in range(int(lines.max()) + 1)]
    tied = [
        [place for place in places if x.flat[place] == x.flat[places].max()] for places in lists
    ]

    def placed(g: np.ndarray, share: Callable[[list[int]], dict[int, float]]) -> np.ndarray:
        contribution = np.zeros(x.shape)
        for upstream, places in zip(g.flat, tied, strict=True):
            for place, part in share(places).items():
                contribution.flat[place] = upstream * part
        return contribution

    def back(g: np.ndarray) -> tuple[np.ndarray, Slips]:
        count = sum(map(len, tied))
        equal = placed(g, lambda places: dict.fromkeys(places, 1 / len(places)))
        whole = placed(g, lambda places: dict.fromkeys(places, 1.0))
        slips = possible(
            (
                lambda: placed(g, lambda places: {places[0]: 1.0}),
                "The first of the largest got all, the others nothing. Here ties share in equal "
                "parts.",
            ),
            (
                lambda: placed(g, lambda places: {places[-1]: 1.0}),
                "The last of the largest got all. Here ties share in equal parts.",
            ),
            (
                lambda: whole,
                "Each of the largest got the whole upstream: more left than arrived. The parts of "
                "a tie add up to `g`.",
            ),
            (
                lambda: whole / count,
                "The ties of the whole array were counted. Each result shares among its own only.",
            ),
            (
                lambda: placed(np.ones(g.shape), lambda p: dict.fromkeys(p, 1 / len(p))),
                "These are the shares themselves: the upstream is missing.",
            ),
            (
                lambda: placed(g, lambda p: {p[0]: 1.0} if len(p) == 1 else {}),
                "Where two are largest, nobody got anything. They share.",
            ),
            (
                lambda: g.ravel()[lines],
                "Every entry got the upstream, as in a sum. The smaller ones did not move the "
                "maximum.",
            ),
        )
        return equal, slips

    forward = np.max(x, axis=axis, keepdims=keepdims), forward_slips(np.max, case)
    sizes = show(list(map(len, tied)))
    look = f"Next: how many entries of `x` are largest, for each result? Here {sizes}."
    return reduction_fault("max_of", case, got, forward, back, look)


check_max_of = Check(
    "max_of",
    max_of_cases,
    reduction_probe,
    max_of_judge,
    tried=reduction_tried("max_of"),
    explain=reduction_explain,
    points=2,
)
