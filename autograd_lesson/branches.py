"""A branch not taken contributes nothing, whatever arrives: 0 also of an infinite gradient.

A slope of 0 would make nan of that, 0 times infinity, where the branch taken has a gradient that is
right: sqrt(relu(x)) at x = -1. In a rule, `unless` says where a partial is that of no branch.
"""

from .backend import xp
from .numpy_or_not import np

BITS = {2: np.int16, 4: np.int32, 8: np.int64}  # a whole number of as many bytes as a float


def unless(condition, partial, like):
    """`partial`, and nothing where the condition holds; `like` is what the rule runs on."""
    if isinstance(like, float):
        return NOTHING if condition else partial
    return partial if condition is False else Cut(condition, partial)


class Nothing(float):
    """The partial of a branch not taken, between numbers: 0, and 0 times anything."""

    def __mul__(self, upstream):
        """No contribution."""
        return 0.0

    __rmul__ = __mul__


NOTHING = Nothing()


class Cut:
    """The partial of a branch between arrays or values, a function: nothing where `condition`."""

    __array_ufunc__ = None  # so that array * cut comes to __rmul__

    def __init__(self, condition, partial):
        """Nothing where the condition holds, elsewhere `partial`."""
        self.condition, self.partial = condition, partial

    def __call__(self, g):
        """The gradient times the partial, cut off where the condition holds."""
        if type(self.partial) is not float or self.partial != 1.0:
            g = g * self.partial
        return cut(g, self.condition)

    __mul__ = __rmul__ = __call__

    def __array__(self, dtype=None, copy=None):
        """The slopes, with 0 for nothing."""
        return xp.where(self.condition, 0.0, self.partial).astype(dtype or float)


def cut(g, condition):
    """The gradient g, and 0 where the condition holds."""
    if type(g) is float:
        return 0.0 if condition else g
    return cut_array(g, condition) if isinstance(g, xp.arrays) else g.cut(condition)


def cut_array(g, condition):
    """The same elementwise: the bits times 0 or 1, in a fifth of the time that np.where takes."""
    bits = BITS.get(g.dtype.itemsize)
    if bits is None or condition is True:
        return xp.where(condition, xp.zeros((), g.dtype), g)
    y = xp.empty_like(g)  # which owns its memory, as the way back asks before it copies
    kept = y.view(bits)
    kept[...] = ~condition
    kept *= g.view(bits)
    return y


def cut_rule(condition, g):
    """Cutting off as an op: its slope is cut off as well."""
    return cut(g, condition), (unless(condition, 1.0, g),)
