"""The steps of `classroom.yml`, as they stand there, run here on a course and a learner's fork."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="only on systems with a POSIX shell"),
]

ROOT = Path(__file__).parents[1]
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/classroom.yml").read_text(encoding="utf-8"))
STEPS = WORKFLOW["jobs"]["check"]["steps"]
HEAD, RELEASED = "a" * 40, "b" * 40
# Answers as GitHub would, from what stands in a file beside it.
GH = """\
import json, pathlib, sys
known = json.loads(pathlib.Path(__file__).with_name("github.json").read_text())
answer = known.get(sys.argv[2])
print(answer if answer is not None else "gh: Not Found (HTTP 404)", end="\\n" * (answer != ""),
      file=sys.stdout if answer is not None else sys.stderr)
sys.exit(answer is None)
"""


def step(name):
    return next(each for each in STEPS if each.get("name") == name)


class Machine:
    """A runner of GitHub, as far as the steps use it."""

    def __init__(self, folder):
        self.folder, self.programs = folder, folder / "bin"
        self.programs.mkdir()
        self.paths = [str(self.programs), os.environ["PATH"]]
        self.summary, self.output = folder / "summary.md", folder / "output"
        self.variables = {"COURSE_REPOSITORY": "", "COURSE_RELEASE": ""}

    def on_github(self, answers):
        """Have `gh api` give these answers."""
        (self.programs / "github.json").write_text(json.dumps(answers))
        (self.programs / "gh.py").write_text(GH)
        (self.programs / "gh").write_text(
            f'#!/bin/sh\nexec {sys.executable} "{self.programs}/gh.py" "$@"\n'
        )
        (self.programs / "gh").chmod(0o755)

    def run(self, name):
        """Run a step as the runner does: by bash, which ends at the first command that fails."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
        } | {
            "PATH": os.pathsep.join(self.paths),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_REPOSITORY": "ada/autograd",
            "GH_TOKEN": "none",
            "OMP_NUM_THREADS": "1",
            # The packages are those of this environment; nothing is fetched.
            "PIP_NO_DEPS": "1",
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }
        return subprocess.run(
            ["bash", "-e", "-c", step(name)["run"]],
            cwd=self.folder / step(name).get("working-directory", "."),
            env=environment | self.variables,
            capture_output=True,
            text=True,
        )

    def outputs(self):
        return dict(line.split("=", 1) for line in self.output.read_text().splitlines())


def made_in(folder):
    """A machine with a learner's fork of release 0.2.0."""
    made = Machine(folder)
    (folder / "learner").mkdir()
    (folder / "learner/pyproject.toml").write_text('[project]\nversion = "0.2.0"\n')
    made.on_github(
        {
            "repos/ada/autograd": "course/autograd",
            "repos/course/autograd/commits/HEAD": HEAD,
            "repos/course/autograd/commits/tags/v0.2.0": RELEASED,
            "repos/course/autograd/commits/tags/v0.1.0": "c" * 40,
        }
    )
    return made


@pytest.fixture
def machine(tmp_path):
    return made_in(tmp_path)


def test_the_course_is_what_was_forked_in_the_release_that_the_fork_has(machine):
    done = machine.run("Find the course")
    assert done.returncode == 0, done.stderr
    assert machine.outputs() == {"repository": "course/autograd", "commit": RELEASED}
    assert machine.summary.read_text() == "Checked with v0.2.0 of course/autograd (bbbbbbb).\n\n"


def test_an_update_of_the_fork_brings_the_checks_of_its_new_release(machine):
    """`start.py update` writes the version that is read here."""
    (machine.folder / "learner/pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    machine.run("Find the course")
    assert machine.outputs()["commit"] == "c" * 40


def test_a_pinned_release_counts_and_one_that_is_not_there_is_an_error(machine):
    machine.variables["COURSE_RELEASE"] = "v0.1.0"
    machine.run("Find the course")
    assert machine.outputs()["commit"] == "c" * 40
    machine.variables["COURSE_RELEASE"] = "v7"
    done = machine.run("Find the course")
    assert done.returncode == 1 and "::warning::course/autograd has no release v7." in done.stdout


@pytest.mark.parametrize("written", ['version = "0.3.0"', "no version", 'version = "$(touch x)"'])
def test_without_that_release_the_newest_state_counts(machine, written):
    (machine.folder / "learner/pyproject.toml").write_text(f"[project]\n{written}\n")
    done = machine.run("Find the course")
    assert done.returncode == 0 and machine.outputs()["commit"] == HEAD
    assert "the newest state of course/autograd" in machine.summary.read_text()
    assert not (machine.folder / "x").exists()


@pytest.mark.parametrize("parent", ["", "a b", "../etc", "x/y/z", "x/y\nrepository=z/z"])
def test_what_is_no_fork_of_a_course_is_told_which_variable_to_set(machine, parent):
    machine.variables["COURSE_REPOSITORY"] = parent
    machine.on_github({"repos/ada/autograd": ""})
    done = machine.run("Find the course")
    assert not machine.output.exists()
    assert done.returncode == 1 and "set the variable COURSE_REPOSITORY" in done.stdout


def copy_of_the_course(folder):
    """What the step "Get the course" leaves."""
    kept = ("autograd_lesson", "classroom", "solutions", "pyproject.toml", "README.md", "LICENSE")
    folder.mkdir()
    for name in kept:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A machine on which the course is installed, by a `python` that has the packages of this."""
    pytest.importorskip("pip", reason="pip is not installed")
    machine = made_in(tmp_path_factory.mktemp("machine"))
    copy_of_the_course(machine.folder / "course")
    venv.create(machine.folder / "venv", with_pip=False)
    purelib = Path(sysconfig.get_path("purelib", vars={"base": str(machine.folder / "venv")}))
    (purelib / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    machine.paths.insert(0, str(machine.folder / "venv/bin"))
    machine.run("Find the course")
    done = machine.run("Install the course")
    assert done.returncode == 0, done.stderr
    assert (purelib / "autograd_lesson/value.py").exists()
    return machine


RIGHT = "def slope(x0, y0, x1, y1):\n    return (y1 - y0) / (x1 - x0)"
WRONG = "def slope(x0, y0, x1, y1):\n    return (x1 - x0) / (y1 - y0)"


@pytest.mark.parametrize(("answer", "status"), [(RIGHT, 0), (WRONG, 1), (None, 0)])
def test_the_saved_notebook_is_checked_and_the_reports_are_written(installed, answer, status):
    exercises = installed.folder / "learner/exercises"
    exercises.mkdir(exist_ok=True)
    notebook = nbformat.read(ROOT / "solutions/00_start_here.ipynb", as_version=4)
    cell = next(each for each in notebook.cells if each.id == "00-slope")
    cell.source = answer or 'def slope(x0, y0, x1, y1):\n    raise NotImplementedError("your turn")'
    # A check that was made to say yes counts for nothing.
    check = next(each for each in notebook.cells if each.id == "00-check_slope")
    check.source = "print('slope: 8 of 8 checks pass')"
    nbformat.write(notebook, exercises / "00_start_here.ipynb")
    done = installed.run("Run the saved notebooks")
    assert done.returncode == status, done.stdout + done.stderr
    suite = ET.parse(installed.folder / "exercises.xml").getroot()
    (case,) = (case for case in suite.iter("testcase") if case.get("name") == "slope")
    state = {RIGHT: [], WRONG: ["failure"], None: ["skipped"]}[answer]
    assert [child.tag for child in case] == state
    summary = installed.summary.read_text()
    assert summary.startswith("Checked with v0.2.0 of course/autograd")
    assert "slope" in summary


def test_the_checkout_keeps_no_credentials_and_the_report_is_kept_whatever_happened():
    checkouts = [each for each in STEPS if each.get("uses", "").startswith("actions/checkout@")]
    assert [each["with"]["path"] for each in checkouts] == ["learner", "course"]
    assert all(each["with"]["persist-credentials"] is False for each in checkouts)
    assert checkouts[1]["with"]["ref"] == "${{ steps.course.outputs.commit }}"
    kept = step("Keep the report")
    assert kept["if"] == "always()" and kept["with"]["path"] == "exercises.xml"
