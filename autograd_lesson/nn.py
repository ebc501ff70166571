"""Neurons and networks of values, and PyTorch's layers on tensors."""

import math
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from numbers import Integral
from pathlib import Path

from . import functional
from .arguments import between, described, whole
from .init import normal_, uniform_
from .numpy_or_not import np
from .tensor import Tensor
from .value import Value, dot

ACTIVATIONS = {
    "linear": lambda y: y,
    "tanh": Value.tanh,
    "relu": Value.relu,
    "sigmoid": Value.sigmoid,
}


class Recorded(type):
    """The kind of class whose instances note what they hold when `__init__` ends."""

    def __call__(cls, *args, **settings):
        """Make an instance, and note the names of its parameters and buffers."""
        module = super().__call__(*args, **settings)
        module._own = trained(module.parts())
        return module


class Module(metaclass=Recorded):
    """Something with parameters: what it holds of values and tensors, also in lists and dicts.

    They are those that stand there when `__init__` ends: what a call keeps for later, such as
    `self.out = ...`, is none, and `register_parameter` adds one afterwards. Arrays and constant
    tensors (`requires_grad=False`) are buffers: kept with the parameters, and not trained. A
    parameter that is frozen later stays one. Modules count whenever they come.
    """

    training = True
    _own: dict[str, bool] = {}  # filled in when `__init__` ends: the names, and which are trained

    def parts(self) -> Iterator[tuple[str, object]]:
        """What this module holds, each by its name."""
        for name, held in vars(self).items():
            if name != "_own":
                yield from named(name, held)

    def register_parameter(self, name: str, held):
        """Hold a parameter or a buffer from now on, as if `__init__` had made it."""
        setattr(self, name, held)
        self._own = self._own | trained(named(name, held))

    def named_state(self) -> Iterator[tuple[str, object]]:
        """Every parameter and buffer by its path, such as `0.weight`, in the order of making."""
        return ((path, held) for path, held, _ in self.walk())

    def named_parameters(self) -> Iterator[tuple[str, Value | Tensor]]:
        """Everything that training may change, by its path; what is shared comes once."""
        seen = set()
        for path, held, is_trained in self.walk():
            if (is_trained or getattr(held, "requires_grad", False)) and id(held) not in seen:
                seen.add(id(held))
                yield path, held

    def walk(self, above: tuple = ()) -> Iterator[tuple[str, object, bool]]:
        """The path of each parameter and buffer, itself, and whether training may change it."""
        own, above = self._own, (*above, self)
        for name, part in self.parts():
            if name in own and isinstance(part, Value | np.ndarray):
                yield name, part, own[name]
            elif isinstance(part, Module) and part not in above:  # else it holds itself
                for path, held, is_trained in part.walk(above):
                    yield f"{name}.{path}", held, is_trained

    def parameters(self) -> list:
        """Everything that training may change, in a fixed order."""
        return [parameter for _, parameter in self.named_parameters()]

    def zero_grad(self):
        """Take the gradient away from every parameter."""
        for parameter in self.parameters():
            parameter.grad = None if isinstance(parameter, Tensor) else 0.0

    def modules(self) -> Iterator["Module"]:
        """This module, and all modules in it, each once."""
        found, waiting = {}, [self]
        while waiting:
            module = waiting.pop()
            if id(module) not in found:
                found[id(module)] = module
                inner = [part for _, part in module.parts() if isinstance(part, Module)]
                waiting += inner[::-1]
        return iter(found.values())

    def train(self, mode: bool = True):
        """Behave as in training (dropout drops), or as in use; return the module itself."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self):
        """Behave as in use; return the module itself."""
        return self.train(False)

    def to(self, dtype):
        """Hold parameters, their gradients and buffers in this type of float; return the module.

        The parameters stay the same objects, and frozen where they were.
        """
        dtype, held = np.dtype(dtype), {id(held): held for _, held in self.named_state()}
        if dtype.kind != "f" or any(not isinstance(p, Tensor) for p in self.parameters()):
            raise TypeError(
                f"to() turns tensors into a type of float, such as np.float32, and not "
                f"{type(self).__name__} into {dtype}; whole numbers take no gradient, and a Value "
                "is a Python float"
            )
        for x in held.values():
            if isinstance(x, Tensor) and x.dtype.kind == "f":
                kept, grad = x.requires_grad, x.grad
                x.__init__(x.array, x.label, dtype, kept)  # the same object, anew
                x.grad = None if grad is None else grad.astype(dtype)
        for module in self.modules():
            for name, held in vars(module).items():
                if name in module._own and isinstance(held, np.ndarray) and held.dtype.kind == "f":
                    setattr(module, name, held.astype(dtype))
        return self

    def state_dict(self) -> dict[str, np.ndarray]:
        """A copy of every parameter and buffer, by its path."""
        return {name: array_of(held).copy() for name, held in self.named_state()}

    def save(self, path):
        """Write every parameter and buffer to an .npz file; an old one stays until all is there."""
        path = Path(path)
        new = path.with_name(path.name + ".part")
        with new.open("wb") as file:
            np.savez(file, **self.state_dict())
        new.replace(path)

    def load(self, path):
        """Take over what save() wrote for a module built in the same way; return self.

        A file that is damaged, or of another module, is refused, and nothing is changed.
        """
        return self.load_state_dict(arrays_in(path))

    def load_state_dict(self, state: dict):
        """Take over every number in `state`, which must have these paths and shapes; return self.

        Nothing is changed where something does not fit.
        """
        own = dict(self.named_state())
        if not isinstance(state, Mapping):
            raise TypeError(
                f"a state is a dict of arrays by their paths, not {type(state).__name__}; "
                "state_dict() makes one"
            )
        for kind, names in (("lacks", own.keys() - state), ("has also", state.keys() - own)):
            if names:
                raise ValueError(
                    f"the state {kind} {', '.join(sorted(map(str, names)))}; this module takes "
                    f"exactly {', '.join(own)}; load the state of a module built in the same way"
                )
        fitting = {name: fitted(name, state[name], array_of(own[name])) for name in own}
        for name, held in own.items():
            if isinstance(held, Value) and not isinstance(held, Tensor):
                held.data = float(fitting[name])
            else:
                (held.data if isinstance(held, Tensor) else held)[...] = fitting[name]
        return self


def arrays_in(path) -> dict[str, np.ndarray]:
    """The arrays of an .npz file, all of them read; or an error that says what is wrong with it."""
    try:
        file = np.load(path, allow_pickle=False)
        if isinstance(file, np.ndarray):
            raise ValueError("one array without a name")
        with file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"{path} is no whole .npz file of plain arrays: it may be cut off, damaged, or another "
            "kind of file; take a copy that save() wrote"
        ) from error


def trained(parts) -> dict[str, bool]:
    """The names of the parameters and buffers among `parts`, and which of them are parameters."""
    own = {}
    for name, held in parts:
        if isinstance(held, Tensor) and held.op is not None:
            raise ValueError(
                f"{name} is {described(held)}, a result, which no step can move; make a leaf of "
                "its numbers, Tensor(x.data), or compute it in the call"
            )
        if isinstance(held, Value | np.ndarray):
            own[name] = getattr(held, "requires_grad", isinstance(held, Value))
    return own


def named(name: str, held) -> Iterator[tuple[str, object]]:
    """What is held under this name; the items of a list by their number, of a dict by their key."""
    if isinstance(held, list | tuple | dict):
        for place, item in held.items() if isinstance(held, dict) else enumerate(held):
            yield from named(f"{name}.{place}", item)
    else:
        yield name, held


def array_of(held) -> np.ndarray:
    """The array that a parameter or a buffer is made of; of a Value, its number as one."""
    if isinstance(held, Tensor):
        return held.array
    return np.asarray(held.data if isinstance(held, Value) else held)


def fitted(name: str, given, own: np.ndarray) -> np.ndarray:
    """A copy of what a state gives for the parameter `own`, or an error that says what differs."""
    try:
        found = np.array(array_of(given))
    except (ValueError, TypeError, RuntimeError) as error:
        raise TypeError(f"{name} is no array of numbers in the state: {error}") from None
    if found.shape != own.shape:
        raise ValueError(
            f"{name} has the shape {found.shape} in the state, and {own.shape} in this module; "
            "build the module with the same sizes"
        )
    if found.dtype.kind not in "fiub" or not np.can_cast(found.dtype, own.dtype, "same_kind"):
        raise TypeError(
            f"{name} holds {found.dtype} in the state, and {own.dtype} in this module, which would "
            "lose a part of it; turn it into that type first"
        )
    return found


class Neuron(Module):
    """activation(w . x + b), as one `dot`, one sum and one activation.

    The weights are drawn from a normal distribution of variance 1 / n_inputs, so that their sum
    neither saturates nor vanishes (LeCun et al., Efficient BackProp, 1998); b starts at 0.
    `rng` is a seed or a NumPy Generator.
    """

    def __init__(self, n_inputs: int, activation: str = "tanh", rng=0):
        """Draw `n_inputs` weights."""
        check_activation(activation)
        n_inputs, rng = whole("n_inputs", n_inputs), np.random.default_rng(rng)
        self.w = [Value(x) for x in rng.normal(0.0, n_inputs**-0.5, n_inputs).tolist()]
        self.b = Value(0.0)
        self.activation = activation

    def __call__(self, x) -> Value:
        """The output for the `n_inputs` values or numbers in `x`."""
        return self.of_values(inputs_of(x, len(self.w)))

    def of_values(self, x: list[Value]) -> Value:
        """The output for values that have been counted."""
        return ACTIVATIONS[self.activation](dot(self.w, x) + self.b)

    def __repr__(self):
        """Width and activation."""
        return f"Neuron({len(self.w)}, {self.activation!r})"


class Layer(Module):
    """Neurons side by side on the same inputs."""

    def __init__(self, n_inputs: int, n_outputs: int, activation: str = "tanh", rng=0):
        """Draw the neurons one after the other from one generator."""
        rng = np.random.default_rng(rng)
        n_outputs = whole("n_outputs", n_outputs)
        self.neurons = [Neuron(n_inputs, activation, rng) for _ in range(n_outputs)]

    def __call__(self, x) -> list[Value]:
        """One output per neuron, in a list even when there is only one."""
        return self.of_values(inputs_of(x, len(self.neurons[0].w)))

    def of_values(self, x: list[Value]) -> list[Value]:
        """The outputs for values that have been counted."""
        return [neuron.of_values(x) for neuron in self.neurons]

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
        sizes = list(sizes) if isinstance(sizes, Iterable) else sizes
        if not isinstance(sizes, list) or not all(isinstance(n, Integral) for n in sizes):
            raise TypeError(f"sizes are whole numbers in a list, one for each layer, not {sizes!r}")
        if not sizes or min([n_inputs, *sizes]) < 1:
            raise ValueError(f"MLP takes widths of at least 1, not MLP({n_inputs}, {sizes})")
        check_activation(activation)
        rng = np.random.default_rng(rng)
        kinds = [activation] * (len(sizes) - 1) + [output]
        widths = zip([n_inputs, *sizes], sizes, kinds, strict=False)
        self.layers = [Layer(n, m, kind, rng) for n, m, kind in widths]

    def __call__(self, x) -> Value | list[Value]:
        """The outputs for one example: a list, or the Value itself where the last width is 1."""
        x = inputs_of(x, len(self.layers[0].neurons[0].w))  # once, not once per layer
        for layer in self.layers:
            x = layer.of_values(x)
        return x[0] if len(x) == 1 else x

    def __repr__(self):
        """The widths and the number of parameters."""
        sizes = [len(layer.neurons) for layer in self.layers]
        n_inputs = len(self.layers[0].neurons[0].w)
        return f"MLP({n_inputs}, {sizes}), {len(self.parameters())} parameters"


def check_activation(name):
    """Refuse an activation that is not in the table."""
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise ValueError(
            f"no activation is called {name!r}; choose one of {', '.join(ACTIVATIONS)}"
        )


def inputs_of(x, n: int) -> list[Value]:
    """The `n` inputs of a neuron, each as a Value."""
    if isinstance(x, Tensor):
        x = [x] * n  # refused below
    elif isinstance(x, Value) or not isinstance(x, Iterable):
        raise TypeError(f"a neuron takes a list of {n} inputs, not {type(x).__name__}; write [x]")
    elif type(x) is not list:
        x = list(x)
    if len(x) != n:
        raise ValueError(f"this neuron takes {n} inputs, not {len(x)}")
    kinds = set(map(type, x))
    if kinds == {Value}:
        return x
    if any(issubclass(kind, Tensor) for kind in kinds):
        raise TypeError(
            "a neuron is made of Values, which hold one number each, and takes no Tensor: its "
            "gradient would not find the way back; give it x.data.tolist(), or build the network "
            "of nn.Linear"
        )
    if any(issubclass(kind, list | tuple | np.ndarray) for kind in kinds):
        raise TypeError(
            f"a neuron takes one example, {n} numbers, and these are rows of numbers; call it for "
            "each row"
        )
    return list(map(Value.of, x))


# Layers of tensors. `rng` is a seed or a Generator: give all layers of a network the same Generator
# and its weights are drawn the same way every time; without one they are new in every run.


def tensor_of(x) -> Value:
    """A tensor as it is (a Value too), and a constant of an array, a list or a number."""
    return x if isinstance(x, Value) else Tensor.of(x)


def drawn(shape, bound: float, rng) -> Tensor:
    """A parameter of numbers between -bound and bound."""
    return uniform_(Tensor(np.zeros(shape)), -bound, bound, rng=rng)


class Linear(Module):
    """x @ weight.T + bias, with a weight of the shape (out, in)."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True, rng=None):
        """Draw weight and bias within +-1 / sqrt(in)."""
        in_features = whole("in_features", in_features)
        out_features = whole("out_features", out_features)
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
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1,
        bias=True, rng=None,
    ):  # fmt: skip
        """Draw weight and bias within +-1 / sqrt(numbers that each output is a sum of)."""
        in_channels = whole("in_channels", in_channels)
        out_channels, groups = whole("out_channels", out_channels), whole("groups", groups)
        kernel = functional.pair("kernel_size", kernel_size, 1)
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"groups={groups} must divide both {in_channels} and {out_channels} channels"
            )
        shape = (out_channels, in_channels // groups, *kernel)
        rng, bound = np.random.default_rng(rng), np.prod(shape[1:]) ** -0.5
        self.weight = drawn(shape, bound, rng)
        self.bias = drawn(out_channels, bound, rng) if bias else None
        self.stride = functional.pair("stride", stride, 1)
        self.dilation = functional.pair("dilation", dilation, 1)
        functional.edges("Conv2d", padding, kernel, self.stride)  # refuses what is no padding
        self.padding, self.groups = padding, groups

    def __call__(self, x) -> Tensor:
        """The outputs for (n, in, height, width): (n, out, rows, columns), by the stride fewer."""
        how = self.stride, self.padding, self.dilation, self.groups
        return functional.conv2d(x, self.weight, self.bias, *how)

    def __repr__(self):
        """The channels and the size of the kernel."""
        out_channels, in_channels, *kernel = self.weight.shape
        return f"Conv2d({in_channels * self.groups}, {out_channels}, {tuple(kernel)})"


class Pool2d(Module):
    """What the two kinds of pooling share: a window that moves over images."""

    def __init__(self, kernel_size, stride=None, padding=0):
        """Windows of this size, side by side unless `stride` says otherwise."""
        self.kernel_size = functional.pair("kernel_size", kernel_size, 1)
        self.stride = None if stride is None else functional.pair("stride", stride, 1)
        self.padding = functional.pair("padding", padding, 0)


class MaxPool2d(Pool2d):
    """The largest number in each window of an image."""

    def __call__(self, x) -> Tensor:
        """The largest numbers of (n, channels, height, width): fewer rows and columns of them."""
        return functional.max_pool2d(x, self.kernel_size, self.stride, self.padding)


class AvgPool2d(Pool2d):
    """The mean of each window of an image, zeros of the padding counted in."""

    def __call__(self, x) -> Tensor:
        """The means of (n, channels, height, width): fewer rows and columns of them."""
        return functional.avg_pool2d(x, self.kernel_size, self.stride, self.padding)


class LayerNorm(Module):
    """Each row less its mean, over its standard deviation, times weight, plus bias."""

    def __init__(self, normalized_shape: int, eps: float = 1e-5):
        """The length of a row, also as (length,); weight starts at 1 and bias at 0."""
        if isinstance(normalized_shape, tuple | list) and len(normalized_shape) == 1:
            (normalized_shape,) = normalized_shape
        length = whole("normalized_shape, the length of a row,", normalized_shape)
        self.weight, self.bias = Tensor(np.ones(length)), Tensor(np.zeros(length))
        self.eps = between("eps", eps, 0.0, np.inf)

    def __call__(self, x) -> Tensor:
        """The rows on the last axis of `x`, normalised."""
        return functional.layer_norm(x, self.weight, self.bias, self.eps)


class BatchNorm(Module):
    """Each feature less its mean over the batch, over its standard deviation there.

    In use (`eval()`) the fading averages of both, kept while training, stand in for the batch.
    """

    behind = ((),)  # the axes that may come after (n, features), by name

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1):
        """How many features; weight starts at 1 and bias at 0."""
        num_features = whole("num_features", num_features)
        self.weight = Tensor(np.ones(num_features))
        self.bias = Tensor(np.zeros(num_features))
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps = between("eps", eps, 0.0, np.inf)
        self.momentum = between("momentum", momentum, 0.0, 1.0)

    def __call__(self, x) -> Tensor:
        """The features on axis 1 of `x`, normalised."""
        x, features, name = self.weight.like(x), self.weight.size, type(self).__name__
        if x.ndim not in [2 + len(names) for names in self.behind] or x.shape[1] != features:
            forms = [", ".join(("n", str(features), *names)) for names in self.behind]
            raise ValueError(
                f"{name}({features}) takes ({') or ('.join(forms)}), not the shape {x.shape}"
            )
        axes, shape = (0, *range(2, x.ndim)), (1, -1, *(1,) * (x.ndim - 2))
        if not self.training:
            mean, var = (
                average.reshape(shape).astype(x.dtype)
                for average in (self.running_mean, self.running_var)
            )
        else:
            count = x.size // features
            if count < 2:
                raise ValueError(
                    f"{name} in training needs 2 or more numbers for each feature, and this "
                    f"batch has {count}; give it a larger batch, or call eval() to use what it has "
                    "learnt"
                )
            mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
            self.follow(self.running_mean, mean)
            self.follow(self.running_var, var * (count / (count - 1)))
        normal = (x - mean) / (var + self.eps) ** 0.5
        return normal * self.weight.reshape(shape) + self.bias.reshape(shape)

    def follow(self, average: np.ndarray, now: Tensor):
        """Move a fading average towards what this batch has."""
        average += self.momentum * (now.array.reshape(-1) - average)


class BatchNorm1d(BatchNorm):
    """Batch norm of (n, features), or of (n, features, length)."""

    behind = ((), ("length",))


class BatchNorm2d(BatchNorm):
    """Batch norm of images (n, channels, height, width), a feature for each channel."""

    behind = (("height", "width"),)


class Embedding(Module):
    """A table with a row of numbers for each index."""

    def __init__(self, num_embeddings: int, embedding_dim: int, rng=None):
        """Draw the table from a normal distribution of standard deviation 1."""
        rows = whole("num_embeddings", num_embeddings)
        columns = whole("embedding_dim", embedding_dim)
        self.weight = normal_(Tensor(np.zeros((rows, columns))), rng=rng)

    def __call__(self, indices) -> Tensor:
        """The rows of these indices, whole numbers from 0 on: (...) -> (..., embedding_dim)."""
        return functional.embedding(indices, self.weight)


class Dropout(Module):
    """In training a share `p` of all numbers becomes 0, and the others make up for it."""

    def __init__(self, p: float = 0.5, rng=None):
        """The share to drop, and where the draw comes from."""
        self.p, self.rng = between("p", p, 0.0, 1.0), np.random.default_rng(rng)

    def __call__(self, x) -> Tensor:
        """Dropped in training, unchanged in use."""
        return functional.dropout(x, self.p, self.training, self.rng)


class ReLU(Module):
    """relu, as a layer."""

    def __call__(self, x) -> Tensor:
        """Elementwise."""
        return tensor_of(x).relu()


class Tanh(Module):
    """tanh, as a layer."""

    def __call__(self, x) -> Tensor:
        """Elementwise."""
        return tensor_of(x).tanh()


class Flatten(Module):
    """Each example as one row."""

    def __call__(self, x) -> Tensor:
        """(n, ...) as (n, everything else)."""
        x = Tensor.of(x)
        if not x.ndim:
            raise ValueError("Flatten takes (n, ...), and this is a single number; has it a batch?")
        return x.reshape(x.shape[0], math.prod(x.shape[1:]))


class Sequential(Module):
    """Layers, or any functions, one after the other."""

    def __init__(self, *layers: Callable):
        """In the order in which they are applied."""
        for layer in layers:
            if isinstance(layer, type) or not callable(layer):
                found, move = type(layer).__name__, "write Sequential(*layers) for a list of them"
                if isinstance(layer, type):
                    found, move = f"the class {layer.__name__}", "make a layer of it with ()"
                raise TypeError(
                    f"Sequential takes layers and functions one after the other, not {found}; "
                    + move
                )
        self.layers = layers

    def parts(self):
        """The layers by their number, as in PyTorch, and what a subclass adds by its name."""
        yield from ((str(place), layer) for place, layer in enumerate(self.layers))
        yield from (
            (name, part) for name, part in super().parts() if name.split(".")[0] != "layers"
        )

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
