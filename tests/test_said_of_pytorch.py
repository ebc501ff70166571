"""What the lessons say of PyTorch in a sentence, without a cell: each sentence is a test here."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

INPLACE = "modified by an inplace operation"
SECOND_TIME = "Trying to backward through the graph a second time"


def leaf(*numbers):
    """A tensor of these numbers that takes a gradient."""
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


def function(rule):
    """The op 3 * x, whose way back is `rule` of the upstream."""

    class Triple(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return 3.0 * x

        @staticmethod
        def backward(ctx, upstream):
            return 3.0 * rule(upstream)

    return Triple.apply


# Lesson 05: a second backward()


def test_a_second_backward_is_refused_where_something_was_saved():
    x = leaf(1.0, 2.0)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match=SECOND_TIME):
        y.backward()


@pytest.mark.parametrize(
    ("f", "twice"),
    [
        (lambda x: (x + 1).sum(), [2.0, 2.0]),
        (lambda x: x.mean(), [1.0, 1.0]),
        (lambda x: x.cumsum(0).sum(), [4.0, 2.0]),
    ],
)
def test_a_second_backward_doubles_silently_where_nothing_was_saved(f, twice):
    x = leaf(1.0, 2.0)
    y = f(x)
    y.backward()
    y.backward()
    assert x.grad.tolist() == twice


# Lessons 04, 08 and 19: writing between forward and back


def test_a_write_that_is_counted_is_refused_on_the_way_back():
    for write in (lambda x: x.detach().fill_(100.0), lambda x: x.fill_(100.0)):
        x = leaf(3.0)
        y = (x * x).sum()
        with torch.no_grad():
            write(x)
        with pytest.raises(RuntimeError, match=INPLACE):
            y.backward()


def test_a_change_through_data_gives_the_slope_at_the_new_number():
    for write in (
        lambda x: setattr(x, "data", torch.tensor([100.0], dtype=torch.float64)),
        lambda x: x.data.fill_(100.0),
    ):
        x = leaf(3.0)
        y = (x * x).sum()
        write(x)
        y.backward()
        assert x.grad.tolist() == [200.0]


def test_the_refusal_names_type_and_shape_and_for_a_result_the_op():
    x = leaf(0.5, -1.0)
    e = x.exp()
    e.sub_(1.0)
    said = r"\[torch.DoubleTensor \[2\]\], which is output 0 of Exp, is at version 1; expected"
    with pytest.raises(RuntimeError, match=said):
        e.sum().backward()


# Lesson 06: nan, and where it is looked for


def test_anomaly_mode_stops_at_the_first_op_whose_way_back_gives_nan_and_not_at_the_exp():
    score = leaf(800.0)
    odds = score.exp()
    share = odds / (1 + odds)
    with (
        pytest.warns(UserWarning),
        torch.autograd.set_detect_anomaly(True),
        pytest.raises(RuntimeError, match="Function 'PowBackward0' returned nan values"),
    ):
        ((share - 1) ** 2).sum().backward()


def test_anomaly_mode_says_nothing_of_an_infinite_gradient():
    x = leaf(0.0)
    with torch.autograd.set_detect_anomaly(True):
        x.sqrt().sum().backward()
    assert x.grad.tolist() == [np.inf]


def test_leaky_relu_has_slope_a_hundredth_unless_told_otherwise_and_the_log_of_minus_1_is_nan():
    x = leaf(-1.0)
    torch.nn.functional.leaky_relu(x).sum().backward()
    assert x.grad.tolist() == [0.01]
    assert torch.log(torch.tensor(-1.0)).isnan()


# Lessons 07 and 26: what gradcheck can see


@pytest.mark.parametrize(
    ("rule", "passes", "passes_fast"),
    [
        (lambda u: u, True, True),
        (torch.abs, True, True),
        (lambda u: u.clamp(min=0.0), True, True),
        (lambda u: u * u, True, False),
        (torch.ones_like, False, False),
    ],
    ids=["right", "abs", "positive part", "square", "forgotten"],
)
def test_gradcheck_sends_ones_and_zeros_and_passes_a_rule_that_loses_the_sign(
    rule, passes, passes_fast
):
    x, check = leaf(0.5, -2.0), torch.autograd.gradcheck
    assert check(function(rule), x, raise_exception=False) is passes
    assert check(function(rule), x, raise_exception=False, fast_mode=True) is passes_fast


# Lesson 13: what is recorded of a product


def test_a_product_of_stacks_is_recorded_as_a_view_with_the_product_behind_it():
    a, b = torch.ones(2, 3, 4, requires_grad=True), torch.ones(2, 4, 5)
    assert (a[0] @ b[0]).grad_fn.name() == "MmBackward0"
    recorded = (a @ b).grad_fn
    assert recorded.name() == "UnsafeViewBackward0"
    assert recorded.next_functions[0][0].name() == "BmmBackward0"


# Lesson 14: a place that is written twice


def test_a_place_written_twice_passes_its_gradient_on_to_both_numbers():
    v = leaf(1.0, 2.0)
    y = torch.zeros(2, dtype=torch.float64)
    y[[0, 0]] = v
    (y * torch.tensor([10.0, 20.0])).sum().backward()
    assert v.grad.tolist() == [10.0, 10.0]


# Lesson 21: the two directions of where


def test_where_behind_a_root_has_slope_0_forward_and_nan_on_the_way_back():
    def f(x):
        return torch.where(x > 0, x.sqrt(), torch.zeros_like(x))

    zero, one = torch.zeros(1), torch.ones(1)
    assert torch.func.jvp(f, (zero,), (one,))[1].tolist() == [0.0]
    assert torch.func.vjp(f, zero)[1](one)[0].isnan().all()


# Lesson 03: what a result remembers


def test_a_constant_stands_in_the_graph_as_a_pair_of_none_and_0():
    (operand, _), constant = (leaf(2.0) + torch.tensor(1.0)).grad_fn.next_functions
    assert operand.name().endswith("AccumulateGrad")
    assert constant == (None, 0)


# Lesson 11: gradcheck and float32


def test_gradcheck_warns_at_float32_and_fails_a_right_tanh():
    x = torch.tensor([0.5, -1.0], requires_grad=True)
    with pytest.warns(UserWarning, match="not a double precision floating point"):
        assert torch.autograd.gradcheck(torch.tanh, x, raise_exception=False) is False


# Lesson 15: labels


def test_labels_are_int64_or_uint8_and_floats_are_probabilities():
    cross_entropy, logits = torch.nn.functional.cross_entropy, torch.tensor([[1.0, 2.0, 3.0]])
    losses = [cross_entropy(logits, torch.tensor([1], dtype=d)) for d in (torch.int64, torch.uint8)]
    losses.append(cross_entropy(logits, torch.tensor([[0.0, 1.0, 0.0]])))
    assert len({round(loss.item(), 6) for loss in losses}) == 1
    with pytest.raises(RuntimeError, match="expected target dtype"):
        cross_entropy(logits, torch.tensor([1], dtype=torch.int32))


# Lesson 22: where a custom backward is cut


@pytest.mark.parametrize(
    ("fetch", "cut"),
    [(lambda x: x.detach().numpy(), True), (lambda x: x.numpy(), False)],
    ids=["detach and numpy", "numpy"],
)
def test_a_backward_is_cut_by_detach_and_refused_by_numpy_alone(fetch, cut):
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, upstream):
            (x,) = ctx.saved_tensors
            return upstream * torch.from_numpy(2.0 * fetch(x))

    x = leaf(3.0)
    y = (Square.apply(x) * x).sum()
    if cut:
        (slope,) = torch.autograd.grad(y, x, create_graph=True)
        assert slope.item() == 27.0
        slope.sum().backward()
        assert x.grad.item() == 12.0  # of x ** 3 the right one is 18, and nothing was said
    else:
        with pytest.raises(RuntimeError, match="call numpy"):
            torch.autograd.grad(y, x, create_graph=True)


# Lesson 24: two devices


def test_two_devices_are_refused_unless_one_is_a_cpu_tensor_without_axes():
    there = torch.ones(3, device="meta")
    assert (there * torch.tensor(2.0)).device.type == "meta"
    with pytest.raises(RuntimeError, match="device"):
        there * torch.ones(3)


# Lesson 29: gradcheck at a corner


@pytest.mark.parametrize(
    ("f", "point", "passes"),
    [
        (torch.abs, [0.0], True),
        (torch.maximum, [1.0, 1.0], True),
        (torch.relu, [0.0], False),
    ],
    ids=["abs", "maximum", "relu"],
)
def test_gradcheck_passes_at_a_corner_whose_mean_slope_was_chosen(f, point, passes):
    settings = {"check_forward_ad": True, "raise_exception": False}
    xs = tuple(leaf(x) for x in point)
    assert torch.autograd.gradcheck(f, xs, **settings) is passes
    step, (x, *others) = 1e-6, [each.detach() for each in xs]
    mean = ((f(x + step, *others) - f(x - step, *others)) / (2 * step)).item()
    assert mean == pytest.approx({torch.abs: 0.0}.get(f, 0.5))
    assert (
        mean == pytest.approx(torch.func.grad(lambda x: f(x, *others).sum())(x).item())
    ) is passes
