"""Wrong answers to the checks of 24."""

from itertools import product

import numpy as np

from autograd_lesson import topological_order
from autograd_lesson.checks.e24_devices_and_backends import (
    check_best_places,
    check_microseconds,
    check_small_engine,
)
from wrong_answers import wrong_answer

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


@wrong_answer(check_small_engine, says="contributions are added")
def small_engine_keeps_the_last_contribution(xp):
    return engine(adds=False)(xp)


# ---------------------------------------------------------------------------------------------
# E24.2 and E24.3


def timed(launch=True, first=True, last=True, every=False, latency=True):
    """A `microseconds` that forgets something."""

    def microseconds(places, ops, start_kb, model):
        def move(kb):
            return model["latency"] * latency + model["per_kb"] * kb

        time, here, kb = 0.0, "host", start_kb
        for i, (place, (on_host, on_card, result_kb)) in enumerate(zip(places, ops, strict=True)):
            if place != here and (first or i):
                time += move(kb)
            time += on_host if place == "host" else model["launch"] * launch + on_card
            here, kb = place, result_kb
            if every and here == "card":
                time, here = time + move(kb), "host"
        return time + (here != "host" and last) * move(kb)

    return microseconds


def forgets(says, name, **how):
    """Register a `microseconds` under a name of its own."""
    answer = timed(**how)
    answer.__name__ = name
    wrong_answer(check_microseconds, says=says)(answer)


forgets("launches are missing", "microseconds_without_launches", launch=False)
forgets("its way to a first op", "microseconds_without_the_first_transfer", first=False)
forgets("its way home", "microseconds_without_the_last_transfer", last=False)
forgets("also where it is there already", "microseconds_there_and_back_each_time", every=True)
forgets("Every transfer costs `latency`", "microseconds_without_latency", latency=False)


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
    time = timed()
    return min(time(places, ops, start_kb, model) for places in product(["host", "card"], repeat=5))
