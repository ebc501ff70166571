"""A check in stages: an answer is used step by step, and the first thing seen that is wrong counts.

The *steps* use the answer as a learner would and yield what they see, each thing by its name:
`yield "y", layer(x)`. They ask nothing. Where an answer is not what a later step needs, that step
raises, and what was seen before it is judged first: who draws a weight the other way round hears
of the weight, and not of the product that it does not fit. Values and tensors are seen with their
numbers (`Held`), all that gives items one after the other as a list.

The *judge* yields a message for each thing seen, in the same order, or None where it is right: the
first message counts. Where it asks for what was not seen any more, the exception does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..numpy_or_not import np
from .accepted import is_number
from .arrays import Slips, difference
from .core import Check
from .messages import Words, kind_cause, report
from .plain_data import Held, Raised, WasTuple, decode, encode, in_a_row
from .run_answer import ENDS, describe_error
from .vocabulary import Case

Seen = dict[str, Any]
Steps = Iterable[tuple[str, Any]]
Faults = Iterator[str | Raised | None]
STOPPED = "what ended the steps"


def as_seen(thing: Any) -> Any:
    """What a step sees, as it is now: of values and tensors their numbers."""
    if type(thing) in (float, int, bool, str):
        return thing
    if type(thing) is np.ndarray and thing.dtype.kind in "biuf":
        return thing.copy()
    if isinstance(thing, list | tuple):
        return (WasTuple if isinstance(thing, tuple) else list)(map(as_seen, thing))
    if isinstance(row := in_a_row(thing, as_seen), list):
        return row
    if hasattr(thing, "backward") and hasattr(thing, "data"):
        thing = Held(type(thing).__name__, thing.data)
    return decode(encode(thing))


def check_stages(
    name: str,
    cases: Callable[[np.random.Generator], list[Case]],
    steps: Callable[[Any, Case], Steps],
    judge: Callable[[str, Case, Seen], Faults],
    **settings: Any,
) -> Check:
    """A check of `steps(answer, case)` by `judge(tried, case, seen)`."""

    def probe(answer: Any, case: Case) -> Seen:
        seen = {}
        try:
            for stage, thing in steps(answer, case):
                seen[stage] = as_seen(thing)
        except ENDS as error:
            seen[STOPPED] = describe_error(error)
        return seen

    def first_fault(case: Case, seen: Seen) -> str | Raised | None:
        stopped = seen.get(STOPPED)
        try:
            faults = judge(check.tried(case), case, seen)
            return next((fault for fault in faults if fault), stopped)
        except KeyError as error:
            if stopped is None or error.args[0] in seen:
                raise
            return stopped

    check = Check(name, cases, probe, first_fault, **settings)
    return check


def holder_fault(
    tried: str, got: Any, wanted: str = "a Tensor", bare: str = "", look: str = ""
) -> str | None:
    """The message for what should be a value or a tensor; `bare` is told whoever has numbers."""
    if isinstance(got, Held):
        return None
    cause = bare if bare and (is_number(got) or isinstance(got, np.ndarray)) else kind_cause(got)
    return report(tried, got, Words(wanted), cause, look)


def gradient_fault(
    tried: str,
    got: Any,
    right: np.ndarray,
    none: tuple[str, str],
    slips: Slips = (),
    look: str = "",
    **settings: Any,
) -> str | None:
    """The message for a gradient that is not right; `none` is told whoever has none at all."""
    if got is None:
        return report(tried, Words("no gradient"), right, *none)
    return difference(tried, got, right, slips, look, **settings)


def written_to(operands: Mapping[str, Any], case: Case) -> list[int]:
    """The places of the tensors whose numbers are no longer those of the case."""
    pairs = enumerate(operands.items())
    return [at for at, (name, x) in pairs if not np.array_equal(x.data, case[name])]
