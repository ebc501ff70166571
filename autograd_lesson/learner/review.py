"""The review: sheets of 25 mixed questions, each with its diagnosis, and a score by misconception.

review(1, part=1)                 # the first five questions of sheet 1
review(1, part=1, a="B", b="12")  # answer; what stays empty is left open
score(1)                          # and `review(2, part=1)` asks with other numbers
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..numpy_or_not import np
from ..pictures.svg import palette
from .course import the_course
from .course_map import with_code
from .log import note_question, read
from .memory import HOW, STYLE, Recall, Session
from .mistakes import BY_NAME, MISCONCEPTIONS
from .question import Question, ask

QUESTIONS, IN_A_PART = 25, 5
OF_LESSON = "27"  # in which they are asked; the last lessons come after it
LATER = "(Lesson {} is about this. Where you have not been there yet, leave it open.)"
STALE = "was typed for sheet {}. Empty the quotes, run the cell, and then answer."
LINKS = """
div.autograd-memory ul {margin: 4px 0; padding-left: 1.2em}
div.autograd-memory a {color: var(--ag-operand); text-decoration: underline}
"""


class Answer(NamedTuple):
    """The answer at one place of a sheet that counts, the first one, as it was typed."""

    sheet: int
    place: int
    mistake: str
    is_right: bool
    choice: str
    typed: str


Key = tuple[int, int, str]
ANSWERS: dict[Key, Answer] = {}  # of this kernel, by sheet, place and misconception
PARTS: dict[tuple[int, int], Part] = {}  # of this kernel, by sheet and part


def answers() -> list[Answer]:
    """The answers that count, of this kernel and of those before it, in their order."""
    found: dict[Key, Answer] = {}
    for event in read().events:
        sheet, place = event.get("sheet"), event.get("place")
        if event["kind"] == "question" and type(sheet) is type(place) is int:
            mistake, is_right, choice = event["mistake"], event["right"], event["given"]
            answer = Answer(sheet, place, mistake, is_right, choice, str(event.get("typed")))
            found.setdefault((sheet, place, mistake), answer)
    return list((found | ANSWERS).values())


def of_sheet(sheet: int) -> list[Answer]:
    """Those to a sheet as it is today; where the course has other questions now, they are open."""
    asked = dict(enumerate(questions_of(sheet)))
    return [
        each
        for each in answers()
        if each.sheet == sheet
        and each.place in asked
        and each.mistake == asked[each.place].mistake
        and each.choice in asked[each.place].choices
    ]


def questions_of(sheet: int) -> list[Question]:
    """The questions of a sheet, each about another misconception, in an order of its own."""
    names = [each.name for each in MISCONCEPTIONS]
    drawn = np.random.default_rng(sheet).permutation(names)[:QUESTIONS]
    return [ask(str(name), 10**6 * sheet + place) for place, name in enumerate(drawn)]


class Part(Session):
    """Five questions of a sheet, with the answers that they have had."""

    def __init__(self, sheet: int, part: int) -> None:
        """Ask them."""
        self.sheet, self.first = sheet, IN_A_PART * (part - 1)
        asked = questions_of(sheet)[self.first : self.first + IN_A_PART]
        super().__init__([marked(question) for question in asked])
        given = {each.place - self.first: each.choice for each in of_sheet(sheet)}
        self.said = {place: given[place] for place in range(len(self.questions)) if place in given}
        self.was_changed: set[int] = set()

    def note(self, place: int, choice: str, typed: str) -> None:
        """Note the first answer with its place on the sheet."""
        question, at = self.questions[place], self.first + place
        is_right = choice == question.right
        answer = Answer(self.sheet, at, question.mistake, is_right, choice, typed.strip())
        ANSWERS[self.sheet, at, question.mistake] = answer
        note_question(
            question.mistake, is_right, choice, sheet=self.sheet, place=at, typed=typed.strip()
        )

    def judge_fresh(self, typed: list[str]) -> list[str]:
        """What is said to each answer; one that still stands there from another sheet waits."""
        before = {each.place - self.first: each for each in answers() if each.sheet != self.sheet}
        told = {}
        for place, text in enumerate(typed):
            is_as_before = place in before and text.strip() == before[place].typed
            if is_as_before and place not in self.was_changed and place not in self.said:
                told[place] = f"{text.strip()} {STALE.format(before[place].sheet)}"
            else:
                self.was_changed.add(place)
        said = self.judge("" if place in told else text for place, text in enumerate(typed))
        return [told.get(place, words) for place, words in enumerate(said)]


def marked(question: Question) -> Question:
    """The question; one about a later lesson says so."""
    lesson = BY_NAME[question.mistake].lesson
    later = f"\n\n{LATER.format(int(lesson))}" if lesson > OF_LESSON else ""
    return question._replace(words=question.words + later)


def review(
    sheet: int, part: int, a: str = "", b: str = "", c: str = "", d: str = "", e: str = ""
) -> Recall:
    """Ask five questions of a sheet, or judge the answers to them; the first to each counts.

    A sheet has five parts. The same number asks the same questions; another one has other numbers.
    """
    sheet = numbered_sheet(sheet)
    if type(part) is not int or not 1 <= part <= QUESTIONS // IN_A_PART:
        raise ValueError(f"there is no part {part!r}; a sheet has parts 1 to 5, of five questions")
    if (sheet, part) not in PARTS:
        PARTS[sheet, part] = Part(sheet, part)
    asked = PARTS[sheet, part]
    told = asked.judge_fresh([str(each) for each in (a, b, c, d, e)])
    note = f"Sheet {sheet}, part {part} of 5. {len(of_sheet(sheet))} of {QUESTIONS} are answered. "
    return Recall(asked, told, note + HOW.partition(". ")[2])


def numbered_sheet(sheet: int) -> int:
    """The number of a sheet, which is any whole number from 1 on."""
    if type(sheet) is int and 1 <= sheet < 10**6:
        return sheet
    raise ValueError(f"there is no sheet {sheet!r}; take 1, and for fresh numbers 2, 3 and so on")


class Score:
    """What `score` shows: how a sheet went, by misconception."""

    def __init__(self, sheet: int) -> None:
        """Count the answers of this sheet, and of all."""
        self.sheet, self.here, self.every = sheet, of_sheet(sheet), answers()

    def wrong(self) -> list[str]:
        """The misconceptions that showed on this sheet, in the order of their lessons."""
        names = {each.mistake for each in self.here if not each.is_right} & {*BY_NAME}
        return sorted(names, key=lambda name: (BY_NAME[name].lesson, name))

    def counts(self, name: str, of: list[Answer]) -> str:
        """`1 of 2`: how many of the answers about a misconception were right."""
        about = [each.is_right for each in of if each.mistake == name]
        return f"{sum(about)} of {len(about)}"

    def sentence(self) -> str:
        """The whole sheet in one line."""
        right = sum(each.is_right for each in self.here)
        wrong = len(self.here) - right
        left = QUESTIONS - len(self.here)
        return f"Sheet {self.sheet}: {right} right, {wrong} wrong, {left} open."

    def advice(self) -> str:
        """What comes next."""
        if len(self.here) < QUESTIONS:
            return "What is open can still be answered in the cells above."
        other = f"For fresh numbers write {self.sheet + 1} in place of {self.sheet}."
        return other if self.wrong() else f"Nothing is left to look at again. {other}"

    def __repr__(self) -> str:
        """The score in words."""
        lines = [f"  {self.about(name)} {reading(name)}" for name in self.wrong()]
        return "\n".join([self.sentence(), *lines, self.advice()])

    def about(self, name: str) -> str:
        """How one misconception went."""
        about = BY_NAME[name]
        here, everywhere = self.counts(name, self.here), self.counts(name, self.every)
        return (
            f"{about.topic}: {here} right here, {everywhere} on all sheets. Often believed, and "
            f"not so: {about.claim}."
        )

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        """The words, and the same as a list with links to the lessons."""
        items = "".join(
            f"<li>{with_code(self.about(name))} {linked(name)}</li>" for name in self.wrong()
        )
        style = palette(".autograd-memory") + STYLE + LINKS
        items = items and f"<ul>{items}</ul>"
        page = f"<p>{self.sentence()}</p>{items}<p>{self.advice()}</p>"
        shown = f"<style>{style}</style><div class='autograd-memory'>{page}</div>"
        return {"text/plain": repr(self), "text/html": shown}


def reading(name: str) -> str:
    """Where a misconception is treated."""
    return f"Read lesson {int(BY_NAME[name].lesson)} again."


def linked(name: str) -> str:
    """The same with a link, where the course is at hand."""
    course, number = the_course(), BY_NAME[name].lesson
    stems = [each.stem for each in course.lessons if each.number == number] if course else []
    lesson = f"lesson {int(number)}"
    link = f"<a href='../notebooks/{stems[0]}.ipynb'>{lesson}</a>" if stems else lesson
    return reading(name).replace(lesson, link)


def score(sheet: int) -> Score:
    """How a sheet went: what is right, what is open, and which misconceptions showed."""
    return Score(numbered_sheet(sheet))
