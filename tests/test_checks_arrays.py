"""What the checks on arrays measure with."""

import numpy as np
import pytest

from autograd_lesson.checks.arrays import (
    SHAPES,
    addresses_of,
    adjoint_fault,
    array_fault,
    changed_array_fault,
    difference,
    draw_array,
    draw_positive_array,
    draw_seed,
    numerical_vjp,
    op_fault,
    possible,
    run_both_ways,
    scattered,
    show_array,
    worst,
)
from autograd_lesson.checks.messages import show
from autograd_lesson.checks.plain_data import Other, Raised
from autograd_lesson.checks.run_answer import call


def rng():
    return np.random.default_rng(3)


@pytest.mark.parametrize("shape", [*SHAPES, (20, 30)])
def test_a_drawn_array_has_its_shape_and_no_entry_twice(shape):
    array = draw_array(rng(), shape)
    assert array.shape == shape and array.dtype == np.float64
    assert len(set(np.abs(array).ravel())) == array.size
    assert array.size < 10 or (array.min() < 0 < array.max())


def test_a_drawn_array_can_be_float32_or_positive():
    assert draw_array(rng(), (2, 3), dtype="float32").dtype == np.float32
    assert draw_positive_array(rng(), (30, 5)).min() >= 0.3


@pytest.mark.parametrize("shape", [(2, 3), (4,), (2, 1, 3)])
def test_a_seed_is_never_uniform_and_holds_a_zero_and_a_negative(shape):
    seed = draw_seed(rng(), shape)
    assert seed.shape == shape and seed.min() < 0
    assert np.count_nonzero(seed) == seed.size - 1
    assert len(set(seed.ravel())) == seed.size


def test_the_numerical_vjp_of_a_matrix_product_is_its_closed_form():
    a, b, g = draw_array(rng(), (2, 3)), draw_array(rng(), (3, 4)), draw_seed(rng(), (2, 4))
    kept = a.copy()
    of_a, of_b = numerical_vjp(np.matmul, [a, b], g)
    np.testing.assert_allclose(of_a, g @ b.T, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(of_b, a.T @ g, rtol=1e-8, atol=1e-9)
    np.testing.assert_array_equal(a, kept)


def test_the_numerical_vjp_takes_numbers_and_empty_arrays():
    (slope,) = numerical_vjp(np.tanh, [0.7], 2.0)
    assert slope == pytest.approx(2 * (1 - np.tanh(0.7) ** 2), rel=1e-9)
    (none,) = numerical_vjp(np.exp, [np.zeros((0, 2))], np.zeros((0, 2)))
    assert none.shape == (0, 2)


def test_the_adjoint_identity_holds_for_a_transpose_and_for_nothing_else():
    a, x, y = draw_array(rng(), (3, 3)), draw_array(rng(), (3,)), draw_seed(rng(), (3,))
    assert adjoint_fault("A", x, a @ x, y, a.T @ y) is None
    assert "sum(x * back(y))" in adjoint_fault("A", x, a @ x, y, a @ y)


def test_the_worst_entry_is_named_by_its_index():
    expected = np.array([[1.0, 2.0, 0.0], [4.0, 5.0, 6.0]])
    got = expected.copy()
    assert worst(got, expected) is None
    got[0, 2] = 1e-10  # what rounding leaves of a zero
    assert worst(got, expected) is None
    got[0, 1], got[1, 0] = 2.001, 3.0
    assert worst(got, expected) == ((1, 0), 3.0, 4.0)


def test_what_is_no_number_is_worst_of_all_and_equal_infinities_are_equal():
    expected = np.array([1.0, np.inf, np.nan, 2.0])
    assert worst(expected, expected) is None
    assert worst(np.array([1.0, np.inf, np.nan, np.nan]), expected).at == (3,)
    assert worst(np.array([1.0, -np.inf, np.nan, 2.0]), expected).at == (1,)
    assert worst(np.array([np.inf, np.inf, np.nan, 9.0]), expected).at == (0,)


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "returned nothing"),
        ([[1.0, 2.0, 3.0]] * 2, "`np.array(...)` makes one"),
        (6.0, "This is one number"),
        (Other("ndarray", "array([Value(data=1)], dtype=object)"), "array of objects"),
        (np.zeros((3, 2)), "wrong way round"),
        (np.zeros((2, 1, 3)), "axes of length 1"),
        (np.zeros(6), "in another shape"),
        (np.zeros(3), "An axis is gone"),
        (np.zeros((2, 3, 4)), "an axis too many"),
        (np.zeros((2, 4)), "another length"),
        (np.zeros((2, 3), int), "cut off every decimal"),
        (np.zeros((2, 3), "float32"), "half of the digits"),
    ],
)
def test_what_is_not_the_array_asked_for_is_told_why(got, words):
    assert words in array_fault("f(x)", got, (2, 3))


def test_an_array_as_asked_for_has_no_fault():
    assert array_fault("f(x)", np.zeros((2, 3)), (2, 3)) is None
    assert array_fault("f(x)", 2.5, ()) is None
    assert array_fault("f(x)", np.zeros((2, 3), int), (2, 3), dtype=None) is None
    wide = array_fault("f(x)", np.zeros(2), (2,), dtype="float32")
    assert "float32 went in" in wide


def test_a_known_slip_is_named_and_an_unknown_one_gets_its_index():
    x = np.array([1.0, -2.0, 3.0])
    slips = [(x, "The upstream as it came."), (x[:1], "Only the first.")]
    right = 2 * x
    assert difference("vjp", right, right, slips) is None
    assert "The upstream as it came." in difference("vjp", x, right, slips)
    assert "Only the first." in difference("vjp", x[:1], right, slips)
    other = difference("vjp", right + [0, 0, 1], right, slips, cause="Who knows.")
    assert "Furthest off: index [2]. Who knows." in other


def test_a_large_array_is_shown_by_one_entry():
    expected = draw_array(rng(), (5, 6))
    got = expected.copy()
    got[3, 4] += 1
    message = difference("f(x)", got, expected)
    assert "at index [3, 4] of an array of shape (5, 6)" in message
    assert len(message) < 300
    assert show_array(expected) == "an array of shape (5, 6)"
    assert show_array(np.array([1.0, 2.5])) == "[1, 2.5]"


def test_a_call_that_writes_into_an_array_is_told_which():
    def writes(x, g):
        g *= x
        return g

    def reads(x, g):
        return g * x

    names = ["x", "upstream"]
    assert changed_array_fault("f", call(reads, np.ones(2), np.full(2, 3.0)), names) is None
    found = changed_array_fault("f", call(writes, np.full(2, 5.0), np.full(2, 3.0)), names)
    assert "`upstream` changed" in found


@pytest.mark.parametrize(
    "move",
    [
        lambda a: a.T,
        lambda a: a[[1, 0, 1, 1]],
        lambda a: a[:, ::-2],
        lambda a: np.broadcast_to(a, (4, *a.shape)),
        lambda a: np.pad(a, 1),
    ],
)
def test_what_arrives_is_scattered_to_where_the_numbers_came_from(move):
    x = draw_array(rng(), (2, 3))
    g = draw_seed(rng(), move(x).shape)
    (slopes,) = numerical_vjp(move, [x], g, h=1.0)  # linear: no step is too wide
    np.testing.assert_allclose(scattered(move(addresses_of(x.shape)), g, x.shape), slopes)


def test_a_wrong_array_that_cannot_be_computed_is_left_out():
    x = np.ones(3)
    assert possible((lambda: x.sum(axis=1), "Axis 1."), (lambda: x, "As it came.")) == [
        (x, "As it came.")
    ]


def doubled(x):
    return 2 * x, lambda g: 2 * g


def doubled_in_one_array(x):
    kept = np.zeros_like(x)

    def back(g):
        kept[...] += 2 * g
        return kept

    return 2 * x, back


def doubled_in_place(x):
    x *= 2
    return x, lambda g: 2 * g


def doubled_on_the_way_back(x):
    def back(g):
        g *= 2
        return g

    return 2 * x, back


def raises(g):
    raise ValueError("on the way back")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: 2 * x, "The result alone does not know the way back."),
        (lambda x: (x + 2, raises), "the result of f(x)"),
        (lambda x: (2 * x, raises), "ValueError: on the way back"),
        (lambda x: (2 * x, 2 * x), "The second of the two must be a function"),
        (lambda x: None, "is a `return` missing?"),
        (lambda x: (x + 2, lambda g: g), "the result of f(x)"),
        (doubled_in_place, "`x` changed by the call"),
        (doubled_on_the_way_back, "`g` changed by the call"),
        (lambda x: (2 * x, lambda g: 3 * g), "back(g) of f(x), with g = ["),
        (doubled_in_one_array, "The first call was right"),
    ],
)
def test_an_op_and_its_way_back_are_judged_together(answer, words):
    x = np.array([1.0, -3.0])

    def fault(of):
        def back_fault(tried, contribution, g):
            return difference(tried, contribution, 2 * g)

        gs = [np.array([1.0, 5.0]), np.array([-1.0, 4.0])]
        outcome = run_both_ways(of, ["x"], [x.copy()], [g.copy() for g in gs])
        return op_fault("f(x)", outcome, gs, 2 * x, (), back_fault)

    assert fault(doubled) is None
    found = fault(answer)
    assert words in (show(found) if isinstance(found, Raised) else found)
