"""Lesson 06 in a browser: its sliders and its nan finder, by mouse and by keys."""

from pathlib import Path

from conftest import at_step, press

LESSON = Path(__file__).parents[2] / "notebooks" / "06_more_functions.ipynb"


def test_the_sliders_follow_mouse_and_keys(stored):
    slider = stored.widget(LESSON, "numerics(tanh")
    at_step(slider, 41)
    slider.get_by_text("x = 355: naive value no number").wait_for()
    mark = slider.locator('[id="value-naive"]')

    def height() -> float:
        """Of the mark below the widget's upper edge: the page may scroll between two looks."""
        return mark.bounding_box()["y"] - slider.bounding_box()["y"]

    top = height()
    slider.get_by_role("button", name="Back").click()
    at_step(slider, 40)
    slider.get_by_text("x = 354: naive value 16 digits right").wait_for()
    assert height() > top + 50, "a number again: the mark falls"
    press(slider, "Home", 0)
    slider.get_by_text("x = 1e-17: naive value 0 digits right").wait_for()
    slider.get_by_role("slider").fill("14")
    slider.get_by_text("x = 1e-10: naive value 7 digits right").wait_for()
    stored.look("tanh", slider)
    sigmoids = stored.widget(LESSON, "numerics(sigmoid")
    sigmoids.get_by_text("naive value 16 digits right, naive gradient no number").wait_for()


def test_the_finder_stands_at_the_first_number_that_is_not_finite(stored):
    player = stored.widget(LESSON, "find_nan(loss")
    player.get_by_text("odds = exp(score) = inf: the first number that is not finite").wait_for()
    stroke = "element => getComputedStyle(element.querySelector('.box')).strokeWidth"
    first = player.locator("g.first")
    assert first.evaluate(stroke) == "5px"
    player.focus()
    stored.page.keyboard.press("End")
    player.get_by_text("spread from").first.wait_for()
    dashes = "element => getComputedStyle(element.querySelector('.box')).strokeDasharray"
    assert player.locator("g.spread").first.evaluate(dashes) != "none"
    stored.look("find_nan", player)
