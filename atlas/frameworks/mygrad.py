"""MyGrad, NumPy with a gradient; it has no second derivatives and no forward mode."""

from importlib.metadata import version as version_of

import mygrad as mg
import numpy as np
from mygrad import nnet

from . import AbsentError

NAME = "MyGrad"
REQUIRES = ("mygrad==2.5.0", "numpy==2.4.6")


def version():
    """That of the package."""
    return version_of("mygrad")


def max_pool(x, kernel, stride):
    """One image of one channel."""
    return nnet.max_pool(x, (kernel, kernel), stride)


WORDS = {
    "array": np.array,
    "norm": lambda x, p=2: mg.linalg.norm(x, p),
    "std": lambda x, ddof=0: mg.std(x, ddof=ddof),
    "var": lambda x, ddof=0: mg.var(x, ddof=ddof),
    "max_pool": max_pool,
    "relu": nnet.relu,
    "leaky_relu": nnet.leaky_relu,
    "elu": lambda x: nnet.elu(x, 1.0),
    "selu": nnet.selu,
    "sigmoid": nnet.sigmoid,
    "hardtanh": nnet.hard_tanh,
    "softmax": nnet.softmax,
    "log_softmax": nnet.logsoftmax,
    "cross_entropy": lambda x, labels: nnet.softmax_crossentropy(x, np.array(labels)),
    "take": lambda x, places: x[np.array(places)],
    "as_float": lambda x: x.astype(float),
    "as_integer": lambda x: x.astype(int),
}


def word(name):
    """The rest is NumPy's."""
    return getattr(mg, name, None)


def leaves(point):
    """The operands; a complex number is none."""
    if any(isinstance(x, complex) for x in point):
        raise AbsentError("no complex numbers")
    return [mg.tensor(x, dtype=float) for x in point]


def value(f, point):
    """f there."""
    return np.asarray(f(*leaves(point))).item()


def reverse(f, point):
    """Tensor.backward; None where no gradient arrives."""
    xs = leaves(point)
    y = f(*xs)
    if not isinstance(y, mg.Tensor):
        return [None for _ in xs]
    y.sum().backward()
    return [None if x.grad is None else x.grad.tolist() for x in xs]


def forward(f, point, along):
    """There is none."""
    raise AbsentError("no forward mode")


def second(f, point, along):
    """There is none."""
    raise AbsentError("no second derivatives")


second_forward = second
