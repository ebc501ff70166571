"""Wrong answers to the checks of 12."""

import numpy as np

from autograd_lesson.checks.e12_broadcasting_and_reductions import (
    check_max_of,
    check_mean_of,
    check_predicted_shapes,
    check_sum_of,
    check_unbroadcast,
)
from wrong_answers import from_results, from_slips, right_answer, spoiled, wrong_answer

# ---------------------------------------------------------------------------------------------
# E12.1 predicted_shapes

RIGHT = right_answer(check_predicted_shapes)()


def with_row(place, row):
    """The right predictions, but for one row."""
    return [*RIGHT[:place], row, *RIGHT[place + 1 :]]


from_results(
    check_predicted_shapes,
    predictions_that_are_not_returned=("The function returned nothing", None),
    predictions_without_the_refused_row=(
        "There is one row for each question",
        [row for row in RIGHT if row],
    ),
    predictions_with_a_number_for_a_shape=(
        "without the comma it is the number 3",
        with_row(0, ((2, 3), (2, 3), 3)),
    ),
    predictions_with_the_shape_of_the_upstream=(
        "Both gradients have the shape of the result",
        [row and (row[0], row[0], row[0]) for row in RIGHT],
    ),
    predictions_with_swapped_gradients=(
        "The gradients of a and of b are swapped",
        [row and (row[0], row[2], row[1]) for row in RIGHT],
    ),
    predictions_with_a_gradient_of_no_axes=(
        "Which shape has `a`, and which has its gradient",
        with_row(1, ((2, 3), (2,), (3,))),
    ),
    predictions_aligned_at_the_left=(
        "a 3 stands over a 2, and neither is 1",
        with_row(3, ((2, 3), (2, 3), (2,))),
    ),
    predictions_that_refuse_what_has_unlike_axes=(
        "NumPy takes them: wherever the two lengths differ",
        with_row(4, None),
    ),
    predictions_without_the_outer_sum=(
        "This is the shape of one operand",
        with_row(6, ((5, 1), (5,), (5, 1))),
    ),
    predictions_with_the_larger_of_0_and_1=("to 0 as well", with_row(7, ((1, 3), (1, 3), (0, 3)))),
    predictions_that_lose_an_axis=(
        "as many axes as the operand with more of them",
        with_row(4, ((4, 3), (4, 1, 3), (2, 1))),
    ),
    predictions_with_columns_and_rows_swapped=(
        "The axes are the wrong way round",
        with_row(1, ((3, 2), (2, 1), (1, 3))),
    ),
    predictions_with_the_smaller_length=(
        "the result has the one that is not 1",
        with_row(1, ((1, 1), (2, 1), (1, 3))),
    ),
    predictions_as_text=("This is text, in quotes", [row and str(row) for row in RIGHT]),
    predictions_with_a_word_for_none=(
        "by one `None` for the row, without quotes",
        [row or "refused" for row in RIGHT],
    ),
    predictions_of_results_alone=(
        "A row has three shapes: that of a + b",
        [row and row[0] for row in RIGHT],
    ),
    predictions_of_arrays=(
        "A shape is the tuple of its lengths",
        [row and tuple(map(np.zeros, row)) for row in RIGHT],
    ),
)


@wrong_answer(check_predicted_shapes, says="take a pencil, and let the engine run later")
def predictions_by_numpy():
    return with_row(0, (np.broadcast_shapes((2, 3), (3,)), (2, 3), (3,)))


# ---------------------------------------------------------------------------------------------
# E12.2 unbroadcast

from_slips(
    check_unbroadcast,
    unbroadcast_hands_the_upstream_on="This is `g` as it came, one number for each copy",
    unbroadcast_takes_the_mean="This is a mean. Every copy moves the loss",
    unbroadcast_sums_the_leading_axes_only="The new axes are summed, the stretched ones not yet",
    unbroadcast_sums_the_axes_of_length_1_only=(
        "The stretched axes are summed, the new ones in front not"
    ),
    unbroadcast_loses_the_stretched_axes="a stretched axis is gone",
    unbroadcast_keeps_the_new_axes="The operand never had them",
    unbroadcast_takes_the_first_copy="This is what arrives at the first copy alone",
    unbroadcast_sums_everything="Here everything is summed, over all axes",
)
LEADING, STRETCHED = "g = g.sum(axis=new)", "return g.sum(axis=ones, keepdims=True)"
spoiled(
    check_unbroadcast,
    unbroadcast_takes_the_length_for_the_axis=(
        "Was the *length* 1 taken for the axis",
        "tuple(axis for axis, length in enumerate(shape) if length == 1)",
        "tuple({length for length in shape if length == 1})",
    ),
    unbroadcast_sums_the_trailing_axes=(
        "the shapes were aligned at the left",
        LEADING,
        "if g.shape[:len(shape)] == shape:\n"
        "        return g.sum(axis=tuple(range(len(shape), g.ndim)))\n"
        f"    {LEADING}",
    ),
    unbroadcast_counts_axes_that_are_gone=(
        "all later ones move up by one",
        LEADING,
        "",
        STRETCHED,
        "for axis in [*new, *(len(new) + axis for axis in ones)]: g = g.sum(axis=axis)\n"
        "    return g.reshape(shape)",
    ),
    unbroadcast_begins_with_the_first_copy=(
        "the sum of none is 0",
        LEADING,
        "for _ in new: g = sum(g[1:], g[0])",
    ),
    unbroadcast_adds_into_the_upstream=(
        "`g` changed by the call",
        LEADING,
        "for _ in new:\n        for row in g[1:]: g[0] += row\n        g = g[0]",
    ),
    unbroadcast_makes_a_float64_of_everything=(
        "float32 went in, so float32 should come out",
        LEADING,
        LEADING.replace("g.sum", "g.astype(float).sum"),
    ),
    unbroadcast_returns_a_list=("A list is no array", STRETCHED, f"{STRETCHED}.tolist()"),
)

# ---------------------------------------------------------------------------------------------
# E12.3 sum_of

from_slips(
    check_sum_of,
    sum_of_hands_the_upstream_on="This is `g` as it came",
    sum_of_puts_the_axis_back_only_where_numpy_complains="`g` was copied along the wrong axis",
    sum_of_sends_ones_back="a partial without its upstream",
    sum_of_divides="that is the way back of a mean",
    sum_of_sums_on_the_way_back_too="Here every entry gets the sum of all of `g`",
    sum_of_ignores_keepdims="`keepdims` was not handed on",
    sum_of_always_keeps_the_axis="The reduced axis was kept, with length 1",
    sum_of_always_sums_columns="Axis 0 was reduced, whatever `axis` says",
)
COPIES = "np.broadcast_to(g.reshape(kept), x.shape)"
spoiled(
    check_sum_of,
    sum_of_copies_without_putting_the_axis_back=(
        "Put it back with length 1, and it broadcasts",
        ".reshape(kept)",
        "",
    ),
    sum_of_forgets_that_axis_may_be_none=(
        "Which of your lines needs an axis",
        "g.reshape(kept)",
        "g if keepdims else np.expand_dims(g, axis)",
    ),
    sum_of_puts_an_axis_back_that_is_there=(
        "Put it back only where it is gone",
        "g.reshape(kept)",
        "g if axis is None else np.expand_dims(g, axis)",
    ),
    sum_of_counts_a_negative_axis_from_the_end_of_the_result=(
        "which has one axis more than `g`",
        f"return {COPIES}",
        "if isinstance(axis, int) and axis < 0 and not keepdims:\n"
        "            g = g.reshape(*g.shape[:axis], 1, *g.shape[axis:])\n"
        "            return np.broadcast_to(g, x.shape)\n"
        f"        return {COPIES}",
    ),
    sum_of_takes_one_axis_only=(
        "Which of your lines takes it for one number",
        "g.reshape(kept)",
        "g if axis is None or keepdims else np.expand_dims(g, axis % x.ndim)",
    ),
    sum_of_ignores_the_axis=(
        "was everything summed, or was a single entry taken",
        "axis=axis, keepdims=keepdims",
        "",
        COPIES,
        "np.full(x.shape, g.sum())",
    ),
    sum_of_makes_the_gradient_like_the_data=(
        "Whole numbers cut off every decimal",
        COPIES,
        f"{COPIES}.astype(x.dtype)",
    ),
    sum_of_returns_no_way_back=(
        "The result alone does not know the way back",
        "return result, back",
        "return result",
    ),
    sum_of_adds_up_in_the_operand=(
        "`x` changed by the call",
        f"return {COPIES}",
        "x[...] = g.reshape(kept); return x.copy()",
    ),
)

# ---------------------------------------------------------------------------------------------
# E12.3 mean_of

from_slips(
    check_mean_of,
    mean_of_does_not_divide="This is the way back of a sum: 1 / n is missing",
    mean_of_divides_by_the_size_of_all=(
        "the size of `x`. n is how many entries went into *one* result"
    ),
    mean_of_divides_by_the_number_of_rows="the length of the first axis",
    mean_of_multiplies="A mean of many moves less, not more",
    mean_of_sends_ones_back="a partial without its upstream",
    mean_of_ignores_keepdims="`keepdims` was not handed on",
)
spoiled(
    check_mean_of,
    mean_of_reshapes_only_where_numpy_complains=(
        "`g` was copied along the wrong axis",
        "return np.broadcast_to(g.reshape(kept) / count, x.shape)",
        "if x.ndim == 2 and x.shape[0] == x.shape[1]: return np.broadcast_to(g, x.shape)\n"
        "        return np.broadcast_to(g.reshape(kept) / count, x.shape)",
    ),
)

# ---------------------------------------------------------------------------------------------
# E12.4 max_of

from_slips(
    check_max_of,
    max_of_gives_every_tie_the_whole="Each of the largest got the whole upstream",
    max_of_gives_the_first_all="The first of the largest got all",
    max_of_gives_the_last_all="The last of the largest got all",
    max_of_counts_the_ties_of_all_lines="The ties of the whole array were counted",
    max_of_forgets_the_upstream="These are the shares themselves",
    max_of_gives_a_tie_nothing="Where two are largest, nobody got anything",
    max_of_goes_back_as_a_sum="The smaller ones did not move the maximum",
    max_of_hands_the_upstream_on="This is `g` as it came",
    max_of_ignores_keepdims="`keepdims` was not handed on",
)
spoiled(
    check_max_of,
    max_of_does_not_put_the_axis_back=(
        "Put it back with length 1, and it broadcasts",
        ".reshape(largest.shape)",
        "",
    ),
    max_of_ignores_the_axis=(
        "was everything summed, or was a single entry taken",
        "axis=axis, keepdims=keepdims",
        "",
        "g.reshape(largest.shape) * share",
        "np.full(x.shape, g.sum())",
    ),
)
