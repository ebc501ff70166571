"""Wrong answers to the checks of 03."""

import autograd_lesson
from autograd_lesson.checks.e03_a_number_that_remembers import (
    check_careful,
    check_one_node,
    check_reflected,
    check_value,
)
from autograd_lesson.numpy_or_not import np
from wrong_answers import wrong_answer


class Right:
    """Plus and times as they should be: each wrong answer spoils one thing."""

    def __init__(self, data, label="", op="", operands=()):
        self.data, self.grad, self.label = data, 0.0, label
        self.op, self.operands, self.partials = op, operands, ()

    def wrapped(self, other):
        return other if isinstance(other, Right) else type(self)(other)

    def __add__(self, other):
        other = self.wrapped(other)
        return type(self)(self.data + other.data, op="+", operands=(self, other))

    def __mul__(self, other):
        other = self.wrapped(other)
        return type(self)(self.data * other.data, op="*", operands=(self, other))


@wrong_answer(check_value, says="A set drops repeats")
class ValueKeepsASet(Right):
    def __init__(self, data, label="", op="", operands=()):
        super().__init__(data, label, op, set(operands))


@wrong_answer(check_value, says="`(self)` is `self`")
class ValueKeepsOneInBrackets(Right):
    def __add__(self, other):
        return type(self)(self.data + self.wrapped(other).data, op="+", operands=(self))


@wrong_answer(check_value, says="in a list")
class ValueKeepsAList(Right):
    def __init__(self, data, label="", op="", operands=()):
        super().__init__(data, label, op, list(operands))


@wrong_answer(check_value, says="The same value twice is two")
class ValueDropsTheRepeat(Right):
    def __init__(self, data, label="", op="", operands=()):
        super().__init__(data, label, op, tuple(dict.fromkeys(operands)))


@wrong_answer(check_value, says="has no `.data`: make a Value")
class ValueTakesOnlyValues(Right):
    def wrapped(self, other):
        return other


@wrong_answer(check_value, says="would stumble over it")
class ValueRecordsABareNumber(Right):
    def __add__(self, other):
        data = getattr(other, "data", other)
        return ValueRecordsABareNumber(self.data + data, op="+", operands=(self, other))


@wrong_answer(check_value, says="They are turned round")
class ValueTurnsTheOperandsRound(Right):
    def __mul__(self, other):
        other = self.wrapped(other)
        return ValueTurnsTheOperandsRound(self.data * other.data, op="*", operands=(other, self))


@wrong_answer(check_value, says="ends at the copy")
class ValueRecordsCopies(Right):
    def __add__(self, other):
        other = self.wrapped(other)
        copies = (ValueRecordsCopies(self.data), ValueRecordsCopies(other.data))
        return ValueRecordsCopies(self.data + other.data, op="+", operands=copies)


@wrong_answer(check_value, says="a copied line?")
class ValueCopiedTheSymbol(Right):
    def __mul__(self, other):
        other = self.wrapped(other)
        return ValueCopiedTheSymbol(self.data * other.data, op="+", operands=(self, other))


@wrong_answer(check_value, says="right for the other operator")
class ValueAddsWhereItShouldMultiply(Right):
    def __mul__(self, other):
        other = self.wrapped(other)
        data = self.data + other.data
        return ValueAddsWhereItShouldMultiply(data, op="*", operands=(self, other))


@wrong_answer(check_value, says="as if nothing had been computed")
class ValueForgetsTheOp(Right):
    def __add__(self, other):
        other = self.wrapped(other)
        return ValueForgetsTheOp(self.data + other.data, operands=(self, other))


@wrong_answer(check_value, says="Nothing is remembered")
class ValueForgetsTheOperands(Right):
    def __add__(self, other):
        return ValueForgetsTheOperands(self.data + self.wrapped(other).data, op="+")


@wrong_answer(check_value, says="A plain number has forgotten")
class ValueReturnsANumber(Right):
    def __add__(self, other):
        return self.data + self.wrapped(other).data


@wrong_answer(check_value, says="is a `return` missing?")
class ValueReturnsNothing(Right):
    def __add__(self, other):
        Right(self.data + self.wrapped(other).data, op="+", operands=(self, other))


@wrong_answer(check_value, says="leave `self` alone")
class ValueAddsInPlace(Right):
    def __add__(self, other):
        self.data += self.wrapped(other).data
        return self


@wrong_answer(check_value, says="The operation changed `a`")
class ValueChangesItsOperand(Right):
    def __mul__(self, other):
        other = self.wrapped(other)
        self.data *= other.data
        return ValueChangesItsOperand(self.data, op="*", operands=(self, other))


@wrong_answer(check_value, says="whose `.data` is no number")
class ValueAsksForIntAndFloat(Right):
    def wrapped(self, other):
        return type(self)(other) if type(other) in (int, float) else other


@wrong_answer(check_value, says="That does what this exercise asks you to write")
class ValueOfThePackage(autograd_lesson.Value):
    pass


class Recorded:
    """The class that E3.2 to E3.4 start from."""

    def __init__(self, data, label="", op="", operands=()):
        self.data, self.grad, self.label = float(data), 0.0, label
        self.op, self.operands, self.partials = op, operands, ()

    def of(self, x):
        return x if isinstance(x, Recorded) else type(self)(x)

    def record(self, op, data, *operands):
        return type(self)(data, op=op, operands=operands)

    def __add__(self, other):
        return self.record("+", self.data + self.of(other).data, self, self.of(other))

    def __mul__(self, other):
        return self.record("*", self.data * self.of(other).data, self, self.of(other))

    def __pow__(self, k):
        if isinstance(k, Recorded):
            return self.record("**", self.data**k.data, self, k)
        return self.record(f"**{k:g}", self.data**k, self)

    def __sub__(self, other):
        return self + self.of(other) * -1

    def __truediv__(self, other):
        return self * self.of(other) ** -1


class Reflected(Recorded):
    """All five as they should be: each wrong answer spoils one."""

    __array_priority__ = 1000

    def __radd__(self, other):
        return self.of(other) + self

    def __rsub__(self, other):
        return self.of(other) - self

    def __rmul__(self, other):
        return self.of(other) * self

    def __rtruediv__(self, other):
        return self.of(other) / self

    def __rpow__(self, other):
        return self.of(other) ** self


@wrong_answer(check_reflected, says="The sign is wrong")
class ReflectedSubtractsTheWrongOne(Reflected):
    def __rsub__(self, other):
        return self - other


@wrong_answer(check_reflected, says="upside down")
class ReflectedDividesTheWrongWay(Reflected):
    def __rtruediv__(self, other):
        return self / other


@wrong_answer(check_reflected, says="have changed places")
class ReflectedSwapsBaseAndExponent(Reflected):
    def __rpow__(self, other):
        return self**other


@wrong_answer(check_reflected, says="an array of objects")
class ReflectedLeavesArraysToNumPy(Reflected):
    __array_priority__ = 0


@wrong_answer(check_reflected, says="the same question again")
class ReflectedAsksAgain(Reflected):
    def __rsub__(self, other):
        return other - self


@wrong_answer(check_reflected, says="no operand leads back to `x`")
class ReflectedComputesWithTheNumberAlone(Reflected):
    def __rsub__(self, other):
        return self.of(other - self.data)


@wrong_answer(check_reflected, says="none of your reflected methods")
class ReflectedReturnsAValueOfTheBase(Reflected):
    def __rmul__(self, other):
        operands = (self.of(other), self)
        return Recorded(other * self.data, op="*", operands=operands)


@wrong_answer(check_reflected, says="Python asks the latter first")
class ReflectedStartsFromAValueOfTheBase(Reflected):
    def __rsub__(self, other):
        return Recorded(other) - self


@wrong_answer(check_reflected, says="found no method for a number on the left of /")
class ReflectedWithoutDivision(Recorded):
    __radd__, __rsub__, __rmul__ = Reflected.__radd__, Reflected.__rsub__, Reflected.__rmul__


@wrong_answer(check_reflected, says="has no `.data` until")
class ReflectedTakesANumberForAValue(Reflected):
    def __radd__(self, other):
        return self.of(other.data + self.data)


@wrong_answer(check_reflected, says="This is what + gives")
class ReflectedAddsForTimes(Reflected):
    def __rmul__(self, other):
        return self.of(other) + self


@wrong_answer(check_reflected, says="A plain number has forgotten")
class ReflectedReturnsANumber(Reflected):
    def __rpow__(self, other):
        return other**self.data


@wrong_answer(check_reflected, says="as if it were one")
class ReflectedTakesAnArrayForANumber(Reflected):
    def __rmul__(self, other):
        return self.of(np.mean(other)) * self


@wrong_answer(check_reflected, says="what is remembered leads to another")
class ReflectedRecordsInTheWrongOrder(Reflected):
    def __rsub__(self, other):
        return self.record("-", float(other) - self.data, self, self.of(other))


@wrong_answer(check_reflected, says="No rule belongs to this op")
class ReflectedRecordsItsOwnName(Reflected):
    def __rsub__(self, other):
        return self.record("rsub", float(other) - self.data, self.of(other), self)


@wrong_answer(check_reflected, says="make it a value first")
class ReflectedRecordsABareNumber(Reflected):
    def __rmul__(self, other):
        return self.record("*", float(other) * self.data, float(other), self)


class OneNode(Recorded):
    """Minus and divide as they should be: each wrong answer spoils one."""

    def __sub__(self, other):
        other = self.of(other)
        return self.record("-", self.data - other.data, self, other)

    def __truediv__(self, other):
        other = self.of(other)
        return self.record("/", self.data / other.data, self, other)


@wrong_answer(check_one_node, says="still put together")
class OneNodePutTogether(OneNode):
    def __sub__(self, other):
        return self + self.of(other) * -1


@wrong_answer(check_one_node, says="a value made on the way")
class OneNodeRecordsTheReciprocal(OneNode):
    def __truediv__(self, other):
        inverse = self.of(other) ** -1
        return self.record("/", self.data * inverse.data, self, inverse)


@wrong_answer(check_one_node, says="a tuple of their own inside")
class OneNodeRecordsAPair(OneNode):
    def __sub__(self, other):
        other = self.of(other)
        return self.record("-", self.data - other.data, (self, other))


@wrong_answer(check_one_node, says="The two sides have changed places")
class OneNodeSubtractsTheWrongWay(OneNode):
    def __sub__(self, other):
        other = self.of(other)
        return self.record("-", other.data - self.data, self, other)


@wrong_answer(check_one_node, says="the operands are turned round")
class OneNodeTurnsTheOperandsRound(OneNode):
    def __truediv__(self, other):
        other = self.of(other)
        return self.record("/", self.data / other.data, other, self)


@wrong_answer(check_one_node, says="recorded as a plain number")
class OneNodeRecordsABareNumber(OneNode):
    def __sub__(self, other):
        data = self.data - self.of(other).data
        return self.record("-", data, self, other)


@wrong_answer(check_one_node, says="one side of the graph is cut off")
class OneNodeForgetsTheOther(OneNode):
    def __sub__(self, other):
        return self.record("-", self.data - self.of(other).data, self)


@wrong_answer(check_one_node, says="the order is all")
class OneNodeKeepsASet(OneNode):
    def __sub__(self, other):
        other = self.of(other)
        return OneNodeKeepsASet(self.data - other.data, op="-", operands={self, other})


@wrong_answer(check_one_node, says="The symbol of this op")
class OneNodeForgetsTheSymbol(OneNode):
    def __truediv__(self, other):
        other = self.of(other)
        return self.record("", self.data / other.data, self, other)


@wrong_answer(check_one_node, says="No rule goes by this name")
class OneNodeInventsASymbol(OneNode):
    def __sub__(self, other):
        other = self.of(other)
        return self.record("sub", self.data - other.data, other, self)


@wrong_answer(check_one_node, says="symbol of another op")
class OneNodeRecordsADivisionAsMinus(OneNode):
    def __truediv__(self, other):
        other = self.of(other)
        return self.record("-", self.data / other.data, self, other)


@wrong_answer(check_one_node, says="rounded down")
class OneNodeOfWholeNumbers(OneNode):
    def __truediv__(self, other):
        other = self.of(other)
        return self.record("/", self.data // other.data, self, other)


@wrong_answer(check_one_node, says="A plain number has forgotten")
class OneNodeReturnsANumber(OneNode):
    def __sub__(self, other):
        return self.data - self.of(other).data


def refuse(data):
    """The error that the solution raises."""
    found = f"{data!r}, of type {type(data).__name__}"
    raise TypeError(f"a value holds one real number, not {found}; pass an int or a float")


class Careful(Recorded):
    """The constructor as it should be: each wrong answer spoils one thing."""

    allowed = (int, float, np.integer, np.floating)

    def __init__(self, data, label="", op="", operands=()):
        if not isinstance(data, self.allowed):
            refuse(data)
        super().__init__(data, label, op, operands)


@wrong_answer(check_careful, says="it has forgotten how the old one was computed")
class CarefulUnpacksAValue(Careful):
    def __init__(self, data, label="", op="", operands=()):
        super().__init__(getattr(data, "data", data), label, op, operands)


@wrong_answer(check_careful, says="`float` reads numbers out of strings")
class CarefulReadsStrings(Careful):
    allowed = (*Careful.allowed, str)


@wrong_answer(check_careful, says="a list is not one number".capitalize())
class CarefulTakesLists(Recorded):
    def __init__(self, data, label="", op="", operands=()):
        if isinstance(data, str | complex | np.ndarray | Recorded) or data is None:
            refuse(data)
        super().__init__(0.0, label, op, operands)
        self.data = data


@wrong_answer(check_careful, says="even if it holds only one")
class CarefulTakesArraysOfOneNumber(Careful):
    def __init__(self, data, label="", op="", operands=()):
        super().__init__(data.item() if isinstance(data, np.ndarray) else data, label, op, operands)


@wrong_answer(check_careful, says="A complex number has no place here")
class CarefulDropsTheImaginaryPart(Careful):
    def __init__(self, data, label="", op="", operands=()):
        super().__init__(data.real if isinstance(data, complex) else data, label, op, operands)


@wrong_answer(check_careful, says="Here is the place to notice")
class CarefulTakesNone(Careful):
    def __init__(self, data, label="", op="", operands=()):
        super().__init__(0.0 if data is None else data, label, op, operands)


@wrong_answer(check_careful, says="it went in unseen")
class CarefulLetsResultsThrough(Careful):
    def __init__(self, data, label="", op="", operands=()):
        super().__init__(0.0 if op else data, label, op, operands)
        self.data = data


@wrong_answer(check_careful, says="np.number names NumPy's complex numbers")
class CarefulTakesEveryNumberOfNumPy(Careful):
    allowed = (int, float, np.number)


@wrong_answer(check_careful, says="A ValueError is for a value out of range")
class CarefulRaisesAValueError(Recorded):
    def __init__(self, data, label="", op="", operands=()):
        if not isinstance(data, Careful.allowed):
            raise ValueError(f"one real number, not {data!r}; pass an int or a float")
        super().__init__(data, label, op, operands)


@wrong_answer(check_careful, says="In Python a bool is a kind of int")
class CarefulRefusesBool(Recorded):
    def __init__(self, data, label="", op="", operands=()):
        if isinstance(data, bool) or not isinstance(data, Careful.allowed):
            raise TypeError(f"one real number, not {data!r}; pass an int or a float")
        super().__init__(data, label, op, operands)


@wrong_answer(check_careful, says="`python -O` leaves it out")
class CarefulAsserts(Recorded):
    def __init__(self, data, label="", op="", operands=()):
        assert isinstance(data, Careful.allowed), "only supporting int/float"
        super().__init__(data, label, op, operands)


@wrong_answer(check_careful, says="one that happened by accident")
class CarefulStumbles(Recorded):
    def __init__(self, data, label="", op="", operands=()):
        super().__init__(data.real, label, op, operands)


@wrong_answer(check_careful, says="leaves out what was found")
class CarefulDoesNotSayWhatItFound(Recorded):
    def __init__(self, data, label="", op="", operands=()):
        if not isinstance(data, Careful.allowed):
            raise TypeError("pass one real number")
        super().__init__(data, label, op, operands)


@wrong_answer(check_careful, says="leaves out what is allowed")
class CarefulDoesNotSayWhatIsAllowed(Recorded):
    def __init__(self, data, label="", op="", operands=()):
        if not isinstance(data, Careful.allowed):
            raise TypeError(f"{data!r} of type {type(data).__name__} will not do; use another")
        super().__init__(data, label, op, operands)


@wrong_answer(check_careful, says="leaves out a next move")
class CarefulLeavesTheReaderAlone(Recorded):
    def __init__(self, data, label="", op="", operands=()):
        if not isinstance(data, Careful.allowed):
            raise TypeError(f"found {data!r} of type {type(data).__name__}, not a number")
        super().__init__(data, label, op, operands)


@wrong_answer(check_careful, says="np.float32 and np.int64")
class CarefulRefusesNumPy(Careful):
    allowed = (int, float)


@wrong_answer(check_careful, says="must be handed on as well")
class CarefulForgetsTheRest(Careful):
    def __init__(self, data, label="", op="", operands=()):
        super().__init__(data)


@wrong_answer(check_careful, says="An allowed number must be kept")
class CarefulRoundsDown(Careful):
    def __init__(self, data, label="", op="", operands=()):
        super().__init__(
            int(data) if isinstance(data, Careful.allowed) else data, label, op, operands
        )


class Powers(Reflected):
    """The right class, for others to record their powers in another way."""

    symbol = "**"

    def __rpow__(self, other):
        return self.record(self.symbol, other**self.data, self)


@wrong_answer(check_reflected, says="and 1 is remembered: the number on the left is a value")
class ReflectedForgetsTheBase(Powers):
    pass


@wrong_answer(check_reflected, says="With the value in the exponent the op is `**`")
class ReflectedNamesTheBaseInTheOp(Powers):
    symbol = "3**"


@wrong_answer(check_careful, says="`return` ends the constructor and refuses nothing")
class CarefulReturnsInPlaceOfRaising(Recorded):
    def __init__(self, data, label="", op="", operands=()):
        if isinstance(data, Careful.allowed):
            super().__init__(data, label, op, operands)


@wrong_answer(check_careful, says="These are the words of `float`")
class CarefulLeavesItToPython(Recorded):
    pass
