"""The products of a convolution, against PyTorch's result where it is installed and by hand."""

import numpy as np
import pytest

from autograd_lesson.teaching.convolution_products import output_shape, output_size, products


def test_a_small_convolution_is_these_products():
    found = {
        (made.output[3], made.pixel[3], made.weight[3])
        for made in products((1, 1, 1, 4), (1, 1, 1, 2), stride=2)
    }
    assert found == {(0, 0, 0), (0, 1, 1), (1, 2, 0), (1, 3, 1)}


def test_no_product_reaches_into_the_padding():
    made = list(products((1, 1, 2, 2), (1, 1, 3, 3), padding=1))
    assert len(made) == 4 * 4, "each of 4 windows covers the 4 pixels and no more"
    assert all(0 <= index < 2 for each in made for index in each.pixel[2:])


def test_the_number_of_windows_is_that_of_all_starts_that_fit():
    for n, k, stride, padding in np.ndindex(9, 5, 4, 3):
        n, k, stride = n + 5, k + 1, stride + 1
        starts = range(0, n + 2 * padding - k + 1, stride)
        assert output_size(n, k, stride, padding) == len(starts)


def test_the_products_add_up_to_what_pytorch_computes():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    for stride, padding in ((1, 0), (2, 1), (3, 2)):
        x, weight = rng.normal(size=(2, 3, 7, 5)), rng.normal(size=(4, 3, 2, 3))
        y = np.zeros(output_shape(x.shape, weight.shape, stride, padding))
        for output, pixel, k in products(x.shape, weight.shape, stride, padding):
            y[output] += x[pixel] * weight[k]
        tensors = (torch.tensor(array) for array in (x, weight))
        theirs = torch.nn.functional.conv2d(*tensors, stride=stride, padding=padding)
        assert np.allclose(y, theirs, rtol=1e-12, atol=1e-14)
