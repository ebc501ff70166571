"""Arrays that have a name in a program: what is computed with them becomes an instruction.

Each has the numbers of the examples as well, so that a branch has an answer. What is asked of the
numbers themselves becomes a guard, or is refused.
"""

from numbers import Number

import numpy as np

from .table import ELEMENTWISE, Hole

LEAVES = (
    "{} of an array that is being recorded would fix a number in the compiled step: compute with "
    "arrays and tensors, and return what you want to see"
)
DYNAMIC = "nonzero argwhere flatnonzero unique extract compress".split()


class CannotRecord(ValueError):  # noqa: N818 (a sentence for the caller)
    """What a recording does not cover."""


class TracedArray:
    """An array with a name in a program; its operations are instructions."""

    base = None  # it owns its memory, as far as the engine asks
    is_given = False  # is it what the caller hands over?

    def __init__(self, tracer, name, example, is_weak=False):
        """Name the result of an instruction; a weak number takes the type of what it meets."""
        self.tracer, self.name, self.example, self.is_weak = tracer, name, example, is_weak

    shape = property(lambda self: self.example.shape)
    ndim = property(lambda self: self.example.ndim)
    size = property(lambda self: self.example.size)
    dtype = property(lambda self: self.example.dtype)
    itemsize = property(lambda self: self.example.itemsize)
    strides = property(lambda self: self.example.strides)
    nbytes = property(lambda self: self.example.nbytes)
    T = property(lambda self: self.transpose())
    array = data = property(lambda self: self)

    def __repr__(self):
        """Its name, shape and type: the numbers are those of one call."""
        return f"TracedArray({self.name}, shape={self.shape}, dtype={self.dtype})"

    def emit(self, op, *operands, **settings):
        """The result of an instruction."""
        return self.tracer.emit(op, *operands, **settings)

    # What would take a number out of the program.

    def __bool__(self):
        """A branch: the answer for the examples, and a guard that it stays."""
        return self.tracer.asked(self)

    def leaves(self, *args, **settings):
        """Refused."""
        raise CannotRecord(LEAVES.format("the number"))

    __float__ = __int__ = __index__ = __complex__ = __array__ = __round__ = leaves
    item = tolist = tobytes = __dlpack__ = leaves

    def __format__(self, how):
        """In a message, the number of the examples."""
        return format(self.example.item() if self.size == 1 else self.example, how)

    def __setitem__(self, index, x):
        """A write into a part: an array with the new numbers there, and the old ones elsewhere."""
        places, arrays = parted(self.tracer, index)
        if arrays:
            raise CannotRecord(
                "a write to places that an array names is not recorded; build a new array with "
                "where() or concat()"
            )
        part = self.example[index]
        x = x if isinstance(x, TracedArray) else self.tracer.constant(np.array(x, self.dtype))
        new = x if x.shape == part.shape else x.broadcast_to(part.shape)
        new = self.emit("cast", new, dtype=self.dtype)  # numbers of its own, and no view
        if part.shape != self.shape:
            is_old = np.ones(self.shape, bool)
            is_old[index] = False
            there = self.emit("put", new, index=places, shape=self.shape)
            new = self.emit("where", self.tracer.constant(is_old), self, there)
        self.become(new)

    def become(self, new):
        """Stand for another result from now on: what an operation in place does."""
        if self.is_given:
            raise CannotRecord(
                f"loss_of changes its argument {self.name[1:]} in place, which would change the "
                "caller's array, and a compiled step leaves that alone: write x = x * 2 in place "
                "of x *= 2, or work on x.copy()"
            )
        if self.name in self.tracer.seen_otherwise:
            raise CannotRecord(
                "an operation in place on an array of which there are views is not recorded; give "
                "its result a name of its own"
            )
        new = new if new.dtype == self.dtype else new.astype(self.dtype)
        self.name, self.example = new.name, new.example
        return self

    # Views.

    def view_of(self, op, **settings):
        """The same memory seen otherwise."""
        y = self.emit(op, self, **settings)
        self.tracer.seen_otherwise |= {self.name, y.name}
        return y

    def reshape(self, *shape):
        """The same elements in another shape."""
        shape = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        shape = np.broadcast_to(0, self.shape).reshape(shape).shape
        return self.view_of("reshape", shape=shape)

    def transpose(self, *axes):
        """The axes in another order."""
        axes = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        axes = range(self.ndim)[::-1] if axes in ((), None) else axes
        return self.view_of("transpose", axes=tuple(int(a) % self.ndim for a in axes))

    def swapaxes(self, a, b):
        """Two axes exchanged."""
        order = list(range(self.ndim))
        order[a], order[b] = order[b], order[a]
        return self.transpose(tuple(order))

    def broadcast_to(self, shape):
        """Copies along new and stretched axes."""
        return self.view_of("broadcast_to", shape=tuple(shape))

    def squeeze(self, axis=None):
        """Without axes of length 1."""
        return self.reshape(np.broadcast_to(0, self.shape).squeeze(axis).shape)

    def expand_dims(self, axis):
        """With an axis of length 1 more."""
        return self.reshape(np.expand_dims(np.broadcast_to(0, self.shape), axis).shape)

    def ravel(self, *order):
        """All elements in one row."""
        return self.reshape(self.size)

    flatten = ravel

    def view(self, dtype):
        """The same bytes as another type."""
        return self if dtype is np.ndarray else self.view_of("view", dtype=np.dtype(dtype))

    def __getitem__(self, index):
        """Elements by numbers, slices, None and `...`, or by arrays of integers."""
        index, arrays = parted(self.tracer, index)
        if not arrays:
            return self.view_of("slice", index=index)
        return self.emit("take", self, *arrays, index=index)

    def __len__(self):
        """The length of the first axis."""
        return len(self.example)

    def __iter__(self):
        """The rows."""
        return map(self.__getitem__, range(len(self)))

    # Elementwise.

    def astype(self, dtype, copy=True):
        """The same numbers as another type; a copy is a name of its own."""
        if np.dtype(dtype) == self.dtype and not self.is_weak:
            return self.copy()
        return self.emit("cast", self, dtype=np.dtype(dtype))

    def copy(self):
        """The same result under a name of its own, which operations in place leave alone."""
        return TracedArray(self.tracer, self.name, self.example, self.is_weak)

    clone = copy

    def relu(self):
        """max(x, 0)."""
        return self.emit("maximum", self, 0.0)

    def sigmoid(self):
        """1 / (1 + exp(-x))."""
        return self.emit("sigmoid", self)

    def erf(self):
        """The error function, which NumPy lacks."""
        return self.emit("erf", self)

    def cut(self, condition):
        """This gradient, and 0 where the condition holds."""
        return self.emit("cut", self, condition)

    def clip(self, low=None, high=None):
        """Cut off at two numbers."""
        y = self if low is None else self.emit("maximum", self, low)
        return y if high is None else y.emit("minimum", y, high)

    # Reductions.

    def reduction(self, op, axis, keepdims):
        """A reduction over an axis, several, or all."""
        axes = range(self.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        axes = tuple(sorted(int(a) % self.ndim for a in axes))
        return self.emit(op, self, axes=axes, keepdims=bool(keepdims))

    def sum(self, axis=None, dtype=None, keepdims=False):
        """The sum; of whole numbers and booleans in the type that NumPy sums them in."""
        if dtype is None and self.dtype.kind in "biu":
            dtype = np.zeros(0, self.dtype).sum().dtype
        x = self if dtype is None or dtype == self.dtype else self.astype(dtype)
        return x.reduction("sum", axis, keepdims)

    def mean(self, axis=None, keepdims=False):
        """The sum, divided by how many there were."""
        x = self if self.dtype.kind == "f" else self.astype(float)
        y = x.reduction("sum", axis, keepdims)
        return y / (self.size // y.size if y.size else 1)

    def max(self, axis=None, keepdims=False):
        """The largest."""
        return self.reduction("max", axis, keepdims)

    def min(self, axis=None, keepdims=False):
        """The smallest."""
        return self.reduction("min", axis, keepdims)

    def all(self, axis=None, keepdims=False):
        """Are all true?"""
        return self.reduction("all", axis, keepdims)

    def any(self, axis=None, keepdims=False):
        """Is one of them true?"""
        return self.reduction("any", axis, keepdims)

    # Softmax and what is made of it, as in array_ops.py, in the operations it consists of.

    def softmax(self, axis):
        """exp(x) / sum(exp(x)) along an axis."""
        y = self.shifted(axis).exp()
        return y / y.sum(axis=axis, keepdims=True)

    def log_softmax(self, axis):
        """x - logsumexp(x) along an axis."""
        y = self.shifted(axis)
        return y - y.exp().sum(axis=axis, keepdims=True).log()

    def shifted(self, axis):
        """x - max(x) along an axis; nothing has no maximum."""
        return self - self.max(axis=axis, keepdims=True) if self.size else self.copy()

    def logsumexp(self, axis, keepdims):
        """log(sum(exp(x))) along an axis, right also where all of x is -inf."""
        if not self.size:
            return self.emit("logsumexp", self, axis=axis, keepdims=keepdims)
        top = self.max(axis=axis, keepdims=True)
        top = self.emit("where", top.isfinite(), top, np.zeros((), self.dtype))
        y = (self - top).exp().sum(axis=axis, keepdims=True).log() + top
        return y if keepdims else y.squeeze(axis)

    # All else that the engine or NumPy asks for.

    def apply(self, op, *operands):
        """An op of several operands, from array_ops.py or image_ops.py, by its settings."""
        args = op.rule.args
        match op.symbol:
            case "put":
                index, arrays = parted(self.tracer, args[0].index)
                settings = {"index": index, "shape": args[0].shape}
                return self.emit("put", *operands, *arrays, **settings)
            case "where":
                return self.emit("where", *args, *operands)
            case "sqrt":  # of a variance; its rule has a slope of its own at 0
                return operands[0].sqrt()
        names = {
            "concat": ("axis",),
            "pad": ("widths", "value"),
            "einsum": ("terms", "target"),
            "cumsum": ("axis",),
            "norm": ("p", "axes"),
            "conv2d": ("how",),
            "conv2d_input": ("how", "shape"),
            "conv2d_weight": ("how", "kernel"),
        }
        if op.symbol in ELEMENTWISE and not args:
            return self.emit(op.symbol, *operands)
        if op.symbol not in names:  # whatever its rule makes of arrays
            if any(isinstance(x, TracedArray) for x in args):
                raise CannotRecord(
                    f"the op {op.symbol!r} keeps an array among its settings, which is not "
                    "recorded; make that array one of its operands"
                )
            return self.emit("rule", *operands, symbol=op.symbol, rule=op.rule)
        settings = dict(zip(names[op.symbol], args, strict=True))
        return self.emit(op.symbol, *operands, **settings)

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **settings):
        """NumPy's elementwise functions, and its product of matrices."""
        if method != "__call__" or ufunc.nout != 1 or set(settings) - {"dtype"}:
            raise CannotRecord(f"np.{ufunc.__name__}.{method} with {settings} is not recorded")
        y = self.emit(OF_UFUNC.get(ufunc, ufunc.__name__), *inputs)
        if out is None:
            return y
        return self.tracer.written(out[0], y)

    def __array_function__(self, called, types, args, settings):
        """NumPy's other functions."""
        return self.tracer.called(called, args, settings)

    def __getattr__(self, name):
        """A method that arrays have under the name of a function."""
        if name.startswith("_") or not (hasattr(np, name) or name in DYNAMIC):
            raise AttributeError(f"an array that is being recorded has no {name!r}")
        return lambda *args, **settings: self.tracer.called(
            getattr(np, name), (self, *args), settings
        )


def operator_of(op, is_reflected=False):
    """An operator as a method."""

    def method(self, *others):
        if any(isinstance(x, list) for x in others):
            others = tuple(map(np.asarray, others))
        if not all(isinstance(x, KNOWN) for x in others):
            return NotImplemented
        return self.emit(op, *((*others, self) if is_reflected else (self, *others)))

    return method


def in_place(op):
    """An operator that changes its first operand."""

    def method(self, other):
        return self.become(self.emit(op, self, other))

    return method


KNOWN = (TracedArray, Number, np.ndarray, np.generic)
OPERATORS = {
    **{"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**", "matmul": "@"},
    **{"floordiv": "floor_divide", "mod": "remainder", "and": "&", "or": "|", "xor": "^"},
}
for name, op in OPERATORS.items():
    setattr(TracedArray, f"__{name}__", operator_of(op))
    setattr(TracedArray, f"__r{name}__", operator_of(op, is_reflected=True))
    setattr(TracedArray, f"__i{name}__", in_place(op))
for name, op in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items():
    setattr(TracedArray, f"__{name}__", operator_of(op))
for name, op in {"neg": "neg", "abs": "abs", "invert": "~"}.items():
    setattr(TracedArray, f"__{name}__", operator_of(op))
TracedArray.__hash__ = object.__hash__
OF_UFUNC = {
    **{np.add: "+", np.subtract: "-", np.multiply: "*", np.true_divide: "/", np.power: "**"},
    **{np.less: "<", np.less_equal: "<=", np.greater: ">", np.greater_equal: ">="},
    **{np.equal: "==", np.not_equal: "!=", np.bitwise_and: "&", np.bitwise_or: "|"},
    **{np.bitwise_xor: "^", np.negative: "neg", np.absolute: "abs", np.invert: "~"},
    np.matmul: "@",
}


def parted(tracer, index):
    """An index with holes for the arrays in it, and these arrays."""
    parts = index if isinstance(index, tuple) else (index,)
    arrays = []

    def part(each):
        if isinstance(each, list):
            each = np.asarray(each)
        if isinstance(each, np.ndarray | TracedArray):
            each = tracer.lift(each)
            if each.dtype.kind == "b" and each.name not in tracer.constants:
                raise CannotRecord(
                    "an index of booleans that are computed picks as many elements as are True, "
                    "and a recording has one shape for each array: use where(), or pass the "
                    "index as integers"
                )
            arrays.append(each)
            return Hole(len(arrays))
        return each

    found = tuple(map(part, parts))
    return (found if isinstance(index, tuple) else found[0]), arrays
