"""The stepper: the backward pass, one edge at a time."""

import inspect
from typing import Any

from ..draw import Picture, counted, listed, number, steps_of, symbol
from ..trace import Known
from .player import Frame, Line, Player


def step_through(root: Any) -> Player:
    """A player of the backward pass from `root`; step 0 is before it, 1 its seed, then the edges.

    `root` is a Value, or an object of your own with data, op, operands and partials. No `.grad` is
    changed: the gradients shown are those of this pass alone.
    """
    account = steps_of(root)
    picture = Picture(root, account)
    frames = [
        Frame(title(picture, known), lines(picture, known), *picture.look(known))
        for known in account
    ]
    name = (
        f"Backward pass from {picture.names[root]} "
        f"({counted(len(picture.nodes), 'value')}, {counted(len(picture.edges), 'edge')})"
    )
    return Player(picture.svg(account[0], is_base=True), frames, name)


def title(picture: Picture, known: Known) -> str:
    """The step in a few words."""
    root, step = picture.names[picture.root], known.step
    if step is None:
        return (
            f"the seed: d{root}/d{root} = 1"
            if known.gradient
            else ("before backward: every gradient is 0")
        )
    result, operand = picture.names[step.result], picture.names[step.operand]
    return f"{result} passes {number(step.contribution)} to {operand}"


def lines(picture: Picture, known: Known) -> list[Line]:
    """The numbers of the step: the product, the sum so far, what is still owed, and the rule."""
    step = known.step
    if step is None:
        return seed_lines(picture, known)
    root, result, operand = (
        picture.names[value] for value in (picture.root, step.result, step.operand)
    )
    found: list[Line] = [
        (
            "upstream × partial",
            f"d{root}/d{result} × d{result}/d{operand} = {number(step.upstream)} × "
            f"{in_brackets(step.partial)} = {number(step.contribution)}",
        ),
        (f"{operand}.grad", running_sum(known, step.operand)),
        ("still owed", still_owed(picture, known, step.operand)),
    ]
    if rule := rule_of(step.result):
        found.append((f"rule of {symbol(step.result)}", rule))
    if not any(known.owed.values()):
        found.append("Every gradient is complete.")
    return found


def seed_lines(picture: Picture, known: Known) -> list[Line]:
    """What there is to read before the first edge is crossed."""
    root = picture.names[picture.root]
    if not known.gradient:
        return [f"{picture.sentence(picture.root)}. How fast does {root} change with each value?"]
    return [(f"{root}.grad", "1"), f"When {root} changes by a little, {root} changes by as much."]


def running_sum(known: Known, value: Any) -> str:
    """The contributions to `value` so far and their sum: `10 + 10 + 25 = 45`."""
    first, *others = [number(amount) for amount in known.received(value)]
    terms = [f" - {term[1:]}" if term.startswith("-") else f" + {term}" for term in others]
    return f"{first}{''.join(terms)} = {number(known.gradient[value])}" if others else first


def in_brackets(x: float) -> str:
    """`x` as a factor: `2`, `(-2)`."""
    return f"({number(x)})" if number(x).startswith("-") else number(x)


def still_owed(picture: Picture, known: Known, value: Any) -> str:
    """Who has still to deliver to `value`."""
    name, owed = picture.names[value], known.owed[value]
    if not owed:
        return f"nothing: {name} is complete"
    results = dict.fromkeys(picture.names[edge.result] for edge in owed)
    count = counted(len(owed), "contribution")
    return f"{name} still waits for {count} (from {listed(results)})"


def rule_of(value: Any) -> str:
    """The rule of the op that made `value`, as its author wrote it; empty where it has none."""
    rule = getattr(value.op, "rule", None)
    if rule is None:
        return ""
    if words := inspect.getdoc(rule):
        return words.partition("\n")[0]
    try:
        code = inspect.getsource(rule).strip()
    except (OSError, TypeError):
        return ""
    return code.partition("\n")[0].removeprefix("return ").rstrip(",")
