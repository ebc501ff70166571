"""The picture of a graph, by our own layout or by Graphviz, and the same in words.

A picture is a function of the graph and of what is known after some backward steps, and of nothing
else. Every label is escaped on its way into SVG or DOT: it is shown as it is, and never run.
"""

import html
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..frameworks.recorded import Recorded
from ..numpy_or_not import np
from ..value import symbol_of
from . import heatmap
from .graph import (
    Edge,
    Known,
    accounts,
    graph_of,
    names,
    partials_of,
    plain,
    takes_gradient,
    told_apart,
)
from .layout import Point, Size, layered
from .svg import (
    MONO,
    Element,
    Parts,
    Svg,
    classes,
    curve,
    document,
    escape,
    group,
    image,
    named,
    palette,
    rectangle,
    text,
    text_of,
    width_of,
)
from .words import counted, in_full, listed, number, shortened, signed

LARGEST = 400  # values in one picture: beyond that nobody can read it
VJP = "VJP"  # stands on an edge whose partial is a function, a vector-Jacobian product


# Sizes in the picture, in pixels.
DATA_FONT, PARTIAL_FONT, NOTE_FONT = 14.0, 12.0, 11.0
BOX_HEIGHT, NOTE_HEIGHT = 46.0, 18.0
OP_SIZE, OP_GAP, LABEL_HEIGHT = 28.0, 12.0, 38.0
MARGIN = 10.0


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


def draw(root: Any, steps: int | None = None, model: Any = None, opened: str = "") -> Drawing:
    """The graph behind `root` with the gradients its values hold now.

    With `steps`, the gradients after so many steps of the backward pass instead, counted as in
    `step_through`: 0 is before it, 1 is its seed. No value is changed. Of a tensor of PyTorch the
    gradients are those of one backward pass; `model` and `opened` are as in `step_through`.
    """
    root = told_apart(root, model, opened)
    if steps is None:
        picture, known = Picture(root), None
    else:
        account = steps_of(root)
        if not 0 <= steps < len(account):
            raise ValueError(f"steps is {steps}; this graph has steps 0 to {len(account) - 1}")
        picture, known = Picture(root, account), account[steps]
    return Drawing(picture.svg(known), picture.words(known))


def steps_of(root: Any) -> list[Known]:
    """What is known before, during and after the backward pass from `root`, for a picture."""
    fitting(root)
    with np.errstate(all="ignore"):  # what is nan or infinite stands in the picture
        return list(accounts(root))


class Picture:
    """A graph laid out once, to be drawn after any number of backward steps.

    Elements have ids: `n2` is the box of the value at place 2 of the topological order, `n2-grad`
    and `n2-note` are texts in it; `e4` is the line of edge 4, `e4-contribution` the text below it.
    Before them stands `prefix`, where one SVG holds several pictures.
    """

    def __init__(
        self,
        root: Any,
        account: Sequence[Known] = (),
        others: Sequence[Any] = (),
        prefix: str = "",
    ):
        """Lay out the graph behind `root` and `others`, with room for the numbers in `account`."""
        self.nodes, self.edges = fitting(*others, root)
        self.root, self.has_steps = root, bool(account)
        self.names = names(self.nodes)
        self.title = f"Graph of {self.names[root]}"
        self.edge_ids = [f"{prefix}e{place}" for place in range(len(self.edges))]
        self.ids = {value: f"{prefix}n{place}" for place, value in enumerate(self.nodes)}
        self.place_of_edge = {(edge.result, edge.index): at for at, edge in enumerate(self.edges)}
        self.panels = heatmap.panels_of(self.ids, self.names, account)

        gradients = {value: [gradient_of(value)] for value in self.nodes}
        for known in account[1:]:
            for receiver in [known.step.operand] if known.step else known.gradient:
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
        return self.look_of(self.nodes, range(len(self.edges)), known)

    def look_after(self, before: Known, known: Known) -> Look:
        """What may look other than `before`: the edges of both steps, with their ends.

        So a long pass has short frames.
        """
        steps = [step for step in (before.step, known.step) if step]
        ends = dict.fromkeys(value for step in steps for value in (step.result, step.operand))
        places = [self.place_of_edge[step.result, step.index] for step in steps]
        return self.look_of([self.root, *ends], places, known)

    def look_of(self, values: Iterable[Any], places: Iterable[int], known: Known | None) -> Look:
        """The texts and classes of some values, and of the edges at these places."""
        look = Look({}, {}, {})
        for value in dict.fromkeys(values):
            id_ = self.ids[value]
            if panel := self.panels.get(value):
                gradient = known.gradient.get(value) if known else gradient_held_by(value)
                look.attrs.update(panel.look(gradient))
            elif takes_gradient(value):
                look.texts[f"{id_}-grad"] = gradient_of(value, known)
            if known is not None:
                words = note(value, known, value is self.root)
                look.texts[f"{id_}-note"], look.classes[id_] = words
        if known is None:
            return look
        for place in places:
            id_, edge = self.edge_ids[place], self.edges[place]
            look.texts[f"{id_}-contribution"] = signed(known.crossed.get(edge))
            look.classes[id_] = state(edge, known)
        return look

    def svg(self, known: Known | None = None, is_base: bool = False, style: str = "") -> Svg:
        """The picture after the steps in `known`, or with the gradients the values hold.

        The base of a player has no classes that change: its frames add them, with rules in `style`.
        """
        look = self.look(known)._replace(classes={}) if is_base else self.shown(known)
        style = GRAPH_STYLE + (heatmap.STYLE if self.panels else "") + style
        corner, size = self.extent()
        parts = self.elements(look)
        words = self.words(known)
        return document("autograd-graph", self.title, words, size, style, parts, corner)

    def shown(self, known: Known | None = None) -> Look:
        """What is seen in a picture that has no further frames: one map for each gradient."""
        look = self.look(known)
        seen = {id_: attrs for id_, attrs in look.attrs.items() if not attrs["display"]}
        return look._replace(attrs=seen)

    def extent(self) -> tuple[Point, Size]:
        """The left upper corner of the picture, and its size."""
        width, height = (round(side + 2 * MARGIN) for side in self.layout.size)
        top = -MARGIN
        if self.has_steps:  # boxes have room for notes below them, and needlessly as much above
            places = zip(self.layout.nodes, self.box_heights, strict=True)
            highest = min(place.y - tall / 2 for place, tall in places)
            blank = min([highest] + [place.y - LABEL_HEIGHT / 2 for place in self.layout.labels])
            top, height = top + blank, height - round(blank)
        if self.panels:
            width = max(width, round(heatmap.LEGEND_WIDTH + 2 * MARGIN))
            height += round(heatmap.LEGEND_HEIGHT)
        return Point(-MARGIN, top), Size(width, height)

    def elements(self, look: Look | None = None) -> Iterator[Parts]:
        """Every line and every box, and below them what the cells of arrays say."""
        look = self.shown() if look is None else look
        yield from (self.line(place, look) for place in range(len(self.edges)))
        yield from (self.box(place, look) for place in range(len(self.nodes)))
        if self.panels:
            corner, size = self.extent()
            bottom = corner.y + size.height
            yield heatmap.legend(0.0, bottom - heatmap.LEGEND_HEIGHT - MARGIN)

    def line(self, place: int, look: Look) -> list[Parts]:
        """The line of one edge: its partial above, its contribution below, a head at each end."""
        edge, points = self.edges[place], self.layout.lines[place]
        start, end, label = points[0], points[-1], self.layout.labels[place]
        operand, result = self.names[edge.operand], self.names[edge.result]
        partial, id_ = partial_of(edge), self.edge_ids[place]
        tip = f"d{result}/d{operand} = {partial}" if partial else f"{operand} to {result}"
        if partial == VJP:
            tip = f"d{result}/d{operand}: a function of the gradient, a vector-Jacobian product"
        parts = [
            f"<title>{escape(tip)}</title>",
            f'<path class="line" d="{curve(points)}"/>',
            f'<path class="head" d="M{end.x - 8:.1f} {end.y - 4:.1f}l8 4l-8 4z"/>',
            text(label.x, label.y - 5, partial, "partial"),
        ]
        below = look.texts.get(f"{id_}-contribution")
        if below is not None:
            parts += [
                f'<path class="back" d="M{start.x + 12:.1f} {start.y - 7:.1f}l-12 7l12 7z"/>',
                text(label.x, label.y + 14, below, "contribution", f"{id_}-contribution"),
            ]
        return group(named(id_, classes("edge", look.classes.get(id_))), *parts)

    def box(self, place: int, look: Look) -> list[Parts]:
        """The box of one value, with the op that made it on its left."""
        value, id_ = self.nodes[place], self.ids[self.nodes[place]]
        centre, width, op = self.layout.nodes[place], self.box_widths[place], self.op_widths[place]
        left, height = centre.x + (op and op + OP_GAP) / 2 - width / 2, self.box_heights[place]
        top, middle = centre.y - height / 2, left + width / 2
        parts: list[Parts] = [f"<title>{escape(self.sentence(value))}</title>"]
        if op:
            parts += [
                f'<path class="own" d="M{left - OP_GAP:.1f} {centre.y:.1f}h{OP_GAP:g}"/>',
                rectangle(left - OP_GAP - op, centre.y - OP_SIZE / 2, op, OP_SIZE, "op"),
                text(left - OP_GAP - op / 2, centre.y + 5, symbol(value), "symbol"),
            ]
        name = f'<tspan class="name">{escape(shortened(self.names[value]))}</tspan>'
        named_number = f"{name} = {escape(number(value.data))}"
        parts.append(rectangle(left, top, width, height, "box"))
        gradient = look.texts.get(f"{id_}-grad")
        if panel := self.panels.get(value):
            shape = f'<tspan class="quiet">{heatmap.shape_of(value.data)}</tspan>'
            parts.append(text_of(middle, top + 19, f"{name} {shape}"))
            parts.append(panel.parts(middle - panel.width / 2, top, look.attrs))
        elif gradient:
            parts.append(text_of(middle, top + 19, named_number))
            sum_so_far = Element("tspan", named(f"{id_}-grad"), gradient)
            word = '<tspan class="quiet">grad</tspan> '
            parts.append(text_of(middle, top + 37, word, sum_so_far))
        else:
            parts.append(text_of(middle, top + 28, named_number))
        if f"{id_}-note" in look.texts:
            words = look.texts[f"{id_}-note"]
            parts.append(text(middle, top + height + 13, words, "note", f"{id_}-note"))
        return group(named(id_, classes("value", look.classes.get(id_))), *parts)

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


def fitting(*roots: Any) -> tuple[list, list[Edge]]:
    """The graph behind the roots, refused where it is too large for a picture."""
    nodes, edges = graph_of(*roots)
    if len(nodes) > LARGEST:
        raise ValueError(
            f"this graph has {len(nodes):,} values; a picture holds at most {LARGEST}; "
            + (
                "give model=, whose modules become boxes, and opened= with the name of one of them"
                if isinstance(roots[-1], Recorded)
                else "draw a part of it, such as one neuron or the loss of one example"
            )
        )
    return nodes, edges


def symbol(value: Any) -> str:
    """The symbol of the op that made `value`; a question mark where a result has none."""
    op = symbol_of(value)
    return plain(getattr(op, "__name__", op)) or "?" if value.operands else ""


def partial_of(edge: Edge) -> str:
    """The partial on `edge`, where its result holds one."""
    partials = partials_of(edge.result)
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


def op_width(value: Any) -> float:
    """The width of the box of an op, 0 where a value has none."""
    return max(OP_SIZE, width_of(symbol(value)) * DATA_FONT + 16.0) if value.operands else 0.0
