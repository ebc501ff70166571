"""A program line by line: what is kept for the way back, what is written to, what is spoilt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...pictures.chart import MARK, picture, plain_rectangle, segment, text
from ...pictures.svg import Parts, Svg, group, named
from ..player import Frame, Player, Words

WIDTH, COLUMNS = 660, 290  # of the picture, and where the columns of memories begin
TOP, LINE = 62, 36  # the first line of the program, and from line to line
LANE = 18  # between two bars of one memory
VERBS = ("keeps", "writes", "reads", "uses")

Event = tuple[str, str, str]  # a line of code, one of VERBS, and the memories: "w" or "e, w"


class Bar(NamedTuple):
    """An array kept from line `start` to line `end`, and the first line that writes to it."""

    memory: str
    lane: int
    start: int
    end: int
    version: int
    spoilt: int | None


def show_timeline(program: Sequence[Event]) -> Player:
    """Step through a program whose lines keep, write, read or use memories.

    Each event is (code, verb, memories): ("y = x * x", "keeps", "x"), ("x[0] = 9", "writes", "x"),
    ("y.backward()", "uses", "x"). A use ends all bars of its memories.
    """
    memories: list[str] = []
    for code, verb, names in program:
        if verb not in VERBS:
            raise ValueError(f"{code!r} {verb!r} {names}; the verbs are {', '.join(VERBS)}")
        memories += [name for name in split(names) if name not in memories]
    if not 0 < len(memories) <= 3:
        raise ValueError(f"{len(memories)} memories; a picture has room for 1 to 3")
    bars = bars_of(program)
    name = f"A time-line of {len(program)} lines and {len(memories)} " + (
        "memory" if len(memories) == 1 else "memories"
    )
    frames = [frame(k, program, memories, bars) for k in range(len(program))]
    return Player(timeline_svg(program, memories, bars, name), frames, name)


def split(names: str) -> list[str]:
    """The memories of an event."""
    return [name.strip() for name in names.split(",")]


def versions(program: Sequence[Event], memory: str) -> list[int]:
    """The version of a memory after each line."""
    count, found = 0, []
    for _, verb, names in program:
        count += verb == "writes" and memory in split(names)
        found.append(count)
    return found


def bars_of(program: Sequence[Event]) -> list[Bar]:
    """Every array that is kept, from the line that keeps it to the line that uses it."""
    bars: list[Bar] = []
    for start, (_, verb, names) in enumerate(program):
        for memory in split(names) if verb == "keeps" else ():
            touching = {
                kind: [
                    k
                    for k in range(start + 1, len(program))
                    if program[k][1] == kind and memory in split(program[k][2])
                ]
                for kind in ("uses", "writes")
            }
            end = min(touching["uses"], default=len(program) - 1)
            spoilt = min((k for k in touching["writes"] if k < end), default=None)
            lane = sum(bar.memory == memory and bar.end > start for bar in bars)
            version = versions(program, memory)[start]
            bars.append(Bar(memory, lane, start, end, version, spoilt))
    return bars


def at(line: int) -> float:
    """The height of a line."""
    return TOP + LINE * line


def timeline_svg(program: Sequence[Event], memories: list[str], bars: list[Bar], name: str) -> Svg:
    """The program on the left, and on the right a column for each memory."""
    words = (
        "The lines of a program from top to bottom. Beside them, for each memory, a solid bar from "
        "the line that keeps it for the way back to the line that uses it. Diamonds are writes, "
        "with the version they lead to. From a write on, a bar is only a dashed line: spoilt."
    )
    width = (WIDTH - COLUMNS) / len(memories)
    left = {memory: COLUMNS + 14 + k * width for k, memory in enumerate(memories)}
    height = at(len(program)) + 6
    now = {"fill": "none", "x": "8", "width": f"{WIDTH - 16}", "y": f"{at(0) - 22}"}
    edge = {"height": f"{LINE - 4}", "rx": "5", "style": "stroke-width:2"}
    parts: list[Parts] = [plain_rectangle("now", "grid", **now, **edge)]
    parts += [text(x - 6, 26, f"memory of {memory}", "main-text") for memory, x in left.items()]
    for k, kept in enumerate(bars):
        x = left[kept.memory] + LANE * kept.lane
        shape = {"x": f"{x - 5:.1f}", "width": "10", "y": f"{at(kept.start) - 8:.1f}"}
        parts.append(plain_rectangle(f"bar{k}", "main-dot", **shape, height="0"))
        if kept.spoilt is not None:
            ends = (x, at(kept.spoilt), x, at(kept.spoilt))
            parts.append(segment(ends, "side dashed", f"spoilt{k}"))
    for k, (code, verb, names) in enumerate(program):
        parts.append(text(20, at(k), f"{k + 1}", "quiet"))
        parts.append(text(44, at(k), code, "", f"line{k}"))
        for memory in split(names):
            parts.append(mark(k, verb, memory, program, bars, left[memory]))
    return picture(name, words, (WIDTH, height), *parts)


def mark(
    k: int, verb: str, memory: str, program: Sequence[Event], bars: list[Bar], x: float
) -> list[Parts]:
    """A diamond for a write, and in words what happens to this memory in this line."""
    lanes = max([bar.lane for bar in bars if bar.memory == memory and bar.start <= k <= bar.end],
                default=0)  # fmt: skip
    version = versions(program, memory)[k]
    ended = [bar for bar in bars if bar.memory == memory and bar.end == k]
    spoils = any(bar.memory == memory and bar.start < k < bar.end for bar in bars)
    words = {
        "keeps": f"kept at {version}",
        "writes": f"version {version}, spoils" if spoils else f"version {version}",
        "reads": "read",
        "uses": "refused" if any(bar.spoilt is not None for bar in ended) else "used",
    }[verb]
    kind = {"writes": "side-text", "reads": "quiet"}.get(
        verb, "side-text" if words == "refused" else ""
    )
    found: list[Parts] = [text(x + LANE * lanes + 14, at(k) + 1, words, kind)]
    if verb == "writes":
        y, r = at(k) - 4, MARK + 2
        points = f"{x},{y - r} {x + r},{y} {x},{y + r} {x - r},{y}"
        found.append(f'<polygon class="side-dot" points="{points}"/>\n')
    return group(named(f"mark{k}-{memory}"), *found)


def frame(k: int, program: Sequence[Event], memories: list[str], bars: list[Bar]) -> Frame:
    """The state after line `k`: later lines are quiet, later bars not there yet."""
    attrs: dict[str, dict[str, str | None]] = {"now": {"y": f"{at(k) - 22:.1f}"}}
    for place, bar in enumerate(bars):
        sound = min(k, bar.end if bar.spoilt is None else bar.spoilt)
        height = at(sound) - at(bar.start) + 8 if k >= bar.start else 0
        attrs[f"bar{place}"] = {"height": f"{height:.1f}"}
        if bar.spoilt is not None:
            down, shown = at(min(k, bar.end)), None if k > bar.spoilt else "none"
            attrs[f"spoilt{place}"] = {"y2": f"{down:.1f}", "display": shown}
    for line, (_, _, names) in enumerate(program):
        for memory in split(names):
            attrs[f"mark{line}-{memory}"] = {"display": None if line <= k else "none"}
    classes = {f"line{line}": "quiet" for line in range(k + 1, len(program))}
    code, verb, names = program[k]
    lines: list[Words] = [(name, sentence(k, verb, name, program, bars)) for name in split(names)]
    quiet = [name for name in memories if name not in split(names)]
    lines += [(name, f"version {versions(program, name)[k]}, not touched") for name in quiet]
    return Frame(f"line {k + 1}: {code}", lines, classes=classes, attrs=attrs)


def sentence(k: int, verb: str, memory: str, program: Sequence[Event], bars: list[Bar]) -> str:
    """What line `k` does with a memory, and what follows from it."""
    version = versions(program, memory)[k]
    own = [bar for bar in bars if bar.memory == memory]
    if verb == "keeps":
        return f"kept for the way back, at version {version}"
    if verb == "reads":
        return f"read, which is not counted: still version {version}"
    if verb == "writes":
        spoilt = [bar for bar in own if bar.start < k < bar.end]
        after = (
            "spoilt: it was kept, and is still to be used" if spoilt else "safe: nobody needs it"
        )
        return f"written to, now version {version}; {after}"
    broken = [bar for bar in own if bar.end == k and bar.spoilt is not None]
    if broken:
        return f"refused: it is at version {version}, and version {broken[0].version} is needed"
    return f"used, at version {version}, as it was kept; the bar ends"
