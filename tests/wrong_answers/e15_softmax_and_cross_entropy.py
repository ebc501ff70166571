"""Wrong answers to exercise 15."""

from autograd_lesson.checks.e15_softmax_and_cross_entropy import (
    check_composed_gradient,
    check_cross_entropy,
    check_cross_entropy_vjp,
    check_largest_difference,
    check_log_softmax,
    check_softmax,
    check_softmax_vjp,
)
from wrong_answers import from_slips, spoiled

# ---------------------------------------------------------------------------------------------
# E15.1 softmax and its way back

from_slips(
    check_softmax,
    softmax_mends_what_overflowed="the warning 'overflow encountered in exp'",
    softmax_along_the_last_axis_always="goes along the last axis",
    softmax_along_the_first_axis_always="goes along axis 0",
    softmax_loses_the_axis_of_a_square="laid along the wrong one",
    softmax_does_not_divide="nobody divided by their sum",
    softmax_divides_by_the_sum_of_all="All entries together",
    softmax_of_the_numbers_themselves="The exponential is missing",
    softmax_turned_round="the smallest one",
    softmax_is_log_softmax="the logarithms of the probabilities",
    softmax_cuts_its_operand="cut off at a bound",
)
spoiled(
    check_softmax,
    softmax_as_it_is_written=(
        "nan is what inf / inf",
        " - x.max(axis=axis, keepdims=True)",
        "",
    ),
    softmax_loses_the_axis=(
        "lost that axis, and no longer lines up",
        "x.max(axis=axis, keepdims=True)",
        "x.max()",
        "e.sum(axis=axis, keepdims=True)",
        "e.sum(axis=axis)",
    ),
    softmax_writes_into_its_operand=(
        "`x` changed by the call",
        "keepdims=True))",
        "keepdims=True), out=x)",
    ),
    softmax_along_an_axis_that_is_not_there=(
        "reaches beyond the array",
        "axis=axis, keepdims=True))",
        "axis=9, keepdims=True))",
    ),
    softmax_in_float64=("float32 went in", "np.exp(x", "np.exp(x.astype(float)"),
    softmax_returns_nothing=("is a `return` missing?", "return e", "e"),
    softmax_of_powers_of_two=("These are no probabilities of exp(x)", "np.exp(", "np.exp2("),
)
from_slips(
    check_softmax_vjp,
    vjp_is_zero="All zeros",
    vjp_of_the_diagonal="Only the logit's own probability",
    vjp_without_upstream="The upstream gradient is not used",
    vjp_along_the_last_axis_always="goes along the last axis",
    vjp_along_the_first_axis_always="goes along axis 0",
    vjp_sums_over_all="The sum goes over all rows",
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
spoiled(
    check_softmax_vjp,
    vjp_loses_the_axis=("lost that axis, and no longer lines up", ", keepdims=True", ""),
    vjp_writes_into_the_upstream=(
        "`upstream` changed by the call",
        "return s * (upstream - average)",
        "upstream -= average\n    return s * upstream",
    ),
    vjp_takes_shares_for_logits=(
        "not upstream times the Jacobian",
        "average =",
        "s = softmax(s, axis)\n    average =",
    ),
)

# ---------------------------------------------------------------------------------------------
# E15.2 log-softmax and cross-entropy

from_slips(
    check_log_softmax,
    log_softmax_in_two_steps="its logarithm -inf",
    log_softmax_with_a_little_more="A little was added to the probability",
    log_softmax_is_softmax="the logarithm is missing",
    log_softmax_above_zero="The sign is turned round",
    log_softmax_forgets_a_log="not its logarithm",
    log_softmax_is_logsumexp="log-sum-exp alone",
    log_softmax_takes_the_largest_out_once="never put back",
    log_softmax_along_the_last_axis="goes along the last axis",
    log_softmax_along_the_first_axis="goes along axis 0",
)
spoiled(
    check_log_softmax,
    log_softmax_overflows=(
        "nan is what inf / inf",
        "x - x.max(axis=axis, keepdims=True)",
        "x",
        "return shifted",
        "return shifted + 0 * np.exp(x)",
    ),
    log_softmax_to_base_two=(
        "This is not the logarithm of the probabilities",
        "return shifted",
        "return (shifted",
        "keepdims=True))",
        "keepdims=True))) / np.log(2)",
    ),
)
from_slips(
    check_cross_entropy,
    loss_without_the_mean="This is the sum; with 'mean'",
    loss_is_always_a_mean="This is the mean; with 'sum'",
    loss_for_each_row="a loss for each row",
    loss_averaged_over_all_entries="rows times classes",
    loss_of_labels_as_one_hot_rows="Multiplied as if they were rows of 0 and 1",
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
OF_THE_LABEL = "-log_p[np.arange(len(labels)), labels]"
spoiled(
    check_cross_entropy,
    loss_for_one_hot_rows_only=(
        "Labels are class numbers, one for each row, and no rows",
        OF_THE_LABEL,
        "-(labels * log_p).sum(axis=-1)",
    ),
    loss_of_a_share_and_a_little=(
        "no longer sees how wrong",
        OF_THE_LABEL,
        f"-np.log(np.exp({OF_THE_LABEL[1:]}) + 1e-15)",
    ),
    loss_overflows=(
        "nan is what inf / inf",
        "logits - logits.max(axis=-1, keepdims=True)",
        "logits",
        "shifted - np.log(np.exp(shifted)",
        "np.log(np.exp(shifted) / np.exp(shifted)",
    ),
    loss_squared=(
        "Not minus the logarithm of the label's probability",
        OF_THE_LABEL,
        "((np.exp(log_p) - np.eye(logits.shape[1])[labels]) ** 2).sum(axis=1)",
    ),
)
from_slips(
    check_cross_entropy_vjp,
    gradient_without_the_mean="The 1/N of the mean is missing",
    gradient_is_averaged_always="once too often",
    gradient_averages_over_classes="Divided by the number of classes",
    gradient_averages_over_entries="rows times classes",
    gradient_without_upstream="The upstream gradient is not used",
    gradient_turned_round="The sign is turned round",
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
spoiled(
    check_cross_entropy_vjp,
    gradient_cannot_lay_the_upstream=(
        "does not line up with rows of logits",
        "upstream[:, None]",
        "(upstream[:, None] if len(labels) == logits.shape[1] else upstream)",
    ),
    gradient_writes_into_the_logits=(
        "`logits` changed by the call",
        "e = np",
        "logits -= logits.max(axis=-1, keepdims=True)\n    e = np",
    ),
    gradient_overflows=(
        "nan is what inf / inf",
        "logits - logits.max(axis=-1, keepdims=True)",
        "logits",
    ),
    gradient_doubled=("Not p - y, times the upstream", "-= 1", "-= 1\n    p *= 2"),
)

# ---------------------------------------------------------------------------------------------
# E15.3 fused is composed

SENT, PICKED = "arrives[rows, labels] = -1 / p[rows, labels] / len(labels)", "-1 / p[rows, labels]"
spoiled(
    check_composed_gradient,
    composed_takes_the_shortcut=(
        "The fused formula is what this is to be compared with",
        "return softmax_vjp(p, arrives)",
        "return (p - np.eye(p.shape[1])[labels]) / len(labels)",
    ),
    composed_without_the_mean=("The mean's 1/N is missing", " / len(labels)", ""),
    composed_without_the_minus=("The loss is *minus* a logarithm", "-1 / p", "1 / p"),
    composed_without_the_log=("The way back through log is missing", PICKED, "-1"),
    composed_with_all_shares=(
        "Only the label's probability was picked",
        SENT,
        "arrives = -1 / p / len(labels)",
    ),
    composed_sends_the_loss_back=(
        "the loss itself, not its slope",
        PICKED,
        "-np.log(p[rows, labels])",
    ),
    composed_sends_the_gradient_of_the_logits=(
        "The probabilities come first",
        SENT,
        "arrives = (p - np.eye(p.shape[1])[labels]) / len(labels)",
    ),
    composed_goes_back_from_the_logits=(
        "softmax's own result",
        "(p, arrives)",
        "(logits, arrives)",
    ),
    composed_writes_into_the_logits=(
        "`logits` changed by the call",
        "return softmax_vjp",
        "logits *= 2\n    return softmax_vjp",
    ),
    composed_goes_on=("nothing is left to do", "return ", "return p * "),
    composed_divides_by_the_classes=(
        "each label's probability gets -1/(N p)",
        " / len(labels)",
        " / (len(labels) + 1)",
    ),
)

LARGEST = "np.abs(f(logits, labels) - g(logits, labels)).max()"
spoiled(
    check_largest_difference,
    largest_without_the_size=("A difference below 0", "np.abs", ""),
    largest_is_the_mean=("one entry that is off hides", ".max()", ".mean()"),
    largest_is_the_sum=("all differences together", ".max()", ".sum()"),
    largest_is_a_root_mean_square=(
        "a root mean square",
        LARGEST,
        "np.sqrt(((f(logits, labels) - g(logits, labels)) ** 2).mean())",
    ),
    largest_of_nothing=("The result is of type ndarray", ".max()", ""),
    largest_is_always_small=("Not the largest size of a difference", LARGEST, "1e-16"),
)
