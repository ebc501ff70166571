"""Matplotlib figures that say in words what they show.

A function that draws a figure ends in `return captioned(figure, "The loss falls ...")`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .drawing import Drawing
from .svg import document, palette

SCALE = 100 / 72  # pixels for each point
# What Matplotlib draws in when nothing else is said, and ours: the colours that follow the theme.
THEMED = {
    "#000000": "ink",
    "#ffffff": "ground",
    "#b0b0b0": "line",
    "#808080": "quiet",
    "#1f77b4": "operand",
    "#ff7f0e": "result",
    "#2ca02c": "quiet",
    "#d62728": "ink",
    "#1857b8": "operand",
    "#a8420a": "result",
    "#eaf2fe": "operand-box",
    "#fdf1e7": "result-box",
}
STYLE = (
    palette(".autograd-figure")
    + ".autograd-figure {fill: var(--ag-ink)}\n.autograd-figure .ground {fill: var(--ag-ground)}\n"
)
WRITTEN: Any = {"svg.fonttype": "none", "svg.hashsalt": "autograd"}  # words; the same bytes
SHORTER = {
    r"(\.\d\d)\d+(?=[^<>]*>)": r"\1",  # places, which stand in tags; not what is written
    r"\s*\n\s*": " ",
    r"font-family: [^;\"]*": "font-family: sans-serif",
    "xlink:href": "href",
    r"\*\{": ".autograd-figure *{",
}
PARTS = re.compile(r'<svg[^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>(.*)</svg>', re.DOTALL)


class Captioned(Drawing):
    """A finished figure; its curves are long, so that a notebook holds them once, as an image."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """HTML with an image, and the words."""
        bundle = super()._repr_mimebundle_(include, exclude)
        return {kind: bundle[kind] for kind in ("text/html", "text/plain")}


def captioned(figure: Figure, words: str) -> Captioned:
    """The figure as a picture; `words` says in a sentence or two what is to be seen in it.

    Where the figure has Matplotlib's own colours, it follows the theme of the page.
    """
    file = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with plt.rc_context(WRITTEN):
        figure.savefig(file, format="svg", bbox_inches="tight", metadata=nothing)
    plt.close(figure)
    width, height, inner = PARTS.search(file.getvalue()).groups()  # type: ignore[union-attr]
    for long, short in SHORTER.items():
        inner = re.sub(long, short, inner)
    inner = re.sub("#[0-9a-f]{6}", lambda colour: themed(colour[0]), inner)
    size = round(float(width) * SCALE), round(float(height) * SCALE)
    title = words.partition(". ")[0].rstrip(".")
    inside = f'<g transform="scale({SCALE:.4f})">{inner}</g>\n'
    return Captioned(document("autograd-figure", title, words, size, STYLE, [inside]), words)


def themed(colour: str) -> str:
    """The variable that follows the theme, for a colour that has one."""
    return f"var(--ag-{THEMED[colour]})" if colour in THEMED else colour


LINES = ("-", "--", "-.", ":")  # told apart without colour


def loss_curves(
    curves: Mapping[str, Sequence[float]],
    words: str,
    loss: str = "sum of squares",
    marks: Mapping[str, int | None] | None = None,
) -> Captioned:
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
    return captioned(figure, words)


MARKS = ("-", "o", "x")  # a line, and what is seen on it
INKS = ("#1857b8", "#a8420a", "#000000")


def curves_on_one_another(
    curves: Mapping[str, Sequence[float]], steps: Sequence[int], words: str
) -> Captioned:
    """Losses at these steps on a logarithmic axis: the first a line, the others marks on it."""
    figure, axes = plt.subplots(figsize=(5, 3))
    for (name, losses), mark, colour in zip(curves.items(), MARKS, INKS, strict=False):
        axes.semilogy(steps, losses, mark, color=colour, label=name, fillstyle="none")
    axes.set(xlabel="updates so far", ylabel="loss")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    return captioned(figure, words)


def decision_maps(
    classifiers: Mapping[str, Callable], points: Any, labels: Any, words: str
) -> Captioned:
    """Where each classifier's output is above 0, with points of two labels on top.

    A classifier takes an array of points (n, 2) and gives n numbers.
    """
    low, high = points.min(axis=0) - 0.3, points.max(axis=0) + 0.3
    across, up = np.meshgrid(*(np.linspace(*ends, 80) for ends in zip(low, high, strict=True)))
    ground = np.column_stack([across.ravel(), up.ravel()])
    figure, row = plt.subplots(1, len(classifiers), figsize=(7, 2.8), sharey=True, squeeze=False)
    for axes, (name, classifier) in zip(row[0], classifiers.items(), strict=True):
        above = np.reshape(classifier(ground), across.shape) > 0
        axes.contourf(across, up, above, levels=[-0.5, 0.5, 1.5], colors=["#fdf1e7", "#eaf2fe"])
        for label, (mark, colour) in enumerate((("s", "#a8420a"), ("o", "#1857b8"))):
            own = points[np.asarray(labels) == label].T
            axes.plot(*own, mark, color=colour, markersize=3.5, label=f"label {label}")
        axes.set(title=name, xlabel="feature 1")
    row[0][0].set_ylabel("feature 2")
    row[0][0].legend(fontsize=8, loc="upper right")
    return captioned(figure, words)


def loss_panels(curves: Mapping[str, Sequence[float]], words: str) -> Captioned:
    """Each curve in a panel of its own, on a logarithmic axis of its own."""
    figure, panels = plt.subplots(1, len(curves), figsize=(2.4 * len(curves), 2.4))
    for axes, (name, losses) in zip(panels, curves.items(), strict=True):
        axes.semilogy(losses)
        axes.set(title=name, xlabel="updates so far")
        axes.tick_params(labelsize=8)
        axes.grid(alpha=0.3)
    panels[0].set_ylabel("loss")
    figure.tight_layout()
    return captioned(figure, words)


def confusion(labels: Sequence[int], predictions: Sequence[int]) -> Captioned:
    """How often each class was taken for each: a row for the label, a column for the prediction."""
    classes = max(*labels, *predictions) + 1
    counts = [[0] * classes for _ in range(classes)]
    for label, prediction in zip(labels, predictions, strict=True):
        counts[label][prediction] += 1
    figure, axes = plt.subplots(figsize=(3, 3))
    axes.set(xlim=(-0.5, classes - 0.5), ylim=(classes - 0.5, -0.5), aspect="equal")
    for row, column in np.ndindex(classes, classes):
        if counts[row][column]:
            axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, color="#eaf2fe"))
        shown = str(counts[row][column] or "")
        axes.text(column, row, shown, ha="center", va="center", fontsize=8)
    ticks = range(classes)
    axes.set(xlabel="prediction", ylabel="label", xticks=ticks, yticks=ticks)
    wrong = [(n, i, j) for i, row in enumerate(counts) for j, n in enumerate(row) if n and i != j]
    told = ", ".join(f"{i} as {j} {n}x" for n, i, j in sorted(wrong, key=lambda each: -each[0]))
    right = sum(counts[i][i] for i in ticks)
    return captioned(figure, f"{right} of {len(labels)} are right. Mistakes: {told or 'none'}.")


def images_in_a_row(images: Sequence[Any], titles: Sequence[str], words: str) -> Captioned:
    """Small images side by side in one scale of greys, each with a title, pixels of one size."""
    low, high = min(map(np.min, images)), max(map(np.max, images))
    tall, wide = np.max([np.shape(image) for image in images], axis=0)
    figure, row = plt.subplots(1, len(images), figsize=(1.3 * len(images), 1.6), squeeze=False)
    for axes, image, title in zip(row[0], images, titles, strict=True):
        axes.imshow(image, cmap="gray", vmin=low, vmax=high)
        rows, columns = np.shape(image)
        (left, right), (top, bottom) = centred(columns, wide), centred(rows, tall)
        axes.set(xlim=(left, right), ylim=(bottom, top), xticks=[], yticks=[])
        axes.spines[:].set_visible(False)  # what is left free is not a part of the image
        axes.add_patch(Rectangle((-0.5, -0.5), columns, rows, fill=False, clip_on=False))
        axes.set_title(title, fontsize=9)
    return captioned(figure, words)


def centred(count: int, most: int) -> tuple[float, float]:
    """The ends of an axis on which `count` pixels lie in the middle of `most`."""
    return (count - most) / 2 - 0.5, (count + most) / 2 - 0.5
