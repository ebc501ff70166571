"""`start.py reset` gives back a blank, and loses nothing of what stood there."""

import json
import shutil
import time
from pathlib import Path

import nbformat
import pytest

from autograd_lesson.learner import log
from classroom.__main__ import main
from classroom.check import CourseError
from classroom.reset import reset

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
NAME = "05_order_and_accumulation"
ORDER = "def topological_order(root):\n    return [root]"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two exercises, in which something was answered."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv(log.WHERE, str(tmp_path / "progress.jsonl"))
    for folder in ("exercises", "solutions", "source/exercises", "notebooks"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("00_start_here", NAME):
        shutil.copy(ROOT / "solutions" / f"{name}.ipynb", tmp_path / "solutions")
        shutil.copy(ROOT / "source" / "exercises" / f"{name}.py", tmp_path / "source/exercises")
    for file in ("build.py", "remembered.py"):
        shutil.copy(ROOT / "source" / file, tmp_path / "source")
    reset("00", [], tmp_path)
    reset("05", [], tmp_path)
    return tmp_path


@pytest.fixture
def path(course):
    """An exercise with an answer in it."""
    path = course / "exercises" / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell_of(notebook, "05-topological_order").source = ORDER
    cell_of(notebook, "05-backward").source = "def backward(root):\n    return None"
    notebook.cells.append(nbformat.v4.new_markdown_cell("My own notes.", id="mine"))
    nbformat.write(notebook, path)
    return path


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def kept_beside(path):
    return sorted(each.name for each in path.parent.iterdir() if "before-reset" in each.name)


@pytest.mark.parametrize("source", sorted((ROOT / "source" / "exercises").glob("[0-9]*.py")))
def test_a_blank_is_what_the_course_ships(source, pristine, tmp_path):
    if not pristine:
        pytest.skip("only on the project's own repository: a learner's exercises are filled in")
    from classroom.reset import as_text, blank_of

    shipped = ROOT / "exercises" / f"{source.stem}.ipynb"
    assert as_text(blank_of(source.stem, ROOT)) == shipped.read_bytes()


def test_a_whole_exercise_is_blank_again_and_the_old_work_lies_beside_it(course, path):
    before = path.read_bytes()
    said = reset("5", [], course)
    (kept,) = kept_beside(path)
    assert (path.parent / kept).read_bytes() == before
    assert f"exercises/{kept}" in said and "Reload Notebook from Disk, and restart" in said
    fresh = nbformat.read(path, as_version=4)
    nbformat.validate(fresh)
    assert "your turn" in cell_of(fresh, "05-topological_order").source
    assert "your turn" in cell_of(fresh, "05-backward").source


@pytest.mark.parametrize("place", ["some/other", "notebooks", "exercises/kept", "."])
def test_a_file_of_the_same_name_elsewhere_is_not_the_exercise(course, path, place, monkeypatch):
    before, other = path.read_bytes(), course / place / path.name
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_text("another's work")
    monkeypatch.chdir(course)
    for word in (str(other), f"{place}/{path.name}"):
        with pytest.raises(CourseError, match="is no exercise of this course.*number such as 05"):
            reset(word, [], course)
    monkeypatch.chdir(other.parent)
    with pytest.raises(CourseError, match="is no exercise of this course"):
        reset(path.name, [], course)
    with pytest.raises(CourseError, match="is no exercise of this course"):
        reset(f"gone/{path.name}", [], course)
    assert path.read_bytes() == before and other.read_text() == "another's work"
    assert kept_beside(path) == []


@pytest.mark.parametrize(
    "word", [f"exercises/{NAME}.ipynb", f"./exercises/{NAME}.ipynb", "05.ipynb"]
)
def test_the_path_of_the_exercise_itself_names_it_also_from_elsewhere(
    course, path, word, monkeypatch, tmp_path_factory
):
    for folder in (course, tmp_path_factory.mktemp("elsewhere")):
        path.write_bytes(path.read_bytes().replace(b"your turn", b"my turn"))
        monkeypatch.chdir(folder)
        assert "is the blank again" in reset(word, [], course)
    monkeypatch.chdir(path.parent)
    path.unlink()
    assert "is the blank again" in reset(str(path), [], course)
    assert path.exists()


def test_one_answer_is_blank_again_and_the_rest_as_it_was(course, path):
    before = json.loads(path.read_bytes())
    said = reset(NAME, ["topological_order"], course)
    after = json.loads(path.read_bytes())
    differ = [
        old["id"] for old, new in zip(before["cells"], after["cells"], strict=True) if old != new
    ]
    assert differ == ["05-topological_order"]
    assert 'raise NotImplementedError("your turn")' in source_of(path, "05-topological_order")
    assert source_of(path, "05-backward") == "def backward(root):\n    return None"
    assert source_of(path, "mine") == "My own notes."
    assert said.startswith(f"topological_order in {NAME} is the blank again. Your work is kept in ")


def test_an_answer_is_given_back_in_a_notebook_that_holds_anything_else(course, path):
    notebook = json.loads(path.read_bytes())
    notebook["cells"] += ["no cell", {"cell_type": "code", "metadata": 7}]
    path.write_text(json.dumps(notebook))
    reset("05", ["topological_order"], course)
    cells = [each for each in json.loads(path.read_bytes())["cells"] if isinstance(each, dict)]
    blank = next(each for each in cells if each.get("id") == "05-topological_order")
    assert "your turn" in "".join(blank["source"])


def source_of(path, name):
    return cell_of(nbformat.read(path, as_version=4), name).source


def test_what_the_check_said_of_the_old_answer_goes_and_what_others_said_stays(course, path):
    notebook = nbformat.read(path, as_version=4)
    said = [nbformat.v4.new_output("stream", text="8 of 8 checks pass\n")]
    for name in ("05-check_topological_order", "05-check_backward"):
        cell_of(notebook, name).outputs, cell_of(notebook, name).execution_count = said, 3
    nbformat.write(notebook, path)
    reset("05", ["topological_order"], course)
    after = nbformat.read(path, as_version=4)
    assert cell_of(after, "05-check_topological_order").outputs == []
    assert cell_of(after, "05-check_topological_order").execution_count is None
    assert cell_of(after, "05-check_backward").outputs == said


@pytest.mark.parametrize("was_trusted", [True, False])
def test_a_notebook_that_was_trusted_stays_trusted_and_no_other_becomes_so(
    course, path, was_trusted
):
    from nbformat.sign import NotebookNotary

    if was_trusted:
        NotebookNotary().sign(nbformat.read(path, as_version=4))
    reset("05", ["topological_order"], course)
    assert NotebookNotary().check_signature(nbformat.read(path, as_version=4)) == was_trusted
    reset("05", [], course)
    assert NotebookNotary().check_signature(nbformat.read(path, as_version=4))


def test_several_resets_in_one_second_keep_each_work_under_a_name_of_its_own(
    course, path, monkeypatch
):
    monkeypatch.setattr(time, "strftime", lambda form: "2026-11-30")
    works = []
    for number in range(3):
        notebook = nbformat.read(path, as_version=4)
        cell_of(notebook, "05-backward").source = f"backward = {number}"
        nbformat.write(notebook, path)
        works.append(path.read_bytes())
        reset("05", ["backward"], course)
    assert [(path.parent / name).read_bytes() for name in kept_beside(path)] == works


def test_what_is_blank_already_is_left_alone(course, path):
    reset("05", [], course)
    before, there = path.stat().st_mtime_ns, kept_beside(path)
    assert "nothing was changed" in reset("05", [], course)
    assert path.stat().st_mtime_ns == before and kept_beside(path) == there


@pytest.mark.parametrize("damage", [b"", b"{", b'{"cells": 3}', b"\xff\xfe\x00", b"<<<<<<< HEAD\n"])
def test_of_a_damaged_notebook_the_whole_is_given_back_and_the_rest_kept(course, path, damage):
    path.write_bytes(damage)
    with pytest.raises(CourseError, match="`start.py reset 05` gives back the whole"):
        reset("05", ["backward"], course)
    assert path.read_bytes() == damage and kept_beside(path) == []
    reset("05", [], course)
    assert (path.parent / kept_beside(path)[0]).read_bytes() == damage
    nbformat.validate(nbformat.read(path, as_version=4))


def test_a_notebook_that_is_gone_comes_back(course, path):
    path.unlink()
    said = reset("05", [], course)
    assert "kept" not in said and kept_beside(path) == []
    nbformat.validate(nbformat.read(path, as_version=4))


def test_an_answer_without_its_id_is_found_by_what_it_defines(course, path):
    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"drawn-{number}"
    nbformat.write(notebook, path)
    reset("05", ["topological_order"], course)
    sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    assert ORDER not in sources
    (blank,) = [source for source in sources if source.startswith("def topological_order")]
    assert "your turn" in blank


def test_an_answer_whose_cell_was_deleted_is_put_back_in_front_of_its_check(course, path):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "05-topological_order"]
    nbformat.write(notebook, path)
    reset("05", ["topological_order"], course)
    ids = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    assert ids.index("05-check_topological_order") == ids.index("05-topological_order") + 1


def test_a_name_that_is_not_there_is_told_which_names_are(course, path, capsys):
    assert main(["reset", "5", "topological_ordre", "--course", str(course)]) == 2
    said = capsys.readouterr().err
    assert "asks for no topological_ordre" in said and "order_lines, topological_order" in said
    assert main(["reset", "77", "--course", str(course)]) == 2
    assert f"no exercise is called 77: 00_start_here, {NAME}" in capsys.readouterr().err
    assert kept_beside(path) == []


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Cured3", ["08-Cured3"]),
        ("patient_3", ["08-Cured3"]),  # as its check is called
        ("test_patient_3", None),
    ],
)
def test_an_answer_is_known_by_its_check_too(name, cells):
    from classroom.check import released_exercises
    from classroom.reset import answers_in, blank_of, cells_named, checks_of

    exercise = "08_broken_engine_clinic"
    defined = answers_in(blank_of(exercise, ROOT))
    checks = list(checks_of(released_exercises(ROOT)[exercise]))
    if cells:
        assert cells_named([name, name], defined, checks, exercise) == cells
    else:
        with pytest.raises(CourseError, match="its answers are Cured1, Cured2"):
            cells_named([name], defined, checks, exercise)


@pytest.mark.parametrize("source", sorted((ROOT / "source" / "exercises").glob("[0-9]*.py")))
def test_every_check_is_about_an_answer_that_can_be_given_back(source):
    from classroom.check import released_exercises
    from classroom.reset import answers_in, blank_of, cells_named, checks_of

    defined = answers_in(blank_of(source.stem, ROOT))
    checks = list(checks_of(released_exercises(ROOT)[source.stem]))
    assert all(names for names in defined.values())
    for check, _ in checks:
        assert cells_named([check], defined, checks, source.stem), check


def test_where_nothing_can_be_kept_nothing_is_changed(course, path, monkeypatch):
    import builtins

    before, real = path.read_bytes(), builtins.open

    def full(file, mode="r", *rest, **more):
        if "x" in mode:
            raise OSError(28, "No space left on device")
        return real(file, mode, *rest, **more)

    monkeypatch.setattr(builtins, "open", full)
    with pytest.raises(CourseError, match="No space left on device.*nothing was changed"):
        reset("05", [], course)
    assert path.read_bytes() == before


def test_where_nothing_can_be_written_all_is_as_it_was(course, path, monkeypatch):
    before = path.read_bytes()

    def refuse(self, target):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CourseError, match="Read-only file system.*as it was"):
        reset("05", [], course)
    assert path.read_bytes() == before and kept_beside(path) == []
    assert not [each for each in path.parent.iterdir() if each.name.startswith(".")]


def test_a_folder_in_its_place_is_told_of(course, path):
    path.unlink()
    path.mkdir()
    with pytest.raises(CourseError, match="cannot be read .* Move it away"):
        reset("05", [], course)


def test_progress_knows_that_an_answer_is_blank_again(course, path):
    log.note_check("05", "topological_order", "pass")
    reset("05", ["topological_order"], course)
    last = log.read().events[-1]
    assert (last["exercise"], last["answer"], last["state"]) == (
        "05",
        "topological_order",
        "not attempted",
    )
