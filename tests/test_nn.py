"""Neurons, layers and networks on values."""

import numpy as np
import pytest

from autograd_lesson import Tensor, Value, topological_order, total
from autograd_lesson.gradcheck import check_gradient
from autograd_lesson.nn import MLP, Layer, Neuron


def test_a_neuron_is_the_activation_of_the_weighted_sum_plus_bias():
    neuron = Neuron(2, "relu")
    neuron.w[0].data, neuron.w[1].data, neuron.b.data = 2.0, -3.0, 0.5
    assert neuron([4.0, 1.0]).data == 5.5
    assert neuron([0.0, 1.0]).data == 0.0


@pytest.mark.parametrize("activation", ["linear", "tanh", "relu", "sigmoid"])
def test_the_gradient_of_a_neuron_agrees_with_central_differences(activation):
    neuron = Neuron(3, activation, rng=1)

    def output(*x):
        return neuron([Value.of(v) for v in x])

    check_gradient(output, 0.3, -0.2, 0.9)


def test_parameters_are_counted():
    assert len(Neuron(3).parameters()) == 4
    assert len(Layer(3, 4).parameters()) == 16
    assert len(MLP(3, [4, 4, 1]).parameters()) == 41
    assert repr(MLP(3, [4, 4, 1])) == "MLP(3, [4, 4, 1]), 41 parameters"


def test_a_hidden_layer_of_width_one_gives_a_list():
    assert isinstance(Layer(3, 1)([1.0, 2.0, 3.0]), list)
    assert isinstance(MLP(3, [1, 4, 1])([1.0, 2.0, 3.0]), Value)
    assert len(MLP(3, [4, 2])([1.0, 2.0, 3.0])) == 2


@pytest.mark.parametrize("inputs", [[1.0, 2.0], [1.0] * 5, []])
def test_a_wrong_number_of_inputs_is_refused(inputs):
    with pytest.raises(ValueError, match=f"takes 3 inputs, not {len(inputs)}"):
        MLP(3, [4, 1])(inputs)


def test_an_unknown_activation_is_refused_with_the_list():
    with pytest.raises(ValueError, match="'gelu'; choose one of linear, tanh, relu, sigmoid"):
        Neuron(3, "gelu")


def test_widths_below_one_are_refused():
    for arguments in [(3, []), (3, [4, 0]), (0, [1])]:
        with pytest.raises(ValueError, match="widths of at least 1"):
            MLP(*arguments)


def test_weights_depend_on_the_seed_and_on_nothing_else():
    def weights(rng):
        return [p.data for p in MLP(3, [4, 1], rng=rng).parameters()]

    assert weights(0) == weights(0) == weights(np.random.default_rng(0))
    assert weights(0) != weights(1)


def test_a_wide_neuron_does_not_start_saturated():
    rng = np.random.default_rng(0)
    outputs = [Neuron(100, rng=rng)(rng.normal(size=100).tolist()).data for _ in range(200)]
    assert np.mean(np.abs(outputs) > 0.99) < 0.02  # unit-variance weights saturate 83 %


def test_zero_grad_clears_every_parameter():
    mlp = MLP(2, [3, 1])
    mlp([1.0, 2.0]).backward()
    assert any(p.grad for p in mlp.parameters())
    mlp.zero_grad()
    assert not any(p.grad for p in mlp.parameters())


def test_a_neuron_is_three_operations():
    y = Neuron(5)([Value(0.1)] * 5)
    assert sum(bool(v.operands) for v in topological_order(y)) == 3


def test_a_network_learns_xor_from_five_seeds_of_five():
    points, targets = [[0, 0], [0, 1], [1, 0], [1, 1]], [-1, 1, 1, -1]
    for seed in range(5):
        mlp = MLP(2, [4, 1], rng=seed)
        for step in range(200):
            loss = total((mlp(x) - y) ** 2 for x, y in zip(points, targets, strict=True))
            start = loss.data if step == 0 else start  # noqa: F821
            mlp.zero_grad()
            loss.backward()
            for p in mlp.parameters():
                p.data -= 0.1 * p.grad
        assert loss.data < 0.01 * start, seed


def test_a_generator_an_array_and_a_tuple_are_inputs_like_a_list():
    for network in (Neuron(3), Layer(3, 2), MLP(3, [4, 1])):
        expected = repr(network([0.5, -1.0, 2.0]))
        for pack in (tuple, iter, np.array):
            assert repr(network(pack([0.5, -1.0, 2.0]))) == expected
    assert repr(MLP(3, np.array([4, 1]))) == repr(MLP(np.int64(3), (4, 1))) == repr(MLP(3, [4, 1]))
    assert len(MLP(3, iter([4, 1])).layers) == 2


ROW = np.array([[0.5, -1.0, 2.0]])
REFUSED = {
    "a tensor": (
        Tensor(ROW[0]),
        TypeError,
        "takes no Tensor: its gradient .* or build .* nn.Linear",
    ),
    "a tensor of rows": (Tensor(ROW), TypeError, "takes no Tensor"),
    "tensors in a list": ([Tensor(1.0), Tensor(2.0), Tensor(3.0)], TypeError, "takes no Tensor"),
    "rows": (ROW.repeat(3, axis=0), TypeError, "one example, 3 numbers, .* call it for each row"),
    "one row": (ROW, ValueError, "takes 3 inputs, not 1"),
    "lists in a list": ([[1.0], [2.0], [3.0]], TypeError, "one example, 3 numbers"),
    "a number": (1.0, TypeError, r"a list of 3 inputs, not float; write \[x\]"),
    "a value": (Value(1.0), TypeError, r"a list of 3 inputs, not Value; write \[x\]"),
    "nothing": (None, TypeError, "a list of 3 inputs, not NoneType"),
    "two numbers": ([1.0, 2.0], ValueError, "takes 3 inputs, not 2"),
    "a string": ("abc", TypeError, "the string 'a'; write a number"),
}


@pytest.mark.parametrize("network", [Neuron(3), Layer(3, 2), MLP(3, [4, 1])], ids=repr)
@pytest.mark.parametrize("name", REFUSED)
def test_what_a_neuron_cannot_take_is_refused_before_anything_is_computed(name, network):
    x, error, words = REFUSED[name]
    with pytest.raises(error, match=words):
        network(x)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Neuron(0), "n_inputs is a whole number of at least 1, not 0"),
        (lambda: Neuron(-1), "n_inputs is a whole number of at least 1, not -1"),
        (lambda: Neuron(2.0), "n_inputs is a whole number of at least 1, not 2.0"),
        (lambda: Layer(3, 0), "n_outputs is a whole number of at least 1, not 0"),
        (lambda: Layer(3, 2.5), "n_outputs is a whole number of at least 1, not 2.5"),
        (lambda: MLP(3, 4), "sizes are whole numbers in a list, one for each layer, not 4"),
        (lambda: MLP(3, [4.0]), r"sizes are whole numbers in a list, .* not \[4.0\]"),
        (lambda: MLP(3, [1], activation="gelu"), "no activation is called 'gelu'"),
        (lambda: MLP(3, [1], output=["tanh"]), r"no activation is called \['tanh'\]"),
    ],
)
def test_sizes_and_activations_that_no_network_has_are_refused(make, words):
    with pytest.raises((ValueError, TypeError), match=words):
        make()
