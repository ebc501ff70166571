"""The passes in a real JupyterLab, in lesson 23: by button and key, in both themes."""

from pathlib import Path

NAME = "A program of 19 instructions, pass by pass"
LESSON = Path(__file__).parents[2] / "notebooks" / "23_a_tiny_compiler.ipynb"


def test_instructions_appear_change_and_go(lab):
    (lab.folder / LESSON.name).write_bytes(LESSON.read_bytes())
    lab.open_and_run(LESSON.name)
    player = lab.widget("show_passes", NAME)
    row = player.locator('[id="r-gx0"]')
    assert row.text_content() == ""
    player.get_by_role("button", name="Next").click()
    player.locator(".count", has_text="1 / 5").wait_for()
    assert row.text_content() == "+ gx0 = gv3 * x1"
    player.focus()
    lab.page.keyboard.press("ArrowRight")
    player.locator(".count", has_text="2 / 5").wait_for()
    assert row.text_content() == "~ gx0 = 0.5 * x1"
    gone = player.locator('[id="r-gv2"]')
    style = gone.evaluate("e => getComputedStyle(e).textDecorationLine")
    assert style == "line-through"
    lab.look("passes", lambda: lab.widget("show_passes", NAME))
    player = lab.widget("show_passes", NAME)
    player.focus()
    lab.page.keyboard.press("End")
    player.locator(".count", has_text="5 / 5").wait_for()
    assert "def run(x0, x1):" in player.get_by_role("status").inner_text()
    assert not player.locator('[id="n-gx1"]').is_visible()
    refused = [text for text in lab.errors_in_cells() if "cannot be recorded" in text]
    assert len(refused) == 1 and len(lab.errors_in_cells()) == 3, "those that the lesson shows"
    assert lab.console_errors == []
