"""Wrong answers to the checks of 01."""

from autograd_lesson.checks.e01_sensitivity import (
    check_numeric_derivative,
    check_numeric_gradient,
    check_predicted_signs,
)
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.numpy_or_not import np
from wrong_answers import from_results, from_slips, spoiled, wrong_answer

# E1.1

spoiled(
    check_numeric_derivative,
    derivative_from_one_side=("This is a forward difference", "f(x - h)) / (2 * h)", "f(x)) / h"),
    derivative_from_the_other_side=(
        "This is a backward difference",
        "f(x + h) - f(x - h)) / (2 * h)",
        "f(x) - f(x - h)) / h",
    ),
    derivative_is_never_below_zero=(
        "Here f falls",
        "(f(x + h) - f(x - h))",
        "abs(f(x + h) - f(x - h))",
    ),
    derivative_is_rounded_where_it_is_small=(
        "something cuts off what is small",
        "(f(x + h) - f(x - h)) / (2 * h)",
        "round((f(x + h) - f(x - h)) / (2 * h), 4)",
    ),
    derivative_divides_by_one_step=("This is twice the slope", "(2 * h)", "h"),
    derivative_divides_one_step_by_two=("half a forward difference", "f(x - h)", "f(x)"),
    derivative_without_brackets_below=(
        "divides by 2 and then multiplies by h",
        "(2 * h)",
        "2 * h",
    ),
    derivative_is_halved_only=("halved, but not divided by h", "(2 * h)", "2"),
    derivative_is_not_divided=("how far f moved", " / (2 * h)", ""),
    derivative_without_brackets_on_top=(
        "only f(x - h) is divided",
        "(f(x + h) - f(x - h))",
        "f(x + h) - f(x - h)",
    ),
    derivative_subtracts_the_wrong_way=(
        "sign is turned round",
        "f(x + h) - f(x - h)",
        "f(x - h) - f(x + h)",
    ),
    derivative_of_whole_numbers=("came out whole", " / (", " // ("),
    derivative_is_rounded=(
        "rounded to 6 decimals",
        "return (",
        "return round((",
        "h)\n",
        "h), 6)\n",
    ),
    derivative_works_for_ints_only=("x was made a whole number", "return", "x = int(x); return"),
    derivative_has_its_own_step=("the h given is not used", "return", "h = 1e-5; return"),
    derivative_with_a_default_far_too_small=("with the default they are not", "1e-5", "1e-15"),
    derivative_between_unequal_steps=(
        "From h = 0.1 to h = 0.01 your error goes from",
        "f(x + h) - f(x - h)) / (2",
        "f(x + 2 * h) - f(x - h)) / (3",
    ),
    derivative_nudges_the_function=("is the function itself", "f(x + h)", "f + h"),
    derivative_calls_a_number=("Brackets straight after a number", "2 * h", "h(2)"),
    derivative_is_computed_and_dropped=("is a `return` missing?", "return ", ""),
)


@wrong_answer(check_numeric_derivative, says="keeps whole numbers whole")
def derivative_breaks_for_ints(f, x, h=1e-5):
    points = np.array([x, x])
    points[0] += h
    points[1] -= h
    return (f(points[0]) - f(points[1])) / (2 * h)


@wrong_answer(check_numeric_derivative, says="a call of `gradient` of numpy")
def derivative_by_numpy(f, x, h=1e-5):
    return np.gradient([f(x - h), f(x), f(x + h)], h)[1]


# E1.2

COPIES = "ahead, behind = list(xs), list(xs)"
spoiled(
    check_numeric_gradient,
    gradient_with_two_names_for_one_list=("makes no second list", COPIES, "ahead = behind = xs"),
    gradient_backwards=("their order is not", "slopes.append(", "slopes.insert(0, "),
    gradient_from_one_side=("These are forward differences", "behind[i] -= h", "", "(2 * h)", "h"),
    gradient_nudges_all_at_once=(
        "all inputs were nudged at once",
        "ahead[i] += h\n        behind[i] -= h",
        "ahead, behind = [x + h for x in xs], [x - h for x in xs]",
    ),
    gradient_copies_only_once=(
        "each later one contains those before it",
        f"for i in range(len(xs)):\n        {COPIES}",
        f"{COPIES}\n    for i in range(len(xs)):",
    ),
    gradient_divides_by_one_step=("twice what it should be", "(2 * h)", "h"),
    gradient_copies_a_nudged_list=(
        "half of what it should be",
        "behind[i]",
        "behind = list(ahead); behind[i]",
    ),
    gradient_subtracts_the_wrong_way=(
        "Every sign is turned round",
        "f(*ahead) - f(*behind)",
        "f(*behind) - f(*ahead)",
    ),
    gradient_without_brackets_below=("divides by 2 and then multiplies by h", "(2 * h)", "2 * h"),
    gradient_has_its_own_step=("the h given is not used", "slopes = []", "slopes, h = [], 1e-6"),
    gradient_breaks_for_ints=(
        "Something keeps whole numbers whole",
        COPIES,
        "from autograd_lesson.numpy_or_not import np; ahead, behind = np.array(xs), np.array(xs)",
    ),
    gradient_returns_inside_the_loop=(
        "1 item where 2 are asked for. A `return` inside",
        "    return",
        "        return",
    ),
)


@wrong_answer(check_numeric_gradient, says="nudged and left so")
def gradient_leaves_xs_nudged(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        here = xs[i]
        xs[i] = here + h
        above = f(*xs)
        xs[i] = here - h
        slopes.append((above - f(*xs)) / (2 * h))
    return slopes


@wrong_answer(check_numeric_gradient, says="does not always lead back")
def gradient_puts_back_by_subtracting(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        xs[i] += h
        above = f(*xs)
        xs[i] -= 2 * h
        slopes.append((above - f(*xs)) / (2 * h))
        xs[i] += h
    return slopes


@wrong_answer(check_numeric_gradient, says="number 1, counting from 0")
def gradient_nudges_the_first_input_only(f, xs, h=1e-5):
    ahead, behind = list(xs), list(xs)
    ahead[0] += h
    behind[0] -= h
    first = (f(*ahead) - f(*behind)) / (2 * h)
    return [first] + [0.0] * (len(xs) - 1)


@wrong_answer(check_numeric_gradient, says="write the star")
def gradient_hands_over_the_list(f, xs, h=1e-5):
    ahead, behind = list(xs), list(xs)
    return [(f(ahead) - f(behind)) / (2 * h)]


@wrong_answer(check_numeric_gradient, says="A row of numbers is asked for")
def gradient_is_an_array_of_rows(f, xs, h=1e-5):
    steps = h * np.eye(len(xs))
    return np.array([[(f(*(xs + s)) - f(*(xs - s))) / (2 * h)] for s in steps])


@wrong_answer(check_numeric_gradient, says="rounded to 6 decimals")
def gradient_is_rounded(f, xs, h=1e-5):
    steps = h * np.eye(len(xs))
    return [round((f(*(xs + s)) - f(*(xs - s))) / (2 * h), 6) for s in steps]


@wrong_answer(check_numeric_gradient, says="a call of `numerical_gradient` of the package")
def gradient_by_the_package(f, xs, h=1e-5):
    return numerical_gradient(f, xs, h)


# E1.3


from_slips(
    check_predicted_signs,
    signs_all_positive="right of its lowest point?",
    signs_see_only_the_square="There is a second term",
    signs_of_the_values="Is tanh(-2.9) above it or below it?",
    signs_with_flat_tails="Nearly flat is not flat",
    signs_with_a_hyperbola_that_rises_on_the_left="both are below zero",
    signs_with_a_level_hyperbola="a nudge that leaves 1 / x",
    signs_from_the_right_only="Right of x = 1 it rises, you",
    signs_from_the_left_only="Left of x = 1 it falls, you",
    signs_with_the_other_input_nudged="between a and b grow or shrink?",
    signs_with_a_distance_that_stays="between a and b still the same?",
    signs_with_every_loss_falling="bring it closer to 10?",
    signs_with_a_loss_at_its_lowest="hits 10 exactly",
)


from_results(
    check_predicted_signs,
    signs_given_as_slopes=("only the sign is asked for", [-4, 0.01, -0.25, 0, -4, 8]),
    signs_of_five=("The list has 5 items", [-1, 1, -1, 0, -1]),
    signs_as_text=("One of its items is no number but '-'", ["-", "+", "-", "0", "-", "+"]),
)
