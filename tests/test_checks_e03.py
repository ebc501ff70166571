"""The checks of exercise 03 take every right answer, however it is written."""

import numpy as np
import pytest
from wrong_answers import right_answer

from autograd_lesson.checks.e03_a_number_that_remembers import (
    check_careful,
    check_one_node,
    check_reflected,
    check_value,
)

Reflected, OneNode = right_answer(check_reflected), right_answer(check_one_node)
Recorded = Reflected.__base__


class WithSlots:
    """No __dict__, and the same helper for both methods."""

    __slots__ = ("data", "grad", "label", "op", "operands", "partials")

    def __init__(self, data, label="", op="", operands=()):
        self.data, self.grad, self.label = data, 0.0, label
        self.op, self.operands, self.partials = op, operands, ()

    def result(self, op, other, compute):
        if not isinstance(other, WithSlots):
            other = WithSlots(other)
        return WithSlots(compute(self.data, other.data), "", op, (self, other))

    def __add__(self, other):
        return self.result("+", other, lambda x, y: x + y)

    def __mul__(self, other):
        return self.result("*", other, lambda x, y: x * y)


class PlusAndTimesTurnedRound(Reflected):
    """For + and * the operands may be recorded in the other order: only the number can tell."""

    __radd__, __rmul__ = Recorded.__add__, Recorded.__mul__


class PowerRecordedByHand(Reflected):
    """The reflected power computed anew."""

    def __rpow__(self, other):
        return self.record("**", float(other) ** self.data, self.of(other), self)


class UfuncsSwitchedOff(Reflected):
    """NumPy's own way of leaving an operation to the other side."""

    __array_priority__, __array_ufunc__ = 0, None


class TupleByHand(OneNode):
    """Recorded through the constructor."""

    def __sub__(self, other):
        other = self.of(other)
        return TupleByHand(self.data - other.data, op="-", operands=(self, other))


class ListByHand(OneNode):
    """A list for the tuple, which nobody asked for."""

    def __sub__(self, other):
        return ListByHand(self.data - self.of(other).data, op="-", operands=[self, self.of(other)])


class MinusByMinusOne(Reflected):
    """Two ops in place of one."""

    def __rsub__(self, other):
        return (self - other) * -1

    def __rtruediv__(self, other):
        return self**-1 * other


AllRealNumbers = right_answer(  # what the standard library calls a real number
    check_careful,
    "if not isinstance(data, int | float | np.integer | np.floating)",
    "import numbers\n        if not isinstance(data, numbers.Real)",
)


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_value, right_answer(check_value)),
        (check_value, WithSlots),
        (check_reflected, Reflected),
        (check_reflected, PlusAndTimesTurnedRound),
        (check_reflected, PowerRecordedByHand),
        (check_reflected, UfuncsSwitchedOff),
        (check_one_node, OneNode),
        (check_one_node, TupleByHand),
        (check_one_node, ListByHand),
        (check_reflected, MinusByMinusOne),
        (check_careful, right_answer(check_careful)),
        (check_careful, AllRealNumbers),
    ],
)
def test_a_right_answer_passes_however_it_is_written(check, answer, capsys):
    check(answer)
    assert "checks pass" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        "Value takes a real number, got {kind}. Try float(...).",
        "{thing!r} is not a number! Did you forget to convert it?",
        "expected int or float but found {kind}: please convert first",
        "cannot hold {thing} ({kind}). Only floats are allowed, so pass a float instead",
        "a value holds one real number, not {thing!r}; use .data, .real or one value per item",
        "one real number, not {thing}; please provide an int or a float",
    ],
)
def test_a_message_with_the_three_parts_passes_in_any_words(words, capsys):
    class InOwnWords(Recorded):
        def __init__(self, data, label="", op="", operands=()):
            if not isinstance(data, int | float | np.integer | np.floating):
                raise TypeError(words.format(kind=type(data).__name__, thing=data))
            super().__init__(data, label, op, operands)

    check_careful(InOwnWords)
    assert "9 of 9" in capsys.readouterr().out


def test_a_message_for_each_kind_may_say_it_without_the_name_of_the_type(capsys):
    moves = {
        str: "text such as this string will not do: pass a number, or float(text)",
        list: "a list is many numbers: make a value of each",
        np.ndarray: "an array is many numbers: make a value of each",
        complex: "a complex number has no place here: use its real part",
        type(None): "None is no number: did the function return its result?",
    }

    class OneMessageForEach(Recorded):
        def __init__(self, data, label="", op="", operands=()):
            if isinstance(data, Recorded):
                raise TypeError("this is a value already: use it as it is, or its number in .data")
            if type(data) in moves or isinstance(data, np.complexfloating):
                raise TypeError(moves.get(type(data), moves[complex]))
            super().__init__(data, label, op, operands)

    check_careful(OneMessageForEach)
    assert "9 of 9" in capsys.readouterr().out
