"""Numbers on the left, and what is no number."""

from autograd_lesson.refusals import real_number


class Reflected:
    """A number on the left of + - * / and **."""

    def __radd__(self, other):
        """other + self."""
        return self.of(other) + self

    def __rsub__(self, other):
        """other - self."""
        return self.of(other) - self

    def __rmul__(self, other):
        """other * self."""
        return self.of(other) * self

    def __rtruediv__(self, other):
        """other / self."""
        return self.of(other) / self

    def __rpow__(self, other):
        """other ** self."""
        return self.of(other) ** self


class Careful:
    """A value that holds one real number."""

    def __init__(self, data, label="", op="", operands=()):
        """Refuse everything else."""
        self.data, self.grad, self.label = real_number(data), 0.0, label
        self.op, self.operands, self.partials = op, operands, ()
