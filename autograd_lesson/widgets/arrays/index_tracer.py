"""The index tracer: which entries make one entry of a matrix product, and what comes back to one.

The four grids stand so that the indices line up: C[i, k] is right of row i of A and under column k
of B. On the way back the upstream gradient G stands in C's place, and dA or dB in its array's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from ...pictures.cells import Grid, picture
from ...pictures.words import in_brackets, number
from ..picker import Picker
from ..player import Frame

MOST_STEPS = 80
SPACE = 44.0  # between the grids
INVITATION = "Pick an entry: click on it, or step with the slider and the arrow keys."
UNKNOWN = "?"
Picks = dict[str, dict[str, str | None]]  # the step of each cell, as attributes


class Room(NamedTuple):
    """One place in the picture: an array that stays as it is, or one filled entry by entry."""

    grid: Grid
    letter: str  # of the array that stands there on the way forward
    array: np.ndarray


class Entry(NamedTuple):
    """One entry that is a sum of products: where it stands, and the cells of each pair."""

    result: Room
    at: tuple[int, int]
    name: str  # of the array it belongs to: C, dA or dB
    left: Room
    right: Room
    pairs: list[tuple[tuple[int, int], tuple[int, int]]]
    rule: str


def index_tracer(a: Any, b: Any, upstream: Any = None) -> Picker:
    """A picker of the entries of C = A @ B: the row and the column each is made of.

    With `upstream`, the gradient G of C, the entries of A and B can be picked as well: the step
    shows every contribution that comes back to one.
    """
    a, b = (np.array(array, float) for array in (a, b))
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise ValueError(
            f"the tracer takes a matrix of shape (n, m) and one of shape (m, p), not {a.shape} and "
            f"{b.shape}; give two arrays of two axes whose inner lengths are equal"
        )
    (n, m), p = a.shape, b.shape[1]
    c = a @ b
    g = np.zeros_like(c) if upstream is None else np.array(upstream, float)
    if g.shape != c.shape:
        raise ValueError(f"upstream has shape {g.shape}, and C has {c.shape}; give one of that")
    if n * p + n * m + m * p > MOST_STEPS:
        raise ValueError(
            f"{a.shape} @ {b.shape} has {n * p + n * m + m * p} entries to pick, and a step for "
            f"each; give matrices with at most {MOST_STEPS} in all"
        )
    rooms = rooms_of(a, b, c, g)
    entries = forward_entries(rooms)
    if upstream is not None:
        entries += entries_back(rooms)
    step_of = {(e.result.letter, e.at): place for place, e in enumerate(entries, 1)}
    picks: Picks = {
        rooms[letter].grid.cell(index): {"data-step": str(step)}
        for (letter, index), step in step_of.items()
    }
    first = Frame(
        f"C = A @ B: {a.shape} @ {b.shape} gives {c.shape}",
        [INVITATION, "Before you do: which entries of A, and which of B, are in C[0, 0]?"],
        texts=unfilled(rooms["C"]),
        attrs=picks,
    )
    frames = [first, *(frame(e, rooms, g, entries, picks) for e in entries)]
    words = ". ".join(room.grid.words() for room in rooms.values())
    svg = picture(
        "A matrix product, entry by entry", f"{words}.", *(r.grid for r in rooms.values())
    )
    return Picker(svg, frames, f"Matrix product of {a.shape} and {b.shape}, entry by entry")


def rooms_of(a: np.ndarray, b: np.ndarray, c: np.ndarray, g: np.ndarray) -> dict[str, Room]:
    """The grids of A, B and C, B above C and A to the left of it."""
    back = (g @ b.T, a.T @ g, g)
    arrays = {"A": (a, back[0]), "B": (b, back[1]), "C": (c, back[2])}
    room = {name: most_characters(*pair) for name, pair in arrays.items()}
    room["B"] = room["C"] = max(room["B"], room["C"])  # one width, so that columns line up
    low = Grid(b, "B", room=room["B"]).bottom + SPACE / 2
    left = Grid(a, "A", at=(0, low), room=room["A"])
    top = Grid(b, "B", at=(left.right + SPACE, 0), room=room["B"])
    product = Grid(c, "C", at=(left.right + SPACE, low), room=room["C"])
    grids = {"A": (left, a), "B": (top, b), "C": (product, c)}
    return {name: Room(grid, name, array) for name, (grid, array) in grids.items()}


def most_characters(*arrays: np.ndarray) -> int:
    """How many characters the longest number of these arrays has."""
    return max(len(number(x)) for array in arrays for x in array.flat)


def forward_entries(rooms: dict[str, Room]) -> list[Entry]:
    """The entries of C, each a row of A times a column of B."""
    a, b, c = rooms["A"], rooms["B"], rooms["C"]
    return [
        Entry(
            c,
            (i, k),
            "C",
            a,
            b,
            [((i, j), (j, k)) for j in range(a.array.shape[1])],
            f"row {i} of A, column {k} of B",
        )
        for i, k in np.ndindex(c.array.shape)
    ]


def entries_back(rooms: dict[str, Room]) -> list[Entry]:
    """The entries of dA, each a row of G times a row of B; then those of dB, columns of A and G."""
    a, b, c = rooms["A"], rooms["B"], rooms["C"]
    n, p = c.array.shape
    to_a = [
        Entry(
            a,
            (i, j),
            "dA",
            c,
            b,
            [((i, k), (j, k)) for k in range(p)],
            f"A[{i}, {j}] is in row {i} of C: row {i} of G, row {j} of B",
        )
        for i, j in np.ndindex(a.array.shape)
    ]
    to_b = [
        Entry(
            b,
            (j, k),
            "dB",
            a,
            c,
            [((i, j), (i, k)) for i in range(n)],
            f"B[{j}, {k}] is in column {k} of C: column {j} of A, column {k} of G",
        )
        for j, k in np.ndindex(b.array.shape)
    ]
    return to_a + to_b


def frame(
    entry: Entry,
    rooms: dict[str, Room],
    g: np.ndarray,
    entries: Iterable[Entry],
    picks: Picks,
) -> Frame:
    """The step of one entry: its pairs lit up, their products and their sum in words."""
    is_back = entry.name != "C"
    shown = {name: room.array for name, room in rooms.items()} | ({"C": g} if is_back else {})
    names = {"A": "A", "B": "B", "C": "G" if is_back else "C"} | {entry.result.letter: entry.name}
    left, right = shown[entry.left.letter], shown[entry.right.letter]
    terms = [(left[one], right[other]) for one, other in entry.pairs]
    sums = {e.at: total(e, shown) for e in entries if e.name == entry.name}
    reached = {index: value for index, value in sums.items() if index <= entry.at}
    texts = unfilled(entry.result)
    for index, value in reached.items():
        texts[f"{entry.result.grid.cell(index)}-number"] = number(value)
    for room in (entry.left, entry.right):
        texts |= room.grid.numbers(shown[room.letter])
    texts |= {f"{letter}-title": title(rooms[letter], name) for letter, name in names.items()}
    where = f"[{entry.at[0]}, {entry.at[1]}]"
    letters = names[entry.left.letter], names[entry.right.letter]
    return Frame(
        f"{entry.name}{where} = {number(sums[entry.at])}",
        [
            ("made of", entry.rule),
            (
                "entries",
                " + ".join(
                    f"{letters[0]}{list(x)} × {letters[1]}{list(y)}" for x, y in entry.pairs
                ),
            ),
            ("numbers", " + ".join(product(*term) for term in terms)),
            (
                "sum",
                f"{' + '.join(in_brackets(x * y) for x, y in terms)} = {number(sums[entry.at])}",
            ),
        ],
        texts=texts,
        classes=entry.left.grid.marks([one for one, _ in entry.pairs], "operand")
        | entry.right.grid.marks([other for _, other in entry.pairs], "operand")
        | entry.result.grid.marks([entry.at], "result"),
        attrs=picks,
    )


def total(entry: Entry, shown: dict[str, np.ndarray]) -> float:
    """The sum of the products of an entry's pairs."""
    left, right = shown[entry.left.letter], shown[entry.right.letter]
    return sum(float(left[one] * right[other]) for one, other in entry.pairs)


def product(left: float, right: float) -> str:
    """Two factors, with a negative one in brackets."""
    return f"{in_brackets(left)} × {in_brackets(right)}"


def unfilled(room: Room) -> dict[str, str]:
    """The texts of a grid whose entries are still to be computed."""
    return {f"{room.grid.cell(index)}-number": UNKNOWN for index in room.grid.indices()}


def title(room: Room, name: str) -> str:
    """The title of a grid under another name."""
    return room.grid.title.replace(room.letter, name, 1)
