"""Predictions: the learner types the gradient of each value before it is shown.

A wrong number is told what it was probably made of. All that can be said to an answer is computed
before (see `diagnosis`) and sent along, so that the browser judges without a kernel.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import traitlets

from ...pictures.drawing import Picture
from ...pictures.graph import check_numbers, described, graph_of, names, partials_of
from ...pictures.words import counted, listed, number
from ...teaching.diagnosis import ALLOWED, ANSWER, Judgement, judge, table
from ...value import topological_order, walk_back
from ..stored_widget import StoredWidget

MOST_QUESTIONS = 20
HIDDEN = "?"


class Shown:
    """A value as the picture shows it: with a gradient that may be hidden."""

    def __init__(self, value: Any, operands: tuple, gradient: float):
        """Copy `value`, with these operands and this gradient."""
        self.data, self.label, self.op = value.data, getattr(value, "label", ""), value.op
        self.operands, self.partials = operands, tuple(partials_of(value))
        self.gradient = gradient
        self.grad: Any = gradient  # or HIDDEN


class Prediction(StoredWidget):
    """A graph with question marks for gradients, and a line to type each of them in.

    `answers` holds predictions by the name of the value, and `revealed` the names of the values
    whose gradients were given up; the page begins with both as they are when it is shown.
    """

    scripts = styles = ("player", "graphs/predict")
    view = "renderQuestions"
    stored = ("questions", "grammar", "answers", "revealed")
    questions: Any = traitlets.List()
    grammar: Any = traitlets.Dict()
    answers: Any = traitlets.Dict()
    revealed: Any = traitlets.List()

    def __init__(self, root: Any, values: Sequence[Any]):
        """Ask for the gradients of `root` with respect to `values`."""
        nodes, _ = graph_of(root)
        named = names(nodes)
        self._names = {value: named[value] for value in values}
        self._tables = {named[value]: table(root, value) for value in values}
        copies = copied(root, nodes)
        asked = {named[value]: copies[value] for value in values}
        self._picture = Picture(copies[root])  # laid out with room for every gradient
        # What an asked value passes on would give it away, so what lies behind it is hidden too. It
        # stays hidden when that is found, since it may be what is asked next.
        self._asked = asked
        self._behind = {each for copy in asked.values() for each in topological_order(copy)} - set(
            asked.values()
        )
        questions = [
            {
                "name": name,
                "asks": f"d{named[root]}/d{name}",
                "id": self._picture.ids[copy],
                "shown": number(copy.gradient),
                **self._tables[name]._asdict(),
                "rows": [list(row)[: 4 if row.is_right else 3] for row in self._tables[name].rows],
            }
            for name, copy in asked.items()
        ]
        super().__init__(
            name=f"Gradients of {named[root]} to predict",
            questions=questions,
            grammar={"pattern": ANSWER.pattern, "allowed": ALLOWED},
        )
        self.svg = self.drawn().svg()

    def check(self, value: Any, answer: Any) -> str:
        """What is said to `answer` as the gradient of `value`; a number counts as a prediction."""
        name = self._name_of(value)
        typed = self.answers.get(name, [])
        judgement = judge(self._tables[name], answer, len(typed))
        if judgement.is_number and self._is_open(name):
            self.answers = {**self.answers, name: [*typed, str(answer).strip()]}
        return judgement.message

    def reveal(self, value: Any) -> str:
        """Give up on the gradient of `value`: show it, as the sum of its contributions."""
        name = self._name_of(value)
        if self._is_open(name):
            self.revealed = [*self.revealed, name]
        return self._tables[name].solution

    def text(self, reveal: bool = False) -> str:
        """The questions in words, with what was predicted; with `reveal`, the answers too."""
        lines = [self.name]
        for question in self.questions:
            name = question["name"]
            is_shown = reveal or not self._is_open(name)
            lines.append(f"{question['asks']} = {question['shown'] if is_shown else HIDDEN}")
            for typed, said in self._said(name):
                lines.append(f"    predicted {typed}: {said.message}")
            if reveal or name in self.revealed:
                lines.append(f"    {self._tables[name].solution}")
        return "\n".join(lines)

    def drawn(self) -> Picture:
        """The graph, with a question mark for each gradient that is still to be found."""
        for copy in self._picture.nodes:
            copy.grad = HIDDEN if copy in self._behind else copy.gradient
        for name, copy in self._asked.items():
            if self._is_open(name):
                copy.grad = HIDDEN
        return self._picture

    def _said(self, name: str) -> list[tuple[str, Judgement]]:
        """What was typed for one gradient, each with its judgement."""
        return [
            (typed, judge(self._tables[name], typed, wrong_before))
            for wrong_before, typed in enumerate(self.answers.get(name, []))
        ]

    def _is_open(self, name: str) -> bool:
        """Is this gradient neither found nor revealed?"""
        return name not in self.revealed and not any(
            judgement.is_right for _, judgement in self._said(name)
        )

    def _name_of(self, value: Any) -> str:
        """The name of a value that is asked for, given by itself or by its name."""
        name = value if isinstance(value, str) else self._names.get(value)
        if name not in self._tables:
            raise ValueError(f"{quoted(value)} is not asked for here; {choose(self._tables)}")
        return name

    def __repr__(self) -> str:
        """What is asked, and how much of it is found."""
        found = sum(
            any(judgement.is_right for _, judgement in self._said(name)) for name in self._tables
        )
        return f"{self.name}: {found} of {len(self._tables)} found"

    def picture(self) -> str:
        """The graph as it stands, as SVG."""
        return self.drawn().svg()

    def plain(self) -> str:
        """The questions, which begin with the name."""
        return self.text()

    def alt(self) -> str:
        """The graph in words, with what is still hidden."""
        return self.drawn().words()

    def still_words(self) -> str:
        """The questions; the answers are folded away."""
        folded = "".join(
            f"<details><summary>Reveal {escape(question['asks'])}</summary>"
            f"<p>{escape(question['solution'])}</p></details>"
            for question in self.questions
        )
        return f"<pre>{escape(self.text())}</pre>{folded}"


def predict(root: Any, ask: Iterable[Any] | None = None) -> Prediction:
    """Ask for the gradient of `root` with respect to each value in `ask`, before showing it.

    `ask` holds values or their labels. Left out, it is every labelled value but the root, in the
    order of the backward pass; without labels, every value but the root. No `.grad` is changed.
    """
    nodes, _ = graph_of(root)
    check_numbers(nodes, "predict")
    named = names(nodes)
    by_name = {name: value for value, name in named.items()}
    others = [value for value in reversed(nodes) if value is not root]
    if ask is None:
        asked = [value for value in others if getattr(value, "label", "")] or others
    else:
        asked = [by_name.get(each, each) if isinstance(each, str) else each for each in ask]
    for value in asked:
        if isinstance(value, str) or value not in named:
            raise ValueError(
                f"{quoted(value)} is not in the graph of {named[root]}; {choose(by_name)}"
            )
    if not 0 < len(asked) <= MOST_QUESTIONS:
        raise ValueError(
            f"{counted(len(asked), 'gradient')} to predict; predict asks for 1 to "
            f"{MOST_QUESTIONS}: name some with ask, as in predict(loss, ask=[w, b])"
        )
    return Prediction(root, asked)


def copied(root: Any, nodes: list) -> dict[Any, Shown]:
    """A copy of every value with its gradient in it; the values themselves are left alone."""
    gradient = {root: 1.0}
    for _ in walk_back(root, gradient, partials_of):
        pass
    copies: dict[Any, Shown] = {}
    for value in nodes:
        operands = tuple(copies[operand] for operand in value.operands)
        copies[value] = Shown(value, operands, gradient[value])
    return copies


def quoted(value: Any) -> str:
    """A label, or the kind of thing that was given in place of one."""
    return repr(value) if isinstance(value, str) else described(value)


def choose(allowed: Iterable[str]) -> str:
    """The next move after a name that does not exist."""
    return f"choose from {listed(list(allowed)[:MOST_QUESTIONS])}"
