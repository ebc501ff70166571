# %% [markdown]
r"""
# 15. Softmax and cross-entropy: exercises

Probabilities, their way back, and the loss that nearly every classifier is trained with, on plain
NumPy arrays. 40 minutes. The lesson is
[notebooks/15](../notebooks/15_softmax_and_cross_entropy.ipynb). Each exercise stands alone: skip
one, and the next still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
import numpy as np

from autograd_lesson.checks.e15_softmax_and_cross_entropy import (
    check_composed_gradient,
    check_cross_entropy,
    check_cross_entropy_vjp,
    check_largest_difference,
    check_log_softmax,
    check_softmax,
    check_softmax_vjp,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E15.1 softmax

*Medium, 15 minutes. You will be able to write softmax and its way back for any axis.*

Write `softmax(x, axis=-1)`: exp of each entry, divided by the sum of these along `axis`. It gives
probabilities for logits of ±1000 too, without a warning. `x` stays as it was, and float32 stays
float32.

With a right answer, `softmax(np.array([0.0, 0.0]))` is `[0.5, 0.5]`, and
`softmax(np.array([1000.0, 0.0]))` is `[1.0, 0.0]`.
"""


# %%
def softmax(x, axis=-1):
    """Probabilities along an axis: positive, with the sum 1."""
    ### BEGIN SOLUTION
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
    ### END SOLUTION


# %% tags=["check"]
check_softmax(softmax)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`np.exp(x)`, divided by its own sum. Run the check, and read at which logits it fails.
</details>

<details><summary>Hint 2: large logits</summary>

Adding one number to all logits of a row changes no probability. Which number makes the largest
exponent 0?
</details>

<details><summary>Hint 3: nearly all of it</summary>

`e = np.exp(x - x.max(axis=axis, keepdims=True))`. Divide `e` by its sum, with the same two
arguments.
</details>

<details><summary>Help: operands could not be broadcast together with shapes (2,3) (2,)</summary>

A maximum along axis 1 of a (2, 3) array has the shape (2,). With `keepdims=True` it is (2, 1), and
broadcasts.
</details>
"""

# %% [markdown]
r"""
`softmax_vjp(s, upstream, axis=-1)`: `s` is what softmax gave, `upstream` the gradient that arrives
there. Return the gradient of softmax's own operand: $s_i \,(g_i - \sum_j g_j s_j)$.

With a right answer, `softmax_vjp(np.array([0.5, 0.5]), np.array([1.0, 0.0]))` is
`[0.25, -0.25]`.
"""


# %%
def softmax_vjp(s, upstream, axis=-1):
    """The gradient of the operand of softmax, from its result and what arrives there."""
    ### BEGIN SOLUTION
    average = (upstream * s).sum(axis=axis, keepdims=True)
    return s * (upstream - average)
    ### END SOLUTION


# %% tags=["check"]
check_softmax_vjp(softmax_vjp)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Two terms: what arrives at the probability itself, and what arrives at all probabilities of its row
together.
</details>

<details><summary>Hint 2: the second term</summary>

It is one number a row, the mean of the upstream with the probabilities as weights. They add up to 1
already, so there is nothing to divide by.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`average = (upstream * s).sum(axis=axis, keepdims=True)`, and `s` times the difference.
</details>

<details><summary>Help: "All zeros. That is right where the upstream is uniform"</summary>

Try it with the upstream of the example, (1, 0). A test with ones cannot fail here.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why do the entries of this gradient add up to 0 in every row?
"""

# %% [markdown]
r"""
## E15.2 log-softmax and cross-entropy

*Medium, 17 minutes. You will be able to write the loss of a classifier, and its gradient.*

`log_softmax(x, axis=-1)`: the logarithm of the probabilities, also where a probability is so small
that it rounds to 0. So it cannot be `np.log(softmax(x))`.

With a right answer, `log_softmax(np.array([1000.0, 0.0]))` is `[0.0, -1000.0]`.
"""


# %%
def log_softmax(x, axis=-1):
    """The logarithm of the probabilities along an axis."""
    ### BEGIN SOLUTION
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    ### END SOLUTION


# %% tags=["check"]
check_log_softmax(log_softmax)

# %% [markdown]
r"""
`cross_entropy(logits, labels, reduction="mean")`: `logits` has a row for each example and a column
for each class; `labels` are class *numbers*, one a row. The loss of a row is minus the log-softmax
at its label. `reduction` is `"none"` for the array of these, `"sum"` or `"mean"` for one number.
You may call your `log_softmax`.

With a right answer, `cross_entropy(np.zeros((2, 4)), np.array([3, 0]))` is
$\log 4 \approx 1.386$.
"""


# %%
def cross_entropy(logits, labels, reduction="mean"):
    """Minus log of the probability of the right class: for each row, summed, or averaged."""
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    losses = -log_p[np.arange(len(labels)), labels]
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.mean()
    ### END SOLUTION


# %% tags=["check"]
check_cross_entropy(cross_entropy)

# %% [markdown]
r"""
`cross_entropy_vjp(logits, labels, upstream, reduction="mean")`: the gradient of the logits.
`upstream` is one number, and with `"none"` an array with one number for each row. Write it fused:
probabilities minus target, $p - y$, times what arrives at the row.

With a right answer, `cross_entropy_vjp(np.zeros((1, 2)), np.array([0]), 1.0)` is `[[-0.5, 0.5]]`.
"""


# %% tags=["fade"]
def cross_entropy_vjp(logits, labels, upstream, reduction="mean"):
    """The gradient of the logits: probabilities minus target, times what arrives at each row."""
    ### BEGIN SOLUTION
    rows = np.arange(len(labels))
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    p[rows, labels] -= 1  # gap
    if reduction == "none":
        return p * upstream[:, None]  # gap
    if reduction == "mean":
        return p * upstream / len(labels)  # gap
    return p * upstream
    ### END SOLUTION


# %% tags=["check"]
check_cross_entropy_vjp(cross_entropy_vjp)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`log_softmax` is $z$ minus the log-sum-exp of its row. Take the largest entry out of the row first:
then the log-sum-exp of what is left cannot overflow.
</details>

<details><summary>Hint 2: one entry a row</summary>

With `rows = np.arange(len(labels))`, `log_p[rows, labels]` is the array of one entry a row. The
same index takes 1 off at the labels: `p[rows, labels] -= 1`.
</details>

<details><summary>Hint 3: what arrives at a row</summary>

For `"sum"` the upstream itself, for `"mean"` the upstream divided by the number of rows, for
`"none"` its own entry: `upstream[:, None]` is a column.
</details>

<details><summary>Help: "`logits` changed by the call"</summary>

`p -= 1` on an array that *is* the logits writes into them. Subtract from the probabilities, which
are your own array.
</details>

<details><summary>Help: divide by zero encountered in log</summary>

A probability has rounded to 0. Compute its logarithm without the probability.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** twice as many rows, each as wrong as before: what happens to the gradient of
one row with `"mean"`, and with `"sum"`?
"""

# %% [markdown]
r"""
## E15.3 Fused is composed

*Hard, 8 minutes. You will be able to show that a shortcut gives the gradient of the long way.*

`composed_gradient(logits, labels, softmax, softmax_vjp)`: the gradient of the *mean* loss, by three
rules one after the other and no shortcut. Forward: probabilities, the one picked at each label,
minus the mean of their logarithms. Back: through the logarithm, then to the probabilities (what was
not picked gets 0), then through `softmax_vjp`. Both functions are given to you as arguments, as in
E15.1: `softmax(x, axis=-1)` and `softmax_vjp(s, upstream, axis=-1)`.
"""


# %%
def composed_gradient(logits, labels, softmax, softmax_vjp):
    """The gradient of mean(-log(softmax(logits)[rows, labels])), one rule after the other."""
    ### BEGIN SOLUTION
    rows = np.arange(len(labels))
    p = softmax(logits)
    arrives = np.zeros_like(p)
    arrives[rows, labels] = -1 / p[rows, labels] / len(labels)
    return softmax_vjp(p, arrives)
    ### END SOLUTION


# %% tags=["check"]
check_composed_gradient(composed_gradient)

# %% [markdown]
r"""
`largest_difference(f, g, logits, labels)`: call both functions with `(logits, labels)`, and return
the size of the largest difference between two entries at one place. The last of the checks hands
it a composed and a fused gradient: less than $10^{-12}$ apart.
"""


# %%
def largest_difference(f, g, logits, labels):
    """How far apart two gradients are where they differ most."""
    ### BEGIN SOLUTION
    return np.abs(f(logits, labels) - g(logits, labels)).max()
    ### END SOLUTION


# %% tags=["check"]
check_largest_difference(largest_difference)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

The slope of $-\log p$ is $-1/p$, and a mean gives each row one N-th of what arrives.
</details>

<details><summary>Hint 2: back to the probabilities</summary>

Begin with zeros in the shape of `p`, and write at `[rows, labels]`.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`arrives[rows, labels] = -1 / p[rows, labels] / len(labels)`, then `softmax_vjp(p, arrives)`. For
the difference: `np.abs(…).max()`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** at logits (1000, 0) and label 1 the long way gives nan, and the short way the
right gradient. Which number of the long way is to blame?
"""
