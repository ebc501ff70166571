"""Compiled training steps against the eager engine: every op, layer and optimiser, and what a
recording holds only for."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensor_cases import CASES, each_case, operands_of

from autograd_lesson import Tensor, array_ops, derivative, nn, optim
from autograd_lesson import functional as F  # noqa: N812
from autograd_lesson.checkpoint import checkpoint
from autograd_lesson.compiler import compile_gradient, compile_step
from autograd_lesson.compiler.code import Refused, c_compiler
from autograd_lesson.compiler.steps.numpy_code import Code
from autograd_lesson.compiler.steps.traced import CannotRecord
from autograd_lesson.ops import Op
from autograd_lesson.tensor import concat, no_grad, stack, where
from benchmarks import tensors as networks

with_c = pytest.mark.skipif(not c_compiler(), reason="no C compiler was found")
TONGUES = ["numpy", pytest.param("c", marks=(with_c, pytest.mark.slow))]
PARTS = 6  # of all ops, each in one step of C
TOLERANCE = {np.float32: 2e-6, np.float64: 1e-12}


def eager(loss_of, parameters, examples):
    """The loss and the gradients by the engine."""
    for p in parameters:
        p.grad = None
    loss = loss_of(*examples)
    if loss.requires_grad:
        loss.backward()
    found = [p.grad for p in parameters]
    for p in parameters:
        p.grad = None
    return loss.item(), found


def assert_close(ours, expected, tolerance):
    """Equal relative to the largest number, nan and inf at the same places."""
    ours, expected = np.asarray(ours), np.asarray(expected)
    assert ours.shape == expected.shape and ours.dtype == expected.dtype
    finite = np.isfinite(expected)
    np.testing.assert_array_equal(ours[~finite], expected[~finite])
    largest = np.abs(expected[finite]).max(initial=0.0)
    np.testing.assert_allclose(ours[finite], expected[finite], rtol=0, atol=tolerance * largest)


def assert_steps_agree(step, loss_of, parameters, examples, tolerance):
    """One call of the step gives the loss and the gradients that the engine gives."""
    with np.errstate(all="ignore"):
        loss, expected = eager(loss_of, parameters, examples)
    assert_close(np.float64(step(*examples)), np.float64(loss), tolerance * 10)
    for p, g in zip(parameters, expected, strict=True):
        assert (p.grad is None) == (g is None)
        if g is not None:
            assert_close(p.grad, g, tolerance)
        p.grad = None


def step_of_case(name, dtype, seed=1):
    """A case as the loss of a step: parameters, a function of more operands, and new numbers."""
    case, rng = CASES[name], np.random.default_rng(seed)
    first, then = (
        [np.asarray(x, dtype) for x in operands_of(case, np.random.default_rng(k))]
        for k in (seed, seed + 1)
    )
    shape = case.ours(*map(Tensor, first)).shape
    upstream = Tensor(rng.uniform(0.5, 2.0, shape).astype(dtype), requires_grad=False)
    parameters = list(map(Tensor, first))

    def loss_of(*xs):
        y = case.ours(*parameters) * upstream + case.ours(*xs) * 0.5
        return y.sum()

    return parameters, loss_of, first, then


@pytest.mark.parametrize("dtype", [np.float32, pytest.param(np.float64, marks=pytest.mark.slow)])
@each_case
def test_every_op_computes_in_a_step_what_it_computes_eagerly(name, dtype):
    """Recorded with one set of numbers, called with others: as parameters, and as arguments."""
    parameters, loss_of, first, then = step_of_case(name, dtype)
    step = compile_step(loss_of, parameters, *map(Tensor, first), to="numpy")
    for p, x in zip(parameters, then, strict=True):
        p.data[...] = x
    examples = [Tensor(x[::-1] if x.ndim else x) for x in then]
    assert_steps_agree(step, loss_of, parameters, examples, TOLERANCE[dtype])


@with_c
@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("part", range(PARTS))
def test_every_op_computes_in_c_what_it_computes_eagerly(part, dtype):
    """Many ops in one step, each with parameters of its own: compiling takes longest."""
    cases = [step_of_case(name, dtype) for name in list(CASES)[part::PARTS]]
    parameters = [p for own, *_ in cases for p in own]

    def loss_of():
        return sum(
            (own_loss(*map(Tensor, given)) for _, own_loss, given, _ in cases), Tensor(dtype(0.0))
        )

    step = compile_step(loss_of, parameters, to="c")
    for own, _, _, then in cases:
        for p, x in zip(own, then, strict=True):
            p.data[...] = x
    assert_steps_agree(step, loss_of, parameters, [], TOLERANCE[dtype])


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("name", networks.NETWORKS)
def test_the_networks_of_the_benchmark_take_the_same_step(name, to):
    network, data, numbers = networks.problem(name)
    ours = networks.Ours()
    ours.prepare(numbers)

    def loss_of(x, labels):
        return network(ours, iter(ours.parameters), x, labels)

    step = compile_step(loss_of, ours.parameters, *data, to=to)
    rng = np.random.default_rng(5)
    others = [rng.permutation(each) for each in data]
    assert_steps_agree(step, loss_of, ours.parameters, others, 5e-6)


LAYERS = {
    "Linear": (lambda rng: nn.Linear(4, 3, rng=rng), (5, 4)),
    "Linear without bias": (lambda rng: nn.Linear(4, 3, bias=False, rng=rng), (2, 5, 4)),
    "Conv2d": (lambda rng: nn.Conv2d(2, 4, 3, 2, 1, groups=2, rng=rng), (3, 2, 6, 5)),
    "MaxPool2d": (
        lambda rng: nn.Sequential(nn.Conv2d(1, 2, 1, rng=rng), nn.MaxPool2d(2)),
        (2, 1, 4, 4),
    ),
    "LayerNorm": (lambda rng: nn.LayerNorm(4), (2, 3, 4)),
    "BatchNorm1d": (lambda rng: nn.BatchNorm1d(4), (6, 4)),
    "BatchNorm1d of lengths": (lambda rng: nn.BatchNorm1d(4), (6, 4, 3)),
    "BatchNorm2d, AvgPool2d": (
        lambda rng: nn.Sequential(nn.BatchNorm2d(2), nn.AvgPool2d(2)),
        (3, 2, 4, 4),
    ),
    "Embedding": (
        lambda rng: nn.Sequential(lambda x: np.argsort(x, -1), nn.Embedding(4, 3, rng=rng)),
        (3, 4),
    ),
    "Dropout": (lambda rng: nn.Sequential(nn.Linear(4, 8, rng=rng), nn.Dropout(0.4, 3)), (5, 4)),
    "ReLU, Tanh, Flatten": (
        lambda rng: nn.Sequential(
            nn.Flatten(), nn.Linear(8, 6, rng=rng), nn.ReLU(), nn.Linear(6, 2, rng=rng), nn.Tanh()
        ),
        (3, 4, 2),
    ),
}


def score(y):
    """A loss in which no gradient cancels."""
    return (y.sin() * (y + 0.3)).mean()


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_does_in_a_step_what_it_does_eagerly_for_several_steps(name, to):
    """Two models that begin alike: averages, generators and parameters move in the same way."""
    make, shape = LAYERS[name]
    compiled, model = (make(np.random.default_rng(0)) for _ in range(2))
    rng = np.random.default_rng(1)
    batches = [rng.normal(size=shape) for _ in range(4)]
    first = Tensor(batches[0])
    step = compile_step(lambda x: score(compiled(x)), compiled.parameters(), first, to=to)
    for x in batches:
        loss, expected = eager(lambda x: score(model(x)), model.parameters(), [Tensor(x)])
        assert_close(np.float64(step(Tensor(x))), np.float64(loss), 1e-12)
        for p, g in zip(compiled.parameters(), expected, strict=True):
            assert_close(p.grad, g, 1e-12)
            p.grad = None
    for (path, ours), (_, other) in zip(compiled.named_state(), model.named_state(), strict=True):
        np.testing.assert_allclose(
            getattr(ours, "array", ours), getattr(other, "array", other), err_msg=path
        )


OPTIMISERS = {
    "SGD": lambda ps: optim.SGD(ps, 0.1),
    "SGD with momentum": lambda ps: optim.SGD(ps, 0.1, momentum=0.9, weight_decay=0.01),
    "SGD, Nesterov": lambda ps: optim.SGD(ps, 0.1, momentum=0.9, nesterov=True),
    "Adam": lambda ps: optim.Adam(ps, 0.05, weight_decay=0.1),
    "AdamW": lambda ps: optim.AdamW(ps, 0.05),
}


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_moves_as_eagerly_while_its_rate_changes(name, dtype, to):
    rng = np.random.default_rng(0)
    start = [rng.normal(size=s).astype(dtype) for s in ((3, 4), (3,))]
    x = rng.normal(size=(6, 4)).astype(dtype)
    runs = []
    for is_compiled in (False, True):
        ps = list(map(Tensor, start))
        optimiser = OPTIMISERS[name](ps)

        def loss_of(x, ps=ps):
            return (F.linear(x, *ps).tanh() ** 2).mean()

        if is_compiled:
            step = compile_step(loss_of, ps, x, optimiser=optimiser, to=to)
        losses = []
        for k in range(6):
            optimiser.lr = 0.1 / (k + 1)
            if is_compiled:
                losses.append(step(x * (k + 1)))
            else:
                optimiser.zero_grad()
                loss = loss_of(x * dtype(k + 1))
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
        runs.append((losses, [p.numpy() for p in ps]))
    np.testing.assert_allclose(runs[0][0], runs[1][0], rtol=TOLERANCE[dtype] * 20)
    for a, b in zip(runs[0][1], runs[1][1], strict=True):
        np.testing.assert_allclose(
            a, b, rtol=TOLERANCE[dtype] * 20, atol=1e-7 if dtype is np.float32 else 0
        )


UNARY = ("exp", "tanh", "sigmoid", "relu", "sin", "cos", "abs", "neg", "square", "softmax", "norm")
BINARY = ("+", "-", "*", "/", "maximum", "minimum", "where", "@", "concat")
SHAPING = ("sum0", "mean1", "T", "slice", "reshape", "max1", "twice")


def applied(op, values, k):
    """One more value from those that there are: matrices of 4 x 4, so that all fit."""
    a, b = values[k % len(values)], values[(k // 7) % len(values)]
    match op:
        case "abs":
            return abs(a)
        case "neg":
            return -a
        case "square":
            return a**2
        case "softmax":
            return a.softmax(k % 2)
        case "norm":
            return F.layer_norm(a)
        case "where":
            return where(a > b, a, b * 2.0)
        case "@":
            return a @ b * 0.25
        case "concat":
            return concat([a[:2], b[2:]])
        case "/":
            return a / (b * b + 1.0)
        case "+" | "-" | "*":
            return {"+": a + b, "-": a - b, "*": a * b}[op]
        case "maximum" | "minimum":
            return getattr(a, op)(b)
        case "sum0":
            return a - a.sum(0)
        case "mean1":
            return a * a.mean(1, True)
        case "T":
            return a.T + b
        case "slice":
            return stack([a[k % 4], b[:, k % 4], a[0], a[-1]])
        case "reshape":
            return a.reshape(2, 8).T.reshape(4, 4) - b
        case "max1":
            return a - a.max(1, True)
        case "twice":
            return a[[0, 0, 2, 1]]
    return getattr(a, op)()


PROGRAMS = {
    "ops": st.lists(
        st.tuples(st.sampled_from(UNARY + BINARY + SHAPING), st.integers(0, 48)),
        min_size=1,
        max_size=10,
    ),
    "dtype": st.sampled_from([np.float32, np.float64]),
}


def assert_program_agrees(ops, dtype, to):
    """A random program, compiled, does what it does eagerly."""
    rng = np.random.default_rng(len(ops))
    parameters = [Tensor(rng.normal(size=(4, 4)).astype(dtype)) for _ in range(2)]

    def loss_of(x):
        values = [*parameters, x]
        for op, k in ops:
            values.append(applied(op, values, k))
        return sum((v.tanh().mean() for v in values[3:]), start=parameters[0].mean())

    examples = [rng.normal(size=(4, 4)).astype(dtype) for _ in range(2)]
    step = compile_step(loss_of, parameters, Tensor(examples[0]), to=to)
    assert_steps_agree(step, loss_of, parameters, [Tensor(examples[1])], 50 * TOLERANCE[dtype])


@pytest.mark.slow
@settings(max_examples=60)
@given(**PROGRAMS)
def test_a_random_program_takes_the_same_step(ops, dtype):
    assert_program_agrees(ops, dtype, "numpy")


@with_c
@pytest.mark.slow
@settings(max_examples=12)
@given(**PROGRAMS)
def test_a_random_program_takes_the_same_step_in_c(ops, dtype):
    assert_program_agrees(ops, dtype, "c")


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nan_and_inf_come_through_a_step_as_they_do_eagerly(dtype, bad, to):
    rng = np.random.default_rng(0)
    w = Tensor(rng.normal(size=(5, 4)).astype(dtype))
    images = rng.normal(size=(2, 1, 4, 4)).astype(dtype)

    def loss_of(x, images):
        h = F.linear(x, w)
        mask = np.triu(np.full((3, 5), -np.inf, dtype), 2)
        a = (h + mask).softmax().sum(0) + h.relu().max(0) + h.sigmoid().sum(0) + h.tanh().sum(0)
        pooled = F.max_pool2d(images * h[0, 0], 2)
        return a.sum() + F.cross_entropy(h, np.array([0, 1, 2])) + pooled.sum()

    x = rng.normal(size=(3, 4)).astype(dtype)
    step = compile_step(loss_of, [w], x, images, to=to)
    for place in ((0, 0), (2, 1)):
        broken, pictures = x.copy(), images.copy()
        broken[place] = bad
        pictures[0, 0, 1, 1] = bad
        assert_steps_agree(step, loss_of, [w], [broken, images], TOLERANCE[dtype])
        assert_steps_agree(step, loss_of, [w], [x, pictures], TOLERANCE[dtype])


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_slope_that_is_nowhere_is_zero_to_the_last_bit(dtype, to):
    p = Tensor(np.ones(3, dtype))
    compile_step(lambda: (p**0 * np.full(3, 1.5, dtype)).sum(), [p], to=to)()
    np.testing.assert_array_equal(p.grad, np.zeros(3, dtype), strict=True)


@pytest.mark.parametrize(
    "called",
    [
        lambda x: np.repeat(x, 2, 0),
        lambda x: np.take(x, np.array([0, 2]), 0),
        lambda x: np.std(x, 0, None, None, 1),
        lambda x: np.round(x, 1),
        lambda x: np.tile(x, (2, 1)),
        lambda x: np.tensordot(x, x, ((0,), (0,))),
        lambda x: np.diagonal(x, 1)[:, None],
    ],
)
def test_arguments_of_numpys_functions_are_known_by_their_place(called):
    w = Tensor([0.5, 2.0, -1.0])
    x, other = np.random.default_rng(1).normal(size=(2, 3, 3))
    step = compile_step(lambda x: (w * called(x)).sum(), [w], x, to="numpy")
    step(other)
    expected = (np.ones(3) * called(other)).reshape(-1, 3).sum(axis=0)
    np.testing.assert_allclose(w.grad, expected, rtol=1e-12)


def test_a_tensor_that_is_printed_while_recording_is_refused_in_words():
    w = Tensor([1.0])
    with pytest.raises(CannotRecord, match="the text of an array .* would fix a number"):
        compile_step(lambda: (repr(w), (w * 2.0).sum())[1], [w])


def test_a_gradient_of_a_gradient_in_the_loss_is_recorded():
    w = Tensor([0.5, -0.3, 0.8])

    def loss_of(x):
        slope = derivative(lambda x: ((x * w).tanh() * w).sum())(x)
        return (slope**2).sum() + (x * w).relu().sum()

    step = compile_step(loss_of, [w], Tensor([0.1, 0.2, 0.3]))
    assert_steps_agree(step, loss_of, [w], [Tensor([-0.5, 0.7, 1.0])], 1e-12)


def test_a_checkpoint_in_the_loss_is_recorded():
    w = Tensor(np.random.default_rng(0).normal(size=(4, 4)))

    def loss_of(x):
        return checkpoint(lambda x: (x @ w).tanh(), x).sum()

    step = compile_step(loss_of, [w], Tensor(np.ones((2, 4))))
    assert_steps_agree(step, loss_of, [w], [Tensor(np.full((2, 4), 0.3))], 1e-12)


# What a recording holds only for.


def linear_step(**settings):
    """A step of one layer, with its weight and its examples."""
    w = Tensor(np.ones((2, 3)))
    x = np.ones((4, 3))
    return compile_step(lambda x: F.linear(x, w).sum(), [w], x, **settings), w, x


@pytest.mark.parametrize(
    "other, says",
    [
        (np.ones((5, 3)), "argument 0 is an array of shape (5, 3) and type float64, and an array"),
        (np.ones((4, 3), np.float32), "type float32, and an array of shape (4, 3) and type flo"),
        (Tensor(np.ones((4, 3))), "a Tensor of shape (4, 3) and type float64 with a gradient"),
    ],
)
def test_another_shape_or_type_is_refused_or_compiled_anew(other, says):
    step, _, _ = linear_step()
    with pytest.raises(Refused, match=re.escape(says)):
        step(other)
    step, w, x = linear_step(recompile=True)
    assert step(other) == (other.numpy() if isinstance(other, Tensor) else other).sum() * 2
    assert step(x) == 24.0


def test_another_number_of_arguments_is_refused():
    step, _, x = linear_step()
    with pytest.raises(Refused, match="recorded with 1 arguments, and got 2"):
        step(x, x)


def test_a_branch_on_numbers_is_refused_where_it_would_be_the_other():
    w = Tensor(2.0)

    def loss_of(x):
        return w * x if x.sum() > 0 else w * x * x

    step = compile_step(loss_of, [w], Tensor(3.0))
    assert step(Tensor(4.0)) == 8.0
    with pytest.raises(Refused, match="had the answer True while recording, and has False"):
        step(Tensor(-4.0))
    step = compile_step(loss_of, [w], Tensor(3.0), recompile=True)
    assert step(Tensor(-4.0)) == 32.0 and step(Tensor(4.0)) == 8.0


@pytest.mark.parametrize(
    "loop",
    [
        "while x.sum() > 1.0: x = x * 0.5",
        "while True:\n        x = x * 0.5\n        if (x < 1.0).all(): break",
        "for _ in range(100):\n        x = x * 0.5\n        if not x.max() > 1.0: break",
        "while float(x.sum()) > 1.0: x = x * 0.5",
        "while True: pass",
        "while x.sum() > -1.0: x = x * 0.5",
    ],
)
def test_a_loop_whose_length_depends_on_numbers_is_refused_and_cannot_hang(loop, monkeypatch):
    monkeypatch.setattr("autograd_lesson.compiler.steps.record.MOST_STEPS", 3000)
    scope = {}
    exec(f"def loss_of(x):\n    {loop}\n    return (x * w).sum()", scope)
    scope["w"] = w = Tensor([1.0, 2.0])
    with pytest.raises(ValueError, match="loop|fix a number"):
        compile_step(scope["loss_of"], [w], Tensor([4.0, 5.0]))


def test_a_branch_for_each_layer_is_no_loop_on_numbers():
    ws = [Tensor(float(k)) for k in (1, 2, 3)]

    def loss_of(x):
        for w in ws:
            if (w * x > 100.0).any():
                raise OverflowError
            x = x * w
        return x.sum()

    step = compile_step(loss_of, ws, Tensor([1.0]))
    assert step(Tensor([2.0])) == 12.0


@pytest.mark.parametrize("kind", ["array", "tensor", "view"])
def test_what_is_used_from_outside_may_not_change_unseen(kind):
    w, mask = Tensor([1.0, 2.0]), np.array([1.0, 0.0])
    used = {"array": mask, "tensor": Tensor(mask), "view": mask[::-1]}[kind]
    step = compile_step(lambda x: (w * x * used).sum(), [w], np.ones(2))
    assert step(np.ones(2)) == (2.0 if kind == "view" else 1.0)
    target = used.data if kind == "tensor" else mask
    target[...] = 5.0
    with pytest.raises(Refused, match="from outside"):
        step(np.ones(2))


def test_a_name_that_stands_for_something_else_is_noticed():
    w, scale, factor = Tensor(2.0), 3.0, np.array(1.0)

    def loss_of(x):
        return w * x * scale * factor

    step = compile_step(loss_of, [w], 1.0)
    assert step(2.0) == 12.0
    scale = 4.0
    with pytest.raises(Refused, match=r"`scale` was 3.0 and is 4.0 since"):
        step(2.0)
    scale, factor = 3.0, np.array(2.0)
    with pytest.raises(Refused, match="`factor`"):
        step(2.0)


def test_training_and_use_are_two_programs():
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Dropout(0.5, 0))
    x = np.ones((2, 3))
    step = compile_step(lambda x: model(x).sum(), model.parameters(), x)
    model.eval()
    with pytest.raises(Refused, match="`training` of .* was True and is False"):
        step(x)
    step = compile_step(lambda x: model(x).sum(), model.parameters(), x, recompile=True)
    assert step(x) == pytest.approx(model(x).sum().item(), rel=1e-12)
    model.train()
    assert step(x) != model.eval()(x).sum().item()


def test_dropout_draws_anew_from_its_generator_in_each_call_and_compiling_draws_nothing():
    draws = []
    for is_compiled in (True, False):
        rng = np.random.default_rng(7)
        w = Tensor(np.ones(8))

        def loss_of(x, w=w, rng=rng):
            return (F.dropout(w * x, 0.5, True, rng) * np.arange(8.0)).sum()

        step = compile_step(loss_of, [w], np.ones(8)) if is_compiled else loss_of
        draws.append([float(step(np.ones(8))) for _ in range(4)])
    assert draws[0] == draws[1] and len(set(draws[0])) > 1


def test_another_generator_is_noticed():
    layer, w = nn.Dropout(0.5, 0), Tensor(np.ones(4))
    step = compile_step(lambda x: layer(w * x).sum(), [w], np.ones(4))
    layer.rng = np.random.default_rng(0)
    with pytest.raises(Refused, match="`rng` of Dropout"):
        step(np.ones(4))


def test_numbers_that_are_drawn_inside_are_refused():
    w, rng = Tensor([1.0, 2.0]), np.random.default_rng(0)
    with pytest.raises(ValueError, match="recorded twice .* differs"):
        compile_step(lambda x: (w * x + rng.normal(size=2)).sum(), [w], np.ones(2))


def test_a_seed_inside_gives_the_same_each_time():
    w = Tensor(np.ones(6))

    def loss_of(x):
        return F.dropout(w * x, 0.5, True, 3).sum()

    step = compile_step(loss_of, [w], np.ones(6))
    assert step(np.ones(6)) == step(np.ones(6)) == loss_of(np.ones(6)).item()


def test_labels_out_of_range_get_the_words_of_the_loss():
    w = Tensor(np.ones((3, 2)))
    step = compile_step(
        lambda x, y: F.cross_entropy(F.linear(x, w), y), [w], np.ones((2, 2)), np.array([0, 2])
    )
    with pytest.raises(ValueError, match="labels run from 0 to 3; with 3 classes"):
        step(np.ones((2, 2)), np.array([0, 3]))


def test_a_parameter_that_is_replaced_is_read_and_one_that_is_frozen_is_noticed():
    step, w, x = linear_step()
    w.data = np.full((2, 3), 2.0)
    assert step(x) == 48.0
    w.requires_grad = False
    with pytest.raises(Refused, match="takes no gradient any more"):
        step(x)


def test_gradients_add_up_and_are_the_learners_own():
    step, w, x = linear_step()
    step(x)
    kept = w.grad
    step(x)
    np.testing.assert_array_equal(w.grad, np.full((2, 3), 8.0))
    np.testing.assert_array_equal(kept, np.full((2, 3), 4.0))


def test_everything_is_as_before_after_a_recording_that_fails():
    w = Tensor([1.0, 2.0])
    w.grad = np.ones(2)
    array = w.array
    with pytest.raises(ValueError, match="fix a number"):
        compile_step(lambda x: (w * x).sum() * float((w * x).sum()), [w], Tensor([1.0, 1.0]))
    assert w.array is array and w.grad.tolist() == [1.0, 1.0]
    assert (w * 2.0).sum().item() == 6.0


def test_a_step_in_which_a_tensor_from_outside_is_written_to_is_refused():
    w, mean = Tensor([1.0]), Tensor([0.0], requires_grad=False)

    def loss_of(x):
        with no_grad():
            mean.data = mean.data * 0.9 + x.data * 0.1
        return (w * x).sum()

    with pytest.raises(ValueError, match="changes a tensor .* from outside"):
        compile_step(loss_of, [w], Tensor([2.0]))
    assert mean.data.tolist() == [0.0]


@pytest.mark.parametrize(
    "call, error, says",
    [
        (lambda w: compile_step(3.0, [w], 1.0), TypeError, "the function comes first"),
        (lambda w: compile_step(lambda x: w * x, [w * 1.0], 1.0), TypeError, "that are leaves"),
        (lambda w: compile_step(lambda x: w * x, [w, w], 1.0), ValueError, "stands twice"),
        (lambda w: compile_step(lambda x: w * x, [w], [1.0, 2.0]), ValueError, "one number"),
        (lambda w: compile_step(lambda x: None, [w], 1.0), TypeError, "returned nothing"),
        (lambda w: compile_step(lambda x: w * x, [w], "a"), TypeError, "argument 0 is str"),
        (
            lambda w: compile_step(lambda x: w * x, [], 1.0, optimiser=optim.SGD([w])),
            ValueError,
            "none of the parameters",
        ),
        (lambda w: compile_step(lambda x: w * x, [w], 1.0, optimiser="SGD"), TypeError, "optim.py"),
        (
            lambda w: compile_step(lambda x: (w * x)[x > 0].sum(), [w], np.ones(2)),
            ValueError,
            "index of booleans",
        ),
    ],
)
def test_what_cannot_be_compiled_is_refused_in_a_sentence(call, error, says):
    with pytest.raises(error, match=says):
        call(Tensor(2.0))


def test_recording_is_the_same_program_each_time():
    texts = {str(linear_step()[0].program) + linear_step()[0].source for _ in range(2)}
    assert len(texts) == 1


# Memory, and what lies in the cache.


def small_network(to, **settings):
    """A step of two layers, with its parameters and data."""
    rng = np.random.default_rng(0)
    shapes = ((32, 16), (32,), (8, 32), (8,))
    ps = [Tensor(rng.normal(size=s).astype(np.float32)) for s in shapes]
    data = rng.normal(size=(64, 16)).astype(np.float32), rng.integers(0, 8, 64)

    def loss_of(x, y):
        return F.cross_entropy(F.linear(F.linear(x, ps[0], ps[1]).relu(), ps[2], ps[3]), y)

    return compile_step(loss_of, ps, *data, to=to, **settings), ps, data


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("name", networks.NETWORKS)
def test_a_planned_step_needs_less_memory_and_computes_the_same_bits(name, to):
    network, data, numbers = networks.problem(name, 4)
    ours = networks.Ours()
    ours.prepare(numbers)
    step = compile_step(
        lambda x, y: network(ours, iter(ours.parameters), x, y), ours.parameters, *data, to=to
    )
    step(*data)
    plan = step.plans[0]
    given = {name: plan.code.arrays[name] for name in plan.given}
    roomy = Code(plan.program, given, to, reuses=False)
    for place, x in enumerate(data):
        roomy.arrays[f"x{place}"][...] = x
    roomy.run(pytest.fail)
    assert step.peak < 0.9 * roomy.plan.peak
    for place, result in zip(plan.recording.moved, plan.program.results[1:], strict=True):
        np.testing.assert_array_equal(ours.parameters[place].grad, roomy.arrays[result])


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("name", ["conv net on 8x8, batch 64", "LeNet-5 on 28x28, batch 64"])
def test_images_lie_with_the_batch_last_and_are_laid_out_once(name, to):
    network, data, numbers = networks.problem(name, 8)
    ours = networks.Ours()
    ours.prepare(numbers)
    step = compile_step(
        lambda x, y: network(ours, iter(ours.parameters), x, y), ours.parameters, *data, to=to
    )
    images = {k: a for k, a in step.plans[0].arrays.items() if a.shape[:1] == (8,) and a.ndim == 4}
    assert len(images) > 20
    for line in step.program.lines:
        if line.name in images and line.op in ("cut", "maximum", "+", "==", "pad"):
            assert images[line.name].strides[0] == line.dtype.itemsize, line
    assert "_unfolded" not in step.source


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("name", networks.NETWORKS)
def test_no_two_arrays_that_are_needed_at_once_share_memory(name, to):
    """By the plan itself: lives that meet lie apart, or are one block."""
    network, data, numbers = networks.problem(name, 2)
    ours = networks.Ours()
    ours.prepare(numbers)
    step = compile_step(
        lambda x, y: network(ours, iter(ours.parameters), x, y), ours.parameters, *data, to=to
    )
    blocks = step.plans[0].code.plan.blocks
    assert len(blocks) > 5
    for k, a in enumerate(blocks):
        for b in blocks[:k]:
            meet = a.first <= b.last and b.first <= a.last
            apart = a.offset + a.size <= b.offset or b.offset + b.size <= a.offset
            assert apart or not meet, (a, b)


def test_no_copy_of_a_parameter_can_be_taken_for_a_view_of_it():
    """A layout that ascribed to it more memory than it had did so wherever a copy came to lie."""
    p, kept = Tensor(np.arange(6.0).reshape(2, 3)), np.arange(6.0)
    step = compile_step(lambda: (p.transpose().reshape(6) * kept).sum(), [p], to="numpy")
    layout = step.plans[0].code.layout
    for name in layout.outside:
        owned = step.plans[0].arrays[name]
        assert np.lib.array_utils.byte_bounds(layout.arrays[name]) == (
            np.lib.array_utils.byte_bounds(owned)
        )
    assert layout.copied


@with_c
@pytest.mark.parametrize(
    "broken",
    [
        *(pytest.param(x, marks=pytest.mark.slow) for x in ("foreign", "without its mark", "mark")),
        *("cut off", "whole"),
    ],
)
def test_a_broken_or_foreign_file_in_the_cache_is_made_again(broken, tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_LESSON_CACHE", str(tmp_path))
    step, ps, data = small_network("c")
    loss = step(*data)
    (made,) = tmp_path.glob("*.so")
    (mark,) = tmp_path.glob("*.sha256")
    good, stamp = made.read_bytes(), made.stat().st_mtime_ns
    if broken == "cut off":
        made.unlink()
        made.write_bytes(good[:100])
    elif broken == "foreign":
        made.unlink()
        made.write_bytes(b"not a library")
    elif broken == "without its mark":
        mark.unlink()
    elif broken == "mark":
        mark.write_bytes(b"\xff\xfe")
    again, _, _ = small_network("c")
    assert again(*data) == loss
    assert (made.stat().st_mtime_ns == stamp) == (broken == "whole")


@with_c
def test_a_cache_folder_that_cannot_be_written_to_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AUTOGRAD_LESSON_CACHE", str(tmp_path / "file" / "folder"))
    step, _, data = small_network("c")
    assert np.isfinite(step(*data))


def test_without_a_compiler_a_step_is_numpy_and_says_so(monkeypatch):
    monkeypatch.setattr("autograd_lesson.compiler.steps.step.c_compiler", tuple)
    step, _, data = small_network(None)
    assert "no C compiler was found" in repr(step) and "kernels" not in step.source
    assert np.isfinite(step(*data))
    with pytest.raises(RuntimeError, match="no C compiler was found"):
        small_network("c")


def test_what_runs_on_no_system_is_no_compiler(tmp_path, monkeypatch):
    file = tmp_path / "cc"
    file.write_text("no program")
    file.chmod(0o755)
    monkeypatch.setattr("autograd_lesson.compiler.code.shutil.which", lambda name: str(file))
    monkeypatch.setenv("CC", "'cc")  # a quote without an end
    step, _, data = small_network(None)
    assert "the C compiler refused the kernels" in repr(step) and np.isfinite(step(*data))
    with pytest.raises(RuntimeError, match="is no program that runs here"):
        compile_gradient(lambda x: x * x, 1.0, to="c")


def test_where_no_code_may_be_loaded_a_step_is_numpy(tmp_path, monkeypatch):
    def refused(name):
        raise OSError("failed to map segment from shared object")

    monkeypatch.setenv("AUTOGRAD_LESSON_CACHE", str(tmp_path))
    monkeypatch.setattr("autograd_lesson.compiler.steps.cache.ctypes.CDLL", refused)
    step, _, data = small_network(None)
    assert "NumPy" in repr(step) and np.isfinite(step(*data))


def test_code_that_the_compiler_refuses_is_done_without(monkeypatch):
    monkeypatch.setattr("autograd_lesson.compiler.steps.c_code.BEGINS", "this is no C\n")
    step, _, data = small_network(None)
    assert "NumPy" in repr(step) and np.isfinite(step(*data))


@pytest.mark.parametrize("to", TONGUES)
def test_nothing_moves_where_a_question_has_another_answer(to):
    w = Tensor([1.0, 2.0, 3.0])

    def loss_of(x):
        y = (w * x).sum()
        return y if (x > 0.0).all() else -y

    step = compile_step(loss_of, [w], np.ones(3), optimiser=optim.SGD([w], 0.5), to=to)
    with pytest.raises(Refused):
        step(np.array([1.0, -1.0, 1.0]))
    assert w.data.tolist() == [1.0, 2.0, 3.0]
    step(np.ones(3))
    assert w.data.tolist() == [0.5, 1.5, 2.5]


@pytest.mark.parametrize("to", TONGUES)
def test_a_question_is_asked_before_its_answer_is_written_over(to):
    """The kernels of one call run before the question: they may not take its place in memory."""
    w, rng = Tensor(np.ones((4, 6), np.float32)), np.random.default_rng(0)

    def loss_of(x, y):
        logits = F.linear(x, w)
        return F.cross_entropy(logits, y, "sum") + F.cross_entropy(logits, y, label_smoothing=0.1)

    data = rng.normal(size=(5, 6)).astype(np.float32), rng.integers(0, 4, 5)
    step = compile_step(loss_of, [w], *data, to=to)
    for _ in range(3):
        assert_steps_agree(step, loss_of, [w], data, 2e-6)


@pytest.mark.parametrize("to", TONGUES)
def test_rows_too_long_for_the_stack_and_parameters_in_any_order_are_computed(to):
    rng = np.random.default_rng(0)
    long = Tensor(rng.normal(size=(2, 300_000)))
    fortran = Tensor(np.asfortranarray(rng.normal(size=(4, 6))))
    strided = Tensor(rng.normal(size=(8, 6))[::2])
    assert fortran.array.flags.f_contiguous and not fortran.array.flags.c_contiguous

    def loss_of(x):
        y = F.linear(x, fortran).softmax() @ strided
        return (long.softmax() * long).sum() + F.layer_norm(long).max() + y.max(0).sum()

    step = compile_step(loss_of, [long, fortran, strided], np.ones((3, 6)), to=to)
    examples = [rng.normal(size=(3, 6))]
    assert_steps_agree(step, loss_of, [long, fortran, strided], examples, 1e-12)


def test_an_op_that_no_table_knows_is_computed_by_its_rule():
    double = array_ops.together("double", lambda a: (double((), a), (2.0,)), lambda a: a * 2.0)
    w = Tensor([1.0, 2.0])
    step = compile_step(
        lambda x: (w * x).unary(Op("double", lambda a: (double((), a), (2.0,)))).sum(), [w], 1.0
    )
    assert step(3.0) == 18.0 and w.grad.tolist() == [6.0, 6.0]


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("how", ["mean", "sum", "none"])
def test_labels_that_do_not_count_may_be_others_in_each_call(how, to):
    w, rng = Tensor(np.random.default_rng(1).normal(size=(4, 6))), np.random.default_rng(0)

    def loss_of(x, y):
        return (F.cross_entropy(F.linear(x, w), y, how) * 2.0).sum()

    x = rng.normal(size=(5, 6))
    step = compile_step(loss_of, [w], x, np.array([0, 1, 2, 3, 0]), to=to)
    for labels in ([0, -100, 2, -100, 1], [3, 3, 3, 3, 3], [-100] * 5):
        assert_steps_agree(step, loss_of, [w], [x, np.array(labels)], 1e-12)


@with_c
def test_the_c_of_a_step_is_read_in_one_kernel_for_each_chain():
    step, _, _ = small_network("c")
    assert step.source.count("static void kernel_") < len(step.program.lines) / 2
    assert "exp_float(" in step.source and "-ffast-math" not in step.source
