"""Compiled code against the engine that records anew, against slopes, and against the table."""

import itertools
import math
import os
import random
import re
import subprocess
import sys
import time
from fractions import Fraction
from itertools import islice

import graphs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from op_cases import OPS

from autograd_lesson import Tensor, Value, derivative, dot, ops, total
from autograd_lesson.compiler import code, recording
from autograd_lesson.compiler.code import Refused, compile_gradient
from autograd_lesson.compiler.program import (
    PYTHON,
    Formula,
    Line,
    optimised,
    with_common_parts_once,
    with_constants_folded,
    with_gradient,
    without_dead_code,
    written,
)
from autograd_lesson.compiler.recording import record, trace
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.nn import MLP

needs_a_compiler = pytest.mark.skipif(
    not code.c_compiler(), reason="no C compiler on this machine: install gcc or clang"
)
TONGUES = ["python", pytest.param("c", marks=needs_a_compiler)]
BATCHED = ["numpy", pytest.param("c", marks=needs_a_compiler)]


def by_the_engine(f, *arguments, wrt=0):
    """The number and the gradient of one argument, from a graph recorded for this call."""
    values = [[Value(x) for x in a] if isinstance(a, list) else Value(a) for a in arguments]
    root = f(*values)
    root.backward()
    wanted = values[wrt]
    return root.data, [v.grad for v in wanted] if isinstance(wanted, list) else wanted.grad


def kinked(p, x):
    """Something with every kind of op: n operands, constants, kinks, powers, a repeat."""
    a = dot(p, x) + total([p[0], p[0], x[1], 2.0])
    b = (a * 0.3).tanh().maximum(p[1]).minimum(x[0] * 2.0) + abs(x[1]) + (-p[2]).relu()
    return (b**2 + 1.0).log() * (x[2] ** 3.0) + 2.0 ** (p[1] * 0.2) - 1.0 / (p[0] ** 2 + 1.0).sqrt()


P, X = [0.4, -0.7, -1.3], [1.1, -0.6, 0.8]


# The table


@pytest.mark.parametrize(
    ("symbol", "to"),
    [
        *itertools.product(OPS, ["python", "numpy"]),
        *(  # compiling takes longest: --quick compiles all of them in one program, below
            pytest.param(symbol, "c", marks=[needs_a_compiler, pytest.mark.slow]) for symbol in OPS
        ),
    ],
)
def test_every_op_is_compiled_with_the_number_and_the_slopes_of_the_engine(symbol, to):
    """One row in op_cases.py, and the op is tried in every tongue, and at a kink."""
    case = OPS[symbol]
    batch = [1] if to == "numpy" else []

    def f(p, x):
        return case.ours(*[w + v for w, v in zip(p, x, strict=True)])

    for point in [*case.points, *case.kinks]:
        nothing, here = [0.0] * len(point), list(point)
        number, gradient = by_the_engine(f, nothing, here)
        got = compile_gradient(f, nothing, here, to=to, batch=batch)(
            nothing, [here] * 2 if batch else here
        )
        count = 1 + len(batch)
        assert got[0] == pytest.approx(count * number, rel=1e-14)
        assert list(got[1]) == pytest.approx([count * g for g in gradient], rel=1e-13, abs=1e-300)


@needs_a_compiler
def test_all_ops_in_one_program_of_c_have_the_number_and_the_slopes_of_the_engine():
    def f(leaves):
        rest = iter(leaves)
        return total([case.ours(*islice(rest, len(case.points[0]))) for case in OPS.values()])

    leaves = [x for case in OPS.values() for x in case.points[0]]
    number, gradient = by_the_engine(f, leaves)
    got = compile_gradient(f, leaves, to="c")(leaves)
    assert got[0] == pytest.approx(number, rel=1e-13)
    assert list(got[1]) == pytest.approx(gradient, rel=1e-13, abs=1e-300)


@needs_a_compiler
def test_a_function_that_c_does_not_have_is_named_with_the_place_for_it():
    with pytest.raises(RuntimeError, match=r"needs a line in C_BEGINS(?s:.*)halve_of"):
        code.built("double halved(double x) { return halve_of(x); }")


def test_a_new_op_is_compiled_from_its_entry_alone():
    """One with a function that every tongue has, and one made of the functions that are there."""
    script = """
import math
from autograd_lesson import Value, ops
ops.expm1 = ops.function("expm1", math.expm1)
def expm1_rule(a):
    return ops.expm1(a), (ops.exp(a),)
def softsign_rule(a):
    half = 1.0 / (1.0 + abs(a))
    return a * half, (half * half,)
def asking_rule(a):
    return (a, (1.0,)) if a > 0.0 else (0.1 * a, (0.1,))
ops.EXPM1, ops.SOFTSIGN = ops.Op("expm1", expm1_rule), ops.Op("softsign", softsign_rule)
ops.ASKING = ops.Op("asking", asking_rule)
ops.OF_ONE_OPERAND += (ops.EXPM1, ops.SOFTSIGN)
from autograd_lesson.compiler import code
for to in ("python", "numpy", "c"):
    if to != "c" or code.c_compiler():
        for op in (ops.EXPM1, ops.SOFTSIGN):
            f = lambda p, x: (p * x).unary(op) * p
            got = code.compile_gradient(f, 1.0, 0.7, to=to, batch=[1])if to != "python" else (
                code.compile_gradient(f, 1.0, 0.7))
            number, slope = got(1.0, -0.3 if to == "python" else [-0.3])
            p = Value(1.0)
            root = f(p, Value(-0.3))
            root.backward()
            assert abs(number - root.data) < 1e-15 and abs(slope - p.grad) < 1e-15, (to, op)
try:
    code.compile_gradient(lambda x: x.unary(ops.ASKING), 1.0)
except TypeError as error:
    assert "use the functions of ops.py" in str(error)
else:
    raise AssertionError("an op that asks for a number was compiled")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_rule_that_asks_for_a_number_is_refused_with_the_next_move():
    a = Formula.of("a")
    for ask in (lambda: bool(a > 0.0), lambda: a == 0.0, lambda: float(a), lambda: max(a, 0.0)):
        with pytest.raises(TypeError, match="use the functions of ops.py, comparisons with"):
            ask()


@pytest.mark.parametrize("to", ["python", *BATCHED])
@pytest.mark.parametrize(
    ("name", "f", "x"),
    [
        ("relu", lambda x: x.relu().sqrt(), -1.0),
        ("maximum", lambda x: (x.maximum(0.0)).sqrt(), -1.0),
        ("the other of maximum", lambda x: (Value(0.0).maximum(x)).sqrt(), -1.0),
        ("minimum", lambda x: (-(x.minimum(0.0))).sqrt(), 1.0),
        ("** of 0 to the 0", lambda x: x.relu() ** (x * 0.0), -1.0),
    ],
)
def test_a_branch_not_taken_contributes_nothing_in_compiled_code(name, f, x, to):
    """The slope behind it is infinite, and 0 times infinity would be nan."""
    g = compile_gradient(
        lambda p, x: f(p * x) + p, 1.0, 0.5 if x > 0 else x, to=to, batch=[1] * (to != "python")
    )
    assert g(1.0, x if to == "python" else [x])[1] == 1.0


# Against the dynamic engine


@settings(max_examples=60)
@given(graphs.programs())
def test_python_gives_what_the_engine_gives_on_random_graphs(program):
    leaves, instructions = program

    def f(leaves):
        return Value.of(graphs.build(leaves, instructions))

    number, gradient = by_the_engine(f, leaves)
    compiled = compile_gradient(f, leaves)
    got = compiled(leaves)
    assert got[0] == pytest.approx(number, rel=1e-12, abs=1e-12)
    assert got[1] == pytest.approx(gradient, rel=1e-9, abs=1e-9)


@needs_a_compiler
@settings(max_examples=8)
@given(graphs.programs())
def test_c_gives_what_the_engine_gives_on_random_graphs(program):
    leaves, instructions = program

    def f(leaves):
        return Value.of(graphs.build(leaves, instructions))

    number, gradient = by_the_engine(f, leaves)
    got = compile_gradient(f, leaves, to="c")(leaves)
    assert got[0] == pytest.approx(number, rel=1e-12, abs=1e-12)
    assert got[1] == pytest.approx(gradient, rel=1e-9, abs=1e-9)


@settings(max_examples=40)
@given(graphs.programs(), st.integers(1, 5))
def test_a_batch_of_columns_gives_the_sum_over_its_examples(program, count):
    leaves, instructions = program
    rows = [[x + 0.1 * k for x in leaves] for k in range(count)]

    def f(p, leaves):
        mixed = [p[0] * leaves[0] + p[1], *leaves[1:]]
        return graphs.build(mixed, instructions) * p[1] + leaves[0] + p[0]

    p = [0.3, -0.8]
    each = [by_the_engine(f, p, row) for row in rows]
    number, gradient = compile_gradient(f, p, leaves, to="numpy", batch=[1])(p, rows)
    assert number == pytest.approx(sum(n for n, _ in each), rel=1e-9, abs=1e-9)
    assert gradient == pytest.approx(np.sum([g for _, g in each], axis=0), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("wrt", [0, 1])
def test_every_kind_of_op_agrees_with_the_engine_and_with_slopes(to, wrt):
    got = compile_gradient(kinked, P, X, to=to, wrt=wrt)(P, X)
    number, gradient = by_the_engine(kinked, P, X, wrt=wrt)
    assert got[0] == pytest.approx(number, rel=1e-14)
    assert got[1] == pytest.approx(gradient, rel=1e-13)

    def moved(*leaves):
        given = [P, X]
        given[wrt] = list(leaves)
        return by_the_engine(kinked, *given)[0]

    assert got[1] == pytest.approx(numerical_gradient(moved, (P, X)[wrt]), rel=1e-6)


@pytest.mark.parametrize("to", BATCHED)
def test_every_kind_of_op_agrees_over_a_batch(to):
    rows = [X, [0.9, -0.1, 0.2], [2.0, -3.0, 1.5], [0.2, 0.6, -0.8]]
    each = [by_the_engine(kinked, P, row) for row in rows]
    number, gradient = compile_gradient(kinked, P, X, to=to, batch=[1])(P, np.array(rows))
    assert number == pytest.approx(sum(n for n, _ in each), rel=1e-12)
    assert gradient == pytest.approx(np.sum([g for _, g in each], axis=0), rel=1e-12)


@pytest.mark.parametrize("to", TONGUES)
def test_a_network_compiled_with_its_parameters_as_arguments_can_be_trained(to):
    model = MLP(2, [3, 1])
    compiled = compile_gradient(
        lambda parameters, x, y: (model(x) - y) ** 2, model.parameters(), [0.5, -1.0], 1.0, to=to
    )
    numbers = [p.data for p in model.parameters()]
    for _ in range(60):
        loss, gradient = compiled(numbers, [0.5, -1.0], 1.0)
        numbers = [p - 0.1 * g for p, g in zip(numbers, gradient, strict=True)]
    for p, number in zip(model.parameters(), numbers, strict=True):
        p.data = number
    assert loss < 0.01 and (model([0.5, -1.0]).data - 1.0) ** 2 < loss


@pytest.mark.parametrize("to", BATCHED)
def test_lists_of_lists_keep_their_shape(to):
    """A parameter of 2 x 3, an example of 3 x 2: neither is the other way round."""

    def f(p, x):
        return total([dot(row, [x[k][i] for k in range(3)]).tanh() for i, row in enumerate(p)])

    p = [[0.3, -0.8, 0.5], [1.1, 0.2, -0.4]]
    batch = np.random.default_rng(0).normal(size=(5, 3, 2))
    compiled = compile_gradient(f, p, batch[0].tolist(), to=to, batch=[1])
    values = [[Value(w) for w in row] for row in p]
    root = total([f(values, x) for x in batch.tolist()])
    root.backward()
    number, gradient = compiled(p, batch)
    assert number == pytest.approx(root.data, rel=1e-12)
    np.testing.assert_allclose(gradient, [[w.grad for w in row] for row in values], rtol=1e-12)


@pytest.mark.slow
def test_long_sums_and_deep_chains_are_no_trouble():
    n = 5000
    xs = [0.001 * k for k in range(n)]

    def f(xs):
        y = total(xs) * 1e-4 + dot(xs, xs[::-1]) * 1e-4
        for _ in range(3000):
            y = (y * 0.5).sin() + 0.1
        return y

    number, gradient = by_the_engine(f, xs)
    got = compile_gradient(f, xs)(xs)
    assert got[0] == pytest.approx(number, rel=1e-12)
    assert got[1] == pytest.approx(gradient, rel=1e-9, abs=1e-12)


def test_a_gradient_of_a_gradient_compiles_too():
    second = derivative(derivative(lambda x: (x * 2.0).tanh()))
    number, slope = compile_gradient(second, 0.3)(0.4)
    assert number == pytest.approx(second(Value(0.4)).data, rel=1e-14)
    assert slope == pytest.approx(derivative(second)(Value(0.4)).data, rel=1e-12)


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("x", [1.5, -1.5])
def test_a_gradient_with_a_branch_compiles_and_keeps_to_it(x, to):
    def f(x):
        return x.relu() * x + x.maximum(0.5) ** 2 + abs(x) ** x.relu()

    number, slope = compile_gradient(derivative(f), x, to=to)(1.1 * x)
    assert number == pytest.approx(derivative(f)(Value(1.1 * x)).data, rel=1e-14)
    assert slope == pytest.approx(derivative(derivative(f))(Value(1.1 * x)).data, rel=1e-12)
    with pytest.raises(Refused):
        compile_gradient(derivative(f), x, to=to)(-x)


# Passes


def numbers_of(program, inputs):
    """Run a program line by line."""
    scope = {**PYTHON, **dict(zip(program.inputs, inputs, strict=True))}
    for line in program.lines:
        scope[line.name] = eval(written(line), scope)
    return [scope.get(result, result) for result in program.results]


@settings(max_examples=40)
@given(graphs.programs())
def test_dead_code_and_common_parts_leave_every_bit_as_it_was(program):
    leaves, instructions = program
    recorded = trace(lambda xs: Value.of(graphs.build(xs, instructions)), leaves)
    whole = with_gradient(recorded, recorded.inputs)
    expected = numbers_of(whole, leaves)
    for smaller in (without_dead_code(whole), with_common_parts_once(whole)):
        assert numbers_of(smaller, leaves) == expected
        assert len(smaller.lines) <= len(whole.lines)
    assert numbers_of(optimised(whole), leaves) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("symbol", OPS)
def test_the_gradient_of_a_gradient_is_a_program_again(symbol):
    case = OPS[symbol]
    for point in case.points:
        recorded = trace(case.ours, *point)
        once = with_gradient(recorded, recorded.inputs)
        for place, x in enumerate(point):

            def of_one(x, place=place, point=point):
                return case.ours(*map(Value.of, point[:place]), x, *map(Value, point[place + 1 :]))

            twice = with_gradient(
                once._replace(results=once.results[place + 1 :]), recorded.inputs[place : place + 1]
            )
            second = derivative(derivative(of_one))(x).data
            got = numbers_of(optimised(twice), point)[-1]
            assert got == pytest.approx(second, rel=1e-12, abs=1e-12)


def test_each_pass_takes_out_what_its_name_says():
    recorded = trace(lambda x, y: (x * y + 1.0) * (y * x) + Value(2.0) * 3.0, 1.5, -0.5)
    assert [line.op for line in with_common_parts_once(recorded).lines].count("*") == 3
    assert "6.0" in str(with_constants_folded(recorded)) and "2.0" not in str(
        with_constants_folded(recorded)
    )
    whole = with_gradient(recorded, recorded.inputs[:1])
    assert any(line.name == "gx1" for line in whole.lines)
    assert not any(line.name == "gx1" for line in without_dead_code(whole).lines)


def test_zero_and_minus_zero_are_not_one_constant():
    recorded = trace(lambda x: (x * 0.0 + 0.0).maximum(-5.0) + 1.0 / (x * -0.0 - 1.0), 2.0)
    assert len(with_common_parts_once(recorded).lines) == len(recorded.lines)


def test_a_difference_turned_round_is_no_common_part():
    recorded = trace(lambda x, y: (x - y) * (y - x) * 3.0, 2.0, 0.5)
    assert len(with_common_parts_once(recorded).lines) == len(recorded.lines)
    assert compile_gradient(lambda x, y: (x - y) * (y - x), 2.0, 0.5)(2.0, 0.5) == (-2.25, -3.0)


def test_powers_at_zero_have_the_slopes_of_the_engine():
    assert compile_gradient(lambda x: x**0 * 5.0 + x, 2.0)(0.0) == (5.0, 1.0)
    assert compile_gradient(lambda a, b: a**b, 1.5, 2.0, wrt=1)(0.0, 2.0) == (0.0, 0.0)
    assert compile_gradient(lambda x: x**3, 1.5)(0.0) == (0.0, 0.0)


def test_a_constant_outside_the_domain_is_left_to_the_call():
    line = Line("v0", "log", (-1.0,))
    recorded = record(Value(1.0), [])._replace(lines=(line,), results=("v0",))
    assert with_constants_folded(recorded).lines == (line,)


# What a recording fixes


def branching(x):
    return x * x if x > 0 else -x


@pytest.mark.parametrize("to", TONGUES)
def test_another_branch_is_refused_with_its_reason(to):
    compiled = compile_gradient(branching, 2.0, to=to)
    assert compiled(3.0)[0] == 9.0
    for x in (-1.0, 0.0, math.nan):
        with pytest.raises(Refused, match=r"`x0 > 0.0` was True while recording and is False"):
            compiled(x)
    with pytest.raises(Refused, match="was False while recording and is True"):
        compile_gradient(branching, -2.0, to=to)(1.0)


@pytest.mark.parametrize("to", BATCHED)
def test_one_example_of_a_batch_on_another_branch_is_enough(to):
    compiled = compile_gradient(lambda p, x: p * branching(x), 1.0, 2.0, to=to, batch=[1])
    assert compiled(1.0, [1.0, 2.0])[0] == 5.0
    with pytest.raises(Refused, match="only the branch taken then"):
        compiled(1.0, [1.0, -2.0, 3.0])


def test_a_branch_is_checked_before_what_it_guards():
    compiled = compile_gradient(lambda x: x.log() if x > 0 else x, 2.0)
    with pytest.raises(Refused, match="x0 > 0.0"):
        compiled(-1.0)


def test_a_branch_hidden_from_the_recording_is_refused_when_recording():
    for f in (
        lambda x: x * math.tanh(x.data),
        lambda x: x * random.random(),
        lambda x: x * x if x.data > 0 else -x,
    ):
        with pytest.raises(ValueError, match="cannot be recorded here"):
            compile_gradient(f, 0.7)


def test_an_example_alone_on_its_branch_is_refused_since_nothing_can_be_compared():
    with pytest.raises(ValueError, match="'a branch' became 'another one nearby'"):
        trace(lambda x: x * 2.0 if x >= 1.0 and x <= 1.0 else x * 3.0, 1.0)


def test_arguments_are_left_as_they_were_and_comparisons_are_the_engines_again():
    own, x = Value.__gt__, Value(0.7)
    with pytest.raises(ZeroDivisionError):
        compile_gradient(lambda x: x / 0.0 if x > 0 else x, x)
    compile_gradient(branching, x)
    assert x.data == 0.7 and x.grad == 0.0 and Value.__gt__ is own


@pytest.mark.parametrize("to", TONGUES)
def test_a_value_from_outside_that_has_changed_is_refused(to):
    weight = Value(2.0, label="weight")
    compiled = compile_gradient(lambda x: weight * x, 1.0, to=to)
    assert compiled(3.0)[0] == 6.0
    weight.data = 2.5
    with pytest.raises(Refused, match="weight.*was 2 while recording.*pass it as an argument"):
        compiled(3.0)


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([1.0, 2.0],), "takes 2 arguments, and got 1"),
        (([1.0], 2.0), r"argument 0 is 1 x number, and 2 x number was recorded"),
        (([1.0, 2.0, 3.0], 2.0), r"3 x number"),
        (([1.0, 2.0], [2.0]), r"argument 1 is 1 x number, and number"),
        (([1.0, [2.0]], 2.0), r"argument 0 is \[number, 1 x number\]"),
    ],
)
def test_another_shape_is_refused_with_both_shapes(to, arguments, says):
    compiled = compile_gradient(lambda p, x: (p[0] + p[1]) * x, [1.0, 2.0], 3.0, to=to)
    with pytest.raises((Refused, ValueError), match=says):
        compiled(*arguments)


def test_values_in_a_call_are_refused():
    compiled = compile_gradient(lambda a, b: a + b, 1.0, 2.0)
    with pytest.raises(Refused, match="argument 0 is Value"):
        compiled(Value(1.0), 2.0)
    with pytest.raises(Refused, match="argument 0 is 2 x number"):
        compiled([1.0, 2.0], [3.0, 4.0])


def test_a_domain_error_names_the_next_move():
    with pytest.raises(ValueError) as error:
        compile_gradient(lambda x: x.log(), 2.0)(-1.0)
    assert "Run f on Values" in error.value.__notes__[0]


def test_what_cannot_be_compiled_says_why():
    with pytest.raises(ValueError, match="choose one of python, numpy, c"):
        compile_gradient(branching, 1.0, to="fortran")
    with pytest.raises(ValueError, match="name the arguments that hold many examples"):
        compile_gradient(branching, 1.0, to="numpy")
    with pytest.raises(ValueError, match="each is a place"):
        compile_gradient(branching, 1.0, wrt=1)
    with pytest.raises(ValueError, match="does not depend on the batch"):
        compile_gradient(lambda p, x: p * 2.0, 1.0, 2.0, to="numpy", batch=[1])
    with pytest.raises(TypeError, match="f returned float"):
        compile_gradient(lambda x: x.data, 1.0)
    with pytest.raises(ValueError, match="no code is known for the op 'mystery'"):
        record(Value(1.0, "", ops.Op("mystery", None), (Value(2.0),), (1.0,)), [])


def test_the_compiler_is_that_of_the_variable_or_the_system_or_of_a_package(monkeypatch, tmp_path):
    name = "own-cc.exe" if os.name == "nt" else "own-cc"
    (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CC", f"{name} -m64")
    assert code.c_compiler() == (str(tmp_path / name), "-m64")
    for CC in ("", "not-there"):
        monkeypatch.setenv("CC", CC)
        monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "ziglang" or None)
        assert code.c_compiler() == (sys.executable, "-m", "ziglang", "cc")
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        assert code.c_compiler() == ()


def test_without_a_c_compiler_one_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setattr(code, "c_compiler", tuple)
    with pytest.raises(RuntimeError, match="no C compiler was found.*compile to 'python'"):
        compile_gradient(branching, 1.0, to="c")


# Loops


def doubled_until_ten(x):
    while x < 10:
        x = x * 2
    return x


def square_root(a):
    x = a
    while abs(x * x - a) > 1e-9:
        x = (x + a / x) * 0.5
    return x


def doubled_by_recursion(x):
    return x if x > 10 else doubled_by_recursion(x * 2)


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize(
    ("f", "example", "near", "other"),
    [
        (doubled_until_ten, 3.0, (4.0, (16.0, 4.0)), 30.0),
        (square_root, 2.0, (2.01, (math.sqrt(2.01), 0.5 / math.sqrt(2.01))), 900.0),
        (doubled_by_recursion, 3.0, (4.0, (16.0, 4.0)), 30.0),
    ],
)
def test_a_loop_over_values_is_recorded_where_it_ends_and_guarded(f, example, near, other, to):
    """At some of the numbers that it is compared with, none of these loops has an end."""
    compiled = compile_gradient(f, example, to=to)
    assert compiled(near[0]) == pytest.approx(near[1], rel=1e-8)
    with pytest.raises(Refused, match="while recording and is"):
        compiled(other)


def loops_on_data(x):
    a = x.data
    while a < 10.0:
        a *= 2.0
    return x * 3.0


def loops_on_data_and_catches_everything(x):
    a = x.data
    while a < 10.0:
        try:
            a *= 2.0
        except Exception:
            pass
    return x * 3.0


def recursion_on_data(x):
    return x if x.data > 10 else recursion_on_data(x * 2)


def rounds_by_data(x):
    for _ in range(int(x.data)):
        x = x * 1.5
    return x


def generator_without_end(x):
    return x * next(k for k in itertools.count() if x.data * k >= 6.0)


class Finalised:
    """What takes most of the steps of a loop as it goes away, where no error comes out."""

    def __del__(self):
        for _ in range(50):
            pass


def loops_over_finalisers(x):
    a = x.data
    while a < 10.0:
        Finalised()
        a *= 2.0
    return x * 3.0


def table_by_data(x):
    return x * {3: 1.0, 10: 2.0}[int(x.data + 0.5)]


@pytest.mark.parametrize(
    ("f", "says"),
    [
        (
            loops_on_data,
            r"not done after 10,\d+ steps or 2 s .*: there is a loop whose length depends on",
        ),
        (loops_on_data_and_catches_everything, "there is a loop whose length depends on numbers"),
        (loops_over_finalisers, "there is a loop whose length depends on numbers"),
        (recursion_on_data, "raised RecursionError"),
        (rounds_by_data, "became"),
        (generator_without_end, "became|a loop whose length"),
        (table_by_data, "raised KeyError: -"),
    ],
)
def test_a_loop_that_the_recording_does_not_see_is_refused_and_comes_to_an_end(f, says):
    with pytest.raises(ValueError, match=f"cannot be recorded here: .*{says}.*Compute and compare"):
        compile_gradient(f, 3.0)


def test_a_loop_that_is_slow_is_stopped_by_its_time(monkeypatch):
    def up_to_a_third(x):
        n = int(abs(x.data))
        while n % 3:
            n += 3 * sum(range(20_000))
        return x * 2.0

    monkeypatch.setattr(recording, "OTHER_SECONDS", 0.1)
    start = time.process_time()
    with pytest.raises(ValueError, match="steps or 0 s .*there is a loop whose length depends on"):
        compile_gradient(up_to_a_third, 3.0)
    assert time.process_time() - start < 1.0  # the steps that are allowed take three


def test_a_function_without_an_end_is_stopped_with_the_next_move(monkeypatch):
    def endless(x):
        while x > -10:
            x = x * 2
        return x

    monkeypatch.setattr(recording, "MOST_STEPS", 5000)
    with pytest.raises(ValueError, match="not done after 5,000 steps.*for which its loops end"):
        compile_gradient(endless, 3.0)


def test_runs_with_other_numbers_leave_the_argument_and_the_debugger_alone():
    def watching(frame, event, argument):
        return None

    x, before = Value(3.0), sys.gettrace()
    sys.settrace(watching)
    try:
        with pytest.raises(ValueError, match="a loop whose length"):
            compile_gradient(loops_on_data, x)
        assert sys.gettrace() is watching and x.data == 3.0
    finally:
        sys.settrace(before)


@pytest.mark.slow
def test_the_time_to_compile_grows_with_the_number_of_operations():
    def chain(x, count):
        for _ in range(count):
            x = x * 0.5 + 0.1 if x < 100.0 else x
        return x

    def seconds(count):
        start = time.process_time()
        compile_gradient(lambda x: chain(x, count), 1.0)
        return time.process_time() - start

    assert min(seconds(2000) for _ in range(2)) < 8 * min(seconds(500) for _ in range(2))


# Arguments


@pytest.mark.parametrize("to", TONGUES)
def test_one_value_in_two_places_is_two_arguments(to):
    v = Value(2.0, label="v")
    cases = [
        (lambda p: p[0] * p[1] + p[0], [[v, v]], [[2.0, 3.0]], (8.0, [4.0, 2.0])),
        (lambda a, b: a * b + a, [v, v], [2.0, 3.0], (8.0, 4.0)),
        (lambda p: p[0][0] * p[1][0], [[[v], [v]]], [[[2.0], [3.0]]], (6.0, [[3.0], [2.0]])),
        (lambda a, p: a * p[1] + p[0], [v, [v, v]], [2.0, [3.0, 5.0]], (13.0, 5.0)),
    ]
    for f, examples, arguments, (number, gradient) in cases:
        got = compile_gradient(f, *examples, to=to)(*arguments)
        assert got[0] == number and np.array_equal(got[1], gradient)
    assert v.data == 2.0


def test_an_argument_that_is_used_from_outside_is_the_argument_unless_it_is_two():
    v = Value(2.0, label="v")
    assert compile_gradient(lambda a: a * v, v)(3.0) == (9.0, 6.0)
    with pytest.raises(ValueError, match="label='v'.* is 2 of the arguments, and f uses it from"):
        compile_gradient(lambda a, b: a * v, v, v)


@pytest.mark.parametrize("to", TONGUES)
def test_what_is_no_operation_compiles_too(to):
    """An argument returned, one of a list, one without use, a constant, a computed argument."""
    assert compile_gradient(lambda a: a, 2.0, to=to)(3.0) == (3.0, 1.0)
    number, gradient = compile_gradient(lambda p: p[1], [1.0, 2.0], to=to)([3.0, 4.0])
    assert number == 4.0 and list(gradient) == [0.0, 1.0]
    assert compile_gradient(lambda a, b: b * 2.0, 1.0, 2.0, to=to)(3.0, 4.0) == (8.0, 0.0)
    assert compile_gradient(lambda a: Value(7.0), 1.0, to=to)(3.0) == (7.0, 0.0)
    assert compile_gradient(lambda a: a * a, Value(1.0) * 3.0, to=to)(2.0) == (4.0, 4.0)
    number, slope = compile_gradient(lambda a: a * float("nan"), 1.0, to=to)(2.0)
    assert math.isnan(number) and math.isnan(slope)


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize("label", ["", "x", "x1", "lambda", "double", "v0", "a b", "2", "é", '"\n'])
def test_labels_are_no_names_in_the_code(label, to):
    a, b = Value(2.0, label=label), Value(3.0, label=label)
    assert compile_gradient(lambda a, b: (a * b).tanh() + a, a, b, to=to)(0.0, 1.0) == (0.0, 2.0)


@pytest.mark.parametrize("to", TONGUES)
def test_numbers_of_other_types_compute_as_floats(to):
    compiled = compile_gradient(lambda p: p[0] * p[1] * 3.0, np.array([1, 2]), to=to)
    for numbers in (
        [2, 5],
        (2.0, 5),
        np.array([2, 5]),
        np.array([2.0, 5.0], np.float32),
        [Fraction(2), np.int8(5)],
    ):
        number, gradient = compiled(numbers)
        assert number == 30.0 and list(gradient) == [15.0, 6.0]
        assert {type(x) for x in (number, gradient[0])} <= {float, np.float64}
    third = np.float32(1.0 / 3.0)
    exact = float(third) * float(third) * 3.0
    assert compiled(np.array([third, third]))[0] == exact != float(third * third * np.float32(3.0))


@pytest.mark.parametrize("to", TONGUES)
@pytest.mark.parametrize(
    ("given", "found"),
    [
        (None, "NoneType"),
        ("2", "str"),
        (True, "bool"),
        (2j, "complex"),
        ({}, "dict"),
        (Tensor(2.0), "Tensor"),
        ([2.0], "1 x number"),
        ([], r"\[\]"),
    ],
)
def test_what_is_no_number_is_refused_in_a_call(given, found, to):
    compiled = compile_gradient(lambda a, p: a * p[0], 1.0, [2.0], to=to)
    with pytest.raises(Refused, match=f"argument 0 is {found}, and number was recorded"):
        compiled(given, [1.0])
    with pytest.raises(Refused, match=f"argument 1 is (1 x )*{found}, and 1 x number was recorded"):
        compiled(1.0, [given])


def test_lists_of_several_lengths_are_for_python():
    def f(p):
        return p[0][0] * p[1] + p[0][1]

    example = [[1.0, 2.0], 3.0]
    assert compile_gradient(f, example)(example) == (5.0, [[3.0, 1.0], 1.0])
    with pytest.raises(ValueError, match=r"is \[2 x number, number\], and for 'c'.*to 'python'"):
        compile_gradient(f, example, to="c")


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (
            lambda: compile_gradient(abs, Tensor([1.0])),
            TypeError,
            "argument 0 holds a Tensor.*lists",
        ),
        (lambda: compile_gradient(abs, [Tensor(1.0)]), TypeError, "argument 0 holds a Tensor"),
        (lambda: compile_gradient(abs, None), TypeError, "argument 0: .*not None"),
        (lambda: compile_gradient(dot, [1.0], ["2"]), TypeError, "argument 1: .*the string '2'"),
        (lambda: compile_gradient(abs, {"x": 1.0}), TypeError, "dict.*and lists of such"),
        (lambda: compile_gradient(abs, True), TypeError, "not True; write 1.0"),
        (lambda: compile_gradient(abs), ValueError, "of 0 examples: .*an example of each argument"),
        (lambda: compile_gradient(3.0, abs), TypeError, "float is no function; .*comes first"),
        (lambda: compile_gradient(abs, 1.0, wrt=(0,)), ValueError, "each is a place"),
        (lambda: compile_gradient(abs, 1.0, wrt=-1), ValueError, "each is a place"),
        (lambda: compile_gradient(dot, [1.0], [1.0], batch=None), ValueError, "each is a place"),
        (lambda: compile_gradient(dot, [1.0], [1.0], batch=[0]), ValueError, "each is a place"),
        (lambda: compile_gradient(lambda a: [a], 1.0), TypeError, "f returned list"),
        (lambda: compile_gradient(lambda a: None, 1.0), TypeError, "f returned nothing"),
        (lambda: compile_gradient(lambda a: 1.0, 1.0), TypeError, "f returned float"),
        (lambda: compile_gradient(lambda a: a > 0, 1.0), TypeError, "f returned bool"),
        (lambda: compile_gradient(lambda a: Tensor([1.0]), 1.0), TypeError, "f returned Tensor"),
    ],
)
def test_what_is_no_example_and_no_result_is_refused_in_a_sentence(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_a_function_that_wants_arrays_hears_that_it_gets_lists_of_values():
    with pytest.raises(TypeError) as error:
        compile_gradient(lambda x: (x * x).sum(), np.array([1.0, 2.0]))
    assert "a list of them for an array" in error.value.__notes__[0]


def test_a_batch_may_be_named_by_its_one_place():
    number, gradient = compile_gradient(dot, [1.0], [1.0], to="numpy", batch=1)([2.0], [[3.0], [4]])
    assert number == 14.0 and gradient.tolist() == [7.0]


@pytest.mark.parametrize("symbol", ["relu", "tanh", "**3", "**", "sum", "dot", "copy"])
def test_an_op_of_ones_own_is_not_taken_for_the_engines_of_that_name(symbol):
    own = ops.Op(symbol, lambda a: (0.1 * a, (0.1,)))
    with pytest.raises(ValueError, match=rf"the op '{re.escape(symbol)}' of f, which is none of"):
        compile_gradient(lambda x: x.unary(own) + 1.0, 2.0)


def test_powers_that_print_alike_are_told_apart():
    f = compile_gradient(lambda x: x**2.0000001 - x**2.0, 3.0)
    assert f(3.0)[0] == pytest.approx(3.0**2.0000001 - 9.0, rel=1e-6) != 0.0


# What is shown


def test_the_source_can_be_read():
    compiled = compile_gradient(lambda w, x: (w[0] * x + w[1]).tanh(), [0.5, 0.1], 2.0)
    assert compiled.source == (
        "def run(a0, x2):\n"
        "    [x0, x1] = a0\n"
        "    v2 = tanh((x0 * x2) + x1)\n"
        "    t_1 = 1.0 - (v2 * v2)\n"
        "    return v2, [t_1 * x2, t_1]\n"
    )
    assert repr(compiled) == "Compiled(to='python', 6 instructions)"


def test_a_program_reads_as_a_list_of_instructions():
    text = str(trace(lambda x: (x * x).relu() if x > 1.0 else x, 2.0))
    assert text == ("inputs  x0\nif x0 > 1.0: go on\nv1 = x0 * x0\nv2 = relu(v1)\nresults v2")


@pytest.mark.parametrize("tongue", TONGUES)
def test_an_array_without_axes_is_a_number_in_a_call_too(tongue):
    square = compile_gradient(lambda x: x * x, np.array(3.0), to=tongue)
    assert square(np.array(2.0)) == (4.0, 4.0)
    product = compile_gradient(lambda p: p[0] * p[1], [3.0, 4.0], to=tongue)
    assert product([np.array(2.0), 5.0])[0] == 10.0
