"""NumPy's random numbers from a seed without NumPy: the same bits, drawn by the same steps.

PCG64 (O'Neill, 2014) seeded by NumPy's SeedSequence, and of `numpy.random.Generator` what single
numbers need. So a check, a question or a graph drawn from a seed is the same in a browser. Normal
numbers alone may differ, in the fifteenth digit: NumPy's table of them was rounded otherwise.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

WORD, LONG, STATE = 2**32 - 1, 2**64 - 1, 2**128 - 1
MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645


def default_rng(seed: Any) -> Generator:
    """A generator from a whole number or several, or the generator itself."""
    return seed if isinstance(seed, Generator) else Generator(seed)


class Generator:
    """Random numbers from a seed, by the methods and the bits of NumPy's Generator."""

    def __init__(self, seed: int | Sequence[int]) -> None:
        """Begin where NumPy begins with this seed."""
        words = [w for n in ([seed] if isinstance(seed, int) else seed) for w in words_of(int(n))]
        a, b, c, d = seeded(words)
        self.increment = (c << 64 | d) << 1 & STATE | 1
        self.state = self.increment + (a << 64 | b)
        self._move()
        self.spare: int | None = None  # half of a draw, for the next one that needs so much

    def _move(self) -> None:
        self.state = (self.state * MULTIPLIER + self.increment) & STATE

    def _long(self) -> int:
        """64 random bits."""
        self._move()
        mixed, turn = self.state >> 64 ^ self.state & LONG, self.state >> 122
        return (mixed >> turn | mixed << (64 - turn)) & LONG

    def _word(self) -> int:
        """32 random bits."""
        if self.spare is not None:
            word, self.spare = self.spare, None
            return word
        both = self._long()
        self.spare = both >> 32
        return both & WORD

    def _up_to(self, most: int) -> int:
        """A whole number from 0 to `most`, all equally likely (Lemire, 2019)."""
        if most == 0:
            return 0
        draw, bits = (self._word, 32) if most <= WORD else (self._long, 64)
        product = draw() * (most + 1)
        while product % 2**bits < (2**bits - 1 - most) % (most + 1):
            product = draw() * (most + 1)
        return product >> bits

    def random(self, size: int | None = None) -> Any:
        """Floats from 0 to 1."""
        return several(lambda: (self._long() >> 11) * 2.0**-53, size)

    def uniform(self, low: float = 0.0, high: float = 1.0, size: int | None = None) -> Any:
        """Floats from `low` to `high`."""
        return several(lambda: low + (high - low) * self.random(), size)

    def normal(self, mean: float = 0.0, std: float = 1.0, size: int | None = None) -> Any:
        """Normally distributed floats."""
        return several(lambda: mean + std * self._standard_normal(), size)

    def _standard_normal(self) -> float:
        """By the ziggurat of Marsaglia and Tsang (2000): 256 layers under the bell, all as large.

        A point in a layer drawn at random is nearly always under the bell; else it is looked at.
        """
        end, width, height = layers()
        while True:
            bits = self._long()
            layer, sign, place = bits & 255, -1.0 if bits >> 8 & 1 else 1.0, bits >> 9 & 2**52 - 1
            x = place * 2.0**-52 * width[layer]
            if x < (width[layer - 1] if layer > 1 else 0.0 if layer else end):
                return sign * x
            if layer:
                edge = height[layer] + (height[layer - 1] - height[layer]) * self.random()
                if edge < math.exp(-0.5 * x * x):
                    return sign * x
                continue
            while True:
                beyond = -math.log1p(-self.random()) / end
                if -2.0 * math.log1p(-self.random()) > beyond * beyond:
                    return (-1.0 if place >> 8 & 1 else 1.0) * (end + beyond)

    def integers(self, low: int, high: int | None = None, size: int | None = None) -> Any:
        """Whole numbers from `low`, or 0, up to below `high`."""
        low, high = (0, low) if high is None else (low, high)
        return several(lambda: int(low + self._up_to(high - 1 - low)), size)

    def choice(self, of: Sequence[Any], size: int | None = None, replace: bool = True) -> Any:
        """Some of these, or one, each again where `replace`."""
        if replace or size is None:
            return several(lambda: of[self._up_to(len(of) - 1)], size)
        picked: list[int] = []
        for last in range(len(of) - size, len(of)):  # Floyd's algorithm
            place = self._up_to(last)
            picked.append(last if place in picked else place)
        return Row(of[place] for place in self._shuffled(picked, self._up_to))

    def permutation(self, of: int | Sequence[Any]) -> Row:
        """These in another order; of a whole number, what is below it."""
        return Row(self._shuffled(list(range(of) if isinstance(of, int) else of), self._cut_to))

    def _cut_to(self, most: int) -> int:
        """The same as `_up_to`, by draws of so many bits until one is small enough."""
        while (word := self._word() & (2 ** most.bit_length() - 1)) > most:
            pass
        return word

    def _shuffled(self, items: list[Any], draw: Callable[[int], int]) -> list[Any]:
        for last in range(len(items) - 1, 0, -1):
            place = draw(last)
            items[last], items[place] = items[place], items[last]
        return items


class Row(list):
    """A list, by the one method that callers of NumPy's draws use."""

    def tolist(self) -> list[Any]:
        """The plain list."""
        return list(self)


def several(draw: Callable[[], Any], size: int | None) -> Any:
    """One, or a row of so many."""
    return draw() if size is None else Row(draw() for _ in range(size))


def words_of(number: int) -> list[int]:
    """A whole number in words of 32 bits, the lowest first."""
    if number < 0:
        raise ValueError(f"a seed is a whole number of at least 0, not {number}")
    words = [number & WORD]
    while number := number >> 32:
        words.append(number & WORD)
    return words


def seeded(words: list[int]) -> list[int]:
    """Four long words that all depend on each of `words`, as NumPy's SeedSequence mixes them."""
    mix = hashing(0x43B0D7E5, 0x931E8875)
    pool = [mix(word) for word in [*words, 0, 0, 0, 0][:4]]
    pairs = [(pool, source, k) for source in range(4) for k in range(4) if source != k]
    for held, source, k in pairs + [(words, n, k) for n in range(4, len(words)) for k in range(4)]:
        both = (0xCA01F9DD * pool[k] - 0x4973F715 * mix(held[source])) & WORD
        pool[k] = both ^ both >> 16
    mix = hashing(0x8B51F9DD, 0x58F38DED)
    halves = [mix(pool[k % 4]) for k in range(8)]
    return [low | high << 32 for low, high in zip(halves[::2], halves[1::2], strict=True)]


def hashing(start: int, factor: int) -> Callable[[int], int]:
    """A function that scatters the bits of a word, otherwise in each call."""
    constant = start

    def mix(word: int) -> int:
        nonlocal constant
        word ^= constant
        constant = constant * factor & WORD
        word = word * constant & WORD
        return word ^ word >> 16

    return mix


@functools.cache
def layers() -> tuple[float, list[float], list[float]]:
    """Where the tail begins, and how wide and how high each layer is; the first has the tail."""
    end, area = 3.6541528853610088, 0.00492867323397465
    width, height = [0.0] * 255 + [end], [1.0] + [0.0] * 254 + [math.exp(-0.5 * end * end)]
    width[0] = area / height[255]
    for k in range(254, 0, -1):
        width[k] = math.sqrt(-2.0 * math.log(area / width[k + 1] + height[k + 1]))
        height[k] = math.exp(-0.5 * width[k] ** 2)
    return end, width, height
