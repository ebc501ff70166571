"""Memory for time: a part of the graph that is computed again on the way back."""

from collections import deque
from collections.abc import Callable

import numpy as np

from .engine import walk_back
from .ops import Op
from .tensor import Tensor, gradient_order, made, recording


def checkpoint(f: Callable, *xs) -> Tensor:
    """f(*xs), of which nothing but the result is kept; f runs once more on the way back.

    The gradients are those of f(*xs), of the leaves that f uses as well. f must give the same
    again: random numbers come from a seed inside it (T. Chen et al., Training deep nets with sublinear
    memory cost, 2016). The name is that of torch.utils.checkpoint.
    """
    xs = tuple(map(Tensor.of, xs))
    y, copies = run(f, xs)
    inside = set(copies)
    leaves = [x for x in gradient_order(y) if x not in inside and not x.operands]
    result = y.array  # alone: y has the whole graph behind it
    latest = []  # the gradient that came last, and all that it was turned into

    def pull_to(place):
        def pull(g):
            if not latest or latest[0] is not g:
                latest[:] = [g, gradients(f, xs, leaves, result, g)]
            return latest[1][place]

        return pull

    operands = (*xs, *leaves)
    pulls = tuple(pull_to(place) for place in range(len(operands)))
    return made(Op("checkpoint", refused), operands, result, pulls)


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
    gradient_order(y)  # refuses what an earlier backward() has freed
    gradient = {y: g}
    deque(walk_back(y, gradient), maxlen=0)
    found = [gradient.get(x) for x in (*copies, *leaves)]
    return [
        np.zeros(x.shape, x.dtype) if one is None else one
        for one, x in zip(found, (*copies, *leaves), strict=True)
    ]


def refused(*operands):
    """The rule of a checkpoint: there is none to differentiate again."""
    raise NotImplementedError(
        "'checkpoint' has no second derivative here; call f without checkpoint for that"
    )
