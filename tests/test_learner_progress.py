"""`progress()` counts what the log says, by the course that is there, and never fails on either."""

import ast
import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from autograd_lesson.checks.messages import mistake_of
from autograd_lesson.learner import course as course_module
from autograd_lesson.learner import log
from autograd_lesson.learner.course import Course
from autograd_lesson.learner.memory import SESSIONS, from_memory
from autograd_lesson.learner.mistakes import BY_NAME, MISCONCEPTIONS, shown_by
from autograd_lesson.learner.progress import NO_COURSE, NOTHING_YET, Standing, progress
from autograd_lesson.learner.schedule import due, reviews

ROOT = Path(__file__).parents[1]


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv(log.WHERE, str(tmp_path / "progress.jsonl"))
    log.say_once.cache_clear()
    return tmp_path / "progress.jsonl"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two lessons with two prompts and two answers each."""
    for folder in ("notebooks", "solutions", "exercises"):
        (tmp_path / "course" / folder).mkdir(parents=True)
    for number, title in ((1, "First"), (2, "Second: the rest")):
        notebook = [text(f"# {number}. {title}\n\nWords. 40 minutes.")]
        notebook += [prompt(f"0{number}-predict-{name}") for name in ("a", "b")]
        write(tmp_path / "course" / "notebooks" / f"0{number}_x.ipynb", notebook)
        work = [text(f"# {number}. {title}: exercises\n\n20 minutes.")]
        work += [check(f"check_f{each}(f{each})") for each in (1, 2)]
        write(tmp_path / "course" / "solutions" / f"0{number}_x.ipynb", work)
    found = Course(tmp_path / "course")
    monkeypatch.setattr("autograd_lesson.learner.progress.the_course", lambda: found)
    return found


def text(source):
    return {"cell_type": "markdown", "id": "t", "metadata": {}, "source": source}


def prompt(name):
    return {"cell_type": "code", "id": name, "metadata": {"tags": ["prediction"]}, "source": "1"}


def check(source):
    return {"cell_type": "code", "id": "c", "metadata": {"tags": ["check"]}, "source": [source]}


def write(path, cells):
    path.write_text(json.dumps({"cells": cells}))


def test_the_counts_are_those_of_the_last_state_and_of_the_first_prediction(file, course):
    log.note_check("01", "f1", "pass")
    log.note_check("01", "f2", "pass")
    log.note_check("01", "f2", "fail", "some-slip")
    log.note_check("02", "f1", "fail")
    log.note_check("02", "f1", "not attempted")
    log.note_check("09", "gone", "pass")  # of an exercise that is no more
    log.note_prediction("01", "01-a", "1", "2", False)
    log.note_prediction("01", "01-a", "2", "2", True)
    log.note_prediction("02", "02-b", "2", "2", True)
    words = str(progress())
    assert "Exercises:    1 passed, 1 begun, 2 open." in words
    assert "Predictions:  1 right, 1 wrong, 2 open." in words
    # Half of each lesson's predictions are open; of four answers three do not pass.
    assert "Left:         about 1 h 10 min on the way that begins with lesson 1." in words
    assert "Next:         `f2` in the exercises of lesson 1, First: exercises/01_x.ipynb" in words
    one = str(progress(lesson=2))
    assert one.startswith("Lesson 2, Second\nExercises:    0 passed, 0 begun, 2 open.")


def test_what_is_next_leads_through_the_course(file, course):
    def next_line():
        return re.search("Next: +(.*)", str(progress()))[1]

    log.note_prediction("01", "01-a", "1", "1", True)
    assert next_line() == "go on with lesson 1, First: notebooks/01_x.ipynb"
    log.note_prediction("01", "01-b", "1", "1", True)
    assert next_line() == "`f1` in the exercises of lesson 1, First: exercises/01_x.ipynb"
    for name in ("f1", "f2"):
        log.note_check("01", name, "pass")
    assert next_line() == "lesson 2, Second: notebooks/02_x.ipynb"
    for name in ("f1", "f2"):
        log.note_check("02", name, "pass")
    assert next_line() == "all is done."
    assert "Left:         about 0 minutes" in str(progress())


def test_a_way_that_is_chosen_stays_chosen_and_shortens_what_is_left(file, course):
    progress(begin=2)
    words = str(progress())
    assert "about 1 h 0 min on the way that begins with lesson 2." in words
    assert "Next:         lesson 2, Second" in words
    progress(begin="02")
    assert len(log.read().events) == 1
    for number in (7, "²", "٢", "", -1, 1.5):
        with pytest.raises(ValueError, match="there is no lesson .*; choose one of 1, 2"):
            progress(begin=number)


@pytest.mark.parametrize("begins", ["zz", "", "5", "2", "²²", "05\n", "99"])
def test_a_way_that_no_lesson_begins_with_is_passed_over(file, course, begins):
    route = {"version": 1, "time": 1, "kind": "route", "begins": begins}
    check = {"version": 1, "time": 1, "kind": "check", "exercise": "02", "answer": "f1"}
    check |= {"state": "fail", "mistake": ""}
    file.write_text(json.dumps(route) + "\n" + json.dumps(check))
    words = str(progress())
    assert "about 2 h 0 min on the way that begins with lesson 1." in words
    assert ("1 line is damaged" in words) == (begins != "99")
    assert str(progress(lesson=1)).startswith("Lesson 1, First")


@pytest.mark.parametrize("time", [1099511627775, 253402300799, 2**33 - 1, 0])
def test_whatever_time_a_line_names_what_is_due_can_be_said(file, course, time):
    line = {"version": 1, "time": time, "kind": "question", "mistake": "M1", "given": "7"}
    name = MISCONCEPTIONS[0].name
    file.write_text(json.dumps(line | {"mistake": name, "right": False}))
    assert "For review:" in str(progress()) or "1 line is damaged" in str(progress())
    SESSIONS.clear()
    assert str(from_memory(5))
    SESSIONS.clear()


def test_where_nothing_is_known_the_words_are_the_same_for_everyone(file, course):
    assert str(progress()) == NOTHING_YET
    fresh = progress()._repr_mimebundle_()
    log.note_check("01", "f1", "pass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(log.WHERE, "off")
        assert progress()._repr_mimebundle_() == fresh
    assert progress()._repr_mimebundle_() != fresh


def test_a_damaged_log_is_told_of_beside_what_could_be_read(file, course):
    log.note_check("01", "f1", "pass")
    file.write_bytes(file.read_bytes() + b"\n{")
    words = str(progress())
    assert "1 passed" in words
    assert words.endswith("1 line is damaged in progress.jsonl, and passed over.")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"cells": [3]}', '{"cells": [{}]}', "[" * 9999])
def test_a_lesson_that_cannot_be_read_is_left_out(file, course, damage):
    (course.folder / "notebooks" / "01_x.ipynb").write_text(damage)
    log.note_check("02", "f1", "pass")
    assert "Exercises:    1 passed, 0 begun, 1 open." in str(progress())


def test_without_a_course_there_is_a_sentence(file, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(course_module, "__file__", str(tmp_path / "site" / "a" / "b.py"))
    assert str(progress()) == NO_COURSE


def test_the_page_says_in_words_what_its_rings_show_and_links_what_is_next(file, course):
    log.note_check("01", "f1", "pass")
    page = progress()._repr_mimebundle_()["text/html"]
    assert "--done:90deg" in page and "1 of 2 exercises, 0 of 2 predictions, next" in page
    assert "<a href='../exercises/01_x.ipynb'><code>f2</code> in the exercises of" in page
    assert page.count("<li") == 2 and page.count("aria-current") == 1


def test_the_course_itself_is_read_whole():
    course = Course(ROOT)
    stems = [path.stem for path in sorted((ROOT / "source" / "lessons").glob("[0-9]*.py"))]
    assert [lesson.stem for lesson in course.lessons] == stems
    assert all(
        lesson.minutes and lesson.exercise_minutes and lesson.answers for lesson in course.lessons
    )
    checks = sum(
        len(re.findall(r"^check_\w+\(", path.read_text(), re.M))
        for path in (ROOT / "source" / "exercises").glob("[0-9]*.py")
    )
    assert sum(len(lesson.answers) for lesson in course.lessons) == checks
    assert [lesson for _, part in course.parts() for lesson in part] == course.lessons


# --- what is due --------------------------------------------------------------------------------

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def event(kind, days=0.0, **facts):
    return {"kind": kind, "time": (START + timedelta(days=days)).timestamp(), **facts}


def mistake(days=0.0):
    name = "contribution-wrote-over-what-others-had-brought-where-is-needed"
    return event("check", days, exercise="05", answer="backward", state="fail", mistake=name)


def question(days, right, name="M4"):
    return event("question", days, mistake=name, right=right, given="")


def names_due(events, days):
    return [each.name for each in due(events, START + timedelta(days=days))]


def test_a_mistake_is_asked_soon_and_right_answers_put_it_off_further_each_time():
    events = [mistake()]
    assert names_due(events, 0) == [] and names_due(events, 0.01) == ["M4"]
    waits, day = [], 0.01
    for _ in range(5):
        events.append(question(day, True))
        wait = next(n for n in range(1000) if names_due(events, day + n / 2) == ["M4"]) / 2
        waits.append(wait)
        day += wait
    assert waits == sorted(waits) and waits[-1] >= 3
    events.append(question(day, False))
    assert names_due(events, day + 0.02) == ["M4"]


def test_the_same_mistake_within_an_hour_is_one():
    assert reviews([mistake(), mistake(0.01), mistake(0.02)]) == reviews([mistake()])
    assert len(reviews([mistake(), mistake(0.1)])) == 2


def test_what_passed_at_once_is_due_when_days_have_gone():
    passed = event("check", 0, exercise="12", answer="sum_of", state="pass", mistake="")
    assert names_due([passed], 1) == []
    assert names_due([passed], 60) == ["M14"]


def test_a_clock_that_was_set_back_does_no_harm():
    events = [mistake(10), question(0, True), mistake(5)]
    assert names_due(events, 11) == ["M4"]
    assert names_due([mistake(500)], 0) == []


def test_a_prediction_without_a_known_slip_shows_what_its_lesson_is_about():
    missed = event("prediction", 0, lesson="16", prompt="16-a", right=False, mistake="")
    assert [each.name for each in shown_by(missed)] == ["M17"]
    known = missed | {"mistake": "replaced contribution"}
    assert [each.name for each in shown_by(known)] == ["M4"]
    assert shown_by(missed | {"right": True}) == []


def test_what_is_due_is_named_by_its_topic_and_nobody_is_told_what_is_wrong(file, course):
    now = datetime.now(UTC).timestamp()
    for name, days in (("M4", 3), ("M14", 2), ("M17", 1), ("M1", 4)):
        line = {"version": 1, "time": now - 86400 * days, "kind": "question"}
        with file.open("a") as lines:
            lines.write(json.dumps(line | {"mistake": name, "right": False, "given": ""}) + "\n")
    words = str(progress())
    assert (
        "For review:   several paths; `=` or `+=`; the way back of a broadcast; and 1 more" in words
    )
    assert BY_NAME["M4"].claim not in words


def test_every_slip_of_a_gradient_shows_one_misconception():
    from autograd_lesson.teaching.diagnosis import SLIPS

    known = [slip for each in MISCONCEPTIONS for slip in each.slips]
    assert len(known) == len(set(known))
    for group in SLIPS:
        for slip in group:
            assert slip.__name__.replace("_", " ") in known, slip.__name__


@cache
def told_in(exercise):
    """The names of all that the checks of an exercise can say, taken from its source."""
    found = set()
    (path,) = (ROOT / "autograd_lesson" / "checks").glob(f"e{exercise}_*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            parts = (getattr(part, "value", "") for part in node.values)
            found.add(mistake_of("".join(x if isinstance(x, str) else "{}" for x in parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(mistake_of(node.value))
    return found


@pytest.mark.parametrize("sign", [sign for each in MISCONCEPTIONS for sign in each.signs])
def test_a_sign_is_in_something_that_a_check_says(sign):
    exercise, words = sign.split(" ")
    assert any(f"-{words}-" in f"-{name}-" for name in told_in(exercise))


def test_misconceptions_have_names_of_their_own_and_lessons_that_are_there():
    assert len(BY_NAME) == len(MISCONCEPTIONS) == 27
    assert len({each.topic for each in MISCONCEPTIONS}) == 27
    numbers = {path.name[:2] for path in (ROOT / "source" / "lessons").glob("[0-9]*.py")}
    assert {each.lesson for each in MISCONCEPTIONS} <= numbers


def test_without_the_scheduler_nothing_is_due_and_it_is_said_how_to_get_it(
    file, course, monkeypatch
):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert due([mistake()], START + timedelta(days=9)) == []
    log.note_check("01", "f1", "fail")
    assert "For review:   nothing is asked again, since `fsrs` is missing" in str(progress())


# --- the terminal -------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_terminal_says_the_same_and_notes_what_has_changed(file, tmp_path):
    for folder in ("solutions", "exercises", "notebooks"):
        (tmp_path / folder).mkdir()
        shutil.copy(ROOT / "solutions" / "00_start_here.ipynb", tmp_path / folder)
    shutil.copy(ROOT / "notebooks" / "00_start_here.ipynb", tmp_path / "notebooks")
    command = [sys.executable, "-m", "classroom", "check", "--mine", "--course", str(tmp_path), "0"]
    for _ in range(2):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(Standing(Course(tmp_path), log.read()).words() + "\n")
    assert [(e["exercise"], e["answer"], e["state"]) for e in log.read().events] == [
        ("00", "slope", "pass")
    ]


@pytest.mark.slow
def test_the_terminal_notes_the_mistake_that_the_check_saw(file, tmp_path):
    for folder in ("solutions", "exercises", "notebooks"):
        (tmp_path / folder).mkdir()
        shutil.copy(ROOT / "solutions" / "00_start_here.ipynb", tmp_path / folder)
    answers = tmp_path / "exercises" / "00_start_here.ipynb"
    text = answers.read_text()
    assert "(y1 - y0) / (x1 - x0)" in text
    answers.write_text(text.replace("(y1 - y0) / (x1 - x0)", "(x1 - x0) / (y1 - y0)"))
    command = [sys.executable, "-m", "classroom", "check", "--mine", "--course", str(tmp_path), "0"]
    subprocess.run(command, cwd=ROOT, capture_output=True)
    (event,) = log.read().events
    assert event["state"] == "fail"
    assert event["mistake"] == "this-is-the-run-over-the-rise-the-rise-belongs-on-top"
