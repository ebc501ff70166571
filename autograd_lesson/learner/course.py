"""The course as its notebooks tell it: lessons, minutes, predictions, exercises and their answers.

It is read from the files that the course ships, never from what a learner has changed: the answers
of an exercise stand in `solutions/`.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from .log import course_of, notebook_folder

PARTS = (("The idea, on numbers", 0), ("The same, on arrays", 11), ("The engine room", 19))
CHECK = re.compile(r"check_(\w+)\(([^)]*)\)")


class Answer(NamedTuple):
    """One thing that an exercise asks for: the name of its check, and what is to be written."""

    check: str
    names: str


class Lesson(NamedTuple):
    """One lesson and its exercise, as they are shipped."""

    number: str
    stem: str
    title: str
    minutes: int
    exercise_minutes: int
    prompts: tuple[str, ...]  # the names of its predictions
    answers: tuple[Answer, ...]


class Course:
    """A folder with notebooks/, exercises/ and solutions/."""

    def __init__(self, folder: Path) -> None:
        """Read nothing yet."""
        self.folder = folder

    @cached_property
    def lessons(self) -> list[Lesson]:
        """Every lesson, in order; one whose file cannot be read is left out."""
        found = map(self.lesson, sorted((self.folder / "notebooks").glob("[0-9][0-9]_*.ipynb")))
        return [lesson for lesson in found if lesson]

    def lesson(self, path: Path) -> Lesson | None:
        """What one lesson and its exercise are made of."""
        cells, work = cells_of(path), cells_of(self.folder / "solutions" / path.name)
        title = re.match(r"# \d+\. (.+)", source_of(cells[0])) if cells else None
        if not title:
            return None
        # A cell of a prediction has the id 05-predict-name, and its prompt the name 05-name.
        prompts = [cell["id"].replace("-predict-", "-", 1) for cell in cells if is_prompt(cell)]
        calls = [CHECK.match(source_of(cell)) for cell in work if "check" in tags_of(cell)]
        return Lesson(
            number=path.stem[:2],
            stem=path.stem,
            title=title[1].partition(":")[0],
            minutes=minutes_of(cells),
            exercise_minutes=minutes_of(work),
            prompts=tuple(prompts),
            answers=tuple(Answer(call[1], call[2]) for call in calls if call),
        )

    def parts(self) -> list[tuple[str, list[Lesson]]]:
        """The parts of the course, each with its lessons."""
        bounds = [first for _, first in PARTS[1:]] + [100]
        return [
            (name, [one for one in self.lessons if first <= int(one.number) < end])
            for (name, first), end in zip(PARTS, bounds, strict=True)
        ]


def the_course() -> Course | None:
    """The course around the notebook that is open, or around the package; None where none is."""
    own = notebook_folder()
    folders = [course_of(own)] if own else []
    for folder in (*folders, course_of(Path.cwd()), Path(__file__).resolve().parents[2]):
        if (folder / "notebooks").is_dir() and (folder / "solutions").is_dir():
            return Course(folder)
    return None


def cells_of(path: Path) -> list[Any]:
    """The cells of a notebook; none where it cannot be read."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return [cell for cell in cells if isinstance(cell["cell_type"], str)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def source_of(cell: Any) -> str:
    """The text of a cell."""
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def tags_of(cell: Any) -> list[str]:
    """The tags of a cell."""
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tags if isinstance(tags, list) else []


def is_prompt(cell: Any) -> bool:
    """Whether a prediction is asked for in this cell."""
    return "prediction" in tags_of(cell) and "-predict-" in str(cell.get("id"))


def minutes_of(cells: list[Any]) -> int:
    """The minutes that the first cell of a notebook promises."""
    found = re.search(r"(\d+)\s+minutes", source_of(cells[0])) if cells else None
    return int(found[1]) if found else 0
