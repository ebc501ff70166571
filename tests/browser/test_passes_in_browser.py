"""The passes in a browser, in lesson 23: by button and key, in both themes."""

from pathlib import Path

from conftest import at_step, press

LESSON = Path(__file__).parents[2] / "notebooks" / "23_a_tiny_compiler.ipynb"


def test_instructions_appear_change_and_go(stored):
    player = stored.widget(LESSON, "show_passes")
    row = player.locator('[id="r-gx0"]')
    assert row.text_content() == ""
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert row.text_content() == "+ gx0 = gv3 * x1"
    press(player, "ArrowRight", 2)
    assert row.text_content() == "~ gx0 = 0.5 * x1"
    gone = player.locator('[id="r-gv2"]')
    style = gone.evaluate("e => getComputedStyle(e).textDecorationLine")
    assert style == "line-through"
    stored.look("passes", player)
    press(player, "End", 5)
    assert "def run(x0, x1):" in player.get_by_role("status").inner_text()
    assert not player.locator('[id="n-gx1"]').is_visible()
