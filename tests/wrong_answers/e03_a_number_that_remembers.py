"""Wrong answers to the checks of 03."""

import autograd_lesson
from autograd_lesson.checks.e03_a_number_that_remembers import (
    check_careful,
    check_one_node,
    check_reflected,
    check_value,
)
from wrong_answers import spoiled, wrong_answer

SUM, PRODUCT = "self.data + other.data", "self.data * other.data"
PLUS, TIMES = 'op="+", operands=(self, other)', 'op="*", operands=(self, other)'
HELD, WRAP = "op, operands, ()", "Value(other)\n        return Value(self.data +"
spoiled(
    check_value,
    ValueKeepsASet=("A set drops repeats", HELD, "op, set(operands), ()"),
    ValueKeepsOneInBrackets=("`(self)` is `self`", PLUS, 'op="+", operands=(self)'),
    ValueKeepsAList=("in a list", HELD, "op, list(operands), ()"),
    ValueDropsTheRepeat=(
        "The same value twice is two",
        HELD,
        "op, tuple(dict.fromkeys(operands)), ()",
    ),
    ValueTakesOnlyValues=(
        "has no `.data`: make a Value",
        WRAP,
        WRAP.replace("Value(other)", "other"),
    ),
    ValueRecordsABareNumber=(
        "would stumble over it",
        f"Value({SUM}, {PLUS})",
        f"Value({SUM}, {PLUS.replace('other', 'given')})",
        "def __add__(self, other):",
        "def __add__(self, given):\n        other = given",
    ),
    ValueTurnsTheOperandsRound=("They are turned round", TIMES, 'op="*", operands=(other, self)'),
    ValueRecordsCopies=(
        "ends at the copy",
        PLUS,
        'op="+", operands=(Value(self.data), Value(other.data))',
    ),
    ValueCopiedTheSymbol=("a copied line?", 'op="*"', 'op="+"'),
    ValueAddsWhereItShouldMultiply=("right for the other operator", PRODUCT, SUM),
    ValueForgetsTheOp=("as if nothing had been computed", 'op="+", ', ""),
    ValueForgetsTheOperands=("Nothing is remembered", PLUS, 'op="+"'),
    ValueReturnsANumber=("A plain number has forgotten", f"Value({SUM}, {PLUS})", SUM),
    ValueReturnsNothing=("is a `return` missing?", f"return Value({SUM}", f"Value({SUM}"),
    ValueAddsInPlace=(
        "leave `self` alone",
        f"return Value({SUM}, {PLUS})",
        "self.data += other.data; return self",
    ),
    ValueChangesItsOperand=(
        "The operation changed `a`",
        f"return Value({PRODUCT}",
        "self.data *= other.data; return Value(self.data",
    ),
    ValueAsksForIntAndFloat=(
        "whose `.data` is no number",
        WRAP,
        WRAP.replace("Value(other)", "Value(other) if type(other) in (int, float) else other"),
    ),
)


@wrong_answer(check_value, says="That does what this exercise asks you to write")
class ValueOfThePackage(autograd_lesson.Value):
    pass


MINUS, MUL, POWER = "self.of(other) - self", "self.of(other) * self", "self.of(other) ** self"
spoiled(
    check_reflected,
    ReflectedSubtractsTheWrongOne=("The sign is wrong", MINUS, "self - other"),
    ReflectedDividesTheWrongWay=("upside down", "self.of(other) / self", "self / other"),
    ReflectedSwapsBaseAndExponent=("have changed places", POWER, "self**other"),
    ReflectedLeavesArraysToNumPy=("an array of objects", "1000", "0"),
    ReflectedAsksAgain=("the same question again", MINUS, "other - self"),
    ReflectedComputesWithTheNumberAlone=(
        "no operand leads back to `x`",
        MINUS,
        "self.of(other - self.data)",
    ),
    ReflectedReturnsAValueOfTheBase=(
        "none of your reflected methods",
        MUL,
        'Recorded(other * self.data, op="*", operands=(self.of(other), self))',
    ),
    ReflectedStartsFromAValueOfTheBase=(
        "Python asks the latter first",
        MINUS,
        "Recorded(other) - self",
    ),
    ReflectedWithoutDivision=(
        "found no method for a number on the left of /",
        "__rtruediv__",
        "__rdiv__",
    ),
    ReflectedTakesANumberForAValue=(
        "has no `.data` until",
        "self.of(other) + self",
        "self.of(other.data + self.data)",
    ),
    ReflectedAddsForTimes=("This is what + gives", MUL, "self.of(other) + self"),
    ReflectedReturnsANumber=("A plain number has forgotten", POWER, "other**self.data"),
    ReflectedTakesAnArrayForANumber=("as if it were one", MUL, "self.of(np.mean(other)) * self"),
    ReflectedRecordsInTheWrongOrder=(
        "what is remembered leads to another",
        MINUS,
        'self.record("-", float(other) - self.data, self, self.of(other))',
    ),
    ReflectedRecordsItsOwnName=(
        "No rule belongs to this op",
        MINUS,
        'self.record("rsub", float(other) - self.data, self.of(other), self)',
    ),
    ReflectedRecordsABareNumber=(
        "make it a value first",
        MUL,
        'self.record("*", float(other) * self.data, float(other), self)',
    ),
    ReflectedForgetsTheBase=(
        "and 1 is remembered: the number on the left is a value",
        POWER,
        'self.record("**", other**self.data, self)',
    ),
    ReflectedNamesTheBaseInTheOp=(
        "With the value in the exponent the op is `**`",
        POWER,
        'self.record("3**", other**self.data, self)',
    ),
)

MINUS = 'self.record("-", self.data - other.data, self, other)'
DIVIDED = 'self.record("/", self.data / other.data, self, other)'
spoiled(
    check_one_node,
    OneNodePutTogether=("still put together", MINUS, "self + other * -1"),
    OneNodeRecordsTheReciprocal=(
        "a value made on the way",
        f"return {DIVIDED}",
        f"other = other ** -1; return {DIVIDED.replace('/ other', '* other')}",
    ),
    OneNodeRecordsAPair=(
        "a tuple of their own inside",
        MINUS,
        MINUS.replace("self, other", "(self, other)"),
    ),
    OneNodeSubtractsTheWrongWay=(
        "The two sides have changed places",
        "self.data - other.data",
        "other.data - self.data",
    ),
    OneNodeTurnsTheOperandsRound=(
        "the operands are turned round",
        DIVIDED,
        DIVIDED.replace("self, other", "other, self"),
    ),
    OneNodeRecordsABareNumber=(
        "recorded as a plain number",
        MINUS,
        MINUS.replace("self, other", "self, other.data"),
    ),
    OneNodeForgetsTheOther=(
        "one side of the graph is cut off",
        MINUS,
        MINUS.replace(", other)", ")"),
    ),
    OneNodeKeepsASet=(
        "the order is all",
        MINUS,
        'OneNode(self.data - other.data, op="-", operands={self, other})',
    ),
    OneNodeForgetsTheSymbol=("The symbol of this op", '"/"', '""'),
    OneNodeInventsASymbol=(
        "No rule goes by this name",
        MINUS,
        'self.record("sub", self.data - other.data, other, self)',
    ),
    OneNodeRecordsADivisionAsMinus=("symbol of another op", '"/"', '"-"'),
    OneNodeOfWholeNumbers=("rounded down", "self.data / other", "self.data // other"),
    OneNodeReturnsANumber=("A plain number has forgotten", MINUS, "self.data - other.data"),
)

ALLOWED = "int | float | np.integer | np.floating"
REFUSED = f"if not isinstance(data, {ALLOWED})"
KEPT = "super().__init__(data, label, op, operands)"
WORDS = "a value holds one real number, not {found}; pass an int or a float"


def read_as(what):
    """Edits by which something else is taken for the number."""
    return REFUSED, f"data = {what}\n        {REFUSED}"


spoiled(
    check_careful,
    CarefulUnpacksAValue=(
        "it has forgotten how the old one was computed",
        *read_as("getattr(data, 'data', data)"),
    ),
    CarefulReadsStrings=("`float` reads numbers out of strings", ALLOWED, f"{ALLOWED} | str"),
    CarefulTakesLists=(
        "A list is not one number",
        REFUSED,
        "if isinstance(data, str | complex | np.ndarray | Recorded) or data is None",
        KEPT,
        f"{KEPT.replace('data', '0')}; self.data = data",
    ),
    CarefulTakesArraysOfOneNumber=(
        "even if it holds only one",
        *read_as("data.item() if isinstance(data, np.ndarray) else data"),
    ),
    CarefulDropsTheImaginaryPart=(
        "A complex number has no place here",
        *read_as("data.real if isinstance(data, complex) else data"),
    ),
    CarefulTakesNone=("Here is the place to notice", *read_as("0.0 if data is None else data")),
    CarefulLetsResultsThrough=(
        "it went in unseen",
        "if not",
        "if not op and not",
        KEPT,
        f"{KEPT.replace('data', '0 if op else data')}; self.data = data",
    ),
    CarefulTakesEveryNumberOfNumPy=(
        "np.number names NumPy's complex numbers",
        "np.integer | np.floating",
        "np.number",
    ),
    CarefulRaisesAValueError=(
        "A ValueError is for a value out of range",
        "TypeError",
        "ValueError",
    ),
    CarefulRefusesBool=("In Python a bool is a kind of int", "if not", "if data is True or not"),
    CarefulAsserts=("`python -O` leaves it out", "raise TypeError(", "assert False, ("),
    CarefulStumbles=(
        "one that happened by accident",
        REFUSED,
        "if False",
        "_(data,",
        "_(data.real,",
    ),
    CarefulDoesNotSayWhatItFound=("leaves out what was found", WORDS, "pass one real number"),
    CarefulDoesNotSayWhatIsAllowed=(
        "leaves out what is allowed",
        WORDS,
        "{found} will not do; use another",
    ),
    CarefulLeavesTheReaderAlone=("leaves out a next move", WORDS, "found {found}, not a number"),
    CarefulRefusesNumPy=("np.float32 and np.int64", ALLOWED, "int | float"),
    CarefulForgetsTheRest=("must be handed on as well", KEPT, "super().__init__(data)"),
    CarefulRoundsDown=("An allowed number must be kept", "_(data,", "_(int(data),"),
    CarefulReturnsInPlaceOfRaising=(
        "`return` ends the constructor and refuses nothing",
        "raise TypeError",
        "return; ",
    ),
    CarefulLeavesItToPython=("These are the words of `float`", "if not", "if False and not"),
)
