"""The stepper on arrays in a real browser: the maps change with the steps, light and dark."""

import numpy as np
import pytest
from conftest import DARK, LIGHT, at_step, press

from autograd_lesson.tensor import Tensor
from autograd_lesson.widgets import step_through

GRAPH = """\
import numpy as np
from autograd_lesson import Tensor
from autograd_lesson.pictures import draw, draw_dot
from autograd_lesson.widgets import step_through
x = Tensor([[1.0, -2.0], [3.0, 0.5], [0.0, np.nan]], label="x")
b = Tensor([10.0, -20.0], label="b")
y = (x * b).named("y")
loss = y[:2].sum().named("loss")"""
STEPPER = "stepper = step_through(loss)\nstepper"
# The numbers of the map of a gradient that is seen, from the titles of its cells.
SHOWN = """(player, id) => [...player.querySelectorAll(`[id^="${id}-grad"]`)]
    .filter(map => getComputedStyle(map).display !== "none")
    .map(map => [...map.querySelectorAll("path > title")].map(
        title => Number(title.textContent.split(": ")[1])))"""


def gradient(player, name):
    """The numbers of the one map that stands as the gradient of this value."""
    box = player.locator("g.value", has=player.page.locator(f'.name:text-is("{name}")')).first
    maps = player.evaluate(f"player => ({SHOWN})(player, '{box.get_attribute('id')}')")
    assert len(maps) == 1, (name, maps)
    return maps[0]


def test_the_maps_follow_the_keys_and_the_mouse(stored):
    player = stored.player([GRAPH, STEPPER])
    at_step(player, 0)
    assert gradient(player, "x") == [0, 0, 0, 0, 0, 0] and gradient(player, "b") == [0, 0]
    press(player, "End", 6)
    assert gradient(player, "y") == [1, 1, 1, 1, 0, 0]
    assert gradient(player, "x") == [10, -20, 10, -20, 0, 0]
    press(player, "Home", 0)
    assert gradient(player, "x") == [0, 0, 0, 0, 0, 0]
    for step in (1, 2, 3):
        player.get_by_role("button", name="Next").click()
        at_step(player, step)
    words = player.get_by_role("status").inner_text()
    assert "passes a (3, 2) array to y" in words and "vector-Jacobian product" in words
    assert gradient(player, "y") == [1, 1, 1, 1, 0, 0]
    assert gradient(player, "x") == [0, 0, 0, 0, 0, 0]


def seen_colour(page, cell):
    """The colour on the screen in the middle of a cell, as (r, g, b)."""
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    return pixel(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def pixel(page, x, y):
    image = pytest.importorskip("PIL.Image")
    from io import BytesIO

    shot = page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1})
    return image.open(BytesIO(shot)).convert("RGB").getpixel((0, 0))


def far_apart(one, other):
    return np.abs(np.subtract(one, other)).max() > 60


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_signs_and_sizes_can_be_seen_in_both_themes(chromium, scheme):
    page = chromium.new_page(color_scheme=scheme, viewport={"width": 1300, "height": 900})
    root = Tensor([[10.0, -10.0, 0.0, 1.0]], label="x").named("x")
    page.set_content(step_through(root)._repr_mimebundle_()[0]["text/html"])
    player = page.locator(".autograd-player")
    at_step(player, 0)
    cells = player.locator("#n0 .map").first.locator("path")
    large, minus, zero, small = (seen_colour(page, cells.nth(place)) for place in range(4))
    ground = (255,) * 3 if scheme == "light" else (17,) * 3
    assert zero == ground
    for one, other in ((large, ground), (minus, ground), (large, minus), (large, small)):
        assert far_apart(one, other), (scheme, one, other)
    assert small != ground

    def is_inked(place):
        """Is the corner of the cell painted, as it is in a square and not in a disc?"""
        corner = player.locator("#n0 .map rect").first.bounding_box()
        side = corner["width"] / 4
        x, y = corner["x"] + place * side, corner["y"]
        return far_apart(pixel(page, x + 0.9 * side, y + 0.9 * side), ground)

    assert is_inked(0) and not is_inked(1)
    page.close()


def test_maps_are_shown_in_jupyter_in_both_themes(lab):
    player = lab.player("themes.ipynb", [GRAPH, STEPPER, "draw(loss)", "draw_dot(loss)"])
    player.get_by_role("slider").fill("6")
    at_step(player, 6)
    grounds = []
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        fill = "element => getComputedStyle(element).fill"
        grounds.append(player.locator(".map rect").first.evaluate(fill))
    assert grounds == ["rgb(255, 255, 255)", "rgb(17, 17, 17)"]
    assert lab.notebook.locator("img.autograd-image").count() == 2
    assert player.locator("text", has_text="nan or inf").is_visible()
    assert lab.console_errors == []
