"""A large graph in a few boxes: what is in which, what leads where, and that each opens."""

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from autograd_lesson import Value, total
from autograd_lesson.data import four_points
from autograd_lesson.nn import MLP
from autograd_lesson.pictures.collapse import collapsed
from autograd_lesson.pictures.drawing import draw
from autograd_lesson.pictures.graph import graph_of
from autograd_lesson.widgets import open_boxes


@pytest.fixture
def small():
    """s = a + b, p = s * s, q = p - a."""
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    s = (a + b).named("s")
    p = (s * s).named("p")
    q = (p - a).named("q")
    return SimpleNamespace(a=a, b=b, s=s, p=p, q=q)


@pytest.fixture(scope="module")
def network():
    """The loss of the network with 41 parameters on four points, and its groups."""
    inputs, targets = four_points()
    now = [[Value(x) for x in point] for point in inputs]
    groups = {"inputs": now}
    for place, layer in enumerate(MLP(3, [4, 4, 1]).layers, 1):
        now = [layer(x) for x in now]
        by_neuron = zip(*now, strict=True)
        groups[f"layer {place}"] = {f"neuron {place}.{i}": h for i, h in enumerate(by_neuron, 1)}
    squares = [(out[0] - y) ** 2 for out, y in zip(now, targets, strict=True)]
    return total(squares).named("loss"), groups | {"errors": squares}


def lines(box) -> list[str]:
    return draw(box).words.splitlines()


def test_a_group_is_one_box_with_one_line_to_the_next(small):
    assert lines(collapsed(small.q, {"square": small.p})) == [
        "Graph of q: 2 values, 2 edges.",
        "square = 4 values; feeds q",
        "q = square - square = 23, grad 0",
    ]


def test_what_an_earlier_group_holds_is_not_in_a_later_one(small):
    assert lines(collapsed(small.q, {"sum": small.s, "square": small.p})) == [
        "Graph of q: 3 values, 3 edges.",
        "sum = 3 values; feeds square and q",
        "square = box(sum) = 1 value; feeds q",
        "q = square - sum = 23, grad 0",
    ]


def test_between_single_values_the_partials_are_kept_and_beside_a_box_there_are_none(small):
    box = collapsed(small.q, {"sum": small.s})
    square, of_a = box.operands
    assert square.data == 25.0 and square.label == "p"
    assert box.partials == (1.0, "")
    assert square.partials == ("", "") and square.operands == (of_a, of_a)


def test_a_single_value_keeps_its_gradient(small):
    small.q.backward()
    assert collapsed(small.q, {"sum": small.s}).operands[0].grad == 1.0


def test_the_opened_group_is_shown_as_its_values(small):
    groups = {"sum": small.s, "rest": small.q}
    assert lines(collapsed(small.q, groups, opened="rest")) == [
        "Graph of q: 3 values, 4 edges.",
        "sum = 3 values; feeds p and q",
        "p = sum * sum = 25, grad 0; feeds q",
        "q = p - sum = 23, grad 0",
    ]
    assert "s = a + b = 5, grad 0; feeds rest" in lines(collapsed(small.q, groups, opened="sum"))


def test_an_opened_group_of_groups_is_shown_as_those():
    a = Value(1.0, label="a")
    h = [(a * 2.0).named("h1"), (a * 3.0).named("h2")]
    groups = {"input": a, "layer": {"first": h[0], "second": h[1]}}
    words = lines(collapsed((h[0] + h[1]).named("y"), groups, opened="layer"))
    assert "first = box(input) = 2 values; feeds y" in words
    assert "second = box(input) = 2 values; feeds y" in words


def test_without_groups_the_drawing_is_that_of_the_graph(small):
    assert draw(collapsed(small.q, {})).svg == draw(small.q).svg


def test_no_value_is_changed(small):
    before = [(v.data, v.grad, v.label, v.operands, v.partials) for v in graph_of(small.q)[0]]
    collapsed(small.q, {"sum": small.s})
    assert before == [
        (v.data, v.grad, v.label, v.operands, v.partials) for v in graph_of(small.q)[0]
    ]


def test_a_group_without_anything_of_its_own_is_refused(small):
    with pytest.raises(ValueError, match="nothing is left for the group 'sum'.* in the order"):
        collapsed(small.q, {"square": small.p, "sum": small.s})


def test_a_value_of_another_calculation_is_refused(small):
    with pytest.raises(ValueError, match="the root was not computed from that"):
        collapsed(small.p, {"difference": small.q})


def test_opening_what_is_no_group_names_those_that_there_are(small):
    with pytest.raises(ValueError, match="no group is called 'total'; there are sum"):
        collapsed(small.q, {"sum": small.s}, opened="total")


def test_the_loss_of_the_network_is_a_handful_of_boxes(network):
    loss, groups = network
    assert len(graph_of(loss)[0]) > 150
    assert lines(collapsed(loss, groups)) == [
        "Graph of loss: 6 values, 8 edges.",
        "inputs = 12 values; feeds layer 1",
        "layer 1 = box(inputs) = 64 values; feeds layer 2",
        "layer 2 = box(layer 1) = 68 values; feeds layer 3",
        "layer 3 = box(layer 2) = 17 values; feeds errors",
        "errors = box(layer 3) = 12 values; feeds loss",
        "loss = sum(errors, errors, errors, errors) = 3.714, grad 0",
    ]


def test_every_value_is_in_one_box_or_stands_alone(network):
    loss, groups = network
    boxes = lines(collapsed(loss, groups))
    held = sum(int(n) for line in boxes[1:] for n in re.findall(r"= (\d+) values", line))
    assert held + 1 == len(graph_of(loss)[0])


@pytest.mark.slow
def test_a_chain_of_fifty_thousand_values_collapses():
    value = start = Value(1.0, label="start")
    for _ in range(25_000):
        value = value + 1.0
    box = collapsed(value.named("end"), {"start": start, "chain": value})
    assert lines(box)[-1] == "chain = box(start) = 50,000 values"


# The player


def shown(player) -> tuple[ElementTree.Element, list[ElementTree.Element]]:
    """The picture at this step, and those of its levels that are shown."""
    whole = ElementTree.fromstring(player.picture())
    levels = [e for e in whole if e.get("id", "").startswith("level")]
    return whole, [level for level in levels if level.get("display") != "none"]


def test_at_each_step_one_picture_is_shown_in_its_own_size(network):
    player = open_boxes(*network)
    assert [frame["title"] for frame in player.frames][:3] == [
        "every box closed",
        "inputs opened",
        "layer 1 opened",
    ]
    sizes = []
    for step in range(len(player.frames)):
        whole, (level,) = shown(player.at(step))
        left, top, *size = whole.get("viewBox").split()
        assert size == [whole.get("width"), whole.get("height")]
        ground = whole.find(".//*[@id='whole-ground']")
        assert [ground.get(name) for name in ("x", "y", "width", "height")] == [left, top, *size]
        names = ["".join(name.itertext()) for name in level.iter() if name.get("class") == "name"]
        assert names and all(name in player.text() for name in names)
        sizes.append(whole.get("height"))
    assert len(set(sizes)) > 2


def test_no_two_elements_have_the_same_id(network):
    whole, _ = shown(open_boxes(*network))
    ids = [e.get("id") for e in whole.iter() if e.get("id")]
    assert len(ids) == len(set(ids))


def test_labels_are_escaped():
    a = Value(1.0, label="<b>&")
    player = open_boxes((a * 2.0).named("</g>"), {"<script>": a})
    ElementTree.fromstring(player.picture())
    assert "<script>" not in player.picture()
