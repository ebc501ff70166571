"""Predictions in JupyterLab and in an exported page: folded, typed, judged, found again."""

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import DARK, LIGHT
from nbconvert import HTMLExporter

LESSON = Path(__file__).parents[2] / "notebooks" / "02_graphs_and_chain_rule.ipynb"
LEARNER = "import os\nos.environ.pop('AUTOGRAD_LESSON_PROGRESS', None)\n"  # tests keep none
ACTIVATE = """start => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const sources = notebook.widgets.map(cell => cell.model.sharedModel.getSource());
    notebook.activeCellIndex = sources.findIndex(source => source.startsWith(start));
    notebook.mode = "command";
    return notebook.scrollToItem(notebook.activeCellIndex, "start");
}"""


class Predicting:
    """Lesson 02 in JupyterLab, and the verbs of a learner who predicts."""

    def __init__(self, lab):
        """Copy the lesson, as it is shipped but for a log, and open it."""
        self.lab, self.file = lab, lab.folder / "progress.jsonl"
        self.file.unlink(missing_ok=True)
        notebook = nbformat.read(LESSON, as_version=4)
        first = next(cell for cell in notebook.cells if cell.cell_type == "code")
        first.source = LEARNER + first.source
        nbformat.write(notebook, lab.folder / LESSON.name)
        self.open()

    def open(self):
        """Open the lesson with a new kernel."""
        self.lab.close_everything()
        self.lab.open(LESSON.name)
        self.lab.wait_for_kernel()

    def cell(self, name):
        """The predicted cell of this name, chosen and in sight."""
        self.lab.page.evaluate(ACTIVATE, f'prediction("{name}"')
        cell = self.lab.notebook.locator(".jp-CodeCell.jp-mod-active")
        cell.wait_for()
        return cell

    def run_above(self, name):
        """Run all that stands before the cell."""
        self.cell(name)
        self.lab.command("notebook:run-all-above")
        self.lab.wait_for_kernel()

    def type(self, name, mine):
        """Type into the empty quotes and run the cell, by keys alone."""
        cell, keys = self.cell(name), self.lab.page.keyboard
        self.lab.notebook.focus()
        keys.press("Enter")
        keys.press("Control+Home")
        keys.press("End")
        line = cell.locator(".cm-line").first.inner_text()
        for _ in range(len(line) - line.index('mine="') - len('mine="')):
            keys.press("ArrowLeft")
        keys.type(mine)
        keys.press("Control+Enter")
        self.lab.wait_for_kernel()
        return cell.locator(".autograd-prediction")

    def noted(self):
        """What the log holds of predictions."""
        events = [json.loads(line) for line in self.file.read_text().splitlines() if line]
        return [event for event in events if event["kind"] == "prediction"]


@pytest.fixture
def learner(lab):
    predicting = Predicting(lab)
    yield predicting
    predicting.file.unlink(missing_ok=True)


def test_the_answer_is_folded_until_the_cell_is_run(learner):
    cell = learner.cell("02-edges")
    assert cell.locator(".jp-Cell-outputArea").count() == 0
    assert cell.locator(".jp-OutputPlaceholder").inner_text().startswith("What came out:")
    assert "(5, 3, 6)" not in cell.inner_text()
    learner.run_above("02-edges")
    learner.cell("02-edges")
    learner.lab.command("notebook:run-cell")
    cell.get_by_text("(5, 3, 6)").wait_for()
    assert cell.locator(".autograd-prediction").count() == 0, "no prediction, no word"


def test_a_wrong_and_a_right_prediction_are_judged_and_found_again_after_a_restart(learner):
    lab = learner.lab
    learner.run_above("02-edges")
    card = learner.type("02-edges", "5, 3, 4")
    card.wait_for()
    assert card.locator("dd").all_inner_texts() == ["5, 3, 4", "5, 3, 6"]
    assert "Not what came out: 2 of 3 are right" in card.inner_text()
    learner.run_above("02-lost-path")
    lost = learner.type("02-lost-path", "45, 10")
    lost.wait_for()
    assert "the path b, c, d, e is missing; it brings 10" in lost.inner_text()
    right = learner.type("02-doublings", "2^20")
    right.wait_for()
    assert "Right." in right.inner_text()
    names = [(event["prompt"], event["right"], event["mistake"]) for event in learner.noted()]
    assert names == [
        ("02-edges", False, "size"),
        ("02-lost-path", False, "missing path"),
        ("02-doublings", True, ""),
    ]
    lab.command("docmanager:save")
    lab.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")

    learner.open()  # nothing is run: what stood there stands there, and is not folded again
    card = learner.cell("02-edges").locator(".autograd-prediction")
    card.wait_for()
    assert "2 of 3 are right" in card.inner_text()
    assert learner.cell("02-two-paths").locator(".jp-OutputPlaceholder").count() == 0, "was run"
    assert learner.cell("02-order").locator(".jp-OutputPlaceholder").count() == 1
    learner.run_above("02-two-paths")
    again = learner.cell("02-edges").locator(".autograd-prediction")
    again.get_by_text("2 of 3 are right").wait_for()
    assert len(learner.noted()) == 3, "the same prediction is noted once"
    assert lab.console_errors == []


def test_a_prediction_can_be_read_in_both_themes_and_on_a_phone(learner):
    lab = learner.lab
    learner.run_above("02-edges")
    learner.type("02-edges", "5, 3, 4").wait_for()
    whole = lab.page.viewport_size
    grounds = []
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        card = learner.cell("02-edges").locator(".autograd-prediction")
        style = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
        grounds.append(card.evaluate(style))
    assert [sum(map(int, re.findall(r"\d+", one[0])[:3])) > 600 for one in grounds] == [True, False]
    assert [sum(map(int, re.findall(r"\d+", one[1])[:3])) > 600 for one in grounds] == [False, True]
    lab.look("prediction", lambda: learner.cell("02-edges"))
    lab.page.set_viewport_size({"width": 390, "height": 900})
    lab.command("application:toggle-left-area")
    try:
        card = learner.cell("02-edges").locator(".autograd-prediction")
        card.wait_for()
        assert card.evaluate("e => e.scrollWidth - e.clientWidth") <= 1
        lab.look("prediction 390", lambda: learner.cell("02-edges"))
    finally:
        lab.page.set_viewport_size(whole)
        lab.command("application:toggle-left-area")


def test_an_exported_page_folds_every_answer_until_it_is_asked_for(chromium, tmp_path):
    html, _ = HTMLExporter().from_filename(str(LESSON))
    (tmp_path / "lesson.html").write_text(html, encoding="utf-8")
    page = chromium.new_page()
    try:
        page.route(re.compile("^https?:"), lambda route: route.abort())
        page.goto((tmp_path / "lesson.html").as_uri(), wait_until="domcontentloaded")
        predicted = page.locator(".celltag_prediction")
        cells = nbformat.read(LESSON, as_version=4).cells
        assert predicted.count() == sum("**Predict.**" in cell.source for cell in cells)
        outputs = predicted.locator(".jp-Cell-outputArea")
        assert not any(outputs.nth(k).is_visible() for k in range(outputs.count()))
        summary = predicted.first.locator("summary", has_text="Show what came out")
        summary.focus()
        page.keyboard.press("Enter")
        predicted.first.get_by_text("(5, 3, 6)").wait_for()
        others = page.locator(".jp-CodeCell:not(.celltag_prediction) .jp-Cell-outputArea")
        assert others.first.is_visible(), "only what is predicted is folded"
    finally:
        page.close()


def test_an_exported_page_shows_what_a_learner_has_seen(chromium, tmp_path):
    shutil.copy(LESSON, tmp_path)
    notebook = nbformat.read(tmp_path / LESSON.name, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == "02-predict-edges")
    cell.execution_count = 7
    html, _ = HTMLExporter().from_notebook_node(notebook)
    page = chromium.new_page()
    try:
        page.route(re.compile("^https?:"), lambda route: route.abort())
        page.set_content(html, wait_until="domcontentloaded")
        folds = page.locator(".celltag_prediction details:has(.jp-Cell-outputArea)")
        opened = folds.evaluate_all("all => all.map(each => each.open)")
        assert opened == [True] + [False] * (len(opened) - 1) and len(opened) > 3
    finally:
        page.close()
