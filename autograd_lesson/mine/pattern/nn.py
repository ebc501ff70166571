"""Networks: of values as in exercise 9, of arrays as in exercises 13, 14, 16 and 18."""

import math

import numpy as np

from autograd_lesson.nn import arrays_in

from . import functional
from .borrowed.e09 import MLP as NetworkOfValues
from .borrowed.e09 import Layer, Neuron, train
from .borrowed.e13 import Linear as LinearOfArrays
from .borrowed.e18 import weights
from .tensors import Tensor
from .values import Value

__all__ = ["Layer", "Neuron", "train"]


class Module:
    """Something with parameters: the tensors that it holds, also in lists and in other modules."""

    def named_parameters(self):
        """Every tensor by its path, such as `0.weight`."""
        for name, held in vars(self).items():
            yield from named(name, held)

    def parameters(self):
        """Every tensor that training may change, in a fixed order."""
        return [held for _, held in self.named_parameters()]

    def zero_grad(self):
        """Take the gradient away from every parameter."""
        for parameter in self.parameters():
            parameter.grad = 0.0 if isinstance(parameter, Value) else None

    def to(self, dtype):
        """Hold every parameter in this type of float; return the module."""
        for parameter in self.parameters():
            parameter.data = parameter.data.astype(dtype)
        return self

    def state_dict(self):
        """A copy of every parameter, by its path."""
        return {name: np.array(held.data) for name, held in self.named_parameters()}

    def load_state_dict(self, state):
        """Take over every number in `state`, which must have these paths and shapes."""
        own = dict(self.named_parameters())
        wanted = {name: np.shape(held.data) for name, held in own.items()}
        found = {name: np.shape(array) for name, array in state.items()}
        if wanted != found:
            raise ValueError(f"this network holds {wanted}; the state holds {found}")
        for name, held in own.items():
            is_array = isinstance(held, Tensor)
            held.data = np.array(state[name], held.dtype) if is_array else float(state[name])
        return self

    def save(self, path):
        """Write every parameter to an .npz file."""
        with open(path, "wb") as file:
            np.savez(file, **self.state_dict())

    def load(self, path):
        """Take over what save() wrote; a file that is damaged or of another network is refused."""
        return self.load_state_dict(arrays_in(path))


def named(name, held):
    """The tensors in what is held under this name."""
    if isinstance(held, list | tuple):
        for place, item in enumerate(held):
            yield from named(f"{name}.{place}", item)
    elif isinstance(held, Tensor | Value):
        yield name, held
    elif isinstance(held, Module):
        for path, parameter in held.named_parameters():
            yield f"{name}.{path}", parameter


class MLP(Module, NetworkOfValues):
    """Layers of neurons, as exercise 9 has them: MLP(3, [4, 4, 1], 0)."""

    def __init__(self, n_inputs, sizes, rng=0):
        """Draw all layers from the generator with this seed."""
        NetworkOfValues.__init__(self, n_inputs, sizes, rng)

    def parameters(self):
        """Layer by layer, in the order of exercise 9."""
        return list(NetworkOfValues.parameters(self))

    def named_parameters(self):
        """Every value by its number."""
        return ((str(place), p) for place, p in enumerate(self.parameters()))


class Linear(Module, LinearOfArrays):
    """A weighted sum of the inputs for each output, by the layer of exercise 13."""

    def __init__(self, in_features, out_features, bias=True, rng=None, activation=None):
        """Draw the weight; behind an `activation`, as exercise 18 says."""
        rng = np.random.default_rng(rng)
        LinearOfArrays.__init__(self, in_features, out_features, rng)
        if activation:
            self.weight.data = np.array(weights(in_features, out_features, activation, rng))
        self.with_bias = bias
        if not bias:
            self.bias = None

    def __call__(self, x):
        """The outputs for (..., in): (..., out)."""
        x = Tensor.of(x)
        rows = x if x.ndim == 2 else x.reshape(-1, x.shape[-1])
        y = LinearOfArrays.__call__(self, rows) if self.with_bias else rows @ self.weight.T
        return y if x.ndim == 2 else y.reshape(*x.shape[:-1], y.shape[-1])


class Embedding(Module):
    """A table with a row of numbers for each index."""

    def __init__(self, num_embeddings, embedding_dim, rng=None):
        """Draw the table from a normal distribution."""
        rng = np.random.default_rng(rng)
        self.weight = Tensor(rng.normal(size=(num_embeddings, embedding_dim)))

    def __call__(self, indices):
        """The rows of these indices."""
        return functional.embedding(indices, self.weight)


class LayerNorm(Module):
    """Rows with mean 0 and variance 1, times weight, plus bias."""

    def __init__(self, length, eps=1e-5):
        """Weight starts at 1 and bias at 0."""
        self.weight, self.bias, self.eps = Tensor(np.ones(length)), Tensor(np.zeros(length)), eps

    def __call__(self, x):
        """The rows, normalised."""
        return functional.layer_norm(x, self.weight, self.bias, self.eps)


class ReLU(Module):
    """relu, as a layer."""

    def __call__(self, x):
        """Entry by entry."""
        return Tensor.of(x).relu()


class Tanh(Module):
    """tanh, as a layer."""

    def __call__(self, x):
        """Entry by entry."""
        return Tensor.of(x).tanh()


class Flatten(Module):
    """Each example as one row."""

    def __call__(self, x):
        """(n, ...) as (n, everything else)."""
        x = Tensor.of(x)
        return x.reshape(x.shape[0], math.prod(x.shape[1:]))


class Sequential(Module):
    """Layers one after the other."""

    def __init__(self, *layers):
        """In the order in which they are applied."""
        self.layers = layers

    def __call__(self, x):
        """What each layer makes of what the one before it has made."""
        for layer in self.layers:
            x = layer(x)
        return x
