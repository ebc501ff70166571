"""Bring a new release of the course into a folder in which somebody learns, and lose no work.

What a learner has changed is copied into a folder beside the course before it is replaced, and
every file is replaced in one step. So an update that was interrupted has left each file old or new;
run again, it does the rest.
"""

from __future__ import annotations

import glob
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from classroom.history import Git
from classroom.notebooks import CourseError
from classroom.plan import Change, plan
from classroom.releases import Release, Sources, checked, in_folder, in_zip
from classroom.reset import replace, trust, was_trusted

LAST = ("start.py", "pyproject.toml")  # they say which release this is, once the rest is there
ROOMS = ("autograd_lesson", "classroom", "source", "tests")  # in these no old code is left over
LESSONS = ("notebooks/", "exercises/")  # of these all that arrives is listed
MOST = 12  # things of one kind that are listed of a notebook
KINDS = {
    "answer": ("answer", "answers"),
    "notes": ("cell of notes", "cells of notes"),
    "prediction": ("prediction", "predictions"),
    "cell": ("cell of your own", "cells of your own"),
}
RELOAD = "Where one is open in JupyterLab: File, Reload Notebook from Disk, and restart its kernel."


# --- doing it -----------------------------------------------------------------------------------


def carry_out(changes: list[Change], course: Path, programs: frozenset[str]) -> Path | None:
    """Keep what is replaced, then replace it, the notebooks first; say where it is kept."""
    backup, path = None, course
    try:
        for change in changes:
            if change.replaces_work and change.was is not None and change.was != change.content:
                backup = backup or new_folder(course)
                path = backup / change.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes((course / change.path).read_bytes())
        for change in sorted(changes, key=turn):
            path = course / change.path
            if change.content != change.was:
                put(change.content, path, change.path in programs)
    except OSError as error:
        raise CourseError(
            f"{path} cannot be written ({error.strerror}). Every file is whole, as it was or new: "
            "mend that, then run the same command again, which does the rest."
        ) from None
    return backup


def put(content: bytes | None, path: Path, is_program: bool) -> None:
    """Have a file hold this, in one step, or be gone."""
    for half in path.parent.glob(
        f".{glob.escape(path.name)}.*.new"
    ):  # of an update that was killed
        half.unlink(missing_ok=True)
    if content is None:
        path.unlink(missing_ok=True)
        with suppress(OSError):  # which refuses where something else lies there
            path.parent.rmdir()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    is_trusted = path.suffix == ".ipynb" and path.exists() and was_trusted(path)
    replace(path, content)
    if is_program:
        path.chmod(0o755)
    if is_trusted:
        trust(path)


def turn(change: Change) -> tuple[int, str]:
    """Notebooks first, since the old release is known by the rest of the folder; versions last."""
    if change.path in LAST:
        return 3, change.path
    return (0 if change.path.endswith(".ipynb") else 1) + (change.content is None), change.path


def new_folder(course: Path) -> Path:
    """A folder beside the notebooks for what is replaced, under a name that was free."""
    number = 1
    while True:
        folder = course / f"before-update-{time.strftime('%Y-%m-%d')}-{number}"
        try:
            folder.mkdir()
            return folder
        except FileExistsError:
            number += 1


# --- the command --------------------------------------------------------------------------------


def update(source: str, wanted: str, course: Path) -> str:
    """Bring in the release from there, and say what arrived and what was kept."""
    here, git = Path(source) if source else None, Git(course)
    is_cloned = git.is_here()
    if here and here.is_file():
        return from_files(in_zip(here), course)
    if here and here.is_dir() and not (is_cloned and (here / ".git").exists()):
        if here.resolve() == course:
            raise CourseError(
                f"{source} is this course itself; name the folder of the new release."
            )
        return from_files(in_folder(here), course)
    if not is_cloned:
        raise CourseError(
            "This folder was not cloned with git, and no release is named that is here. Download "
            "one as a zip, then run `start.py update` with the path of that, or of its folder."
        )
    return from_git(git, source or git.source(), wanted, course)


def from_git(git: Git, source: str, wanted: str, course: Path) -> str:
    """Bring in a release that git fetches, and note it in the history."""
    git.refuse_what_is_unfinished()
    say(f"Asking {source} for the newest release ...")
    release = git.release(source, wanted)
    if git.holds(release.commit):
        advice = "" if source != "origin" else (
            " If that is your own fork, name the course once, with `git remote add upstream "
            "ADDRESS`, and update again."
        )  # fmt: skip
        return f"Nothing new: {source} has {release.version}, and all of it is here.{advice}"
    checked(release, source)
    say(f"Bringing in {release.version} ...")
    common = git.common(release.commit)
    old = git.files_of(common) if common else Sources(course)
    head = git.files_of("HEAD")
    here = git.files_here(head, list(release.files))
    committed = plan(old, release.files, head, git.blended)
    changes = list(plan(old, release.files, here, git.blended))
    kept = {each.path: each.content for each in committed if each.content != each.was}
    tree = git.tree(kept, release)
    git.refuse_what_only_the_index_holds(tree)
    before = Release(here).version
    backup = carry_out(changes, course, release.programs)
    git.join(tree, release, f"Update the course to {release.version}")
    return report(changes, before, release.version, backup)


def from_files(release: Release, course: Path) -> str:
    """Bring in a release that lies in files; the old one is known by the sources of the course."""
    here = {
        path: (course / path).read_bytes() for path in release.files if (course / path).is_file()
    }
    before = Release(here).version
    if numbers(release.version) < numbers(before):
        raise CourseError(
            f"That release is {release.version}, and {before} is here already: nothing was changed."
        )
    say(f"Bringing in {release.version}; first the notebooks as they were in {before} ...")
    old = Sources(course)
    here |= {path: (course / path).read_bytes() for path in old if (course / path).is_file()}
    changes = [*plan(old, release.files, here), *left_over(course, release)]
    return report(changes, before, release.version, carry_out(changes, course, release.programs))


def left_over(course: Path, release: Release) -> Iterator[Change]:
    """Code of the course that the release no longer has, and that would be run with it."""
    for room in ROOMS:
        for file in sorted((course / room).rglob("*.py")):
            path = file.relative_to(course).as_posix()
            if path not in release.files:
                told = ("is no longer in the course",)
                yield Change(path, None, file.read_bytes(), told, replaces_work=True)


def numbers(version: str) -> list[int]:
    """The numbers of a version, by which it is older or newer."""
    return [int(number) for number in re.findall(r"\d+", version)]


# --- telling ------------------------------------------------------------------------------------


def say(sentence: str) -> None:
    """Tell whoever waits what is under way."""
    print(sentence, file=sys.stderr, flush=True)


def report(changes: list[Change], before: str, after: str, backup: Path | None) -> str:
    """What arrived and what was kept, notebook by notebook."""
    news = after if before == after else f"{before} is now {after}"
    if not changes:
        return f"Nothing new: {news} is here already."
    lines, others = [f"The course: {news}. CHANGELOG.md says what is new."], 0
    place = f"{backup.name}/" if backup else ""
    for change in sorted(changes, key=lambda each: each.path):
        is_lesson = change.path.startswith(LESSONS) and change.path.endswith(".ipynb")
        if change.kept or (is_lesson and change.arrived):
            lines.append(f"\n{change.path}")
            kept = [each.replace("{backup}", place) for each in grouped(change.kept)]
            for name, things in (("arrived", by_kind(change.arrived)), ("kept", kept)):
                lines += [f"  {name + ':':9}{'; '.join(things)}"] if things else []
        else:
            others += 1
    if others:
        lines.append(f"\n{others} other {'file is' if others == 1 else 'files are'} new.")
    if backup:
        lines.append(f"\nWhat was replaced of yours lies in {place} as it was.")
    return "\n".join([*lines, RELOAD])


def by_kind(arrived: Sequence[str]) -> list[str]:
    """What arrived, with all of a kind in one: `changed: Order, check_order`."""
    kinds: dict[str, list[str]] = {}
    for each in arrived:
        kind, _, name = each.partition(": ")
        kinds.setdefault(kind, []).append(name)
    return [f"{kind}: {shortened(names)}" if all(names) else kind for kind, names in kinds.items()]


def grouped(kept: Sequence[str]) -> list[str]:
    """What was kept, with all of a kind in one: `2 answers: order, backward`."""
    kinds: dict[str, list[str]] = {kind: [] for kind in KINDS}
    rest = []
    for each in kept:
        _, kind, name = (*each.split(" ", 2), "", "")[:3]
        kinds[kind].append(name) if kind in kinds else rest.append(each)
    told = []
    for kind, names in kinds.items():
        if names:
            listed = "" if kind == "notes" else f": {shortened(names)}"
            told.append(f"{len(names)} {KINDS[kind][len(names) > 1]}{listed}")
    return [*told, *rest[:MOST]]


def shortened(names: Sequence[str]) -> str:
    """The first of these, and how many more there are."""
    more = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {more} more" if more > 0 else "")
