"""The last verdicts on a learner's notebooks, which stand while nothing has changed.

A notebook is remembered with a fingerprint of all that its verdicts depend on: the sources of its
cells and of the course's, the files that it had loaded or that lie beside it, every file of the
package and of this folder, and the versions of Python and of all that is installed. One byte of it
differs, and the notebook is run anew.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


class Remembered:
    """The verdicts of the last runs, by the paths of notebooks, in one file."""

    def __init__(self, file: Path) -> None:
        """Read the file; one that is missing or damaged holds nothing."""
        self.file = file
        try:
            held = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            held = {}
        self.held: dict[str, Any] = held if isinstance(held, dict) else {}

    def verdicts(self, notebook: Path, cells: Any) -> list[list[str]] | None:
        """The verdicts on a notebook of these cells, where nothing has changed since."""
        entry = self.held.get(str(notebook.resolve()))
        if not isinstance(entry, dict):
            return None
        loaded: Any = entry.get("loaded")
        verdicts = entry.get("verdicts")
        if not (is_texts(loaded) and isinstance(verdicts, list) and all(map(is_texts, verdicts))):
            return None
        return verdicts if entry.get("fingerprint") == fingerprint(cells, loaded) else None

    def keep(self, notebook: Path, cells: Any, loaded: Iterable[str], verdicts: Any) -> None:
        """Note the verdicts on a notebook of these cells, and the files that it had loaded."""
        loaded = sorted(set(loaded))
        self.held[str(notebook.resolve())] = {
            "fingerprint": fingerprint(cells, loaded),
            "loaded": loaded,
            "verdicts": verdicts,
        }

    def forget(self, notebook: Path) -> None:
        """Have no verdict on a notebook."""
        self.held.pop(str(notebook.resolve()), None)

    def write(self) -> None:
        """Keep what is remembered, in place of what was; where that fails, it is run again."""
        fresh = self.file.with_suffix(".new")
        try:
            self.file.parent.mkdir(exist_ok=True)
            fresh.write_text(json.dumps(self.held, indent=1, sort_keys=True), encoding="utf-8")
            fresh.replace(self.file)
        except OSError:
            pass


def is_texts(held: Any) -> bool:
    """Whether this is a list of texts."""
    return isinstance(held, list) and all(isinstance(each, str) for each in held)


def fingerprint(cells: Any, loaded: Iterable[str]) -> str:
    """One word for all that the verdicts on these cells depend on."""
    digest = hashlib.sha256(around().encode())
    digest.update(json.dumps(cells).encode())
    for name in loaded:
        digest.update(f"\n{name}\n".encode("utf-8", "replace"))
        digest.update(content(Path(name)))
    return digest.hexdigest()


@cache
def around() -> str:
    """One word for the package, this folder, Python, and all that is installed."""
    spec = importlib.util.find_spec("autograd_lesson")
    package = Path(str(spec.origin)).parent if spec else HERE
    digest = hashlib.sha256(f"{sys.version}\n{sys.executable}\n".encode())
    for one in sorted(f"{one.name} {one.version}\n" for one in importlib.metadata.distributions()):
        digest.update(one.encode())
    for folder in (package, HERE):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"\n{path.relative_to(folder)}\n".encode())
                digest.update(content(path))
    return digest.hexdigest()


def content(path: Path) -> bytes:
    """What a file holds, or a word that it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b"unreadable"
