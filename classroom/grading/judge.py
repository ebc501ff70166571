"""One notebook of one student, graded: what is run where, and what the checks say of it.

The cases are drawn here with a seed that no student knows, the outcomes come from the student's
Python as text, and the verdict is made here of nothing but these.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from multiprocessing.util import Finalize
from typing import Any, NamedTuple

from autograd_lesson.checks.core import LOOKS, Check
from autograd_lesson.checks.plain_data import Other, decode, encode
from autograd_lesson.checks.run_answer import OutOfTimeError, within
from classroom.grading.answers import (
    LEADS_IN,
    WORTH_A_LOOK,
    Exercise,
    Question,
    Work,
    is_stub,
    whole_work,
    work_of,
    worth_a_look,
)
from classroom.grading.runs import Limits, Run, Told
from classroom.notebooks import TEXT, Cell, CourseError, cells_in, no_answer
from classroom.runner import FAILS, MOST, NOT_ATTEMPTED, PASSES

STATES = {"pass": PASSES, "fail": FAILS, "not attempted": NOT_ATTEMPTED}
JUDGE_SECONDS = 60.0  # a verdict on honest outcomes takes less than one
DEEPEST = 60  # lists in lists of an outcome
KINDS = {"bool", *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64))}
KINDS |= {"float16", "float32", "float64", "longdouble", "float128", "object"}


class Task(NamedTuple):
    """What is graded at once: one notebook of one student, and how."""

    student: str
    exercise: Exercise
    file: str
    content: bytes
    seed: str
    limits: Limits = Limits()
    enclose: bool = True
    is_required: bool = False  # nothing is run where there are no namespaces


class Mark(NamedTuple):
    """What became of one answer."""

    answer: str
    state: str
    points: int
    message: str
    mistake: str = ""
    look: str = ""  # names that an instructor may want to look at, where it passes


def grade(task: Task) -> dict[str, Any]:
    """What became of each answer in a notebook, as data for JSON."""
    begun, run = time.monotonic(), server(task.enclose)
    if task.is_required and run.sandbox != "namespaces":
        raise CourseError(f"there is no sandbox here: {run.why or 'it was not asked for'}")
    try:
        marks = marks_of(task, run)
    except (OSError, EOFError):  # the server has been ended, by the system for want of memory
        run.close()
        del vars(HERE)[str(task.enclose)]
        marks = marks_of(task, run := server(task.enclose))
    told = {"sandbox": run.sandbox, "why": run.why, "took": round(time.monotonic() - begun, 2)}
    return {"marks": [list(mark) for mark in marks]} | told


HERE = threading.local()  # a server for each thread of whatever executor there is


def server(enclose: bool) -> Run:
    """The server of this thread, started when it is first needed."""
    found = vars(HERE).get(str(enclose))
    if found is None or found.process.poll() is not None:
        vars(HERE)[str(enclose)] = found = Run(enclose)
        Finalize(None, found.close, exitpriority=1)  # or it would end a little after this process
    return found


def marks_of(task: Task, run: Run) -> list[Mark]:
    """The mark for each question of the exercise."""
    questions = task.exercise.questions
    try:
        cells = cells_in(task.content, task.file)
    except CourseError as error:
        return [Mark(question.answer, FAILS, 0, str(error)) for question in questions]
    return Grading(task, cells, run).marks()


class Grading:
    """One notebook under way: its pieces, the cases that were drawn, the marks so far."""

    def __init__(self, task: Task, cells: Sequence[Cell], run: Run) -> None:
        """Find the answers, and draw the cases."""
        self.task, self.server = task, run
        self.work: Work = work_of(cells, task.exercise)
        self.whole: Work = whole_work(cells, task.exercise)
        self.checks = checks_of(task.exercise)
        self.cases = {
            question: self.checks[question.check].draw(seed_of(task, question))
            for question in task.exercise.questions
        }

    def marks(self) -> list[Mark]:
        """Run all at once; then each answer that did not pass once more, without the others; then
        those that still do not pass as their notebook runs, with every cell in it.
        """
        questions = self.task.exercise.questions
        needs = {question: self.work.for_question(question) for question in questions}
        asked = [question for question in questions if needs[question]]
        found: dict[Question, Mark] = self.run(self.work, asked, needs) if asked else {}
        all_pieces = {k for question in asked for k in needs[question]}
        for question in asked:
            is_alone = set(needs[question]) == all_pieces and len(asked) == 1
            if found[question].state != PASSES and not is_alone and self.is_begun(needs[question]):
                found |= self.run(self.work, [question], needs)
        found |= self.with_every_cell([q for q in questions if self.is_left(q, found, needs)])
        return [found.get(question) or self.missing(question) for question in questions]

    def is_begun(self, needs: Iterable[int]) -> bool:
        """Whether these pieces are more than blanks."""
        return not all(is_stub(self.work.pieces[k].source) for k in needs)

    def is_left(
        self, question: Question, found: dict[Question, Mark], needs: dict[Question, list[int]]
    ) -> bool:
        """Whether an answer that may be there has not passed."""
        return question not in found or (
            found[question].state != PASSES and self.is_begun(needs[question])
        )

    def with_every_cell(self, left: Sequence[Question]) -> dict[Question, Mark]:
        """Those of these answers that pass with cells whose names do not tell what they are for."""
        every = list(range(len(self.whole.pieces)))
        if not left or len(every) <= len(self.work.pieces):
            return {}
        found = self.run(self.whole, left, dict.fromkeys(left, every))
        return {question: mark for question, mark in found.items() if mark.state == PASSES}

    def run(
        self, work: Work, asked: Sequence[Question], needs: dict[Question, list[int]]
    ) -> dict[Question, Mark]:
        """The marks of these questions, from one run of what they need."""
        order = sorted(asked, key=lambda question: (needs[question][-1], question.place))
        wanted = {k for question in asked for k in needs[question]}
        steps: list[dict[str, Any]] = []
        places: list[int | Question] = []  # of each step: the piece, or the question
        waiting = deque(sorted(wanted))
        for question in order:
            while waiting and waiting[0] <= needs[question][-1]:
                places.append(k := waiting.popleft())
                steps.append({"source": work.pieces[k].source})
            places.append(question)
            steps.append(self.probing(question))
        told = self.server.run(self.task.exercise, steps, self.task.limits)
        return {
            question: self.judged(work, question, needs[question], places, told)
            for question in order
        }

    def probing(self, question: Question) -> dict[str, Any]:
        """The step that puts the cases of a question to its answer."""
        check, cases = self.checks[question.check], self.cases[question]
        named = [
            check.own_work(case) if callable(check.own_work) else check.own_work for case in cases
        ]
        half = len(cases) // 2
        forbidden = [
            [] if case.get("is timed") or k % half >= LOOKS else list(names)
            for k, (case, names) in enumerate(zip(cases, named, strict=True))
        ]
        return {
            "check": question.check,
            "names": question.names,
            "cases": [check.to_answer(case) for case in cases],
            "own_work": forbidden,
        }

    def judged(
        self,
        work: Work,
        question: Question,
        needs: list[int],
        places: list[int | Question],
        told: Told,
    ) -> Mark:
        """What the facts of a run say of one question."""
        at, cases = places.index(question), self.cases[question]
        facts = [fact for fact in told.facts if fact.get("at") == at]
        of_cases = [fact for fact in facts if type(fact.get("place")) is int]
        said = {fact["place"]: fact["outcome"] for fact in of_cases if "outcome" in fact}
        needed = set(needs)
        own = {step for step, each in enumerate(places) if each in needed}
        if all(place in said for place in range(len(cases))):
            looks = {word for k in needs for word in worth_a_look(work.pieces[k].source)}
            looks |= {
                str(f["looked"]) for f in told.facts if f.get("at") in own | {at} and "looked" in f
            }
            return self.verdict(question, looks, [said[place] for place in range(len(cases))])
        raised = [f["raised"] for f in told.facts if "raised" in f and f.get("at") in own]
        unusable = [fact["unusable"] for fact in facts if "unusable" in fact]
        if unusable or raised:
            return self.failed(question, str((unusable or raised)[-1]))
        if told.why and told.step == at:
            return self.failed(question, f"the check did not come to its end: it {told.why}")
        if told.why:
            line = first_line(work.pieces, places, told.step)
            why = f"not reached: the cell that begins with `{line}` {told.why}"
            return self.failed(question, why)
        if any("missing" in fact for fact in facts):
            return self.missing(question)
        return self.failed(question, "its cells have ended the run before it was over")

    def verdict(self, question: Question, looks: set[str], outcomes: list[Any]) -> Mark:
        """What the check says of what came back, whatever that is."""
        check, cases = self.checks[question.check], self.cases[question]
        try:
            safe = [safely(outcome) for outcome in outcomes]
            found = within(JUDGE_SECONDS, lambda: check.verdict(cases, safe))
        except (Exception, OutOfTimeError) as error:
            kind = type(error).__name__
            return self.failed(question, f"what came back is nothing that can be judged ({kind})")
        is_right = found.state == "pass"
        looks &= WORTH_A_LOOK if check.own_work else LEADS_IN
        return Mark(
            question.answer,
            STATES[found.state],
            question.points if is_right else 0,
            clean(found.message),
            found.mistake,
            ", ".join(sorted(looks)) if is_right else "",
        )

    def failed(self, question: Question, message: str) -> Mark:
        """No points, for this reason."""
        return Mark(question.answer, FAILS, 0, clean(message))

    def missing(self, question: Question) -> Mark:
        """No points, since there is no answer."""
        texts = cells_in(self.task.content, self.task.file, TEXT)
        message = no_answer(question.names, texts, self.task.exercise.name)
        return Mark(question.answer, NOT_ATTEMPTED, 0, message)


def first_line(pieces: Sequence[Any], places: Sequence[int | Question], step: int) -> str:
    """The first line of the cell that a run was at."""
    place = places[step] if 0 <= step < len(places) else None
    source = pieces[place].source if isinstance(place, int) else ""
    return next((line.strip() for line in source.splitlines() if line.strip()), "")[:60]


def clean(message: str) -> str:
    """A message of a length that people read, in letters that every file takes."""
    return message[:MOST].encode("utf-8", "replace").decode("utf-8")


def seed_of(task: Task, question: Question) -> int:
    """The seed of one student's cases: the same in every run, and known to nobody else."""
    words = f"{task.student}\n{task.exercise.name}\n{question.answer}"
    digest = hmac.new(task.seed.encode(), words.encode("utf-8", "replace"), hashlib.sha256).digest()
    return int.from_bytes(digest[:4], "big")


def checks_of(exercise: Exercise) -> dict[str, Check]:
    """The checks of an exercise, by the names that its notebook imports them by."""
    bound: dict[str, Any] = {}
    exec("\n".join(exercise.imports), bound)
    return {question.check: bound[question.check] for question in exercise.questions}


def safely(outcome: Any) -> Any:
    """An outcome that can be decoded, or in its place that it could not be."""
    try:
        if is_plain(outcome):
            decode(outcome)
            return outcome
    except Exception:
        pass
    return encode(Other("data", "what no probe returns"))


def is_plain(data: Any, depth: int = DEEPEST) -> bool:
    """Whether this can be what `encode` makes: its kinds, its types, its depth."""
    if isinstance(data, list):
        return depth > 0 and all(is_plain(each, depth - 1) for each in data)
    if not isinstance(data, dict):
        return True
    if data.get("~") == "array":
        kind, shape, held = data.get("dtype"), data.get("shape"), data.get("is")
        if kind not in KINDS or not isinstance(shape, list) or not isinstance(held, list):
            return False
    if data.get("~") in ("Other", "Raised") and not texts(data.get("is")):
        return False
    return depth > 0 and all(is_plain(each, depth - 1) for each in data.values())


def texts(held: Any) -> bool:
    """Whether an exception or another thing is told in words, as it must be."""
    return isinstance(held, list) and len(held) >= 2 and all(isinstance(t, str) for t in held[:2])
