"""The diagnosis of a wrong gradient: each slip, made by hand on a graph, is named as what it is."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd_lesson import Value, dot, topological_order, total
from autograd_lesson.teaching.diagnosis import diagnose, judge, number_in, table
from tests.graphs import build, is_tame, programs


def the_lesson_graph():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    e = (c * d).named("e")
    return a, b, c, d, e


def every_path(value, root):
    """(values from `value` to `root`, product of the partials), by walking down from the root."""
    if root is value:
        return [((root,), 1.0)]
    return [
        ((*path, root), brings * partial)
        for operand, partial in zip(root.operands, root.partials, strict=True)
        for path, brings in every_path(value, operand)
    ]


# The graph of the original lesson -------------------------------------------------------------


def test_35_is_told_which_path_it_lacks():
    a, *_, e = the_lesson_graph()
    assert diagnose(e, a, 35) == "the path a, c, d, e is missing; it brings 10"


@pytest.mark.parametrize(("name", "truth"), [("a", 45), ("b", 20), ("c", 20), ("d", 5), ("e", 1)])
def test_the_right_gradient_is_right(name, truth):
    *values, e = the_lesson_graph()
    value = next(value for value in (*values, e) if value.label == name)
    assert diagnose(e, value, truth).startswith("right: ")
    assert not diagnose(e, value, truth + 0.1).startswith("right")


def test_a_right_answer_is_shown_as_its_sum():
    a, b, *_, e = the_lesson_graph()
    assert diagnose(e, a, 45) == "right: d brings 25 and c brings 20, together 45"
    assert diagnose(e, b, 20) == "right: c brings 20"
    assert diagnose(e, e, 1) == "right: a result changes exactly as fast as itself"


def test_10_for_c_lacks_one_path_or_was_overwritten():
    _, _, c, _, e = the_lesson_graph()
    message = diagnose(e, c, 10)
    assert message.startswith("either the path c, d, e is missing; it brings 10, or ")
    assert message.endswith("replaced the one before it (=) where it should be added to it (+=)")
    assert message.count("path") == 1


def test_a_diagnosis_changes_no_value():
    a, *_, e = the_lesson_graph()
    e.backward()
    diagnose(e, a, 35)
    assert (a.grad, e.grad) == (45.0, 1.0)


# Each slip by itself -----------------------------------------------------------------------------


def test_each_of_two_paths_of_one_length_is_named_where_they_bring_the_same():
    x = Value(3.0, "x")
    y, z = (x * 2).named("y"), (x * 2).named("z")
    message = diagnose((y + z).named("w"), x, 2)
    assert message.startswith("either one of the paths x, y, w or x, z, w is missing; each brings")


def test_the_lost_use_of_a_value_used_twice():
    x = Value(3.0, "x")
    y = (x * x).named("y")
    assert "one of the 2 paths x, y is missing; it brings 3" in diagnose(y, x, 3)


def test_two_uses_with_different_partials_are_told_apart():
    x = Value(4.0, "x")
    y = (x / x).named("y")
    assert "path x, y (as operand 2) is missing; it brings -0.25" in diagnose(y, x, 0.25)
    assert "path x, y (as operand 1) is missing; it brings 0.25" in diagnose(y, x, -0.25)
    assert diagnose(y, x, 0).startswith("right")


def test_a_diamond_of_which_only_one_side_is_counted():
    x = Value(2.0, "x")
    p, q, r = (x * 3).named("p"), (x * 5).named("q"), (x * 11).named("r")
    w = total([p, q, r]).named("w")
    assert diagnose(w, x, 19).startswith("right")
    assert diagnose(w, x, 5) == (
        "only the path x, q, w is counted; there are 3 paths, and what they bring is added"
    )


def test_two_paths_missing_of_four():
    x = Value(1.0, "x")
    parts = [(x * k).named(name) for k, name in ((3, "p"), (5, "q"), (17, "r"), (31, "s"))]
    w = total(parts).named("w")
    message = diagnose(w, x, 56 - 5 - 17)
    assert message == "the paths x, q, w and x, r, w are missing; they bring 5 and 17"


def test_a_contribution_that_several_paths_share():
    x = Value(3.0, "x")
    y = (x * 7).named("y")
    p, q = (y * 5).named("p"), (y * 11).named("q")
    w = total([p, q, x * 100]).named("w")
    assert diagnose(w, x, 212).startswith("right")
    assert diagnose(w, x, 100).startswith("the contribution from y is missing; it brings 112") or (
        "only the path" in diagnose(w, x, 100)
    )


def test_a_gradient_passed_on_before_it_was_complete():
    x = Value(2.0, "x")
    y = (x * x).named("y")  # two paths go through each contribution to y
    p, q = (y * 5).named("p"), (y * 13).named("q")
    w = (p + q).named("w")
    assert diagnose(w, x, 72).startswith("right")
    assert diagnose(w, x, 4 * 13) == (
        "the gradient of y was passed on before the contribution from p had been added to it"
    )


def test_a_lost_minus():
    a, b = Value(7.0, "a"), Value(3.0, "b")
    c = ((a - b).named("m") * 5).named("c")
    assert diagnose(c, b, -5).startswith("right")
    assert diagnose(c, b, 5) == "a sign is lost: the partial of m with respect to b is -1, not 1"
    y = (a * 2).named("y")
    assert diagnose(y, a, -2) == "the size is right and the sign is not"


def test_a_path_whose_two_minus_signs_made_a_plus_is_not_called_lost():
    a = Value(7.0, "a")
    y = (-(-a).named("m")).named("y")
    assert diagnose(y, a, 1).startswith("right")
    assert "a sign is lost: the partial of y with respect to m is -1, not 1" in diagnose(y, a, -1)


def test_the_partial_of_the_other_operand():
    x, w = Value(7.0, "x"), Value(0.5, "w")
    y = (w * x).named("y")
    loss = (y * 3).named("loss")
    assert diagnose(loss, w, 1.5) == "0.5 is the partial of y for its other operand, not for w"
    n = dot([w, 2.0], [x, 5.0]).named("n")
    assert diagnose(n, w, 0.5) == "0.5 is the partial of n for its other operand, not for w"
    assert diagnose(n, w, 7).startswith("right")


def test_equals_for_plus_equals_all_along_the_sweep():
    x = Value(3.0, "x")
    y = (x * 7).named("y")
    w = total([y * 5, y * 11, y * 13]).named("w")
    last_to_arrive = 7 * 5  # later results are crossed first, so y * 5 comes last
    message = diagnose(w, x, last_to_arrive)
    assert "a contribution replaced the one before it (=)" in message


def test_a_forgotten_factor():
    x = Value(3.0, "x")
    y = ((x * 7).named("p") * 5).named("y")
    assert diagnose(y, x, 5) == "a factor is left out: the partial of p with respect to x"
    assert diagnose(y, x, 7).startswith("either a factor is left out: the partial of y with")


def test_half_a_power_rule():
    x = Value(2.0, "x")
    y = (x**3).named("y") + 0
    assert "the factor 3 is lost: the partial of y with respect to x is 3 * x**2" in (
        diagnose(y, x, 4)
    )
    assert "the exponent is not lowered" in diagnose(y, x, 24)
    assert "is 2 * x" in diagnose((x**2).named("z") + 0, x, 8)


def test_data_used_as_a_partial():
    x = Value(0.5, "x")
    y = x.tanh().named("y")
    loss = (y * 10).named("loss")
    assert diagnose(loss, x, 10 * y.data) == (
        "the data of y was used as the partial of y with respect to x"
    )
    assert diagnose(loss, x, 5) == ("the data of x was used as the partial of y with respect to x")


def test_a_forgotten_upstream():
    a, *_, e = the_lesson_graph()
    assert diagnose(e, a, 6) == (
        "the upstream is left out: multiply each partial by the gradient of d or c"
    )
    assert diagnose(e, a, 26).startswith("the contribution from c is its partial alone")


def test_a_path_counted_twice_and_a_product_where_a_sum_belongs():
    a, *_, e = the_lesson_graph()
    assert diagnose(e, a, 70) == "the path a, d, e is counted twice"
    assert diagnose(e, a, 500) == "the contributions are multiplied here; they are added"
    assert diagnose(e, a, 29).startswith("the partials along a path are added here")


def test_another_number_of_the_picture():
    a, *_, e = the_lesson_graph()
    assert diagnose(e, a, 50) == "50 is the data of e, no gradient"
    assert diagnose(e, a, 1) == "this is the gradient of another value, not that of a"
    assert diagnose(e, a, 0).startswith("0 would say that e does not react to a")


# A number that nothing explains ------------------------------------------------------------------


def test_an_unknown_number_is_told_the_paths_and_not_the_answer():
    a, *_, e = the_lesson_graph()
    first, second = diagnose(e, a, 7), diagnose(e, a, 7.5, wrong_before=1)
    assert first == (
        "not yet: a has 3 paths to e: a, c, e; a, d, e; a, c, d, e; multiply along each, then add"
    )
    assert second == (
        f"{first}. 2 contributions to find: 5 × (gradient of d) + 1 × (gradient of c)."
    )
    assert "45" not in first + second


def test_a_wrong_answer_after_another_gets_the_hint_too():
    a, *_, e = the_lesson_graph()
    assert diagnose(e, a, 35, wrong_before=1) == (
        "the path a, c, d, e is missing; it brings 10. "
        "2 contributions to find: 5 × (gradient of d) + 1 × (gradient of c)."
    )


def test_a_value_that_the_result_does_not_depend_on():
    *_, e = the_lesson_graph()
    stranger = Value(9.0, "stranger")
    assert diagnose(e, stranger, 0) == "right: no path leads from stranger to e"
    assert diagnose(e, stranger, 3) == "not yet: is there any path from stranger to e?"


@pytest.mark.parametrize("answer", ["", "abc", "1/0", "1,5", "nan", "inf", "2*3", "0x10", "1_0"])
def test_what_is_no_number_is_told_what_is_allowed(answer):
    a, *_, e = the_lesson_graph()
    assert number_in(answer) is None
    assert diagnose(e, a, answer) == (
        f'"{answer}" is not a number; write a number such as 35, -0.5, 1/3 or 2e-3'
    )


@pytest.mark.parametrize("answer", [None, True, 2j, [45], math.nan, np.bool_(True)])
def test_what_is_no_number_at_all_is_told_so(answer):
    a, *_, e = the_lesson_graph()
    assert "is not a number; write" in diagnose(e, a, answer)
    assert not judge(table(e, a), answer).is_number


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("45", 45.0),
        (" +45. ", 45.0),
        ("-.5", -0.5),
        ("\u22120.5", -0.5),
        ("1/3", 1 / 3),
        ("-1 / 4", -0.25),
        ("4.5e1", 45.0),
        ("1E-3/2", 0.0005),
        (Fraction(1, 3), 1 / 3),
        (np.float32(0.5), 0.5),
        (7, 7.0),
    ],
)
def test_numbers_fractions_and_powers_of_ten_are_read(answer, number):
    assert number_in(answer) == pytest.approx(number, rel=1e-15)


# Nearness ----------------------------------------------------------------------------------------


def test_an_answer_is_right_within_a_millionth_or_as_it_is_printed():
    x = Value(3.0, "x")
    y = (x / 7.0).named("y")
    for answer in ("1/7", 1 / 7 * (1 + 0.9e-6), 0.1429, 0.14286, 0.142857):
        assert diagnose(y, x, answer).startswith("right"), answer
    for answer in (0.143, 0.14, 0.1428, 1 / 7 * (1 + 3e-6)):
        assert not diagnose(y, x, answer).startswith("right"), answer


def test_a_wrong_number_is_known_as_it_is_printed_too():
    x, k = Value(3.0, "x"), Value(1 / 7, "k")
    y = (x * k).named("y")
    z = (y + 2.0 * x).named("z")
    assert "the path x, y, z is missing; it brings 0.1429" in diagnose(z, x, 2)
    missing = diagnose(z, x, 0.1429)
    assert "x, v4, z is missing; it brings 2" in missing


def test_zero_is_right_where_the_paths_cancel_up_to_rounding():
    x = Value(1.0, "x")
    y = (x * 0.1 + x * 0.2 - x * 0.3).named("y")
    assert topological_order(y)  # the gradient is 5.6e-17
    assert diagnose(y, x, 0).startswith("right")


# Any graph ---------------------------------------------------------------------------------------


@st.composite
def small_graphs(draw):
    """A graph of sums, differences and products of small whole numbers, every value labelled."""
    values = [Value(draw(st.integers(-7, 7)), label=name) for name in "abc"]
    for place in range(draw(st.integers(1, 6))):
        left, right = (values[draw(st.integers(0, len(values) - 1))] for _ in range(2))
        kind = draw(st.sampled_from("+-*"))
        result = left + right if kind == "+" else left - right if kind == "-" else left * right
        values.append(result.named("pqrstu"[place]))
    return values[-1]


@pytest.mark.slow
@given(small_graphs())
@settings(max_examples=200)
def test_every_single_dropped_path_is_diagnosed_as_that_path(root):
    for value in topological_order(root):
        paths = every_path(value, root)
        truth = sum(brings for _, brings in paths)
        assert diagnose(root, value, truth).startswith("right")
        for path, brings in paths if 1 < len(paths) <= 64 else ():
            if brings == 0 or sum(other == brings for _, other in paths) > 1:
                continue  # as good as there, or not to be told from another one
            # x - x: one of two paths with the same values, told apart by the operand
            names = ", ".join(step.label for step in path)
            message = diagnose(root, value, truth - brings)
            shown = f"{brings:.0f}"
            assert f"the path {names} is missing; it brings {shown}" in message or (
                "(as operand" in message and f"is missing; it brings {shown}" in message
            )


@pytest.mark.slow
@given(programs())
@settings(max_examples=100)
def test_any_graph_has_a_table_whose_first_row_is_the_gradient(program):
    leaves = [Value(x, label=f"x{i}") for i, x in enumerate(program[0])]
    root = Value.of(build(leaves, program[1]))
    assume(is_tame(root))
    root.backward()
    for value in topological_order(root):
        made = table(root, value)
        assert judge(made, value.grad).is_right
        assert judge(made, f"{value.grad:.6g}").is_right or value.grad != float(f"{value.grad:.6g}")
        assert [row.is_right for row in made.rows if row.is_right][0]
        assert all(math.isfinite(row.number) for row in made.rows)
        assert json.loads(json.dumps(made.rows))  # plain data: the browser gets it


@pytest.mark.slow
def test_a_deep_chain_and_a_graph_of_a_billion_paths_are_judged_without_walking_each():
    x = Value(1.0, "x")
    y = x
    for _ in range(30):
        y = y + y
    assert diagnose(y, x, 2.0**30).startswith("right")
    assert diagnose(y, x, 3).startswith("not yet: x has 1,073,741,824 paths to v30; work")
    z = x
    for _ in range(20_000):
        z = z + 1.0
    assert diagnose(z, x, 1).startswith("right")
    assert diagnose(z, x, 5) == (
        "not yet: x has 1 path to v40000; work backward from v40000 and look for 1 contribution"
    )


def test_an_infinite_gradient_cannot_be_asked_for():
    x = Value(0.0, "x")
    y = x.sqrt()
    with pytest.raises(ValueError, match="the gradient of x is inf, and a prediction is a finite"):
        table(y, x)


def test_a_class_of_the_learners_own_is_diagnosed_too():
    class Number:
        def __init__(self, data, label="", op="", operands=(), partials=()):
            self.data, self.label, self.grad = data, label, 0.0
            self.op, self.operands, self.partials = op, operands, partials

    a, b = Number(2.0, "a"), Number(3.0, "b")
    c = Number(6.0, "c", "*", (a, b), (3.0, 2.0))
    assert diagnose(c, a, 3).startswith("right")
    assert diagnose(c, a, 2) == "2 is the partial of c for its other operand, not for a"
