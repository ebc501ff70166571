"""Functions of functions: both products with the Jacobian, the Jacobian itself, and the Hessian.

Names and the order of arguments are those of torch.func. All take functions of Values or Tensors.
"""

from collections import deque
from collections.abc import Callable

import numpy as np

from .tensor import Tensor, real_array, stack
from .value import Value, derivative, partials_as_values, topological_order, walk_back


def value_of(x):
    """A Value for a number, a Tensor for an array, and what is one of them already."""
    if isinstance(x, Value):
        return x
    return Tensor(x) if isinstance(x, np.ndarray | list | tuple) else Value(x)


def vjp(f: Callable, *primals) -> tuple[Value, Callable]:
    """f(*primals), and the function that takes a seed of its shape to the gradients of the primals.

    Reverse mode: one sweep for each seed. The gradients can be differentiated again.
    """
    xs = [fresh(value_of(x)) for x in primals]
    y = xs[0].of(f(*xs))

    def pull(seed):
        gradient = {y: y.like(seed)}
        if np.shape(gradient[y].data) != np.shape(y.data):
            raise ValueError(
                f"the seed has shape {np.shape(gradient[y].data)}; it must have that of the "
                f"result, {np.shape(y.data)}"
            )
        deque(walk_back(y, gradient, partials_as_values), maxlen=0)
        return tuple(gradient[x] if x in gradient else x.filled(0.0) for x in xs)

    return y, pull


def fresh(x):
    """The same value, as one of its own: f may use the one outside as well."""
    return x * 1.0


def jvp(f: Callable, primals, tangents) -> tuple:
    """f(*primals), and its rate of change when the primals move at the speeds `tangents`.

    Forward mode: one sweep from the inputs to the result, whatever its size.
    """
    values = [value_of(x.data if isinstance(x, Value) else x) for x in primals]
    speed = {x: speed_of(x, v) for x, v in zip(values, tangents, strict=True)}
    y = values[0].of(f(*values))
    for result in topological_order(y):
        moving = [
            pushed(partial, speed[operand], result)
            for operand, partial in zip(result.operands, result.partials, strict=True)
            if operand in speed
        ]
        if moving:
            speed[result] = sum(moving[1:], moving[0])
    return y, speed[y] if y in speed else y.filled(0.0).data


def speed_of(x, tangent):
    """The tangent as a float, or as an array of the shape of `x`."""
    if not isinstance(x, Tensor):
        return Value(tangent).data
    tangent = real_array(tangent.data if isinstance(tangent, Tensor) else tangent, x.dtype)
    if tangent.shape != x.shape:
        raise ValueError(f"the tangent has shape {tangent.shape}; its primal has {x.shape}")
    return tangent


def pushed(partial, speed, result):
    """How fast the result moves when one operand does.

    Where the partial is a function, the vector-Jacobian product g -> J^T g, it is linear in g, and
    its own vector-Jacobian product is v -> J v (J. Townsend, A new trick for calculating
    Jacobian vector products, 2017).
    """
    if not callable(partial):
        return partial * speed
    g = result.filled(0.0)
    g.requires_grad = True
    partial(g).backward(speed)
    return g.grad


def jacobian(f: Callable, x, mode: str = "reverse") -> Tensor:
    """All partial derivatives of the Tensor f(x), of shape (shape of f(x), shape of x).

    By one reverse sweep for each element of the result, or with mode="forward" by one forward sweep
    for each element of `x`: take the one of which there are fewer.
    """
    if mode not in ("reverse", "forward"):
        raise ValueError(f"mode is {mode!r}; choose 'reverse' or 'forward'")
    x = x if isinstance(x, Tensor) else Tensor(x)
    if mode == "forward":
        columns = [Tensor.of(jvp(f, [x], [unit])[1]) for unit in units(x.shape)]
        y_shape = columns[0].shape if columns else f(x).shape
        return stack(columns, axis=-1).reshape(*y_shape, *x.shape)
    y, pull = vjp(f, x)
    return stack([pull(unit)[0] for unit in units(y.shape)]).reshape(*y.shape, *x.shape)


def units(shape):
    """For each place of an array of this shape: 1 there, and 0 elsewhere."""
    for place in np.ndindex(*shape):
        unit = np.zeros(shape)
        unit[place] = 1.0
        yield unit


def hessian(f: Callable, x) -> Tensor:
    """All second derivatives of the number f(x): the Jacobian of the gradient."""
    return jacobian(derivative(f), x)


def hvp(f: Callable, x, v) -> Tensor:
    """The Hessian of f at `x` times `v`, without the Hessian: the gradient of <gradient, v>.

    The price of a few gradients (B. Pearlmutter, Fast exact multiplication by the Hessian, 1994).
    """
    x = x if isinstance(x, Tensor) else Tensor(x)
    v = speed_of(x, v)
    return derivative(lambda at: (derivative(f)(at) * v).sum())(x)
