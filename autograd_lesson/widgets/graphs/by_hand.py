"""The backward pass by hand: the learner picks the value that passes its gradient on next."""

from typing import Any

import traitlets

from ...pictures.drawing import Picture
from ...pictures.graph import Known, accounts
from ...pictures.words import counted, listed, number, signed
from ..stored_widget import StoredWidget


class ByHand(StoredWidget):
    """A graph whose results are processed in the order the learner chooses.

    `chosen` holds the places of the results processed so far, in step with the browser. What a
    result passes on is what the engine's own walk makes it pass on; the learner decides only when.
    """

    scripts = styles = ("player", "graphs/by_hand")
    view = "renderByHand"
    stored = ("values", "chosen")
    svg = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    values: Any = traitlets.List().tag(sync=True)
    chosen: Any = traitlets.List().tag(sync=True)

    def __init__(self, root: Any):
        """Prepare every contribution, from the engine's walk."""
        account = list(accounts(root))
        picture = Picture(root, account)
        self._picture, self._before = picture, account[1]
        values = [described(picture, value, account[-1]) for value in picture.nodes]
        super().__init__(
            svg=picture.svg(account[1]),
            name=f"Backward pass from {picture.names[root]}, by hand",
            values=values,
        )

    @traitlets.validate("chosen")
    def _is_legal(self, proposal: Any) -> list[int]:
        """Refuse an order in which a value passes on what it has not received."""
        for count, place in enumerate(proposal["value"]):
            if refusal := self._refusal(proposal["value"][:count], place):
                raise traitlets.TraitError(refusal)
        return proposal["value"]

    def process(self, name: str) -> str:
        """Let the value of this name pass its gradient on, or say why it may not yet."""
        places = {value["name"]: place for place, value in enumerate(self.values)}
        if name not in places:
            raise ValueError(f"no value is called {name!r}; choose from {listed(places)}")
        refusal = self._refusal(self.chosen, places[name])
        if not refusal:
            self.chosen = [*self.chosen, places[name]]
        return refusal or self._passed(places[name])

    def text(self) -> str:
        """What was processed, what each value has received, and whose turn it may be."""
        lines = [self._passed(place) for place in self.chosen] or ["nothing is processed yet"]
        for place, value in enumerate(self.values):
            owed = self._owed(self.chosen, place)
            waits = f"; waits for {listed(owed)}" if owed else ""
            lines.append(f"{value['name']}.grad: {self._received(place)}{waits}")
        return "\n".join(lines)

    def picture(self) -> str:
        """The graph after what was processed, as SVG."""
        arrived = {edge["edge"] for place in self.chosen for edge in self.values[place]["passes"]}
        edges = self._picture.edges
        crossed = {edges[place]: 0.0 for place in sorted(arrived)}
        gradient = dict(self._before.gradient)
        contributions = {e["edge"]: e["amount"] for v in self.values for e in v["passes"]}
        for place in sorted(arrived):
            edge, amount = edges[place], contributions[place]
            crossed[edge] = amount
            gradient[edge.operand] = gradient.get(edge.operand, 0.0) + amount
        owed = {
            value: tuple(edge for edge in waiting if edge not in crossed)
            for value, waiting in self._before.owed.items()
        }
        return self._picture.svg(Known(None, gradient, crossed, owed))

    def alt(self) -> str:
        """The state in words."""
        return self.plain()

    def __repr__(self) -> str:
        """How far the pass has come."""
        total = sum(bool(value["passes"]) for value in self.values)
        return f"{self.name}: {len(self.chosen)} of {counted(total, 'result')} processed"

    def _refusal(self, chosen: list[int], place: int) -> str:
        """Why `place` may not pass its gradient on after `chosen`; empty where it may."""
        name = self.values[place]["name"]
        if place in chosen:
            return f"{name} has passed its gradient on already."
        if not self.values[place]["passes"]:
            return f"{name} was not computed from anything: it has nobody to pass its gradient to."
        owed = self._owed(chosen, place)
        if owed:
            return (
                f"Not yet: {name} is still owed {counted(len(owed), 'contribution')} "
                f"(from {listed(dict.fromkeys(owed))}), so its gradient is not complete."
            )
        return ""

    def _owed(self, chosen: list[int], place: int) -> list[str]:
        """The names of the results that have still to deliver to `place`, one per edge."""
        return [
            value["name"]
            for other, value in enumerate(self.values)
            for edge in value["passes"]
            if edge["to"] == place and other not in chosen
        ]

    def _received(self, place: int) -> str:
        """The contributions to `place` in order of arrival, and their sum once it is complete."""
        arrived = [
            edge["text"]
            for other in self.chosen
            for edge in self.values[other]["passes"]
            if edge["to"] == place
        ]
        if place == len(self.values) - 1:
            arrived = ["1"]
        if self._owed(self.chosen, place):
            arrived.append("?")
        terms = " + ".join(arrived).replace("+ -", "- ")
        total = self.values[place]["gradient"]
        return terms if arrived[-1] == "?" or len(arrived) == 1 else f"{terms} = {total}"

    def _passed(self, place: int) -> str:
        """What `place` passed on, as a sentence."""
        value = self.values[place]
        parts = [f"{edge['text']} to {self.values[edge['to']]['name']}" for edge in value["passes"]]
        return f"{value['name']} passes on {listed(parts)}"


def described(picture: Picture, value: Any, end: Known) -> dict[str, Any]:
    """One value as data for the browser: its name, its gradient, and what it passes on to whom."""
    place = {node: position for position, node in enumerate(picture.nodes)}
    passes = [
        {
            "edge": position,
            "to": place[edge.operand],
            "amount": end.crossed[edge],
            "text": number(end.crossed[edge]),
            "signed": signed(end.crossed[edge]),
        }
        for position, edge in enumerate(picture.edges)
        if edge.result is value
    ]
    return {
        "name": picture.names[value],
        "gradient": number(end.gradient[value]),
        "passes": passes,
    }


def step_by_hand(root: Any) -> ByHand:
    """The backward pass from `root` with the learner choosing who passes its gradient on next.

    A value that is still owed a contribution is refused, with the reason. No `.grad` is changed.
    """
    return ByHand(root)
