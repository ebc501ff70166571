"""How the work of compiling grows with the program: counted in lines that run, not in seconds."""

import sys
from functools import partial
from pathlib import Path

import pytest

import autograd_lesson
from autograd_lesson.compiler.code import Compiled
from autograd_lesson.compiler.recording import trace
from autograd_lesson.widgets import step_through

PACKAGE = str(Path(autograd_lesson.__file__).parent)
ROUNDS = {
    "sums and products": lambda y, w: y * w + 0.5,
    "powers": lambda y, w: (y * w) ** 3,
    "powers of values": lambda y, w: w**y,
    "maximum": lambda y, w: (y * w).maximum(0.25),
    "maximum of values": lambda y, w: (y * w).maximum(w),
    "relu": lambda y, w: (y * w).relu(),
    "tanh": lambda y, w: (y * w).tanh(),
}


def loop(round_, times):
    def f(x, w):
        for _ in range(times):
            x = round_(x, w)
        return x

    return f


def lines_run(call) -> int:
    """How many lines of the package run in a call."""
    count, before = 0, sys.gettrace()

    def on_call(frame, event, argument):
        return on_line if frame.f_code.co_filename.startswith(PACKAGE) else None

    def on_line(frame, event, argument):
        nonlocal count
        count += event == "line"
        return on_line

    sys.settrace(on_call)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def calls_made(call) -> int:
    """How many functions are called, of Python's own too; a recording counts lines by itself."""
    count, before = 0, sys.getprofile()

    def on_event(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(on_event)
    try:
        call()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    ("name", "to"),
    [
        *(pytest.param(name, "python", marks=pytest.mark.slow) for name in ROUNDS),
        ("maximum of values", "c"),
    ],
)
def test_four_times_as_many_operations_take_four_times_the_work(name, to):
    recorded, compiled, work, calls = [], [], [], []

    def record(f):
        recorded.append(trace(f, 0.5, 0.9))

    def compile_last():
        compiled.append(Compiled(recorded[-1], (0.5, 0.9), to, 0, ()))

    for times in (100, 400):
        calls.append(calls_made(partial(record, loop(ROUNDS[name], times))))
        work.append(lines_run(compile_last))
    texts = [len(each.source) for each in compiled]
    for small, large in (calls, work, texts):
        assert 3.0 < large / small < 4.4, (calls, work, texts)


def test_a_maximum_is_few_instructions_on_the_way_back():
    recorded = trace(loop(ROUNDS["maximum of values"], 100), 0.5, 0.9)
    assert len(Compiled(recorded, (0.5, 0.9), "python", 0, ()).program.lines) < 4.5 * 100


@pytest.mark.slow
def test_a_stepper_of_a_chain_four_times_as_long_takes_far_less_than_the_square_of_the_work():
    work = []
    for times in (45, 180):
        x = autograd_lesson.Value(0.5, "x")
        work.append(lines_run(lambda x=x, n=times: step_through(loop(ROUNDS["tanh"], n)(x, x))))
    assert work[1] / work[0] < 8.0, work
