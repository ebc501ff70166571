"""Say what of the kit is there, and for what is not, how to get it."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

IN_A_BROWSER = sys.platform == "emscripten"  # where nothing is installed, and no program runs
NEEDED = ("ipywidgets",) if IN_A_BROWSER else ("numpy", "matplotlib", "ipywidgets", "jupyterlab")
NAMES = {"numpy": "NumPy", "jupyterlab": "JupyterLab", "torch": "PyTorch"}


class Finding(NamedTuple):
    """One part of the kit: the version found, whether it will do, and what to do if not."""

    name: str
    found: str
    good: bool
    needed: bool
    fix: str = ""

    @property
    def lacking(self) -> bool:
        """Whether the course cannot go on without a repair here."""
        return self.needed and not self.good

    @property
    def line(self) -> str:
        """The finding on one line."""
        state = "ok" if self.good else "needed" if self.needed else "optional"
        return f"{self.name:<11} {self.found:<12} {state:<9} {self.fix}".rstrip()


def doctor() -> None:
    """Print a line for each part of the kit, and whether all that is needed is there."""
    findings = list(examine())
    print("\n".join(finding.line for finding in findings))
    if lacking := [finding.name for finding in findings if finding.lacking]:
        print(f"\nNot ready yet: {', '.join(lacking)}.")
        print("Do what the lines above say, then run this again.")
    else:
        print("\nEverything the lessons need is here.")


def examine() -> Iterator[Finding]:
    """What is found of each part, the needed ones first."""
    yield python()
    for name in NEEDED:
        yield package(name)
    if IN_A_BROWSER:
        yield arrays()
        return
    yield dot()
    yield package("torch", needed=False)


def python() -> Finding:
    """The Python that runs this."""
    found = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    fix = "" if good else "3.11 or newer is needed: start the course with `python3 start.py`"
    return Finding("Python", found, good, needed=True, fix=fix)


def package(name: str, needed: bool = True) -> Finding:
    """An installed package that can be imported and is new enough."""
    shown = NAMES.get(name, name)
    found, oldest = version(name), lower_bound(name)
    if not found:
        return Finding(shown, "missing", False, needed, how_to_install(name, needed))
    if oldest and numbers(found) < numbers(oldest):
        fix = f"{oldest} or newer is needed: " + how_to_install(name, needed)
        return Finding(shown, found, False, needed, fix)
    if needed and (fault := import_fault(name)):
        return Finding(shown, found, False, needed, f"does not start ({fault}): install it again")
    return Finding(shown, found, True, needed)


def arrays() -> Finding:
    """NumPy in a browser, which only lessons on arrays need."""
    found = version("numpy")
    fix = "" if found else "lessons 00 to 08 and 10 need none; run the others on a computer"
    return Finding("NumPy", found or "missing", bool(found), needed=False, fix=fix)


def version(name: str) -> str:
    """The installed version, or nothing."""
    try:
        return importlib.metadata.version(name)
    except Exception:  # not installed, or its metadata is broken: the same to a learner
        return ""


def lower_bound(name: str) -> str:
    """The oldest version that the course says it works with, or nothing where it does not say."""
    try:
        requirements = importlib.metadata.requires("autograd-lesson") or []
    except Exception:  # the package is run from its folder, without having been installed
        return ""
    bounds = (re.match(rf"{name}\s*>=\s*([\d.]+)", requirement) for requirement in requirements)
    return next((bound[1] for bound in bounds if bound), "")


def numbers(text: str) -> list[int]:
    """The leading numbers of a version, for comparing: `8.1.0rc2` is [8, 1, 0]."""
    return [int(part) for part in re.match(r"[\d.]*", text)[0].split(".") if part]


def import_fault(name: str) -> str:
    """The type of the exception that importing raises, or nothing."""
    try:
        importlib.import_module(name)
    except Exception as error:
        return type(error).__name__
    return ""


def how_to_install(name: str, needed: bool) -> str:
    """The command that installs a package where this Python looks for it."""
    if needed:
        return "run `python3 start.py` again, it installs what is missing"
    if importlib.util.find_spec("pip") is None:  # an environment made by uv
        return f"to add it: `uv pip install {name}` in the course's folder"
    return f"to add it: `%pip install {name}` in a cell"


def dot() -> Finding:
    """Graphviz's program, which the `graphviz` package calls and does not contain."""
    try:
        answer = subprocess.run(["dot", "-V"], capture_output=True, text=True, timeout=20)
        found = re.search(r"version ([\d.]+)", answer.stderr + answer.stdout)
    except (OSError, subprocess.SubprocessError):
        found = None
    if found:
        return Finding("dot", found[1], True, needed=False)
    fix = f"graphs are drawn without it too; to add it: `{how_to_get_dot()}` in a terminal"
    return Finding("dot", "missing", False, needed=False, fix=fix)


def how_to_get_dot() -> str:
    """The command of this system that installs Graphviz."""
    if os.environ.get("CONDA_PREFIX"):
        return "conda install -c conda-forge graphviz"
    if sys.platform == "win32":
        return "winget install graphviz"
    if sys.platform == "darwin":
        return "brew install graphviz"
    for program in ("apt", "dnf", "zypper", "apk"):
        if shutil.which(program):
            return f"sudo {program} {'add' if program == 'apk' else 'install'} graphviz"
    return "see https://graphviz.org/download/"


if __name__ == "__main__":
    doctor()
