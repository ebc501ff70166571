"""Build automatic differentiation from scratch: values, gradients and the pictures of both."""

from .engine import Value, backward_steps, derivative, dot, jvp, topological_order, total

__all__ = ["Value", "backward_steps", "derivative", "dot", "jvp", "topological_order", "total"]
