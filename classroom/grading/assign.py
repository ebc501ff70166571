"""Which exercise a file is, and which of several files is the one that counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from classroom.grading.answers import Exercise, as_people_write, bound_in, exercise_of, is_stub
from classroom.grading.collect import Found
from classroom.grading.names import stem_of
from classroom.notebooks import Cell, CourseError, cells_in


class Handed(NamedTuple):
    """What a student has handed in for one exercise; without a file, nothing."""

    student: str
    exercise: str
    found: Found | None = None
    notes: tuple[str, ...] = ()


class Course:
    """The exercises of the course, each read when it is first needed."""

    def __init__(self, released: dict[str, Path]) -> None:
        """Know where they are."""
        self.released = released
        self.read: dict[str, Exercise] = {}

    def exercise(self, name: str) -> Exercise:
        """One exercise."""
        if name not in self.read:
            self.read[name] = exercise_of(self.released[name])
        return self.read[name]

    def named(self, stem: str) -> str | None:
        """The exercise that a file is called after: by its name, or else by its number alone."""
        for name in self.released:
            if name in stem:
                return name
        numbers = {int(name.partition("_")[0]): name for name in self.released}
        found = re.match(r"\D{0,12}?0*(\d{1,3})(?!\d)", stem)
        return numbers.get(int(found[1])) if found else None

    def scores(self, cells: Sequence[Cell]) -> dict[str, float]:
        """How much these cells hold of the answers of each exercise of which they hold any: by
        their ids, and by the names that they bind.
        """
        cells = as_people_write(cells)
        ids = {cell.id for cell in cells}
        bound = {name for cell in cells for name in bound_in(cell.source)}
        scores: dict[str, float] = {}
        for name in self.released:
            exercise = self.exercise(name)
            asked = {word for question in exercise.questions for word in question.names}
            scores[name] = 2 * len(ids & set(exercise.answers)) + len(bound & asked) / len(asked)
        return {name: score for name, score in scores.items() if score}


def handed_in(
    students: dict[str, list[Found]], course: Course, wanted: Sequence[str]
) -> list[Handed]:
    """For each student and exercise the file that counts; all exercises that anyone has, or those
    that are wanted.
    """
    by_student: dict[str, dict[str, list[Found]]] = {}
    lost: dict[str, list[str]] = {}
    for student, found in students.items():
        mine = by_student.setdefault(student, {})
        for file in found:
            name = exercise_in(file, course, wanted)
            if name is None:
                lost.setdefault(student, []).append(f"{file.path} is no exercise of the course")
            else:
                mine.setdefault(name, []).append(file)
    names = list(wanted) or sorted({name for mine in by_student.values() for name in mine})
    if not names:
        raise CourseError("no file there is an exercise of the course: --exercise names one")
    return [
        chosen(student, name, mine.get(name, []), course, lost.get(student, []))
        for student, mine in by_student.items()
        for name in names
    ]


def exercise_in(file: Found, course: Course, wanted: Sequence[str]) -> str | None:
    """The exercise in a file: by its whole name, by what it holds, or else by its name in part."""
    stem, alone = stem_of(file.path.name), wanted[0] if len(wanted) == 1 else None
    try:
        scores = course.scores(cells_in(file.read(), file.path.name))
    except CourseError:
        scores = {}
    best = max(scores, key=lambda name: scores[name], default=None)
    if stem in course.released and (stem in scores or best is None):
        return stem
    return best or course.named(stem) or alone


def chosen(
    student: str, name: str, files: list[Found], course: Course, lost: Sequence[str]
) -> Handed:
    """Of several files for one exercise the one with the most answers in it, the last by name."""
    if not files:
        return Handed(student, name, None, tuple(lost))
    if len(files) == 1:
        return Handed(student, name, files[0])
    exercise = course.exercise(name)
    files = sorted(files, key=lambda file: file.path, reverse=True)
    files.sort(key=lambda file: (-begun(file, exercise), stem_of(file.path.name) != name))
    others = ", ".join(str(file.path) for file in files[1:])
    return Handed(student, name, files[0], (f"{files[0].path} counts, and not {others}",))


def begun(file: Found, exercise: Exercise) -> int:
    """How many answers of the exercise a file has begun; less than none where it is unreadable."""
    try:
        cells = as_people_write(cells_in(file.read(), file.path.name))
    except CourseError:
        return -1
    asked = {name for question in exercise.questions for name in question.names}
    bound = {name for cell in cells if not is_stub(cell.source) for name in bound_in(cell.source)}
    return len(asked & bound)
