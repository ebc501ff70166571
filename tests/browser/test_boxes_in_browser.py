"""The boxes that open, in a real JupyterLab: mouse, keyboard, both themes."""

from conftest import DARK, LIGHT

GRAPH = """\
from autograd_lesson import Value
from autograd_lesson.widgets import open_boxes
a = Value(2.0, label="a")
h = [(a * 2.0).named("h1"), (a * 3.0).named("h2")]
y = (h[0] * h[1]).named("y")
groups = {"input": a, "layer": {"first": h[0], "second": h[1]}, "square": y}"""


def titles(player) -> set[str]:
    """The boxes to be seen, by their tooltips."""
    shown = player.locator("g[id^=level]:not([display=none]) g.value > title")
    return set(shown.all_text_contents())


def test_a_box_opens_by_mouse_and_by_key(lab, tmp_path):
    lab.save("boxes.ipynb", [GRAPH, "open_boxes(y, groups)"])
    lab.open_and_run("boxes.ipynb")
    player = lab.notebook.locator(".autograd-player").first
    player.wait_for()
    assert lab.errors_in_cells() == []
    closed = {"input = 1 value", "layer = box(input) = 4 values", "square = box(layer) = 1 value"}
    assert titles(player) == closed
    heights = [player.locator('[id="whole"]').bounding_box()["height"]]
    player.get_by_role("button", name="Next").click()
    player.focus()
    lab.page.keyboard.press("ArrowRight")
    player.locator(".count", has_text="2 / 3").wait_for()
    assert {"first = box(input) = 2 values", "second = box(input) = 2 values"} < titles(player)
    assert "layer opened" in player.get_by_role("status").inner_text()
    heights.append(player.locator('[id="whole"]').bounding_box()["height"])
    assert heights[1] > heights[0] + 20
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        lab.screenshot(tmp_path / f"boxes {theme}.png", player)
    player.focus()  # a change of the theme may have taken it
    lab.page.keyboard.press("Home")
    player.locator(".count", has_text="0 / 3").wait_for()
    assert titles(player) == closed
