"""The pass by hand in a browser: by mouse on the boxes, by keyboard on the buttons."""

import pytest
from conftest import apart

CELLS = [
    """\
from autograd_lesson import Value
from autograd_lesson.widgets import step_by_hand
a, b = Value(2.0, "a"), Value(3.0, "b")
c = (a + b).named("c")
d = (c * a).named("d")
e = (c * d).named("e")
by_hand = step_by_hand(e)
by_hand""",
]


@pytest.fixture
def widget(stored):
    found = stored.player(CELLS, ".autograd-by-hand")
    found.locator("svg").wait_for()
    return found


def test_an_illegal_order_is_refused_and_a_legal_one_ends_in_45(widget):
    said = widget.locator(".said")
    assert widget.locator("dd").count() == 5 and apart(widget) == []
    widget.locator("#n2").click()
    assert said.inner_text() == (
        "Not yet: c is still owed 2 contributions (from d and e), so its gradient is not complete."
    )
    for place in (4, 3, 2):
        widget.locator(f"#n{place}").click()
    assert said.inner_text() == "c passes on 20 to a and 20 to b. Every gradient is complete."
    assert widget.locator("#n0-grad").text_content() == "45"
    assert widget.locator("dd").first.inner_text() == "25 + 20 = 45"


def test_buttons_and_undo_work_from_the_keyboard(stored, widget):
    widget.get_by_role("button", name="e", exact=True).focus()
    stored.page.keyboard.press("Enter")
    widget.get_by_role("button", name="d", exact=True).focus()
    stored.page.keyboard.press("Space")
    widget.get_by_text("d passes on").wait_for()
    assert widget.locator("#n3-note").text_content() == "complete"
    widget.get_by_role("button", name="Undo").focus()
    stored.page.keyboard.press("Enter")
    widget.get_by_text("e passes on").wait_for()
    stored.look("by hand", widget)
