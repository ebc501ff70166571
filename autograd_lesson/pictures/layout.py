"""Where the boxes and lines of a small graph go, by the standard library alone.

The layered method: every node gets a column right of its operands; every line gets an invisible
slot in each column it passes, the last of them for its label; the columns are ordered so that few
lines cross; then heights are found that keep lines straight. So no line runs through a box or a
label, and the same graph gives the same picture on every machine.
"""

from bisect import bisect_right, insort
from itertools import pairwise
from random import Random
from statistics import fmean
from typing import Any, NamedTuple

ORDERING_SWEEPS = 8
ITEMS_TO_ORDER = 2000  # so many in all starts together: a small graph gets many tries
HEIGHT_SWEEPS = 24
MANY_SLOTS = 3000  # of a graph with more, the lines of one node run together as far as they can
SLOT_HEIGHT = 10.0  # of a line where it passes a column without a label
PORT_SPREAD = 9.0  # between the ends of two lines at one node
TO_THE_RIGHT = (
    1.125  # the weight of a wish of a result, where an operand has 1: a chain is straight
)
STRAIGHTNESS = 4.0  # how much more a bend between two slots counts than one at a node

Items = list[list[int]]  # for each column or item, other items: nodes first, then slots
Wish = tuple[float, float]  # a height that something would like to have, and how strongly


class Size(NamedTuple):
    """The room a node or a label takes."""

    width: float
    height: float


class Point(NamedTuple):
    """A place in the picture, y growing downwards."""

    x: float
    y: float


class Layout(NamedTuple):
    """Centres of nodes and labels, and for each line the points it runs through.

    The points of a line come in pairs, left and right: it is level from one to the other of a pair
    and curves between two pairs.
    """

    nodes: list[Point]
    labels: list[Point]
    lines: list[list[Point]]
    size: Size


def layered(
    nodes: list[Size],
    edges: list[tuple[int, int]],
    labels: list[Size],
    gap: float = 30.0,
    space: float = 14.0,
) -> Layout:
    """Place `nodes`, given operands before results, and a line with a label for each edge."""
    column_of = columns_of_nodes(len(nodes), edges)
    columns: Items = [[] for _ in range(max(column_of) + 1)]
    for node, column in enumerate(column_of):
        columns[column].append(node)
    sizes, paths = list(nodes), []
    is_bundled = sum(column_of[head] - column_of[tail] for tail, head in edges) > MANY_SLOTS
    trunks: dict[tuple[int, int], int] = {}  # the slot that the lines of one node share in a column
    for (tail, head), label in zip(edges, labels, strict=True):
        path = [tail]
        for column in range(column_of[tail] + 1, column_of[head]):
            is_last = column == column_of[head] - 1
            slot = len(sizes)
            if is_bundled and not is_last:
                slot = trunks.setdefault((tail, column), slot)
            path.append(slot)
            if slot == len(sizes):
                columns[column].append(slot)
                sizes.append(label if is_last else Size(0.0, SLOT_HEIGHT))
        paths.append([*path, head])

    before: Items = [[] for _ in sizes]
    after: Items = [[] for _ in sizes]
    for left, right in dict.fromkeys(pair for path in paths for pair in pairwise(path)):
        after[left].append(right)
        before[right].append(left)

    columns = with_few_crossings(columns, before, after)
    y = heights(columns, sizes, before, after, len(nodes), space)
    top = min(y[item] - size.height / 2 for item, size in enumerate(sizes))
    bottom = max(y[item] + size.height / 2 for item, size in enumerate(sizes))

    left_end, right_end = [0.0] * len(sizes), [0.0] * len(sizes)  # of the column of each item
    x = 0.0
    for column_items in columns:
        width = max(sizes[item].width for item in column_items)
        for item in column_items:
            left_end[item], right_end[item] = x, x + width
        x += width + gap
    centres = [
        Point((left_end[item] + right_end[item]) / 2, y[item] - top) for item in range(len(sizes))
    ]

    lines = []
    for path, end in zip(paths, ends_of_lines(paths, centres, sizes), strict=True):
        tail, *slots, head = path
        pieces = [(centres[tail].x + sizes[tail].width / 2, right_end[tail], centres[tail].y)]
        pieces += [(left_end[slot], right_end[slot], centres[slot].y) for slot in slots]
        pieces += [(left_end[head], centres[head].x - sizes[head].width / 2, end)]
        if is_bundled:
            pieces = in_one_where_level(pieces)
        lines.append([Point(x, y) for left, right, y in pieces for x in (left, right)])
    where_labels_go = [centres[path[-2]] for path in paths]
    return Layout(centres[: len(nodes)], where_labels_go, lines, Size(x - gap, bottom - top))


def in_one_where_level(pieces: list[tuple[float, float, float]]) -> list[Any]:
    """Pieces of a line, left end, right end and height, joined where the line goes straight on."""
    found = pieces[:1]
    for left, right, y in pieces[1:]:
        if abs(y - found[-1][2]) < 0.05:
            found[-1] = (found[-1][0], right, found[-1][2])
        else:
            found.append((left, right, y))
    return found


def columns_of_nodes(count: int, edges: list[tuple[int, int]]) -> list[int]:
    """An even column for each node: right of its operands, a leaf next to its first use."""
    column = [0] * count
    for tail, head in sorted(edges, key=lambda edge: edge[1]):
        column[head] = max(column[head], column[tail] + 2)
    first_use: dict[int, int] = {}
    for tail, head in edges:
        first_use[tail] = min(column[head], first_use.get(tail, column[head]))
    for leaf in set(range(count)) - {head for _, head in edges}:
        column[leaf] = first_use.get(leaf, 2) - 2
    return column


def with_few_crossings(columns: Items, before: Items, after: Items) -> Items:
    """The best order found from the given one and, in a small graph, from some shuffled ones."""
    shuffle = Random(0).shuffle
    rank = [0] * len(before)
    best, fewest = columns, float("inf")
    for _ in range(1 + ITEMS_TO_ORDER // len(before)):
        found, order = improved([list(column) for column in columns], before, after, rank)
        if found < fewest:
            best, fewest = order, found
        if fewest == 0:
            break
        for column in columns:
            shuffle(column)
    return best


def improved(columns: Items, before: Items, after: Items, rank: list[int]) -> tuple[int, Items]:
    """The fewest crossings after sweeps over `columns`, and the order that has them.

    A sweep sorts each column by the mean rank of its neighbours on one side, then swaps items next
    to each other where that helps. `rank` is room to note the place of each item in its column.
    """

    def reorder(column: list[int], wanted: dict[int, float]) -> None:
        column.sort(key=wanted.__getitem__)
        for place, item in enumerate(column):
            rank[item] = place

    for column in columns:
        reorder(column, dict.fromkeys(column, 0.0))
    best, fewest = [list(column) for column in columns], crossings(columns, before, rank)
    for sweep in range(ORDERING_SWEEPS):
        if fewest == 0:
            break
        rightwards = sweep % 2 == 0
        neighbours = before if rightwards else after
        for column in columns if rightwards else reversed(columns):
            ranks = {item: [rank[other] for other in neighbours[item]] for item in column}
            reorder(column, {item: fmean(ranks[item] or [rank[item]]) for item in column})
        for column in columns:
            for place in range(len(column) - 1):
                upper, lower = column[place], column[place + 1]
                if crossings_of_pair(upper, lower, rank, before, after) > crossings_of_pair(
                    lower, upper, rank, before, after
                ):
                    column[place], column[place + 1] = lower, upper
                    rank[upper], rank[lower] = place + 1, place
        found = crossings(columns, before, rank)
        if found < fewest:
            best, fewest = [list(column) for column in columns], found
    return fewest, best


def crossings_of_pair(upper: int, lower: int, rank: list[int], before: Items, after: Items) -> int:
    """How many lines of `upper` cross one of `lower`, with `upper` above it."""
    return sum(
        rank[one] > rank[other]
        for side in (before, after)
        for one in side[upper]
        for other in side[lower]
    )


def crossings(columns: Items, before: Items, rank: list[int]) -> int:
    """How many pairs of lines cross between neighbouring columns."""
    count = 0
    for column in columns:
        starts: list[int] = []  # of the lines that end higher up in this column, sorted
        for item in column:
            arriving = sorted(rank[other] for other in before[item])
            count += sum(len(starts) - bisect_right(starts, start) for start in arriving)
            for start in arriving:
                insort(starts, start)
    return count


def heights(
    columns: Items, sizes: list[Size], before: Items, after: Items, count: int, space: float
) -> list[float]:
    """A height for each item: apart from its column's others, and near its neighbours.

    First the mean of the neighbours is sought, which settles the whole; then their median, which
    makes lines straight.
    """
    y = [0.0] * len(sizes)
    for column in columns:
        for item, offset in zip(column, offsets_in(column, sizes, space), strict=True):
            y[item] = offset - sum(sizes[other].height for other in column) / 2
    for sweep in range(HEIGHT_SWEEPS):
        middle = mean_of if sweep < HEIGHT_SWEEPS // 2 else median_of
        for column in columns if sweep % 2 == 0 else reversed(columns):
            offsets = offsets_in(column, sizes, space)
            blocks: list[tuple[float, list[Wish], int]] = []  # height, its wishes, how many items
            for item, offset in zip(column, offsets, strict=True):
                wishes = [
                    (y[other] - offset, weight * (STRAIGHTNESS if min(item, other) >= count else 1))
                    for weight, others in ((1.0, before[item]), (TO_THE_RIGHT, after[item]))
                    for other in others
                ]
                block = (*middle(wishes or [(y[item] - offset, 1.0)]), 1)
                while blocks and blocks[-1][0] >= block[0]:  # too close: they move as one
                    _, wishes, items = blocks.pop()
                    block = (*middle(wishes + block[1]), items + block[2])
                blocks.append(block)
            settled = [height for height, _, items in blocks for _ in range(items)]
            for item, offset, height in zip(column, offsets, settled, strict=True):
                y[item] = height + offset
    return y


def offsets_in(column: list[int], sizes: list[Size], space: float) -> list[float]:
    """How far below the first item's centre each centre lies when they are as close as allowed."""
    offsets = [0.0]
    for upper, lower in zip(column[:-1], column[1:], strict=True):
        apart = (sizes[upper].height + sizes[lower].height) / 2 + space
        offsets.append(offsets[-1] + apart)
    return offsets


def mean_of(wishes: list[Wish]) -> tuple[float, list[Wish]]:
    """The height with the least sum of squared distances, and the wishes as one."""
    weight = sum(weight for _, weight in wishes)
    height = sum(height * weight for height, weight in wishes) / weight
    return height, [(height, weight)]


def median_of(wishes: list[Wish]) -> tuple[float, list[Wish]]:
    """The height with the least sum of distances, halfway where a stretch has it; the wishes."""
    wishes = sorted(wishes)
    half, so_far, place = sum(weight for _, weight in wishes) / 2, 0.0, -1
    while so_far < half:
        place += 1
        so_far += wishes[place][1]
    return (wishes[place][0] + wishes[place + (so_far == half)][0]) / 2, wishes


def ends_of_lines(paths: Items, centres: list[Point], sizes: list[Size]) -> list[float]:
    """The height at which each line enters its node: spread out, in the order they arrive."""
    arriving: dict[int, list[int]] = {}
    for line, path in enumerate(paths):
        arriving.setdefault(path[-1], []).append(line)
    ends = [0.0] * len(paths)
    for head, lines in arriving.items():
        lines.sort(key=lambda line: centres[paths[line][-2]].y)
        spread = min(PORT_SPREAD, sizes[head].height / 2 / len(lines))
        for place, line in enumerate(lines):
            ends[line] = centres[head].y + (place - (len(lines) - 1) / 2) * spread
    return ends
