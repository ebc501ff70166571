"""The checks of exercise 11: their closed forms against measured slopes, and their walks."""

import numpy as np
import pytest
from wrong_answers import right_answer

from autograd_lesson import topological_order
from autograd_lesson.checks.arrays import known_wrong, numerical_vjp, worst
from autograd_lesson.checks.e11_from_scalars_to_arrays import (
    LINES,
    check_arithmetic,
    check_backward,
    check_functions,
    computed,
    faulty,
    forward_slips,
    functions_cases,
    line_case,
    line_steps,
    operands_in,
    order_cases,
    partials_of,
    seed_cases,
    slopes,
    symbol_in,
    value_of,
    walk_cases,
    walked,
)


def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("name", LINES)
def test_the_partials_in_closed_form_are_the_measured_slopes(name):
    case = line_case(rng(), name, k=2.5)
    for partial, measured in zip(partials_of(LINES[name][0], case), slopes(case), strict=True):
        expected = case["upstream"] * np.broadcast_to(partial, case["x"].shape)
        assert worst(measured, expected, scale=1.0) is None


@pytest.mark.parametrize("name", LINES)
def test_no_slip_is_right_by_accident(name):
    case = line_case(rng(), name, k=2.5 if name == "x ** k" else 0.7)
    if name in ("x.relu()", "x ** k"):
        case["x"][0, 0] = 0.0  # its kink, and where nobody can divide by x
    formulas, slips = LINES[name]
    with np.errstate(invalid="ignore"):
        wrongs = [(partials_of(slip, case), words) for slip, words in known_wrong(slips)]
    right = [np.broadcast_to(p, (2, 3)) for p in partials_of(formulas, case)]
    for partials, words in wrongs:
        wrong = [np.broadcast_to(p, (2, 3)) for p in partials]
        assert any(worst(w, r) is not None for w, r in zip(wrong, right, strict=True)), words
    for wrong, words in forward_slips(case):
        same = name == "x.tanh()"  # that slip shows far out only
        assert (worst(wrong, value_of(name, case)) is None) == same, words


@pytest.mark.parametrize("name", LINES)
def test_a_line_runs_the_same_on_arrays_and_on_a_learners_class(name):
    case = line_case(rng(), name, k=3)
    got = dict(line_steps(right_answer(check_functions), case))
    np.testing.assert_array_equal(got["data"], value_of(name, case))
    assert got["op"] == symbol_in(name) and got["operands"] == list(operands_in(name))


def test_a_gradient_that_is_0_by_chance_has_arrived():
    lines = [["-", 0, 0], ["*", 1, 0]]  # b = a - a is 0, and so is what comes back to a
    case = {"leaves": [1.5], "lines": lines, "seed": 2.0, "passes": 1}
    assert check_backward.judge(case, check_backward.probe(right_walk, case)) is None


def right_walk(root, seed):
    gradient = {root: seed}
    for result in reversed(topological_order(root)):
        for operand, partial in zip(result.operands, result.partials, strict=True):
            so_far = gradient.get(operand, 0.0)
            gradient[operand] = so_far + gradient[result] * partial
    for value, amount in gradient.items():
        value.grad += amount


def test_float32_the_kink_and_an_array_without_entries_are_among_the_cases():
    cases = check_arithmetic.draw(1) + check_functions.draw(1)
    assert {case["x"].dtype.name for case in cases} == {"float64", "float32"}
    assert {case["x"].shape for case in cases} >= {(), (0, 2), (2, 1, 3)}
    kink = next(c for c in functions_cases(rng()) if np.any(c["x"] == 0))
    assert np.all(kink["upstream"] > 0), "an upstream of 0 would hide a wrong slope"


def test_seeds_are_drawn_that_fit_only_by_copying():
    pairs = {
        (case["data"].shape, np.shape(case["seed"]))
        for case in seed_cases(rng())
        if not case["takes"] and case["seed"] is not None
    }
    assert pairs == {((2, 3), shape) for shape in [(3,), (), (3, 2), (6,), (1, 3)]} | {((), (1,))}


def test_graphs_of_arrays_come_first_and_one_graph_is_deep():
    cases = order_cases(rng())
    assert all(case["programs"][0]["arrays"] for case in cases[:5])
    assert any("chain" in case["programs"][0] for case in cases)


def test_a_walk_without_a_mistake_is_what_is_measured():
    for case in walk_cases(rng()):
        grads = walked(case)
        data = computed(case["lines"], case["leaves"], {})
        for k, array in enumerate(data):
            (slope,) = numerical_vjp(
                lambda x, k=k, c=case: computed(c["lines"], c["leaves"], {k: x})[-1],
                [array],
                case["seed"],
            )
            assert worst(grads[k], case["passes"] * slope, scale=1.0) is None


def test_every_mistake_in_the_walk_shows_in_some_case():
    cases = walk_cases(rng())
    for number, (_, words) in enumerate(faulty(cases[0])):
        wrong = [
            any(
                worst(a, b) is not None for a, b in zip(faulty(case)[number][0], right, strict=True)
            )
            for case in cases
            for right in [walked(case)]
        ]
        assert any(wrong), words
