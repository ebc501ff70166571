"""Wrong answers to the checks of 26."""

import math

from autograd_lesson.checks.e26_how_the_frameworks_do_it import (
    check_divide,
    check_matched_parts,
    check_power,
)
from autograd_lesson.teaching.pytorch import Function
from wrong_answers import wrong_answer

RIGHT = dict(zip(range(1, 15), "HBFLDJIEMNKACG", strict=True))

# ---------------------------------------------------------------------------------------------
# E26.1 fourteen parts


def swapped(one, other):
    """The right letters, but for two that have changed places."""
    return RIGHT | {one: RIGHT[other], other: RIGHT[one]}


@wrong_answer(check_matched_parts, says="`next_functions` leads from one node")
def operands_taken_for_the_op():
    return swapped(1, 2)


@wrong_answer(check_matched_parts, says="`saved tensors` hold what a node needs")
def partials_taken_for_operands():
    return swapped(2, 3)


@wrong_answer(check_matched_parts, says="`derivatives.yaml` is a file")
def the_table_taken_for_partials():
    return swapped(3, 6)


@wrong_answer(check_matched_parts, says="`AccumulateGrad` is the node at a leaf")
def the_leaf_taken_for_the_walk():
    return swapped(4, 5)


@wrong_answer(check_matched_parts, says="`gradient=` is an argument")
def the_seed_added_at_the_leaf():
    return swapped(5, 7)


@wrong_answer(check_matched_parts, says="`torch.utils.checkpoint` throws results away")
def writing_in_place_taken_for_checkpointing():
    return swapped(8, 11)


@wrong_answer(check_matched_parts, says="`torch.func.jvp` goes forward")
def forward_mode_taken_for_a_second_derivative():
    return swapped(9, 12)


@wrong_answer(check_matched_parts, says="`the dispatcher` picks a kernel")
def the_recording_done_by_the_dispatcher():
    return swapped(13, 14)


@wrong_answer(check_matched_parts, says="There is no entry 14")
def thirteen_parts():
    return {part: RIGHT[part] for part in range(1, 14)}


@wrong_answer(check_matched_parts, says="No part has this letter")
def a_letter_beyond_the_last():
    return RIGHT | {14: "O"}


@wrong_answer(check_matched_parts, says="a dict from numbers to letters")
def letters_alone():
    return list(RIGHT.values())


# ---------------------------------------------------------------------------------------------
# E26.2 division


class RightDivide(Function):
    """Right."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a / b

    @staticmethod
    def backward(ctx, upstream):
        a, b = ctx.saved_tensors
        return upstream / b, -upstream * a / b**2


def divide_by(says):
    """Register a wrong way back: a function of the upstream, a and b."""

    def register(formula):
        def backward(ctx, upstream):
            return formula(upstream, *ctx.saved_tensors)

        answer = type(formula.__name__, (RightDivide,), {"backward": staticmethod(backward)})
        return wrong_answer(check_divide, says=says)(answer)

    return register


@divide_by(says="this is the partial alone")
def without_upstream(g, a, b):
    return 1 / b, -a / b**2


@divide_by(says="Multiplied by b")
def times_the_divisor(g, a, b):
    return g * b, -g * a / b**2


@divide_by(says="the contributions are swapped")
def swapped_contributions(g, a, b):
    return -g * a / b**2, g / b


@divide_by(says="The sign is lost")
def without_the_sign(g, a, b):
    return g / b, g * a / b**2


@divide_by(says="The divisor is squared")
def without_the_square(g, a, b):
    return g / b, -g * a / b


@divide_by(says="The numerator is missing")
def without_the_numerator(g, a, b):
    return g / b, -g / b**2


@divide_by(says="one place for each argument")
def one_contribution(g, a, b):
    return g / b


@divide_by(says="but it is a tensor")
def none_for_the_divisor(g, a, b):
    return g / b, None


@divide_by(says="wrote into the upstream")
def writing_into_the_upstream(g, a, b):
    g /= b
    return g, -g * a / b


@divide_by(says="This is not upstream times partial.")
def doubled(g, a, b):
    return 2 * g / b, -g * a / b**2


@wrong_answer(check_divide, says="An array there escapes the version counters")
class DivideWithAttributes(RightDivide):
    @staticmethod
    def forward(ctx, a, b):
        ctx.a, ctx.b = a, b
        return a / b

    @staticmethod
    def backward(ctx, upstream):
        return upstream / ctx.b, -upstream * ctx.a / ctx.b**2


@wrong_answer(check_divide, says="overwritten by the next call")
class DivideThatKeepsOnTheClass(RightDivide):
    @staticmethod
    def forward(ctx, a, b):
        DivideThatKeepsOnTheClass.kept = a, b
        return a / b

    @staticmethod
    def backward(ctx, upstream):
        a, b = DivideThatKeepsOnTheClass.kept
        return upstream / b, -upstream * a / b**2


@wrong_answer(check_divide, says="is it as many")
class DivideThatSavesOne(RightDivide):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(b)
        return a / b


@wrong_answer(check_divide, says="is a `return` missing?")
class DivideWithoutAResult(RightDivide):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)


@wrong_answer(check_divide, says="`a` changed by the call")
class DivideInPlace(RightDivide):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a.copy(), b)
        a /= b
        return a


@wrong_answer(check_divide, says="PyTorch can call it only where it is a Function")
class DivideOfItsOwn:
    forward, backward = staticmethod(RightDivide.forward), staticmethod(RightDivide.backward)


# ---------------------------------------------------------------------------------------------
# E26.2 powers


class RightPower(Function):
    """Right."""

    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x)
        ctx.k = k
        return x**k

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * ctx.k * x ** (ctx.k - 1), None


def power_by(says):
    """Register a wrong way back: a function of the upstream, x and k."""

    def register(formula):
        def backward(ctx, upstream):
            return formula(upstream, *ctx.saved_tensors, ctx.k)

        answer = type(formula.__name__, (RightPower,), {"backward": staticmethod(backward)})
        return wrong_answer(check_power, says=says)(answer)

    return register


@power_by(says="this is the partial alone")
def power_without_upstream(g, x, k):
    return k * x ** (k - 1), None


@power_by(says="it is missing")
def power_without_the_factor(g, x, k):
    return g * x ** (k - 1), None


@power_by(says="not lowered by 1")
def power_with_the_whole_exponent(g, x, k):
    return g * k * x**k, None


@power_by(says="an argument without a gradient gets None")
def power_without_none(g, x, k):
    return g * k * x ** (k - 1)


@power_by(says="PyTorch refuses any in its place")
def power_with_a_zero(g, x, k):
    return g * k * x ** (k - 1), 0.0


@wrong_answer(check_power, says="a plain number becomes an attribute")
class PowerThatSavesTheNumber(RightPower):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x, k)
        return x**k


@wrong_answer(check_power, says="what was kept belongs to the second call")
class PowerThatKeepsTheExponentOnTheClass(RightPower):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x)
        PowerThatKeepsTheExponentOnTheClass.k = k
        return x**k

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        k = PowerThatKeepsTheExponentOnTheClass.k
        return upstream * k * x ** (k - 1), None


@wrong_answer(check_power, says="use operators alone")
class PowerOfOneNumber(RightPower):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x)
        ctx.k = k
        return math.pow(x, k)


@wrong_answer(check_power, says="a plain function")
def power_that_is_no_class(ctx, x, k):
    return x**k
