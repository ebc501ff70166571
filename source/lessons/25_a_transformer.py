# %% [markdown]
r"""
# 25. Capstone: a transformer on your engine

The network behind every large language model, built from ops that you have derived yourself.
60 minutes. It will reverse five digits without a mistake, then make up words, and you will be
able to say what each of its parts is for, since you will have taken each of them out.
"""

# %%
import tempfile
from pathlib import Path

import numpy as np

from autograd_lesson import Tensor, derivative, mine, nn, no_grad, vmap
from autograd_lesson.data import words_of_signs
from autograd_lesson.functional import cross_entropy, linear
from autograd_lesson.optim import AdamW
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.tensor import concat, where
from autograd_lesson.widgets import attention_scrubber, step_through
from autograd_lesson.widgets.charts.training_film import with_bar

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(25, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `q` has shape (7, 4) and `k` (5, 4). What shape has `q @ k.T`? (b) What is
> the softmax of the row (2, 2, -inf)? (c) An embedding picks row 3 of its table twice. What happens
> to the two gradients? The next cell has the numbers.

<details><summary>Answers</summary>

(a) (7, 5): a score for each pair. (b) (1/2, 1/2, 0): the exponential of -inf is 0. (c) They are
added into row 3 (lesson 14).
</details>
"""

# %%
folded()
table = Tensor(np.zeros((5, 2)))
table[[3, 3]].backward([[1.0, 2.0], [10.0, 20.0]])
row = Tensor([2.0, 2.0, -np.inf]).softmax()
(np.ones((7, 4)) @ np.ones((5, 4)).T).shape, row, table.grad[3]

# %% [markdown]
r"""
## A task that needs looking back

Five digits, an equals sign, and the five digits once more from the last to the first. A network
reads the row one place at a time and says at each place what comes next. The first five answers are
chance, so their labels are -100, which `cross_entropy` leaves out.
"""

# %%
EQUALS, LENGTH = 10, 10


def examples(n, rng):
    """Tokens (n, 10), and what comes after each, -100 where nobody can know."""
    digits = rng.integers(0, 10, size=(n, 5))
    rows = np.concatenate([digits, np.full((n, 1), EQUALS), digits[:, ::-1]], axis=1)
    targets = rows[:, 1:].copy()
    targets[:, :5] = -100
    return rows[:, :-1], targets


# %%
tokens, targets = examples(2, np.random.default_rng(0))
tokens, targets

# %% [markdown]
r"""
Take what you have: a row of an embedding for each token, a second table for each place, and layers
on top. Each place is computed on its own, as in lesson 18.
"""

# %%
rng = np.random.default_rng(0)
alone = nn.Sequential(
    *[nn.Embedding(11, 32, rng=rng), nn.Linear(32, 128, rng=rng), nn.ReLU()],
    nn.Linear(128, 11, rng=rng),
).to(np.float32)
alone(tokens).shape

# %%
optimiser = AdamW(alone.parameters(), lr=0.003)
for _ in with_bar(300):
    tokens, targets = examples(64, rng)
    loss = cross_entropy(alone(tokens).swapaxes(1, 2), targets)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()

# %% [markdown]
r"""
> **Predict.** Such a network was now trained on this task for 300 steps. There are 10 digits. What
> is its loss, to one decimal?
"""

# %%
prediction("25-alone", mine="", of="float(_[0])", within=1.05)
f"{loss.item():.1f}", f"{np.log(10):.1f}"

# %% [markdown]
r"""
$\log 10$: a guess among ten. What comes after `=` is the fifth digit, and the place of `=` has
never seen it. No layer that works on one place can help. Places must be able to *ask each other*.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a convolution (lesson 17) looks at neighbours. Why would one with a kernel of
width 3 not be enough here?
"""

# %% [markdown]
r"""
## A dictionary that answers in shares

A Python dict compares your key with its keys, and gives the value of the one that is equal.
**Attention** compares a **query** with every **key** by their product, and gives a mixture of all
**values**, with the softmax of the products as shares.
"""

# %%
keys = Tensor([[4.0, 0.0], [0.0, 4.0], [-4.0, 0.0]])
values = Tensor([[10.0], [20.0], [60.0]])
query = Tensor([0.0, 1.0])
shares = (keys @ query).softmax()
shares, shares @ values

# %% [markdown]
r"""
The second key fits best, and its value is most of the answer: 20.53. Nothing here has a step in it:
the query, the keys and the values all have gradients, so that a network can *learn* what to ask
for.

> **Predict.** The query becomes ten times as long. What does the dictionary answer now?
"""


# %%
def answer(query):
    return ((keys @ query).softmax() @ values).sum()


# %%
prediction("25-sure", mine="", of="_[1]")
queries = [Tensor([0.0, 1.0]), Tensor([0.0, 10.0])]
[round(answer(query).item(), 2) for query in queries]

# %%
[(derivative(answer)(query).data.round(2) + 0.0).tolist() for query in queries]

# %% [markdown]
r"""
20, as a dict would say, and hardly any gradient is left: a softmax that is sure of its answer is
flat (lesson 15). How long are products of random vectors of $d$ numbers? Lesson 18 has the rule:
$\sqrt d$.

> **Predict.** Queries and keys of 64 numbers with standard deviation 1. What share gets the best of
> 10 keys on average, with the products as they are, and with products divided by 8?
"""

# %%
prediction("25-scale", mine="", of="best[1], best[8]", within=1.2)
rng = np.random.default_rng(0)
q, k = rng.normal(size=(1000, 64)), rng.normal(size=(10, 64))
best = {scale: Tensor(q @ k.T / scale).softmax().data.max(axis=1).mean() for scale in (1, 8)}
{scale: best[scale].round(2).item() for scale in best}

# %% [markdown]
r"""
As they are, the first step of training begins with 0.86 on one key, chosen by chance, and with a
flat softmax. Divided by $\sqrt{64}$, the best has 0.31, and all keys have a say. That is why
products are divided by the root of their length:

$$\text{attention}(Q, K, V) = \text{softmax}\left(\frac{Q K^T}{\sqrt d}\right) V.$$

One row of $Q$, $K$ and $V$ for each place, each made from that place by a layer of its own.
"""


# %%
def attention(q, k, v, allowed):
    """A mixture of the rows of v for each row of q: (..., t, d) -> (..., t, d), and the shares."""
    scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
    shares = where(allowed, scores, -np.inf).softmax()
    return shares @ v, shares


# %% [markdown]
r"""
## No looking ahead

`allowed` says which place may look at which. In training the row holds the answers as well, one
place further on, and a network that can see them learns to copy. A place may look at itself and at
what comes before it.
"""

# %%
np.tril(np.ones((4, 4), bool)).astype(int)

# %% [markdown]
r"""
Forbidden scores become -inf *before* the softmax, so that their shares are exactly 0, and the
others add up to 1.
"""

# %%
rng = np.random.default_rng(0)
x = Tensor(rng.normal(size=(4, 3)), label="x")
y, shares = attention(x, x, x, np.tril(np.ones((4, 4), bool)))
shares.data.round(2)

# %% [markdown]
r"""
> **Predict.** Four places. The gradient of what place 1 gives (counted from 0), for the four rows
> of the input: which rows are exactly 0?
"""

# %%
prediction("25-future", mine="", of="[k for k in range(4) if not x.grad[k].any()]")
y[1].sum().backward()
x.grad.round(2)

# %% [markdown]
r"""
Rows 2 and 3. Not small: 0, the same bits whatever stands there. That is the guarantee on which the
training rests. E25.1 asks it of your own head.

Look at one head edge by edge. Two places, one allowed to look at both:
"""

# %%
two = Tensor([[1.0, 0.0], [0.5, 1.0]], label="x")
mixed, shares = attention(two, two, two, np.tril(np.ones((2, 2), bool)))
shares

# %%
step_through(mixed.sum())

# %% [markdown]
r"""
`x` is on three ways at once: as query, as key and as value, and its gradient is the sum of three.

1. What do the two rows of x get on the way as *values*, and why do the two add up to 2?
2. The forbidden score is replaced by -inf. What goes back through `where` at that place?

<details><summary>Answers</summary>

1. $1 + s$ and $1 - s$, with $s$ the share that the second place takes from the first. Two places
   ask, and the shares of each add up to 1.
2. 0: a branch that was not taken contributes nothing.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** somebody multiplies the shares by 0 where it is forbidden, *after* the softmax.
What is wrong with the rows then, and what does a place still know of the future?
"""

# %% [markdown]
r"""
## A block

A head lets places ask each other; two layers with a relu let each place think. Both are written as
*changes*: `x + head(x)`, not `head(x)`. Along this **residual stream** the gradient comes back as
it is, since the partial of a sum is 1.

> **Predict.** Twelve pairs of small layers with tanh between them, one after the other, first as
> `f(x)` and then as `x + f(x)`. By about which factor is the gradient of the input smaller in the
> first network than in the second?
"""


# %%
def gradient_at_the_input(residual, depth=12, width=32):
    rng = np.random.default_rng(0)
    x = Tensor(rng.normal(size=(8, width)))
    h = x
    for _ in range(depth):
        up, down = (Tensor(rng.normal(0.0, 0.5 / width**0.5, (width, width))) for _ in range(2))
        change = (h @ up).tanh() @ down
        h = h + change if residual else change
    h.backward(rng.normal(size=h.shape))
    return np.linalg.norm(x.grad)


# %%
prediction("25-stream", mine="", of="sizes[1] / sizes[0]", within=10)
sizes = [gradient_at_the_input(residual) for residual in (False, True)]
[f"{size:.1g}" for size in sizes], f"{sizes[1] / sizes[0]:.0e}"

# %% [markdown]
r"""
A factor of ten million. Without the sum 24 weights in a row multiply the gradient down. With it
there is one path that no weight touches. Layer norm (lesson 16) stands before each change, so that
a growing stream does not make its parts grow.
"""


# %%
class Head(nn.Module):
    """Each place asks the places before it."""

    def __init__(self, width, size, rng, causal=True):
        make = [nn.Linear(width, size, bias=False, rng=rng) for _ in range(3)]
        self.query, self.key, self.value = make
        self.causal = causal

    def __call__(self, x):
        allowed = np.ones((x.shape[1], x.shape[1]), bool)
        allowed = np.tril(allowed) if self.causal else allowed
        y, shares = attention(self.query(x), self.key(x), self.value(x), allowed)
        self.shares = shares.data[0].copy()  # of the first example, to look at
        return y


# %%
class Heads(nn.Module):
    """Several heads side by side, each with its own questions; a layer mixes what they found."""

    def __init__(self, width, n, rng, causal=True):
        self.heads = [Head(width, width // n, rng, causal) for _ in range(n)]
        self.mix = nn.Linear(width, width, rng=rng)

    def __call__(self, x):
        return self.mix(concat([head(x) for head in self.heads], axis=-1))


# %%
class Block(nn.Module):
    """x + heads(norm(x)), then x + layers(norm(x)): (n, t, width) -> (n, t, width)."""

    def __init__(self, width, n_heads, rng, causal=True):
        self.ask = Heads(width, n_heads, rng, causal) if n_heads else None
        self.norms = [nn.LayerNorm(width), nn.LayerNorm(width)]
        self.up = nn.Linear(width, 4 * width, rng=rng)
        self.down = nn.Linear(4 * width, width, rng=rng)

    def __call__(self, x):
        if self.ask:
            x = x + self.ask(self.norms[0](x))
        return x + self.down(self.up(self.norms[1](x)).relu())


# %%
class Transformer(nn.Module):
    """Logits for the next token at every place: (n, t) -> (n, t, vocabulary)."""

    def __init__(self, vocabulary, length, width, n_heads, n_blocks, rng, causal=True, places=True):
        self.tokens = nn.Embedding(vocabulary, width, rng=rng)
        self.places = nn.Embedding(length, width, rng=rng) if places else None
        self.blocks = [Block(width, n_heads, rng, causal) for _ in range(n_blocks)]
        self.norm = nn.LayerNorm(width)
        self.logits = nn.Linear(width, vocabulary, rng=rng)

    def states(self, tokens):
        x = self.tokens(tokens)
        if self.places:
            x = x + self.places(np.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.norm(x)

    def __call__(self, tokens):
        return self.logits(self.states(tokens))


# %% [markdown]
r"""
Without the second table, `places`, the network could not tell the first digit from the last: a sum
over keys does not know in which order they came.
"""

# %%
network = Transformer(11, LENGTH, 32, 1, 1, np.random.default_rng(0)).to(np.float32)
network(examples(2, np.random.default_rng(0))[0]).shape, sum(p.size for p in network.parameters())

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** how many of these numbers are in the two tables, how many in the head, and how
many in the layers after it?
"""

# %% [markdown]
r"""
## Five digits, reversed

Adam with a decay, a rate that rises for twenty steps and falls along half a cosine. Every tenth
step the shares of one example are kept.
"""


# %%
def train(network, batch, steps, top, watch=None):
    """The loss of each step, and the shares that the first head gives on `watch`, now and then."""
    optimiser, losses, kept = AdamW(network.parameters(), lr=top), [], []
    for step in with_bar(steps):
        optimiser.lr = top * min(1, (step + 1) / 20) * (1 + np.cos(np.pi * step / steps)) / 2
        tokens, targets = batch()
        loss = cross_entropy(network(tokens).swapaxes(1, 2), targets)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        if watch is not None and step % 10 == 0:
            network(watch)
            kept.append((step, network.blocks[0].ask.heads[0].shares))
    return losses, kept


# %%
def completed(network, tokens, n):
    """The rows with n more tokens, each the one that the network finds most likely."""
    with no_grad():
        for _ in range(n):
            best = network(tokens).data[:, -1].argmax(axis=-1)
            tokens = np.concatenate([tokens, best[:, None]], axis=1)
    return tokens


# %%
def exact(network, n=500):
    """The share of new rows that the network completes without a mistake."""
    rows, _ = examples(n, np.random.default_rng(1))
    found = completed(network, rows[:, :6], 5)[:, 6:]
    return np.mean((found == rows[:, 4::-1]).all(axis=1))


# %% [markdown]
r"""
> **Predict.** 300 steps with 64 rows each, so 19,200 of the 100,000 rows that there are. What share
> of new rows will it reverse without a single mistake? A network that guesses would get 1 of
> 100,000.
"""

# %% tags=["nbval-ignore-output"]
prediction("25-reversed", mine="", of="exact(network)", within=1.03)
rng, watched = np.random.default_rng(0), np.array([[3, 1, 4, 1, 5, EQUALS, 5, 1, 4, 1]])
losses, kept = train(network, lambda: examples(64, rng), 300, 0.01, watched)
f"loss {losses[0]:.2f} to {losses[-1]:.4f}", f"{exact(network):.1%} of 500 new rows"

# %%
bool(exact(network) >= 0.99)

# %%
completed(network, np.array([[3, 1, 4, 1, 5, EQUALS]]), 5)

# %% [markdown]
r"""
It has not learned the rows by heart: most of the 500 it had never met. It has learned *where to
look*. Go through its training and watch the shares on 3 1 4 1 5 =.
"""

# %% tags=["nbval-ignore-output"]
labels = [*"31415=5141"]
attention_scrubber(kept, labels, losses)

# %% [markdown]
r"""
1. In the last six rows, where do the large shares end up, and what shape do they make?
2. What the first five rows answer does not count. Why do their shares move all the same?

<details><summary>Answers</summary>

1. The place of `=` looks at the fifth digit, the next at the fourth, and so on: a line from the
   right above to the left below. That is what reversing is.
2. All places use the same three layers. What they learn for the last five rows changes the
   queries and keys of all.
</details>
"""

# %% [markdown]
r"""
## What each part is for

Three networks, each with one part left out.
"""

# %% tags=["nbval-ignore-output"]
parts = {
    "without heads": {"n_heads": 0},
    "without places": {"n_heads": 1, "places": False},
    "looking ahead": {"n_heads": 1, "causal": False},
}
found = {}
for name, how in parts.items():
    other = Transformer(11, LENGTH, 32, n_blocks=1, rng=np.random.default_rng(0), **how)
    rng = np.random.default_rng(0)
    ends, _ = train(other.to(np.float32), lambda rng=rng: examples(64, rng), 300, 0.01)
    found[name] = (ends[-1], exact(other))

# %% [markdown]
r"""
> **Predict.** Which of the three has a training loss near 0 all the same: the one without heads,
> the one without places, or the one whose heads may look ahead (without the mask)?
"""

# %% tags=["nbval-ignore-output"]
prediction("25-parts", mine="", choose="heads, places or mask", of="sure_of_itself")
sure_of_itself = ["heads", "places", "mask"][np.argmin([loss for loss, _ in found.values()])]
{name: (f"loss {loss:.2f}", f"{share:.0%}") for name, (loss, share) in found.items()}

# %%
seen = {
    "without heads: at chance": found["without heads"][0] > 2.2,
    "without places: few right": found["without places"][1] < 0.1,
    "looking ahead: a loss near 0": found["looking ahead"][0] < 0.1,
    "looking ahead: not all right": found["looking ahead"][1] < exact(network),
}
{name: bool(holds) for name, holds in seen.items()}

# %% [markdown]
r"""
Without heads nothing is learned. Without places it knows which digits there are, and not in which
order. The third is the dangerous one: its loss is as low as the right network's, and when it has to
write by itself, with nothing ahead to look at, it makes mistakes. *A loss cannot show a leak.* The
gradient can, and the test of it is exact.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** how would you test a model that somebody gives you for a look ahead, in three
lines?
"""

# %% [markdown]
r"""
## Words that nobody wrote

Every letter and sign that computers know has a name: LATIN SMALL LETTER A, BLACK CHESS QUEEN.
Python brings the names, in `unicodedata`. Their 2,215 words are English, Greek, Arabic, Tibetan,
and our text: a network is to continue a word letter by letter.
"""

# %%
words = words_of_signs()
len(words), words[::250]

# %%
LONGEST = 11  # letters, and the end


def as_rows(words):
    """Letters as 1 to 26; 0 begins a word and ends it; after the end nothing counts."""
    rows = np.zeros((len(words), LONGEST + 1), int)
    for row, word in zip(rows, words, strict=True):
        row[1 : len(word) + 1] = [ord(letter) - 96 for letter in word]
    counts = np.arange(1, LONGEST + 1) <= np.array([[len(word) + 1] for word in words])
    return rows[:, :-1], np.where(counts, rows[:, 1:], -100)


# %%
shuffled = np.random.default_rng(0).permutation(words)
held_out, seen = as_rows(shuffled[:200]), as_rows(shuffled[200:])
held_out[0][0], held_out[1][0]

# %% [markdown]
r"""
What is a good loss here? A network that knows nothing has $\log 27 = 3.30$. A table of how often
each letter follows each other one, the **bigram** model, needs no network at all:
"""

# %%
pairs = np.ones((27, 27))
counts = seen[1] != -100
np.add.at(pairs, (seen[0][counts], seen[1][counts]), 1)
log_p = np.log(pairs / pairs.sum(axis=1, keepdims=True))
log_p.shape

# %%
counts = held_out[1] != -100
bigram = -log_p[held_out[0][counts], held_out[1][counts]].mean()
round(float(bigram), 2)

# %%
rng = np.random.default_rng(0)
writer = Transformer(27, LONGEST, 48, 2, 2, rng).to(np.float32)
sum(p.size for p in writer.parameters())


# %%
def batch():
    rows = rng.integers(0, len(seen[0]), 64)
    return seen[0][rows], seen[1][rows]


def held_out_loss():
    with no_grad():
        return cross_entropy(writer(held_out[0]).swapaxes(1, 2), held_out[1]).item()


# %% [markdown]
r"""
> **Predict.** A transformer sees all letters so far, not only the last one. After 300 steps, will
> it be above or below 2.61 on words that it has not seen?
"""

# %% tags=["nbval-ignore-output"]
prediction("25-words", mine="", choose="below or above", of="held_out_loss() < bigram")
word_losses, _ = train(writer, batch, 300, 0.005)
f"{held_out_loss():.2f} on unseen words, and the bigrams {bigram:.2f}"


# %%
def sampled(network, n, rng, temperature=0.8):
    """n words, each letter drawn from what the network finds likely."""
    rows = np.zeros((n, 1), int)
    with no_grad():
        for _ in range(LONGEST - 1):
            scores = network(rows).data[:, -1] / temperature
            best = (scores + rng.gumbel(size=scores.shape)).argmax(axis=-1)
            rows = np.concatenate([rows, best[:, None]], axis=1)
    texts = ("".join(chr(96 + code) for code in row[1:]) for row in rows)
    return [text.partition("`")[0] for text in texts]


# %% tags=["nbval-ignore-output"]
sampled(writer, 12, np.random.default_rng(0))

# %%
bool(held_out_loss() < bigram - 0.1)

# %% [markdown]
r"""
None of these need be a word, and most could be one. (Adding noise of Gumbel's kind to the scores
and taking the largest draws from the softmax: a trick worth knowing.)

> **Try it.** Train a new writer for 2,000 steps, and have `batch` print `held_out_loss()` now and
> then. It falls, and turns: the network learns its words by heart, which is called **overfitting**.
> The plainest remedy is to stop there. At which step?
"""

# %% [markdown]
r"""
## One gradient for each word

`backward` adds up the gradients of all rows. Sometimes one wants them apart: which word pulls
hardest at the last layer? This is the gradient for *one* word:
"""

# %%
states = writer.states(held_out[0]).detach()


def pull(states, labels):
    """The gradient of the last layer's weight for the states and labels of one word."""

    def loss(weight):
        return cross_entropy(linear(states, weight, writer.logits.bias), labels)

    return derivative(loss)(writer.logits.weight)


# %% [markdown]
r"""
A loop would call it 200 times. **vmap** makes of a function of one example a function of a whole
batch: each op in it becomes the same op with one more axis, and so does the way back.

> **Predict.** The weight has the shape (27, 48), and there are 200 words. What is the shape of all
> their gradients?
"""

# %%
prediction("25-vmap", mine="", of="pulls.shape")
pulls = vmap(pull)(states, held_out[1])
pulls.shape

# %%
alone = pull(states[7], held_out[1][7])
bool(np.allclose(pulls.data[7], alone.data, atol=1e-6))

# %% tags=["nbval-ignore-output"]
sizes = pulls.norm(axis=(1, 2)).data
(
    [str(shuffled[k]) for k in np.argsort(-sizes)[:5]],
    [str(shuffled[k]) for k in np.argsort(sizes)[:5]],
)

# %% [markdown]
r"""
The five that it would learn most from, and the five that are as it expected. (A linear layer alone
has a formula for this; `vmap` needs none.)
"""

# %% [markdown]
r"""
## Saved, and loaded again

A model is its numbers. `save` writes them to a file of NumPy's, `load` reads them into a model that
was built in the same way, and refuses everything else before it has changed anything.
"""

# %%
folder = tempfile.TemporaryDirectory()
path = Path(folder.name) / "writer.npz"
writer.save(path)
twin = Transformer(27, LONGEST, 48, 2, 2, np.random.default_rng(9)).to(np.float32).load(path)
rows = held_out[0][:3]
np.array_equal(twin(rows).data, writer(rows).data)

# %% [markdown]
r"""
Now the file is cut off after 1,000 bytes, as by a full disk, and loaded into `twin`.
"""

# %%
path.write_bytes(path.read_bytes()[:1000])
try:
    twin.load(path)
except ValueError as error:
    print(str(error).replace(str(path), path.name))

# %% [markdown]
r"""
> **Predict.** It was refused. Does `twin` still have the numbers that it had?
"""

# %%
prediction("25-cut", mine="", choose="yes or no")
np.array_equal(twin(rows).data, writer(rows).data)

# %% [markdown]
r"""
It has: what comes from a file is looked at whole before one number is written.
"""

# %% [markdown]
r"""
## On your own engine

The last milestone: a transformer of one block and one head, built of the layers that you wrote in
lessons 11 to 18. The model is the one of this lesson, with `nn`, `where` and `no_grad` taken from
`mine.engine()` in place of the package.
"""

# %%
mine.assemble()

# %% tags=["nbval-ignore-output"]
mine.milestone(25)

# %% [markdown]
r"""
## What you can now do

- Say what a query, a key and a value are, and why products are divided by $\sqrt d$.
- Mask the future, and prove by a gradient that nothing leaks.
- Build a block around a residual stream, and say what comes back along it.
- Train a transformer, look at what it attends to, and tell by ablation what a part is for.
- Judge a language model against a bigram table, sample from it, save it and load it.
- Ask for the gradient of each example with `vmap`.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`scaled_dot_product_attention` of `torch.nn.functional`, with `is_causal=True`, is `attention`;
`nn.MultiheadAttention` and `nn.TransformerEncoderLayer`, with `norm_first=True`, are our `Heads`
and `Block` with a dropout. `torch.func.vmap` is `vmap`. `torch.save(model.state_dict(), path)` is
`save`. Real models differ in size, in the text they read, and in details: gelu for relu, places
that turn the queries and keys, many more blocks. The attention is this one.
"""

# %% [markdown]
r"""
## Check yourself

**1.** Twelve heads of 64 numbers. By what are the products divided?

<details><summary>Answer 1</summary>

By 8, the root of 64: the length of a query, not of the whole row.

</details>

**2.** A row of 1,000 tokens becomes one of 2,000. How much more memory do the shares of one head
take?

<details><summary>Answer 2</summary>

Four times: there is a share for each pair.

</details>

**3.** The labels are not moved by one place: every place is to say its own token. What happens to
the loss, with the mask in place?

<details><summary>Answer 3</summary>

It goes to 0, and the network has learned to copy: a place may look at itself.

</details>
"""

# %% [markdown]
r"""
## Next

Write the parts yourself: [exercises/25](../exercises/25_a_transformer.ipynb). Then see how the
frameworks do all this: [lesson 26](26_how_the_frameworks_do_it.ipynb).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=25)
