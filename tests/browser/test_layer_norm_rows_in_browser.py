"""Lesson 16 in a real JupyterLab: rows through layer normalisation, by mouse and by keys."""

import re
import shutil
from pathlib import Path

LESSON = Path(__file__).parents[2] / "notebooks" / "16_layer_normalisation.ipynb"
WIDGET = ("layer_norm_rows(", "Layer normalisation of 2 rows of 4, and the way back")


def test_lesson_16_runs_and_rows_lose_their_mean_and_their_gradient_its_parts(lab):
    shutil.copy(LESSON, lab.folder)
    lab.open_and_run(LESSON.name)
    widget = lab.widget(*WIDGET)

    def height(id_: str) -> float:
        return float(widget.locator(f'[id="{id_}"]').get_attribute("height"))

    widget.get_by_text("row 0: as it came in").wait_for()
    assert height("row-3") > 100 and height("gradient-0") == 0
    widget.get_by_role("button", name="Next").click()
    widget.get_by_text("row 0: minus its mean, 3").wait_for()
    assert height("row-0") < 1, "entry 0 was the mean"
    widget.focus()
    for _ in range(4):
        lab.page.keyboard.press("ArrowRight")
    widget.get_by_text("row 0: minus its part along hat").wait_for()
    widget.get_by_text("0, the sum of products with 0, -1.069").wait_for()
    assert height("gradient-3") < 20, "a tick at 0.625 says how long it was"
    widget.get_by_role("slider").fill("13")
    widget.locator(".count", has_text=re.compile("^13 / 13$")).wait_for()
    widget.get_by_text("row 1: over the deviation").wait_for()
    lab.page.keyboard.press("Home")
    widget.get_by_text("empty on the way forward").wait_for()
    widget.get_by_role("slider").fill("5")
    lab.look("layer norm", lambda: lab.widget(*WIDGET))
    assert lab.errors_in_cells() == []
    assert lab.console_errors == []
