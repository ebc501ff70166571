"""The playground in a real JupyterLab: type a formula, move a slider by keyboard."""

import os
from pathlib import Path

import pytest

from tests.browser.conftest import DARK

LONG = "tanh(a*b + c) * tanh(a + tanh(b*c + tanh(a*c))) + tanh(tanh(tanh(a)))"
CELLS = [
    """\
from autograd_lesson.widgets import playground
play = playground("tanh(a*b + c)", a=2.0, b=-3.0, c=6.0)
play""",
]


@pytest.fixture
def widget(lab):
    lab.save("playground.ipynb", CELLS)
    lab.open_and_run("playground.ipynb")
    found = lab.notebook.locator(".jp-OutputArea-output .widget-vbox").first
    found.locator("img").wait_for()
    return found


def test_a_slider_moved_by_keys_changes_gradients_and_a_bad_formula_is_pointed_at(lab, widget):
    slider = widget.get_by_role("slider").first
    slider.focus()
    lab.page.keyboard.press("ArrowRight")
    lab.page.wait_for_function("document.querySelector('.jp-Notebook img').alt.includes('a = 2.1')")
    line = widget.get_by_role("textbox").first
    line.fill("a*b + foo(c)")
    line.press("Enter")
    widget.get_by_text("^ unknown function foo").wait_for()
    line.fill("a*b + d")
    line.press("Enter")
    lab.page.wait_for_function("document.querySelector('.jp-Notebook img').alt.includes('d = 1')")
    assert widget.get_by_text("unknown function").count() == 0
    assert lab.python("", "play.text().splitlines()[0]") == "'a*b + d at a = 2.1, b = -3, d = 1'"
    assert lab.errors_in_cells() == [] and lab.console_errors == []
    lab.theme(DARK)
    if folder := os.environ.get("SCREENSHOTS"):
        lab.screenshot(Path(folder) / "playground_dark.png", widget)


def test_a_picture_made_larger_stays_so_when_a_slider_moves(lab, widget):
    line = widget.get_by_role("textbox").first
    line.fill(LONG)
    line.press("Enter")
    tick = widget.get_by_label("Larger")
    tick.wait_for()
    tick.check()
    figure = widget.locator(".autograd-figure")
    whole = "img => img.clientWidth === img.naturalWidth"
    lab.page.wait_for_function(whole, arg=figure.locator("img").element_handle())
    slider = widget.get_by_role("slider").first
    slider.focus()
    lab.page.keyboard.press("ArrowRight")
    lab.page.wait_for_function("document.querySelector('.jp-Notebook img').alt.includes('a = 2.1')")
    assert tick.is_checked()
    assert figure.locator("img").evaluate(whole)
    assert figure.evaluate("figure => figure.scrollWidth > figure.clientWidth + 20")
    tick.focus()
    lab.page.keyboard.press("ArrowRight")
    lab.page.wait_for_function("figure => figure.scrollLeft > 0", arg=figure.element_handle())
    figure.evaluate("figure => { figure.scrollLeft = figure.scrollWidth; }")
    left, own = tick.bounding_box()["x"], figure.bounding_box()["x"]
    assert 0 <= left - own < 30, "the box has gone with the picture"
    tick.uncheck()
    assert figure.evaluate("figure => figure.scrollWidth <= figure.clientWidth + 1")
