"""A scrubber over moments: how large the gradients of each layer are, as histograms."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...pictures.chart import Box, Plot, picture, plain_rectangle, segment, text
from ...pictures.svg import Svg
from ...pictures.words import number
from ..player import Frame, Player, Words

LOWEST, HIGHEST = -12, 4  # powers of ten; what is smaller or larger is counted at the end
BINS = HIGHEST - LOWEST
LEFT, RIGHT, TOP, ROW = 110, 630, 40, 44
BIN = (RIGHT - LEFT) / (BINS + 1)  # one more, at the left: exactly 0
STYLE = """\
.bar {fill: var(--ag-operand)}
.middle {stroke: var(--ag-result); stroke-width: 3}
"""


def gradient_histograms(moments: Mapping[str, Sequence[Any]], step: int = 0) -> Player:
    """One row for each layer: how many of its gradients have which size, moment by moment.

    `moments` has a title for each position of the slider, and under it an array for each layer,
    the first layer first. A mark stands at the median size.
    """
    counts = {len(layers) for layers in moments.values()}
    if len(counts) != 1 or counts == {0}:
        raise ValueError(
            "every moment needs one array for each layer, and at least 1 layer; these have "
            f"{sorted(counts)}"
        )
    layers = counts.pop()
    sizes = {title: [np.abs(np.ravel(a)) for a in arrays] for title, arrays in moments.items()}
    name = f"How large the gradients of {layers} layers are"
    frames = [frame(title, arrays) for title, arrays in sizes.items()]
    return Player(svg(name, layers), frames, name, step=step)


def svg(name: str, layers: int) -> Svg:
    """The rows, with a bar for each bin."""
    bottom = TOP + ROW * layers
    box = Box(LEFT + BIN, RIGHT, TOP, bottom)
    axis = Plot((10.0**LOWEST, 10.0**HIGHEST), (1, 10), ("", ""), is_log=True, box=box)
    words = (
        "A row for each layer. In it a histogram of the sizes of all its gradients, on a "
        "logarithmic axis, with exactly 0 at the far left, and a mark at the median."
    )
    return picture(
        name,
        words,
        (660, bottom + 56),
        text(LEFT + BIN, TOP - 14, "share of the gradients that have this size", "quiet"),
        *[axis.x_tick(words, at) for words, at in axis.x.ticks().items()][1:],  # 0 is there
        text(LEFT + BIN / 2, bottom + 18, "0", "tick x"),
        text(RIGHT, bottom + 40, "size of a gradient", "quiet y"),
        *(row(layer) for layer in range(layers)),
        style=f".autograd-plot {{{STYLE}}}",
    )


def row(layer: int) -> list[str]:
    """The base line of a layer, its name, its bars and its median."""
    base = TOP + ROW * (layer + 1)
    parts: list[str] = [
        segment((LEFT, base, RIGHT, base), "here"),
        text(LEFT - 10, base - 12, f"layer {layer + 1}", "y"),
    ]
    for place in range(BINS + 1):
        at = {"x": LEFT + place * BIN + 1, "width": BIN - 2, "y": base, "height": 0}
        shape = {key: f"{value:.1f}" for key, value in at.items()}
        parts.append(plain_rectangle(f"b{layer}-{place}", "bar", **shape))
    return [*parts, segment((LEFT, base - ROW + 6, LEFT, base), "middle", f"m{layer}")]


def frame(title: str, layers: Sequence[np.ndarray]) -> Frame:
    """One moment in the picture and in words."""
    attrs: dict[str, dict[str, str | None]] = {}
    lines: list[Words] = []
    for layer, sizes in enumerate(layers):
        base, shares = TOP + ROW * (layer + 1), shares_of(sizes)
        for place, share in enumerate(shares):
            height = round((ROW - 8) * share / max(shares), 1)
            attrs[f"b{layer}-{place}"] = {"y": f"{base - height:g}", "height": f"{height:g}"}
        middle = float(np.median(sizes))
        x = f"{LEFT + (place_of(middle) + 0.5) * BIN:.1f}"
        attrs[f"m{layer}"] = {"x1": x, "x2": x}
        zero = f", {shares[0]:.0%} exactly 0" if shares[0] else ""
        largest = number(float(np.max(sizes)))
        lines.append((f"layer {layer + 1}", f"median {number(middle)}, largest {largest}{zero}"))
    return Frame(title=title, lines=lines, attrs=attrs)


def shares_of(sizes: np.ndarray) -> list[float]:
    """Which share of the sizes is 0, and which lies in each bin after that."""
    places = [place_of(size) for size in sizes.tolist()]
    return (np.bincount(places, minlength=BINS + 1) / len(places)).tolist()


def place_of(size: float) -> int:
    """The number of the bin, 0 for exactly 0; then one for each power of ten."""
    if size == 0:
        return 0
    power = math.log10(size) if math.isfinite(size) else HIGHEST
    return 1 + min(max(math.floor(power - LOWEST), 0), BINS - 1)
