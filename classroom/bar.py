"""How far a long work is: a bar in a terminal, a line for each part anywhere else."""

from __future__ import annotations

import sys

WIDTH = 26


class Bar:
    """A bar of so many parts on stderr, with the name of a part that is still under way."""

    def __init__(self, parts: list[str]) -> None:
        """Begin with nothing done."""
        self.total, self.waiting = len(parts), list(parts)
        self.is_terminal = sys.stderr.isatty()
        self.show("")

    def add(self, part: str) -> None:
        """One more part is done."""
        self.waiting.remove(part)
        self.show(part)

    def show(self, part: str) -> None:
        """Draw the bar over what it was, or name the part that is done."""
        done = self.total - len(self.waiting)
        if self.is_terminal:
            full = WIDTH * done // max(1, self.total)
            name = self.waiting[0][:36] if self.waiting else ""
            bar = "#" * full + "." * (WIDTH - full)
            text = f"\r[{bar}] {done} of {self.total}  {name:36}"
        else:
            text = f"checked {part}: {done} of {self.total}\n" if part else ""
        sys.stderr.write(text)
        sys.stderr.flush()

    def close(self) -> None:
        """Leave nothing behind in a terminal."""
        if self.is_terminal:
            sys.stderr.write("\r" + " " * 78 + "\r")
            sys.stderr.flush()
