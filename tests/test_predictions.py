"""Predictions: what can be typed, how it is compared with what came out, and which one counts."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from autograd_lesson import Tensor, Value
from autograd_lesson.learner import log
from autograd_lesson.predictions.judging import (
    Outcome,
    Terms,
    in_words,
    judge,
    outcome_of,
)
from autograd_lesson.predictions.labels import labels_of
from autograd_lesson.predictions.reading import numbers_in
from autograd_lesson.teaching.diagnosis import table

# What is typed -----------------------------------------------------------------------------------

NUMBERS = {
    "45": 45,
    "45.0": 45,
    " about 45. ": 45,
    "+45": 45,
    "-0.5": -0.5,
    "\u22120.5": -0.5,
    ".5": 0.5,
    "9/2": 4.5,
    "-1 / 4": -0.25,
    "1e3": 1000,
    "1.5E-3": 0.0015,
    "2^20": 2**20,
    "2**20": 2**20,
    "10^-15": 1e-15,
    "3 * 10^4": 30000,
    "3 x 10^4": 30000,
    "3 \u00d7 10**4": 30000,
    "1,048,576": 1048576,
    "1_000": 1000,
    "2,5": 2.5,
    "50%": 0.5,
    "50 percent": 0.5,
    "a = 45": 45,
    "10 + 10 = 20": 20,
    "1 million": 1e6,
    "2 thousand": 2000,
    "40 steps": 40,
    "twelve": 12,
    "none": 0,
    "inf": math.inf,
    "-infinity": -math.inf,
    "minus 0.5": -0.5,
    "- 0.5": -0.5,
    "negative 0.5": -0.5,
    "-\u00bd": -0.5,
    "minus one half": -0.5,
    "minus a half": -0.5,
    "minus infinity": -math.inf,
    "- inf": -math.inf,
    "one half": 0.5,
    "\u00bd": 0.5,
    "half": 0.5,
    "2\u00bd": 2.5,
    "two and a half": 2.5,
    "two thirds": 2 / 3,
    "zero point two five": 0.25,
    "one thousand": 1000,
    "ten million": 10**7,
    "a hundred": 100,
    "two hundred and five": 205,
    "twenty-one": 21,
    "seventeen": 17,
    "minus one": -1,
    "500 + 500": 1000,
    "2*500": 1000,
    "2 x 500": 1000,
    "2^10 - 24": 1000,
    "10 * (60 + 40)": 1000,
    "-(1/2)": -0.5,
    "1 000": 1000,
    "1 048 576": 1048576,
    "-1/-2": 0.5,
    "5 minus 3": 2,
    "45!": 45,
    "it is 35, since one path is lost": 35,
    "\u221e": math.inf,
}
LISTS = {
    "(2, 3)": [2, 3],
    "[2, 3]": [2, 3],
    "2, 3": [2, 3],
    "2,3": [2, 3],
    "2 3": [2, 3],
    "2; 3": [2, 3],
    "2x3": [2, 3],
    "2 \u00d7 3": [2, 3],
    "2 by 3": [2, 3],
    "2 rows and 3 columns": [2, 3],
    "a = 2, b = 3": [2, 3],
    "W1 gets 2 and W2 gets 3": [2, 3],
    "two and three": [2, 3],
    "2,300": [2, 300],
    "1/2, 3": [0.5, 3],
    "minus one to one": [-1, 1],
    "-1 to 1": [-1, 1],
    "500 + 500, 2*3": [1000, 6],
    "- 1, - 2": [-1, -2],
    "5 -3": [5, -3],
    "2 and 1/2": [2, 0.5],
}
NO_NUMBERS = ["", "yes", "abc", "x1", "1/0", "0^-1", "1e999", "3rd", "1k", "the 3rd one"]
NO_NUMBERS += ["sqrt(2)", "2 pi", "1/e", "2^0.5", "not 5", "less than 5", "> 5", "at least 5"]
NO_NUMBERS += ["2 + some", "two to the power 3", "3 squared", "9^99^99", "(9^400)^400", "(" * 250]
SEVERAL = ["2 or 3", "2-3", "2 to 3", "5 steps of 9", "half of 90", "12 (=3*4)"]


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_a_number_is_read_in_every_usual_form(text, number):
    assert [found.value for found in numbers_in(text)] == [number]


@pytest.mark.parametrize(("text", "numbers"), LISTS.items())
def test_a_list_or_a_shape_is_read_in_every_usual_form(text, numbers):
    assert [found.value for found in numbers_in(text, 2)] == numbers


def test_nan_is_a_number_to_predict():
    (found,) = numbers_in("NaN")
    assert math.isnan(found.value)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_not_read_as_one(text):
    assert not numbers_in(text)
    verdict = judge(text, Outcome([5]))
    assert not verdict.is_right and verdict.allowed == "write a number, such as 35"


@pytest.mark.parametrize("text", SEVERAL)
def test_one_of_several_numbers_is_not_chosen_for_the_learner(text):
    assert judge(text, Outcome([5])).allowed == "write a number, such as 35"


# Right and wrong ---------------------------------------------------------------------------------

RIGHT = [
    (45, "45"),
    (45, "45.0"),
    (45.0, 45),
    (4.5, "9/2"),
    (20, "2e1"),
    (531234.5, "5.3e5"),  # rounded to two digits, and not a whole number
    ([math.nan, 0.0], "nan, zero"),
    ((-1.0, 1.0), "minus one to one"),
    (1.43, "1.4"),  # as typed: 1.43 is rounded to it
    (1048576, "1 million"),
    (0.7854, "0.785"),
    (np.float64(2.5), "2.5"),
    (np.int64(3), "3"),
    (Value(3.0), "3"),
    (math.nan, "nan"),
    (-math.inf, "-inf"),
    (0.0, "0"),
    (-0.0, "0"),
    ((2, 3), "(2, 3)"),
    ((2, 3), "2x3"),
    ((2, 3), (2, 3)),
    ([2, 3], [2, 3]),
    (np.array([[1.0, 2.0], [3.0, 4.0]]), "[[1, 2], [3, 4]]"),
    (np.array([[1.0, 2.0], [3.0, 4.0]]), "1 2; 3 4"),
    (Tensor([1.0, 2.0]), "1, 2"),
    (((2, 3), 5.0), "(2, 3), 5"),
    ([math.inf, 0.0, math.nan], "inf, 0, nan"),
    ({3, 1}, "1, 3"),
    ({3, 1}, "3, 1"),
    ((), "()"),
    (True, "yes"),
    (True, "Yes, since it is shared"),
    (True, "y"),
    (True, "true"),
    (True, True),
    (np.bool_(False), "no"),
    (False, "n"),
    ([True, False], "yes, no"),
    ([True, False], "yes no"),
    ([True, False], [True, False]),
    ("odds", "odds"),
    ("odds", "`Odds`"),
    ("odds", "the odds."),
    ("33", "'33'"),
    (["a", "b"], "a, b"),
    (["a", "b"], "a b"),
    (["a", "b"], "['a', 'b']"),
    ({"a", "b"}, "b and a"),
    ({"a slice", "out="}, "out=, a slice"),
    (set(), "none"),
    ([30, 0.0, False], "30, 0, no"),
]
WRONG = [
    (45, "46"),
    (45, "44.9"),
    (21, "2e1"),
    (21.0, "2*10^1"),
    (104, "1e2"),
    (104, "100"),
    (45, "-45"),
    (65535, "65536"),
    (1.43, "1"),  # that is what it is rounded to, and 30 % off
    (0.3, "0"),
    (0.0, "0.001"),
    (math.nan, "0"),
    (0.0, "nan"),
    (math.inf, "-inf"),
    ((2, 3), "3, 2"),
    ((2, 3), "2"),
    ((), "1"),
    (True, "no"),
    ([True, False], "yes, yes"),
    ([True, False], "yes"),
    ("odds", "loss"),
    (["a", "b"], "b, a"),
    ({"a", "b"}, "a"),
    ({"a", "b"}, "a, b, c"),
    (set(), "a"),
    ([30, 0.0, False], "30, 0, yes"),
]
UNREAD = [
    (True, "5"),
    (True, "yes no"),
    ((2, 3), "both"),
    ([30, False], "30"),
    ([30, False], "no, 30"),
]


@pytest.mark.parametrize(("result", "mine"), RIGHT)
def test_what_came_out_is_right_as_it_is_usually_written(result, mine):
    assert judge(mine, outcome_of(result)).is_right


@pytest.mark.parametrize(("result", "mine"), WRONG)
def test_what_did_not_come_out_is_wrong(result, mine):
    verdict = judge(mine, outcome_of(result))
    assert not verdict.is_right and not verdict.allowed


@pytest.mark.parametrize(("result", "mine"), UNREAD)
def test_what_cannot_be_read_is_told_what_can_be(result, mine):
    verdict = judge(mine, outcome_of(result))
    assert verdict.allowed.startswith("write ")
    assert not verdict.is_right and not verdict.difference


@pytest.mark.parametrize("result", [result for result, _ in RIGHT])
def test_what_came_out_is_right_when_it_is_typed_as_it_is_shown(result):
    outcome = outcome_of(result)
    assert judge(in_words(outcome), outcome).is_right


OUTCOMES = [5, 0.0, math.nan, (2, 3), (), True, [True, False], "odds", {"a", "b"}, [30, False, "x"]]


@pytest.mark.slow
@given(st.one_of(st.text(), st.text("0123456789.,eE+-*/^x%() ay"), st.lists(st.floats())))
@example("1e99999999999999999999999")
@example("1e-99999999999999999999999")
@example("2^" + "9" * 200)
@example("9" * 400)
@example("\u0663")  # a digit that is none of ours
def test_whatever_is_typed_gets_a_verdict(mine):
    for result in OUTCOMES:
        verdict = judge(mine, outcome_of(result))
        assert not (verdict.allowed and (verdict.is_right or verdict.difference))
        assert not judge(mine, Outcome([True]), Terms(choices=("up", "down"))).mistake


def test_of_a_choice_its_first_letters_are_enough_unless_two_begin_with_them():
    grows = Terms(choices=("grows", "falls"))
    assert judge("grows", Outcome([True]), grows).is_right
    assert judge("F", Outcome([False]), grows).is_right
    assert not judge("falls", Outcome([True]), grows).is_right
    assert judge("up", Outcome([True]), grows).allowed == "write grows or falls"
    speeds = Terms(choices=("slower", "swings", "stands still"))
    assert judge("sw", Outcome(["swings"]), speeds).is_right
    assert judge("s", Outcome(["swings"]), speeds).allowed
    assert judge("", Outcome(["swings"]), speeds).allowed


CHOSEN = [
    ("1.0", "1"),
    ("one", "1"),
    ("zero", "0"),
    ("NaN", "nan"),
    ("raises an error", "error"),
    ("it raises an error", "error"),
    ("half", "1/2"),
    ("\u00bd", "1/2"),
    ("0.5", "1/2"),
    ("five", "5"),
    ("two hundred", "200"),
]


@pytest.mark.parametrize(("mine", "choice"), CHOSEN)
def test_a_choice_is_read_in_other_words(mine, choice):
    terms = Terms(choices=("1", "0", "nan", "1/2", "5", "200", "error"))
    assert judge(mine, Outcome([choice]), terms).is_right
    wrong = judge(mine, Outcome(["error" if choice != "error" else "1"]), terms)
    assert not wrong.is_right and not wrong.allowed


@pytest.mark.parametrize(
    "mine", ["5 or error", "5, error", "no error", "it doesn't raise an error"]
)
def test_two_choices_or_none_of_one_are_not_read(mine):
    assert judge(mine, Outcome(["error"]), Terms(choices=("5", "error"))).allowed


def test_an_author_can_allow_a_rough_number():
    rough = Terms(within=3)
    assert judge("100", Outcome([237.0]), rough).is_right
    assert judge("ten million", Outcome([1.3e7]), Terms(within=10)).is_right
    assert judge("700", Outcome([237.0]), rough).is_right
    assert not judge("1000", Outcome([237.0]), rough).is_right
    assert not judge("-237", Outcome([237.0]), rough).is_right
    assert not judge("100", Outcome([237.0])).is_right


# Labels, and doubt -------------------------------------------------------------------------------

OF_A_AND_B = labels_of("(grad_a, grad_b)", "e: a, b")
LABELLED = [
    ("b = 45, a = 20", [20.0, 45.0], OF_A_AND_B),
    ("b: 45, a: 20", [20.0, 45.0], OF_A_AND_B),
    ("b.grad = 45 and a.grad = 20", [20.0, 45.0], OF_A_AND_B),
    ("grad_b = 45; grad_a = 20", [20.0, 45.0], OF_A_AND_B),
    ("de/db = 45, de/da = 20", [20.0, 45.0], OF_A_AND_B),
    ("the gradient of b is 45, that of a is 20", [20.0, 45.0], OF_A_AND_B),
    ("45 for b, 20 for a", [20.0, 45.0], OF_A_AND_B),
    ({"b": 45, "a": 20}, [20.0, 45.0], OF_A_AND_B),
    ("a = 20, b = 45", [20.0, 45.0], OF_A_AND_B),
    ("20, 45", [20.0, 45.0], OF_A_AND_B),
    ("x.grad = 2, y.data = 3", [3.0, 2.0], labels_of("y.data, x.grad")),
    ("c: 2, a: 3", [3.0, 2.0], labels_of("n = 1\n_['a'], _['c']")),
    ("found: (2, 3), b: (3,)", [3, 2, 3], labels_of("b.data.shape, found.shape")),
    ("b: yes, a: no", [False, True], labels_of("a, b")),
    ("b: no, a: 30", [30, False], labels_of("a, b")),
]
UNKNOWN_LABELS = ["b = 45, a = 20", "a = 20, b = 45", "b: 45, a: 20", "W2 gets 20, W1 gets 45"]
DOUBTS = ["not sure", "no idea", "I do not know", "I don't know", "n/a", "?", "??", "cannot say"]
DOUBTS += ["no way to know", "not known", "no opinion", "yes or no", "I have no clue"]


@pytest.mark.parametrize(("mine", "result", "labels"), LABELLED)
def test_what_is_labelled_is_compared_with_what_has_that_name(mine, result, labels):
    terms = Terms(labels=labels)
    assert judge(mine, outcome_of(result), terms).is_right
    wrong = outcome_of([20.0, 45.0][::-1] if result == [20.0, 45.0] else [9, 9, 9][: len(result)])
    assert not judge(mine, wrong, terms).is_right


@pytest.mark.parametrize("mine", UNKNOWN_LABELS)
@pytest.mark.parametrize("labels", [(), labels_of("x, y"), labels_of("a.grad, a.data")])
def test_labels_that_nobody_knows_are_not_judged(mine, labels):
    verdict = judge(mine, outcome_of([45, 20]), Terms(labels=labels))
    assert verdict.allowed == "write them in order, with commas between them and without names"
    assert not verdict.is_right and not verdict.difference


@pytest.mark.parametrize("mine", ["a = 20, a = 45", "45, a = 20", "c = 45, a = 20"])
def test_a_label_twice_or_missing_before_others_or_of_something_else_is_not_judged(mine):
    assert judge(mine, outcome_of([45, 20]), Terms(labels=OF_A_AND_B)).allowed


@pytest.mark.parametrize("mine", DOUBTS)
@pytest.mark.parametrize("result", [False, True, 5, (2, 3), "odds", {"a", "b"}, set(), [30, False]])
def test_who_does_not_know_is_neither_right_nor_wrong(mine, result):
    outcome = outcome_of(result)
    assert judge(mine, outcome).allowed == "write what you would guess"
    assert judge(mine, outcome, Terms(choices=("no", "error"))).allowed


# The difference by its name ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "mine", "difference", "mistake"),
    [
        (45, "-45", "the size is right and the sign is not", "sign"),
        (-3, "5", "the sign is the other one", "sign"),
        (6, "7", "one too many", "one off"),
        (6, "5", "one too few", "one off"),
        (40, "80", "2 times too large", "factor"),
        (800.0, "8", "100 times too small", "factor"),
        (4.0, "0.25", "this is 1 divided by what came out", "inverse"),
        (45, "51", "too large", "size"),
        ((2, 3), "3, 2", "these are the right numbers, in another order", "order"),
        ((2, 3, 4), "2, 3", "2 numbers were predicted, and 3 came out", "count"),
        ((5, 3, 6), "5, 3, 5", "2 of 3 are right; number 3: one too few", "one off"),
        ((5, 3), "9, 3", "1 of 2 is right; number 1: too large", "size"),
        ([True, False, True], "yes, yes, yes", "2 of 3 are right", ""),
        (["a", "b"], "b, a", "these are the right ones, in another order", "order"),
        ({"a", "b"}, "a, c", "left out: b; not among them: c", "left out"),
    ],
)
def test_a_difference_that_has_a_name_is_named(result, mine, difference, mistake):
    verdict = judge(mine, outcome_of(result))
    assert (verdict.difference, verdict.mistake) == (difference, mistake)


def lesson_graph():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    return a, b, (c * d).named("e")


def test_a_wrong_gradient_is_told_the_slip_that_gives_it():
    a, b, e = lesson_graph()
    terms = Terms(tables=(table(e, a), table(e, b)))
    verdict = judge("35, 20", Outcome([45.0, 20.0]), terms)
    assert verdict.difference.endswith("number 1: the path a, c, d, e is missing; it brings 10")
    assert verdict.mistake == "missing path"
    assert judge("45, 20", Outcome([45.0, 20.0]), terms).is_right


def test_the_right_gradient_of_a_faulty_engine_is_told_what_the_engine_did():
    a, _, e = lesson_graph()
    verdict = judge("45", Outcome([35.0]), Terms(tables=(table(e, a),)))
    assert verdict.difference.startswith("this is the gradient itself, and of what came out the pa")
    assert not verdict.is_right and verdict.mistake == "missing path"


# The cell ----------------------------------------------------------------------------------------


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Something like a kernel: `run` gives what a cell shows, `restart` begins anew."""
    monkeypatch.setenv(log.WHERE, str(tmp_path / "progress.jsonl"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    log.say_once.cache_clear()
    quiet = Config()
    quiet.HistoryManager.enabled = False

    def restart():
        InteractiveShell.clear_instance()
        shell = InteractiveShell.instance(config=quiet)
        shell.run_cell("from autograd_lesson.predictions import prediction")

    def run(cell):
        with capture_output() as said:
            InteractiveShell.instance().run_cell(cell)
        return [output.data["text/plain"] for output in said.outputs]

    def noted():
        return [event for event in log.read().events if event["kind"] == "prediction"]

    restart()
    yield SimpleNamespace(run=run, restart=restart, noted=noted)
    InteractiveShell.clear_instance()


def card(shown):
    """What stands beside a prediction: all that a cell shows but its caption and its result."""
    found = [words for words in shown if words.startswith("You predicted")]
    assert len(found) <= 1
    return found[0] if found else ""


def test_a_prediction_stands_beside_what_came_out_and_is_noted(kernel):
    shown = kernel.run('prediction("02-sum", mine="4")\n2 + 3')
    assert shown[0] == "What came out:"
    assert card(shown) == "You predicted  4\nIt came out    5\nNot what came out: one too few."
    (event,) = kernel.noted()
    facts = {name: event[name] for name in ("lesson", "prompt", "predicted", "came_out", "right")}
    assert facts == {
        "lesson": "02",
        "prompt": "02-sum",
        "predicted": "4",
        "came_out": "5",
        "right": False,
    }
    assert event["mistake"] == "one off"


@pytest.mark.parametrize("mine", ['""', '" "', "None", "..."])
def test_without_a_prediction_nothing_is_said_or_noted(kernel, mine):
    assert kernel.run(f'prediction("02-sum", mine={mine})\n2 + 3') == ["What came out:"]
    assert kernel.noted() == []


def test_the_first_prediction_counts_and_another_one_does_not(kernel):
    kernel.run('prediction("02-sum", mine="4")\n2 + 3')
    said = card(kernel.run('prediction("02-sum", mine="5")\n2 + 3'))
    assert said.endswith("Right.\nThe first prediction counts, and that was 4.")
    assert [event["predicted"] for event in kernel.noted()] == ["4"]


def test_the_first_prediction_counts_after_a_restart_too(kernel):
    kernel.run('prediction("02-sum", mine="4")\n2 + 3')
    kernel.restart()
    again = card(kernel.run('prediction("02-sum", mine="4")\n2 + 3'))
    assert again == "You predicted  4\nIt came out    5\nNot what came out: one too few."
    assert "that was 4" in card(kernel.run('prediction("02-sum", mine="5")\n2 + 3'))
    assert len(kernel.noted()) == 1


def test_what_is_typed_after_the_answer_was_seen_is_compared_and_does_not_count(kernel):
    kernel.run('prediction("02-sum", mine="")\n2 + 3')
    said = card(kernel.run('prediction("02-sum", mine="5")\n2 + 3'))
    assert said.endswith("Right.\nIt was typed after the cell had run, so it does not count.")
    assert kernel.noted() == []


def test_what_cannot_be_read_is_neither_right_nor_wrong(kernel):
    said = card(kernel.run('prediction("02-sum", mine="many")\n2 + 3'))
    expected = "It cannot be read: write a number, such as 35.\nType it again: that counts."
    assert said.endswith(expected)
    assert kernel.noted() == []


def test_what_could_not_be_read_can_be_typed_again_and_then_counts(kernel):
    for unread in ("many", "some", ""):
        kernel.run(f'prediction("02-sum", mine="{unread}")\n2 + 3')
    said = card(kernel.run('prediction("02-sum", mine="5")\n2 + 3'))
    assert said.endswith("Right.")
    said = card(kernel.run('prediction("02-sum", mine="6")\n2 + 3'))
    assert said.endswith("The first prediction counts, and that was 5.")
    assert [event["predicted"] for event in kernel.noted()] == ["5"]


def test_what_could_not_be_read_counts_no_more_where_the_cell_had_run_before_it(kernel):
    kernel.run('prediction("02-sum", mine="")\n2 + 3')
    said = card(kernel.run('prediction("02-sum", mine="many")\n2 + 3'))
    assert said.endswith("It cannot be read: write a number, such as 35.")
    said = card(kernel.run('prediction("02-sum", mine="5")\n2 + 3'))
    assert said.endswith("It was typed after the cell had run, so it does not count.")
    assert kernel.noted() == []


@pytest.mark.parametrize("mine", ["len", "int", "lambda: 5", "object()", "[len]", "1j", "endless"])
def test_what_python_makes_no_number_or_name_of_is_asked_for_in_quotes(kernel, mine):
    kernel.run("endless = []\nendless.append(endless)")
    for result in ("2 + 3", "'five'", "len", "True", "(2, 3)"):
        said = card(kernel.run(f'prediction("02-sum", mine={mine})\n{result}'))
        assert 'It cannot be read: write it in quotes, as in mine="35".' in said
        assert " at 0x" not in said.splitlines()[0]
    assert kernel.noted() == []


def test_a_list_that_holds_itself_is_not_compared(kernel):
    said = card(kernel.run('prediction("02-endless", mine="5")\nx = []\nx.append(x)\nx'))
    assert "It is not compared: ValueError: lists in lists are compared only 20 deep" in said
    assert kernel.noted() == []


def test_a_cell_is_never_judged_by_the_result_of_one_that_runs_inside_it(kernel):
    inner = "get_ipython().run_cell({!r})\nx = 5\n2 + 3"
    plain = inner.format("1 + 1")
    said = card(kernel.run(f'prediction("02-outer", mine="2")\n{plain}'))
    assert said.endswith("the cell has no result.")  # the inner cell has taken it from IPython
    assert kernel.noted() == []
    for name, source in [("plain", "1 + 1"), ("failing", "1 / 0"), ("empty", " ")]:
        cell = f'prediction("02-{name}", mine="5", of="x")\n{inner.format(source)}'
        assert card(kernel.run(cell)).endswith("It came out    5\nRight.")
    predicted = inner.format('prediction("02-inner", mine="2")\n1 + 1')
    kernel.run(f'prediction("02-both", mine="5", of="x")\n{predicted}')
    came = {event["prompt"]: event["came_out"] for event in kernel.noted()[3:]}
    assert came == {"02-inner": "2", "02-both": "5"}


def test_an_error_is_what_comes_out_only_where_it_is_among_the_choices(kernel):
    raised = 'prediction("03-plus", mine="{}"{})\n1 / 0'
    said = card(kernel.run(raised.format("5", "")))
    assert said == "You predicted  5\nIt is not compared: the cell raised an error."
    assert kernel.noted() == []
    said = card(kernel.run(raised.format("an error", ', choose="5 or error"')))
    assert said.endswith("It came out    error\nRight.")
    works = 'prediction("03-y", mine="5", choose="5 or error")\n2 + 3'
    assert card(kernel.run(works)).endswith("It came out    5\nRight.")


def test_an_expression_of_the_cell_can_be_what_came_out(kernel):
    cell = 'prediction("02-x", mine="3", of="[_[0] + n for n in (0,)]")\nn = 1\n(3, 4)'
    assert card(kernel.run(cell)).endswith("Right.")
    said = card(kernel.run('prediction("02-y", mine="3", of="gone")\n1'))
    assert said.endswith("It is not compared: NameError: name 'gone' is not defined.")
    said = card(kernel.run('prediction("02-z", mine="3")\nx = 1'))
    assert said.endswith("It is not compared: the cell has no result.")


def test_gradients_are_told_their_slip_and_the_log_its_name(kernel):
    kernel.run(
        "from autograd_lesson import Value\n"
        "a, b = Value(2.0, 'a'), Value(3.0, 'b')\n"
        "c = (a + b).named('c'); d = (c * a).named('d'); e = (c * d).named('e'); e.backward()"
    )
    cell = 'prediction("02-a", mine="35, 20", gradients="e: a, b")\na.grad, b.grad'
    assert "the path a, c, d, e is missing; it brings 10" in card(kernel.run(cell))
    assert [event["mistake"] for event in kernel.noted()] == ["missing path"]


def test_labels_are_known_from_what_the_cell_gives(kernel):
    kernel.run("a, b = 45, 20")
    said = card(kernel.run('prediction("02-order", mine="b = 45, a = 20")\na, b'))
    assert said.startswith("You predicted  b = 45, a = 20\nIt came out    45, 20\nNot what")
    said = card(kernel.run('prediction("02-other", mine="b: 20, a: 45")\na, b'))
    assert said.endswith("Right.")
    said = card(kernel.run('prediction("02-third", mine="b: 20, a: 45", of="[*_]")\na, b'))
    assert "It cannot be read: write them in order" in said
    assert [event["prompt"] for event in kernel.noted()] == ["02-order", "02-other"]


def test_a_name_that_no_log_could_hold_is_refused(kernel):
    with capture_output() as said:
        InteractiveShell.instance().run_cell('prediction("sum", mine="")')
    assert "a prediction has a name such as 02-edges, not 'sum'" in said.stdout


def test_what_is_typed_is_text_and_no_code_of_the_page(kernel):
    with capture_output() as said:
        InteractiveShell.instance().run_cell('prediction("02-x", mine="<b>5</b>")\n5')
    page = said.outputs[-1].data["text/html"]
    assert "&lt;b&gt;5&lt;/b&gt;" in page and "<b>" not in page


def test_outside_a_notebook_the_line_does_nothing(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv(log.WHERE, str(tmp_path / "progress.jsonl"))
    InteractiveShell.clear_instance()
    from autograd_lesson.predictions import prediction

    assert prediction("02-sum", mine="4") is None
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "progress.jsonl").exists()


def test_a_damaged_log_costs_no_prediction(kernel, tmp_path):
    (tmp_path / "progress.jsonl").write_text("{\nnull\n" + json.dumps({"kind": "prediction"}))
    assert card(kernel.run('prediction("02-sum", mine="5")\n2 + 3')).endswith("Right.")
    assert len(kernel.noted()) == 1
