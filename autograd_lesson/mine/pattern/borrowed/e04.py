"""The partials of five ops, and of exp."""

from autograd_lesson import ops


class LocalRules:
    """Five operations that keep their partials."""

    def __add__(self, other):
        """self + other."""
        return self.by_the_table(ops.ADD, other)

    def __sub__(self, other):
        """self - other."""
        return self.by_the_table(ops.SUB, other)

    def __mul__(self, other):
        """self * other."""
        return self.by_the_table(ops.MUL, other)

    def __truediv__(self, other):
        """self / other."""
        return self.by_the_table(ops.DIV, other)

    def __pow__(self, k):
        """self ** k, where k is a plain number."""
        return self.by_the_table(ops.power_of(float(k)))


def exp_partial(y):
    """The slope of exp at the place where exp(x) is y."""
    return y
