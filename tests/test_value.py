"""The engine: right gradients, whatever the shape of the graph, and the same bits in every run."""

import gc
import math
import os
import subprocess
import sys
import weakref
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd_lesson import Value, backward_steps, derivative, dot, jvp, topological_order, total
from autograd_lesson.gradcheck import numerical_gradient
from tests.graphs import build, is_tame, programs


def the_lesson_graph():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    e = (c * d).named("e")
    return a, b, c, d, e


def gradients(root):
    return [value.grad for value in topological_order(root)]


def test_the_lesson_graph_gives_45_and_20():
    a, b, c, d, e = the_lesson_graph()
    e.backward()
    assert [v.grad for v in (a, b, c, d, e)] == [45.0, 20.0, 20.0, 5.0, 1.0]
    assert e.data == 50.0


def test_the_lesson_graph_agrees_with_the_closed_form():
    a, b, *_, e = the_lesson_graph()
    e.backward()
    c = a.data + b.data
    assert a.grad == c**2 + 2 * a.data * c
    assert b.grad == 2 * a.data * c


def test_the_readme_example_of_micrograd_gives_its_published_numbers():
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert (round(g.data, 4), round(a.grad, 4), round(b.grad, 4)) == (24.7041, 138.8338, 645.5773)


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda a: a * a, 3.0, 6.0),
        (lambda a: a + a, 3.0, 2.0),
        (lambda a: a - a, 3.0, 0.0),
        (lambda a: a / a, 3.0, 0.0),
        (lambda a: a * a * a, -2.0, 12.0),
        (lambda a: a.maximum(a), 3.0, 1.0),
    ],
)
def test_a_value_used_twice_gets_both_contributions(f, x, slope):
    a = Value(x)
    f(a).backward()
    assert a.grad == pytest.approx(slope, abs=1e-15)


def test_a_diamond_adds_its_two_sides():
    a = Value(3.0)
    left, right = a * 2.0, a * 5.0
    (left * right).backward()
    assert a.grad == 2.0 * 15.0 + 5.0 * 6.0


def test_paths_of_unequal_depth_are_all_complete_before_they_are_passed_on():
    a = Value(2.0)
    shallow = a * 3.0
    deep = ((a + 1.0) * a) * shallow
    (deep + shallow).backward()
    # d/da of (a + 1) a 3a + 3a
    assert a.grad == 9.0 * 4.0 + 6.0 * 2.0 + 3.0


def test_a_leaf_that_is_not_used_keeps_gradient_zero():
    a, unused = Value(2.0), Value(7.0)
    (a * 3.0).backward()
    assert unused.grad == 0.0


def test_two_backward_calls_give_exactly_twice_on_every_value():
    *_, e = the_lesson_graph()
    e.backward()
    once = gradients(e)
    e.backward()
    assert gradients(e) == [2.0 * g for g in once]


@given(programs())
def test_two_backward_calls_give_exactly_twice_on_random_graphs(program):
    leaves, instructions = program
    root = Value.of(build([Value(x) for x in leaves], instructions))
    root.backward()
    once = gradients(root)
    root.backward()
    assert gradients(root) == [2.0 * g for g in once]


def test_two_losses_that_share_a_value_add_their_gradients():
    x = Value(2.0)
    h = x * x * 3.0
    first, second = h * 2.0, h * 5.0
    first.backward()
    second.backward()
    assert x.grad == 12.0 * (2.0 + 5.0)
    assert h.grad == 7.0


def test_zero_grad_clears_every_value_below_the_root():
    *_, e = the_lesson_graph()
    e.backward()
    e.zero_grad()
    assert gradients(e) == [0.0] * 5


def test_a_seed_scales_every_gradient():
    a, _, _, _, e = the_lesson_graph()
    e.backward(seed=-0.5)
    assert a.grad == -22.5


def test_a_seed_that_is_not_a_number_is_refused():
    with pytest.raises(TypeError, match="one real number, not None"):
        the_lesson_graph()[-1].backward(seed=None)


def test_a_backward_step_is_upstream_times_partial_for_one_edge():
    a, b, c, d, e = the_lesson_graph()
    gradient = {e: 1.0}
    steps = list(backward_steps(e, gradient))
    assert [(s.result.label, s.operand.label, s.index, s.contribution) for s in steps] == [
        ("e", "c", 0, 10.0),
        ("e", "d", 1, 5.0),
        ("d", "c", 0, 10.0),
        ("d", "a", 1, 25.0),
        ("c", "a", 0, 20.0),
        ("c", "b", 1, 20.0),
    ]
    assert all(s.contribution == s.upstream * s.partial for s in steps)
    assert gradient == {e: 1.0, c: 20.0, d: 5.0, a: 45.0, b: 20.0}
    assert a.grad == 0.0  # the walk itself touches no value


def test_a_rule_that_returns_too_many_partials_is_named():
    a = Value(2.0)
    y = a.relu()
    y.partials = (1.0, 1.0)
    with pytest.raises(ValueError, match="'relu' returned 2 partials for 1 operands"):
        y.backward()


@pytest.mark.slow
def test_a_million_operations_in_a_chain_need_no_recursion():
    x = Value(1.0)
    y = x
    for _ in range(1_000_000):
        y = y + x
    y.backward()
    assert x.grad == 1_000_001.0


def test_a_graph_is_freed_without_the_cycle_collector():
    class Watched(Value):
        __slots__ = ("__weakref__",)

    gc.disable()
    try:
        x = Watched(2.0)
        seen = weakref.ref(x)
        y = (x * x + x.tanh()) * x
        y.backward()
        del x, y
        assert seen() is None
    finally:
        gc.enable()


def test_operands_come_before_results_in_the_topological_order():
    *_, e = the_lesson_graph()
    order = topological_order(e)
    place = {value: i for i, value in enumerate(order)}
    assert len(order) == len(place) == 5
    assert all(place[o] < place[v] for v in order for o in v.operands)
    assert [v.label for v in order] == ["a", "b", "c", "d", "e"]  # first operand first


@given(programs(), st.floats(-2.0, 2.0).filter(lambda g: abs(g) > 0.1))
def test_random_graphs_agree_with_central_differences(program, upstream):
    leaves, instructions = program
    values = [Value(x) for x in leaves]
    root = Value.of(build(values, instructions))
    assume(is_tame(root))
    slopes = numerical_gradient(lambda *xs: build([Value(x) for x in xs], instructions), leaves)
    root.backward(upstream)
    for value, slope in zip(values, slopes, strict=True):
        assert value.grad == pytest.approx(upstream * slope, rel=1e-5, abs=1e-5)


@given(programs(), st.floats(-2.0, 2.0))
def test_random_graphs_agree_with_pytorch_to_the_last_digits(program, upstream):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
    leaves, instructions = program
    values = [Value(x) for x in leaves]
    root = Value.of(build(values, instructions))
    assume(is_tame(root))
    root.backward(upstream)
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in leaves]
    result = build(tensors, instructions)
    result.backward(torch.tensor(upstream, dtype=torch.float64))
    assert root.data == pytest.approx(result.item(), rel=1e-12, abs=1e-12)
    for value, tensor in zip(values, tensors, strict=True):
        theirs = 0.0 if tensor.grad is None else tensor.grad.item()
        assert value.grad == pytest.approx(theirs, rel=1e-10, abs=1e-12)


@given(programs(), st.integers(0, 3), st.floats(-2.0, 2.0))
def test_forward_mode_agrees_with_reverse_mode(program, which, speed):
    leaves, instructions = program
    which %= len(leaves)
    values = [Value(x) for x in leaves]
    root = Value.of(build(values, instructions))
    root.backward()
    tangents = [speed if i == which else 0.0 for i in range(len(leaves))]
    y, rate = jvp(lambda *xs: build(xs, instructions), leaves, tangents)
    assert y.data == root.data
    assert rate == pytest.approx(speed * values[which].grad, rel=1e-9, abs=1e-9)


def test_the_first_four_derivatives_of_tanh_are_the_closed_forms():
    x = 0.5
    t = math.tanh(x)
    u = 1.0 - t * t
    closed = [u, -2 * t * u, u * (6 * t * t - 2), u * t * (16 - 24 * t * t)]
    f = lambda v: v.tanh()  # noqa: E731
    for expected in closed:
        f = derivative(f)
        assert f(x).data == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("f", "second"),
    [
        (lambda x: x**5, lambda x: 20 * x**3),
        (lambda x: 1.0 / x, lambda x: 2 / x**3),
        (lambda x: x.exp(), math.exp),
        (lambda x: x.log(), lambda x: -1 / x**2),
        (lambda x: x.sqrt(), lambda x: -0.25 * x**-1.5),
        (lambda x: x.sin(), lambda x: -math.sin(x)),
        (lambda x: x.cos(), lambda x: -math.cos(x)),
        (lambda x: x.relu() + abs(x) + x.maximum(0.1), lambda x: 0.0),
        (lambda x: x.minimum(3.0) * x, lambda x: 2.0),
        (lambda x: x**x, lambda x: x**x * ((math.log(x) + 1) ** 2 + 1 / x)),
        (lambda x: 2.0**x, lambda x: 2.0**x * math.log(2) ** 2),
        (lambda x: dot([x, x], [x, 3.0]), lambda x: 2.0),
        (lambda x: total([x, x * x, x]), lambda x: 2.0),
        (lambda x: -x + x - 3.0, lambda x: 0.0),
    ],
)
def test_second_derivatives_are_the_closed_forms(f, second):
    x = 0.7
    assert derivative(derivative(f))(x).data == pytest.approx(second(x), rel=1e-12, abs=1e-12)


def test_the_second_derivative_of_sigmoid_is_the_closed_form():
    s = 1.0 / (1.0 + math.exp(-0.7))
    got = derivative(derivative(lambda x: x.sigmoid()))(0.7).data
    assert got == pytest.approx(s * (1 - s) * (1 - 2 * s), rel=1e-12)


def test_nested_derivatives_do_not_confuse_their_variables():
    outer = derivative(lambda x: x * derivative(lambda y: x + y)(1.0))
    assert outer(1.0).data == 1.0
    same = derivative(lambda x: derivative(lambda y: x * y)(x))
    assert same(3.0).data == 1.0


def test_the_derivative_of_a_constant_is_zero():
    assert derivative(lambda x: 3.0)(2.0).data == 0.0


@pytest.mark.parametrize(
    "number", [2, 2.0, np.float64(2), np.float32(2), np.int64(2), np.uint8(2), Fraction(2)]
)
def test_numbers_of_every_kind_work_on_either_side(number):
    x = Value(3.0)
    results = [number + x, x + number, number - x, x - number, number * x, x * number]
    results += [number / x, x / number, number**x, x**number]
    assert all(type(y) is Value and type(y.data) is float for y in results)
    assert [y.data for y in results] == [5, 5, -1, 1, 6, 6, 2 / 3, 1.5, 8, 9]


@pytest.mark.parametrize(
    ("bad", "found", "move"),
    [
        ([1.0, 2.0], "a list of 2", "one Value per number"),
        ((1.0,), "a tuple of 1", "one Value per number"),
        (np.ones((2, 3)), r"an array of shape \(2, 3\)", "make a Tensor of it"),
        ("3", "the string '3'", "float"),
        (1 + 2j, "the complex number", "real"),
        (np.complex128(1j), "the complex number", "real"),
        (None, "None", "return"),
        (Value(1.0), "another Value", "use that value itself"),
        (True, "True", "1.0 or 0.0"),
        (object(), "an object of type object", "int or a float"),
    ],
)
def test_what_is_not_one_real_number_is_refused_with_the_next_move(bad, found, move):
    with pytest.raises(TypeError, match=f"one real number, not {found}.*{move}"):
        Value(bad)


@pytest.mark.parametrize("bad", [[1.0], np.ones(3), "3", 1j, None])
def test_an_operand_that_is_not_a_number_is_refused_on_either_side(bad):
    for operation in (lambda a, b: a * b, lambda a, b: b * a, lambda a, b: a - b):
        with pytest.raises(TypeError):
            operation(Value(2.0), bad)


def test_an_array_times_a_value_never_becomes_an_array_of_objects():
    with pytest.raises(TypeError, match="an array of shape"):
        np.ones(3) * Value(2.0)


def test_numpy_functions_of_a_value_keep_its_gradient():
    x = Value(0.3)
    np.tanh(np.sin(x)).backward()
    expected = (1 - math.tanh(math.sin(0.3)) ** 2) * math.cos(0.3)
    assert x.grad == pytest.approx(expected, rel=1e-12)


def test_math_functions_refuse_a_value_rather_than_lose_its_gradient():
    with pytest.raises(TypeError):
        math.tanh(Value(0.3))


@pytest.mark.parametrize(
    ("f", "x", "message"),
    [
        (lambda u: u.log(), -1.0, "'log' at u = -1"),
        (lambda u: u.log(), 0.0, "'log' at u = 0"),
        (lambda u: u.sqrt(), -4.0, "'sqrt' at u = -4"),
        (lambda u: 1.0 / u, 0.0, "'/' at .* u = 0: division by zero"),
        (lambda u: u**-1, 0.0, r"'\*\*-1' at u = 0: division by zero"),
        (lambda u: u ** (1 / 3), -8.0, r"'\*\*0.333333' at u = -8"),
        (lambda u: u.exp(), 1000.0, "'exp' at u = 1000: the result is too large"),
        (lambda u: u ** Value(2.0), -2.0, r"'\*\*' at u = -2"),
    ],
)
def test_outside_its_domain_an_op_names_the_value(f, x, message):
    with pytest.raises((ValueError, ArithmeticError), match=message):
        f(Value(x, label="u"))


def test_inside_errstate_ignore_the_domain_follows_ieee():
    with np.errstate(all="ignore"):
        assert math.isnan(Value(-1.0).log().data)
        assert Value(0.0).log().data == -math.inf
        assert (1.0 / Value(0.0)).data == math.inf
        y = Value(1000.0).exp()
    assert y.data == math.inf and y.partials == (math.inf,)
    assert type(y.data) is float and type(y.partials[0]) is float


def test_powers_of_zero_have_the_slopes_that_pytorch_gives():
    slopes = []
    for k in (0, 0.5, 1, 2):
        x = Value(0.0)
        (x**k).backward()
        slopes.append(x.grad)
    assert slopes == [0.0, math.inf, 1.0, 0.0]


def test_zero_to_the_power_of_a_value_has_the_slopes_that_pytorch_gives():
    base, exponent = Value(0.0), Value(2.0)
    (base**exponent).backward()
    assert (base.grad, exponent.grad) == (0.0, 0.0)


def test_large_arguments_of_tanh_and_sigmoid_are_finite_and_right():
    for f, x, y, slope in [
        (Value.tanh, 1000.0, 1.0, 0.0),
        (Value.tanh, -1000.0, -1.0, 0.0),
        (Value.tanh, 1e-17, 1e-17, 1.0),
        (Value.sigmoid, -1000.0, 0.0, 0.0),
        (Value.sigmoid, 1000.0, 1.0, 0.0),
        (Value.sigmoid, -700.0, math.exp(-700.0), math.exp(-700.0)),
    ]:
        value = Value(x)
        result = f(value)
        result.backward()
        assert result.data == pytest.approx(y, rel=1e-12)
        assert value.grad == pytest.approx(slope, rel=1e-12)


def test_at_a_kink_the_slope_is_the_declared_one():
    cases = [(Value.relu, 0.0), (Value.relu, -0.0), (abs, 0.0)]
    for f, expected in ((f, 0.0) for f, _ in cases):
        x = Value(0.0)
        f(x).backward()
        assert x.grad == expected
    a, b = Value(2.0), Value(2.0)
    a.maximum(b).backward()
    b.minimum(a).backward()
    assert (a.grad, b.grad) == (1.0, 1.0)  # half from each


def test_nan_is_not_hidden_by_relu_or_maximum():
    assert math.isnan(Value(math.nan).relu().data)
    assert math.isnan(Value(math.nan).maximum(1.0).data)
    assert math.isnan(Value(1.0).maximum(math.nan).data)


def test_editing_data_after_the_forward_pass_cannot_corrupt_the_gradient():
    x = Value(3.0)
    y = x * x
    x.data = 100.0
    y.backward()
    assert x.grad == 6.0


def test_comparisons_look_at_the_data_and_equality_at_identity():
    a, b = Value(1.0), Value(2.0)
    assert a < b and a <= 1 and b > a and b >= 2 and 0 < a
    assert max(a, b) is b and min(a, b) is a
    assert a == a and a != Value(1.0) and len({a, b, a}) == 2


def test_dot_and_total_are_single_operations():
    w, x = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]
    y = total([dot(w, x), w[0], 5.0])
    assert len(topological_order(y)) == 7
    y.backward()
    assert y.data == 17.0
    assert [v.grad for v in (*w, *x)] == [4.0, 4.0, 1.0, 2.0]


def test_dot_refuses_lists_of_unequal_length():
    with pytest.raises(ValueError, match="2 weights and 3 inputs"):
        dot([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="0 weights and 0 inputs"):
        dot([], [])


def test_the_total_of_nothing_is_zero():
    assert total([]).data == 0.0


def test_a_value_prints_its_data_gradient_and_label():
    a, *_, e = the_lesson_graph()
    e.backward()
    assert repr(a) == "Value(data=2, grad=45, label='a')"
    assert repr(Value(1 / 3)) == "Value(data=0.3333, grad=0)"


PROGRAM = """
from autograd_lesson import Value, topological_order
import random
r = random.Random(7)
values = [Value(r.uniform(-1, 1)) for _ in range(6)]
for _ in range(200):
    a, b = r.choice(values), r.choice(values)
    values.append(r.choice([a + b, a * b, a - b, a.tanh(), a.sin() * b, a.sigmoid() + b]))
root = sum(values[-20:], start=0.0)
root.backward()
print([v.grad.hex() for v in topological_order(root)], root.data.hex())
"""


@pytest.mark.slow
def test_the_same_program_gives_the_same_bits_in_50_fresh_processes():
    outputs = set()
    for seed in range(50):
        environment = dict(os.environ, PYTHONHASHSEED=str(seed))
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
        outputs.add(run.stdout)
    assert len(outputs) == 1
