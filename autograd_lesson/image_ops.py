"""The calculus of images: convolution and pooling, each with its own derivative.

Convolution (cross-correlation, as in every framework) is three maps that are each other's pulls:
y = conv(x, w), dx = conv_input(g, w) and dw = conv_weight(x, g). Each is linear in both of its
operands, so that their second derivatives are the same three again. In memory the images of a
batch lie side by side, (c, h, w, n): whatever shifts or strides over an image moves whole runs of
n numbers, and a batch is one matrix product. `how` is (stride, dilation, groups). In a comment, c
and o are channels in and out.
"""

from functools import reduce
from math import prod
from operator import add

from .array_ops import Put, has_nan, numbers, recorded, together
from .backend import xp
from .branches import cut


def to_memory(x):
    """(n, c, h, w) as it lies in memory, (c, h, w, n): a copy only where it lies otherwise."""
    return xp.ascontiguousarray(x.transpose(1, 2, 3, 0))


def from_memory(x):
    """(c, h, w, n) as everybody sees it, (n, c, h, w)."""
    return x.transpose(3, 0, 1, 2)


def columns(x, kernel, how):
    """Every window of x, a column of a matrix for each group: (groups, c/groups kh kw, oh ow n)."""
    x, (kh, kw), ((sh, sw), (dh, dw), groups) = to_memory(x), kernel, how
    c, n = x.shape[0], x.shape[3]
    a, i, j, m = x.strides
    shape = (c, kh, kw, *places(x.shape[1:3], kernel, how), n)
    strides = (a, i * dh, j * dw, i * sh, j * sw, m)
    view = xp.lib.stride_tricks.as_strided(x, shape, strides)
    return view.reshape(groups, c // groups * kh * kw, prod(shape[3:]))


def places(size, kernel, how):
    """How many windows lie below each other and side by side in an image of this size."""
    return [
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(size, kernel, how[0], how[1], strict=True)
    ]


def by_group(g, groups):
    """(n, o, oh, ow) as a matrix for each group: (groups, o/groups, oh ow n)."""
    n, o, oh, ow = g.shape
    return to_memory(g).reshape(groups, o // groups, oh * ow * n)


def pieces(a, length=4096):
    """`a` in pieces of so many columns, which stay in the processor's cache: half of the time."""
    return [a[..., start : start + length] for start in range(0, max(a.shape[-1], 1), length)]


def wide_product(a, b):
    """a @ b for stacks of matrices, in pieces of b."""
    y = xp.empty((*a.shape[:-1], b.shape[-1]), b.dtype)
    for part, out in zip(pieces(b), pieces(y), strict=True):
        xp.matmul(a, part, out=out)
    return y


def conv_of_columns(how, shape, weight, cols):
    """y (n, o, oh, ow) for images of this shape, a product of matrices."""
    n, o, out = shape[0], weight.shape[0], places(shape[2:], weight.shape[2:], how)
    return from_memory(wide_product(by_output(weight, how[2]), cols).reshape(o, *out, n))


def by_output(weight, groups):
    """(o, c/groups, kh, kw) as a matrix for each group: (groups, o/groups, c/groups kh kw)."""
    o = weight.shape[0]
    return weight.reshape(groups, o // groups, prod(weight.shape[1:]))


def conv_array(how, x, weight):
    """y (n, o, oh, ow), from x (n, c, h, w) and a weight (o, c/groups, kh, kw)."""
    return conv_of_columns(how, x.shape, weight, columns(x, weight.shape[2:], how))


def conv_input_array(how, shape, g, weight):
    """dx: every window's gradient, added where the window lay."""
    (n, c, h, w), (kh, kw), ((sh, sw), (dh, dw), groups) = shape, weight.shape[2:], how
    oh, ow = g.shape[2:]
    parts = wide_product(by_output(weight, groups).swapaxes(1, 2), by_group(g, groups))
    parts = parts.reshape(c, kh, kw, oh, ow, n)
    dx = xp.zeros((c, h, w, n), g.dtype)
    for i in range(kh):
        for j in range(kw):
            rows = slice(i * dh, i * dh + sh * oh, sh)
            dx[:, rows, j * dw : j * dw + sw * ow : sw] += parts[:, i, j]
    return from_memory(dx)


def conv_weight_array(how, kernel, x, g):
    """dw: every window of x, weighted by the gradient of what it gave."""
    return weight_of_columns(how[2], kernel, columns(x, kernel, how), g)


def weight_of_columns(groups, kernel, cols, g):
    """dw (o, c/groups, kh, kw), a product of matrices."""
    pairs = zip(pieces(cols), pieces(by_group(g, groups)), strict=True)
    dw = reduce(add, [c @ h.swapaxes(1, 2) for c, h in pairs]).swapaxes(1, 2)
    return dw.reshape(g.shape[1], cols.shape[1] // prod(kernel), *kernel)


def conv_rule(how, x, weight, *bias):
    """y = conv(x, w) + b, bilinear: each operand's gradient is one of the other two maps."""
    shape, kernel = x.shape, weight.shape[2:]
    if recorded((x, weight)) is None:
        cols = columns(x, kernel, how)  # once, for both directions
        y = conv_of_columns(how, shape, weight, cols)
    else:
        y, cols = conv((how,), x, weight), None
    for b in bias:
        y += b.reshape(-1, 1, 1)

    def to_x(g):
        return conv_input((how, shape), g, weight)

    def to_weight(g):
        if cols is None or recorded((g,)) is not None:
            return conv_weight((how, kernel), x, g)
        return weight_of_columns(how[2], kernel, cols, g)

    return y, (to_x, to_weight, lambda g: g.sum(axis=(0, 2, 3)))[: 2 + len(bias)]


def conv_input_rule(how, shape, g, weight):
    """The pull of conv to its input, as an op of its own."""
    kernel = weight.shape[2:]
    pulls = (lambda h: conv((how,), h, weight), lambda h: conv_weight((how, kernel), h, g))
    return conv_input((how, shape), g, weight), pulls


def conv_weight_rule(how, kernel, x, g):
    """The pull of conv to its weight, as an op of its own."""
    shape = x.shape
    pulls = (lambda h: conv_input((how, shape), g, h), lambda h: conv((how,), x, h))
    return conv_weight((how, kernel), x, g), pulls


conv = together("conv2d", conv_rule, conv_array)
conv_input = together("conv2d_input", conv_input_rule, conv_input_array)
conv_weight = together("conv2d_weight", conv_weight_rule, conv_weight_array)


# Pooling: the k x k places of a window are k x k strided slices of x.


def window_slices(shape, kernel, stride):
    """One index into x (n, c, h, w) for each place in a window: all windows' elements there."""
    (kh, kw), (sh, sw) = kernel, stride
    oh, ow = (shape[2] - kh) // sh + 1, (shape[3] - kw) // sw + 1
    return [
        (..., slice(i, i + sh * (oh - 1) + 1, sh), slice(j, j + sw * (ow - 1) + 1, sw))
        for i in range(kh)
        for j in range(kw)
    ]


def put_all(parts, shape):
    """The sum of several gradients, each put at its own index: parts are (index, gradient)."""
    parts = list(parts)
    if recorded([g for _, g in parts]) is not None:
        return reduce(add, [Put(index, shape)(g) for index, g in parts])
    target = xp.zeros_like(parts[0][1], shape=shape)
    for index, g in parts:
        target[index] += g  # the index is made of slices: no place is named twice
    return target


def image_inside(shape, padding):
    """True where a padded image of this shape is not padding; None where there is none."""
    if not any(padding):
        return None
    (above, left), inside = padding, xp.zeros((1, 1, *shape[2:]), bool)
    inside[..., above : shape[2] - above, left : shape[3] - left] = True
    return inside


def max_pool_rule(kernel, stride, padding, x):
    """The largest element of each window; the first of equal ones gets the gradient.

    A nan is larger than any number, and the last of several gets it, as in PyTorch. The padding,
    which is -inf, gets none.
    """
    slices, shape = window_slices(x.shape, kernel, stride), x.shape
    parts = [numbers(x)[index] for index in slices]
    y = reduce(xp.maximum, parts)
    inside, nan, hits, free = image_inside(shape, padding), has_nan(y), [], None
    for index, part in zip(slices, parts, strict=True):
        hit = part == y
        if inside is not None:
            hit &= inside[index]
        if free is not None:
            hit &= free
        free = ~hit if free is None else free ^ hit
        if nan:
            for earlier in hits:
                earlier &= part == part
            hit |= part != part
        hits.append(hit)

    def pull(g):
        if recorded((g,)) is not None or kernel != stride:
            return put_all([(i, cut(g, ~hit)) for i, hit in zip(slices, hits, strict=True)], shape)
        dx = xp.zeros_like(hits[0], g.dtype, shape=shape)  # windows side by side: no sums
        g = from_memory(to_memory(g))
        for index, hit in zip(slices, hits, strict=True):
            dx[index] = cut(g, ~hit)
        return dx

    return y, (pull,)


def avg_pool_rule(kernel, stride, padding, x):
    """The mean of each window, padding included; backward, each element gets an equal share."""
    slices, shape = window_slices(x.shape, kernel, stride), x.shape
    share = 1.0 / len(slices)

    def pull(g):
        g = g * share
        return put_all([(index, g) for index in slices], shape)

    return reduce(add, [x[index] for index in slices]) * share, (pull,)
