"""What there is to read: the lessons by README's table, the files of each, and their notebooks."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from classroom.reset import as_text, blank_of

from .prose import slug_of

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(r"^\| (\d\d) \| \[(.+?)\]\(notebooks/(\w+)\.ipynb\) \| (\d+) \| (.+?) \|$", re.M)
PART = re.compile(r"## ((E\d+\.\d+) .*)")
KINDS = ("notebooks", "exercises", "solutions")  # the folders, here and on the site


class Lesson(NamedTuple):
    """One row of README's table."""

    number: str
    title: str
    name: str  # of its notebook, and of those with its exercises and solutions
    minutes: int
    promise: str  # what one will be able to do

    def title_of(self, kind: str) -> str:
        """What its page of this kind is called."""
        before = {"notebooks": "", "exercises": "Exercises ", "solutions": "Solutions "}[kind]
        return f"{before}{int(self.number)}. {self.title}"

    def promise_of(self, kind: str) -> str:
        """What a search engine shows of its page."""
        before = {"notebooks": "", "exercises": "Exercises. ", "solutions": "Solutions. "}[kind]
        return f"{before}You will be able to {self.promise}."


def lessons() -> list[Lesson]:
    """Every lesson, in the order of reading."""
    table = (ROOT / "README.md").read_text(encoding="utf-8")
    return [
        Lesson(number, title, name, int(minutes), promise)
        for number, title, name, minutes, promise in ROW.findall(table)
    ]


@cache
def notebook(kind: str, name: str) -> NotebookNode:
    """A notebook as it is stored; of an exercise the blank, whoever has answered it here."""
    if kind == "exercises":
        return nbformat.reads(as_text(blank_of(name, ROOT)).decode(), as_version=4)
    return nbformat.read(ROOT / kind / f"{name}.ipynb", as_version=4)


@cache
def places() -> dict[str, str]:
    """Where each lesson is, such as "2", and each part of its exercises, such as "E2.1".

    The way there is that from the page of any notebook.
    """
    found = {}
    for lesson in lessons():
        found[str(int(lesson.number))] = f"../notebooks/{lesson.name}.html"
        for cell in notebook("exercises", lesson.name).cells:
            if part := PART.match(cell.source):
                page = f"../exercises/{lesson.name}.html"
                found[part[2]] = f"{page}#{slug_of(part[1])}"
    return found


def routes() -> str:
    """The text of lesson 00 that says where to enter and how long each way takes."""
    cells = notebook("notebooks", lessons()[0].name).cells
    return next(cell.source for cell in cells if cell.source.startswith("## Which way to go"))
