"""The class itself: what it holds, what it refuses, backward and its seed, and changes in place."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lesson import Tensor, Value, backward_steps, derivative, no_grad, topological_order
from autograd_lesson.tensor import concat, stack
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


@given(data=st.data())
@settings(max_examples=150, deadline=None)
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
