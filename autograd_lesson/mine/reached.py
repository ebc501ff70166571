"""A milestone as it went: a picture of three curves on one another, and the same in words."""

from __future__ import annotations

import html
import linecache
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any, NamedTuple

from ..pictures.plot import Captioned, curves_on_one_another
from .milestones import Milestone, Run, Tick, evenly, of_lesson, trained
from .parts import Part, every_part
from .reporting import wrapped
from .torch_stored import LOSSES

COLUMNS = 6  # of the table
HEADING = re.compile(r"# --- (?:.*: |brought along for )([^,]*) ---$")  # as parts.py writes it


class Reached(NamedTuple):
    """What became of one milestone."""

    milestone: Milestone
    runs: dict[str, Run]  # yours first
    torch: tuple[float, ...]  # the losses of PyTorch, at `evenly(...)`
    same_start: bool  # PyTorch's began with the same numbers
    own: list[str]  # the parts of one's own that it ran on
    borrowed: list[str]
    trouble: str = ""  # why it broke off

    @property
    def is_reached(self) -> bool:
        """Whether it came as far as is asked for."""
        return not self.trouble and self.runs["yours"].share >= self.milestone.share

    def curves(self) -> dict[str, Sequence[float]]:
        """The losses at evenly spaced steps."""
        steps = evenly(self.milestone.steps)
        yours, package = ([run.losses[step] for step in steps] for run in self.runs.values())
        return {self.name: yours, "the package": package, self.torch_name: self.torch}

    @property
    def name(self) -> str:
        """Whose engine it is."""
        return "yours" if self.own else "all borrowed"

    @property
    def torch_name(self) -> str:
        """PyTorch, and what it began with where that was something else."""
        return "PyTorch" if self.same_start else "PyTorch, from the course's start"

    def __repr__(self) -> str:
        """The words of the picture, and what it ran on."""
        if self.trouble:
            return wrapped(" ".join(self.sentences()))
        below = [self.difference(), *map(wrapped, self.parts())]
        return "\n".join([*self.sentences(), *self.table(), *below])

    def sentences(self) -> list[str]:
        """Whether it is reached, and what was found."""
        made = self.milestone
        title = f"Milestone of lesson {made.lesson}, {made.title}"
        if self.trouble:
            return [f"{title}: it broke off.", self.trouble]
        found = f"{self.runs['yours'].share:.1%} {made.of}; {made.share:.0%} are asked for."
        return [f"{title}: {'reached' if self.is_reached else 'not reached'}.", found]

    def table(self) -> list[str]:
        """The losses at some steps, a line for each engine."""
        steps, curves = evenly(self.milestone.steps), self.curves()
        places = range(0, len(steps), (len(steps) - 1) // (COLUMNS - 1))
        width = max(map(len, ("loss before step", *curves)))
        rows = [f"{'loss before step':{width}}" + "".join(f"{steps[k]:>9}" for k in places)]
        for name, losses in curves.items():
            rows.append(f"{name:{width}}" + "".join(f"{losses[k]:>9.3g}" for k in places))
        return rows

    def difference(self) -> str:
        """How far one's own curve is from the package's."""
        mine, theirs = (run.losses for run in self.runs.values())
        apart = max(abs(a - b) / max(abs(b), 1e-12) for a, b in zip(mine, theirs, strict=True))
        for share, words in ((1e-9, "a billionth"), (1e-3, "a thousandth"), (1e-1, "a tenth")):
            if apart < share:
                return f"The first two differ by less than {words} at every step."
        return f"The first two differ by up to {apart:.0%} of the loss."

    def parts(self) -> Iterator[str]:
        """Whose code it ran on."""
        if self.own:
            yield f"It ran on {len(self.own)} parts of your own: {', '.join(self.own)}."
        if self.borrowed:
            yield f"Borrowed from the course: {', '.join(self.borrowed)}."

    def picture(self) -> Captioned:
        """The three curves."""
        steps = evenly(self.milestone.steps)
        return curves_on_one_another(self.curves(), steps, repr(self))

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        """The picture, and around it what its table does not say."""
        if self.trouble:
            return {"text/plain": repr(self)}
        above, below = self.sentences(), [self.difference(), *self.parts()]
        picture = self.picture()._repr_mimebundle_()["text/html"]
        said = ["".join(f"<p>{html.escape(each)}</p>" for each in part) for part in (above, below)]
        return {"text/html": said[0] + picture + said[1], "text/plain": repr(self)}


def reached(lesson: int, engine: ModuleType, tick: Tick = lambda: None) -> Reached:
    """Run the milestone of a lesson on an engine."""
    milestone = of_lesson(lesson)
    try:
        own, borrowed = parts_run(milestone, engine)
        found = trained(milestone, engine, tick)
    except Exception as error:
        return Reached(milestone, {}, (), True, [], [], said(error))
    torch = found.pop("PyTorch", None)
    stored = LOSSES[lesson]
    steps = evenly(milestone.steps)
    losses = tuple(torch[step] for step in steps) if torch else stored
    first = found["yours"].losses[0]
    same = torch is not None or abs(stored[0] - first) < 1e-3 * abs(first)
    return Reached(milestone, found, losses, same, own, borrowed)


def said(error: Exception) -> str:
    """What was raised, and in which line of the engine."""
    frames = traceback.extract_tb(error.__traceback__)
    place = next((f for f in reversed(frames) if "my_engine" in f.filename), None)
    where = f" at `{place.line}` of {Path(place.filename).name}" if place else ""
    return (
        f"{type(error).__name__}: {error}{where}. Mend the answer in its notebook, and run "
        "`python3 start.py mine`"
    )


def parts_run(milestone: Milestone, engine: ModuleType) -> tuple[list[str], list[str]]:
    """The parts of one's own, and the borrowed ones, whose code one step runs."""
    seen: set[CodeType] = set()

    def look(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            seen.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        milestone.run(engine, milestone.network(engine), iter(range(1)))
    finally:
        sys.setprofile(before)
    folder = Path(str(engine.__file__)).parent
    return listed(seen, folder, is_lent=False), listed(seen, folder, is_lent=True)


def listed(codes: Iterable[CodeType], folder: Path, is_lent: bool) -> list[str]:
    """The parts that these pieces of code belong to: those in `borrowed/`, or the others."""
    found = set()
    for code in codes:
        path = Path(code.co_filename)
        if not path.is_relative_to(folder) or ("borrowed" in path.parts[-2]) != is_lent:
            continue
        stem = path.stem.removeprefix("kept_")
        names = {code.co_qualname.partition(".")[0], headed_by(path, code.co_firstlineno)}
        found |= {Part(stem[1:3], name) for name in names}
    return [str(part) for part in every_part() if part in found]


def headed_by(path: Path, line: int) -> str:
    """The one part under whose heading a line stands: a lambda has no name of its own."""
    linecache.checkcache(str(path))  # it may have been put together anew
    for above in reversed(linecache.getlines(str(path))[:line]):
        if found := HEADING.match(above):
            return found[1]
    return ""
