"""Values that remember how they were computed, and the walk back that finds their gradients."""

from collections.abc import Iterator
from functools import partial
from itertools import starmap
from operator import attrgetter, ge, gt, le, lt
from typing import NamedTuple

from . import ops, refusals
from .branches import cut_rule
from .refusals import DOMAIN_ERRORS, outside_the_domain, real_number


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

    __slots__ = ("number", "grad", "label", "op", "operands", "partials")
    __array_priority__ = 1000  # so that np.float64(2) * value comes to Value.__rmul__

    def __init__(self, data, label="", op=None, operands=(), partials=()):
        """Hold `data`; the operations fill in the last three."""
        self.number = data if type(data) is float else real_number(data)
        self.grad = 0.0
        self.label, self.op, self.operands, self.partials = label, op, operands, partials

    def write(self, x):
        """Put another number here; what was computed from the old one stays as it is."""
        self.number = x if type(x) is float else real_number(x)

    data = property(attrgetter("number"), write, doc="The number; what is written becomes a float.")

    def item(self):
        """The number alone, without its past."""
        return self.data

    def __repr__(self):
        """Data and gradient to 4 significant digits, and the label where there is one."""
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data:.4g}, grad={self.grad or 0.0:.4g}{label})"

    def __format__(self, how):
        """The number as `how` says, f"{loss:.3f}"; without it, as repr shows it."""
        return format(self.item(), how) if how else repr(self)

    def __reduce_ex__(self, protocol):
        """A leaf is pickled as any object."""
        return super().__reduce_ex__(protocol) if self.op is None else refusals.no_pickle(self)

    def __setstate__(self, state):
        """What __getstate__ gave: attributes, those in slots apart."""
        for name, x in {**(state[0] or {}), **state[1]}.items():
            setattr(self, name, x)

    def __copy__(self):
        """The same number with the same past."""
        twin = type(self).__new__(type(self))
        Value.__setstate__(twin, self.__getstate__())
        return twin

    duplicate = __copy__

    def __deepcopy__(self, memo):
        """A copy of the graph behind this value, operands first: it may be deep."""
        for value in topological_order(self):
            if id(value) not in memo:
                memo[id(value)] = twin = value.duplicate()
                twin.operands = tuple(memo[id(operand)] for operand in value.operands)
        return memo[id(self)]

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
            data, partials = op.rule(self.number)
        except DOMAIN_ERRORS as error:
            data, partials = outside_the_domain(op, (self,), error)
        return Value(data, "", op, (self,), partials)

    def binary(self, op, other):
        """`op` of this value and `other`, a value or a number."""
        if not isinstance(other, Value):
            other = Value(other)
        try:
            data, partials = op.rule(self.number, other.number)
        except DOMAIN_ERRORS as error:
            data, partials = outside_the_domain(op, (self, other), error)
        return Value(data, "", op, (self, other), partials)

    __add__, __radd__ = both_sides(ops.ADD)
    __sub__, __rsub__ = both_sides(ops.SUB)
    __mul__, __rmul__ = both_sides(ops.MUL)
    __truediv__, __rtruediv__ = both_sides(ops.DIV)
    _, __rpow__ = both_sides(ops.POW)

    def __pow__(self, k):
        """self ** k: a number is part of the op (`**2`), a Value is a second operand."""
        if isinstance(k, Value):
            return self.binary(ops.POW, k)
        return self.unary(ops.power_of(real_number(k)))

    def __neg__(self):
        """-self."""
        return self.unary(ops.NEG)

    def __pos__(self):
        """+self: the value itself."""
        return self

    def __abs__(self):
        """abs(self), with slope 0 at 0."""
        return self.unary(ops.ABS)

    def clip(self, min=None, max=None):
        """Cut off at two numbers; None leaves that side as it is."""
        return self.unary(ops.clip_at(*refusals.bounds(min, max)))

    # Comparisons look at the data. There is no ==: a value equals itself and nothing else.

    __lt__, __le__, __gt__, __ge__ = map(by_data, (lt, le, gt, ge))

    def cut(self, condition):
        """This gradient, and 0 where the condition holds, which no gradient flows through."""
        return self.unary(ops.Op("cut", partial(cut_rule, condition)))

    # Python and NumPy ask for these where a formula leaves the graph.

    __float__ = __int__ = __complex__ = __round__ = refusals.would_lose_the_gradient
    __floor__ = __ceil__ = __trunc__ = refusals.would_lose_the_gradient

    # Backward.

    def backward(self, seed=1.0):
        """Add `seed` * d(self)/d(value) to the grad of every value that self depends on."""
        gradient = {self: real_number(seed)}
        for _ in walk_back(self, gradient):
            pass
        for value, amount in gradient.items():
            value.grad = amount + (value.grad or 0.0)  # None is none so far

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


def topological_order(root, known=()) -> list:
    """Every value `root` depends on, operands before results; `known` ones end the search."""
    order, seen, stack = [], set(known), [root]
    while stack:
        value = stack.pop()
        if value is None:  # all operands of the value below it are in the order
            order.append(stack.pop())
        elif value not in seen:
            seen.add(value)
            stack += (value, None, *value.operands[::-1])
    return order


def walk_back(root, gradient, partials_of=attrgetter("partials"), order=None) -> Iterator[tuple]:
    """Apply the chain rule edge by edge, adding each contribution to `gradient`.

    `gradient` starts as `{root: seed}`. A result is crossed after everything computed from it, so
    that its gradient is complete when it is passed on. Yields the fields of a Step. A constant, for
    which there is no partial, gets nothing.
    """
    for result in reversed(topological_order(root) if order is None else order):
        operands = result.operands
        if not operands:
            continue
        upstream, partials = gradient[result], partials_of(result)
        if len(partials) != len(operands):
            raise ValueError(
                f"the rule for {symbol_of(result)!r} returned {len(partials)} partials for "
                f"{len(operands)} operands; it must return one for each"
            )
        for index, operand in enumerate(operands):
            partial = partials[index]
            if partial is None:
                continue
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
    try:
        data, partials = op.rule(*[value.number for value in operands])
    except DOMAIN_ERRORS as error:
        data, partials = outside_the_domain(op, operands, error)
    return Value(data, "", op, operands, partials)


def partials_as_values(result):
    """The partials of `result` as Values, from its rule run on its operands themselves."""
    if not result.operands:
        return ()
    found = result.op.rule(*result.operands)[1]
    return [None if kept is None else new for kept, new in zip(result.partials, found, strict=True)]


def symbol_of(value) -> str:
    """The symbol of the op that made `value`, an Op or a plain string."""
    return getattr(value.op, "symbol", value.op) or ""
