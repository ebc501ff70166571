"""The checks of exercise 05: what they measure with, and that they take every right answer."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

from autograd_lesson import Value
from autograd_lesson.checks.accepted import close
from autograd_lesson.checks.e05_order_and_accumulation import (
    ENGINES,
    EVIDENCE,
    check_backward,
    check_diagnosis,
    check_is_right,
    check_order_lines,
    check_topological_order,
    check_zero_grad,
    pairs,
)
from autograd_lesson.checks.programs import (
    breadth_first,
    is_topological,
    numbers_of,
    operands_of,
    pre_order,
    random_program,
    size,
    slopes_of,
    small_programs,
    values_of,
)

EXERCISE = Path(__file__).parents[1] / "source" / "exercises" / "05_order_and_accumulation.py"


def body_of(function: ast.FunctionDef) -> str:
    """The body of a function as code, without comments and types."""
    return "\n".join(map(ast.unparse, function.body))


# What the checks measure with


@pytest.mark.parametrize("seed", range(20))
def test_the_slopes_agree_with_central_differences(seed):
    program = random_program(np.random.default_rng(seed), leaves=3, lines=6)
    leaves, h = program["leaves"], 1e-5
    slopes = slopes_of(program, size(program) - 1)
    for k in range(len(leaves)):
        ends = []
        for step in (h, -h):
            nudged = [x + step * (i == k) for i, x in enumerate(leaves)]
            ends.append(numbers_of(program | {"leaves": nudged})[-1])
        assert slopes[k] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6, abs=1e-6)


def test_the_random_graphs_have_repeats_long_and_short_roads_and_one_root():
    rng = np.random.default_rng(0)
    graphs = [operands_of(random_program(rng, 3, lines)) for lines in range(3, 30)]
    assert any(len(set(own)) < len(own) for graph in graphs for own in graph)
    assert not all(is_topological(breadth_first(g, len(g) - 1)[::-1], g) for g in graphs)
    for graph in graphs:
        used = {operand for own in graph for operand in own}
        assert used == set(range(len(graph) - 1))


def test_the_first_two_small_graphs_tell_the_wrong_orders_apart():
    diamond, lesson, *_ = map(operands_of, small_programs(np.random.default_rng(0)))
    root = len(diamond) - 1
    assert is_topological(breadth_first(diamond, root)[::-1], diamond)
    assert not is_topological(pre_order(diamond, root)[::-1], diamond)
    assert not is_topological(breadth_first(lesson, len(lesson) - 1)[::-1], lesson)


def test_no_order_of_the_checks_depends_on_the_hash_of_a_value():
    program = small_programs(np.random.default_rng(0))[1]
    for backwards in (False, True):
        values = values_of(program, backwards)
        keys = [hash(value) for value in values]
        assert keys == sorted(keys, reverse=backwards)
    assert len(set(values)) == len(values)


@pytest.mark.parametrize("letter", ENGINES)
def test_each_engine_has_one_of_the_faults_and_no_other(letter):
    found = set()
    for number, (program, roots, k, _) in EVIDENCE.items():
        values = values_of(program)
        for root in roots:
            ENGINES[letter](values[root])
        if not close(values[k].grad, sum(slopes_of(program, root)[k] for root in roots)):
            found.add(number)
    assert found == {{"A": 2, "B": 4, "C": 5}[letter]}


def test_the_walk_of_each_fault_goes_wrong_on_its_evidence():
    for program, roots, k, with_fault in EVIDENCE.values():
        grads = [0.0] * size(program)
        for root in roots:
            with_fault(program, root, grads)
        assert not close(grads[k], sum(slopes_of(program, root)[k] for root in roots))


@pytest.mark.parametrize("function", [pairs, *ENGINES.values()], ids=lambda f: f.__name__)
def test_the_engines_of_the_check_are_those_that_the_learner_reads(function):
    written = {
        node.name: node
        for node in ast.parse(EXERCISE.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    of_the_check = ast.parse(inspect.getsource(function)).body[0]
    assert body_of(written[function.__name__]) == body_of(of_the_check)


# Right answers, however they are written


@pytest.mark.parametrize("letters", ["DGFBEA", "DGBEFA", "DGBEAF"])
def test_every_arrangement_that_works_is_taken(letters, capsys):
    check_order_lines(lambda: list(letters))
    assert "8 of 8 checks pass" in capsys.readouterr().out


def by_iterators(root):
    """Post-order with a stack of half-used iterators."""
    order, seen, stack = [], {root}, [(root, iter(root.operands))]
    while stack:
        value, operands = stack[-1]
        operand = next(operands, None)
        if operand is None:
            order.append(stack.pop()[0])
        elif operand not in seen:
            seen.add(operand)
            stack.append((operand, iter(operand.operands)))
    return order


def by_debts(root):
    """Count what is owed to each value; whoever is owed nothing comes next."""
    found, stack = {root: 0}, [root]
    while stack:
        for operand in stack.pop().operands:
            if operand not in found:
                found[operand] = 0
                stack.append(operand)
            found[operand] += 1
    order, ready = [], [root]
    while ready:
        value = ready.pop()
        order.append(value)
        for operand in value.operands:
            found[operand] -= 1
            if not found[operand]:
                ready.append(operand)
    return order[::-1]


def by_depth(root):
    """Sort by how far a value is from the leaves; found by a stack with marks."""
    order = by_iterators(root)
    depth = {}
    for value in order:
        depth[value] = max((depth[operand] + 1 for operand in value.operands), default=0)
    return sorted(order, key=depth.get)


@pytest.mark.slow
@pytest.mark.parametrize("answer", [by_iterators, by_debts, by_depth])
def test_every_right_order_is_taken(answer, capsys):
    check_topological_order(answer)
    assert "12 of 12 checks pass" in capsys.readouterr().out


def in_two_dicts(root):
    """A pass that looks up every contribution from the operand's side."""
    uses = {value: [] for value in by_debts(root)}
    for result in uses:
        for operand, partial in zip(result.operands, result.partials, strict=True):
            uses[operand].append((result, partial))
    gradient = {}
    for value in reversed(uses):
        brought = sum(gradient[result] * partial for result, partial in uses[value])
        gradient[value] = brought + (value is root)
        value.grad += gradient[value]


def test_a_right_pass_in_another_order_is_taken(capsys):
    check_backward(in_two_dicts)
    assert "26 of 26 checks pass" in capsys.readouterr().out


def test_a_reset_to_a_whole_number_is_taken(capsys):
    def zero_grad(root):
        for value in by_debts(root):
            value.grad = 0

    check_zero_grad(zero_grad)
    assert "5 of 5 checks pass" in capsys.readouterr().out


def test_a_test_that_measures_is_taken(capsys):
    def is_right(backward):
        def f(x, y):
            return (x + y) * (x * x - y) * (x + y)

        at, h = (0.7, -1.3), 1e-6
        x, y = map(Value, at)
        root = f(x, y)
        backward(root)
        backward(root)
        slopes = [
            (f(at[0] + h * i, at[1] + h * j) - f(at[0] - h * i, at[1] - h * j)) / (2 * h)
            for i, j in ((1, 0), (0, 1))
        ]
        a, b = Value(2.0), Value(3.0)
        c = a + b
        backward(c * (c * a))
        measured = abs(x.grad - 2 * slopes[0]) + abs(y.grad - 2 * slopes[1]) < 1e-6
        return measured and a.grad == 45

    check_is_right(is_right)
    assert "5 of 5 checks pass" in capsys.readouterr().out


def test_the_diagnosis_is_taken_with_numbers_of_any_kind(capsys):
    check_diagnosis(lambda: {"A": np.int64(2), "B": 4.0, "C": 5})
    assert "3 of 3 checks pass" in capsys.readouterr().out
