"""The backward pass by hand: legal orders end in the engine's gradients, others are refused."""

import json
import re
from itertools import permutations

import pytest
import traitlets

from autograd_lesson import Value
from autograd_lesson.widgets import step_by_hand


def lesson_graph():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    return (c * d).named("e")


def test_a_value_that_is_still_owed_something_is_refused_with_who_owes():
    widget = step_by_hand(lesson_graph())
    assert widget.process("c") == (
        "Not yet: c is still owed 2 contributions (from d and e), so its gradient is not complete."
    )
    widget.process("e")
    assert widget.process("c").startswith("Not yet: c is still owed 1 contribution (from d)")
    assert widget.chosen == [4]


def test_a_leaf_and_a_value_that_is_done_are_refused():
    widget = step_by_hand(lesson_graph())
    assert widget.process("a").startswith("a was not computed from anything")
    widget.process("e")
    assert widget.process("e") == "e has passed its gradient on already."


def test_an_unknown_name_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="no value is called 'z'; choose from a, b, c, d and e"):
        step_by_hand(lesson_graph()).process("z")


def test_only_topological_orders_can_be_played_to_the_end():
    played = []
    for order in permutations("cde"):
        widget = step_by_hand(lesson_graph())
        for name in order:
            widget.process(name)
        if len(widget.chosen) == 3:
            played.append("".join(order))
    assert played == ["edc"]


def test_the_sums_are_spelled_out_in_order_of_arrival():
    widget = step_by_hand(lesson_graph())
    assert widget.process("e") == "e passes on 10 to c and 5 to d"
    assert "c.grad: 10 + ?; waits for d" in widget.text()
    widget.process("d")
    widget.process("c")
    assert "a.grad: 25 + 20 = 45" in widget.text()
    assert repr(widget) == "Backward pass from e, by hand: 3 of 3 results processed"


def test_either_side_of_a_diamond_may_go_first():
    a = Value(3.0, "a")
    left, right = (a * 2.0).named("l"), (a * -5.0).named("r")
    root = (left + right).named("s")
    for order in ("slr", "srl"):
        widget = step_by_hand(root)
        for name in order:
            assert "Not yet" not in widget.process(name)
        total = "2 - 5 = -3" if order == "slr" else "-5 + 2 = -3"
        assert f"a.grad: {total}" in widget.text()


def test_a_value_used_twice_owes_both_contributions_at_once():
    x = Value(3.0, "x")
    widget = step_by_hand((x * x).named("y"))
    assert widget.process("y") == "y passes on 3 to x and 3 to x"
    assert "x.grad: 3 + 3 = 6" in widget.text()


def test_an_illegal_order_set_from_python_is_refused():
    widget = step_by_hand(lesson_graph())
    with pytest.raises(traitlets.TraitError, match="Not yet: c"):
        widget.chosen = [2]


def test_no_gradient_of_the_values_changes():
    root = lesson_graph()
    step_by_hand(root).process("e")
    assert root.grad == 0.0 and root.operands[0].grad == 0.0


def test_the_stored_forms_say_the_same_and_show_the_state():
    widget = step_by_hand(lesson_graph())
    widget.process("e")
    bundle = widget._repr_mimebundle_()[0]
    assert bundle["text/plain"].startswith("Backward pass from e, by hand\ne passes on 10 to c")
    assert "+10" in bundle["image/svg+xml"]
    data = re.search(r'start\("\w+",(.*?),renderByHand\);}</script>', bundle["text/html"], re.S)
    assert json.loads(data[1])["chosen"] == [4]
