"""Lesson 19 in a browser: a time-line of writes, by mouse and by keys."""

import re
from pathlib import Path

LESSON = Path(__file__).parents[2] / "notebooks" / "19_in_place_and_versions.ipynb"
START = "show_timeline("


def test_a_write_between_keeping_and_using_spoils_a_bar(stored):
    widget = stored.widget(LESSON, START)

    def height(id_: str) -> float:
        return float(widget.locator(f'[id="{id_}"]').get_attribute("height"))

    widget.get_by_text("line 1: loss = (w * w).sum()").wait_for()
    short = height("bar0")
    widget.get_by_role("button", name="Next").click()
    widget.get_by_text("used, at version 0, as it was kept; the bar ends").wait_for()
    assert height("bar0") > short and height("bar1") == 0
    widget.focus()
    for _ in range(3):
        stored.page.keyboard.press("ArrowRight")
    widget.get_by_text("written to, now version 2; safe: nobody needs it").wait_for()
    assert not widget.get_by_text("version 1, spoils").is_visible()
    widget.get_by_role("slider").fill("8")
    widget.locator(".count", has_text=re.compile("^8 / 8$")).wait_for()
    widget.get_by_text("refused: it is at version 1, and version 0 is needed").wait_for()
    assert widget.get_by_text("version 1, spoils").is_visible()
    stored.page.keyboard.press("Home")
    widget.get_by_text("line 1: loss = (w * w).sum()").wait_for()
    stored.page.keyboard.press("End")
    stored.look("timeline", widget)
