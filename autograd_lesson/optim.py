"""How parameters move: PyTorch's optimisers, with its names, defaults and updates."""

import math
from collections.abc import Iterable
from numbers import Real

from .arguments import described
from .numpy_or_not import np
from .tensor import Tensor
from .value import Value


class Optimizer:
    """Parameters, a learning rate, and a memory of its own for each parameter.

    A subclass says in `update` how one parameter moves. `lr` may be changed between steps, and a
    parameter without a gradient stays where it is, one that is frozen (`requires_grad` is False)
    for as long as it is.
    """

    def __init__(self, params: Iterable[Tensor], lr: float, weight_decay: float = 0.0):
        """Remember the parameters: leaves, each once, of which one takes a gradient at least."""
        self.params = list_of(params, "an optimiser moves")
        for each in self.params:
            check_movable(each)
        if not any(each.requires_grad for each in self.params):
            raise ValueError(
                "an optimiser moves what takes a gradient, and all of these are constants; make "
                "them without requires_grad=False, or set requires_grad = True"
            )
        if len({id(each) for each in self.params}) < len(self.params):
            raise ValueError(
                "a tensor stands twice in the list and would be moved twice in a step; pass each "
                "once, as network.parameters() does"
            )
        self.lr, self.weight_decay = lr, from_zero_on("weight_decay", weight_decay)
        self.memory = [{} for _ in self.params]

    @property
    def lr(self) -> float:
        """How far a step goes: a number from 0 on."""
        return self._lr

    @lr.setter
    def lr(self, new: float):
        self._lr = from_zero_on("lr", new)

    def zero_grad(self):
        """Take the gradient away from every parameter."""
        for parameter in self.params:
            parameter.grad = None

    def step(self):
        """Move every parameter that has a gradient and is not frozen."""
        for parameter, memory in zip(self.params, self.memory, strict=True):
            grad = parameter.grad
            if grad is not None and parameter.requires_grad:
                if isinstance(grad, Value) or getattr(grad, "shape", None) != parameter.shape:
                    raise ValueError(
                        f"the grad of {described(parameter)} is no array of that shape but "
                        f"{grad!r}; it comes from backward(), or is None"
                    )
                with parameter.opened() as numbers:
                    self.update(numbers, grad, memory)

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
        self.momentum, self.nesterov = from_zero_on("momentum", momentum), nesterov

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
        are_two = isinstance(betas, list | tuple) and len(betas) == 2
        if not are_two or not all(0.0 <= from_zero_on("beta", beta) < 1.0 for beta in betas):
            raise ValueError(f"betas are two numbers from 0 to below 1, not {betas}")
        self.betas, self.eps = tuple(betas), from_zero_on("eps", eps)

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


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, error_if_nonfinite: bool = False
) -> float:
    """Scale all gradients by one factor where their common norm is above `max_norm`.

    Takes one tensor or several. Returns the norm before. One factor for all keeps the direction of
    the step; where a gradient is nan all become nan, unless `error_if_nonfinite` asks for an error.
    """
    if isinstance(parameters, Value):
        parameters = [parameters]
    parameters = {id(each): each for each in list_of(parameters, "gradients are clipped of", Value)}
    having = [each for each in parameters.values() if each.grad is not None]
    if not isinstance(max_norm, Real) or not max_norm >= 0.0:
        raise ValueError(
            f"max_norm is a number from 0 on, not {max_norm!r}; below 0 it would turn all "
            "gradients round"
        )
    norm = norm_of([each.grad for each in having])
    if error_if_nonfinite and not math.isfinite(norm):
        raise RuntimeError(
            f"the norm of all gradients together is {norm}; look for the first that is not finite "
            "with np.isfinite(parameter.grad).all()"
        )
    factor = max_norm / (norm + 1e-6)  # PyTorch's guard against a norm of 0
    if not factor >= 1.0:
        with np.errstate(invalid="ignore"):  # 0 times infinity is nan, as in PyTorch
            for each in having:
                each.grad = each.grad * factor
    return norm


def norm_of(gradients) -> float:
    """The square root of the sum of all squares, taken in units of the largest of the numbers."""
    largest = float(max((np.max(np.abs(g)) for g in gradients if np.size(g)), default=0.0))
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    return largest * math.sqrt(sum(float(np.sum((g / largest) ** 2)) for g in gradients))


def list_of(params, what: str, kind: type = Tensor) -> list:
    """The tensors in a list, a generator or a set of them."""
    is_many = isinstance(params, Iterable) and not isinstance(params, Value | np.ndarray | dict)
    params = list(params) if is_many else params
    wrong = [each for each in params if not isinstance(each, kind)] if is_many else [params]
    if not wrong and (params or kind is Value):
        return params
    found = type(wrong[0]).__name__ if wrong else "no parameter"
    move = "pass network.parameters()"
    if wrong and isinstance(wrong[0], Tensor):
        move = "put it into a list, [x]"
    elif wrong and isinstance(wrong[0], Value):
        move = "move Values by hand, p.data -= lr * p.grad"
    elif wrong and isinstance(wrong[0], dict):
        move = "make an optimiser for each group of parameters"
    raise TypeError(f"{what} a list of tensors, not {found}; {move}")


def check_movable(tensor: Tensor):
    """Refuse a tensor that no step can move."""
    if tensor.op is not None:
        raise ValueError(
            f"an optimiser moves leaves, and {described(tensor)} is a result: its gradient is not "
            "kept, and the next forward pass makes it anew; pass the leaves it is computed from, "
            "or make a leaf of its numbers, Tensor(x.data)"
        )
    if tensor.dtype.kind != "f":
        raise ValueError(
            f"an optimiser moves floats, and {described(tensor)} holds {tensor.dtype}; leave out "
            "its dtype"
        )


def from_zero_on(name: str, number) -> float:
    """A finite number of at least 0."""
    if not isinstance(number, Real) or isinstance(number, bool) or not 0.0 <= number < math.inf:
        raise (ValueError if isinstance(number, Real) else TypeError)(
            f"{name} is a number from 0 on, not {number!r}"
            + ("; steps go down already" if name == "lr" else "")
        )
    return float(number)
