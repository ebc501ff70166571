"""A chain cut into pieces: what its checkpoints keep, what the peak is, what is computed again."""

from __future__ import annotations

from collections.abc import Sequence

from ...pictures.chart import Box, Plot, disc, ends_of, picture, plain_rectangle, segment, text
from ...pictures.svg import Svg, group, named
from ...pictures.words import counted
from ...teaching.memory import Cost, cost_of_chain
from ..player import Frame, Player, Words

WIDTH, HEIGHT = 660, 356
LEFT, RIGHT = 62, 642
RULER = (34, 58)  # top and bottom of the row of steps
PLOT = Box(330, RIGHT, 128, 300)
BARS = {"kept": "kept after forward", "peak": "held at the peak", "computed": "steps computed"}
FILLS = {"kept": "main-dot", "peak": "side-dot", "computed": "dot"}
BAR_LEFT, BAR_RIGHT, BAR_TOP, BAR_ROW = LEFT, 246, 144, 60
MOST = 64  # steps: the ruler has no room for more
LENGTHS = (1, 2, 3, 4, 5, 6, 8, 9, 12, 16, 18, 24, 32, 36, 48, 64)


class Ruler(Player):
    """A player of chains that were run; `costs` holds what each needed, by its k."""

    def __init__(self, svg: Svg, frames: Sequence[Frame], name: str, costs: dict[int, Cost]):
        """Prepare the frames, and keep the costs."""
        super().__init__(svg, frames, name)
        self.costs = costs


def memory_ruler(steps: int = 36, entries: int = 40_000) -> Ruler:
    """Run a chain without checkpoints, then with one around every k steps, and measure each run.

    Slide k: which results are kept, how many arrays there are at the peak, what is computed twice.
    The curve of the peaks grows with k, so that its lowest point is found and not given.
    """
    if not 2 <= steps <= MOST:
        raise ValueError(f"a chain of {steps} steps; give it 2 to {MOST}")
    lengths = [0, *(k for k in LENGTHS if k < steps), steps]
    costs = {k: cost_of_chain(steps, k, entries) for k in lengths}
    plot = Plot((0, steps), (0, round_up(max(c.peak for c in costs.values()))), LABELS, box=PLOT)
    name = f"A chain of {steps} steps, and a checkpoint around every k"
    frames = [frame(k, costs, steps, entries * 8, plot) for k in lengths]
    return Ruler(ruler_svg(costs, steps, plot, name), frames, name, costs)


LABELS = ("k, steps in a piece", "arrays at the peak")


def round_up(number: int) -> int:
    """The next ten above."""
    return -(-number // 10) * 10


def kept_steps(steps: int, k: int) -> set[int]:
    """The steps whose result is kept: the last one of each piece; all where there are no pieces."""
    return {min(start + (k or 1), steps) - 1 for start in range(0, steps, k or 1)}


def full_piece(steps: int, k: int) -> range:
    """The last piece of full length, which holds the most when it is computed again."""
    last = (steps // k - 1) * k if k else steps
    return range(last, min(last + k, steps))


def reach(costs: dict[int, Cost], part: str) -> int:
    """The largest number among the bars that are compared with `part`."""
    parts = ("computed",) if part == "computed" else ("kept", "peak")
    return max(getattr(cost, one) for cost in costs.values() for one in parts)


def ruler_svg(costs: dict[int, Cost], steps: int, plot: Plot, name: str) -> Svg:
    """The row of steps, three bars, and the peak against k."""
    words = (
        "On top a row with a cell for each step of a chain; filled cells are results that are kept "
        "after the way forward, and a line under the row marks the piece that is computed again at "
        "the peak. Below on the left three bars: arrays kept after the way forward, arrays held at "
        "the peak, and steps computed. On the right the peak against k, up to the k that is shown, "
        "with a dashed line for the chain without checkpoints and a mark at that k."
    )
    top, bottom = RULER
    width = (RIGHT - LEFT) / steps
    size = {"y": f"{top}", "width": f"{width - 2:.1f}", "height": f"{bottom - top}"}
    cells = [
        plain_rectangle(f"step-{i}", "here", fill="none", x=f"{LEFT + i * width:.1f}", **size)
        for i in range(steps)
    ]
    bars = []
    for row, (part, words_of_bar) in enumerate(BARS.items()):
        y = BAR_TOP + row * BAR_ROW
        bars += [
            text(BAR_LEFT, y - 8, words_of_bar, "quiet"),
            plain_rectangle(part, FILLS[part], x=f"{BAR_LEFT}", y=f"{y}", width="0", height="18"),
            text(BAR_LEFT, y + 14, "", "", f"{part}-text"),
        ]
    level = plot.point(0, costs[0].peak)[1]
    points = [(k, cost.peak) for k, cost in costs.items() if k]
    pairs = [points[max(place - 1, 0) : place + 1] for place in range(len(points))]
    return picture(
        name,
        words,
        (WIDTH, HEIGHT),
        text(LEFT, 22, "filled: this step's result is kept after forward", "main-text"),
        *cells,
        segment((LEFT, bottom + 8, LEFT, bottom + 8), "side", "piece"),
        text(LEFT, bottom + 26, "", "side-text", "piece-text"),
        *bars,
        *plot.axes(),
        segment((PLOT.left, level, PLOT.right, level), "guide"),
        text(PLOT.left + 110, level + 15, "no checkpoint", "quiet"),
        *(
            group(
                named(f"peak-{k}") | {"visibility": "hidden"},
                plot.curve(ends, "side"),
                disc(*plot.point(*ends[-1]), "side-dot"),
            )
            for (k, _), ends in zip(points, pairs, strict=True)
        ),
        segment((PLOT.left, PLOT.top, PLOT.left, PLOT.bottom), "main dashed", "now"),
    )


def frame(k: int, costs: dict[int, Cost], steps: int, array: int, plot: Plot) -> Frame:
    """What one k keeps, holds and computes."""
    cost, kept, piece = costs[k], kept_steps(steps, k), full_piece(steps, k)
    pieces = len(kept)
    attrs: dict[str, dict[str, str | None]] = {}
    for part in BARS:
        length = (BAR_RIGHT - BAR_LEFT) * getattr(cost, part) / reach(costs, part)
        attrs[part] = {"width": f"{length:.1f}"}
        attrs[f"{part}-text"] = {"x": f"{BAR_LEFT + length + 6:.1f}"}
    width = (RIGHT - LEFT) / steps
    under = RULER[1] + 8
    ends = (LEFT + piece.start * width, under, LEFT + piece.stop * width - 2, under)
    attrs["piece"] = dict(ends_of(ends if k else (LEFT, under, LEFT, under)))
    at = plot.x.pixel(k)
    attrs["now"] = dict(ends_of((at, PLOT.top, at, PLOT.bottom)))
    numbers = {f"{part}-text": str(getattr(cost, part)) for part in BARS}
    again = f"under the line: computed again, {len(piece)} at a time" if k else "nothing twice"
    attrs |= {f"peak-{one}": {"visibility": None} for one in costs if 0 < one <= k}
    fills: dict[str, dict[str, str | None]] = {
        f"step-{i}": {"fill": None if i in kept else "none"} for i in range(steps)
    }
    return Frame(
        f"k = {k}: {counted(pieces, 'piece')}" if k else "no checkpoint",
        lines_of(cost, steps, array),
        texts={**numbers, "piece-text": again},
        classes={f"step-{i}": "main-dot" for i in kept},
        attrs=attrs | fills,
    )


def lines_of(cost: Cost, steps: int, array: int) -> Sequence[Words]:
    """The three numbers of a run in words."""
    again = cost.computed - steps
    return [
        ("kept after forward", megabytes(cost.kept, array)),
        ("held at the peak", megabytes(cost.peak, array)),
        ("steps computed", f"{cost.computed}: {steps} forward, {again} again"),
    ]


def megabytes(arrays: int, array: int) -> str:
    """So many arrays, and the bytes in them."""
    return f"{counted(arrays, 'array')}, {arrays * array / 1e6:.1f} MB"
