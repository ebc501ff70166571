"""Wrong answers to the checks of 05."""

import graphlib
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
from autograd_lesson.value import walk_back
from wrong_answers import from_results, from_slips, wrong_answer

# ---------------------------------------------------------------------------------------------
# E5.1, rung 1. Right is D G F B E A.


from_results(
    check_order_lines,
    lines_that_append_before_the_operands=("(pre-order)", list("DGFABE")),
    lines_that_insert_at_the_front=("the order of the backward walk", list("DGFBEC")),
    lines_that_never_note_what_was_seen=("one entry for each path", list("DGBEA")),
    lines_that_do_not_visit_the_operands=("the root depends on belongs in the list", list("DGFA")),
    lines_that_append_nothing=("The list is empty", list("DGFBE")),
    lines_with_return_in_the_loop=("before it: `if`", list("DFGBEA")),
    lines_with_visit_outside_the_loop=("before it: `for`", list("DGFBAE")),
    lines_with_an_if_and_nothing_below=("Python cannot read this", list("FBEAD")),
    lines_with_all_of_them=("one of the two is left over", list("DGFBEAC")),
    lines_as_a_dict=("A dict holds keys and values", dict(enumerate("DGFBEA"))),
    lines_that_ask_too_late=("visited anew each time", list("BEDGFA")),
    lines_in_full=("the letters alone", ["        if value in seen:"]),
    lines_with_one_twice=("only once", list("DGFBEAA")),
)


@wrong_answer(check_order_lines, says="Is a `return` missing?")
def lines_that_are_not_returned():
    list("DGFBEA")


# ---------------------------------------------------------------------------------------------
# E5.1, rung 2


@wrong_answer(check_topological_order, says="a call of `TopologicalSorter` of graphlib")
def order_of_pythons_own_library(root):
    operands = {value: value.operands for value in breadth_first(root)}
    return list(graphlib.TopologicalSorter(operands).static_order())


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


@wrong_answer(check_topological_order, says="one entry for each path", endless=True)
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


@wrong_answer(check_topological_order, says="looks through", endless=True)
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


@wrong_answer(check_topological_order, says="2**60 paths", endless=True)
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


from_slips(
    check_backward,
    stale_inner_grads="still held the gradient of an earlier pass",
    seed_is_the_data="begins at its own data",
    seed_of_two="twice what it should be",
    root_grad_overwritten="The root's grad was set",
    root_left_out="belongs in its grad as well",
    written_over="wrote over what others had brought",
    repeats_lost="was counted once",
    order_not_turned_round="from the operands to the root",
    walked_in_pre_order="(pre-order)",
    walked_breadth_first="(breadth-first)",
    partials_left_out="partials are left out",
    upstream_left_out="gradient of the result is left out",
    upstream_added="Each edge scales",
    data_for_partial="The operand's own data",
    grads_replaced="Each pass replaced",
    inner_grads_cleared="Only the leaves add up",
    leaves_only="Only leaves were given",
    never_delivered="Nothing arrived anywhere",
)


@wrong_answer(check_backward, says="Values with the same label")
def gradients_by_label(root):
    order = right_order(root)
    gradient = {root.label: 1.0}
    for result in reversed(order):
        for operand, partial in edges(result):
            so_far = gradient.get(operand.label, 0.0)
            gradient[operand.label] = so_far + gradient[result.label] * partial
    for value in order:
        value.grad += gradient[value.label]


@wrong_answer(check_backward, says="whose labels cannot tell the values apart")
def gradients_by_text(root):
    order = right_order(root)
    gradient = {repr(root): 1.0}
    for result in reversed(order):
        for operand, partial in edges(result):
            so_far = gradient.get(repr(operand), 0.0)
            gradient[repr(operand)] = so_far + gradient[repr(result)] * partial
    for value in order:
        value.grad += gradient[repr(value)]


@wrong_answer(check_backward, says="2**60 paths", endless=True)
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


@wrong_answer(check_zero_grad, says="because their labels are the same")
def one_value_cleared_for_each_label(root):
    for value in {value.label: value for value in right_order(root)}.values():
        value.grad = 0.0


@wrong_answer(check_zero_grad, says="2**60 paths", endless=True)
def every_path_cleared(root):
    stack = [root]
    while stack:
        value = stack.pop()
        value.grad = 0.0
        stack += value.operands


# ---------------------------------------------------------------------------------------------
# E5.4


from_results(
    check_diagnosis,
    diagnosis_of_a_as_overwriting=("Fault 1 shows", {"A": 1, "B": 4, "C": 5}),
    diagnosis_of_a_as_not_turned=("Fault 3 shows", {"A": 3, "B": 4, "C": 5}),
    diagnosis_of_b_as_order=("Fault 2 shows", {"A": 2, "B": 2, "C": 5}),
    diagnosis_of_c_as_repeats=("Fault 4 shows", {"A": 2, "B": 4, "C": 4}),
    diagnosis_of_c_as_seed=("Fault 6 shows", {"A": 2, "B": 4, "C": 6}),
    diagnosis_of_a_as_stale=("Fault 5 shows", {"A": 5, "B": 4, "C": 5}),
    diagnosis_with_a_fault_that_is_not_there=(
        "Each engine has one fault of the list",
        {"A": 7, "B": 4, "C": 5},
    ),
    diagnosis_as_a_list=("Nothing says which of these belongs to which name", [2, 4, 5]),
)


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


@wrong_answer(check_is_right, says="An `assert` ends the test")
def test_that_asserts(backward):
    assert gives_45(backward)
    assert gives_6(backward)
    assert gives_twice(backward)
    return True


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


from_results(
    check_predicted_grads,
    in_place_is_just_twice=(
        "What does it find in h.grad",
        PREDICTED | {"in place": {"h": 4, "x": 24}},
    ),
    in_place_forgets_the_first_pass=(
        "sends to x all that it finds",
        PREDICTED | {"in place": {"h": 4, "x": 48}},
    ),
    cleared_keeps_h=(
        "it is set to 0 before the second pass",
        PREDICTED | {"cleared": {"h": 4, "x": 24}},
    ),
    cleared_clears_x=(
        "Only what has operands is cleared",
        PREDICTED | {"cleared": {"h": 2, "x": 12}},
    ),
    the_pass_sends_old_gradients_too=(
        "keeps its own book",
        PREDICTED | {"of the pass": {"h": 4, "x": 36}},
    ),
    the_pass_replaces=("nothing sets it back", PREDICTED | {"of the pass": {"h": 2, "x": 12}}),
    a_policy_left_out=("There is no entry 'cleared'", {"in place": PREDICTED["in place"]}),
    a_prediction_left_open=("still open", PREDICTED | {"cleared": {"h": ..., "x": ...}}),
)


SEEN = set()


@wrong_answer(check_topological_order, says="The second, on the same graph, finds what the first")
def order_with_a_set_that_outlives_the_call(root):
    order, stack = [], [(root, False)]
    while stack:
        value, operands_are_done = stack.pop()
        if operands_are_done:
            order.append(value)
        elif value not in SEEN:
            SEEN.add(value)
            stack.append((value, True))
            stack += [(operand, False) for operand in reversed(value.operands)]
    return order


@wrong_answer(check_backward, says="a call of `walk_back` of the package")
def backward_by_the_walk_of_the_package(root):
    gradient = {root: 1.0}
    for _ in walk_back(root, gradient):
        pass
    for value, amount in gradient.items():
        value.grad += amount


@wrong_answer(check_zero_grad, says="a call of `zero_grad` of the package")
def zero_by_the_package(root):
    Value.zero_grad(root)


@wrong_answer(check_is_right, says="a call of `_getframe` of sys")
def test_that_looks_into_the_check(backward):
    return sys._getframe(1).f_code.co_name == "never"


from_results(
    check_diagnosis,
    diagnosis_in_pairs=("These are pairs of a name and an entry", [("A", 2), ("B", 4), ("C", 5)]),
    diagnosis_in_quotes=("A number stands without quotes", {"A": "2", "B": "4", "C": "5"}),
)


@wrong_answer(check_predicted_grads, says="take a pencil, and let the engine run later")
def grads_by_the_engine():
    x = Value(3.0)
    h = x * x
    (h * 2.0).backward()
    return {"in place": {"h": h.grad, "x": x.grad}}
