"""Build automatic differentiation from scratch: values, gradients and the pictures of both."""

from .engine import Value, backward_steps, derivative, dot, jvp, topological_order, total
from .tensor import Tensor, no_grad

__all__ = [
    "Tensor",
    "Value",
    "backward_steps",
    "derivative",
    "dot",
    "jvp",
    "no_grad",
    "topological_order",
    "total",
]
