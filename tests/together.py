"""Many cases in one test: each is tried, and the failure names all those that do not hold."""

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Mapping

import pytest


def try_each(attempts: Mapping[str, Callable[[], object]]) -> None:
    """Make every attempt; fail with all that have failed, each under its name."""
    failed = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except Exception as error:
            error.add_note(f"That was {name}.")
            failed.append((name, error))
    if failed:
        names = ", ".join(name for name, _ in failed)
        raise ExceptionGroup(f"of {len(attempts)}, {names}", [error for _, error in failed])


def in_groups(names: Iterable[str], pattern: str) -> Callable:
    """Make of a test of one `name` a test of all names that begin alike, by the pattern.

    `-k` chooses one by that beginning; thousands of small tests cost pytest more than they take.
    """
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(re.match(pattern, name)[0], []).append(name)  # type: ignore[index]

    def decorate(test: Callable) -> Callable:
        @functools.wraps(test)
        def of_group(group: str, **others: object) -> None:
            try_each({x: functools.partial(test, name=x, **others) for x in groups[group]})

        given = inspect.signature(test).parameters
        named = [p.replace(name="group") if p.name == "name" else p for p in given.values()]
        of_group.__signature__ = inspect.Signature(named)  # type: ignore[attr-defined]
        return pytest.mark.parametrize("group", groups)(of_group)

    return decorate
