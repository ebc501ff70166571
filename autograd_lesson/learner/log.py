"""What a learner has done, a line of JSON for each thing, in one file beside their notebooks.

The file is only ever added to, each line by one write: two kernels at once lose nothing, and who is
ended in the middle of a line loses that line at most. It is read line by line, so that what is
damaged, or written by a newer course, costs itself alone. It stays on the learner's own disk, and
is no evidence: anybody can write a line.

Only a learner's kernel keeps it: one that JupyterLab, VS Code or JupyterLite has started for a
notebook. Builds, tests and grading read and write nothing, so that they see the same each time.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FILE = "progress.jsonl"
WHERE = "AUTOGRAD_LESSON_PROGRESS"  # names another file, or is "off"
VERSION = 1
LONGEST = 500  # characters of one text in it
LOCKED = 2**31 - 2  # the byte that writers on Windows lock: far behind the last one

# What a line of each kind holds, beside its version, its time and its kind.
KINDS: dict[str, dict[str, type]] = {
    "check": {"exercise": str, "answer": str, "state": str, "mistake": str},
    "prediction": {
        "lesson": str,
        "prompt": str,
        "predicted": str,
        "came_out": str,
        "right": bool,
        "mistake": str,
    },
    "question": {"mistake": str, "right": bool, "given": str},
    "route": {"begins": str},
}
# What some of these texts have to be.
STATES = ("pass", "fail", "not attempted")
NUMBER = re.compile(r"[0-9]{2}")
LATEST = 2**33  # in the year 2242: later ones do not fit into what is reckoned with dates


class Log(NamedTuple):
    """What the file says: its events, oldest first, and a sentence where some could not be read."""

    events: list[dict[str, Any]]
    trouble: str = ""


def note_check(exercise: str, answer: str, state: str, mistake: str = "") -> None:
    """Note what a check said: "pass", "fail" or "not attempted", and the mistake that it saw."""
    note("check", exercise=exercise, answer=answer, state=state, mistake=mistake)


def note_prediction(
    lesson: str, prompt: str, predicted: str, came_out: str, right: bool, mistake: str = ""
) -> None:
    """Note what was predicted at a prompt of a lesson, what came out, and the mistake in it."""
    facts = {"predicted": str(predicted), "came_out": str(came_out), "right": bool(right)}
    note("prediction", lesson=lesson, prompt=prompt, mistake=mistake, **facts)


def note_question(mistake: str, right: bool, given: str = "", **where: str | int) -> None:
    """Note how a question went, by the mistake that it is about, and where it stood on a sheet."""
    note("question", mistake=mistake, right=bool(right), given=str(given), **where)


def note_route(begins: str) -> None:
    """Note the lesson that the learner's way begins with."""
    note("route", begins=begins)


def note(kind: str, **facts: Any) -> None:
    """Add one event to the file, if there is a learner; where that fails, say so once."""
    if (path := file()) is None:
        return
    event = {"version": VERSION, "time": round(time.time(), 3), "kind": kind}
    for name, fact in facts.items():
        event[name] = fact[:LONGEST] if isinstance(fact, str) else fact
    try:
        append(path, json.dumps(event))
    except OSError as error:
        say_once(f"Your progress is not kept: {reason(path, error)}. All else works.")


def append(path: Path, line: str) -> None:
    """Write the line behind all that is there, in one piece; it begins with the line's end.

    A line that was cut off before is ended by it, and costs no other.
    """
    data = b"\n" + line.encode("ascii")
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags, 0o644), "ab", buffering=0) as target, alone(target.fileno()):
        written = target.write(data)
    if written != len(data):
        raise OSError(f"only {written} of {len(data)} bytes could be written")


@contextmanager
def alone(descriptor: int) -> Iterator[None]:
    """Let no other process write meanwhile: Windows goes to the end and writes in two moves."""
    if os.name != "nt":  # elsewhere O_APPEND makes one move of it
        yield
        return
    import msvcrt

    lock: Any = msvcrt  # its names are unknown to a type checker on other systems
    os.lseek(descriptor, LOCKED, os.SEEK_SET)
    lock.locking(descriptor, lock.LK_LOCK, 1)
    try:
        yield
    finally:
        os.lseek(descriptor, LOCKED, os.SEEK_SET)
        lock.locking(descriptor, lock.LK_UNLCK, 1)


def read() -> Log:
    """What this learner's file says; nothing where there is no learner, or no file yet."""
    path = file()
    return read_file(path) if path else Log([])


def read_file(path: Path) -> Log:
    """What a file says, whatever has become of it."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return Log([])
    except OSError as error:
        return Log([], f"Your progress cannot be read: {reason(path, error)}.")
    found, damaged, newer = [], 0, 0
    for line in filter(bytes.strip, lines):
        event = event_in(line)
        if event is None:
            damaged += 1
        elif event["version"] > VERSION or event["kind"] not in KINDS:
            newer += 1
        else:
            found.append(event)
    sentences = []
    if damaged:
        many = "1 line is" if damaged == 1 else f"{damaged} lines are"
        sentences.append(f"{many} damaged in {path.name}, and passed over.")
    if newer:
        many = "1 line" if newer == 1 else f"{newer} lines"
        told = f"{many} of {path.name} can be read only by a newer course: `git pull` fetches it."
        sentences.append(told)
    return Log(found, " ".join(sentences))


def event_in(line: bytes) -> dict[str, Any] | None:
    """The event in a line, or None where it is damaged."""
    try:
        event = json.loads(line)
        kind, version, moment = event["kind"], event["version"], event["time"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return None
    if not (type(kind) is str and type(version) is int and type(moment) in (int, float)):
        return None
    if version < 1:
        return None
    if version > VERSION or kind not in KINDS:
        return event
    is_sound = 0 <= moment < LATEST and all(
        type(event.get(name)) is each for name, each in KINDS[kind].items()
    )
    return event if is_sound and is_known(event) else None


def is_known(event: dict[str, Any]) -> bool:
    """Whether the lesson and the state that an event names are such, and its texts can be shown."""
    texts = "".join(text for text in event.values() if type(text) is str)
    if any("\ud800" <= letter <= "\udfff" for letter in texts):  # half of a letter
        return False
    if event["kind"] == "check":
        return event["state"] in STATES
    return event["kind"] != "route" or bool(NUMBER.fullmatch(event["begins"]))


def reason(path: Path, error: OSError) -> str:
    """Why the file cannot be written or read, in a few words."""
    return f"{path} ({error.strerror or error})"


@cache
def say_once(sentence: str) -> None:
    """Print a sentence, unless this process has."""
    print(sentence)


def file() -> Path | None:
    """The file of the learner who works in this kernel; None where nobody does."""
    wanted = os.environ.get(WHERE)
    if wanted:
        return None if wanted == "off" else Path(wanted)
    folder = notebook_folder()
    return None if folder is None else course_of(folder) / FILE


def notebook_folder() -> Path | None:
    """The folder of the notebook that a person has open here; None in any other process."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    named = shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    if named:
        return Path(str(named)).absolute().parent
    return Path.cwd() if sys.platform == "emscripten" else None


def course_of(folder: Path) -> Path:
    """The course that a folder is in: around its lessons and exercises; else the folder itself."""
    for each in (folder, *folder.parents):
        if (each / "exercises").is_dir() and (each / "notebooks").is_dir():
            return each
    return folder
