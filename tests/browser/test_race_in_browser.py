"""The race down a ravine and the gradients by layer in a browser, by button and by key."""

import pytest
from conftest import DARK, LIGHT, at_step

RACE = """\
import numpy as np
from autograd_lesson.widgets import gradient_histograms, optimiser_race

curves = np.array([1.0, 20.0])

def path(rate):
    return [np.array([-8.0, 4.0]) * (1 - rate * curves) ** k for k in range(13)]

optimiser_race({"slow": path(0.01), "fast": path(0.08)}, tuple(curves))"""
HISTOGRAMS = """\
rng = np.random.default_rng(0)
layers = [rng.normal(size=200) * 10.0**-k for k in range(4)]
gradient_histograms({"as drawn": layers, "vanished": [0 * layer for layer in layers]})"""


def opened(stored):
    stored.player([RACE, HISTOGRAMS])
    players = stored.page.locator(".autograd-player")
    return players.nth(0), players.nth(1)


def place(player, mark):
    """Where a mark stands."""
    return player.locator(f"#{mark}").get_attribute("transform")


def test_the_marks_move_by_button_and_the_words_follow(stored):
    race, _ = opened(stored)
    at_step(race, 0)
    start = place(race, "m0")
    assert start == place(race, "m1")
    for step in (1, 2):
        race.get_by_role("button", name="Next").click()
        at_step(race, step)
    assert start != place(race, "m0") != place(race, "m1")
    assert "fast is lowest" in race.inner_text()
    assert "loss" in race.locator("dl").inner_text()
    race.get_by_role("button", name="First").click()
    at_step(race, 0)
    assert place(race, "m0") == start


def test_both_are_stepped_by_key(stored):
    race, histograms = opened(stored)
    race.focus()
    for key, step in (("End", 12), ("ArrowLeft", 11), ("Home", 0), ("ArrowRight", 1)):
        race.press(key)
        at_step(race, step)
    histograms.focus()
    histograms.press("End")
    at_step(histograms, 1)
    assert "100% exactly 0" in histograms.inner_text()
    zero, other = (histograms.locator(f"#b0-{bin}") for bin in (0, 12))
    assert float(zero.get_attribute("height")) > 30 and other.get_attribute("height") == "0"
    histograms.press("Home")
    at_step(histograms, 0)
    assert zero.get_attribute("height") == "0" and float(other.get_attribute("height")) > 0


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_racers_differ_by_letter_and_stand_out_from_the_ground(stored, theme):
    stored.theme(theme)
    race, histograms = opened(stored)
    assert [race.locator(f"#m{k} text").inner_html() for k in (0, 1)] == ["S", "F"]
    strokes = {
        race.locator(f"#m{k} circle").evaluate("e => getComputedStyle(e).stroke") for k in (0, 1)
    }
    ground = race.locator(".ground").first.evaluate("e => getComputedStyle(e).fill")
    assert len(strokes | {ground}) == 3
