"""The checks of exercise 04: their oracles against measured slopes, and every right answer."""

import math
from collections import Counter, OrderedDict, defaultdict
from itertools import permutations

import numpy as np
import pytest
from wrong_answers import right_answer

from autograd_lesson.checks import CheckFailed
from autograd_lesson.checks.arrays import known_wrong
from autograd_lesson.checks.e04_local_rules import (
    EDGES,
    FUNCTIONS,
    LINES,
    MUL_LINES,
    RULES,
    SLIPS,
    check_local_rules,
    check_mul_lines,
    check_partials_from_result,
    check_pass_on,
    check_predicted_contributions,
    local_rules_lines,
    practice,
    sides_of,
)
from autograd_lesson.checks.recorded import number_of
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.value import backward_steps


@pytest.mark.parametrize("line", LINES)
def test_the_rules_are_the_measured_slopes(line):
    for case in (c for c in local_rules_lines(np.random.default_rng(1)) if c["line"] == line):
        op, names, sides = sides_of(case)
        slopes = dict.fromkeys(names, 0.0)
        for name, partial in zip(names, RULES[op](*sides), strict=False):
            slopes[name] += partial
        for name in set(names) - {"k"}:
            (measured,) = numerical_gradient(
                lambda x, n=name, at=case: number_of(at | {n: x}), [case[name]]
            )
            assert measured == pytest.approx(slopes[name], rel=1e-6, abs=1e-8)


def test_no_named_slip_is_right_by_accident():
    for case in local_rules_lines(np.random.default_rng(0)):
        op, names, sides = sides_of(case)
        if names[0] == names[1] or 0.0 in sides:
            continue
        for wrong, words in known_wrong(SLIPS[op], *sides):
            assert wrong != pytest.approx(RULES[op](*sides)), words


POWERS_BY_PRODUCTS = right_answer(  # NumPy floats, logarithms, a reciprocal
    check_local_rules,
    "(1 / other.data, -self.data / other.data**2)",
    "(1 / np.float64(other.data), -self.data * np.float64(other.data) ** -2)",
    "(k * self.data ** (k - 1),)",
    "(np.float64(k) * self.data**k / self.data,)",
    "class LocalRules",
    "import numpy as np\n\n\nclass LocalRules",
)


def test_rules_in_other_words_pass(capsys):
    check_local_rules(right_answer(check_local_rules))
    check_local_rules(POWERS_BY_PRODUCTS)
    assert capsys.readouterr().out.count("13 of 13 checks pass") == 2


def test_passing_on_by_position_passes(capsys):
    def pass_on(result):
        for i in range(len(result.operands)):
            operand = result.operands[i]
            operand.grad = operand.grad + result.partials[i] * result.grad

    check_pass_on(pass_on)
    assert "25 of 25" in capsys.readouterr().out


def test_the_contributions_asked_for_are_those_of_the_walk(capsys):
    root, _ = practice()
    steps = backward_steps(root, {root: 1.0})
    walked = {f"{s.operand.label} from {s.result.label}": s.contribution for s in steps}
    assert walked == right_answer(check_predicted_contributions)() and set(EDGES) == set(walked)
    check_predicted_contributions(lambda: dict(sorted(walked.items())))


@pytest.mark.parametrize("edge", EDGES)
def test_a_contribution_is_the_gradient_of_a_leaf_on_its_edge_alone(edge):
    root, leaf = practice(copied=edge)
    root.backward()
    assert (
        leaf.grad == pytest.approx(right_answer(check_predicted_contributions)()[edge])
        and root.data == 72.0
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_and_its_inverse_belong_together(name):
    function = FUNCTIONS[name]
    assert function.f(function.inverse(0.7)) == pytest.approx(0.7)


def test_partials_from_results_pass_in_other_words(capsys):
    check_partials_from_result(
        lambda y: +y, lambda y: 0.5 * y**-1, lambda y: (1 + y) * (1 - y) + 0 * math.pi
    )
    assert "9 of 9" in capsys.readouterr().out


def test_partials_and_operands_may_stand_in_lists(capsys):
    lists = "(other.data, self.data)", "[other.data, self.data]"
    lists += (
        "(self, other), partials)\n        ### END SOLUTION\n\n    def __sub__",
        "[self, other], [1, 1])\n\n    def __sub__",
    )
    check_local_rules(right_answer(check_local_rules, *lists))
    assert "checks pass" in capsys.readouterr().out


@pytest.mark.parametrize("kind", [OrderedDict, Counter, lambda pairs: defaultdict(float, pairs)])
def test_contributions_may_come_in_any_mapping(kind, capsys):
    check_predicted_contributions(lambda: kind(right_answer(check_predicted_contributions)()))
    assert "7 of 7" in capsys.readouterr().out


@pytest.mark.parametrize("letters", ["ECGHAF", "e, c, g, h, a, f", tuple("ECGHAF")])
def test_letters_may_come_in_any_row(letters, capsys):
    check_mul_lines(lambda: letters)
    assert "1 of 1" in capsys.readouterr().out


class Value:
    """What the lines of E4.4 are run with: a number that is never a Value itself."""

    def __init__(self, data, op="", operands=()):
        self.data, self.op, self.operands, self.partials = float(data), op, operands, ()


def works(letters) -> bool:
    """Do these lines, run as the body of __mul__, multiply values and numbers as they should?"""
    body = "\n".join("    " + MUL_LINES[letter] for letter in letters)
    namespace = {"Value": Value}
    exec(f"def multiply(self, other):\n{body}", namespace)
    a, b = Value(2.0), Value(3.0)
    try:
        result, with_number = namespace["multiply"](a, b), namespace["multiply"](a, 5)
    except (TypeError, AttributeError, UnboundLocalError):
        return False
    kept = getattr(result, "operands", None) == (a, b) and result.partials == (3.0, 2.0)
    number = getattr(with_number, "operands", (0, 0))[1]
    return (
        kept
        and (a.partials, result.data, with_number.data) == ((), 6.0, 10.0)
        and (isinstance(number, Value) and with_number.partials == (5.0, 2.0))
    )


def test_exactly_the_orders_that_work_pass(capsys):
    working = ["".join(letters) for letters in permutations("ACEFGH") if works(letters)]
    assert len(working) == 3
    for letters in working:
        check_mul_lines(lambda letters=letters: list(letters))
    assert capsys.readouterr().out.count("1 of 1 checks pass") == 3


@pytest.mark.parametrize("letters", ["ICGHAF", "ECDHAF", "ECGHJF", "ECGHAB", "CGHAF"])
def test_the_lines_that_are_refused_do_not_work(letters):
    assert not works(letters)


def test_lists_in_place_of_letters_are_refused_with_words():
    with pytest.raises(CheckFailed, match="There are rows inside the row"):
        check_mul_lines(lambda: [["E"], ["C"], ["G"], ["H"], ["A"], ["F"]])
