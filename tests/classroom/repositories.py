"""Small courses and clones of them in real repositories, for the tests of updates."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from learners_notebooks import UPDATES, WORK, source

from classroom import update

ROOT = Path(__file__).parents[2]
EXERCISE = "exercises/05_order.ipynb"
MARKS = [
    pytest.mark.slow,
    pytest.mark.usefixtures("alone"),
    pytest.mark.skipif(not shutil.which("git"), reason="git is not installed"),
]
IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_COUNT": "3",
    "GIT_CONFIG_KEY_0": "user.name",
    "GIT_CONFIG_VALUE_0": "Learner",
    "GIT_CONFIG_KEY_1": "user.email",
    "GIT_CONFIG_VALUE_1": "learner@localhost",
    "GIT_CONFIG_KEY_2": "init.defaultBranch",
    "GIT_CONFIG_VALUE_2": "main",
}


def git(folder, *words):
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def as_text(notebook):
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def put(folder, **files):
    """Write files, by their paths with `__` for a slash."""
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else as_text(content), encoding="utf-8")


def files_of(version, notebook, readme="# Course\n\nOne.\n\nTwo.\n\nThree.\n"):
    """The paths and contents of a release."""
    return {
        EXERCISE: as_text(notebook),
        "README.md": readme,
        "start.py": "# starts\n",
        "pyproject.toml": f'[project]\nname = "course"\nversion = "{version}"\n',
        "autograd_lesson/ops.py": f"VERSION = '{version}'\n",
        ".gitignore": "before-update-*/\nprogress.jsonl\n",
    }


def lay(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def released(course, version, notebook, **more):
    """A commit and a tag with this release."""
    lay(course, files_of(version, notebook, **more))
    git(course, "add", "-A")
    git(course, "commit", "-qm", f"Release {version}")
    git(course, "tag", f"v{version}")


def notebook_in(folder, path=EXERCISE):
    return json.loads((folder / path).read_text(encoding="utf-8"))


def texts(notebook):
    return "\n".join(source(each) for each in notebook["cells"])


def state_of(folder):
    """Every file of a folder but git's own."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def brought(folder, source="", wanted=""):
    return update.update(str(source), wanted, folder.resolve())


def holds_all(notebook, change):
    nbformat.validate(nbformat.from_dict(notebook))
    arrives, goes = UPDATES[change]
    whole = texts(notebook)
    assert [work for work in WORK if work not in whole] == []
    assert (not arrives or arrives in whole) and (not goes or goes not in whole)
