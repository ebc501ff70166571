"""Layers of tensors: PyTorch's numbers from the same weights, and how a module keeps its state."""

import copy
import io
import pickle

import numpy as np
import pytest

from autograd_lesson import Tensor, Value, init, nn
from autograd_lesson.checks.arrays import numerical_vjp
from autograd_lesson.optim import SGD

RNG = 0


def small(rng=RNG):
    rng = np.random.default_rng(rng)
    return nn.Sequential(nn.Linear(3, 4, rng=rng), nn.Tanh(), nn.Linear(4, 2, rng=rng))


# Modules


def test_parameters_come_in_the_order_of_making_with_pytorchs_names():
    net = small()
    names = ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert [name for name, _ in net.named_parameters()] == names == list(net.state_dict())
    assert [p.shape for p in net.parameters()] == [(4, 3), (4,), (2, 4), (2,)]


def test_modules_in_lists_and_attributes_are_found():
    class Net(nn.Module):
        def __init__(self):
            self.blocks = [nn.Linear(2, 2), nn.Linear(2, 2, bias=False)]
            self.scale = Tensor(2.0)

    names = ["blocks.0.weight", "blocks.0.bias", "blocks.1.weight", "scale"]
    assert [name for name, _ in Net().named_parameters()] == names


def test_a_shared_parameter_is_trained_once_and_saved_under_both_names():
    net = small()
    net.layers[0].bias = net.layers[2].weight
    assert len(net.parameters()) == 3 and len(net.state_dict()) == 4


def test_a_network_of_values_is_a_module_too():
    net = nn.MLP(2, [2, 1])
    names = [name for name, _ in net.named_parameters()]
    assert names[:3] == ["layers.0.neurons.0.w.0", "layers.0.neurons.0.w.1", "layers.0.neurons.0.b"]
    assert len(net.parameters()) == 9
    copy = nn.MLP(2, [2, 1], rng=5).load_state_dict(net.state_dict())
    assert copy([1.0, 2.0]).data == net([1.0, 2.0]).data
    assert type(copy.parameters()[0].data) is float


def test_state_goes_from_one_module_to_another_and_is_a_copy():
    first, second = small(), small(rng=1)
    state = first.state_dict()
    x = np.ones((5, 3))
    assert not np.array_equal(first(x).array, second(x).array)
    assert second.load_state_dict(state) is second
    assert np.array_equal(first(x).array, second(x).array)
    state["0.weight"][...] = 0.0
    assert np.array_equal(first(x).array, second(x).array)


def test_loading_between_forward_and_backward_is_noticed():
    net = small()
    loss = net(np.ones((2, 3))).sum()
    net.load_state_dict(small(rng=1).state_dict())
    with pytest.raises(RuntimeError):
        loss.backward()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda state: state.pop("2.bias"), r"the state lacks 2\.bias; this module takes exactly"),
        (lambda state: state.update(extra=np.ones(2)), "the state has also extra; this module"),
        (
            lambda state: state.update({"0.weight": np.ones((3, 4))}),
            r"0\.weight has the shape \(3, 4\) in the state, and \(4, 3\) in this module; build",
        ),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(change, words):
    net = small()
    before, state = net.state_dict(), small(rng=1).state_dict()
    change(state)
    with pytest.raises(ValueError, match=words):
        net.load_state_dict(state)
    assert all(np.array_equal(before[name], now) for name, now in net.state_dict().items())


def test_train_and_eval_reach_every_module():
    net = nn.Sequential(small(), nn.Dropout(0.5, rng=0))
    assert net.eval() is net and not any(module.training for module in net.modules())
    x = np.ones((4, 3))
    assert np.array_equal(net(x).array, net.layers[0](x).array)
    assert all(module.training for module in net.train().modules())
    assert (net(x).array == 0).any()


def test_zero_grad_takes_every_gradient_away():
    net = small()
    net(np.ones((2, 3))).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_in_float32_everything_stays_float32():
    net = nn.Sequential(
        *[nn.Linear(6, 4, rng=0), nn.BatchNorm1d(4), nn.ReLU(), nn.LayerNorm(4)],
        nn.Dropout(0.5, rng=0),
    ).to(np.float32)
    x = np.random.default_rng(0).normal(size=(5, 6)).astype(np.float32)
    loss = net(x).sum()
    loss.backward()
    assert loss.dtype == np.float32
    for parameter in net.parameters():
        assert parameter.dtype == parameter.grad.dtype == np.float32
    SGD(net.parameters(), 0.1, momentum=0.9).step()
    assert {p.dtype for p in net.parameters()} == {np.dtype("float32")}
    assert net.eval()(x).dtype == np.float32


def test_sequential_is_indexed_and_takes_functions():
    net = nn.Sequential(nn.Flatten(), lambda x: x * 2.0, nn.Tanh())
    assert len(net) == 3 and isinstance(net[2], nn.Tanh) and len(net[:2]) == 2
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    assert np.array_equal(net(Tensor(x)).array, np.tanh(2 * x.reshape(2, 12)))


def test_one_generator_gives_layers_of_their_own_and_the_same_again():
    first, again = small().parameters(), small().parameters()
    assert all(np.array_equal(a.array, b.array) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(nn.Linear(2, 2).weight.array, nn.Linear(2, 2).weight.array)


@pytest.mark.parametrize(
    ("layer", "fan_in"),
    [(lambda: nn.Linear(100, 200, rng=0), 100), (lambda: nn.Conv2d(4, 50, 5, rng=0), 100)],
)
def test_weights_start_uniform_within_one_over_the_root_of_fan_in(layer, fan_in):
    weight, bias = layer().parameters()
    for drawn in (weight.array, bias.array):
        assert 0.9 * fan_in**-0.5 < np.abs(drawn).max() <= fan_in**-0.5
    assert np.std(weight.array) == pytest.approx((3 * fan_in) ** -0.5, rel=0.03)


def test_representations_say_the_sizes():
    assert repr(nn.Linear(3, 4)) == "Linear(3, 4)"
    assert repr(nn.Conv2d(2, 4, 3, groups=2)) == "Conv2d(2, 4, (3, 3))"


def test_a_batch_of_one_is_refused_in_training_only():
    norm = nn.BatchNorm1d(3)
    with pytest.raises(ValueError, match="needs 2 or more numbers for each feature"):
        norm(Tensor(np.ones((1, 3))))
    assert norm.eval()(Tensor(np.ones((1, 3)))).shape == (1, 3)


def test_groups_must_divide_the_channels():
    with pytest.raises(ValueError, match="groups=2 must divide both 3 and 4 channels"):
        nn.Conv2d(3, 4, 3, groups=2)


@pytest.mark.parametrize("shape", [(6, 3), (4, 3, 2)])
def test_the_gradient_through_the_batch_agrees_with_central_differences(shape):
    norm = nn.BatchNorm1d(3)
    x = np.random.default_rng(0).normal(size=shape)
    x, seed = Tensor(x), np.random.default_rng(1).normal(size=shape)
    norm(x).backward(seed)
    (expected,) = numerical_vjp(lambda x: norm(Tensor(x)).array, [x.array], seed)
    assert np.allclose(x.grad, expected, atol=1e-8)


class Recurrent(nn.Module):
    """A layer that keeps much of what it meets in a call."""

    def __init__(self):
        self.inner, self.scale = nn.Linear(3, 2, rng=0), Tensor(2.0)
        self.shift, self.mask = Tensor([1.0, 0.0], requires_grad=False), np.array([1.0, 0.5])
        self.out = self.seen = None
        self.outputs, self.by_name = [], {}

    def __call__(self, x):
        self.seen, self.raw = Tensor(x), x
        self.out = self.inner(self.seen) * self.scale * self.mask + self.shift
        self.last, self.constant = self.out.detach(), Tensor(np.ones(2), requires_grad=False)
        self.outputs.append(self.out)
        self.outputs.append(Tensor(x))
        self.by_name["x"] = self.seen
        return self.out


def test_what_a_call_keeps_is_no_parameter_and_old_states_still_load():
    module = Recurrent()
    names, state = ["inner.weight", "inner.bias", "scale"], module.state_dict()
    for _ in range(2):
        assert [name for name, _ in module.named_parameters()] == names
        assert list(module.state_dict()) == [*names, "shift", "mask"]
        module(np.ones((4, 3))).sum().backward()
        module.load_state_dict(state)
    outer = nn.Sequential(module)
    outer.last = outer(np.ones((4, 3)))
    assert len(outer.parameters()) == 3


def test_a_parameter_may_be_replaced_frozen_and_added_later():
    module = Recurrent()
    module.scale, module.inner.weight.requires_grad = Tensor(3.0), False
    assert module.parameters()[2] is module.scale and len(module.parameters()) == 3
    module.register_parameter("bias", Tensor([1.0]))
    module.register_parameter("steps", np.zeros(1))
    module.head = nn.Linear(2, 1)
    names = [name for name, _ in module.named_parameters()]
    assert names[-3:] == ["bias", "head.weight", "head.bias"] and "steps" in module.state_dict()
    module.shift.requires_grad = True
    assert any(p is module.shift for p in module.parameters())
    again = copy.deepcopy(module)
    assert [name for name, _ in again.named_parameters()][:2] == ["inner.weight", "inner.bias"]
    assert list(pickle.loads(pickle.dumps(module)).state_dict()) == list(module.state_dict())
    assert not again.inner.weight.requires_grad and again.inner.bias.requires_grad


def test_a_parameter_that_was_computed_is_refused_since_no_step_could_move_it():
    class Scaled(nn.Module):
        def __init__(self):
            self.layers = [Tensor(np.ones(2)) * 0.1]

    with pytest.raises(
        ValueError, match=r"layers\.0 is a tensor made by '\*' .* a result, .*make a"
    ):
        Scaled()


def test_modules_in_dicts_are_found_and_those_of_a_subclass_of_sequential():
    class Net(nn.Sequential):
        def __init__(self):
            super().__init__(nn.Linear(1, 1))
            self.heads, self.scale = {"a": nn.Linear(1, 1), "b": [Tensor(1.0)]}, Tensor(2.0)

    names = ["0.weight", "0.bias", "heads.a.weight", "heads.a.bias", "heads.b.0", "scale"]
    assert [name for name, _ in Net().named_parameters()] == names


def test_a_module_that_holds_itself_is_walked_through_once():
    class Tree(nn.Module):
        def __init__(self):
            self.root, self.leaf, self.all = self, nn.Dropout(0.5), [self]
            self.leaf.above, self.weight = self, Tensor(1.0)

    tree = Tree()
    tree.load_state_dict({"weight": 2.0}).eval().to(np.float32)
    assert list(tree.state_dict()) == ["weight"] and tree.weight.dtype == np.float32
    assert list(tree.modules()) == [tree, tree.leaf] and not tree.leaf.training
    shared = nn.Linear(1, 1)
    both = nn.Sequential(shared, nn.ReLU(), shared)
    assert len(list(both.modules())) == 3 and len(both.parameters()) == 2
    assert len(both.state_dict()) == 4


def test_to_keeps_what_is_frozen_and_turns_gradients_and_buffers():
    net = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    net[0].weight.requires_grad = False
    net(np.ones((2, 3))).sum().backward()
    before = net.parameters()
    net.to("float32")
    assert all(a is b for a, b in zip(before, net.parameters(), strict=True))
    assert not net[0].weight.requires_grad and net[0].weight.grad is None
    assert net[0].bias.requires_grad and net[0].bias.grad.dtype == np.float32
    assert {a.dtype for a in net.state_dict().values()} == {np.dtype(np.float32)}
    net.train()(np.ones((4, 3), np.float32))
    assert net[1].running_mean.dtype == np.float32


@pytest.mark.parametrize("net", [nn.Linear(2, 2), nn.MLP(2, [1])], ids=["tensors", "Values"])
def test_what_takes_no_gradient_is_no_type_for_parameters(net):
    for dtype in (int, bool, "complex128") if isinstance(net, nn.Linear) else (np.float32,):
        with pytest.raises(TypeError, match=r"to\(\) turns tensors into a type of float"):
            net.to(dtype)
    assert all(p.data.dtype == float for p in net.parameters() if isinstance(p, Tensor))


MISFITS = {
    "complex": (np.ones(2) * 1j, TypeError, "holds complex128 in the state, and float64"),
    "strings": (np.array(["1", "2"]), TypeError, "holds <U1 in the state"),
    "objects": (np.array([1.0, None]), TypeError, "holds object in the state"),
    "lists of several lengths": ([[1.0], [1.0, 2.0]], TypeError, "no array of numbers in the"),
    "another shape": (np.ones((2, 1)), ValueError, r"has the shape \(2, 1\) in the state"),
    "a number": (1.0, ValueError, r"has the shape \(\) in the state"),
    "nothing": (None, ValueError, r"has the shape \(\) in the state"),
}


@pytest.mark.parametrize("place", ["0.bias", "1.running_var"])
@pytest.mark.parametrize("name", MISFITS)
def test_one_entry_that_does_not_fit_leaves_all_others_alone(name, place):
    net = nn.Sequential(nn.Linear(3, 2, rng=0), nn.BatchNorm1d(2))
    before, (bad, error, words) = net.state_dict(), MISFITS[name]
    state = {key: numbers + 1.0 for key, numbers in before.items()} | {place: bad}
    with pytest.raises(error, match=words):
        net.load_state_dict(state)
    assert all(np.array_equal(before[key], now) for key, now in net.state_dict().items())
    for no_state in (None, list(before), net):
        with pytest.raises(TypeError, match="a state is a dict of arrays by their paths, not"):
            net.load_state_dict(no_state)


def test_a_state_may_be_made_of_the_modules_own_arrays_and_of_tensors_and_lists():
    net = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=1))
    first, second = net.state_dict()["0.weight"], net.state_dict()["1.weight"]
    net.load_state_dict(
        {
            "0.weight": net[1].weight.data,  # exchanged with the one below
            "1.weight": net[0].weight,
            "0.bias": [1, 2],
            "1.bias": np.array([True, False]),
        }
    )
    assert np.array_equal(net[0].weight.array, second)
    assert np.array_equal(net[1].weight.array, first)
    assert net[0].bias.array.tolist() == [1.0, 2.0] and net[1].bias.array.tolist() == [1.0, 0.0]
    counter = nn.Module()
    counter.register_parameter("steps", np.zeros(1, int))
    with pytest.raises(TypeError, match="steps holds float64 in the state, and int64 in this"):
        counter.load_state_dict({"steps": np.array([1.5])})


# What layers take


@pytest.mark.parametrize("mode", [True, False], ids=["training", "in use"])
@pytest.mark.parametrize("shape", [(4, 1), (4, 2), (3,), (), (3, 4), (2, 1, 3), (2, 4, 3),
                                   (2, 3, 4, 5), (0, 1)])  # fmt: skip
def test_batch_norm_refuses_another_width_and_moves_no_average(shape, mode):
    norm = nn.BatchNorm1d(3).train(mode)
    before = norm.state_dict()
    with pytest.raises(
        ValueError, match=r"BatchNorm1d\(3\) takes \(n, 3\) or \(n, 3, length\), not"
    ):
        norm(Tensor(np.ones(shape)))
    with pytest.raises(ValueError, match=r"BatchNorm1d\(1\) takes \(n, 1\)"):
        nn.BatchNorm1d(1).train(mode)(np.ones((4, 3)))
    for empty in ((1, 3), (0, 3), (1, 3, 1), (2, 3, 0)):
        if mode:
            count = empty[0] * (*empty, 1)[2]
            with pytest.raises(ValueError, match=f"2 or more numbers .* this batch has {count};"):
                norm(Tensor(np.ones(empty)))
        else:
            assert norm(Tensor(np.ones(empty))).shape == empty
    assert all(np.array_equal(before[key], now) for key, now in norm.state_dict().items())


LAYERS = {
    "Linear": (lambda: nn.Linear(4, 2, rng=0), (3, 4)),
    "Conv2d": (lambda: nn.Conv2d(2, 3, np.int64(3), np.int64(1), rng=0), (2, 2, 5, 5)),
    "MaxPool2d": (lambda: nn.MaxPool2d(np.int64(2)), (2, 2, 4, 4)),
    "LayerNorm": (lambda: nn.LayerNorm((4,)), (3, 4)),
    "BatchNorm1d": (lambda: nn.BatchNorm1d(np.int64(4)), (3, 4)),
    "Dropout": (lambda: nn.Dropout(0.5, rng=0), (3, 4)),
    "ReLU": (nn.ReLU, (3, 4)),
    "Tanh": (nn.Tanh, (3, 4)),
    "Flatten": (nn.Flatten, (3, 2, 2)),
    "Sequential": (lambda: nn.Sequential(nn.Flatten(), nn.ReLU(), nn.Dropout(0.5, rng=0)), (3, 4)),
}


@pytest.mark.parametrize("mode", [True, False], ids=["training", "in use"])
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_takes_plain_arrays_and_lists_as_it_takes_tensors(name, mode):
    make, shape = LAYERS[name]
    x = np.random.default_rng(0).normal(size=shape)
    expected = make().train(mode)(Tensor(x))
    for given in (x, x.tolist()):
        y = make().train(mode)(given)
        assert isinstance(y, Tensor) and np.array_equal(y.array, expected.array)
    whole = make().train(mode)(np.ones(shape, int))
    assert whole.dtype == float and whole.shape == expected.shape
    single = make().to(np.float32).train(mode)
    assert single(x.astype(np.float32)).dtype == np.float32
    if shape[0] and (name != "BatchNorm1d" or not mode):
        assert single(np.zeros((0, *shape[1:]), np.float32)).shape == (0, *expected.shape[1:])


NO_LAYERS = {
    "no inputs": (lambda: nn.Linear(0, 3), "in_features is a whole number of at least 1, not 0"),
    "no outputs": (lambda: nn.Linear(3, 0), "out_features is a whole .* at least 1, not 0"),
    "a width of a half": (lambda: nn.Linear(2.5, 3), "in_features is a whole .*, not 2.5"),
    "a width in words": (lambda: nn.Linear("3", 3), "in_features is a whole .*, not '3'"),
    "True as a width": (lambda: nn.Linear(True, 3), "in_features is a whole .*, not True"),
    "no groups": (lambda: nn.Conv2d(1, 1, 3, groups=0), "groups is a whole .* least 1, not 0"),
    "negative groups": (lambda: nn.Conv2d(2, 2, 3, groups=-1), "groups is a whole .*, not -1"),
    "no channels": (lambda: nn.Conv2d(0, 1, 3), "in_channels is a whole .* least 1, not 0"),
    "no channels out": (lambda: nn.Conv2d(1, 0, 3), "out_channels is a whole .* least 1, not 0"),
    "no kernel": (
        lambda: nn.Conv2d(1, 1, 0),
        "kernel_size is 0; give a whole number of at least 1",
    ),
    "half a kernel": (lambda: nn.Conv2d(1, 1, 1.5), "kernel_size is 1.5; give a whole number"),
    "three axes": (lambda: nn.Conv2d(1, 1, (3, 3, 3)), r"kernel_size is \(3, 3, 3\); give"),
    "a float as stride": (lambda: nn.Conv2d(1, 1, 3, stride=1.0), "stride is 1.0; give a whole"),
    "no stride": (lambda: nn.Conv2d(1, 1, 3, stride=0), "stride is 0; give a whole number"),
    "negative padding": (lambda: nn.Conv2d(1, 1, 3, padding=-1), "padding is -1; .* at least 0"),
    "padding in words": (lambda: nn.Conv2d(1, 1, 3, padding="wide"), "padding is 'wide' with"),
    "an empty window": (lambda: nn.MaxPool2d(0), "kernel_size is 0; give a whole number"),
    "a window of None": (lambda: nn.MaxPool2d(None), "kernel_size is None; give a whole number"),
    "windows in one place": (lambda: nn.MaxPool2d(2, 0), "stride is 0; give a whole number"),
    "rows of nothing": (lambda: nn.LayerNorm(0), "the length of a row, is a whole .*, not 0"),
    "rows of two axes": (lambda: nn.LayerNorm((2, 3)), r"is a whole .*, not \(2, 3\)"),
    "no features": (lambda: nn.BatchNorm1d(0), "num_features is a whole .* least 1, not 0"),
    "a negative eps": (lambda: nn.BatchNorm1d(3, eps=-1.0), "eps is a number from 0 on, not -1.0"),
    "eps of nan": (lambda: nn.LayerNorm(3, eps=np.nan), "eps is a number from 0 on, not nan"),
    "momentum above 1": (lambda: nn.BatchNorm1d(3, momentum=2.0), "momentum .* 0 to 1, not 2.0"),
    "no momentum": (lambda: nn.BatchNorm1d(3, momentum=None), "momentum .* 0 to 1, not None"),
    "an empty table": (lambda: nn.Embedding(0, 2), "num_embeddings is a whole .* least 1, not 0"),
    "empty rows": (lambda: nn.Embedding(2, 0), "embedding_dim is a whole .* least 1, not 0"),
    "a negative share": (lambda: nn.Dropout(-0.1), "p is a number from 0 to 1, not -0.1"),
    "more than all dropped": (lambda: nn.Dropout(1.5), "p is a number from 0 to 1, not 1.5"),
    "a share of nan": (lambda: nn.Dropout(np.nan), "p is a number from 0 to 1, not nan"),
    "a list of layers": (lambda: nn.Sequential([nn.ReLU()]), r"not list; write Sequential\(\*lay"),
    "a class": (
        lambda: nn.Sequential(nn.ReLU),
        r"not the class ReLU; make a layer of it with \(\)",
    ),
    "one number": (lambda: nn.Flatten()(Tensor(1.0)), "and this is a single number; has it a"),
}


@pytest.mark.parametrize("name", NO_LAYERS)
def test_a_layer_that_could_compute_nothing_is_refused_when_it_is_made(name):
    make, words = NO_LAYERS[name]
    with pytest.raises((ValueError, TypeError), match=words):
        make()


def test_relu_and_tanh_take_values_as_well():
    assert nn.ReLU()(Value(-1.0)).data == 0.0 and nn.Tanh()(Value(0.0)).data == 0.0


# Beside PyTorch


def pairs(torch):
    """Ours, PyTorch's, and the shape of an input, for each layer that computes."""
    return {
        "Linear": (nn.Linear(5, 3, rng=0), torch.nn.Linear(5, 3), (4, 5)),
        "Linear without bias": (nn.Linear(5, 3, False), torch.nn.Linear(5, 3, False), (2, 4, 5)),
        "Conv2d": (
            nn.Conv2d(4, 6, (3, 2), stride=2, padding=1, groups=2),
            torch.nn.Conv2d(4, 6, (3, 2), stride=2, padding=1, groups=2),
            (2, 4, 7, 6),
        ),
        "MaxPool2d": (nn.MaxPool2d(2), torch.nn.MaxPool2d(2), (2, 3, 6, 4)),
        "MaxPool2d with stride": (nn.MaxPool2d(3, 2), torch.nn.MaxPool2d(3, 2), (2, 3, 7, 5)),
        "LayerNorm": (nn.LayerNorm(5), torch.nn.LayerNorm(5), (2, 3, 5)),
        "BatchNorm1d": (nn.BatchNorm1d(5), torch.nn.BatchNorm1d(5), (6, 5)),
        "BatchNorm1d of rows": (nn.BatchNorm1d(5), torch.nn.BatchNorm1d(5), (3, 5, 4)),
        "ReLU": (nn.ReLU(), torch.nn.ReLU(), (3, 4)),
        "Tanh": (nn.Tanh(), torch.nn.Tanh(), (3, 4)),
        "Flatten": (nn.Flatten(), torch.nn.Flatten(), (2, 3, 4)),
    }


NAMES = (
    *("Linear", "Linear without bias", "Conv2d", "MaxPool2d", "MaxPool2d with stride"),
    *("LayerNorm", "BatchNorm1d", "BatchNorm1d of rows", "ReLU", "Tanh", "Flatten"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_gives_pytorchs_output_gradients_and_state(name):
    torch = pytest.importorskip("torch")
    ours, theirs, shape = pairs(torch)[name]
    theirs = theirs.double()
    rng = np.random.default_rng(1)
    state = {key: rng.normal(1.0, 0.3, value.shape) for key, value in ours.state_dict().items()}
    ours.load_state_dict(state)
    theirs.load_state_dict({k: torch.tensor(v) for k, v in state.items()}, strict=False)
    for _ in range(3):
        x = rng.normal(size=shape)
        mine, other = Tensor(x), torch.tensor(x, requires_grad=True)
        y, expected = ours(mine), theirs(other)
        seed = rng.normal(size=y.shape)
        y.backward(seed)
        expected.backward(torch.tensor(seed))
        assert np.allclose(y.array, expected.detach().numpy(), rtol=1e-12, atol=1e-12)
        assert np.allclose(mine.grad, other.grad.numpy(), rtol=1e-11, atol=1e-12)
    for (key, parameter), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        assert np.allclose(parameter.grad, other.grad.numpy(), rtol=1e-11, atol=1e-12), key
    named = {k: v for k, v in theirs.state_dict().items() if k != "num_batches_tracked"}
    assert list(ours.state_dict()) == list(named)
    for key, value in ours.state_dict().items():
        assert np.allclose(value, named[key].numpy(), rtol=1e-12, atol=1e-12), key
    with torch.no_grad():
        x = rng.normal(size=shape)
        used = ours.eval()(Tensor(x)).array
        assert np.allclose(used, theirs.eval()(torch.tensor(x)).numpy(), rtol=1e-12, atol=1e-12)


def test_an_embedding_looks_rows_up_as_pytorch_does():
    torch = pytest.importorskip("torch")
    ours, theirs = nn.Embedding(6, 3, rng=0), torch.nn.Embedding(6, 3).double()
    theirs.load_state_dict({"weight": torch.tensor(ours.weight.numpy())})
    rows = np.array([[1, 5, 1], [0, 1, 2]])
    seed = np.random.default_rng(0).normal(size=(2, 3, 3))
    y, expected = ours(rows), theirs(torch.tensor(rows))
    y.backward(seed)
    expected.backward(torch.tensor(seed))
    assert np.array_equal(y.array, expected.detach().numpy())
    assert np.allclose(ours.weight.grad, theirs.weight.grad.numpy())


def test_dropout_keeps_the_mean_and_its_share():
    y = nn.Dropout(0.25, rng=0)(Tensor(np.ones(20_000))).array
    assert set(np.unique(y)) == {0.0, 1 / 0.75}
    assert np.mean(y == 0) == pytest.approx(0.25, abs=0.01)


# Initial weights


@pytest.mark.parametrize("shape", [(80, 120), (20, 6, 5, 4)])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("xavier_uniform_", {}),
        ("xavier_normal_", {"gain": 5 / 3}),
        ("kaiming_uniform_", {}),
        ("kaiming_uniform_", {"a": 5**0.5}),
        ("kaiming_normal_", {"mode": "fan_out", "nonlinearity": "relu"}),
    ],
)
def test_initial_weights_are_as_large_as_pytorchs(name, options, shape):
    torch = pytest.importorskip("torch")
    ours = getattr(init, name)(Tensor(np.zeros(shape)), **options, rng=0).array
    torch.manual_seed(0)
    theirs = getattr(torch.nn.init, name)(torch.empty(shape), **options).numpy()
    assert abs(ours.mean()) < 0.05 * ours.std()
    assert ours.std() == pytest.approx(theirs.std(), rel=0.05)
    if "uniform" in name:
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.01)


@pytest.mark.parametrize("kind", ["linear", "sigmoid", "tanh", "relu", "leaky_relu"])
def test_gains_are_pytorchs(kind):
    torch = pytest.importorskip("torch")
    assert init.calculate_gain(kind) == pytest.approx(torch.nn.init.calculate_gain(kind))


def test_drawing_keeps_the_tensor_its_dtype_and_depends_on_the_seed():
    weight = Tensor(np.zeros((3, 4), np.float32))
    assert init.kaiming_normal_(weight, rng=3) is weight and weight.dtype == np.float32
    again = init.kaiming_normal_(Tensor(np.zeros((3, 4), np.float32)), rng=3)
    assert np.array_equal(weight.array, again.array)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: init.xavier_normal_(Tensor(np.zeros(3)), rng=0), r"not the shape \(3,\); draw a"),
        (
            lambda: init.kaiming_normal_(Tensor(np.zeros((2, 2))), mode="in", rng=0),
            "mode is fan_in or fan_out, not 'in'",
        ),
        (lambda: init.calculate_gain("swish"), "no gain is known for 'swish'; choose one of"),
        (lambda: init.calculate_gain(["relu"]), r"no gain is known for \['relu'\]"),
        (lambda: init.kaiming_normal_(Tensor(np.zeros((2, 0)))), r"shape \(2, 0\) has no elements"),
        (lambda: init.normal_(np.zeros(2)), "a Tensor is filled, not ndarray; make a Tensor"),
        (lambda: init.xavier_normal_(Value(1.0)), "a Tensor is filled, not Value"),
        (
            lambda: init.normal_(Tensor([1], dtype=int)),
            "a Tensor of floats is filled, not of int64",
        ),
        (lambda: init.normal_(Tensor([1.0]), std=-1.0), "a std from 0 on, not 0.0 and -1.0"),
        (lambda: init.normal_(Tensor([1.0]), std=np.nan), "a std from 0 on, not 0.0 and nan"),
        (lambda: init.uniform_(Tensor([1.0]), 1.0, 0.0), "the lower first, not 1.0, 0.0"),
        (lambda: init.uniform_(Tensor([1.0]), -np.inf), "two finite numbers, .* not -inf, 1.0"),
        (lambda: init.xavier_uniform_(Tensor(np.zeros((2, 2))), gain=-1.0), "the lower first"),
    ],
)
def test_what_has_no_size_is_refused(call, words):
    with pytest.raises((ValueError, TypeError), match=words):
        call()


def test_a_model_is_saved_and_loaded(tmp_path):
    path = tmp_path / "model.npz"
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.Linear(4, 2, rng=1))
    model(np.random.default_rng(0).normal(size=(5, 3)))  # which moves the averages
    model.save(path)
    twin = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)).load(path)
    for name, array in model.state_dict().items():
        assert np.array_equal(twin.state_dict()[name], array), name
    assert [file.name for file in tmp_path.iterdir()] == ["model.npz"]


def damaged_files(whole: bytes):
    """Files that hold no model, by what happened to them."""
    other = io.BytesIO()
    np.savez(other, weight=np.array([None, {}], dtype=object), bias=np.zeros(2))
    one = io.BytesIO()
    np.save(one, np.zeros(3))
    turned = bytearray(whole)
    turned[len(whole) // 3] ^= 255
    return {
        **{"cut off": whole[: len(whole) // 2], "empty": b"", "text": b"hello"},
        **{"objects": other.getvalue(), "one array": one.getvalue(), "a bit": bytes(turned)},
    }


def test_a_file_that_holds_no_model_is_refused_and_nothing_changes(tmp_path):
    path = tmp_path / "model.npz"
    model = nn.Linear(30, 20, rng=0)
    model.save(path)
    before = model.state_dict()
    for name, content in damaged_files(path.read_bytes()).items():
        path.write_bytes(content)
        with pytest.raises(ValueError, match="no whole .npz file of plain arrays"):
            model.load(path)
        for key, array in before.items():
            assert np.array_equal(model.state_dict()[key], array), name
    with pytest.raises(FileNotFoundError):
        model.load(tmp_path / "nowhere.npz")
    nn.Linear(2, 2).save(path)
    with pytest.raises(ValueError, match=r"weight has the shape \(2, 2\) in the state"):
        model.load(path)
