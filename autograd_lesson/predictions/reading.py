"""What a learner has typed as a prediction: numbers, names, or yes and no, in any usual form."""

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .written import LARGEST, UNITS, calculated, with_digits

PLAIN = r"(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?"
POWER = r"\s*(?:\*\*|\^)\s*"
NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>[+-]?)(?:(?P<nan>nan)|(?P<inf>inf(?:inity|inite)?)"
    rf"|(?P<plain>{PLAIN})(?:{POWER}(?P<power>[+-]?\d{{1,4}})|\s*[*x]\s*10{POWER}(?P<tens>[+-]?\d{{1,4}})"
    rf"|\s*/\s*(?P<divisor>[+-]?{PLAIN}))?)"
    r"(?:\s*(?P<percent>%|percent\b)|\s*(?P<scale>dozen|hundred|thousand|million|billion)s?\b)?(?!\w|\.\d)",
    re.IGNORECASE | re.ASCII,
)
SCALES = {"dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
IN_WORDS = {word: number for number, word in enumerate(UNITS)}
IN_WORDS |= {"none": 0, "nothing": 0, "once": 1, "twice": 2}
NO_ONE_NUMBER = re.compile(
    r"\b(not|between|at (least|most)|(less|more|fewer|larger|smaller|greater) than|up to)\b|[<>|&]"
    r"|\b(to the power|squared|cubed|root)\b"
    r"|[\u2264\u2265\u221a\u03c0]|\b(sqrt|pi|exp|log|ln|sin|cos|tan|tanh)\b"
)
YES, NO = {"yes", "y", "true", "yeah"}, {"no", "n", "false", "not"}
EMPTY = {"none", "nothing", "no", "neither", "-", ""}
DOUBT = re.compile(
    r"\b(not (sure|certain|known)|unsure|no (idea|clue|guess|answer|opinion|way)|yes or no"
    r"|dunno|idk|n/a|who knows|unknown"
    r"|(do not|don.?t|can ?not|can.?t) (know|say|tell|guess))\b|^\W*\?\W*$",
    re.IGNORECASE,
)
NO_LABELS = set("about around roughly then to by is row rows column columns".split())
DENIALS = set("not no without never nor t cannot dont doesnt isnt wont".split())
LONGEST = 300  # characters that are read
SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u00d7": "x", "\u00b7": "*", "\u221e": "inf"})


class TypedNumber(NamedTuple):
    """A number as typed, and half a unit of its last digit: all that is rounded to it is near."""

    value: float
    half_unit: float
    is_round: bool = False  # 1 million, whose last digit is that of the 1 for whole numbers too


def numbers_in(text: str, expected: int = 1) -> list[TypedNumber]:
    """The numbers in a text, in order: of all ways to read it, the first with as many as expected.

    A comma is between two numbers, or in one; arithmetic is computed, or is a shape such as 2x3;
    `one` is a number, or a word among others. What is no one number, as `about 2 or more`, is none.
    """
    spelled = with_digits(typed(text))
    if NO_ONE_NUMBER.search(spelled):
        return []
    readings = readings_of(spelled)
    if any(readings) or not re.search(r"\d", spelled):
        readings += readings_of(in_digits(spelled))
    fitting = (each for each in readings if len(each) == expected)
    return next(fitting, next(filter(None, readings), []))


def readings_of(text: str) -> list[list[TypedNumber]]:
    """The numbers in a text, for each meaning of a comma, a blank and an operator between them."""
    whole = re.sub(r"(?<=\d)[,'](?=\d{3}\b)", "", text)  # 1,024
    with_point = re.sub(r"(?<=\d),(?=\d)", ".", text)  # 2,5 is how many countries write 2.5
    closed = re.sub(r"(?<=\d) (?=\d{3}\b)", "", text)  # 1 024
    mixed = re.sub(r"(\d+)\s+(?:and\s+)?(\d+/\d+)", r"(\1+\2)", text)  # 2 1/2
    texts = dict.fromkeys((text, whole, with_point, closed, mixed))
    return [found_in(each, computes) for each in texts for computes in (True, False)]


def in_digits(text: str) -> str:
    """A text with digits for each word that may be a number."""
    word = rf"\b({'|'.join(IN_WORDS)})\b"
    return re.sub(word, lambda found: str(IN_WORDS[found[0]]), text)


def found_in(text: str, computes: bool) -> list[TypedNumber]:
    """The numbers in a text whose commas are all between numbers, arithmetic computed or not."""
    text = re.sub(r"[^,;=]*=", "", text)  # of `a = 45` the 45 is meant
    numbers: list[TypedNumber] = []
    for part in re.split(r"[,;]", text):
        bare = re.sub(rf"(?<=\d)\s*x\s*(?=\d|\()(?!10{POWER})", "*", part).strip().rstrip(".")
        found = [NUMBER.fullmatch(each) for each in (bare, bare.strip("()[]{} "))]
        value = calculated(bare) if computes and not any(found) else None
        if value is not None:
            numbers.append(TypedNumber(value, 0.0))
            continue
        bare = re.sub(rf"(?<=\d)\s*[x*]\s*(?=\d)(?!10{POWER})", ", ", part)  # 2x3
        if re.search(r"[*/^+]", NUMBER.sub("", bare)):
            return []
        numbers += [number for match in NUMBER.finditer(bare) if (number := number_of(match))]
    return numbers


def is_list(text: str) -> bool:
    """Whether a text holds numbers and what is between those of a list, and no word or range."""
    return not re.search(r"[a-z*/^=]|\d\s*-\s*\d", typed(text).lower())


def number_of(found: re.Match[str]) -> TypedNumber | None:
    """The number that a match spells, or None where no float is that number."""
    sign = -1 if found["sign"] == "-" else 1
    if not found["plain"]:
        return TypedNumber(math.nan if found["nan"] else sign * math.inf, 0.0)
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
        return TypedNumber(
            sign * float(value * factor), float(unit * factor) / 2, bool(found["scale"])
        )
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


def completion(name: str, choices: list[str]) -> str | None:
    """The one choice that begins so, or is meant by a number or a word in the name, else None."""
    known = [normal(choice) for choice in choices]
    same = [choice for choice in known if choice == name]
    begun = [choice for choice in known if choice.startswith(name)]
    equal = [choice for choice in known if NUMBER.fullmatch(choice) and is_number(name, choice)]
    words = re.findall(r"[^\W\d]\w*", name)
    denied = DENIALS & {*words}
    held = [choice for choice in known if choice in words and not denied]
    return next((each[0] for each in (same, begun, [*{*equal, *held}]) if len(each) == 1), None)


def is_number(name: str, choice: str) -> bool:
    """Whether a name is the number that a choice spells."""
    named, chosen = numbers_in(name), numbers_in(choice)
    pairs = zip(named, chosen, strict=False)
    return len(named) == 1 and all(repr(one.value) == repr(other.value) for one, other in pairs)
