"""One training step as a program: the loss, its gradients, and what the optimiser makes of them.

The engine itself runs, on traced arrays: `loss_of` forward, the chain rule of `walk_back`, and the
optimiser's own `update`. It runs twice: what differs then was drawn at random, or counted.
"""

import copy
import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import numpy as np

from ...arguments import described
from ...backend import xp
from ...nn import Module
from ...tensor import Tensor, gradient_order, recording
from ...value import walk_back
from ..recording import ENDLESS, MOST_STEPS, Effort, EndlessError, effort_noted
from .outside import GONE, brief, frozen
from .program import Program
from .traced import CannotRecord, TracedArray
from .tracer import Tracer

NEW_EACH_TIME = (
    "loss_of was recorded twice with the same examples, and {} differs: it draws random numbers, "
    "counts its calls, or takes the next of something. Draw by dropout from a Generator, or pass "
    "what varies as an argument"
)
PAST_IT = (
    "loss_of writes into an array of shape {} from outside, and computes with one "
    "by NumPy alone, which a recording does not see: let one operand of each operation on it come "
    "from a parameter or an argument, as in average += 0.1 * (now - average)"
)
ONE_OF_THEM = (
    "argument {} is one of the parameters: loss_of uses those from outside, as in "
    "lambda x: loss(model(x)), and gets what varies from call to call"
)
LOOP = (
    "at {} a branch was taken {} times and then left: a loop whose length depends on numbers. A "
    "recording holds as many rounds as this example had, and another call may need more: write a "
    "fixed number of rounds, with where() for those that are too many"
)


class Recording(NamedTuple):
    """A program, and what it holds only for: what was read from outside while recording."""

    program: Program
    states: dict[str, np.ndarray]  # arrays that the step writes to
    captured: dict[str, np.ndarray]  # arrays that are constants in it
    tensors: list[tuple]  # (tensor, its array, its version): constants in it as well
    attributes: list[tuple]  # (module, name, what stood there)
    moved: list[int]  # the places of the parameters that have a gradient
    remembered: list[tuple]  # (place, key): what m0, m1, ... are in the optimiser's memory
    kept: list[tuple]  # (module, name, is it a tensor): attributes set to the last results


def recorded(loss_of: Callable, parameters, examples, optimiser=None) -> Recording:
    """The step with these examples; refused where a second recording is another one."""
    first = record_once(loss_of, parameters, examples, optimiser)
    with moved_a_little(first.states) as states:
        again = record_once(loss_of, parameters, examples, optimiser)
    for one, other in zip(first.program.lines, again.program.lines, strict=False):
        if str(one) != str(other):
            raise CannotRecord(NEW_EACH_TIME.format(f"`{one}`"))
    if len(first.program.lines) != len(again.program.lines):
        raise CannotRecord(NEW_EACH_TIME.format("the number of operations"))
    for name, array in first.program.constants.items():
        if array.tobytes() != again.program.constants[name].tobytes():
            raise CannotRecord(
                PAST_IT.format(next(iter(states.values())).shape)
                if states
                else NEW_EACH_TIME.format(f"an array of shape {array.shape} that it makes")
            )
    for name, array in states.items():
        if array.tobytes() != again.program.inputs[name].tobytes():
            raise CannotRecord(PAST_IT.format(array.shape))
    return first


@contextmanager
def moved_a_little(states: dict) -> Iterator[dict]:
    """Other numbers in the arrays that the step writes to, and copies of these; then as before.

    What NumPy computes of them alone would stay in the code as it was in the first recording.
    """
    before = {name: array.copy() for name, array in states.items()}
    try:
        for array in states.values():
            if array.dtype.kind == "f":
                array[...] = array * 1.000001 + 0.000001
        yield {name: array.copy() for name, array in states.items()}
    finally:
        for name, array in states.items():
            array[...] = before[name]


def record_once(loss_of, parameters, examples, optimiser) -> Recording:
    """One recording; everything is as it was before when it ends."""
    tracer = Tracer()
    with ExitStack() as stack:
        effort = stack.enter_context(effort_noted(Effort(MOST_STEPS, math.inf)))  # noqa: F841
        tensors = stack.enter_context(tensors_noted())
        attributes, written = stack.enter_context(attributes_noted())
        stack.enter_context(backend(tracer))
        stack.enter_context(inputs_in_place(tracer, parameters))
        stack.enter_context(recording(True))
        try:
            given = [example_of(tracer, place, x) for place, x in enumerate(examples)]
            loss = loss_of(*given)
            check_loss(loss)
            gradients = gradients_of(tracer, loss, parameters)
            stores, results, remembered = updates(tracer, parameters, gradients, optimiser)
        except EndlessError:
            raise CannotRecord(ENDLESS.format(MOST_STEPS)) from None
        check_loops(tracer)
        loss_name = tracer.lift(loss.array).name
        kept = [kept_result(tracer, *key) for key in written.values()]
    own = {id(p) for p in parameters} | {id(x) for x in given}
    moved = [k for k, g in enumerate(gradients) if g is not None]
    names = {old: f"s{k}" for k, (_, old, _) in enumerate(tracer.states.values())}
    states = {names[old]: array for array, old, _ in tracer.states.values()}
    found = {names[old]: tracer.constants[old] for _, old, _ in tracer.states.values()}
    stores += [(names[old], new.name) for _, old, new in tracer.states.values()]
    lines = tuple(
        line._replace(operands=tuple(names.get(o, o) for o in line.operands))
        for line in tracer.lines
    )
    constants = {name: a for name, a in tracer.constants.items() if name not in names}
    results = (loss_name, *results, *(result for *_, result in kept))
    program = Program(tracer.inputs | found, constants, lines, results, tuple(stores))
    outside = [entry for entry in tensors.values() if id(entry[0]) not in own]
    read = list(attributes.values())
    kept = [(module, name, is_tensor) for module, name, is_tensor, _ in kept]
    return Recording(program, states, tracer.captured, outside, read, moved, remembered, kept)


@contextmanager
def backend(module) -> Iterator[None]:
    """Tensors compute with another array module."""
    before = xp.module
    xp.use(module)
    try:
        yield
    finally:
        xp.use(before)


@contextmanager
def inputs_in_place(tracer, parameters) -> Iterator[None]:
    """The parameters hold traced arrays; afterwards they are as before."""
    before = [(p, p.array, p.version, p.grad) for p in parameters]
    try:
        for place, p in enumerate(parameters):
            p.array, p.grad = tracer.input("p", place, np.array(p.array)), None
        yield
    finally:
        for p, array, version, grad in before:
            p.array, p.version, p.grad = array, version, grad


@contextmanager
def tensors_noted() -> Iterator[dict]:
    """Note each tensor whose array is read or replaced; afterwards each has its array again.

    (The class is changed, for every thread.)
    """
    noted: dict[int, tuple] = {}
    slot = Tensor.array

    def read(tensor):
        array = slot.__get__(tensor)
        if isinstance(array, np.ndarray):
            noted.setdefault(id(tensor), (tensor, array, tensor.version, tensor.version.count))
        return array

    def write(tensor, array):
        old = slot.__get__(tensor) if hasattr(tensor, "version") else None
        if isinstance(old, np.ndarray):
            noted.setdefault(id(tensor), (tensor, old, tensor.version, tensor.version.count))
        slot.__set__(tensor, array)

    Tensor.array = property(read, write)
    try:
        yield noted
    finally:
        Tensor.array = slot
        changed = [entry for entry in noted.values() if entry[0].array is not entry[1]]
        for tensor, array, version, _ in changed:
            tensor.array, tensor.version = array, version
    if changed:
        raise CannotRecord(
            f"loss_of changes {described(changed[0][0])} from outside, which a recording does not "
            "do again at each call: return what is new, or write into an array that is no tensor"
        )


@contextmanager
def attributes_noted() -> Iterator[tuple[dict, dict]]:
    """Note what is read from layers and written to them; afterwards all is as it was before.

    (The class is changed.)
    """
    noted: dict[tuple, tuple] = {}
    written: dict[tuple, tuple] = {}

    def read(module, name):
        found = object.__getattribute__(module, name)
        is_method = name.startswith("__") or callable(getattr(found, "__func__", None))
        if not is_method and (id(module), name) not in written:
            noted.setdefault((id(module), name), (module, name, frozen(found)))
        return found

    def write(module, name, new):
        written.setdefault((id(module), name), (module, name, vars(module).get(name, GONE)))
        object.__setattr__(module, name, new)

    Module.__getattribute__, Module.__setattr__ = read, write
    try:
        yield noted, written
    finally:
        del Module.__getattribute__, Module.__setattr__
        for module, name, before in written.values():
            if before is GONE:
                vars(module).pop(name, None)
            else:
                vars(module)[name] = before


def kept_result(tracer, module, name, before) -> tuple:
    """What loss_of keeps in a layer, to look at: an array or a tensor, which each call brings."""
    found = vars(module)[name]
    array = found.array if isinstance(found, Tensor) else found
    if not isinstance(array, TracedArray):
        raise CannotRecord(
            f"loss_of sets `{name}` of {type(module).__name__}, which was {brief(before)}, to "
            f"{brief(found)}: a compiled step sets attributes to arrays and tensors that it "
            "computes, and would not do this; set it outside"
        )
    return module, name, isinstance(found, Tensor), array.name


def example_of(tracer, place: int, x) -> Tensor | TracedArray:
    """What loss_of gets: a tensor for a tensor, an array for all else, each an input."""
    is_tensor = isinstance(x, Tensor)
    if is_tensor and isinstance(x.array, TracedArray):
        raise ValueError(ONE_OF_THEM.format(place))
    array = np.array(x.array if is_tensor else x)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"argument {place} is {type(x).__name__}: a compiled step takes tensors, arrays and "
            "numbers; what loss_of should find fixed, it uses from outside"
        )
    traced = tracer.input("x", place, array)
    traced.is_given = True
    if not is_tensor:
        return traced
    given = Tensor(traced, x.label, x.dtype, x.requires_grad)
    given.array.is_given = True
    return given


def check_loss(loss):
    """Refuse what has no gradient."""
    if not isinstance(loss, Tensor):
        found = "nothing" if loss is None else type(loss).__name__
        raise TypeError(
            f"loss_of returned {found}; a step is recorded from one Tensor: return the loss itself"
        )
    if loss.size != 1:
        raise ValueError(
            f"loss_of returned a tensor of shape {loss.shape}; a loss is one number: sum it, or "
            "take the mean"
        )


def gradients_of(tracer, loss, parameters) -> list:
    """The gradient of the loss for each parameter, traced; None for what it does not depend on."""
    if not loss.requires_grad:
        return [None] * len(parameters)
    gradient = {loss: tracer.constant(np.ones(loss.shape, loss.dtype))}
    for _ in walk_back(loss, gradient, order=gradient_order(loss)):
        pass
    return [gradient.get(p) if p.requires_grad else None for p in parameters]


def updates(tracer, parameters, gradients, optimiser):
    """What is stored, what is returned beside the loss, and what the optimiser remembers."""
    having = [(k, p, g) for k, (p, g) in enumerate(zip(parameters, gradients, strict=True))]
    having = [(k, p, tracer.lift(g)) for k, p, g in having if g is not None]
    if optimiser is None:
        return [], [g.name for _, _, g in having], []
    twin = copy.copy(optimiser)
    twin._lr = tracer.input("lr", "", np.array(float(optimiser.lr)), is_weak=True)
    tracer.seen_otherwise.clear()  # all views were of the numbers before the step
    places = {id(p): k for k, p in enumerate(optimiser.params)}
    stores, remembered = [], []
    for place, p, g in having:
        if id(p) not in places:
            continue
        numbers = TracedArray(tracer, f"p{place}", tracer.inputs[f"p{place}"])
        own = {}
        for key, kept in memory_of(optimiser, places[id(p)], p).items():
            is_weak = not isinstance(kept, np.ndarray)
            own[key] = tracer.input("m", len(remembered), np.array(kept), is_weak)
            remembered.append((places[id(p)], key))
        before = {key: kept.name for key, kept in own.items()}
        twin.update(numbers, g, own)
        check_counts_nothing(optimiser, twin)
        stores.append((f"p{place}", numbers.name))
        stores += [(before[key], tracer.lift(new).name) for key, new in own.items()]
    return stores, [], remembered


def check_counts_nothing(optimiser, twin):
    """Refuse an optimiser that keeps in itself what its next step reads."""
    for name, now in vars(twin).items():
        if name != "_lr" and vars(optimiser).get(name, GONE) is not now:
            raise CannotRecord(
                f"update of {type(optimiser).__name__} sets `{name}` of the optimiser, which a "
                "compiled step would not do again at each call: keep it in `memory`, of which "
                "each parameter has its own"
            )


def memory_of(optimiser, place: int, p) -> dict:
    """What the optimiser remembers of a parameter, or will after its first step."""
    if optimiser.memory[place]:
        return optimiser.memory[place]
    probe: dict = {}
    zeros = np.zeros(p.shape, p.dtype)
    copy.copy(optimiser).update(zeros, zeros.copy(), probe)
    return probe


def check_loops(tracer):
    """Refuse a loop that numbers end: the same place asked again and again, and at last left."""
    for (frame, _), answers in tracer.asked_at.items():
        if len(answers) > 1 and len({*answers[:-1]}) == 1 and answers[-1] != answers[0]:
            place = f"{frame.f_code.co_filename.rsplit('/', 1)[-1]}, line {frame.f_lineno}"
            raise CannotRecord(LOOP.format(place, len(answers) - 1))
