# %% [markdown]
r"""
# 16. Layer normalisation: each entry moves its whole row

Many deep networks keep the size of their numbers by subtracting a mean and dividing by a standard
deviation. That takes two lines, and its gradient has three terms, two of which are easily
forgotten. 45 minutes. You will find its three terms, see why two directions get no gradient at all,
write it as one op, and know how batch norm differs.
"""

# %%
import numpy as np

from autograd_lesson import Tensor, topological_order
from autograd_lesson.functional import layer_norm
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import layer_norm_rows

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(16, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) The probabilities are 0.5, 0.3 and 0.2, and class 0 was right. What is the
> gradient of the logits? (b) `x` has the shape (2, 3), and `y = x.T`. What is the shape of the
> gradient that arrives at `y`? And of the one that is passed on to `x`? (c) 8 arrives at `x.mean()`
> of four numbers. What does each get?

<details><summary>Answers</summary>

(a) -0.5, 0.3 and 0.2: probabilities minus target. (b) (3, 2), and transposed back (2, 3). (c) 2: a
mean gives each its n-th part.
</details>
"""

# %%
folded()
x, logits = Tensor([1.0, 5.0, 2.0, 4.0]), Tensor(np.log([0.5, 0.3, 0.2]))
x.mean().backward(8.0)
(-logits.log_softmax()[0]).backward()
x.grad, logits.grad.round(4)

# %% [markdown]
r"""
## A row with mean 0 and size 1

Twenty layers, each a random matrix and a relu. The weights are a little large.

> **Predict.** Each layer makes the numbers about 1.5 times as large. Roughly how large are they
> after twenty?
"""

# %%
prediction("16-growth", mine="", within=5)
rng = np.random.default_rng(0)
matrices = 0.3 * rng.normal(size=(20, 50, 50))
start = rng.normal(size=(4, 50))
h = start
for W in matrices:
    h = np.maximum(h @ W, 0)
round(h.std().item())

# %% [markdown]
r"""
Thousands. With weights half as large, every layer would give numbers half as large: after twenty,
$2^{-20}$ of these, less than 0.01.

The **variance** of some numbers is the mean of the squares of their distances from their mean. Its
root is the **standard deviation** $\sigma$, in NumPy `std()`: about how far the numbers lie from
their mean. **Layer normalisation** takes each row, one example's numbers, and gives it mean 0 and
variance 1:
"""


# %%
def normalised(x, eps=1e-5):
    """Each row less its mean, divided by its standard deviation."""
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred * centred).mean(axis=-1, keepdims=True)
    return centred / np.sqrt(variance + eps)


row = np.array([3.0, 1.0, 2.0, 6.0])
hat = normalised(row)
hat.round(4), hat.mean().round(4).item() + 0, hat.var().round(4).item()

# %% [markdown]
r"""
The twenty layers again, normalised in front of each relu; the size after layers 1, 10 and 20:
"""

# %%
h, sizes = start, []
for W in matrices:
    h = np.maximum(normalised(h @ W), 0)
    sizes.append(round(h.std().item(), 2))
sizes[0], sizes[9], sizes[19]

# %% [markdown]
r"""
The same matrices, and the numbers keep their size.

> **Predict.** Take ten times the row, plus 7, and normalise that. What comes out?
"""

# %%
prediction("16-shifted", mine="")
normalised(10 * row + 7).round(4)

# %% [markdown]
r"""
Nothing changes (but for the little `eps`, of which more below). Level and size of a row are
forgotten. So that a network can have them back where it needs them, the op ends with a **weight**
and a **bias** for each entry: $y = \hat x \cdot w + b$. These are learned.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which two things about a row does the op forget, and what does it keep?
"""

# %% [markdown]
r"""
## Mean and variance move too

Something arrives at the normalised row. What is passed on to the row? A first guess: the entries
were divided by the standard deviation, so what arrives is divided by it as well.

> **Predict.** Is that the gradient? The second list is measured, by nudging each entry.
"""

# %%
prediction("16-constants", mine="", of="np.allclose(_[0], _[1], atol=1e-3)")


def measured(f, x, upstream, h=1e-6):
    """The gradient by central differences, one entry at a time."""
    return np.array([(f(x + e) - f(x - e)) @ upstream / (2 * h) for e in h * np.eye(len(x))])


upstream = np.array([1.0, 0.0, -2.0, 0.5])
std = np.sqrt(row.var() + 1e-5)
(upstream / std).round(4), measured(normalised, row, upstream).round(4)

# %% [markdown]
r"""
> **You may think** that mean and variance are constants of the row, like the numbers in a formula.
> Here is a run where that fails: entry 0 is nudged, and *all four* normalised entries move. Even
> an entry that nothing arrives at, such as entry 1 above, gets a gradient.
>
> **Instead**, see them as values in the graph: every entry feeds the mean and the variance, and
> these feed every entry. There are three paths from an entry to the normalised row.
"""

# %%
nudge = np.array([1e-6, 0.0, 0.0, 0.0])
((normalised(row + nudge) - hat) / 1e-6).round(4)

# %% [markdown]
r"""
The three paths, for a row of $n$ with standard deviation $\sigma$:

- **direct**: $g_i / \sigma$;
- **through the mean**: it moves by $1/n$, and all entries fall by that. Together
  $-\text{mean}(g) / \sigma$;
- **through the standard deviation**: it moves by $\hat x_i / n$, and each entry shrinks in
  proportion to itself. Together $-\hat x_i \, \text{mean}(g \hat x) / \sigma$.

Add them one at a time:
"""

# %%
direct = upstream / std
through_mean = -upstream.mean() / std
through_deviation = -hat * (upstream * hat).mean() / std
for path in (direct, direct + through_mean, direct + through_mean + through_deviation):
    print(path.round(4))

# %% [markdown]
r"""
The last line is the measured one:

$$\frac{1}{\sigma} \Big( g - \text{mean}(g) - \hat x \cdot \text{mean}(g \hat x) \Big).$$
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** name the three paths in words, without a formula.
"""

# %% [markdown]
r"""
## What a row cannot feel

> **Predict.** Adding a number to the whole row changes nothing, and neither does stretching it. So
> what must the gradient add up to? And what is its product with the normalised row?
"""

# %%
prediction("16-sums", mine="", of="gradient.sum().round(4) + 0, (gradient @ hat).round(4) + 0")


def row_vjp(hat, std, g):
    """The gradient of a row when g arrives at its normalised form."""
    return (g - g.mean() - hat * (g * hat).mean()) / std


gradient = row_vjp(hat, std, upstream)
abs(gradient.sum().item()) < 1e-12, f"{gradient @ hat:.1e}"

# %% [markdown]
r"""
Zero, and nearly zero: along the row only `eps` is left to feel. In the language of arrows the
formula takes two parts off the upstream, the one along $(1, 1, 1, 1)$ and the one along $\hat x$. A
**projection**: what is left is at right angles to both.

Step through two rows. Forward on the left, then back on the right; short lines mark the step
before.

> **Try it.** The second row's upstream is the same everywhere but for one entry. Which step takes
> most of it away?
"""

# %%
layer_norm_rows([[3.0, 1.0, 2.0, 6.0], [0.0, -1.0, 1.0, 4.0]], [[1, 0, -2, 0.5], [1, 1, 1, 2]])

# %% [markdown]
r"""
> **Predict.** A row of only *two* numbers: how many directions are left for its gradient? What is
> it for 2 and 5, under the upstream 3 and -1? Type the gradient.
"""

# %%
prediction("16-two-numbers", mine="", of="gradient")
pair = np.array([2.0, 5.0])
gradient = measured(normalised, pair, np.array([3.0, -1.0])).round(4) + 0
print(normalised(pair).round(4), gradient)
normalised(np.array([2.0, 2.001])).round(2)

# %% [markdown]
r"""
None: the smaller number becomes -1 and the larger 1, so long as they are further apart than `eps`
matters. Nothing can be learned through that. For 2 and 2.001 `eps` does matter: ±0.16.

Like softmax, this op has upstreams under which wrong rules look right. Three rules, under ones,
under the normalised row itself, and under numbers drawn at random:
"""

# %%
rules = {
    "three terms": row_vjp,
    "variance constant": lambda hat, std, g: (g - g.mean()) / std,
    "mean constant": lambda hat, std, g: (g - hat * (g * hat).mean()) / std,
}
seeds = (np.ones(4), hat, rng.normal(size=4))
for name, rule in rules.items():
    agrees = [
        np.allclose(rule(hat, std, g), measured(normalised, row, g), atol=1e-5) for g in seeds
    ]
    print(f"{name:<18}", agrees)

# %% [markdown]
r"""
Only the upstream drawn at random finds both wrong rules.

Why does the gradient of a row add up to 0? Answer in two sentences.

<details><summary>A model answer</summary>

If every entry rises by the same amount, the mean rises with them and the normalised row stays as it
was. The change of the loss under that common nudge is the sum of the slopes, so the sum is 0.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a test sums the normalised row and goes back from there. What does it see?
"""

# %% [markdown]
r"""
## One op in place of many

`normalised` was written for arrays. Given a tensor it is a graph, and the engine finds the gradient
with no formula of ours. The package's `layer_norm` is one op, with the three terms inside.
"""

# %%
several, one = Tensor(row, label="row"), Tensor(row, label="row")
composed, fused = normalised(several), layer_norm(one)
lengths = len(topological_order(composed)), len(topological_order(fused))
composed.backward(upstream)
fused.backward(upstream)
lengths, np.allclose(several.grad, one.grad, rtol=1e-10, atol=0)

# %% [markdown]
r"""
The composed one keeps an array for each step; the fused one needs only $\hat x$ and $\sigma$. That
is why libraries fuse it. It is also why its rule has to be right: the engine no longer finds the
path through the mean by itself.

Weight and bias are copied to all rows by broadcasting.

> **Predict.** Two rows of four, a weight and a bias of four. What arrives at each entry of the
> weight? And of the bias? Type what arrives at the bias.
"""

# %%
prediction("16-weight", mine="", of="bias.grad")
rows = np.array([[3.0, 1.0, 2.0, 6.0], [0.0, -1.0, 1.0, 4.0]])
arriving = np.array([[1.0, 0.0, -2.0, 0.5], [1.0, 1.0, 1.0, 2.0]])
weight, bias = Tensor(np.ones(4)), Tensor(np.zeros(4))
layer_norm(Tensor(rows), weight, bias).backward(arriving)
weight.grad.round(4), (arriving * normalised(rows)).sum(axis=0).round(4), bias.grad

# %% [markdown]
r"""
Upstream times $\hat x$, summed over the rows; for the bias the upstream, summed.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the rows' gradient keeps its shape, the weight's loses an axis. Why?
"""

# %% [markdown]
r"""
## The small print: eps and n

> **Predict.** A row of four equal numbers. What does it become, and about how large is the largest
> slope there? Type the slope.
"""

# %%
prediction("16-flat", mine="", of="_[1].max()", within=3)
flat = np.array([5.0, 5.0, 5.0, 5.0])
slopes = measured(normalised, flat, np.array([1.0, 0.0, 0.0, 0.0]))
normalised(flat), slopes.round(2), round(1e-5**-0.5, 2)

# %% [markdown]
r"""
Zeros rather than 0 / 0: `eps` is there for this row. But the slope is steep:
$1 / \sqrt{\epsilon} = 316$, less a quarter, which the mean takes off.

There are two conventions: where `eps` stands, and by what the sum of squares is divided. A network
that was trained with one gives other numbers under another:
"""

# %%
quiet = row / 1000
centred = quiet - quiet.mean()
print("inside the root ", (centred / np.sqrt(quiet.var() + 1e-5)).round(4))
print("outside of it   ", (centred / (quiet.std() + 1e-5)).round(4))
print("divided by n - 1", (centred / np.sqrt(quiet.var(ddof=1) + 1e-5)).round(4))

# %% [markdown]
r"""
Ours is the first, as in PyTorch: `eps` under the root, squares divided by `n`. (The `n - 1` is for
estimating the variance of a whole population from a sample. Here the row is all there is.)
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** at which rows do `eps` inside and outside differ most?
"""

# %% [markdown]
r"""
## Batch norm: along the other axis

Batch norm normalises each *column*, over the examples of a batch. The formula is the same.

> **Predict.** Example 0 changes. Does the output of example 1 change, under layer norm, and under
> batch norm?
"""

# %%
prediction("16-batch", mine="", of="[not np.allclose(*pair) for pair in (by_layer, by_batch)]")
changed = rows.copy()
changed[0] = [9.0, -3.0, 0.0, 1.0]
by_layer = normalised(rows)[1], normalised(changed)[1]
by_batch = normalised(rows.T).T[1], normalised(changed.T).T[1]
print("layer", *(row.round(2) for row in by_layer))
print("batch", *(row.round(2) for row in by_batch))

# %% [markdown]
r"""
Under batch norm examples see one another (and with two of them, each is -1 or 1: the row of two
numbers again). Three things follow: a batch of one becomes zeros; gradients flow from one example
to another; and for use after training, means and variances must be kept from training, because the
answer for one example should not depend on the others. Layer norm has none of these problems, and
needs no second mode.

On the way back batch norm has the same three terms, along the columns. In the exercises you find
them step by step: nine intermediates and three inputs, each with a name, each with one line back.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why does batch norm need two modes, one for training and one for use?
"""

# %% [markdown]
r"""
## What you can now do

- Normalise rows, with `eps` and `n` in their places.
- Find the three paths by which an entry moves its row.
- Say which two directions get no gradient, and why.
- Write the op in one piece, with the sums for weight and bias.
- Tell layer norm from batch norm by who sees whom.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.nn.LayerNorm(n)` and `F.layer_norm(x, (n,), weight, bias, eps=1e-5)`; `torch.nn.BatchNorm1d`,
whose two modes are `model.train()` and `model.eval()`; `RMSNorm` leaves the mean in. Careful:
`torch.var` and `torch.std` divide by `n - 1` unless you say `correction=0`, and NumPy's divide by
`n`.
"""

# %% [markdown]
r"""
## Check yourself

**1.** The gradient of a row is (0.3, -0.1, -0.1). Can it have come through a layer norm?

<details><summary>Answer 1</summary>

No. It adds up to 0.1, and must add up to 0.
</details>

**2.** A linear layer without a bias stands in front of a layer norm, and all its weights are
doubled. What happens to the output, and to the gradient of these weights?

<details><summary>Answer 2</summary>

The output stays, but for `eps`. The gradient is halved: it is divided by a standard deviation that
is twice as large.
</details>

**3.** Somebody computes the mean as `x.data.mean(...)`. What does a test of the values say, and
what does a test of the gradient?

<details><summary>Answer 3</summary>

The values are right. In the gradient the path through the mean is missing, so a row no longer adds
up to 0.
</details>
"""

# %% [markdown]
r"""
## Next

Compose it, fuse it, and go back through batch norm step by step:
[exercises/16](../exercises/16_layer_normalisation.ipynb). Softmax and this op tie the entries of a
row together. The next one ties neighbours, by a small window that slides over an image:
[lesson 17](17_convolution_and_pooling.ipynb).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=16)
