"""The Jacobian viewer in a browser: by button, slider and key, in both themes."""

from conftest import at_step, press

IMPORTS = """\
import numpy as np
from autograd_lesson.widgets import show_jacobian
W = np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]])"""


def cells(player, grid: str) -> list[str]:
    """What the cells of one grid read, in order."""
    return player.locator(f'text[id^="{grid}-"][id$="-number"]').all_text_contents()


def test_the_product_fills_by_mouse_and_by_key(stored):
    player = stored.player(
        [IMPORTS, "show_jacobian(lambda x: W @ x, [1.0, 2.0, 3.0], [2.0, -1.0])"]
    )
    assert cells(player, "J") == ["1", "2", "0", "0.5", "-1", "3"]
    assert cells(player, "p") == ["", "", ""]
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert cells(player, "p") == ["1.5", "", ""]
    press(player, "ArrowRight", 2)
    assert cells(player, "p") == ["1.5", "5", ""]
    assert "the gradient of x[1] is 5" in player.get_by_role("status").inner_text()
    column = player.locator('[id="J-0-1"] rect, [id="J-1-1"] rect, [id="seed-0-0"] rect')
    for _ in stored.in_both_themes("jacobian", player):
        strokes = column.evaluate_all("rects => rects.map(r => getComputedStyle(r).stroke)")
        other = player.locator('[id="J-0-0"] rect').evaluate("r => getComputedStyle(r).stroke")
        assert len(set(strokes)) == 1 and strokes[0] != other
    press(player, "End", 4)
    assert cells(player, "p") == ["1.5", "5", "-3"]
    press(player, "Home", 0)
    assert cells(player, "p") == ["", "", ""]
