"""An update in forks, copies and clones of any history, and what it refuses."""

import json
import os
import random
import shutil
import subprocess
import zipfile

import pytest
from learners_notebooks import (
    WORK,
    cell,
    executed,
    release,
    typo_mended,
    updated,
    worked,
    write,
)
from repositories import (
    EXERCISE,
    MARKS,
    as_text,
    brought,
    files_of,
    git,
    holds_all,
    lay,
    notebook_in,
    put,
    released,
    state_of,
    texts,
)

from classroom import releases, update
from classroom.__main__ import main
from classroom.notebooks import CourseError

pytestmark = MARKS


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


def test_a_clone_whose_lines_end_as_on_windows_is_updated_and_nothing_seems_changed(
    course, tmp_path
):
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "-c", "core.autocrlf=true", str(course), str(clone))
    assert b"\r\n" in (clone / "README.md").read_bytes()
    mine = b"# Course\r\n\r\nOne, mine.\r\n\r\nTwo.\r\n\r\nThree.\r\n"
    (clone / "README.md").write_bytes(mine)
    (clone / EXERCISE).write_text(as_text(worked(release())))
    for path in (clone / "start.py", clone / "autograd_lesson/ops.py"):
        os.utime(path, (1, 1))  # so that git looks into it
    readme = "# Course\n\nOne.\n\nTwo.\n\nThree, new.\n"
    released(course, "0.2.0", updated(typo_mended), readme=readme)
    said = brought(clone)
    assert "README.md\n  arrived: changed\n  kept:    your changes" in said
    assert (
        clone / "README.md"
    ).read_bytes().split() == b"# Course One, mine. Two. Three, new.".split()
    holds_all(notebook_in(clone), typo_mended)
    assert git(clone, "status", "--short").split() == ["M", "README.md", "M", EXERCISE]
    (backup,) = clone.glob("before-update-*")
    kept = {path.name for path in backup.rglob("*") if path.is_file()}
    assert kept == {"README.md", "05_order.ipynb"}
    assert (backup / "README.md").read_bytes() == mine


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
    with pytest.raises(CourseError, match="`git fetch` failed: .*v9.*No work is lost"):
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


# --- refusals --------


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


def folder_for_a_file(clone):
    (clone / EXERCISE).unlink()
    (clone / EXERCISE).mkdir()


REFUSED = {
    folder_for_a_file: "05_order.ipynb cannot be read.*move it away",
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


def test_a_lock_that_a_killed_git_has_left_is_named_and_the_next_update_does_the_rest(
    course, clone
):
    (clone / EXERCISE).write_text(as_text(worked(release())))
    released(course, "0.2.0", updated(typo_mended))
    lock = clone / ".git/index.lock"
    lock.write_text("")
    with pytest.raises(CourseError, match="`git read-tree` failed: .*index.lock.*No work is lost"):
        brought(clone)
    lock.unlink()
    brought(clone)
    holds_all(notebook_in(clone), typo_mended)
    assert git(clone, "status", "--short") == f"M {EXERCISE}"


@pytest.mark.parametrize("flag", ["--skip-worktree", "--assume-unchanged"])
def test_work_that_git_was_told_not_to_see_stays(course, clone, flag):
    git(clone, "update-index", flag, EXERCISE, "README.md")
    (clone / EXERCISE).write_text(as_text(worked(release())))
    (clone / "README.md").write_text("# Mine\n")
    released(course, "0.2.0", updated(typo_mended), readme="# New\n")
    brought(clone)
    holds_all(notebook_in(clone), typo_mended)
    (kept,) = clone.glob("before-update-*")
    assert (kept / "README.md").read_text() == "# Mine\n"


def test_outputs_that_a_filter_hides_from_git_stay(course, clone):
    (clone / ".git/info/attributes").write_text("*.ipynb filter=bare\n")
    git(clone, "config", "filter.bare.clean", f"git show HEAD:{EXERCISE}")
    mine = release()
    executed(mine)
    (clone / EXERCISE).write_text(as_text(mine))
    git(clone, "add", EXERCISE)
    assert not git(clone, "status", "--porcelain")
    released(course, "0.2.0", updated(typo_mended))
    brought(clone)
    assert "mine 1" in as_text(notebook_in(clone)) and "is zero" in texts(notebook_in(clone))


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
    large, ways = tmp_path / "large.zip", (zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA)
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("course/start.py", bytes(releases.LARGEST + 1))
    hurt = [tmp_path / f"hurt {way}.zip" for way in ways]
    for path, way in zip(hurt, ways, strict=True):
        with zipfile.ZipFile(path, "w", way) as zipped:
            zipped.writestr("course/start.py", random.Random(0).randbytes(1000).hex())
        whole = path.read_bytes()
        path.write_bytes(whole[:80] + b"\xff" * 200 + whole[280:])
    older = lay(tmp_path / "older", files_of("0.1.0", release()))
    for path, words in [
        (tmp_path / "empty", "holds no start.py"),
        (tmp_path / "no.zip", "cannot be read as a zip"),
        (slip, "leads to ../../out.txt"),
        (large, "it is no course"),
        *((path, "cannot be read as a zip: .* Download it again") for path in hurt),
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
    if os.name != "nt":  # where the folder of the system is looked into besides
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
    assert "`git fetch` failed: fatal: " in said and "No work is lost" in said
    assert main(["update", "course-9.zip", "--course", str(clone)]) == 2
    said = capsys.readouterr().err
    assert "'course-9.zip' does not appear to be a git repository. No work is lost" in said
