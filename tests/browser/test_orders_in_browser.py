"""The four orders in a real JupyterLab: keys, buttons, and both themes."""

import re

import pytest
from conftest import DARK, LIGHT

CELLS = [
    """\
from autograd_lesson import Value
from autograd_lesson.widgets import compare_orders
a, b = Value(2.0, label="a"), Value(3.0, label="b")
c = (a + b).named("c")
d = (c * a).named("d")
e = (c * d).named("e")""",
    "compare_orders(e)",
]


@pytest.fixture
def player(lab):
    lab.save("orders.ipynb", CELLS)
    lab.open_and_run("orders.ipynb")
    widget = lab.notebook.locator(".autograd-player").first
    widget.wait_for()
    assert lab.errors_in_cells() == []
    return widget


def at_step(player, step):
    """Wait until the player shows this step."""
    player.locator(".count", has_text=re.compile(rf"^{step} / ")).wait_for()


def texts(player, selector):
    return player.locator(selector).all_text_contents()


def test_each_step_marks_one_cell_a_column_until_a_walk_is_done(player):
    assert player.locator(".cell.passes").count() == 0
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert player.locator(".cell.passes").count() == 4
    player.press("End")
    player.press("ArrowLeft")
    at_step(player, 9)
    assert player.locator(".cell.passes").count() == 1


def test_the_end_shows_what_is_wrong_and_home_forgets_it(player):
    player.press("End")
    at_step(player, 10)
    assert texts(player, ".cell.wrong .note").count("wrong: not 45") == 3
    assert "the end: 3 of 4 walks are wrong" in player.inner_text()
    player.press("Home")
    at_step(player, 0)
    assert player.locator(".cell.wrong").count() == 0
    assert set(texts(player, ".cell .note")) == {""}


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_what_is_wrong_stands_out_in_both_themes(lab, player, theme):
    lab.theme(theme)
    player.press("End")
    at_step(player, 10)
    style = "element => getComputedStyle(element.querySelector('rect')).strokeDasharray"
    assert player.locator(".cell.wrong").first.evaluate(style) != "none"
    ink = "element => getComputedStyle(element.querySelector('text')).fill"
    ground = "element => getComputedStyle(element.querySelector('rect')).fill"
    cell = player.locator(".cell.wrong").first
    assert cell.evaluate(ink) != cell.evaluate(ground)
