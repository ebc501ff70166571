"""An update that was interrupted leaves each file old or new, and the next one does the rest."""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from learners_notebooks import release, typo_mended, updated, worked
from repositories import (
    EXERCISE,
    MARKS,
    ROOT,
    as_text,
    brought,
    files_of,
    git,
    holds_all,
    lay,
    notebook_in,
    state_of,
)

from classroom import update

pytestmark = MARKS


def many(version, notebook):
    """A release of five notebooks."""
    files = files_of(version, notebook)
    return files | {f"exercises/{n:02}_other.ipynb": files[EXERCISE] for n in range(10, 14)}


def lay_many(course, version, notebook):
    lay(course, many(version, notebook))
    git(course, "add", "-A")
    git(course, "commit", "-qm", f"Release {version}")
    git(course, "tag", f"v{version}")


def with_work(clone):
    for path in clone.glob("exercises/*.ipynb"):
        path.write_text(as_text(worked(release())))
    (clone / "README.md").write_text("# Course\n\nOne.\n\nTwo.\n\nThree, mine.\n")
    git(clone, "add", "exercises/10_other.ipynb")
    git(clone, "commit", "-qm", "Some of my work")


class Killed(BaseException):
    """What a test raises in place of a kill."""


@pytest.fixture
def two_clones(course, tmp_path):
    """A clone with work whose course has a new release, and what an update makes of it."""
    lay_many(course, "0.1.1", release())
    clones = [tmp_path / name for name in ("whole", "stopped")]
    for clone in clones:
        git(tmp_path, "clone", "-q", str(course), str(clone))
        with_work(clone)
    lay_many(course, "0.2.0", updated(typo_mended))
    brought(clones[0])
    return clones


def outcome(clone):
    """What an update has made: files, without what it has kept, and what git says."""
    files = {k: v for k, v in state_of(clone).items() if not k.startswith("before-update")}
    return files, git(clone, "status", "--short"), git(clone, "rev-parse", "HEAD^{tree}")


def only_old_or_new(clone, before, after):
    for name, content in state_of(clone).items():
        if not name.startswith("before-update") and not name.endswith(".new"):
            assert content in (before.get(name), after.get(name)), name


@pytest.mark.parametrize("stop", range(0, 24, 2))
def test_an_update_that_stops_anywhere_leaves_each_file_old_or_new(two_clones, stop, monkeypatch):
    whole, clone = two_clones
    before, steps = state_of(clone), iter(range(stop))

    def counted(make):
        def step(*words, **named):
            if next(steps, None) is None:
                raise Killed
            return make(*words, **named)

        return step

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Path, "replace", counted(Path.replace))
        patch.setattr(Path, "write_bytes", counted(Path.write_bytes))
        patch.setattr(update.Git, "run", counted(update.Git.run))
        brought(clone)
        raise Killed
    only_old_or_new(clone, before, state_of(whole))
    brought(clone)
    assert outcome(clone) == outcome(whole)


@pytest.mark.parametrize("stop", range(1, 8))
def test_without_git_the_version_is_new_only_where_all_the_rest_is(tmp_path, stop, monkeypatch):
    monkeypatch.setattr(update, "Sources", lambda course: {EXERCISE: as_text(release()).encode()})
    mine = lay(tmp_path / "mine", files_of("0.1.0", worked(release())))
    new = lay(tmp_path / "new", files_of("0.2.0", updated(typo_mended), readme="# New\n"))
    lay(new, {"tests/test_new.py": "new\n"})
    (mine / "exercises" / ".05_order.ipynb.77.new").write_text("half of an update that was killed")
    steps, real = iter(range(stop)), Path.replace

    def counted(self, target):
        if next(steps, None) is None:
            raise Killed
        return real(self, target)

    with monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(Path, "replace", counted)
        brought(mine, new)
    others = sorted(set(state_of(new)) - {"pyproject.toml", EXERCISE})

    def are_new():
        here = state_of(mine)
        return [here.get(name) == (new / name).read_bytes() for name in others]

    if "0.2.0" in (mine / "pyproject.toml").read_text():
        assert all(are_new())
    brought(mine, new)
    holds_all(notebook_in(mine), typo_mended)
    assert not list(mine.rglob("*.new"))
    assert all(are_new())


def test_a_killed_update_is_done_by_the_next_one(two_clones):
    whole, clone = two_clones
    before = state_of(clone)
    command = [sys.executable, "-m", "classroom", "update", "--course", str(clone)]
    for wait in (0.25, 0.45, 0.6):
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(wait)
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()
        only_old_or_new(clone, before, state_of(whole))
    for lock in (clone / ".git").rglob("*.lock"):
        lock.unlink()  # as git says in such a case
    brought(clone)
    assert outcome(clone) == outcome(whole)
    assert not list(clone.rglob("*.new"))
