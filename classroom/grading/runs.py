"""The grader's side of a server: start it, hand it a student's steps, keep the time, read facts."""

from __future__ import annotations

import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from classroom.check import folder_of_the_package, why_it_ended
from classroom.grading.answers import Exercise
from classroom.grading.sandbox import MEGABYTE, SIGNALLED
from classroom.grading.server import receive, send
from classroom.notebooks import CourseError

SERVER = Path(__file__).with_name("server.py")
PATIENCE = 6  # seconds on the clock that count as one of work, as in the checks themselves
GRACE = 0.5  # seconds after which whoever does not stop by themselves is stopped
MOST_TOLD, MOST_FACTS = 16 * MEGABYTE, 50_000  # right answers tell two, in some hundreds
TICK = 0.25
TICKS, PAGE = map(os.sysconf, ("SC_CLK_TCK", "SC_PAGE_SIZE")) if hasattr(os, "sysconf") else (1, 1)


class Limits(NamedTuple):
    """What one student's Python may use."""

    seconds: float = 10.0  # of work, for one cell or for one check
    memory: int = 1024 * MEGABYTE  # beyond what it begins with


class Told(NamedTuple):
    """What a run has told: facts in their order, the step it was at, and why it broke off."""

    facts: list[dict[str, Any]]
    step: int = -1
    why: str = ""


class Run:
    """A server, and the runs that it makes one after another."""

    def __init__(self, enclose: bool = True) -> None:
        """Start it, and learn behind which walls it stands."""
        ours, theirs = socket.socketpair()
        package = folder_of_the_package()
        settings = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            [sys.executable, str(SERVER), str(theirs.fileno())],
            cwd="/",
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # Ctrl-C is for whoever has started it
        )
        theirs.close()
        self.connection = ours
        self.ready: set[str] = set()
        told = {
            "path": [package, *(path for path in sys.path if path)],
            "package": package,
            "readable": readable(package),
            "enclose": enclose,
        }
        hello = self.ask(told)
        if hello["enclosed"]:  # where it is out of reach; otherwise the server tidies up
            shutil.rmtree(settings, ignore_errors=True)
        self.sandbox = "namespaces" if hello["enclosed"] else "limits"
        self.why = hello["why"]

    def ask(self, told: Any, files: tuple[int, ...] = ()) -> Any:
        """Send an order, and read what comes back."""
        send(self.connection, told, files)
        return receive(self.connection)[0]

    def load(self, exercise: Exercise) -> None:
        """Have an exercise made ready, once."""
        if exercise.name in self.ready:
            return
        checks = [question.check for question in exercise.questions]
        order = {"do": "load", "exercise": exercise.name, "setup": exercise.setup}
        if error := self.ask(order | {"checks": checks}).get("error"):
            raise CourseError(f"the course's own cells of {exercise.name} do not run: {error}")
        self.ready.add(exercise.name)

    def run(self, exercise: Exercise, steps: list[dict[str, Any]], limits: Limits) -> Told:
        """Do these steps in a Python of their own, which is gone afterwards."""
        self.load(exercise)
        reads, writes = os.pipe()
        begins_with = self.pages()
        most = int(limits.seconds * 2 * len(steps)) + 10  # whoever outlives the grader ends too
        allowed = {"memory": self.size() + limits.memory, "seconds": most}
        with tempfile.TemporaryFile() as job:
            job.write(json.dumps({"steps": steps, "limits": allowed}).encode("ascii"))
            job.seek(0)
            files = (job.fileno(), writes)
            pid = self.ask({"do": "run", "exercise": exercise.name}, files)["pid"]
        os.close(writes)
        try:
            told = listen(reads, limits, lambda: used_by(pid, begins_with))
        finally:
            os.close(reads)
            status = self.ask({"do": "stop"})["status"]
        if told.why == ENDED:
            code = os.waitstatus_to_exitcode(status)
            code = SIGNALLED - code if code > SIGNALLED else code
            return told._replace(why=why_it_ended(code))
        return told

    def size(self) -> int:
        """How much memory the server has addresses for, which each Python begins with."""
        try:
            pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[0]
            return int(pages) * PAGE
        except OSError:
            return 4096 * MEGABYTE

    def pages(self) -> int:
        """The pages of its own that the server has in memory, as far as the system tells."""
        try:
            return own_pages(Path(f"/proc/{self.process.pid}"))
        except (OSError, ValueError):
            return 0

    def close(self) -> None:
        """Have the server end, and whatever it runs."""
        self.connection.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def environment(settings: str) -> dict[str, str]:
    """The variables of a student's Python: nothing of whoever grades."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",  # the same messages on every run
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": settings,
        "IPYTHONDIR": settings,
        "AUTOGRAD_LESSON_PROGRESS": "off",
        "PIP_NO_INDEX": "1",  # or it asks for what cannot be reached, for half a minute
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def readable(package: str) -> list[str]:
    """The folders that a student's Python may read: Python, what is installed, the package."""
    installed = [p for p in sys.path if p.endswith(("site-packages", "dist-packages"))]
    found = [sys.prefix, sys.base_prefix, *installed, f"{package}/autograd_lesson"]
    return [str(Path(path).resolve()) for path in found] + found


ENDED = "ended"


def listen(reads: int, limits: Limits, used: Callable[[], Used]) -> Told:
    """The facts that come, until there are no more or a step takes too much."""
    facts: list[dict[str, Any]] = []
    step, rest, length, most = -1, b"", 0, limits.seconds + GRACE
    clock, work = looked = time.monotonic(), used().seconds  # when the step began, the last look
    while True:
        if select.select([reads], [], [], TICK)[0]:
            part = os.read(reads, 1 << 20)
            if not part:
                return Told(facts, step, ENDED)
            length += len(part)
            if length > MOST_TOLD or len(facts) > MOST_FACTS:
                return Told(facts, step, "told more than any answer has to tell, and was stopped")
            *lines, rest = (rest + part).split(b"\n")
            for fact in filter(None, map(fact_in, lines)):
                if fact.get("end"):
                    return Told(facts, step)
                if type(fact.get("step")) is int:
                    step, (clock, work) = fact["step"], looked
                facts.append(fact)
        if time.monotonic() - looked[0] > TICK:
            now = used()
            looked = time.monotonic(), now.seconds
            if now.memory > limits.memory:
                held = f"{limits.memory // MEGABYTE} MB of memory"
                return Told(facts, step, f"held more than {held} and was stopped")
            if now.seconds - work > most or looked[0] - clock > most * PATIENCE:
                why = f"ran longer than {limits.seconds:g} seconds and was stopped"
                return Told(facts, step, why)


def fact_in(line: bytes) -> dict[str, Any]:
    """What a line tells; a line that tells nothing was written by a student's code."""
    try:
        fact = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return fact if isinstance(fact, dict) else {}


class Used(NamedTuple):
    """What a process and those below it have used: seconds of work, and bytes of memory."""

    seconds: float
    memory: int


def used_by(pid: int, begins_with: int) -> Used:
    """What a student's processes have used, as far as the system tells.

    Of memory counts what each has beyond what it shares with the server when it begins.
    """
    ticks, pages, waiting = 0, 0, [pid]
    while waiting:
        folder = Path(f"/proc/{waiting.pop()}")
        try:
            text = (folder / "stat").read_text(errors="replace")
            ticks += sum(map(int, text.rpartition(")")[2].split()[11:15]))
            pages += max(0, own_pages(folder) - begins_with)
            below = (folder / "task" / folder.name / "children").read_text()
            waiting += map(int, below.split())
        except (OSError, ValueError):  # it has ended, or this is no Linux
            continue
    return Used(ticks / TICKS, pages * PAGE)


def own_pages(folder: Path) -> int:
    """The pages in memory that are of no file, of the process with this folder in /proc."""
    resident, shared = (folder / "statm").read_text().split()[1:3]
    return int(resident) - int(shared)
