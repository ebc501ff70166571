"""The account of a backward pass: what is known after each step, and who still owes what."""

import pytest
from graphs import build, is_tame, programs
from hypothesis import assume, given, settings

from autograd_lesson import Value, total
from autograd_lesson.pictures.graph import Edge, accounts, graph_of, names


class Mine:
    """The least that a learner's own class has: no gradients, no labels, ops as strings."""

    def __init__(self, data, op=None, operands=(), partials=()):
        self.data, self.op, self.operands, self.partials = data, op, operands, partials

    def __mul__(self, other):
        return Mine(self.data * other.data, "*", (self, other), (other.data, self.data))

    def __add__(self, other):
        return Mine(self.data + other.data, "+", (self, other), (1.0, 1.0))


def lesson_graph():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    return a, b, c, d, (c * d).named("e")


def test_operands_come_before_results_and_every_value_once():
    a, b, c, d, e = lesson_graph()
    nodes, _ = graph_of(e)
    assert nodes == [a, b, c, d, e]


def test_every_use_of_an_operand_is_an_edge_in_order_and_with_repeats():
    x = Value(3.0)
    y = x * x
    z = y - x
    assert graph_of(z)[1] == [Edge(x, y, 0), Edge(x, y, 1), Edge(y, z, 0), Edge(x, z, 1)]


@pytest.mark.slow
def test_a_chain_of_50_000_is_traced_without_recursion():
    value = Value(1.0)
    for _ in range(50_000):
        value = -value
    assert len(graph_of(value)[0]) == 50_001


def test_the_account_of_the_lesson_graph_by_hand():
    a, b, c, d, e = lesson_graph()
    account = list(accounts(e))
    assert len(account) == 8
    assert account[0].gradient == {} and account[1].gradient == {e: 1.0}
    crossed = [(k.step.result.label, k.step.operand.label) for k in account[2:]]
    assert crossed == [("e", "c"), ("e", "d"), ("d", "c"), ("d", "a"), ("c", "a"), ("c", "b")]
    assert account[-1].gradient == {e: 1.0, c: 20.0, d: 5.0, a: 45.0, b: 20.0}
    assert account[-1].received(a) == [25.0, 20.0]
    assert account[5].owed[a] == (Edge(a, c, 0),)  # 25 is there, 20 is to come
    assert not account[5].is_complete(a) and account[6].is_complete(a)
    assert account[0].owed[c] == (Edge(c, e, 0), Edge(c, d, 0))  # in order of arrival


@given(programs())
@settings(max_examples=60)
def test_the_last_account_has_the_bits_of_backward(program):
    leaves, instructions = program
    root = build([Value(x) for x in leaves], instructions)
    assume(is_tame(root))
    *_, last = accounts(root)
    root.backward()
    assert {value: value.grad for value in last.gradient} == last.gradient


@given(programs())
@settings(max_examples=60)
def test_a_result_passes_on_only_a_complete_gradient(program):
    leaves, instructions = program
    root = build([Value(x) for x in leaves], instructions)
    for known in accounts(root):
        if known.step:
            assert known.is_complete(known.step.result)
            assert known.gradient[known.step.result] == known.step.upstream


@given(programs())
@settings(max_examples=60)
def test_every_step_pays_one_debt_and_in_the_end_none_is_left(program):
    leaves, instructions = program
    root = build([Value(x) for x in leaves], instructions)
    account = list(accounts(root))
    debts = [sum(map(len, known.owed.values())) for known in account]
    assert debts == [debts[0], *range(debts[0], -1, -1)]
    assert debts[0] == len(graph_of(root)[1])


def test_earlier_accounts_stay_as_they_were():
    *_, e = lesson_graph()
    one_by_one = [dict(known.gradient) for known in accounts(e)]
    assert one_by_one == [known.gradient for known in list(accounts(e))]


def test_no_grad_is_changed():
    *values, e = lesson_graph()
    values[0].grad = 7.0
    list(accounts(e))
    assert [value.grad for value in (*values, e)] == [7.0, 0.0, 0.0, 0.0, 0.0]


def test_a_class_of_the_learners_own_is_accounted_for():
    x = Mine(3.0)
    y = x * x + x
    *_, last = accounts(y)
    assert last.gradient[x] == 2 * 3.0 + 1.0


def test_values_have_names_that_tell_them_apart():
    x, twin, unnamed = Value(1.0, label="x"), Value(2.0, label="x"), Value(3.0)
    y = total([x, twin, unnamed])
    assert list(names(graph_of(y)[0]).values()) == ["x #1", "x #2", "v2", "v3"]


def test_a_name_is_on_one_line_and_can_be_printed():
    x = Value(1.0, label="a\nb\x00")
    assert names([x])[x] == r"a\nb\x00"


def test_what_is_no_value_is_refused_with_the_next_move():
    with pytest.raises(TypeError, match="a list of 2 has no data.*pass one result"):
        graph_of([Value(1.0), Value(2.0)])


def test_an_operand_that_is_a_bare_number_is_refused():
    with pytest.raises(TypeError, match="a float has no .*put it in a Value first"):
        graph_of(Mine(6.0, "*", (Mine(3.0), 2.0), (2.0, 3.0)))


def test_operands_in_a_set_are_refused():
    x = Mine(3.0)
    with pytest.raises(TypeError, match="a set; keep them in a tuple"):
        graph_of(Mine(6.0, "+", {x}, (1.0, 1.0)))


def test_a_class_whose_values_are_equal_by_data_is_refused():
    class Equal(Mine):
        def __eq__(self, other):
            return self.data == other.data

    with pytest.raises(TypeError, match="__eq__ without __hash__; remove __eq__"):
        graph_of(Equal(1.0))


def test_a_result_without_its_partials_is_refused_where_gradients_are_asked_for():
    y = Mine(6.0, "*", (Mine(3.0), Mine(2.0)), (2.0,))
    graph_of(y)
    with pytest.raises(ValueError, match="2 operands and 1 partials; store one local derivative"):
        list(accounts(y))
