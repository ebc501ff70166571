"""Every op on tensors against central differences and against PyTorch, first and second order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes
from tensor_cases import CASES, ELEMENTWISE, OF_TWO, in_layout, in_torch, operands_of

from autograd_lesson import Tensor, derivative
from autograd_lesson import functional as F  # noqa: N812
from autograd_lesson.backend import Backend
from autograd_lesson.gradcheck import check_gradient
from autograd_lesson.tensor import einsum

torch = pytest.importorskip("torch")
each_case = pytest.mark.parametrize("name", CASES)


def upstream_of(y, rng):
    """A random seed, of different sizes and both signs."""
    return rng.uniform(0.5, 2.0, y.shape) * np.where(rng.random(y.shape) < 0.5, -1.0, 1.0)


@each_case
def test_an_op_agrees_with_central_differences(name):
    case, rng = CASES[name], np.random.default_rng(1)
    operands = operands_of(case, rng)
    upstream = upstream_of(case.ours(*map(Tensor, operands)), rng)
    check_gradient(case.ours, *operands, upstream=upstream, tolerance=2e-6)


@pytest.mark.parametrize("layout", ["C", "F", "strided"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@each_case
def test_an_op_has_the_numbers_shapes_and_types_of_pytorch(name, dtype, layout):
    case, rng = CASES[name], np.random.default_rng(2)
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


@given(shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4, min_side=0))
@pytest.mark.parametrize("name", ELEMENTWISE)
@settings(max_examples=25, deadline=None)
def test_any_shapes_that_broadcast_give_the_gradients_of_pytorch(name, shapes):
    rng = np.random.default_rng(4)
    arrays = [rng.uniform(0.3, 2.0, shape) for shape in shapes.input_shapes]
    ours = [Tensor(x) for x in arrays]
    theirs = [torch.tensor(x, requires_grad=True) for x in arrays]
    y = OF_TWO[name](*ours)
    text, _ = ELEMENTWISE[name]
    expected = eval(text, {"torch": torch, "x": theirs[0], "y": theirs[1]})
    assert y.shape == shapes.result_shape
    upstream = upstream_of(y, rng)
    y.backward(upstream)
    expected.backward(torch.tensor(upstream))
    for x, same in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x.grad, same.grad.numpy(), rtol=1e-10, atol=1e-12)


@given(data=st.data(), shape=array_shapes(max_dims=4, max_side=4, min_side=1))
@settings(max_examples=60, deadline=None)
def test_any_reduction_and_any_permutation_has_the_gradient_of_pytorch(data, shape):
    axes = tuple(data.draw(st.sets(st.integers(0, len(shape) - 1), min_size=1)))
    keepdims, order = data.draw(st.booleans()), data.draw(st.permutations(range(len(shape))))
    array = np.random.default_rng(5).normal(size=shape)
    x, same = Tensor(array), torch.tensor(array, requires_grad=True)
    y = x.sum(axes, keepdims) * 2.0
    (y.sum() + (x.transpose(order) ** 2).mean(0).sum()).backward()
    ((same.sum(axes, keepdims) * 2.0).sum() + (same.permute(order) ** 2).mean(0).sum()).backward()
    np.testing.assert_allclose(x.grad, same.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("groups", [1, 2])
def test_a_convolution_of_many_windows_is_that_of_pytorch(groups):
    """9,216 windows: more than one product of matrices takes at a time, and not a multiple."""
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
@settings(max_examples=40, deadline=None)
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
@settings(max_examples=30, deadline=None)
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
        (lambda x: x.sum(2), "sum along axis 2"),
        (lambda x: x.sum((0, 0)), "named twice"),
        (lambda x: x.broadcast_to((2, 2)), "broadcast_to"),
        (lambda x: x[:0].max(0), "no element to choose from"),
        (lambda x: einsum("ij,jk->ik", x, x), "'j' is 3 long in one place and 2 in another"),
        (lambda x: einsum("ii->i", x), "must name each axis"),
        (lambda x: einsum("ij,ij", x, x), "'->'"),
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
        (lambda x: F.embedding([3], x), "rows 0 to 1"),
        (lambda x: F.embedding([0.0], x), "takes integers"),
        (lambda x: F.dropout(x, 1.0, rng=0), "p is 1.0"),
        (lambda x: F.dropout(x), "needs rng"),
        (lambda x: x[0.5], "indices"),
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
    from autograd_lesson import array_ops, backend, functional, image_ops, ops, tensor

    module = Counting()
    other = Backend(module)
    for room in (backend, ops, array_ops, image_ops, tensor, functional):
        monkeypatch.setattr(room, "xp", other)
    return module


@each_case
def test_an_op_computes_with_the_backend_that_was_chosen(counting, name):
    case, rng = CASES[name], np.random.default_rng(1)
    operands = operands_of(case, rng)
    y = case.ours(*map(Tensor, operands))
    upstream = upstream_of(y, rng)
    check_gradient(case.ours, *operands, upstream=upstream, tolerance=2e-6)
    assert counting.calls > 0
