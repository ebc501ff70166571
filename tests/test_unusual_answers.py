"""Right answers in unusual forms: what a reader of the exercise would take for right passes."""

import math
import re
import sys
from array import array
from collections import Counter, OrderedDict, deque
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from test_wrong_answers import CHECKS, EXERCISES, each_check
from wrong_answers import right_answer

import autograd_lesson
from autograd_lesson import Value, topological_order, total
from autograd_lesson.checks import CheckFailed
from autograd_lesson.checks import e00_start_here as e00
from autograd_lesson.checks import e01_sensitivity as e01
from autograd_lesson.checks import e02_graphs_and_chain_rule as e02
from autograd_lesson.checks import e03_a_number_that_remembers as e03
from autograd_lesson.checks import e05_order_and_accumulation as e05
from autograd_lesson.checks import e07_trust_but_verify as e07
from autograd_lesson.checks import e09_a_network_that_learns as e09
from autograd_lesson.checks import e12_broadcasting_and_reductions as e12
from autograd_lesson.checks import e20_memory as e20
from autograd_lesson.checks.own_work import ALWAYS


def slope(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def slopes(f, xs, h=1e-5):
    moves = h * np.eye(len(xs))
    return [(f(*(xs + move)) - f(*(xs - move))) / (2 * h) for move in moves]


def own_order(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, is_done = stack.pop()
        if is_done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack += [(value, True), *((operand, False) for operand in value.operands)]
    return order


def edges(value):
    return zip(value.operands, value.partials, strict=True)


def backward_by_place(root):
    order = topological_order(root)
    place = {id(value): k for k, value in enumerate(order)}
    gradient = [0.0] * len(order)
    gradient[-1] = 1.0
    for result in reversed(order):
        for operand, slope_of_it in edges(result):
            gradient[place[id(operand)]] += gradient[place[id(result)]] * slope_of_it
    for value, amount in zip(order, gradient, strict=True):
        value.grad = np.float64(value.grad + amount)


def of_a_class_of_its_own(cls):
    """The class, with a bias that is a Value and more."""

    class Bias(Value):
        pass

    class Biased(cls):
        def __init__(self, *given):
            super().__init__(*given)
            self.b = Bias(0.0)

    return Biased


def kept_in(kind, cls):
    """The class, with its parameters, and what it returns in a list, in another kind of row."""

    class Kept(cls):
        def __call__(self, x):
            result = super().__call__(x)
            return tuple(result) if isinstance(result, list) else result

        def parameters(self):
            return kind(super().parameters())

    return Kept


RIGHT_IN_PAIRS = right_answer(  # operands in a kind of tuple
    e03.check_value,
    "class Value:",
    "from collections import namedtuple\n\nPair = namedtuple('Pair', 'left right')\n\nclass Value:",
    "op, operands, ()",
    "op, Pair(*operands) if operands else (), ()",
)


def losses(network, inputs, targets, steps, rate):
    for _ in range(steps):
        pairs = zip(inputs, targets, strict=True)
        loss = total([(network(x) - target) ** 2 for x, target in pairs])
        network.zero_grad()
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= rate * parameter.grad
        yield loss.data


def reading(curve):
    falls = [before - after for before, after in pairwise(curve)]
    low = [step for step, loss in enumerate(curve) if loss < 0.01 * curve[0]]
    return {
        "below": low[0] if low else None,
        "steepest": falls.index(max(falls)),
        "rises": sum(fall < 0 for fall in falls),
        "words": f"The sum of the squares is low at step ({low[0]})"
        if low
        else "Sum of squares: never!",
    }


TABLE = {"z": 1, "w": 5, "v": 5, "u": 28, "x": 23, "y": 53}
SWEEP = "DGEABFCH"
GRADS = {
    "in place": {"h": 4, "x": 36},
    "cleared": {"h": 2, "x": 24},
    "of the pass": {"h": 4, "x": 24},
}
SIGNS = [-1, 1, -1, 0, -1, 1]
UNUSUAL = {
    "a slope without axes": (
        e00.check_slope,
        lambda x0, y0, x1, y1: np.array((y1 - y0) / (x1 - x0)),
    ),
    "slopes in an array of objects": (
        e01.check_numeric_gradient,
        lambda *a: np.array(slopes(*a), object),
    ),
    "slopes in an array of Python's": (
        e01.check_numeric_gradient,
        lambda *a: array("d", slopes(*a)),
    ),
    "slopes in a view of memory": (
        e01.check_numeric_gradient,
        lambda *a: memoryview(np.array(slopes(*a))),
    ),
    "a table of numbers without axes": (
        e02.check_gradient_table,
        lambda: {name: np.array(number) for name, number in TABLE.items()},
    ),
    "operands in a kind of tuple": (e03.check_value, RIGHT_IN_PAIRS),
    "an order in an array": (e05.check_topological_order, lambda r: np.array(own_order(r), object)),
    "shapes in arrays": (
        e12.check_predicted_shapes,
        lambda: [
            row and [np.array(shape, int) for shape in row]
            for row in right_answer(e12.check_predicted_shapes)()
        ],
    ),
    "a peak with the arrays of one step": (
        e20.check_predicted_peak,
        lambda n, k: math.ceil(n / k) + 2 * k + 3,
    ),
    "a slope as a number of NumPy": (
        e01.check_numeric_derivative,
        lambda *a, **k: np.float64(slope(*a, **k)),
    ),
    "a slope as a fraction": (
        e01.check_numeric_derivative,
        lambda *a, **k: Fraction(slope(*a, **k)),
    ),
    "a slope over half the distance": (
        e01.check_numeric_derivative,
        lambda f, x, h=1e-5: (f(x + h / 2) - f(x - h / 2)) / h,
    ),
    "slopes in a tuple": (e01.check_numeric_gradient, lambda *a: tuple(slopes(*a))),
    "slopes in an array": (e01.check_numeric_gradient, lambda *a: np.array(slopes(*a))),
    "slopes one by one": (e01.check_numeric_gradient, lambda *a: (s for s in slopes(*a))),
    "slopes in a deque": (e01.check_numeric_gradient, lambda *a: deque(slopes(*a))),
    "signs in a tuple": (e01.check_predicted_signs, lambda: tuple(SIGNS)),
    "signs in an array": (e01.check_predicted_signs, lambda: np.array(SIGNS)),
    "signs one by one": (e01.check_predicted_signs, lambda: iter(SIGNS)),
    "signs as floats": (e01.check_predicted_signs, lambda: [float(sign) for sign in SIGNS]),
    "a table that counts": (e02.check_gradient_table, lambda: Counter(TABLE)),
    "a table that keeps its order": (e02.check_gradient_table, lambda: OrderedDict(TABLE)),
    "a table of fractions": (
        e02.check_gradient_table,
        lambda: {name: Fraction(number) for name, number in TABLE.items()},
    ),
    "a sweep in one string": (e02.check_sweep_order, lambda: SWEEP.lower()),
    "a sweep with arrows": (e02.check_sweep_order, lambda: " -> ".join(SWEEP)),
    "a sweep in an array": (e02.check_sweep_order, lambda: np.array(list(SWEEP))),
    "a sweep in a tuple": (e02.check_sweep_order, lambda: tuple(SWEEP)),
    "edges in lists": (
        e02.check_corrections,
        lambda: {"missing": [["c", "d"]], "wrong": [("b", "d")]},
    ),
    "one edge without its set": (
        e02.check_corrections,
        lambda: {"Missing": ("c", "d"), "Wrong": {("b", "d")}},
    ),
    "lines in one string": (e05.check_order_lines, lambda: "d, g, f, b, e, a"),
    "lines that note a value later": (e05.check_order_lines, lambda: list("DGBEAF")),
    "an order in a tuple": (e05.check_topological_order, lambda r: tuple(own_order(r))),
    "an order in a deque": (e05.check_topological_order, lambda r: deque(own_order(r))),
    "gradients by place": (e05.check_backward, backward_by_place),
    "whole zeros": (
        e05.check_zero_grad,
        lambda root: [setattr(value, "grad", 0) for value in topological_order(root)],
    ),
    "a sweep of lines that trains": (e09.check_loop_lines, lambda: "ebcad"),
    "scales as fractions": (
        e09.check_predicted_scales,
        lambda: tuple(map(Fraction, ("1/5", "1/5", "8/5", "1/5", "1/2"))),
    ),
    "a neuron that hands out a tuple": (
        e09.check_neuron,
        kept_in(tuple, right_answer(e09.check_neuron)),
    ),
    "a neuron that hands out one by one": (
        e09.check_neuron,
        kept_in(iter, right_answer(e09.check_neuron)),
    ),
    "a neuron whose numbers are of a class of one's own": (
        e09.check_neuron,
        of_a_class_of_its_own(right_answer(e09.check_neuron)),
    ),
    "a layer of tuples": (e09.check_layer, kept_in(tuple, right_answer(e09.check_layer))),
    "a layer that hands out one by one": (
        e09.check_layer,
        kept_in(iter, right_answer(e09.check_layer)),
    ),
    "a network of tuples": (e09.check_mlp, kept_in(tuple, right_answer(e09.check_mlp))),
    "losses in an array": (e09.check_train, lambda *given: np.array(list(losses(*given)))),
    "losses one by one": (e09.check_train, losses),
    "a reading with more keys": (e09.check_reading, lambda curve: reading(curve) | {"note": 1}),
    "a reading under titles": (
        e09.check_reading,
        lambda curve: {key.title(): item for key, item in reading(curve).items()},
    ),
    "faults as floats": (e05.check_diagnosis, lambda: OrderedDict(a=2.0, b=4.0, c=5.0)),
    "grads under titles": (
        e05.check_predicted_grads,
        lambda: {policy.title(): Counter(row) for policy, row in GRADS.items()},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", UNUSUAL)
def test_a_right_answer_in_an_unusual_form_passes(name, capsys):
    check, answer = UNUSUAL[name]
    check(answer)
    assert "checks pass" in capsys.readouterr().out


def names_in_disagreement(ours, theirs):
    if not ours:
        raise ValueError("there are no numbers to compare")
    close = partial(math.isclose, rel_tol=1e-6)
    return [n for n, x in ours.items() if n not in theirs or not close(x, theirs[n])]


@pytest.mark.parametrize("kind", [tuple, set, deque, iter, np.array, sorted])
def test_names_may_come_in_any_order_and_form(kind, capsys):
    e07.check_disagreements(lambda *sides: kind(names_in_disagreement(*sides)))
    assert "checks pass" in capsys.readouterr().out


def test_a_test_that_knows_the_right_class_does_not_pass():
    same = [
        lambda engine: engine is e07.Number,
        lambda engine: engine.__mul__ is e07.Number.__mul__,
    ]
    for test in same:
        assert "test 1 fails" in refusal(e07.check_four_tests, lambda test=test: [test])


@pytest.mark.parametrize(
    ("tests", "says"),
    [(["two"], "A test is a function"), ([lambda engine: 1], "A test says True or False")],
)
def test_what_is_no_test_is_told_so(tests, says):
    assert says in refusal(e07.check_four_tests, lambda: tests)


def test_a_gradcheck_cannot_tell_a_wrong_rule_by_its_name():
    names = set()

    def gradcheck(f, inputs, upstream):
        names.add(f.__name__)

    refusal(e07.check_gradcheck, gradcheck)
    assert names == set(e07.RIGHT)


def refusal(check, answer):
    with pytest.raises(CheckFailed) as refused:
        check(answer)
    return str(refused.value)


@pytest.mark.slow
def test_an_order_that_a_set_gives_is_chance_even_where_it_is_right_once():
    message = refusal(e05.check_topological_order, lambda root: list(set(own_order(root))))
    assert "gave two orders" in message and "order of the backward walk" not in message


@pytest.mark.parametrize(
    "by_name",
    [
        lambda backward: not backward.__name__.startswith("engine"),
        lambda backward: "fault" not in (backward.__doc__ or ""),
        lambda backward: backward.__code__.co_name not in ("engine_a", "engine_b", "engine_c"),
        lambda backward: backward not in e05.ENGINES.values(),
    ],
)
def test_a_test_that_knows_an_engine_by_its_name_does_not_pass(by_name):
    assert "It accepts engine A" in refusal(e05.check_is_right, by_name)


@pytest.mark.parametrize("answer", [lambda: dict.fromkeys("ABC", [2]), lambda: dict(A=[2], B=4)])
def test_what_cannot_be_looked_up_is_refused_like_any_other(answer):
    assert "the number of a fault, 1 to 6" in refusal(e05.check_diagnosis, answer)


def test_an_answer_without_names_is_shown_as_it_was_given():
    assert "got        (2, 4, 5)\n" in refusal(e05.check_diagnosis, lambda: (2, 4, 5))


def test_what_is_unequal_looks_unequal():
    message = refusal(e05.check_backward, lambda root: backward_in_single_precision(root))
    got, expected = (
        line for line in message.splitlines() if line.startswith(("  got", "  expected"))
    )
    assert got.split(maxsplit=1)[1] != expected.split(maxsplit=1)[1]
    assert "a float32 has seven" in message


def backward_in_single_precision(root):
    backward_by_place(root)
    for value in topological_order(root):
        value.grad = np.float32(value.grad)


@pytest.mark.parametrize(
    "by_name",
    [
        lambda engine: engine.__mul__.__code__.co_code == e07.Number.__mul__.__code__.co_code,
        lambda engine: inner(engine, "__pow__") == inner(e07.Number, "__pow__"),
    ],
)
def test_a_test_that_knows_the_right_engine_by_its_code_does_not_pass(by_name):
    message = refusal(e07.check_four_tests, lambda: [by_name])
    assert "it survives" in message or "in other words" in message


def inner(engine, name):
    """The code of the function that a method makes."""
    made = [each for each in getattr(engine, name).__code__.co_consts if hasattr(each, "co_code")]
    return made[0].co_code


def test_all_engines_come_as_one_function():
    handed = set()
    refusal(e05.check_is_right, lambda backward: handed.add(backward) is not None)
    assert len(handed) == 1


@each_check
def test_a_text_says_where_the_work_must_be_ones_own(name):
    check = CHECKS[name]
    module, _, call = name.partition(".")
    (path,) = (path for path in EXERCISES if path.stem == module[1:])
    written = " ".join(path.read_text(encoding="utf-8").split())
    named = check.own_work if callable(check.own_work) else set(check.own_work) - set(ALWAYS)
    if f"{call}(" in written and named and path.stem[:2] != "26":
        assert "an answer that has the package or another library do it does not pass" in written


@each_check
def test_what_is_named_as_work_of_ones_own_is_there(name):
    """Or an answer could call it by its new name."""
    check = CHECKS[name]
    named = [] if callable(check.own_work) else check.own_work
    package = Path(autograd_lesson.__file__).parent
    for each in set(named) - set(ALWAYS):
        if each[0] == "." or each.partition(".")[0] in {"numpy", *sys.stdlib_module_names}:
            continue
        module, *rest = each.split(".")
        while not (package / f"{module}.py").exists() and (package / module).is_dir() and rest:
            module = f"{module}/{rest.pop(0)}"
        assert (package / f"{module}.py").exists() or (package / module).is_dir(), each
        if rest:
            text = (package / f"{module}.py").read_text(encoding="utf-8")
            assert re.search(rf"(def|class) {rest[-1]}\b", text) or rest[-1] == "<lambda>", each
