"""Notebooks as files that anyone may have written: their cells of code, and what these bind."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

CHECKS = "autograd_lesson.checks"
OTHERS = {b"%PDF": "a PDF", b"<": "a web page", b"PK": "a zip", b"7z": "packed by 7-Zip"}
OTHERS |= {b"Rar!": "packed by RAR", b"\x1f\x8b": "packed by gzip"}
CODE, TEXT = ("code",), ("markdown", "raw")  # kinds of cells
LARGEST = 20_000_000  # bytes of a notebook; those of the course have 300,000
LONGEST = 200_000  # letters of a cell: what is longer takes Python minutes to read


class CourseError(Exception):
    """The command asks for something that is not there."""


class Cell(NamedTuple):
    """What counts of a cell of code: its id, where it has one, its tags and its source."""

    id: str
    tags: list[str]
    source: str
    is_answer: bool = False  # by the mark that nbgrader reads, as is the next
    points: int = 0


def released_exercises(course: Path) -> dict[str, Path]:
    """The notebooks with the course's own checks, by name.

    The solutions come first: in a clone where someone learns, `exercises/` is the learner's.
    """
    for folder in ("solutions", "exercises"):
        if found := sorted((course / folder).glob("[0-9]*.ipynb")):
            return {path.stem: path for path in found}
    raise CourseError(f"{course} holds no exercises; --course names the folder of the course")


def read_notebook(path: Path, kinds: Sequence[str] = CODE) -> list[Cell]:
    """The cells of code in a notebook, or a sentence on why there are none to be had."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise unreadable(path.name, error) from None
    if size > LARGEST:
        raise CourseError(too_large(path.name, size))
    return cells_in(content, path.name, kinds)


def too_large(name: str, size: int, most: int = LARGEST) -> str:
    """What is said of a file that no exercise can have become."""
    return (
        f"{name} has {size / 1e6:,.0f} MB, and the limit is {most / 1e6:,.0f}. In JupyterLab "
        "choose Edit, Clear Outputs of All Cells, and save it."
    )


def cells_in(content: bytes, name: str, kinds: Sequence[str] = CODE) -> list[Cell]:
    """The cells of code, or of these kinds, in the bytes of a notebook, whatever else it holds.

    Only the sources matter, so that no other part of the file has to be as the format wants it.
    """
    try:
        text = text_of(content)
        if re.search("^<{7} ", text, re.MULTILINE):
            reason = (
                "holds an unresolved git merge. Between the lines <<<<<<< and >>>>>>> keep one of "
                "the two versions, then save it"
            )
            raise CourseError(f"{name} {reason}.")
        notebook = json.loads(text)
        if isinstance(notebook, dict) and "worksheets" in notebook:
            raise ValueError("it is in the old format 3; open it in JupyterLab and save it")
        if not (isinstance(notebook, dict) and isinstance(notebook.get("cells"), list)):
            raise ValueError("it holds no list of cells")
        found = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
        return [cell_of(cell) for cell in found if cell.get("cell_type") in kinds]
    except (ValueError, RecursionError) as error:  # a file may hold anything
        for begins, kind in OTHERS.items():
            if content.lstrip().startswith(begins):
                raise CourseError(
                    f"{name} is {kind}, and no notebook: bring the .ipynb file."
                ) from None
        raise unreadable(name, error) from None


def text_of(content: bytes) -> str:
    """The text in these bytes, of any Unicode or else as old editors write it."""
    try:
        return content.decode(json.detect_encoding(content), "surrogatepass")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def no_answer(names: Sequence[str], texts: Sequence[Cell], exercise: str) -> str:
    """What is said where no cell of code gives these names, with the notebook's cells of text."""
    if any(binds(cell.source, name) for cell in texts for name in names):
        return (
            f"the cell that defines {', '.join(names)} is one of text, which is not run: click on "
            "it, press Esc and then Y, which makes it code, and save"
        )
    return (
        f"no cell of the notebook defines {', '.join(names)}: copy the cell back from the "
        f"course's exercises/{exercise}.ipynb"
    )


def unreadable(name: str, error: Exception) -> CourseError:
    """What is said of a file that holds no notebook."""
    said = str(error).strip().split("\n")[0][:200]
    return CourseError(
        f"{name} is not a readable notebook ({said}). Bring back an earlier version, or "
        "copy the exercise from the course again."
    )


def cell_of(cell: dict[str, Any]) -> Cell:
    """A cell of code as its file has it, where a part may be missing or of another kind."""
    source, metadata = cell.get("source"), cell.get("metadata")
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    metadata = metadata if isinstance(metadata, dict) else {}
    tags, graded = metadata.get("tags"), metadata.get("nbgrader")
    graded = graded if isinstance(graded, dict) else {}
    points = graded.get("points")
    return Cell(
        str(cell.get("id", "")),
        tags if isinstance(tags, list) else [],
        text.replace("\r\n", "\n"),
        graded.get("solution") is True,
        points if isinstance(points, int) else 0,
    )


def imports_of_checks(released: list[Cell]) -> list[str]:
    """The lines by which the course's notebook imports its checks."""
    trees = (parsed(cell.source) or ast.Module([], []) for cell in released)
    return [
        ast.unparse(node)
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(CHECKS)
    ]


def names_checked(source: str) -> list[str]:
    """The names that a check cell checks: of `check_relu(relu)`, it is `relu`."""
    call = ast.parse(source).body[-1]
    assert isinstance(call, ast.Expr) and isinstance(call.value, ast.Call), source
    return [ast.unparse(name) for name in call.value.args]


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell, where it is plain Python of a length that people write."""
    try:
        return ast.parse(source) if len(source) <= LONGEST else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # ValueError: a null character
        return None


@lru_cache(maxsize=1000)
def statements(source: str) -> str:
    """What a cell does, as Python writes it: without comments, whatever the spaces."""
    tree = parsed(source)
    try:
        return source if tree is None else ast.unparse(tree)
    except RecursionError:
        return source


def binds(source: str, name: str) -> bool:
    """Does this cell give something the name `name`, or mean to?"""
    tree = parsed(source)
    if tree is None:
        return bool(re.search(rf"(\b(def|class|as)\s+|^[ \t]*){re.escape(name)}\b", source, re.M))
    return any(
        name in (getattr(node, "name", None), getattr(node, "asname", None))
        or (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        for node in ast.walk(tree)
    )
