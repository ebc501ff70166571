"""The review in JupyterLab: answered, judged, found again by a new kernel, narrow and dark."""

import pytest
from conftest import DARK, LIGHT

IMPORTS = """\
import os
os.environ.pop('AUTOGRAD_LESSON_PROGRESS', None)
from autograd_lesson.learner.review import questions_of, review, score
from autograd_lesson.teaching.rule_mutants import mutants_of
right, wrong = questions_of(1)[0].right, next(iter(questions_of(1)[1].wrong))"""
FIRST = [IMPORTS, "review(1, part=1, a=right, b=wrong, c='perhaps')", "score(1)"]
MUTANTS = "mutants_of(lambda x: (x * x, lambda g: 2 * x * g), lambda rng: rng.normal(size=3))"
WIDER = "each => each.scrollWidth - each.clientWidth"


@pytest.fixture(autouse=True)
def file(lab):
    """The file that the learner's kernels write: beside their notebooks."""
    path = lab.folder / "progress.jsonl"
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def test_answers_are_judged_and_found_again_by_another_kernel(lab, file):
    lab.save("first.ipynb", FIRST)
    lab.open_and_run("first.ipynb")
    asked = lab.notebook.locator(".autograd-memory")
    assert asked.first.locator("ol").count() == 5
    assert asked.first.locator(".said").count() == 3
    assert asked.first.locator(".said.right").count() == 1
    assert "perhaps is none of the answers" in asked.first.inner_text()
    assert "Sheet 1: 1 right, 1 wrong, 23 open." in asked.last.inner_text()
    assert len(file.read_text().split()) > 2
    lab.close_everything()

    lab.save("later.ipynb", [IMPORTS, "review(1, part=1)", "score(1)"])
    lab.open_and_run("later.ipynb")
    asked = lab.notebook.locator(".autograd-memory")
    assert "2 of 25 are answered" in asked.first.inner_text()
    assert "1 right, 1 wrong, 23 open." in asked.last.inner_text()
    assert lab.errors_in_cells() == [] and lab.console_errors == []


def test_on_a_narrow_page_nothing_is_cut_in_both_themes(lab):
    lab.save("narrow.ipynb", [*FIRST, MUTANTS])
    lab.open_and_run("narrow.ipynb")
    whole = lab.page.viewport_size
    lab.command("application:toggle-left-area")
    lab.page.set_viewport_size({"width": 390, "height": 900})
    try:
        for theme in (LIGHT, DARK):
            lab.theme(theme)
            shown = lab.notebook.locator(".autograd-memory, .jp-RenderedHTML")
            assert shown.count() >= 3
            assert max(shown.evaluate_all(f"all => all.map({WIDER})")) <= 1
        lab.look("review 390", lambda: lab.notebook.locator(".autograd-memory").first)
    finally:
        lab.page.set_viewport_size(whole)
        lab.command("application:toggle-left-area")
