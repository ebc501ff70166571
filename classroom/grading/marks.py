"""All marks of a run, and the tables for other programs: CSV, JUnit, Gradescope."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from classroom.check import Result
from classroom.grading.answers import Exercise
from classroom.grading.collect import shown
from classroom.grading.judge import Mark
from classroom.report import junit
from classroom.runner import FAILS, PASSES


class Notebook(NamedTuple):
    """What became of one exercise of one student."""

    student: str
    exercise: str
    file: str
    notes: tuple[str, ...]
    marks: list[Mark]

    @property
    def is_all_one(self) -> bool:
        """Whether all its answers are told the same: that it is not there, or cannot be read."""
        return len(self.marks) > 1 and len({mark.message for mark in self.marks}) == 1

    @property
    def is_unread(self) -> bool:
        """Whether it was handed in and cannot be read."""
        return self.is_all_one and self.marks[0].state == FAILS


class Marks(NamedTuple):
    """What became of all: in the order of the students, for each the exercises in their order."""

    notebooks: list[Notebook]
    exercises: list[Exercise]
    sandbox: str  # the sentence on what it was run in

    def columns(self) -> Iterator[tuple[str, str, int]]:
        """Each answer that there is: exercise, name, points."""
        for exercise in self.exercises:
            for question in exercise.questions:
                yield exercise.name, question.answer, question.points

    def possible(self) -> int:
        """All the points that there are."""
        return sum(points for _, _, points in self.columns())

    def by_student(self) -> dict[str, list[Notebook]]:
        """Each student's notebooks."""
        found: dict[str, list[Notebook]] = {}
        for notebook in self.notebooks:
            found.setdefault(notebook.student, []).append(notebook)
        return found


def points_of(notebooks: Iterable[Notebook]) -> int:
    """The points in these notebooks together."""
    return sum(mark.points for notebook in notebooks for mark in notebook.marks)


def file_name(student: str) -> str:
    """A name for a student's files: letters that every system takes, and no two the same."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "_", student).strip("_")[:40]
    if plain and plain == student.lower() == student:  # Ann and ann are one name on some systems
        return plain
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{plain or 'student'}-{digest}"


def formula_safe(text: str) -> str:
    """A text that no spreadsheet computes: it gets a quotation mark in front where one would."""
    text = shown(text)
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@|%") else text


def csv_text(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV, in which every text is only a text."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    for row in rows:
        writer.writerow([formula_safe(each) if isinstance(each, str) else each for each in row])
    return written.getvalue()


def marks_csv(marks: Marks) -> str:
    """A row for each student: the points for each answer, and their sum."""
    columns = list(marks.columns())
    rows: list[list[Any]] = [
        [
            "student",
            "points",
            "possible",
            *(f"{exercise[:2]} {name}" for exercise, name, _ in columns),
        ]
    ]
    for student, notebooks in marks.by_student().items():
        found = {
            (notebook.exercise, mark.answer): mark.points
            for notebook in notebooks
            for mark in notebook.marks
        }
        each = [found.get((exercise, name), 0) for exercise, name, _ in columns]
        rows.append([student, points_of(notebooks), marks.possible(), *each])
    return csv_text(rows)


def answers_csv(marks: Marks) -> str:
    """A row for each answer of each student: what became of it, and why."""
    possible = {(exercise, name): points for exercise, name, points in marks.columns()}
    head = "student exercise answer state points possible mistake look message file".split()
    rows: list[list[Any]] = [head]
    for book in marks.notebooks:
        for mark in book.marks:
            most = possible[book.exercise, mark.answer]
            told = [mark.mistake, mark.look, " ".join(mark.message.split()), book.file]
            rows.append(
                [book.student, book.exercise, mark.answer, mark.state, mark.points, most, *told]
            )
    return csv_text(rows)


def junit_xml(marks: Marks) -> bytes:
    """JUnit's XML: a suite for each notebook."""
    return junit(
        [
            Result(f"{shown(book.student)}/{book.exercise}", *mark[:2], mark.message)
            for book in marks.notebooks
            for mark in book.marks
        ]
    )


def gradescope(notebooks: Sequence[Notebook], marks: Marks) -> str:
    """What Gradescope reads of one student: `results.json`."""
    possible = {(exercise, name): points for exercise, name, points in marks.columns()}
    tests = [
        {
            "name": f"{book.exercise}: {mark.answer}",
            "score": mark.points,
            "max_score": possible[book.exercise, mark.answer],
            "status": "passed" if mark.state == PASSES else "failed",
            "output": mark.message,
            "output_format": "text",
        }
        for book in notebooks
        for mark in book.marks
    ]
    told = {"score": points_of(notebooks), "output": marks.sandbox, "output_format": "text"}
    return json.dumps(told | {"tests": tests}, indent=1)
