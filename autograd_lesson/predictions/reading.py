"""What a learner has typed as a prediction: numbers, names, or yes and no, in any usual form."""

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

PLAIN = r"(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?"
POWER = r"\s*(?:\*\*|\^)\s*"
NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>[+-]?)(?:(?P<nan>nan)|(?P<inf>inf(?:inity|inite)?)"
    rf"|(?P<plain>{PLAIN})(?:{POWER}(?P<power>[+-]?\d{{1,4}})|\s*[*x]\s*10{POWER}(?P<tens>[+-]?\d{{1,4}})"
    rf"|\s*/\s*(?P<divisor>{PLAIN}))?)"
    r"(?:\s*(?P<percent>%|percent\b)|\s*(?P<scale>thousand|million|billion)s?\b)?(?!\w)",
    re.IGNORECASE | re.ASCII,
)
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
IN_WORDS = {
    word: number
    for number, words in enumerate(
        "zero/none/nothing one/once two/twice three four five six seven eight nine ten eleven "
        "twelve".split()
    )
    for word in words.split("/")
}
YES, NO = {"yes", "y", "true", "yeah"}, {"no", "n", "false", "not"}
EMPTY = {"none", "nothing", "no", "neither", "-", ""}
DOUBT = re.compile(
    r"\b(not (sure|certain)|unsure|no (idea|clue|guess|answer)|dunno|idk|n/a|who knows|unknown"
    r"|(do not|don.?t|can ?not|can.?t) (know|say|tell|guess))\b|^\W*\?\W*$",
    re.IGNORECASE,
)
NO_LABELS = {
    "about",
    "around",
    "roughly",
    "then",
    "to",
    "by",
    "is",
    "row",
    "rows",
    "column",
    "columns",
}
LONGEST = 300  # characters that are read
LARGEST = 400  # exponent that is computed: what is beyond it is no float
SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u00d7": "x", "\u00b7": "*", "\u221e": "inf"})


class Number(NamedTuple):
    """A number as typed, and half a unit of its last digit: all that is rounded to it is near."""

    value: float
    half_unit: float


def numbers_in(text: str, expected: int = 1) -> list[Number]:
    """The numbers in a text, in order; where it has no digit, those that are written as words.

    A comma is between two numbers, unless there are as many as expected only where it is not.
    """
    text = typed(text)
    whole = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)  # 1,024
    with_point = re.sub(r"(?<=\d),(?=\d)", ".", text)  # 2,5 is how many countries write 2.5
    readings = [found_in(each) for each in (text, whole, with_point)]
    return next((each for each in readings if len(each) == expected), readings[0])


def found_in(text: str) -> list[Number]:
    """The numbers in a text whose commas are all between numbers."""
    text = re.sub(r"[^,;=]*=", "", text)  # of `a = 45` the 45 is meant
    text = re.sub(rf"(?<=\d)\s*x\s*(?=\d)(?!10{POWER})", ", ", text)  # 2x3
    found = [number for match in NUMBER.finditer(text) if (number := number_of(match))]
    if found or re.search(r"\d", text):
        return found
    words = re.findall(r"[a-z]+", text.lower())
    return [Number(float(IN_WORDS[word]), 0.5) for word in words if word in IN_WORDS]


def number_of(found: re.Match[str]) -> Number | None:
    """The number that a match spells, or None where no float is that number."""
    sign = -1 if found["sign"] == "-" else 1
    if not found["plain"]:
        return Number(math.nan if found["nan"] else sign * math.inf, 0.0)
    plain, exponent = Decimal(found["plain"]), int(found["power"] or found["tens"] or 0)
    divisor = Fraction(Decimal(found["divisor"] or 1))
    if max(abs(plain.adjusted()), abs(exponent)) > LARGEST or not divisor:
        return None
    value, unit = Fraction(plain), Fraction(10) ** int(plain.as_tuple().exponent)
    if found["power"] and not value and exponent < 0:
        return None
    if found["power"]:
        value, unit = value**exponent, Fraction(0)
    elif found["divisor"]:
        value, unit = value / divisor, Fraction(0)
    factor = Fraction(10) ** exponent if found["tens"] else Fraction(1)
    factor *= SCALES.get((found["scale"] or "").lower(), 1)
    factor /= 100 if found["percent"] else 1
    try:
        return Number(sign * float(value * factor), float(unit * factor) / 2)
    except OverflowError:
        return None


def is_doubt(text: str) -> bool:
    """Whether a text says that its writer does not know."""
    return bool(DOUBT.search(typed(text)))


def words_in(text: str) -> list[str]:
    """The words in a text that are no numbers, no answers, and not about how numbers are meant."""
    known = IN_WORDS.keys() | SCALES.keys() | YES | NO | NO_LABELS | {"nan", "inf", "infinity"}
    words = re.findall(r"[^\W\d]\w*", text.lower())
    return [word for word in words if word not in known]


def answers_in(text: str) -> list[bool]:
    """Each yes and no in a text, in order."""
    words = re.findall(r"[a-z]+", text[:LONGEST].lower())
    return [word in YES for word in words if word in YES | NO]


def names_in(text: str, known: list[str], expected: int) -> list[str]:
    """The names in a text, with blanks between them, or commas where a name may have blanks."""
    text = typed(text).strip()
    if text[:1] in tuple("([{") and text[-1:] in tuple(")]}"):
        text = text[1:-1]
    if normal(text) in EMPTY:
        return []
    has_blanks = expected == 1 or any(" " in name for name in known)
    parts = re.split(r"[,;]|\band\b" if has_blanks else r"[,;\s]+|\band\b", text)
    return [name for name in map(normal, parts) if name]


def normal(name: str) -> str:
    """A name without what makes no other name of it: case, an article, quotes and full stops."""
    bare = re.sub(r"\s+", " ", typed(name)).strip(" '\"`.[]{}").casefold()
    return re.sub(r"^(an?|the) (?=\w)", "", bare)


def typed(text: str) -> str:
    """A text in the signs of a keyboard, and no longer than anybody types."""
    return text[:LONGEST].translate(SIGNS)
