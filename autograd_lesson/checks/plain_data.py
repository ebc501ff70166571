"""Plain data: what a probe returns, and how it travels to the judge.

Kinds that a learner may take for one another arrive as one: any mapping as a dict, any subclass of
list, tuple or set as that, what gives items one after the other (a generator, a deque, a range) as
a list, any real number as an int or a float (see `accepted`).
"""

from __future__ import annotations

import math
import re
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Set, ValuesView
from dataclasses import astuple, dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

from ..numpy_or_not import np
from .accepted import is_number

STUB = "your turn"  # the text of the NotImplementedError in an answer that was not begun
OUT_OF_TIME = "OutOfTime"
MOST_ITEMS = 100_000  # of a generator, which may have no end
LONGEST = 10**1000  # JSON cannot write whole numbers that are much longer
NUMBERS = (int, float, np.bool_, np.integer, np.floating, Fraction, Decimal)
ONE_AFTER_THE_OTHER = (Iterator, deque, range, ValuesView, memoryview, array)
BORROWED = "Borrowed"  # the answer has the package do what it is to do itself


@dataclass(frozen=True)  # no tuple: one of these is no row
class Other:
    """Something that is no plain data: the judge of it sees its type and its text only."""

    type: str
    text: str


@dataclass(frozen=True)
class Held:
    """A value or a tensor of the engine: its type, and the numbers in it."""

    type: str
    data: Any


class WasTuple(list):
    """A tuple as a list, for judges who mind neither; it is shown as what it was."""


@dataclass(frozen=True)
class Raised:
    """An exception of the learner's code: its type, its text, and the line it came from."""

    type: str
    text: str
    line: int | None = None  # in the learner's cell
    source: str = ""  # the text of that line

    @property
    def is_stub(self) -> bool:
        """Whether this is the stub of an answer not yet begun."""
        return self.type == "NotImplementedError" and self.text == STUB


def encode(thing: Any, depth: int = 20) -> Any:
    """`thing` as data that JSON can hold without loss: nan, tuples, sets, arrays too."""
    kind = type(thing)
    if kind is float and math.isfinite(thing) or kind is int and 0 <= thing < 2**63:
        return thing  # most of what there is: asked first, since graphs have 50,000 places
    if thing is None or kind is bool or kind is str:
        return thing
    if depth and kind is list:
        return [encode(item, depth - 1) for item in thing]
    if kind is not dict and kind is not tuple:  # which are none of what is asked here
        if isinstance(thing, str):
            return str(thing)
        if isinstance(thing, NUMBERS):
            return encoded_number(thing)
        if isinstance(thing, Other | Raised):
            return {"~": kind.__name__, "is": list(astuple(thing))}
        if isinstance(thing, Held):
            return {"~": "Held", "is": [thing.type, encode(thing.data)]}
        if isinstance(thing, np.ndarray) and thing.dtype.kind == "U":
            thing = thing.tolist()
        thing = in_a_row(thing)
    if depth and kind is not dict and isinstance(thing, list | tuple | Set):
        items = [encode(item, depth - 1) for item in in_one_order(thing)]
        if isinstance(thing, WasTuple):
            return {"~": "was tuple", "is": items}
        if isinstance(thing, list):
            return items
        return {"~": "tuple" if isinstance(thing, tuple) else "set", "is": items}
    if isinstance(thing, slice):
        return {"~": "slice", "is": [thing.start, thing.stop, thing.step]}
    if thing is Ellipsis:
        return {"~": "...", "is": []}
    if depth and (kind is dict or isinstance(thing, Mapping)):
        pairs = [[encode(key, depth - 1), encode(item, depth - 1)] for key, item in thing.items()]
        if all(isinstance(key, str) for key in thing) and "~" not in thing:
            return {key: item for key, item in pairs}
        return {"~": "dict", "is": pairs}
    if depth and isinstance(thing, np.ndarray) and holds_numbers(thing):
        items = thing.ravel().tolist()
        if thing.dtype.kind == "O" or not np.isfinite(thing).all():
            items = [encode(item) for item in items]
        return {"~": "array", "is": items, "shape": list(thing.shape), "dtype": str(thing.dtype)}
    return {"~": "Other", "is": [type(thing).__name__, short_text(thing)]}


def encoded_number(thing: Any) -> Any:
    """A real number or a bool as one that JSON can hold."""
    if isinstance(thing, np.bool_):
        return bool(thing)
    if isinstance(thing, int | np.integer):
        short = abs(int(thing)) < LONGEST
        return int(thing) if short else {"~": "Other", "is": ["int", long_number(int(thing))]}
    number = float(thing)
    return number if math.isfinite(number) else {"~": "float", "is": str(number)}


def holds_numbers(thing: np.ndarray) -> bool:
    """Whether these are real numbers, or objects that are."""
    if thing.dtype.kind == "O":
        return thing.size > 0 and all(map(is_number, thing.flat))
    return thing.dtype.kind in "biuf"


def decode(data: Any) -> Any:
    """What `encode` was given, from what it made of it."""
    if isinstance(data, list):
        return [decode(item) if type(item) in (list, dict) else item for item in data]
    if not isinstance(data, dict):
        return data
    if "~" not in data:
        return {key: decode(item) for key, item in data.items()}
    kind, held = data["~"], data["is"]
    if kind == "float":
        return float(held)
    if kind == "tuple":
        return tuple(decode(item) for item in held)
    if kind == "was tuple":
        return WasTuple(map(decode, held))
    if kind == "set":
        return frozenset(map(decode, held))
    if kind == "slice":
        return slice(*held)
    if kind == "...":
        return Ellipsis
    if kind == "dict":
        return {decode(key): decode(item) for key, item in held}
    if kind == "array":
        return np.array(decode(held), dtype=data["dtype"]).reshape(data["shape"])
    if kind == "Held":
        return Held(held[0], decode(held[1]))
    return {"Other": Other, "Raised": Raised}[kind](*held)


def in_a_row(thing: Any, each: Callable[[Any], Any] | None = None) -> Any:
    """What gives its items one after the other as a list, of one without an end the first ones.

    `each` reads an item before the next is asked for: a generator in a generator changes with it.
    """
    if not isinstance(thing, ONE_AFTER_THE_OTHER):
        return thing
    items = islice(thing, MOST_ITEMS)
    return list(map(each, items) if each else items)


def in_one_order(items: Any) -> Any:
    """The items; those of a set by their text, so that a message names the same ones every time."""
    return items if isinstance(items, list | tuple) else sorted(items, key=repr)


def long_number(number: int) -> str:
    """A whole number too long to be read, by its length."""
    return f"a whole number of {int(math.log10(abs(number))) + 1} digits"


def short_text(thing: Any, longest: int = 80) -> str:
    """The repr of `thing` on one line, without memory addresses, cut where it gets long."""
    try:
        text = repr(thing)
    except Exception as error:  # the learner's own __repr__ may be the thing that is broken
        text = f"<{type(thing).__name__}, whose repr raises {type(error).__name__}>"
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", " ".join(text.split()))
    return text if len(text) <= longest else text[: longest - 3] + "..."
