"""The index tracer in a browser: by mouse, by key, by slider, in both themes."""

from conftest import at_step, press

CELL = """\
from autograd_lesson.widgets import index_tracer
tracer = index_tracer(
    [[1, 2, 3], [4, 5, 6]],
    [[2, -1, 0, 1], [0, 3, 1, -2], [1, 1, -4, 2]],
    [[1, 0, -2, 3], [2, -1, 1, 0]],
)
tracer"""


def lit(player, kind="operand") -> set[str]:
    """The cells that have this look."""
    return set(player.locator(f"g.cell.{kind}").evaluate_all("cells => cells.map(c => c.id)"))


def test_an_entry_is_picked_by_mouse_by_key_and_by_slider(stored):
    player = stored.player([CELL])
    assert lit(player) == set()

    player.locator('[id="C-1-2"]').click()
    at_step(player, 7)
    assert lit(player) == {"A-1-0", "A-1-1", "A-1-2", "B-0-2", "B-1-2", "B-2-2"}
    assert "0 + 5 + (-24) = -19" in player.get_by_role("status").inner_text()

    press(player, "ArrowLeft", 6)
    assert lit(player, "result") == {"C-1-1"}

    player.locator('[id="A-0-2"]').click()  # what comes back to an entry of A
    at_step(player, 11)
    assert lit(player) == {*(f"C-0-{k}" for k in range(4)), *(f"B-2-{k}" for k in range(4))}
    assert player.locator('[id="C-title"]').text_content() == "G, shape (2, 4)"
    stored.look("tracer", player)

    player.get_by_role("slider")
    press(player, "End", 26)
    assert lit(player) == {"A-0-2", "A-1-2", "C-0-3", "C-1-3"}
    assert player.get_by_role("status").get_by_text("dB[2, 3] = 9").is_visible()


def test_the_stored_tracer_is_picked_without_a_kernel(chromium):
    namespace: dict = {}
    exec(CELL, namespace)
    page = chromium.new_page()
    try:
        page.set_content(f"<body>{namespace['tracer']._repr_mimebundle_()[0]['text/html']}</body>")
        player = page.locator(".autograd-player")
        player.locator('[id="B-1-1"]').click()
        at_step(player, 20)
        assert lit(player) == {"A-0-1", "A-1-1", "C-0-1", "C-1-1"}
    finally:
        page.close()
