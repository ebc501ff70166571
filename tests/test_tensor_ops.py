"""Every op on tensors against central differences and against PyTorch, first and second order."""

import inspect
import itertools
import re
from array import array as plain_array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes
from op_cases import OPS
from tensor_cases import CASES, OF_TWO, each_case, in_layout, in_torch, operands_of

from autograd_lesson import (
    Tensor,
    array_ops,
    derivative,
    functional,
    image_ops,
    tensor,
    topological_order,
)
from autograd_lesson import functional as F  # noqa: N812
from autograd_lesson.backend import Backend
from autograd_lesson.gradcheck import check_gradient
from autograd_lesson.tensor import concat, einsum, pad, stack

try:
    import torch
except ImportError:
    torch = None
with_torch = pytest.mark.skipif(not torch, reason="PyTorch is not installed: pip install torch")
# --quick takes first slopes from PyTorch, where it is here: moving each number takes longer
unless_pytorch_says_so = pytest.mark.slow if torch else lambda test: test


def upstream_of(y, rng):
    """A random seed, of different sizes and both signs."""
    return rng.uniform(0.5, 2.0, y.shape) * np.where(rng.random(y.shape) < 0.5, -1.0, 1.0)


@unless_pytorch_says_so
@each_case
def test_an_op_agrees_with_central_differences(name):
    case, rng = CASES[name], np.random.default_rng(1)
    operands = operands_of(case, rng)
    upstream = upstream_of(case.ours(*map(Tensor, operands)), rng)
    check_gradient(case.ours, *operands, upstream=upstream, tolerance=2e-6)


@each_case
def test_an_op_has_the_second_derivatives_of_central_differences(name):
    """The gradient for each operand is a function of all of them: its slope along a direction."""
    case, rng = CASES[name], np.random.default_rng(3)
    starts = [np.asarray(x + rng.uniform(0.0, 0.01, x.shape)) for x in operands_of(case, rng)]
    directions = [rng.normal(size=x.shape) for x in starts]  # and no ties at the start
    upstream = upstream_of(case.ours(*map(Tensor, starts)), rng)
    for place, start in enumerate(starts):
        along = rng.normal(size=start.shape)

        def slope(t, place=place, along=along):
            xs = [x + t * d for x, d in zip(starts, directions, strict=True)]

            def weighted(x):
                return (case.ours(*xs[:place], x, *xs[place + 1 :]) * upstream).sum()

            return (derivative(weighted)(xs[place]) * along).sum()

        check_gradient(slope, np.array(0.0), upstream=1.0, tolerance=2e-6)


def rules_of(root):
    """The rules of the ops that this tensor was made by."""
    made = [value for value in topological_order(root) if value.operands]
    return {getattr(value.op.rule, "func", value.op.rule) for value in made}


def rules_in(case):
    """The rules that a case runs: forward, and as pulls, in the gradient of each operand."""
    xs = list(map(Tensor, operands_of(case, np.random.default_rng(0))))
    found = rules_of(case.ours(*xs))
    for place, x in enumerate(xs):

        def of_one(x, place=place):
            y = case.ours(*xs[:place], x, *xs[place + 1 :])
            return y * y  # so that what is pulled back depends on x

        found |= rules_of(derivative(of_one)(x))
    return found


def test_every_rule_of_arrays_and_images_has_a_case():
    tried = set().union(*map(rules_in, CASES.values()))
    for room in (array_ops, image_ops):
        rules = {name: rule for name, rule in vars(room).items() if name.endswith("_rule")}
        missing = [name for name, rule in rules.items() if rule not in tried]
        assert not missing, (
            f"no case runs {', '.join(missing)} of {room.__name__}: add one to CASES in "
            "tests/tensor_cases.py, and its rule is held against central differences and PyTorch"
        )


def test_a_rule_of_arrays_is_called_one_so_that_it_is_missed_without_a_case():
    for room in (array_ops, image_ops, tensor, functional):
        text = inspect.getsource(room)
        used = re.findall(r"\b(?:op_of|together|Op)\(\s*[^,()]+,\s*([\w.]+)", text)
        own = {name for name in used if name not in ("rule", "partial")}
        assert own, room
        assert {name for name in own if not name.endswith("_rule")} == set()


@with_torch
@each_case
def test_an_op_has_the_numbers_shapes_and_types_of_pytorch(name):
    for dtype, layout in itertools.product(("float64", "float32"), ("C", "F", "strided")):
        assert_as_in_pytorch(CASES[name], dtype, layout)


def assert_as_in_pytorch(case, dtype, layout):
    """The result and the gradients, of operands that lie in memory in this way."""
    rng = np.random.default_rng(2)
    arrays = [in_layout(x.astype(dtype), layout) for x in operands_of(case, rng)]
    ours = [Tensor(x) for x in arrays]
    theirs = [torch.tensor(x, requires_grad=True) for x in arrays]
    y, expected = case.ours(*ours), in_torch(case, theirs)
    assert y.shape == tuple(expected.shape)
    assert str(y.dtype) == str(expected.dtype).removeprefix("torch.") == dtype
    tolerance = (
        {"rtol": 1e-10, "atol": 1e-12} if dtype == "float64" else {"rtol": 1e-4, "atol": 1e-5}
    )
    np.testing.assert_allclose(y.data, expected.detach().numpy(), **tolerance)
    upstream = upstream_of(y, rng).astype(dtype)
    y.backward(upstream)
    expected.backward(torch.tensor(upstream))
    for x, same in zip(ours, theirs, strict=True):
        assert x.grad.shape == x.shape and x.grad.dtype == dtype
        np.testing.assert_allclose(x.grad, same.grad.numpy(), **tolerance)


@pytest.mark.slow
@with_torch
@each_case
def test_an_op_has_the_second_derivatives_of_pytorch(name):
    """Along a random direction d: the gradient of <d, gradient of <upstream, y>>."""
    case, rng = CASES[name], np.random.default_rng(3)
    arrays = operands_of(case, rng)
    upstream = upstream_of(case.ours(*map(Tensor, arrays)), rng)
    for place, array in enumerate(arrays):
        direction = rng.normal(size=array.shape)

        def weighted(x, place=place):
            operands = [Tensor(a) for a in arrays]
            operands[place] = x
            return (case.ours(*operands) * upstream).sum()

        def slope(x, weighted=weighted, direction=direction):
            return (derivative(weighted)(x) * direction).sum()

        got = derivative(slope)(Tensor(array)).data
        np.testing.assert_allclose(
            got, second_in_torch(case, arrays, place, upstream, direction), rtol=1e-8, atol=1e-9
        )


def second_in_torch(case, arrays, place, upstream, direction):
    """The same by PyTorch; zeros where it finds no dependence."""
    operands = [torch.tensor(x, requires_grad=True) for x in arrays]
    y = (in_torch(case, operands) * torch.tensor(upstream)).sum()
    options = {"create_graph": True, "allow_unused": True, "materialize_grads": True}
    (first,) = torch.autograd.grad(y, operands[place], **options)
    slope = (first * torch.tensor(direction)).sum()
    if not slope.requires_grad:
        return np.zeros(arrays[place].shape)
    (second,) = torch.autograd.grad(slope, operands[place], **options)
    return second.detach().numpy(force=True)


@with_torch
@given(shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4, min_side=0))
@pytest.mark.parametrize("name", OF_TWO)
@settings(max_examples=25)
def test_any_shapes_that_broadcast_give_the_gradients_of_pytorch(name, shapes):
    rng = np.random.default_rng(4)
    arrays = [rng.uniform(0.3, 2.0, shape) for shape in shapes.input_shapes]
    ours = [Tensor(x) for x in arrays]
    theirs = [torch.tensor(x, requires_grad=True) for x in arrays]
    y = OPS[name].ours(*ours)
    expected = OPS[name].in_torch(*theirs)
    assert y.shape == shapes.result_shape
    upstream = upstream_of(y, rng)
    y.backward(upstream)
    expected.backward(torch.tensor(upstream))
    for x, same in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x.grad, same.grad.numpy(), rtol=1e-10, atol=1e-12)


@with_torch
@given(data=st.data(), shape=array_shapes(max_dims=4, max_side=4, min_side=1))
@settings(max_examples=60)
def test_any_reduction_and_any_permutation_has_the_gradient_of_pytorch(data, shape):
    axes = tuple(data.draw(st.sets(st.integers(0, len(shape) - 1), min_size=1)))
    keepdims, order = data.draw(st.booleans()), data.draw(st.permutations(range(len(shape))))
    array = np.random.default_rng(5).normal(size=shape)
    x, same = Tensor(array), torch.tensor(array, requires_grad=True)
    y = x.sum(axes, keepdims) * 2.0
    (y.sum() + (x.transpose(order) ** 2).mean(0).sum()).backward()
    ((same.sum(axes, keepdims) * 2.0).sum() + (same.permute(order) ** 2).mean(0).sum()).backward()
    np.testing.assert_allclose(x.grad, same.grad.numpy(), rtol=1e-10, atol=1e-12)


@with_torch
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("rows", [12, 5, 1])
def test_a_convolution_of_many_windows_is_that_of_pytorch(groups, rows, monkeypatch):
    """12 rows of windows, so many to a product of matrices: all, not a multiple, one."""
    monkeypatch.setattr(image_ops, "PIECE", rows * 2 * 3 * 3 * 12 * 64 * 8)
    rng = np.random.default_rng(0)
    arrays = rng.normal(size=(64, 2, 14, 14)), rng.normal(size=(4, 2 // groups, 3, 3))
    upstream = rng.normal(size=(64, 4, 12, 12))
    ours = [Tensor(a) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    F.conv2d(*ours, groups=groups).backward(upstream)
    torch.nn.functional.conv2d(*theirs, groups=groups).backward(torch.tensor(upstream))
    for x, same in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x.grad, same.grad.numpy(), rtol=1e-10, atol=1e-10)


@given(
    sizes=st.tuples(*[st.integers(1, 3)] * 3, *[st.integers(3, 6)] * 2),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
)
@settings(max_examples=40)
def test_a_convolution_and_its_pull_are_adjoint(sizes, kernel, stride, padding):
    """<conv(x, w), g> = <x, pull of g to x> = <w, pull of g to w>, for all of them."""
    n, c, o, h, w = sizes
    rng = np.random.default_rng(6)
    x, weight = Tensor(rng.normal(size=(n, c, h, w))), Tensor(rng.normal(size=(o, c, *kernel)))
    y = F.conv2d(x, weight, None, stride, padding)
    g = rng.normal(size=y.shape)
    inner = (y.data * g).sum()
    y.backward(g)
    assert (x.data * x.grad).sum() == pytest.approx(inner, abs=1e-10)
    assert (weight.data * weight.grad).sum() == pytest.approx(inner, abs=1e-10)


@given(kernel=st.integers(1, 3), stride=st.integers(1, 3), size=st.tuples(*[st.integers(3, 7)] * 2))
@settings(max_examples=30)
def test_average_pooling_and_its_pull_are_adjoint(kernel, stride, size):
    rng = np.random.default_rng(7)
    x = Tensor(rng.normal(size=(2, 3, *size)))
    y = F.avg_pool2d(x, kernel, stride)
    g = rng.normal(size=y.shape)
    y.backward(g)
    assert (x.data * x.grad).sum() == pytest.approx((y.data * g).sum(), abs=1e-10)


@pytest.mark.parametrize("size", [1000.0, -1000.0])
def test_large_logits_neither_overflow_nor_warn(size):
    logits = Tensor([[size, 0.0, -size], [size, size, size]])
    with np.errstate(all="raise", under="ignore"):
        loss = F.cross_entropy(logits, [1, 2], reduction="none")
        assert logits.softmax().data.sum(axis=1) == pytest.approx([1.0, 1.0])
        np.testing.assert_allclose(loss.data, [max(size, -size), np.log(3)])
        loss.backward([1.0, 1.0])
    assert np.isfinite(logits.grad).all()


@pytest.mark.parametrize("n", [1, 2, 3, 5, 7, 10, 64, 65])
def test_one_large_logit_wherever_it_stands_does_not_overflow(n):
    logits = np.eye(n) * 1000.0
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_allclose(Tensor(logits).softmax().data, np.eye(n))
        np.testing.assert_allclose(Tensor(logits).log_softmax().data, logits - 1000.0)


def test_logsumexp_of_nothing_but_minus_infinity_is_minus_infinity():
    assert Tensor([-np.inf, -np.inf]).logsumexp().item() == -np.inf


NANS = [[1.0, np.nan, 3.0, np.nan], [4.0, 2.0, 4.0, 1.0]]


@with_torch
def test_nans_are_the_largest_and_the_smallest_and_share_the_gradient_as_in_pytorch():
    """PyTorch does so for the largest of all; over an axis, its amax gives nan to every element."""
    for name in ("max", "min"):
        x, same = Tensor(NANS[0]), torch.tensor(NANS[0], requires_grad=True)
        getattr(x, name)().backward()
        getattr(same, name)().backward()
        assert x.grad.tolist() == same.grad.tolist() == [0.0, 0.5, 0.0, 0.5]
    x = Tensor(NANS)
    y = x.max(1)
    y.sum().backward()
    np.testing.assert_array_equal(y.data, [np.nan, 4.0])
    assert x.grad.tolist() == [[0.0, 0.5, 0.0, 0.5], [0.5, 0.0, 0.5, 0.0]]


@with_torch
@pytest.mark.parametrize("kernel", [(2, 2), (1, 3), (3, 3), (3, 2)])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1])
def test_pooling_gives_nans_and_windows_of_minus_infinity_the_gradients_of_pytorch(
    kernel, stride, padding
):
    rng = np.random.default_rng(8)
    padding = (padding * (kernel[0] > 1), padding)
    found = 0
    for numbers in ([-np.inf], [np.nan], [-np.inf, np.nan, 0.0, 1.0, np.inf], [-np.inf, -1.0]):
        array = rng.choice(numbers, size=(2, 2, 4, 5))
        x, same = Tensor(array), torch.tensor(array, requires_grad=True)
        y = F.max_pool2d(x, kernel, stride, padding)
        expected = torch.nn.functional.max_pool2d(same, kernel, stride, padding)
        np.testing.assert_array_equal(y.data, expected.detach().numpy())
        upstream = upstream_of(y, rng)
        y.backward(upstream)
        expected.backward(torch.tensor(upstream))
        np.testing.assert_allclose(x.grad, same.grad.numpy(), rtol=1e-12)
        assert x.grad.sum() == pytest.approx(upstream.sum()), "nothing is lost in the padding"
        found += np.isnan(array).sum()
    assert found


@with_torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("data", [[1.0, 2.0, 4.0], [5.0], []])
@pytest.mark.parametrize("ddof", [0, 1, 2, 3, 4])
def test_a_variance_of_too_few_numbers_is_that_of_pytorch(data, ddof):
    x, same = Tensor(data), torch.tensor(data, dtype=torch.float64)
    np.testing.assert_allclose(x.var(ddof=ddof).data, same.var(correction=ddof).numpy())
    np.testing.assert_allclose(x.std(ddof=ddof).data, np.std(np.array(data), ddof=ddof))


INDICES = {
    "a tuple with repeats": ((0, 0, 1),),
    "an array of the standard library": plain_array("i", [0, 0, 2]),
    "unsigned bytes": np.array([255, 255, 0], np.uint8),
    "signed bytes": np.array([-1, -1, 127], np.int8),
    "unsigned words": np.array([0, 0], np.uint64),
    "a number of eight bits": np.uint8(200),
    "a number and a number": (np.int64(-1), np.int8(2)),
    "a range": range(3),
    "a range twice": (range(3), range(3)),
    "lists of lists": [[0, 1], [0, 2]],
    "nested tuples": (((0, 1), (0, 1)),),
    "negative numbers": [-1, -1, -300],
    "the same place from both ends": [-1, 299],
    "a slice from the end": (slice(None, None, -1), None, 0),
    "an array between slices": (slice(1, 3), [0, 0, 1], slice(None)),
    "arrays on both sides of a slice": ([0, 0, 1], slice(None), [1, 1, 0]),
    "arrays on both sides of an ellipsis": ([0, 0], ..., [1, 1]),
    "a number beside an array": (0, slice(None), [1, 1]),
    "arrays that broadcast": ([[0], [0]], [1, 1, 2]),
    "an array and None": ([0, 0], None),
    "one boolean": True,
    "no boolean": False,
    "one boolean of NumPy": np.True_,
    "booleans and numbers": ([True, False, True] * 100, 1),
    "booleans of two axes": np.arange(1200).reshape(300, 4) % 3 == 0,
    "an empty list": [],
    "an empty array": np.zeros((2, 0), int),
    "an array without axes": np.array(3, np.uint8),
    "a Tensor of integers": Tensor([0, 0, 2], dtype=int),
    "a list beside an empty slice": ([0, 0], slice(2, 2)),
}
if torch:
    INDICES |= {
        "another library's integers": torch.tensor([0, 0, 1]),
        "another library's small integers": torch.tensor([0, 0, 1], dtype=torch.uint8),
        "another library's booleans": torch.tensor([True, False, True] * 100),
    }


@pytest.mark.parametrize("name", INDICES)
def test_any_index_picks_what_it_picks_in_numpy_and_adds_up_what_it_picked_twice(name):
    index, rng = INDICES[name], np.random.default_rng(9)
    in_numpy = index.array if isinstance(index, Tensor) else index
    in_numpy = in_numpy if isinstance(index, tuple | bool | list) else np.asarray(in_numpy)
    numbers = rng.normal(size=(300, 4, 2))
    for outer in (lambda x: x, lambda x: x * 1.0 + x):  # alone, and added into what there is
        x = Tensor(numbers)
        h = outer(x)
        y = h[index]
        expected = h.data[in_numpy]
        assert np.array_equal(y.data, expected) and y.shape == expected.shape
        g = rng.normal(size=y.shape)
        (y.sum() * 0.0 + (y * g).sum() + h.sum()).backward()
        picked = np.ones(x.shape)
        np.add.at(picked, in_numpy, g)
        np.testing.assert_allclose(x.grad, outer(picked), rtol=1e-12)


@pytest.mark.parametrize("index", [None, ..., (), (None, ...), True, (None, None)])
def test_a_tensor_without_axes_has_an_index_and_a_gradient(index):
    x = Tensor(2.0)
    h = x * 3.0
    (h[index].sum() * 4.0 + (h + h) * 1.0).backward()
    assert x.grad == 12.0 + 6.0


@with_torch
@pytest.mark.parametrize(("shape", "axis"), [((0,), 0), ((2, 0), 1), ((2, 0, 3), -2)])
def test_logsumexp_of_nothing_is_minus_infinity_as_in_pytorch(shape, axis):
    x = Tensor(np.zeros(shape))
    y = x.logsumexp(axis, keepdims=True)
    expected = torch.zeros(shape).logsumexp(axis, keepdim=True)
    np.testing.assert_array_equal(y.data, expected.numpy(), strict=False)
    y.backward(np.ones(y.shape))
    assert x.grad.shape == shape


def test_dropout_draws_the_same_again_from_the_same_seed_and_keeps_the_mean():
    x = Tensor(np.ones((200, 100)))
    y = F.dropout(x, 0.25, rng=3)
    assert (y.data == F.dropout(x, 0.25, rng=3).data).all()
    assert set(np.unique(y.data)) == {0.0, 1.0 / 0.75}
    assert y.data.mean() == pytest.approx(1.0, abs=0.01)
    y.sum().backward()
    assert (x.grad == y.data).all()
    assert F.dropout(x, 0.25, training=False) is x


@pytest.mark.parametrize(
    ("compute", "words"),
    [
        (lambda x: x + np.ones(4), r"'\+' of shapes \(2, 3\) and \(4,\)"),
        (lambda x: x @ x, r"'@' of shapes \(2, 3\) and \(2, 3\): the last length"),
        (lambda x: x.reshape(4), r"reshape: 6 elements of shape \(2, 3\) do not fill"),
        (lambda x: x.transpose(0, 0), "name each axis once"),
        (lambda x: x.transpose(0), "name each axis once"),
        (lambda x: x.transpose(1, 2), "transpose along axis 2: .* axes 0 to 1, or -2 to -1"),
        (lambda x: x.transpose(0, 5), "transpose along axis 5"),
        (lambda x: x.permute((-3, 0)), "transpose along axis -3"),
        (lambda x: x.transpose(1.0, 0), "transpose along axis 1.0"),
        (lambda x: x.swapaxes(0, 2), "swapaxes along axis 2"),
        (lambda x: x.squeeze(2), "squeeze along axis 2"),
        (lambda x: x.squeeze(0), "squeeze along axis 0: .* more there than one element"),
        (lambda x: x.expand_dims(3), "expand_dims along axis 3: the result has axes 0 to 2"),
        (lambda x: x.expand_dims(-4), "expand_dims along axis -4"),
        (lambda x: stack([x, x], 3), "stack along axis 3"),
        (lambda x: concat([x, x], -3), "concat along axis -3"),
        (lambda x: x.softmax(2), "softmax along axis 2"),
        (lambda x: x.sum(True), "sum along axis True"),
        (lambda x: x.max(1.0), "max along axis 1.0"),
        (lambda x: x.sum().mean(0), r"a tensor made by 'sum' of shape \(\) has no axes"),
        (lambda x: x.clip(), "give two numbers, or one of them and None"),
        (lambda x: x.clip(np.zeros(3), 1.0), r"maximum\(\) and minimum\(\) take arrays"),
        (lambda x: pad(x, -1), "whole numbers of 0 or more"),
        (lambda x: pad(x, 0.5), "whole numbers"),
        (lambda x: pad(x, ((1, 1),) * 3), "one pair or number for all"),
        (lambda x: pad(x, ((1, 1), (1,))), "a pair of whole numbers"),
        (lambda x: Tensor([1, 2], dtype=int).softmax(), "softmax is computed on floats, not on"),
        (lambda x: Tensor([1, 2], dtype=int).log_softmax(), "log_softmax is computed on floats"),
        (lambda x: Tensor([1, 2], dtype=int).logsumexp(), "logsumexp is computed on floats"),
        (lambda x: x.sum(2), "sum along axis 2"),
        (lambda x: x.sum((0, 0)), "named twice"),
        (lambda x: x.broadcast_to((2, 2)), "broadcast_to"),
        (lambda x: x[:0].max(0), "no element to choose from"),
        (lambda x: einsum("ij,jk->ik", x, x), "'j' is 3 long in one place and 2 in another"),
        (lambda x: einsum("ii->i", x), "'i' is 2 long in one place and 3 in another"),
        (lambda x: einsum("i->i", x), "must name each axis"),
        (lambda x: einsum("ijk->i", x), "must name each axis"),
        (lambda x: einsum("...ijk->i", x), "must name each axis"),
        (lambda x: einsum("i.j->i", x), "at most once"),
        (lambda x: einsum("...i...->i", x), "at most once"),
        (lambda x: einsum("ij->ii", x), "come from the operands, once"),
        (lambda x: einsum("...i,...i", x, np.ones((4, 3))), "long in one place"),
        (lambda x: einsum("ij,ij", x), "of 1 operands"),
        (lambda x: x.clip(), "give two numbers"),
        (lambda x: x.clip("a", 1), "give two numbers"),
        (lambda x: x.norm(-1), "p is a number above 0"),
        (lambda x: x.norm("nuc"), "p is a number above 0"),
        (lambda x: x.norm(axis=2), "axes 0 to 1"),
        (lambda x: x.prod(2), "axes 0 to 1"),
        (lambda x: x.cumsum(None), "axes 0 to 1"),
        (lambda x: x.topk(4), "has 3 along axis 1"),
        (lambda x: x.topk(1.0), "whole number"),
        (lambda x: x.sort(2), "axes 0 to 1"),
        (lambda x: x[:, :0].argmax(1), "no element to choose from"),
        (lambda x: x.flatten(1, 0), "comes after the last"),
        (lambda x: x.split(0), "at least 1"),
        (lambda x: x.split([1, 2]), "has 2 along axis 0"),
        (lambda x: F.mse_loss(x, np.ones(3)), "both must be the same"),
        (lambda x: F.mse_loss(x, x, "average"), "'mean', 'sum' or 'none'"),
        (lambda x: F.binary_cross_entropy_with_logits(x, np.ones((2, 1))), "both must be the same"),
        (lambda x: F.gelu(x, "erf"), "'none' or 'tanh'"),
        (lambda x: F.nll_loss(x, [0, 3]), "with 3 classes they run from 0 to 2"),
        (lambda x: F.nll_loss(x, [0, -1]), "from -1 to 0"),
        (lambda x: F.cross_entropy(x, [0, 1], label_smoothing=1.5), "a number from 0 to 1"),
        (lambda x: F.conv2d(x.reshape(1, 1, 2, 3), np.ones((1, 1, 2, 2)), dilation=0), "dilation"),
        (
            lambda x: F.conv2d(x.reshape(1, 1, 2, 3), np.ones((1, 1, 2, 2)), dilation=2),
            r"window of \(3, 3\) does not fit",
        ),
        (
            lambda x: F.conv2d(x.reshape(1, 1, 2, 3), np.ones((1, 1, 2, 2)), None, 2, "same"),
            "'same' with a stride of 1",
        ),
        (lambda x: einsum("ij->k", x), "the result's letters|each letter of the result"),
        (lambda x: F.cross_entropy(x, [0]), r"logits \(2, 3\) and labels \(1,\)"),
        (lambda x: F.cross_entropy(x, [0, 3]), "with 3 classes they run from 0 to 2"),
        (lambda x: F.cross_entropy(x, [0, -1]), "labels run from -1"),
        (lambda x: F.cross_entropy(x, [0.5, 1.0]), "integers"),
        (lambda x: F.cross_entropy(x, [0, 1], "average"), "'mean', 'sum' or 'none'"),
        (lambda x: F.linear(x, np.ones((4, 2))), r"linear of shapes \(2, 3\) and \(4, 2\)"),
        (lambda x: F.linear(x, np.ones((4, 3)), np.ones(3)), r"bias has shape \(3,\)"),
        (lambda x: F.layer_norm(x, np.ones(2)), r"weight has shape \(2,\); it must be \(3,\)"),
        (lambda x: F.conv2d(x, np.ones((1, 1, 1, 1))), r"\(n, channels, height, width\)"),
        (
            lambda x: F.conv2d(x.reshape(1, 1, 2, 3), np.ones((1, 2, 1, 1))),
            "channels in its second axis",
        ),
        (
            lambda x: F.conv2d(x.reshape(1, 1, 2, 3), np.ones((1, 1, 3, 3))),
            r"window of \(3, 3\) does not fit into \(2, 3\)",
        ),
        (lambda x: F.max_pool2d(x.reshape(1, 1, 2, 3), 2, padding=2), "more than half"),
        (lambda x: F.conv2d(x.reshape(1, 1, 2, 3), np.ones((1, 1, 1, 1)), stride=0), "stride is 0"),
        (
            lambda x: F.conv2d(x.reshape(1, 1, 2, 3), np.ones((1, 1, 1, 1)), groups=1.0),
            "groups is a whole number of at least 1, not 1.0",
        ),
        (lambda x: F.embedding([3], x), "rows 0 to 1"),
        (lambda x: F.embedding([0.0], x), "takes integers"),
        (lambda x: F.dropout(x, 1.1, rng=0), "p, a probability, is a number from 0 to 1, not 1.1"),
        (lambda x: F.dropout(x, None, rng=0), "p, a probability, .* not None"),
        (lambda x: F.cross_entropy(x, [0, 1], ignore_index=None), "ignore_index is a whole number"),
        (lambda x: F.nll_loss(x, [0, 1], ignore_index=1.0), "ignore_index is a whole number"),
        (lambda x: F.layer_norm(x, eps="1e-5"), "eps is a number from 0 on, not '1e-5'"),
        (lambda x: F.max_pool2d(x.reshape(1, 1, 2, 3), True), "kernel_size is True"),
        (lambda x: x.var(ddof=None), "ddof is a number, not None"),
        (lambda x: x.std(ddof="1"), "ddof is a number, not '1'"),
        (lambda x: pad(x, 1, "0"), "value is '0'"),
        (lambda x: pad(Tensor([1, 2], dtype=int), 1, 0.5), "value is 0.5; x holds int64"),
        (lambda x: x.detach().astype(complex), "real numbers, not complex128"),
        (lambda x: Tensor([1.0], dtype=object), "real numbers, not object"),
        (lambda x: x * np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0]), "masks no numbers"),
        (lambda x: F.dropout(x), "needs rng"),
        (lambda x: x[0.5], "an index is made of integers or booleans, not of float64"),
        (lambda x: x[np.zeros(0)], "not of float64"),
        (lambda x: x[[0, 1.5]], "not of float64"),
        (lambda x: x["a"], "an index is made of integers"),
        (lambda x: x[[[0], [0, 1]]], "the lists in this one differ in length"),
        (lambda x: einsum("ié->i", x), "write letters"),
    ],
)
def test_a_wrong_shape_or_argument_is_refused_in_words(compute, words):
    with pytest.raises((ValueError, TypeError, IndexError), match=words):
        compute(Tensor(np.arange(6.0).reshape(2, 3)))


class Counting:
    """NumPy, with every function that a backend needs counted."""

    def __init__(self):
        self.calls = 0

    def __getattr__(self, name):
        original = getattr(np, name)
        if not callable(original) or isinstance(original, type):
            return original

        def counted(*args, **settings):
            self.calls += 1
            return original(*args, **settings)

        for part in ("at", "reduceat"):
            if hasattr(original, part):
                setattr(counted, part, getattr(original, part))
        return counted


@pytest.fixture
def counting(monkeypatch):
    """Tensors computed by the counting module for the length of a test."""
    from autograd_lesson import arguments, array_ops, backend, functional, image_ops, ops, tensor

    module = Counting()
    other = Backend(module)
    for room in (backend, ops, arguments, array_ops, image_ops, tensor, functional):
        monkeypatch.setattr(room, "xp", other)
    return module


@pytest.mark.slow
@each_case
def test_an_op_computes_with_the_backend_that_was_chosen(counting, name):
    case, rng = CASES[name], np.random.default_rng(1)
    counting.calls = 0
    operands = operands_of(case, rng)
    y = case.ours(*map(Tensor, operands))
    upstream = upstream_of(y, rng)
    check_gradient(case.ours, *operands, upstream=upstream, tolerance=2e-6)
    assert counting.calls > 0
