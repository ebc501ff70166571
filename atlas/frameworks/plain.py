"""Plain NumPy, which has values and no gradient: what calculus is measured on."""

import math

import numpy as np

erf = np.vectorize(math.erf, otypes=[float])


def xlogy(x, y):
    """x log(y), and 0 at x = 0."""
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    return np.where(x == 0.0, 0.0, x * np.log(np.where(x == 0.0, 1.0, y)))


def logsumexp(x):
    """The largest taken out first, where it is a number."""
    top = np.max(x, initial=-np.inf)
    top = top if np.isfinite(top) else 0.0
    return np.log(np.sum(np.exp(x - top))) + top


def softplus(x):
    """log(1 + exp(x)) without overflow."""
    return np.logaddexp(0.0, x)


def relu(x):
    """The larger of x and 0."""
    return np.maximum(x, 0.0)


def elu(x, alpha=1.0):
    """x from 0 on, an exponential below."""
    return np.where(x > 0.0, x, alpha * np.expm1(np.minimum(x, 0.0)))


def sigmoid(x):
    """By its logarithm, which does not overflow."""
    return np.exp(-softplus(-x))


def max_pool(x, kernel, stride):
    """The largest of each window."""
    places = [range(0, n - kernel + 1, stride) for n in x.shape]
    return np.array(
        [[x[i : i + kernel, j : j + kernel].max() for j in places[1]] for i in places[0]]
    )


def attention(q, k, v, mask):
    """One head; the mask says who is seen."""
    scores = np.where(mask, q @ k.T / math.sqrt(q.shape[-1]), -np.inf)
    return np.array([softmax(row) for row in scores]) @ v


def softmax(x):
    """exp(x) over their sum."""
    return np.exp(x - logsumexp(x))


def cross_entropy(x, labels):
    """The mean over the rows that are not ignored."""
    kept = [(row, label) for row, label in zip(x, labels, strict=True) if label >= 0]
    return sum(logsumexp(row) - row[label] for row, label in kept) / np.float64(len(kept))


def huber(x, delta):
    """A parabola, and a line from delta on."""
    return np.where(abs(x) <= delta, 0.5 * x * x, delta * (abs(x) - 0.5 * delta))


def written(combine):
    """x with y combined into its places, one after the other."""

    def at(x, places, y):
        x = np.array(x)
        for place, each in zip(places, y, strict=True):
            x[place] = combine(x[place], each)
        return x

    return at


WORDS = {
    "array": np.array,
    "relu": relu,
    "leaky_relu": lambda x, slope: np.where(x > 0.0, x, slope * x),
    "elu": elu,
    "selu": lambda x: 1.0507009873554805 * elu(x, 1.6732632423543772),
    "relu6": lambda x: np.clip(x, 0.0, 6.0),
    "hardtanh": lambda x: np.clip(x, -1.0, 1.0),
    "hardsigmoid": lambda x: np.clip(x / 6.0 + 0.5, 0.0, 1.0),
    "hardswish": lambda x: x * np.clip(x / 6.0 + 0.5, 0.0, 1.0),
    "softshrink": lambda x: relu(x - 0.5) - relu(-x - 0.5),
    "hardshrink": lambda x: np.where(abs(x) > 0.5, x, 0.0),
    "gelu": lambda x: x * 0.5 * (1.0 + erf(x / math.sqrt(2.0))),
    "silu": lambda x: x * sigmoid(x),
    "softplus": softplus,
    "logsigmoid": lambda x: -softplus(-x),
    "sigmoid": sigmoid,
    "norm": lambda x, p=2: np.linalg.norm(x, p),
    "std": lambda x, ddof=0: np.std(x, ddof=ddof),
    "var": lambda x, ddof=0: np.var(x, ddof=ddof),
    "cummax": np.maximum.accumulate,
    "xlogy": xlogy,
    "logsumexp": logsumexp,
    "softmax": softmax,
    "log_softmax": lambda x: x - logsumexp(x),
    "layer_norm": lambda x: (x - x.mean()) / np.sqrt(x.var() + 1e-5),
    "max_pool": max_pool,
    "attention": attention,
    "cross_entropy": cross_entropy,
    "binary_cross_entropy": lambda x, y: -(xlogy(y, x) + xlogy(1.0 - y, 1.0 - x)),
    "huber": huber,
    **{
        name: getattr(np.linalg, name) for name in ("det", "inv", "eigvalsh", "cholesky", "svdvals")
    },
    "logdet": lambda x: np.linalg.slogdet(x).logabsdet,
    "eigh_vectors": lambda x: np.linalg.eigh(x).eigenvectors,
    "put_at": written(lambda old, new: new),
    "add_at": written(lambda old, new: old + new),
    "max_at": written(max),
    "multiply_at": written(lambda old, new: old * new),
    "as_float": lambda x: np.asarray(x).astype(float),
    "as_integer": lambda x: np.asarray(x).astype(int),
}


def word(name):
    """The rest is NumPy's."""
    return getattr(np, name, None)


def value(f, point):
    """f there, a number; nan outside of its domain, where NumPy raises as well."""
    xs = [np.array(x, complex if isinstance(x, complex) else float) for x in point]
    with np.errstate(all="ignore"):
        try:
            return np.asarray(f(*xs)).item()
        except (ValueError, np.linalg.LinAlgError):
            return math.nan
