"""A whole Jacobian, a seed beside its rows, and their product, one column at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...pictures.cells import Grid, picture, read_out, text
from ...pictures.words import counted, in_brackets, number
from ..player import Frame, Player, Words

MOST = 8  # rows, and columns, that can be read on a screen
STEP = float(np.cbrt(np.finfo(float).eps))
NAME_WIDTH = 62.0  # of the names of the rows


def show_jacobian(f: Callable[[Any], Any], x: Any, seed: Any = None) -> Player:
    """The Jacobian of `f` at the array `x`, and the product of `seed` with it, column by column.

    `f` takes an array and returns one; `seed` has the shape of `f(x)`, and is all ones where left
    out. The Jacobian is measured, by central differences, so any function of NumPy's will do.
    """
    x = np.array(x, float)
    y = np.asarray(f(x), float)
    for size, what in ((y.size, "outputs"), (x.size, "inputs")):
        if not 1 <= size <= MOST:
            raise ValueError(
                f"f(x) has {y.size} outputs and x {x.size} entries; 1 to {MOST} {what} can be shown"
            )
    weights = np.ones(y.shape) if seed is None else np.array(seed, float)
    if weights.shape != y.shape:
        raise ValueError(
            f"the seed has shape {weights.shape} and f(x) has shape {y.shape}; give one number for "
            "each output"
        )
    return viewer(jacobian(f, x), names("y", y.shape), names("x", x.shape), weights.ravel(), y, x)


def jacobian(f: Callable[[Any], Any], x: np.ndarray) -> np.ndarray:
    """dy/dx, with a row for each entry of `f(x)` and a column for each entry of `x`."""
    columns = []
    for index in np.ndindex(x.shape):
        move = np.zeros(x.shape)
        move[index] = STEP * max(1.0, abs(float(x[index])))
        change = np.asarray(f(x + move)) - np.asarray(f(x - move))
        columns.append(np.ravel(change) / (2 * move[index]))
    measured = np.array(columns).T
    noise = 1e-8 * max(1.0, float(np.abs(measured).max()))
    return np.where(np.abs(measured) < noise, 0.0, np.round(measured, 8))


def names(letter: str, shape: tuple[int, ...]) -> list[str]:
    """The entries of an array by name: x[0, 0], x[0, 1]."""
    return [f"{letter}{list(index) or ''}" for index in np.ndindex(shape)]


def viewer(
    slopes: np.ndarray,
    rows: list[str],
    columns: list[str],
    seed: np.ndarray,
    y: np.ndarray,
    x: np.ndarray,
) -> Player:
    """The player: everything at once, then a frame for each column, then what it took."""
    product = seed @ slopes
    beside = Grid(seed[:, None], "seed", at=(NAME_WIDTH, 0.0))
    beside.title = "seed"  # it has the shape of y, and stands here as a column
    whole = Grid(slopes, "J", at=(beside.left + beside.cell_width + 40.0, 0.0))
    room = max(len(number(entry)) for entry in product)
    below = Grid([""] * len(columns), "p", "", at=(whole.left, whole.bottom + 6.0), room=room)
    below.cell_width = whole.cell_width = max(below.cell_width, whole.cell_width)
    below.title = "seed times J"
    labels = [text(0.0, beside.centre((i, 0))[1] + 5.0, row, "label") for i, row in enumerate(rows)]
    labels += [
        text(below.centre(j)[0], below.bottom + 18.0, column, "label x")
        for j, column in enumerate(columns)
    ]
    size = (whole.left + len(columns) * whole.cell_width, below.bottom + 24.0)
    name = f"A Jacobian of {len(rows)} rows and {len(columns)} columns, and a seed"
    words = (
        f"{whole.words()}. Beside its rows the seed, {read_out(seed)}; below its columns their "
        f"product, {read_out(product)}."
    )
    svg = picture(name, words, beside, whole, below, *labels, size=size)
    filled = int(np.count_nonzero(slopes))
    zeros = whole.marks([(int(i), int(j)) for i, j in np.argwhere(slopes == 0)], "faint")
    first: list[Words] = [
        ("rows", f"{counted(len(rows), 'output')}, y of shape {y.shape}"),
        ("columns", f"{counted(len(columns), 'input')}, x of shape {x.shape}"),
        ("not 0", f"{filled} of {slopes.size} numbers"),
        "Row i, column j: how fast y entry i moves when x entry j is nudged.",
    ]
    frames = [Frame(f"the whole Jacobian, {counted(slopes.size, 'number')}", first, classes=zeros)]
    for j, column in enumerate(columns):
        so_far = [number(entry) if k <= j else "" for k, entry in enumerate(product)]
        used = [i for i in range(len(rows)) if slopes[i, j]]
        frames.append(
            Frame(
                f"column {j + 1} of {len(columns)}: the gradient of {column} is "
                f"{number(product[j])}",
                [("seed · column", sum_of_products(seed, slopes[:, j], used, product[j]))],
                texts=below.numbers(so_far),
                classes=zeros
                | whole.marks([(i, j) for i in used], "operand")
                | beside.marks([(i, 0) for i in used], "operand")
                | below.marks([j], "result"),
            )
        )
    last: list[Words] = [
        ("gradient", f"{read_out(product.reshape(x.shape))}, the shape of x"),
        ("took", f"{counted(filled, 'product')}, one for each number of J that is not 0"),
    ]
    frames.append(
        Frame(
            "the whole product: seed times J",
            last,
            texts=below.numbers([number(entry) for entry in product]),
            classes=zeros | below.marks(range(len(columns)), "result"),
        )
    )
    return Player(svg, frames, name)


def sum_of_products(seed: np.ndarray, column: np.ndarray, used: list[int], total: float) -> str:
    """The sum behind one entry of the product, what is 0 in the column left out."""
    if not used:
        return "every number of this column is 0: 0"
    terms = [f"{in_brackets(seed[i])} × {in_brackets(column[i])}" for i in used]
    return f"{' + '.join(terms)} = {number(total)}"
