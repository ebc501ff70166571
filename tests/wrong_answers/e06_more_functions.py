"""Wrong answers to the checks of 06."""

from autograd_lesson.checks.e06_more_functions import (
    check_log,
    check_maximum,
    check_power,
    check_relu,
    check_sigmoid,
    check_softplus,
    check_sqrt,
    check_swish,
    check_tanh,
)
from wrong_answers import from_slips, spoiled


def importing(line, function):
    """The edit by which a line stands in front of a function."""
    return f"def {function}(", f"{line}\n\n\ndef {function}("


NUMPY = "from autograd_lesson.numpy_or_not import np"
FLOAT = "np.float64(x.data)"
QUIET = "with np.errstate(all='ignore'):"

# ---------------------------------------------------------------------------------------------
# E6.1 relu

from_slips(
    check_relu,
    relu_lets_zero_pass="is it `>=` where `>` is meant?",
    relu_has_its_slope_on_the_wrong_side="is the condition reversed?",
    relu_has_slope_one_everywhere="The slope of what was cut off is 0, not 1",
    relu_stores_its_value_as_slope="This is the value. What moves it",
    relu_measures_its_slope="One half lies between",
    relu_turns_the_sign_round="This is the size of x",
)
SAVED = 'op="relu", operands=(x,), partials=(slope,)'
spoiled(
    check_relu,
    relu_takes_the_mask_from_the_input_it_changed=(
        "The op wrote over its operand",
        "cut = x.data <= 0",
        "x.data = max(x.data, 0.0)\n    cut = x.data < 0",
    ),
    relu_ignores_the_upstream=(
        "no upstream is known yet",
        "return Value",
        "x.grad += slope\n    return Value",
        "(slope,)",
        "(0.0,)",
    ),
    relu_leaks=(
        "That is a leaky relu",
        "0.0 if cut else x.data",
        "0.1 * x.data if cut else x.data",
        "0.0 if cut else 1.0",
        "0.1 if cut else 1.0",
    ),
    relu_hides_nan=("nan is not below 0", "0.0 if cut else x.data", "max(0.0, x.data)"),
    relu_of_the_engine=(
        "That does what this exercise asks you to write",
        "0.0 if cut else x.data",
        "Value(x.data).relu().data",
    ),
    relu_without_the_comma=("`(x)` is x in brackets", SAVED, SAVED.replace(",)", ")")),
    relu_returns_a_number=("A plain number has forgotten", f"Value(data, {SAVED})", "data"),
    relu_returns_its_operand=("This is `x` itself", "return", "return x if x.data > 0 else"),
    relu_remembers_nothing=("Nothing is remembered", "operands=(x,), ", ""),
    relu_forgets_the_partial=("a number for each operand", ", partials=(slope,)", ""),
    relu_has_no_symbol=("goes by this symbol", 'op="relu", ', ""),
    relu_compares_the_value=("work with the plain number", "x.data <= 0", "x <= 0"),
    relu_returns_nothing=("is a `return` missing?", "return ", ""),
)

# ---------------------------------------------------------------------------------------------
# E6.2 sigmoid

from_slips(
    check_sigmoid,
    sigmoid_takes_the_slope_of_the_operand="taken from the operand",
    sigmoid_stores_its_value_as_slope="times (1 - s) is missing",
    sigmoid_forgets_a_factor="times s is missing",
    sigmoid_has_a_minus_too_many="sigmoid rises everywhere",
    sigmoid_is_turned_round="The sign in the exponent",
    sigmoid_has_the_rule_of_tanh="the rule of tanh",
    sigmoid_is_tanh="from 0 to 1",
    sigmoid_subtracts_from_one="two numbers next to each other are subtracted",
)
STABLE = "s = (1.0 if x.data >= 0 else small) / (1.0 + small)"
spoiled(
    check_sigmoid,
    sigmoid_overflows_on_the_left=(
        "`math.exp` has no result from 710 on",
        STABLE,
        "s = 1 / (1 + math.exp(-x.data))",
    ),
    sigmoid_warns=(
        "overflow encountered in exp",
        *importing(NUMPY, "sigmoid"),
        STABLE,
        f"s = float(1 / (1 + np.exp(-{FLOAT})))",
    ),
    sigmoid_hides_the_warning_and_is_nan_on_the_right=(
        "nan is what inf / inf",
        *importing(NUMPY, "sigmoid"),
        STABLE,
        f"{QUIET} s = float(np.exp({FLOAT}) / (1 + np.exp({FLOAT})))",
    ),
    sigmoid_cuts_its_operand_at_twenty=(
        "Was x cut off at a bound?",
        STABLE,
        "s = 1 / (1 + math.exp(-max(-20.0, min(20.0, x.data))))",
    ),
    sigmoid_cuts_its_operand_at_700=(
        "Cut off at 700",
        STABLE,
        "s = 1 / (1 + math.exp(-max(-700.0, min(700.0, x.data))))",
    ),
    sigmoid_of_the_engine=(
        "That does what this exercise asks you to write",
        *importing("from autograd_lesson.ops import sigmoid_of_float", "sigmoid"),
        STABLE,
        "s = sigmoid_of_float(x.data)",
    ),
)

# ---------------------------------------------------------------------------------------------
# E6.3 tanh

from_slips(
    check_tanh,
    tanh_forgets_the_square="The square is missing",
    tanh_takes_the_slope_of_the_operand="This is 1 - x^2",
    tanh_stores_what_is_not_left="what is left of 1",
    tanh_has_the_rule_of_sigmoid="the rule of sigmoid, y(1 - y)",
    tanh_of_half="The exponent lost its 2",
)
TANH = "y = math.tanh(x.data)"
spoiled(
    check_tanh,
    tanh_as_it_is_written=(
        "Nearly: some digits are lost",
        TANH,
        "y = (math.exp(2 * x.data) - 1) / (math.exp(2 * x.data) + 1)",
    ),
    tanh_with_digits_and_overflow=(
        "`math.exp` has no result from 710 on",
        TANH,
        "y = math.expm1(2 * x.data) / (math.expm1(2 * x.data) + 2)",
    ),
    tanh_rounds_what_is_small=(
        "All digits are lost",
        TANH,
        f"{TANH}\n    y = round(y, 16) if abs(y) < 1e-16 else y",
    ),
    tanh_hides_its_warnings=(
        "nan is what inf / inf",
        *importing(NUMPY, "tanh"),
        TANH,
        f"{QUIET} y = float(np.expm1(2 * {FLOAT}) / (np.expm1(2 * {FLOAT}) + 2))",
    ),
    tanh_has_slope_zero=("moves the result at another rate", "1 - y * y", "0.0"),
    tanh_by_the_package=(
        "a call of `tanh` of the package",
        "math.tanh(x.data)",
        "Value(x.data).tanh().data",
    ),
)

# ---------------------------------------------------------------------------------------------
# E6.4 log, sqrt, power

from_slips(
    check_log,
    log_to_base_ten="the natural one",
    log_takes_the_slope_of_its_result="This is 1 / y",
    log_stores_its_value_as_slope="This is the value: the slope",
)
spoiled(
    check_log,
    log_leaves_it_to_python=("This is Python's own message", "x.data <= 0", "False"),
    log_gives_nan=(
        "inf and nan spread",
        *importing(NUMPY, "log"),
        "x.data <= 0",
        "False",
        "return Value(math.log(x.data)",
        f"{QUIET} return Value(float(np.log({FLOAT}))",
        "1 / x.data",
        f"float(1 / {FLOAT})",
    ),
    log_does_not_say_which=("does not name the value", "{x.label} = {x.data}", "{x.data}"),
    log_does_not_say_how_much=("but does not show its number", "{x.label} = {x.data}", "{x.label}"),
    log_asserts=("This is a different error", "raise ValueError(", "assert False, ("),
    log_of_the_size=(
        "the trouble shows far from here",
        "x.data <= 0",
        "False",
        "math.log(x.data)",
        "math.log(max(abs(x.data), 1e-300))",
        "1 / x.data",
        "1 / x.data if x.data else 0.0",
    ),
    log_by_the_package=(
        "a call of `log` of the package",
        "math.log(x.data)",
        "Value(x.data).log().data",
    ),
)

from_slips(
    check_sqrt,
    sqrt_is_level_at_zero="Upright is not level",
    sqrt_forgets_a_half="The factor 1/2 is missing",
    sqrt_multiplies="This is y / 2",
    sqrt_takes_the_slope_of_the_operand="This is 1 / (2x)",
)
spoiled(
    check_sqrt,
    sqrt_divides_by_zero=("the *partial* needs its own line", " if y else math.inf", ""),
    sqrt_leaves_the_real_numbers=(
        "this result is complex",
        "x.data < 0",
        "False",
        "y = math.sqrt(x.data)",
        "y = x.data**0.5\n    if isinstance(y, complex): return y",
    ),
    sqrt_refuses_zero=("no reason to refuse", "x.data < 0", "x.data <= 0"),
    sqrt_by_the_package=(
        "a call of `sqrt` of the package",
        "math.sqrt(x.data)",
        "Value(x.data).sqrt().data",
    ),
)

from_slips(
    check_power,
    power_keeps_the_exponent="the exponent goes down by 1",
    power_without_brackets="a power comes before a minus",
    power_drops_the_factor="The factor k in front is missing",
    power_has_the_wrong_factor="k, not k - 1",
    power_is_turned_round="Base and exponent are swapped",
    power_is_level_at_zero="its slope is declared infinite",
    power_is_level_at_zero_for_one="as everywhere: it is a straight line",
    power_zero_stands_upright="x^0 is 1 everywhere",
    power_of_the_size="The sign of x was dropped",
)
spoiled(
    check_power,
    power_divides_by_zero=("the *partial* needs its own line", "x.data == 0 and k < 1", "False"),
    power_becomes_complex=(
        "this result is complex",
        "(x.data < 0 and k % 1) or ",
        "",
        "return Value(x.data**k",
        "y = x.data**k\n    return y if isinstance(y, complex) else Value(y",
    ),
    power_asks_for_the_type=("not by its type", "k % 1", "not isinstance(k, int)"),
)

# ---------------------------------------------------------------------------------------------
# E6.5 maximum

RESULT = 'Value(max(a.data, b.data), op="maximum", operands=(a, b), partials=partials)'
WINNER = "a if a.data >= b.data else b"
spoiled(
    check_maximum,
    maximum_gives_a_tie_to_the_left=("One takes all of a tie", "(0.5, 0.5)", "(1.0, 0.0)"),
    maximum_gives_a_tie_to_both=("Both get all of it", "(0.5, 0.5)", "(1.0, 1.0)"),
    maximum_gives_a_tie_to_nobody=("Nobody gets anything", "(0.5, 0.5)", "(0.0, 0.0)"),
    maximum_pays_the_loser=("They are swapped", "a.data > b.data", "a.data < b.data"),
    maximum_returns_the_larger_operand=("is a value of its own", RESULT, WINNER),
    maximum_records_the_winner_only=(
        "The one that loses today",
        "operands=(a, b), partials=partials",
        f"operands=({WINNER},), partials=(1.0,)",
    ),
    maximum_is_a_minimum=("This is the smaller one", "max(", "min("),
    maximum_shares_always=("by as much", "if a.data == b.data", "if True"),
    maximum_shares_a_tie_by_thirds=("A tie is shared equally", "(0.5, 0.5)", "(1 / 3, 2 / 3)"),
)

# ---------------------------------------------------------------------------------------------
# E6.6 softplus and swish

from_slips(
    check_softplus,
    softplus_parts_and_softplus_with_the_slope_of_the_outer="the slope rises from 0 to 1",
    softplus_parts_and_softplus_with_the_slope_of_sigmoid="one too many",
)
PARTS = "(1 + x.exp()).log()"
spoiled(
    check_softplus,
    softplus_parts_and_softplus_as_written=(
        "no result from 710 on",
        "max(x.data, 0.0) + math.log1p(math.exp(-abs(x.data)))",
        "math.log1p(math.exp(x.data))",
    ),
    softplus_parts_and_softplus_without_log1p=(
        "Far to the left exp(x) vanishes",
        "math.log1p(",
        "math.log(1 + ",
    ),
    softplus_parts_of_a_number_and_softplus=(
        "No path leads back to x",
        "x.exp",
        "Value(x.data).exp",
    ),
    softplus_parts_that_are_one_and_softplus=("none of your own", PARTS, "softplus(x)"),
    softplus_parts_half_constant_and_softplus=(
        "a constant",
        "x.exp()",
        "x.exp() * 0.5 + 0.5 * math.exp(x.data)",
    ),
    softplus_parts_without_the_one_and_softplus=("the 1 is missing", PARTS, "x.exp() * 1.0"),
)

from_slips(
    check_swish,
    swish_parts_and_swish_first_factor_only="here only the first is counted",
    swish_parts_and_swish_second_factor_only="only the second factor moves",
    swish_parts_and_swish_product_of_slopes="not the product of the slopes",
)
PARTS = "x * x.sigmoid()"
spoiled(
    check_swish,
    swish_is_sigmoid_and_swish=("times x is missing", PARTS, "x.sigmoid()"),
    swish_parts_and_swish_with_a_warning=(
        "no warning",
        *importing(NUMPY, "swish"),
        "s = sigmoid_of_float(x.data)",
        f"with np.errstate(over='warn'): s = float(1 / (1 + np.exp(-{FLOAT})))",
    ),
    swish_parts_and_swish_returns_its_number=(
        "A plain number has forgotten",
        'Value(x.data * s, op="swish", operands=(x,), partials=(slope,))',
        "x.data * s",
    ),
    swish_and_swish=("two or more ops of the engine", PARTS, "swish(x)"),
    swish_is_x_and_swish=("`x` itself", PARTS, "x"),
)
