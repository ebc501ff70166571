"""The oracles of exercise 17 against oracles of another kind: central differences, and PyTorch."""

import numpy as np
import pytest

from autograd_lesson.checks import e17_convolution_and_pooling as e17
from autograd_lesson.checks.arrays import numerical_vjp, worst


def test_the_way_back_of_a_convolution_is_the_measured_one():
    rng = np.random.default_rng(4)
    for g, x, weight, *where in e17.back_cases(rng):
        dx, dweight = numerical_vjp(
            lambda x, w, at=where: e17.conv(x, w, None, *at), [x, weight], g
        )
        assert worst(e17.spread(g, weight, x.shape, *where), dx, 1e-7) is None
        assert worst(e17.gather(g, x, weight.shape, *where), dweight, 1e-7) is None


def test_pooling_and_its_way_back_are_those_of_pytorch_ties_included():
    torch = pytest.importorskip("torch")
    for g, image, size in e17.pool_cases(np.random.default_rng(4)):
        x = torch.tensor(image, requires_grad=True)
        theirs = torch.nn.functional.max_pool2d(x, size)
        theirs.backward(torch.tensor(g))
        won = e17.first_of(e17.winners(image, size)) * g[..., None, None]
        assert np.array_equal(e17.blocks(image, size).max((4, 5)), theirs.detach())
        assert np.array_equal(e17.unblocked(won, image.shape), x.grad)


def test_every_pair_for_the_adjoint_test_is_what_its_row_says():
    for name, pair in e17.PAIRS.items():
        x = np.random.default_rng(0).normal(size=9)
        jacobian = np.array([pair.forward(row) for row in np.eye(9)]).T
        y = np.random.default_rng(1).normal(size=len(pair.forward(x)))
        assert np.allclose(pair.back(y), jacobian.T @ y, rtol=1e-6, atol=1e-15) is pair.is_right, (
            name
        )


def test_every_geometry_tells_rows_from_columns_and_one_channel_from_another():
    for x_shape, weight_shape, *_ in e17.GEOMETRIES:
        assert x_shape[2] != x_shape[3] and weight_shape[2] != weight_shape[3]
    strides = {stride for _, _, stride, _, _ in e17.GEOMETRIES}
    assert strides == {1, 2, 3} and any(x[1] > 1 and w[0] > 1 for x, w, *_ in e17.GEOMETRIES)


def test_the_network_for_shapes_is_pytorchs():
    torch = pytest.importorskip("torch")
    (case,) = e17.net_cases(np.random.default_rng(2))
    images, *parameters = (torch.tensor(a) for a in (case["images"], *case["parameters"]))
    w1, b1, w2, b2, w3, b3 = parameters
    h = torch.conv2d(torch.conv2d(images, w1, b1).relu(), w2, b2).relu()
    logits = torch.nn.functional.max_pool2d(h, 4).reshape(-1, 8) @ w3.T + b3
    assert np.allclose(e17.net_logits(case), logits)
    count = sum(parameter.numel() for parameter in parameters)
    assert count == e17.SIZES["the number of parameters"]
