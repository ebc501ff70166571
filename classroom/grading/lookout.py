"""What a student's code does and no answer needs: told as it happens, by whatever name it is done.

Nothing that is done afterwards takes it back: the grader has it by then. It costs no points, since
only whoever reads the code can tell a thread that waits from one that has the package do the work.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograd_lesson.checks.own_work import PACKAGE
from autograd_lesson.checks.run_answer import is_learners

EVENTS = {  # of Python's audit
    "gc.get_objects": "gc",
    "gc.get_referrers": "gc",
    "gc.get_referents": "gc",
    "ctypes.dlopen": "ctypes",
    "sys._getframe": "frames",
    "sys._current_frames": "frames",
    "sys.setprofile": "setprofile",
    "sys.settrace": "settrace",
    "os.fork": "fork",
    "os.forkpty": "fork",
    "os.posix_spawn": "program",
    "os.system": "program",
    "subprocess.Popen": "program",
}
THREAD = "_thread.start_new_thread"  # which Python tells itself only in newer forms
EVENTS[THREAD] = "thread"
STARTERS = [
    *((_thread, name) for name in ("start_new_thread", "start_new", "start_joinable_thread")),
    *((threading, name) for name in ("_start_new_thread", "_start_joinable_thread")),
]
FRAMES = {"tb_frame", "gi_frame", "cr_frame", "ag_frame"}
DOORS = {  # modules of Python by which one gets there, which others use for themselves
    *("asyncio", "concurrent", "ctypes", "inspect", "io", "multiprocessing", "os", "pathlib"),
    *("shutil", "subprocess", "threading", __name__.partition(".")[0]),
}
SOURCE = "source"
DOORS_TO = {SOURCE: DOORS | {"IPython"}}  # whose `open` stands for Python's
OURS = str(Path(__file__).parent)


def look_out(tell: Callable[[str], None], own_work: Any) -> None:
    """From now on tell each kind of such a thing once; there is no way to end that.

    Whoever notices borrowed work by `own_work` looks on in threads as well.
    """
    told: set[str] = set()
    is_looking = False

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal is_looking
        kind = EVENTS.get(event) or by_argument(event, arguments)
        if kind is None or kind in told or is_looking:
            return
        is_looking = True  # since to look at frames is such a thing
        try:
            if is_done_by_student(sys._getframe(1), DOORS_TO.get(kind, DOORS)):
                told.add(kind)
                tell(kind)
        finally:
            is_looking = False

    def look_along(frame: Any, event: str, called: Any) -> None:
        for each in tuple(own_work.WATCHERS):
            each(frame, event, called)

    sys.addaudithook(look)
    own_work.SITES.append(Path(OURS))  # what is done here is no student's
    for module, name in STARTERS:
        if start := getattr(module, name, None):
            setattr(module, name, watched(start, look, look_along))


def watched(
    start: Callable[..., Any], look: Callable[..., None], profile: Callable[..., None]
) -> Callable[..., Any]:
    """A function that starts threads as this one does, with a profile function in each."""

    def started(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
        def run(*arguments: Any, **more: Any) -> Any:
            while sys.getprofile() is None:
                with contextlib.suppress(RuntimeError):  # another thread is just being given one
                    sys.setprofile(profile)
            return function(*arguments, **more)

        look(THREAD, ())
        return start(run, *given, **named)

    return started


def by_argument(event: str, arguments: tuple[Any, ...]) -> str | None:
    """The kind of an event that is none of those for itself."""
    if event == "object.__getattr__":
        return "frames" if arguments[1] in FRAMES else None
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        path = os.fsdecode(arguments[0])
        return SOURCE if path.startswith(str(PACKAGE)) and path.endswith(".py") else None
    return None


def is_done_by_student(frame: Any, doors: set[str]) -> bool:
    """Whether a student's own lines have done this, themselves or by way of these doors."""
    while frame and not is_students(frame.f_code.co_filename):
        if str(frame.f_globals.get("__name__")).partition(".")[0] not in doors:
            return False
        frame = frame.f_back
    return frame is not None


def is_students(filename: str) -> bool:
    """Whether a student has written the code from this file."""
    return is_learners(filename) and not filename.startswith(OURS)
