"""`start.py update` brings a release into clones and folders, and loses no work."""

import json
import os
import shutil
import zipfile
from pathlib import Path

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
    put,
    released,
    state_of,
    texts,
)

from classroom import releases, update
from classroom.__main__ import main
from classroom.releases import Sources

pytestmark = MARKS

PAIRS = [(change, state) for change in UPDATES for state in STATES]


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


# --- what is told, kept and read --------


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


@pytest.mark.skipif(os.name == "nt", reason="only on systems where anybody may make a link")
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


# --- other files --------


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


@pytest.mark.skipif(os.name == "nt", reason="only on systems where a file can be a program")
def test_a_program_stays_a_program(course, clone):
    (clone / EXERCISE).write_text(as_text(worked(release())))
    git(clone, "commit", "-qam", "My work")
    (course / "start.py").chmod(0o755)
    (course / "start.py").write_text("# starts anew\n")
    git(course, "commit", "-qam", "Let it be run")
    git(course, "tag", "v0.2.0")
    brought(clone)
    assert git(clone, "ls-files", "-s", "start.py").startswith("100755")
    assert os.access(clone / "start.py", os.X_OK)
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
