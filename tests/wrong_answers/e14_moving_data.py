"""Wrong answers to the checks of 14."""

from autograd_lesson.checks.e14_moving_data import (
    check_concat,
    check_embedding,
    check_pad,
    check_pick,
    check_reshape,
    check_stack,
    check_transpose,
)
from wrong_answers import from_slips, spoiled, wrong_answer

# ---------------------------------------------------------------------------------------------
# E14.1 reshape

from_slips(
    check_reshape,
    reshape_leaves_the_gradient_in_the_new_shape="This is `g` as it came",
    reshape_transposes_first="A reshape leaves the order of the numbers as it is, here row",
    reshape_sends_ones_back="a partial without its upstream",
    reshape_sends_the_operand_back="Its numbers have no part in the way back",
    reshape_goes_back_to_one_row="the operand had a shape of its own",
)
spoiled(
    check_reshape,
    reshape_goes_back_column_by_column=(
        "on the way back too.\n\n  Next: which shape",
        "(x.shape)",
        '(x.shape, order="F")',
    ),
    reshape_changes_the_shape_of_the_upstream=(
        "`g` changed by the call",
        "return g.reshape(x.shape)",
        "g.resize(x.shape, refcheck=False)\n        return g",
    ),
    reshape_returns_no_way_back=(
        "The result alone does not know the way back",
        "(shape), back",
        "(shape)",
    ),
    reshape_returns_a_shape_to_go_back_to=(
        "The second of the two must be a function",
        "(shape), back",
        "(shape), x.shape",
    ),
    reshape_returns_nothing=("The function returned nothing", "return x", "x"),
    reshape_makes_a_float64_of_everything=(
        "float32 went in, so float32 should come out",
        "g.reshape",
        "np.array(g, float).reshape",
    ),
)


@wrong_answer(check_reshape, says="`x` changed by the call")
def reshape_changes_the_shape_of_its_operand(x, shape):
    before = x.shape
    x.resize(shape, refcheck=False)  # in place, as `x.shape = shape` was before NumPy 2.5
    return x, lambda g: g.reshape(before)


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
    pick_divides_by_the_repeats="the mean of what arrives",
    pick_counts="This counts how often each place was picked",
    pick_marks="There is a 1 at each place that was picked",
    pick_adds_to_a_copy_of_the_operand="It begins with zeros",
    pick_returns_the_upstream="This is `g` as it came",
)
ZEROS, ADDED = "np.zeros(x.shape, dtype=g.dtype)", "np.add.at(contribution, index, g)"
CUT_OFF = "np.add.at(contribution, index, g.astype(x.dtype))"
spoiled(
    check_pick,
    pick_makes_its_zeros_like_the_operand=(
        "Whole numbers cut off every decimal",
        ZEROS,
        "np.full_like(x, 0)",
        ADDED,
        CUT_OFF,
    ),
    pick_truncates_and_turns_back_to_floats=(
        "The decimals are gone",
        ZEROS,
        "np.zeros_like(x)",
        ADDED,
        CUT_OFF,
        "return contribution",
        "return contribution.astype(g.dtype)",
    ),
    pick_adds_to_the_operand=(
        "`x` changed by the call",
        ADDED,
        "np.add.at(x, index, g)",
        "return contribution",
        "return x",
    ),
    pick_makes_its_zeros_once=(
        "Something was kept from it",
        f"def back(g):\n        contribution = {ZEROS}",
        "contribution = np.zeros(x.shape)\n\n    def back(g):",
    ),
    pick_makes_float64_zeros=("float32 went in, so float32 should come out", ", dtype=g.dtype", ""),
)

# ---------------------------------------------------------------------------------------------
# E14.3 concat

from_slips(
    check_concat,
    concat_cuts_into_equal_parts="into parts as equal as can be",
    concat_cuts_at_the_lengths="`np.split` wants the places to cut at",
    concat_cuts_along_axis_0="`g` was cut along axis 0",
    concat_joins_from_the_last_to_the_first="The arrays stand in the wrong order",
    concat_takes_every_part_from_the_beginning="Every part was taken from the beginning",
    concat_counts_the_parts_from_the_end="the order is turned over",
    concat_gives_everything_to_each="This is `g` as it came",
)
SPLIT, JOINED = "np.split(g, ends[:-1], axis)", "np.concatenate(arrays, axis)"
spoiled(
    check_concat,
    concat_joins_along_axis_0=("was `axis` handed on?", "ends =", "axis = 0\n    ends ="),
    concat_gives_an_array_that_stands_twice_one_contribution=(
        "One for each place in the list of operands",
        f"return {SPLIT}",
        "parts = {}\n"
        f"        for array, part in zip(arrays, {SPLIT}, strict=True):\n"
        "            parts[id(array)] = parts.get(id(array), 0) + part\n"
        "        return list(parts.values())",
    ),
    concat_empties_its_list=(
        "`arrays` changed by the call",
        f"return {JOINED}",
        f"whole = {JOINED}\n    arrays.clear()\n    return whole",
    ),
)

# E14.3 stack

from_slips(
    check_stack,
    stack_keeps_the_new_axis="The new axis is still there",
    stack_takes_its_parts_along_axis_0="The part was taken along axis 0",
    stack_squeezes_everything="All axes of length 1 were dropped",
    stack_sums_over_the_new_axis="The upstream was summed over the new axis",
    stack_is_a_concat="along an axis they have",
    stack_always_makes_the_first_axis="The new axis is the first",
)
spoiled(
    check_stack,
    stack_counts_a_negative_axis_from_the_operand=(
        "counts from the end of the result",
        "(place, axis)",
        "(place, axis if axis >= 0 else axis % arrays[0].ndim)",
    ),
    stack_returns_one_array_back=(
        "Next: return a list, in the order of the operands",
        "[g.take(place, axis) for place in range(len(arrays))]",
        "np.moveaxis(g, axis, 0)",
    ),
)

# E14.3 pad

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

from_slips(
    check_embedding,
    embedding_writes_each_row_once="got one of its two contributions",
    embedding_divides_by_how_often_a_word_occurs="divided by how often its word occurs",
    embedding_counts_words="This counts how often each word occurs",
    embedding_keeps_row_0_for_padding="Row 0 got nothing",
    embedding_flattens_its_words="The words were put in one row",
    embedding_reads_columns="These are columns",
)
spoiled(
    check_embedding,
    embedding_reads_below_0=(
        "NumPy counts a negative index from the end",
        "0 <= index <",
        "index <",
    ),
    embedding_clips=(
        "Was the index moved to one that exists?",
        "for index in",
        "indices = np.clip(indices, 0, len(weight) - 1)\n    for index in",
    ),
    embedding_refuses_without_a_number=(
        "The message does not name the index",
        'f"the index is {index}; the table has rows 0 to {len(weight) - 1}"',
        '"an index is out of range"',
    ),
    embedding_refuses_with_another_error=(
        "for a place that does not exist is an IndexError",
        "raise IndexError",
        "raise ValueError",
    ),
)
