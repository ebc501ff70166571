"""The checks of exercise 14: ops that move numbers, and the way back of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .arrays import addresses_of, scattered
from .plain_data import Raised
from .vocabulary import Refusal, check_op

MOVED = {
    "This is `g` as it came. The contribution has the operand's shape, each number in the place "
    "that the result took it from.": lambda g, x: g,
    "These are ones: a partial without its upstream.": lambda g, x: np.ones(x.shape),
    "This is the operand. Its numbers have no part in the way back of a move.": lambda g, x: x,
}

# ---------------------------------------------------------------------------------------------
# E14.1 reshape and transpose

TURNED = "The axes were turned over first. A reshape leaves the order of the numbers as it is"
COLUMNS = "The numbers were read column by column. NumPy reads row by row: the last index runs "

check_reshape = check_op(
    "reshape(x, shape)",
    [
        ((2, 6), (3, 4)),
        ((2, 3), (3, 2)),
        ((2, 3, 4), (4, -1)),
        ((6,), (2, 1, 3)),
        ((2, 2), (4,), "float32"),
        ((1, 1), ()),
        ((0, 2), (2, 0)),
    ],
    lambda x, shape: x.reshape(shape),
    {
        f"{TURNED}, here row by row.": lambda x, shape: x.T.reshape(shape),
        f"{COLUMNS}fastest, forward too.": lambda x, shape: x.reshape(shape, order="F"),
        f"{TURNED}.": lambda x, shape: np.resize(x.T, x.shape),
    },
    {
        f"{TURNED}, on the way back too.": lambda g, x, shape: g.T.reshape(x.shape),
        f"{COLUMNS}fastest, on the way back too.": (
            lambda g, x, shape: g.reshape(x.shape, order="F")
        ),
        "This is the operand's shape back to front.": lambda g, x, shape: g.reshape(x.shape[::-1]),
        "These are the numbers of `g` in one row; "
        "the operand had a shape of its own.": lambda g, x, shape: g.ravel(),
    },
    "Next: which shape did the operand have? The numbers stay in the same order.",
    shared=MOVED,
    tried=lambda x, shape: f"reshape(x, {shape}) with x of shape {x.shape}",
)


def undone(axes: tuple[int, ...]) -> Any:
    return np.argsort([axis % len(axes) for axis in axes])


check_transpose = check_op(
    "transpose(x, axes)",
    [
        ((2, 3), (1, 0)),
        ((2, 3, 4), (1, 2, 0)),
        ((3, 3, 3), (2, 0, 1)),
        ((2, 3, 1, 2), (3, 0, 2, 1), "float32"),
        ((2, 3, 4), (-1, 0, -2)),
        ((3,), (0,)),
        ((2, 0, 3), (2, 0, 1)),
    ],
    lambda x, axes: x.transpose(axes),
    {
        "That is the way back. Forward, axis k of the result is axis `axes[k]` of `x`.": (
            lambda x, axes: x.transpose(undone(axes))
        ),
        "All axes were turned over, whatever `axes` says.": lambda x, axes: x.T,
        "The shape is right, and the numbers did not move with their axes: that is a reshape.": (
            lambda x, axes: x.reshape(x.transpose(axes).shape)
        ),
    },
    {
        "A negative entry of `axes` sorts in front of all others, and means an axis counted from "
        "the end.": lambda g, x, axes: g.transpose(np.argsort(axes)),
        "This is `g` moved by `axes` once more. A swap of two axes undoes itself, a turn of three "
        "does not: the way back is the inverse order.": lambda g, x, axes: g.transpose(axes),
        "All axes were turned over. That is the way back only where all were turned over on the "
        "way forward.": lambda g, x, axes: g.T,
        "This is `g` moved by `axes` read back to front. That is another order, not the inverse "
        "one.": lambda g, x, axes: g.transpose(axes[::-1]),
        "The shape is right, and the numbers stand in other places: a reshape does not move "
        "axes.": lambda g, x, axes: g.reshape(x.shape),
    },
    "Next: follow one axis. Axis `axes[0]` of `x` became axis 0; where must axis 0 go back?",
    shared=MOVED,
    tried=lambda x, axes: f"transpose(x, {axes}) with x of shape {x.shape}",
    points=2,
)

# ---------------------------------------------------------------------------------------------
# E14.2 pick


def pick_cases(rng: np.random.Generator) -> list[tuple]:
    repeats = rng.permutation(4)[[0, 1, 0, 2, 0]]
    return [
        ((4,), repeats),
        ((4,), repeats, "int64"),
        ((4, 2), slice(1, 3)),
        ((5, 3), (slice(None, None, -2), 1)),
        ((3, 2), 2),
        ((3, 2), (-1, 0)),
        ((4, 2), np.array([[3, 0], [-1, 3]])),
        ((3, 3), (np.array([0, 2, 0, 1]), np.array([1, 0, 1, 2]))),
        ((2, 3), np.array([[True, False, True], [False, False, True]])),
        ((2, 3, 2), (..., np.array([1, 1, 0])), "float32"),
    ]


def in_brackets(index: Any) -> str:
    """An index as it stands in code, without its brackets."""
    if isinstance(index, slice):
        ends = ["" if end is None else str(end) for end in (index.start, index.stop, index.step)]
        return ":".join(ends[:2] + ends[2:] * (ends[2:] != [""]))
    if isinstance(index, tuple):
        return ", ".join(map(in_brackets, index))
    if index is Ellipsis:
        return "..."
    return str(index.tolist() if isinstance(index, np.ndarray) else index)


def pick_tried(x: np.ndarray, index: Any) -> str:
    kind = " of whole numbers" if x.dtype.kind == "i" else ""
    return f"pick(x, index) for x[{in_brackets(index)}] with x of shape {x.shape}{kind}"


def placed(g: Any, x: np.ndarray, index: Any) -> np.ndarray:
    contribution = np.zeros(x.shape)
    contribution[index] = g
    return contribution


def added(g: np.ndarray, x: np.ndarray, index: Any) -> np.ndarray:
    return scattered(addresses_of(x.shape)[index], g, x.shape)


def how_often(g: np.ndarray, x: np.ndarray, index: Any) -> np.ndarray:
    return added(np.ones_like(g), x, index)


check_pick = check_op(
    "pick(x, index)",
    pick_cases,
    lambda x, index: x[index],
    {},
    {
        "Where a place is picked twice, only the last contribution is left: `=` and `+=` with an "
        "array of places write each place once.": placed,
        "The decimals are gone: the contributions were added up in an array of whole "
        "numbers.": lambda g, x, index: added(np.trunc(g), x, index),
        "This is the mean of what arrives at each place. Contributions are added.": (
            lambda g, x, index: added(g, x, index) / np.maximum(how_often(g, x, index), 1)
        ),
        "There is a 1 at each place that was picked: "
        "the upstream is missing.": lambda g, x, index: placed(1, x, index),
        "This counts how often each place was picked: the upstream is missing.": how_often,
        "The contribution was added to the operand's own numbers. "
        "It begins with zeros.": lambda g, x, index: x + added(g, x, index),
    },
    "Next: which places does the index name, and how often each? Add one at a time.",
    shared=MOVED,
    tried=pick_tried,
    points=2,
)

# ---------------------------------------------------------------------------------------------
# E14.3 concat, stack, pad


def join_tried(name: str) -> Any:
    def tried(arrays: list[np.ndarray], axis: int) -> str:
        shapes = ", ".join(str(array.shape) for array in arrays)
        twice = " (one array twice)" if len(set(map(id, arrays))) < len(arrays) else ""
        return f"{name}(arrays, axis={axis}) with arrays of the shapes {shapes}{twice}"

    return tried


def lengths(arrays: list[np.ndarray], axis: int) -> list[int]:
    return [array.shape[axis] for array in arrays]


def split(g: np.ndarray, sizes: list[int], axis: int) -> list[np.ndarray]:
    return np.split(g, np.cumsum(sizes)[:-1], axis)


def concat_explain(raised: Raised, arrays: list[np.ndarray], axis: int) -> str | None:
    if "must match exactly" in raised.text and axis:
        return "Next: was `axis` handed on? Along axis 0 these arrays do not fit."
    return None


check_concat = check_op(
    "concat(arrays, axis)",
    [
        ([(4, 2), (4, 1), (4, 3)], 1),
        ([(1, 2), (3, 2)], 0),
        ([(2, 1, 2), (2, 1, 3)], -1),
        ([(2,), (3,), 0], 0),
        ([(1, 2), (2, 2)], -2, "float32"),
        ([(3, 2)], 1),
        ([(2, 0), (2, 2)], 1),
    ],
    np.concatenate,
    {
        "The arrays stand in the wrong order.": (
            lambda arrays, axis: np.concatenate(arrays[::-1], axis)
        )
    },
    {
        "`g` was cut into parts as equal as can be. Each array gets back as much as it gave.": (
            lambda g, place, arrays, axis: np.array_split(g, len(arrays), axis)[place]
        ),
        "`g` was cut at the lengths of the arrays. `np.split` wants the places to cut at: each "
        "length added to those before it.": (
            lambda g, place, arrays, axis: np.split(g, lengths(arrays, axis)[:-1], axis)[place]
        ),
        "`g` was cut along axis 0, whatever `axis` says.": (
            lambda g, place, arrays, axis: split(g, lengths(arrays, axis), 0)[place]
        ),
        "Every part was taken from the beginning of `g`. Where does this one begin?": (
            lambda g, place, arrays, axis: g.take(range(arrays[place].shape[axis]), axis)
        ),
        "The parts were counted from the end of the list: the order is turned over.": (
            lambda g, place, arrays, axis: split(g, lengths(arrays, axis)[::-1], axis)[-1 - place]
        ),
    },
    "Next: along the axis, this array begins where all those before it end.",
    shared=MOVED,
    tried=join_tried("concat"),
    explain=concat_explain,
    points=2,
)

check_stack = check_op(
    "stack(arrays, axis)",
    [
        ([(3,), (3,)], 0),
        ([(3,), (3,)], 1),
        ([(2, 3)] * 3, -1),
        ([(1, 3)] * 2, 1),
        ([(2, 1), (2, 1), 0], -2, "float32"),
        ([()] * 2, 0),
        ([(2,)], 0),
    ],
    np.stack,
    {
        "The arrays were put end to end along an axis they have. `stack` makes a new one.": (
            np.concatenate
        ),
        "The new axis is the first, whatever `axis` says.": lambda arrays, axis: np.stack(arrays),
    },
    {
        "The new axis is still there, with length 1. The operand did not have it.": (
            lambda g, place, arrays, axis: np.split(g, len(arrays), axis)[place]
        ),
        "The part was taken along axis 0, whatever `axis` says.": (
            lambda g, place, arrays, axis: g.take(place, 0)
        ),
        "A negative `axis` counts from the end of the result, which has one axis more than the "
        "operands.": lambda g, place, arrays, axis: g.take(place, axis % arrays[0].ndim),
        "All axes of length 1 were dropped. The new one goes; those of the operand stay.": (
            lambda g, place, arrays, axis: g.take(place, axis).squeeze()
        ),
        "The upstream was summed over the new axis: each array would get what belongs to "
        "all.": lambda g, place, arrays, axis: g.sum(axis),
    },
    "Next: for axis 0 the part at a place is `g[place]`. What is it for another axis?",
    shared=MOVED,
    tried=join_tried("stack"),
    points=2,
)


def cut(g: np.ndarray, *ends: tuple[int | None, int | None]) -> np.ndarray:
    return g[tuple(slice(*pair) for pair in ends)]


def sides(x: np.ndarray, widths: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    return [(before, after, size) for (before, after), size in zip(widths, x.shape, strict=True)]


check_pad = check_op(
    "pad(x, widths)",
    [
        ((3,), [(1, 2)]),
        ((2, 3), [(1, 2), (3, 1)]),
        ((2, 3), [(1, 0), (0, 2)]),
        ((2, 2), [(0, 0), (0, 0)]),
        ((1, 2, 2), [(0, 1), (2, 0), (1, 1)], "float32"),
    ],
    lambda x, widths: np.pad(x, widths),
    {
        "The border was repeated outward. What is put around are zeros.": (
            lambda x, widths: np.pad(x, widths, mode="edge")
        ),
        "Before and after are swapped.": (
            lambda x, widths: np.pad(x, [pair[::-1] for pair in widths])
        ),
    },
    {
        "`-after` is counted from the end, and where `after` is 0 it is the beginning: nothing is "
        "left.": lambda g, x, widths: cut(g, *((before, -after) for before, after in widths)),
        "As much was cut off in front as belongs behind: before and after are swapped.": (
            lambda g, x, widths: cut(g, *((after, after + n) for _, after, n in sides(x, widths)))
        ),
        "The part begins at the corner of `g`. The operand's numbers begin after the zeros in "
        "front.": lambda g, x, widths: cut(g, *((0, size) for size in x.shape)),
        "The second end of a slice is a place, not a length: it lies `size` behind the first.": (
            lambda g, x, widths: cut(g, *((before, n) for before, _, n in sides(x, widths)))
        ),
        "Only the first axis was cut. There is a pair of widths for each.": (
            lambda g, x, widths: cut(g, (widths[0][0], widths[0][0] + x.shape[0]))
        ),
        "What arrives at the zeros was added to their neighbours. They are constants: no operand "
        "moves them.": lambda g, x, widths: scattered(
            np.pad(addresses_of(x.shape), widths, mode="edge"), g, x.shape
        ),
    },
    "Next: at which place of `g` does the first number of `x` stand, and how many follow?",
    shared=MOVED,
    tried=lambda x, widths: f"pad(x, {widths}) with x of shape {x.shape}",
    points=2,
)

# ---------------------------------------------------------------------------------------------
# E14.4 embedding


def embedding_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for rows, width, shape, dtype in (
        (3, 4, (3,), "float64"),
        (4, 2, (2, 3), "float64"),
        (3, 3, (2,), "float32"),
    ):
        indices = rng.integers(1, rows, size=shape)
        indices.flat[1], indices.flat[-1] = 0, indices.flat[0]  # one word twice, and row 0
        yield indices, (rows, width), dtype
    for index in (5, -2):
        yield np.array([int(rng.integers(0, 5)), index]), (5, 3)


def outside(indices: np.ndarray, weight: np.ndarray) -> int | None:
    return next((int(i) for i in indices.flat if not 0 <= i < len(weight)), None)


def outside_passed(index: int) -> str:
    """What to say where such an index was looked up all the same."""
    if index < 0:
        return (
            f"There is no row {index}. NumPy counts a negative index from the end, so a wrong word "
            "would be read, and trained, without a sign."
        )
    return (
        f"There is no row {index}. Was the index moved to one that exists? Then a wrong word is "
        "trained."
    )


def words_counted(indices: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return np.bincount(indices.ravel(), minlength=len(weight))[:, None]


check_embedding = check_op(
    "embedding(indices, weight)",
    embedding_cases,
    lambda indices, weight: weight[indices],
    {
        "The words were put in one row. The result has the shape of `indices`, and one axis "
        "more.": lambda indices, weight: weight[indices.ravel()],
        "These are columns. A word has a row of the table.": (
            lambda indices, weight: weight[:, indices]
        ),
    },
    {
        "A word that occurs twice got one of its two contributions: `=` and `+=` with an array of "
        "places write each place once.": lambda g, indices, weight: placed(g, weight, indices),
        "Each row was divided by how often its word occurs. Contributions are added.": (
            lambda g, indices, weight: (
                added(g, weight, indices) / np.maximum(words_counted(indices, weight), 1)
            )
        ),
        "This counts how often each word occurs: the upstream is missing.": (
            lambda g, indices, weight: words_counted(indices, weight) * np.ones(weight.shape)
        ),
        "Row 0 got nothing. It is a row like the others.": (
            lambda g, indices, weight: (
                added(g, weight, indices) * (np.arange(len(weight)) > 0)[:, None]
            )
        ),
    },
    "Next: take a table of 3 rows and two words, both 2: row 2 gets g[0] + g[1].",
    of=1,
    shared=MOVED,
    refused=Refusal(
        IndexError,
        outside,
        outside_passed,
        "The error for a place that does not exist is an IndexError.",
        "The message does not name the index: which of the words was it?",
        "Next: ask `0 <= index < len(weight)` of every index before looking up.",
    ),
    tried=lambda indices, weight: (
        f"embedding(np.array({indices.tolist()}), weight) with a weight of shape {weight.shape}"
    ),
    points=2,
)
