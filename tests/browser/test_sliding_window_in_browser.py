"""The sliding window in a browser: a click, the buttons and the keys, in both themes."""

from conftest import at_step, press

IMAGE = """\
import numpy as np
from autograd_lesson.widgets import follow_pixel, slide_window
image = np.array([[3, 0, 1, 2, 1], [1, 5, 0, 0, 2], [2, 1, 4, 1, 0], [0, 2, 3, 1, 1.0]])
kernel = np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]])
g = np.array([[1.0, -1.0, 0.5], [0.0, 3.0, 1.0], [2.0, 1.0, -2.0]])"""


def lit(player, letter, kind) -> set[str]:
    """The cells of a grid that have this look, by their ids."""
    cells = player.locator(f'g.cell.{kind}[id^="{letter}-"]')
    return {cell.get_attribute("id") for cell in cells.all()}


def seen_arrows(player, kind) -> int:
    """How many arrows of a kind are really visible."""
    ends = player.locator(f"g.arrow.{kind} .{'end' if kind == 'on' else 'start'}")
    return sum(end.is_visible() for end in ends.all())


def test_the_window_follows_a_click_and_the_keys(stored):
    player = stored.player([IMAGE, "slide_window(image, kernel, stride=2, padding=1)"])
    assert player.locator('[id="y-0-0-number"]').text_content() == "?"
    player.locator('[id="y-1-1"]').click()
    at_step(player, 5)
    assert lit(player, "x", "operand") == {f"x-{i}-{j}" for i in (2, 3) for j in (2, 3, 4)}
    assert "y[1, 1] = " in player.get_by_role("status").inner_text()
    press(player, "ArrowRight", 6)
    assert lit(player, "y", "result") == {"y-1-2"}
    stored.look("slide", player)
    press(player, "Home", 0)
    assert lit(player, "x", "operand") == set()


def test_a_pixel_is_picked_and_its_arrows_come_back(stored):
    player = stored.player([IMAGE, "follow_pixel(image, kernel, g)"])
    player.locator('[id="x-2-2"]').click()
    at_step(player, 25)
    assert "x[2, 2] is in 6 outputs" in player.get_by_role("status").inner_text()
    assert seen_arrows(player, "on") == 6 == len(lit(player, "y", "result"))
    assert player.locator('[id="y-2-2-number"]').text_content() == "× 1", "the kernel turned round"
    colour = "element => getComputedStyle(element).fill"
    for _ in stored.in_both_themes("touch", player):
        picked = player.locator('[id="x-2-2"] rect').evaluate(colour)
        assert picked != player.locator('[id="x-0-0"] rect').evaluate(colour)

    player.get_by_role("button", name="Next").click()
    at_step(player, 26)
    assert seen_arrows(player, "on") == 0 and seen_arrows(player, "back") == 6
    assert player.locator('[id="x-title"]').text_content().startswith("dx")
    stored.look("back", player)

    player.locator('[id="w-1-2"]').click()
    at_step(player, 46)
    assert len(lit(player, "x", "operand")) == 9
    assert player.locator('[id="w-title"]').text_content().startswith("dw")
    player.get_by_role("slider").fill("1")
    at_step(player, 1)
    assert lit(player, "x", "operand") == {"x-0-0"}
