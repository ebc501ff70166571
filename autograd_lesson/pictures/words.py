"""Numbers, counts and lists in words: how all pictures and widgets say them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from . import heatmap
from .graph import plain

LONGEST_NAME = 24  # characters of a name in a box


def number(x: Any) -> str:
    """`x` to 4 significant digits; an array by its shape."""
    if getattr(x, "ndim", 0):
        return f"{tuple(x.shape)} array"
    try:
        return f"{float(x) + 0.0:.4g}"  # + 0.0 turns -0 into 0
    except OverflowError:  # a whole number that no float can hold
        return f"{Decimal(int(x)):.4g}"
    except (TypeError, ValueError):
        return shortened(plain(x))


def in_full(x: Any) -> str:
    """`x` as a number; an array by its shape and its numbers, or what can be said of them."""
    return f"{number(x)} {heatmap.told(x)}" if heatmap.is_array(x) else number(x)


def signed(x: Any) -> str:
    """A contribution with its sign, `+10`; nothing where there is none yet."""
    if x is None:
        return ""
    if getattr(x, "ndim", 0):
        return number(x)
    return number(x) if number(x).startswith("-") else f"+{number(x)}"


def counted(count: int, noun: str) -> str:
    """`1 value`, `5 values`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def shortened(name: str) -> str:
    """`name` as it fits in a box."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 3] + "..."
