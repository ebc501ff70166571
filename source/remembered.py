"""What `build.py --check` has found right and need not run again.

A source is remembered with a fingerprint of all that its notebooks depend on: the source, the
notebooks as they are stored, the modules of this repository that the cells had loaded when they
were run, the scripts and style sheets of the package, the builder, and the versions of Python and
of every installed package. Where one byte of it differs, the notebook is run anew. Only what was
right is remembered, so nothing that fails is ever looked past.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Run after the last cell: the files that the notebook has loaded. On a line each, since nbclient
# looks for carriage returns in a time that grows with the square of a line.
LOADED = """\
import sys
print(*(getattr(module, "__file__", None) for module in list(sys.modules.values())), sep="\\n")
"""


class Remembered:
    """The fingerprints of the last checks, in one file."""

    def __init__(self, file: Path, root: Path):
        """Read the file; one that is missing or damaged holds nothing."""
        self.file, self.root = file, root
        try:
            held = json.loads(file.read_text(encoding="utf-8"))
            self.held: dict[str, dict] = held if isinstance(held, dict) else {}
        except (OSError, ValueError):
            self.held = {}

    def is_as_it_was(self, source: Path, built: Iterable[Path]) -> bool:
        """Was this source found right, and has nothing changed since that it depends on?"""
        entry = self.held.get(source.relative_to(self.root).as_posix())
        if not isinstance(entry, dict) or not isinstance(entry.get("loaded"), list):
            return False
        return entry.get("fingerprint") == self.fingerprint(source, built, entry["loaded"])

    def remember(self, source: Path, built: Iterable[Path], loaded: Iterable[str]) -> None:
        """Note that this source was found right, with the files that its cells had loaded."""
        inside = {
            Path(name).relative_to(self.root).as_posix()
            for name in loaded
            if Path(name).is_relative_to(self.root) and ".venv" not in Path(name).parts
        }
        self.held[source.relative_to(self.root).as_posix()] = {
            "loaded": sorted(inside),
            "fingerprint": self.fingerprint(source, built, sorted(inside)),
        }

    def write(self) -> None:
        """Keep what is remembered, in place of what was."""
        self.file.parent.mkdir(exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(self.held, indent=1, sort_keys=True), encoding="utf-8")
        fresh.replace(self.file)

    def fingerprint(self, source: Path, built: Iterable[Path], loaded: Iterable[str]) -> str:
        """One word for all that the notebooks of this source depend on."""
        package = self.root / "autograd_lesson"
        files = [source, *built, *(self.root / name for name in loaded), *HERE.glob("*.py")]
        files += (path for path in package.rglob("*") if path.suffix in (".js", ".css"))
        digest = hashlib.sha256(machine().encode())
        for path in sorted(set(files)):
            digest.update(f"\n{path.relative_to(path.anchor)}\n".encode())
            digest.update(path.read_bytes() if path.exists() else b"missing")
        return digest.hexdigest()


@cache
def machine() -> str:
    """The versions of Python and of all that is installed."""
    installed = (f"{one.name} {one.version}" for one in importlib.metadata.distributions())
    return "\n".join([sys.version, sys.executable, *sorted(installed)])
