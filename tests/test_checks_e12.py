"""The oracles of exercise 12 agree with slopes that are measured, whatever the check expects."""

import numpy as np
import pytest

from autograd_lesson.checks.arrays import numerical_vjp
from autograd_lesson.checks.e12_broadcasting_and_reductions import (
    PAIRS,
    check_max_of,
    check_mean_of,
    check_sum_of,
    check_unbroadcast,
)

REDUCTIONS = [(check_sum_of, np.sum), (check_mean_of, np.mean), (check_max_of, np.max)]


def drawn(check):
    return check.cases(np.random.default_rng(7))


def has_one_largest(case):
    x = case["x"]
    return (x == x.max(axis=case["axis"], keepdims=True)).sum() == case["g"][0].size


@pytest.mark.parametrize(("check", "f"), REDUCTIONS)
def test_a_reduction_expects_the_slopes_of_its_result(check, f):
    cases = drawn(check)
    assert f is not np.max or sum(map(has_one_largest, cases)) == 2
    for case in cases:
        axes = {"axis": case["axis"], "keepdims": case["keepdims"]}
        if f is np.max and not has_one_largest(case):
            continue  # a tie has no slope
        got = {
            "result": f(case["x"], **axes),
            "contributions": [
                numerical_vjp(lambda x, axes=axes: f(x, **axes), [case["x"]], g)[0].astype(g.dtype)
                for g in case["g"]
            ],
            "changed": [],
            "names": [],
        }
        assert check.judge(case, got) is None


def test_ties_of_two_three_and_four_are_drawn():
    sizes = set()
    for case in drawn(check_max_of):
        largest = case["x"] == case["x"].max(axis=case["axis"], keepdims=True)
        sizes |= set(np.unique(largest.sum(axis=case["axis"])))
    assert sizes == {1, 2, 3, 4}


def test_the_shares_of_a_tie_add_up_to_what_arrives():
    for case in drawn(check_max_of):
        x, axis = case["x"], case["axis"]
        largest = x == x.max(axis=axis, keepdims=True)
        kept = [g.reshape(x.max(axis=axis, keepdims=True).shape) for g in case["g"]]
        shares = [g * largest / largest.sum(axis=axis, keepdims=True) for g in kept]
        result = x.max(axis=axis, keepdims=case["keepdims"])
        got = {"result": result, "contributions": shares, "changed": [], "names": []}
        assert check_max_of.judge(case, got) is None
        summed = [share.sum(axis=axis, keepdims=True) for share in shares]
        assert all(np.allclose(g, total) for g, total in zip(kept, summed, strict=True))


def test_unbroadcast_expects_the_slopes_of_a_copy():
    cases = drawn(check_unbroadcast)
    assert len(cases) == 200
    for case in [case for case in cases if case["g"].dtype == np.float64][:60]:
        shape, g = case["shape"], case["g"]
        copy = lambda x, g=g: np.broadcast_to(x, g.shape)  # noqa: E731
        slopes = numerical_vjp(copy, [np.zeros(shape)], g, h=1.0)[0]  # linear: no step is too wide
        assert check_unbroadcast.judge(case, {"result": slopes, "changed": []}) is None


def test_the_drawn_shapes_have_new_axes_stretched_axes_both_and_no_entries():
    shapes = [(case["shape"], case["g"].shape) for case in drawn(check_unbroadcast)]
    new = [len(wanted) > len(shape) for shape, wanted in shapes]
    stretched = [
        any(a == 1 != b for a, b in zip(shape, wanted[len(wanted) - len(shape) :], strict=True))
        for shape, wanted in shapes
    ]
    both = [a and b for a, b in zip(new, stretched, strict=True)]
    empty = [0 in wanted for _, wanted in shapes]
    assert min(map(sum, (new, stretched, both, empty))) >= 5
    assert ((1, 1, 3), (2, 4, 3)) in shapes


def test_one_of_the_predictions_is_a_refusal():
    def is_refused(a, b):
        try:
            np.broadcast_shapes(a, b)
        except ValueError:
            return True
        return False

    assert [is_refused(a, b) for a, b in PAIRS].count(True) == 1
