"""Functions of functions: derivatives, both products with the Jacobian, it itself, the Hessian.

Names and the order of arguments are those of torch.func. All take functions of Values or Tensors,
differentiate them at whatever they are given, a constant as well, and may be nested: each gives f
values of its own, and looks at the graph between these and the result alone.
"""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from math import prod
from numbers import Real
from operator import attrgetter

from .arguments import kind_of
from .branches import Cut
from .numpy_or_not import np
from .ops import COPY
from .tensor import IS_RECORDING, Tensor, recording, stack
from .value import Value, partials_as_values, topological_order, walk_back

IS_INSIDE = ContextVar("is_inside", default=False)


@contextmanager
def differentiating():
    """Inside runs a function that is differentiated: recorded, whatever holds outside."""
    token = IS_INSIDE.set(True)
    try:
        with recording(IS_RECORDING.get() or True):
            yield
    finally:
        IS_INSIDE.reset(token)


def value_of(x):
    """A Value for a number, a Tensor for an array, and what is one of them already."""
    if isinstance(x, Value):
        return x
    is_array = isinstance(x, list | tuple) or (hasattr(x, "__array__") and not isinstance(x, Real))
    return Tensor(x) if is_array else Value(x)


def own_value(x):
    """The same numbers as a value of f's own, which may use the one outside as well.

    A Tensor is a float that takes a gradient: a leaf, where the one outside takes none.
    """
    if isinstance(x, Tensor) and x.dtype.kind != "f":
        x = x.astype(float)
    own = x.unary(COPY)
    if isinstance(x, Tensor):
        own.requires_grad = True
    return own


def applied(f, xs):
    """f(*xs), as one Value or Tensor."""
    if not callable(f):
        raise TypeError(f"a function is differentiated, and it comes first, not {kind_of(f)}")
    if not xs:
        raise TypeError(f"{name_of(f)} is differentiated at its arguments: give at least one")
    with differentiating():
        y = f(*xs)
    if isinstance(y, list | tuple | dict | set) or y is None:
        found = "nothing" if y is None else f"a {type(y).__name__} of {len(y)}"
        raise TypeError(
            f"{name_of(f)} returned {found}; a function that is differentiated returns one Value "
            "or Tensor: stack() makes one of several"
        )
    return xs[0].of(y)


def name_of(f) -> str:
    """The name of the function in a message."""
    return getattr(f, "__name__", "f").replace("<lambda>", "f")


def between(xs, y) -> list:
    """The values on the ways from `xs` to `y`, operands before results, `xs` left out."""
    reached, order = set(xs), []
    for value in topological_order(y, known=xs):
        if not reached.isdisjoint(value.operands):
            reached.add(value)
            order.append(value)
    return order


def is_open(y, xs) -> bool:
    """Does `y` depend on anything that takes a gradient outside, where that is recorded?

    If not, what f made of values of its own is a constant for everybody else.
    """
    if not isinstance(y, Tensor):
        return True
    own = {x for x in xs if not x.operands}  # leaves, made for f alone
    leaves = (x for x in topological_order(y) if not x.operands)
    return IS_RECORDING.get() and any(x.requires_grad and x not in own for x in leaves)


def vjp(f: Callable, *primals) -> tuple[Value, Callable]:
    """f(*primals), and the function that takes a seed of its shape to the gradients of the primals.

    Reverse mode: one sweep for each seed. The gradients can be differentiated again.
    """
    xs = tuple(own_value(value_of(x)) for x in primals)
    y = applied(f, xs)
    order, outside = between(xs, y), is_open(y, xs)
    on_the_way = {*xs, *order}

    def partials_of(result):
        pairs = zip(result.operands, partials_as_values(result), strict=True)
        return [partial if operand in on_the_way else None for operand, partial in pairs]

    def pull(seed):
        if y.op is not None and not y.operands:
            raise RuntimeError(
                "the graph between the primals and the result was freed by a backward(); call that "
                "one with retain_graph=True, or vjp again"
            )
        seed = like(y, seed, "the seed", "the result")
        is_recorded = outside or getattr(seed, "requires_grad", True)
        gradient = {y: seed}
        with recording(is_recorded and IS_RECORDING.get()):
            for _ in walk_back(y, gradient, partials_of, order):
                pass
            return tuple(gradient[x] if x in gradient else x.filled(0.0) for x in xs)

    return y if outside else y.detach(), pull


def like(x, numbers, name, of):
    """`numbers` as a Value or Tensor of the kind, shape and type of `x`."""
    if not isinstance(x, Tensor):
        return x.of(numbers)
    if not isinstance(numbers, Tensor):
        numbers = Tensor(numbers, dtype=x.dtype, requires_grad=False)
    if numbers.shape != x.shape:
        raise ValueError(f"{name} has shape {numbers.shape}; {of} has {x.shape}, and it must, too")
    return numbers if numbers.dtype == x.dtype else numbers.astype(x.dtype)


def derivative(f: Callable) -> Callable:
    """df/dx as a function of x that returns a Value, and can be differentiated again.

    The rules are run on Values on the way back, so that the gradient is itself a graph. Where x
    is a Tensor, the gradient of the sum of f(x).
    """

    def df(x):
        y, pull = vjp(f, x)
        return pull(y.filled(1.0))[0]

    return df


def jvp(f: Callable, primals, tangents) -> tuple:
    """f(*primals), and its rate of change when the primals move at the speeds `tangents`.

    Forward mode: one sweep from the inputs to the result, whatever its size. The rate is a number
    or an array; inside a function that is being differentiated, a Value or Tensor. A speed of 0 at
    an infinite slope is nan, as in PyTorch, also behind a branch not taken, where reverse has 0.
    """
    if not all(isinstance(given, list | tuple) for given in (primals, tangents)):
        raise TypeError("jvp takes a list of primals and a list of tangents: jvp(f, [x], [v])")
    if len(primals) != len(tangents):
        raise ValueError(
            f"jvp got {len(primals)} primals and {len(tangents)} tangents; give one tangent, of "
            "the primal's shape, for each primal"
        )
    xs = tuple(own_value(value_of(x)) for x in primals)
    y = applied(f, xs)
    outside = is_open(y, xs)
    is_inside = IS_INSIDE.get()
    partials_of = partials_as_values if is_inside else attrgetter("partials")
    speed = {}
    for x, v in zip(xs, tangents, strict=True):
        v = like(x, v, "the tangent", "its primal")
        speed[x] = v if is_inside else numbers_of(v)
    for result in between(xs, y):
        moving = [
            pushed(partial, speed[operand], result)
            for operand, partial in zip(result.operands, partials_of(result), strict=True)
            if operand in speed and partial is not None
        ]
        if moving:
            speed[result] = sum(moving[1:], moving[0])
    rate = speed[y] if y in speed else y.filled(0.0)
    y = y if outside else y.detach()
    return y, rate if is_inside else numbers_of(rate)


def numbers_of(x):
    """A float for a Value, an array for a Tensor, and what is a number or an array already."""
    return x.array if isinstance(x, Tensor) else x.item() if isinstance(x, Value) else x


def pushed(partial, speed, result):
    """How fast the result moves when one operand does.

    Where the partial is a function, the vector-Jacobian product g -> J^T g, it is linear in g, and
    its own vector-Jacobian product is v -> J v (J. Townsend, A new trick for calculating
    Jacobian vector products, 2017).
    """
    if not callable(partial) or isinstance(partial, Cut):  # a slope for each number
        return partial * speed
    rate = vjp(partial, result.filled(0.0))[1](speed)[0]
    return rate if isinstance(speed, Value) else numbers_of(rate)


def jacobian(f: Callable, x, mode: str = "reverse") -> Tensor:
    """All partial derivatives of the Tensor f(x), of shape (shape of f(x), shape of x).

    By one reverse sweep for each element of the result, or with mode="forward" by one forward sweep
    for each element of `x`: take the one of which there are fewer. For a Value it is the slope.
    """
    if mode not in ("reverse", "forward"):
        raise ValueError(f"mode is {mode!r}; choose 'reverse' or 'forward'")
    x = x if isinstance(x, Value) else Tensor(x)
    if mode == "forward":
        y, axis = applied(f, [own_value(x)]) if not prod(shape_of(x)) else None, -1
        parts = [jvp(f, [x], [unit]) for unit in units(shape_of(x))]
        y, parts = (parts[0][0], [x.of(part) for _, part in parts]) if parts else (y, [])
    else:
        (y, pull), axis = vjp(f, x), 0
        parts = [pull(unit)[0] for unit in units(shape_of(y))]
    if not isinstance(x, Tensor):
        return parts[0]
    shape = y.shape + x.shape
    if not parts:
        return Tensor(np.zeros(shape), dtype=y.dtype, requires_grad=False)
    return stack(parts, axis).reshape(shape)


def shape_of(x) -> tuple:
    """The length of each axis, of which a Value has none."""
    return getattr(x, "shape", ())


def units(shape):
    """For each place of an array of this shape: 1 there, and 0 elsewhere; for a number 1."""
    for place in np.ndindex(*shape):
        unit = np.zeros(shape)
        unit[place] = 1.0
        yield unit if shape else 1.0


def hessian(f: Callable, x) -> Tensor:
    """All second derivatives of f(x): the Jacobian of the Jacobian, of shape (f(x), x, x)."""
    return jacobian(lambda at: jacobian(f, at), x)


def hvp(f: Callable, x, v) -> Tensor:
    """The Hessian of the number f(x) times `v`, without the Hessian: the pull of the gradient.

    The price of a few gradients (B. Pearlmutter, Fast exact multiplication by the Hessian, 1994).
    """

    def number(at):
        y = applied(f, [at])
        if prod(shape_of(y)) != 1:
            raise ValueError(
                f"{name_of(f)} returned shape {y.shape}; hvp takes a function with one number as "
                "its result: sum it, or take jacobian and hessian of all of them"
            )
        return y

    _, pull = vjp(derivative(number), x if isinstance(x, Value) else Tensor(x))
    return pull(v)[0]
