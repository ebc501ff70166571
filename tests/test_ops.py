"""Every rule of the table, against central differences and against a closed form or PyTorch."""

import itertools
import math

import numpy as np
import pytest
from op_cases import OPS

from autograd_lesson import Value, ops, without_numpy
from autograd_lesson.gradcheck import check_gradient

POINTS = [(symbol, point) for symbol, case in OPS.items() for point in case.points]


def test_every_op_of_the_table_has_a_row_in_op_cases():
    table = {op.symbol for op in vars(ops).values() if isinstance(op, ops.Op)}
    assert table <= set(OPS), f"give each of {table - set(OPS)} a row in tests/op_cases.py"


@pytest.mark.parametrize(("symbol", "point"), POINTS)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_rule_agrees_with_central_differences_under_a_random_upstream(symbol, point, seed):
    check_gradient(OPS[symbol].ours, *point, rng=seed)


@pytest.mark.parametrize(("symbol", "point"), POINTS)
def test_a_rule_agrees_with_pytorch(symbol, point):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
    upstream = -1.7
    values = [Value(x) for x in point]
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    y = OPS[symbol].ours(*values)
    y.backward(upstream)
    z = OPS[symbol].in_torch(*tensors)
    z.backward(torch.tensor(upstream, dtype=torch.float64))
    assert y.data == pytest.approx(z.item(), rel=1e-14)
    for value, tensor in zip(values, tensors, strict=True):
        assert value.grad == pytest.approx(tensor.grad.item(), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("symbol", "point"), POINTS)
def test_the_second_derivative_of_a_rule_agrees_with_central_differences(symbol, point):
    from autograd_lesson import derivative

    f = OPS[symbol].ours
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


FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 2.0, -3.0, 800.0, -800.0, 1e300, -1e300, 1e-320]
FLOATS += [math.inf, -math.inf, math.nan]
OF_ONE = [*ops.OF_ONE_OPERAND, ops.NEG, ops.clip_at(-1.0, 1.0)]
OF_ONE += [ops.power_of(k) for k in (0.0, 0.5, 2.0, 3.0, -1.0, -3.0)]
OF_TWO = [*ops.OF_TWO_OPERANDS, ops.ADD, ops.SUB, ops.MUL, ops.DIV, ops.POW]


@pytest.mark.parametrize("op", [*OF_ONE, *OF_TWO], ids=repr)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_errors_are_ignored_an_op_gives_the_inf_and_nan_of_numpy(op):
    for point in itertools.product(FLOATS, repeat=1 + (op in OF_TWO)):
        found = []
        for kind in (np.float64, without_numpy.float64):
            try:
                result, partials = op.rule(*map(kind, point))
                found.append([float(x) for x in (result, *partials)])
            except (ValueError, ArithmeticError) as error:
                found.append(type(error))
        numpys, ours = found
        assert isinstance(ours, list) == isinstance(numpys, list), point
        if isinstance(ours, list):
            np.testing.assert_allclose(ours, numpys, rtol=4e-16, err_msg=str(point))
