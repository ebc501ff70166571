"""Both directions on one graph: a tangent pushed forward, then the gradients pulled back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...pictures.drawing import Look, Picture, steps_of
from ...pictures.graph import Edge, Known, check_numbers, partials_of
from ...pictures.svg import width_of
from ...pictures.words import in_brackets, listed, number, signed
from ..player import Frame, Player, Words
from . import stepper

STYLE = """\
.autograd-graph {
.pushed .line {stroke: var(--ag-result); stroke-width: 2}
.pushed .head {fill: var(--ag-result)}
.pushes .line {stroke-width: 4}
.pushed .contribution {fill: var(--ag-result)}
.result .note, .operand .note {fill: var(--ag-quiet); font-weight: 400}
.moves .box {stroke: var(--ag-result); stroke-width: 2.5; fill: var(--ag-result-box)}
.moves .note {fill: var(--ag-result); font-weight: 700}
}
"""


def two_sweeps(root: Any, direction: Mapping[Any, float]) -> Player:
    """A player of two sweeps over the graph behind `root`: forward, and then back.

    `direction` says how fast the inputs move, such as {a: 1.0}; others stand still. The forward
    sweep gives each value its tangent, how fast it moves then. The sweep back is that of
    `step_through`. No value is changed.
    """
    account = steps_of(root)
    nodes = list(account[0].owed)
    refuse_what_cannot_be_pushed(nodes, direction)
    tangents, pushed = push(nodes, direction)
    picture = Picture(root, [*account, with_room_for(pushed, account[-1])])
    forward = forward_frames(picture, account[0], direction, tangents, pushed)
    back = [
        Frame(
            f"back: {stepper.title(picture, known)}",
            stepper.lines(picture, known),
            *with_tangents(picture.look(known), picture, tangents),
        )
        for known in account[1:]
    ]
    crossed = {f"e{place}": "crossed" for place in range(len(picture.edges))}
    look = picture.look(account[-1])._replace(classes=crossed)
    last = with_tangents(look, picture, tangents)
    end = Frame("both sweeps meet", comparison(picture, account[-1], direction, tangents), *last)
    svg = picture.svg(account[0], is_base=True, style=STYLE)
    name = f"Two sweeps over the graph of {picture.names[root]}"
    return Player(svg, [*forward, *back, end], name)


def refuse_what_cannot_be_pushed(nodes: list, direction: Mapping[Any, float]) -> None:
    """Refuse arrays, and a direction in which something moves that is no input."""
    check_numbers(nodes, "two_sweeps")
    inputs = {value for value in nodes if not value.operands}
    if not direction or any(value not in inputs for value in direction):
        given = listed([getattr(v, "label", "") or "a value" for v in direction] or ["nothing"])
        raise ValueError(
            f"the direction moves {given}; it must move at least one input of this graph and "
            "nothing else, as {a: 1.0} does"
        )


def push(nodes: list, direction: Mapping[Any, float]) -> tuple[dict[Any, float], dict[Edge, float]]:
    """The tangent of each value, and what each edge brings to it."""
    tangents: dict[Any, float] = {}
    pushed: dict[Edge, float] = {}
    for value in nodes:
        pairs = enumerate(zip(value.operands, partials_of(value), strict=True))
        brought = {
            Edge(operand, value, index): partial * tangents[operand]
            for index, (operand, partial) in pairs
        }
        pushed |= brought
        tangents[value] = sum(brought.values()) if brought else float(direction.get(value, 0.0))
    return tangents, pushed


def with_room_for(pushed: dict[Edge, float], known: Known) -> Known:
    """The end of the sweep back, with the wider of both amounts on each edge."""
    amounts = {
        edge: max(amount, pushed[edge], key=lambda x: width_of(signed(x)))
        for edge, amount in known.crossed.items()
    }
    return known._replace(crossed=amounts)


def forward_frames(
    picture: Picture,
    start: Known,
    direction: Mapping[Any, float],
    tangents: dict[Any, float],
    pushed: dict[Edge, float],
) -> list[Frame]:
    """The graph at rest, the direction, and one frame for each result, operands before results."""
    names, inputs = picture.names, [value for value in picture.nodes if not value.operands]
    root = names[picture.root]
    rest = picture.look(start)._replace(classes={})
    still = {id_: "" for id_ in rest.texts if id_.endswith("-note")}
    rest = rest._replace(texts={**rest.texts, **still})
    moving = listed(f"{names[value]} at {number(speed)}" for value, speed in direction.items())
    frames = [
        Frame("at rest", [f"Forward: move {moving}. How fast does {root} move then?"], *rest),
        Frame(
            f"the direction: {moving}",
            [("tangents", listed(f"{names[value]} {number(tangents[value])}" for value in inputs))],
            *going_forward(rest, picture, tangents, inputs, {}, inputs),
        ),
    ]
    done, crossed = list(inputs), dict[Edge, float]()
    for value in picture.nodes:
        if not value.operands:
            continue
        brought = {edge: amount for edge, amount in pushed.items() if edge.result is value}
        done, crossed = [*done, value], {**crossed, **brought}
        look = going_forward(rest, picture, tangents, done, crossed, [value])
        frames.append(
            Frame(
                f"forward: {names[value]} moves at {number(tangents[value])}",
                forward_lines(picture, value, brought, tangents),
                *look,
            )
        )
    return frames


def going_forward(
    rest: Look,
    picture: Picture,
    tangents: dict[Any, float],
    done: list,
    crossed: dict[Edge, float],
    now: list,
) -> Look:
    """The picture when the values in `done` have their tangents, and those in `now` just got it."""
    texts, classes = dict(rest.texts), {picture.ids[value]: "moves" for value in now}
    for value in done:
        texts[f"{picture.ids[value]}-note"] = tangent_note(tangents[value])
    for place, edge in enumerate(picture.edges):
        if edge in crossed:
            texts[f"e{place}-contribution"] = signed(crossed[edge])
            classes[f"e{place}"] = "pushed pushes" if edge.result in now else "pushed"
    return Look(texts, classes, rest.attrs)


def with_tangents(look: Look, picture: Picture, tangents: dict[Any, float]) -> Look:
    """A step of the sweep back, with the tangents kept below the boxes."""
    notes = {f"{id_}-note": tangent_note(tangents[value]) for value, id_ in picture.ids.items()}
    return look._replace(texts={**look.texts, **notes})


def tangent_note(tangent: float) -> str:
    """What stands below a box."""
    return f"tangent {number(tangent)}"


def forward_lines(
    picture: Picture, value: Any, brought: dict[Edge, float], tangents: dict[Any, float]
) -> list[Words]:
    """How the tangent of a result comes about."""
    names = picture.names
    products = " + ".join(
        f"{in_brackets(value.partials[edge.index])} × {in_brackets(tangents[edge.operand])}"
        for edge in brought
    )
    sums = " + ".join(in_brackets(amount) for amount in brought.values())
    parts = [products, *([sums] if len(brought) > 1 else []), number(tangents[value])]
    found: list[Words] = [
        (f"{names[value]}.tangent", " = ".join(parts)),
        "Each operand brings partial × its tangent.",
    ]
    if value is picture.root:
        found.append(f"One sweep, one number: how fast {names[value]} moves in this direction.")
    return found


def comparison(
    picture: Picture, known: Known, direction: Mapping[Any, float], tangents: dict[Any, float]
) -> list[Words]:
    """What the two sweeps say about the same graph."""
    names, root = picture.names, picture.names[picture.root]
    terms = " + ".join(
        f"{in_brackets(known.gradient.get(value, 0.0))} × {in_brackets(speed)}"
        for value, speed in direction.items()
    )
    gradients = listed(
        f"{names[value]} {number(known.gradient.get(value, 0.0))}"
        for value in picture.nodes
        if not value.operands
    )
    return [
        ("forward", f"{root} moves at {number(tangents[picture.root])} in this one direction"),
        ("back", f"the gradients of every input: {gradients}"),
        (
            "the same number",
            f"gradient × speed, summed: {terms} = {number(tangents[picture.root])}",
        ),
    ]
