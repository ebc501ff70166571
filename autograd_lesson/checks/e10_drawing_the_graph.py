"""The checks of exercise 10: a graph traced, written in the DOT language, and put into words."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from .. import Value, total
from ..numpy_or_not import np
from .core import Check
from .draws import draw_numbers
from .messages import LEFT_FROM_BEFORE, NOTHING_RETURNED, Words, because, counted, report, show
from .vocabulary import Case

# ---------------------------------------------------------------------------------------------
# Graphs as plain data: a line for each value, with its label, its op and the places of its operands

Recipe = list[list[Any]]

LEAF = ""
OPS: dict[str, Callable[..., Value]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "tanh": lambda a: a.tanh(),
    "sum": lambda *values: total(list(values)),
}
SHAPES: dict[str, Recipe] = {
    "y = a + b": [["a", LEAF], ["b", LEAF], ["y", "+", 0, 1]],
    "y = a * a": [["a", LEAF], ["y", "*", 0, 0]],
    "c = a + b, d = c * a, e = c * d": [
        ["a", LEAF],
        ["b", LEAF],
        ["c", "+", 0, 1],
        ["d", "*", 2, 0],
        ["e", "*", 2, 3],
    ],
    "u = a + a, v = tanh(u), w = v - u": [
        ["a", LEAF],
        ["u", "+", 0, 0],
        ["v", "tanh", 1],
        ["w", "-", 2, 1],
    ],
    "y = sum(a, b, a)": [["a", LEAF], ["b", LEAF], ["y", "sum", 0, 1, 0]],
    "a, a value without operands": [["a", LEAF]],
}
TWINS: Recipe = [["x", LEAF], ["x", LEAF], ["y", "*", 0, 1], ["z", "+", 2, 0]]
DEPTH = 3000


def values_of(recipe: Recipe, numbers: Sequence[float]) -> list[Value]:
    """The values of a recipe; the last is the root."""
    values: list[Value] = []
    for place, (label, op, *operands) in enumerate(recipe):
        value = OPS[op](*(values[o] for o in operands)) if op else Value(numbers[place])
        values.append(value.named(label))
    return values


def edges_of(recipe: Recipe) -> list[tuple[int, int, int]]:
    """Each use of a value: the place of the operand, that of the result, the argument."""
    return [
        (operand, result, index)
        for result, (_, _, *operands) in enumerate(recipe)
        for index, operand in enumerate(operands)
    ]


def chain(depth: int) -> Recipe:
    return [["a", LEAF]] + [[f"y{i}", "tanh", i] for i in range(depth)]


def recipe_cases(rng: np.random.Generator) -> list[Case]:
    graphs = SHAPES | {"z = x * x2 + x, with the label x on both leaves": TWINS}
    return [
        {"graph": name, "recipe": recipe, "numbers": draw_numbers(rng, len(recipe))}
        for name, recipe in graphs.items()
    ]


# ---------------------------------------------------------------------------------------------
# E10.1: trace


def trace_cases(rng: np.random.Generator) -> list[Case]:
    return [*recipe_cases(rng), {"graph": f"a chain of {DEPTH} tanh", "depth": DEPTH}]


def recipe_of(case: Case) -> Recipe:
    return chain(case["depth"]) if "depth" in case else case["recipe"]


def trace_probe(trace: Any, case: Case) -> Any:
    recipe = recipe_of(case)
    built = values_of(recipe, case.get("numbers", [0.5]))
    place = {value: i for i, value in enumerate(built)}
    outcome = trace(built[-1])
    if not (isinstance(outcome, list | tuple) and len(outcome) == 2):
        return {"is": outcome}
    values, edges = (
        list(part) if isinstance(part, tuple | deque | Iterator) else part for part in outcome
    )
    if not (isinstance(values, list) and isinstance(edges, list)):
        return {"kinds": [type(values).__name__, type(edges).__name__]}

    def placed(thing: Any) -> Any:
        return place.get(thing, thing) if isinstance(thing, Value) else thing

    again = trace(built[-1])
    return {
        "once more": len(list(again[0])) if isinstance(again, list | tuple) and again else 0,
        "values": [placed(value) for value in values],
        "edges": [list(map(placed, e)) if isinstance(e, tuple | list) else e for e in edges],
    }


def trace_judge(case: Case, outcome: Any) -> str | None:
    tried, recipe = f"trace of {case['graph']}", recipe_of(case)
    labels = [line[0] for line in recipe]

    def fault(got: Any, expected: Any, cause: str, look: str = "") -> str:
        return report(tried, Words(got), Words(expected), cause, look)

    if "is" in outcome:
        got, cause = outcome["is"], "Two lists are asked for: `return values, edges`."
        cause = NOTHING_RETURNED if got is None else cause
        return report(tried, got, Words("two lists, values and edges"), cause)
    if "kinds" in outcome:
        return fault(
            f"a {outcome['kinds'][0]} of values and a {outcome['kinds'][1]} of edges",
            "two lists",
            "A set has no order of its own: the same graph would be drawn differently each time.",
            "Next: append to lists, and keep a set only to ask what was seen.",
        )
    values, edges = outcome["values"], outcome["edges"]
    if any(not isinstance(value, int) for value in values):
        return fault(show(values), "Values", "The first list holds something that is no Value.")
    found = values_fault(fault, recipe, labels, values)
    if found := found or edges_fault(fault, recipe, labels, edges):
        return found
    if outcome["once more"] == len(recipe):
        return None
    got, wanted = f"{outcome['once more']} values in a second call", f"{len(recipe)} values"
    return fault(got, f"{wanted}, as in the first", LEFT_FROM_BEFORE, "Next: make it inside.")


def values_fault(fault: Any, recipe: Recipe, labels: list[str], values: list[int]) -> str | None:
    got, expected = f"{len(values)} values", f"{len(recipe)} values, each once"
    if len(recipe) < 10:
        got += f": {' '.join(labels[v] for v in values)}"
    if len(set(values)) < len(values):
        twice = labels[next(v for v in values if values.count(v) > 1)]
        return fault(
            got,
            expected,
            f"`{twice}` is listed more than once: a value with two results is met once for each.",
            "Next: before you list a value, ask whether it was seen.",
        )
    missing = [v for v in range(len(recipe)) if v not in set(values)]
    if missing:
        cause = f"`{labels[missing[0]]}` is missing."
        if len(recipe) - 1 in missing:
            cause = "The root itself is missing: it is a value of its graph too."
        elif len(set(labels)) < len(labels):
            cause = "Two values have the label x, and one of them is missing: a label is no "
            cause += "identity. Remember the values themselves, not their labels."
        elif all(recipe[v][1] == LEAF for v in missing):
            cause = "The leaves are missing: a value without operands is a value too."
        return fault(got, expected, cause)
    place = {value: i for i, value in enumerate(values)}
    for operand, result, _ in edges_of(recipe):
        if place[operand] > place[result]:
            return fault(
                got,
                "operands before results",
                f"`{labels[result]}` is listed before its operand `{labels[operand]}`.",
                "Next: list a value when all its operands are listed, as in lesson 5.",
            )
    return None


def edges_fault(fault: Any, recipe: Recipe, labels: list[str], edges: list[Any]) -> str | None:
    expected = Counter(edges_of(recipe))
    wanted = f"{expected.total()} edges"
    if any(not isinstance(e, list) or len(e) != 3 for e in edges):
        return fault(
            f"an edge {show(next(e for e in edges if not isinstance(e, list) or len(e) != 3))}",
            "(operand, result, index) for each edge",
            "An edge has three parts: without the index, the two edges of `a * a` are the same.",
        )
    if any(not isinstance(part, int) for e in edges for part in e):
        return fault(
            "an edge with something else in it",
            "(operand, result, index), two Values and a number",
            "The parts of an edge are the operand, the result, and the index as an int.",
        )
    found = Counter(map(tuple, edges))
    if found == expected:
        return None
    got = f"{found.total()} edges"
    if len(recipe) < 10:
        got = edges_said(found, labels)
        wanted = edges_said(expected, labels)
    cause = "Each result has one edge for each of its operands."
    if found == Counter((result, operand, index) for operand, result, index in expected):
        cause = "The arrows point the wrong way: the operand comes first, then the result."
    elif {e[:2] for e in found} == {e[:2] for e in expected}:
        if found.total() == expected.total():
            cause = "The index is wrong. `operands.index(a)` finds the first place of `a` each "
            cause += "time; `enumerate` counts the places."
            if found == Counter((a, b, index + 1) for a, b, index in edges_of(recipe)):
                cause = "The index begins at 1, and `operands[0]` is the first."
        elif found.total() < expected.total():
            cause = "An operand that is used twice has two edges to its result, and gets two "
            cause += "contributions; here there is one."
        else:
            cause = "There are edges more than once: a result was crossed each time it was met."
    return fault(got, wanted, cause)


def edges_said(edges: Counter, labels: list[str]) -> str:
    """The edges in words: `a → y [0]`."""
    return (
        ", ".join(
            f"{labels[a] if a < len(labels) else a} → {labels[b] if b < len(labels) else b} [{i}]"
            for a, b, i in sorted(edges.elements())
        )
        or "no edges"
    )


TRACE_CAUSES = {
    "^RecursionError": f"The graph is {DEPTH} results deep, and each call waits inside the one "
    "before it. Next: keep what waits on a list of your own, as in lesson 5."
}

check_trace = Check(
    "trace",
    trace_cases,
    trace_probe,
    trace_judge,
    tried=lambda case: f"trace of {case['graph']}",
    explain=because(TRACE_CAUSES),
    own_work=["value.topological_order", "graphlib", "pictures"],
)

# ---------------------------------------------------------------------------------------------
# The DOT language, as far as it is needed, read strictly


class DotError(Exception):
    """Text that Graphviz would refuse, or read otherwise than meant."""


class Dot(NamedTuple):
    """What a DOT text says: the label of each node, as it is shown, and the edges."""

    labels: dict[str, str]
    edges: list[tuple[str, str]]


TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|->|--|[{}\[\]=,;]|[A-Za-z_\d.]+|<|.)', re.DOTALL)
NAME = re.compile(r'[A-Za-z_]\w*$|-?\d+$|-?\d*\.\d+$|"', re.ASCII)


class Reader:
    """The tokens of a DOT text, taken one after the other; DotError where one is not allowed."""

    def __init__(self, text: str) -> None:
        self.tokens, self.place = [t for t in TOKEN.findall(text) if t.strip()], 0

    @property
    def next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else "the end"

    def take(self, *allowed: str) -> str:
        found = self.next
        if found not in allowed and not ("name" in allowed and NAME.match(found)):
            before = " ".join(self.tokens[max(0, self.place - 4) : self.place])
            raise DotError(f"after `{before}` comes {show(found)}")
        self.place += 1
        return found

    def attributes(self) -> dict[str, str]:
        found = {}
        while self.next == "[":
            self.take("[")
            while self.next != "]":
                key = self.take("name")
                self.take("=")
                if self.next == "<":
                    raise DotError(f"the {key} begins with `<`, outside quotes")
                found[key] = self.take("name")
                if self.next in ",;":
                    self.take(",", ";")
            self.take("]")
        return found


def read_dot(text: str) -> Dot:
    """The nodes and edges of a `digraph`; DotError where the text is not understood."""
    reader = Reader(text)
    take = reader.take
    take("digraph")
    if reader.next != "{":
        take("name")
    take("{")
    shape, nodes, edges = "ellipse", {}, []
    while reader.next != "}":
        name = take("name")
        if reader.next == "=":
            take("=")
            take("name")
        elif name in ("node", "edge", "graph"):
            found = reader.attributes()
            shape = found.get("shape", shape) if name == "node" else shape
        elif reader.next == "->":
            take("->")
            edges.append((unquoted(name), unquoted(take("name"))))
            reader.attributes()
        else:
            nodes[unquoted(name)] = {"shape": shape, "label": name} | reader.attributes()
        if reader.next == ";":
            take(";")
    take("}")
    if reader.next != "the end":
        raise DotError(f"after the last bracket comes {show(reader.next)}")
    for name in dict.fromkeys(end for edge in edges for end in edge):
        if name not in nodes:
            raise DotError(f"an edge names {show(name)}, and no line makes a node of that name")
    return Dot({name: shown(**about) for name, about in nodes.items()}, edges)


def unquoted(name: str) -> str:
    """A name without its quotes."""
    return name[1:-1].replace('\\"', '"') if name.startswith('"') else name


def shown(label: str, shape: str = "ellipse", **_: str) -> str:
    """What Graphviz shows for a label."""
    is_record = unquoted(shape) in ("record", "Mrecord")

    def meant(match: re.Match) -> str:
        letter = match[1]
        if letter in "nlr":
            return "\n"
        if letter in "NGELTH":
            return f"(what Graphviz puts for \\{letter})"
        return letter

    text = unquoted(label)
    bare = re.sub(r"\\.", "", text)
    if is_record and (special := re.search(r"[|{}<>]", bare)):
        raise DotError(f"`{special[0]}` has a meaning of its own in the label of a record")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, {"<": "\0<", ">": "\0>", '"': '\0"', "&": "\0&"}[character])
    return re.sub(r"\\(.)", meant, text, flags=re.DOTALL).replace("\0", "")


# ---------------------------------------------------------------------------------------------
# E10.2: to_dot

NASTY = (
    "x<y",
    "a|b",
    "{x}",
    'say "hi"',
    "back\\slash",
    "ends with \\",
    "\\N",
    "&lt;",
    "a -> b; c",
    "two\nlines",
)


def to_dot_cases(rng: np.random.Generator) -> list[Case]:
    nasty = [
        {
            "graph": f"a leaf with the label {label!r}",
            "recipe": [[label, LEAF], ["y", "tanh", 0]],
            "numbers": draw_numbers(rng, 2),
        }
        for label in NASTY
    ]
    return recipe_cases(rng) + nasty


def to_dot_probe(to_dot: Any, case: Case) -> Any:
    # Both are kept, so that no address comes again.
    kept = [values_of(case["recipe"], case["numbers"]) for _ in range(2)]
    return [to_dot(values[-1]) for values in kept]


def to_dot_judge(case: Case, outcome: Any) -> str | None:
    tried, recipe = f"to_dot of {case['graph']}", case["recipe"]
    first, second = outcome
    if not isinstance(first, str):
        cause = "The text of the graph is asked for, as one string."
        cause = NOTHING_RETURNED if first is None else cause
        return report(tried, first, Words("one string"), cause)
    if first != second:
        cause = "Is something taken from a set, whose order is not fixed?"
        if re.search(r"\d{9,}", first):
            cause = "The long numbers are addresses: `id(value)` is another one in each run."
        return report(
            tried,
            Words("two texts from the same graph, made twice"),
            Words("the same text"),
            cause,
            "Next: name each node by its place in the topological order, n0, n1 and so on.",
        )
    try:
        dot = read_dot(first)
    except DotError as error:
        return report(
            tried, Words(str(error)), Words("text in the DOT language"), dot_cause(first, error)
        )
    return dot_fault(tried, recipe, dot)


def dot_cause(text: str, error: DotError) -> str:
    said = str(error)
    if "record" in said:
        return (
            "A record's label is a small language: `|` splits a field, `{}` turns it, `<>` names "
            "a port. Use shape=box, where they are letters."
        )
    if "outside quotes" in said:
        return "What stands in `<...>` in place of quotes is read as HTML."
    if "no line makes" in said:
        return (
            "Graphviz would make an empty node of that name. Write a line for each value, the "
            "leaves too."
        )
    if not text.lstrip().startswith("digraph"):
        return "The text begins with `digraph {` and ends with `}`."
    if "'--'" in said:
        return "`--` is a line without direction; in a digraph it is `->`."
    if re.search(r'\\\\"\w', text):
        return (
            'The backslash of `\\"` was doubled as well, and the quote ends the label. Double the '
            "backslashes first, then escape the quotes."
        )
    return (
        "A character ends the label too early, or stands outside quotes. Inside quotes a "
        'quote is written `\\"` and a backslash `\\\\`.'
    )


def dot_fault(tried: str, recipe: Recipe, dot: Dot) -> str | None:
    labels = [line[0] for line in recipe]
    found = Counter(dot.labels.values())
    if len(dot.labels) != len(recipe):
        cause = "Each value is one node."
        if len(set(labels)) < len(labels) and len(dot.labels) == len(set(labels)):
            cause = "Two values with one label became one node: a label is no name for a node."
        return report(
            tried, Words(f"{len(dot.labels)} nodes"), Words(f"{len(recipe)} nodes"), cause
        )
    if found != Counter(labels):
        got = next(iter(found - Counter(labels)))
        expected = next(iter(Counter(labels) - found))
        return report(tried, got, expected, label_cause(got, expected))
    # Twins cannot be told apart by their labels, so their edges are compared by label as well.
    ends = Counter((dot.labels[a], dot.labels[b]) for a, b in dot.edges)
    expected_ends = Counter((labels[a], labels[b]) for a, b, _ in edges_of(recipe))
    if ends == expected_ends:
        return None
    cause = "One line `n0 -> n2` for each edge is asked for."
    if ends == Counter({(b, a): n for (a, b), n in expected_ends.items()}):
        cause = "The arrows point from results to operands; they lead the way the numbers went."
    elif set(ends) == set(expected_ends) and ends.total() < expected_ends.total():
        cause = "One arrow is drawn where a value is used twice, so one contribution has no line."
    return report(tried, Words(arrows_said(ends)), Words(arrows_said(expected_ends)), cause)


def arrows_said(edges: Counter) -> str:
    return ", ".join(f"{a} → {b}" for a, b in sorted(edges.elements())) or "no edges"


def label_cause(got: str, expected: str) -> str:
    if "&" in expected:
        return "Graphviz turns `&lt;` into `<` before it draws. An `&` is written `&amp;`."
    if "\n" in expected:
        return "A line break inside a label is written `\\n`."
    if "what Graphviz puts" in got:
        return (
            "`\\N` in a label stands for the name of the node. A backslash of your own is "
            "written `\\\\`."
        )
    if got.count("\\") > expected.count("\\"):
        return "A backslash too many: is each of them written as four? Two make one."
    if "\\" in expected:
        return "A backslash is lost: it is written `\\\\`."
    if expected in got:
        return "The label is shown with something added; the label alone is asked for."
    return "The label that is shown is another one than that of the value."


check_to_dot = Check(
    "to_dot",
    to_dot_cases,
    to_dot_probe,
    to_dot_judge,
    tried=lambda case: f"to_dot of {case['graph']}",
    own_work=["pictures"],
)

# ---------------------------------------------------------------------------------------------
# E10.3: alt_text


def sentence(recipe: Recipe, place: int) -> str:
    label, op, *operands = recipe[place]
    names = [recipe[operand][0] for operand in operands]
    if op in ("+", "-", "*"):
        return f"{label} = {names[0]} {op} {names[1]}."
    return f"{label} = {op}({', '.join(names)})."


def alt_text_judge(case: Case, got: Any) -> str | None:
    tried, recipe = f"alt_text of {case['graph']}", case["recipe"]
    values, edges = len(recipe), len(edges_of(recipe))
    first = f"Graph of {recipe[-1][0]}: {counted(values, 'value')}, {counted(edges, 'edge')}."
    results = [place for place in range(values) if recipe[place][1]]
    expected = " ".join([first, *(sentence(recipe, place) for place in results)])
    if not isinstance(got, str):
        cause = NOTHING_RETURNED if got is None else "One string is asked for."
        return report(tried, got, expected, cause)
    got = " ".join(got.split())  # a listener does not hear where a line ends
    if got == expected:
        return None
    cause = "Compare the two, sign by sign."
    counts = re.match(r"Graph of \w+: (\d+) (\w+), (\d+) (\w+)\.", got)
    if counts is None:
        cause = "It begins with the sentence that counts: `Graph of e: 5 values, 6 edges.`"
    elif int(counts[1]) != values:
        cause = "The values are counted wrong: each once, the leaves and the root too."
    elif int(counts[3]) != edges:
        cause = "The edges are counted wrong: one for each operand, so `a * a` has two."
    elif not got.startswith(first):
        cause = "It is `1 value` and `1 edge`, but `0 edges`: whoever listens hears the difference."
    elif sorted(sentences_in(got)) == sorted(sentences_in(expected)):
        cause = "The sentences are in another order: a listener cannot look back, so operands come "
        cause += "before results."
    elif any(
        f" {recipe[p][0]} = ." in got or f"{recipe[p][0]} = ()." in got for p in range(values)
    ):
        cause = "A leaf was not computed from anything, so it has no sentence."
    elif any(recipe[p][1] == LEAF and f" {recipe[p][0]} = " in got for p in range(values)):
        cause = "There is a sentence for a leaf: it was not computed, so there is none."
    elif len(sentences_in(got)) == len(sentences_in(expected)):
        cause = (
            "A formula names every operand as often as it is used, in its order: `a + b` for +, "
        )
        cause += "- and *, and `tanh(a)`, `sum(a, b, a)` for every other op."
    return report(tried, got, expected, cause)


def sentences_in(text: str) -> list[str]:
    return text.removesuffix(".").split(". ")


check_alt_text = Check(
    "alt_text",
    lambda rng: recipe_cases(rng)[:-1],  # a listener cannot tell twins apart
    lambda alt_text, case: alt_text(values_of(case["recipe"], case["numbers"])[-1]),
    alt_text_judge,
    tried=lambda case: f"alt_text of {case['graph']}",
    own_work=["pictures"],
)
