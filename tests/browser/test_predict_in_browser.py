"""Predictions in a real JupyterLab and as a stored page: mouse, keyboard, both themes."""

import math

import pytest
from conftest import DARK, LIGHT, apart

from autograd_lesson import Value
from autograd_lesson.teaching.diagnosis import ANSWER, judge, number_in, table
from autograd_lesson.widgets import predict
from autograd_lesson.widgets.graphs.predict import Prediction
from autograd_lesson.widgets.stored_widget import functions_of

GRAPH = """from autograd_lesson import Value
from autograd_lesson.widgets import predict
a, b = Value(2.0, label="a"), Value(3.0, label="b")
c = (a + b).named("c")
d = (c * a).named("d")
e = (c * d).named("e")"""
TEXTS = ["35", " -0.5 ", "1/3", "-1 / 4", "2e-3", "+45.", ".5", "\u22122", "1E2/5", "1e400", "1/0"]
NOT_NUMBERS = [
    "",
    "abc",
    "1,5",
    "nan",
    "inf",
    "Infinity",
    "0x10",
    "1_0",
    "2*3",
    "1/2/3",
    "- 1",
    ".",
]


def lesson_graph():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    return a, (c * d).named("e")


def gradient(widget, id_):
    """What stands for a gradient in the picture."""
    return widget.locator(f'[id="{id_}-grad"]').text_content()


def said(widget, question):
    """What was said to the answers of one question."""
    return widget.get_by_role("group", name=question).locator("dd").all_inner_texts()


def test_predicting_by_keyboard_and_mouse_in_both_themes(lab):
    lab.save("predict.ipynb", [GRAPH, "widget = predict(e)\nwidget"])
    lab.open_and_run("predict.ipynb")
    widget = lab.page.locator(".autograd-predict")
    widget.wait_for()
    assert [gradient(widget, f"n{place}") for place in range(5)] == ["?", "?", "?", "?", "1"]

    # By keyboard: letters and Enter belong to the line, not to the notebook's shortcuts.
    widget.get_by_label("de/da =").focus()
    lab.page.keyboard.type("dd")
    lab.page.keyboard.press("Enter")
    assert '"dd" is not a number' in widget.get_by_role("group", name="de/da").inner_text()
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type("35")
    lab.page.keyboard.press("Enter")
    assert said(widget, "de/da") == ["the path a, c, d, e is missing; it brings 10"]
    lab.page.keyboard.type("45")  # the wrong number is selected: typing replaces it
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("Space")  # on Check
    assert said(widget, "de/da")[1] == "right: d brings 25 and c brings 20, together 45"
    assert gradient(widget, "n0") == "45"
    assert widget.get_by_label("de/da =").get_attribute("readonly") is not None
    assert lab.page.evaluate("document.activeElement.tagName") == "INPUT"  # not lost

    # By mouse.
    line = widget.get_by_role("group", name="de/db")
    line.get_by_role("button", name="Reveal").click()
    assert "Predict first" in line.inner_text() and gradient(widget, "n1") == "?"
    widget.get_by_label("de/db =").fill("10")
    line.get_by_role("button", name="Check").click()
    assert "the path b, c, d, e is missing" in said(widget, "de/db")[0]
    line.get_by_role("button", name="Reveal").click()
    assert said(widget, "de/db")[1] == "The gradient of b is 20: c brings 20 × 1 = 20."
    assert gradient(widget, "n1") == "20"
    assert widget.locator(".count").inner_text() == "1 of 4 found"

    widget.get_by_label("de/dc =").fill("20")
    lab.page.keyboard.press("Enter")
    widget.get_by_text("right: e brings 10 and d brings 10, together 20").wait_for()
    assert gradient(widget, "n2") == "20"

    grounds = {}
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        grounds[theme] = widget.evaluate(
            "el => [getComputedStyle(el).backgroundColor, getComputedStyle(el).color]"
        )
    assert grounds[LIGHT][0] == "rgb(255, 255, 255)"
    assert all(sum(channels(dark)) < 120 for dark in grounds[DARK][:1])
    assert all(sum(channels(ink)) > 600 for ink in grounds[DARK][1:])
    assert lab.errors_in_cells() == [] and lab.console_errors == []


def channels(colour):
    """`rgb(17, 17, 17)` as three numbers."""
    return [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")[:3]]


def test_the_box_in_question_is_marked(stored):
    widget = stored.player([GRAPH, "predict(e)"], ".autograd-predict")
    widget.get_by_label("de/dc =").focus()
    boxes = widget.locator("g.operand")
    assert boxes.count() == 1 and boxes.get_attribute("id") == "n2"
    assert widget.locator("g.waits").count() == 4  # dashed: not colour alone
    widget.get_by_label("de/db =").focus()
    assert boxes.get_attribute("id") == "n1"


def test_a_right_answer_fills_in_its_own_gradient_and_no_other(stored):
    widget = stored.player([GRAPH, "predict(e, ask=['d', 'c'])"], ".autograd-predict")
    assert [gradient(widget, f"n{place}") for place in range(5)] == ["?", "?", "?", "?", "1"]
    found_then = {"c": ("20", ["?", "?", "20", "?"]), "d": ("5", ["?", "?", "20", "5"])}
    for name, (answer, then) in found_then.items():
        widget.get_by_label(f"de/d{name} =").fill(answer)
        stored.page.keyboard.press("Enter")
        assert [gradient(widget, f"n{place}") for place in range(len(then))] == then


@pytest.fixture
def stored_page(chromium):
    """A page with a stored prediction in it, opened as a file is: no kernel, no JupyterLab."""
    contexts = []

    def open_page(scripts=True, scheme="light"):
        context = chromium.new_context(java_script_enabled=scripts, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        _, e = lesson_graph()
        html = predict(e)._repr_mimebundle_()[0]["text/html"]
        page.set_content(f"<!DOCTYPE html><title>A lesson</title><body>{html}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_the_stored_page_judges_without_a_kernel(stored_page):
    page = stored_page()
    widget = page.locator(".autograd-predict")
    widget.get_by_label("de/da =").fill("35")
    page.keyboard.press("Enter")
    assert said(widget, "de/da") == ["the path a, c, d, e is missing; it brings 10"]
    widget.get_by_label("de/da =").fill("7")
    page.keyboard.press("Enter")
    assert said(widget, "de/da")[1].endswith("5 × (gradient of d) + 1 × (gradient of c).")
    assert apart(widget) == []
    widget.get_by_role("group", name="de/da").get_by_role("button", name="Reveal").click()
    assert gradient(widget, "n0") == "45"
    assert widget.locator(".count").inner_text() == "0 of 4 found"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_scripts_the_answers_are_folded_away(stored_page, scheme):
    page = stored_page(scripts=False, scheme=scheme)
    assert page.locator("img").get_attribute("alt").startswith("Graph of e: 5 values")
    folded = page.locator("details")
    assert folded.count() == 4
    answer = folded.last.locator("p")
    assert not answer.is_visible()
    folded.last.locator("summary").click()
    assert answer.is_visible()
    assert answer.inner_text().startswith("The gradient of a is 45: d brings 5 × 5 = 25")


def test_the_browser_reads_and_judges_as_python_does(stored_page):
    page = stored_page()
    functions = functions_of(*Prediction.scripts)
    run = f"([call, ...given]) => {{ {functions}; return {{ numberIn, judge }}[call](...given); }}"
    for text in TEXTS + NOT_NUMBERS:
        read = page.evaluate(run, ["numberIn", text.strip(), ANSWER.pattern])
        assert read == number_in(text), text
    assert all(number_in(text) is None for text in NOT_NUMBERS)

    a, e = lesson_graph()
    made = table(e, a)
    question = {**made._asdict(), "rows": [list(row) for row in made.rows]}
    for number in [row.number for row in made.rows] + [7.0, -3.25, 45.00001, 45.0001, 34.99999]:
        for wrong_before in (0, 1):
            told = page.evaluate(run, ["judge", question, number, wrong_before])
            expected = judge(made, number, wrong_before)
            assert (told["message"], told["isRight"]) == (expected.message, expected.is_right)
            assert math.isfinite(number)
