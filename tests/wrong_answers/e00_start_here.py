"""Wrong answers to the checks of 00."""

import math

from autograd_lesson.checks.e00_start_here import check_midpoint, check_slope
from wrong_answers import from_slips, wrong_answer

from_slips(
    check_midpoint,
    midpoint_divides_before_it_adds="`a` plus half of `b`",
    midpoint_forgets_where_it_started="half the way from `a` to `b`",
    midpoint_of_whole_numbers="rounded down",
    midpoint_is_not_halved="This is the sum",
)


@wrong_answer(check_midpoint, says="is a `return` missing?")
def midpoint_is_computed_and_dropped(a, b):
    (a + b) / 2


from_slips(
    check_slope,
    slope_without_brackets="Without brackets",
    slope_upside_down="run over the rise",
    slope_with_one_difference_backwards="sign is turned round",
    slope_is_not_divided="rise alone",
    slope_of_whole_numbers="rounded down",
)


@wrong_answer(check_slope, says="is a `return` missing?")
def slope_is_printed_not_returned(x0, y0, x1, y1):
    _ = (y1 - y0) / (x1 - x0)


@wrong_answer(check_slope, says="rounded to 2 decimals")
def slope_rounded_to_cents(x0, y0, x1, y1):
    return round((y1 - y0) / (x1 - x0), 2)


@wrong_answer(check_slope, says="All that came out is whole")
def slope_rounded_up(x0, y0, x1, y1):
    return math.ceil((y1 - y0) / (x1 - x0))
