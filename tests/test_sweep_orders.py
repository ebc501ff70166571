"""Exercise E2.2 accepts an order exactly when running its lines leaves the right gradients."""

from itertools import permutations

from autograd_lesson import Value
from autograd_lesson.checks.e02_graphs_and_chain_rule import SWEEP_LINES, check_sweep_order
from autograd_lesson.gradcheck import numerical_gradient


def test_the_orders_that_pass_are_those_that_leave_the_right_gradients():
    lines = {letter: compile(line, letter, "exec") for letter, line in SWEEP_LINES.items()}
    cases = check_sweep_order.cases(None)
    passing = 0
    for place, order in enumerate(permutations(SWEEP_LINES)):
        gradient = {name: 0.0 for name in "pqrst"} | {"z": 1.0}
        for letter in order:
            exec(lines[letter], {"gradient": gradient, "p": 2, "q": 3, "r": 6, "s": 9})
        is_right = gradient == {"p": 42, "q": 33, "r": 14, "s": 5, "t": 1, "z": 1}
        passing += is_right
        if is_right or place % 25 == 0:  # judging all 40,320 takes half a minute
            verdict = check_sweep_order.verdict(cases * 2, [list(order)] * 8)
            assert (verdict.state == "pass") == is_right, order
    assert passing == 100


def test_the_right_gradients_are_the_measured_ones():
    def z(p, q):
        r = p * q
        s = r + q
        return r * s - s

    assert [round(slope, 6) for slope in numerical_gradient(z, [2.0, 3.0])] == [42, 33]
    p, q = Value(2.0), Value(3.0)
    z(p, q).backward()
    assert [p.grad, q.grad] == [42, 33]
