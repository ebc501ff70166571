"""The class itself: what it holds, what it refuses, backward and its seed, and changes in place."""

import copy
import operator
import pickle
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lesson import Tensor, Value, backward_steps, derivative, no_grad, topological_order
from autograd_lesson.functional import cross_entropy
from autograd_lesson.pictures.graph import accounts
from autograd_lesson.tensor import FUNCTIONS, WITHOUT_GRADIENT, concat, einsum, stack, where
from autograd_lesson.value import walk_back


def test_a_tensor_copies_its_data_and_keeps_the_type_of_floats():
    array = np.array([1.0, 2.0], np.float32)
    x = Tensor(array)
    array[0] = 7.0
    assert x.data.tolist() == [1.0, 2.0] and x.dtype == np.float32
    assert Tensor([1, 2]).dtype == np.float64 and Tensor(np.arange(3)).dtype == np.float64
    assert (x * 2.5 + 1).dtype == np.float32, "a Python number takes the tensor's type"
    assert (2.5 / x).dtype == np.float32 and (x * np.float64(2)).dtype == np.float32


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([[1.0], [1.0, 2.0]], "differ in length"),
        ("abc", "strings"),
        ([1j], r"\.real"),
        ([Value(1.0), Value(2.0)], "v.data for v in values"),
        (None, "real numbers"),
    ],
)
def test_what_is_no_array_of_real_numbers_is_refused(data, words):
    with pytest.raises(TypeError, match=words):
        Tensor(data)


def test_a_tensor_of_a_tensor_is_refused():
    with pytest.raises(TypeError, match="already"):
        Tensor(Tensor([1.0]))


def test_integers_take_no_gradient():
    labels = Tensor([0, 2], dtype=int)
    assert labels.dtype == int and not labels.requires_grad
    with pytest.raises(TypeError, match="only floats take a gradient"):
        Tensor([0, 2], dtype=int, requires_grad=True)
    with pytest.raises(TypeError, match="takes no gradient"):
        Tensor([1.0]).astype(int)
    x = Tensor([1.0, 2.0])
    (x * labels).sum().backward()
    assert x.grad.tolist() == [0.0, 2.0] and labels.grad is None


def test_an_array_and_a_number_that_meet_a_tensor_are_constants_on_either_side():
    x, array = Tensor([[1.0, 2.0]]), np.array([[3.0], [4.0]])
    for y in (x * array, array * x, 2.0 * x, np.float64(2) * x, array + x, array @ x):
        assert isinstance(y, Tensor)
        assert [v.requires_grad for v in y.operands].count(False) == 1
    array[:] = 0.0
    y = x * np.array([[5.0, 6.0]])
    y.sum().backward()
    assert x.grad.tolist() == [[5.0, 6.0]]


def test_a_constant_is_copied_and_may_change_afterwards():
    x, array = Tensor([1.0, 2.0]), np.array([3.0, 4.0])
    y = (x * array).sum()
    array[:] = 0.0
    y.backward()
    assert x.grad.tolist() == [3.0, 4.0]


def test_an_index_is_copied_and_may_change_afterwards():
    x, index = Tensor([1.0, 2.0, 3.0]), np.array([0, 0])
    y = x[index].sum()
    index[:] = 2
    y.backward()
    assert x.grad.tolist() == [2.0, 0.0, 0.0]


def test_numpys_functions_reach_the_methods_and_refuse_what_has_no_gradient():
    x = Tensor([0.5, 1.0])
    assert isinstance(np.tanh(x), Tensor) and np.tanh(x).op.symbol == "tanh"
    assert np.add(np.ones(2), x).op.symbol == "+"
    with pytest.raises(TypeError, match="np.arctan has no gradient here"):
        np.arctan(x)
    with pytest.raises(TypeError, match="x.data"):
        np.add(x, x, out=np.zeros(2))
    with pytest.raises(TypeError, match="pass its .data"):
        np.asarray(x)


def test_a_tensor_is_not_written_to():
    with pytest.raises(TypeError, match="where"):
        Tensor([1.0, 2.0])[0] = 5.0


def test_the_repr_shows_numbers_type_and_label():
    assert repr(Tensor([1.0, 2.5], label="x")) == "Tensor([1. , 2.5], label='x')"
    assert repr(Tensor(np.float32([1.0]))) == "Tensor([1.], dtype=float32)"
    assert "shape=(20, 20)" in repr(Tensor(np.zeros((20, 20))))
    x = Tensor([1.0, 2.0])
    assert repr(x.data) == "array([1., 2.])"


# backward


def test_backward_needs_a_seed_where_there_is_more_than_one_number():
    x = Tensor([1.0, 2.0], label="x")
    with pytest.raises(ValueError, match=r"of shape \(2,\) needs a seed"):
        (x * 2).backward()
    with pytest.raises(ValueError, match=r"the seed has shape \(3,\)"):
        (x * 2).backward([1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match=r"the seed has shape \(\)"):
        (x * 2).backward(1.0)
    assert x.grad is None
    (x * 2).backward([1.0, -3.0])
    assert x.grad.tolist() == [2.0, -6.0]


def test_backward_from_what_takes_no_gradient_is_refused():
    with pytest.raises(RuntimeError, match="depends on nothing that takes a gradient"):
        (Tensor([1.0], requires_grad=False) * 2).backward()


def test_gradients_of_two_passes_add_up():
    x = Tensor([1.0, 2.0])
    for _ in range(2):
        (x * x).sum().backward()
    assert x.grad.tolist() == [4.0, 8.0]
    x.zero_grad()
    assert x.grad is None


def test_the_gradients_of_two_leaves_are_two_arrays():
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    seed = np.array([1.0, 1.0])
    (a + b).backward(seed)
    a.grad += 5.0
    assert b.grad.tolist() == [1.0, 1.0] and seed.tolist() == [1.0, 1.0]


def test_the_graph_is_freed_and_a_second_pass_refused():
    x = Tensor([3.0], label="x")
    y = x * x
    loss = y + x
    loss.backward()
    assert loss.operands == () and y.operands == ()
    for again in (loss, y * 2):
        with pytest.raises(RuntimeError, match="freed by an earlier backward"):
            again.backward()
    assert x.grad.tolist() == [7.0], "a pass that is refused leaves the gradients as they were"


def test_a_graph_that_is_retained_gives_every_tensor_its_gradient():
    x = Tensor([3.0])
    y = x * x
    loss = y * 2.0
    loss.backward(retain_graph=True)
    loss.backward(retain_graph=True)
    assert (x.grad, y.grad, loss.grad) == ([24.0], [4.0], [2.0])


@pytest.mark.slow
def test_a_deep_chain_needs_no_recursion():
    x = Tensor([1.0])
    y = x
    for _ in range(20_000):
        y = y + 1.0
    y.backward()
    assert x.grad == [1.0]


def random_graph(draw_, xs):
    """A tensor computed from `xs` by drawn ops, all of one shape."""
    pool = list(xs)
    for _ in range(draw_(st.integers(1, 12))):
        a, b = (pool[draw_(st.integers(0, len(pool) - 1))] for _ in range(2))
        pool.append(
            draw_(
                st.sampled_from(
                    [
                        lambda a, b: a + b,
                        lambda a, b: a * b,
                        lambda a, b: (a - b).tanh(),
                        lambda a, b: a[:, [1, 0, 0]] + b[:, :1],
                        lambda a, b: concat([a[1:], b[:1]]),
                        lambda a, b: stack([a, b]).mean(0),
                        lambda a, b: a @ b.T @ a * 0.1,
                        lambda a, b: a.reshape(3, 2).T + b.sum(0),
                        lambda a, b: a,
                    ]
                )
            )(a, b)
        )
    return pool[-1]


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=150)
def test_the_sparing_walk_gives_the_same_bits_as_the_one_walk(data):
    rng = np.random.default_rng(0)
    xs = [Tensor(rng.normal(size=(2, 3))) for _ in range(3)]
    y = random_graph(data.draw, xs)
    seed = rng.normal(size=(2, 3))
    gradient = {y: seed}
    for _ in walk_back(y, gradient):
        pass
    y.backward(seed)
    for x in xs:
        expected = gradient.get(x)
        assert (x.grad is None) == (expected is None)
        assert expected is None or (x.grad == expected).all()


def test_the_steps_of_the_walk_name_each_edge():
    x, w = Tensor([[1.0, 2.0]], label="x"), Tensor([[3.0], [4.0]], label="w")
    y = (x @ w).named("y")
    gradient = {y: np.ones((1, 1))}
    steps = list(backward_steps(y, gradient))
    assert [(s.result, s.operand, s.index) for s in steps] == [(y, x, 0), (y, w, 1)]
    assert callable(steps[0].partial) and steps[0].contribution.tolist() == [[3.0, 4.0]]
    assert topological_order(y) == [x, w, y]


def test_no_grad_records_nothing_and_is_restored_after_an_exception():
    x = Tensor([1.0])
    with no_grad():
        with no_grad():
            assert not (x * 2).requires_grad
        assert not (x * 2).requires_grad
    with pytest.raises(ZeroDivisionError), no_grad():
        1 / 0  # noqa: B018
    assert (x * 2).requires_grad


def test_detach_cuts_the_way_back_and_shares_the_memory():
    x = Tensor([3.0])
    y = x * x.detach()
    y.backward()
    assert x.grad == [3.0]
    z = x * x
    x.detach().data[0] = 5.0
    with pytest.raises(RuntimeError, match="changed in place"):
        z.backward()


def test_derivatives_of_any_order():
    x = Tensor([0.3, -0.7])
    t = np.tanh(x.data)
    third = derivative(derivative(derivative(lambda v: v.tanh())))(x)
    np.testing.assert_allclose(third.data, (6 * t**2 - 2) * (1 - t**2), rtol=1e-12)
    assert derivative(lambda v: Tensor([1.0]).sum())(x).data.tolist() == [0.0, 0.0]


# Changes in place.

WRITES = {
    "an element": lambda x: x.data.__setitem__(0, 9.0),
    "x.data -= ": lambda x: setattr(x, "data", x.data.__isub__(1.0)),
    "out=": lambda x: np.add(x.data, 1.0, out=x.data),
    "out= of a view": lambda x: np.exp(x.data[1:], out=x.data[1:]),
    "a view of a view": lambda x: x.data[1:].reshape(1, -1)[0].__setitem__(0, 9.0),
    "fill": lambda x: x.data.fill(9.0),
    "sort": lambda x: x.data.sort(),
    "np.copyto": lambda x: np.copyto(x.data, [7.0, 8.0, 9.0]),
    "ufunc.at": lambda x: np.add.at(x.data, [0], 1.0),
    "out= of a reduction": lambda x: np.cumsum([1.0, 2.0, 3.0], out=x.data),
    "a tensor that is a view": lambda x: x[1:].data.__setitem__(0, 9.0),
    "a reshaped tensor": lambda x: x.reshape(3, 1).data.fill(0.0),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_change_of_a_saved_array_is_caught_with_name_op_and_versions(name):
    x = Tensor([3.0, 2.0, 1.0], label="x")
    y = (x * x).sum()
    WRITES[name](x)
    with pytest.raises(
        RuntimeError, match=r"'x' .*in place after '\*'.* version [12], .*version 0"
    ):
        y.backward()
    assert x.grad is None


def test_a_change_of_a_saved_result_is_caught():
    x = Tensor([1.0, 2.0])
    y = x.exp()
    y.data[0] = 0.0
    with pytest.raises(RuntimeError, match="made by 'exp'.* was changed in place"):
        y.backward([1.0, 1.0])


def writes_after_backward():
    x = Tensor([1.0, 2.0])
    (x * x).sum().backward()
    x.data -= 0.1 * x.grad
    (x * x).sum().backward()
    return x.grad, [2 * 1.0 + 2 * 0.8, 2 * 2.0 + 2 * 1.6]


def writes_to_what_a_sum_does_not_keep():
    x = Tensor([1.0, 2.0])
    y = (x + x).sum()
    x.data[0] = 9.0
    y.backward()
    return x.grad, [2.0, 2.0]


def writes_to_a_copy():
    x = Tensor([1.0, 2.0])
    y = (x * x).sum()
    x.data.copy()[0] = 9.0
    x.data[[0, 1]].fill(3.0)
    (x.data + 1.0)[0] = 4.0
    y.backward()
    return x.grad, [2.0, 4.0]


def reads_only():
    x = Tensor([1.0, 2.0])
    y = (x * x).sum()
    _ = x.data.sum(), x.data[0], np.exp(x.data), x.data.T, sorted(x.data)
    y.backward()
    return x.grad, [2.0, 4.0]


def writes_to_another_tensor():
    x, other = Tensor([1.0, 2.0]), Tensor([1.0, 2.0])
    y = (x * 2.0 + other).sum()
    other.data[:] = 0.0
    y.backward()
    return x.grad, [2.0, 2.0]


def replaces_the_array():
    x = Tensor([1.0, 2.0])
    y = (x * x).sum()
    x.data = np.array([5.0, 5.0])
    y.backward()
    return x.grad, [2.0, 4.0]


@pytest.mark.parametrize(
    "program",
    [
        writes_after_backward,
        writes_to_what_a_sum_does_not_keep,
        writes_to_a_copy,
        reads_only,
        writes_to_another_tensor,
        replaces_the_array,
    ],
)
def test_a_safe_program_raises_nothing_and_has_the_right_gradient(program):
    got, expected = program()
    np.testing.assert_allclose(got, expected)


def test_a_watched_array_leaves_as_a_plain_one():
    x = Tensor([1.0, 2.0])
    assert type(x.data + 1) is np.ndarray and type(x.data.sum()) is np.float64
    assert type(pickle.loads(pickle.dumps(x.data))) is np.ndarray
    assert type(copy.deepcopy(x.data)) is np.ndarray
    assert isinstance(x.data * x, Tensor)


def test_new_data_must_have_the_shape():
    with pytest.raises(ValueError, match=r"cannot become one of shape \(3,\)"):
        Tensor([1.0, 2.0]).data = [1.0, 2.0, 3.0]


# Comparisons, rows, and what asks for one number.


def test_equal_and_not_equal_compare_elementwise_as_in_numpy():
    x = Tensor([[0.0, 2.0], [2.0, -1.0]])
    for other in (
        2.0,
        np.array([0.0, 2.0]),
        [[0.0], [2.0]],
        Tensor(2.0),
        Tensor([0, 2], dtype=int),
    ):
        there = np.asarray(other.array if isinstance(other, Tensor) else other)
        for got, expected in ((x == other, x.array == there), (x != other, x.array != there)):
            assert type(got) is np.ndarray and got.dtype == bool
            assert np.array_equal(got, expected)
    assert np.array_equal(np.ones(2) == Tensor([1.0, 0.0]), [True, False])
    assert np.array_equal(np.array([[2.0], [0.0]]) != x, [[True, False], [True, True]])
    assert where(x == x.max(), 1.0, 0.0).data.tolist() == [[0.0, 1.0], [1.0, 0.0]]
    y = x[x == 2.0]
    assert y.data.tolist() == [2.0, 2.0]
    (y.sum() + where(x != 0.0, x * x, 0.0).sum()).backward()
    assert x.grad.tolist() == [[0.0, 5.0], [5.0, -2.0]]
    assert np.mean(Tensor([1.0, 2.0]) == Tensor([1.0, 3.0])) == 0.5
    assert not (Tensor([np.nan]) == Tensor([np.nan])).any()


def test_what_is_no_number_is_not_equal_and_shapes_that_do_not_meet_are_refused():
    x = Tensor([1.0, 2.0])
    assert (x == None) is False and (x != None) is True  # noqa: E711
    assert (x == "a") is False and (x == object()) is False
    for compare in (lambda a, b: a == b, lambda a, b: a != b, lambda a, b: a < b):
        with pytest.raises(
            ValueError, match=r"of shapes \(2,\) and \(3,\): counted from the right"
        ):
            compare(x, np.ones(3))
    with pytest.raises(TypeError, match="not None"):
        x < None  # noqa: B015


def test_dictionaries_and_sets_of_tensors_go_by_identity():
    tensors = [Tensor([1.0, 2.0]) for _ in range(200)]
    places = {x: place for place, x in enumerate(tensors)}
    assert len(places) == len(set(tensors)) == 200
    assert all(places[x] == place for place, x in enumerate(tensors))
    assert Tensor([1.0, 2.0]) not in places
    a, b = Value(1.0), Value(1.0)
    assert a != b and a == a, "a Value equals itself and nothing else"


def test_a_graph_whose_leaf_goes_two_ways_is_followed_edge_by_edge():
    """Two edges differ by their results, whose == is an array."""
    x = Tensor([1.0, 2.0])
    loss = (x * x + x.exp()).sum()
    known = list(accounts(loss))
    assert [len(edges) for edges in (known[0].owed[x], known[-1].owed[x])] == [3, 0]


def test_a_tensor_goes_row_by_row_with_its_gradient_and_one_without_axes_does_not():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    first, second = x
    (first * second).sum().backward()
    assert x.grad.tolist() == [[3.0, 4.0], [1.0, 2.0]]
    assert [row.shape for row in x] == [(2,), (2,)] and len(x) == 2
    assert sum(Tensor([1.0, 2.0, 3.0])).item() == 6.0
    assert list(Tensor(np.zeros((0, 2)))) == []
    loss = x.sum()
    for ask in (sum, list, len, tuple, max, lambda y: [*y], lambda y: (lambda a, b: 0)(*y)):
        with pytest.raises(TypeError, match=r"of shape \(\) has no axis to count or to go along"):
            ask(loss)


def test_in_asks_for_an_equal_element():
    x = Tensor([[1.0, 2.0], [3.0, np.nan]])
    assert 3.0 in x and 5.0 not in x and np.nan not in x and None not in x
    assert 2.0 in Tensor(2.0) and Tensor(1.0) in x


def test_one_element_is_a_number_wherever_python_asks_for_one():
    for loss in (Tensor(2.34567), Tensor([2.34567]), Tensor([[2.34567]])):
        assert float(loss) == loss.item() == 2.34567 and int(loss) == 2
        assert round(loss, 2) == 2.35 and round(loss) == 2
        assert f"{loss:.3f}" == "2.346" and f"{loss:8.1e}|" == " 2.3e+00|"
        assert bool(loss)
    assert not Tensor(0.0) and f"{Tensor([1.0])}" == "Tensor([1.])"
    assert ["a", "b"][Tensor(1, dtype=int)] == "b"
    with pytest.raises(TypeError, match="is no whole number"):
        ["a", "b"][Tensor(1.0)]
    two = Tensor([1.0, 2.0])
    for ask in (float, int, round, lambda x: f"{x:.3f}", lambda x: x.item()):
        with pytest.raises(ValueError, match=r"of shape \(2,\) is not one number; pick an element"):
            ask(two)
    for x in (two, Tensor([])):
        with pytest.raises(ValueError, match=r"\(x > 0\)\.any\(\)"):
            bool(x)


# NumPy's functions.


def test_reductions_and_joins_of_numpy_keep_the_gradient():
    data = np.array([[1.0, 5.0, 2.0], [4.0, 0.0, 3.0]])
    seed = np.array([1.0, -2.0, 3.0])
    for name in ("sum", "mean", "max", "min", "amax", "amin", "var", "std"):
        function = getattr(np, name)
        x, same = Tensor(data), Tensor(data)
        for over in ({}, {"axis": 0}, {"axis": 1, "keepdims": True}, {"axis": None}):
            np.testing.assert_allclose(function(x, **over).data, function(data, **over))
        function(x, axis=0).backward(seed)
        getattr(same, name.removeprefix("a"))(0).backward(seed)
        assert np.array_equal(x.grad, same.grad)
    for joined, shape in (
        (lambda x: np.stack([x, data]), (2, 2, 3)),
        (lambda x: np.stack((data, x), axis=-1), (2, 3, 2)),
        (lambda x: np.concatenate([x, data], axis=1), (2, 6)),
        (lambda x: np.where(data > 2.0, x, 0.0), (2, 3)),
        (lambda x: np.where(x > 2.0, x, data), (2, 3)),
        (lambda x: np.reshape(x, (3, 2)), (3, 2)),
        (lambda x: np.transpose(x), (3, 2)),
        (lambda x: np.clip(x, 1.0, None), (2, 3)),
        (lambda x: np.var(x, axis=1, ddof=1), (2,)),
        (lambda x: np.einsum("ij,ij->i", x, data), (2,)),
    ):
        x = Tensor(data)
        y = joined(x)
        assert isinstance(y, Tensor) and y.shape == shape
        np.testing.assert_array_equal(y.data, joined(data))
        y.sum().backward()
        assert x.grad.shape == x.shape and x.grad.any()


def test_concatenate_without_an_axis_is_refused_which_numpy_reads_as_laid_end_to_end():
    x = Tensor([[1.0, 2.0]])
    with pytest.raises(ValueError, match="concat along axis None"):
        np.concatenate([x, x], axis=None)
    assert np.max(x, axis=None).item() == 2.0


def test_numpys_function_of_the_name_of_a_method_is_that_method():
    methods = (name for name in dir(Tensor) if not name.startswith("_"))
    handed_on = {name for name in methods if isinstance(getattr(np, name, None), type(np.sum))}
    missing = handed_on - set(FUNCTIONS) - WITHOUT_GRADIENT
    assert not missing, f"give {', '.join(sorted(missing))} a place in FUNCTIONS of tensor.py"


def test_what_has_no_gradient_to_lose_is_answered_from_the_numbers():
    x = Tensor([1.0, np.inf, 3.0])
    assert np.array_equal(x, x.data) and not np.array_equal(x, [1.0, 2.0, 3.0])
    assert np.allclose(x, x.data) and np.isclose(x, 3.0).tolist() == [False, False, True]
    assert np.argmax(x) == 1 and np.isfinite(x).tolist() == [True, False, True]
    assert np.shape(x) == (3,) and np.ndim(x) == 1 and np.zeros_like(x).tolist() == [0.0] * 3
    assert type(np.ones_like(x)) is np.ndarray


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: np.trace(x), "np.trace has no gradient here; use an operator or a method"),
        (lambda x: np.linalg.norm(x), r"np\.linalg\.norm has no gradient here"),
        (lambda x: np.vstack([x, x]), "one of concat, stack, where, pad and einsum"),
        (lambda x: np.sum(x, dtype=int), "'dtype'; it takes .*axis=None, .*keepdims=False"),
        (lambda x: np.sum(x, 0, np.float32), "too many positional arguments; it takes"),
        (lambda x: np.var(x, 0, 1), "too many positional arguments; it takes"),
        (lambda x: np.sum(x, out=np.zeros(())), "'out'; it takes"),
        (lambda x: np.where(x), "missing a required argument: 'a'"),
        (lambda x: np.array([x, x]), r"join tensors by stack\(\) or concat\(\)"),
        (lambda x: Tensor([x, x]), r"stack\(tensors\), along a new axis, or by concat\(tensors\)"),
        (lambda x: Tensor([[x[0], 1.0]]), r"stack\(tensors\)"),
        (lambda x: x + None, "not None; does the function that made it return its result"),
        (lambda x: x * object(), "not an object of type object"),
        (lambda x: x.maximum("a"), "not an object of type str; turn strings into numbers"),
        (lambda x: Tensor(n for n in (1, 2)), "not an object of type generator"),
        (lambda x: where(None, x, x), r"booleans as its condition, not one of object.*x > 0"),
        (lambda x: where("no", x, x), "booleans as its condition"),
        (lambda x: stack(None), r"stack takes a list of tensors, not None: stack\(\[x, y\]\)"),
        (lambda x: concat(3), "concat takes a list of tensors"),
        (lambda x: x.reshape("a"), r"do not fill \('a',\); the lengths are whole numbers"),
        (lambda x: x.reshape(2.0, 1), "the lengths are whole numbers"),
        (lambda x: einsum(x, x), "einsum starts with its letters"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_next_move(call, words):
    with pytest.raises(TypeError, match=words):
        call(Tensor([1.0, 2.0]))


def test_a_tensor_of_pytorch_is_copied_as_a_constant_and_refused_where_it_takes_a_gradient():
    torch = pytest.importorskip("torch")
    theirs = torch.tensor([1.0, 2.0])
    x = Tensor(theirs)
    theirs[0] = 7.0
    assert x.data.tolist() == [1.0, 2.0] and x.dtype == np.float32 and x.requires_grad
    assert Tensor(torch.tensor([1, 2])).dtype == np.float64
    assert (Tensor([1.0, 2.0]) + torch.tensor([1, 2])).data.tolist() == [2.0, 4.0]
    for refused in (lambda t: Tensor(t), lambda t: Tensor([1.0, 2.0]) * t):
        with pytest.raises(TypeError, match=r"not an object of type torch.Tensor.*detach\(\)"):
            refused(theirs.requires_grad_())


# Types.


TYPES = ("float16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool")
PAIRS_OF_SHAPES = (((2,), (2,)), ((2,), ()), ((), (2,)), ((), ()))


@pytest.mark.parametrize("name", ["mul", "maximum", "where", "concat", "stack"])
def test_two_tensors_have_the_type_that_they_have_in_pytorch(name):
    torch = pytest.importorskip("torch")
    ours, theirs = {
        "mul": (operator.mul, operator.mul),
        "maximum": (lambda a, b: a.maximum(b), torch.maximum),
        "where": (
            lambda a, b: where([True, False], a, b),
            lambda a, b: torch.where(torch.tensor([True, False]), a, b),
        ),
        "concat": (lambda a, b: concat([a, b]), lambda a, b: torch.cat([a, b])),
        "stack": (lambda a, b: stack([a, b]), lambda a, b: torch.stack([a, b])),
    }[name]
    shapes = PAIRS_OF_SHAPES[:1] if name in ("concat", "stack") else PAIRS_OF_SHAPES
    for first, second, (a, b) in product(TYPES, TYPES, shapes):
        got = ours(Tensor(np.ones(a), dtype=first), Tensor(np.ones(b), dtype=second))
        one = torch.ones(a, dtype=getattr(torch, first))
        other = torch.ones(b, dtype=getattr(torch, second))
        assert f"torch.{got.dtype}" == str(theirs(one, other).dtype), (first, second, a, b)


@pytest.mark.parametrize("number", [2, 2.5, True, np.float64(2.5), np.float32(2.5)])
def test_a_tensor_and_a_number_have_the_type_that_they_have_in_pytorch(number):
    """Whole numbers that meet a float become float64 here, float32 there: the default type."""
    torch = pytest.importorskip("torch")
    for kind in TYPES:
        expected = str((torch.ones(2, dtype=getattr(torch, kind)) * number).dtype)
        if isinstance(number, float | np.floating) and not kind.startswith("float"):
            expected = "torch.float64"
        for y in (Tensor([1, 1], dtype=kind) * number, number * Tensor([1, 1], dtype=kind)):
            assert f"torch.{y.dtype}" == expected, kind


@pytest.mark.filterwarnings("error")
def test_labels_and_conditions_of_pytorch_are_taken_without_a_warning():
    torch = pytest.importorskip("torch")
    x = Tensor([[1.0, 2.0], [3.0, 5.0]])
    loss = cross_entropy(x, torch.tensor([1, 0]))
    assert loss.item() == pytest.approx(cross_entropy(x, [1, 0]).item())
    condition = torch.tensor([True, False])
    y = where(condition, x, 0.0)
    condition[1] = True
    y.sum().backward()
    assert x.grad.tolist() == [[1.0, 0.0], [1.0, 0.0]]


def test_masks_and_whole_numbers_leave_float32_what_it_is():
    x, mask = Tensor(np.float32([1.0, 2.0])), np.array([True, False])
    for y in (
        *(x * mask, mask * x, x * ~mask, x * np.arange(2), x + True, 1 - x * mask, x / [1, 2]),
        *(x * np.float64(2), x * np.array(2.0), x @ np.arange(2), x.maximum(np.uint8([1, 2]))),
        *(where(mask, x, 0), where(mask, 1, x), concat([x, np.arange(2)]), stack([x, mask])),
        *(x ** np.arange(2), x * Tensor(2.0), x * Tensor([1, 0], dtype=int), x * mask[0]),
        einsum("i,i->", x, np.arange(2)),
    ):
        assert y.dtype == np.float32
    assert (x * np.ones(2)).dtype == np.float64, "of two arrays of floats the wider one counts"
    y = x * mask + Tensor(1.0)
    y.sum().backward()
    assert x.grad.dtype == np.float32 and x.grad.tolist() == [1.0, 0.0]
    assert (1 - Tensor(mask, dtype=bool)).data.tolist() == [0, 1]


# `x -= ...`.

OPERATORS = {"+=": 0.5, "-=": 0.5, "*=": 3.0, "/=": 4.0, "**=": 2.0}


@pytest.mark.parametrize("symbol", OPERATORS)
def test_an_update_under_no_grad_is_made_in_place_counted_and_that_of_pytorch(symbol):
    torch = pytest.importorskip("torch")
    start, number = [1.0, 2.0, 3.0], OPERATORS[symbol]
    for other in (number, np.full(3, number), Tensor(np.full(3, number))):
        x, same = Tensor(start), torch.tensor(start, dtype=torch.float64, requires_grad=True)
        names = {"x": x, "no_grad": no_grad, "other": other}
        theirs = {"x": same, "no_grad": torch.no_grad, "other": torch.full((3,), number)}
        array, kept = x.array, (x * x).sum()
        for room in (names, theirs):
            exec(f"with no_grad(): x {symbol} other", room)
        assert names["x"] is x and x.array is array and x.requires_grad and x.op is None
        np.testing.assert_allclose(x.data, same.detach().numpy())
        with pytest.raises(RuntimeError, match="changed in place"):
            kept.backward()


def test_the_loop_that_pytorch_users_write_trains():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(50, 2))
    targets = inputs @ [2.0, -3.0] + 1.0
    w, b = Tensor([0.0, 0.0]), Tensor(0.0)
    for _ in range(200):
        loss = ((inputs @ w + b - targets) ** 2).mean()
        loss.backward()
        with no_grad():
            for p in (w, b):
                p -= 0.1 * p.grad
                p.grad = None
    np.testing.assert_allclose(w.data, [2.0, -3.0], atol=1e-6)
    assert float(b) == pytest.approx(1.0, abs=1e-6)


def test_a_leaf_that_takes_a_gradient_is_refused_where_the_graph_is_recorded():
    x = Tensor([1.0, 2.0], label="x")
    for symbol in OPERATORS:
        with pytest.raises(RuntimeError, match=r"a tensor 'x' .* leaf .* `with no_grad\(\):`"):
            exec(f"x {symbol} 1.0", {"x": x})
    assert x.data.tolist() == [1.0, 2.0]


def test_a_result_is_left_as_it_is_and_its_name_goes_on():
    x = Tensor([1.0, 2.0])
    h = before = x * 3.0
    h += x
    h *= x
    assert h is not before and before.data.tolist() == [3.0, 6.0]
    h.sum().backward()
    assert x.grad.tolist() == [8.0, 16.0]
    total = 0.0
    for row in x:
        total += row
    assert total.item() == 3.0


def test_a_constant_changes_in_place_and_takes_up_no_gradient():
    c = same = Tensor([1.0, 2.0], requires_grad=False)
    c += 1.0
    assert c is same and c.data.tolist() == [2.0, 3.0]
    x = Tensor([1.0, 1.0])
    c += x
    assert c is not same and c.requires_grad and same.data.tolist() == [2.0, 3.0]
    y = x * 1.0
    z = (y * y).sum()
    d = y.detach()
    d += 1.0
    with pytest.raises(RuntimeError, match="changed in place"):
        z.backward()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x: x.__iadd__(np.ones((2, 2))), r"shape \(2, 2\) and type float64: give it a name"),
        (lambda x: x.__imatmul__(np.ones(2)), r"shape \(\)"),
        (lambda x: Tensor([1, 2], dtype=int).__itruediv__(2), "type int64.* type float64"),
        (lambda x: x.sum().detach().broadcast_to((2,)).__iadd__(1.0), "its elements share memory"),
        (lambda x: x.__iadd__(np.ones(3)), r"'\+' of shapes"),
    ],
)
def test_a_change_in_place_keeps_shape_and_type_or_is_refused(change, words):
    x = Tensor([1.0, 2.0])
    with no_grad(), pytest.raises(ValueError, match=words):
        change(x)
    assert x.data.tolist() == [1.0, 2.0]


def test_elements_are_written_where_nothing_is_recorded_and_counted():
    torch = pytest.importorskip("torch")
    x, same = Tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    kept = (x * x).sum()
    with no_grad():
        for y in (x, same):
            y[0] -= 1.0
            y[:, 1] *= 10.0
            y[1, 0] = 7.0
            y[y < 1.0] = -5.0
            y[[0, 1], [1, 1]] += 0.5
    assert x.data.tolist() == same.tolist() == [[-5.0, 10.5], [7.0, 40.5]]
    with pytest.raises(RuntimeError, match="changed in place"):
        kept.backward()
    constant = Tensor([1.0, 2.0, 3.0], requires_grad=False)
    constant[np.uint8(1)] = 0
    assert constant.data.tolist() == [1.0, 0.0, 3.0]
    for target, value in ((x, 1.0), (x * 2.0, 1.0), (constant, x[0, 0])):
        with pytest.raises(TypeError, match=r"where\(\), .* `with no_grad\(\):`"):
            target[0] = value
    with no_grad(), pytest.raises(ValueError, match="share memory"):
        x.sum().broadcast_to(3)[0] = 1.0


def test_a_change_in_place_keeps_the_type():
    x = Tensor(np.float32([1.0, 2.0]))
    with no_grad():
        x += np.array([0.5, 0.5])
        x @= np.eye(2) if x.ndim == 2 else 1.0 * np.eye(2)
    assert x.dtype == np.float32 and x.data.tolist() == [1.5, 2.5]
