"""The checks of exercise 12: shapes that broadcast, the sum over copies, sum, mean and max."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .accepted import is_number, shape_of
from .arrays import Known, Table, addresses_of, draw_array, draw_seed, scattered, show_array
from .messages import Words, no_shape_cause, report, show
from .own_work import BY_HAND, PREDICTED
from .plain_data import Raised
from .vocabulary import check_function, check_op, check_predictions

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


def prediction(a: Shape, b: Shape) -> tuple[Shape, Shape, Shape] | None:
    """The shapes of a + b and of the two gradients: NumPy's, and that of each operand."""
    try:
        return np.broadcast_shapes(a, b), a, b
    except ValueError:
        return None


def row_read(row: Any) -> Any:
    """A row of shapes as a tuple of tuples."""
    row = list(row) if isinstance(row, np.ndarray) else row
    return tuple(map(shape_of, row)) if isinstance(row, list | tuple) else row


def is_shape(part: Any) -> bool:
    return isinstance(part, tuple) and all(map(is_number, part))


def row_fault(tried: str, question: int, row: Any) -> str | None:
    a, b = PAIRS[question]
    expected = prediction(a, b)
    look = "Next: write the two shapes under each other, aligned at the right, and go axis by axis."
    if expected is None or row is None:
        if row is expected:
            return None
        cause = f"Aligned at the right, a {a[-1]} stands over a {b[-1]}, and neither is 1."
        if not isinstance(row, tuple) or set(row) == {None}:
            cause = "That NumPy refuses is said by one `None` for the row, without quotes."
        if row is None:
            cause = (
                "NumPy takes them: wherever the two lengths differ, one of them is 1 or missing."
            )
        return report(tried, row, expected or Words("None: NumPy refuses"), cause, look)
    if not isinstance(row, tuple) or len(row) != 3 or not all(map(is_shape, row)):
        cause = "A row has three shapes: that of a + b, then those of the gradients of a and of b."
        if isinstance(row, str):
            cause = no_shape_cause(row)
        elif isinstance(row, tuple) and len(row) == 3:
            cause = no_shape_cause(next(part for part in row if not is_shape(part)))
        return report(tried, row, Words("three tuples of whole numbers, or None"), cause)
    result, *gradients = row
    if gradients == [a, b]:
        if result == expected[0]:
            return None
        return report(tried, result, expected[0], result_cause(result, expected[0], a, b), look)
    if gradients == [b, a]:
        cause = "The gradients of a and of b are swapped."
    elif gradients == [result, result]:
        cause = "Both gradients have the shape of the result: that is the shape of what arrives. "
        cause += "A gradient has the shape of its own data."
    else:
        cause = "Which shape has `a`, and which has its gradient? They are one."
    look = "Next: what would `a.data - a.grad` need?"
    return report(tried, tuple(gradients), (a, b), cause, look)


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


check_predicted_shapes = check_predictions(
    "predicted_shapes",
    [prediction(a, b) for a, b in PAIRS],
    asks=lambda place: "predicted_shapes()[{}]: a + b for the shapes {} and {}".format(
        place, *PAIRS[place]
    ),
    fault=row_fault,
    read=row_read,
    wanted="a list of 8 predictions",
    own_work=(*PREDICTED, "numpy.broadcast_shapes", "numpy.broadcast_arrays", ".shape"),
    not_a_table=("There is one row for each question.", ""),
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


def unbroadcast_cases(rng: np.random.Generator) -> list[tuple]:
    pairs = list(COPIES)
    while len(pairs) < ALL_PAIRS:
        wanted = tuple(
            map(int, rng.choice([0, 1, 2, 3, 4], rng.integers(0, 5), p=[0.04, *[0.24] * 4]))
        )
        shape = tuple(1 if rng.random() < 0.4 else length for length in wanted)
        pairs.append((shape[int(rng.integers(0, len(shape) + 1)) :], wanted, "float64"))
    return [(draw_seed(rng, wanted).astype(dtype), shape) for shape, wanted, dtype in pairs]


def copies_summed(g: np.ndarray, shape: Shape) -> np.ndarray:
    return scattered(np.broadcast_to(addresses_of(shape), g.shape), g, shape)


def unbroadcast_slips(g: np.ndarray, shape: Shape) -> Table:
    lead = g.ndim - len(shape)
    new = tuple(range(lead))
    ones = tuple(lead + axis for axis, n in enumerate(shape) if n == 1)
    expected = copies_summed(g, shape)
    copies = g.size / max(expected.size, 1) or 1  # 0 where `g` has no entries
    stretched = any(g.shape[axis] != 1 for axis in ones)
    slips: dict[str, Any] = {
        "This is `g` as it came, one number for each copy. The operand has one "
        "number for all its copies.": lambda: g,
        "This is a mean. Every copy moves the loss, so what arrives at them is added.": lambda: (
            expected / copies
        ),
        "The sums may be right, but a stretched axis is gone. It was there before, "
        "with length 1, and has to stay.": lambda: g.sum(axis=(*new, *ones)),
        "The new axes are still there, with length 1. The operand never had them.": lambda: g.sum(
            axis=(*new, *ones), keepdims=True
        ),
        "This is what arrives at the first copy alone.": lambda: g[(0,) * lead][
            tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)
        ],
        "Here everything is summed, over all axes.": lambda: np.full(shape, g.sum()),
        "Summed along the last axes: the shapes were aligned at the left. New axes "
        "come in front.": lambda: g.sum(axis=tuple(range(g.ndim - lead, g.ndim))),
        "Axis 1 was summed. Was the *length* 1 taken for the axis? What counts is "
        "the place of the 1 in the shape.": lambda: g.sum(axis=1, keepdims=True),
    }
    if lead and stretched:
        slips |= {
            "The new axes are summed, the stretched ones not yet: there are two steps.": lambda: (
                g.sum(axis=new)
            ),
            "The stretched axes are summed, the new ones in front not yet: there are two "
            "steps.": lambda: g.sum(axis=ones, keepdims=True),
        }
    return dict(reversed(slips.items())) if lead and stretched else slips


def unbroadcast_explain(raised: Raised, g: np.ndarray, shape: Shape) -> str | None:
    if raised.type == "AxisError":
        return (
            "Next: count the axes at that moment. A sum without keepdims takes its axis away, and "
            "all later ones move up by one."
        )
    if raised.type == "IndexError" and 0 in g.shape:
        return "Next: an axis may have length 0. There is no first copy then; the sum of none is 0."
    return None


def unbroadcast_tried(g: np.ndarray, shape: Shape) -> str:
    numbers = f", g = {show_array(g)}" if 0 < g.size <= 6 else ""
    return f"unbroadcast(g, {shape}) for g of shape {g.shape}{numbers}"


check_unbroadcast = check_function(
    "unbroadcast(g, shape)",
    unbroadcast_cases,
    copies_summed,
    unbroadcast_slips,
    look="Next: broadcast an array of this shape by hand, and mark the copies of one entry.",
    # What rounding leaves of a sum goes by the size of its terms, which may nearly cancel.
    scale=lambda g, shape: float(np.abs(g).sum()),
    rel=1e-9,
    tried=unbroadcast_tried,
    explain=unbroadcast_explain,
    own_work=BY_HAND,
    points=3,
)

# ---------------------------------------------------------------------------------------------
# E12.3 sum and mean, E12.4 max: what the three share

REDUCTIONS: list[tuple] = [
    ((2, 3), 0, False),
    ((2, 3), 1, False),
    ((3, 3), 1, False),
    ((2, 3), None, False),
    ((2, 3), 1, True),
    ((2, 3), None, True),
    ((2, 3, 4), -1, False),
    ((2, 3, 4), (0, 2), False),
    ((2, 3, 4), (-1, 0), True),
    ((1, 3), 0, False),
    ((2, 2), 0, False, "int64"),
    ((2, 3), -2, False, "float32"),
    ((), None, False),
]
REDUCED = {
    "`g` was copied along the wrong axis: its only axis was aligned at the right, so what belongs "
    "to a row went down a column.": lambda g, x: np.broadcast_to(g, x.shape).astype(g.dtype),
    "This is `g` as it came. The contribution has the shape of `x`: every entry that went into a "
    "result gets its own.": lambda g, x: g,
    "These are ones: a partial without its upstream.": lambda g, x: np.ones(x.shape),
    "Here every entry gets the sum of all of `g`.": lambda g, x: np.full(x.shape, g.sum()),
}


def lines_of(shape: Shape, axis: Axes) -> np.ndarray:
    kept = np.zeros(shape).sum(axis=axis, keepdims=True).shape
    return np.broadcast_to(np.arange(math.prod(kept)).reshape(kept), shape)


def copied(g: np.ndarray, x: np.ndarray, axis: Axes, keepdims: bool) -> np.ndarray:
    return g.ravel()[lines_of(x.shape, axis)]


def count(x: np.ndarray, g: np.ndarray) -> float:
    return x.size / max(g.size, 1)


def forward_slips(f: Callable[..., Any]) -> Callable[..., Known]:
    """Wrong results of a reduction that NumPy's `f` does."""

    def slips(x: np.ndarray, axis: Axes, keepdims: bool) -> Known:
        return [
            (lambda: f(x), "All entries went into one result, whatever `axis` says."),
            (
                lambda: f(x, axis=axis, keepdims=not keepdims),
                "The numbers may be right, but `keepdims` was not handed on."
                if keepdims
                else "The reduced axis was kept, with length 1. Without keepdims it is gone.",
            ),
            (lambda: f(x, axis=0, keepdims=keepdims), "Axis 0 was reduced, whatever `axis` says."),
        ]

    return slips


def reduction_tried(name: str, with_numbers: bool = False) -> Callable[..., str]:
    def tried(x: np.ndarray, axis: Axes, keepdims: bool) -> str:
        numbers = f", x = {show_array(x)}" if with_numbers else ""
        return f"{name}(x, axis={axis}, keepdims={keepdims}) with x of shape {x.shape}{numbers}"

    return tried


def reduction_explain(raised: Raised, x: np.ndarray, axis: Axes, keepdims: bool) -> str | None:
    if raised.type not in ("ValueError", "AxisError", "TypeError", "IndexError"):
        return None
    if isinstance(axis, tuple):
        return "Next: `axis` may be a tuple of axes. Which of your lines takes it for one number?"
    if axis is None:
        return (
            "Next: with `axis=None` all axes are gone, and `g` is one number. Which of your lines "
            "needs an axis?"
        )
    if keepdims:
        return (
            "Next: with `keepdims=True` the axis is still in `g`, with length 1. Put it back only "
            "where it is gone."
        )
    if axis < 0:
        return "Next: a negative axis counts from the end of `x`, which has one axis more than `g`."
    return (
        "Next: `g` lacks the axis that was reduced. Put it back with length 1, and it broadcasts."
    )


# ---------------------------------------------------------------------------------------------
# E12.3 sum and mean


def sum_slips(g: np.ndarray, x: np.ndarray, axis: Axes, keepdims: bool) -> Table:
    mean = copied(g, x, axis, keepdims) / (count(x, g) or 1)
    words = "The upstream was divided: that is the way back of a mean."
    return {words: mean} if count(x, g) not in (0, 1) else {}


check_sum_of = check_op(
    "sum_of(x, axis, keepdims)",
    [*REDUCTIONS, ((0, 3), 0, False)],
    lambda x, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims),
    forward_slips(np.sum),
    sum_slips,
    "Next: which entry of the result has x[0, 0] gone into? That entry of `g` is its own.",
    back=copied,
    shared=REDUCED,
    tried=reduction_tried("sum_of"),
    explain=reduction_explain,
    points=2,
)


def mean_slips(g: np.ndarray, x: np.ndarray, axis: Axes, keepdims: bool) -> Table:
    right, n, rows = copied(g, x, axis, keepdims), count(x, g), x.shape[0] if x.ndim else 1
    slips: dict[str, Any] = {
        "This is the way back of a sum: 1 / n is missing.": right,
        f"Divided by {x.size}, the size of `x`. n is how many entries went into *one* "
        f"result, here {n:g}.": right / x.size,
        f"Divided by {rows}, the length of the first axis. n is how many entries went "
        f"into one result, here {n:g}.": right / rows,
        "Multiplied by n. A mean of many moves less, not more.": right * n,
    }
    return slips if n != 1 else {}


check_mean_of = check_op(
    "mean_of(x, axis, keepdims)",
    REDUCTIONS,
    lambda x, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
    forward_slips(np.mean),
    mean_slips,
    "Next: nudge one entry of `x` by 1. How far does its mean move?",
    back=lambda g, x, axis, keepdims: copied(g, x, axis, keepdims) / count(x, g),
    shared=REDUCED,
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


def max_of_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for shape, axis, keepdims, ties in MAXIMA:
        x, lines = draw_array(rng, shape), lines_of(shape, axis)
        for line in range(int(lines.max()) + 1):
            *smaller, largest = sorted(np.flatnonzero(lines == line), key=lambda i: x.flat[i])
            x.flat[rng.choice(smaller, ties - 1, replace=False)] = x.flat[largest]
        yield x, axis, keepdims


def tied(x: np.ndarray, axis: Axes) -> list[list[int]]:
    lines = lines_of(x.shape, axis)
    lists = [np.flatnonzero(lines == line).tolist() for line in range(int(lines.max()) + 1)]
    return [[p for p in places if x.flat[p] == x.flat[places].max()] for places in lists]


def shared_out(share: Callable[[list[int]], dict[int, float]]) -> Callable[..., np.ndarray]:
    """The way back where each result's upstream goes to its largest entries in these parts."""

    def back(g: np.ndarray, x: np.ndarray, axis: Axes, keepdims: bool) -> np.ndarray:
        contribution = np.zeros(x.shape)
        for upstream, places in zip(g.flat, tied(x, axis), strict=True):
            for place, part in share(places).items():
                contribution.flat[place] = upstream * part
        return contribution

    return back


in_equal_parts = shared_out(lambda places: dict.fromkeys(places, 1 / len(places)))
all_to_each = shared_out(lambda places: dict.fromkeys(places, 1.0))

check_max_of = check_op(
    "max_of(x, axis, keepdims)",
    max_of_cases,
    lambda x, axis, keepdims: np.max(x, axis=axis, keepdims=keepdims),
    forward_slips(np.max),
    {
        "The first of the largest got all, the others nothing. Here ties share in equal parts.": (
            shared_out(lambda places: {places[0]: 1.0})
        ),
        "The last of the largest got all. Here ties share in equal parts.": (
            shared_out(lambda places: {places[-1]: 1.0})
        ),
        "Each of the largest got the whole upstream: more left than arrived. The parts of a tie "
        "add up to `g`.": all_to_each,
        "The ties of the whole array were counted. Each result shares among its own only.": (
            lambda g, x, axis, keepdims: (
                all_to_each(g, x, axis, keepdims) / sum(map(len, tied(x, axis)))
            )
        ),
        "These are the shares themselves: the upstream is missing.": (
            lambda g, *given: in_equal_parts(np.ones(g.shape), *given)
        ),
        "Where two are largest, nobody got anything. They share.": (
            shared_out(lambda places: {places[0]: 1.0} if len(places) == 1 else {})
        ),
        "Every entry got the upstream, as in a sum. The smaller ones did not move the "
        "maximum.": copied,
    },
    look=lambda x, axis, keepdims: (
        "Next: how many entries of `x` are largest, for each result? Here "
        f"{show(list(map(len, tied(x, axis))))}."
    ),
    back=in_equal_parts,
    shared=REDUCED,
    tried=reduction_tried("max_of", with_numbers=True),
    explain=reduction_explain,
    points=2,
)
