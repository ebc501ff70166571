"""The element flow in a browser: buttons, slider, keys, clicks on cells, both themes."""

import pytest
from conftest import DARK, LIGHT, at_step, is_seen, press

CELLS = [
    "from autograd_lesson.widgets import element_flow",
    "element_flow(lambda x: x[[0, 2, 0]], [3, 5, 7])",
]


@pytest.fixture
def player(stored):
    return stored.player(CELLS)


def test_every_arrow_is_there_at_first_and_then_one_a_step(player):
    assert [is_seen(player, id_) for id_ in ("f0", "f1", "f2", "b0")] == [True, True, True, False]
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert [is_seen(player, id_) for id_ in ("f0", "f1", "f2")] == [True, False, False]
    assert "y[0] comes from x[0]" in player.get_by_role("status").inner_text()


def test_the_keys_lead_to_the_sum_and_back(player):
    press(player, "End", 7)
    assert player.locator('[id="x-grad-0-number"]').text_content() == "40"
    press(player, "ArrowLeft", 6)
    assert "10 + 30 = 40" in player.inner_text()
    press(player, "Home", 0)
    assert player.locator('[id="x-grad-0-number"]').text_content() == "0"
    player.get_by_role("slider").fill("4")
    at_step(player, 4)
    assert player.locator('[id="x-grad-0-number"]').text_content() == "10"


def test_a_click_on_a_cell_of_the_result_or_of_its_gradient_goes_to_its_step(player):
    player.locator('[id="y-1"]').click()
    at_step(player, 2)
    player.locator('[id="g-2"]').click()
    at_step(player, 6)
    assert is_seen(player, "b2")


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_two_ends_of_an_arrow_stand_out_in_both_themes(stored, player, theme):
    stored.theme(theme)
    player.locator('[id="g-2"]').click()
    at_step(player, 6)
    stroke = "element => getComputedStyle(element.querySelector('rect')).stroke"
    cells = [player.locator(f'[id="{id_}"]').evaluate(stroke) for id_ in ("g-2", "x-grad-0", "y-0")]
    assert len(set(cells)) == 3
