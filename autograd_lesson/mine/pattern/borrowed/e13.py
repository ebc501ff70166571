"""Products of arrays, and the layer that is made of one."""

import numpy as np

from autograd_lesson import array_ops

from ..tensors import Tensor


def matmul(a, b):
    """a @ b, and two functions that turn the upstream gradient into the contributions."""
    rows = a[None, :] if a.ndim == 1 else a
    columns = b[:, None] if b.ndim == 1 else b

    def full(upstream):
        """The upstream with the axes that the vectors have lost."""
        upstream = upstream[..., None] if b.ndim == 1 else upstream
        return upstream[..., None, :] if a.ndim == 1 else upstream

    def to_a(upstream):
        contribution = full(upstream) @ columns.swapaxes(-1, -2)
        return array_ops.sum_to(contribution, rows.shape).reshape(a.shape)

    def to_b(upstream):
        contribution = rows.swapaxes(-1, -2) @ full(upstream)
        return array_ops.sum_to(contribution, columns.shape).reshape(b.shape)

    return a @ b, (to_a, to_b)


def linear_vjp(upstream, x, weight):
    """The contributions to x, to the weight and to the bias of y = x @ weight.T + bias."""
    _, ways_back = array_ops.linear_rule(x, weight, np.zeros(len(weight), x.dtype))
    return tuple(back(upstream) for back in ways_back)


def einsum_vjp(spec, upstream, *operands):
    """What each operand of np.einsum(spec, *operands) receives."""
    inputs, output = spec.replace(" ", "").split("->")
    _, ways_back = array_ops.einsum_rule(tuple(inputs.split(",")), output, *operands)
    return tuple(back(upstream) for back in ways_back)


class Linear:
    """x @ weight.T + bias: a weighted sum of the inputs for each output."""

    def __init__(self, n_inputs, n_outputs, rng):
        """Draw the weight from `rng`; start the bias at 0."""
        self.weight = Tensor(rng.normal(0.0, n_inputs**-0.5, (n_outputs, n_inputs)))
        self.bias = Tensor(np.zeros(n_outputs))

    def __call__(self, x):
        """The outputs for a batch of inputs."""
        return x @ self.weight.T + self.bias
