"""The mutation arena: what its cells say was computed, and a wrong test is called wrong."""

from math import isclose
from xml.etree import ElementTree

import pytest

from autograd_lesson.teaching.mutants import FAULTS, Number, mutants
from autograd_lesson.widgets import arena


def square_of_three(engine):
    x = engine(3.0)
    (x * x).backward()
    return x.grad == 6.0


def product_under_a_seed(engine):
    a, b = engine(0.7), engine(-1.5)
    (a * b).backward(2.0)
    return isclose(a.grad, -3.0) and isclose(b.grad, 1.4)


def square_of_minus_three(engine):
    x = engine(-3.0)
    (x**2).backward()
    return x.grad == -6.0


def expects_35(engine):
    return (engine(5.0) * 7.0).grad == 35.0


def returns_nothing(engine):
    engine(1.0)


def divides_by_zero(engine):
    return 1 / 0


def rows(widget, step=-1) -> list[list[str]]:
    """The words in the cells at a step, in the end if none is named, row by row."""
    widget.step = step % len(widget.frames)
    root = ElementTree.fromstring(widget.picture())
    words = [
        group.find(".//{*}text").text
        for group in root.iter("{http://www.w3.org/2000/svg}g")
        if "cell" in (group.get("class") or "").split()
    ]
    width = len(widget.picture().split("head-name")) - 2  # once in the style sheet
    return [words[i : i + width] for i in range(0, len(words), width)]


def lines(widget, step):
    return dict(widget.frames[step]["lines"])


def test_each_cell_says_what_that_test_finds_of_that_engine():
    tests = [square_of_three, product_under_a_seed, square_of_minus_three]
    found = rows(arena(tests, mutants(), Number))
    by_running = [
        ["passes"] + ["survives" if test(m) else "killed" for m in mutants().values()]
        for test in tests
    ]
    assert found == by_running
    assert {"killed", "survives"} <= {word for row in found for word in row}


def test_a_test_that_the_right_engine_fails_is_called_wrong_and_kills_nothing():
    widget = arena([expects_35], mutants(), Number)
    assert rows(widget) == [["wrong"] + ["-"] * len(FAULTS)]
    assert "all tests: 0 of 10 mutants killed" in widget.text(all=True)
    assert "this test is wrong" in lines(widget, 1)["right engine"]


@pytest.mark.parametrize(
    ("test", "said"), [(returns_nothing, "None"), (divides_by_zero, "ZeroDivisionError")]
)
def test_what_happened_to_a_wrong_test_is_said(test, said):
    assert said in lines(arena([test], mutants(), Number), 1)["right engine"]


def test_an_engine_that_raises_is_killed():
    def zero_factor(engine):
        (engine(0.0) * engine(2.0)).backward()
        return True

    assert lines(arena([zero_factor], mutants(), Number), 1)["killed"] == "divides"


def test_the_last_step_says_who_survives_all_tests_together():
    widget = arena([square_of_minus_three, square_of_three], mutants(), Number)
    assert "only squares" in lines(widget, 3)["survive"]
    assert "sign lost" not in lines(widget, 3)["survive"]
    assert "sign lost" in widget.text(all=True)
    both = lambda engine: square_of_minus_three(engine) and square_of_three(engine)  # noqa: E731
    assert widget.survivors == [name for name, engine in mutants().items() if both(engine)]


def test_nothing_is_given_away_before_a_test_is_run():
    widget = arena([square_of_minus_three, square_of_three], mutants(), Number)
    end = rows(widget)
    assert rows(widget, 0) == [["?"] * (1 + len(FAULTS))] * 2
    told = [widget.text(), widget._repr_mimebundle_()[0]["text/plain"]]
    assert not any(name in words for name in FAULTS for words in told)
    assert rows(widget, 1) == [end[0], ["?"] * (1 + len(FAULTS))]
    assert rows(widget, 2) == rows(widget, 3) == end


def test_nothing_to_run_is_refused():
    with pytest.raises(ValueError, match="0 tests"):
        arena([], mutants(), Number)


def test_every_mutant_has_one_fault_and_the_right_engine_has_none():
    def gradients(engine):
        x, w = engine(-1.5), engine(0.7)
        y = ((w * x) * x) ** 3 * (x**2)
        y.backward(1.7)
        square = engine(1.3)
        (square * square).backward()
        zero, other = engine(0.0), engine(2.0)
        (zero * other).backward()
        return [x.grad, w.grad, square.grad, zero.grad, other.grad]

    # y = w^3 x^8
    right = [1.7 * 8 * 0.7**3 * (-1.5) ** 7, 1.7 * 3 * 0.7**2 * 1.5**8, 2.6, 2.0, 0.0]
    assert gradients(Number) == pytest.approx(right)
    for name, engine in mutants().items():
        try:
            found = gradients(engine)
        except ZeroDivisionError:
            assert name == "divides"
        else:
            assert found != pytest.approx(right), name
