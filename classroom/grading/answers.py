"""What of a student's notebook is graded: the sources of the answers, in the course's order."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from classroom.notebooks import (
    LONGEST,
    Cell,
    imports_of_checks,
    names_checked,
    parsed,
    read_notebook,
    statements,
)

BUILTIN = frozenset(dir(builtins))
MOST_LETTERS = 1_000_000  # of the code in one notebook
LEADS_IN = {  # names by which code can get into the check that calls it
    *("ctypes", "gc", "inspect", "setprofile", "settrace", "monitoring", "signal"),
    *("_getframe", "currentframe", "_current_frames", "f_back", "f_globals", "f_locals"),
    *("tb_frame", "gi_frame", "cr_frame", "own_work", "checks", "frames"),
}
WORTH_A_LOOK = LEADS_IN | {  # and by which it can hide what it calls from those who watch it
    *("threading", "_thread", "multiprocessing", "subprocess", "concurrent", "get_ipython"),
    *("thread", "fork", "program", "source"),  # as lookout.py has them
    *("importlib", "__import__", "exec", "eval", "compile", "modules", "builtins"),
    *("__globals__", "__closure__", "__code__", "__builtins__", "__subclasses__", "__self__"),
}
HIDDEN_IN_TEXT = {word for word in WORTH_A_LOOK if "_" in word}
INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Question(NamedTuple):
    """A check of the course: its function, the names that it is called with, its points."""

    check: str
    names: tuple[str, ...]
    points: int
    place: int  # among the course's cells

    @property
    def answer(self) -> str:
        """What it asks for, in one word or two."""
        return ", ".join(self.names)


class Exercise(NamedTuple):
    """An exercise as the course has it: its questions, and the cells around the answers."""

    name: str
    cells: list[Cell]
    questions: list[Question]
    setup: list[str]
    imports: list[str]

    @property
    def answers(self) -> dict[str, int]:
        """The cells that answers are written in, by id, and their places."""
        return {cell.id: k for k, cell in enumerate(self.cells) if self.is_answer(cell)}

    def is_answer(self, cell: Cell) -> bool:
        """Whether this cell of the course's holds an answer."""
        if "check" in cell.tags:
            return False
        asked = {name for question in self.questions for name in question.names}
        return cell.is_answer or bool(asked & bound_in(cell.source))


def exercise_of(path: Path) -> Exercise:
    """The exercise in a notebook of the course."""
    cells = read_notebook(path)
    questions = []
    for place, cell in enumerate(cells):
        if "check" in cell.tags:
            call: Any = ast.parse(cell.source).body[-1]
            names, check = tuple(names_checked(cell.source)), ast.unparse(call.value.func)
            questions.append(Question(check, names, cell.points or 1, place))
    found = Exercise(path.stem, cells, questions, [], imports_of_checks(cells))
    setup = [c.source for c in cells if "check" not in c.tags and not found.is_answer(c)]
    return found._replace(setup=setup)


class Piece(NamedTuple):
    """A cell of the student's that is run: where the course has it, and what it binds and needs."""

    source: str
    place: int
    binds: frozenset[str]
    needs: frozenset[str]


class Work(NamedTuple):
    """What a student has handed in for an exercise, in the order in which it is run."""

    pieces: list[Piece]
    asked: dict[str, int]  # names that are asked for, and the places of their answers

    def for_question(self, question: Question) -> list[int]:
        """Which pieces one answer depends on: those in its place, and what these need."""
        places = {self.asked[name] for name in question.names}
        binders = by_name(piece.binds for piece in self.pieces)
        new = {k for k, piece in enumerate(self.pieces) if piece.place in places}
        new |= {k for name in question.names for k in binders[name]}
        chosen: set[int] = set()
        while new := new - chosen:
            chosen |= new
            new = {k for each in new for name in self.pieces[each].needs for k in binders[name]}
        return sorted(chosen)


def work_of(cells: Sequence[Cell], exercise: Exercise) -> Work:
    """The answers in a notebook: by cell id, or by the names that they bind, with what these need.

    A cell of the student's own counts where it binds a name that an answer needs and that the
    course does not bind; what the course ships comes from the course.
    """
    places = exercise.answers
    asked = {name: -1 - q.place for q in exercise.questions for name in q.names}
    for place in places.values():
        bound = bound_in(exercise.cells[place].source)
        asked |= {name: place for name in bound if name in asked}
    theirs = own_cells(cells, exercise)
    found = {k: place_of(cell, places, asked) for k, cell in enumerate(theirs)}
    chosen = {k: p for k, p in found.items() if p is not None}
    chosen = {k: chosen[k] for k in without_stubs(chosen, theirs, asked)}
    answers = set(chosen)
    given = BUILTIN | set(asked) | {name for each in exercise.setup for name in bound_in(each)}
    chosen = with_what_they_need(chosen, theirs, given)
    order = sorted(chosen, key=lambda k: (chosen[k], k in answers, k))
    sources = [(theirs[k].source, chosen[k]) for k in order]
    return Work([Piece(s, p, bound_in(s), names_needed(s)) for s, p in sources], asked)


def whole_work(cells: Sequence[Cell], exercise: Exercise) -> Work:
    """All that the student has written, but blanks, in the order of the notebook."""
    theirs = [cell for cell in own_cells(cells, exercise) if not is_stub(cell.source)]
    return Work([Piece(cell.source, 0, frozenset(), frozenset()) for cell in theirs], {})


def own_cells(cells: Sequence[Cell], exercise: Exercise) -> list[Cell]:
    """The cells that are not as the course ships them."""
    places = exercise.answers
    shipped = {statements(cell.source) for cell in exercise.cells if cell.id not in places}
    return [cell for cell in as_people_write(cells) if statements(cell.source) not in shipped]


def as_people_write(cells: Sequence[Cell]) -> list[Cell]:
    """The cells without those that are too long to be read, and not more than anyone writes."""
    kept, letters = [], 0
    for cell in cells:
        letters += len(cell.source) if len(cell.source) <= LONGEST else 0
        if len(cell.source) <= LONGEST and letters <= MOST_LETTERS:
            kept.append(cell)
    return kept


def place_of(cell: Cell, places: dict[str, int], asked: dict[str, int]) -> int | None:
    """Where the course has the answer that this cell is, or None where it is none."""
    bound = [asked[name] for name in bound_in(cell.source) if name in asked]
    if bound and places.get(cell.id) not in bound:
        return min(bound)
    return places.get(cell.id)


def without_stubs(
    chosen: Iterable[int], theirs: Sequence[Cell], asked: Iterable[str]
) -> Iterator[int]:
    """The answers, but no blank that stands beside another answer to the same question."""
    names = {k: bound_in(theirs[k].source) & set(asked) for k in chosen}
    blank = {k: names[k] & blanks_in(theirs[k].source) for k in chosen}
    begun = {name for k in chosen for name in names[k] - blank[k]}
    return (k for k in chosen if names[k] - blank[k] or not names[k] or names[k] - begun)


def is_stub(source: str) -> bool:
    """Whether this holds an answer that was not begun."""
    return bool(re.search(r"raise NotImplementedError\(.your turn.\)", source))


def blanks_in(source: str) -> frozenset[str]:
    """The names of the functions and classes in a cell that were not begun, or not to their end."""
    tree = tree_of(source) if is_stub(source) else None
    if tree is None:
        return bound_in(source) if is_stub(source) else frozenset()
    parts = (node for node in tree.body if isinstance(node, INNER))
    return frozenset(getattr(part, "name", "") for part in parts if is_stub(ast.unparse(part)))


def with_what_they_need(
    chosen: dict[int, int], theirs: Sequence[Cell], given: Iterable[str]
) -> dict[int, int]:
    """These cells and their places, and with each the student's own cells that bind what it needs
    and nobody else gives: in the place of the first that needs them.
    """
    binders = by_name(bound_in(cell.source) for cell in theirs)
    found, seen = dict(chosen), set(given)
    for k, place in sorted(chosen.items(), key=lambda item: item[1]):
        waiting = [k]
        while waiting:
            missing = names_needed(theirs[waiting.pop()].source) - seen
            seen |= missing
            more = {own for name in missing for own in binders[name]}
            for own in more:
                found[own] = min(place, found.get(own, place))
            waiting += more
    return found


# --- names --------------------------------------------------------------------------------------


def by_name(names_of_each: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """For each name the numbers of those that have it."""
    found = defaultdict(list)
    for k, names in enumerate(names_of_each):
        for name in names:
            found[name].append(k)
    return found


def python_of(source: str) -> str:
    """A cell without lines for IPython or the shell, where it has some."""
    lines = source.split("\n")
    python = "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in lines)
    return source if parsed(source) else python


def tree_of(source: str) -> ast.Module | None:
    """The tree of a cell, also of one with lines for IPython or the shell in it."""
    return parsed(python_of(source))


@lru_cache(maxsize=1000)
def bound_in(source: str) -> frozenset[str]:
    """The names that a cell binds, or whose attributes and items it sets."""
    tree = tree_of(source)
    if tree is None:
        return frozenset(re.findall(r"(?m)^[ \t]*(?:async )?(?:def |class )?([^\W\d]\w*)", source))
    found: set[str] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, INNER):  # what is inside has names of its own
            found.add(getattr(node, "name", ""))
            inside = (each for each in ast.walk(node) if isinstance(each, ast.Global))
            found.update(name for each in inside for name in each.names)
            continue
        if isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", None), ast.Store):
            found.add(base_of(node))
        waiting += ast.iter_child_nodes(node)
    return frozenset(found - {""})


def base_of(node: ast.expr) -> str:
    """The name at the beginning of `name.attribute[item]`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


@lru_cache(maxsize=1000)
def names_needed(source: str) -> frozenset[str]:
    """The names that a cell reads and that are not those of a function's own variables."""
    try:
        waiting = [symtable.symtable(python_of(source), "cell", "exec")]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset(re.findall(r"[^\W\d]\w*", source))
    found: set[str] = set()
    while waiting:
        table = waiting.pop()
        is_module = table.get_type() == "module"
        read = (each for each in table.get_symbols() if each.is_referenced())
        found |= {each.get_name() for each in read if is_module or each.is_global()}
        waiting += table.get_children()
    return frozenset(found)


@lru_cache(maxsize=1000)
def worth_a_look(source: str) -> frozenset[str]:
    """The names in a cell that no answer needs, and by which it could hide what it calls."""
    tree = tree_of(source)
    words: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.alias):
            words |= set(node.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            is_of_checks = all(each.name.startswith("check_") for each in node.names)
            words |= set() if is_of_checks else set(str(node.module).split("."))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words |= set(re.findall(r"\w+", node.value)) & HIDDEN_IN_TEXT
        else:
            words |= {str(getattr(node, "id", "")), str(getattr(node, "attr", ""))}
    return frozenset(words & WORTH_A_LOOK)
