"""Lesson 02 as a learner meets it: opened, run to its end, its stepper clicked and driven."""

import os
import shutil
from pathlib import Path

LESSON = Path(__file__).parents[2] / "notebooks" / "02_graphs_and_chain_rule.ipynb"

SCROLL_TO = """source => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const sources = notebook.widgets.map(cell => cell.model.sharedModel.getSource());
    return notebook.scrollToItem(sources.indexOf(source), "start");
}"""


def test_the_stepper_of_lesson_02_ends_in_45_by_mouse_and_by_keys(lab):
    shutil.copy(LESSON, lab.folder)
    lab.open_and_run(LESSON.name)
    lab.page.evaluate(SCROLL_TO, "step_through(e)")  # cells out of sight are not on the page
    stepper = lab.notebook.get_by_role("group", name="Backward pass from e (5 values, 6 edges)")
    stepper.wait_for()
    a_grad = stepper.locator('[id="n0-grad"]')
    assert a_grad.text_content() == "0"
    stepper.get_by_role("button", name="Next").click()
    stepper.get_by_text("the seed: de/de = 1").wait_for()
    for _ in range(5):
        lab.page.keyboard.press("ArrowRight")
    stepper.get_by_text("25 + 20 = 45").first.wait_for()
    assert a_grad.text_content() == "45"
    lab.page.keyboard.press("ArrowRight")
    assert stepper.locator('[id="n1-grad"]').text_content() == "20"
    lab.page.keyboard.press("Home")
    assert a_grad.text_content() == "0"
    lab.page.keyboard.press("End")
    assert a_grad.text_content() == "45"
    assert lab.errors_in_cells() == [] and lab.console_errors == []
    for theme in ("light", "dark"):
        lab.theme(theme)
        lab.page.evaluate(SCROLL_TO, "step_through(e)")
        if folder := os.environ.get("SCREENSHOTS"):  # the README's picture is the light one
            lab.screenshot(Path(folder) / f"stepper_{theme}.png")
