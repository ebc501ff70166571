"""Several graphs to predict, one shown at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from ..stored_widget import functions_of, page, style_of
from .predict import Prediction, predict


class Practice:
    """A row of buttons, and under it the predictions for the graph that was chosen."""

    def __init__(self, roots: Iterable[Any]):
        """Ask for every gradient of each root."""
        self.predictions = [predict(root) for root in roots]
        if not self.predictions:
            raise ValueError("practise got 0 graphs; give it a list of roots, at least 1")

    def text(self, reveal: bool = False) -> str:
        """The questions of every graph in words; with `reveal`, the answers too."""
        texts = (prediction.text(reveal) for prediction in self.predictions)
        return "\n\n".join(f"Graph {place}. {text}" for place, text in enumerate(texts, 1))

    def __repr__(self) -> str:
        """How much of each graph is found."""
        lines = (repr(prediction) for prediction in self.predictions)
        return "\n".join(f"Graph {place}. {line}" for place, line in enumerate(lines, 1))

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        """The page with all of them, and the words."""
        placed = [prediction.placed(prediction.picture()) for prediction in self.predictions]
        starts = "".join(start for _, start in placed)
        key = hashlib.sha256(starts.encode()).hexdigest()[:12]
        parts = "".join(
            f"<div><p>Graph {number}</p>{place}</div>"
            for number, (place, _) in enumerate(placed, 1)
        )
        places = (
            f'<div class="autograd-player autograd-practice" data-autograd-choice="{key}">'
            f"{parts}</div>"
        )
        styles = style_of(*Prediction.styles, "graphs/practise")
        functions = functions_of(*Prediction.scripts, "graphs/practise")
        html = page(places, f'{starts}showOneOf("{key}");', styles, functions)
        return {"text/html": html, "text/plain": self.text()}


def practise(roots: Iterable[Any]) -> Practice:
    """Ask for every gradient of each graph in `roots`; buttons choose the graph that is shown."""
    return Practice(roots)
