"""The path players and the practice graphs in a browser: mouse, keyboard, both themes."""

from conftest import at_step, press

GRAPH = """\
from autograd_lesson import Value
from autograd_lesson.teaching.generated_graphs import generated_graph
from autograd_lesson.widgets import path_explosion, practise, show_paths
a, b = Value(2.0, label="a"), Value(3.0, label="b")
c = (a + b).named("c")
d = (c * a).named("d")
e = (c * d).named("e")"""


def on_path(player) -> set[str]:
    """The edges that stand out, by their tooltips."""
    return set(player.locator("g.edge.on-path > title").all_text_contents())


def test_the_paths_are_shown_one_by_one_and_then_together(stored):
    player = stored.player([GRAPH, "show_paths(e, a)"])
    assert on_path(player) == set()
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert on_path(player) == {"dc/da = 1", "de/dc = 10"}
    press(player, "ArrowRight", 2)
    assert on_path(player) == {"dc/da = 1", "dd/dc = 2", "de/dd = 5"}
    assert player.locator('[id="n4-note"]').text_content() == "moves 10 h"
    press(player, "End", 4)
    assert len(on_path(player)) == 5
    assert "10 + 10 + 25 = 45" in player.get_by_role("status").inner_text()
    for _ in stored.in_both_themes("paths", player):
        stroke = "element => getComputedStyle(element).stroke"
        marked = player.locator("g.edge.on-path > .line").first.evaluate(stroke)
        plain = player.locator("g.edge:not(.on-path) > .line").first.evaluate(stroke)
        assert marked != plain
    press(player, "Home", 0)
    assert on_path(player) == set()


def test_the_slider_lengthens_the_chain(stored):
    player = stored.player([GRAPH, "path_explosion(8)"])
    assert player.locator(".diamond.in-chain").count() == 1
    player.get_by_role("slider").fill("5")
    at_step(player, 5)
    assert player.locator(".diamond.in-chain").count() == 6
    assert "6 diamonds, 24 edges, 64 paths" in player.get_by_role("status").inner_text()
    mark = player.locator('[id="walk-mark"]')

    def depth() -> float:
        """Of the mark below the player's upper edge: the page may scroll between two looks."""
        return mark.bounding_box()["y"] - player.bounding_box()["y"]

    before = depth()
    press(player, "End", 7)
    assert depth() < before - 100, "the curve of the paths rises"
    stored.look("explosion", player)


def test_a_button_brings_its_graph_and_an_answer_is_judged(stored):
    shown = ".autograd-predict:visible"
    cell = "practise(generated_graph(n) for n in (1, 2, 3))"
    stored.player([GRAPH, cell], shown)
    graph = stored.page.locator(shown)
    assert graph.locator("title", has_text="a = 5").count()
    stored.page.get_by_role("button", name="Graph 2").click()
    graph.locator("title", has_text="a = -2").first.wait_for(state="attached")
    assert graph.count() == 1, "one graph at a time"

    stored.page.keyboard.press("Tab")  # from button 2 to button 3
    stored.page.keyboard.press("Enter")
    graph.locator("title", has_text="a = 2").first.wait_for(state="attached")
    graph.get_by_label("de/dd =").focus()
    stored.page.keyboard.type("7")
    stored.page.keyboard.press("Enter")
    graph.get_by_text("not yet").or_(graph.get_by_text("data of c")).first.wait_for()
    stored.page.keyboard.press("Control+a")
    stored.page.keyboard.type("1")
    stored.page.keyboard.press("Enter")
    graph.get_by_text("1 of 4 found").wait_for()
    stored.look("practise", graph)
    stored.page.get_by_role("button", name="Graph 1").click()
    stored.page.get_by_role("button", name="Graph 3").click()
    graph.get_by_text("1 of 4 found").wait_for()  # what was found is kept
