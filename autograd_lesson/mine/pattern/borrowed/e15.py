"""Probabilities, their logarithm, and the loss."""

from autograd_lesson import array_ops


def softmax(x, axis=-1):
    """Probabilities along an axis."""
    return array_ops.softmax_array(x, axis)


def softmax_vjp(s, upstream, axis=-1):
    """The gradient of the operand of softmax, from its result and what arrives there."""
    return s * (upstream - (upstream * s).sum(axis=axis, keepdims=True))


def log_softmax(x, axis=-1):
    """The logarithm of the probabilities along an axis."""
    return array_ops.log_softmax_array(x, axis)


def cross_entropy(logits, labels, reduction="mean"):
    """Minus the logarithm of the probability of the right class."""
    return array_ops.cross_entropy_rule(labels, reduction, 0.0, logits)[0]


def cross_entropy_vjp(logits, labels, upstream, reduction="mean"):
    """The gradient of the logits."""
    return array_ops.cross_entropy_rule(labels, reduction, 0.0, logits)[1][0](upstream)
