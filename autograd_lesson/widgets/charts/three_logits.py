"""Three logits, their probabilities and the gradient of the loss, with one logit on a slider."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...pictures.chart import Axis, disc, ends_of, picture, plain_rectangle, segment, text
from ...pictures.svg import Element, Svg, named
from ...pictures.words import fixed
from ..player import Frame, Player

WIDTH, HEIGHT = 640, 340
TOP, BOTTOM = 62, 276  # of both panels
LOGITS_AT, SHARES_AT = (110, 185, 260), (430, 505, 580)  # the middles of the columns
PUSH = 70.0  # pixels of an arrow at a logit where the gradient is 1
STEP = 0.5  # from one place of the slider to the next
BAR, HEAD = 17.0, 10.0  # half the width of a bar, and the length of an arrow's head


def three_logits(
    logits: Sequence[float] = (1.0, 0.0, -1.0), label: int = 0, moving: int = 1, reach: float = 6.0
) -> Player:
    """A slider for one of three logits, beside the three probabilities and the gradient `p - y`.

    `label` is the right class, `moving` the class whose logit goes from `-reach` to `reach`. At the
    probabilities an arrow goes from the target to the probability: the gradient. At the logits it
    goes the other way, as a step of descent does.
    """
    if len(logits) != 3:
        raise ValueError(f"three_logits was given {len(logits)} logits; give it 3")
    for name, number in {"label": label, "moving": moving}.items():
        if number not in (0, 1, 2):
            raise ValueError(f"{name} is {number!r}; the classes are 0, 1 and 2")
    if not (reach >= 1 and max(map(abs, logits)) <= reach):
        raise ValueError(f"reach is {reach:g}; it is 1 or more, and no logit lies beyond it")
    levels = Axis(-reach, reach, BOTTOM, TOP)
    stops = np.arange(-reach, reach + STEP / 2, STEP)
    rows = [[float(stop if k == moving else z) for k, z in enumerate(logits)] for stop in stops]
    name = f"Three logits and their probabilities, class {label} is right, logit {moving} moves"
    start = int(np.argmin(abs(stops - logits[moving])))
    frames = [frame(row, label, moving, levels) for row in rows]
    return Player(logits_svg(levels, label, moving, name), frames, name, step=start)


def shares_of(logits: Sequence[float]) -> list[float]:
    """The softmax of a few numbers."""
    largest = max(logits)
    weights = [math.exp(z - largest) for z in logits]
    return [weight / sum(weights) for weight in weights]


def logits_svg(levels: Axis, label: int, moving: int, name: str) -> Svg:
    """Two panels: three logits with their pushes, three probabilities with their gradient."""
    words = (
        "On the left three logits as dots, each with an arrow that shows where a step moves it. On "
        "the right three probabilities as bars. A dashed line is the target, 1 for the right class "
        "and 0 for the others, and the arrow from the target to the top of the bar is the gradient."
    )
    parts: list[str] = [
        text(62, 22, "logits z", "main-text"),
        text(62, 40, "arrow: where a step moves z", "quiet"),
        text(382, 22, "probabilities p", "side-text"),
        text(382, 40, "arrow: gradient, from y to p", "quiet"),
    ]
    for number in (levels.low, 0, levels.high):
        parts += level(62, 300, levels.pixel(number), f"{number:g}")
    for share in (0.0, 0.5, 1.0):
        parts += level(382, 620, SHARES.pixel(share), f"{share:g}")
    for k in range(3):
        is_right = k == label
        target = SHARES.pixel(float(is_right))
        parts += [
            text(LOGITS_AT[k], 298, f"class {k}", "x"),
            text(LOGITS_AT[k], 316, "moves" if k == moving else "", "x quiet"),
            *arrow(f"push-{k}", "main"),
            disc(LOGITS_AT[k], levels.pixel(0), "main-dot", f"z-{k}"),
            text(SHARES_AT[k], 298, f"class {k}", "x"),
            text(SHARES_AT[k], 316, "right: y = 1" if is_right else "y = 0", "x quiet"),
            plain_rectangle(f"p-{k}", "side-dot", x=f"{SHARES_AT[k] - BAR}", width=f"{2 * BAR}"),
            segment((SHARES_AT[k] - 30, target, SHARES_AT[k] + 30, target), "side dashed"),
            *arrow(f"gradient-{k}", "main"),
        ]
    return picture(name, words, (WIDTH, HEIGHT), *parts)


SHARES = Axis(0.0, 1.0, BOTTOM, TOP)


def level(left: float, right: float, at: float, words: str) -> list[str]:
    """A level line of the grid, and its number."""
    return [segment((left, at, right, at), "grid"), text(left - 8, at + 4, words, "tick y")]


def arrow(id_: str, kind: str) -> list[Element]:
    """An arrow that frames point somewhere: a line, and a head at its end."""
    head = Element("path", named(f"{id_}-head", f"{kind}-dot") | {"d": ""}, tail="\n")
    return [segment((0, 0, 0, 0), kind, id_), head]


def pointed(id_: str, x: float, start: float, end: float) -> dict[str, dict[str, str | None]]:
    """The attributes of an upright arrow from `start` to `end`; a short one has a small head."""
    size = min(HEAD, abs(end - start))
    back = end + math.copysign(size, start - end)
    head = f"M{x:.1f} {end:.1f}L{x - size * 0.6:.1f} {back:.1f}L{x + size * 0.6:.1f} {back:.1f}Z"
    return {id_: dict(ends_of((x, start, x, back))), f"{id_}-head": {"d": head}}


def frame(logits: list[float], label: int, moving: int, levels: Axis) -> Frame:
    """The picture and the numbers for these logits."""
    p = shares_of(logits)
    gradient = [share - (k == label) for k, share in enumerate(p)]
    attrs: dict[str, dict[str, str | None]] = {}
    for k in range(3):
        z, top = levels.pixel(logits[k]), SHARES.pixel(p[k])
        attrs[f"z-{k}"] = {"cy": f"{z:.1f}"}
        attrs |= pointed(f"push-{k}", LOGITS_AT[k], z, z + PUSH * gradient[k])
        attrs[f"p-{k}"] = {"y": f"{top:.1f}", "height": f"{BOTTOM - top:.1f}"}
        target = SHARES.pixel(float(k == label))
        attrs |= pointed(f"gradient-{k}", SHARES_AT[k] + BAR + 8, target, top)
    lines = [
        ("logits z", side_by_side(logits)),
        ("probabilities p", side_by_side(p)),
        ("target y", side_by_side([float(k == label) for k in range(3)])),
        ("gradient p - y", f"{side_by_side(gradient)}, sum {side_by_side([sum(gradient)])}"),
        ("loss -log p", f"{-math.log(p[label]):.4f}, for class {label}"),
    ]
    title = f"logit {moving} = {logits[moving]:g}: class {label} has the probability {p[label]:.4f}"
    return Frame(title, lines, attrs=attrs)


def side_by_side(numbers: Sequence[float]) -> str:
    """Numbers to four places."""
    return ", ".join(fixed(number, 4) for number in numbers)
