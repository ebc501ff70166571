# %% [markdown]
r"""
# 11. From scalars to arrays

One node for a whole array in place of one for each number, and the same walk back. 55 minutes.
Afterwards you can write an op on arrays with its partial, say what a seed is and why a result of
many entries needs one, and keep a Jacobian of millions of numbers out of your memory.
"""

# %%
import numpy as np

import autograd_lesson
from autograd_lesson import Value, topological_order
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import show_jacobian, step_through

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(11, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `y = (x + x) * x`. How many edges does a tracer that keeps them all find?
> (b) A loss is the *mean* of 8 squared errors. What is its partial with respect to one of them? (c)
> What are the partials of relu at -0.5, 0 and 2?

<details><summary>Answers</summary>

(a) Four: two into the sum, two into the product. (b) One eighth. (c) 0, 0 as declared, and 1.

</details>
"""

# %%
folded()
x = Value(1.5, label="x")
y = (x + x) * x
edges = [operand for value in topological_order(y) for operand in value.operands]
len(edges), 1 / 8, [Value(number).relu().partials for number in (-0.5, 0.0, 2.0)]

# %% [markdown]
r"""
## A node for each number

A network of lesson 9, somewhat larger: 2 inputs, two layers of 16 neurons, 1 output, and 100
points to learn. Here are its numbers; nothing is computed yet.
"""

# %%
rng = np.random.default_rng(0)
points, targets = rng.normal(size=(100, 2)), np.sign(rng.normal(size=(100, 1)))
sizes = [(16, 2), (16, 16), (1, 16)]
layers = [(rng.normal(size=size) / 4, np.zeros(size[0])) for size in sizes]
sum(weights.size + biases.size for weights, biases in layers)

# %% [markdown]
r"""
First as we know it, with a Value for each number and an op for each product and each sum.

> **Predict.** 337 parameters and 100 points. How many values will the graph of the loss have:
> hundreds, thousands, or tens of thousands?
"""


# %%
def neuron(weights, bias, inputs):
    for weight, x in zip(weights, inputs, strict=True):
        bias = bias + weight * x
    return bias.tanh()


def scalar_loss(layers):
    """The sum of squared errors, number by number."""
    loss = Value(0.0)
    for inputs, target in zip(points, targets, strict=True):
        for weights, biases in layers:
            inputs = [neuron(w, b, inputs) for w, b in zip(weights, biases, strict=True)]
        loss = loss + (inputs[0] - target[0]) ** 2
    return loss


# %%
prediction("11-scalar-graph", mine="", within=3)
as_values = np.vectorize(Value, otypes=[object])
loss = scalar_loss([(as_values(weights), as_values(biases)) for weights, biases in layers])
len(topological_order(loss))

# %% [markdown]
r"""
Every one of them is a Python object. In each step of the training all but the parameters are made
again and thrown away. Now the same loss, with a node for each *array*. This is the package's
`Tensor`; you build its ops in this lesson and in the next three, `@` among them.
"""


# %%
def array_loss(layers):
    """The sum of squared errors, array by array."""
    h = points
    for weights, biases in layers:
        h = (h @ weights.T + biases).tanh()
    return ((h - targets) ** 2).sum()


as_tensors = autograd_lesson.Tensor
whole = array_loss([(as_tensors(weights), as_tensors(biases)) for weights, biases in layers])
len(topological_order(whole)), abs(whole.item() - loss.data) < 1e-9

# %% [markdown]
r"""
The same loss. `topological_order` is the function that counted the values: it asks for `operands`
and for nothing else. So which parts of the engine know that a node holds one number?
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what do 1,600 values with the op `tanh` and one array of 1,600 entries have in
common, and what is saved?
"""

# %% [markdown]
r"""
## An array slips in

Here is the engine of lesson 5 at its shortest. It takes any data without a question.
"""


# %%
class Number:
    """A number with a memory, that takes anything for a number."""

    def __init__(self, data, operands=(), partials=()):
        self.data, self.operands, self.partials, self.grad = data, operands, partials, 0.0

    def __add__(self, other):
        other = other if isinstance(other, Number) else Number(other)
        return Number(self.data + other.data, (self, other), (1.0, 1.0))

    def __rmul__(self, constant):
        return Number(constant * self.data, (self,), (constant,))

    def backward(self):
        self.grad = 1.0
        for result in reversed(topological_order(self)):
            for operand, partial in zip(result.operands, result.partials, strict=True):
                operand.grad = operand.grad + result.grad * partial


# %% [markdown]
r"""
> **Predict.** `y = x + np.array([10.0, 20.0])` with $x = 1$. What is `y.data`? If both of its
> entries count, how fast does their sum grow with `x`? And what will `x.grad` say?
> Type the last of the three.
"""

# %%
prediction("11-copied-number", mine="", of="x.grad")
x = Number(1.0)
y = x + np.array([10.0, 20.0])
y.backward()
y.data, x.grad

# %% [markdown]
r"""
NumPy copied `x` to both entries. Their sum grows by 2 for each unit of `x`, and the gradient says
1, without an error. Turned round, with the array on the left, something else happens:
"""

# %%
z = np.array([10.0, 20.0]) * x
type(z).__name__, z.dtype, [type(entry).__name__ for entry in z]

# %% [markdown]
r"""
The array did not know `Number`, so it multiplied entry by entry: an array of *objects*, each with a
graph of its own, and `z.backward()` does not exist. The package's Value refuses an array on either
side. With `__array_ufunc__ = None` a class tells NumPy to leave it alone; then `array * x` comes to
`x.__rmul__`, which can refuse it. (`__array_priority__` of lesson 3 does the same for operators
alone; this one is newer, and holds for functions such as `np.multiply` too.)
"""

# %%
array = np.array([10.0, 20.0])
for attempt in (lambda: Value(1.0) + array, lambda: array * Value(1.0)):
    try:
        attempt()
    except TypeError as error:
        print(error)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the two failures is worse, the one that gives 1 or the one that gives
an array of objects?
"""

# %% [markdown]
r"""
## Ops, entry by entry

A **tensor** is an array with a memory: `data`, `grad`, `op`, `operands` and `partials`, as before.
Only what the letters stand for has grown. In `a * b`, entry 3 of the result depends on entry 3 of
`a` and of `b`, and on no other. So a partial is now an array: the slope of each entry.
"""


# %%
class Tensor:
    """An array that remembers how it was computed."""

    __array_ufunc__ = None

    def __init__(self, data, label="", op="", operands=(), partials=()):
        self.data, self.grad = np.array(data, float), None
        self.label, self.op, self.operands, self.partials = label, op, operands, partials

    def __add__(self, other):
        return Tensor(self.data + other.data, "", "+", (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Tensor(self.data * other.data, "", "*", (self, other), (other.data, self.data))

    def tanh(self):
        y = np.tanh(self.data)
        return Tensor(y, "", "tanh", (self,), (1 - y**2,))


# %% [markdown]
r"""
> **Predict.** Each of these holds 2 rows and 3 columns. What is the shape of `y.partials[0]`? And
> what stands at its index [1, 2]?
"""

# %%
prediction("11-elementwise", mine="")
a = Tensor([[0.5, -1.0, 2.0], [0.1, 0.2, -0.3]], "a")
b = Tensor([[3.0, 4.0, 0.5], [-2.0, 1.0, 5.0]], "b")
y = a * b
y.partials[0].shape, y.partials[0][1, 2].item()

# %% [markdown]
r"""
What arrives at `y` has the shape of `y`, and upstream times partial, entry by entry, has the shape
of `a`. That is a rule to hold on to: **a gradient has the shape of its data**. The test is the old
one: nudge one entry of `a`, and see how far the results move, weighed by the upstream.
"""

# %%
upstream = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, 0.0]])
nudge = np.zeros((2, 3))
nudge[0, 1] = 1e-6
moved = ((a.data + nudge) * b.data - y.data) * upstream
(upstream * y.partials[0])[0, 1].item(), round(moved.sum().item() / 1e-6, 6)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the partial of `+` is still the number 1. Why is no array of ones needed?
"""

# %% [markdown]
r"""
## The whole Jacobian, and one row of it

How many slopes has `tanh` of 6 entries? Each of the 6 results could depend on each of the 6
entries: 36 slopes. The table of all of them, with a row for each result and a column for each
entry, is the **Jacobian** $J$. Measured:
"""


# %%
def jacobian(f, x, h=1e-6):
    """How fast each entry of f(x) moves when one entry of x is nudged; x is a vector."""
    nudges = h * np.eye(x.size)
    return np.array([(f(x + nudge) - f(x - nudge)) / (2 * h) for nudge in nudges]).T


np.round(jacobian(np.tanh, a.data.ravel()), 4) + 0.0, np.round(a.tanh().partials[0], 4)

# %% [markdown]
r"""
6 of 36 numbers are not 0, and they are those of the partial. Now an op that is not entry by entry:
a product with a matrix $W$ of 2 rows and 3 columns takes 3 numbers to 2.

> **Predict.** Which numbers are in the Jacobian of $y = W x$? Type them row by row. Do they depend
> on $x$?
"""

# %%
prediction("11-linear", mine="")
W = np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]])
x = np.array([1.0, 2.0, 3.0])
np.round(jacobian(lambda x: W @ x, x), 6)

# %% [markdown]
r"""
It is $W$ itself. The chain rule over arrays multiplies Jacobians. But look at what arrives on the
way back: an upstream $g$, one number for each result. Entry $j$ of $x$ moves $y_0$ by $J_{0j}$ and
$y_1$ by $J_{1j}$, so it receives

$$g_0 J_{0j} + g_1 J_{1j}.$$

That is a row times a matrix, $g J$: the **vector-Jacobian product**, or VJP. Below, each column of
$J$ takes one step. The row that you give, the **seed**, stands beside $J$, each number at the row
that it weighs.
"""

# %%
show_jacobian(lambda x: W @ x, x, seed=[2.0, -1.0])

# %% [markdown]
r"""
> **Try it.** Change the seed to `[1, 0]`, then to `[0, 1]`. Which rows do you get? Then put
> `np.tanh` in place of the function, with a seed of three.

A walk back never needs $J$, only $g J$. For `tanh` on the 100 by 16 array of our network:
"""

# %%
entries = 100 * 16
f"J: {entries**2 * 8 / 1e6:.1f} MB, the partial: {entries * 8 / 1e6:.4f} MB"

# %% [markdown]
r"""
So an edge keeps what it takes to compute $g J$, in the cheapest form: an array to multiply by,
where $J$ is a diagonal, and else a *function* of the upstream. For $W x$ it is this one:
"""


# %%
def vjp(upstream):
    return upstream @ W


vjp(np.array([2.0, -1.0]))

# %% [markdown]
r"""
In two sentences: why does going backwards, from the loss, need rows only, however many ops lie
between?

<details><summary>A model answer</summary>

The loss is one number, so the first Jacobian on the way back has one row. A row times a matrix is a
row again, so at every op a row arrives and a row leaves, and no Jacobian is ever multiplied by a
Jacobian.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what does the row $g J$ leave out of what the whole $J$ says?
"""

# %% [markdown]
r"""
## Which row? The seed

A walk begins with the gradient of the root with respect to itself. For a number that is 1. For an
array of 6 entries somebody has to say which mix of them is meant: a seed of the same shape.

> **You may think** that `backward` on an array gives the slope of each entry, and that a seed of
> ones is the natural choice. Here is a run where that fails: the entries of `y` are `x` and `-x`.
>
> **Instead**, ones give the gradient of the *sum* of the entries, here 0, though both move. A seed
> with a single 1 picks one entry; any other seed weighs them.
"""

# %%
mirror = np.array([[1.0], [-1.0]])  # the Jacobian of that y
for seed in ([1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.5, -2.0]):
    print(seed, np.array(seed) @ mirror)

# %% [markdown]
r"""
So where nobody has given a seed, the package asks, unless the root has one entry:
"""

# %% tags=["raises-exception"]
t = autograd_lesson.Tensor([[0.5, -1.0, 2.0], [0.1, 0.2, -0.3]])
t.tanh().backward()

# %% [markdown]
r"""
> **Predict.** The root has shape (2, 3), and the seed has shape (3,). NumPy would multiply the two.
> What would the second row of the root be weighed by? And what does the engine say?
"""

# %% tags=["raises-exception"]
prediction("11-seed-shape", mine="", choose="a gradient or error")
print(np.array([10.0, 20.0, 30.0]) * upstream)  # no error here
t.tanh().backward(np.array([10.0, 20.0, 30.0]))

# %% [markdown]
r"""
By the same three numbers as the first row, which nobody asked for. A shape that fits by chance
gives a wrong gradient without an error. So the seed must have exactly the shape of the root.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a loss is one number. Why does training never ask you for a seed?
"""

# %% [markdown]
r"""
## The same walk

The walk of lesson 5 needs one new line, for partials that are functions. The order needs none.
"""


# %%
def backward(root, seed):
    """The gradient of every tensor that `root` depends on, weighted by `seed`."""
    gradient = {root: seed}
    for result in reversed(topological_order(root)):
        upstream = gradient[result]
        for operand, partial in zip(result.operands, result.partials, strict=True):
            contribution = partial(upstream) if callable(partial) else upstream * partial
            gradient[operand] = gradient.get(operand, 0.0) + contribution
    return gradient


# %% [markdown]
r"""
> **Predict.** `root = a * b + a`. Two contributions reach `a`. What are they, with
> `upstream` from above as the seed? Type the first row of their sum.
"""

# %%
prediction("11-two-contributions", mine="", of="gradient[a][0]")
root = a * b + a
gradient = backward(root, upstream)
np.array_equal(gradient[a], upstream * b.data + upstream), gradient[a]

# %% [markdown]
r"""
The stepper crosses the same edges on the package's tensors. Its root is the sum of the entries, so
the seed is 1, and what the sum passes on is a one for each of them.
"""

# %%
ta, tb = (autograd_lesson.Tensor(each.data, each.label) for each in (a, b))
summed = (ta * tb + ta).sum().named("sum")

# %%
step_through(summed)

# %% [markdown]
r"""
One habit is dangerous on arrays. On numbers, `total += contribution` gave `total` a new number. On
arrays it writes *into the array*, and an array can have two names. Say the partial of `+` were a
function that hands on what arrives, the very same array:
"""

# %%
arrived = np.array([1.0, 2.0])
passed_on = (lambda g: g)(arrived)  # what `+` contributes
passed_on += np.array([100.0, 100.0])  # a second contribution
arrived

# %% [markdown]
r"""
The gradient of the *result* has changed, after the fact. That is why the walk above says
`gradient[operand] = ... + contribution`: a sum is a new array. The same walk, with a function on
one of its edges, is all that lessons 12 to 17 need. Here it crosses $\tanh(W v)$:
"""

# %%
v, seed = Tensor([0.5, -0.25, 0.1], "v"), np.array([2.0, -1.0])
product = Tensor(W @ v.data, "product", "W @", (v,), (vjp,))
walked = backward(product.tanh(), seed)[v]
measured = seed @ jacobian(lambda x: np.tanh(W @ x), v.data)
walked, bool(np.abs(walked - measured).max() < 1e-9)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** `a += b` and `a = a + b`: when is the difference harmless, and when not?
"""

# %% [markdown]
r"""
## Kinds of numbers

A NumPy array has one type for all its numbers, the **dtype**, and it is decided when the array is
made. A list of whole numbers makes an array of integers.

> **Predict.** A gradient array is made like its data, and a contribution of 0.75 is put in. What
> does it hold then?
"""

# %%
prediction("11-whole-numbers", mine="", of="grad")
data = np.array([1, 2, 3])
grad = np.zeros_like(data)
grad[:] = 0.75
data.dtype.kind, grad

# %% [markdown]
r"""
`i` for integer: the decimals are cut off, without a word. So a tensor that takes gradients holds
floats: ours makes them of everything, by `np.array(data, float)`. That is float64, with about 16
digits. float32 has half the bytes and about 7 digits.
"""

# %%
one, small = np.float32(1.0), np.float32(1e-8)
sizes = [np.ones(1000, kind).nbytes for kind in (np.float32, np.float64)]
[bool(one + small == one), 1 + 1e-8 == 1], sizes

# %% [markdown]
r"""
Large networks are trained in float32 or less; gradients are *tested* in float64, where a nudge of
$10^{-6}$ leaves digits to compare. The package keeps the float that you give, and makes float64 of
whole numbers:
"""

# %%
kinds = [np.array([1, 2]), np.array([1.0, 2.0], np.float32), [1.0, 2.0]]
[(2 * autograd_lesson.Tensor(kind)).dtype.name for kind in kinds]

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would happen to a weight of integers in one step of size 0.01?
"""

# %% [markdown]
r"""
## What you can now do

- Count what a node for each number costs, and what a node for each array saves.
- Write an op on arrays: its data, and a partial with the shape of the data.
- Compute a vector-Jacobian product without the Jacobian, as an array or as a function.
- Choose a seed, and refuse one of another shape.
- Tell `+=` on an array from a sum, and float64 from float32 from integers.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.tensor`, whose `requires_grad` is off unless you ask; ours is on. `y.backward(gradient=seed)`
takes the seed; left out, PyTorch says "grad can be implicitly created only for scalar outputs".
`torch.autograd.functional.vjp` and `.jacobian` are the row and the whole. The default dtype is
float32; `torch.autograd.gradcheck` warns about it, and in float32 fails even a right tanh.
"""

# %% [markdown]
r"""
## Check yourself

**1.** An op takes an array of 1,000 entries to one of 10. How many numbers has its Jacobian, and
how many the row that leaves it on the way back?

<details><summary>Answer 1</summary>

10,000, and 1,000: as many as the operand has entries.

</details>

**2.** `y = x * x` with `x = [1, 2, 3]` and the seed `[1, 0, -1]`. What is the gradient of `x`?

<details><summary>Answer 2</summary>

`[2, 0, -6]`: twice seed times `x`, entry by entry.

</details>

**3.** The partials of `a * b` are `b.data` and `a.data` themselves, no copies. What if somebody
writes into `a.data` before the walk?

<details><summary>Answer 3</summary>

`a.data` is the partial of `b`. The walk multiplies by the new numbers, and the gradient of `b` is
wrong. A partial of lesson 4 was a number of its own; an array is shared. The package counts the
writes, and refuses.

</details>
"""

# %% [markdown]
r"""
## Next

Write the tensor, its seed and its walk: [exercises/11][ex]. Your ops worked on arrays of one shape.
In [lesson 12](12_broadcasting_and_reductions.ipynb) a row is added to a matrix: NumPy copies it,
and the way back has to add up over the copies.

[ex]: ../exercises/11_from_scalars_to_arrays.ipynb
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=11)
