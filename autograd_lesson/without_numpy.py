"""What single numbers need of NumPy, by NumPy's names, where it cannot be imported.

Everything else there says, when it is used, that it needs NumPy. Its kinds of numbers are there,
and so much of an array as meets a value in lesson 03: a row of numbers, or one without axes.
"""

from __future__ import annotations

import contextlib
import math
import operator
from collections.abc import Callable, Iterator
from numbers import Real
from types import SimpleNamespace
from typing import Any

from .random_bits import Generator, default_rng

nan, inf, pi, newaxis = math.nan, math.inf, math.pi, None
KINDS = ("divide", "over", "under", "invalid")
handling = dict.fromkeys(KINDS, "warn") | {"under": "ignore"}


def divided(a: float, b: float) -> float:
    """a / b, and by 0 infinity of the right sign, or nan."""
    if b != 0.0:
        return a / b
    return nan if a == 0.0 or a != a else math.copysign(inf, a) * math.copysign(1.0, b)


def raised(a: float, b: float) -> float:
    """a ** b: infinite where too large, or 0 to a negative power, and nan where it is not real."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0.0 and b % 2.0 == 1.0 else inf
    except ValueError:
        if a != 0.0:
            return nan
        return math.copysign(inf, a) if b % 2.0 == 1.0 else inf


def let_through(function: Callable[[float], float], pole: float = nan) -> Callable[..., float]:
    """A function of `math`: infinite where it is too large and at its pole, nan outside."""

    def call(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return inf
        except ValueError:
            return -inf if x == pole else nan

    return call


OPERATIONS = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": divided,
    "pow": raised,
}
FUNCTIONS: dict[str, Callable[..., float]] = {
    **{name: let_through(getattr(math, name)) for name in ("exp", "sin", "cos", "tanh", "sqrt")},
    "erf": math.erf,
    "log": let_through(math.log, 0.0),
    "log1p": let_through(math.log1p, -1.0),
    "sigmoid": lambda x: 1.0 / (1.0 + math.exp(-x)) if x >= 0.0 else nan if x != x else under(x),
    "relu": lambda x: 0.0 if x <= 0.0 else x,
    "maximum": lambda a, b: a if a >= b or a != a else b,
    "minimum": lambda a, b: a if a <= b or a != a else b,
    "clip": lambda a, low, high: min(max(a, low), high),
}


def under(x: float) -> float:
    """The sigmoid of a negative number."""
    small = math.exp(x)
    return small / (1.0 + small)


def computing(kind: type) -> type:
    """A class whose `computed(operation, left, right)` does arithmetic, on both of its sides."""
    for symbol, does in OPERATIONS.items():

        def on_the_left(self: Any, other: Any, does: Callable[..., Any] = does) -> Any:
            return self.computed(other, lambda x, y: does(x, y))

        def on_the_right(self: Any, other: Any, does: Callable[..., Any] = does) -> Any:
            return self.computed(other, lambda x, y: does(y, x))

        setattr(kind, f"__{symbol}__", on_the_left)
        setattr(kind, f"__r{symbol}__", on_the_right)
    return kind


class generic:  # noqa: N801 (NumPy's name; so are those below)
    """NumPy's own numbers."""


class bool_(generic):  # noqa: N801
    """Those that are true or false."""


class number(generic):  # noqa: N801
    """Those that count or measure."""


class integer(number):  # noqa: N801
    """The whole ones."""


class floating(number):  # noqa: N801
    """The real ones."""


class complexfloating(number):  # noqa: N801
    """The complex ones."""


@computing
class float64(float, floating):  # noqa: N801
    """A float whose ops give inf and nan where those of Python raise."""

    __hash__ = float.__hash__

    def computed(self, other: Any, does: Callable[[Any, Any], Any]) -> Any:
        """With numbers, by IEEE 754; the other side may know better."""
        if not isinstance(other, int | float):
            return NotImplemented
        return float64(does(float(self), float(other)))

    def __getattr__(self, name: str) -> Callable[..., float64]:
        """A function of Python's, by its name: `x.exp()`."""
        if name not in FUNCTIONS:
            raise AttributeError(
                f"a number has no {name!r}; what it has is in FUNCTIONS, in {__name__}"
            )
        return lambda *others: float64(FUNCTIONS[name](float(self), *others))

    def __neg__(self) -> float64:
        """The number with its sign turned round."""
        return float64(-float(self))

    def __abs__(self) -> float64:
        """Its size."""
        return float64(abs(float(self)))

    def __repr__(self) -> str:
        """As NumPy writes it."""
        return f"np.float64({float(self)!r})"


@computing
class Wrapped(number):
    """A number that is neither a float nor an int of Python's, and computes like one."""

    def __init__(self, x: Any) -> None:
        """Hold the number."""
        self.held = self.python(x)

    def computed(self, other: Any, does: Callable[[Any, Any], Any]) -> Any:
        """With numbers of Python's and of NumPy's; the other side may know better."""
        if not isinstance(other, int | float | Wrapped):
            return NotImplemented
        return type(self)(does(self.held, getattr(other, "held", other)))

    def __float__(self) -> float:
        """The number as a float."""
        return float(self.held)

    def __neg__(self) -> Any:
        """The number with its sign turned round."""
        return type(self)(-self.held)

    def __eq__(self, other: object) -> bool:
        """By the number held."""
        return bool(self.held == getattr(other, "held", other))

    def __lt__(self, other: Any) -> bool:
        """By the number held."""
        return bool(self.held < getattr(other, "held", other))

    def __hash__(self) -> int:
        """That of the number held."""
        return hash(self.held)

    def __repr__(self) -> str:
        """As NumPy writes it."""
        return f"np.{type(self).__name__}({self.held!r})"

    def __format__(self, how: str) -> str:
        """The number in the form asked for."""
        return format(self.held, how)


class float32(Wrapped, floating):  # noqa: N801
    """A real number."""

    python = float


class int64(Wrapped, integer):  # noqa: N801
    """A whole number."""

    python = int

    def __index__(self) -> int:
        """The number as an int."""
        return self.held


class complex64(Wrapped, complexfloating):  # noqa: N801
    """A complex number."""

    python = complex


Real.register(float32)
Real.register(int64)


@computing
class ndarray:  # noqa: N801
    """A row of things, or one without axes."""

    setflags = view = None

    def __init__(self, held: Any) -> None:
        """Hold a list, or one thing."""
        self.shape = (len(held),) if isinstance(held, list) else ()
        self.ndim, self.size = len(self.shape), len(held) if self.shape else 1
        self.flat = list(held) if self.shape else [held]
        plain = all(isinstance(x, int | float) for x in self.flat)
        self.dtype = SimpleNamespace(kind="f" if plain else "O")

    def computed(self, other: Any, does: Callable[[Any, Any], Any]) -> Any:
        """Taken apart, unless the other side asks by its priority for the whole."""
        if getattr(other, "__array_priority__", 0) > 0:
            return NotImplemented
        found = [does(float64(x), other) for x in self.flat]
        return ndarray(found if self.shape else found[0])

    def tolist(self) -> Any:
        """What it holds."""
        return list(self.flat) if self.shape else self.flat[0]

    def item(self) -> Any:
        """The one thing that it holds."""
        return float(self)

    def __iter__(self) -> Iterator[Any]:
        """Each thing in turn."""
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return iter(self.flat)

    def __len__(self) -> int:
        """How many there are."""
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.size

    def __float__(self) -> float:
        """The one number."""
        if self.size != 1:
            raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
        return float(self.flat[0])

    def __repr__(self) -> str:
        """As NumPy writes it."""
        held = ", ".join(f"{x:g}." if isinstance(x, float) else repr(x) for x in self.flat)
        kind = ", dtype=object" if self.dtype.kind == "O" else ""
        return f"array({f'[{held}]' if self.shape else held}{kind})"


array, arrays = ndarray, (ndarray,)  # the latter for the ops on arrays: numbers are none


def geterr() -> dict[str, str]:
    """What happens at each kind of error."""
    return dict(handling)


@contextlib.contextmanager
def errstate(**how: str) -> Iterator[None]:
    """For a while, "ignore" or another way for "all" or for some kinds of error."""
    before = geterr()
    every = {kind: how["all"] for kind in KINDS if "all" in how}
    handling.update(every | {kind: how[kind] for kind in how if kind != "all"})
    try:
        yield
    finally:
        handling.update(before)


random = SimpleNamespace(
    Generator=Generator,
    default_rng=default_rng,
    get_state=tuple,
    set_state=lambda state: None,
    seed=lambda seed: None,
)


def isnan(x: float) -> bool:
    """Whether this is no number."""
    return math.isnan(x)


def isfinite(x: float) -> bool:
    """Whether this is a number that ends."""
    return math.isfinite(x)


def ndim(x: Any) -> int:
    """How many axes there are: none of a number."""
    return len(shape(x))


def shape(x: Any) -> tuple[int, ...]:
    """The lengths of the axes: none of a number."""
    if isinstance(x, list | tuple):
        return (len(x), *(shape(x[0]) if x else ()))
    return getattr(x, "shape", ())


uniform = None  # the backend's draw of arrays


def __getattr__(name: str) -> Callable[..., Any]:
    """All else needs NumPy, and says so when it is called."""
    if name.startswith("__"):
        raise AttributeError(name)

    def needs_numpy(*arguments: Any, **named: Any) -> Any:
        raise ImportError(
            f"numpy.{name} computes on arrays, which need NumPy, and NumPy is not here; single "
            "numbers need none: use Value"
        )

    return needs_numpy
