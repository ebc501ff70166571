"""Wrong answers to the checks of 02."""

from math import prod

from autograd_lesson import Value
from autograd_lesson.checks.e02_graphs_and_chain_rule import (
    check_corrections,
    check_gradient_table,
    check_sum_over_paths,
    check_sweep_order,
    reverse_sweep,
)
from wrong_answers import from_results, from_slips, spoiled, wrong_answer

# E2.1: the right table is z 1, w 5, v 5, u 13 + 15, x 13 + 15 - 5, y 13 + 15 + 25.
RIGHT = {"z": 1, "w": 5, "v": 5, "u": 28, "x": 23, "y": 53}


from_results(
    check_gradient_table,
    table_that_loses_the_long_path=(
        "That is the sum without the path u → v → w → z.",
        RIGHT | {"u": 13, "x": 8, "y": 38},
    ),
    table_that_loses_a_path_of_x=("without the path x → u → v → w → z", RIGHT | {"x": 8}),
    table_that_loses_a_path_of_y=("without the path y → v → w → z", RIGHT | {"y": 28}),
    table_of_the_shortest_path=("without the paths y → u → v → w → z and y → v", RIGHT | {"y": 13}),
    table_of_the_last_path=("as if it wrote over", RIGHT | {"u": 15, "x": -5, "y": 25}),
    table_of_products_of_paths=(
        "were multiplied with one another",
        RIGHT | {"u": 13 * 15, "x": 13 * 15 * -5, "y": 13 * 15 * 25},
    ),
    table_of_sums_along_the_paths=(
        "The partials along a path were added",
        RIGHT | {"u": 13 + (3 + 1 + 5)},
    ),
    table_without_the_minus=("The minus was lost", RIGHT | {"x": 33}),
    table_with_each_factor_as_its_own_partial=(
        "is the *other* factor",
        RIGHT | {"w": 13, "v": 13, "u": 5 + 13 * 5},
    ),
    table_of_the_values_themselves=("That is v itself", RIGHT | {"v": 15}),
    table_that_begins_with_the_result=("That is z itself", RIGHT | {"z": 65}),
    table_that_begins_with_zero=("nothing scales the nudge", RIGHT | {"z": 0}),
    table_with_a_sign_turned_round=("the sign is turned round", RIGHT | {"x": -23}),
    table_with_a_slip_of_arithmetic=("From x to z 3 paths lead", RIGHT | {"x": 24}),
    table_of_the_inputs_only=("an entry 'w' as well", {"x": 23, "y": 53, "z": 1}),
    table_as_a_list=("a dict with a number", [23, 53, 28, 5, 5, 1]),
    table_of_texts=(
        "This is text. A number stands without quotes",
        {name: str(number) for name, number in RIGHT.items()},
    ),
)


# E2.2: right is, for one, D E G A B F C H.


from_results(
    check_sweep_order,
    order_of_the_forward_pass=("the one of the forward pass", list("CHAFBEDG")),
    order_that_sends_s_on_before_t_has_paid=(
        "before it is complete: line E adds to it later",
        list("DGAFEBCH"),
    ),
    order_that_goes_down_one_path_to_the_end=(
        "before it is complete: line F adds to it later",
        list("DEBCHGAF"),
    ),
    order_that_begins_in_the_middle=("passes on a zero", list("EBDGAFCH")),
    order_without_one_edge=("the edge from q to r would never be crossed", list("DGEBAFC")),
    order_with_a_line_twice=("the same contribution again", list("DGEBAFCHH")),
    order_of_the_values=("There is no line 'z'", ["z", "t", "s", "r", "q", "p"]),
)


@wrong_answer(check_sweep_order, says="is a `return` missing?".capitalize())
def order_that_is_not_returned():
    list("DGEBAFCH")


# E2.3


from_slips(
    check_sum_over_paths,
    sum_that_keeps_one_edge_for_each_operand="Parallel edges were taken for one",
    sum_that_stops_at_the_first_path="one path alone",
    sum_that_enters_every_value_once="visited before was skipped",
    sum_that_adds_along_the_paths="The partials along a path were added",
    sum_that_counts_paths="the number of paths",
    sum_that_multiplies_the_paths="multiplied with one another",
    sum_without_signs="The signs were lost",
    sum_that_never_arrives="0 says that no path was found",
)
spoiled(
    check_sum_over_paths,
    sum_that_returns_nothing_at_a_dead_end=(
        "also where no path is found",
        "return sum",
        "if graph[dst]: return sum",
    ),
    sum_that_uses_the_graph_up=(
        "was changed by the call",
        "in graph[dst]",
        "in [graph[dst].pop() for _ in list(graph[dst])]",
        "(graph, src, operand)",
        "({**graph}, src, operand)",
    ),
)


@wrong_answer(check_sum_over_paths, says="the path has no edges, and its product is 1")
def sum_that_wants_at_least_one_edge(graph, src, dst):
    return 0.0 if src == dst else sum(map(prod, paths_between(graph, src, dst)))


@wrong_answer(check_sum_over_paths, says="there is nothing to add")
def sum_that_finds_one_path_too_many(graph, src, dst):
    return float(sum(map(prod, paths_between(graph, src, dst) or [()])))


@wrong_answer(check_sum_over_paths, says="one number")
def sum_that_lists_the_paths(graph, src, dst):
    return [prod(partials) for partials in paths_between(graph, src, dst)]


def paths_between(graph, src, dst):
    """The partials along each path, for wrong answers that find the paths and then err."""
    if src == dst:
        return [()]
    return [
        (*partials, partial)
        for operand, partial in graph[dst]
        for partials in paths_between(graph, src, operand)
    ]


# E2.4: c → d is missing, b → d is wrong.


from_results(
    check_corrections,
    corrections_from_result_to_operand=(
        "points backwards",
        {"missing": {("d", "c")}, "wrong": {("d", "b")}},
    ),
    corrections_that_miss_an_arrow_that_is_there=(
        "The figure has the arrow a → d already",
        {"missing": {("c", "d"), ("a", "d")}, "wrong": {("b", "d")}},
    ),
    corrections_that_add_an_arrow_the_code_has_not=(
        "e is not computed from a",
        {"missing": {("a", "e")}, "wrong": {("b", "d")}},
    ),
    corrections_that_take_the_second_box_for_a_wrong_arrow=(
        "both boxes `a` are one value",
        {"missing": {("c", "d")}, "wrong": {("b", "d"), ("a", "d")}},
    ),
    corrections_that_throw_out_a_right_arrow=(
        "c → e is right",
        {"missing": {("c", "d")}, "wrong": {("c", "e"), ("b", "d")}},
    ),
    corrections_that_throw_out_an_arrow_that_is_not_there=(
        "The figure has no arrow b → e",
        {"missing": {("c", "d")}, "wrong": {("b", "e")}},
    ),
    corrections_of_nothing=("take the code line by line", {"missing": set(), "wrong": set()}),
    corrections_that_join_an_operation=(
        "is no value of this code",
        {"missing": {("c", "*")}, "wrong": {("b", "d")}},
    ),
    corrections_without_pairs=(
        "An edge is a pair of names inside the set",
        {"missing": {"c", "d"}, "wrong": {"b", "d"}},
    ),
    corrections_with_one_entry=("Both entries are wanted", {"wrong": {("b", "d")}}),
)


x, y = Value(2.0, label="x"), Value(3.0, label="y")  # of the cells above the exercise
u = x + y
v = u * y
w = v - x
z = u * w


@wrong_answer(check_gradient_table, says="which the engine keeps in `.grad`")
def table_of_the_values_of_the_engine():
    return {"z": z, "w": w, "v": v, "u": u, "x": x, "y": y}


@wrong_answer(check_gradient_table, says="take a pencil, and let the engine run later")
def table_of_the_grads_of_the_engine():
    z.backward()
    return {"z": z.grad, "w": w.grad, "v": v.grad, "u": u.grad, "x": x.grad, "y": y.grad}


@wrong_answer(check_sum_over_paths, says="in the order of the dict, or of the alphabet")
def sum_in_the_order_of_the_alphabet(graph, src, dst):
    gradient = dict.fromkeys(graph, 0.0) | {dst: 1.0}
    for name in sorted(graph, reverse=True):
        for operand, partial in graph[name]:
            gradient[operand] += gradient[name] * partial
    return gradient[src]


@wrong_answer(check_sum_over_paths, says="a call of `reverse_sweep` of the package")
def sum_by_the_formula_of_the_check(graph, src, dst):
    return reverse_sweep(graph, src, dst)
