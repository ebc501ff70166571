"""Lesson 16 in a browser: rows through layer normalisation, by mouse and by keys."""

import re
from pathlib import Path

LESSON = Path(__file__).parents[2] / "notebooks" / "16_layer_normalisation.ipynb"
START = "layer_norm_rows("


def test_rows_lose_their_mean_and_their_gradient_its_parts(stored):
    widget = stored.widget(LESSON, START)

    def height(id_: str) -> float:
        return float(widget.locator(f'[id="{id_}"]').get_attribute("height"))

    widget.get_by_text("row 0: as it came in").wait_for()
    assert height("row-3") > 100 and height("gradient-0") == 0
    widget.get_by_role("button", name="Next").click()
    widget.get_by_text("row 0: minus its mean, 3").wait_for()
    assert height("row-0") < 1, "entry 0 was the mean"
    widget.focus()
    for _ in range(4):
        stored.page.keyboard.press("ArrowRight")
    widget.get_by_text("row 0: minus its part along hat").wait_for()
    widget.get_by_text("0, the sum of products with 0, -1.069").wait_for()
    assert height("gradient-3") < 20, "a tick at 0.625 says how long it was"
    widget.get_by_role("slider").fill("13")
    widget.locator(".count", has_text=re.compile("^13 / 13$")).wait_for()
    widget.get_by_text("row 1: over the deviation").wait_for()
    stored.page.keyboard.press("Home")
    widget.get_by_text("empty on the way forward").wait_for()
    widget.get_by_role("slider").fill("5")
    stored.look("layer norm", widget)
