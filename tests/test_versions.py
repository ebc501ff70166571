"""Programs of ops, reads and writes, run by us and by PyTorch: who refuses, and with what gradient.

Each program runs three times: on our tensors, on PyTorch's, and on PyTorch's without any write in
place, where a write makes a new tensor of the new numbers that passes gradients on as the old one
did. That third run is the oracle: it has the gradient of what was computed at the time.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd_lesson import Tensor
from autograd_lesson import functional as F  # noqa: N812
from autograd_lesson.tensor import concat, einsum, stack, where

torch = pytest.importorskip("torch", reason="PyTorch is the judge of these programs")

N = 3  # every tensor is a square of this size
HALVES = 0.5 * np.eye(N) + 0.1
PICK = [2, 0, 0]
MASK = np.arange(N * N).reshape(N, N) % 2 == 0

# name: (ours, PyTorch's), of two tensors of which the second may be left alone
OPS = {
    "a + b": (lambda a, b: a + b, lambda a, b: a + b),
    "a - b": (lambda a, b: a - b, lambda a, b: a - b),
    "a * b": (lambda a, b: a * b, lambda a, b: a * b),
    "a @ b": (lambda a, b: a @ b, lambda a, b: a @ b),
    "a / (1 + b * b)": (lambda a, b: a / (1.0 + b * b), lambda a, b: a / (1.0 + b * b)),
    "2 * a": (lambda a, b: 2.0 * a, lambda a, b: 2.0 * a),
    "a * constant": (lambda a, b: a * HALVES, lambda a, b: a * torch.tensor(HALVES)),
    "constant @ a": (lambda a, b: HALVES @ a, lambda a, b: torch.tensor(HALVES) @ a),
    "-a": (lambda a, b: -a, lambda a, b: -a),
    "exp": (lambda a, b: (0.1 * a).exp(), lambda a, b: (0.1 * a).exp()),
    "tanh": (lambda a, b: a.tanh(), lambda a, b: a.tanh()),
    "sigmoid": (lambda a, b: a.sigmoid(), lambda a, b: a.sigmoid()),
    "sin": (lambda a, b: a.sin(), lambda a, b: a.sin()),
    "relu": (lambda a, b: a.relu(), lambda a, b: a.relu()),
    "a ** 2": (lambda a, b: a**2, lambda a, b: a**2),
    "a.T": (lambda a, b: a.T, lambda a, b: a.T),
    "rows picked": (lambda a, b: a[PICK], lambda a, b: a[PICK]),
    "a[1] to all rows": (lambda a, b: a[1] + 0.0 * b, lambda a, b: a[1] + 0.0 * b),
    "reshaped twice": (
        lambda a, b: a.reshape(N * N).reshape(N, N),
        lambda a, b: a.reshape(N * N).reshape(N, N),
    ),
    "sum over rows": (lambda a, b: b + a.sum(0), lambda a, b: b + a.sum(0)),
    "mean of columns": (lambda a, b: b * a.mean(1), lambda a, b: b * a.mean(1)),
    "max over rows": (lambda a, b: b + a.max(0), lambda a, b: b + a.amax(0)),
    "softmax": (lambda a, b: a.softmax(), lambda a, b: a.softmax(-1)),
    "log_softmax": (lambda a, b: a.log_softmax(), lambda a, b: a.log_softmax(-1)),
    "logsumexp": (lambda a, b: b + a.logsumexp(), lambda a, b: b + a.logsumexp(-1)),
    "layer_norm": (
        lambda a, b: F.layer_norm(a, b[0], b[1]),
        lambda a, b: torch.nn.functional.layer_norm(a, (N,), b[0], b[1]),
    ),
    "linear": (
        lambda a, b: F.linear(a, b, b[0]),
        lambda a, b: torch.nn.functional.linear(a, b, b[0]),
    ),
    "einsum": (
        lambda a, b: einsum("ij,jk->ik", a, b),
        lambda a, b: torch.einsum("ij,jk->ik", a, b),
    ),
    "conv2d": (
        lambda a, b: F.conv2d(a.reshape(1, 1, N, N), b.reshape(1, 1, N, N), padding=1)[0, 0],
        lambda a, b: torch.nn.functional.conv2d(a[None, None], b[None, None], padding=1)[0, 0],
    ),
    "concat": (lambda a, b: concat([a[:1], b[1:]]), lambda a, b: torch.cat([a[:1], b[1:]])),
    "stack": (lambda a, b: stack([a[0], b[1], a[2]]), lambda a, b: torch.stack([a[0], b[1], a[2]])),
    "where": (lambda a, b: where(MASK, a, b), lambda a, b: torch.where(torch.tensor(MASK), a, b)),
}
# name: (on the array of our tensor, on PyTorch's tensor detached, which shares its counter)
WRITES = {
    "one element": (lambda x: x.__setitem__((0, 1), 0.7), lambda x: x.__setitem__((0, 1), 0.7)),
    "*= 0.5": (lambda x: x.__imul__(0.5), lambda x: x.mul_(0.5)),
    "out=": (lambda x: np.negative(x, out=x), lambda x: torch.neg(x, out=x)),
    "a row, through a view": (lambda x: x[1].fill(0.3), lambda x: x[1].fill_(0.3)),
    "through a view of a view": (
        lambda x: x.T[1:][0].__setitem__(2, -0.4),
        lambda x: x.T[1:][0].__setitem__(2, -0.4),
    ),
}
READS = (lambda x: x.sum(), lambda x: x[0, 0], lambda x: x * 2.0, lambda x: x[1:].T)

place = st.integers(0, 30)
op = st.tuples(st.just("op"), st.sampled_from(sorted(OPS)), place, place)
write = st.tuples(st.just("write"), st.sampled_from(sorted(WRITES)), place)
read = st.tuples(st.just("read"), st.sampled_from(range(len(READS))), place)
programs = st.lists(st.one_of(op, op, write, read), min_size=1, max_size=9)
START = np.random.default_rng(0).uniform(-1.0, 1.0, (2, N, N))


def run_ours(program):
    """The leaves, and the result."""
    pool = [Tensor(numbers, label=f"x{k}") for k, numbers in enumerate(START)]
    leaves = pool[:]
    for kind, name, *places in program:
        chosen = [pool[place % len(pool)] for place in places]
        if kind == "op":
            pool.append(OPS[name][0](*chosen))
        elif kind == "write":
            WRITES[name][0](chosen[0].data)
        else:
            READS[name](chosen[0].data)
    return leaves, sum((k + 1.0) * x.sum() for k, x in enumerate(pool))


def run_torch(program, in_place=True):
    """The same; without writes in place where asked."""
    pool = [torch.tensor(numbers, requires_grad=True) for numbers in START]
    leaves, arrays = pool[:], [x.detach().clone() for x in pool]  # arrays: the numbers, written to
    for kind, name, *places in program:
        chosen = [place % len(pool) for place in places]
        if kind == "op":
            pool.append(OPS[name][1](*[pool[k] for k in chosen]))
            arrays.append(OPS[name][1](*[arrays[k] for k in chosen]).detach())
        elif kind == "write" and in_place:
            WRITES[name][1](pool[chosen[0]].detach())
        elif kind == "write":
            WRITES[name][1](arrays[chosen[0]])
            pool = [
                old if torch.equal(old.detach(), new) else (old - old.detach()) + new.clone()
                for old, new in zip(pool, arrays, strict=True)
            ]
    return leaves, sum((k + 1.0) * x.sum() for k, x in enumerate(pool))


def gradients(leaves, loss):
    """The gradients of the leaves as arrays, or the text of the refusal."""
    try:
        loss.backward()
    except RuntimeError as error:
        return str(error)
    return [np.zeros((N, N)) if x.grad is None else np.asarray(x.grad) for x in leaves]


@pytest.mark.slow
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(programs)
def test_where_pytorch_refuses_nothing_neither_do_we_and_no_gradient_is_wrong(program):
    ours, theirs = gradients(*run_ours(program)), gradients(*run_torch(program))
    right = gradients(*run_torch(program, in_place=False))
    if not isinstance(theirs, str):
        assert not isinstance(ours, str), ours
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    if not isinstance(ours, str):
        np.testing.assert_allclose(ours, right, rtol=1e-9, atol=1e-12)


KEPT = {  # by a function of the rule, or only for an operand that takes no gradient
    "einsum": (lambda x: einsum("ij,jk->ik", x, x), True),
    "@": (lambda x: x @ x, True),
    "conv2d": (lambda x: OPS["conv2d"][0](x, x), True),
    "a number times x": (lambda x: 2.0 * x, False),
    "x @ constant": (lambda x: x @ HALVES, False),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_is_found_inside_functions_and_only_where_it_is_needed(name):
    f, is_needed = KEPT[name]
    x = Tensor(START[0], label="x")
    y = f(x).sum()
    x.data[0] = 0.0
    if not is_needed:
        y.backward()
        return
    with pytest.raises(RuntimeError, match="changed in place after"):
        y.backward()


def test_a_view_of_a_view_shares_the_counter_of_the_first_tensor():
    x = Tensor(START[0], label="x")
    y = (x.T[1:] * 2.0 * x.T[1:]).sum()
    x.data[0] = 0.0
    with pytest.raises(RuntimeError, match="changed in place after"):
        y.backward()
    assert x.T[1:][0].version is x.version
