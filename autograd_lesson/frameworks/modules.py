"""Which module of PyTorch computed what: read off the parameters, so that no run is needed.

A box of a module goes from the first to the last op that uses its parameters, in the order of the
way forward, and on to where its results are one, as at a sum of two of them. So boxes hold each
other or are apart, and no circle can come about. Other ops without parameters before the first or
after the last, such as an activation or the sum with a skip from outside, stand outside.
"""

import heapq
import re
from collections.abc import Mapping, Sequence
from os.path import commonprefix
from typing import Any

from .recorded import Function

LISTS = ("ModuleList", "ModuleDict")  # they compute nothing, and are no boxes
# An op that only turns or copies a parameter belongs to what is done with it next.
TURNS = re.compile(
    r"(t|transpose|permute|view|unsafe_view|reshape_alias|expand|unsqueeze|squeeze|slice|select|"
    r"as_strided|clone|to_copy|alias|split|unbind|chunk)"
)

NEAR = 6  # so many ops after its last parameter a box may go on

Path = tuple[str, ...]


def names_of(model: Any) -> dict[str, Any]:
    """The tensors of a module, or of a mapping, by their names; a tensor with two has the first."""
    if model is None:
        return {}
    if hasattr(model, "named_parameters"):
        return dict(model.named_parameters())
    try:
        return dict(model)
    except (TypeError, ValueError):
        raise TypeError(
            f"names come from a torch.nn.Module or from a dict of tensors, not from "
            f"{type(model).__name__}; pass the model, or {{'w': w, 'x': x}}"
        ) from None


def owners_of(model: Any) -> dict[int, list[Path]]:
    """The modules that hold each parameter, by its id: the names around it, outermost first."""
    found: dict[int, list[Path]] = {}
    if not hasattr(model, "named_modules"):
        return found
    kinds = {name: type(module).__name__ for name, module in model.named_modules()}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        module = name.rpartition(".")[0].partition(".parametrizations.")[0]
        parts = module.split(".") if module else []
        around = [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        path = tuple(one for one in around if kinds.get(one) not in LISTS)
        found.setdefault(id(parameter), []).append(path)
    return found


def put_in_boxes(functions: Sequence[Function], owners: Mapping[int, list[Path]]) -> None:
    """Give each function, by place, the box that it is in; `owners` are those of leaves, by place.

    A box is written as the names around it; a module that is run twice has two boxes.
    """
    users = users_of(functions)
    order = [at for at in order_forward(functions, users) if not functions[at].is_leaf]
    marks = marked(functions, order, users, owners)
    paths: dict[int, Path] = {}
    following: Path = ()
    for at in reversed(order):
        following = marks.get(at, following)
        paths[at] = following
    before: Path = ()
    for at in order:
        before = marks.get(at, before)
        paths[at] = tuple(commonprefix([before, paths[at]]))  # its own where it has a mark
    for depth in range(max(map(len, paths.values()), default=0), 0, -1):
        join_results(functions, order, users, paths, depth)

    around: list[tuple[Path, int]] = []  # the boxes that are open, each with its ordinal
    ordinals: dict[Path, int] = {}
    for at in order:
        path = paths[at]
        around = around[: len(commonprefix([path, tuple(one[-1] for one, _ in around)]))]
        for end in range(len(around) + 1, len(path) + 1):
            ordinals[path[:end]] = ordinals.get(path[:end], 0) + 1
            around.append((path[:end], ordinals[path[:end]]))
        functions[at].box = tuple(
            one[-1] if ordinal == 1 else f"{one[-1]} ({ordinal})" for one, ordinal in around
        )


def users_of(functions: Sequence[Function]) -> dict[int, list[int]]:
    """The functions that take a result of each."""
    users: dict[int, list[int]] = {}
    for at, function in enumerate(functions):
        for operand in dict.fromkeys(place[0] for place in function.takes if place):
            users.setdefault(operand, []).append(at)
    return users


def marked(
    functions: Sequence[Function],
    order: list[int],
    users: Mapping[int, list[int]],
    owners: Mapping[int, list[Path]],
) -> dict[int, Path]:
    """The module of each function that uses parameters, and of what only turns such a result."""
    belongs: dict[int, list[Path]] = dict(owners)  # also of what only turns a parameter
    marks: dict[int, Path] = {}
    for at in order:
        function = functions[at]
        operands = [place[0] for place in function.takes if place]
        is_turn = len(operands) == 1 and bool(TURNS.fullmatch(function.symbol))
        if is_turn and operands[0] in marks and users[operands[0]] == [at]:
            marks[at] = marks[operands[0]]
        held = [path_of(one, belongs) for one in dict.fromkeys(operands) if one in belongs]
        if held:
            marks[at] = tuple(commonprefix(held))
            if is_turn:
                belongs[at] = held
    for at in reversed(order):  # what turns an operand for one use belongs to that
        after = users.get(at, [])
        if at not in marks and TURNS.fullmatch(functions[at].symbol) and len(after) == 1:
            if after[0] in marks:
                marks[at] = marks[after[0]]
    return marks


def join_results(
    functions: Sequence[Function],
    order: list[int],
    users: Mapping[int, list[int]],
    paths: dict[int, Path],
    depth: int,
) -> None:
    """Let each box of modules go on to where its results are one, if that is near and its own."""
    start = 0
    while start < len(order):
        box = paths[order[start]][:depth]
        end = start + 1
        while end < len(order) and paths[order[end]][:depth] == box:
            end += 1
        inside = set(order[start:end])
        holds_others = any(len(paths[at]) > depth for at in inside)
        if len(box) == depth and holds_others and results_of(inside, users) > 1:
            for reach in range(end, min(end + NEAR, len(order))):
                at = order[reach]
                operands = [p[0] for p in functions[at].takes if p and not functions[p[0]].is_leaf]
                if paths[at] != box[:-1] or not set(operands) <= inside:
                    break
                inside.add(at)
                if results_of(inside, users) == 1:
                    paths |= dict.fromkeys(order[end : reach + 1], box)
                    end = reach + 1
                    break
        start = end


def results_of(inside: set[int], users: Mapping[int, list[int]]) -> int:
    """How many of these functions are used by others."""
    return sum(any(user not in inside for user in users.get(at, ())) for at in inside)


def path_of(operand: int, belongs: dict[int, list[Path]]) -> Path:
    """The module that uses an operand now: one that several hold is used by each in its turn."""
    first, *others = belongs[operand]
    if others:
        belongs[operand] = others
    return first


def order_forward(functions: Sequence[Function], users: Mapping[int, list[int]]) -> list[int]:
    """The places of functions in the order of the way forward, operands before results.

    What turns a parameter comes right before its use.
    """
    when = [function.order for function in functions]
    for at, function in enumerate(functions):
        operands = [place[0] for place in function.takes if place]
        if len(operands) == 1 and functions[operands[0]].is_leaf and len(users.get(at, ())) == 1:
            when[at] = functions[users[at][0]].order - 0.5
    waits = [len({place[0] for place in function.takes if place}) for function in functions]
    ready = [(when[at], at) for at, count in enumerate(waits) if not count]
    heapq.heapify(ready)
    order = []
    while ready:
        _, at = heapq.heappop(ready)
        order.append(at)
        for user in users.get(at, ()):
            waits[user] -= 1
            if not waits[user]:
                heapq.heappush(ready, (when[user], user))
    return order
