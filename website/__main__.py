"""Make the site: `python -m website`, or `python3 start.py site`; `--help` lists the options."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from classroom.check import CourseError

from .book import browser, print_book, write_book
from .contents import KINDS, ROOT, lessons
from .lite import build_lite
from .pages import Site, write_pages

MARK = ".made-by-start.py"  # in a folder that may be emptied


def say(words: str, began: float) -> None:
    """One line on how far it is."""
    print(f"  {time.monotonic() - began:3.0f} s  {words}", flush=True)


class Progress:
    """A bar that is drawn again after each page, where somebody looks on."""

    def __init__(self, total: int):
        """Begin at 0."""
        self.done, self.total = 0, total

    def __call__(self, name: str) -> None:
        """One page more."""
        self.done += 1
        if sys.stderr.isatty():
            drawn = "#" * round(30 * self.done / self.total)
            end = "\n" if self.done == self.total else ""
            sys.stderr.write(f"\r  [{drawn:30}] {self.done}/{self.total} {name:42.42}{end}")


def emptied(out: Path) -> Path:
    """The folder, empty; one that was not made here is refused."""
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).exists():
        sys.exit(
            f"{out} has files that no earlier run made, and would lose them. Name another folder "
            "by --out, or empty it yourself."
        )
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / MARK).touch()
    (out / ".nojekyll").touch()  # a branch of GitHub Pages would lose files named _like_this
    return out


def printed(out: Path) -> str | None:
    """How large the PDF is; None where nothing here can print it."""
    program = browser()
    if program is None:
        print("No Chromium is found, so there is no PDF; book.html can be printed by hand.")
        return None
    try:
        return print_book(out, program)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"{program} did not print the book, so there is no PDF: {error}")
        return None


def main() -> None:
    """Read the options, and say in one sentence what goes wrong."""
    options = argparse.ArgumentParser(prog="start.py site", description="Make the site.")
    options.add_argument("--out", type=Path, default=ROOT / "site", help="into this folder")
    options.add_argument("--repository", help="owner/name on GitHub, for links to it")
    options.add_argument("--no-lite", action="store_true", help="nothing that runs in the browser")
    options.add_argument("--no-pdf", action="store_true", help="do not print the book")
    given = options.parse_args()
    try:
        make(given)
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run the same command to make it anew.")
    except (OSError, ValueError, CourseError) as error:
        sys.exit(f"\nThe site is not made: {error}. `git status` may say what has changed.")


def make(given: argparse.Namespace) -> None:
    """Make it, and say what takes how long."""
    began = time.monotonic()
    site = Site(emptied(given.out.resolve()), given.repository)
    if not given.no_lite:
        build_lite(site.out)
        say("what runs in the browser", began)
    write_pages(site, Progress(len(KINDS) * len(lessons())))
    say(f"{len(list(site.out.rglob('*.html')))} pages", began)
    site.write_assets()
    write_book(site)
    pdf = None if given.no_pdf else printed(site.out)
    say("the book", began)
    site.write_contents(pdf)
    size = sum(path.stat().st_size for path in site.out.rglob("*") if path.is_file())
    say(f"{site.out}: {size / 1e6:.0f} MB; open index.html, or serve the folder", began)


if __name__ == "__main__":
    main()
