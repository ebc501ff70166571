"""Wrong answers to the checks of 04."""

import math

from autograd_lesson.checks.e04_local_rules import (
    SLIPS,
    check_local_rules,
    check_mul_lines,
    check_partials_from_result,
    check_pass_on,
    check_predicted_contributions,
)
from wrong_answers import from_slips, wrong_answer


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


METHODS = {
    "+": "sum_partials",
    "-": "difference_partials",
    "*": "product_partials",
    "/": "quotient_partials",
    "**": "power_partials",
}


def rules_told(name, says):
    """The right class with the one rule that is told this, out of the slips of the check."""
    op, wrong = next(
        (op, wrong)
        for op, table in SLIPS.items()
        for words, wrong in table.items()
        if says in words.format(x="a", y="b")
    )

    def partials(self, other):
        return wrong(self.data, getattr(other, "data", other))

    return type(name, (Rules,), {METHODS[op]: partials})


for name, says in {
    "RulesOfAProductForASum": "These are the partials of a product. A sum grows",
    "RulesWithSwappedFactors": "the partial of a factor is the *other* factor",
    "RulesOfASumForAProduct": "These are the partials of a sum. A product",
    "RulesWithoutTheMinus": "what is subtracted pulls the result down",
    "RulesWithTheMinusInFront": "The minus stands at the wrong operand",
    "RulesOfAQuotientWithoutItsMinus": "so the quotient falls with its divisor",
    "RulesOfAQuotientWithoutItsDividend": "-1/b**2 is the slope of 1/b, not of a/b",
    "RulesOfAQuotientWithoutTheSquare": "b stands in the square, -a / b**2",
    "RulesOfAQuotientCopied": "The second is a copy of the first",
    "RulesOfAProductForAQuotient": "a divisor does not multiply",
    "RulesOfAQuotientSwapped": "the first belongs to the dividend",
    "RulesThatKeepTheExponent": "The exponent is not lowered",
    "RulesThatLoseTheFactor": "The factor k in front is lost",
    "RulesThatLowerTheFactorToo": "before 1 is taken",
    "RulesThatKeepThePower": "the result itself, not its slope",
    "RulesForSquaresOnly": "right for squares only",
}.items():
    wrong_answer(check_local_rules, says=says)(rules_told(name, says))


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


@wrong_answer(check_local_rules, says="a power comes before a minus")
class RulesWithoutBrackets(Rules):
    def power_partials(self, k):
        return (k * self.data**k - 1,)


@wrong_answer(check_local_rules, says="The brackets are missing or too many")
class RulesThatSquareTheQuotient(Rules):
    def quotient_partials(self, other):
        return 1 / other.data, -((self.data / other.data) ** 2)


@wrong_answer(check_local_rules, says="This is another op's symbol")
class RulesThatRecordADivisionAsMinus(Rules):
    def __truediv__(self, other):
        other = self.of(other)
        data, partials = self.data / other.data, self.quotient_partials(other)
        return self.record("-", data, (self, other), partials)


def power_under(name, says, symbol):
    """Register the right rules, but for the symbol of a power."""

    def power(self, k):
        return self.record(symbol(k), self.data**k, (self,), self.power_partials(k))

    wrong_answer(check_local_rules, says=says)(type(name, (Rules,), {"__pow__": power}))


power_under("RulesThatWriteTheExponentAsItCame", "have one symbol", lambda k: f"**{k}")
power_under("RulesThatLeaveTheExponentOut", "is another op than to 2", lambda k: "**")
power_under("RulesThatInventASymbol", "whoever looks for its rule", lambda k: "pow")


@wrong_answer(check_local_rules, says="the comma makes it one")
class RulesWithABareOperand(Rules):
    def __pow__(self, k):
        return self.record(f"**{k:g}", self.data**k, (self), self.power_partials(k))


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


@wrong_answer(check_pass_on, says="Only the first two operands")
def pass_on_goes_to_two(result):
    for place in range(min(2, len(result.operands))):
        result.operands[place].grad += result.grad * result.partials[place]


@wrong_answer(check_pass_on, says="and a leaf has none")
def pass_on_unpacks_two(result):
    (a, b), (p, q) = result.operands, result.partials
    a.grad += result.grad * p
    b.grad += result.grad * q


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


def named(name, f):
    """A function under a name, for the list of tests."""
    f.__name__ = name
    return f


for name, says, changed in (
    (
        "swaps_the_factors",
        "36 is the partial of z for its other operand",
        {"r from z": 36, "p from z": 2},
    ),
    ("keeps_the_exponent", "The exponent is not lowered: the partial", {"q from r": 144}),
    ("copies_the_upstream", "passed on as it is: multiply it", {"x from p": 12, "y from p": 12}),
    ("forgets_the_minus", "does q rise or fall with p", {"p from q": 24}),
    (
        "passes_p_on_too_early",
        "before all had arrived: 36 came from z",
        {"x from p": 9, "y from p": -18},
    ),
    ("gives_partials", "That is the partial alone", {"q from r": 12, "x from p": 0.25}),
    ("loses_the_minus_of_the_quotient", "does p rise or fall with y", {"y from p": 6}),
):
    answer = named(f"predicted_contributions_{name}", lambda changed=changed: RIGHT | changed)
    wrong_answer(check_predicted_contributions, says=says)(answer)


@wrong_answer(check_predicted_contributions, says="copy the names as given")
def predicted_contributions_leaves_an_edge_out():
    return {edge: number for edge, number in RIGHT.items() if edge != "x from q"}


@wrong_answer(check_predicted_contributions, says="Each number needs its name")
def predicted_contributions_is_a_list():
    return list(RIGHT.values())


from_slips(
    check_partials_from_result,
    exp_of_the_result_and_sqrt_partial_and_tanh_partial="and exp applied again",
    exp_by_log_and_sqrt_partial_and_tanh_partial="This is the operand, log(y)",
    exp_as_power_and_sqrt_partial_and_tanh_partial="the rule for powers",
    exp_partial_and_sqrt_twice_and_tanh_partial="and sqrt applied again",
    exp_partial_and_sqrt_no_half_and_tanh_partial="The factor one half is lost",
    exp_partial_and_sqrt_inverse_and_tanh_partial="the way back to x",
    exp_partial_and_sqrt_times_and_tanh_partial="y belongs below the line",
    exp_partial_and_sqrt_of_x_and_tanh_partial="That is 1 / (2x)",
    exp_partial_and_sqrt_partial_and_tanh_twice="and tanh applied again",
    exp_partial_and_sqrt_partial_and_tanh_no_square="The square is lost",
    exp_partial_and_sqrt_partial_and_tanh_sign="tanh rises everywhere",
    exp_partial_and_sqrt_partial_and_tanh_as_tan="the rule for tan.",
    exp_partial_and_sqrt_partial_and_tanh_as_sigmoid="the rule for the sigmoid",
)


RIGHT_PARTIALS = (
    named("exp_partial", lambda y: y),
    named("sqrt_partial", lambda y: 1 / (2 * y)),
    named("tanh_partial", lambda y: 1 - y * y),
)
wrong_answer(check_partials_from_result, says="is a `return` missing?")(
    (*RIGHT_PARTIALS[:2], named("tanh_returns_nothing", lambda y: None))
)
wrong_answer(check_partials_from_result, says="was measured")(
    (named("exp_of_ones", lambda y: 1.0), *RIGHT_PARTIALS[1:])
)


wrong_answer(check_partials_from_result, says="a call of a function of math")(
    (named("exp_of_log", lambda y: math.exp(math.log(y))), *RIGHT_PARTIALS[1:])
)


def wrong_lines(name, says, letters):
    """Register an order of the lines."""
    wrong_answer(check_mul_lines, says=says)(named(name, lambda: list(letters)))


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
wrong_answer(check_mul_lines, says="A set has no order")(
    named("lines_in_a_set", lambda: set("ECGHAF"))
)
