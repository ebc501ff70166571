"""The products that a convolution is made of: which pixel meets which weight for which output."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

Index = tuple[int, ...]


class Product(NamedTuple):
    """One multiplication: `output[o] += x[pixel] * weight[k]`; each part is an index."""

    output: Index
    pixel: Index
    weight: Index


def output_size(n: int, k: int, stride: int = 1, padding: int = 0) -> int:
    """How many windows of length `k` fit into `n` numbers with `padding` zeros at both ends."""
    return (n + 2 * padding - k) // stride + 1


def output_shape(
    x_shape: Sequence[int], weight_shape: Sequence[int], stride: int = 1, padding: int = 0
) -> Index:
    """The shape of the result for images (N, C, H, W) and weights (O, C, height, width)."""
    sides = zip(x_shape[2:], weight_shape[2:], strict=True)
    return x_shape[0], weight_shape[0], *(output_size(n, k, stride, padding) for n, k in sides)


def products(
    x_shape: Sequence[int],
    weight_shape: Sequence[int],
    stride: int = 1,
    padding: int = 0,
    result_shape: Sequence[int] | None = None,
) -> Iterator[Product]:
    """Every product of a convolution; where a window reaches into the padding there is none.

    With a `result_shape` there are so many windows, whether or not more of them would fit.
    """
    sizes = result_shape or output_shape(x_shape, weight_shape, stride, padding)
    for n, o, i, j in np.ndindex(*sizes):
        for c, di, dj in np.ndindex(*weight_shape[1:]):
            row, column = i * stride + di - padding, j * stride + dj - padding
            if 0 <= row < x_shape[2] and 0 <= column < x_shape[3]:
                yield Product((n, o, i, j), (n, c, row, column), (o, c, di, dj))
