"""How large weights are drawn: the names, defaults and formulas of torch.nn.init.

Each function fills a tensor and returns it. `rng` is a seed or a NumPy Generator.
"""

import math

from .numpy_or_not import np

GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5.0 / 3.0, "relu": math.sqrt(2.0)}


def calculate_gain(nonlinearity: str, a: float = 0.01) -> float:
    """The factor on the standard deviation of weights that makes up for a nonlinearity's loss."""
    if nonlinearity == "leaky_relu":
        return math.sqrt(2.0 / (1.0 + a * a))
    if not isinstance(nonlinearity, str) or nonlinearity not in GAINS:
        raise ValueError(
            f"no gain is known for {nonlinearity!r}; choose one of {', '.join(GAINS)}, leaky_relu"
        )
    return GAINS[nonlinearity]


def fans(tensor) -> tuple[int, int]:
    """How many numbers each output is a sum of, and how many sums each input is in."""
    check_tensor(tensor)
    if len(tensor.shape) < 2:
        raise ValueError(
            f"a weight has 2 axes or more, (out, in, ...), not the shape {tensor.shape}; draw a "
            "bias with uniform_, or leave it 0"
        )
    if 0 in tensor.shape:
        raise ValueError(
            f"a weight of shape {tensor.shape} has no elements; give it widths above 0"
        )
    positions = math.prod(tensor.shape[2:])
    return tensor.shape[1] * positions, tensor.shape[0] * positions


def uniform_(tensor, low: float = 0.0, high: float = 1.0, *, rng=None):
    """Fill with numbers between `low` and `high`, all equally likely."""
    check_tensor(tensor)
    if not -math.inf < low <= high < math.inf:
        raise ValueError(f"uniform_ takes two finite numbers, the lower first, not {low}, {high}")
    return fill(tensor, np.random.default_rng(rng).uniform(low, high, tensor.shape))


def normal_(tensor, mean: float = 0.0, std: float = 1.0, *, rng=None):
    """Fill with numbers from a normal distribution."""
    check_tensor(tensor)
    if not (math.isfinite(mean) and 0.0 <= std < math.inf):
        raise ValueError(f"normal_ takes a mean and a std from 0 on, not {mean} and {std}")
    return fill(tensor, np.random.default_rng(rng).normal(mean, std, tensor.shape))


def check_tensor(tensor):
    """Refuse what cannot be filled with floats that are trained."""
    if not hasattr(tensor, "requires_grad"):
        raise TypeError(
            f"a Tensor is filled, not {type(tensor).__name__}; make a Tensor of it first"
        )
    if tensor.dtype.kind != "f":
        raise TypeError(f"a Tensor of floats is filled, not of {tensor.dtype}; leave out its dtype")


def fill(tensor, numbers):
    """Give the tensor these numbers in the dtype that it has."""
    tensor.data = numbers.astype(tensor.dtype)
    return tensor


def xavier_std(tensor, gain: float) -> float:
    """gain * sqrt(2 / (fan in + fan out)): between what the way forward and the way back want."""
    return gain * math.sqrt(2.0 / sum(fans(tensor)))


def kaiming_std(tensor, a: float, mode: str, nonlinearity: str) -> float:
    """gain / sqrt(fan in), or of the fan out: the way forward, or the way back, keeps its size."""
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is fan_in or fan_out, not {mode!r}; fan_in is for the way forward")
    fan = fans(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def xavier_uniform_(tensor, gain: float = 1.0, *, rng=None):
    """Uniform within +-sqrt(3) times Xavier's standard deviation (Glorot and Bengio, 2010)."""
    bound = math.sqrt(3.0) * xavier_std(tensor, gain)
    return uniform_(tensor, -bound, bound, rng=rng)


def xavier_normal_(tensor, gain: float = 1.0, *, rng=None):
    """Normal with Xavier's standard deviation."""
    return normal_(tensor, 0.0, xavier_std(tensor, gain), rng=rng)


def kaiming_uniform_(
    tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng=None
):
    """Uniform within +-sqrt(3) times Kaiming's standard deviation (He et al., 2015).

    `a` is the slope of a leaky relu below 0; the default, 0, is relu itself.
    """
    bound = math.sqrt(3.0) * kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, rng=rng)


def kaiming_normal_(
    tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng=None
):
    """Normal with Kaiming's standard deviation."""
    return normal_(tensor, 0.0, kaiming_std(tensor, a, mode, nonlinearity), rng=rng)
