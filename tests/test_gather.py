"""Sums of products over a batch become products of matrices, and stay the same numbers."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lesson import Value, dot, total
from autograd_lesson.compiler.code import Refused, compile_gradient
from autograd_lesson.compiler.gather import with_dots_gathered, with_sums_as_dots
from autograd_lesson.compiler.program import PYTHON, Line, Program, written
from autograd_lesson.nn import MLP


def by_the_engine(f, p, *rows):
    """The number and the gradient of p, summed over the examples, from graphs recorded anew."""
    values = [Value(x) for x in p]
    root = total([f(values, *example) for example in zip(*rows, strict=True)])
    root.backward()
    return root.data, [value.grad for value in values]


def check(f, p, *rows):
    """Compile f for a batch, compare it with the engine, and give what was compiled."""
    places = range(1, len(rows) + 1)
    compiled = compile_gradient(f, p, *(own[0] for own in rows), to="numpy", batch=places)
    number, gradient = by_the_engine(f, p, *rows)
    got = compiled(p, *rows)
    assert got[0] == pytest.approx(number, rel=1e-12, abs=1e-13)
    assert got[1] == pytest.approx(gradient, rel=1e-12, abs=1e-13)
    return compiled


def ops_of(program):
    """How often each op is there."""
    found = [line.op for line in program.lines]
    return {op: found.count(op) for op in found}


def computed(program, inputs):
    """The results for these numbers, line by line, as Python computes them."""
    scope = PYTHON | dict(zip(program.inputs, inputs, strict=True))
    for line in program.lines:
        scope[line.name] = eval(written(line), scope)
    return [scope[result] for result in program.results]


ROWS = np.random.default_rng(0).normal(size=(6, 3)).tolist()


def test_each_layer_is_one_product_forward_and_one_or_two_back():
    model = MLP(3, [4, 4, 1])

    def squared(parameters, x):
        return model(x) ** 2

    program = compile_gradient(squared, model.parameters(), ROWS[0], to="numpy", batch=[1]).program
    assert ops_of(program)["@"] == 3 + 1  # the last layer sends one column back, no sum
    assert ops_of(program)["pairs"] == 3
    assert not {"dot", "batch_dot"} & set(ops_of(program))
    # the gradients that go back are also those that the weights meet: one array for both
    columns = [line.operands for line in program.lines if line.op == "rows"]
    assert len(columns) == len(set(columns))


@settings(max_examples=30)
@given(st.integers(1, 4), st.lists(st.integers(1, 5), min_size=1, max_size=3), st.integers(1, 4))
def test_a_network_of_any_widths_has_the_gradients_of_the_engine(inputs, sizes, examples):
    rng = random.Random(0)
    model = MLP(inputs, [*sizes, 1])
    parameters = model.parameters()

    def squared(p, x, y):
        return (model(x) - y) ** 2

    xs = [[rng.gauss(0, 1) for _ in range(inputs)] for _ in range(examples)]
    ys = [rng.gauss(0, 1) for _ in range(examples)]
    compiled = compile_gradient(squared, parameters, xs[0], ys[0], to="numpy", batch=[1, 2])
    root = total([squared(None, x, y) for x, y in zip(xs, ys, strict=True)])
    root.backward()
    number, gradient = compiled([p.data for p in parameters], xs, ys)
    assert number == pytest.approx(root.data, rel=1e-12)
    assert gradient == pytest.approx([p.grad for p in parameters], rel=1e-11, abs=1e-13)


PRODUCTS = tuple(Line(f"v{i}", "*", (f"x{2 * i}", f"x{2 * i + 1}")) for i in range(4))
INPUTS = tuple(f"x{i}" for i in range(8))


def sums(*additions, results=("s2",)):
    """Four products, and these additions of them."""
    return Program(INPUTS, PRODUCTS + additions, results)


def same_bits(program):
    """The program with its sums as dots, after a comparison on numbers that round."""
    changed = with_sums_as_dots(program)
    rng = random.Random(0)
    for _ in range(50):
        numbers = [rng.choice((1e16, 1.0, 3e-3)) * rng.uniform(-1, 1) for _ in INPUTS]
        assert computed(changed, numbers) == computed(program, numbers)
    return changed


def test_a_sum_of_products_is_one_dot_with_the_same_bits():
    program = sums(
        Line("s0", "+", ("v0", "v1")), Line("s1", "+", ("s0", "v2")), Line("s2", "+", ("s1", "v3"))
    )
    assert ops_of(same_bits(program)) == {"dot": 1}


def test_a_sum_in_another_order_keeps_its_order():
    program = sums(
        Line("s0", "+", ("v0", "v1")), Line("s1", "+", ("v2", "v3")), Line("s2", "+", ("s0", "s1"))
    )
    assert ops_of(same_bits(program)) == {"dot": 2, "+": 1}


def test_a_product_that_is_needed_elsewhere_stays():
    program = sums(
        Line("s0", "+", ("v0", "v1")), Line("s1", "+", ("s0", "v2")), Line("s2", "+", ("s1", "v0")),
        results=("s2", "v0"),
    )  # fmt: skip
    assert ops_of(same_bits(program)) == {"*": 4 - 1, "+": 3}


def test_a_sum_stays_short_enough_for_python_to_read():
    inputs = tuple(f"x{i}" for i in range(400))
    lines = [Line(f"v{i}", "*", (f"x{2 * i}", f"x{2 * i + 1}")) for i in range(200)]
    lines += [Line(f"s{i}", "+", (f"s{i - 1}" if i > 1 else "v0", f"v{i}")) for i in range(1, 200)]
    program = with_sums_as_dots(Program(inputs, tuple(lines), ("s199",)))
    assert max(len(line.operands) for line in program.lines) <= 100
    assert computed(program, [1.0] * 400) == [200.0]


def test_numbers_that_are_computed_later_are_there_when_they_are_needed():
    def f(p, x):
        first = dot(p[:3], x).tanh()
        return first * dot([w.exp() for w in p[3:]], x)

    program = check(f, [0.3, -0.2, 0.5, 0.1, 0.7, -0.4], ROWS).program
    assert ops_of(program)["exp"] == 3


def test_a_sum_over_the_batch_is_there_when_a_later_line_needs_it():
    def f(p, x):
        return dot([w.exp() for w in p], x).tanh() + dot([w * 2.0 for w in p], x).sigmoid()

    program = check(f, [0.3, -0.2, 0.5], ROWS).program
    names = [line.name for line in program.lines]
    assert len(names) == len(set(names))


def test_dots_on_both_sides_of_a_branch_are_not_gathered():
    dots = [Line(f"v{i}", "dot", ("x0", "x1", "x2", "x3")) for i in (0, 2)]
    guard = Line("", "if not >", ("v0", 0.0))
    end = Line("v3", "+", ("v0", "v2"))
    for lines, gathered in (((*dots, end), 2), ((dots[0], guard, dots[1], end), 0)):
        program = Program(("x0", "x1", "x2", "x3"), lines, ("v3",))
        found = ops_of(with_dots_gathered(program, {"x2", "x3"}))
        assert found.get("item", 0) == gathered and found.get("dot", 0) == 2 - gathered


def test_a_branch_over_a_batch_is_still_refused():
    def f(p, x):
        s = dot(p, x)
        return s * 2.0 if s > -100.0 else s

    compiled = check(f, [0.3, -0.2, 0.5], ROWS)
    with pytest.raises(Refused, match="was True while recording and is False"):
        compiled([0.3, -0.2, 0.5], [*ROWS, [-1000.0, 0.0, 0.0]])


@pytest.mark.parametrize("own", ["two columns", "two numbers"])
def test_a_product_of_two_columns_or_of_two_numbers_keeps_its_dot_as_it_is(own):
    def f(p, x):
        last = (x[2], x[1]) if own == "two columns" else (p[2], p[1])
        return dot([p[0], p[1], p[1], last[0]], [x[0], x[1], x[2], last[1]])

    assert "@" not in ops_of(check(f, [0.3, -0.2, 0.5], ROWS).program)


def test_sums_over_the_batch_are_numbers_and_not_columns():
    def f(p, x):
        return dot([p[0] * k for k in (3.0, 5.0, 7.0, 11.0)], x)

    found = ops_of(check(f, [0.3], [[*row, 1.0] for row in ROWS]).program)
    assert (found["@"], found["dot"]) == (1, 1)  # of x; and the gradient, of four sums over it


def test_the_pass_changes_nothing_where_there_is_too_little():
    def f(p, x):
        return p[0] * x[0]

    source = check(f, [0.3], ROWS).source
    assert "@" not in source and "dot(" in source


def test_no_line_stands_before_what_it_needs():
    model = MLP(2, [3, 3, 1])

    def f(p, x):
        return model(x).exp()

    program = compile_gradient(f, model.parameters(), [0.1, 0.2], to="numpy", batch=[1]).program
    known = set(program.inputs)
    for line in program.lines:
        names = {o for o in line.operands if isinstance(o, str) and not o.isdigit()}
        assert names <= known, line
        known.add(line.name)
    assert {result for result in program.results if isinstance(result, str)} <= known
