"""What has not changed since its last verdict is not run again, and what has changed is."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from classroom import check, remembered
from classroom.__main__ import main
from classroom.check import CourseError, check_exercises, exercises_to_check, name_of
from classroom.remembered import Remembered

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
NAMES = ("00_start_here", "01_sensitivity")
RIGHT = "def slope(x0, y0, x1, y1):\n    return (y1 - y0) / (x1 - x0)"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two exercises, the first with an answer."""
    for name in NAMES:
        for folder in ("solutions", "exercises", "notebooks"):
            (tmp_path / folder).mkdir(exist_ok=True)
            shutil.copy(ROOT / "solutions" / f"{name}.ipynb", tmp_path / folder)
    answer(tmp_path, RIGHT)
    return tmp_path


def answer(course, source):
    path = course / "exercises" / "00_start_here.ipynb"
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.id == "00-slope").source = source
    nbformat.write(notebook, path)


@pytest.fixture
def runs(monkeypatch):
    """The notebooks that were run, by their number of cells."""
    found, real = [], check.run

    def run(cells, *rest):
        found.append(len(cells))
        return real(cells, *rest)

    monkeypatch.setattr(check, "run", run)
    return found


def states(course, *wanted, afresh=False):
    file = course / ".cache" / "verdicts.json"
    found = check_exercises(list(wanted), course, Remembered(file), afresh)
    return {result.answer: result.state for result in found}


def test_a_notebook_that_has_not_changed_is_not_run_again(course, runs):
    first = states(course)
    assert len(runs) == 2 and first["slope"] == "passes"
    assert states(course) == first and len(runs) == 2
    assert states(course, afresh=True) == first and len(runs) == 4


def test_another_answer_is_run(course, runs):
    states(course)
    answer(course, "def slope(x0, y0, x1, y1):\n    return (x1 - x0) / (y1 - y0)")
    assert states(course)["slope"] == "fails" and len(runs) == 3
    answer(course, 'def slope(x0, y0, x1, y1):\n    raise NotImplementedError("your turn")')
    assert states(course)["slope"] == "not attempted yet" and len(runs) == 4
    answer(course, RIGHT)
    assert states(course)["slope"] == "passes" and len(runs) == 5


def test_another_check_of_the_course_is_run(course, runs):
    states(course, "0")
    path = course / "solutions" / "00_start_here.ipynb"
    text = path.read_text()
    path.write_text(text.replace("check_slope(slope)", "check_midpoint(slope)"))
    assert states(course, "0")["slope"] == "fails" and len(runs) == 2


def test_a_file_of_the_learners_that_the_notebook_loads_counts(course, runs):
    helper = course / "exercises" / "my_helper.py"
    helper.write_text("one = 1.0\n")
    answer(course, f"import my_helper\n{RIGHT} * my_helper.one")
    assert states(course, "0")["slope"] == "passes"
    assert states(course, "0")["slope"] == "passes" and len(runs) == 1
    helper.write_text("one = 0.25  # and longer\n")
    assert states(course, "0")["slope"] == "fails" and len(runs) == 2


def test_a_file_beside_the_notebook_that_a_cell_reads_counts(course, runs):
    data = course / "exercises" / "one.txt"
    data.write_text("1.0")
    answer(course, f"{RIGHT} * float(open('one.txt').read())")
    assert states(course, "0")["slope"] == "passes"
    assert states(course, "0")["slope"] == "passes" and len(runs) == 1
    data.write_text("0.25")
    assert states(course, "0")["slope"] == "fails" and len(runs) == 2


@pytest.mark.parametrize("name", ["checks/vocabulary.py", "ops.py", "widgets/player.js"])
def test_a_byte_of_the_package_counts(monkeypatch, tmp_path, name):
    package = tmp_path / "autograd_lesson"
    shutil.copytree(ROOT / "autograd_lesson", package, ignore=shutil.ignore_patterns("*.pyc"))
    spec = type("Spec", (), {"origin": str(package / "__init__.py")})
    monkeypatch.setattr(remembered.importlib.util, "find_spec", lambda name: spec)
    before = remembered.around.__wrapped__()
    assert remembered.around.__wrapped__() == before
    with (package / name).open("a") as file:
        file.write(" ")
    assert remembered.around.__wrapped__() != before


def test_another_python_and_another_package_count(monkeypatch):
    before = remembered.around.__wrapped__()
    monkeypatch.setattr(remembered.sys, "version", "3.99")
    other = remembered.around.__wrapped__()
    monkeypatch.setattr(remembered.importlib.metadata, "distributions", lambda: [])
    assert len({before, other, remembered.around.__wrapped__()}) == 3


def test_what_broke_off_is_tried_again(course, runs):
    answer(course, f"{RIGHT}\n\nimport os; os._exit(3)")
    assert states(course, "0")["slope"] == "fails"
    assert states(course, "0")["slope"] == "fails" and len(runs) == 2


def test_a_damaged_memory_holds_nothing(course, runs):
    file = course / ".cache" / "verdicts.json"
    first = states(course, "0")
    for damage in ("", "[]", "{", '{"x": 3}', '{"x": {"loaded": 3}}', "[" * 9999):
        runs.clear()
        file.write_text(damage)
        assert states(course, "0") == first and len(runs) == 1, damage[:30]
        assert states(course, "0") == first and len(runs) == 1, damage[:30]


def test_without_a_place_to_remember_everything_is_run(course, runs):
    (course / ".cache").write_text("a file where the folder should be")
    assert states(course, "0") == states(course, "0")
    assert len(runs) == 2


def test_grading_remembers_nothing(course, runs, monkeypatch, capsys):
    for _ in range(2):
        main(["check", "--course", str(course), "0"])
    assert len(runs) == 2


def hears_ctrl_c():
    """Jobs that a shell runs behind itself ignore it, and so would what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name == "nt", reason="only on POSIX: signals are others on Windows")
def test_ctrl_c_ends_what_was_started_and_says_so(course, tmp_path):
    began = tmp_path / "began"
    answer(
        course, f"import os\nopen({str(began)!r}, 'w').write(str(os.getpid()))\nwhile True: pass"
    )
    command = [sys.executable, "-m", "classroom", "check", "--course", str(course), "0"]
    checking = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=-1,
        stderr=-1,
        text=True,
        preexec_fn=hears_ctrl_c,
    )
    while not (began.exists() and began.read_text()):
        assert checking.poll() is None
        time.sleep(0.05)
    checking.send_signal(signal.SIGINT)
    _, said = checking.communicate(timeout=30)
    assert said.splitlines()[-1] == "Stopped." and "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(int(began.read_text()), 0)


# --- how an exercise is named -------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["1", "01", "001", "e1", "E01", "01_sensitivity", "sensitivity", "01_sensitivity.ipynb"]
)
def test_an_exercise_has_many_names(word):
    assert name_of(word, NAMES) == "01_sensitivity"


@pytest.mark.parametrize("word", ["10", "", "sens", "-1", "1.0", "e", "one"])
def test_another_name_is_told_which_there_are(word):
    with pytest.raises(CourseError, match="00_start_here, 01_sensitivity"):
        name_of(word, NAMES)


def test_a_lesson_that_is_named_stands_for_its_exercises(course):
    released = check.released_exercises(course)
    lesson = course / "notebooks" / "01_sensitivity.ipynb"
    (found,) = exercises_to_check([str(lesson)], released, course)
    assert found.learners == course / "exercises" / "01_sensitivity.ipynb"


def test_an_exercise_that_is_named_twice_is_checked_once(course, runs, capsys):
    states(course, "1", "01", "sensitivity")
    assert len(runs) == 1
    assert capsys.readouterr().err == "checked 01_sensitivity: 1 of 1\n"


def test_in_a_terminal_a_bar_tells_how_far_it_is_and_goes_away(monkeypatch, capsys):
    from classroom.bar import Bar

    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    bar = Bar(["one", "two"])
    bar.add("two")
    drawn = capsys.readouterr().err
    assert f"\r[{'#' * 13}{'.' * 13}] 1 of 2  one" in drawn and "\n" not in drawn
    bar.add("one")
    bar.close()
    assert capsys.readouterr().err.endswith("\r" + " " * 78 + "\r")
