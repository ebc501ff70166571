"""How large the gradient of each leaf is, as bars and in words."""

import math
from typing import Any

from .. import frameworks
from ..frameworks import EVERYTHING
from ..frameworks.sketch import Unkept, norm_of
from .chart import Box, Plot, picture, plain_rectangle, text
from .drawing import Drawing
from .graph import accounts, graph_of, names, plain, takes_gradient, told_apart
from .svg import Svg, width_of
from .words import counted, shortened

MOST_ROWS = 60  # of more leaves each module has one row
LEFT, WIDE, TOP, ROW, RIGHT = 190.0, 330.0, 44.0, 20.0, 130.0
FONT = 13.0
NEVER = -1.0  # in place of a size: no gradient came
STYLE = """\
.autograd-plot {
.bar {fill: var(--ag-operand)}
.none {fill: var(--ag-result); font-weight: 600}
}
"""


def draw_gradient_sizes(root: Any, model: Any = None) -> Drawing:
    """The size of the gradient that each leaf receives from `root`: a bar on a logarithmic axis.

    The size is the root of the sum of the squares. What is exactly 0, not finite, or reached by no
    edge is said. Of a tensor of PyTorch `model` gives the names, and a real backward pass the
    gradients; leaves are in the order in which they were used. Of more than 60 each module has one
    row.
    """
    root = told_apart(root, model, EVERYTHING if frameworks.is_of_torch(root) else "")
    nodes, _ = graph_of(root)
    named = names(nodes)
    known = [*accounts(root)][-1]
    leaves = [value for value in nodes if not value.operands and takes_gradient(value)]
    leaves.sort(key=lambda leaf: getattr(leaf, "when", 0.0))
    found = [(named[leaf], known.gradient.get(leaf)) for leaf in leaves]
    found += [(plain(name), None) for name in getattr(root, "unreached", ())]
    sizes: dict[str, list[float]] = {}
    for name, gradient in found:
        row = name.rpartition(".")[0] or name if len(found) > MOST_ROWS else name
        sizes.setdefault(row, []).append(NEVER if gradient is None else size_of(gradient))
    rows = {name: together(parts) for name, parts in sizes.items()}
    title = f"Size of the gradients behind {named[root]}"
    kind = "module" if len(found) > MOST_ROWS else "leaf"
    count = counted(len(rows), kind, "leaves" if kind == "leaf" else "")
    lines = [f"{title}: {count}.", *(f"{name}: {words}" for name, (_, words) in rows.items())]
    return Drawing(svg(title, rows, "\n".join(lines)), "\n".join(lines))


def size_of(gradient: Any) -> float:
    """The root of the sum of the squares; nan where a number is not finite."""
    if getattr(gradient, "missing", 0) or isinstance(gradient, Unkept):
        return math.nan
    size = norm_of(gradient)
    return size if math.isfinite(size) else math.nan


def together(parts: list[float]) -> tuple[float, str]:
    """The size of several gradients as one, and what is said of it."""
    came = [part for part in parts if part != NEVER]
    if not came:
        return 0.0, "no edge leads here: detached, or never used"
    if any(map(math.isnan, came)):
        return math.nan, "not finite"
    size = math.hypot(*came)
    words = f"{size:.4g}" if size else "exactly 0"
    missing = len(parts) - len(came)
    return size, f"{words}, and no edge leads to {missing} more" if missing else words


def svg(title: str, rows: dict[str, tuple[float, str]], words: str) -> Svg:
    """The bars, with the words of each beside it."""
    known = [size for size, _ in rows.values() if size > 0 and math.isfinite(size)] or [1.0]
    low = 10.0 ** (math.floor(math.log10(min(known))) - 1)
    high = 10.0 ** math.ceil(math.log10(max(known)) + 1e-9)
    bottom = TOP + ROW * len(rows)
    plot = Plot(
        (low, high), (1, 10), ("", ""), is_log=True, box=Box(LEFT, LEFT + WIDE, TOP, bottom)
    )
    parts: list[str] = [plot.x_tick(tick, at) for tick, at in plot.x.ticks().items()]
    widest = 0.0
    for place, (name, (size, told)) in enumerate(rows.items()):
        y = TOP + ROW * place
        parts.append(text(LEFT - 10, y + 14, shortened(name), "y"))
        end = LEFT
        if size > 0:
            end = plot.x.pixel(size)
            shape = {"x": LEFT, "y": y + 4, "width": end - LEFT, "height": ROW - 8}
            written = {key: f"{number:.1f}" for key, number in shape.items()}
            parts.append(plain_rectangle("", "bar", **written))
        parts.append(text(end + 8, y + 14, told, "" if size > 0 else "none"))
        widest = max(widest, end + 8 + width_of(told) * FONT)
    parts.append(text(LEFT + WIDE, bottom + 38, "size of the gradient", "quiet y"))
    parts.append(text(LEFT, TOP - 18, title, "quiet"))
    extent = (max(LEFT + WIDE + RIGHT, widest + 10), bottom + 52)
    return picture(title, words, extent, *parts, style=STYLE)
