"""What PyTorch does where a lesson looks: asked where it is installed, else from a table."""

from .. import frameworks
from ..frameworks import recorded
from ..numpy_or_not import np
from .pytorch_stored import KERNELS as KERNELS
from .pytorch_stored import LOSSES, PRODUCT, RUN, SAVED, SPOILT, TREE, WATCHED, WITNESSED

try:
    import torch
except ImportError:
    torch = None


class Context:
    """What `forward` leaves for `backward`, as in PyTorch."""

    saved_tensors = ()

    def __init__(self, *operands):
        """A context for these arguments of `forward`, of which whole numbers take no gradient."""
        self.needs_input_grad = tuple(not isinstance(x, int) for x in operands)

    def save_for_backward(self, *arrays):
        """Keep these arrays; a plain number is refused, as PyTorch does."""
        for x in arrays:
            if not isinstance(x, np.ndarray | np.generic):
                raise TypeError(
                    f"save_for_backward keeps tensors, not {type(x).__name__}; a plain number "
                    "becomes an attribute: ctx.k = k"
                )
        self.saved_tensors = arrays


class DryFunction:
    """In place of torch.autograd.Function where PyTorch is missing: one op, on arrays."""

    @classmethod
    def apply(cls, *operands):
        """The result alone; `gradcheck` below goes the way back."""
        return cls.forward(Context(*operands), *operands)


Function = torch.autograd.Function if torch else DryFunction


def gradcheck(function, *operands):
    """Whether the way back of a Function agrees with central differences.

    PyTorch's own gradcheck says so where it is installed. Floats and lists are operands that take
    a gradient; whole numbers are part of the op.
    """
    if torch is None:
        return dry_gradcheck(function, *operands)
    tensors = [
        x if isinstance(x, int) else torch.tensor(x, dtype=torch.float64, requires_grad=True)
        for x in operands
    ]
    return torch.autograd.gradcheck(function.apply, tensors, raise_exception=False)


def dry_gradcheck(function, *operands, h=1e-6):
    """The same without PyTorch: one upstream that is not 1, one nudge for each number."""
    operands = [x if isinstance(x, int) else np.array(x, float) for x in operands]
    context = Context(*operands)
    result = np.asarray(function.forward(context, *operands))
    upstream = np.random.default_rng(0).normal(size=result.shape)
    found = function.backward(context, upstream)
    found = found if isinstance(found, tuple) else (found,)
    for i, x in enumerate(operands):
        if isinstance(x, int):
            continue
        slope = np.empty(x.shape)
        for place in np.ndindex(x.shape):
            nudge = np.zeros(x.shape)
            nudge[place] = h
            ahead, behind = (
                function.apply(*operands[:i], moved, *operands[i + 1 :])
                for moved in (x + nudge, x - nudge)
            )
            slope[place] = (upstream * (ahead - behind)).sum() / (2 * h)
        if not np.allclose(found[i], slope, rtol=1e-3, atol=1e-5):
            return False
    return True


def tree():
    """The graph behind e = c * d in PyTorch, depth first: (depth, name, number of the node).

    d = c * a, c = a + b. A node that is reached twice has the same number both times.
    """
    if torch is None:
        return TREE
    rows, numbers = [], {}

    def visit(node, depth):
        number = numbers.setdefault(node, len(numbers))
        rows.append((depth, node.name().split("::")[-1], number))
        for following, _ in node.next_functions:
            visit(following, depth + 1)

    visit(example().grad_fn, 0)
    return rows


def saved():
    """What the node behind e = c * d keeps for the way back, by name."""
    if torch is None:
        return SAVED
    node = example().grad_fn
    return {name: getattr(node, name).item() for name in SAVED}


def example():
    """The result of the graph from lesson 2, as a tensor of PyTorch."""
    return tensors_of_lesson_2()["e"]


def tensors_of_lesson_2():
    """The values of the graph from lesson 2 as tensors of PyTorch, by name."""
    a, b = (torch.tensor(x, requires_grad=True) for x in (2.0, 3.0))
    c = a + b
    d = c * a
    return {"a": a, "b": b, "c": c, "d": d, "e": c * d}


def watched():
    """The values behind e = c * d in PyTorch, with what one backward pass of its own delivered."""
    if torch is not None:
        tensors = tensors_of_lesson_2()
        return frameworks.read(tensors["e"], tensors)
    functions = [
        recorded.Function(symbol, takes, data, words, label, is_leaf=not takes)
        for symbol, takes, data, words, label in WATCHED["functions"]
    ]
    sent = [recorded.Sent(*row) for row in WATCHED["sent"]]
    return recorded.Values(recorded.Record(functions, (0, 0), sent, WATCHED["gradient"])).root


def array_times_tensor():
    """What PyTorch says to np.ones(3) * torch.ones(3)."""
    if torch is None:
        return PRODUCT
    try:
        return repr(np.ones(3) * torch.ones(3))
    except TypeError as error:
        return f"TypeError: {error}"


def slope_by_writing():
    """What PyTorch finds for the slope of 2x + x, by the function below."""
    return SPOILT if torch is None else by_writing()


def by_writing():
    """The slope of 2x + x, with a way back of 2x that doubles its upstream where it stands."""

    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, upstream):
            return upstream.mul_(2)  # writes into the upstream itself

    x = torch.tensor(1.0, requires_grad=True)
    (Double.apply(x) + x).backward()
    return x.grad.item()


def losses(start, x, y, rate, steps):
    """The loss before each step; weights and data are arrays. The table has lesson 26's run."""
    if torch is not None:
        return train_in_pytorch(start, x, y, rate, steps)
    if (round(float(start[0].sum()), 6), rate, steps) != RUN:
        raise LookupError(
            "PyTorch is not installed, and the losses stored are those of lesson 26: its weights, "
            f"{RUN[2]} steps at the rate {RUN[1]}; ask for these, or install torch"
        )
    return LOSSES


def train_in_pytorch(start, x, y, rate, steps):
    """The loss before each step of plain gradient descent, in PyTorch."""
    w1, b1, w2, b2 = (torch.tensor(array, requires_grad=True) for array in start)
    x, y = torch.tensor(x), torch.tensor(y)
    losses = []
    for _ in range(steps):
        loss = ((torch.tanh(x @ w1 + b1) @ w2 + b2 - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for p in (w1, b1, w2, b2):
                p -= rate * p.grad
                p.grad = None
        losses.append(loss.item())
    return losses


def pytorch_says(dtype, a, b):
    """z = tanh(a**2 + b**2) and its gradients by PyTorch, as numbers by name."""
    if torch is None:
        if (dtype, a, b) not in WITNESSED:
            raise LookupError(
                f"PyTorch is not installed, and the numbers stored are for {list(WITNESSED)}; ask "
                "for one of these, or install torch"
            )
        return dict(WITNESSED[dtype, a, b])
    x, y = (torch.tensor(n, dtype=getattr(torch, dtype), requires_grad=True) for n in (a, b))
    z = torch.tanh(x**2 + y**2)
    z.backward()
    return {"z": z.item(), "dz/da": x.grad.item(), "dz/db": y.grad.item()}
