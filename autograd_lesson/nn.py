"""Neurons and networks of values, and PyTorch's layers on tensors."""

from collections.abc import Callable, Iterator

import numpy as np

from . import functional
from .init import normal_, uniform_
from .tensor import Tensor
from .value import Value, dot

ACTIVATIONS = {
    "linear": lambda y: y,
    "tanh": Value.tanh,
    "relu": Value.relu,
    "sigmoid": Value.sigmoid,
}


class Module:
    """Something with parameters: what it holds of values, tensors and modules, also in lists.

    A NumPy array among its attributes is a buffer: kept with the parameters, and not trained.
    """

    training = True

    def parts(self) -> Iterator[tuple[str, object]]:
        """What this module holds, each by its name."""
        for name, held in vars(self).items():
            yield from named(name, held)

    def named_state(self) -> Iterator[tuple[str, object]]:
        """Every parameter and buffer by its path, such as `0.weight`, in the order of making."""
        for name, part in self.parts():
            if isinstance(part, Module):
                yield from ((f"{name}.{path}", each) for path, each in part.named_state())
            elif isinstance(part, Value | Tensor | np.ndarray):
                yield name, part

    def named_parameters(self) -> Iterator[tuple[str, Value | Tensor]]:
        """Everything that training may change, by its path; what is shared comes once."""
        seen = set()
        for name, held in self.named_state():
            if not isinstance(held, np.ndarray) and id(held) not in seen:
                seen.add(id(held))
                yield name, held

    def parameters(self) -> list:
        """Everything that training may change, in a fixed order."""
        return [parameter for _, parameter in self.named_parameters()]

    def zero_grad(self):
        """Take the gradient away from every parameter."""
        for parameter in self.parameters():
            parameter.grad = None if isinstance(parameter, Tensor) else 0.0

    def modules(self) -> Iterator["Module"]:
        """This module, and all modules in it."""
        yield self
        for _, part in self.parts():
            if isinstance(part, Module):
                yield from part.modules()

    def train(self, mode: bool = True):
        """Behave as in training (dropout drops), or as in use; return the module itself."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self):
        """Behave as in use; return the module itself."""
        return self.train(False)

    def to(self, dtype):
        """Hold all parameters in this dtype; return the module itself."""
        for parameter in self.parameters():
            parameter.__init__(parameter.array, parameter.label, dtype)  # the same object, anew
        return self

    def state_dict(self) -> dict[str, np.ndarray]:
        """A copy of every parameter and buffer, by its path."""
        return {name: array_of(held).copy() for name, held in self.named_state()}

    def load_state_dict(self, state: dict):
        """Take over every number in `state`, which must have these paths and shapes; return self.

        Nothing is changed where something does not fit.
        """
        own = dict(self.named_state())
        for kind, names in (("lacks", own.keys() - state), ("has also", state.keys() - own)):
            if names:
                raise ValueError(
                    f"the state {kind} {', '.join(sorted(names))}; this module takes exactly "
                    f"{', '.join(own)}; load the state of a module built in the same way"
                )
        for name, held in own.items():
            found, allowed = np.shape(state[name]), array_of(held).shape
            if found != allowed:
                raise ValueError(
                    f"{name} has the shape {found} in the state, and {allowed} in this module; "
                    "build the module with the same sizes"
                )
        for name, held in own.items():
            if isinstance(held, Tensor):
                held.data[...] = state[name]
            elif isinstance(held, np.ndarray):
                held[...] = state[name]
            else:
                held.data = float(state[name])
        return self


def named(name: str, held) -> Iterator[tuple[str, object]]:
    """What is held under this name; the items of a list by their number."""
    if isinstance(held, list | tuple):
        for place, item in enumerate(held):
            yield from named(f"{name}.{place}", item)
    else:
        yield name, held


def array_of(held) -> np.ndarray:
    """The array that a parameter or a buffer is made of; of a Value, its number as one."""
    if isinstance(held, Tensor):
        return held.array
    return np.asarray(held.data if isinstance(held, Value) else held)


class Neuron(Module):
    """activation(w . x + b), as one `dot`, one sum and one activation.

    The weights are drawn from a normal distribution of variance 1 / n_inputs, so that their sum
    neither saturates nor vanishes (LeCun et al., Efficient BackProp, 1998); b starts at 0.
    `rng` is a seed or a NumPy Generator.
    """

    def __init__(self, n_inputs: int, activation: str = "tanh", rng=0):
        """Draw `n_inputs` weights."""
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"no activation is called {activation!r}; choose one of {', '.join(ACTIVATIONS)}"
            )
        rng = np.random.default_rng(rng)
        self.w = [Value(x) for x in rng.normal(0.0, n_inputs**-0.5, n_inputs).tolist()]
        self.b = Value(0.0)
        self.activation = activation

    def __call__(self, x) -> Value:
        """The output for the `n_inputs` values or numbers in `x`."""
        if len(x) != len(self.w):
            raise ValueError(f"this neuron takes {len(self.w)} inputs, not {len(x)}")
        return ACTIVATIONS[self.activation](dot(self.w, x) + self.b)

    def __repr__(self):
        """Width and activation."""
        return f"Neuron({len(self.w)}, {self.activation!r})"


class Layer(Module):
    """Neurons side by side on the same inputs."""

    def __init__(self, n_inputs: int, n_outputs: int, activation: str = "tanh", rng=0):
        """Draw the neurons one after the other from one generator."""
        rng = np.random.default_rng(rng)
        self.neurons = [Neuron(n_inputs, activation, rng) for _ in range(n_outputs)]

    def __call__(self, x) -> list[Value]:
        """One output per neuron, in a list even when there is only one."""
        return [neuron(x) for neuron in self.neurons]

    def __repr__(self):
        """Both widths and the activation."""
        n_inputs, activation = len(self.neurons[0].w), self.neurons[0].activation
        return f"Layer({n_inputs}, {len(self.neurons)}, {activation!r})"


class MLP(Module):
    """Layers one after the other: MLP(3, [4, 4, 1]) has 3 inputs, two hidden layers of 4, 1 output.

    `activation` is that of the hidden layers, `output` that of the last one.
    """

    def __init__(self, n_inputs, sizes, activation="tanh", output="tanh", rng=0):
        """Draw the layers one after the other from one generator."""
        if min([n_inputs, *sizes]) < 1 or not sizes:
            raise ValueError(f"MLP takes widths of at least 1, not MLP({n_inputs}, {sizes})")
        rng = np.random.default_rng(rng)
        kinds = [activation] * (len(sizes) - 1) + [output]
        widths = zip([n_inputs, *sizes], sizes, kinds, strict=False)
        self.layers = [Layer(n, m, kind, rng) for n, m, kind in widths]

    def __call__(self, x) -> Value | list[Value]:
        """The outputs for one example: a list, or the Value itself where the last width is 1."""
        x = [Value.of(v) for v in x]  # once, not once per neuron
        for layer in self.layers:
            x = layer(x)
        return x[0] if len(x) == 1 else x

    def __repr__(self):
        """The widths and the number of parameters."""
        sizes = [len(layer.neurons) for layer in self.layers]
        n_inputs = len(self.layers[0].neurons[0].w)
        return f"MLP({n_inputs}, {sizes}), {len(self.parameters())} parameters"


# Layers of tensors. `rng` is a seed or a Generator: give all layers of a network the same Generator
# and its weights are drawn the same way every time; without one they are new in every run.


def drawn(shape, bound: float, rng) -> Tensor:
    """A parameter of numbers between -bound and bound."""
    return uniform_(Tensor(np.zeros(shape)), -bound, bound, rng=rng)


class Linear(Module):
    """x @ weight.T + bias, with a weight of the shape (out, in)."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True, rng=None):
        """Draw weight and bias within +-1 / sqrt(in)."""
        rng, bound = np.random.default_rng(rng), in_features**-0.5
        self.weight = drawn((out_features, in_features), bound, rng)
        self.bias = drawn(out_features, bound, rng) if bias else None

    def __call__(self, x) -> Tensor:
        """The outputs for (..., in): (..., out)."""
        return functional.linear(x, self.weight, self.bias)

    def __repr__(self):
        """Both widths."""
        return "Linear({1}, {0})".format(*self.weight.shape)


class Conv2d(Module):
    """A kernel for each output channel, moved over images (n, channels, height, width)."""

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, groups=1, bias=True,
        rng=None,
    ):  # fmt: skip
        """Draw weight and bias within +-1 / sqrt(numbers that each output is a sum of)."""
        kernel = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"groups={groups} must divide both {in_channels} and {out_channels} channels"
            )
        shape = (out_channels, in_channels // groups, *kernel)
        rng, bound = np.random.default_rng(rng), np.prod(shape[1:]) ** -0.5
        self.weight = drawn(shape, bound, rng)
        self.bias = drawn(out_channels, bound, rng) if bias else None
        self.stride, self.padding, self.groups = stride, padding, groups

    def __call__(self, x) -> Tensor:
        """The outputs for (n, in, height, width)."""
        how = {"stride": self.stride, "padding": self.padding, "groups": self.groups}
        return functional.conv2d(x, self.weight, self.bias, **how)

    def __repr__(self):
        """The channels and the size of the kernel."""
        out_channels, in_channels, *kernel = self.weight.shape
        return f"Conv2d({in_channels * self.groups}, {out_channels}, {tuple(kernel)})"


class MaxPool2d(Module):
    """The largest number in each square of a picture."""

    def __init__(self, kernel_size: int, stride: int | None = None):
        """Squares of this size, side by side unless `stride` says otherwise."""
        self.kernel_size, self.stride = kernel_size, stride

    def __call__(self, x) -> Tensor:
        """The largest numbers of (n, channels, height, width)."""
        return functional.max_pool2d(x, self.kernel_size, self.stride)


class LayerNorm(Module):
    """Each row less its mean, over its standard deviation, times weight, plus bias."""

    def __init__(self, normalized_shape: int, eps: float = 1e-5):
        """The length of a row; weight starts at 1 and bias at 0."""
        self.weight, self.bias = (
            Tensor(np.ones(normalized_shape)),
            Tensor(np.zeros(normalized_shape)),
        )
        self.eps = eps

    def __call__(self, x) -> Tensor:
        """The rows on the last axis of `x`, normalised."""
        return functional.layer_norm(x, self.weight, self.bias, self.eps)


class BatchNorm1d(Module):
    """Each feature less its mean over the batch, over its standard deviation there.

    In use (`eval()`) the fading averages of both, kept while training, stand in for the batch.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1):
        """How many features; weight starts at 1 and bias at 0."""
        self.weight = Tensor(np.ones(num_features))
        self.bias = Tensor(np.zeros(num_features))
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum = eps, momentum

    def __call__(self, x) -> Tensor:
        """The features of (n, features), or (n, features, length), normalised."""
        axes = (0, 2)[: x.ndim - 1]
        shape = (1, -1, 1)[: x.ndim]
        if not self.training:
            mean, var = (
                average.reshape(shape).astype(x.dtype)
                for average in (self.running_mean, self.running_var)
            )
        else:
            count = x.size // x.shape[1]
            if count < 2:
                raise ValueError(
                    "BatchNorm1d in training needs 2 or more numbers for each feature, and this "
                    "batch has 1; give it a larger batch, or call eval() to use what it has learnt"
                )
            mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
            self.follow(self.running_mean, mean)
            self.follow(self.running_var, var * (count / (count - 1)))
        normal = (x - mean) / (var + self.eps) ** 0.5
        return normal * self.weight.reshape(shape) + self.bias.reshape(shape)

    def follow(self, average: np.ndarray, now: Tensor):
        """Move a fading average towards what this batch has."""
        average += self.momentum * (now.array.reshape(-1) - average)


class Embedding(Module):
    """A table with a row of numbers for each index."""

    def __init__(self, num_embeddings: int, embedding_dim: int, rng=None):
        """Draw the table from a normal distribution of spread 1."""
        self.weight = normal_(Tensor(np.zeros((num_embeddings, embedding_dim))), rng=rng)

    def __call__(self, indices) -> Tensor:
        """The rows of these indices."""
        return functional.embedding(indices, self.weight)


class Dropout(Module):
    """In training a share `p` of all numbers becomes 0, and the others make up for it."""

    def __init__(self, p: float = 0.5, rng=None):
        """The share to drop, and where the draw comes from."""
        self.p, self.rng = p, np.random.default_rng(rng)

    def __call__(self, x) -> Tensor:
        """Dropped in training, unchanged in use."""
        return functional.dropout(x, self.p, rng=self.rng) if self.training else x


class ReLU(Module):
    """relu, as a layer."""

    def __call__(self, x) -> Tensor:
        """Elementwise."""
        return x.relu()


class Tanh(Module):
    """tanh, as a layer."""

    def __call__(self, x) -> Tensor:
        """Elementwise."""
        return x.tanh()


class Flatten(Module):
    """Each example as one row."""

    def __call__(self, x) -> Tensor:
        """(n, ...) as (n, everything else)."""
        return x.reshape(x.shape[0], -1)


class Sequential(Module):
    """Layers, or any functions, one after the other."""

    def __init__(self, *layers: Callable):
        """In the order in which they are applied."""
        self.layers = layers

    def parts(self):
        """The layers by their number, as in PyTorch."""
        return ((str(place), layer) for place, layer in enumerate(self.layers))

    def __call__(self, x) -> Tensor:
        """What each layer makes of what the one before it has made."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self):
        """How many layers."""
        return len(self.layers)

    def __getitem__(self, place):
        """One layer; of a slice, a Sequential."""
        chosen = self.layers[place]
        return Sequential(*chosen) if isinstance(place, slice) else chosen
