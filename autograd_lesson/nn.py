"""Neurons, layers and networks of values, with PyTorch's names."""

import numpy as np

from .engine import Value, dot

ACTIVATIONS = {
    "linear": lambda y: y,
    "tanh": Value.tanh,
    "relu": Value.relu,
    "sigmoid": Value.sigmoid,
}


class Module:
    """Something with parameters."""

    def parameters(self) -> list[Value]:
        """Every value that training may change, in a fixed order."""
        raise NotImplementedError

    def zero_grad(self):
        """Set the grad of every parameter back to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0


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

    def parameters(self) -> list[Value]:
        """The weights, then the bias."""
        return [*self.w, self.b]

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

    def parameters(self) -> list[Value]:
        """Neuron by neuron."""
        return [p for neuron in self.neurons for p in neuron.parameters()]

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

    def parameters(self) -> list[Value]:
        """Layer by layer."""
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self):
        """The widths and the number of parameters."""
        sizes = [len(layer.neurons) for layer in self.layers]
        n_inputs = len(self.layers[0].neurons[0].w)
        return f"MLP({n_inputs}, {sizes}), {len(self.parameters())} parameters"
