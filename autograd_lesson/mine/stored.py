"""What an engine is made of, as it is kept beside its files in `my_engine/`."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from .parts import Part, every_part
from .statements import Statement

NAME = "my_engine"
MANIFEST = "parts.json"
FORMAT = 1
WRITTEN = re.compile(r"(borrowed/)?\w+\.py")  # no list of files names one outside the folder

WALK = ("05 backward", "05 topological_order")
SHALLOW = (
    "in a graph thousands of results deep it ends in a RecursionError, as a function that calls "
    "itself does; one that keeps a list of what waits comes through"
)


class Assembly(NamedTuple):
    """An engine as it is on the disk: whose each part is, and what is to be said about it."""

    own: dict[Part, list[Statement]]
    kept: dict[Part, list[Statement]]  # passed once, and no longer
    told: dict[str, list[str]]  # by part or by file, sentences
    files: dict[str, str]  # of each file that the course wrote, one word for its bytes

    @property
    def borrowed(self) -> list[Part]:
        """What the course lends."""
        return [part for part in every_part() if part not in self.own and part not in self.kept]


NOTHING = Assembly({}, {}, {}, {})


def in_bytes(text: str) -> bytes:
    """The text as it is written; half a letter, which no file takes, becomes a question mark."""
    return text.encode("utf-8", "replace")


def digest(data: bytes) -> str:
    """One word for these bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


def put(target: Path, data: bytes) -> None:
    """Write a file in one move: whoever is interrupted has the old one."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        fresh.write_bytes(data)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def alone(course: Path) -> Iterator[None]:
    """One kernel after the other; all at once where files cannot be locked, as in a browser."""
    with ExitStack() as stack:
        with suppress(OSError, ImportError):
            folder = course / ".cache"
            folder.mkdir(exist_ok=True)
            wait_for(stack.enter_context((folder / f"{NAME}.lock").open("ab")).fileno())
        yield


def wait_for(descriptor: int) -> None:
    """Hold a file as soon as nobody else does; whoever closes it lets go."""
    if os.name == "nt":
        import msvcrt

        lock: Any = msvcrt  # its names are unknown to a type checker on other systems
        lock.locking(descriptor, lock.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def as_json(assembly: Assembly) -> dict[str, Any]:
    """The assembly as plain data."""
    return {
        "format": FORMAT,
        "own": {str(part): found for part, found in assembly.own.items()},
        "kept": {str(part): found for part, found in assembly.kept.items()},
        "told": assembly.told,
        "files": assembly.files,
    }


def assembled(folder: Path) -> Assembly:
    """The engine that is in a folder; nothing where there is none, or its list is damaged."""
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if held["format"] != FORMAT:
            return NOTHING
        own, kept = (
            {
                Part(*name.split(" ", 1)): [
                    Statement(int(cell), str(source), *map(tuple, rest))
                    for cell, source, *rest in found
                ]
                for name, found in held[kind].items()
            }
            for kind in ("own", "kept")
        )
        every = set(every_part())
        return Assembly(
            {part: found for part, found in own.items() if part in every},
            {part: found for part, found in kept.items() if part in every},
            {str(name): list(map(str, told)) for name, told in held["told"].items()},
            {name: str(word) for name, word in held["files"].items() if WRITTEN.fullmatch(name)},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return NOTHING
