"""Graphs of arrays: every number has its cell, every sum its map, and the words say the same."""

import json
import re
from xml.dom import minidom

import numpy as np
import pytest

from autograd_lesson import Value
from autograd_lesson.pictures.collapse import collapsed
from autograd_lesson.pictures.dot import draw_dot
from autograd_lesson.pictures.drawing import GRAPH_STYLE, draw
from autograd_lesson.pictures.graph import accounts
from autograd_lesson.pictures.heatmap import LEVELS, MOST_TITLES, Map, told
from autograd_lesson.pictures.svg import compact
from autograd_lesson.tensor import Tensor
from autograd_lesson.widgets import open_boxes, step_through


class Mine:
    """An array class as a learner writes it: ops are strings, a partial an array or a function."""

    def __init__(self, data, op="", operands=(), partials=(), label=""):
        self.data, self.label = np.array(data), label
        self.grad = np.zeros(self.data.shape)
        self.op, self.operands, self.partials = op, operands, partials

    def __mul__(self, other):
        return Mine(self.data * other.data, "*", (self, other), (other.data, self.data))

    def __matmul__(self, other):
        pulls = (lambda g: g @ other.data.T, lambda g: self.data.T @ g)
        return Mine(self.data @ other.data, "@", (self, other), pulls)

    def sum(self):
        return Mine(self.data.sum(), "sum", (self,), (lambda g: np.full(self.data.shape, g),))


def mine():
    """loss = sum((A B) * C), whose gradients are C B^T, A^T C and A B."""
    a = Mine([[1.0, -2.0], [0.5, 3.0], [0.0, 1.0]], label="A")
    b = Mine([[2.0, 0.0], [-1.0, 4.0]], label="B")
    c = Mine([[1.0, -1.0], [2.0, 0.5], [-3.0, 1.0]], label="C")
    product = a @ b
    product.label = "P"
    loss = (product * c).sum()
    loss.label = "loss"
    return a, b, c, product, loss


def elements(svg, tag):
    return minidom.parseString(svg).getElementsByTagName(tag)


def words_of(element, tag="title"):
    """The text of the first such element directly inside this one."""
    inside = [node for node in element.childNodes if getattr(node, "tagName", "") == tag]
    return inside[0].firstChild.data if inside else ""


def cells(element):
    """The numbers that a part of a picture shows, by index, from the titles of its cells."""
    found = {}
    for path in element.getElementsByTagName("path"):
        if match := re.fullmatch(r"\[([\d, ]+)\]: (\S+)", words_of(path)):
            found[tuple(map(int, match[1].split(",")))] = float(match[2])
    return found


def cells_of(array):
    """The map of an array as an element."""
    map_ = Map(np.array(array), "data", "data of x")
    return minidom.parseString(map_.svg(0, 0, 10, map_.scale))


def shown_gradient(svg, place):
    """The array whose map stands in the box n`place` as its gradient."""
    groups = [
        group
        for group in elements(svg, "g")
        if re.fullmatch(rf"n{place}-grad\d+", group.getAttribute("id"))
        and group.getAttribute("display") != "none"
    ]
    assert len(groups) == 1
    found = cells(groups[0])
    array = np.zeros(np.max(list(found), axis=0) + 1)
    for index, number in found.items():
        array[index] = number
    return array


# Cells


@pytest.mark.parametrize("shape", [(5,), (1, 4), (3, 4), (2, 3, 4), (2, 2, 3, 3), (1, 1, 1, 2, 2)])
def test_every_number_of_a_small_array_has_a_cell_of_its_own(shape):
    array = np.random.default_rng(0).normal(size=shape).round(3)
    map_ = Map(array, "data", "data of x")
    found = cells(cells_of(array))
    assert sorted(found) == sorted(np.ndindex(shape))
    assert all(found[index] == array[index] for index in found)
    assert len({(cell.x, cell.y) for cell in map_.cells}) == array.size
    assert map_.cut == []


def test_slices_stand_side_by_side_with_a_gap():
    columns = {cell.at: cell.x for cell in Map(np.ones((2, 3, 4)), "data", "x").cells}
    assert [columns[0, 0, i] for i in range(4)] == [0, 1, 2, 3]
    assert [columns[1, 2, i] for i in range(4)] == [5, 6, 7, 8]


def test_a_sign_is_told_by_the_shape_and_what_is_not_finite_by_a_cross():
    numbers = [2.0, -1.5, 0.0, np.nan, -np.inf, -0.5, 1e-9]
    paths = cells_of(numbers).getElementsByTagName("path")
    shapes = [path.getAttribute("d") for path in paths]
    kinds = [
        "disc" if d.endswith("h0") else "square" if d.endswith("h1") else "cross" for d in shapes
    ]
    assert kinds == ["square", "disc", "square", "cross", "cross", "disc", "square"]
    assert [path.getAttribute("class")[0] for path in paths] == list("pmzccmp")


def test_a_larger_number_has_a_deeper_colour_and_only_zero_has_none():
    array = np.array([1e-6, 0.3, 0.5, 0.7, 1.0, -1.0, 0.0])
    kinds = [path.getAttribute("class") for path in cells_of(array).getElementsByTagName("path")]
    assert kinds == ["p1", "p2", "p3", "p4", f"p{LEVELS}", f"m{LEVELS}", "zero"]


@pytest.mark.parametrize("spike", (7.0, -7.0, np.nan))
@pytest.mark.parametrize("at", ((0, 0), (99, 63), (41, 40)))
def test_the_one_number_that_stands_out_of_a_large_array_is_seen(spike, at):
    array = np.random.default_rng(0).normal(size=(100, 64)).clip(-2, 2)
    array[at] = spike
    map_ = Map(array, "data", "x")
    cell = [cell for cell in map_.cells if cell.at == at]
    assert len(cell) == 1 and len(map_.cells) == 16 * 32
    assert np.array_equal(cell[0].number, spike, equal_nan=True)
    assert map_.lines()[1] == f"largest {spike:g}"
    assert map_.cut == ["cell: largest of 7x2"]


def test_what_has_no_room_is_said():
    assert Map(np.ones((20, 8, 8)), "data", "x").cut == ["first 4 of 20 slices"]
    assert Map(np.ones((2, 3, 32, 32)), "data", "x").cut == [
        "first 2 of 6 slices",
        "cell: largest of 2x2",
    ]
    svg = draw(Tensor(np.ones((20, 8, 8)), label="x")).svg
    assert ">first 4 of 20 slices<" in svg


def test_the_largest_of_an_array_counts_what_has_no_room():
    array = np.ones((20, 8, 8))
    array[19, 3, 3] = -9.0
    assert Map(array, "data", "x").lines()[1] == "largest -9"


def test_many_cells_share_a_path_by_colour_and_a_title():
    array = np.random.default_rng(0).normal(size=(9, 8))
    assert array.size > MOST_TITLES
    element = cells_of(array)
    paths = element.getElementsByTagName("path")
    assert len(paths) <= 2 * LEVELS and cells(element) == {}
    assert sum(path.getAttribute("d").count("M") for path in paths) == array.size
    assert words_of(element.documentElement).startswith("data of x: min -2")


@pytest.mark.parametrize(
    "data",
    [
        np.zeros((0, 3)),
        np.zeros((0,)),
        np.array([True, False]),
        np.array([[1, 2]], dtype=np.uint8),
        np.array([1 + 2j]),
        np.array(["a", "b"]),
        np.array([None, 1], dtype=object),
        np.full((2, 2), np.nan),
        np.array([1e308, -1e308]),
        np.float64(2.0),
        np.array(2.0),
    ],
    ids=repr,
)
def test_drawing_never_fails(data):
    class Leaf:
        op, operands, partials, label = None, (), (), "x"

    leaf = Leaf()
    leaf.data, leaf.grad = data, None
    for drawing in (draw(leaf), step_through(leaf), draw_dot(leaf)):
        bundle = drawing._repr_mimebundle_()
        bundle = bundle[0] if isinstance(bundle, tuple) else bundle
        assert "x" in bundle["text/plain"] and elements(bundle["image/svg+xml"], "text")


# Words


def test_few_numbers_are_told_and_many_by_their_range():
    assert told(np.array([[1.0, -0.0], [1 / 3, 4]])) == "[[1, 0], [0.3333, 4]]"
    assert told(np.arange(13.0)) == "min 0, mean 6, max 12"
    many = np.arange(13.0)
    many[[3, 4]] = np.nan, np.inf
    assert told(many) == "min 0, mean 6.455, max 12, 2 not finite"
    assert told(np.full(13, np.nan)) == "13 not finite"
    assert told(np.array([0.1, 0.2, -0.3] * 5)) == "min -0.3, mean 0, max 0.2"


def test_the_words_of_a_picture_tell_shapes_and_numbers():
    a, *_, loss = mine()
    a.grad = np.ones((3, 2))
    assert draw(loss).words.splitlines()[:4] == [
        "Graph of loss: 6 values, 5 edges.",
        "A = (3, 2) array [[1, -2], [0.5, 3], [0, 1]], "
        "grad (3, 2) array [[1, 1], [1, 1], [1, 1]]; feeds P",
        "B = (2, 2) array [[2, 0], [-1, 4]], grad (2, 2) array [[0, 0], [0, 0]]; feeds P",
        "P = A @ B = (3, 2) array [[4, -8], [-2, 12], [-1, 4]], "
        "grad (3, 2) array [[0, 0], [0, 0], [0, 0]]; feeds v4",
    ]


def test_dot_shows_the_shape_and_the_numbers_row_by_row():
    *_, loss = mine()
    source = draw_dot(loss).source
    assert r'"B = (2, 2) array\n[[2, 0],\n[-1, 4]]\ngrad (2, 2) array' in source
    assert source.count("label=VJP") == 3 and "0x" not in source


# Steps


def test_the_maps_of_every_step_are_the_sums_so_far():
    a, b, c, product, loss = mine()
    stepper = step_through(loss)
    titles = [frame["title"] for frame in stepper.frames][2:]
    assert titles == [
        "loss passes a (3, 2) array to v4",
        "v4 passes a (3, 2) array to P",
        "v4 passes a (3, 2) array to C",
        "P passes a (3, 2) array to A",
        "P passes a (2, 2) array to B",
    ]
    gradients = {  # place in the order: the step that delivers it, and the closed form
        0: (5, c.data @ b.data.T),
        1: (6, a.data.T @ c.data),
        2: (3, c.data),
        3: (4, a.data @ b.data),
        4: (2, np.ones((3, 2))),
    }
    for step in range(7):
        picture = stepper.at(step).picture()
        for place, (delivered, gradient) in gradients.items():
            wanted = gradient if step >= delivered else np.zeros(gradient.shape)
            assert np.array_equal(shown_gradient(picture, place), wanted), (step, place)
    assert not any(value.grad.any() for value in (a, b, c, product))


def test_a_step_tells_the_product_of_arrays_and_their_shapes():
    *_, loss = mine()
    stepper = step_through(loss)
    assert stepper.at(4).text().splitlines()[1:3] == [
        "    upstream × partial: dloss/dv4 × dv4/dC: [[1, 1], [1, 1], [1, 1]] × "
        "[[4, -8], [-2, 12], [-1, 4]] = [[4, -8], [-2, 12], [-1, 4]]",
        "    shapes: (3, 2) × (3, 2) = (3, 2)",
    ]


def test_a_partial_that_is_a_function_is_told_as_a_vector_jacobian_product():
    *_, loss = mine()
    lines = step_through(loss).at(6).text().splitlines()
    assert lines[1:3] == [
        "    vector-Jacobian product: dloss/dP through @: [[1, -1], [2, 0.5], [-3, 1]] → "
        "[[2, -0.75], [1, 4.5]]",
        "    shapes: (3, 2) → (2, 2)",
    ]
    rule = "pulls = (lambda g: g @ other.data.T, lambda g: self.data.T @ g)"
    assert lines[5] == f"    rule of @: {rule}"


def test_contributions_of_arrays_add_up_in_words_and_in_the_map():
    x = Mine([2.0, -3.0], label="x")
    y = x * x
    y.label = "y"
    stepper = step_through(y).at(3)
    assert "x.grad: [2, -3] + [2, -3] = [4, -6]" in stepper.text()
    assert shown_gradient(stepper.picture(), 0).tolist() == [4.0, -6.0]
    assert shown_gradient(stepper.at(2).picture(), 0).tolist() == [2.0, -3.0]
    assert "the seed: y.grad is all ones" in stepper.at(1).text()


def test_many_numbers_are_told_by_their_range_in_a_step():
    x = Mine(np.arange(20.0), label="x")
    lines = step_through(x * x).at(3).text().splitlines()
    assert lines[1:5] == [
        "    upstream × partial: dv1/dv1 × dv1/dx",
        "    shapes: (20,) × (20,) = (20,)",
        "    contribution: min 0, mean 9.5, max 19",
        "    x.grad: the sum of 2 contributions, min 0, mean 19, max 38",
    ]


def test_a_gradient_of_another_shape_than_its_data_is_pointed_at():
    x, w = Mine([[1.0, 2.0], [3.0, 4.0]], label="x"), Mine([5.0, 6.0], label="w")
    stepper = step_through(x * w).at(3)  # a broadcast, with nothing that sums over the copies
    assert "Careful: w has shape (2,), and its gradient has (2, 2). They must be" in stepper.text()
    assert ">grad (2, 2)<" in stepper.picture()
    assert "Careful" not in stepper.at(2).text()


def test_earlier_accounts_stay_as_they_were_when_an_engine_adds_in_place():
    x = Mine([1.0, 2.0], label="x")
    total = np.zeros(2)

    def into_one_array(upstream):
        nonlocal total
        total += upstream
        return total

    y = Mine([3.0, 6.0], "f", (x, x), (into_one_array, lambda g: 0.0 * g))
    known = list(accounts(y))
    total += 100.0
    assert known[2].gradient[x].tolist() == [1.0, 1.0] == known[2].received(x)[0].tolist()


# Tensors


def network():
    """A layer and its loss: a constant input, a bias that is broadcast, a value used twice."""
    x = Tensor([[1.0, -2.0], [3.0, 0.5], [0.1, 1.0]], label="x", requires_grad=False)
    w = Tensor([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]], label="W")
    b = Tensor([0.1, 0.0, -0.3], label="b")
    y = (x @ w + b).tanh().named("y")
    return w, b, (y * y).mean().named("loss")


def measured(place):
    """The slope of the loss of `network` with each number of W or b, by central differences."""
    slopes = np.zeros(network()[place].shape)
    x = np.array([[1.0, -2.0], [3.0, 0.5], [0.1, 1.0]])
    for index in np.ndindex(slopes.shape):
        losses = []
        for h in (1e-5, -1e-5):
            arrays = [np.array(leaf.data) for leaf in network()[:2]]
            arrays[place][index] += h
            losses.append((np.tanh(x @ arrays[0] + arrays[1]) ** 2).mean())
        slopes[index] = (losses[0] - losses[1]) / 2e-5
    return slopes


def test_the_last_maps_of_a_tensor_graph_are_the_measured_slopes():
    stepper = step_through(network()[-1])
    picture = stepper.at(len(stepper.frames) - 1).picture()
    places = {words_of(box).partition(" ")[0]: box.getAttribute("id") for box in boxes(picture)}
    for name, place in (("W", 0), ("b", 1)):
        shown = shown_gradient(picture, places[name].removeprefix("n"))
        assert shown == pytest.approx(measured(place), rel=2e-3, abs=1e-6)


def boxes(svg):
    return [g for g in elements(svg, "g") if re.fullmatch(r"n\d+", g.getAttribute("id"))]


def test_a_constant_receives_nothing_and_is_called_one():
    stepper = step_through(network()[-1])
    text = stepper.text(all=True)
    assert " to x" not in text and "x.grad" not in text
    picture = stepper.picture()
    assert ">a constant<" in picture and len(stepper.frames) == 2 + 8
    assert not re.search(r'id="n0-grad\d', picture)


def test_a_constant_may_be_used_in_two_shapes():
    c = Tensor([1.0, 2.0], label="c", requires_grad=False)
    loss = (c * Tensor(np.ones((3, 2))) + (c * Tensor(np.ones((4, 2)))).sum()).sum()
    assert "Every gradient is complete." in step_through(loss).text(all=True)


def test_the_rule_of_an_op_with_settings_is_told_in_its_own_words():
    text = step_through(network()[-1]).text(all=True)
    assert (
        "rule of broadcast: Copies of `a` along new and stretched axes; backward, the sum" in text
    )
    assert "dloss/dy through" not in text and "dloss/dloss through mean: 1 → " in text


def test_the_gradients_that_a_tensor_holds_are_drawn():
    w, _, loss = network()
    assert "grad" not in draw(loss).words
    loss.backward(retain_graph=True)
    assert f"W = (2, 3) array {told(np.array(w.data))}, grad (2, 3) array" in draw(loss).words
    assert len(re.findall(r'id="n\d+-grad0"', draw(loss).svg)) == 7  # not x, and not loss


def test_a_graph_that_backward_has_freed_is_refused_with_the_next_move():
    *_, loss = network()
    loss.backward()
    for show in (draw, draw_dot, step_through):
        with pytest.raises(
            RuntimeError, match="behind Tensor 'loss' was freed by.*retain_graph=True"
        ):
            show(loss)


def test_what_is_drawn_of_numbers_knows_nothing_of_maps():
    x = Value(3.0, label="x")
    svg = draw((x * x).named("y")).svg
    assert "map" not in svg and "nan or inf" not in svg
    assert f"<style>{compact(GRAPH_STYLE)}</style>" in svg
    assert "nan or inf" in draw(network()[-1]).svg


def test_boxes_that_open_on_arrays_keep_their_colours():
    *_, loss = network()
    y = loss.operands[0].operands[0]
    player = open_boxes(loss, {"layer": y, "loss": loss})
    assert ".map path" in player.svg and player.svg.count("<style>") == 1
    assert "map" in draw(collapsed(loss, {"layer": y}, "layer")).svg


def test_a_stepper_of_a_network_of_arrays_stays_small():
    rng = np.random.default_rng(0)
    value = Tensor(rng.normal(size=(64, 64)), requires_grad=False)
    for _ in range(3):
        value = (value @ Tensor(rng.normal(size=(64, 64)))).relu()
    bundle = step_through(value.mean())._repr_mimebundle_()[0]
    assert len(json.dumps(bundle["text/html"])) < 140_000


@pytest.mark.parametrize("label", ["x<y", '"q"', "</script><script>alert(1)</script>", "]]>"])
def test_a_label_is_text_beside_a_map_too(label):
    root = Tensor([1.0, -2.0], label=label).sum()
    document = minidom.parseString(step_through(root).picture())
    assert not document.getElementsByTagName("script")
    assert any(
        words_of(g).startswith(f"data of {label}:") for g in document.getElementsByTagName("g")
    )
