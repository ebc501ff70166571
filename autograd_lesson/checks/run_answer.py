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

import numpy as np

from .plain_data import Raised, encode


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
    for frame in traceback.extract_tb(error.__traceback__):
        if is_learners(frame.filename):
            line = frame.lineno
            source = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
    text = " ".join(str(error).split())
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
    )
)


@functools.cache
def is_learners(filename: str) -> bool:
    """Whether code from this file is the learner's: not the package's, not a library's."""
    if filename.startswith("<frozen"):
        return False
    return not str(Path(filename).resolve()).startswith(LIBRARIES)


@contextlib.contextmanager
def untouched_world() -> Iterator[None]:
    """Put back what a check might disturb: random numbers, the recursion limit, warning filters."""
    state, numpy_state, limit = random.getstate(), np.random.get_state(), sys.getrecursionlimit()
    try:
        with warnings.catch_warnings(), np.errstate():
            random.seed(0)
            np.random.seed(0)
            yield
    finally:
        random.setstate(state)
        np.random.set_state(numpy_state)
        sys.setrecursionlimit(limit)


class OutOfTimeError(BaseException):
    """The learner's code ran longer than it may. No `except Exception` catches this."""


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

    A second thread interrupts the main one as Ctrl-C would, which works on every system. Where the
    call is not made by the main thread nothing is limited: who runs checks there keeps the time.
    (No context manager: an interrupt could strike between its parts.)
    """
    if threading.current_thread() is not threading.main_thread():
        return function(*arguments)
    lock, over, expired = threading.Lock(), threading.Event(), False
    spent = stopwatch()
    handler = signal.getsignal(signal.SIGINT)
    if handler in (signal.SIG_IGN, signal.SIG_DFL):  # as in a job that a script runs behind itself
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt() -> None:
        nonlocal expired
        while (left := seconds - spent()) > 0:
            if over.wait(left):
                return
        with lock:
            if not over.is_set():
                expired = True
                _thread.interrupt_main()

    watch = threading.Thread(target=interrupt, daemon=True)
    try:
        try:
            watch.start()
            return function(*arguments)
        finally:
            with lock:
                over.set()
            if expired:  # an interrupt still under way is to arrive here, not later
                time.sleep(0.05)
            if handler in (signal.SIG_IGN, signal.SIG_DFL):
                signal.signal(signal.SIGINT, handler)
    except KeyboardInterrupt as interrupted:
        if not expired:  # the learner pressed stop
            raise
        raise OutOfTimeError().with_traceback(interrupted.__traceback__) from None
