"""Wrong answers to the checks of 12."""

import numpy as np

from autograd_lesson.checks.e12_broadcasting_and_reductions import (
    check_max_of,
    check_mean_of,
    check_predicted_shapes,
    check_sum_of,
    check_unbroadcast,
)
from wrong_answers import from_results, from_slips, wrong_answer

# ---------------------------------------------------------------------------------------------
# E12.1 predicted_shapes

RIGHT = [
    ((2, 3), (2, 3), (3,)),
    ((2, 3), (2, 1), (1, 3)),
    ((2, 3), (), (2, 3)),
    None,
    ((4, 2, 3), (4, 1, 3), (2, 1)),
    ((2, 4, 3), (1, 1, 3), (2, 4, 3)),
    ((5, 5), (5,), (5, 1)),
    ((0, 3), (1, 3), (0, 3)),
]


def with_row(place, row):
    """The right predictions, but for one row."""
    return [*RIGHT[:place], row, *RIGHT[place + 1 :]]


@wrong_answer(check_predicted_shapes, says="The function returned nothing")
def predictions_that_are_not_returned():
    RIGHT.copy()


@wrong_answer(check_predicted_shapes, says="There is one row for each question")
def predictions_without_the_refused_row():
    return [row for row in RIGHT if row]


@wrong_answer(check_predicted_shapes, says="without the comma it is the number 3")
def predictions_with_a_number_for_a_shape():
    return with_row(0, ((2, 3), (2, 3), 3))


@wrong_answer(check_predicted_shapes, says="Both gradients have the shape of the result")
def predictions_with_the_shape_of_the_upstream():
    return [row and (row[0], row[0], row[0]) for row in RIGHT]


@wrong_answer(check_predicted_shapes, says="The gradients of a and of b are swapped")
def predictions_with_swapped_gradients():
    return [row and (row[0], row[2], row[1]) for row in RIGHT]


@wrong_answer(check_predicted_shapes, says="Which shape has `a`, and which has its gradient")
def predictions_with_a_gradient_of_no_axes():
    return with_row(1, ((2, 3), (2,), (3,)))


@wrong_answer(check_predicted_shapes, says="a 3 stands over a 2, and neither is 1")
def predictions_aligned_at_the_left():
    return with_row(3, ((2, 3), (2, 3), (2,)))


@wrong_answer(check_predicted_shapes, says="NumPy takes them: wherever the two lengths differ")
def predictions_that_refuse_what_has_unlike_axes():
    return with_row(4, None)


@wrong_answer(check_predicted_shapes, says="This is the shape of one operand")
def predictions_without_the_outer_sum():
    return with_row(6, ((5, 1), (5,), (5, 1)))


@wrong_answer(check_predicted_shapes, says="to 0 as well")
def predictions_with_the_larger_of_0_and_1():
    return with_row(7, ((1, 3), (1, 3), (0, 3)))


@wrong_answer(check_predicted_shapes, says="as many axes as the operand with more of them")
def predictions_that_lose_an_axis():
    return with_row(4, ((4, 3), (4, 1, 3), (2, 1)))


@wrong_answer(check_predicted_shapes, says="The axes are the wrong way round")
def predictions_with_columns_and_rows_swapped():
    return with_row(1, ((3, 2), (2, 1), (1, 3)))


@wrong_answer(check_predicted_shapes, says="the result has the one that is not 1")
def predictions_with_the_smaller_length():
    return with_row(1, ((1, 1), (2, 1), (1, 3)))


# ---------------------------------------------------------------------------------------------
# E12.2 unbroadcast


def both_steps(g, shape):
    """The right answer, for wrong ones to spoil."""
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    return g.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


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
)


@wrong_answer(check_unbroadcast, says="Was the *length* 1 taken for the axis")
def unbroadcast_takes_the_length_for_the_axis(g, shape):
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    for length in shape:
        if length == 1:
            g = g.sum(axis=length, keepdims=True)
    return g


from_slips(
    check_unbroadcast,
    unbroadcast_takes_the_first_copy="This is what arrives at the first copy alone",
)


@wrong_answer(check_unbroadcast, says="the shapes were aligned at the left")
def unbroadcast_sums_the_trailing_axes(g, shape):
    if g.ndim > len(shape) and g.shape[: len(shape)] == shape:
        return g.sum(axis=tuple(range(len(shape), g.ndim)))
    return both_steps(g, shape)


from_slips(
    check_unbroadcast,
    unbroadcast_sums_everything="Here everything is summed, over all axes",
)


@wrong_answer(check_unbroadcast, says="all later ones move up by one")
def unbroadcast_counts_axes_that_are_gone(g, shape):
    lead = g.ndim - len(shape)
    for axis in [*range(lead), *(lead + i for i, n in enumerate(shape) if n == 1)]:
        g = g.sum(axis=axis)
    return g.reshape(shape)


@wrong_answer(check_unbroadcast, says="The sum of none is 0".lower())
def unbroadcast_begins_with_the_first_copy(g, shape):
    lead = g.ndim - len(shape)
    for _ in range(lead):
        g = sum(g[1:], g[0])
    for axis, length in enumerate(shape):
        if length == 1:
            g = np.expand_dims(
                sum(g.take(k, axis) for k in range(1, g.shape[axis])) * 1.0 + g.take(0, axis), axis
            )
    return g


@wrong_answer(check_unbroadcast, says="`g` changed by the call")
def unbroadcast_adds_into_the_upstream(g, shape):
    if g.ndim > len(shape):
        for row in g[1:]:
            g[0] += row
        g = g[0]
    return both_steps(g, shape)


@wrong_answer(check_unbroadcast, says="float32 went in, so float32 should come out")
def unbroadcast_makes_a_float64_of_everything(g, shape):
    return both_steps(np.array(g, float), shape)


@wrong_answer(check_unbroadcast, says="A list is no array")
def unbroadcast_returns_a_list(g, shape):
    return both_steps(g, shape).tolist()


# ---------------------------------------------------------------------------------------------
# E12.3 sum_of


def put_back(g, x, axis, keepdims):
    """g in the shape that keepdims gives: right, for wrong answers to spoil."""
    return g.reshape(np.sum(x, axis=axis, keepdims=True).shape)


from_slips(
    check_sum_of,
    sum_of_hands_the_upstream_on="This is `g` as it came",
)


@wrong_answer(check_sum_of, says="Put it back with length 1, and it broadcasts")
def sum_of_copies_without_putting_the_axis_back(x, axis=None, keepdims=False):
    return x.sum(axis=axis, keepdims=keepdims), lambda g: np.broadcast_to(g, x.shape)


from_slips(
    check_sum_of,
    sum_of_puts_the_axis_back_only_where_numpy_complains="`g` was copied along the wrong axis",
)


@wrong_answer(check_sum_of, says="Which of your lines needs an axis")
def sum_of_forgets_that_axis_may_be_none(x, axis=None, keepdims=False):
    def back(g):
        return np.broadcast_to(g if keepdims else np.expand_dims(g, axis), x.shape)

    return x.sum(axis=axis, keepdims=keepdims), back


@wrong_answer(check_sum_of, says="Put it back only where it is gone")
def sum_of_puts_an_axis_back_that_is_there(x, axis=None, keepdims=False):
    def back(g):
        return np.broadcast_to(g if axis is None else np.expand_dims(g, axis), x.shape)

    return x.sum(axis=axis, keepdims=keepdims), back


@wrong_answer(check_sum_of, says="which has one axis more than `g`")
def sum_of_counts_a_negative_axis_from_the_end_of_the_result(x, axis=None, keepdims=False):
    def back(g):
        if isinstance(axis, int) and axis < 0 and not keepdims:
            g = g.reshape(*g.shape[:axis], 1, *g.shape[axis:])
            return np.broadcast_to(g, x.shape)
        return np.broadcast_to(put_back(g, x, axis, keepdims), x.shape)

    return x.sum(axis=axis, keepdims=keepdims), back


@wrong_answer(check_sum_of, says="Which of your lines takes it for one number")
def sum_of_takes_one_axis_only(x, axis=None, keepdims=False):
    def back(g):
        if axis is not None and not keepdims:
            g = np.expand_dims(g, axis % x.ndim)
        return np.broadcast_to(g, x.shape)

    return x.sum(axis=axis, keepdims=keepdims), back


from_slips(
    check_sum_of,
    sum_of_sends_ones_back="a partial without its upstream",
    sum_of_divides="that is the way back of a mean",
    sum_of_sums_on_the_way_back_too="Here every entry gets the sum of all of `g`",
)


@wrong_answer(check_sum_of, says="was everything summed, or was a single entry taken")
def sum_of_ignores_the_axis(x, axis=None, keepdims=False):
    return x.sum(), lambda g: np.full(x.shape, g.sum())


from_slips(
    check_sum_of,
    sum_of_ignores_keepdims="`keepdims` was not handed on",
    sum_of_always_keeps_the_axis="The reduced axis was kept, with length 1",
    sum_of_always_sums_columns="Axis 0 was reduced, whatever `axis` says",
)


@wrong_answer(check_sum_of, says="Whole numbers cut off every decimal")
def sum_of_makes_the_gradient_like_the_data(x, axis=None, keepdims=False):
    def back(g):
        contribution = np.zeros_like(x)
        contribution[...] = put_back(g, x, axis, keepdims)
        return contribution if x.dtype.kind == "i" else contribution.astype(g.dtype)

    return x.sum(axis=axis, keepdims=keepdims), back


@wrong_answer(check_sum_of, says="The result alone does not know the way back")
def sum_of_returns_no_way_back(x, axis=None, keepdims=False):
    return x.sum(axis=axis, keepdims=keepdims)


@wrong_answer(check_sum_of, says="`x` changed by the call")
def sum_of_adds_up_in_the_operand(x, axis=None, keepdims=False):
    result = x.sum(axis=axis, keepdims=keepdims)

    def back(g):
        x[...] = put_back(g, x, axis, keepdims)
        return x.copy()

    return result, back


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
)


@wrong_answer(check_mean_of, says="`g` was copied along the wrong axis")
def mean_of_reshapes_only_where_numpy_complains(x, axis=None, keepdims=False):
    result = x.mean(axis=axis, keepdims=keepdims)

    def back(g):
        if x.ndim == 2 and x.shape[0] == x.shape[1]:
            return np.broadcast_to(g, x.shape)
        return np.broadcast_to(put_back(g, x, axis, keepdims), x.shape) / (x.size / result.size)

    return result, back


from_slips(
    check_mean_of,
    mean_of_sends_ones_back="a partial without its upstream",
    mean_of_ignores_keepdims="`keepdims` was not handed on",
)


# ---------------------------------------------------------------------------------------------
# E12.4 max_of


def only(place):
    """The share of those that give everything to the first or last of a tie."""

    def share_of(is_largest, axis):
        lines = np.broadcast_to(
            np.arange(is_largest.max(axis=axis, keepdims=True).size).reshape(
                is_largest.max(axis=axis, keepdims=True).shape
            ),
            is_largest.shape,
        )
        share = np.zeros(is_largest.shape)
        for line in np.unique(lines):
            share.flat[np.flatnonzero((lines == line) & is_largest)[place]] = 1.0
        return share

    return share_of


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
)


@wrong_answer(check_max_of, says="Put it back with length 1, and it broadcasts")
def max_of_does_not_put_the_axis_back(x, axis=None, keepdims=False):
    is_largest = x == x.max(axis=axis, keepdims=True)
    share = is_largest / is_largest.sum(axis=axis, keepdims=True)
    return x.max(axis=axis, keepdims=keepdims), lambda g: g * share


@wrong_answer(check_max_of, says="was everything summed, or was a single entry taken")
def max_of_ignores_the_axis(x, axis=None, keepdims=False):
    return x.max(), lambda g: np.full(x.shape, g.sum())


from_slips(
    check_max_of,
    max_of_ignores_keepdims="`keepdims` was not handed on",
)


from_results(
    check_predicted_shapes,
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
