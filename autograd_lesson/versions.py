"""Version counters: a change in place of an array that the way back still needs is noticed.

`tensor.data` is handed out as a `Watched` array: NumPy's own, which counts every write into it, and
into its views, on the counter that all tensors of that memory share.
"""

from collections.abc import Iterator

import numpy as np

WRITERS = (np.copyto, np.put, np.place, np.putmask, np.put_along_axis, np.fill_diagonal)


class Version:
    """How often the memory of some tensors has been written to since it was made."""

    __slots__ = ("count", "memory")

    def __init__(self, array):
        """Nothing has been written yet into the memory that `array` owns."""
        self.count, self.memory = 0, id(array)


class Watched(np.ndarray):
    """The array of a tensor; what is computed from it is a plain array again."""

    watched = None  # (the tensor's array, its Version); views inherit it

    def __array_finalize__(self, source):
        """A view of a watched array is watched as well."""
        self.watched = getattr(source, "watched", None)

    def touched(self):
        """Count one write, unless this is a copy that has left the tensor's memory."""
        if self.watched and np.may_share_memory(self, self.watched[0]):
            self.watched[1].count += 1

    def __setitem__(self, index, x):
        """Write, and count it."""
        super().__setitem__(index, x)
        self.touched()

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **settings):
        """Compute on plain arrays; count the writes through `out=`, `a += b` and `ufunc.at`."""
        if any(hasattr(x, "operands") for x in inputs):
            return NotImplemented  # a Tensor knows what to do
        if out is not None:
            settings["out"] = tuple(map(plain, out))
        result = getattr(ufunc, method)(
            *map(plain, inputs), **{name: plain(x) for name, x in settings.items()}
        )
        for array in (*(out or ()), *(inputs[:1] if method == "at" else ())):
            touched(array)
        return result if out is None else out[0] if len(out) == 1 else out

    def __array_function__(self, called, types, args, settings):
        """NumPy's functions, with the writes through `out=`, np.copyto and the like counted."""
        result = super().__array_function__(called, types, args, settings)
        touched(settings.get("out"))
        if called in WRITERS:
            touched(args[0])
        return result

    def __repr__(self):
        """As NumPy shows its own arrays."""
        return repr(plain(self))

    def __reduce__(self):
        """Pickled as a plain array."""
        return plain(self).__reduce__()

    def __deepcopy__(self, memo):
        """Copied as a plain array."""
        return plain(self).copy()


def counting(name):
    """An array method that writes in place, and counts it."""

    def method(self, *args, **settings):
        result = getattr(np.ndarray, name)(self, *args, **settings)
        self.touched()
        return result

    method.__name__, method.__doc__ = name, getattr(np.ndarray, name).__doc__
    return method


for name in ("fill", "partition", "put", "sort"):
    setattr(Watched, name, counting(name))


def plain(x):
    """`x` as a plain array where it is a watched one."""
    return x.view(np.ndarray) if isinstance(x, Watched) else x


def touched(x):
    """Count a write into `x` where it is watched."""
    if isinstance(x, Watched):
        x.touched()


def owner(array):
    """The array that owns the memory of `array`."""
    while isinstance(getattr(array, "base", None), np.ndarray):
        array = array.base
    return array


def saved(kept) -> Iterator:
    """The arrays that rules keep for the way back: partials, and what functions and lists hold."""
    for thing in kept:
        if isinstance(thing, list | tuple):
            yield from saved(thing)
        elif callable(thing):
            cells = getattr(thing, "__closure__", None) or ()
            yield from saved([cell.cell_contents for cell in cells])
        else:
            yield thing
