# %% [markdown]
r"""
# 12. Broadcasting and reductions: exercises

Copies forward, sums backward, and the other way round, as in
[lesson 12](../notebooks/12_broadcasting_and_reductions.ipynb). You work on plain NumPy arrays. 50
minutes. Each exercise stands alone: skip one, and the next still works.

The work is yours: an answer that has the package or another library do it does not pass. What is
to be predicted is not run: take a pencil.
"""

# %%
import numpy as np

from autograd_lesson.checks.e12_broadcasting_and_reductions import (
    check_max_of,
    check_mean_of,
    check_predicted_shapes,
    check_sum_of,
    check_unbroadcast,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E12.1 Which shape?

*Easy, 8 minutes. You will be able to say what NumPy copies before it does.*

What are the shapes of `a + b` and of both gradients? Use a pencil, not NumPy.

| row | `a` | `b` |
|---|---|---|
| 0 | (2, 3) | (3,) |
| 1 | (2, 1) | (1, 3) |
| 2 | () | (2, 3) |
| 3 | (2, 3) | (2,) |
| 4 | (4, 1, 3) | (2, 1) |
| 5 | (1, 1, 3) | (2, 4, 3) |
| 6 | (5,) | (5, 1) |
| 7 | (1, 3) | (0, 3) |
"""

# %% [markdown]
r"""
Return a list of 8: for each row three shapes, as in `((2, 2), (2, 1), (2, 2))`, or `None` where
NumPy refuses.
"""


# %%
def predicted_shapes():
    """The shapes of a + b, of the gradient of a, and of that of b, for each row."""
    ### BEGIN SOLUTION
    return [
        ((2, 3), (2, 3), (3,)),
        ((2, 3), (2, 1), (1, 3)),
        ((2, 3), (), (2, 3)),
        None,
        ((4, 2, 3), (4, 1, 3), (2, 1)),
        ((2, 4, 3), (1, 1, 3), (2, 4, 3)),
        ((5, 5), (5,), (5, 1)),
        ((0, 3), (1, 3), (0, 3)),
    ]
    ### END SOLUTION


# %% tags=["check"]
check_predicted_shapes(predicted_shapes)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Write one shape under the other, **aligned at the right**. A shape that has fewer axes gets ones in
front.
</details>

<details><summary>Hint 2: axis by axis</summary>

Equal lengths stay. Where one of two lengths is 1, it is stretched to the other one. Anything else
is refused.
</details>

<details><summary>Hint 3: the gradients</summary>

A gradient has the shape of its own data, whatever was copied.
</details>

<details><summary>Help: "without the comma it is the number 3"</summary>

`(3)` is 3 in brackets. A tuple of one entry is `(3,)`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the eight did you get wrong at first, and what did you think?
"""

# %% [markdown]
r"""
## E12.2 Unbroadcast

*Medium, 15 minutes. You will be able to undo any broadcast.*

An operand of shape `shape` was broadcast, and `g` is the gradient of the result. Write
`unbroadcast(g, shape)`: the gradient of the operand, an array of that shape, in which each entry is
the **sum** of what arrives at its copies. It has the dtype of `g`, and `g` stays as it is.

With a right answer, for `g = np.array([[1.0, 2.0], [10.0, 20.0]])`, `unbroadcast(g, (2,))` is
`[11, 22]`, `unbroadcast(g, (2, 1))` is `[[3], [30]]`, and `unbroadcast(g, ())` is 33.
"""


# %% tags=["fade"]
def unbroadcast(g, shape):
    """g, summed over the copies that broadcasting made of an array of this shape."""
    ### BEGIN SOLUTION
    new = tuple(range(g.ndim - len(shape)))
    g = g.sum(axis=new)  # gap
    ones = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return g.sum(axis=ones, keepdims=True)  # gap
    ### END SOLUTION


# %% tags=["check"]
check_unbroadcast(unbroadcast)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

There are two kinds of copies: along **new** axes, which `shape` lacks, and along **stretched**
ones, where `shape` has a 1. Take them one after the other.
</details>

<details><summary>Hint 2: the new axes</summary>

They stand in front: there are `g.ndim - len(shape)` of them. Sum over them, and they are gone. Then
`g` has as many axes as `shape`, and axis 0 of one is axis 0 of the other.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`sum` takes a tuple of axes, an empty one too. The stretched axes are those with
`length == 1` in `enumerate(shape)`; sum over them with `keepdims=True`.
</details>

<details><summary>Help: "AxisError: axis 2 is out of bounds"</summary>

After a sum without `keepdims` an array has one axis less. Sum over several axes in one call.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why is it a sum and not a mean? Say it with one number and its two copies.
"""

# %% [markdown]
r"""
## E12.3 Sum and mean

*Medium, 15 minutes. You will be able to send a gradient back through a reduction.*

An op returns a pair here: the result, and a function `back`, which takes a `g` of the result's
shape and returns the contribution to `x`, with the shape of `x` and the dtype of `g`.

Write `sum_of(x, axis, keepdims)`. `axis` is `None` (all axes), a whole number, perhaps negative, or
a tuple of such. With `keepdims` the reduced axes stay, with length 1.

With a right answer, for an `x` of shape (2, 3), `sum_of(x, 1, False)` has a result of shape (2,),
and `back(np.array([5.0, -1.0]))` is `[[5, 5, 5], [-1, -1, -1]]`.
"""


# %% tags=["fade"]
def sum_of(x, axis=None, keepdims=False):
    """The sum of x over some axes, and the way back."""
    ### BEGIN SOLUTION
    result = x.sum(axis=axis, keepdims=keepdims)
    kept = x.sum(axis=axis, keepdims=True).shape  # gap

    def back(g):
        return np.broadcast_to(g.reshape(kept), x.shape)  # gap

    return result, back
    ### END SOLUTION


# %% tags=["check"]
check_sum_of(sum_of)

# %% [markdown]
r"""
Now `mean_of(x, axis, keepdims)`, with the same kinds of axis. With a right answer, for the same
`x`, `back(np.array([6.0, -3.0]))` of `mean_of(x, 1, False)` is `[[2, 2, 2], [-1, -1, -1]]`.
"""


# %%
def mean_of(x, axis=None, keepdims=False):
    """The mean of x over some axes, and the way back."""
    ### BEGIN SOLUTION
    result = x.mean(axis=axis, keepdims=keepdims)
    kept = x.sum(axis=axis, keepdims=True).shape
    count = x.size / np.size(result)

    def back(g):
        return np.broadcast_to(g.reshape(kept) / count, x.shape)

    return result, back
    ### END SOLUTION


# %% tags=["check"]
check_mean_of(mean_of)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Every entry of `x` moves one sum, by as much as it moves itself. So it gets that sum's entry of `g`:
copies forward were sums backward, and sums forward are copies backward.
</details>

<details><summary>Hint 2: an axis that is gone</summary>

`np.broadcast_to(g, x.shape)` aligns at the right. It needs the reduced axes back where they were,
with length 1. Which shape would `keepdims=True` have given?
</details>

<details><summary>Hint 3: nearly all of it</summary>

`kept = x.sum(axis=axis, keepdims=True).shape`, then `np.broadcast_to(g.reshape(kept), x.shape)`. It
works for every kind of axis, with keepdims and without. For the mean divide by how many entries
went into one result: `x.size / np.size(result)`.
</details>

<details><summary>Help: "operands could not be broadcast together"</summary>

`g` of shape (2,) does not fit beside (2, 3): aligned at the right, 2 stands over 3. It needs the
shape (2, 1).
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why did a square `x` let a wrong answer through, and which shape did not?
"""

# %% [markdown]
r"""
## E12.4 The largest

*Medium, 12 minutes. You will be able to say who gets the gradient of a maximum.*

Write `max_of(x, axis, keepdims)`. Each result is the maximum of some entries of `x`, such as one
row. Only the largest of them moves that result. Where several are largest, what arrives is divided
among them **in equal parts**; the others get 0.

With a right answer, for `x = np.array([[3.0, 7.0, 7.0], [5.0, 1.0, 2.0]])`, `max_of(x, 1, False)`
has the result `[7, 5]`, and `back(np.array([10.0, -1.0]))` is `[[0, 5, 5], [-1, 0, 0]]`.
"""


# %%
def max_of(x, axis=None, keepdims=False):
    """The largest entries of x along some axes, and the way back."""
    ### BEGIN SOLUTION
    largest = x.max(axis=axis, keepdims=True)
    is_largest = x == largest
    share = is_largest / is_largest.sum(axis=axis, keepdims=True)

    def back(g):
        return g.reshape(largest.shape) * share

    return x.max(axis=axis, keepdims=keepdims), back
    ### END SOLUTION


# %% tags=["check"]
check_max_of(max_of)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Compute the maximum twice: as asked for, and once with `keepdims=True`, which broadcasts against
`x`.
</details>

<details><summary>Hint 2: who is largest</summary>

`x == largest` is an array of `True` and `False`. Summed along the same axes it says how many are
largest.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`share = is_largest / is_largest.sum(axis=axis, keepdims=True)`. The contribution is `g`, in the
shape of `largest`, times the share.
</details>

<details><summary>Help: "The ties of the whole array were counted"</summary>

A sum without an axis counts all of them together. Count them along `axis`, for each result alone.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** PyTorch's `max` along an axis gives the whole gradient of a tie to one entry.
Which rule would you choose, and why?
"""
