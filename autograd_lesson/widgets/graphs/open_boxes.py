"""A large graph as a few boxes, each of which opens."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from ...pictures.collapse import collapsed
from ...pictures.drawing import Drawing, draw
from ..player import Frame, Player

STYLE = re.compile(r"<style>.*?</style>\n", re.DOTALL)
SIZE = re.compile(r' width="(\d+)" height="(\d+)"')
# What the pictures repeat: each has the same style, and counts its elements from 0.
REPEATED = re.compile(r' id="[^"]*"|<style>.*?</style>\n', re.DOTALL)


def open_boxes(root: Any, groups: Mapping[str, Any]) -> Player:
    """A player: step 0 is the graph with every group in one box, then each box is opened in turn.

    `groups` is that of `collapsed`. No value is changed.
    """
    titles = ["every box closed", *(f"{name} opened" for name in groups)]
    drawings = [draw(collapsed(root, groups, opened)) for opened in ("", *groups)]
    sizes = [SIZE.search(drawing.svg).groups() for drawing in drawings]  # type: ignore[union-attr]
    frames = []
    for place, (title, drawing) in enumerate(zip(titles, drawings, strict=True)):
        width, height = sizes[place]
        shown = {
            f"level{other}": {"display": None if other == place else "none"}
            for other in range(len(drawings))
        }
        size = {"width": width, "height": height, "viewBox": f"0 0 {width} {height}"}
        frames.append(Frame(title, drawing.words.splitlines(), attrs={"whole": size, **shown}))
    name = f"{drawings[0].words.partition(':')[0]} in {len(groups)} boxes"
    return Player(stacked(drawings, sizes[0], name), frames, name)


def stacked(drawings: list[Drawing], size: tuple[str, ...], title: str) -> str:
    """All pictures in one, the first of them shown."""
    width, height = size
    styles = [STYLE.search(drawing.svg)[0] for drawing in drawings]  # type: ignore[index]
    levels = [REPEATED.sub("", drawing.svg) for drawing in drawings]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="whole" class="autograd-graph" role="img" '
        f'aria-label="{escape(title)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n<title>{escape(title)}</title>\n'
        f"{max(styles, key=len)}"  # that of arrays has more
        f'<g id="level0">{levels[0]}</g>\n'
        + "".join(
            f'<g id="level{place}" display="none">{level}</g>\n'
            for place, level in enumerate(levels[1:], 1)
        )
        + "</svg>\n"
    )
