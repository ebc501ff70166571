"""The optimisers of exercise 18, with the names of torch.optim."""

import numpy as np

from .borrowed.e18 import Adam as AdamOfArrays
from .borrowed.e18 import Momentum, clipped


class Optimizer:
    """Parameters that move along what an optimiser of arrays finds.

    It takes its steps at the rate 1 on arrays of zeros, and where these come to lie is the
    direction: so `lr` may change from step to step, whatever the class calls it.
    """

    def __init__(self, params, lr, make):
        """Remember the parameters."""
        self.params, self.lr = list(params), lr
        self.moved = [np.zeros_like(p.data) for p in self.params]
        self.of_arrays = make(self.moved, 1.0)

    def zero_grad(self):
        """Take the gradient away from every parameter."""
        for parameter in self.params:
            parameter.grad = None

    def step(self):
        """Move every parameter; one without a gradient counts as one whose gradient is 0."""
        grads = [np.zeros_like(p.data) if p.grad is None else p.grad for p in self.params]
        self.of_arrays.step(grads)
        for parameter, moved in zip(self.params, self.moved, strict=True):
            parameter.data += self.lr * moved
            moved[...] = 0.0


class SGD(Optimizer):
    """Descent along a sum of gradients that fades."""

    def __init__(self, params, lr=1e-3, momentum=0.0):
        """Without momentum nothing is kept from the steps before."""
        super().__init__(params, lr, lambda arrays, rate: Momentum(arrays, rate, momentum))


class Adam(Optimizer):
    """Descent in which each number moves at its own scale."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        """The two averages fade by these."""
        super().__init__(params, lr, lambda arrays, rate: AdamOfArrays(arrays, rate, betas, eps))


class AdamW(Adam):
    """Adam with a decay that no average sees."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        """`weight_decay` is the share of a parameter, times lr, that goes at each step."""
        super().__init__(params, lr, betas, eps)
        self.weight_decay = weight_decay

    def step(self):
        """Shrink every parameter, then move it."""
        for parameter in self.params:
            parameter.data *= 1.0 - self.lr * self.weight_decay
        super().step()


def clip_grad_norm_(params, max_norm):
    """Scale all gradients by one factor where their common norm is above `max_norm`."""
    having = [p for p in params if p.grad is not None]
    grads, norm = clipped([p.grad for p in having], max_norm)
    for parameter, grad in zip(having, grads, strict=True):
        parameter.grad = grad
    return norm
