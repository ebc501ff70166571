"""The nan finder: which number behind a value was the first to become nan or infinite."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ...pictures.graph import Known, accounts
from ...pictures.words import counted, listed, number
from ..player import Frame, Line, Player
from .paths import PathPicture, with_style
from .stepper import in_brackets

FIND_STYLE = """\
.autograd-graph {
.looking .box {stroke: var(--ag-operand); stroke-width: 4}
.spread .box {stroke: var(--ag-result); stroke-dasharray: 5 4; stroke-width: 2}
.spread .note {fill: var(--ag-result)}
.first .box {fill: var(--ag-result-box); stroke: var(--ag-result); stroke-width: 5}
.first .note {fill: var(--ag-result); font-weight: 700}
}
"""


def find_nan(root: Any) -> Player:
    """A player that looks at the numbers in the order they were computed, for the first bad one.

    Bad is nan or infinite. It looks at the data of every value, operands before results. Where all
    of them are finite it goes on to what the backward pass from `root` sends along each edge. It
    stands at the first bad number, or at the end if there is none.
    """
    graph, account = PathPicture(root), list(accounts(root))
    bad = [value for value in graph.nodes if not math.isfinite(value.data)]
    frames = [data_frame(graph, bad, place) for place in range(len(graph.nodes))]
    stands = [graph.nodes.index(value) for value in bad[:1]]
    if not bad:
        steps = [known for known in account if known.step]
        lost = [place for place, known in enumerate(steps) if not finite_step(known)]
        stands = [len(frames) + place for place in lost[:1]]
        frames += [sent_frame(graph, steps, lost, place) for place in range(len(steps))]
    if not stands:
        count = counted(len(graph.nodes), "value")
        frames.append(Frame("every number is finite", [f"{count}, forward and on the way back"]))
    name = f"The first number behind {graph.names[root]} that is nan or infinite"
    svg = with_style(graph.svg(), FIND_STYLE)
    return Player(svg, frames, name, step=stands[0] if stands else len(frames) - 1)


def finite_step(known: Known) -> bool:
    """Did the last step of the backward pass send a finite number?"""
    return known.step is None or math.isfinite(known.step.contribution)


def data_frame(graph: PathPicture, bad: list[Any], place: int) -> Frame:
    """The value at one place of the order: the first bad one, one that it spread to, or fine."""
    seen, value = graph.nodes[: place + 1], graph.nodes[place]
    texts, classes = {}, {}
    for one in seen:
        is_first = one in bad[:1]
        kind = "first" if is_first else "spread" if one in bad else ""
        texts[f"{graph.ids[one]}-note"] = f"{kind}: {number(one.data)}" if kind else "finite"
        classes[graph.ids[one]] = kind
    classes[graph.ids[value]] += " looking active"  # the player keeps `active` in sight
    for position, edge in enumerate(graph.edges):
        if edge.result in seen and edge.operand in bad:
            classes[f"e{position}"] = "on-path"
    name = graph.names[value]
    lines: list[Line] = [("number", f"{place + 1} of {len(graph.nodes)}, forward")]
    blame = [operand for operand in dict.fromkeys(value.operands) if operand in bad]
    if value in bad[:1]:
        title = f"{graph.sentence(value)}: the first number that is not finite"
        if value.operands:
            lines += [("operands", f"{described(graph, value.operands)}, all finite")]
            lines += [("look at", f"the op that made {name}, at these operands")]
        else:
            lines += [("look at", f"where {name} comes from: it is a leaf, nothing here made it")]
    elif value in bad:
        title = f"{graph.sentence(value)}: spread from {listed(graph.names[v] for v in blame)}"
        lines += [("operands", described(graph, value.operands))]
    else:
        title = f"{graph.sentence(value)}: finite"
        if blame:
            lines += [("careful", f"its operand {described(graph, blame)} no longer shows")]
    return Frame(title, lines, texts, classes)


def described(graph: PathPicture, values: Iterable[Any]) -> str:
    """Values with their numbers: `a = 2 and b = inf`."""
    return listed(f"{graph.names[v]} = {number(v.data)}" for v in dict.fromkeys(values))


def sent_frame(graph: PathPicture, steps: list[Known], lost: list[int], place: int) -> Frame:
    """One step of the backward pass: what was sent along an edge, and whether it is finite."""
    step = steps[place].step
    assert step is not None
    result, operand = graph.names[step.result], graph.names[step.operand]
    sent = number(step.contribution)
    is_first, is_bad = place in lost[:1], place in lost
    verdict = "the first that is not finite" if is_first else "spread" if is_bad else "finite"
    texts, classes = {}, {}
    for one in graph.nodes:
        texts[f"{graph.ids[one]}-note"] = "finite"
    for earlier in (known.step for known in steps[: place + 1]):
        if earlier is not None and not math.isfinite(earlier.contribution):
            texts[f"{graph.ids[earlier.operand]}-note"] = f"receives {number(earlier.contribution)}"
            classes[graph.ids[earlier.operand]] = "spread"
    if is_first:
        texts[f"{graph.ids[step.operand]}-note"] = f"first: {sent}"
        classes[graph.ids[step.operand]] = "first"
    classes[graph.ids[step.operand]] = f"{classes.get(graph.ids[step.operand], '')} active"
    edge = next(
        position
        for position, edge in enumerate(graph.edges)
        if (edge.result, edge.index) == (step.result, step.index)
    )
    classes[f"e{edge}"] = "on-path"
    factors = f"{number(step.upstream)} × {in_brackets(step.partial)}"
    lines: list[Line] = [
        ("number", f"{place + 1} of {len(steps)}, on the way back; all data is finite"),
        ("upstream × partial", f"{factors} = {sent}"),
    ]
    if is_first:
        lines.append(("look at", f"the partial d{result}/d{operand} = {number(step.partial)}"))
    return Frame(f"{result} sends {sent} to {operand}: {verdict}", lines, texts, classes)
