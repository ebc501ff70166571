# %% [markdown]
r"""
# 9. A network that learns: exercises

You write the parts of a network, the loop that trains it, and read what it did off its losses. 60
minutes. The lesson is [notebooks/09](../notebooks/09_a_network_that_learns.ipynb). Every exercise
uses the package's engine, so you can skip one and do the next.

The work is yours: an answer that has the package or another library do it does not pass. What is
to be predicted is not run: take a pencil.
"""

# %%
import numpy as np

from autograd_lesson import Value, dot, nn, total
from autograd_lesson.checks.e09_a_network_that_learns import (
    check_layer,
    check_loop_lines,
    check_mlp,
    check_neuron,
    check_predicted_scales,
    check_reading,
    check_repaired,
    check_train,
)
from autograd_lesson.data import xor
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E9.1 Neuron, layer, network

*Three short classes. You will be able to build a network of any shape from single values.*

**A neuron.** *Easy, 8 minutes.* `Neuron(n_inputs, rng)` keeps its weights in `self.w`, a list of
`n_inputs` Values, and its bias in `self.b`, a Value that starts at 0. The weights are
`rng.normal(0.0, n_inputs**-0.5, n_inputs)`, where `rng` is a NumPy Generator. Called with a list
of `n_inputs` numbers or Values, it returns $\tanh(w \cdot x + b)$ as a Value; any other length is
refused with a `ValueError`. `parameters()` returns the weights, then the bias.

With `w` at 0.5 and 1.5 and `b` at 0.25, `neuron([2.0, -1.0]).data` is -0.2449.
"""


# %%
class Neuron:
    """tanh(w . x + b), with one weight for each input."""

    def __init__(self, n_inputs, rng):
        """Draw the weights from `rng`."""
        ### BEGIN SOLUTION
        self.w = [Value(number) for number in rng.normal(0.0, n_inputs**-0.5, n_inputs)]
        self.b = Value(0.0)
        ### END SOLUTION

    def __call__(self, x):
        """The output for the inputs in `x`."""
        ### BEGIN SOLUTION
        if len(x) != len(self.w):
            raise ValueError(f"this neuron takes {len(self.w)} inputs, not {len(x)}")
        return (dot(self.w, x) + self.b).tanh()
        ### END SOLUTION

    def parameters(self):
        """The weights, then the bias."""
        ### BEGIN SOLUTION
        return [*self.w, self.b]
        ### END SOLUTION


# %% tags=["check"]
check_neuron(Neuron)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`rng.normal(...)` gives an array of numbers. Each of them becomes a Value:
`[Value(number) for number in ...]`.
</details>

<details><summary>Hint 2: the sum</summary>

`dot(self.w, x)` is the sum of weight times input as one op. Add the bias to it, then take
`.tanh()` of the whole.
</details>

<details><summary>Hint 3: nearly all of it</summary>

The call has two lines: `if len(x) != len(self.w): raise ValueError(...)`, then
`return (dot(self.w, x) + self.b).tanh()`.
</details>

<details><summary>Help: "taken without a word"</summary>

`zip(self.w, x)` ends with the shorter of the two. Compare the two lengths first.
</details>
"""

# %% [markdown]
r"""
**A layer.** *Easy, 4 minutes.* `Layer(n_inputs, n_outputs, rng)` keeps `n_outputs` neurons in
`self.neurons`, drawn one after the other from the one `rng`. Called with `x` it returns a list
with the output of each, **also when there is only one**. `parameters()` is one flat list, neuron
by neuron.
"""


# %%
class Layer:
    """Neurons side by side on the same inputs."""

    def __init__(self, n_inputs, n_outputs, rng):
        """Draw the neurons from `rng`."""
        ### BEGIN SOLUTION
        self.neurons = [Neuron(n_inputs, rng) for _ in range(n_outputs)]
        ### END SOLUTION

    def __call__(self, x):
        """The outputs of all neurons, in a list."""
        ### BEGIN SOLUTION
        return [neuron(x) for neuron in self.neurons]
        ### END SOLUTION

    def parameters(self):
        """Neuron by neuron."""
        ### BEGIN SOLUTION
        return [p for neuron in self.neurons for p in neuron.parameters()]
        ### END SOLUTION


# %% tags=["check"]
check_layer(Layer)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

All three methods are a list with a `for` in it.
</details>

<details><summary>Hint 2: one flat list</summary>

`[neuron.parameters() for neuron in self.neurons]` is a list of lists. A second `for` goes through
the inner ones.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`[p for neuron in self.neurons for p in neuron.parameters()]`
</details>

<details><summary>Help: "one and the same object"</summary>

`[Neuron(n_inputs, rng)] * n_outputs` makes one neuron, and a list that names it many times.
</details>
"""

# %% [markdown]
r"""
**A network.** *Medium, 8 minutes.* `MLP(n_inputs, sizes, seed)` makes one layer for each number in
`sizes`, from one generator `np.random.default_rng(seed)`, and keeps them in `self.layers`. What a
layer returns is what the next one gets. Where the last layer has one neuron the network returns
its Value, not a list. `parameters()` goes layer by layer.

`len(MLP(3, [4, 4, 1], 0).parameters())` is 41.
"""


# %%
class MLP:
    """Layers one after the other."""

    def __init__(self, n_inputs, sizes, seed=0):
        """Draw all layers from one generator."""
        ### BEGIN SOLUTION
        rng = np.random.default_rng(seed)
        widths = [n_inputs, *sizes]
        self.layers = [Layer(n, m, rng) for n, m in zip(widths, sizes, strict=False)]
        ### END SOLUTION

    def __call__(self, x):
        """The Value of the last neuron, or a list where there are several."""
        ### BEGIN SOLUTION
        for layer in self.layers:
            x = layer(x)
        return x[0] if len(x) == 1 else x
        ### END SOLUTION

    def parameters(self):
        """Layer by layer."""
        ### BEGIN SOLUTION
        return [p for layer in self.layers for p in layer.parameters()]
        ### END SOLUTION


# %% tags=["check"]
check_mlp(MLP)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

With `widths = [n_inputs, *sizes]`, layer `k` takes `widths[k]` inputs and has `widths[k + 1]`
neurons.
</details>

<details><summary>Hint 2: one generator</summary>

Make `rng = np.random.default_rng(seed)` once, before the layers, and hand the same one to each.
</details>

<details><summary>Hint 3: nearly all of it</summary>

The call: `for layer in self.layers: x = layer(x)`, and after the loop
`return x[0] if len(x) == 1 else x`.
</details>

<details><summary>Help: TypeError: object of type 'Value' has no len()</summary>

Some layer handed on a Value where the next one wants a list. Only the network unwraps, and only
at its end.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of your three classes would have to change for a network that uses relu?
"""

# %% [markdown]
r"""
## E9.2 The loop

*Two rungs. You will be able to train any network, and say why each line stands where it does.*
"""

# %% [markdown]
r"""
**Rung 1: lines to put in order.** *Easy, 4 minutes.* Here is a loop, and seven lines for the place
of the dots. Use each at most once; two of them are not needed. More than one order is right.
"""

# %% [markdown]
r"""
```python
def train(network, inputs, targets, steps, rate):
    losses = []
    for _ in range(steps):
        ...
    return losses
```

```text
A    network.zero_grad()
B    loss.backward()
C    for p in network.parameters(): p.data -= rate * p.grad
D    losses.append(loss.data)
E    loss = total([(network(x) - t) ** 2 for x, t in zip(inputs, targets)])
F    loss = loss.data
G    for p in network.parameters(): p.data += rate * p.grad
```

An answer looks like `return ["A", "B", "F"]` (which is not right).
"""


# %%
def loop_lines():
    """The letters of the lines, from top to bottom."""
    ### BEGIN SOLUTION
    return ["E", "A", "B", "C", "D"]
    ### END SOLUTION


# %% tags=["check"]
check_loop_lines(loop_lines)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

The four steps: forward, zero, backward, update. Which letter is which?
</details>

<details><summary>Hint 2: where zero may stand</summary>

Between `backward()` and the update the gradients are needed. Anywhere else they may be cleared.
</details>

<details><summary>Hint 3: nearly all of it</summary>

For one: E begins, then A, B, C in this order. D may stand anywhere after E.
</details>
"""

# %% [markdown]
r"""
**Rung 2: write it.** *Medium, 8 minutes.* `train(network, inputs, targets, steps, rate)` trains
the network in place and returns a list with the loss of each step, a number, as it was **before**
the update. The loss is the **sum** of the squares of (output - target) over all examples.

The check follows your first steps one by one. Then it trains the package's `MLP(2, [4, 1])` on
exclusive or from five seeds, 200 steps at 0.1: each must end below a hundredth of the loss it
began with.
"""


# %%
def train(network, inputs, targets, steps, rate):
    """Train the network; return the loss before each update."""
    ### BEGIN SOLUTION
    losses = []
    for _ in range(steps):
        outputs = [network(x) for x in inputs]
        loss = total([(y - t) ** 2 for y, t in zip(outputs, targets, strict=True)])
        network.zero_grad()
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= rate * parameter.grad
        losses.append(loss.data)
    return losses
    ### END SOLUTION


# %% tags=["check"]
check_train(train)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Take your lines of rung 1, and say them in your own words.
</details>

<details><summary>Hint 2: what moves a parameter</summary>

`parameter.data -= rate * parameter.grad` changes the number inside the Value that the network
holds. `parameter = ...` only gives a new meaning to your name.
</details>

<details><summary>Hint 3: nearly all of it</summary>

Inside the loop: outputs, loss, `network.zero_grad()`, `loss.backward()`, the loop over the
parameters, `losses.append(loss.data)`.
</details>

<details><summary>Help: AttributeError: 'float' object has no attribute 'backward'</summary>

`loss` is a number already. Keep it a Value until the backward pass is over.
</details>

<details><summary>Help: "It is the sum of the first and the second gradient"</summary>

`backward()` adds to what is in `.grad`. Who sets it back to zero, and how often?
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would your `train` do with 0 examples, and what should it do?
"""

# %% [markdown]
r"""
## E9.3 Sum or mean

*Easy, 6 minutes. You will be able to say what a change of the loss does to the gradients before
you train.*

With **4** examples, S is the sum of the squares and M their mean, S / 4. At the present weights
the gradient of S for one weight is **0.8**. Predict five numbers, without running anything.
"""

# %% [markdown]
r"""
1. The gradient of M for that weight.
2. Training S with the rate 0.05 takes a certain path. Which rate takes the same path with M?
3. Now every example stands in the data twice, so there are 8. The gradient of S?
4. And that of M?
5. Somebody trains 10 × S at 0.05, "to learn faster". Which rate does the same to S?

An answer looks like `return [1, 2, 3, 4, 5]`.
"""


# %%
def predicted_scales():
    """The five numbers, in order."""
    ### BEGIN SOLUTION
    return [0.2, 0.2, 1.6, 0.2, 0.5]
    ### END SOLUTION


# %% tags=["check"]
check_predicted_scales(predicted_scales)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

S / 4 is one more op at the end of the graph. What is its partial?
</details>

<details><summary>Hint 2: the path</summary>

An update is rate times gradient. Two trainings take the same path if this product is the same in
every step.
</details>

<details><summary>Hint 3: twice the data</summary>

Each example brings its contribution to S. If all stand there twice, each brings it twice. M
divides by a number that has doubled too.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** somebody reports "a loss of 0.002". What do you ask?
"""

# %% [markdown]
r"""
## E9.4 A loop with two bugs

*Medium, 10 minutes. You will be able to read a fault off the losses, and to look for the next one
behind it.*

`broken` should do what your `train` does, and has two faults. Run it and look at the numbers.
When one fault is mended the other shows in another way.
"""


# %%
def broken(network, inputs, targets, steps, rate):
    """Train the network; return the loss before each update (with two faults)."""
    losses, squares = [], []
    for _ in range(steps):
        for x, target in zip(inputs, targets, strict=True):
            squares.append((network(x) - target) ** 2)
        loss = total(squares)
        loss.backward()
        network.zero_grad()
        for parameter in network.parameters():
            parameter.data -= rate * parameter.grad
        losses.append(loss.data)
    return losses


[round(loss, 2) for loss in broken(nn.MLP(2, [4, 1]), *xor(), steps=6, rate=0.1)]


# %%
def repaired(network, inputs, targets, steps, rate):
    """Train the network; return the loss before each update."""
    ### BEGIN SOLUTION
    losses = []
    for _ in range(steps):
        squares = []
        for x, target in zip(inputs, targets, strict=True):
            squares.append((network(x) - target) ** 2)
        loss = total(squares)
        network.zero_grad()
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= rate * parameter.grad
        losses.append(loss.data)
    return losses
    ### END SOLUTION


# %% tags=["check"]
check_repaired(repaired)

# %% [markdown]
r"""
<details><summary>Hint 1: what the numbers say</summary>

4.11, 8.22, 12.33: they grow by the same amount each time. So the amount does not change, and
something is added up.
</details>

<details><summary>Hint 2: one at a time</summary>

Copy `broken`, rename it, mend one thing, run the check, and read which fault it names now.
</details>

<details><summary>Hint 3: nearly all of it</summary>

What is made before the loop and filled inside it? And what is in `.grad` when the update reads it?
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the two faults would you see in a loss curve, and how?
"""

# %% [markdown]
r"""
## E9.5 Read a loss curve

*Medium, 10 minutes. You will be able to say what happened in a training, with numbers, and to put
the words where they belong in the figure.*

Write `reading(losses)`. It returns a dict with four keys:

- `"below"`: the first step whose loss is below a hundredth of `losses[0]`, or `None`;
- `"steepest"`: the step from which to the next one the loss falls most;
- `"rises"`: how many losses are larger than the one before;
- `"words"`: a sentence that names the loss, a *sum of squares*, and gives the step of `"below"`,
  or says *never*.

`reading([4.0, 3.9, 1.0, 1.2, 0.03])` has 4 for `"below"`, 1 for `"steepest"`, 1 for `"rises"`.
"""


# %%
def reading(losses):
    """What a loss curve says: below, steepest, rises, words."""
    ### BEGIN SOLUTION
    falls = [before - after for before, after in zip(losses, losses[1:], strict=False)]
    under = [step for step, loss in enumerate(losses) if loss < 0.01 * losses[0]]
    below = under[0] if under else None
    when = "never falls" if below is None else f"falls, after {below} updates,"
    return {
        "below": below,
        "steepest": falls.index(max(falls)),
        "rises": sum(fall < 0 for fall in falls),
        "words": f"The sum of squares {when} below a hundredth of its start.",
    }
    ### END SOLUTION


# %% tags=["check"]
check_reading(reading)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`zip(losses, losses[1:])` gives each loss with the one after it.
</details>

<details><summary>Hint 2: which step</summary>

`enumerate(losses)` numbers them from 0. Collect the steps that are low enough, and take the first,
if there is one.
</details>

<details><summary>Hint 3: nearly all of it</summary>

With `falls = [before - after for ...]`, the steepest is `falls.index(max(falls))`, and a rise is a
fall below 0.
</details>

<details><summary>Help: "The answer is None"</summary>

Not every training gets there. An empty list has no first item: ask before you take it.
</details>
"""

# %% [markdown]
r"""
**Draw it.** When the check passes, put your words into the picture, in a new cell:

```python
from autograd_lesson.pictures.plot import loss_curves

losses = train(nn.MLP(2, [4, 1], rng=0), *xor(), 200, 0.1)
read = reading(losses)
marks = {"steepest": read["steepest"], "below a hundredth": read["below"]}
loss_curves({"XOR": losses}, read["words"], marks=marks)
```
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in your figure the loss rises now and then. What in the loop makes it do so,
and what would you change?
"""
