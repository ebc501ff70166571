"""The zero finder: along which edges the backward pass sends exact zeros, and where they begin."""

from __future__ import annotations

from typing import Any

from ...frameworks.sketch import Several, Unkept, is_all_zero
from ...pictures.drawing import steps_of, symbol
from ...pictures.graph import told_apart
from ...pictures.words import counted, in_full, listed
from ...value import Step
from ..player import Frame, Player, Words
from .nan_finder import FIND_STYLE
from .paths import PathPicture

CUTS = ("relu", "threshold", "hardtanh", "clamp", "hardswish", "leaky_relu", "cut", "clip")
WRITES = ("copy", "copy_slices", "zero", "fill", "masked_fill", "index_put", "masked_scatter")
PRODUCTS = ("*", "mul", "@", "addmm", "addbmm", "baddbmm", "linear", "convolution")
MOST_NAMES = 8


def find_zeros(root: Any, model: Any = None, opened: str = "") -> Player:
    """A player of the edges along which nothing but exact zeros goes back from `root`.

    Step 0 shows all of them; then each is looked at in the order of the pass: whether the zeros
    begin there, and by what, or spread from above. What no edge leads to at all is named. Of a
    tensor of PyTorch `model` and `opened` are as in `step_through`.
    """
    root = told_apart(root, model, opened)
    graph = PathPicture(root)
    steps = [known.step for known in steps_of(root) if known.step]
    zeros = [step for step in steps if is_all_zero(step.contribution)]
    spread = {value for value in graph.nodes if brings_zeros_alone(value, steps)}
    begins = [
        step for step in zeros if not is_all_zero(step.upstream) and step.result not in spread
    ]
    unreached = list(getattr(root, "unreached", ()))
    texts = dict.fromkeys((f"{id_}-note" for id_ in graph.ids.values()), "")
    classes: dict[str, str] = {}
    for step in zeros:
        word, kind = ("zeros begin", "first") if step in begins else ("zeros", "spread")
        texts[f"{graph.ids[step.operand]}-note"] = word
        classes[graph.ids[step.operand]] = kind
        classes[f"e{graph.place_of_edge[step.result, step.index]}"] = "on-path"
    share = f"{len(zeros)} of {counted(len(steps), 'edge')}"
    title = f"exact zeros go along {share}" if zeros else f"no zeros along {share[5:]}"
    if not zeros:
        title = f"something goes along every one of {counted(len(steps), 'edge')}"
    lines: list[Words] = []
    if begins:
        pairs = (f"from {graph.names[s.result]} to {graph.names[s.operand]}" for s in begins)
        lines.append(("they begin", listed(pairs)))
    if unreached:
        more = ["others"] if len(unreached) > MOST_NAMES else []
        few = [*unreached[:MOST_NAMES], *more]
        lines.append(("no edge at all", f"leads to {listed(few)}: detached, or never used"))
    frames = [Frame(title, lines, texts, classes)]
    for number, step in enumerate(zeros, start=1):
        at = f"e{graph.place_of_edge[step.result, step.index]}"
        result, operand = graph.names[step.result], graph.names[step.operand]
        is_new = step in begins
        looking = classes | {at: "on-path active", graph.ids[step.result]: "looking"}
        if is_new:
            said = [("upstream", in_full(step.upstream)), ("look at", cause(graph, step))]
        else:
            said = [("spread", f"the gradient of {result} is 0 already")]
        word = "they begin here" if is_new else "spread"
        frames.append(
            Frame(
                f"{result} sends zeros to {operand}: {word}",
                [("number", f"{number} of {len(zeros)}"), *said],
                texts,
                looking,
            )
        )
    name = f"Where exact zeros go back from {graph.names[root]}"
    return Player(graph.svg(style=FIND_STYLE), frames, name)


def brings_zeros_alone(value: Any, steps: list[Step]) -> bool:
    """Has an op with several results nothing but zeros to go on with?"""
    given = [step.contribution for step in steps if step.operand is value]
    return isinstance(value.data, Several) and bool(given) and all(map(is_all_zero, given))


def cause(graph: PathPicture, step: Step) -> str:
    """What turns a gradient into zeros on this edge, as far as the numbers tell."""
    result, op = graph.names[step.result], symbol(step.result)
    others = [
        value
        for index, value in enumerate(step.result.operands)
        if index != step.index and not isinstance(value.data, Unkept) and is_all_zero(value.data)
    ]
    if op in WRITES:
        return f"{op}: what {graph.names[step.operand]} held there was written over"
    if op in CUTS and not isinstance(step.result.data, Unkept):
        if is_all_zero(step.result.data):
            return f"{result} is 0 everywhere: {op} lets nothing through, no unit is alive"
        return f"{op}, which is flat at each of these numbers"
    if op in PRODUCTS and others:
        return f"the other factor, {listed(graph.names[value] for value in others)}, is 0"
    if not callable(step.partial):
        return f"the partial d{result}/d{graph.names[step.operand]} = {in_full(step.partial)}"
    return f"the rule of {op}, which gives 0 for this upstream"
