"""Wrong answers to the checks of 11."""

import math

import numpy as np

from autograd_lesson import topological_order as order_of
from autograd_lesson.checks.e11_from_scalars_to_arrays import (
    check_arithmetic,
    check_backward,
    check_functions,
    check_seed_for,
    check_topological_order,
)
from wrong_answers import wrong_answer


class Memory:
    """What the exercise gives, but for the line that keeps NumPy out."""

    def __init__(self, data, label="", op="", operands=(), partials=()):
        array = np.array(data)
        self.data = array if array.dtype == np.float32 else array.astype(float)
        self.grad = None
        self.label, self.op, self.operands, self.partials = label, op, operands, partials

    def made(self, op, data, *edges):
        kept = [edge for edge in edges if isinstance(edge[0], Memory)]
        operands, partials = zip(*kept, strict=True)
        return type(self)(data, "", op, operands, partials)


def data_of(x):
    return x.data if isinstance(x, Memory) else x


class Rules(Memory):
    """Right answers."""

    def __add__(self, other):
        return self.made("+", self.data + data_of(other), (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        a, b = self.data, data_of(other)
        return self.made("*", a * b, (self, b), (other, a))

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self.made("-", self.data - data_of(other), (self, 1.0), (other, -1.0))

    def __rsub__(self, constant):
        return self.made("-", constant - self.data, (self, -1.0))

    def __truediv__(self, other):
        a, b = self.data, data_of(other)
        return self.made("/", a / b, (self, 1 / b), (other, -a / b**2))

    def __rtruediv__(self, constant):
        return self.made("/", constant / self.data, (self, -constant / self.data**2))

    def __pow__(self, k):
        return self.made("**", self.data**k, (self, k * self.data ** (k - 1)))

    def exp(self):
        y = np.exp(self.data)
        return self.made("exp", y, (self, y))

    def log(self):
        return self.made("log", np.log(self.data), (self, 1 / self.data))

    def tanh(self):
        y = np.tanh(self.data)
        return self.made("tanh", y, (self, 1 - y**2))

    def relu(self):
        return self.made("relu", np.maximum(self.data, 0.0), (self, self.data > 0))


class Right(Rules):
    """Right answers, to go wrong in one method each."""

    __array_ufunc__ = None


# ---------------------------------------------------------------------------------------------
# E11.1, rung 1


@wrong_answer(check_arithmetic, says="what the *other* factor holds")
class ProductKeepsItsOwnData(Right):
    def __mul__(self, other):
        a, b = self.data, data_of(other)
        return self.made("*", a * b, (self, a), (other, b))

    __rmul__ = __mul__


@wrong_answer(check_arithmetic, says="the second operand moves the result the other way")
class DifferenceLosesItsSign(Right):
    def __sub__(self, other):
        return self.made("-", self.data - data_of(other), (self, 1.0), (other, 1.0))


@wrong_answer(check_arithmetic, says="and `k` comes first")
class ReflectedDifferenceIsTurned(Right):
    def __rsub__(self, constant):
        return self - constant


@wrong_answer(check_arithmetic, says="minus, and b squared")
class QuotientLosesItsMinus(Right):
    def __truediv__(self, other):
        a, b = self.data, data_of(other)
        return self.made("/", a / b, (self, 1 / b), (other, a / b**2))


@wrong_answer(check_arithmetic, says="a larger numerator falls faster")
class QuotientLosesItsNumerator(Right):
    def __truediv__(self, other):
        a, b = self.data, data_of(other)
        return self.made("/", a / b, (self, 1 / b), (other, -1 / b**2))


@wrong_answer(check_arithmetic, says="The exponent goes down by 1")
class PowerKeepsItsExponent(Right):
    def __pow__(self, k):
        return self.made("**", self.data**k, (self, k * self.data**k))


@wrong_answer(check_arithmetic, says="comes down as a factor")
class PowerLosesItsFactor(Right):
    def __pow__(self, k):
        return self.made("**", self.data**k, (self, self.data ** (k - 1)))


@wrong_answer(check_arithmetic, says="where that is 0 it gives nan")
class PowerDividesByItsOperand(Right):
    def __pow__(self, k):
        y = self.data**k
        with np.errstate(all="ignore"):
            return self.made("**", y, (self, k * y / self.data))


@wrong_answer(check_arithmetic, says="an array of objects, each with a graph of its own")
class LeftToNumPy(Rules):
    pass


@wrong_answer(check_arithmetic, says="This is the whole Jacobian")
class KeepsTheWholeJacobian(Right):
    def __mul__(self, other):
        a, b = self.data, data_of(other)
        flat = np.diag(np.broadcast_to(b, a.shape).ravel())
        return self.made("*", a * b, (self, flat), (other, np.diag(a.ravel())))

    __rmul__ = __mul__


@wrong_answer(check_arithmetic, says="One number for all")
class SumsThePartial(Right):
    def __mul__(self, other):
        a, b = self.data, data_of(other)
        return self.made("*", a * b, (self, float(np.sum(b))), (other, float(np.sum(a))))

    __rmul__ = __mul__


@wrong_answer(check_arithmetic, says="The op wrote into the array of `x`")
class AddsInPlace(Right):
    def __add__(self, other):
        self.data += data_of(other)
        return self.made("+", self.data, (self, 1.0), (other, 1.0))

    __radd__ = __add__


@wrong_answer(check_arithmetic, says="has forgotten where it came from")
class ReturnsTheArray(Right):
    def __mul__(self, other):
        return self.data * data_of(other)

    __rmul__ = __mul__


@wrong_answer(check_arithmetic, says="is a `return` missing?")
class ReturnsNothing(Right):
    def __truediv__(self, other):
        self.made("/", self.data / data_of(other), (self, 1.0))


@wrong_answer(check_arithmetic, says="An operand is missing")
class RemembersOneOperand(Right):
    def __mul__(self, other):
        a, b = self.data, data_of(other)
        return self.made("*", a * b, (self, b))

    __rmul__ = __mul__


@wrong_answer(check_arithmetic, says="so no edge leads to it")
class WrapsItsConstants(Right):
    def __mul__(self, other):
        other = other if isinstance(other, Memory) else type(self)(other)
        return self.made("*", self.data * other.data, (self, other.data), (other, self.data))

    __rmul__ = __mul__


@wrong_answer(check_arithmetic, says="goes by this symbol")
class NamesTheOpInWords(Right):
    def __sub__(self, other):
        return self.made("minus", self.data - data_of(other), (self, 1.0), (other, -1.0))


@wrong_answer(check_arithmetic, says="float32 went in")
class ForgetsFloat32(Right):
    def __rtruediv__(self, constant):
        data = self.data.astype(float)
        return self.made("/", constant / data, (self, -constant / data**2))


@wrong_answer(check_arithmetic, says="`data_of(other)` takes either")
class TakesTensorsOnly(Right):
    def __add__(self, other):
        return self.made("+", self.data + other.data, (self, 1.0), (other, 1.0))

    __radd__ = __add__


# ---------------------------------------------------------------------------------------------
# E11.1, rung 2


@wrong_answer(check_functions, says="its own *result*, not its operand")
class ExpKeepsItsOperand(Right):
    def exp(self):
        return self.made("exp", np.exp(self.data), (self, self.data))


@wrong_answer(check_functions, says="One over the operand")
class LogDividesByItsResult(Right):
    def log(self):
        y = np.log(self.data)
        return self.made("log", y, (self, 1 / y))


@wrong_answer(check_functions, says="the y is the *result* of tanh")
class TanhKeepsItsOperand(Right):
    def tanh(self):
        return self.made("tanh", np.tanh(self.data), (self, 1 - self.data**2))


@wrong_answer(check_functions, says="`>`, not `>=`")
class ReluLetsZeroPass(Right):
    def relu(self):
        return self.made("relu", np.maximum(self.data, 0.0), (self, self.data >= 0))


@wrong_answer(check_functions, says="has slope 0, entry by entry")
class ReluHasSlopeOneEverywhere(Right):
    def relu(self):
        return self.made("relu", np.maximum(self.data, 0.0), (self, 1.0))


@wrong_answer(check_functions, says="neither true nor false")
class ReluAsksOnce(Right):
    def relu(self):
        y = self.data if self.data > 0 else 0.0
        return self.made("relu", y, (self, 1.0))


@wrong_answer(check_functions, says="The op wrote into the array of `x`")
class ReluCutsItsOperand(Right):
    def relu(self):
        mask = self.data > 0
        self.data[~mask] = 0.0
        return self.made("relu", self.data, (self, mask))


@wrong_answer(check_functions, says="This is the size of x")
class ReluTurnsTheSign(Right):
    def relu(self):
        return self.made("relu", np.abs(self.data), (self, self.data > 0))


@wrong_answer(check_functions, says="inf / inf")
class TanhOnPaper(Right):
    def tanh(self):
        with np.errstate(all="ignore"):
            e = np.exp(2 * self.data)
            y = (e - 1) / (e + 1)
        return self.made("tanh", y, (self, 1 - y**2))


@wrong_answer(check_functions, says="A function of `math` takes one number")
class ExpOfMath(Right):
    def exp(self):
        y = math.exp(self.data)
        return self.made("exp", y, (self, y))


# ---------------------------------------------------------------------------------------------
# E11.2


@wrong_answer(check_seed_for, says="Which mix of them is wanted")
def seed_of_ones_where_none_is_given(root, seed=None):
    return right_seed(root, np.ones(root.data.shape) if seed is None else seed)


def right_seed(root, seed=None):
    shape = root.data.shape
    if seed is None:
        if root.data.size != 1:
            raise ValueError(f"a root of shape {shape} needs a seed")
        return np.ones_like(root.data)
    seed = np.array(seed, dtype=root.data.dtype)
    if seed.shape != shape:
        raise ValueError(f"seed {seed.shape}, root {shape}")
    return seed


@wrong_answer(check_seed_for, says="there the seed can only be 1")
def seed_is_asked_for_where_there_is_an_axis(root, seed=None):
    if seed is None and root.data.shape != ():
        raise ValueError(f"a root of shape {root.data.shape} needs a seed")
    return right_seed(root, seed)


@wrong_answer(check_seed_for, says="The seed was made to fit")
def seed_is_copied_to_the_shape(root, seed=None):
    if seed is None:
        return right_seed(root)
    return np.ones(root.data.shape) * np.array(seed, root.data.dtype)


@wrong_answer(check_seed_for, says="the caller has in hand")
def seed_is_the_callers_own(root, seed=None):
    if isinstance(seed, np.ndarray) and seed.shape == root.data.shape:
        return seed.astype(root.data.dtype, copy=False)
    return right_seed(root, seed)


@wrong_answer(check_seed_for, says="cut off every decimal")
def seed_keeps_its_whole_numbers(root, seed=None):
    checked = right_seed(root, seed)
    return checked if seed is None or np.asarray(seed).dtype == float else np.array(seed)


@wrong_answer(check_seed_for, says="float32 went in")
def seed_forgets_float32(root, seed=None):
    return right_seed(root, seed).astype(float)


@wrong_answer(check_seed_for, says="the seed that was given is not used")
def seed_is_always_ones(root, seed=None):
    return np.ones_like(right_seed(root, seed))


@wrong_answer(check_seed_for, says="under `python -O`")
def seed_is_refused_by_assert(root, seed=None):
    assert seed is not None or root.data.size == 1, f"shape {root.data.shape}"
    return right_seed(root, seed)


@wrong_answer(check_seed_for, says="The message does not name the shape")
def seed_is_refused_without_a_reason(root, seed=None):
    try:
        return right_seed(root, seed)
    except ValueError:
        raise ValueError("bad seed") from None


@wrong_answer(check_seed_for, says="also where it has no axes")
def seed_is_a_number_where_the_root_is_one(root, seed=None):
    checked = right_seed(root, seed)
    return float(checked) if checked.shape == () else checked


# ---------------------------------------------------------------------------------------------
# E11.3, rung 1


@wrong_answer(check_topological_order, says="goes by identity first", endless=True)
def order_asks_a_list(root):
    order, stack = [], [(root, False)]
    while stack:
        value, done = stack.pop()
        if done and value not in order:
            order.append(value)
        elif value not in order:
            stack.append((value, True))
            stack += [(operand, False) for operand in reversed(value.operands)]
    return order


@wrong_answer(check_topological_order, says="results first")
def order_is_that_of_the_walk(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack += [(value, True), *((operand, False) for operand in reversed(value.operands))]
    return order[::-1]


@wrong_answer(check_topological_order, says="a call of `topological_order` of the package")
def order_of_the_package(root):
    return order_of(root)


@wrong_answer(check_topological_order, says="no such limit")
def order_by_recursion(root):
    order, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for operand in value.operands:
                visit(operand)
            order.append(value)

    visit(root)
    return order


@wrong_answer(check_topological_order, says="It holds the same number as another value")
def order_tells_values_by_their_numbers(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, done = stack.pop()
        key = value.data if isinstance(value.data, float) else id(value)
        if done:
            order.append(value)
        elif key not in seen:
            seen.add(key)
            stack.append((value, True))
            stack += [(operand, False) for operand in reversed(value.operands)]
    return order


# ---------------------------------------------------------------------------------------------
# E11.3, rung 2


def passed_on(root, seed, add):
    """The gradients of one pass; `add(gradient, operand, contribution)` keeps the sums."""
    gradient = {root: seed}
    for result in reversed(order_of(root)):
        upstream = gradient[result]
        for operand, partial in zip(result.operands, result.partials, strict=True):
            add(gradient, operand, partial(upstream) if callable(partial) else upstream * partial)
    return gradient


def anew(gradient, operand, contribution):
    gradient[operand] = gradient.get(operand, 0.0) + contribution


def deposit(gradient):
    for value, amount in gradient.items():
        value.grad = amount + (0.0 if value.grad is None else value.grad)


@wrong_answer(check_backward, says="A contribution wrote over")
def backward_writes_over(root, seed):
    def over(gradient, operand, contribution):
        gradient[operand] = contribution

    deposit(passed_on(root, seed, over))


@wrong_answer(check_backward, says="the seed is not used")
def backward_begins_with_ones(root, seed):
    deposit(passed_on(root, seed * 0 + 1.0, anew))


@wrong_answer(check_backward, says="Summed in place")
def backward_sums_in_place(root, seed):
    def in_place(gradient, operand, contribution):
        if operand in gradient:
            gradient[operand] += contribution
        else:
            gradient[operand] = contribution

    deposit(passed_on(root, np.array(seed), in_place))


@wrong_answer(check_backward, says="`seed` changed by the call")
def backward_adds_into_the_seed(root, seed):
    for value, amount in passed_on(root, seed, anew).items():
        if value.grad is None or isinstance(value.grad, float):
            value.grad = amount
        else:
            value.grad += amount


@wrong_answer(check_backward, says="Two names for one array")
def backward_hands_out_the_seed(root, seed):
    for value, amount in passed_on(root, seed, anew).items():
        value.grad = amount if value.grad is None else value.grad + amount


@wrong_answer(check_backward, says="each pass *adds* to `.grad`")
def backward_replaces(root, seed):
    for value, amount in passed_on(root, seed, anew).items():
        value.grad = amount + 0.0


@wrong_answer(check_backward, says="sent on once more")
def backward_walks_in_grad(root, seed):
    root.grad = seed + (0.0 if root.grad is None else root.grad)
    for result in reversed(order_of(root)):
        for operand, partial in zip(result.operands, result.partials, strict=True):
            brought = partial(result.grad) if callable(partial) else result.grad * partial
            operand.grad = brought + (0.0 if operand.grad is None else operand.grad)


@wrong_answer(check_backward, says="`partial(upstream)` applies")
def backward_only_multiplies(root, seed):
    gradient = {root: seed}
    for result in reversed(order_of(root)):
        for operand, partial in zip(result.operands, result.partials, strict=True):
            anew(gradient, operand, gradient[result] * partial)
    deposit(gradient)


@wrong_answer(check_backward, says="ask for that first")
def backward_adds_to_none(root, seed):
    for value, amount in passed_on(root, seed, anew).items():
        value.grad = value.grad + amount


@wrong_answer(check_backward, says="not `if value.grad`")
def backward_asks_the_array(root, seed):
    for value, amount in passed_on(root, seed, anew).items():
        value.grad = value.grad + amount if value.grad else amount + 0.0


@wrong_answer(check_backward, says="This is one number: was everything summed")
def backward_sums_the_contributions(root, seed):
    def summed(gradient, operand, contribution):
        gradient[operand] = gradient.get(operand, 0.0) + float(np.sum(contribution))

    deposit(passed_on(root, seed, summed))


@wrong_answer(check_backward, says="Nothing has arrived there")
def backward_serves_the_leaves(root, seed):
    gradient = passed_on(root, seed, anew)
    deposit({value: amount for value, amount in gradient.items() if not value.operands})


@wrong_answer(check_backward, says="`gradient.get(operand, 0.0)` gives 0 then")
def backward_expects_an_entry(root, seed):
    def expects(gradient, operand, contribution):
        gradient[operand] = gradient[operand] + contribution

    deposit(passed_on(root, seed, expects))
