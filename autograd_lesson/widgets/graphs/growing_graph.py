"""A graph that grows while a notebook runs: each cell shows one more value of the learner's."""

from __future__ import annotations

from typing import Any

from ...pictures.drawing import BOX_HEIGHT, NOTE_FONT, OP_GAP, Look, Picture
from ...pictures.graph import Known, check_protocol, graph_of, plain
from ...pictures.svg import Parts, text
from ...pictures.words import counted, listed
from ..player import Frame, Player, Words

STYLE = f"""\
.autograd-graph .later{{visibility:hidden}}
.autograd-graph .mark{{display:none;font-size:{NOTE_FONT}px;font-weight:700;fill:var(--ag-result)}}
.autograd-graph .new .mark{{display:inline}}
.autograd-graph .new rect{{fill:var(--ag-result-box);stroke:var(--ag-result);stroke-width:2.5}}
.autograd-graph .new path{{stroke:var(--ag-result);stroke-width:3}}
.autograd-graph .new .head{{fill:var(--ag-result);stroke:none}}
"""


def live_graph() -> LiveGraph:
    """An empty graph; `show` adds values to it, cell after cell."""
    return LiveGraph()


class LiveGraph:
    """The values shown so far, and the picture of everything they were computed from."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.shown: list[tuple] = []  # one tuple of values for each cell, the newest last

    def show(self, value: Any, *others: Any) -> Player:
        """A player of the graph as it has grown; what these values add to it is marked as new.

        Show Values, or objects of your own with data, op and operands. Under the labels of an
        earlier cell they take its place, so that a cell can be run again. Every call gives a player
        of its own: what earlier cells show stays as it is.
        """
        values = (value, *others)
        for one in values:
            check_protocol(one)
        self.shown = [earlier for earlier in self.shown if not same_labels(earlier, values)]
        self.shown.append(values)
        return self.player()

    def player(self) -> Player:
        """The graph cell by cell: step 0 is empty, and the last step is the graph as it is now."""
        picture = Growing(self.shown)
        frames = [picture.frame(count) for count in range(len(self.shown) + 1)]
        return Player(
            picture.svg(is_base=True, style=STYLE), frames, picture.title, step=len(self.shown)
        )

    def __repr__(self) -> str:
        """What is in the picture."""
        if not self.shown:
            return "Live graph: nothing yet; show(value) adds a value and all behind it"
        return Growing(self.shown).words()


class Growing(Picture):
    """The graph behind the values of several cells, laid out once, with room for all of it."""

    def __init__(self, shown: list[tuple]):
        """Lay out everything, and remember after how many cells each value and edge is there."""
        roots = [value for values in shown for value in values]
        super().__init__(roots[-1], others=roots[:-1])
        self.title = f"Live graph of {listed(self.names[root] for root in roots)}"
        self.since: dict[Any, int] = {}
        for count, values in enumerate(shown, start=1):
            for value in graph_of(*values)[0]:
                self.since.setdefault(value, count)

    def look(self, known: Known | None = None) -> Look:
        """No gradients: nothing has gone backward yet."""
        return Look({f"{id_}-grad": "" for id_ in self.ids.values()}, {})

    def box(self, place: int, look: Look) -> list[Parts]:
        """The box of one value, with the word that marks it where it is new."""
        centre, op = self.layout.nodes[place], self.op_widths[place]
        middle = centre.x + (op and op + OP_GAP) / 2
        mark = text(middle, centre.y - BOX_HEIGHT / 2 + 13, "new", "mark")
        *parts, closing = super().box(place, look)
        return [*parts, mark, closing]

    def frame(self, count: int) -> Frame:
        """The graph after so many cells."""
        since = [self.since[value] for value in self.nodes]
        classes = {f"n{place}": state(cell, count) for place, cell in enumerate(since)}
        for place, edge in enumerate(self.edges):
            classes[f"e{place}"] = state(self.since[edge.result], count)
        return Frame(self.heading(count), self.lines(count), classes=classes)

    def heading(self, count: int) -> str:
        """What the last of so many cells has added, in a few words."""
        if count == 0:
            return "nothing yet"
        values = sum(cell == count for cell in self.since.values())
        edges = sum(self.since[edge.result] == count for edge in self.edges)
        return f"new: {counted(values, 'value')} and {counted(edges, 'edge')}"

    def lines(self, count: int) -> list[Words]:
        """How each new value was computed, and which were there before."""
        new = [self.sentence(value) for value in self.nodes if self.since[value] == count]
        old = [self.names[value] for value in self.nodes if self.since[value] < count]
        found: list[Words] = [("new", sentence) for sentence in new]
        return [*found, ("there before", listed(old))] if old else found


def state(since: int, count: int) -> str:
    """The class of what is there since one cell, after `count` cells."""
    if since > count:
        return "later"
    return "new" if since == count else ""


def same_labels(some: tuple, others: tuple) -> bool:
    """Do two cells show values under the same labels, all of them named?"""
    labels = [
        [plain(getattr(value, "label", "") or "") for value in cell] for cell in (some, others)
    ]
    return labels[0] == labels[1] and all(labels[0])
