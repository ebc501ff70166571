"""The boxes that open, in a browser: mouse, keyboard, both themes."""

from conftest import press

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


def test_a_box_opens_by_mouse_and_by_key(stored):
    player = stored.player([GRAPH, "open_boxes(y, groups)"])
    closed = {"input = 1 value", "layer = box(input) = 4 values", "square = box(layer) = 1 value"}
    assert titles(player) == closed
    heights = [player.locator('[id="whole"]').bounding_box()["height"]]
    player.get_by_role("button", name="Next").click()
    press(player, "ArrowRight", 2)
    assert {"first = box(input) = 2 values", "second = box(input) = 2 values"} < titles(player)
    assert "layer opened" in player.get_by_role("status").inner_text()
    heights.append(player.locator('[id="whole"]').bounding_box()["height"])
    assert heights[1] > heights[0] + 20
    stored.look("boxes", player)
    press(player, "Home", 0)
    assert titles(player) == closed
