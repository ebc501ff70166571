"""What a learner's own run adds to their progress, and where they are after it."""

from __future__ import annotations

from pathlib import Path

from autograd_lesson.learner.course import Course
from autograd_lesson.learner.log import note_check, read
from autograd_lesson.learner.progress import Standing
from classroom.check import Result
from classroom.runner import FAILS, NOT_ATTEMPTED, PASSES

STATES = {PASSES: "pass", FAILS: "fail", NOT_ATTEMPTED: "not attempted"}


def note(results: list[Result], course: Path) -> None:
    """Note the verdicts that differ from what is known of the learner's answers."""
    lessons = Course(course).lessons
    checks = {(one.stem, each.names): each.check for one in lessons for each in one.answers}
    known = Standing(Course(course), read()).states
    for result in results:
        name = checks.get((result.exercise, result.answer))
        number, state = result.exercise[:2], STATES[result.state]
        if name and known.get((number, name), "not attempted") != state:
            note_check(number, name, state, result.mistake)


def standing(course: Path) -> str:
    """Where the learner is, in the words of the notebook."""
    return Standing(Course(course), read()).words()
