"""Every rule of the table, against central differences and against a closed form or PyTorch."""

import math

import numpy as np
import pytest

from autograd_lesson import Value, dot, ops, total
from autograd_lesson.gradcheck import check_gradient

# op -> how it is used, and points inside its domain, away from kinks, of mixed sign where allowed
CASES = {
    "copy": (lambda a: a.unary(ops.COPY), [(1.3,), (-0.4,)]),
    "neg": (lambda a: -a, [(1.3,), (-0.4,)]),
    "+": (lambda a, b: a + b, [(1.3, -0.4), (0.0, 2.0)]),
    "-": (lambda a, b: a - b, [(1.3, -0.4), (0.0, 2.0)]),
    "*": (lambda a, b: a * b, [(1.3, -0.4), (0.0, 2.0)]),
    "/": (lambda a, b: a / b, [(1.3, -0.4), (0.0, 2.0), (-3.0, 0.25)]),
    "**": (lambda a, b: a**b, [(1.3, -0.4), (0.5, 2.0), (3.0, 0.0)]),
    "sum": (lambda a, b, c: total([a, b, c, a]), [(1.3, -0.4, 2.0)]),
    "dot": (lambda a, b, c: dot([a, b, a], [b, c, 3.0]), [(1.3, -0.4, 2.0)]),
    "exp": (lambda a: a.exp(), [(1.3,), (-2.0,), (0.0,)]),
    "log": (lambda a: a.log(), [(1.3,), (0.2,)]),
    "sqrt": (lambda a: a.sqrt(), [(1.3,), (0.2,)]),
    "sin": (lambda a: a.sin(), [(1.3,), (-2.0,), (0.0,)]),
    "cos": (lambda a: a.cos(), [(1.3,), (-2.0,), (0.0,)]),
    "tanh": (lambda a: a.tanh(), [(1.3,), (-2.0,), (0.0,)]),
    "sigmoid": (lambda a: a.sigmoid(), [(1.3,), (-2.0,), (0.0,)]),
    "relu": (lambda a: a.relu(), [(1.3,), (-2.0,)]),
    "abs": (lambda a: abs(a), [(1.3,), (-2.0,)]),
    "maximum": (lambda a, b: a.maximum(b), [(1.3, -0.4), (-1.0, 2.0)]),
    "minimum": (lambda a, b: a.minimum(b), [(1.3, -0.4), (-1.0, 2.0)]),
    "**3": (lambda a: a**3, [(1.3,), (-2.0,)]),
    "**-2": (lambda a: a**-2, [(1.3,), (-2.0,)]),
    "**0.5": (lambda a: a**0.5, [(1.3,)]),
    "**0": (lambda a: a**0 * a, [(1.3,), (-2.0,), (0.0,)]),
}
POINTS = [(symbol, point) for symbol, (_, points) in CASES.items() for point in points]


def test_every_op_of_the_table_has_a_case_here():
    table = {op.symbol for op in vars(ops).values() if isinstance(op, ops.Op)}
    assert table <= set(CASES)


@pytest.mark.parametrize(("symbol", "point"), POINTS)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_rule_agrees_with_central_differences_under_a_random_upstream(symbol, point, seed):
    check_gradient(CASES[symbol][0], *point, rng=seed)


@pytest.mark.parametrize(("symbol", "point"), POINTS)
def test_a_rule_agrees_with_pytorch(symbol, point):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
    theirs = {
        "copy": lambda a: a.clone(),
        "sum": lambda a, b, c: torch.stack([a, b, c, a]).sum(),
        "dot": lambda a, b, c: (
            torch.stack([a, b, a]) @ torch.stack([b, c, torch.tensor(3.0).double()])
        ),
    }
    upstream = -1.7
    values = [Value(x) for x in point]
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    y = CASES[symbol][0](*values)
    y.backward(upstream)
    z = theirs.get(symbol, CASES[symbol][0])(*tensors)
    z.backward(torch.tensor(upstream, dtype=torch.float64))
    assert y.data == pytest.approx(z.item(), rel=1e-14)
    for value, tensor in zip(values, tensors, strict=True):
        assert value.grad == pytest.approx(tensor.grad.item(), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("symbol", "point"), POINTS)
def test_the_second_derivative_of_a_rule_agrees_with_central_differences(symbol, point):
    from autograd_lesson import derivative

    f = CASES[symbol][0]
    for i in range(len(point)):

        def first(x, i=i):
            return derivative(lambda v: f(*point[:i], v, *point[i + 1 :]))(x)

        def of_numbers(x, i=i):
            return f(*map(Value, point[:i]), Value.of(x), *map(Value, point[i + 1 :]))

        slope = derivative(of_numbers)
        h = 1e-5
        measured = (slope(point[i] + h).data - slope(point[i] - h).data) / (2 * h)
        assert derivative(slope)(point[i]).data == pytest.approx(measured, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("op", [op for op in ops.OF_ONE_OPERAND], ids=lambda op: op.symbol)
def test_a_rule_runs_on_arrays_as_it_does_on_numbers(op):
    points = np.array([0.3, 1.3, 2.5])
    y, (partial,) = op.rule(points)
    for i, x in enumerate(points.tolist()):
        y_number, (partial_number,) = op.rule(x)
        assert y[i] == pytest.approx(y_number, rel=1e-14)
        assert np.broadcast_to(partial, 3)[i] == pytest.approx(partial_number, rel=1e-14)


def test_sigmoid_of_an_array_does_not_overflow():
    with np.errstate(all="raise", under="ignore"):
        y, (partial,) = ops.SIGMOID.rule(np.array([-1000.0, 0.0, 1000.0]))
    assert y.tolist() == [0.0, 0.5, 1.0]
    assert partial.tolist() == [0.0, 0.25, 0.0]


def test_each_function_in_the_table_is_a_method_of_value():
    for op in ops.OF_ONE_OPERAND:
        assert getattr(Value(0.5), op.symbol)().op is op
    for op in ops.OF_TWO_OPERANDS:
        assert getattr(Value(0.5), op.symbol)(2.0).op is op


def test_the_slope_of_sqrt_at_zero_is_infinite():
    x = Value(0.0)
    x.sqrt().backward()
    assert x.grad == math.inf
