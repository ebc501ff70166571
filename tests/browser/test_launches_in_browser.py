"""Lesson 24 in a browser: kernels fused step by step, by mouse and by keys."""

from pathlib import Path

LESSON = Path(__file__).parents[2] / "notebooks" / "24_devices_and_backends.ipynb"
START = "show_launches("


def test_its_launches_become_fewer(stored):
    widget = stored.widget(LESSON, START)

    def shown() -> int:
        bars = widget.locator('[id^="bar-"]')
        return sum(float(bar.get_attribute("width")) > 0 for bar in bars.all())

    widget.get_by_text("10 kernels: 118 microseconds").wait_for()
    assert shown() == 22
    widget.get_by_role("button", name="Next").click()
    widget.get_by_text("5 kernels: 89 microseconds").wait_for()
    assert shown() == 12
    widget.focus()
    stored.page.keyboard.press("End")
    widget.get_by_text("1 kernel: 66 microseconds").wait_for()
    assert shown() == 4
    widget.get_by_role("slider").fill("2")
    widget.get_by_text("2 kernels: 72 microseconds").wait_for()
    stored.look("launches", widget)
