"""What the name of a file or a folder says: whether it is a notebook or a zip, and whose it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)  # some browsers add an ending
SYSTEMS = {  # how they name what they collect: the student, and what the file was called
    "Moodle": re.compile(r"(?P<who>.+_\d+)_assignsubmission_[a-z]+(_(?P<file>.*))?"),
    "Blackboard": re.compile(r".+_(?P<who>[^_]+)_attempt_\d{4}(-\d\d){5}(_(?P<file>.*))?"),
    "Canvas": re.compile(r"(?P<who>[^_]+)(_LATE)?_(?P<id>\d{3,})_\d{3,}_(?P<file>.+)"),
}


def whose(names: Iterable[str], alone: str, exercises: Iterable[str]) -> dict[str, str]:
    """The student of each file or folder among others, from its name and the names of the others.

    `alone` is whose a notebook is that is called after its exercise and nobody.
    """
    names = list(names)
    found = {name: owner(name, alone, exercises) for name in names}
    files = (name for name in names if is_notebook(name) or is_zip(name))
    canvas = {name: match for name in files if (match := SYSTEMS["Canvas"].fullmatch(name))}
    often = Counter((match["who"], match["id"], match["file"]) for match in canvas.values())
    for name, match in canvas.items():
        if often[match["who"], match["id"], match["file"]] == 1:  # or the id is no student's
            found[name] = f"{match['who']}_{match['id']}"
    return found


def owner(name: str, alone: str, exercises: Iterable[str]) -> str:
    """Whose this is: `ann_12_05_order.ipynb` is of `ann_12`."""
    stem = stem_of(name) if is_notebook(name) or is_zip(name) else name
    for system in ("Moodle", "Blackboard"):
        if match := SYSTEMS[system].fullmatch(stem):
            return match["who"]
    if stem == name:
        return name
    for exercise in exercises:
        before, there, behind = stem.partition(exercise)
        who = [part.strip("_-. ") for part in (before, re.sub(r"\(\d+\)", "", behind))]
        if there:
            return next(filter(None, who), alone)
    return stem


def is_zip(name: str) -> bool:
    """Whether a file is called as zips are."""
    return name.lower().endswith(".zip")


def is_notebook(name: str) -> bool:
    """Whether a file is called as notebooks are."""
    return NOTEBOOK.search(name) is not None


def stem_of(name: str) -> str:
    """The name of a notebook or a zip without its ending."""
    return NOTEBOOK.sub("", name) if is_notebook(name) else PurePosixPath(name).stem
