"""Arrays as far as a picture shows them, so that a large graph need not be held in full."""

import math
from typing import Any, NamedTuple

from ..numpy_or_not import np

WHOLE = 256  # so many numbers are kept as they are
ROWS, COLUMNS, SLICES = 8, 16, 4  # of the cells in a sketch


class Unkept(NamedTuple):
    """An array of which nobody kept the numbers: its shape alone."""

    shape: tuple[int, ...]

    @property
    def ndim(self) -> int:
        """How many axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many numbers."""
        return math.prod(self.shape)

    def __str__(self) -> str:
        """What is written in the place of its number."""
        return "not kept"


class Sketch(NamedTuple):
    """A large array as a few cells, each the number largest in size in a block of the array.

    The last two axes of `cells` are rows and columns, the first one slices side by side.
    """

    shape: tuple[int, ...]
    cells: np.ndarray
    least: float
    mean: float
    greatest: float
    missing: int  # so many numbers are nan or infinite
    nonzero: int
    norm: float  # of the finite numbers: the root of the sum of their squares

    @property
    def ndim(self) -> int:
        """How many axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many numbers."""
        return math.prod(self.shape)


Kept = np.ndarray | Sketch | Unkept


def kept(array: np.ndarray) -> np.ndarray | Sketch:
    """`array` itself where it is small, else a sketch of it."""
    return array if array.size <= WHOLE else sketch(array)


def sketch(array: np.ndarray) -> Sketch:
    """The largest number of each block, and what there is to say of the whole."""
    shape = (1,) * (2 - array.ndim) + array.shape
    slices = array.reshape(math.prod(shape[:-2]), *shape[-2:])
    cells = slices[:SLICES]
    for axis, most in ((1, ROWS), (2, COLUMNS)):
        starts = [start for start, _ in blocks(cells.shape[axis], most)]
        highest = np.maximum.reduceat(cells, starts, axis=axis)
        lowest = np.minimum.reduceat(cells, starts, axis=axis)
        cells = np.where(highest >= -lowest, highest, lowest)  # nan in both is nan
    numbers = array
    is_finite = np.isfinite(array)
    if missing := array.size - int(np.count_nonzero(is_finite)):
        numbers = array[is_finite]
    least, mean, greatest = (
        (float(of(numbers)) if numbers.size else math.nan) for of in (np.min, mean_of, np.max)
    )
    nonzero = int(np.count_nonzero(array))
    return Sketch(array.shape, cells, least, mean, greatest, missing, nonzero, norm_of(numbers))


def norm_of(x: Any) -> float:
    """The root of the sum of the squares, in double precision."""
    if isinstance(x, Sketch):
        return x.norm
    return math.sqrt(float(np.square(np.asarray(x), dtype=float).sum()))


def mean_of(numbers: np.ndarray) -> float:
    """The mean; 0 where it is nothing but rounding, which differs from machine to machine."""
    with np.errstate(over="ignore"):
        mean = np.mean(numbers, dtype=float)
    return mean if abs(mean) > 1e-12 * np.max(np.abs(numbers)) else 0.0


def blocks(length: int, most: int) -> list[tuple[int, int]]:
    """The beginning and end of at most so many nearly equal blocks of an axis."""
    edges = [length * place // most for place in range(most + 1)] if length > most else None
    edges = edges or list(range(length + 1))
    return list(zip(edges[:-1], edges[1:], strict=True))


def is_all_zero(x: Any) -> bool:
    """Is every number of `x` exactly 0?"""
    if isinstance(x, Sketch):
        return x.nonzero == 0
    return not isinstance(x, Unkept) and not np.any(np.asarray(x))


def is_finite(x: Any) -> bool:
    """Is no number of `x` nan or infinite, as far as is known?"""
    if isinstance(x, Sketch):
        return x.missing == 0
    return isinstance(x, Unkept) or bool(np.isfinite(np.asarray(x)).all())


class Several(NamedTuple):
    """What stands for the numbers of an op that has several results: how many there are."""

    count: int
    noun: str

    ndim = 0
    size = WHOLE  # more than is written out

    def __str__(self) -> str:
        """`3 results`."""
        return f"{self.count} {self.noun}{'' if self.count == 1 else 's'}"
