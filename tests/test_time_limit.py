"""The time limit of a check: it ends whatever an answer does, with a second thread and without."""

import signal
import sys
import threading
import time

import pytest

from autograd_lesson.checks import run_answer
from autograd_lesson.checks.core import Check
from autograd_lesson.checks.run_answer import OutOfTimeError, call, within

TOLD = hasattr(sys, "monitoring")  # whether this Python tells of jumps and calls
needs_telling = pytest.mark.skipif(not TOLD, reason="only on Python 3.12 and newer")


@pytest.fixture(params=["threads", pytest.param("no threads", marks=needs_telling)])
def way(request, monkeypatch):
    """With a thread, and as in a browser, which refuses to start one."""
    if request.param == "no threads":

        def refuse(self):
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(threading.Thread, "start", refuse)
    run_answer.threads_start.cache_clear()
    yield request.param
    run_answer.threads_start.cache_clear()


def passing_over_everything():
    while True:
        try:
            time.process_time()
        except BaseException:
            pass


def passing_over_everything_in_loops_in_loops():
    try:
        while True:
            try:
                while True:
                    try:
                        [k for k in range(10**9)]
                    except BaseException:
                        pass
            except BaseException:
                pass
    except BaseException:
        while True:
            pass


def calling_anew_whatever_comes():
    def inner():
        return 1

    while True:
        try:
            inner()
        except BaseException:
            inner()


def counting_without_end():
    return sum(1 for _ in iter(int, 1))


@pytest.mark.parametrize(
    "endless",
    [passing_over_everything, calling_anew_whatever_comes, counting_without_end]
    + [pytest.param(passing_over_everything_in_loops_in_loops, marks=needs_telling)],
)
def test_an_endless_answer_is_ended_whatever_it_catches(way, endless):
    began = time.process_time()
    with pytest.raises(OutOfTimeError):
        within(0.1, endless)
    assert time.process_time() - began < 3


def test_a_call_that_ends_in_time_gives_its_result_or_its_exception(way):
    assert within(10, divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        within(10, divmod, 7, 0)


def test_what_the_package_has_borrowed_it_puts_back_though_time_is_over(way, monkeypatch):
    monkeypatch.setattr(run_answer, "is_learners", lambda filename: filename == "<a cell>")
    names, put_back = {}, []
    exec(compile("def endless():\n  while True:\n    pass", "<a cell>", "exec"), names)

    def borrowing():
        try:
            names["endless"]()
        finally:
            for _ in range(1000):
                put_back.append(1)

    with pytest.raises(OutOfTimeError):
        within(0.05, borrowing)
    assert len(put_back) == 1000


def test_a_walk_of_the_package_without_end_is_ended_too(way, monkeypatch):
    monkeypatch.setattr(run_answer, "is_learners", lambda filename: False)
    with pytest.raises(OutOfTimeError):
        within(0.05, counting_without_end)


def test_nothing_of_the_limit_stays_behind(way):
    handler, threads = signal.getsignal(signal.SIGINT), threading.active_count()
    for _ in range(20):
        with pytest.raises(OutOfTimeError):
            within(0.001, passing_over_everything)
    for _ in range(100_000):  # a strike that came late would arrive here
        pass
    assert signal.getsignal(signal.SIGINT) is handler and threading.active_count() == threads
    if TOLD:
        assert not any(map(sys.monitoring.get_tool, (3, 4)))


def test_a_check_within_an_answer_of_a_check_is_limited_too(way):
    def outer():
        with pytest.raises(OutOfTimeError):
            within(0.05, passing_over_everything)
        return "went on"

    assert within(10, outer) == "went on"


def test_a_check_says_that_the_time_is_over_and_in_which_line(way):
    check = Check(
        "double",
        lambda rng: [{"x": 1.5}],
        lambda answer, case: call(answer, case["x"]),
        lambda case, outcome: None if outcome["result"] == 3.0 else "  wrong",
        seconds=0.1,
    )
    cases = check.draw(0)
    assert check.verdict(cases, check.outcomes(lambda x: 2 * x, cases)).state == "pass"
    verdict = check.verdict(cases, check.outcomes(lambda x: counting_without_end(), cases))
    assert "no result after 0.1 seconds" in verdict.message and "in line" in verdict.message
