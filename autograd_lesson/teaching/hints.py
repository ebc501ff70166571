"""One line under the traceback of a mistake that everyone makes once.

    from autograd_lesson import hints
    hints.on()        # in the first cell of every lesson and exercise
    hints.off()

The traceback stays as it is; the line stands below it.
"""

import re
from typing import NamedTuple

from IPython import get_ipython


class Mistake(NamedTuple):
    """An error by its type and a pattern of its message, and the likely cause in one line.

    Groups of the pattern can be used in the line by their names.
    """

    error: type[Exception]
    pattern: str
    likely: str


NUMBER = "int|float|numpy.float64|numpy.int64"
OPERATOR = r"unsupported operand type\(s\) for (?P<op>\S+?):"

MISTAKES = (
    Mistake(
        AttributeError,
        r"'NoneType' object has no attribute '(?P<name>\w+)'",
        "`.{name}` was asked of None. The operation that made it returned nothing: "
        "does its last line say `return`?",
    ),
    Mistake(
        TypeError,
        OPERATOR + " .*'NoneType'",
        "One side of `{op}` is None. The operation that made it returned nothing: "
        "does its last line say `return`?",
    ),
    Mistake(
        TypeError,
        OPERATOR + r" .*'(builtin_function_or_method|method|function)'",
        "One side of `{op}` is a method, not its result: are the brackets missing, as in x.tanh()?",
    ),
    Mistake(
        TypeError,
        OPERATOR + rf" '({NUMBER})' and '(?!{NUMBER}|list|str|tuple|dict)(?P<kind>\w+)'",
        "The number stands on the left of `{op}`, so Python asks {kind} for the reflected method: "
        "is there a __radd__, __rsub__, __rmul__, __rtruediv__ or __rpow__ for it?",
    ),
    Mistake(
        AttributeError,
        r"'(int|float)' object has no attribute '(?P<name>\w+)'",
        "`.{name}` was asked of a plain number. Wrap constants before you use them: "
        "other = other if isinstance(other, Value) else Value(other).",
    ),
    Mistake(
        AttributeError,
        r"'(list|generator|tuple)' object has no attribute '(backward|grad|data)'",
        "This is a list of values, not one value: pick one with [0], or add them up to one loss.",
    ),
    Mistake(
        TypeError,
        r"must be real number, not (?P<kind>\w+)",
        "A function of `math` takes plain numbers and would lose the gradient: "
        "use the method of {kind}, as in x.tanh().",
    ),
    Mistake(
        TypeError,
        r"(must be .*a real number, not '|format string passed to |^type )"
        r"(?P<kind>(?!list|tuple|dict|set|str|NoneType|complex|ndarray)\w+)",
        "The number in a {kind} is its .data: f'{{loss.data:.3f}}' to show it, float(loss.data) to "
        "take it out. A plain number has lost its graph: it is for printing.",
    ),
    Mistake(
        TypeError,
        r"'(?P<kind>\w*Value\w*)' object is not iterable",
        "One {kind} came where a list of them is expected: does a layer of width 1 "
        "return a list as well?",
    ),
    Mistake(
        Exception,
        r"is read-only|read-only memory|contiguous, writable",
        "The memory of a Tensor is locked, so that no write goes unnoticed. Write through x.data "
        "itself: x.data[...] = numbers, or out=x.data of NumPy's functions.",
    ),
    Mistake(
        TypeError,
        r"unhashable type: '(?P<kind>\w+)'",
        "{kind} defines __eq__ without __hash__, so it cannot be in a set or a dict: "
        "leave __eq__ out, and values are told apart by identity.",
    ),
    Mistake(
        TypeError,
        r"takes (?P<n>\d+) positional arguments? but (?P<m>\d+) (was|were) given",
        "One argument too many often means that `self` is missing in the `def` line of a method.",
    ),
    Mistake(
        RecursionError,
        r"maximum recursion depth",
        "A function called itself about a thousand times. A long chain of operations needs "
        "a loop with a list as its stack.",
    ),
    Mistake(
        NameError,
        r"name '(?P<name>\w+)' is not defined",
        "`{name}` is not known yet: has the cell that defines it been run since the kernel "
        "started? Is the name spelled as there?",
    ),
    Mistake(
        ValueError,
        r"zip\(\) argument \d+ is (shorter|longer) than argument",
        "Two lists that belong together have different lengths: is there one partial for "
        "each operand, one weight for each input?",
    ),
)


def likely_cause(error: BaseException) -> str | None:
    """The line for this error, or None where it is not one of the known mistakes."""
    for mistake in MISTAKES:
        found = re.search(mistake.pattern, str(error))
        if isinstance(error, mistake.error) and found:
            return mistake.likely.format(**found.groupdict())
    return None


def after_cell(result) -> None:
    """Print the line for the error that ended a cell, if there is one."""
    if result.error_in_exec is not None and (line := likely_cause(result.error_in_exec)):
        print(f"Likely cause: {line}")


def on() -> None:
    """Switch the lines on; outside IPython there is nothing to switch."""
    if shell := get_ipython():
        shell.events.register("post_run_cell", after_cell)  # which keeps a function once


def off() -> None:
    """Switch them off again."""
    shell = get_ipython()
    if shell and after_cell in shell.events.callbacks["post_run_cell"]:
        shell.events.unregister("post_run_cell", after_cell)
