"""nbgrader takes `solutions/` as they are: it makes our blanks, and gives full marks and none."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("nbgrader.apps", reason="nbgrader is not installed")

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "classroom" / "README.md").read_text(encoding="utf-8")
STUB = 'raise NotImplementedError("your turn")'
# All of them weekly; else a short one, and one with seven answers.
FEW = ("00_start_here", "05_order_and_accumulation")
EVERY = sorted(path.stem for path in (ROOT / "solutions").glob("[0-9]*.ipynb"))
NAMES = EVERY if os.environ.get("AUTOGRAD_LESSON_ALL") else FEW
STUDENTS = ("full", "none", "other", "tampered")


def nbgrader(folder, *words):
    """Run a command of nbgrader; a kernel finds the course by its path."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=folder,
        env=os.environ
        | {"PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]),
           "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "AUTOGRAD_LESSON_PROGRESS": "off",
           "JUPYTER_CONFIG_DIR": str(folder / "jupyter"), "JUPYTER_DATA_DIR": str(folder / "data"),
           "JUPYTER_PATH": os.path.join(sys.prefix, "share", "jupyter")},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def metadata(cell):
    return cell["metadata"].get("nbgrader", {})


def points(notebook):
    """The points of each check."""
    graded = (metadata(cell) for cell in notebook["cells"])
    return {one["grade_id"]: one["points"] for one in graded if one.get("grade")}


def handed_in(folder, student, name, change):
    """What a student hands in: the exercise as nbgrader releases it, changed cell by cell."""
    notebook = read(folder / "release" / "week1" / f"{name}.ipynb")
    solutions = {cell["id"]: cell for cell in read(ROOT / "solutions" / f"{name}.ipynb")["cells"]}
    for cell in notebook["cells"]:
        change(cell, solutions[cell["id"]])
    path = folder / "submitted" / student / "week1" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))


def full(cell, solution):
    """Every answer is the solution."""
    if metadata(cell).get("solution"):
        cell["source"] = solution["source"]


def none(cell, solution):
    """As released."""


def other(cell, solution):
    """Of exercise 00 and 05 the first answer is right, and the second one wrong."""
    if cell["id"] in ("00-slope", "05-order_lines"):
        full(cell, solution)
    if cell["id"] == "05-topological_order":
        cell["source"] = ["def topological_order(root):\n", "    return [root]"]


def tampered(cell, solution):
    """Nothing is answered, and every check was made to say yes."""
    if metadata(cell).get("grade"):
        cell["source"] = ["print('8 of 8 checks pass')"]


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    """The marks that nbgrader gives, by student, notebook and check."""
    from nbgrader.api import Gradebook

    folder = tmp_path_factory.mktemp("nbgrader")
    source = folder / "source" / "week1"
    source.mkdir(parents=True)
    for name in NAMES:
        shutil.copy(ROOT / "solutions" / f"{name}.ipynb", source)
    (folder / "nbgrader_config.py").write_text(config_of_the_guide())
    nbgrader(folder, "generate_assignment", "week1", "--create")
    for student in STUDENTS:
        for name in NAMES if student in ("full", "none") else FEW:
            handed_in(folder, student, name, globals()[student])
    nbgrader(folder, "autograde", "week1")
    found = {}
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        for submission in book.assignment_submissions("week1"):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    found[submission.student.id, notebook.name, grade.name] = grade.auto_score
    return folder, found


def config_of_the_guide():
    """The settings that the guide tells to write."""
    after = GUIDE.split("nbgrader_config.py <<'END'\n")
    assert len(after) == 2, "the guide writes nbgrader_config.py once"
    return after[1].split("\nEND\n")[0] + "\n"


def of(found, student, name):
    return {
        check: score
        for (who, book, check), score in found.items()
        if (who, book) == (student, name)
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_solution_has_full_marks_and_a_blank_has_none(scores, name):
    _, found = scores
    wanted = points(read(ROOT / "solutions" / f"{name}.ipynb"))
    assert wanted and of(found, "full", name) == wanted
    assert of(found, "none", name) == dict.fromkeys(wanted, 0)


@pytest.mark.parametrize("name", NAMES)
def test_what_nbgrader_releases_is_our_exercise_without_its_easier_forms(scores, name, pristine):
    folder, _ = scores
    released = read(folder / "release" / "week1" / f"{name}.ipynb")
    solution = {cell["id"]: cell for cell in read(ROOT / "solutions" / f"{name}.ipynb")["cells"]}
    for cell in released["cells"]:
        text = "".join(cell["source"])
        assert "### BEGIN SOLUTION" not in text
        assert (STUB in text) == ("### BEGIN SOLUTION" in "".join(solution[cell["id"]]["source"]))
    if pristine:
        ours = [c for c in read(ROOT / "exercises" / f"{name}.ipynb")["cells"]
                if "easier" not in c["metadata"].get("tags", [])]  # fmt: skip
        assert [c["source"] for c in ours] == [c["source"] for c in released["cells"]]


def test_a_wrong_answer_costs_its_own_points_alone(scores):
    _, found = scores
    wanted = points(read(ROOT / "solutions" / f"{FEW[1]}.ipynb"))
    given = of(found, "other", FEW[1])
    assert given == dict.fromkeys(wanted, 0) | {"check_order_lines": wanted["check_order_lines"]}


def test_a_check_that_was_edited_counts_for_nothing(scores):
    _, found = scores
    for name in FEW:
        assert set(of(found, "tampered", name).values()) == {0}
