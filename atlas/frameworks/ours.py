"""This package, on arrays."""

import numpy as np

from autograd_lesson import functional, tensor
from autograd_lesson.tensor import Tensor, tensors_of
from autograd_lesson.transforms import jvp, vjp

from . import AbsentError

NAME = "this package"
REQUIRES = ()
FUNCTIONS = [
    name
    for name, found in vars(functional).items()
    if getattr(found, "__module__", "") == functional.__name__
]


def version():
    """That of the repository it stands in."""
    return ""


def array(numbers):
    """A constant of the engine; truth values stay what they are."""
    numbers = np.asarray(numbers)
    return numbers if numbers.dtype == bool else Tensor(numbers, requires_grad=False)


def of_pair(name):
    """A function of two operands, either of which may be a number."""
    return lambda a, b: getattr(tensors_of((a, b), name)[0], name)(b)


def max_pool(x, kernel, stride):
    """One image of one channel."""
    return functional.max_pool2d(x.reshape(1, 1, *x.shape), kernel, stride)


def absent(why):
    """A word that there is not, for this reason."""

    def refuse(*_):
        raise AbsentError(why)

    return refuse


WORDS = {
    "array": array,
    "abs": abs,
    "where": tensor.where,
    "maximum": of_pair("maximum"),
    "minimum": of_pair("minimum"),
    "max_pool": max_pool,
    "std": lambda x, ddof=0: x.std(ddof=ddof),
    "var": lambda x, ddof=0: x.var(ddof=ddof),
    "take": lambda x, places: x[places],
    "sort": lambda x: x.sort()[0],
    "cumprod": lambda x: x.cumprod(0),
    "as_float": lambda x: Tensor.of(x).astype(float),
    "as_integer": lambda x: x.astype(int),
}


def word(name):
    """The rest are functions of networks, or methods."""
    function = getattr(functional, name, None) if name in FUNCTIONS else None
    method = getattr(Tensor, name, None)
    return function or (method and (lambda x, *settings: getattr(x, name)(*settings)))


def leaves(point):
    """The operands as tensors; a complex number is none."""
    if any(isinstance(x, complex) for x in point):
        raise AbsentError("no complex numbers")
    return [Tensor(np.array(x, dtype=float)) for x in point]


def on_tensors(f, xs):
    """f(*xs) with what no Tensor is made a constant one."""
    return Tensor.of(f(*xs))


def value(f, point):
    """f there."""
    return on_tensors(f, leaves(point)).item()


def reverse(f, point):
    """The pull of 1."""
    y, pull = vjp(lambda *xs: on_tensors(f, xs), *leaves(point))
    return [g.array.tolist() for g in pull(np.ones(y.shape))]


def forward(f, point, along):
    """The push of the direction."""
    _, speed = jvp(
        lambda *xs: on_tensors(f, xs), leaves(point), [np.array(v, float) for v in along]
    )
    return np.asarray(speed).item()


def slope_along(f, along):
    """The gradient along the direction, as a function that can be differentiated again."""

    def slope(*xs):
        y, pull = vjp(lambda *operands: on_tensors(f, operands), *xs)
        moving = [(g * v).sum() for g, v in zip(pull(y.filled(1.0)), along, strict=True) if v.any()]
        return sum(moving[1:], moving[0]) if moving else y.filled(0.0)

    return slope


def second(f, point, along):
    """The pull of the slope, along the direction."""
    along = [np.array(v, float) for v in along]
    y, pull = vjp(slope_along(f, along), *leaves(point))
    parts = [
        g.array[v != 0] @ v[v != 0] for g, v in zip(pull(np.ones(y.shape)), along, strict=True)
    ]
    return sum(float(part) for part in parts)


def second_forward(f, point, along):
    """The push of the slope."""
    along = [np.array(v, float) for v in along]
    return np.asarray(jvp(slope_along(f, along), leaves(point), along)[1]).item()
