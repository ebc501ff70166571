"""Two sweeps over one graph: the forward one against differences, both on one picture."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given

from autograd_lesson import Tensor, Value, topological_order
from autograd_lesson.widgets import two_sweeps
from autograd_lesson.widgets.graphs.two_sweeps import push
from tests.graphs import build, is_tame, programs


@pytest.fixture
def graph():
    """The graph of the lesson, its values by name."""
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    e = (c * d).named("e")
    return SimpleNamespace(a=a, b=b, c=c, d=d, e=e)


def titles(player):
    return [frame["title"] for frame in player.frames]


def notes(player, step):
    """The notes below the boxes a, b, c, d, e at a step."""
    picture = player.at(step).picture()
    return re.findall(r'id="n\d-note"[^>]*?(?:/>|>([^<]*)<)', picture)


def test_the_steps_go_forward_by_results_and_back_by_edges(graph):
    assert titles(two_sweeps(graph.e, {graph.a: 1.0, graph.b: -2.0})) == [
        "at rest",
        "the direction: a at 1 and b at -2",
        "forward: c moves at -1",
        "forward: d moves at 3",
        "forward: e moves at 5",
        "back: the seed: de/de = 1",
        "back: e passes 10 to c",
        "back: e passes 5 to d",
        "back: d passes 10 to c",
        "back: d passes 25 to a",
        "back: c passes 20 to a",
        "back: c passes 20 to b",
        "both sweeps meet",
    ]


def test_tangents_appear_one_by_one_and_stay_on_the_way_back(graph):
    player = two_sweeps(graph.e, {graph.a: 1.0, graph.b: -2.0})
    assert notes(player, 0) == [""] * 5
    assert notes(player, 2) == ["tangent 1", "tangent -2", "tangent -1", "", ""]
    everything = ["tangent 1", "tangent -2", "tangent -1", "tangent 3", "tangent 5"]
    assert notes(player, 4) == notes(player, 8) == notes(player, 12) == everything


def test_an_edge_shows_what_it_brings_in_the_sweep_that_is_played(graph):
    player = two_sweeps(graph.e, {graph.a: 1.0, graph.b: -2.0})

    def on_edges(step):
        pattern = r'id="e\d-contribution"[^>]*?(?:/>|>([^<]*)<)'
        return re.findall(pattern, player.at(step).picture())

    assert on_edges(2) == ["+1", "-2", "", "", "", ""]
    assert on_edges(4) == ["+1", "-2", "-2", "+5", "-10", "+15"]
    assert on_edges(5) == [""] * 6
    assert on_edges(12) == ["+20", "+20", "+10", "+25", "+10", "+5"]


def test_the_edges_of_the_value_that_moves_are_marked(graph):
    player = two_sweeps(graph.e, {graph.a: 1.0})
    assert player.at(3).picture().count("pushed pushes") == 2
    assert player.at(4).picture().count('class="edge pushed"') == 4
    assert "pushed" not in player.at(5).picture().partition("</style>")[2]


def test_the_end_says_that_both_found_one_number(graph):
    player = two_sweeps(graph.e, {graph.a: 1.0, graph.b: -2.0})
    assert dict(player.frames[-1]["lines"]) == {
        "forward": "e moves at 5 in this one direction",
        "back": "the gradients of every input: a 45 and b 20",
        "the same number": "gradient × speed, summed: 45 × 1 + 20 × (-2) = 5",
    }


def test_a_tangent_is_told_as_its_products(graph):
    frame = two_sweeps(graph.e, {graph.a: 1.0, graph.b: -2.0}).frames[3]
    assert frame["lines"][0] == ["d.tangent", "2 × (-1) + 5 × 1 = (-2) + 5 = 3"]


def test_a_value_used_twice_in_one_op_brings_both():
    x = Value(3.0, label="x")
    player = two_sweeps((x * x).named("y"), {x: 2.0})
    assert "forward: y moves at 12" in titles(player)


@pytest.mark.slow
@given(programs())
def test_tangents_agree_with_central_differences_along_the_direction(program):
    leaves, instructions = program
    values = [Value(x) for x in leaves]
    root = Value.of(build(values, instructions))
    if not is_tame(root):
        return
    nodes = topological_order(root)
    speeds = [0.5 - 0.75 * i for i in range(len(leaves))]
    direction = dict(zip(values, speeds, strict=True))
    tangent = push(nodes, direction)[0][root]

    def along(t):
        moved = [Value(x + t * speed) for x, speed in zip(leaves, speeds, strict=True)]
        return Value.of(build(moved, instructions)).data

    h = 1e-6
    assert tangent == pytest.approx((along(h) - along(-h)) / (2 * h), rel=1e-4, abs=1e-4)


def test_no_value_is_changed(graph):
    graph.c.grad = 7.0
    two_sweeps(graph.e, {graph.a: 1.0})
    assert [value.grad for value in vars(graph).values()] == [0.0, 0.0, 7.0, 0.0, 0.0]


def test_a_direction_that_moves_no_input_is_refused_with_the_next_move(graph):
    with pytest.raises(ValueError, match=r"moves nothing.*as \{a: 1.0\} does"):
        two_sweeps(graph.e, {})
    with pytest.raises(ValueError, match="moves c; it must move at least one input"):
        two_sweeps(graph.e, {graph.c: 1.0})


def test_arrays_are_refused_with_the_next_move():
    x = Tensor(np.ones(3), label="x")
    with pytest.raises(TypeError, match="build the graph of Values, or look at step_through"):
        two_sweeps((x * x).sum(), {x: 1.0})
