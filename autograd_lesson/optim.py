"""How parameters move: PyTorch's optimisers, with its names, defaults and updates."""

from collections.abc import Iterable

import numpy as np

from .tensor import Tensor


class Optimizer:
    """Parameters, a learning rate, and a memory of its own for each parameter.

    A subclass says in `update` how one parameter moves. `lr` may be changed between steps, and a
    parameter without a gradient stays where it is.
    """

    def __init__(self, params: Iterable[Tensor], lr: float, weight_decay: float = 0.0):
        """Remember the parameters, which must be tensors."""
        self.params = list(params)
        wrong = [type(each).__name__ for each in self.params if not isinstance(each, Tensor)]
        if wrong or not self.params:
            raise TypeError(
                f"an optimiser moves a list of tensors, not {wrong[0] if wrong else 'no parameter'}"
                "; pass network.parameters()"
            )
        for name, number in (("lr", lr), ("weight_decay", weight_decay)):
            if not number >= 0.0:
                raise ValueError(
                    f"{name} is a number from 0 on, not {number}; steps go down already"
                )
        self.lr, self.weight_decay = lr, weight_decay
        self.memory = [{} for _ in self.params]

    def zero_grad(self):
        """Take the gradient away from every parameter."""
        for parameter in self.params:
            parameter.grad = None

    def step(self):
        """Move every parameter that has a gradient."""
        for parameter, memory in zip(self.params, self.memory, strict=True):
            if parameter.grad is not None:
                with parameter.opened() as numbers:
                    self.update(numbers, parameter.grad, memory)

    def update(self, p: np.ndarray, g: np.ndarray, memory: dict):
        """Change `p` in place, given its gradient `g`, which is left as it is."""
        raise NotImplementedError


class SGD(Optimizer):
    """p -= lr * g, where with momentum g is a sum of all gradients so far that fades."""

    def __init__(self, params, lr=1e-3, momentum=0.0, weight_decay=0.0, nesterov=False):
        """Stochastic gradient descent; `weight_decay` adds that much of `p` itself to `g`."""
        super().__init__(params, lr, weight_decay)
        if nesterov and not momentum:
            raise ValueError("nesterov looks ahead along the momentum, which is 0; give momentum=")
        self.momentum, self.nesterov = momentum, nesterov

    def update(self, p, g, memory):
        """Roll on with the momentum there is."""
        if self.weight_decay:
            g = g + self.weight_decay * p
        if self.momentum:
            if "velocity" in memory:
                memory["velocity"] = self.momentum * memory["velocity"] + g
            else:
                memory["velocity"] = g.copy()
            velocity = memory["velocity"]
            g = g + self.momentum * velocity if self.nesterov else velocity
        p -= self.lr * g


class Adam(Optimizer):
    """p -= lr * mean / (sqrt(square) + eps): each number at its own scale (Kingma and Ba, 2015).

    `mean` and `square` are fading averages of g and of g * g. They start at 0, so the first ones
    are too small; dividing by 1 - beta ** steps makes up for that.
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        """`weight_decay` adds that much of `p` itself to `g`."""
        super().__init__(params, lr, weight_decay)
        if not all(0.0 <= beta < 1.0 for beta in betas):
            raise ValueError(f"betas are two numbers from 0 to below 1, not {betas}")
        self.betas, self.eps = betas, eps

    def decayed(self, p, g):
        """The gradient with the decay in it."""
        return g + self.weight_decay * p if self.weight_decay else g

    def update(self, p, g, memory):
        """Average the gradient and its square, correct both, and move."""
        g = self.decayed(p, g)
        if not memory:
            memory |= {"steps": 0, "mean": np.zeros_like(p), "square": np.zeros_like(p)}
        memory["steps"] += 1
        averages = (("mean", g), ("square", g * g))
        corrected = []
        for beta, (name, now) in zip(self.betas, averages, strict=True):
            average = memory[name]
            average *= beta
            average += (1.0 - beta) * now
            corrected.append(average / (1.0 - beta ** memory["steps"]))
        mean, square = corrected
        p -= self.lr * mean / (np.sqrt(square) + self.eps)


class AdamW(Adam):
    """Adam with a decay that no average sees: p shrinks by lr * weight_decay (Loshchilov, 2019)."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        """`weight_decay` is the share of `p`, times lr, that goes at each step."""
        super().__init__(params, lr, betas, eps, weight_decay)

    def decayed(self, p, g):
        """The gradient as it is: the decay is done to `p` at once."""
        p *= 1.0 - self.lr * self.weight_decay
        return g


def clip_grad_norm_(parameters: Iterable[Tensor], max_norm: float) -> float:
    """Scale all gradients by one factor where their common norm is above `max_norm`.

    Returns the norm before. One factor for all keeps the direction of the step.
    """
    having = [parameter for parameter in parameters if parameter.grad is not None]
    norm = float(np.sqrt(sum(float(np.sum(each.grad * each.grad)) for each in having)))
    factor = max_norm / (norm + 1e-6)  # PyTorch's guard against a norm of 0
    if factor < 1.0:
        for each in having:
            each.grad = each.grad * factor
    return norm
