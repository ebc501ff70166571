"""The checks of exercise 11: their closed forms against measured slopes, and their walks."""

import numpy as np
import pytest
from wrong_answers.e11_from_scalars_to_arrays import Right

from autograd_lesson.checks.arrays import numerical_vjp, worst
from autograd_lesson.checks.e11_from_scalars_to_arrays import (
    LINES,
    check_arithmetic,
    check_functions,
    computed,
    faulty,
    forward_slips,
    functions_cases,
    line_case,
    order_cases,
    ran,
    seed_cases,
    slopes,
    walk_cases,
    walked,
)


def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("name", LINES)
def test_the_partials_in_closed_form_are_the_measured_slopes(name):
    line, case = LINES[name], line_case(rng(), name, k=2.5)
    arguments = [case[key] for key in ("x", "y", "k", "A")]
    for partial, measured in zip(line.partials(*arguments), slopes(case, line), strict=True):
        expected = case["upstream"] * np.broadcast_to(partial, case["x"].shape)
        assert worst(measured, expected, scale=1.0) is None


@pytest.mark.parametrize("name", LINES)
def test_no_slip_is_right_by_accident(name):
    line, case = LINES[name], line_case(rng(), name, k=2.5 if name == "x ** k" else 0.7)
    arguments = [case[key] for key in ("x", "y", "k", "A")]
    if name == "x.relu()":
        arguments[0][0, 0] = 0.0  # its kink
    right = [np.broadcast_to(p, (2, 3)) for p in line.partials(*arguments)]
    for slip, words in line.slips:
        wrong = [np.broadcast_to(p, (2, 3)) for p in slip(*arguments)]
        assert any(worst(w, r) is not None for w, r in zip(wrong, right, strict=True)), words
    for wrong, words in forward_slips(case):
        same = name == "x.tanh()"  # that slip shows far out only
        assert (worst(wrong, line.run(*arguments)) is None) == same, words


@pytest.mark.parametrize("name", LINES)
def test_a_line_runs_the_same_on_arrays_and_on_a_learners_class(name):
    case = line_case(rng(), name, k=3)
    x, y, k, constant = (case[key] for key in ("x", "y", "k", "A"))
    result = ran(name, Right(x), Right(y), k, constant)
    np.testing.assert_array_equal(result.data, LINES[name].run(x, y, k, constant))


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
