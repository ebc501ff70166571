"""The order, the walk back, and its undoing."""

from autograd_lesson.value import topological_order, walk_back

__all__ = ["topological_order"]


def backward(root):
    """Add d(root)/d(value) to the grad of every value that `root` depends on."""
    gradient = {root: 1.0}
    for _ in walk_back(root, gradient):
        pass
    for value, amount in gradient.items():
        value.grad += amount


def zero_grad(root):
    """Set the grad of every value that `root` depends on back to 0."""
    for value in topological_order(root):
        value.grad = 0.0
