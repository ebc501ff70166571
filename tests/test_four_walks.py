"""The four walks of `compare_orders`: each does what its name says, and the verdict is measured."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given

from autograd_lesson import Value
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.widgets import compare_orders
from autograd_lesson.widgets.graphs.four_walks import MOST_VISITS, ORDERS, walks
from tests.graphs import build, is_tame, programs

RECURSION, BREADTH_FIRST, OPERANDS_FIRST, RESULTS_FIRST = (order.name for order in ORDERS)


@pytest.fixture
def graph():
    """The graph of the lesson, its values by name."""
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    e = (c * d).named("e")
    return SimpleNamespace(a=a, b=b, c=c, d=d, e=e)


@pytest.fixture
def four_times():
    """c = b + b, b = a + a."""
    a = Value(1.0, label="a")
    b = (a + a).named("b")
    return (b + b).named("c")


def found_by(visits):
    """The last gradients of a walk, by label."""
    return {value.label: gradient for value, gradient in visits[-1].gradient.items()}


def visited(visits):
    return " ".join(visit.value.label for visit in visits)


def last_lines(player):
    return dict(player.frames[-1]["lines"])


# The walks


def test_the_four_orders_of_the_lesson_graph(graph):
    assert {name: visited(visits) for name, visits in walks(graph.e).items()} == {
        RECURSION: "e c a b d c a b a",
        BREADTH_FIRST: "e c d a b",
        OPERANDS_FIRST: "a b c d e",
        RESULTS_FIRST: "e d c b a",
    }


def test_recursion_gives_8_where_4_is_right(four_times):
    visits = walks(four_times)[RECURSION]
    assert visited(visits) == "c b a a b a a"
    assert found_by(visits) == {"a": 8.0, "b": 2.0, "c": 1.0}


def test_recursion_is_what_a_function_that_calls_itself_does(graph):
    order = []

    def recurse(value):
        order.append(value.label)
        for operand, partial in zip(value.operands, value.partials, strict=True):
            operand.grad += value.grad * partial
        for operand in value.operands:
            recurse(operand)

    graph.e.grad = 1.0
    recurse(graph.e)
    visits = walks(graph.e)[RECURSION]
    assert visited(visits) == " ".join(order)
    assert found_by(visits) == {name: value.grad for name, value in vars(graph).items()}


def test_breadth_first_loses_the_path_that_the_first_notes_lost(graph):
    visits = walks(graph.e)[BREADTH_FIRST]
    assert found_by(visits) == {"a": 35.0, "b": 10.0, "c": 20.0, "d": 5.0, "e": 1.0}


def test_breadth_first_is_right_with_the_factors_the_other_way_round(graph):
    swapped = graph.d * graph.c
    assert found_by(walks(swapped)[BREADTH_FIRST])["a"] == 45.0


def test_operands_first_passes_on_before_anything_has_come(graph):
    visits = walks(graph.e)[OPERANDS_FIRST]
    assert [visit.passed for visit in visits] == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert found_by(visits) == {"a": 0.0, "b": 0.0, "c": 10.0, "d": 5.0, "e": 1.0}


def test_a_visit_counts_how_often_its_value_was_visited(four_times):
    visits = walks(four_times)[RECURSION]
    assert [visit.times for visit in visits] == [1, 1, 1, 2, 2, 3, 4]


@given(programs())
def test_results_first_agrees_with_central_differences(program):
    leaves, instructions = program
    values = [Value(x) for x in leaves]
    root = Value.of(build(values, instructions))
    try:
        visits = walks(root)[RESULTS_FIRST]
    except ValueError:
        return  # too many paths for a picture
    if not is_tame(root):
        return
    slopes = numerical_gradient(lambda *xs: build([Value(x) for x in xs], instructions), leaves)
    for value, slope in zip(values, slopes, strict=True):
        assert visits[-1].gradient.get(value, 0.0) == pytest.approx(slope, rel=1e-5, abs=1e-5)


def test_no_grad_is_changed(graph):
    graph.c.grad = 7.0
    compare_orders(graph.e)
    assert [value.grad for value in vars(graph).values()] == [0.0, 0.0, 7.0, 0.0, 0.0]


# The player


def test_there_is_a_step_before_one_for_each_visit_of_the_longest_walk_and_a_verdict(graph):
    assert len(compare_orders(graph.e).frames) == 1 + 9 + 1


def test_the_end_says_who_is_wrong_and_how_often_each_was_visited(graph):
    player = compare_orders(graph.e)
    assert player.frames[-1]["title"] == "the end: 3 of 4 walks are wrong"
    assert last_lines(player) == {
        RECURSION: "9 visits (a 3, c 2, b 2); wrong at a and b",
        BREADTH_FIRST: "5 visits; wrong at a and b",
        OPERANDS_FIRST: "5 visits; wrong at a, b and c",
        RESULTS_FIRST: "5 visits; all right",
    }


def test_a_chain_lets_every_walk_but_one_be_right():
    x = Value(2.0, label="x")
    lines = last_lines(compare_orders((x * 3.0).named("y") * 5.0))
    assert [name for name, words in lines.items() if "wrong" in words] == [OPERANDS_FIRST]


def cell(player, step, name, label):
    """The two lines of one cell of the table, as the picture shows them at a step."""
    picture = player.at(step).picture()
    place = [order.name for order in ORDERS].index(name)
    row = re.findall(r'class="row-name"[^>]*>([^<]*)<', picture).index(label)
    return [
        re.search(rf'id="o{place}-{row}-{part}"[^>]*?(?:/>|>([^<]*)<)', picture)[1] or ""
        for part in ("grad", "note")
    ]


def test_the_table_holds_the_gradient_and_what_happens_to_it(graph):
    player = compare_orders(graph.e)
    assert cell(player, 0, RESULTS_FIRST, "e") == ["1", ""]
    assert cell(player, 2, BREADTH_FIRST, "c") == ["10", "passes on 10"]
    assert cell(player, 3, BREADTH_FIRST, "c") == ["20", "visited"]
    assert cell(player, 6, RECURSION, "c") == ["20", "passes on 20 (visit 2)"]
    assert cell(player, 10, BREADTH_FIRST, "a") == ["35", "wrong: not 45"]
    assert cell(player, 10, RESULTS_FIRST, "a") == ["45", "visited"]


def test_what_is_wrong_is_marked_by_words_and_not_by_colour_alone(graph):
    picture = compare_orders(graph.e).at(10).picture()
    assert picture.count('class="cell wrong"') == picture.count("wrong: not") == 7


def test_it_walks_a_learners_own_class():
    class Mine:
        def __init__(self, data, label, operands=(), partials=()):
            self.data, self.label, self.grad = data, label, 0.0
            self.op, self.operands, self.partials = "*" if operands else "", operands, partials

    x = Mine(3.0, "x")
    player = compare_orders(Mine(9.0, "y", (x, x), (3.0, 3.0)))
    assert "x is a leaf (visit 2)" in player.text(all=True)


def test_a_result_without_partials_is_refused_with_the_next_move(graph):
    graph.e.partials = ()
    with pytest.raises(ValueError, match="one local derivative per operand"):
        compare_orders(graph.e)


def test_a_graph_of_too_many_paths_is_refused():
    x = Value(1.0)
    for _ in range(8):
        x = x + x
    with pytest.raises(ValueError, match=f"more than {MOST_VISITS} visits .* a smaller one"):
        compare_orders(x)
