# %% [markdown]
r"""
# 9. A network that learns: gradients put to work

An engine gives you the slope of one number with respect to thousands of others. Here you use it:
you put values together into neurons and layers, give them a loss, and let the gradients change
them. 55 minutes. You will write a training loop, read a loss curve, and know what it looks like
when a loop is wrong.
"""

# %%
import numpy as np

from autograd_lesson import Value, mine, total
from autograd_lesson.data import four_points, xor
from autograd_lesson.nn import MLP, Layer, Neuron
from autograd_lesson.pictures import draw
from autograd_lesson.pictures.plot import loss_curves
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import training_scrubber
from autograd_lesson.widgets.charts.training_film import film

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(9, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `y = t.tanh()` at $t = 0.5$: what is the partial, if you know that $y$ is
> 0.4621? (b) `z = x * x + 3 * x` at $x = -2$: what does each use of `x` bring, and what is
> `x.grad`? (c) `z.backward()` is called twice. What is `x.grad` now? The next cell has the numbers.

<details><summary>Answers</summary>

(a) $1 - 0.4621^2 = 0.7864$. (b) $-2$, $-2$ and $3$: together $-1$. (c) $-2$: `backward()` adds.
</details>
"""

# %%
folded()
t, x = Value(0.5), Value(-2.0)
y, z = t.tanh(), x * x + 3 * x
y.backward()
z.backward()
once = x.grad
z.backward()
t.grad, once, x.grad

# %% [markdown]
r"""
## One neuron

A **neuron** multiplies each input by a **weight** of its own, adds the products and one number
more, its **bias**, and bends the sum: $y = \tanh(w_1 x_1 + w_2 x_2 + b)$. You have had all of
these ops.
"""

# %%
w1, w2, b = Value(0.5, "w1"), Value(1.5, "w2"), Value(0.25, "b")
x1, x2 = Value(2.0, "x1"), Value(-1.0, "x2")
act = (w1 * x1 + w2 * x2 + b).named("act")
y = act.tanh().named("y")
y.backward()
draw(y)

# %% [markdown]
r"""
> **Predict.** The box of `act` says *grad 0.94*, which is $1 - y^2$. What must be in the boxes of
> `w1`, `w2` and `b`? Cover the picture.
"""

# %%
prediction("09-neuron", mine="", of="_[0]", gradients="y: w1, w2, b")
[w1.grad, w2.grad, b.grad], [act.grad * x for x in (2.0, -1.0, 1.0)]

# %% [markdown]
r"""
The gradient of a weight is what arrives at the sum times **its input**. A weight whose input is 0
gets none: it had no part in the output. Weights and bias are what training may change, so they are
called **parameters**. As a class:
"""


# %%
class FirstNeuron:
    """tanh(w . x + b), with one weight for each input."""

    def __init__(self, n_inputs, rng):
        self.w = [Value(number) for number in rng.normal(size=n_inputs)]
        self.b = Value(0.0)

    def __call__(self, x):
        return (total([w * v for w, v in zip(self.w, x)]) + self.b).tanh()

    def parameters(self):
        return [*self.w, self.b]


neuron = FirstNeuron(3, np.random.default_rng(0))
neuron([2.0, -1.0, 0.5])

# %% [markdown]
r"""
> **Predict.** It was made for 3 inputs. It gets 2, then 5. Two numbers, or an error?
"""

# %%
prediction("09-zip", mine="", of="len(_)", choose="2 or error")
neuron([2.0, -1.0]), neuron([2.0, -1.0, 0.5, 100.0, 100.0])

# %% [markdown]
r"""
Neither. `zip` stops at the shorter of the two, so a weight or two inputs are dropped without an
error. A network that is given the wrong table would train on a part of it. The neuron of the
package counts first:
"""

# %% tags=["raises-exception"]
Neuron(3)([2.0, -1.0])

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a weight has the gradient 0 for one example. Name two possible reasons.
"""

# %% [markdown]
r"""
## Layers

A **layer** is some neurons side by side, all with the same inputs. The outputs of one layer are the
inputs of the next, and layers one after the other are a network, by its old name a **multi-layer
perceptron**, `MLP`.
"""

# %%
x = [2.0, -1.0, 0.5]
Layer(3, 2)(x), Layer(3, 1)(x)

# %% [markdown]
r"""
A list, even with one neuron in it. In some small engines such a layer returns the Value itself.
With a layer of width 1 in the middle that goes wrong at the next one:
"""

# %% tags=["raises-exception"]
Layer(1, 4)(Layer(3, 1)(x)[0])

# %% [markdown]
r"""
> **Predict.** `MLP(3, [4, 4, 1])` has 3 inputs, two layers of 4 neurons and one of 1. How many
> parameters? Count the weights of one neuron of each layer first, and do not forget the biases.
"""

# %%
prediction("09-parameters", mine="", of="len(big.parameters())")
big, narrow = MLP(3, [4, 4, 1]), MLP(3, [1, 4, 1])
same_seed, other_seed = (MLP(3, [4, 4, 1], rng=rng)(x).data for rng in (0, 1))
big, narrow(x), big(x).data == same_seed, big(x).data == other_seed

# %% [markdown]
r"""
$4 \cdot 4 + 4 \cdot 5 + 1 \cdot 5 = 41$. Only the network as a whole unwraps a last width of 1. Its
weights are drawn at random, and `rng` is the seed: the same seed, the same network.

How large should they be? Their size is given by the **standard deviation**: the root of the mean
square of their distances from their mean. Here it is 1, for 100 inputs, and then $1/\sqrt{100}$:
"""

# %%
rng = np.random.default_rng(0)
sums = rng.normal(size=(1000, 100)) @ rng.normal(size=(100, 50))
[np.mean(np.abs(np.tanh(scale * sums)) > 0.99).item() for scale in (1, 100**-0.5)]

# %% [markdown]
r"""
With 1, 79 of 100 outputs are beyond ±0.99, where tanh is flat and its slope $1 - y^2$ under 0.02:
hardly any gradient comes through. With $1/\sqrt{100}$ it is less than one in 100. The package draws
weights in this way.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** how many parameters has `MLP(100, [50, 10])`? Which layer has most of them?
"""

# %% [markdown]
r"""
## A loss, called what it is

Four examples, each with three features and a target. The network was just drawn, so its outputs
have nothing to do with the targets. One number says how far off they are: the difference of each
pair, squared, and all four added up.
"""

# %%
inputs, targets = four_points()
network = MLP(3, [4, 4, 1])
squares = [(network(x) - target) ** 2 for x, target in zip(inputs, targets, strict=True)]
loss = total(squares)
[round(network(x).data, 2) for x in inputs], targets, loss.data, loss.data / 4

# %% [markdown]
r"""
Such a number is a **loss**: the smaller, the better. This one is a **sum of squares**; divided by
4 it is the **mean of the squares**.

> **You may think** that a sum of squares *is* the mean squared error. Here is a run where that
> fails: 3.714 above is four times 0.929. **Instead** say which it is. "A loss of 0.002" can mean
> either, and their gradients differ by the same factor:
"""


# %%
def gradient(loss):
    """The gradient of the loss for the first weight of the network."""
    network.zero_grad()
    loss.backward()
    return network.parameters()[0].grad


gradient(loss), gradient(loss / 4), [gradient(square) for square in squares]

# %% [markdown]
r"""
The first is four times the second. The list has what each example alone contributes to this one
weight; add them up. The loss is a sum, so its gradient is the sum of theirs, and each example
pulls the weight its own way. `network.zero_grad()` sets the grad of every parameter to 0, or we
would have read the sums of all calls so far.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the four examples pulls the first weight up, and which down?
"""

# %% [markdown]
r"""
## Four steps, again and again

The gradient says in which direction the loss grows. So every parameter takes a small step the
other way; the factor 0.05 is the **learning rate**.

> **Predict.** All 41 parameters move at once. Will the loss, now 3.714, be lower after one step?
"""

# %%
prediction("09-one-step", mine="", of="_[1] < _[0]")


def sum_of_squares(network, inputs, targets):
    pairs = zip(inputs, targets, strict=True)
    return total([(network(x) - target) ** 2 for x, target in pairs])


def train_step(network, inputs, targets, rate):
    """One step of training; the loss it started from."""
    loss = sum_of_squares(network, inputs, targets)  # forward
    network.zero_grad()  # zero
    loss.backward()  # backward
    for parameter in network.parameters():  # update
        parameter.data -= rate * parameter.grad
    return loss


first = train_step(network, inputs, targets, 0.05)
first.data, sum_of_squares(network, inputs, targets).data

# %% [markdown]
r"""
Forward, zero, backward, update. The forward pass builds a new graph each time, since the
parameters have changed; only the parameters stay. A hundred of these:
"""


# %%
def train(network, inputs, targets, steps, rate):
    """Train the network; the loss before each update."""
    return [train_step(network, inputs, targets, rate).data for _ in range(steps)]


network = MLP(3, [4, 4, 1])
losses = train(network, inputs, targets, 100, 0.05)
losses[0], losses[-1], [round(network(x).data, 3) for x in inputs]

# %% [markdown]
r"""
From 3.714 to 0.0055, and every output has the sign of its target. Why not lower? The targets are
±1, and the last neuron ends in a tanh, which never reaches them. The nearer it comes, the smaller
its slope: at 0.972 it is $1 - 0.972^2 = 0.055$. Leave that last tanh out.

> **Predict.** `output="linear"`: below 0.002 after a hundred steps, yes or no? And from about how
> many of 20 seeds?
"""

# %%
prediction("09-seeds", mine="", of="ends[0] < 0.002, sum(end < 0.002 for end in ends)", within=1.2)
straight = [MLP(3, [4, 4, 1], output="linear", rng=seed) for seed in range(20)]
ends = [train(one, inputs, targets, 100, 0.05)[-1] for one in straight]
ends[0], sum(end < 0.002 for end in ends), max(ends)

# %% [markdown]
r"""
Far below; and from 19 of 20 seeds. The twentieth ends at 0.0025: a hundred steps are no promise.

In two sentences: why does the update *subtract*, and why does it come after `backward()`?

<details><summary>A model answer</summary>

The gradient says how the loss changes when a parameter grows, so going against it makes the loss
smaller. Before `backward()` there is no gradient of this loss, only what the last step has left.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** say the four steps in order, each with what would happen without it.
"""

# %% [markdown]
r"""
## A problem that one neuron cannot solve

These four points look as if several features had to be combined. Look at the third feature.
"""

# %%
one = Neuron(3)
ends = train(one, inputs, targets, 100, 0.05)
outputs = [round(one(x).data, 2) for x in inputs]
weights = [round(w.data, 2) for w in one.w]
[x[2] for x in inputs], targets, outputs, weights

# %% [markdown]
r"""
Where it is negative the target is 1, where it is positive -1. Nothing needs to be combined, and
one neuron does it, mostly with its third weight. The real **exclusive or** is 1 where just *one*
of two inputs is 1, and no single input tells.

> **Predict.** The same neuron with two inputs, 200 steps at 0.1. How low will its loss go?
"""

# %%
prediction("09-xor", mine="", of="ends[-1]")
table, answers = xor()
alone = MLP(2, [1])
ends = train(alone, table, answers, 200, 0.1)
table, answers, ends[-1], [abs(round(alone(x).data, 3)) for x in table]

# %% [markdown]
r"""
Exactly 4: it says 0 to everything. It cannot get the four signs right, and here is why. It would
need $b < 0$, then $w_1 + b > 0$ and $w_2 + b > 0$, and $w_1 + w_2 + b < 0$. Add the two in the
middle: $w_1 + w_2 + 2b > 0$, so $w_1 + w_2 + b > -b$. That is above 0, against the last. Now put
four neurons in between, from five seeds. And once more with those four left straight:
"""

# %%
ratios = []
for seed in range(5):
    ends = train(MLP(2, [4, 1], rng=seed), table, answers, 200, 0.1)
    ratios.append(round(ends[-1] / ends[0], 4))
ratios, train(MLP(2, [4, 1], activation="linear"), table, answers, 200, 0.1)[-1]

# %% [markdown]
r"""
From all five seeds the loss falls below a hundredth of its start. And the straight hidden layer
ends at 4 again: a weighted sum of weighted sums is a weighted sum. It is the bend that helps.

Now watch it happen. `film` runs a loop of yours and keeps what it looked like; the next cell
plays it.
"""

# %%
learner = MLP(2, [4, 1], rng=0)
training = film(
    learner, table, answers, lambda: train_step(learner, table, answers, 0.1), steps=90, moments=24
)
training

# %%
training_scrubber(training)

# %% [markdown]
r"""
Top left the output for every pair of inputs: circles above 0, squares below. Below it the gradient
of each parameter; `1.3` is the third neuron of layer 1, its bias last. Below right, what each
example brings to one weight.

1. Which example is the last to get its sign for good?
2. When do the gradients shrink, and what does the loss do then?
3. Two bars at the lower right are always 0. Why?

<details><summary>Answers</summary>

1. The fourth, (1, 1), near update 40. Until then the other three pull the last bias their way.
2. From then on: all signs are right, and the loss goes flat. 3. It is the weight of input 1, which
is 0 in the first two examples.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what do the four neurons give the last one that the inputs did not?
"""

# %% [markdown]
r"""
## Forget zero_grad on purpose

`backward()` adds to what is there. So what happens without the second of the four steps?

> **Predict.** 30 steps on the four points, with the linear end, once right and once forgetful. Will
> the forgetful loss fall at all?
"""

# %%
prediction("09-forgetful", mine="", of="swinging[-1] < swinging[0]")


def forgetful_step(network, inputs, targets, rate):
    """One step of training without zero_grad."""
    loss = sum_of_squares(network, inputs, targets)
    loss.backward()
    for parameter in network.parameters():
        parameter.data -= rate * parameter.grad
    return loss.data


right, wrong = MLP(3, [4, 4, 1], output="linear"), MLP(3, [4, 4, 1], output="linear")
falling = train(right, inputs, targets, 30, 0.05)
swinging = [forgetful_step(wrong, inputs, targets, 0.05) for _ in range(30)]
[[round(losses[step], 3) for step in (0, 1, 2, 9, 19, 29)] for losses in (falling, swinging)]

# %% [markdown]
r"""
It falls, overshoots and swings. What it calls a gradient is the sum of all gradients since the
start, and it keeps running in directions that were right long ago. Now the same on exclusive or,
from six seeds:
"""

# %%
ends = []
for seed in range(6):
    forgetful = MLP(2, [4, 1], rng=seed)
    losses = [forgetful_step(forgetful, table, answers, 0.1) for _ in range(200)]
    ends.append((f"{min(losses):.0e}", f"{losses[-1]:.0e}"))
ends

# %% [markdown]
r"""
Lowest and last loss. From five seeds it ends far *lower* than the right loop: gradients that add up
make long steps, and here that did no harm. From the fifth seed the loss came down to 2e-05 and then
rose to its start. So a loss that falls does not prove the loop right; for that, compare one step
with the gradient, as in E9.2. (To add up older gradients on purpose, with less and less weight, is
called *momentum*.)
"""

# %% [markdown]
r"""
> **You may think** that training needs every gradient in the graph cleared. Here is a run where
> that fails: below, the inputs are Values and live as long as the parameters do, and are never
> cleared. Training goes well, because their gradients are not read; they hold the sum of a hundred
> steps. **Instead**: what is built anew in each step starts at 0, and what lives on is
> cleared by whoever reads its grad.
"""

# %%
kept = [[Value(number) for number in row] for row in inputs]
network = MLP(3, [4, 4, 1])
train(network, kept, targets, 100, 0.05)
piled_up = kept[0][0].grad
loss = sum_of_squares(network, kept, targets)
loss.zero_grad()
loss.backward()
piled_up, kept[0][0].grad

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a colleague shows you a falling loss as proof that the loop is right. What do
you ask for?
"""

# %% [markdown]
r"""
## How long a step, and from where

> **Predict.** Exclusive or once more, with learning rates of 0.001, 0.01, 0.1 and 1. One of them is
> too small, one is far too large. What will the loss of the large one do: swing, or stand still?
"""

# %%
prediction("09-rates", mine="", choose="swing or stand still", of="max(rates[1][-50:]) > 8.01")
rates = {rate: train(MLP(2, [4, 1]), table, answers, 200, rate) for rate in (0.1, 0.01, 0.001, 1)}
loss_curves(
    {f"rate {rate}": losses for rate, losses in rates.items()},
    "Four curves of the loss over 200 steps, on a logarithmic axis. They end at "
    + ", ".join(f"{losses[-1]:.2g} for the rate {rate}" for rate, losses in rates.items()),
)

# %% [markdown]
r"""
Each line down this axis divides the loss by ten. At the rate 0.1 it falls, at 0.01 slowly, at 0.001
hardly. At the rate 1 it stays at 8: the first steps made the weights so large that the output is 1
for every example: two right, two wrong by 2, and $2^2 + 2^2 = 8$. There tanh is flat, the gradient
nearly 0, and no later step leads back.

> **You may think** that a larger loss trains better, since its gradients are larger. Here is a run
> where that fails: the sum at the rate 0.05 and the mean at four times the rate.
"""

# %%
by_sum, by_mean = MLP(3, [4, 4, 1]), MLP(3, [4, 4, 1])
for _ in range(100):
    train_step(by_sum, inputs, targets, 0.05)
    loss = sum_of_squares(by_mean, inputs, targets) / 4
    by_mean.zero_grad()
    loss.backward()
    for parameter in by_mean.parameters():
        parameter.data -= 0.2 * parameter.grad
[[p.data for p in net.parameters()[:2]] for net in (by_sum, by_mean)]

# %% [markdown]
r"""
The same path, to the last digits. **Instead**: what counts is rate times gradient. A factor on the
loss is a factor on the rate.

Last, the start. Why draw the weights at all? Give every parameter the same 0.3:
"""

# %%
equal = MLP(2, [4, 1])
for parameter in equal.parameters():
    parameter.data = 0.3
ends = train(equal, table, answers, 200, 0.1)
ends[-1], [[round(p.data, 2) for p in neuron.parameters()] for neuron in equal.layers[0].neurons]

# %% [markdown]
r"""
Four neurons with the same weights get the same gradients, so they stay the same: one neuron, four
times over. Random numbers make them different, and with the seed you can draw the same ones again.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a loss stands still from the first step on. Name two causes, and how you would
tell them apart.
"""

# %% [markdown]
r"""
## On your own engine

By now you have written an engine: values, rules, the walk back, functions; in the exercises of this
lesson comes a network. `mine` checks your saved exercises and puts the answers that pass together
as a module, the folder `my_engine` of this course, one file for each exercise. What does not pass
yet is borrowed from the course and named. The first time takes about a minute; come back whenever
more of it passes.
"""

# %%
mine.assemble()

# %% [markdown]
r"""
The next cell trains the network of this lesson on it, and with the same weights on the package's
engine and PyTorch's. Where all is right the three curves are one. Everywhere else `engine =
mine.engine()` stands in the place of the package: `engine.Value(2.0)` can be drawn, stepped
through, filmed, and checked by `check_gradient(f, 2.0, engine=engine)`.
"""

# %%
mine.milestone(9)

# %% [markdown]
r"""
## What you can now do

- Build neurons, layers and networks from values, and count their parameters.
- Write a training loop, and say what each of its four steps is for.
- Name a loss for what it is, and say what a factor on it does.
- Read a loss curve: falling, swinging, standing still.
- Say why exclusive or needs a hidden layer, and why that layer must bend.
"""

# %% [markdown]
r"""
## In PyTorch this is called

A layer is `torch.nn.Linear(3, 4)` followed by `torch.nn.Tanh()`, a network `torch.nn.Sequential`.
`parameters()` and `zero_grad()` have the same names. The sum of squares is
`MSELoss(reduction="sum")` of `torch.nn`; the default, `"mean"`, divides. The update is the `step()`
of `torch.optim.SGD`, made with `network.parameters()` and `lr=0.05`, for which each loop still
calls `optimizer.zero_grad()`.
"""

# %% [markdown]
r"""
## Check yourself

**1.** `MLP(2, [3, 1])`: how many parameters, and how many of them are biases?

<details><summary>Answer 1</summary>

$3 \cdot 3 + 1 \cdot 4 = 13$; four of them, one for each neuron.

</details>

**2.** A loop calls `zero_grad()` between `backward()` and the update. What does its loss do?

<details><summary>Answer 2</summary>

It stands still from the first step on: every update subtracts 0.

</details>

**3.** Two reports on the same data: "loss 0.4" and "loss 0.1". Which network is better?

<details><summary>Answer 3</summary>

Nobody can say. With four examples a sum of 0.4 is a mean of 0.1: it may be the same network.

</details>
"""

# %% [markdown]
r"""
## Next

Write it yourself: [exercises/09](../exercises/09_a_network_that_learns.ipynb). The graph of a loss
over 41 parameters is far too large to look at; [lesson 10](10_drawing_the_graph.ipynb) makes it
readable.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=9)
