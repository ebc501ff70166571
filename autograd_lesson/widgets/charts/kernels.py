"""A compiled step as a time-line of kernels over its arrays: line by line above, planned below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ...compiler.steps.bookkeeping import Entry, Ledger, ledger
from ...pictures.chart import Axis, picture, plain_rectangle, segment, text
from ...pictures.svg import Element, Parts, Svg
from ...pictures.words import counted, listed
from ..player import Frame, Player, Words

WIDTH, LEFT, RIGHT = 660, 66, 648
TOPS, TALL = (34, 232), 150  # of the two panels
MOST_LINES, MOST_KERNELS = 160, 60
NAMED = (26, 13)  # pixels that a name needs
STYLE = """\
.autograd-plot {
.array {stroke: var(--ag-quiet); stroke-width: 1; fill: var(--ag-ground)}
.array.kept {fill: var(--ag-box)}
.array.read {fill: var(--ag-operand-box); stroke: var(--ag-operand); stroke-width: 2; \
stroke-dasharray: 5 3}
.array.written {fill: var(--ag-result-box); stroke: var(--ag-result); stroke-width: 2}
.now {fill: var(--ag-box); stroke: var(--ag-quiet); stroke-width: 1}
.name {font-size: 12px}
}
"""


class Panel(NamedTuple):
    """One way to run the step: its ledger, and where the bytes of its arrays lie in the picture."""

    name: str
    told: Ledger
    bounds: list[float]  # the pixels at which its entries begin; behind them where the last ends
    bytes: Axis

    def drawn(self) -> Iterator[tuple[int, Any]]:
        """The arrays that are at least a pixel high, by their place in the ledger."""
        for place, array in enumerate(self.told.arrays):
            if self.bytes.pixel(0) - self.bytes.pixel(array.size) >= 1:
                yield place, array

    def shape(self, array: Any) -> dict[str, float]:
        """The rectangle of an array."""
        left = self.bounds[max(array.first, 0)]
        right = self.bounds[min(array.last + 1, len(self.bounds) - 1)]
        top, bottom = (self.bytes.pixel(b) for b in (array.offset + array.size, array.offset))
        return {"x": left, "width": right - left, "y": top, "height": bottom - top}


def show_kernels(step: Any) -> Player:
    """Step through the kernels of a compiled training step, over the arrays that they need.

    Above each line runs by itself, as in NumPy, and its result has an array of its own until its
    last reader; below is the plan of the step. Both are of the same lines, in the same order.
    """
    alone, planned = ledger(step, is_planned=False), ledger(step)
    lines, kernels = len(alone.entries), len(planned.entries)
    if not lines:
        raise ValueError(
            "the step has no lines: its loss is a parameter itself; compile a loss that is computed"
        )
    if lines > MOST_LINES or kernels > MOST_KERNELS:
        raise ValueError(
            f"the step has {lines} lines in {kernels} kernels, and a picture has room for "
            f"{MOST_LINES} in {MOST_KERNELS}: compile a network with fewer layers"
        )
    panels = panels_of(alone, planned)
    name = f"A step of {counted(lines, 'line')} in {counted(kernels, 'kernel')}"
    frames = [frame(k, *panels) for k in range(kernels)]
    return Player(panels_svg(name, *panels), frames, name)


def panels_of(alone: Ledger, planned: Ledger) -> tuple[Panel, Panel]:
    """Both panels, with the same scale of bytes; a kernel is as wide as its lines are above."""
    lines = len(alone.entries)
    across = Axis(0, lines, LEFT, RIGHT)
    first = [e.kernel for e in alone.entries]
    begins = [sum(kernel < k for kernel in first) for k in range(len(planned.entries))]
    top = max(alone.top, planned.top, 1)
    bounds = [[across.pixel(k) for k in places] for places in (range(lines + 1), (*begins, lines))]
    sides = [Axis(0, top, y + TALL, y) for y in TOPS]
    return (
        Panel("line by line", alone, bounds[0], sides[0]),
        Panel("planned", planned, bounds[1], sides[1]),
    )


def panels_svg(name: str, *panels: Panel) -> Svg:
    """Both panels, each array a rectangle, and in each the band of the kernel that runs."""
    words = (
        "Two panels of the same step, from left to right in time and upwards in memory. Each "
        "rectangle is an array at its place, from when it is made to when it is read for the last "
        "time. Above every line runs by itself, below the lines of a kernel run together. A band "
        "marks the kernel that runs. What it reads has a dashed edge, and what it writes a thick "
        "one; arrays that come later are not there yet. Very small arrays are not drawn. "
        + ". ".join(map(heading, panels))
    )
    parts: list[Parts] = []
    for panel in panels:
        edge = {"height": f"{TALL + 12}", "y": f"{panel.bytes.end - 6:g}", "rx": "4"}
        parts += [plain_rectangle(band(panel), "now", x="0", width="0", **edge), *axes(panel)]
        for place, array in panel.drawn():
            shape = {side: f"{at:.1f}" for side, at in panel.shape(array).items()}
            parts.append(plain_rectangle(id_of(panel, place), "array", **shape))
            parts.append(label(panel, place, array))
    bottom = TOPS[1] + TALL
    parts.append(text((LEFT + RIGHT) / 2, bottom + 26, "time", "x quiet"))
    return picture(name, words, (WIDTH, bottom + 38), *parts, style=STYLE)


def band(panel: Panel) -> str:
    """The id of the band of a panel."""
    return f"now-{panel.name.split()[0]}"


def id_of(panel: Panel, place: int) -> str:
    """The id of an array's rectangle."""
    return f"{panel.name.split()[0]}-{place}"


def label(panel: Panel, place: int, array: Any) -> Element:
    """The name of an array, where there is room for it."""
    shape = panel.shape(array)
    right = shape["x"] + shape["width"]
    over = (a for a in panel.told.arrays if array.first < a.first <= array.last)  # it may cover it
    ends = [panel.shape(a)["x"] for a in over if a.offset == array.offset]
    has_room = min([right, *ends]) - shape["x"] >= NAMED[0] and shape["height"] >= NAMED[1]
    name = array.names[0] if has_room else ""
    middle = shape["y"] + shape["height"] / 2 + 4
    return text(shape["x"] + 4, middle, name, "name", f"{id_of(panel, place)}-name")


def heading(panel: Panel) -> str:
    """`planned: 9 kernels, 817,688 bytes moved, 207,232 needed at one time`."""
    told, what = panel.told, "line" if panel.name == "line by line" else "kernel"
    sums = f"{told.moved:,} bytes moved, {told.peak:,} needed at one time"
    return f"{panel.name}: {counted(len(told.entries), what)}, {sums}"


def axes(panel: Panel) -> list[str]:
    """The heading of a panel, and its bytes."""
    side = panel.bytes
    parts: list[str] = [text(LEFT, side.end - 12, heading(panel), "quiet")]
    for number in side.ticks(3).values():
        y = side.pixel(number)
        parts.append(segment((LEFT, y, RIGHT, y), "grid"))
        parts.append(text(LEFT - 8, y + 4, f"{number / 1000:g} kB", "tick y"))
    return parts


def frame(k: int, alone: Panel, planned: Panel) -> Frame:
    """One kernel: what it touches in both panels, and in words what that costs."""
    entry = planned.told.entries[k]
    own = [place for place, each in enumerate(alone.told.entries) if each.kernel == k]
    left, right = planned.bounds[k], planned.bounds[k + 1]
    attrs: dict[str, dict[str, str | None]] = {
        band(panel): {"x": f"{left:.1f}", "width": f"{right - left:.1f}"}
        for panel in (alone, planned)
    }
    classes: dict[str, str] = {}
    for panel, places in ((alone, own), (planned, [k])):
        for place, kind in states(panel, places):
            shown = None if kind else "none"
            id_ = id_of(panel, place)
            attrs |= {id_: {"display": shown}, f"{id_}-name": {"display": shown}}
            classes[id_] = kind
    return Frame(title(k, entry), sentences(k, alone, planned, own), classes=classes, attrs=attrs)


def states(panel: Panel, places: list[int]) -> Iterator[tuple[int, str]]:
    """What each drawn array is while these entries run: written, read, kept, past; "" before."""
    entries = [panel.told.entries[place] for place in places]
    written = {name for entry in entries for name in entry.writes}
    read = {name for entry in entries for name in entry.reads}
    first, last = min(places, default=0), max(places, default=0)
    for place, array in panel.drawn():
        (name,) = array.names
        if array.first > last:
            yield place, ""
        elif array.last < first:
            yield place, "past"
        elif name in written:
            yield place, "written"
        else:
            yield place, "read" if name in read else "kept"


def title(k: int, entry: Entry) -> str:
    """`kernel 1: 14 ops in one`."""
    ops = counted(len(entry.lines), "op")
    return f"kernel {k}: {ops}{' in one' if len(entry.lines) > 1 else ', ' + entry.ops}"


def sentences(k: int, alone: Panel, planned: Panel, own: list[int]) -> list[Words]:
    """What a kernel reads, writes and moves, and what is needed while it runs."""
    entry = planned.told.entries[k]
    by_line = sum(alone.told.entries[place].moved for place in own)
    most = max((alone.told.needed(place) for place in own), default=0)
    lines: list[Words] = [
        ("ops", entry.ops),
        ("reads", arrays(entry.reads)),
        ("writes", arrays(entry.writes)),
        ("moves", f"{entry.moved:,} bytes; line by line {by_line:,}"),
        ("needed", f"{planned.told.needed(k):,} bytes; line by line up to {most:,}"),
    ]
    taken = [
        f"{new} lies where {old} was"
        for block in planned.told.blocks
        for old, new in zip(block.names, block.names[1:], strict=False)
        if new in entry.writes
    ]
    if taken:
        lines.append(("places", listed(taken)))
    return lines


def arrays(touched: dict[str, int]) -> str:
    """`v1 65,536, p1 256 bytes`, or that there is none."""
    words = ", ".join(f"{name} {size:,}" for name, size in touched.items())
    return f"{words} bytes" if words else "nothing"
