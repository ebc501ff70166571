"""`python -m classroom grade`: from a folder of submissions to a folder of reports."""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from classroom.bar import Bar
from classroom.check import name_of
from classroom.grading.assign import Course, Handed, handed_in
from classroom.grading.collect import collect, shown
from classroom.grading.journal import Journal, key_of
from classroom.grading.judge import Mark, Task
from classroom.grading.marks import (
    Marks,
    Notebook,
    answers_csv,
    file_name,
    gradescope,
    junit_xml,
    marks_csv,
)
from classroom.grading.pages import instructors_page, student_page
from classroom.grading.runs import Limits
from classroom.grading.workers import Workers
from classroom.notebooks import CourseError, released_exercises
from classroom.runner import FAILS, NOT_ATTEMPTED

ENCLOSED = "Sandbox: Linux namespaces, limits of resources, judged outside."
OPEN = (
    "NO SANDBOX: limits of resources alone, judged outside. Students' code could read and write "
    "what you can ({why}). See SECURITY.md."
)


def add_command(commands: Any, root: Path) -> None:
    """Add `grade` to the command line."""
    command = commands.add_parser(
        "grade",
        help="grade the notebooks of many, in a sandbox",
        description="Grade a folder of submissions, a zip of them, or one notebook. Only the "
        "answers are taken from a notebook; they run in a sandbox, and are judged outside of it. "
        "Run again, it goes on where it was. Ends with 0 when grading worked, whatever the marks.",
    )
    command.add_argument("submissions", type=Path, help="a folder, a zip, or a notebook")
    command.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the report")
    command.add_argument("--course", type=Path, default=root, metavar="FOLDER", help="the course")
    command.add_argument(
        "--exercise", action="append", default=[], metavar="NN", help="grade this one; else all"
    )
    command.add_argument("--only", metavar="STUDENT", help="grade this one afresh, and no other")
    command.add_argument(
        "--jobs", type=number_above_0, metavar="N", help="notebooks at once; else all cores"
    )
    command.add_argument("--executor", choices=["processes", "dask"], default="processes")
    command.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of dask, which is then the executor: tcp://host:8786",
    )
    command.add_argument(
        "--require-sandbox", action="store_true", help="refuse to grade without namespaces"
    )
    command.add_argument("--no-sandbox", action="store_true", help="do without namespaces")
    command.add_argument(
        "--seconds", type=seconds, default=Limits().seconds, help="of work for each answer"
    )
    command.add_argument("--afresh", action="store_true", help="grade also what has been graded")
    command.set_defaults(command=grade_command)


def number_above_0(word: str) -> int:
    """A whole number of workers."""
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word} is no whole number from 1 on")
    return int(word)


def seconds(word: str) -> float:
    """A time in which something can be done."""
    try:
        if 0 < (number := float(word)) < math.inf:
            return number
    except ValueError:  # it is no number at all
        pass
    raise argparse.ArgumentTypeError(f"{word} is no number of seconds above 0")


def grade_command(options: argparse.Namespace) -> int:
    """Grade, write the reports, and say where they are."""
    if not hasattr(os, "fork"):
        raise CourseError(
            "grade starts Pythons as only Linux and macOS can: on Windows, run it in WSL. "
            "`python -m classroom check` works here."
        )
    course = Course(released_exercises(options.course.resolve()))
    wanted = [name_of(word, course.released) for word in options.exercise]
    students = collect(options.submissions, course.released)
    if not students:
        raise CourseError(f"{options.submissions} holds no student's work")
    if options.only is not None and options.only not in students:
        raise CourseError(f"no student is called {options.only}: {', '.join(students) or 'none'}")
    if options.out.resolve().is_relative_to(options.submissions.resolve()):
        raise CourseError("--out lies in the submissions, which are not to be changed")
    handed = handed_in(students, course, wanted)
    graded = Graded(options, course, journal_in(options.out))
    graded.grade(handed)
    marks = graded.marks(handed)
    write_reports(marks, options.out)
    print(marks.sandbox)
    print(f"{len(marks.by_student())} students: {options.out / 'index.html'}, marks.csv beside it")
    if graded.lost:
        print(f"Not graded, run it again: {', '.join(graded.lost)}", file=sys.stderr)
    return 1 if graded.lost else 0


def journal_in(out: Path) -> Journal:
    """The journal of a report in this folder, which is new or holds one already."""
    journal = out / "journal.jsonl"
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()) and not journal.exists():
            raise CourseError(f"{out} holds other files: name a new folder for the report")
        return Journal(journal)
    except OSError as error:
        raise CourseError(f"{out} can be no folder for the report: {error.strerror}") from None


class Graded:
    """A run under way: what has been graded, and what cannot be."""

    def __init__(self, options: argparse.Namespace, course: Course, journal: Journal) -> None:
        """Know what is asked for."""
        self.options, self.course, self.journal = options, course, journal
        self.limits = Limits(seconds=options.seconds)
        self.keys: dict[Handed, str] = {}
        self.unread: dict[Handed, str] = {}
        self.lost: list[str] = []

    def grade(self, handed: Sequence[Handed]) -> None:
        """Grade all that has not been graded; each is noted as soon as it is."""
        todo = [each for each in handed if self.is_to_be_graded(each)]
        bar = Bar([title(each) for each in todo], "graded")
        workers = Workers(self.options)
        try:
            for each, record in workers.graded((each, self.task(each)) for each in todo):
                if record is None:
                    self.lost.append(title(each))
                else:
                    self.journal.note(self.keys[each], record | {"student": each.student})
                bar.add(title(each))
        except BaseException:
            workers.close(at_once=True)
            raise
        finally:
            bar.close()
        workers.close()

    def is_to_be_graded(self, handed: Handed) -> bool:
        """Whether a notebook can be read, is asked for, and is not in the journal."""
        if handed.found is None:
            return False
        try:
            content = handed.found.read()
        except CourseError as error:
            self.unread[handed] = str(error)
            return False
        exercise, how = self.course.exercise(handed.exercise), (self.limits, self.is_enclosed())
        self.keys[handed] = key_of(handed.student, exercise, content, how)
        if self.options.only is not None:
            return bool(self.options.only == handed.student)
        return self.options.afresh or self.keys[handed] not in self.journal.records

    def is_enclosed(self) -> bool:
        """Whether namespaces are wanted."""
        return not self.options.no_sandbox

    def task(self, handed: Handed) -> Task:
        """What a worker is given."""
        assert handed.found
        return Task(
            handed.student,
            self.course.exercise(handed.exercise),
            handed.found.path.name,
            handed.found.read(),
            self.journal.seed,
            self.limits,
            self.is_enclosed(),
            self.options.require_sandbox,
        )

    def marks(self, handed: Sequence[Handed]) -> Marks:
        """The marks of all that is graded, cannot be read, or is not there."""
        books, records = [], []
        found = {each: self.journal.records.get(self.keys.get(each, "")) for each in handed}
        begun = {each.student for each in handed if each in self.keys and not found[each]}
        for each in handed:
            record = found[each]
            if each.student in begun:
                continue  # not all of theirs is graded yet
            if record:
                records.append(record)
                marks = [Mark(*mark) for mark in record["marks"]]
            else:
                marks = self.without_a_run(each)
            path = str(each.found.path) if each.found else ""
            books.append(Notebook(each.student, each.exercise, path, each.notes, marks))
        names = dict.fromkeys(each.exercise for each in handed)
        exercises = [self.course.exercise(name) for name in names]
        return Marks(books, exercises, sentence(records))

    def without_a_run(self, handed: Handed) -> list[Mark]:
        """The marks for a notebook that cannot be read, or is not there."""
        state, message = NOT_ATTEMPTED, "not handed in"
        if handed in self.unread:
            state, message = FAILS, self.unread[handed]
        questions = self.course.exercise(handed.exercise).questions
        return [Mark(question.answer, state, 0, message) for question in questions]


def title(handed: Handed) -> str:
    """A notebook in a few words."""
    return f"{shown(handed.student)[:24]} {handed.exercise[:2]}"


def sentence(records: Sequence[dict[str, Any]]) -> str:
    """What the notebooks were run in."""
    without = [record["why"] for record in records if record["sandbox"] != "namespaces"]
    if without:
        return OPEN.format(why=without[0] or "asked for")
    return ENCLOSED


def write_reports(marks: Marks, out: Path) -> None:
    """Write all reports in place of those that were there."""
    for folder in ("students", "gradescope"):
        shutil.rmtree(out / folder, ignore_errors=True)
        (out / folder).mkdir()
    students = marks.by_student()
    for student, books in students.items():
        name = file_name(student)
        write(out / "students" / f"{name}.html", student_page(student, books, marks))
        write(out / "gradescope" / f"{name}.json", gradescope(books, marks))
    if len(students) == 1:
        write(out / "results.json", gradescope(marks.notebooks, marks))
    write(out / "index.html", instructors_page(marks))
    write(out / "marks.csv", marks_csv(marks))
    write(out / "answers.csv", answers_csv(marks))
    write(out / "junit.xml", junit_xml(marks))


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole, or leave the one that was there."""
    fresh = path.with_name(path.name + ".new")
    text = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    fresh.write_bytes(text)
    fresh.replace(path)
