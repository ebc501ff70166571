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
from wrong_answers import wrong_answer

# ---------------------------------------------------------------------------------------------
# E14.1 reshape


@wrong_answer(check_reshape, says="This is `g` as it came")
def reshape_leaves_the_gradient_in_the_new_shape(x, shape):
    return x.reshape(shape), lambda g: g


@wrong_answer(check_reshape, says="on the way back too.\n\n  Next: which shape")
def reshape_goes_back_column_by_column(x, shape):
    return x.reshape(shape), lambda g: g.reshape(x.shape, order="F")


@wrong_answer(check_reshape, says="A reshape leaves the order of the numbers as it is, here row")
def reshape_transposes_first(x, shape):
    return x.T.reshape(shape), lambda g: g.reshape(x.shape)


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


@wrong_answer(check_reshape, says="The second of the two is a function")
def reshape_returns_a_shape_to_go_back_to(x, shape):
    return x.reshape(shape), x.shape


@wrong_answer(check_reshape, says="The function returned nothing")
def reshape_returns_nothing(x, shape):
    x.reshape(shape)


@wrong_answer(check_reshape, says="a partial without its upstream")
def reshape_sends_ones_back(x, shape):
    return x.reshape(shape), lambda g: np.ones(x.shape, g.dtype)


@wrong_answer(check_reshape, says="Its numbers have no part in the way back")
def reshape_sends_the_operand_back(x, shape):
    return x.reshape(shape), lambda g: x


@wrong_answer(check_reshape, says="float32 went in, so float32 should come out")
def reshape_makes_a_float64_of_everything(x, shape):
    return x.reshape(shape), lambda g: np.array(g, float).reshape(x.shape)


@wrong_answer(check_reshape, says="the operand had a shape of its own")
def reshape_goes_back_to_one_row(x, shape):
    return x.reshape(shape), lambda g: g.ravel()


# E14.1 transpose


@wrong_answer(check_transpose, says="moved by `axes` once more")
def transpose_uses_the_forward_order_on_the_way_back(x, axes):
    return x.transpose(axes), lambda g: g.transpose(axes)


@wrong_answer(check_transpose, says="A negative entry of `axes` sorts in front")
def transpose_sorts_negative_axes(x, axes):
    return x.transpose(axes), lambda g: g.transpose(np.argsort(axes))


@wrong_answer(check_transpose, says="only where all were turned over on the way forward")
def transpose_turns_all_axes_over_on_the_way_back(x, axes):
    return x.transpose(axes), lambda g: g.T


@wrong_answer(check_transpose, says="`axes` read back to front")
def transpose_reads_the_axes_back_to_front(x, axes):
    return x.transpose(axes), lambda g: g.transpose(axes[::-1])


@wrong_answer(check_transpose, says="a reshape does not move axes")
def transpose_goes_back_by_a_reshape(x, axes):
    return x.transpose(axes), lambda g: g.reshape(x.shape)


@wrong_answer(check_transpose, says="the numbers did not move with their axes")
def transpose_is_a_reshape(x, axes):
    shape = [x.shape[axis] for axis in axes]
    return x.reshape(shape), lambda g: g.reshape(x.shape)


@wrong_answer(check_transpose, says="All axes were turned over, whatever `axes` says")
def transpose_ignores_the_order(x, axes):
    return x.T, lambda g: g.T


@wrong_answer(check_transpose, says="That is the way back. Forward, axis k")
def transpose_swaps_the_two_ways(x, axes):
    axes = [axis % x.ndim for axis in axes]
    return x.transpose(np.argsort(axes)), lambda g: g.transpose(axes)


# ---------------------------------------------------------------------------------------------
# E14.2 pick


@wrong_answer(check_pick, says="only the last contribution is left")
def pick_adds_with_the_index_on_the_left(x, index):
    def back(g):
        contribution = np.zeros(x.shape, g.dtype)
        contribution[index] += g
        return contribution

    return x[index], back


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


@wrong_answer(check_pick, says="the mean of what arrives")
def pick_divides_by_the_repeats(x, index):
    def back(g):
        contribution, times = np.zeros(x.shape, g.dtype), np.zeros(x.shape)
        np.add.at(contribution, index, g)
        np.add.at(times, index, 1)
        return (contribution / np.maximum(times, 1)).astype(g.dtype)

    return x[index], back


@wrong_answer(check_pick, says="This counts how often each place was picked")
def pick_counts(x, index):
    def back(g):
        contribution = np.zeros(x.shape, g.dtype)
        np.add.at(contribution, index, 1)
        return contribution

    return x[index], back


@wrong_answer(check_pick, says="There is a 1 at each place that was picked")
def pick_marks(x, index):
    def back(g):
        contribution = np.zeros(x.shape, g.dtype)
        contribution[index] = 1
        return contribution

    return x[index], back


@wrong_answer(check_pick, says="It begins with zeros")
def pick_adds_to_a_copy_of_the_operand(x, index):
    def back(g):
        contribution = x.astype(g.dtype)
        np.add.at(contribution, index, g)
        return contribution

    return x[index], back


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


@wrong_answer(check_pick, says="This is `g` as it came")
def pick_returns_the_upstream(x, index):
    return x[index], lambda g: g


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


@wrong_answer(check_concat, says="into parts as equal as can be")
def concat_cuts_into_equal_parts(arrays, axis):
    return joined(arrays, axis, lambda g: np.array_split(g, len(arrays), axis))


@wrong_answer(check_concat, says="`np.split` wants the places to cut at")
def concat_cuts_at_the_lengths(arrays, axis):
    return joined(arrays, axis, lambda g: np.split(g, lengths_of(arrays, axis)[:-1], axis))


@wrong_answer(check_concat, says="`g` was cut along axis 0")
def concat_cuts_along_axis_0(arrays, axis):
    places = np.cumsum(lengths_of(arrays, axis))[:-1]
    return joined(arrays, axis, lambda g: np.split(g, places, 0))


def reads_parts(arrays, axis):
    """The right way back."""
    places = np.cumsum(lengths_of(arrays, axis))[:-1]
    return lambda g: np.split(g, places, axis)


@wrong_answer(check_concat, says="was `axis` handed on?")
def concat_joins_along_axis_0(arrays, axis):
    return joined(arrays, 0, reads_parts(arrays, 0))


@wrong_answer(check_concat, says="The arrays stand in the wrong order")
def concat_joins_from_the_last_to_the_first(arrays, axis):
    return joined(arrays[::-1], axis, reads_parts(arrays[::-1], axis))


@wrong_answer(check_concat, says="Every part was taken from the beginning")
def concat_takes_every_part_from_the_beginning(arrays, axis):
    lengths = lengths_of(arrays, axis)
    return joined(arrays, axis, lambda g: [g.take(range(n), axis) for n in lengths])


@wrong_answer(check_concat, says="the order is turned over")
def concat_counts_the_parts_from_the_end(arrays, axis):
    places = np.cumsum(lengths_of(arrays, axis)[::-1])[:-1]
    return joined(arrays, axis, lambda g: np.split(g, places, axis)[::-1])


@wrong_answer(check_concat, says="This is `g` as it came")
def concat_gives_everything_to_each(arrays, axis):
    return joined(arrays, axis, lambda g: [g for _ in arrays])


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


@wrong_answer(check_stack, says="The new axis is still there")
def stack_keeps_the_new_axis(arrays, axis):
    return np.stack(arrays, axis), lambda g: np.split(g, len(arrays), axis)


@wrong_answer(check_stack, says="The part was taken along axis 0")
def stack_takes_its_parts_along_axis_0(arrays, axis):
    return np.stack(arrays, axis), lambda g: [
        g[min(place, len(g) - 1)] for place in range(len(arrays))
    ]


@wrong_answer(check_stack, says="counts from the end of the result")
def stack_counts_a_negative_axis_from_the_operand(arrays, axis):
    axis_back = axis if axis >= 0 else axis % arrays[0].ndim
    return np.stack(arrays, axis), lambda g: [
        g.take(place, axis_back) for place in range(len(arrays))
    ]


@wrong_answer(check_stack, says="All axes of length 1 were dropped")
def stack_squeezes_everything(arrays, axis):
    return np.stack(arrays, axis), lambda g: [
        np.squeeze(part) for part in np.split(g, len(arrays), axis)
    ]


@wrong_answer(check_stack, says="The upstream was summed over the new axis")
def stack_sums_over_the_new_axis(arrays, axis):
    return np.stack(arrays, axis), lambda g: [g.sum(axis) for _ in arrays]


@wrong_answer(check_stack, says="along an axis they have")
def stack_is_a_concat(arrays, axis):
    return joined(arrays, axis, reads_parts(arrays, axis))


@wrong_answer(check_stack, says="The new axis is the first")
def stack_always_makes_the_first_axis(arrays, axis):
    return np.stack(arrays), lambda g: [g[place] for place in range(len(arrays))]


@wrong_answer(check_stack, says="Next: return a list, in the order of the operands")
def stack_returns_one_array_back(arrays, axis):
    return np.stack(arrays, axis), lambda g: np.moveaxis(g, axis, 0)


# E14.3 pad


def sides_of(x, widths):
    """For each axis: zeros before, zeros after, and how long the operand is."""
    return [(*pair, size) for pair, size in zip(widths, x.shape, strict=True)]


def cut(g, ends):
    """The part of g between these ends, one pair for each axis."""
    return g[tuple(slice(*pair) for pair in ends)]


@wrong_answer(check_pad, says="nothing is left")
def pad_counts_the_end_from_behind(x, widths):
    return np.pad(x, widths), lambda g: cut(g, [(before, -after) for before, after in widths])


@wrong_answer(check_pad, says="As much was cut off in front as belongs behind")
def pad_swaps_before_and_after_on_the_way_back(x, widths):
    sides = sides_of(x, widths)
    return np.pad(x, widths), lambda g: cut(g, [(b, b + size) for _, b, size in sides])


@wrong_answer(check_pad, says="Before and after are swapped.")
def pad_swaps_before_and_after(x, widths):
    sides = sides_of(x, widths)
    swapped = np.pad(x, [pair[::-1] for pair in widths])
    return swapped, lambda g: cut(g, [(b, b + size) for _, b, size in sides])


@wrong_answer(check_pad, says="The part begins at the corner")
def pad_takes_the_corner(x, widths):
    return np.pad(x, widths), lambda g: cut(g, [(0, size) for size in x.shape])


@wrong_answer(check_pad, says="The second end of a slice is a place, not a length")
def pad_takes_a_length_for_a_place(x, widths):
    sides = sides_of(x, widths)
    return np.pad(x, widths), lambda g: cut(g, [(before, size) for before, _, size in sides])


@wrong_answer(check_pad, says="Only the first axis was cut")
def pad_cuts_the_first_axis_only(x, widths):
    before = widths[0][0]
    return np.pad(x, widths), lambda g: g[before : before + x.shape[0]]


@wrong_answer(check_pad, says="no operand moves them")
def pad_folds_the_border_back(x, widths):
    def back(g):
        homes = np.pad(np.arange(x.size).reshape(x.shape), widths, mode="edge")
        sums = np.bincount(homes.ravel(), g.ravel(), x.size)
        return sums.reshape(x.shape).astype(g.dtype)

    return np.pad(x, widths), back


@wrong_answer(check_pad, says="The border was repeated outward")
def pad_repeats_the_border(x, widths):
    sides = sides_of(x, widths)
    result = np.pad(x, widths, mode="edge")
    return result, lambda g: cut(g, [(b, b + size) for b, _, size in sides])


# ---------------------------------------------------------------------------------------------
# E14.4 embedding


def refuse_outside(weight, indices):
    """Refuse what the table does not have."""
    for index in indices.flat:
        if not 0 <= index < len(weight):
            raise IndexError(f"no row {index}")


def added(weight, indices, g):
    """The right contribution."""
    contribution = np.zeros(weight.shape, g.dtype)
    np.add.at(contribution, indices, g)
    return contribution


@wrong_answer(check_embedding, says="got one of its two contributions")
def embedding_writes_each_row_once(indices, weight):
    refuse_outside(weight, indices)

    def back(g):
        contribution = np.zeros(weight.shape, g.dtype)
        contribution[indices] += g
        return contribution

    return weight[indices], back


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


@wrong_answer(check_embedding, says="divided by how often its word occurs")
def embedding_divides_by_how_often_a_word_occurs(indices, weight):
    refuse_outside(weight, indices)

    def back(g):
        times = np.bincount(indices.ravel(), minlength=len(weight))
        return (added(weight, indices, g) / np.maximum(times, 1)[:, None]).astype(g.dtype)

    return weight[indices], back


@wrong_answer(check_embedding, says="This counts how often each word occurs")
def embedding_counts_words(indices, weight):
    refuse_outside(weight, indices)
    return weight[indices], lambda g: added(weight, indices, np.ones_like(g))


@wrong_answer(check_embedding, says="Row 0 got nothing")
def embedding_keeps_row_0_for_padding(indices, weight):
    refuse_outside(weight, indices)

    def back(g):
        contribution = added(weight, indices, g)
        contribution[0] = 0
        return contribution

    return weight[indices], back


@wrong_answer(check_embedding, says="The words were put in one row")
def embedding_flattens_its_words(indices, weight):
    refuse_outside(weight, indices)
    return weight[indices.ravel()], lambda g: added(weight, indices, g)


@wrong_answer(check_embedding, says="These are columns")
def embedding_reads_columns(indices, weight):
    refuse_outside(weight, indices)
    return weight[:, indices], lambda g: added(weight, indices, g)
