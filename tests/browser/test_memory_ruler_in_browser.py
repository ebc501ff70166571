"""Lesson 20 in a real JupyterLab: the memory ruler, by mouse and by keys."""

import re
import shutil
from pathlib import Path

import pytest

LESSON = Path(__file__).parents[2] / "notebooks" / "20_memory.ipynb"
WIDGET = ("memory_ruler(", "A chain of 36 steps, and a checkpoint around every k")


def test_lesson_20_runs_and_the_ruler_shows_where_the_peak_is_lowest(lab):
    shutil.copy(LESSON, lab.folder)
    lab.open_and_run(LESSON.name)
    widget = lab.widget(*WIDGET)

    def width(id_: str) -> float:
        return float(widget.locator(f'[id="{id_}"]').get_attribute("width"))

    widget.get_by_text("no checkpoint").first.wait_for()
    whole, computed = width("peak"), width("computed")
    widget.get_by_role("button", name="Next").click()
    widget.get_by_text("k = 1: 36 pieces").wait_for()
    assert width("computed") == pytest.approx(2 * computed, abs=0.2)
    widget.focus()
    for _ in range(3):
        lab.page.keyboard.press("ArrowRight")
    widget.get_by_text("k = 4: 9 pieces").wait_for()
    widget.get_by_text("9 arrays, 2.9 MB").wait_for()
    assert width("peak") < whole / 3
    widget.get_by_role("slider").fill("14")
    widget.locator(".count", has_text=re.compile("^14 / 14$")).wait_for()
    widget.get_by_text("k = 36: 1 piece").wait_for()
    assert width("peak") > 0.99 * whole, "one piece saves nothing"
    lab.page.keyboard.press("Home")
    widget.get_by_text("nothing twice").wait_for()
    widget.get_by_role("slider").fill("4")
    lab.look("memory ruler", lambda: lab.widget(*WIDGET))
    assert lab.errors_in_cells() == []
    assert lab.console_errors == []
