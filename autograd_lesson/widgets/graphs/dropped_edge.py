"""What if one edge of the backward pass were dropped: the gradients without it, beside the true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ... import frameworks
from ...frameworks.sketch import Sketch, norm_of
from ...numpy_or_not import np
from ...pictures.drawing import Look, Picture, steps_of
from ...pictures.graph import Edge, Known, accounts, graph_of, told_apart
from ...pictures.heatmap import is_array, is_short, written
from ...pictures.words import counted, listed, number
from ..player import Frame, Player, Words

STYLE = """\
.autograd-graph {
.dropped .line {stroke: var(--ag-result); stroke-width: 4; stroke-dasharray: 3 7}
.other .box {fill: var(--ag-result-box); stroke: var(--ag-result); stroke-width: 4}
}
"""


def drop_edge(
    root: Any, result: str, operand: str, which: int = 1, model: Any = None, opened: str = ""
) -> Player:
    """A player of two steps: the gradients as they are, and as they are without one edge.

    The edge goes back from `result` to `operand`, by the names that the stepper has for them; where
    several do, `which` counts them. The backward pass is done anew. Of a tensor of PyTorch it is a
    real one, and `model` and `opened` are as in `step_through`.
    """
    values = told_apart(root, model, opened)
    account = steps_of(values)
    picture = Picture(values, account)
    edge = edge_called(picture, result, operand, which)
    if frameworks.is_of_torch(root):
        delivered = edge.result.partials[edge.index]
        if delivered.edge is None:
            raise ValueError(
                f"{result} is one of the results of {operand}, and PyTorch has no edge between a "
                f"result and its own op; drop the edges to {result}, or those from {operand}"
            )
        without = frameworks.read(root, model, opened, delivered.edge)
        if arrangement(without) != arrangement(values):
            raise ValueError(
                f"without the edge from {result} to {operand} a function here starts another "
                "backward pass of its own, so that the two graphs cannot be laid side by side; "
                "drop another edge"
            )
        twin = dict(zip(graph_of(without)[0], picture.nodes, strict=True))
        last = [*accounts(without)][-1].gradient
        gradient = {twin[value]: x for value, x in last.items()}
    else:
        gradient = dict([*accounts(values, dropped=edge)][-1].gradient)
    true = account[-1]
    for value in picture.nodes:
        if value not in gradient and value in true.gradient:
            gradient[value] = nothing_like(true.gradient[value])
    known = Known(None, gradient, {}, dict.fromkeys(picture.nodes, ()))
    picture = Picture(values, [*account, known])
    others = [value for value in picture.nodes if is_other(true.gradient, gradient, value)]
    at = picture.ids
    look, end = (gradients_alone(picture.look(one)) for one in (known, true))
    words = {f"{at[value]}-note": "another gradient" for value in others}
    same = f"{len(true.gradient) - len(others)} of {counted(len(true.gradient), 'value')}"
    place = picture.edge_ids[picture.place_of_edge[edge.result, edge.index]]
    marked = dict.fromkeys((at[value] for value in others), "other") | {place: "dropped"}
    name = f"The gradients with and without the edge from {result} to {operand}"
    frames = [
        Frame("as it is", rows(picture, true.gradient, true.gradient), end.texts, {}, end.attrs),
        Frame(
            f"without the edge from {result} to {operand}",
            [
                *rows(picture, true.gradient, gradient),
                f"The gradient is the same as before, to the bit, at {same}.",
            ],
            look.texts | words,
            marked,
            look.attrs,
        ),
    ]
    return Player(picture.svg(account[0], is_base=True, style=STYLE), frames, name, step=1)


def gradients_alone(look: Look) -> Look:
    """The numbers in the boxes, with nothing said of the way there."""
    ends = ("-note", "-contribution")
    return look._replace(
        texts={id_: "" if id_.endswith(ends) else x for id_, x in look.texts.items()}
    )


def arrangement(root: Any) -> list[tuple]:
    """What each value is called and which are its operands, by their places in the order."""
    nodes, _ = graph_of(root)
    place = {value: number for number, value in enumerate(nodes)}
    return [(one.label, one.op, [place[operand] for operand in one.operands]) for one in nodes]


def edge_called(picture: Picture, result: str, operand: str, which: int) -> Edge:
    """The edge between two values by their names."""
    if not isinstance(which, int) or isinstance(which, bool):
        raise TypeError(
            f"which counts the edges of one name, from 1, and {which!r} is a "
            f"{type(which).__name__}; write which=1"
        )
    known = list(picture.names.values())
    for name in (result, operand):
        if name not in known:
            raise ValueError(f"no value is called {name!r}; there are {listed(known)}")
    found = [
        edge
        for edge in picture.edges
        if (picture.names[edge.result], picture.names[edge.operand]) == (result, operand)
    ]
    if not 1 <= which <= len(found):
        takes = [
            picture.names[e.operand] for e in picture.edges if picture.names[e.result] == result
        ]
        raise ValueError(
            f"{counted(len(found), 'edge')} from {result} to {operand}, and which is {which}; "
            f"{result} has edges to {listed(takes) if takes else 'nothing'}"
        )
    return found[which - 1]


def nothing_like(x: Any) -> Any:
    """The gradient where nothing arrives any more."""
    if isinstance(x, Sketch):
        return x._replace(
            cells=np.zeros_like(x.cells), least=0.0, mean=0.0, greatest=0.0, nonzero=0, norm=0.0
        )
    return np.zeros_like(x) if is_array(x) else 0.0


def is_other(true: Mapping[Any, Any], without: Mapping[Any, Any], value: Any) -> bool:
    """Are the two gradients of `value` not the same to the bit, as far as they are kept?"""
    if value not in true:
        return False
    one, other = true[value], without[value]
    if isinstance(one, Sketch):
        pairs: Any = zip(one[1:], other[1:], strict=True)
        return not all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)
    if isinstance(one, tuple):  # of several results, each of which is looked at
        return False
    return not np.array_equal(one, other, equal_nan=True)


def told(x: Any) -> str:
    """A gradient in a few words: its numbers, or its size."""
    if is_array(x):
        return written(x) if not isinstance(x, Sketch) and is_short(x) else f"size {norm_of(x):.4g}"
    return number(x)


def rows(picture: Picture, true: Mapping[Any, Any], without: Mapping[Any, Any]) -> list[Words]:
    """The gradient of each value, leaves first, and beside one that is another the true one."""
    found: list[Words] = []
    for value in sorted(picture.nodes, key=lambda value: bool(value.operands)):
        if value in true:
            now, before = told(without[value]), told(true[value])
            words = f"{now}, in place of {before}" if is_other(true, without, value) else now
            found.append((f"{picture.names[value]}.grad", words))
    return found
