"""Matplotlib figures that say in words what they show."""

from __future__ import annotations

import base64
import io
from typing import Any

from matplotlib import pyplot as plt
from matplotlib.figure import Figure


class Described:
    """A finished figure and the words for those who do not see it."""

    def __init__(self, png: bytes, words: str) -> None:
        """Keep the picture and the words."""
        self.png, self.words = png, words

    def __repr__(self) -> str:
        """The words."""
        return self.words

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        """The picture for notebooks, the words beside it and as its alternative text."""
        data = {"image/png": base64.b64encode(self.png).decode(), "text/plain": self.words}
        return data, {"image/png": {"alt": self.words}}


def described(figure: Figure, words: str) -> Described:
    """The figure as a picture; `words` says in a sentence or two what is to be seen in it."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
    return Described(file.getvalue(), words)
