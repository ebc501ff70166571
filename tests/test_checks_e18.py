"""The checks of exercise 18 take every right answer, however it is written."""

import numpy as np
import pytest

from autograd_lesson.checks.e18_making_it_train import (
    check_adam,
    check_clipped,
    check_diagnoses,
    check_momentum,
    check_weights,
)


class MomentumByPlace:
    """Velocities that are made when they are needed, and a step through the list."""

    def __init__(self, params, lr, beta=0.9):
        self.params, self.lr, self.beta, self.velocities = params, lr, beta, {}

    def step(self, grads):
        for place, g in enumerate(grads):
            velocity = self.beta * self.velocities.get(place, 0.0) + g
            self.params[place] -= self.lr * velocity
            self.velocities[place] = velocity


class MomentumByOut:
    """Arrays that are written to without an operator."""

    def __init__(self, params, lr, beta=0.9):
        self.rows = [(p, np.zeros(p.shape)) for p in params]
        self.lr, self.beta = lr, beta

    def step(self, grads):
        for (p, v), g in zip(self.rows, grads, strict=True):
            v[...] = self.beta * v + g
            np.subtract(p, self.lr * v, out=p)


class AdamFromAllGradients:
    """Both averages as sums over all gradients so far."""

    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps, self.seen = params, lr, betas, eps, []

    def step(self, grads):
        self.seen.append([g.copy() for g in grads])
        for p, *own in zip(self.params, *self.seen, strict=True):
            mean, square = (
                sum(beta**k * g**power for k, g in enumerate(own[::-1])) * (1 - beta)
                for power, beta in enumerate(self.betas, start=1)
            )
            first, second = (1 - beta ** len(own) for beta in self.betas)
            p[...] = p - self.lr * (mean / first) / (np.sqrt(square / second) + self.eps)


def uniform_weights(n_in, n_out, activation, rng):
    bound = np.sqrt({"linear": 3.0, "relu": 6.0}[activation] / n_in)
    return rng.uniform(-bound, bound, (n_out, n_in)).astype("float32")


def factor_of(grads, max_norm):
    norm = np.sqrt(sum(np.vdot(g, g) for g in grads))
    return min(1.0, max_norm / norm) if norm else 1.0, norm


def clipped_in_a_list(grads, max_norm):
    factor, norm = factor_of(grads, max_norm)
    return [tuple(g * factor for g in grads), np.array(norm)]


def clipped_as_they_come(grads, max_norm):
    factor, norm = factor_of(grads, max_norm)
    return (g * factor for g in grads), norm


def clipped_in_the_list_given(grads, max_norm):
    """The arrays keep their numbers, which is what is asked."""
    factor, norm = factor_of(grads, max_norm)
    grads[:] = [g * factor for g in grads]
    return grads, norm


CAUSES = ("no zero_grad", "never lowered", "too large", "too small")


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_momentum, MomentumByPlace),
        (check_momentum, MomentumByOut),
        (check_adam, AdamFromAllGradients),
        (check_weights, uniform_weights),
        (check_clipped, clipped_in_a_list),
        (check_clipped, clipped_as_they_come),
        (check_clipped, clipped_in_the_list_given),
        (check_diagnoses, lambda: CAUSES),
        (check_diagnoses, lambda: [cause.capitalize() for cause in CAUSES]),
        (check_diagnoses, lambda: dict(zip("ABCD", CAUSES, strict=True))),
    ],
)
def test_every_way_to_write_a_right_answer_passes(check, answer):
    check(answer)
