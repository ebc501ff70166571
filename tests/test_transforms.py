"""Jacobian products both ways, Jacobians and Hessians, against closed forms and PyTorch."""

import numpy as np
import pytest
from tensor_cases import CASES, each_case, in_torch, operands_of

from autograd_lesson import Tensor, Value, hessian, hvp, jacobian, jvp, vjp

torch = pytest.importorskip("torch")


@pytest.mark.slow
@each_case
def test_forward_and_reverse_are_adjoint_for_every_op(name):
    """<u, J v> = <J^T u, v>, and J v is PyTorch's."""
    case, rng = CASES[name], np.random.default_rng(1)
    arrays = operands_of(case, rng)
    tangents = [rng.normal(size=x.shape) for x in arrays]
    y, rate = jvp(case.ours, [Tensor(x) for x in arrays], tangents)
    assert np.shape(rate) == y.shape
    u = rng.normal(size=y.shape)
    _, pull = vjp(case.ours, *[Tensor(x) for x in arrays])
    inner = sum((g.data * v).sum() for g, v in zip(pull(u), tangents, strict=True))
    assert (u * rate).sum() == pytest.approx(inner, rel=1e-10, abs=1e-10)
    _, expected = torch.func.jvp(
        lambda *xs: in_torch(case, xs),
        tuple(map(torch.tensor, arrays)),
        tuple(map(torch.tensor, tangents)),
    )
    np.testing.assert_allclose(rate, expected.numpy(force=True), rtol=1e-9, atol=1e-11)


def test_both_modes_give_the_jacobian_of_pytorch():
    a = np.random.default_rng(0).normal(size=(2, 3))

    def f(x):
        return (x @ a).tanh() * x.sum()

    expected = torch.func.jacrev(lambda x: (x @ torch.tensor(a)).tanh() * x.sum())(
        torch.tensor([0.3, -0.5], dtype=torch.float64)
    )
    for mode in ("reverse", "forward"):
        got = jacobian(f, [0.3, -0.5], mode)
        assert got.shape == (3, 2)
        np.testing.assert_allclose(got.data, expected.numpy(), rtol=1e-12)


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="'reverse' or 'forward'"):
        jacobian(lambda x: x, [1.0], "sideways")


def test_the_hessian_and_its_product_with_a_vector():
    rng = np.random.default_rng(1)
    a, x, v = rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=3)

    def f(x):
        return ((x @ a) ** 2).sum() + (x * x * x).sum()

    expected = 2 * a @ a.T + np.diag(6 * x)
    np.testing.assert_allclose(hessian(f, x).data, expected, rtol=1e-12)
    np.testing.assert_allclose(hvp(f, x, v).data, expected @ v, rtol=1e-12)


def test_values_have_products_too():
    y, pull = vjp(lambda a, b: a * b + a, 3.0, 4.0)
    assert y.data == 15.0 and [g.data for g in pull(2.0)] == [10.0, 6.0]
    y, rate = jvp(lambda a, b: a * b, [3.0, Value(4.0)], [1.0, 10.0])
    assert (y.data, rate) == (12.0, 34.0)


def test_a_seed_or_a_tangent_of_another_shape_is_refused():
    _, pull = vjp(lambda x: x * 2, [1.0, 2.0])
    with pytest.raises(ValueError, match=r"the seed has shape \(\)"):
        pull(1.0)
    with pytest.raises(ValueError, match=r"the tangent has shape \(3,\)"):
        jvp(lambda x: x, [Tensor([1.0])], [[1.0, 2.0, 3.0]])


def test_the_primals_of_a_jvp_may_be_plain_arrays():
    y, rate = jvp(lambda x: x * x, [np.array([3.0, 4.0])], [np.array([1.0, 10.0])])
    assert y.numpy().tolist() == [9.0, 16.0] and rate.tolist() == [6.0, 80.0]
