"""A small engine that is right, and the patients: copies of it with one fault each."""


class Number:
    """A number that remembers its operands, with one partial for each."""

    def __init__(self, data, label="", op="", operands=(), partials=()):
        """Hold `data`; the operations fill in the last three."""
        self.data, self.grad, self.label = float(data), 0.0, label
        self.op, self.operands, self.partials = op, operands, partials

    def __repr__(self):
        """The label, if there is one, the data and the gradient."""
        label = f", label={self.label!r}" if self.label else ""
        return f"{type(self).__name__}(data={self.data:.4g}, grad={self.grad:.4g}{label})"

    def of(self, x):
        """`x` itself where it is a Number, else a new one that holds it."""
        return x if isinstance(x, Number) else type(self)(x)

    def result(self, data, op, operands, partials):
        """A Number of the same engine that was computed from others."""
        return type(self)(data, "", op, operands, partials)

    def __add__(self, other):
        """self + other."""
        other = self.of(other)
        return self.result(self.data + other.data, "+", (self, other), (1.0, 1.0))

    def __radd__(self, other):
        """other + self, for a plain number on the left."""
        return self.of(other) + self

    def __sub__(self, other):
        """self - other."""
        other = self.of(other)
        return self.result(self.data - other.data, "-", (self, other), (1.0, -1.0))

    def __rsub__(self, other):
        """other - self, for a plain number on the left."""
        return self.of(other) - self

    def __mul__(self, other):
        """self * other."""
        other = self.of(other)
        partials = (other.data, self.data)
        return self.result(self.data * other.data, "*", (self, other), partials)

    def __rmul__(self, other):
        """other * self, for a plain number on the left."""
        return self.of(other) * self

    def __truediv__(self, other):
        """self / other."""
        other = self.of(other)
        partials = (1 / other.data, -self.data / other.data**2)
        return self.result(self.data / other.data, "/", (self, other), partials)

    def __rtruediv__(self, other):
        """other / self, for a plain number on the left."""
        return self.of(other) / self

    def __pow__(self, k):
        """self ** k, for a plain number k."""
        slope = k * self.data ** (k - 1) if k else 0.0
        return self.result(self.data**k, f"**{k}", (self,), (slope,))

    @classmethod
    def dot(cls, weights, inputs):
        """The sum of weight * input over two equally long lists of Numbers."""
        if len(weights) != len(inputs):
            raise ValueError(f"dot of {len(weights)} weights and {len(inputs)} inputs")
        data = sum(w.data * x.data for w, x in zip(weights, inputs, strict=True))
        partials = tuple(number.data for number in (*inputs, *weights))
        return cls(data, "", "dot", (*weights, *inputs), partials)

    def edges(self):
        """Each operand with its partial; a partial that was left as a function is called now."""
        partials = [p() if callable(p) else p for p in self.partials]
        return list(zip(self.operands, partials, strict=True))

    def order(self):
        """Every Number that this one depends on, operands before results, this one last."""
        order, seen = [], set()

        def visit(number):
            if number not in seen:
                seen.add(number)
                for operand in number.operands:
                    visit(operand)
                order.append(number)

        visit(self)
        return order

    def backward(self, seed=1.0):
        """Add `seed` * d(self)/d(number) to the grad of every Number that self depends on."""
        gradient = {self: seed}
        for result in reversed(self.order()):
            for operand, partial in result.edges():
                so_far = gradient.get(operand, 0.0)
                gradient[operand] = so_far + gradient[result] * partial
        for number, amount in gradient.items():
            number.grad += amount


class Patient0(Number):
    """The patient of the lesson."""

    def __sub__(self, other):
        """self - other."""
        other = self.of(other)
        return self.result(self.data - other.data, "-", (self, other), (1.0, 1.0))


class Patient1(Number):
    """Loses a part of the gradient."""

    def backward(self, seed=1.0):
        """Add `seed` * d(self)/d(number) to the grad of every Number that self depends on."""
        gradient = {self: seed}
        for result in reversed(self.order()):
            for operand, partial in result.edges():
                gradient[operand] = gradient[result] * partial
        for number, amount in gradient.items():
            number.grad += amount


class Patient2(Number):
    """Gives half of the slope of a square."""

    def edges(self):
        """Each operand with its partial."""
        return set(zip(self.operands, self.partials, strict=True))


class Patient3(Number):
    """Refuses to subtract from a plain number."""

    def __rsub__(self, other):
        """other - self, for a plain number on the left."""
        return NotImplemented  # what Python is told where the method is missing


class Patient4(Number):
    """Is right once, and wrong the second time."""

    def backward(self, seed=1.0):
        """Add `seed` * d(self)/d(number) to the grad of every Number that self depends on."""
        self.grad += seed
        for result in reversed(self.order()):
            for operand, partial in result.edges():
                operand.grad += result.grad * partial


class Patient5(Number):
    """Is wrong where a short path and a long one meet."""

    def order(self):
        """Every Number that this one depends on, operands before results, this one last."""
        order = [self]
        for number in order:  # grows while it is read
            for operand in number.operands:
                if operand not in order:
                    order.append(operand)
        return order[::-1]


class Patient6(Number):
    """Is wrong where two numbers happen to be equal."""

    def __eq__(self, other):
        """Whether this is the other one."""
        return self.data == other.data

    def __hash__(self):
        """Equal numbers must have equal hashes."""
        return hash(self.data)


class Patient7(Number):
    """Gives all weights and inputs of a dot product one and the same partial."""

    @classmethod
    def dot(cls, weights, inputs):
        """The sum of weight * input over two equally long lists of Numbers."""
        if len(weights) != len(inputs):
            raise ValueError(f"dot of {len(weights)} weights and {len(inputs)} inputs")
        data = sum(w.data * x.data for w, x in zip(weights, inputs, strict=True))
        partials = []
        for number in (*inputs, *weights):
            partials.append(lambda: number.data)  # noqa: B023 (the fault)
        return cls(data, "", "dot", (*weights, *inputs), tuple(partials))


class Patient8(Number):
    """Moves a divisor the wrong way."""

    def __truediv__(self, other):
        """self / other."""
        other = self.of(other)
        partials = (1 / other.data, self.data / other.data**2)
        return self.result(self.data / other.data, "/", (self, other), partials)


class Patient9(Number):
    """Fails at one number."""

    def __pow__(self, k):
        """self ** k, for a plain number k."""
        data = self.data**k
        return self.result(data, f"**{k}", (self,), (k * data / self.data,))


class Patient10(Number):
    """Forgets what the numbers were when it multiplied."""

    def __mul__(self, other):
        """self * other."""
        other = self.of(other)
        partials = (lambda: other.data, lambda: self.data)
        return self.result(self.data * other.data, "*", (self, other), partials)


class Patient11(Number):
    """Is content with two weights for three inputs."""

    @classmethod
    def dot(cls, weights, inputs):
        """The sum of weight * input over two equally long lists of Numbers."""
        pairs = list(zip(weights, inputs))  # noqa: B905 (the fault)
        data = sum(w.data * x.data for w, x in pairs)
        operands = [w for w, _ in pairs] + [x for _, x in pairs]
        partials = [x.data for _, x in pairs] + [w.data for w, _ in pairs]
        return cls(data, "", "dot", tuple(operands), tuple(partials))


class Patient12(Number):
    """Is wrong as soon as two results have one label."""

    def order(self):
        """Every Number that this one depends on, operands before results, this one last."""
        order, seen = [], set()

        def visit(number):
            name = number.label or id(number)
            if name not in seen:
                seen.add(name)
                for operand in number.operands:
                    visit(operand)
                order.append(number)

        visit(self)
        return order


PATIENTS = (
    Patient1,
    Patient2,
    Patient3,
    Patient4,
    Patient5,
    Patient6,
    Patient7,
    Patient8,
    Patient9,
    Patient10,
    Patient11,
    Patient12,
)
