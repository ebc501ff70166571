"""The stepper: the backward pass, one edge at a time."""

import functools
import inspect
from collections.abc import Callable
from itertools import pairwise, starmap
from typing import Any

from ...frameworks.sketch import Several
from ...pictures.drawing import Picture, steps_of, symbol
from ...pictures.graph import Known, told_apart
from ...pictures.heatmap import is_array, is_short, shape_of, told, written
from ...pictures.words import counted, in_brackets, in_full, listed, number
from ...value import Step
from ..player import Frame, Player, Words


def step_through(root: Any, model: Any = None, opened: str = "") -> Player:
    """A player of the backward pass from `root`; step 0 is before it, 1 its seed, then the edges.

    `root` is a Value or a Tensor, or an object of your own with data, op, operands and partials. No
    `.grad` is changed: the gradients shown are those of this pass alone.

    It may be a tensor of PyTorch: then one real backward pass is watched, and nothing is changed.
    `model` gives names, and boxes where the graph is large: it is the torch.nn.Module, or a dict of
    tensors by their names. `opened` is the name of a module that is shown with what is in it.
    """
    root = told_apart(root, model, opened)
    account = steps_of(root)
    picture = Picture(root, account)
    looks = [picture.look(account[0]), *starmap(picture.look_after, pairwise(account))]
    frames = [
        Frame(title(picture, known), lines(picture, known), *look, follows=known is not account[0])
        for known, look in zip(account, looks, strict=True)
    ]
    name = (
        f"Backward pass from {picture.names[root]} "
        f"({counted(len(picture.nodes), 'value')}, {counted(len(picture.edges), 'edge')})"
    )
    return Player(picture.svg(account[0], is_base=True), frames, name)


def title(picture: Picture, known: Known) -> str:
    """The step in a few words."""
    root, step = picture.names[picture.root], known.step
    if step is None and not known.gradient:
        return "before backward: every gradient is 0"
    if step is None:
        is_one = not is_array(picture.root.data)
        return f"the seed: d{root}/d{root} = 1" if is_one else f"the seed: {root}.grad is all ones"
    result, operand = picture.names[step.result], picture.names[step.operand]
    article = "a " if is_array(step.contribution) else ""
    return f"{result} passes {article}{number(step.contribution)} to {operand}"


def lines(picture: Picture, known: Known) -> list[Words]:
    """The numbers of the step: the product, the sum so far, what is still owed, and the rule."""
    step = known.step
    if step is None:
        return seed_lines(picture, known)
    root, result, operand = (
        picture.names[value] for value in (picture.root, step.result, step.operand)
    )
    found: list[Words] = [
        *contribution_of(step, f"d{root}/d{result}", f"d{result}/d{operand}"),
        (f"{operand}.grad", running_sum(known, step.operand)),
        ("still owed", still_owed(picture, known, step.operand)),
    ]
    if rule := rule_of(step):
        found.append((f"rule of {symbol(step.result)}", rule))
    shapes = (shape_of(known.gradient[step.operand]), shape_of(step.operand.data))
    if shapes[0] != shapes[1] and not isinstance(step.operand.data, Several):
        found.append(
            f"Careful: {operand} has shape {shapes[1]}, and its gradient has "
            f"{shapes[0]}. They must be the same."
        )
    found += [("careful", words) for words in getattr(step.operand, "remarks", ())]
    if not any(known.owed.values()):
        found.append("Every gradient is complete.")
    return found


def seed_lines(picture: Picture, known: Known) -> list[Words]:
    """What there is to read before the first edge is crossed."""
    root = picture.names[picture.root]
    if not known.gradient:
        return [f"{picture.sentence(picture.root)}. How fast does {root} change with each value?"]
    if is_array(picture.root.data):
        return [f"All ones: what is measured is the sum of {root}, as if {root}.sum() came next."]
    return [(f"{root}.grad", "1"), f"When {root} changes by a little, {root} changes by as much."]


def contribution_of(step: Step, upstream: str, partial: str) -> list[Words]:
    """How the contribution comes about: a product, or what a function makes of the upstream."""
    made = step.contribution
    if isinstance(step.operand.data, Several):
        return [("handed on", f"{upstream}, as it is: {in_full(made)}")]
    if not any(map(is_array, (step.upstream, step.partial, made))) and not callable(step.partial):
        numbers = f"{number(step.upstream)} × {in_brackets(step.partial)} = {number(made)}"
        return [("upstream × partial", f"{upstream} × {partial} = {numbers}")]
    if callable(step.partial):
        kind, words = "vector-Jacobian product", f"{upstream} through {symbol(step.result)}"
        given, sign = [step.upstream], "→"
    else:
        kind, words = "upstream × partial", f"{upstream} × {partial}"
        given, sign = [step.upstream, step.partial], "="

    def equation(tell: Callable[[Any], str]) -> str:
        return f"{' × '.join(map(tell, given))} {sign} {tell(made)}"

    shapes = ("shapes", equation(shape_of))
    if all(map(is_short, (*given, made))):
        return [(kind, f"{words}: {equation(written)}"), shapes]
    return [(kind, words), shapes, ("contribution", told(made))]


def running_sum(known: Known, value: Any) -> str:
    """The contributions to `value` so far and their sum: `10 + 10 + 25 = 45`."""
    amounts, so_far = known.received(value), known.gradient[value]
    if isinstance(so_far, Several):
        return f"{so_far}, one for each result that has delivered"
    if is_array(so_far):
        if not is_short(so_far):
            several = f"the sum of {len(amounts)} contributions, " if len(amounts) > 1 else ""
            return f"{several}{told(so_far)}"
        return " = ".join(dict.fromkeys([" + ".join(map(written, amounts)), written(so_far)]))
    first, *others = [number(amount) for amount in amounts]
    terms = [f" - {term[1:]}" if term.startswith("-") else f" + {term}" for term in others]
    return f"{first}{''.join(terms)} = {number(so_far)}" if others else first


def still_owed(picture: Picture, known: Known, value: Any) -> str:
    """Who has still to deliver to `value`."""
    name, owed = picture.names[value], known.owed[value]
    if not owed:
        return f"nothing: {name} is complete"
    results = dict.fromkeys(picture.names[edge.result] for edge in owed)
    count = counted(len(owed), "contribution")
    return f"{name} still waits for {count} (from {listed(results)})"


def rule_of(step: Step) -> str:
    """The rule of the op that is crossed, as its author wrote it; empty where it has none.

    An op without a rule may have a partial that is a function: that is its rule.
    """
    rule = getattr(step.result.op, "rule", step.partial if callable(step.partial) else None)
    while isinstance(rule, functools.partial):
        rule = rule.func
    if rule is None:
        return ""
    if words := inspect.getdoc(rule):
        return words.partition("\n")[0]
    try:
        code = inspect.getsource(rule).strip()
    except (OSError, TypeError):
        return ""
    return code.partition("\n")[0].removeprefix("return ").rstrip(",")
