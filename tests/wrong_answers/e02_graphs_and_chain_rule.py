"""Wrong answers to the checks of 02."""

from math import prod

from autograd_lesson.checks.e02_graphs_and_chain_rule import (
    check_corrections,
    check_gradient_table,
    check_sum_over_paths,
    check_sweep_order,
)
from wrong_answers import wrong_answer

# E2.1: the right table is z 1, w 5, v 5, u 13 + 15, x 13 + 15 - 5, y 13 + 15 + 25.
RIGHT = {"z": 1, "w": 5, "v": 5, "u": 28, "x": 23, "y": 53}


@wrong_answer(check_gradient_table, says="That is the sum without the path u → v → w → z.")
def table_that_loses_the_long_path():
    return RIGHT | {"u": 13, "x": 8, "y": 38}


@wrong_answer(check_gradient_table, says="without the path x → u → v → w → z")
def table_that_loses_a_path_of_x():
    return RIGHT | {"x": 8}


@wrong_answer(check_gradient_table, says="without the path y → v → w → z")
def table_that_loses_a_path_of_y():
    return RIGHT | {"y": 28}


@wrong_answer(check_gradient_table, says="without the paths y → u → v → w → z and y → v")
def table_of_the_shortest_path():
    return RIGHT | {"y": 13}


@wrong_answer(check_gradient_table, says="as if it wrote over")
def table_of_the_last_path():
    return RIGHT | {"u": 15, "x": -5, "y": 25}


@wrong_answer(check_gradient_table, says="were multiplied with one another")
def table_of_products_of_paths():
    return RIGHT | {"u": 13 * 15, "x": 13 * 15 * -5, "y": 13 * 15 * 25}


@wrong_answer(check_gradient_table, says="The partials along a path were added")
def table_of_sums_along_the_paths():
    return RIGHT | {"u": 13 + (3 + 1 + 5)}


@wrong_answer(check_gradient_table, says="The minus was lost")
def table_without_the_minus():
    return RIGHT | {"x": 33}


@wrong_answer(check_gradient_table, says="is the *other* factor")
def table_with_each_factor_as_its_own_partial():
    return RIGHT | {"w": 13, "v": 13, "u": 5 + 13 * 5}


@wrong_answer(check_gradient_table, says="That is v itself")
def table_of_the_values_themselves():
    return RIGHT | {"v": 15}


@wrong_answer(check_gradient_table, says="That is z itself")
def table_that_begins_with_the_result():
    return RIGHT | {"z": 65}


@wrong_answer(check_gradient_table, says="nothing scales the nudge")
def table_that_begins_with_zero():
    return RIGHT | {"z": 0}


@wrong_answer(check_gradient_table, says="the sign is turned round")
def table_with_a_sign_turned_round():
    return RIGHT | {"x": -23}


@wrong_answer(check_gradient_table, says="From x to z 3 paths lead")
def table_with_a_slip_of_arithmetic():
    return RIGHT | {"x": 24}


@wrong_answer(check_gradient_table, says="an entry 'w' as well")
def table_of_the_inputs_only():
    return {"x": 23, "y": 53, "z": 1}


@wrong_answer(check_gradient_table, says="a dict with a number")
def table_as_a_list():
    return [23, 53, 28, 5, 5, 1]


@wrong_answer(check_gradient_table, says="one number")
def table_of_texts():
    return {name: str(number) for name, number in RIGHT.items()}


# E2.2: right is, for one, D E G A B F C H.


@wrong_answer(check_sweep_order, says="the one of the forward pass")
def order_of_the_forward_pass():
    return list("CHAFBEDG")


@wrong_answer(check_sweep_order, says="before it is complete: line E adds to it later")
def order_that_sends_s_on_before_t_has_paid():
    return list("DGAFEBCH")


@wrong_answer(check_sweep_order, says="before it is complete: line F adds to it later")
def order_that_goes_down_one_path_to_the_end():
    return list("DEBCHGAF")


@wrong_answer(check_sweep_order, says="passes on a zero")
def order_that_begins_in_the_middle():
    return list("EBDGAFCH")


@wrong_answer(check_sweep_order, says="the edge from q to r would never be crossed")
def order_without_one_edge():
    return list("DGEBAFC")


@wrong_answer(check_sweep_order, says="the same contribution again")
def order_with_a_line_twice():
    return list("DGEBAFCHH")


@wrong_answer(check_sweep_order, says="There is no line 'z'")
def order_of_the_values():
    return ["z", "t", "s", "r", "q", "p"]


@wrong_answer(check_sweep_order, says="is a `return` missing?".capitalize())
def order_that_is_not_returned():
    list("DGEBAFCH")


# E2.3


@wrong_answer(check_sum_over_paths, says="Parallel edges were taken for one")
def sum_that_keeps_one_edge_for_each_operand(graph, src, dst):
    if src == dst:
        return 1.0
    return sum(
        partial * sum_that_keeps_one_edge_for_each_operand(graph, src, operand)
        for operand, partial in dict(graph[dst]).items()
    )


@wrong_answer(check_sum_over_paths, says="one path alone")
def sum_that_stops_at_the_first_path(graph, src, dst):
    if src == dst:
        return 1.0
    for operand, partial in graph[dst]:
        found = sum_that_stops_at_the_first_path(graph, src, operand)
        if found:
            return partial * found
    return 0.0


@wrong_answer(check_sum_over_paths, says="visited before was skipped")
def sum_that_enters_every_value_once(graph, src, dst):
    visited = set()

    def walk(name):
        if name == src:
            return 1.0
        if name in visited:
            return 0.0
        visited.add(name)
        return sum(partial * walk(operand) for operand, partial in graph[name])

    return walk(dst)


@wrong_answer(check_sum_over_paths, says="The partials along a path were added")
def sum_that_adds_along_the_paths(graph, src, dst):
    return sum(sum(partials) for partials in paths_between(graph, src, dst))


@wrong_answer(check_sum_over_paths, says="the number of paths")
def sum_that_counts_paths(graph, src, dst):
    return float(len(paths_between(graph, src, dst)))


@wrong_answer(check_sum_over_paths, says="multiplied with one another")
def sum_that_multiplies_the_paths(graph, src, dst):
    paths = paths_between(graph, src, dst)
    return prod(prod(partials) for partials in paths) if paths else 0.0


@wrong_answer(check_sum_over_paths, says="The signs were lost")
def sum_without_signs(graph, src, dst):
    return float(sum(abs(prod(partials)) for partials in paths_between(graph, src, dst)))


@wrong_answer(check_sum_over_paths, says="0 says that no path was found")
def sum_that_never_arrives(graph, src, dst):
    return sum(
        partial * sum_that_never_arrives(graph, src, operand) for operand, partial in graph[dst]
    )


@wrong_answer(check_sum_over_paths, says="the path has no edges, and its product is 1")
def sum_that_wants_at_least_one_edge(graph, src, dst):
    return 0.0 if src == dst else sum(map(prod, paths_between(graph, src, dst)))


@wrong_answer(check_sum_over_paths, says="there is nothing to add")
def sum_that_finds_one_path_too_many(graph, src, dst):
    return float(sum(map(prod, paths_between(graph, src, dst) or [()])))


@wrong_answer(check_sum_over_paths, says="also where no path is found")
def sum_that_returns_nothing_at_a_dead_end(graph, src, dst):
    if src == dst:
        return 1.0
    if graph[dst]:
        return sum(
            partial * sum_that_returns_nothing_at_a_dead_end(graph, src, operand)
            for operand, partial in graph[dst]
        )


@wrong_answer(check_sum_over_paths, says="was changed by the call")
def sum_that_uses_the_graph_up(graph, src, dst):
    if src == dst:
        return 1.0
    return sum(
        partial * sum_that_uses_the_graph_up({**graph}, src, operand)
        for operand, partial in [graph[dst].pop() for _ in list(graph[dst])]
    )


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


@wrong_answer(check_corrections, says="points backwards")
def corrections_from_result_to_operand():
    return {"missing": {("d", "c")}, "wrong": {("d", "b")}}


@wrong_answer(check_corrections, says="The figure has the arrow a → d already")
def corrections_that_miss_an_arrow_that_is_there():
    return {"missing": {("c", "d"), ("a", "d")}, "wrong": {("b", "d")}}


@wrong_answer(check_corrections, says="e is not computed from a")
def corrections_that_add_an_arrow_the_code_has_not():
    return {"missing": {("a", "e")}, "wrong": {("b", "d")}}


@wrong_answer(check_corrections, says="both boxes `a` are one value")
def corrections_that_take_the_second_box_for_a_wrong_arrow():
    return {"missing": {("c", "d")}, "wrong": {("b", "d"), ("a", "d")}}


@wrong_answer(check_corrections, says="c → e is right")
def corrections_that_throw_out_a_right_arrow():
    return {"missing": {("c", "d")}, "wrong": {("c", "e"), ("b", "d")}}


@wrong_answer(check_corrections, says="The figure has no arrow b → e")
def corrections_that_throw_out_an_arrow_that_is_not_there():
    return {"missing": {("c", "d")}, "wrong": {("b", "e")}}


@wrong_answer(check_corrections, says="take the code line by line")
def corrections_of_nothing():
    return {"missing": set(), "wrong": set()}


@wrong_answer(check_corrections, says="is no value of this code")
def corrections_that_join_an_operation():
    return {"missing": {("c", "*")}, "wrong": {("b", "d")}}


@wrong_answer(check_corrections, says="An edge is a pair of names inside the set")
def corrections_without_pairs():
    return {"missing": {"c", "d"}, "wrong": {"b", "d"}}


@wrong_answer(check_corrections, says="Both entries are wanted")
def corrections_with_one_entry():
    return {"wrong": {("b", "d")}}
