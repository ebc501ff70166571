"""Values as objects of Python: written, shown, copied, pickled, refused where a gradient ends."""

import copy
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest

from autograd_lesson import Tensor, Value, dot, no_grad, topological_order, total
from autograd_lesson.nn import Linear

DEPTH = 10_000


@pytest.mark.parametrize("x", [3, np.float32(0.1), np.float64(0.1), np.int64(3), Fraction(1, 3)])
def test_what_is_written_into_data_becomes_a_float_as_in_the_constructor(x):
    a = Value(2.0)
    a.data = x
    assert type(a.data) is float and a.data == Value(x).data == float(x)
    y = (a**2 + a.exp()).tanh()
    y.backward()
    b = Value(float(x))
    z = (b**2 + b.exp()).tanh()
    z.backward()
    assert (y.data, a.grad) == (z.data, b.grad)


@pytest.mark.parametrize("bad", [None, "2", True, 1j, [1.0], np.ones(2), Value(1.0), Tensor(1.0)])
def test_what_no_value_holds_is_refused_in_the_same_words_wherever_it_comes(bad):
    with pytest.raises(TypeError) as caught:
        Value(bad)
    a = Value(2.0)

    def written():
        a.data = bad

    ways = [written] if isinstance(bad, Value) else [written, lambda: a + bad, lambda: a**bad]
    for way in ways:
        with pytest.raises(TypeError) as again:
            way()
        assert str(again.value) == str(caught.value)
    assert a.data == 2.0


def test_a_fraction_is_a_number_on_either_side():
    a, half = Value(4.0), Fraction(1, 2)
    for y, expected in (
        *((a**half, 2.0), (half**a, 0.0625), (a * half, 2.0), (half * a, 2.0)),
        *((a - half, 3.5), (half - a, -3.5), (half / a, 0.125), (a**-half, 0.5)),
    ):
        assert y.data == expected


def test_what_was_computed_before_a_write_keeps_its_slopes():
    a = Value(2.0)
    y = a * a
    a.data = 100
    y.backward()
    assert a.grad == 4.0


def test_a_gradient_may_be_set_to_a_whole_number_or_to_none_before_the_next_pass():
    a = Value(2.0)
    for cleared in (0, None, 0.0, np.float32(0.0)):
        a.grad = cleared
        assert "grad=0" in repr(a)
        (a * a).backward()
        assert a.grad == 4.0 and type(a.grad) is float


MIXED = {
    "*": lambda v, t: v * t,
    "t * v": lambda v, t: t * v,
    "+": lambda v, t: v + t,
    "-": lambda v, t: v - t,
    "/": lambda v, t: v / t,
    "**": lambda v, t: v**t,
    "t ** v": lambda v, t: t**v,
    "maximum": lambda v, t: v.maximum(t),
    "<": lambda v, t: v < t,
    "t < v": lambda v, t: t < v,
    "dot": lambda v, t: dot([v, v], [t, t]),
    "total": lambda v, t: total([v, t]),
    "Tensor(v)": lambda v, t: Tensor(v),
}


@pytest.mark.parametrize("t", [Tensor(3.0), Tensor([3.0]), Tensor([[3.0, 4.0]])], ids=str)
@pytest.mark.parametrize("how", MIXED)
def test_a_value_and_a_tensor_do_not_mix_and_the_next_move_is_said(how, t):
    with pytest.raises(TypeError, match="(?s)mix.*compute with Tensors from the start"):
        MIXED[how](Value(2.0), t)


@pytest.mark.parametrize("x", [Value(2.0), Tensor(2.0), Tensor([[2.0]]) * 1], ids=repr)
def test_a_number_is_shown_in_any_form(x):
    assert (f"{x:.3f}", f"{x:8.2e}", "{:g}".format(x)) == ("2.000", "2.00e+00", "2")  # noqa: UP032
    assert f"{x}" == str(x) == repr(x)
    assert x.item() == 2.0 and type(x.item()) is float


@pytest.mark.parametrize("convert", [float, int, round, complex, math.floor, math.ceil, math.tanh])
def test_a_value_that_would_turn_into_a_plain_number_says_how_to_get_it(convert):
    with pytest.raises(TypeError, match=r"real number, not Value: .* x\.item\(\), .*x\.tanh\(\)"):
        convert(Value(2.0))


def chain(x, n=DEPTH):
    y = x
    for _ in range(n):
        y = y * 1.0001 + 0.5
    return y


@pytest.mark.slow
@pytest.mark.parametrize("x", [Value(2.0, "x"), Tensor([2.0, 3.0], "x")], ids=repr)
def test_a_deep_graph_is_copied_with_its_gradients_apart_from_the_first(x):
    y = chain(x)
    twin_of_x, twin = copy.deepcopy([x, y])
    assert twin is not y and twin.label == y.label and twin_of_x.label == "x"
    assert np.all(twin.data == y.data)
    assert len(topological_order(twin)) == len(topological_order(y))
    twin.backward(*[np.ones(2)] * isinstance(x, Tensor))
    np.testing.assert_allclose(twin_of_x.grad, 1.0001**DEPTH, rtol=1e-9)
    assert x.grad is None or x.grad == 0.0
    y.backward(*[np.ones(2)] * isinstance(x, Tensor))
    np.testing.assert_array_equal(x.grad, twin_of_x.grad)


def test_a_copied_tensor_has_numbers_of_its_own():
    x = Tensor([1.0, 2.0])
    y = (x * x).sum()
    twin = copy.deepcopy(x)
    twin.data[0] = 9.0
    assert x.data.tolist() == [1.0, 2.0]
    y.backward()
    assert x.grad.tolist() == [2.0, 4.0] and twin.grad is None
    again = copy.deepcopy(x)
    again.grad[0] = 0.0
    assert x.grad.tolist() == [2.0, 4.0]


def test_a_write_into_the_first_is_noticed_by_a_copied_graph_that_still_needs_it():
    x = Tensor([1.0, 2.0])
    twin = copy.deepcopy((x * x).sum())
    x.data[0] = 9.0
    with pytest.raises(RuntimeError, match="changed in place"):
        twin.backward()


def test_a_layer_is_copied_and_pickled_and_learns_apart_from_the_first():
    layer = Linear(2, 1)
    for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        x = Tensor([[1.0, 2.0]], requires_grad=False)
        assert twin(x).data.tolist() == layer(x).data.tolist()
        twin(x).sum().backward()
        assert twin.weight.grad.tolist() == [[1.0, 2.0]] and layer.weight.grad is None


@pytest.mark.slow
@pytest.mark.parametrize("x", [Value(2.0, "x"), Tensor([2.0, 3.0], "x")], ids=repr)
def test_a_leaf_is_pickled_and_a_result_says_why_not(x):
    twin = pickle.loads(pickle.dumps(x))
    assert type(twin) is type(x) and repr(twin) == repr(x) and twin.op is None
    with pytest.raises(TypeError, match=r"the result of '\+' has its graph behind it.* x\.data"):
        pickle.dumps(chain(x))
    assert copy.copy(x).data is not None and copy.copy(x * 2.0).operands[0] is x


def test_a_write_into_a_tensor_that_was_pickled_is_noticed():
    x = pickle.loads(pickle.dumps(Tensor([1.0, 2.0])))
    y = (x * x).sum()
    x.data[0] = 9.0
    with pytest.raises(RuntimeError, match="changed in place"):
        y.backward()


def test_zero_grad_of_a_loss_whose_graph_was_freed_names_what_to_call():
    x = Tensor([1.0, 2.0])
    loss = (x * x).sum()
    loss.zero_grad()
    loss.backward()
    with pytest.raises(RuntimeError, match="freed by backward.* zero_grad.* of the leaves"):
        loss.zero_grad()
    x.zero_grad()
    assert x.grad is None


def test_one_no_grad_is_used_again_inside_itself_and_as_a_decorator():
    off, x = no_grad(), Tensor([1.0])
    for _ in range(2):
        with off:
            with off:
                assert not (x * 2).requires_grad
            assert not (x * 2).requires_grad
        assert (x * 2).requires_grad
    with pytest.raises(KeyError), off:
        raise KeyError
    assert (x * 2).requires_grad

    @no_grad()
    def twice(x):
        """Two times."""
        return x * 2

    @no_grad
    def thrice(x):
        return x * 3

    for _ in range(2):
        assert not twice(x).requires_grad and not thrice(x).requires_grad
    assert (x * 2).requires_grad and twice.__doc__ == "Two times."
