"""Finite differences: what a gradient must agree with, whatever the rules say."""

from collections.abc import Callable

import numpy as np

from .engine import Value, walk_back
from .tensor import Tensor

# The step that balances the two errors of a central difference: h^2 of truncation against
# (machine epsilon) / h of rounding.
STEP = float(np.cbrt(np.finfo(float).eps))


class GradientError(AssertionError):
    """A gradient that does not agree with the measured slope."""


def numerical_gradient(f: Callable, xs, h: float | None = None) -> list:
    """Central differences of `f(*xs)`, one per argument; `xs` is left as it is.

    `f` takes numbers or float arrays, and returns a number, a Value or a Tensor of one element. The
    slope to a number is a number, to an array an array. The step is `h`, or for each number
    6e-6 * max(1, |x|).
    """
    slopes = []
    for i, x in enumerate(xs):
        slope = np.empty(np.shape(x))
        for place in np.ndindex(slope.shape):
            centre = np.asarray(x, float)[place]
            step = h or STEP * max(1.0, abs(centre))
            ahead, behind = (moved(x, place, centre + sign * step) for sign in (1, -1))
            rise = number(f(*xs[:i], ahead, *xs[i + 1 :])) - number(
                f(*xs[:i], behind, *xs[i + 1 :])
            )
            # divided by the distance really moved: x + step is rounded
            slope[place] = rise / ((centre + step) - (centre - step))
        slopes.append(slope if isinstance(x, np.ndarray) else float(slope))
    return slopes


def moved(x, place, to):
    """`x` with the number at `place` replaced; the number itself where x is one."""
    if not isinstance(x, np.ndarray):
        return float(to)
    copy = np.array(x, float)
    copy[place] = to
    return copy


def check_gradient(f: Callable, *xs, upstream=None, tolerance=1e-6, rng=0) -> float:
    """Compare the gradient of `f(*values)` with central differences; return the worst error.

    `f` takes Values and returns a Value; where an argument is an array, it takes Tensors and may
    return a Tensor of any shape. The error is |gradient - slope| divided by
    max(1, |gradient|, |slope|), under the seed `upstream`, drawn from `rng` where left out: never
    1, under which a pass that forgets it is right by accident. Raises GradientError, naming the
    argument and the place in it, above `tolerance`.
    """
    kind = Tensor if any(isinstance(x, np.ndarray) for x in xs) else Value
    values = [kind(x) for x in xs]
    root = kind.of(f(*values))
    if upstream is None:
        shape = np.shape(root.data)
        upstream = -np.random.default_rng(rng).uniform(1.5, 3.0, shape)
    gradient = {root: upstream}
    for _ in walk_back(root, gradient):
        pass

    def weighted(*given):
        return float(np.sum(upstream * kind.of(f(*map(kind, given))).data))

    slopes = numerical_gradient(weighted, xs)
    worst, name = 0.0, getattr(f, "__name__", "f")
    for i, (value, slope) in enumerate(zip(values, slopes, strict=True)):
        got = np.broadcast_to(gradient.get(value, 0.0), np.shape(slope))
        error = np.abs(got - slope) / np.maximum(1.0, np.maximum(np.abs(got), np.abs(slope)))
        if not np.all(error <= tolerance):
            place = np.unravel_index(np.argmax(np.nan_to_num(error, nan=np.inf)), error.shape)
            where = f"[{', '.join(map(str, place))}]" if place else ""
            raise GradientError(
                f"argument {i}{where} of {name} at {xs}: the gradient is {got[place]:.8g}, "
                f"the measured slope times the upstream{in_words(upstream)} is "
                f"{np.asarray(slope)[place]:.8g}; "
                "look at the rule of the ops between this argument and the result"
            )
        worst = max(worst, float(error.max(initial=0.0)))
    return worst


def in_words(upstream) -> str:
    """The upstream in a message, where it is one number."""
    return "" if np.ndim(upstream) else f" {float(upstream):.4g}"


def number(y) -> float:
    """The data of a Value or a Tensor, or the number itself."""
    return float(y.data) if isinstance(y, Value) else float(y)
