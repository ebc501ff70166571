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
from wrong_answers import from_slips, wrong_answer


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


from_slips(
    check_softmax,
    softmax_mends_what_overflowed="the warning 'overflow encountered in exp'",
    softmax_along_the_last_axis_always="goes along the last axis",
    softmax_along_the_first_axis_always="goes along axis 0",
)


@wrong_answer(check_softmax, says="lost that axis, and no longer lines up")
def softmax_loses_the_axis(x, axis=-1):
    e = np.exp(x - x.max())
    return e / e.sum(axis=axis)


from_slips(
    check_softmax,
    softmax_loses_the_axis_of_a_square="laid along the wrong one",
    softmax_does_not_divide="nobody divided by their sum",
    softmax_divides_by_the_sum_of_all="All entries together",
    softmax_of_the_numbers_themselves="The exponential is missing",
    softmax_turned_round="the smallest one",
    softmax_is_log_softmax="the logarithms of the probabilities",
    softmax_cuts_its_operand="cut off at a bound",
)


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


from_slips(
    check_softmax_vjp,
    vjp_is_zero="All zeros",
    vjp_of_the_diagonal="Only the logit's own probability",
    vjp_without_upstream="The upstream gradient is not used",
    vjp_along_the_last_axis_always="goes along the last axis",
    vjp_along_the_first_axis_always="goes along axis 0",
    vjp_sums_over_all="The sum goes over all rows",
)


@wrong_answer(check_softmax_vjp, says="lost that axis, and no longer lines up")
def vjp_loses_the_axis(s, upstream, axis=-1):
    return s * (upstream - (s * upstream).sum(axis=axis))


from_slips(
    check_softmax_vjp,
    vjp_loses_the_axis_of_a_square="laid along the wrong one",
    vjp_without_the_mean="The second term is missing",
    vjp_without_the_factor="The factor s in front",
    vjp_with_the_factor_once="belongs to both terms",
    vjp_with_a_plain_sum="summed without weights",
    vjp_with_a_plain_mean="the plain mean of the upstream",
    vjp_with_a_mean_of_products="sum, and no mean",
    vjp_turned_round="The sign is turned round",
    vjp_is_the_jacobian="the whole Jacobian",
)


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


from_slips(
    check_log_softmax,
    log_softmax_in_two_steps="its logarithm -inf",
)


@wrong_answer(check_log_softmax, says="nan is what inf / inf")
def log_softmax_overflows(x, axis=-1):
    return x - np.log(np.exp(x).sum(axis=axis, keepdims=True)) + 0 * np.exp(x)


from_slips(
    check_log_softmax,
    log_softmax_with_a_little_more="A little was added to the probability",
    log_softmax_is_softmax="the logarithm is missing",
    log_softmax_above_zero="The sign is turned round",
    log_softmax_forgets_a_log="not its logarithm",
    log_softmax_is_logsumexp="log-sum-exp alone",
    log_softmax_takes_the_largest_out_once="never put back",
    log_softmax_along_the_last_axis="goes along the last axis",
    log_softmax_along_the_first_axis="goes along axis 0",
)


@wrong_answer(check_log_softmax, says="This is not the logarithm of the probabilities")
def log_softmax_to_base_two(x, axis=-1):
    return log_softmax(x, axis) / np.log(2)


from_slips(
    check_cross_entropy,
    loss_without_the_mean="This is the sum; with 'mean'",
    loss_is_always_a_mean="This is the mean; with 'sum'",
    loss_for_each_row="a loss for each row",
    loss_averaged_over_all_entries="rows times classes",
    loss_of_labels_as_one_hot_rows="Multiplied as if they were rows of 0 and 1",
)


@wrong_answer(check_cross_entropy, says="Labels are class numbers, one for each row, and no rows")
def loss_for_one_hot_rows_only(logits, labels, reduction="mean"):
    return reduced(-(labels * log_softmax(logits)).sum(axis=-1), reduction)


from_slips(
    check_cross_entropy,
    loss_takes_all_labels_in_every_row="`[:, labels]` takes all labels",
    loss_below_zero="The sign is turned round",
    loss_is_what_is_missing="This is 1 - p",
    loss_of_the_others="the *other* classes",
    loss_is_a_share="These are probabilities",
    loss_along_the_rows="Softmax along axis 0",
    loss_of_labels_from_one="The labels begin at 0",
    loss_is_a_logit="the log-sum-exp of the row is missing",
    loss_of_a_share_that_rounds="log(0) is -inf",
)


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


from_slips(
    check_cross_entropy_vjp,
    gradient_without_the_mean="The 1/N of the mean is missing",
    gradient_is_averaged_always="once too often",
)


from_slips(
    check_cross_entropy_vjp,
    gradient_averages_over_classes="Divided by the number of classes",
)


from_slips(
    check_cross_entropy_vjp,
    gradient_averages_over_entries="rows times classes",
    gradient_without_upstream="The upstream gradient is not used",
    gradient_turned_round="The sign is turned round",
)


from_slips(
    check_cross_entropy_vjp,
    gradient_without_the_target="The target is not subtracted",
    gradient_is_the_target="the probabilities are missing",
    gradient_at_the_label_only="Only the label's column",
    gradient_takes_all_labels_in_every_row="`[:, labels]` takes all labels",
    gradient_along_the_rows="Softmax along axis 0",
    gradient_subtracts_class_numbers="The class *number* was subtracted",
    gradient_goes_through_softmax_twice="through softmax a second time",
    gradient_forgets_the_logarithm="the way back for a loss -p",
    gradient_lays_the_upstream_along_the_columns="one upstream for each *row*",
)


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
