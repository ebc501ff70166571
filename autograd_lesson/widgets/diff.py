"""Two engines on one graph, value by value, up to the first value that differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from math import isclose, isnan
from typing import Any

from ..draw import counted, listed, number
from ..engine import Value
from .paths import PathPicture, with_style
from .player import Frame, Line, Player
from .stepper import in_brackets

DIFF_STYLE = """\
.autograd-graph {
.looking .box {stroke: var(--ag-operand); stroke-width: 3}
.differs .box {stroke: var(--ag-ink); stroke-width: 3; stroke-dasharray: 6 4}
.differs .note {fill: var(--ag-ink); font-weight: 700}
}
"""


def engine_diff(build: Callable, broken: Any, right: Any = Value) -> Player:
    """A player of two engines on one graph: it stands at the first value that differs.

    `build` makes the graph with the class it is given and returns the root; give the leaves labels.
    The numbers of the forward pass are compared first, operands before results, then what each
    value holds after each engine's own `backward()`, results before operands.
    """
    diff = Diff(build, broken, right)
    frames = list(diff.frames())
    picture = diff.picture
    name = (
        f"Engine diff of {picture.names[picture.root]}: right against "
        f"{getattr(broken, '__name__', 'broken')} "
        f"({counted(len(picture.nodes), 'value')}, {counted(len(picture.edges), 'edge')})"
    )
    return Player(with_style(picture.svg(), DIFF_STYLE), frames, name, step=len(frames) - 1)


class Diff:
    """The right graph, and for each of its values the partner that the broken engine made."""

    def __init__(self, build: Callable, broken: Any, right: Any):
        """Build the right graph; `frames` builds the broken one."""
        self.build, self.broken = build, broken
        self.picture = PathPicture(build(right))
        self.nodes, self.names = self.picture.nodes, self.picture.names
        self.partner: dict[Any, Any] = {}
        self.notes: dict[str, str] = {}
        self.is_over = False

    def frames(self) -> Iterator[Frame]:
        """A frame for each value, forward and then back, until one differs."""
        root = self.picture.root
        try:
            self.partner = partners(self.nodes, self.build(self.broken))
        except Exception as error:  # of any kind: what it is stands in the frame
            yield self.raised("while it builds the graph", error)
            return
        for value in self.nodes:
            yield self.forward(value)
            if self.is_over:
                return
        root.backward()
        try:
            self.partner[root].backward()
        except Exception as error:
            yield self.raised("in backward()", error)
            return
        self.notes = {}
        for value in reversed(self.nodes):
            yield self.back(value)
            if self.is_over:
                return
        count = counted(len(self.nodes), "value")
        edges = counted(len(self.picture.edges), "contribution")
        lines = [("compared", f"data and gradients of {count}, and {edges}")]
        yield Frame("nothing differs: both engines agree on this graph", lines, dict(self.notes))

    def raised(self, when: str, error: Exception) -> Frame:
        """The frame that stands where the broken engine raises."""
        lines: list[Line] = [("broken", f"{type(error).__name__}: {error}"), ("right", "no error")]
        return Frame(f"the broken engine raises {when}", lines, dict(self.notes))

    def frame(self, value: Any, title: str, lines: list[Line], note: str, is_same: bool) -> Frame:
        """The frame of `value`, which is the last one where it differs."""
        id_ = self.picture.ids[value]
        self.notes[f"{id_}-note"] = note if is_same else f"differs: {note}"
        self.is_over = not is_same
        classes = {id_: "looking active" if is_same else "differs active"}
        return Frame(title, lines, dict(self.notes), classes)

    # Forward: the operands and the number of each value.

    def forward(self, value: Any) -> Frame:
        """Compare the operands of `value` and its data with those of its partner."""
        name = self.names[value]
        if value not in self.partner:  # the result that lost it comes later, and is the difference
            lines: list[Line] = [("broken", f"has no {name} where the right graph has it")]
            return self.frame(value, f"{name}: not in the broken graph", lines, "not found", True)
        data, partner = getattr(self.partner[value], "data", None), self.partner[value]
        ours, theirs = self.operands(value), self.operands(partner)
        both = side_by_side(number(value.data), number(data), is_same(value.data, data))
        lines = [("value", self.picture.sentence(value)), (f"{name}.data", both)]
        if ours != theirs:
            lines += [("operands, right", ours), ("operands, broken", f"{theirs}: DIFFERS")]
            title = f"{name} is the first value that differs: in its operands"
            return self.frame(value, title, lines, "operands", False)
        if is_same(value.data, data):
            return self.frame(value, f"forward, {name}: the same", lines, "same", True)
        for operand in dict.fromkeys(value.operands):
            amount = number(self.partner[operand].data)
            both = side_by_side(number(operand.data), amount, True)
            lines.append((f"operand {self.names[operand]}", both))
        title = f"{name} is the first value that differs: in its data"
        return self.frame(value, title, lines, number(data), False)

    def operands(self, value: Any) -> str:
        """The operands of a value of either engine, by the names of the right graph."""
        found = getattr(value, "operands", None) or ()
        names = {id(value): name for value, name in self.names.items()}
        uses = Counter(id(partner) for partner in self.partner.values())
        for ours, partner in self.partner.items():
            names.setdefault(id(partner), self.names[ours])
        words = []
        for operand in found:
            name = names.get(id(operand)) or "another value"
            shared = uses[id(operand)] > 1
            words.append(f"{name} (one object for {uses[id(operand)]} values)" if shared else name)
        if not isinstance(found, tuple | list):
            return f"a {type(found).__name__} of {listed(sorted(words))}: no order, no repeats"
        return ", ".join(words) or "none"

    # Back: what each value holds, and the contributions that it received.

    def back(self, value: Any) -> Frame:
        """Compare what `value` and its partner hold, and each contribution to them."""
        name, held = self.names[value], getattr(self.partner[value], "grad", None)
        lines: list[Line] = []
        suspects: list[str] = []
        for result in reversed(self.nodes):
            for index, operand in enumerate(result.operands):
                if operand is value:
                    ours, theirs = (contribution(v, index) for v in (result, self.partner[result]))
                    agrees = is_same(ours, theirs)
                    words = [product(v, index) for v in (result, self.partner[result])]
                    lines.append((f"from {self.names[result]}", side_by_side(*words, agrees)))
                    if not agrees:
                        suspects.append(f"d{self.names[result]}/d{name}")
        agrees = is_same(value.grad, held)
        lines.append((f"{name}.grad", side_by_side(number(value.grad), number(held), agrees)))
        if agrees and not suspects:
            title = f"back, {name}: the same"
            return self.frame(value, title, lines, f"both {number(held)}", True)
        if suspects:
            look = f"the partial {listed(dict.fromkeys(suspects))}"
        elif value is self.picture.root:
            look = "what backward() starts with"
        else:
            look = "when and how backward() adds them up: every contribution is the same"
        title = f"{name} is the first value that differs: in its gradient"
        note = "a contribution" if agrees else number(held)
        return self.frame(value, title, [*lines, ("look at", look)], note, False)


def partners(nodes: list, root: Any) -> dict[Any, Any]:
    """For each of the right `nodes` the value at its place in the graph behind the broken `root`.

    An operand's partner stands at the same position, or has the same label where operands were
    lost or have changed places. A value without one is left out.
    """
    found = {nodes[-1]: root}
    for result in reversed(nodes):
        theirs = getattr(found.get(result), "operands", None) or ()
        in_order = isinstance(theirs, tuple | list) and len(theirs) == len(result.operands)
        for index, operand in enumerate(result.operands):
            label = operand.label
            here = [theirs[index]] if in_order else []
            here = [one for one in here if one.label in ("", label)]
            here += [one for one in theirs if label and one.label == label]
            if here:
                found.setdefault(operand, here[0])
    return found


def contribution(result: Any, index: int) -> float | None:
    """What `result` of either engine passes to one operand, by what it holds and its partial."""
    partials = getattr(result, "partials", ())
    return result.grad * partials[index] if index < len(partials) else None


def product(result: Any, index: int) -> str:
    """The contribution of `result` to one operand as upstream × partial."""
    amount = contribution(result, index)
    if amount is None:
        return "no partial"
    return f"{number(result.grad)} × {in_brackets(result.partials[index])} = {number(amount)}"


def side_by_side(ours: str, theirs: str, agrees: bool) -> str:
    """What both engines have, and in a word whether that is the same."""
    return f"right {ours}, broken {theirs}: {'same' if agrees else 'DIFFERS'}"


def is_same(ours: Any, theirs: Any) -> bool:
    """Are both the same number, to rounding?"""
    try:
        return isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12) or (isnan(ours) and isnan(theirs))
    except (TypeError, ValueError):
        return False
