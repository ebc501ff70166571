"""What a function of values does, recorded as a program: once, and with other numbers to compare.

A recording is one path through f. What would be fixed in it unseen, a number from `.data` or a loop
whose length depends on one, shows when f runs again with other numbers, and is refused.
"""

import dis
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from numbers import Real
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .. import ops
from ..branches import cut_rule
from ..value import Value, symbol_of
from .program import MOST_OPERANDS, OF_ENGINE, Line, Program

COMPARISONS = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}
CHANGES = (  # of the arguments, to record again; one of the first two may cross a branch
    lambda x: x + 1e-7 * max(1.0, abs(x)),
    lambda x: x - 1e-7 * max(1.0, abs(x)),
    lambda x: -x,
    lambda x: 3.0 * x + 1.0,
)
NOT_RECORDED = (
    "f cannot be recorded here: with other arguments {}. A recording sees operations on values; a "
    "number from .data or from a random generator, or a branch that it cannot see, would be fixed "
    "in it. Compute and compare with values, pass what varies as an argument, or record at another "
    "example"
)
TOO_LONG = (
    "it was not done after {:,} steps or {:.0f} s (here it took {:,} steps): there is a loop whose "
    "length depends on numbers that are not compared as values"
)
NO_CODE = (
    "no code is known for the op {!r} of f, which is none of ops.py, though it may have the name "
    "of one; write f with the ops there, or add this one to its table"
)
ENDLESS = (
    "f was not done after {:,} steps, each a line of its code or a value it makes: a recording "
    "holds every round of a loop. Give arguments for which its loops end, and end soon; of many "
    "examples record one, and compile with batch="
)
MOST_STEPS = 1_000_000  # of the run that is recorded
OTHER_STEPS, OTHER_SECONDS = 10_000, 2.0  # with other numbers, beside ten times those of the first
OFTEN = 16  # steps from one look at the clock to the next, which takes as long as a step
PACKAGE = str(Path(ops.__file__).parent)


def record(root: Value, inputs, guards=()) -> Program:
    """The instructions that compute `root`; leaves that are not among `inputs` are constants.

    A guard is a comparison with its answer, (left, symbol, right, answer). It stands before all
    that only it, or what came after it, needed.
    """
    names: dict[Value, str | float] = {value: f"x{i}" for i, value in enumerate(inputs)}
    lines: list[Line] = []

    def add(op, *operands):
        lines.append(Line(f"v{len(lines)}", op, operands))
        return lines[-1].name

    def name_of(value):
        stack = [value]  # the topological order, without what has a name already
        while stack:
            each = stack.pop()
            if each is None:
                each = stack.pop()
                names[each] = added(each, [names[operand] for operand in each.operands], add)
            elif each not in names:
                stack += (each, None, *each.operands[::-1])
        return names[value]

    for left, symbol, right, answer in guards:
        sides = (name_of(left), name_of(right))
        if not all(isinstance(side, float) for side in sides):
            lines.append(Line("", f"if {symbol}" if answer else f"if not {symbol}", sides))
    result = name_of(root)
    captured = {v: v.data for v in names if not v.operands and isinstance(names[v], float)}
    return Program(tuple(names[v] for v in inputs), tuple(lines), (result,), (*captured.items(),))


def added(value, operands, add):
    """Add the instruction that makes `value`, and give its name; a leaf is its number."""
    symbol = symbol_of(value)
    if not operands:
        return float(value.data)
    settings = getattr(value.op, "settings", ())
    if settings == (0.0,):
        return 1.0  # what a power of 0 is
    if settings:
        return add("**" if symbol.startswith("**") else symbol, *operands, *map(float, settings))
    if getattr(getattr(value.op, "rule", None), "func", None) is cut_rule:
        return 0.0 if value.op.rule.args[0] else operands[0]
    if OF_ENGINE.get(symbol) != value.op:
        raise ValueError(NO_CODE.format(symbol))
    if symbol not in ("sum", "dot") or len(operands) <= MOST_OPERANDS:
        return add(symbol, *operands)
    n, half = len(operands), MOST_OPERANDS // 2
    lists = [operands] if symbol == "sum" else [operands[: n // 2], operands[n // 2 :]]
    y = None
    for i in range(0, len(lists[0]), half):
        part = add(symbol, *(each for own in lists for each in own[i : i + half]))
        y = part if y is None else add("+", y, part)
    return y


@contextmanager
def comparisons_noted(noted: list):
    """Have every comparison of values written down. (The class is changed, for every thread.)"""
    own = {name: getattr(Value, name) for name in COMPARISONS}

    def noting(name):
        def method(self, other):
            answer = own[name](self, other)
            noted.append((self, COMPARISONS[name], Value.of(other), answer))
            return answer

        return method

    try:
        for name in own:
            setattr(Value, name, noting(name))
        yield
    finally:
        for name, method in own.items():
            setattr(Value, name, method)


class EndlessError(BaseException):
    """Stops f, which may well catch every Exception."""


class Effort(NamedTuple):
    """What a run of f takes: lines of code outside the package and values made; processor time."""

    steps: int
    seconds: float


@contextmanager
def effort_noted(most: Effort) -> Iterator[Callable[[], Effort]]:
    """Note the effort so far, and stop what takes more than `most`.

    Every loop of f has steps, also one that records nothing.
    """
    own, before, steps = Value.__init__.__code__, sys.gettrace(), 0
    told_of_others = sys.unraisablehook
    start = time.process_time()

    def step():
        nonlocal steps
        steps += 1
        if steps > most.steps or (
            steps % OFTEN == 0 and time.process_time() - start > most.seconds
        ):
            raise EndlessError

    def on_call(frame, event, argument):
        if frame.f_code is own:
            step()
        if frame.f_code.co_filename.startswith(PACKAGE):
            return None
        frame.f_trace_opcodes = has_empty_loop(frame.f_code)
        return on_line

    def on_line(frame, event, argument):
        if event in ("line", "opcode"):
            step()
        return on_line

    def go_on(dropped):
        """Python drops what is raised in a finaliser, and the trace too: the next line stops f."""
        if dropped.exc_type is EndlessError:
            sys.settrace(on_call)
        else:
            told_of_others(dropped)

    sys.unraisablehook = go_on
    sys.settrace(on_call)
    try:
        yield lambda: Effort(steps, time.process_time() - start)
    finally:
        sys.settrace(before)
        sys.unraisablehook = told_of_others


@cache
def has_empty_loop(code) -> bool:
    """Does a jump lead to itself: `while True: pass`, in which Python comes to no new line?"""
    jumps = (i for i in dis.get_instructions(code) if i.opname.startswith("JUMP_BACKWARD"))
    return any(i.argval in (i.offset, i.offset - 2) for i in jumps)


def trace(f: Callable, *examples) -> Program:
    """What `f` does with these examples, each a number, a value, or a list of such.

    `f` runs again with other numbers. Where its comparisons have the same answers, so must its
    instructions be the same: what it takes from `.data` or from a random generator differs then,
    and is refused, since it would be a constant of the program. A run that takes ten times as
    long as the first is stopped: `f` may have a loop without an end there.
    """
    if not callable(f):
        raise TypeError(
            f"{type(f).__name__} is no function; the function comes first, then an example of each "
            "of its arguments"
        )
    values = inputs_of(examples)
    numbers = [value.data for value in values]
    compared: list = []
    try:
        first, effort = traced(f, examples, values, compared, Effort(MOST_STEPS, math.inf))
    except EndlessError:
        raise ValueError(ENDLESS.format(MOST_STEPS)) from None
    except (TypeError, AttributeError) as error:
        error.add_note("To be recorded, f is called with Values: a list of them for an array.")
        raise
    refuse_what_is_two_inputs(first, examples)
    agreed = None
    try:
        for change in CHANGES:
            for value, x in zip(values, numbers, strict=True):
                value.data = change(x)
            difference, other = rerun(f, examples, values, compared, first, effort)
            if difference:
                raise ValueError(NOT_RECORDED.format(difference))
            agreed = other or agreed
    finally:
        for value, x in zip(values, numbers, strict=True):
            value.data = x
    if agreed is None:
        raise ValueError(NOT_RECORDED.format("'a branch' became 'another one nearby'"))
    both = dict(agreed.captured)
    return first._replace(captured=tuple(pair for pair in first.captured if pair[0] in both))


def rerun(f, examples, values, compared, first: Program, effort: Effort):
    """What is wrong with `first` by a run with other numbers, and its program where it agrees.

    Neither where that run took another branch, which a guard would notice, or left a domain.
    """
    answers: list = []
    most = Effort(OTHER_STEPS + 10 * effort.steps, OTHER_SECONDS + 10.0 * effort.seconds)
    try:
        other, _ = traced(f, examples, values, answers, most)
        difference = first_difference(first, other)
        if not difference:
            return "", other
    except (ValueError, ArithmeticError):  # outside the domain of an op
        return "", None
    except EndlessError:
        difference = TOO_LONG.format(*most, effort.steps)
    except Exception as error:
        difference = f"it raised {type(error).__name__}: {error}"
    is_same_branch = all(a[1::2] == b[1::2] for a, b in zip(answers, compared, strict=False))
    return difference if is_same_branch and len(answers) <= len(compared) else "", None


def first_difference(one: Program, other: Program) -> str:
    """The first instruction that differs, in both; nothing where all are the same."""
    if one[:3] == other[:3]:
        return ""
    texts = [[*map(str, program.lines), str(program.results)] for program in (one, other)]
    pairs = zip(*texts, strict=False)
    return next((f"{a!r} became {b!r}" for a, b in pairs if a != b), "")


def traced(f, examples, values, compared: list, most: Effort) -> tuple[Program, Effort]:
    """One recording, which takes no more than `most`, and what it took."""
    with comparisons_noted(compared), effort_noted(most) as effort:
        root = f(*like(examples, iter(values)))
    if not isinstance(root, Value) or isinstance(root.data, np.ndarray):
        raise TypeError(
            f"f returned {'nothing' if root is None else type(root).__name__}; a program is "
            "recorded from one Value: return the loss itself, computed from the arguments"
        )
    return record(root, values, compared), effort()


def inputs_of(examples) -> list[Value]:
    """A value for each number: the one given, or one of its own where it stands in two places."""
    found = []
    for place, example in enumerate(examples):
        for leaf in flat(example):
            if isinstance(leaf, Value) and isinstance(leaf.data, np.ndarray):
                raise TypeError(
                    f"argument {place} holds a Tensor, and a program is made of single numbers: "
                    "give nested lists, x.data.tolist(); a Tensor's own ops need no compiler, "
                    "each is one call for the whole array"
                )
            try:
                found.append(Value.of(leaf))
            except TypeError as error:
                raise TypeError(
                    f"argument {place}: {error} (allowed are numbers, values, and lists of such)"
                ) from None
    times = Counter(found)
    return [value if times[value] == 1 else Value(value.data, value.label) for value in found]


def refuse_what_is_two_inputs(program: Program, examples):
    """A value that is given twice, and used from outside as well, would have two numbers."""
    times = Counter(leaf for leaf in flat(examples) if isinstance(leaf, Value))
    for value, _ in program.captured:
        if times[value] > 1:
            raise ValueError(
                f"{value!r} is {times[value]} of the arguments, and f uses it from outside too: a "
                "call has a number for each place, and none for that use. Give it once, or have f "
                "use its arguments alone"
            )


def is_number(x) -> bool:
    """Is it a real number, as Python, NumPy and others have them?"""
    return isinstance(x, Real) and not isinstance(x, bool)


def parts(tree) -> list | None:
    """What is in a list, a tuple or an array; None for all else, a number."""
    tree = tree.tolist() if isinstance(tree, np.ndarray) else tree
    return list(tree) if isinstance(tree, list | tuple) else None


def flat(tree) -> list:
    """The numbers in nested lists, in order."""
    inner = parts(tree)
    if inner is None:
        return [tree.item() if isinstance(tree, np.ndarray) else tree]
    return [leaf for item in inner for leaf in flat(item)]


def like(tree, leaves: Iterator):
    """The leaves in the same nested lists."""
    inner = parts(tree)
    return next(leaves) if inner is None else [like(item, leaves) for item in inner]


def nesting(tree) -> str:
    """The shape of nested lists in words: `4 x 3 x number`."""
    if parts(tree) is None:
        (leaf,) = flat(tree)
        return "number" if is_number(leaf) else type(leaf).__name__
    inner = [nesting(item) for item in parts(tree)]
    if len(set(inner)) == 1:
        return f"{len(inner)} x {inner[0]}"
    return f"[{', '.join(inner)}]"
