"""What a backward pass of another framework did, as plain data: values, and steps in its order.

A value has `data`, `op`, `operands` and `partials` as the course's own have, so that what draws and
steps through the one does so with the other. A partial is a function that gives what was delivered:
the framework computed it, and nothing here computes it again.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..value import Step
from .sketch import Several


class Recorded:
    """A value of another framework's graph, with the gradient that one pass gave it.

    At the root, `passed` holds every step of that pass with the sum after it, and `unreached` the
    names that no edge leads to. `remarks` say what else there is to know.
    """

    requires_grad = True

    def __init__(self, label: str, data: Any, op: str | None = None):
        """A value without operands, to be joined by `add`."""
        self.label, self.data, self.op = label, data, op
        self.grad: Any = None
        self.operands: tuple[Recorded, ...] = ()
        self.partials: tuple[Delivered, ...] = ()
        self.passed: list[tuple[Step, Any]] = []
        self.remarks: tuple[str, ...] = ()
        self.unreached: list[str] = []
        self.when = math.inf  # of its first use, on the way forward

    def add(self, operand: "Recorded", partial: "Delivered") -> int:
        """Join one more operand, and say at which place."""
        self.operands += (operand,)
        self.partials += (partial,)
        return len(self.operands) - 1

    def __repr__(self) -> str:
        """The label and what is held."""
        return f"Recorded({self.label!r}, {self.data})"


class Delivered:
    """The partial on an edge, as far as it is known: what the pass delivered along it."""

    def __init__(self, words: str):
        """`words` say which rule computed it."""
        self.__doc__ = words
        self.contribution: Any = None
        self.edge: tuple[int, int] | None = None  # of the record: a function, and a place in it

    def __call__(self, upstream: Any) -> Any:
        """What was delivered, whatever `upstream` is."""
        return self.contribution


Place = tuple[int, int]  # of a result: which function computed it, and which of its results it is


@dataclass
class Function:
    """A function of the way back, by what it was on the way forward: one op with its results.

    `takes` is where each of its gradients goes, None where nowhere. `data` are its results as far
    as they are known. A leaf is a function that takes nothing.
    """

    symbol: str
    takes: list[Place | None] = field(default_factory=list)
    data: list[Any] = field(default_factory=list)
    words: str = ""
    label: str = ""
    edges: list[tuple[int, int]] = field(default_factory=list)  # of a box: which the takes are
    box: tuple[str, ...] = ()
    order: float = 0.0  # when it was called on the way forward
    is_leaf: bool = False


@dataclass
class Sent:
    """One function of the way back at work: what it was given, and what it delivered where."""

    function: int
    given: dict[int, Any]  # the gradients of its results, by their number
    delivered: list[tuple[int, Any, Any]]  # place in `takes`, the contribution, the sum after it


@dataclass
class Record:
    """A graph and one backward pass through it."""

    functions: list[Function]
    root: Place
    sent: list[Sent]
    gradient: dict[Place, Any]  # what each leaf was left with
    remarks: dict[Place, list[str]] = field(default_factory=dict)
    unreached: list[str] = field(default_factory=list)  # names that no edge leads to


class Values:
    """The values of a record: one for each result that is used, and the root with its steps.

    A function with several results in use is one value with the results behind it: each of them
    passes its gradient to the op, which goes on with all of them.
    """

    def __init__(self, record: Record):
        """Make the values, then what was sent between them."""
        self.record = record
        used: dict[int, set[int]] = {record.root[0]: {record.root[1]}}
        for function in record.functions:
            for place in filter(None, function.takes):
                used.setdefault(place[0], set()).add(place[1])
        self.of: dict[Place, Recorded] = {}
        self.whole: dict[int, Recorded] = {}  # the value of each function
        self.index: dict[tuple[int, int], int] = {}
        for at, numbers in sorted(used.items()):
            self.make(at, sorted(numbers))
        for at in self.whole:
            self.join(at)
        self.root = self.of[record.root]
        self.root.passed, self.root.unreached = list(self.steps()), record.unreached
        for place, gradient in record.gradient.items():
            if place in self.of:
                self.of[place].grad = gradient
        for place, remarks in record.remarks.items():
            if place in self.of:
                self.of[place].remarks = tuple(dict.fromkeys(remarks))

    def make(self, at: int, numbers: list[int]) -> None:
        """The values of one function."""
        function = self.record.functions[at]
        label = function.label or function.symbol
        if len(numbers) == 1:
            op = None if function.is_leaf else function.symbol
            value = Recorded(label, function.data[numbers[0]], op)
            self.of[at, numbers[0]] = self.whole[at] = value
            return
        self.whole[at] = Recorded(label, Several(len(numbers), "result"), function.symbol)
        for number in numbers:
            value = Recorded(f"{label}[{number}]", function.data[number], f"[{number}]")
            value.add(self.whole[at], Delivered("one of several results: its op goes on with all"))
            self.of[at, number] = value

    def join(self, at: int) -> None:
        """Give the value of a function its operands."""
        function, value = self.record.functions[at], self.whole[at]
        for number, place in enumerate(function.takes):
            if place is not None:
                self.of[place].when = min(self.of[place].when, function.order)
                delivered = Delivered(function.words)
                delivered.edge = function.edges[number] if function.edges else (at, number)
                self.index[at, number] = value.add(self.of[place], delivered)

    def steps(self) -> Iterator[tuple[Step, Any]]:
        """Every edge in the order of the pass, with the sum at its operand after it."""
        arrived: dict[int, int] = {}
        for sent in self.record.sent:
            whole = self.whole.get(sent.function)
            if whole is None:
                continue
            for number, gradient in sent.given.items():
                value = self.of.get((sent.function, number))
                if value is None:
                    continue
                value.grad = gradient
                if value is not whole:
                    partial = value.partials[0]
                    partial.contribution = gradient
                    arrived[sent.function] = count = arrived.get(sent.function, 0) + 1
                    whole.grad = Several(count, "gradient")
                    yield Step(value, whole, 0, gradient, partial, gradient), whole.grad
            for number, contribution, so_far in sent.delivered:
                index = self.index[sent.function, number]
                partial, operand = whole.partials[index], whole.operands[index]
                partial.contribution = contribution
                yield Step(whole, operand, index, whole.grad, partial, contribution), so_far
