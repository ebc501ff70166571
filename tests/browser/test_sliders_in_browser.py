"""Nudge, step size and the live graph in a real JupyterLab: by button, by key, in both themes."""

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
def test_a_player_steps_by_button_and_by_key_and_says_what_it_shows(lab, name):
    lab.save(f"{name}.ipynb", [IMPORTS, WIDGETS[name]])
    lab.open_and_run(f"{name}.ipynb")
    player = lab.notebook.locator(".autograd-player").first
    player.wait_for()
    count = player.locator(".count")
    last = int(count.inner_text().split(" / ")[1])
    player.get_by_role("button", name="First").click()
    player.get_by_text(f"0 / {last}").wait_for()
    at_first = player.locator(".title").first.inner_text()
    player.focus()
    lab.page.keyboard.press("ArrowRight")
    player.get_by_text(f"1 / {last}").wait_for()
    lab.page.keyboard.press("End")
    player.get_by_text(f"{last} / {last}").wait_for()
    assert player.locator(".title").first.inner_text() != at_first
    for theme in ("light", "dark"):
        lab.theme(theme)
        assert player.locator("svg").bounding_box()["width"] > 100
    assert lab.errors_in_cells() == [] and lab.console_errors == []
