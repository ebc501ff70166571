"""CasADi, whose arrays are columns and whose graphs are symbolic (MX)."""

import casadi as ca
import numpy as np

from ..rows import flat
from . import AbsentError

NAME = "CasADi"
REQUIRES = ("casadi==3.8.2", "numpy==2.4.6")


def version():
    """That of the package."""
    return ca.__version__


def numbers_of(x):
    """A nested list as a column or a matrix."""
    return ca.DM(np.array(x, dtype=float).tolist() if flat(x) else ca.DM(0, 1))


def norm(x, p=2):
    """Of all numbers of x."""
    kinds = {1: ca.norm_1, 2: ca.norm_2, float("inf"): ca.norm_inf}
    if p not in kinds:
        raise AbsentError(f"no norm of order {p:g}")
    return kinds[p](x)


WORDS = {
    "array": numbers_of,
    "where": ca.if_else,
    "maximum": ca.fmax,
    "minimum": ca.fmin,
    "abs": ca.fabs,
    "arcsin": ca.arcsin,
    "arccos": ca.arccos,
    "arccosh": ca.arccosh,
    "arctan2": ca.atan2,
    "max": ca.mmax,
    "min": ca.mmin,
    "sum": ca.sum1,
    "norm": norm,
    "det": ca.det,
    "inv": ca.inv,
    "cholesky": lambda x: ca.chol(x).T,
    "take": lambda x, places: x[places],
    "interp": lambda x, xs, ys: ca.interpolant("t", "linear", [xs], ys)(x),
    "mod": None,
    **{name: getattr(ca, name) for name in ("fmax", "fmin", "hypot", "copysign", "fmod", "sign")},
    **{name: getattr(ca, name) for name in ("floor", "exp", "log", "log1p", "sin", "tanh", "sqrt")},
    **{name: getattr(ca, name) for name in ("logsumexp", "heaviside")},
}


def leaves(point):
    """A symbol for each operand, and its numbers; a complex number is none."""
    if any(isinstance(x, complex) for x in point):
        raise AbsentError("no complex numbers")
    if not flat(point):
        raise AbsentError("no functions of nothing")
    numbers = [numbers_of(x) for x in point]
    return [ca.MX.sym(f"x{i}", *x.shape) for i, x in enumerate(numbers)], numbers


def run(result, xs, numbers):
    """The result as an array."""
    return np.array(ca.Function("f", xs, [result])(*numbers))


def expression(f, xs):
    """f as one number."""
    y = ca.MX(f(*xs))
    if y.numel() != 1:
        raise AbsentError(f"a result of {y.numel()} numbers")
    return y


def value(f, point):
    """f there."""
    xs, numbers = leaves(point)
    return run(expression(f, xs), xs, numbers).item()


def gradient_of(y, xs):
    """jtimes with its last argument true: the pull of 1."""
    return [ca.jtimes(y, x, 1, True) for x in xs]


def reverse(f, point):
    """The pull of 1, in the form of the point."""
    xs, numbers = leaves(point)
    y = expression(f, xs)
    gradient = [run(ca.densify(g), xs, numbers) for g in gradient_of(y, xs)]
    return [g.reshape(np.shape(x)).tolist() for g, x in zip(gradient, point, strict=True)]


def push(y, xs, along):
    """jtimes: the push of the direction, of the operands that move."""
    pairs = [(x, v) for x, v in zip(xs, along, strict=True) if v.nnz() and np.any(np.array(v))]
    return sum(ca.jtimes(y, x, v) for x, v in pairs)


def forward(f, point, along):
    """The push of the direction."""
    (xs, numbers), (_, along) = leaves(point), leaves(along)
    return run(ca.densify(push(expression(f, xs), xs, along)), xs, numbers).item()


def slope_along(f, xs, along):
    """The gradient along the direction, of the operands that move."""
    pairs = [(x, v) for x, v in zip(xs, along, strict=True) if np.any(np.array(v))]
    gradient = gradient_of(expression(f, xs), [x for x, _ in pairs])
    return sum(ca.sum1(ca.sum2(g * v)) for g, (_, v) in zip(gradient, pairs, strict=True))


def second(f, point, along):
    """The pull of it, along the direction."""
    (xs, numbers), (_, along) = leaves(point), leaves(along)
    again = gradient_of(slope_along(f, xs, along), xs)
    parts = [
        (run(ca.densify(g), xs, numbers), np.array(v)) for g, v in zip(again, along, strict=True)
    ]
    return sum(float((g[v != 0] * v[v != 0]).sum()) for g, v in parts)


def second_forward(f, point, along):
    """The push of it."""
    (xs, numbers), (_, along) = leaves(point), leaves(along)
    return run(ca.densify(push(slope_along(f, xs, along), xs, along)), xs, numbers).item()
