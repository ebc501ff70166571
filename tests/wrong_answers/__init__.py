"""Named wrong answers: each must be refused, with the message that its own mistake deserves.

Every module here belongs to one exercise notebook. A wrong answer is a function or a class under
`@wrong_answer(check, says="...")`, with a name that says what the mistake is. `says` is a piece of
the message that this mistake must get, and that no other wrong answer of the check may get.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, NamedTuple

from autograd_lesson.checks import Check


class WrongAnswer(NamedTuple):
    """One wrong answer: the check that must refuse it, the words it must get, and the code."""

    check: Check
    says: str
    answer: Any
    name: str


REGISTERED: list[WrongAnswer] = []


def wrong_answer(check: Check, says: str) -> Callable[[Any], Any]:
    """Register what is decorated as a wrong answer to `check`."""

    def register(answer: Any) -> Any:
        name = getattr(answer, "__name__", "") or " and ".join(part.__name__ for part in answer)
        REGISTERED.append(WrongAnswer(check, says, answer, name))
        return answer

    return register


def all_wrong_answers() -> list[WrongAnswer]:
    """Every wrong answer of every module in this folder."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return REGISTERED
