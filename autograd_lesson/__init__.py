"""Build automatic differentiation from scratch: values, gradients and the pictures of both."""

from importlib import import_module

from .browser import freed_in_a_row
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

ON_DEMAND = {  # what needs arrays, and so NumPy, is loaded when it is first asked for
    "Tensor": "tensor",
    "no_grad": "tensor",
    "vmap": "batching",
    **dict.fromkeys(("derivative", "hessian", "hvp", "jacobian", "jvp", "vjp"), "transforms"),
}


def __getattr__(name):
    """A name of ON_DEMAND, from its module."""
    if name not in ON_DEMAND:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f".{ON_DEMAND[name]}", __name__), name)
    return found


def __dir__():
    """All names that a learner imports, loaded or not."""
    return sorted({*globals(), *__all__})


freed_in_a_row(Value)
