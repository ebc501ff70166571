"""The formula box: what it reads, what it refuses and where, and what it shows."""

import math

import pytest

from autograd_lesson import Value
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.teaching.formula import FormulaError, computed, variables_of
from autograd_lesson.widgets import playground


def values(**numbers):
    return {name: Value(x, name) for name, x in numbers.items()}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("tanh(a*b + c)", math.tanh(2.0 * -3.0 + 10.0)),
        ("-a**2 / (b - 1)", -(2.0**2) / (-3.0 - 1)),
        ("  maximum(a, b) + abs(b)", 5.0),
        ("sigmoid(sin(a)) * 3", 3 / (1 + math.exp(-math.sin(2.0)))),
        ("2 ** a + c ** -1", 4.1),
        ("+a", 2.0),
        ("7", 7.0),
    ],
)
def test_a_formula_is_computed_as_python_would(formula, expected):
    assert computed(formula, values(a=2.0, b=-3.0, c=10.0)).data == pytest.approx(expected)


def test_the_gradients_of_a_formula_agree_with_central_differences():
    variables = values(a=0.5, b=-0.3, c=0.2)
    computed("tanh(a*b + c) ** 2 + exp(a) / 3", variables).backward()
    slopes = numerical_gradient(
        lambda a, b, c: math.tanh(a * b + c) ** 2 + math.exp(a) / 3, [0.5, -0.3, 0.2]
    )
    assert [v.grad for v in variables.values()] == pytest.approx(slopes, rel=1e-7)


def test_variables_are_listed_once_in_order_of_appearance():
    assert variables_of("tanh(b*a + b) + c") == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("formula", "position", "says"),
    [
        ("a + ", 4, "breaks off"),
        ("a + * b", 4, "breaks off"),
        ("", 0, "breaks off"),
        ("a + foo(b)", 4, "unknown function foo"),
        ("a + d", 4, "unknown name d"),
        ("tanh", 0, "needs brackets"),
        ("tanh(a, b)", 0, "takes 1 operand, here are 2"),
        ("maximum(a)", 0, "takes 2 operands, here are 1"),
        ("a.data", 0, "does not belong"),
        ("a @ b", 0, "does not belong"),
        ("a if b else c", 0, "does not belong"),
        ("[a]", 0, "does not belong"),
        ("'a'", 0, "does not belong"),
        ("True", 0, "does not belong"),
        ("1j", 0, "does not belong"),
        ("lambda: a", 0, "does not belong"),
        ("(a := 3)", 1, "does not belong"),
        ("__import__('os')", 0, "unknown function __import__"),
        ("tanh(x=a)", 0, "takes 1 operand"),
        ("a+" * 150 + "a", 200, "too many"),
        ("-" * 60 + "a", 41, "40 deep"),
        ("1e309", 0, "too large"),
    ],
)
def test_what_is_not_a_formula_is_refused_with_its_place(formula, position, says):
    with pytest.raises(FormulaError, match=says) as caught:
        computed(formula, values(a=2.0, b=-3.0, c=10.0))
    assert caught.value.position == position


def test_the_playground_shows_values_and_gradients():
    play = playground("tanh(a*b + c)", a=2.0, b=-3.0, c=6.2)
    assert play.variables == {"a": 2.0, "b": -3.0, "c": 6.2}
    slope = 1 - math.tanh(0.2) ** 2
    assert f"a = 2, grad {-3 * slope:.4g}" in play.text()
    assert repr(play) == "playground: tanh(a*b + c) at a = 2, b = -3, c = 6.2"


def test_moving_a_slider_moves_the_picture():
    play = playground("a*b", a=2.0, b=3.0)
    play.set(b=-4.0)
    assert "y = a * b = -8" in play.text()
    assert "grad -4" in play.text()


def test_a_new_variable_gets_a_slider_and_an_old_one_keeps_its_place():
    play = playground("a*b", a=2.0, b=3.0)
    play.set(a=5.0)
    assert play.set_formula("b + d") == ""
    assert play.variables == {"b": 3.0, "d": 1.0}
    play.set_formula("a + d")
    assert play.variables == {"a": 5.0, "d": 1.0}


def test_a_bad_formula_is_answered_under_its_place_and_the_picture_stays():
    play = playground("a*b", a=2.0, b=3.0)
    before = play.svg
    said = play.set_formula("a + foo(b)")
    assert said.splitlines()[1].startswith("    ^ unknown function foo; allowed are numbers")
    assert play.svg == before
    assert play.set_formula("a + b") == ""


def test_outside_a_domain_the_value_is_named():
    play = playground("log(a)", a=2.0)
    assert play.set(a=-1.0).startswith("'log' at a = -1")
    assert play.set(a=3.0) == ""


def test_markup_in_a_formula_is_shown_and_never_run():
    play = playground("a", a=1.0)
    play.set_formula("<script>alert(1)</script>")
    assert "<script>" not in play.said.value and "&lt;script&gt;" in play.said.value


def test_a_formula_that_is_wrong_from_the_start_raises():
    with pytest.raises(ValueError, match="unknown function foo"):
        playground("foo(a)", a=1.0)


def test_too_many_variables_are_refused():
    play = playground("a", a=1.0)
    assert "8 variables; use up to 6" in play.set_formula("a+b+c+d+f+g+h+k")


def test_a_slider_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="'z' is not in the formula; it has a"):
        playground("a", a=1.0).set(z=1.0)


def test_the_stored_forms_hold_picture_and_words():
    bundle = playground("a*b", a=2.0, b=3.0)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" not in bundle
    assert "grad 3" in bundle["text/plain"] and "<img" in bundle["text/html"]
    assert bundle["image/svg+xml"].startswith("<svg")


# The formula, and the character that it is wrong at: counted by hand.
ACCENTED = {
    "\u00e9 + foo(a)": 4,  # é is two bytes in the file that Python reads
    "e\u0301 + foo(a)": 5,  # the same letter as two characters
    "\u03b1*\u03b2 + \u03b3 + nope": 10,
    "\u5909\u6570 + foo(a)": 5,
    "\u5909 + $": 4,
    "  \u00e9 + foo(a)": 6,
    "\ta + foo(a)": 5,
    "(a +\n \u00e9 + foo(a))": 10,
    "(a +\r\n foo(a))": 7,
    "(a\n\n + $)": 7,
    "\n a + foo(a)": 6,
}


@pytest.mark.parametrize(("formula", "position"), ACCENTED.items())
def test_the_place_of_a_fault_is_counted_in_characters(formula, position):
    with pytest.raises(FormulaError) as refused:
        computed(
            formula,
            dict.fromkeys(["\u00e9", "a", "\u03b1", "\u03b2", "\u03b3"], Value(1.0))
            | {
                "\u5909": Value(1.0),
                "\u5909\u6570": Value(1.0),
            },
        )
    assert refused.value.position == position


@pytest.mark.parametrize(
    ("formula", "columns"),
    [
        ("\u00e9 + foo(a)", 4),
        ("e\u0301 + foo(a)", 4),
        ("\u5909\u6570 + foo(a)", 7),  # each of the two is two columns wide
        ("a\t+ foo(a)", 10),
        ("(a +\n   foo(a))", 3),
    ],
)
def test_the_caret_stands_below_the_fault(formula, columns):
    said = playground("a", a=1.0).set_formula(formula)
    shown, caret = said.splitlines()[-2:]
    assert caret.startswith(" " * columns + "^ unknown ")
    assert "\t" not in said and shown.endswith("foo(a)" + ")" * ("(a +" in formula))


def test_variables_come_in_the_order_in_which_they_are_read():
    assert variables_of("(b +\n a + c)") == ["b", "a", "c"]
