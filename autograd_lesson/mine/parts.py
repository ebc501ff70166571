"""Which answers the engine has a place for, and the text of an exercise's file in it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .statements import Notebook, Statement, alias_lines, root_of

PATTERN = Path(__file__).with_name("pattern")
LENT = "borrowed."  # modules of the pattern that hold what the course lends

# Where a name of the package comes from in an engine of one's own, from which exercise on: what is
# written above it must not ask for it.
OF_THE_ENGINE = {
    "where": (".tensors", 14),
    "concat": (".tensors", 15),
    "Value": (".values", 5),
    "dot": (".values", 5),
    "total": (".values", 5),
    "topological_order": (".walk", 6),
    "Tensor": (".tensors", 13),
    "no_grad": (".tensors", 13),
}
HOMES = ("autograd_lesson", "autograd_lesson.tensor", "autograd_lesson.value", "my_engine")


# Answers whose work a later one does again, and better: the engine has that one in their place.
OUTGROWN = (
    *("03 Value", "03 OneNode", "04 pass_on", "04 sqrt_partial", "04 tanh_partial"),
    *("06 softplus_from_parts", "06 swish_from_parts", "09 repaired"),
    *("13 matmul_of_values", "13 matmul_vjp"),
)


class Part(NamedTuple):
    """An answer that the engine has a place for."""

    exercise: str  # "04"
    name: str

    def __str__(self) -> str:
        """As it is listed."""
        return f"{self.exercise} {self.name}"


class Own(NamedTuple):
    """A part of the learner's: its statements, and what is to be said about them."""

    part: Part
    statements: list[Statement]
    told: list[str]


def pattern_files() -> list[Path]:
    """The files that join the parts, in the order of their needs."""
    order = ("values", "walk", "functions", "tensors", "products", "functional", "nn", "optim")
    return [*(PATTERN / f"{name}.py" for name in order), PATTERN / "__init__.py"]


@cache
def every_part() -> tuple[Part, ...]:
    """All parts, exercise by exercise: what the pattern imports from what is lent."""
    found = [
        Part(str(node.module).removeprefix(f"{LENT}e"), alias.name)
        for path in pattern_files()
        for node in lent_imports(path.read_text(encoding="utf-8"))
        for alias in node.names
    ]
    return tuple(sorted(set(found)))


def lent_imports(source: str) -> list[ast.ImportFrom]:
    """The imports of what is lent."""
    body = ast.parse(source).body
    return [n for n in body if isinstance(n, ast.ImportFrom) and (n.module or "").startswith(LENT)]


def own_part(notebook: Notebook, part: Part) -> Own:
    """A part with all that it leans on; LookupError where something is not to be found."""
    statements, told = notebook.leans_on(part.name)
    parts = {each.name for each in every_part() if each.exercise == part.exercise}
    along = sorted(
        {
            name
            for each in statements
            for name in each.binds
            if name not in parts and not alias_lines(each, each.binds)
        }
    )
    if along:
        told.append(
            f"{', '.join(f'`{name}`' for name in along)} came along with it, as other cells of the "
            "notebook have it"
        )
    if past := sorted(set(past_the_engine(statements, int(part.exercise)))):
        listed = ", ".join(f"`{name}`" for name in past)
        told.append(
            f"it takes {listed} from the package, and not from your engine; a line `from "
            f"autograd_lesson import {past[0]}` at the top of a cell takes that of your engine"
        )
    return Own(part, statements, told)


def past_the_engine(statements: Sequence[Statement], exercise: int) -> Iterator[str]:
    """Names of the engine that are asked of the package by `module.name`, or inside a function."""
    modules = {
        bound
        for each in statements
        for module, name, bound in alias_lines(each, each.binds)
        if (module or name).split(".")[0] == "autograd_lesson"
    }
    for statement in statements:
        for node in ast.walk(ast.parse(statement.source)):
            names = []
            if isinstance(node, ast.Attribute) and root_of(node) in modules:
                names = [node.attr]
            elif isinstance(node, ast.ImportFrom) and node.module in HOMES:
                is_inside = not alias_lines(statement, statement.binds)
                names = [alias.name for alias in node.names if is_inside]
            yield from (name for name in names if home_of(name, exercise))


def clash(first: Own, second: Own) -> str:
    """A name that means one thing to one part and another to the other, or nothing."""
    read, read_too = ({own.part.name, *needs_of(own)} for own in (first, second))
    for one in first.statements:
        for name in sorted(read & read_too & set(one.binds)):
            others = [each for each in second.statements if name in each.binds]
            if others and all(each.source != one.source for each in others):
                return name
    return ""


def needs_of(own: Own) -> Iterator[str]:
    """The names that a part reads."""
    for each in own.statements:
        yield from each.needs


def file_of(title: str, exercise: int, owns: Sequence[Own], headings: dict[str, str]) -> str:
    """The text of one file: imports, then each statement once, under the name of its part."""
    statements: list[Statement] = []
    for own in owns:
        statements += [each for each in own.statements if each not in statements]
    statements = in_order(sorted(statements, key=lambda each: each.cell))
    needed = sorted({name for each in statements for name in each.needs})
    imports: dict[str, set[str]] = {}
    body, named = [], {own.part.name: own for own in owns}
    for each in statements:
        for module, what in asked_for(alias_lines(each, needed), exercise, needed):
            imports.setdefault(module, set()).add(what)
        if not alias_lines(each, each.binds):
            body.append(headed(each, named, headings))
    lines = [import_line(module, names) for module, names in imports.items()]
    lines.sort(key=place_of)
    above = [f'"""{title}"""', *(["\n".join(lines)] if lines else [])]
    return "\n\n".join(above) + "\n\n\n" + "\n\n\n".join(body) + "\n"


def in_order(statements: Sequence[Statement]) -> list[Statement]:
    """The statements as they stood, but what one needs in front of it, where that is possible."""
    ordered: list[Statement] = []
    on_the_way: set[Statement] = set()

    def visit(place: int, statement: Statement) -> None:
        if statement in on_the_way:
            return
        on_the_way.add(statement)
        for other_place, other in enumerate(statements):
            is_later_version = other_place > place and set(other.binds) & set(statement.binds)
            if set(other.binds) & set(statement.needs) and not is_later_version:
                visit(other_place, other)
        ordered.append(statement)

    for place, statement in enumerate(statements):
        visit(place, statement)
    return ordered


def headed(statement: Statement, named: dict[str, Own], headings: dict[str, str]) -> str:
    """A statement under a line that says which exercise it answers, or what leans on it."""
    for name in statement.binds:
        if name in named:
            told = [f"# {line}" for line in named[name].told if "leans on" not in line]
            return "\n".join(
                [f"# --- {headings.get(name, '')}: {name} ---", *told, statement.source]
            )
    leaning = [name for name, own in named.items() if statement in own.statements]
    return f"# --- brought along for {', '.join(leaning)} ---\n{statement.source}"


def place_of(line: str) -> tuple[bool, bool, bool, bool, str]:
    """Where an import stands: what Python wants first, stars, then the more special names."""
    starts = line.startswith
    future, star = starts("from __future__"), line.endswith("*")
    return (not future, not star, starts("from ."), starts("from "), line)


def asked_for(
    aliases: list[tuple[str, str, str]], exercise: int, needed: Collection[str]
) -> Iterator[tuple[str, str]]:
    """The module and the name of each import; a name of the engine comes from the engine itself."""
    for module, name, bound in aliases:
        if name == "*" and module in HOMES:
            yield from (
                (home_of(each, exercise), each) for each in needed if home_of(each, exercise)
            )
        elif module in HOMES:
            module = home_of(name, exercise) or module
        yield module, name if bound in (name, name.split(".")[0]) else f"{name} as {bound}"


def home_of(name: str, exercise: int) -> str:
    """The module of the engine that has what this name means to an exercise, or nothing."""
    home, since = OF_THE_ENGINE.get(name, ("", 0))
    return home if exercise >= since else ""


def import_line(module: str, names: Iterable[str]) -> str:
    """The line that imports these names."""
    joined = ", ".join(sorted(names))
    return (
        f"from {module} import {joined}"
        if module
        else "\n".join(f"import {name}" for name in sorted(names))
    )


def joined_file(source: str, homes: dict[Part, str]) -> str:
    """A file of the pattern that imports each part from where it is now.

    `homes` has the module of each part that is the learner's own; the rest stays borrowed.
    """
    lines = source.split("\n")
    for node in reversed(lent_imports(source)):
        exercise = str(node.module).removeprefix(f"{LENT}e")
        found: dict[str, list[str]] = {}
        for alias in node.names:
            home = homes.get(Part(exercise, alias.name), f".{node.module}")
            renamed = f" as {alias.asname}" if alias.asname else ""
            found.setdefault(home, []).append(alias.name + renamed)
        lines[node.lineno - 1 : node.end_lineno] = [
            f"from {home} import {', '.join(names)}" for home, names in found.items()
        ]
    return "\n".join(lines)


def lent_file(exercise: str, names: Iterable[str]) -> str:
    """The file of what the course lends for one exercise: these names, and what they lean on."""
    path = PATTERN / "borrowed" / f"e{exercise}.py"
    source = path.read_text(encoding="utf-8")
    nodes = ast.parse(source).body
    bound = {name: node for node in nodes for name in names_bound(node)}
    waiting, kept = list(names), set()
    while waiting:
        node = bound.get(waiting.pop())
        if node is not None and node not in kept:
            kept.add(node)
            waiting += [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
    pieces = ['"""Borrowed from the course, until the exercise passes."""']
    for node in nodes[1:]:
        if node in kept:
            pieces.append(ast.get_source_segment(source, node) or "")
    return "\n\n\n".join(pieces) + "\n"


def names_bound(node: ast.stmt) -> list[str]:
    """The names that a statement of such a file binds."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    return [str(getattr(node, "name", ""))]
