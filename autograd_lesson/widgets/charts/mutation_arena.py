"""The mutation arena: a learner's tests, run against a right engine and against faulty copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ...pictures.drawing import GRAPH_STYLE
from ...pictures.svg import Parts, Svg, document, group, named, rectangle, text
from ...pictures.words import counted, listed, shortened
from ..player import Frame, Player, Words

LONGEST = 23  # characters in the name of a row
Test = Callable[[Any], Any]
MARGIN, NAMES, HEAD, COLUMN, ROW, GAP = 12.0, 190.0, 118.0, 74.0, 38.0, 6.0
ARENA_STYLE = """\
.autograd-graph {
.row-name {font-weight: 700; text-anchor: start}
.head-name {text-anchor: start; font-size: 12px}
.cell text {font-size: 12px}
.killed rect {fill: var(--ag-result-box); stroke: var(--ag-result); stroke-width: 2}
.killed text {fill: var(--ag-result); font-weight: 700}
.wrong rect {stroke: var(--ag-ink); stroke-width: 2.5; stroke-dasharray: 6 4}
.wrong text {font-weight: 700}
.marker {fill: none; stroke: none}
.marker.here {stroke: var(--ag-operand); stroke-width: 3}
}
"""


class Run(NamedTuple):
    """One test: whether the right engine passes it, and the mutants that do not."""

    name: str
    is_right: bool
    why_not: str
    killed: list[str]


def passes(test: Test, engine: Any) -> tuple[bool, str]:
    """Does the engine pass the test, and if not, what happened?

    A test passes by returning True; it fails by returning anything else, or by an exception.
    """
    try:
        result = test(engine)
    except Exception as error:  # the test is the learner's, and the engine may be faulty
        return False, f"{type(error).__name__}: {error}"
    return result is True, f"it returns {result!r}"


def runs(tests: Sequence[Test], mutants: Mapping[str, Any], right: Any) -> list[Run]:
    """Every test on every engine. A test that the right engine fails kills nothing."""
    found = []
    for test in tests:
        is_right, why_not = passes(test, right)
        killed = [name for name, engine in mutants.items() if not passes(test, engine)[0]]
        name = getattr(test, "__name__", "test").replace("_", " ")
        found.append(Run(name, is_right, "" if is_right else why_not, killed if is_right else []))
    return found


class Arena(Player):
    """A player of tests that are run one by one; `survivors` are the mutants that none kills."""

    def __init__(self, svg: Svg, frames: Sequence[Frame], name: str, survivors: list[str]):
        """Prepare the frames, and keep who survives."""
        super().__init__(svg, frames, name)
        self.survivors = survivors


def arena(tests: Sequence[Test], mutants: Mapping[str, Any], right: Any) -> Arena:
    """A player of a grid: a row for each test, a column for each engine, a step for each row.

    It begins with question marks, and ends with all tests together.

    A test is a function that takes the class under test and returns True or False. `mutants` are
    faulty classes by name, `right` the class that every test has to pass.
    """
    tests = list(tests)
    if not tests or not mutants:
        raise ValueError(
            f"the arena has {counted(len(tests), 'test')} and {counted(len(mutants), 'mutant')}; "
            "give it a list of at least one function, and a dict of at least one class"
        )
    found = runs(tests, mutants, right)
    name = f"{counted(len(tests), 'test')} against {counted(len(mutants), 'mutant')}"
    killed = {name for run in found for name in run.killed}
    alive = [name for name in mutants if name not in killed]
    frames = [beginning(found), *(frame(row, found, mutants) for row in range(len(found)))]
    frames.append(summary(found, mutants, alive))
    return Arena(picture(found, list(mutants), name), frames, name, alive)


def beginning(found: Sequence[Run]) -> Frame:
    """No test has been run."""
    lines: list[Words] = ["Each step runs one; the last one says who survives them all."]
    return Frame(f"{counted(len(found), 'test')} to run", lines)


def summary(found: Sequence[Run], mutants: Mapping[str, Any], alive: list[str]) -> Frame:
    """All rows together: how many mutants are killed, and which survive."""
    lines: list[Words] = [("survive", listed(alive) if alive else "none")]
    lines += [(run.name, sentence(run, mutants)) for run in found]
    killed = len(mutants) - len(alive)
    title = f"all tests: {killed} of {counted(len(mutants), 'mutant')} killed"
    return Frame(title, lines, *shown(found, list(mutants)))


def frame(row: int, found: Sequence[Run], mutants: Mapping[str, Any]) -> Frame:
    """One row more: what this test kills, and what survives it."""
    run = found[row]
    alive = [name for name in mutants if name not in run.killed]
    lines: list[Words] = [("right engine", "passes" if run.is_right else wrong(run))]
    if run.is_right:
        lines.append(("killed", listed(run.killed) if run.killed else "none"))
        lines.append(("survive", listed(alive) if alive else "none"))
    texts, classes = shown(found[: row + 1], list(mutants))
    return Frame(f"test {row + 1}, {run.name}", lines, texts, classes | {f"row{row}": "here"})


def shown(found: Sequence[Run], names: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The words and the classes of the cells of these rows, by their ids."""
    texts, classes = {}, {}
    for row, run in enumerate(found):
        for column, name in enumerate(("", *names)):
            word, kind = verdict(run, name)
            texts[f"word{row}-{column}"] = word
            if kind:
                classes[f"cell{row}-{column}"] = kind
    return texts, classes


def sentence(run: Run, mutants: Mapping[str, Any]) -> str:
    """What a test has done, in a few words."""
    return f"kills {len(run.killed)} of {len(mutants)}" if run.is_right else wrong(run)


def wrong(run: Run) -> str:
    """The verdict on a test that the right engine fails."""
    return f"this test is wrong: the right engine fails it ({run.why_not})"


# The picture


def picture(found: Sequence[Run], names: Sequence[str], name: str) -> Svg:
    """The grid as SVG, with the words in its cells."""
    columns = ["the right one", *names]
    width = 2 * MARGIN + NAMES + len(columns) * COLUMN + 50
    height = HEAD + len(found) * ROW + MARGIN
    parts: list[Parts] = []
    for place, column in enumerate(columns):
        x, y = left_of(place) + 20, HEAD - 10
        head = text(0, 0, column, "head-name")
        parts.append(f'<g transform="translate({x:g} {y:g}) rotate(-35)">{head}</g>')
    for row, run in enumerate(found):
        y = HEAD + row * ROW
        parts.append(rectangle(4, y - 2, width - 8, ROW - GAP + 4, "marker", f"row{row}"))
        parts.append(text(MARGIN, y + 21, shortened(f"{row + 1} {run.name}", LONGEST), "row-name"))
        for place in range(len(columns)):
            parts.append(cell(left_of(place), y, f"{row}-{place}"))
    tests = listed(f"{row} {run.name}" for row, run in enumerate(found, 1))
    words = (
        f"A row for each test: {tests}. A column for each engine: {listed(columns)}. A cell says "
        "whether the engine passes, is killed or survives, and ? before the test is run; a test "
        "that the right engine fails is wrong, and counts for nothing."
    )
    style = GRAPH_STYLE + ARENA_STYLE
    return document("autograd-graph", name, words, (width, height), style, parts)


def left_of(place: int) -> float:
    """The left side of a column."""
    return MARGIN + NAMES + place * COLUMN


def verdict(run: Run, mutant: str) -> tuple[str, str]:
    """The word in a cell, and its class; the right engine has no mutant's name."""
    if not mutant:
        return ("passes", "") if run.is_right else ("wrong", "wrong")
    if not run.is_right:
        return "-", ""
    return ("killed", "killed") if mutant in run.killed else ("survives", "")


def cell(x: float, y: float, place: str) -> Parts:
    """One cell of the grid, before its test is run."""
    box = rectangle(x, y, COLUMN - GAP, ROW - GAP, "")
    word = text(x + (COLUMN - GAP) / 2, y + 20, "?", id_=f"word{place}")
    return group(named(f"cell{place}", "cell"), box, word)
