"""JAX, on the CPU, in float64."""

import jax
import numpy as np
from jax import nn
from jax import numpy as jnp
from jax.scipy import special

NAME = "JAX"
REQUIRES = ("jax[cpu]==0.10.2",)

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")


def version():
    """That of the library."""
    return jax.__version__


def max_pool(x, kernel, stride):
    """One image of one channel, by a window that is reduced."""
    window, steps = (kernel, kernel), (stride, stride)
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, steps, "VALID")


def attention(q, k, v, mask):
    """One head of one example; the mask says who is seen."""
    q, k, v = (a[None, :, None, :] for a in (q, k, v))
    return nn.dot_product_attention(q, k, v, mask=mask[None, None])[0, :, 0]


def index_of(places):
    """Places as integers."""
    return jnp.array(places)


WORDS = {
    "array": jnp.array,
    "cummax": jax.lax.cummax,
    "clip": jnp.clip,
    "norm": lambda x, p=2: jnp.linalg.norm(x, p),
    "std": lambda x, ddof=0: jnp.std(x, ddof=ddof),
    "var": lambda x, ddof=0: jnp.var(x, ddof=ddof),
    "interp": lambda x, xs, ys: jnp.interp(x, jnp.array(xs), jnp.array(ys)),
    "max_pool": max_pool,
    "attention": attention,
    "xlogy": special.xlogy,
    "logsumexp": special.logsumexp,
    "gelu": lambda x: nn.gelu(x, approximate=False),
    "logsigmoid": nn.log_sigmoid,
    "hardtanh": nn.hard_tanh,
    "hardsigmoid": nn.hard_sigmoid,
    "hardswish": nn.hard_swish,
    **{name: getattr(nn, name) for name in ("relu", "leaky_relu", "elu", "selu", "relu6", "silu")},
    **{name: getattr(nn, name) for name in ("softplus", "sigmoid", "softmax", "log_softmax")},
    **{name: getattr(jnp.linalg, name) for name in ("det", "inv", "eigvalsh", "cholesky")},
    "svdvals": jnp.linalg.svdvals,
    "eigh_vectors": lambda x: jnp.linalg.eigh(x).eigenvectors,
    "logdet": lambda x: jnp.linalg.slogdet(x).logabsdet,
    "take": lambda x, places: x[index_of(places)],
    "put_at": lambda x, places, y: x.at[index_of(places)].set(y),
    "add_at": lambda x, places, y: x.at[index_of(places)].add(y),
    "max_at": lambda x, places, y: x.at[index_of(places)].max(y),
    "multiply_at": lambda x, places, y: x.at[index_of(places)].multiply(y),
    "as_float": lambda x: x.astype(float),
    "as_integer": lambda x: x.astype(int),
}


def word(name):
    """The rest is NumPy's."""
    return getattr(jnp, name, None)


def arrays(xs):
    """Floats and complex numbers as arrays of 64 bits each."""
    return [jnp.array(x, complex if isinstance(x, complex) else float) for x in xs]


def tangents(point, along):
    """The direction in the types of the point."""
    return [jnp.array(v, x.dtype) for x, v in zip(arrays(point), along, strict=True)]


def value(f, point):
    """f there."""
    return jnp.asarray(f(*arrays(point))).item()


def reverse(f, point):
    """jax.grad."""
    return [np.asarray(g).tolist() for g in jax.grad(f, tuple(range(len(point))))(*arrays(point))]


def forward(f, point, along):
    """jax.jvp."""
    return jax.jvp(f, arrays(point), tangents(point, along))[1].item()


def slope_along(f, along):
    """The gradient along the direction, of the operands that move."""
    places = tuple(i for i, v in enumerate(along) if v.any() or not v.size)

    def slope(*xs):
        gradient = jax.grad(f, places)(*xs)
        return sum((g * along[i]).sum() for i, g in zip(places, gradient, strict=True))

    return slope, places


def second(f, point, along):
    """jax.grad of the gradient along the direction."""
    along = tangents(point, along)
    slope, places = slope_along(f, along)
    again = jax.grad(slope, places)(*arrays(point))
    parts = [(g, np.asarray(along[i])) for i, g in zip(places, again, strict=True)]
    return sum(float((np.asarray(g)[v != 0] * v[v != 0]).sum()) for g, v in parts)


def second_forward(f, point, along):
    """jax.jvp of it."""
    along = tangents(point, along)
    return jax.jvp(slope_along(f, along)[0], arrays(point), along)[1].item()
