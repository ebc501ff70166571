"""What every check is made of: cases to draw, a probe to run, a judge to word the verdict.

A `Check` has two halves that never meet. The *probe* runs a learner's answer on one case and
returns plain data; the *judge* sees only the case and that data, compares it with an oracle and
says what is wrong, if anything. In a notebook both run in one process. In grading the probe runs
where the learner's code runs and the judge runs elsewhere, so the data crosses a pipe as JSON; here
it makes the same journey, so that a judge sees the same thing in both places.
"""

from __future__ import annotations

import _thread
import contextlib
import json
import linecache
import math
import random
import re
import sys
import sysconfig
import textwrap
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

STUB = "your turn"  # the text of the NotImplementedError in an answer that was not begun
SECONDS = 10.0  # the limit for one check; a right answer needs less than two

# ---------------------------------------------------------------------------------------------
# Numbers: drawing them, comparing them, printing them


def draw_numbers(
    rng: np.random.Generator, count: int, low: float = 0.3, high: float = 2.6
) -> list[float]:
    """Numbers of both signs whose sizes all differ, short enough to print exactly as they are.

    With `low` of 0 or more, sizes lie between `low` and `high` and signs are drawn; with a negative
    `low` the numbers themselves lie between the two. Whole numbers are avoided: 0, 1 and 2 make
    too many wrong answers right.
    """
    numbers: list[float] = []
    while len(numbers) < count:
        number = round(float(rng.uniform(low, high)), 2)
        if number == round(number) or abs(number) in map(abs, numbers):
            continue
        numbers.append(number if low < 0 or rng.random() < 0.5 else -number)
    return numbers


def draw_positive(
    rng: np.random.Generator, count: int, low: float = 0.3, high: float = 2.6
) -> list[float]:
    """Positive numbers that all differ, for roots, logarithms and divisors."""
    return [abs(number) for number in draw_numbers(rng, count, low, high)]


def draw_upstream(rng: np.random.Generator, count: int) -> list[float]:
    """Upstream gradients that differ from one another, never all ones; from three on, one is 0."""
    upstream = draw_numbers(rng, count)
    if count > 1:
        upstream[1] = -abs(upstream[1])
    if count > 2:
        upstream[2] = 0.0
    return upstream


def close(got: Any, expected: Any, rel: float = 1e-6, scale: float = 0.0) -> bool:
    """Whether `got` equals `expected` up to `rel` times the larger of `expected` and `scale`.

    Give `scale` when the right answer may be zero: the size of the terms it is the sum of. Lists
    and arrays are compared item by item and must have the same length or shape. What is not a
    number is close to nothing; nan is close to nan, and an infinity to itself.
    """
    if isinstance(expected, np.ndarray):
        return (
            isinstance(got, np.ndarray)
            and got.shape == expected.shape
            and all(close(g, e, rel, scale) for g, e in zip(got.flat, expected.flat, strict=True))
        )
    if isinstance(expected, list | tuple):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(expected)
            and all(close(g, e, rel, scale) for g, e in zip(got, expected, strict=True))
        )
    if not (is_number(got) and is_number(expected)):
        return False
    try:
        got, expected = float(got), float(expected)
    except OverflowError:  # a whole number that no float can hold
        return False
    if math.isnan(expected) or math.isinf(expected):
        return got == expected or (math.isnan(got) and math.isnan(expected))
    return abs(got - expected) <= rel * max(abs(expected), scale)


def is_number(thing: Any) -> bool:
    """Whether `thing` is one real number; True and False are not."""
    return isinstance(thing, int | float | np.integer | np.floating) and not isinstance(thing, bool)


def show(thing: Any, digits: int = 4) -> str:
    """`thing` as a message prints it: numbers to four significant digits, lists in full."""
    if isinstance(thing, Other):
        return f"{thing.text} (of type {thing.type})"
    if isinstance(thing, Raised):
        return f"{thing.type}: {thing.text}" if thing.text else thing.type
    if isinstance(thing, np.ndarray):
        thing = thing.tolist()
    if isinstance(thing, int) and abs(thing) >= 10**20:
        return f"a whole number of {int(math.log10(abs(thing))) + 1} digits"
    if isinstance(thing, float | np.floating):
        number = float(thing)
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number)) if number or math.copysign(1, number) > 0 else "-0"
        return f"{number:.{digits}g}"
    if isinstance(thing, list):
        return "[" + ", ".join(show(item, digits) for item in thing) + "]"
    if isinstance(thing, tuple):
        return (
            "(" + ", ".join(show(item, digits) for item in thing) + ("," * (len(thing) == 1)) + ")"
        )
    if isinstance(thing, dict):
        items = (f"{show(key, digits)}: {show(item, digits)}" for key, item in thing.items())
        return "{" + ", ".join(items) + "}"
    return repr(thing)


def show_both(got: Any, expected: Any) -> tuple[str, str]:
    """Both things as text, with as many digits as it takes for unequal ones to look unequal."""
    for digits in (4, 6, 8, 10, 12, 14, 17):
        texts = show(got, digits), show(expected, digits)
        if texts[0] != texts[1]:
            return texts
    return (
        texts
        if type(got) is type(expected)
        else (kind_of(got, texts[0]), kind_of(expected, texts[1]))
    )


def kind_of(thing: Any, text: str) -> str:
    """The text with the type of the thing behind it, for two things that print alike."""
    return f"{text} (of type {type(thing).__name__})"


# ---------------------------------------------------------------------------------------------
# Plain data: what a probe returns, and how it travels


class Other(NamedTuple):
    """Something that is no plain data: the judge of it sees its type and its text only."""

    type: str
    text: str


class Raised(NamedTuple):
    """An exception of the learner's code: its type, its text, and the line it came from."""

    type: str
    text: str
    line: int | None = None  # in the learner's cell
    source: str = ""  # the text of that line

    @property
    def is_stub(self) -> bool:
        """Whether this is the stub of an answer not yet begun."""
        return self.type == "NotImplementedError" and self.text == STUB


OUT_OF_TIME = "OutOfTime"


def encode(thing: Any, depth: int = 20) -> Any:
    """`thing` as data that JSON can hold without loss: nan, infinities, tuples and arrays too."""
    if thing is None or isinstance(thing, bool | str):
        return thing if thing is None or isinstance(thing, bool) else str(thing)
    if isinstance(thing, np.bool_):
        return bool(thing)
    if isinstance(thing, int | np.integer):
        short = abs(int(thing)) < 10**1000  # JSON cannot write much longer ones
        return int(thing) if short else {"~": "Other", "is": ["int", show(int(thing))]}
    if isinstance(thing, float | np.floating):
        number = float(thing)
        return number if math.isfinite(number) else {"~": "float", "is": str(number)}
    if isinstance(thing, Other | Raised):
        return {"~": type(thing).__name__, "is": list(thing)}
    if depth and type(thing) in (list, tuple):
        items = [encode(item, depth - 1) for item in thing]
        return items if type(thing) is list else {"~": "tuple", "is": items}
    if depth and type(thing) is dict:
        pairs = [[encode(key, depth - 1), encode(item, depth - 1)] for key, item in thing.items()]
        if all(isinstance(key, str) for key in thing) and "~" not in thing:
            return {key: item for key, item in pairs}
        return {"~": "dict", "is": pairs}
    if depth and isinstance(thing, np.ndarray) and thing.dtype.kind in "biuf":
        items = [encode(item) for item in thing.ravel().tolist()]
        return {"~": "array", "is": items, "shape": list(thing.shape), "dtype": str(thing.dtype)}
    return {"~": "Other", "is": [type(thing).__name__, short_text(thing)]}


def decode(data: Any) -> Any:
    """What `encode` was given, from what it made of it."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    if "~" not in data:
        return {key: decode(item) for key, item in data.items()}
    kind, held = data["~"], data["is"]
    if kind == "float":
        return float(held)
    if kind == "tuple":
        return tuple(decode(item) for item in held)
    if kind == "dict":
        return {decode(key): decode(item) for key, item in held}
    if kind == "array":
        flat = np.array([decode(item) for item in held], dtype=data["dtype"])
        return flat.reshape(data["shape"])
    return {"Other": Other, "Raised": Raised}[kind](*held)


def short_text(thing: Any, longest: int = 80) -> str:
    """The repr of `thing` on one line, without memory addresses, cut where it gets long."""
    try:
        text = repr(thing)
    except Exception as error:  # the learner's own __repr__ may be the thing that is broken
        text = f"<{type(thing).__name__}, whose repr raises {type(error).__name__}>"
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", " ".join(text.split()))
    return text if len(text) <= longest else text[: longest - 3] + "..."


# ---------------------------------------------------------------------------------------------
# Running a learner's code


def call(function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """`{"result": ..., "changed": [...]}`: the result, and which arguments the call has changed."""
    before = [json.dumps(encode(argument)) for argument in arguments]
    result = function(*arguments)
    after = [json.dumps(encode(argument)) for argument in arguments]
    changed = [i for i, (b, a) in enumerate(zip(before, after, strict=True)) if b != a]
    return {"result": result, "changed": changed}


def attempt(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """The result of a call, or `Raised` where it raises: for answers that must refuse something."""
    try:
        return function(*arguments, **named)
    except Exception as error:
        raised = describe_error(error)
        if raised.is_stub:
            raise
        return raised


def describe_error(error: BaseException) -> Raised:
    """The exception as data, with the last line of the learner's own code in its traceback."""
    line, source = None, ""
    for frame in traceback.extract_tb(error.__traceback__):
        if is_learners(frame.filename):
            line = frame.lineno
            source = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
    text = " ".join(str(error).split())
    return Raised(type(error).__name__, text, line, source)


LIBRARIES = tuple(
    str(Path(folder).resolve())
    for folder in (
        Path(__file__).parents[1],
        sysconfig.get_paths()["stdlib"],
        sysconfig.get_paths()["purelib"],
        sysconfig.get_paths()["platlib"],
    )
)


def is_learners(filename: str) -> bool:
    """Whether code from this file is the learner's: not the package's, not a library's."""
    if filename.startswith("<frozen"):
        return False
    return not str(Path(filename).resolve()).startswith(LIBRARIES)


@contextlib.contextmanager
def untouched_world() -> Iterator[None]:
    """Put back what a check might disturb: random numbers, the recursion limit, warning filters."""
    state, numpy_state, limit = random.getstate(), np.random.get_state(), sys.getrecursionlimit()
    try:
        with warnings.catch_warnings(), np.errstate():
            random.seed(0)
            np.random.seed(0)
            yield
    finally:
        random.setstate(state)
        np.random.set_state(numpy_state)
        sys.setrecursionlimit(limit)


class OutOfTimeError(BaseException):
    """The learner's code ran longer than it may. No `except Exception` catches this."""


def within(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a call that is stopped by `OutOfTimeError` once the seconds are over.

    A second thread interrupts the main one as Ctrl-C would, which works on every system. Where the
    call is not made by the main thread nothing is limited: who runs checks there keeps the time.
    (No context manager: an interrupt could strike between its parts.)
    """
    if threading.current_thread() is not threading.main_thread():
        return function(*arguments)
    lock, over, expired = threading.Lock(), False, False

    def interrupt() -> None:
        nonlocal expired
        with lock:
            if not over:
                expired = True
                _thread.interrupt_main()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    try:
        try:
            timer.start()
            return function(*arguments)
        finally:
            with lock:
                over = True
            timer.cancel()
            if expired:  # an interrupt still under way is to arrive here, not later
                time.sleep(0.05)
    except KeyboardInterrupt as interrupted:
        if not expired:  # the learner pressed stop
            raise
        raise OutOfTimeError().with_traceback(interrupted.__traceback__) from None


# ---------------------------------------------------------------------------------------------
# Words for a verdict


def report(tried: str, got: Any = ..., expected: Any = ..., cause: str = "", look: str = "") -> str:
    """The message of a failed case: what was tried, got and expected, why probably, where to look.

    `got` and `expected` are printed so that unequal things look unequal; leave them out where there
    is nothing to compare. `cause` and `look` are sentences.
    """
    if got is not ... and expected is not ...:
        got_text, expected_text = show_both(got, expected)
    else:
        got_text, expected_text = show(got), show(expected)
    lines = [f"  tried      {tried}"]
    if got is not ...:
        lines.append(f"  got        {shortened(got_text)}")
    if expected is not ...:
        lines.append(f"  expected   {shortened(expected_text)}")
    for sentence in filter(None, (cause, look)):
        lines += ["", f"  {sentence}"]
    return "\n".join(lines)


def shortened(text: str, longest: int = 500) -> str:
    """The text, cut where a message would no longer be read."""
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text)} characters)"


def number_fault(tried: str, got: Any) -> str | None:
    """The message for a result that should be one number and is not, else None."""
    if is_number(got):
        return None
    return report(tried, got, Words("one number"), kind_cause(got))


def list_fault(tried: str, got: Any, length: int) -> str | None:
    """The message for a result that should be a list of `length` numbers and is not, else None."""
    if isinstance(got, list) and len(got) == length and all(map(is_number, got)):
        return None
    cause = kind_cause(got)
    if isinstance(got, list) and len(got) != length:
        cause = f"The list has {len(got)} items where {length} are asked for."
    elif isinstance(got, list):
        item = next(item for item in got if not is_number(item))
        cause = f"One of its items is no number but {show(item)}."
    elif isinstance(got, tuple | np.ndarray):
        cause = "The answer asked for is a plain list."
    return report(tried, got, Words(f"a list of {length} numbers"), cause)


def letters_fault(tried: str, got: Any, lines: dict[str, str]) -> str | None:
    """The message for what should name some of these lines, each at most once, else None.

    A list of letters, or a string of them. Whether lines in that order work is not asked here.
    """
    wanted = Words(f'a list of letters from "{min(lines)}" to "{max(lines)}", each at most once')
    if got is None:
        return report(tried, got, wanted, "Is a `return` missing?")
    is_row = isinstance(got, list | tuple | str)
    if not is_row or not all(isinstance(letter, str) and letter in lines for letter in got):
        return report(tried, got, wanted, "Give the letters alone, not the lines.")
    if len(set(got)) < len(got):
        return report(tried, list(got), wanted, "A line is there only once.")
    return None


def kind_cause(got: Any) -> str:
    """The likely reason for a result of the wrong kind."""
    if got is None:
        return "The function returned nothing: is a `return` missing?"
    if isinstance(got, Other) and got.type == "Value":
        return "The result is a Value where its plain number is asked for: use its `.data`."
    if isinstance(got, Other):
        return f"The result is of type {got.type}."
    return f"The result is of type {type(got).__name__}."


def changed_fault(tried: str, outcome: dict[str, Any]) -> str | None:
    """The message for a call that changed its arguments (see `call`), else None."""
    if not outcome["changed"]:
        return None
    where = ", ".join(f"argument {position + 1}" for position in outcome["changed"])
    return report(
        tried,
        Words(f"{where} was changed by the call"),
        Words("arguments as they were"),
        "Whoever called still needs that data: a function that measures must leave things alone.",
        "Next: work on a copy, `list(xs)`, or put back what you changed.",
    )


class Words(str):
    """Text that `report` prints as it is, without quotes."""

    def __repr__(self) -> str:
        """The text itself."""
        return str(self)


CAUSES = {
    "NameError": "A name is used that does not exist here: is it spelled as in its definition, "
    "and has the cell that defines it been run?",
    "RecursionError": "The function calls itself too deeply or without an end: where does it stop?",
    "IndentationError": "The lines of a function's body must be indented alike.",
    OUT_OF_TIME: "It was stopped. Is there a loop whose end is never reached?",
}


def raised_report(tried: str, raised: Raised, cause: str | None = None, seconds: float = 0) -> str:
    """The message for code that raised where it should not."""
    got = f"no result after {seconds:g} seconds" if raised.type == OUT_OF_TIME else show(raised)
    where = ""
    if raised.line:
        where = f"This was in line {raised.line} of your cell: `{raised.source}`"
    return report(tried, Words(got), cause=where, look=cause or CAUSES.get(raised.type, ""))


# ---------------------------------------------------------------------------------------------
# The check


class CheckFailed(AssertionError):  # noqa: N818 (read by learners, as a sentence)
    """An answer did not pass; the message says what to do next."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the message, since the fault is not here.

        Long lines are broken here, between words: a notebook breaks them anywhere.
        """
        rendered = []
        for line in str(self).splitlines():
            width = re.match(r"  (tried|got|expected) +| *", line).end()  # type: ignore[union-attr]
            rendered += textwrap.wrap(line, 80, subsequent_indent=" " * width) or [""]
        return rendered


class NotAttempted(CheckFailed):
    """The answer, or a part of it that the check needs, is still the stub."""


class Verdict(NamedTuple):
    """The state of an answer: "pass", "fail" or "not attempted", and the message that says why."""

    name: str
    state: str
    passed: int
    total: int
    message: str


class Check:
    """The check of one exercise: call it with the learner's answer."""

    def __init__(
        self,
        name: str,
        cases: Callable[[np.random.Generator], list[dict[str, Any]]],
        probe: Callable[[Any, dict[str, Any]], Any],
        judge: Callable[[dict[str, Any], Any], str | None],
        *,
        points: int = 1,
        tried: Callable[[dict[str, Any]], str] | None = None,
        explain: Callable[[dict[str, Any], Raised], str | None] | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """Put a check together.

        `cases(rng)` draws the cases, always the same number of them, each a dict of plain data.
        `probe(answer, case)` runs the answer on one case and returns plain data. `judge(case,
        outcome)` returns None or the message. `tried(case)` says in words what a case does, and
        `explain(case, raised)` may name the likely cause of an exception.
        """
        self.name, self.cases, self.probe, self.judge = name, cases, probe, judge
        self.points, self.seconds = points, seconds
        self.tried = tried or self._tried
        self.explain = explain or (lambda case, raised: None)

    def __call__(self, *answer: Any) -> None:
        """Check the answer: print that it passes, or raise what is wrong with it."""
        cases = self.draw(random.SystemRandom().randrange(2**32))
        verdict = self.verdict(
            cases, self.outcomes(answer[0] if len(answer) == 1 else answer, cases)
        )
        if verdict.state == "pass":
            print(verdict.message)
        else:
            failure = CheckFailed if verdict.state == "fail" else NotAttempted
            raise failure(verdict.message)

    def __repr__(self) -> str:
        """The check by its name."""
        return f"check_{self.name}"

    def draw(self, fresh_seed: int) -> list[dict[str, Any]]:
        """The cases of two rounds: one that is always the same, and one that nobody has seen."""
        fixed, fresh = (self.cases(np.random.default_rng(seed)) for seed in (0, fresh_seed))
        if len(fixed) != len(fresh):
            raise ValueError(
                f"{self!r} drew {len(fixed)} cases, then {len(fresh)}: keep it the same"
            )
        return [*fixed, *fresh]

    def outcomes(self, answer: Any, cases: Sequence[dict[str, Any]]) -> list[Any]:
        """The first half of a check: what the answer does in each case, as data for JSON."""
        for part in answer if isinstance(answer, tuple) else (answer,):
            if not callable(part):
                message = f"{self!r} takes the function or class itself, without brackets behind it"
                raise TypeError(f"{message}, not {short_text(part)}")
        outcomes: list[Any] = []
        ends = time.monotonic() + self.seconds
        for case in cases:
            with untouched_world():
                outcomes.append(encode(self._outcome(answer, case, ends - time.monotonic())))
        return outcomes

    def verdict(self, cases: Sequence[dict[str, Any]], outcomes: Sequence[Any]) -> Verdict:
        """The second half of a check: what the outcomes say. It runs no answer."""
        messages = [
            self._judged(case, decode(outcome))
            for case, outcome in zip(cases, outcomes, strict=True)
        ]
        half = len(cases) // 2
        # The fixed round decides first, so that one answer gets one message, run after run.
        wrong = messages[:half] if any(messages[:half]) else messages[half:]
        passed = wrong.count(None)
        if passed == half:
            return Verdict(
                self.name, "pass", half, half, f"{self.name}: {half} of {half} checks pass"
            )
        first = next(message for message in wrong if message)
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
        return Verdict(self.name, "fail", passed, half, message)

    def _outcome(self, answer: Any, case: dict[str, Any], seconds: float) -> Any:
        """What the probe returns, or what it raises."""
        if seconds <= 0:
            return Raised(OUT_OF_TIME, "")
        try:
            own_copy = decode(json.loads(json.dumps(encode(case))))
            return within(seconds, self.probe, answer, own_copy)
        except Exception as error:
            return describe_error(error)
        except OutOfTimeError as error:
            return describe_error(error)._replace(type=OUT_OF_TIME, text="")

    def _judged(self, case: dict[str, Any], outcome: Any) -> str | None:
        """The judge's message, or that of an exception, or `STUB`."""
        if not isinstance(outcome, Raised):
            return self.judge(case, outcome)
        if outcome.is_stub:
            return STUB
        return raised_report(self.tried(case), outcome, self.explain(case, outcome), self.seconds)

    def _tried(self, case: dict[str, Any]) -> str:
        """What a case does, for a check that does not say it better."""
        return f"{self.name} with " + ", ".join(f"{key} = {show(case[key])}" for key in case)
