"""Entry by entry, the seed, and the walk back on arrays."""

import numpy as np

from autograd_lesson import ops
from autograd_lesson.value import walk_back


def by_the_table(op, *operands):
    """`op` of tensors, arrays and numbers, by the course's rule."""
    tensor = next(x for x in operands if hasattr(x, "operands"))
    numbers = [getattr(x, "data", x) for x in operands]
    arrays = [x if hasattr(x, "dtype") else np.asarray(x, tensor.dtype) for x in numbers]
    data, partials = op.rule(*arrays)
    kept = [(x, p) for x, p in zip(operands, partials, strict=True) if hasattr(x, "operands")]
    return type(tensor)(data, "", op.symbol, *zip(*kept, strict=True))


class Arithmetic:
    """A tensor with + - * / and **, on either side."""

    def __add__(self, other):
        """self + other."""
        return by_the_table(ops.ADD, self, other)

    def __sub__(self, other):
        """self - other."""
        return by_the_table(ops.SUB, self, other)

    def __rsub__(self, constant):
        """constant - self."""
        return by_the_table(ops.SUB, constant, self)

    def __mul__(self, other):
        """self * other."""
        return by_the_table(ops.MUL, self, other)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other):
        """self / other."""
        return by_the_table(ops.DIV, self, other)

    def __rtruediv__(self, constant):
        """constant / self."""
        return by_the_table(ops.DIV, constant, self)

    def __pow__(self, k):
        """self ** k, where k is a plain number."""
        return by_the_table(ops.power_of(float(k)), self)


class Tensor:
    """A tensor with exp, log, tanh and relu."""

    def exp(self):
        """e to each entry."""
        return by_the_table(ops.EXP, self)

    def log(self):
        """The logarithm of each entry."""
        return by_the_table(ops.LOG, self)

    def tanh(self):
        """The hyperbolic tangent of each entry."""
        return by_the_table(ops.TANH, self)

    def relu(self):
        """0 where an entry is 0 or below, else the entry."""
        kept = self.data > 0
        return type(self)(np.where(kept, self.data, 0), "", "relu", (self,), (kept,))


def seed_for(root, seed=None):
    """The seed as an array like `root.data`, or a ValueError that names the shapes."""
    shape = root.data.shape
    if seed is None and root.data.size != 1:
        raise ValueError(f"a root of shape {shape} needs a seed of that shape")
    seed = np.ones_like(root.data) if seed is None else np.array(seed, dtype=root.data.dtype)
    if seed.shape != shape:
        raise ValueError(f"the seed has shape {seed.shape}, the root has shape {shape}")
    return seed


def backward(root, seed):
    """Add the gradient of `root`, weighted by `seed`, to every value that it depends on."""
    gradient = {root: seed}
    for _ in walk_back(root, gradient):
        pass
    for value, amount in gradient.items():
        value.grad = amount + (0.0 if value.grad is None else value.grad)
