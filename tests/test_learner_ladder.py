"""A failed check offers the rung of the ladder that fits, by its title, to a learner alone."""

import json
from pathlib import Path

import pytest

from autograd_lesson.checks import CheckFailed
from autograd_lesson.checks.e00_start_here import check_slope
from autograd_lesson.checks.e05_order_and_accumulation import check_backward
from autograd_lesson.learner import ladder, log
from autograd_lesson.learner.course import Course
from autograd_lesson.learner.ladder import Hint, failed_tries, fitting, has_easier_form, hints_of

ROOT = Path(__file__).parents[1]
COURSE = Course(ROOT)

HINTS = [
    Hint("Hint 1: where to begin", "Write a loop that only finds every value."),
    Hint("Hint 2: what a call remembers", "A stack remembers operands and comes back later."),
    Hint("Hint 3: nearly all of it", "Keep pairs on the pile: push the pair with True."),
    Hint("Help: RecursionError: maximum recursion depth", "Some function still calls itself."),
    Hint('Help: "is visited ... times"', "The question is never asked."),
]


def told(cause):
    return (
        f"order: 3 of 8 checks pass. The first that does not:\n\n  tried  pairs pile\n\n  {cause}"
    )


@pytest.mark.parametrize(
    ("cause", "tries", "title"),
    [
        ("RecursionError: maximum recursion depth exceeded", 1, "Help: RecursionError"),
        ("A value is visited 7 times.", 1, 'Help: "is visited'),
        ("A stack remembers what is to come back.", 1, "Hint 2"),
        ("The pairs belong on the pile, with True pushed.", 3, "Hint 3"),
        ("The pairs belong on the pile, with True pushed.", 1, "Hint 1"),  # too far up as yet
        ("Something else.", 1, "Hint 1"),
        ("Something else.", 2, "Hint 2"),
        ("Something else.", 9, "Hint 3"),
    ],
)
def test_the_hint_that_speaks_of_it_fits_else_the_next_rung(cause, tries, title):
    assert fitting(HINTS, told(cause), tries).title.startswith(title)


def test_without_hints_none_is_offered():
    assert fitting([], told("Something."), 1) is None
    assert fitting(HINTS[3:], told("Something."), 1) is None


def test_tries_are_counted_since_the_last_pass():
    def event(state, answer="f"):
        return {"kind": "check", "exercise": "05", "answer": answer, "state": state}

    events = [event("fail"), event("pass"), event("fail"), event("fail", "g")]
    events += [event("not attempted"), event("fail"), {"kind": "route", "begins": "01"}]
    assert failed_tries(events, "05", "f") == 2


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.stem)
def test_every_answer_of_the_course_has_a_ladder(lesson):
    for answer in lesson.answers:
        hints = hints_of(COURSE, lesson.stem, answer.check)
        assert any(hint.is_rung for hint in hints), answer.check
        assert len({hint.title for hint in hints}) == len(hints), answer.check


def test_hints_are_those_behind_the_check_and_of_no_other():
    titles = [h.title for h in hints_of(COURSE, "05_order_and_accumulation", "topological_order")]
    assert titles[:2] == ["Hint 1: where to begin", "Hint 2: what a call remembers"]
    assert titles[-1] == 'Help: "no result after 10 seconds"'


def test_an_easier_form_is_known_where_the_notebook_has_one(tmp_path):
    for folder in ("solutions", "exercises", "notebooks"):
        (tmp_path / folder).mkdir()
    check = {"cell_type": "code", "metadata": {"tags": ["check"]}, "source": "check_f(Cured, f)"}
    easier = {"cell_type": "markdown", "id": "03-easier-f", "source": ""}
    (tmp_path / "solutions" / "03_x.ipynb").write_text(json.dumps({"cells": [check]}))
    learners = tmp_path / "exercises" / "03_x.ipynb"
    learners.write_text(json.dumps({"cells": [easier, check]}))
    assert has_easier_form(Course(tmp_path), "03_x", "f")
    assert not has_easier_form(Course(tmp_path), "03_x", "g")
    learners.write_text("{")
    assert not has_easier_form(Course(tmp_path), "03_x", "f")


def refused(check, answer):
    with pytest.raises(CheckFailed) as caught:
        check(answer)
    return caught.value


def test_a_learner_is_offered_a_hint_below_the_message(tmp_path, monkeypatch):
    monkeypatch.setenv(log.WHERE, str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(ladder, "the_course", lambda: COURSE)
    failure = refused(check_slope, lambda x0, y0, x1, y1: (x1 - x0) / (y1 - y0))
    rendered = "\n".join(failure._render_traceback_())
    assert rendered.endswith(f"\n\n{failure.offer}")
    assert failure.offer == "Folded below this cell: A hint."
    assert failure.offer not in str(failure)  # which is what grading sees


def test_nobody_else_is_offered_anything(monkeypatch):
    monkeypatch.setenv(log.WHERE, "off")
    failure = refused(check_slope, lambda x0, y0, x1, y1: (x1 - x0) / (y1 - y0))
    assert failure.offer == ""
    assert len(failure._render_traceback_()) >= 3


def test_easier_forms_are_offered_from_the_second_try_on(tmp_path, monkeypatch):
    monkeypatch.setenv(log.WHERE, str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(ladder, "the_course", lambda: COURSE)
    monkeypatch.setattr(ladder, "has_easier_form", lambda *given: True)
    offers = [refused(check_backward, lambda root: None).offer for _ in range(2)]
    assert "easier forms" not in offers[0] and "easier forms" in offers[1]
