"""The backward pass by hand: the learner picks the value that passes its gradient on next."""

from typing import Any

import traitlets

from ...pictures.drawing import Picture, steps_of
from ...pictures.graph import Known, takes_gradient, told_apart
from ...pictures.heatmap import is_array, is_short, told, written
from ...pictures.words import counted, listed, number, signed
from ..stored_widget import StoredWidget


class ByHand(StoredWidget):
    """A graph whose results are processed in the order the learner chooses.

    `chosen` holds the places of the results that are processed when the page is shown. What a
    result passes on is what the engine's own walk makes it pass on; the learner decides only when.
    """

    scripts = styles = ("player", "graphs/by_hand")
    view = "renderByHand"
    stored = ("values", "chosen", "seed", "counts")
    seed = traitlets.Unicode()
    counts: Any = traitlets.List()  # so many contributions, in words
    values: Any = traitlets.List()
    chosen: Any = traitlets.List()

    def __init__(self, root: Any):
        """Prepare every contribution, from the engine's walk."""
        root = told_apart(root)
        account = steps_of(root)
        picture = Picture(root, account)
        self._picture, self._before, self._end = picture, account[1], account[-1]
        values = [for_the_browser(picture, value, account[-1]) for value in picture.nodes]
        super().__init__(
            svg=picture.svg(account[1], is_base=True),
            name=f"Backward pass from {picture.names[root]}, by hand",
            seed="all ones" if is_array(root.data) else "1",
            counts=[counted(count, "contribution") for count in range(len(picture.edges) + 1)],
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
            if value["gradient"]:
                lines.append(f"{value['name']}.grad: {self._received(place)}{waits}")
        return "\n".join(lines)

    def picture(self) -> str:
        """The graph after what was processed, as SVG."""
        chosen = {self._picture.nodes[place] for place in self.chosen}
        crossed = {edge: x for edge, x in self._end.crossed.items() if edge.result in chosen}
        owed = {
            value: tuple(edge for edge in waiting if edge not in crossed)
            for value, waiting in self._before.owed.items()
        }
        gradient = dict(self._before.gradient)
        for edge, amount in crossed.items():
            gradient[edge.operand] = gradient.get(edge.operand, 0.0) + amount
        for value in self._picture.panels:  # there are maps of gradients as the engine had them
            gradient[value] = None if owed[value] else self._end.gradient.get(value)
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
        if not self.values[place]["passes"] and not self.values[place]["gradient"]:
            return f"{name} is a constant: it receives no gradient and has nobody to pass one to."
        if not self.values[place]["passes"]:
            return f"{name} was not computed from anything: it has nobody to pass its gradient to."
        owed = self._owed(chosen, place)
        if owed:
            return (
                f"Not yet: {name} is still owed {self.counts[len(owed)]} "
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
            arrived = [self.seed]
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


def for_the_browser(picture: Picture, value: Any, end: Known) -> dict[str, Any]:
    """One value as data for the browser: its name, its gradient, and what it passes on to whom.

    The gradient of a constant is empty. `maps` are the elements that show the gradient of an array
    before and after all has arrived.
    """
    place = {node: position for position, node in enumerate(picture.nodes)}
    passes = [
        {
            "edge": position,
            "to": place[edge.operand],
            "text": amount_of(end.crossed[edge]),
            "signed": signed(end.crossed[edge]),
        }
        for position, edge in enumerate(picture.edges)
        if edge.result is value and edge in end.crossed
    ]
    gradient, maps = end.gradient.get(value), []
    if (panel := picture.panels.get(value)) and takes_gradient(value):
        last = next(at for at, known in enumerate(panel.gradients) if known is gradient)
        maps = [f"{panel.id}-grad{at}" for at in (0, last)]
    return {
        "name": picture.names[value],
        "gradient": (told if is_array(gradient) else number)(gradient) * takes_gradient(value),
        "maps": maps,
        "passes": passes,
    }


def amount_of(contribution: Any) -> str:
    """A contribution as a term of a sum."""
    is_told = is_array(contribution) and is_short(contribution)
    return written(contribution) if is_told else number(contribution)


def step_by_hand(root: Any) -> ByHand:
    """The backward pass from `root` with the learner choosing who passes its gradient on next.

    A value that is still owed a contribution is refused, with the reason. No `.grad` is changed.
    """
    return ByHand(root)
