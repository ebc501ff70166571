"""The command line: `python -m classroom check`, `mine`, `reset`, `grade` and `update`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from classroom.check import (
    CourseError,
    check_exercises,
    exercises_to_check,
    released_exercises,
)
from classroom.grading.command import add_command
from classroom.mine import note, standing
from classroom.remembered import Remembered
from classroom.report import junit, markdown, table
from classroom.reset import reset
from classroom.runner import FAILS
from classroom.update import update

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    parser = argparse.ArgumentParser(prog="classroom", description=__doc__)
    commands = parser.add_subparsers(required=True)
    add_check(commands)
    add_mine(commands)
    add_reset(commands)
    add_update(commands)
    add_command(commands, ROOT)
    options = parser.parse_args(arguments)
    try:
        status: int = options.command(options)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    return status


def add_course(command: argparse.ArgumentParser, words: str = "the course") -> None:
    """The option that names another course than this one."""
    command.add_argument("--course", type=Path, default=ROOT, metavar="FOLDER", help=words)


def add_check(commands: Any) -> None:
    """The command `check`."""
    check = commands.add_parser(
        "check",
        help="say which exercises pass",
        description="Say which exercises pass. Each saved notebook is run in a fresh Python, with "
        "the check cells of the course put back. Ends with 1 if an exercise fails or cannot be "
        "read, else with 0: an exercise that is not attempted yet is no failure.",
    )
    check.add_argument(
        "exercises",
        nargs="*",
        help="notebooks, folders of them, or numbers such as 01; all of the course if none",
    )
    add_course(check, "where the checks come from")
    check.add_argument("--summary", type=Path, metavar="FILE", help="add a report in Markdown")
    check.add_argument("--junit", type=Path, metavar="FILE", help="write a report in JUnit's XML")
    check.add_argument(
        "--remember",
        type=Path,
        metavar="FILE",
        help="keep the verdicts there, and do not run again what has not changed since",
    )
    check.add_argument(
        "--mine",
        action="store_true",
        help="note the verdicts in your progress, and say where you are",
    )
    check.add_argument("--all", action="store_true", help="run also what has not changed")
    check.set_defaults(command=check_command)


def add_mine(commands: Any) -> None:
    """The command `mine`."""
    mine = commands.add_parser(
        "mine",
        help="put your own engine together",
        description="Put the folder my_engine/ together from the answers that pass, in the course; "
        "what does not pass yet is borrowed. Say what is whose.",
    )
    add_course(mine)
    mine.add_argument("--remember", type=Path, metavar="FILE", help="as for check")
    mine.add_argument("--all", action="store_true", help="run also what has not changed")
    mine.add_argument("--milestones", action="store_true", help="train on it, to see how far")
    mine.set_defaults(command=mine_command)


def add_reset(commands: Any) -> None:
    """The command `reset`."""
    back = commands.add_parser(
        "reset",
        help="give back the blank of an exercise, or of one answer in it",
        description="Give back an exercise as the course ships it, or one answer in it. What stood "
        "there is kept beside it, in a file whose name is told.",
    )
    back.add_argument("exercise", help="a number such as 05, or a name")
    back.add_argument("answer", nargs="*", help="functions or classes in it; all if none")
    add_course(back)
    back.set_defaults(command=reset_command)


def add_update(commands: Any) -> None:
    """The command `update`."""
    new = commands.add_parser(
        "update",
        help="bring in a new release of the course, and keep all work",
        description="Bring in a new release of the course. Notebooks are merged cell by cell: what "
        "was written in them stays. What is replaced is kept in a folder whose name is told.",
    )
    new.add_argument(
        "source",
        nargs="?",
        default="",
        help="a remote or address of git, or the path of a folder or a zip; of a clone, if none, "
        "the remote upstream, else origin",
    )
    new.add_argument("--release", default="", metavar="NAME", help="a tag or branch at the remote")
    add_course(new)
    new.set_defaults(command=update_command)


def reset_command(options: argparse.Namespace) -> int:
    """Give back a blank, and say what was kept where."""
    print(reset(options.exercise, options.answer, options.course.resolve()))
    return 0


def update_command(options: argparse.Namespace) -> int:
    """Bring in a release, and say what arrived and what was kept."""
    print(update(options.source, options.release, options.course.resolve()))
    return 0


def mine_command(options: argparse.Namespace) -> int:
    """Put the learner's own engine together, and say what it is made of."""
    from classroom import engine  # not at the top: checking needs none of it

    remembered = Remembered(options.remember) if options.remember else None
    course = options.course.resolve()
    report = engine.put_together(course, remembered, options.all)
    engine.say(report, course, options.milestones)
    return 0


def all_are_of(wanted: list[str], course: Path) -> bool:
    """Whether these name the exercises in the course alone, and none of somebody else."""
    named = exercises_to_check(wanted, released_exercises(course), course)
    return all(one.learners.resolve().parent == course / "exercises" for one in named)


def check_command(options: argparse.Namespace) -> int:
    """Check the exercises, and write the reports that are asked for."""
    remembered = Remembered(options.remember) if options.remember else None
    course = options.course.resolve()
    results = check_exercises(options.exercises, course, remembered, options.all)
    print(table(results))
    if options.mine:
        if all_are_of(options.exercises, course):
            note(results, course)
        print("\n" + standing(course))
    if options.summary:
        with options.summary.open("a", encoding="utf-8") as summary:
            summary.write(markdown(results))
    if options.junit:
        options.junit.write_bytes(junit(results))
    return 1 if any(result.state == FAILS for result in results) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
