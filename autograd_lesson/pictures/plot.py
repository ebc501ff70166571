"""Matplotlib figures that say in words what they show.

A function that draws a figure ends in `return described(figure, "The loss falls ...")`.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
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


def decision_maps(
    classifiers: Mapping[str, Callable], points: Any, labels: Any, words: str
) -> Described:
    """Where each classifier's output is above 0, with points of two labels on top.

    A classifier takes an array of points (n, 2) and gives n numbers.
    """
    low, high = points.min(axis=0) - 0.3, points.max(axis=0) + 0.3
    across, up = np.meshgrid(*(np.linspace(*ends, 80) for ends in zip(low, high, strict=True)))
    ground = np.column_stack([across.ravel(), up.ravel()])
    figure, row = plt.subplots(1, len(classifiers), figsize=(7, 2.8), sharey=True, squeeze=False)
    for axes, (name, classifier) in zip(row[0], classifiers.items(), strict=True):
        above = np.reshape(classifier(ground), across.shape) > 0
        axes.contourf(across, up, above, levels=[-0.5, 0.5, 1.5], colors=["#f3d9c4", "#cfe0f5"])
        for label, (mark, colour) in enumerate((("s", "#a34400"), ("o", "#1a56b8"))):
            own = points[np.asarray(labels) == label].T
            axes.plot(*own, mark, color=colour, markersize=3.5, label=f"label {label}")
        axes.set(title=name, xlabel="feature 1")
    row[0][0].set_ylabel("feature 2")
    row[0][0].legend(fontsize=8, loc="upper right")
    return described(figure, words)


def loss_panels(curves: Mapping[str, Sequence[float]], words: str) -> Described:
    """Each curve in a panel of its own, on a logarithmic axis of its own."""
    figure, panels = plt.subplots(1, len(curves), figsize=(2.4 * len(curves), 2.4))
    for axes, (name, losses) in zip(panels, curves.items(), strict=True):
        axes.semilogy(losses)
        axes.set(title=name, xlabel="updates so far")
        axes.tick_params(labelsize=8)
        axes.grid(alpha=0.3)
    panels[0].set_ylabel("loss")
    figure.tight_layout()
    return described(figure, words)


def confusion(labels: Sequence[int], predictions: Sequence[int]) -> Described:
    """How often each class was taken for each: a row for the label, a column for the prediction."""
    classes = max(*labels, *predictions) + 1
    counts = [[0] * classes for _ in range(classes)]
    for label, prediction in zip(labels, predictions, strict=True):
        counts[label][prediction] += 1
    figure, axes = plt.subplots(figsize=(3, 3))
    axes.imshow([[count > 0 for count in row] for row in counts], cmap="Blues", vmax=3)
    for row, column in np.ndindex(classes, classes):
        axes.text(column, row, counts[row][column] or "", ha="center", va="center", fontsize=8)
    ticks = range(classes)
    axes.set(xlabel="prediction", ylabel="label", xticks=ticks, yticks=ticks)
    wrong = [(n, i, j) for i, row in enumerate(counts) for j, n in enumerate(row) if n and i != j]
    told = ", ".join(f"{i} as {j} {n}x" for n, i, j in sorted(wrong, key=lambda each: -each[0]))
    right = sum(counts[i][i] for i in ticks)
    return described(figure, f"{right} of {len(labels)} are right. Mistakes: {told or 'none'}.")


def images_in_a_row(images: Sequence[Any], titles: Sequence[str], words: str) -> Described:
    """Small images side by side, each with a title, in one scale of greys."""
    low, high = min(map(np.min, images)), max(map(np.max, images))
    figure, row = plt.subplots(1, len(images), figsize=(1.3 * len(images), 1.6), squeeze=False)
    for axes, image, title in zip(row[0], images, titles, strict=True):
        axes.imshow(image, cmap="gray", vmin=low, vmax=high)
        axes.set_title(title, fontsize=9)
        axes.axis("off")
    return described(figure, words)
