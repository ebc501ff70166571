"""The vocabulary of checks: what each judge takes as right, and what it says of a slip."""

import numpy as np
import pytest

from autograd_lesson.checks import CheckFailed
from autograd_lesson.checks.arrays import known_wrong
from autograd_lesson.checks.messages import because
from autograd_lesson.checks.plain_data import Raised
from autograd_lesson.checks.recorded import (
    WRONG_OPERANDS,
    line_text,
    memory,
    number_of,
    operands_fault,
    parts_of,
    value_fault,
)
from autograd_lesson.checks.vocabulary import (
    Part,
    Refusal,
    check_function,
    check_line_order,
    check_op,
    check_predictions,
    defined,
    refusal_fault,
    told,
    words_of_slip,
)


def refusal(check, answer):
    with pytest.raises(CheckFailed) as refused:
        check(answer)
    return str(refused.value)


def draw_pairs(rng):
    return rng.uniform(1, 3, (4, 2)).tolist()


SUM = check_function(
    "add(a, b)",
    draw_pairs,
    lambda a, b: a + b,
    {
        "{got} is the product of {a:.3f} and b. Next: add.": lambda a, b: a * b,
        "One of the two alone.": (lambda a, b: a, lambda a, b: b),
        "Never.": lambda a, b: 1 / 0,
    },
    "Not the sum.",
    "Next: take 1 and 2.",
)


def test_a_slip_is_told_its_words_and_its_own_next_move():
    message = refusal(SUM, lambda a, b: a * b)
    assert "is the product of" in message and message.endswith("\n\n  Next: add.")
    assert "{" not in message


@pytest.mark.parametrize("place", [0, 1])
def test_formulas_may_share_their_words_and_get_the_move_of_the_check(place):
    message = refusal(SUM, lambda *both: both[place])
    assert message.endswith("One of the two alone.\n\n  Next: take 1 and 2.")


def test_what_is_no_slip_is_told_the_rest():
    assert refusal(SUM, lambda a, b: 0).endswith("Not the sum.\n\n  Next: take 1 and 2.")


def test_a_stated_tolerance_is_the_one_that_counts():
    narrow = check_function("add(a, b)", draw_pairs, lambda a, b: a + b, rel=1e-9)
    narrow(lambda a, b: (a + b) * (1 + 1e-10))
    refusal(narrow, lambda a, b: (a + b) * (1 + 1e-8))


def test_a_formula_that_fails_or_gives_nan_is_no_slip():
    slips = {"a": lambda x: 1 / x, "b": lambda x: float("nan"), "c": lambda x: x}
    assert known_wrong(slips, 0) == [(0, "c")]


def test_a_check_makes_the_wrong_answer_of_its_slip_and_no_other():
    assert "the product of" in refusal(SUM, SUM.slip("the product of"))
    with pytest.raises(LookupError, match="no slip of add is told 'a quotient'"):
        SUM.slip("a quotient")


PAIR = check_function(
    "both(x, y)",
    lambda rng: [(rng.normal(size=3), rng.normal(size=3))],
    [
        Part("dx", lambda x, y: 2 * x, {"Not doubled.": lambda x, y: x}),
        Part("dy", lambda x, y: 3 * y, lambda x, y: {"Twice.": 2 * y}),
    ],
)


@pytest.mark.parametrize("form", [tuple, list])
def test_several_results_come_in_any_row(form, capsys):
    PAIR(lambda x, y: form([2 * x, 3 * y]))
    assert "1 of 1 checks pass" in capsys.readouterr().out


def test_each_of_several_results_has_its_slips():
    assert "dx" in refusal(PAIR, PAIR.slip("Not doubled")) and PAIR.slip("Twice.")
    assert "Twice." in refusal(PAIR, lambda x, y: (2 * x, 2 * y))
    assert "two arrays" in refusal(PAIR, lambda x, y: 2 * x)


PICK = check_op(
    "pick(x, index)",
    [((3,), 1), ((2, 2), -1, "float32"), ((3,), 7)],
    lambda x, index: x[index],
    {"The first.": lambda x, index: x[0]},
    {"Everywhere.": lambda g, x, index: np.ones_like(x) * g},
    shared={"As it came.": lambda g, x: g},
    refused=Refusal(
        IndexError,
        lambda x, index: index if index >= len(x) else None,
        lambda index: f"There is no {index}.",
        "An IndexError, please.",
        "Which index?",
        "Next: look before you pick.",
    ),
    tried=lambda x, index: f"pick(x, {index})",
)


def pick(x, index, error=IndexError, text="no place 7"):
    if index >= len(x):
        raise error(text)
    back = np.zeros_like(x)
    back[index] = 1
    return x[index], lambda g: back * g


def test_an_op_that_moves_numbers_needs_no_formula_for_its_way_back(capsys):
    PICK(pick)
    assert "9 of 9" in capsys.readouterr().out


@pytest.mark.parametrize("says", ["The first.", "Everywhere.", "As it came."])
def test_slips_of_an_op_are_told_apart_both_ways(says):
    assert says in refusal(PICK, PICK.slip(says))


@pytest.mark.parametrize(
    ("error", "text", "says"),
    [
        (ValueError, "no place 7", "An IndexError, please."),
        (IndexError, "out of range", "Which index?"),
    ],
)
def test_a_refusal_is_of_its_kind_and_names_what_it_refuses(error, text, says):
    assert says in refusal(PICK, lambda x, index: pick(x, index, error, text))


def test_what_should_be_refused_and_passes_is_told_why_not():
    def clipped(x, index):
        return pick(x, min(index, len(x) - 1))

    assert "There is no 7." in refusal(PICK, clipped)


TABLE = check_predictions(
    "slopes",
    {"a": 1.0, "b": 2.0},
    {"b": {"Half of it.": 1.0}},
    asks=lambda name: f"the slope by {name}",
    wanted="a dict with a number for each name",
    not_a_table=("Each number needs its name.", ""),
)


@pytest.mark.parametrize("form", [dict, lambda pairs: {**pairs, "c": 0}])
def test_a_prediction_may_come_in_any_mapping(form, capsys):
    TABLE(lambda: form({"a": 1, "b": np.float32(2)}))
    assert "2 of 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "Is a `return` missing?"),
        ([1, 2], "Each number needs its name."),
        ({"a": 1}, "an entry 'b' as well"),
        ({"a": "1", "b": 2}, "one number"),
        ({"a": 1, "b": 1}, "Half of it."),
    ],
)
def test_a_wrong_table_is_told_what_is_wrong_with_it(answer, says):
    assert says in refusal(TABLE, lambda: answer)


def test_words_with_a_next_move_are_two_paragraphs():
    assert told("Why. Next: do.") == ("Why.", "Next: do.")
    assert told("Why.", "Next: other.") == ("Why.", "Next: other.")
    assert told("{got}.", got="3") == ("3.", "")


# ---------------------------------------------------------------------------------------------
# What a value remembers


def test_a_line_says_its_op_and_its_sides():
    assert parts_of("(p - q) / np.int64(3)") == ("/", ["p - q", "np.int64(3)"])


def test_a_message_gives_the_numbers_of_the_names_in_a_line_alone():
    case = {"line": "c * a", "a": 2.5, "b": 1.5, "d": 3, "c": "a + b"}
    assert line_text(case) == "c * a with a = 2.5, b = 1.5, c = a + b"
    assert line_text({**case, "line": "a + a"}, "op") == "(a + a).op with a = 2.5"
    assert number_of(case) == 10.0


def test_a_table_is_no_memory_of_a_value():
    assert value_fault("a + b", memory({"data": 1.0}, {}))


class Sum:
    def __init__(self, data, operands=(), op=""):
        self.data, self.operands, self.op = data, operands, op

    def __add__(self, other):
        return Sum(self.data + other.data, (self, other), "+")


@pytest.mark.parametrize(
    ("operands", "way"),
    [
        (lambda a, b: {a, b}, "set"),
        (lambda a, b: (), "none"),
        (lambda a, b: (a, 3.0), "number"),
        (lambda a, b: (a,), "too few"),
        (lambda a, b: (b, a), "turned"),
        (lambda a, b: (a, a + b), "made"),
        (lambda a, b: (a, Sum(2.0)), "copy"),
        (lambda a, b: (a, a, b), "other"),
        (lambda a, b: (a, b), None),
    ],
)
def test_operands_are_told_in_what_way_they_are_wrong(operands, way):
    a, b = Sum(1.0), Sum(2.0)
    remembered = memory(Sum(3.0, operands(a, b)), {id(a): "a", id(b): "b"})
    words = {name: f"This is {name}." for name in WRONG_OPERANDS if name != "no tuple"}
    fault = operands_fault("a + b", remembered, ["a", "b"], words)
    assert fault is None if way is None else f"This is {way}." in fault


@pytest.mark.parametrize(
    ("got", "says"),
    [
        ("3", "It passed."),
        (Raised("AssertionError", ""), "leaves it out"),
        (Raised("IndexError", "no"), "one that happened by accident"),
        (Raised("ValueError", "no"), "Say 7."),
        (Raised("ValueError", "7"), None),
    ],
)
def test_a_refusal_may_be_of_another_kind_or_leave_something_out(got, says):
    fault = refusal_fault(
        "f(7)",
        got,
        (ValueError,),
        "It passed.",
        wanted="a ValueError that says 7",
        unsaid=lambda text: "" if "7" in text else "Say 7.",
    )
    assert fault is None if says is None else says in fault


HALVING = {"A": "    half = x / 2", "B": "    return half", "C": "    return x"}


def halving_fault(case, letters):
    try:
        got = defined("def halve(x):\n{}\n", [HALVING[letter] for letter in letters])(case["x"])
    except NameError as error:
        return str(error)
    return None if got == case["x"] / 2 else f"got {got}"


HALVE = check_line_order(
    "halve_lines",
    HALVING,
    lambda rng: [{"x": rng.uniform(1, 3)} for _ in range(3)],
    halving_fault,
    words={"wanted": "two letters", "twice": "Line {letter} stands there {count} times."},
)


@pytest.mark.parametrize("letters", [["A", "B"], ("a", "b"), "AB", "A, B", ["A", "B", "C"]])
def test_lines_that_work_in_their_order_pass_in_any_form(letters, capsys):
    HALVE(lambda: letters)
    assert "3 of 3" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("letters", "says"),
    [
        ("BA", "'half'"),
        ("CAB", "got "),
        ("AAB", "Line A stands there 2 times."),
        ("AD", "There is no line 'D'."),
        (["    return x"], "the letters alone"),
        ({"A", "B"}, "A set has no order"),
        (None, "expected   two letters"),
    ],
)
def test_lines_in_an_order_that_does_not_work_are_told_why(letters, says):
    assert says in refusal(HALVE, lambda: letters)


@pytest.mark.parametrize("keys", [(1, 2), ("1", " 2 "), (1.0, np.int64(2))])
def test_a_key_counts_by_its_text(keys, capsys):
    table = check_predictions("letters", {1: "A", 2: "B"}, asks=str, read=str.upper, fault=no_fault)
    table(lambda: dict(zip(keys, "ab", strict=True)))
    assert "2 of 2" in capsys.readouterr().out


def no_fault(tried, key, got):
    return None


def test_an_exception_is_explained_by_the_first_pattern_that_is_in_its_type_and_text():
    explain = because(
        {
            "^KeyError": "a key",
            "^TypeError: .*'function'": lambda case, raised: f"call {case['name']}: {raised.type}",
            "function": "any other",
        }
    )
    for kind, text, words in [
        ("KeyError", "'function'", "a key"),
        ("TypeError", "unsupported: 'function' and 'float'", "call f: TypeError"),
        ("ValueError", "no function", "any other"),
        ("ValueError", "KeyError", None),
    ]:
        assert explain({"name": "f"}, Raised(kind, text)) == words


def test_a_slip_is_found_by_the_number_that_it_gives():
    slips = {"the sum": lambda a, b: a + b, "the product": lambda a, b: a * b}
    assert words_of_slip(6.0, slips, 2.0, 3.0) == "the product"
    assert words_of_slip(5.0 + 1e-9, slips, 2.0, 3.0) == "the sum"
    assert words_of_slip(-1.0, slips, 2.0, 3.0) == words_of_slip("6", slips, 2.0, 3.0) == ""
