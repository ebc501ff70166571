"""Wrong answers to the checks of 06."""

import math

from autograd_lesson import Value
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
from autograd_lesson.numpy_or_not import np
from autograd_lesson.ops import sigmoid_of_float
from wrong_answers import from_slips, wrong_answer


def op(symbol, data, x, slope):
    """A result of one operand."""
    return Value(data, op=symbol, operands=(x,), partials=(slope,))


# ---------------------------------------------------------------------------------------------
# E6.1 relu


from_slips(
    check_relu,
    relu_lets_zero_pass="is it `>=` where `>` is meant?",
)


@wrong_answer(check_relu, says="The op wrote over its operand")
def relu_takes_the_mask_from_the_input_it_changed(x):
    if x.data < 0:
        x.data = 0.0
    return op("relu", x.data, x, 1.0 if x.data >= 0 else 0.0)


@wrong_answer(check_relu, says="no upstream is known yet")
def relu_ignores_the_upstream(x):
    slope = 1.0 if x.data > 0 else 0.0
    x.grad += slope
    return Value(max(x.data, 0.0), op="relu", operands=(x,), partials=(0.0,))


from_slips(
    check_relu,
    relu_has_its_slope_on_the_wrong_side="is the condition reversed?",
    relu_has_slope_one_everywhere="The slope of what was cut off is 0, not 1",
    relu_stores_its_value_as_slope="This is the value. What moves it",
    relu_measures_its_slope="One half lies between",
    relu_turns_the_sign_round="This is the size of x",
)


@wrong_answer(check_relu, says="That is a leaky relu")
def relu_leaks(x):
    return op("relu", x.data if x.data > 0 else 0.1 * x.data, x, 1.0 if x.data > 0 else 0.1)


@wrong_answer(check_relu, says="nan is not below 0")
def relu_hides_nan(x):
    return op("relu", max(0.0, x.data), x, 1.0 if x.data > 0 else 0.0)


@wrong_answer(check_relu, says="That does what this exercise asks you to write")
def relu_of_the_engine(x):
    return op("relu", Value(x.data).relu().data, x, 0.0 if x.data <= 0 else 1.0)


@wrong_answer(check_relu, says="`(x)` is x in brackets")
def relu_without_the_comma(x):
    slope = 1.0 if x.data > 0 else 0.0
    return Value(max(x.data, 0.0), op="relu", operands=(x), partials=(slope))


@wrong_answer(check_relu, says="A plain number has forgotten")
def relu_returns_a_number(x):
    return max(x.data, 0.0)


@wrong_answer(check_relu, says="This is `x` itself")
def relu_returns_its_operand(x):
    return x if x.data > 0 else op("relu", 0.0, x, 0.0)


@wrong_answer(check_relu, says="Nothing is remembered")
def relu_remembers_nothing(x):
    return Value(max(x.data, 0.0), op="relu", partials=(1.0,))


@wrong_answer(check_relu, says="a number for each operand")
def relu_forgets_the_partial(x):
    return Value(max(x.data, 0.0), op="relu", operands=(x,))


@wrong_answer(check_relu, says="goes by this symbol")
def relu_has_no_symbol(x):
    return Value(max(x.data, 0.0), operands=(x,), partials=(1.0 if x.data > 0 else 0.0,))


@wrong_answer(check_relu, says="work with the plain number")
def relu_compares_the_value(x):
    return op("relu", x.data, x, 1.0) if x > 0 else op("relu", 0.0, x, 0.0)


@wrong_answer(check_relu, says="is a `return` missing?")
def relu_returns_nothing(x):
    op("relu", max(x.data, 0.0), x, 1.0 if x.data > 0 else 0.0)


# ---------------------------------------------------------------------------------------------
# E6.2 sigmoid


@wrong_answer(check_sigmoid, says="`math.exp` has no result from 710 on")
def sigmoid_overflows_on_the_left(x):
    s = 1 / (1 + math.exp(-x.data))
    return op("sigmoid", s, x, s * (1 - s))


@wrong_answer(check_sigmoid, says="overflow encountered in exp")
def sigmoid_warns(x):
    s = float(1 / (1 + np.exp(-np.float64(x.data))))
    return op("sigmoid", s, x, s * (1 - s))


@wrong_answer(check_sigmoid, says="nan is what inf / inf")
def sigmoid_hides_the_warning_and_is_nan_on_the_right(x):
    with np.errstate(all="ignore"):
        large = np.exp(np.float64(x.data))
        s = float(large / (1 + large))
    return op("sigmoid", s, x, s * (1 - s))


from_slips(
    check_sigmoid,
    sigmoid_takes_the_slope_of_the_operand="taken from the operand",
    sigmoid_stores_its_value_as_slope="times (1 - s) is missing",
    sigmoid_forgets_a_factor="times s is missing",
    sigmoid_has_a_minus_too_many="sigmoid rises everywhere",
    sigmoid_is_turned_round="The sign in the exponent",
    sigmoid_has_the_rule_of_tanh="the rule of tanh",
    sigmoid_is_tanh="from 0 to 1",
)


@wrong_answer(check_sigmoid, says="Was x cut off at a bound?")
def sigmoid_cuts_its_operand_at_twenty(x):
    s = 1 / (1 + math.exp(-max(-20.0, min(20.0, x.data))))
    return op("sigmoid", s, x, s * (1 - s))


@wrong_answer(check_sigmoid, says="Cut off at 700")
def sigmoid_cuts_its_operand_at_700(x):
    s = 1 / (1 + math.exp(-max(-700.0, min(700.0, x.data))))
    return op("sigmoid", s, x, s * (1 - s))


@wrong_answer(check_sigmoid, says="That does what this exercise asks you to write")
def sigmoid_of_the_engine(x):
    s = sigmoid_of_float(x.data)
    return op("sigmoid", s, x, s * (1 - s))


from_slips(
    check_sigmoid,
    sigmoid_subtracts_from_one="two numbers next to each other are subtracted",
)


# ---------------------------------------------------------------------------------------------
# E6.3 tanh


@wrong_answer(check_tanh, says="Nearly: some digits are lost")
def tanh_as_it_is_written(x):
    large = math.exp(2 * x.data)
    y = (large - 1) / (large + 1)
    return op("tanh", y, x, 1 - y * y)


@wrong_answer(check_tanh, says="`math.exp` has no result from 710 on")
def tanh_with_digits_and_overflow(x):
    t = math.expm1(2 * x.data)
    y = t / (t + 2)
    return op("tanh", y, x, 1 - y * y)


@wrong_answer(check_tanh, says="All digits are lost")
def tanh_rounds_what_is_small(x):
    y = round(math.tanh(x.data), 16) if abs(x.data) < 1e-16 else math.tanh(x.data)
    return op("tanh", y, x, 1 - y * y)


@wrong_answer(check_tanh, says="nan is what inf / inf")
def tanh_hides_its_warnings(x):
    with np.errstate(all="ignore"):
        t = np.expm1(2 * np.float64(x.data))
        y = float(t / (t + 2))
    return op("tanh", y, x, 1 - y * y)


from_slips(
    check_tanh,
    tanh_forgets_the_square="The square is missing",
    tanh_takes_the_slope_of_the_operand="This is 1 - x^2",
    tanh_stores_what_is_not_left="what is left of 1",
    tanh_has_the_rule_of_sigmoid="the rule of sigmoid, y(1 - y)",
    tanh_of_half="The exponent lost its 2",
)


@wrong_answer(check_tanh, says="moves the result at another rate")
def tanh_has_slope_zero(x):
    return op("tanh", math.tanh(x.data), x, 0.0)


# ---------------------------------------------------------------------------------------------
# E6.4 log, sqrt, power


@wrong_answer(check_log, says="This is Python's own message")
def log_leaves_it_to_python(x):
    return op("log", math.log(x.data), x, 1 / x.data)


@wrong_answer(check_log, says="inf and nan spread")
def log_gives_nan(x):
    with np.errstate(all="ignore"):
        y, slope = np.log(np.float64(x.data)), 1 / np.float64(x.data)
    return op("log", float(y), x, float(slope))


@wrong_answer(check_log, says="does not name the value")
def log_does_not_say_which(x):
    if x.data <= 0:
        raise ValueError(f"no logarithm at {x.data}")
    return op("log", math.log(x.data), x, 1 / x.data)


@wrong_answer(check_log, says="but does not show its number")
def log_does_not_say_how_much(x):
    if x.data <= 0:
        raise ValueError(f"no logarithm at {x.label}")
    return op("log", math.log(x.data), x, 1 / x.data)


@wrong_answer(check_log, says="This is a different error")
def log_asserts(x):
    assert x.data > 0, f"no logarithm at {x.label} = {x.data}"
    return op("log", math.log(x.data), x, 1 / x.data)


@wrong_answer(check_log, says="the trouble shows far from here")
def log_of_the_size(x):
    size = max(abs(x.data), 1e-300)
    return op("log", math.log(size), x, 1 / x.data if x.data else 0.0)


from_slips(
    check_log,
    log_to_base_ten="the natural one",
    log_takes_the_slope_of_its_result="This is 1 / y",
    log_stores_its_value_as_slope="This is the value: the slope",
)


from_slips(
    check_sqrt,
    sqrt_is_level_at_zero="Upright is not level",
)


@wrong_answer(check_sqrt, says="the *partial* needs its own line")
def sqrt_divides_by_zero(x):
    if x.data < 0:
        raise ValueError(f"sqrt at {x.label} = {x.data}")
    y = math.sqrt(x.data)
    return op("sqrt", y, x, 1 / (2 * y))


@wrong_answer(check_sqrt, says="this result is complex")
def sqrt_leaves_the_real_numbers(x):
    y = x.data**0.5
    if isinstance(y, complex):
        return y
    return op("sqrt", y, x, 1 / (2 * y) if y else math.inf)


from_slips(
    check_sqrt,
    sqrt_forgets_a_half="The factor 1/2 is missing",
    sqrt_multiplies="This is y / 2",
    sqrt_takes_the_slope_of_the_operand="This is 1 / (2x)",
)


def refused(x, k):
    """Refuse what is outside the domain of a power."""
    if (x.data < 0 and k % 1) or (x.data == 0 and k < 0):
        raise ValueError(f"{x.label} = {x.data} to the power {k}")


def raised(x, k, slope):
    """x ** k with this slope."""
    return op(f"**{k:g}", x.data**k, x, slope)


@wrong_answer(check_power, says="the *partial* needs its own line")
def power_divides_by_zero(x, k):
    refused(x, k)
    return raised(x, k, k * x.data ** (k - 1))


@wrong_answer(check_power, says="this result is complex")
def power_becomes_complex(x, k):
    if x.data == 0 and k < 0:
        raise ValueError(f"{x.label} = {x.data} to the power {k}")
    if x.data == 0 and k < 1:
        return raised(x, k, math.inf if k else 0.0)
    y = x.data**k
    return y if isinstance(y, complex) else raised(x, k, k * x.data ** (k - 1))


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


@wrong_answer(check_power, says="not by its type")
def power_asks_for_the_type(x, k):
    if x.data < 0 and not isinstance(k, int):
        raise ValueError(f"{x.label} = {x.data} to the power {k}")
    refused(x, k)
    return raised(x, k, k * x.data ** (k - 1))


@wrong_answer(check_sqrt, says="no reason to refuse")
def sqrt_refuses_zero(x):
    if x.data <= 0:
        raise ValueError(f"sqrt at {x.label} = {x.data}")
    return op("sqrt", math.sqrt(x.data), x, 0.5 / math.sqrt(x.data))


# ---------------------------------------------------------------------------------------------
# E6.5 maximum


def larger(a, b, partials):
    """The larger of two with these partials."""
    return Value(max(a.data, b.data), op="maximum", operands=(a, b), partials=partials)


@wrong_answer(check_maximum, says="One takes all of a tie")
def maximum_gives_a_tie_to_the_left(a, b):
    return larger(a, b, (1.0, 0.0) if a.data >= b.data else (0.0, 1.0))


@wrong_answer(check_maximum, says="Both get all of it")
def maximum_gives_a_tie_to_both(a, b):
    return larger(a, b, (float(a.data >= b.data), float(b.data >= a.data)))


@wrong_answer(check_maximum, says="Nobody gets anything")
def maximum_gives_a_tie_to_nobody(a, b):
    return larger(a, b, (float(a.data > b.data), float(b.data > a.data)))


@wrong_answer(check_maximum, says="They are swapped")
def maximum_pays_the_loser(a, b):
    tie = (0.5, 0.5)
    return larger(
        a, b, tie if a.data == b.data else (float(a.data < b.data), float(a.data > b.data))
    )


@wrong_answer(check_maximum, says="is a value of its own")
def maximum_returns_the_larger_operand(a, b):
    return a if a.data >= b.data else b


@wrong_answer(check_maximum, says="The one that loses today")
def maximum_records_the_winner_only(a, b):
    winner = a if a.data >= b.data else b
    return op("maximum", winner.data, winner, 1.0)


@wrong_answer(check_maximum, says="This is the smaller one")
def maximum_is_a_minimum(a, b):
    return Value(min(a.data, b.data), op="maximum", operands=(a, b), partials=(0.5, 0.5))


@wrong_answer(check_maximum, says="by as much")
def maximum_shares_always(a, b):
    return larger(a, b, (0.5, 0.5))


@wrong_answer(check_maximum, says="A tie is shared equally")
def maximum_shares_a_tie_by_thirds(a, b):
    share = (1 / 3, 2 / 3) if a.data == b.data else (float(a.data > b.data), float(a.data < b.data))
    return larger(a, b, share)


# ---------------------------------------------------------------------------------------------
# E6.6 softplus and swish


def softplus_parts(x):
    """Right."""
    return (1 + x.exp()).log()


def softplus(x):
    """Right."""
    data = max(x.data, 0.0) + math.log1p(math.exp(-abs(x.data)))
    return op("softplus", data, x, sigmoid_of_float(x.data))


def softplus_as_written(x):
    """The formula as it stands, which overflows."""
    large = math.exp(x.data)
    return op("softplus", math.log1p(large), x, large / (1 + large))


def softplus_without_log1p(x):
    """Right but for the digits on the far left."""
    data = max(x.data, 0.0) + math.log(1 + math.exp(-abs(x.data)))
    return op("softplus", data, x, sigmoid_of_float(x.data))


def softplus_parts_of_a_number(x):
    """A constant."""
    return (1 + Value(x.data).exp()).log()


def softplus_parts_that_are_one(x):
    """An op of its own where parts are asked for."""
    return softplus(x)


def softplus_parts_half_constant(x):
    """The number is right."""
    return (1 + x.exp() * 0.5 + 0.5 * math.exp(x.data)).log()


def softplus_parts_without_the_one(x):
    """exp alone."""
    return x.exp() * 1.0


wrong_answer(check_softplus, says="no result from 710 on")((softplus_parts, softplus_as_written))
wrong_answer(check_softplus, says="Far to the left exp(x) vanishes")(
    (softplus_parts, softplus_without_log1p)
)
from_slips(
    check_softplus,
    softplus_parts_and_softplus_with_the_slope_of_the_outer="the slope rises from 0 to 1",
    softplus_parts_and_softplus_with_the_slope_of_sigmoid="one too many",
)
wrong_answer(check_softplus, says="No path leads back to x")((softplus_parts_of_a_number, softplus))
wrong_answer(check_softplus, says="none of your own")((softplus_parts_that_are_one, softplus))
wrong_answer(check_softplus, says="a constant")((softplus_parts_half_constant, softplus))
wrong_answer(check_softplus, says="the 1 is missing")((softplus_parts_without_the_one, softplus))


def swish_parts(x):
    """Right."""
    return x * x.sigmoid()


def swish(x):
    """Right."""
    s = sigmoid_of_float(x.data)
    return op("swish", x.data * s, x, s + x.data * s * (1 - s))


def swish_is_sigmoid(x):
    """Without the x."""
    return x.sigmoid()


def swish_is_x(x):
    """As it came."""
    return x


def swish_with_a_warning(x):
    """The other form, which overflows on the left."""
    with np.errstate(over="warn"):
        s = float(1 / (1 + np.exp(-np.float64(x.data))))
    return op("swish", x.data * s, x, s + x.data * s * (1 - s))


def swish_returns_its_number(x):
    """No value."""
    return x.data * sigmoid_of_float(x.data)


from_slips(
    check_swish,
    swish_parts_and_swish_first_factor_only="here only the first is counted",
    swish_parts_and_swish_second_factor_only="only the second factor moves",
    swish_parts_and_swish_product_of_slopes="not the product of the slopes",
)
wrong_answer(check_swish, says="times x is missing")((swish_is_sigmoid, swish))
wrong_answer(check_swish, says="no warning")((swish_parts, swish_with_a_warning))
wrong_answer(check_swish, says="A plain number has forgotten")(
    (swish_parts, swish_returns_its_number)
)
wrong_answer(check_swish, says="two or more ops of the engine")((swish, swish))
wrong_answer(check_swish, says="`x` itself")((swish_is_x, swish))


def by_the_package(method):
    """An op that has the package's own do the work."""

    def answer(x):
        return getattr(Value(x.data), method)()

    answer.__name__ = f"{method}_by_the_package"
    return answer


for check, method in ((check_tanh, "tanh"), (check_log, "log"), (check_sqrt, "sqrt")):
    wrong_answer(check, says=f"a call of `{method}` of the package")(by_the_package(method))
