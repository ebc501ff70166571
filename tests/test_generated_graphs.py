"""Graphs to practise on: small, whole, and worth a second look; and the widget that asks."""

import re

import pytest

from autograd_lesson import Value, topological_order
from autograd_lesson.checks.e02_graphs_and_chain_rule import CODE_EDGES, FIGURE_EDGES
from autograd_lesson.teaching.generated_graphs import (
    LARGEST,
    as_code,
    generated_graph,
    misdrawn_graph,
)
from autograd_lesson.widgets.graphs.practise import practise

SEEDS = range(30)


def paths_to(root, value) -> int:
    """How many paths lead from `value` to `root`, counted one by one."""
    if root is value:
        return 1
    return sum(paths_to(operand, value) for operand in root.operands)


@pytest.mark.parametrize("results", [3, 4, 5])
def test_a_practice_graph_can_be_done_in_the_head(results):
    for seed in SEEDS:
        root = generated_graph(seed, results)
        root.backward()
        values = topological_order(root)
        for value in values:
            for number in (value.data, value.grad):
                assert number == int(number) and 1 <= abs(number) <= LARGEST
        assert sum(bool(value.operands) for value in values) == results
        assert 2 <= max(paths_to(root, value) for value in values) <= 4
        assert {"*"} < {value.op.symbol for value in values if value.operands}
        assert sorted(value.label for value in values) == list("abcdefg")[: results + 2]


def test_the_same_seed_gives_the_same_graph_and_others_differ():
    assert as_code(generated_graph(1)) == as_code(generated_graph(1))
    assert len({as_code(generated_graph(seed)) for seed in SEEDS}) > 20


def test_the_code_of_a_graph_computes_its_root():
    for seed in SEEDS:
        root, names = generated_graph(seed, 4), {}
        exec(as_code(root), {}, names)
        assert names[root.label] == root.data


def test_another_number_of_results_is_refused():
    with pytest.raises(ValueError, match="a practice graph has 3, 4 or 5 results, not 9"):
        generated_graph(1, 9)


def test_the_misdrawn_graph_has_the_edges_that_the_check_compares_with():
    values = topological_order(misdrawn_graph())
    edges = {(operand.label, value.label) for value in values for operand in value.operands}
    assert edges == FIGURE_EDGES
    assert [value.label for value in values].count("a") == 2
    assert {value.label: value.data for value in values} == dict(a=2, b=3, c=5, d=10, e=50)


def test_the_edges_of_the_code_are_those_of_the_code():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    e = (c * d).named("e")
    values = topological_order(e)
    assert {(o.label, v.label) for v in values for o in v.operands} == CODE_EDGES


# The widget


@pytest.fixture
def three():
    return practise(generated_graph(seed) for seed in (1, 2, 3))


def test_the_words_hide_the_gradients_until_they_are_asked_for(three):
    assert three.text().count("= ?") == 12
    assert "?" not in three.text(reveal=True)
    assert "Graph 3. Gradients of e to predict" in three.text()


def test_the_stored_form_has_a_picture_and_folded_answers_for_each_graph(three):
    bundle = three._repr_mimebundle_()
    titles = re.findall(r"<p>(Graph \d)</p>", bundle["text/html"])
    assert titles == ["Graph 1", "Graph 2", "Graph 3"] and bundle["text/html"].count("<img") == 3
    questions = sum(len(prediction.questions) for prediction in three.predictions)
    assert bundle["text/html"].count("<details>") == questions
    assert "The gradient of a is" in bundle["text/html"].partition("<details>")[2]
    assert bundle["text/plain"] == three.text()
    assert "0x" not in repr(three)


def test_no_graphs_are_refused():
    with pytest.raises(ValueError, match="practise got 0 graphs"):
        practise([])
