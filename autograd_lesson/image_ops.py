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


def windows(x, kernel, how):
    """Every window of images (c, h, w, n), without a copy: (c, kh, kw, oh, ow, n)."""
    (sh, sw), (dh, dw), _ = how
    a, i, j, m = x.strides
    shape = (x.shape[0], *kernel, *places(x.shape[1:3], kernel, how), x.shape[3])
    strides = (a, i * dh, j * dw, i * sh, j * sw, m)
    return xp.lib.stride_tricks.as_strided(x, shape, strides)


def places(size, kernel, how):
    """How many windows lie below each other and side by side in an image of this size."""
    return [
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(size, kernel, how[0], how[1], strict=True)
    ]


PIECE = 2**19  # bytes of columns, which the second cache of a processor holds


def pieces_of(shape, itemsize):
    """The rows of the result in pieces, slices, whose windows have no more than so many bytes.

    Laid out as the columns of a matrix they stay in the processor's cache, and are made again on
    the way back: in all they would be as large as kh kw images.
    """
    c, kh, kw, oh, ow, n = shape
    rows = max(1, PIECE // max(1, c * kh * kw * ow * n * itemsize))
    return [slice(start, min(start + rows, oh)) for start in range(0, oh, rows)]


def columns(seen, rows, groups):
    """The windows of some rows as a matrix for each group: (groups, c/groups kh kw, rows ow n)."""
    part = seen[:, :, :, rows]
    c, kh, kw, *rest = part.shape
    return part.reshape(groups, c // groups * kh * kw, prod(rest))


def by_group(g, groups):
    """Images (o, oh, ow, n) as a matrix for each group: (groups, o/groups, oh ow n)."""
    return g.reshape(groups, g.shape[0] // groups, prod(g.shape[1:]))


def by_output(weight, groups):
    """(o, c/groups, kh, kw) as a matrix for each group: (groups, o/groups, c/groups kh kw)."""
    o = weight.shape[0]
    return weight.reshape(groups, o // groups, prod(weight.shape[1:]))


def conv_array(how, x, weight):
    """y (n, o, oh, ow), from x (n, c, h, w) and a weight (o, c/groups, kh, kw)."""
    seen, groups = windows(to_memory(x), weight.shape[2:], how), how[2]
    matrix = by_output(weight, groups)
    y = xp.empty((weight.shape[0], *seen.shape[3:]), x.dtype)
    for rows in pieces_of(seen.shape, x.itemsize):
        xp.matmul(matrix, columns(seen, rows, groups), out=piece(by_group(y, groups), rows, y))
    return from_memory(y)


def piece(matrix, rows, images):
    """The columns of a matrix that belong to some rows of images (..., h, w, n)."""
    length = prod(images.shape[-2:])
    return matrix[..., rows.start * length : rows.stop * length]


def conv_input_array(how, shape, g, weight):
    """dx: every window's gradient, added where the window lay."""
    (n, c, h, w), (kh, kw), ((sh, sw), (dh, dw), groups) = shape, weight.shape[2:], how
    turned, g = by_output(weight, groups).swapaxes(1, 2), to_memory(g)
    oh, ow = g.shape[1:3]
    parts = xp.empty((c, kh, kw, oh, ow, n), g.dtype)
    whole, flat = parts.reshape(*turned.shape[:2], oh * ow * n), by_group(g, groups)
    for rows in pieces_of(parts.shape, g.itemsize):
        xp.matmul(turned, piece(flat, rows, g), out=piece(whole, rows, g))
    dx = xp.zeros((c, h, w, n), g.dtype)
    for i in range(kh):
        for j in range(kw):
            rows = slice(i * dh, i * dh + sh * oh, sh)
            dx[:, rows, j * dw : j * dw + sw * ow : sw] += parts[:, i, j]
    return from_memory(dx)


def conv_weight_array(how, kernel, x, g):
    """dw (o, c/groups, kh, kw): every window of x, weighted by the gradient of what it gave."""
    seen, g, groups = windows(to_memory(x), kernel, how), to_memory(g), how[2]
    o, c = g.shape[0], seen.shape[0] // groups
    dw = xp.zeros((groups, o // groups, c * prod(kernel)), g.dtype)
    flat = by_group(g, groups)
    for rows in pieces_of(seen.shape, x.itemsize):
        dw += piece(flat, rows, g) @ columns(seen, rows, groups).swapaxes(1, 2)
    return dw.reshape(o, c, *kernel)


def conv_rule(how, x, weight, *bias):
    """y = conv(x, w) + b, bilinear: each operand's gradient is one of the other two maps."""
    shape, kernel = x.shape, weight.shape[2:]
    y = conv((how,), x, weight)
    for b in bias:
        y += b.reshape(-1, 1, 1)
    pulls = (
        lambda g: conv_input((how, shape), g, weight),
        lambda g: conv_weight((how, kernel), x, g),
        lambda g: g.sum(axis=(0, 2, 3)),
    )
    return y, pulls[: 2 + len(bias)]


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
