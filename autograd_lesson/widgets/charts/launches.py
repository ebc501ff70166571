"""Where the time of a chain of ops on a card goes: transfers, launches, kernels, fused or not."""

from __future__ import annotations

from typing import NamedTuple

from ...pictures.chart import Axis, picture, plain_rectangle, segment, text
from ...pictures.svg import Svg
from ..player import Frame, Player, Words

WIDTH, HEIGHT, LEFT, RIGHT, TOP, LANE = 660, 210, 92, 640, 20, 46
LANES = ("transfer", "launch", "kernel")
FILLS = dict(zip(LANES, ("dot", "main-dot", "side-dot"), strict=True))


class Card(NamedTuple):
    """What a card costs, in microseconds, gigabytes and billions of operations a millisecond."""

    launch: float = 5.0
    latency: float = 10.0
    transfer: float = 0.02
    memory: float = 1.0
    arithmetic: float = 10.0

    def move(self, numbers: int) -> float:
        """An array of float32 from the host to the card, or back."""
        return self.latency + numbers * 4e-6 / self.transfer

    def kernel(self, numbers: int, ops: int) -> float:
        """One kernel that reads and writes every number once and does `ops` operations on each."""
        return max(2 * numbers * 4e-6 / self.memory, numbers * ops * 1e-6 / self.arithmetic)


class Bar(NamedTuple):
    """Something that takes time: its lane, where it starts, and how long it takes."""

    lane: str
    start: float
    length: float


def show_launches(ops: int = 10, numbers: int = 100_000, card: Card | None = None) -> Player:
    """Step from a kernel for each of `ops` elementwise ops to one for all of them.

    The time is that of a simulated card: nothing is measured.
    """
    if not 1 <= ops <= 20 or numbers < 1:
        raise ValueError(f"ops is {ops} and numbers {numbers}; 1 to 20 ops on 1 number or more")
    card = card or Card()
    kernels = [ops // k for k in range(1, ops + 1) if ops % k == 0]
    programs = [bars_of(card, ops, n, numbers) for n in kernels]
    longest = max(end_of(bars) for bars in programs)
    axis = Axis(0.0, longest, LEFT, RIGHT)
    name = f"{ops} elementwise ops on {numbers:,} numbers, on a simulated card"
    most = max(map(len, programs))
    frames = [frame(n, bars, axis, most) for n, bars in zip(kernels, programs, strict=True)]
    return Player(lanes_svg(axis, ops, most, name), frames, name)


def bars_of(card: Card, ops: int, kernels: int, numbers: int) -> list[Bar]:
    """There, so many kernels of equally many ops, and back: one after the other."""
    lengths = [("transfer", card.move(numbers))]
    for _ in range(kernels):
        lengths += [("launch", card.launch), ("kernel", card.kernel(numbers, ops // kernels))]
    lengths.append(("transfer", card.move(numbers)))
    bars, now = [], 0.0
    for lane, length in lengths:
        bars.append(Bar(lane, now, length))
        now += length
    return bars


def end_of(bars: list[Bar]) -> float:
    """When the last bar ends."""
    return bars[-1].start + bars[-1].length


def frame(kernels: int, bars: list[Bar], axis: Axis, most: int) -> Frame:
    """The bars of one program; those that it does not need have no width."""
    attrs: dict[str, dict[str, str | None]] = {}
    for k in range(most):
        shown = bars[k] if k < len(bars) else Bar("transfer", 0.0, 0.0)
        left, right = axis.pixel(shown.start), axis.pixel(shown.start + shown.length)
        attrs[f"bar-{k}"] = {
            "class": FILLS[shown.lane],
            "x": f"{left:.1f}",
            "width": f"{right - left:.1f}",
            "y": f"{TOP + LANE * LANES.index(shown.lane) + 6}",
        }
    spent = {lane: sum(bar.length for bar in bars if bar.lane == lane) for lane in LANES}
    counts = {lane: sum(bar.lane == lane for bar in bars) for lane in LANES}
    lines: list[Words] = [
        (lane, f"{counts[lane]} of them, {spent[lane]:.1f} microseconds") for lane in LANES
    ]
    lines.append(("in all", f"{end_of(bars):.1f} microseconds"))
    words = "1 kernel" if kernels == 1 else f"{kernels} kernels"
    return Frame(f"{words}: {end_of(bars):.0f} microseconds", lines, attrs=attrs)


def lanes_svg(axis: Axis, ops: int, most: int, name: str) -> Svg:
    """Three lanes with a common time axis, and as many bars as the longest program needs."""
    words = (
        f"Three lanes, transfers, launches and kernels, along an axis of {axis.high:.0f} "
        f"microseconds. From step to step the {ops} ops are fused into fewer kernels: the "
        "transfers stay, the launches become fewer, and the bars end earlier."
    )
    bottom = TOP + LANE * len(LANES)
    parts = []
    for time in axis.ticks().values():
        at = axis.pixel(time)
        parts += [
            segment((at, TOP, at, bottom), "grid"),
            text(at, bottom + 18, f"{time:g}", "tick x"),
        ]
    parts.append(text((LEFT + RIGHT) / 2, bottom + 40, "microseconds", "x quiet"))
    for k, lane in enumerate(LANES):
        parts.append(text(LEFT - 12, TOP + LANE * k + 26, lane, "y"))
    for k in range(most):
        parts.append(plain_rectangle(f"bar-{k}", height=f"{LANE - 12}"))
    return picture(name, words, (WIDTH, HEIGHT), *parts)
