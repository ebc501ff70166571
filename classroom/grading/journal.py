"""What has been graded, a line each, so that a run that was broken off goes on where it was."""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from classroom.grading.answers import Exercise
from classroom.remembered import around


class Journal:
    """The file of a report in which each notebook is noted as soon as it is graded.

    Its first line holds the seed that cases are drawn with: whoever knows it knows the cases.
    """

    def __init__(self, file: Path) -> None:
        """Read what is there; a line that was broken off or damaged does not count."""
        self.file, self.records = file, dict[str, dict[str, Any]]()
        self.seed = ""
        text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
        for line in text.splitlines():
            try:
                fact = json.loads(line)
            except ValueError:
                continue
            if isinstance(fact, dict) and isinstance(fact.get("seed"), str):
                self.seed = fact["seed"]
            elif isinstance(fact, dict) and {"key", "marks", "sandbox", "why"} <= fact.keys():
                self.records[fact["key"]] = fact
        if text and not text.endswith("\n"):
            self.append("")
        if not self.seed:
            self.file.touch(mode=0o600)
            self.seed = secrets.token_hex(16)
            self.append(json.dumps({"seed": self.seed}))

    def append(self, line: str) -> None:
        """Add a line to the file."""
        with self.file.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def note(self, key: str, record: dict[str, Any]) -> None:
        """One more notebook is graded."""
        self.records[key] = record | {"key": key}
        self.append(json.dumps(self.records[key]))


def key_of(student: str, exercise: Exercise, content: bytes, settings: Any) -> str:
    """One word for all that the marks of a notebook depend on."""
    digest = hashlib.sha256(around().encode())
    for part in (student, exercise.name, exercise, settings):
        digest.update(repr(part).encode("utf-8", "replace") + b"\n")
    digest.update(content)
    return digest.hexdigest()
