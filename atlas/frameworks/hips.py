"""HIPS autograd, the one under NumPy's own names."""

from importlib.metadata import version as version_of

import autograd.numpy as anp
import numpy as np
from autograd import grad, make_jvp
from autograd.scipy import special

from . import AbsentError

NAME = "HIPS autograd"
REQUIRES = ("autograd==1.9.1", "scipy==1.17.1", "numpy==2.4.6")


def version():
    """That of the package."""
    return version_of("autograd")


WORDS = {
    "array": anp.array,
    "max": anp.max,
    "norm": lambda x, p=2: anp.linalg.norm(x, p),
    "std": lambda x, ddof=0: anp.std(x, ddof=ddof),
    "var": lambda x, ddof=0: anp.var(x, ddof=ddof),
    "logsumexp": special.logsumexp,
    "sigmoid": special.expit,
    "det": anp.linalg.det,
    "inv": anp.linalg.inv,
    "logdet": lambda x: anp.linalg.slogdet(x)[1],
    "eigvalsh": lambda x: anp.linalg.eigh(x)[0],
    "eigh_vectors": lambda x: anp.linalg.eigh(x)[1],
    "svdvals": lambda x: anp.linalg.svd(x, compute_uv=False),
    "cholesky": anp.linalg.cholesky,
    "take": lambda x, places: x[np.array(places)],
    "as_float": lambda x: x.astype(float),
    "as_integer": lambda x: x.astype(int),
}


def word(name):
    """The rest is NumPy's, as far as the package wraps it."""
    return getattr(anp, name, None)


def arrays(xs):
    """Floats and complex numbers as NumPy has them."""
    return [np.array(x, complex if isinstance(x, complex) else float) for x in xs]


def value(f, point):
    """f there."""
    return np.asarray(f(*arrays(point))).item()


def reverse(f, point):
    """autograd.grad, one operand after the other."""
    xs = arrays(point)
    return [np.asarray(grad(f, i)(*xs)).tolist() for i in range(len(xs))]


def forward(f, point, along):
    """autograd.make_jvp, one operand after the other, of those that move."""
    return push(f, arrays(point), arrays(along))


def push(f, xs, along):
    """The sum over the operands."""
    parts = [np.asarray(make_jvp(f, i)(*xs)(v)[1]) for i, v in enumerate(along) if np.any(v)]
    return float(np.real(sum(part.item() for part in parts)))


def slope_along(f, along):
    """The gradient along the direction."""

    def slope(*xs):
        return sum(anp.sum(grad(f, i)(*xs) * v) for i, v in enumerate(along) if np.any(v))

    return slope


def second(f, point, along):
    """autograd.grad of it."""
    xs, along = arrays(point), arrays(along)
    if not any(np.any(v) for v in along):
        raise AbsentError("no direction among no numbers")
    parts = [
        (np.asarray(grad(slope_along(f, along), i)(*xs)), np.asarray(v))
        for i, v in enumerate(along)
        if np.any(v)
    ]
    return sum(float((g[v != 0] * v[v != 0]).sum()) for g, v in parts)


def second_forward(f, point, along):
    """autograd.make_jvp of it."""
    along = arrays(along)
    return push(slope_along(f, along), arrays(point), along)
