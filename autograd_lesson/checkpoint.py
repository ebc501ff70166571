"""Memory for time: a part of the graph that is computed again on the way back."""

from collections.abc import Callable

from .numpy_or_not import np
from .ops import Op
from .tensor import IS_RECORDING, Tensor, made, recording


def checkpoint(f: Callable, *xs) -> Tensor:
    """f(*xs), of which nothing but the result is kept; f runs once more on the way back.

    The gradients are those of f(*xs), of all that f uses from outside as well. What is neither a
    tensor nor floats, such as an array of indices or None, is handed on as it is. f must give the
    same again: random numbers come from a seed inside it (T. Chen et al., Training deep nets with
    sublinear memory cost, 2016). The name is that of torch.utils.checkpoint.
    """
    floats = {place: Tensor.of(x) for place, x in enumerate(xs) if is_of_floats(x)}

    def of_floats(*own):
        given = dict(enumerate(xs)) | dict(zip(floats, own, strict=True))
        return f(*given.values())

    own = tuple(floats.values())
    y, _, stand_ins = run(of_floats, own, IS_RECORDING.get())
    y, borrowed = y.array, tuple(stand_ins)  # alone: the tensor has the whole graph behind it
    return joint(y, (*own, *borrowed), lambda g: gradients(of_floats, own, borrowed, y, g))


def is_of_floats(x) -> bool:
    """Is it a tensor, or numbers that become one as they are?"""
    if isinstance(x, Tensor):
        return True
    try:
        return np.asarray(x).dtype.kind == "f"
    except (TypeError, ValueError):  # a list of tensors, lists of several lengths
        return False


def joint(y, operands, back: Callable) -> Tensor:
    """A result whose way back is one function: back(g) gives a gradient for each operand."""
    latest = []  # the gradient that came last, and all that it was turned into

    def pull_to(place):
        def pull(g):
            if isinstance(g, Tensor):
                refused()
            if not latest or latest[0] is not g:
                latest[:] = [g, back(g)]
            return latest[1][place]

        return pull

    pulls = tuple(pull_to(place) for place in range(len(operands)))
    return made(Op("checkpoint", refused), operands, y, pulls)


def run(f, xs, is_on):
    """f of copies of `xs`, these copies, and what stands in the graph for what f used beside them.

    Both share the memory of what they stand for and have no past: the graph is that of f alone.
    """
    copies = [without_past(x, x.requires_grad) for x in xs]
    own = {None, *map(id, copies)}  # the tensors that belong to this run; a set that is not empty
    with recording(is_on and own):
        y = f(*copies)
    if isinstance(y, list | tuple | dict) or y is None:
        raise TypeError(
            f"checkpoint: f returned {type(y).__name__}; it must return one tensor: stack() or "
            "concat() makes one of several"
        )
    y = Tensor.of(y)
    stand_ins, waiting, seen = {}, [], set(copies)

    def own_or_stand_in(x):
        if not x.requires_grad or x in seen:
            return x
        if id(x) in own:
            seen.add(x)
            waiting.append(x)
            return x
        return stand_ins.setdefault(x, without_past(x, True))

    y = own_or_stand_in(y)
    while waiting:
        result = waiting.pop()
        result.operands = tuple(map(own_or_stand_in, result.operands))
    return y, copies, stand_ins


def without_past(x, takes_gradient):
    """The same numbers, in the same memory, as a leaf."""
    leaf = x.detach()
    leaf.requires_grad = takes_gradient
    return leaf


def gradients(f, xs, borrowed, expected, g) -> list:
    """The gradients of `xs` and of what f borrowed from outside, from a second run of f."""
    y, copies, stand_ins = run(f, xs, True)
    same = np.array_equal(y.array, expected, equal_nan=True)
    if not same or not stand_ins.keys() <= set(borrowed):
        differs = "used other tensors" if same else "gave another result"
        raise RuntimeError(
            f"checkpoint: f {differs} the second time; draw its random numbers from a seed inside "
            "it, and change nothing in place that it uses"
        )
    if y.requires_grad:
        y.backward(g)  # frees this piece of the graph on the way
    leaves = (*copies, *(stand_ins.get(x, x.detach()) for x in borrowed))
    return [np.zeros(x.shape, x.dtype) if x.grad is None else x.grad for x in leaves]


def refused(*operands):
    """The rule of a checkpoint: there is none to differentiate again."""
    raise NotImplementedError(
        "'checkpoint' has no second derivative here, and no forward mode; call f without "
        "checkpoint for those"
    )
