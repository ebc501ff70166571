# %% [markdown]
r"""
# 14. Moving data: reshape, transpose, slice, gather, concat: exercises

Seven ops that compute nothing and only move numbers, as in
[lesson 14](../notebooks/14_moving_data.ipynb): each forward in NumPy, and the way back by your own
hand. 45 minutes. Each exercise stands alone: skip one, and the next still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
import numpy as np

from autograd_lesson.checks.e14_moving_data import (
    check_concat,
    check_embedding,
    check_pad,
    check_pick,
    check_reshape,
    check_stack,
    check_transpose,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## How an op is written here

An op takes arrays and returns a pair: the result, and a function `back`. `back(g)` is given an
upstream gradient `g` of the result's shape, and returns the contribution to the operand: an array
of the **operand's shape** and of the **dtype of `g`**. Run this one, and leave it as it is.

Nobody may notice that an op has run: neither the operand nor `g` changes, and `back` gives the same
answer when it is called again.
"""


# %%
def flip(x):
    """The rows of x from last to first, and the way back."""

    def back(g):
        return g[::-1]

    return x[::-1], back


result, back = flip(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
result, back(np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]))

# %% [markdown]
r"""
## E14.1 Reshape and transpose

*Medium, 12 minutes. You will be able to undo a move of axes.*

Write `reshape(x, shape)`: the same numbers in the same order, in another shape. One entry of
`shape` may be -1; NumPy knows what to do with it.

With a right answer, for an `x` of shape (2, 6), `reshape(x, (3, 4))` has a result of shape (3, 4),
and `back` of a `g` of that shape returns one of shape (2, 6).
"""


# %% tags=["fade"]
def reshape(x, shape):
    """The numbers of x in another shape, and the way back."""
    ### BEGIN SOLUTION

    def back(g):
        return g.reshape(x.shape)  # gap

    return x.reshape(shape), back
    ### END SOLUTION


# %% tags=["check"]
check_reshape(reshape)

# %% [markdown]
r"""
Now `transpose(x, axes)`, for an array with any number of axes: axis `k` of the result is axis
`axes[k]` of `x`. An entry of `axes` may be negative, as `-1` for the last axis.

With a right answer, for an `x` of shape (2, 3, 4), `transpose(x, (1, 2, 0))` has a result of shape
(3, 4, 2), and `back` of a `g` of that shape returns one of shape (2, 3, 4).
"""


# %%
def transpose(x, axes):
    """x with its axes in another order, and the way back."""
    ### BEGIN SOLUTION
    axes = [axis % x.ndim for axis in axes]

    def back(g):
        return g.transpose(np.argsort(axes))

    return x.transpose(axes), back
    ### END SOLUTION


# %% tags=["check"]
check_transpose(transpose)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

The way forward is one call of NumPy in both. For the way back ask: which move brings every number
home?
</details>

<details><summary>Hint 2: the inverse of an order</summary>

With `axes = (1, 2, 0)`, axis 0 of the result was axis 1 of `x`. So axis 1 of the contribution is
axis 0 of `g`. Write down, for each axis of `x`, at which *place* of `axes` it stands.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`np.argsort(axes)` is that list of places, once all entries are 0 or above: `axis % x.ndim` makes
them so.
</details>

<details><summary>Help: "axes don't match array"</summary>

`axes` needs one entry for each axis of the array. Is the array transposed the one you mean?
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** for which orders of the axes is the way back the same as the way forward?
"""

# %% [markdown]
r"""
## E14.2 Pick

*Medium, 10 minutes. You will be able to send gradients back through any index.*

Write `pick(x, index)`, whose result is `x[index]`. The index may be all that NumPy takes: a whole
number, a slice, a tuple of such, an array of whole numbers **with repeats**, an array of `True` and
`False`. `x` may hold whole numbers too (their gradients do not).

With a right answer, for `x = np.array([1.0, 2.0, 3.0])` and `index = [0, 2, 0]`, the result is
`[1, 3, 1]`, and `back(np.array([10.0, 20.0, 30.0]))` is `[40, 0, 20]`.
"""


# %%
def pick(x, index):
    """The numbers of x at an index, and the way back."""
    ### BEGIN SOLUTION

    def back(g):
        contribution = np.zeros(x.shape, dtype=g.dtype)
        np.add.at(contribution, index, g)
        return contribution

    return x[index], back
    ### END SOLUTION


# %% tags=["check"]
check_pick(pick)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Begin with zeros of the shape of `x`. What was not picked keeps its 0.
</details>

<details><summary>Hint 2: repeats</summary>

`contribution[index] += g` reads all the places, adds, and writes all the places: of two additions
to one place the last one stays. The lesson shows the function that adds one after the other.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`np.zeros(x.shape, dtype=g.dtype)`, then `np.add.at(contribution, index, g)`. It returns nothing:
it works on its first argument.
</details>

<details><summary>Help: "Whole numbers cut off every decimal that is written into them"</summary>

The zeros were made like `x`, which holds whole numbers here. `np.add.at` and `=` then drop what
stands behind the point, and say nothing. A gradient has the dtype of `g`.
</details>

<details><summary>Help: "UFuncTypeError: Cannot cast ufunc 'add' output"</summary>

The same mistake, met by `+=`: zeros of whole numbers cannot take the sum. Make them with the dtype
of `g`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a number is picked twice. Where have you met the same sum, in a graph of single
numbers?
"""

# %% [markdown]
r"""
## E14.3 Concat, stack, pad

*Medium, 15 minutes. You will be able to take a gradient apart again.*

`concat(arrays, axis)` puts a list of arrays end to end along an axis they all have. Its `back(g)`
returns a **list**: one contribution for each array, in their order.

With a right answer, arrays of the shapes (2, 3) and (2, 1) give, along axis 1, a result of shape
(2, 4); `back` returns a list of two, with the shapes (2, 3) and (2, 1).
"""


# %%
def concat(arrays, axis):
    """The arrays end to end along an axis, and the way back."""
    ### BEGIN SOLUTION
    ends = np.cumsum([array.shape[axis] for array in arrays])

    def back(g):
        return np.split(g, ends[:-1], axis)

    return np.concatenate(arrays, axis), back
    ### END SOLUTION


# %% tags=["check"]
check_concat(concat)

# %% [markdown]
r"""
`stack(arrays, axis)` puts arrays of one shape side by side along a **new** axis: two arrays of
shape (3,) give a result of shape (2, 3) for axis 0, and (3, 2) for axis 1 or -1. Again `back(g)`
returns a list.
"""


# %%
def stack(arrays, axis):
    """The arrays side by side along a new axis, and the way back."""
    ### BEGIN SOLUTION

    def back(g):
        return [g.take(place, axis) for place in range(len(arrays))]

    return np.stack(arrays, axis), back
    ### END SOLUTION


# %% tags=["check"]
check_stack(stack)

# %% [markdown]
r"""
`pad(x, widths)` puts zeros around `x`. `widths` is a list of pairs, one for each axis: so many
before, so many after. With `[(1, 0), (0, 2)]` there is a row of zeros above `x`, and two columns to
its right. `back(g)` returns one array.
"""


# %%
def pad(x, widths):
    """x with zeros around it, and the way back."""
    ### BEGIN SOLUTION

    def back(g):
        inside = (
            slice(before, before + size)
            for (before, after), size in zip(widths, x.shape, strict=True)
        )
        return g[tuple(inside)]

    return np.pad(x, widths), back
    ### END SOLUTION


# %% tags=["check"]
check_pad(pad)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`np.concatenate`, `np.stack` and `np.pad` go forward. Each way back is a slice of `g`, or several.
</details>

<details><summary>Hint 2: where a part begins</summary>

`np.split(g, places, axis)` cuts at *places*, not by lengths: for the lengths 3, 1 and 2 the places
are 3 and 4. Those are sums of lengths; `np.cumsum` has them.
</details>

<details><summary>Hint 3: nearly all of it</summary>

For `stack`: `g.take(place, axis)` for each place, which also takes the new axis away. For `pad`:
on each axis `slice(before, before + size)`, where `size` is that of `x`; put the slices in a tuple,
and index `g` with it.
</details>

<details><summary>Help: the contribution of pad has the shape (0, 3)</summary>

`g[before:-after]` is empty where `after` is 0, because `-0` is the beginning. Count from the front:
`before + size`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what becomes of the gradients that arrive at the zeros around a padded array,
and why?
"""

# %% [markdown]
r"""
## E14.4 An embedding

*Medium, 8 minutes. You will be able to train a table of rows that are looked up.*

An **embedding** is a table `weight` with a row of numbers for each word.
`embedding(indices, weight)` looks rows up: indices of shape (4, 5) and rows of 3 give a result of
shape (4, 5, 3). `back(g)` returns the contribution to `weight` alone.

For an index below 0, or from `len(weight)` on, raise an `IndexError` with the index in its message.
(NumPy would read -1 as the last row.)

With a right answer, for 3 rows and `indices = np.array([2, 2])`, rows 0 and 1 of `back(g)` are
zeros, and row 2 is `g[0] + g[1]`.
"""


# %%
def embedding(indices, weight):
    """The rows of a table at whole numbers, and the way back."""
    ### BEGIN SOLUTION
    for index in indices.flat:
        if not 0 <= index < len(weight):
            raise IndexError(f"the index is {index}; the table has rows 0 to {len(weight) - 1}")

    def back(g):
        contribution = np.zeros(weight.shape, dtype=g.dtype)
        np.add.at(contribution, indices, g)
        return contribution

    return weight[indices], back
    ### END SOLUTION


# %% tags=["check"]
check_embedding(embedding)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

It is `pick` with a table and an array of whole numbers, and one question in front.
</details>

<details><summary>Hint 2: the question</summary>

`for index in indices.flat:` goes through an array of any shape.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`if not 0 <= index < len(weight): raise IndexError(f"the index is {index}; ...")`, then
`weight[indices]` forward and `np.add.at` back.
</details>

<details><summary>Help: The message does not name the index</summary>

Put the number itself in the text, with an f-string. Whoever has a thousand words needs to know
which one.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a word does not occur in a batch. What does a step of plain gradient descent do
to its row?
"""
