"""Build automatic differentiation from scratch: values, gradients and the pictures of both."""

from .batching import vmap
from .tensor import Tensor, no_grad
from .transforms import derivative, hessian, hvp, jacobian, jvp, vjp
from .value import Value, backward_steps, dot, topological_order, total

__all__ = [
    "Tensor",
    "Value",
    "backward_steps",
    "derivative",
    "dot",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "no_grad",
    "topological_order",
    "total",
    "vjp",
    "vmap",
]
