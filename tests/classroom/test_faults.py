"""Every fault of the corpus gets the marks that it must get, between two students without any."""

import csv
import stat
import sys
from pathlib import Path

import pytest
from faults import FAULTS, FULL, NAMED, NOTEBOOK, RIGHT, put

from classroom.__main__ import main

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only on Linux are there namespaces"),
]
GOOD = ("aaa good", "zzz good")
SERVER = Path(__file__).parents[2] / "classroom" / "grading" / "server.py"


def everything_in(folder: Path):
    """Each file below a folder: its kind, its content, its times."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        is_file = stat.S_ISREG(status.st_mode)
        found[path] = status.st_mode, status.st_mtime_ns, path.read_bytes() if is_file else b""
    return found


def processes():
    """The processes that run a server of this course, or what it has started."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(SERVER).encode() in path.read_bytes():
                found.add(path.parent.name)
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The marks of all, by student, and what there was before and after."""
    submissions = tmp_path_factory.mktemp("submissions")
    out = tmp_path_factory.mktemp("report")
    for student in GOOD:
        put(f"{student}/{NOTEBOOK}", RIGHT)(submissions)
    for fault in FAULTS:
        fault.make(submissions)
    before, running = everything_in(submissions), processes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_OF_THE_GRADER", "1")
        status = main(
            ["grade", str(submissions), "--out", str(out), "--exercise", "01"]
            + ["--seconds", "0.5", "--require-sandbox"]
        )
    assert status == 0
    rows = list(csv.reader((out / "marks.csv").open(encoding="utf-8", newline="")))
    found = {row[0]: tuple(map(int, row[3:])) for row in rows[1:]}
    said: dict[str, dict[str, str]] = {}
    for row in csv.DictReader((out / "answers.csv").open(encoding="utf-8", newline="")):
        said.setdefault(row["student"], {})[row["answer"]] = row["message"]
    return {"marks": found, "said": said, "out": out, "submissions": submissions} | {
        "before": before,
        "running": running,
    }


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}: {fault.name}")
def test_a_fault_costs_what_it_must_and_no_more(graded, fault):
    assert graded["marks"][fault.student] == fault.marks


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("cells-answer turned to text", "press Esc and then Y, which makes it code"),
        ("cells-answer turned to raw", "press Esc and then Y, which makes it code"),
        ("result-interrupts", "it raises KeyboardInterrupt, as the stop button does"),
        ("format-PDF", "is a PDF, and no notebook"),
        ("locked", "is locked by a password"),
        ("seven", "hw.7z is packed by 7-Zip, and no notebook"),
        ("page", "01_sensitivity.html is a web page, and no notebook"),
    ],
)
def test_the_message_says_what_to_do(graded, fault, words):
    assert words in graded["said"][fault]["numeric_gradient"]


@pytest.mark.parametrize("word", NAMED)
def test_what_may_hide_borrowed_work_is_named_to_the_instructor(graded, word):
    rows = csv.DictReader((graded["out"] / "answers.csv").open(encoding="utf-8", newline=""))
    looks = {row["student"]: row["look"] for row in rows if row["answer"] == "numeric_gradient"}
    assert word in looks[f"named-{word}"].split(", ")
    assert not any(looks[student] for student in (*GOOD, "right-timed", "right-tells where"))


def test_what_cannot_be_read_is_no_mistake_of_an_answer(graded):
    text = (graded["out"] / "index.html").read_text(encoding="utf-8")
    unread, mistakes = text.partition("What to teach again")[::2]
    assert "hw.7z is packed by 7-Zip" in unread.partition("What cannot be read")[2]
    assert "hw.7z" not in mistakes


def test_whoever_loses_points_is_told_why(graded):
    assert not [student for student, said in graded["said"].items() if not all(said.values())]


def test_there_are_faults_of_many_kinds():
    assert len(FAULTS) >= 100
    assert len({fault.student for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("student", GOOD)
def test_those_without_a_fault_get_full_marks(graded, student):
    assert graded["marks"][student] == FULL


def test_everyone_has_a_row_and_nobody_else(graded):
    assert set(graded["marks"]) == {*GOOD, *(fault.student for fault in FAULTS)}


def test_nothing_that_was_handed_in_is_changed(graded):
    assert everything_in(graded["submissions"]) == graded["before"]


def test_no_process_is_left(graded):
    assert processes() <= graded["running"]
