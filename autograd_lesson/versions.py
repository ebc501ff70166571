"""Version counters: a change in place of an array that the way back still needs is noticed.

The memory of a tensor is locked (`flags.writeable` is False), so that no write gets past the
counter: NumPy refuses it, through whatever view or buffer it comes. `tensor.data` is handed out as
a `Watched` array, which opens the lock for each write of its own, and counts it on the counter that
all tensors of that memory share. What holds the bare address does not ask: PyTorch's from_numpy
and as_tensor, ctypes, and who takes off the lock by `tensor.array.setflags(write=True)`.
"""

import re
from collections.abc import Iterator
from functools import wraps

from .numpy_or_not import np

ndarray = np.ndarray
setflags, view = ndarray.setflags, ndarray.view  # those of Watched do more
REFUSED = re.compile("read-only|output array is not acceptable")  # NumPy, of a locked array


class Version:
    """How often the memory of some tensors has been written to since it was made."""

    __slots__ = ("count", "memory")

    def __init__(self, memory):
        """Lock `memory`, an array that owns its numbers; nothing has been written into it yet."""
        self.count = 0
        self.memory = memory
        if type(memory) is ndarray:  # lock(), without a call: every result comes by here
            setflags(memory, False)


def lock(array):
    """Have NumPy refuse what writes into `array`; other backends have no lock."""
    if isinstance(array, ndarray):
        setflags(array, False)


class Open:
    """`with Open(array, version):` one write, which is counted, even if it fails half-way."""

    __slots__ = ("array", "version")

    def __init__(self, array, version):
        """The array to write into, and the version of the memory that it lies in."""
        self.array, self.version = array, version

    def __enter__(self):
        """Take off the lock."""
        array, memory = self.array, self.version.memory
        if isinstance(memory, ndarray):
            setflags(memory, True)
            if array is not memory:
                setflags(array, True)  # allowed where the memory itself is open
        return array

    def __exit__(self, *error):
        """Put it back, and count."""
        array, version = self.array, self.version
        if isinstance(array, ndarray):
            setflags(array, False)
            setflags(version.memory, False)
        version.count += 1


class Watched(np.ndarray):
    """The array of a tensor; what is computed from it is a plain array again."""

    watched = None  # (the tensor's array, its Version); views and copies inherit it

    def __array_finalize__(self, source):
        """A view of a watched array is watched as well."""
        self.watched = getattr(source, "watched", None)

    def __setitem__(self, index, x):
        """Write, and count it."""
        if is_watched(self):
            with Open(self, self.watched[1]):
                ndarray.__setitem__(self, index, x)
        else:
            ndarray.__setitem__(self, index, x)

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **settings):
        """Compute on plain arrays; count the writes through `out=`, `a += b` and `ufunc.at`."""
        if any(hasattr(x, "operands") for x in inputs):
            return NotImplemented  # a Tensor knows what to do

        def run():
            how = {name: plain(x) for name, x in settings.items()}
            if out is not None:
                how["out"] = tuple(map(plain, out))
            return getattr(ufunc, method)(*map(plain, inputs), **how)

        result = write_into(out or (inputs[:1] if method == "at" else ()), run)
        return result if out is None else out[0] if len(out) == 1 else out

    def __array_function__(self, called, types, args, settings):
        """NumPy's functions; what one of them writes into is counted, wherever it stands."""
        return attempt(super().__array_function__, (called, types, args, settings), args, settings)

    def __dlpack__(self, **settings):
        """Refused: other libraries would write past the counter."""
        raise BufferError(
            "the memory of a Tensor is locked, and another library would not ask; hand it a copy, "
            "x.numpy()"
        )

    @property
    def flat(self):
        """The numbers in one row."""
        return Flat(self)

    @flat.setter
    def flat(self, new):
        self.flat[:] = new

    def __repr__(self):
        """As NumPy shows its own arrays."""
        return repr(plain(self))

    def __reduce__(self):
        """Pickled as a plain array."""
        return plain(self).__reduce__()

    def __deepcopy__(self, memo):
        """Copied as a plain array."""
        return plain(self).copy()


class Flat:
    """What `array.flat` is for a watched array: an iterator to which items can be assigned."""

    def __init__(self, array):
        """The numbers of `array`, row by row."""
        self.array, self.numbers = array, plain(array).flat

    def __getattr__(self, name):
        """All else as NumPy's own."""
        return getattr(self.numbers, name)

    def __getitem__(self, index):
        """The numbers at these places in the row."""
        return self.numbers[index]

    def __setitem__(self, index, x):
        """Write, and count it."""
        write_into([self.array], lambda: plain(self.array).flat.__setitem__(index, x))

    def __iter__(self):
        """The numbers, one by one."""
        return self.numbers

    def __next__(self):
        """The next number."""
        return next(self.numbers)

    def __len__(self):
        """How many numbers."""
        return len(self.numbers)

    def __array__(self, *args, **settings):
        """A copy."""
        return self.numbers.__array__(*args, **settings)


def is_watched(x) -> bool:
    """Does `x` lie in the memory of a tensor, each number at a place of its own?"""
    if not isinstance(x, Watched) or not x.watched:
        return False
    memory = x.watched[1].memory
    return (x.base is memory or owner(x) is memory) and not is_spread(x)  # else it is a copy


def is_spread(x) -> bool:
    """Is `x` broadcast, with several numbers at one place?"""
    if 0 not in x.strides or not x.size:
        return False
    return any(n > 1 and step == 0 for n, step in zip(x.shape, x.strides, strict=True))


def is_whole(x, array) -> bool:
    """Is `x` what a tensor has handed out as its data, all of `array` in the same order?"""
    return (
        isinstance(x, Watched)
        and bool(x.watched)
        and x.watched[0] is array
        and (x.shape, x.strides, x.dtype) == (array.shape, array.strides, array.dtype)
        and is_watched(x)
    )


def write_into(targets, write):
    """write() with the watched arrays among `targets` open; it counts 1 for each of them."""
    for place, x in enumerate(targets):
        if is_watched(x):
            with Open(x, x.watched[1]):
                return write_into(targets[place + 1 :], write)
    return write()


def attempt(call, args, *places):
    """call(*args); the first array in `places` for which NumPy refuses it is opened, and counted.

    So nobody has to know which argument of which function is written to.
    """
    try:
        return call(*args)
    except ValueError as error:
        if not REFUSED.search(str(error)):
            raise
        refusal = error
    for x in filter(is_watched, arrays_in(places)):
        count = x.watched[1].count
        try:
            with Open(x, x.watched[1]):
                return call(*args)
        except ValueError as error:
            if not REFUSED.search(str(error)):
                raise
            x.watched[1].count = count  # this was not the one: nothing was written
    raise refusal


def arrays_in(things) -> Iterator:
    """The arrays among arguments, by place or by name, and in tuples of them."""
    for x in things:
        if isinstance(x, np.ndarray):
            yield x
        elif isinstance(x, list | tuple | dict):
            yield from arrays_in(x.values() if isinstance(x, dict) else x)


def counting(method):
    """A method of arrays that counts where it writes."""

    @wraps(method)
    def counted(self, *args, **settings):
        return attempt(lambda: method(self, *args, **settings), (), (self,), args, settings)

    return counted


for name, method in vars(np.ndarray).items():  # all, so that none which writes is forgotten
    if callable(method) and not name.startswith("_"):
        setattr(Watched, name, counting(method))


def plain(x):
    """`x` as a plain array where it is a watched one."""
    return view(x, np.ndarray) if isinstance(x, Watched) else x


def owner(array):
    """The array that owns the memory of `array`."""
    while isinstance(base := getattr(array, "base", None), np.ndarray):
        array = base
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
