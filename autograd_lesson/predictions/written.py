"""Numbers that are spelled or calculated: `minus one half`, `two hundred and five`, `2*500`."""

import ast
import operator
import re
import unicodedata
from fractions import Fraction

UNITS = "zero one two three four five six seven eight nine ten eleven twelve".split()
TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
PARTS = {"half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6}
PARTS |= {"eighth": 8, "tenth": 10, "hundredth": 100, "thousandth": 1000}
UNIT, TEEN, TEN = ("|".join(words) for words in (UNITS, TEENS, TENS))
BELOW = rf"(?:{TEN})(?:[ -](?:{'|'.join(UNITS[1:10])}))?|{TEEN}"
HUNDREDS = re.compile(
    rf"\b(?:({UNIT}|an?|\d+) )?hundred\b(?: (?:and )?({BELOW}|{UNIT}|\d{{1,2}})\b)?"
)
PART = re.compile(rf"\b(?:({UNIT}|an?|\d+)[ -])?({'|'.join(PARTS)})s?\b")
DECIMALS = re.compile(rf"\b(?:({UNIT}|\d+) )?point((?: (?:{UNIT}|\d))+)\b")
SCALED = re.compile(
    rf"\b({UNIT}|an?)(?= (?:thousand|million|billion|percent|dozen)s?\b| and \d+/\d+\b)"
)
SIGNED = re.compile(rf"(?<=-)({UNIT})\b")
CALCULATED = re.compile(r"[\d\s.+\-*/()^eE_]+")
RANGE = re.compile(r"\s*(\d+)\s*-\s*(\d+)\s*")
LARGEST = 400  # exponent that is computed: what is beyond it is no float
MOST_BITS = 10**5
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def with_digits(text: str) -> str:
    """A text with digits for what can only be a number: `- 0.5`, `one half`, `two hundred`."""
    text = "".join(fraction_sign(each) for each in text).lower()
    text = re.sub(r"(?<=[\d)])\s*\bminus\b\s*", " - ", text)
    text = re.sub(r"\b(?:minus|negative)\s+", "-", text)
    text = re.sub(r"(?:\bplus\s+)", "+", text)
    text = re.sub(r"(^|[,;:=(\[])(\s*[+-])\s+", r"\1\2", text)
    text = HUNDREDS.sub(lambda found: str(100 * digit(found[1]) + digit(found[2], 0)), text)
    text = re.sub(rf"\b(?:{BELOW})\b", lambda found: str(digit(found[0])), text)
    text = PART.sub(part_in_digits, text)
    text = DECIMALS.sub(decimals_in_digits, text)
    for pattern in (SCALED, SIGNED):
        text = pattern.sub(lambda found: str(digit(found[1])), text)
    return text


def fraction_sign(character: str) -> str:
    """A sign such as \u00bd as 1/2, else the character."""
    spelled = unicodedata.normalize("NFKC", character)
    return " " + spelled.replace("\u2044", "/") if "\u2044" in spelled else character


def digit(word: str | None, nothing: int = 1) -> int:
    """The number below 100 that a word, or two, or digits spell."""
    words = [] if word in (None, "a", "an") else re.split(r"[ -]", str(word))
    known = {each: place for place, each in enumerate(UNITS + TEENS)}
    known |= {each: 10 * place for place, each in enumerate(TENS, 2)}
    return sum(known[each] if each in known else int(each) for each in words) if words else nothing


def part_in_digits(found: re.Match[str]) -> str:
    """`1/3` of `one third`; a third alone is a place in a row."""
    if not found[1] and found[2] != "half":
        return found[0]
    return f"{digit(found[1])}/{PARTS[found[2]]}"


def decimals_in_digits(found: re.Match[str]) -> str:
    """`0.25` of `zero point two five`."""
    behind = "".join(str(digit(each)) for each in found[2].split())
    return f"{digit(found[1], 0)}.{behind}"


def calculated(text: str) -> float | None:
    """What a text computes if it is nothing but arithmetic; a range such as 2-3 is none."""
    found = RANGE.fullmatch(text)
    if not CALCULATED.fullmatch(text) or (found and int(found[1]) < int(found[2])):
        return None
    try:
        return float(value_of(ast.parse(text.strip().replace("^", "**"), mode="eval").body))
    except (SyntaxError, ArithmeticError, ValueError, MemoryError, RecursionError):
        return None


def value_of(node: ast.expr) -> Fraction:
    """The number that arithmetic gives; a ValueError where it is too large, or something else."""
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    if isinstance(node, ast.UnaryOp):
        value = value_of(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if not isinstance(node, ast.BinOp):
        raise ValueError("no arithmetic")
    left, right = value_of(node.left), value_of(node.right)
    if not isinstance(node.op, ast.Pow):
        return Fraction(OPERATORS[type(node.op)](left, right))
    bits = max(left.numerator.bit_length(), left.denominator.bit_length())
    if right.denominator != 1 or abs(right) > LARGEST or bits * abs(right) > MOST_BITS:
        raise ValueError("no power that is computed")
    return Fraction(left ** int(right))
