"""The graph behind a tensor of PyTorch, and what one real backward pass delivers along its edges.

Nothing of the caller's is changed: no gradient, no buffer, no random state, no hook; and the graph
can be walked again.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from typing import Any

import numpy as np
import torch
from torch.autograd.graph import GradientEdge, get_gradient_edge

from .as_before import all_as_before, are_equal
from .modules import names_of, owners_of, put_in_boxes
from .recorded import Function, Place, Record, Sent
from .sketch import Unkept, kept

SIGNS = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "Mm": "@", "Bmm": "@"}
REENTRANT = "CheckpointFunctionBackward"  # it refuses every pass but a whole one
FREED = "backward through the graph a second time"
WRITTEN_OVER = "modified by an inplace operation"


def record_of(
    root: torch.Tensor, model: Any = None, dropped: tuple[int, int] | None = None
) -> Record:
    """The graph behind `root`, and one backward pass through it.

    `model` gives names: a module, or a mapping of names to tensors. With `dropped`, a function and
    the place of one of its gradients, nothing goes along that edge.
    """
    with torch.inference_mode(False):  # in which nothing is recorded
        reading = Reading(root, model)
        known = len(reading.nodes)
        reading.run(dropped)
        if dropped is not None and (dropped[0] >= known or dropped[0] in reading.outside):
            raise ValueError(
                "this edge is of a function that starts a backward pass of its own, as a reentrant "
                "checkpoint does, or is inside that pass: its graph is made on the way back, and "
                "is another one when the edge is missing; drop an edge outside it, or call "
                "checkpoint with use_reentrant=False"
            )
        return reading.record()


def numbers_of(tensor: torch.Tensor) -> Any:
    """A number, or a copy of the numbers of a tensor as far as they are shown."""
    tensor = tensor.detach()
    if tensor.layout is not torch.strided:
        tensor = tensor.to_dense()
    if tensor.dtype not in (torch.float32, torch.float64):
        tensor = tensor.float()
    if not tensor.ndim:
        return tensor.item()
    array = tensor.cpu().numpy()
    found = kept(array)
    return array.copy() if found is array else found


def is_custom(node: Any) -> bool:
    """Is the node of a torch.autograd.Function, written in Python?"""
    return hasattr(node, "_forward_cls")


def symbol_of(node: Any) -> str:
    """What the op of a node is called on the way forward: `+`, `addmm`, `MyFunction`."""
    name = node.name().split("::")[-1]
    if is_custom(node):
        return name.removesuffix("Backward")
    stem = re.sub(r"(Backwards?)?\d*$", "", name)
    if stem in SIGNS and getattr(node, "_saved_alpha", 1) == 1:
        if [one for one, _ in node.next_functions if one is not None][1:]:
            return SIGNS[stem]
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z][a-z])", "_", stem).lower()


@cache
def saved_names(kind: type) -> list[str]:
    """What nodes of this kind keep, by name."""
    return [name.removeprefix("_raw_saved_") for name in dir(kind) if name.startswith("_raw_saved")]


def saved_tensors(node: Any) -> Iterator[tuple[str, torch.Tensor]]:
    """The tensors that a node keeps as they are; what hooks have packed away stays packed."""
    names = ["tensors"] if is_custom(node) else saved_names(type(node))
    for name in names:
        raw = getattr(node, f"_raw_saved_{name}", None)
        several = raw if isinstance(raw, tuple | list) else [raw]
        for number, one in enumerate(several):
            if one is None or getattr(one, "unpack_hook", "unknown") is not None:
                continue  # before PyTorch 2.7 it cannot be asked
            tensor = node.saved_tensors if is_custom(node) else getattr(node, f"_saved_{name}")
            tensor = tensor if one is raw else tensor[number]
            if tensor is not None:
                yield name if one is raw else f"{name}[{number}]", tensor


@contextmanager
def said_plainly(symbol: str) -> Iterator[None]:
    """Say what the engine's two complaints mean for whoever wants a picture."""
    try:
        yield
    except RuntimeError as error:
        if FREED in str(error):
            raise RuntimeError(
                f"the graph was freed by backward(): what {symbol} kept is gone; step through it "
                "before that, or call backward(retain_graph=True)"
            ) from error
        if WRITTEN_OVER in str(error):
            raise RuntimeError(
                f"what {symbol} keeps for the way back was written over after it was computed, so "
                f"there is no right gradient; write to a clone instead. PyTorch says: {error}"
            ) from error
        raise


def refuse_what_cannot_be_shown(x: Any, where: str) -> None:
    """Say what can be done where there are no real numbers in what `x` is or describes."""
    if x.dtype.is_complex:
        raise TypeError(
            f"{where} holds complex numbers ({x.dtype}), and pictures show real ones; compute with "
            "the real and the imaginary part as two tensors, or step through a part of the graph "
            "that is real"
        )
    if getattr(x, "is_nested_tensor", getattr(x, "is_nested", False)):
        raise TypeError(
            f"{where} is a nested tensor, whose rows differ in length, and pictures show arrays; "
            "step through one row, or a padded tensor"
        )
    if x.device.type == "meta":
        raise TypeError(
            f"{where} is on the device meta and holds no numbers; make the model on the CPU"
        )


class Reading:
    """The functions behind a tensor, and what was seen of one pass through them."""

    def __init__(self, root: torch.Tensor, model: Any):
        """Read the graph; a tensor that has none is refused."""
        if not root.requires_grad:
            raise ValueError(
                f"this tensor of shape {tuple(root.shape)} has no history: it requires no "
                "gradient; pass the loss as the model gave it, not loss.detach(), and compute it "
                "outside torch.no_grad()"
            )
        self.tensor, self.model = root, model
        self.names: dict[tuple[Any, int], str] = {}
        for name, tensor in names_of(model).items():
            if not isinstance(tensor, torch.Tensor):
                raise TypeError(
                    f"model gives names to tensors, and {name!r} is a {type(tensor).__name__}; "
                    "leave it out, or pass the tensor that the graph was made with"
                )
            if tensor.requires_grad and not tensor.is_nested:  # of which PyTorch tells no edge
                edge = get_gradient_edge(tensor)
                self.names.setdefault((edge.node, edge.output_nr), name)
        self.nodes: list[Any] = []
        self.functions: list[Function] = []
        self.place_of: dict[Any, int] = {}
        self.depth = 0  # of passes within the pass
        self.sums: dict[
            tuple[int, Place], torch.Tensor
        ] = {}  # of what waits, in the pass at a depth
        self.settled: dict[Place, torch.Tensor] = {}  # what leaves were left with so far
        self.shown: dict[Place, Any] = {}  # the same as pictures show it
        self.sent: list[Sent] = []
        self.remarks: dict[Place, list[str]] = {}
        self.undone_by: list[Callable[[], Any]] = []
        self.aside: set[int] = set()  # leaves whose gradients are put back
        self.at_work: list[int] = []
        self.outside: dict[int, list[Place | None]] = {}  # what functions with a pass within took
        self.inner: dict[int, list[int]] = {}  # and the functions of that pass
        edge = get_gradient_edge(root)
        self.read(edge)
        self.root = self.place_of[edge.node], edge.output_nr
        self.functions[self.root[0]].data[self.root[1]] = numbers_of(root)
        for tensor in names_of(model).values():  # which the caller keeps, if nobody else does
            if tensor.grad_fn is not None and tensor.grad_fn in self.place_of:
                at, number = self.place_of[tensor.grad_fn], tensor.output_nr
                self.functions[at].data[number] = numbers_of(tensor)

    def read(self, *edges: GradientEdge) -> None:
        """Take in every node behind the edges, with the numbers that somebody keeps."""
        waiting, first = [edge.node for edge in edges], len(self.nodes)
        while waiting:
            node = waiting.pop()
            if node not in self.place_of:
                self.place_of[node] = len(self.nodes)
                self.nodes.append(node)
                waiting += [one for one, _ in reversed(node.next_functions) if one is not None]
        self.functions += [self.function_of(node) for node in self.nodes[first:]]
        for at in range(first, len(self.nodes)):
            self.note_saved(at)

    def function_of(self, node: Any) -> Function:
        """A node as plain data, its results without their numbers."""
        places = [
            None if one is None else (self.place_of[one], number)
            for one, number in node.next_functions
        ]
        variable, label = getattr(node, "variable", None), self.names.get((node, 0), "")
        if isinstance(variable, torch.Tensor) and not places:
            refuse_what_cannot_be_shown(variable, label or "a leaf")
            data = [numbers_of(variable)]
            return Function("leaf", [], data, label=label, is_leaf=True)
        symbol = symbol_of(node)
        for one in node._input_metadata:
            refuse_what_cannot_be_shown(one, f"a result of {symbol}")
        data = [Unkept(tuple(one.shape)) for one in node._input_metadata]
        words = f"{node.name()} of PyTorch"
        return Function(symbol, places, data, words, label, order=float(node._sequence_nr()))

    def note_saved(self, at: int) -> None:
        """Say what a node keeps, and put the numbers into the results that they are."""
        found = []
        with said_plainly(self.functions[at].symbol):
            for name, tensor in saved_tensors(self.nodes[at]):
                shape = f" {tuple(tensor.shape)}" if tensor.ndim else ""
                found.append(f"{name}{shape} at version {tensor._version}")
                whose = self.place_of.get(tensor.grad_fn)
                if whose is not None:
                    data, number = self.functions[whose].data, tensor.output_nr
                    if isinstance(data[number], Unkept):
                        data[number] = numbers_of(tensor)
        if found:
            self.functions[at].words += f", which keeps {', '.join(found)}"

    # The pass ----------------------------------------------------------------------------------

    def run(self, dropped: tuple[int, int] | None = None) -> None:
        """One backward pass with a hook on each node, all else as it was before and after."""
        self.dropped = dropped
        seed = torch.ones_like(self.tensor)
        self.sums[0, self.root], self.shown[self.root] = seed, numbers_of(seed)
        leaves = [at for at, function in enumerate(self.functions) if function.is_leaf]
        with ExitStack() as stack:
            stack.enter_context(all_as_before())
            stack.callback(self.undo)
            self.backward, torch.autograd.backward = torch.autograd.backward, self.inner_backward
            self.hook(range(len(self.nodes)))
            with said_plainly("an op"):
                if any(node.name().endswith(REENTRANT) for node in self.nodes):
                    self.set_aside()
                    self.backward(self.tensor, seed, retain_graph=True)
                else:
                    edges = [GradientEdge(self.nodes[at], 0) for at in leaves]
                    found = torch.autograd.grad(
                        self.tensor, edges, seed, retain_graph=True, allow_unused=True
                    )
                    for at, gradient in zip(leaves, found, strict=True):
                        if gradient is not None:
                            self.settle((at, 0), gradient)

    def hook(self, places: Iterable[int]) -> None:
        """Watch what these nodes deliver."""
        for at in places:
            node = self.nodes[at]
            self.undone_by.append(node.register_hook(partial(self.deliver, at)).remove)
            if hasattr(node, "_forward_cls"):
                self.undone_by.append(node.register_prehook(partial(self.begin, at)).remove)

    def undo(self) -> None:
        """Take every hook away, and give the leaves back what they had."""
        torch.autograd.backward = self.backward
        for undo in self.undone_by:
            undo()

    def begin(self, at: int, _: Any) -> None:
        """Note that a function written in Python is at work: it may start a pass of its own."""
        self.at_work.append(at)

    def deliver(self, at: int, delivered: Any, given: Any) -> Any:
        """Note what a node was given, and what it delivers; drop what is to be dropped."""
        function = self.functions[at]
        if function.is_leaf:
            return self.settle((at, 0), given[0]) if given[0] is not None else None
        if hasattr(self.nodes[at], "_forward_cls"):
            self.at_work.pop()
        is_changed = self.dropped is not None and self.dropped[0] == at
        if is_changed:
            number = self.dropped[1]
            delivered = tuple(None if i == number else x for i, x in enumerate(delivered))
        if at in self.outside:
            self.leave(at, delivered)
        else:
            self.note(at, dict(enumerate(given)), delivered)
        return delivered if is_changed else None

    def note(self, at: int, given: Mapping[int, Any], delivered: Iterable[Any]) -> None:
        """Add what a node delivers to the sums, in the order and the precision of the engine."""
        sent = Sent(at, {number: self.given((at, number), x) for number, x in given.items()}, [])
        self.sent.append(sent)
        for number, (place, x) in enumerate(zip(self.functions[at].takes, delivered, strict=False)):
            if place is not None:
                sent.delivered.append((number, *self.add(place, x)))

    def given(self, place: Place, x: Any) -> Any:
        """The gradient that a node works with; where that is not what arrived, it is said."""
        total = self.sums.pop((self.depth, place), None)
        if x is None or (total is not None and are_equal(total, x)):
            return self.shown[place] if place in self.shown else self.nothing(place)
        self.remark(place, "what is passed on is not the sum of what arrived: a hook changed it")
        return numbers_of(x)

    def add(self, place: Place, x: Any) -> tuple[Any, Any]:
        """One contribution and the sum after it, as they are shown."""
        if x is None:
            nothing = self.nothing(place)
            return nothing, self.shown.setdefault(place, nothing)
        amount, waiting = numbers_of(x), self.sums.get((self.depth, place))
        self.sums[self.depth, place] = x if waiting is None else waiting + x
        others = [
            self.settled.get(place),
            *(self.sums.get((at, place)) for at in range(self.depth)),
        ]
        total, is_first = self.sums[self.depth, place], waiting is None
        for other in others:
            if other is not None:
                total, is_first = other + total, False
        self.shown[place] = amount if is_first else numbers_of(total)
        return amount, self.shown[place]

    def nothing(self, place: Place) -> Any:
        """Zeros: what arrives where PyTorch sends nothing."""
        shape = np.shape(self.functions[place[0]].data[place[1]])
        return kept(np.broadcast_to(np.float32(0), shape)) if shape else 0.0

    def settle(self, place: Place, gradient: torch.Tensor) -> None:
        """Add what a leaf receives to its gradient; where that is not what arrived, it is said.

        A pass within the pass adds up what it brings before it is added to what is there.
        """
        arrived = self.sums.pop((self.depth, place), None)
        before = self.settled.get(place)
        self.settled[place] = gradient if before is None else before + gradient
        if arrived is None or not are_equal(arrived, gradient):
            self.shown[place] = numbers_of(self.settled[place])
            self.remark(place, "the gradient is not the sum of what arrived: a hook changed it")

    def remark(self, place: Place, words: str) -> None:
        """Note something to be said of a value."""
        self.remarks.setdefault(place, []).append(words)

    # A pass inside the pass --------------------------------------------------------------------

    def inner_backward(self, tensors: Any, amounts: Any = None, *rest: Any, **more: Any) -> None:
        """torch.autograd.backward: of a function at work that calls it, the graph within is read.

        So does a reentrant checkpoint, which computes a part of the graph again on the way back.
        """
        if self.at_work:
            roots = (tensors,) if isinstance(tensors, torch.Tensor) else tuple(tensors)
            each = amounts if isinstance(amounts, tuple | list) else (amounts,) * len(roots)
            each = [
                torch.ones_like(x) if y is None else y for x, y in zip(roots, each, strict=True)
            ]
            self.enter(self.at_work[-1], [get_gradient_edge(root) for root in roots], each)
        self.depth += 1
        try:
            self.backward(tensors, amounts, *rest, **more)
        finally:
            self.depth -= 1

    def enter(self, at: int, edges: list[GradientEdge], amounts: Iterable[Any]) -> None:
        """Let the function at work pass its gradients to the roots of the graph within."""
        function, first = self.functions[at], len(self.nodes)
        if at not in self.outside:
            self.outside[at], function.takes = function.takes, []
        self.read(*edges)
        fresh = range(first, len(self.nodes))
        self.set_aside()
        self.hook(fresh)
        start = len(function.takes)
        function.takes += [(self.place_of[edge.node], edge.output_nr) for edge in edges]
        sent = Sent(at, {}, [])
        for number in range(len(function.data)):
            if self.sums.pop((self.depth, (at, number)), None) is not None:
                sent.given[number] = self.shown[at, number]
        self.sent.append(sent)
        self.depth += 1  # what goes to the roots is part of the pass within
        for number, (place, x) in enumerate(
            zip(function.takes[start:], amounts, strict=True), start
        ):
            assert place is not None
            sent.delivered.append((number, *self.add(place, x)))
        self.depth -= 1
        self.inner[at] = [*self.inner.get(at, ()), *fresh]

    def leave(self, at: int, delivered: Iterable[Any]) -> None:
        """Go on from the leaves of the graph within to what the function took.

        A leaf whose gradient the function hands on stands for an operand. What it hands on
        otherwise goes straight from the function.
        """
        function = self.functions[at]
        leaves = [place for place in self.inner[at] if self.functions[place].is_leaf]
        for place, x in zip(self.outside[at], delivered, strict=False):
            if place is None or x is None:
                continue
            same = [
                one
                for one in leaves
                if (grad := self.nodes[one].variable.grad) is not None
                and grad.data_ptr() == x.data_ptr()
            ]
            if same:
                one = self.functions[same[0]]
                one.symbol = one.label = "input"
                one.is_leaf, one.takes = False, [place]
                del self.settled[same[0], 0]
                self.sums[self.depth, (same[0], 0)] = x
                self.note(same[0], {0: x}, [x])
            else:
                function.takes.append(place)
                straight = (len(function.takes) - 1, *self.add(place, x))
                self.sent.append(Sent(at, {}, [straight]))

    def set_aside(self) -> None:
        """Let a whole pass begin with leaves that hold no gradient and call nobody when they do."""
        for at, function in enumerate(self.functions):
            if function.is_leaf and at not in self.aside:
                self.aside.add(at)
                leaf = self.nodes[at].variable
                self.undone_by.append(partial(setattr, leaf, "grad", leaf.grad))
                leaf.grad = None
                if callers := leaf._post_accumulate_grad_hooks:
                    self.undone_by.append(partial(callers.update, dict(callers)))
                    callers.clear()

    def record(self) -> Record:
        """What was read and seen, as plain data."""
        owners = owners_of(self.model)
        at_leaves = {
            at: owners[id(node.variable)]
            for at, (node, function) in enumerate(zip(self.nodes, self.functions, strict=True))
            if function.is_leaf and id(node.variable) in owners
        }
        put_in_boxes(self.functions, at_leaves)
        gradient = {place: self.shown[place] for place in self.settled}
        unreached = [name for (node, _), name in self.names.items() if node not in self.place_of]
        return Record(self.functions, self.root, self.sent, gradient, self.remarks, unreached)
