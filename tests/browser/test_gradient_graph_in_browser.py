"""The graph of the gradient in a browser: by button, slider and key, in both themes."""

from conftest import at_step, press


def boxes(player) -> int:
    """How many values are to be seen."""
    return player.locator('g[id^="n"]:visible:has(> rect.box)').count()


def test_the_graph_grows_by_mouse_and_by_key(stored):
    code = "gradient_graph(lambda x: x * x.tanh(), 0.5)"
    player = stored.player(["from autograd_lesson.widgets import gradient_graph", code])
    assert boxes(player) == 3
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert boxes(player) == 5
    assert "back from y to x: 2 new values" in player.get_by_role("status").inner_text()
    press(player, "ArrowRight", 2)
    assert boxes(player) == 6
    press(player, "End", 4)
    assert boxes(player) == 12
    for _ in stored.in_both_themes("gradient graph", player):
        new = player.locator(".new rect.box").evaluate("r => getComputedStyle(r).stroke")
        old = player.locator('[id="n0"] rect.box').evaluate("r => getComputedStyle(r).stroke")
        assert new != old
    player.get_by_role("slider").fill("0")
    at_step(player, 0)
    assert boxes(player) == 3
