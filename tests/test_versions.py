"""Programs of ops, reads and writes, run by us and by PyTorch: who refuses, and with what gradient.

Each program runs three times: on our tensors, on PyTorch's, and on PyTorch's without any write in
place, where a write makes a new tensor of the new numbers that passes gradients on as the old one
did. That third run is the oracle: it has the gradient of what was computed at the time.
"""

import copy
import pickle
import random

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


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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


ROWS = np.ones((N, N))
TAKEN = np.zeros((1, N), int)
COUNTED = {  # ways to write that x.data knows of
    "an element": lambda a: a.__setitem__((0, 0), 9.0),
    "+=": lambda a: a.__iadd__(1.0),
    "@=": lambda a: a[:1].__imatmul__(np.full((N, N), 2.0)),
    "a.flat[i] =": lambda a: a.flat.__setitem__(0, 9.0),
    "a.flat[i] +=": lambda a: a.flat.__setitem__(0, a.flat[0] + 1.0),
    "a.flat =": lambda a: setattr(a, "flat", 9.0),
    "a.T": lambda a: a.T.__setitem__(0, 9.0),
    "ravel": lambda a: a.ravel().__setitem__(0, 9.0),
    "np.ravel": lambda a: np.ravel(a).__setitem__(0, 9.0),
    "reshape": lambda a: a.reshape(-1)[1:].__setitem__(0, 9.0),
    "real": lambda a: a.real.__setitem__(0, 9.0),
    "np.real": lambda a: np.real(a).__setitem__(0, 9.0),
    "a view": lambda a: a.view().fill(9.0),
    "another dtype": lambda a: a.view(np.int64).__setitem__(0, 1),
    "a structured view": lambda a: a.view([("x", float)])["x"].__setitem__(0, 9.0),
    "fill": lambda a: a.fill(9.0),
    "put": lambda a: a.put(0, 9.0),
    "sort": lambda a: a.sort(axis=0),
    "partition": lambda a: a.partition(1, axis=0),
    "setfield": lambda a: a.setfield(9.0, np.float64),
    "byteswap": lambda a: a.byteswap(True),
    "byteswap by name": lambda a: a.byteswap(inplace=True),
    "take(out=)": lambda a: a.take([0, 1, 2], 0, a[::-1]),
    "take of another": lambda a: np.take(ROWS, [0, 1, 2], axis=0, out=a),
    "np.take, fourth place": lambda a: np.take(ROWS, [0], 0, a[:1]),
    "np.dot, third place": lambda a: np.dot(ROWS, ROWS, a),
    "np.dot(out=)": lambda a: np.dot(ROWS, ROWS, out=a),
    "np.matmul, third place": lambda a: np.matmul(ROWS, ROWS, a),
    "np.add, third place": lambda a: np.add(ROWS, ROWS, a),
    "np.choose, third place": lambda a: np.choose(TAKEN.repeat(N, 0), [ROWS], a),
    "np.compress, fourth place": lambda a: np.compress([True], ROWS, 0, a[:1]),
    "np.concatenate, third place": lambda a: np.concatenate((ROWS[:1], ROWS[1:]), 0, a),
    "np.concatenate(out=)": lambda a: np.concatenate((ROWS[:1], ROWS[1:]), out=a),
    "np.stack, third place": lambda a: np.stack(list(ROWS), 0, a),
    "np.clip, fourth place": lambda a: np.clip(ROWS, 0.0, 1.0, a),
    "np.cumsum, fourth place": lambda a: np.cumsum(ROWS, 0, None, a),
    "np.round, third place": lambda a: np.round(ROWS, 0, a),
    "np.mean, fourth place": lambda a: np.mean(ROWS, 0, None, a[0]),
    "np.max(out=)": lambda a: np.max(ROWS, axis=0, out=a[0]),
    "sum(out=)": lambda a: a.sum(axis=0, out=a[0]),
    "np.einsum(out=)": lambda a: np.einsum("ij->ji", ROWS, out=a),
    "np.linalg.multi_dot(out=)": lambda a: np.linalg.multi_dot([ROWS, ROWS, ROWS], out=a),
    "reduce(out=)": lambda a: np.add.reduce(ROWS, out=a[0]),
    "accumulate(out=)": lambda a: np.add.accumulate(ROWS, out=a),
    "ufunc.at": lambda a: np.add.at(a, 0, 1.0),
    "two results": lambda a: np.modf(ROWS, out=(a, None)),
    "np.copyto": lambda a: np.copyto(a, 9.0),
    "np.copyto(dst=)": lambda a: np.copyto(dst=a, src=9.0),
    "np.put": lambda a: np.put(a, 0, 9.0),
    "np.put(a=)": lambda a: np.put(a=a, ind=0, v=9.0),
    "np.place": lambda a: np.place(a, ROWS > 0, [9.0]),
    "np.place(arr=)": lambda a: np.place(arr=a, mask=ROWS > 0, vals=[9.0]),
    "np.putmask": lambda a: np.putmask(a, ROWS > 0, 9.0),
    "np.put_along_axis": lambda a: np.put_along_axis(a, TAKEN, 9.0, 0),
    "np.put_along_axis(arr=)": lambda a: np.put_along_axis(
        arr=a, indices=TAKEN, values=9.0, axis=0
    ),
    "np.fill_diagonal": lambda a: np.fill_diagonal(a, 9.0),
    "np.fill_diagonal(a=)": lambda a: np.fill_diagonal(a=a, val=9.0),
    "np.nan_to_num(copy=False)": lambda a: np.nan_to_num(a, copy=False, posinf=9.0),
    "np.median(overwrite_input=)": lambda a: np.median(a, axis=0, overwrite_input=True),
    "the base of a view": lambda a: a[1:].T.base.__setitem__(0, 9.0),
    "a masked array": lambda a: np.ma.array(a, copy=False).__setitem__(0, 9.0),
    "random.shuffle": lambda a: random.Random(1).shuffle(a[0]),
}
LOCKED = {  # ways past it, which NumPy refuses, since the memory is locked
    "x.array": lambda x: x.array.__setitem__(0, 9.0),
    "x.array +=": lambda x: x.array.__iadd__(9.0),
    "x.data.base": lambda x: x.data.base.__setitem__(0, 9.0),
    "np.asarray": lambda x: np.asarray(x.data).__setitem__(0, 9.0),
    "np.array(copy=None)": lambda x: np.array(x.data, copy=None).__setitem__(0, 9.0),
    "memoryview": lambda x: memoryview(x.data).__setitem__((0, 0), 9.0),
    "a.data": lambda x: x.data.data.__setitem__((0, 0), 9.0),
    "np.frombuffer": lambda x: np.frombuffer(x.data).__setitem__(0, 9.0),
    "np.ndarray(buffer=)": lambda x: np.ndarray((2,), buffer=x.data).__setitem__(0, 9.0),
    "standard_normal(out=)": lambda x: np.random.default_rng(0).standard_normal(out=x.data),
    "random(out=)": lambda x: np.random.default_rng(0).random(out=x.data),
    "shuffle": lambda x: np.random.default_rng(0).shuffle(x.data),
    "permuted(out=)": lambda x: np.random.default_rng(0).permuted(ROWS, out=x.data),
    "np.random.shuffle": lambda x: np.random.RandomState(0).shuffle(x.data),
    "as_strided": lambda x: np.lib.stride_tricks.as_strided(x.data).__setitem__(0, 9.0),
    "as_strided(subok)": lambda x: np.lib.stride_tricks.as_strided(x.data, subok=True).__setitem__(
        0, 9.0
    ),
    "sliding_window_view": lambda x: np.lib.stride_tricks.sliding_window_view(
        x.data, 2, 1, writeable=True
    ).__setitem__(0, 9.0),
    "broadcast_arrays": lambda x: np.broadcast_arrays(x.data, ROWS[None])[0].__setitem__(0, 9.0),
    "broadcast_to": lambda x: np.broadcast_to(x.data, (2, N, N), subok=True).__setitem__(0, 9.0),
    "a broadcast tensor": lambda x: x.broadcast_to((2, N, N)).data.__setitem__(0, 9.0),
    "nditer": lambda x: np.nditer(x.data, op_flags=["readwrite"]),
    "a record array": lambda x: x.data.view([("x", float)]).view(np.recarray).setfield(9.0, float),
    "the lock of a view": lambda x: x.data[:1].setflags(write=True),
    "from_dlpack": lambda x: torch.from_dlpack(x.data).zero_(),
}


@pytest.mark.parametrize("as_view", (False, True), ids=("leaf", "view"))
@pytest.mark.parametrize("name", COUNTED)
def test_every_way_in_which_x_data_can_be_written_to_is_counted(name, as_view):
    whole = Tensor(np.array([[3.0, 1.0, 2.0], [1.0, np.inf, 5.0], [2.0, 4.0, 3.0]]), label="x")
    x = whole.T.T if as_view else whole
    y = x * x
    before = x.numpy()
    COUNTED[name](x.data)
    assert not np.array_equal(x.numpy(), before) and whole.version.count
    assert np.shares_memory(x.array, whole.array)
    with pytest.raises(RuntimeError, match="changed in place after"):
        y.backward(np.ones((N, N)))


@pytest.mark.parametrize("name", LOCKED)
def test_no_way_past_x_data_leads_into_the_memory(name):
    x = Tensor(START[0], label="x")
    before = x.numpy()
    for tensor in (x, x * 1.0, x.T, copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        with pytest.raises((ValueError, TypeError, BufferError)):
            LOCKED[name](tensor)
    np.testing.assert_array_equal(x.array, before)


def test_reads_are_not_counted_and_results_are_arrays_to_write_into():
    x = Tensor(START[0])
    for result in (
        *(x.data + 1.0, np.exp(x.data), x.data.copy(), x.data[[0, 1]], x.data.astype(np.float32)),
        *(np.sort(x.data), np.concatenate([x.data, x.data]), np.array(x.data), x.numpy()),
    ):
        result[0] = 9.0
        result += 1.0
        result.flat[0] = 9.0
        np.fill_diagonal(result, 0.0)
    np.copyto(ROWS.copy(), x.data)
    assert list(x.data.flat) == x.data.ravel().tolist() == np.asarray(x.data.flat).tolist()
    assert len(x.data.flat) == 9 and x.data.flat[4] == x.data[1, 1]
    assert x.version.count == 0 and np.array_equal(x.numpy(), START[0])


def test_only_what_is_written_to_is_counted_and_not_what_is_read_beside_it():
    x, w = Tensor(START[0]), Tensor(START[1])
    for write in (
        lambda: np.copyto(x.data, w.data),
        lambda: np.dot(w.data, w.data, x.data),
        lambda: np.put(x.data, [0, 1], w.data),
        lambda: np.take(w.data, [0, 1, 2], 0, x.data),
        lambda: np.concatenate([w.data[:1], w.data[1:]], 0, x.data),
        lambda: w.data.take([0, 1, 2], 0, x.data),
        lambda: x.data.__setitem__(0, w.data[0]),
    ):
        count = x.version.count
        write()
        assert (x.version.count, w.version.count) == (count + 1, 0)
    assert not x.array.flags.writeable and not w.array.flags.writeable


def test_a_write_that_fails_half_way_is_counted_and_leaves_the_lock_on():
    x = Tensor(START[0])
    y = (x * x).sum()
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        np.log(x.data - 5.0, out=x.data)
    assert not x.array.flags.writeable
    with pytest.raises(RuntimeError, match="changed in place after"):
        y.backward()


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (1,), (1, 1, 2)])
def test_arrays_of_any_size_are_written_to_by_every_door(shape):
    x = Tensor(np.ones(shape))
    x.data[...] = 2.0
    x.data.fill(3.0)
    x.data += 1.0
    x.data.flat[:] = x.data.flat[:] + 1.0
    np.copyto(x.data, x.data * 2.0)
    assert np.array_equal(x.array, np.full(shape, 10.0)) and x.version.count == 5
    assert x.array.flags.writeable is False


def test_part_of_x_data_in_another_order_can_be_given_to_x():
    x = Tensor(START[0])
    for turned in (lambda a: a.T, lambda a: a[::-1], lambda a: a[:, ::-1]):
        expected = turned(x.numpy())
        x.data = turned(x.data)
        np.testing.assert_array_equal(x.array, expected)


def test_a_copy_of_a_tensor_is_watched_as_the_original_is():
    for again in (copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))):
        x = again(Tensor(START[0]))
        y = (x * x).sum()
        x.data[0] = 9.0
        with pytest.raises(RuntimeError, match="changed in place after"):
            y.backward()
