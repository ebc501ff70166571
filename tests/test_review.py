"""The review: 25 questions on a sheet, judged once, counted by misconception, asked anew."""

import re

import pytest

from autograd_lesson.learner import log
from autograd_lesson.learner import review as module
from autograd_lesson.learner.mistakes import BY_NAME, MISCONCEPTIONS
from autograd_lesson.learner.review import questions_of, review, score


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A learner who begins."""
    monkeypatch.setenv(log.WHERE, str(tmp_path / "progress.jsonl"))
    restart(monkeypatch)
    return tmp_path / "progress.jsonl"


def restart(monkeypatch):
    """A kernel that knows nothing but the file."""
    monkeypatch.setattr(module, "ANSWERS", {})
    monkeypatch.setattr(module, "PARTS", {})


def noted():
    return [event for event in log.read().events if event["kind"] == "question"]


def right_ones(sheet, part):
    return [each.right for each in questions_of(sheet)[5 * part - 5 : 5 * part]]


@pytest.mark.slow
def test_a_sheet_asks_25_questions_about_every_misconception_in_mixed_order():
    for sheet in range(1, 30):
        names = [each.mistake for each in questions_of(sheet)]
        assert len(names) == 25 and len(set(names)) == min(25, len(MISCONCEPTIONS))
        lessons = [BY_NAME[name].lesson for name in names]
        assert lessons != sorted(lessons)


def test_a_question_about_a_lesson_that_comes_after_the_review_says_so(file):
    asked = [question for part in range(1, 6) for question in review(1, part).session.questions]
    later = [each for each in asked if BY_NAME[each.mistake].lesson == "28"]
    assert later and all("\n\n(Lesson 28 is about this." in each.words for each in later)
    assert sum("is about this" in each.words for each in asked) == len(later)


def test_the_same_sheet_has_the_same_questions_and_another_has_others():
    assert questions_of(3) == questions_of(3)
    one, other = ({each.words for each in questions_of(sheet)} for sheet in (1, 2))
    assert len(one) == len(other) == 25 and len(one & other) <= 5


def test_without_a_learner_nothing_is_read_and_nothing_is_kept(file, monkeypatch):
    first = repr(review(1, part=2))
    review(1, part=2, a="A")
    restart(monkeypatch)
    monkeypatch.setenv(log.WHERE, "off")
    assert repr(review(1, part=2)) == first


def test_every_answer_is_judged_with_its_diagnosis_and_noted_once(file):
    questions = questions_of(1)[:5]
    wrong = next(iter(questions[1].wrong))
    shown = review(1, part=1, a=questions[0].right, b=wrong)
    assert shown.told[0].startswith("Right. ")
    assert shown.told[1] == questions[1].said(wrong) and shown.told[2:] == ["", "", ""]
    review(1, part=1, a=wrong, b=questions[1].right)  # the first answer counts
    assert [(event["mistake"], event["right"]) for event in noted()] == [
        (questions[0].mistake, True),
        (questions[1].mistake, False),
    ]
    assert "2 of 25 are answered" in shown.note


def test_after_a_restart_the_answers_count_still_and_are_not_noted_again(file, monkeypatch):
    review(1, part=1, a="A", b="B")
    before = repr(score(1))
    restart(monkeypatch)
    assert repr(score(1)) == before
    review(1, part=1, a="B", b="A")
    assert repr(score(1)) == before and len(noted()) == 2


def test_the_score_counts_by_misconception_what_was_wrong_and_says_where_to_read(file):
    for part in range(1, 6):
        review(1, part, *right_ones(1, part))
    assert repr(score(1)).splitlines()[0] == "Sheet 1: 25 right, 0 wrong, 0 open."
    two = questions_of(2)
    missed = two[17].mistake
    for part in range(1, 6):
        asked = two[5 * part - 5 : 5 * part]
        typed = [next(iter(q.wrong)) if q.mistake == missed else q.right for q in asked]
        review(2, part)  # with empty quotes
        review(2, part, *typed)
    told, about = repr(score(2)), BY_NAME[missed]
    assert told.splitlines()[0] == "Sheet 2: 24 right, 1 wrong, 0 open."
    assert f"{about.topic}: 0 of 1 right here, 1 of 2 on all sheets" in told
    assert f"Read lesson {int(about.lesson)} again" in told and about.claim in told
    assert len(told.splitlines()) == 3 and "write 3 in place of 2" in told
    page = score(2)._repr_mimebundle_()["text/html"]
    assert page.count("<li>") == 1 and f"/{about.lesson}_" in page


def test_an_answer_that_still_stands_there_from_another_sheet_is_not_counted(file, monkeypatch):
    review(1, part=1, a="B", b="a")
    for kernel in ("the same", "another"):
        if kernel == "another":
            restart(monkeypatch)
        shown = review(2, part=1, a="B", b="a", c="A")
        assert (
            shown.told[0]
            == "B was typed for sheet 1. Empty the quotes, run the cell, and then answer."
        )
        assert shown.told[1].startswith("a was typed for sheet 1") and "typed" not in shown.told[2]
    assert sum(event["sheet"] == 2 for event in noted()) == 1
    review(2, part=1, c="A")
    assert review(2, part=1, a="B", c="A").told[0].startswith(("Right", "Not"))


def test_an_answer_that_is_none_is_told_which_there_are_and_not_noted(file):
    assert "is none of the answers: type one of A, B" in review(1, part=1, a="perhaps").told[0]
    assert noted() == []


@pytest.mark.parametrize("sheet", [0, -1, 1.5, "1", None, True, 10**6])
def test_a_sheet_that_cannot_be_is_a_sentence(sheet):
    with pytest.raises(ValueError, match="there is no sheet .*; take 1, and for fresh numbers"):
        review(sheet, part=1)
    with pytest.raises(ValueError, match="there is no sheet"):
        score(sheet)


@pytest.mark.parametrize("part", [0, 6, "1", None, 2.0])
def test_a_part_that_cannot_be_is_a_sentence(part):
    with pytest.raises(ValueError, match="a sheet has parts 1 to 5"):
        review(1, part=part)


def test_what_an_older_course_has_asked_there_and_damaged_lines_are_passed_over(file, monkeypatch):
    asked = questions_of(1)[0]
    other = next(each.name for each in MISCONCEPTIONS if each.name != asked.mistake)
    log.note_question(asked.mistake, True, asked.right, sheet="one", place=0, typed="A")
    log.note_question(asked.mistake, True, asked.right)
    log.note_question(other, True, asked.right, sheet=1, place=0, typed="A")
    log.note_question("M99", False, "45", sheet=1, place=24, typed="A")
    log.note_question(asked.mistake, True, "no such choice", sheet=1, place=2, typed="A")
    assert repr(score(1)).startswith("Sheet 1: 0 right, 0 wrong, 25 open.")
    assert review(1, part=1, a=asked.right).told[0].startswith("Right")
    restart(monkeypatch)
    assert repr(score(1)).startswith("Sheet 1: 1 right, 0 wrong, 24 open.")


def test_the_page_has_every_question_and_choice_and_nothing_typed_becomes_markup(file):
    page = review(1, part=1, a="<b>x</b>")._repr_mimebundle_()["text/html"]
    assert page.count("<ol type='A'>") == 5 and "<b>x" not in page
    assert page.count("<li>") == sum(len(each.choices) for each in questions_of(1)[:5])
    assert re.findall(r"\(([a-e])\)", page) == list("abcde")
