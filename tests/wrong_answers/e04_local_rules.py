"""Wrong answers to the checks of 04."""

from autograd_lesson.checks.e04_local_rules import (
    check_local_rules,
    check_mul_lines,
    check_partials_from_result,
    check_pass_on,
    check_predicted_contributions,
)
from wrong_answers import from_results, from_slips, spoiled

SUM, DIFFERENCE, PRODUCT = "(1.0, 1.0)", "(1.0, -1.0)", "(other.data, self.data)"
QUOTIENT = "(1 / other.data, -self.data / other.data**2)"
POWER = "(k * self.data ** (k - 1),)"
spoiled(
    check_local_rules,
    RulesOfAProductForASum=("These are the partials of a product. A sum grows", SUM, PRODUCT),
    RulesWithSwappedFactors=(
        "the partial of a factor is the *other* factor",
        PRODUCT,
        "(self.data, other.data)",
    ),
    RulesOfASumForAProduct=("These are the partials of a sum. A product", PRODUCT, SUM),
    RulesWithoutTheMinus=("what is subtracted pulls the result down", DIFFERENCE, SUM),
    RulesWithTheMinusInFront=("The minus stands at the wrong operand", DIFFERENCE, "(-1.0, 1.0)"),
    RulesOfAQuotientWithoutItsMinus=(
        "so the quotient falls with its divisor",
        QUOTIENT,
        "(1 / other.data, self.data / other.data**2)",
    ),
    RulesOfAQuotientWithoutItsDividend=(
        "-1/b**2 is the slope of 1/b, not of a/b",
        QUOTIENT,
        "(1 / other.data, -1 / other.data**2)",
    ),
    RulesOfAQuotientWithoutTheSquare=(
        "b stands in the square, -a / b**2",
        QUOTIENT,
        "(1 / other.data, -self.data / other.data)",
    ),
    RulesOfAQuotientCopied=(
        "The second is a copy of the first",
        QUOTIENT,
        "(1 / other.data, 1 / other.data)",
    ),
    RulesOfAProductForAQuotient=("a divisor does not multiply", QUOTIENT, PRODUCT),
    RulesOfAQuotientSwapped=(
        "the first belongs to the dividend",
        QUOTIENT,
        "(-self.data / other.data**2, 1 / other.data)",
    ),
    RulesThatSquareTheQuotient=(
        "The brackets are missing or too many",
        QUOTIENT,
        "(1 / other.data, -((self.data / other.data) ** 2))",
    ),
    RulesThatKeepTheExponent=("The exponent is not lowered", POWER, "(k * self.data**k,)"),
    RulesThatLoseTheFactor=("The factor k in front is lost", POWER, "(self.data ** (k - 1),)"),
    RulesThatLowerTheFactorToo=("before 1 is taken", POWER, "((k - 1) * self.data ** (k - 1),)"),
    RulesThatKeepThePower=("the result itself, not its slope", POWER, "(self.data**k,)"),
    RulesForSquaresOnly=("right for squares only", POWER, "(k * self.data,)"),
    RulesWithoutBrackets=("a power comes before a minus", POWER, "(k * self.data**k - 1,)"),
    RulesWithABareNumber=("with a comma, `(number,)`", POWER, POWER.replace(",", "")),
    RulesThatKeepNothing=("nobody would know what to pass on", PRODUCT, "()"),
    RulesThatAddUpARepeat=(
        "two edges, and each has a partial of its own",
        PRODUCT,
        f"(2 * self.data,) if self is other else {PRODUCT}",
    ),
    RulesOfOnePartial=(
        "one partial for each operand, and this result has 2",
        DIFFERENCE,
        "(1.0,)",
    ),
    RulesThatKeepValues=("which would carry a graph along", PRODUCT, "(other, self)"),
    RulesThatMultiplyByTheUpstreamTooEarly=(
        "the upstream gradient is not known yet",
        PRODUCT,
        "(other.data * self.grad, self.data * self.grad)",
    ),
    RulesThatDivideTheResult=(
        "only where nothing is 0",
        PRODUCT,
        "(self.data * other.data / self.data, self.data * other.data / other.data)",
    ),
    RulesThatMultiplyInPlace=(
        "The operation changed its operands",
        f"partials = {PRODUCT}",
        f"partials = {PRODUCT}; self.data *= 1.5",
    ),
    RulesThatAddForMinus=("The number itself is wrong", "self.data - other", "self.data + other"),
    RulesWithAnExponentForAnOperand=(
        "a fixed exponent belongs to the op",
        'f"**{k:g}", self.data**k, (self,)',
        '"**", self.data**k, (self, self.of(k))',
    ),
    RulesThatReturnNothing=("is a `return` missing?", 'return self.record("+"', 'self.record("+"'),
    RulesThatTakeNoNumbers=(
        "A plain number has no `.data`: k stands",
        "def __mul__(self, other):\n        other = self.of(other)",
        "def __mul__(self, other):",
    ),
    RulesThatRecordADivisionAsMinus=("This is another op's symbol", '"/"', '"-"'),
    RulesThatWriteTheExponentAsItCame=("have one symbol", "{k:g}", "{k}"),
    RulesThatLeaveTheExponentOut=("is another op than to 2", "**{k:g}", "**"),
    RulesThatInventASymbol=("whoever looks for its rule", "**{k:g}", "pow"),
    RulesWithABareOperand=("the comma makes it one", "(self,)", "(self)"),
)

FIRST = "for operand, partial in zip(result.operands, result.partials, strict=True):"
CONTRIBUTION = "result.grad * partial"
spoiled(
    check_pass_on,
    pass_on_writes_over=("`=` writes over", "+=", "="),
    pass_on_drops_the_upstream=("The upstream is left out", CONTRIBUTION, "partial"),
    pass_on_drops_the_partials=("The partials are left out", CONTRIBUTION, "result.grad"),
    pass_on_adds_upstream_and_partial=(
        "along an edge they are multiplied",
        CONTRIBUTION,
        "result.grad + partial",
    ),
    pass_on_uses_the_data_of_the_result=(
        "The data of the result is used",
        CONTRIBUTION,
        "result.data * partial",
    ),
    pass_on_uses_the_data_of_the_operand=(
        "The data of the operand is used",
        CONTRIBUTION,
        "result.grad * operand.data",
    ),
    pass_on_subtracts=("The contribution is taken away", "+=", "-="),
    pass_on_takes_0_for_missing=(
        "An upstream of 0 is a number",
        CONTRIBUTION,
        "(result.grad or 1.0) * partial",
    ),
    pass_on_counts_a_repeat_once=(
        "An operand that stands twice has two edges",
        "zip(result.operands, result.partials, strict=True)",
        "dict(zip(result.operands, result.partials, strict=True)).items()",
    ),
    pass_on_returns_inside_the_loop=(
        "Only the first operand",
        CONTRIBUTION,
        f"{CONTRIBUTION}; return",
    ),
    pass_on_goes_to_two=(
        "Only the first two operands",
        "result.operands, result.partials, strict",
        "result.operands[:2], result.partials[:2], strict",
    ),
    pass_on_unpacks_two=(
        "and a leaf has none",
        FIRST,
        f"a, b = result.operands\n    {FIRST}",
    ),
    pass_on_swaps_the_partials=(
        "the partial that belongs to another",
        "result.partials",
        "result.partials[::-1]",
    ),
    pass_on_only_returns=("No gradient has changed", "operand.grad +=", "return"),
    pass_on_gives_its_gradient_away=(
        "It passes on, and keeps what it has",
        CONTRIBUTION,
        f"{CONTRIBUTION}\n    result.grad = 0.0",
    ),
    pass_on_recurses=(
        "It went further than asked",
        CONTRIBUTION,
        f"{CONTRIBUTION}; pass_on(operand)",
    ),
    pass_on_multiplies_in_place=(
        "The partials were changed",
        CONTRIBUTION,
        f"{CONTRIBUTION}\n    result.partials = [{CONTRIBUTION} for partial in result.partials]",
    ),
    pass_on_fails_on_labels_of_the_graph=(
        "and yet the whole does not",
        CONTRIBUTION,
        f"{CONTRIBUTION} * (1.0 if operand.label in 'xy' else 2.0)",
    ),
)

spoiled(
    check_predicted_contributions,
    predicted_contributions_swaps_the_factors=(
        "36 is the partial of z for its other operand",
        '"r from z": 2',
        '"r from z": 36',
        '"p from z": 36',
        '"p from z": 2',
    ),
    predicted_contributions_keeps_the_exponent=(
        "The exponent is not lowered: the partial",
        '"q from r": 24',
        '"q from r": 144',
    ),
    predicted_contributions_copies_the_upstream=(
        "passed on as it is: multiply it",
        '"x from p": 3',
        '"x from p": 12',
        '"y from p": -6',
        '"y from p": 12',
    ),
    predicted_contributions_forgets_the_minus=("does q rise or fall with p", "-24", "24"),
    predicted_contributions_passes_p_on_too_early=(
        "before all had arrived: 36 came from z",
        '"x from p": 3',
        '"x from p": 9',
        '"y from p": -6',
        '"y from p": -18',
    ),
    predicted_contributions_gives_partials=(
        "That is the partial alone",
        '"q from r": 24',
        '"q from r": 12',
        '"x from p": 3',
        '"x from p": 0.25',
    ),
    predicted_contributions_loses_the_minus_of_the_quotient=(
        "does p rise or fall with y",
        "-6",
        "6",
    ),
    predicted_contributions_leaves_an_edge_out=("copy the names as given", '"x from q": 24,', ""),
    predicted_contributions_is_a_list=(
        "Each number needs its name",
        "return {",
        "return [*{",
        "}",
        "}.values()]",
    ),
)

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

EXP = "return y\n    ### END SOLUTION\n\n\n# %%\ndef sqrt"  # so that it is the only one
spoiled(
    check_partials_from_result,
    exp_partial_and_sqrt_partial_and_tanh_returns_nothing=(
        "is a `return` missing?",
        "return 1 - y * y",
        "",
    ),
    exp_of_ones_and_sqrt_partial_and_tanh_partial=("was measured", EXP, EXP.replace("y", "1.0", 1)),
    exp_of_log_and_sqrt_partial_and_tanh_partial=(
        "a call of a function of math",
        "def exp_partial",
        "import math\n\n\ndef exp_partial",
        EXP,
        EXP.replace("y", "math.exp(math.log(y))", 1),
    ),
)

from_results(
    check_mul_lines,
    lines_wrap_a_value=("would wrap it once more", list("ICGHAF")),
    lines_swap_the_partials=("its partial is the other factor", list("ECDHAF")),
    lines_write_in_the_operand=("`self` is the operand", list("ECGHJF")),
    lines_return_the_number=("has forgotten where it came from", list("ECGHAB")),
    lines_never_wrap=("A line is missing: in `a * 3`", list("CGHAF")),
    lines_return_nothing=("the method returns nothing", list("ECGHA")),
    lines_wrap_too_late=("when it runs, in `a * 3`", list("CEGHAF")),
    lines_record_too_early=("nobody has computed the number", list("EHCGAF")),
    lines_attach_too_early=("there is no new value yet", list("ECGAHF")),
    lines_attach_what_is_not_there=("nobody has found the partials", list("ECHAGF")),
    lines_below_the_return=("would not know its partials", list("ECGHFA")),
    lines_twice=("A line stands there twice", list("EECGHAF")),
    lines_unknown=("There is no line 'Z'", list("ECGHAZ")),
    lines_in_a_set=("A set has no order", set("ECGHAF")),
)
