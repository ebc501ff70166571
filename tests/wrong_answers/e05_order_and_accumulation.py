"""Wrong answers to the checks of 05."""

import sys

from autograd_lesson import Value
from autograd_lesson.checks.e05_order_and_accumulation import (
    check_backward,
    check_diagnosis,
    check_is_right,
    check_order_lines,
    check_predicted_grads,
    check_topological_order,
    check_zero_grad,
)
from wrong_answers import wrong_answer

# ---------------------------------------------------------------------------------------------
# E5.1, rung 1. Right is D G F B E A.


@wrong_answer(check_order_lines, says="(pre-order)")
def lines_that_append_before_the_operands():
    return list("DGFABE")


@wrong_answer(check_order_lines, says="the order of the backward walk")
def lines_that_insert_at_the_front():
    return list("DGFBEC")


@wrong_answer(check_order_lines, says="one entry for each path")
def lines_that_never_note_what_was_seen():
    return list("DGBEA")


@wrong_answer(check_order_lines, says="the root depends on belongs in the list")
def lines_that_do_not_visit_the_operands():
    return list("DGFA")


@wrong_answer(check_order_lines, says="The list is empty")
def lines_that_append_nothing():
    return list("DGFBE")


@wrong_answer(check_order_lines, says="before it: `if`")
def lines_with_return_in_the_loop():
    return list("DFGBEA")


@wrong_answer(check_order_lines, says="before it: `for`")
def lines_with_visit_outside_the_loop():
    return list("DGFBAE")


@wrong_answer(check_order_lines, says="Python cannot read this")
def lines_with_an_if_and_nothing_below():
    return list("FBEAD")


@wrong_answer(check_order_lines, says="stands there 2 times")
def lines_with_all_of_them():
    return list("DGFBEAC")


@wrong_answer(check_order_lines, says="the letters alone")
def lines_in_full():
    return ["        if value in seen:"]


@wrong_answer(check_order_lines, says="only once")
def lines_with_one_twice():
    return list("DGFBEAA")


@wrong_answer(check_order_lines, says="Is a `return` missing?")
def lines_that_are_not_returned():
    list("DGFBEA")


# ---------------------------------------------------------------------------------------------
# E5.1, rung 2


@wrong_answer(check_topological_order, says="(pre-order).\n")
def pre_order(root):
    order, seen, stack = [], set(), [root]
    while stack:
        value = stack.pop()
        if value not in seen:
            seen.add(value)
            order.append(value)
            stack += value.operands
    return order


@wrong_answer(check_topological_order, says="(pre-order). Turning that round")
def pre_order_turned_round(root):
    return pre_order(root)[::-1]


@wrong_answer(check_topological_order, says="that is two steps away.\n")
def breadth_first(root):
    order = [root]
    seen = {root}
    for value in order:
        for operand in value.operands:
            if operand not in seen:
                seen.add(operand)
                order.append(operand)
    return order


@wrong_answer(check_topological_order, says="two steps away. Turning that round")
def breadth_first_turned_round(root):
    return breadth_first(root)[::-1]


def right_order(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack += [(operand, False) for operand in value.operands]
    return order


@wrong_answer(check_topological_order, says="the order of the backward walk")
def results_first(root):
    return right_order(root)[::-1]


@wrong_answer(check_topological_order, says="about a thousand")
def recursion(root):
    order, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for operand in value.operands:
                visit(operand)
            order.append(value)

    visit(root)
    return order


@wrong_answer(check_topological_order, says="The recursion limit was raised")
def recursion_with_a_raised_limit(root):
    sys.setrecursionlimit(200_000)
    return recursion(root)


@wrong_answer(check_topological_order, says="gave two orders")
def order_of_a_set(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack += [(operand, False) for operand in set(value.operands)]
    return order


@wrong_answer(check_topological_order, says="one entry for each path")
def every_path(root):
    order, stack = [], [(root, False)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        else:
            stack.append((value, True))
            stack += [(operand, False) for operand in reversed(value.operands)]
    return order


@wrong_answer(check_topological_order, says="looks through")
def a_list_asked_for_each_value(root):
    order, stack = [], [(root, False)]
    met = []
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif value not in met:
            met.append(value)
            stack.append((value, True))
            stack += [(operand, False) for operand in value.operands]
    return order


@wrong_answer(check_topological_order, says="2**60 paths")
def each_value_once_but_every_path_walked(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, done = stack.pop()
        if not done:
            stack.append((value, True))
            stack += [(operand, False) for operand in value.operands]
        elif value not in seen:
            seen.add(value)
            order.append(value)
    return order


@wrong_answer(check_topological_order, says="without operands belong")
def results_only(root):
    return [value for value in right_order(root) if value.operands]


@wrong_answer(check_topological_order, says="belongs at the end of the list")
def all_but_the_root(root):
    order = right_order(root)
    return order[:-1] if len(order) > 1 else order


@wrong_answer(check_topological_order, says="labels cannot tell")
def met_by_label(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif value.label not in seen:
            seen.add(value.label)
            stack.append((value, True))
            stack += [(operand, False) for operand in value.operands]
    return order


@wrong_answer(check_topological_order, says="holds the same number")
def met_by_data(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif value.data not in seen:
            seen.add(value.data)
            stack.append((value, True))
            stack += [(operand, False) for operand in value.operands]
    return order


@wrong_answer(check_topological_order, says="not their labels")
def labels_in_order(root):
    return [value.label for value in right_order(root)]


@wrong_answer(check_topological_order, says="gives up its values only once")
def a_generator(root):
    yield from right_order(root)


@wrong_answer(check_topological_order, says="is a `return` missing?")
def order_that_is_not_returned(root):
    right_order(root)


@wrong_answer(check_topological_order, says="lists and sets of your own")
def a_note_on_the_value_itself(root):
    root.visited = True
    return right_order(root)


@wrong_answer(check_topological_order, says="cannot be sorted")
def sorted_values(root):
    return sorted(right_order(root))


@wrong_answer(check_topological_order, says="The list is empty")
def an_empty_list(root):
    return []


# ---------------------------------------------------------------------------------------------
# E5.2


def edges(result):
    return list(zip(result.operands, result.partials, strict=True))


def deliver(gradient):
    for value, amount in gradient.items():
        value.grad += amount


def walk(root, order, seed=1.0):
    """Gradients by a right walk over an order that may be wrong."""
    gradient = dict.fromkeys(right_order(root), 0.0)
    gradient[root] = seed
    for result in order:
        for operand, partial in edges(result):
            gradient[operand] += gradient[result] * partial
    return gradient


@wrong_answer(check_backward, says="still held the gradient of an earlier pass")
def stale_inner_grads(root):
    root.grad = 1.0
    for result in reversed(right_order(root)):
        for operand, partial in edges(result):
            operand.grad += result.grad * partial


@wrong_answer(check_backward, says="twice what it should be")
def seed_of_two(root):
    deliver(walk(root, reversed(right_order(root)), seed=2.0))


@wrong_answer(check_backward, says="The root's grad was set")
def root_grad_overwritten(root):
    deliver(walk(root, reversed(right_order(root))))
    root.grad = 1.0


@wrong_answer(check_backward, says="belongs in its grad as well")
def root_left_out(root):
    gradient = walk(root, reversed(right_order(root)))
    del gradient[root]
    deliver(gradient)


@wrong_answer(check_backward, says="wrote over what others had brought")
def written_over(root):
    gradient = {root: 1.0}
    for result in reversed(right_order(root)):
        for operand, partial in edges(result):
            gradient[operand] = gradient[result] * partial
    deliver(gradient)


@wrong_answer(check_backward, says="was counted once")
def repeats_lost(root):
    gradient = {root: 1.0}
    for result in reversed(right_order(root)):
        for operand, partial in dict(edges(result)).items():
            gradient[operand] = gradient.get(operand, 0.0) + gradient[result] * partial
    deliver(gradient)


@wrong_answer(check_backward, says="from the operands to the root")
def order_not_turned_round(root):
    deliver(walk(root, right_order(root)))


@wrong_answer(check_backward, says="(pre-order)")
def walked_in_pre_order(root):
    deliver(walk(root, pre_order(root)))


@wrong_answer(check_backward, says="(breadth-first)")
def walked_breadth_first(root):
    deliver(walk(root, breadth_first(root)))


@wrong_answer(check_backward, says="partials are left out")
def partials_left_out(root):
    gradient = dict.fromkeys(right_order(root), 0.0)
    gradient[root] = 1.0
    for result in reversed(right_order(root)):
        for operand, _ in edges(result):
            gradient[operand] += gradient[result]
    deliver(gradient)


@wrong_answer(check_backward, says="gradient of the result is left out")
def upstream_left_out(root):
    gradient = dict.fromkeys(right_order(root), 0.0)
    gradient[root] = 1.0
    for result in reversed(right_order(root)):
        for operand, partial in edges(result):
            gradient[operand] += partial
    deliver(gradient)


@wrong_answer(check_backward, says="Each edge scales")
def upstream_added(root):
    gradient = dict.fromkeys(right_order(root), 0.0)
    gradient[root] = 1.0
    for result in reversed(right_order(root)):
        for operand, partial in edges(result):
            gradient[operand] += gradient[result] + partial
    deliver(gradient)


@wrong_answer(check_backward, says="The operand's own data")
def data_for_partial(root):
    gradient = dict.fromkeys(right_order(root), 0.0)
    gradient[root] = 1.0
    for result in reversed(right_order(root)):
        for operand in result.operands:
            gradient[operand] += gradient[result] * operand.data
    deliver(gradient)


@wrong_answer(check_backward, says="Each pass replaced")
def grads_replaced(root):
    for value, amount in walk(root, reversed(right_order(root))).items():
        value.grad = amount


@wrong_answer(check_backward, says="Only the leaves add up")
def inner_grads_cleared(root):
    order = right_order(root)
    for value in order:
        if value.operands:
            value.grad = 0.0
    root.grad = root.grad + 1.0
    for result in reversed(order):
        for operand, partial in edges(result):
            operand.grad += result.grad * partial


@wrong_answer(check_backward, says="Only leaves were given")
def leaves_only(root):
    for value, amount in walk(root, reversed(right_order(root))).items():
        if not value.operands:
            value.grad += amount


@wrong_answer(check_backward, says="Nothing arrived anywhere")
def never_delivered(root):
    return walk(root, reversed(right_order(root)))


@wrong_answer(check_backward, says="2**60 paths")
def every_path_sent_on(root):
    stack = [(root, 1.0)]
    while stack:
        value, amount = stack.pop()
        value.grad += amount
        stack += [(operand, amount * partial) for operand, partial in edges(value)]


@wrong_answer(check_backward, says="it is what you are writing")
def call_of_the_method(root):
    root.backward()


@wrong_answer(check_backward, says="before anything was put there")
def no_beginning_at_zero(root):
    gradient = {root: 1.0}
    for result in reversed(right_order(root)):
        for operand, partial in edges(result):
            gradient[operand] += gradient[result] * partial
    deliver(gradient)


@wrong_answer(check_backward, says="no longer what they were")
def graph_taken_apart(root):
    order = right_order(root)
    deliver(walk(root, reversed(order)))
    for value in order:
        value.operands = ()


@wrong_answer(check_backward, says="is no number any more")
def grads_of_none(root):
    for value in right_order(root):
        value.grad = None


# ---------------------------------------------------------------------------------------------
# E5.3


@wrong_answer(check_zero_grad, says="inner values of this graph would show")
def only_leaves_cleared(root):
    for value in right_order(root):
        if not value.operands:
            value.grad = 0.0


@wrong_answer(check_zero_grad, says="Leaves outlive the graph")
def only_inner_values_cleared(root):
    for value in right_order(root):
        if value.operands or value is root:
            value.grad = 0.0


@wrong_answer(check_zero_grad, says="An input is a value like any other")
def input_not_cleared(root):
    for value in right_order(root):
        if value.label != "x":
            value.grad = 0.0


@wrong_answer(check_zero_grad, says="and nothing behind it")
def only_the_root_cleared(root):
    root.grad = 0.0


@wrong_answer(check_zero_grad, says="root included?")
def all_but_the_root_cleared(root):
    for value in right_order(root)[:-1]:
        value.grad = 0.0


@wrong_answer(check_zero_grad, says="None is no number")
def cleared_to_none(root):
    for value in right_order(root):
        value.grad = None


@wrong_answer(check_zero_grad, says="Only `.grad` is to be set to 0")
def data_cleared_as_well(root):
    for value in right_order(root):
        value.grad = value.data = 0.0


@wrong_answer(check_zero_grad, says="No grad was changed")
def nothing_cleared(root):
    for grad in [value.grad for value in right_order(root)]:
        grad = 0.0  # noqa: F841


@wrong_answer(check_zero_grad, says="2**60 paths")
def every_path_cleared(root):
    stack = [root]
    while stack:
        value = stack.pop()
        value.grad = 0.0
        stack += value.operands


# ---------------------------------------------------------------------------------------------
# E5.4


@wrong_answer(check_diagnosis, says="Fault 1 shows")
def diagnosis_of_a_as_overwriting():
    return {"A": 1, "B": 4, "C": 5}


@wrong_answer(check_diagnosis, says="Fault 3 shows")
def diagnosis_of_a_as_not_turned():
    return {"A": 3, "B": 4, "C": 5}


@wrong_answer(check_diagnosis, says="Fault 2 shows")
def diagnosis_of_b_as_order():
    return {"A": 2, "B": 2, "C": 5}


@wrong_answer(check_diagnosis, says="Fault 4 shows")
def diagnosis_of_c_as_repeats():
    return {"A": 2, "B": 4, "C": 4}


@wrong_answer(check_diagnosis, says="Fault 6 shows")
def diagnosis_of_c_as_seed():
    return {"A": 2, "B": 4, "C": 6}


@wrong_answer(check_diagnosis, says="Fault 5 shows")
def diagnosis_of_a_as_stale():
    return {"A": 5, "B": 4, "C": 5}


@wrong_answer(check_diagnosis, says="the number of a fault")
def diagnosis_with_a_fault_that_is_not_there():
    return {"A": 7, "B": 4, "C": 5}


@wrong_answer(check_diagnosis, says="a dict such as")
def diagnosis_as_a_list():
    return [2, 4, 5]


def gives_45(backward):
    a, b = Value(2.0), Value(3.0)
    c = a + b
    backward(c * (c * a))
    return a.grad == 45.0


def gives_6(backward):
    x = Value(3.0)
    backward(x * x)
    return x.grad == 6.0


def gives_twice(backward):
    a, b = Value(2.0), Value(3.0)
    c = a + b
    e = (c * a) * c
    backward(e)
    backward(e)
    return a.grad == 90.0


@wrong_answer(check_is_right, says="It accepts engine A")
def test_with_the_factors_the_lucky_way_round(backward):
    return gives_6(backward) and gives_twice(backward)


@wrong_answer(check_is_right, says="It accepts engine B")
def test_without_a_repeated_operand(backward):
    return gives_45(backward) and gives_twice(backward)


@wrong_answer(check_is_right, says="It accepts engine C")
def test_of_one_pass(backward):
    return gives_45(backward) and gives_6(backward)


@wrong_answer(check_is_right, says="refuses an engine that is right")
def test_that_expects_35(backward):
    a, b = Value(2.0), Value(3.0)
    c = a + b
    backward(c * (c * a))
    return a.grad == 35.0


@wrong_answer(check_is_right, says="the last digit of a sum may differ")
def test_of_floats_with_equals(backward):
    x = Value(0.1)
    backward(x * 0.1 + x * 0.9 + x * 0.8)
    right = 0.8 + 0.9 + 0.1  # in one order; in another the sum is 1.8 to the last digit
    return x.grad == right and gives_45(backward) and gives_6(backward) and gives_twice(backward)


@wrong_answer(check_is_right, says="is a `return` missing?")
def test_that_returns_nothing(backward):
    gives_45(backward)


# ---------------------------------------------------------------------------------------------
# E5.5

PREDICTED = {
    "in place": {"h": 4, "x": 36},
    "cleared": {"h": 2, "x": 24},
    "of the pass": {"h": 4, "x": 24},
}


@wrong_answer(check_predicted_grads, says="What does it find in h.grad")
def in_place_is_just_twice():
    return PREDICTED | {"in place": {"h": 4, "x": 24}}


@wrong_answer(check_predicted_grads, says="sends to x all that it finds")
def in_place_forgets_the_first_pass():
    return PREDICTED | {"in place": {"h": 4, "x": 48}}


@wrong_answer(check_predicted_grads, says="it is set to 0 before the second pass")
def cleared_keeps_h():
    return PREDICTED | {"cleared": {"h": 4, "x": 24}}


@wrong_answer(check_predicted_grads, says="Only what has operands is cleared")
def cleared_clears_x():
    return PREDICTED | {"cleared": {"h": 2, "x": 12}}


@wrong_answer(check_predicted_grads, says="keeps its own book")
def the_pass_sends_old_gradients_too():
    return PREDICTED | {"of the pass": {"h": 4, "x": 36}}


@wrong_answer(check_predicted_grads, says="nothing sets it back")
def the_pass_replaces():
    return PREDICTED | {"of the pass": {"h": 2, "x": 12}}


@wrong_answer(check_predicted_grads, says="has no 'h'")
def a_policy_left_out():
    return {"in place": PREDICTED["in place"]}


@wrong_answer(check_predicted_grads, says="still open")
def a_prediction_left_open():
    return PREDICTED | {"cleared": {"h": ..., "x": ...}}
