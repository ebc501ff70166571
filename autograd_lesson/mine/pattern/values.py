"""Numbers that remember: the rules of exercise 4, and the constructor and the left sides of 3."""

from autograd_lesson import ops

from .borrowed.e03 import Careful, Reflected
from .borrowed.e04 import LocalRules


def into(kind, result):
    """A result as one of this kind, whichever class the op has made it of."""
    if isinstance(result, kind) or not hasattr(result, "operands"):
        return result
    return kind(result.data, result.label, result.op, result.operands, result.partials)


def joined(method):
    """A method of an exercise, whose results have all methods of the engine."""

    def call(self, *others):
        return into(type(self), method(self, *others))

    return call


class Value(LocalRules, Reflected, Careful):
    """One number that remembers the op, the operands and one partial for each."""

    __array_priority__ = 1000  # so that array * value comes to __rmul__

    def __init__(self, data, label="", op="", operands=(), partials=()):
        """What exercise 3 lets through, with the partials of exercise 4."""
        Careful.__init__(self, data, label, op, operands)
        self.partials = partials

    @classmethod
    def of(cls, x):
        """`x` itself where it is a value, else a new one that holds it."""
        return x if hasattr(x, "operands") else cls(x)

    __add__, __sub__ = joined(LocalRules.__add__), joined(LocalRules.__sub__)
    __mul__, __truediv__ = joined(LocalRules.__mul__), joined(LocalRules.__truediv__)
    __radd__, __rsub__ = joined(Reflected.__radd__), joined(Reflected.__rsub__)
    __rmul__, __rtruediv__ = joined(Reflected.__rmul__), joined(Reflected.__rtruediv__)
    __rpow__ = joined(Reflected.__rpow__)
    by_local_rule = joined(LocalRules.__pow__)

    def __pow__(self, k):
        """self ** k: a number is part of the op; a value is a second operand, which no exercise
        asks for.
        """
        return self.by_the_table(ops.POW, k) if hasattr(k, "operands") else self.power(float(k))

    def by_the_table(self, op, *others):
        """An op that no exercise asks for, by the course's table."""
        operands = (self, *map(self.of, others))
        data, partials = op.rule(*(value.data for value in operands))
        return type(self)(data, "", op.symbol, operands, partials)

    def __neg__(self):
        """-self, as 0 - self."""
        return 0.0 - self

    def __pos__(self):
        """+self: the value itself."""
        return self

    def __lt__(self, other):
        """Is the number smaller?"""
        return self.data < self.of(other).data

    def __gt__(self, other):
        """Is the number larger?"""
        return self.data > self.of(other).data

    def __le__(self, other):
        """Is the number not larger?"""
        return self.data <= self.of(other).data

    def __ge__(self, other):
        """Is the number not smaller?"""
        return self.data >= self.of(other).data

    def item(self):
        """The number alone."""
        return self.data

    def named(self, label):
        """Give this value a label and return it."""
        self.label = label
        return self

    def __repr__(self):
        """Data and gradient to 4 significant digits."""
        return f"{type(self).__name__}(data={self.data:.4g}, grad={self.grad:.4g})"


def total(values):
    """The sum of values, one after the other; 0 for none."""
    values = list(values)
    result = Value.of(values[0]) if values else Value(0.0)
    for value in values[1:]:
        result = result + value
    return result


def dot(weights, inputs):
    """The sum of weight * input over two equally long lists."""
    weights, inputs = list(weights), list(inputs)
    if len(weights) != len(inputs) or not weights:
        raise ValueError(
            f"dot takes two lists of one length, at least 1; it got {len(weights)} weights and "
            f"{len(inputs)} inputs"
        )
    return total([Value.of(w) * x for w, x in zip(weights, inputs, strict=True)])
