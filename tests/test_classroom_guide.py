"""The instructor's guide, followed to the letter by five made-up students."""

import csv
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest

from classroom.notebooks import CourseError
from classroom.releases import in_folder

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "classroom" / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```bash\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
NAME = "05_order_and_accumulation"
EXERCISE = f"exercises/{NAME}.ipynb"
STUDENTS = ("ann", "ben", "cleo", "dan", "eva")
# Weekly an answer that waits out every limit, as those of faults.py do; else one that goes deep.
ENDLESS = "while True: pass" if os.environ.get("AUTOGRAD_LESSON_ALL") else "return is_right(*given)"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="only on systems with a POSIX shell"),
    pytest.mark.skipif(not shutil.which("git"), reason="git is not installed"),
]


def cells_of(path):
    return json.loads(path.read_text(encoding="utf-8"))


def answered(folder, student):
    """The exercise as this student hands it in, and what that is worth."""
    path = folder / EXERCISE
    notebook = cells_of(path)
    right = {cell["id"]: cell for cell in cells_of(ROOT / f"solutions/{NAME}.ipynb")["cells"]}
    for cell in notebook["cells"]:
        graded = cell["metadata"].get("nbgrader", {})
        if student in ("ann", "cleo", "eva") and graded.get("solution"):
            cell["source"] = right[cell["id"]]["source"]
        if student == "cleo" and cell["id"] == "05-diagnosis":
            cell["source"] = ["def diagnosis():\n", "    return {}"]
        if student == "dan" and graded.get("grade"):
            cell["source"] = ["print('8 of 8 checks pass')"]
        if student == "eva" and cell["id"] == "05-is_right":
            cell["source"] = ["def is_right(*given):\n", f"    {ENDLESS}"]
        if student == "ann" and cell["metadata"].get("tags") == ["notes"]:
            cell["source"] = [*cell["source"], " Since ann says so."]
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def points():
    cells = cells_of(ROOT / f"solutions/{NAME}.ipynb")["cells"]
    graded = (cell["metadata"].get("nbgrader", {}) for cell in cells)
    return {one["grade_id"]: one["points"] for one in graded if one.get("grade")}


def marks_due():
    """What each student is due: ann all, ben and dan nothing, the others all but one answer."""
    total, each = sum(points().values()), points()
    return {
        "ann": total,
        "ben": 0,
        "cleo": total - each["check_diagnosis"],
        "dan": 0,
        "eva": total - each["check_is_right"],
    }


class Town:
    """A folder in which the guide is followed: bare repositories for addresses, and a shell."""

    def __init__(self, folder):
        self.folder, self.here = folder, folder / "instructor"
        self.here.mkdir()
        self.variables = os.environ | {
            "COURSE": str(folder / "course.git"),
            "STUDENTS": str(folder / "students.txt"),
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "JUPYTER_DATA_DIR": str(folder / "jupyter"),
            "JUPYTER_PATH": os.path.join(sys.prefix, "share", "jupyter"),
            "AUTOGRAD_LESSON_PROGRESS": str(folder / "progress.jsonl"),
            "OMP_NUM_THREADS": "1",
        }
        for name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
            self.variables.pop(name, None)
        (folder / "gitconfig").write_text(
            "[user]\nname = Someone\nemail = someone@localhost\n[init]\ndefaultBranch = main\n"
        )

    def run(self, block, here=None):
        """What a block prints, run by a shell that stops at the first failure; it may move on."""
        where = self.folder / "where"
        script = f"set -euo pipefail\n{block}\npwd > '{where}'\n"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=here or self.here,
            env=self.variables,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        if here is None:
            self.here = Path(where.read_text().strip())
        return done.stdout + done.stderr

    def found(self):
        """The course and the five forks, each with its student's work."""
        start = self.folder / "start"
        release = in_folder(ROOT)
        for name, content in release.files.items():
            path = start / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        project = (start / "pyproject.toml").read_text(encoding="utf-8")
        first = re.sub(r'^version = ".*"', 'version = "0.1.0"', project, flags=re.MULTILINE)
        (start / "pyproject.toml").write_text(first, encoding="utf-8")
        self.run("git init -q && git add -A && git commit -qm 'The course'", start)
        self.run("git clone -q --bare . ../course.git", start)
        for student in STUDENTS:
            work, fork = self.folder / "home" / student, self.folder / f"{student}.git"
            self.run(f"git clone -q --bare course.git {fork.name}", self.folder)
            self.run(f"mkdir -p home && git clone -q {fork} {work}", self.folder)
            answered(work, student)
            self.run("git commit -qam 'My work' --allow-empty && git push -q", work)
        lines = [f"{student} {self.folder / student}.git\n" for student in STUDENTS]
        (self.folder / "students.txt").write_text("".join(lines))


def installed(course):
    """A .venv that `start.py` finds complete, with the packages of this one and that course."""
    venv.create(course / ".venv", with_pip=False, symlinks=True)
    purelib = sysconfig.get_path("purelib", vars={"base": str(course / ".venv")})
    Path(purelib, "ours.pth").write_text(f"{course}\n{sysconfig.get_path('purelib')}\n")
    project = tomllib.loads((course / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = [project["dependencies"], project["optional-dependencies"]]
    spec = importlib.util.spec_from_file_location("their_start", course / "start.py")
    start = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(start)
    extras = sorted(set(start.MODULES) - {"lab"})
    stamp = {"finished": True, "needs": needs, "extras": extras, "version": project["version"]}
    (course / ".venv" / "start.json").write_text(json.dumps(stamp))
    for name in ("nbgrader", "alembic"):  # as pip would write them
        program = course / ".venv" / "bin" / name
        program.write_text(f'#!/bin/sh\nexec "{course}/.venv/bin/python" -m {name} "$@"\n')
        program.chmod(0o755)


def lacking():
    import start

    names = [name for group in start.MODULES.values() for name in group]
    return [name for name in names if importlib.util.find_spec(name) is None]


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder after the whole guide, and what each block has printed."""
    if missing := lacking():
        pytest.skip(f"{', '.join(missing)} is not installed")
    pytest.importorskip("nbgrader.apps", reason="nbgrader is not installed")
    town = Town(tmp_path_factory.mktemp("town"))
    try:
        town.found()
    except CourseError:
        pytest.skip("only on a course whose exercises are blank")
    said = []
    for block in BLOCKS:
        said.append(town.run(block))
        if block.startswith("git clone"):
            installed(town.here)
        if "submissions/$name" in block and "git clone" in block:
            for student in STUDENTS:
                assert (town.here / "submissions" / student / EXERCISE).exists()
            installed(town.here / "submissions" / STUDENTS[0])
    return town, dict(zip(BLOCKS, said, strict=True))


def told(followed, part):
    """What the block that holds these words has printed."""
    (found,) = [said for block, said in followed[1].items() if part in block]
    return found


def test_every_box_is_run_and_none_needs_a_variable_that_the_guide_does_not_name(followed):
    assert len(followed[1]) == len(BLOCKS) >= 9
    used = set(re.findall(r"\$(\w+)", "".join(BLOCKS)))
    set_there = set(
        re.findall(r"^\s*(?:while read -r )?(\w+)(?:=| address;)", "".join(BLOCKS), re.M)
    )
    assert used - set_there - {"address"} == {"COURSE", "STUDENTS"}


def test_the_installation_shows_itself_to_work(followed):
    assert "not attempted" in told(followed, "start.py check 00")


def test_the_marks_are_what_each_is_due(followed):
    town, _ = followed
    with (town.folder / "instructor/report/marks.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    got = {row["student"]: row for row in rows}
    assert set(got) == set(STUDENTS)
    for student, due in marks_due().items():
        assert str(due) in got[student].values() or f"{due}.0" in got[student].values(), got[
            student
        ]
    pages = {path.stem for path in (town.folder / "instructor/report/students").iterdir()}
    assert len(pages) == len(STUDENTS)


def test_nbgrader_gives_the_same_marks(followed):
    town, _ = followed
    with (town.folder / "instructor/nbgrader/grades.csv").open(newline="") as file:
        got = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    assert got == marks_due()


def test_what_was_mended_in_term_reaches_a_student_and_their_work_stays(followed):
    town, _ = followed
    said = told(followed, "start.py update")
    assert (
        "The course: 0.1.0 is now 0.1.1." in said
        and "answers: order_lines, topological_order, " in said
    )
    notebook = json.dumps(cells_of(town.folder / "instructor/submissions/ann" / EXERCISE))
    assert "a pencil and paper" in notebook and "Since ann says so." in notebook
    pushed = subprocess.run(
        ["git", "log", "-1", "--format=%s", "main"],
        cwd=town.folder / "ann.git", capture_output=True, text=True,
    )  # fmt: skip
    assert pushed.stdout.strip() == "Update the course to 0.1.1"


def test_nothing_of_the_guide_names_a_file_that_is_not_there():
    for link in re.findall(r"\]\(([^)#:]+)\)", GUIDE):
        assert (ROOT / "classroom" / link).exists(), link
