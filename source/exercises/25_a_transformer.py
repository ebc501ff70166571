# %% [markdown]
r"""
# 25. A transformer: exercises

The parts of [lesson 25](../notebooks/25_a_transformer.ipynb), written by you: a head that cannot
look ahead, a block around a residual stream, the count of its numbers, and the loop that writes.
50 minutes. Each exercise stands alone: skip one, and the next still works.

The work is yours: an answer that has the package or another library do it does not pass. What is
to be predicted is not run: take a pencil.
"""

# %%
import numpy as np

from autograd_lesson import no_grad
from autograd_lesson.checks.e25_a_transformer import (
    check_block,
    check_causal_attention,
    check_completed,
    check_parts_left_out,
    check_size_of_transformer,
)
from autograd_lesson.teaching import hints
from autograd_lesson.tensor import where

hints.on()

# %% [markdown]
r"""
## E25.1 A head that cannot look ahead

*Medium, 15 minutes. You will be able to write attention, and prove that nothing leaks.*

Write `causal_attention(q, k, v)`. All three are Tensors of shape (..., t, d), with any axes before
the last two. For each place a mixture of the rows of `v`:

$$\text{softmax}\left(\frac{q k^T}{\sqrt d}\right) v,$$

where place $i$ takes from the places $0$ to $i$ alone. The check looks at the numbers, and at the
gradient of each place for all places behind it: it must be 0, not small.

Use ops of `Tensor` throughout: `@`, `swapaxes`, `where`, `softmax`. `np.tril` makes a triangle.
With one place, `causal_attention(q, k, v)` holds the row of `v`.
"""


# %% tags=["fade"]
def causal_attention(q, k, v):
    """A mixture of the rows of v for each row of q, none of them from behind it."""
    ### BEGIN SOLUTION
    t, d = q.shape[-2:]
    scores = q @ k.swapaxes(-1, -2) / d**0.5  # gap
    allowed = np.tril(np.ones((t, t), bool))  # gap
    return where(allowed, scores, -np.inf).softmax() @ v  # gap
    ### END SOLUTION


# %% tags=["check"]
check_causal_attention(causal_attention)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Three lines: the scores, the triangle of what is allowed, and the mixture.
</details>

<details><summary>Hint 2: the mask</summary>

A forbidden score becomes `-np.inf` before the softmax: `where(allowed, scores, -np.inf)`. Its
exponential is 0, and the other shares add up to 1.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`scores = q @ k.swapaxes(-1, -2) / d**0.5`, with `allowed = np.tril(np.ones((t, t), bool))`.
</details>

<details><summary>Help: "The shares of a row no longer add up to 1"</summary>

The mask came after the softmax. What was taken away there is missing from the row.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the first place has one share, and it is 1. What gradient do its scores get?
"""

# %% [markdown]
r"""
## E25.2 A block

*Easy, 8 minutes. You will be able to put parts around a residual stream.*

Write `block(x, ask, think, norm_1, norm_2)`. The last four are functions of tensors. `ask` changes
the stream by what places tell each other, then `think` changes it at each place. Before each of the
two stands its norm, and both are *added* to the stream.
"""


# %%
def block(x, ask, think, norm_1, norm_2):
    """The stream, changed twice."""
    ### BEGIN SOLUTION
    x = x + ask(norm_1(x))
    return x + think(norm_2(x))
    ### END SOLUTION


# %% tags=["check"]
check_block(block)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Two lines, each of the form "the stream plus a change".
</details>

<details><summary>Hint 2: the second line</summary>

It works on the stream as the first line left it.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`x = x + ask(norm_1(x))`, and the same once more with the other two.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in the first transformer the norm stood after the sum: `norm(x + ask(x))`. What
does that do to the path that no weight touches?
"""

# %% [markdown]
r"""
## E25.3 How many numbers

*Medium, 10 minutes. You will be able to say how large a transformer is.*

Write `size_of_transformer(vocabulary, length, width, blocks)`: how many parameters the network of
the lesson has, with one head in each block. With a right answer,
`size_of_transformer(11, 10, 32, 1)` is 13707.
"""

# %% [markdown]
r"""
It is made of

- a table with a row for each token of the `vocabulary`, and one with a row for each of the `length`
  places, each row `width` long;
- in each block: three layers without bias from `width` to `width` (query, key, value), one with
  bias that mixes, one with bias from `width` to `4 * width`, one with bias back to `width`, and two
  layer norms, each with a weight and a bias of `width` numbers;
- at the end a layer norm, and a layer with bias from `width` to `vocabulary`.
"""


# %%
def size_of_transformer(vocabulary, length, width, blocks):
    """The number of its parameters."""
    ### BEGIN SOLUTION
    tables = (vocabulary + length) * width
    heads = 3 * width**2 + width**2 + width
    layers = width * 4 * width + 4 * width + 4 * width * width + width
    norm = 2 * width
    end = norm + width * vocabulary + vocabulary
    return tables + blocks * (heads + layers + 2 * norm) + end
    ### END SOLUTION


# %% tags=["check"]
check_size_of_transformer(size_of_transformer)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A layer from `n` to `m` has `n * m` weights, and `m` numbers of bias if it has one.
</details>

<details><summary>Hint 2: one block</summary>

Heads: `4 * width**2 + width`. Layers: `8 * width**2 + 5 * width`. Norms: `4 * width`.
</details>

<details><summary>Hint 3: nearly all of it</summary>

Tables `(vocabulary + length) * width`, then the blocks, then
`2 * width + width * vocabulary + vocabulary`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** for a large width, which share of a block's numbers is in the heads?
"""

# %% [markdown]
r"""
## E25.4 The loop that writes

*Medium, 10 minutes. You will be able to have a model write, one token at a time.*

Write `completed(network, tokens, n)`. `tokens` is an array of whole numbers (rows, t), and
`network(tokens)` gives logits, a Tensor (rows, t, vocabulary): at each place for the token that
comes next. Return an array (rows, t + n): the rows, each with `n` more tokens. Each new one is the
one with the largest logit at the last place, and the network sees it for the next.

Nothing is trained here, so nothing is to be recorded: use `no_grad`. `tokens` stays as it is.
"""


# %%
def completed(network, tokens, n):
    """The rows with n more tokens, each the most likely one."""
    ### BEGIN SOLUTION
    with no_grad():
        for _ in range(n):
            best = network(tokens).data[:, -1].argmax(axis=-1)
            tokens = np.concatenate([tokens, best[:, None]], axis=1)
    return tokens
    ### END SOLUTION


# %% tags=["check"]
check_completed(completed)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A loop of `n` rounds: ask the network, pick, join, and go on with the longer rows.
</details>

<details><summary>Hint 2: picking</summary>

`network(tokens).data[:, -1]` are the logits of the last place, (rows, vocabulary).
</details>

<details><summary>Hint 3: nearly all of it</summary>

`np.concatenate([tokens, best[:, None]], axis=1)`, inside `with no_grad():`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** each round computes all places anew. What could be kept from the round before?
"""

# %% [markdown]
r"""
## E25.5 What was left out

*Medium, 7 minutes. You will be able to tell from its behaviour which part a network lacks.*

Four networks were trained to reverse five digits. From each one thing was left out:

- `"heads"`: no place asks another;
- `"places"`: no table of places;
- `"mask"`: a place may look ahead, at the answers;
- `"one half"`: nothing but half of the width of its layers.
"""

# %% [markdown]
r"""
And this is what was seen, in some order:

- **A**: a loss of $\log 10$, and no row right;
- **B**: a loss near 0, and every row right;
- **C**: a loss near 0, and when it writes by itself, rows that are wrong;
- **D**: a loss between, and hardly a row right: the digits are there, in another order.

Return a dict from each of the four names to a letter.
"""


# %%
def parts_left_out():
    """What was seen, by what was left out."""
    ### BEGIN SOLUTION
    return {"heads": "A", "places": "D", "mask": "C", "one half": "B"}
    ### END SOLUTION


# %% tags=["check"]
check_parts_left_out(parts_left_out)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Which of them can tell the fifth digit from the first? Which has seen the fifth digit at all?
</details>

<details><summary>Hint 2: a low loss</summary>

The loss is computed on rows that hold the answers. Who can see them there, and not when it writes?
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** one of the four would be praised by its loss curve alone. How would you find it
out before anybody uses it?
"""
