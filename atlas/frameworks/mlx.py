"""MLX, on the CPU; in float32, since several of its functions have no float64."""

from importlib.metadata import version as version_of

import mlx.core as mx
from mlx import nn

from ..rows import flat
from . import AbsentError

NAME = "MLX"
REQUIRES = ("mlx[cpu]==0.32.4",)

mx.set_default_device(mx.cpu)


def version():
    """That of the package."""
    return version_of("mlx")


def attention(q, k, v, mask):
    """One head of one example; the mask says who is seen."""
    q, k, v = (a[None, None] for a in (q, k, v))
    return mx.fast.scaled_dot_product_attention(q, k, v, scale=q.shape[-1] ** -0.5, mask=mask)[0, 0]


def cross_entropy(x, labels):
    """The mean over the rows; a label outside is not looked for, and reads what lies there."""
    if min(labels) < 0:
        raise AbsentError("no ignored labels")
    return nn.losses.cross_entropy(x, mx.array(labels), reduction="mean")


def max_pool(x, kernel, stride):
    """One image of one channel, which comes last."""
    return nn.MaxPool2d(kernel, stride)(x[None, :, :, None])


WORDS = {
    "array": mx.array,
    "mod": mx.remainder,
    "norm": lambda x, p=2: mx.linalg.norm(x, p),
    "std": lambda x, ddof=0: mx.std(x, ddof=ddof),
    "var": lambda x, ddof=0: mx.var(x, ddof=ddof),
    "softmax": lambda x: mx.softmax(x, -1),
    "log_softmax": nn.log_softmax,
    "max_pool": max_pool,
    "attention": attention,
    "cross_entropy": cross_entropy,
    "binary_cross_entropy": lambda x, y: nn.losses.binary_cross_entropy(
        x, mx.array(y), with_logits=False
    ),
    "huber": lambda x, delta: nn.losses.huber_loss(x, mx.array(0.0), delta),
    "layer_norm": lambda x: mx.fast.layer_norm(x, None, None, 1e-5),
    "logsigmoid": nn.log_sigmoid,
    "hardtanh": nn.hard_tanh,
    "hardswish": nn.hardswish,
    "hardshrink": nn.hard_shrink,
    **{name: getattr(nn, name) for name in ("relu", "leaky_relu", "elu", "selu", "relu6", "gelu")},
    **{name: getattr(nn, name) for name in ("silu", "softplus", "softshrink")},
    "det": mx.linalg.det,
    "inv": mx.linalg.inv,
    "logdet": lambda x: mx.linalg.slogdet(x)[1],
    "eigvalsh": mx.linalg.eigvalsh,
    "eigh_vectors": lambda x: mx.linalg.eigh(x)[1],
    "svdvals": lambda x: mx.linalg.svd(x, compute_uv=False),
    "cholesky": mx.linalg.cholesky,
    "take": lambda x, places: x[mx.array(places)],
    "put_at": lambda x, places, y: put(x, places, y),
    "add_at": lambda x, places, y: x.at[mx.array(places)].add(y),
    "max_at": lambda x, places, y: x.at[mx.array(places)].maximum(y),
    "multiply_at": lambda x, places, y: x.at[mx.array(places)].multiply(y),
    "as_float": lambda x: x.astype(mx.float32),
    "as_integer": lambda x: x.astype(mx.int32),
}


def put(x, places, y):
    """x with y written into its places."""
    x = mx.array(x)
    x[mx.array(places)] = y
    return x


def word(name):
    """The rest is NumPy's."""
    return getattr(mx, name, None)


def arrays(xs):
    """The operands in float32 or complex64."""
    return [mx.array(x, mx.complex64 if isinstance(x, complex) else mx.float32) for x in xs]


def tangents(point, along):
    """The direction in the types of the point."""
    return [mx.array(v, x.dtype) for x, v in zip(arrays(point), along, strict=True)]


def value(f, point):
    """f there."""
    return mx.array(f(*arrays(point))).item()


def gradient(f, places):
    """mx.grad of f as one number, always as a list."""
    if not places:
        raise AbsentError("no direction among no numbers")
    g = mx.grad(lambda *xs: mx.array(f(*xs)).sum(), list(places))
    return lambda *xs: list(made) if isinstance(made := g(*xs), list | tuple) else [made]


def reverse(f, point):
    """mx.grad."""
    return [g.tolist() for g in gradient(f, range(len(point)))(*arrays(point))]


def forward(f, point, along):
    """mx.jvp."""
    return mx.jvp(f, arrays(point), tangents(point, along))[1][0].item()


def slope_along(f, along):
    """The gradient along the direction, of the operands that move."""
    places = [i for i, v in enumerate(along) if any(flat([v.tolist()]))]

    def slope(*xs):
        parts = gradient(f, places)(*xs)
        return sum((g * along[i]).sum() for i, g in zip(places, parts, strict=True))

    return slope, places


def second(f, point, along):
    """mx.grad of it."""
    along = tangents(point, along)
    slope, places = slope_along(f, along)
    again = gradient(slope, places)(*arrays(point))
    pairs = [
        (h, v)
        for i, g in zip(places, again, strict=True)
        for h, v in zip(flat([g.tolist()]), flat([along[i].tolist()]), strict=True)
    ]
    return sum(h * v for h, v in pairs if v)


def second_forward(f, point, along):
    """mx.jvp of it."""
    along = tangents(point, along)
    return mx.jvp(slope_along(f, along)[0], arrays(point), along)[1][0].item()
