"""The checker itself: it accepts what is right and rejects what is wrong, with the place named."""

import math

import numpy as np
import pytest

from autograd_lesson import Tensor, ops
from autograd_lesson.gradcheck import GradientError, check_gradient, numerical_gradient


def test_central_differences_are_right_to_nine_digits():
    slopes = numerical_gradient(lambda x, y: math.tanh(x**2 + y**2), [0.5, -1.0])
    inner = 1 - math.tanh(1.25) ** 2
    assert slopes == pytest.approx([inner * 1.0, inner * -2.0], rel=1e-9)


def test_the_error_falls_a_hundredfold_when_the_step_falls_tenfold():
    errors = [abs(numerical_gradient(math.exp, [1.0], h)[0] - math.e) for h in (1e-1, 1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.02)
    assert errors[1] / errors[2] == pytest.approx(100, rel=0.02)


def test_the_arguments_are_left_as_they_were():
    xs = [1.0, 2.0]
    numerical_gradient(lambda a, b: a * b, xs)
    assert xs == [1.0, 2.0]


WRONG_RULES = {
    "swapped operands": lambda a, b: (a * b, (a, b)),
    "sign lost": lambda a, b: (a * b, (-b, a)),
    "second forgotten": lambda a, b: (a * b, (b, 0.0)),
    "a constant for a slope": lambda a, b: (a * b, (1.0, 1.0)),
    "a small relative error": lambda a, b: (a * b, (b * 1.0001, a)),
    "nan": lambda a, b: (a * b, (math.nan, a)),
}


@pytest.mark.parametrize("name", WRONG_RULES)
def test_a_wrong_rule_is_rejected(name):
    wrong = ops.Op("times", WRONG_RULES[name])
    with pytest.raises(GradientError, match="argument [01] of product"):

        def product(a, b):
            return a.binary(wrong, b)

        check_gradient(product, 1.3, -0.4)


def test_a_function_may_ignore_an_argument_or_return_a_number():
    assert check_gradient(lambda a, b: a * 1.0, 1.0, 2.0) < 1e-8
    assert check_gradient(lambda a: 3.0, 1.0) == 0.0


def test_the_slope_to_an_array_is_an_array():
    weights = np.arange(6.0).reshape(2, 3)
    to_x, to_k = numerical_gradient(lambda x, k: k * float((weights * x**2).sum()), [weights, 2.0])
    np.testing.assert_allclose(to_x, 4.0 * weights**2, rtol=1e-7, atol=1e-7)
    assert to_k == pytest.approx((weights**3).sum())


def test_a_wrong_element_of_an_array_is_named():
    three_of_four = np.array([[True, True], [False, True]])
    wrong = ops.Op("some", lambda a: (a * a, (2.0 * a * three_of_four,)))
    right = ops.Op("square", lambda a: (a * a, (2.0 * a,)))
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert check_gradient(lambda a: a.unary(right), x) < 1e-8
    with pytest.raises(GradientError, match=r"argument 0\[1, 0\] of"):
        check_gradient(lambda a: a.unary(wrong), x)


def doubled(rule_for_the_upstream):
    """2 x, whose way back does something to its upstream before it doubles it."""
    op = ops.Op("twice", lambda a: (2.0 * a, (lambda g: 2.0 * rule_for_the_upstream(g),)))
    return lambda a: a.unary(op)


RIGHT_UNDER_SOME = {  # each is right where the upstream is what the name says
    "not above 0": lambda g: np.minimum(g, 0.0),
    "not below 0": lambda g: np.maximum(g, 0.0),
    "negative": lambda g: -np.abs(g),
    "positive": np.abs,
    "small": lambda g: np.clip(g, -3.0, 3.0),
    "large": lambda g: np.where(np.abs(g) > 0.5, g, 0.0),
    "one": lambda g: g * g,
    "a sign": np.sign,
    "not 0": lambda g: np.where(g == 0.0, 1.0, g),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("x", [1.3, np.array([1.3, -0.4, 0.7]), np.array(2.0)], ids=str)
@pytest.mark.parametrize("name", RIGHT_UNDER_SOME)
def test_a_rule_that_is_right_under_some_upstreams_only_is_rejected(name, x, seed):
    assert check_gradient(doubled(lambda g: g), x, rng=seed) < 1e-9
    with pytest.raises(GradientError):
        check_gradient(doubled(RIGHT_UNDER_SOME[name]), x, rng=seed)


@pytest.mark.parametrize("name", ["not above 0", "small", "large"])
def test_what_such_a_rule_does_is_said(name):
    with pytest.raises(GradientError, match="a rule that does more with its upstream"):
        check_gradient(lambda x: doubled(RIGHT_UNDER_SOME[name])(x.sum()), np.array([1.3, -0.4]))


def test_an_upstream_of_ones_is_still_one_that_can_be_asked_for():
    forgetful = ops.Op("forgetful", lambda a: (a * a, (lambda g: 2.0 * a,)))
    x = np.array([1.3, -0.4])
    assert check_gradient(lambda a: a.unary(forgetful), x, upstream=np.ones(2)) < 1e-9
    with pytest.raises(ValueError, match=r"the upstream has shape \(\) and the result \(2,\)"):
        check_gradient(lambda a: a.unary(forgetful), x, upstream=1.0)


@pytest.mark.parametrize("scale", [1.0, 1e-7, 1e-20, 1e10])
def test_a_gradient_is_measured_against_its_own_size(scale):
    for slope, is_right in ((scale, True), (0.0, False), (1.0001 * scale, False)):
        op = ops.Op("scaled", lambda a, slope=slope: (scale * a, (slope,)))
        if is_right:
            assert check_gradient(lambda a, op=op: a.unary(op), 1.3) < 1e-9
        else:
            with pytest.raises(GradientError):
                check_gradient(lambda a, op=op: a.unary(op), 1.3)


# At each of these points the slope is known, and a step of 6e-6 or 6e-6 x is not the right one.
STEEP = {
    "sin at 1000": (lambda x: x.sin(), 1000.0, math.cos(1000.0)),
    "sin at 1e10": (lambda x: x.sin(), 1e10, math.cos(1e10)),
    "exp at 700": (lambda x: x.exp(), 700.0, math.exp(700.0)),
    "exp at 709": (lambda x: x.exp(), 709.0, math.exp(709.0)),
    "log at 1e-3": (lambda x: x.log(), 1e-3, 1e3),
    "1/x at 1e-3": (lambda x: 1.0 / x, 1e-3, -1e6),
    "1/x at -1e-9": (lambda x: 1.0 / x, -1e-9, -1e18),
    "x**-2 at 0.01": (lambda x: x**-2, 1e-2, -2e6),
    "sqrt at 1e-4": (lambda x: x.sqrt(), 1e-4, 50.0),
    "sqrt at 1e-12": (lambda x: x.sqrt(), 1e-12, 5e5),
    "relu at 1e-7": (lambda x: x.relu(), 1e-7, 1.0),
    "relu at -1e-7": (lambda x: x.relu(), -1e-7, 0.0),
    "relu at 1e-300": (lambda x: x.relu(), 1e-300, 1.0),
    "abs at -1e-9": (lambda x: abs(x), -1e-9, -1.0),
    "tan near pi/2": (
        lambda x: x.sin() / x.cos(),
        math.pi / 2 - 1e-6,
        1.0 / math.cos(math.pi / 2 - 1e-6) ** 2,
    ),
    "x**20 at 10": (lambda x: x**20, 10.0, 2e20),
    "x**5 at 0": (lambda x: x**5, 0.0, 0.0),
    "the bottom of a valley": (lambda x: x * x - 3.8 * x, 1.9, 0.0),
    "cos at 0": (lambda x: x.cos(), 0.0, 0.0),
    "tanh at 18": (lambda x: x.tanh(), 18.0, 1.0 / math.cosh(18.0) ** 2),
    "a wave of a millionth": (lambda x: (1e6 * x).sin(), 1.3, 1e6 * math.cos(1.3e6)),
}


@pytest.mark.parametrize("name", STEEP)
def test_a_right_gradient_is_accepted_wherever_it_is_taken(name):
    f, x, slope = STEEP[name]
    assert check_gradient(f, x) <= 1e-7
    assert check_gradient(lambda x: f(x).sum(), np.array([x, x])) <= 1e-7
    (measured,) = numerical_gradient(lambda x: f(Tensor([x])).sum(), [x])
    assert measured == pytest.approx(slope, rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("name", sorted(set(STEEP) - {"tanh at 18"}))  # a slope of 1e-15 beside a 1
def test_a_wrong_gradient_is_rejected_wherever_it_is_taken(name):
    f, x, slope = STEEP[name]

    def off(a):
        wrong = 1.00001 * slope if slope else 1e-8
        return a.unary(ops.Op("off", lambda a: (f(Tensor(a)).item(), (wrong,))))

    with pytest.raises(GradientError):
        check_gradient(off, x)


@pytest.mark.parametrize("f", [math.sin, math.exp, lambda x: x**3], ids=["sin", "exp", "cube"])
def test_the_step_is_chosen_for_plain_functions_too(f):
    slopes = {math.sin: math.cos, math.exp: math.exp}
    for x in (700.0, -3.0, 0.2, 1e-8):
        expected = slopes.get(f, lambda x: 3.0 * x * x)(x)
        assert numerical_gradient(f, [x])[0] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_rule_of_an_array_of_nothing_is_asked_for_its_shape_too():
    lost = ops.Op("lost", lambda a: (a * a, (lambda g: g[..., :1],)))
    with pytest.raises(GradientError, match=r"gradient of shape \(0, 1\) to an operand of shape"):
        check_gradient(lambda x: x.unary(lost), np.zeros((0, 3)))


def test_a_gradient_that_only_broadcasts_to_its_operand_is_rejected():
    number = ops.Op("sum", lambda a: (a.sum(), (lambda g: g,)))
    for f in (lambda x: x.unary(number), lambda x: (x * np.array([1.0, 3.0])).unary(number)):
        with pytest.raises(GradientError, match=r"'sum' passes on a gradient of shape \(\) to an"):
            check_gradient(f, np.array([1.0, 2.0]))


def test_a_rule_that_writes_into_its_upstream_is_rejected():
    def in_place(g):
        g *= 2.0
        return g

    with pytest.raises(GradientError, match="writes into the gradient that it is given"):
        check_gradient(lambda a: a.unary(ops.Op("twice", lambda a: (2.0 * a, (in_place,)))), [1.0])


@pytest.mark.parametrize("x", [[1.0, -2.0], np.array([3, -1]), np.array([1.5, 2], "f4")], ids=str)
def test_lists_whole_numbers_and_float32_are_checked_in_float64(x):
    assert check_gradient(lambda a: (a * a).sin(), x) < 1e-9
    assert check_gradient(lambda a: (a * a).sin(), Tensor(x)) < 1e-9
    with pytest.raises(GradientError):
        wrong = ops.Op("wrong", lambda a: (a * a, (2.00001 * a,)))
        check_gradient(lambda a: a.unary(wrong), x)
    (slopes,) = numerical_gradient(lambda a: (a * a).sum(), [x])
    assert slopes == pytest.approx(2.0 * np.array(x, float))


def test_several_results_are_checked_together():
    x = np.array([1.3, -0.4])
    assert check_gradient(lambda a: (a * a, a.sum()), x) < 1e-9
    wrong = ops.Op("wrong", lambda a: (a * a, (a,)))
    with pytest.raises(GradientError):
        check_gradient(lambda a: [a.sum(), a.unary(wrong)], x)
    with pytest.raises(TypeError, match="an array of shape .2,., and its slopes would be a matrix"):
        numerical_gradient(lambda a: a * a, [x])


def test_constants_and_empty_arrays_may_take_part():
    constant = Tensor(np.arange(3.0), requires_grad=False)
    x = np.array([[0.3, -1.2, 0.7], [1.1, 0.2, -0.5]])
    assert check_gradient(lambda a: (a * constant).sum() * constant + constant, x) < 1e-9
    assert check_gradient(lambda a: a * a, np.empty((0, 3))) == 0.0


NOTHING_TO_MEASURE = {
    "nan": (lambda x: x.log(), np.array([-1.0]), "is nan, and has no slope there"),
    "inf": (lambda x: x * math.inf, np.array([1.0]), "is inf, and has no slope there"),
    "an edge": (
        lambda x: x.sqrt(),
        np.array([1.0, 0.0]),
        r"next to argument 0\[1\] it is not finite",
    ),
    "chance": (lambda x: x * np.random.default_rng().normal(), 1.0, "two different results in two"),
    "a kink": (lambda x: x.relu(), 0.0, "as at a kink or under noise"),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", NOTHING_TO_MEASURE)
def test_where_no_slope_can_be_measured_this_is_said(name):
    f, x, says = NOTHING_TO_MEASURE[name]
    with pytest.raises(GradientError, match=says):
        check_gradient(f, x)


def test_a_plain_function_outside_its_domain_is_answered_in_a_sentence():
    with pytest.raises(GradientError, match="log at .0.0,. cannot be computed .*inside its domain"):
        numerical_gradient(math.log, [0.0])
    with pytest.raises(GradientError, match="next to argument 0 it is not finite"):
        numerical_gradient(math.sqrt, [0.0])


def test_a_function_that_writes_into_its_argument_is_found():
    def f(x):
        x.data[0] = 5.0
        return x * x

    with pytest.raises(GradientError, match="f has written into argument 0"):
        check_gradient(f, np.array([1.0, 2.0]))

    def g(x):
        x += 1.0
        return float((x * x).sum())

    x = np.array([1.0, 2.0])
    assert numerical_gradient(g, [x])[0] == pytest.approx([4.0, 6.0])
    assert x.tolist() == [1.0, 2.0]
