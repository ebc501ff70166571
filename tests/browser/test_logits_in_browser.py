"""Lesson 15 in a browser: its three logits, by mouse and by keys."""

import re
from pathlib import Path

LESSON = Path(__file__).parents[2] / "notebooks" / "15_softmax_and_cross_entropy.ipynb"
START = "three_logits("


def test_the_arrows_follow_the_slider(stored):
    widget = stored.widget(LESSON, START)

    def height(id_: str) -> float:
        return widget.locator(f'[id="{id_}"]').bounding_box()["height"]

    widget.locator(".count", has_text=re.compile("^16 / ")).wait_for()
    lack = height("gradient-1")
    widget.get_by_role("button", name="Next").click()
    widget.get_by_text("logit 0 = 2.5").wait_for()
    assert height("gradient-1") > lack + 5, "the right class lacks more: the arrow grows"
    assert height("p-0") > height("p-1") > height("p-2")
    widget.focus()
    stored.page.keyboard.press("Home")
    widget.get_by_text("logit 0 = -6").wait_for()
    assert height("p-1") > 150 and height("p-0") < 5
    widget.get_by_role("slider").fill("16")
    widget.get_by_text("0.7054, -0.7405, 0.0351, sum 0.0000").wait_for()
    stored.look("logits", widget)
