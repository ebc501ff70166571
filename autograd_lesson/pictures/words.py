"""Numbers, counts and lists in words: how all pictures and widgets say them."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from . import heatmap
from .graph import plain

LONGEST_NAME = 24  # characters of a name in a box
PATH = re.compile(r"\w+(\.\w+)+( #\d+)?")


def number(x: Any, digits: int = 4) -> str:
    """`x` to 4 significant digits, or so many; an array by its shape."""
    if getattr(x, "ndim", 0):
        return f"{tuple(x.shape)} array"
    try:
        return f"{float(x) + 0.0:.{digits}g}"  # + 0.0 turns -0 into 0
    except OverflowError:  # a whole number that no float can hold
        return f"{Decimal(int(x)):.{digits}g}"
    except (TypeError, ValueError):
        return shortened(plain(x))


def in_full(x: Any) -> str:
    """`x` as a number; an array by its shape and its numbers, or what can be said of them."""
    return f"{number(x)} {heatmap.told(x)}" if heatmap.is_array(x) else number(x)


def fixed(x: float, places: int) -> str:
    """`x` with so many places after the point; 0 has no sign."""
    return f"{x:z.{places}f}"


def in_brackets(x: Any) -> str:
    """A number, or what is written for it, as a factor: `2`, `(-2)`."""
    words = x if isinstance(x, str) else number(x)
    return f"({words})" if words.startswith("-") else words


def signed(x: Any) -> str:
    """A contribution with its sign, `+10`; nothing where there is none yet."""
    if x is None:
        return ""
    if getattr(x, "ndim", 0):
        return number(x)
    return number(x) if number(x).startswith("-") else f"+{number(x)}"


def counted(count: int, noun: str, several: str = "") -> str:
    """`1 value`, `1,024 values`; `several` is a plural that does not end in s alone."""
    return f"{count:,} {noun if count == 1 else several or f'{noun}s'}"


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def shortened(name: str, longest: int = LONGEST_NAME) -> str:
    """`name` as it fits in a box, or in so many characters: of a path, `h.0.weight`, its end."""
    if len(name) <= longest:
        return name
    if PATH.fullmatch(name):
        end = name[3 - longest :]
        return "..." + end[end.find(".") + 1 :]
    return name[: longest - 3] + "..."
