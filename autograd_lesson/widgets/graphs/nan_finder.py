"""The nan finder: which number behind a value was the first to become nan or infinite."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ...frameworks.sketch import Several, Sketch, Unkept
from ...numpy_or_not import np
from ...pictures.drawing import steps_of, symbol
from ...pictures.graph import partials_of, told_apart
from ...pictures.heatmap import is_array
from ...pictures.words import counted, in_brackets, in_full, listed, number
from ...value import Step
from ..player import Frame, Player, Words
from .paths import PathPicture
from .stepper import contribution_of

NAMED = 5  # values that are not known, by their names
FIND_STYLE = """\
.autograd-graph {
.looking .box {stroke: var(--ag-operand); stroke-width: 4}
.spread .box {stroke: var(--ag-result); stroke-dasharray: 5 4; stroke-width: 2}
.spread .note {fill: var(--ag-result)}
.first .box {fill: var(--ag-result-box); stroke: var(--ag-result); stroke-width: 5}
.first .note {fill: var(--ag-result); font-weight: 700}
}
"""


def find_nan(root: Any, model: Any = None, opened: str = "") -> Player:
    """A player that looks at the numbers in the order they were computed, for the first bad one.

    Bad is nan or infinite, and an array that holds such a number. It looks at the data of every
    value, operands before results, and says of each bad one whether it spread there or began
    there. Where all data are finite it goes on to what the backward pass from `root` sends along
    each edge. It stands at the first bad number, or at the end if there is none. Of a tensor of
    PyTorch the data are those that somebody keeps, and others are called not known; `model` keeps
    those that it names. `model` and `opened` are as in `step_through`.
    """
    root = told_apart(root, model, opened)
    graph, account = PathPicture(root), steps_of(root)
    # in dicts, which tell values apart by identity: == may compare their numbers
    bad = {value: place for place, value in enumerate(graph.nodes) if not is_finite(value.data)}
    unknown = [value for value in graph.nodes if isinstance(value.data, Unkept)]
    begins = {value: place for value, place in bad.items() if begins_at(value, bad)}
    frames = [data_frame(graph, bad, begins, place) for place in range(len(graph.nodes))]
    stands = [*bad.values()][:1]
    if not bad:
        steps = [known.step for known in account if known.step]
        lost = [at for at, step in enumerate(steps) if not is_finite(step.contribution)]
        stands = [len(frames) + at for at in lost[:1]]
        frames += [sent_frame(graph, steps, place, unknown) for place in range(len(steps))]
    if not stands and unknown:
        count = f"{len(graph.nodes) - len(unknown)} of {counted(len(graph.nodes), 'value')}"
        lines = [f"{count} forward, and all on the way back", *told_unknown(graph, unknown)]
        frames.append(Frame("every number that is known is finite", lines))
    elif not stands:
        count = counted(len(graph.nodes), "value")
        frames.append(Frame("every number is finite", [f"{count}, forward and on the way back"]))
    name = f"The first number behind {graph.names[root]} that is nan or infinite"
    svg = graph.svg(style=FIND_STYLE)
    return Player(svg, frames, name, step=stands[0] if stands else len(frames) - 1)


def is_finite(x: Any) -> bool:
    """Is `x` free of nan and infinity, as far as is known?"""
    if isinstance(x, float):
        return math.isfinite(x)
    return not x.missing if isinstance(x, Sketch) else not bad_places(x).any()


def bad_places(x: Any) -> np.ndarray:
    """Where `x` is nan or infinite; nowhere in what is no number."""
    numbers = np.asarray(x) if isinstance(x, np.ndarray | np.generic | float) else np.zeros(())
    return ~np.isfinite(numbers) if numbers.dtype.kind in "fc" else np.zeros(numbers.shape, bool)


def behind(value: Any, bad: dict[Any, int]) -> tuple[list, list]:
    """The bad values that may have brought theirs to `value`, and those on the way not known.

    They are its operands, and behind one of which nobody keeps the numbers the operands of that.
    """
    blamed: dict[Any, None] = {}
    unknown: dict[Any, None] = {}
    waiting = [*reversed(value.operands)]
    while waiting:
        operand = waiting.pop()
        if operand in bad:
            blamed[operand] = None
        elif isinstance(operand.data, Unkept | Several) and operand not in unknown:
            unknown[operand] = None
            waiting += reversed(operand.operands)
    return [*blamed], [one for one in unknown if isinstance(one.data, Unkept)]


def told_unknown(graph: PathPicture, unknown: list) -> list[Words]:
    """Which values are not known, and what to do to know them."""
    first = [graph.names[value] for value in unknown[:NAMED]]
    others = [f"{counted(len(unknown) - NAMED, 'other')}"] if len(unknown) > NAMED else []
    return [
        ("not known", f"{listed(first + others)}, of which nobody keeps the numbers"),
        ("to know", "keep such a tensor in your code, and give it in model by a name: {'h': h}"),
    ]


def begins_at(value: Any, bad: dict[Any, int]) -> bool:
    """Is there a bad number in `value` that no operand brought, as far as is known?

    Where the op is elementwise, a bad number of an operand spreads to its own place alone.
    """
    blamed, _ = behind(value, bad)
    if not blamed or any(map(callable, partials_of(value))):
        return not blamed
    if isinstance(value.data, float):
        return False
    try:
        brought = [np.broadcast_to(bad_places(v.data), np.shape(value.data)) for v in blamed]
    except ValueError:  # no elementwise op
        return False
    return bool(np.any(bad_places(value.data) & ~np.any(brought, axis=0)))


def where_bad(x: Any) -> list[Words]:
    """How many numbers of an array are bad, and where the first of them stands."""
    if not np.ndim(x):
        return []
    if isinstance(x, Sketch):
        return [("where", f"{x.missing:,} of {counted(x.size, 'number')}")]
    places = np.argwhere(bad_places(x))
    first = f"[{', '.join(map(str, places[0]))}]"
    return [("where", f"{len(places)} of {counted(np.size(x), 'number')}, the first at {first}")]


def data_frame(
    graph: PathPicture, bad: dict[Any, int], begins: dict[Any, int], place: int
) -> Frame:
    """The value at one place of the order: one where bad numbers begin or spread to, or fine."""
    value, first = graph.nodes[place], next(iter(bad), None)
    texts, classes = {}, {}
    for one in graph.nodes[: place + 1]:
        kind = "first" if one in begins else "spread" if one in bad else ""
        word = "anew" if kind == "first" and one is not first else kind
        if kind == "first" and behind(one, bad)[1]:
            word = "known"  # to be bad; where it began is not
        note = f"{word}: {number(one.data)}" if kind else healthy(one)
        texts[f"{graph.ids[one]}-note"] = note
        classes[graph.ids[one]] = kind
    classes[graph.ids[value]] += " looking"
    for position, edge in enumerate(graph.edges):
        if f"{graph.ids[edge.result]}-note" in texts and edge.operand in bad:
            classes[f"e{position}"] = "on-path"
    name = graph.names[value]
    lines: list[Words] = [("number", f"{place + 1} of {len(graph.nodes)}, forward")]
    blame, unknown = behind(value, bad)
    if value in begins and unknown:
        which = "the first number" if value is first else "another number"
        title = f"{graph.sentence(value)}: {which} that is known not to be finite"
        may = listed(graph.names[one] for one in (value, *unknown[:NAMED]))
        lines += [("operands", named_with_numbers(graph, value.operands))]
        lines += told_unknown(graph, unknown)
        lines += [("look at", f"the ops that made {may}: it began at one of them")]
    elif value in begins:
        which = "the first number that is" if value is first else "another that begins to be"
        title = f"{graph.sentence(value)}: {which} not finite"
        if value.operands:
            pairs = [(v, isinstance(v.data, Several)) for v in value.operands]
            taken = [one for v, is_op in pairs for one in (v.operands if is_op else (v,))]
            words = named_with_numbers(graph, taken)
            lines += [("operands", words if blame else f"{words}, all finite")]
            lines += [("look at", f"the op that made {name}, at these operands")]
        else:
            lines += [("look at", f"where {name} comes from: it is a leaf, nothing here made it")]
    elif value in bad:
        title = f"{graph.sentence(value)}: spread from {listed(graph.names[v] for v in blame)}"
        if not any(operand in bad for operand in value.operands) and unknown:
            lines += told_unknown(graph, unknown)
        lines += [("operands", named_with_numbers(graph, value.operands))]
    elif isinstance(value.data, Unkept):
        title = f"{graph.sentence(value)}: not known"
        lines += told_unknown(graph, [value])
    elif isinstance(value.data, Several):
        title = f"{graph.sentence(value)}: each result comes by itself"
    else:
        title = f"{graph.sentence(value)}: finite"
        if blame := [operand for operand in dict.fromkeys(value.operands) if operand in bad]:
            lines += [
                ("careful", f"its operand {named_with_numbers(graph, blame)} no longer shows")
            ]
    return Frame(title, lines + (where_bad(value.data) if value in bad else []), texts, classes)


def healthy(value: Any) -> str:
    """What is written at a value of which no number is known to be bad."""
    if isinstance(value.data, Several):
        return ""
    return "not known" if isinstance(value.data, Unkept) else "finite"


def named_with_numbers(graph: PathPicture, values: Iterable[Any]) -> str:
    """Values with their numbers: `a = 2 and b = inf`."""
    return listed(f"{graph.names[v]} = {in_full(v.data)}" for v in dict.fromkeys(values))


def is_brought(step: Step, lost: list[Step]) -> bool:
    """Was the upstream bad already? An op with several results has one from each of them."""
    upstream: Any = step.upstream
    if isinstance(upstream, Several):
        return any(one.operand is step.result for one in lost)
    return not is_finite(upstream)


def sent_frame(graph: PathPicture, steps: list[Step], place: int, unknown: list) -> Frame:
    """One step of the backward pass: what was sent along an edge, and whether it is finite."""
    step = steps[place]
    result, operand = graph.names[step.result], graph.names[step.operand]
    sent = number(step.contribution)
    lost = [one for one in steps[: place + 1] if not is_finite(one.contribution)]
    texts = {f"{id_}-note": healthy(value) for value, id_ in graph.ids.items()}
    classes: dict[str, str] = {}
    for one in lost:
        kind = "first" if one is lost[0] or not is_brought(one, lost) else "spread"
        word = "receives" if kind == "spread" else "first:" if one is lost[0] else "anew:"
        texts[f"{graph.ids[one.operand]}-note"] = f"{word} {number(one.contribution)}"
        classes[graph.ids[one.operand]] = kind
    verdict = "finite"
    if lost and step is lost[-1]:
        begins = "the first that is" if step is lost[0] else "another that begins to be"
        is_new = step is lost[0] or not is_brought(step, lost)
        verdict = f"{begins} not finite" if is_new else "spread"
    classes[graph.ids[step.operand]] = f"{classes.get(graph.ids[step.operand], '')} active"
    classes[f"e{graph.place_of_edge[step.result, step.index]}"] = "on-path"
    data = "all data that is known is finite" if unknown else "all data is finite"
    lines: list[Words] = [
        ("number", f"{place + 1} of {len(steps)}, on the way back; {data}"),
        *told_contribution(step, f"the gradient of {result}", f"d{result}/d{operand}"),
    ]
    if "not finite" in verdict:
        lines += where_bad(step.contribution) + (told_unknown(graph, unknown) if unknown else [])
        is_sum = not is_finite(step.upstream)  # of finite contributions, and too large
        partial = f"the partial d{result}/d{operand}"
        if is_sum:
            lines.append(("look at", f"the sum of the contributions to {result}"))
        elif callable(step.partial):
            lines.append(("look at", f"{partial}, the rule of {symbol(step.result)}"))
        else:
            lines.append(("look at", f"{partial} = {in_full(step.partial)}"))
    return Frame(f"{result} sends {sent} to {operand}: {verdict}", lines, texts, classes)


def told_contribution(step: Step, upstream: str, partial: str) -> list[Words]:
    """The product in numbers, or for arrays what the stepper says of it."""
    numbers = (step.upstream, step.partial, step.contribution)
    if callable(step.partial) or any(map(is_array, numbers)):
        return contribution_of(step, upstream, partial)
    factors = f"{number(step.upstream)} × {in_brackets(step.partial)}"
    return [("upstream × partial", f"{factors} = {number(step.contribution)}")]
