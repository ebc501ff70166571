# %% [markdown]
r"""
# 12. Copies forward, sums backward: broadcasting and reductions

A row is added to a matrix: NumPy copies it, and its gradient has to answer for every copy.
45 minutes. Afterwards you can say which axes are copied, undo any broadcast on the way back, and
send gradients through sums, means and maxima over any axis.
"""

# %%
import numpy as np

from autograd_lesson import Tensor, Value, topological_order
from autograd_lesson.pictures import draw
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import show_broadcast

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(12, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `y = a * b` with arrays of shape (2, 3). Which shape must a seed of `y` have?
> Which shape does the gradient of `a` have? (b) A value is used three times, and its uses send 1,
> -2 and 4 back. What is its gradient? (c) A loss is the mean of 5 squared errors, and one error is
> 3. What arrives at that error?

<details><summary>Answers</summary>

(a) Both have (2, 3). (b) 3: contributions are added. (c) $2 \cdot 3 / 5 = 1.2$. This lesson needs
all three.

</details>
"""

# %%
folded()
used = Value(1.0)
total = used * 1 + used * -2 + used * 4
total.backward()
used.grad, 2 * 3 / 5

# %% [markdown]
r"""
## A row meets a matrix

Three points with two coordinates, and a bias for each coordinate. The ops that you wrote in lesson
11 were for arrays of one shape. NumPy adds these two as well:
"""

# %%
points = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
bias = np.array([10.0, 20.0])
points + bias

# %% [markdown]
r"""
It took the one row as if it stood there three times. That is **broadcasting**. Does the engine of
lesson 11 survive it? Here it is again, in its shortest form.
"""


# %%
class Array:
    """An array with a memory; a partial is an array, or a function of the upstream."""

    def __init__(self, data, operands=(), partials=()):
        self.data, self.operands, self.partials = np.array(data, float), operands, partials

    def __add__(self, other):
        return Array(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Array(self.data * other.data, (self, other), (other.data, self.data))


def backward(root, seed):
    """The gradient of everything that `root` depends on."""
    gradient = {root: seed}
    for result in reversed(topological_order(root)):
        for operand, partial in zip(result.operands, result.partials, strict=True):
            upstream = gradient[result]
            contribution = partial(upstream) if callable(partial) else upstream * partial
            gradient[operand] = gradient.get(operand, 0.0) + contribution
    return gradient


# %% [markdown]
r"""
> **Predict.** The seed has the shape of the result, (3, 2). What shape must the gradient of `b`
> have? And what shape will this engine give it?
"""

# %%
prediction("12-bias-shape", mine="")
x, b = Array(points), Array(bias)
seed = np.array([[1.0, 0.0], [-2.0, 5.0], [4.0, 1.0]])
found = backward(x + b, seed)[b]
b.data.shape, found.shape

# %% [markdown]
r"""
No error, and a gradient of six numbers for a bias of two. Worse, the next step of training does not
complain either. It makes a matrix of the bias, because it broadcasts too:
"""

# %%
(b.data - 0.1 * found).shape

# %% [markdown]
r"""
> **You may think** that `+` passes the upstream on as it is, so the gradient of a broadcast operand
> is the upstream. Here is a run where that fails: nudge one number of the bias, and see how far the
> weighted sum of all results moves.
>
> **Instead**, look at which numbers of the seed have gone into it.
"""

# %%
h = np.array([1e-6, 0.0])
moved = ((points + bias + h) * seed).sum() - ((points + bias) * seed).sum()
round(moved.item() / 1e-6, 6), seed[:, 0]

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which rule of lesson 11 did the wrong gradient break, and when would you have
noticed?
"""

# %% [markdown]
r"""
## Every copy is a path

$1 - 2 + 4 = 3$. The first number of the bias stands in three results, so three paths lead from it
to the end, and contributions along paths are added: question (b) above. Nothing new has to be
learned, only to be seen. Forward, each cell is **copied**; backward, over the same arrows, what
arrives at the copies is **summed**.

> **Predict.** Below, 3, 5, 7 is copied to two rows, and 10, 20, ..., 60 arrives. What does the
> middle cell receive?
"""

# %%
prediction("12-copies", mine="", of="np.arange(10, 70, 10).reshape(2, 3).sum(axis=0)[1]")
show_broadcast([3, 5, 7], (2, 3))

# %% [markdown]
r"""
> **Try it.** `show_broadcast([[1], [2]], (2, 3))` copies a column. `show_broadcast(4, (2, 2))`
> copies a single number.

So the bias receives the sum over the rows of the seed:
"""

# %%
seed.sum(axis=0)

# %% [markdown]
r"""
In two sentences: why is it a sum, and not a mean, of what arrives at the copies?

<details><summary>A model answer</summary>

If the number moves by $h$, all of its copies move by $h$, and each of them moves the loss.
Those movements happen at once, so they add up; a mean would be right if the nudge were divided
among the copies.

</details>
"""

# %% [markdown] tags=["notes"] was="every-copy-is-a-road"
r"""
**Your notes here:** say "copied forward, summed backward" once more, in terms of paths in a graph.
"""

# %% [markdown]
r"""
## Which axes?

NumPy aligns two shapes **at the right**, puts ones in front of the shorter, and stretches each 1 to
the length beside it. Everything else it refuses.

> **Predict.** One of these four is refused. Which? Type its number, 1 to 4. And what are the
> shapes of the others?
"""

# %%
prediction("12-refused", mine="", of="refused")
pairs = [((2, 3), (3,)), ((2, 3), (2,)), ((2, 3), (2, 1)), ((4, 1, 3), (2, 1))]
refused = []
for place, (a, b) in enumerate(pairs, 1):
    try:
        print(place, a, b, "->", np.broadcast_shapes(a, b))
    except ValueError:
        refused.append(place)
        print(place, a, b, "-> refused")

# %% [markdown]
r"""
So there are two kinds of copies. A **new** axis stands in front, and the operand never had it. A
**stretched** axis had length 1. Going back, the first is summed and gone; the second is summed, and
keeps its length of 1. Two steps:
"""


# %%
def unbroadcast(g, shape):
    """g, summed over the copies that broadcasting made of an array of this shape."""
    new = tuple(range(g.ndim - len(shape)))
    g = g.sum(axis=new)
    stretched = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return g.sum(axis=stretched, keepdims=True)


# %% [markdown]
r"""
> **Predict.** An operand of shape (2, 1) was copied to (4, 2, 3), and ones arrive. How many ones
> reach each of its two numbers?
"""

# %%
prediction("12-ones", mine="", of="_[0, 0]")
unbroadcast(np.ones((4, 2, 3)), (2, 1))

# %% [markdown]
r"""
Ones count copies; as a *test* they are poor. A better one needs no nudge. For random $x$ and $g$,
$\sum \text{copies}(x) \cdot g = \sum x \cdot \text{back}(g)$, both being the sum over all arrows.
The loop computes both sides for an operand that gets new axes, both kinds of axes, stretched axes,
no axes, and for a single number. The last line is an operand that is copied to no row at all:
"""

# %%
rng = np.random.default_rng(0)
for shape in [(3,), (2, 1), (1, 1, 3), (4, 2, 3), ()]:
    x, g = rng.normal(size=shape), rng.normal(size=(4, 2, 3))
    back = unbroadcast(g, shape)
    agree = np.isclose((np.broadcast_to(x, g.shape) * g).sum(), (x * back).sum())
    print(shape, back.shape == shape, bool(agree))
unbroadcast(np.ones((0, 3)), (1, 3))

# %% [markdown]
r"""
The last one moves nothing, and its gradient is 0: the sum of no numbers.

> **Careful.** Summing without `keepdims` gives the numbers of a stretched axis without the axis:
> (2,) for (2, 1). Then `x - 0.1 * grad` broadcasts again, and a column has become a square.
"""

# %%
column, grad = np.ones((2, 1)), np.ones((4, 2, 3)).sum(axis=(0, 2))
grad.shape, (column - 0.1 * grad).shape

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** how do you tell from two shapes alone which axes are summed on the way back?
"""

# %% [markdown]
r"""
## An op of its own

Where in the engine does this sum belong? One could call `unbroadcast` in the rule of every op: in
`+`, in `*`, in `maximum`, and forget it in one. The package copies by an op instead. `+` then meets
two equal shapes, its partials stay as they are, and the copy is there to be seen:
"""

# %%
x, b = Tensor(points, label="x"), Tensor(bias, label="b")
y = (x + b).named("y")
draw(y)

# %%
y.backward(seed)
x.grad.shape, b.grad

# %% [markdown]
r"""
Ours needs the same op, and its partial is a function. `+` and `*` call it first.

> **Predict.** `x * s` with the points and a single number `s`. What shape does the gradient of
> `s` have? (A single number has the shape `()`.)
"""

# %%
prediction("12-scalar-shape", mine="", of="gradient.shape")


def copied(x, shape):
    """x, copied to a shape; the same array where nothing is to be copied."""
    if x.data.shape == shape:
        return x
    return Array(np.broadcast_to(x.data, shape), (x,), (lambda g: unbroadcast(g, x.data.shape),))


def times(a, b):
    shape = np.broadcast_shapes(a.data.shape, b.data.shape)
    return copied(a, shape) * copied(b, shape)


x, s = Array(points), Array(2.0)
gradient = backward(times(x, s), seed)[s]
gradient.shape, gradient.item(), (seed * points).sum().item()

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what is gained by an op for the copy, and what does it cost?
"""

# %% [markdown]
r"""
## Sums forward, copies backward

A **reduction** makes one number of many. It is the same picture with the arrows turned over: each
entry goes into one sum, so it receives what arrives at that sum.

> **Predict.** `points.sum(axis=1)` has three entries, and 100, 10, 1 arrives. What is the gradient
> of the points?
"""

# %%
prediction("12-sum", mine="")
g = np.array([100.0, 10.0, 1.0])
np.broadcast_to(g[:, None], points.shape)

# %% [markdown]
r"""
`g[:, None]` has the shape (3, 1): the axis that the sum took away must come back, *where it was*.
Without it NumPy aligns at the right. Here it would have refused. On a square it does not:
"""

# %%
square, g = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([100.0, 10.0])
np.broadcast_to(g, square.shape), np.broadcast_to(g[:, None], square.shape)

# %% [markdown]
r"""
The first gives 100 to the first *column*, though it belongs to the first row. A test on squares
alone would never tell by the shape. One line is right for every axis, tuples and negative ones too:
the shape that `keepdims` would have given.
"""


# %%
def summed(x, axis=None, keepdims=False):
    """The sum of x over some axes."""
    kept = x.data.sum(axis=axis, keepdims=True).shape

    def copy_back(g):
        return np.broadcast_to(g.reshape(kept), x.data.shape)

    return Array(x.data.sum(axis=axis, keepdims=keepdims), (x,), (copy_back,))


x = Array(points)
backward(summed(x, axis=-1), np.array([100.0, 10.0, 1.0]))[x]

# %% [markdown]
r"""
A mean is a sum divided by $n$, and $n$ is how many entries went into *one* result.

> **Predict.** 12 arrives at each result of a mean of the points, over all axes, over axis 0, over
> axis 1. What does one entry receive?
"""

# %%
prediction("12-mean", mine="", of="received")
received = []
for axis in (None, 0, 1):
    x = Tensor(points)
    mean = x.mean(axis=axis)
    mean.backward(np.full(mean.shape, 12.0))
    n = points.size // mean.size
    received.append(x.grad[0, 0])
    print(f"axis {axis}: n = {n}, one entry receives {x.grad[0, 0]:g}")

# %% [markdown]
r"""
Both halves at once: from each column its mean is taken away. `x` reaches the result directly, and
through the mean, which is copied to all rows.

> **Predict.** What is the gradient of the *sum* of all results? Think before you multiply: what is
> that sum?
"""

# %%
prediction("12-centred", mine="", of="np.unique(x.grad.round(9) + 0)")
x = Tensor(points, label="x")
centred = x - x.mean(axis=0)
centred.sum().backward()
centred.data.sum(axis=0), x.grad

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** broadcasting and summing are each other's way back. What changes in each if a
mean stands in for the sum?
"""

# %% [markdown]
r"""
## The largest, and ties

A maximum copies one entry and ignores the others: it hands its gradient to the largest. What if two
are largest?

> **Predict.** `[3, 7, 7]`. Nudge the last 7 up by 0.1, then down. How far does the maximum move?
> And if both sevens go up?
"""

# %%
prediction("12-tie", mine="")
row = np.array([3.0, 7.0, 7.0])
nudges = np.array([[0, 0, 0.1], [0, 0, -0.1], [0, 0.1, 0.1]])
np.round((row + nudges).max(axis=1) - row.max(), 6)

# %% [markdown]
r"""
Slope 1 one way and 0 the other: a kink, as relu has at 0, and a choice has to be declared. The last
number limits the choice: moved together, the two sevens move the maximum by *one* nudge, so what
they receive should add up to 1. A half for each adds up to 1; so does 1 for one of them and 0 for
the other. A 1 for each does not, though PyTensor 3.0, one of the nine frameworks of
lesson 29, gives it.
"""

# %%
largest = row == row.max()
seven = Tensor(row)
seven.max().backward()
largest * 1.0, largest / largest.sum(), seven.grad

# %% [markdown]
r"""
The package gives equal parts. Along an axis, the ties are counted among the entries of one result:
"""

# %%
table = np.array([[3.0, 7.0, 7.0], [5.0, 1.0, 2.0]])
largest = table == table.max(axis=1, keepdims=True)
share = largest / largest.sum(axis=1, keepdims=True)
np.array([[10.0], [4.0]]) * share

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which would you rather explain to a user, "shared equally" or "the first one"?
"""

# %% [markdown]
r"""
## What you can now do

- Say from two shapes what NumPy copies, and what it refuses.
- Sum a gradient back over new and over stretched axes, and keep what has to stay.
- Send a gradient through a sum and a mean over any axis, with `keepdims` and without.
- Choose a rule for ties, and test it.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`x.expand(shape)` is the copy, and `g.sum_to_size(shape)` our `unbroadcast`; in a graph the copy is
`ExpandBackward0`, while `+` sums for itself. Axes are called `dim`, and `keepdims` is `keepdim`.
`x.amax(dim)` shares ties as we do. `x.max(dim)` also returns the places, and gives everything to
that place.
"""

# %% [markdown]
r"""
## Check yourself

**1.** A bias of shape (4,) is added to an array of shape (32, 4). What is its gradient, in one
line?

<details><summary>Answer 1</summary>

`g.sum(axis=0)`: 32 copies of each number, summed.

</details>

**2.** `x` has shape (5, 1) and meets (5,). What shape does the result have, and over which axis is
the gradient of each operand summed?

<details><summary>Answer 2</summary>

(5, 5). For `x` over axis 1, kept with length 1; for the other over axis 0, which is new.

</details>

**3.** A test sends ones through a mean over axis 0 of a (3, 3) array and finds a third everywhere.
Which two mistakes does it not notice?

<details><summary>Answer 3</summary>

A wrong axis, since both have length 3 and all that arrives is equal; and a lost upstream, since a
factor of 1 does not show.

</details>
"""

# %% [markdown]
r"""
## Next

Write `unbroadcast`, the reductions and a maximum that shares:
[exercises/12](../exercises/12_broadcasting_and_reductions.ipynb). In
[lesson 13](13_matrix_multiplication.ipynb) copying, multiplying and summing become one op, the
product of two matrices.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=12)
