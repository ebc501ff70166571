# %% [markdown]
r"""
# 18. Making it train: starts, steps and rates

A right gradient alone does not make a network learn. Three more things matter: how large the
weights are at the start, how a gradient becomes a step, and how long the steps are early and late.
50 minutes. In the end two networks of your own read handwritten digits, and you can say why they
do.
"""

# %%
import numpy as np

from autograd_lesson import Tensor, init, mine, nn, no_grad
from autograd_lesson.data import digits
from autograd_lesson.functional import conv2d, cross_entropy, layer_norm, max_pool2d
from autograd_lesson.optim import SGD, Adam, clip_grad_norm_
from autograd_lesson.pictures.plot import confusion, images_in_a_row, loss_curves
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import gradient_histograms, optimiser_race
from autograd_lesson.widgets.charts.training_film import with_bar

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(18, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) An 8 × 8 image meets a 3 × 3 kernel with padding 1, then a pooling by 2. What
> size is left? (b) The rows of a layer norm receive any upstream gradient. What is the sum of the
> gradient of each row of its input? (c) `Linear(64, 32)`: how many parameters, and what shape has
> the gradient of its weight? The next cell has the numbers.

<details><summary>Answers</summary>

(a) 4 × 4: the padding keeps the 8. (b) 0: a number added to the whole row changes nothing. (c)
$32 \cdot 64 + 32 = 2080$; the gradient has the shape of the weight, (32, 64).
</details>
"""

# %%
folded()
rng = np.random.default_rng(0)
image, row = Tensor(rng.normal(size=(1, 1, 8, 8))), Tensor(rng.normal(size=(1, 5)))
layer_norm(row).backward(rng.normal(size=(1, 5)))
small = max_pool2d(conv2d(image, np.ones((1, 1, 3, 3)), padding=1), 2)
weight, bias = nn.Linear(64, 32, rng=0).parameters()
small.shape, bool(abs(row.grad.sum()) < 1e-12), weight.size + bias.size, weight.shape

# %% [markdown]
r"""
## How large the numbers are

A neuron adds up many products. Say that every weight is drawn with mean 0 and standard deviation 1
(lesson 16; `std` in the code).

> **Predict.** 100 inputs of standard deviation 1, 100 such weights. What is the standard deviation
> of the sum? And what part of the outputs of tanh lies beyond ±0.99?
"""

# %%
prediction("18-normal-start", mine="", within=1.3)
x = rng.normal(size=(1000, 100))
sums = x @ rng.normal(size=(100, 50))
sums.std().round(2).item(), np.mean(np.abs(np.tanh(sums)) > 0.99).round(4).item()

# %% [markdown]
r"""
Ten, the root of 100; and 79 of 100 outputs are so near ±1 that the slope $1 - y^2$ is under 0.02.
That is one layer. Here are twenty of them, and the gradients that come back through them:
"""


# %%
def deep(activation, std, depth=20, width=100):
    """The root mean square behind each layer, and the gradient of each weight."""
    rng = np.random.default_rng(0)
    h = Tensor(rng.normal(size=(50, width)), requires_grad=False)
    weights = [Tensor(rng.normal(0.0, std, (width, width))) for _ in range(depth)]
    sizes = []
    for w in weights:
        h = activation(h @ w)
        sizes.append(np.sqrt(np.mean(h.data**2)))
    h.backward(rng.normal(size=h.shape))
    return sizes, [w.grad for w in weights]


# %%
def line(sizes, grads):
    """The first, the fifth, the tenth and the last of both, gradients by their median size."""
    medians = [np.median(np.abs(g)) for g in grads]
    return [[f"{numbers[k]:.1g}" for k in (0, 4, 9, 19)] for numbers in (sizes, medians)]


{std: line(*deep(Tensor.tanh, std)) for std in (0.05, 0.1, 1.0)}

# %% [markdown]
r"""
For each standard deviation: sizes forward, then gradients, for layers 1, 5, 10 and 20. With 0.05
the numbers halve at every layer, $2^{-20}$ in all, and the gradients are small everywhere. With 1
the outputs are all near 1, as they should be; but on the way back the gradients grow by a factor of
about 2 for each layer, to three million. With 0.1 the numbers fall slowly, and the gradients keep
their size.

> **Predict.** sigmoid in place of tanh, with 0.1. Its slope is at most 1/4. How large is the
> gradient of layer 1, if that of layer 20 is 0.6?
"""

# %%
prediction("18-sigmoid", mine="", of="float(_[0][1][0])", within=10)
line(*deep(Tensor.sigmoid, 0.1)), f"{0.25**19:.1g}"

# %% [markdown]
r"""
$10^{-12}$: nineteen slopes of a quarter, times the weights. With such a gradient the first layer
hardly moves. This is the **vanishing gradient**.

Where does 0.1 come from? A sum of $n$ independent terms $w x$, with weights of mean 0, has the
variance $n \cdot \mathrm{Var}(w) \cdot \mathrm{mean}(x^2)$. To keep it, $\mathrm{Var}(w) = 1 / n$:
the standard deviation is $1/\sqrt{100}$. Now slide through the standard deviations for six layers
of tanh; a mark stands in the bin of the median.
"""

# %%
stds = (0.05, 0.1, 0.2, 0.5, 1.0)
moments = {f"std {std}": deep(Tensor.tanh, std, depth=6)[1] for std in stds}

# %%
gradient_histograms(moments, step=1)

# %% [markdown]
r"""
1. At which standard deviation do the rows stand one below the other?
2. At 0.5 and 1, which layer gets the largest gradients, and which way do the rows lean?

<details><summary>Answers</summary>

1. At 0.1. At 0.05 they do as well, a power of ten to the left: the gradient of a weight is the
   product of what comes forward and what comes back, and both shrink.
2. The first, and the earlier a layer the further right: the product of large weights grows on the
   way back, faster than the flat parts of tanh take it away.
</details>

relu lets half of the mean square through, so it needs twice the variance, $2/n$ (He et al., 2015).
Here are the three common starts, all followed by relu:
"""

# %%
weight = Tensor(np.zeros((100, 100)))
starts = {
    "kaiming": init.kaiming_normal_(weight, nonlinearity="relu", rng=1).data.std(),
    "xavier": init.xavier_normal_(weight, rng=1).data.std(),
    "PyTorch's Linear": nn.Linear(100, 100, rng=1).weight.data.std(),
}
{name: (f"{std:.3f}", line(*deep(Tensor.relu, std))[0]) for name, std in starts.items()}

# %% [markdown]
r"""
`kaiming` keeps the size over twenty layers. `xavier` is for tanh and loses a factor of
$\sqrt{2}$ at each relu. PyTorch's default for `Linear`, uniform within $\pm 1/\sqrt{n}$, has a
third of the variance $1/n$: after twenty layers $2 \cdot 10^{-8}$ is left.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a network with 400 inputs, all 0 or 1, half of them 1. Which standard deviation
would you give its first weights, and why?
"""

# %% [markdown]
r"""
## Down a ravine

The gradient says in which direction the loss rises fastest *here*, and a step goes the other way.
In a ravine that is across, not along. The loss $(x^2 + 20 y^2)/2$ is one: twenty times as curved in
$y$ as in $x$.

> **Predict.** Plain descent from (-8, 4) at the rate 0.08. At which rate would it stop converging?
> (In $y$ a step multiplies by $1 - 20 \cdot \text{rate}$.)
"""

# %%
prediction("18-too-fast", mine="", of="2 / CURVES.max()")
CURVES = np.array([1.0, 20.0])


def follow(move, steps=30):
    """The points that `move(gradient, memory, t)` leads through."""
    p, memory, path = np.array([-8.0, 4.0]), {}, []
    for t in range(1, steps + 2):
        path.append(p)
        p = p + move(CURVES * p, memory, t)
    return path


def loss_at(p):
    return float(np.sum(CURVES * p**2) / 2)


def plain(rate):
    return lambda g, memory, t: -rate * g


{rate: f"{loss_at(follow(plain(rate))[-1]):.2g}" for rate in (0.01, 0.08, 0.1, 0.11)}

# %% [markdown]
r"""
At 0.1 it jumps from side to side for ever ($1 - 20 \cdot 0.1 = -1$), at 0.11 the jumps grow. So the
steepest direction limits the rate to 0.1, and along the flat one a step covers at most 10 % of the
way; at 0.08 it is 8 %.

**Momentum** remembers. A velocity adds up the gradients, and older ones count less: across the
ravine they mostly cancel, along it they add up. **Adam** goes further and divides each number by
the size that its gradients have had (Kingma and Ba, 2015).
"""


# %%
def momentum(g, memory, t, rate=0.06, beta=0.5):
    memory["v"] = beta * memory.get("v", 0.0) + g
    return -rate * memory["v"]


def adam(g, memory, t, rate=0.3, betas=(0.9, 0.999), correct=True):
    one, two = betas
    memory["m"] = one * memory.get("m", 0.0) + (1 - one) * g
    memory["s"] = two * memory.get("s", 0.0) + (1 - two) * g**2
    mean, square = memory["m"], memory["s"]
    if correct:
        mean, square = mean / (1 - one**t), square / (1 - two**t)
    return -rate * mean / (np.sqrt(square) + 1e-8)


# %%
moves = {"SGD": plain(0.08), "momentum": momentum, "Adam": adam}
paths = {name: follow(move) for name, move in moves.items()}
print("sign of y:", "".join("-+"[int(y > 0)] for x, y in paths["momentum"][:14]))
{name: [float(f"{loss_at(path[k]):.2g}") for k in (0, 5, 15, 30)] for name, path in paths.items()}

# %%
optimiser_race(paths, tuple(CURVES)).at(30)

# %% [markdown]
r"""
1. Which one leads after five steps, which after thirty?
2. Adam sets off at 45 degrees. Why?
3. Adam passes the bottom in y and comes back. What carries it past? And why is it last here?

<details><summary>Answers</summary>

1. Momentum: just ahead after five, by far after thirty.
2. Its first step is the rate times the *sign* of each gradient: the same length in x and in y.
3. Its mean of past gradients, which fades over about ten steps. It is the only one whose rate was
   not chosen by looking at the curvature: 0.3 is about how far it goes in one step, on any loss.
</details>

In two sentences: why does momentum at the rate 0.06 go faster along the ravine than plain descent
at 0.08? Look at the signs of $y$ above.

<details><summary>A model answer</summary>

Along the ravine gradients agree, so the velocity grows to about $1/(1 - \beta)$ times one gradient,
here twice. Across it they change sign every two or three steps, so that much of them cancels.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would the race look like for a loss that has the same curvature in x and
in y?
"""

# %% [markdown]
r"""
## What the scale of the gradient does

Both of Adam's averages start at 0, and its first steps would be wrong without the correction.

> **Predict.** The gradient is 1 at every step, the rate 0.1. How long is the first step with the
> correction? And without? (The mean is then 0.1, the square 0.001.)
"""

# %%
prediction("18-adam", mine="", of="abs(_[0][0]), abs(_[1][0])")


def steps_of(correct, scale=1.0):
    memory = {}
    moves = [adam(scale * np.ones(1), memory, t, rate=0.1, correct=correct) for t in (1, 2, 3, 4)]
    return [round(float(move[0]), 3) for move in moves]


steps_of(correct=True), steps_of(correct=False), steps_of(correct=True, scale=100.0)

# %% [markdown]
r"""
Without it the first step is $0.1 \cdot 0.1 / \sqrt{0.001} = 0.316$, over three times too long, and
the next ones are longer still: the average of the squares rises more slowly than the mean. The last
list: a hundred times the gradient, the same steps.

> **You may think** that a larger loss trains better, since its gradients are larger. Here is a run
> where that fails: ten times the loss, at the same rates. **Instead**, for SGD and momentum what
> counts is rate times gradient; a factor on the loss is a factor on the rate. Adam divides it out,
> as long as the gradients are far above its `eps` of $10^{-8}$.
"""


# %%
def tenfold(move):
    return lambda g, memory, t: move(10 * g, memory, t)


tens = {name: follow(tenfold(move)) for name, move in moves.items()}
{name: [f"{loss_at(ends[name][-1]):.2g}" for ends in (paths, tens)] for name in moves}

# %% [markdown]
r"""
The scale of one *batch* can go wrong as well. Below, three weights learn a linear function of three
inputs. In step 30 the targets are off by a factor of 1000. **Clipping** shortens all gradients by
one factor where their common norm is above a limit.

> **Predict.** About how far off are the weights thirty steps later, without clipping, and with
> clipping at 1?
"""


# %%
def fit(limit):
    """How far off the weights are before steps 30, 31, 40 and 59."""
    rng, off = np.random.default_rng(0), []
    w, true = Tensor(np.zeros(3)), np.array([1.0, -2.0, 0.5])
    optimiser = SGD([w], lr=0.1)
    for step in range(60):
        off.append(np.linalg.norm(w.data - true))
        x = rng.normal(size=(8, 3))
        y = x @ true * (1000.0 if step == 30 else 1.0)
        optimiser.zero_grad()
        ((x @ w - y) ** 2).mean().backward()
        clip_grad_norm_([w], limit)
        optimiser.step()
    return [f"{off[step]:.2g}" for step in (30, 31, 40, 59)]


# %%
prediction("18-clipping", mine="", of="[float(off[-1]) for off in _]", within=10)
fit(limit=np.inf), fit(limit=1.0)

# %% [markdown]
r"""
One batch moved the weights to a distance of 250, and after thirty steps 0.81 of it was left. With
the limit the same batch made one step of length 0.1. One factor for all keeps the direction of a
step; E18.3 asks for that.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** somebody multiplies their loss by 1000 "to see more digits". Under which
optimiser do they have to change the rate?
"""

# %% [markdown]
r"""
## A rate that goes down

A batch is a sample, so its gradient is the true one plus noise. With a constant rate the noise
keeps the parameters moving around the bottom. With a small rate they need many steps to get there.
A **schedule** has both: long steps first, short ones last.

> **Predict.** A hundred noisy steps down the ravine: 0.08 all the way, 0.004 all the way, and from
> 0.08 to 0 along half a cosine. Which ends lowest: rate 0.08, rate 0.004, or cosine?
"""


# %%
def cosine(step, steps, top):
    """From `top` at step 0 down to 0 at the end, along half a cosine."""
    return top * 0.5 * (1 + np.cos(np.pi * step / steps))


def noisy(rate_at, steps=100):
    """The mean loss of 100 runs with noisy gradients."""
    rng, p, losses = np.random.default_rng(0), np.tile([-8.0, 4.0], (100, 1)), []
    for step in range(steps):
        losses.append(np.mean(CURVES * p**2))  # the mean of two terms, so the half is in it
        p = p - rate_at(step) * (CURVES * p + rng.normal(0.0, 3.0, p.shape))
    return losses


# %%
prediction("18-schedule", mine="", of="min(runs, key=lambda name: runs[name][-1])")
runs = {
    "cosine": noisy(lambda step: cosine(step, 100, 0.08)),
    "rate 0.08": noisy(lambda step: 0.08),
    "rate 0.004": noisy(lambda step: 0.004),
}
ends = ", ".join(f"{losses[-1]:.2g} with {name}" for name, losses in runs.items())
loss_curves(
    runs,
    f"Three curves of the loss over 100 steps, from {runs['cosine'][0]:.0f} on, to {ends}.",
    loss="loss, mean of 100 runs",
)

# %% [markdown]
r"""
At 0.08 the loss falls within 25 steps to about 1 and stays there: that is the noise, and more steps
do not lower it. A rate that goes to 0 does. For the cosine the number of steps must be known
beforehand.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** how would you tell a rate that is too small from one that was lowered too soon?
"""

# %% [markdown]
r"""
## All of it, on handwritten digits

1,797 images of 8 × 8 pixels come with scikit-learn. A fixed quarter is **held out**: no gradient
ever sees it, and only it tells what a network has learned.
"""

# %%
data = digits()
x, held_out = (images[:, None].astype(np.float32) for images in (data.images, data.held_out_images))
images_in_a_row(
    data.images[:8],
    [str(label) for label in data.labels[:8]],
    f"Eight small grey images of handwritten digits: {', '.join(map(str, data.labels[:8]))}.",
)

# %%
data, x.shape, x.dtype, held_out.shape


# %%
def train(network, epochs, rate, rng):
    """Adam with a cosine schedule on batches of about 64; the mean loss of each epoch."""
    optimiser, losses = Adam(network.parameters(), rate), []
    for epoch in with_bar(epochs):
        optimiser.lr = cosine(epoch, epochs, rate)
        batches = np.array_split(rng.permutation(len(x)), len(x) // 64)
        losses.append(0.0)
        for rows in batches:
            loss = cross_entropy(network(x[rows]), data.labels[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses[-1] += loss.item() / len(batches)
    return losses


# %%
def predictions(network, images):
    with no_grad():
        return np.argmax(network(images).data, axis=1)


# %% [markdown]
r"""
> **Predict.** A layer of 64 relus between 64 pixels and 10 logits, forty times through 1,348
> images. How many of a hundred held-out digits will it read?
"""

# %% tags=["nbval-ignore-output"]
prediction("18-digits", mine="", of="float(_[:-1])", within=1.03)
rng = np.random.default_rng(0)
mlp = nn.Sequential(nn.Flatten(), nn.Linear(64, 64, rng=rng), nn.ReLU(), nn.Linear(64, 10, rng=rng))
mlp_losses = train(mlp.to(np.float32), epochs=40, rate=0.01, rng=rng)
f"{np.mean(predictions(mlp, held_out) == data.held_out_labels):.1%}"

# %% [markdown]
r"""
About 98 of 100 digits that it has never seen. The parts are all yours: the ops and the walk back,
the cross-entropy, Adam, the schedule. A network with small kernels (lesson 17) uses that pixels
have neighbours:
"""

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(2)
cnn = nn.Sequential(
    *[nn.Conv2d(1, 16, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2)],
    *[nn.Conv2d(16, 32, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2)],
    *[nn.Flatten(), nn.Linear(128, 10, rng=rng)],
)
cnn_losses = train(cnn.to(np.float32), epochs=30, rate=0.01, rng=rng)
f"{np.mean(predictions(cnn, held_out) == data.held_out_labels):.1%}"

# %%
labels, guessed = data.held_out_labels, predictions(cnn, held_out)
mlp_share = np.mean(predictions(mlp, held_out) == labels)
cnn_share, seen = np.mean(guessed == labels), np.mean(predictions(cnn, x) == data.labels)
bool(mlp_share >= 0.97), bool(cnn_share >= 0.985), bool(seen >= 0.999)

# %% [markdown]
r"""
More than 97 %, more than 98.5 %; and on the images that it was trained with, the second network
makes hardly a mistake. On the held-out ones it makes a handful. Which? A **confusion matrix** has a
row for each digit, and says what it was taken for.
"""

# %% tags=["nbval-ignore-output"]
confusion(labels.tolist(), guessed.tolist())

# %% tags=["nbval-ignore-output"]
wrong = np.flatnonzero(guessed != labels)[:6]
images_in_a_row(
    data.held_out_images[wrong],
    [f"{labels[place]} as {guessed[place]}" for place in wrong],
    "Mistakes: " + ", ".join(f"{labels[place]} read as {guessed[place]}" for place in wrong),
)

# %% [markdown]
r"""
Would you have read them? Some are hard at 8 × 8 for anybody. (The exact count may differ by one or
two on another machine: sums of float32 in another order round differently, and thousands of steps
carry that on.)
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** on its training images the second network makes hardly a mistake. What would
you try first to lower the number of mistakes on the others?
"""

# %% [markdown]
r"""
## On your own engine

Your Adam, your weights, your clipping, your cross-entropy: the digits again, on what you have
written. `python3 start.py mine --milestones` in a terminal does the same for all lessons.
"""

# %%
mine.assemble()

# %% tags=["nbval-ignore-output"]
mine.milestone(18)

# %% [markdown]
r"""
## What you can now do

- Draw weights so that numbers keep their size through any number of layers, both ways.
- Write momentum and Adam, and say what each remembers and why it is corrected.
- Say what a factor on the loss does, and shorten a step without turning it.
- Lower the rate on a schedule, and read from a loss curve that it was needed.
- Train a network on images, and judge it by images that it never saw.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.nn.init.kaiming_normal_`, `xavier_uniform_`; `torch.optim.SGD(momentum=...)`, `Adam` and
`AdamW`; `torch.nn.utils.clip_grad_norm_`; and of its schedulers `CosineAnnealingLR`. Layers and
optimisers of this package have the same names, defaults and updates: a test takes ten steps with
both, from the same weights, and they agree to $10^{-12}$.
"""

# %% [markdown]
r"""
## Check yourself

**1.** 300 inputs, relu before them. Which standard deviation for the weights?

<details><summary>Answer 1</summary>

$\sqrt{2/300} = 0.082$.

</details>

**2.** Adam at the rate 0.01: how far does one weight move in the first step, if its gradient is
-0.0003?

<details><summary>Answer 2</summary>

0.01, upwards: the first step is the rate times the sign, as long as the gradient is far above
`eps`.

</details>

**3.** The gradients of two layers are [3] and [4, 0]. What are they after clipping at 1?

<details><summary>Answer 3</summary>

The common norm is 5, so all are divided by 5: [0.6] and [0.8, 0].

</details>
"""

# %% [markdown]
r"""
## Next

Write it yourself: [exercises/18](../exercises/18_making_it_train.ipynb). With that you have an
engine on arrays, layers, a loss and an optimiser: all that a deep network is made of, down to the
last number. From here it goes into the engine room, first to a line that you have written many
times without fear, `weight.data -= ...`: [lesson 19](19_in_place_and_versions.ipynb).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=18)
