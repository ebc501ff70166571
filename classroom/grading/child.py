"""In the Python that runs a student's cells: one step after the other, told as it goes.

What is told is what happened and what the probes have returned. Whether that is right is not known
here, and nothing here can say it.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import json
import os
import random
import sys
import types
from typing import Any

import numpy as np

from classroom import runner
from classroom.grading import sandbox
from classroom.grading.lookout import look_out
from classroom.notebooks import CHECKS

WATCHING = (contextlib, contextlib._GeneratorContextManager, functools)  # own_work rests on them
RESULTS = 3  # the file that facts are told to


def main(job: int, results: int, ready: Any, shell: Any, walls: dict[str, Any]) -> None:
    """Put up the walls, and do the steps of the job."""
    sandbox.end_with_parent()
    os.setsid()  # or it could end those who wait for it, as one of their group
    with os.fdopen(os.dup(job), "rb") as file:
        wanted = json.load(file)
    nowhere = os.open(os.devnull, os.O_RDWR)
    files = [nowhere, nowhere, nowhere, os.dup(results)]
    for number, file_ in enumerate(files):
        os.dup2(file_, number, inheritable=number < RESULTS)
    os.closerange(RESULTS + 1, 4096)
    limits = wanted["limits"]
    os.chdir(walls["folder"])
    if not walls["enclosed"] and sandbox.may_become_nobody():
        sandbox.become_nobody()
    sandbox.limit(limits["memory"], walls["disk"], limits["seconds"], walls["enclosed"])
    random.seed()
    np.random.seed()
    Steps(ready, shell).run(wanted["steps"])


class Steps:
    """A student's notebook under way."""

    def __init__(self, ready: Any, shell: Any) -> None:
        """Put the exercise into the shell, and keep what the student's code may change."""
        encode, write, process, own = json.JSONEncoder().encode, os.write, os.getpid, os.getpid()

        def tell(**fact: Any) -> None:
            line = encode(fact).encode("ascii") + b"\n"
            while line and process() == own:  # a process that the student forked stays silent
                line = line[write(RESULTS, line) :]

        self.tell, self.ready, self.shell = tell, ready, shell
        sys.modules |= ready.modules | {"__main__": ready.module}
        shell.user_module = ready.module
        shell.user_ns = self.names = vars(ready.module)
        shell.init_user_ns()
        builtins.input = runner.refuse_input
        sys.path[0], sys.argv = "", [""]
        self.watching: runner.Kept = [
            (sys, {name: getattr(sys, name) for name in ("setprofile", "getprofile")})
        ]
        self.watching += [(each, dict(vars(each))) for each in WATCHING]
        self.kept = runner.as_they_are() + self.watching + checks_as_they_are(ready)
        self.number = -1
        look_out(
            lambda kind: tell(looked=kind, at=self.number), ready.modules[f"{CHECKS}.own_work"]
        )

    def run(self, steps: list[dict[str, Any]]) -> None:
        """Do the steps, and say that all is done."""
        for number, step in enumerate(steps):
            self.number = number
            self.tell(step=number)
            runner.put_back(self.kept)
            if "source" in step:
                self.run_cell(step["source"], number)
            else:
                self.probe(number, **step)
        self.tell(end=True)
        os._exit(0)

    def run_cell(self, source: str, number: int) -> None:
        """Run one cell as a notebook does, and tell what it raised."""
        try:
            result = self.shell.run_cell(source, store_history=True)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as raised:  # the student's code reaches into the shell as well
            error = raised
        if error is not None:
            self.tell(raised=runner.sentence(error), at=number)

    def probe(
        self, number: int, check: str, names: list[str], cases: list[Any], own_work: list[list[str]]
    ) -> None:
        """Put one check's cases to the answer, and tell what comes of each."""
        missing = [name for name in names if name not in self.names]
        if missing:
            self.tell(missing=missing, at=number)
            return
        found = tuple(self.names[name] for name in names)
        asked = self.ready.checks[check]
        core: Any = self.ready.modules[f"{CHECKS}.core"]
        run_answer: Any = self.ready.modules[f"{CHECKS}.run_answer"]
        core.within, spent = run_answer.within_by_timer, core.stopwatch()
        for place, (case, forbidden) in enumerate(zip(cases, own_work, strict=True)):
            asked.own_work = forbidden
            runner.put_back(self.watching)  # an answer may do its work before it spoils them
            try:
                answer = found[0] if len(found) == 1 else found
                outcome = asked.outcomes(answer, [core.decode(case)], spent)[0]
            except BaseException as error:
                said = runner.text_of if isinstance(error, TypeError) else runner.sentence
                self.tell(unusable=said(error), at=number)
                return
            self.tell(outcome=outcome, at=number, place=place)


def checks_as_they_are(ready: Any) -> runner.Kept:
    """What the modules of the checks hold, their class, and what their functions do."""
    modules = list(ready.modules.values())
    checks = list(ready.checks.values())
    places = [*modules, *checks, *{type(one) for one in checks}]
    functions = {
        each
        for place in places
        for each in vars(place).values()
        if isinstance(each, types.FunctionType) and each.__module__.startswith(CHECKS)
    }
    return [(place, dict(vars(place))) for place in places] + [
        (each, {"__code__": each.__code__, "__defaults__": each.__defaults__}) for each in functions
    ]
