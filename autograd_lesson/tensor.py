"""Arrays that remember how they were computed: the same table and the same walk as for numbers."""

import inspect
import operator
from collections.abc import Iterable
from contextlib import ContextDecorator
from contextvars import ContextVar
from copy import copy, deepcopy
from functools import wraps
from math import inf, prod
from numbers import Integral, Real
from typing import NamedTuple

from . import array_ops, ops
from .arguments import (
    array_of,
    axes_of,
    between,
    broadcast_shape,
    check_floats,
    described,
    einsum_letters,
    in_one_type,
    index_of,
    kind_of,
    one_axis,
    real_array,
    real_type,
    softmax_axis,
    whole,
)
from .array_ops import op_of
from .backend import xp
from .numpy_or_not import np
from .value import Value
from .versions import Open, Version, Watched, is_spread, is_whole, lock, owner, plain, saved

IS_RECORDING = ContextVar("is_recording", default=True)
ON_FLOATS = {*ops.OF_ONE_OPERAND} - {ops.RELU, ops.ABS}  # whose results are no whole numbers
NUMBERS = (Real, np.bool_)  # what takes the type of the tensor that it meets


class recording(ContextDecorator):  # noqa: N801
    """Inside, results remember their operands, or do not; one object may be used again.

    Where `is_on` is a set, they do, and the id of every tensor made there is added to it.
    """

    def __init__(self, is_on):
        """Switch recording on, or off."""
        self.is_on, self.tokens = is_on, []

    def __enter__(self):
        """Switch, and note how it was."""
        self.tokens.append(IS_RECORDING.set(self.is_on))

    def __exit__(self, *error):
        """Back to how it was."""
        IS_RECORDING.reset(self.tokens.pop())


def no_grad(function=None):
    """Inside `with no_grad():`, results remember nothing, and take no gradient.

    `@no_grad()` and `@no_grad` make a function that runs so.
    """
    return recording(False) if function is None else recording(False)(function)


def compared(symbol, compare):
    """A comparison of the numbers, as a method: an array of booleans, as NumPy's."""

    def method(self, other):
        try:
            b = self.like(other)
        except TypeError:
            if compare in (operator.eq, operator.ne):
                return NotImplemented  # no numbers: Python finds the two not equal
            raise
        broadcast_shape(symbol, self.shape, b.shape)
        for x in (self, b):
            if x.is_batched:
                return x.compared(symbol, compare, self, b)
        return compare(plain(self.array), plain(b.array))

    return method


def in_place(symbol, compute):
    """`tensor op= other`, as a method: where nothing is recorded, the numbers change in place."""

    def method(self, other):
        if IS_RECORDING.get():
            if self.requires_grad and self.op is None:
                raise RuntimeError(
                    f"{described(self)} is a leaf that takes a gradient: {symbol!r} would change "
                    "it under the graph. Update it inside `with no_grad():`, or give the result "
                    f"another name: y = x {symbol[:-1]} ..."
                )
            if self.requires_grad or getattr(other, "requires_grad", False):
                return NotImplemented  # a result never changes: the name goes on to the new one
        with recording(False):
            new = compute(self, other).array
        if new.shape != self.shape or not np.can_cast(new.dtype, self.dtype, "same_kind"):
            raise ValueError(
                f"{symbol!r} writes into {described(self)} and type {self.dtype}; the result has "
                f"shape {new.shape} and type {new.dtype}: give it a name of its own"
            )
        write(symbol, self, ..., new)
        return self

    return method


def wider(method):
    """The same of float16 in float32, as in NumPy and PyTorch: squares above 256 are inf there."""

    @wraps(method)
    def computed(self, *args, **settings):
        if self.dtype != np.float16:
            return method(self, *args, **settings)
        return method(self.astype(np.float32), *args, **settings).astype(np.float16)

    return computed


class Tensor(Value):
    """An array of real numbers that remembers the op and the operands it was computed from.

    Floats keep their type, everything else becomes float64 unless `dtype` says otherwise. The data
    are copied. `requires_grad` is true for floats unless you say no; an array or a number that
    meets a Tensor in an operation is a constant. `grad` is None, or an array of the same shape.

    Types meet as in PyTorch: a number, truth values and whole numbers take the type of the floats
    they meet, one element that of an array of floats; of two arrays of floats the wider is taken.
    Comparisons, == among them, give arrays of booleans. `x -= y` changes the numbers in place under
    no_grad() and where neither takes a gradient; a leaf that does is refused, and a result is
    left as it is: its name goes on to the new one.

    Axes are counted from 0, or from -1 at the end; one that is not there is a ValueError.
    """

    __slots__ = ("array", "requires_grad", "version", "versions")
    is_batched = False  # is it one example of many? See batching.py

    def __init__(self, data, label="", dtype=None, requires_grad=None):
        """Copy `data` into an array of its own."""
        array = real_array(data, dtype)
        if dtype is None and not (array.dtype.kind == "f" and hasattr(data, "dtype")):
            array = array.astype(np.float64, copy=False)
        self.array, is_float = array, array.dtype.kind == "f"
        if requires_grad and not is_float:
            raise TypeError(
                f"only floats take a gradient, and this tensor holds {self.array.dtype}; "
                "leave out dtype, or requires_grad"
            )
        self.requires_grad = is_float if requires_grad is None else bool(requires_grad)
        self.grad, self.label, self.op, self.operands, self.partials = None, label, None, (), ()
        self.version, self.versions = Version(self.array), ()
        if isinstance(is_recording := IS_RECORDING.get(), set):
            is_recording.add(id(self))

    @property
    def data(self):
        """The array. Writing into it is allowed, and noticed where the way back needed it.

        The memory itself is locked: what NumPy makes of `x.data`, such as np.asarray(x.data), can
        be read and not written. `x.numpy()` is a copy to do with as you like.
        """
        lock(self.array)  # a copy made by deepcopy or pickle has come without a lock
        watched = self.array.view(Watched) if type(self.array) is np.ndarray else self.array
        watched.watched = (self.array, self.version)
        return watched

    @data.setter
    def data(self, new):
        if is_whole(new, self.array):
            return  # x.data -= ... has written in place, and come back here
        array = real_array(new, self.array.dtype)
        if array.shape != self.array.shape:
            raise ValueError(
                f"{described(self)} cannot become one of shape {array.shape}; make a new Tensor"
            )
        self.array, self.version = array, Version(array)

    def opened(self):
        """`with x.opened() as numbers:` write into the array itself; it counts as one write."""
        return Open(self.array, self.version)

    shape = property(lambda self: self.array.shape, doc="The length of each axis.")
    ndim = property(lambda self: self.array.ndim, doc="The number of axes.")
    size = property(lambda self: self.array.size, doc="The number of elements.")
    dtype = property(lambda self: self.array.dtype, doc="The type of its numbers.")
    T = property(lambda self: self.transpose(), doc="The axes in reverse order.")

    def __len__(self):
        """The length of the first axis."""
        if not self.ndim:
            raise TypeError(
                f"{described(self)} has no axis to count or to go along: use it as it is, or its "
                "item()"
            )
        return len(self.array)

    def __iter__(self):
        """The rows, one after the other, each with its way back."""
        return map(self.__getitem__, range(len(self)))

    def __contains__(self, x):
        """Is any element equal to `x`?"""
        return bool(np.any(self == x))

    __lt__, __le__ = compared("<", operator.lt), compared("<=", operator.le)
    __gt__, __ge__ = compared(">", operator.gt), compared(">=", operator.ge)
    __eq__, __ne__ = compared("==", operator.eq), compared("!=", operator.ne)
    __hash__ = Value.__hash__  # by identity: a graph is kept in dictionaries of its tensors

    __iadd__, __isub__ = in_place("+=", operator.add), in_place("-=", operator.sub)
    __imul__, __itruediv__ = in_place("*=", operator.mul), in_place("/=", operator.truediv)
    __ipow__, __imatmul__ = in_place("**=", operator.pow), in_place("@=", operator.matmul)

    def __bool__(self):
        """The truth of its one element."""
        if self.size != 1:
            raise ValueError(
                f"the truth of {described(self)} is not one answer: compare it, which gives an "
                "array of booleans, and ask that: (x > 0).any(), (x > 0).all(), np.array_equal(x, "
                "y)"
            )
        return bool(self.array)

    def __float__(self):
        """Its one element."""
        return float(self.item())

    def __int__(self):
        """Its one element, cut off at the point."""
        return int(self.item())

    def __index__(self):
        """Its one element, a whole number."""
        if self.dtype.kind not in "iu":
            raise TypeError(
                f"{described(self)} and type {self.dtype} is no whole number; use int()"
            )
        return self.item()

    def __round__(self, digits=None):
        """Its one element, rounded to so many digits."""
        return round(self.item(), digits)

    def __repr__(self):
        """The numbers; shape, type and gradient as far as they are not what one expects."""
        numbers = np.array2string(
            plain(self.array), precision=4, separator=", ", threshold=50, prefix="Tensor("
        )
        dtype = "" if self.dtype == np.float64 else f", dtype={self.dtype}"
        label = f", label={self.label!r}" if self.label else ""
        shape = f", shape={self.shape}" if self.size > 50 or not self.size else ""
        return f"Tensor({numbers}{shape}{dtype}{label})"

    def numpy(self):
        """A copy of the numbers."""
        return self.array.copy()

    def item(self) -> float:
        """Its one element as a Python number."""
        if self.size != 1:
            raise ValueError(
                f"{described(self)} is not one number; pick an element, x[0], or reduce it, x.sum()"
            )
        return self.array.item()

    def duplicate(self):
        """The same numbers in an array of their own; their past is the same, and is watched."""
        twin = copy(self)
        twin.array = self.array.copy()
        twin.version, twin.grad = Version(twin.array), deepcopy(self.grad)
        return twin

    def __setstate__(self, state):
        """What was pickled, with a counter for the memory that it has now."""
        super().__setstate__(state)
        self.version = Version(self.array)

    def detach(self):
        """The same numbers, in the same memory, as a constant."""
        return made(None, (), self.array, (), memory_of=(self,))

    def __array__(self, dtype=None, copy=None):
        """Refused: the array alone has lost the way back."""
        raise TypeError(
            f"{described(self)} does not turn into an array by itself, which would lose its "
            "gradient; pass its .data if that is what you want, or join tensors by stack() or "
            "concat()"
        )

    def __array_ufunc__(self, ufunc, method, *inputs, **settings):
        """np.exp(x) is x.exp(), and array * x is x's multiplication."""
        if ufunc.__name__ in WITHOUT_GRADIENT and method == "__call__":
            return ufunc(*map(with_arrays, inputs), **settings)
        name = UFUNCS.get(ufunc.__name__, ufunc.__name__)
        if method != "__call__" or settings or not hasattr(Tensor, name):
            raise TypeError(
                f"np.{ufunc.__name__} has no gradient here, or not in this form; use an operator "
                f"or a method of Tensor, or give it the plain array: x.data"
            )
        first, *others = inputs
        return getattr(self.like(first), name)(*others)

    def __array_function__(self, called, types, args, settings):
        """np.sum(x) is x.sum(), np.stack is stack; what has no gradient gets the plain arrays."""
        name = called.__name__
        if name in WITHOUT_GRADIENT:
            return called(*with_arrays(args), **with_arrays(settings))
        if name not in FUNCTIONS:
            raise TypeError(
                f"{called.__module__.replace('numpy', 'np')}.{name} has no gradient here; use an "
                "operator or a method of Tensor, or one of concat, stack, where, pad and einsum, "
                "or give it the plain array: x.data"
            )
        settings = {key: x for key, x in settings.items() if x is not None or key == "axis"}
        args = (settings.pop("a"), *args) if "a" in settings else args
        form = inspect.signature(FUNCTIONS[name])
        try:
            form.bind(*args, **settings)
        except TypeError as error:
            raise TypeError(f"np.{name} of a Tensor: {error}; it takes {form}") from None
        return FUNCTIONS[name](*args, **settings)

    @classmethod
    def of(cls, x):
        """`x` itself where it is a Tensor, else a constant that holds it."""
        return x if isinstance(x, Tensor) else cls(x, requires_grad=False)

    def like(self, x):
        """`x` itself where it is a Tensor, else a constant; a number takes this tensor's type.

        Arrays of whole numbers and of booleans take it as well, where it is one of floats.
        """
        if isinstance(x, Tensor):
            return x
        if type(x) is xp.ndarray and x.dtype.kind == "f":
            return made(None, (), x.copy(), ())
        dtype = self.array.dtype
        if type(x) is float or isinstance(x, NUMBERS):
            if dtype.kind != "f":
                dtype = np.result_type(dtype, x if isinstance(x, Integral | np.bool_) else 1.0)
            return made(None, (), xp.asarray(x, dtype), ())
        array = real_array(x)
        if array.dtype.kind != "f" and dtype.kind == "f":
            array = array.astype(dtype)
        return made(None, (), array, ())

    def filled(self, number):
        """A constant of this tensor's shape and type."""
        return made(None, (), xp.ones(self.shape, self.dtype) * self.dtype.type(number), ())

    # Forward: every operation is one of these three.

    def unary(self, op):
        """`op` of this tensor; exp and its like turn whole numbers and booleans into floats."""
        if self.array.dtype.kind != "f" and op in ON_FLOATS:
            return self.astype(float).unary(op)
        y, partials = op.rule(self.array)
        return made(op, (self,), y, partials)

    def binary(self, op, other):
        """`op` of this tensor and `other`, elementwise, after broadcasting."""
        a, b = self, self.like(other)
        if b.is_batched:
            return type(b).binary(a, op, b)
        if a.array.shape != b.array.shape or a.array.dtype != b.array.dtype:
            a, b = matched(op.symbol, a, b)
        y, partials = op.rule(a.array, b.array)
        return made(op, (a, b), y, partials)

    def apply(self, op, *operands):
        """`op` of `operands`, as its rule takes them; arrays among them are constants."""
        operands = tuple([x if isinstance(x, Tensor) else self.like(x) for x in operands])
        for x in operands:
            if x.is_batched:
                return type(x).apply(x, op, *operands)
        y, partials = op.rule(*[x.array for x in operands])
        return made(op, operands, y, partials)

    def __pow__(self, k):
        """self ** k: a number or an array is part of the op, a Tensor is a second operand."""
        if isinstance(k, Tensor):
            return self.binary(ops.POW, k)
        if isinstance(k, Real):
            return self.unary(ops.power_of(float(k)))
        x, k = in_one_type((self, self.like(k)))
        shape = broadcast_shape("**", x.shape, k.shape)
        return x.broadcast_to(shape).unary(op_of("**", array_ops.power_rule, k.array))

    def __rpow__(self, base):
        """base ** self."""
        return self.like(base).binary(ops.POW, self)

    def __matmul__(self, other):
        """The matrix product, as NumPy's: of vectors, of matrices, and of stacks of them."""
        return matmul(self, self.like(other))

    def __rmatmul__(self, other):
        """The matrix product of an array and this tensor."""
        return matmul(self.like(other), self)

    # Shapes.

    def reshape(self, *shape):
        """The same elements in another shape, of which one length may be -1."""
        shape = shape[0] if len(shape) == 1 and isinstance(shape[0], Iterable) else shape
        try:
            shape = np.broadcast_to(0, self.shape).reshape(shape).shape
        except (ValueError, TypeError) as error:
            raise type(error)(
                f"reshape: {self.size} elements of shape {self.shape} do not fill {tuple(shape)}; "
                "the lengths are whole numbers, and must multiply to the same number"
            ) from None
        return self.unary(op_of("reshape", array_ops.reshape_rule, shape))

    def transpose(self, *axes):
        """The axes in this order, numbers or one tuple; in reverse order where none are given."""
        axes = axes[0] if len(axes) == 1 and isinstance(axes[0], Iterable) else axes
        axes = tuple(range(self.ndim))[::-1] if axes in ((), (None,)) else tuple(axes)
        order = tuple(one_axis("transpose", self, axis) for axis in axes)
        if sorted(order) != list(range(self.ndim)):
            raise ValueError(
                f"transpose: {axes} is not an order of the {self.ndim} axes of {described(self)}; "
                "name each axis once"
            )
        return self.unary(op_of("transpose", array_ops.transpose_rule, order))

    permute = transpose

    def swapaxes(self, a, b):
        """Axes `a` and `b` exchanged."""
        a, b = (one_axis("swapaxes", self, axis) for axis in (a, b))
        order = list(range(self.ndim))
        order[a], order[b] = order[b], order[a]
        return self.transpose(*order)

    def broadcast_to(self, shape):
        """Copies along new and stretched axes, up to `shape`."""
        shape = (shape,) if isinstance(shape, Integral) else tuple(shape)
        if shape == self.shape:
            return self
        if broadcast_shape("broadcast_to", self.shape, shape) != shape:
            raise ValueError(f"broadcast_to: {self.shape} does not stretch to {shape}")
        return self.unary(op_of("broadcast", array_ops.broadcast_rule, shape))

    def squeeze(self, axis=None):
        """Without the axes of length 1, or without this one, or these."""
        axes = [i for i, n in enumerate(self.shape) if n == 1]
        axes = axes if axis is None else axes_of("squeeze", self, axis)
        if any(self.shape[i] != 1 for i in axes):
            raise ValueError(
                f"squeeze along axis {axis}: {described(self)} has more there than one element"
            )
        return self.reshape([n for i, n in enumerate(self.shape) if i not in axes])

    def expand_dims(self, axis):
        """With a new axis of length 1 at `axis` of the result."""
        axis = one_axis("expand_dims", self, axis, more=1)
        return self.reshape((*self.shape[:axis], 1, *self.shape[axis:]))

    def flatten(self, start_axis=0, end_axis=-1):
        """The axes from one to the other laid end to end; a number becomes a vector of one."""
        if not self.ndim:
            return self.reshape(1)
        start, end = (one_axis("flatten", self, axis) for axis in (start_axis, end_axis))
        if start > end:
            raise ValueError(f"flatten from axis {start} to {end}: the first comes after the last")
        joined = prod(self.shape[start : end + 1])
        return self.reshape(*self.shape[:start], joined, *self.shape[end + 1 :])

    def split(self, lengths, axis=0):
        """Pieces along `axis`, each so long, the last perhaps shorter; or of these lengths."""
        axis = one_axis("split", self, axis)
        n, before = self.shape[axis], (slice(None),) * axis
        if isinstance(lengths, Integral):
            length = whole("split: the length of a piece", lengths)
            lengths = [length] * (n // length) + [n % length] * (n % length > 0 or not n)
        if sum(whole("split: a length", each, 0) for each in lengths) != n:
            raise ValueError(f"split into {lengths}: {described(self)} has {n} along axis {axis}")
        ends = np.cumsum(lengths).tolist()
        return tuple(
            self[(*before, slice(end - n, end))] for n, end in zip(lengths, ends, strict=True)
        )

    def clone(self):
        """The same numbers in memory of their own; gradients go on to this tensor."""
        return self.unary(op_of("clone", array_ops.clone_rule))

    def astype(self, dtype):
        """The same numbers as another type of float."""
        dtype = real_type(dtype)
        if dtype.kind != "f" and self.requires_grad:
            raise TypeError(f"astype: {dtype} takes no gradient; call detach() first")
        return self.unary(op_of("astype", array_ops.astype_rule, dtype))

    def __getitem__(self, index):
        """Elements by numbers, slices, None, ..., and arrays of integers or booleans, as in NumPy.

        A list, a range or a tuple inside the index is such an array; the gradients of a place that
        is named several times add up.
        """
        if getattr(index, "is_batched", False):
            return index.picked_from(self)
        return self.unary(op_of("[]", array_ops.getitem_rule, index_of(index)))

    def __setitem__(self, index, x):
        """Write in place where nothing is recorded; elsewhere the graph would not be true."""
        if IS_RECORDING.get() and (self.requires_grad or getattr(x, "requires_grad", False)):
            raise TypeError(
                "a Tensor is not written to while a graph is recorded: build a new one with "
                "where(), concat() or indexing; to change the numbers of a leaf, write inside "
                "`with no_grad():`, or into x.data"
            )
        write("[]=", self, index_of(index), self.like(x).array)

    # Reductions.

    def sum(self, axis=None, keepdims=False):
        """The sum over an axis, several, or all."""
        return self.unary(op_of("sum", array_ops.sum_rule, axes_of("sum", self, axis), keepdims))

    def mean(self, axis=None, keepdims=False):
        """The mean over an axis, several, or all."""
        return self.unary(op_of("mean", array_ops.mean_rule, axes_of("mean", self, axis), keepdims))

    @wider
    def var(self, axis=None, ddof=0, keepdims=False):
        """The mean of the squared deviations; their sum is divided by n - ddof.

        Where that is not above 0 there is no variance: nan, or inf, as in NumPy and PyTorch.
        """
        axes = axes_of("var", self, axis)
        between("ddof", ddof, -inf, inf)
        n = prod(self.shape[i] for i in axes)
        deviation = self - self.mean(axes, keepdims=True)
        share = 1.0 / (n - ddof) if n > ddof else inf
        return (deviation * deviation).sum(axes, keepdims) * share

    @wider
    def std(self, axis=None, ddof=0, keepdims=False):
        """The square root of the variance; of equal numbers it is 0, and so is its gradient."""
        return array_ops.spread((), self.var(axis, ddof, keepdims))

    def max(self, axis=None, keepdims=False):
        """The largest over an axis, several, or all; ties share the gradient equally."""
        return self.extreme("max", axis, keepdims)

    def min(self, axis=None, keepdims=False):
        """The smallest over an axis, several, or all; ties share the gradient equally."""
        return self.extreme("min", axis, keepdims)

    def extreme(self, name, axis, keepdims):
        """The largest or the smallest."""
        axes = axes_of(name, self, axis)
        if not all(self.shape[i] for i in axes) and axes:
            raise ValueError(f"{name} of {described(self)}: there is no element to choose from")
        return self.unary(op_of(name, array_ops.extreme_rule, name, axes, keepdims))

    def prod(self, axis=None, keepdims=False):
        """The product over an axis, several, or all, of factors in pairs: a 0 needs no care."""
        axes = axes_of("prod", self, axis)
        rest = [i for i in range(self.ndim) if i not in axes]
        n, shape = prod(self.shape[i] for i in axes), [self.shape[i] for i in rest]
        factors = self.transpose(*axes, *rest).reshape(n, *shape)
        while n > 1:
            pairs = factors[: n // 2] * factors[n // 2 : n // 2 * 2]
            factors = concat([pairs, factors[n // 2 * 2 :]]) if n % 2 else pairs
            n = len(factors)
        y = factors[0] if n else factors.sum(0) + 1.0
        return y.reshape(array_ops.with_ones(self.shape, axes)) if keepdims else y

    def cumsum(self, axis):
        """The sums of the first, the first two, ... elements along `axis`."""
        return self.unary(op_of("cumsum", array_ops.cumsum_rule, one_axis("cumsum", self, axis)))

    def cumprod(self, axis):
        """The products of the first, the first two, ... elements along `axis`."""
        axis = one_axis("cumprod", self, axis)
        y, step = self.swapaxes(0, axis), 1
        while step < len(y):  # each is the product of the last `step` elements
            y = concat([y[:step], y[step:] * y[:-step]])
            step *= 2
        return y.swapaxes(0, axis)

    @wider
    def norm(self, p=2, axis=None, keepdims=False):
        """(sum |x|**p)**(1/p) over an axis, several, or all; of p = inf the largest |x|.

        Where it is 0, where no slope is right, the gradient is 0, as in PyTorch.
        """
        axes, p = axes_of("norm", self, axis), 2 if p == "fro" else p
        check_floats("norm", self.dtype)
        if not isinstance(p, Real) or p <= 0.0:
            raise ValueError(f"norm: p is a number above 0, or inf, not {p!r}")
        if p == inf:
            return abs(self).max(axes, keepdims)
        y = self.unary(op_of("norm", array_ops.norm_rule, float(p), axes))
        return y if keepdims else y.squeeze(axes)

    # Places and orders.

    def argmax(self, axis=None, keepdims=False):
        """The place of the largest element along `axis`, or of all laid end to end: no tensor."""
        return self.place_of("argmax", axis, keepdims)

    def argmin(self, axis=None, keepdims=False):
        """The place of the smallest element along `axis`, or of all laid end to end: no tensor."""
        return self.place_of("argmin", axis, keepdims)

    def place_of(self, name, axis, keepdims):
        """The first place, of a nan before any number."""
        axis = None if axis is None else one_axis(name, self, axis)
        if not (self.size if axis is None else self.shape[axis]):
            raise ValueError(f"{name} of {described(self)}: there is no element to choose from")
        return getattr(plain(self.array), name)(axis=axis, keepdims=keepdims)

    def sort(self, axis=-1, descending=False):
        """The elements in order along `axis`, and the places they come from: (values, indices).

        Equal ones stay in their order; a nan counts as larger than any number.
        """
        axis = one_axis("sort", self, axis)
        return self.picked(order_along(plain(self.array), axis, descending), axis)

    def topk(self, k, axis=-1, largest=True):
        """The k largest, or smallest, along `axis`, in order, and their places."""
        axis, k = one_axis("topk", self, axis), whole("topk: k", k, 0)
        if k > self.shape[axis]:
            raise ValueError(
                f"topk of {k}: {described(self)} has {self.shape[axis]} along axis {axis}"
            )
        order = order_along(plain(self.array), axis, descending=largest)
        return self.picked(order.take(range(k), axis), axis)

    def picked(self, indices, axis):
        """The elements at these places along `axis`."""
        index = list(np.ogrid[tuple(map(slice, indices.shape))])
        index[axis] = indices
        return Picked(self[tuple(index)], indices)

    # Softmax.

    def softmax(self, axis=-1):
        """exp(x) / sum(exp(x)) along `axis`, of floats; whole numbers are a TypeError."""
        axis = softmax_axis("softmax", self, axis)
        return self.unary(op_of("softmax", array_ops.softmax_rule, axis))

    def log_softmax(self, axis=-1):
        """log(softmax(x)), also where the softmax is too small for a float."""
        axis = softmax_axis("log_softmax", self, axis)
        return self.unary(op_of("log_softmax", array_ops.log_softmax_rule, axis))

    def logsumexp(self, axis=-1, keepdims=False):
        """log(sum(exp(x))) along `axis`, without overflow; -inf where there is nothing to sum."""
        axis = softmax_axis("logsumexp", self, axis)
        return self.unary(op_of("logsumexp", array_ops.logsumexp_rule, axis, keepdims))

    # Backward.

    def backward(self, seed=None, retain_graph=False):
        """Add the gradient of this tensor to the `grad` of the leaves it was computed from.

        A tensor of several elements needs a `seed`, an array of its shape: the gradient of
        whatever comes after it. The graph is freed on the way, unless `retain_graph`; then every
        tensor on the way keeps its gradient, too.
        """
        gradient = {self: seed_for(self, seed)}
        own = {self}  # tensors whose gradient is an array that nobody else can see
        order = gradient_order(self)
        for result in order:
            check_versions(result)
        while order:
            result = order.pop()  # held by nobody else, it is freed when the next one is passed
            operands, upstream = result.operands, gradient[result]
            if retain_graph or not operands:
                add_to_grad(result, upstream if result in own else upstream.copy())
            for operand, partial in zip(operands, result.partials, strict=True):
                if partial is not None and operand.requires_grad:
                    deliver(gradient, own, operand, partial, upstream)
            if not retain_graph:
                del gradient[result]
                own.discard(result)
                result.operands = result.partials = result.versions = ()

    def zero_grad(self):
        """Forget the gradients of this tensor and of all that it depends on."""
        if self.op is not None and not self.operands:
            raise RuntimeError(
                f"zero_grad() finds nothing behind {described(self)}: its graph was freed by "
                "backward(); call zero_grad() of the leaves, of the model or of the optimiser"
            )
        for tensor in gradient_order(self):
            tensor.grad = None


class Picked(NamedTuple):
    """Elements of a tensor in some order, and an array of the places that they come from."""

    values: Tensor
    indices: np.ndarray


def order_along(array, axis, descending):
    """The places of the elements from the smallest on, or from the largest; equal ones in order."""
    if not descending:
        return array.argsort(axis=axis, kind="stable")
    turned = np.flip(array, axis).argsort(axis=axis, kind="stable")
    return array.shape[axis] - 1 - np.flip(turned, axis)


def made(op, operands, y, partials, memory_of=()):
    """A result; it remembers its op and operands where one of these takes a gradient."""
    tensor = Tensor.__new__(Tensor)
    tensor.array = y = y if isinstance(y, xp.ndarray) else xp.asarray(y)
    tensor.grad, tensor.label = None, ""
    tensor.version = version = version_of(y, memory_of or operands)
    taking = [x.requires_grad for x in operands]
    is_recording = IS_RECORDING.get()
    tensor.requires_grad = bool(is_recording) and any(taking)
    if tensor.requires_grad:
        if is_recording is not True:
            is_recording.add(id(tensor))
        if not all(taking):  # a constant has no partial, whatever becomes of it later
            partials = tuple([p if x else None for p, x in zip(partials, taking, strict=True)])
        tensor.op, tensor.operands, tensor.partials = op, operands, partials
        used = [(x.version, x.version.count) for x in operands]
        tensor.versions = ((version, version.count), *used)
    else:
        tensor.op, tensor.operands, tensor.partials, tensor.versions = None, (), (), ()
    return tensor


def version_of(array, tensors):
    """The counter of the memory that `array` lies in: that of a tensor it is a view of, or new."""
    memory = array if array.base is None else owner(array)
    for x in tensors:
        if x.array is memory or (x.array.base is not None and owner(x.array) is memory):
            return x.version
    if memory is not array:
        lock(array)  # a view of an array that no tensor has seen
    return Version(memory)


def deliver(gradient, own, operand, partial, upstream):
    """Add one contribution to the gradient of `operand`: the chain rule, sparing copies.

    The same numbers as in `walk_back`. An array is added into only where nobody else sees it.
    """
    if type(partial) is array_ops.Put and operand in own and not partial.may_repeat:
        gradient[operand] = xp.asarray(gradient[operand])  # a sum of arrays without axes has none
        partial.add_into(gradient[operand], upstream)
        return
    if callable(partial):
        contribution = partial(upstream)
    elif type(partial) is float and partial == 1.0:
        contribution = upstream
    else:
        contribution = upstream * partial
    if operand not in gradient:
        gradient[operand] = contribution
        if contribution is not upstream and contribution.base is None:
            own.add(operand)  # a new array, made just now
    elif operand in own:
        gradient[operand] += contribution
    else:
        gradient[operand] = gradient[operand] + contribution
        own.add(operand)


def gradient_order(root) -> list:
    """The tensors behind `root` that take a gradient, operands before results."""
    order, seen, stack = [], set(), [root]
    while stack:
        tensor = stack.pop()
        if tensor is None:
            order.append(stack.pop())
        elif tensor not in seen:
            seen.add(tensor)
            if tensor.op is not None and not tensor.operands:
                raise RuntimeError(
                    f"the graph behind {described(tensor)} was freed by an earlier backward(); "
                    "call that one with retain_graph=True, or compute the result again"
                )
            if not tensor.operands:
                order.append(tensor)
                continue
            stack += (tensor, None)
            pairs = zip(tensor.operands[::-1], tensor.partials[::-1], strict=True)
            stack += [x for x, partial in pairs if partial is not None and x.requires_grad]
    return order


def seed_for(root, seed):
    """The gradient that the way back starts with, an array of the shape of `root`."""
    if not root.requires_grad:
        raise RuntimeError(
            f"{described(root)} depends on nothing that takes a gradient; was it computed from "
            "constants, after detach(), or under no_grad()?"
        )
    if seed is None:
        if root.size != 1:
            raise ValueError(
                f"backward() from {described(root)} needs a seed: pass the gradient of what comes "
                "after it, an array of that shape, or sum it to one number first"
            )
        return xp.ones(root.shape, root.dtype)
    array = real_array(getattr(seed, "array", seed), root.dtype)
    if array.shape != root.shape:
        raise ValueError(
            f"the seed has shape {array.shape}, but {described(root)} needs one of its own shape"
        )
    return array


def add_to_grad(tensor, gradient):
    """Gradients of several passes add up."""
    total = gradient if tensor.grad is None else tensor.grad + gradient
    tensor.grad = xp.asarray(total)


def check_versions(result):
    """Refuse to go on with an array that was written to after `result` was computed."""
    for place, (version, count) in enumerate(result.versions):
        if version.count != count:
            pairs = zip(result.operands, result.partials, strict=True)
            needed = [partial for operand, partial in pairs if operand.requires_grad]
            kept = {id(owner(array)) for array in saved(needed)}
            if id(version.memory) in kept:
                tensor = (result, *result.operands)[place]
                raise RuntimeError(
                    f"{described(tensor)} was changed in place after {result.op.symbol!r} had kept "
                    f"it for the way back: it is at version {version.count}, and version {count} "
                    "is needed; change it after backward(), or work on a copy"
                )


def write(symbol, tensor, index, numbers):
    """Change the numbers of `tensor` at `index` in place, and count it."""
    if is_spread(tensor.array):
        raise ValueError(
            f"{symbol!r} cannot write into {described(tensor)}: its elements share memory, as "
            "broadcast ones do; give the result a name of its own"
        )
    with tensor.opened() as array:
        array[index] = numbers


def matched(symbol, *tensors) -> list:
    """The tensors in one shape and type: what takes a gradient is broadcast by an op of its own."""
    shape = broadcast_shape(symbol, *[x.shape for x in tensors])
    return [x.broadcast_to(shape) if x.requires_grad else x for x in in_one_type(tensors)]


def matmul(a, b):
    """The matrix product, as NumPy's `@`: a vector is a row on the left and a column on the right.

    Shapes (..., n, k) @ (..., k, m) -> (..., n, m), the leading axes broadcast.
    """
    if not a.ndim or not b.ndim or a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ValueError(
            f"'@' of shapes {a.shape} and {b.shape}: the last length of the first must be the "
            "last but one of the second"
        )
    rows = a if a.ndim > 1 else a.expand_dims(0)
    columns = b if b.ndim > 1 else b.expand_dims(1)
    if rows.dtype != columns.dtype:
        rows, columns = in_one_type((rows, columns))
    if columns.ndim > 2 and rows.shape[:-2] != columns.shape[:-2]:
        lead = broadcast_shape("@", rows.shape[:-2], columns.shape[:-2])
        rows = rows.broadcast_to(lead + rows.shape[-2:])
        columns = columns.broadcast_to(lead + columns.shape[-2:])
    y = rows.apply(array_ops.MATMUL, rows, columns)
    if a.ndim > 1 and b.ndim > 1:
        return y
    return y.reshape(y.shape[:-2] + a.shape[-2:-1] + b.shape[-1:] * (b.ndim > 1))


def tensors_of(items, name) -> list:
    """Every item as a Tensor; arrays and numbers are constants."""
    if not isinstance(items, Iterable):
        raise TypeError(f"{name} takes a list of tensors, not {kind_of(items)}: {name}([x, y])")
    items = list(items)
    if not items:
        raise ValueError(f"{name} takes a list of at least one tensor, and this one is empty")
    first = next((x for x in items if isinstance(x, Tensor)), None)
    return [first.like(x) if first is not None else Tensor.of(x) for x in items]


def concat(tensors, axis=0) -> Tensor:
    """Tensors end to end along `axis`: (..., n, ...) and (..., m, ...) -> (..., n + m, ...).

    Other shapes are a ValueError; arrays and numbers among them are constants.
    """
    tensors = tensors_of(tensors, "concat")
    axis = one_axis("concat", tensors[0], axis)
    rests = {x.shape[:axis] + x.shape[axis + 1 :] for x in tensors}
    if len(rests) > 1 or len({x.ndim for x in tensors}) > 1:
        shapes = " and ".join(str(x.shape) for x in tensors)
        raise ValueError(f"concat of shapes {shapes}: only axis {axis} may differ in length")
    tensors = in_one_type(tensors)
    return tensors[0].apply(op_of("concat", array_ops.concat_rule, axis), *tensors)


def stack(tensors, axis=0) -> Tensor:
    """Tensors of one shape side by side along a new axis, which comes to stand at `axis`.

    Other shapes are a ValueError; arrays and numbers among them are constants.
    """
    tensors = tensors_of(tensors, "stack")
    if len({x.shape for x in tensors}) > 1:
        shapes = " and ".join(str(x.shape) for x in tensors)
        raise ValueError(f"stack of shapes {shapes}: all must be the same; concat joins others")
    axis = one_axis("stack", tensors[0], axis, more=1)
    return concat([x.expand_dims(axis) for x in tensors], axis)


def pad(x, widths, value=0.0) -> Tensor:
    """`x` with `value` around it: widths is ((before, after), ...), one pair for each axis.

    As in np.pad, one pair, or one number, stands for all axes.
    """
    x = Tensor.of(x)
    try:
        pairs = np.array(widths) if np.size(widths) else np.zeros((0, 2), int)
        pairs = np.broadcast_to(pairs, (x.ndim, 2))
    except ValueError:  # lists of several lengths, or too many of them
        pairs = np.zeros(0)
    if pairs.dtype.kind not in "iu" or (pairs < 0).any():
        raise ValueError(
            f"pad: {widths} for {described(x)}; give a pair of whole numbers of 0 or more for "
            "each axis: ((before, after), ...), or one pair or number for all"
        )
    if not isinstance(value, Real if x.dtype.kind == "f" else Integral):
        raise TypeError(f"pad: value is {value!r}; x holds {x.dtype}, and one number of these fits")
    widths = tuple(map(tuple, pairs.tolist()))
    return x.unary(op_of("pad", array_ops.pad_rule, widths, value))


def where(condition, a, b) -> Tensor:
    """`a` where the condition, an array of booleans, holds, else `b`; all broadcast together."""
    a, b = tensors_of((a, b), "where")
    if getattr(condition, "is_batched", False):
        return condition.chosen(a, b)
    condition = array_of(condition)
    if condition.dtype.kind not in "biuf":
        raise TypeError(
            f"where takes an array of booleans as its condition, not one of {condition.dtype}: "
            "compare numbers, where(x > 0, a, b)"
        )
    condition = condition.astype(bool)
    shape = broadcast_shape("where", condition.shape, a.shape, b.shape)
    a, b = [x.broadcast_to(shape) for x in in_one_type((a, b))]
    condition = xp.asarray(xp.broadcast_to(condition, shape))
    return a.apply(op_of("where", array_ops.where_rule, condition), a, b)


def einsum(subscripts, *operands) -> Tensor:
    """Einstein's sum, as np.einsum: einsum("bij,bjk->bik", a, b).

    A letter that stands twice in one operand takes its diagonal, "..." is all axes not named, and
    without an arrow the letters that stand once are kept, in the order of the alphabet.
    """
    if not isinstance(subscripts, str):
        raise TypeError(f"einsum starts with its letters, 'ij,jk->ik', not {kind_of(subscripts)}")
    operands = tensors_of(operands, "einsum")
    terms, target, short = einsum_letters(subscripts, [x.shape for x in operands])
    operands = [x.squeeze(axes) if axes else x for x, axes in zip(operands, short, strict=True)]
    operands = in_one_type([diagonal(x, term) for x, term in zip(operands, terms, strict=True)])
    terms = tuple("".join(dict.fromkeys(term)) for term in terms)
    return operands[0].apply(op_of("einsum", array_ops.einsum_rule, terms, target), *operands)


def diagonal(x, term):
    """The elements of `x` where axes of the same letter have the same index: an axis a letter."""
    own = list(dict.fromkeys(term))
    if len(own) == len(term):
        return x
    grid = np.ogrid[tuple(slice(x.shape[term.index(c)]) for c in own)]
    return x[tuple(grid[own.index(c)] for c in term)]


UFUNCS = {  # NumPy's functions that an operator of Tensor stands for
    **{"add": "__add__", "subtract": "__sub__", "multiply": "__mul__", "divide": "__truediv__"},
    **{
        "positive": "__pos__",
        "power": "__pow__",
        "matmul": "__matmul__",
        "negative": "__neg__",
        "absolute": "__abs__",
    },
    **{"less": "__lt__", "less_equal": "__le__", "greater": "__gt__", "greater_equal": "__ge__"},
    **{"equal": "__eq__", "not_equal": "__ne__"},
}


def reduction(method):
    """A reduction with NumPy's arguments: after the axis come others there, so these have names."""
    return lambda a, axis=None, *, keepdims=False: method(a, axis, keepdims=keepdims)


def deviation(method):
    """The same for the variance and its root."""
    return lambda a, axis=None, *, ddof=0, keepdims=False: method(a, axis, ddof, keepdims)


def cumulative(method):
    """The same for running sums and products, which go over all elements where no axis is named."""
    return lambda a, axis=None: method(a.flatten(), 0) if axis is None else method(a, axis)


def sections(x, indices_or_sections, axis=0):
    """np.split counts pieces, or says where they begin, and Tensor.split how long they are."""
    places = np.split(np.arange(x.shape[axis]), indices_or_sections)
    return x.split([len(own) for own in places], axis)


FUNCTIONS = {  # and what stands for its others
    **{"sum": reduction(Tensor.sum), "mean": reduction(Tensor.mean)},
    **{"max": reduction(Tensor.max), "amax": reduction(Tensor.max)},
    **{"min": reduction(Tensor.min), "amin": reduction(Tensor.min)},
    **{"var": deviation(Tensor.var), "std": deviation(Tensor.std)},
    **{"squeeze": Tensor.squeeze, "expand_dims": Tensor.expand_dims, "einsum": einsum},
    **{"swapaxes": Tensor.swapaxes, "broadcast_to": Tensor.broadcast_to, "astype": Tensor.astype},
    **{"prod": reduction(Tensor.prod), "cumsum": cumulative(Tensor.cumsum)},
    **{"cumprod": cumulative(Tensor.cumprod), "split": sections},
    "sort": lambda a, axis=-1: a.sort(axis).values,
    "clip": lambda a, a_min=None, a_max=None: a.clip(a_min, a_max),
    "reshape": lambda a, shape: a.reshape(shape),
    "transpose": lambda a, axes=None: a.transpose(axes),
    **{"concatenate": concat, "stack": stack, "where": where},
}
WITHOUT_GRADIENT = {  # answers of truth, of places and of shapes: there is no gradient to lose
    *("array_equal", "array_equiv", "allclose", "isclose", "any", "all", "count_nonzero"),
    *("isnan", "isfinite", "isinf", "signbit", "logical_not", "logical_and", "logical_or"),
    *("argmax", "argmin", "argsort", "argwhere", "nonzero", "flatnonzero", "searchsorted"),
    *("shape", "ndim", "size", "zeros_like", "ones_like", "full_like", "empty_like", "isin"),
}


def with_arrays(x):
    """`x` with plain arrays in place of the tensors in it."""
    if isinstance(x, tuple | list):
        return type(x)(map(with_arrays, x))
    if isinstance(x, dict):
        return {key: with_arrays(each) for key, each in x.items()}
    return plain(x.array) if isinstance(x, Tensor) else x
