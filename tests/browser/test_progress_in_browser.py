"""A learner in JupyterLab: what they pass is found again after a restart, and by other kernels."""

import json

import pytest
from conftest import DARK, LIGHT

LEARNER = "import os\nos.environ.pop('AUTOGRAD_LESSON_PROGRESS', None)"  # tests keep none
IMPORTS = f"""\
{LEARNER}
from autograd_lesson.checks.e00_start_here import check_slope
from autograd_lesson.learner import log
from autograd_lesson.learner.memory import from_memory
from autograd_lesson.learner.progress import progress
from autograd_lesson.predictions import prediction"""
WRONG = "check_slope(lambda x0, y0, x1, y1: (x1 - x0) / (y1 - y0))"
RIGHT = "check_slope(lambda x0, y0, x1, y1: (y1 - y0) / (x1 - x0))"
PREDICTED = [
    'prediction("05-recursion", mine="4")\n2 + 2',
    'prediction("05-visits", mine="5")\n2 + 2',
    'prediction("05-policies", mine="")\n2 + 2',
]
MISTAKE = """\
name = "contribution-wrote-over-what-others-had-brought-where-is-needed"
log.time = type("Yesterday", (), {"time": lambda: __import__("time").time() - 86400})
log.note_check("05", "backward", "fail", name)
log.time = __import__("time")"""


@pytest.fixture
def file(lab):
    """The file that the learner's kernels write: beside their notebooks."""
    path = lab.folder / "progress.jsonl"
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def events(file):
    return [json.loads(line) for line in file.read_text().splitlines() if line]


def test_what_was_passed_and_predicted_is_found_again_after_a_restart(lab, file):
    cells = [IMPORTS, "progress()", WRONG, RIGHT, *PREDICTED, "progress()", MISTAKE]
    lab.save("first.ipynb", cells)
    lab.open_and_run("first.ipynb")
    shown = lab.notebook.locator(".autograd-map")
    assert "Nothing is noted yet." in shown.first.inner_text()
    assert "1 passed, 0 begun" in shown.nth(1).inner_text()
    assert "1 right, 1 wrong" in shown.nth(1).inner_text()
    assert "Folded below this cell: A hint." in lab.errors_in_cells()[0]
    checked = [event for event in events(file) if event["kind"] == "check"]
    assert [event["state"] for event in checked] == ["fail", "pass", "fail"]
    lab.close_everything()

    lab.save("later.ipynb", [IMPORTS, "progress()", "from_memory(6)", "from_memory(6, a='A')"])
    lab.open_and_run("later.ipynb")
    assert lab.errors_in_cells() == []
    course = lab.notebook.locator(".autograd-map")
    assert "1 passed, 1 begun" in course.inner_text()
    assert "1 right, 1 wrong" in course.inner_text()
    assert course.get_by_role("link", name="`slope`").count() == 0
    assert course.locator("li.next").inner_text().startswith("1\n1. Sensitivity")
    asked = lab.notebook.locator(".autograd-memory")
    assert "x.grad hold in the end?" in asked.first.inner_text()
    assert asked.nth(1).locator(".said").count() == 1
    assert events(file)[-1]["kind"] == "question" and events(file)[-1]["mistake"] == "M4"

    lab.look("progress", lambda: course)
    lab.look("from memory", lambda: asked.nth(1))
    before = lab.page.viewport_size
    lab.page.set_viewport_size({"width": 390, "height": 900})
    lab.command("application:toggle-left-area")
    try:
        for theme in (LIGHT, DARK):
            lab.theme(theme)
            for each in (course, asked.nth(1)):
                cut = each.evaluate("e => e.scrollWidth - e.clientWidth")
                assert cut <= 1, "something is wider than the page"
        lab.look("progress 390", lambda: course)
        lab.look("from memory 390", lambda: asked.nth(1))
    finally:
        lab.page.set_viewport_size(before)
        lab.command("application:toggle-left-area")


def test_its_links_can_be_reached_and_seen_by_keyboard(lab, file):
    lab.save("keys.ipynb", [IMPORTS, RIGHT, "progress()"])
    lab.open_and_run("keys.ipynb")
    links = lab.notebook.locator(".autograd-map a")
    links.first.focus()
    lab.page.keyboard.press("Tab")
    assert links.nth(1).evaluate("e => e === document.activeElement")
    assert links.nth(1).evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_two_kernels_at_once_lose_nothing(lab, file):
    writes = "for number in range(200):\n    log.note_question('{}', True, str(number))"
    for name in ("M1", "M2"):
        lab.save(f"{name}.ipynb", [IMPORTS, writes.format(name)])
        lab.open(f"{name}.ipynb")
        lab.wait_for_kernel()
        lab.command("notebook:run-all-cells")  # and the other one before it has ended
    lab.wait_for_kernel()
    lab.page.wait_for_function(
        "async () => (await window.jupyterapp.serviceManager.sessions.refreshRunning(),"
        " [...window.jupyterapp.serviceManager.sessions.running()]"
        ".every(one => one.kernel.execution_state === 'idle'))"
    )
    given = {name: [] for name in ("M1", "M2")}
    for event in events(file):
        given[event["mistake"]].append(int(event["given"]))
    assert given == {"M1": list(range(200)), "M2": list(range(200))}


def test_a_damaged_file_costs_a_sentence(lab, file):
    file.write_bytes(b"\x00\xff{not json\n")
    lab.save("damaged.ipynb", [IMPORTS, RIGHT, "progress()"])
    lab.open_and_run("damaged.ipynb")
    assert lab.errors_in_cells() == []
    told = lab.notebook.locator(".autograd-map").inner_text()
    assert "1 passed" in told and "1 line is damaged in progress.jsonl, and passed over." in told
