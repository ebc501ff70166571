"""The graph of the gradient: how the way back leaves a graph of its own, step by step."""

from collections.abc import Callable, Iterable
from itertools import starmap
from typing import Any

from ...pictures.drawing import Look, Picture
from ...pictures.graph import graph_of, names
from ...pictures.words import counted, listed
from ...value import Step, Value, partials_as_values, topological_order, walk_back
from ..player import Frame, Player, Words

STYLE = """\
.autograd-graph {
.way-back .box {stroke-dasharray: 5 4}
.new .box {fill: var(--ag-operand-box); stroke: var(--ag-operand); stroke-width: 4}
.crossed-now .box {fill: var(--ag-result-box); stroke: var(--ag-result); stroke-width: 4}
}
"""


class GrowingPicture(Picture):
    """A graph of which only some values are shown, without the numbers of a backward pass."""

    def look(self, known: Any = None) -> Look:
        """No gradients: they are boxes of their own here."""
        return Look({f"{id_}-grad": "" for id_ in self.ids.values()}, {})

    def frame(self, title: str, lines: Iterable[Words], shown: set, classes: dict) -> Frame:
        """The values in `shown`, with the edges between them."""
        hidden = [id_ for value, id_ in self.ids.items() if value not in shown]
        hidden += [f"e{at}" for at, edge in enumerate(self.edges) if edge.result not in shown]
        looks = {self.ids[value]: look for value, look in classes.items() if value in self.ids}
        attrs: dict[str, dict[str, str | None]] = {id_: {"display": "none"} for id_ in hidden}
        return Frame(title, list(lines), classes=looks, attrs=attrs)


def gradient_graph(f: Callable, x: float) -> Player:
    """A player: step 0 is the graph of y = f(x); each step back adds the values that it computes.

    At the end stands the graph of dy/dx, which can be differentiated again. What the pass computes
    for the gradients of constants is left out.
    """
    start = Value(x, "x")
    y = Value.of(f(start))
    y.label = y.label or "y"
    forward = graph_of(y)[0]
    if start not in forward:
        raise ValueError(
            "the result does not depend on x; compute it from x, with operators and methods"
        )
    gradient, grown = walked_back(y, forward)
    slope = gradient[start]
    graph = GrowingPicture(slope, others=(y,))
    shown, was = set(forward), "The way back has not begun."
    frames = [graph.frame("the graph of y", [graph.sentence(y), was], shown, {})]
    for step, behind in grown:
        new = [value for value in graph.nodes if value in behind and value not in shown]
        shown.update(new)
        if new:
            frames.append(step_frame(graph, step, new, shown, set(forward)))
    frames.append(last_frame(graph, slope, y, set(forward)))
    name = f"How the graph of {graph.names[slope]} comes about"
    return Player(graph.svg(style=STYLE), frames, name)


def walked_back(y: Value, forward: list) -> tuple[dict, list[tuple[Step, set]]]:
    """The gradients of `y` as Values, and for each step what stands behind what it delivered."""
    called = names(forward)
    gradient = {y: Value(1.0, f"d{called[y]}/d{called[y]}")}
    received: dict[Value, list] = {value: [] for value in forward}
    grown = []
    for step in starmap(Step, walk_back(y, gradient, partials_as_values)):
        sums = received[step.operand]
        name, so_far = f"d{called[y]}/d{called[step.operand]}", gradient[step.operand]
        if sums:
            many = f"parts 1 to {len(sums)}" if sums[1:] else "part 1"
            sums[-1].label = f"{name}, {many}"
            step.contribution.named(f"{name}, part {len(sums) + 1}")  # type: ignore[attr-defined]
        so_far.label = name
        sums.append(so_far)
        grown.append((step, set(topological_order(so_far))))
    return gradient, grown


def step_frame(graph: GrowingPicture, step: Step, new: list, shown: set, forward: set) -> Frame:
    """One edge crossed on the way back, and the values that this computed."""
    result, operand = graph.names[step.result], graph.names[step.operand]
    used = dict.fromkeys(
        operand for value in new for operand in value.operands if operand in forward
    )
    lines: list[Words] = [("computed", graph.sentence(value)) for value in new]
    if used:
        lines.append(("connected with", listed(graph.names[value] for value in used)))
    in_order = [value for value in graph.nodes if value in shown]  # a set has none
    looks = way_back(in_order, forward) | {value: "way-back new" for value in new}
    looks |= {step.result: "crossed-now", step.operand: "crossed-now"}
    title = f"back from {result} to {operand}: {counted(len(new), 'new value')}"
    return graph.frame(title, lines, shown, looks)


def last_frame(graph: GrowingPicture, slope: Value, y: Value, forward: set) -> Frame:
    """The whole graph, and what it can be used for."""
    size, before = len(topological_order(slope)), len(topological_order(y))
    lines = [
        graph.sentence(slope),
        f"{counted(size, 'value')} stand behind it, itself among them; behind y there are "
        f"{before}.",
        "It is a value like any other: it can be differentiated again.",
    ]
    looks = way_back(graph.nodes, forward) | {slope: "way-back new"}
    return graph.frame(f"the graph of {graph.names[slope]}", lines, set(graph.nodes), looks)


def way_back(values: Iterable, forward: set) -> dict:
    """The look of the values that the forward pass did not make."""
    return {value: "way-back" for value in values if value not in forward}
