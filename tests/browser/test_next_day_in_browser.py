"""A lesson as a learner meets it, and the next day: opened again with a new kernel, nothing run."""

import platform
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import DARK, LIGHT, at_step

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "source"))

import build  # noqa: E402

CELLS = [
    """\
from autograd_lesson import Value
from autograd_lesson.teaching.generated_graphs import generated_graph
from autograd_lesson.widgets import playground, practise, predict, step_by_hand, step_through
a, b = Value(2.0, "a"), Value(3.0, "b")
d = (a * b + a).named("d")""",
    "step_through(d)",
    "step_by_hand(d)",
    "predict(d)",
    "practise(generated_graph(n) for n in (1, 2))",
    'playground("a*b", a=2.0, b=3.0)',
]
IS_DIRTY = "window.jupyterapp.shell.currentWidget.context.model.dirty"
GONE = "widget model not found"  # said of the playground, which the second test is about
VIEW = "application/vnd.jupyter.widget-view+json"


def next_day(lab, name):
    """Save the notebook that was run, end its kernel, and open it again, with nothing run."""
    lab.command("docmanager:save")
    lab.page.wait_for_function(f"!{IS_DIRTY}")
    lab.close_everything()
    lab.open(name)
    lab.wait_for_kernel()
    lab.page.wait_for_timeout(1000)  # for ipywidgets to ask the kernel for its models
    assert lab.python("", "'d' in globals()") == "False", "the kernel is a new one"


@pytest.fixture(scope="module")
def opened_again(lab_page):
    """One notebook for the three tests that look at it; the last of them runs it once more."""
    lab = lab_page
    lab.theme(LIGHT)
    lab.console_errors.clear()
    lab.save("next_day.ipynb", CELLS)
    lab.open_and_run("next_day.ipynb")
    assert lab.errors_in_cells() == []
    next_day(lab, "next_day.ipynb")
    for _ in range(100):  # until the error of the playground has come, which is no later test's
        if any(GONE in error for error in lab.console_errors):
            break
        lab.page.wait_for_timeout(100)
    yield lab
    lab.close_everything()


def test_every_widget_still_works(opened_again, tmp_path):
    lab = opened_again
    stepper = lab.notebook.get_by_role("group", name=re.compile("^Backward pass from d .*edges"))
    stepper.get_by_role("button", name="Last").click()
    at_step(stepper, 5)
    assert stepper.locator('[id="n0-grad"]').text_content() == "4"

    by_hand = lab.notebook.locator(".autograd-by-hand")
    by_hand.get_by_role("button", name="d", exact=True).click()
    by_hand.get_by_text("d passes on").wait_for()

    asked = lab.notebook.locator(".autograd-predict").first
    asked.get_by_label("dd/da =").fill("4")
    lab.page.keyboard.press("Enter")
    asked.get_by_text("right:").wait_for()

    practice = lab.notebook.locator(".autograd-practice")
    practice.get_by_role("button", name="Graph 2").click()
    assert practice.get_by_role("button", name="Graph 2").get_attribute("aria-pressed") == "true"
    assert practice.locator(".autograd-predict:visible").count() == 1
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        lab.screenshot(tmp_path / f"next day {theme}.png")
    assert [error for error in lab.console_errors if GONE not in error] == []


def test_only_what_needs_python_has_a_view_that_dies_with_its_kernel(opened_again):
    cells = nbformat.read(opened_again.folder / "next_day.ipynb", as_version=4).cells
    views = [cell.source for cell in cells for output in cell.outputs if VIEW in output.data]
    assert views == ['playground("a*b", a=2.0, b=3.0)']


def test_what_needs_python_shows_its_picture_in_place_of_an_error(opened_again):
    lab = opened_again
    picture = lab.notebook.locator(".autograd-playground-still img")
    picture.wait_for()
    assert picture.is_visible() and "a = 2" in picture.get_attribute("alt")
    assert not lab.notebook.get_by_text("Error displaying widget").is_visible()
    assert lab.notebook.locator(".widget-vbox:visible, .fa-unlink:visible").count() == 0
    lab.command("notebook:run-all-cells")
    lab.notebook.locator(".autograd-playground").wait_for()
    lab.wait_for_kernel()
    assert not picture.is_visible(), "the live view takes its place"


def test_the_stepper_of_lesson_02_ends_in_45_by_mouse_and_by_keys_and_again_the_next_day(lab):
    lesson = ROOT / "notebooks" / "02_graphs_and_chain_rule.ipynb"
    shutil.copy(lesson, lab.folder)
    lab.open_and_run(lesson.name)
    of_lesson = "step_through(e)", "Backward pass from e (5 values, 6 edges)"
    stepper = lab.widget(*of_lesson)
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
    lab.look("stepper", lambda: lab.widget(*of_lesson))  # the README's picture is the light one

    next_day(lab, lesson.name)
    stepper = lab.widget(*of_lesson)
    stepper.get_by_role("button", name="Last").click()
    assert stepper.locator('[id="n0-grad"]').text_content() == "45"
    assert lab.notebook.get_by_text("Error displaying widget").count() == 0
    assert lab.console_errors == []


@pytest.mark.parametrize("name", ["notebooks/00_start_here", "exercises/00_start_here"])
def test_opening_a_shipped_notebook_changes_nothing_and_shows_what_was_run(lab, name):
    path = shutil.copy(ROOT / f"{name}.ipynb", lab.folder)
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.language_info.version = platform.python_version()  # as `start.py` sees to it
    nbformat.write(notebook, path)
    lab.open(Path(path).name)
    lab.wait_for_kernel()
    lab.page.wait_for_timeout(1000)  # for the kernel to say who it is
    assert not lab.page.evaluate(IS_DIRTY)
    prompts = lab.notebook.locator(".jp-CodeCell .jp-InputPrompt")
    assert set(prompts.all_text_contents()) == {"[ ]:"}
    lab.command("notebook:run-cell-and-select-next")  # the title
    lab.command("notebook:run-cell-and-select-next")
    lab.notebook.get_by_text("[1]:", exact=True).first.wait_for()


def test_run_all_goes_to_the_end_of_a_blank_exercise(lab):
    path = ROOT / "source" / "exercises" / "05_order_and_accumulation.py"
    notebook = build.as_exercise(build.read_source(path))
    notebook.cells.append(nbformat.v4.new_code_cell("6 * 7"))
    nbformat.write(notebook, lab.folder / "blank.ipynb")
    lab.open_and_run("blank.ipynb")
    said = lab.errors_in_cells()
    checks = list(filter(build.is_check, notebook.cells))
    assert len(said) == len(checks) and all("not attempted yet" in words for words in said)
    lab.notebook.get_by_text("42", exact=True).wait_for()
