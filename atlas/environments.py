"""One framework, measured in a process and a virtual environment of its own."""

import json
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FOLDER = Path(tempfile.gettempdir())
DEAD = {"value": {"none": "the process ended"}}


class Framework(NamedTuple):
    """What can be known of one without its package: its file, its name, what to install."""

    module: str
    name: str
    requires: tuple[str, ...]


def framework(module: str) -> Framework:
    """Read from its file, which imports a package that may be in another environment only."""
    text = (Path(__file__).parent / "frameworks" / f"{module}.py").read_text(encoding="utf-8")
    name = re.search(r'^NAME = "(.*)"$', text, re.M)
    requires = re.search(r"^REQUIRES = \((.*)\)$", text, re.M)
    if name is None or requires is None:
        raise ValueError(f"frameworks/{module}.py needs a line NAME = ... and one REQUIRES = ...")
    return Framework(module, name[1], tuple(re.findall(r'"(.*?)"', requires[1])))


# In the order of the table's columns.
FRAMEWORKS = [
    framework(module)
    for module in (
        *("ours", "pytorch", "jax", "hips", "tinygrad"),
        *("mygrad", "pytensor", "casadi", "sympy", "mlx"),
    )
]


def python_of(each: Framework) -> str:
    """The Python that has the framework; its environment is made where it is not there yet."""
    if not each.requires:
        return sys.executable
    home = FOLDER / f"venv-atlas-{each.module}"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    made_for = home / "made_for.txt"
    wanted = "\n".join(each.requires)
    if made_for.exists() and made_for.read_text() == wanted:
        return str(python)
    venv.create(home, with_pip=True, clear=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, *each.requires], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["pip failed"])[-1][:120])
    made_for.write_text(wanted)
    return str(python)


def ask(each: Framework, places: list[int], step: Callable[[int], object]) -> tuple[str, list]:
    """Its version, and its answers to the rows at these places; `step(n)` is told after each.

    A row at which the process ends is said to have ended it, and the next process begins after it.
    """
    python, answers, version = python_of(each), [], None
    while version is None or len(answers) < len(places):
        left = json.dumps(places[len(answers) :])
        command = [python, "-m", "atlas.measure", each.module, left]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout is not None and process.stderr is not None
        first = process.stdout.readline()
        if not first:
            raise RuntimeError((process.stderr.read().strip().splitlines() or ["no answer"])[-1])
        version = json.loads(first)
        for line in process.stdout:
            answers.append(json.loads(line))
            step(len(answers))
        process.wait()
        if len(answers) < len(places):
            answers.append(DEAD)
    return str(version), answers
