"""Small data sets: lists for values, arrays for tensors; nothing is downloaded."""

import re
import sys
import unicodedata
from numbers import Integral
from typing import NamedTuple

from .numpy_or_not import np

Inputs = list[list[float]]


def four_points() -> tuple[Inputs, list[float]]:
    """Four points of three features, of which the sign of the third alone tells the target."""
    inputs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    return inputs, [1.0, -1.0, -1.0, 1.0]


def xor() -> tuple[Inputs, list[float]]:
    """The table of exclusive or: 1 where just one of two inputs is 1, else -1."""
    inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    return inputs, [-1.0, 1.0, 1.0, -1.0]


def checked(n: int, noise: float) -> int:
    """How many examples, where the number and the noise make sense."""
    if not isinstance(n, Integral) or n < 0 or not 0.0 <= noise < np.inf:
        raise ValueError(
            f"a data set has a whole number of examples and a noise from 0 on, not n={n!r} and "
            f"noise={noise!r}"
        )
    return int(n)


def two_moons(n: int = 200, noise: float = 0.1, rng=0) -> tuple[np.ndarray, np.ndarray]:
    """`n` points on two half circles that reach into each other: (n, 2), and labels 0 and 1.

    `noise` is the standard deviation of what is added to both coordinates; `rng` is a seed or a
    NumPy Generator. The points come in a drawn order, so that any slice has both labels.
    """
    rng = np.random.default_rng(rng)
    labels = rng.permutation(checked(n, noise)) % 2
    angle = rng.uniform(0.0, np.pi, n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.array([1.0, 0.5]) - upper
    points = np.where(labels[:, None] == 0, upper, lower)
    return points + rng.normal(0.0, noise, points.shape), labels


class Digits(NamedTuple):
    """Images (n, 8, 8) between 0 and 1 with the digits they show, and a quarter held out."""

    images: np.ndarray
    labels: np.ndarray
    held_out_images: np.ndarray
    held_out_labels: np.ndarray

    def __repr__(self):
        """How many images there are of each kind."""
        return f"Digits({len(self.images)} images, {len(self.held_out_images)} held out)"


def digits() -> Digits:
    """The 1,797 handwritten digits that come with scikit-learn, split the same way every time."""
    try:
        from sklearn.datasets import load_digits  # not at the top: only these images need it
    except ImportError:
        raise ImportError(
            "digits() takes its images from scikit-learn, which is not installed here; install it "
            "with `pip install scikit-learn` (or run start.py again) and restart the kernel"
        ) from None
    images, labels = load_digits(return_X_y=True)
    images, labels = images.reshape(-1, 8, 8) / 16.0, labels.astype(np.int64)
    held_out, kept = np.split(np.random.default_rng(0).permutation(len(images)), [len(images) // 4])
    return Digits(images[kept], labels[kept], images[held_out], labels[held_out])


SHAPES = ("square", "plus", "cross", "diamond")


def shapes(n: int = 600, noise: float = 0.1, rng=0) -> tuple[np.ndarray, np.ndarray]:
    """`n` images (n, 1, 8, 8), each with one of four shapes, and labels: places in `SHAPES`.

    A shape is 3 or 5 pixels wide and lies anywhere in its image. `noise` is the standard deviation
    of what is added to every pixel; `rng` is a seed or a NumPy Generator.
    """
    rng = np.random.default_rng(rng)
    labels = rng.integers(len(SHAPES), size=checked(n, noise))
    images = rng.normal(0.0, noise, (n, 1, 8, 8))
    for image, label in zip(images[:, 0], labels, strict=True):
        half = int(rng.integers(1, 3))
        top, left = rng.integers(0, 8 - 2 * half, size=2)
        window = image[top : top + 2 * half + 1, left : left + 2 * half + 1]
        window += outline(SHAPES[label], half)
    return images, labels


def outline(shape: str, half: int) -> np.ndarray:
    """A shape of ones that reaches `half` pixels to each side of its centre."""
    down, right = abs(np.mgrid[-half : half + 1, -half : half + 1])
    drawn = {
        "square": np.maximum(down, right) == half,
        "plus": down * right == 0,
        "cross": down == right,
        "diamond": down + right == half,
    }
    return drawn[shape].astype(float)


def words_of_signs() -> list[str]:
    """The words of 4 to 10 letters in the names of letters and signs, in alphabetical order.

    They come with Python: the names of Unicode 3.2, which stay as they are. Signs that have only a
    number or a syllable for a name (CJK, Hangul, Yi) are left out.
    """
    names = (unicodedata.ucd_3_2_0.name(chr(code), "") for code in range(sys.maxunicode + 1))
    numbered = ("CJK", "HANGUL SYLLABLE", "YI SYLLABLE")
    words = (re.findall("[A-Z]+", name) for name in names if not name.startswith(numbered))
    return sorted({word.lower() for each in words for word in each if 4 <= len(word) <= 10})
