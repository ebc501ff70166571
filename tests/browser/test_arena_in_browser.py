"""The mutation arena in a real JupyterLab: buttons, keys, and both themes."""

import re

import pytest
from conftest import DARK, LIGHT

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
def player(lab):
    lab.save("arena.ipynb", CELLS)
    lab.open_and_run("arena.ipynb")
    widget = lab.notebook.locator(".autograd-player").first
    widget.wait_for()
    assert lab.errors_in_cells() == []
    return widget


def at_step(player, step):
    """Wait until the player shows this step."""
    player.locator(".count", has_text=re.compile(rf"^{step} / ")).wait_for()


def test_a_click_and_a_key_lead_from_all_tests_to_each(player):
    assert "all tests: 2 of 10 mutants killed" in player.inner_text()
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert "test 1, square of three" in player.inner_text()
    player.press("End")
    at_step(player, 2)
    assert "this test is wrong" in player.inner_text()
    assert player.locator("#row1.here").count() == 1


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_cells_say_in_words_what_they_are_in_both_themes(lab, player, theme):
    lab.theme(theme)
    words = player.locator(".cell text").all_text_contents()
    assert (words.count("killed"), words.count("survives"), words.count("wrong")) == (2, 8, 1)
