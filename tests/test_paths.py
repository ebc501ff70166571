"""The path players: what they highlight, multiply and add is what the graph says."""

import math
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from autograd_lesson import Value
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.widgets import path_explosion, show_paths
from autograd_lesson.widgets.graphs.paths import MOST_DIAMONDS, MOST_PATHS


@pytest.fixture
def graph():
    """The graph of the lesson, its values by name."""
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    e = (c * d).named("e")
    return SimpleNamespace(a=a, b=b, c=c, d=d, e=e)


def lines_at(player, step: int) -> dict[str, str]:
    """What is to be read at a step, by its heads."""
    return dict(line for line in player.frames[step]["lines"] if isinstance(line, list))


def elements(player, step: int) -> list[ElementTree.Element]:
    return [e for e in ElementTree.fromstring(player.at(step).picture()).iter() if e.get("id")]


def highlighted(player, step: int) -> set[str]:
    """The boxes and edges that stand out at a step, by the tooltips they carry."""
    found = set()
    for element in elements(player, step):
        if "on-path" in element.get("class", "").split():
            found.add(element.find("{http://www.w3.org/2000/svg}title").text)
    return found


def titles(player) -> list[str]:
    return [frame["title"] for frame in player.frames]


# One path at a time


def test_each_path_of_a_is_shown_with_its_product_and_then_the_sum(graph):
    player = show_paths(graph.e, graph.a)
    assert titles(player)[1:4] == [
        "path 1 of 3: a → c → e",
        "path 2 of 3: a → c → d → e",
        "path 3 of 3: a → d → e",
    ]
    products = [lines_at(player, step)["product"] for step in (1, 2, 3)]
    assert products == ["1 × 10 = 10", "1 × 2 × 5 = 10", "5 × 5 = 25"]
    assert lines_at(player, 3)["sum so far"] == "10 + 10 + 25 = 45"
    assert titles(player)[4] == "3 paths, and the gradient of a: 45"
    assert lines_at(player, 4)["de/da"] == "10 + 10 + 25 = 45"


def test_it_asks_before_it_shows(graph):
    player = show_paths(graph.e, graph.a)
    assert player.step == 0
    assert titles(player)[0] == "how many paths lead from a to e?"
    assert highlighted(player, 0) == set()
    assert "45" not in player.text()


def test_exactly_the_edges_and_boxes_of_the_path_are_highlighted(graph):
    player = show_paths(graph.e, graph.a)
    assert highlighted(player, 2) == {
        *("a = 2", "c = a + b = 5", "d = c * a = 10", "e = c * d = 50"),
        *("dc/da = 1", "dd/dc = 2", "de/dd = 5"),
    }
    everything = {"dc/da = 1", "dd/dc = 2", "dd/da = 5", "de/dc = 10", "de/dd = 5"}
    assert {
        title for title in highlighted(player, 4) if title.startswith("d") and "/" in title
    } == (everything)


def test_under_each_box_stands_how_far_a_nudge_moves_it_along_this_path(graph):
    notes = {
        element.get("id"): element.text
        for element in elements(show_paths(graph.e, graph.a), 2)
        if element.get("id").endswith("-note")
    }
    assert [notes[f"n{place}-note"] for place in range(5)] == [
        "nudge h",
        None,
        "moves 1 h",
        "moves 2 h",
        "moves 10 h",
    ]


def test_the_sum_is_the_measured_slope():
    def f(x, y):
        x, y = (Value(v) if isinstance(v, float) else v for v in (x, y))
        u = x * y - x
        return u * u + (u * y).tanh() + x

    x, y = Value(0.7, label="x"), Value(-0.4, label="y")
    root = f(x, y)
    for source, slope in zip((x, y), numerical_gradient(f, [0.7, -0.4]), strict=True):
        last = show_paths(root, source).frames[-1]
        contributions = [float(line[1].rpartition("= ")[2]) for line in last["lines"][:-1]]
        assert len(contributions) > 3
        assert math.isclose(sum(contributions), slope, rel_tol=1e-2)  # four digits each
        assert math.isclose(float(last["title"].rpartition(" ")[2]), slope, rel_tol=1e-3)


def test_two_edges_between_the_same_values_are_two_paths():
    x = Value(3.0, label="x")
    player = show_paths((x * x).named("y"), x)
    assert titles(player)[1:3] == ["path 1 of 2: x → y", "path 2 of 2: x → y"]
    edges = [
        {e.get("id") for e in elements(player, step) if e.get("class") == "edge on-path"}
        for step in (1, 2)
    ]
    assert edges == [{"e0"}, {"e1"}]
    assert lines_at(player, 3)["dy/dx"] == "3 + 3 = 6"


def test_negative_contributions_are_added_in_brackets():
    x = Value(2.0, label="x")
    y = (x * x - x).named("y")
    # straight to y first, because that path begins with another edge and has fewer
    assert lines_at(show_paths(y, x), 4)["dy/dx"] == "2 + 2 + (-1) = 3"


def test_no_gradient_is_changed(graph):
    graph.a.grad = 7.0
    show_paths(graph.e, graph.a)
    assert [graph.a.grad, graph.c.grad, graph.e.grad] == [7.0, 0.0, 0.0]


def test_it_takes_the_learners_own_class():
    x = SimpleNamespace(data=3.0, label="x", op="", operands=(), partials=())
    x = Hashable(x)
    y = Hashable(SimpleNamespace(data=9.0, label="y", op="*", operands=(x, x), partials=(3.0, 3.0)))
    assert lines_at(show_paths(y, x), 3)["dy/dx"] == "3 + 3 = 6"


class Hashable:
    """Any attributes, told apart by identity."""

    def __init__(self, attributes):
        self.__dict__.update(vars(attributes))


def test_a_source_without_a_path_is_refused(graph):
    for source in (graph.a, graph.e):
        with pytest.raises(ValueError, match=f"no path leads from {source.label} to b; give the"):
            show_paths(graph.b, source)
    with pytest.raises(ValueError, match="no path leads from e to e"):
        show_paths(graph.e, graph.e)


def test_too_many_paths_are_counted_and_refused():
    x = y = Value(1.0, label="x")
    for _ in range(10):
        y = y + y
    with pytest.raises(ValueError, match=r"1,024 paths lead from x to v\d+, too many"):
        show_paths(y, x)
    near = y.operands[0].operands[0].operands[0].operands[0]
    assert len(show_paths(y, near).frames) == MOST_PATHS + 2


def test_the_words_of_every_step_hold_the_numbers_of_the_picture(graph):
    words = show_paths(graph.e, graph.a).text(all=True)
    for piece in ("a → c → d → e", "1 × 2 × 5 = 10", "10 + 10 + 25 = 45"):
        assert piece in words


# How many there are


def counts(player, step: int) -> tuple[int, ...]:
    """Diamonds, edges, paths, and the multiplications by paths and by the sweep."""
    lines = lines_at(player, step)
    found = re.findall(r"[\d,]+(?= diamond| edges| paths)", player.frames[step]["title"])
    found += [lines[head].split()[0] for head in ("path by path", "one sweep")]
    return tuple(int(number.replace(",", "")) for number in found)


def test_paths_double_while_edges_are_added():
    player = path_explosion(10)
    for step in range(10):
        k = step + 1
        assert counts(player, step) == (k, 4 * k, 2**k, 4 * (2**k - 1), 4 * k)


def test_both_ways_give_the_gradient_of_the_chain():
    # the chain squares its input again and again: x ** (2 ** k), whose slope at 1 is 2 ** k
    player = path_explosion(8)
    for step in range(8):
        said = lines_at(player, step)["the same gradient"]
        assert said.startswith(f"{2 ** (step + 1)}:")


def test_the_diamonds_of_the_chain_stand_out():
    player = path_explosion(5)
    for step in range(5):
        diamonds = [e for e in elements(player, step) if e.get("id").startswith("diamond")]
        in_chain = [e.get("id") for e in diamonds if "in-chain" in e.get("class")]
        assert in_chain == [f"diamond{place}" for place in range(step + 1)]
        assert len(diamonds) == 5


def test_the_curves_end_at_the_counted_multiplications():
    player = path_explosion(6)
    svg = ElementTree.fromstring(player.at(5).picture())
    ticks = [
        (float(tick.get("y")) - 4, float(tick.text))
        for tick in svg.iter("{http://www.w3.org/2000/svg}text")
        if tick.get("class") == "tick y"
    ]
    (low_pixel, low), (high_pixel, high) = ticks[0], ticks[-1]
    rate = (high - low) / (high_pixel - low_pixel)
    for step in range(6):
        by_id = {e.get("id"): e for e in elements(player, step)}
        ends = [by_id[id_].get("points").split()[-1] for id_ in ("walk", "sweep")]
        assert len(by_id["walk"].get("points").split()) == step + 1
        for end, count in zip(ends, counts(player, step)[3:], strict=True):
            shown = low + rate * (float(end.split(",")[1]) - low_pixel)
            assert math.isclose(shown, count, abs_tol=abs(rate))  # a pixel


@pytest.mark.parametrize("n", [0, MOST_DIAMONDS + 1])
def test_a_chain_that_cannot_be_walked_is_refused(n):
    with pytest.raises(ValueError, match=f"n is {n}; the paths of 1 to {MOST_DIAMONDS} diamonds"):
        path_explosion(n)
