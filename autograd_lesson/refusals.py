"""What a value does not hold, compute or turn into: what was found, and the next move."""

from math import inf
from numbers import Real

from .numpy_or_not import np

DOMAIN_ERRORS = ValueError, ArithmeticError, AttributeError  # the last: a Tensor has no number
REFUSED = (  # the kinds of things a Value does not hold, how each is named, and the next move
    (list | tuple, "a {kind} of {n}", "make one Value per number: [Value(x) for x in numbers]"),
    (np.ndarray, "an array of shape {x.shape}", "make a Tensor of it, which holds a whole array"),
    (str, "the string {x!r}", "write a number, or float({x!r}) if it spells one"),
    (complex | np.complexfloating, "the complex number {x}", "use its .real or its .imag"),
    (bool | np.bool_, "{x}", "write 1.0 or 0.0"),
    (type(None), "None", "does the function that made it return its result?"),
    (object, "an object of type {kind}", "pass an int or a float"),
)


def real_number(x) -> float:
    """`x` as a float, or a TypeError that says what was found, what is allowed and what to do."""
    if isinstance(x, Real) and not isinstance(x, bool):
        return float(x)
    if hasattr(x, "operands"):
        found, move = "another Value", "use that value itself, or its .data"
    else:
        found, move = next(row[1:] for row in REFUSED if isinstance(x, row[0]))
    n = len(x) if isinstance(x, list | tuple) else 1
    message = f"a Value holds one real number, not {found}; {move}"
    raise TypeError(message.format(x=x, kind=type(x).__name__, n=n))


def outside_the_domain(op, operands, error):
    """Raise `error` with the operands named; under np.errstate "ignore" follow IEEE instead."""
    if any(type(value.data) is not float for value in operands):  # a Tensor among Values
        raise TypeError(
            f"{op.symbol!r} of a Value and a Tensor: one number and an array do not mix; make the "
            "number a Tensor as well, Tensor(value.data), or compute with Tensors from the start"
        ) from None
    if isinstance(error, AttributeError):
        raise error
    kind = {ZeroDivisionError: "divide", OverflowError: "over"}.get(type(error), "invalid")
    if np.geterr()[kind] == "ignore":
        data, partials = op.rule(*[np.float64(value.data) for value in operands])
        return float(data), tuple(map(float, partials))
    found = " and ".join(f"{v.label or 'an operand'} = {v.data:.4g}" for v in operands)
    reason = {
        "divide": "division by zero",
        "over": "the result is too large for a float",
        "invalid": "the result or a partial is not a real number there",
    }[kind]
    raise type(error)(
        f"{op.symbol!r} at {found}: {reason}; keep the operand inside the domain, or compute "
        f"under np.errstate(all='ignore') to get inf and nan as PyTorch does"
    ) from None


def bounds(low, high) -> tuple[float, float]:
    """The two numbers of a clip, or a TypeError; None leaves that side as it is."""
    given = [bound for bound in (low, high) if bound is not None]
    if not given or not all(isinstance(bound, Real) for bound in given):
        raise TypeError(
            f"clip at {low} and {high}: give two numbers, or one of them and None; maximum() and "
            "minimum() take arrays and tensors"
        )
    return -inf if low is None else float(low), inf if high is None else float(high)


def would_lose_the_gradient(value, *_):
    """Raise the TypeError of float(value), int(value), round(value) and math.tanh(value)."""
    kind = type(value).__name__
    raise TypeError(
        f"must be real number, not {kind}: a plain number has lost its gradient; for the number "
        f"write x.item(), to show it f'{{x:.3f}}', in a formula a method of {kind}: x.tanh()"
    )


def no_pickle(value):
    """Raise the TypeError of pickling a result."""
    raise TypeError(
        f"the result of {value.op.symbol!r} has its graph behind it, which is not pickled: pickle "
        "its numbers, x.data, or the leaves and compute it again; copy.deepcopy copies the graph"
    )
