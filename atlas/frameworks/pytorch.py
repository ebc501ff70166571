"""PyTorch, on the CPU, in float64."""

import torch
from torch.nn import functional

NAME = "PyTorch"
REQUIRES = ("torch==2.13.0", "numpy")


def version():
    """Without the kind of the build."""
    return torch.__version__.partition("+")[0]


def array(numbers):
    """A constant; truth values stay what they are."""
    made = torch.as_tensor(numbers)
    return made if made.dtype == torch.bool else made.double()


def tensor_of(x):
    """A number as a tensor, where a function takes no numbers."""
    return x if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=torch.float64)


def of_pair(compute):
    """A function of two operands, either of which may be a number."""
    return lambda a, b: compute(tensor_of(a), tensor_of(b))


def over(reduce):
    """A maximum of all, or along an axis."""
    return lambda x, axis=None: reduce(x) if axis is None else reduce(x, axis).values


def norm(x, p=2):
    """Of all numbers of x."""
    return torch.linalg.vector_norm(x, p)


def attention(q, k, v, mask):
    """One head of one example; the mask says who is seen."""
    return functional.scaled_dot_product_attention(q[None], k[None], v[None], mask[None])[0]


def index_of(places):
    """Places as integers."""
    return torch.tensor(places)


def scattered(kind):
    """x with y combined into its places."""
    return lambda x, places, y: x.scatter_reduce(0, index_of(places), y, kind)


WORDS = {
    "array": array,
    **{name: of_pair(getattr(torch, name)) for name in ("maximum", "minimum", "fmax", "fmin")},
    **{name: of_pair(getattr(torch, name)) for name in ("hypot", "copysign", "logaddexp")},
    **{name: of_pair(getattr(torch, name)) for name in ("fmod", "floor_divide", "heaviside")},
    "mod": of_pair(torch.remainder),
    "xlogy": of_pair(torch.special.xlogy),
    "arctan2": of_pair(torch.arctan2),
    "where": torch.where,
    "max": over(torch.max),
    "min": over(torch.min),
    "cummax": lambda x: torch.cummax(x, 0).values,
    "cumprod": lambda x: torch.cumprod(x, 0),
    "sort": lambda x: torch.sort(x).values,
    "clip": torch.clip,
    "norm": norm,
    "std": lambda x, ddof=0: torch.std(x, correction=ddof),
    "var": lambda x, ddof=0: torch.var(x, correction=ddof),
    "softmax": lambda x: torch.softmax(x, -1),
    "log_softmax": lambda x: torch.log_softmax(x, -1),
    "logsumexp": lambda x: torch.logsumexp(x, -1),
    "layer_norm": lambda x: functional.layer_norm(x, x.shape[-1:]),
    "max_pool": lambda x, kernel, stride: functional.max_pool2d(x[None, None], kernel, stride),
    "attention": attention,
    "cross_entropy": lambda x, labels: functional.cross_entropy(x, index_of(labels)),
    "binary_cross_entropy": lambda x, y: functional.binary_cross_entropy(x, tensor_of(y)),
    "huber": lambda x, delta: functional.huber_loss(x, tensor_of(0.0), delta=delta),
    "relu": torch.relu,
    "leaky_relu": functional.leaky_relu,
    **{name: getattr(functional, name) for name in ("elu", "selu", "relu6", "hardtanh")},
    **{name: getattr(functional, name) for name in ("hardsigmoid", "hardswish", "gelu", "silu")},
    **{name: getattr(functional, name) for name in ("softshrink", "hardshrink", "logsigmoid")},
    "softplus": functional.softplus,
    "det": torch.linalg.det,
    "inv": torch.linalg.inv,
    "logdet": lambda x: torch.linalg.slogdet(x).logabsdet,
    "eigvalsh": torch.linalg.eigvalsh,
    "eigh_vectors": lambda x: torch.linalg.eigh(x).eigenvectors,
    "svdvals": torch.linalg.svdvals,
    "cholesky": torch.linalg.cholesky,
    "take": lambda x, places: x[index_of(places)],
    "put_at": lambda x, places, y: x.index_put((index_of(places),), y),
    "add_at": scattered("sum"),
    "max_at": scattered("amax"),
    "multiply_at": scattered("prod"),
    "as_float": lambda x: x.double(),
    "as_integer": lambda x: x.long(),
    **{name: getattr(torch, name) for name in ("real", "conj", "angle", "argmax", "nan_to_num")},
    **{name: getattr(torch, name) for name in ("exp", "log", "log1p", "sin", "tanh", "sqrt")},
    **{
        name: getattr(torch, name) for name in ("abs", "sign", "floor", "round", "trunc", "sigmoid")
    },
    **{name: getattr(torch, name) for name in ("arcsin", "arccos", "arccosh", "sinc")},
    **{name: getattr(torch, name) for name in ("sum", "mean", "prod", "median", "quantile")},
}


def leaves(point):
    """The operands, in float64 or complex128."""
    types = [torch.complex128 if isinstance(x, complex) else torch.float64 for x in point]
    return [
        torch.tensor(x, dtype=dtype, requires_grad=True)
        for x, dtype in zip(point, types, strict=True)
    ]


def numbers(xs):
    """Tensors as nested lists."""
    return [x.detach().resolve_conj().tolist() for x in xs]


def value(f, point):
    """f there."""
    return f(*leaves(point)).detach().item()


def reverse(f, point):
    """torch.autograd.grad; None where no gradient arrives."""
    xs = leaves(point)
    y = f(*xs)
    if not y.requires_grad:
        return [None for _ in xs]
    gradient = torch.autograd.grad(y, xs, torch.ones_like(y), allow_unused=True)
    return [None if g is None else g.detach().resolve_conj().tolist() for g in gradient]


def tangents(point, along):
    """The direction in the types of the point."""
    return tuple(torch.tensor(v, dtype=x.dtype) for x, v in zip(leaves(point), along, strict=True))


def forward(f, point, along):
    """torch.func.jvp."""
    xs = tuple(x.detach() for x in leaves(point))
    return torch.func.jvp(f, xs, tangents(point, along))[1].item()


def second(f, point, along):
    """A gradient of the gradient along the direction; 0 where the first was a constant."""
    xs, along = leaves(point), tangents(point, along)
    moving = [(x, v) for x, v in zip(xs, along, strict=True) if v.any() or not v.numel()]
    y = f(*xs)
    if not y.requires_grad:
        return 0.0
    own = [x for x, _ in moving]
    gradient = torch.autograd.grad(y, own, torch.ones_like(y), create_graph=True, allow_unused=True)
    parts = [(g * v).sum() for g, (_, v) in zip(gradient, moving, strict=True) if g is not None]
    slope = sum(parts)
    if not parts or not slope.requires_grad:
        return 0.0
    again = torch.autograd.grad(slope, own, allow_unused=True)
    pairs = [(g, v) for g, (_, v) in zip(again, moving, strict=True) if g is not None]
    return sum((g[v != 0] * v[v != 0]).sum().item() for g, v in pairs)


def second_forward(f, point, along):
    """torch.func.jvp of torch.func.grad."""
    xs, along = tuple(x.detach() for x in leaves(point)), tangents(point, along)
    places = tuple(i for i, v in enumerate(along) if v.any() or not v.numel())
    if not places:
        return 0.0

    def slope(*operands):
        gradient = torch.func.grad(f, argnums=places)(*operands)
        return sum((g * along[i]).sum() for i, g in zip(places, gradient, strict=True))

    return torch.func.jvp(slope, xs, along)[1].item()
