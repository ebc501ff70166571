"""`start.py update` brings a release into real clones, forks and folders, and loses no work."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from learners_notebooks import (
    STATES,
    UPDATES,
    WORK,
    cell,
    cells_added,
    executed,
    learners,
    release,
    source,
    stripped,
    text,
    typo_mended,
    updated,
    worked,
    write,
)

from classroom import releases, update
from classroom.__main__ import main
from classroom.check import CourseError
from classroom.releases import Sources

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("git"), reason="git is not installed"),
]

ROOT = Path(__file__).parents[1]
EXERCISE = "exercises/05_order.ipynb"
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


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """No settings of whoever runs this, neither git's nor Jupyter's."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)


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


@pytest.fixture
def course(tmp_path):
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


PAIRS = [(change, state) for change in UPDATES for state in STATES]


def holds_all(notebook, change):
    nbformat.validate(nbformat.from_dict(notebook))
    arrives, goes = UPDATES[change]
    whole = texts(notebook)
    assert [work for work in WORK if work not in whole] == []
    assert (not arrives or arrives in whole) and (not goes or goes not in whole)


@pytest.mark.parametrize(
    ("change", "state"), PAIRS, ids=[f"{a.__name__}-{b.__name__}" for a, b in PAIRS]
)
def test_with_git_the_release_arrives_and_the_work_stays(course, clone, change, state):
    (clone / EXERCISE).write_text(as_text(learners(state)))
    is_committed = PAIRS.index((change, state)) % 2 == 0
    if is_committed:
        git(clone, "commit", "-qam", "My work")
    released(course, "0.2.0", updated(change))
    said = brought(clone)
    assert said.startswith("The course: 0.1.0 is now 0.2.0.") and "  kept:    " in said
    holds_all(notebook_in(clone), change)
    assert "0.2.0" in (clone / "autograd_lesson/ops.py").read_text()
    assert git(clone, "status", "--short") == ("" if is_committed else f"M {EXERCISE}")
    assert git(clone, "merge-base", "HEAD", "origin/main")
    git(clone, "merge-base", "--is-ancestor", git(course, "rev-parse", "HEAD"), "HEAD")
    before = state_of(clone)
    assert brought(clone).startswith("Nothing new: origin has 0.2.0")
    assert state_of(clone) == before


@pytest.mark.parametrize(
    ("change", "state"), PAIRS, ids=[f"{a.__name__}-{b.__name__}" for a, b in PAIRS]
)
def test_without_git_the_release_arrives_and_the_work_stays(tmp_path, change, state, monkeypatch):
    monkeypatch.setattr(update, "Sources", lambda course: {EXERCISE: as_text(release()).encode()})
    mine = lay(tmp_path / "mine", files_of("0.1.0", learners(state)))
    new = lay(tmp_path / "course-0.2.0", files_of("0.2.0", updated(change)))
    if PAIRS.index((change, state)) % 2 == 0:
        new = Path(shutil.make_archive(str(new), "zip", tmp_path, new.name))
    before = (mine / EXERCISE).read_bytes()
    assert brought(mine, new).startswith("The course: 0.1.0 is now 0.2.0.")
    holds_all(notebook_in(mine), change)
    assert "0.2.0" in (mine / "autograd_lesson/ops.py").read_text()
    (backup,) = mine.glob("before-update-*")
    assert (backup / EXERCISE).read_bytes() == before
    before = state_of(mine)
    assert brought(mine, new) == "Nothing new: 0.2.0 is here already."
    assert state_of(mine) == before


# --- histories ----------------------------------------------------------------------------------


def test_what_was_committed_is_committed_and_what_was_not_is_not(course, clone):
    mine = worked(release())
    (clone / EXERCISE).write_text(as_text(mine))
    git(clone, "commit", "-qam", "My work")
    write(cell(mine, "05-backward"), "def backward(root):\n    return 'mine, later'")
    (clone / EXERCISE).write_text(as_text(mine))
    (clone / "own.py").write_text("mine = 1\n")
    released(course, "0.2.0", updated(typo_mended))
    brought(clone)
    assert git(clone, "status", "--short") == f"M {EXERCISE}\n?? own.py"
    committed = json.loads(git(clone, "show", f"HEAD:{EXERCISE}"))
    assert "return mine_backward(root)" in texts(committed) and "is zero" in texts(committed)
    assert "mine, later" in texts(notebook_in(clone)) and "is zero" in texts(notebook_in(clone))
    changed = [line for line in git(clone, "diff", "-U0").splitlines() if line[:1] in "+-"]
    assert len(changed) == 4, "the diff shows the one line that was not committed"


def test_a_clone_without_work_moves_on_without_a_commit_of_its_own(course, clone):
    released(course, "0.2.0", updated(typo_mended))
    (course / EXERCISE).write_text(json.dumps(updated(typo_mended)))  # on one line, as it may be
    git(course, "commit", "-qam", "Write it otherwise")
    git(course, "tag", "v0.3.0")
    brought(clone)
    assert git(clone, "rev-parse", "HEAD") == git(course, "rev-parse", "HEAD")
    assert git(clone, "status", "--short") == ""


def test_a_fork_takes_the_release_from_upstream_and_pushes_to_its_own(course, tmp_path):
    fork, clone = tmp_path / "fork.git", tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--bare", str(course), str(fork))
    git(tmp_path, "clone", "-q", str(fork), str(clone))
    (clone / EXERCISE).write_text(as_text(worked(release())))
    git(clone, "commit", "-qam", "My work")
    git(clone, "push", "-q")
    released(course, "0.2.0", updated(typo_mended))
    assert "git remote add upstream ADDRESS" in brought(clone)
    git(clone, "remote", "add", "upstream", str(course))
    holds_after = brought(clone)
    assert "0.1.0 is now 0.2.0" in holds_after
    git(clone, "push", "-q")
    assert git(fork, "rev-parse", "main") == git(clone, "rev-parse", "HEAD")
    assert git(clone, "log", "-1", "--format=%an %s") == "Learner Update the course to 0.2.0"


def test_two_updates_one_after_the_other_and_one_that_was_left_out(course, clone):
    (clone / EXERCISE).write_text(as_text(worked(release())))
    git(clone, "commit", "-qam", "My work")
    new = updated(typo_mended)
    released(course, "0.2.0", new)
    brought(clone)
    for version, word in (("0.10.0", "ten"), ("0.9.0", "nine")):
        write(cell(new, "05-002"), f"## Operands first\n\nIn release {word}.")
        released(course, version, new)
    assert "0.2.0 is now 0.10.0" in brought(clone), "ten is more than nine"
    whole = texts(notebook_in(clone))
    assert "release ten" in whole and [work for work in WORK if work not in whole] == []


def test_a_release_may_be_named(course, clone):
    new = updated(typo_mended)
    released(course, "0.2.0", new)
    released(course, "0.3.0", new)
    assert "0.1.0 is now 0.2.0" in brought(clone, wanted="v0.2.0")
    with pytest.raises(CourseError, match="`git fetch` failed: .*v9.*Nothing was changed"):
        brought(clone, wanted="v9")


def test_a_course_without_tags_is_followed_by_its_newest_state(course, clone):
    git(course, "tag", "-d", "v0.1.0")
    (course / EXERCISE).write_text(as_text(updated(typo_mended)))
    git(course, "commit", "-qam", "Mend a typo")
    assert "is zero" not in texts(notebook_in(clone))
    assert brought(clone).startswith("The course: 0.1.0. CHANGELOG.md")
    assert "is zero" in texts(notebook_in(clone))


def test_a_copy_without_the_history_of_the_course_is_joined_to_it(course, tmp_path, monkeypatch):
    monkeypatch.setattr(update, "Sources", lambda course: {EXERCISE: as_text(release()).encode()})
    copy = lay(tmp_path / "copy", files_of("0.1.0", worked(release())))
    git(copy, "init", "-q")
    git(copy, "add", "-A")
    git(copy, "commit", "-qm", "A copy")
    released(course, "0.2.0", updated(typo_mended))
    brought(copy, course)
    holds_all(notebook_in(copy), typo_mended)
    assert len(git(copy, "log", "-1", "--format=%P").split()) == 2
    assert brought(copy, course).startswith("Nothing new")


def test_a_shallow_clone_is_updated(course, tmp_path, monkeypatch):
    monkeypatch.setattr(update, "Sources", lambda course: {EXERCISE: as_text(release()).encode()})
    clone = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", course.as_uri(), str(clone))
    (clone / EXERCISE).write_text(as_text(worked(release())))
    git(clone, "commit", "-qam", "My work")
    released(course, "0.2.0", updated(typo_mended))
    brought(clone)
    holds_all(notebook_in(clone), typo_mended)


def test_someone_without_a_name_in_git_is_updated(course, clone, monkeypatch):
    (clone / EXERCISE).write_text(as_text(worked(release())))
    git(clone, "commit", "-qam", "My work")
    released(course, "0.2.0", updated(typo_mended))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.useConfigOnly")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    brought(clone)
    assert git(clone, "log", "-1", "--format=%an") == "update of the course"


def test_a_course_in_a_folder_of_another_repository_is_no_clone(course, tmp_path):
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    lay(outer / "inside", files_of("0.1.0", release()))
    with pytest.raises(CourseError, match="not cloned with git"):
        brought(outer / "inside")


# --- other files --------------------------------------------------------------------------------


def test_changes_of_different_lines_of_a_text_are_both_there(course, clone):
    (clone / "README.md").write_text("# Course\n\nOne, mine.\n\nTwo.\n\nThree.\n")
    released(course, "0.2.0", release(), readme="# Course\n\nOne.\n\nTwo.\n\nThree and four.\n")
    assert "README.md\n  arrived: changed\n  kept:    your changes" in brought(clone)
    assert (clone / "README.md").read_text() == (
        "# Course\n\nOne, mine.\n\nTwo.\n\nThree and four.\n"
    )


def test_of_two_changes_of_one_line_the_releases_stands_and_the_learners_is_kept(course, clone):
    (clone / "README.md").write_text("# Course\n\nOne, mine.\n")
    git(clone, "commit", "-qam", "My readme")
    released(course, "0.2.0", release(), readme="# Course\n\nOne, new.\n")
    said = brought(clone)
    (backup,) = clone.glob("before-update-*")
    assert f"kept:    your form of it, in {backup.name}/" in said
    assert (clone / "README.md").read_text() == "# Course\n\nOne, new.\n"
    assert (backup / "README.md").read_text() == "# Course\n\nOne, mine.\n"


def test_a_file_that_the_release_left_alone_stays_as_the_learner_made_it(course, clone):
    (clone / "autograd_lesson/ops.py").write_text("VERSION = 'mine'\n")
    put(course, notes__new="new\n")
    git(course, "add", "-A")
    git(course, "commit", "-qm", "Notes")
    git(course, "tag", "v0.2.0")
    brought(clone)
    assert (clone / "autograd_lesson/ops.py").read_text() == "VERSION = 'mine'\n"
    assert (clone / "notes/new").read_text() == "new\n"


def test_what_a_learner_deleted_stays_away_and_what_the_course_dropped_goes(course, clone):
    (clone / "README.md").unlink()
    released(course, "0.2.0", release(), readme="# Other\n")
    git(course, "rm", "-q", "autograd_lesson/ops.py")
    put(course, autograd_lesson__value="")
    git(course, "add", "-A")
    git(course, "commit", "-qm", "Drop it")
    git(course, "tag", "v0.3.0")
    brought(clone)
    assert not (clone / "README.md").exists()
    assert not (clone / "autograd_lesson/ops.py").exists()
    assert (clone / "autograd_lesson/value").exists()


def test_a_program_stays_a_program(course, clone):
    (clone / EXERCISE).write_text(as_text(worked(release())))
    git(clone, "commit", "-qam", "My work")
    (course / "start.py").chmod(0o755)
    (course / "start.py").write_text("# starts anew\n")
    git(course, "commit", "-qam", "Let it be run")
    git(course, "tag", "v0.2.0")
    brought(clone)
    assert git(clone, "ls-files", "-s", "start.py").startswith("100755")
    assert os.access(clone / "start.py", os.X_OK) or os.name == "nt"
    assert git(clone, "status", "--short") == ""


def test_code_that_the_release_no_longer_has_is_not_left_to_be_run(tmp_path):
    mine = lay(tmp_path / "mine", files_of("0.1.0", release()))
    lay(mine, {"tests/test_old.py": "old\n", "my/own.py": "own\n"})
    brought(mine, lay(tmp_path / "new", files_of("0.2.0", release())))
    (backup,) = mine.glob("before-update-*")
    assert not (mine / "tests").exists() and (mine / "my/own.py").exists()
    assert (backup / "tests/test_old.py").read_text() == "old\n"


@pytest.mark.parametrize("was_trusted", [True, False])
def test_a_notebook_that_jupyterlab_trusted_is_trusted_and_no_other(course, clone, was_trusted):
    from classroom import reset

    path = clone / EXERCISE
    path.write_text(as_text(learners(executed)))
    if was_trusted:
        reset.trust(path)
    released(course, "0.2.0", updated(typo_mended))
    brought(clone)
    assert reset.was_trusted(path) is was_trusted


def test_a_file_of_the_learners_where_the_release_brings_one_is_kept(course, clone):
    (clone / "glossary.md").write_text("mine")
    put(course, **{"glossary.md": "new"})
    git(course, "add", "-A")
    git(course, "commit", "-qm", "A glossary")
    git(course, "tag", "v0.2.0")
    brought(clone)
    (backup,) = clone.glob("before-update-*")
    assert (clone / "glossary.md").read_text() == "new"
    assert (backup / "glossary.md").read_text() == "mine"


def test_an_exercise_that_has_another_file_name_takes_the_work_with_it(course, clone):
    (clone / EXERCISE).write_text(as_text(worked(release())))
    git(clone, "commit", "-qam", "My work")
    git(course, "mv", EXERCISE, "exercises/06_order.ipynb")
    git(course, "commit", "-qm", "Number it anew")
    git(course, "tag", "v0.2.0")
    said = brought(clone)
    assert "05_order.ipynb has this name now" in said
    assert not (clone / EXERCISE).exists()
    whole = texts(notebook_in(clone, "exercises/06_order.ipynb"))
    assert [work for work in WORK if work not in whole] == []
    assert git(clone, "status", "--short") == ""


def test_a_notebook_that_the_course_dropped_stays_if_somebody_works_in_it(course, clone):
    other = "exercises/07_other.ipynb"
    for name in (other, "exercises/08_none.ipynb"):
        (course / name).write_text(as_text(release()))
    git(course, "add", "-A")
    git(course, "commit", "-qm", "Two more")
    git(course, "tag", "v0.2.0")
    brought(clone)
    (clone / other).write_text(as_text(worked(release())))
    git(course, "rm", "-q", other, "exercises/08_none.ipynb")
    git(course, "commit", "-qm", "Drop them")
    git(course, "tag", "v0.3.0")
    said = brought(clone)
    assert f"{other}\n  arrived: is no longer in the course\n  kept:    2 answers: " in said
    assert notebook_in(clone, other) == worked(release())
    assert not (clone / "exercises/08_none.ipynb").exists()


def test_a_file_that_is_no_notebook_stays_and_the_rest_arrives(course, clone):
    (clone / EXERCISE).write_text("<<<<<<< HEAD\nmine\n")
    released(course, "0.2.0", updated(typo_mended))
    said = brought(clone)
    assert "the file as it is: it is no notebook of format 4; `start.py reset 05` gives" in said
    assert (clone / EXERCISE).read_text() == "<<<<<<< HEAD\nmine\n"
    assert "0.2.0" in (clone / "pyproject.toml").read_text()


def test_a_lesson_that_was_run_and_tried_in_keeps_that(course, clone):
    mine = release()
    executed(mine)
    write(cell(mine, "05-006"), "a, b = 'mine', 4\na * b")
    (clone / EXERCISE).write_text(as_text(mine))
    released(course, "0.2.0", updated(typo_mended))
    brought(clone)
    after = notebook_in(clone)
    assert source(cell(after, "05-006")) == "a, b = 'mine', 4\na * b"
    assert cell(after, "05-006")["outputs"] == cell(mine, "05-006")["outputs"]


# --- refusals -----------------------------------------------------------------------------------


def unfinished_merge(clone):
    git(clone, "switch", "-qc", "other")
    (clone / "README.md").write_text("other\n")
    git(clone, "commit", "-qam", "Other")
    git(clone, "switch", "-q", "main")
    (clone / "README.md").write_text("main\n")
    git(clone, "commit", "-qam", "Main")
    subprocess.run(["git", "merge", "-q", "other"], cwd=clone, capture_output=True)


def no_branch(clone):
    git(clone, "switch", "-q", "--detach")


def staged_and_changed(clone):
    (clone / "README.md").write_text("staged\n")
    git(clone, "add", "README.md")
    (clone / "README.md").write_text("changed\n")


REFUSED = {
    unfinished_merge: "A merge or rebase of git is under way.*git merge --abort",
    no_branch: "on no branch.*git switch -c my-work",
    staged_and_changed: "README.md was changed after `git add`.*git commit",
}


@pytest.mark.parametrize("prepare", REFUSED, ids=lambda each: each.__name__)
def test_a_state_of_git_in_which_work_could_be_lost_is_refused(course, clone, prepare):
    prepare(clone)
    released(course, "0.2.0", updated(typo_mended), readme="# New\n")
    before, head = state_of(clone), git(clone, "rev-parse", "HEAD")
    with pytest.raises(CourseError, match=REFUSED[prepare]):
        brought(clone)
    assert (state_of(clone), git(clone, "rev-parse", "HEAD")) == (before, head)


def test_what_is_staged_alone_is_no_hindrance(course, clone):
    (clone / EXERCISE).write_text(as_text(worked(release())))
    git(clone, "add", "-A")
    released(course, "0.2.0", updated(typo_mended))
    brought(clone)
    holds_all(notebook_in(clone), typo_mended)
    assert git(clone, "status", "--short") == f"M {EXERCISE}"


def test_a_copy_that_somebody_works_in_is_no_release(course, clone):
    released(course, "0.2.0", worked(release()))
    before = state_of(clone)
    with pytest.raises(CourseError, match=r"a copy that somebody works in: exercises/05_order"):
        brought(clone)
    assert state_of(clone) == before


def test_what_is_no_release_is_said_in_a_sentence(tmp_path):
    mine = lay(tmp_path / "mine", files_of("0.2.0", release()))
    (tmp_path / "empty").mkdir()
    (tmp_path / "no.zip").write_text("no zip")
    slip = tmp_path / "slip.zip"
    with zipfile.ZipFile(slip, "w") as zipped:
        for name, content in files_of("0.3.0", release()).items():
            zipped.writestr(f"course/{name}", content)
        zipped.writestr("course/../../out.txt", "out")
    older = lay(tmp_path / "older", files_of("0.1.0", release()))
    for path, words in [
        (tmp_path / "empty", "holds no start.py"),
        (tmp_path / "no.zip", "cannot be read as a zip"),
        (slip, "leads to ../../out.txt"),
        (older, "That release is 0.1.0, and 0.2.0 is here already"),
        (mine, "is this course itself"),
        (tmp_path / "gone", "not cloned with git"),
    ]:
        with pytest.raises(CourseError, match=words):
            brought(mine, path)
    assert state_of(mine) == state_of(lay(tmp_path / "same", files_of("0.2.0", release())))


def test_a_clone_that_git_cannot_read_is_told_from_a_folder_without_git(clone, monkeypatch):
    (clone / ".git/HEAD").write_text("nothing")
    with pytest.raises(
        CourseError, match="This is a clone, but git cannot read it .*not a git rep"
    ):
        brought(clone)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CourseError, match="git cannot read it .there is no program git"):
        brought(clone)


def test_what_cannot_be_written_is_a_sentence_and_the_next_update_does_the_rest(course, clone):
    (clone / EXERCISE).write_text(as_text(worked(release())))
    (clone / "notes").write_text("mine, where the release has a folder\n")
    put(course, notes__new="new\n")
    released(course, "0.2.0", updated(typo_mended))
    with pytest.raises(CourseError, match=r"notes.new cannot be written .*run the same command"):
        brought(clone)
    (clone / "notes").rename(clone / "my_notes")
    brought(clone)
    holds_all(notebook_in(clone), typo_mended)
    assert (clone / "notes/new").read_text() == "new\n"
    assert git(clone, "status", "--short") == f"M {EXERCISE}\n?? my_notes"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_notebook_with_anything_in_it_is_updated(course, clone, encoding):
    mine = worked(release())
    mine["cells"] += ["no cell", {"source": 3}, {"cell_type": "code", "metadata": 7}]
    mine["cells"][3]["outputs"] = {"none": 1}
    (clone / EXERCISE).write_text(as_text(mine), encoding=encoding)
    released(course, "0.2.0", updated(typo_mended))
    brought(clone)
    holds_all(notebook_in(clone), typo_mended)


def test_a_remote_that_cannot_be_reached_is_a_sentence(clone, course, capsys):
    shutil.rmtree(course)
    assert main(["update", "--course", str(clone)]) == 2
    said = capsys.readouterr().err
    assert "`git fetch` failed:" in said and "Nothing was changed." in said


# --- interrupted --------------------------------------------------------------------------------


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


# --- the release that is here -------------------------------------------------------------------


def test_the_sources_give_the_notebooks_of_the_release_that_is_here():
    made = Sources(ROOT)
    assert len(made) == 3 * len(list((ROOT / "source/exercises").glob("[0-9]*.py")))
    for name in (
        "05_order_and_accumulation",
        "06_more_functions",
        "12_broadcasting_and_reductions",
    ):
        shipped = notebook_in(ROOT, f"solutions/{name}.ipynb")
        mine = json.loads(made[f"solutions/{name}.ipynb"])
        for a, b in zip(mine["cells"], shipped["cells"], strict=True):
            assert [a[key] for key in ("id", "source", "metadata")] == [
                b[key] for key in ("id", "source", "metadata")
            ]
    assert "no such" not in made and made.get("exercises/77_none.ipynb") is None


def test_a_real_exercise_and_lesson_are_updated_without_git(tmp_path, monkeypatch):
    """The old release is known by the sources; the new one has a typo mended in both."""
    monkeypatch.setenv("AUTOGRAD_LESSON_PROGRESS", "off")
    mine, new = tmp_path / "mine", tmp_path / "new"
    name = "05_order_and_accumulation"
    made = Sources(ROOT)
    for folder in (mine, new):
        lay(folder, files_of("0.1.0" if folder == mine else "0.2.0", release()))
        for path in (f"source/exercises/{name}.py", f"source/lessons/{name}.py"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
        for file in ("build.py", "remembered.py"):
            shutil.copy(ROOT / "source" / file, folder / "source")
        for path in (f"exercises/{name}.ipynb", f"notebooks/{name}.ipynb"):
            notebook = json.loads(made[path])
            if folder == mine:
                notebook["cells"].insert(3, text("mine", "My own."))
                notebook["cells"][6]["source"] = ["My change."]
            else:
                notebook["cells"][0]["source"].append("\n\nMended.")
                notebook["cells"].insert(1, text("05-999", "New."))
            put(folder, **{path.replace("/", "__"): notebook})
    brought(mine, new)
    for path in (f"exercises/{name}.ipynb", f"notebooks/{name}.ipynb"):
        after = notebook_in(mine, path)
        whole = texts(after)
        assert all(words in whole for words in ("My own.", "My change.", "Mended.", "New."))
        assert len(after["cells"]) == len(json.loads(made[path])["cells"]) + 2


def test_what_arrived_and_what_was_kept_is_told_notebook_by_notebook(course, clone, capsys):
    (clone / EXERCISE).write_text(as_text(learners(cells_added)))
    released(course, "0.2.0", updated(typo_mended))
    assert main(["update", "--course", str(clone)]) == 0
    said = capsys.readouterr().out
    (backup,) = clone.glob("before-update-*")
    assert said.split("\n\n")[1].splitlines() == [
        EXERCISE,
        "  arrived: changed: `5. Order`",
        "  kept:    2 answers: order, backward; 1 cell of notes; 1 prediction: visits; "
        "5 cells of your own: `Mine, before everything.`, `experiment = 'mine alone'`, "
        "`def helper():`, `My own text, mine.`, `def order(root):`",
    ]
    assert f"What was replaced of yours lies in {backup.name}/ as it was." in said
    assert said.rstrip().endswith("Reload Notebook from Disk, and restart its kernel.")


def test_what_arrived_is_told_kind_by_kind_and_not_without_end(course, clone):
    new = updated(typo_mended)
    write(cell(new, "05-008"), "## The way back\n\nOther words.")
    new["cells"] += [text(f"05-8{n:02}", f"## New {n}\n\nText.") for n in range(14)]
    released(course, "0.2.0", new)
    told = next(line for line in brought(clone).splitlines() if "arrived" in line)
    assert told.startswith(
        "  arrived: changed: `5. Order`, `The way back`; new: `New 0`, `New 1`, "
    )
    assert told.endswith("`New 11` and 2 more")


def test_a_backup_never_takes_the_name_of_another(course, clone):
    for number in (2, 3):
        new = release()
        write(cell(new, "05-000"), f"# 5. Order\n\nRelease {number}.")
        mine = worked(notebook_in(clone)) if number == 2 else notebook_in(clone)
        (clone / EXERCISE).write_text(as_text(mine))
        released(course, f"0.{number}.0", new)
        brought(clone)
    assert len(list(clone.glob("before-update-*"))) == 2


def test_a_stripped_notebook_stays_stripped(course, clone):
    (clone / EXERCISE).write_text(as_text(learners(stripped)))
    released(course, "0.2.0", updated(typo_mended))
    brought(clone)
    codes = [each for each in notebook_in(clone)["cells"] if each["cell_type"] == "code"]
    assert not any(each["outputs"] or each["execution_count"] for each in codes)


def test_what_lies_in_a_folder_of_the_course_and_is_not_the_courses_is_left_there(tmp_path):
    new = lay(tmp_path / "new", files_of("0.2.0", release()))
    aside = ["progress.jsonl", ".venv/pyvenv.cfg", "tests/__pycache__/a.pyc", "before-update-1/a"]
    lay(new, dict.fromkeys([*aside, ".github/workflows/a.yml"], ""))
    (new / "link").symlink_to(tmp_path)
    assert set(releases.in_folder(new).files) - set(files_of("", release())) == {
        ".github/workflows/a.yml"
    }


def test_a_zip_may_hold_the_course_without_a_folder_and_programs_stay_programs(tmp_path):
    files = files_of("0.2.0", release())
    with zipfile.ZipFile(tmp_path / "bare.zip", "w") as zipped:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = (0o100755 if name == "start.py" else 0o100644) << 16
            zipped.writestr(member, content)
        zipped.writestr(".venv/bin/python", "aside")
    found = releases.in_zip(tmp_path / "bare.zip")
    assert set(found.files) == set(files)
    assert found.programs == {"start.py"} and found.version == "0.2.0"
