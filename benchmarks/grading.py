"""Grading one homework: the processor's time for each submission, here and by two other graders.

All three grade the same right answers to an exercise on this machine, with the course's checks:
`classroom grade` in its sandbox; `nbgrader autograde`; and `otter run`, on the homework in otter's
form. Each is charged with all that it starts, and with its own start shared by the submissions.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOMEWORKS = ("01_sensitivity", "04_local_rules")
MANY, FEW = 200, 5
OTTER = os.environ.get("OTTER_PYTHON", sys.executable)  # otter may have an environment of its own


def work(command, **options):
    """The seconds that a command and all that it starts have worked; it must end well."""
    programs = [str(Path(sys.executable).parent), os.environ["PATH"]]
    variables = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    variables["PATH"] = os.pathsep.join(programs)  # nbgrader calls others by name
    process = subprocess.Popen(
        [str(word) for word in command],
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {status}: {said[-500:]}")
    return used.ru_utime + used.ru_stime


def solution(homework):
    """The notebook that everyone hands in."""
    return ROOT / "solutions" / f"{homework}.ipynb"


def by_classroom(folder, homework):
    """Here, one after the other."""
    for number in range(MANY):
        (folder / "work" / f"s{number}").mkdir(parents=True)
        shutil.copy(solution(homework), folder / "work" / f"s{number}")
    command = [sys.executable, "-m", "classroom", "grade", folder / "work", "--jobs", "1"]
    return work([*command, "--out", folder / "report"], cwd=ROOT) / MANY


def by_nbgrader(folder, homework):
    """By nbgrader, all in one command."""
    (folder / "source" / "hw").mkdir(parents=True)
    shutil.copy(solution(homework), folder / "source" / "hw")
    nbgrader = [sys.executable, "-m", "nbgrader"]
    work([*nbgrader, "generate_assignment", "hw", "--create"], cwd=folder)
    for number in range(FEW):
        (folder / "submitted" / f"s{number}" / "hw").mkdir(parents=True)
        shutil.copy(solution(homework), folder / "submitted" / f"s{number}" / "hw")
    return work([*nbgrader, "autograde", "hw"], cwd=folder) / FEW


def in_otters_form(homework):
    """The homework with otter's marks around each question."""
    stored = json.loads(solution(homework).read_text(encoding="utf-8"))
    cells, answers = [raw("# ASSIGNMENT CONFIG\ninit_cell: false\ncheck_all_cell: false")], []
    for cell in stored["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        cell["metadata"], cell["outputs"] = {}, []
        if mark.get("solution"):
            lines = [line for line in cell["source"] if "### " not in line]
            answers.append(cell | {"source": lines})
        elif mark.get("grade"):
            cells += [raw(f"# BEGIN QUESTION\nname: q{len(cells)}\npoints: 1")]
            cells += [raw("# BEGIN SOLUTION"), *answers, raw("# END SOLUTION")]
            cells += [raw("# BEGIN TESTS"), cell, raw("# END TESTS"), raw("# END QUESTION")]
            answers = []
        elif cell["cell_type"] == "code":
            cells.append(cell)
    return stored | {"cells": cells}


def raw(text):
    """A cell that only otter reads."""
    return {"cell_type": "raw", "id": f"raw-{id(text)}", "metadata": {}, "source": text}


def by_otter(folder, homework):
    """By otter, a command for each submission, as in its containers."""
    (folder / "hw.ipynb").write_text(json.dumps(in_otters_form(homework)), encoding="utf-8")
    otter = [OTTER, "-m", "otter"]
    work([*otter, "assign", "hw.ipynb", "dist", "--no-run-tests"], cwd=folder)
    autograder = next((folder / "dist" / "autograder").glob("*.zip"))
    shutil.copy(folder / "dist" / "autograder" / "hw.ipynb", folder / "handed_in.ipynb")
    run = [*otter, "run", "-a", autograder, "-o", folder, folder / "handed_in.ipynb"]
    return sum(work(run, cwd=folder) for _ in range(FEW)) / FEW


GRADERS = {"here": by_classroom, "nbgrader": by_nbgrader, "otter": by_otter}


def row(homework) -> str:
    """The seconds of each grader, and how many times ours; one that cannot be run says why."""
    cells, ours = [], None
    for grade in GRADERS.values():
        with tempfile.TemporaryDirectory() as folder:
            try:
                seconds = grade(Path(folder), homework)
            except (RuntimeError, OSError) as error:
                cells.append(f"not measured: {str(error).splitlines()[-1][:60]}")
                continue
        ours = ours or seconds
        cells.append(f"{seconds:.3f} ({seconds / ours:.0f})")
    return f"  {homework:16}" + "".join(f"{cell:>16}" for cell in cells)


def report() -> str:
    """One line for each homework."""
    title = "Grading, seconds of work for each submission (how many times ours)"
    head = "  homework        " + "".join(f"{name:>16}" for name in GRADERS)
    return "\n".join([title, head, *map(row, HOMEWORKS)])
