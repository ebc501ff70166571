"""What the checks on arrays share: drawing them, oracles, messages, and ops with their way back."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..numpy_or_not import np
from .accepted import close, is_number
from .draws import draw_numbers, draw_upstream
from .messages import Words, kind_cause, report, rounding_cause, show
from .plain_data import Other, Raised, encode, short_text
from .run_answer import attempt

Known = Sequence[tuple[Any, str]]  # wrong results, each with what whoever has it is told
Table = Mapping[str, Any]  # what a learner is told, and the wrong result or a formula for it
Slips = Known | Table | Callable[..., Known | Table]

# No square among them, so that a swap of two axes shows; one entry, no axes, and no entries too.
SHAPES = [(2, 3), (3,), (), (2, 1, 3), (3, 2), (1,), (0, 2)]
LONGEST_SHOWN = 12  # entries of an array that a message prints in full
STEP = math.cbrt(sys.float_info.epsilon)

# ---------------------------------------------------------------------------------------------
# Drawing


def draw_array(
    rng: np.random.Generator,
    shape: Sequence[int],
    low: float = 0.3,
    high: float = 2.6,
    dtype: str = "float64",
) -> np.ndarray:
    """Numbers of both signs, no two of one size; see `draw_numbers` for `low` and `high`."""
    count = math.prod(shape)
    if count <= 100:  # more of them would not all differ in two decimals
        return np.array(draw_numbers(rng, count, low, high), dtype).reshape(shape)
    sizes = rng.uniform(low, high, shape)
    return np.asarray(sizes if low < 0 else sizes * rng.choice([-1.0, 1.0], shape), dtype)


def draw_positive_array(
    rng: np.random.Generator, shape: Sequence[int], low: float = 0.3, high: float = 2.6
) -> np.ndarray:
    """Positive numbers that all differ, for roots, logarithms and divisors."""
    return np.abs(draw_array(rng, shape, low, high))


def draw_seed(rng: np.random.Generator, shape: Sequence[int]) -> np.ndarray:
    """An upstream gradient of this shape: no two alike, one negative and one 0 where there is room.

    Never ones: under ones a lost upstream, a sum and a mean of one entry all look right.
    """
    count = math.prod(shape)
    if count > 100:
        return draw_array(rng, shape)
    return np.array(draw_upstream(rng, count), float).reshape(shape)


def draw_operand(
    rng: np.random.Generator, shape: Sequence[int], dtype: str = "float64"
) -> np.ndarray:
    """An operand: numbers of both signs, or whole numbers."""
    if dtype == "int64":
        return rng.permutation(math.prod(shape)).reshape(shape) - 3
    return draw_array(rng, shape, dtype=dtype)


def draw_upstreams(rng: np.random.Generator, result: np.ndarray) -> list[np.ndarray]:
    """Two upstream gradients for a result, of its dtype or float64."""
    dtype = result.dtype if result.dtype.kind == "f" else np.dtype(float)
    return [draw_seed(rng, result.shape).astype(dtype) for _ in range(2)]


# ---------------------------------------------------------------------------------------------
# Oracles


def numerical_vjp(
    f: Callable[..., Any], arrays: Sequence[Any], upstream: Any, h: float | None = None
) -> list[np.ndarray]:
    """upstream times the Jacobian of `f(*arrays)`, for each array, by central differences.

    One entry of one array is moved at a time, and the change of `sum(upstream * f)` is measured in
    float64. `f` is a formula of the check's own, never the answer. The arrays are left as they are.
    """
    own = [np.array(array, float) for array in arrays]
    found = []
    for array in own:
        slopes = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            here = float(array[index])
            step = h or STEP * max(1.0, abs(here))
            ahead, behind = here + step, here - step
            array[index] = ahead
            above = np.array(f(*own), float)
            array[index] = behind
            below = np.array(f(*own), float)
            array[index] = here
            slopes[index] = np.sum(upstream * (above - below)) / (ahead - behind)
        found.append(slopes)
    return found


def adjoint_fault(
    tried: str, x: np.ndarray, forward_of_x: np.ndarray, y: np.ndarray, back_of_y: np.ndarray
) -> str | None:
    """The message where `sum(A(x) * y)` is not `sum(x * back(y))`, for a linear A; else None.

    A way back that belongs to A passes for every x and y: it is A transposed.
    """
    left, right = np.sum(forward_of_x * y), np.sum(x * back_of_y)
    terms = np.sum(np.abs(forward_of_x * y)) + np.sum(np.abs(x * back_of_y))
    if close(right, left, rel=1e-9, scale=float(terms)):
        return None
    cause = "For a linear op, sum(forward(x) * y) and sum(x * back(y)) are one number, whatever x "
    cause += "and y are: the way back crosses the edges of the way forward, no others."
    look = "Next: take x with a single 1 and y with a single 1, and follow that one edge."
    return report(f"{tried}: sum(x * back(y))", float(right), float(left), cause, look)


def addresses_of(shape: Sequence[int]) -> np.ndarray:
    """An array of this shape that numbers its own entries, from 1."""
    return np.arange(1, math.prod(shape) + 1).reshape(shape)


def scattered(addresses: np.ndarray, g: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """The contribution of any op that moves numbers: each entry of g goes to its address.

    The addresses are what the op makes of 1, 2, 3, ... in the operand's shape; 0 is nowhere.
    """
    size = math.prod(shape)
    sums = np.bincount(addresses.ravel(), weights=g.ravel(), minlength=size + 1)[1:]
    return sums.reshape(shape).astype(g.dtype)


# ---------------------------------------------------------------------------------------------
# Faults, as messages


class Worst(NamedTuple):
    """The entry that is furthest off."""

    at: tuple[int, ...]
    got: float
    expected: float


def worst(got: Any, expected: Any, rel: float = 1e-6, scale: float | None = None) -> Worst | None:
    """The entry furthest off, or None where all are within `rel` of what is expected.

    The tolerance of an entry is `rel` times the larger of it and `scale`, which is a thousandth of
    the largest entry where left out: an entry that should be 0 may be what rounding leaves of it.
    Both arrays have one shape.
    """
    got, expected = np.asarray(got, float), np.asarray(expected, float)
    if expected.size == 0:
        return None
    size = np.where(np.isfinite(expected), np.abs(expected), 0.0)
    if scale is None:
        scale = 1e-3 * float(size.max())
    with np.errstate(all="ignore"):
        off = np.abs(got - expected) / np.maximum(np.maximum(size, scale) * rel, 1e-300)
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    off = np.where(same, 0.0, np.where(np.isnan(off), np.inf, off))
    if off.max() <= 1.0:
        return None
    index = tuple(int(i) for i in np.unravel_index(np.argmax(off), off.shape))
    return Worst(index, float(got[index]), float(expected[index]))


def array_fault(
    tried: str, got: Any, shape: Sequence[int], dtype: str | None = "float64"
) -> str | None:
    """The message for what should be an array of this shape and dtype and is not, else None.

    With `dtype` None any real dtype will do. A plain number counts as an array without axes: that
    is what NumPy's own sums return.
    """
    shape = tuple(shape)
    if shape == () and is_number(got):
        return None
    if not isinstance(got, np.ndarray):
        return report(tried, got, Words(f"an array of shape {shape}"), no_array(got))
    if got.shape != shape:
        found = Words(f"an array of shape {got.shape}")
        return report(tried, found, Words(f"shape {shape}"), shape_cause(got.shape, shape))
    if dtype is not None and str(got.dtype) != dtype:
        found = Words(f"an array of {got.dtype}")
        return report(tried, found, Words(f"an array of {dtype}"), dtype_cause(got.dtype, dtype))
    return None


def no_array(got: Any) -> str:
    """The likely reason for a result that is no array of numbers."""
    if isinstance(got, Other) and got.type == "ndarray":
        if re.search(r"\dj\b|\.j\b|complex", got.text):
            return (
                "These are complex numbers, and real ones are asked for: `.real` takes that part."
            )
        return (
            "This is an array of objects: NumPy did not see numbers, and went through your object "
            "entry by entry."
        )
    if isinstance(got, list | tuple):
        return "A list is no array: `np.array(...)` makes one of it."
    if is_number(got):
        return "This is one number: was everything summed, or was a single entry taken?"
    return kind_cause(got)


def shape_cause(got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """The likely reason for a wrong shape."""
    if got == expected[::-1]:
        return "The axes are the wrong way round."
    if [n for n in got if n != 1] == [n for n in expected if n != 1]:
        return "The numbers may be right, but axes of length 1 are missing or too many."
    if sorted(got) == sorted(expected):
        return "The axes stand in another order."
    if math.prod(got) == math.prod(expected):
        return "As many entries as there should be, in another shape."
    if len(got) < len(expected):
        return "An axis is gone: was it summed over, or indexed away?"
    if len(got) > len(expected):
        return "There is an axis too many."
    return "An axis has another length."


def dtype_cause(got: np.dtype, expected: str) -> str:
    """The likely reason for a wrong dtype."""
    if got.kind == "O":
        return "This is an array of objects, each a number of Python's: NumPy is slow on those."
    if got.kind in "iub":
        return "Whole numbers cut off every decimal that is written into them."
    if np.dtype(expected).itemsize > got.itemsize:
        return "On the way half of the digits were lost: was an array made with another dtype?"
    return f"{expected} went in, so {expected} should come out: was an array made without `dtype`?"


def difference(
    tried: str,
    got: Any,
    expected: np.ndarray,
    slips: Slips = (),
    look: str = "",
    *,
    cause: str = "",
    dtype: str | None = "float64",
    rel: float = 1e-6,
    scale: float | None = None,
) -> str | None:
    """The message where `got` is not the array `expected`, shape and dtype included; else None.

    `slips` are wrong arrays, each with the sentence that says how one comes by it, as a table or in
    pairs; `cause` stands in where none of them fits. For `rel` and `scale` see `worst`.
    """
    expected = np.asarray(expected)
    if fault := array_fault(tried, got, expected.shape, dtype):
        for wrong, sentence in known_wrong(slips):  # a known slip may have another shape
            if isinstance(got, np.ndarray) and got.shape != expected.shape:
                if is_this(got, wrong, rel, scale):
                    found = Words(f"an array of shape {got.shape}")
                    wanted = Words(f"an array of shape {expected.shape}")
                    return report(tried, found, wanted, sentence, look)
        return f"{fault}\n\n  {look}" if look else fault
    off = worst(got, expected, rel, scale)
    if off is None:
        return None
    otherwise = rounding_cause(got, expected) or cause
    pairs = known_wrong(slips)
    cause = next((words for wrong, words in pairs if is_this(got, wrong, rel, scale)), otherwise)
    if expected.size <= LONGEST_SHOWN:
        got, expected = np.asarray(got, float) + 0.0, expected + 0.0  # no -0 in a message
        return report(tried, got, expected, where_off(off, expected) + cause, look)
    place = f"{tried}, at index {list(off.at)} of an array of shape {expected.shape}"
    return report(place, off.got, off.expected, cause, look)


def is_this(got: Any, wrong: Any, rel: float = 1e-6, scale: float | None = None) -> bool:
    """Whether `got` is the wrong array, up to rounding."""
    wrong = np.asarray(wrong)
    return np.shape(got) == wrong.shape and worst(got, wrong, rel, scale) is None


def where_off(off: Worst, expected: np.ndarray) -> str:
    """The index that is furthest off, as the beginning of a sentence's neighbour."""
    return f"Furthest off: index {list(off.at)}. " if expected.size > 1 else ""


def changed_array_fault(tried: str, outcome: dict[str, Any], names: Sequence[str]) -> str | None:
    """The message for a call that wrote into the arrays handed to it (see `call`), else None."""
    if not outcome["changed"]:
        return None
    written = " and ".join(f"`{names[position]}`" for position in outcome["changed"])
    cause = "An array handed in is not a copy: whoever called still needs those numbers, and finds "
    cause += "others there."
    look = f"Next: look for `+=`, `[...] =` and `out=` on {written}; write into an array of your "
    look += "own, or into a `.copy()`."
    found, wanted = Words(f"{written} changed by the call"), Words("arrays as they were")
    return report(tried, found, wanted, cause, look)


def show_array(array: Any) -> str:
    """A small array as a nested list, a larger one by its shape: for `tried`."""
    array = np.asarray(array)
    return show(array) if array.size <= LONGEST_SHOWN else f"an array of shape {array.shape}"


# ---------------------------------------------------------------------------------------------
# An op that an answer returns with its way back


def run_both_ways(
    answer: Any, names: Sequence[str], arguments: Sequence[Any], gs: Sequence[Any]
) -> Any:
    """What an answer returns: its result, and what `back` makes of each upstream in turn.

    A `back` that raises is noted in its place: of what does not fit the result is told first.
    """
    handed = [*arguments, *gs]
    before = [encode(thing) for thing in handed]
    pair = answer(*arguments)
    if not (isinstance(pair, list | tuple) and len(pair) == 2 and callable(pair[1])):
        found = pair if isinstance(pair, np.ndarray) else short_text(pair)
        return {"no pair": found, "why": why_no_pair(pair)}
    result, back = as_they_are(pair[0]), pair[1]
    contributions = [attempt(lambda g=g: as_they_are(back(g))) for g in gs]
    changed = [i for i, thing in enumerate(handed) if encode(thing) != before[i]]
    return {
        "result": result,
        "contributions": contributions,
        "changed": changed[:1],
        "names": [*names, *["g"] * len(gs)],
    }


def as_they_are(thing: Any) -> Any:
    """A copy, which a later call cannot change."""
    if isinstance(thing, list | tuple | Iterator):
        return [as_they_are(item) for item in thing]
    return thing.copy() if isinstance(thing, np.ndarray) else thing


def op_fault(
    call: str,
    got: dict[str, Any],
    gs: Sequence[np.ndarray],
    result: np.ndarray,
    forward_slips: Slips,
    back_fault: Callable[[str, Any, np.ndarray], str | None],
) -> str | Raised | None:
    """The message for an op that is wrong forward, backward, or to what it was handed; else None.

    `back_fault(tried, contribution, g)` judges the way back under one upstream; one that `Raised`
    is for the check to report.
    """
    if "no pair" in got:
        return no_pair(call, got["no pair"], got["why"])
    look = "Next: print the result beside the operand, for an operand of np.arange(6)."
    if fault := difference(
        f"the result of {call}", got["result"], result, forward_slips, look, dtype=None
    ):
        return fault
    if fault := changed_array_fault(call, got, got["names"]):
        return fault
    for place, (g, contribution) in enumerate(zip(gs, got["contributions"], strict=True)):
        tried = f"back(g) of {call}, with g = {show_array(g)}"
        if isinstance(contribution, Raised):
            return contribution
        if place and back_fault(tried, contribution, g):
            return again(tried, contribution)
        if fault := back_fault(tried, contribution, g):
            return fault
    return None


def why_no_pair(got: Any) -> str:
    """The likely reason for something that is no pair of a result and a function."""
    if got is None:
        return kind_cause(None)
    if callable(got):
        return "This is a function alone: the result belongs in front of it."
    if not isinstance(got, list | tuple):
        return "The result alone does not know the way back."
    if len(got) != 2:
        return f"A pair has two parts, and this has {len(got)}."
    if callable(got[0]):
        return "The result comes first, the function second."
    return "The second of the two must be a function, and what stands there cannot be called."


def no_pair(call: str, got: Any, cause: str) -> str:
    """The message for an answer that returns no result with its way back."""
    look = "Next: `return result, back`, with `back` itself and no brackets behind it."
    found = Words(f"an array of shape {got.shape}" if isinstance(got, np.ndarray) else got)
    return report(call, found, Words("a pair: the result, and the function `back`"), cause, look)


def again(tried: str, got: Any) -> str:
    """The message for a way back that is right once, and wrong in a second call."""
    cause = "The first call was right, with another `g`. Something was kept from it: an array "
    cause += "that is made once, outside of `back`, still holds the first contribution."
    look = "Next: make the array inside `back`, so that each call has a new one."
    expected = Words("the contribution of this g alone")
    return report(f"{tried}, after a call with another g", got, expected, cause, look)


def known_wrong(slips: Slips, *given: Any) -> Known:
    """The wrong results of slips, those of formulas computed from `given` where that is possible.

    In a table several formulas may share their words, in a tuple. A formula that gives nan says
    that it is no slip in this case. Or a function gives the slips for what is given.
    """
    if callable(slips):
        return known_wrong(slips(*given))
    pairs: Known = (
        slips
        if not isinstance(slips, Mapping)
        else [
            (wrong, words)
            for words, wrongs in slips.items()
            for wrong in (wrongs if isinstance(wrongs, tuple) else (wrongs,))
        ]
    )
    made = [(attempt(wrong, *given) if callable(wrong) else wrong, why) for wrong, why in pairs]
    no_slip = [isinstance(x, Raised) or (is_number(x) and math.isnan(x)) for x, _ in made]
    return [pair for pair, is_none in zip(made, no_slip, strict=True) if not is_none]


def possible(*slips: tuple[Callable[[], Any], str]) -> Known:
    """Those wrong arrays that can be computed in this case at all."""
    return known_wrong(slips)


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """The softmax along one axis."""
    return np.exp(log_softmax(x, axis))


def log_softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """The logarithm of the softmax along one axis, by NumPy's own log(exp(a) + exp(b))."""
    wide = np.asarray(x, float)
    return wide - np.logaddexp.reduce(wide, axis=axis, keepdims=True)
