"""The graph behind a value, and what is known of its gradients after some backward steps.

Everything here is plain data, taken from the one backward walk of `engine`; nothing is drawn and no
value is changed. It works on any object with `data`, `op` and `operands`, and with `partials` where
gradients are asked for; data may be arrays, and partials numbers, arrays or functions.
"""

import math
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from itertools import starmap, takewhile
from numbers import Real
from typing import Any, NamedTuple

from .. import frameworks
from ..numpy_or_not import np
from ..value import Step, topological_order, walk_back

LARGEST_FLOAT = sys.float_info.max


class Edge(NamedTuple):
    """One use of a value: `operand` stands at position `index` of `result.operands`."""

    operand: Any
    result: Any
    index: int  # type: ignore[assignment]  # a tuple has a method of that name


class Known(NamedTuple):
    """What is known after some backward steps; `step` is the last of them, if there was one."""

    step: Step | None
    gradient: Mapping[Any, Any]  # the sum so far, for the values that have received anything
    crossed: Mapping[Edge, Any]  # the contribution of each edge crossed, in order
    owed: Mapping[Any, tuple[Edge, ...]]  # the edges that have still to deliver, in order

    def is_complete(self, value: Any) -> bool:
        """Will nothing more be added to the gradient of `value`?"""
        return value in self.gradient and not self.owed[value]

    def received(self, value: Any) -> list:
        """The contributions to `value` so far, in order of arrival."""
        if isinstance(self.owed, Owed):  # which knows the edges, so that not all need be looked at
            return self.owed.received(value)
        return [amount for edge, amount in self.crossed.items() if edge.operand is value]


def takes_gradient(value: Any) -> bool:
    """Does `value` receive contributions? All do but tensors that are constants."""
    return getattr(value, "requires_grad", True)


def graph_of(*roots: Any) -> tuple[list, list[Edge]]:
    """Every value behind the roots, operands before results, and every use of one as an operand."""
    for root in roots:
        check_told_apart(check_protocol(root))
    nodes = list(dict.fromkeys(value for root in roots for value in topological_order(root)))
    edges = edges_into(nodes)
    check_order(nodes, edges)
    return nodes, edges


def edges_into(results: Iterable) -> list[Edge]:
    """One edge for each operand of each of `results`, in order and with repeats."""
    return [
        Edge(operand, result, index)
        for result in results
        for index, operand in enumerate(result.operands)
    ]


def names(nodes: list) -> dict[Any, str]:
    """A name for each of `nodes`: its label, `x #1` and `x #2` for twins, `v3` without a label."""
    labels = [plain(getattr(value, "label", "") or "") for value in nodes]
    uses = Counter(labels)
    seen: dict[str, int] = {}
    named = {}
    for position, (value, label) in enumerate(zip(nodes, labels, strict=True)):
        seen[label] = seen.get(label, 0) + 1
        twin = f" #{seen[label]}" if uses[label] > 1 else ""
        named[value] = label + twin if label else f"v{position}"
    return named


def plain(text: Any) -> str:
    """`text` on one line, with what cannot be printed written as its escape."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in str(text)
    )


class Until(Mapping):
    """A dict as it was after some steps: of each key what it held last, with no copy of the rest.

    `history` holds for each key the steps at which it changed, and what it held from then on.
    """

    def __init__(self, history: dict[Any, tuple[list[int], list]], steps: int):
        """Look at `history` as it was after so many steps."""
        self.history, self.steps = history, steps

    def __getitem__(self, key: Any) -> Any:
        """What the key held last."""
        times, held = self.history[key]
        place = bisect_right(times, self.steps)
        if not place:
            raise KeyError(key)
        return held[place - 1]

    def __contains__(self, key: Any) -> bool:
        """Was the key there?"""
        found = self.history.get(key)
        return found is not None and found[0][0] <= self.steps

    def __iter__(self) -> Iterator:
        """The keys that were there, in the order in which they came."""
        found = ((key, times[0]) for key, (times, _) in self.history.items())
        return (key for key, _ in takewhile(lambda pair: pair[1] <= self.steps, found))

    def __len__(self) -> int:
        """How many keys were there."""
        return sum(1 for _ in self)


class Owed(Mapping):
    """The edges that have still to deliver to each value after some steps."""

    def __init__(self, edges: dict[Any, tuple[Edge, ...]], crossed: Until):
        """Of all edges to each value, those that are not in `crossed` are owed."""
        self.edges, self.crossed = edges, crossed

    def received(self, value: Any) -> list:
        """What the other edges to a value delivered, in order of arrival."""
        found = [edge for edge in self.edges[value] if edge in self.crossed]
        found.sort(key=lambda edge: self.crossed.history[edge][0])
        return [self.crossed[edge] for edge in found]

    def __getitem__(self, value: Any) -> tuple[Edge, ...]:
        """What is owed to one value, in order."""
        return tuple(edge for edge in self.edges[value] if edge not in self.crossed)

    def __iter__(self) -> Iterator:
        """Every value."""
        return iter(self.edges)

    def __len__(self) -> int:
        """How many values there are."""
        return len(self.edges)


def accounts(root: Any, seed: Any = None, dropped: Edge | None = None) -> Iterator[Known]:
    """What is known before the backward walk, after its seed, and after each of its steps.

    The seed is 1, and for an array ones, unless another is given. Nothing goes along the edge that
    is `dropped`. All that is known shares one history, so that a long walk takes no more room than
    its steps.
    """
    nodes, _ = graph_of(root)
    check_partials(nodes)
    if hasattr(root, "passed"):
        seed = root.grad
    elif seed is None:
        is_array = isinstance(root.data, np.ndarray)
        seed = np.ones_like(root.data, subok=False) if is_array else 1.0
    due: dict[Any, list[Edge]] = {value: [] for value in nodes}
    for edge in edges_into(reversed(nodes)):
        if takes_gradient(edge.operand):
            due[edge.operand].append(edge)
    edges = {value: tuple(found) for value, found in due.items()}
    gradient: dict[Any, tuple[list[int], list]] = {}
    crossed: dict[Any, tuple[list[int], list]] = {}

    def known(step: Step | None, time: int) -> Known:
        so_far = Until(crossed, time)
        return Known(step, Until(gradient, time), so_far, Owed(edges, so_far))

    yield known(None, 0)
    gradient[root] = [1], [copy(seed)]
    yield known(None, 1)
    for time, (step, so_far) in enumerate(steps_with_sums(root, seed, dropped), start=2):
        times, held = gradient.setdefault(step.operand, ([], []))
        times.append(time)
        held.append(so_far)
        crossed[Edge(step.operand, step.result, step.index)] = [time], [copy(step.contribution)]
        yield known(step, time)


def steps_with_sums(root: Any, seed: Any, dropped: Edge | None) -> Iterator[tuple[Step, Any]]:
    """Each step of the walk from `root`, with the gradient of its operand after it.

    Where another framework has walked, these are its steps and its sums.
    """
    if hasattr(root, "passed"):
        yield from root.passed
        return
    gradient = {root: seed}

    def partials(result: Any) -> list:
        found = partials_past_constants(result)
        if dropped is not None and result is dropped.result:
            found[dropped.index] = None
        return found

    order = topological_order(root)
    if dropped is not None:  # what nothing arrives at any more has nothing to pass on
        order = reached_without(order, dropped)
    for step in starmap(Step, walk_back(root, gradient, partials, order)):
        yield step, copy(gradient[step.operand])  # an array may be added to


def reached_without(order: list, dropped: Edge) -> list:
    """Those of `order` that the walk comes to when it cannot take one edge."""
    reached = {order[-1]}
    for result in reversed(order):
        if result in reached:
            operands = enumerate(result.operands)
            edges = [Edge(operand, result, index) for index, operand in operands]
            is_dropped = [e.result is dropped.result and e.index == dropped.index for e in edges]
            pairs = zip(edges, is_dropped, strict=True)
            reached |= {edge.operand for edge, gone in pairs if not gone}
    return [value for value in order if value in reached]


def partials_past_constants(result: Any) -> list:
    """The partials of `result`, of which a constant has none: the walk passes it by."""
    pairs = zip(result.operands, partials_of(result), strict=True)
    return [partial if takes_gradient(operand) else None for operand, partial in pairs]


class Copy:
    """A value with the attributes of another, told from every other one by its identity."""


def told_apart(root: Any, model: Any = None, opened: str = "") -> Any:
    """`root`, or a copy of its graph where the class of a value makes two of them one.

    So it is where `__eq__` compares data: two leaves of 2 are one key of a dict, or none. Of a
    tensor of PyTorch it is the graph behind it as values, with names and boxes by `model`.
    """
    if frameworks.is_of_torch(root):
        return frameworks.read(root, model, opened)
    if model is not None or opened:
        raise TypeError(
            f"model and opened are for tensors of PyTorch, and this is {described(root)}; leave "
            "them out, and put values in boxes with open_boxes(root, groups)"
        )
    values = check_protocol(root)
    if all(type(value).__hash__ for value in values) and len(set(values)) == len(values):
        return root
    copies = {id(value): Copy() for value in values}
    for value in values:
        for name in ("data", "grad", "label", "op", "partials", "requires_grad"):
            if hasattr(value, name):
                setattr(copies[id(value)], name, getattr(value, name))
        operands = type(value.operands)(copies[id(operand)] for operand in value.operands)
        copies[id(value)].operands = operands  # type: ignore[attr-defined]
    return copies[id(root)]


def check_told_apart(values: list) -> None:
    """Refuse values that cannot be keys of a dict, or of which two would be one."""
    names: dict[Any, Any] = {}
    for value in values:
        if type(value).__hash__ is None:
            raise TypeError(
                f"{described(value)} cannot be told from its equals: its class defines __eq__ "
                "without __hash__; remove __eq__, or add __hash__ = object.__hash__"
            )
        if names.setdefault(value, value) is not value:
            raise TypeError(
                f"{described(names[value])} and {described(value)} are two values and count as one "
                "here: their class compares them by their data; remove its __eq__ and __hash__"
            )


def check_order(nodes: list, edges: list[Edge]) -> None:
    """Refuse a circle, in which no value comes first."""
    place = {value: position for position, value in enumerate(nodes)}
    for operand, result, _ in edges:
        if place[operand] >= place[result]:
            raise ValueError(
                f"the graph runs in a circle: {described(operand)} is an operand of "
                f"{described(result)} and was computed from it; make a new value for each result"
            )


def check_protocol(root: Any) -> list:
    """Every value behind `root`, once; refuse what has no graph behind it, with the next move."""
    waiting, seen, found = [root], set(), []
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        found.append(value)
        missing = [name for name in ("data", "op", "operands") if not hasattr(value, name)]
        if missing:
            raise TypeError(
                f"{described(value)} has no {' and no '.join(missing)}; a graph is made of Values, "
                "or of your own objects with data, op and operands; "
                + ("pass one result" if value is root else "put it in a Value first")
            )
        if hasattr(value.op, "rule") and not value.operands:
            raise RuntimeError(
                f"the graph behind {described(value)} was freed by backward(); draw it before "
                "that, or call backward(retain_graph=True)"
            )
        if not isinstance(value.operands, tuple | list):
            raise TypeError(
                f"the operands of {described(value)} are a {type(value.operands).__name__}; keep "
                "them in a tuple, which holds their order and repeats"
            )
        waiting += value.operands
    return found


def partials_of(value: Any) -> list:
    """The partials that `value` holds, 0 to a constant; none where it does not hold them in order.

    The partial to a constant tensor is not kept, and stands there as None.
    """
    held = getattr(value, "partials", ())
    held = list(held) if isinstance(held, tuple | list | np.ndarray) else []
    return [0.0 if x is None and hasattr(value, "requires_grad") else x for x in held]


def check_partials(nodes: list) -> None:
    """Refuse a graph whose results do not hold one partial per operand."""
    for value in nodes:
        found = partials_of(value)
        if len(found) != len(value.operands):
            raise ValueError(
                f"{described(value)} has {len(value.operands)} operands and {len(found)} partials; "
                "store one local derivative per operand in `partials`, in the same order"
            )
        for partial in found:
            if not (isinstance(partial, np.ndarray) or callable(partial) or is_number(partial)):
                raise ValueError(
                    f"{described(value)} holds {plain(repr_of(partial))} for a partial, and no "
                    "upstream can be multiplied by that; make it a float"
                )


def check_numbers(nodes: list, who: str) -> None:
    """Refuse a graph of anything but single numbers, for tools that work by multiplying these."""
    check_partials(nodes)
    for value in nodes:
        if not is_number(value.data) or any(map(callable, partials_of(value))):
            holds = "an array" if np.ndim(value.data) else plain(repr_of(value.data))
            raise TypeError(
                f"{who} works with single numbers, and {described(value)} holds {holds}; build the "
                "graph of Values, or look at step_through(root), which takes arrays as well"
            )


def is_number(x: Any) -> bool:
    """Is `x` one real number that a float can hold?"""
    if isinstance(x, np.ndarray):
        return x.ndim == 0 and x.dtype.kind in "fiub"
    if isinstance(x, int):
        return abs(x) <= LARGEST_FLOAT
    return isinstance(x, Real)


def repr_of(x: Any) -> str:
    """What to call `x` in a message; of a long number how long it is."""
    is_long = isinstance(x, int) and abs(x) > LARGEST_FLOAT
    return f"a number of {int(math.log10(abs(x))) + 1} digits" if is_long else repr(x)


def described(value: Any) -> str:
    """A few words for an error message: the kind of object, and its label if it has one."""
    kind = type(value).__name__
    if label := getattr(value, "label", ""):
        return f"{kind} {plain(label)!r}"
    if isinstance(value, list | tuple | set | dict):
        return f"a {kind} of {len(value)}"
    return f"a {kind}"
