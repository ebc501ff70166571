"""Wrong answers to the checks of 24."""

import numpy as np

from autograd_lesson import topological_order
from autograd_lesson.checks.e24_devices_and_backends import (
    check_best_places,
    check_microseconds,
    check_small_engine,
)
from wrong_answers import from_slips, wrong_answer

# ---------------------------------------------------------------------------------------------
# E24.1


def engine(tanh=None, ones=None, zeros=None, asarray=None, adds=True):
    """A `small_engine` that takes some of its functions from elsewhere."""

    def small_engine(xp):
        class Array:
            def __init__(self, data, operands=(), rules=()):
                self.data = data if operands else (asarray or xp.asarray)(data, dtype=float)
                self.grad = (zeros or xp.zeros)(self.data.shape)
                self.operands, self.rules = operands, rules

            def __add__(self, other):
                return Array(self.data + other.data, (self, other), (lambda g: g, lambda g: g))

            def __mul__(self, other):
                a, b = self.data, other.data
                return Array(a * b, (self, other), (lambda g: g * b, lambda g: g * a))

            def __matmul__(self, other):
                a, b = self.data, other.data
                return Array(a @ b, (self, other), (lambda g: g @ b.T, lambda g: a.T @ g))

            def tanh(self):
                y = (tanh or xp.tanh)(self.data)
                return Array(y, (self,), (lambda g: g * (1.0 - y * y),))

            def sum(self):
                copies = xp.ones(self.data.shape)
                return Array(xp.sum(self.data), (self,), (lambda g: g * copies,))

            def backward(self):
                gradient = {self: (ones or xp.ones)(self.data.shape)}
                for result in reversed(topological_order(self)):
                    g = gradient[result]
                    result.grad = result.grad + g
                    for operand, rule in zip(result.operands, result.rules, strict=True):
                        before = gradient.get(operand) if adds else None
                        gradient[operand] = rule(g) if before is None else before + rule(g)

        return Array

    return small_engine


def small_engine_calls_np_tanh(xp):
    return engine(tanh=np.tanh)(xp)


wrong_answer(check_small_engine, says="`np.tanh` called directly")(small_engine_calls_np_tanh)


@wrong_answer(check_small_engine, says="zeros, ones, asarray")
def small_engine_has_zeros_of_numpy(xp):
    return engine(zeros=np.zeros)(xp)


@wrong_answer(check_small_engine, says="A function of NumPy was called on arrays of the device")
def small_engine_multiplies_by_numpy(xp):
    class Array(engine()(xp)):
        def __mul__(self, other):
            a, b = self.data, other.data
            return Array(np.multiply(a, b), (self, other), (lambda g: g * b, lambda g: g * a))

    return Array


@wrong_answer(check_small_engine, says="contributions are added")
def small_engine_keeps_the_last_contribution(xp):
    return engine(adds=False)(xp)


# ---------------------------------------------------------------------------------------------
# E24.2 and E24.3


from_slips(
    check_microseconds,
    microseconds_without_launches="launches are missing",
    microseconds_without_the_first_transfer="its way to a first op",
    microseconds_without_the_last_transfer="its way home",
    microseconds_there_and_back_each_time="also where it is there already",
    microseconds_moves_the_result_of_the_op_itself="not its own",
    microseconds_with_a_launch_on_the_host="A launch was added for the ops on the host",
    microseconds_without_latency="Every transfer costs `latency`",
)


@wrong_answer(check_best_places, says="where it alone is quicker")
def best_places_op_by_op(ops, start_kb, model):
    return ["card" if model["launch"] + op[1] < op[0] else "host" for op in ops]


@wrong_answer(check_best_places, says="Everything is on the card")
def best_places_all_on_the_card(ops, start_kb, model):
    return ["card"] * 5


@wrong_answer(check_best_places, says="Everything is on the host")
def best_places_all_on_the_host(ops, start_kb, model):
    return ["host"] * 5


@wrong_answer(check_best_places, says="a list of five")
def best_places_gives_the_time(ops, start_kb, model):
    return 22.7
