"""Lesson 19 in a real JupyterLab: a time-line of writes, by mouse and by keys."""

import re
import shutil
from pathlib import Path

LESSON = Path(__file__).parents[2] / "notebooks" / "19_in_place_and_versions.ipynb"
WIDGET = ("show_timeline(", "A time-line of 9 lines and 2 memories")


def test_lesson_19_runs_and_a_write_between_keeping_and_using_spoils_a_bar(lab):
    shutil.copy(LESSON, lab.folder)
    lab.open_and_run(LESSON.name)
    widget = lab.widget(*WIDGET)

    def height(id_: str) -> float:
        return float(widget.locator(f'[id="{id_}"]').get_attribute("height"))

    widget.get_by_text("line 1: loss = (w * w).sum()").wait_for()
    short = height("bar0")
    widget.get_by_role("button", name="Next").click()
    widget.get_by_text("used, at version 0, as it was kept; the bar ends").wait_for()
    assert height("bar0") > short and height("bar1") == 0
    widget.focus()
    for _ in range(3):
        lab.page.keyboard.press("ArrowRight")
    widget.get_by_text("written to, now version 2; safe: nobody needs it").wait_for()
    assert not widget.get_by_text("version 1, spoils").is_visible()
    widget.get_by_role("slider").fill("8")
    widget.locator(".count", has_text=re.compile("^8 / 8$")).wait_for()
    widget.get_by_text("refused: it is at version 1, and version 0 is needed").wait_for()
    assert widget.get_by_text("version 1, spoils").is_visible()
    lab.page.keyboard.press("Home")
    widget.get_by_text("line 1: loss = (w * w).sum()").wait_for()
    lab.page.keyboard.press("End")
    lab.look("timeline", lambda: lab.widget(*WIDGET))
    refused = ("RuntimeError", "ValueError: assignment destination is read-only")
    others = [text for text in lab.errors_in_cells() if not any(word in text for word in refused)]
    assert others == [], "the lesson shows refusals, and nothing else"
    assert lab.console_errors == []
