"""The path players and the practice graphs in a real JupyterLab: mouse, keyboard, both themes."""

from conftest import DARK, LIGHT, at_step

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


def test_the_paths_are_shown_one_by_one_and_then_together(lab, tmp_path):
    player = lab.player("paths.ipynb", [GRAPH, "show_paths(e, a)"])
    assert on_path(player) == set()
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert on_path(player) == {"dc/da = 1", "de/dc = 10"}
    player.focus()
    lab.page.keyboard.press("ArrowRight")
    at_step(player, 2)
    assert on_path(player) == {"dc/da = 1", "dd/dc = 2", "de/dd = 5"}
    assert player.locator('[id="n4-note"]').text_content() == "moves 10 h"
    lab.page.keyboard.press("End")
    at_step(player, 4)
    assert len(on_path(player)) == 5
    assert "10 + 10 + 25 = 45" in player.get_by_role("status").inner_text()
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        stroke = "element => getComputedStyle(element).stroke"
        marked = player.locator("g.edge.on-path > .line").first.evaluate(stroke)
        plain = player.locator("g.edge:not(.on-path) > .line").first.evaluate(stroke)
        assert marked != plain
        lab.screenshot(tmp_path / f"paths {theme}.png", player)
    player.focus()  # a change of the theme may have taken it
    lab.page.keyboard.press("Home")
    at_step(player, 0)
    assert on_path(player) == set()
    assert lab.console_errors == []


def test_the_slider_lengthens_the_chain(lab, tmp_path):
    player = lab.player("explosion.ipynb", [GRAPH, "path_explosion(8)"])
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
    player.focus()
    lab.page.keyboard.press("End")
    at_step(player, 7)
    assert depth() < before - 100, "the curve of the paths rises"
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        lab.screenshot(tmp_path / f"explosion {theme}.png", player)
    assert lab.console_errors == []


def test_a_button_brings_its_graph_and_an_answer_is_judged(lab, tmp_path):
    shown = ".autograd-predict:visible"
    cell = "practise(generated_graph(n) for n in (1, 2, 3))"
    lab.player("practise.ipynb", [GRAPH, cell], shown)
    graph = lab.notebook.locator(shown)
    assert graph.locator("title", has_text="a = 5").count()
    lab.notebook.get_by_role("button", name="Graph 2").click()
    graph.locator("title", has_text="a = -2").first.wait_for(state="attached")
    assert graph.count() == 1, "one graph at a time"

    lab.page.keyboard.press("Tab")  # from button 2 to button 3
    lab.page.keyboard.press("Enter")
    graph.locator("title", has_text="a = 2").first.wait_for(state="attached")
    graph.get_by_label("de/dd =").focus()
    lab.page.keyboard.type("7")
    lab.page.keyboard.press("Enter")
    graph.get_by_text("not yet").or_(graph.get_by_text("data of c")).first.wait_for()
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type("1")
    lab.page.keyboard.press("Enter")
    graph.get_by_text("1 of 4 found").wait_for()
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        lab.screenshot(tmp_path / f"practise {theme}.png")
    lab.notebook.get_by_role("button", name="Graph 1").click()
    lab.notebook.get_by_role("button", name="Graph 3").click()
    graph.get_by_text("1 of 4 found").wait_for()  # what was found is kept
    assert lab.console_errors == []
