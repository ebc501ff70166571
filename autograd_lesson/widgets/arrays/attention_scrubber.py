"""The shares of one attention head over a training, to be played and gone back through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ...pictures.chart import Box, Plot, disc, picture, plain_rectangle, text
from ...pictures.svg import Element, Parts
from ...pictures.words import counted, number
from ..player import Frame, Player, Words

CELL = 28  # pixels to a side
MAP = (66, 52)  # the left upper corner of the shares
MOST = 16  # places to a side: more have no room
LEVELS = (0.02, 0.1, 0.3, 0.6, 0.9)  # where a cell gets a darker ground
SHOWN = 0.1  # the least share that is written into its cell

STYLE = """\
.level0 {fill: var(--ag-ground)}
.level1 {fill: color-mix(in srgb, var(--ag-result) 6%, var(--ag-ground))}
.level2 {fill: color-mix(in srgb, var(--ag-result) 12%, var(--ag-ground))}
.level3 {fill: color-mix(in srgb, var(--ag-result) 20%, var(--ag-ground))}
.level4 {fill: color-mix(in srgb, var(--ag-result) 28%, var(--ag-ground))}
.level5 {fill: color-mix(in srgb, var(--ag-result) 36%, var(--ag-ground))}
.cell {stroke: var(--ag-line); stroke-width: 0.5}
.share {text-anchor: middle; font-size: 12px}
"""


def attention_scrubber(
    kept: Sequence[tuple[int, Any]], labels: Sequence[str], losses: Sequence[float]
) -> Player:
    """Step through what a head attends to while it is trained.

    `kept` holds a step and the shares at it, (t, t): row i says from where place i takes what it
    needs. `labels` are the t tokens, and `losses` the loss of every step.
    """
    moments = [(step, np.asarray(shares, float)) for step, shares in kept]
    check(moments, labels, losses)
    size = len(labels)
    left = MAP[0] + size * CELL + 74
    box = Box(left, left + 230, MAP[1], MAP[1] + max(size * CELL, 180) - 46)
    highest = max(losses) * 1.05 or 1.0
    plot = Plot((0, max(len(losses) - 1, 1)), (0, highest), ("steps", "loss"), box=box)
    frames = [frame(step, shares, labels, losses, plot) for step, shares in moments]
    name = f"Attention of {counted(size, 'place')} over {counted(len(losses), 'step')} of training"
    words = (
        "On the left a square of shares: each row is a place that asks, each column a place that "
        "it may take from; the darker, the larger the share, which stands there in hundredths. On "
        "the right the loss of each step, with a mark at this one."
    )
    height = max(MAP[1] + size * CELL, box.bottom + 46) + 14
    parts: list[Parts] = [
        text(MAP[0], 18, "takes from", "quiet"),
        text(8, MAP[1] - 8, "asks", "quiet"),
        *cells(labels),
        *plot.axes(3),
        plot.curve(enumerate(losses), "side"),
        disc(0, 0, "dot", "here"),
    ]
    style = f".autograd-plot {{{STYLE}}}"
    svg = picture(name, words, (box.right + 20, height), *parts, style=style)
    return Player(svg, frames, name, step=len(frames) - 1)


def check(moments: Sequence[tuple[int, np.ndarray]], labels: Any, losses: Any) -> None:
    """Refuse what does not fit together."""
    size = len(labels)
    if not moments or not 1 <= size <= MOST or not len(losses):
        raise ValueError(
            f"there are {len(moments)} moments, {size} labels and {len(losses)} losses; give it at "
            f"least one moment and one loss, and 1 to {MOST} labels"
        )
    for step, shares in moments:
        if shares.shape != (size, size):
            raise ValueError(
                f"the shares at step {step} have shape {shares.shape}, and there are {size} "
                f"labels: they must be ({size}, {size}), those of one head on one example"
            )
        if not 0 <= step < len(losses):
            raise ValueError(f"step {step} has no loss: there are {len(losses)} of them")


def cells(labels: Sequence[str]) -> Iterator[Element | str]:
    """The empty square, with the tokens at its sides."""
    for i, label in enumerate(labels):
        middle = (i + 0.5) * CELL
        yield text(MAP[0] + middle, MAP[1] - 8, label, "share")
        yield text(MAP[0] - 20, MAP[1] + middle + 4, label, "share")
        for j in range(len(labels)):
            x, y = MAP[0] + j * CELL, MAP[1] + i * CELL
            side = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{CELL}", "height": f"{CELL}"}
            yield plain_rectangle(f"c{i}-{j}", "cell", **side)
            yield text(x + CELL / 2, y + CELL / 2 + 4, "", "share", f"t{i}-{j}")


def frame(
    step: int, shares: np.ndarray, labels: Sequence[str], losses: Sequence[float], plot: Plot
) -> Frame:
    """One moment in the picture and in words."""
    here = plot.point(step, losses[step])
    places = list(np.ndindex(shares.shape))
    return Frame(
        title=f"step {step}: loss {number(losses[step])}",
        lines=[row(i, shares[i], labels) for i in range(len(labels))],
        texts={
            f"t{i}-{j}": f"{100 * shares[i, j]:.0f}" if shares[i, j] >= SHOWN else ""
            for i, j in places
        },
        classes={f"c{i}-{j}": level(float(shares[i, j])) for i, j in places},
        attrs={"here": {"cx": f"{here[0]:g}", "cy": f"{here[1]:g}"}},
    )


def row(i: int, shares: np.ndarray, labels: Sequence[str]) -> Words:
    """From where one place takes what its cells show, the most first."""
    first = [j for j in np.argsort(-shares, kind="stable") if shares[j] >= SHOWN]
    found = [f"{100 * shares[j]:.0f} % from {j} ({labels[j]})" for j in first]
    return f"{i} ({labels[i]})", ", ".join(found) or "a little from many"


def level(share: float) -> str:
    """The class of a cell: how large its share is, in six levels."""
    return f"level{sum(share >= least for least in LEVELS)}"
