"""The live graph grows by what each cell shows, and marks it in words, lines and colour."""

import re
from xml.dom import minidom

import pytest

from autograd_lesson import Value
from autograd_lesson.widgets import live_graph


class Own:
    """A number as a learner has it in lesson 3: no gradient, no partials."""

    def __init__(self, data, label="", op="", operands=()):
        self.data, self.label, self.op, self.operands = data, label, op, operands

    def __mul__(self, other):
        return Own(self.data * other.data, op="*", operands=(self, other))


def shown_in_three_cells(make=Value):
    """Three cells of lesson 3, and the player that the last of them shows."""
    a, b, live = make(2.0, "a"), make(3.0, "b"), live_graph()
    c = a * b
    c.label = "c"
    live.show(c)
    d = c * a
    d.label = "d"
    live.show(d)
    e = d * d
    e.label = "e"
    return live.show(e)


def elements(svg, class_):
    """Names of the boxes, and the number of the lines, that have this class in a picture."""
    groups = minidom.parseString(svg).getElementsByTagName("g")
    marked = [group for group in groups if class_ in group.getAttribute("class").split()]
    boxes = [group for group in marked if group.getAttribute("id").startswith("n")]
    names = [re.search(r'class="name">([^<]+)', box.toxml())[1] for box in boxes]
    return names, len(marked) - len(boxes)


@pytest.mark.parametrize("make", [Value, Own])
@pytest.mark.parametrize(
    ("step", "new", "later"),
    [
        (0, ([], 0), (["a", "b", "c", "d", "e"], 6)),
        (1, (["a", "b", "c"], 2), (["d", "e"], 4)),
        (2, (["d"], 2), (["e"], 2)),
        (3, (["e"], 2), ([], 0)),
    ],
)
def test_each_cell_adds_what_it_made_and_going_back_takes_it_away(make, step, new, later):
    picture = shown_in_three_cells(make).at(step).picture()
    assert elements(picture, "new") == new
    assert elements(picture, "later") == later


def test_a_player_begins_at_the_newest_cell_and_earlier_ones_stay_as_they_are():
    a, live = Value(2.0, "a"), live_graph()
    first = live.show(a)
    before = first.picture()
    second = live.show((a * a).named("b"))
    assert (first.step, second.step) == (1, 2)
    assert first.picture() == before
    assert first is not second


def test_what_is_new_says_so_in_a_word_and_a_heavier_line_not_by_colour_alone():
    picture = shown_in_three_cells().picture()
    style = minidom.parseString(picture).getElementsByTagName("style")[0].firstChild.data
    assert picture.count(">new</text>") == 5  # one in each box, shown where the box is new
    assert ".mark{display:none" in style and ".new .mark{display:inline}" in style
    assert re.search(r"\.new rect\{[^}]*stroke-width:2\.5", style)
    assert re.search(r"\.new path\{[^}]*stroke-width:3", style)
    assert ".later{visibility:hidden}" in style


def test_the_words_of_a_step_are_those_of_its_picture():
    player = shown_in_three_cells()
    assert player.at(2).text() == (
        "Step 2 of 3: new: 1 value and 2 edges\n"
        "    new: d = c * a = 12\n"
        "    there before: a, b and c"
    )
    assert player.at(3).text().splitlines()[1] == "    new: e = d * d = 144"
    assert player.at(0).text() == "Step 0 of 3: nothing yet"


def test_a_value_used_twice_brings_two_edges():
    a, live = Value(3.0, "a"), live_graph()
    live.show(a)
    assert "new: 1 value and 2 edges" in live.show(a + a).text()


def test_graphs_without_a_common_value_share_one_picture():
    live = live_graph()
    live.show(Value(1.0, "p"), Value(2.0, "q"))
    player = live.show((Value(3.0, "r") * Value(4.0, "s")).named("t"))
    assert elements(player.picture(), "value")[0] == ["p", "q", "r", "s", "t"]
    assert elements(player.picture(), "new") == (["r", "s", "t"], 2)
    assert repr(player) == "Live graph of p, q and t: step 2 of 2"


def test_a_cell_that_is_run_again_takes_the_place_of_its_first_run():
    a, live = Value(2.0, "a"), live_graph()
    live.show(a)
    live.show((a * a).named("b"))
    player = live.show((a * a * a).named("b"))
    assert player.step == 2
    assert "b = v1 * a = 8" in player.text()
    assert "= 4" in player.text() and "#" not in player.text()


def test_values_without_a_label_are_never_taken_for_one_another():
    a, live = Value(2.0, "a"), live_graph()
    live.show(a * a)
    assert live.show(a + a).step == 2


def test_showing_changes_no_value():
    a, live = Value(2.0, "a"), live_graph()
    b = (a * a).named("b")
    before = [(v.data, v.grad, v.label, v.op, v.operands, v.partials) for v in (a, b)]
    live.show(b)
    assert [(v.data, v.grad, v.label, v.op, v.operands, v.partials) for v in (a, b)] == before


def test_no_gradient_is_drawn_since_none_is_known_on_the_way_forward():
    assert "grad</tspan>" not in shown_in_three_cells().picture()


def test_what_is_no_value_is_refused_and_leaves_the_graph_as_it_was():
    live = live_graph()
    live.show(Value(1.0, "a"))
    with pytest.raises(TypeError, match="a graph is made of Values"):
        live.show(Value(2.0, "b"), 5.0)
    assert live.show(Value(3.0, "c")).step == 2


def test_the_graph_itself_says_in_words_what_is_in_it():
    live = live_graph()
    assert repr(live) == "Live graph: nothing yet; show(value) adds a value and all behind it"
    live.show(Own(2.0, "a") * Own(3.0, "b"))
    assert repr(live).splitlines()[0] == "Live graph of v2: 3 values, 2 edges."


def test_a_label_cannot_break_the_picture():
    player = live_graph().show(Value(1.0, '<g id="n0">&'))
    assert minidom.parseString(player.picture())
