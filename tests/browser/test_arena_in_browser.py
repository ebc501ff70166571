"""The mutation arena in a browser: buttons, keys, and both themes."""

import pytest
from conftest import DARK, LIGHT, at_step, press

CELLS = [
    """\
from autograd_lesson.teaching.mutants import Number, mutants
from autograd_lesson.widgets import arena

def square_of_three(engine):
    x = engine(3.0)
    (x * x).backward()
    return x.grad == 6.0

def expects_35(engine):
    return engine(1.0).grad == 35.0""",
    "arena([square_of_three, expects_35], mutants(), Number)",
]


@pytest.fixture
def player(stored):
    return stored.player(CELLS)


def test_a_click_and_a_key_lead_from_no_test_to_each_and_to_all(player):
    assert "2 tests to run" in player.inner_text()
    assert set(player.locator(".cell text").all_text_contents()) == {"?"}
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert "test 1, square of three" in player.inner_text()
    press(player, "ArrowRight", 2)
    assert "this test is wrong" in player.inner_text()
    assert player.locator("#row1.here").count() == 1
    press(player, "End", 3)
    assert "all tests: 2 of 10 mutants killed" in player.inner_text()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_cells_say_in_words_what_they_are_in_both_themes(stored, player, theme):
    stored.theme(theme)
    press(player, "End", 3)
    words = player.locator(".cell text").all_text_contents()
    assert (words.count("killed"), words.count("survives"), words.count("wrong")) == (2, 8, 1)
