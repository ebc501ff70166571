"""What an engine is made of, and what it can do, in words."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from .parts import Part, every_part
from .stored import SHALLOW, WALK, Assembly

VALUES = ("03 Careful", "03 Reflected", "04 LocalRules", "05 backward", "05 topological_order")
DEEP = "the walk back is no recursion"  # what is found by trying, and no part
ARRAYS = ("11 Arithmetic", "11 backward", "11 seed_for", "12 unbroadcast")


class Ability(NamedTuple):
    """Something that the engine can do, by these parts; could micrograd do it too?"""

    words: str
    parts: tuple[str, ...]
    micrograd: bool = False


ABILITIES = (
    Ability("find the gradient of any formula of numbers", VALUES, True),
    Ability("go back twice over the same graph, and 50,000 results deep", (*VALUES, DEEP)),
    Ability(
        "keep its digits in log, sqrt, tanh, sigmoid and softplus",
        (*VALUES, *(f"06 {name}" for name in ("log", "sqrt", "tanh", "sigmoid", "softplus"))),
    ),
    Ability(
        "train a network of neurons",
        (*VALUES, "06 tanh", "09 Neuron", "09 Layer", "09 MLP", "09 train"),
        True,
    ),
    Ability("compute with arrays of any shapes that broadcast", ARRAYS),
    Ability(
        "sum, average and take the largest along axes", ("12 sum_of", "12 mean_of", "12 max_of")
    ),
    Ability("multiply matrices and stacks of them", (*ARRAYS, "13 matmul", "13 Linear")),
    Ability(
        "reshape, transpose, pick, join and look up rows",
        tuple(f"14 {name}" for name in ("reshape", "transpose", "pick", "concat", "embedding")),
    ),
    Ability(
        "turn scores of ±1000 into probabilities and a loss",
        ("15 softmax", "15 softmax_vjp", "15 cross_entropy", "15 cross_entropy_vjp"),
    ),
    Ability("normalise layers", ("16 layer_norm", "16 layer_norm_vjp")),
    Ability(
        "train with momentum and Adam, from weights of the right size",
        ("18 Momentum", "18 Adam", "18 weights", "18 clipped"),
    ),
    Ability("attend without looking ahead", ("25 causal_attention", "25 block")),
)


class Report:
    """What is one's own, what is borrowed, and what the engine can do."""

    def __init__(self, assembly: Assembly, is_there: bool = True) -> None:
        """Keep the facts; `is_there` says whether an engine has been put together."""
        self.is_there, self.told = is_there, assembly.told
        self.own = [str(part) for part in assembly.own]
        self.kept = [str(part) for part in assembly.kept]
        self.borrowed = [str(part) for part in assembly.borrowed]
        sources = {
            each.source
            for found in (assembly.own, assembly.kept)
            for s in found.values()
            for each in s
        }
        self.lines = sum(map(lines_of_code, sources))
        mine = {*self.own, *self.kept}
        if not any(SHALLOW in assembly.told.get(name, ()) for name in WALK):
            mine.add(DEEP)
        self.can = [each.words for each in ABILITIES if mine.issuperset(each.parts)]
        self.beyond_micrograd = [
            each.words for each in ABILITIES if mine.issuperset(each.parts) and not each.micrograd
        ]

    def __repr__(self) -> str:
        """Some sentences, and the parts exercise by exercise."""
        lines = []
        for title, items in self.sections():
            lines += [wrapped(title), *(wrapped(f"  {item}", "    ") for item in items)]
        return "\n".join(lines)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        """The same as lists, whose lines fit any screen."""
        if not self.is_there:
            return {"text/plain": repr(self)}
        page = []
        for title, items in self.sections():
            rows = "".join(f"<li>{marked_up(item)}</li>" for item in items)
            page.append(f"<p>{marked_up(title)}</p>" + (f"<ul>{rows}</ul>" if rows else ""))
        return {"text/plain": repr(self), "text/html": "".join(page)}

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        """What is to be said, each with a list below it."""
        count, every = len(self.own) + len(self.kept), len(every_part())
        if not self.is_there:
            first = (
                f"my_engine is not put together yet: all {every} parts are borrowed from the "
                "course. `python3 start.py mine` puts it together from the exercises that pass."
            )
            yield first, []
            return
        first = f"my_engine: {count} of {every} parts are your own, in {self.lines} lines."
        if not count:
            first = (
                f"my_engine: none of its {every} parts is your own yet. Those below are answers in "
                "`exercises/`, each under the number of its exercise; one that passes is yours."
            )
        yield first, []
        yield from ((title, listed(names)) for title, names in self.kinds() if names)
        if not self.borrowed:
            yield "Nothing is borrowed.", []
        if self.can:
            yield "By your own code alone it can:", self.can
        if self.told:
            saying: dict[str, list[str]] = {}
            for name, sentences in self.told.items():
                for sentence in sentences:
                    saying.setdefault(sentence, []).append(name)
            found = [f"{', '.join(those)}: {sentence}." for sentence, those in saying.items()]
            yield "To be known:", found

    def kinds(self) -> Iterator[tuple[str, list[str]]]:
        """The parts by whose they are."""
        yield "Yours:", self.own
        yield "Yours, as they last passed:", self.kept
        yield "Borrowed:", self.borrowed


def marked_up(text: str) -> str:
    """The text for a page, with what stands between backticks as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text))


def lines_of_code(source: str) -> int:
    """How many lines are neither blank nor a comment."""
    lines = (line.strip() for line in source.split("\n"))
    return sum(bool(line) and not line.startswith("#") for line in lines)


def listed(names: Sequence[str]) -> list[str]:
    """Parts, a line for each exercise."""
    parts = [Part(*name.split(" ", 1)) for name in names]
    groups = groupby(parts, key=lambda part: part.exercise)
    return [f"{exercise}  {', '.join(part.name for part in group)}" for exercise, group in groups]


def wrapped(text: str, indent: str = "") -> str:
    """The text in lines of a width that every screen has."""
    return textwrap.fill(
        text, 78, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
