"""What networks are made of, as functions of tensors, with the names of torch.nn.functional."""

from collections.abc import Iterable
from functools import partial
from numbers import Integral

from . import array_ops, image_ops
from .arguments import (
    array_of,
    between,
    check_floats,
    common_type,
    described,
    in_one_type,
    whole,
)
from .array_ops import op_of
from .backend import xp
from .numpy_or_not import np
from .tensor import Tensor


def linear(x, weight, bias=None) -> Tensor:
    """x W^T + b: x (..., in), weight (out, in), bias (out) -> (..., out)."""
    weight = Tensor.of(weight)
    x = weight.like(x)
    if weight.ndim != 2 or not x.ndim or x.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"linear of shapes {x.shape} and {weight.shape}: x ends in the number of inputs, the "
            "weight is (outputs, inputs)"
        )
    operands = of_one_type("linear", x, weight, bias)
    check_vector("linear", "bias", operands[2:], weight.shape[0])
    return x.apply(array_ops.LINEAR, *operands)


def softmax(x, axis=-1) -> Tensor:
    """exp(x) / sum(exp(x)) along `axis`, of floats; the shape is that of x."""
    return Tensor.of(x).softmax(axis)


def log_softmax(x, axis=-1) -> Tensor:
    """log(softmax(x)) along `axis`, of floats; the shape is that of x."""
    return Tensor.of(x).log_softmax(axis)


def logsumexp(x, axis=-1, keepdims=False) -> Tensor:
    """log(sum(exp(x))) along `axis`, of floats; the shape is that of x without the axis."""
    return Tensor.of(x).logsumexp(axis, keepdims)


def gelu(x, approximate="none") -> Tensor:
    """x times the probability that a normal number is below x (Hendrycks and Gimpel, 2016).

    With approximate="tanh" the paper's formula, which is faster here and off by up to 0.0005.
    """
    x = Tensor.of(x)
    check_floats("gelu", x.dtype)
    if approximate == "none":
        return x * 0.5 * ((x * 0.5**0.5).erf() + 1.0)
    if approximate == "tanh":
        return x * 0.5 * ((x * (x * x * 0.044715 + 1.0) * (2.0 / np.pi) ** 0.5).tanh() + 1.0)
    raise ValueError(f"approximate is {approximate!r}; choose 'none' or 'tanh'")


def cross_entropy(
    logits, labels, reduction="mean", ignore_index=-100, label_smoothing=0.0
) -> Tensor:
    """-log softmax(logits)[label]: logits (n, classes, ...), labels (n, ...) integers.

    The mean over all labels, their "sum", or with "none" one number for each. A label that is
    `ignore_index` does not count. Of the target the share `label_smoothing` is spread over all
    classes (Szegedy et al., 2016). One example alone is logits (classes,) and a label.
    """
    smoothing = float(between("label_smoothing", label_smoothing, 0.0, 1.0))

    def loss(rows, labels, reduction):
        rule = array_ops.cross_entropy_rule
        return rows.unary(op_of("cross_entropy", rule, labels, reduction, smoothing))

    return over_labels("cross_entropy", loss, logits, labels, reduction, ignore_index)


def nll_loss(log_p, labels, reduction="mean", ignore_index=-100) -> Tensor:
    """-log_p[label], the second half of cross_entropy: log_p is what log_softmax gives."""

    def loss(rows, labels, reduction):
        n, classes = rows.shape
        each = -rows.reshape(n * classes)[labels + np.arange(0, n * classes, classes)]
        return reduced(each, reduction)

    return over_labels("nll_loss", loss, log_p, labels, reduction, ignore_index)


def over_labels(name, loss, scores, labels, reduction, ignore_index) -> Tensor:
    """The loss of the rows whose label counts: scores (n, classes, ...), labels (n, ...)."""
    scores = Tensor.of(scores)
    check_floats(name, scores.dtype)
    check_reduction(reduction)
    whole("ignore_index", ignore_index, -np.inf)
    is_batched = getattr(labels, "is_batched", False)
    labels = labels if is_batched else array_of(labels)
    if labels.dtype.kind not in "iu" and labels.size:
        raise TypeError(f"labels are class numbers, integers, not {labels.dtype}")
    if is_batched:
        each = partial(over_labels, name, loss, reduction="none", ignore_index=ignore_index)
        return labels.loss_of(each, scores, reduction, ignore_index)
    axis = min(1, scores.ndim - 1)  # of the classes
    if not scores.ndim or labels.shape != scores.shape[:axis] + scores.shape[axis + 1 :]:
        raise ValueError(
            f"{name} of logits {scores.shape} and labels {labels.shape}: logits are (n, classes) "
            "and labels (n,), or both with the same further axes behind"
        )
    shape, classes = labels.shape, scores.shape[axis]
    labels = labels.astype(np.int64).reshape(-1)
    counts = labels != ignore_index
    is_recorded = array_ops.recorded((labels,)) is not None  # how many count is not known then
    kept = labels * counts if is_recorded else labels if counts.all() else labels[counts]
    if kept.size and kept.view(np.uint64).max() >= classes:  # a negative number is a large one
        raise ValueError(
            f"labels run from {kept.min()} to {kept.max()}; with {classes} classes they run "
            f"from 0 to {classes - 1}"
        )
    if scores.ndim != 2:
        others = [i for i in range(scores.ndim) if i != axis]
        scores = scores.transpose(*others, axis).reshape(labels.size, classes)
    if is_recorded:
        each = loss(scores, kept, "none").cut(~counts)
        if reduction == "none":
            return each.reshape(shape)
        return each.sum() / (counts.astype(each.dtype).sum() if reduction == "mean" else 1.0)
    rows = scores if kept is labels else scores[xp.asarray(counts)]
    y = loss(rows, xp.asarray(kept), reduction)
    if reduction != "none":
        return y
    if kept is not labels:
        place = array_ops.Put(xp.asarray(counts), labels.shape)
        y = y.unary(op_of("put", array_ops.put_rule, place))
    return y if y.shape == shape else y.reshape(shape)


def mse_loss(x, target, reduction="mean") -> Tensor:
    """(x - target)**2, of two tensors of one shape: the mean, the "sum", or with "none" each."""
    x, target = same_shape("mse_loss", x, target)
    difference = x - target
    return reduced(difference * difference, reduction)


def binary_cross_entropy_with_logits(x, target, reduction="mean") -> Tensor:
    """-t log sigmoid(x) - (1 - t) log sigmoid(-x), right at any x; the target t is 0 to 1."""
    x, target = same_shape("binary_cross_entropy_with_logits", x, target)
    each = (1.0 - target) * x + (-x).unary(array_ops.SOFTPLUS)
    return reduced(each, reduction)


def same_shape(name, x, target) -> tuple:
    """Both as tensors; shapes that would broadcast are refused, since a mean would hide it."""
    first = next((y for y in (x, target) if isinstance(y, Tensor)), None)
    x, target = (Tensor.of(y) if first is None else first.like(y) for y in (x, target))
    check_floats(name, x.dtype)
    if x.shape != target.shape:
        raise ValueError(
            f"{name} of shapes {x.shape} and {target.shape}: both must be the same; reshape one of "
            "them, or broadcast_to() says that copies are meant"
        )
    return x, target


def check_reduction(reduction):
    """Refuse a word that is none of the three."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction is {reduction!r}; choose 'mean', 'sum' or 'none'")


def reduced(each, reduction) -> Tensor:
    """The mean, the sum, or each loss by itself."""
    check_reduction(reduction)
    if reduction == "none":
        return each
    return each.sum() if reduction == "sum" else each.sum() / (each.size or np.nan)


def layer_norm(x, weight=None, bias=None, eps=1e-5) -> Tensor:
    """(x - mean) / sqrt(variance + eps) over the last axis, times weight, plus bias.

    Weight and bias have the length of that axis; leave out both, or the bias (Ba et al., 2016).
    """
    x = Tensor.of(x)
    if not x.ndim or not x.shape[-1]:
        raise ValueError(f"layer_norm needs a last axis with elements, not {described(x)}")
    if weight is None and bias is not None:
        weight = x.filled(1.0)[(0,) * (x.ndim - 1)]
    if weight is not None and bias is None:
        bias = np.zeros(x.shape[-1:], x.dtype)
    operands = of_one_type("layer_norm", x, weight, bias)
    if operands[0].dtype == np.float16:  # squares above 256 are inf there
        wide = [y.astype(np.float32) for y in operands]
        return layer_norm(*wide, eps=eps).astype(np.float16)
    between("eps", eps, 0.0, np.inf)
    check_vector("layer_norm", "weight", operands[1:2], x.shape[-1])
    check_vector("layer_norm", "bias", operands[2:], x.shape[-1])
    return x.apply(op_of("layer_norm", array_ops.layer_norm_rule, eps), *operands)


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """Cross-correlation: x (n, c, h, w), weight (o, c/groups, kh, kw) -> (n, o, oh, ow).

    oh = (h + 2 padding - dilation (kh - 1) - 1) // stride + 1. Stride, padding and dilation are a
    number or a (height, width); padding is also "valid", none, or "same", by which a stride of 1
    keeps the size: of an odd number of zeros one more lies below and on the right.
    """
    weight = Tensor.of(weight)
    x = weight.like(x)
    stride, dilation = pair("stride", stride, 1), pair("dilation", dilation, 1)
    groups = whole("groups", groups)
    if x.ndim != 4 or weight.ndim != 4:
        raise ValueError(
            f"conv2d of shapes {x.shape} and {weight.shape}: x is (n, channels, height, width) and "
            "the weight (channels out, channels in, height, width)"
        )
    c, o = x.shape[1], weight.shape[0]
    if c % groups or o % groups or weight.shape[1] * groups != c:
        raise ValueError(
            f"conv2d of shapes {x.shape} and {weight.shape} in {groups} groups: the weight needs "
            f"{c}/{groups} channels in its second axis, and both {c} and {o} must divide"
        )
    operands = of_one_type("conv2d", x, weight, bias)
    check_vector("conv2d", "bias", operands[2:], o)
    wide = [d * (k - 1) + 1 for d, k in zip(dilation, weight.shape[2:], strict=True)]
    operands[0] = padded(operands[0], edges("conv2d", padding, wide, stride))
    check_window("conv2d", operands[0].shape, wide)
    return x.apply(op_of("conv2d", image_ops.conv_rule, (stride, dilation, groups)), *operands)


def edges(name, padding, window, stride) -> tuple:
    """How many zeros there are ((above, below), (left, right))."""
    if padding == "valid":
        padding = 0
    if isinstance(padding, str):
        if padding != "same" or stride != (1, 1):
            raise ValueError(
                f"{name}: padding is {padding!r} with stride {stride}; give a number, two, "
                "'valid', or 'same' with a stride of 1"
            )
        return tuple(((size - 1) // 2, size // 2) for size in window)
    return tuple((n, n) for n in pair("padding", padding, 0))


def max_pool2d(x, kernel_size, stride=None, padding=0) -> Tensor:
    """The largest of each window of x (n, c, h, w); the stride is the kernel's size if not given.

    The first of equal elements gets the gradient. A nan counts as larger than any number.
    """
    return pool("max_pool2d", image_ops.max_pool_rule, x, kernel_size, stride, padding, -np.inf)


def avg_pool2d(x, kernel_size, stride=None, padding=0) -> Tensor:
    """The mean of each window of x (n, c, h, w), zeros of the padding counted in."""
    return pool("avg_pool2d", image_ops.avg_pool_rule, x, kernel_size, stride, padding, 0.0)


def pool(name, rule, x, kernel_size, stride, padding, edge) -> Tensor:
    """What the two have in common."""
    x, kernel = Tensor.of(x), pair("kernel_size", kernel_size, 1)
    stride = kernel if stride is None else pair("stride", stride, 1)
    padding = pair("padding", padding, 0)
    check_floats(name, x.dtype)
    if x.ndim != 4:
        raise ValueError(f"{name} takes (n, channels, height, width), not shape {x.shape}")
    if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
        raise ValueError(f"{name}: padding {padding} is more than half of the kernel {kernel}")
    x = padded(x, edges(name, padding, kernel, stride), edge)
    check_window(name, x.shape, kernel)
    return x.unary(op_of(name, rule, kernel, stride, padding))


def embedding(indices, weight) -> Tensor:
    """Rows of weight (m, d) by integers of any shape: (...) -> (..., d)."""
    weight = Tensor.of(weight)
    found = indices
    while getattr(found, "is_batched", False):
        found = found.whole
    found = array_of(found)
    if weight.ndim != 2 or (found.dtype.kind not in "iu" and found.size):
        raise TypeError(
            f"embedding takes integers and a weight of 2 axes, not {found.dtype} and {weight.shape}"
        )
    if found.size and not 0 <= found.min() <= found.max() < len(weight):
        raise IndexError(
            f"indices run from {found.min()} to {found.max()}; the weight has rows 0 to "
            f"{len(weight) - 1}"
        )
    return weight[indices if hasattr(indices, "whole") else found.astype(int)]


def dropout(x, p=0.5, training=True, rng=None) -> Tensor:
    """Each element 0 with probability `p`, the others divided by 1 - p (Srivastava et al., 2014).

    `rng` is a NumPy Generator, which moves on with each call, or a seed.
    """
    x = Tensor.of(x)
    check_floats("dropout", x.dtype)
    between("p, a probability,", p, 0.0, 1.0)
    if not training or p == 0.0:
        return x
    if p == 1.0:
        return x * 0.0  # nothing is left to make up for the rest
    if rng is None:
        raise TypeError("dropout needs rng, a seed or a NumPy Generator, to give the same again")
    kept = xp.uniform(rng, x.shape) >= p
    return x * (kept.astype(x.dtype) / x.dtype.type(1.0 - p))


def of_one_type(name, x, *others) -> list:
    """The tensors that are there, all in the type that they promote to."""
    found = [x.like(y) for y in (x, *others) if y is not None]
    first = x.array.dtype
    if first.kind == "f" and all([y.array.dtype == first for y in found]):
        return found
    check_floats(name, common_type(found))
    return in_one_type(found)


def check_vector(name, role, found, length):
    """Refuse a bias or a weight that does not have one number per output."""
    for y in found:
        if y.shape != (length,):
            raise ValueError(f"{name}: the {role} has shape {y.shape}; it must be ({length},)")


def check_window(name, shape, kernel):
    """Refuse a window that is larger than the padded image."""
    if any(k > size or k < 1 for k, size in zip(kernel, shape[2:], strict=True)):
        raise ValueError(
            f"{name}: a window of {tuple(kernel)} does not fit into {shape[2:]}, padding included"
        )


def padded(x, edges, value=0.0):
    """Images with `value` around them: edges are ((above, below), (left, right))."""
    if edges == ((0, 0), (0, 0)):
        return x
    return x.unary(op_of("pad", array_ops.pad_rule, ((0, 0), (0, 0), *edges), value))


def pair(name, given, least) -> tuple:
    """(height, width), from the two or from one number for both."""
    found = tuple(given) if isinstance(given, Iterable) else (given, given)
    if len(found) != 2 or not all(
        isinstance(n, Integral) and not isinstance(n, bool) and n >= least for n in found
    ):
        raise ValueError(f"{name} is {given!r}; give a whole number of at least {least}, or two")
    return tuple(map(int, found))
