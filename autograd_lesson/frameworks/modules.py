"""Which module of PyTorch computed what: read off the parameters, so that no run is needed.

A box of a module goes from the first to the last op that uses its parameters, in the order of the
way forward. So boxes hold each other or are apart, and no circle can come about. An op without
parameters before the first or after the last, such as an activation at the end of a block, stands
outside; one between two parts of a block is the block's own.
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
    order = order_forward(functions)
    belongs: dict[int, list[Path]] = dict(owners)  # also of what only turns a parameter
    marks: dict[int, Path] = {}
    for at in order:
        function = functions[at]
        if function.is_leaf:
            continue
        used = [place[0] for place in function.takes if place and place[0] in belongs]
        held = [path_of(operand, belongs) for operand in dict.fromkeys(used)]
        if held:
            marks[at] = tuple(commonprefix(held))
            if TURNS.fullmatch(function.symbol) and len(held) == 1:
                belongs[at] = held
    following: list[Path] = []
    last: Path | None = None
    for at in reversed(order):
        last = marks.get(at, last)
        following.append(last or ())
    before: Path = ()
    ordinals: dict[Path, int] = {}
    around: list[tuple[Path, int]] = []  # the boxes that are open, each with its ordinal
    for at, after in zip(order, reversed(following), strict=True):
        if functions[at].is_leaf:
            continue
        path = marks.get(at) or tuple(commonprefix([before, after]))
        before = marks.get(at, before)
        depth = len(commonprefix([path, tuple(one[-1] for one, _ in around)]))
        around = around[:depth]
        for end in range(depth + 1, len(path) + 1):
            ordinals[path[:end]] = ordinals.get(path[:end], 0) + 1
            around.append((path[:end], ordinals[path[:end]]))
        functions[at].box = tuple(
            one[-1] if ordinal == 1 else f"{one[-1]} ({ordinal})" for one, ordinal in around
        )


def path_of(operand: int, belongs: dict[int, list[Path]]) -> Path:
    """The module that uses an operand now: one that several hold is used by each in its turn."""
    first, *others = belongs[operand]
    if others:
        belongs[operand] = others
    return first


def order_forward(functions: Sequence[Function]) -> list[int]:
    """The places of functions in the order of the way forward, operands before results."""
    waits = {at: 0 for at in range(len(functions))}
    users: dict[int, list[int]] = {}
    for at, function in enumerate(functions):
        for operand in {place[0] for place in function.takes if place}:
            waits[at] += 1
            users.setdefault(operand, []).append(at)
    ready = [(functions[at].order, at) for at, count in waits.items() if not count]
    heapq.heapify(ready)
    order = []
    while ready:
        _, at = heapq.heappop(ready)
        order.append(at)
        for user in users.get(at, ()):
            waits[user] -= 1
            if not waits[user]:
                heapq.heappush(ready, (functions[user].order, user))
    return order
