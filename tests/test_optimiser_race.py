"""The race down a ravine, and the histograms of gradients by layer."""

from xml.etree import ElementTree

import numpy as np
import pytest

from autograd_lesson.widgets import gradient_histograms, optimiser_race
from autograd_lesson.widgets.charts.gradient_histograms import BINS, HIGHEST, LOWEST, place_of
from autograd_lesson.widgets.charts.optimiser_race import LOSSES, RAVINE, SIZE

SVG = "{http://www.w3.org/2000/svg}"
CURVATURES = (1.0, 20.0)


def path(rate, steps=10):
    """Plain descent in closed form: each coordinate shrinks by its own factor."""
    factors = 1 - rate * np.array(CURVATURES)
    return [np.array([-8.0, 4.0]) * factors**k for k in range(steps + 1)]


def race():
    return optimiser_race({"slow": path(0.01), "fast": path(0.08), "out": path(0.2)}, CURVATURES)


def elements(player):
    tree = ElementTree.fromstring(player.picture())
    return {e.get("id"): e for e in tree.iter() if e.get("id")}


def place_in(mark):
    """Where a mark was moved to."""
    return tuple(map(float, mark.get("transform")[len("translate(") : -1].split(",")))


def test_marks_stand_where_the_paths_are():
    player = race()
    for step in (0, 3, 10):
        x, y = path(0.08)[step]
        left, top = place_in(elements(player.at(step))["m1"])
        half = (RAVINE.right - RAVINE.left) / 2, (RAVINE.bottom - RAVINE.top) / 2
        scale = 1.25 * max(8.0 / half[0], 4.0 / half[1])
        assert left == pytest.approx(RAVINE.left + half[0] + x / scale, abs=0.1)
        assert top == pytest.approx(RAVINE.top + half[1] - y / scale, abs=0.1)


def test_only_the_way_so_far_is_drawn():
    player = race()
    drawn = [
        float(elements(player.at(step))["p1"].get("stroke-dasharray").split()[0])
        for step in range(11)
    ]
    assert drawn[0] == 0 and all(a < b for a, b in zip(drawn, drawn[1:], strict=False))


def test_the_words_have_places_losses_and_who_leads():
    player = race()
    frame = player.frames[5]
    x, y = path(0.08)[5]
    loss = (x * x + 20 * y * y) / 2
    assert frame["title"] == "5 steps, fast is lowest"
    assert dict(frame["lines"])["fast"] == f"({x:.3f}, {y:.3f}), loss {loss:.4g}"
    assert player.frames[0]["title"] == "0 steps, at the start"


def test_a_path_that_runs_away_stays_inside_the_picture():
    player = race()
    for step in range(11):
        for element in ElementTree.fromstring(player.at(step).picture()).iter():
            if element.get("transform"):
                left, top = place_in(element)
                assert 0 <= left <= SIZE[0] and 0 <= top <= SIZE[1], element.attrib
    nan = [np.array([1.0, 1.0]), np.array([np.nan, np.nan])]
    lost = optimiser_race({"lost": nan, "kept": [nan[0], nan[0]]}, CURVATURES)
    assert lost.frames[1]["title"] == "1 step, kept is lowest"
    assert place_in(elements(lost.at(1))["n1"])[1] < LOSSES.bottom


@pytest.mark.parametrize(
    "paths",
    [{}, {"a": path(0.1), "b": path(0.1, 5)}, {"a": path(0.1, 101)}, {"a": path(0.1, 0)}]
    + [{letter: path(0.1) for letter in "abcde"}],
)
def test_a_race_that_cannot_be_drawn_is_refused(paths):
    with pytest.raises(ValueError, match="a race takes 1 to 4 paths, all with the same 2 to 101"):
        optimiser_race(paths, CURVATURES)


def test_every_racer_has_a_letter_of_its_own():
    player = optimiser_race({"SGD": path(0.1), "steady": path(0.05)}, CURVATURES)
    texts = [e.text for e in ElementTree.fromstring(player.picture()).iter(f"{SVG}text")]
    assert {"S", "T"} <= set(texts)


# Histograms


def test_a_bar_is_as_high_as_its_share_and_the_median_has_a_mark():
    sizes = np.array([0.0, 0.0, 2e-3, 2e-3, 2e-3, -2e-3, 0.5, -0.5])
    player = gradient_histograms({"one": [sizes, np.ones(4)]})
    found = elements(player)

    def height(layer, size):
        return float(found[f"b{layer}-{place_of(size)}"].get("height"))

    assert height(0, 2e-3) == 2 * height(0, 0.0) == 2 * height(0, 0.5) > 0
    assert height(0, 1e-6) == 0 == height(1, 0.0)
    bar = found[f"b1-{place_of(1.0)}"]
    middle = float(bar.get("x")) + float(bar.get("width")) / 2
    assert float(found["m1"].get("x1")) == pytest.approx(middle, abs=0.2)
    assert player.text() == (
        "Step 0 of 0: one\n"
        "    layer 1: median 0.002, largest 0.5, 25% exactly 0\n"
        "    layer 2: median 1, largest 1"
    )


def test_sizes_are_sorted_by_powers_of_ten_and_none_is_lost():
    assert place_of(0.0) == 0
    assert place_of(1e-300) == 1 and place_of(1e300) == place_of(float("nan")) == BINS
    assert place_of(10.0**LOWEST * 1.01) == 1 and place_of(10.0**HIGHEST * 0.99) == BINS
    assert place_of(1.5) == place_of(1.0) == place_of(9.0) == place_of(10.0) - 1


def test_moments_of_different_layers_are_refused():
    with pytest.raises(ValueError, match=r"one array for each layer, and .* \[1, 2\]"):
        gradient_histograms({"a": [np.ones(2)], "b": [np.ones(2), np.ones(2)]})
