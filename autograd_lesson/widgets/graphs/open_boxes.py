"""A large graph as a few boxes, each of which opens."""

from collections.abc import Mapping
from typing import Any

from ...pictures import heatmap
from ...pictures.collapse import collapsed
from ...pictures.drawing import GRAPH_STYLE, Picture
from ...pictures.graph import told_apart
from ...pictures.svg import document
from ...pictures.words import counted
from ..player import Frame, Player

HIDDEN = ' display="none"'


def open_boxes(root: Any, groups: Mapping[str, Any]) -> Player:
    """A player: step 0 is the graph with every group in one box, then each box is opened in turn.

    `groups` is that of `collapsed`. No value is changed.
    """
    titles = ["every box closed", *(f"{name} opened" for name in groups)]
    levels = [
        Picture(told_apart(collapsed(root, groups, opened)), prefix=f"level{place}-")
        for place, opened in enumerate(("", *groups))
    ]
    frames = []
    for place, (title, level) in enumerate(zip(titles, levels, strict=True)):
        shown = {
            f"level{other}": {"display": None if other == place else "none"}
            for other in range(len(levels))
        }
        (left, top), (width, height) = level.extent()
        size: dict[str, str | None] = {"width": f"{width:g}", "height": f"{height:g}"}
        box = {"viewBox": f"{left:g} {top:g} {width:g} {height:g}"}
        ground = {"x": f"{left:g}", "y": f"{top:g}"}
        attrs = {"whole": size | box, "whole-ground": size | ground, **shown}
        frames.append(Frame(title, level.words().splitlines(), attrs=attrs))
    name = f"{levels[0].title} in {counted(len(groups), 'box', 'boxes')}"
    return Player(stacked(levels, name), frames, name)


def stacked(levels: list[Picture], name: str) -> str:
    """All pictures in one, the first of them shown."""
    corner, size = levels[0].extent()
    parts = [
        f'<g id="level{place}"{"" if place == 0 else HIDDEN}>{"".join(level.elements())}</g>\n'
        for place, level in enumerate(levels)
    ]
    style = GRAPH_STYLE + (heatmap.STYLE if any(level.panels for level in levels) else "")
    return document("autograd-graph", name, levels[0].words(), size, style, parts, corner, "whole")
