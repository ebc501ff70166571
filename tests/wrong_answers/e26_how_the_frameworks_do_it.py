"""Wrong answers to the checks of 26."""

from autograd_lesson.checks.e26_how_the_frameworks_do_it import (
    check_divide,
    check_matched_parts,
    check_power,
)
from wrong_answers import from_results, spoiled, wrong_answer

RIGHT = dict(zip(range(1, 15), "HBFLDJIEMNKACG", strict=True))

# ---------------------------------------------------------------------------------------------
# E26.1 fourteen parts


def swapped(one, other):
    """The right letters, but for two that have changed places."""
    return RIGHT | {one: RIGHT[other], other: RIGHT[one]}


from_results(
    check_matched_parts,
    operands_taken_for_the_op=("`next_functions` leads from one node", swapped(1, 2)),
    partials_taken_for_operands=("`saved tensors` hold what a node needs", swapped(2, 3)),
    the_table_taken_for_partials=("`derivatives.yaml` is a file", swapped(3, 6)),
    the_leaf_taken_for_the_walk=("`AccumulateGrad` is the node at a leaf", swapped(4, 5)),
    the_seed_added_at_the_leaf=("`gradient=` is an argument", swapped(5, 7)),
    writing_in_place_taken_for_checkpointing=(
        "`torch.utils.checkpoint` throws results away",
        swapped(8, 11),
    ),
    forward_mode_taken_for_a_second_derivative=("`torch.func.jvp` goes forward", swapped(9, 12)),
    the_recording_done_by_the_dispatcher=("`the dispatcher` picks a kernel", swapped(13, 14)),
    thirteen_parts=("There is no entry 14", {part: RIGHT[part] for part in range(1, 14)}),
    a_letter_beyond_the_last=("No part has this letter", RIGHT | {14: "O"}),
    letters_alone=("a dict from numbers to letters", [*RIGHT.values()]),
)

# ---------------------------------------------------------------------------------------------
# E26.2 division

KEPT, SENT = "ctx.save_for_backward(a, b)", "upstream / b, -upstream * a / b**2"
spoiled(
    check_divide,
    without_upstream=("this is the partial alone", SENT, "1 / b, -a / b**2"),
    times_the_divisor=("Multiplied by b", "upstream / b,", "upstream * b,"),
    swapped_contributions=(
        "the contributions are swapped",
        SENT,
        "-upstream * a / b**2, upstream / b",
    ),
    without_the_sign=("The sign is lost", "-upstream", "upstream"),
    without_the_square=("The divisor is squared", "b**2", "b"),
    without_the_numerator=("The numerator is missing", "-upstream * a", "-upstream"),
    one_contribution=("one place for each argument", SENT, "upstream / b"),
    contributions_in_a_list=("PyTorch takes a list for one gradient", SENT, f"[{SENT}]"),
    none_for_the_divisor=("but it is a tensor", SENT, "upstream / b, None"),
    writing_into_the_upstream=(
        "wrote into the upstream",
        f"return {SENT}",
        "upstream /= b\n        return upstream, -upstream * a / b",
    ),
    doubled=("This is not upstream times partial.", "upstream / b,", "2 * upstream / b,"),
    DivideWithAttributes=(
        "An array there escapes the version counters",
        KEPT,
        "ctx.a, ctx.b = a, b",
        "ctx.saved_tensors",
        "ctx.a, ctx.b",
    ),
    DivideThatKeepsOnTheClass=(
        "overwritten by the next call",
        KEPT,
        "Divide.kept = a, b",
        "ctx.saved_tensors",
        "Divide.kept",
    ),
    DivideThatSavesOne=("is it as many", "backward(a, b)", "backward(b)"),
    DivideWithoutAResult=("is a `return` missing?", "return a / b", ""),
    DivideInPlace=(
        "`a` changed by the call",
        KEPT,
        "ctx.save_for_backward(a.copy(), b)\n        a /= b\n        return a",
    ),
    DivideOfItsOwn=("PyTorch can call it only where it is a Function", "(Function)", ""),
)

# ---------------------------------------------------------------------------------------------
# E26.2 powers

spoiled(
    check_power,
    power_without_upstream=("this is the partial alone", "upstream * ctx.k", "ctx.k"),
    power_without_the_factor=("it is missing", "ctx.k * x", "x"),
    power_with_the_whole_exponent=("not lowered by 1", "(ctx.k - 1)", "ctx.k"),
    power_without_brackets=("x**k - 1 is (x**k) - 1", "x ** (ctx.k - 1)", "x**ctx.k - 1"),
    power_without_none=("an argument without a gradient gets None", ", None", ""),
    power_with_a_zero=("PyTorch refuses any in its place", ", None", ", 0.0"),
    PowerThatSavesTheNumber=(
        "a plain number becomes an attribute",
        "backward(x)",
        "backward(x, k)",
    ),
    PowerThatKeepsTheExponentOnTheClass=(
        "what was kept belongs to the second call",
        "ctx.k = k",
        "Power.k = k",
        "ctx.k * x ** (ctx.k",
        "Power.k * x ** (Power.k",
    ),
    PowerOfOneNumber=("use operators alone", "return x**k", "import math; return math.pow(x, k)"),
)


@wrong_answer(check_power, says="a plain function")
def power_that_is_no_class(ctx, x, k):
    return x**k
