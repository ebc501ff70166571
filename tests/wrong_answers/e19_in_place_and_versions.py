"""Wrong answers to exercise 19."""

import numpy as np

from autograd_lesson.checks.e19_in_place_and_versions import (
    check_relu_in_place,
    check_version_counter,
)
from wrong_answers import wrong_answer

# ---------------------------------------------------------------------------------------------
# E19.1 the version counter


def plain(x):
    return getattr(x, "array", x)


class Counted(np.lib.mixins.NDArrayOperatorsMixin):
    """Right."""

    def __init__(self, array, label="", counter=None):
        self.array, self.label = array, label
        self.counter = [0] if counter is None else counter

    @property
    def version(self):
        return self.counter[0]

    def touched(self):
        self.counter[0] += 1

    def __getitem__(self, index):
        part = self.array[index]
        is_view = np.may_share_memory(part, self.array)
        return type(self)(part, self.label, self.counter if is_view else None)

    def __setitem__(self, index, x):
        self.array[index] = plain(x)
        self.touched()

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **settings):
        if out:
            settings["out"] = tuple(map(plain, out))
        result = getattr(ufunc, method)(*map(plain, inputs), **settings)
        for x in out:
            x.touched()
        return out[0] if out else result


class Saved:
    """Right."""

    def __init__(self, x, op):
        self.x, self.op, self.version = x, op, x.version

    def get(self):
        if self.x.version != self.version:
            now, then = self.x.version, self.version
            raise RuntimeError(f"{self.x.label!r} after {self.op!r}: version {now}, needed {then}")
        return self.x.array


class CountsReads(Counted):
    def __getitem__(self, index):
        self.touched()
        return super().__getitem__(index)


class MissesViews(Counted):
    def __getitem__(self, index):
        return type(self)(self.array[index], self.label)


class MissesOut(Counted):
    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **settings):
        if out:
            settings["out"] = tuple(map(plain, out))
        result = getattr(ufunc, method)(*map(plain, inputs), **settings)
        return out[0] if out else result


class MissesElements(Counted):
    def __setitem__(self, index, x):
        self.array[index] = plain(x)


class CountsInCopies(Counted):
    def __getitem__(self, index):
        return type(self)(self.array[index], self.label, self.counter)


class CopiesItsViews(Counted):
    def __getitem__(self, index):
        part = np.array(self.array[index])
        return type(self)(part, self.label, self.counter)


class CountsTheInputs(Counted):
    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **settings):
        if out:
            settings["out"] = tuple(map(plain, out))
        result = getattr(ufunc, method)(*map(plain, inputs), **settings)
        for x in (*inputs, *out):
            if out and isinstance(x, Counted):
                x.touched()
        return out[0] if out else result


class CountsTwice(Counted):
    def __setitem__(self, index, x):
        super().__setitem__(index, x)
        self.touched()


class KnowsWhetherNotHowOften(Counted):
    def touched(self):
        self.counter[0] = 1


class SavesACopy(Saved):
    def __init__(self, x, op):
        super().__init__(x, op)
        self.copy = x.array.copy()

    def get(self):
        return self.copy


class ComparesWithZero(Saved):
    def get(self):
        if self.x.version != 0:
            raise RuntimeError(f"{self.x.label} {self.op} {self.x.version} 0")
        return self.x.array


class SaysNoOp(Saved):
    def get(self):
        if self.x.version != self.version:
            raise RuntimeError(f"{self.x.label!r}: version {self.x.version}, not {self.version}")
        return self.x.array


class SaysNoLabel(Saved):
    def get(self):
        if self.x.version != self.version:
            now, then = self.x.version, self.version
            raise RuntimeError(f"the next version after {self.op!r}: {now}, expected {then}")
        return self.x.array


class SaysNoVersions(Saved):
    def get(self):
        if self.x.version != self.version:
            raise RuntimeError(f"{self.x.label!r} was written to after {self.op!r}")
        return self.x.array


wrong_answer(check_version_counter, says="must not be counted")((CountsReads, Saved))
wrong_answer(check_version_counter, says="the same memory under another name")((MissesViews, Saved))
wrong_answer(check_version_counter, says="NumPy is told to write by `out=`")((MissesOut, Saved))
wrong_answer(check_version_counter, says="not counted by `__setitem__`")((MissesElements, Saved))
wrong_answer(check_version_counter, says="A list as index makes a copy")((CountsInCopies, Saved))
wrong_answer(check_version_counter, says="is a view a copy here")((CopiesItsViews, Saved))
wrong_answer(check_version_counter, says="x was only read")((CountsTheInputs, Saved))
wrong_answer(check_version_counter, says="Each write was counted twice")((CountsTwice, Saved))
wrong_answer(check_version_counter, says="Two writes make the version 2 higher")(
    (KnowsWhetherNotHowOften, Saved)
)
wrong_answer(check_version_counter, says="a copy was kept")((Counted, SavesACopy))
wrong_answer(check_version_counter, says="came before x was kept")((Counted, ComparesWithZero))
wrong_answer(check_version_counter, says="leaves out the label of the tensor:")(
    (Counted, SaysNoLabel)
)
wrong_answer(check_version_counter, says="leaves out the op:")((Counted, SaysNoOp))
wrong_answer(check_version_counter, says="leaves out the version it has now and the version")(
    (Counted, SaysNoVersions)
)

# ---------------------------------------------------------------------------------------------
# E19.2 relu in place


def way_back(x, slope, version=None):
    """Right, but for the slope or the version given."""
    version = x.version.count if version is None else version

    def vjp(upstream):
        now = x.version.count
        if now != version:
            raise RuntimeError(f"{x.label!r} after 'relu_': version {now}, needed {version}")
        return slope(upstream)

    return vjp


@wrong_answer(check_relu_in_place, says="`>= 0` holds everywhere")
def relu_lets_everything_pass(x):
    np.maximum(x.data, 0.0, out=x.data)
    return way_back(x, lambda g: g * (x.data >= 0))


@wrong_answer(check_relu_in_place, says="the upstream is missing")
def relu_without_upstream(x):
    np.maximum(x.data, 0.0, out=x.data)
    return way_back(x, lambda g: (x.data > 0).astype(float))


@wrong_answer(check_relu_in_place, says="gives x a new array")
def relu_with_a_new_array(x):
    x.data = np.maximum(x.data, 0.0)
    return way_back(x, lambda g: g * (x.data > 0))


@wrong_answer(check_relu_in_place, says="went past the counter")
def relu_behind_the_counter(x):
    x.array.setflags(write=True)
    np.maximum(x.array, 0.0, out=x.array)
    return way_back(x, lambda g: g * (x.data > 0))


@wrong_answer(check_relu_in_place, says="only `x.data` opens it")
def relu_at_the_lock(x):
    np.maximum(x.array, 0.0, out=x.array)
    return way_back(x, lambda g: g * (x.data > 0))


@wrong_answer(check_relu_in_place, says="IndexError")
def relu_that_stumbles(x):
    return x.data[100]


@wrong_answer(check_relu_in_place, says="x was not written to")
def relu_that_computes_only(x):
    y = np.maximum(x.data, 0.0)
    return way_back(x, lambda g: g * (y > 0))


@wrong_answer(check_relu_in_place, says="A mask as large as x is kept")
def relu_that_keeps_a_mask(x):
    mask = x.data > 0
    np.maximum(x.data, 0.0, out=x.data)

    def vjp(upstream):
        return upstream * mask

    return vjp


@wrong_answer(check_relu_in_place, says="vjp holds an array of int64 beside x")
def relu_that_keeps_places_in_a_default(x):
    places = np.flatnonzero(x.data <= 0)
    np.maximum(x.data, 0.0, out=x.data)

    def vjp(upstream, places=places):
        contribution = upstream.copy()
        contribution.flat[places] = 0.0
        return contribution

    return vjp


@wrong_answer(check_relu_in_place, says="numbers beside x")
class ReluThatKeepsAList:
    def __init__(self, x):
        self.passes = (x.data > 0).ravel().tolist()
        np.maximum(x.data, 0.0, out=x.data)

    def __call__(self, upstream):
        return np.where(np.reshape(self.passes, upstream.shape), upstream, 0.0)


@wrong_answer(check_relu_in_place, says="The name is that of the tensor")
def relu_that_calls_every_tensor_x(x):
    np.maximum(x.data, 0.0, out=x.data)
    version = x.version.count

    def vjp(upstream):
        if x.version.count != version:
            raise RuntimeError(f"'x' after 'relu_': version {x.version.count}, needed {version}")
        return upstream * (x.data > 0)

    return vjp


@wrong_answer(check_relu_in_place, says="A copy as large as x is kept")
def relu_that_keeps_its_input(x):
    before = x.numpy()
    np.maximum(x.data, 0.0, out=x.data)

    def vjp(upstream):
        return upstream * (before > 0)

    return vjp


@wrong_answer(check_relu_in_place, says="Its own write counts as well")
def relu_that_alarms_itself(x):
    version = x.version.count
    np.maximum(x.data, 0.0, out=x.data)
    return way_back(x, lambda g: g * (x.data > 0), version)


@wrong_answer(check_relu_in_place, says="is no longer that of relu")
def relu_that_trusts(x):
    np.maximum(x.data, 0.0, out=x.data)
    return lambda upstream: upstream * (x.data > 0)


@wrong_answer(check_relu_in_place, says="The upstream belongs to whoever called")
def relu_that_writes_into_the_upstream(x):
    np.maximum(x.data, 0.0, out=x.data)

    def zeroed(upstream):
        upstream[x.data <= 0] = 0.0
        return upstream

    return way_back(x, zeroed)


@wrong_answer(check_relu_in_place, says="The refusal does not say relu_")
def relu_of_few_words(x):
    np.maximum(x.data, 0.0, out=x.data)
    version = x.version.count

    def vjp(upstream):
        if x.version.count != version:
            raise RuntimeError("x has changed")
        return upstream * (x.data > 0)

    return vjp


@wrong_answer(check_relu_in_place, says="`return vjp`, no brackets")
def relu_that_returns_nothing(x):
    np.maximum(x.data, 0.0, out=x.data)


class SavedHandsOutCopies(Saved):
    def get(self):
        return super().get().copy()


wrong_answer(check_version_counter, says="a copy costs as much memory once more")(
    (Counted, SavedHandsOutCopies)
)
