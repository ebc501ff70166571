"""The order and the walk back of exercise 5, as methods of values."""

from .borrowed.e05 import backward, topological_order, zero_grad
from .values import Value

__all__ = ["topological_order"]


def backward_from(self, seed=1.0):
    """Add `seed` * d(self)/d(value) to the grad of every value that self depends on."""
    backward(self if seed == 1.0 else self * seed)


def zero_grad_from(self):
    """Set the grad of this value, and of all that it depends on, back to 0."""
    zero_grad(self)


Value.backward, Value.zero_grad = backward_from, zero_grad_from
