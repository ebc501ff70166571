"""Wrong answers to the checks of 04."""

import math

from autograd_lesson.checks.e04_local_rules import (
    check_local_rules,
    check_mul_lines,
    check_partials_from_result,
    check_pass_on,
    check_predicted_contributions,
)
from wrong_answers import wrong_answer


class Recorded:
    """The class that E4.1 starts from."""

    def __init__(self, data, label="", op="", operands=(), partials=()):
        self.data, self.grad, self.label = float(data), 0.0, label
        self.op, self.operands, self.partials = op, operands, partials

    def of(self, x):
        return x if isinstance(x, Recorded) else type(self)(x)

    def record(self, op, data, operands, partials):
        return type(self)(data, "", op, operands, partials)

    def __radd__(self, other):
        return self.of(other) + self

    def __rsub__(self, other):
        return self.of(other) - self

    def __rmul__(self, other):
        return self.of(other) * self

    def __rtruediv__(self, other):
        return self.of(other) / self


class Rules(Recorded):
    """All five as they should be: each wrong answer spoils one of these functions."""

    def sum_partials(self, other):
        return 1.0, 1.0

    def difference_partials(self, other):
        return 1.0, -1.0

    def product_partials(self, other):
        return other.data, self.data

    def quotient_partials(self, other):
        return 1 / other.data, -self.data / other.data**2

    def power_partials(self, k):
        return (k * self.data ** (k - 1),)

    def __add__(self, other):
        other = self.of(other)
        partials = self.sum_partials(other)
        return self.record("+", self.data + other.data, (self, other), partials)

    def __sub__(self, other):
        other = self.of(other)
        partials = self.difference_partials(other)
        return self.record("-", self.data - other.data, (self, other), partials)

    def __mul__(self, other):
        other = self.of(other)
        partials = self.product_partials(other)
        return self.record("*", self.data * other.data, (self, other), partials)

    def __truediv__(self, other):
        other = self.of(other)
        partials = self.quotient_partials(other)
        return self.record("/", self.data / other.data, (self, other), partials)

    def __pow__(self, k):
        return self.record(f"**{k:g}", self.data**k, (self,), self.power_partials(k))


@wrong_answer(check_local_rules, says="These are the partials of a product. A sum grows")
class RulesOfAProductForASum(Rules):
    def sum_partials(self, other):
        return other.data, self.data


@wrong_answer(check_local_rules, says="the partial of a factor is the *other* factor")
class RulesWithSwappedFactors(Rules):
    def product_partials(self, other):
        return self.data, other.data


@wrong_answer(check_local_rules, says="These are the partials of a sum. A product")
class RulesOfASumForAProduct(Rules):
    def product_partials(self, other):
        return 1.0, 1.0


@wrong_answer(check_local_rules, says="what is subtracted pulls the result down")
class RulesWithoutTheMinus(Rules):
    def difference_partials(self, other):
        return 1.0, 1.0


@wrong_answer(check_local_rules, says="The minus stands at the wrong operand")
class RulesWithTheMinusInFront(Rules):
    def difference_partials(self, other):
        return -1.0, 1.0


@wrong_answer(check_local_rules, says="so the quotient falls with its divisor")
class RulesOfAQuotientWithoutItsMinus(Rules):
    def quotient_partials(self, other):
        return 1 / other.data, self.data / other.data**2


@wrong_answer(check_local_rules, says="-1/b**2 is the slope of 1/b, not of a/b")
class RulesOfAQuotientWithoutItsDividend(Rules):
    def quotient_partials(self, other):
        return 1 / other.data, -1 / other.data**2


@wrong_answer(check_local_rules, says="b stands in the square, -a / b**2")
class RulesOfAQuotientWithoutTheSquare(Rules):
    def quotient_partials(self, other):
        return 1 / other.data, -self.data / other.data


@wrong_answer(check_local_rules, says="The second is a copy of the first")
class RulesOfAQuotientCopied(Rules):
    def quotient_partials(self, other):
        return 1 / other.data, 1 / other.data


@wrong_answer(check_local_rules, says="a divisor does not multiply")
class RulesOfAProductForAQuotient(Rules):
    def quotient_partials(self, other):
        return other.data, self.data


@wrong_answer(check_local_rules, says="the first belongs to the dividend")
class RulesOfAQuotientSwapped(Rules):
    def quotient_partials(self, other):
        return -self.data / other.data**2, 1 / other.data


@wrong_answer(check_local_rules, says="The exponent is not lowered")
class RulesThatKeepTheExponent(Rules):
    def power_partials(self, k):
        return (k * self.data**k,)


@wrong_answer(check_local_rules, says="The factor k in front is lost")
class RulesThatLoseTheFactor(Rules):
    def power_partials(self, k):
        return (self.data ** (k - 1),)


@wrong_answer(check_local_rules, says="before 1 is taken")
class RulesThatLowerTheFactorToo(Rules):
    def power_partials(self, k):
        return ((k - 1) * self.data ** (k - 1),)


@wrong_answer(check_local_rules, says="the result itself, not its slope")
class RulesThatKeepThePower(Rules):
    def power_partials(self, k):
        return (self.data**k,)


@wrong_answer(check_local_rules, says="right for squares only")
class RulesForSquaresOnly(Rules):
    def power_partials(self, k):
        return (k * self.data,)


@wrong_answer(check_local_rules, says="with a comma, `(number,)`")
class RulesWithABareNumber(Rules):
    def power_partials(self, k):
        return k * self.data ** (k - 1)


@wrong_answer(check_local_rules, says="nobody would know what to pass on")
class RulesThatKeepNothing(Rules):
    def product_partials(self, other):
        return ()


@wrong_answer(check_local_rules, says="two edges, and each has a partial of its own")
class RulesThatAddUpARepeat(Rules):
    def product_partials(self, other):
        return (2 * self.data,) if self is other else (other.data, self.data)


@wrong_answer(check_local_rules, says="one partial for each operand, and this result has 2")
class RulesOfOnePartial(Rules):
    def difference_partials(self, other):
        return (1.0,)


@wrong_answer(check_local_rules, says="which would carry a graph along")
class RulesThatKeepValues(Rules):
    def product_partials(self, other):
        return other, self


@wrong_answer(check_local_rules, says="the upstream gradient is not known yet")
class RulesThatMultiplyByTheUpstreamTooEarly(Rules):
    def product_partials(self, other):
        return other.data * self.grad, self.data * self.grad


@wrong_answer(check_local_rules, says="only where nothing is 0")
class RulesThatDivideTheResult(Rules):
    def product_partials(self, other):
        product = self.data * other.data
        return product / self.data, product / other.data


@wrong_answer(check_local_rules, says="The operation changed its operands")
class RulesThatMultiplyInPlace(Rules):
    def product_partials(self, other):
        partials = other.data, self.data
        self.data *= 1.5
        return partials


@wrong_answer(check_local_rules, says="The number itself is wrong")
class RulesThatAddForMinus(Rules):
    def __sub__(self, other):
        other = self.of(other)
        return self.record("-", self.data + other.data, (self, other), (1.0, -1.0))


@wrong_answer(check_local_rules, says="a fixed exponent belongs to the op")
class RulesWithAnExponentForAnOperand(Rules):
    def __pow__(self, k):
        return self.record("**", self.data**k, (self, self.of(k)), self.power_partials(k))


@wrong_answer(check_local_rules, says="is a `return` missing?")
class RulesThatReturnNothing(Rules):
    def __add__(self, other):
        self.record("+", self.data + self.of(other).data, (self, other), (1.0, 1.0))


@wrong_answer(check_local_rules, says="A plain number has no `.data`: k stands")
class RulesThatTakeNoNumbers(Rules):
    def __mul__(self, other):
        return self.record("*", self.data * other.data, (self, other), (other.data, self.data))


def edges(result):
    """Each operand of `result`, with its partial."""
    return zip(result.operands, result.partials, strict=True)


@wrong_answer(check_pass_on, says="`=` writes over")
def pass_on_writes_over(result):
    for operand, partial in edges(result):
        operand.grad = result.grad * partial


@wrong_answer(check_pass_on, says="The upstream is left out")
def pass_on_drops_the_upstream(result):
    for operand, partial in edges(result):
        operand.grad += partial


@wrong_answer(check_pass_on, says="The partials are left out")
def pass_on_drops_the_partials(result):
    for operand in result.operands:
        operand.grad += result.grad


@wrong_answer(check_pass_on, says="along an edge they are multiplied")
def pass_on_adds_upstream_and_partial(result):
    for operand, partial in edges(result):
        operand.grad += result.grad + partial


@wrong_answer(check_pass_on, says="The data of the result is used")
def pass_on_uses_the_data_of_the_result(result):
    for operand, partial in edges(result):
        operand.grad += result.data * partial


@wrong_answer(check_pass_on, says="The data of the operand is used")
def pass_on_uses_the_data_of_the_operand(result):
    for operand in result.operands:
        operand.grad += result.grad * operand.data


@wrong_answer(check_pass_on, says="The contribution is taken away")
def pass_on_subtracts(result):
    for operand, partial in edges(result):
        operand.grad -= result.grad * partial


@wrong_answer(check_pass_on, says="An upstream of 0 is a number")
def pass_on_takes_0_for_missing(result):
    for operand, partial in edges(result):
        operand.grad += (result.grad or 1.0) * partial


@wrong_answer(check_pass_on, says="An operand that stands twice has two edges")
def pass_on_counts_a_repeat_once(result):
    for operand, partial in dict(edges(result)).items():
        operand.grad += result.grad * partial


@wrong_answer(check_pass_on, says="Only the first operand")
def pass_on_returns_inside_the_loop(result):
    for operand, partial in edges(result):
        operand.grad += result.grad * partial
        return


@wrong_answer(check_pass_on, says="the partial that belongs to another")
def pass_on_swaps_the_partials(result):
    for operand, partial in zip(result.operands, result.partials[::-1], strict=True):
        operand.grad += result.grad * partial


@wrong_answer(check_pass_on, says="No gradient has changed")
def pass_on_only_returns(result):
    return [result.grad * partial for partial in result.partials]


@wrong_answer(check_pass_on, says="It passes on, and keeps what it has")
def pass_on_gives_its_gradient_away(result):
    for operand, partial in edges(result):
        operand.grad += result.grad * partial
    result.grad = 0.0


@wrong_answer(check_pass_on, says="It went further than asked")
def pass_on_recurses(result):
    for operand, partial in edges(result):
        operand.grad += result.grad * partial
        pass_on_recurses(operand)


@wrong_answer(check_pass_on, says="The partials were changed")
def pass_on_multiplies_in_place(result):
    result.partials = tuple(result.grad * partial for partial in result.partials)
    for operand, contribution in edges(result):
        operand.grad += contribution


@wrong_answer(check_pass_on, says="and yet the whole does not")
def pass_on_fails_on_labels_of_the_graph(result):
    for operand, partial in edges(result):
        operand.grad += result.grad * partial * (1.0 if operand.label in "xy" else 2.0)


RIGHT = {
    "r from z": 2,
    "p from z": 36,
    "q from r": 24,
    "x from q": 24,
    "p from q": -24,
    "x from p": 3,
    "y from p": -6,
}


@wrong_answer(check_predicted_contributions, says="36 is the partial of z for its other operand")
def predicted_contributions_swaps_the_factors():
    return RIGHT | {"r from z": 36, "p from z": 2}


@wrong_answer(check_predicted_contributions, says="The exponent is not lowered: the partial")
def predicted_contributions_keeps_the_exponent():
    return RIGHT | {"q from r": 144}


@wrong_answer(check_predicted_contributions, says="passed on as it is: multiply it")
def predicted_contributions_copies_the_upstream():
    return RIGHT | {"x from p": 12, "y from p": 12}


@wrong_answer(check_predicted_contributions, says="does q rise or fall with p")
def predicted_contributions_forgets_the_minus():
    return RIGHT | {"p from q": 24}


@wrong_answer(check_predicted_contributions, says="before all had arrived: 36 came from z")
def predicted_contributions_passes_p_on_too_early():
    return RIGHT | {"x from p": 9, "y from p": -18}


@wrong_answer(check_predicted_contributions, says="That is the partial alone")
def predicted_contributions_gives_partials():
    return RIGHT | {"q from r": 12, "x from p": 0.25}


@wrong_answer(check_predicted_contributions, says="does p rise or fall with y")
def predicted_contributions_loses_the_minus_of_the_quotient():
    return RIGHT | {"y from p": 6}


@wrong_answer(check_predicted_contributions, says="copy the names as given")
def predicted_contributions_leaves_an_edge_out():
    return {edge: number for edge, number in RIGHT.items() if edge != "x from q"}


@wrong_answer(check_predicted_contributions, says="Each number needs its name")
def predicted_contributions_is_a_list():
    return list(RIGHT.values())


def exp_partial(y):
    return y


def sqrt_partial(y):
    return 1 / (2 * y)


def tanh_partial(y):
    return 1 - y * y


def wrong_partial(says, *, exp=exp_partial, sqrt=sqrt_partial, tanh=tanh_partial):
    """Register the three with one of them spoilt."""
    wrong_answer(check_partials_from_result, says=says)((exp, sqrt, tanh))


def spoilt(name, f):
    """A function under a name, for the list of tests."""
    f.__name__ = name
    return f


wrong_partial("and exp applied again", exp=spoilt("exp_of_the_result", lambda y: math.exp(y)))
wrong_partial("This is the operand, log(y)", exp=spoilt("exp_by_log", lambda y: math.log(y)))
wrong_partial("the rule for powers", exp=spoilt("exp_as_power", lambda y: y * math.log(y)))
wrong_partial("and sqrt applied again", sqrt=spoilt("sqrt_twice", lambda y: 0.5 / math.sqrt(y)))
wrong_partial("The factor one half is lost", sqrt=spoilt("sqrt_no_half", lambda y: 1 / y))
wrong_partial("the way back to x", sqrt=spoilt("sqrt_inverse", lambda y: 2 * y))
wrong_partial("y belongs below the line", sqrt=spoilt("sqrt_times", lambda y: y / 2))
wrong_partial("That is 1 / (2x)", sqrt=spoilt("sqrt_of_x", lambda y: 0.5 / y**2))
wrong_partial("and tanh applied again", tanh=spoilt("tanh_twice", lambda y: 1 - math.tanh(y) ** 2))
wrong_partial("The square is lost", tanh=spoilt("tanh_no_square", lambda y: 1 - y))
wrong_partial("tanh rises everywhere", tanh=spoilt("tanh_sign", lambda y: y * y - 1))
wrong_partial("the rule for tan.", tanh=spoilt("tanh_as_tan", lambda y: 1 + y * y))
wrong_partial("the rule for the sigmoid", tanh=spoilt("tanh_as_sigmoid", lambda y: y * (1 - y)))
wrong_partial("is a `return` missing?", tanh=spoilt("tanh_returns_nothing", lambda y: None))
wrong_partial("was measured", exp=spoilt("exp_of_ones", lambda y: 1.0))


def wrong_lines(name, says, letters):
    """Register an order of the lines."""
    wrong_answer(check_mul_lines, says=says)(spoilt(name, lambda: list(letters)))


wrong_lines("lines_wrap_a_value", "would wrap it once more", "ICGHAF")
wrong_lines("lines_swap_the_partials", "its partial is the other factor", "ECDHAF")
wrong_lines("lines_write_in_the_operand", "`self` is the operand", "ECGHJF")
wrong_lines("lines_return_the_number", "has forgotten where it came from", "ECGHAB")
wrong_lines("lines_never_wrap", "A line is missing: in `a * 3`", "CGHAF")
wrong_lines("lines_return_nothing", "the method returns nothing", "ECGHA")
wrong_lines("lines_wrap_too_late", "when it runs, in `a * 3`", "CEGHAF")
wrong_lines("lines_record_too_early", "nobody has computed the number", "EHCGAF")
wrong_lines("lines_attach_too_early", "there is no new value yet", "ECGAHF")
wrong_lines("lines_attach_what_is_not_there", "nobody has found the partials", "ECHAGF")
wrong_lines("lines_below_the_return", "would not know its partials", "ECGHFA")
wrong_lines("lines_twice", "A line stands there twice", "EECGHAF")
wrong_lines("lines_unknown", "Give the letters of the lines", "ECGHAZ")
