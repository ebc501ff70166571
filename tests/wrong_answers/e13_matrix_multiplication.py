"""Wrong answers to the checks of 13."""

from autograd_lesson.checks.e13_matrix_multiplication import (
    check_einsum_vjp,
    check_linear,
    check_linear_vjp,
    check_matmul,
    check_matmul_of_values,
    check_matmul_vjp,
    check_moons_classifier,
)
from wrong_answers import from_slips, spoiled, wrong_answer

# ---------------------------------------------------------------------------------------------
# E13.1, rung 1: lists of values

COLUMNS = "[[row[k] for row in b] for k in range(len(b[0]))]"
ALL = "[[dot(row, column) for column in columns] for row in a]"
SHORTER = "dot(*zip(*zip(row, column)))"
spoiled(
    check_matmul_of_values,
    values_take_rows_of_b_as_far_as_they_reach=(
        "each *row* of B",
        COLUMNS,
        "b",
        "dot(row, column)",
        SHORTER,
    ),
    values_take_rows_of_b=("`zip(*b)` goes over all of them", COLUMNS, "b"),
    values_swap_rows_and_columns=(
        "The outer list goes over the columns of B",
        ALL,
        "[[dot(row, column) for row in a] for column in columns]",
    ),
    values_multiply_entry_by_entry=(
        "entry by entry, as far as both reach",
        ALL,
        "[[x * y for x, y in zip(*rows)] for rows in zip(a, b)]",
    ),
    values_in_one_list=(
        "one flat list",
        ALL,
        "[dot(row, column) for row in a for column in columns]",
    ),
    values_in_one_row_n_times=(
        "makes one row, and a list that names it n times",
        f"return {ALL}",
        "result = [[None] * len(columns)] * len(a)\n"
        "    for i, row in enumerate(a): result[i][:] = [dot(row, column) for column in columns]\n"
        "    return result",
    ),
    values_as_numbers=(
        "have forgotten where they came from",
        "(row, column)",
        "(row, column).data",
    ),
    values_of_a_only=("Nothing came back to B", "row, column)", "row, [v.data for v in column])"),
    values_summed_up_in_new_values=(
        "made of other Values",
        "dot(row, column)",
        "type(row[0])(dot(row[:-1], column[:-1]).data) + row[-1] * column[-1]",
    ),
    values_of_any_lengths=("`zip` stops at the shorter of the two", "dot(row, column)", SHORTER),
    values_that_run_over_the_end=(
        "It did stop, but by accident",
        "[row[k] for row in b]",
        "[b[j][k] for j in range(len(a[0]))]",
    ),
    values_with_the_lengths_mixed_up=(
        "An index ran over the end",
        "range(len(b[0]))",
        "range(len(a) + 2)",
    ),
    values_returned_by_nobody=("is a `return` missing?", "return ", ""),
)

# ---------------------------------------------------------------------------------------------
# E13.1, rung 2: the way back by hand

from_slips(
    check_matmul_vjp,
    vjp_tries_until_the_shape_is_right="In a square every order fits",
    vjp_ignores_the_upstream="This is what ones above would give",
    vjp_in_the_wrong_order="The two contributions have changed places",
    vjp_gives_b_transposed="This is the contribution to B with rows and columns swapped",
    vjp_gives_a_transposed="This is the contribution to A with rows and columns swapped",
    vjp_gives_the_jacobian="This is the other factor alone",
)
spoiled(
    check_matmul_vjp,
    vjp_multiplies_by_b_as_it_is=(
        "do the two factors have it side by side?",
        "upstream @ b.T",
        "upstream @ b",
        "a.T @ upstream",
        "a @ upstream",
    ),
    vjp_entry_by_entry=(
        "`*` works entry by entry",
        "upstream @ b.T",
        "upstream * b.T",
        "a.T @ upstream",
        "upstream * a.T",
    ),
    vjp_of_a_alone=("every operand is owed a contribution of its own", "to_a, to_b", "to_a"),
    vjp_writes_into_the_upstream=(
        "An array handed in is not a copy",
        "return",
        "upstream *= 0.0; return",
    ),
)

# ---------------------------------------------------------------------------------------------
# E13.1, rung 3: vectors and stacks

from_slips(
    check_matmul,
    matmul_forgets_the_copies="One contribution for each copy",
    matmul_takes_the_mean_of_the_copies="This is the mean over the copies",
    matmul_keeps_the_first_copy="This is what comes back to the first copy alone",
    matmul_ignores_the_upstream="This is what ones above would give",
    matmul_loses_an_axis_with_the_copies="an axis of length 1 went with them",
    matmul_leaves_the_axis_of_a_vector="has to go again",
    matmul_by_dot="This is `np.dot`",
    matmul_swaps_its_functions="The two functions stand in the wrong order",
)
BACK, TURNED = "(to_a, to_b)", "full(upstream) @ columns.swapaxes(-1, -2)"
spoiled(
    check_matmul,
    matmul_of_matrices_only=(
        "Give both their second axis first",
        BACK,
        "(lambda g: g @ b.swapaxes(-1, -2), lambda g: a.swapaxes(-1, -2) @ g)",
    ),
    matmul_leaves_the_axis_in_the_result=(
        "An axis that was added to make a vector a matrix is still there",
        f"a @ b, {BACK}",
        f"rows @ columns, {BACK}",
    ),
    matmul_transposes_the_stack_too=(
        "turns *all* axes round",
        TURNED,
        "full(upstream) @ columns.T",
    ),
    matmul_gives_contributions_at_once=(
        "No upstream is known yet on the way forward",
        BACK,
        "(to_a(np.ones_like(a @ b)), to_b(np.ones_like(a @ b)))",
    ),
    matmul_in_float32=(
        "half of the digits were lost",
        BACK,
        "(lambda g: to_a(g).astype(np.float32), to_b)",
    ),
    matmul_in_float64=(
        "was an array made without `dtype`?",
        BACK,
        "(lambda g: np.zeros(a.shape) + to_a(g), to_b)",
    ),
    matmul_gives_the_result_alone=("a tuple (result, (to_a, to_b))", f"a @ b, {BACK}", "a @ b"),
    matmul_doubles_the_upstream_on_the_way=(
        "on `upstream`",
        TURNED,
        f"{TURNED}\n        upstream += 1.0",
    ),
)

# ---------------------------------------------------------------------------------------------
# E13.2, rung 1: a layer backwards

from_slips(
    check_linear_vjp,
    linear_takes_what_fits="fits because the layer is square",
    linear_gives_the_weight_transposed="It has the shape of weight.T",
    linear_takes_the_mean_of_the_examples="the layer adds up what each example brings",
    linear_hands_the_upstream_to_the_bias="with a row for each example",
    linear_takes_the_mean_for_the_bias="Every example used the bias in full",
    linear_sums_the_bias_along_the_wrong_axis="The sum goes over the outputs of each example",
    linear_keeps_an_axis_of_the_bias="with an axis of length 1 left",
    linear_counts_the_examples="This counts the examples",
)
spoiled(
    check_linear_vjp,
    linear_transposes_the_weight_again=(
        "its second factor is the weight transposed",
        "upstream @ weight",
        "upstream @ weight.T",
    ),
    linear_forgets_the_bias=("2 came back", ", upstream.sum(axis=0)", ""),
)

# ---------------------------------------------------------------------------------------------
# E13.2, rung 2: the layer

OUTPUT = "x @ self.weight.T + self.bias"
spoiled(
    check_linear,
    LayerWithTheWeightTheOtherWay=(
        "one row for each output",
        "(n_outputs, n_inputs)",
        "(n_inputs, n_outputs)",
        OUTPUT,
        "x @ self.weight + self.bias",
    ),
    LayerWithASpreadOfOne=("These have a spread of 1", "n_inputs**-0.5", "1.0"),
    LayerWithTheVarianceAsSpread=("As a *variance*", "n_inputs**-0.5", "1 / n_inputs"),
    LayerWithNumbersOfItsOwn=(
        "These are not the numbers that",
        "rng.normal",
        "np.random.default_rng(5).normal",
    ),
    LayerWithADrawnBias=(
        "The bias starts at 0",
        "np.zeros(n_outputs)",
        "rng.normal(size=n_outputs)",
    ),
    LayerOfArrays=(
        "both have to be able to receive a gradient",
        "Tensor(rng",
        "(rng",
        "Tensor(np",
        "(np",
    ),
    LayerWithoutItsBiasInTheList=(
        "What is not in this list is not trained",
        "[self.weight, self.bias]",
        "[self.weight]",
    ),
    LayerWithoutItsBias=("The bias is not in it", OUTPUT, "x @ self.weight.T"),
    LayerThatUsesTheArrayOfItsWeight=(
        "`weight.data` was used",
        OUTPUT,
        "x @ self.weight.data.T + self.bias",
    ),
    LayerThatReturnsAnArray=("A plain array has forgotten", OUTPUT, f"({OUTPUT}).data"),
)

# ---------------------------------------------------------------------------------------------
# E13.2, rung 3: two moons

LABELS, STEPS = "(output(points).data[:, 0] > 0).astype(int)", "range(600)"
spoiled(
    check_moons_classifier,
    moons_without_a_bend=(
        "One straight line parts its two labels",
        "first(points).tanh()",
        "first(points)",
        STEPS,
        "range(300)",
    ),
    moons_with_targets_in_a_row=(
        "their difference has shape (n, n)",
        "[:, None]",
        "",
        STEPS,
        "range(300)",
    ),
    moons_with_the_labels_swapped=(
        "Nearly every label is the wrong one of the two",
        LABELS,
        LABELS.replace(">", "<"),
        STEPS,
        "range(300)",
    ),
    moons_that_gives_the_output=(
        "The network's output is a number on a scale",
        LABELS,
        "output(points).data[:, 0]",
        STEPS,
        "range(300)",
    ),
    moons_in_a_column=(
        "axes of length 1 are missing or too many",
        LABELS,
        LABELS.replace("[:, 0]", ""),
        STEPS,
        "range(300)",
    ),
    moons_that_gives_labels_at_once=(
        "the function that gives labels to points",
        "lambda points: ",
        "",
        STEPS,
        "range(5)",
    ),
)


@wrong_answer(check_moons_classifier, says="It has learned a part of the moons")
def moons_parted_by_hand(points, labels):
    return lambda points: ((points[:, 1] < 0.25) ^ (abs(points[:, 0] - 0.5) < 0.2)).astype(int)


# ---------------------------------------------------------------------------------------------
# E13.3: einsum

from_slips(
    check_einsum_vjp,
    einsum_of_the_upstream_alone="The other operands are not in it",
    einsum_of_ones="This is what ones above would give",
    einsum_with_its_axes_turned="Its axes are turned round",
)
spoiled(
    check_einsum_vjp,
    einsum_without_ones=(
        "it has to come from somewhere",
        "[letter for letter in own if letter not in known]",
        "[]",
    ),
    einsum_of_two=(
        "There is no second operand to swap with",
        "words = inputs",
        "one, other = words = inputs",
    ),
    einsum_of_the_first_operand=(
        "One array came back",
        "tuple(contributions)",
        "contributions[0]",
    ),
)
