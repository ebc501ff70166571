"""Wrong answers to the checks of 14."""

import numpy as np

from autograd_lesson.checks.e14_moving_data import (
    check_concat,
    check_embedding,
    check_pad,
    check_pick,
    check_reshape,
    check_stack,
    check_transpose,
)
from wrong_answers import from_slips, wrong_answer

# ---------------------------------------------------------------------------------------------
# E14.1 reshape


from_slips(
    check_reshape,
    reshape_leaves_the_gradient_in_the_new_shape="This is `g` as it came",
)


@wrong_answer(check_reshape, says="on the way back too.\n\n  Next: which shape")
def reshape_goes_back_column_by_column(x, shape):
    return x.reshape(shape), lambda g: g.reshape(x.shape, order="F")


from_slips(
    check_reshape,
    reshape_transposes_first="A reshape leaves the order of the numbers as it is, here row",
)


@wrong_answer(check_reshape, says="`x` changed by the call")
def reshape_changes_the_shape_of_its_operand(x, shape):
    before = x.shape
    x.resize(shape, refcheck=False)  # in place, as `x.shape = shape` was before NumPy 2.5
    return x, lambda g: g.reshape(before)


@wrong_answer(check_reshape, says="`g` changed by the call")
def reshape_changes_the_shape_of_the_upstream(x, shape):
    def back(g):
        g.resize(x.shape, refcheck=False)
        return g

    return x.reshape(shape), back


@wrong_answer(check_reshape, says="The result alone does not know the way back")
def reshape_returns_no_way_back(x, shape):
    return x.reshape(shape)


@wrong_answer(check_reshape, says="The second of the two must be a function")
def reshape_returns_a_shape_to_go_back_to(x, shape):
    return x.reshape(shape), x.shape


@wrong_answer(check_reshape, says="The function returned nothing")
def reshape_returns_nothing(x, shape):
    x.reshape(shape)


from_slips(
    check_reshape,
    reshape_sends_ones_back="a partial without its upstream",
    reshape_sends_the_operand_back="Its numbers have no part in the way back",
)


@wrong_answer(check_reshape, says="float32 went in, so float32 should come out")
def reshape_makes_a_float64_of_everything(x, shape):
    return x.reshape(shape), lambda g: np.array(g, float).reshape(x.shape)


from_slips(
    check_reshape,
    reshape_goes_back_to_one_row="the operand had a shape of its own",
)


# E14.1 transpose


from_slips(
    check_transpose,
    transpose_uses_the_forward_order_on_the_way_back="moved by `axes` once more",
    transpose_sorts_negative_axes="A negative entry of `axes` sorts in front",
    transpose_turns_all_axes_over_on_the_way_back=(
        "only where all were turned over on the way forward"
    ),
    transpose_reads_the_axes_back_to_front="`axes` read back to front",
    transpose_goes_back_by_a_reshape="a reshape does not move axes",
    transpose_is_a_reshape="the numbers did not move with their axes",
    transpose_ignores_the_order="All axes were turned over, whatever `axes` says",
    transpose_swaps_the_two_ways="That is the way back. Forward, axis k",
)


# ---------------------------------------------------------------------------------------------
# E14.2 pick


from_slips(
    check_pick,
    pick_adds_with_the_index_on_the_left="only the last contribution is left",
)


@wrong_answer(check_pick, says="Whole numbers cut off every decimal")
def pick_makes_its_zeros_like_the_operand(x, index):
    def back(g):
        contribution = np.full_like(x, 0)
        np.add.at(contribution, index, g.astype(x.dtype))
        return contribution

    return x[index], back


@wrong_answer(check_pick, says="The decimals are gone")
def pick_truncates_and_turns_back_to_floats(x, index):
    def back(g):
        contribution = np.zeros_like(x)
        np.add.at(contribution, index, g.astype(x.dtype))
        return contribution.astype(g.dtype)

    return x[index], back


from_slips(
    check_pick,
    pick_divides_by_the_repeats="the mean of what arrives",
    pick_counts="This counts how often each place was picked",
    pick_marks="There is a 1 at each place that was picked",
    pick_adds_to_a_copy_of_the_operand="It begins with zeros",
)


@wrong_answer(check_pick, says="`x` changed by the call")
def pick_adds_to_the_operand(x, index):
    def back(g):
        np.add.at(x, index, g)
        return x

    return x[index], back


@wrong_answer(check_pick, says="Something was kept from it")
def pick_makes_its_zeros_once(x, index):
    contribution = np.zeros(x.shape)

    def back(g):
        np.add.at(contribution, index, g)
        return contribution

    return x[index], back


from_slips(
    check_pick,
    pick_returns_the_upstream="This is `g` as it came",
)


@wrong_answer(check_pick, says="float32 went in, so float32 should come out")
def pick_makes_float64_zeros(x, index):
    def back(g):
        contribution = np.zeros(x.shape)
        np.add.at(contribution, index, g)
        return contribution

    return x[index], back


# ---------------------------------------------------------------------------------------------
# E14.3 concat


def joined(arrays, axis, back):
    """A concat with this way back."""
    return np.concatenate(arrays, axis), back


def lengths_of(arrays, axis):
    """How long each of the arrays is along the axis."""
    return [array.shape[axis] for array in arrays]


from_slips(
    check_concat,
    concat_cuts_into_equal_parts="into parts as equal as can be",
    concat_cuts_at_the_lengths="`np.split` wants the places to cut at",
    concat_cuts_along_axis_0="`g` was cut along axis 0",
)


def reads_parts(arrays, axis):
    """The right way back."""
    places = np.cumsum(lengths_of(arrays, axis))[:-1]
    return lambda g: np.split(g, places, axis)


@wrong_answer(check_concat, says="was `axis` handed on?")
def concat_joins_along_axis_0(arrays, axis):
    return joined(arrays, 0, reads_parts(arrays, 0))


from_slips(
    check_concat,
    concat_joins_from_the_last_to_the_first="The arrays stand in the wrong order",
    concat_takes_every_part_from_the_beginning="Every part was taken from the beginning",
    concat_counts_the_parts_from_the_end="the order is turned over",
    concat_gives_everything_to_each="This is `g` as it came",
)


@wrong_answer(check_concat, says="One for each place in the list of operands")
def concat_gives_an_array_that_stands_twice_one_contribution(arrays, axis):
    def back(g):
        parts = {}
        for array, part in zip(arrays, reads_parts(arrays, axis)(g), strict=True):
            parts[id(array)] = parts.get(id(array), 0) + part
        return list(parts.values())

    return joined(arrays, axis, back)


@wrong_answer(check_concat, says="`arrays` changed by the call")
def concat_empties_its_list(arrays, axis):
    back = reads_parts(list(arrays), axis)
    result = arrays.pop(0)
    while arrays:
        result = np.concatenate([result, arrays.pop(0)], axis)
    return result, back


# E14.3 stack


from_slips(
    check_stack,
    stack_keeps_the_new_axis="The new axis is still there",
    stack_takes_its_parts_along_axis_0="The part was taken along axis 0",
)


@wrong_answer(check_stack, says="counts from the end of the result")
def stack_counts_a_negative_axis_from_the_operand(arrays, axis):
    axis_back = axis if axis >= 0 else axis % arrays[0].ndim
    return np.stack(arrays, axis), lambda g: [
        g.take(place, axis_back) for place in range(len(arrays))
    ]


from_slips(
    check_stack,
    stack_squeezes_everything="All axes of length 1 were dropped",
    stack_sums_over_the_new_axis="The upstream was summed over the new axis",
    stack_is_a_concat="along an axis they have",
    stack_always_makes_the_first_axis="The new axis is the first",
)


@wrong_answer(check_stack, says="Next: return a list, in the order of the operands")
def stack_returns_one_array_back(arrays, axis):
    return np.stack(arrays, axis), lambda g: np.moveaxis(g, axis, 0)


# E14.3 pad


def cut(g, ends):
    """The part of g between these ends, one pair for each axis."""
    return g[tuple(slice(*pair) for pair in ends)]


from_slips(
    check_pad,
    pad_counts_the_end_from_behind="nothing is left",
    pad_swaps_before_and_after_on_the_way_back="As much was cut off in front as belongs behind",
    pad_swaps_before_and_after="Before and after are swapped.",
    pad_takes_the_corner="The part begins at the corner",
    pad_takes_a_length_for_a_place="The second end of a slice is a place, not a length",
    pad_cuts_the_first_axis_only="Only the first axis was cut",
    pad_folds_the_border_back="no operand moves them",
    pad_repeats_the_border="The border was repeated outward",
)


# ---------------------------------------------------------------------------------------------
# E14.4 embedding


def added(weight, indices, g):
    """The right contribution."""
    contribution = np.zeros(weight.shape, g.dtype)
    np.add.at(contribution, indices, g)
    return contribution


from_slips(
    check_embedding,
    embedding_writes_each_row_once="got one of its two contributions",
)


@wrong_answer(check_embedding, says="NumPy counts a negative index from the end")
def embedding_reads_below_0(indices, weight):
    return weight[indices], lambda g: added(weight, indices, g)


@wrong_answer(check_embedding, says="Was the index moved to one that exists?")
def embedding_clips(indices, weight):
    indices = np.clip(indices, 0, len(weight) - 1)
    return weight[indices], lambda g: added(weight, indices, g)


@wrong_answer(check_embedding, says="The message does not name the index")
def embedding_refuses_without_a_number(indices, weight):
    if (indices < 0).any() or (indices >= len(weight)).any():
        raise IndexError("an index is out of range")
    return weight[indices], lambda g: added(weight, indices, g)


@wrong_answer(check_embedding, says="for a place that does not exist is an IndexError")
def embedding_refuses_with_another_error(indices, weight):
    for index in indices.flat:
        if not 0 <= index < len(weight):
            raise ValueError(f"no row {index}")
    return weight[indices], lambda g: added(weight, indices, g)


from_slips(
    check_embedding,
    embedding_divides_by_how_often_a_word_occurs="divided by how often its word occurs",
    embedding_counts_words="This counts how often each word occurs",
    embedding_keeps_row_0_for_padding="Row 0 got nothing",
    embedding_flattens_its_words="The words were put in one row",
    embedding_reads_columns="These are columns",
)
