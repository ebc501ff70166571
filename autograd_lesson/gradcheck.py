"""Finite differences: what a gradient must agree with, whatever the rules say."""

from collections.abc import Callable

import numpy as np

from .engine import Value, walk_back

# The step that balances the two errors of a central difference: h^2 of truncation against
# (machine epsilon) / h of rounding.
STEP = float(np.cbrt(np.finfo(float).eps))


class GradientError(AssertionError):
    """A gradient that does not agree with the measured slope."""


def numerical_gradient(f: Callable, xs, h: float | None = None) -> list[float]:
    """Central differences of `f(*xs)`, one per argument; `xs` is left as it is.

    `f` takes numbers and returns a number or a Value. The step is `h`, or for each argument
    6e-6 * max(1, |x|).
    """
    slopes = []
    for i, x in enumerate(xs):
        step = h or STEP * max(1.0, abs(x))
        ahead, behind = ([*xs[:i], x + sign * step, *xs[i + 1 :]] for sign in (1, -1))
        # divided by the distance really moved: x + step is rounded
        slopes.append((number(f(*ahead)) - number(f(*behind))) / (ahead[i] - behind[i]))
    return slopes


def check_gradient(f: Callable, *xs, upstream: float | None = None, tolerance=1e-6, rng=0) -> float:
    """Compare the gradient of `f(*values)` with central differences; return the worst error.

    `f` takes Values and returns a Value. The error of an argument is |gradient - slope| divided by
    max(1, |gradient|, |slope|), under the seed `upstream`, drawn from `rng` where left out: never
    1, under which a pass that forgets it is right by accident. Raises GradientError, naming the
    argument, above `tolerance`.
    """
    if upstream is None:
        upstream = -float(np.random.default_rng(rng).uniform(1.5, 3.0))
    values = [Value(x) for x in xs]
    root = Value.of(f(*values))
    gradient = {root: upstream}
    for _ in walk_back(root, gradient):
        pass
    slopes = numerical_gradient(lambda *numbers: f(*map(Value, numbers)), xs)
    worst, name = 0.0, getattr(f, "__name__", "f")
    for i, (value, slope) in enumerate(zip(values, slopes, strict=True)):
        got, expected = gradient.get(value, 0.0), upstream * slope
        error = abs(got - expected) / max(1.0, abs(got), abs(expected))
        if not error <= tolerance:
            raise GradientError(
                f"argument {i} of {name} at {xs}: the gradient is {got:.8g}, "
                f"the measured slope times the upstream {upstream:.4g} is {expected:.8g}; "
                "look at the rule of the ops between this argument and the result"
            )
        worst = max(worst, error)
    return worst


def number(y) -> float:
    """The data of a Value, or the number itself."""
    return y.data if isinstance(y, Value) else y
