"""A prediction judged against what came out, and the difference between them by its name."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from numbers import Real
from typing import Any, NamedTuple

from ..numpy_or_not import np
from ..pictures.words import counted
from ..teaching.diagnosis import Table, joined
from .differences import difference_between, is_near
from .labels import UNKNOWN, has_other_labels, in_order
from .reading import (
    LONGEST,
    TypedNumber,
    answers_in,
    completion,
    is_doubt,
    is_list,
    names_in,
    normal,
    numbers_in,
)

DEEPEST = 20  # lists in lists
MOST_SHOWN = 12  # items of what came out


class Verdict(NamedTuple):
    """Whether a prediction was right; what differs in words, and as the name of a mistake.

    A prediction that cannot be read is neither right nor wrong: `allowed` says what can be.
    """

    is_right: bool = False
    difference: str = ""
    mistake: str = ""
    allowed: str = ""


RIGHT = Verdict(is_right=True)


class Outcome(NamedTuple):
    """What came out: numbers, names, or yes and no (bools), in order, or as a set."""

    items: list[Any]
    has_order: bool = True


class Terms(NamedTuple):
    """What the author says of an outcome: the words for it, how near is right, and slips."""

    choices: tuple[str, ...] = ()
    within: float = 0.0  # right is also what is this many times too large or too small
    tables: tuple[Table, ...] = ()  # of the gradients that are predicted, one for each number
    labels: tuple[frozenset[str], ...] = ()  # the names of each thing that came out


NO_TERMS = Terms()


def outcome_of(result: Any) -> Outcome:
    """What a cell has computed, in terms of what can be typed."""
    is_set = isinstance(result, set | frozenset)
    return Outcome(list(items_in(sorted(result, key=str) if is_set else result)), not is_set)


def items_in(result: Any, depth: int = 0) -> Iterator[bool | float | str]:
    """All that is in nested lists, tuples, arrays and values, in order."""
    if depth > DEEPEST:
        raise ValueError(f"lists in lists are compared only {DEEPEST} deep")
    if not isinstance(result, np.ndarray | np.generic):
        result = getattr(result, "data", result)
    if isinstance(result, np.ndarray | np.generic):
        result = result.tolist()
    if isinstance(result, list | tuple):
        for each in result:
            yield from items_in(each, depth + 1)
    elif isinstance(result, bool | int | str):
        yield result
    else:
        yield float(result) if isinstance(result, Real) else str(result)


def in_words(outcome: Outcome, choices: Sequence[str] = ()) -> str:
    """What came out, as it is shown beside a prediction, and as it could have been typed."""
    if not outcome.items:
        return "()" if outcome.has_order else "none"
    words = [item_in_words(item, choices) for item in outcome.items]
    more = len(words) - MOST_SHOWN
    return ", ".join(words if more <= 0 else [*words[:MOST_SHOWN], f"{more} more"])


def item_in_words(item: Any, choices: Sequence[str] = ()) -> str:
    """One thing that came out, in words; of two choices True is the first."""
    if isinstance(item, bool):
        return (choices or ("yes", "no"))[not item]
    return float_in_words(item) if isinstance(item, float) else str(item)


def float_in_words(item: float) -> str:
    """A number to 6 digits, or to as many up to 12 as it has: 10.0000700001, but 0.333333."""
    words = [f"{item + 0.0:.{digits}g}" for digits in range(6, 13)]
    return next((each for each in words if math.isclose(float(each), item)), words[0])


def judge(mine: Any, outcome: Outcome, terms: Terms = NO_TERMS) -> Verdict:
    """The verdict on a prediction, which is a text or what Python makes of it without quotes."""
    if not is_typed(mine):
        return Verdict(allowed='write it in quotes, as in mine="35"')
    text = as_text(mine)
    if is_doubt(text):
        return Verdict(allowed="write what you would guess")
    if terms.choices:
        return judge_names(text, named(outcome, terms.choices), list(terms.choices))
    kinds = {kind_of(item) for item in outcome.items}
    if len(outcome.items) < 2 or not outcome.has_order or str in kinds:
        return judge_kinds(text, outcome, terms, kinds)
    placed = in_order(text, terms.labels)
    if placed is None:
        return Verdict(allowed=UNKNOWN)
    verdict = judge_kinds(placed, outcome, terms, kinds)
    is_wrong = not verdict.is_right and not verdict.allowed
    return Verdict(allowed=UNKNOWN) if is_wrong and has_other_labels(placed) else verdict


def judge_kinds(text: str, outcome: Outcome, terms: Terms, kinds: set[type]) -> Verdict:
    """The verdict by what kinds of things came out."""
    if kinds == {TypedNumber}:
        return judge_numbers(text, outcome, terms)
    if kinds == {bool}:
        return judge_answers(text, outcome)
    if len(kinds) < 2:
        return judge_names(text, outcome, [])
    return judge_one_by_one(text, outcome, terms)


def kind_of(item: Any) -> type:
    """What is to be typed for an item: a number, a name, or yes and no."""
    return type(item) if isinstance(item, bool | str) else TypedNumber


def as_text(mine: Any) -> str:
    """A prediction as text; several things have commas between them, a thing has its type."""
    if isinstance(mine, str):
        return mine.strip()
    if isinstance(mine, dict | set | frozenset):
        return str(mine)
    if not is_typed(mine):
        return type(mine).__name__
    return ", ".join(item_in_words(item) for item in items_in(mine))


def is_typed(mine: Any, depth: int = 0) -> bool:
    """Whether Python makes this of what is typed without quotes: numbers, names, lists of them."""
    if isinstance(mine, list | tuple):
        return depth < DEEPEST and all(is_typed(each, depth + 1) for each in mine)
    plain = str | Real | dict | set | frozenset | np.ndarray | np.generic
    return isinstance(mine, plain) or isinstance(getattr(mine, "data", None), Real | np.ndarray)


def judge_one_by_one(text: str, outcome: Outcome, terms: Terms) -> Verdict:
    """The verdict on things of different kinds, with a comma between them."""
    parts = text[:LONGEST].split(",")
    verdicts = [
        judge(part, Outcome([item]), terms)
        for part, item in zip(parts, outcome.items, strict=False)
    ]
    if len(parts) != len(outcome.items) or any(verdict.allowed for verdict in verdicts):
        kinds = {TypedNumber: "a number", bool: "yes or no", str: "a name"}
        wanted = ", then ".join(kinds[kind_of(item)] for item in outcome.items)
        return Verdict(allowed=f"write with commas between them {wanted}")
    return next((verdict for verdict in verdicts if not verdict.is_right), RIGHT)


# ---------------------------------------------------------------------------------------------
# Yes and no


def judge_answers(text: str, outcome: Outcome) -> Verdict:
    """The verdict on one yes or no, or on several."""
    found, wanted = answers_in(text), outcome.items
    if not found or len(found) > len(wanted) == 1:
        several = ", one for each" if len(wanted) > 1 else ""
        return Verdict(allowed=f"write yes or no{several}")
    if len(found) != len(wanted):
        return wrong_count(len(found), len(wanted), "answer")
    wrong = [place for place, answer in enumerate(found) if answer != wanted[place]]
    if not wrong:
        return RIGHT
    return Verdict(difference="" if len(wanted) == 1 else places_in_words(wrong, len(wanted)))


# ---------------------------------------------------------------------------------------------
# Names


def named(outcome: Outcome, choices: Sequence[str]) -> Outcome:
    """The outcome with the words for it in place of True and False."""
    return outcome._replace(items=[item_in_words(item, choices) for item in outcome.items])


def judge_names(text: str, outcome: Outcome, choices: list[str]) -> Verdict:
    """The verdict on one name or several; of a choice its first letters are enough."""
    wanted = [normal(str(item)) for item in outcome.items]
    found = names_in(text, choices or list(map(str, outcome.items)), len(wanted))
    if choices:
        completed = [completion(name, choices) for name in found]
        found = [name for name in completed if name]
        if len(found) < max(len(completed), 1) or len(found) > len(wanted) == 1:
            return Verdict(allowed=f"write {joined(choices, 'or')}")
    if found == wanted or (not outcome.has_order and set(found) == set(wanted)):
        return RIGHT
    if Counter(found) == Counter(wanted):
        return Verdict(False, "these are the right ones, in another order", "order")
    if len(wanted) == len(found) == 1:
        return Verdict()
    missing = [str(item) for item in outcome.items if normal(str(item)) not in found]
    added = [name for name in found if name not in wanted]
    parts = {"left out": missing, "not among them": added}
    told = [f"{words}: {joined(names)}" for words, names in parts.items() if names]
    return Verdict(False, "; ".join(told), "left out" if missing else "too many")


# ---------------------------------------------------------------------------------------------
# Numbers


def judge_numbers(text: str, outcome: Outcome, terms: Terms) -> Verdict:
    """The verdict on one number, or on a list or a shape."""
    wanted = outcome.items
    found = numbers_in(text, len(wanted))
    if not found or (len(found) > len(wanted) == 1 and not is_list(text)):
        many = "a number" if len(wanted) == 1 else "numbers with commas between them"
        return Verdict(allowed=f"write {many}, such as {'35' if len(wanted) == 1 else '2, 3'}")
    if len(found) != len(wanted):
        return wrong_count(len(found), len(wanted), "number")
    if not outcome.has_order:
        found = sorted(found)
        wanted = sorted(wanted)
    pairs = list(zip(found, wanted, strict=True))
    wrong = [place for place, pair in enumerate(pairs) if not is_near(*pair, terms.within)]
    if not wrong:
        return RIGHT
    if len(wrong) > 1 and all(any(is_near(number, each) for number in found) for each in wanted):
        return Verdict(False, "these are the right numbers, in another order", "order")
    place = wrong[0]
    table = terms.tables[place] if place < len(terms.tables) else None
    difference, mistake = difference_between(*pairs[place], table)
    if len(wanted) > 1:
        right = places_in_words(wrong, len(wanted))
        difference = f"{right}; number {place + 1}: {difference}" if difference else right
    return Verdict(False, difference, mistake)


# ---------------------------------------------------------------------------------------------
# Words for several


def wrong_count(found: int, wanted: int, noun: str) -> Verdict:
    """The verdict on more or fewer things than came out."""
    predicted = f"{counted(found, noun)} {'was' if found == 1 else 'were'} predicted"
    return Verdict(False, f"{predicted}, and {wanted} came out", "count")


def places_in_words(wrong: list[int], of: int) -> str:
    """`2 of 3 are right`."""
    right = of - len(wrong)
    return f"{right or 'none'} of {of} {'is' if right == 1 or not right else 'are'} right"
