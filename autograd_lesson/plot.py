"""Matplotlib figures that say in words what they show.

A function that draws a figure ends in `return described(figure, "The loss falls ...")`.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape
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
        """The picture with the words as its alternative text; each viewer takes what it can show.

        JupyterLab gives a bare PNG no alternative text, so it gets an <img> of its own.
        """
        png = base64.b64encode(self.png).decode()
        image = f'<img alt="{escape(self.words)}" src="data:image/png;base64,{png}">'
        data = {"text/html": image, "image/png": png, "text/plain": self.words}
        return data, {"image/png": {"alt": self.words}}


def described(figure: Figure, words: str) -> Described:
    """The figure as a picture; `words` says in a sentence or two what is to be seen in it."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
    return Described(file.getvalue(), words)


LINES = ("-", "--", "-.", ":")  # told apart without colour


def loss_curves(
    curves: Mapping[str, Sequence[float]],
    words: str,
    loss: str = "sum of squares",
    marks: Mapping[str, int | None] | None = None,
) -> Described:
    """Losses by the number of updates, on a logarithmic axis, each curve with its name at its end.

    `marks` are texts for points of the first curve, each with its number of updates, or with None
    where there is no such point.
    """
    figure, axes = plt.subplots(figsize=(5, 3))
    for place, (name, losses) in enumerate(curves.items()):
        axes.semilogy(losses, LINES[place % len(LINES)], label=name)
        axes.annotate(f" {name}", (len(losses) - 1, losses[-1]), va="center", fontsize=9)
    first = next(iter(curves.values()))
    for text, step in (marks or {}).items():
        if step is None:
            continue
        axes.plot(step, first[step], "ko", markersize=5)
        axes.annotate(text, (step, first[step]), (6, 6), textcoords="offset points", fontsize=9)
    axes.set(xlabel="updates so far", ylabel=loss)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    return described(figure, words)
