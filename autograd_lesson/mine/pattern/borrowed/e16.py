"""Layer norm, and its way back."""

from autograd_lesson import array_ops


def layer_norm(x, weight, bias, eps=1e-5):
    """Rows with mean 0 and variance 1, times weight, plus bias."""
    return array_ops.layer_norm_rule(eps, x, weight, bias)[0]


def layer_norm_vjp(x, weight, upstream, eps=1e-5):
    """The gradients of rows, weight and bias."""
    _, ways_back = array_ops.layer_norm_rule(eps, x, weight, weight * 0)
    return tuple(back(upstream) for back in ways_back)
