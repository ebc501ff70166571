"""Questions from memory: drawn anew, answered by the engine, due by the mistakes that were made."""

import re
import time

import numpy as np
import pytest

from autograd_lesson import Value
from autograd_lesson.learner import log, memory
from autograd_lesson.learner.memory import FROM_BEFORE, NOTHING_DUE, from_memory, three
from autograd_lesson.learner.mistakes import BY_NAME, MISCONCEPTIONS
from autograd_lesson.learner.question import GENERATORS, Question, ask

NAMES = [each.name for each in MISCONCEPTIONS]
SEEDS = range(30)


@pytest.mark.parametrize("name", NAMES)
def test_each_misconception_has_questions_that_differ_and_answers_that_differ(name):
    questions = [ask(name, seed) for seed in SEEDS]
    assert len({(each.words, each.choices) for each in questions}) > 3
    for each in questions:
        assert 2 <= len(each.choices) == len(set(each.choices)) <= 4
        assert each.right in each.choices and set(each.wrong) == set(each.choices) - {each.right}
        assert each.why.endswith(".") and all(said.endswith(".") for said in each.wrong.values())
        assert each.words.endswith("?")
    assert ask(name, 7) == ask(name, 7)
    places = {each.choices.index(each.right) for each in questions}
    assert len(places) > 1, "the right answer always stands in the same place"


def code_of(words):
    """The indented lines of a question, with numbers made values."""
    lines = [line.strip() for line in words.splitlines() if line.startswith("    ")]
    return [re.sub(r"^(\w) = (-?\d+)$", r"\1 = Value(\2.0)", line) for line in lines]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_gradient_asked_for_is_what_the_code_in_the_question_gives(seed):
    question = ask("M1", seed)
    names = {"Value": Value}
    exec("\n".join(code_of(question.words)), names)
    root, leaf = re.search(r"What is d(\w)/d(\w)\?", question.words).groups()
    names[root].backward()
    assert float(question.right) == names[leaf].grad


@pytest.mark.parametrize("seed", SEEDS)
def test_an_order_asked_for_is_one_in_which_every_result_comes_first(seed):
    question = ask("M3", seed)
    made_of = {}
    for line in code_of(question.words):
        name, _, formula = line.partition(" = ")
        made_of[name] = set() if "Value" in formula else set(re.findall(r"[a-z]", formula))

    def is_right(choice):
        order = choice.split()
        return all(order.index(n) < order.index(o) for n in made_of for o in made_of[n])

    assert [choice for choice in question.choices if is_right(choice)] == [question.right]


def numbers(text):
    return [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", text)]


def array(text):
    return np.array(eval(text), float)


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_on_numbers_are_those_of_a_closed_form(seed):
    a, factor = numbers(ask("M5", seed).words)[:2]
    assert float(ask("M5", seed).right) == pytest.approx(3 * 2 * a * factor)
    x, t, _, w, steps = numbers(ask("M6", seed).words)
    assert float(ask("M6", seed).right) == steps * 2 * (w * x - t) * x
    seven = ask("M7", seed)
    y, upstream = numbers(seven.words)
    partial = y if "exp" in seven.words else 1 - y * y
    assert float(seven.right) == pytest.approx(upstream * partial, abs=1e-3)
    count, error = numbers(ask("M12", seed).words)
    assert float(ask("M12", seed).right) == pytest.approx(2 * error / count, rel=1e-3)
    factors = numbers(ask("M4", seed).words.partition("\n")[0].replace("- x * ", "-"))
    assert float(ask("M4", seed).right) == factors[-1]
    assert ask("M8", seed).right == "0" == ask("M22", seed).right
    assert int(ask("M13", seed).right) == 2 * numbers(ask("M13", seed).words)[0]
    assert int(ask("M9", seed).right) == 1 + int(
        re.search(r"range\((\d)", ask("M9", seed).words)[1]
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_on_arrays_are_those_of_a_closed_form(seed):
    def arrays(name):
        found = re.findall(r"\[\[.*?\]\]|\[[^\]]*\]", ask(name, seed).words)
        return [array(text) for text in found]

    (upstream,) = arrays("M14")
    assert np.array_equal(array(ask("M14", seed).right), upstream.sum(axis=0))
    B, G = arrays("M15")
    assert np.array_equal(array(ask("M15", seed).right), G @ B.T)
    p, g = arrays("M16")
    assert float(ask("M16", seed).right) == pytest.approx(p[0] * (g[0] - p @ g), abs=1e-3)
    (g,) = arrays("M17")
    assert float(ask("M17", seed).right) == pytest.approx(g[0] - g.mean(), abs=1e-3)
    m, k, _, n = numbers(ask("M18", seed).words)[:4]
    assert float(ask("M18", seed).right) == 2 * m * k * n


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_on_kernels_are_those_counted_by_hand(seed):
    _, count, size = numbers(ask("M25", seed).words)[:3]
    assert float(ask("M25", seed).right) == 2 * count * size
    question = ask("M26", seed)
    name = re.search(r"where (\w) was", question.words)[1]
    read = [int(k) for k, text in re.findall(r"(\d): \w+ = (.*)", question.words)
            if name in re.findall(r"\w+", text)]  # fmt: skip
    assert int(question.right) == max(read) and str(min(read)) in question.wrong
    by_hand = {
        "x / x.sum()": 2,
        "((x - x.mean()) ** 2).sum()": 2,
        "(x * x + 1).sum()": 1,
        "x * 2 + x.max()": 2,
        "(x - x.max()).exp() / (x - x.max()).exp().sum()": 3,
        "(x - x.mean()) * x": 2,
    }
    question = ask("M27", seed)
    assert int(question.right) == by_hand[re.search(r"and (.*) is wanted", question.words)[1]]


def test_what_is_believed_is_among_the_wrong_answers_and_told():
    assert "s(1 - s)" in " ".join(ask("M16", 1).wrong.values())
    assert "constant" in " ".join(ask("M17", 1).wrong.values())
    assert "which `+=` gives" in " ".join(ask("M4", 1).wrong.values())


# --- typing an answer ---------------------------------------------------------------------------

QUESTION = Question("M1", "What?", ("45", "[1, -2]", "5 values, 3 edges"), "45", {}, "So.")


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("A", "45"),
        (" b ", "[1, -2]"),
        ("c.", "5 values, 3 edges"),
        ("B)", "[1, -2]"),
        ("45", "45"),
        ("45.0", "45"),
        ("90/2", "45"),
        ("4.5e1", "45"),
        ("1, -2", "[1, -2]"),
        ("[1,-2]", "[1, -2]"),
        ("1 -2", "[1, -2]"),
        ("5 Values,  3 edges", "5 values, 3 edges"),
        ("d", None),
        ("46", None),
        ("", None),
        ("nan", None),
        ("AB", None),
        ("'; import os", None),
    ],
)
def test_an_answer_is_known_by_its_letter_or_by_itself(typed, choice):
    assert QUESTION.chosen(typed) == choice


# --- what is due --------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv(log.WHERE, str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(memory, "SESSIONS", {})
    log.say_once.cache_clear()
    return tmp_path / "progress.jsonl"


@pytest.fixture
def mistaken(file, monkeypatch):
    """A learner who wrote `=` for `+=` an hour ago."""
    now = time.time()
    monkeypatch.setattr(log.time, "time", lambda: now - 3600)
    wrote_over = "contribution-wrote-over-what-others-had-brought-where-is-needed"
    log.note_check("05", "backward", "fail", wrote_over)
    monkeypatch.setattr(log.time, "time", lambda: now)
    return file


def test_without_a_history_the_curriculum_asks(file, monkeypatch):
    assert str(from_memory(6)) == NOTHING_DUE
    stored = from_memory(6)._repr_mimebundle_()
    monkeypatch.setenv(log.WHERE, "off")
    assert from_memory(6)._repr_mimebundle_() == stored == {"text/plain": NOTHING_DUE}


def test_the_mistake_is_asked_first_and_then_what_came_before(mistaken):
    asked = from_memory(6)
    names = [question.mistake for question in asked.session.questions]
    assert names[0] == "M4" and len(names) == len(set(names)) == 3
    assert all(BY_NAME[name].lesson < "06" for name in names)
    assert "(a)" in str(asked) and "(c)" in str(asked)


def test_an_answer_is_judged_noted_once_and_put_off(mistaken):
    questions = from_memory(6).session.questions
    wrong = next(iter(questions[1].wrong))
    shown = from_memory(6, a=questions[0].right, b=wrong)
    assert shown.told[0].startswith("Right. ")
    assert shown.told[1] == questions[1].said(wrong) and shown.told[2] == ""
    from_memory(6, a=next(iter(questions[0].wrong)), b=wrong)  # the first answer counts
    events = [event for event in log.read().events if event["kind"] == "question"]
    assert [(event["mistake"], event["right"]) for event in events] == [
        ("M4", True),
        (questions[1].mistake, False),
    ]


def test_after_a_restart_the_same_questions_stand_until_they_are_answered(mistaken, monkeypatch):
    first = from_memory(6).session.questions
    monkeypatch.setattr(memory, "SESSIONS", {})
    again = from_memory(6, a="A")
    assert again.session.questions == first
    assert again.note == FROM_BEFORE and again.told == ["", "", ""]
    assert not [event for event in log.read().events if event["kind"] == "question"]
    assert from_memory(6, a="A").told[0]


def test_an_answer_that_is_none_is_told_which_there_are(mistaken):
    from_memory(6)
    told = from_memory(6, a="perhaps").told[0]
    assert told.startswith("perhaps is none of the answers: type one of A, B")
    assert not [event for event in log.read().events if event["kind"] == "question"]


def test_nothing_that_is_typed_becomes_markup(mistaken):
    from_memory(6)
    page = from_memory(6, a="<script>x</script>")._repr_mimebundle_()["text/html"]
    assert "<script" not in page and "&lt;script&gt;" in page


def test_code_in_a_question_is_set_as_code():
    assert memory.in_html("(a)     no\n\n    y = x < 2\n    z = y\n\nWhat?") == (
        "<p>(a)     no</p><pre>y = x &lt; 2\nz = y</pre><p>What?</p>"
    )


def test_three_are_asked_and_no_more():
    assert len(three(list(MISCONCEPTIONS), "26")) == 3
    assert three([BY_NAME["M4"]], "01") == [BY_NAME["M4"]]
    assert three([], "26") == []


def test_every_generator_is_about_a_misconception():
    assert set(GENERATORS) == set(NAMES)


@pytest.mark.parametrize("number", ["²", "٥", None, "", "five", -1, 5.5, 100])
def test_a_number_that_no_lesson_has_is_a_sentence(number):
    with pytest.raises(ValueError, match="there is no lesson .*; from_memory"):
        from_memory(number)
