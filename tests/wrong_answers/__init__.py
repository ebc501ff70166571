"""Named wrong answers: each must be refused, with the message that its own mistake deserves.

Every module here belongs to one exercise notebook. A wrong answer is a function or a class under
`@wrong_answer(check, says="...")`, with a name that says what the mistake is. `says` is a piece of
the message that this mistake must get, and that no other wrong answer of the check may get. One
that runs into the limit of its check is `endless`: it is stopped sooner than a learner's would be.

Where the mistake is one slip of a formula, the check has that formula already: `from_slips(check,
name="says", ...)` has the check make the wrong answer of it. Wrong results of a function without
arguments are listed: `from_results(check, name=("says", result), ...)`. What is written out here is
what neither says: a mistake in the code, or one that only a message of its own can tell.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from autograd_lesson.checks import Check, CheckFailed, NotAttempted


class WrongAnswer(NamedTuple):
    """One wrong answer: the check that must refuse it, the words it must get, and the code."""

    check: Check
    says: str
    answer: Any
    name: str
    module: str
    is_endless: bool = False


REGISTERED: list[WrongAnswer] = []
SECONDS_OF_ENDLESS = 1.0  # a check's own limit, ten, would be waited for to the end
SECONDS_OF_OTHERS = 60.0  # a worker of the whole suite may be far slower than a learner's kernel


def wrong_answer(check: Check, says: str, endless: bool = False) -> Callable[[Any], Any]:
    """Register what is decorated as a wrong answer to `check`."""

    def register(answer: Any) -> Any:
        name = getattr(answer, "__name__", "") or " and ".join(part.__name__ for part in answer)
        part = answer[0] if isinstance(answer, tuple) else answer
        REGISTERED.append(WrongAnswer(check, says, answer, name, part.__module__, endless))
        return answer

    return register


def from_slips(check: Check, **says: str) -> None:
    """Register wrong answers that the check makes of its slips, by the words that each is told."""
    module = sys._getframe(1).f_globals["__name__"]
    for name, words in says.items():
        REGISTERED.append(WrongAnswer(check, words, check.slip(words), name, module))


def from_results(check: Check, **told: tuple[str, Any]) -> None:
    """Register answers without arguments that return a wrong result: `name=(says, result)`."""
    module = sys._getframe(1).f_globals["__name__"]
    for name, (says, result) in told.items():
        REGISTERED.append(WrongAnswer(check, says, partial(deepcopy, result), name, module))


def all_wrong_answers() -> list[WrongAnswer]:
    """Every wrong answer of every module in this folder, in the order of the exercises."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return sorted(REGISTERED, key=attrgetter("module"))  # a test may have loaded one before


def exercise_of(wrong: WrongAnswer) -> str:
    """The number of the exercise that it is an answer to: "14"."""
    return wrong.module.rpartition(".")[2][1:3]


def refusal(wrong: WrongAnswer) -> str:
    """What the check says of a wrong answer; nothing where it passes or counts as a stub."""
    limit = wrong.check.seconds
    others = max(limit, SECONDS_OF_OTHERS)
    wrong.check.seconds = SECONDS_OF_ENDLESS if wrong.is_endless else others
    try:
        wrong.check(wrong.answer)
    except NotAttempted:
        return ""
    except CheckFailed as failed:
        return str(failed)
    finally:
        wrong.check.seconds = limit
    return ""


def kill_table(wrong: list[WrongAnswer]) -> str:
    """Every wrong answer by exercise and check, with the words that its mistake gets."""
    checks = len({id(each.check) for each in wrong})
    lines = [
        "# Wrong answers, and what each is told",
        "",
        f"{len(wrong)} wrong answers to {checks} checks. All are refused, each with words that no",
        "other wrong answer of its check gets: `tests/test_wrong_answers.py` runs every one.",
        "Written by `python -m tests.wrong_answers`.",
        "",
        "| exercise | check | wrong answer | is told |",
        "|---|---|---|---|",
    ]
    for each in wrong:
        says = each.says.replace("|", "\\|").replace("\n", " ")
        name = each.name.replace("_", " ")
        lines.append(f"| {exercise_of(each)} | `{each.check.name}` | {name} | {says} |")
    return "\n".join(lines) + "\n"
