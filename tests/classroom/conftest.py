"""A course and a clone of it, for the tests of updates."""

import pytest
from learners_notebooks import release
from repositories import IDENTITY, git, released


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """No settings of whoever runs this, neither git's nor Jupyter's."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def course(alone, tmp_path):
    """The repository of the course, with a first release."""
    folder = tmp_path / "course"
    folder.mkdir()
    git(folder, "init", "-q")
    released(folder, "0.1.0", release())
    return folder


@pytest.fixture
def clone(course, tmp_path):
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(course), str(folder))
    return folder
