"""Wrong answers to the checks of 13."""

import numpy as np

from autograd_lesson import Tensor, Value, dot, total
from autograd_lesson.checks.e13_matrix_multiplication import (
    check_einsum_vjp,
    check_linear,
    check_linear_vjp,
    check_matmul,
    check_matmul_of_values,
    check_matmul_vjp,
    check_moons_classifier,
)
from wrong_answers import from_slips, wrong_answer


def columns_of(b):
    return [[row[k] for row in b] for k in range(len(b[0]))]


# ---------------------------------------------------------------------------------------------
# E13.1, rung 1: lists of values


@wrong_answer(check_matmul_of_values, says="each *row* of B")
def values_take_rows_of_b_as_far_as_they_reach(a, b):
    return [[total([x * y for x, y in zip(row, other, strict=False)]) for other in b] for row in a]


@wrong_answer(check_matmul_of_values, says="`zip(*b)` goes over all of them")
def values_take_rows_of_b(a, b):
    return [[dot(row, other) for other in b] for row in a]


@wrong_answer(check_matmul_of_values, says="The outer list goes over the columns of B")
def values_swap_rows_and_columns(a, b):
    return [[dot(row, column) for row in a] for column in columns_of(b)]


@wrong_answer(check_matmul_of_values, says="entry by entry, as far as both reach")
def values_multiply_entry_by_entry(a, b):
    rows = zip(a, b, strict=False)
    return [[x * y for x, y in zip(row, other, strict=False)] for row, other in rows]


@wrong_answer(check_matmul_of_values, says="one flat list")
def values_in_one_list(a, b):
    return [dot(row, column) for row in a for column in columns_of(b)]


@wrong_answer(check_matmul_of_values, says="makes one row, and a list that names it n times")
def values_in_one_row_n_times(a, b):
    result = [[None] * len(b[0])] * len(a)
    for i, row in enumerate(a):
        for k, column in enumerate(columns_of(b)):
            result[i][k] = dot(row, column)
    return result


@wrong_answer(check_matmul_of_values, says="have forgotten where they came from")
def values_as_numbers(a, b):
    product = np.array([[v.data for v in row] for row in a]) @ [[v.data for v in row] for row in b]
    return product.tolist()


@wrong_answer(check_matmul_of_values, says="Nothing came back to B")
def values_of_a_only(a, b):
    return [[dot(row, [v.data for v in column]) for column in columns_of(b)] for row in a]


@wrong_answer(check_matmul_of_values, says="made of other Values")
def values_summed_up_in_new_values(a, b):
    def one(row, column):
        so_far = Value(0.0)
        for x, y in zip(row, column, strict=True):
            so_far = Value(so_far.data) + x * y
        return so_far

    return [[one(row, column) for column in columns_of(b)] for row in a]


@wrong_answer(check_matmul_of_values, says="`zip` stops at the shorter of the two")
def values_of_any_lengths(a, b):
    def one(row, column):
        return total([x * y for x, y in zip(row, column, strict=False)])

    return [[one(row, column) for column in columns_of(b)] for row in a]


@wrong_answer(check_matmul_of_values, says="It did stop, but by accident")
def values_that_run_over_the_end(a, b):
    inner, width = len(a[0]), len(b[0])
    return [[total([row[j] * b[j][k] for j in range(inner)]) for k in range(width)] for row in a]


@wrong_answer(check_matmul_of_values, says="An index ran over the end")
def values_with_the_lengths_mixed_up(a, b):
    n = len(a)
    return [
        [total([a[i][j] * b[j][k] for j in range(n + 1)]) for k in range(n + 2)] for i in range(n)
    ]


@wrong_answer(check_matmul_of_values, says="is a `return` missing?")
def values_returned_by_nobody(a, b):
    [[dot(row, column) for column in columns_of(b)] for row in a]


# ---------------------------------------------------------------------------------------------
# E13.1, rung 2: the way back by hand


@wrong_answer(check_matmul_vjp, says="do the two factors have it side by side?")
def vjp_multiplies_by_b_as_it_is(upstream, a, b):
    return upstream @ b, a @ upstream


from_slips(
    check_matmul_vjp,
    vjp_tries_until_the_shape_is_right="In a square every order fits",
    vjp_ignores_the_upstream="This is what ones above would give",
    vjp_in_the_wrong_order="The two contributions have changed places",
    vjp_gives_b_transposed="This is the contribution to B with rows and columns swapped",
    vjp_gives_a_transposed="This is the contribution to A with rows and columns swapped",
    vjp_gives_the_jacobian="This is the other factor alone",
)


@wrong_answer(check_matmul_vjp, says="`*` works entry by entry")
def vjp_entry_by_entry(upstream, a, b):
    return upstream * b.T, upstream * a.T


@wrong_answer(check_matmul_vjp, says="every operand is owed a contribution of its own")
def vjp_of_a_alone(upstream, a, b):
    return upstream @ b.T


@wrong_answer(check_matmul_vjp, says="An array handed in is not a copy")
def vjp_writes_into_the_upstream(upstream, a, b):
    to_a, to_b = upstream @ b.T, a.T @ upstream
    upstream *= 0.0
    return to_a, to_b


# ---------------------------------------------------------------------------------------------
# E13.1, rung 3: vectors and stacks


def summed(gradient, shape):
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    axes = [axis for axis, n in enumerate(shape) if n == 1 and gradient.shape[axis] > 1]
    return gradient.sum(axis=tuple(axes), keepdims=True)


def product(a, b, take=summed, keep=False):
    """As it should be: each wrong answer spoils one thing."""
    rows = a[None, :] if a.ndim == 1 else a
    columns = b[:, None] if b.ndim == 1 else b

    def full(upstream):
        if b.ndim == 1:
            upstream = upstream[..., None]
        return upstream[..., None, :] if a.ndim == 1 else upstream

    def to_a(upstream):
        found = take(full(upstream) @ columns.swapaxes(-1, -2), rows.shape)
        return found if keep or found.size != a.size else found.reshape(a.shape)

    def to_b(upstream):
        found = take(rows.swapaxes(-1, -2) @ full(upstream), columns.shape)
        return found if keep or found.size != b.size else found.reshape(b.shape)

    return a @ b, (to_a, to_b)


@wrong_answer(check_matmul, says="Give both their second axis first")
def matmul_of_matrices_only(a, b):
    return a @ b, (lambda g: g @ b.swapaxes(-1, -2), lambda g: a.swapaxes(-1, -2) @ g)


from_slips(
    check_matmul,
    matmul_forgets_the_copies="One contribution for each copy",
    matmul_takes_the_mean_of_the_copies="This is the mean over the copies",
    matmul_keeps_the_first_copy="This is what comes back to the first copy alone",
    matmul_ignores_the_upstream="This is what ones above would give",
    matmul_loses_an_axis_with_the_copies="an axis of length 1 went with them",
    matmul_leaves_the_axis_of_a_vector="has to go again",
)


@wrong_answer(check_matmul, says="An axis that was added to make a vector a matrix is still there")
def matmul_leaves_the_axis_in_the_result(a, b):
    rows = a[None, :] if a.ndim == 1 else a
    columns = b[:, None] if b.ndim == 1 else b
    return rows @ columns, product(a, b)[1]


@wrong_answer(check_matmul, says="turns *all* axes round")
def matmul_transposes_the_stack_too(a, b):
    if min(a.ndim, b.ndim) == 1:
        return product(a, b)
    return a @ b, (lambda g: summed(g @ b.T, a.shape), lambda g: summed(a.T @ g, b.shape))


from_slips(
    check_matmul,
    matmul_by_dot="This is `np.dot`",
)


@wrong_answer(check_matmul, says="No upstream is known yet on the way forward")
def matmul_gives_contributions_at_once(a, b):
    result, (to_a, to_b) = product(a, b)
    return result, (to_a(np.ones_like(result)), to_b(np.ones_like(result)))


@wrong_answer(check_matmul, says="half of the digits were lost")
def matmul_in_float32(a, b):
    result, (to_a, to_b) = product(a, b)
    return result, (lambda g: to_a(g).astype(np.float32), to_b)


@wrong_answer(check_matmul, says="was an array made without `dtype`?")
def matmul_in_float64(a, b):
    result, (to_a, to_b) = product(a, b)
    return result, (lambda g: np.zeros(a.shape) + to_a(g), to_b)


@wrong_answer(check_matmul, says="a tuple (result, (to_a, to_b))")
def matmul_gives_the_result_alone(a, b):
    return a @ b


from_slips(
    check_matmul,
    matmul_swaps_its_functions="The two functions stand in the wrong order",
)


@wrong_answer(check_matmul, says="on `upstream`")
def matmul_doubles_the_upstream_on_the_way(a, b):
    result, (to_a, to_b) = product(a, b)

    def hasty(upstream):
        found = to_a(upstream)
        upstream += 1.0
        return found

    return result, (hasty, to_b)


# ---------------------------------------------------------------------------------------------
# E13.2, rung 1: a layer backwards


def layer_back(given, **changed):
    upstream, x, weight = given
    right = {"x": upstream @ weight, "weight": upstream.T @ x, "bias": upstream.sum(axis=0)}
    return tuple((right | changed).values())


@wrong_answer(check_linear_vjp, says="its second factor is the weight transposed")
def linear_transposes_the_weight_again(upstream, x, weight):
    return upstream @ weight.T, upstream.T @ x, upstream.sum(axis=0)


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


@wrong_answer(check_linear_vjp, says="2 came back")
def linear_forgets_the_bias(upstream, x, weight):
    return layer_back((upstream, x, weight))[:2]


# ---------------------------------------------------------------------------------------------
# E13.2, rung 2: the layer


class Layer:
    """As it should be: each wrong answer spoils one thing."""

    def __init__(self, n_inputs, n_outputs, rng):
        self.weight = Tensor(rng.normal(0.0, n_inputs**-0.5, (n_outputs, n_inputs)))
        self.bias = Tensor(np.zeros(n_outputs))

    def __call__(self, x):
        return x @ self.weight.T + self.bias

    def parameters(self):
        return [self.weight, self.bias]


@wrong_answer(check_linear, says="one row for each output")
class LayerWithTheWeightTheOtherWay(Layer):
    def __init__(self, n_inputs, n_outputs, rng):
        self.weight = Tensor(rng.normal(0.0, n_inputs**-0.5, (n_inputs, n_outputs)))
        self.bias = Tensor(np.zeros(n_outputs))

    def __call__(self, x):
        return x @ self.weight + self.bias


@wrong_answer(check_linear, says="These have a spread of 1")
class LayerWithASpreadOfOne(Layer):
    def __init__(self, n_inputs, n_outputs, rng):
        super().__init__(n_inputs, n_outputs, rng)
        self.weight.data = self.weight.data * n_inputs**0.5


@wrong_answer(check_linear, says="As a *variance*")
class LayerWithTheVarianceAsSpread(Layer):
    def __init__(self, n_inputs, n_outputs, rng):
        self.weight = Tensor(rng.normal(0.0, 1 / n_inputs, (n_outputs, n_inputs)))
        self.bias = Tensor(np.zeros(n_outputs))


@wrong_answer(check_linear, says="These are not the numbers that")
class LayerWithNumbersOfItsOwn(Layer):
    def __init__(self, n_inputs, n_outputs, rng):
        super().__init__(n_inputs, n_outputs, np.random.default_rng(5))


@wrong_answer(check_linear, says="The bias starts at 0")
class LayerWithADrawnBias(Layer):
    def __init__(self, n_inputs, n_outputs, rng):
        super().__init__(n_inputs, n_outputs, rng)
        self.bias = Tensor(rng.normal(size=n_outputs))


@wrong_answer(check_linear, says="both have to be able to receive a gradient")
class LayerOfArrays(Layer):
    def __init__(self, n_inputs, n_outputs, rng):
        self.weight = rng.normal(0.0, n_inputs**-0.5, (n_outputs, n_inputs))
        self.bias = np.zeros(n_outputs)


@wrong_answer(check_linear, says="What is not in this list is not trained")
class LayerWithoutItsBiasInTheList(Layer):
    def parameters(self):
        return [self.weight]


@wrong_answer(check_linear, says="The bias is not in it")
class LayerWithoutItsBias(Layer):
    def __call__(self, x):
        return x @ self.weight.T


@wrong_answer(check_linear, says="`weight.data` was used")
class LayerThatUsesTheArrayOfItsWeight(Layer):
    def __call__(self, x):
        return x @ self.weight.data.T + self.bias


@wrong_answer(check_linear, says="A plain array has forgotten")
class LayerThatReturnsAnArray(Layer):
    def __call__(self, x):
        return super().__call__(x).data


# ---------------------------------------------------------------------------------------------
# E13.2, rung 3: two moons


def classifier(points, labels, forward, parameters, targets=None, rate=0.5, steps=300, zero=True):
    targets = (2.0 * labels - 1.0)[:, None] if targets is None else targets
    for _ in range(steps):
        loss = ((forward(points) - targets) ** 2).mean()
        for parameter in parameters:
            parameter.grad = None if zero else parameter.grad
        loss.backward()
        for parameter in parameters:
            parameter.data -= rate * parameter.grad
    return lambda points: (forward(points).data[:, 0] > 0).astype(int)


def network(bend=True):
    rng = np.random.default_rng(0)
    first, second = Layer(2, 16, rng), Layer(16, 1, rng)

    def forward(points):
        hidden = first(points)
        return second(hidden.tanh() if bend else hidden).tanh()

    return forward, first.parameters() + second.parameters()


@wrong_answer(check_moons_classifier, says="One straight line parts its two labels")
def moons_without_a_bend(points, labels):
    return classifier(points, labels, *network(bend=False))


@wrong_answer(check_moons_classifier, says="their difference has shape (n, n)")
def moons_with_targets_in_a_row(points, labels):
    return classifier(points, labels, *network(), targets=2.0 * labels - 1.0)


@wrong_answer(check_moons_classifier, says="Nearly every label is the wrong one of the two")
def moons_with_the_labels_swapped(points, labels):
    labels_of = classifier(points, labels, *network())
    return lambda points: 1 - labels_of(points)


@wrong_answer(check_moons_classifier, says="The network's output is a number on a scale")
def moons_that_gives_the_output(points, labels):
    forward, parameters = network()
    classifier(points, labels, forward, parameters)
    return lambda points: forward(points).data[:, 0]


@wrong_answer(check_moons_classifier, says="axes of length 1 are missing or too many")
def moons_in_a_column(points, labels):
    labels_of = classifier(points, labels, *network())
    return lambda points: labels_of(points)[:, None]


@wrong_answer(check_moons_classifier, says="It has learned a part of the moons")
def moons_parted_by_hand(points, labels):
    return lambda points: ((points[:, 1] < 0.25) ^ (abs(points[:, 0] - 0.5) < 0.2)).astype(int)


@wrong_answer(check_moons_classifier, says="the function that gives labels to points")
def moons_that_gives_labels_at_once(points, labels):
    return classifier(points, labels, *network(), steps=5)(points)


# ---------------------------------------------------------------------------------------------
# E13.3: einsum


def einsum_back(spec, upstream, operands, pick=lambda others: others, ones=True):
    inputs, output = spec.split("->")
    words = inputs.split(",")
    found = []
    for place, own in enumerate(words):
        others = words[:place] + words[place + 1 :]
        arrays = operands[:place] + operands[place + 1 :]
        alone = [x for x in own if x not in set(output).union(*others)] if ones else []
        lengths = [np.ones(operands[place].shape[own.index(x)]) for x in alone]
        back = ",".join([output, *others, *alone]) + "->" + own
        found.append(np.einsum(back, upstream, *pick(arrays), *lengths))
    return tuple(found)


@wrong_answer(check_einsum_vjp, says="it has to come from somewhere")
def einsum_without_ones(spec, upstream, *operands):
    return einsum_back(spec, upstream, operands, ones=False)


from_slips(
    check_einsum_vjp,
    einsum_of_the_upstream_alone="The other operands are not in it",
    einsum_of_ones="This is what ones above would give",
)


@wrong_answer(check_einsum_vjp, says="There is no second operand to swap with")
def einsum_of_two(spec, upstream, *operands):
    inputs, output = spec.split("->")
    one, other = inputs.split(",")
    a, b = operands
    to_a = np.einsum(f"{output},{other}->{one}", upstream, b)
    return to_a, np.einsum(f"{output},{one}->{other}", upstream, a)


from_slips(
    check_einsum_vjp,
    einsum_with_its_axes_turned="Its axes are turned round",
)


@wrong_answer(check_einsum_vjp, says="One array came back")
def einsum_of_the_first_operand(spec, upstream, *operands):
    return einsum_back(spec, upstream, operands)[0]
