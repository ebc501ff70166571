"""The engine diff: it stands at the first value that differs, and says what both engines hold."""

import re

import pytest
from hypothesis import given

from autograd_lesson import Value, topological_order
from autograd_lesson.pictures.graph import accounts
from autograd_lesson.widgets import engine_diff
from autograd_lesson.widgets.graphs.engine_diff import contribution
from tests.graphs import build as run_program
from tests.graphs import programs


class Mine:
    """A small engine of somebody's own, right until a subclass breaks a part of it."""

    def __init__(self, data, label="", op="", operands=(), partials=()):
        self.data, self.grad, self.label = data, 0.0, label
        self.op, self.operands, self.partials = op, operands, partials

    def made(self, data, op, operands, partials):
        return type(self)(data, "", op, operands, partials)

    def named(self, label):
        self.label = label
        return self

    def __add__(self, other):
        return self.made(self.data + other.data, "+", (self, other), (1.0, 1.0))

    def __sub__(self, other):
        return self.made(self.data - other.data, "-", (self, other), (1.0, -1.0))

    def __mul__(self, other):
        partials = (other.data, self.data)
        return self.made(self.data * other.data, "*", (self, other), partials)

    def backward(self):
        self.grad += 1.0
        for result in reversed(topological_order(self)):
            for operand, partial in zip(result.operands, result.partials, strict=True):
                self.collect(operand, result.grad * partial)

    def collect(self, operand, amount):
        operand.grad += amount


def lesson_graph(engine):
    a, b = engine(2.0, label="a"), engine(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    return (c * d).named("e")


def end(player):
    """The title of the last frame and its lines by their first word."""
    frame = player.frames[-1]
    assert player.step == len(player.frames) - 1
    return frame["title"], dict(frame["lines"])


def broken(**parts):
    """A Mine with some of its parts replaced."""
    return type("Broken", (Mine,), parts)


# Nothing differs


def test_two_right_engines_agree_and_the_end_counts_what_was_compared():
    player = engine_diff(lesson_graph, Mine)
    assert len(player.frames) == 5 + 5 + 1
    assert end(player) == (
        "nothing differs on this graph",
        {"compared": "5 values and 6 contributions, all the same"},
    )
    assert "DIFFERS" not in player.text(all=True)


@pytest.mark.slow
@given(programs(max_size=6))
def test_an_engine_agrees_with_itself_on_every_graph(program):
    leaves, instructions = program

    def build(engine):
        values = [engine(x, label=f"x{i}") for i, x in enumerate(leaves)]
        return Value.of(run_program(values, instructions))

    assert end(engine_diff(build, Value))[0] == "nothing differs on this graph"


def test_values_go_forward_in_topological_order_and_back_against_it():
    titles = [frame["title"] for frame in engine_diff(lesson_graph, Mine).frames[:-1]]
    assert " ".join(title.partition(":")[0] for title in titles) == (
        "a.data b.data c.data d.data e.data e.grad d.grad c.grad b.grad a.grad"
    )


def test_the_contributions_are_those_of_the_account():
    root = lesson_graph(Value)
    root.backward()
    for edge, amount in list(accounts(root))[-1].crossed.items():
        assert contribution(edge.result, edge.index)[0] == amount


def test_a_graph_that_was_walked_before_is_compared_as_it_stands():
    def twice(engine):
        root = lesson_graph(engine)
        root.backward()
        return root

    text = engine_diff(twice, Value).text(all=True)
    assert "a.grad: both 90" in text and "nothing differs" in text


# Something differs


def test_a_gradient_that_was_overwritten_stands_beside_the_right_one():
    def assigns(self, operand, amount):
        operand.grad = amount

    player = engine_diff(lesson_graph, broken(collect=assigns))
    assert len(player.frames) == 5 + 3  # e, d, c: a and b are not reached
    title, lines = end(player)
    assert title == "c is the first value that differs: in its gradient"
    assert lines == {
        "from e": "right 1 × 10 = 10, broken 1 × 10 = 10: same",
        "from d": "right 5 × 2 = 10, broken 5 × 2 = 10: same",
        "grad": "right 20, broken 10: DIFFERS",
        "look at": "what backward() adds up, and when: by the partials every contribution is right",
    }


def test_a_wrong_partial_is_named_and_its_contribution_marked_by_a_word():
    def times(self, other):
        return self.made(self.data * other.data, "*", (self, other), (other.data, other.data))

    title, lines = end(engine_diff(lesson_graph, broken(__mul__=times)))
    assert title == "d is the first value that differs: in its gradient"
    assert lines["from e"] == "right 1 × 5 = 5, broken 1 × 10 = 10: DIFFERS"
    assert lines["look at"] == "the partial de/dd"


def test_a_wrong_contribution_is_a_difference_even_where_the_gradient_is_right():
    def minus(self, other):
        return self.made(self.data - other.data, "-", (self, other), (-1.0, 1.0))

    def build(engine):
        x = engine(2.0, label="x")
        return (x - x).named("y")

    title, lines = end(engine_diff(build, broken(__sub__=minus)))
    assert title == "x is the first value that differs: in its contributions"
    assert lines["grad"] == "right 0, broken 0: same"


def test_a_missing_partial_is_said_to_be_missing():
    def times(self, other):
        return self.made(self.data * other.data, "*", (self, other), (other.data,))

    one = broken(__mul__=times, backward=lambda self: setattr(self, "grad", 1.0))
    assert "broken no partial: DIFFERS" in engine_diff(lesson_graph, one).text()


def test_a_wrong_seed_is_looked_for_where_backward_starts():
    title, lines = end(engine_diff(lesson_graph, broken(backward=lambda self: None)))
    assert title == "e is the first value that differs: in its gradient"
    assert lines["look at"] == "what backward() starts with"


def test_wrong_data_is_found_on_the_way_forward():
    def times(self, other):
        return self.made(self.data + other.data, "*", (self, other), (other.data, self.data))

    title, lines = end(engine_diff(lesson_graph, broken(__mul__=times)))
    assert title == "d is the first value that differs: in its data"
    assert lines["data"] == "right 10, broken 7: DIFFERS"
    assert lines["look at"] == "the op *: its operands (c, a) are the same in both"


def test_a_difference_below_the_digits_shown_is_given():
    def plus(self, other):
        return self.made(self.data + other.data + 1e-6, "+", (self, other), (1.0, 1.0))

    assert end(engine_diff(lesson_graph, broken(__add__=plus)))[1]["data"] == (
        "right 5, broken 5: DIFFERS by 1e-06"
    )


def test_a_gradient_left_over_from_another_root_is_the_difference():
    def build(engine):
        x = engine(3.0, label="x")
        y = (x * x).named("y")
        (y * engine(2.0, label="k")).backward()
        return (y * engine(6.0, label="m")).named("z")

    def in_one_go(self):  # an engine that keeps the passes apart
        gradient = {self: 1.0}
        for result in reversed(topological_order(self)):
            for operand, partial in zip(result.operands, result.partials, strict=True):
                gradient[operand] = gradient.get(operand, 0.0) + gradient[result] * partial
        for value, amount in gradient.items():
            value.grad += amount

    title, lines = end(engine_diff(build, Mine))
    assert title == "x is the first value that differs: in its gradient"
    assert lines["grad"] == "right 48, broken 60: DIFFERS"
    assert end(engine_diff(build, broken(backward=in_one_go)))[0].startswith("nothing differs")


# Graphs of different shapes


@pytest.mark.parametrize(
    ("keep", "found"),
    [
        (lambda operands: tuple(dict.fromkeys(operands)), "a"),
        (set, "a set of a"),
        (lambda operands: operands[:0], "none"),
        (lambda operands: (Mine(2.0, "a"), operands[1]), "another value, a"),
    ],
)
def test_operands_that_were_lost_are_the_difference(keep, found):
    def plus(self, other):
        return self.made(self.data + other.data, "+", keep((self, other)), (1.0, 1.0))

    def build(engine):
        a = engine(2.0, label="a")
        return (a + a).named("b") * a

    title, lines = end(engine_diff(build, broken(__add__=plus)))
    assert title == "b is the first value that differs: in its operands"
    assert lines["operands, right"] == "a, a"
    assert lines["operands, broken"] == f"{found}: DIFFERS"


def test_operands_that_have_changed_places_are_the_difference():
    def minus(self, other):
        return self.made(self.data - other.data, "-", (other, self), (-1.0, 1.0))

    def build(engine):
        return (engine(2.0, label="a") - engine(3.0, label="b")).named("c")

    title, lines = end(engine_diff(build, broken(__sub__=minus)))
    assert title == "c is the first value that differs: in its operands"
    assert lines["operands, broken"] == "b, a: DIFFERS"


def test_two_leaves_of_one_label_are_kept_apart():
    def build(engine):
        return engine(2.0, label="x") * engine(3.0, label="x")

    assert end(engine_diff(build, Mine))[0] == "nothing differs on this graph"


def test_what_is_no_value_at_all_has_no_data():
    title, lines = end(engine_diff(lambda e: e(2.0) if e is Value else None, Mine))
    assert title == "v0 is the first value that differs: in its data"
    assert lines["data"] == "right 2, broken None: DIFFERS"


# A broken engine that raises


def test_an_exception_while_building_stands_in_the_frame():
    def build(engine):
        return 2.0 * engine(3.0, label="x")

    title, lines = end(engine_diff(build, Mine))
    assert title == "the broken engine raises while it builds the graph"
    assert lines["broken"].startswith("TypeError: unsupported operand type(s) for *")


def test_an_exception_on_the_way_back_stands_after_the_forward_frames():
    def backward(self):
        raise KeyError("c")

    player = engine_diff(lesson_graph, broken(backward=backward))
    assert len(player.frames) == 5 + 1
    assert end(player)[0] == "the broken engine raises in backward()"
    assert end(player)[1]["broken"] == "KeyError: 'c'"


def test_an_exception_of_the_right_engine_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        engine_diff(lambda engine: engine(1.0) / engine(0.0), Mine)


# The picture


def test_what_differs_is_marked_by_words_and_not_by_colour_alone():
    player = engine_diff(lesson_graph, broken(backward=lambda self: None))
    picture = player.picture()
    assert picture.count('class="value differs"') == 1
    assert re.findall(r">(differs: [^<]*)<", picture) == ["differs: 0"]


def test_the_notes_of_the_way_forward_are_gone_on_the_way_back():
    player = engine_diff(lesson_graph, Mine)
    notes = [re.findall(r'-note"[^>]*>([^<]+)<', player.at(step).picture()) for step in (4, 5)]
    assert notes == [["both 2", "both 3", "both 5", "both 10", "both 50"], ["both 1"]]
