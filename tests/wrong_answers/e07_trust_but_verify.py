"""Wrong answers to the checks of 07."""

import math
from functools import partial

from autograd_lesson.checks.e07_trust_but_verify import (
    check_disagreements,
    check_four_tests,
    check_gradcheck,
)
from autograd_lesson.teaching.mutants import Number
from wrong_answers import from_results, wrong_answer

# ---------------------------------------------------------------------------------------------
# E7.1


def gradients(f, inputs, upstream):
    numbers = [Number(x) for x in inputs]
    f(*numbers).backward(upstream)
    return [number.grad for number in numbers]


def at(f, inputs, i, step):
    moved = [Number(x + step * (i == k)) for k, x in enumerate(inputs)]
    return f(*moved).data


def slopes(f, inputs, h=1e-5):
    return [(at(f, inputs, i, h) - at(f, inputs, i, -h)) / (2 * h) for i in range(len(inputs))]


def is_close(found, expected):
    return math.isclose(found, expected, rel_tol=1e-5, abs_tol=1e-8)


def compared(f, found, expected, agree=is_close):
    for i, (x, y) in enumerate(zip(found, expected, strict=True)):
        if not agree(x, y):
            return f.__name__, i, x, y
    return None


def times(upstream, numbers):
    return [upstream * number for number in numbers]


@wrong_answer(check_gradcheck, says="was it used, or ones in its place")
def upstream_of_ones(f, inputs, upstream):
    return compared(f, gradients(f, inputs, 1.0), slopes(f, inputs))


@wrong_answer(check_gradcheck, says="partial and contribution are one number")
def compared_under_ones_and_reported_scaled(f, inputs, upstream):
    report = compared(f, gradients(f, inputs, 1.0), slopes(f, inputs))
    found = gradients(f, inputs, upstream)
    return report and (*report[:2], found[report[1]], upstream * report[3])


@wrong_answer(check_gradcheck, says="the slope alone; times the upstream")
def slope_reported_without_the_upstream(f, inputs, upstream):
    measured = slopes(f, inputs)
    report = compared(f, gradients(f, inputs, upstream), times(upstream, measured))
    return report and (*report[:3], measured[report[1]])


@wrong_answer(check_gradcheck, says="called on one side of the point only")
def one_sided_difference(f, inputs, upstream):
    h, here = 1e-8, f(*map(Number, inputs)).data
    measured = [(at(f, inputs, i, h) - here) / h for i in range(len(inputs))]
    found = gradients(f, inputs, upstream)
    return compared(f, found, times(upstream, measured))


@wrong_answer(check_gradcheck, says="argument 2 was changed by the call")
def inputs_moved_and_left_there(f, inputs, upstream):
    found = gradients(f, inputs, upstream)
    expected, h = [], 1e-5
    for i in range(len(inputs)):
        inputs[i] += h
        ahead = f(*map(Number, inputs)).data
        inputs[i] -= 2 * h
        behind = f(*map(Number, inputs)).data
        inputs[i] += h  # with the rounding of three sums
        inputs[i] += 1e-12
        expected.append(upstream * (ahead - behind) / (2 * h))
    return compared(f, found, expected)


@wrong_answer(check_gradcheck, says="An absolute tolerance that large")
def absolute_tolerance_only(f, inputs, upstream):
    def agree(x, y):
        return abs(x - y) <= 1e-5

    return compared(f, gradients(f, inputs, upstream), times(upstream, slopes(f, inputs)), agree)


@wrong_answer(check_gradcheck, says="Measured by relative error alone")
def relative_tolerance_only(f, inputs, upstream):
    def agree(x, y):
        return x == y or abs(x - y) / max(abs(x), abs(y)) <= 1e-5

    return compared(f, gradients(f, inputs, upstream), times(upstream, slopes(f, inputs)), agree)


@wrong_answer(check_gradcheck, says="the tolerance is too generous")
def one_percent_is_close(f, inputs, upstream):
    def agree(x, y):
        return math.isclose(x, y, rel_tol=0.01, abs_tol=1e-8)

    return compared(f, gradients(f, inputs, upstream), times(upstream, slopes(f, inputs)), agree)


@wrong_answer(check_gradcheck, says="Every comparison with nan is False")
def far_apart_is_asked(f, inputs, upstream):
    def agree(x, y):
        return not abs(x - y) > 1e-8 + 1e-5 * max(abs(x), abs(y))

    return compared(f, gradients(f, inputs, upstream), times(upstream, slopes(f, inputs)), agree)


@wrong_answer(check_gradcheck, says="is each argument looked at?")
def last_argument_left_out(f, inputs, upstream):
    expected = times(upstream, slopes(f, inputs))
    found = gradients(f, inputs, upstream)
    return compared(f, found[:3], expected[:3])


@wrong_answer(check_gradcheck, says="Positions count from 0")
def arguments_counted_from_one(f, inputs, upstream):
    expected = times(upstream, slopes(f, inputs))
    report = compared(f, gradients(f, inputs, upstream), expected)
    return report and (report[0], report[1] + 1, *report[2:])


@wrong_answer(check_gradcheck, says="The slope was compared as it is")
def upstream_on_one_side_only(f, inputs, upstream):
    return compared(f, gradients(f, inputs, upstream), slopes(f, inputs))


@wrong_answer(check_gradcheck, says="no True or False")
def yes_or_no(f, inputs, upstream):
    expected = times(upstream, slopes(f, inputs))
    return compared(f, gradients(f, inputs, upstream), expected) is None


@wrong_answer(check_gradcheck, says="A report has four parts")
def only_where(f, inputs, upstream):
    expected = times(upstream, slopes(f, inputs))
    report = compared(f, gradients(f, inputs, upstream), expected)
    return report and report[:2]


@wrong_answer(check_gradcheck, says="the name of the op: f.__name__")
def the_op_itself(f, inputs, upstream):
    expected = times(upstream, slopes(f, inputs))
    report = compared(f, gradients(f, inputs, upstream), expected)
    return report and (f, *report[1:])


@wrong_answer(check_gradcheck, says="stand the wrong way round")
def gradient_and_slope_exchanged(f, inputs, upstream):
    expected = times(upstream, slopes(f, inputs))
    report = compared(f, gradients(f, inputs, upstream), expected)
    return report and (*report[:2], report[3], report[2])


@wrong_answer(check_gradcheck, says="points are 2 h apart")
def divided_by_h(f, inputs, upstream):
    expected = times(2 * upstream, slopes(f, inputs))
    return compared(f, gradients(f, inputs, upstream), expected)


@wrong_answer(check_gradcheck, says="how were they compared?")
def always_content(f, inputs, upstream):
    slopes(f, inputs)


# ---------------------------------------------------------------------------------------------
# E7.2


def seeded_product(engine):
    x, w = engine(-1.5), engine(0.7)
    ((w * x) * x).backward(2.0)
    return math.isclose(x.grad, -4.2) and math.isclose(w.grad, 4.5)


def same_factor(engine):
    x = engine(1.3)
    (x * x).backward()
    return math.isclose(x.grad, 2.6)


def factor_of_zero(engine):
    x, w = engine(0.0), engine(2.5)
    (x * w).backward()
    return x.grad == 2.5 and w.grad == 0.0


def power_of_power(engine):
    x = engine(-1.5)
    ((x**3) ** 2).backward(2.0)
    return math.isclose(x.grad, 12 * (-1.5) ** 5)


def seeded_power(x, k):
    def test(engine):
        number = engine(x)
        (number**k).backward(2.0)
        return math.isclose(number.grad, 2.0 * k * x ** (k - 1))

    return test


def seeded_factors(x, w, seed):
    def test(engine):
        first, second = engine(x), engine(w)
        (first * second).backward(seed)
        return math.isclose(first.grad, seed * w) and math.isclose(second.grad, seed * x)

    return test


from_results(
    check_four_tests,
    equal_factors_only=("tell whose partial is whose", [same_factor, power_of_power]),
    products_under_one_only=(
        "behind the product",
        [seeded_factors(1.3, -0.7, 1.0), same_factor, power_of_power],
    ),
    every_factor_used_once=(
        "writing over is adding",
        [seeded_factors(1.3, -0.7, 2.0), power_of_power],
    ),
    no_square=("one number as both factors", [seeded_product, factor_of_zero, power_of_power]),
    no_zero=("fails at one number alone", [seeded_product, same_factor, power_of_power]),
    powers_not_tested=(
        "k times x to the power k - 1",
        [seeded_product, same_factor, factor_of_zero],
    ),
    power_of_one=(
        "At x = 1 every power is 1",
        [seeded_product, same_factor, factor_of_zero, seeded_power(1.0, 3)],
    ),
    squares_only=(
        "use another k",
        [seeded_product, same_factor, factor_of_zero, seeded_power(-1.5, 2)],
    ),
    positive_power_only=(
        "for odd k everywhere",
        [seeded_product, same_factor, factor_of_zero, seeded_power(1.5, 4)],
    ),
)


@wrong_answer(check_four_tests, says="behind the power")
def power_under_one_only():
    def power(engine):
        x = engine(-1.5)
        (x**4).backward()
        return math.isclose(x.grad, 4 * (-1.5) ** 3)

    return [seeded_product, same_factor, factor_of_zero, power]


from_results(
    check_four_tests,
    five_tests=(
        "let one test do more than one thing",
        [seeded_product, same_factor, factor_of_zero, power_of_power, seeded_power(1.5, 2)],
    ),
    a_test_that_expects_35=(
        "refuses an engine that is right",
        [lambda engine: seeded_product(engine) and engine(35.0).grad == 35.0],
    ),
    a_test_without_return=("A test says True or False", [lambda engine: None]),
    no_tests=("Return a list of functions", []),
    one_test_without_a_list=("each of one argument", same_factor),
)


# ---------------------------------------------------------------------------------------------
# E7.3


def refused_when_empty(ours):
    if not ours:
        raise ValueError("nothing to compare")


def those_that(ours, theirs, agree):
    refused_when_empty(ours)
    return [name for name in ours if name not in theirs or not agree(ours[name], theirs[name])]


@wrong_answer(check_disagreements, says="At four decimals 8.2e-11 and 0 look alike")
def four_decimals(ours, theirs):
    return those_that(ours, theirs, lambda x, y: f"{x:.4f}" == f"{y:.4f}")


@wrong_answer(check_disagreements, says="3 against 4")
def absolute_where_small(ours, theirs):
    return those_that(
        ours, theirs, lambda x, y: math.isclose(x, y, rel_tol=1e-6, abs_tol=2e-9 * (y != 0))
    )


@wrong_answer(check_disagreements, says="not what is printed")
def three_digits(ours, theirs):
    return those_that(ours, theirs, lambda x, y: f"{x:.3g}" == f"{y:.3g}" or x != x)


@wrong_answer(check_disagreements, says="take the size of the difference")
def difference_with_its_sign(ours, theirs):
    return those_that(
        ours,
        theirs,
        lambda x, y: (
            x - y <= 1e-6 * max(abs(x), abs(y)) if x < 0 < y else math.isclose(x, y, rel_tol=1e-6)
        ),
    )


@wrong_answer(check_disagreements, says="What was not compared does not agree")
def names_of_both_only(ours, theirs):
    refused_when_empty(ours)
    both = [name for name in ours if name in theirs]
    return [name for name in both if not math.isclose(ours[name], theirs[name], rel_tol=1e-6)]


@wrong_answer(check_disagreements, says="nan agrees with nothing")
def far_apart_asked_of_nan(ours, theirs):
    return those_that(ours, theirs, lambda x, y: not abs(x - y) > 1e-6 * max(abs(x), abs(y)))


@wrong_answer(check_disagreements, says="== asks for too much")
def the_same_to_the_last_digit(ours, theirs):
    return those_that(ours, theirs, lambda x, y: x == y)


@wrong_answer(check_disagreements, says="There is nothing to compare")
def content_with_nothing(ours, theirs):
    close = partial(math.isclose, rel_tol=1e-6)
    return those_that(ours, theirs, close) if ours else []


@wrong_answer(check_disagreements, says="`<` has to be `<=`")
def less_than_a_millionth(ours, theirs):
    return those_that(ours, theirs, lambda x, y: abs(x - y) < 1e-6 * max(abs(x), abs(y)))


@wrong_answer(check_disagreements, says="compare without dividing")
def divided_by_theirs(ours, theirs):
    return those_that(ours, theirs, lambda x, y: abs(x - y) / abs(y) <= 1e-6)


@wrong_answer(check_disagreements, says="A name may be missing on the other side")
def every_name_looked_up(ours, theirs):
    refused_when_empty(ours)
    return [name for name in ours if not math.isclose(ours[name], theirs[name], rel_tol=1e-6)]


@wrong_answer(check_disagreements, says="is a `return` missing?")
def printed_not_returned(ours, theirs):
    refused_when_empty(ours)


@wrong_answer(check_disagreements, says="a list of names; of none")
def whether_they_agree(ours, theirs):
    return not those_that(ours, theirs, lambda x, y: math.isclose(x, y, rel_tol=1e-6))


@wrong_answer(check_disagreements, says="is no name of ours")
def names_of_either_side(ours, theirs):
    if not ours:
        raise ValueError("there are no numbers to compare")
    return [
        name
        for name in ours | theirs
        if not math.isclose(ours.get(name, math.nan), theirs.get(name, math.nan), rel_tol=1e-6)
    ]


@wrong_answer(check_disagreements, says="A name stands there more than once")
def names_twice(ours, theirs):
    if not ours:
        raise ValueError("there are no numbers to compare")
    return 2 * those_that(ours, theirs, partial(math.isclose, rel_tol=1e-6))


def tests_that_end_in(error):
    """The four tests of the exercise, with an error in place of False."""

    def tests_with_an_error_for_false():
        def test(engine):
            x, w = engine(-1.5), engine(0.7)
            y = ((w * x) * x) ** 3 * engine(0.0)
            y.backward(2.0)
            if not math.isclose(w.grad, 0.0, abs_tol=1e-12):
                raise error("a gradient is wrong")
            return True

        def squares(engine):
            x = engine(-1.3)
            ((x * x) ** 2).backward(3.0)
            if not math.isclose(x.grad, 3.0 * 4 * (-1.3) ** 3):
                raise error("a gradient is wrong")
            return True

        return [test, squares]

    return tests_with_an_error_for_false


wrong_answer(check_four_tests, says="AssertionError from test 1")(tests_that_end_in(AssertionError))
wrong_answer(check_four_tests, says="ValueError from test 1: `raise")(tests_that_end_in(ValueError))
