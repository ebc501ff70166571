"""vmap: a function of one example, run once on a whole batch.

A `Batched` tensor looks to f like one example, and holds all of them, along a first axis that f
does not see. An op of it is an op of the whole, with its axes moved by one: MOVED says how, a line
for each rule of the table. The way back is that of the op on the whole, by vjp, so that derivatives
of any order may stand inside vmap, and vmap inside of them.
"""

import string
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from itertools import count
from math import prod
from numbers import Integral

from . import array_ops, functional, image_ops, ops
from .arguments import array_of, broadcast_shape, common_type, kind_of, one_axis
from .numpy_or_not import np
from .tensor import IS_RECORDING, Picked, Tensor, concat, einsum, pad, where
from .transforms import IS_INSIDE, vjp

LEVELS = count(1)  # of one vmap in another, the later stands higher


class Batched(Tensor):
    """One example, as f sees it: `whole` holds all of them, one after the other along axis 0."""

    __slots__ = ("whole", "level")
    is_batched = True

    def __init__(self, whole, level, op=None, operands=()):
        """What f gets, or what an op made of it."""
        self.whole, self.level = whole, level
        self.grad, self.label, self.versions = None, "", ()
        taking = [x.requires_grad for x in operands]
        self.requires_grad = whole.requires_grad if op is None else any(taking)
        is_kept = bool(IS_RECORDING.get()) and any(taking)
        self.op, self.operands = (op, operands) if is_kept else (None, ())
        self.partials = tuple(x or None for x in taking) if is_kept else ()  # made when asked for

    shape = property(lambda self: self.whole.shape[1:], doc="The length of each axis but that one.")
    ndim = property(lambda self: self.whole.ndim - 1, doc="The number of axes.")
    size = property(lambda self: int(np.prod(self.shape)), doc="The number of elements.")
    dtype = property(lambda self: self.whole.dtype, doc="The type of its numbers.")

    array = property(lambda self: Unseen(self), doc="What has a shape and a type, and no numbers.")
    data = array

    def __repr__(self):
        """Shape, type and how many examples."""
        return f"Batched(shape={self.shape}, dtype={self.dtype}, examples={len(self.whole)})"

    def backward(self, *_, **__):
        """Refused: there are as many gradients as examples."""
        raise TypeError(
            "inside vmap take gradients by derivative(), vjp() or jacobian(), which "
            "give one for each example, or call backward() on the result outside"
        )

    def detach(self):
        """The same examples as constants."""
        return Batched(self.whole.detach(), self.level)

    def unary(self, op):
        """`op` of this tensor."""
        return self.apply(op, self)

    def binary(self, op, other):
        """`op` of the two, elementwise; both in one shape and type."""
        a, b = self, self.like(other)
        shape, dtype = broadcast_shape(op.symbol, a.shape, b.shape), common_type([a, b])
        a, b = (x if x.dtype == dtype else x.astype(dtype) for x in (a, b))
        return a.apply(op, a.broadcast_to(shape), b.broadcast_to(shape))

    def apply(self, op, *operands):
        """`op` of `operands`, of all examples at once."""
        return lifted(op.symbol, partial(on_the_whole, op), *map(self.like, operands))

    # Where other tensors give plain arrays, or take them, examples differ.

    def compared(self, symbol, compare, a, b):
        """A comparison: booleans for each example."""
        shape = broadcast_shape(symbol, a.shape, b.shape)
        a, b = a.broadcast_to(shape), b.broadcast_to(shape)
        return lifted(symbol, lambda a, b: of_type(compare(a, b), bool), a, b)

    def chosen(self, a, b):
        """where(self, a, b)."""
        shape, dtype = broadcast_shape("where", self.shape, a.shape, b.shape), common_type([a, b])
        a, b = (x if x.dtype == dtype else x.astype(dtype) for x in (a, b))
        return lifted("where", where, *(x.broadcast_to(shape) for x in (self, a, b)))

    def sort(self, axis=-1, descending=False):
        """Each example in order along `axis`, and where its elements come from."""
        axis = one_axis("sort", self, axis) + 1
        return self.both("sort", lambda a: a.sort(axis, descending))

    def topk(self, k, axis=-1, largest=True):
        """The k largest, or smallest, of each example, and where they come from."""
        axis = one_axis("topk", self, axis) + 1
        return self.both("topk", lambda a: a.topk(k, axis, largest))

    def both(self, name, of):
        """The elements and the places, each an op."""
        places = lifted(name, lambda a: of_type(of(a).indices, int), self)
        return Picked(lifted(name, lambda a: of(a).values, self), places)

    def place_of(self, name, axis, keepdims):
        """The place of an extreme element of each example: argmax and argmin."""
        a, axis = (self.flatten(), 0) if axis is None else (self, one_axis(name, self, axis))
        y = lifted(name, lambda a: of_type(getattr(a, name)(axis + 1, keepdims), int), a)
        return y.reshape((1,) * self.ndim) if keepdims and a is not self else y

    def picked_from(self, a):
        """a[self]: rows of `a`, others for each example."""
        if self.dtype.kind not in "iu":
            raise TypeError(
                f"inside vmap an index is made of integers, not of {self.dtype}: booleans pick "
                "other numbers of elements from each example; choose with where()"
            )

        def rows(a, index):
            index = of_type(index, int).array
            return a[np.arange(len(a)).reshape(-1, *(1,) * (index.ndim - 1)), index]

        return lifted("[]", rows, a, self)

    def loss_of(self, each, scores, reduction, ignore_index):
        """The loss of labels that differ: `each` gives that of every label, for all at once."""

        def loss(scores, labels):
            labels = of_type(labels, int).array
            size, axis, n = len(labels), min(scores.ndim - 2, 1), prod(labels.shape[1:])
            count = size * prod(labels.shape[1 : 1 + axis])
            rows = scores.reshape(count, *scores.shape[1 + axis :])
            y = each(rows, labels.reshape(count, *labels.shape[1 + axis :]))
            y = y.reshape(labels.shape if reduction == "none" else (size, n))
            counted = (labels != ignore_index).reshape(size, n).sum(axis=1)
            if reduction == "none":
                return y
            return (
                y.sum(1) / np.where(counted, counted, np.nan) if reduction == "mean" else y.sum(1)
            )

        return lifted("loss", loss, scores, self)


def of_type(x, dtype):
    """`x`, booleans or whole numbers, as a tensor of this type."""
    if isinstance(x, Tensor) and x.is_batched:
        return x
    return Tensor(getattr(x, "array", x), dtype=dtype, requires_grad=False)


class Unseen:
    """In place of the array of one example: asked for its numbers, it says that there are many."""

    def __init__(self, batched):
        """The same shape and type."""
        self.shape, self.ndim, self.dtype = batched.shape, batched.ndim, batched.dtype
        self.examples = len(batched.whole)

    def __len__(self):
        """The length of the first axis."""
        return self.shape[0]

    def __bool__(self):
        """Refused in the same way."""
        return self.numbers

    def __getattr__(self, name):
        """Refused."""
        if name.startswith("__array_"):
            raise AttributeError(name)
        raise TypeError(
            f"inside vmap a tensor of shape {self.shape} stands for {self.examples} examples, and "
            "its numbers are not to be had, for .data, an if or an index with other parts: compute "
            "with tensors, choose with where(), and look at the result outside"
        )

    def __array__(self, *_, **__):
        """Refused in the same way."""
        return self.numbers


def lifted(symbol, function, *operands):
    """A function of whole batches, as an op of examples; its way back is that of the function."""
    level = max(x.level for x in operands if x.is_batched)
    size = next(len(x.whole) for x in operands if x.is_batched and x.level == level)
    wholes = [
        x.whole if x.is_batched and x.level == level else x.broadcast_to((size, *x.shape))
        for x in operands
    ]

    def rule(*operands):
        pulls = (partial(pull_to, place, operands) for place in range(len(operands)))
        return None, tuple(pulls)

    def pull_to(place, operands, g):
        def back(g, *wholes):
            return vjp(function, *wholes)[1](g)[place]

        return lifted(f"pull of {symbol}", back, g, *operands)

    return Batched(function(*wholes), level, ops.Op(symbol, rule), operands)


# How a rule of examples is that of whole batches.


def on_the_whole(op, *wholes):
    """`op` of whole batches, whose first axis it leaves alone."""
    rule, settings = getattr(op.rule, "func", op.rule), getattr(op.rule, "args", ())
    if rule in MOVED:
        return MOVED[rule](*settings, *wholes)
    if rule in ELEMENTWISE or op.settings:
        return wholes[0].unary(op) if len(wholes) == 1 else wholes[0].apply(op, *wholes)
    raise TypeError(
        f"vmap does not know how to run {op.symbol!r} on a batch; write f with the ops of this "
        "package, or run it example by example"
    )


def behind(axes) -> tuple:
    """The axes, counted with the one of the examples."""
    return tuple(axis + 1 for axis in axes)


def broadcast(shape, a):
    """New axes come behind that of the examples."""
    new = (1,) * (len(shape) + 1 - a.ndim)
    return a.reshape(len(a), *new, *a.shape[1:]).broadcast_to((len(a), *shape))


def getitem(index, a):
    """All examples at that index; where arrays in it stand apart, NumPy puts their axes first."""
    index = index if isinstance(index, tuple) else (index,)
    y = a[(slice(None), *index)]
    arrays = [part for part in index if isinstance(part, np.ndarray | bool | np.bool_)]
    picking = [k for k, part in enumerate(index) if isinstance(part, Integral | np.ndarray)]
    if not arrays or picking[-1] - picking[0] == len(picking) - 1:
        return y
    places = [np.atleast_1d(x).nonzero() if x.dtype == bool else (x,) for x in arrays]
    first = np.broadcast(*(x for each in places for x in each)).ndim
    return y.transpose(first, *[k for k in range(y.ndim) if k != first])


def put(where_from, g):
    """All examples put at that index."""
    index = where_from.index if isinstance(where_from.index, tuple) else (where_from.index,)
    place = array_ops.Put((slice(None), *index), (len(g), *where_from.shape))
    return g.unary(array_ops.op_of("put", array_ops.put_rule, place))


def product(a, b):
    """The product of examples, which all have the matrices in their last two axes."""
    if b.ndim == 3 < a.ndim:  # one matrix an example, of which f has stacks
        b = b.reshape(len(b), *(1,) * (a.ndim - 3), *b.shape[1:])
    return a @ b


def linear(x, weight, *bias):
    """x W^T + b, with a weight for each example."""
    y = x.reshape(len(x), prod(x.shape[1:-1]), x.shape[-1]) @ weight.swapaxes(1, 2)
    y = y + bias[0].expand_dims(1) if bias else y
    return y.reshape(*x.shape[:-1], weight.shape[1])


def sum_of_products(terms, target, *wholes):
    """An einsum with one more letter, which all have."""
    letter = next(c for c in string.ascii_letters if c not in "".join(terms))
    text = ",".join(letter + term for term in terms)
    return einsum(f"{text}->{letter}{target}", *wholes)


def cross_entropy(labels, reduction, smoothing, logits):
    """The rows of all examples as rows of one."""
    size, n, classes = logits.shape
    rule, labels = array_ops.cross_entropy_rule, np.tile(labels, size)
    op = array_ops.op_of("cross_entropy", rule, labels, "none", smoothing)
    each = logits.reshape(size * n, classes).unary(op).reshape(size, n)
    return each if reduction == "none" else getattr(each, reduction)(1)


def layer_norm(eps, x, *affine):
    """Rows of all examples, with a weight and a bias for each example."""
    y = functional.layer_norm(x, eps=eps)
    if affine:
        weight, bias = (v.reshape(len(v), *(1,) * (x.ndim - 2), v.shape[1]) for v in affine)
        y = y * weight + bias
    return y


def convolution(how, x, weight, *bias):
    """A kernel for each example: the examples' channels side by side, as groups."""
    size, n, c, *image = x.shape
    o, *kernel = weight.shape[1:]
    stride, dilation, groups = how
    y = functional.conv2d(
        x.transpose(1, 0, 2, 3, 4).reshape(n, size * c, *image),
        weight.reshape(size * o, *kernel),
        bias[0].reshape(size * o) if bias else None,
        stride, 0, dilation, size * groups,
    )  # fmt: skip
    return y.reshape(n, size, o, *y.shape[2:]).transpose(1, 0, 2, 3, 4)


def pooled(rule):
    """Pooling of the images of all examples."""

    def moved(kernel, stride, padding, x):
        op = array_ops.op_of("pool", rule, kernel, stride, padding)
        y = x.reshape(prod(x.shape[:2]), *x.shape[2:]).unary(op)
        return y.reshape(*x.shape[:2], *y.shape[1:])

    return moved


MOVED = {
    array_ops.reshape_rule: lambda shape, a: a.reshape(len(a), *shape),
    array_ops.transpose_rule: lambda axes, a: a.transpose(0, *behind(axes)),
    array_ops.astype_rule: lambda dtype, a: a.astype(dtype),
    array_ops.clone_rule: lambda a: a.clone(),
    array_ops.broadcast_rule: broadcast,
    array_ops.sum_rule: lambda axes, kept, a: a.sum(behind(axes), kept),
    array_ops.mean_rule: lambda axes, kept, a: a.mean(behind(axes), kept),
    array_ops.extreme_rule: lambda name, axes, kept, a: getattr(a, name)(behind(axes), kept),
    array_ops.cumsum_rule: lambda axis, a: a.cumsum(axis + 1),
    array_ops.norm_rule: lambda p, axes, a: a.norm(p, behind(axes), True),
    array_ops.getitem_rule: getitem,
    array_ops.put_rule: put,
    array_ops.concat_rule: lambda axis, *parts: concat(parts, axis + 1),
    array_ops.pad_rule: lambda widths, value, a: pad(a, ((0, 0), *widths), value),
    array_ops.where_rule: where,
    array_ops.power_rule: lambda k, a: a**k,
    array_ops.matmul_rule: product,
    array_ops.linear_rule: linear,
    array_ops.einsum_rule: sum_of_products,
    array_ops.softmax_rule: lambda axis, a: a.softmax(axis + 1),
    array_ops.log_softmax_rule: lambda axis, a: a.log_softmax(axis + 1),
    array_ops.logsumexp_rule: lambda axis, kept, a: a.logsumexp(axis + 1, kept),
    array_ops.cross_entropy_rule: cross_entropy,
    array_ops.layer_norm_rule: layer_norm,
    image_ops.conv_rule: convolution,
    image_ops.max_pool_rule: pooled(image_ops.max_pool_rule),
    image_ops.avg_pool_rule: pooled(image_ops.avg_pool_rule),
}
ELEMENTWISE = {op.rule for op in vars(ops).values() if isinstance(op, ops.Op)} | {
    array_ops.SOFTPLUS.rule,
    array_ops.spread_rule,
}


# The transformation.


@contextmanager
def in_values():
    """Inside, forward mode carries tensors, and no plain arrays."""
    token = IS_INSIDE.set(True)
    try:
        yield
    finally:
        IS_INSIDE.reset(token)


def vmap(f: Callable, in_axes=0, out_axes: int = 0) -> Callable:
    """f for each example of a batch, computed at once, as torch.func.vmap.

    `in_axes` says along which axis of each argument its examples lie, one number for all or one for
    each; None for an argument that all examples share. f returns one tensor, or a tuple of them,
    and the examples of the results lie along `out_axes`. Random numbers are drawn once for all.
    """

    def mapped(*xs):
        axes = (in_axes,) * len(xs) if in_axes is None or isinstance(in_axes, Integral) else in_axes
        if not isinstance(axes, tuple | list) or len(axes) != len(xs):
            raise ValueError(
                f"in_axes is {in_axes!r} and there are {len(xs)} arguments: give one axis, or "
                "None, for each of them"
            )
        given = [held(x) if k is not None else x for x, k in zip(xs, axes, strict=True)]
        lengths = {
            place: moved(given[place], k, 0) for place, k in enumerate(axes) if k is not None
        }
        sizes = {len(x) for x in lengths.values()}
        if len(sizes) != 1:
            raise ValueError(
                f"vmap of arguments with {' and '.join(map(str, sorted(sizes))) or 'no'} examples: "
                "the arguments with an axis in in_axes must have one number of them"
            )
        level = next(LEVELS)
        with in_values():
            y = f(*[Batched(lengths[p], level) if p in lengths else x for p, x in enumerate(given)])
        results = y if isinstance(y, tuple | list) else (y,)
        results = [collected(x, level, *sizes, out_axes) for x in results]
        return tuple(results) if isinstance(y, tuple | list) else results[0]

    return mapped


def held(x):
    """A tensor as it is; whole numbers and booleans, such as labels, keep their type."""
    dtype = None if isinstance(x, Tensor) else array_of(x).dtype
    return Tensor.of(x) if dtype is None or dtype.kind == "f" else of_type(x, dtype)


def moved(x, start, end):
    """Axis `start` of `x` as its axis `end`."""
    order = [k for k in range(x.ndim) if k != one_axis("vmap", x, start)]
    order.insert(one_axis("vmap", x, end), one_axis("vmap", x, start))
    return x.transpose(*order)


def collected(y, level, size, axis):
    """The examples of one result, along `axis`."""
    if not isinstance(y, Tensor):
        if y is None:
            raise TypeError(f"f returned {kind_of(y)}; does it return its result?")
        y = Tensor.of(y)
    whole = y.whole if y.is_batched and y.level == level else y.broadcast_to((size, *y.shape))
    return moved(whole, 0, axis)
