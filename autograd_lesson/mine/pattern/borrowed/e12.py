"""Copies forward, sums backward, and the other way round."""

from autograd_lesson import array_ops


def axes_of(x, axis):
    """All the axes that are meant, counted from 0."""
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple | list) else (axis,)
    return tuple(one % x.ndim for one in axes)


def unbroadcast(g, shape):
    """g, summed over the copies that broadcasting made of an array of this shape."""
    return array_ops.sum_to(g, shape)


def sum_of(x, axis=None, keepdims=False):
    """The sum of x over some axes, and the way back."""
    result, (back,) = array_ops.sum_rule(axes_of(x, axis), keepdims, x)
    return result, back


def mean_of(x, axis=None, keepdims=False):
    """The mean of x over some axes, and the way back."""
    result, (back,) = array_ops.mean_rule(axes_of(x, axis), keepdims, x)
    return result, back


def max_of(x, axis=None, keepdims=False):
    """The largest entries of x along some axes, and the way back."""
    result, (back,) = array_ops.extreme_rule("max", axes_of(x, axis), keepdims, x)
    return result, back
