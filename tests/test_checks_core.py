"""The machinery of checks: what is drawn, compared, printed, captured, timed and left untouched."""

from __future__ import annotations

import json
import math
import random
import signal
import sys
import textwrap
import threading
import time
import warnings
from collections import Counter, OrderedDict, defaultdict
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from test_wrong_answers import CHECKS, each_check

from autograd_lesson import Value
from autograd_lesson.checks import Check, CheckFailed, NotAttempted
from autograd_lesson.checks.accepted import close, same, shape_of
from autograd_lesson.checks.draws import draw_numbers, draw_positive, draw_upstream
from autograd_lesson.checks.e15_softmax_and_cross_entropy import check_softmax
from autograd_lesson.checks.messages import (
    Words,
    changed_fault,
    letters_fault,
    list_fault,
    number_fault,
    report,
    show,
    show_both,
)
from autograd_lesson.checks.own_work import noticing
from autograd_lesson.checks.plain_data import OUT_OF_TIME, STUB, Other, Raised, decode, encode
from autograd_lesson.checks.run_answer import OutOfTimeError, attempt, call, within


def double_check(**options):
    """A small check: is the answer twice the number?"""

    def judge(case, outcome):
        tried, got = f"double({case['x']})", outcome["result"]
        if fault := number_fault(tried, got) or changed_fault(tried, outcome):
            return fault
        if close(got, case["x"] + case["x"]):
            return None
        return report(tried, got, case["x"] + case["x"], "It should be twice the number.")

    return Check(
        "double",
        lambda rng: [{"x": x} for x in draw_numbers(rng, 6)],
        lambda double, case: call(double, case["x"]),
        judge,
        **options,
    )


def refusal(check, answer, kind=CheckFailed):
    """The message with which the check refuses the answer."""
    with pytest.raises(kind) as caught:
        check(answer)
    assert type(caught.value) is kind
    return str(caught.value)


# What a learner sees


def test_a_right_answer_prints_one_line(capsys):
    assert double_check()(lambda x: 2 * x) is None
    assert capsys.readouterr().out == "double: 6 of 6 checks pass\n"


def test_a_wrong_answer_gets_count_input_both_numbers_and_cause():
    message = refusal(double_check(), lambda x: 2 * x if x > 0 else x)
    first, _, rest = message.partition("\n\n")
    assert first.startswith("double: ") and " of 6 checks pass. The first that does not:" in first
    assert [line.split()[0] for line in rest.splitlines()[:3]] == ["tried", "got", "expected"]
    assert rest.endswith("It should be twice the number.")


def test_what_fails_in_the_compiled_part_of_a_library_is_in_no_line_of_a_cell():
    def double(x):
        return np.random.default_rng(np.array(5)).random() * x

    message = refusal(double_check(), double, CheckFailed)
    assert "`return np.random.default_rng(np.array(5)).random() * x`" in message


def test_a_stub_is_not_attempted_and_never_a_pass():
    def double(x):
        raise NotImplementedError(STUB)

    message = refusal(double_check(), double, NotAttempted)
    assert message.startswith("double: not attempted yet. Replace the line")


def test_a_half_finished_answer_says_how_far_it_is():
    def double(x):
        if x > 0:
            return 2 * x
        raise NotImplementedError(STUB)

    assert "checks pass so far)" in refusal(double_check(), double, NotAttempted)


def test_another_not_implemented_error_is_an_error_of_the_answer():
    def double(x):
        raise NotImplementedError("only for positive numbers")

    assert "NotImplementedError: only for positive numbers" in refusal(double_check(), double)


def test_an_exception_is_shown_with_type_text_and_the_learners_line():
    def double(x):
        return x * undefined_name  # noqa: F821

    message = refusal(double_check(), double)
    assert "NameError: name 'undefined_name' is not defined" in message
    assert "`return x * undefined_name" in message and "has the cell that defines it" in message
    assert "Traceback" not in message


def test_endless_recursion_is_named():
    def double(x):
        return double(x)

    limit = sys.getrecursionlimit()
    assert "calls itself too deeply" in refusal(double_check(), double)
    assert sys.getrecursionlimit() == limit


def test_an_answer_that_ends_python_is_told_in_a_sentence():
    def double(x):
        sys.exit()

    assert "SystemExit: it would end Python: leave that call out" in refusal(double_check(), double)


def test_an_endless_loop_is_stopped():
    def double(x):
        while True:
            try:
                x += 1
            except Exception:
                pass

    began = time.monotonic()
    message = refusal(double_check(seconds=0.3), double)
    assert "no result after 0.3 seconds" in message and "loop whose end" in message
    assert "in line" in message and time.monotonic() - began < 5


def work_for(seconds):
    ends = time.process_time() + seconds
    while time.process_time() < ends:
        pass


def test_no_interrupt_arrives_after_the_call_it_was_meant_for():
    stopped = 0
    for seconds in np.linspace(0.001, 0.02, 40):
        try:
            within(seconds, work_for, 0.01)
        except OutOfTimeError:
            stopped += 1
    time.sleep(0.1)  # one that came late would arrive here
    assert 0 < stopped < 40 and threading.active_count() < 20


@pytest.mark.slow
def test_only_work_counts_towards_the_limit_so_that_a_busy_machine_refuses_no_right_answer():
    check = double_check(seconds=1.0)
    cases = check.draw(0)

    def slow_on_the_clock(x):
        time.sleep(1.5 / len(cases))  # the machine does something else meanwhile
        return 2 * x

    assert within(0.3, time.sleep, 0.5) is None
    assert check.verdict(cases, check.outcomes(slow_on_the_clock, cases)).state == "pass"


def test_an_answer_that_only_waits_is_stopped_too():
    with pytest.raises(OutOfTimeError):
        within(0.02, time.sleep, 1.0)


def test_an_interrupt_of_the_learner_is_not_taken_for_the_limit():
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        within(5, stop)


def test_outside_the_main_thread_a_check_still_works():
    seen = []
    thread = threading.Thread(target=lambda: seen.append(double_check()(lambda x: 2 * x)))
    thread.start()
    thread.join()
    assert seen == [None]


def test_a_missing_return_is_the_likely_cause():
    assert "is a `return` missing?" in refusal(double_check(), lambda x: None)


def test_a_value_where_a_number_is_asked_for_is_the_likely_cause():
    assert "use its `.data`" in refusal(double_check(), lambda x: Value(2 * x))


def test_an_answer_that_was_called_already_is_refused_with_the_next_move():
    with pytest.raises(TypeError, match="check_double takes the function or class itself.*not 4.0"):
        double_check()(4.0)


def test_the_message_stands_in_place_of_a_traceback():
    with pytest.raises(CheckFailed) as caught:
        double_check()(lambda x: x)
    rendered = caught.value._render_traceback_()
    assert " ".join(" ".join(rendered).split()) == " ".join(str(caught.value).split())


def test_long_lines_of_a_message_are_broken_between_words_and_keep_their_indentation():
    long = "word " * 40
    message = "short\n\n  tried      " + long + "\n\n  " + long + "\n"
    rendered = CheckFailed(message)._render_traceback_()
    assert max(map(len, rendered)) <= 80
    assert rendered[0] == "short" and rendered[3].startswith(" " * 13 + "word")
    assert rendered[-1].startswith("  word")


@pytest.mark.slow
def test_a_notebook_shows_the_message_alone_and_stops_an_endless_loop(tmp_path):
    setup = """
        from autograd_lesson.checks.core import Check
        from autograd_lesson.checks.run_answer import call
        check = Check("double", lambda rng: [{"x": 1.5}], lambda f, case: call(f, case["x"]),
                      lambda case, outcome: "  wrong", seconds=0.3)
        def double(x):
            while x:
                pass
    """
    cells = [textwrap.dedent(setup), "check(double)", "check(lambda x: x)", "6 * 7"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    NotebookClient(notebook, timeout=30, allow_errors=True, kernel_name="python3").execute()
    loop, wrong = notebook.cells[1].outputs[0], notebook.cells[2].outputs[0]
    assert "no result after 0.3 seconds" in loop.evalue
    assert "\n".join(wrong.traceback) == wrong.evalue
    assert wrong.evalue == "double: 0 of 1 checks pass. The first that does not:\n\n  wrong"
    assert notebook.cells[3].outputs[0].data["text/plain"] == "42"


def test_one_answer_gets_the_same_message_run_after_run():
    messages = {refusal(double_check(), lambda x: 2 * x if x > 0 else x) for _ in range(10)}
    assert len(messages) == 1


# Nothing is disturbed


def test_a_check_leaves_random_numbers_and_warnings_as_they_were():
    random.seed(5)
    np.random.seed(5)
    expected = random.random(), np.random.random()
    random.seed(5)
    np.random.seed(5)
    filters = list(warnings.filters)

    def double(x):
        warnings.simplefilter("ignore")
        random.random()
        np.random.random()
        return 2 * x

    double_check()(double)
    assert (random.random(), np.random.random()) == expected
    assert warnings.filters == filters


def test_one_case_cannot_change_the_next():
    def first(numbers):
        numbers.append(0.0)
        return sum(numbers)

    check = Check(
        "first",
        lambda rng: [{"xs": draw_numbers(rng, 3)}] * 2,
        lambda answer, case: call(answer, case["xs"]),
        lambda case, outcome: changed_fault("first(xs)", outcome),
    )
    assert "argument 1 was changed by the call" in refusal(check, first)
    cases = check.draw(1)
    check.outcomes(first, cases)
    assert [len(case["xs"]) for case in cases] == [3, 3, 3, 3]


def test_the_cases_are_one_fixed_round_and_one_fresh_round():
    check = double_check()
    one, two = check.draw(1), check.draw(2)
    assert one[:6] == two[:6] and one[6:] != two[6:]


def test_a_mistake_that_only_the_fresh_round_meets_is_still_refused():
    check = double_check()
    known = {case["x"] for case in check.draw(0)[:6]}
    assert refusal(check, lambda x: 2 * x if x in known else 0.0)


def test_a_check_that_draws_a_varying_number_of_cases_is_refused():
    check = Check("odd", lambda rng: [{}] * int(rng.integers(1, 1000)), None, None)
    with pytest.raises(ValueError, match="keep it the same"):
        check.draw(1)


# Numbers


def test_drawn_numbers_differ_in_size_have_both_signs_and_print_exactly():
    for seed in range(50):
        numbers = draw_numbers(np.random.default_rng(seed), 8)
        assert len({abs(number) for number in numbers}) == 8
        assert all(0.29 < abs(number) < 2.61 and number != round(number) for number in numbers)
        assert all(float(str(number)) == number and len(str(number)) <= 5 for number in numbers)
    assert {
        number > 0 for seed in range(9) for number in draw_numbers(np.random.default_rng(seed), 4)
    }
    assert min(draw_positive(np.random.default_rng(0), 20)) > 0
    assert all(-1 <= number <= 3 for number in draw_numbers(np.random.default_rng(0), 9, -1, 3))


def test_an_upstream_gradient_is_never_uniform_and_has_a_zero_and_a_negative():
    for seed in range(20):
        upstream = draw_upstream(np.random.default_rng(seed), 5)
        assert len(set(upstream)) == 5 and min(upstream) < 0 and 0 in upstream


@pytest.mark.parametrize(
    ("got", "expected", "scale", "answer"),
    [
        (1.0 + 1e-7, 1.0, 0, True),
        (1.0 + 1e-5, 1.0, 0, False),
        (1e-12, 0.0, 0, False),
        (1e-12, 0.0, 1, True),
        (math.nan, math.nan, 0, True),
        (math.nan, 1.0, 1, False),
        (math.inf, math.inf, 0, True),
        (-math.inf, math.inf, 0, False),
        (1e300, math.inf, 0, False),
        (np.float32(2.0), 2, 0, True),
        (10**400, 1.0, 0, False),
        (math.inf, 1.0, 0, False),
        ("2", 2, 0, False),
        (True, 1, 0, False),
        (None, 1, 0, False),
        (2 + 0j, 2, 0, False),
        ([1.0, 2.0], [1.0, 2.0], 0, True),
        ([1.0, 2.0], [2.0, 1.0], 0, False),
        ([1.0], [1.0, 2.0], 0, False),
        (1.0, [1.0], 0, False),
        (np.ones((2, 3)), np.ones((2, 3)), 0, True),
        (np.ones((3, 2)), np.ones((2, 3)), 0, False),
        ([1.0, 1.0], np.ones(2), 0, False),
    ],
)
def test_closeness_is_relative_and_strict_about_kinds(got, expected, scale, answer):
    assert close(got, expected, scale=scale) is answer


def test_numbers_are_shown_to_four_digits_and_whole_numbers_whole():
    shown = [show(x) for x in (45.0, 12345678.0, 1.23456, 8.17e-11, -0.0, math.nan, math.inf, 3)]
    assert shown == ["45", "12345678", "1.235", "8.17e-11", "-0", "nan", "inf", "3"]
    assert show([1.0, (0.5,), {"a": 2.5}]) == "[1, (0.5,), {'a': 2.5}]"


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (1.0, 1.0 + 1e-9),
        (8.67001, 8.67),
        ([1.0, 2.0], [1.0, 2.0000001]),
        (math.nextafter(0.1, 1), 0.1),
        (1, 1.0),
        ("1", 1),
        (0.0, -0.0),
        (Words("1"), 1.0),
    ],
)
def test_unequal_things_never_look_alike(got, expected):
    assert len(set(show_both(got, expected))) == 2


def test_a_number_without_end_is_shown_by_its_length():
    assert show(10**5000) == "a whole number of 5001 digits"
    assert "digits" in decode(json.loads(json.dumps(encode(-(10**5000))))).text
    assert len(report("f()", list(range(10_000)))) < 700


# Data that travels


@pytest.mark.parametrize(
    "thing",
    [
        None,
        True,
        3,
        2.5,
        -0.0,
        math.inf,
        -math.inf,
        "text",
        [1, [2.0, "x"]],
        (1, (2,)),
        {"a": 1, "~": 2, "is": (3,)},
        {3: "three", (1, 2): None},
        Other("Value", "Value(data=3)"),
        Raised("TypeError", "no", 3, "x"),
    ],
)
def test_plain_data_arrives_as_it_left(thing):
    back = decode(json.loads(json.dumps(encode(thing), allow_nan=False)))
    assert back == thing and type(back) is type(thing)


def test_arrays_and_nan_arrive_as_they_left():
    array = np.array([[1.0, math.nan, math.inf]], dtype=np.float32)
    back = decode(json.loads(json.dumps(encode({"a": array, "b": math.nan}), allow_nan=False)))
    assert back["a"].dtype == np.float32 and back["a"].shape == (1, 3)
    np.testing.assert_array_equal(back["a"], array)
    assert math.isnan(back["b"])
    assert decode(encode(np.int64(3))) == 3 and type(decode(encode(np.bool_(True)))) is bool


class Pair(NamedTuple):
    first: int
    second: int


@pytest.mark.parametrize(
    ("thing", "arrives"),
    [
        (OrderedDict(a=1), {"a": 1}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (defaultdict(list, {3: [4]}), {3: [4]}),
        (MappingProxyType({"a": (1,)}), {"a": (1,)}),
        (Pair(1, 2), (1, 2)),
        ({"b", "a"}, {"a", "b"}),
        (frozenset({frozenset({1}), frozenset()}), {frozenset({1}), frozenset()}),
        ({"a": 1}.keys(), {"a"}),
        (np.float32(0.5), 0.5),
        (Fraction(1, 4), 0.25),
        (Decimal("0.5"), 0.5),
        (np.uint8(7), 7),
    ],
)
def test_what_a_learner_may_take_for_the_same_thing_arrives_as_one_kind(thing, arrives):
    back = decode(json.loads(json.dumps(encode(thing), allow_nan=False)))
    assert back == arrives
    assert isinstance(back, type(arrives)) or isinstance(back, frozenset)
    assert show(back) == show(arrives)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ((1, [2.0, 3]), [1, (2, 3.0000000001)]),
        ([3, 1], {1, 3}),
        ([["a", "b"]], {("a", "b")}),
        ({"a": (1,), "b": 2}, {"a": [1]}),
        ("relu", "relu"),
        (None, None),
    ],
)
def test_one_answer_in_two_forms_is_the_same(got, expected):
    assert same(got, expected)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ([1, 2, 3], [1, 2]),
        (1, True),
        (True, 1),
        ("1", 1),
        ({"a": 1}, {"a": 1, "b": 2}),
        ([1, 2], {1, 3}),
        ([1], {1, 3}),
        (None, 0),
        (2.001, 2),
    ],
)
def test_two_answers_are_not_the_same(got, expected):
    assert not same(got, expected)


def test_what_is_no_plain_data_arrives_as_type_and_text():
    assert decode(encode(2 + 3j)) == Other("complex", "(2+3j)")
    assert "0x" not in decode(encode(lambda: None)).text

    class Broken:
        def __repr__(self):
            raise RuntimeError

    assert decode(encode(Broken())).text == "<Broken, whose repr raises RuntimeError>"
    endless: list = []
    endless.append(endless)
    json.dumps(encode(endless))


@pytest.mark.slow
@each_check
def test_the_cases_of_every_check_survive_json(name):
    """As what answers give does: test_wrong_answers looks at that."""
    cases = CHECKS[name].draw(7)
    sent = json.loads(json.dumps(encode(cases), allow_nan=False))
    assert encode(decode(sent)) == encode(cases)  # arrays have no `==` that is one answer


# Helpers of probes and judges


def test_an_attempt_gives_the_result_or_the_exception_but_no_stub():
    assert attempt(lambda x: x + 1, 2) == 3
    refused = attempt(lambda: math.sqrt(-1))
    assert (refused.type, refused.source) == (
        "ValueError",
        "refused = attempt(lambda: math.sqrt(-1))",
    )

    def stub():
        raise NotImplementedError(STUB)

    with pytest.raises(NotImplementedError):
        attempt(stub)


def test_a_list_that_is_none_says_what_it_is():
    assert list_fault("f(xs)", [1.0, 2.0], 2) is None
    assert "The list has 1 item where 2" in list_fault("f(xs)", [1.0], 2)
    assert "no number but 'x'" in list_fault("f(xs)", [1.0, "x"], 2)
    assert list_fault("f(xs)", np.array([1.0, 2.0]), 2) is None
    assert "with one axis" in list_fault("f(xs)", np.array([[1.0, 2.0]]), 2)
    assert "is a `return` missing?" in list_fault("f(xs)", None, 2)


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "Is a `return` missing?"),
        (3, "the letters alone"),
        ({"A": "a = 1"}, "A dict holds keys"),
        (["A", "b = 2"], "the letters alone"),
        ([["A"], ["B"]], "rows inside the row"),
        (["A", "D"], "There is no line 'D'"),
        ("ABA", "only once"),
        ({"A", "B"}, "A set has no order"),
    ],
)
def test_what_are_no_letters_of_the_lines_is_told_what_is_asked_for(got, words):
    lines = {"A": "a = 1", "B": "b = 2", "C": "c = 3"}
    message = letters_fault("lines()", got, lines)
    assert words in message and 'letters from "A" to "C", each at most once' in message


@pytest.mark.parametrize(
    "got", [["C", "A"], ("B",), "CAB", [], "cab", "C, A, B", ["c", " A"], {"B"}]
)
def test_some_of_the_letters_in_any_order_have_no_fault(got):
    assert letters_fault("lines()", got, {"A": "a = 1", "B": "b = 2", "C": "c = 3"}) is None


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL])
def test_an_endless_loop_is_stopped_where_interrupts_were_ignored(handler):
    """A job that a script runs behind itself begins with them ignored."""

    def endless(x):
        while True:
            pass

    before = signal.signal(signal.SIGINT, handler)
    try:
        assert "no result after 0.2 seconds" in refusal(double_check(seconds=0.2), endless)
        assert signal.getsignal(signal.SIGINT) == handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_running_out_of_time_is_an_outcome_like_any_other():
    def endless(x):
        while True:
            pass

    check = double_check(seconds=0.2)
    cases = check.draw(0)
    outcomes = check.outcomes(endless, cases)
    assert {decode(outcome).type for outcome in outcomes} == {OUT_OF_TIME}
    assert check.verdict(cases, json.loads(json.dumps(outcomes))).state == "fail"


def test_a_function_of_the_package_that_an_answer_calls_is_noticed():
    x = Value(2.0)
    before = sys.getprofile()
    with noticing(print, ["value.Value.backward", "value.Value.tanh"]) as called:
        (x * x).backward()
    assert called == ["a call of `backward` of the package"]
    assert sys.getprofile() is before


def test_a_module_stands_for_all_in_it_and_calls_inside_of_the_package_do_not_count():
    with noticing(print, ["value.Value", "ops"]) as called:
        Value(2.0)
    assert called == ["a call of `Value` of the package"]


def test_an_answer_that_has_the_package_do_the_work_is_refused():
    check = double_check(own_work=["checks.draws.draw_numbers"])
    with pytest.raises(CheckFailed, match="call of `draw_numbers` of the package"):
        check(lambda x: draw_numbers(np.random.default_rng(0), 1) and 2 * x)
    check(lambda x: 2 * x)


def test_an_answer_that_is_a_function_of_the_package_is_refused():
    check = double_check(own_work=["checks.draws.draw_numbers"])
    with pytest.raises(CheckFailed, match="TypeError"):  # it fails before it can be refused
        check(draw_numbers)
    with noticing(draw_numbers, ["checks.draws"]) as called:
        call(draw_numbers, np.random.default_rng(0), 1)
    assert called == ["a call of `draw_numbers` of the package"]


def test_the_time_limit_of_a_check_is_no_help_to_an_answer():
    check = double_check(own_work=["checks.draws.draw_numbers"])
    with pytest.raises(CheckFailed, match="call of `within` of the package"):
        check(lambda x: within(60, lambda: 2 * x))


def case_of_the_caller():
    """The case that a probe has in hand, by way of the frames below."""
    try:
        raise KeyError
    except KeyError as error:
        frame = error.__traceback__.tb_frame
    while frame.f_code.co_name != "test_an_answer_finds_no_result_in_its_callers":
        if isinstance(case := frame.f_locals.get("case"), dict):
            return case
        frame = frame.f_back
    return {}


@pytest.mark.parametrize(
    ("name", "peek"),
    [
        ("e05_order_and_accumulation.check_is_right", lambda case: "right" in case["engine"]),
        ("e07_trust_but_verify.check_disagreements", lambda case: case["differ"]),
        ("e13_matrix_multiplication.check_moons_classifier", lambda case: lambda x: case["truth"]),
        (
            "e17_convolution_and_pooling.check_is_adjoint",
            lambda case: case["pair"] in ("right", "strided", "tiny"),
        ),
        ("e21_forward_mode.check_agree", lambda case: case["pull"].startswith("right")),
    ],
)
def test_an_answer_finds_no_result_in_its_callers(name, peek):
    with pytest.raises(CheckFailed, match="a look at `.tb_frame`|KeyError|a look at `.f_back`"):
        CHECKS[name](lambda *given: peek(case_of_the_caller()))


def test_a_ready_made_function_of_scipy_is_no_work_of_ones_own():
    special = pytest.importorskip(
        "scipy.special", reason="SciPy is not installed: pip install scipy"
    )
    message = refusal(check_softmax, lambda x, axis=-1: special.softmax(x, axis))
    assert "a call of `softmax` of scipy" in message


@pytest.mark.parametrize("row", [(math.nan,), (2, math.inf)])
def test_a_row_that_holds_no_whole_number_is_no_shape_and_stops_no_check(row):
    assert shape_of(row) is row
    assert shape_of([2.0, 3]) == (2, 3)


@pytest.mark.parametrize("nothing", [np.empty(0), ()], ids=["array", "tuple"])
@pytest.mark.parametrize(
    "name", ["e10_drawing_the_graph.check_alt_text", "e18_making_it_train.check_clipped"]
)
def test_an_answer_that_gives_nothing_is_refused_in_a_sentence(name, nothing):
    with pytest.raises(CheckFailed, match="One string is asked for|the list of clipped arrays"):
        CHECKS[name](lambda *given, **named: nothing)


def test_an_array_without_axes_is_a_number_of_a_prediction():
    check = CHECKS["e01_sensitivity.check_predicted_signs"]
    right = [-1, 1, -1, 0, -1, 1]
    check(lambda: [np.array(float(sign)) for sign in right])


def test_what_no_judge_can_compare_is_refused_in_a_sentence_with_a_next_move():
    check, answer = CHECKS["e01_sensitivity.check_predicted_signs"], {range(3): 1}
    message = refusal(check, lambda: answer)
    assert "that ends with `" in message and "Next: print it with the types" in message
    verdict = check.verdict(cases := check.draw(1), check.outcomes(lambda: answer, cases))
    assert (verdict.state, verdict.passed) == ("fail", 0)


def test_a_judge_that_fails_for_some_answers_lets_none_of_them_pass():
    def judge(case, outcome):
        return None if outcome["result"] == 2 * case["x"] else report(1 / outcome["result"])

    check = Check("double", lambda rng: [{"x": 1.5}], lambda f, case: call(f, case["x"]), judge)
    check(lambda x: 2 * x)
    assert "got        0" in refusal(check, lambda x: 0.0)
    assert "ends with `ZeroDivisionError`" in refusal(check, lambda x: 0.0)
