"""The checks of exercise 19: a counter of writes, and a relu that writes over its operand."""

from __future__ import annotations

import functools
import re
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from ..tensor import Tensor
from .arrays import Table, difference, draw_array, show_array
from .messages import Words, because, kind_cause, report
from .plain_data import Raised
from .run_answer import attempt
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import Case, refusal_fault

# ---------------------------------------------------------------------------------------------
# E19.1 The version counter


class Program(NamedTuple):
    """What happens between an op that keeps an array and the way back.

    `op` is "*" (x * x, keeps x), "exp" (keeps its result, called y) or "+" (x + x, keeps nothing).
    `code` is run on what was kept, `before` on x beforehand. `versions` are the one found at the
    end and the one needed where the program must be refused; None where it is safe.
    """

    op: str
    code: str
    versions: tuple[int, int] | None
    cause: str
    words: str = ""
    before: str = ""

    @property
    def name(self) -> str:
        """What the kept array is called."""
        return "y" if self.op == "exp" else "x"

    def run(self, code: str, kept: Any) -> None:
        """Run code on what was kept; where it raises, no line of the learner's is to blame."""
        exec(compile(code, __file__, "exec"), {"np": np, self.name: kept})


MISSED = "This write was not counted"
VIEW = f"{MISSED}. A view is the same memory under another name: it must count on the counter of "
VIEW += "the array that it is a view of, not on one of its own."
OUT = f"{MISSED}: there is no `[...] =` in it. NumPy is told to write by `out=`, and asks "
OUT += "`__array_ufunc__`."
AUGMENTED = f"{MISSED}: `x += 1` is np.add(x, 1, out=x) in other words, and must leave x what it "
AUGMENTED += "was, a counted array."

READS = ("x[0]", "x[1:]", "x[[0, 2]]", "x + 1", "np.exp(x)", "-x")

PROGRAMS = {
    "element": Program("*", "x[0] = 9", (1, 0), f"{MISSED} by `__setitem__`."),
    "reads": Program(
        "*",
        "; ".join(READS),
        None,
        "Nothing was written. A read leaves the numbers as they are, and must not be counted.",
        "reads x[0], x[1:], x[[0, 2]], x + 1, np.exp(x) and -x",
    ),
    "view": Program("*", "x[1:][0] = 9", (1, 0), VIEW),
    "view of a view": Program("*", "x[::2][1:][0] = 9", (1, 0), VIEW),
    "copy": Program(
        "*",
        "x[[0, 2]][0] = 9",
        None,
        "A list as index makes a copy: memory of its own, so a counter of its own. Ask "
        "np.may_share_memory.",
    ),
    "elsewhere": Program(
        "*",
        "other = type(x)(np.zeros(3), 'other'); np.exp(x, out=other); other[0] = 9",
        None,
        "x was only read. What was written to is `other`: count on the counter of what stands "
        "behind `out=`, and give every new array a counter of its own.",
        "np.exp(x, out=other) and other[0] = 9",
    ),
    "out=": Program("*", "np.add(x, 1, out=x)", (1, 0), OUT),
    "out= of a view": Program("*", "np.exp(x[1:], out=x[1:])", (1, 0), OUT),
    "+=": Program("*", "x += 1", (1, 0), AUGMENTED),
    "two writes": Program("*", "x *= 0.5; x *= 0.5", (2, 0), AUGMENTED, "x *= 0.5, twice"),
    "before": Program(
        "*",
        "",
        None,
        "The write came before x was kept, so what was kept is what was used. Compare with the "
        "version at that time, not with 0.",
        "x[1] = 2 *before* x * x",
        before="x[1] = 2",
    ),
    "before and after": Program(
        "*",
        "x[2] = 9",
        (2, 1),
        f"{MISSED}, or its version forgotten.",
        "x[1] = 2 before x * x, x[2] = 9 after",
        before="x[1] = 2",
    ),
    "result": Program("exp", "y[0] = 0", (1, 0), f"{MISSED} by `__setitem__`."),
    "nothing kept": Program("+", "x += 1", None, "A sum keeps nothing, so nothing can be spoilt."),
    "training": Program(
        "*",
        "",
        None,
        "A step of training is safe: the write comes after the way back, and the next forward "
        "keeps x at its new version.",
        "the way back, x -= 0.1, x * x once more",
        before="x -= 0.1",
    ),
}
LOOK = "Next: print `x.version` before and after that line."


def counter_cases(rng: np.random.Generator) -> list[Case]:
    """Every program, each with numbers of its own."""
    return [{"program": name, "x": draw_array(rng, (3,))} for name in PROGRAMS]


def counter_tried(case: Case) -> str:
    program = PROGRAMS[case["program"]]
    forward = {"*": "x * x kept x", "exp": "y = exp(x) kept y", "+": "x + x kept nothing"}
    words = program.words or program.code
    at_first = f"x = {show_array(case['x'])}: {forward[program.op]}"
    return f"{at_first}, then {words}, then the way back"


def counter_steps(answer: Any, case: Case) -> Steps:
    """Run the program with the learner's two classes."""
    counted, saved = answer if isinstance(answer, tuple) else (answer, answer)
    program, x = PROGRAMS[case["program"]], counted(np.array(case["x"]), "x")
    if case["program"] == "training":
        yield "got before", attempt(saved(x, program.op).get)
    program.run(program.before, x)
    kept_by = counted(np.exp(x.array), "y") if program.op == "exp" else x
    kept = saved(kept_by, program.op) if program.op != "+" else None
    if case["program"] == "reads":
        values = [eval(compile(code, __file__, "eval"), {"np": np, "x": x}) for code in READS]
        yield "values", [np.asarray(getattr(part, "array", part)) for part in values]
    else:
        program.run(program.code, kept_by)
    yield "memory", kept_by.array
    got = attempt(kept.get) if kept else None
    yield "got", got
    yield "is a copy", got is not None and got is not kept_by.array


def counter_judge(tried: str, case: Case, seen: Seen) -> Faults:
    """First what is in the memory, then whether the program was refused, then the words for it."""
    program, x = PROGRAMS[case["program"]], np.array(case["x"])
    program.run(program.before, x)
    at_first = np.exp(x) if program.op == "exp" else x
    memory = at_first.copy()
    if case["program"] != "elsewhere":
        program.run(program.code, memory)
    cause = "The numbers in the memory are not what NumPy would have put there: is a view a copy "
    cause += "here, or is the write left out?"
    yield difference(f"{tried}: the array", seen["memory"], memory, cause=cause)
    for code, value in zip(READS, seen.get("values", []), strict=False):
        right, cause = np.asarray(eval(code, {"np": np, "x": x})), "A read gives what NumPy gives."
        yield difference(f"{tried}: {code}", value, right, cause=cause)
    found = seen["got"]
    if isinstance(found, Raised) and found.type != "RuntimeError":
        yield found
    if program.versions is not None:
        yield spoilt_fault(tried, program, found, at_first)
        return
    if seen["is a copy"] and not isinstance(found, Raised):
        cause = "`get` returns the array that was given: a copy costs as much memory once more."
        yield report(f"{tried}: get()", Words("a copy"), Words("the array itself"), cause)
    kept = [(seen["got before"], case["x"])] if "got before" in seen else []
    kept += [(found, memory)] if program.op != "+" else []
    for got, right in kept:
        if isinstance(got, Raised):
            yield report(tried, got, Words("no refusal"), program.cause, LOOK)
        cause = "`get` returns the array that was kept."
        yield difference(f"{tried}: get()", got, right, cause=cause)


def left_out(text: str, wanted: dict[str, Any]) -> list[str]:
    """Of these, in words, what does not stand in a text as a word or a number of its own."""
    return [
        words
        for words, part in wanted.items()
        if not re.search(rf"(?<!\w){re.escape(str(part))}(?!\w)", text)
    ]


def spoilt_fault(tried: str, program: Program, found: Any, at_first: np.ndarray) -> str | None:
    """The message where a spoilt array is handed out, or refused in too few words."""
    assert program.versions is not None
    now, needed = program.versions
    parts = {
        "the label of the tensor": program.name,
        "the op": program.op,
        "the version it has now": now,
        "the version that is needed": needed,
    }

    def unsaid(text: str) -> str:
        missing = left_out(text, parts)
        if not missing:
            return ""
        cause = f"The refusal leaves out {' and '.join(missing)}: whoever reads it must find the "
        cause += "write without a debugger."
        if missing == ["the version it has now"]:
            if not left_out(text, {"twice as many": 2 * now}):
                return "Each write was counted twice: by `__setitem__` and by what it calls?"
            if now > 1:
                cause += " Two writes make the version 2 higher."
        return cause

    cause, look = program.cause, "" if isinstance(found, Raised) else LOOK
    if isinstance(found, np.ndarray):
        if np.array_equal(found, at_first):
            cause = "These are the numbers from before the write: a copy was kept. It cannot be "
            cause += "spoilt, and it costs the memory of every array that any op keeps."
            look = "Next: keep `x` itself, and its version."
        found = Words(f"no refusal: get() gave {show_array(found)}")
    wanted = f"a RuntimeError that names {program.name!r}, {program.op!r}, {now} and {needed}"
    return refusal_fault(tried, found, (RuntimeError,), cause, look, wanted=wanted, unsaid=unsaid)


def counter_explain(case: Case, raised: Raised) -> str | None:
    """Likely causes of exceptions outside of `get`."""
    if "no attribute 'array'" in raised.text:
        return "A plain array or number came where a Counted was expected: `plain(x)` is for both."
    if raised.type == "RecursionError":
        return "`__array_ufunc__` was handed a Counted again: give NumPy plain arrays, `plain(x)`."
    if "does not support ufuncs" in raised.text or "NotImplemented" in raised.text:
        return "`__array_ufunc__` must call `getattr(ufunc, method)` and return a result."
    if raised.type in ("IndexError", "TypeError") and case["program"] in ("+=", "two writes"):
        return "`x += 1` becomes whatever `__array_ufunc__` returns: with `out`, return `out[0]`."
    return None


check_version_counter = check_stages(
    "version_counter",
    counter_cases,
    counter_steps,
    counter_judge,
    points=2,
    tried=counter_tried,
    explain=counter_explain,
    own_work=["versions"],
)

# ---------------------------------------------------------------------------------------------
# E19.2 A relu that writes over its operand


# What is done before relu_ and after it, as a message says it.
WRITES = {
    "": ("", ""),
    "before": ("x.data *= 2, then ", ""),
    "after": ("", ", then x.data[0] = 9, then vjp(upstream)"),
    "view": ("", ", then x.reshape(2, 2).data[0] = 9, then vjp(upstream)"),
}


def relu_cases(rng: np.random.Generator) -> list[Case]:
    """Arrays with a 0 in them, a write before, a write after, and a write through a view."""
    cases = []
    for shape, write in (
        ((5,), ""),
        ((2, 3), ""),
        ((4,), "before"),
        ((4,), "after"),
        ((4,), "view"),
    ):
        x = draw_array(rng, shape)
        x.flat[0], x.flat[1], x.flat[2] = abs(x.flat[0]), 0.0, -abs(x.flat[2])
        label = "scores" if write == "view" else "x"
        cases.append({"x": x, "upstream": draw_array(rng, shape), "write": write, "label": label})
    return cases


def relu_tried(case: Case) -> str:
    first, then = WRITES[case["write"]]
    also = f", label={case['label']!r}" if case["label"] != "x" else ""
    return f"{first}relu_(x) with x = {show_array(case['x'])}{also}{then}"


def relu_steps(answer: Any, case: Case) -> Steps:
    """The memory before and after, the way back twice, and what it holds on to."""
    x = Tensor(case["x"], label=case["label"])
    memory = x.array
    if case["write"] == "before":
        x.data *= 2.0
    count = x.version.count
    vjp = answer(x)
    yield "x", x.numpy()
    yield "memory", memory
    yield "writes", x.version.count - count if x.array is memory else None
    yield "no function", None if callable(vjp) else [vjp]
    yield "kept", kept_beside(memory, vjp)
    if case["write"] == "after":
        x.data[0] = 9.0
    elif case["write"] == "view":
        x.reshape(2, 2).data[0] = 9.0
    yield "versions", [x.version.count, count + 1]
    upstream = np.array(case["upstream"])
    yield "gradient", attempt(vjp, upstream)
    yield "again", attempt(vjp, upstream)
    yield "changed", not np.array_equal(upstream, case["upstream"])


def kept_beside(memory: np.ndarray, vjp: Any) -> list[str]:
    """The arrays and lists of several numbers that a way back holds on to, beside this memory."""
    found, seen, waiting = [], set(), [vjp]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, type | ModuleType):
            continue
        seen.add(id(thing))
        if isinstance(thing, Tensor):
            waiting.append(thing.array)
        elif isinstance(thing, np.ndarray):
            if thing.size > 1 and not np.shares_memory(thing, memory):
                found.append(f"an array of {thing.dtype}")
        elif isinstance(thing, list | tuple | set | dict):
            items = list(thing.values() if isinstance(thing, dict) else thing)
            if len(items) > 1 and all(map(is_plain_number, items)):
                found.append(f"a {type(thing).__name__} of {len(items)} numbers")
            waiting += items
        elif not type(thing).__module__.startswith("autograd_lesson."):
            cells = getattr(thing, "__closure__", None) or ()
            waiting += [cell.cell_contents for cell in cells]
            waiting += getattr(thing, "__defaults__", None) or ()
            waiting += [getattr(thing, name, None) for name in ("__kwdefaults__", "__self__")]
            waiting += getattr(thing, "args", ()) if isinstance(thing, functools.partial) else ()
            waiting += getattr(thing, "__dict__", {}).values()
    return found


def is_plain_number(thing: Any) -> bool:
    return isinstance(thing, int | float | np.generic)


def relu_judge(tried: str, case: Case, seen: Seen) -> Faults:
    """The memory, then what is kept, then the gradient or the refusal."""
    x, upstream = case["x"] * (2.0 if case["write"] == "before" else 1.0), case["upstream"]
    y = np.maximum(x, 0.0)
    yield from memory_faults(tried, x, y, seen)
    for got in seen["no function"] or ():
        cause = "What is to be returned is the way back, a function: `return vjp`, no brackets. "
        yield report(tried, got, Words("a function"), cause + kind_cause(got))
    found = seen["gradient"]
    if isinstance(found, Raised) and found.type != "RuntimeError":
        yield found
    if case["write"] in ("after", "view"):
        yield relu_refusal_fault(tried, case["label"], seen)
        return
    if isinstance(found, Raised):
        cause = "Nobody wrote after relu_ itself. Its own write counts as well: note the version "
        cause += "after it, and compare with that, not with the one before or with 0."
        yield report(f"{tried}: vjp(upstream)", found, Words("no refusal"), cause)
    slips: Table = {
        "Everything passes. An output is never below 0, so `>= 0` holds everywhere: ask whether it "
        "is above.": upstream,
        "At 0 the slope is 0 by convention; here the upstream passes.": upstream * (x >= 0),
        "This is the partial; the upstream is missing.": np.where(y > 0, 1.0, 0.0),
        "The upstream is multiplied by the output itself, not by its slope.": upstream * y,
        "The wrong half passes: is the condition reversed?": upstream * (x <= 0),
    }
    at = f"{tried}: vjp(upstream) with upstream = {show_array(upstream)}"
    yield difference(
        at, found, upstream * (y > 0), slips, "Next: print `x.data > 0` after the write."
    )
    if seen["changed"]:
        cause = "The upstream belongs to whoever called: other operands get it too."
        yield report(at, Words("`upstream` changed by the call"), Words("left alone"), cause)
    cause = "The second call differs from the first: the way back has spoilt what it needs."
    yield difference(f"{at}, a second time", seen["again"], found, cause=cause)
    yield kept_fault(tried, seen["kept"])


def kept_fault(tried: str, kept: list[str]) -> str | None:
    """The message for a way back that holds on to more than x and a number, else None."""
    if not kept:
        return None
    kind = "Something that grows with x"
    if "array of bool" in kept[0]:
        kind = "A mask as large as x"
    elif "array of float" in kept[0]:
        kind = "A copy as large as x"
    cause = f"{kind} is kept beside it, so in place has saved less than it could. The output "
    cause += "tells by itself where the slope is 1."
    return report(tried, Words(f"vjp holds {kept[0]} beside x"), Words("x, and a number"), cause)


def memory_faults(tried: str, x: np.ndarray, y: np.ndarray, seen: Seen) -> Faults:
    """The messages where the numbers are not written over the old ones, counted, once."""
    slips, cause = {"x was not written to: `out=x.data`, or `x.data[...] =`.": x}, "The numbers "
    cause += "after the call are not max(x, 0)."
    yield difference(f"{tried}: x.data after it", seen["x"], y, slips, cause=cause)
    if seen["writes"] is None or not np.array_equal(seen["memory"], y):
        cause = "`x.data = ...` gives x a new array, and views of the old one stay as they were. "
        cause += "In place means: into the same memory."
        look = "Next: `np.maximum(x.data, 0.0, out=x.data)`."
        yield report(tried, Words("a new array"), Words("the old array, written to"), cause, look)
    if seen["writes"] == 0:
        cause = "The write went past the counter: `x.array` is not watched, `x.data` is."
        yield report(tried, Words("0 writes counted"), Words("1"), cause)


def relu_refusal_fault(tried: str, label: str, seen: Seen) -> str | None:
    """The message where a spoilt output is used, or refused in too few words."""
    found = seen["gradient"]
    cause = kind_cause(found)
    if isinstance(found, np.ndarray):
        if seen["kept"]:
            return None  # a copy cannot be spoilt; that it is kept is said where nothing is written
        cause = "The output was written to, and the mask made from it is no longer that of relu: "
        cause += "compare `x.version.count` with what it was after relu_'s own write."

    def unsaid(text: str) -> str:
        parts = {repr(label): label} | {str(x): x for x in ("relu_", *seen["versions"])}
        missing = left_out(text, parts)
        if missing == [repr(label)]:
            return f"The refusal does not say {label!r}. The name is that of the tensor: `x.label`."
        return f"The refusal does not say {' nor '.join(missing)}." if missing else ""

    wanted = f"a RuntimeError that names {label!r}, 'relu_' and both versions"
    return refusal_fault(tried, found, (RuntimeError,), cause, wanted=wanted, unsaid=unsaid)


READ_ONLY = (
    "NumPy refused a write that nobody would have counted: the memory of a tensor is locked, and "
    "only `x.data` opens it, for a write that it counts."
)

check_relu_in_place = check_stages(
    "relu_in_place",
    relu_cases,
    relu_steps,
    relu_judge,
    tried=relu_tried,
    explain=because({"read-only": READ_ONLY}),
    own_work=["functional", "array_ops"],
)
