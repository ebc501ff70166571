"""Data moved, and moved back."""

import numpy as np

from autograd_lesson import array_ops
from autograd_lesson.arguments import index_of


def reshape(x, shape):
    """The numbers of x in another shape, and the way back."""
    result, (back,) = array_ops.reshape_rule(shape, x)
    return result, back


def transpose(x, axes):
    """x with its axes in another order, and the way back."""
    result, (back,) = array_ops.transpose_rule(tuple(axis % x.ndim for axis in axes), x)
    return result, back


def pick(x, index):
    """The numbers of x at an index, and the way back."""
    result, (back,) = array_ops.getitem_rule(index_of(index), x)
    return result, back


def concat(arrays, axis):
    """The arrays end to end along an axis, and the way back."""
    result, ways_back = array_ops.concat_rule(axis % arrays[0].ndim, *arrays)
    return result, lambda g: [back(g) for back in ways_back]


def stack(arrays, axis):
    """The arrays side by side along a new axis, and the way back."""
    result, back = concat([np.expand_dims(array, axis) for array in arrays], axis)
    return result, lambda g: [part.squeeze(axis) for part in back(g)]


def pad(x, widths):
    """x with zeros around it, and the way back."""
    result, (back,) = array_ops.pad_rule(tuple(map(tuple, widths)), 0.0, x)
    return result, back


def embedding(indices, weight):
    """The rows of a table at whole numbers, and the way back."""
    if indices.size and not 0 <= indices.min() <= indices.max() < len(weight):
        raise IndexError(
            f"indices run from {indices.min()} to {indices.max()}; the table has rows 0 to "
            f"{len(weight) - 1}"
        )
    return pick(weight, indices)
