# %% [markdown]
r"""
# 16. Layer normalisation: exercises

Layer norm put together from other ops; layer norm as one op with a way back of its own; and batch
norm, gone back through by hand in twelve gradients. 50 minutes. The lesson is
[notebooks/16](../notebooks/16_layer_normalisation.ipynb). Each exercise stands alone: skip one, and
the next still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
import numpy as np

from autograd_lesson.checks.e16_layer_normalisation import (
    check_batch_norm_sheet,
    check_layer_norm,
    check_layer_norm_vjp,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E16.1 Composed

*Medium, 12 minutes. You will be able to build a normalisation whose gradient needs no thought.*

Write `layer_norm(x, weight, bias, eps=1e-5)` from the ops of `Tensor`: `mean`, `-`, `*`, `**`, `/`.
`x` has any number of axes, and the last one is normalised:

$$y = \frac{x - \text{mean}}{\sqrt{\text{variance} + \epsilon}} \cdot \text{weight} +
\text{bias}.$$

The variance is the *mean* of the squares of $x - \text{mean}$. Compute it so, and do not call
`var`. Use tensors throughout: then the engine finds the gradient for you.

With a right answer, `layer_norm(Tensor([[1.0, 3.0]]), Tensor([1.0, 1.0]), Tensor([0.0, 0.0]))`
holds -1 and 1, nearly.
"""


# %%
def layer_norm(x, weight, bias, eps=1e-5):
    """Rows with mean 0 and variance 1, times weight, plus bias."""
    ### BEGIN SOLUTION
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred * centred).mean(axis=-1, keepdims=True)
    hat = centred / (variance + eps) ** 0.5
    return hat * weight + bias
    ### END SOLUTION


# %% tags=["check"]
check_layer_norm(layer_norm)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Four lines: the centred rows, their variance, the normalised rows, the result.
</details>

<details><summary>Hint 2: the variance</summary>

`(centred * centred).mean(axis=-1, keepdims=True)`. `keepdims` lets the next line divide by it.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`hat = centred / (variance + eps) ** 0.5`, with eps under the root, then times `weight`, plus
`bias`.
</details>

<details><summary>Help: "Mean and variance were taken for constants"</summary>

The numbers are right, and the gradient is not: somewhere you took `x.data`. The engine sees tensors
only.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which ops of this graph copy one number to a whole row, and what do they do on
the way back?
"""

# %% [markdown]
r"""
## E16.2 As one op

*Hard, 15 minutes. You will be able to write the gradient of a normalisation in three terms.*

Write `layer_norm_vjp(x, weight, upstream, eps=1e-5)` on NumPy arrays. It returns `dx, dweight,
dbias`. With the normalised rows $\hat x$, their standard deviation $\sigma$ (with
`eps` under the root), and $g$ = upstream times weight:

$$dx = \frac{1}{\sigma} \Big( g - \text{mean}(g) - \hat x \cdot \text{mean}(g \hat x) \Big).$$

The means go along the last axis. `weight` and `bias` were copied to all rows, so theirs are sums
over all axes but the last. float32 stays float32.

With a right answer, a weight of ones and the same upstream everywhere give a `dx` of 0.
"""


# %% tags=["fade"]
def layer_norm_vjp(x, weight, upstream, eps=1e-5):
    """The gradients of rows, weight and bias."""
    ### BEGIN SOLUTION
    centred = x - x.mean(axis=-1, keepdims=True)
    std = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)
    hat = centred / std
    g = upstream * weight
    mean = g.mean(axis=-1, keepdims=True)
    along = (g * hat).mean(axis=-1, keepdims=True)  # gap
    dx = (g - mean - hat * along) / std  # gap
    rows = tuple(range(x.ndim - 1))
    return dx, (upstream * hat).sum(axis=rows), upstream.sum(axis=rows)  # gap
    ### END SOLUTION


# %% tags=["check"]
check_layer_norm_vjp(layer_norm_vjp)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

First compute everything of the way forward again: centred, std, hat. Then `g`, and the formula as
it stands.
</details>

<details><summary>Hint 2: sums over rows</summary>

`upstream.sum(axis=tuple(range(x.ndim - 1)))` sums over every axis but the last, also where there is
none to sum over.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`dx = (g - mean - hat * along) / std`, `dweight` is the sum of `upstream * hat`, `dbias` the sum of
`upstream`.
</details>

<details><summary>Help: "One array for each row"</summary>

Broadcasting copied the weight to every row. On the way back the copies' gradients are summed: one
number for each entry of the weight.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the three terms is 0 when the upstream has mean 0, and which when it
is at right angles to the normalised row?
"""

# %% [markdown]
r"""
## E16.3 Batch norm by the sheet

*Hard, 23 minutes. You will be able to go back through a long computation one line at a time.*

Batch norm normalises each *column*, over the rows of the batch. Here it is with every intermediate
named. Run it; the dict `f` is what your answer gets.
"""


# %%
def batch_norm(x, weight, bias, eps=1e-5):
    """Columns with mean 0 and variance 1; every intermediate by its name."""
    n = len(x)
    mean = x.sum(axis=0) / n
    centred = x - mean
    squares = centred**2
    var = squares.sum(axis=0) / n
    shifted = var + eps
    std = np.sqrt(shifted)
    inverse = 1 / std
    hat = centred * inverse
    scaled = hat * weight
    y = scaled + bias
    return locals()


# %%
f = batch_norm(np.array([[1.0, 2.0], [3.0, -2.0]]), np.array([1.0, 2.0]), np.array([0.0, 1.0]))
f["hat"], f["y"]

# %% [markdown]
r"""
Write `batch_norm_sheet(f, upstream)`, where `upstream` is what arrives at `y`. Return a dict `d` of
twelve gradients, in this order: `scaled`, `bias`, `weight`, `hat`, `inverse`, `std`, `shifted`,
`var`, `squares`, `centred`, `mean`, `x`. Each has the shape of what it belongs to.

Go from the last line of `batch_norm` to the first. Each line of yours uses what is in `d` already
and the numbers in `f`. Two arrays are each an operand of two lines, `x` of `mean` and `centred`,
and `centred` of `squares` and `hat`: their gradients have two terms. The check looks at the twelve
one by one, in this order, so run it as often as you like.
"""


# %% tags=["fade"]
def batch_norm_sheet(f, upstream):
    """The gradient of each intermediate of `batch_norm`, from the last to the first."""
    ### BEGIN SOLUTION
    n, d = len(f["x"]), {}
    d["scaled"] = upstream
    d["bias"] = upstream.sum(axis=0)
    d["weight"] = (d["scaled"] * f["hat"]).sum(axis=0)
    d["hat"] = d["scaled"] * f["weight"]
    d["inverse"] = (d["hat"] * f["centred"]).sum(axis=0)  # gap
    d["std"] = -d["inverse"] / f["std"] ** 2
    d["shifted"] = d["std"] / (2 * f["std"])
    d["var"] = d["shifted"]
    d["squares"] = np.ones_like(f["squares"]) * d["var"] / n
    d["centred"] = d["hat"] * f["inverse"] + d["squares"] * 2 * f["centred"]  # gap
    d["mean"] = -d["centred"].sum(axis=0)
    d["x"] = d["centred"] + d["mean"] / n  # gap
    return d
    ### END SOLUTION


# %% tags=["check"]
check_batch_norm_sheet(batch_norm_sheet)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`d = {}`, then `d["scaled"] = upstream`: an addition has the partial 1. Write one line, add
`return d`, and run the check.
</details>

<details><summary>Hint 2: copies and sums</summary>

What has one number for each column (`bias`, `weight`, `inverse`, `mean`) was copied to all rows
where it met a whole array: sum over `axis=0`. And `squares` was summed over the rows and divided by
`n` to give `var`: every row of `d["squares"]` is `d["var"] / n`. The same holds for `x` and `mean`.
</details>

<details><summary>Hint 3: the two with two paths</summary>

`centred` goes into `hat` and into `squares`: `d["hat"] * f["inverse"]` plus
`d["squares"] * 2 * f["centred"]`. `x` goes into `centred` and into `mean`: `d["centred"]` plus
`d["mean"] / n`.
</details>

<details><summary>Help: KeyError</summary>

A line uses a gradient that no line above it has written. The order is the reverse of the way
forward.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** `d["centred"].sum(axis=0)` has two terms, and one of them is always 0. Which,
and why?
"""
