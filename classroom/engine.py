"""`python -m classroom mine`: a learner's own engine, put together from the answers that pass."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from autograd_lesson import mine
from autograd_lesson.mine.assembling import assemble
from autograd_lesson.mine.milestones import MILESTONES
from autograd_lesson.mine.parts import every_part
from autograd_lesson.mine.reached import reached
from autograd_lesson.mine.reporting import Report
from autograd_lesson.mine.stored import NAME
from classroom.bar import Bar
from classroom.check import CourseError, Result, check_exercises, released_exercises
from classroom.mine import note
from classroom.remembered import Remembered
from classroom.runner import PASSES


def passing(results: list[Result]) -> dict[str, set[str]]:
    """The names of the answers that pass, by the number of the exercise."""
    found: dict[str, set[str]] = {}
    for result in results:
        if result.state == PASSES:
            found.setdefault(result.exercise[:2], set()).update(result.answer.split(", "))
    return found


def put_together(course: Path, remembered: Remembered | None, afresh: bool) -> Report:
    """Check the exercises that the engine is made of, and write it; say what it is made of."""
    numbers = {part.exercise for part in every_part()}
    wanted = [name for name in released_exercises(course) if name[:2] in numbers]
    results = check_exercises(wanted, course, remembered, afresh)
    note(results, course)
    try:
        return Report(assemble(course, passing(results)))
    except OSError as error:
        raise CourseError(
            f"{course / NAME} cannot be written ({error.strerror or error}); see that it is a "
            "folder, that you may write there, and that the disk is not full"
        ) from None


def milestones(course: Path) -> Iterator[str]:
    """Run every milestone on the engine of a course, and say how each went."""
    try:
        engine = mine.engine_in(course)
    except ImportError as error:
        raise CourseError(str(error)) from None
    names = [f"lesson {each.lesson}, {each.title}" for each in MILESTONES]
    bar = Bar(names)
    try:
        for milestone, name in zip(MILESTONES, names, strict=True):
            words = repr(reached(milestone.lesson, engine))
            bar.add(name)
            bar.close()
            yield words
    finally:
        bar.close()


def say(report: Report, course: Path, with_milestones: bool) -> None:
    """Print what the engine is made of, and what it reaches."""
    sys.stdout.write(f"{report!r}\n")
    for words in milestones(course) if with_milestones else ():
        sys.stdout.write(f"\n{words}\n")
