"""Nudge, step size and the live graph in a browser: by button, by key, in both themes."""

import pytest

IMPORTS = """\
from autograd_lesson import Value
from autograd_lesson.widgets import live_graph, nudge, step_size"""
WIDGETS = {
    "nudge": "nudge(lambda x: 3 * x * x - 4 * x + 5, 2.0)",
    "step_size": "step_size(lambda x: x * x * x, lambda x: 3 * x * x, 5.0)",
    "live_graph": """\
a, b = Value(2.0, "a"), Value(3.0, "b")
live = live_graph()
live.show((a * b).named("c"))""",
}


@pytest.mark.parametrize("name", WIDGETS)
def test_a_player_steps_by_button_and_by_key_and_says_what_it_shows(stored, name):
    player = stored.player([IMPORTS, WIDGETS[name]])
    count = player.locator(".count")
    last = int(count.inner_text().split(" / ")[1])
    player.get_by_role("button", name="First").click()
    player.get_by_text(f"0 / {last}").wait_for()
    at_first = player.locator(".title").first.inner_text()
    player.focus()
    stored.page.keyboard.press("ArrowRight")
    player.get_by_text(f"1 / {last}").wait_for()
    stored.page.keyboard.press("End")
    player.get_by_text(f"{last} / {last}").wait_for()
    assert player.locator(".title").first.inner_text() != at_first
    for _ in stored.in_both_themes():
        assert player.locator("svg").bounding_box()["width"] > 100
