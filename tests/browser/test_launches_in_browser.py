"""Lesson 24 in a real JupyterLab: kernels fused step by step, by mouse and by keys."""

import shutil
from pathlib import Path

LESSON = Path(__file__).parents[2] / "notebooks" / "24_devices_and_backends.ipynb"
WIDGET = ("show_launches(", "10 elementwise ops on 100,000 numbers, on a simulated card")


def test_lesson_24_runs_and_its_launches_become_fewer(lab):
    shutil.copy(LESSON, lab.folder)
    lab.open_and_run(LESSON.name)
    widget = lab.widget(*WIDGET)

    def shown() -> int:
        bars = widget.locator('[id^="bar-"]')
        return sum(float(bar.get_attribute("width")) > 0 for bar in bars.all())

    widget.get_by_text("10 kernels: 118 microseconds").wait_for()
    assert shown() == 22
    widget.get_by_role("button", name="Next").click()
    widget.get_by_text("5 kernels: 89 microseconds").wait_for()
    assert shown() == 12
    widget.focus()
    lab.page.keyboard.press("End")
    widget.get_by_text("1 kernel: 66 microseconds").wait_for()
    assert shown() == 4
    widget.get_by_role("slider").fill("2")
    widget.get_by_text("2 kernels: 72 microseconds").wait_for()
    lab.look("launches", lambda: lab.widget(*WIDGET))
    assert len(lab.errors_in_cells()) == 1, "a backend that has nothing is refused on purpose"
