"""A training step compiled once: one call runs the loss, its gradients and the optimiser's step."""

from collections.abc import Callable, Iterable
from functools import partial
from operator import attrgetter, is_
from threading import RLock

import numpy as np

from ...arguments import described
from ...backend import xp
from ...optim import Optimizer
from ...tensor import Tensor, no_grad
from ..code import NO_COMPILER, Refused, c_compiler
from .lowering import lowered
from .numpy_code import Code, NoCompiler
from .outside import brief, frozen, is_same, watched
from .program import optimised, without_dead_code
from .record import ONE_OF_THEM, recorded
from .traced import CannotRecord
from .tracer import Tracer

TONGUES = ("numpy", "c")
ARRAY = attrgetter("array")
A_FLOAT = ("array", (), np.dtype(float))  # the kind of a number, which may be whole in a call
CHANGED = (
    "{} since the step was recorded, and what it was then is in the code: compile again, pass what "
    "varies as an argument, or recompile=True to have that done whenever something has changed"
)


def compile_step(
    loss_of: Callable, parameters, *examples, optimiser=None, to: str | None = None, recompile=False
):
    """A function of the arguments of `loss_of` that does one training step, and returns the loss.

    `loss_of(*examples)` returns the loss, one number in a Tensor; `parameters` are the tensors that
    it is differentiated for. Without an optimiser a call adds to their `grad`, as backward() does;
    with one it moves them, and leaves `grad` alone. What the recording fixed is checked at every
    call, and refused where it has changed, or recorded anew with `recompile`.
    """
    if not callable(loss_of):
        raise TypeError(
            f"{type(loss_of).__name__} is no function; the function comes first, then the "
            "parameters, then an example of each of its arguments"
        )
    if to not in (None, *TONGUES):
        raise ValueError(f"no step is written in {to!r}; choose one of {', '.join(TONGUES)}")
    if to == "c" and not c_compiler():
        raise RuntimeError(NO_COMPILER + "or leave out to=, which takes NumPy then")
    return Step(loss_of, checked(parameters, optimiser), examples, optimiser, to, recompile)


def checked(parameters, optimiser) -> list[Tensor]:
    """The parameters in a list, each a leaf, each once."""
    is_many = isinstance(parameters, Iterable) and not isinstance(parameters, Tensor | np.ndarray)
    parameters = list(parameters) if is_many else [parameters]
    for p in parameters:
        if not isinstance(p, Tensor) or p.op is not None or p.dtype.kind != "f":
            found = described(p) if isinstance(p, Tensor) else type(p).__name__
            raise TypeError(
                f"a step is compiled for tensors of floats that are leaves, not for {found}: pass "
                "model.parameters()"
            )
    if len({*map(id, parameters)}) < len(parameters):
        raise ValueError("a tensor stands twice among the parameters; pass each once")
    if optimiser is not None:
        if not isinstance(optimiser, Optimizer):
            raise TypeError(
                f"optimiser is {type(optimiser).__name__}; pass one of optim.py, such as SGD or "
                "Adam, of the same parameters"
            )
        missing = [p for p in optimiser.params if all(p is not own for own in parameters)]
        if missing:
            raise ValueError(
                f"the optimiser moves {described(missing[0])}, which is none of the parameters: "
                "pass both the same tensors"
            )
    return parameters


class Step:
    """A compiled training step: `program` is what it does, `source` the code."""

    def __init__(self, loss_of, parameters, examples, optimiser, to, recompile):
        """Record, make it small, and write it out."""
        self.to = to
        self.loss_of, self.parameters, self.optimiser = loss_of, parameters, optimiser
        self.recompile, self.plans, self.lock = recompile, [], RLock()
        self.compile(examples)

    def compile(self, examples):
        """Make a plan for examples like these, and try it first from now on."""
        plan = Plan(self.loss_of, self.parameters, examples, self.optimiser, self.to)
        self.plans = [plan, *self.plans][:8]

    program = property(lambda self: self.plans[0].program)
    source = property(lambda self: self.plans[0].source)

    @property
    def peak(self) -> int:
        """The bytes that all arrays of a step take together at their most, beside parameters."""
        return self.plans[0].code.plan.peak

    def __repr__(self):
        """How many instructions it has, in what they are written, and the memory they take."""
        plan = self.plans[0]
        return (
            f"Step({len(plan.program.lines)} instructions in {len(plan.code.layout.items)} calls "
            f"of {plan.tongue}, {self.peak:,} bytes)"
        )

    def __reduce__(self):
        """Refused: memory, code and what was recorded are those of this process."""
        raise TypeError(
            "a compiled step is neither copied nor pickled: keep the model's parameters, and "
            "compile a step for them again"
        )

    def __call__(self, *examples) -> float:
        """One step; the loss. Its memory is one, so that threads wait for each other."""
        if isinstance(xp.module, Tracer):
            raise CannotRecord(
                "loss_of calls a compiled step, which moves parameters or their grad: call the "
                "loss itself, or the step outside"
            )
        with self.lock:
            return self.one_step(examples)

    def one_step(self, examples) -> float:
        """By the first plan that is made for such examples; else refused, or by a new one."""
        if self.optimiser is not None and not self.plans[0].is_remembered():
            return self.eagerly(examples)
        reasons = []
        for place, plan in enumerate(self.plans):
            if reason := plan.difference(examples):
                reasons.append(reason)
                continue
            try:
                loss = plan(examples)
            except Refused as refusal:
                reasons.append(refusal)
                continue
            if place:
                self.plans.insert(0, self.plans.pop(place))
            return loss
        if not self.recompile:
            first = reasons[0]
            raise first if isinstance(first, Refused) else Refused(first)
        self.compile(examples)
        return self.plans[0](examples)

    def eagerly(self, examples) -> float:
        """The step by the engine: the first one, in which the optimiser begins to remember."""
        before = [p.grad for p in self.parameters]
        for p in self.parameters:
            p.grad = None
        try:
            loss = self.loss_of(*examples)
            loss.backward()
            self.optimiser.step()
        finally:
            for p, grad in zip(self.parameters, before, strict=True):
                p.grad = grad
        return loss.item()


class Plan:
    """One program with its memory, its code, and what it holds only for."""

    def __init__(self, loss_of, parameters, examples, optimiser, to):
        """Record, and write the code."""
        self.to = to or ("c" if c_compiler() else "numpy")
        self.tongue = "NumPy" if to else "NumPy, since no C compiler was found (ziglang has one)"
        self.loss_of, self.parameters, self.optimiser = loss_of, parameters, optimiser
        self.recording = recorded(loss_of, parameters, examples, optimiser)
        self.program = without_dead_code(lowered(optimised(self.recording.program)))
        self.kinds = [kind_of(x) for x in examples]
        self.watched, found = watched(loss_of, self.recording.attributes)
        lines = self.program.lines
        draws = [dict(line.settings)["generator"] for line in lines if line.op == "draw"]
        can_be_refused = any(line.op == "guard" for line in lines)
        self.drawing = [each.bit_generator for each in draws if can_be_refused]
        self.frozen = [p.requires_grad for p in parameters]
        self.settings = settings_of(optimiser)
        moving = [*self.recording.states.values(), *map(ARRAY, parameters)]
        known = [*self.recording.captured.values()]
        for array in found:
            is_moving = any(np.may_share_memory(array, a) for a in moving)
            if not is_moving and all(array is not a for a in known):
                known.append(array)
        self.captured = [(array, array.tobytes()) for array in known]
        self.bound = None
        self.bind()

    def bind(self):
        """Make the memory, and the code that computes in it."""
        given = dict(self.recording.states)
        for place, p in enumerate(self.parameters):
            with p.opened() as array:
                given[f"p{place}"] = array.view()
            p.version.count -= 1  # nothing was written
        for k, (place, key) in enumerate(self.recording.remembered):
            kept = self.optimiser.memory[place].get(key)
            example = self.program.inputs[f"m{k}"]
            given[f"m{k}"] = kept if isinstance(kept, np.ndarray) else np.array(example)
        check_apart(given, [name for name, _ in self.program.stores])
        stored = [name for name, _ in self.program.stores if name[0] == "p"]
        self.written = [self.parameters[int(name[1:])] for name in stored]
        self.bound, self.given = ([p.array for p in self.parameters], self.memory()), [*given]
        if self.to == "c" and not all(map(is_even, given.values())):
            self.to, self.tongue = "numpy", "NumPy, since numbers from outside lie unevenly"
        try:
            self.code = Code(self.program, given, self.to)
            self.tongue = "NumPy and C" if self.to == "c" else self.tongue
        except NoCompiler:
            self.to, self.tongue = "numpy", "NumPy, since the C compiler refused the kernels"
            self.code = Code(self.program, given, self.to)
        self.arrays, self.run = self.code.arrays, self.code.run
        self.source = self.code.source + self.code.c_source

    def memory(self) -> list:
        """What the optimiser remembers, in order; None where it does not yet."""
        return [self.optimiser.memory[at].get(key) for at, key in self.recording.remembered]

    def is_remembered(self) -> bool:
        """Does the optimiser remember what the program reads?"""
        return all(each is not None for each in self.memory())

    def __call__(self, examples) -> float:
        """Run it."""
        remembered = [] if self.optimiser is None else self.memory()
        if not self.is_bound(remembered):
            self.bind()
        self.bring(examples, remembered)
        drawn = [(each, each.state) for each in self.drawing]
        try:
            with np.errstate(all="ignore"):
                self.run(self.refuse)
        except Refused:
            for each, state in drawn:  # what runs instead draws the same
                each.state = state
            raise
        self.take_away(remembered)
        return self.arrays[self.program.results[0]].item()

    def is_bound(self, remembered) -> bool:
        """Does the code compute in the arrays that parameters and the optimiser have now?"""
        arrays, states = self.bound
        return all(map(is_, map(ARRAY, self.parameters), arrays)) and all(
            a is b for a, b in zip(remembered, states, strict=True) if isinstance(a, np.ndarray)
        )

    def bring(self, examples, remembered):
        """Put where the code reads them what the caller gives and the optimiser has as numbers."""
        arrays = self.arrays
        for place, x in enumerate(examples):
            np.copyto(arrays[f"x{place}"], x.array if isinstance(x, Tensor) else x)
        if "lr" in arrays:
            arrays["lr"][...] = self.optimiser.lr
        for k, kept in enumerate(remembered):
            if not isinstance(kept, np.ndarray):
                arrays[f"m{k}"][...] = kept

    def take_away(self, remembered):
        """Give back numbers and gradients, count the writes, and set what layers keep."""
        arrays, recording = self.arrays, self.recording
        for k, kept in enumerate(remembered):
            if not isinstance(kept, np.ndarray):
                place, key = recording.remembered[k]
                self.optimiser.memory[place][key] = arrays[f"m{k}"].item()
        for p in self.written:
            p.version.count += 1
        end = len(self.program.results) - len(recording.kept)
        if self.optimiser is None:
            for place, name in zip(recording.moved, self.program.results[1:end], strict=True):
                p, g = self.parameters[place], arrays[name]
                p.grad = np.array(g, order="C") if p.grad is None else p.grad + g
        pairs = zip(recording.kept, self.program.results[end:], strict=True)
        for (module, name, is_tensor), result in pairs:
            array = arrays[result].copy()
            setattr(module, name, Tensor(array, requires_grad=False) if is_tensor else array)

    def refuse(self, place: int):
        """Refuse numbers that take another branch than the one recorded."""
        settings = dict(self.program.lines[place].settings)
        if settings["is_a_check"]:
            with no_grad():
                self.loss_of(*self.examples)
        raise Refused(
            f"{settings['place']}: a question about numbers had the answer {settings['answer']} "
            f"while recording, and has {not settings['answer']} in this call: only the branch "
            "taken then is in the code. Compile again with such an example, pass recompile=True, "
            "or write the branch as an op (where, maximum, relu)"
        )

    def difference(self, examples) -> str:
        """What has changed since the recording; nothing where all is the same."""
        self.examples = examples
        if len(examples) != len(self.kinds):
            return f"loss_of was recorded with {len(self.kinds)} arguments, and got {len(examples)}"
        for place, (x, kind) in enumerate(zip(examples, self.kinds, strict=True)):
            if any(map(partial(is_, x), self.parameters)):
                return ONE_OF_THEM.format(place)
            if (found := kind_of(x)) != kind and not (type(x) is int and kind == A_FLOAT):
                return (
                    f"argument {place} is {in_words(found)}, and {in_words(kind)} was recorded: "
                    "give one of that kind, compile again, or pass recompile=True"
                )
        for p, was in zip(self.parameters, self.frozen, strict=True):
            if p.requires_grad != was:
                state = "takes a gradient" if p.requires_grad else "takes no gradient any more"
                return CHANGED.format(f"{described(p)} {state}")
        for place, p in enumerate(self.parameters):
            example = self.program.inputs.get(f"p{place}")
            if example is not None and (p.shape, p.dtype) != (example.shape, example.dtype):
                return CHANGED.format(f"{described(p)} has another shape or type")
        for path, read, was in self.watched:
            found = frozen(read())
            if found is not was and not is_same(found, was):
                now = (
                    f"another {type(found).__name__}" if type(found) is type(was) else brief(found)
                )
                now = brief(found) if brief(found) != brief(was) else now
                return CHANGED.format(f"{path} was {brief(was)} and is {now}")
        for tensor, array, version, count in self.recording.tensors:
            if tensor.array is not array or version.count != count:
                return CHANGED.format(f"{described(tensor)} from outside was changed")
        for array, was in self.captured:
            if array.tobytes() != was:
                return CHANGED.format(
                    f"an array of shape {array.shape} from outside, {array.dtype}, was written to"
                )
        if self.settings != (now := settings_of(self.optimiser)):
            name = next(key for key in now if now[key] != self.settings.get(key))
            return CHANGED.format(f"{name} of the optimiser was changed")
        return ""


def check_apart(given: dict[str, np.ndarray], stored: list[str]):
    """Refuse an array that the step moves, and in which another lies that it reads or moves."""
    own = {name: array for name, array in given.items() if name[0] in "ps"}
    for name in stored:
        for other, array in own.items():
            if name in own and name != other and np.shares_memory(own[name], array):
                raise CannotRecord(
                    f"two arrays of shapes {own[name].shape} and {array.shape} share memory, and "
                    "the step writes into one of them: give each its own, as in Tensor(x.data)"
                )


def is_even(array) -> bool:
    """Do all numbers lie at whole multiples of their size, as C reads them, or in a record?"""
    return array.flags.aligned and not any(step % array.itemsize for step in array.strides)


def kind_of(x) -> tuple:
    """What a call may not change in an argument: tensor or not, shape, type, gradient or not."""
    if isinstance(x, Tensor):
        return ("Tensor", x.shape, x.dtype, x.requires_grad)
    array = x if isinstance(x, np.ndarray) else np.asarray(x)
    return ("array", array.shape, array.dtype)


def in_words(kind: tuple) -> str:
    """A kind in a sentence."""
    article = "an" if kind[0] == "array" else "a"
    takes = "" if len(kind) < 4 else " with a gradient" if kind[3] else " without a gradient"
    return f"{article} {kind[0]} of shape {kind[1]} and type {kind[2]}{takes}"


def settings_of(optimiser) -> dict:
    """What an optimiser is set to, but for its rate, which may change."""
    if optimiser is None:
        return {}
    hidden = ("params", "memory", "_lr")
    return {key: value for key, value in vars(optimiser).items() if key not in hidden}
