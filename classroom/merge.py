"""Bring a new release of a notebook to a learner: the course's cells are new, their work stays.

The cells of the release stand in its order, whole. What the learner wrote is put back: answers and
notes into their cells, predictions into their lines, and cells of their own behind the cell that
they followed. Where both have changed one cell, the learner's form stands behind the release's.

It knows plain dictionaries and the standard library alone, so that it works in a browser as well.
"""

from __future__ import annotations

import ast
import hashlib
import itertools
import re
import textwrap
from collections import defaultdict, deque
from collections.abc import Callable
from difflib import SequenceMatcher
from typing import Any, NamedTuple

Cell = dict[str, Any]
Notebook = dict[str, Any]

ANSWER, CHECK, NOTES, PREDICTION, TEXT, CODE = "answer check notes prediction text code".split()
COURSE_KEYS = ("nbgrader", "tags", "editable", "deletable")  # by which the course knows its cells
COURSE_TAGS = ("check", "notes", "prediction", "folded", "easier", "raises-exception")
FOLDS = ("collapsed", "jupyter")  # outputs that are asked for first, until the cell is run
POSITION = re.compile(r"\d\d-\d{3}")  # the id of a cell that has no name
COURSE_ID = re.compile(r"\d\d-")
ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
HEADING = re.compile(r"^#+ +(\S.*)$", re.MULTILINE)
ASKED = re.compile(r'^prediction\("(?P<name>[\w-]+)".*$', re.MULTILINE)
TYPED = re.compile(r"""mine=("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[-+\w.]+)""")
ALIKE = 0.5  # from here on two texts are forms of one
MUCH = 2000  # letters of each that are compared, which takes a time that grows with their square
# What the format knows of an output.
OUTPUTS = {
    "stream": {"output_type", "name", "text"},
    "display_data": {"output_type", "data", "metadata"},
    "execute_result": {"output_type", "data", "metadata", "execution_count"},
    "error": {"output_type", "ename", "evalue", "traceback"},
}


class Merged(NamedTuple):
    """A learner's notebook in the new release, what arrived in it, and what of theirs was kept."""

    notebook: Notebook
    arrived: list[str]
    kept: list[str]


class MergeError(ValueError):
    """The learner's file holds no notebook that cells could be taken from."""


class Joined(NamedTuple):
    """A cell of the release with the learner's work, their form of it behind, and both in words."""

    cell: Cell
    behind: list[Cell]
    kept: list[str]


def merge(old: Notebook | None, new: Notebook, mine: Notebook) -> Merged:
    """The notebook of the new release with the learner's work in it.

    `old` is the release that theirs was made from. Without it nobody can tell what they have
    changed in the course's own cells, so that whatever differs there is kept as theirs.
    """
    if not isinstance(mine, dict) or mine.get("nbformat", 4) != 4 or "cells" not in mine:
        raise MergeError("it holds no cells in the format 4")
    cells = cells_in(mine)
    base = release_of(old, new, cells)
    was, now = cells_in(base), cells_in(new)
    later = releases_paired(was, now)
    theirs = learners_paired(was, cells)
    behind, kept = cells_of_their_own(was, cells, later, theirs)
    merged: list[tuple[Cell, bool]] = [(cell, False) for cell in behind[-1]]
    arrived, earlier = [], {there: here for here, there in later.items()}
    for place, fresh in enumerate(now):
        known = earlier.get(place)
        beside: list[Cell] = []
        if known is None or known not in theirs:
            arrived.append(f"{'new' if known is None else 'back'}: {title(fresh)}")
        else:
            if text_of(was[known]) != text_of(fresh):
                arrived.append(f"changed: {title(fresh)}")
            fresh, beside, said = joined(fresh, was[known], cells[theirs[known]], old is not None)
            kept += said
        merged += [(fresh, True), *((cell, False) for cell in beside + behind[place])]
    arrived += [f"gone: {title(was[known])}" for known in sorted(theirs.keys() - later)]
    if (order := [later[known] for known in sorted(later)]) != sorted(order):
        arrived.append("the order of the cells")
    return Merged(notebook_of(base, new, mine, merged), arrived, kept)


def release_of(old: Notebook | None, new: Notebook, cells: list[Cell]) -> Notebook:
    """The release that these cells are of: the new one, where it has been brought in before."""
    whole = {(name_of(cell), text_of(cell)) for cell in cells}
    names, texts = ({each[part] for each in whole} for part in (0, 1))

    def shared(release: Notebook) -> tuple[int, int, int]:
        there = [(name_of(cell), text_of(cell)) for cell in cells_in(release)]
        return (
            sum(each in whole for each in there),
            sum(text in texts for _, text in there),
            sum(name in names for name, _ in there),
        )

    return new if old is None or shared(new) > shared(old) else old


def cells_of_their_own(
    was: list[Cell], cells: list[Cell], later: dict[int, int], theirs: dict[int, int]
) -> tuple[dict[int, list[Cell]], list[str]]:
    """The learner's cells that have no place in the release, by the place that they follow."""
    known = {number: place for place, number in theirs.items()}
    behind: dict[int, list[Cell]] = defaultdict(list)
    kept, place = [], -1
    for number, cell in enumerate(cells):
        if number in known and known[number] in later:
            place = later[known[number]]
        elif number not in known or text_of(cell) != text_of(was[known[number]]):
            behind[place].append(cell)
            kept += [f"your cell {title(cell)}"] if text_of(cell).strip() else []
    return behind, kept


# --- which cell is which ------------------------------------------------------------------------


def releases_paired(was: list[Cell], now: list[Cell]) -> dict[int, int]:
    """Where each cell of a release stands in the next one; a position is no name."""
    found: dict[int, int] = {}
    pair(was, now, found, lambda cell: (name_of(cell), what_it_holds(cell)))
    pair(was, now, found, lambda cell: None if is_numbered(cell) else name_of(cell))
    pair_what_tells(was, now, found)
    pair_by_place(was, now, found)
    return found


def learners_paired(was: list[Cell], cells: list[Cell]) -> dict[int, int]:
    """Which of the learner's cells is which of the release; a program may have drawn new ids."""
    found: dict[int, int] = {}
    pair(was, cells, found, lambda cell: (name_of(cell), what_it_holds(cell)))
    pair(was, cells, found, lambda c: None if is_numbered(c) else (c["cell_type"], name_of(c)))
    pair_what_tells(was, cells, found)
    pair(was, cells, found, lambda cell: (cell["cell_type"], name_of(cell)))
    if not {name_of(cell) for cell in was} & {name_of(cell) for cell in cells}:
        pair_by_place(was, cells, found)
    return found


def pair(
    left: list[Cell], right: list[Cell], found: dict[int, int], key: Callable[[Cell], Any]
) -> None:
    """Add to what is found the cells for which the key is the same on both sides, in order."""
    free: dict[Any, deque[int]] = defaultdict(deque)
    for j in sorted(set(range(len(right))) - set(found.values())):
        free[key(right[j])].append(j)
    for i, cell in enumerate(left):
        wanted = key(cell)
        if i not in found and wanted is not None and free[wanted]:
            found[i] = free[wanted].popleft()


def pair_what_tells(left: list[Cell], right: list[Cell], found: dict[int, int]) -> None:
    """Add the cells that tell by their source which they are."""
    pair(left, right, found, what_it_holds)
    pair(left, right, found, call_in)
    pair(left, right, found, heading_in)
    for i, cell in enumerate(left):
        if i not in found and kind_of(cell) == ANSWER:
            free = sorted(set(range(len(right))) - set(found.values()))
            if those := [j for j in free if defines(right[j], answer_of(cell))]:
                found[i] = those[-1]  # the last one counts when the notebook is run


def pair_by_place(left: list[Cell], right: list[Cell], found: dict[int, int]) -> None:
    """Add for each cell the one most like it that stands between what its neighbours became.

    An answer or a check of another name is another one, however alike the two look.
    """
    for i, cell in enumerate(left):
        if i in found or kind_of(cell) in (ANSWER, CHECK):
            continue
        first = next((found[k] for k in range(i - 1, -1, -1) if k in found), -1)
        end = next((found[k] for k in range(i + 1, len(left)) if k in found), len(right))
        free = sorted(set(range(first + 1, end)) - set(found.values()))
        free = [j for j in free if kind_of(right[j]) not in (ANSWER, CHECK)]
        same = [j for j in free if right[j]["cell_type"] == cell["cell_type"]]
        likeness = {j: alike(text_of(cell), text_of(right[j])) for j in same}
        best = max(same, key=likeness.__getitem__, default=None)
        # Notes may have been written over as a whole.
        if best is not None and (likeness[best] >= ALIKE or kind_of(cell) == NOTES):
            found[i] = best


def alike(one: str, other: str) -> float:
    """How much two texts have in common, from 0 to 1."""
    return SequenceMatcher(None, one[:MUCH], other[:MUCH], autojunk=False).ratio()


def is_numbered(cell: Cell) -> bool:
    """Whether a cell has no name but its position, so that its id may be another's tomorrow."""
    return bool(POSITION.fullmatch(name_of(cell)))


def what_it_holds(cell: Cell) -> tuple[str, str] | None:
    """The kind of a cell and its source, where there is any."""
    text = text_of(cell)
    return (cell["cell_type"], text) if text.strip() else None


def call_in(cell: Cell) -> str | None:
    """The check that a cell calls, or the prediction that it asks for."""
    if cell["cell_type"] != "code":
        return None
    text = text_of(cell)
    if asked := ASKED.search(text):
        return asked["name"].partition("-")[2]
    call = re.match(r"\s*(check_\w+)\([^\n]*\)\s*(#.*\s*)*$", text)
    return call[1] if call else None


def heading_in(cell: Cell) -> str | None:
    """The first heading in a cell of text."""
    found = HEADING.search(text_of(cell)) if cell["cell_type"] == "markdown" else None
    return found[1] if found else None


def answer_of(cell: Cell) -> str:
    """The name by which the course knows an answer."""
    return str(cell["metadata"]["nbgrader"].get("grade_id", ""))


def defines(cell: Cell, name: str) -> bool:
    """Whether a cell of code gives something this name."""
    pattern = rf"^(?:async +def|def|class) +{re.escape(name)}\b|^{re.escape(name)} *="
    return cell["cell_type"] == "code" and bool(re.search(pattern, text_of(cell), re.MULTILINE))


# --- one cell -----------------------------------------------------------------------------------


def joined(fresh: Cell, base: Cell, mine: Cell, is_known: bool) -> Joined:
    """A cell of the release with what the learner has written in theirs."""
    was, now, theirs = text_of(base), text_of(fresh), text_of(mine)
    kind, source, behind, said = kind_of(fresh), now, "", ""
    if theirs in (was, now):
        pass
    elif kind in (ANSWER, NOTES):
        source, said = theirs, answer_of(fresh) if kind == ANSWER else title(mine)
    elif kind == PREDICTION and (line := line_of_both(was, now, theirs)):
        source, said = ASKED.sub(lambda _: line, now, count=1), title(fresh)
        if rest_of(theirs) not in (rest_of(was), rest_of(now)):
            if rest_of(was) == rest_of(now) and is_known:
                source = theirs
            else:
                behind = rest_of(theirs)
    elif kind != CHECK and was == now and is_known:
        source, kind, said = theirs, "change of", title(mine)
    else:
        behind = theirs
    kept = [f"your {kind} {said}"] if said else []
    kept += [f"your form of {title(fresh)}, behind the course's"] if behind else []
    # What was saved before it was run shows what the course had stored.
    count = mine.get("execution_count")
    has_run = bool(count or (count is None and not mine.get("outputs")))
    is_theirs = source == theirs and (has_run or source != now)
    cell = fresh | {
        "source": lines_of(source),
        "metadata": metadata_of(fresh, base, mine, is_theirs),
    }
    if cell["cell_type"] == "code" and is_theirs:
        cell |= outcome_of(mine)
    if source == theirs and dict_in(mine, "attachments"):
        cell["attachments"] = {**dict_in(fresh, "attachments"), **mine["attachments"]}
    return Joined(cell, [mine | {"source": behind}] if behind else [], kept)


def line_of_both(was: str, now: str, theirs: str) -> str:
    """The release's line with what the learner typed in theirs; empty where that is no line."""
    before, fresh, mine = (ASKED.search(text) for text in (was, now, theirs))
    try:
        ast.parse(mine[0] if mine else "(")
    except (SyntaxError, ValueError):
        return ""
    if not (before and fresh and mine):
        return ""
    typed = TYPED.search(mine[0])
    if mine[0] == before[0]:
        return fresh[0]
    if before[0] == fresh[0] or not typed:
        return mine[0]
    return TYPED.sub(lambda _: typed[0], fresh[0], count=1)


def rest_of(text: str) -> str:
    """A predicted cell without the line in which something is typed."""
    return ASKED.sub("", text, count=1).lstrip("\n")


def metadata_of(fresh: Cell, base: Cell, mine: Cell, is_theirs: bool) -> dict[str, Any]:
    """The release's marks, and what else the learner or their program has noted at the cell."""
    merged = {k: v for k, v in fresh["metadata"].items() if not (is_theirs and k in FOLDS)}
    for key, value in mine["metadata"].items():
        if key in FOLDS:
            is_own = is_theirs
        else:
            is_own = key not in COURSE_KEYS and value != base["metadata"].get(key)
        if is_own:
            merged[key] = value
    if own := [tag for tag in tags_of(mine) if tag not in tags_of(base) + tags_of(fresh)]:
        merged["tags"] = tags_of(fresh) + own
    return merged


# --- the notebook -------------------------------------------------------------------------------


def notebook_of(
    base: Notebook, new: Notebook, mine: Notebook, cells: list[tuple[Cell, bool]]
) -> Notebook:
    """The notebook with these cells, of the course or not, each with an id of its own."""
    noted, was = dict_in(mine, "metadata"), dict_in(base, "metadata")
    own = {key: value for key, value in noted.items() if value != was.get(key)}
    used = {name_of(cell) for cell in cells_in(new)}
    named = []
    for cell, is_of_the_course in cells:
        named.append(cell if is_of_the_course else own_cell(cell, used))
        used.add(named[-1]["id"])
    return new | {"metadata": {**new["metadata"], **own}, "cells": named}


def own_cell(cell: Cell, used: set[str]) -> Cell:
    """A cell of the learner's as the format wants it, under an id that is free."""
    kind, text, name = cell["cell_type"], text_of(cell), name_of(cell)
    if not ID.fullmatch(name) or COURSE_ID.match(name) or name in used:
        stem = f"mine-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"
        free = (f"{stem}-{number}" for number in itertools.count(2))
        name = stem if stem not in used else next(each for each in free if each not in used)
    metadata = {key: v for key, v in cell["metadata"].items() if key not in COURSE_KEYS}
    if tags := [tag for tag in tags_of(cell) if tag not in COURSE_TAGS]:
        metadata["tags"] = tags
    fresh: Cell = {"id": name, "cell_type": kind, "metadata": metadata, "source": lines_of(text)}
    if kind == "code":
        return fresh | outcome_of(cell)
    return fresh | ({"attachments": cell["attachments"]} if dict_in(cell, "attachments") else {})


# --- reading what may be of any kind ------------------------------------------------------------


def cells_in(notebook: Notebook) -> list[Cell]:
    """The cells of a notebook, each with the parts that are read here."""
    cells = notebook.get("cells")
    return [
        cell | {"cell_type": type_of(cell), "metadata": dict_in(cell, "metadata")}
        for cell in (cells if isinstance(cells, list) else [])
        if isinstance(cell, dict)
    ]


def type_of(cell: Cell) -> str:
    """Whether a cell is code, text, or neither."""
    kind = cell.get("cell_type")
    return kind if kind in ("code", "markdown") else "raw"


def dict_in(whole: dict[str, Any], key: str) -> dict[str, Any]:
    """What stands there, where it is a dictionary."""
    part = whole.get(key)
    return part if isinstance(part, dict) else {}


def name_of(cell: Cell) -> str:
    """The id of a cell; empty where it has none."""
    name = cell.get("id")
    return name if isinstance(name, str) else ""


def text_of(cell: Cell) -> str:
    """The source of a cell in one piece."""
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str)).replace("\r\n", "\n")


def lines_of(text: str) -> list[str]:
    """A source as notebooks store it."""
    return text.splitlines(keepends=True)


def tags_of(cell: Cell) -> list[str]:
    """The tags of a cell."""
    tags = cell["metadata"].get("tags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def outcome_of(cell: Cell) -> Cell:
    """What a cell of code has shown, as far as the format knows it, and its count."""
    shown, count = cell.get("outputs"), cell.get("execution_count")
    kept = [
        output
        for output in (shown if isinstance(shown, list) else [])
        if isinstance(output, dict) and OUTPUTS.get(str(output.get("output_type"))) == {*output}
    ]
    return {"outputs": kept, "execution_count": count if type(count) is int else None}


def kind_of(cell: Cell) -> str:
    """What a cell of the course is for."""
    if dict_in(cell["metadata"], "nbgrader").get("solution"):
        return ANSWER
    named = next((kind for kind in (CHECK, NOTES, PREDICTION) if kind in tags_of(cell)), None)
    return named or (CODE if cell["cell_type"] == "code" else TEXT)


def title(cell: Cell) -> str:
    """A few words by which whoever reads them knows the cell: its heading, or how it begins."""
    if call := call_in(cell):
        return call
    first = heading_in(cell) or next(filter(str.strip, text_of(cell).splitlines()), "")
    return f"`{textwrap.shorten(first, 60, placeholder=' ...')}`" if first else "(empty)"
