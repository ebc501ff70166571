"""Named wrong answers: each must be refused, with the message that its own mistake deserves.

Every module here belongs to one exercise notebook. A wrong answer is a function or a class under
`@wrong_answer(check, says="...")`, with a name that says what the mistake is. `says` is a piece of
the message that this mistake must get, and that no other wrong answer of the check may get. One
that runs into the limit of its check is `endless`: it is stopped sooner than a learner's would be.

There are four ways to come by one, and the first that says the mistake is the one to take:

- It is one slip of a formula, which the check has already: `from_slips(check, name="says", ...)`
  has the check make the wrong answer of it.
- It is the wrong result of a function without arguments: `from_results(check, name=("says",
  result), ...)`.
- It is the solution of the exercise but for a few words: `spoiled(check, name=("says", "what the
  solution has", "what stands there instead"), ...)`, with further pairs of texts behind where it
  takes more than one. A text may be as long as makes it the only one of its kind.
- It is another idea altogether: written out under `@wrong_answer`.
"""

from __future__ import annotations

import ast
import importlib
import linecache
import pkgutil
import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import cache, partial
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from autograd_lesson.checks import Check, CheckFailed, NotAttempted
from autograd_lesson.checks.core import exercise_of as number_of


class WrongAnswer(NamedTuple):
    """One wrong answer: the check that must refuse it, the words it must get, and the code."""

    check: Check
    says: str
    answer: Any
    name: str
    module: str
    is_endless: bool = False


REGISTERED: list[WrongAnswer] = []
EXERCISES = Path(__file__).parents[2] / "source" / "exercises"
MAKES = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign)
SECONDS_OF_ENDLESS = 1.0  # a check's own limit, ten, would be waited for to the end


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


def spoiled(check: Check, endless: bool = False, **told: tuple[str, ...]) -> None:
    """Register the solution with one text in place of another: `name=(says, old, new)`."""
    module = sys._getframe(1).f_globals["__name__"]
    for name, (says, *edits) in told.items():
        answer = solution_to(check).edited(name, edits)
        if not edits or edits[::2] == edits[1::2]:
            raise ValueError(f"{name} is the solution")
        REGISTERED.append(WrongAnswer(check, says, answer, name, module, endless))


class Solution(NamedTuple):
    """What an exercise hands to a check: by which names, and the text that defines these."""

    names: list[str]
    text: str
    before: dict[str, Any]  # what the cells above it define

    def edited(self, name: str, edits: Sequence[str]) -> Any:
        """The answer with texts exchanged, `[old, new, ...]`, as if it had been run in its cell."""
        text, cell, namespace = self.text, f"<{name}>", self.before.copy()
        for old, new in zip(edits[::2], edits[1::2], strict=True):
            if text.count(old) != 1:
                raise LookupError(f"{name}: {old!r} stands {text.count(old)} times in\n{text}")
            text = text.replace(old, new)
        linecache.cache[cell] = (len(text), None, text.splitlines(keepends=True), cell)
        exec(compile(text, cell, "exec"), namespace)
        answers = [namespace[each] for each in self.names]
        return answers[0] if len(answers) == 1 else tuple(answers)


@cache
def solution_to(check: Check) -> Solution:
    """The answer to a check in the source of its exercise; what is only shown there is not run."""
    exercise = next(EXERCISES.glob(f"{number_of(check)}_*.py"))
    above, _, call = exercise.read_text(encoding="utf-8").partition(f"\n{check!r}(")
    names = call.partition(")")[0].split(", ")
    statements = ast.parse(above).body
    places = {getattr(each, "name", ""): at for at, each in enumerate(statements)}
    first = min(places[name] for name in names)
    before: dict[str, Any] = {"__name__": "__main__"}
    lines = above.splitlines(keepends=True)
    for at, each in enumerate(statements):
        if not isinstance(each, MAKES):
            lines[each.lineno - 1 : each.end_lineno] = ["\n"] * (each.end_lineno - each.lineno + 1)
        elif at < first:
            exec(compile(ast.Module([each], []), str(exercise), "exec"), before)
    return Solution(names, "".join(lines[statements[first - 1].end_lineno :]), before)


def right_answer(check: Check, *edits: str) -> Any:
    """What the solution of the exercise hands to the check, in other words where texts change."""
    return solution_to(check).edited(check.name, edits)


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
    wrong.check.seconds = SECONDS_OF_ENDLESS if wrong.is_endless else limit
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
        "Written by `python -m tests.wrong_answers`; `__init__.py` says in which of four ways a",
        "new one is put down: a slip of the check, a wrong result, a spoiled solution, a function.",
        "",
        "| exercise | check | wrong answer | is told |",
        "|---|---|---|---|",
    ]
    rows = []
    for each in wrong:
        cells = exercise_of(each), f"`{each.check.name}`", each.name.replace("_", " "), each.says
        rows.append([cell.replace("|", "\\|").replace("\n", " ") for cell in cells])
    lines += [f"| {' | '.join(row)} |" for row in sorted(rows)]
    return "\n".join(lines) + "\n"
