"""Wrong answers to the checks of 29."""

import math

from autograd_lesson.checks.e29_where_there_is_no_slope import (
    check_is_allowed,
    check_quarrel,
    check_shared_maximum,
)
from wrong_answers import from_slips, wrong_answer

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


def numbers(pull, push, xs, vs):
    contributions = pull(1.0, xs)
    reverse = sum(c * v for c, v in zip(contributions, vs, strict=True) if v != 0.0)
    return reverse, push(xs, vs)


def verdict(reverse, forward, rel=1e-9, tiny=1e-12):
    if math.isclose(reverse, forward, rel_tol=rel, abs_tol=tiny):
        return None
    return None if math.isnan(reverse) and math.isnan(forward) else (reverse, forward)


@wrong_answer(check_quarrel, says="close, not equal")
def quarrel_compares_for_equality(pull, push, xs, vs):
    reverse, forward = numbers(pull, push, xs, vs)
    return None if reverse == forward else (reverse, forward)


@wrong_answer(check_quarrel, says="up to 1e-12 is allowed")
def quarrel_by_relative_error_alone(pull, push, xs, vs):
    return verdict(*numbers(pull, push, xs, vs), tiny=0.0)


@wrong_answer(check_quarrel, says="inf minus inf is nan")
def quarrel_by_the_difference(pull, push, xs, vs):
    reverse, forward = numbers(pull, push, xs, vs)
    if math.isnan(reverse) and math.isnan(forward):
        return None
    near = abs(reverse - forward) <= 1e-12 + 1e-9 * min(abs(reverse), abs(forward))
    return None if near and math.isfinite(reverse) else (reverse, forward)


@wrong_answer(check_quarrel, says="nan by both ways is one answer")
def quarrel_takes_every_nan_for_a_fault(pull, push, xs, vs):
    reverse, forward = numbers(pull, push, xs, vs)
    is_close = math.isclose(reverse, forward, rel_tol=1e-9, abs_tol=1e-12)
    return None if is_close else (reverse, forward)


@wrong_answer(check_quarrel, says="inf times 0 is nan")
def quarrel_counts_what_stands_still(pull, push, xs, vs):
    reverse = sum(c * v for c, v in zip(pull(1.0, xs), vs, strict=True))
    return verdict(reverse, push(xs, vs))


@wrong_answer(check_quarrel, says="not whether they are far apart")
def quarrel_asks_whether_they_are_far_apart(pull, push, xs, vs):
    reverse, forward = numbers(pull, push, xs, vs)
    if reverse == forward or not abs(reverse - forward) > 1e-9 * abs(forward) + 1e-12:
        return None
    return reverse, forward


@wrong_answer(check_quarrel, says="inf and -inf")
def quarrel_takes_infinities_for_one(pull, push, xs, vs):
    reverse, forward = numbers(pull, push, xs, vs)
    return None if math.isinf(reverse) and math.isinf(forward) else verdict(reverse, forward)


@wrong_answer(check_quarrel, says="too generous")
def quarrel_with_a_generous_tolerance(pull, push, xs, vs):
    return verdict(*numbers(pull, push, xs, vs), rel=1e-5)


@wrong_answer(check_quarrel, says="is every operand in the sum")
def quarrel_of_the_first_two_operands(pull, push, xs, vs):
    reverse = sum(c * v for c, v in list(zip(pull(1.0, xs), vs, strict=True))[:2] if v != 0.0)
    found = verdict(reverse, push(xs, vs))
    return None if found and len(xs) == 3 else found


@wrong_answer(check_quarrel, says="reverse number comes first")
def quarrel_with_forward_first(pull, push, xs, vs):
    found = verdict(*numbers(pull, push, xs, vs))
    return found and found[::-1]


@wrong_answer(check_quarrel, says="None where both agree, and no True or False")
def quarrel_says_true(pull, push, xs, vs):
    return verdict(*numbers(pull, push, xs, vs)) is None


@wrong_answer(check_quarrel, says="a pair of numbers, or None")
def quarrel_tells_the_reverse_number_alone(pull, push, xs, vs):
    found = verdict(*numbers(pull, push, xs, vs))
    return found and found[0]


@wrong_answer(check_quarrel, says="two ways give different numbers")
def quarrel_finds_none(pull, push, xs, vs):
    return None


@wrong_answer(check_quarrel, says="what `push(xs, vs)` returns")
def quarrel_tells_the_difference_second(pull, push, xs, vs):
    found = verdict(*numbers(pull, push, xs, vs))
    return found and (found[0], found[0] - found[1] + 1.0)


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


@wrong_answer(check_shared_maximum, says="Two things are asked for")
def maximum_on_the_way_back_alone(xs, g, vs):
    return [g / xs.count(max(xs)) if x == max(xs) else 0.0 for x in xs]
