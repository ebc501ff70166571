"""Whether each part fits: tried in the engine, in another Python, against what the course has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .parts import Own, Part

SECONDS = 60
CODE = (
    "import json, sys; sys.path[:0] = json.loads(sys.argv[1]); "
    "from autograd_lesson.mine.trying import main; main()"
)


class Fit(NamedTuple):
    """Which parts do not fit, each with the reason, and why the engine does not load at all."""

    parts: dict[Part, str] = {}
    trouble: str = ""
    file: str = ""  # of the engine, where it broke off
    is_deep: bool = True  # whether the walk back comes through thousands of results


def fit(engine: Path, owns: Mapping[Part, Own]) -> Fit:
    """Try the engine in this folder: whether it loads, and computes what the pattern does."""
    if not owns or sys.platform == "emscripten":  # a browser starts no other Python
        return Fit()
    package = Path(__file__).resolve().parents[2]
    where = json.dumps([str(engine.parent), str(package)])
    try:
        done = subprocess.run(
            [sys.executable, "-c", CODE, where],
            capture_output=True,
            timeout=SECONDS,
            cwd=engine.parent,
            env={**os.environ, "AUTOGRAD_LESSON_PROGRESS": "off", "PYTHONDONTWRITEBYTECODE": "1"},
        )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError):
        found = {"file": "", "line": "", "error": "it does not come to its end"}
    if "error" in found:
        trouble = f"it does not load: {found['error']}"
        blamed = [part for part, own in owns.items() if leads_to(own, found)]
        return Fit(dict.fromkeys(blamed, trouble), trouble, Path(found["file"]).name)
    by_name = {str(part): part for part in owns}
    parts = {by_name[name]: why for name, why in found["parts"].items() if name in by_name}
    return Fit(parts, is_deep=found["is_deep"])


def leads_to(own: Own, found: dict[str, Any]) -> bool:
    """Whether the line that raised is one of this part's."""
    if not found["line"] or f"e{own.part.exercise}" not in found["file"]:
        return False
    return any(found["line"] in each.source for each in own.statements)
