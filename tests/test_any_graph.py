"""Pictures and widgets of graphs as users have them: constants, arrays, classes of their own."""

import math
import operator
from dataclasses import dataclass
from xml.dom import minidom

import numpy as np
import pytest

from autograd_lesson import Tensor, Value, ops
from autograd_lesson.nn import BatchNorm1d
from autograd_lesson.pictures import collapsed, draw, draw_dot
from autograd_lesson.pictures.words import number
from autograd_lesson.tensor import where
from autograd_lesson.widgets import (
    compare_orders,
    engine_diff,
    find_nan,
    open_boxes,
    predict,
    show_paths,
    step_by_hand,
    step_through,
    two_sweeps,
)


def x():
    return Tensor([1.0, 2.0], "x")


def normalised():
    rows = Tensor(np.array([[1.0, 2.0], [4.0, 3.0]]), "x")
    return (BatchNorm1d(2)(rows) * np.ones((2, 2))).sum()


def constant(data, label=""):
    return Tensor(data, label, requires_grad=False)


# A graph with constants in it, and the gradient of its x as it is written, by hand.
WITH_CONSTANTS = {
    "x * 2": (lambda: (x() * 2).sum(), "[2, 2]"),
    "2 * x": (lambda: (2 * x()).sum(), "[2, 2]"),
    "1 - x": (lambda: (1 - x()).sum(), "[-1, -1]"),
    "1 / x": (lambda: (1 / x()).sum(), "[-1, -0.25]"),
    "maximum(0)": (lambda: x().maximum(0).sum(), "[1, 1]"),
    "var": (lambda: x().var(), "[-0.5, 0.5]"),
    "a mask": (lambda: (x() * np.array([True, False])).sum(), "[1, 0]"),
    "where": (lambda: where(np.array([False, True]), x(), 0.0).sum(), "[0, 1]"),
    "whole numbers": (lambda: (x() * Tensor(np.array([3, 4]), dtype=int)).sum(), "[3, 4]"),
    "detached": (lambda: (lambda t: (t * t.detach()).sum())(x()), "[1, 2]"),
    "broadcast": (lambda: (x() + constant(np.ones((4, 2)))).sum(), "[4, 4]"),
    "one row": (lambda: x() * 3, "[3, 3]"),
    "no axes": (lambda: Tensor(2.0, "x") * 3, "3"),
    "one constant in two shapes": (
        lambda: (lambda k: (x() * k).sum() + (Tensor(np.ones((2, 2))) * k).sum())(
            constant([3.0, 1.0], "k")
        ),
        "[3, 1]",
    ),
    "values": (lambda: Value(2.0, "x") * 3 + 1, "3"),
    "empty": (lambda: (Tensor(np.empty((0, 3)), "x") * 2).sum(), "[]"),
}
graphs = pytest.mark.parametrize("name", WITH_CONSTANTS)


def played(player):
    """Every picture of a player, which all have to be well-formed, and all its words."""
    for step in range(len(player.frames)):
        minidom.parseString(player.at(step).picture())
    return player.text(all=True)


def by_hand_to_the_end(root):
    """The widget after each value was asked to pass its gradient on, results first."""
    widget = step_by_hand(root)
    for value in widget.values[::-1]:
        widget.process(value["name"])
    minidom.parseString(widget.picture())
    return widget


@graphs
def test_the_stepper_takes_constants_and_shows_no_gradient_of_them(name):
    make, gradient = WITH_CONSTANTS[name]
    words = played(step_through(make()))
    assert f"x.grad: {gradient}" in words
    assert "k.grad" not in words


@graphs
def test_the_pass_by_hand_takes_constants_and_ends_in_the_same_gradient(name):
    make, gradient = WITH_CONSTANTS[name]
    widget = by_hand_to_the_end(make())
    assert f"x.grad: {gradient}" in widget.text()
    assert "?" not in widget.text()


def test_a_constant_that_is_asked_to_pass_something_on_says_what_it_is():
    widget = step_by_hand((x() * constant(2.0, "k")).sum())
    assert widget.process("k").startswith("k is a constant: it receives no gradient")
    assert widget.chosen == []


@graphs
def test_every_other_picture_of_a_graph_with_constants_is_drawn(name):
    make, _ = WITH_CONSTANTS[name]
    for drawing in (draw(make()), draw(make(), steps=1), draw(collapsed(make(), {}))):
        minidom.parseString(drawing.svg)
    assert "digraph" in draw_dot(make()).source
    assert "finite" in played(find_nan(make()))
    root = make()
    assert played(open_boxes(root, {"all": [root]}))


@pytest.mark.slow
def test_batch_normalisation_can_be_stepped_through_and_sends_nothing_back_through_a_sum():
    assert "x.grad" in played(step_through(normalised()))
    assert by_hand_to_the_end(normalised()).text().count("= [[0, 0], [0, 0]]") >= 1


ONLY_NUMBERS = {
    "show_paths": lambda root, leaf: show_paths(root, leaf),
    "two_sweeps": lambda root, leaf: two_sweeps(root, {leaf: 1.0}),
    "compare_orders": lambda root, leaf: compare_orders(root),
    "predict": lambda root, leaf: predict(root),
    "engine_diff": lambda root, leaf: engine_diff(lambda kind: root, Value),
}


@pytest.mark.parametrize("tool", ONLY_NUMBERS)
def test_what_works_with_numbers_alone_says_so_of_an_array(tool):
    leaf = x()
    with pytest.raises(TypeError, match="works? with single numbers, and .* build the graph of V"):
        ONLY_NUMBERS[tool]((leaf * 2).sum(), leaf)


@pytest.mark.parametrize("tool", sorted(set(ONLY_NUMBERS) - {"engine_diff"}))
def test_a_tensor_without_axes_is_a_number_to_them(tool):
    leaf = Tensor(2.0, "x")
    assert repr(ONLY_NUMBERS[tool](leaf * 3 + 1, leaf))


# Bad numbers


def test_two_bad_numbers_that_arise_apart_are_both_named():
    words = played(find_nan(Value(math.nan, "a") + Value(math.inf, "b")))
    assert "a = nan: the first number that is not finite" in words
    assert "b = inf: another that begins to be not finite" in words
    assert "v2 = a + b = nan: spread from a and b" in words


def test_the_first_bad_number_of_an_array_is_found_with_its_place():
    with np.errstate(all="ignore"):
        player = find_nan((Tensor([[4.0, 1.0], [2.0, -1.0]], "x").log() * 2).sum())
    assert player.text().startswith("Step 1 of 4: v1 = log(x)")
    assert "the first number that is not finite" in player.text()
    assert "where: 1 of 4 numbers, the first at [1, 1]" in player.text()
    assert "spread from v1" in played(player)


def test_a_bad_number_in_another_place_of_an_array_begins_there():
    with np.errstate(all="ignore"):
        spoiled = Tensor([math.nan, 1.0], "x") / Tensor([1.0, 0.0], "d")
        spread = Tensor([math.nan, 1.0], "x") / Tensor([1.0, 2.0], "d")
    assert "v2 = x / d = (2,) array [nan, inf]: another that begins" in played(find_nan(spoiled))
    assert "v2 = x / d = (2,) array [nan, 0.5]: spread from x" in played(find_nan(spread))


def test_on_the_way_back_two_infinite_partials_are_two_beginnings():
    with np.errstate(all="ignore"):
        a, b = Tensor([0.0, 4.0], "a"), Tensor([0.0], "b")
        words = played(find_nan(a.sqrt().sum() + b.sqrt().sum()))
    assert words.count("the first that is not finite") == 1
    assert words.count("another that begins to be not finite") == 1
    assert "where: 1 of 2 numbers, the first at [0]" in words


# Classes of a learner's own


class Number:
    """The least that a picture asks for."""

    def __init__(self, data, label="", op=None, operands=(), partials=()):
        self.data, self.label, self.op, self.grad = data, label, op, None
        self.operands, self.partials = operands, partials


class EqualByData(Number):
    def __eq__(self, other):
        return self.data == other.data

    def __hash__(self):
        return hash(self.data)


class Unhashable(Number):
    def __eq__(self, other):
        return self.data == other.data


@dataclass
class Record:
    data: float
    label: str = ""
    op: str | None = None
    operands: tuple = ()
    partials: tuple = ()
    grad: float = 0.0


def product(kind, a=2.0, b=2.0, op="*", keep=tuple, partials=None):
    left, right = kind(a, "a"), kind(b, "b")
    return kind(4.0, "y", op, keep((left, right)), (b, a) if partials is None else partials)


@pytest.mark.parametrize("kind", [Number, EqualByData, Unhashable, Record])
def test_two_leaves_of_one_number_are_two_boxes(kind):
    y = product(kind)
    assert repr(draw(y)).startswith("Graph of y: 3 values, 2 edges.")
    assert "3 values, 2 edges" in repr(step_through(y))
    assert "a.grad: 2" in by_hand_to_the_end(y).text()
    assert "b.grad: 2" in played(step_through(y))
    assert played(find_nan(y))
    assert draw_dot(y).source.count("->") == 3


def test_a_value_used_twice_is_still_one_box():
    a = EqualByData(2.0, "a")
    twin = EqualByData(2.0, "b")
    square = EqualByData(4.0, "square", "*", (a, a), (2.0, 2.0))
    y = EqualByData(8.0, "y", "*", [square, twin], (2.0, 4.0))
    assert repr(draw(y)).startswith("Graph of y: 4 values, 4 edges.")
    assert "a.grad: 4 + 4 = 8" in played(step_through(y))


@pytest.mark.parametrize("kind", [EqualByData, Unhashable])
def test_where_values_are_looked_up_a_class_that_compares_data_is_refused(kind):
    y = product(kind)
    with pytest.raises(TypeError, match="__eq__"):
        show_paths(y, y.operands[0])


def circle(length):
    values = [Number(1.0, f"v{i}", "+") for i in range(length)]
    for value, operand in zip(values, values[1:] + values[:1], strict=True):
        value.operands, value.partials = (operand,), (1.0,)
    return values[0]


@pytest.mark.parametrize("length", [1, 2, 5])
@pytest.mark.parametrize("tool", [draw, draw_dot, step_through, step_by_hand, find_nan, predict])
def test_a_graph_in_a_circle_is_refused(tool, length):
    with pytest.raises(ValueError, match="the graph runs in a circle: .* make a new value for"):
        tool(circle(length))


@pytest.mark.parametrize("digits", [400, 6000])
def test_a_number_too_long_for_a_float_is_shown_by_its_size(digits):
    y = product(Number, a=10**digits, op="+", partials=(1.0, 1.0))
    assert f"a = 1.000e+{digits}" in repr(draw(y))
    assert "a.grad: 1" in played(step_through(y))
    assert played(find_nan(y)) and by_hand_to_the_end(y).text()
    with pytest.raises(TypeError, match=f"'a' holds a number of {digits + 1} digits"):
        predict(y)


def test_a_number_has_its_digits_up_to_the_largest_float():
    assert number(10**400) == "1.000e+400" and number(-(10**400)) == "-1.000e+400"
    assert number(10**300) == "1e+300"


BAD_PARTIALS = {
    "none": (),
    "one": (1.0,),
    "a set": {1.0, 2.0},
    "None": (1.0, None),
    "text": ("a", 1.0),
    "long": (10**400, 1.0),
    "complex": (1j, 1.0),
}


@pytest.mark.parametrize("name", BAD_PARTIALS)
@pytest.mark.parametrize("tool", [step_through, step_by_hand, find_nan, compare_orders, predict])
def test_partials_that_no_upstream_can_be_multiplied_by_are_refused(tool, name):
    y = product(Number, partials=BAD_PARTIALS[name])
    assert repr(draw(y)).startswith("Graph of y: 3 values")
    with pytest.raises(ValueError, match="'y' (has 2 operands and [01] partials|holds .* partial)"):
        tool(y)


@pytest.mark.parametrize("keep", [set, iter, lambda pair: dict.fromkeys(pair)])
def test_operands_without_an_order_are_refused(keep):
    with pytest.raises(TypeError, match="keep them in a tuple"):
        draw(product(Number, keep=keep))


def test_operands_may_stand_in_a_list():
    assert repr(draw(product(Number, keep=list))) == repr(draw(product(Number)))


@pytest.mark.parametrize(
    ("op", "shown"),
    [
        ("*", "a * b"),
        (None, "a ? b"),
        (ops.MUL, "a * b"),
        (operator.mul, "mul(a, b)"),
        (7, "7(a, b)"),
    ],
)
def test_an_op_may_be_text_or_an_op_or_a_function_or_missing(op, shown):
    assert f"y = {shown} = 4" in repr(draw(product(Number, op=op)))


@pytest.mark.parametrize("data", [None, "two", 1j, [1, 2], True, np.array([1j, 2])], ids=str)
def test_data_of_any_kind_are_drawn(data):
    minidom.parseString(draw(Number(data, "a")).svg)
    assert played(step_through(Number(data, "a"))) and played(find_nan(Number(data, "a")))


@pytest.mark.parametrize("grad", [None, "later", [1, 2], 10**400, np.ones(3), math.nan], ids=str)
@pytest.mark.parametrize("data", [1.0, np.ones(2)], ids=str)
def test_a_gradient_of_any_kind_is_drawn(data, grad):
    value = Number(data, "a")
    value.grad = grad
    minidom.parseString(draw(value).svg)


def test_whole_numbers_can_be_predicted():
    y = product(Number, a=3, b=5, partials=(5, 3))
    words = predict(y).check("a", "5")
    assert words.startswith("right")


class Bare:
    """A leaf that has only what is asked for."""

    data, op, operands = 2.0, None, ()


def test_what_a_value_may_lack_is_not_missed():
    leaf = Bare()
    assert "2" in repr(draw(leaf))
    y = Number(4.0, "y", "+", (leaf, leaf), (1.0, 1.0))
    assert "1 + 1 = 2" in played(step_through(y)) and predict(y) and compare_orders(y)
    assert played(show_paths(y, leaf)) and played(two_sweeps(y, {leaf: 1.0}))
    with pytest.raises(TypeError, match="a Missing has no op and no operands"):
        draw(type("Missing", (), {"data": 1.0})())
