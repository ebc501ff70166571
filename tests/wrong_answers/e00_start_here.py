"""Wrong answers to the checks of 00."""

from autograd_lesson.checks.e00_start_here import check_midpoint, check_slope
from wrong_answers import wrong_answer


@wrong_answer(check_midpoint, says="`a` plus half of `b`")
def midpoint_divides_before_it_adds(a, b):
    return a + b / 2


@wrong_answer(check_midpoint, says="half the way from `a` to `b`")
def midpoint_forgets_where_it_started(a, b):
    return (b - a) / 2


@wrong_answer(check_midpoint, says="rounded down")
def midpoint_of_whole_numbers(a, b):
    return (a + b) // 2


@wrong_answer(check_midpoint, says="This is the sum")
def midpoint_is_not_halved(a, b):
    return a + b


@wrong_answer(check_midpoint, says="is a `return` missing?")
def midpoint_is_computed_and_dropped(a, b):
    (a + b) / 2


@wrong_answer(check_slope, says="Without brackets")
def slope_without_brackets(x0, y0, x1, y1):
    return y1 - y0 / x1 - x0


@wrong_answer(check_slope, says="run over the rise")
def slope_upside_down(x0, y0, x1, y1):
    return (x1 - x0) / (y1 - y0)


@wrong_answer(check_slope, says="sign is turned round")
def slope_with_one_difference_backwards(x0, y0, x1, y1):
    return (y0 - y1) / (x1 - x0)


@wrong_answer(check_slope, says="rise alone")
def slope_is_not_divided(x0, y0, x1, y1):
    return y1 - y0


@wrong_answer(check_slope, says="rounded down")
def slope_of_whole_numbers(x0, y0, x1, y1):
    return (y1 - y0) // (x1 - x0)


@wrong_answer(check_slope, says="is a `return` missing?")
def slope_is_printed_not_returned(x0, y0, x1, y1):
    _ = (y1 - y0) / (x1 - x0)
