"""What a learner has done is kept, whatever becomes of the processes and of the file."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograd_lesson.checks import CheckFailed, NotAttempted
from autograd_lesson.checks.e00_start_here import check_midpoint
from autograd_lesson.learner import log

ROOT = Path(__file__).parents[1]


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A learner's file, and no sentence said yet."""
    monkeypatch.setenv(log.WHERE, str(tmp_path / "progress.jsonl"))
    log.say_once.cache_clear()
    return tmp_path / "progress.jsonl"


def facts(event):
    return {name: fact for name, fact in event.items() if name not in ("version", "time")}


def test_each_verdict_of_a_check_is_noted_with_its_exercise(file, capsys):
    def stub(a, b):
        raise NotImplementedError("your turn")

    with pytest.raises(NotAttempted):
        check_midpoint(stub)
    with pytest.raises(CheckFailed):
        check_midpoint(lambda a, b: a + b)
    check_midpoint(lambda a, b: (a + b) / 2)
    assert "checks pass" in capsys.readouterr().out
    noted = log.read().events
    assert [event["state"] for event in noted] == ["not attempted", "fail", "pass"]
    assert {(event["exercise"], event["answer"]) for event in noted} == {("00", "midpoint")}


@pytest.mark.parametrize("draw", range(3))
def test_a_mistake_has_one_name_whatever_numbers_are_drawn(draw):
    def names_of(check, answer):
        cases = check.draw(draw)
        return check.verdict(cases, check.outcomes(answer, cases)).mistake

    halved_too_early = names_of(check_midpoint, lambda a, b: a + b / 2)
    assert halved_too_early == "is-plus-half-of-the-division-is-done-before-the-sum"
    assert names_of(check_midpoint, lambda a, b: a + b) == "this-is-the-sum-half-of-it-is-asked-for"
    assert names_of(check_midpoint, lambda a, b: a + b + 1e3).startswith("it-should-lie-as-far")
    assert names_of(check_midpoint, lambda a, b: {}[a]) == "raises-KeyError"
    assert names_of(check_midpoint, lambda a, b: (a + b) / 2) == ""


def test_predictions_and_questions_are_read_as_they_were_noted(file):
    before = time.time()
    log.note_prediction("05", "a-under-bfs", "45", "35", False, "M1")
    log.note_question("M4", True, "= for +=")
    prediction, question = log.read().events
    assert facts(prediction) == {
        "kind": "prediction",
        "lesson": "05",
        "prompt": "a-under-bfs",
        "predicted": "45",
        "came_out": "35",
        "right": False,
        "mistake": "M1",
    }
    assert facts(question) == {
        "kind": "question",
        "mistake": "M4",
        "right": True,
        "given": "= for +=",
    }
    assert before - 1 <= prediction["time"] <= time.time() + 1


WRITER = """
import sys
from autograd_lesson.learner import note_question
print("begun", flush=True)
for number in range(int(sys.argv[2])):
    note_question(sys.argv[1], True, f"{number} " + "x" * (number % 400))
"""


def writer(name, count, file):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, name, str(count)],
        cwd=ROOT,
        env=os.environ | {log.WHERE: str(file)},
        stdout=subprocess.PIPE,
    )


@pytest.mark.slow
def test_several_processes_at_once_lose_nothing(file):
    writers = [writer(name, 500, file) for name in "abc"]
    for each in writers:
        each.communicate(timeout=60)
    found = log.read()
    assert found.trouble == ""
    for name in "abc":
        texts = [event["given"] for event in found.events if event["mistake"] == name]
        assert [int(text.split()[0]) for text in texts] == list(range(500))
        assert all(len(t.partition(" ")[2]) == n % 400 for n, t in enumerate(texts))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="only on POSIX: there is no kill -9 on Windows")
def test_a_process_that_is_killed_while_it_writes_loses_nothing_of_others(file):
    other = writer("other", 2000, file)
    for _ in range(5):
        victim = writer("victim", 10**6, file)
        victim.stdout.readline()
        time.sleep(0.02)
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
    other.communicate(timeout=60)
    log.note_question("after", True)
    events = log.read().events
    assert sum(event["mistake"] == "other" for event in events) == 2000
    assert any(event["mistake"] == "victim" for event in events)
    assert events[-1]["mistake"] == "after"


def test_a_line_that_was_cut_off_costs_no_other(file):
    log.note_question("before", True)
    file.write_bytes(file.read_bytes() + b'\n{"version": 1, "kind": "que')
    log.note_question("after", True)
    found = log.read()
    assert [event["mistake"] for event in found.events] == ["before", "after"]
    assert found.trouble == "1 line is damaged in progress.jsonl, and passed over."


SOUND = {"version": 1, "time": 1.7e9, "kind": "question", "mistake": "M1", "right": True}
SOUND |= {"given": "7"}
ROUTE = {"version": 1, "time": 1, "kind": "route"}
CHECK = {"version": 1, "time": 1, "kind": "check", "exercise": "05", "answer": "f", "mistake": ""}


@pytest.mark.parametrize(
    "damage",
    [
        b"\x00" * 300,
        b"\xff\xfe\x00binary",
        b"<<<<<<< HEAD",
        b"[]",
        b"null",
        b"17",
        b'"text"',
        b"{}",
        b"[" * 100_000,
        b'{"version": ' + b"9" * 5000 + b"}",
        json.dumps(SOUND | {"version": "1"}).encode(),
        json.dumps(SOUND | {"version": True}).encode(),
        json.dumps(SOUND | {"kind": ["question"]}).encode(),
        json.dumps(SOUND | {"time": "yesterday"}).encode(),
        json.dumps(SOUND | {"time": float("nan")}).encode(),
        json.dumps(SOUND | {"time": -1.0}).encode(),
        json.dumps(SOUND | {"time": 1e300}).encode(),
        json.dumps(SOUND | {"time": 2**40 - 1}).encode(),
        json.dumps(SOUND | {"time": 253402300799}).encode(),  # the last second of the year 9999
        json.dumps(SOUND | {"version": 0}).encode(),
        json.dumps(SOUND | {"given": "\ud800"}).encode(),
        json.dumps(ROUTE | {"begins": "zz"}).encode(),
        json.dumps(ROUTE | {"begins": ""}).encode(),
        json.dumps(ROUTE | {"begins": "5"}).encode(),
        json.dumps(ROUTE | {"begins": "\u0665\u0665"}).encode(),
        json.dumps(ROUTE | {"begins": "05\n"}).encode(),
        json.dumps(CHECK | {"state": "passed"}).encode(),
        json.dumps(SOUND | {"right": "yes"}).encode(),
        json.dumps(SOUND | {"mistake": None}).encode(),
        json.dumps({name: SOUND[name] for name in SOUND if name != "given"}).encode(),
        json.dumps(SOUND).encode()[:-1],
    ],
)
def test_a_damaged_line_is_passed_over_and_told_of(file, damage):
    sound = json.dumps(SOUND).encode()
    file.write_bytes(sound + b"\n" + damage + b"\r\n" + sound)
    found = log.read()
    assert found.events == [SOUND, SOUND]
    assert found.trouble == "1 line is damaged in progress.jsonl, and passed over."


@pytest.mark.parametrize(
    "newer", [{"version": 2, "right": 0.5}, {"kind": "essay"}, {"version": 7, "kind": "essay"}]
)
def test_a_line_of_a_newer_course_is_kept_and_told_of(file, newer):
    line = json.dumps(SOUND | newer).encode()
    file.write_bytes(line)
    log.note_question("M2", True)
    found = log.read()
    assert [event["mistake"] for event in found.events] == ["M2"]
    assert "1 line of progress.jsonl can be read only by a newer course" in found.trouble
    assert line in file.read_bytes()


def test_what_a_line_has_beyond_what_is_known_does_no_harm(file):
    file.write_text(json.dumps(SOUND | {"mood": "good"}))
    assert log.read().events == [SOUND | {"mood": "good"}] and log.read().trouble == ""


def test_without_a_file_nothing_is_known_and_nothing_is_wrong(file):
    assert log.read() == ([], "")


def test_a_file_that_cannot_be_written_costs_one_sentence(file, capsys):
    file.mkdir()  # also root may not write here
    for _ in range(3):
        check_midpoint(lambda a, b: (a + b) / 2)
    said = capsys.readouterr().out.splitlines()
    told = [line for line in said if "progress" in line]
    assert len(told) == 1 and "Your progress is not kept: " in told[0] and str(file) in told[0]
    assert len(said) == 4
    assert "Your progress cannot be read: " in log.read().trouble


def test_a_folder_that_is_gone_costs_one_sentence(file, monkeypatch, capsys):
    monkeypatch.setenv(log.WHERE, str(file.parent / "gone" / "progress.jsonl"))
    log.note_question("M1", True)
    assert capsys.readouterr().out.count("Your progress is not kept") == 1


def test_a_full_disk_costs_one_sentence_and_what_fits_is_read(file, monkeypatch, capsys):
    log.note_question("M1", True)

    class Full:
        def __init__(self, descriptor, *settings, **more):
            self.fileno = lambda: descriptor

        def __enter__(self):
            return self

        def __exit__(self, *error):
            os.close(self.fileno())

        def write(self, data):
            return os.write(self.fileno(), data[:10])

    monkeypatch.setattr(log, "open", Full, raising=False)
    log.note_question("M2", True)
    assert "only 10 of" in capsys.readouterr().out
    monkeypatch.undo()
    monkeypatch.setenv(log.WHERE, str(file))
    log.note_question("M3", True)
    assert [event["mistake"] for event in log.read().events] == ["M1", "M3"]


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EIO])
def test_whatever_the_system_says_is_a_sentence(file, monkeypatch, capsys, code):
    def refuse(*arguments):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(log, "append", refuse)
    log.note_question("M1", True)
    assert os.strerror(code) in capsys.readouterr().out


def test_a_long_text_is_cut(file):
    log.note_question("M1", True, "x" * 10**6)
    assert len(log.read().events[0]["given"]) == log.LONGEST
    assert file.stat().st_size < 1000


# --- whose work it is ---------------------------------------------------------------------------


@pytest.fixture
def kernel(monkeypatch):
    """A kernel as a front end starts it, with no word from outside on where to write."""
    shell = SimpleNamespace(kernel=object(), user_ns={})
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.delenv(log.WHERE, raising=False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    return shell


def test_a_notebook_in_jupyterlab_has_its_file_in_the_course(kernel, monkeypatch, tmp_path):
    for folder in ("exercises", "notebooks"):
        (tmp_path / "course" / folder).mkdir(parents=True)
    notebook = tmp_path / "course" / "exercises" / "05.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    assert log.file() == tmp_path / "course" / "progress.jsonl"
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "elsewhere" / "05.ipynb"))
    assert log.file() == tmp_path / "elsewhere" / "progress.jsonl"


def test_a_notebook_in_vs_code_has_its_file_beside_it(kernel, tmp_path):
    kernel.user_ns["__vsc_ipynb_file__"] = str(tmp_path / "05.ipynb")
    assert log.file() == tmp_path / "progress.jsonl"


def test_a_page_without_a_server_has_its_file_where_its_notebooks_are(
    kernel, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    assert log.file() is None
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert log.file() == tmp_path / "progress.jsonl"


def test_a_kernel_that_no_front_end_has_started_keeps_nothing(kernel, monkeypatch):
    assert log.file() is None
    assert log.read() == ([], "")


def test_a_program_that_a_notebook_starts_keeps_nothing(kernel, monkeypatch, tmp_path):
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "05.ipynb"))
    del kernel.kernel  # IPython without a front end, as grading has it
    assert log.file() is None
    monkeypatch.delitem(sys.modules, "IPython")
    assert log.file() is None


def test_a_word_from_outside_turns_it_off(kernel, monkeypatch, tmp_path):
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "05.ipynb"))
    monkeypatch.setenv(log.WHERE, "off")
    assert log.file() is None
