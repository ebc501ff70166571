"""Say which answers in a learner's saved notebooks pass.

From the learner's file come the sources of all cells but the checks; the checks come from the
course, so that a check that was edited or deleted counts for nothing. The notebook runs in a fresh
Python of its own (`runner.py`), and whatever goes wrong there costs that notebook alone.
"""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import re
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

from autograd_lesson.learner.log import FILE
from classroom.bar import Bar
from classroom.notebooks import (
    TEXT,
    Cell,
    CourseError,
    binds,
    imports_of_checks,
    names_checked,
    no_answer,
    read_notebook,
    released_exercises,
    statements,
)
from classroom.remembered import Remembered
from classroom.runner import FAILS, NOT_ATTEMPTED

WHOLE = "(the whole notebook)"
CELL_SECONDS = 60  # generous: a check stops an endless answer by itself, after ten seconds
START_SECONDS = 120  # to import everything, on a machine that does other things as well
MOST_WORKERS = 4  # notebooks at once: each may take some hundred megabytes
RUNNER = Path(__file__).with_name("runner.py")


class Result(NamedTuple):
    """What became of one answer, with the message that the notebook shows.

    `mistake` is the check's name for what it saw, where it has one.
    """

    exercise: str
    answer: str
    state: str
    message: str
    mistake: str = ""


class Exercise(NamedTuple):
    """A notebook of the learner's and the one of the course that holds its checks."""

    learners: Path
    released: Path


class Check(NamedTuple):
    """A check of the course: what it checks, and after which cells of the learner's it runs."""

    names: list[str]
    source: str
    places: list[int]


# --- finding the notebooks ----------------------------------------------------------------------


def check_exercises(
    wanted: list[str], course: Path, remembered: Remembered | None = None, afresh: bool = False
) -> list[Result]:
    """The results of all exercises named, in order; a bar on stderr tells how far it is.

    What is remembered of a notebook that has not changed stands, unless all are to run `afresh`.
    """
    named = exercises_to_check(wanted, released_exercises(course), course)
    exercises = list(dict.fromkeys(named))
    workers = min(MOST_WORKERS, available_cores())
    done = Bar([exercise.released.stem for exercise in exercises])
    pool = ThreadPoolExecutor(workers)
    try:
        running = {
            pool.submit(check_one, exercise, None if afresh else remembered): exercise
            for exercise in reversed(exercises)  # the last ones take longest, and go first
        }
        for ended in as_completed(running):
            done.add(running[ended].released.stem)
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        end_all()
        raise
    finally:
        done.close()
    checked = [each.result() for each in reversed(running)]
    if remembered:
        for exercise, one in zip(exercises, checked, strict=True):
            if one.is_settled:
                verdicts = [list(result) for result in one.results]
                remembered.keep(exercise.learners, one.cells, one.loaded, verdicts)
            else:
                remembered.forget(exercise.learners)
        remembered.write()
    return [result for one in checked for result in one.results]


def available_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux: a container has fewer than the machine
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def exercises_to_check(
    wanted: list[str], released: dict[str, Path], course: Path
) -> Iterator[Exercise]:
    """The exercises named by a file, a folder, a number or a name."""
    for word in wanted or [str(course / "exercises")]:
        path = Path(word)
        if path.is_dir():
            for name in released:
                yield Exercise(path / f"{name}.ipynb", released[name])
        elif path.suffix == ".ipynb" and (path.exists() or len(path.parts) > 1):
            if path.stem not in released:
                raise CourseError(f"{word} is no exercise of the course: {', '.join(released)}")
            if path.resolve().parent == (course / "notebooks").resolve():
                path = course / "exercises" / path.name  # those of the lesson that was named
            yield Exercise(path, released[path.stem])
        else:
            name = name_of(word, released)
            yield Exercise(course / "exercises" / f"{name}.ipynb", released[name])


def name_of(word: str, released: Iterable[str]) -> str:
    """The exercise that is called `5`, `05`, `E5`, `05_order_and_accumulation` or without `05_`."""
    wanted = word.removesuffix(".ipynb")
    number = re.fullmatch(r"[eE]?0*(\d+)", wanted)
    for name in released:
        begins, _, rest = name.partition("_")
        if wanted in (name, rest) or (number and int(number[1]) == int(begins)):
            return name
    raise CourseError(f"no exercise is called {word}: {', '.join(released)}")


class Checked(NamedTuple):
    """What became of one exercise, and what that depended on, as far as it is to be remembered."""

    results: list[Result]
    cells: Any = None
    loaded: Sequence[str] = ()
    is_settled: bool = False


def check_one(exercise: Exercise, remembered: Remembered | None = None) -> Checked:
    """The results of one exercise, one for each of its checks."""
    name = exercise.released.stem
    if not exercise.learners.exists():
        message = f"{exercise.learners.name} is not in the folder {exercise.learners.parent.name}"
        return Checked([Result(name, WHOLE, NOT_ATTEMPTED, message)])
    try:
        cells = read_notebook(exercise.learners)
    except CourseError as error:
        return Checked([Result(name, WHOLE, FAILS, str(error))])
    released = read_notebook(exercise.released)
    both = [cells, released, files_beside(exercise.learners)]
    checks, rest = with_released_checks(cells, released)
    if remembered and (known := remembered.verdicts(exercise.learners, both)):
        entry = remembered.held[str(exercise.learners.resolve())]
        return Checked([Result(*each) for each in known], both, entry["loaded"], True)
    ended = run(rest, checks, imports_of_checks(released), exercise.learners.parent)
    texts = read_notebook(exercise.learners, TEXT)
    results = [
        Result(name, ", ".join(check.names), *judged(number, check, rest, texts, ended, name))
        for number, check in enumerate(checks)
    ]
    loaded = [path for path in ended.loaded if not is_installed(path)]
    # What broke off may have lacked memory or time, and is tried again.
    return Checked(results, both, loaded, not ended.why and ended.is_whole)


def files_beside(notebook: Path) -> list[tuple[str, int, int]]:
    """What else lies in the notebook's folder, which its cells may read: names, sizes, times."""
    others = (
        path
        for path in notebook.parent.iterdir()
        if path.is_file() and path.suffix != ".ipynb" and path.name != FILE
    )
    return sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in others)


def is_installed(path: str) -> bool:
    """Whether a file belongs to Python, to what is installed in it, or to the course's package."""
    installed = (sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib"))
    package = Path(folder_of_the_package()) / "autograd_lesson"
    return path.startswith((*installed, str(package), str(RUNNER)))


# --- putting the checks back --------------------------------------------------------------------


def with_released_checks(
    cells: list[Cell], released: list[Cell]
) -> tuple[list[Check], list[str | None]]:
    """The course's checks with their places in the learner's notebook, and the cells to run.

    A check is found by its cell id or, where a program has drawn new ids, by the call it makes.
    What stands there runs too where it is not the check as released: it may hold an answer.
    """
    sources: list[str | None] = [cell.source for cell in cells]
    checks = []
    for theirs in released:
        if "check" in theirs.tags:
            call = statements(theirs.source)
            same = [i for i, cell in enumerate(cells) if statements(cell.source) == call]
            by_id = [i for i, cell in enumerate(cells) if cell.id == theirs.id]
            checks.append(Check(names_checked(call), call, sorted({*same, *by_id})))
            for place in same:
                sources[place] = None
    return checks, sources


# --- running ------------------------------------------------------------------------------------


Said = tuple[str, ...]  # the state of an answer, the message, and the mistake where it has a name


class Ended(NamedTuple):
    """What became of a run: the errors by cell, the verdicts by check, and why it broke off."""

    errors: dict[int, str]
    verdicts: dict[int, Said]
    why: str = ""
    loaded: Sequence[str] = ()  # the files of its modules
    is_whole: bool = True  # no check has ended its Python


def run(cells: list[str | None], checks: list[Check], imports: list[str], folder: Path) -> Ended:
    """Run the notebook; once more for each check that ends its Python, without that check."""
    verdicts: dict[int, Said] = {}  # of those that have ended it
    while True:
        left = [number for number in range(len(checks)) if number not in verdicts]
        asked = [checks[number] for number in left]
        errors, found, step, why = run_once(cells, asked, imports, folder)
        told = {left[number]: verdict for number, verdict in found.items()}
        if not why or step.get("step") != "check":
            break
        verdicts[left[step["number"]]] = FAILS, f"the check did not come to its end: it {why}"
    if why and not step:
        why = "its Python could not be started: run `python3 start.py` once, then try again"
    elif why:
        source = cells[step["place"]] or ""
        line = next((line.strip() for line in source.splitlines() if line.strip()), "")
        why = f"not reached: the cell that begins with `{line[:60]}` {why}"
    return Ended(errors, told | verdicts, why, step.get("loaded", ()), not verdicts)


Step = dict[str, Any]


def run_once(
    cells: list[str | None], checks: list[Check], imports: list[str], folder: Path
) -> tuple[dict[int, str], dict[int, Said], Step, str]:
    """The errors and verdicts of one run, its last step, and why it broke off, or nothing."""
    job = {
        "package": folder_of_the_package(),
        "imports": imports,
        "cells": cells,
        "checks": [check._asdict() for check in checks],
    }
    errors: dict[int, str] = {}
    verdicts: dict[int, Said] = {}
    step: Step = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as settings:
        process = start(settings, folder)
        try:
            facts = facts_of(process, json.dumps(job).encode("ascii"))
            while True:
                fact = facts.get(timeout=CELL_SECONDS if step else START_SECONDS)
                if fact is None:
                    return errors, verdicts, step, why_it_ended(process.wait(timeout=CELL_SECONDS))
                if fact["step"] == "end":
                    return errors, verdicts, fact, ""
                if fact["step"] == "raised":
                    errors[fact["place"]] = fact["message"]
                elif fact["step"] == "verdict":
                    verdicts[fact["number"]] = fact["state"], fact["message"], fact["mistake"]
                else:
                    step = fact
        except (queue.Empty, subprocess.TimeoutExpired):
            why = f"ran longer than {CELL_SECONDS} seconds and was stopped"
            return errors, verdicts, step, why
        finally:
            end(process)


def folder_of_the_package() -> str:
    """Where this program's autograd_lesson lies, whatever lies around the learner's notebook."""
    spec = importlib.util.find_spec("autograd_lesson")
    if spec is None or spec.origin is None:
        raise CourseError("autograd_lesson is not installed: run `python3 start.py` once")
    return str(Path(spec.origin).parents[1])


STARTING = threading.Lock()
STARTED: set[subprocess.Popen[bytes]] = set()  # and not ended yet
STOPPED = threading.Event()


def start(settings: str, folder: Path) -> subprocess.Popen[bytes]:
    """A Python for one notebook, in the learner's folder; none once all have been ended."""
    settled = {
        "IPYTHONDIR": settings,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # figures go into cells
        "AUTOGRAD_LESSON_PROGRESS": "off",
    }
    with STARTING:
        if STOPPED.is_set():
            raise CourseError("Stopped.")
        process = subprocess.Popen(
            [sys.executable, str(RUNNER)],
            cwd=folder,
            env=os.environ | settled,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # its own children end with it
        )
        STARTED.add(process)
    return process


def end_all() -> None:
    """End every Python that was started, and start no more: Ctrl-C does not reach them."""
    with STARTING:
        STOPPED.set()
        for process in list(STARTED):
            end(process)


def facts_of(process: subprocess.Popen[bytes], job: bytes) -> queue.Queue[Step | None]:
    """Hand the job over; what the process tells, as it comes, and None once it tells no more."""
    facts: queue.Queue[Step | None] = queue.Queue()

    def listen() -> None:
        assert process.stdin and process.stdout
        try:
            with process.stdin:
                process.stdin.write(job)
            with process.stdout:
                for line in process.stdout:
                    fact = json.loads(line)
                    said = fact.get("message", "")  # with half a letter, which no file takes
                    facts.put(fact | {"message": said.encode("utf-8", "replace").decode("utf-8")})
        except (OSError, ValueError):  # it ended in the middle of a line, or was ended here
            pass
        facts.put(None)

    threading.Thread(target=listen, daemon=True).start()
    return facts


def why_it_ended(status: int) -> str:
    """Why a Python that was not done is no more, from its status."""
    if status < 0:
        names = {one.value: one.name for one in signal.Signals}
        causes = {
            "SIGKILL": "out of memory?",
            "SIGSEGV": "a recursion without an end, with a limit that was raised?",
        }
        name = names.get(-status, str(-status))
        cause = f", {causes[name]}" if name in causes else ""
        return f"ended its Python (killed by {name}{cause})"
    return f"ended its Python (status {status}: out of memory, or a call such as os._exit)"


def end(process: subprocess.Popen[bytes]) -> None:
    """End the process, and on POSIX what it has started."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # all of it has ended by itself
            pass
    process.kill()
    process.wait()
    STARTED.discard(process)


# --- judging ------------------------------------------------------------------------------------


def judged(
    number: int,
    check: Check,
    cells: list[str | None],
    texts: Sequence[Cell],
    ended: Ended,
    exercise: str,
) -> Said:
    """The state of one answer, and the message: a check that has not told its verdict has none."""
    if number in ended.verdicts:
        return ended.verdicts[number]
    meant = [
        place
        for place, source in enumerate(cells)
        if source and any(binds(source, name) for name in check.names)
    ]
    errors = [ended.errors[place] for place in meant if place in ended.errors]
    if errors:  # the cell with the answer raises before there is one
        return FAILS, errors[0]
    if meant and ended.why:
        return FAILS, ended.why
    return NOT_ATTEMPTED, no_answer(check.names, texts, exercise)
