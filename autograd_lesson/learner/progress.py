"""Where a learner is: what is passed, begun and open, how much is left, and what comes next.

from autograd_lesson.learner.progress import progress
progress()             # the whole course, as a map
progress(lesson=5)     # one lesson
progress(begin=3)      # from now on, the way that begins with lesson 3
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from .course import Course, Lesson, the_course
from .course_map import drawn
from .log import Log, note_route, read
from .schedule import due, is_kept

NOTHING_YET = "Nothing is noted yet. It will be, as you predict and check."
NO_COURSE = "The notebooks of the course are not found here, so there is nothing to count."


class Counts(NamedTuple):
    """How many answers and predictions of one lesson, or of several, are in which state."""

    passed: int = 0
    begun: int = 0
    open: int = 0
    right: int = 0
    wrong: int = 0
    unasked: int = 0
    minutes_left: float = 0.0

    @property
    def answers(self) -> int:
        """All answers."""
        return self.passed + self.begun + self.open

    @property
    def is_done(self) -> bool:
        """Whether every answer passes."""
        return self.passed == self.answers > 0

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1: the answers that pass count, and so do predictions."""
        if self.is_done:
            return 1.0
        every = self.answers + self.right + self.wrong + self.unasked
        return (self.passed + self.right + self.wrong) / every if every else 0.0

    def words(self) -> list[str]:
        """The counts as two sentences."""
        predicted = f"{self.right} right, {self.wrong} wrong, {self.unasked} open."
        return [
            f"Exercises:    {self.passed} passed, {self.begun} begun, {self.open} open.",
            f"Predictions:  {predicted}",
        ]


class Standing:
    """Where the learner is in a course, by what the log says."""

    def __init__(self, course: Course, log: Log) -> None:
        """Read the last state of each answer, and the first try at each prediction."""
        self.course, self.log = course, log
        self.states: dict[tuple[str, str], str] = {}
        self.predicted: dict[str, bool] = {}
        numbers = [lesson.number for lesson in course.lessons]
        self.begins = numbers[0] if numbers else "00"
        for event in log.events:
            if event["kind"] == "check":
                self.states[event["exercise"], event["answer"]] = event["state"]
            elif event["kind"] == "prediction":
                self.predicted.setdefault(event["prompt"], event["right"])
            elif event["kind"] == "route" and event["begins"] in numbers:
                self.begins = event["begins"]

    @property
    def is_fresh(self) -> bool:
        """Whether nothing is known."""
        return not self.log.events

    def of(self, lesson: Lesson) -> Counts:
        """The counts of one lesson and its exercise."""
        states = [self.states.get((lesson.number, answer.check)) for answer in lesson.answers]
        tries = [self.predicted[name] for name in lesson.prompts if name in self.predicted]
        counts = Counts(
            passed=states.count("pass"),
            begun=states.count("fail"),
            open=len(states) - states.count("pass") - states.count("fail"),
            right=sum(tries),
            wrong=len(tries) - sum(tries),
            unasked=len(lesson.prompts) - len(tries),
        )
        unread = 0.0 if counts.is_done else 1.0
        if counts.unasked < len(lesson.prompts):
            unread *= counts.unasked / len(lesson.prompts)
        unsolved = 1 - counts.passed / counts.answers if counts.answers else 0.0
        left = lesson.minutes * unread + lesson.exercise_minutes * unsolved
        return counts._replace(minutes_left=left)

    def total(self, lessons: Iterable[Lesson]) -> Counts:
        """The counts of several lessons together."""
        return Counts(*map(sum, zip(Counts(), *map(self.of, lessons), strict=True)))

    def route(self) -> list[Lesson]:
        """The lessons on the way that was chosen."""
        return [lesson for lesson in self.course.lessons if lesson.number >= self.begins]

    def next_step(self) -> tuple[str, str]:
        """What comes next, in words, and the file it is in; two empty texts at the end."""
        for lesson in self.route():
            counts = self.of(lesson)
            if counts.is_done:
                continue
            name = f"lesson {int(lesson.number)}, {lesson.title}"
            waiting = [a for a in lesson.answers if self.state(lesson, a) != "pass"]
            is_begun = counts.passed + counts.begun + counts.right + counts.wrong > 0
            if waiting and is_begun and counts.unasked == 0 or counts.passed + counts.begun:
                answer = next((a for a in waiting if self.state(lesson, a)), waiting[0])
                file = f"exercises/{lesson.stem}.ipynb"
                return f"`{answer.names}` in the exercises of {name}", file
            words = f"go on with {name}" if is_begun else name
            return words, f"notebooks/{lesson.stem}.ipynb"
        return "", ""

    def state(self, lesson: Lesson, answer: Any) -> str | None:
        """The last state of an answer: "pass", "fail", or None."""
        state = self.states.get((lesson.number, answer.check))
        return state if state in ("pass", "fail") else None

    def words(self) -> str:
        """The whole in words, as the notebook and the terminal print it."""
        if self.is_fresh:
            sentences = [NOTHING_YET]
        else:
            every = self.total(self.course.lessons)
            sentences = every.words()
            left = self.total(self.route()).minutes_left
            way = f"the way that begins with lesson {int(self.begins)}"
            sentences.append(f"Left:         about {hours(left)} on {way}.")
            step, file = self.next_step()
            sentences.append(
                f"Next:         {step}: {file}" if step else "Next:         all is done."
            )
            sentences.append(f"For review:   {self.review_words()}")
        return "\n".join(filter(None, [*sentences, self.log.trouble]))

    def review_words(self) -> str:
        """What is due for review."""
        if not is_kept():
            return "nothing is asked again, since `fsrs` is missing: `%pip install fsrs` gets it."
        waiting = due(self.log.events)
        if not waiting:
            return "nothing is due."
        names = "; ".join(each.topic for each in waiting[:3])
        more = f"; and {len(waiting) - 3} more" if len(waiting) > 3 else ""
        return f"{names}{more}: asked at the top of the next lesson."


def hours(minutes: float) -> str:
    """A duration, to five minutes."""
    whole = 5 * round(minutes / 5)
    return f"{whole // 60} h {whole % 60} min" if whole >= 60 else f"{whole} minutes"


class Progress:
    """What `progress()` shows: words, and for the whole course a map."""

    def __init__(self, standing: Standing | None, lesson: Lesson | None = None) -> None:
        """Keep what is shown."""
        self.standing, self.lesson = standing, lesson

    def __repr__(self) -> str:
        """The words."""
        if self.standing is None:
            return NO_COURSE
        if self.lesson is None:
            return self.standing.words()
        title = f"Lesson {int(self.lesson.number)}, {self.lesson.title}"
        if self.standing.is_fresh:
            return f"{title}. {NOTHING_YET}"
        counts = self.standing.of(self.lesson)
        step, file = self.standing.next_step()
        told = [title, *counts.words(), f"Next:         {step}: {file}" if step else ""]
        return "\n".join(filter(None, [*told, self.standing.log.trouble]))

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        """The words, and a page with the map, or with one lesson of which something is known."""
        bundle = {"text/plain": repr(self)}
        if self.standing and (self.lesson is None or not self.standing.is_fresh):
            bundle["text/html"] = drawn(self.standing, self.lesson, repr(self))
        return bundle


def progress(lesson: int | str | None = None, begin: int | str | None = None) -> Progress:
    """Where you are: in the whole course, or in one lesson; `begin` chooses your way.

    What is shown comes from `progress.jsonl` in the folder of the course, a file that is yours and
    is sent nowhere.
    """
    course = the_course()
    if course is None:
        return Progress(None)
    chosen = find(course, lesson) if lesson is not None else None
    if begin is not None:
        first = find(course, begin).number
        if Standing(course, read()).begins != first:
            note_route(first)
    return Progress(Standing(course, read()), chosen)


def find(course: Course, number: int | str) -> Lesson:
    """The lesson with this number."""
    text = str(number).strip().lstrip("0") or "0"
    for lesson in course.lessons:
        if str(int(lesson.number)) == text:
            return lesson
    numbers = ", ".join(str(int(each.number)) for each in course.lessons)
    raise ValueError(f"there is no lesson {number!r}; choose one of {numbers}")
