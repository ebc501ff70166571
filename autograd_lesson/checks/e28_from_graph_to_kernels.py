"""The checks of exercise 28: a chain in one loop, passes, what they move, and places in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from .accepted import close, is_number, keyed, row_of, same
from .draws import draw_numbers
from .messages import Words, changed_fault, kind_cause, lines_text, report, show
from .own_work import ALWAYS
from .plain_data import Raised
from .run_answer import call
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import Case, Part, check_function, told, words_of_slip

Line = tuple[str, str, tuple[Any, ...]]
Numbers = dict[str, int]
REDUCTIONS = ("sum", "max")

# ---------------------------------------------------------------------------------------------
# E28.1 A chain in one loop, in a memory that counts


class Counted:
    """What lies in a slow memory, how much of it was read and written, and where."""

    def __init__(self, numbers: Sequence[float]) -> None:
        self.numbers, self.reads, self.writes = list(numbers), 0, 0
        self.written: set[int] = set()


def slow_memory(counted: Counted) -> Any:
    """What an answer is given: reads and writes are counted, and nothing in it leads past that."""

    class Slow:
        __slots__ = ()  # so that `vars` finds no numbers, and no count that could be set back

        def __len__(self) -> int:
            return len(counted.numbers)

        def __getitem__(self, i: Any) -> Any:
            found = counted.numbers[i]
            counted.reads += len(found) if isinstance(i, slice) else 1
            return found

        def __setitem__(self, i: Any, number: Any) -> None:
            counted.numbers[i] = list(number) if isinstance(i, slice) else number
            places = range(len(self))[i]
            counted.written.update(places if isinstance(places, range) else [places])
            counted.writes += len(places) if isinstance(places, range) else 1

    return Slow()


def chain(x: Sequence[float]) -> list[float]:
    return [max(2.0 * number + 1.0, 0.0) * number + 0.0 for number in x]  # no -0 in a message


CHAIN: dict[str, Callable[[Sequence[float]], list[float]]] = {
    "These are the right numbers, from the last to the first.": lambda x: chain(x)[::-1],
    "The last factor is missing: the relu is multiplied by x once more.": (
        lambda x: [max(2.0 * number + 1.0, 0.0) for number in x]
    ),
    "Nothing is cut off at 0: take the larger of 2x + 1 and 0.": (
        lambda x: [(2.0 * number + 1.0) * number for number in x]
    ),
    "The cut comes last here; it belongs before the factor x.": (
        lambda x: [max((2.0 * number + 1.0) * number, 0.0) for number in x]
    ),
    "1 is added before the factor 2; it is added to 2x.": (
        lambda x: [max(2.0 * (number + 1.0), 0.0) * number for number in x]
    ),
}


FETCHED_TWICE = "A number is fetched more than once. Next: give it a name, and compute with that."
FETCHED_BACK = (
    "What was computed so far is fetched again from slow memory: this is a second loop. "
    "Next: go through all four ops with one number before you write it."
)
# How often each is to be counted for a number, and what is told whoever needs more.
COUNTS = {
    "reads of x": (1, FETCHED_TWICE),
    "reads of y": (0, FETCHED_BACK),
    "writes into y": (1, "A number is written more than once. Next: write the last result alone."),
    "writes into x": (0, "`x` is only read."),
}


def fused_steps(answer: Any, case: Case) -> Steps:
    x, y = Counted(case["x"]), Counted([0.0] * len(case["x"]))
    answer(slow_memory(x), slow_memory(y))
    yield "x", x.numbers
    yield "y", y.numbers
    yield "places", y.written
    yield from zip(COUNTS, (x.reads, y.reads, y.writes, x.writes), strict=True)


def fused_judge(tried: str, case: Case, seen: Seen) -> Faults:
    x, y, n = case["x"], seen["y"], len(case["x"])
    if seen["x"] != x:
        cause = "`x` was written to; only `y` is to be."
        yield report(f"{tried}: x afterwards", seen["x"], x, cause)
    if not close(y, chain(x)):
        found = [number + 0.0 if is_number(number) else number for number in y]  # no -0
        yield report(f"{tried}: y afterwards", found, chain(x), *chain_cause(x, y, seen["places"]))
    for what, (most, words) in COUNTS.items():
        if seen[what] > most * n:
            wanted = Words(f"{n}, one for each number" if most else "0")
            yield report(f"{tried}: {what}", seen[what], wanted, *told(words))


def chain_cause(x: Sequence[float], y: list[Any], places: frozenset[int]) -> tuple[str, ...]:
    """What is said of other numbers in `y`, and with which number to go through the chain."""
    expected = chain(x)
    if len(y) != len(x):
        return (f"`y` has {len(x)} places; put a number into each, `y[i] = ...`.",)
    if not places:
        return ("Nothing was written into `y`: put each result there, `y[i] = ...`.",)
    if open_places := [i for i in range(len(x)) if i not in places]:
        return (f"Nothing was written into `y[{open_places[0]}]`: the loop goes over all places.",)
    if others := [i for i, number in enumerate(y) if not is_number(number)]:
        return (f"`y[{others[0]}]` is no number.", "Next: each place of `y` holds one number.")
    i = next(i for i in range(len(x)) if not close(y[i], expected[i]))
    top = max(2 * x[i] + 1, 0.0)
    steps = f"2x + 1 is {show(2 * x[i] + 1)}, the larger of that and 0 is {show(top)}"
    look = f"Next: x[{i}] is {show(x[i])}: {steps}, and times x that is {show(expected[i])}."
    return (words_of_slip(y, CHAIN, x) or f"`y[{i}]` is another number.", look)


def fused_explain(case: Case, raised: Raised) -> str | None:
    if not case["x"] and raised.type in ("IndexError", "StopIteration"):
        return "A memory of length 0 is one, too: there is nothing to read and nothing to write."
    if looked := re.search(r"has no attribute '(\w+)'|(__dict__) attribute", raised.text):
        return (
            f"All that lies in slow memory is had by `x[i]`, where it is counted: a look at "
            f"`.{looked[1] or looked[2]}` finds nothing."
        )
    if "'Slow'" in raised.text:
        return (
            "`x` and `y` are memories, no arrays: `x[i]`, `y[i] = ...` and `len(x)` is all they do."
        )
    if "indices must be integers" in raised.text:
        return "In brackets stands a place, 0, 1, 2, ..., and not the number that lies there."
    if raised.type == "IndexError":
        return f"The places go from 0 to {len(case['x']) - 1}."
    return None


check_fused = check_stages(
    "fused",
    lambda rng: [{"x": [1.0, -2.0, -0.25]}, {"x": draw_numbers(rng, 6)}, {"x": [0.5]}, {"x": []}],
    fused_steps,
    fused_judge,
    tried=lambda case: f"fused(x, y) with x = {case['x']}",
    explain=fused_explain,
    own_work=(*ALWAYS, "inspect", ".__closure__", ".__globals__"),
)

# ---------------------------------------------------------------------------------------------
# Programs on one row: the inputs x0 and x1 are rows, a sum or a maximum is one number

SOFTMAX: list[Line] = [
    ("v0", "max", ("x0",)),
    ("v1", "-", ("x0", "v0")),
    ("v2", "exp", ("v1",)),
    ("v3", "sum", ("v2",)),
    ("v4", "/", ("v2", "v3")),
]
MIXED: list[Line] = [  # every slip below gives another result for it
    ("v0", "*", ("x0", 2.0)),
    ("v1", "+", ("x1", 1.0)),
    ("v2", "+", ("v0", "v1")),
    ("v3", "sum", ("v2",)),
    ("v4", "/", ("v2", "v3")),
    ("v5", "exp", ("x0",)),
    ("v6", "exp", ("v3",)),
    ("v7", "*", ("v4", "x0")),
]
PROGRAMS: list[tuple[list[Line], list[str]]] = [
    (MIXED, ["v7", "v5"]),
    ([("v0", "*", ("x0", 2.0)), ("v1", "+", ("v0", "x1")), ("v2", "exp", ("v1",))], ["v2"]),
    ([("v0", "*", ("x0", "x0")), ("v1", "sum", ("v0",))], ["v1"]),
    (
        [  # two later passes read v0
            ("v0", "exp", ("x0",)),
            ("v1", "sum", ("v0",)),
            ("v2", "/", ("v0", "v1")),
            ("v3", "max", ("v2",)),
            ("v4", "*", ("v0", "v3")),
            ("v5", "-", ("v4", "v2")),
        ],
        ["v5"],
    ),
    (SOFTMAX, ["v4"]),
    (
        [
            ("v0", "sum", ("x0",)),
            ("v1", "max", ("x1",)),
            ("v2", "+", ("v0", "v1")),
            ("v3", "-", ("v2", "x0")),
            ("v4", "*", ("x1", "x0")),
            ("v5", "-", ("v4", "v3")),
        ],
        ["v5", "v4"],
    ),
]


def drawn_program(rng: np.random.Generator) -> tuple[list[Line], list[str]]:
    """Lines of which the last is the result, with at least one reduction that is read."""
    lines: list[Line] = [
        ("v0", "*", ("x0", "x1")),
        ("v1", "sum", ("v0",)),
        ("v2", "-", ("x0", "v1")),
    ]
    for k in range(3, int(rng.integers(6, 9))):
        known = ["x0", *(name for name, _, _ in lines)]
        op = str(rng.choice(["+", "*", "exp", "sum", "max"]))
        rows = [name for name in known if is_row(name, lines)]
        others = [str(name) for name in rng.choice(known, 2, replace=False)]
        operands = (str(rng.choice(rows)),) if op in REDUCTIONS else tuple(others)
        lines.append((f"v{k}", op, operands[:1] if op == "exp" else operands))
    return lines, [lines[-1][0]]


def is_row(name: Any, lines: Sequence[Line]) -> bool:
    """Whether a name stands for a row; else it is one number."""
    if not isinstance(name, str):
        return False
    line = next((line for line in lines if line[0] == name), None)
    if line is None:
        return True
    return line[1] not in REDUCTIONS and any(is_row(o, lines) for o in line[2])


def programs(rng: np.random.Generator) -> Iterator[tuple[list[Line], list[str]]]:
    yield from PROGRAMS
    yield from (drawn_program(rng) for _ in range(3))


def other_entries(
    right: Callable[..., dict[str, Any]], words: Callable[..., str], kind: str
) -> Any:
    """The cause of a table that is another one: its first entry that is, and what leads there."""

    def cause(got: Any, lines: Sequence[Line], *given: Any) -> str:
        if not isinstance(got, dict):
            return kind_cause(got, f"A dict is asked for: for the name of each line {kind}.")
        expected = right(lines, *given)
        if missing := [name for name in expected if name not in got]:
            return f"There is no entry for {missing[0]}."
        name = next((name for name in expected if not same(got[name], expected[name])), "")
        if not name:
            return ""
        entry, pair = got[name], isinstance(expected[name], tuple)
        numbers = entry if isinstance(entry, list | tuple) and pair else [entry]
        if len(numbers) != 1 + pair or not all(map(is_number, numbers)):
            shown = show(entry).replace("{", "{{").replace("}", "}}")  # the words may be formatted
            return f"The entry for {name} is {kind}, and not {shown}."
        return words(name, lines, *given)

    return cause


def table_of(got: Any) -> Any:
    """A table by the names as they are known, pairs as lists; anything else as it is."""
    if not isinstance(got, dict):
        return got
    return {name: row_of(item) for name, item in keyed(got, [f"v{k}" for k in range(12)]).items()}


def lines_explain(raised: Raised, lines: Sequence[Line], *_: Any) -> str | None:
    """What an error says of whoever takes a line, or an operand, for something else."""
    if raised.type == "KeyError" and re.fullmatch(r"'x\d'|[\d.]+", raised.text):
        return "No line makes an input or a plain number: both are there from the beginning."
    if raised.type == "ValueError" and "unpack" in raised.text:
        return "A line has three parts: `for name, op, operands in lines`."
    return None


def names_in(operands: Sequence[Any]) -> list[str]:
    """The names among operands, each once."""
    return list(dict.fromkeys(o for o in operands if isinstance(o, str)))


# ---------------------------------------------------------------------------------------------
# E28.2 The pass in which each line can run


def levels(lines: Sequence[Line], wait: Callable[..., int], latest: Any = max) -> Numbers:
    """The pass of each line: the latest of its operands, and more where `wait(op, own)` says so."""
    found: Numbers = {}
    ops = {name: op for name, op, _ in lines}
    for name, op, operands in lines:
        known = [found[o] + wait(ops[o], op) for o in names_in(operands) if o in found]
        found[name] = latest([0, *known]) if latest is max else latest(known or [0])
    return found


def passes_of(lines: Sequence[Line]) -> Numbers:
    return levels(lines, lambda made_by, own: int(made_by in REDUCTIONS))


def pass_words(name: str, lines: Sequence[Line]) -> str:
    """From which pass on each operand of a line can be read."""
    passes, ops = passes_of(lines), {made: op for made, op, _ in lines}
    operands = next(operands for made, _, operands in lines if made == name)
    known = [o for o in names_in(operands) if o in passes]
    ready = [f"{o} from pass {passes[o] + (ops[o] in REDUCTIONS)} on" for o in known]
    can = " and ".join(ready) or "its operands from the beginning"
    return f"The line {name} is the first in another pass. It can read {can}."


check_passes = check_function(
    "passes(lines)",
    lambda rng: [(lines,) for lines, _ in programs(rng)],
    passes_of,
    {
        "A line that reads a sum or a maximum is in the pass that computes it. It can run only "
        "when all numbers have been seen: one pass later.": lambda lines: {
            name: 0 for name, _, _ in lines
        },
        "Each line has a pass of its own. Where nothing has to be waited for, a line runs in the "
        "pass of its operand.": lambda lines: {name: k for k, (name, _, _) in enumerate(lines)},
        "An elementwise line waits here for the pass after its operand. It can take each number as "
        "soon as that is computed.": lambda lines: levels(lines, lambda made_by, own: 1),
        "The sum or the maximum itself is one pass too late: it adds up in the pass that computes "
        "its operand. Those who read *it* wait.": lambda lines: levels(
            lines, lambda made_by, own: int(made_by in REDUCTIONS) + int(own in REDUCTIONS)
        ),
        "Of several operands one that is ready sooner was taken. A line waits for the last one.": (
            lambda lines: levels(lines, lambda made_by, own: int(made_by in REDUCTIONS), min)
        ),
        "The passes are counted from 1; the first is number 0.": lambda lines: {
            name: k + 1 for name, k in passes_of(lines).items()
        },
        "Each sum or maximum starts a new pass for all lines below it. Only a line that depends on "
        "it has to wait.": lambda lines: {
            name: sum(op in REDUCTIONS for _, op, _ in lines[:k])
            for k, (name, _, _) in enumerate(lines)
        },
    },
    other_entries(passes_of, pass_words, "the number of a pass"),
    "Next: take the lines from top to bottom. For each: when is its last operand complete?",
    tried=lambda lines: f"passes of {lines_text(lines)}",
    read=table_of,
    explain=lines_explain,
    own_work=["compiler"],
)


# ---------------------------------------------------------------------------------------------
# E28.3 Rows that are moved, line by line and in passes


def alone(lines: Sequence[Line], passes: Numbers, results: Sequence[str]) -> int:
    """Rows that are read and written when each line runs by itself."""
    return sum(alone_in(line, lines) for line in lines)


def alone_in(line: Line, lines: Sequence[Line]) -> int:
    """Rows that one line reads and writes."""
    name, _, operands = line
    return sum(is_row(o, lines) for o in names_in(operands)) + is_row(name, lines)


def in_passes(lines: Sequence[Line], passes: Numbers, results: Sequence[str]) -> int:
    """Rows that are read and written when the lines of a pass run together."""
    return len(read_in(lines, passes)) + len(kept_in(lines, passes, results))


def read_in(lines: Sequence[Line], passes: Numbers) -> set[tuple[int, str]]:
    """Each pass with each row that it reads and does not make itself."""
    return {
        (passes[name], o)
        for name, _, operands in lines
        for o in names_in(operands)
        if is_row(o, lines) and passes.get(o) != passes[name]
    }


def kept_in(lines: Sequence[Line], passes: Numbers, results: Sequence[str]) -> set[str]:
    """The rows that a later pass, or whoever called, reads."""
    later = {o for _, o in read_in(lines, passes)}
    return {name for name, _, _ in lines if is_row(name, lines) and name in later | {*results}}


def pass_by_pass(lines: Sequence[Line], passes: Numbers, results: Sequence[str]) -> str:
    """What comes in and what goes out in each pass, in words."""
    said = []
    for k in sorted(set(passes.values())):
        comes = sorted(o for number, o in read_in(lines, passes) if number == k)
        goes = sorted(o for o in kept_in(lines, passes, results) if passes[o] == k)
        said.append(
            f"Pass {k} reads {' and '.join(comes) or 'nothing'}, "
            f"and writes {' and '.join(goes) or 'nothing'}."
        )
    return " ".join(said)


def made(lines: Sequence[Line]) -> int:
    """How many lines make a row."""
    return sum(is_row(name, lines) for name, _, _ in lines)


def read_by_lines(lines: Sequence[Line], passes: Numbers) -> int:
    """Rows from other passes, counted once for each line that reads one."""
    return sum(
        is_row(o, lines) and passes.get(o) != passes[name]
        for name, _, operands in lines
        for o in names_in(operands)
    )


check_arrays_moved = check_function(
    "arrays_moved(lines, passes, results)",
    lambda rng: [(lines, passes_of(lines), results) for lines, results in programs(rng)],
    [
        Part(
            "line by line",
            alone,
            {
                "The two counts have changed places: line by line comes first.": in_passes,
                "x1 is a row as well, where a line reads it.": lambda lines, *_: alone(
                    [(name, op, tuple(o for o in os if o != "x1")) for name, op, os in lines],
                    {},
                    [],
                ),
                "An elementwise op of single numbers alone makes no row.": lambda lines, *_: (
                    alone(lines, {}, [])
                    + sum(not is_row(name, lines) and op not in REDUCTIONS for name, op, _ in lines)
                ),
                "A row that stands twice in a line is fetched once.": lambda lines, *_: sum(
                    sum(is_row(o, lines) for o in operands) + is_row(name, lines)
                    for name, _, operands in lines
                ),
                "The reads alone were counted: each line writes its result as well, if that is a "
                "row.": lambda lines, *_: alone(lines, {}, []) - made(lines),
                "The writes alone were counted: each line reads its operands as well.": (
                    lambda lines, *_: made(lines)
                ),
                "Single numbers were counted: a sum or a maximum is no row, and neither is a plain "
                "number.": (
                    lambda lines, *_: sum(len(names_in(operands)) + 1 for _, _, operands in lines),
                    lambda lines, *_: sum(len(operands) + 1 for _, _, operands in lines),
                ),
                "The result of a sum or a maximum was counted as a row that is written.": (
                    lambda lines, *_: alone(lines, {}, []) - made(lines) + len(lines)
                ),
            },
            lambda got, lines, *_: (
                "Another count. Each line reads its rows, and writes its result if that is a row: "
                + ", ".join(f"{line[0]} moves {alone_in(line, lines)}" for line in lines)
                + "."
            ),
        ),
        Part(
            "in passes",
            in_passes,
            {
                "A result that is one number was counted. Only rows are.": (
                    lambda lines, passes, results: (
                        in_passes(lines, passes, results)
                        + sum(not is_row(name, lines) for name in results)
                    )
                ),
                "A row was counted as written by each pass that reads it. It is written once, by "
                "the pass that makes it.": lambda lines, passes, results: (
                    in_passes(lines, passes, results)
                    + sum(o in passes for _, o in read_in(lines, passes))
                    - len({o for _, o in read_in(lines, passes) if o in passes})
                ),
                "A result that a later pass reads was counted as written twice. It is written "
                "once.": lambda lines, passes, results: (
                    in_passes(lines, passes, results)
                    + len({o for _, o in read_in(lines, passes)} & {*results})
                ),
                "What comes in was counted alone: what a later pass reads, and each result that is "
                "a row, is written.": lambda lines, passes, results: len(read_in(lines, passes)),
                "A result was not counted as written, where no later pass reads it: whoever called "
                "wants it in memory.": lambda lines, passes, results: in_passes(lines, passes, []),
                "Every row is written here. One that is read in its own pass only stays in the "
                "processor.": lambda lines, passes, results: (
                    len(read_in(lines, passes)) + made(lines)
                ),
                "Rows that a pass makes itself were counted as read there.": (
                    lambda lines, passes, results: (
                        len(
                            {
                                (passes[name], o)
                                for name, _, operands in lines
                                for o in names_in(operands)
                                if is_row(o, lines)
                            }
                        )
                        + len(kept_in(lines, passes, results))
                    )
                ),
                "A row was counted for each line that reads it; a pass fetches it once.": (
                    lambda lines, passes, results: (
                        read_by_lines(lines, passes) + len(kept_in(lines, passes, results))
                    )
                ),
                "Each row was counted as read once in all. Each *pass* that needs it fetches it "
                "anew.": lambda lines, passes, results: (
                    len({o for _, o in read_in(lines, passes)})
                    + len(kept_in(lines, passes, results))
                ),
                "This is the count line by line: here all lines of a pass run together.": alone,
            },
            lambda got, lines, passes, results: (
                f"Another count. {pass_by_pass(lines, passes, results)}"
            ),
        ),
    ],
    look="Next: write down, line by line or pass by pass, what comes in and what goes out.",
    read=row_of,
    explain=lines_explain,
    tried=lambda lines, passes, results: (
        f"arrays_moved of {lines_text(lines)}, with passes {passes} and results {results}"
    ),
    whole=lambda tried, got, names: report(
        tried,
        got,
        Words("two numbers"),
        kind_cause(got, "Two counts are asked for: `return before, after`."),
    ),
    own_work=["compiler"],
)

# ---------------------------------------------------------------------------------------------
# E28.4 From when to when an array is needed

STEP: list[Line] = [
    ("v0", "@", ("x0", "x1")),
    ("v1", "relu", ("v0",)),
    ("v2", "@", ("v1", "x2")),
    ("v3", "-", ("v2", "x3")),
    ("v4", "@", ("v1", "v3")),
    ("v5", "@", ("v3", "x2")),
    ("v6", "cut", ("v5", "v1")),
    ("v7", "@", ("x0", "v6")),
]
STEPS: list[tuple[list[Line], list[str]]] = [
    ([("v0", "exp", ("x0",)), ("v1", "+", ("v0", 1.0)), ("v2", "*", ("x0", "x1"))], ["v1"]),
    ([("v1", "+", ("x0", "x1")), ("v10", "exp", ("v1",)), ("v2", "*", ("v10", "x0"))], ["v2"]),
    ([("v0", "exp", ("x0",)), ("v1", "*", ("v0", "v0")), ("v2", "+", ("v0", 1.0))], ["v1", "v2"]),
    (STEP, ["v4", "v7"]),
]

Lives = dict[str, tuple[int, int]]


def lives_of(
    lines: Sequence[Line], results: Sequence[str], pick: Callable[..., int] = max, end: int = 0
) -> Lives:
    """Where each name is made, and its last reader (or what `pick` says); results at the end."""
    found = {}
    for k, (name, _, _) in enumerate(lines):
        readers = [i for i, (_, _, operands) in enumerate(lines) if name in operands]
        readers += [len(lines)] if name in results else []
        found[name] = (k, pick(readers) + end if readers else k)
    return found


def life_words(name: str, lines: Sequence[Line], results: Sequence[str]) -> str:
    """Where a name is made and read."""
    made = next(k for k, line in enumerate(lines) if line[0] == name)
    readers = [str(k) for k, (_, _, operands) in enumerate(lines) if name in operands]
    listed = " and ".join(filter(None, [", ".join(readers[:-1]), *readers[-1:]]))
    line = "line" if len(readers) == 1 else "lines"
    said = f"read in {line} {listed}" if readers else "not read by any line"
    end = ", and is a result" if name in results else ""
    return f"{name} is the first to differ: it is made in line {made}, {said}{end}."


check_lives = check_function(
    "lives(lines, results)",
    lambda rng: [*STEPS, *(drawn_program(rng) for _ in range(2))],
    lives_of,
    {
        "A life ends at its *first* reader here. Others come later, in a training step mostly on "
        "the way back.": lambda lines, results: lives_of(lines, results, min),
        "The results are to be there when all is done: their life ends at `len(lines)`.": (
            lambda lines, results: lives_of(lines, [])
        ),
        "A result ends at the last line here, number `len(lines) - 1`; it is needed after that, "
        "too: `len(lines)`.": lambda lines, results: {
            name: (a, min(b, len(lines) - 1)) for name, (a, b) in lives_of(lines, results).items()
        },
        "The end is one line behind the last reader: name the line that reads it last.": (
            lambda lines, results: lives_of(lines, results, max, 1)
        ),
        "The pairs are the wrong way round: first the line that makes it.": lambda lines, results: {
            name: (b, a) for name, (a, b) in lives_of(lines, results).items()
        },
        "The lines are counted from 1; the first is line 0.": lambda lines, results: {
            name: (a + 1, b + 1) for name, (a, b) in lives_of(lines, results).items()
        },
        "This is how long each array lives; asked for is the line that makes it and the one that "
        "reads it last.": lambda lines, results: {
            name: b - a for name, (a, b) in lives_of(lines, results).items()
        },
        "An array that nobody reads lives in the line that makes it, and not to the end.": (
            lambda lines, results: {
                name: (a, b if b > a else len(lines))
                for name, (a, b) in lives_of(lines, results).items()
            }
        ),
    },
    other_entries(lives_of, life_words, "a pair of numbers, (first, last)"),
    "Next: for each name, go through all lines and note the number of each that reads it.",
    tried=lambda lines, results: f"lives of {lines_text(lines)}, with results {results}",
    read=table_of,
    explain=lines_explain,
    own_work=["compiler"],
)

# ---------------------------------------------------------------------------------------------
# E28.5 A place for each array


def meet(a: Sequence[int], b: Sequence[int]) -> tuple[int, int]:
    """The first and the last line in which both lives are needed; none where they are reversed."""
    return max(a[0], b[0]), min(a[1], b[1])


def packed(
    lives: Lives,
    sizes: Numbers,
    order: Callable[[str], Any] | None = None,
    met: Callable[..., bool] = lambda a, b: meet(a, b)[0] <= meet(a, b)[1],
) -> Numbers:
    """Each at the lowest free address, the largest first or in another order."""
    places: Numbers = {}
    for name in sorted(sizes, key=order or (lambda name: -sizes[name])):
        address = 0
        for other in sorted(places, key=lambda other: places[other]):
            if met(lives[name], lives[other]) and places[other] < address + sizes[name]:
                address = max(address, places[other] + sizes[other])
        places[name] = address
    return places


def peak(places: Numbers, sizes: Numbers) -> int:
    """The end of the last array."""
    return max((places[name] + sizes[name] for name in sizes), default=0)


def side_by_side(sizes: Numbers) -> Numbers:
    ends = np.cumsum([0, *sizes.values()]).tolist()
    return dict(zip(sizes, ends, strict=False))


PLANS: dict[str, Callable[[Lives, Numbers], Numbers]] = {
    "All arrays lie side by side: no place is used a second time.": (
        lambda lives, sizes: side_by_side(sizes)
    ),
    "An array was put where another still lies in that line, to be read there for the last time. "
    "Both are needed: a life holds its last line.": lambda lives, sizes: packed(
        lives, sizes, None, lambda a, b: meet(a, b)[0] < meet(a, b)[1]
    ),
    "Everything begins at the same address.": lambda lives, sizes: dict.fromkeys(sizes, 0),
    "The arrays were placed in the order in which they are made: a large one that comes late "
    "finds only small holes.": lambda lives, sizes: packed(lives, sizes, lambda n: lives[n][0]),
    "The smallest were placed first, and the large ones find only small holes.": (
        lambda lives, sizes: packed(lives, sizes, lambda n: sizes[n])
    ),
}
LARGEST = "Next: the largest first, each at the lowest address where it meets nobody."


def place_cases(rng: np.random.Generator) -> list[Case]:
    """Of one size each, so that the largest first is one order, and the rule one plan."""
    fixed: list[tuple[Lives, Numbers]] = [
        ({"a": (0, 2), "b": (1, 4), "c": (3, 4)}, {"a": 3, "b": 5, "c": 2}),
        ({"a": (0, 1), "b": (1, 2), "c": (2, 3)}, {"a": 5, "b": 6, "c": 4}),
        (  # any other order takes more: by life, by size times life, by the last line
            {"a": (1, 3), "b": (2, 5), "c": (2, 2), "d": (3, 5), "e": (4, 4)},
            {"a": 3, "b": 5, "c": 8, "d": 7, "e": 6},
        ),
        ({"a": (0, 1), "b": (0, 5), "c": (2, 5), "d": (3, 5)}, {"a": 2, "b": 3, "c": 1, "d": 6}),
        (
            lives_of(STEP, ["v4", "v7"]),
            {f"v{k}": n for k, n in enumerate([9, 8, 3, 2, 4, 7, 6, 5])},
        ),
    ]
    drawn = []
    for count in (6, 9):
        lines = sorted(int(n) for n in rng.integers(0, 8, count))
        lives = {f"v{k}": (a, a + int(rng.integers(0, 4))) for k, a in enumerate(lines)}
        sizes = rng.choice(np.arange(1, 20), count, replace=False)
        drawn.append((lives, {f"v{k}": int(n) for k, n in enumerate(sizes)}))
    return [{"lives": lives, "sizes": sizes} for lives, sizes in fixed + drawn]


def place_tried(case: Case) -> str:
    lives = ", ".join(f"{name} of {case['sizes'][name]} in lines {a} to {b}"
                      for name, (a, b) in case["lives"].items())  # fmt: skip
    return f"places of {lives}"


def place_judge(tried: str, case: Case, seen: Seen) -> Faults:
    lives, sizes, got = case["lives"], case["sizes"], seen["result"]
    got = keyed(got, sizes) if isinstance(got, dict) else got
    yield changed_fault(tried, seen)
    yield plan_fault(tried, got, sizes)
    got = {name: int(got[name]) for name in sizes}
    slips = [words for words, plan in PLANS.items() if plan(lives, sizes) == got]
    for m, n in combinations(sizes, 2):
        first, last = meet(lives[m], lives[n])
        if first <= last and got[m] < got[n] + sizes[n] and got[n] < got[m] + sizes[m]:
            a, b = (f"{name} from {got[name]} to {got[name] + sizes[name]}" for name in (m, n))
            when = f"line {first}" if first == last else f"lines {first} to {last}"
            cause = [*slips, f"In {when} both are needed, and they share addresses."][0]
            yield report(tried, Words(f"{a}, and {b}"), Words("places apart"), cause)
    taken, enough = peak(got, sizes), peak(packed(lives, sizes), sizes)
    if taken > enough:
        cause = [*slips, "No two arrays are in each other's way, and there are holes."][0]
        found, wanted = Words(f"{taken} in all: {got}"), Words(f"{enough} or less")
        yield report(tried, found, wanted, cause, LARGEST)


def plan_fault(tried: str, got: Any, sizes: Numbers) -> str | None:
    """The message for what is no table of an address for each name, else None."""
    wanted = Words("a dict from each name to an address")
    if not isinstance(got, dict):
        cause = kind_cause(got, "The addresses stand under the names of the arrays.")
        return report(tried, got, wanted, cause)
    for name in sizes:
        if name not in got:
            return report(tried, got, wanted, f"There is no place for {name}.")
        if not is_number(got[name]) or got[name] % 1 != 0 or got[name] < 0:
            cause = "An address is a whole number, 0 or more: where the array begins."
            return report(f"{tried}: the place of {name}", got[name], Words("a number"), cause)
    return None


check_places = check_stages(
    "places",
    place_cases,
    lambda answer, case: call(answer, case["lives"], case["sizes"]).items(),
    place_judge,
    tried=place_tried,
    own_work=["compiler"],
)
