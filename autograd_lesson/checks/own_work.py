"""What an answer has others do for it: the package, another engine, the formulas of the checks."""

from __future__ import annotations

import contextlib
import dis
import functools
import re
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1]
SITES = [Path(sysconfig.get_paths()[kind]) for kind in ("purelib", "platlib", "stdlib")]
SITES.append(Path(contextlib.__file__).parent)  # in a browser Python's own library is an archive
ENGINES = ("value", "tensor", "functional", "transforms", "gradcheck", "nn")  # what finds gradients
BY_HAND = (*ENGINES[1:], "array_ops", "image_ops")  # what is to be written on plain arrays
WALKS = (
    "value.walk_back",
    "value.backward_steps",
    "value.Value.backward",
    "tensor.Tensor.backward",
)
MEASURED = ("gradcheck", "transforms", "numpy.gradient")  # what measures slopes
PREDICTED = (*ENGINES, ".grad", ".backward")  # what is to be thought of, not run
ALWAYS = (
    *("torch", "autograd", "jax", "tensorflow", "micrograd", "sympy"),  # engines of others
    "scipy",  # whose functions are ready-made answers
    *("sys._getframe", "inspect.currentframe", "inspect.stack", "gc"),  # into the check itself
    *(".tb_frame", ".f_back", ".f_locals", ".gi_frame"),  # by frames as well
    *("sys.setprofile", "threading.Thread", "_thread.start_new_thread", "ctypes"),  # out of sight
    *(f"checks.{name}" for name in ("core", "own_work", "plain_data")),
    *(f"checks.run_answer.{name}" for name in ("within", "within_by_timer", "interrupted")),
)

WATCHERS: list[Callable[..., None]] = []  # who notices now: for other threads of the answer


@contextlib.contextmanager
def noticing(answer: Any, names: Sequence[str]) -> Iterator[list[str]]:
    """What an answer has others do for it, in words, of what is named: "a call of `x`".

    A name is that of a function of the package, "tensor.no_grad", or of a library,
    "numpy.gradient"; a class or a module stands for all that is in it. A name that begins with a
    dot, ".grad", is an attribute that the answer's own lines may not read. Where anything is named,
    what is in ALWAYS and the formulas of the checks count too. What a library calls itself does
    not count, but a function of the package that it is given to call does; and the answer may be
    such a function itself.
    """
    borrowed: list[str] = []
    if not names:
        yield borrowed
        return
    forbidden = {name for name in (*names, *ALWAYS) if name[0] != "."}
    unread = {name[1:] for name in (*names, *ALWAYS) if name[0] == "."}
    codes = codes_of(answer)
    own_code = noticing.__wrapped__.__code__  # type: ignore[attr-defined]  # called at the end

    def is_forbidden(name: str) -> bool:
        return not forbidden.isdisjoint(accumulate(name.split("."), lambda a, b: f"{a}.{b}"))

    def look(frame: Any, event: str, called: Any) -> None:
        if event not in ("call", "c_call"):
            return
        code = frame.f_code
        home = home_of_file(code.co_filename)
        if event == "c_call":
            name = "" if home else f"{home_of(called)}.{called.__name__}"
            borrowed.extend([spoken(name)] if is_forbidden(name) else [])
        elif not home:
            reads = unread.intersection(code.co_names) and unread & read_in(code)
            borrowed.extend(f"a look at `.{read}`" for read in sorted(reads))
        elif (is_called_by_answer(frame) or code in codes) and code is not own_code:
            name = f"{home}.{code.co_qualname}"
            if (is_formula(name) or is_forbidden(name)) and not is_limit(name):
                borrowed.append(spoken(name, frame.f_locals.get("op")))

    before = sys.getprofile()
    WATCHERS.append(look)
    sys.setprofile(look)
    try:
        yield borrowed
    finally:
        sys.setprofile(before)
        WATCHERS[:] = [each for each in WATCHERS if each is not look]


def is_called_by_answer(frame: Any) -> bool:
    """Whether an answer's own lines have called this, also by way of others than the package."""
    caller = frame.f_back
    if is_package(frame.f_code.co_filename):
        while caller and home_of_file(caller.f_code.co_filename):
            if is_package(caller.f_code.co_filename):
                return False
            caller = caller.f_back
    return caller is None or not home_of_file(
        caller.f_code.co_filename
    )  # None: a thread's beginning


def codes_of(answer: Any) -> list[Any]:
    """The code of each part of an answer, of a class that of its `__init__`."""
    found = []
    for part in answer if isinstance(answer, tuple) else (answer,):
        while isinstance(part, functools.partial):
            part = part.func
        found += [getattr(each, "__code__", None) for each in (part, part.__init__)]
    return [code for code in found if code]


def home_of(function: Any) -> str:
    """The library that a function written in C belongs to, "" where it does not say."""
    owner = getattr(function, "__self__", None)
    modules = (getattr(function, "__module__", None), getattr(type(owner), "__module__", None))
    return next(
        (str(name).partition(".")[0] for name in modules if name and name != "builtins"), ""
    )


@functools.cache
def read_in(code: Any) -> set[str]:
    """The attributes that a piece of code reads."""
    steps = dis.get_instructions(code)
    return {step.argval for step in steps if step.opname in ("LOAD_ATTR", "LOAD_METHOD")}


def is_limit(name: str) -> bool:
    """Whether this stops a call that takes too long, which the system calls and no answer does."""
    return name.startswith("checks.run_answer.") and "<locals>" in name


def is_formula(name: str) -> bool:
    """Whether this is a formula of one of the checks, which no check hands to an answer."""
    return bool(re.fullmatch(r"checks\.(e\d\d_\w+|programs)\.\w+", name))


def spoken(name: str, op: Any = None) -> str:
    """The call of a function, in words; a method made for an op goes by the op's symbol."""
    if name.partition(".")[0] in {path.stem for path in PACKAGE.iterdir()}:
        owner = "the package"
    else:
        owner = name.partition(".")[0]
    function = name.partition(".<")[0].removesuffix(".__init__").rpartition(".")[2]
    return f"a call of `{getattr(op, 'symbol', function)}` of {owner}"


@functools.cache
def is_package(filename: str) -> bool:
    """Whether the package's code is in this file."""
    return Path(filename).is_relative_to(PACKAGE)


@functools.cache  # by the file: code of one content has one hash, and a cache by it gets slow
def home_of_file(filename: str) -> str:
    """The module of the package, or the library, that a file is of; else ""."""
    path = Path(filename)
    if is_package(filename):
        return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    inside = next((path.relative_to(site) for site in SITES if path.is_relative_to(site)), None)
    return Path(inside.parts[0]).stem if inside else ""
