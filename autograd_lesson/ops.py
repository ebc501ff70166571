"""All the calculus the engine knows: each operation with its partial derivatives beside it.

An op is one entry: `rule(*operands)` gives the result and its partials, one per operand. Rules are
written with operators and the functions below, which take floats, arrays and Values alike. Run on
numbers, a rule gives numbers; run on Values, it builds the graph of its own derivative, and that is
where second derivatives come from.
"""

import math
from collections.abc import Callable
from functools import lru_cache, reduce
from operator import add, mul
from typing import NamedTuple

from .backend import xp
from .branches import unless
from .erf import erf_of_array


class Op(NamedTuple):
    """An operation: its symbol, and `rule(*operands) -> (result, partials)`."""

    symbol: str
    rule: Callable
    settings: tuple = ()  # numbers that are part of it: k of a ** k, the bounds of a clip

    def __repr__(self):
        """Its symbol alone: the address of a function changes from run to run."""
        return f"Op({self.symbol!r})"


def function(name: str, on_float: Callable, on_array: Callable | None = None) -> Callable:
    """A function that a rule can run on a float, on an array, or on a Value (by its method).

    Without `on_array`, arrays take the array module's own function of that name.
    """

    def call(x, *others):
        if type(x) is float:
            return on_float(x, *others)
        if isinstance(x, xp.arrays):
            return (on_array or getattr(xp, name))(x, *others)
        return getattr(x, name)(*others)

    call.on_float, call.on_array = on_float, on_array
    return call


def sigmoid_of_float(x):
    """1 / (1 + exp(-x)) on the branch whose exponential cannot overflow."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    small = math.exp(x)
    return small / (1.0 + small)


def sigmoid_of_array(x):
    """The same two branches, elementwise."""
    small = xp.exp(-xp.abs(x))
    return xp.where(x >= 0.0, xp.ones((), x.dtype), small) / (1.0 + small)


def power_of_float(x, k):
    """x ** k, refused where Python would leave the real numbers: (-8) ** (1/3) is complex there."""
    if x < 0.0 and k % 1.0:
        raise ValueError("a negative number has no real fractional power")
    return x**k


def slope_power_of_float(x, k):
    """The same inside a partial, where 0 to a negative power is a vertical slope: infinite."""
    return math.inf if x == 0.0 and k < 0.0 else power_of_float(x, k)


exp = function("exp", math.exp)
log = function("log", math.log)
sin = function("sin", math.sin)
cos = function("cos", math.cos)
tanh = function("tanh", math.tanh)
sqrt = function("sqrt", math.sqrt)
log1p = function("log1p", math.log1p)
erf = function("erf", math.erf, erf_of_array)
sigmoid = function("sigmoid", sigmoid_of_float, sigmoid_of_array)
relu = function("relu", lambda x: 0.0 if x <= 0.0 else x, lambda x: xp.maximum(x, 0.0))
power = function("__pow__", power_of_float, pow)
slope_power = function("__pow__", slope_power_of_float, pow)
maximum = function("maximum", lambda a, b: a if a >= b or a != a else b)
minimum = function("minimum", lambda a, b: a if a <= b or a != a else b)
clip = function("clip", lambda a, low, high: min(max(a, low), high))


def indicator(condition, like):
    """1 where `condition` holds and 0 elsewhere, as numbers of the type of `like`."""
    return condition.astype(like.dtype) if hasattr(like, "dtype") else float(condition)


def is_zero(x):
    """Is it 0? Asked without ==, by which a Value equals itself alone."""
    return (x >= 0.0) & (x <= 0.0)


# Rules too long for a lambda: the result appears in its own partial, or a case needs its own line.


def exp_rule(a):
    """With y = exp(a): dy/da = y."""
    y = exp(a)
    return y, (y,)


def tanh_rule(a):
    """With y = tanh(a): dy/da = 1 - y^2."""
    y = tanh(a)
    return y, (1.0 - y * y,)


def sigmoid_rule(a):
    """With y = sigmoid(a): dy/da = y (1 - y)."""
    y = sigmoid(a)
    return y, (y * (1.0 - y),)


def sqrt_rule(a):
    """With y = sqrt(a): dy/da = 1 / (2 y), infinite at 0."""
    y = sqrt(a)
    return y, (0.5 * slope_power(y, -1.0),)


def divide_rule(a, b):
    """With y = a / b: dy/da = 1 / b and dy/db = -y / b."""
    y = a / b
    return y, (1.0 / b, -y / b)


def power_rule(a, b):
    """With y = a ** b: dy/da = b a ** (b - 1), nothing at b = 0; dy/db = y log(a), 0 at a = 0."""
    y, constant = power(a, b), is_zero(b)
    flat = is_zero(a) & is_zero(indicator(b < 0.0, a))  # also where b is nan
    to_a = b * slope_power(a, b - (1.0 - indicator(constant, b)))
    return y, (unless(constant, to_a, b), y * slope_log(a, flat))


def slope_log(a, flat):
    """log(a), and 0 where `flat` holds, without asking for the log there."""
    if isinstance(flat, bool):
        return 0.0 if flat else log(a)
    flat = indicator(flat, a)
    return (1.0 - flat) * log(a + flat)


def dot_rule(*operands):
    """The sum of weight * input, two lists laid end to end; a factor's partial is the other."""
    weights, inputs = operands[: len(operands) // 2], operands[len(operands) // 2 :]
    return reduce(add, map(mul, weights, inputs)), inputs + weights


def share(a, b):
    """The part of the slope that goes to `a` in maximum(a, b): all, none, or half of a tie."""
    return unless(a < b, 1.0 - 0.5 * indicator((a >= b) & (a <= b), a), a)


# The table. At a kink the partial is PyTorch's: relu and abs have slope 0 at 0, and a tie of
# maximum or minimum is shared equally.

COPY = Op("copy", lambda a: (a, (1.0,)))
NEG = Op("neg", lambda a: (-a, (-1.0,)))
ADD = Op("+", lambda a, b: (a + b, (1.0, 1.0)))
SUB = Op("-", lambda a, b: (a - b, (1.0, -1.0)))
MUL = Op("*", lambda a, b: (a * b, (b, a)))
DIV = Op("/", divide_rule)
POW = Op("**", power_rule)
TOTAL = Op("sum", lambda *operands: (reduce(add, operands), (1.0,) * len(operands)))
DOT = Op("dot", dot_rule)

# Functions: each is a method of Value under its symbol, so that a new one is one line here.
OF_ONE_OPERAND = (
    EXP := Op("exp", exp_rule),
    LOG := Op("log", lambda a: (log(a), (1.0 / a,))),
    LOG1P := Op("log1p", lambda a: (log1p(a), (1.0 / (1.0 + a),))),
    SQRT := Op("sqrt", sqrt_rule),
    SIN := Op("sin", lambda a: (sin(a), (cos(a),))),
    COS := Op("cos", lambda a: (cos(a), (-sin(a),))),
    TANH := Op("tanh", tanh_rule),
    SIGMOID := Op("sigmoid", sigmoid_rule),
    ERF := Op("erf", lambda a: (erf(a), (2.0 / math.sqrt(math.pi) * exp(-a * a),))),
    RELU := Op("relu", lambda a: (relu(a), (unless(a <= 0.0, 1.0, a),))),
    ABS := Op("abs", lambda a: (abs(a), (indicator(a > 0.0, a) - indicator(a < 0.0, a),))),
)
OF_TWO_OPERANDS = (
    MAXIMUM := Op("maximum", lambda a, b: (maximum(a, b), (share(a, b), share(b, a)))),
    MINIMUM := Op("minimum", lambda a, b: (minimum(a, b), (share(b, a), share(a, b)))),
)


@lru_cache(maxsize=256)
def power_of(k: float) -> Op:
    """The op that raises its one operand to the fixed power `k`."""
    if k == 0.0:
        return Op("**0", lambda a: (power(a, k), (unless(True, 1.0, a),)), (k,))
    return Op(f"**{k:g}", lambda a: (power(a, k), (k * slope_power(a, k - 1.0),)), (k,))


@lru_cache(maxsize=256)
def clip_at(low: float, high: float) -> Op:
    """The op that cuts off at two numbers; the slope is 1 from one to the other, ends included."""

    def rule(a):
        inside = indicator((a >= low) & (a <= high), a)
        return clip(a, low, high), (unless(is_zero(inside), 1.0, a),)

    return Op("clip", rule, (low, high))
