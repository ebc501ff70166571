"""PyTensor, after its usual rewrites, run by Python."""

import numpy as np
import pytensor
import pytensor.tensor as pt
from pytensor.compile.mode import Mode
from pytensor.tensor import special

from . import AbsentError

NAME = "PyTensor"
REQUIRES = ("pytensor==3.0.7", "numpy==2.4.6")
MODE = Mode(linker="py", optimizer="fast_run")  # by Python: 1,000 functions need no compiler


def version():
    """That of the package."""
    return pytensor.__version__


WORDS = {
    "array": pt.constant,
    "norm": lambda x, p=2: pt.linalg.norm(x, p),
    "std": lambda x, ddof=0: pt.std(x, corrected=bool(ddof)),
    "var": lambda x, ddof=0: pt.var(x, ddof=ddof),
    "softmax": special.softmax,
    "log_softmax": special.log_softmax,
    "xlogy": getattr(special, "xlogy", None),
    "relu": getattr(pt, "relu", None),
    "det": pt.linalg.det,
    "inv": pt.linalg.inv,
    "logdet": lambda x: pt.linalg.slogdet(x)[1],
    "eigvalsh": lambda x: pt.linalg.eigh(x)[0],
    "eigh_vectors": lambda x: pt.linalg.eigh(x)[1],
    "svdvals": lambda x: pt.linalg.svd(x, compute_uv=False),
    "cholesky": pt.linalg.cholesky,
    "take": lambda x, places: x[np.array(places)],
    "put_at": lambda x, places, y: pt.set_subtensor(x[np.array(places)], y),
    "add_at": lambda x, places, y: pt.inc_subtensor(x[np.array(places)], y),
    "as_float": lambda x: pt.cast(x, "float64"),
    "as_integer": lambda x: pt.cast(x, "int64"),
    "floor_divide": lambda a, b: a // b,
}


def word(name):
    """The rest is NumPy's."""
    return getattr(pt, name, None)


def leaves(point):
    """A variable for each operand, and its numbers; complex ones are left out."""
    if any(isinstance(x, complex) for x in point):
        raise AbsentError("no gradient of complex numbers")
    numbers = [np.array(x, float) for x in point]
    return [pt.tensor(dtype="float64", shape=x.shape) for x in numbers], numbers


def run(results, xs, numbers):
    """The results as arrays."""
    return pytensor.function(xs, results, mode=MODE, on_unused_input="ignore")(*numbers)


def value(f, point):
    """f there."""
    xs, numbers = leaves(point)
    return np.asarray(run(pt.as_tensor(f(*xs)), xs, numbers)).item()


def gradient_of(y, xs):
    """pytensor.grad of what is one number; 0 where it does not depend on an operand."""
    return pytensor.grad(pt.sum(y), xs, disconnected_inputs="ignore", return_disconnected="zero")


def reverse(f, point):
    """pytensor.grad."""
    xs, numbers = leaves(point)
    return [np.asarray(g).tolist() for g in run(gradient_of(f(*xs), xs), xs, numbers)]


def push(y, xs, along):
    """pytensor.gradient.pushforward, of the operands that move."""
    moving = [(x, pt.constant(v)) for x, v in zip(xs, along, strict=True) if v.any()]
    if not moving:
        raise AbsentError("no direction among no numbers")
    own, speeds = zip(*moving, strict=True)
    return pytensor.gradient.Rop(y, list(own), list(speeds))


def forward(f, point, along):
    """By the rules for it, or by two pulls where an op has none."""
    (xs, numbers), (_, along) = leaves(point), leaves(along)
    return np.asarray(run(push(pt.as_tensor(f(*xs)), xs, along), xs, numbers)).item()


def slope_along(f, xs, along):
    """The gradient along the direction, of the operands that move."""
    moving = [(x, v) for x, v in zip(xs, along, strict=True) if v.any()]
    if not moving:
        raise AbsentError("no direction among no numbers")
    gradient = gradient_of(f(*xs), [x for x, _ in moving])
    return pt.sum([pt.sum(g * v) for g, (_, v) in zip(gradient, moving, strict=True)])


def second(f, point, along):
    """pytensor.grad of it."""
    (xs, numbers), (_, along) = leaves(point), leaves(along)
    again = run(gradient_of(slope_along(f, xs, along), xs), xs, numbers)
    parts = zip(again, along, strict=True)
    return sum(float((np.asarray(g)[v != 0] * v[v != 0]).sum()) for g, v in parts)


def second_forward(f, point, along):
    """Rop of it."""
    (xs, numbers), (_, along) = leaves(point), leaves(along)
    return np.asarray(run(push(slope_along(f, xs, along), xs, along), xs, numbers)).item()
