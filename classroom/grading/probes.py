"""An exercise made ready to be probed: its cells run, its checks without anything that judges.

What a student's code could find in its own process is what it could answer with. So each exercise
gets checks in modules of their own, of which nothing is kept but what the probes call.
"""

from __future__ import annotations

import gc
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

from classroom.notebooks import CHECKS

JUDGING = ("cases", "judge", "tried", "explain", "slip", "own_work")


class Ready:
    """An exercise of which all but the answers has run: its module, and its checks by name."""

    def __init__(self, setup: Iterable[str], wanted: Iterable[str]) -> None:
        """Run the course's own cells; these are no student's."""
        forget_checks()
        self.module = types.ModuleType("__main__")
        names = vars(self.module)
        for number, source in enumerate(setup):
            exec(compile(source, f"<course {number}>", "exec"), names)
        self.checks = {name: names[name] for name in wanted}
        names |= {name: nothing for name, thing in names.items() if is_check(thing)}
        strip(self.checks.values())
        self.modules = modules_of_checks()
        gc.collect()
        gc.freeze()  # what is there now is never looked through again, or copied for that


def nothing(*answer: Any) -> None:
    """Stand in for a check where a student calls it: it is called from outside."""


def is_check(thing: Any) -> bool:
    """Whether this is a check, of whichever copy of its class."""
    return type(thing).__module__ == f"{CHECKS}.core" and type(thing).__name__ == "Check"


def forget_checks() -> None:
    """Have the next import of a check read its file again."""
    for name in modules_of_checks():
        del sys.modules[name]


def modules_of_checks() -> dict[str, types.ModuleType]:
    """The modules of the checks that are imported now."""
    of_checks = (name for name in sys.modules if f"{name}.".startswith(f"{CHECKS}."))
    return {name: sys.modules[name] for name in of_checks}


def strip(checks: Iterable[Any]) -> None:
    """Leave in the modules of the checks no more than the probes of these need."""
    used: set[Any] = set()
    for function in reached(list(checks)):
        used.add(id(function))
        for code in codes_in(function.__code__):
            used |= {(id(function.__globals__), name) for name in code.co_names}
    for name, module in list(sys.modules.items()):
        if module_holds_answers(name):
            held = vars(module)
            for each in list(held):
                if is_check(held[each]):
                    held[each] = nothing
                elif not each.startswith("__") and (id(held), each) not in used:
                    del held[each]


def module_holds_answers(name: str) -> bool:
    """Whether this is the module of an exercise, or of programs that checks share."""
    last = name.removeprefix(f"{CHECKS}.")
    return last != name and (last == "programs" or last[:1] == "e" and last[1:3].isdigit())


def reached(waiting: list[Any]) -> Iterator[Any]:
    """Every function that the probes of these checks call or hold; the checks lose the rest."""
    seen: set[int] = set()
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, types.FunctionType):
            if thing.__module__.startswith(CHECKS):
                yield thing
                for code in codes_in(thing.__code__):
                    waiting += [
                        thing.__globals__[n] for n in code.co_names if n in thing.__globals__
                    ]
                waiting += [
                    cell.cell_contents for cell in thing.__closure__ or () if holds_something(cell)
                ]
                waiting += [*(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values()]
        elif isinstance(thing, type) and thing.__module__.startswith(CHECKS):
            waiting += [*vars(thing).values(), *thing.__mro__[1:]]
        elif is_check(thing):
            for part in JUDGING:
                setattr(thing, part, None)
            waiting.append(thing.probe)
        elif isinstance(thing, list | tuple | set | frozenset):
            waiting += list(thing)
        elif isinstance(thing, dict):
            waiting += [*thing.values()]
        else:
            waiting += [
                getattr(thing, name)
                for name in ("func", "args", "keywords", "__func__", "fget", "__wrapped__")
                if hasattr(type(thing), name) and not isinstance(thing, types.ModuleType | type)
            ]


def holds_something(cell: Any) -> bool:
    """Whether a name of an outer function has been bound."""
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def codes_in(code: types.CodeType) -> Iterator[types.CodeType]:
    """A piece of code and those of the functions in it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from codes_in(each)
