"""How far a long work is: a bar in a terminal, a line for each part anywhere else."""

from __future__ import annotations

import sys
import time

WIDTH = 26
LINES = 40  # at most so many, where a line is written for each part


class Bar:
    """A bar of so many parts on stderr, with the name of a part that is still under way."""

    def __init__(self, parts: list[str], verb: str = "checked") -> None:
        """Begin with nothing done."""
        self.verb, self.begun = verb, time.monotonic()
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
            text = f"\r[{bar}] {done} of {self.total}  {name:24.24} {self.left(done):13}"
        else:
            is_told = part and done * LINES // self.total > (done - 1) * LINES // self.total
            text = f"{self.verb} {part}: {done} of {self.total}\n" if is_told else ""
        sys.stderr.write(text)
        sys.stderr.flush()

    def left(self, done: int) -> str:
        """How much longer it will take, as far as the parts that are done can tell."""
        if not 0 < done < self.total:
            return ""
        seconds = (time.monotonic() - self.begun) / done * (self.total - done)
        return f"{seconds / 60:.0f} min left" if seconds >= 90 else f"{seconds:.0f} s left"

    def close(self) -> None:
        """Leave nothing behind in a terminal."""
        if self.is_terminal:
            sys.stderr.write("\r" + " " * 78 + "\r")
            sys.stderr.flush()
