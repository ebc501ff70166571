"""The line at the top of a predicted cell: what is typed in it is judged when the cell has run.

    prediction("02-edges", mine="5, 3, 6")

The first run locks it: what is typed afterwards is compared, and does not count; only where it
could not be read, the next that can be read counts. Left empty, it says nothing.
"""

import re
import sys
from collections.abc import Iterator
from html import escape
from types import FrameType
from typing import Any, NamedTuple

from IPython import get_ipython
from IPython.display import display

from ..learner import note_prediction
from ..learner.log import read
from ..pictures.svg import palette
from ..teaching.diagnosis import Table, table
from .judging import Outcome, Terms, Verdict, as_text, in_words, judge, outcome_of
from .labels import labels_of

NAME = re.compile(r"(\d\d)-[a-z0-9]+(?:-[a-z0-9]+)*")
RAISED = "error"  # the choice that comes out where the cell raises
RUNS_A_CELL = "run_cell_async"  # the method of IPython's shell; it runs each statement by itself
LATE = "It was typed after the cell had run, so it does not count."
STYLE = """
.autograd-prediction {max-width: 46em; margin: 6px 0; padding: 6px 12px; border-radius: 6px;
border: 1px solid var(--ag-line); border-left: 5px solid var(--ag-result);
background: var(--ag-ground); color: var(--ag-ink);
font: 14px/1.5 var(--jp-ui-font-family, system-ui, sans-serif)}
.autograd-prediction.right {border-left-color: var(--ag-operand)}
.autograd-prediction dl {display: grid; grid-template-columns: max-content 1fr; gap: 0 14px;
margin: 0}
.autograd-prediction dt {float: none; width: auto; color: var(--ag-quiet); font-weight: 400}
.autograd-prediction dd {margin: 0; overflow-wrap: anywhere}
.autograd-prediction p {margin: 2px 0 0}
"""


class Asked(NamedTuple):
    """What one line asks, and what is typed in it."""

    name: str
    mine: Any
    choices: tuple[str, ...]
    of: str
    within: float
    gradients: str


class Ran(NamedTuple):
    """The first run of a predicted cell in this kernel: what was predicted, and what came out."""

    mine: str
    outcome: Outcome
    terms: Terms
    was_unread: bool = False  # what was predicted then; it can be typed again


class NothingCameOutError(Exception):
    """Nothing came out that could be compared; the message says why."""


def prediction(
    name: str,
    mine: Any = "",
    choose: str = "",
    of: str = "",
    within: float = 0,
    gradients: str = "",
) -> None:
    """Judge `mine` against what this cell computes, once it has run; left empty, say nothing.

    `name` is the number of the lesson and a name that stays when the words of the lesson change.
    What comes out is the result of the cell, or the expression `of`, in which `_` is that result.
    `choose` names the answers, as in "grows or falls", of which the first stands for True; "error"
    among them is what comes out of a cell that raises. What is up to `within` times too large or
    too small is right as well. `gradients`, as in "e: a, b", says of which graph the numbers are
    gradients, so that a wrong one is told what it was made of.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"a prediction has a name such as 02-edges, not {name!r}")
    choices = tuple(re.split(r", | or ", choose)) if choose else ()
    asked = Asked(name, mine, choices, of, within, gradients)
    shell = get_ipython()
    cell = next((frame for frame in waiting() if frame.f_code.co_name == RUNS_A_CELL), None)

    def after_cell(result: Any) -> None:
        if any(frame is cell for frame in waiting()):
            return  # another cell has run inside this one
        shell.events.unregister("post_run_cell", after_cell)
        compare(asked, result, shell)

    if shell:
        display(Caption())
        shell.events.register("post_run_cell", after_cell)


def folded() -> None:
    """Begin a cell that tells what was asked for just before: its outputs are folded until it runs.

    The builder folds them; what JupyterLab shows of them then is a caption.
    """
    if get_ipython():
        display(Caption())


def waiting() -> Iterator[FrameType]:
    """The frames that wait for the caller's, the nearest first."""
    frame = sys._getframe(1).f_back
    while frame:
        yield frame
        frame = frame.f_back


def compare(asked: Asked, result: Any, shell: Any) -> None:
    """Judge a prediction against what its cell has computed, show both, and note the first."""
    mine = "" if asked.mine is None or asked.mine is ... else as_text(asked.mine)
    try:
        outcome, terms = came_out(asked, result, shell.user_ns)
    except NothingCameOutError as why:
        if mine:
            display(Shown(mine, "", "", f"It is not compared: {why}."))
        return
    ran = runs_of(shell)
    before = ran.get(asked.name)
    verdict = judge(asked.mine, outcome, terms)
    is_read = bool(mine) and not verdict.allowed
    locked = locked_in(asked.name) or (before.mine if before else "")
    counts = before is None or before.was_unread  # else what came out was seen before it was typed
    if before is None or (before.was_unread and is_read):
        ran[asked.name] = Ran(mine if is_read else "", outcome, terms, bool(mine) and not is_read)
    if not mine:
        return
    came = in_words(outcome, terms.choices)
    if not is_read:
        again = "Type it again: that counts." if counts and not locked else ""
        display(Shown(mine, came, f"It cannot be read: {verdict.allowed}.", again))
    elif locked and locked != mine:
        note = f"The first prediction counts, and that was {locked}."
        display(Shown(mine, came, words_of(verdict), note, verdict.is_right))
    else:
        is_late = not counts and not locked
        display(Shown(mine, came, words_of(verdict), LATE * is_late, verdict.is_right))
        if not locked and not is_late:
            lesson = asked.name[:2]
            note_prediction(lesson, asked.name, mine, came, verdict.is_right, verdict.mistake)


def came_out(asked: Asked, result: Any, names: dict[str, Any]) -> tuple[Outcome, Terms]:
    """What a cell has computed, and the terms on which it is compared."""
    terms = Terms(asked.choices, asked.within)
    if result.error_in_exec is not None:
        if RAISED not in asked.choices:
            raise NothingCameOutError("the cell raised an error")
        return Outcome([RAISED]), terms
    known = {**names, "_": result.result}
    try:
        computed = eval(asked.of, known) if asked.of else result.result
        outcome = outcome_of(computed)
        tables = tables_of(asked.gradients, known) if asked.gradients else ()
    except Exception as error:
        raise NothingCameOutError(f"{type(error).__name__}: {error}") from error
    if computed is None:
        raise NothingCameOutError("the cell has no result")
    labels = labels_of(asked.of or result.info.raw_cell, asked.gradients)
    return outcome, terms._replace(tables=tables, labels=labels)


def tables_of(gradients: str, known: dict[str, Any]) -> tuple[Table, ...]:
    """What there is to say to a wrong gradient, for each of `e: a, b`."""
    root, _, values = gradients.partition(":")
    return tuple(table(eval(root, known), eval(value, known)) for value in values.split(","))


def runs_of(shell: Any) -> dict[str, Ran]:
    """The predicted cells that this kernel has run; kept with the shell, whose end is theirs."""
    return shell.__dict__.setdefault("autograd_predictions", {})


def can_be_right() -> list[str]:
    """The predictions that ran here for which what came out is right when it is typed."""
    return [
        name
        for name, ran in runs_of(get_ipython()).items()
        if judge(in_words(ran.outcome, ran.terms.choices), ran.outcome, ran.terms).is_right
    ]


def locked_in(name: str) -> str:
    """The prediction that a learner's log holds for this name; the first counts."""
    events = (event for event in read().events if event["kind"] == "prediction")
    return next((event["predicted"] for event in events if event["prompt"] == name), "")


def words_of(verdict: Verdict) -> str:
    """A verdict as a sentence."""
    if verdict.is_right:
        return "Right."
    return ": ".join(filter(None, ["Not what came out", verdict.difference])) + "."


class Caption:
    """The line above all that such a cell shows: JupyterLab shows it of folded outputs."""

    def __repr__(self) -> str:
        """The line."""
        return "What came out:"


class Shown(NamedTuple):
    """A prediction beside what came out, as text and as HTML."""

    mine: str
    came: str
    verdict: str
    note: str = ""
    is_right: bool = False

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        """As text, and as HTML in the colours of the theme."""
        pairs = {"You predicted": self.mine, "It came out": self.came}
        pairs = {name: words for name, words in pairs.items() if words}
        sentences = [words for words in (self.verdict, self.note) if words]
        lines = [f"{name:15}{words}" for name, words in pairs.items()]
        kind = "autograd-prediction" + " right" * self.is_right
        terms = "".join(f"<dt>{name}</dt><dd>{escape(words)}</dd>" for name, words in pairs.items())
        told = "".join(f"<p>{escape(words)}</p>" for words in sentences)
        style = f"<style>{palette('.autograd-prediction')}{STYLE}</style>"
        return {
            "text/plain": "\n".join(lines + sentences),
            "text/html": f'{style}<div class="{kind}"><dl>{terms}</dl>{told}</div>',
        }

    def __repr__(self) -> str:
        """As text."""
        return self._repr_mimebundle_()["text/plain"]
