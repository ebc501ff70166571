"""A large graph as a few boxes, each of which opens."""

from typing import Any

from ... import frameworks
from ...pictures import heatmap
from ...pictures.collapse import collapsed
from ...pictures.drawing import GRAPH_STYLE, LARGEST, Picture
from ...pictures.graph import graph_of, told_apart
from ...pictures.svg import Svg, document, group, named
from ...pictures.words import counted, listed
from ..player import Frame, Player

HIDDEN = {"display": "none"}


def open_boxes(root: Any, groups: Any, inside: str = "") -> Player:
    """A player: step 0 is the graph with every group in one box, then each box is opened in turn.

    `groups` is that of `collapsed`. No value is changed. Of a tensor of PyTorch it is the
    torch.nn.Module, whose modules are the boxes, one in another; with `inside`, the name of one of
    them, only that and what is in it is opened.
    """
    if frameworks.is_of_torch(root):
        roots = dict(frameworks.read_boxes(root, groups, inside))
    else:
        roots = {opened: told_apart(collapsed(root, groups, opened)) for opened in ("", *groups)}
    levels: list[Picture] = []
    titles, left_out = [], []
    for opened, shown in roots.items():
        if len(graph_of(shown)[0]) > LARGEST:
            left_out.append(opened)
            continue
        levels.append(Picture(shown, prefix=f"level{len(levels)}-"))
        titles.append(f"{opened} opened" if opened else "every box closed")
    if not levels:
        raise ValueError(
            f"this graph has more than {LARGEST} values in every box; name smaller groups"
        )
    words = [f"Too large for a picture, and not opened: {listed(left_out)}."] if left_out else []
    frames = []
    for place, (title, level) in enumerate(zip(titles, levels, strict=True)):
        shown_level = {
            f"level{other}": {"display": None if other == place else "none"}
            for other in range(len(levels))
        }
        (left, top), (width, height) = level.extent()
        size: dict[str, str | None] = {"width": f"{width:g}", "height": f"{height:g}"}
        box = {"viewBox": f"{left:g} {top:g} {width:g} {height:g}"}
        ground = {"x": f"{left:g}", "y": f"{top:g}"}
        attrs = {"whole": size | box, "whole-ground": size | ground, **shown_level}
        frames.append(Frame(title, [*level.words().splitlines(), *words], attrs=attrs))
    name = f"{levels[0].title} in {counted(len(roots) - 1, 'box', 'boxes')}"
    player = Player(stacked(levels, name), frames, name)
    player.widest = max(level.extent()[1].width for level in levels)
    return player


def stacked(levels: list[Picture], name: str) -> Svg:
    """All pictures in one, the first of them shown."""
    corner, size = levels[0].extent()
    parts = [
        group(named(f"level{place}") | (HIDDEN if place else {}), level.elements())
        for place, level in enumerate(levels)
    ]
    style = GRAPH_STYLE + (heatmap.STYLE if any(level.panels for level in levels) else "")
    return document("autograd-graph", name, levels[0].words(), size, style, parts, corner, "whole")
