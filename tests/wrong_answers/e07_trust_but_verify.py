"""Wrong answers to the checks of 07."""

import math

from autograd_lesson.checks.e07_trust_but_verify import (
    check_disagreements,
    check_four_tests,
    check_gradcheck,
)
from wrong_answers import from_results, right_answer, spoiled

# ---------------------------------------------------------------------------------------------
# E7.1

CLOSE = "not math.isclose(found, expected, rel_tol=1e-5, abs_tol=1e-8)"
REPORT = "f.__name__, i, found, expected"
spoiled(
    check_gradcheck,
    upstream_of_ones=(
        "was it used, or ones in its place",
        "backward(upstream)",
        "backward(1.0)",
        "upstream * (",
        "(",
    ),
    compared_under_ones_and_reported_scaled=(
        "partial and contribution are one number",
        "backward(upstream)",
        "backward(1.0)",
        "upstream * (",
        "(",
        REPORT,
        "f.__name__, i, upstream * found, upstream * expected",
    ),
    slope_reported_without_the_upstream=(
        "the slope alone; times the upstream",
        REPORT,
        f"{REPORT} / upstream",
    ),
    one_sided_difference=(
        "called on one side of the point only",
        "h, numbers = 1e-5",
        "h, numbers = 1e-8",
        "x - h",
        "x",
        "(2 * h)",
        "h",
    ),
    inputs_moved_and_left_there=(
        "argument 2 was changed by the call",
        "found, expected =",
        "inputs[i] += 1e-12; found, expected =",
    ),
    absolute_tolerance_only=(
        "An absolute tolerance that large",
        "rel_tol=1e-5, abs_tol=1e-8",
        "rel_tol=0.0, abs_tol=1e-5",
    ),
    relative_tolerance_only=("Measured by relative error alone", "abs_tol=1e-8", "abs_tol=0.0"),
    one_percent_is_close=("the tolerance is too generous", "rel_tol=1e-5", "rel_tol=0.01"),
    far_apart_is_asked=(
        "Every comparison with nan is False",
        CLOSE,
        "abs(found - expected) > 1e-8 + 1e-5 * max(abs(found), abs(expected))",
    ),
    last_argument_left_out=(
        "is each argument looked at?",
        "enumerate(inputs)",
        "enumerate(inputs[:3])",
    ),
    arguments_counted_from_one=("Positions count from 0", ", i, found", ", i + 1, found"),
    upstream_on_one_side_only=("The slope was compared as it is", "upstream * (", "("),
    yes_or_no=(
        "no True or False",
        f"return {REPORT}",
        "return False",
        "return None",
        "return True",
    ),
    only_where=("A report has four parts", REPORT, "f.__name__, i"),
    the_op_itself=("the name of the op: f.__name__", "f.__name__", "f"),
    gradient_and_slope_exchanged=(
        "stand the wrong way round",
        REPORT,
        "f.__name__, i, expected, found",
    ),
    divided_by_h=("points are 2 h apart", "(2 * h)", "h"),
    always_content=("how were they compared?", f"return {REPORT}", "pass"),
)

# ---------------------------------------------------------------------------------------------
# E7.2

PRODUCT, SQUARE, ZERO, POWER = right_answer(check_four_tests)()


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
    equal_factors_only=("tell whose partial is whose", [SQUARE, POWER]),
    products_under_one_only=(
        "behind the product",
        [seeded_factors(1.3, -0.7, 1.0), SQUARE, POWER],
    ),
    every_factor_used_once=(
        "writing over is adding",
        [seeded_factors(1.3, -0.7, 2.0), POWER],
    ),
    no_square=("one number as both factors", [PRODUCT, ZERO, POWER]),
    no_zero=("fails at one number alone", [PRODUCT, SQUARE, POWER]),
    powers_not_tested=(
        "k times x to the power k - 1",
        [PRODUCT, SQUARE, ZERO],
    ),
    power_of_one=(
        "At x = 1 every power is 1",
        [PRODUCT, SQUARE, ZERO, seeded_power(1.0, 3)],
    ),
    squares_only=(
        "use another k",
        [PRODUCT, SQUARE, ZERO, seeded_power(-1.5, 2)],
    ),
    positive_power_only=(
        "for odd k everywhere",
        [PRODUCT, SQUARE, ZERO, seeded_power(1.5, 4)],
    ),
    five_tests=(
        "let one test do more than one thing",
        [PRODUCT, SQUARE, ZERO, POWER, seeded_power(1.5, 2)],
    ),
    a_test_that_expects_35=(
        "refuses an engine that is right",
        [lambda engine: PRODUCT(engine) and engine(35.0).grad == 35.0],
    ),
    a_test_without_return=("A test says True or False", [lambda engine: None]),
    no_tests=("Return a list of functions", []),
    one_test_without_a_list=("each of one argument", SQUARE),
)

CORRECT = "math.isclose(x.grad, -4.2) and math.isclose(w.grad, 4.5)"
spoiled(
    check_four_tests,
    power_under_one_only=(
        "behind the power",
        "((x**3) ** 2).backward(2.0)",
        "(x**4).backward()",
        "2.0 * 6 * (-1.5) ** 5",
        "4 * (-1.5) ** 3",
    ),
)
for says, error in (
    ("AssertionError from test 1", "AssertionError"),
    ("ValueError from test 1: `raise", "ValueError"),
):
    spoiled(
        check_four_tests,
        tests_with_an_error_for_false=(
            says,
            f"return {CORRECT}",
            f"if {CORRECT}: return True\n        raise {error}('a gradient is wrong')",
        ),
    )

# ---------------------------------------------------------------------------------------------
# E7.3

CLOSE = "math.isclose(number, theirs[name], rel_tol=1e-6, abs_tol=0.0)"
OFF, LARGER = "abs(number - theirs[name])", "max(abs(number), abs(theirs[name]))"
spoiled(
    check_disagreements,
    four_decimals=(
        "At four decimals 8.2e-11 and 0 look alike",
        CLOSE,
        "(f'{number:.4f}' == f'{theirs[name]:.4f}')",
    ),
    absolute_where_small=("3 against 4", "abs_tol=0.0", "abs_tol=2e-9 * (theirs[name] != 0)"),
    three_digits=(
        "not what is printed",
        CLOSE,
        "(f'{number:.3g}' == f'{theirs[name]:.3g}' or number != number)",
    ),
    difference_with_its_sign=(
        "take the size of the difference",
        CLOSE,
        f"(number < 0 < theirs[name] or {CLOSE})",
    ),
    names_of_both_only=(
        "What was not compared does not agree",
        "not in theirs or",
        "in theirs and",
    ),
    far_apart_asked_of_nan=("nan agrees with nothing", f"not {CLOSE}", f"{OFF} > 1e-6 * {LARGER}"),
    the_same_to_the_last_digit=("== asks for too much", CLOSE, "number == theirs[name]"),
    content_with_nothing=("There is nothing to compare", "raise ValueError", "return [] #"),
    less_than_a_millionth=("`<` has to be `<=`", CLOSE, f"{OFF} < 1e-6 * {LARGER}"),
    divided_by_theirs=("compare without dividing", CLOSE, f"{OFF} / abs(theirs[name]) <= 1e-6"),
    every_name_looked_up=("A name may be missing on the other side", "name not in theirs or ", ""),
    printed_not_returned=("is a `return` missing?", "return [", "["),
    whether_they_agree=("a list of names; of none", "return [", "return not ["),
    names_of_either_side=(
        "is no name of ours",
        "name, number in ours.items()",
        "name in ours | theirs",
        f"name not in theirs or not {CLOSE}",
        "not math.isclose(ours.get(name, math.nan), theirs.get(name, math.nan), rel_tol=1e-6)",
    ),
    names_twice=("A name stands there more than once", "return [", "return 2 * ["),
)
