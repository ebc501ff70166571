"""What becomes of each file of a course when a new release is brought in; nothing is done here.

A plan is made of three states of each file: as the old release had it, as the new one has it, and
as it is here. Notebooks are merged cell by cell; of another file both changes stand where they
touch different lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import PurePosixPath
from typing import NamedTuple

from classroom.merge import MergeError, Notebook, merge

Blend = Callable[[bytes, bytes, bytes], bytes | None]  # of old, new and mine


class Change(NamedTuple):
    """What becomes of one file: its new content, or none, and what that brings and keeps."""

    path: str
    content: bytes | None
    was: bytes | None = None
    arrived: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    replaces_work: bool = False
    is_readable: bool = True


def plan(
    old: Mapping[str, bytes],
    new: Mapping[str, bytes],
    mine: Mapping[str, bytes],
    blend: Blend | None = None,
) -> Iterator[Change]:
    """What becomes of each file; `old` may lack what nobody knows any more."""
    renamed = renames(old, new, mine)
    for before, path in renamed.items():
        yield from moved(before, path, old, new, mine)
    for path in sorted({*old, *new} - {*renamed, *renamed.values()}):
        was, fresh, here = old.get(path), new.get(path), mine.get(path)
        if here == fresh or (here is None and was is not None):
            continue  # what a learner has deleted stays away
        if here is None:
            yield Change(path, fresh, arrived=("new",))
        elif fresh is None:
            yield from taken_away(path, was, here)
        elif path.endswith(".ipynb"):
            change = merged(path, was, fresh, here)
            if change.content != here or not change.is_readable:
                yield change
        elif was != fresh:
            yield replaced(path, was, fresh, here, blend)


def moved(
    before: str,
    path: str,
    old: Mapping[str, bytes],
    new: Mapping[str, bytes],
    mine: Mapping[str, bytes],
) -> Iterator[Change]:
    """A learner's notebook under its new name; where something else stands there, both stay."""
    change = merged(path, old[before], new[path], mine[before])
    if mine.get(path) in (None, change.content) and change.is_readable:
        told = (f"{PurePosixPath(before).name} has this name now", *change.arrived)
        yield change._replace(was=mine.get(path), arrived=told, replaces_work=False)
        yield Change(before, None, mine[before], replaces_work=True)
    else:
        yield merged(path, None, new[path], mine.get(path, new[path]))
        yield from taken_away(before, old[before], mine[before])


def renames(
    old: Mapping[str, bytes], new: Mapping[str, bytes], mine: Mapping[str, bytes]
) -> dict[str, str]:
    """The notebooks that have a new number or a new name, by their old paths."""
    found: dict[str, str] = {}
    fresh = [path for path in sorted(new) if path.endswith(".ipynb") and path not in old]
    for path in sorted(mine):
        if path.endswith(".ipynb") and path in old and path not in new:
            folder, (number, _, rest) = PurePosixPath(path).parent, path_parts(path)
            for name in fresh:
                same = [a == b for a, b in zip((number, "_", rest), path_parts(name), strict=True)]
                if PurePosixPath(name).parent == folder and (same[0] or same[2]):
                    found.setdefault(path, name)
    return found


def path_parts(path: str) -> tuple[str, str, str]:
    """The number and the name of a notebook."""
    return PurePosixPath(path).stem.partition("_")


def taken_away(path: str, was: bytes | None, here: bytes) -> Iterator[Change]:
    """What becomes of a file that the course no longer has: it stays if somebody works in it."""
    if was is None:
        return
    work: list[str] = []
    if path.endswith(".ipynb"):
        with suppress(MergeError, ValueError):
            work = merge(json.loads(was), json.loads(was), json.loads(here)).kept
    elif here != was:
        work = ["your changes"]
    if work:
        yield Change(path, here, here, ("is no longer in the course",), tuple(work))
    else:
        yield Change(path, None, here, ("is no longer in the course",), replaces_work=here != was)


def merged(path: str, was: bytes | None, fresh: bytes, here: bytes) -> Change:
    """A notebook of the release with the learner's work in it."""
    release: Notebook = json.loads(fresh)
    try:
        mine = json.loads(here)
        old = json.loads(was) if was else None
        notebook, arrived, kept = merge(old, release, mine)
    except (MergeError, ValueError, RecursionError):
        reason = f"it is no notebook of format 4; `start.py reset {path_parts(path)[0]}` gives"
        kept_as = (f"the file as it is: {reason} a new one, and keeps it",)
        return Change(path, here, here, kept=kept_as, is_readable=False)
    content = here if notebook == mine else fresh if notebook == release else written(notebook)
    touched = here != was and bool(kept or here != fresh)
    return Change(path, content, here, tuple(arrived), tuple(kept), touched)


def written(notebook: Notebook) -> bytes:
    """The notebook as the course writes it; half of a letter pair, which UTF-8 lacks, as a code."""
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:
        return (json.dumps(notebook, indent=1, sort_keys=True) + "\n").encode()


def replaced(
    path: str, was: bytes | None, fresh: bytes, here: bytes, blend: Blend | None
) -> Change:
    """A file that is no notebook: of the release, with the learner's changes where both can be."""
    if was is None or here == was:
        return Change(path, fresh, here, ("changed",), replaces_work=was is None)
    both = blend(was, fresh, here) if blend else None
    if both is not None:
        return Change(path, both, here, ("changed",), ("your changes",), True)
    return Change(path, fresh, here, ("changed",), ("your form of it, in {backup}",), True)
