"""Wrong answers to the checks of 05."""

import graphlib
import sys
from operator import attrgetter

from autograd_lesson import Value, topological_order
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
from wrong_answers import from_results, from_slips, spoiled, wrong_answer

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


NOTE = "elif value not in seen:\n            seen.add(value)"
spoiled(
    check_topological_order,
    results_first=("the order of the backward walk", "return order", "return order[::-1]"),
    order_of_a_set=("gave two orders", "reversed(value.operands)", "set(value.operands)"),
    order_with_a_set_that_outlives_the_call=(
        "The second, on the same graph, finds what the first",
        "def topological_order",
        "seen = set()\ndef topological_order",
        "order, seen, stack = [], set(),",
        "order, stack = [],",
    ),
    results_only=("without operands belong", "order.append", "if value.operands: order.append"),
    all_but_the_root=(
        "belongs at the end of the list",
        "return order",
        "return order[:-1] or order",
    ),
    met_by_label=("labels cannot tell", NOTE, NOTE.replace("value", "value.label")),
    met_by_data=("holds the same number", NOTE, NOTE.replace("value", "value.data")),
    labels_in_order=("not their labels", "return order", "return [value.label for value in order]"),
    a_generator=("gives up its values only once", "return order", "yield from order"),
    order_that_is_not_returned=("is a `return` missing?", "return order", ""),
    a_note_on_the_value_itself=(
        "lists and sets of your own",
        "order, seen",
        "root.visited = True; order, seen",
    ),
    sorted_values=("cannot be sorted", "return order", "return sorted(order)"),
    an_empty_list=("The list is empty", "return order", "return []"),
)
spoiled(
    check_topological_order,
    endless=True,
    every_path=("one entry for each path", "elif value not in seen", "else"),
    a_list_asked_for_each_value=("looks through", "set()", "[]", "seen.add", "seen.append"),
    each_value_once_but_every_path_walked=(
        "2**60 paths",
        NOTE,
        "else:",
        "order.append(value)",
        "if value not in seen: seen.add(value); order.append(value)",
    ),
)


# ---------------------------------------------------------------------------------------------
# E5.2


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
def gradients_by_label(root, name=attrgetter("label")):
    order = topological_order(root)
    gradient = {name(root): 1.0}
    for result in reversed(order):
        for operand, partial in zip(result.operands, result.partials, strict=True):
            so_far = gradient.get(name(operand), 0.0)
            gradient[name(operand)] = so_far + gradient[name(result)] * partial
    for value in order:
        value.grad += gradient[name(value)]


@wrong_answer(check_backward, says="whose labels cannot tell the values apart")
def gradients_by_text(root):
    gradients_by_label(root, repr)


@wrong_answer(check_backward, says="2**60 paths", endless=True)
def every_path_sent_on(root):
    stack = [(root, 1.0)]
    while stack:
        value, amount = stack.pop()
        value.grad += amount
        pairs = zip(value.operands, value.partials, strict=True)
        stack += [(operand, amount * partial) for operand, partial in pairs]


@wrong_answer(check_backward, says="a call of `walk_back` of the package")
def backward_by_the_walk_of_the_package(root):
    gradient = {root: 1.0}
    for _ in walk_back(root, gradient):
        pass
    for value, amount in gradient.items():
        value.grad += amount


DELIVER = "value.grad += amount"
spoiled(
    check_backward,
    call_of_the_method=(
        "it is what you are writing",
        "gradient = {",
        "return root.backward() or {",
    ),
    no_beginning_at_zero=("before anything was put there", "= gradient.get(operand, 0.0) +", "+="),
    graph_taken_apart=("no longer what they were", DELIVER, f"{DELIVER}; value.operands = ()"),
    grads_of_none=("is no number any more", DELIVER, "value.grad = None"),
)


# ---------------------------------------------------------------------------------------------
# E5.3

CLEAR, ALL = "value.grad = 0.0", "topological_order(root)"
spoiled(
    check_zero_grad,
    only_leaves_cleared=(
        "inner values of this graph would show",
        CLEAR,
        f"if not value.operands: {CLEAR}",
    ),
    only_inner_values_cleared=(
        "Leaves outlive the graph",
        CLEAR,
        f"if value.operands or value is root: {CLEAR}",
    ),
    input_not_cleared=(
        "An input is a value like any other",
        CLEAR,
        f"if value.label != 'x': {CLEAR}",
    ),
    only_the_root_cleared=("and nothing behind it", ALL, "[root]"),
    all_but_the_root_cleared=("root included?", ALL, f"{ALL}[:-1]"),
    cleared_to_none=("None is no number", CLEAR, "value.grad = None"),
    data_cleared_as_well=("Only `.grad` is to be set to 0", CLEAR, "value.grad = value.data = 0.0"),
    nothing_cleared=("No grad was changed", CLEAR, "grad = value.grad; grad = 0.0"),
    one_value_cleared_for_each_label=(
        "because their labels are the same",
        ALL,
        f"{{value.label: value for value in {ALL}}}.values()",
    ),
)


@wrong_answer(check_zero_grad, says="2**60 paths", endless=True)
def every_path_cleared(root):
    stack = [root]
    while stack:
        value = stack.pop()
        value.grad = 0.0
        stack += value.operands


@wrong_answer(check_zero_grad, says="a call of `zero_grad` of the package")
def zero_by_the_package(root):
    Value.zero_grad(root)


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
    diagnosis_in_pairs=("These are pairs of a name and an entry", [("A", 2), ("B", 4), ("C", 5)]),
    diagnosis_in_quotes=("A number stands without quotes", {"A": "2", "B": "4", "C": "5"}),
)


spoiled(
    check_is_right,
    test_with_the_factors_the_lucky_way_round=("It accepts engine A", "c * (c * a)", "(c * a) * c"),
    test_without_a_repeated_operand=("It accepts engine B", " and x.grad == 6.0", ""),
    test_of_one_pass=("It accepts engine C", "once and twice", "once"),
    test_that_expects_35=("refuses an engine that is right", "45.0", "35.0"),
    test_of_floats_with_equals=(  # one order of the sum gives 0.8 + 0.9 + 0.1, another 1.8
        "the last digit of a sum may differ",
        "return",
        "z = Value(0.1)\n    backward(z * 0.1 + z * 0.9 + z * 0.8)\n"
        "    return z.grad == 0.8 + 0.9 + 0.1 and",
    ),
    test_that_asserts=("An `assert` ends the test", "return", "assert", "6.0", "6.0; return True"),
    test_that_returns_nothing=("is a `return` missing?", "return ", ""),
    test_that_looks_into_the_check=(
        "a call of `_getframe` of sys",
        "return",
        "import sys; sys._getframe(1); return",
    ),
)


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


@wrong_answer(check_predicted_grads, says="take a pencil, and let the engine run later")
def grads_by_the_engine():
    x = Value(3.0)
    h = x * x
    (h * 2.0).backward()
    return {"in place": {"h": h.grad, "x": x.grad}}
