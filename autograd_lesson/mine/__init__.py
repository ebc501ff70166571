"""An engine of the learner's own, put together from the answers that pass.

from autograd_lesson import mine
mine.assemble()         # check the exercises, and put `my_engine` together
mine.report()           # what is yours, what is borrowed, and what it can do
engine = mine.engine()  # the module my_engine; with everything borrowed where there is none
mine.milestone(9)       # train on it, beside the package and PyTorch

Where nobody learns (builds, tests, grading) nothing of a learner's is read, and all is borrowed.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from ..learner import log
from ..learner.course import Course
from ..learner.progress import Standing
from . import assembling
from .reporting import Report
from .stored import NAME, NOTHING, assembled

__all__ = ["assemble", "engine", "milestone", "report"]


def engine_folder() -> Path | None:
    """The folder `my_engine/` of the learner who works here, where it is put together already."""
    file = log.file()
    folder = file.parent / NAME if file else None
    return folder if folder and (folder / "__init__.py").is_file() else None


def report() -> Report:
    """What the engine of the learner who works here is made of."""
    folder = engine_folder()
    return Report(assembled(folder)) if folder else Report(NOTHING, is_there=False)


def engine() -> ModuleType:
    """The learner's `my_engine`, as it is on the disk now; all borrowed where there is none."""
    folder = engine_folder()
    if folder is None:
        from . import pattern

        return pattern
    return engine_in(folder.parent)


def engine_in(course: Path) -> ModuleType:
    """The `my_engine` in the folder of a course, as it is on the disk now."""
    find_first(course)
    for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[name]
    importlib.invalidate_caches()
    try:
        return importlib.import_module(NAME)
    except Exception as error:
        raise ImportError(
            f"my_engine does not load ({type(error).__name__}: {error}); mend that file, or delete "
            "it and let `python3 start.py mine` write it anew"
        ) from error


def find_first(course: Path) -> None:
    """Let `import my_engine` find the one in this folder."""
    place = str(course)
    sys.path[:] = [place, *(each for each in sys.path if each != place)]


def assemble() -> Report:
    """Check the saved exercises and put `my_engine` together, as `python3 start.py mine` does."""
    file = log.file()
    if file is None:
        return report()
    course = file.parent
    find_first(course)
    if sys.platform == "emscripten" or not (course / "classroom").is_dir():
        assembling.assemble(course, noted_as_passing(course))  # a browser starts no other Python
        return report()
    from ..widgets.charts.training_film import progress_bar

    memory = course / ".cache" / "verdicts.json"
    command = [sys.executable, "-m", "classroom", "mine", "--remember", str(memory)]
    with progress_bar(1, "checking") as bar:
        process = subprocess.Popen(
            command,
            cwd=course,
            env={**os.environ, log.WHERE: str(file)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        said = []
        try:
            for line in process.stderr or ():
                if found := re.search(r"(\d+) of (\d+)$", line.strip()):
                    bar.value, bar.max = int(found[1]), int(found[2])
                else:
                    said.append(line)
        except BaseException:  # whoever presses stop ends the checks as well
            process.terminate()
            raise
        if process.wait():
            raise RuntimeError("".join(said).strip() or "the exercises could not be checked")
    return report()


def noted_as_passing(course: Path) -> dict[str, set[str]]:
    """What passes by the learner's log, where no check can be run beside this kernel."""
    states = Standing(Course(course), log.read()).states
    return {
        lesson.number: {
            name
            for answer in lesson.answers
            if states.get((lesson.number, answer.check)) == "pass"
            for name in answer.names.split(", ")
        }
        for lesson in Course(course).lessons
    }


def milestone(lesson: int) -> Any:
    """Train on one's own engine what this lesson trained, beside the package and PyTorch."""
    from ..widgets.charts.training_film import progress_bar
    from .milestones import RUNS, of_lesson
    from .reached import reached

    with progress_bar(RUNS * of_lesson(lesson).steps, "training") as bar:

        def tick() -> None:
            bar.value += 1

        return reached(lesson, engine(), tick)
