"""Give back the blank of an exercise, or of one answer, and keep what stood there beside it."""

from __future__ import annotations

import ast
import copy
import json
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograd_lesson.learner.log import note_check
from classroom.check import (
    CourseError,
    binds,
    name_of,
    names_checked,
    read_notebook,
    released_exercises,
    statements,
)

Notebook = dict[str, Any]
RELOAD = "Where it is open, choose File, Reload Notebook from Disk, and restart its kernel."


def reset(word: str, answers: Sequence[str], course: Path) -> str:
    """Give back the blank of an exercise, or of these answers in it, and say what was done."""
    released = released_exercises(course)
    name = exercise_at(word, released, course)
    path = course / "exercises" / f"{name}.ipynb"
    blank = blank_of(name, course)
    defined = answers_in(blank)
    cells = cells_named(answers, defined, list(checks_of(released[name])), name) or list(defined)
    names = [each for cell in cells for each in defined[cell]]
    if not answers:
        fresh, what = as_text(blank), f"The exercise {name} is the blank again"
    else:
        fresh = as_text(with_blanks(path, blank, {cell: defined[cell] for cell in cells}))
        verb = "is" if len(names) == 1 else "are"
        what = f"{', '.join(names)} in {name} {verb} the blank again"
    kept, is_trusted = None, not answers or was_trusted(path)
    if path.exists() or path.is_symlink():
        if content_of(path) == fresh:
            return f"{name} holds nothing but the blank there: nothing was changed."
        kept = keep(path)
    try:
        path.parent.mkdir(exist_ok=True)
        replace(path, fresh)
    except OSError as error:
        if kept:
            kept.unlink(missing_ok=True)
        reason = f"{path} cannot be written ({error.strerror})"
        raise CourseError(f"{reason}: it is as it was.") from None
    if is_trusted:
        trust(path)
    for check, checked in checks_of(released[name]):
        if set(checked) & set(names):
            note_check(name[:2], check, "not attempted")
    before = f" Your work is kept in {kept.parent.name}/{kept.name}." if kept else ""
    return f"{what}.{before} {RELOAD}"


def exercise_at(word: str, released: dict[str, Path], course: Path) -> str:
    """The exercise with this name or number, or whose own file this path leads to.

    A path is meant as it stands, from here or from the course's folder: a lesson, or a notebook in
    another course, has a file of the same name.
    """
    is_bare = Path(word).name == word and not Path(word).exists()
    if not word.endswith(".ipynb") or is_bare:
        return name_of(word, released)
    meant = next((each for each in (Path(word), course / word) if each.exists()), course / word)
    for name in released:
        if meant.resolve() == (course / "exercises" / f"{name}.ipynb").resolve():
            return name
    folder = course / "exercises"
    raise CourseError(
        f"{word} is no exercise of this course, so nothing was changed: they lie in {folder}. "
        "A number such as 05 names one."
    )


def answers_in(blank: Notebook) -> dict[str, list[str]]:
    """The answer cells of an exercise by their ids, and the functions and classes in each."""
    return {
        cell["id"]: [
            node.name
            for node in ast.parse(text_of(cell)).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
        for cell in blank["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }


def cells_named(
    answers: Sequence[str],
    defined: dict[str, list[str]],
    checks: Sequence[tuple[str, list[str]]],
    exercise: str,
) -> list[str]:
    """The answer cells that are meant by the names of answers, or of their checks."""
    known: dict[str, list[str]] = {}
    for check, checked in checks:
        known[check] = [cell for cell, names in defined.items() if set(names) & set(checked)]
    known |= {name: [cell] for cell, names in defined.items() for name in names}
    for answer in answers:
        if answer not in known:
            listed = ", ".join(name for names in defined.values() for name in names)
            raise CourseError(f"{exercise} asks for no {answer}: its answers are {listed}")
    return list(dict.fromkeys(cell for answer in answers for cell in known[answer]))


def checks_of(released: Path) -> Iterator[tuple[str, list[str]]]:
    """The checks of an exercise: the name of each, and what it checks."""
    for cell in read_notebook(released):
        if "check" in cell.tags:
            call = statements(cell.source)
            yield call.partition("(")[0].removeprefix("check_"), names_checked(call)


# --- the blank ----------------------------------------------------------------------------------


def blank_of(name: str, course: Path) -> Notebook:
    """The exercise as the course ships it: its source as a notebook, with the stored outputs."""
    sys.path.insert(0, str(course / "source"))
    try:
        import build  # type: ignore[import-not-found]
        import nbformat
    except ImportError as error:
        reason = f"the blank is made by source/build.py, and {error}"
        raise CourseError(f"{reason}: run `python3 start.py reset`, which installs it") from None
    finally:
        sys.path.pop(0)
    try:
        notebook = build.read_source(course / "source" / "exercises" / f"{name}.py")
        solution = nbformat.read(course / "solutions" / f"{name}.ipynb", as_version=4)
    except (OSError, ValueError, build.BuildError) as error:
        raise CourseError(f"the blank cannot be made: {error}. `git status` may say why.") from None
    stored = {cell.id: cell for cell in solution.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id in stored:
            cell.outputs = stored[cell.id].outputs
            cell.execution_count = stored[cell.id].execution_count
    blank: Notebook = json.loads(nbformat.writes(build.as_exercise(notebook), version=4))
    return blank


def as_text(notebook: Notebook) -> bytes:
    """The notebook as the course writes it."""
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def with_blanks(path: Path, blank: Notebook, answers: dict[str, list[str]]) -> Notebook:
    """The learner's notebook with these answer cells as the course ships them.

    An answer's cell is found by its id or, where a program has drawn new ones, by what it defines;
    where it is gone, it is put back behind the cell that it follows in the blank.
    """
    try:
        read_notebook(path)  # which says what is wrong with one that is none
        notebook: Notebook = json.loads(path.read_bytes())
    except (OSError, ValueError, CourseError) as error:
        whole = f"`start.py reset {path.name[:2]}` gives back the whole"
        raise CourseError(f"{error} {whole}, and keeps this file.") from None
    cells = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
    order = [cell["id"] for cell in blank["cells"]]
    for answer, names in answers.items():
        place = order.index(answer)
        fresh = copy.deepcopy(blank["cells"][place])
        found = [i for i, cell in enumerate(cells) if cell.get("id") == answer]
        found = found or [i for i, cell in enumerate(cells) if defines(cell, names[0])][:1]
        if found:
            fresh["id"] = cells[found[0]].get("id", answer)
            cells[found[0]] = fresh
        else:
            before = set(order[:place])
            behind = [i for i, cell in enumerate(cells) if cell.get("id") in before]
            cells.insert(behind[-1] + 1 if behind else len(cells), fresh)
    written = {name for names in answers.values() for name in names}
    for cell in cells:
        if checks_one_of(cell, written):  # what it said is about the answer that was there
            cell["outputs"], cell["execution_count"] = [], None
    return notebook | {"cells": cells}


def checks_one_of(cell: Any, written: set[str]) -> bool:
    """Whether this cell of code is a call of a check with one of these answers."""
    call = statements(text_of(cell)) if cell.get("cell_type") == "code" else ""
    return call.startswith("check_") and "\n" not in call and bool(written & {*names_in(call)})


def names_in(call: str) -> list[str]:
    """The names between the brackets of a call."""
    return re.split(r",\s*", call.partition("(")[2].rstrip(") "))


def text_of(cell: Any) -> str:
    """The source of a cell, where it has one."""
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def defines(cell: Any, name: str) -> bool:
    """Whether this cell of code gives something that name, other than by an import."""
    text = text_of(cell)
    if cell.get("cell_type") != "code" or not binds(text, name):
        return False
    imports = re.compile(r"^ *(from|import) [^(\n]*(\([^)]*\))?.*$", re.MULTILINE)
    return binds(imports.sub("", text), name)


# --- keeping what was there ---------------------------------------------------------------------


def content_of(path: Path) -> bytes:
    """What a file holds, or a sentence on why that cannot be told."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = f"{path} cannot be read ({error.strerror})"
        raise CourseError(f"{reason}. Move it away, then run this again.") from None


def keep(path: Path) -> Path:
    """A copy of the file beside it, under a name that was free."""
    content, number = content_of(path), 1
    while True:
        day = time.strftime("%Y-%m-%d")
        kept = path.with_name(f"{path.stem}-before-reset-{day}-{number}.ipynb")
        try:
            with open(kept, "xb") as copy_of_it:
                copy_of_it.write(content)
            return kept
        except FileExistsError:
            number += 1
        except OSError as error:
            kept.unlink(missing_ok=True)
            reason = f"{path.name} cannot be kept beside itself ({error.strerror})"
            raise CourseError(f"{reason}, so nothing was changed.") from None


def replace(path: Path, content: bytes) -> None:
    """Put the content in place of the file's in one step, so that no half of it is ever there."""
    target = path.resolve()  # of a link, what it leads to
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        fresh.write_bytes(content)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


# --- trust --------------------------------------------------------------------------------------


def was_trusted(path: Path) -> bool:
    """Whether JupyterLab trusts the notebook as it stands: its learner has run it there."""
    from nbformat.sign import NotebookNotary

    try:
        trusted: bool = NotebookNotary().check_signature(nbformat_of(path))
    except Exception:  # a learner's file may hold anything
        return False
    return trusted


def trust(path: Path) -> None:
    """Have JupyterLab show the stored pictures of a notebook of the course."""
    from nbformat.sign import NotebookNotary

    with suppress(OSError, ValueError):
        NotebookNotary().sign(nbformat_of(path))


def nbformat_of(path: Path) -> Any:
    """The notebook in a file, as nbformat reads it."""
    import nbformat

    return nbformat.read(path, as_version=4)
