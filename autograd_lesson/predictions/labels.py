"""Which of several things each part of a prediction names: `b = 45, a = 20` is put in order."""

import ast
import re
from collections.abc import Sequence

from .reading import typed, words_in

BETWEEN = re.compile(r"[,;\n]|\band\b")
SIGN = re.compile(r"=|:|->|\u2192")
NAME = re.compile(r"[^\W\d][\w.]*")
UNKNOWN = "write them in order, with commas between them and without names"


def labels_of(source: str, gradients: str = "") -> tuple[frozenset[str], ...]:
    """The names of each thing that the last tuple of a source gives; none where it has none.

    Of `gradients`, as in "e: a, b", each value is a name of its gradient as well.
    """
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, IndexError):
        last = ast.Pass()
    row = last.value if isinstance(last, ast.Expr) else None
    found = [names_of(thing) for thing in row.elts] if isinstance(row, ast.Tuple | ast.List) else []
    root, _, values = gradients.partition(":")
    graph = [gradient_names(root.strip(), each.strip()) for each in values.split(",") if values]
    if len(found) == len(graph):
        return tuple(one | other for one, other in zip(found, graph, strict=True))
    return tuple(graph or found)


def names_of(thing: ast.expr) -> frozenset[str]:
    """An expression as it is written, and the one variable or key in it."""
    inner = {node.id for node in ast.walk(thing) if isinstance(node, ast.Name)}
    keys = {node.value for node in ast.walk(thing) if isinstance(node, ast.Constant)}
    inner |= {key for key in keys if isinstance(key, str)}
    inner -= {"_"}
    return frozenset({ast.unparse(thing)} | (inner if len(inner) == 1 else set()))


def gradient_names(root: str, value: str) -> frozenset[str]:
    """The names of the gradient of a value: a, a.grad, grad_a, da."""
    return frozenset({value, f"{value}.grad", f"grad_{value}", f"d{value}", f"d{root}_d{value}"})


def in_order(text: str, labels: Sequence[frozenset[str]]) -> str | None:
    """A text with what it labels in the order of the labels; None where a label is not known."""
    groups: dict[int, list[str]] = {}
    place: int | None = None
    plain: list[str] = []
    for part in BETWEEN.split(typed(text)):
        head, sign, told = cut(part)
        places = (place_of(word, labels) for word in NAME.findall(head))
        named = {each for each in places if each is not None}
        if len(named) > 1 or (sign and not named):
            return None
        if named:
            place = named.pop()
            if place in groups or plain:
                return None
            groups[place] = [told if sign else without(part, labels)]
        elif place is None:
            plain.append(part)
        else:
            groups[place].append(part)
    if not groups:
        return text
    return ", ".join(part for place in sorted(groups) for part in groups[place])


def cut(part: str) -> tuple[str, bool, str]:
    """What may hold a label, whether a sign follows it, and what is behind the last sign."""
    pieces = SIGN.split(part)
    if len(pieces) == 1 or not NAME.search(pieces[0]):
        return part, False, part
    return pieces[0], True, pieces[-1]


def place_of(word: str, labels: Sequence[frozenset[str]]) -> int | None:
    """The one thing that has this name."""
    places = [place for place, names in enumerate(labels) if word.strip(".") in names]
    return places[0] if len(places) == 1 else None


def without(part: str, labels: Sequence[frozenset[str]]) -> str:
    """A part without its label."""
    return NAME.sub(lambda word: "" if place_of(word[0], labels) is not None else word[0], part)


def has_other_labels(text: str) -> bool:
    """Whether each part has words of its own, such as `W2 3, W1 2`: names that nobody knows."""
    words = [frozenset(words_in(part)) for part in BETWEEN.split(typed(text))]
    return len(words) > 1 and all(words) and len(set(words)) == len(words)
