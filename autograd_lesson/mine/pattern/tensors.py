"""Arrays that remember: the ops of exercises 11, 12, 14 and 15, on one class."""

from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from .borrowed.e11 import Arithmetic, backward, seed_for
from .borrowed.e11 import Tensor as Functions
from .borrowed.e12 import max_of, mean_of, sum_of, unbroadcast
from .borrowed.e14 import concat as concat_of
from .borrowed.e14 import pad as pad_of
from .borrowed.e14 import pick, reshape, transpose
from .borrowed.e14 import stack as stack_of
from .borrowed.e15 import log_softmax, softmax, softmax_vjp
from .values import joined

IS_RECORDING = ContextVar("is_recording", default=True)
ARITHMETIC = ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow")


@contextmanager
def no_grad():
    """Inside, results remember nothing."""
    before = IS_RECORDING.set(False)
    try:
        yield
    finally:
        IS_RECORDING.reset(before)


class Tensor(Functions, Arithmetic):
    """An array that remembers the op, the operands and the way back to each.

    What is computed from constants alone, or under no_grad(), remembers nothing.
    """

    __array_ufunc__ = None  # NumPy leaves `array * x` to x.__rmul__

    def __init__(
        self, data, label="", op="", operands=(), partials=(), dtype=None, requires_grad=True
    ):
        """Hold floats; an operand that was stretched gets the sum over its copies."""
        array = np.asarray(data) if operands else np.array(data, dtype)
        self.data = array if array.dtype.kind == "f" else array.astype(float)
        self.grad, self.label = None, label
        edges = [
            (operand, self.way_back(operand, partial))
            for operand, partial in zip(operands, partials, strict=True)
            if IS_RECORDING.get() and getattr(operand, "requires_grad", True)
        ]
        self.op = op if edges else ""
        self.operands, self.partials = zip(*edges, strict=True) if edges else ((), ())
        self.requires_grad = bool(edges) if operands else requires_grad

    def way_back(self, operand, partial):
        """The partial; of an operand that was stretched, a function that undoes it."""
        shape = np.shape(operand.data)
        if callable(partial) or shape == self.shape:
            return partial
        return lambda upstream: unbroadcast(upstream * partial, shape)

    @classmethod
    def of(cls, x):
        """`x` itself where it is a tensor, else a constant."""
        return x if isinstance(x, Tensor) else cls(x, requires_grad=False)

    shape = property(lambda self: self.data.shape, doc="The length of each axis.")
    ndim = property(lambda self: self.data.ndim, doc="The number of axes.")
    size = property(lambda self: self.data.size, doc="The number of entries.")
    dtype = property(lambda self: self.data.dtype, doc="The type of its numbers.")
    T = property(lambda self: self.transpose(), doc="The axes in reverse order.")

    def op_of(self, symbol, found):
        """A result of this tensor, from the pair of it and the way back."""
        return Tensor(found[0], "", symbol, (self,), (found[1],))

    def __neg__(self):
        """-self."""
        return self * -1.0

    def __getitem__(self, index):
        """Entries by numbers, slices and arrays."""
        return self.op_of("[]", pick(self.data, index))

    def __len__(self):
        """The length of the first axis."""
        return len(self.data)

    def reshape(self, *shape):
        """The same entries in another shape."""
        shape = shape[0] if len(shape) == 1 else shape
        shape = np.broadcast_to(0, self.shape).reshape(shape).shape  # without a -1
        return self.op_of("reshape", reshape(self.data, shape))

    def transpose(self, *axes):
        """The axes in this order, in reverse order where none are given."""
        axes = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return self.op_of("transpose", transpose(self.data, tuple(axes or range(self.ndim)[::-1])))

    def swapaxes(self, a, b):
        """Two axes exchanged."""
        order = list(range(self.ndim))
        order[a], order[b] = order[b], order[a]
        return self.transpose(tuple(order))

    def sum(self, axis=None, keepdims=False):
        """The sum over an axis, several, or all."""
        return self.op_of("sum", sum_of(self.data, axis, keepdims))

    def mean(self, axis=None, keepdims=False):
        """The mean over an axis, several, or all."""
        return self.op_of("mean", mean_of(self.data, axis, keepdims))

    def max(self, axis=None, keepdims=False):
        """The largest over an axis, several, or all."""
        return self.op_of("max", max_of(self.data, axis, keepdims))

    def sqrt(self):
        """The square root of each entry."""
        return self**0.5

    def sigmoid(self):
        """1 / (1 + exp(-x)), by tanh, which cannot overflow."""
        return ((self * 0.5).tanh() + 1.0) * 0.5

    def softmax(self, axis=-1):
        """Probabilities along an axis."""
        shares = softmax(self.data, axis)
        return self.op_of("softmax", (shares, lambda g: softmax_vjp(shares, g, axis)))

    def log_softmax(self, axis=-1):
        """The logarithm of the probabilities along an axis."""
        y = log_softmax(self.data, axis)
        back = lambda g: g - np.exp(y) * g.sum(axis=axis, keepdims=True)  # noqa: E731
        return self.op_of("log_softmax", (y, back))

    def detach(self):
        """The same numbers as a constant."""
        return Tensor(self.data, requires_grad=False)

    def numpy(self):
        """A copy of the numbers."""
        return self.data.copy()

    def item(self):
        """Its one entry."""
        return self.data.item()

    def named(self, label):
        """Give this tensor a label and return it."""
        self.label = label
        return self

    def backward(self, seed=None):
        """Add the gradient of this tensor, weighted by `seed`, to all that it depends on."""
        backward(self, seed_for(self, seed))

    def zero_grad(self):
        """Forget the gradient."""
        self.grad = None

    def __repr__(self):
        """The numbers."""
        numbers = np.array2string(self.data, precision=4, separator=", ", threshold=50)
        return f"Tensor({numbers})"


for name in ARITHMETIC:
    setattr(Tensor, f"__{name}__", joined(getattr(Arithmetic, f"__{name}__")))
for name in ("exp", "log", "tanh", "relu"):
    setattr(Tensor, name, joined(getattr(Functions, name)))


def together(symbol, op, tensors, axis):
    """An op of several tensors, whose way back gives a list."""
    tensors = [Tensor.of(x) for x in tensors]
    result, back = op([x.data for x in tensors], axis)
    return Tensor(result, "", symbol, tensors, once(back, len(tensors)))


def once(back, n):
    """The parts of what `back` finds for n operands, as n functions; one call serves all."""
    last = [None, None]

    def part(place):
        def way_back(upstream):
            if last[0] is not upstream:
                last[:] = upstream, back(upstream)
            return last[1][place]

        return way_back

    return tuple(map(part, range(n)))


def concat(tensors, axis=0):
    """Tensors end to end."""
    return together("concat", concat_of, tensors, axis % tensors[0].ndim)


def stack(tensors, axis=0):
    """Tensors side by side along a new axis."""
    return together("stack", stack_of, tensors, axis % (tensors[0].ndim + 1))


def pad(x, widths):
    """A tensor with zeros around it."""
    return Tensor.of(x).op_of("pad", pad_of(x.data, widths))


def where(condition, a, b):
    """`a` where the condition holds, else `b`."""
    condition = np.asarray(condition)
    numbers = [x.data if isinstance(x, Tensor) else x for x in (a, b)]
    operands, masks = tuple(map(Tensor.of, (a, b))), (condition, ~condition)
    return Tensor(np.where(condition, *numbers), "", "where", operands, masks)
