"""What an instruction on arrays computes, in NumPy: each op by its name, with `out` for its result.

Three kinds: elementwise ones, views (the same memory seen otherwise), and all the others.
"""

from math import prod
from typing import NamedTuple

import numpy as np

from ... import array_ops, image_ops, ops
from ...branches import BITS, cut_array
from ...erf import erf_of_array

INFIX = {
    **{"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.true_divide, "**": np.power},
    **{"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal},
    **{"==": np.equal, "!=": np.not_equal},
    **{"&": np.bitwise_and, "|": np.bitwise_or, "^": np.bitwise_xor},
}
PREFIX = {"neg": np.negative, "abs": np.absolute, "~": np.invert}


class Hole(NamedTuple):
    """The place in an index where an operand goes: number 1, 2, ... of the instruction."""

    place: int


def put_into(out, result):
    """`result`, in `out` where that is given."""
    if out is None:
        return result
    out[...] = result
    return out


# Elementwise.


def sigmoid(x, out=None):
    """1 / (1 + exp(-x)) on the branch that cannot overflow."""
    return put_into(out, ops.sigmoid_of_array(x))


def erf(x, out=None):
    """The error function of each element: NumPy has none."""
    return put_into(out, erf_of_array(x, np))


def cast(x, dtype, out=None):
    """The same numbers as another type."""
    if out is None:
        return x.astype(dtype)
    np.copyto(out, x, casting="unsafe")
    return out


def cut(g, condition, out=None):
    """g, and 0 where the condition holds, whatever g is there: the bits times 0 or 1."""
    g = np.asarray(g)
    bits = BITS.get(g.dtype.itemsize)
    if out is None or bits is None or condition is True:
        return put_into(out, cut_array(g, condition))
    np.multiply(g.view(bits), ~condition, out=out.view(bits))
    return out


def where(condition, a, b, out=None):
    """a where the condition holds, else b."""
    return put_into(out, np.where(condition, a, b))


ELEMENTWISE = {
    **{symbol: ufunc for symbol, ufunc in (INFIX | PREFIX).items()},
    **{f.__name__: f for f in (np.exp, np.log, np.sin, np.cos, np.tanh, np.sqrt)},
    **{f.__name__: f for f in (np.maximum, np.minimum, np.isfinite)},
    **{f.__name__: f for f in (sigmoid, erf, cast, cut, where)},
    "copy": np.positive,
}


# Views.


def reshaped(a, shape):
    """The same elements in another shape."""
    return a.reshape(shape)


def transposed(a, axes):
    """The axes in another order."""
    return a.transpose(axes)


def sliced(a, index):
    """a[index], by numbers, slices, None and `...`: a view, also where no axis is left."""
    parts = index if isinstance(index, tuple) else (index,)
    return a[parts if Ellipsis in parts else (*parts, ...)]


def viewed_as(a, dtype):
    """The same bytes read as another type."""
    return a.view(dtype)


VIEWS = {
    "windows": image_ops.windows,
    "reshape": reshaped,
    "transpose": transposed,
    "broadcast_to": np.broadcast_to,
    "slice": sliced,
    "view": viewed_as,
}


# Reductions, products, and what picks elements.


def total(a, axes, keepdims, out=None):
    """The sum over some axes; over one at an end, as a product, which is faster."""
    if a.dtype.kind == "f" and a.ndim == 2 and len(axes) == 1 and a.size:
        ones = array_ops.ones(np, a.shape[axes[0]], a.dtype)
        into = None if out is None else out.reshape(-1)
        y = np.matmul(a, ones, out=into) if axes == (1,) else np.matmul(ones, a, out=into)
        return y.reshape(array_ops.with_ones(a.shape, axes)) if keepdims else y
    return np.add.reduce(a, axis=axes, keepdims=keepdims, out=out)


def reduced(name):
    """A reduction of NumPy's over some axes."""

    def reduction(a, axes, keepdims, out=None):
        return getattr(np, name)(a, axis=axes, keepdims=keepdims, out=out)

    return reduction


def filled(index, arrays):
    """The index with arrays in its holes."""

    def part(each):
        return arrays[each.place - 1] if isinstance(each, Hole) else each

    return tuple(map(part, index)) if type(index) is tuple else part(index)


def take(a, *arrays, index, out=None):
    """a[index], where arrays stand in the index."""
    return put_into(out, a[filled(index, arrays)])


def put(g, *arrays, index, shape, out=None):
    """Zeros of `shape` with g added at the index: the way back of taking."""
    out = np.empty(shape, g.dtype) if out is None else out
    out.fill(0)
    array_ops.Put(filled(index, arrays), shape).add_into(out, g)
    return out


def concat(*arrays, axis, out=None):
    """Arrays end to end."""
    return np.concatenate(arrays, axis, out=out)


def pad(a, widths, value, out=None):
    """`a` with `value` around it."""
    if out is None:
        return array_ops.pad_array(widths, value, a)
    inside = tuple(slice(left, left + n) for (left, _), n in zip(widths, a.shape, strict=True))
    out.fill(value)
    out[inside] = a
    return out


def einsum(*arrays, terms, target, out=None):
    """Einstein's sum over letters."""
    return put_into(out, array_ops.einsum_array(terms, target, *arrays))


def conv2d(x, weight, how, out=None):
    """Cross-correlation."""
    return put_into(out, image_ops.conv_array(how, x, weight))


def conv2d_input(g, weight, how, shape, out=None):
    """The way back of a convolution to its images."""
    return put_into(out, image_ops.conv_input_array(how, shape, g, weight))


def conv2d_weight(x, g, how, kernel, out=None):
    """The way back of a convolution to its weight."""
    return put_into(out, image_ops.conv_weight_array(how, kernel, x, g))


def cumsum(a, axis, out=None):
    """Running sums."""
    return np.cumsum(a, axis, out=out)


def norm(a, p, axes, out=None):
    """(sum |a|^p)^(1/p), kept."""
    return put_into(out, (np.abs(a) ** p).sum(axis=axes, keepdims=True) ** (1.0 / p))


def fold(parts, dx=None, *, image, how, start, out=None):
    """Windows (c, kh, kw, oh, ow, n) added to images (c, h, w, n) where they lay, from a row on."""
    out = np.empty(image, parts.dtype) if out is None else out
    if dx is None:
        out.fill(0)
    elif out is not dx:
        np.copyto(out, dx)
    (sh, sw), (dh, dw), _ = how
    _, kh, kw, oh, ow, _ = parts.shape
    for i in range(kh):
        for j in range(kw):
            top = start + i * dh
            rows = slice(top, top + sh * oh, sh)
            out[:, rows, j * dw : j * dw + sw * ow : sw] += parts[:, i, j]
    return out


def assemble(*parts, indices, shape, out=None):
    """Zeros of `shape`, to which each part is added at its own index."""
    out = np.empty(shape, parts[0].dtype) if out is None else out
    out.fill(0)
    for part, index in zip(parts, indices, strict=True):
        out[index] += part
    return out


def logsumexp(x, axis, keepdims, out=None):
    """log(sum(exp(x))) along an axis, of no elements."""
    return put_into(out, array_ops.logsumexp_array(x, axis, keepdims))


def draw(generator, shape, out=None):
    """Numbers from 0 to 1 that the generator draws now."""
    return generator.random(shape) if out is None else generator.random(out=out)


def by_rule(*arrays, symbol, rule, out=None):
    """What the rule of an op computes."""
    return put_into(out, rule(*arrays)[0])


def numpy_function(*arrays, name, how, out=None):
    """A function of NumPy's that gives an array of a shape known beforehand."""
    return put_into(out, getattr(np, name)(*arrays, **dict(how)))


OTHERS = {
    "@": np.matmul,
    "sum": total,
    **{name: reduced(name) for name in ("max", "min", "all", "any")},
    **{f.__name__: f for f in (take, put, concat, pad, einsum, cumsum, norm)},
    **{f.__name__: f for f in (conv2d, conv2d_input, conv2d_weight, logsumexp)},
    **{f.__name__: f for f in (fold, assemble)},
    **{"draw": draw, "rule": by_rule, "numpy": numpy_function},
}


def function_of(op: str):
    """What computes an op; a name that is not in the tables is an elementwise function of NumPy."""
    return ELEMENTWISE.get(op) or VIEWS.get(op) or OTHERS.get(op) or getattr(np, op)


def is_elementwise(op: str) -> bool:
    """Does each element of the result come from the elements at its own place?"""
    return op in ELEMENTWISE or not (op in VIEWS or op in OTHERS or op == "guard")


class Instruction(NamedTuple):
    """One line of a program on arrays: operands are names, or numbers; settings are by name."""

    name: str
    op: str
    operands: tuple
    settings: tuple[tuple, ...]
    shape: tuple[int, ...]
    dtype: np.dtype

    def __str__(self):
        """`v3 = v1 @ v2`, `v4 = sum(v3, axes=(0,), keepdims=False)`, and shape and type."""
        words = [*map(str, self.operands)]
        words += [f"{name}={setting_text(value)}" for name, value in self.settings]
        infix = self.op in INFIX or self.op == "@"
        text = f" {self.op} ".join(words) if infix else f"{self.op}({', '.join(words)})"
        return f"{self.name or '':6} = {text}   {self.dtype}{list(self.shape)}"

    @property
    def size(self) -> int:
        """How many elements the result has."""
        return prod(self.shape)

    @property
    def nbytes(self) -> int:
        """How many bytes the result takes."""
        return self.size * self.dtype.itemsize


def setting_text(value) -> str:
    """A setting as it is printed; what has no text of its own that stays the same, by its kind."""
    has_address = callable(value) or isinstance(value, np.random.Generator)
    return type(value).__name__ if has_address and not isinstance(value, type) else f"{value}"


def computed(instruction: Instruction, operands):
    """The result of an instruction for arrays and numbers."""
    return function_of(instruction.op)(*operands, **dict(instruction.settings))
