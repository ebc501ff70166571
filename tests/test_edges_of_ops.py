"""What ops give where there is more than one answer: ties, nan, nothing, zeros; held to PyTorch."""

import numpy as np
import pytest

from autograd_lesson import Tensor, Value, vmap
from autograd_lesson import functional as F  # noqa: N812
from autograd_lesson.checkpoint import checkpoint
from autograd_lesson.nn import AvgPool2d, BatchNorm2d, Conv2d, Dropout, MaxPool2d
from autograd_lesson.ops import OF_ONE_OPERAND
from autograd_lesson.transforms import hessian

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
TF = torch.nn.functional


def both(f, g, *arrays, seed=1):
    """f of tensors and g of PyTorch's have the same numbers and the same gradients."""
    ours = [Tensor(x) for x in arrays]
    theirs = [torch.tensor(x, requires_grad=True) for x in arrays]
    y, z = f(*ours), g(*theirs)
    np.testing.assert_allclose(y.data, z.detach().numpy(), rtol=1e-12, atol=1e-14)
    upstream = np.random.default_rng(seed).uniform(0.5, 2.0, y.shape)
    y.backward(upstream)
    z.backward(torch.tensor(upstream))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.grad, b.grad.numpy(), rtol=1e-9, atol=1e-12)
    return [a.grad for a in ours]


LOGITS = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])


@pytest.mark.parametrize("how", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
def test_where_no_label_counts_there_is_no_gradient(name, how):
    labels = np.array([-100, -100])
    (grad,) = both(  # a mean of nothing is nan
        lambda x: getattr(F, name)(x, labels, how),
        lambda x: getattr(TF, name)(x, torch.tensor(labels), reduction=how),
        LOGITS,
    )
    assert not grad.any()


def test_a_label_that_does_not_count_may_have_logits_that_are_nan():
    x = Tensor([[np.nan, 1.0], [2.0, 0.0]])
    loss = F.cross_entropy(x, [-100, 0])
    loss.backward()
    assert loss.item() == pytest.approx(np.log1p(np.exp(-2.0)))
    np.testing.assert_allclose(x.grad[0], 0.0)


@pytest.mark.parametrize("op", sorted(op.symbol for op in OF_ONE_OPERAND if op.symbol != "abs"))
@pytest.mark.parametrize("data", [[True, False], [1, 0]])
def test_a_function_of_whole_numbers_and_booleans_gives_the_floats_of_pytorch(data, op):
    x, expected = Tensor(data, dtype=bool if data[0] is True else np.int8), torch.tensor([1.0, 0.0])
    with np.errstate(divide="ignore"):
        many = vmap(lambda x: getattr(x, op)())(x)
        for y in (getattr(x, op)(), many):
            assert y.dtype == np.float64
            expected_y = getattr(expected.double(), op)()
            np.testing.assert_allclose(y.data, expected_y, rtol=1e-15)


def test_the_error_function_of_an_array_is_that_of_each_number_to_the_last_digit_but_one():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=2000) * s for s in (3.0, 0.3, 1e-3, 1e-9)])
    x = np.concatenate([x, np.arange(-6.0, 6.1, 0.25), [0.0, np.inf, -np.inf, np.nan]])
    expected = torch.erf(torch.tensor(x)).numpy()
    np.testing.assert_allclose(Tensor(x).erf().data, expected, rtol=5e-16)
    half = Tensor(x.astype(np.float16)).erf()
    assert half.dtype == np.float16


def test_a_power_of_floats_and_an_array_is_of_the_wider_type():
    x, k = Tensor(np.full(3, 1.1, np.float32)), np.array([0.0, 2.0, 2.5])
    y, same = x**k, torch.full((3,), 1.1, requires_grad=True)
    expected = same ** torch.tensor(k)
    y.sum().backward()
    expected.sum().backward()
    assert y.dtype == np.float64 and x.grad.dtype == np.float32
    np.testing.assert_allclose(y.data, expected.detach(), rtol=1e-15)
    np.testing.assert_allclose(x.grad, same.grad, rtol=1e-6)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda x: x.std(1), lambda x: x.std(1, correction=0)),
        (lambda x: x.norm(3, 1), lambda x: torch.linalg.vector_norm(x, 3, 1)),
        (F.layer_norm, lambda x: TF.layer_norm(x, (3,))),
    ],
)
def test_squares_that_float16_does_not_hold_are_those_of_pytorch_in_double(ours, theirs):
    x = np.array([[900.0, -300.0, 4.0], [1.0, 2.0, 4.0]], np.float16)
    a, b = Tensor(x), torch.tensor(x.astype(float), requires_grad=True)
    y, z = ours(a), theirs(b)
    upstream = np.arange(1, 1 + y.size).reshape(y.shape).astype(np.float16)
    y.backward(upstream)
    z.backward(torch.tensor(upstream.astype(float)))
    assert y.dtype == a.grad.dtype == np.float16
    np.testing.assert_allclose(y.data, z.detach(), rtol=1e-3)
    np.testing.assert_allclose(a.grad, b.grad, rtol=1e-3, atol=1e-6)


def test_the_fast_gelu_has_a_slope_where_the_cube_would_overflow():
    x = Tensor(np.array([50.0, -50.0, 3.0], np.float16))
    same = torch.tensor(x.numpy(), requires_grad=True)
    F.gelu(x, "tanh").sum().backward()
    torch.nn.functional.gelu(same, approximate="tanh").sum().backward()
    np.testing.assert_allclose(x.grad, same.grad, rtol=2e-3)


@pytest.mark.parametrize("t", [0.0, 0.3, 1.0])
def test_the_loss_of_one_logit_is_right_far_from_zero(t):
    x = np.array([-800.0, -40.0, 0.0, 40.0, 800.0])
    target = np.full(5, t)
    both(
        F.binary_cross_entropy_with_logits,
        TF.binary_cross_entropy_with_logits,
        x,
        target,
    )


@pytest.mark.parametrize("x", [[2.0, 0.0, 3.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0], [5.0]])
def test_products_are_right_at_zeros_to_the_second_order(x):
    for name in ("prod", "cumprod"):
        args = () if name == "prod" else (0,)

        def f(x, name=name, args=args):
            return (getattr(x, name)(*args) ** 2).sum()

        expected = torch.autograd.functional.hessian(f, torch.tensor(x, dtype=torch.float64))
        np.testing.assert_allclose(hessian(f, np.array(x)).data, expected.numpy(), atol=1e-12)


@pytest.mark.parametrize("p", [0.5, 1, 2, 3, np.inf])
@pytest.mark.parametrize("x", [[0.0, 0.0], [3.0, 0.0], [-2.0, 2.0]])
def test_a_norm_has_the_slopes_of_pytorch_at_zeros_and_ties(p, x):
    both(lambda x: x.norm(p), lambda x: torch.linalg.vector_norm(x, p), np.array(x))


ORDERED = np.array([[2.0, np.nan, 1.0, 2.0, 1.0], [0.0, -0.0, np.inf, -np.inf, 0.0]])


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_equal_elements_are_sorted_in_their_order_and_nan_is_the_largest(axis, descending):
    values, places = Tensor(ORDERED).sort(axis, descending)
    expected = torch.tensor(ORDERED).sort(dim=axis, descending=descending, stable=True)
    np.testing.assert_array_equal(values.data, expected.values.numpy())
    np.testing.assert_array_equal(places, expected.indices.numpy())


def test_the_largest_and_the_smallest_come_in_order_with_their_places():
    x = np.array([[3.0, 1.0, 2.0], [0.0, 5.0, 4.0]])
    for largest in (True, False):
        found = Tensor(x).topk(2, largest=largest)
        expected = torch.tensor(x).topk(2, largest=largest)
        np.testing.assert_array_equal(found.values.data, expected.values.numpy())
        np.testing.assert_array_equal(found.indices, expected.indices.numpy())
    assert Tensor(x).topk(0, 1).values.shape == (2, 0)


@pytest.mark.parametrize("name", ["argmax", "argmin"])
@pytest.mark.parametrize("x", [[1.0, 3.0, 3.0], [1.0, np.nan, 3.0], [-np.inf, -np.inf]])
def test_the_first_of_the_extreme_elements_is_named_and_nan_before_all(name, x):
    assert getattr(Tensor(x), name)() == getattr(torch.tensor(x), name)().item()
    table = np.array([[1.0, 4.0], [4.0, 4.0]])
    for axis, kept in ((0, False), (1, True)):
        found = getattr(Tensor(table), name)(axis, kept)
        expected = getattr(torch.tensor(table), name)(axis, kept).numpy()
        np.testing.assert_array_equal(found, expected)
        assert found.shape == expected.shape and found.dtype.kind == "i"


def test_a_clone_is_written_to_alone_and_sends_its_gradient_on():
    x = Tensor([1.0, 2.0])
    twin = x.clone()
    y = (twin * 3.0).sum()
    with twin.opened() as numbers:
        numbers[0] = 9.0
    assert x.data.tolist() == [1.0, 2.0]
    y.backward()
    assert x.grad.tolist() == [3.0, 3.0]
    assert +x is x and +Value(2.0) is not None


def test_pieces_put_together_again_are_the_tensor():
    x = np.arange(10.0).reshape(5, 2)
    for lengths in (2, 5, 7, [1, 0, 4]):
        pieces = Tensor(x).split(lengths)
        expected = torch.tensor(x).split(lengths)
        assert [p.shape for p in pieces] == [tuple(p.shape) for p in expected]
        assert np.concatenate([p.data for p in pieces]).tolist() == x.tolist()
    assert [p.shape for p in Tensor(np.ones((0, 2))).split(3)] == [(0, 2)]


def test_numpys_products_and_running_sums_of_a_tensor_keep_the_gradient():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    np.prod(x).backward()
    assert x.grad.tolist() == [[24.0, 12.0], [8.0, 6.0]]
    assert np.cumsum(x).data.tolist() == [1.0, 3.0, 6.0, 10.0]
    assert np.cumprod(x, axis=1).data.tolist() == [[1.0, 2.0], [3.0, 12.0]]
    assert np.log1p(Tensor([0.0])).data.tolist() == [0.0]
    assert (np.positive(x)) is x
    assert np.sort(-x, axis=0).data.tolist() == [[-3.0, -4.0], [-1.0, -2.0]]
    for where in (2, [1], [0, 1]):
        ours, theirs = np.split(x, where, axis=1), np.split(x.numpy(), where, axis=1)
        assert [p.data.tolist() for p in ours] == [p.tolist() for p in theirs]


def test_dropping_everything_leaves_zeros_without_a_draw():
    x = np.array([1.0, -2.0])
    (grad,) = both(lambda x: F.dropout(x, 1.0), lambda x: TF.dropout(x, 1.0), x)
    assert grad.tolist() == [0.0, 0.0]
    layer = Dropout(1.0, rng=0)
    assert layer(Tensor(x)).data.tolist() == [0.0, 0.0]
    assert layer.eval()(Tensor(x)).data.tolist() == [1.0, -2.0]


def test_a_checkpoint_hands_on_indices_masks_and_settings_as_they_are():
    weight = Tensor(np.arange(6.0).reshape(3, 2))
    indices, mask = np.array([0, 2, 2]), np.array([True, False, True])

    def f(indices, mask, weight, power, name=None):
        assert indices.dtype.kind == "i" and mask.dtype == bool and type(power) is int
        return (F.embedding(indices, weight)[mask] ** power).sum()

    f(indices, mask, weight, 2).backward()
    expected, weight.grad = weight.grad, None
    checkpoint(f, indices, mask, weight, 2, None).backward()
    assert weight.grad.tolist() == expected.tolist()


IMAGES = np.random.default_rng(0).normal(size=(2, 3, 6, 5))


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_of_images_is_that_of_pytorch(training):
    ours, theirs = BatchNorm2d(3).train(training), torch.nn.BatchNorm2d(3).double().train(training)
    for _ in range(2):
        both(ours, theirs, IMAGES * 2.0 + 1.0)
    np.testing.assert_allclose(ours.running_mean, theirs.running_mean.numpy())
    np.testing.assert_allclose(ours.running_var, theirs.running_var.numpy())
    np.testing.assert_allclose(ours.weight.grad, theirs.weight.grad.numpy()) if training else None
    with pytest.raises(ValueError, match=r"BatchNorm2d\(3\) takes \(n, 3, height, width\), not"):
        ours(np.ones((4, 3)))


@pytest.mark.parametrize("how", [(3, 2, 1), (2,), ((3, 2), (1, 2), (1, 0)), (2, 1)])
def test_layers_of_pooling_are_those_of_pytorch(how):
    both(MaxPool2d(*how), torch.nn.MaxPool2d(*how), IMAGES)
    both(AvgPool2d(*how), torch.nn.AvgPool2d(*how), IMAGES)


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("kernel", [2, 3, (4, 1)])
@pytest.mark.parametrize("dilation", [1, 2])
def test_a_layer_that_keeps_the_size_pads_as_pytorch_does(kernel, dilation):
    settings = {"padding": "same", "dilation": dilation}
    ours, theirs = Conv2d(3, 4, kernel, **settings), torch.nn.Conv2d(3, 4, kernel, **settings)
    theirs.double().load_state_dict(
        {name: torch.tensor(x) for name, x in ours.state_dict().items()}
    )
    both(ours, theirs, IMAGES)
    assert ours(IMAGES).shape == (2, 4, 6, 5)


@pytest.mark.parametrize("x", [-1.0, 1.0, -3.0, 3.0, 0.2])
def test_a_number_is_cut_off_with_the_slope_of_pytorch_at_the_bounds(x):
    for low, high in ((-1, 1), (None, 1), (-1.0, None), (2, -2)):
        ours, theirs = Value(x), torch.tensor(x, dtype=torch.float64, requires_grad=True)
        y, z = ours.clip(low, high), theirs.clip(low, high)
        y.backward()
        z.backward()
        assert (y.data, ours.grad) == (z.item(), theirs.grad.item())
    with pytest.raises(TypeError, match="give two numbers"):
        Value(1.0).clip()
