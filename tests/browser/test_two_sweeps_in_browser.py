"""The two sweeps of lesson 21 in a browser: by button, key and slider, in both themes."""

from pathlib import Path

import pytest
from conftest import DARK, LIGHT, at_step, press

LESSON = Path(__file__).parents[2] / "notebooks" / "21_forward_mode.ipynb"


@pytest.fixture
def player(stored):
    return stored.widget(LESSON, "two_sweeps(")


def notes(player):
    return player.locator('text[id^="n"][id$="-note"]').all_text_contents()


def test_the_tangents_come_by_mouse_and_the_gradients_by_key(player):
    assert notes(player) == [""] * 5
    for step in (1, 2):
        player.get_by_role("button", name="Next").click()
        at_step(player, step)
    assert notes(player) == ["tangent 1", "tangent -2", "tangent -1", "", ""]
    assert "c moves at -1" in player.get_by_role("status").inner_text()
    player.focus()
    for step in (3, 4, 5):
        player.press("ArrowRight")
        at_step(player, step)
    assert notes(player)[-1] == "tangent 5"
    press(player, "End", 12)
    assert "both sweeps meet" in player.inner_text()
    gradients = player.locator('tspan[id$="-grad"]').all_text_contents()
    assert gradients == ["45", "20", "20", "5", "1"]
    press(player, "Home", 0)
    assert notes(player) == [""] * 5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_two_directions_have_a_colour_each_in_both_themes(stored, player, theme):
    def stroke(selector):
        line = player.locator(selector).first
        return line.evaluate("e => getComputedStyle(e).stroke")

    stored.theme(theme)
    player.focus()
    player.press("Home")
    for step in (1, 2, 3, 4):
        press(player, "ArrowRight", step)
    forward, still = stroke(".pushed .line"), stroke(".moves .box")
    assert forward == still
    press(player, "End", 12)
    back = stroke(".crossed .line")
    assert back != forward


def test_it_is_looked_at_in_both_themes(stored, player):
    player.focus()
    for step in (1, 2, 3):
        press(player, "ArrowRight", step)
    stored.look("two sweeps forward", player)
    press(player, "End", 12)
    stored.look("two sweeps end", player)
