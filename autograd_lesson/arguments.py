"""What a caller hands to a tensor, read as NumPy and PyTorch read it, or refused in a sentence.

Data, indices, axes, shapes, the letters of an einsum, and the type that several tensors become
together.
"""

import re
import string
from math import inf
from numbers import Integral, Real

from .backend import xp
from .numpy_or_not import np
from .value import Value
from .versions import plain


def is_tensor(x) -> bool:
    """Is `x` a Tensor, a value that holds an array?"""
    return isinstance(x, Value) and hasattr(x, "array")


def described(tensor) -> str:
    """A tensor in a sentence: its label, or its op, and its shape."""
    name = f" {tensor.label!r}" if tensor.label else ""
    of_op = f" made by {tensor.op.symbol!r}" if tensor.op and not name else ""
    return f"a tensor{name}{of_op} of shape {tensor.shape}"


def real_array(data, dtype=None):
    """A new array of real numbers, or a TypeError that says what was found and what to do."""
    if is_tensor(data):
        raise TypeError("this is a Tensor already; use it as it is, or its .data for a new one")
    if isinstance(data, Value):
        raise TypeError(
            "this is a Value, one number; it does not mix with Tensors, and its gradient would be "
            "lost: compute with Tensors from the start, or take its number, x.item()"
        )
    if isinstance(data, np.ndarray | np.generic | xp.ndarray):
        array = plain(data)
    else:
        try:
            array = np.asarray(data)
        except ValueError:
            raise TypeError(
                "a Tensor holds a rectangular array; the lists in this one differ in length"
            ) from None
        except (TypeError, RuntimeError) as error:  # of the data's own __array__
            raise TypeError(
                "a list of tensors becomes one by stack(tensors), along a new axis, or by "
                "concat(tensors), along one that they have; both keep the gradient"
                if "lose its gradient" in str(error)
                else f"a Tensor holds real numbers, not {kind_of(data)}: {error}"
            ) from None
    if array.dtype.kind not in "fiub":
        move = {
            "c": "use its .real or its .imag",
            "U": "turn strings into numbers first",
            "O": "make an array of plain numbers, for example [v.data for v in values]",
        }.get(array.dtype.kind, "turn it into numbers first")
        move = "does the function that made it return its result?" if data is None else move
        found = kind_of(data) if array.shape == () else array.dtype
        raise TypeError(f"a Tensor holds real numbers, not {found}; {move}")
    if isinstance(data, np.ma.MaskedArray) and np.any(data.mask):
        raise TypeError("a Tensor masks no numbers; fill them in first, for example x.filled(0.0)")
    dtype = real_type(dtype or array.dtype)
    return xp.asarray(array).astype(dtype, copy=True)


def real_type(dtype) -> np.dtype:
    """A type of real numbers, as NumPy knows it."""
    dtype = np.dtype(dtype)
    if dtype.kind not in "fiub":
        raise TypeError(f"a Tensor holds real numbers, not {dtype}; name a type of floats, or int")
    return dtype


def array_of(x):
    """The array that a tensor holds, an array of the backend as it is, and NumPy's of all else."""
    found = x.array if is_tensor(x) else x
    return found if isinstance(found, xp.ndarray) else np.asarray(found)


def kind_of(x) -> str:
    """What `x` is, in a sentence."""
    kind = type(x)
    room = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return "None" if x is None else f"an object of type {room}{kind.__name__}"


def index_of(index):
    """An index as NumPy reads it, with its arrays copied."""
    return tuple(map(index_part, index)) if isinstance(index, tuple) else index_part(index)


def index_part(part):
    """One part of an index, as NumPy reads it: a number, a slice, None, ... or an array.

    Arrays, and whatever becomes one (lists, tuples, ranges), are copied, so that nobody changes
    them. Their integers get the type that counts memory: the smaller ones end at 127 or 255.
    """
    if part is None or part is Ellipsis or isinstance(part, slice):
        return part
    if isinstance(part, Integral) and not isinstance(part, bool):
        return int(part)
    try:
        found = array_of(part)
    except ValueError:
        raise TypeError(
            "an index is a rectangular array; the lists in this one differ in length"
        ) from None
    if not found.size and not hasattr(part, "dtype"):
        found = found.astype(int)  # an empty list has no type of its own
    if found.dtype.kind == "b":
        return xp.asarray(found).copy()
    if found.dtype.kind not in "iu":
        raise TypeError(
            f"an index is made of integers or booleans, not of {found.dtype}: indices are whole "
            "numbers, slices, None, ..., and arrays, lists or tuples of integers or booleans"
        )
    return xp.asarray(found).astype(np.intp) if found.ndim else int(found)


def axes_of(name, tensor, axis) -> tuple:
    """The axes that a reduction runs over, counted from the front."""
    if axis is None:
        return tuple(range(tensor.ndim))
    axes = axis if isinstance(axis, tuple | list) else (axis,)
    axes = tuple(one_axis(name, tensor, a) for a in axes)
    if len(set(axes)) < len(axes):
        raise ValueError(f"{name} over axis {axis}: an axis is named twice")
    return axes


def one_axis(name, tensor, axis, more=0) -> int:
    """One axis, counted from the front, of a tensor that is to have so many `more`."""
    n = tensor.ndim + more
    if not isinstance(axis, Integral) or isinstance(axis, bool) or not -n <= axis < n:
        allowed = f"axes 0 to {n - 1}, or -{n} to -1 from the end" if n else "no axes"
        result = "the result" if more else described(tensor)
        raise ValueError(f"{name} along axis {axis}: {result} has {allowed}")
    return int(axis) % n


def check_floats(name, dtype):
    """Refuse whole numbers and booleans."""
    if dtype.kind != "f":
        raise TypeError(
            f"{name} is computed on floats, not on {dtype}; make them floats first: x.astype(float)"
        )


def whole(name: str, given, least: float = 1) -> int:
    """A size, which is a whole number of at least 1, or of at least another bound."""
    if not isinstance(given, Integral) or isinstance(given, bool) or given < least:
        kind = ValueError if isinstance(given, Integral) else TypeError
        bound = f" of at least {least}" if least > -inf else ""
        raise kind(f"{name} is a whole number{bound}, not {given!r}")
    return int(given)


def between(name: str, given, low: float, high: float) -> float:
    """A number of these bounds."""
    if not isinstance(given, Real) or not low <= given <= high:
        kind = ValueError if isinstance(given, Real) else TypeError
        upper = f" to {high:g}" if high < inf else " on"
        bounds = f" from {low:g}{upper}" if low > -inf else ""
        raise kind(f"{name} is a number{bounds}, not {given!r}")
    return given


def softmax_axis(name, tensor, axis) -> int:
    """The axis of a softmax, which floats alone have."""
    check_floats(name, tensor.dtype)
    return one_axis(name, tensor, axis)


def common_type(tensors) -> np.dtype:
    """The type that these become together: PyTorch's rule.

    Floats go before whole numbers, and these before booleans; among the first of these, tensors
    with axes before those without; among these, the one that holds all.
    """
    rank = {"b": 0, "i": 1, "u": 1, "f": 2}
    highest = max(rank[x.dtype.kind] for x in tensors)
    first = [x for x in tensors if rank[x.dtype.kind] == highest]
    return np.result_type(*[x.dtype for x in [x for x in first if x.ndim] or first])


def in_one_type(tensors) -> list:
    """The tensors, all in the type that they become together."""
    dtype = tensors[0].array.dtype
    if all([x.array.dtype == dtype for x in tensors]):
        return list(tensors)
    dtype = common_type(tensors)
    return [x if x.dtype == dtype else x.astype(dtype) for x in tensors]


def broadcast_shape(symbol, *shapes) -> tuple:
    """The shape that these broadcast to; the rule that is broken where they do not."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(
            f"{symbol!r} of shapes {' and '.join(map(str, shapes))}: counted from the right, two "
            "lengths must be equal, or one of them 1"
        ) from None


def einsum_letters(subscripts, shapes) -> tuple:
    """The letters of each operand and of the result, and which axes each operand is to leave out.

    Letters stand in for "...", aligned at its end. An axis of length 1 which is stretched to what
    others have is left out: a sum over products stretches by itself. Without an arrow the
    letters that stand once are kept, in the order of the alphabet, as in NumPy and PyTorch.
    """
    left, arrow, target = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    named = [term.replace("...", "") for term in (*terms, target)]
    if len(terms) != len(shapes) or re.search("[^a-zA-Z.]", "".join(named)):
        raise ValueError(
            f"einsum {subscripts!r} of {len(shapes)} operands: write letters for each operand, or "
            "'...' for axes without a name, commas between them, and '->' with the letters of the "
            "result"
        )
    if any("." in own for own in named) or any(t.count("...") > 1 for t in (*terms, target)):
        raise ValueError(f"einsum {subscripts!r}: '...' stands at most once in an operand")
    if not arrow:
        once = sorted(c for c in set(left) - set(".,") if left.count(c) == 1)
        target = ("..." if "..." in left else "") + "".join(once)
    unnamed = [len(shape) - len(own) for shape, own in zip(shapes, named, strict=False)]
    dots = [max(n, 0) if "..." in term else 0 for n, term in zip(unnamed, terms, strict=True)]
    letters = [c for c in string.ascii_letters if c not in subscripts][: max(dots)]
    spelled = [
        term.replace("...", "".join(letters[len(letters) - n :]))
        for term, n in zip(terms, dots, strict=True)
    ]
    full, short, length = [], [], {}
    for term, text, shape in zip(spelled, terms, shapes, strict=True):
        if len(term) != len(shape):
            raise ValueError(
                f"einsum {subscripts!r}: {text!r} must name each axis of shape {shape}"
            )
        for c, n in zip(term, shape, strict=True):
            length[c] = n if length.get(c, 1) == 1 else length[c]
    for term, shape in zip(spelled, shapes, strict=True):
        longer = {c for c, n in zip(term, shape, strict=True) if n != 1}
        short.append([k for k, c in enumerate(term) if c not in longer and length[c] != 1])
        full.append("".join(c for k, c in enumerate(term) if k not in short[-1]))
        for k, c in enumerate(term):
            if c in longer and shape[k] != length[c]:
                raise ValueError(
                    f"einsum {subscripts!r} of shapes {' and '.join(map(str, shapes))}: "
                    f"{c!r} is {length[c]} long in one place and {shape[k]} in another"
                )
    target = target.replace("...", "".join(letters))
    if not set(target) <= set(length) or len(set(target)) < len(target):
        raise ValueError(
            f"einsum {subscripts!r}: the result's letters come from the operands, once"
        )
    return full, target, short
