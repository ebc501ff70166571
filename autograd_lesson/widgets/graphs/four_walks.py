"""One graph walked in four orders, side by side: who passes on what, and what ends up wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from math import isclose
from typing import Any, NamedTuple

from ...pictures.drawing import GRAPH_STYLE, MARGIN, Look, Picture
from ...pictures.graph import check_numbers, partials_of
from ...pictures.svg import Parts, Svg, document, group, named, rectangle, text
from ...pictures.words import counted, listed, number, shortened
from ...value import topological_order, walk_back
from ..player import Frame, Player, Words

MOST_VISITS = 80  # in one walk: every path of a larger graph is more than anybody steps through
COLUMN, ROW, GAP = 148.0, 44.0, 8.0  # of the table below the graph
ORDER_STYLE = """\
.autograd-graph {
.order-name {font-weight: 700; font-size: 13px}
.order-about {font-size: 11px; fill: var(--ag-quiet)}
.row-name {font-weight: 700}
.cell .note {font-size: 11px}
.cell.passes rect {fill: var(--ag-result-box); stroke: var(--ag-result); stroke-width: 2.5}
.cell.passes .note {fill: var(--ag-result); font-weight: 700}
.cell.wrong rect {stroke: var(--ag-ink); stroke-width: 2.5; stroke-dasharray: 6 4}
.cell.wrong text {font-weight: 700; fill: var(--ag-ink)}
}
"""


# The walks


def every_path(root: Any) -> Iterator[Any]:
    """Each value, then its operands by the same rule: once for every path, as recursion goes."""
    stack = [root]
    while stack:
        value = stack.pop()
        yield value
        stack += reversed(value.operands)


def breadth_first(root: Any) -> list[Any]:
    """The root, then its operands, then theirs, each where it is first met."""
    order, met = [root], {root}
    for value in order:  # grows while it is read
        order += [operand for operand in dict.fromkeys(value.operands) if operand not in met]
        met.update(value.operands)
    return order


def results_first(root: Any) -> list[Any]:
    """The topological order, reversed."""
    return topological_order(root)[::-1]


class Order(NamedTuple):
    """An order in which to cross the values of a graph, with its name and a word on it."""

    name: str
    about: str
    of: Callable[[Any], Iterable[Any]]


ORDERS = (
    Order("recursion", "its sum at each visit", every_path),
    Order("breadth first", "ring by ring", breadth_first),
    Order("operands first", "topological order", topological_order),
    Order("results first", "the same, reversed", results_first),
)


class Visit(NamedTuple):
    """One visit: `value` has just passed on what it held, and every gradient is known anew."""

    value: Any
    passed: float
    times: int  # that this value was visited so far
    gradient: dict[Any, float]


def walk(root: Any, order: Iterable[Any]) -> Iterator[Visit]:
    """Let each value in `order` pass its gradient on, whatever it is by then."""
    gradient = dict.fromkeys(topological_order(root), 0.0)
    gradient[root] = 1.0
    times: Counter[Any] = Counter()
    for value in order:
        times[value] += 1
        passed = gradient[value]
        for operand, partial in zip(value.operands, partials_of(value), strict=True):
            gradient[operand] += gradient[value] * partial
        yield Visit(value, passed, times[value], dict(gradient))


def walks(root: Any) -> dict[str, list[Visit]]:
    """The visits of each of the four orders, by its name."""
    found = {}
    for order in ORDERS:
        visits = list(islice(walk(root, order.of(root)), MOST_VISITS + 1))
        if len(visits) > MOST_VISITS:
            raise ValueError(
                f"{order.name} makes more than {MOST_VISITS} visits in this graph; compare the "
                "orders on a smaller one"
            )
        found[order.name] = visits
    return found


def gradients(root: Any) -> dict[Any, float]:
    """The right gradients, from the engine's own walk."""
    gradient = {root: 1.0}
    for _ in walk_back(root, gradient, partials_of):
        pass
    return gradient


# The picture


class OrdersPicture(Picture):
    """A graph without gradients, and below it a table: a row for each value, a column an order."""

    def __init__(self, root: Any):
        """Lay out the graph behind `root`, and the table."""
        super().__init__(root)
        self.rows = self.nodes[::-1]  # the root on top
        self.row_of = {value: row for row, value in enumerate(self.rows)}
        longest = max(len(shortened(self.names[value])) for value in self.nodes)
        self.first = max(40.0, 10.0 * longest)  # the width of the names
        self.table = self.first + len(ORDERS) * COLUMN
        self.title = f"{self.title} and four orders to walk it"

    def look(self, known: Any = None) -> Look:
        """No gradient in the boxes: the table has them."""
        return Look({f"{id_}-grad": "" for id_ in self.ids.values()}, {})

    def svg(self, known: Any = None, is_base: bool = False, style: str = ORDER_STYLE) -> Svg:
        """The graph, and the table before the first visit."""
        graph_width, graph_height = self.layout.size
        width = round(max(graph_width, self.table) + 2 * MARGIN)
        top = graph_height + 3 * MARGIN
        height = round(top + 42 + len(self.rows) * (ROW + GAP) + MARGIN)
        look = self.look()
        shift = (width - graph_width) / 2
        words = f"{self.words()}\nBelow it a table: the gradient of each value in four walks."
        parts = (
            f'<g transform="translate({shift:.1f} {MARGIN:g})">\n',
            *self.elements(look),
            f'</g>\n<g transform="translate({(width - self.table) / 2:.1f} {top:.1f})">\n',
            *(self.column(place, order) for place, order in enumerate(ORDERS)),
            *(self.row(row, value) for row, value in enumerate(self.rows)),
            "</g>\n",
        )
        size, style = (width, height), GRAPH_STYLE + style
        return document("autograd-graph", self.title, words, size, style, parts)

    def column(self, place: int, order: Order) -> list[str]:
        """The head of a column."""
        middle = self.first + (place + 0.5) * COLUMN
        return [
            text(middle, 12, order.name, "order-name"),
            text(middle, 28, order.about, "order-about"),
        ]

    def row(self, row: int, value: Any) -> list[Parts]:
        """The name of a value, and a cell for each order."""
        y = 42 + row * (ROW + GAP)
        name = shortened(self.names[value])
        parts: list[Parts] = [text(self.first / 2, y + ROW / 2 + 5, name, "row-name")]
        for place in range(len(ORDERS)):
            x, id_ = self.first + place * COLUMN + GAP / 2, f"o{place}-{row}"
            middle = x + (COLUMN - GAP) / 2
            cell = [
                rectangle(x, y, COLUMN - GAP, ROW, "box"),
                text(middle, y + 19, "0", "", f"{id_}-grad"),
                text(middle, y + 36, "", "note", f"{id_}-note"),
            ]
            parts.append(group(named(id_, "cell"), *cell, tail=""))
        return [*parts, "\n"]


# The frames


def compare_orders(root: Any) -> Player:
    """A player of one graph walked in four orders at once: each step is the next visit in each.

    A visit lets a value pass on all that it holds. `root` is a Value, or an object of your own
    with data, op, operands and partials. No `.grad` is changed.
    """
    picture = OrdersPicture(root)
    check_numbers(picture.nodes, "compare_orders")
    found, right = walks(root), gradients(root)
    longest = max(map(len, found.values()))
    frames = [frame(picture, found, step) for step in range(longest + 1)]
    frames.append(verdict(picture, found, right))
    name = (
        f"Four orders to walk back from {picture.names[root]} "
        f"({counted(len(picture.nodes), 'value')}, {counted(len(picture.edges), 'edge')})"
    )
    return Player(picture.svg(), frames, name)


def frame(picture: OrdersPicture, found: dict[str, list[Visit]], step: int) -> Frame:
    """What the table shows after the first `step` visits of each order."""
    texts, classes, lines = {}, {}, []
    for place, (name, visits) in enumerate(found.items()):
        so_far = visits[:step]
        for visit in so_far:
            texts[f"o{place}-{picture.row_of[visit.value]}-note"] = visited(visit.times)
        for value, gradient in (so_far[-1].gradient if so_far else {picture.root: 1.0}).items():
            texts[f"o{place}-{picture.row_of[value]}-grad"] = number(gradient)
        if step and step <= len(visits):
            id_, now = f"o{place}-{picture.row_of[so_far[-1].value]}", so_far[-1]
            classes[id_] = "passes"
            if now.value.operands:
                texts[f"{id_}-note"] = f"passes on {number(now.passed)}" + times(now.times)
        lines.append((name, sentence(picture, visits, step)))
    title = f"visit {step} of each walk" if step else "before the first visit: the root holds 1"
    return Frame(title, lines, texts, classes)


def verdict(
    picture: OrdersPicture, found: dict[str, list[Visit]], right: dict[Any, float]
) -> Frame:
    """The end: what each walk has found, and where it is wrong."""
    texts, classes, lines = {}, {}, list[Words]()
    wrong_walks = 0
    for place, (name, visits) in enumerate(found.items()):
        wrong = []
        for value, gradient in visits[-1].gradient.items():
            id_ = f"o{place}-{picture.row_of[value]}"
            times_visited = sum(visit.value is value for visit in visits)
            texts[f"{id_}-grad"] = number(gradient)
            texts[f"{id_}-note"] = visited(times_visited)
            if not isclose(gradient, right[value], rel_tol=1e-9, abs_tol=1e-12):
                wrong.append(picture.names[value])
                classes[id_] = "wrong"
                texts[f"{id_}-note"] = f"wrong: not {number(right[value])}"
        wrong_walks += bool(wrong)
        where = f"wrong at {listed(wrong)}" if wrong else "all right"
        lines.append((name, f"{how_often(picture, visits)}; {where}"))
    title = f"the end: {wrong_walks} of {len(found)} walks are wrong"
    return Frame(title, lines, texts, classes)


def sentence(picture: OrdersPicture, visits: list[Visit], step: int) -> str:
    """What one walk does at this step, and the values it has visited."""
    path = " ".join(picture.names[visit.value] for visit in visits[:step])
    if not step:
        return f"begins at {picture.names[visits[0].value]}"
    if step > len(visits):
        return f"done after {counted(len(visits), 'visit')}: {path}"
    now = visits[step - 1]
    name = picture.names[now.value]
    does = f"passes on {number(now.passed)}" if now.value.operands else "is a leaf"
    now_held = [
        f"{picture.names[operand]} now {number(now.gradient[operand])}"
        for operand in dict.fromkeys(now.value.operands)
    ]
    return f"{name} {does}{times(now.times)}; {', '.join([*now_held, f'so far {path}'])}"


def how_often(picture: OrdersPicture, visits: list[Visit]) -> str:
    """`9 visits (a 3, b 2, c 2)`: their number, and who was visited more than once."""
    times = Counter(visit.value for visit in visits)
    often = [f"{picture.names[value]} {n}" for value, n in times.most_common() if n > 1]
    return counted(len(visits), "visit") + (f" ({', '.join(often)})" if often else "")


def visited(count: int) -> str:
    """`visited`, `visited 2 times`."""
    return "visited" if count == 1 else f"visited {count} times"


def times(count: int) -> str:
    """Nothing for the first visit, else ` (visit 2)`."""
    return f" (visit {count})" if count > 1 else ""
