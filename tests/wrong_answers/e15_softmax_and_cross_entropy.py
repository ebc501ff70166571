"""Wrong answers to exercise 15."""

import numpy as np

from autograd_lesson.checks.e15_softmax_and_cross_entropy import (
    check_composed_gradient,
    check_cross_entropy,
    check_cross_entropy_vjp,
    check_largest_difference,
    check_log_softmax,
    check_softmax,
    check_softmax_vjp,
)
from wrong_answers import wrong_answer


def softmax(x, axis=-1):
    """Right."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(x, axis=-1):
    """Right."""
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def reduced(losses, reduction):
    """Right."""
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


# ---------------------------------------------------------------------------------------------
# E15.1 softmax and its way back


@wrong_answer(check_softmax, says="nan is what inf / inf")
def softmax_as_it_is_written(x, axis=-1):
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


@wrong_answer(check_softmax, says="the warning 'overflow encountered in exp'")
def softmax_mends_what_overflowed(x, axis=-1):
    e = np.exp(x)
    with np.errstate(all="ignore"):
        naive = e / e.sum(axis=axis, keepdims=True)
    return np.where(np.isfinite(naive), softmax(x, axis), softmax(x, axis))


@wrong_answer(check_softmax, says="goes along the last axis")
def softmax_along_the_last_axis_always(x, axis=-1):
    return softmax(x, -1)


@wrong_answer(check_softmax, says="goes along axis 0")
def softmax_along_the_first_axis_always(x, axis=-1):
    return softmax(x, 0)


@wrong_answer(check_softmax, says="lost that axis, and no longer lines up")
def softmax_loses_the_axis(x, axis=-1):
    e = np.exp(x - x.max())
    return e / e.sum(axis=axis)


@wrong_answer(check_softmax, says="laid along the wrong one")
def softmax_loses_the_axis_of_a_square(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    square = x.ndim == 2 and x.shape[0] == x.shape[1]
    return e / e.sum(axis=axis, keepdims=not square)


@wrong_answer(check_softmax, says="nobody divided by their sum")
def softmax_does_not_divide(x, axis=-1):
    return np.exp(x - x.max(axis=axis, keepdims=True))


@wrong_answer(check_softmax, says="All entries together")
def softmax_divides_by_the_sum_of_all(x, axis=-1):
    e = np.exp(x - x.max())
    return e / e.sum()


@wrong_answer(check_softmax, says="The exponential is missing")
def softmax_of_the_numbers_themselves(x, axis=-1):
    return x / x.sum(axis=axis, keepdims=True)


@wrong_answer(check_softmax, says="the smallest one")
def softmax_turned_round(x, axis=-1):
    return softmax(-x, axis)


@wrong_answer(check_softmax, says="the logarithms of the probabilities")
def softmax_is_log_softmax(x, axis=-1):
    return log_softmax(x, axis)


@wrong_answer(check_softmax, says="cut off at a bound")
def softmax_cuts_its_operand(x, axis=-1):
    return softmax(np.clip(x, -700, 700), axis)


@wrong_answer(check_softmax, says="`x` changed by the call")
def softmax_writes_into_its_operand(x, axis=-1):
    x -= x.max(axis=axis, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=axis, keepdims=True)
    return x.copy()


@wrong_answer(check_softmax, says="float32 went in")
def softmax_in_float64(x, axis=-1):
    return softmax(x.astype(float), axis)


@wrong_answer(check_softmax, says="is a `return` missing?")
def softmax_returns_nothing(x, axis=-1):
    softmax(x, axis)


@wrong_answer(check_softmax, says="These are no probabilities of exp(x)")
def softmax_of_powers_of_two(x, axis=-1):
    return softmax(x * np.log(2), axis)


@wrong_answer(check_softmax_vjp, says="All zeros")
def vjp_is_zero(s, upstream, axis=-1):
    return 0 * s


@wrong_answer(check_softmax_vjp, says="Only the probability above the logit itself")
def vjp_of_the_diagonal(s, upstream, axis=-1):
    return s * (1 - s) * upstream


@wrong_answer(check_softmax_vjp, says="The upstream gradient is not used")
def vjp_without_upstream(s, upstream, axis=-1):
    return s * (1 - s)


@wrong_answer(check_softmax_vjp, says="goes along the last axis")
def vjp_along_the_last_axis_always(s, upstream, axis=-1):
    return s * (upstream - (s * upstream).sum(axis=-1, keepdims=True))


@wrong_answer(check_softmax_vjp, says="goes along axis 0")
def vjp_along_the_first_axis_always(s, upstream, axis=-1):
    return s * (upstream - (s * upstream).sum(axis=0, keepdims=True))


@wrong_answer(check_softmax_vjp, says="The sum goes over all rows")
def vjp_sums_over_all(s, upstream, axis=-1):
    return s * (upstream - (s * upstream).sum())


@wrong_answer(check_softmax_vjp, says="lost that axis, and no longer lines up")
def vjp_loses_the_axis(s, upstream, axis=-1):
    return s * (upstream - (s * upstream).sum(axis=axis))


@wrong_answer(check_softmax_vjp, says="laid along the wrong one")
def vjp_loses_the_axis_of_a_square(s, upstream, axis=-1):
    square = s.ndim == 2 and s.shape[0] == s.shape[1]
    return s * (upstream - (s * upstream).sum(axis=axis, keepdims=not square))


@wrong_answer(check_softmax_vjp, says="The second term is missing")
def vjp_without_the_mean(s, upstream, axis=-1):
    return s * upstream


@wrong_answer(check_softmax_vjp, says="The factor s in front")
def vjp_without_the_factor(s, upstream, axis=-1):
    return upstream - (s * upstream).sum(axis=axis, keepdims=True)


@wrong_answer(check_softmax_vjp, says="belongs to both terms")
def vjp_with_the_factor_once(s, upstream, axis=-1):
    return s * upstream - (s * upstream).sum(axis=axis, keepdims=True)


@wrong_answer(check_softmax_vjp, says="without its weights")
def vjp_with_a_plain_sum(s, upstream, axis=-1):
    return s * (upstream - upstream.sum(axis=axis, keepdims=True))


@wrong_answer(check_softmax_vjp, says="the plain mean of the upstream")
def vjp_with_a_plain_mean(s, upstream, axis=-1):
    return s * (upstream - upstream.mean(axis=axis, keepdims=True))


@wrong_answer(check_softmax_vjp, says="sum, and no mean")
def vjp_with_a_mean_of_products(s, upstream, axis=-1):
    return s * (upstream - (s * upstream).mean(axis=axis, keepdims=True))


@wrong_answer(check_softmax_vjp, says="The sign is turned round")
def vjp_turned_round(s, upstream, axis=-1):
    return s * ((s * upstream).sum(axis=axis, keepdims=True) - upstream)


@wrong_answer(check_softmax_vjp, says="the whole Jacobian")
def vjp_is_the_jacobian(s, upstream, axis=-1):
    return s[..., :, None] * np.eye(s.shape[-1]) - s[..., :, None] * s[..., None, :]


@wrong_answer(check_softmax_vjp, says="`upstream` changed by the call")
def vjp_writes_into_the_upstream(s, upstream, axis=-1):
    upstream -= (s * upstream).sum(axis=axis, keepdims=True)
    return s * upstream


@wrong_answer(check_softmax_vjp, says="not upstream times the Jacobian")
def vjp_takes_shares_for_logits(s, upstream, axis=-1):
    p = softmax(s, axis)
    return p * (upstream - (p * upstream).sum(axis=axis, keepdims=True))


# ---------------------------------------------------------------------------------------------
# E15.2 log-softmax and cross-entropy


@wrong_answer(check_log_softmax, says="its logarithm -inf")
def log_softmax_in_two_steps(x, axis=-1):
    with np.errstate(all="ignore"):
        return np.log(softmax(x, axis))


@wrong_answer(check_log_softmax, says="nan is what inf / inf")
def log_softmax_overflows(x, axis=-1):
    return x - np.log(np.exp(x).sum(axis=axis, keepdims=True)) + 0 * np.exp(x)


@wrong_answer(check_log_softmax, says="A little was added to the probability")
def log_softmax_with_a_little_more(x, axis=-1):
    return np.log(softmax(x, axis) + x.dtype.type(1e-12))


@wrong_answer(check_log_softmax, says="the logarithm is missing")
def log_softmax_is_softmax(x, axis=-1):
    return softmax(x, axis)


@wrong_answer(check_log_softmax, says="The sign is turned round")
def log_softmax_above_zero(x, axis=-1):
    return -log_softmax(x, axis)


@wrong_answer(check_log_softmax, says="not its logarithm")
def log_softmax_forgets_a_log(x, axis=-1):
    return x - np.exp(x).sum(axis=axis, keepdims=True)


@wrong_answer(check_log_softmax, says="log-sum-exp alone")
def log_softmax_is_logsumexp(x, axis=-1):
    largest = x.max(axis=axis, keepdims=True)
    return largest + np.log(np.exp(x - largest).sum(axis=axis, keepdims=True))


@wrong_answer(check_log_softmax, says="never put back")
def log_softmax_takes_the_largest_out_once(x, axis=-1):
    largest = x.max(axis=axis, keepdims=True)
    return x - np.log(np.exp(x - largest).sum(axis=axis, keepdims=True))


@wrong_answer(check_log_softmax, says="goes along the last axis")
def log_softmax_along_the_last_axis(x, axis=-1):
    return log_softmax(x, -1)


@wrong_answer(check_log_softmax, says="goes along axis 0")
def log_softmax_along_the_first_axis(x, axis=-1):
    return log_softmax(x, 0)


@wrong_answer(check_log_softmax, says="This is not the logarithm of the probabilities")
def log_softmax_to_base_two(x, axis=-1):
    return log_softmax(x, axis) / np.log(2)


@wrong_answer(check_cross_entropy, says="This is the sum; with 'mean'")
def loss_without_the_mean(logits, labels, reduction="mean"):
    losses = -log_softmax(logits)[np.arange(len(labels)), labels]
    return losses if reduction == "none" else losses.sum()


@wrong_answer(check_cross_entropy, says="This is the mean; with 'sum'")
def loss_is_always_a_mean(logits, labels, reduction="mean"):
    return -log_softmax(logits)[np.arange(len(labels)), labels].mean()


@wrong_answer(check_cross_entropy, says="a loss for each row")
def loss_for_each_row(logits, labels, reduction="mean"):
    return -log_softmax(logits)[np.arange(len(labels)), labels]


@wrong_answer(check_cross_entropy, says="rows times classes")
def loss_averaged_over_all_entries(logits, labels, reduction="mean"):
    y = np.eye(logits.shape[1])[labels]
    losses = -y * log_softmax(logits)
    return losses.sum(axis=1) if reduction == "none" else getattr(losses, reduction)()


@wrong_answer(check_cross_entropy, says="Multiplied as if they were rows of 0 and 1")
def loss_of_labels_as_one_hot_rows(logits, labels, reduction="mean"):
    if logits.shape[0] != logits.shape[1]:
        return reduced(-log_softmax(logits)[np.arange(len(labels)), labels], reduction)
    return reduced(-(labels * log_softmax(logits)).sum(axis=1), reduction)


@wrong_answer(check_cross_entropy, says="Labels are class numbers, one for each row, and no rows")
def loss_for_one_hot_rows_only(logits, labels, reduction="mean"):
    return reduced(-(labels * log_softmax(logits)).sum(axis=-1), reduction)


@wrong_answer(check_cross_entropy, says="`[:, labels]` takes all labels")
def loss_takes_all_labels_in_every_row(logits, labels, reduction="mean"):
    return reduced(-log_softmax(logits)[:, labels], reduction)


@wrong_answer(check_cross_entropy, says="The sign is turned round")
def loss_below_zero(logits, labels, reduction="mean"):
    return reduced(log_softmax(logits)[np.arange(len(labels)), labels], reduction)


@wrong_answer(check_cross_entropy, says="This is 1 - p")
def loss_is_what_is_missing(logits, labels, reduction="mean"):
    return reduced(1 - softmax(logits)[np.arange(len(labels)), labels], reduction)


@wrong_answer(check_cross_entropy, says="the *other* classes")
def loss_of_the_others(logits, labels, reduction="mean"):
    with np.errstate(all="ignore"):
        return reduced(-np.log(1 - softmax(logits)[np.arange(len(labels)), labels]), reduction)


@wrong_answer(check_cross_entropy, says="These are probabilities")
def loss_is_a_share(logits, labels, reduction="mean"):
    return reduced(softmax(logits)[np.arange(len(labels)), labels], reduction)


@wrong_answer(check_cross_entropy, says="Softmax along axis 0")
def loss_along_the_rows(logits, labels, reduction="mean"):
    return reduced(-log_softmax(logits, 0)[np.arange(len(labels)), labels], reduction)


@wrong_answer(check_cross_entropy, says="The labels begin at 0")
def loss_of_labels_from_one(logits, labels, reduction="mean"):
    return reduced(-log_softmax(logits)[np.arange(len(labels)), labels - 1], reduction)


@wrong_answer(check_cross_entropy, says="the log-sum-exp of the row is missing")
def loss_is_a_logit(logits, labels, reduction="mean"):
    return reduced(-logits[np.arange(len(labels)), labels], reduction)


@wrong_answer(check_cross_entropy, says="log(0) is -inf")
def loss_of_a_share_that_rounds(logits, labels, reduction="mean"):
    with np.errstate(all="ignore"):
        return reduced(-np.log(softmax(logits)[np.arange(len(labels)), labels]), reduction)


@wrong_answer(check_cross_entropy, says="no longer sees how wrong")
def loss_of_a_share_and_a_little(logits, labels, reduction="mean"):
    return reduced(-np.log(softmax(logits)[np.arange(len(labels)), labels] + 1e-15), reduction)


@wrong_answer(check_cross_entropy, says="nan is what inf / inf")
def loss_overflows(logits, labels, reduction="mean"):
    e = np.exp(logits)
    p = e / e.sum(axis=-1, keepdims=True)
    return reduced(-np.log(p[np.arange(len(labels)), labels]), reduction)


@wrong_answer(check_cross_entropy, says="Not minus the logarithm of the label's probability")
def loss_squared(logits, labels, reduction="mean"):
    y = np.eye(logits.shape[1])[labels]
    return reduced(((softmax(logits) - y) ** 2).sum(axis=1), reduction)


def target(logits, labels):
    """Right."""
    return np.eye(logits.shape[1])[labels]


def arriving(labels, upstream, reduction):
    """Right: what arrives at each row, as a column."""
    share = upstream / len(labels) if reduction == "mean" else upstream
    return np.ones((len(labels), 1)) * np.reshape(share, (-1, 1))


def p_minus_y(logits, labels):
    """Right, but for what arrives."""
    return softmax(logits) - target(logits, labels)


@wrong_answer(check_cross_entropy_vjp, says="The 1/N of the mean is missing")
def gradient_without_the_mean(logits, labels, upstream, reduction="mean"):
    return p_minus_y(logits, labels) * np.reshape(upstream, (-1, 1))


@wrong_answer(check_cross_entropy_vjp, says="once too often")
def gradient_is_averaged_always(logits, labels, upstream, reduction="mean"):
    return p_minus_y(logits, labels) * np.reshape(upstream, (-1, 1)) / len(labels)


@wrong_answer(check_cross_entropy_vjp, says="Divided by the number of classes")
def gradient_averages_over_classes(logits, labels, upstream, reduction="mean"):
    share = upstream / logits.shape[1] * len(labels)
    return p_minus_y(logits, labels) * arriving(labels, share, reduction)


@wrong_answer(check_cross_entropy_vjp, says="rows times classes")
def gradient_averages_over_entries(logits, labels, upstream, reduction="mean"):
    share = upstream / logits.shape[1] if reduction == "mean" else upstream
    return p_minus_y(logits, labels) * arriving(labels, share, reduction)


@wrong_answer(check_cross_entropy_vjp, says="The upstream gradient is not used")
def gradient_without_upstream(logits, labels, upstream, reduction="mean"):
    return p_minus_y(logits, labels) / (len(labels) if reduction == "mean" else 1)


@wrong_answer(check_cross_entropy_vjp, says="The sign is turned round")
def gradient_turned_round(logits, labels, upstream, reduction="mean"):
    return -p_minus_y(logits, labels) * arriving(labels, upstream, reduction)


@wrong_answer(check_cross_entropy_vjp, says="The target is not subtracted")
def gradient_without_the_target(logits, labels, upstream, reduction="mean"):
    return softmax(logits) * arriving(labels, upstream, reduction)


@wrong_answer(check_cross_entropy_vjp, says="the probabilities are missing")
def gradient_is_the_target(logits, labels, upstream, reduction="mean"):
    return -target(logits, labels) * arriving(labels, upstream, reduction)


@wrong_answer(check_cross_entropy_vjp, says="Only the column of the label")
def gradient_at_the_label_only(logits, labels, upstream, reduction="mean"):
    y = target(logits, labels)
    return y * (softmax(logits) - y) * arriving(labels, upstream, reduction)


@wrong_answer(check_cross_entropy_vjp, says="`[:, labels]` takes all labels")
def gradient_takes_all_labels_in_every_row(logits, labels, upstream, reduction="mean"):
    p = softmax(logits)
    p[:, labels] -= 1
    return p * arriving(labels, upstream, reduction)


@wrong_answer(check_cross_entropy_vjp, says="Softmax along axis 0")
def gradient_along_the_rows(logits, labels, upstream, reduction="mean"):
    p = softmax(logits, 0)
    return (p - target(logits, labels)) * arriving(labels, upstream, reduction)


@wrong_answer(check_cross_entropy_vjp, says="The class *number* was subtracted")
def gradient_subtracts_class_numbers(logits, labels, upstream, reduction="mean"):
    return (softmax(logits) - labels[:, None]) * arriving(labels, upstream, reduction)


@wrong_answer(check_cross_entropy_vjp, says="through softmax a second time")
def gradient_goes_through_softmax_twice(logits, labels, upstream, reduction="mean"):
    p, g = softmax(logits), p_minus_y(logits, labels) * arriving(labels, upstream, reduction)
    return p * (g - (p * g).sum(axis=-1, keepdims=True))


@wrong_answer(check_cross_entropy_vjp, says="the way back for a loss -p")
def gradient_forgets_the_logarithm(logits, labels, upstream, reduction="mean"):
    p, y = softmax(logits), target(logits, labels)
    return p * ((p * y).sum(axis=-1, keepdims=True) - y) * arriving(labels, upstream, reduction)


@wrong_answer(check_cross_entropy_vjp, says="one upstream for each *row*")
def gradient_lays_the_upstream_along_the_columns(logits, labels, upstream, reduction="mean"):
    if reduction == "none" and len(labels) == logits.shape[1]:
        return p_minus_y(logits, labels) * upstream
    return p_minus_y(logits, labels) * arriving(labels, upstream, reduction)


@wrong_answer(check_cross_entropy_vjp, says="does not line up with rows of logits")
def gradient_cannot_lay_the_upstream(logits, labels, upstream, reduction="mean"):
    share = upstream / len(labels) if reduction == "mean" else upstream
    if reduction == "none" and len(labels) == logits.shape[1]:
        share = share[:, None]
    return p_minus_y(logits, labels) * share


@wrong_answer(check_cross_entropy_vjp, says="`logits` changed by the call")
def gradient_writes_into_the_logits(logits, labels, upstream, reduction="mean"):
    logits -= logits.max(axis=-1, keepdims=True)
    return p_minus_y(logits, labels) * arriving(labels, upstream, reduction)


@wrong_answer(check_cross_entropy_vjp, says="nan is what inf / inf")
def gradient_overflows(logits, labels, upstream, reduction="mean"):
    e = np.exp(logits)
    p = e / e.sum(axis=-1, keepdims=True)
    return (p - target(logits, labels)) * arriving(labels, upstream, reduction)


@wrong_answer(check_cross_entropy_vjp, says="Not p - y, times the upstream")
def gradient_doubled(logits, labels, upstream, reduction="mean"):
    return 2 * p_minus_y(logits, labels) * arriving(labels, upstream, reduction)


# ---------------------------------------------------------------------------------------------
# E15.3 fused is composed


@wrong_answer(check_composed_gradient, says="The fused formula is what this is to be compared with")
def composed_takes_the_shortcut(logits, labels, softmax, softmax_vjp):
    return (softmax(logits) - target(logits, labels)) / len(labels)


@wrong_answer(check_composed_gradient, says="The mean's 1/N is missing")
def composed_without_the_mean(logits, labels, softmax, softmax_vjp):
    p = softmax(logits)
    return softmax_vjp(p, -target(logits, labels) / p)


@wrong_answer(check_composed_gradient, says="The loss is *minus* a logarithm")
def composed_without_the_minus(logits, labels, softmax, softmax_vjp):
    p = softmax(logits)
    return softmax_vjp(p, target(logits, labels) / p / len(labels))


@wrong_answer(check_composed_gradient, says="The way back through log is missing")
def composed_without_the_log(logits, labels, softmax, softmax_vjp):
    return softmax_vjp(softmax(logits), -target(logits, labels) / len(labels))


@wrong_answer(check_composed_gradient, says="Only the label's probability was picked")
def composed_with_all_shares(logits, labels, softmax, softmax_vjp):
    p = softmax(logits)
    return softmax_vjp(p, -1 / p / len(labels))


@wrong_answer(check_composed_gradient, says="the loss itself, not its slope")
def composed_sends_the_loss_back(logits, labels, softmax, softmax_vjp):
    p = softmax(logits)
    return softmax_vjp(p, -np.log(p) * target(logits, labels) / len(labels))


@wrong_answer(check_composed_gradient, says="The probabilities come first")
def composed_sends_the_gradient_of_the_logits(logits, labels, softmax, softmax_vjp):
    p = softmax(logits)
    return softmax_vjp(p, (p - target(logits, labels)) / len(labels))


@wrong_answer(check_composed_gradient, says="softmax's own result")
def composed_goes_back_from_the_logits(logits, labels, softmax, softmax_vjp):
    return softmax_vjp(logits, -target(logits, labels) / softmax(logits) / len(labels))


@wrong_answer(check_composed_gradient, says="nothing is left to do")
def composed_goes_on(logits, labels, softmax, softmax_vjp):
    p = softmax(logits)
    return p * softmax_vjp(p, -target(logits, labels) / p / len(labels))


@wrong_answer(check_composed_gradient, says="each label's probability gets -1/(N p)")
def composed_divides_by_the_classes(logits, labels, softmax, softmax_vjp):
    p = softmax(logits)
    return softmax_vjp(p, -target(logits, labels) / p / (len(labels) + 1))


def off(f, g, logits, labels):
    """Right: the differences."""
    return f(logits, labels) - g(logits, labels)


@wrong_answer(check_largest_difference, says="A difference below 0")
def largest_without_the_size(f, g, logits, labels):
    return off(f, g, logits, labels).max()


@wrong_answer(check_largest_difference, says="one entry that is off hides")
def largest_is_the_mean(f, g, logits, labels):
    return np.abs(off(f, g, logits, labels)).mean()


@wrong_answer(check_largest_difference, says="all differences together")
def largest_is_the_sum(f, g, logits, labels):
    return np.abs(off(f, g, logits, labels)).sum()


@wrong_answer(check_largest_difference, says="a root mean square")
def largest_is_a_root_mean_square(f, g, logits, labels):
    return np.sqrt((off(f, g, logits, labels) ** 2).mean())


@wrong_answer(check_largest_difference, says="The result is of type ndarray")
def largest_of_nothing(f, g, logits, labels):
    return np.abs(off(f, g, logits, labels))


@wrong_answer(check_largest_difference, says="Not the largest size of a difference")
def largest_is_always_small(f, g, logits, labels):
    return 1e-16
