"""Lesson 16 in a real JupyterLab: rows through layer normalisation, by mouse and by keys."""

import os
import re
import shutil
from pathlib import Path

import pytest
from conftest import DARK, LIGHT

pytestmark = pytest.mark.browser

LESSON = Path(__file__).parents[2] / "notebooks" / "16_layer_normalisation.ipynb"
SCROLL_TO = """start => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const sources = notebook.widgets.map(cell => cell.model.sharedModel.getSource());
    const place = sources.findIndex(source => source.startsWith(start));
    return notebook.scrollToItem(place, "start");
}"""


def shown(lab):
    """The widget, once it is on the page."""
    lab.page.evaluate(SCROLL_TO, "layer_norm_rows(")  # cells out of sight are not on the page
    name = "Layer normalisation of 2 rows of 4, and the way back"
    widget = lab.notebook.get_by_role("group", name=name)
    widget.wait_for()
    return widget


def test_lesson_16_runs_and_rows_lose_their_mean_and_their_gradient_its_parts(lab):
    shutil.copy(LESSON, lab.folder)
    lab.open_and_run(LESSON.name)
    widget = shown(lab)

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
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        if folder := os.environ.get("SCREENSHOTS"):
            lab.screenshot(Path(folder) / f"layer norm {theme}.png", shown(lab))
    lab.theme(LIGHT)
    assert lab.errors_in_cells() == []
    assert lab.console_errors == []
