"""Words for a verdict: what was tried, got and expected, why probably, and where to look."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..numpy_or_not import np
from .accepted import close, is_number, letters_of, row_of
from .plain_data import (
    BORROWED,
    OUT_OF_TIME,
    Held,
    Other,
    Raised,
    WasTuple,
    decode,
    in_one_order,
    long_number,
)


class Words(str):
    """Text that `report` prints as it is, without quotes."""

    def __repr__(self) -> str:
        """The text itself."""
        return str(self)


class Report(str):
    """A message, with the name of the mistake that was seen, if it was one that is known."""

    mistake = ""


class Cause(str):
    """Why probably, in words for this case, with those that are the same in every case."""

    always = ""


def mistake_of(cause: str) -> str:
    """A name for programs: the words of a cause, without what differs from case to case."""
    words = re.sub("^(Furthest off: index [^.]*. |Next: )", "", getattr(cause, "always", cause))
    words = re.sub(r"\{[^}]*\}|`[^`]*`|'[^']*'", " ", words)
    return "-".join(re.findall(r"(?<![\w.])[a-z]{2,}(?!\w)", words.lower())[:12])


def show(thing: Any, digits: int = 4) -> str:
    """`thing` as a message prints it: numbers to four significant digits, lists in full."""
    if isinstance(thing, Other):
        return f"{thing.text} (of type {thing.type})"
    if isinstance(thing, Held):
        return f"{thing.type}({show(thing.data, digits)})"
    if isinstance(thing, Raised):
        text = re.sub(r" at 0x[0-9a-fA-F]+", "", thing.text)  # one message for one mistake
        return f"{thing.type}: {text}" if text else thing.type
    if isinstance(thing, np.ndarray):
        thing = thing.tolist()
    if isinstance(thing, int) and abs(thing) >= 10**20:
        return long_number(thing)
    if isinstance(thing, float | np.floating):
        number = float(thing)
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number)) if number or math.copysign(1, number) > 0 else "-0"
        return f"{number:.{digits}g}"
    if isinstance(thing, tuple | WasTuple):
        return as_tuple([show(item, digits) for item in thing])
    if isinstance(thing, list):
        return "[" + ", ".join(show(item, digits) for item in thing) + "]"
    if isinstance(thing, set | frozenset):
        return "{" + ", ".join(show(item, digits) for item in in_one_order(thing)) + "}"
    if isinstance(thing, dict):
        items = (f"{show(key, digits)}: {show(item, digits)}" for key, item in thing.items())
        return "{" + ", ".join(items) + "}"
    return repr(thing)


def as_tuple(parts: Sequence[str]) -> str:
    """The parts as a tuple is written: `(a, b)`, and `(a,)` where there is one."""
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"


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
    return f"{text} (of type {type_of(thing)})"


def type_of(thing: Any) -> str:
    """The type that a thing had for whoever wrote the answer."""
    if isinstance(thing, Other | Held):
        return thing.type
    if isinstance(thing, WasTuple):
        return "tuple"
    return type(thing).__name__.removeprefix("frozen")


def report(
    tried: str, got: Any = ..., expected: Any = ..., cause: str = "", look: str = ""
) -> Report:
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
    told = Report("\n".join(lines))
    told.mistake = mistake_of(cause) or mistake_of(look) or "another-result"
    return told


def shortened(text: str, longest: int = 500) -> str:
    """The text, cut where a message would no longer be read."""
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text)} characters)"


def number_fault(tried: str, got: Any) -> str | None:
    """The message for a result that should be one number and is not, else None."""
    if is_number(got):
        return None
    found = Words("...") if got is ... else got
    return report(tried, found, Words("one number"), not_one_number(got) or kind_cause(got))


def not_one_number(got: Any) -> str:
    """The likely reason for a number in another form, "" where it is of no such kind."""
    if isinstance(got, str):
        return "This is text. A number stands without quotes."
    if isinstance(got, list | tuple | set | frozenset | np.ndarray) and len(got) == 1:
        return "The number stands in brackets of its own: take it out of them."
    return ""


def list_fault(tried: str, got: Any, length: int) -> str | None:
    """The message for a result that should be a list of `length` numbers and is not, else None."""
    row = row_of(got)
    is_row = isinstance(row, list)
    if is_row and len(row) == length and all(map(is_number, row)):
        return None
    cause = kind_cause(got)
    if is_row and len(row) != length:
        cause = f"The list has {len(row)} items where {length} are asked for."
        if len(row) == 1:
            cause = f"The list has 1 item where {length} are asked for. A `return` inside a loop "
            cause += "ends it in its first round."
    elif is_row:
        item = next(item for item in row if not is_number(item))
        cause = f"One of its items is no number but {show(item)}."
        if isinstance(item, Other) and item.type == "Value":
            cause = f"{cause} A plain number is asked for: `.data`, or `.grad` for a gradient."
    elif isinstance(got, np.ndarray):
        cause = "A row of numbers is asked for, with one axis."
    return report(tried, got, Words(f"a list of {length} numbers"), cause)


def letters_fault(
    tried: str,
    got: Any,
    lines: Mapping[str, str],
    order: bool = True,
    *,
    wanted: str = "",
    look: str = "",
    twice: str = "A line is there only once.",
) -> str | None:
    """The message for what should name some of these lines, each at most once, else None.

    Whether lines in that `order` work is not asked here; where there is none, a set will do. What
    is said of a line that stands there `twice` may have its letter and the count in it.
    """
    among = f'a list of letters from "{min(lines)}" to "{max(lines)}", each at most once'
    expected, letters = Words(wanted or among), letters_of(got, lines)
    if got is None:
        return report(tried, got, expected, "Is a `return` missing?", look)
    if letters is None:
        items = re.findall(r"[^\W_]", got) if isinstance(got, str) else got
        items = items if isinstance(items, list | tuple | set | frozenset) else ()
        strangers = [x for x in items if isinstance(x, str) and not letters_of(x, lines)]
        cause = "Give the letters alone, not the lines."
        if any(map(is_number, items)):
            cause = f"The lines go by letters, {min(lines)!r} to {max(lines)!r}, not by numbers."
        if any(isinstance(item, list | tuple) for item in items):
            cause = "There are rows inside the row: the letters stand in one list."
        if isinstance(got, Mapping):
            cause = "A dict holds keys and values. Only the letters are asked for, in a list."
        if strangers and len(strangers[0]) == 1:
            cause = f"There is no line {strangers[0]!r}."
        return report(tried, got, expected, cause, look)
    if order and isinstance(got, set | frozenset) and len(got) > 1:
        cause = "A set has no order: its letters come as they please."
        look = look or "Next: square brackets make a list."
        return report(tried, got, expected, cause, look)
    if len(set(letters)) < len(letters):
        letter, count = Counter(sorted(letters)).most_common(1)[0]
        cause = twice.format(letter=letter, count=count)
        return report(tried, letters, expected, cause, look)
    return None


NOTHING_RETURNED = "The function returned nothing: is a `return` missing?"
LEFT_FROM_BEFORE = (
    "The first call was right. The second, on the same graph, finds what the first has left: a set "
    "or a list that is made outside of the function."
)


def kind_cause(got: Any, otherwise: str = "") -> str:
    """The likely reason for a result of the wrong kind; `otherwise` where it is not nothing."""
    if got is None:
        return NOTHING_RETURNED
    if otherwise:
        return otherwise
    if type_of(got) == "Value":
        number = "use its `.data`, or its `.grad` where a gradient is meant."
        return f"The result is a Value where a plain number is asked for: {number}"
    if got is ...:
        return "This one is still open: a number belongs where the dots are."
    return f"The result is of type {type_of(got)}."


def decimals_kept(got: Any, exact: Any) -> int:
    """To how many decimals, one at least, all these were rounded; 0 where they were not."""
    got, exact = as_floats(got), as_floats(exact)
    if not all(map(math.isfinite, [*got, *exact])) or all(x == round(x) for x in got):
        return 0
    return next((k for k in range(1, 12) if got == [round(x, k) for x in exact]), 0)


def lines_text(lines: Sequence[Any]) -> str:
    """The instructions `(name, op, operands)` on one line, for a message."""

    def word(operand: Any) -> str:
        return operand if isinstance(operand, str) else show(operand)

    shown = [f"{name} = {op}({', '.join(map(word, operands))})" for name, op, operands in lines]
    return "; ".join(shown) if shown else "no lines"


def counted(count: int, noun: str) -> str:
    """`1 line`, `2 lines`: as in pictures, which checks do not load."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def rounding_cause(got: Any, exact: Any) -> str:
    """What is told whoever rounds a right result, "" where nobody did."""
    if np.shape(got) != np.shape(exact):
        return ""
    if digits := decimals_kept(got, exact):
        return f"The result is rounded to {counted(digits, 'decimal')}. {ALL_DIGITS}"
    got, exact = as_floats(got), as_floats(exact)
    if not all(map(math.isfinite, got)):
        return ""
    if got and close(got, exact, rel=1e-6):
        return "The first digits are right and the later ones are lost: a float32 has seven."
    whole = "All that came out is whole: do `round`, `int` or `//` take the decimals away? "
    is_whole = any(got) and all(x % 1 == 0 for x in got) and not all(x % 1 == 0 for x in exact)
    is_near = all(abs(x - y) < 1 for x, y in zip(got, exact, strict=True))
    return whole + ALL_DIGITS if is_whole and is_near else ""


def as_floats(numbers: Any) -> list[float]:
    """All the numbers as floats; one that no float can hold is infinite."""
    if isinstance(numbers, np.ndarray):
        numbers = numbers.ravel().tolist()
    if isinstance(numbers, list | tuple):
        return [x for each in numbers for x in as_floats(each)]
    try:
        return [float(numbers)]
    except OverflowError:
        return [math.inf]


ALL_DIGITS = "Whoever computes on needs all digits; only what is printed may be short."


def no_shape_cause(got: Any) -> str:
    """The likely reason for what should be a shape and is none."""
    if isinstance(got, str):
        return "This is text, in quotes. A shape is a tuple of whole numbers: (2, 3)."
    if is_number(got):
        return "A shape of one axis is written (3,): without the comma it is the number 3."
    if isinstance(got, np.ndarray):
        return "This is an array. A shape is the tuple of its lengths: (2, 3)."
    return kind_cause(got)


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


def no_comparison(tried: str, outcome: Any, error: str) -> str:
    """The message for data from an answer, of which nothing comparable can be made."""
    try:
        found = decode(outcome)
        text = show(found.get("result", found) if isinstance(found, dict) else found)
    except Exception:  # it is what cannot be read, or cannot be shown
        text = "something that is no plain data"
    cause = f"This cannot be compared with what is right: that ends with `{error}`."
    look = "Next: print it with the types of its parts. Is a number, a list, or text asked for?"
    return report(tried, Words(text), Words("what the task asks for, in that form"), cause, look)


CAUSES = {
    "NameError": "A name is used that does not exist here: is it spelled as in its definition, "
    "and has the cell that defines it been run?",
    "RecursionError": "The function calls itself too deeply or without an end: where does it stop?",
    "IndentationError": "The lines of a function's body must be indented alike.",
    OUT_OF_TIME: "It was stopped. Is there a loop whose end is never reached?",
}


def because(causes: Mapping[str, Any]) -> Callable[..., str | None]:
    """What explains an exception: the words of the first pattern found in its `Type: text`.

    Words that go by the case are a function of what `explain` is given.
    """

    def explain(*given: Any) -> str | None:
        raised = next(thing for thing in given if isinstance(thing, Raised))
        said = f"{raised.type}: {raised.text}"
        words = next((words for part, words in causes.items() if re.search(part, said)), None)
        return words(*given) if callable(words) else words

    return explain


CALLED = "It is called as it stands there: it takes these arguments, by place and in this order."


def raised_report(tried: str, raised: Raised, cause: str | None = None, seconds: float = 0) -> str:
    """The message for code that raised where it should not."""
    if raised.type == BORROWED:
        found, own = Words(raised.text), Words("work of your own")
        look = "Next: write it with what the text names; compare with the package afterwards."
        asked = "That does what this exercise asks you to write."
        return report(tried, found, own, cause or asked, "" if cause else look)
    got = f"no result after {seconds:g} seconds" if raised.type == OUT_OF_TIME else show(raised)
    where = ""
    if raised.line:
        where = f"This was in line {raised.line} of your cell: `{raised.source}`"
    usual = CAUSES.get(raised.type, "")
    if raised.type == "TypeError" and not raised.line and "positional argument" in raised.text:
        usual = CALLED
    told = report(tried, Words(got), cause=where, look=cause or usual)
    told.mistake = mistake_of(cause) if cause else f"raises-{raised.type}"
    return told
