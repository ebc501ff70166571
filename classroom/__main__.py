"""The command line: `python -m classroom check`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from classroom.check import CourseError, check_exercises
from classroom.report import junit, markdown, table
from classroom.runner import FAILS

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    parser = argparse.ArgumentParser(prog="classroom", description=__doc__)
    commands = parser.add_subparsers(required=True)
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
    check.add_argument(
        "--course", type=Path, default=ROOT, metavar="FOLDER", help="where the checks come from"
    )
    check.add_argument("--summary", type=Path, metavar="FILE", help="add a report in Markdown")
    check.add_argument("--junit", type=Path, metavar="FILE", help="write a report in JUnit's XML")
    options = parser.parse_args(arguments)
    try:
        results = check_exercises(options.exercises, options.course.resolve())
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    print(table(results))
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
