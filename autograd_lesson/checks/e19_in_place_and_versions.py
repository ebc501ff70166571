"""The checks of exercise 19: a counter of writes, and a relu that writes over its operand."""

from __future__ import annotations

import functools
import re
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from ..tensor import Tensor
from .arrays import difference, draw_array, show_array
from .core import Check
from .messages import Words, kind_cause, raised_report, report
from .plain_data import Raised
from .run_answer import attempt

Case = dict[str, Any]

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
}
LOOK = "Next: print `x.version` before and after that line."


def counter_cases(rng: np.random.Generator) -> list[Case]:
    """Every program, and one step of a training loop, each with numbers of its own."""
    return [{"program": name, "x": draw_array(rng, (3,))} for name in (*PROGRAMS, "training")]


def counter_tried(case: Case) -> str:
    start = f"x = {show_array(case['x'])}: "
    if case["program"] == "training":
        return f"{start}x * x kept x, Saved.get(), x -= 0.1, x * x kept x, Saved.get()"
    program = PROGRAMS[case["program"]]
    forward = {"*": "x * x kept x", "exp": "y = exp(x) kept y", "+": "x + x kept nothing"}
    words = program.words or program.code
    return f"{start}{forward[program.op]}, then {words}, then the way back"


def counter_probe(answer: Any, case: Case) -> dict[str, Any]:
    """Run the program with the learner's two classes."""
    counted, saved = answer if isinstance(answer, tuple) else (answer, answer)
    x = counted(np.array(case["x"]), "x")
    if case["program"] == "training":
        first = attempt(saved(x, "*").get)
        first = np.array(first) if isinstance(first, np.ndarray) else first
        x -= 0.1
        return {"first": first, "got": attempt(saved(x, "*").get), "memory": np.array(x.array)}
    program = PROGRAMS[case["program"]]
    program.run(program.before, x)
    kept_by = counted(np.exp(x.array), "y") if program.op == "exp" else x
    kept = saved(kept_by, program.op) if program.op != "+" else None
    outcome: dict[str, Any] = {"got": None}
    if case["program"] == "reads":
        values = [eval(compile(code, __file__, "eval"), {"np": np, "x": x}) for code in READS]
        outcome["values"] = [np.asarray(getattr(part, "array", part)) for part in values]
    else:
        program.run(program.code, kept_by)
    outcome["memory"] = np.array(kept_by.array)
    got = attempt(kept.get) if kept else None
    return outcome | {"got": got, "is a copy": got is not None and got is not kept_by.array}


def counter_judge(case: Case, got: dict[str, Any]) -> str | None:
    """First what is in the memory, then whether the program was refused, then the words for it."""
    tried, x, found = counter_tried(case), np.array(case["x"]), got["got"]
    is_training = case["program"] == "training"
    program = PROGRAMS["nothing kept" if is_training else case["program"]]
    if not is_training:
        program.run(program.before, x)
    at_first = np.exp(x) if program.op == "exp" else x
    memory = at_first - 0.1 if is_training else at_first.copy()
    if not is_training and case["program"] != "elsewhere":
        program.run(program.code, memory)
    cause = "The numbers in the memory are not what NumPy would have put there: is a view a copy "
    cause += "here, or is the write left out?"
    if fault := difference(f"{tried}: the array", got["memory"], memory, cause=cause):
        return fault
    for code, value in zip(READS, got.get("values", []), strict=False):
        right, cause = np.asarray(eval(code, {"np": np, "x": x})), "A read gives what NumPy gives."
        if fault := difference(f"{tried}: {code}", value, right, cause=cause):
            return fault
    if is_training:
        cause = "A step of training is safe: the write comes after the way back, and the next "
        cause += "forward keeps x at its new version."
        for given, right in ((got["first"], x), (found, x - 0.1)):
            if isinstance(given, Raised):
                return report(tried, given, Words("no refusal"), cause)
            if fault := difference(tried, given, right, cause="`get` returns the array."):
                return fault
        return None
    if isinstance(found, Raised) and found.type != "RuntimeError":
        return raised_report(tried, found)
    if program.versions is not None:
        return spoilt_fault(tried, program, found, at_first)
    if isinstance(found, Raised):
        return report(tried, found, Words("no refusal"), program.cause, LOOK)
    if got["is a copy"]:
        cause = "`get` returns the array that was given: a copy costs as much memory once more."
        return report(f"{tried}: get()", Words("a copy"), Words("the array itself"), cause)
    cause = "`get` returns the array that was kept."
    return program.op != "+" and difference(f"{tried}: get()", found, memory, cause=cause) or None


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
    name = program.name
    wanted = Words(f"a RuntimeError that names {name!r}, {program.op!r}, {now} and {needed}")
    if not isinstance(found, Raised):
        if not isinstance(found, np.ndarray):
            return report(tried, found, wanted, program.cause, LOOK)
        words = Words(f"no refusal: get() gave {show_array(found)}")
        if np.array_equal(found, at_first):
            cause = "These are the numbers from before the write: a copy was kept. It cannot be "
            cause += "spoilt, and it costs the memory of every array that any op keeps."
            look = "Next: keep `x` itself, and its version."
            return report(tried, words, wanted, cause, look)
        return report(tried, words, wanted, program.cause, LOOK)
    missing = left_out(
        found.text,
        {
            "the label of the tensor": name,
            "the op": program.op,
            "the version it has now": now,
            "the version that is needed": needed,
        },
    )
    if not missing:
        return None
    cause = f"The refusal leaves out {' and '.join(missing)}: whoever reads it must find the "
    cause += "write without a debugger."
    if missing == ["the version it has now"]:
        if now > 1:
            cause += " Two writes make the version 2 higher."
        if re.search(rf"(?<!\w){2 * now}(?!\w)", found.text):
            cause = "Each write was counted twice: by `__setitem__` and by what it calls?"
    return report(tried, found, wanted, cause)


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


check_version_counter = Check(
    "version_counter",
    counter_cases,
    counter_probe,
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


def relu_probe(answer: Any, case: Case) -> dict[str, Any]:
    """The memory before and after, the way back twice, and what it holds on to."""
    x = Tensor(case["x"], label=case["label"])
    memory = x.array
    if case["write"] == "before":
        x.data *= 2.0
    count = x.version.count
    vjp = attempt(answer, x)
    if isinstance(vjp, Raised):
        return {"raised": vjp}
    outcome: dict[str, Any] = {
        "x": x.numpy(),
        "memory": np.array(memory),
        "writes": x.version.count - count if x.array is memory else None,
    }
    if not callable(vjp):
        return outcome | {"result": vjp}
    outcome["kept"] = kept_beside(memory, vjp)
    if case["write"] == "after":
        x.data[0] = 9.0
    elif case["write"] == "view":
        x.reshape(2, 2).data[0] = 9.0
    outcome["now"], outcome["needed"] = x.version.count, count + 1
    upstream = np.array(case["upstream"])
    outcome["gradient"], outcome["again"] = attempt(vjp, upstream), attempt(vjp, upstream)
    return outcome | {"changed": not np.array_equal(upstream, case["upstream"])}


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


def relu_judge(case: Case, got: dict[str, Any]) -> str | None:
    """The memory, then what is kept, then the gradient or the refusal."""
    tried, x = relu_tried(case), case["x"]
    if raised := got.get("raised"):
        if "read-only" not in raised.text:
            return raised_report(tried, raised)
        cause = "NumPy refused a write that nobody would have counted: the memory of a tensor is "
        cause += "locked, and only `x.data` opens it, for a write that it counts."
        return report(tried, raised, Words("no error"), cause)
    x = 2.0 * x if case["write"] == "before" else x
    y = np.maximum(x, 0.0)
    if fault := memory_fault(tried, x, y, got):
        return fault
    if "result" in got:
        cause = "What is to be returned is the way back, a function: `return vjp`, no brackets. "
        return report(tried, got["result"], Words("a function"), cause + kind_cause(got["result"]))
    found, upstream = got["gradient"], case["upstream"]
    if case["write"] in ("after", "view"):
        return relu_refusal_fault(tried, case["label"], got)
    if isinstance(found, Raised):
        if found.type != "RuntimeError":
            return raised_report(f"{tried}: vjp(upstream)", found)
        cause = "Nobody wrote after relu_ itself. Its own write counts as well: note the version "
        cause += "after it, and compare with that, not with the one before or with 0."
        return report(f"{tried}: vjp(upstream)", found, Words("no refusal"), cause)
    slips = [
        (upstream * np.ones_like(y), "Everything passes. An output is never below 0, so `>= 0` "
         "holds everywhere: ask whether it is above."),
        (upstream * (x >= 0), "At 0 the slope is 0 by convention; here the upstream passes."),
        (np.where(y > 0, 1.0, 0.0), "This is the partial; the upstream is missing."),
        (upstream * y, "The upstream is multiplied by the output itself, not by its slope."),
        (upstream * (x <= 0), "The wrong half passes: is the condition reversed?"),
    ]  # fmt: skip
    at = f"{tried}: vjp(upstream) with upstream = {show_array(upstream)}"
    look = "Next: print `x.data > 0` after the write."
    if fault := difference(at, found, upstream * (y > 0), slips, look):
        return fault
    if got["changed"]:
        cause = "The upstream belongs to whoever called: other operands get it too."
        return report(at, Words("`upstream` changed by the call"), Words("left alone"), cause)
    cause = "The second call differs from the first: the way back has spoilt what it needs."
    if fault := difference(f"{at}, a second time", got["again"], found, cause=cause):
        return fault
    if got["kept"]:
        kind = "Something that grows with x"
        if "array of bool" in got["kept"][0]:
            kind = "A mask as large as x"
        elif "array of float" in got["kept"][0]:
            kind = "A copy as large as x"
        cause = f"{kind} is kept beside it, so in place has saved less than it could. The output "
        cause += "tells by itself where the slope is 1."
        found = Words(f"vjp holds {got['kept'][0]} beside x")
        return report(tried, found, Words("x, and a number"), cause)
    return None


def memory_fault(tried: str, x: np.ndarray, y: np.ndarray, got: dict[str, Any]) -> str | None:
    """The message where the numbers are not written over the old ones, counted, once."""
    cause = "The numbers after the call are not max(x, 0)."
    if fault := difference(f"{tried}: x.data after it", got["x"], y, [(x, "x was not written to: "
                           "`out=x.data`, or `x.data[...] =`.")], cause=cause):  # fmt: skip
        return fault
    if got["writes"] is None or not np.array_equal(got["memory"], y):
        cause = "`x.data = ...` gives x a new array, and views of the old one stay as they were. "
        cause += "In place means: into the same memory."
        look = "Next: `np.maximum(x.data, 0.0, out=x.data)`."
        return report(tried, Words("a new array"), Words("the old array, written to"), cause, look)
    if got["writes"] == 0:
        cause = "The write went past the counter: `x.array` is not watched, `x.data` is."
        return report(tried, Words("0 writes counted"), Words("1"), cause)
    return None


def relu_refusal_fault(tried: str, label: str, got: dict[str, Any]) -> str | None:
    """The message where a spoilt output is used, or refused in too few words."""
    found = got["gradient"]
    wanted = Words(f"a RuntimeError that names {label!r}, 'relu_' and both versions")
    if isinstance(found, np.ndarray):
        if got["kept"]:
            return None  # a copy cannot be spoilt; that it is kept is said where nothing is written
        cause = "The output was written to, and the mask made from it is no longer that of relu: "
        cause += "compare `x.version.count` with what it was after relu_'s own write."
        return report(tried, found, wanted, cause)
    if not isinstance(found, Raised):
        return report(tried, found, wanted, kind_cause(found))
    if found.type != "RuntimeError":
        return raised_report(tried, found)
    parts = (label, "relu_", got["now"], got["needed"])
    missing = left_out(found.text, {repr(x) if x == label else str(x): x for x in parts})
    if not missing:
        return None
    cause = f"The refusal does not say {' nor '.join(missing)}."
    if missing == [repr(label)]:
        cause += " The name is that of the tensor: `x.label`."
    return report(tried, found, wanted, cause)


check_relu_in_place = Check(
    "relu_in_place",
    relu_cases,
    relu_probe,
    relu_judge,
    tried=relu_tried,
    own_work=["functional", "array_ops"],
)
