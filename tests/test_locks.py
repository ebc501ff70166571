"""Ways to write into the memory of a tensor: each is counted, or refused."""

import copy
import pickle
import random

import numpy as np
import pytest

from autograd_lesson import Tensor

N = 3  # every tensor is a square of this size
START = np.random.default_rng(0).uniform(-1.0, 1.0, (2, N, N))
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
    "from_dlpack": lambda x: np.from_dlpack(x.data).fill(0.0),
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
