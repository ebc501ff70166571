"""Memory for time: a part of the graph that is computed again on the way back."""

from collections.abc import Callable

import numpy as np

from .ops import Op
from .tensor import Tensor, gradient_order, made, recording


def checkpoint(f: Callable, *xs) -> Tensor:
    """f(*xs), of which nothing but the result is kept; f runs once more on the way back.

    The gradients are those of f(*xs), of the leaves that f uses as well. f must give the same
    again: random numbers come from a seed inside it (T. Chen et al., Training deep nets with
    sublinear memory cost, 2016). The name is that of torch.utils.checkpoint.
    """
    xs = tuple(map(Tensor.of, xs))
    y, copies = run(f, xs)
    inside = set(copies)
    leaves = [x for x in gradient_order(y) if x not in inside and not x.operands]
    y = y.array  # alone: the tensor has the whole graph behind it
    return joint(y, (*xs, *leaves), lambda g: gradients(f, xs, leaves, y, g))


def joint(y, operands, back: Callable) -> Tensor:
    """A result whose way back is one function: back(g) gives a gradient for each operand."""
    latest = []  # the gradient that came last, and all that it was turned into

    def pull_to(place):
        def pull(g):
            if not latest or latest[0] is not g:
                latest[:] = [g, back(g)]
            return latest[1][place]

        return pull

    pulls = tuple(pull_to(place) for place in range(len(operands)))
    return made(Op("checkpoint", refused), operands, y, pulls)


def run(f, xs):
    """f of copies of `xs` that share their memory and have no past, and these copies."""
    copies = [x.detach() for x in xs]
    for copy, x in zip(copies, xs, strict=True):
        copy.requires_grad = x.requires_grad
    return Tensor.of(f(*copies)), copies


def gradients(f, xs, leaves, expected, g) -> list:
    """The gradients of `xs` and of the leaves, from a second run of f."""
    with recording(True):
        y, copies = run(f, xs)
    if not np.array_equal(y.array, expected, equal_nan=True):
        raise RuntimeError(
            "checkpoint: f gave another result the second time; draw its random numbers from a "
            "seed inside it, and change nothing in place that it uses"
        )
    before = [leaf.grad for leaf in leaves]  # the pass around this one adds to it
    for leaf in leaves:
        leaf.grad = None
    if y.requires_grad:
        y.backward(g)  # frees this piece of the graph on the way
    found = [x.grad for x in (*copies, *leaves)]
    for leaf, grad in zip(leaves, before, strict=True):
        leaf.grad = grad
    return [
        np.zeros(x.shape, x.dtype) if one is None else one
        for one, x in zip(found, (*copies, *leaves), strict=True)
    ]


def refused(*operands):
    """The rule of a checkpoint: there is none to differentiate again."""
    raise NotImplementedError(
        "'checkpoint' has no second derivative here; call f without checkpoint for that"
    )
