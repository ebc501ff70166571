"""Compiled steps whose arrays come from elsewhere, lie otherwise, or share memory: never other
numbers than those of the eager engine."""

import ctypes

import numpy as np
import pytest
from test_compile_step import TONGUES, assert_steps_agree, with_c

from autograd_lesson import Tensor, array_ops, nn, optim
from autograd_lesson import functional as F  # noqa: N812
from autograd_lesson.compiler import compile_step
from autograd_lesson.compiler.code import Refused
from autograd_lesson.compiler.steps import cache
from autograd_lesson.compiler.steps.traced import CannotRecord
from autograd_lesson.ops import Op
from autograd_lesson.tensor import concat


def some(*shape):
    """The same numbers each time."""
    return np.random.default_rng(sum(shape)).normal(size=shape)


@with_c
def test_a_sum_over_rows_that_is_put_beside_another_or_read_as_images_is_written_in_order():
    """A kernel wrote it row after row, into a part of a larger array, or with the batch last."""
    x, y, images, w = map(
        Tensor, (some(5, 3, 4), some(4, 3, 4), some(2, 2, 3, 5, 5), some(2, 3, 3, 3))
    )

    def loss_of(scale):
        both = concat([(x * scale).sum(axis=0), (y * y).sum(axis=0)], axis=1)
        seen = F.conv2d((images * images).sum(axis=0), w)
        return (both * np.arange(24.0).reshape(3, 8)).sum() + (seen * seen).sum()

    step = compile_step(loss_of, [x, y, images, w], 1.0, to="c")
    assert_steps_agree(step, loss_of, [x, y, images, w], [1.5], 1e-12)


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("order", ["C", "F"])
def test_what_is_stored_may_be_seen_otherwise_in_the_same_step(order, to):
    """On the way back a product reads the transpose of what has just been written."""
    w, average = Tensor(some(3, 3)), np.array(some(2, 7)[:, :3].T @ some(2, 3), order=order)
    first, x = average.copy(), some(4, 3, 3)

    def loss_of(x):
        np.add(average, 0.5 * (x.sum(axis=0) - average), out=average)
        return ((w @ average) * (w @ average)).sum()

    step = compile_step(loss_of, [w], x, to=to)
    np.testing.assert_array_equal(average, first)
    loss, now = step(x), (first + x.sum(axis=0)) / 2
    np.testing.assert_allclose(average, now, rtol=1e-12)
    np.testing.assert_allclose(loss, ((w.data @ now) ** 2).sum(), rtol=1e-12)
    np.testing.assert_allclose(w.grad, 2.0 * w.data @ now @ now.T, rtol=1e-12)


@pytest.mark.parametrize("to", TONGUES)
def test_a_call_that_is_refused_leaves_parameters_and_averages_as_they_were(to):
    """With recompile it runs again, and moved twice what had been stored before the question."""

    class Clipped(optim.SGD):
        def update(self, p, g, memory):
            if (g * g).sum() > 10.0:
                g = g * 0.1
            super().update(p, g, memory)

    a, b, average = Tensor(np.ones(3)), Tensor(np.ones(3)), np.ones(3)

    def loss_of(x, y):
        np.add(average, 0.5 * (x - average), out=average)
        return (a * x).sum() + (b * y).sum()

    optimiser = Clipped([a, b], lr=0.5)
    step = compile_step(loss_of, [a, b], np.ones(3), np.ones(3), optimiser=optimiser, to=to)
    with pytest.raises(Refused, match="a question about numbers"):
        step(np.ones(3) * 1.5, np.ones(3) * 9.0)
    for array in (a.data, b.data, average):
        np.testing.assert_array_equal(array, np.ones(3))


@with_c
def test_memory_may_hold_numbers_of_one_type_and_then_of_another(tmp_path, monkeypatch):
    """Compilers may take it that a float never lies where an int is read, if nobody tells them."""
    monkeypatch.setenv("AUTOGRAD_LESSON_CACHE", str(tmp_path))
    source = "int probe(int *i, float *f) { *i = 1; *f = 0.0f; return *i; }\n"
    place = (ctypes.c_int * 1)()
    for flags in (cache.FLAGS, cache.SLOW_FLAGS):
        monkeypatch.setattr(cache, "FLAGS", flags)
        assert cache.library(source).probe(place, place) == 0


def test_a_parameter_is_no_argument_of_a_call():
    """Its gradient would have a second part, which is not in the code."""
    w = Tensor([1.0, 2.0])
    step = compile_step(lambda x: (w * x).sum(), [w], Tensor([3.0, 4.0]), to="numpy")
    with pytest.raises(Refused, match="argument 0 is one of the parameters"):
        step(w)
    assert w.grad is None


def test_no_array_that_a_step_moves_shares_memory_with_another():
    """The other would be read before or after, as the plan has it."""
    a = Tensor(np.ones(4))
    b = a.detach()
    b.requires_grad = True
    loss_of = lambda: (a * 2.0).sum() + (b * b).sum()  # noqa: E731
    with pytest.raises(CannotRecord, match="share memory"):
        compile_step(loss_of, [a, b], optimiser=optim.SGD([a, b]), to="numpy")
    step = compile_step(loss_of, [a, b], to="numpy")
    assert step() == 12.0 and b.grad.tolist() == [2.0] * 4


@pytest.mark.parametrize("how", ["read", "written"])
def test_what_numpy_alone_makes_of_an_average_is_refused_and_does_not_stay_as_it_was(how):
    """Only what has a parameter or an argument among its operands is recorded."""
    w, average = Tensor(np.ones(3)), np.ones(3)

    def loss_of(x):
        if how == "written":
            np.multiply(average, 0.9, out=average)
            np.add(average, 0.1 * x, out=average)
        else:
            np.add(average * 0.9, 0.1 * x, out=average)
        return (w * x).sum()

    with pytest.raises(CannotRecord, match="by NumPy alone"):
        compile_step(loss_of, [w], np.full(3, 2.0), to="numpy")


def test_an_array_from_which_numpy_makes_another_may_not_change_unseen():
    """Averages of batch norm in use, and a weight that is scaled inside the loss."""
    w, weights, layer = Tensor(np.ones(3)), np.array([1.0, 2.0, 3.0]), nn.BatchNorm1d(3).eval()
    of_weights = compile_step(lambda: (w * (weights / 2.0)).sum(), [w], to="numpy")
    of_layer = compile_step(lambda x: layer(w * x).sum(), [w], np.ones((2, 3)), to="numpy")
    assert of_weights() == 3.0
    of_layer(np.ones((2, 3)))
    weights[...], layer.running_mean[...] = 5.0, 2.0
    for step, given in ((of_weights, ()), (of_layer, (np.ones((2, 3)),))):
        with pytest.raises(Refused, match="was written to"):
            step(*given)


@with_c
@pytest.mark.parametrize(
    "fields", [[("count", "i4"), ("mean", "f8")], [("mean", "f8"), ("n", "i4")]]
)
def test_a_column_of_a_table_lies_unevenly_and_is_moved_by_numpy(fields):
    """Its steps are no whole number of floats."""
    average, w = np.zeros(4, fields)["mean"], Tensor(np.ones(4))

    def loss_of(x):
        np.add(average, 0.5 * (x - average), out=average)
        return (w * average).sum()

    step = compile_step(loss_of, [w], np.ones(4), to="c")
    assert step(np.arange(4.0)) == 3.0
    assert average.tolist() == [0.0, 0.5, 1.0, 1.5] and "lie unevenly" in repr(step)


def test_two_ops_that_differ_in_the_middle_of_a_long_array_are_two():
    """As text, arrays of more than a thousand numbers look the same."""
    scaled = array_ops.together("scaled", lambda c, a: (scaled((c,), a), (c,)), lambda c, a: a * c)
    first, w = np.ones(2000), Tensor(np.ones(2000))
    second = first.copy()
    second[1000] = 5.0

    def by(c):
        return w.unary(Op("scaled", lambda a: (scaled((c,), a), (c,)))).sum()

    step = compile_step(lambda: by(first) + by(second), [w], to="numpy")
    assert step() == 4004.0


@pytest.mark.parametrize("how", ["array", "number"])
def test_a_setting_that_numpy_writes_with_its_own_names_is_used_as_it_is(how):
    w, scale = Tensor(np.ones(3)), np.array([0.1234567891234, 1.0, 1.0])
    settings = {"weights": scale} if how == "array" else {"axis": np.int64(0)}
    step = compile_step(lambda x: w.sum() * np.average(x, **settings), [w], np.ones(3), to="numpy")
    x = np.array([1.0, 2.0, 4.0])
    assert step(x) == 3.0 * np.average(x, **settings)


def test_a_call_that_is_refused_draws_nothing():
    """With recompile it is run by another plan, which drew on, other numbers than the engine."""
    rng, own, w = np.random.default_rng(3), np.random.default_rng(3), Tensor(np.ones(8))

    def loss_of(x, rng=rng):
        y = F.dropout(w * x, 0.5, rng=rng).sum()
        return y if x.sum() > 0 else y * 2.0

    step = compile_step(loss_of, [w], np.ones(8), to="numpy", recompile=True)
    for k in (1.0, -1.0, 2.0, -3.0):
        assert step(np.full(8, k)) == loss_of(np.full(8, k), own).item()


def test_an_optimiser_that_counts_its_steps_in_itself_is_refused():
    """The number would stay in the code as it was; in the memory of a parameter it is read anew."""

    class Slower(optim.SGD):
        steps = 0

        def update(self, p, g, memory):
            self.steps += 1
            p -= self.lr / self.steps * g

    w = Tensor(np.ones(3))
    with pytest.raises(CannotRecord, match="sets `steps` of the optimiser"):
        compile_step(lambda: (w * w).sum(), [w], optimiser=Slower([w]), to="numpy")
