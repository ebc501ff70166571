"""Rows through layer normalisation and back: bars and words are the numbers of the op."""

from xml.etree import ElementTree

import numpy as np
import pytest

from autograd_lesson.checks.arrays import numerical_vjp
from autograd_lesson.widgets import layer_norm_rows

X = [[3.0, 1.0, 2.0, 6.0], [0.0, -1.0, 1.0, 4.0]]
G = [[1.0, 0.0, -2.0, 0.5], [1.0, 1.0, 1.0, 1.0]]
STEPS = 7  # for each row


def line(player, step: int, name: str) -> list[float]:
    """The numbers of one line at a step."""
    return [float(n) for n in dict(player.frames[step]["lines"])[name].split(", ")]


def elements(player) -> dict:
    return {e.get("id"): e for e in ElementTree.fromstring(player.picture()).iter() if e.get("id")}


def normalised(x):
    x = np.asarray(x)
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


@pytest.mark.parametrize("row", [0, 1])
def test_forward_a_row_loses_its_mean_and_its_size(row):
    player = layer_norm_rows(X, G)
    first = STEPS * row
    assert line(player, first, "x") == X[row]
    assert line(player, first + 1, "mean") == [0.0]
    assert line(player, first + 2, "hat") == pytest.approx(normalised(X[row]), abs=1e-4)
    assert line(player, first + 2, "variance") == [1.0]


@pytest.mark.parametrize("row", [0, 1])
def test_back_at_the_end_stands_the_measured_gradient(row):
    player = layer_norm_rows(X, G)
    (measured,) = numerical_vjp(normalised, [np.array(X[row])], np.array(G[row]))
    last = STEPS * row + STEPS - 1
    assert line(player, last, "gradient") == pytest.approx(measured, abs=1e-4)
    assert line(player, last, "sum") == [0.0]
    assert dict(player.frames[last]["lines"])["along hat"].startswith("0, the sum of products")


def test_bars_stand_on_zero_and_ticks_where_they_ended_before():
    player = layer_norm_rows(X, G)
    before = elements(player.at(4))["gradient-2"]
    after = elements(player.at(5))
    tick = after["gradient-2-before"]
    assert float(tick.get("y1")) == pytest.approx(
        float(before.get("y")) + float(before.get("height")), abs=0.11
    ), "entry 2 is below 0: its bar ends at the bottom"
    up, down = after["gradient-0"], after["gradient-2"]
    assert float(up.get("y")) + float(up.get("height")) == pytest.approx(float(down.get("y")), 1e-3)
    empty = elements(player.at(1))
    assert {float(empty[f"gradient-{k}"].get("height")) for k in range(4)} == {0.0}


@pytest.mark.parametrize(("part", "steps"), [("row", (0, 1, 2)), ("gradient", (3, 4, 5, 6))])
def test_every_bar_is_as_long_as_its_number_says(part, steps):
    player = layer_norm_rows(X, G)
    lengths, numbers = [], []
    for step in steps:
        found = elements(player.at(step))
        lengths += [float(found[f"{part}-{k}"].get("height")) for k in range(4)]
        name = player.frames[step]["lines"][0][0]
        numbers += map(abs, line(player, step, name))
    scale = max(lengths) / max(numbers)
    assert lengths == pytest.approx([scale * number for number in numbers], abs=0.2)


@pytest.mark.parametrize(
    ("x", "g", "says"),
    [
        ([1.0, 2.0], [1.0, 2.0], r"x has shape \(2,\); give it rows of 2 to 6"),
        ([[1.0] * 7], [[1.0] * 7], "rows of 2 to 6"),
        (X, G[:1], r"upstream has shape \(1, 4\), and x has \(2, 4\)"),
        (X, np.zeros((2, 4)), "0 everywhere"),
    ],
)
def test_what_it_cannot_draw_is_refused(x, g, says):
    with pytest.raises(ValueError, match=says):
        layer_norm_rows(x, g)
