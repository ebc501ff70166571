"""The calculus of whole arrays: the ops that are not elementwise, each with its own derivative.

Where a partial would be a large matrix, a rule gives a function instead: it takes the gradient of
the result and returns the gradient of the operand, a vector-Jacobian product: a new array, or the
gradient it was given, or a view of that. Rules use operators, methods and the functions below,
which take arrays and Tensors alike, so that derivatives of any order come from here as well. In a
comment, n is the batch.
"""

import math
from functools import lru_cache, partial
from math import prod

from .backend import xp
from .branches import cut, unless
from .numpy_or_not import np
from .ops import Op, exp, function, indicator, is_zero, log1p, maximum, sigmoid, sqrt


def op_of(symbol, rule, *settings) -> Op:
    """The op that applies `rule` with these settings."""
    return Op(symbol, partial(rule, *settings))


def numbers(x):
    """The array itself, or the array that a Tensor holds."""
    return x if isinstance(x, xp.arrays) else x.array


def recorded(operands):
    """The first Tensor among `operands`; None where all of them are arrays."""
    return next((x for x in operands if not isinstance(x, xp.arrays)), None)


def together(symbol, rule, compute):
    """A function of several operands: on arrays it computes, on Tensors it applies the op."""

    def call(settings, *operands):
        tensor = recorded(operands)
        if tensor is None:
            return compute(*settings, *operands)
        return tensor.apply(op_of(symbol, rule, *settings), *operands)

    return call


def with_ones(shape, axes) -> tuple:
    """`shape` with length 1 at `axes`: what keepdims=True gives."""
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


# Shapes: what a view does forward, its inverse does backward.


def reshape_rule(shape, a):
    """The same elements in another shape; backward, the old shape."""
    before = a.shape
    return a.reshape(shape), (lambda g: g.reshape(before),)


def transpose_rule(axes, a):
    """Axes in another order; backward, the inverse permutation."""
    inverse = tuple(np.argsort(axes).tolist())
    return a.transpose(axes), (lambda g: g.transpose(inverse),)


def astype_rule(dtype, a):
    """The same numbers in another number type; backward, the old type."""
    before = a.dtype
    return a.astype(dtype), (lambda g: g.astype(before),)


def clone_rule(a):
    """The same numbers in memory of their own."""
    return (a.copy() if isinstance(a, xp.arrays) else a.clone()), (1.0,)


broadcast_to = function("broadcast_to", None, lambda a, shape: xp.broadcast_to(a, shape))


def broadcast_rule(shape, a):
    """Copies of `a` along new and stretched axes; backward, the sum over the copies."""
    before = a.shape
    return broadcast_to(a, shape), (lambda g: sum_to(g, before),)


def sum_to(g, shape):
    """`g` summed over the axes along which `shape` was broadcast."""
    lead = g.ndim - len(shape)
    stretched = [i + lead for i, n in enumerate(shape) if n == 1 and g.shape[i + lead] != 1]
    axes = (*range(lead), *stretched)
    return g.sum(axis=axes).reshape(shape) if axes else g


# Reductions: the gradient of the result goes back to every element that it was made of.


@lru_cache(maxsize=64)
def ones(module, n, dtype):
    """A vector of ones to multiply with, made once: nobody writes into it."""
    return module.ones(n, dtype)


def sum_along(x, axis):
    """The sum along one axis, kept with length 1; the last one by BLAS, which is faster."""
    if isinstance(x, xp.arrays) and axis in (-1, x.ndim - 1):
        return x @ ones(xp.module, x.shape[-1], x.dtype)[:, None]
    return x.sum(axis=axis, keepdims=True)


def sum_of_rows(g):
    """The sum over all axes but the last."""
    g = rows(g)
    if recorded((g,)) is not None:
        return g.sum(axis=0)
    return ones(xp.module, g.shape[0], g.dtype) @ g


def dot_along(a, b, axis):
    """The sum of a * b along one axis, kept with length 1."""
    if recorded((a, b)) is None and axis in (-1, a.ndim - 1):
        return xp.einsum("...i,...i->...", a, b)[..., None]
    return sum_along(a * b, axis)


def max_along(x, axis):
    """The largest along one axis, kept with length 1; the last one by its place: 3 times faster."""
    if not x.size:  # of no elements, what every number is larger than
        return xp.ones(with_ones(x.shape, (axis % x.ndim,)), x.dtype) * -math.inf
    if axis not in (-1, x.ndim - 1):
        return x.max(axis=axis, keepdims=True)
    place = x.argmax(axis=-1)
    place = place + xp.arange(0, x.size, x.shape[-1]).reshape(place.shape)  # rows laid end to end
    return x.reshape(-1)[place][..., None]


def has_nan(y):
    """Is any element nan: what no element equals, not even itself? In a recording, one may be."""
    return recorded((y,)) is not None or not (y == y).all()


def sum_rule(axes, keepdims, a):
    """y = sum of a over `axes`: every element receives the gradient of its sum."""
    before, kept = a.shape, with_ones(a.shape, axes)
    return a.sum(axis=axes, keepdims=keepdims), (lambda g: broadcast_to(g.reshape(kept), before),)


def mean_rule(axes, keepdims, a):
    """y = mean of a over `axes`: as for the sum, divided by how many there were."""
    before, kept = a.shape, with_ones(a.shape, axes)
    n = prod(before[i] for i in axes)
    pull = lambda g: broadcast_to(g.reshape(kept) / n, before)  # noqa: E731
    return a.mean(axis=axes, keepdims=keepdims), (pull,)


def spread_rule(a):
    """y = sqrt(a) of a variance a: where nothing is spread, nothing contributes, as in PyTorch."""
    y, flat = spread((), a), is_zero(a)
    return y, (unless(flat, 0.5 / (y + indicator(flat, a)), a),)


spread = together("sqrt", spread_rule, sqrt)


def extreme_rule(name, axes, keepdims, a):
    """y = max or min of a over `axes`: the gradient is shared equally among ties, or nans."""
    kept = with_ones(a.shape, axes)
    y = getattr(a, name)(axis=axes, keepdims=keepdims)
    hit = numbers(a) == numbers(y).reshape(kept)
    if has_nan(numbers(y)):
        hit = hit | (numbers(a) != numbers(a))
    n, miss, before = hit.sum(axis=axes, keepdims=True, dtype=numbers(a).dtype), ~hit, a.shape
    return y, (lambda g: cut(broadcast_to(g.reshape(kept) / n, before), miss),)


def cumsum_rule(axis, a):
    """y_i = a_0 + ... + a_i along `axis`: backward, element j is in every sum from its own on."""
    turned = (*(slice(None),) * axis, slice(None, None, -1))
    return cumsum((axis,), a), (lambda g: cumsum((axis,), g[turned])[turned],)


cumsum = together("cumsum", cumsum_rule, lambda axis, a: xp.cumsum(a, axis))


def norm_rule(p, axes, a):
    """y = (sum |a|^p)^(1/p) over `axes`, kept: da = g sign(a) (|a| / y)^(p - 1), nothing at 0."""
    y = norm((p, axes), a)
    zero, flat, sign = numbers(a) == 0.0, numbers(y) == 0.0, xp.sign(numbers(a))

    def pull(g):
        length = y + flat.astype(y.dtype)
        if p == 2.0:  # smooth where any element is not 0, and there it bends: 1 / y
            return cut(g * (a / length), xp.broadcast_to(flat, zero.shape))
        return cut(g * sign * ((abs(a) + zero.astype(y.dtype)) / length) ** (p - 1.0), zero)

    return y, (pull,)


norm = together(
    "norm", norm_rule, lambda p, axes, a: (abs(a) ** p).sum(axis=axes, keepdims=True) ** (1.0 / p)
)


# Picking elements: the gradient of a gather is a scatter that adds.


class Put:
    """The pull of `a[index]`: zeros, with the gradient added at `index`."""

    def __init__(self, index, shape):
        """Remember where the elements came from."""
        self.index, self.shape = index, shape
        parts = index if isinstance(index, tuple) else (index,)
        self.may_repeat = any(isinstance(part, xp.ndarray) and part.dtype != bool for part in parts)

    def __call__(self, g):
        """An array or a Tensor of the shape that was indexed."""
        return put((self,), g)

    def add_into(self, target, g):
        """Add `g` at the index of `target`, as often as the index names a place."""
        if self.may_repeat and isinstance(self.index, xp.ndarray):
            add_rows(target, self.index.reshape(-1) % target.shape[0], g)
        elif self.may_repeat:
            xp.add.at(target, self.index, g)
        else:
            target[self.index] += g


def add_rows(target, index, g):
    """Add each row of `g` to the row of `target` it came from: np.add.at, five times faster."""
    if not index.size:
        return
    order = index.argsort(kind="stable")
    index = index[order]
    first = xp.flatnonzero(xp.concatenate((xp.ones(1, bool), index[1:] != index[:-1])))
    g = g.reshape(order.size, *target.shape[1:])[order]
    target[index[first]] += xp.add.reduceat(g, first, axis=0)


def getitem_rule(index, a):
    """y = a[index]; backward, every element of y adds its gradient to the one it came from."""
    return a[index], (Put(index, a.shape),)


def put_rule(where_from, g):
    """The adjoint of indexing, whose adjoint is indexing."""
    return where_from(g), (lambda h: h[where_from.index],)


def put_array(where_from, g):
    """Zeros with `g` added at the index."""
    target = xp.zeros(where_from.shape, g.dtype)
    where_from.add_into(target, g)
    return target


put = together("put", put_rule, put_array)


def concat_rule(axis, *operands):
    """Operands end to end along `axis`; backward, each takes its own slice."""
    ends = np.cumsum([a.shape[axis] for a in operands]).tolist()
    before = (slice(None),) * axis
    slices = [(*before, slice(a, b)) for a, b in zip([0, *ends], ends, strict=False)]
    pulls = tuple(partial(lambda part, g: g[part], part) for part in slices)
    return concat((axis,), *operands), pulls


concat = together("concat", concat_rule, lambda axis, *arrays: xp.concatenate(arrays, axis))


def pad_rule(widths, value, a):
    """`a` with `value` around it; backward, the inner part."""
    inner = tuple(slice(left, left + n) for (left, _), n in zip(widths, a.shape, strict=True))
    return pad((widths, value), a), (lambda g: g[inner],)


def pad_array(widths, value, a):
    """The padded array: np.pad does the same in ten times the time."""
    shape = tuple(left + n + right for (left, right), n in zip(widths, a.shape, strict=True))
    padded = xp.zeros_like(a, shape=shape)  # and in the same order in memory
    if value:
        padded[...] = value
    inner = tuple(slice(left, left + n) for (left, _), n in zip(widths, a.shape, strict=True))
    padded[inner] = a
    return padded


pad = together("pad", pad_rule, pad_array)


def where_rule(condition, a, b):
    """a where the condition holds, else b; backward, the gradient goes to the one chosen."""
    zero = xp.zeros((), numbers(a).dtype)
    pulls = (lambda g: where((condition,), g, zero), lambda g: where((condition,), zero, g))
    return where((condition,), a, b), pulls


where = together("where", where_rule, lambda condition, a, b: xp.where(condition, a, b))


def power_rule(k, a):
    """a ** k for an array k of constants; a ** 0 has no slope, also at a = 0."""
    constant = k == 0.0
    return a**k, (unless(constant, k * a ** xp.where(constant, 1.0, k - 1.0), a),)


# Products.


def rows(a):
    """`a` as a matrix, all axes but the last laid end to end."""
    return a if a.ndim == 2 else a.reshape(prod(a.shape[:-1]), a.shape[-1])


def matmul_rule(a, b):
    """Y = A B, by matrices in the last two axes: dA = G B^T and dB = A^T G."""
    if b.ndim == 2:  # one product of tall matrices, however many axes A has
        shape = a.shape
        to_a = lambda g: (rows(g) @ b.T).reshape(shape)  # noqa: E731
        return (rows(a) @ b).reshape(*shape[:-1], b.shape[1]), (to_a, lambda g: rows(a).T @ rows(g))
    return a @ b, (lambda g: g @ b.swapaxes(-1, -2), lambda g: a.swapaxes(-1, -2) @ g)


MATMUL = Op("@", matmul_rule)


def linear_rule(x, weight, *bias):
    """y = x W^T + b, with W of shape (out, in), in one op."""
    shape = x.shape
    y = rows(x) @ weight.T
    for b in bias:
        y += b
    if len(shape) != 2:
        y = y.reshape(*shape[:-1], weight.shape[0])
    pulls = (
        lambda g: rows(g) @ weight if len(shape) == 2 else (rows(g) @ weight).reshape(shape),
        lambda g: rows(g).T @ rows(x),
        sum_of_rows,
    )
    return y, pulls[: 2 + len(bias)]


LINEAR = Op("linear", linear_rule)


def einsum_rule(terms, target, *operands):
    """Einstein's sum over letters; backward, the result's letters change places with one operand's.

    A letter that only this operand has was summed away: its gradient is copied along that axis.
    """

    def pull_of(k):
        others = [
            (term, a) for j, (term, a) in enumerate(zip(terms, operands, strict=True)) if j != k
        ]
        known = set(target).union(*(term for term, _ in others))
        kept = "".join(letter for letter in terms[k] if letter in known)
        shape = operands[k].shape
        spread = tuple(n if c in known else 1 for c, n in zip(terms[k], shape, strict=True))
        inputs = (target, *(term for term, _ in others))

        def pull(g):
            part = einsum((inputs, kept), g, *(a for _, a in others))
            return part if kept == terms[k] else broadcast_to(part.reshape(spread), shape)

        return pull

    return einsum((terms, target), *operands), tuple(pull_of(k) for k in range(len(operands)))


def einsum_array(terms, target, *arrays):
    """NumPy's einsum; more than two operands in the order that it finds best."""
    return xp.einsum(f"{','.join(terms)}->{target}", *arrays, optimize=len(arrays) > 2)


einsum = together("einsum", einsum_rule, einsum_array)


# Softmax and what is made of it. The largest logit is subtracted first: exp cannot overflow.


def softmax_array(x, axis):
    """exp(x) / sum(exp(x)) along `axis`."""
    y = x - max_along(x, axis)
    xp.exp(y, out=y)
    y /= sum_along(y, axis)
    return y


softmax = function("softmax", None, softmax_array)


def softmax_rule(axis, x):
    """y = softmax(x): dx = y (g - sum(g y)), since the Jacobian is diag(y) - y y^T."""
    y = softmax(x, axis)

    def pull(g):
        d = g - dot_along(g, y, axis)
        d *= y
        return d

    return y, (pull,)


def logsumexp_array(x, axis, keepdims):
    """log(sum(exp(x))) along `axis`, right also where all of x is -inf."""
    top = max_along(x, axis)
    top = xp.where(xp.isfinite(top), top, xp.zeros((), x.dtype))
    y = xp.exp(x - top).sum(axis=axis, keepdims=True)
    with np.errstate(divide="ignore"):  # the log of 0 is -inf, which is meant
        y = xp.log(y) + top
    return y if keepdims else y.squeeze(axis)


logsumexp = function("logsumexp", None, logsumexp_array)


def logsumexp_rule(axis, keepdims, x):
    """y = logsumexp(x): dx = g softmax(x)."""
    kept = with_ones(x.shape, (axis % x.ndim,))
    return logsumexp(x, axis, keepdims), (lambda g: g.reshape(kept) * softmax(x, axis),)


def log_softmax_array(x, axis):
    """x - logsumexp(x) along `axis`."""
    y = x - max_along(x, axis)
    if y.size:  # of no elements the sum is 0
        y -= xp.log(sum_along(xp.exp(y), axis))
    return y


log_softmax = function("log_softmax", None, log_softmax_array)


def log_softmax_rule(axis, x):
    """y = log(softmax(x)): dx = g - softmax(x) sum(g)."""
    y = log_softmax(x, axis)
    return y, (lambda g: g - exp(y) * g.sum(axis=axis, keepdims=True),)


def cross_entropy_rule(labels, reduction, smoothing, logits):
    """-sum(t log softmax(logits)) for each of n rows: d logits = g (softmax - t).

    The target t is 1 at the label; of that, the share `smoothing` is spread over all classes.
    """
    n, classes = logits.shape
    at = labels + xp.arange(0, n * classes, classes)  # in the rows laid end to end
    sure, spread = 1.0 - smoothing, smoothing / max(classes, 1)
    log_p = log_softmax(logits, 1)
    if isinstance(log_p, xp.arrays):
        each = -sure * log_p.reshape(n * classes)[at]
    else:
        other = labels.reshape(n, 1) != xp.arange(classes)
        each = -sure * cut(log_p, other).sum(axis=1)
    if smoothing:
        each = each - spread * log_p.sum(axis=1)
    y = each if reduction == "none" else each.sum()
    y = y / (n or math.nan) if reduction == "mean" else y  # of no rows there is no mean

    def pull(g):
        share = (
            g.reshape(n, 1) if reduction == "none" else g / max(n, 1) if reduction == "mean" else g
        )
        d = exp(log_p)
        if isinstance(d, xp.arrays):
            d = xp.ascontiguousarray(d)
            d.reshape(n * classes)[at] -= sure
        else:
            hit = labels.reshape(n, 1) == xp.arange(classes)
            d = d - hit.astype(d.dtype) * sure
        return (d - spread if smoothing else d) * share

    return y, (pull,)


def softplus_rule(x):
    """y = log(1 + exp(x)), of the exponential that is below 1: dx = g sigmoid(x)."""
    return maximum(x, 0.0) + log1p(exp(-abs(x))), (sigmoid(x),)


SOFTPLUS = Op("softplus", softplus_rule)


def layer_norm_rule(eps, x, *affine):
    """(x - mean) / sqrt(variance + eps) over the last axis, times a weight, plus a bias.

    Mean and variance depend on x as well: dx = (h - mean(h) - x^ mean(h x^)) / sqrt(variance + eps)
    with h = g weight and x^ the normalised x (Ba, Kiros and Hinton, Layer Normalization, 2016).
    """
    weight = affine[0] if affine else 1.0
    n = x.shape[-1]
    normal = x - sum_along(x, -1) / n
    per_row = 1.0 / sqrt(sum_along(normal * normal, -1) / n + eps)
    normal *= per_row
    y = normal
    if affine:
        y = normal * weight
        y += affine[1]

    def to_x(g):
        h = g * weight
        along = sum_along(h * normal, -1) / n
        h -= sum_along(h, -1) / n
        h -= normal * along
        h *= per_row
        return h

    return y, (to_x, lambda g: sum_of_rows(g * normal), sum_of_rows)[: 1 + len(affine)]
