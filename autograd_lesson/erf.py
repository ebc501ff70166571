"""The error function of arrays, which NumPy has not."""

import math
from functools import lru_cache

from .backend import xp

PER_UNIT, END = 1024, 6  # points in a unit; from 6 on it rounds to 1


@lru_cache(maxsize=4)
def at_the_points(asarray):
    """erf at the points 0, 1/1024, ..., 6, and its slopes there."""
    points = [k / PER_UNIT for k in range(END * PER_UNIT + 1)]
    slopes = [2.0 / math.sqrt(math.pi) * math.exp(-p * p) for p in points]
    return asarray([math.erf(p) for p in points]), asarray(slopes)


def erf_of_array(x, xp=xp):
    """Taylor's polynomial around the nearest point, five terms, right to the last digit but one.

    Its n-th derivative is (-1)^n H_n(p) times the slope, with Hermite's polynomials: one comes from
    the two before it.
    """
    size = xp.minimum(xp.abs(x).astype(float), float(END))
    place = (xp.where(size == size, size, 0.0) * PER_UNIT + 0.5).astype(int)
    values, slopes = at_the_points(xp.asarray)
    point = place / PER_UNIT
    d = size - point
    before, term, total = 0.0, 1.0, 1.0
    for n in range(1, 5):
        before, term = term, -2.0 / n * d * (point * term + d * before)
        total = total + term / (n + 1)
    return (xp.sign(x) * (values[place] + slopes[place] * d * total)).astype(x.dtype)
