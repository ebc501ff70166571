"""Branches not taken, kinks, nan and powers of 0, each against PyTorch, in numbers and arrays."""

import math

import numpy as np
import pytest

from autograd_lesson import Tensor, Value, backward_steps, derivative, jvp, topological_order, vjp
from autograd_lesson import functional as F  # noqa: N812
from autograd_lesson.branches import cut_array

torch = pytest.importorskip("torch")
inf, nan = math.inf, math.nan

ONE = {  # of Value and Tensor and of torch, and how both reach an infinite slope behind it
    "relu": (lambda x: x.relu(), lambda x: x.relu()),
    "maximum(0)": (lambda x: x.maximum(0.0), lambda x: torch.maximum(x, torch.zeros_like(x))),
    "0 maximum": (
        lambda x: x.like(0.0).maximum(x),
        lambda x: torch.maximum(torch.zeros_like(x), x),
    ),
    "minimum(0), turned": (
        lambda x: 0.0 - (0.0 - x).minimum(0.0),
        lambda x: 0.0 - torch.minimum(0.0 - x, torch.zeros_like(x)),
    ),
    "abs": (abs, abs),
    "x * 0": (lambda x: x * 0.0, lambda x: x * 0.0),
    "x ** 0 - 1": (lambda x: x**0.0 - 1.0, lambda x: x**0.0 - 1.0),
}
BEHIND = {
    "nothing": lambda y: y,
    "sqrt": lambda y: y.sqrt(),
    "a root": lambda y: y**0.5,
    "a quotient": lambda y: y / (y + 1.0),
    "sqrt of a square": lambda y: (y * y).sqrt(),
}
POINTS = (-1.0, 0.0, 2.0, nan)


def slope_of_torch(f, x):
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    f(x).sum().backward()
    return x.grad.numpy()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("name", ONE)
def test_a_branch_not_taken_contributes_nothing_where_pytorch_has_nothing(name, behind):
    """With PyTorch also at the kink: abs at 0 before a sqrt is nan there, relu 0."""
    (ours, theirs), then = ONE[name], BEHIND[behind]
    expected = slope_of_torch(lambda x: then(theirs(x)), POINTS)
    x = Tensor(POINTS)
    then(ours(x)).backward(np.ones(len(POINTS)))
    np.testing.assert_allclose(x.grad, expected, 1e-15)
    np.testing.assert_allclose(derivative(lambda x: then(ours(x)))(x).data, expected, 1e-15)
    for point, slope in zip(POINTS, expected, strict=True):
        v = Value(point)
        y = then(ours(v))
        y.backward()
        np.testing.assert_allclose(v.grad, slope, 1e-15)
        np.testing.assert_allclose(sum_of_steps(y, v), slope, 1e-15)
        assert_same_or_refused(lambda p=point: derivative(lambda x: then(ours(x)))(p).data, slope)


def sum_of_steps(y, v):
    """What the pictures and the stepper show: the last sum of the walk."""
    gradient = {y: 1.0}
    for _ in backward_steps(y, gradient):
        pass
    return gradient[v]


def assert_same_or_refused(compute, expected):
    """The rules of numbers refuse what leaves the real numbers, and say so."""
    try:
        found = compute()
    except ArithmeticError as error:
        assert "keep the operand inside the domain" in str(error)
        assert not math.isfinite(expected) or expected == 0.0
    else:
        np.testing.assert_allclose(found, expected, 1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_what_is_cut_off_is_an_array_of_its_own_in_the_order_of_the_gradient(dtype):
    g = np.full((2, 3, 4), np.inf, dtype).transpose(2, 0, 1)  # as images lie in memory
    condition = np.arange(3) > 0  # of fewer axes
    y = cut_array(g, condition)
    assert y.base is None and y.dtype == dtype
    assert dtype is np.longdouble or y.strides == g.strides
    assert y[..., 0].tolist() == g[..., 0].tolist() and not y[..., 1:].any()


def test_the_case_of_the_playground():
    x = Value(-1.0)
    x.relu().sqrt().backward()
    assert x.grad == 0.0
    assert [v.data for v in topological_order(x.relu())] == [-1.0, 0.0]
    assert x.relu().partials == (0.0,)


@pytest.mark.parametrize("upstream", [1.0, -2.0, inf, nan])
@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_of_two_the_one_not_chosen_gets_nothing_and_nan_is_passed_on_to_both(name, upstream):
    pairs = [(1.0, 2.0), (2.0, 1.0), (2.0, 2.0), (nan, 1.0), (1.0, nan), (nan, nan), (inf, inf)]
    left, right = zip(*pairs, strict=True)
    a, b = (torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (left, right))
    getattr(torch, name)(a, b).backward(torch.full((len(pairs),), upstream))
    ta, tb = Tensor(left), Tensor(right)
    getattr(ta, name)(tb).backward(np.full(len(pairs), upstream))
    for ours, theirs in ((ta, a), (tb, b)):
        np.testing.assert_array_equal(ours.grad, theirs.grad.numpy())
    for i, (x, y) in enumerate(pairs):
        vx, vy = Value(x), Value(y)
        getattr(vx, name)(vy).backward(upstream)
        np.testing.assert_array_equal([vx.grad, vy.grad], [a.grad[i], b.grad[i]])


ARRAYS = {
    "clip": (lambda x: x.clip(0.0, 1.5), lambda x: x.clip(0.0, 1.5)),
    "max": (lambda x: x.max(1), lambda x: x.max(1).values),
    "min": (lambda x: x.min(1), lambda x: x.min(1).values),
    "max of all": (lambda x: x.max(), lambda x: x.max()),
    "max pooling": (
        lambda x: F.max_pool2d(x.reshape(1, 1, 2, 4), 2),
        lambda x: torch.nn.functional.max_pool2d(x.reshape(1, 1, 2, 4), 2),
    ),
    "overlapping max pooling": (
        lambda x: F.max_pool2d(x.reshape(1, 1, 2, 4), 2, 1),
        lambda x: torch.nn.functional.max_pool2d(x.reshape(1, 1, 2, 4), 2, 1),
    ),
    "an array of powers": (
        lambda x: x ** np.array([0.0, 1.0, 2.0, 0.0]) - 1.0,
        lambda x: x ** torch.tensor([0.0, 1.0, 2.0, 0.0]) - 1.0,
    ),
}
GRID = np.array([[-1.0, 2.0, -3.0, 0.5], [-0.25, -0.5, 0.0, -2.0]])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("upstream", [1.0, inf, nan])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.longdouble])
@pytest.mark.parametrize("name", ARRAYS)
def test_of_many_those_not_chosen_get_nothing(name, dtype, upstream):
    ours, theirs = ARRAYS[name]
    t = torch.tensor(GRID, requires_grad=True)
    y = theirs(t)
    y.backward(torch.full_like(y, upstream))
    x = Tensor(GRID.astype(dtype))
    y = ours(x)
    y.backward(np.full(y.shape, upstream))
    assert x.grad.dtype == dtype
    np.testing.assert_array_equal(x.grad, t.grad.numpy())
    _, pull = vjp(ours, x)
    np.testing.assert_array_equal(pull(np.full(y.shape, upstream))[0].data, t.grad.numpy())


EXPONENTS = (0.0, 1.0, 2.0, 3.0, -1.0, 0.5, nan)
BASES = (0.0, 2.0, 0.5)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("k", EXPONENTS)
@pytest.mark.parametrize("base", [*BASES, -2.0])
def test_both_slopes_of_a_power_are_those_of_pytorch(base, k):
    a, b = (torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (base, k))
    (a**b).backward()
    x, y = Tensor(base), Tensor(k)
    (x**y).backward()
    np.testing.assert_array_equal([x.grad, y.grad], [a.grad, b.grad])
    x = Tensor(base)
    (x**k).backward()
    np.testing.assert_allclose(x.grad, a.grad, rtol=1e-15)
    try:
        v, w = Value(base), Value(k)
        (v**w).backward()
    except (ValueError, ArithmeticError) as error:
        assert "keep the operand inside the domain" in str(error)
        assert base < 0.0 or (base == 0.0 and k < 0.0)
    else:
        np.testing.assert_allclose([v.grad, w.grad], [a.grad, b.grad], rtol=1e-15)


def all_orders(f, x, n):
    """The first n derivatives at x."""
    found = []
    for _ in range(n):
        f = derivative(f)
        found.append(f)
    return [g(x) for g in found]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("k", [0.0, 1.0, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("base", [0.0, -2.0, 1.5])
def test_three_derivatives_of_a_power_are_right_in_both_forms(base, k):
    """Closed forms: k (k - 1) (k - 2) x^(k - 3), and 0 where a factor is."""
    closed, factor = [], 1.0
    for order in range(1, 4):
        factor *= k - order + 1
        closed.append(factor * base ** (k - order) if factor else 0.0)
    forms = [lambda x: x**k]
    if base >= 0.0:  # of a negative base the slope for the exponent is not a real number
        forms.append(lambda x: x ** x.like(k))
    for form in forms:
        found = [y.data for y in all_orders(form, Value(base), 3)]
        assert found == pytest.approx(closed, rel=1e-12, abs=1e-15)
    for form in (lambda x: x**k, lambda x: x ** x.like(k)):
        found = [y.item() for y in all_orders(form, Tensor(base), 3)]
        assert found == pytest.approx(closed, rel=1e-12, abs=1e-15)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("k", [0.0, 1.0, 2.0, 3.0, 0.5, -1.0])
@pytest.mark.parametrize("base", [0.0, 1.5])
def test_the_second_derivatives_of_a_power_for_base_and_exponent_are_those_of_pytorch(base, k):
    """Also where the exponent takes a gradient: its slope is 0 at 0, for every exponent that is."""

    def theirs(which, other):
        slope = torch.func.grad(lambda a, b: a**b, which)
        return torch.func.grad(slope, other)(torch.tensor(base), torch.tensor(k)).item()

    def ours(which, other, kind):
        def along(i, at):
            return lambda x: (x if i == 0 else at[0]) ** (x if i == 1 else at[1])

        at = [kind(base), kind(k)]

        def slope(x):
            moved = [x if i == other else each for i, each in enumerate(at)]
            return derivative(along(which, moved))(moved[which])

        return derivative(slope)(at[other]).item()

    for which in (0, 1):
        for other in (0, 1):
            torch.set_default_dtype(torch.float64)
            try:
                expected = theirs(which, other)
            finally:
                torch.set_default_dtype(torch.float32)
            if not math.isnan(expected):
                np.testing.assert_allclose(ours(which, other, Tensor), expected, rtol=1e-12)
            if math.isfinite(expected) and not (base == 0.0 and k < 1.0):
                found = ours(which, other, Value)
                np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_abs_and_relu_at_nan_have_the_slopes_of_pytorch():
    for f, theirs in ((abs, abs), (lambda x: x.relu(), torch.relu)):
        v = Value(nan)
        f(v).backward()
        assert v.grad == slope_of_torch(theirs, [nan])[0]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_forward_mode_meets_an_infinite_slope_with_the_speed_0_as_pytorch_does():
    x = torch.tensor([-1.0, 4.0])
    theirs = torch.func.jvp(lambda x: x.relu().sqrt(), (x,), (torch.ones(2),))[1].numpy()
    ours = jvp(lambda x: x.relu().sqrt(), [Tensor([-1.0, 4.0])], [np.ones(2)])[1]
    np.testing.assert_array_equal(ours, theirs)
    assert math.isnan(jvp(lambda x: x.relu().sqrt(), [-1.0], [1.0])[1])
