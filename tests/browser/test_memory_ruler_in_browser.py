"""Lesson 20 in a browser: the memory ruler, by mouse and by keys."""

import re
from pathlib import Path

import pytest

LESSON = Path(__file__).parents[2] / "notebooks" / "20_memory.ipynb"
START = "memory_ruler("


def test_the_ruler_shows_where_the_peak_is_lowest(stored):
    widget = stored.widget(LESSON, START)

    def width(id_: str) -> float:
        return float(widget.locator(f'[id="{id_}"]').get_attribute("width"))

    widget.get_by_text("no checkpoint").first.wait_for()
    whole, computed = width("peak"), width("computed")
    widget.get_by_role("button", name="Next").click()
    widget.get_by_text("k = 1: 36 pieces").wait_for()
    assert width("computed") == pytest.approx(2 * computed, abs=0.2)
    widget.focus()
    for _ in range(3):
        stored.page.keyboard.press("ArrowRight")
    widget.get_by_text("k = 4: 9 pieces").wait_for()
    widget.get_by_text("9 arrays, 2.9 MB").wait_for()
    assert width("peak") < whole / 3
    widget.get_by_role("slider").fill("14")
    widget.locator(".count", has_text=re.compile("^14 / 14$")).wait_for()
    widget.get_by_text("k = 36: 1 piece").wait_for()
    assert width("peak") > 0.99 * whole, "one piece saves nothing"
    stored.page.keyboard.press("Home")
    widget.get_by_text("nothing twice").wait_for()
    widget.get_by_role("slider").fill("4")
    stored.look("memory ruler", widget)
