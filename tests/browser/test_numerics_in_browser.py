"""Lesson 06 in a real JupyterLab: its sliders and its nan finder, by mouse and by keys."""

import os
import re
import shutil
from pathlib import Path

import pytest
from conftest import DARK, LIGHT

LESSON = Path(__file__).parents[2] / "notebooks" / "06_more_functions.ipynb"
SCROLL_TO = """start => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const sources = notebook.widgets.map(cell => cell.model.sharedModel.getSource());
    const place = sources.findIndex(source => source.startsWith(start));
    return notebook.scrollToItem(place, "start");
}"""


@pytest.fixture(scope="module")
def folder():
    """Where pictures go, if anybody wants them."""
    return os.environ.get("SCREENSHOTS")


def shown(lab, start: str, name: str):
    """The widget of a cell, once it is on the page."""
    lab.page.evaluate(SCROLL_TO, start)  # cells out of sight are not on the page
    widget = lab.notebook.get_by_role("group", name=name)
    widget.wait_for()
    return widget


def at_step(player, step):
    """Wait until the player shows this step."""
    player.locator(".count", has_text=re.compile(rf"^{step} / ")).wait_for()


def in_both_themes(lab, folder, name, look):
    """Look at a widget in the light and in the dark theme."""
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        widget = look()
        if folder:
            lab.screenshot(Path(folder) / f"{name} {theme}.png", widget)
    lab.theme(LIGHT)


def test_lesson_06_runs_and_its_widgets_answer_to_mouse_and_keys(lab, folder):
    shutil.copy(LESSON, lab.folder)
    lab.open_and_run(LESSON.name)

    def tanhs():
        return shown(lab, "numerics(tanh", "Two forms of one function, from x = 1e-17 to 1000")

    slider = tanhs()
    at_step(slider, 41)
    slider.get_by_text("x = 355: naive value no number").wait_for()
    mark = slider.locator('[id="value-naive"]')

    def height() -> float:
        """Of the mark below the widget's upper edge: the page may scroll between two looks."""
        return mark.bounding_box()["y"] - slider.bounding_box()["y"]

    top = height()
    slider.get_by_role("button", name="Back").click()
    at_step(slider, 40)
    slider.get_by_text("x = 354: naive value 16 digits right").wait_for()
    assert height() > top + 50, "a number again: the mark falls"
    slider.focus()
    lab.page.keyboard.press("Home")
    at_step(slider, 0)
    slider.get_by_text("x = 1e-17: naive value 0 digits right").wait_for()
    slider.get_by_role("slider").fill("14")
    slider.get_by_text("x = 1e-10: naive value 7 digits right").wait_for()
    in_both_themes(lab, folder, "tanh", tanhs)

    name = "Two forms of one function, from x = -0.001 to -1000"
    sigmoids = shown(lab, "numerics(sigmoid", name)
    sigmoids.get_by_text("naive value 16 digits right, naive gradient no number").wait_for()

    def finder():
        return shown(lab, "find_nan(loss", "The first number behind loss that is nan or infinite")

    player = finder()
    player.get_by_text("odds = exp(score) = inf: the first number that is not finite").wait_for()
    stroke = "element => getComputedStyle(element.querySelector('.box')).strokeWidth"
    first = player.locator("g.first")
    assert first.evaluate(stroke) == "5px"
    player.focus()
    lab.page.keyboard.press("End")
    player.get_by_text("spread from").first.wait_for()
    dashes = "element => getComputedStyle(element.querySelector('.box')).strokeDasharray"
    assert player.locator("g.spread").first.evaluate(dashes) != "none"
    in_both_themes(lab, folder, "find_nan", finder)
    on_purpose = ("OverflowError: ", "ValueError: ", "ZeroDivisionError: ")
    errors = [text for text in lab.errors_in_cells() if not any(e in text for e in on_purpose)]
    assert errors == []
    assert lab.console_errors == []
