"""The checks of exercise 26 take every right answer, however it is written."""

import pytest
from wrong_answers import right_answer

from autograd_lesson.checks import CheckFailed
from autograd_lesson.checks.e26_how_the_frameworks_do_it import (
    check_divide,
    check_matched_parts,
    check_power,
)

RIGHT = right_answer(check_matched_parts)()


@pytest.mark.parametrize(
    "answer",
    [
        {str(part): letter.lower() for part, letter in RIGHT.items()},
        {float(part): f" {letter}" for part, letter in RIGHT.items()},
        RIGHT | {15: "Z"},
    ],
)
def test_keys_may_be_text_and_letters_small(answer, capsys):
    check_matched_parts(lambda: answer)
    assert "14 of 14" in capsys.readouterr().out


def test_a_letter_that_is_none_is_told_so():
    with pytest.raises(CheckFailed, match="a letter from A to N"):
        check_matched_parts(lambda: {part: [letter] for part, letter in RIGHT.items()})


Divide, Power = right_answer(check_divide), right_answer(check_power)


class DivideByItsResult(Divide):
    """The quotient saved in place of the numerator."""

    @staticmethod
    def forward(ctx, a, b):
        quotient = a / b
        ctx.save_for_backward(b, quotient)
        return quotient

    @staticmethod
    def backward(ctx, upstream):
        b, quotient = ctx.saved_tensors
        return upstream / b, -upstream * quotient / b


class DivideOfWhatIsNeeded(Divide):
    """As PyTorch's own manual has it."""

    @staticmethod
    def backward(ctx, upstream):
        a, b = ctx.saved_tensors
        for_a = upstream / b if ctx.needs_input_grad[0] else None
        for_b = -upstream * a / (b * b) if ctx.needs_input_grad[1] else None
        return for_a, for_b


class PowerWithTheExponentUnderAnotherName(Power):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x)
        ctx.exponent = k
        return x**k

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return ctx.exponent * upstream * x ** (ctx.exponent - 1), None


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_divide, DivideByItsResult),
        (check_divide, DivideOfWhatIsNeeded),
        (check_power, PowerWithTheExponentUnderAnotherName),
    ],
)
def test_a_right_function_passes_however_it_is_written(check, answer, capsys):
    check(answer)
    assert "checks pass" in capsys.readouterr().out
