"""Say which answers in a learner's saved notebooks pass.

From the learner's file come all cells but the checks; the checks come from the course, so that a
check that was edited or deleted counts for nothing. The notebook runs in a fresh kernel of its
own, and whatever goes wrong there costs that notebook alone.
"""

from __future__ import annotations

import ast
import copy
import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

PASSES, NOT_ATTEMPTED, FAILS = "passes", "not attempted yet", "fails"
CHECKS = "autograd_lesson.checks"
VERDICTS = {"NotAttempted": NOT_ATTEMPTED, "CheckFailed": FAILS}  # by the exception's name
WHOLE = "(the whole notebook)"
CELL_SECONDS = 60  # generous: a check stops an endless answer by itself, after ten seconds


class CourseError(Exception):
    """The command asks for something that is not there."""


class Result(NamedTuple):
    """What became of one answer, with the message that the notebook shows."""

    exercise: str
    answer: str
    state: str
    message: str


class Exercise(NamedTuple):
    """A notebook of the learner's and the one of the course that holds its checks."""

    learners: Path
    released: Path


class Checked(NamedTuple):
    """A check cell in the notebook that is run, and the cells that define what it checks."""

    names: list[str]
    answers: list[NotebookNode]
    cell: NotebookNode


# --- finding the notebooks ----------------------------------------------------------------------


def check_exercises(wanted: list[str], course: Path) -> list[Result]:
    """The results of all exercises named, in order; a line on stderr tells which one is running."""
    results = []
    for exercise in exercises_to_check(wanted, released_exercises(course), course):
        print(f"checking {exercise.released.stem} ...", file=sys.stderr, flush=True)
        results += check_one(exercise)
    return results


def released_exercises(course: Path) -> dict[str, Path]:
    """The notebooks with the course's own checks, by name.

    The solutions come first: in a clone where someone learns, `exercises/` is the learner's.
    """
    for folder in ("solutions", "exercises"):
        if found := sorted((course / folder).glob("[0-9]*.ipynb")):
            return {path.stem: path for path in found}
    raise CourseError(f"{course} holds no exercises; --course names the folder of the course")


def exercises_to_check(
    wanted: list[str], released: dict[str, Path], course: Path
) -> Iterator[Exercise]:
    """The exercises named by a file, a folder, a number or a name."""
    for word in wanted or [str(course / "exercises")]:
        path = Path(word)
        if path.is_dir():
            for name in released:
                yield Exercise(path / f"{name}.ipynb", released[name])
        elif path.suffix == ".ipynb":
            if path.stem not in released:
                raise CourseError(f"{word} is no exercise of the course: {', '.join(released)}")
            yield Exercise(path, released[path.stem])
        else:
            names = [name for name in released if word in (name, name.split("_")[0])]
            if not names:
                raise CourseError(f"no exercise is called {word}: {', '.join(released)}")
            yield Exercise(course / "exercises" / f"{names[0]}.ipynb", released[names[0]])


def check_one(exercise: Exercise) -> list[Result]:
    """The results of one exercise, one for each of its checks."""
    name = exercise.released.stem
    released = nbformat.read(exercise.released, as_version=4)
    if not exercise.learners.exists():
        message = f"{exercise.learners.name} is not in the folder {exercise.learners.parent.name}"
        return [Result(name, WHOLE, NOT_ATTEMPTED, message)]
    try:
        notebook = read_notebook(exercise.learners)
    except CourseError as error:
        return [Result(name, WHOLE, FAILS, str(error))]
    checks = with_released_checks(notebook, released)
    problem = run(notebook, exercise.learners.parent)
    return [result_of(check, name, problem) for check in checks]


def read_notebook(path: Path) -> NotebookNode:
    """The learner's notebook, or a sentence on why it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if not re.search("^<{7} ", text, re.MULTILINE):
            return parsed_notebook(text)
        reason = (
            "holds an unresolved git merge. Between the lines <<<<<<< and >>>>>>> keep one of the "
            "two versions, then save it"
        )
    except Exception as error:  # a file may hold anything, and nbformat raises what it runs into
        said = str(error).strip().split("\n")[0][:200]
        reason = (
            f"is not a readable notebook ({type(error).__name__}: {said}). Bring back an earlier "
            "version, or copy the exercise from the course again"
        )
    raise CourseError(f"{path.name} {reason}.")


def parsed_notebook(text: str) -> NotebookNode:
    """A valid notebook with a different id for each cell, from the text of its file."""
    notebook = nbformat.reads(text, as_version=4)
    _, notebook = nbformat.validator.normalize(notebook)
    nbformat.validate(notebook)
    return notebook


# --- putting the checks back --------------------------------------------------------------------


def with_released_checks(notebook: NotebookNode, released: NotebookNode) -> list[Checked]:
    """Put the course's check cells into the learner's notebook, and say where they are.

    A check is found by its cell id or, where a program has drawn new ids, by the call it makes; a
    deleted one goes behind the last cell that defines what it checks.
    """
    imports = imports_of_checks(released)
    checks = []
    for theirs in released.cells:
        if theirs.cell_type != "code" or "check" not in theirs.metadata.get("tags", []):
            continue
        names = names_checked(theirs.source)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        answers = [cell for cell in code if any(defines(cell, name) for name in names)]
        found = [cell for cell in code if cell.id == theirs.id] or [
            cell for cell in code if cell.source.strip() == theirs.source.strip()
        ]
        if found:
            cell = found[0]
        else:
            cell = copy.deepcopy(theirs)
            places = [i for i, one in enumerate(notebook.cells) if any(one is a for a in answers)]
            notebook.cells.insert(places[-1] + 1 if places else len(notebook.cells), cell)
        cell.source = "\n".join([*imports, theirs.source])
        checks.append(Checked(names, answers, cell))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return checks


def imports_of_checks(released: NotebookNode) -> list[str]:
    """The lines by which the course's notebook imports its checks."""
    trees = (parsed(cell.source) for cell in released.cells if cell.cell_type == "code")
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


def parsed(source: str) -> ast.Module:
    """The syntax tree of a cell, empty where it is no plain Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):  # ValueError: a null character
        return ast.Module([], [])


def defines(cell: NotebookNode, name: str) -> bool:
    """Does this cell define the function or class `name`, or mean to?"""
    return bool(re.search(rf"^(def|class) +{re.escape(name)}\b", cell.source, re.MULTILINE))


# --- running ------------------------------------------------------------------------------------


def run(notebook: NotebookNode, folder: Path) -> str:
    """Run all cells, in place; return why the run broke off, or nothing."""
    first = nbformat.v4.new_code_cell(import_of_this_package())
    cells = notebook.cells
    notebook.cells = [first, *cells]
    reached: list[NotebookNode] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as settings:
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            allow_errors=True,
            record_timing=False,
            kernel_name="python3",
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
            resources={"metadata": {"path": str(folder)}},
            on_cell_start=lambda cell, cell_index: reached.append(cell),
        )
        try:
            client.execute(env=os.environ | {"IPYTHONDIR": settings})
        except CellTimeoutError:
            why = f"ran longer than {CELL_SECONDS} seconds and was stopped"
        except (DeadKernelError, RuntimeError, NoSuchKernel):
            why = "ended its Python (out of memory, or a call of exit)"
        else:
            why = ""
        finally:
            notebook.cells = cells
    if not why:
        return ""
    if not reached or reached[-1] is first:
        return "its Python could not be started: run `python3 start.py` once, then try again"
    line = next((line for line in reached[-1].source.splitlines() if line.strip()), "")
    return f"not reached: the cell that begins with `{line.strip()[:60]}` {why}"


def import_of_this_package() -> str:
    """Code that imports the same autograd_lesson as this program does, whatever lies around."""
    spec = importlib.util.find_spec("autograd_lesson")
    if spec is None or spec.origin is None:
        raise CourseError("autograd_lesson is not installed: run `python3 start.py` once")
    folder = str(Path(spec.origin).parents[1])
    return (
        f"import sys; sys.path.insert(0, {folder!r})\n"
        f"import {CHECKS}\n"
        "sys.path.pop(0); del sys, autograd_lesson"
    )


# --- judging ------------------------------------------------------------------------------------


def result_of(check: Checked, exercise: str, problem: str) -> Result:
    """What the outputs below a check say, or those of the answer where that one already raises."""
    answer = ", ".join(check.names)
    if not check.answers:
        message = (
            f"no cell of the notebook defines {answer}: copy the cell back from the course's "
            f"exercises/{exercise}.ipynb"
        )
        return Result(exercise, answer, NOT_ATTEMPTED, message)
    if check.cell.execution_count is None:
        return Result(exercise, answer, FAILS, problem or "the check did not run")
    said = errors_in(check.cell)
    if not said:
        return Result(exercise, answer, PASSES, printed_by(check.cell))
    ename, evalue = said[0]
    if ename in VERDICTS:
        return Result(exercise, answer, VERDICTS[ename], evalue)
    # The check could not run, most often since the cell with the answer raises already.
    earlier = [error for cell in check.answers for error in errors_in(cell)]
    return Result(exercise, answer, FAILS, ": ".join([*earlier, *said][0]))


def errors_in(cell: NotebookNode) -> list[tuple[str, str]]:
    """The name and the text of each exception below a cell."""
    return [(out.ename, out.evalue) for out in cell.outputs if out.output_type == "error"]


def printed_by(cell: NotebookNode) -> str:
    """What a cell has printed."""
    return "".join(out.text for out in cell.outputs if out.output_type == "stream").strip()
