"""What is taken as right, whatever form it comes in: stated once, for every check.

- A *number* is any real one: int, float, a NumPy scalar or array without axes, a Fraction, a
  Decimal. A bool is none: it answers another question. Numbers are compared up to rounding.
- A *row* is a list, a tuple, or what gives items one after the other: a generator, a deque. A row
  of numbers may be an array with one axis. Where an exercise asks for an array it must be one,
  because the next line of the notebook computes with it; a number will do for one without axes.
  A *shape* is a row of whole numbers.
- A *set* of things may come as a set, a list or a tuple: nobody asked for an order.
- A *table* is any mapping, with more entries than asked for if need be; of a key the text counts,
  so that 1, 1.0 and "1" are one.
- *Letters* of lines may come in a row, a set or one string, in capitals or not, with spaces,
  commas or arrows between them.

A message names the plainest form (a list, a dict, one number), never all that would do. Where one
form alone is right, the exercise says so, and the message says it again with the reason.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..numpy_or_not import np

NUMBERS = (int, float, np.integer, np.floating, Fraction, Decimal)


def unwrapped(thing: Any) -> Any:
    """What an array without axes holds; anything else as it is."""
    return thing.item() if isinstance(thing, np.ndarray) and thing.shape == () else thing


def is_number(thing: Any) -> bool:
    """Whether `thing` is one real number; True and False are not."""
    thing = unwrapped(thing)
    return isinstance(thing, NUMBERS) and not isinstance(thing, bool)


def row_of(thing: Any) -> Any:
    """What will do for a row of numbers, as a list; anything else as it is."""
    if isinstance(thing, np.ndarray) and thing.ndim == 1:
        return thing.tolist()
    return list(thing) if isinstance(thing, tuple) else thing


def shape_of(thing: Any) -> Any:
    """A row of whole numbers as a shape; anything else as it is."""
    row = row_of(thing)
    is_shape = isinstance(row, list) and all(is_number(n) and n % 1 == 0 for n in row)
    return tuple(map(int, row)) if is_shape else thing


def same(got: Any, expected: Any) -> bool:
    """Whether two plain things are one answer: rows of either kind, numbers up to rounding."""
    if isinstance(expected, list | tuple):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(expected)
            and all(map(same, got, expected))
        )
    if isinstance(expected, set | frozenset):
        return (
            isinstance(got, set | frozenset | list | tuple)
            and all(any(same(item, wanted) for wanted in expected) for item in got)
            and all(any(same(item, wanted) for item in got) for wanted in expected)
        )
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(
            key in got and same(got[key], item) for key, item in expected.items()
        )
    if is_number(expected) or isinstance(expected, np.ndarray):
        return close(got, expected, scale=1e-9)
    return type(got) is type(expected) and got == expected


def keyed(table: Mapping[Any, Any], keys: Iterable[Any]) -> dict[Any, Any]:
    """The table by the keys as they are known, where the text of a key is that of a known one."""
    known = {str(key).strip().lower(): key for key in keys}

    def text(key: Any) -> str:
        whole = isinstance(key, float) and key.is_integer()
        return str(int(key) if whole else key).strip().lower()

    return {known.get(text(key), key): item for key, item in table.items()}


def letters_of(got: Any, known: Iterable[str]) -> list[str] | None:
    """The letters in their order, each as it is known; None where something else is there too."""
    if isinstance(got, str):
        got = re.findall(r"[^\W_]", got)  # whatever stands between them: spaces, commas, arrows
    if not isinstance(got, list | tuple | set | frozenset):
        return None
    by_name = {letter.lower(): letter for letter in known}
    found = [by_name.get(item.strip().lower()) if isinstance(item, str) else None for item in got]
    letters = [letter for letter in found if letter]
    return letters if len(letters) == len(found) else None


def close(got: Any, expected: Any, rel: float = 1e-6, scale: float = 0.0) -> bool:
    """Whether `got` equals `expected` up to `rel` times the larger of `expected` and `scale`.

    Give `scale` when the right answer may be zero: the size of the terms it is the sum of. Lists
    and arrays are compared item by item and must have the same length or shape. What is not a
    number is close to nothing; nan is close to nan, and an infinity to itself.
    """
    if isinstance(expected, np.ndarray):
        return (
            isinstance(got, np.ndarray)
            and got.shape == expected.shape
            and all(close(g, e, rel, scale) for g, e in zip(got.flat, expected.flat, strict=True))
        )
    if isinstance(expected, list | tuple):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(expected)
            and all(close(g, e, rel, scale) for g, e in zip(got, expected, strict=True))
        )
    if not (is_number(got) and is_number(expected)):
        return False
    try:
        got, expected = float(got), float(expected)
    except OverflowError:  # a whole number that no float can hold
        return False
    if math.isnan(expected) or math.isinf(expected):
        return got == expected or (math.isnan(got) and math.isnan(expected))
    return abs(got - expected) <= rel * max(abs(expected), scale)
