"""The graph of the gradient in a real JupyterLab: by button, slider and key, in both themes."""

from conftest import DARK, LIGHT


def boxes(player) -> int:
    """How many values are to be seen."""
    return player.locator('g[id^="n"]:visible:has(> rect.box)').count()


def test_the_graph_grows_by_mouse_and_by_key(lab, tmp_path):
    code = "gradient_graph(lambda x: x * x.tanh(), 0.5)"
    lab.save("grows.ipynb", ["from autograd_lesson.widgets import gradient_graph", code])
    lab.open_and_run("grows.ipynb")
    player = lab.notebook.locator(".autograd-player").first
    player.wait_for()
    assert boxes(player) == 3
    player.get_by_role("button", name="Next").click()
    player.locator(".count", has_text="1 / 4").wait_for()
    assert boxes(player) == 5
    assert "back from y to x: 2 new values" in player.get_by_role("status").inner_text()
    player.focus()
    lab.page.keyboard.press("ArrowRight")
    player.locator(".count", has_text="2 / 4").wait_for()
    assert boxes(player) == 6
    lab.page.keyboard.press("End")
    player.locator(".count", has_text="4 / 4").wait_for()
    assert boxes(player) == 12
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        new = player.locator(".new rect.box").evaluate("r => getComputedStyle(r).stroke")
        old = player.locator('[id="n0"] rect.box').evaluate("r => getComputedStyle(r).stroke")
        assert new != old
        lab.screenshot(tmp_path / f"gradient graph {theme}.png", player)
    player.get_by_role("slider").fill("0")
    player.locator(".count", has_text="0 / 4").wait_for()
    assert boxes(player) == 3
    assert lab.errors_in_cells() == [] and lab.console_errors == []
