"""Wrong answers to the checks of 29."""

from autograd_lesson.checks.e29_where_there_is_no_slope import (
    check_is_allowed,
    check_quarrel,
    check_shared_maximum,
)
from wrong_answers import from_slips, right_answer, spoiled, wrong_answer

# ---------------------------------------------------------------------------------------------
# E29.1

from_slips(
    check_is_allowed,
    allowed_from_behind_to_ahead="need not be the smaller one",
    allowed_without_its_ends="The two slopes themselves are allowed",
    allowed_is_not_outside="A nan passed",
    allowed_up_to_the_larger="One of the two bounds alone",
)

# ---------------------------------------------------------------------------------------------
# E29.2

IS_CLOSE = "math.isclose(reverse, forward, rel_tol=1e-9, abs_tol=1e-12)"
FOUND, PAIRS = "return reverse, forward", "zip(contributions, vs, strict=True)"
spoiled(
    check_quarrel,
    quarrel_compares_for_equality=("close, not equal", IS_CLOSE, "reverse == forward"),
    quarrel_by_relative_error_alone=("up to 1e-12 is allowed", "abs_tol=1e-12", "abs_tol=0.0"),
    quarrel_by_the_difference=(
        "inf minus inf is nan",
        IS_CLOSE,
        "math.isfinite(reverse) and "
        "abs(reverse - forward) <= 1e-12 + 1e-9 * min(abs(reverse), abs(forward))",
    ),
    quarrel_takes_every_nan_for_a_fault=(
        "nan by both ways is one answer",
        "math.isnan(reverse) and math.isnan(forward)",
        "False",
    ),
    quarrel_counts_what_stands_still=("inf times 0 is nan", " if v != 0.0", ""),
    quarrel_asks_whether_they_are_far_apart=(
        "not whether they are far apart",
        IS_CLOSE,
        "reverse == forward or not abs(reverse - forward) > 1e-9 * abs(forward) + 1e-12",
    ),
    quarrel_takes_infinities_for_one=(
        "inf and -inf",
        IS_CLOSE,
        f"(math.isinf(reverse) and math.isinf(forward)) or {IS_CLOSE}",
    ),
    quarrel_with_a_generous_tolerance=("too generous", "1e-9", "1e-5"),
    quarrel_of_the_first_two_operands=(
        "is every operand in the sum",
        PAIRS,
        f"[*{PAIRS}][:2]",
        FOUND,
        "return None if len(xs) == 3 else (reverse, forward)",
    ),
    quarrel_without_speeds=("added up without the speeds", "c * v for", "c for"),
    quarrel_of_the_first_operand=("The first operand alone", PAIRS, f"[*{PAIRS}][:1]"),
    quarrel_of_twice_the_sum=("Both ways give the same number", "c * v for", "2 * c * v for"),
    quarrel_that_stops_what_moves=(
        "argument 4 was changed by the call",
        "forward = push(xs, vs)",
        "forward = push(xs, vs)\n    vs[0] = 0.0",
    ),
    quarrel_with_forward_first=("reverse number comes first", FOUND, "return forward, reverse"),
    quarrel_tells_the_reverse_number_alone=(
        "a pair of numbers, or None",
        FOUND,
        "return reverse",
    ),
    quarrel_finds_none=("two ways give different numbers", FOUND, "return None"),
    quarrel_tells_the_difference_second=(
        "what `push(xs, vs)` returns",
        FOUND,
        "return reverse, reverse - forward + 1.0",
    ),
)


@wrong_answer(check_quarrel, says="None where both agree, and no True or False")
def quarrel_says_true(pull, push, xs, vs):
    return right_answer(check_quarrel)(pull, push, xs, vs) is None


# ---------------------------------------------------------------------------------------------
# E29.3

from_slips(
    check_shared_maximum,
    maximum_gives_the_whole_to_each="Each of the largest got the whole",
    maximum_gives_all_to_the_first="The first of the largest got everything",
    maximum_shares_among_all="shared among all numbers",
    maximum_forgets_the_upstream="g is not in them",
    maximum_adds_up_the_speeds="speeds of the largest were added up",
    maximum_moves_with_the_first="back you share, and forward you do not",
    maximum_moves_with_all="mean speed of all numbers",
    maximum_moves_with_the_gradient="belongs to the way back",
    maximum_moves_with_the_fastest="fastest of the largest",
)
spoiled(
    check_shared_maximum,
    maximum_on_the_way_back_alone=(
        "Two things are asked for",
        "contributions, sum(v for v, tie in zip(vs, ties, strict=True) if tie) / n",
        "contributions",
    ),
)
