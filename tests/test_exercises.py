"""The shipped exercises: every check says "not attempted yet", and nothing else fails.

Each exercise is run from top to bottom in a kernel, past its errors, as a learner meets it. In a
learner's clone the cells that answers, notes and the learner's own code live in are looked past.
"""

from __future__ import annotations

import ast
import copy
import os
import shutil
import subprocess
import sys
from pathlib import Path

import IPython
import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "source"))

import build  # noqa: E402

pytestmark = pytest.mark.slow

EXERCISES = sorted((ROOT / "exercises").glob("*.ipynb"))
if not os.environ.get("AUTOGRAD_LESSON_ALL"):  # weekly; test_wrong_answers runs all their stubs
    EXERCISES = [path for path in EXERCISES if path.stem[:2] in ("00", "09", "18", "27")]
NOT_ATTEMPTED = "not attempted yet"


def executed(notebook: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    """The code cells by id, after a run that no error stops."""
    notebook = copy.deepcopy(notebook)
    client = NotebookClient(notebook, timeout=60, allow_errors=True, kernel_name="python3")
    client.execute()
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}


def error_of(cell: nbformat.NotebookNode) -> str:
    """What the cell raises, or nothing."""
    errors = [o for o in cell.outputs if o.output_type == "error"]
    return f"{errors[0].ename}: {errors[0].evalue}" if errors else ""


def faults(cells: dict, released: list[nbformat.NotebookNode], pristine: bool) -> list[str]:
    """What is not as it should be, in words."""
    found = []
    answered = set()  # the names that the learner has taken from the stubs
    for cell in released:
        if cell.id in cells and build.is_solution(cell) and build.STUB not in cells[cell.id].source:
            answered.add(cell.metadata.nbgrader.grade_id)
            if pristine:
                found.append(f"{cell.id} holds an answer")
    for cell in released:
        error = error_of(cells[cell.id]) if cell.id in cells else "the cell is missing"
        checked = {n.id for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Name)}
        if build.is_check(cell) and not checked & answered and NOT_ATTEMPTED not in error:
            found.append(f"{cell.id} of a stub says {error or 'nothing'}")
        elif not build.is_check(cell) and not build.is_solution(cell) and error:
            found.append(f"{cell.id} raises {error}")
        elif build.is_solution(cell) and pristine and error:
            found.append(f"{cell.id} raises {error}")
    return found


def released_code(path: Path) -> list[nbformat.NotebookNode]:
    """The code cells that the release has, as stubs."""
    source = ROOT / "source" / "exercises" / f"{path.stem}.py"
    cells = build.as_exercise(build.read_source(source)).cells
    return [cell for cell in cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_an_exercise_fails_in_its_check_cells_only(path, pristine):
    cells = executed(nbformat.read(path, as_version=4))
    assert faults(cells, released_code(path), pristine) == []


# The test above, tested on an exercise that is small and always there.


@pytest.fixture
def shipped() -> nbformat.NotebookNode:
    """Exercise 00 as the source makes it."""
    source = ROOT / "source" / "exercises" / "00_start_here.py"
    return build.as_exercise(build.read_source(source))


def reported(notebook: nbformat.NotebookNode, shipped, pristine: bool) -> list[str]:
    """What the test above would report of this notebook."""
    released = [cell for cell in shipped.cells if cell.cell_type == "code"]
    return faults(executed(notebook), released, pristine)


def test_a_learners_work_is_looked_past(shipped):
    work = copy.deepcopy(shipped)
    cells = {cell.id: cell for cell in work.cells}
    cells["00-slope"].source = "def slope(x0, y0, x1, y1):\n    return 0.0"
    work.cells.append(nbformat.v4.new_code_cell("1 / 0"))
    assert reported(work, shipped, pristine=False) == []
    assert reported(work, shipped, pristine=True)[0] == "00-slope holds an answer"


def test_a_check_that_does_not_say_so_is_reported(shipped):
    work = copy.deepcopy(shipped)
    next(c for c in work.cells if c.id == "00-check_slope").source = "pass"
    assert reported(work, shipped, pristine=False) == ["00-check_slope of a stub says nothing"]


def test_another_cell_that_fails_is_reported(shipped):
    work = copy.deepcopy(shipped)
    first = next(c for c in work.cells if c.cell_type == "code")
    first.source += "\nmissing"
    faults_found = reported(work, shipped, pristine=False)
    assert faults_found == [f"{first.id} raises NameError: name 'missing' is not defined"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [(build.STUB, NOT_ATTEMPTED), ("return 0.0", "checks pass. The first that does not:")],
)
def test_run_all_goes_on_after_a_check_that_does_not_pass(shipped, answer, says):
    cells = {cell.id: cell for cell in shipped.cells}
    cells["00-slope"].source = cells["00-slope"].source.replace(build.STUB, answer)
    shipped.cells.append(nbformat.v4.new_code_cell("6 * 7"))
    NotebookClient(shipped, timeout=60, kernel_name="python3").execute()  # stops at a bad reply
    (shown,) = cells["00-check_slope"].outputs
    assert shown.output_type == "error" and says in shown.evalue
    assert shipped.cells[-1].outputs[0].data["text/plain"] == "42"
    utils = pytest.importorskip("nbgrader.utils", reason="nbgrader is not installed")
    assert utils.determine_grade(cells["00-check_slope"]) == (0, 1)


def test_a_check_stops_its_own_cell_and_other_errors_stop_the_notebook(shipped):
    checks = [c for c in shipped.cells if build.is_check(c)]
    checks[0].source += "\nprint('reached')"
    shipped.cells.append(nbformat.v4.new_code_cell("1 / 0"))
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        NotebookClient(shipped, timeout=60, kernel_name="python3").execute()
    assert [output.output_type for output in checks[0].outputs] == ["error"]


def test_a_failure_that_was_caught_excuses_no_later_error(shipped):
    cells = {cell.id: cell for cell in shipped.cells}
    cells["00-check_slope"].source = "try:\n    check_slope(slope)\nexcept Exception:\n    1 / 0"
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        NotebookClient(shipped, timeout=60, kernel_name="python3").execute()


class Lite(InteractiveShell):
    """JupyterLite's shell, as far as errors go: a traceback that is left becomes the reply."""

    _last_traceback = None

    def _showtraceback(self, etype, evalue, stb):
        self._last_traceback = {"ename": str(etype), "evalue": str(evalue), "traceback": stb}


def test_jupyterlite_is_left_no_traceback_to_stop_at(monkeypatch):
    shell = Lite()
    published = []
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    monkeypatch.setattr(shell.display_pub, "publish", lambda data, **more: published.append(data))
    shell.run_cell("from autograd_lesson.checks.e00_start_here import check_slope")
    shell.run_cell("check_slope(lambda x0, y0, x1, y1: 0.0)")
    assert shell._last_traceback is None
    (shown,) = published
    assert shown["application/vnd.jupyter.error"] == shown["text/plain"]
    assert "slope: " in shown["text/plain"] and "checks pass" in shown["text/plain"]
    shell.run_cell("1 / 0")
    assert shell._last_traceback["evalue"] == "division by zero" and len(published) == 1


@pytest.mark.parametrize(
    ("folder", "options", "status"), [("exercises", "--nbval-lax", 1), ("solutions", "--nbval", 0)]
)
def test_nbval_grades_an_exercise_and_passes_its_solution(tmp_path, folder, options, status):
    shipped = ROOT / folder / "00_start_here.ipynb"
    if folder == "exercises":
        source = ROOT / "source" / "exercises" / "00_start_here.py"
        shipped = tmp_path / shipped.name
        nbformat.write(build.as_exercise(build.read_source(source)), shipped)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", options]
    command += ["--nbval-current-env", "--nbval-cell-timeout=60"]
    command += ["--nbval-sanitize-with", str(ROOT / "tests" / "nbval.cfg"), str(shipped)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == status, done.stdout + done.stderr
    if status:
        assert "slope: not attempted yet." in done.stdout
        assert "1 failed" in done.stdout


def test_nbval_compares_a_cell_that_jupyterlab_saved_before_it_was_run(tmp_path):
    for stored in ("42", "43"):
        output = nbformat.v4.new_output("execute_result", data={"text/plain": stored})
        cell = nbformat.v4.new_code_cell("6 * 7", execution_count=None, outputs=[output])
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / f"saved_{stored}.ipynb")
    shutil.copy(ROOT / "conftest.py", tmp_path)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--nbval"]
    command += ["--nbval-current-env", f"--rootdir={tmp_path}", "."]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "FAILED saved_43.ipynb" in done.stdout
