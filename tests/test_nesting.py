"""Derivatives of derivatives, in every mixture of modes and at whatever they are asked."""

from itertools import product

import numpy as np
import pytest
from tensor_cases import CASES, each_case, in_torch, operands_of

from autograd_lesson import (
    Tensor,
    Value,
    derivative,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    vjp,
)
from autograd_lesson.checkpoint import checkpoint
from autograd_lesson.tensor import where

torch = pytest.importorskip("torch")

OURS = {
    "derivative": lambda f: lambda x: derivative(f)(x),
    "vjp": lambda f: lambda x: vjp(f, x)[1](like_ones(x))[0],
    "jvp": lambda f: lambda x: jvp(f, [x], [like_ones(x)])[1],
}
THEIRS = {
    "derivative": lambda f: torch.func.grad(lambda x: f(x).sum()),
    "vjp": lambda f: lambda x: torch.func.vjp(f, x)[1](torch.ones_like(x))[0],
    "jvp": lambda f: lambda x: torch.func.jvp(f, (x,), (torch.ones_like(x),))[1],
}
FUNCTIONS = {
    "a power": lambda x: x**5,
    "tanh of a product": lambda x: (x * x * 0.3).tanh() * x,
    "a quotient": lambda x: x.sin() / (x * x + 1.0),
    "an exponent": lambda x: (x * x + 1.0) ** (x * 0.5),
    "relu": lambda x: (x * x * x).relu() + abs(x) * x,
}


def like_ones(x):
    return np.ones(x.shape) if isinstance(x, Tensor) else 1.0


def number(x):
    return np.asarray(x.data if isinstance(x, Value) else x)


MIXTURES = [m for depth in (1, 2, 3) for m in product(OURS, repeat=depth)]


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("mixture", MIXTURES, ids=" of ".join)
def test_every_mixture_of_modes_gives_the_derivative_of_pytorch(mixture, name):
    f = ours = theirs = FUNCTIONS[name]
    for mode in reversed(mixture):
        ours, theirs = OURS[mode](ours), THEIRS[mode](theirs)
    at = np.array([0.7, -1.3, 0.4])
    expected = theirs(torch.tensor(at)).numpy(force=True)
    np.testing.assert_allclose(number(ours(Tensor(at))), expected, rtol=1e-9, atol=1e-11)
    for x, slope in zip(at, expected, strict=True):
        assert number(ours(Value(x))) == pytest.approx(slope, rel=1e-9, abs=1e-11)
    assert isinstance(f(Value(1.0)), Value)


def test_a_rate_inside_a_rate_depends_on_the_outer_input():
    y, rate = jvp(lambda x: jvp(lambda y: y**3, [x], [1.0])[1], [2.0], [1.0])
    assert (y.data, rate) == (12.0, 12.0)
    y, rate = jvp(lambda x: x * jvp(lambda y: x * y, [2.0], [1.0])[1], [3.0], [1.0])
    assert (y.data, rate) == (9.0, 6.0)


def test_a_tangent_that_depends_on_the_outer_input_is_differentiated_as_well():
    def f(x):  # the rate of y^2 at x, at the speed x^3: 2 x x^3
        return jvp(lambda y: y * y, [x], [x * x * x])[1]

    assert derivative(f)(2.0).data == 64.0
    assert jvp(f, [Tensor([2.0])], [[1.0]])[1].tolist() == [64.0]


def test_a_seed_that_depends_on_the_outer_input_is_differentiated_as_well():
    def f(x):
        return vjp(lambda y: y * y, x)[1](x * x * x)[0]

    assert derivative(f)(2.0).data == 64.0
    assert derivative(f)(Tensor([2.0], requires_grad=False)).data.tolist() == [64.0]


@pytest.mark.parametrize("modes", list(product(("reverse", "forward"), repeat=2)), ids=" of ".join)
def test_a_jacobian_of_a_jacobian_in_any_two_modes_is_that_of_pytorch(modes):
    a = np.random.default_rng(0).normal(size=(2, 3))
    x = np.array([0.3, -0.5])
    outer, inner = modes
    got = jacobian(lambda at: jacobian(lambda z: (z @ a).tanh() * z.sum(), at, inner), x, outer)
    expected = torch.func.hessian(lambda z: (z @ torch.tensor(a)).tanh() * z.sum())(torch.tensor(x))
    np.testing.assert_allclose(got.data, expected.numpy(), rtol=1e-10)


def test_the_hessian_of_several_numbers_has_one_axis_more():
    a = np.random.default_rng(0).normal(size=(2, 3))
    x = np.array([0.3, -0.5])
    for f, theirs in (
        (lambda z: (z @ a).tanh(), lambda z: (z @ torch.tensor(a)).tanh()),
        (lambda z: (z * z).sum(keepdims=True), lambda z: (z * z).sum(0, keepdim=True)),
        (lambda z: (z * z * z).sum(), lambda z: (z * z * z).sum()),
    ):
        expected = torch.func.hessian(theirs)(torch.tensor(x)).numpy()
        assert hessian(f, x).shape == expected.shape
        np.testing.assert_allclose(hessian(f, x).data, expected, rtol=1e-12, atol=1e-14)


def test_the_product_with_a_hessian_asks_for_one_number():
    with pytest.raises(ValueError, match=r"returned shape \(2,\); hvp takes a function with one"):
        hvp(lambda x: x * x, [1.0, 2.0], [1.0, 0.0])


def test_a_value_has_a_jacobian_a_hessian_and_products_too():
    def cube(x):
        return x**3

    assert jacobian(cube, Value(2.0)).data == jacobian(cube, Value(2.0), "forward").data == 12.0
    assert hessian(cube, Value(2.0)).data == 12.0
    assert hvp(cube, Value(2.0), 5.0).data == 60.0
    assert derivative(lambda x: jacobian(cube, x))(2.0).data == 12.0


def test_the_jacobian_of_nothing_and_at_nothing_has_its_shape():
    for mode in ("reverse", "forward"):
        assert jacobian(lambda x: x[:0], [1.0, 2.0], mode).shape == (0, 2)
        assert jacobian(lambda x: x * 2, np.zeros(0), mode).shape == (0, 0)
        assert jacobian(lambda x: x.sum(), np.zeros(0), mode).shape == (0,)


def all_five(x):
    def f(at):
        return (at * at * at).sum()

    return [
        *(derivative(f)(x), hessian(f, x), hvp(f, x, [1.0]), jacobian(f, x), vjp(f, x)[1](1.0)[0]),
        *(jvp(f, [x], [[1.0]])[1], jacobian(f, x, "forward")),
    ]


AT_THREE = [27.0, 18.0, 18.0, 27.0, 27.0, 27.0, 27.0]
CONSTANTS = {
    "a constant": lambda: Tensor([3.0], requires_grad=False),
    "what was detached": lambda: (Tensor([1.5]) * 2).detach(),
    "a whole number": lambda: Tensor([3], dtype=int),
    "an array's constant": lambda: Tensor.of(np.array([3.0])),
    "a float32": lambda: Tensor(np.array([3.0], np.float32), requires_grad=False),
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_transform_differentiates_at_what_takes_no_gradient(name):
    x = CONSTANTS[name]()
    found = all_five(x)
    assert [number(y).item() for y in found] == AT_THREE
    assert not any(getattr(y, "requires_grad", False) for y in found)
    assert not x.requires_grad


def test_a_transform_differentiates_where_nothing_is_recorded_and_leaves_it_so():
    with no_grad():
        for x in (Tensor([3.0]), Tensor([3.0], requires_grad=False), Tensor([1.5]) * 2):
            found = all_five(x)
            assert [number(y).item() for y in found] == AT_THREE
            assert not any(getattr(y, "requires_grad", False) for y in found)
        assert not (Tensor([1.0]) * 2).requires_grad


def test_what_is_not_recorded_inside_f_is_a_constant_as_in_pytorch():
    def ours(x):
        with no_grad():
            fixed = x * x
        return (fixed * x * x.detach()).sum()

    def theirs(x):
        with torch.no_grad():
            fixed = x * x
        return (fixed * x * x.detach()).sum()

    x = np.array([3.0, -2.0])
    expected = torch.func.grad(theirs)(torch.tensor(x)).tolist()
    for at in (Tensor(x), Tensor(x, requires_grad=False)):
        assert derivative(ours)(at).data.tolist() == expected
        with no_grad():
            assert derivative(ours)(at).data.tolist() == expected


def test_newtons_method_goes_on_under_no_grad():
    def f(x):
        return (x * x - 2.0).sum()

    x = Tensor([1.0])
    with no_grad():
        for _ in range(6):
            x = x - f(x) / derivative(f)(x)
    assert x.item() == pytest.approx(np.sqrt(2.0), rel=1e-15)


def test_a_derivative_at_a_constant_still_knows_the_weights_of_f():
    w, x = Tensor([5.0]), Tensor([3.0], requires_grad=False)
    slope = derivative(lambda x: (w * x * x).sum())(x)
    slope.backward()
    assert w.grad.tolist() == [6.0] and x.grad is None


def test_a_constant_in_two_broadcast_shapes_gets_nothing_and_is_in_nobodys_way():
    x, c = Tensor(np.ones((3, 2))), Tensor([1.0, 2.0], requires_grad=False)

    def f(x):
        return (x * c).sum() + (x[0] * c).sum()

    expected = [[2.0, 4.0], [1.0, 2.0], [1.0, 2.0]]
    assert derivative(f)(x).data.tolist() == expected
    f(x).backward()
    assert x.grad.tolist() == expected and c.grad is None


def test_a_constant_that_is_given_requires_grad_after_the_forward_pass_gets_no_gradient():
    """As in PyTorch: what counts is what it was when the result was computed."""
    x, c = Tensor(np.ones((3, 2))), Tensor([1.0, 2.0], requires_grad=False)
    y = (x * c).sum()
    c.requires_grad = True
    y.backward()
    assert c.grad is None and x.grad.tolist() == [[1.0, 2.0]] * 3
    (x * c).sum().backward()
    assert c.grad.tolist() == [3.0, 3.0]


def test_what_f_takes_from_outside_is_not_walked_through():
    """A checkpoint has no second derivative, but here it stands outside."""
    h = checkpoint(lambda t: t * t, Tensor([2.0]))
    assert derivative(lambda x: (x * h).sum())(Tensor([3.0])).data.tolist() == [4.0]


def test_a_graph_that_was_freed_is_not_taken_for_a_constant():
    y, pull = vjp(lambda x: (x * x).sum(), Tensor([3.0]))
    y.backward()
    with pytest.raises(RuntimeError, match="freed by a backward"):
        pull(1.0)


def test_each_of_these_functions_takes_the_arrays_of_pytorch():
    torch = pytest.importorskip("torch")
    x, v = torch.tensor([3.0, 1.0]), torch.tensor([1.0, 2.0])

    def f(x):
        return x * x

    assert derivative(f)(x).data.tolist() == vjp(f, x)[1](np.ones(2))[0].data.tolist() == [6.0, 2.0]
    assert jvp(f, [x], [v])[1].tolist() == [6.0, 4.0]
    assert jacobian(f, x).data.tolist() == [[6.0, 0.0], [0.0, 2.0]]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: jvp(lambda x: x, 2.0, 1.0), TypeError, "a list of primals"),
        (lambda: jvp(lambda x: x, Tensor([2.0]), Tensor([1.0])), TypeError, "a list of primals"),
        (lambda: jvp(lambda x, y: x, [2.0, 3.0], [1.0]), ValueError, "2 primals and 1 tangents"),
        (lambda: jvp(lambda: 1.0, [], []), TypeError, "give at least one"),
        (lambda: vjp(lambda: 1.0), TypeError, "give at least one"),
        (lambda: derivative(None)(2.0), TypeError, "it comes first, not None"),
        (lambda: jacobian([2.0], [2.0]), TypeError, "it comes first"),
        (lambda: vjp(lambda x: (x, x), 2.0), TypeError, "returned a tuple of 2; .* stack"),
        (lambda: derivative(lambda x: [x])(Tensor([1.0])), TypeError, "returned a list of 1"),
        (lambda: derivative(lambda x: None)(2.0), TypeError, "returned nothing"),
        (lambda: jacobian(lambda x: {"y": x}, [2.0]), TypeError, "returned a dict of 1"),
    ],
)
def test_what_cannot_be_differentiated_is_refused_in_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_plain_number_is_a_constant():
    assert derivative(lambda x: 5.0)(2.0).data == 0.0
    assert derivative(lambda x: 5)(Tensor([2.0])).data.tolist() == [0.0]
    assert jvp(lambda x: 5.0, [2.0], [1.0])[1] == 0.0
    assert derivative(lambda x: x)(Tensor([2.0, 3.0])).data.tolist() == [1.0, 1.0]


def test_where_the_mixtures_meet_a_choice_nothing_comes_from_the_other_side():
    def f(x):
        return where(x.data > 0.0, (x * x).relu().sqrt(), 3.0 * x)

    at = np.array([2.0, -2.0])
    assert derivative(f)(Tensor(at)).data.tolist() == [1.0, 3.0]
    assert jvp(f, [Tensor(at)], [np.ones(2)])[1].tolist() == [1.0, 3.0]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@each_case
def test_every_op_has_its_second_derivatives_in_each_order_of_the_modes(name):
    """<v, H v> by forward over reverse and by reverse over forward, at constants and not."""
    case, rng = CASES[name], np.random.default_rng(1)
    arrays = operands_of(case, rng)
    tangents = [rng.normal(size=x.shape) for x in arrays]
    weights = rng.normal(size=in_torch(case, tuple(map(torch.tensor, arrays))).shape)

    def bent(y, weights):
        return (y * y * weights).sum()

    def theirs(*xs):
        return bent(in_torch(case, xs), torch.tensor(weights))

    def along(f):
        """By PyTorch's reverse mode: its jvp of a jvp of layer_norm is wrong in 2.13."""
        slopes = torch.func.grad(f, tuple(range(len(arrays))))
        return lambda *xs: sum(
            (g * torch.tensor(v)).sum() for g, v in zip(slopes(*xs), tangents, strict=True)
        )

    expected = along(along(theirs))(*map(torch.tensor, arrays)).item()

    def ours(*xs):
        return bent(case.ours(*xs), weights)

    def forward(*xs):
        return jvp(ours, xs, tangents)[1]

    def reverse(*xs):
        gradients = vjp(ours, *xs)[1](1.0)
        return sum(((g * v).sum() for g, v in zip(gradients, tangents, strict=True)), start=0.0)

    def rate(f, xs):
        return jvp(f, xs, tangents)[1]

    def pulled(f, xs):
        return sum((g.data * v).sum() for g, v in zip(vjp(f, *xs)[1](1.0), tangents, strict=True))

    for way, f in ((rate, reverse), (pulled, forward), (rate, forward), (pulled, reverse)):
        found = way(f, [Tensor(x, requires_grad=False) for x in arrays])
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)
