"""A small engine with the two rules of `*` and `**`, and ten copies with one fault each."""

import inspect

from ..value import topological_order


class Number:
    """A number whose operations hand their gradient on by closures."""

    def __init__(self, data, operands=(), op=""):
        """Hold `data`; the operations fill in the rest."""
        self.data, self.grad, self.operands, self.op = float(data), 0.0, operands, op
        self.pass_on = lambda: None

    def __mul__(self, other):
        """self * other, for a Number or a plain number."""
        other = other if isinstance(other, Number) else Number(other)
        result = Number(self.data * other.data, (self, other), "*")

        def pass_on():
            self.grad += other.data * result.grad
            other.grad += self.data * result.grad

        result.pass_on = pass_on
        return result

    __rmul__ = __mul__

    def __pow__(self, k):
        """self ** k, for a plain number k."""
        result = Number(self.data**k, (self,), f"**{k:g}")

        def pass_on():
            self.grad += k * self.data ** (k - 1) * result.grad

        result.pass_on = pass_on
        return result

    def backward(self, seed=1.0):
        """Add `seed` * d(self)/d(value) to the grad of every value self depends on."""
        self.grad += seed
        for value in reversed(topological_order(self)):
            value.pass_on()


FIRST = "self.grad += other.data * result.grad"
SECOND = "other.grad += self.data * result.grad"
POWER = "self.grad += k * self.data ** (k - 1) * result.grad"

# name -> (the right line, what stands in its place)
FAULTS = {
    "own factor": (FIRST, "self.grad += self.data * result.grad"),
    "* forgets upstream": (SECOND, "other.grad += self.data"),
    "* writes over": (SECOND, "other.grad = self.data * result.grad"),
    "repeat lost": (SECOND, "other.grad += self.data * result.grad * (other is not self)"),
    "divides": (FIRST, "self.grad += result.data / self.data * result.grad"),
    "k lost": (POWER, "self.grad += self.data ** (k - 1) * result.grad"),
    "k - 1 lost": (POWER, "self.grad += k * self.data**k * result.grad"),
    "only squares": (POWER, "self.grad += 2 * self.data * result.grad"),
    "sign lost": (POWER, "self.grad += k * abs(self.data) ** (k - 1) * result.grad"),
    "** forgets upstream": (POWER, "self.grad += k * self.data ** (k - 1)"),
}


def mutant(name):
    """The class Number with the fault of this name in it: its source, with one line replaced."""
    right, wrong = FAULTS[name]
    source = inspect.getsource(Number)
    if source.count(right) != 1:
        raise ValueError(f"the line {right!r} stands {source.count(right)} times in Number")
    return rebuilt(source.replace(right, wrong))


def rebuilt(source=""):
    """The class Number made of this text, or of its own: then only the object is another."""
    namespace = {"topological_order": topological_order, "__name__": __name__}
    exec(source or inspect.getsource(Number), namespace)
    return namespace["Number"]


def mutants():
    """Every faulty copy of Number, by the name of its fault."""
    return {name: mutant(name) for name in FAULTS}
