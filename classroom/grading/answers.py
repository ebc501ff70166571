"""What of a student's notebook is graded: the sources of the answers, in the course's order."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Sequence
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
MOST_CELLS = 2_000  # of one notebook
WORTH_A_LOOK = {  # names by which code can hide what it calls from those who watch it
    *("ctypes", "gc", "inspect", "threading", "_thread", "multiprocessing", "subprocess"),
    *("concurrent", "importlib", "__import__", "exec", "eval", "compile", "modules", "builtins"),
    *("setprofile", "settrace", "monitoring", "_getframe", "currentframe", "get_ipython"),
    *("__globals__", "__closure__", "__code__", "__builtins__", "__subclasses__", "__self__"),
    *("f_back", "f_globals", "f_locals", "tb_frame", "gi_frame", "own_work", "checks"),
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
        chosen = {k for k, piece in enumerate(self.pieces) if piece.place in places}
        wanted = set(question.names)
        while True:
            wanted |= {name for k in chosen for name in self.pieces[k].needs}
            more = {k for k, piece in enumerate(self.pieces) if piece.binds & wanted} - chosen
            if not more:
                return sorted(chosen)
            chosen |= more


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
    chosen = without_stubs({k: p for k, p in found.items() if p is not None}, theirs)
    answers = set(chosen)
    given = BUILTIN | set(asked) | {name for each in exercise.setup for name in bound_in(each)}
    for k, place in list(chosen.items()):
        for own in needed(theirs[k].source, theirs, given):
            chosen[own] = min(place, chosen.get(own, place))
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
    return [cell for cell in cells[:MOST_CELLS] if len(cell.source) <= LONGEST]


def place_of(cell: Cell, places: dict[str, int], asked: dict[str, int]) -> int | None:
    """Where the course has the answer that this cell is, or None where it is none."""
    bound = [asked[name] for name in asked if name in bound_in(cell.source)]
    if bound and places.get(cell.id) not in bound:
        return min(bound)
    return places.get(cell.id)


def without_stubs(chosen: dict[int, int], theirs: Sequence[Cell]) -> dict[int, int]:
    """The answers, but no blank that stands beside another answer to the same question."""
    begun = {place for k, place in chosen.items() if not is_stub(theirs[k].source)}
    return {k: p for k, p in chosen.items() if p not in begun or not is_stub(theirs[k].source)}


def is_stub(source: str) -> bool:
    """Whether this is an answer that was not begun."""
    return bool(re.search(r"raise NotImplementedError\(.your turn.\)", source))


def needed(source: str, theirs: Sequence[Cell], given: Iterable[str]) -> set[int]:
    """Cells of the student's own that bind what this source needs and nobody else gives."""
    given, found = set(given), set()
    missing = set(names_needed(source)) - given
    while missing:
        more = {
            k
            for k, cell in enumerate(theirs)
            if k not in found and missing & set(bound_in(cell.source))
        }
        given |= missing
        found |= more
        missing = {name for k in more for name in names_needed(theirs[k].source)} - given
    return found


# --- names --------------------------------------------------------------------------------------


@lru_cache(maxsize=1000)
def tree_of(source: str) -> ast.Module | None:
    """The tree of a cell, also of one with lines for IPython or the shell in it."""
    lines = source.split("\n")
    python = "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in lines)
    return parsed(source) or parsed(python)


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
    """The names that a cell reads."""
    tree = tree_of(source)
    if tree is None:
        return frozenset(re.findall(r"[^\W\d]\w*", source))
    read = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return frozenset(node.id for node in read if isinstance(node.ctx, ast.Load))


@lru_cache(maxsize=1000)
def worth_a_look(source: str) -> frozenset[str]:
    """The names in a cell that no answer needs, and by which it could hide what it calls."""
    tree = tree_of(source)
    words: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.alias):
            words |= set(node.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            words |= set(str(node.module).split("."))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words |= set(re.findall(r"\w+", node.value)) & HIDDEN_IN_TEXT
        else:
            words |= {str(getattr(node, "id", "")), str(getattr(node, "attr", ""))}
    return frozenset(words & WORTH_A_LOOK)
