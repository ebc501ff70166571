"""Two engines on one graph, value by value, up to the first value that differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isclose, isnan
from typing import Any

from ...pictures.drawing import symbol
from ...pictures.graph import check_numbers
from ...pictures.words import counted, in_brackets, listed, number
from ...value import Value
from ..player import Frame, Player, Words
from .paths import PathPicture

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
    return Player(picture.svg(style=DIFF_STYLE), frames, name, step=len(frames) - 1)


class Diff:
    """The right graph, and for each of its values the partner that the broken engine made."""

    def __init__(self, build: Callable, broken: Any, right: Any):
        """Build the right graph; `frames` builds the broken one."""
        self.build, self.broken = build, broken
        self.picture = PathPicture(build(right))
        self.nodes, self.names = self.picture.nodes, self.picture.names
        check_numbers(self.nodes, "engine_diff")
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
        for value in self.nodes[::-1]:
            yield self.back(value)
            if self.is_over:
                return
        values, edges = len(self.nodes), len(self.picture.edges)
        found = f"{counted(values, 'value')} and {counted(edges, 'contribution')}, all the same"
        yield Frame("nothing differs on this graph", [("compared", found)], dict(self.notes))

    def raised(self, when: str, error: Exception) -> Frame:
        """The frame that stands where the broken engine raises."""
        lines: list[Words] = [("right", "no error"), ("broken", f"{type(error).__name__}: {error}")]
        return Frame(f"the broken engine raises {when}", lines, dict(self.notes))

    def frame(self, value: Any, lines: list[Words], note: str, what: str, is_last: bool) -> Frame:
        """The frame of `value`, which is the last one where it differs."""
        id_, name, self.is_over = self.picture.ids[value], self.names[value], is_last
        self.notes[f"{id_}-note"] = f"differs: {note}" if is_last else note
        title, kind = f"{name}.{what}: {note}", "looking"
        if is_last:
            title, kind = f"{name} is the first value that differs: in its {what}", "differs"
        return Frame(title, lines, dict(self.notes), {id_: kind})

    def forward(self, value: Any) -> Frame:
        """Compare the operands of `value` and its data with those of its partner."""
        if value not in self.partner:  # the result that lost it comes later, and is the difference
            lines: list[Words] = ["The broken graph has no such value."]
            return self.frame(value, lines, "not found", "data", False)
        partner = self.partner[value]
        data, ours, theirs = getattr(partner, "data", None), *map(self.operands, (value, partner))
        lines = [("value", self.picture.sentence(value)), ("data", both(value.data, data))]
        if ours != theirs:
            lines += [("operands, right", ours), ("operands, broken", f"{theirs}: DIFFERS")]
            return self.frame(value, lines, "operands", "operands", True)
        if is_same(value.data, data):
            return self.frame(value, lines, f"both {number(data)}", "data", False)
        look = f"the op {symbol(value)}: its operands ({ours}) are the same in both"
        lines.append(("look at", look if value.operands else "how a leaf keeps its number"))
        return self.frame(value, lines, number(data), "data", True)

    def operands(self, value: Any) -> str:
        """The operands of a value of either engine, by the names of the right graph."""
        found = getattr(value, "operands", None) or ()
        known = {id(value): name for value, name in self.names.items()}
        known |= {id(partner): self.names[value] for value, partner in self.partner.items()}
        words = [known.get(id(operand), "another value") for operand in found]
        if not isinstance(found, tuple | list):
            return f"a {type(found).__name__} of {listed(sorted(words))}"
        return ", ".join(words) or "none"

    def back(self, value: Any) -> Frame:
        """Compare what `value` and its partner hold, and each contribution to them."""
        name, held = self.names[value], getattr(self.partner[value], "grad", None)
        lines, suspects = list[Words](), list[str]()
        for result in self.nodes[::-1]:
            sides = result, self.partner[result]
            for index, operand in enumerate(result.operands):
                if operand is value:
                    amounts, words = zip(*(contribution(s, index) for s in sides), strict=True)
                    lines.append((f"from {self.names[result]}", both(*amounts, *words)))
                    if not is_same(*amounts):
                        suspects.append(f"d{self.names[result]}/d{name}")
        lines.append(("grad", both(value.grad, held)))
        if is_same(value.grad, held) and not suspects:
            return self.frame(value, lines, f"both {number(held)}", "grad", False)
        look = "what backward() adds up, and when: by the partials every contribution is right"
        if value is self.picture.root:
            look = "what backward() starts with"
        if suspects:
            look = f"the partial {listed(dict.fromkeys(suspects))}"
        what = "contributions" if is_same(value.grad, held) else "gradient"
        return self.frame(value, [*lines, ("look at", look)], number(held), what, True)


def partners(nodes: list, root: Any) -> dict[Any, Any]:
    """For each of the right `nodes` the value at its place in the graph behind the broken `root`.

    That is the operand at the same position, or the one of the same label where operands were lost
    or have changed places. A value without a partner is left out.
    """
    found = {nodes[-1]: root}
    for result in nodes[::-1]:
        theirs = getattr(found.get(result), "operands", None) or ()
        in_order = isinstance(theirs, tuple | list) and len(theirs) == len(result.operands)
        for index, operand in enumerate(result.operands):
            label = label_of(operand)
            here = [theirs[index]] if in_order and label_of(theirs[index]) in ("", label) else []
            here += [other for other in theirs if label and label_of(other) == label]
            if here:
                found.setdefault(operand, here[0])
    return found


def label_of(value: Any) -> str:
    """The label of what an engine keeps as an operand."""
    return getattr(value, "label", "") or ""


def contribution(result: Any, index: int) -> tuple[float | None, str]:
    """What `result` passes to one operand, by what it holds now: the product, and in words."""
    try:
        upstream, partial = result.grad, result.partials[index]
        amount = upstream * partial
    except (AttributeError, IndexError, TypeError):
        return None, "no partial"
    return amount, f"{number(upstream)} × {in_brackets(partial)} = {number(amount)}"


def both(ours: Any, theirs: Any, *words: str) -> str:
    """Two numbers side by side, or these words for them, and whether they are the same."""
    right, broken = words or (number(ours), number(theirs))
    verdict = "same" if is_same(ours, theirs) else "DIFFERS"
    if verdict == "DIFFERS" and right == broken:  # to the digits shown
        verdict += f" by {number(float(theirs) - float(ours))}"
    return f"right {right}, broken {broken}: {verdict}"


def is_same(ours: Any, theirs: Any) -> bool:
    """Are both the same number, to rounding?"""
    try:
        return isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12) or (isnan(ours) and isnan(theirs))
    except TypeError:
        return False
