"""Values that remember how they were computed, and the walk back that finds their gradients."""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import starmap
from numbers import Real
from operator import attrgetter, ge, gt, le, lt
from typing import NamedTuple

import numpy as np

from . import ops


def both_sides(op):
    """Two methods, for `value op other` and for `number op value`."""

    def forward(self, other):
        return self.binary(op, other)

    def reflected(self, other):
        return self.like(other).binary(op, self)

    return forward, reflected


def by_data(compare):
    """A comparison of values, or of a value with a number, as a method."""

    def method(self, other):
        return compare(self.data, self.like(other).data)

    return method


class Value:
    """One real number that remembers the op and the operands it was computed from.

    `partials` holds one local derivative per operand, taken when the number was computed.
    `grad` is d(root)/d(this value), summed over the `root.backward()` calls so far.
    """

    __slots__ = ("data", "grad", "label", "op", "operands", "partials")
    __array_priority__ = 1000  # so that np.float64(2) * value comes to Value.__rmul__

    def __init__(self, data, label="", op=None, operands=(), partials=()):
        """Hold `data`; the operations fill in the last three."""
        self.data = data if type(data) is float else real_number(data)
        self.grad = 0.0
        self.label, self.op, self.operands, self.partials = label, op, operands, partials

    def __repr__(self):
        """Data and gradient to 4 significant digits, and the label where there is one."""
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data:.4g}, grad={self.grad:.4g}{label})"

    def named(self, label):
        """Give this value a label and return it."""
        self.label = label
        return self

    @classmethod
    def of(cls, x):
        """`x` itself where it is a Value, else a new Value that holds it."""
        return x if isinstance(x, Value) else cls(x)

    def like(self, x):
        """`x` as a value that this one can be computed with."""
        return self.of(x)

    def filled(self, number):
        """A constant of this value's kind and shape."""
        return Value(number)

    # Forward: the op's rule turns numbers into a result and its partials, and both are kept.

    def unary(self, op):
        """`op` of this value."""
        try:
            data, partials = op.rule(self.data)
        except (ValueError, ArithmeticError) as error:
            data, partials = outside_the_domain(op, (self,), error)
        return Value(data, "", op, (self,), partials)

    def binary(self, op, other):
        """`op` of this value and `other`, a value or a number."""
        if not isinstance(other, Value):
            other = Value(other)
        try:
            data, partials = op.rule(self.data, other.data)
        except (ValueError, ArithmeticError) as error:
            data, partials = outside_the_domain(op, (self, other), error)
        return Value(data, "", op, (self, other), partials)

    __add__, __radd__ = both_sides(ops.ADD)
    __sub__, __rsub__ = both_sides(ops.SUB)
    __mul__, __rmul__ = both_sides(ops.MUL)
    __truediv__, __rtruediv__ = both_sides(ops.DIV)
    _, __rpow__ = both_sides(ops.POW)

    def __pow__(self, k):
        """self ** k: a number is part of the op (`**2`), a Value is a second operand."""
        return self.binary(ops.POW, k) if isinstance(k, Value) else self.unary(ops.power_of(k))

    def __neg__(self):
        """-self."""
        return self.unary(ops.NEG)

    def __abs__(self):
        """abs(self), with slope 0 at 0."""
        return self.unary(ops.ABS)

    # Comparisons look at the data. There is no ==: a value equals itself and nothing else.

    __lt__, __le__, __gt__, __ge__ = map(by_data, (lt, le, gt, ge))

    # Backward.

    def backward(self, seed=1.0):
        """Add `seed` * d(self)/d(value) to the grad of every value that self depends on."""
        gradient = {self: real_number(seed)}
        deque(walk_back(self, gradient), maxlen=0)
        for value, amount in gradient.items():
            value.grad += amount

    def zero_grad(self):
        """Set the grad of this value, and of all that it depends on, back to 0."""
        for value in topological_order(self):
            value.grad = 0.0


def method_of(op, of_two_operands):
    """`op` as a method: value.tanh(), value.maximum(other)."""

    def of_one(self):
        return self.unary(op)

    def of_two(self, other):
        return self.binary(op, other)

    method = of_two if of_two_operands else of_one
    method.__name__ = op.symbol
    method.__qualname__ = f"Value.{op.symbol}"
    method.__doc__ = f"{op.symbol} of this value, by the rule in ops.py."
    return method


for op in ops.OF_ONE_OPERAND:
    setattr(Value, op.symbol, method_of(op, of_two_operands=False))
for op in ops.OF_TWO_OPERANDS:
    setattr(Value, op.symbol, method_of(op, of_two_operands=True))


class Step(NamedTuple):
    """One edge crossed on the way back: contribution = upstream * partial.

    Between arrays the partial may be a function, which is applied: a vector-Jacobian product.
    """

    result: Value
    operand: Value
    index: int
    upstream: float
    partial: float
    contribution: float


def topological_order(root) -> list:
    """Every value `root` depends on, operands before results, `root` last."""
    order, seen, stack = [], set(), [root]
    while stack:
        value = stack.pop()
        if value is None:  # all operands of the value below it are in the order
            order.append(stack.pop())
        elif value not in seen:
            seen.add(value)
            stack += (value, None, *value.operands[::-1])
    return order


def walk_back(root, gradient: dict, partials_of=attrgetter("partials")) -> Iterator[tuple]:
    """Apply the chain rule edge by edge, adding each contribution to `gradient`.

    `gradient` starts as `{root: seed}`. A result is crossed after everything computed from it, so
    that its gradient is complete when it is passed on. Yields the fields of a Step.
    """
    for result in reversed(topological_order(root)):
        upstream, partials = gradient[result], partials_of(result)
        if len(partials) != len(result.operands):
            raise ValueError(
                f"the rule for {symbol_of(result)!r} returned {len(partials)} partials for "
                f"{len(result.operands)} operands; it must return one for each"
            )
        for index, operand in enumerate(result.operands):
            partial = partials[index]
            contribution = partial(upstream) if callable(partial) else upstream * partial
            so_far = gradient.get(operand)
            gradient[operand] = contribution if so_far is None else so_far + contribution
            yield result, operand, index, upstream, partial, contribution


def backward_steps(root, gradient: dict) -> Iterator[Step]:
    """The walk of `root.backward()`, one Step at a time; `gradient` starts as `{root: seed}`."""
    return starmap(Step, walk_back(root, gradient))


def dot(weights, inputs) -> Value:
    """The sum of weight * input over two equally long lists, as one operation."""
    weights, inputs = list(weights), list(inputs)
    if len(weights) != len(inputs) or not weights:
        raise ValueError(
            f"dot takes two lists of one length, at least 1; it got {len(weights)} weights and "
            f"{len(inputs)} inputs"
        )
    return of_many(ops.DOT, weights + inputs)


def total(values) -> Value:
    """The sum of any number of values, as one operation; 0 for none."""
    values = list(values)
    return of_many(ops.TOTAL, values) if values else Value(0.0)


def of_many(op, operands) -> Value:
    """`op` of any number of values and numbers."""
    operands = tuple(map(Value.of, operands))
    data, partials = op.rule(*[value.data for value in operands])
    return Value(data, "", op, operands, partials)


def derivative(f: Callable) -> Callable:
    """df/dx as a function of x that returns a Value, and can be differentiated again.

    The rules are run on Values on the way back, so that the gradient is itself a graph. Where x
    is a Tensor, the gradient of the sum of f(x).
    """

    def df(x):
        x = Value.of(x).unary(ops.COPY)  # its own value: f may use the outer x as well
        y = x.of(f(x))
        gradient = {y: y.filled(1.0)}
        deque(walk_back(y, gradient, partials_as_values), maxlen=0)
        return gradient[x] if x in gradient else x.filled(0.0)

    return df


def partials_as_values(result):
    """The partials of `result` as Values, from its rule run on its operands themselves."""
    return result.op.rule(*result.operands)[1] if result.operands else ()


REFUSED = (  # the kinds of things a Value does not hold, how each is named, and the next move
    (Value, "another Value", "use that value itself, or its .data"),
    (list | tuple, "a {kind} of {n}", "make one Value per number: [Value(x) for x in numbers]"),
    (np.ndarray, "an array of shape {x.shape}", "make a Tensor of it, which holds a whole array"),
    (str, "the string {x!r}", "write a number, or float({x!r}) if it spells one"),
    (complex | np.complexfloating, "the complex number {x}", "use its .real or its .imag"),
    (bool | np.bool_, "{x}", "write 1.0 or 0.0"),
    (type(None), "None", "does the function that made it return its result?"),
    (object, "an object of type {kind}", "pass an int or a float"),
)


def real_number(x) -> float:
    """`x` as a float, or a TypeError that says what was found, what is allowed and what to do."""
    if isinstance(x, Real) and not isinstance(x, bool):
        return float(x)
    found, move = next(row[1:] for row in REFUSED if isinstance(x, row[0]))
    n = len(x) if isinstance(x, list | tuple) else 1
    message = f"a Value holds one real number, not {found}; {move}"
    raise TypeError(message.format(x=x, kind=type(x).__name__, n=n))


def symbol_of(value) -> str:
    """The symbol of the op that made `value`, an Op or a plain string."""
    return getattr(value.op, "symbol", value.op) or ""


def outside_the_domain(op, operands, error):
    """Raise `error` with the operands named; under np.errstate "ignore" follow IEEE instead."""
    kind = {ZeroDivisionError: "divide", OverflowError: "over"}.get(type(error), "invalid")
    if np.geterr()[kind] == "ignore":
        data, partials = op.rule(*[np.float64(value.data) for value in operands])
        return float(data), tuple(map(float, partials))
    found = " and ".join(f"{v.label or 'an operand'} = {v.data:.4g}" for v in operands)
    reason = {
        "divide": "division by zero",
        "over": "the result is too large for a float",
        "invalid": "the result or a partial is not a real number there",
    }[kind]
    raise type(error)(
        f"{op.symbol!r} at {found}: {reason}; keep the operand inside the domain, or compute "
        f"under np.errstate(all='ignore') to get inf and nan as PyTorch does"
    ) from None
