"""Finite differences: what a gradient must agree with, whatever the rules say."""

import math
import sys
from collections.abc import Callable
from functools import partial
from operator import mul
from typing import NamedTuple

from .numpy_or_not import np
from .slopes import slope_at
from .tensor import Tensor
from .value import Value, symbol_of, walk_back

# Sizes of an upstream, from and to, of both signs: a rule that cuts off large ones, or loses small
# ones, is right on the others.
SIZES = ((4.0, 30.0), (-30.0, -4.0), (0.02, 0.5), (-0.5, -0.02), (0.0, 0.0))


class GradientError(AssertionError):
    """A gradient that does not agree with the measured slope, or a slope that cannot be measured.

    It says which.
    """


def numerical_gradient(f: Callable, xs, h: float | None = None) -> list:
    """Central differences of `f(*xs)`, one per argument; `xs` is left as it is.

    `f` takes numbers or float arrays, and returns a number, a Value or a Tensor of one element. The
    slope to a number is a number, to an array an array. With a step `h`, f is called twice for each
    number. Without it the step is chosen at each number, as `slope_at` says.
    """
    xs = list(map(plain, xs))
    found = measured(lambda *x: [number(f(*x))], xs, name_of(f), h)
    slopes = [[rates[0] for _, rates, _ in places] for places in found]
    return [
        np.reshape(slope, x.shape) if isinstance(x, np.ndarray) else slope[0]
        for x, slope in zip(xs, slopes, strict=True)
    ]


def check_gradient(f: Callable, *xs, upstream=None, tolerance=1e-6, rng=0, engine=None) -> float:
    """Compare the gradient of `f(*values)` with central differences; return the worst error.

    `f` takes Values and returns a Value; where an argument is an array, it takes Tensors of float64
    and may return a Tensor of any shape; several results in a list are checked together. The error
    is |gradient - slope| divided by the larger of the two; what is left to rounding counts as part
    of that. Without an `upstream` several are drawn from `rng`, so that each element of the result
    has been large, small, of both signs and 0: a rule may be right under some of these. Values and
    Tensors are those of `engine`, a module such as `my_engine`, or of the package. Raises
    GradientError, naming the argument and the place in it, above `tolerance`, where the gradient
    has not the shape of the argument, and where no slope can be measured.
    """
    xs = list(map(plain, xs))
    is_of_arrays = any(isinstance(x, np.ndarray) for x in xs)
    kind = getattr(engine, "Tensor", Tensor) if is_of_arrays else getattr(engine, "Value", Value)
    name, quiet = name_of(f), {"all": "ignore"} if is_of_arrays else {}

    def results(*values):
        y = f(*values)
        return [kind.of(each) for each in (y if isinstance(y, tuple | list) else [y])]

    def numbers(*given):
        return [y.data for y in results(*map(kind, given))]

    with np.errstate(**quiet):
        values = list(map(kind, xs))
        roots = results(*values)
        for i, (value, x) in enumerate(zip(values, xs, strict=True)):
            if not same(value.data, x):
                raise GradientError(
                    f"{name} has written into argument {i}, and its gradient belongs to another "
                    "point now; let it compute on a copy"
                )
        upstreams = drawn(roots, rng) if upstream is None else as_given(upstream, roots)
        slopes = measured(numbers, xs, name)
        found = [gradients(values, roots, each, name) for each in upstreams]

    worst = 0.0
    for i, places in enumerate(slopes):
        rows = [
            compared(as_row([gradient[i]]), places, upstream, tolerance)
            for gradient, upstream in zip(found, upstreams, strict=True)
        ]
        agree = [all(each.error <= tolerance for each in row) for row in rows]
        if not all(agree):
            refuse(f"{name} at {tuple(xs)}", i, rows, agree, upstreams, tolerance)
        worst = max([worst, *(each.error for row in rows for each in row)])
    return worst


class Compared(NamedTuple):
    """One number of a gradient beside its measured slope: how far apart, in all and in part."""

    place: tuple
    got: float
    slope: float
    off: float
    size: float
    error: float

    @property
    def apart(self) -> float:
        """How far they are apart; infinitely, where one is no number."""
        distance = abs(self.got - self.slope)
        return distance if distance == distance else math.inf


def compared(gradient: list, places: list, upstream: list, tolerance: float) -> list[Compared]:
    """Each number of the gradient of one argument beside upstream * slope."""
    found = []
    for got, (place, rates, offs) in zip(gradient, places, strict=True):
        slope = sum(map(mul, upstream, rates))
        off = math.hypot(*map(mul, upstream, offs))
        size = max(abs(got), abs(slope)) + off / tolerance
        error = 0.0 if got == slope else abs(got - slope) / size
        found.append(Compared(place, got, slope, off, size, error))
    return found


def refuse(where: str, i: int, rows: list, agree: list, upstreams: list, tolerance: float):
    """Raise what is to be said of the number of argument i that is furthest off."""
    bad = [(k, each) for k, row in enumerate(rows) for each in row if not each.error <= tolerance]
    k, worst = max(bad, key=lambda pair: pair[1].apart)
    raise GradientError(
        f"argument {i}{list(worst.place) or ''} of {where}: the gradient is "
        f"{worst.got:.8g}, the measured slope times the upstream"
        f"{in_words(upstreams[k])} is {worst.slope:.8g}; "
        + (
            "the slope differs from step to step, as at a kink or under noise, so choose "
            "another point"
            if 2.0 * worst.off > tolerance * worst.size
            else "under other upstreams they agree, so look for a rule that does more "
            "with its upstream than multiply by it"
            if any(is_right and any(row) for is_right, row in zip(agree, upstreams, strict=True))
            else "look at the rule of the ops between this argument and the result"
        )
    )


def measured(f: Callable, xs: list, name: str, h: float | None = None) -> list[list]:
    """For each number in each of `xs` its place, the slopes of f(*xs), and how far they are off.

    `f` returns a list of numbers or arrays, which are taken as one row of numbers.
    """
    point, here, epsilon = tuple(xs), [0.0], 0.0
    if h is None:
        here, epsilon = result_at(point, f, name)

    def moved(i: int, place: tuple, to: float) -> list:
        there = copies(xs)
        if isinstance(there[i], np.ndarray):
            there[i][place] = to
        else:
            there[i] = to
        try:
            return as_row(f(*there))
        except (ValueError, ArithmeticError):  # outside the domain
            return [math.nan] * len(here)

    found: list[list] = []
    for i, x in enumerate(xs):
        found.append([])
        is_array = isinstance(x, np.ndarray)
        for place in np.ndindex(x.shape) if is_array else [()]:
            with np.errstate(all="ignore"):
                at = float(x[place] if is_array else x)
                rates, off = slope_at(partial(moved, i, place), here, at, epsilon, h)
            if not all(map(math.isfinite, rates)):
                raise GradientError(
                    f"{name} at {point}: next to argument {i}{list(place) or ''} it is not finite "
                    "or refuses to compute, so no slope can be measured; choose a point further "
                    "inside its domain"
                )
            found[i].append((place, rates, off))
    return found


def result_at(point: tuple, f: Callable, name: str) -> tuple:
    """The results at the point as one row, and the rounding of their type; refused without slope.

    That is where they are not finite, and where two calls differ.
    """
    try:
        here, again = ([rounded(y) for y in f(*copies(point))] for _ in range(2))
    except (ValueError, ArithmeticError) as error:
        raise GradientError(
            f"{name} at {point} cannot be computed ({error}), and has no slope there; choose a "
            "point inside its domain"
        ) from error
    epsilon = max([of for _, of in here], default=0.0)
    here, again = (as_row([y for y, _ in each]) for each in (here, again))
    if not all(map(math.isfinite, here)):
        wild = next(y for y in here if not math.isfinite(y))
        raise GradientError(
            f"{name} at {point} is {wild}, and has no slope there; choose a "
            "point where it is finite"
        )
    if here != again:
        raise GradientError(
            f"{name} at {point} gave two different results in two calls, and a slope compares "
            "calls; does it draw random numbers, or keep something from call to call?"
        )
    return here, epsilon


def rounded(y) -> tuple:
    """The result, kept from later writes, and what its type rounds to: whole numbers to nothing."""
    if isinstance(y, float):
        return y, sys.float_info.epsilon
    y = np.array(y)
    return y, float(np.finfo(y.dtype).eps) if y.dtype.kind == "f" else 0.0


def gradients(values: list, roots: list, upstream, name: str) -> list:
    """The gradient of each of `values` under one row of upstreams, by the engine's walk."""
    total = [np.zeros(x.shape) if isinstance(x := v.data, np.ndarray) else 0.0 for v in values]
    start = 0
    for root in roots:
        end, is_array = start + count_in(root), isinstance(root.data, np.ndarray)
        seed = upstream[start:end]
        seed = np.reshape(seed, root.data.shape).astype(root.data.dtype) if is_array else seed[0]
        gradient, start = {root: seed}, end
        for _ in walk_back(root, gradient, partial(watched_partials, name)):
            pass
        for i, value in enumerate(values):
            total[i] = total[i] + gradient.get(value, 0.0)
    return total


def watched_partials(name: str, result) -> list:
    """The partials of `result` as functions that refuse what no rule may do."""

    def watched(rule, operand, upstream):
        if not getattr(operand, "requires_grad", True):
            return 0.0
        kept = copies([upstream])[0]
        contribution = rule(upstream) if callable(rule) else upstream * rule
        if not same(kept, upstream):
            raise GradientError(
                f"{name}: the rule for {symbol_of(result)!r} writes into the gradient that it is "
                "given, which other operands are still to receive; let it make a new array"
            )
        if np.shape(contribution) != np.shape(operand.data):
            raise GradientError(
                f"{name}: the rule for {symbol_of(result)!r} passes on a gradient of shape "
                f"{np.shape(contribution)} to an operand of shape {np.shape(operand.data)}; a "
                "gradient has the shape of its operand"
            )
        return contribution

    if len(result.partials) != len(result.operands):
        return result.partials  # which the walk refuses
    pairs = zip(result.partials, result.operands, strict=True)
    return [partial(watched, rule, operand) for rule, operand in pairs]


def drawn(roots: list, rng) -> list:
    """Rows of upstreams for all the results; over the rows, each place has one of each of SIZES."""
    rng, count = np.random.default_rng(rng), sum(map(count_in, roots))
    orders = [rng.permutation(len(SIZES)) for _ in range(count)]
    columns = [[float(rng.uniform(*SIZES[k])) for k in order] for order in orders]
    return [list(row) for row in zip(*columns, strict=True)] or [[] for _ in SIZES]


def count_in(root) -> int:
    """How many numbers a result holds."""
    return root.data.size if isinstance(root.data, np.ndarray) else 1


def as_given(upstream, roots: list):
    """The upstream that was given as the only row, refused where it has not the results' shape."""
    parts = upstream if len(roots) > 1 else [upstream]
    found, needed = ([np.shape(x) for x in side] for side in (parts, [y.data for y in roots]))
    if found != needed:
        raise ValueError(
            f"the upstream has shape {', '.join(map(str, found))} and the result "
            f"{', '.join(map(str, needed))}; they must be the same"
        )
    return [as_row(parts)]


def plain(x):
    """The numbers of an argument: a float, or an array of float64."""
    x = x.data if isinstance(x, Value) else x
    return np.array(x, float) if isinstance(x, np.ndarray | list | tuple) else x


def as_row(arrays: list) -> list:
    """All the numbers of some numbers and arrays, one after the other."""
    return [float(y) for x in arrays for y in (x.ravel() if isinstance(x, np.ndarray) else [x])]


def same(x, y) -> bool:
    """Whether all numbers are the same, of which nan is one."""
    if isinstance(x, np.ndarray) or isinstance(y, np.ndarray):
        return np.array_equal(x, y, equal_nan=True)
    return x == y or (x != x and y != y)


def copies(xs) -> list:
    """The same arguments, and of arrays copies, so that f may write into them."""
    return [x.copy() if isinstance(x, np.ndarray) else x for x in xs]


def in_words(upstream) -> str:
    """The upstream in a message, where it is one number."""
    return f" {float(upstream[0]):.4g}" if len(upstream) == 1 else ""


def name_of(f) -> str:
    """What to call f in a message."""
    return getattr(f, "__name__", "f")


def number(y) -> float:
    """The data of a Value or a Tensor, or the number itself."""
    y = y.data if isinstance(y, Value) else y
    if isinstance(y, float):
        return y
    y = np.asarray(y)
    if y.size != 1:
        raise TypeError(
            f"the function returned an array of shape {y.shape}, and its slopes would be a matrix; "
            "return one number, for example the sum of that array times some weights"
        )
    return y.reshape(())
