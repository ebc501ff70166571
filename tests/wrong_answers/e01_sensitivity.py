"""Wrong answers to the checks of 01."""

from autograd_lesson.checks.e01_sensitivity import (
    check_numeric_derivative,
    check_numeric_gradient,
    check_predicted_signs,
)
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.numpy_or_not import np
from wrong_answers import from_results, from_slips, wrong_answer

# E1.1


@wrong_answer(check_numeric_derivative, says="This is a forward difference")
def derivative_from_one_side(f, x, h=1e-5):
    return (f(x + h) - f(x)) / h


@wrong_answer(check_numeric_derivative, says="This is a backward difference")
def derivative_from_the_other_side(f, x, h=1e-5):
    return (f(x) - f(x - h)) / h


@wrong_answer(check_numeric_derivative, says="This is twice the slope")
def derivative_divides_by_one_step(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / h


@wrong_answer(check_numeric_derivative, says="half a forward difference")
def derivative_divides_one_step_by_two(f, x, h=1e-5):
    return (f(x + h) - f(x)) / (2 * h)


@wrong_answer(check_numeric_derivative, says="divides by 2 and then multiplies by h")
def derivative_without_brackets_below(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / 2 * h


@wrong_answer(check_numeric_derivative, says="halved, but not divided by h")
def derivative_is_halved_only(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / 2


@wrong_answer(check_numeric_derivative, says="how far f moved")
def derivative_is_not_divided(f, x, h=1e-5):
    return f(x + h) - f(x - h)


@wrong_answer(check_numeric_derivative, says="only f(x - h) is divided")
def derivative_without_brackets_on_top(f, x, h=1e-5):
    return f(x + h) - f(x - h) / (2 * h)


@wrong_answer(check_numeric_derivative, says="sign is turned round")
def derivative_subtracts_the_wrong_way(f, x, h=1e-5):
    return (f(x - h) - f(x + h)) / (2 * h)


@wrong_answer(check_numeric_derivative, says="came out whole")
def derivative_of_whole_numbers(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) // (2 * h)


@wrong_answer(check_numeric_derivative, says="rounded to 6 decimals")
def derivative_is_rounded(f, x, h=1e-5):
    return round((f(x + h) - f(x - h)) / (2 * h), 6)


@wrong_answer(check_numeric_derivative, says="x was made a whole number")
def derivative_works_for_ints_only(f, x, h=1e-5):
    x = int(x)
    return (f(x + h) - f(x - h)) / (2 * h)


@wrong_answer(check_numeric_derivative, says="keeps whole numbers whole")
def derivative_breaks_for_ints(f, x, h=1e-5):
    points = np.array([x, x])
    points[0] += h
    points[1] -= h
    return (f(points[0]) - f(points[1])) / (2 * h)


@wrong_answer(check_numeric_derivative, says="the h given is not used")
def derivative_has_its_own_step(f, x, h=1e-5):
    step = 1e-5
    return (f(x + step) - f(x - step)) / (2 * step)


@wrong_answer(check_numeric_derivative, says="with the default they are not")
def derivative_with_a_default_far_too_small(f, x, h=1e-15):
    return (f(x + h) - f(x - h)) / (2 * h)


@wrong_answer(check_numeric_derivative, says="From h = 0.1 to h = 0.01 your error goes from")
def derivative_between_unequal_steps(f, x, h=1e-5):
    return (f(x + 2 * h) - f(x - h)) / (3 * h)


@wrong_answer(check_numeric_derivative, says="is the function itself")
def derivative_nudges_the_function(f, x, h=1e-5):
    return (f + h - f(x - h)) / (2 * h)


@wrong_answer(check_numeric_derivative, says="Brackets straight after a number")
def derivative_calls_a_number(f, x, h=1e-5):
    two = 2
    return (f(x + h) - f(x - h)) / two(h)


@wrong_answer(check_numeric_derivative, says="is a `return` missing?")
def derivative_is_computed_and_dropped(f, x, h=1e-5):
    (f(x + h) - f(x - h)) / (2 * h)


# E1.2


@wrong_answer(check_numeric_gradient, says="makes no second list")
def gradient_with_two_names_for_one_list(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        ahead = xs
        behind = xs
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(*ahead) - f(*behind)) / (2 * h))
    return slopes


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


@wrong_answer(check_numeric_gradient, says="their order is not")
def gradient_backwards(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        ahead, behind = list(xs), list(xs)
        ahead[i] += h
        behind[i] -= h
        slopes.insert(0, (f(*ahead) - f(*behind)) / (2 * h))
    return slopes


@wrong_answer(check_numeric_gradient, says="These are forward differences")
def gradient_from_one_side(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        ahead = list(xs)
        ahead[i] += h
        slopes.append((f(*ahead) - f(*xs)) / h)
    return slopes


@wrong_answer(check_numeric_gradient, says="all inputs were nudged at once")
def gradient_nudges_all_at_once(f, xs, h=1e-5):
    ahead = [x + h for x in xs]
    behind = [x - h for x in xs]
    return [(f(*ahead) - f(*behind)) / (2 * h) for _ in xs]


@wrong_answer(check_numeric_gradient, says="each later one contains those before it")
def gradient_copies_only_once(f, xs, h=1e-5):
    ahead, behind, slopes = list(xs), list(xs), []
    for i in range(len(xs)):
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(*ahead) - f(*behind)) / (2 * h))
    return slopes


@wrong_answer(check_numeric_gradient, says="twice what it should be")
def gradient_divides_by_one_step(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        ahead, behind = list(xs), list(xs)
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(*ahead) - f(*behind)) / h)
    return slopes


@wrong_answer(check_numeric_gradient, says="half of what it should be")
def gradient_copies_a_nudged_list(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        ahead = list(xs)
        ahead[i] += h
        behind = list(ahead)
        behind[i] -= h
        slopes.append((f(*ahead) - f(*behind)) / (2 * h))
    return slopes


@wrong_answer(check_numeric_gradient, says="Every sign is turned round")
def gradient_subtracts_the_wrong_way(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        ahead, behind = list(xs), list(xs)
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(*behind) - f(*ahead)) / (2 * h))
    return slopes


@wrong_answer(check_numeric_gradient, says="divides by 2 and then multiplies by h")
def gradient_without_brackets_below(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        ahead, behind = list(xs), list(xs)
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(*ahead) - f(*behind)) / 2 * h)
    return slopes


@wrong_answer(check_numeric_gradient, says="the h given is not used")
def gradient_has_its_own_step(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        ahead, behind = list(xs), list(xs)
        ahead[i] += 1e-6
        behind[i] -= 1e-6
        slopes.append((f(*ahead) - f(*behind)) / 2e-6)
    return slopes


@wrong_answer(check_numeric_gradient, says="Something keeps whole numbers whole")
def gradient_breaks_for_ints(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        ahead, behind = np.array(xs), np.array(xs)
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(*ahead) - f(*behind)) / (2 * h))
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


@wrong_answer(check_numeric_gradient, says="a row of numbers is asked for".capitalize())
def gradient_is_an_array_of_rows(f, xs, h=1e-5):
    steps = h * np.eye(len(xs))
    return np.array([[(f(*(xs + s)) - f(*(xs - s))) / (2 * h)] for s in steps])


@wrong_answer(check_numeric_gradient, says="rounded to 6 decimals")
def gradient_is_rounded(f, xs, h=1e-5):
    steps = h * np.eye(len(xs))
    return [round((f(*(xs + s)) - f(*(xs - s))) / (2 * h), 6) for s in steps]


@wrong_answer(check_numeric_gradient, says="The list has 1 items")
def gradient_returns_inside_the_loop(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        ahead, behind = list(xs), list(xs)
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(*ahead) - f(*behind)) / (2 * h))
        return slopes


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


@wrong_answer(check_numeric_derivative, says="a call of `gradient` of numpy")
def derivative_by_numpy(f, x, h=1e-5):
    return np.gradient([f(x - h), f(x), f(x + h)], h)[1]


@wrong_answer(check_numeric_gradient, says="a call of `numerical_gradient` of the package")
def gradient_by_the_package(f, xs, h=1e-5):
    return numerical_gradient(f, xs, h)
