"""A network of values, and the loop that trains it."""

import numpy as np

from ..values import Value, dot, total


class Neuron:
    """tanh(w . x + b), with one weight for each input."""

    def __init__(self, n_inputs, rng):
        """Draw the weights from `rng`."""
        self.w = [Value(number) for number in rng.normal(0.0, n_inputs**-0.5, n_inputs).tolist()]
        self.b = Value(0.0)

    def __call__(self, x):
        """The output for the inputs in `x`."""
        return (dot(self.w, x) + self.b).tanh()

    def parameters(self):
        """The weights, then the bias."""
        return [*self.w, self.b]


class Layer:
    """Neurons side by side on the same inputs."""

    def __init__(self, n_inputs, n_outputs, rng):
        """Draw the neurons from `rng`."""
        self.neurons = [Neuron(n_inputs, rng) for _ in range(n_outputs)]

    def __call__(self, x):
        """The outputs of all neurons, in a list."""
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        """Neuron by neuron."""
        return [p for neuron in self.neurons for p in neuron.parameters()]


class MLP:
    """Layers one after the other."""

    def __init__(self, n_inputs, sizes, seed=0):
        """Draw all layers from one generator."""
        rng = np.random.default_rng(seed)
        widths = [n_inputs, *sizes]
        self.layers = [Layer(n, m, rng) for n, m in zip(widths, sizes, strict=False)]

    def __call__(self, x):
        """The value of the last neuron, or a list where there are several."""
        for layer in self.layers:
            x = layer(x)
        return x[0] if len(x) == 1 else x

    def parameters(self):
        """Layer by layer."""
        return [p for layer in self.layers for p in layer.parameters()]


def train(network, inputs, targets, steps, rate):
    """Train the network; return the loss before each update."""
    losses = []
    for _ in range(steps):
        pairs = zip(inputs, targets, strict=True)
        loss = total([(network(x) - target) ** 2 for x, target in pairs])
        network.zero_grad()
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= rate * parameter.grad
        losses.append(loss.data)
    return losses
