"""Measured memory: what a chain keeps with and without checkpoints, and that it is really run."""

import tracemalloc

import numpy as np
import pytest

from autograd_lesson import Tensor
from autograd_lesson.checkpoint import checkpoint, joint
from autograd_lesson.functional import conv2d
from autograd_lesson.teaching.memory import chain, cost_of_chain, measure

ENTRIES = 40_000


def test_what_is_kept_and_what_was_only_passing_are_told_apart():
    def work(size):
        np.ones(3 * size)
        return np.ones(size)

    result, kept, peak = measure(work, ENTRIES)
    assert result.size == ENTRIES
    assert kept == pytest.approx(8 * ENTRIES, rel=0.01)
    assert peak == pytest.approx(3 * 8 * ENTRIES, rel=0.01)


def test_one_measurement_can_stand_inside_another():
    outer = measure(lambda: measure(np.ones, ENTRIES))
    assert outer.result.kept == pytest.approx(8 * ENTRIES, rel=0.01)
    assert not tracemalloc.is_tracing()


def test_the_peak_of_a_measurement_begins_with_it():
    def large_then_small():
        np.ones(10 * ENTRIES)
        return measure(np.ones, ENTRIES)

    assert measure(large_then_small).result.peak == pytest.approx(8 * ENTRIES, rel=0.01)


def test_tracing_ends_with_an_error_too():
    with pytest.raises(ZeroDivisionError):
        measure(lambda: 1 / 0)
    assert not tracemalloc.is_tracing()


@pytest.mark.parametrize("k", [0, 1, 2, 5, 7])
def test_a_chain_computes_the_same_however_it_is_cut(k):
    x, plain = Tensor([0.3, -2.0]), Tensor([0.3, -2.0])
    y, expected = chain(x, 7, k), chain(plain, 7)
    y.sum().backward()
    expected.sum().backward()
    assert (y.data == expected.data).all() and (x.grad == plain.grad).all()


def test_without_checkpoints_each_tanh_keeps_its_result_and_its_partial():
    assert cost_of_chain(12).kept == 24
    assert cost_of_chain(12).computed == 12


@pytest.mark.parametrize("k", [1, 3, 5, 12])
def test_with_checkpoints_one_result_a_piece_is_kept_and_one_piece_held_at_the_peak(k):
    cost = cost_of_chain(12, k)
    pieces = -(-12 // k)
    assert cost.kept == pieces
    assert pieces + 2 * k <= cost.peak <= pieces + 2 * k + 4
    assert cost.computed == 24


def test_the_root_of_half_the_steps_is_about_the_best_piece():
    peaks = {k: cost_of_chain(32, k).peak for k in (1, 2, 4, 8, 16, 32)}
    assert min(peaks, key=peaks.get) == 4
    assert peaks[4] < cost_of_chain(32).peak / 3


def test_a_checkpoint_adds_to_the_gradient_that_a_leaf_has_already():
    w, x = Tensor([2.0]), Tensor([3.0])
    for _ in range(2):
        y = checkpoint(lambda x: x * w, x)
        (y + 10.0 * w).backward()
    assert (w.grad, x.grad) == ([26.0], [4.0])


def test_a_piece_that_uses_none_of_its_operands_brings_zeros():
    x = Tensor([3.0])
    y = checkpoint(lambda x: Tensor([5.0], requires_grad=False), x)
    (y * x).backward()
    assert x.grad == [5.0]


def test_a_joint_asks_once_for_the_gradients_of_all_its_operands():
    asked = []

    def back(g):
        asked.append(g)
        return [2 * g, 3 * g]

    a, b = Tensor([1.0]), Tensor([1.0])
    y = joint(np.array([7.0]), (a, b), back)
    y.backward([10.0], retain_graph=True)
    assert (a.grad, b.grad, len(asked)) == ([20.0], [30.0], 1)
    y.backward([1.0])
    assert (a.grad, b.grad, len(asked)) == ([22.0], [33.0], 2)


def test_the_way_back_frees_what_it_has_passed():
    """As many gradients come as results go, so that the most is held where the way back begins."""
    steps, size = 12, (200, 200)
    weights = [Tensor(np.full(size, 1e-3)) for _ in range(steps)]

    def step():
        x = Tensor(np.ones(size), requires_grad=False)
        for w in weights:
            x = x @ w
        x.sum().backward()

    assert measure(step).peak < (steps + 7) * 8 * 200 * 200


def test_a_convolution_keeps_its_operands_and_no_columns():
    x, weight = Tensor(np.ones((8, 4, 32, 32))), Tensor(np.ones((4, 4, 5, 5)))
    y, kept, _ = measure(conv2d, x, weight)
    assert kept < 1.1 * y.array.nbytes  # its columns are 25 times as large
