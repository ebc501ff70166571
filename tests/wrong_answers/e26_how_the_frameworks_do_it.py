"""Wrong answers to the checks of 26."""

import math

from autograd_lesson.checks.e26_how_the_frameworks_do_it import (
    check_divide,
    check_matched_parts,
    check_power,
)
from autograd_lesson.teaching.pytorch import Function
from wrong_answers import from_slips, wrong_answer

RIGHT = dict(zip(range(1, 15), "HBFLDJIEMNKACG", strict=True))

# ---------------------------------------------------------------------------------------------
# E26.1 fourteen parts


def swapped(name, one, other, says):
    """Register the right letters, but for two that have changed places."""

    def answer():
        return RIGHT | {one: RIGHT[other], other: RIGHT[one]}

    answer.__name__ = name
    wrong_answer(check_matched_parts, says=says)(answer)


swapped("operands_taken_for_the_op", 1, 2, "`next_functions` leads from one node")
swapped("partials_taken_for_operands", 2, 3, "`saved tensors` hold what a node needs")
swapped("the_table_taken_for_partials", 3, 6, "`derivatives.yaml` is a file")
swapped("the_leaf_taken_for_the_walk", 4, 5, "`AccumulateGrad` is the node at a leaf")
swapped("the_seed_added_at_the_leaf", 5, 7, "`gradient=` is an argument")
swapped(
    "writing_in_place_taken_for_checkpointing",
    8,
    11,
    "`torch.utils.checkpoint` throws results away",
)
swapped("forward_mode_taken_for_a_second_derivative", 9, 12, "`torch.func.jvp` goes forward")
swapped("the_recording_done_by_the_dispatcher", 13, 14, "`the dispatcher` picks a kernel")


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


from_slips(
    check_divide,
    without_upstream="this is the partial alone",
    times_the_divisor="Multiplied by b",
    swapped_contributions="the contributions are swapped",
    without_the_sign="The sign is lost",
    without_the_square="The divisor is squared",
    without_the_numerator="The numerator is missing",
)


def spoilt(check, right, says):
    """Register the right class with another way back: a formula of the upstream and the rest."""

    def register(formula):
        def backward(ctx, upstream):
            rest = [ctx.k] if hasattr(ctx, "k") else []
            return formula(upstream, *ctx.saved_tensors, *rest)

        answer = type(formula.__name__, (right,), {"backward": staticmethod(backward)})
        return wrong_answer(check, says=says)(answer)

    return register


@spoilt(check_divide, RightDivide, says="one place for each argument")
def one_contribution(g, a, b):
    return g / b


@spoilt(check_divide, RightDivide, says="PyTorch takes a list for one gradient")
def contributions_in_a_list(g, a, b):
    return [g / b, -g * a / b**2]


@spoilt(check_divide, RightDivide, says="but it is a tensor")
def none_for_the_divisor(g, a, b):
    return g / b, None


@spoilt(check_divide, RightDivide, says="wrote into the upstream")
def writing_into_the_upstream(g, a, b):
    g /= b
    return g, -g * a / b


@spoilt(check_divide, RightDivide, says="This is not upstream times partial.")
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


from_slips(
    check_power,
    power_without_upstream="this is the partial alone",
    power_without_the_factor="it is missing",
    power_with_the_whole_exponent="not lowered by 1",
    power_without_brackets="x**k - 1 is (x**k) - 1",
)


@spoilt(check_power, RightPower, says="an argument without a gradient gets None")
def power_without_none(g, x, k):
    return g * k * x ** (k - 1)


@spoilt(check_power, RightPower, says="PyTorch refuses any in its place")
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
