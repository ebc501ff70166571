"""Rows on their way through layer normalisation, and their gradients on the way back."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...pictures.chart import Axis, ends_of, picture, plain_rectangle, segment, text
from ...pictures.svg import Svg
from ...pictures.words import number
from ..player import Frame, Player, Words

WIDTH, HEIGHT = 660, 340
TOP, BOTTOM = 62, 282  # of both panels
PANELS = {"row": (62, 318), "gradient": (390, 646)}  # left and right end
FILLS = {"row": "main-dot", "gradient": "side-dot"}  # of the bars
MOST = 6  # entries in a row: more bars have no room


class Stage(NamedTuple):
    """One step of one row: what it is called, both lists of bars, and what is to be read."""

    words: str
    row: np.ndarray
    gradient: np.ndarray | None
    lines: list[Words]


def layer_norm_rows(x: Any, upstream: Any, eps: float = 1e-5) -> Player:
    """Step through the rows of `x`: minus the mean, over the deviation, and back again.

    On the way back the upstream of each row loses its mean and its part along the normalised row.
    Tick marks show the bars of the step before.
    """
    x, upstream = np.asarray(x, float), np.asarray(upstream, float)
    if x.ndim != 2 or not 2 <= x.shape[1] <= MOST:
        raise ValueError(f"x has shape {x.shape}; give it rows of 2 to {MOST} numbers")
    if upstream.shape != x.shape:
        raise ValueError(f"upstream has shape {upstream.shape}, and x has {x.shape}; make them one")
    stages = [stages_of(row, g, eps) for row, g in zip(x, upstream, strict=True)]
    reach = {
        "row": max(np.abs(stage.row).max() for of_row in stages for stage in of_row),
        "gradient": max(
            np.abs(stage.gradient).max()
            for of_row in stages
            for stage in of_row
            if stage.gradient is not None
        ),
    }
    levels = {part: Axis(-high, high, BOTTOM, TOP) for part, high in reach.items() if high > 0}
    if len(levels) < 2:
        raise ValueError("x or upstream is 0 everywhere; there would be nothing to see")
    name = f"Layer normalisation of {len(x)} rows of {x.shape[1]}, and the way back"
    frames = [
        frame(f"row {k}: {stage.words}", stage, before, levels)
        for k, of_row in enumerate(stages)
        for stage, before in zip(of_row, [of_row[0], *of_row], strict=False)
    ]
    return Player(rows_svg(levels, x.shape[1], name), frames, name)


def stages_of(row: np.ndarray, g: np.ndarray, eps: float) -> list[Stage]:
    """Two steps forward and three back, with the row as it came in before them."""
    centred = row - row.mean()
    deviation = np.sqrt((centred**2).mean() + eps)
    hat = centred / deviation
    flat = g - g.mean()
    along = (flat * hat).mean()
    left = flat - hat * along
    return [
        Stage("as it came in", row, None, facts("x", row)),
        Stage(f"minus its mean, {show(row.mean())}", centred, None, facts("x - mean", centred)),
        Stage(f"over its deviation, {show(deviation)}", hat, None, facts("hat", hat)),
        Stage("back: the upstream g", hat, g, of_gradient("g", g, hat)),
        Stage(f"g minus its mean, {show(g.mean())}", hat, flat, of_gradient("g", flat, hat)),
        Stage(
            f"minus its part along hat, {show(along)} times hat",
            hat,
            left,
            of_gradient("g", left, hat),
        ),
        Stage(
            f"over the deviation, {show(deviation)}: the gradient of x",
            hat,
            left / deviation,
            of_gradient("gradient", left / deviation, hat),
        ),
    ]


def facts(name: str, row: np.ndarray) -> list[Words]:
    """A row, its mean and its variance."""
    return [(name, side_by_side(row)), ("mean", show(row.mean())), ("variance", show(row.var()))]


def of_gradient(name: str, g: np.ndarray, hat: np.ndarray) -> list[Words]:
    """A gradient, its sum, and how much of it points along the row."""
    return [
        (name, side_by_side(g)),
        ("sum", show(g.sum())),
        ("along hat", f"{show((g * hat).sum())}, the sum of products with {side_by_side(hat)}"),
    ]


def rows_svg(levels: dict[str, Axis], entries: int, name: str) -> Svg:
    """Two panels of bars that frames give their heights, with a tick for the step before."""
    words = (
        "On the left a row as bars above and below 0: as it came in, less its mean, then divided "
        "by its deviation. On the right what arrives for it: the upstream, less its mean, less its "
        "part along the normalised row, then divided by the deviation. A short line across a bar "
        "shows where it ended at the step before."
    )
    parts = [
        text(62, 22, "the row", "main-text"),
        text(62, 40, "short lines: the step before", "quiet"),
        text(390, 22, "what goes back", "side-text"),
        text(390, 40, "empty on the way forward", "quiet", "gradient-note"),
    ]
    for part, (left, right) in PANELS.items():
        axis = levels[part]
        for tick in (axis.low, 0.0, axis.high):
            at = axis.pixel(tick)
            parts.append(segment((left, at, right, at), "grid"))
            parts.append(text(left - 8, at + 4, show(tick), "tick y"))
        for k, middle in enumerate(middles(part, entries)):
            width = 0.5 * (right - left) / entries
            across = {"x": f"{middle - width / 2:.1f}", "width": f"{width:.1f}"}
            parts.append(plain_rectangle(f"{part}-{k}", FILLS[part], **across))
            parts.append(segment((0, 0, 0, 0), "here", f"{part}-{k}-before"))
            parts.append(text(middle, BOTTOM + 24, f"entry {k}", "x quiet"))
    return picture(name, words, (WIDTH, HEIGHT), *parts)


def middles(part: str, entries: int) -> list[float]:
    """The middles of the bars of a panel."""
    left, right = PANELS[part]
    return [left + (k + 0.5) * (right - left) / entries for k in range(entries)]


def frame(title: str, stage: Stage, before: Stage, levels: dict[str, Axis]) -> Frame:
    """The bars of one step, and ticks where they ended at the step before."""
    attrs: dict[str, dict[str, str | None]] = {}
    for part, axis in levels.items():
        now, was = getattr(stage, part), getattr(before, part)
        now = np.zeros(len(stage.row)) if now is None else now
        was = now if was is None else was
        left, right = PANELS[part]
        width = 0.64 * (right - left) / len(now)
        for k, middle in enumerate(middles(part, len(now))):
            ends = sorted((axis.pixel(now[k]), axis.pixel(0.0)))
            attrs[f"{part}-{k}"] = {"y": f"{ends[0]:.1f}", "height": f"{ends[1] - ends[0]:.1f}"}
            at = axis.pixel(was[k])
            tick = (middle - width / 2, at, middle + width / 2, at)
            attrs[f"{part}-{k}-before"] = dict(ends_of(tick))
    note = "empty on the way forward" if stage.gradient is None else "short lines: the step before"
    return Frame(title, stage.lines, texts={"gradient-note": note}, attrs=attrs)


def show(x: float) -> str:
    """A number to four places."""
    return number(round(float(x), 4), 6)


def side_by_side(row: np.ndarray) -> str:
    """Numbers to four places."""
    return ", ".join(map(show, row))
