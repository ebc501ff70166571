"""The two sweeps of lesson 21 in a real JupyterLab: by button, key and slider, in both themes."""

import re
import shutil
from pathlib import Path

import pytest
from conftest import DARK, LIGHT

LESSON = Path(__file__).parents[2] / "notebooks" / "21_forward_mode.ipynb"
NAME = "Two sweeps over the graph of e"


@pytest.fixture
def player(lab):
    shutil.copy(LESSON, lab.folder / LESSON.name)
    lab.open_and_run(LESSON.name)
    widget = lab.widget("two_sweeps", NAME)
    assert lab.errors_in_cells() == []
    return widget


def at_step(player, step):
    """Wait until the player shows this step."""
    player.locator(".count", has_text=re.compile(rf"^{step} / ")).wait_for()


def notes(player):
    return player.locator('text[id^="n"][id$="-note"]').all_text_contents()


def test_the_tangents_come_by_mouse_and_the_gradients_by_key(lab, player):
    assert notes(player) == [""] * 5
    for step in (1, 2):
        player.get_by_role("button", name="Next").click()
        at_step(player, step)
    assert notes(player) == ["tangent 1", "tangent -2", "tangent -1", "", ""]
    assert "c moves at -1" in player.get_by_role("status").inner_text()
    player.focus()
    for step in (3, 4, 5):
        lab.page.keyboard.press("ArrowRight")
        at_step(player, step)
    assert notes(player)[-1] == "tangent 5"
    lab.page.keyboard.press("End")
    at_step(player, 12)
    assert "both sweeps meet" in player.inner_text()
    gradients = player.locator('tspan[id$="-grad"]').all_text_contents()
    assert gradients == ["45", "20", "20", "5", "1"]
    lab.page.keyboard.press("Home")
    at_step(player, 0)
    assert notes(player) == [""] * 5
    assert lab.console_errors == []


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_two_directions_have_a_colour_each_in_both_themes(lab, player, theme):
    def stroke(selector):
        line = player.locator(selector).first
        return line.evaluate("e => getComputedStyle(e).stroke")

    lab.theme(theme)
    player.focus()
    lab.page.keyboard.press("Home")
    for _ in range(4):
        lab.page.keyboard.press("ArrowRight")
    at_step(player, 4)
    forward, still = stroke(".pushed .line"), stroke(".moves .box")
    assert forward == still
    lab.page.keyboard.press("End")
    at_step(player, 12)
    back = stroke(".crossed .line")
    assert back != forward


def test_it_is_looked_at_in_both_themes(lab, player):
    player.focus()
    for _ in range(3):
        lab.page.keyboard.press("ArrowRight")
    at_step(player, 3)
    lab.look("two sweeps forward", lambda: player)
    player.focus()
    lab.page.keyboard.press("End")
    at_step(player, 12)
    lab.look("two sweeps end", lambda: player)
