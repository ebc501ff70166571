"""SymPy: the derivative as a formula, then `lambdify` to NumPy; it has one mode."""

import numpy as np
import sympy as sp

from ..rows import filled, flat
from . import AbsentError

NAME = "SymPy"
REQUIRES = ("sympy==1.14.0", "numpy==2.4.6", "scipy==1.17.1")


def version():
    """That of the package."""
    return sp.__version__


def reduced(function):
    """A function of many, of all elements."""
    return lambda x, *axis: function(*np.ravel(x))


def where(condition, a, b):
    """Piecewise, element by element."""
    one = lambda c, p, q: sp.Piecewise((p, c), (q, True))  # noqa: E731
    return np.vectorize(one, otypes=[object])(condition, a, b)[()]


def norm(x, p=2):
    """Of all numbers of x."""
    return sp.Matrix(list(np.ravel(x))).norm(sp.oo if p == float("inf") else p)


def matrix(function):
    """A function of matrices."""
    return lambda x: function(sp.Matrix(x))


def array(numbers):
    """Constants."""
    return np.array(numbers, dtype=object)


WORDS = {
    "array": array,
    "where": where,
    "maximum": sp.Max,
    "minimum": sp.Min,
    "max": reduced(sp.Max),
    "min": reduced(sp.Min),
    "sum": lambda x: sum(np.ravel(x)),
    "mean": lambda x: sum(np.ravel(x)) / np.size(x),
    "prod": lambda x: sp.prod(np.ravel(x)),
    "cumprod": np.cumprod,
    "abs": sp.Abs,
    "sign": sp.sign,
    "heaviside": sp.Heaviside,
    "floor": sp.floor,
    "mod": sp.Mod,
    "floor_divide": lambda a, b: sp.floor(a / b),
    "norm": norm,
    "cbrt": sp.cbrt,
    "clip": lambda x, low, high: sp.Min(sp.Max(x, low), high),
    "log1p": lambda x: sp.log(1 + x),
    "arctan2": sp.atan2,
    "arcsin": sp.asin,
    "arccos": sp.acos,
    "arccosh": sp.acosh,
    "sinc": lambda x: sp.sinc(sp.pi * x),
    "det": matrix(sp.Matrix.det),
    "inv": lambda x: np.array(sp.Matrix(x).inv()),
    "take": lambda x, places: x[np.array(places)],
    "interp": lambda x, xs, ys: sp.interpolating_spline(1, x, xs, ys),
    "real": sp.re,
    **{name: getattr(sp, name) for name in ("exp", "log", "sin", "tanh", "sqrt")},
}


def leaves(point):
    """A real symbol for each number, in the form of the point, and the flat numbers."""
    if any(isinstance(x, complex) for x in point):
        raise AbsentError("no derivative by a complex number")
    symbols = [
        filled(x, iter(sp.symbols(f"x{i}_:{len(flat(x))}", real=True))) for i, x in enumerate(point)
    ]
    xs = [np.array(s, dtype=object) if isinstance(s, list) else s for s in symbols]
    return xs, flat(symbols), flat(list(point))


def run(expression, symbols, numbers):
    """The formula by NumPy at the point, in its own scalars: 1 / 0 is infinite there."""
    f = sp.lambdify(symbols, expression, modules=["scipy", "numpy"])
    with np.errstate(all="ignore"):
        return float(np.asarray(f(*map(np.float64, numbers)), dtype=float))


def expression(f, xs):
    """f as a formula."""
    y = f(*xs)
    return sp.sympify(y.item() if isinstance(y, np.ndarray) else y)


def value(f, point):
    """f there."""
    xs, symbols, numbers = leaves(point)
    return run(expression(f, xs), symbols, numbers)


def reverse(f, point):
    """sympy.diff by each symbol."""
    xs, symbols, numbers = leaves(point)
    y = expression(f, xs)
    slopes = iter([run(y.diff(s), symbols, numbers) for s in symbols])
    return [filled(x, slopes) for x in point]


def forward(f, point, along):
    """There is none."""
    raise AbsentError("one mode: a formula")


def second(f, point, along):
    """sympy.diff again."""
    xs, symbols, numbers = leaves(point)
    moving = [(s, v) for s, v in zip(symbols, flat(list(along)), strict=True) if v]
    if not moving:
        raise AbsentError("no direction among no numbers")
    slope = sum(v * expression(f, xs).diff(s) for s, v in moving)
    return run(sum(v * slope.diff(s) for s, v in moving), symbols, numbers)


def second_forward(f, point, along):
    """There is none."""
    raise AbsentError("one mode: a formula")
