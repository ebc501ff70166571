"""What networks are made of, with the names of torch.nn.functional: exercises 13 to 16 and 25."""

import numpy as np

from .borrowed.e13 import einsum_vjp, linear_vjp
from .borrowed.e14 import embedding as embedding_of
from .borrowed.e15 import cross_entropy as cross_entropy_of
from .borrowed.e15 import cross_entropy_vjp
from .borrowed.e16 import layer_norm as layer_norm_of
from .borrowed.e16 import layer_norm_vjp
from .borrowed.e25 import block, causal_attention
from .tensors import Tensor, once

__all__ = ["block", "causal_attention"]


def softmax(x, axis=-1):
    """Probabilities along an axis."""
    return Tensor.of(x).softmax(axis)


def log_softmax(x, axis=-1):
    """The logarithm of the probabilities along an axis."""
    return Tensor.of(x).log_softmax(axis)


def linear(x, weight, bias):
    """x @ weight.T + bias for rows x, as one op."""
    operands = x, weight, bias = tuple(map(Tensor.of, (x, weight, bias)))
    back = lambda upstream: linear_vjp(upstream, x.data, weight.data)  # noqa: E731
    return Tensor(x.data @ weight.data.T + bias.data, "", "linear", operands, once(back, 3))


def einsum(spec, *tensors):
    """np.einsum of tensors, with an arrow."""
    tensors = tuple(map(Tensor.of, tensors))
    arrays = [x.data for x in tensors]
    back = lambda upstream: einsum_vjp(spec, upstream, *arrays)  # noqa: E731
    return Tensor(np.einsum(spec, *arrays), "", "einsum", tensors, once(back, len(tensors)))


def embedding(indices, weight):
    """The rows of a table at whole numbers."""
    weight = Tensor.of(weight)
    return weight.op_of("embedding", embedding_of(np.asarray(indices), weight.data))


def layer_norm(x, weight, bias, eps=1e-5):
    """Rows with mean 0 and variance 1, times weight, plus bias; all axes but the last are rows."""
    operands = x, weight, bias = tuple(map(Tensor.of, (x, weight, bias)))
    rows = x.data.reshape(-1, x.shape[-1])

    def back(upstream):
        to_x, *others = layer_norm_vjp(rows, weight.data, upstream.reshape(rows.shape), eps)
        return to_x.reshape(x.shape), *others

    result = layer_norm_of(rows, weight.data, bias.data, eps).reshape(x.shape)
    return Tensor(result, "", "layer_norm", operands, once(back, 3))


def cross_entropy(logits, labels, reduction="mean", ignore_index=-100):
    """Minus the logarithm of the probability of the right class, of the labels that count.

    Logits are (n, classes, ...), labels (n, ...); "none" gives one loss for each that counts.
    """
    labels = np.asarray(labels)
    if logits.ndim > 2:
        logits = logits.transpose((0, *range(2, logits.ndim), 1)).reshape(-1, logits.shape[1])
    labels = labels.reshape(-1)
    counts = np.flatnonzero(labels != ignore_index)
    if len(counts) < len(labels):
        logits, labels = logits[counts], labels[counts]
    numbers = logits.data
    back = lambda upstream: cross_entropy_vjp(numbers, labels, upstream, reduction)  # noqa: E731
    found = cross_entropy_of(numbers, labels, reduction)
    return logits.op_of("cross_entropy", (found, back))
