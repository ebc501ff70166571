"""A question about one misconception: drawn anew each time, with what each wrong answer shows.

A generator is a function of a random generator that returns the words, the right answer as the
engine computes it, and the answers of whoever holds the misconception, each with what is said:

    @about("M12")
    def mean_or_sum(rng):
        ...
        return Draft(words, right, {wrong: "This is ..."}, "Because ...")
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..numpy_or_not import np
from ..teaching.diagnosis import number_in, shown

LETTERS = "ABCD"
TRIES = 500


class Draft(NamedTuple):
    """What a generator returns; of several answers that look the same, it is asked again."""

    words: str
    right: str
    wrong: dict[str, str]
    why: str


class Question(NamedTuple):
    """A question with its answers in the order in which they are shown."""

    mistake: str
    words: str
    choices: tuple[str, ...]
    right: str
    wrong: dict[str, str]
    why: str

    def chosen(self, typed: str) -> str | None:
        """The answer that was typed, by its letter or as it stands; None where it is neither."""
        typed = " ".join(typed.split())
        letter = typed.upper().rstrip(".)")
        if len(letter) == 1 and letter in LETTERS[: len(self.choices)]:
            return self.choices[LETTERS.index(letter)]
        numbers = numbers_in(typed)
        for choice in self.choices:
            if plain(typed) == plain(choice) or (numbers and numbers == numbers_in(choice)):
                return choice
        return None

    def said(self, choice: str) -> str:
        """What is said to a choice."""
        if choice == self.right:
            return f"Right. {self.why}"
        return f"Not {choice}: {self.wrong[choice]} Right is {self.right}. {self.why}"


def plain(text: str) -> str:
    """A text without spaces, brackets and quotes, in small letters."""
    return re.sub(r"[\s()\[\]`'\"]", "", text.lower())


def numbers_in(text: str) -> list[float]:
    """The numbers that a text holds and nothing else but commas and brackets, else none."""
    parts = re.sub(r"[()\[\]]", " ", text).replace(",", " ").split()
    found = [number_in(part) for part in parts]
    return [one for one in found if one is not None] if None not in found else []


Generator = Callable[[np.random.Generator], Draft]
GENERATORS: dict[str, Generator] = {}


def about(name: str) -> Callable[[Generator], Generator]:
    """Register a generator of questions about the misconception of this name."""

    def register(generator: Generator) -> Generator:
        GENERATORS[name] = generator
        return generator

    return register


def ask(name: str, seed: int) -> Question:
    """A question about a misconception; the same seed gives the same question."""
    rng = np.random.default_rng([seed, int(name[1:])])
    for _ in range(TRIES):
        draft = GENERATORS[name](rng)
        answers = [draft.right, *draft.wrong]
        if len({plain(each) for each in answers}) == len(answers) > 1:
            choices = tuple(answers[k] for k in rng.permutation(len(answers)))
            return Question(name, draft.words, choices, draft.right, draft.wrong, draft.why)
    raise RuntimeError(f"the question about {name} has two answers that look the same, every time")


def in_print(numbers: Iterable[float] | float) -> str:
    """A number, or several in brackets, row by row."""
    if isinstance(numbers, Iterable):
        return "[" + ", ".join(map(in_print, numbers)) + "]"
    return shown(round(float(numbers), 4) + 0.0)


def drawn(rng: np.random.Generator, choices: Iterable[float], count: int) -> list[float]:
    """So many different numbers of these."""
    return [float(x) for x in rng.choice(list(choices), count, replace=False)]
