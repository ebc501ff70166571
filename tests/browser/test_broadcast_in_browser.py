"""The broadcast in a browser: buttons, slider, keys, clicks on cells, both themes."""

import pytest
from conftest import DARK, LIGHT, at_step, is_seen, press

CELLS = [
    "from autograd_lesson.widgets import show_broadcast",
    "show_broadcast([3, 5, 7], (2, 3))",
]


@pytest.fixture
def player(stored):
    return stored.player(CELLS)


def test_the_buttons_lead_from_all_arrows_to_those_of_one_cell(player):
    assert all(is_seen(player, f"f-{row}-{column}") for row in (0, 1) for column in (0, 1, 2))
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    arrows = ("f-0-0", "f-1-0", "f-0-1", "b-0-0")
    assert [is_seen(player, id_) for id_ in arrows] == [True, True, False, False]
    assert "x[0] = 3 is copied to 2 cells" in player.get_by_role("status").inner_text()


def test_the_keys_and_the_slider_lead_to_the_sums_and_back(player):
    press(player, "End", 7)
    assert player.locator('[id="x-grad-2-number"]').text_content() == "90"
    press(player, "ArrowLeft", 6)
    assert "30 + 60 = 90" in player.inner_text()
    press(player, "Home", 0)
    assert player.locator('[id="x-grad-2-number"]').text_content() == "?"
    player.get_by_role("slider").fill("4")
    at_step(player, 4)
    assert player.locator('[id="x-grad-0-number"]').text_content() == "50"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_click_on_a_gradient_lights_what_it_is_the_sum_of(stored, player, theme):
    stored.theme(theme)
    player.locator('[id="x-grad-1"]').click()
    at_step(player, 5)
    assert is_seen(player, "b-0-1") and is_seen(player, "b-1-1") and not is_seen(player, "f-0-1")
    stroke = "element => getComputedStyle(element.querySelector('rect')).stroke"
    ids = ("x-grad-1", "g-1-1", "g-1-0")
    assert len({player.locator(f'[id="{id_}"]').evaluate(stroke) for id_ in ids}) == 3
