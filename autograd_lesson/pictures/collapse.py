"""A large graph with groups of its values in one box each, to be drawn as it is.

A group is named by its results, and takes in everything behind them that no earlier group holds.
So a result is never in an earlier group than its operands: boxes make no circle, whichever values
are named.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .graph import graph_of, names, partials_of
from .words import counted


class Box:
    """Some values of a graph as one; or one value, with operands that may be boxes."""

    def __init__(self, label: str, data: Any, op: Any, operands: tuple, partials: tuple = ()):
        """Hold what a picture shows; between boxes there are no partials."""
        self.label, self.data, self.op = label, data, op
        self.operands, self.partials = operands, partials


def collapsed(root: Any, groups: Mapping[str, Any], opened: str = "") -> Box:
    """The graph behind `root` with each group in one box, for `draw`; no value is changed.

    `groups` gives the results of each group by its name, in the order of the calculation: a value,
    a list of values or of lists, or a dict of smaller groups. The group called `opened` is shown as
    its smaller groups, or as its values where it has none. One line leads from a box to another,
    however many edges it stands for.
    """
    if opened and opened not in groups:
        raise ValueError(f"no group is called {opened!r}; there are {', '.join(groups)}")
    if isinstance(groups.get(opened), Mapping):
        groups, opened = replaced(groups, opened), ""
    nodes, _ = graph_of(root)
    name_of, group_of = names(nodes), grouped(nodes, groups)
    members: dict[str, list] = {name: [] for name in (*groups, "")}
    for value in nodes:
        members[group_of.get(value, "")].append(value)

    boxes: dict[Any, Box] = {}  # of each value, its own or that of its group
    for name, values in members.items():
        if name and name != opened:
            inside = set(values)
            operands = (operand for value in values for operand in value.operands)
            before = dict.fromkeys(boxes[other] for other in operands if other not in inside)
            words = counted(len(values), "value")
            boxes |= dict.fromkeys(values, Box(name, words, "box" if before else None, (*before,)))
        else:
            for value in values:
                alone = [group_of.get(operand, "") in ("", opened) for operand in value.operands]
                boxes[value] = as_it_is(value, name_of[value], boxes, alone)
    return boxes[root]


def as_it_is(value: Any, name: str, boxes: Mapping[Any, Box], alone: list[bool]) -> Box:
    """One value outside every box: its number, its gradient, its partials by single values."""
    shown = Box(name, value.data, value.op, tuple(boxes[operand] for operand in value.operands))
    partials = partials_of(value)
    if len(partials) == len(value.operands):
        pairs = zip(partials, alone, strict=True)
        shown.partials = tuple(partial if is_alone else "" for partial, is_alone in pairs)
    for attribute in ("grad", "requires_grad"):  # a box of several values has none
        if hasattr(value, attribute):
            setattr(shown, attribute, getattr(value, attribute))
    return shown


def grouped(nodes: list, groups: Mapping[str, Any]) -> dict[Any, str]:
    """The name of the group of each of `nodes` that is in one."""
    group_of: dict[Any, str] = {}
    in_graph = set(nodes)
    for name, results in groups.items():
        found = list(flat(results))
        if strangers := [value for value in found if value not in in_graph]:
            raise ValueError(
                f"the group {name!r} names {strangers[0]!r}, and the root was not computed from "
                "that; name values of this very calculation"
            )
        fresh = [value for value in graph_of(*found)[0] if value not in group_of]
        if not fresh:
            raise ValueError(
                f"nothing is left for the group {name!r}: the groups before it hold all of it; "
                "list the groups in the order of the calculation"
            )
        group_of |= dict.fromkeys(fresh, name)
    return group_of


def flat(results: Any) -> Iterator[Any]:
    """Every value in lists of lists, or in the groups of a dict."""
    if isinstance(results, Mapping):
        results = results.values()
    if isinstance(results, Iterable) and not hasattr(results, "operands"):  # a Tensor has rows
        for part in results:
            yield from flat(part)
    else:
        yield results


def replaced(groups: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The groups with the smaller ones of one of them in its place."""
    found: dict[str, Any] = {}
    for other, results in groups.items():
        found |= results if other == name else {other: results}
    return found
