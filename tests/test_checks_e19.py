"""The checks of exercise 19 take every right answer, however it is written."""

import numpy as np
import pytest
from wrong_answers import right_answer

from autograd_lesson.checks.e19_in_place_and_versions import (
    check_relu_in_place,
    check_version_counter,
)

Counted, Saved = right_answer(check_version_counter)


def plain(x):
    return getattr(x, "array", x)


class WrittenToError(RuntimeError):
    """A kind of RuntimeError."""


class SavedInADictionary(Saved):
    """An error of its own kind, whose text has line breaks and no quotes."""

    def __init__(self, x, op):
        self.kept = {"x": x, "op": op, "version": x.version}

    def get(self):
        x, op, version = self.kept.values()
        if x.version > version:
            text = f"{x.label}, kept by {op}:\nversion {x.version}\nneeded version {version}"
            raise WrittenToError(text)
        return x.array


class PlainReads(Counted):
    """What is computed is counted as well, in a new counter; one number is no array."""

    def __getitem__(self, index):
        part = self.array[index]
        if np.isscalar(part):
            return part
        return PlainReads(part, self.label, self.counter if part.base is not None else [0])

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **settings):
        handed = {"out": tuple(map(plain, out))} if out else {}
        result = getattr(ufunc, method)(*map(plain, inputs), **handed, **settings)
        if out is None:
            return PlainReads(result)
        out[0].counter[0] += 1
        return out[0]


class ReluAsAnObject:
    """The way back is an object, which holds x and a number."""

    def __init__(self, x):
        x.data *= x.data > 0
        self.x, self.version = x, x.version.count

    def __call__(self, upstream):
        now = self.x.version.count
        if now > self.version:
            raise WrittenToError(f"relu_ needs {self.x.label} at {self.version}, not {now}")
        return np.where(self.x.numpy(), upstream, 0.0)


def relu_by_index(x):
    x.data[x.data < 0] = 0
    version, label = x.version.count, x.label

    def vjp(upstream):
        if version != x.version.count:
            raise RuntimeError(f"{label}: 'relu_' needs version {version}, it is {x.version.count}")
        contribution = upstream.copy()
        contribution[x.data == 0] = 0.0
        return contribution

    return vjp


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_version_counter, (Counted, SavedInADictionary)),
        (check_version_counter, (PlainReads, Saved)),
        (check_relu_in_place, (ReluAsAnObject,)),
        (check_relu_in_place, (relu_by_index,)),
    ],
)
def test_every_way_to_write_a_right_answer_passes(check, answer):
    check(*answer)
