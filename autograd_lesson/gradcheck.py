"""Finite differences: what a gradient must agree with, whatever the rules say."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from .tensor import Tensor
from .value import Value, symbol_of, walk_back

SMALLEST_STEP = 2.0**-62
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
    slopes, _ = measured(lambda *x: [number(f(*x))], xs, np.ones((1, 1)), name_of(f), h)
    return [
        slope[0] if isinstance(x, np.ndarray) else float(slope[0])
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
            if not np.array_equal(value.data, x, equal_nan=True):
                raise GradientError(
                    f"{name} has written into argument {i}, and its gradient belongs to another "
                    "point now; let it compute on a copy"
                )
        upstreams = drawn(roots, rng) if upstream is None else as_given(upstream, roots)
        slopes, errors = measured(numbers, xs, upstreams, name)
        found = [gradients(values, roots, each, name) for each in upstreams]

    worst = 0.0
    for i, (slope, off) in enumerate(zip(slopes, errors, strict=True)):
        got = np.array([gradient[i] for gradient in found])
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(got), np.abs(slope)) + off / tolerance
            apart = np.abs(got - slope)
            error = np.where(got == slope, 0.0, apart / size)
        if not np.all(error <= tolerance):
            apart = np.where(error <= tolerance, 0.0, np.nan_to_num(apart, nan=np.inf))
            k, *place = map(int, np.unravel_index(apart.argmax(), apart.shape))
            agrees = np.all((error <= tolerance).reshape(len(error), -1), axis=1)
            raise GradientError(
                f"argument {i}{place or ''} of {name} at {tuple(xs)}: the gradient is "
                f"{got[k, *place]:.8g}, the measured slope times the upstream"
                f"{in_words(upstreams[k])} is {slope[k, *place]:.8g}; "
                + (
                    "the slope differs from step to step, as at a kink or under noise, so choose "
                    "another point"
                    if 2.0 * off[k, *place] > tolerance * size[k, *place]
                    else "under other upstreams they agree, so look for a rule that does more "
                    "with its upstream than multiply by it"
                    if np.any(agrees & np.any(upstreams, axis=1))
                    else "look at the rule of the ops between this argument and the result"
                )
            )
        worst = max(worst, float(error.max(initial=0.0)))
    return worst


def measured(f: Callable, xs: list, upstreams, name: str, h: float | None = None) -> tuple:
    """For each of `xs` the slopes of upstream * f(*xs), one per upstream, and how far each is off.

    `f` returns a list of arrays, which are taken as one row of numbers.
    """

    point, here, epsilon = tuple(xs), np.zeros(1), 0.0
    if h is None:
        here, epsilon = result_at(point, f, name)
    slopes, errors = [], []
    for i, x in enumerate(xs):
        slope, error = np.empty((2, len(upstreams), *np.shape(x)))
        for place in np.ndindex(np.shape(x)):

            def moved(to, i=i, place=place, x=x):
                there = np.array(x)
                there[place] = to
                there = there if isinstance(x, np.ndarray) else float(to)
                try:
                    return as_row(f(*copies([*xs[:i], there, *xs[i + 1 :]])))
                except (ValueError, ArithmeticError):  # outside the domain
                    return np.full(here.shape, np.nan)

            with np.errstate(all="ignore"):
                rates, off = slope_at(moved, here, float(np.asarray(x)[place]), epsilon, h)
                slope[:, *place] = upstreams @ rates
                error[:, *place] = [length(each * off) for each in upstreams]
            if not np.all(np.isfinite(rates)):
                raise GradientError(
                    f"{name} at {point}: next to argument {i}{list(place) or ''} it is not finite "
                    "or refuses to compute, so no slope can be measured; choose a point further "
                    "inside its domain"
                )
        slopes.append(slope)
        errors.append(error)
    return slopes, errors


def result_at(point: tuple, f: Callable, name: str) -> tuple:
    """The results at the point as one row, and the rounding of their type; refused without slope.

    That is where they are not finite, and where two calls differ.
    """
    try:
        here, again = ([np.asarray(y) for y in f(*copies(point))] for _ in range(2))
    except (ValueError, ArithmeticError) as error:
        raise GradientError(
            f"{name} at {point} cannot be computed ({error}), and has no slope there; choose a "
            "point inside its domain"
        ) from error
    epsilon = max([np.finfo(y.dtype).eps for y in here if y.dtype.kind == "f"], default=0.0)
    here, again = as_row(here), as_row(again)
    if not np.all(np.isfinite(here)):
        raise GradientError(
            f"{name} at {point} is {here[~np.isfinite(here)][0]}, and has no slope there; choose a "
            "point where it is finite"
        )
    if not np.array_equal(here, again):
        raise GradientError(
            f"{name} at {point} gave two different results in two calls, and a slope compares "
            "calls; does it draw random numbers, or keep something from call to call?"
        )
    return here, epsilon


def slope_at(at: Callable, here, x: float, epsilon: float, h: float | None = None):
    """The slope of each number of `at(x)`, and how far it may be off.

    With `h`, one central difference. Else differences at steps that shrink fourfold, each with the
    one before it extrapolated to a step of 0. The slope is the one that the next step changes
    least, provided that the slopes to both sides approach each other; it is looked for until
    what is left of the change is rounding. The gradient has no say in it.
    """
    step = h or math.ldexp(1.0, math.frexp(max(1.0, abs(x)))[1] - 7)  # of 2, so that x + step is
    smallest = min(SMALLEST_STEP, abs(x) * 2.0**-12 or 1.0)
    smallest = h or max(smallest, 4.0 * np.spacing(abs(x)))
    slope, error = np.full(here.shape, np.nan), np.full(here.shape, np.inf)
    rounding, change, is_found = np.zeros(here.shape), np.zeros(here.shape), here != here
    wider = wider_bend = before = slope
    while step >= smallest and not is_found.all():
        ahead, behind = at(x + step), at(x - step)
        difference = (ahead - behind) / ((x + step) - (x - step))  # the distance really moved
        if h:
            return difference, np.zeros(here.shape)
        bend = ((ahead - here) - (here - behind)) / step  # how far the slopes ahead and behind part
        noise = 4.0 * epsilon * np.maximum(np.abs(ahead), np.abs(behind)) / step
        extrapolated = difference + (difference - wider) / 15.0
        off = np.abs(extrapolated - before) + np.abs(wider_bend - 4.0 * bend) + noise
        is_better = ~is_found & (off < 0.5 * error)
        slope, error = np.where(is_better, (extrapolated, off), (slope, error))
        rounding = np.where(is_better, noise, rounding)
        change = np.fmax(change, np.maximum(np.abs(ahead - here), np.abs(behind - here)))
        is_found |= (error <= 1e-8 * np.abs(slope)) | (error <= 8.0 * rounding)
        is_found |= (off > 4.0 * error) & (error <= 1e-3 * np.abs(slope))  # it only gets worse
        before = np.where(np.isnan(extrapolated), difference, extrapolated)
        wider, wider_bend, step = difference, bend, step / 4.0
    # Where nothing was found, as at a kink, only so much is allowed for.
    most = np.maximum(1e-6 * np.abs(slope), 1e-12 * change / max(1.0, abs(x)))
    return slope, 4.0 * np.minimum(error, np.maximum(most, 8.0 * rounding))


def gradients(values: list, roots: list, upstream, name: str) -> list:
    """The gradient of each of `values` under one row of upstreams, by the engine's walk."""
    total = [np.zeros(np.shape(value.data)) for value in values]
    start = 0
    for root in roots:
        end = start + np.size(root.data)
        seed = np.reshape(upstream[start:end], np.shape(root.data))
        is_array = isinstance(root.data, np.ndarray)
        seed = seed.astype(root.data.dtype) if is_array else float(seed)
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
        kept = np.copy(upstream)
        contribution = rule(upstream) if callable(rule) else upstream * rule
        if not np.array_equal(kept, upstream, equal_nan=True):
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


def drawn(roots: list, rng):
    """Rows of upstreams for all the results; over the rows, each place has one of each of SIZES."""
    rng, count = np.random.default_rng(rng), sum(np.size(root.data) for root in roots)
    order = rng.permuted(np.tile(np.arange(len(SIZES)), (count, 1)), axis=1)
    low, high = np.array(SIZES).T
    return rng.uniform(low[order], high[order]).T


def as_given(upstream, roots: list):
    """The upstream that was given as the only row, refused where it has not the results' shape."""
    parts = upstream if len(roots) > 1 else [upstream]
    found, needed = ([np.shape(x) for x in side] for side in (parts, [y.data for y in roots]))
    if found != needed:
        raise ValueError(
            f"the upstream has shape {', '.join(map(str, found))} and the result "
            f"{', '.join(map(str, needed))}; they must be the same"
        )
    return as_row(parts)[np.newaxis]


def plain(x):
    """The numbers of an argument: a float, or an array of float64."""
    x = x.data if isinstance(x, Value) else x
    return np.array(x, float) if isinstance(x, np.ndarray | list | tuple) else x


def as_row(arrays: list):
    """All the numbers of some arrays, one after the other."""
    return np.concatenate([np.ravel(array) for array in arrays]).astype(float)


def copies(xs) -> list:
    """The same arguments, and of arrays copies, so that f may write into them."""
    return [x.copy() if isinstance(x, np.ndarray) else x for x in xs]


def length(x) -> float:
    """The root of the sum of squares, also where a square is too large for a float."""
    largest = np.abs(x).max(initial=0.0)
    return float(largest * np.linalg.norm(x / largest)) if largest else 0.0


def in_words(upstream) -> str:
    """The upstream in a message, where it is one number."""
    return f" {float(upstream[0]):.4g}" if len(upstream) == 1 else ""


def name_of(f) -> str:
    """What to call f in a message."""
    return getattr(f, "__name__", "f")


def number(y) -> float:
    """The data of a Value or a Tensor, or the number itself."""
    y = np.asarray(y.data if isinstance(y, Value) else y)
    if y.size != 1:
        raise TypeError(
            f"the function returned an array of shape {y.shape}, and its slopes would be a matrix; "
            "return one number, for example the sum of that array times some weights"
        )
    return y.reshape(())
