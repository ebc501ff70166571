"""An array module that records: it stands in for NumPy behind the tensors (`backend.py`).

Tensors then hold traced arrays, and the rules of the engine, forward and backward, run on these as
on any others.
"""

import copy
import inspect
import sys
from numbers import Number
from pathlib import Path
from types import FrameType

import numpy as np

from ...backend import NAMES, uniform
from ...versions import plain
from .table import Instruction, computed
from .traced import DYNAMIC, LEAVES, OF_UFUNC, CannotRecord, TracedArray

PACKAGE = str(Path(__file__).parents[2])
RENAMED = {"amax": "max", "amin": "min", "concat": "concatenate", "permute_dims": "transpose"}
PURE = (  # of the functions of NumPy: same shapes, same shape of the result
    *("argmax", "argmin", "argsort", "sort", "cumsum", "prod", "var", "std", "median", "take"),
    *("array_equal", "allclose", "isclose", "count_nonzero", "isin", "triu", "tril", "flip"),
    *("roll", "repeat", "tile", "diagonal", "trace", "outer", "inner", "dot", "tensordot"),
    *("nan_to_num", "searchsorted", "round", "ptp", "average", "nansum"),
)


class Tracer:
    """An array module for `xp.use` that records; its functions are NumPy's."""

    ndarray, arrays, lib = TracedArray, (np.ndarray, np.generic), np.lib

    def __init__(self):
        """Nothing is recorded yet."""
        self.lines: list[Instruction] = []
        self.constants: dict[str, np.ndarray] = {}
        self.captured: dict[str, np.ndarray] = {}  # those of them that others may change
        self.states: dict[str, tuple[np.ndarray, TracedArray]] = {}  # arrays written to: input, now
        self.inputs: dict[str, np.ndarray] = {}
        self.asked_at: dict[tuple[FrameType, int], list[bool]] = {}
        self.seen_otherwise: set[str] = set()
        self.names: dict[int, str] = {}  # of arrays from outside, by their id
        self.kept: list[object] = []  # so that no id is used again
        self.generators: dict[int, tuple] = {}

    def __getattr__(self, name):
        """A function of NumPy's."""
        if name.startswith("_") or name not in NAMES:
            raise AttributeError(name)
        return getattr(np, name)  # of a traced array it comes back by __array_function__

    def asarray(self, x, dtype=None):
        """A traced array for any; of an array that somebody has, watched from now on."""
        if not isinstance(x, np.ndarray | TracedArray):
            x = np.asarray(x, dtype)
            return self.constant(x)
        x = self.lift(x)
        return x if dtype is None or x.dtype == dtype else x.astype(dtype)

    def ascontiguousarray(self, x):
        """A traced array as it is: the plan chooses its layout."""
        return x if isinstance(x, TracedArray) else np.ascontiguousarray(x)

    def uniform(self, rng, shape):
        """Numbers that the generator draws at each call; from a seed, the same each time."""
        if not isinstance(rng, np.random.Generator):
            return self.constant(uniform(rng, shape))
        own, twin = self.generators.setdefault(id(rng), (rng, copy.deepcopy(rng)))
        settings = {"generator": own, "shape": tuple(shape)}
        return self.record("draw", (), settings, twin.random(shape))

    # Names.

    def input(self, kind, place, example, is_weak=False):
        """An array that each call brings, or that is read again for it."""
        name = f"{kind}{place}"
        self.inputs[name] = example
        return TracedArray(self, name, example, is_weak)

    def constant(self, array) -> TracedArray:
        """An array that nobody else has."""
        name = f"c{len(self.constants)}"
        self.constants[name] = array
        return TracedArray(self, name, array)

    def lift(self, x):
        """A traced array for an operand; plain numbers stay what they are."""
        if isinstance(x, TracedArray):
            return x
        if type(x) in (bool, int, float):
            return x
        if isinstance(x, np.generic):
            return self.constant(np.asarray(x))
        if isinstance(x, np.bool_ | Number) and not isinstance(x, complex):
            return float(x)
        if not isinstance(x, np.ndarray) or x.dtype.kind not in "biuf":
            raise CannotRecord(f"an operation on {type(x).__name__} is not recorded; pass arrays")
        if id(x) in self.states:
            return self.states[id(x)][2].copy()
        if id(x) not in self.names:
            made = self.constant(plain(x))
            self.names[id(x)], self.captured[made.name] = made.name, plain(x)
            self.constants[made.name] = plain(x).copy()
            self.kept.append(x)
        name = self.names[id(x)]
        return TracedArray(self, name, self.constants[name])

    def written(self, target, y):
        """y, written into `target`: a traced array, or one from outside, which is state then."""
        if isinstance(target, TracedArray):
            return target.become(y)
        if not isinstance(target, np.ndarray) or y.shape != target.shape:
            raise CannotRecord(f"a write of shape {y.shape} into {target!r} is not recorded")
        name = self.lift(target).name
        if id(target) not in self.states:
            self.captured.pop(name)
        y = y if y.dtype == target.dtype else y.astype(target.dtype)
        first = self.states[id(target)][1] if id(target) in self.states else name
        self.states[id(target)] = (target, first, y)
        return target

    # Instructions.

    def emit(self, op, *operands, **settings):
        """Record an instruction, and compute it for the examples."""
        operands = [self.lift(x) for x in operands]
        typed = [x for x in operands if isinstance(x, TracedArray) and not x.is_weak]
        floats = [x.dtype for x in typed if x.dtype.kind == "f"]
        if floats:  # a weak number takes the type of what it meets
            to = np.result_type(*floats)
            operands = [
                x.astype(to) if isinstance(x, TracedArray) and x.is_weak else x for x in operands
            ]
        is_weak = not typed and op not in ("cast", "guard")
        names = [x.name if isinstance(x, TracedArray) else x for x in operands]
        examples = [x.example if isinstance(x, TracedArray) else x for x in operands]
        line = Instruction("", op, tuple(names), tuple(settings.items()), (), np.dtype(float))
        with np.errstate(all="ignore"):
            example = computed(line, examples)
        return self.record(op, names, settings, np.asarray(example), is_weak)

    def record(self, op, names, settings, example, is_weak=False):
        """One line more."""
        name = f"v{len(self.lines)}"
        line = Instruction(
            name, op, tuple(names), tuple(settings.items()), example.shape, example.dtype
        )
        self.lines.append(line)
        return TracedArray(self, name, example, is_weak)

    def asked(self, x) -> bool:
        """The truth of an array of one element, for the examples; each call is held to it."""
        if x.size != 1:
            raise ValueError(
                f"the truth of an array of shape {x.shape} is not one answer: use any() or all()"
            )
        if x.name in self.constants:
            return bool(x.example)
        answer, frame = bool(x.example), sys._getframe(1)
        while frame.f_code.co_name == "__bool__":
            frame = frame.f_back
        outside = frame
        while outside.f_back and outside.f_code.co_filename.startswith(PACKAGE):
            outside = outside.f_back
        if frame is outside:
            self.asked_at.setdefault((frame, frame.f_lasti), []).append(answer)
        place = f"{Path(outside.f_code.co_filename).name}, line {outside.f_lineno}"
        settings = {"answer": answer, "place": place, "is_a_check": frame is not outside}
        self.record("guard", (x.name,), settings, np.zeros(0))
        return answer

    def called(self, function, args, settings):
        """A function of NumPy's with traced arrays among its arguments."""
        name = RENAMED.get(function.__name__, function.__name__)
        if name in DYNAMIC:
            raise CannotRecord(
                f"np.{name} gives as many elements as the numbers say, and a recording has one "
                "shape for each array; use where()"
            )
        if isinstance(function, np.ufunc):
            return self.emit(OF_UFUNC.get(function, name), *args, **settings)
        first, *others = args
        if name in ("shape", "ndim", "size"):
            return getattr(self.lift(first), name)
        if name in ("zeros_like", "ones_like", "empty_like", "full_like"):
            shape = settings.pop("shape", first.shape)
            like = np.broadcast_to(np.zeros((), first.dtype), shape)
            return function(like, *others, **settings)
        if name == "where" and len(args) == 3:
            return self.emit("where", *args)
        if name == "concatenate":
            axis = settings.get("axis", others[0] if others else 0)
            arrays = [self.lift(x) for x in first]
            return self.emit("concat", *arrays, axis=int(axis) % arrays[0].ndim)
        if name == "stack":
            axis = settings.get("axis", others[0] if others else 0)
            return np.concatenate([np.expand_dims(x, axis) for x in first], axis)
        own = TracedArray.__dict__.get(name)
        if own is not None and isinstance(first, TracedArray):
            return own(first, *others, **settings)
        if name == "array2string":
            raise CannotRecord(LEAVES.format("the text"))
        if name not in PURE:
            raise CannotRecord(f"np.{name} is not recorded; use an operator or a method of Tensor")
        arrays = [x for x in args if isinstance(x, TracedArray | np.ndarray)]
        rest = args[len(arrays) :]
        how = {}
        if rest:
            places = [*inspect.signature(getattr(np, name)).parameters][len(arrays) :]
            how = dict(zip(places, rest, strict=False))
        how = tuple({**how, **settings}.items())
        return self.emit("numpy", *arrays, name=name, how=how)
