"""tinygrad, by its interpreter in Python, which needs no compiler, in float64."""

import os
from importlib.metadata import version as version_of

os.environ["DEV"] = "PYTHON"

from tinygrad import Tensor, dtypes  # noqa: E402

from ..rows import flat  # noqa: E402
from . import AbsentError  # noqa: E402

NAME = "tinygrad"
REQUIRES = ("tinygrad==0.14.0",)


def version():
    """That of the package."""
    return version_of("tinygrad")


def array(numbers):
    """A constant; truth values stay what they are."""
    truth = all(isinstance(x, bool) for x in flat(numbers))
    return Tensor(numbers, dtype=dtypes.bool if truth else dtypes.float64)


def placed(x):
    """Numbers as a tensor that lies on the device; one made of a number alone lies nowhere."""
    is_one = not isinstance(x, list)
    made = Tensor([x] if is_one else x, dtype=dtypes.float64)
    return made.reshape(()) if is_one else made


def read(x):
    """The numbers of a tensor, brought to the device by adding a 0 that is there."""
    return (x + placed(0.0)).tolist()


def tensor_of(x):
    """A number as a tensor, where a method needs one."""
    return x if isinstance(x, Tensor) else placed(x)


def attention(q, k, v, mask):
    """One head of one example; the mask says who is seen."""
    return q[None].scaled_dot_product_attention(k[None], v[None], mask[None])[0]


def places_of(places):
    """Places as integers."""
    return Tensor(places, dtype=dtypes.int)


def scattered(kind):
    """x with y combined into its places."""
    return lambda x, places, y: x.scatter_reduce(0, places_of(places), y, kind)


WORDS = {
    "array": array,
    "where": lambda c, a, b: c.where(a, b),
    "maximum": lambda a, b: tensor_of(a).maximum(b),
    "minimum": lambda a, b: tensor_of(a).minimum(b),
    "logaddexp": lambda a, b: tensor_of(a).logaddexp(b),
    "mod": lambda a, b: tensor_of(a).mod(b),
    "fmod": lambda a, b: tensor_of(a).fmod(b),
    "floor_divide": lambda a, b: tensor_of(a).div(b, rounding_mode="floor"),
    "copysign": lambda a, b: tensor_of(a).copysign(b),
    "clip": lambda x, low, high: x.clip(low, high),
    "cummax": lambda x: x.cummax()[0] if isinstance(x.cummax(), tuple) else x.cummax(),
    "cumprod": lambda x: x.cumprod(0),
    "sort": lambda x: x.sort()[0],
    "std": lambda x, ddof=0: x.std(correction=ddof),
    "var": lambda x, ddof=0: x.var(correction=ddof),
    "logsumexp": lambda x: x.logsumexp(-1),
    "layer_norm": lambda x: x.layernorm(),
    "max_pool": lambda x, kernel, stride: x[None, None].max_pool2d(kernel, stride),
    "attention": attention,
    "cross_entropy": lambda x, labels: x.sparse_categorical_crossentropy(
        places_of(labels), ignore_index=-100
    ),
    "binary_cross_entropy": lambda x, y: x.binary_crossentropy(tensor_of(y)),
    "take": lambda x, places: x[places_of(places)],
    "put_at": lambda x, places, y: x.scatter(0, places_of(places), y),
    "add_at": scattered("sum"),
    "max_at": scattered("amax"),
    "multiply_at": scattered("prod"),
    "as_float": lambda x: x.cast(dtypes.float64),
    "as_integer": lambda x: x.cast(dtypes.int64),
    "arcsin": Tensor.asin,
    "arccos": Tensor.acos,
    "arccosh": Tensor.acosh,
    "abs": Tensor.abs,
}


def word(name):
    """The rest are methods."""
    method = getattr(Tensor, name, None)
    return method and (lambda x, *settings: method(x, *settings))


def leaves(point):
    """The operands; a complex number is none."""
    if any(isinstance(x, complex) for x in point):
        raise AbsentError("no complex numbers")
    return [placed(x) for x in point]


def value(f, point):
    """f there."""
    return read(tensor_of(f(*leaves(point))))


def reverse(f, point):
    """Tensor.gradient."""
    xs = leaves(point)
    return [read(g) for g in f(*xs).sum().gradient(*xs)]


def forward(f, point, along):
    """There is none."""
    raise AbsentError("no forward mode")


def second(f, point, along):
    """A gradient of the gradient along the direction."""
    xs, along = leaves(point), leaves(along)
    moving = [(x, v) for x, v in zip(xs, along, strict=True) if any(flat([v.tolist()]))]
    if not moving:
        raise AbsentError("no direction among no numbers")
    own = [x for x, _ in moving]
    gradient = f(*xs).sum().gradient(*own)
    slope = sum((g * v).sum() for g, (_, v) in zip(gradient, moving, strict=True))
    again = slope.gradient(*own)
    pairs = [
        (h, v)
        for g, (_, u) in zip(again, moving, strict=True)
        for h, v in zip(flat([read(g)]), flat([u.tolist()]), strict=True)
    ]
    return sum(h * v for h, v in pairs if v)


def second_forward(f, point, along):
    """There is none."""
    raise AbsentError("no forward mode")
