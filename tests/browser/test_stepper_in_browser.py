"""The stepper: clicked, driven by keys, set from Python, light and dark, in JupyterLab and out."""

import re

import pytest
from conftest import at_step
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograd_lesson import Value
from autograd_lesson.widgets import step_through

IMPORTS = """\
from autograd_lesson import Value
from autograd_lesson.pictures import draw, draw_dot
from autograd_lesson.widgets import step_through"""
GRAPH = """\
a, b = Value(2.0, label="a"), Value(3.0, label="b")
c = (a + b).named("c")
d = (c * a).named("d")
e = (c * d).named("e")"""
STEPPER = "stepper = step_through(e)\nstepper"
NASTY = [
    "x<y",
    "a|b",
    "{x}",
    '"q"',
    "\\n",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
]


def lesson_stepper():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    return step_through((c * d).named("e"))


def stored(output):
    """A cell with the output of a run, as it stands in a notebook that has been saved."""
    bundle, _ = output._repr_mimebundle_()
    return new_code_cell(
        "stepper",
        execution_count=1,
        outputs=[new_output("execute_result", data=bundle, execution_count=1)],
    )


def opened(lab, name, *cells):
    lab.save(name, [IMPORTS, *cells])
    lab.open_and_run(name)
    player = lab.notebook.locator(".autograd-player").first
    player.wait_for()
    assert lab.errors_in_cells() == []
    return player


def gradient(player, place):
    return player.locator(f'[id="n{place}-grad"]').text_content()


def test_buttons_and_keys_step_through_the_pass(lab):
    heading = new_markdown_cell("# A heading, to which the left arrow would go")
    player = opened(lab, "keys.ipynb", GRAPH, heading, STEPPER, "'the end'")
    at_step(player, 0)
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert player.get_by_role("status").inner_text().startswith("the seed: de/de = 1")

    before = lab.notebook.locator(".jp-mod-active").get_attribute("data-windowed-list-index")
    player.focus()
    for step in range(2, 7):
        lab.page.keyboard.press("ArrowRight")
        at_step(player, step)
    assert gradient(player, 0) == "45"
    assert "25 + 20 = 45" in player.get_by_role("status").inner_text()
    for key, step in (("ArrowLeft", 5), ("Home", 0), ("End", 7)):
        lab.page.keyboard.press(key)
        at_step(player, step)
    assert [gradient(player, place) for place in range(5)] == ["45", "20", "20", "5", "1"]
    after = lab.notebook.locator(".jp-mod-active").get_attribute("data-windowed-list-index")
    assert before == after, "a key of the player has also moved the notebook"

    lab.page.keyboard.press("Home")
    lab.page.keyboard.press("Space")
    at_step(player, 2)  # it plays
    player.get_by_role("button", name="Pause").click()
    player.get_by_role("slider").fill("4")
    at_step(player, 4)
    assert gradient(player, 2) == "20"
    assert player.locator(".active").count() == 1
    assert lab.console_errors == []


def test_the_page_begins_at_the_step_that_python_gives_and_python_keeps_it(lab):
    player = opened(lab, "begin.ipynb", GRAPH, "stepper = step_through(e).at(5)\nstepper")
    at_step(player, 5)
    assert gradient(player, 0) == "25"
    player.get_by_role("button", name="Back").click()
    at_step(player, 4)
    assert lab.python("", "stepper.text().splitlines()[0]") == "'Step 5 of 7: d passes 25 to a'"
    assert lab.python("", "[v.grad for v in (a, b, c, d, e)]") == "[0.0, 0.0, 0.0, 0.0, 0.0]"
    assert lab.console_errors == []


def test_a_reader_is_told_what_everything_is(stored):
    player = stored.player([IMPORTS, GRAPH, STEPPER])
    assert player.get_attribute("role") == "group"
    assert player.get_attribute("aria-label") == "Backward pass from e (5 values, 6 edges)"
    assert player.locator("svg").get_attribute("role") == "img"
    assert player.get_by_role("status").get_attribute("aria-live") == "polite"
    names = player.get_by_role("button").all_inner_texts()
    assert names == ["First", "Back", "Play", "Next", "Last"]
    slider = player.get_by_role("slider", name="Step")
    assert slider.get_attribute("aria-valuetext") == "0 of 7: before backward: every gradient is 0"
    player.focus()
    stored.page.keyboard.press("ArrowRight")
    outline = player.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline == "solid", "the focus cannot be seen"


def colours(player, text):
    """The colour of a text in the picture and of the ground it stands on, as (r, g, b)."""
    fill = player.locator(text).first.evaluate("element => getComputedStyle(element).fill")
    ground = player.evaluate("element => getComputedStyle(element).backgroundColor")
    return [tuple(map(int, re.findall(r"\d+", colour)[:3])) for colour in (fill, ground)]


def contrast(one, other):
    def luminance(colour):
        shares = [c / 255 for c in colour]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_both_themes_can_be_read(stored):
    player = stored.player([IMPORTS, GRAPH, STEPPER])
    player.get_by_role("slider").fill("6")
    at_step(player, 6)
    grounds = []
    for theme in stored.in_both_themes("stepper", player):
        for text in (".name", ".partial", ".contribution", ".operand .note", ".result .note"):
            ink, ground = colours(player, text)
            assert contrast(ink, ground) >= 4.5, (theme, text, ink, ground)
        grounds.append(ground)
    assert sum(grounds[0]) > 600 and sum(grounds[1]) < 150


def test_pictures_are_shown_at_their_size(lab):
    opened(lab, "pictures.ipynb", GRAPH, STEPPER, "draw(e)", "draw_dot(e)")
    images = lab.notebook.locator("img.autograd-image")
    assert images.count() == 2
    for image in images.all():
        assert image.evaluate("image => image.complete && image.naturalWidth") > 300
        assert image.get_attribute("alt").startswith("Graph of e: 5 values, 6 edges.")
    assert lab.notebook.locator(".autograd-player svg").bounding_box()["width"] > 500


def test_labels_are_shown_as_text_and_never_run(stored):
    stored.page.evaluate("window.alert = words => { window.ran = words; }")
    value = "sum(Value(i, label=label) for i, label in enumerate(labels)) * Value(1.0)"
    player = stored.player(
        [IMPORTS, f"labels = {NASTY!r}\ny = {value}", "draw(y)", "draw_dot(y)", "step_through(y)"]
    )
    player.focus()
    for _ in range(20):
        stored.page.keyboard.press("ArrowRight")
    shown = player.locator(".name").all_text_contents()
    assert shown[:6] == [name.replace("\n", "\\n")[:24] for name in shown[:6]]
    for label in NASTY[:5]:
        assert label in shown
    assert any(name.startswith("<script>alert(1)") for name in shown)
    assert player.locator("script, img").count() == 0
    assert stored.page.evaluate("window.ran") is None


def test_a_stored_stepper_steps_without_a_kernel_and_apart_from_its_neighbour(lab):
    stepper = lesson_stepper()
    cells = [stored(stepper.at(5)), stored(stepper.at(5)), stored(lesson_stepper().at(2))]
    lab.save("stored.ipynb", cells, is_trusted=True)
    lab.open("stored.ipynb")
    players = lab.notebook.locator(".autograd-player")
    players.nth(2).wait_for()
    assert players.count() == 3
    players.nth(1).get_by_role("button", name="Last").click()
    for player, step in zip(players.all(), (5, 7, 2), strict=True):
        at_step(player, step)
    players.nth(0).focus()
    lab.page.keyboard.press("Home")
    assert gradient(players.nth(0), 0) == "0" and gradient(players.nth(1), 0) == "45"
    assert lab.console_errors == []


@pytest.mark.parametrize("theme", ("light", "dark"))
def test_before_a_notebook_is_trusted_the_picture_and_the_words_are_there(lab, theme):
    lab.theme(theme)
    lab.save("untrusted.ipynb", [stored(lesson_stepper().at(3)), f"'not signed: {theme}'"])
    lab.open("untrusted.ipynb")
    output = lab.notebook.locator(".jp-OutputArea-output").first
    image = output.locator("img")
    image.wait_for()
    assert image.evaluate("image => image.complete && image.naturalWidth") > 500
    assert "Step 3 of 7: e passes 5 to d" in output.inner_text()
    assert output.locator("details").count() == 1
    assert lab.notebook.locator(".autograd-player").count() == 0


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_outside_jupyter_a_stored_stepper_follows_the_system(chromium, scheme):
    page = chromium.new_page(color_scheme=scheme)
    page.set_content(lesson_stepper().at(6)._repr_mimebundle_()[0]["text/html"])
    player = page.locator(".autograd-player")
    at_step(player, 6)
    player.get_by_role("button", name="Next").click()
    at_step(player, 7)
    for text in (".name", ".partial", ".contribution", ".operand .note", ".result .note"):
        ink, ground = colours(player, text)
        assert contrast(ink, ground) >= 4.5
    assert (sum(ground) > 600) == (scheme == "light")
    page.close()


WIDE = """\
from autograd_lesson import Value
from autograd_lesson.pictures import draw
from autograd_lesson.widgets import step_through
x = Value(1.0, "x")
for _ in range(8):
    x = x * x"""


def test_arrow_keys_scroll_a_larger_picture_and_leave_the_notebook_where_it_is(lab):
    lab.save("wide.ipynb", [new_markdown_cell("# A heading"), WIDE, "draw(x)", "step_through(x)"])
    lab.open_and_run("wide.ipynb")
    active = "window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    ticks = lab.notebook.get_by_label("Larger")
    assert ticks.count() == 2
    for tick in ticks.all():
        tick.focus()
        lab.page.keyboard.press("Space")
        figure = lab.notebook.locator(".autograd-figure:has(:checked)")
        figure.wait_for()
        before = lab.page.evaluate(active)
        lab.page.keyboard.press("ArrowRight")
        scrolled = figure.element_handle()
        lab.page.wait_for_function("figure => figure.scrollLeft > 0", arg=scrolled)
        lab.page.keyboard.press("ArrowLeft")
        lab.page.wait_for_function("figure => figure.scrollLeft === 0", arg=scrolled)
        assert lab.page.evaluate(active) == before and lab.console_errors == []
        tick.press("Space")
        assert figure.count() == 0


def test_a_picture_that_is_made_larger_shows_the_step_at_once(stored):
    player = stored.player([WIDE, "step_through(x)"])
    for _ in range(2):
        player.get_by_role("button", name="Next").click()
    player.get_by_label("Larger").check()
    is_in_sight = """player => {
        const figure = player.querySelector(".autograd-figure").getBoundingClientRect();
        const active = player.querySelector(".active, .operand, .new, .passes");
        const inside = active.getBoundingClientRect();
        return figure.left <= inside.left && inside.right <= figure.right + 1;
    }"""
    assert player.locator(".autograd-figure").evaluate("each => each.scrollLeft") > 0
    assert player.evaluate(is_in_sight)
