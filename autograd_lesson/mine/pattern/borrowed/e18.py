"""How arrays move, how they start, and how long a step may be."""

import numpy as np

from autograd_lesson import optim


class Moving:
    """Arrays that the course's optimiser moves, each with a memory of its own."""

    def __init__(self, params, rule):
        """Remember the arrays; nothing is kept so far."""
        self.params, self.rule = params, rule
        self.memories = [{} for _ in params]

    def step(self, grads):
        """Move every array in place."""
        for p, g, memory in zip(self.params, grads, self.memories, strict=True):
            self.rule.update(p, g, memory)


def rule_of(kind, **settings):
    """An optimiser of the course that has no parameters: its update alone is asked for."""
    rule = kind.__new__(kind)
    rule.weight_decay = 0.0
    for name, value in settings.items():
        setattr(rule, name, value)
    return rule


class Momentum(Moving):
    """Plain descent along a sum of gradients that fades."""

    def __init__(self, params, lr, beta=0.9):
        """No velocity so far."""
        super().__init__(params, rule_of(optim.SGD, lr=lr, momentum=beta, nesterov=False))


class Adam(Moving):
    """Descent in which each number moves at its own scale."""

    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        """Both averages are 0."""
        super().__init__(params, rule_of(optim.Adam, lr=lr, betas=betas, eps=eps))


def weights(n_in, n_out, activation, rng):
    """Weights (n_out, n_in) that keep the mean square of the sums."""
    factor = 2.0 if activation == "relu" else 1.0
    return rng.normal(0.0, np.sqrt(factor / n_in), (n_out, n_in))


def clipped(grads, max_norm):
    """The gradients with a global norm of at most `max_norm`, and the norm they had."""
    norm = optim.norm_of(grads)
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * factor for g in grads], norm
