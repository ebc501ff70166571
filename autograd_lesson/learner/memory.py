"""Questions from memory at the top of a lesson: what is due, with fresh numbers, in two minutes.

from_memory(5)                     # ask
from_memory(5, a="B", b="12")      # answer; what stays empty is left open
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from ..pictures.svg import palette
from . import questions_on_arrays, questions_on_numbers  # noqa: F401 (they register)
from .course_map import with_code
from .log import note_question, read
from .mistakes import MISCONCEPTIONS, Misconception
from .question import GENERATORS, LETTERS, Question, ask
from .schedule import due

HOW_MANY = 3
NOTHING_DUE = "Nothing is due for you. The questions below are about what came before."
HOW = "Two minutes. Type a letter or the answer itself between the quotes, and run the cell again."
FROM_BEFORE = "What stands between the quotes is from before: run the cell again to have it judged."
STYLE = """
.autograd-memory {box-sizing: border-box; max-width: 46em; padding: 8px 14px; border-radius: 10px;
border: 1px solid var(--ag-line); background: var(--ag-ground); color: var(--ag-ink);
font: 14px/1.5 var(--jp-ui-font-family, system-ui, sans-serif)}
div.autograd-memory p {margin: 4px 0; overflow-wrap: anywhere}
div.autograd-memory pre {margin: 4px 0; padding: 4px 8px; background: var(--ag-box); color: inherit;
white-space: pre-wrap; font: 13px/1.5 var(--jp-code-font-family, ui-monospace, Menlo, monospace)}
div.autograd-memory ol:not(.list-inline) {margin: 2px 0 6px; padding-left: 2em;
list-style: upper-alpha}
div.autograd-memory li {margin: 0; overflow-wrap: anywhere}
div.autograd-memory p.said {padding-left: 10px; border-left: 4px solid var(--ag-result)}
div.autograd-memory p.said.right {border-left-color: var(--ag-operand)}
"""
assert {each.name for each in MISCONCEPTIONS} == set(GENERATORS), "each needs its questions"
SESSIONS: dict[str, Session] = {}  # of this kernel, by the number of the lesson


class Session:
    """The questions of one lesson in one kernel, and the answers that have been judged."""

    def __init__(self, questions: list[Question]) -> None:
        """Ask these."""
        self.questions = questions
        self.said: dict[int, str] = {}  # by place: the choice that counts, the first one

    def judge(self, answers: Iterable[str]) -> list[str]:
        """What is said to each answer; the first that can be read is noted."""
        told = []
        for place, (question, typed) in enumerate(zip(self.questions, answers, strict=False)):
            choice = question.chosen(typed)
            if not typed.strip():
                told.append("")
            elif choice is None:
                letters = ", ".join(LETTERS[: len(question.choices)])
                told.append(f"{typed} is none of the answers: type one of {letters}.")
            else:
                if place not in self.said:
                    self.said[place] = choice
                    self.note(place, choice, typed)
                told.append(question.said(choice))
        return told

    def note(self, place: int, choice: str, typed: str) -> None:
        """Note the first answer to a question."""
        question = self.questions[place]
        note_question(question.mistake, choice == question.right, choice)


class Recall:
    """What `from_memory` shows: questions, and what is said to the answers."""

    def __init__(self, session: Session | None, told: list[str], note: str) -> None:
        """Keep what is shown."""
        self.session, self.told, self.note = session, told, note

    def __repr__(self) -> str:
        """The questions in words."""
        if self.session is None:
            return self.note
        lines = [self.note]
        for place, question in enumerate(self.session.questions):
            lines += ["", numbered(place, question.words)]
            pairs = zip(LETTERS, question.choices, strict=False)
            lines += [f"    {letter}  {choice}" for letter, choice in pairs]
            lines += [f"    {self.told[place]}"] if self.told[place] else []
        return "\n".join(lines)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        """The words, and where there are questions a page with them."""
        bundle = {"text/plain": repr(self)}
        if self.session is not None:
            parts = [f"<p>{escape(self.note)}</p>"]
            for place, question in enumerate(self.session.questions):
                parts.append(in_html(numbered(place, question.words)))
                choices = "".join(f"<li>{with_code(choice)}</li>" for choice in question.choices)
                parts.append(f"<ol type='A'>{choices}</ol>")
                if told := self.told[place]:
                    kind = "said right" if told.startswith("Right") else "said"
                    parts.append(f"<p class='{kind}'>{with_code(told)}</p>")
            style = palette(".autograd-memory") + STYLE
            page = "".join(parts)
            bundle["text/html"] = f"<style>{style}</style><div class='autograd-memory'>{page}</div>"
        return bundle


def numbered(place: int, words: str) -> str:
    """A question with its letter, which code does not stand behind."""
    letter = f"({'abcde'[place]})"
    return f"{letter}\n\n{words}" if words.startswith("    ") else f"{letter} {words}"


def in_html(words: str) -> str:
    """Words in which lines that are indented are code."""
    parts = re.split(r"((?:^ {4}.*\n?)+)", words, flags=re.MULTILINE)
    return "".join(
        f"<pre>{escape(re.sub('^ {4}', '', part, flags=re.MULTILINE).rstrip())}</pre>"
        if part.startswith("    ")
        else f"<p>{with_code(part.strip())}</p>"
        for part in parts
        if part.strip()
    )


def from_memory(lesson: int | str, a: str = "", b: str = "", c: str = "") -> Recall:
    """Ask what is due for review before this lesson, or judge the answers to it.

    The same questions stand until the kernel is started again. The first answer to each counts.
    """
    number = number_of(lesson)
    session, is_new = SESSIONS.get(number), number not in SESSIONS
    if session is None:
        log = read()
        chosen = three(due(log.events), number)
        if not chosen:
            return Recall(None, [], " ".join(filter(None, [NOTHING_DUE, log.trouble])))
        asked = sum(event["kind"] == "question" for event in log.events)
        questions = [ask(each.name, 1000 * int(number) + asked) for each in chosen]
        session = SESSIONS[number] = Session(questions)
    answers = [str(each) for each in (a, b, c)]
    if is_new:
        is_answered = any(each.strip() for each in answers)
        told = [""] * len(session.questions)
        return Recall(session, told, FROM_BEFORE if is_answered else HOW)
    return Recall(session, session.judge(answers), HOW)


def number_of(lesson: int | str) -> str:
    """A lesson's number as two digits."""
    text = str(lesson).strip()
    if re.fullmatch("[0-9]{1,2}", text):
        return f"{int(text):02d}"
    raise ValueError(f"there is no lesson {lesson!r}; from_memory(5) asks before lesson 5")


def three(waiting: list[Misconception], number: str) -> list[Misconception]:
    """The first three that are due; where there are fewer, what the lessons before were about."""
    if not waiting:
        return []
    before = [each for each in MISCONCEPTIONS if each.lesson < number and each not in waiting]
    before.sort(key=lambda each: each.lesson, reverse=True)
    return [*waiting, *before][:HOW_MANY]
