"""Run the cells of one notebook and the course's checks between them, in a process of its own.

The program reads what to run from its input and tells what became of each step by a line of JSON
on what was its output when it began. Whatever the learner's code does to the process, or to the
tools that this file uses, no step counts as well ended unless this file has said so.
"""

from __future__ import annotations

import builtins
import io
import json
import math
import os
import random
import re
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy

PASSES, NOT_ATTEMPTED, FAILS = "passes", "not attempted yet", "fails"
MOST = 20_000  # characters of what a check has printed, or of an error
WRITER = (json.encoder, json.JSONEncoder)
OURS = (builtins, json, *WRITER, math, numpy, random, re, time)  # a step needs them


def main() -> None:
    """Run the notebook that is described on the input, and end whatever it has left running."""
    tell, job = channel()
    sys.path[0] = job["package"]
    from autograd_lesson import checks  # before any code of the learner's

    bound: dict[str, Any] = {}
    exec("\n".join(job["imports"]), bound)  # the course's own lines
    sys.path[0], sys.argv = "", [""]
    Notebook(tell, job["checks"], bound, checks).run(job["cells"])
    tell(step="end", loaded=loaded())
    os._exit(0)


def loaded() -> list[str]:
    """The files of all modules that are loaded, as far as they say."""
    modules = [vars(one) for one in list(sys.modules.values()) if type(one) is type(sys)]
    return [name for each in modules if type(name := each.get("__file__")) is str]


def channel() -> tuple[Callable[..., None], dict[str, Any]]:
    """A function that tells the caller things, and what the caller wants; print goes nowhere."""
    job = json.load(sys.stdin.buffer)
    told, nowhere = os.dup(1), os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    encode, write, process, own = json.JSONEncoder().encode, os.write, os.getpid, os.getpid()

    def tell(**fact: Any) -> None:
        line = encode(fact).encode("ascii") + b"\n"
        while line and process() == own:  # a process that the learner forked stays silent
            line = line[write(told, line) :]

    return tell, job


class Notebook:
    """A notebook under way: its shell, and the checks with what has become of them."""

    def __init__(
        self, tell: Callable[..., None], checks: list[dict], bound: dict[str, Any], classes: Any
    ) -> None:
        """Make a shell in which nothing has run, and keep what the learner's code may change."""
        self.tell, self.checks, self.bound = tell, checks, bound
        self.verdicts = ((classes.NotAttempted, NOT_ATTEMPTED), (classes.CheckFailed, FAILS))
        self.shell = new_shell()
        builtins.input = refuse_input
        self.kept = as_they_are()
        self.untried: dict[int, list[Any]] = {}  # by check: the answer it found to be a stub

    def run(self, cells: list[str | None]) -> None:
        """Run the cells in order (None: a check stands there), and each check at its places.

        A check whose answer comes only later, or was a stub that has been replaced since, runs in
        the end.
        """
        done = set()
        for place, source in enumerate(cells):
            if source is not None:
                self.run_cell(place, source)
            for number, check in enumerate(self.checks):
                if place in check["places"] and self.answers(check) is not None:
                    self.run_check(number)
                    done.add(number)
        for number, check in enumerate(self.checks):
            found, stubs = self.answers(check), self.untried.get(number, [])
            is_another = any(one is not stub for one, stub in zip(found or [], stubs, strict=False))
            if found is not None and (number not in done or is_another):
                self.run_check(number)

    def answers(self, check: dict) -> list[Any] | None:
        """What the names that are checked stand for, or None where one stands for nothing."""
        names = self.shell.user_ns
        is_there = all(name in names for name in check["names"])
        return [names[name] for name in check["names"]] if is_there else None

    def run_cell(self, place: int, source: str) -> None:
        """Run one cell as a notebook does, and tell what it raised."""
        self.tell(step="cell", place=place)
        put_back(self.kept)
        try:
            result = self.shell.run_cell(source, store_history=True)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as raised:  # the learner's code reaches into the shell as well
            error = raised
        if error is not None:
            self.tell(step="raised", place=place, message=sentence(error))

    def run_check(self, number: int) -> None:
        """Call one check, and tell its verdict: it passes only by returning."""
        check = self.checks[number]
        self.tell(step="check", number=number)
        printed = put_back(self.kept)
        self.untried.pop(number, None)
        answers = self.answers(check)
        assert answers is not None
        names, mistake = self.bound | dict(zip(check["names"], answers, strict=True)), ""
        try:
            exec(check["source"], names)
        except BaseException as error:
            kinds = (state for kind, state in self.verdicts if isinstance(error, kind))
            state = next(kinds, None)
            message = text_of(error) if state else sentence(error)
            mistake = str(vars(error).get("mistake", "")) if state else ""
            if state == NOT_ATTEMPTED:
                self.untried[number] = answers
        else:
            state, message = PASSES, printed.getvalue().strip()
        told = {"state": state or FAILS, "message": message, "mistake": mistake}
        self.tell(step="verdict", number=number, **told)


Kept = list[tuple[Any, dict[str, Any]]]


def as_they_are(*more: Any) -> Kept:
    """What the modules that a step needs hold now, and these modules and classes."""
    return [(each, dict(vars(each))) for each in (*OURS, *more)]


def put_back(kept: Kept) -> Printed:
    """Undo what would disturb the next step; what that one prints goes into the result."""
    for each, names in kept:
        for name, held in names.items():
            if getattr(each, name, each) is not held and name != "__dict__":
                setattr(each, name, held)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # by which a check ends a loop
    printed = sys.stdout = sys.stderr = Printed()
    return printed


class Printed(io.StringIO):
    """What is printed, up to a length; what a program prints by itself goes nowhere."""

    encoding = "utf-8"

    def fileno(self) -> int:
        """The file that programs are given to print to."""
        return 1

    def write(self, text: str) -> int:
        """Keep the text while there is room."""
        if self.tell() < MOST:
            super().write(text[:MOST])
        return len(text)


def new_shell() -> Any:
    """IPython without a terminal, a history, a window, or a traceback for each error."""
    from IPython.core.compilerop import CachingCompiler
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    folder = os.environ["IPYTHONDIR"]

    class Compiler(CachingCompiler):
        def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
            return os.path.join(folder, f"cell-{number}.py")  # found from any working directory

    class Shell(InteractiveShell):
        def enable_gui(self, gui: str | None = None) -> None:
            """There is no window here."""

        def ask_exit(self) -> None:
            raise SystemExit

        def system(self, cmd: str) -> None:
            """Run a line of the shell, without a terminal, which a sandbox has none of."""
            self.system_raw(cmd)

        def showtraceback(self, *arguments: Any, **options: Any) -> None:
            """Nobody reads it here."""

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.compiler_class = Compiler
    config.DisplayFormatter.active_types = ["text/plain"]
    return Shell.instance(config=config)


def refuse_input(*arguments: Any) -> str:
    """Stand in for `input`: nobody is there to answer."""
    raise RuntimeError("`input()` has nobody to ask while the notebook is checked: write the value")


def sentence(error: BaseException) -> str:
    """What was raised, with the names that every Python has for it."""
    if isinstance(error, SystemExit):
        return "it ends Python by `exit()`, `quit()` or `sys.exit()`: leave that call out"
    if isinstance(error, KeyboardInterrupt):
        return "it raises KeyboardInterrupt, as the stop button does: leave that out"
    kinds = type(error).__mro__  # Python 3.13 calls a cell without an end _IncompleteInputError
    public = (k for k in kinds if k.__module__ != "builtins" or not k.__name__.startswith("_"))
    return f"{next(public).__name__}: {text_of(error)}"


def text_of(error: BaseException) -> str:
    """The text of an exception, also where its own class cannot tell it."""
    try:
        return str(error)[:MOST]
    except BaseException as another:
        return f"(a text that itself raises {type(another).__name__})"


if __name__ == "__main__":
    main()
