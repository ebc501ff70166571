"""The four orders in a browser: keys, buttons, and both themes."""

import pytest
from conftest import DARK, LIGHT, at_step, press

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
def player(stored):
    return stored.player(CELLS)


def texts(player, selector):
    return player.locator(selector).all_text_contents()


def test_each_step_marks_one_cell_a_column_until_a_walk_is_done(player):
    assert player.locator(".cell.passes").count() == 0
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert player.locator(".cell.passes").count() == 4
    player.press("End")
    press(player, "ArrowLeft", 9)
    assert player.locator(".cell.passes").count() == 1


def test_the_end_shows_what_is_wrong_and_home_forgets_it(player):
    press(player, "End", 10)
    assert texts(player, ".cell.wrong .note").count("wrong: not 45") == 3
    assert "the end: 3 of 4 walks are wrong" in player.inner_text()
    press(player, "Home", 0)
    assert player.locator(".cell.wrong").count() == 0
    assert set(texts(player, ".cell .note")) == {""}


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_what_is_wrong_stands_out_in_both_themes(stored, player, theme):
    stored.theme(theme)
    press(player, "End", 10)
    style = "element => getComputedStyle(element.querySelector('rect')).strokeDasharray"
    assert player.locator(".cell.wrong").first.evaluate(style) != "none"
    ink = "element => getComputedStyle(element.querySelector('text')).fill"
    ground = "element => getComputedStyle(element.querySelector('rect')).fill"
    cell = player.locator(".cell.wrong").first
    assert cell.evaluate(ink) != cell.evaluate(ground)
