"""The questions, and what calculus says of them: rows.toml, read."""

import math
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
OPERANDS = "xyzw"
MEASURES = ("value", "reverse", "forward", "second", "second forward")


class Row(NamedTuple):
    """One function at one point, in one direction; see the head of rows.toml."""

    family: str
    f: str
    point: dict[str, Any]
    along: dict[str, Any]
    source: str
    value: float | None = None
    gradient: dict[str, Any] | None = None
    slopes: list[float] | None = None
    subgradients: list[float] | None = None
    second: float | None = None
    undefined: str = ""
    limit: bool = False
    documented: str = ""
    ours: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """The function, the point, and the direction where it is not the usual one."""
        at = ", ".join(f"{key} = {written(x)}" for key, x in self.point.items())
        usual = first_moves(self.point) == self.along
        way = ", ".join(f"{key} = {written(x)}" for key, x in self.along.items() if moves(x))
        return f"{self.f} at {at}" + ("" if usual else f" along {way}")

    @property
    def is_complex(self) -> bool:
        """Is an operand a complex number, so that a gradient has two conventions?"""
        return any(isinstance(x, complex) for x in self.point.values())


def written(x) -> str:
    """A number or a list of numbers, whole ones without a point."""
    if isinstance(x, list):
        return f"[{', '.join(map(written, x))}]"
    if isinstance(x, complex):
        return f"{x.real:g}{x.imag:+g}i"
    return f"{x:g}"


def moves(x) -> bool:
    """Is any of the numbers of a direction not 0?"""
    return any(number != 0 for number in flat(x))


def flat(x) -> list:
    """All numbers of a nested list, in order."""
    return [number for each in x for number in flat(each)] if isinstance(x, list) else [x]


def filled(x, numbers):
    """A nested list of the form of `x`, with the next of the iterator `numbers` at each place."""
    return [filled(each, numbers) for each in x] if isinstance(x, list) else next(numbers)


def first_moves(point: dict) -> dict:
    """The usual direction: the first number of the first operand moves at speed 1."""
    numbers = iter([1.0] + [0.0] * sum(len(flat(x)) for x in point.values()))
    return {key: filled(x, numbers) for key, x in point.items()}


def number(x):
    """A number of the file, complex ones being written in quotes."""
    if isinstance(x, list):
        return [number(each) for each in x]
    return complex(x) if isinstance(x, str) else float(x)


def decoded(x):
    """What a table holds, as numbers: nan, infinities and complex ones are words there."""
    if isinstance(x, dict):
        return {key: decoded(each) for key, each in x.items()}
    if isinstance(x, list):
        return [decoded(each) for each in x]
    if not isinstance(x, str):
        return x
    return complex(x.replace("i", "j").replace("jnf", "inf")) if x.endswith("i") else float(x)


def row_of(family: str, source: str, line: dict) -> Row:
    """One line of the file as a row."""
    point = {key: number(line.pop(key)) for key in OPERANDS if key in line}
    along = line.pop("along", None)
    if along is None:
        along = first_moves(point)
    else:
        still = {key: filled(x, iter([0.0] * len(flat(x)))) for key, x in point.items()}
        along = still | {key: number(x) for key, x in along.items()}
    gradient = line.pop("gradient", None)
    if gradient is not None and not isinstance(gradient, dict):
        gradient = {next(iter(point)): gradient}
    if gradient is not None:
        gradient = {key: number(x) for key, x in gradient.items()}
    return Row(
        family, line.pop("f"), point, along, line.pop("source", source), gradient=gradient, **line
    )


def read_rows(path: Path = HERE / "rows.toml") -> list[Row]:
    """All rows, in the order of the file."""
    families = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        row_of(family, told["source"], line)
        for family, told in families.items()
        for line in told["rows"]
    ]


def same(a, b, tolerance=1e-6) -> bool:
    """Are two numbers, or lists or tables of them, equal as far as floats can say, nan to nan?"""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], tolerance) for key in a)
    if isinstance(a, list) or isinstance(b, list):
        both = isinstance(a, list) and isinstance(b, list) and len(a) == len(b)
        return both and all(same(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if not all(isinstance(x, int | float | complex) for x in (a, b)):
        return a == b
    if isinstance(a, complex) or isinstance(b, complex):
        a, b = complex(a), complex(b)
        return same(a.real, b.real, tolerance) and same(a.imag, b.imag, tolerance)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)
