# %% [markdown]
r"""
# 15. Softmax and cross-entropy: scores, probabilities, and a loss

A classifier gives a score for each class, and is told which one was right. Between the two stand
softmax and a logarithm, and together they have the shortest gradient of all: what you said minus
what was true. 45 minutes. You will write both, keep them right at scores of ±1000, and know which
tests of them prove nothing.
"""

# %%
import numpy as np

from autograd_lesson import Tensor, Value, topological_order
from autograd_lesson.functional import cross_entropy
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import three_logits

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(15, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `y = x[[0, 2, 0]]` has three entries, and 1, 10 and 100 arrive at them. What
> arrives at the three entries of `x`? (b) `C = A @ B` with a column `B` of 1, 2, 3, and 5 arrives
> at the single entry of `C`. What arrives at `A`? (c) How many edges does the picture of
> `y = a * a` have?

<details><summary>Answers</summary>

(a) 101, 0 and 10: entry 0 was taken twice. (b) $G B^T$, a row of 5, 10, 15. (c) Two: one for each
operand, though it is the same value.
</details>
"""

# %%
folded()
x = Tensor([7.0, 8.0, 9.0])
A, B = Tensor([[1.0, 1.0, 1.0]]), Tensor([[1.0], [2.0], [3.0]])
x[[0, 2, 0]].backward(np.array([1.0, 10.0, 100.0]))
(A @ B).backward(np.array([[5.0]]))
a = Value(3.0)
x.grad, A.grad, len((a * a).operands)

# %% [markdown]
r"""
## Scores become probabilities

Three classes, and a network that gives each a **logit**, a score that can be any number. We want
**probabilities**: none below 0, with the sum 1. The exponential makes every score positive, and a
division makes the sum 1. That is **softmax**: $p_i = e^{z_i} / \sum_j e^{z_j}$.
"""


# %%
def softmax_on_paper(z):
    e = np.exp(z)
    return e / e.sum()


z = np.array([2.0, 1.0, -1.0])
p = softmax_on_paper(z)
p.round(4), p.sum().item()

# %% [markdown]
r"""
> **Predict.** All three logits rise by 100. Do the probabilities stay as they were? And if the
> logits rise by 1000?
"""

# %%
prediction("15-large", mine="", of="[np.allclose(q, p, atol=1e-3) for q in _]")
with np.errstate(all="ignore"):
    by_100, by_1000 = softmax_on_paper(z + 100), softmax_on_paper(z + 1000)
by_100.round(4), by_1000

# %% [markdown]
r"""
On paper nothing happens: $e^{100}$ stands above and below the line, and cancels. To a float
$e^{1000}$ is inf, and inf / inf is nan.

But the first line is also the cure. If a number can be added to all logits, one can be subtracted:
the largest. Then the largest exponent is 0, and the others are below it: nothing overflows. (A
number can still round to 0. That will matter further below.)
"""


# %%
def softmax(z):
    """Probabilities of each row: positive, with the sum 1."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


batch = np.array([[1000.0, 0.0, -1000.0], [2.0, 1.0, -1.0]])
softmax(batch).round(4)

# %% [markdown]
r"""
Two rows at once: `keepdims=True` keeps the sums as a column, one for each row. Along the other axis
the probabilities of different examples would add up to 1. That means nothing, and no error says so:
"""

# %%
softmax(batch.T).T.round(4)

# %% [markdown] tags=["notes"] was="scores-become-shares"
r"""
**Your notes here:** which number is subtracted before `np.exp`, and why may it be?
"""

# %% [markdown]
r"""
## Every logit moves every probability

An elementwise op has one slope for each entry. Is softmax one?

> **Predict.** Only logit 0 is nudged. How many of the three probabilities move, and what do their
> three slopes add up to?
"""

# %%
prediction("15-slopes", mine="", of="np.count_nonzero(slopes), _[1]")
nudge = np.array([1e-6, 0.0, 0.0])
slopes = (softmax(z + nudge) - p) / 1e-6
slopes.round(4), slopes.sum().round(6).item() + 0

# %% [markdown]
r"""
All of them move: what one probability gains the others lose, so the slopes add up to 0. Nine slopes
in all, the **Jacobian**. By the quotient rule it is $p_i - p_i p_i$ on the diagonal and $-p_i p_j$
elsewhere, in short $\text{diag}(p) - p p^T$.
"""

# %%
J = np.diag(p) - np.outer(p, p)
measured = np.stack([(softmax(z + h) - p) / 1e-6 for h in 1e-6 * np.eye(3)], axis=1)
J.round(4), np.allclose(J, measured, atol=1e-6)

# %% [markdown]
r"""
Nobody wants to build that matrix: with 50,000 classes it has 2.5 billion entries. The way back
needs only the product with what arrives, $g J$. Written out, one entry of it is
$g_i p_i - \sum_j g_j p_j p_i$, or

$$p_i \Big( g_i - \sum_j g_j p_j \Big).$$

The sum is the mean of the upstream, with the probabilities as weights. So a logit gets its
probability times the distance of its own upstream from that mean.
"""


# %%
def softmax_vjp(p, upstream):
    """Upstream times the Jacobian of one row, without the Jacobian."""
    return p * (upstream - (upstream * p).sum())


g = np.array([1.0, 10.0, -5.0])
softmax_vjp(p, g).round(4), (g @ J).round(4)

# %% [markdown]
r"""
> **You may think** that softmax goes back like sigmoid, with the slope $s(1 - s)$. It stands on the
> diagonal, after all. Here is a run where that fails: with an upstream of 1, 10 and -5 the first
> entry even has the wrong sign.
>
> **Instead**, remember that a logit moves *all* probabilities of its row. Off the diagonal there is
> $-p_i p_j$, and it counts as much.
"""

# %%
diagonal_only = p * (1 - p) * g
diagonal_only.round(4), softmax_vjp(p, g).round(4)

# %% [markdown]
r"""
How would you test such a rule? Many would sum the probabilities and go back from there, since then
the upstream is all ones.

> **Predict.** What does `softmax_vjp` give under an upstream of ones?
"""

# %%
prediction("15-ones", mine="", of="_[0].round(9) + 0")
ones = np.ones(3)
softmax_vjp(p, ones), np.allclose(softmax_vjp(p, ones), 0, atol=1e-15)

# %% [markdown]
r"""
Zeros, for any logits: probabilities add up to 1, and no logit can change that. So under ones the
right answer is zeros, and many wrong rules give zeros too. Each line below is a rule, then whether
it agrees with the Jacobian under ones, and under `g`:
"""

# %%
rules = {
    "right": softmax_vjp,
    "zeros": lambda p, g: 0 * p,
    "sign turned": lambda p, g: -softmax_vjp(p, g),
    "ten times": lambda p, g: 10 * softmax_vjp(p, g),
    "plain mean": lambda p, g: p * (g - g.mean()),
}
for name, rule in rules.items():
    print(f"{name:<11}", [np.allclose(rule(p, up), up @ J) for up in (ones, g)])

# %% [markdown]
r"""
Four wrong rules pass the first test and fail the second. Draw the upstream at random, so that its
entries differ.
"""

# %% [markdown] tags=["notes"] was="every-logit-moves-every-share"
r"""
**Your notes here:** what would you answer somebody who tests softmax with `softmax(z).sum()`?
"""

# %% [markdown]
r"""
## The loss of a probability

Say class 1 was right. How bad is its probability? **Cross-entropy** takes minus the logarithm of
the probability of the right class.
"""

# %%
for p_right in (0.99, 0.5, 0.1, 0.001):
    print(f"probability {p_right:<5}  loss {-np.log(p_right):.4f}")

# %% [markdown]
r"""
Sure and right costs nearly nothing. Sure and wrong costs more and more, without a bound.

> **Predict.** A network that has learned nothing gives ten classes equal probabilities. What is its
> loss? (A good thing to know on the first step of any training.)
"""

# %%
prediction("15-first-loss", mine="", of="_[0]")
np.round([-np.log(0.1), np.log(10)], 4)

# %% [markdown]
r"""
Now the far end. Softmax is stable already. Is its logarithm?

> **Predict.** The logits are 1000, 0 and -1000, and class 2 was right. What is the loss?
"""

# %%
prediction("15-log-of-zero", mine="", of="-logs[2]")
with np.errstate(all="ignore"):
    logs = np.log(softmax(batch[0]))
logs

# %% [markdown]
r"""
Infinite, and for class 1 as well: $e^{-1000}$ rounds to 0, and a logarithm comes too late. But the
logarithm itself is no extreme number. Take it before anything is rounded:
$\log p_i = z_i - \log \sum_j e^{z_j}$. The second term is **log-sum-exp**, and there too the
largest logit can be taken out.
"""


# %%
def log_softmax(z):
    """The logarithm of the probabilities, also of those that round to 0."""
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


log_softmax(batch[0]), log_softmax(batch[1]).round(4)

# %% [markdown] tags=["notes"] was="the-loss-of-a-share"
r"""
**Your notes here:** an untrained network with 100 classes shows a loss of 9 on the first step. What
do you suspect?
"""

# %% [markdown]
r"""
## What you said minus what was true

In one piece, the loss is $\log \sum_j e^{z_j} - z_k$ for the right class $k$. The second term has
the slope -1 in $z_k$. What is the slope of log-sum-exp? The derivative of a logarithm is one over
the inside, times the derivative of the inside: $e^{z_i} / \sum_j e^{z_j}$. That is softmax. So
the whole gradient is

$$p - y,$$

where the target $y$ is a list: 1 at the right class, 0 elsewhere (**one-hot**).

> **Predict.** The probabilities are 0.7054, 0.2595 and 0.0351, and class 1 was right. Write the
> three slopes down.
"""

# %%
prediction("15-p-minus-y", mine="", of="_[0]")
y = np.eye(3)[1]
(slopes,) = numerical_gradient(lambda z: -log_softmax(z)[1], [z])
(p - y).round(4), slopes.round(4)

# %% [markdown]
r"""
The right class is pulled up by what it lacks, and the others are pushed down by what they have.
Below, logit 0 moves. On the right each arrow leads from the target to the probability: that *is*
the gradient. On the left it is turned round, the way a step goes.

> **Try it.** Where is the pull on the right class strongest, and how strong? Do pulls and pushes
> ever fail to add up to 0? What happens to the push on class 2 when class 0 takes over?
"""

# %%
three_logits([2.0, 1.0, -1.0], label=1, moving=0)

# %% [markdown]
r"""
No pull or push is stronger than 1, however wrong the network is: both $p$ and $y$ lie
between 0 and 1. (The slope of a squared error grows with the error, without a bound.)

Does the long way agree? The same loss from the ops that you have:
"""

# %%
logits = Tensor(z, label="z")
e = logits.exp()
loss = -(e / e.sum())[1].log()
length = len(topological_order(loss))
loss.backward()
length, np.allclose(logits.grad, p - y, rtol=1e-14, atol=0)

# %% [markdown]
r"""
They agree in all digits but the last. The long way makes seven values of `z`, and goes back through
each of them; the short way makes one. It needs `p`, which it has, and one subtraction. Making one
op of several is called **fusing** them. And there is a second reason to do it.

> **Predict.** Logits 1000 and 0, and class 1 is right. What does the long way give, and what
> $p - y$? Two numbers each.
"""

# %%
prediction("15-long-way", mine="")
far = Tensor([1000.0, 0.0])
with np.errstate(all="ignore"):
    (-far.softmax()[1].log()).backward()
far.grad, softmax(far.data) - np.eye(2)[1]

# %% [markdown]
r"""
Why is the long way nan, when each of its rules is right? Answer in two sentences.

<details><summary>A model answer</summary>

The probability of class 1 rounds to 0, so the slope of its logarithm, $-1/p$, is infinite, and
softmax then multiplies it by $p = 0$. On paper the two cancel; the fused rule cancels them before
any number is computed.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** explain to somebody who never saw a derivative why the gradient is $p - y$.
"""

# %% [markdown]
r"""
## A batch, and a classifier

Real losses are means over a batch. Labels come as class *numbers*, and `[rows, labels]` picks one
entry from each row.
"""


# %%
def loss_and_gradient(logits, labels):
    """Mean cross-entropy of a batch, and its gradient."""
    rows = np.arange(len(labels))
    loss = -log_softmax(logits)[rows, labels].mean()
    p = softmax(logits)
    p[rows, labels] -= 1
    return loss, p / len(labels)


labels = np.array([2, 1])
loss, gradient = loss_and_gradient(batch, labels)
round(float(loss), 4), gradient.round(4)

# %% [markdown]
r"""
> **Predict.** The same two rows twice, four in all. By what factor does the loss change? And the
> gradient of row 0?
"""

# %%
prediction("15-twice", mine="", of="loss / once[0], gradient[0, 0] / once[1][0, 0]")
once = loss_and_gradient(batch, labels)
loss, gradient = loss_and_gradient(np.tile(batch, (2, 1)), np.tile(labels, 2))
round(float(loss), 4), gradient[0]

# %% [markdown]
r"""
The loss is the same, each row's pull is halved, and there are twice as many rows: the gradient of a
*weight* stays as it was. That is what the $1/N$ is for. Three clouds of points, and a linear
classifier that begins with zeros:
"""

# %%
rng = np.random.default_rng(0)
labels = rng.integers(3, size=90)
centres = np.array([[2.0, 0.0], [-1.0, 2.0], [-1.0, -2.0]])
points = centres[labels] + 1.5 * rng.normal(size=(90, 2))


def trained(rate, steps=100):
    """Weights, and the loss before each step."""
    W, losses = np.zeros((2, 3)), []
    for _ in range(steps):
        loss, gradient = loss_and_gradient(points @ W, labels)
        losses.append(float(loss))
        W -= rate * points.T @ gradient
    return W, losses


W, losses = trained(rate=0.5)
right = (points @ W).argmax(axis=1) == labels
round(losses[0], 4), round(losses[-1], 4), right.mean().round(4).item()

# %% [markdown]
r"""
It begins at $\log 3$, as it must. Where the clouds overlap no classifier could always be right.

> **Predict.** Forget the $1/N$: then every step is 90 times as long. What does the loss do
> in the first of them?
"""

# %%
prediction("15-no-mean", mine="", choose="rise or fall", of="_[1] > _[0]")
[round(loss, 2) for loss in trained(rate=0.5 * 90)[1][:8]]

# %% [markdown]
r"""
After one step it is six times what knowing nothing costs. Now the package's own `cross_entropy`,
which is fused, against ours:
"""

# %%
logits = Tensor(points @ W)
cross_entropy(logits, labels).backward()
np.allclose(logits.grad, loss_and_gradient(points @ W, labels)[1], rtol=1e-12, atol=1e-15)

# %% [markdown]
r"""
> **Predict.** Data sets often mark a row that is to be left out by the label -1. Does our function
> leave it out, with zeros as the gradient of its logits?
"""

# %%
prediction("15-label", mine="", of="not _[0].any()")
marked, last = (loss_and_gradient(batch, np.array([2, label]))[1][1] for label in (-1, 2))
marked.round(4), np.array_equal(marked, last)

# %% [markdown]
r"""
No: NumPy counts -1 from the end, so the row is trained towards the *last* class, and no error says
so. optax 0.2 does the same. Ask whether labels lie inside, as PyTorch's `cross_entropy` does and
the package's:
"""

# %% tags=["raises-exception"]
cross_entropy(Tensor(batch), np.array([2, -1]))

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which learning rate with a *sum* does the same as 0.5 with a mean, for 90 rows?
"""

# %% [markdown]
r"""
## What you can now do

- Write softmax for rows of a batch, without overflow.
- Send an upstream back through it without its Jacobian.
- Say why ones as upstream test nothing here.
- Compute the logarithm of a probability that rounds to 0.
- Write cross-entropy with the gradient $p - y$, and keep the $1/N$.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`F.softmax(z, dim=-1)`, `F.log_softmax`, `torch.logsumexp`, and `F.cross_entropy(logits, labels)`,
with `reduction="mean"`, `"sum"` or `"none"`. `cross_entropy` takes *logits*: with probabilities in
their place softmax is applied twice, and there is no error. `F.nll_loss` is its second half, for a
log-softmax that is there already. Labels are class numbers of type `int64` or `uint8`; `int32` is
refused. Floats in the shape of the logits are read as a probability for each class.
"""

# %% [markdown]
r"""
## Check yourself

**1.** All logits of a row are doubled. Are the probabilities the same? And if 2 is added to each?

<details><summary>Answer 1</summary>

Doubling makes the largest probability larger, unless all are equal; adding changes nothing. Only
differences of logits count.
</details>

**2.** The gradient of one row is (0.2, 0.5, -0.6). What is wrong with it?

<details><summary>Answer 2</summary>

Its sum is 0.1. Probabilities and target both add up to 1, so $p - y$ adds up to 0.
</details>

**3.** A model ends in softmax, and `cross_entropy` is applied to that. Nothing fails, and it learns
slowly. Why?

<details><summary>Answer 3</summary>

The "logits" now lie between 0 and 1. Even for a perfect row of 10 classes the second softmax gives
$e / (e + 9) = 0.23$: the loss cannot go to 0, and the gradient goes through one more Jacobian.
</details>
"""

# %% [markdown]
r"""
## Next

Write them yourself, for any axis: [exercises/15](../exercises/15_softmax_and_cross_entropy.ipynb).
Softmax tied the entries of a row together by one sum. The next op ties them by two, a mean and a
variance, and again the rule that forgets them looks right for a while:
[lesson 16](16_layer_normalisation.ipynb).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=15)
