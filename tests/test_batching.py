"""vmap against a loop over the examples, and against torch.func."""

import numpy as np
import pytest
from tensor_cases import CASES, each_case, operands_of

from autograd_lesson import (
    Tensor,
    array_ops,
    derivative,
    hessian,
    hvp,
    image_ops,
    jacobian,
    jvp,
    no_grad,
    vjp,
    vmap,
)
from autograd_lesson import functional as F  # noqa: N812
from autograd_lesson.batching import ELEMENTWISE, MOVED
from autograd_lesson.ops import Op
from autograd_lesson.tensor import stack, where

RNG = np.random.default_rng(0)
W, X = RNG.normal(size=(3, 4)), RNG.normal(size=(5, 4))
LABELS = np.array([0, 2, 1, 1, 0])


def examples_of(case, n=3):
    """n examples of the operands of a case: the same axes, other numbers."""
    return [operands_of(case, np.random.default_rng(seed)) for seed in range(n)]


def looped(f, examples):
    """f of one example after the other."""
    return np.stack([f(*map(Tensor, each)).data for each in examples])


# These two run on the way back alone, where whole batches are as any arrays.
WAYS_BACK = (image_ops.conv_input_rule, image_ops.conv_weight_rule)


@pytest.mark.parametrize("room", [array_ops, image_ops])
def test_every_rule_says_how_it_is_that_of_a_batch(room):
    rules = {name: rule for name, rule in vars(room).items() if name.endswith("_rule")}
    missing = [
        name for name, rule in rules.items() if rule not in {*MOVED, *ELEMENTWISE, *WAYS_BACK}
    ]
    assert not missing, f"give {', '.join(missing)} a row in MOVED of autograd_lesson/batching.py"


@pytest.mark.slow
@each_case
def test_an_op_of_a_batch_is_that_of_each_example_and_so_is_its_gradient(name):
    case = CASES[name]
    examples = examples_of(case)
    arrays = list(map(np.stack, zip(*examples, strict=True)))
    expected = looped(case.ours, examples)
    np.testing.assert_allclose(vmap(case.ours)(*arrays).data, expected, rtol=1e-12, atol=1e-14)
    upstream = np.random.default_rng(9).normal(size=expected.shape[1:])
    for place in range(len(arrays)):

        def slope(*xs, place=place):
            def one(at):
                return (case.ours(*xs[:place], at, *xs[place + 1 :]) * upstream).sum()

            return derivative(one)(xs[place])

        np.testing.assert_allclose(
            vmap(slope)(*arrays).data, looped(slope, examples), rtol=1e-10, atol=1e-12
        )
        if len(arrays) > 1:  # an operand that all examples share, or that is the only one to vary
            for axes in (
                [None if k == place else 0 for k in range(len(arrays))],
                [0 if k == place else None for k in range(len(arrays))],
            ):
                shared = [x if k == 0 else x[0] for x, k in zip(arrays, axes, strict=True)]
                each = [
                    [x[i] if k == 0 else x for x, k in zip(shared, axes, strict=True)]
                    for i in range(3)
                ]
                given = [x if k == 0 else Tensor(x) for x, k in zip(shared, axes, strict=True)]
                np.testing.assert_allclose(
                    vmap(slope, axes)(*given).data, looped(slope, each), rtol=1e-10, atol=1e-12
                )


def network(w, x):
    """A number for one example."""
    return ((w @ x).tanh() ** 2).sum()


def test_per_example_gradients_are_those_of_a_loop():
    per_example = vmap(lambda w, x: derivative(lambda w: network(w, x))(w), (None, 0))
    found = per_example(Tensor(W), X)
    for k, x in enumerate(X):
        w = Tensor(W)
        network(w, Tensor(x)).backward()
        np.testing.assert_allclose(found.data[k], w.grad, rtol=1e-13)


def test_the_gradient_through_a_batch_is_the_sum_of_those_of_its_examples():
    w, x = Tensor(W), Tensor(X)
    vmap(network, (None, 0))(w, x).sum().backward()
    each = [Tensor(row) for row in X]
    same = Tensor(W)
    for row in each:
        network(same, row).backward()
    np.testing.assert_allclose(w.grad, same.grad, rtol=1e-12)
    np.testing.assert_allclose(x.grad, [row.grad for row in each], rtol=1e-12)


@pytest.mark.parametrize("how", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
def test_each_example_may_have_its_own_labels(name, how):
    logits, labels = RNG.normal(size=(5, 6, 3)), RNG.integers(0, 3, size=(5, 6))
    labels[0, :2] = 1
    f = lambda x, y: getattr(F, name)(x, y, how, 1)  # noqa: E731
    expected = np.stack([f(Tensor(x), y).data for x, y in zip(logits, labels, strict=True)])
    np.testing.assert_allclose(vmap(f)(logits, labels).data, expected)
    slope = vmap(lambda x, y: derivative(lambda x: f(x, y).sum())(x))(logits, labels)
    for k in range(5):
        x = Tensor(logits[k])
        f(x, labels[k]).sum().backward()
        np.testing.assert_allclose(slope.data[k], x.grad, atol=1e-14)


def test_an_example_is_one_row_of_logits_and_one_label():
    f = lambda w, x, y: F.cross_entropy(w @ x, y)  # noqa: E731
    found = vmap(f, (None, 0, 0))(Tensor(W), X, LABELS)
    expected = [f(Tensor(W), Tensor(x), y).item() for x, y in zip(X, LABELS, strict=True)]
    np.testing.assert_allclose(found.data, expected)


def test_examples_pick_rows_of_a_table_by_their_own_numbers():
    indices = np.array([[0, 2], [1, 1], [2, 0]])
    table = Tensor(W)
    found = vmap(lambda i, w: F.embedding(i, w) * 2.0, (0, None))(indices, table)
    np.testing.assert_array_equal(found.data, W[indices] * 2.0)
    found.sum().backward()
    np.testing.assert_array_equal(table.grad, np.full((3, 4), 4.0))


def test_a_comparison_is_one_for_each_example():
    f = lambda x: where(x > 0.0, x * x, -x).sum()  # noqa: E731
    expected = np.where(X > 0.0, X * X, -X).sum(axis=1)
    np.testing.assert_allclose(vmap(f)(X).data, expected)
    slope = vmap(derivative(f))(X)
    np.testing.assert_allclose(slope.data, np.where(X > 0.0, 2.0 * X, -1.0))


def test_places_and_orders_are_those_of_each_example():
    for f in (
        lambda x: x.argmax(),
        lambda x: x.argmin(0, True),
        lambda x: x.argmax(keepdims=True),
        lambda x: x.sort(descending=True).indices,
        lambda x: x.topk(2).indices,
        lambda x: x * (x == x.max()),
        lambda x: x[x.argmax()],
    ):
        expected = np.stack([np.asarray(getattr(y := f(Tensor(x)), "data", y)) for x in X])
        np.testing.assert_array_equal(vmap(f)(X).data, expected)


def test_transformations_nest_in_any_order():
    f = lambda x: (Tensor(W) @ x).tanh().sum()  # noqa: E731
    rows = [Tensor(x) for x in X]
    every = [
        (hessian, lambda g, x: g(f, x)),
        (jacobian, lambda g, x: g(lambda x: Tensor(W) @ x, x)),
        (hvp, lambda g, x: g(f, x, np.ones(4))),
        (jvp, lambda g, x: g(f, [x], [np.ones(4)])[1]),
        (vjp, lambda g, x: g(lambda x: Tensor(W) @ x, x)[1](np.ones(3))[0]),
    ]
    for transform, call in every:
        found = vmap(lambda x, t=transform, c=call: c(t, x))(X).data
        expected = [getattr(y := call(transform, x), "data", y) for x in rows]
        np.testing.assert_allclose(
            found, np.stack(expected), rtol=1e-12, err_msg=transform.__name__
        )
    total = derivative(lambda x: vmap(f)(x).sum())(Tensor(X))
    np.testing.assert_allclose(total.data, np.stack([derivative(f)(x).data for x in rows]))


def test_one_batch_inside_another_is_two_axes():
    f = lambda a, b: (a * b.tanh()).sum()  # noqa: E731
    table = vmap(lambda a: vmap(lambda b: f(a, b))(X))(X)
    expected = [[(a * np.tanh(b)).sum() for b in X] for a in X]
    np.testing.assert_allclose(table.data, expected)
    slopes = vmap(lambda a: vmap(lambda b: derivative(lambda a: f(a, b))(a))(X))(X)
    np.testing.assert_allclose(slopes.data, np.broadcast_to(np.tanh(X), (5, 5, 4)))


def test_axes_are_those_of_torch_func():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
    x, y = RNG.normal(size=(2, 5, 3)), RNG.normal(size=(3, 5))
    ours = vmap(lambda x, y: (x @ y).sin(), (1, -1), 1)(x, y)
    theirs = torch.func.vmap(lambda x, y: (x @ y).sin(), (1, -1), 1)(
        torch.tensor(x), torch.tensor(y)
    )
    np.testing.assert_allclose(ours.data, theirs.numpy())


def test_several_results_and_results_that_all_share():
    y, z = vmap(lambda x: (x.sum(), Tensor([1.0, 2.0])))(X)
    np.testing.assert_allclose(y.data, X.sum(axis=1))
    np.testing.assert_array_equal(z.data, [[1.0, 2.0]] * 5)


def test_without_recording_nothing_is_remembered():
    with no_grad():
        y = vmap(network, (None, 0))(Tensor(W), X)
    assert not y.requires_grad and y.op is None


def test_float32_stays_float32():
    assert vmap(lambda x: x.sum() * 2.0)(X.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: vmap(lambda x: x.sum(), (0, 0))(X), "there are 1 arguments"),
        (lambda: vmap(lambda x: x.sum(), None)(X), "with no examples"),
        (lambda: vmap(lambda x, y: x)(X, W), "with 3 and 5 examples"),
        (lambda: vmap(lambda x: x.sum(), 2)(X), "axes 0 to 1"),
        (lambda: vmap(lambda x: None)(X), "does it return its result"),
        (lambda: vmap(lambda x: float(x.sum()))(X), "inside vmap a tensor"),
        (lambda: vmap(lambda x: x if x.sum() > 0 else -x)(X), "inside vmap a tensor"),
        (lambda: vmap(lambda x: np.asarray(x.data))(X), "inside vmap a tensor"),
        (lambda: vmap(lambda x: x.sum().backward())(X), "inside vmap take gradients by"),
        (lambda: vmap(lambda x: x.unary(Op("own", lambda a: (a, (1.0,)))))(X), "run 'own' on a"),
        (lambda: vmap(lambda x: x[x.argmax(), None])(X), "inside vmap a tensor"),
        (lambda: vmap(lambda x: x[x > 0.0])(X), "not of bool: booleans pick other numbers"),
        (lambda: vmap(lambda x, i: x[i])(X, np.zeros(len(X))), "integers, not of float64"),
        (
            lambda: vmap(lambda x, t: F.cross_entropy(x, t))(X, np.full(len(X), 0.7)),
            "labels are class numbers, integers, not float64",
        ),
    ],
)
def test_what_vmap_cannot_do_is_said(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


def test_a_batch_without_examples_is_empty():
    assert vmap(lambda x: (x * 2.0).sum())(np.zeros((0, 4))).shape == (0,)


@pytest.mark.parametrize("how", ["mean", "sum", "none"])
@pytest.mark.parametrize("shape", [(0, 2, 3), (2, 0, 3), (2, 2, 3, 0)])
def test_a_batch_of_no_labels_has_the_loss_of_each_example(shape, how):
    labels = np.zeros((*shape[:2], *shape[3:]), int)
    found = vmap(lambda x, t: F.cross_entropy(x, t, how))(np.zeros(shape), labels)
    assert found.shape == (labels.shape if how == "none" else shape[:1])
    assert how == "none" or np.isnan(found.data).all() == (how == "mean" or not shape[0])


@pytest.mark.parametrize("shape", [(0, 3, 1, 4, 4), (2, 0, 1, 4, 4), (2, 3, 0, 4, 4)])
def test_images_of_no_numbers_are_pooled_to_none(shape):
    assert vmap(lambda x: F.avg_pool2d(x, 2))(np.zeros(shape)).shape == (*shape[:3], 2, 2)


def test_rows_of_no_numbers_have_sums_of_nothing():
    y = vmap(F.linear)(np.zeros((2, 3, 0)), np.zeros((2, 4, 0)))
    np.testing.assert_array_equal(y.data, np.zeros((2, 3, 4)))


def test_booleans_and_integers_that_stand_apart_pick_what_they_pick_in_numpy():
    a = np.random.default_rng(2).normal(size=(5, 2, 2, 3))
    index = (np.array([True, False]), -2, ..., np.array([[2], [0], [1]]))
    found = vmap(lambda x: x[index])(a)
    np.testing.assert_array_equal(found.data, np.stack([each[index] for each in a]))


def test_the_rows_of_a_batch_of_indices_are_those_that_are_there():
    table = np.arange(6.0).reshape(3, 2)
    with pytest.raises(IndexError, match="from -1 to 2; the weight has rows 0 to 2"):
        vmap(lambda i: F.embedding(i, table))(np.array([[0, -1], [1, 2]]))


def test_a_result_of_a_stack_of_examples_is_theirs():
    found = vmap(lambda x: stack([x.sum(), x.max()]))(X)
    np.testing.assert_allclose(found.data, np.stack([X.sum(axis=1), X.max(axis=1)], axis=1))
