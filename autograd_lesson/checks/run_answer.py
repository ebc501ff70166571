"""Running a learner's code: its result or its exception, in a world put back afterwards."""

from __future__ import annotations

import _thread
import contextlib
import functools
import json
import linecache
import random
import signal
import sys
import sysconfig
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .. import browser
from ..browser import narrow_stack
from ..numpy_or_not import np
from .plain_data import OUT_OF_TIME, Raised, encode


def call(function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """`{"result": ..., "changed": [...]}`: the result, and which arguments the call has changed."""
    before = [json.dumps(encode(argument)) for argument in arguments]
    result = function(*arguments)
    after = [json.dumps(encode(argument)) for argument in arguments]
    changed = [i for i, (b, a) in enumerate(zip(before, after, strict=True)) if b != a]
    return {"result": result, "changed": changed}


def attempt(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """The result of a call, or `Raised` where it raises: for answers that must refuse something."""
    try:
        return function(*arguments, **named)
    except Exception as error:
        raised = describe_error(error)
        if raised.is_stub:
            raise
        return raised


def describe_error(error: BaseException) -> Raised:
    """The exception as data, with the last line of the learner's own code in its traceback."""
    line, source = None, ""
    if isinstance(error.__cause__, StopIteration):  # as what a generator makes a RuntimeError of
        error = error.__cause__
    for frame in traceback.extract_tb(error.__traceback__):
        if is_learners(frame.filename):
            line = frame.lineno
            source = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
    if isinstance(error, OutOfTimeError):
        return Raised(OUT_OF_TIME, "", line, source)
    text = " ".join(str(error).split())
    if isinstance(error, SystemExit):
        text = "it would end Python: leave that call out"
    return Raised(kind_of_error(type(error)), text, line, source)


def kind_of_error(kind: type[BaseException]) -> str:
    """The name of an error; of a class of the learner's own, that of the error it is a kind of."""
    known = (each for each in kind.__mro__ if is_library(each.__module__))
    found = next(known, kind)
    return kind.__name__ if found in (Exception, BaseException) else found.__name__


def is_library(module: str) -> bool:
    """Whether a module is Python's, NumPy's or this package's, not the learner's."""
    own = ("numpy", Path(__file__).parents[1].name)
    return module.partition(".")[0] in (*own, *sys.stdlib_module_names) and module != "__main__"


LIBRARIES = tuple(
    str(Path(folder).resolve())
    for folder in (
        Path(__file__).parents[1],
        sysconfig.get_paths()["stdlib"],
        sysconfig.get_paths()["purelib"],
        sysconfig.get_paths()["platlib"],
        Path(contextlib.__file__).parent,  # in a browser Python's own library is an archive
    )
)


@functools.cache
def is_learners(filename: str) -> bool:
    """Whether code from this file is the learner's: not the package's, not a library's."""
    if filename.startswith("<frozen") or filename.endswith((".pyx", ".pxd", ".pxi")):
        return False
    return not str(Path(filename).resolve()).startswith(LIBRARIES)


@contextlib.contextmanager
def untouched_world() -> Iterator[None]:
    """Put back what a check might disturb: random numbers, the recursion limit, warning filters."""
    state, numpy_state, limit = random.getstate(), np.random.get_state(), sys.getrecursionlimit()
    try:
        with warnings.catch_warnings(), np.errstate(), narrow_stack():
            random.seed(0)
            np.random.seed(0)
            yield
    finally:
        random.setstate(state)
        np.random.set_state(numpy_state)
        sys.setrecursionlimit(limit)


class OutOfTimeError(BaseException):
    """The learner's code ran longer than it may. No `except Exception` catches this."""


ENDS = (Exception, SystemExit, OutOfTimeError)  # what may end an answer


PATIENCE = 6  # seconds on the clock that count as one of work


def stopwatch() -> Callable[[], float]:
    """A function that says how many seconds this process has worked since now.

    On a machine that does much else a right answer takes many seconds on the clock and little work.
    One that only waits is caught by the clock, later.
    """
    clock, work = time.monotonic(), time.process_time()
    return lambda: max(time.process_time() - work, (time.monotonic() - clock) / PATIENCE)


def within(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a call that is stopped by `OutOfTimeError` once it has worked that long.

    Where the call is not made by the main thread nothing is limited: who runs checks there keeps
    the time. (No context manager: an interrupt could strike between its parts.)
    """
    if threading.current_thread() is not threading.main_thread():
        return function(*arguments)
    limited = interrupted if threads_start() else watched
    return limited(seconds, function, *arguments)


@functools.cache
def threads_start() -> bool:
    """Whether Python can start a thread here: in a browser it cannot."""
    try:
        threading.Thread(target=int).start()
    except RuntimeError:
        return False
    return True


def interrupted(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
    """A call that a second thread interrupts as Ctrl-C would, for every system that has threads.

    An answer may catch that. So interrupts come until the call has ended, and from the first on,
    where Python can tell, every jump and call in the learner's own lines is one (see `Strikes`).
    """
    spent, over, armed, expired = stopwatch(), threading.Event(), False, False
    handler, strikes = signal.getsignal(signal.SIGINT), Strikes()
    # It is no function where interrupts are ignored, as in a job that a script runs behind itself.
    pressed_stop = handler if callable(handler) else signal.default_int_handler

    def arrive(number: int, frame: Any) -> None:
        if not expired:
            pressed_stop(number, frame)
        elif armed and (not strikes.struck or is_learners(frame.f_code.co_filename)):
            strikes.begin()
            strikes.struck = True
            raise OutOfTimeError

    def interrupt() -> None:
        nonlocal expired
        while (left := seconds - spent()) > 0:
            if over.wait(left):
                return
        expired = True
        _thread.interrupt_main()
        while not over.wait(0.02):
            _thread.interrupt_main()

    watch = threading.Thread(target=interrupt, daemon=True)
    signal.signal(signal.SIGINT, arrive)
    try:
        watch.start()
        armed = True
        return function(*arguments)
    finally:
        armed = False  # from here on an interrupt that is under way strikes nothing
        strikes.end()
        over.set()
        watch.join()
        signal.signal(signal.SIGINT, signal.SIG_DFL if handler is None else handler)


def watched(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
    """A call whose jumps and calls look at the clock themselves, for where no thread starts."""
    strikes = Strikes(seconds)
    strikes.begin()
    try:
        return function(*arguments)
    finally:
        strikes.end()


class Strikes:
    """`OutOfTimeError` at every jump and call in a learner's own lines once the time is over.

    The package's lines run on, and may put back what they have borrowed; only where nothing has
    been struck for a second they are struck once: what is raised at a jump passes over each `with`
    and `try` of its function. Python tells of jumps and calls from 3.12 on; before, none is struck.
    """

    def __init__(self, seconds: float = 0) -> None:
        """Nothing strikes yet."""
        self.seconds, self.spent, self.next_look = seconds, stopwatch(), 0.0
        self.struck, self.events = False, 0
        self.tool: int | None = None

    def begin(self) -> None:
        """Strike from now on."""
        tools: Any = getattr(sys, "monitoring", None)
        if tools is None or self.tool is not None:
            return
        self.tool = next(each for each in (4, 3) if not tools.get_tool(each))  # a check in a check
        tools.use_tool_id(self.tool, "the time limit of a check")
        for event in (tools.events.JUMP, tools.events.PY_START):
            tools.register_callback(self.tool, event, self.look)
        tools.set_events(self.tool, tools.events.JUMP | tools.events.PY_START)

    def look(self, code: Any, *place: int) -> None:
        """Raise, where it is time; no work is longer than the time on the clock."""
        self.events += 1
        is_next = self.struck or self.events % 32 == 0  # a look at the clock is slow
        if not is_next or time.monotonic() < self.next_look:
            return
        left = self.seconds - self.spent()
        self.next_look = time.monotonic() + left
        is_freeing = code.co_filename == browser.__file__  # which can raise nothing
        is_late = left < -1 and not self.struck and not is_freeing
        if left <= 0 and (is_learners(code.co_filename) or is_late):
            self.struck = True
            raise OutOfTimeError

    def end(self) -> None:
        """Strike no more."""
        tools: Any = getattr(sys, "monitoring", None)
        if self.tool is not None:
            tools.set_events(self.tool, 0)
            tools.free_tool_id(self.tool)
            self.tool = None


def within_by_timer(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
    """The same by a timer of the system, where there is one: it takes less time than a thread, and
    does not count what only waits, so that somebody else has to look at the clock.
    """

    def stop(*given: Any) -> None:
        raise OutOfTimeError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return function(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
