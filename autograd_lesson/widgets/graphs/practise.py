"""Several graphs to predict, one shown at a time."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import ipywidgets

from ...pictures.svg import image
from .predict import predict


class Practice(ipywidgets.VBox):
    """A row of buttons, and under it the predictions for the graph that was chosen."""

    def __init__(self, roots: Iterable[Any]):
        """Ask for every gradient of each root."""
        self.predictions = [predict(root) for root in roots]
        if not self.predictions:
            raise ValueError("practise got 0 graphs; give it a list of roots, at least 1")
        names = [f"Graph {place}" for place in range(1, len(self.predictions) + 1)]
        buttons = ipywidgets.ToggleButtons(options=names)
        buttons.style.button_width = "6em"
        stack = ipywidgets.Stack(self.predictions, selected_index=0)
        for widget in (stack, *self.predictions):
            widget.layout.width = "100%"
        self.link = ipywidgets.jslink((buttons, "index"), (stack, "selected_index"))  # no kernel
        super().__init__([buttons, stack])

    def text(self, reveal: bool = False) -> str:
        """The questions of every graph in words; with `reveal`, the answers too."""
        texts = (prediction.text(reveal) for prediction in self.predictions)
        return "\n\n".join(f"Graph {place}. {text}" for place, text in enumerate(texts, 1))

    def __repr__(self) -> str:
        """How much of each graph is found."""
        lines = (repr(prediction) for prediction in self.predictions)
        return "\n".join(f"Graph {place}. {line}" for place, line in enumerate(lines, 1))

    def _repr_mimebundle_(self, **options: Any) -> dict:
        """The live view, and for viewers without widgets the pictures with folded answers."""
        stills = []
        for place, prediction in enumerate(self.predictions, 1):
            picture = prediction.drawn()
            answers = escape(prediction.text(reveal=True))
            stills.append(
                f"<p>Graph {place}</p>{image(picture.svg(), picture.words())}<details><summary>"
                f"Gradients of graph {place}</summary><pre>{answers}</pre></details>"
            )
        live = super()._repr_mimebundle_(**options) or {}
        return {**live, "text/html": "\n".join(stills), "text/plain": self.text()}


def practise(roots: Iterable[Any]) -> Practice:
    """Ask for every gradient of each graph in `roots`; buttons choose the graph that is shown."""
    return Practice(roots)
