"""The checks of exercise 02: gradients as sums over paths, and the order of a backward sweep."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from ..numpy_or_not import np
from .accepted import close
from .arrays import Table
from .draws import draw_numbers
from .messages import Words, because, number_fault, report, show
from .own_work import PREDICTED
from .plain_data import Other
from .vocabulary import Case, check_function, check_line_order, check_predictions

# ---------------------------------------------------------------------------------------------
# Small calculations and their graphs, as plain data


class Line(NamedTuple):
    """One line of a calculation: `result = left symbol right`."""

    result: str
    left: str
    symbol: str
    right: str


# A graph lists the operands of every value, each with its partial: {"y": [("x", 3.0)], "x": []}.
Graph = dict[str, list[tuple[str, float]]]


def evaluated(
    lines: Sequence[Line], inputs: dict[str, float], held: dict[str, float] | None = None
) -> dict[str, float]:
    """Every value of the calculation; those in `held` are what it says, however they are made."""
    held = held or {}
    values = inputs | held
    for line in lines:
        a, b = values[line.left], values[line.right]
        values[line.result] = {"+": a + b, "-": a - b, "*": a * b}[line.symbol]
        values |= held
    return values


def measured(lines: Sequence[Line], inputs: dict[str, float], name: str) -> float:
    """The slope of the last result by `name`: a central difference, exact to 1e-6 for these."""
    root, at, h = lines[-1].result, evaluated(lines, inputs)[name], 1e-4
    ahead, behind = (
        evaluated(lines, inputs, {name: at + step})[root] / (2 * h) for step in (h, -h)
    )
    return round(ahead - behind, 6)


def graph_of(
    lines: Sequence[Line], inputs: dict[str, float], minus: float = -1.0, swapped: bool = False
) -> Graph:
    """The graph of a calculation; `minus` and `swapped` build in two common mistakes."""
    values = evaluated(lines, inputs)
    graph: Graph = {name: [] for name in inputs}
    for line in lines:
        a, b = values[line.left], values[line.right]
        times = (a, b) if swapped else (b, a)
        partials = {"+": (1.0, 1.0), "-": (1.0, minus), "*": times}[line.symbol]
        graph[line.result] = list(zip((line.left, line.right), partials, strict=True))
    return graph


class Path(NamedTuple):
    """One path: the values on it, from the source on, and the partials of its edges."""

    names: tuple[str, ...]
    partials: tuple[float, ...]

    @property
    def product(self) -> float:
        return math.prod(self.partials)

    def __str__(self) -> str:
        return " → ".join(self.names)


def paths_in(graph: Graph, source: str, root: str) -> list[Path]:
    """Every path from `source` to `root`."""

    def walk(name: str, names: tuple[str, ...], partials: tuple[float, ...]) -> Iterator[Path]:
        if name == source:
            yield Path((name, *names), partials)
            return
        for operand, partial in graph[name]:
            yield from walk(operand, (name, *names), (partial, *partials))

    return list(walk(root, (), ()))


def named(paths: Sequence[Path]) -> str:
    return f"{'paths' if len(paths) > 1 else 'path'} {' and '.join(map(str, paths))}"


def with_products(paths: Sequence[Path], most: int = 4) -> str:
    """The first few paths with what each of them contributes."""
    texts = [f"{path} contributes {show(path.product)}" for path in paths[:most]]
    if len(paths) > most:
        texts.append(f"and so on for {len(paths) - most} more")
    return "; ".join(texts)


# ---------------------------------------------------------------------------------------------
# E2.1: the table of gradients

TABLE = (
    Line("u", "x", "+", "y"),
    Line("v", "u", "*", "y"),
    Line("w", "v", "-", "x"),
    Line("z", "u", "*", "w"),
)
TABLE_INPUTS = {"x": 2.0, "y": 3.0}


def table_cause(name: str, got: float) -> tuple[str, str]:
    """What a wrong number in the table was probably computed from, and where to look."""
    values = evaluated(TABLE, TABLE_INPUTS)
    if name == "z":
        look = "Next: nudge z by 0.01. By how much does z change?"
        if close(got, values["z"]):
            return "That is z itself, the number of the forward pass.", look
        return "Between z and z there is no edge, so nothing scales the nudge.", look
    graph = graph_of(TABLE, TABLE_INPUTS)
    paths = paths_in(graph, name, "z")
    for size in range(len(paths) - 1, 0, -1):
        for kept in combinations(paths, size):
            if close(got, sum(path.product for path in kept)):
                return lost_paths(kept, paths)
    products = [path.product for path in paths]
    if close(got, math.prod(products)):
        cause = f"{show(products)} were multiplied with one another. Multiply along a path; "
        return cause + "where paths meet, add.", f"Next: {' + '.join(map(show, products))}."
    if close(got, sum(sum(path.partials) for path in paths)):
        cause = "The partials along a path were added. A path passes a nudge on edge by edge, "
        return cause + "and each edge multiplies it.", f"Next: {with_products(paths)}."
    slips: dict[str, dict[str, Any]] = {
        "The minus was lost: w = v - x falls when x rises, so the partial dw/dx is -1.": {
            "minus": 1.0
        },
        "In a product the partial of a factor is the *other* factor: hold that one still and "
        "count how often it is added when the first grows by 1.": {"swapped": True},
    }
    for cause, slip in slips.items():
        wrong = paths_in(graph_of(TABLE, TABLE_INPUTS, **slip), name, "z")
        if close(got, sum(path.product for path in wrong)):
            return cause, "Next: go over the small numbers on the edges."
    if close(got, values[name]):
        cause = f"That is {name} itself, the number of the forward pass. The table asks how fast "
        return cause + f"z changes with {name}.", f"Next: {with_products(paths)}."
    if close(got, -sum(products)):
        cause = "The size is right and the sign is turned round."
        return cause, f"Next: {with_products(paths)}."
    many = len(paths) > 1
    cause = f"From {name} to z {f'{len(paths)} paths lead' if many else 'one path leads'}: "
    look = "Next: write the partial on every edge of the picture, multiply along each path"
    return cause + "; ".join(map(str, paths)) + ".", look + (", then add." if many else ".")


def lost_paths(kept: Sequence[Path], paths: Sequence[Path]) -> tuple[str, str]:
    """The words for a sum that leaves paths out."""
    lost = [path for path in paths if path not in kept]
    look = f"Next: {with_products(lost)}. Add that to what you have."
    if len(kept) == 1 and kept[0] == paths[-1]:
        cause = f"That is what one path alone contributes, {kept[0]}, as if it wrote over what the "
        return cause + f"{named(lost)} brought before.", look
    return f"That is the sum without the {named(lost)}.", look


def entry_fault(tried: str, name: str, got: Any) -> str | None:
    """The message for an entry that is no number, else None."""
    if isinstance(got, Other) and got.type == "Value":
        cause = "This is a Value itself. How fast z changes with it is a plain number, which the "
        cause += "engine keeps in `.grad`; `.data` is the number of the forward pass."
        return report(tried, got, Words("one number"), cause, "Next: work it out with a pencil.")
    return number_fault(tried, got)


check_gradient_table = check_predictions(
    "gradient_table",
    # From the root to the inputs, so that the first mistake reported is where the others come from.
    {name: measured(TABLE, TABLE_INPUTS, name) for name in ("z", "w", "v", "u", "x", "y")},
    asks=lambda name: f"dz/d{name} in your table",
    otherwise=table_cause,
    fault=entry_fault,
    wanted="a dict with a number for each name",
    not_a_table=("", 'Next: {"z": 1, "w": ...}.'),
)


# ---------------------------------------------------------------------------------------------
# E2.2: the order of the backward sweep

SWEEP = (
    Line("r", "p", "*", "q"),
    Line("s", "r", "+", "q"),
    Line("t", "r", "*", "s"),
    Line("z", "t", "-", "s"),
)
SWEEP_INPUTS = {"p": 2.0, "q": 3.0}


class Edge(NamedTuple):
    """One line of the sweep: the contribution that crosses from a result to an operand."""

    result: str
    operand: str
    partial: str


# Mixed so that neither the alphabet nor its reverse is an order that works.
EDGES = {
    "A": Edge("s", "q", "1"),
    "B": Edge("t", "r", "s"),
    "C": Edge("r", "p", "q"),
    "D": Edge("z", "t", "1"),
    "E": Edge("t", "s", "r"),
    "F": Edge("s", "r", "1"),
    "G": Edge("z", "s", "-1"),
    "H": Edge("r", "q", "p"),
}
SWEEP_TRIED = "the backward sweep in the order of sweep_order()"
SWEEP_WANTED = 'a list of the letters "A" to "H", each once'
SWEEP_LOOK = 'Next: return all eight, as in ["A", "B", ...], in an order that works.'
SWEEP_LINES = {
    letter: f'gradient["{edge.operand}"] += gradient["{edge.result}"] * {edge.partial}'
    for letter, edge in EDGES.items()
}


def sweep_fault(case: Case, letters: list[str]) -> str | None:
    """The message for lines that are not all there, or in an order that does not work."""
    if missing := [letter for letter in EDGES if letter not in letters]:
        edge = EDGES[missing[0]]
        cause = f"Line {missing[0]} is left out: the edge from {edge.operand} to {edge.result} "
        cause += "would never be crossed."
        return report("sweep_order()", letters, Words(SWEEP_WANTED), cause, SWEEP_LOOK)
    return None if case["asks"] == "every line once" else early_fault(case["asks"], letters)


def early_fault(name: str, order: list[str]) -> str | None:
    """The message for lines that pass on the gradient of `name` before all of it is there."""
    gradient = dict.fromkeys([*SWEEP_INPUTS, *(line.result for line in SWEEP)], 0.0)
    gradient["z"] = 1.0
    values = evaluated(SWEEP, SWEEP_INPUTS)
    arrives = [letter for letter in order if EDGES[letter].operand == name]
    for position, letter in enumerate(order):
        edge = EDGES[letter]
        late = [other for other in arrives if other in order[position:]]
        if edge.result == name and late:
            return early_report(letter, gradient[name], late, order)
        partial = values[edge.partial] if edge.partial in values else float(edge.partial)
        gradient[edge.operand] += gradient[edge.result] * partial
    return None


def early_report(letter: str, held: float, late: list[str], order: list[str]) -> str:
    """The words for a line that comes too early."""
    name = EDGES[letter].result
    complete = measured(SWEEP, SWEEP_INPUTS, name)
    results = list(dict.fromkeys(EDGES[step].result for step in order))
    if results == [line.result for line in SWEEP]:
        cause = "Your order is the one of the forward pass, inputs first. At that moment only "
        cause += 'gradient["z"] is known, so the sweep has to begin at the other end.'
        look = "Next: which lines pass on the gradient of z?"
    elif len(late) == sum(edge.operand == name for edge in EDGES.values()):
        cause = f"Nothing has arrived at {name} yet, so line {letter} passes on a zero."
        look = f"Next: which lines add to {name}? They come first."
    else:
        cause = f"Line {letter} passes on the gradient of {name} before it is complete: line "
        cause += f"{' and line '.join(late)} adds to it later, and that part never goes further."
        look = f"Next: look for every line that adds to {name}, and put line {letter} behind them."
    # -0.0 is what a line leaves that multiplies a zero by -1.
    tried = f'{SWEEP_TRIED}: line {letter} reads gradient["{name}"]'
    return report(tried, held + 0.0, complete, cause, look)


check_sweep_order = check_line_order(
    "sweep_order",
    SWEEP_LINES,
    lambda rng: [{"asks": asks} for asks in ("every line once", "t", "s", "r")],
    sweep_fault,
    words={
        "wanted": SWEEP_WANTED,
        "look": SWEEP_LOOK,
        "twice": "Line {letter} stands there {count} times. It would add the same contribution "
        "again each time.",
    },
    tried=lambda case: SWEEP_TRIED,
)


# ---------------------------------------------------------------------------------------------
# E2.3: sum_over_paths

RANDOM_GRAPHS = 12


def sum_cases(rng: np.random.Generator) -> list[tuple[Graph, str, str]]:
    p = draw_numbers(rng, 9)
    chain: Graph = {"a": [], "b": [("a", p[0])], "c": [("b", p[1])], "d": [("c", p[2])]}
    diamond: Graph = {
        "a": [],
        "b": [],
        "c": [("a", p[0]), ("b", p[1])],
        "d": [("c", p[2]), ("a", p[3])],
        "e": [("c", p[4]), ("d", p[5])],
    }
    square: Graph = {"x": [], "y": [("x", p[6]), ("x", p[6])]}
    pair: Graph = {"x": [], "y": [("x", p[7]), ("x", p[8])], "z": [("y", p[0]), ("x", p[1])]}
    blocked: Graph = {"a": [], "b": [("a", 0.0)], "c": [("b", p[2]), ("a", p[3])]}
    small = [
        (chain, "a", "d"),
        (diamond, "a", "e"),
        (square, "x", "y"),
        (pair, "x", "z"),
        (chain, "b", "b"),
        (diamond | {"f": [("b", p[6])]}, "a", "f"),
        (diamond | {"f": [("e", p[6]), ("e", p[7])]}, "a", "d"),
        (blocked, "a", "c"),
    ]
    graphs = small + [random_graph(rng) for _ in range(RANDOM_GRAPHS)]
    return [(shuffled(graph, rng), src, dst) for graph, src, dst in graphs]


def random_graph(rng: np.random.Generator) -> tuple[Graph, str, str]:
    """A graph of 5 to 8 values with shared operands, repeated ones and some partials of 0."""
    names = list("abcdefgh")[: int(rng.integers(5, 9))]
    graph: Graph = {"a": [], "b": []}
    for i in range(2, len(names)):
        operands = [names[j] for j in rng.integers(0, i, size=int(rng.integers(1, 4)))]
        if rng.random() < 0.5:
            operands.append(names[i - 1])
        partials = draw_numbers(rng, len(operands))
        if rng.random() < 0.2:
            partials[0] = 0.0
        graph[names[i]] = list(zip(operands, partials, strict=True))
    src, dst = str(rng.choice(["a", "b"])), names[-1]
    # Other names, so that the alphabet is no order in which the values could be computed.
    other = dict(zip(names, rng.permutation(names).tolist(), strict=True))
    renamed = {other[n]: [(other[m], p) for m, p in operands] for n, operands in graph.items()}
    return renamed, other[src], other[dst]


def shuffled(graph: Graph, rng: np.random.Generator) -> Graph:
    names = list(graph)
    return {names[i]: graph[names[i]] for i in rng.permutation(len(names))}


def sum_tried(graph: Graph, src: str, dst: str) -> str:
    entries = [f'"{name}": {show(operands)}' for name, operands in graph.items()]
    indent = ",\n" + " " * 22
    return (
        f'sum_over_paths(graph, "{src}", "{dst}") with\n'
        + f"             graph = {{{indent.join(entries)}}}"
    ).replace("'", '"')


def reverse_sweep(graph: Graph, source: str, root: str) -> float:
    """The gradient of `root` by `source`, from one walk over the edges."""
    remaining = dict.fromkeys(graph, 0)  # edges into results that are still to be crossed
    for operands in graph.values():
        for operand, _ in operands:
            remaining[operand] += 1
    gradient = dict.fromkeys(graph, 0.0)
    gradient[root] = 1.0
    ready = [name for name, edges in remaining.items() if not edges]
    while ready:
        result = ready.pop()
        for operand, partial in graph[result]:
            gradient[operand] += gradient[result] * partial
            remaining[operand] -= 1
            if not remaining[operand]:
                ready.append(operand)
    return gradient[source]


def sum_slips(graph: Graph, src: str, dst: str) -> Table:
    paths = paths_in(graph, src, dst)
    if src == dst or not paths:
        return {}
    products = [path.product for path in paths]
    collapsed = (one_edge_each(graph, keep) for keep in ("first", "last", "different"))
    nonzero = (given for given in in_given_order(graph, src, dst) if given)
    return {
        "The entries were taken in the order of the dict, or of the alphabet. Neither says what is "
        "computed first: an operand may stand behind its result. Next: from a value go to its "
        "operands, or bring the values into an order in which operands come first.": tuple(nonzero),
        "0 says that no path was found. When the walk stands at the source a path is complete, and "
        "the product of no further edges is 1.": 0.0,
        "That is the number of paths. Each counts as much as the product of its partials.": len(
            paths
        ),
        "The partials along a path were added. Multiply them: every edge scales the nudge.": sum(
            sum(path.partials) for path in paths
        ),
        "Parallel edges were taken for one: an operand that occurs twice, as in x * x, has two "
        "edges, each with its own partial.": tuple(
            sum(path.product for path in paths_in(g, src, dst)) for g in collapsed if g
        ),
        "That is one path alone. The walk must go on after the first path it finds, also through "
        "values where it has been before.": tuple(products),
        "A value that was visited before was skipped when a second path came through it. Going "
        "over it again is right here: another path, another contribution.": seen_once(
            graph, src, dst, set()
        ),
        "The paths were multiplied with one another. Multiply along a path, add the paths.": (
            math.prod(products)
        ),
        "The signs were lost: a path may contribute a negative number.": sum(map(abs, products)),
    }


def in_given_order(graph: Graph, src: str, dst: str) -> Iterator[float]:
    """What sweeps find that cross the values in an order which has nothing to do with the graph."""
    for order in (list(graph), sorted(graph)):
        gradient = dict.fromkeys(graph, 0.0) | {dst: 1.0}
        for name in reversed(order):
            for operand, partial in graph[name]:
                gradient[operand] += gradient[name] * partial
        yield gradient[src]
        slope = dict.fromkeys(graph, 0.0) | {src: 1.0}
        for name in order:
            if name != src:
                slope[name] = sum(partial * slope[operand] for operand, partial in graph[name])
        yield slope[dst]


def sum_otherwise(got: Any, graph: Graph, src: str, dst: str) -> str:
    if src == dst:
        return "The source is the destination: the path has no edges, and its product is 1."
    if not paths_in(graph, src, dst):
        return f"No path leads from {src} to {dst}, so a nudge of {src} never gets there."
    return ""


def sum_look(graph: Graph, src: str, dst: str) -> str:
    paths = paths_in(graph, src, dst)
    if not paths:
        return "Next: there is no path at all, so there is nothing to add."
    if len(paths) > 1:
        return f"Next: add what the paths contribute. {with_products(paths)}."
    if src == dst:
        return f"Next: how fast does {dst} change for each unit by which {dst} changes?"
    factors = " times ".join(map(show, paths[0].partials))
    return f"Next: the one path is {paths[0]}, and it contributes {factors}."


def one_edge_each(graph: Graph, keep: str) -> Graph | None:
    """The graph with one edge for each pair of values, or None where it has no others."""
    fewer: Graph = {}
    for name, operands in graph.items():
        if keep == "different":
            fewer[name] = list(dict.fromkeys(operands))
        else:
            ordered = operands[::-1] if keep == "first" else operands
            fewer[name] = list(dict(ordered).items())
    edges, left = (sum(map(len, g.values())) for g in (graph, fewer))
    return fewer if left < edges else None


def seen_once(graph: Graph, src: str, name: str, seen: set[str]) -> float:
    """What a walk finds that enters every value once."""
    if name == src:
        return 1.0
    if name in seen:
        return 0.0
    seen.add(name)
    return sum(partial * seen_once(graph, src, operand, seen) for operand, partial in graph[name])


SUM_CAUSES = {
    "^TypeError: .*NoneType": "A call returned None: every way through the function needs a "
    "`return`, also where no path is found.",
    "^KeyError": "Every value has an entry in the graph, inputs too; look it up by its name alone.",
    "^(Value|Type)Error: .*unpack": "graph[name] is a list of pairs: `for operand, partial in "
    "graph[name]:`.",
}

check_sum_over_paths = check_function(
    "sum_over_paths(graph, src, dst)",
    sum_cases,
    reverse_sweep,
    sum_slips,
    sum_otherwise,
    sum_look,
    own_work=PREDICTED,
    scale=lambda graph, src, dst: sum(abs(p.product) for p in paths_in(graph, src, dst)),
    points=2,
    tried=sum_tried,
    explain=because(SUM_CAUSES),
)


# ---------------------------------------------------------------------------------------------
# E2.4: the figure with a missing edge and a wrong one

CODE_LINES = {"c": "c = a + b", "d": "d = c * a", "e": "e = c * d"}
CODE_EDGES = {("a", "c"), ("b", "c"), ("c", "d"), ("a", "d"), ("c", "e"), ("d", "e")}
FIGURE_EDGES = {("a", "c"), ("b", "c"), ("b", "d"), ("a", "d"), ("c", "e"), ("d", "e")}


BOTH_ENTRIES = (
    "Both entries are wanted, each with a set of edges.",
    'Next: write it like {"missing": {("x", "y")}, "wrong": {("x", "y")}}.',
)


def figure_fault(tried: str, part: str, found: Any) -> str | None:
    """The message for what are no edges, or not those of this part, else None."""
    wanted = Words(
        {
            "missing": "the edges that the code has and the figure has not",
            "wrong": "the edges that the figure has and the code has not",
        }[part]
    )
    edges = sorted(found, key=repr) if isinstance(found, frozenset) else []
    if not isinstance(found, frozenset) or not all(map(is_edge, edges)):
        cause = 'An edge is a pair of names inside the set, operand first: {("x", "y")}.'
        shown = Words(edges_text(edges)) if edges else Words(show(found))
        return report(tried, shown, wanted, cause, "Next: add the brackets.")
    got = set(edges)
    right = CODE_EDGES - FIGURE_EDGES if part == "missing" else FIGURE_EDGES - CODE_EDGES
    if got == right:
        return None
    return report(tried, Words(edges_text(sorted(got))), wanted, *figure_cause(part, got, right))


def edges_in(found: Any) -> Any:
    """Edges in any row or set, or one alone, as a set of pairs; anything else as it is."""
    if is_edge(found):
        return frozenset({found})
    if not isinstance(found, frozenset | list | tuple):
        return found
    edges = [tuple(edge) if isinstance(edge, list) else edge for edge in found]
    return frozenset(edges) if all(map(is_edge, edges)) else found


def is_edge(thing: Any) -> bool:
    return isinstance(thing, tuple) and len(thing) == 2 and all(isinstance(x, str) for x in thing)


def edges_text(edges: Sequence[Any]) -> str:
    texts = [" → ".join(edge) if is_edge(edge) else show(edge) for edge in edges]
    return ", ".join(texts) or "none"


def figure_cause(part: str, got: set[tuple[str, str]], right: set) -> tuple[str, str]:
    """What is wrong with a set of edges, and where to look."""
    if unknown := sorted({name for edge in got for name in edge} - set("abcde")):
        cause = f"{unknown[0]!r} is no value of this code: an edge joins two values."
        return cause, "Next: write each edge with two of the names a, b, c, d, e."
    if backwards := sorted(edge for edge in got if edge[::-1] in right):
        arrow = " → ".join(backwards[0])
        cause = f"{arrow} points backwards: an edge runs from the operand to its result."
        return cause, "Next: turn it round."
    for edge in sorted(got - right):
        arrow, line = " → ".join(edge), CODE_LINES.get(edge[1], "")
        if part == "missing" and edge in FIGURE_EDGES:
            cause = f"The figure has the arrow {arrow} already."
            return cause, "Next: which operand on the right of an `=` has no arrow to its result?"
        if part == "missing":
            cause = f"{edge[1]} is not computed from {edge[0]}."
            found = f"the line that makes it is `{line}`" if line else "no line makes it"
            return cause, f"Next: {found}."
        if edge in CODE_EDGES:
            cause = f"{arrow} is right: the code says `{line}`."
            if edge[0] == "a":
                cause += " What is wrong there is the second box: both boxes `a` are one value."
            return cause, "Next: which arrow of the figure stands for no line of the code?"
        cause = f"The figure has no arrow {arrow}."
        return cause, "Next: name one that is drawn and stands for no line of the code."
    look = "Next: take the code line by line; each operand on the right of the `=` is one arrow."
    return "One edge is to be found, and your set has none.", look


check_corrections = check_predictions(
    "corrections",
    {"missing": CODE_EDGES - FIGURE_EDGES, "wrong": FIGURE_EDGES - CODE_EDGES},
    asks=lambda part: f'corrections()["{part}"]',
    fault=figure_fault,
    read=edges_in,
    wanted="the edges that are missing in the figure, and those that are wrong",
    not_a_table=BOTH_ENTRIES,
    left_out=("", f"{BOTH_ENTRIES[0]} Next: add {{key!r}}."),
)
