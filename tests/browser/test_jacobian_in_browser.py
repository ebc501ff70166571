"""The Jacobian viewer in a real JupyterLab: by button, slider and key, in both themes."""

from conftest import DARK, LIGHT

IMPORTS = """\
import numpy as np
from autograd_lesson.widgets import show_jacobian
W = np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]])"""


def cells(player, grid: str) -> list[str]:
    """What the cells of one grid read, in order."""
    return player.locator(f'text[id^="{grid}-"][id$="-number"]').all_text_contents()


def test_the_product_fills_by_mouse_and_by_key(lab, tmp_path):
    lab.save(
        "jacobian.ipynb", [IMPORTS, "show_jacobian(lambda x: W @ x, [1.0, 2.0, 3.0], [2.0, -1.0])"]
    )
    lab.open_and_run("jacobian.ipynb")
    player = lab.notebook.locator(".autograd-player").first
    player.wait_for()
    assert cells(player, "J") == ["1", "2", "0", "0.5", "-1", "3"]
    assert cells(player, "p") == ["", "", ""]
    player.get_by_role("button", name="Next").click()
    player.locator(".count", has_text="1 / 4").wait_for()
    assert cells(player, "p") == ["1.5", "", ""]
    player.focus()
    lab.page.keyboard.press("ArrowRight")
    player.locator(".count", has_text="2 / 4").wait_for()
    assert cells(player, "p") == ["1.5", "5", ""]
    assert "the gradient of x[1] is 5" in player.get_by_role("status").inner_text()
    column = player.locator('[id="J-0-1"] rect, [id="J-1-1"] rect, [id="seed-0-0"] rect')
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        strokes = column.evaluate_all("rects => rects.map(r => getComputedStyle(r).stroke)")
        other = player.locator('[id="J-0-0"] rect').evaluate("r => getComputedStyle(r).stroke")
        assert len(set(strokes)) == 1 and strokes[0] != other
        lab.screenshot(tmp_path / f"jacobian {theme}.png", player)
    player.focus()  # a change of the theme may have taken it
    lab.page.keyboard.press("End")
    player.locator(".count", has_text="4 / 4").wait_for()
    assert cells(player, "p") == ["1.5", "5", "-3"]
    lab.page.keyboard.press("Home")
    player.locator(".count", has_text="0 / 4").wait_for()
    assert cells(player, "p") == ["", "", ""]
    assert lab.errors_in_cells() == [] and lab.console_errors == []
