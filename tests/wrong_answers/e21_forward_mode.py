"""Wrong answers to the checks of 21."""

import itertools
import math

import numpy as np

from autograd_lesson import Value, derivative
from autograd_lesson.checks.e21_forward_mode import (
    check_agree,
    check_derive,
    check_dual,
    check_elementary,
    check_jacobian,
)
from wrong_answers import wrong_answer

# ---------------------------------------------------------------------------------------------
# E21.1


class Pair:
    """What the exercise gives."""

    def __init__(self, value, tangent=0.0):
        self.value, self.tangent = value, tangent

    def of(self, x):
        return x if isinstance(x, Pair) else type(self)(x)

    def __radd__(self, other):
        return self.of(other) + self

    def __rsub__(self, other):
        return self.of(other) - self

    def __rmul__(self, other):
        return self.of(other) * self

    def __rtruediv__(self, other):
        return self.of(other) / self


class Right(Pair):
    """A right answer, to be made wrong in one place."""

    def __add__(self, other):
        other = self.of(other)
        return type(self)(self.value + other.value, self.tangent + other.tangent)

    def __sub__(self, other):
        other = self.of(other)
        return type(self)(self.value - other.value, self.tangent - other.tangent)

    def __mul__(self, other):
        other = self.of(other)
        tangent = self.tangent * other.value + self.value * other.tangent
        return type(self)(self.value * other.value, tangent)

    def __truediv__(self, other):
        other = self.of(other)
        above = self.tangent * other.value - self.value * other.tangent
        return type(self)(self.value / other.value, above / other.value**2)

    def __pow__(self, k):
        return type(self)(self.value**k, k * self.value ** (k - 1) * self.tangent)


@wrong_answer(check_dual, says="was given a tangent of 1")
class ConstantsMove(Right):
    def of(self, x):
        return x if isinstance(x, Pair) else type(self)(x, 1.0)


@wrong_answer(check_dual, says="`other = self.of(other)` first")
class PlainNumbersForgotten(Right):
    def __add__(self, other):
        return type(self)(self.value + other.value, self.tangent + other.tangent)

    def __radd__(self, other):
        return self + other


@wrong_answer(check_dual, says="An operand was written into")
class AddsInPlace(Right):
    def __add__(self, other):
        other = self.of(other)
        self.value += other.value
        self.tangent += other.tangent
        return self


@wrong_answer(check_dual, says="with a value and a tangent")
class ForgetsTheTangent(Right):
    def __add__(self, other):
        return self.value + self.of(other).value


@wrong_answer(check_dual, says="When y moves up, x - y moves down")
class TangentsAddedInADifference(Right):
    def __sub__(self, other):
        other = self.of(other)
        return type(self)(self.value - other.value, self.tangent + other.tangent)


@wrong_answer(check_dual, says="The tangents were multiplied with each other")
class TangentsMultiplied(Right):
    def __mul__(self, other):
        other = self.of(other)
        return type(self)(self.value * other.value, self.tangent * other.tangent)


@wrong_answer(check_dual, says="Only one factor was let move")
class OneFactorMoves(Right):
    def __mul__(self, other):
        other = self.of(other)
        return type(self)(self.value * other.value, self.tangent * other.value)


@wrong_answer(check_dual, says="The divisor of the tangent is y squared")
class QuotientWithoutTheSquare(Right):
    def __truediv__(self, other):
        other = self.of(other)
        above = self.tangent * other.value - self.value * other.tangent
        return type(self)(self.value / other.value, above / other.value)


@wrong_answer(check_dual, says="when the divisor grows, the quotient falls")
class QuotientWithAPlus(Right):
    def __truediv__(self, other):
        other = self.of(other)
        above = self.tangent * other.value + self.value * other.tangent
        return type(self)(self.value / other.value, above / other.value**2)


@wrong_answer(check_dual, says="A sign is turned round")
class QuotientTheOtherWayRound(Right):
    def __truediv__(self, other):
        other = self.of(other)
        above = self.value * other.tangent - self.tangent * other.value
        return type(self)(self.value / other.value, above / other.value**2)


@wrong_answer(check_dual, says="The factor k is lost")
class PowerWithoutK(Right):
    def __pow__(self, k):
        return type(self)(self.value**k, self.value ** (k - 1) * self.tangent)


@wrong_answer(check_dual, says="The power was not lowered by 1")
class PowerNotLowered(Right):
    def __pow__(self, k):
        return type(self)(self.value**k, k * self.value**k * self.tangent)


@wrong_answer(check_dual, says="right only where x moves at 1")
class PowerWithoutTheTangent(Right):
    def __pow__(self, k):
        return type(self)(self.value**k, k * self.value ** (k - 1))


SLOPES = {
    "exp": math.exp,
    "log": lambda x: 1 / x,
    "sin": math.cos,
    "cos": lambda x: -math.sin(x),
    "tanh": lambda x: 1 - math.tanh(x) ** 2,
    "sqrt": lambda x: 0.5 / math.sqrt(x),
}


def with_slopes(**wrong):
    """`elementary`, right but for these slopes."""

    def elementary(name, x):
        slope = {**SLOPES, **wrong}[name](x.value)
        return Right(getattr(math, name)(x.value), slope * x.tangent)

    return elementary


def slope_alone(name, x):
    return Right(getattr(math, name)(x.value), SLOPES[name](x.value))


def function_of_the_tangent(name, x):
    f = getattr(math, name)
    return Right(f(x.value), f(x.tangent))


def math_of_a_dual(name, x):
    return Right(getattr(math, name)(x), 0.0)


def exp_as_a_power(x):
    return x * math.exp(x - 1)


def elementary_named(name, **wrong):
    function = with_slopes(**wrong)
    function.__name__ = name
    return (Right, function)


wrong_answer(check_elementary, says="right only where x moves at 1")((Right, slope_alone))
wrong_answer(check_elementary, says="That is exp of the tangent")((Right, function_of_the_tangent))
wrong_answer(check_elementary, says="takes the plain number")((Right, math_of_a_dual))
wrong_answer(check_elementary, says="exp is no power")(
    elementary_named("exp_as_a_power", exp=exp_as_a_power)
)
wrong_answer(check_elementary, says="not over log x")(
    elementary_named("log_over_log", log=lambda x: 1 / math.log(x))
)
wrong_answer(check_elementary, says="with no minus")(
    elementary_named("sin_with_a_minus", sin=lambda x: -math.cos(x))
)
wrong_answer(check_elementary, says="a minus is lost")(
    elementary_named("cos_without_a_minus", cos=math.sin)
)
wrong_answer(check_elementary, says="y is tanh of x, not x itself")(
    elementary_named("tanh_of_its_input", tanh=lambda x: 1 - x * x)
)
wrong_answer(check_elementary, says="The square in 1 - y * y is lost")(
    elementary_named("tanh_without_the_square", tanh=lambda x: 1 - math.tanh(x))
)
wrong_answer(check_elementary, says="Below the line stands 2 times the root")(
    elementary_named("sqrt_of_its_input", sqrt=lambda x: 0.5 / x)
)
wrong_answer(check_elementary, says="A factor of 2 is lost")(
    elementary_named("sqrt_without_the_half", sqrt=lambda x: 1 / math.sqrt(x))
)

# ---------------------------------------------------------------------------------------------
# E21.2


def by_columns(push, n):
    return np.stack([push(unit) for unit in np.eye(n)], axis=1)


def by_rows(pull, m):
    return np.stack([pull(unit) for unit in np.eye(m)])


def cheaper(n, m, mode):
    return mode if mode != "cheaper" else "forward" if n < m else "reverse"


@wrong_answer(check_jacobian, says="Rows and columns are swapped")
def transposed(push, pull, n, m, mode):
    if cheaper(n, m, mode) == "forward":
        return by_columns(push, n).T
    return by_rows(pull, m).T


@wrong_answer(check_jacobian, says='The mode "reverse" was asked for')
def always_forward(push, pull, n, m, mode):
    return by_columns(push, n)


@wrong_answer(check_jacobian, says="Take the kind of which fewer are needed")
def the_dearer_one(push, pull, n, m, mode):
    mode = mode if mode != "cheaper" else "reverse" if n < m else "forward"
    return by_columns(push, n) if mode == "forward" else by_rows(pull, m)


@wrong_answer(check_jacobian, says="Both kinds of sweep were made")
def both_and_then_one(push, pull, n, m, mode):
    columns, rows = by_columns(push, n), by_rows(pull, m)
    return columns if cheaper(n, m, mode) == "forward" else rows


@wrong_answer(check_jacobian, says="a seed of all ones adds them up")
def all_ones(push, pull, n, m, mode):
    if cheaper(n, m, mode) == "forward":
        return np.tile(push(np.ones(n)), (n, 1)).T
    return np.tile(pull(np.ones(m)), (m, 1))


@wrong_answer(check_jacobian, says="was not put back to 0")
def seed_not_put_back(push, pull, n, m, mode):
    is_forward = cheaper(n, m, mode) == "forward"
    seed, found = np.zeros(n if is_forward else m), []
    for place in range(len(seed)):
        seed[place] = 1.0
        found.append(push(seed) if is_forward else pull(seed))
    return np.stack(found, axis=1 if is_forward else 0)


@wrong_answer(check_jacobian, says="for each row, and no more")
def one_sweep_too_many(push, pull, n, m, mode):
    if cheaper(n, m, mode) == "forward":
        push(np.zeros(n))
        return by_columns(push, n)
    pull(np.zeros(m))
    return by_rows(pull, m)


@wrong_answer(check_jacobian, says="push takes a direction of")
def seeds_of_the_other_length(push, pull, n, m, mode):
    if cheaper(n, m, mode) == "forward":
        return np.stack([push(unit) for unit in np.eye(m)], axis=1)
    return np.stack([pull(unit) for unit in np.eye(n)])


# ---------------------------------------------------------------------------------------------
# E21.3


def both(push, pull, u, v):
    return u @ push(v), pull(u) @ v


def drawn(n, m):
    rng = np.random.default_rng()
    return rng.normal(size=m), rng.normal(size=n)


@wrong_answer(check_agree, says="With a direction of all ones, or one that moves")
def direction_of_ones(push, pull, n, m):
    u, _ = drawn(n, m)
    return math.isclose(*both(push, pull, u, np.ones(n)), rel_tol=1e-10)


@wrong_answer(check_agree, says="mixed-up outputs cannot be seen")
def seed_of_ones(push, pull, n, m):
    _, v = drawn(n, m)
    return math.isclose(*both(push, pull, np.ones(m), v), rel_tol=1e-10)


@wrong_answer(check_agree, says="Does every input move")
def all_inputs_but_the_last(push, pull, n, m):
    u, v = drawn(n, m)
    v[-1] = 0.0
    return math.isclose(*both(push, pull, u, v), rel_tol=1e-10)


@wrong_answer(check_agree, says="Nothing is asked of the last output")
def seed_of_the_first_output(push, pull, n, m):
    _, v = drawn(n, m)
    return math.isclose(*both(push, pull, np.eye(m)[0], v), rel_tol=1e-10)


@wrong_answer(check_agree, says="differ in the seventh digit")
def six_digits_will_do(push, pull, n, m):
    return math.isclose(*both(push, pull, *drawn(n, m)), rel_tol=1e-5)


@wrong_answer(check_agree, says="An absolute tolerance cannot see that")
def absolute_tolerance(push, pull, n, m):
    one, other = both(push, pull, *drawn(n, m))
    return math.isclose(one, other, rel_tol=1e-10, abs_tol=1e-10)


@wrong_answer(check_agree, says="Rounding alone makes the two differ")
def equal_to_the_last_digit(push, pull, n, m):
    return all(np.equal(*both(push, pull, *drawn(n, m))) for _ in range(3))


@wrong_answer(check_agree, says="Every comparison with nan is False")
def far_apart_is_asked(push, pull, n, m):
    one, other = both(push, pull, *drawn(n, m))
    return not bool(abs(one - other) > 1e-10 * abs(one))


@wrong_answer(check_agree, says="That is the whole Jacobian")
def whole_jacobian(push, pull, n, m):
    return bool(np.allclose(by_columns(push, n), by_rows(pull, m), rtol=1e-10, atol=0))


@wrong_answer(check_agree, says="return the answer")
def returns_the_difference(push, pull, n, m):
    one, other = both(push, pull, *drawn(n, m))
    return float(one - other)


# ---------------------------------------------------------------------------------------------
# E21.4


def tagged(
    newest=lambda *xs: max(getattr(x, "tag", -1) for x in xs),
    seen_by=lambda tag, x: (x.value, x.tangent) if getattr(x, "tag", -1) == tag else (x, 0.0),
    new_tags=itertools.count,
    found=None,
):
    """A right answer, but for the parts that are given."""
    tags, found = new_tags(), found or (lambda tag, y: seen_by(tag, y)[1])

    class Tagged:
        def __init__(self, value, tangent, tag):
            self.value, self.tangent, self.tag = value, tangent, tag

        def __add__(self, other):
            tag = newest(self, other)
            (a, da), (b, db) = seen_by(tag, self), seen_by(tag, other)
            return Tagged(a + b, da + db, tag)

        def __mul__(self, other):
            tag = newest(self, other)
            (a, da), (b, db) = seen_by(tag, self), seen_by(tag, other)
            return Tagged(a * b, da * b + a * db, tag)

        def exp(self):
            y = self.value.exp() if isinstance(self.value, Tagged) else math.exp(self.value)
            return Tagged(y, y * self.tangent, self.tag)

        __radd__, __rmul__ = __add__, __mul__

    def derive(f):
        def df(x):
            tag = next(tags)
            return found(tag, f(Tagged(x, 1.0, tag)))

        return df

    return seen_by, Tagged, derive


def named(name, answer):
    answer[-1].__name__ = name
    return answer


def by_the_engine(f):
    def df(x):
        x = Value(x)
        Value.of(f(x)).backward()
        return x.grad

    return df


def plain(x):
    while hasattr(x, "value"):
        x = x.value
    return x


wrong_answer(check_derive, says="This is what duals without tags give")(
    named("one_tag_for_all", tagged(new_tags=lambda: itertools.repeat(0)))
)
wrong_answer(check_derive, says="The inner derivative found no tangent of its own")(
    named(
        "the_oldest_tag_wins",
        tagged(newest=lambda *xs: min(x.tag for x in xs if hasattr(x, "tag"))),
    )
)
wrong_answer(check_derive, says="look at the tag before taking a tangent")(
    named("tangent_of_whatever_comes", tagged(found=lambda tag, y: getattr(y, "tangent", 0.0)))
)
wrong_answer(check_derive, says="the outer one took it for a constant")(
    named(
        "inner_derivatives_made_plain",
        tagged(
            found=lambda tag, y: plain(y.tangent) if getattr(y, "tag", -1) == tag else 0.0,
        ),
    )
)
wrong_answer(check_derive, says="seen_by deals with it")(
    named(
        "a_constant_has_no_tag",
        tagged(found=lambda tag, y: y.tangent if y.tag == tag else 0.0),
    )
)


wrong_answer(check_derive, says="a call of `derivative` of the package")(
    named("derivative_of_the_package", (*tagged()[:2], lambda f: derivative(f)))
)
wrong_answer(check_derive, says="a call of `Value` of the package")(
    named("reverse_mode_of_the_engine", (*tagged()[:2], by_the_engine))
)


def math_exp_only():
    seen_by, Tagged, derive = tagged()

    def exp(self):
        y = math.exp(self.value)
        return Tagged(y, y * self.tangent, self.tag)

    Tagged.exp = exp
    return seen_by, Tagged, derive


wrong_answer(check_derive, says="math.exp cannot take that")(
    named("exp_of_a_tagged_value", math_exp_only())
)
