"""Small calculations as plain data: to build values from, to walk over, and to go wrong on.

A check draws programs as cases, its probe builds the values that the answer walks over, and its
judge compares with slopes found by sweeps *forward*, or with the walk of a known mistake.
"""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from operator import add, mul, sub
from typing import Any

from ..browser import freed_in_a_row
from ..numpy_or_not import np
from ..value import topological_order
from .core import Check
from .draws import draw_numbers
from .messages import LEFT_FROM_BEFORE, NOTHING_RETURNED, Words, because, report, show
from .plain_data import OUT_OF_TIME, Other, short_text

# {"leaves": [2.0, 3.0], "lines": [["+", 0, 1], ["*", 2, 0]]}: the leaves, then a value for each
# line, computed from the values at those two positions. The last line is the root. There may be
# "labels" for the values, and a "title" to print in place of the code.
Program = dict[str, Any]
NAMES = "abcdefghijklmnopqrstuvwxyz"
COMPUTE = {"+": add, "-": sub, "*": mul}
SLOPES_OF_SUMS = {"+": (1.0, 1.0), "-": (1.0, -1.0)}


@freed_in_a_row
class Value:
    """What an answer sees: a number with a memory, and no method that would do the work.

    Its hash is chosen by the check, so that an answer which lets the order of a set decide can be
    shown two orders.
    """

    __slots__ = ("data", "grad", "label", "op", "operands", "partials", "key")

    def __init__(self, data: float, label: str, op: str, operands: tuple, partials: tuple) -> None:
        """Hold the number, and where it came from."""
        self.data, self.grad, self.label, self.key = data, 0.0, label, 0
        self.op, self.operands, self.partials = op, operands, partials

    def __hash__(self) -> int:
        """Two values are never equal, whatever their hash."""
        return self.key

    def __repr__(self) -> str:
        """The label and the number."""
        return f"Value(data={self.data:.4g}, label={self.label!r})"


def size(program: Program) -> int:
    """How many values there are."""
    return len(program["leaves"]) + len(program["lines"])


def operands_of(program: Program) -> list[tuple[int, ...]]:
    """The positions of the operands, for each value."""
    return [() for _ in program["leaves"]] + [(i, j) for _, i, j in program["lines"]]


def numbers_of(program: Program) -> list[float]:
    """The data of each value."""
    data = list(program["leaves"])
    for symbol, i, j in program["lines"]:
        data.append(COMPUTE[symbol](data[i], data[j]))
    return data


def partials_of(program: Program) -> list[tuple[float, ...]]:
    """The partials of each value, one for each operand."""
    data = numbers_of(program)
    partials: list[tuple[float, ...]] = [()] * len(program["leaves"])
    for symbol, i, j in program["lines"]:
        partials.append((data[j], data[i]) if symbol == "*" else SLOPES_OF_SUMS[symbol])
    return partials


def labels_of(program: Program) -> list[str]:
    """The labels that the values carry: the program's own, or their names."""
    few = size(program) <= len(NAMES)
    return program.get("labels") or [NAMES[k] if few else f"v{k}" for k in range(size(program))]


def about_labels(program: Program) -> str:
    """What a message adds where labels cannot tell the values apart."""
    if not shares_labels(program):
        return ""
    label = labels_of(program)[0]
    said = f"every label is {label!r}" if label else "no value has a label"
    return f"\n             where {said}"


def name_of(program: Program, position: int) -> str:
    """The name of a value in a message: a letter, or its number in a graph of many."""
    return NAMES[position] if size(program) <= len(NAMES) else f"v{position}"


def values_of(program: Program, backwards: bool = False) -> list[Value]:
    """The values of the program; `backwards` turns round the order in which a set holds them."""
    data, partials, operands = numbers_of(program), partials_of(program), operands_of(program)
    symbols = [""] * len(program["leaves"]) + [line[0] for line in program["lines"]]
    values: list[Value] = []
    for k, label in enumerate(labels_of(program)):
        own = tuple(values[i] for i in operands[k])
        values.append(Value(data[k], label, symbols[k], own, partials[k]))
        values[k].key = size(program) - k if backwards else k
    return values


def text_of(program: Program) -> str:
    """The program as code, for a message."""
    lines, leaves = program["lines"], len(program["leaves"])
    if "title" in program:
        return program["title"]
    if len(lines) > 9:
        return f"a random graph of {size(program)} values"
    made = [f"{name_of(program, k)} = {show(x)}" for k, x in enumerate(program["leaves"])]
    for k, (symbol, i, j) in enumerate(lines, start=leaves):
        left, right = name_of(program, i), name_of(program, j)
        made.append(f"{name_of(program, k)} = {left} {symbol} {right}")
    return "; ".join(made)


def below(program: Program, root: int) -> set[int]:
    """The positions of all that the root depends on, its own among them."""
    operands, found = operands_of(program), {root}
    for k in range(root, -1, -1):
        if k in found:
            found.update(operands[k])
    return found


def random_program(rng: np.random.Generator, leaves: int, lines: int) -> Program:
    """A graph with long and short paths, repeated operands, and every value below the root."""
    made: list[list[Any]] = []
    unused = list(range(leaves))
    while len(made) < lines or len(unused) > 1:
        count = leaves + len(made)
        pair = [int(k) for k in rng.integers(0, count, 2)]
        if len(made) >= lines:
            pair = unused[:2]
        elif rng.random() < 0.5:
            pair[int(rng.integers(0, 2))] = unused[0]
        elif rng.random() < 0.2:
            pair[1] = pair[0]
        made.append([str(rng.choice(["+", "-", "*"])), *pair])
        unused = [k for k in unused if k not in pair] + [count]
    return {"leaves": tame(rng, leaves), "lines": made}


def tame(rng: np.random.Generator, count: int) -> list[float]:
    """Leaves near 1 in size, so that products of many stay numbers that can be compared."""
    return draw_numbers(rng, count, low=0.4, high=1.3)


def expanded(program: Program) -> Program:
    """The program itself; a big one travels as its size alone and is written out here."""
    if "doublings" in program:  # as many paths as 2**count
        count = program["doublings"]
        lines = [["+", k, k] for k in range(count)]
        title = f"a = 1, then {count} times the last value plus itself"
        return {"leaves": [1.0], "lines": lines, "title": title}
    if "chain" in program:  # as deep as count additions
        count = program["chain"]
        lines = [["+", k, 0] for k in range(count)]
        return {"leaves": [0.5], "lines": lines, "title": f"a chain of {count:,} additions"}
    return program


def small_programs(rng: np.random.Generator) -> list[Program]:
    """Graphs that a reader can draw, in an order in which each mistake shows where it can be told
    from the others: pre-order fails on the first, breadth-first on the second.
    """
    a, b, c = draw_numbers(rng, 3)
    return [
        # two paths of one length from c to the root
        {"leaves": [a, b], "lines": [["*", 0, 1], ["+", 2, 0], ["-", 2, 1], ["*", 3, 4]]},
        # the graph of the lesson, with its product written both ways round
        {"leaves": [a, b], "lines": [["+", 0, 1], ["*", 2, 0], ["*", 2, 3]]},
        {"leaves": [b, a], "lines": [["+", 0, 1], ["*", 2, 0], ["*", 3, 2]]},
        {"leaves": [c], "lines": [["*", 0, 0], ["+", 1, 1]]},
        # paths of unequal length from a to the root
        {"leaves": [a, c], "lines": [["*", 0, 1], ["-", 2, 0], ["*", 3, 3], ["*", 0, 4]]},
    ]


# ---------------------------------------------------------------------------------------------
# Orders, right and wrong, on the positions of a program


def post_order(operands: Sequence[tuple[int, ...]], root: int) -> list[int]:
    """Operands before results."""
    order: list[int] = []
    seen, stack = set(), [(root, False)]
    while stack:
        k, done = stack.pop()
        if done:
            order.append(k)
        elif k not in seen:
            seen.add(k)
            stack.append((k, True))
            stack += [(i, False) for i in reversed(operands[k])]
    return order


def post_order_from_the_right(operands: Sequence[tuple[int, ...]], root: int) -> list[int]:
    """Operands before results, the last operand first."""
    return post_order([own[::-1] for own in operands], root)


def pre_order(operands: Sequence[tuple[int, ...]], root: int) -> list[int]:
    """Each value as soon as it is met, then its operands."""
    order: dict[int, None] = {}  # its keys are found at once, however many there are
    stack = [root]
    while stack:
        k = stack.pop()
        if k not in order:
            order[k] = None
            stack += reversed(operands[k])
    return list(order)


def last_operand_first(operands: Sequence[tuple[int, ...]], root: int) -> list[int]:
    """Each value as soon as it is met, then its last operand."""
    return pre_order([own[::-1] for own in operands], root)


def breadth_first(operands: Sequence[tuple[int, ...]], root: int) -> list[int]:
    """The root, then its operands, then theirs."""
    order = [root]
    for k in order:  # grows while it is read
        order += [i for i in dict.fromkeys(operands[k]) if i not in order]
    return order


def every_path(operands: Sequence[tuple[int, ...]], root: int) -> list[int]:
    """Post-order without a note of what was seen: once for every path."""
    order: list[int] = []
    for operand in operands[root]:
        order += every_path(operands, operand)
    return [*order, root]


def is_topological(order: Sequence[int], operands: Sequence[tuple[int, ...]]) -> bool:
    """Do operands stand before their results?"""
    place = {k: at for at, k in enumerate(order)}
    return all(place[i] < place[k] for k in order for i in operands[k])


# ---------------------------------------------------------------------------------------------
# Gradients, right and wrong


def slopes_of(program: Program, root: int) -> list[float]:
    """d(root)/d(value) for every value, by one sweep *forward* for each."""
    operands, partials = operands_of(program), partials_of(program)
    slopes = []
    for source in range(size(program)):
        speed = [0.0] * size(program)
        speed[source] = 1.0
        for k in range(source + 1, size(program)):
            pairs = zip(operands[k], partials[k], strict=True)
            speed[k] += sum(partial * speed[i] for i, partial in pairs)
        slopes.append(speed[root])
    return slopes


Walk = Callable[[Program, int, list[float]], None]


def faulty_walk(
    order: Callable[[Sequence[tuple[int, ...]], int], list[int]] = post_order,
    *,
    turned: bool = True,
    writes_over: bool = False,
    once_per_operand: bool = False,
    in_place: bool = False,
    contribution: Callable[[float, float, float], float] = lambda upstream, partial, data: (
        upstream * partial
    ),
    seed: float | None = 1.0,  # None: the data of the root
    adds_the_seed: bool = False,
    at_the_end: str = "add",
) -> Walk:
    """A backward pass with a mistake of its own, on plain data."""

    def run(program: Program, root: int, grads: list[float]) -> None:
        operands, partials, data = operands_of(program), partials_of(program), numbers_of(program)
        crossed = order(operands, root)
        gradient = grads if in_place else [0.0] * len(grads)
        begins = data[root] if seed is None else seed
        gradient[root] = begins + (gradient[root] if adds_the_seed else 0.0)
        for k in reversed(crossed) if turned else crossed:
            pairs = list(zip(operands[k], partials[k], strict=True))
            for i, partial in dict(pairs).items() if once_per_operand else pairs:
                brought = contribution(gradient[k], partial, data[i])
                gradient[i] = brought if writes_over else gradient[i] + brought
        for k in () if in_place else below(program, root):
            is_leaf = not operands[k]
            if at_the_end == "replace" or (at_the_end == "add to leaves" and not is_leaf):
                grads[k] = gradient[k]
            elif at_the_end == "leaves only" and not is_leaf:
                pass
            elif not (at_the_end == "all but the root" and k == root):
                grads[k] += gradient[k]

    return run


def label_walk(program: Program, root: int, grads: list[float]) -> None:
    """A right pass, but that values with one label share their gradient."""
    operands, partials, labels = operands_of(program), partials_of(program), labels_of(program)
    gradient = {labels[root]: 1.0}
    order = post_order(operands, root)
    for k in reversed(order):
        for i, partial in zip(operands[k], partials[k], strict=True):
            brought = gradient[labels[k]] * partial
            gradient[labels[i]] = gradient.get(labels[i], 0.0) + brought
    for k in order:
        grads[k] += gradient[labels[k]]


def shares_labels(program: Program) -> bool:
    """Whether labels cannot tell its values apart."""
    return len(set(labels_of(program))) < size(program)


def on_values(walk: Walk) -> Callable[[Any], None]:
    """The walk as an answer to a check: a function of a root that writes to the grads behind it."""

    def answer(root: Any) -> None:
        values = sorted(topological_order(root), key=lambda value: bool(value.operands))
        place = {id(value): k for k, value in enumerate(values)}
        results = [value for value in values if value.operands]
        lines = [[value.op, *(place[id(x)] for x in value.operands)] for value in results]
        program = {"leaves": [v.data for v in values if not v.operands], "lines": lines}
        grads = [value.grad for value in values]
        walk(program, place[id(root)], grads)
        for value, grad in zip(values, grads, strict=True):
            value.grad = grad

    return answer


def cleared_walk(program: Program, root: int, grads: list[float]) -> None:
    """The walk in `.grad` itself, after all but the leaves was set to 0."""
    for k in below(program, root):
        if operands_of(program)[k]:
            grads[k] = 0.0
    faulty_walk(in_place=True)(program, root, grads)


def root_set_walk(program: Program, root: int, grads: list[float]) -> None:
    """A right pass, but for the root."""
    faulty_walk()(program, root, grads)
    grads[root] = 1.0


# ---------------------------------------------------------------------------------------------
# A check of topological_order

LARGE = 1000  # values; mistakes show in smaller graphs, where they are told apart
HUGE: list[dict[str, Any]] = [
    {"asks": "order", "programs": [program], "is timed": True}
    for program in ({"doublings": 60}, {"chain": 50_000})
]


def order_programs(rng: np.random.Generator) -> list[Program]:
    """Small graphs, a leaf alone, and values that only their identity tells apart."""
    a, b, c = draw_numbers(rng, 3)
    diamond, lesson, *others = small_programs(rng)
    return [
        *(lesson, diamond, *others),  # on the first, any two of the wrong orders differ
        {"leaves": [a], "lines": [], "title": f"the leaf a = {show(a)} alone"},
        # numbers and labels that are the same do not make values the same
        {"leaves": [b, b], "lines": [["+", 0, 1], ["*", 1, 2]], "labels": ["a", "b", "c", "d"]},
        {"leaves": [a, c], "lines": [["+", 0, 1], ["*", 0, 2]], "labels": [""] * 4},
    ]


def check_order(
    cases: Callable[[np.random.Generator], list[dict[str, Any]]],
    values: Callable[[Program, bool], Sequence[Value]] = values_of,
    causes: dict[str, str] = {},  # noqa: B006 (never written to)
    **settings: Any,
) -> Check:
    """A check of a function that lists all values below a root, operands before results.

    A case has "programs", and "asks": "order", or "same order" where each program is run with its
    sets turned round as well. `values(program, backwards)` makes what is walked over.
    """

    def probe(topological_order: Any, case: dict[str, Any]) -> list[dict[str, Any]]:
        outcomes = []
        for program in map(expanded, case["programs"]):
            for backwards in (False, True) if case["asks"] == "same order" else (False,):
                limit, made = sys.getrecursionlimit(), values(program, backwards)
                order = positions(topological_order(made[-1]), made)
                raised_limit = sys.getrecursionlimit() != limit
                outcomes.append({"order": order, "raised_limit": raised_limit})
                if case["asks"] == "order" and not case.get("is timed"):
                    again = positions(topological_order(made[-1]), made)
                    outcomes[-1]["again"] = None if again == order else again
        return outcomes

    def judge(case: dict[str, Any], outcomes: list[dict[str, Any]]) -> str | None:
        if case["asks"] == "same order":
            return same_order_fault(case, outcomes)
        programs = map(expanded, case["programs"])
        faults = (
            order_fault(order_tried({"programs": [program]}), program, outcome)
            for program, outcome in zip(programs, outcomes, strict=True)
        )
        return next(filter(None, faults), None)

    return Check(
        "topological_order",
        cases,
        probe,
        judge,
        tried=order_tried,
        explain=because(causes | ORDER_CAUSES),
        own_work=("value.topological_order", "graphlib"),
        **settings,
    )


def positions(order: Any, values: Sequence[Value]) -> Any:
    """The order as positions in the program; what is no row, or no value of it, as it is."""
    if isinstance(order, Iterator):  # whose values are gone once they were looked at
        return Other(type(order).__name__, "an iterator")
    if isinstance(order, np.ndarray) and order.ndim == 1:
        order = list(order)
    if not isinstance(order, list | tuple | deque):
        return order
    position = {id(value): k for k, value in enumerate(values)}
    return [
        position[id(item)] if id(item) in position else Other(type(item).__name__, short_text(item))
        for item in order
    ]


def order_tried(case: dict[str, Any]) -> str:
    """The call in words, with the graph as code."""
    many = len(case["programs"]) > 1
    what = "random graphs" if many else text_of(expanded(case["programs"][0]))
    return f"topological_order of the last value of\n             {what}{case.get('kind', '')}"


def order_fault(tried: str, program: Program, outcome: dict[str, Any]) -> str | None:
    """The message for what is no list of all values with operands before results, else None."""
    order, operands = outcome["order"], operands_of(program)
    root = size(program) - 1
    wanted = Words("a list of the values themselves, operands before results")
    if order is None:
        return report(tried, order, wanted, NOTHING_RETURNED)
    if not isinstance(order, list):
        cause = "The answer asked for is a list"
        if isinstance(order, frozenset | dict):
            cause += ": a set has no order of its own, and a dict has no `[::-1]`"
        cause += " (a generator gives up its values only once)." if is_lazy(order) else "."
        return report(tried, order, wanted, cause)
    if strangers := [item for item in order if isinstance(item, Other)]:
        cause = "The list must hold the values, not their labels, numbers or positions."
        if strangers[0].type == "Value":
            cause = "That value is of another graph: a list that is made outside of the function, "
            cause += "or in its first line as a default, still holds what earlier calls put there."
        return report(tried, Words(f"a list with {show(strangers[0])} in it"), wanted, cause)
    got, all_of_it = Words(listed(program, order)), below(program, root)
    if outcome["raised_limit"]:
        cause = "The recursion limit was raised. That moves the end a little further away, and on "
        cause += "some systems crashes Python; a deeper graph still fails."
        return report(tried, cause=cause, look="Next: a `while` loop and a list used as a stack.")
    if twice := [k for k in order if order.count(k) > 1] if len(order) < LARGE else []:
        cause = (
            f"{name_of(program, twice[0])} stands there {order.count(twice[0])} times. A result "
        )
        cause += "in the list twice would pass its gradient on twice."
        if order == every_path(operands, root):
            cause += " There is one entry for each path to the root."
        return report(tried, got, wanted, cause, "Next: keep a set of the values you have met.")
    missing = sorted(all_of_it - set(order))
    if missing:
        return report(tried, got, wanted, *missing_cause(program, order, missing))
    if len(order) != len(all_of_it):
        return report(tried, got, Words(f"{len(all_of_it)} values, each once"))
    if not is_topological(order, operands):
        return report(tried, got, wanted, *disorder_cause(program, order))
    if outcome.get("again") is None:
        return None
    again = outcome["again"]
    found = Words(listed(program, again)) if isinstance(again, list) else again
    tried, look = f"{tried}, once more", "Next: make it inside."
    return report(tried, found, wanted, LEFT_FROM_BEFORE, look)


def is_lazy(order: Any) -> bool:
    """Whether this gives up its values only once."""
    return isinstance(order, Other) and order.text == "an iterator"


def listed(program: Program, order: Sequence[int], most: int = 30) -> str:
    """The values of an order by their names."""
    names = [name_of(program, k) for k in order[:most]]
    if len(order) > most:
        names.append(f"... ({len(order)} values)")
    return ", ".join(names) or "nothing"


def missing_cause(program: Program, order: list[int], missing: list[int]) -> tuple[str, str]:
    """The words for an order that leaves values out."""
    lost, leaves, data = listed(program, missing), len(program["leaves"]), numbers_of(program)
    root = size(program) - 1
    if not order:
        return "The list is empty: nothing was ever appended to it.", ""
    if program.get("labels") == [""] * size(program):
        cause = f"{lost} left out. No value of this graph has a label, so labels cannot tell which "
        return cause + "values were met.", "Next: keep the values themselves in the set."
    if "labels" in program and all(data[k] in {data[i] for i in order} for k in missing):
        cause = f"{lost} left out. It holds the same number as another value, and is another value."
        return cause, "Next: keep the values themselves in the set, not their data."
    if missing == [root]:
        return f"The root, {lost}, is a value too: it belongs at the end of the list.", ""
    if missing == list(range(leaves)):
        cause = f"{lost} left out: values without operands belong in the list as well."
        return cause, "Next: their gradients are the ones that everybody wants."
    cause = f"{lost} left out. Every value that the root depends on belongs in the list."
    return cause, "Next: are the operands of operands visited too, all of them?"


def disorder_cause(program: Program, order: list[int]) -> tuple[str, str]:
    """The words for an order in which some operand stands after its result."""
    operands, root = operands_of(program), size(program) - 1
    place = {k: at for at, k in enumerate(order)}
    result, operand = next((k, i) for k in order for i in operands[k] if place[i] > place[k])
    found = f"{name_of(program, result)} is computed from {name_of(program, operand)} and stands "
    found += "before it. "
    if is_topological(order[::-1], operands):
        found = "This is the order of the backward walk, results first. Asked for is the order in "
        found += "which the values were computed, operands first; `backward` turns it round."
        return found, ""
    walks = {
        "Each value was appended when it was met, before its operands were done (pre-order).": (
            pre_order,
            last_operand_first,
        ),
        "The values come in rings around the root, by the number of steps to it (breadth-first). "
        "A value can be one step from the root and have a result that is two steps away.": (
            breadth_first,
        ),
    }
    for words, walked in walks.items() if len(order) < LARGE else ():
        for turned in (order, order[::-1]):
            if any(turned == walk(operands, root) for walk in walked):
                cause = words if turned == order else f"{words} Turning that round does not help."
                return found + cause, "Next: append a value when all its operands are in the list."
    return found.strip(), "Next: append a value when all its operands are in the list."


def same_order_fault(case: dict[str, Any], outcomes: list[dict[str, Any]]) -> str | None:
    """The message for an order that is another one when the same code runs again, else None."""
    pairs = zip(outcomes[::2], outcomes[1::2], strict=True)
    for program, (first, second) in zip(case["programs"], pairs, strict=True):
        tried = f"twice the last value of\n             {text_of(program)}"
        faults = [order_fault(tried, program, outcome) for outcome in (first, second)]
        got = [first["order"], second["order"]]
        are_lists = all(isinstance(order, list) for order in got)
        # The same values in two orders: that one of them is wrong is chance as well.
        by_chance = are_lists and got[0] != got[1] and Counter(got[0]) == Counter(got[1])
        if not by_chance and (fault := next(filter(None, faults), None)):
            return fault
        if by_chance:
            orders = (listed(program, outcome["order"]) for outcome in (first, second))
            cause = "Two runs of the same code gave two orders. A set keeps its values in an order "
            cause += "that depends on where they lie in memory."
            return report(
                tried,
                Words(" and then ".join(orders)),
                Words("the same order, run after run"),
                cause,
                "Next: ask a set only whether a value is in it; go through lists and tuples.",
            )
    return None


ENDLESS = {
    "doublings": "This graph has 61 values and 2**60 paths. Are values that were met entered "
    "again?",
    "chain": "This graph has 50,001 values. To ask a *list* whether it holds a value looks through "
    "all of it, each time; a set answers at once.",
}
ORDER_CAUSES: dict[str, Any] = {
    "^RecursionError": "Every operand was a call inside a call, and Python allows about a "
    "thousand of those. A `while` loop with a list of what is still to be done has no such "
    "limit.",
    f"^{OUT_OF_TIME}": lambda case, raised: next(
        (words for key, words in ENDLESS.items() if key in case["programs"][0]), None
    ),
    "^AttributeError": "A value has data, grad, label, op, operands and partials, and here no "
    "methods. What you want to remember about values belongs in lists and sets of your own.",
    "^TypeError: .*not supported between": "Values cannot be sorted: nothing in a value says "
    "when it was computed.",
}
