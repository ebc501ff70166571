"""What every check is made of: cases to draw, a probe to run, a judge to word the verdict.

A `Check` has two halves that never meet. The *probe* runs a learner's answer on one case and
returns plain data; the *judge* sees only the case and that data, compares it with an oracle and
says what is wrong, if anything. In a notebook both run in one process. In grading the probe runs
where the learner's code runs and the judge runs elsewhere, so the data crosses a pipe as JSON; here
it makes the same journey, so that a judge sees the same thing in both places.
"""

from __future__ import annotations

import json
import random
import re
import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..browser import IN_A_BROWSER
from ..learner.ladder import offer
from ..learner.log import note_check
from ..numpy_or_not import np
from .draws import under_other_upstreams
from .in_notebook import let_the_next_cell_run
from .messages import no_comparison, raised_report, show
from .own_work import noticing
from .plain_data import BORROWED, OUT_OF_TIME, STUB, Raised, decode, encode, short_text
from .run_answer import ENDS, describe_error, stopwatch, untouched_world, within

LOOKS = 100  # at most so many cases are watched for borrowed work, which takes time of its own
SECONDS = 10.0  # of work, the limit for one check; a right answer needs less than two
SLOWER = 6  # times, at least, that Python is in a browser, which also counts the work of others


class CheckFailed(AssertionError):  # noqa: N818 (read by learners, as a sentence)
    """An answer did not pass; the message says what to do next.

    `mistake` names for programs what was seen, and `offer` says to a learner which hint may help.
    """

    mistake = offer = ""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the message, since the fault is not here.

        Long lines are broken here, between words: a notebook breaks them anywhere.
        """
        rendered = []
        for line in [*str(self).splitlines(), *(["", self.offer] if self.offer else [])]:
            width = re.match(r"  (tried|got|expected) +| *", line).end()  # type: ignore[union-attr]
            rendered += textwrap.wrap(line, 80, subsequent_indent=" " * width) or [""]
        return rendered


class NotAttempted(CheckFailed):
    """The answer, or a part of it that the check needs, is still the stub."""


class Verdict(NamedTuple):
    """The state of an answer: "pass", "fail" or "not attempted", and the message that says why.

    `mistake` names for programs what was seen to be wrong; it is empty where that is not known.
    """

    name: str
    state: str
    passed: int
    total: int
    message: str
    mistake: str = ""


class Check:
    """The check of one exercise: call it with the learner's answer."""

    def __init__(
        self,
        name: str,
        cases: Callable[[np.random.Generator], list[dict[str, Any]]],
        probe: Callable[[Any, dict[str, Any]], Any],
        judge: Callable[[dict[str, Any], Any], str | Raised | None],
        *,
        points: int = 1,
        tried: Callable[[dict[str, Any]], str] | None = None,
        explain: Callable[[dict[str, Any], Raised], str | None] | None = None,
        seconds: float = SECONDS,
        slip: Callable[[str], Any] | None = None,
        own_work: Sequence[str] | Callable[[dict[str, Any]], Sequence[str]] = (),
        unseen: Sequence[str] = (),
    ) -> None:
        """Put a check together.

        `cases(rng)` draws the cases, always the same number of them, each a dict of plain data.
        `probe(answer, case)` runs the answer on one case and returns plain data. `judge(case,
        outcome)` returns None, the message, or what was `Raised`. `tried(case)` says in words what
        `explain(case, raised)` may name the likely cause of an exception. `slip(says)` makes the
        wrong answer of whoever must be told this, where the check knows its slips as formulas.
        `own_work` names functions that do what is to be written (see own_work.py), for all cases or
        for each; a case that "is timed" is run without looking, which would take time of its own.
        `unseen` names what of a case only the judge reads: no answer finds it in its caller.
        """
        self.name, self.cases, self.probe, self.judge = name, cases, probe, judge
        self.points, self.seconds = points, seconds * (SLOWER if IN_A_BROWSER else 1)
        self.slip, self.own_work, self.unseen = slip, own_work, unseen
        self.tried = tried or self._tried
        self.explain = explain or (lambda case, raised: None)

    def __call__(self, *answer: Any) -> None:
        """Check the answer: print that it passes, or raise what is wrong with it."""
        cases = self.draw(random.SystemRandom().randrange(2**32))
        half, spent = len(cases) // 2, stopwatch()
        for round_ in (cases[:half], cases[half:]):  # the second only where the first passes
            outcomes = self.outcomes(answer[0] if len(answer) == 1 else answer, round_, spent)
            if (verdict := self._verdict_of_round(round_, outcomes)).state != "pass":
                break
        if exercise := exercise_of(self):
            note_check(exercise, verdict.name, verdict.state, verdict.mistake)
        if verdict.state == "pass":
            print(verdict.message)
        else:
            kind = CheckFailed if verdict.state == "fail" else NotAttempted
            failure = kind(verdict.message)
            failure.mistake = verdict.mistake
            if verdict.state == "fail" and exercise:
                failure.offer = offer(exercise, verdict.name, verdict.message)
            let_the_next_cell_run(failure)
            raise failure

    def __repr__(self) -> str:
        """The check by its name."""
        return f"check_{self.name}"

    def goal(self) -> str:
        """What is printed where an answer passes."""
        return self._passed(len(self.draw(0)) // 2)

    def draw(self, fresh_seed: int) -> list[dict[str, Any]]:
        """The cases of two rounds: one that is always the same, and one that nobody has seen."""
        fixed, fresh = (
            under_other_upstreams(self.cases(np.random.default_rng(seed)))
            for seed in (0, fresh_seed)
        )
        if len(fixed) != len(fresh):
            raise ValueError(
                f"{self!r} drew {len(fixed)} cases, then {len(fresh)}: keep it the same"
            )
        return [*fixed, *fresh]

    def outcomes(
        self, answer: Any, cases: Sequence[dict[str, Any]], spent: Callable[[], float] | None = None
    ) -> list[Any]:
        """The first half of a check: what the answer does in each case, as data for JSON.

        `spent` tells the seconds that count towards the limit; without it they count from now.
        """
        for part in answer if isinstance(answer, tuple) else (answer,):
            if not callable(part):
                message = f"{self!r} takes the function or class itself, without brackets behind it"
                raise TypeError(f"{message}, not {short_text(part)}")
        outcomes: list[Any] = []
        spent = spent or stopwatch()
        for place, case in enumerate(cases):
            named = self.own_work(case) if callable(self.own_work) else self.own_work
            names = () if case.get("is timed") or place >= LOOKS else named
            with untouched_world():
                outcomes.append(self._outcome(answer, case, self.seconds - spent(), names))
        return outcomes

    def to_answer(self, case: dict[str, Any]) -> Any:
        """What of a case goes where the answer runs, as data for JSON."""
        return encode({key: held for key, held in case.items() if key not in self.unseen})

    def verdict(self, cases: Sequence[dict[str, Any]], outcomes: Sequence[Any]) -> Verdict:
        """The second half of a check: what the outcomes say. It runs no answer."""
        half = len(cases) // 2
        # The fixed round decides first, so that one answer gets one message, run after run.
        verdict = self._verdict_of_round(cases[:half], outcomes[:half])
        if verdict.state != "pass":
            return verdict
        return self._verdict_of_round(cases[half:], outcomes[half:])

    def _verdict_of_round(
        self, cases: Sequence[dict[str, Any]], outcomes: Sequence[Any]
    ) -> Verdict:
        """What the outcomes of one of the two rounds say."""
        messages = [
            self._judged(case, outcome) for case, outcome in zip(cases, outcomes, strict=True)
        ]
        half, passed = len(cases), messages.count(None)
        if passed == half:
            return Verdict(self.name, "pass", half, half, self._passed(half))
        first = next(message for message in messages if message)
        if first == STUB:
            so_far = f" ({passed} of {half} checks pass so far)" if passed else ""
            message = (
                f"{self.name}: not attempted yet{so_far}. Replace the line\n\n"
                f'  raise NotImplementedError("{STUB}")\n\n'
                "with your code, run its cell, then run this one again."
            )
            return Verdict(self.name, "not attempted", passed, half, message)
        message = (
            f"{self.name}: {passed} of {half} checks pass. The first that does not:\n\n{first}"
        )
        return Verdict(self.name, "fail", passed, half, message, getattr(first, "mistake", ""))

    def _outcome(
        self, answer: Any, case: dict[str, Any], seconds: float, own_work: Sequence[str]
    ) -> Any:
        """What the probe returns, or what it raises, as data for JSON."""
        if seconds <= 0:
            return encode(Raised(OUT_OF_TIME, ""))
        try:
            own_copy = decode(json.loads(json.dumps(self.to_answer(case))))
            with noticing(answer, own_work) as borrowed:
                # A generator does its work while it is made data: that counts as the answer's.
                outcome = within(seconds, lambda: encode(self.probe(answer, own_copy)))
            return encode(Raised(BORROWED, borrowed[0])) if borrowed else outcome
        except ENDS as error:
            return encode(describe_error(error))

    def _judged(self, case: dict[str, Any], outcome: Any) -> str | None:
        """The judge's message, or that of an exception, or `STUB`.

        Nobody foresees all that an answer may return: where the judge fails, it does not pass.
        """
        try:
            found = decode(outcome)
            said = found if isinstance(found, Raised) else self.judge(case, found)
            if not isinstance(said, Raised):
                return said
            if said.is_stub:
                return STUB
            cause = self.explain(case, said)
            return raised_report(self.tried(case), said, cause, self.seconds)
        except Exception as error:
            return no_comparison(self.tried(case), outcome, type(error).__name__)

    def _passed(self, total: int) -> str:
        """The message where all of the cases pass."""
        return f"{self.name}: {total} of {total} checks pass"

    def _tried(self, case: dict[str, Any]) -> str:
        """What a case does, for a check that does not say it better."""
        return f"{self.name} with " + ", ".join(f"{key} = {show(case[key])}" for key in case)


def exercise_of(check: Check) -> str:
    """The number of the exercise whose module holds the check, or nothing where none does."""
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{__package__}.e") and any(x is check for x in vars(module).values()):
            return name.removeprefix(f"{__package__}.e")[:2]
    return ""
