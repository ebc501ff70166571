# %% [markdown]
r"""
# 13. Matrix multiplication and linear layers: exercises

You write the matrix product three times, each time for more, and a network out of it. 70 minutes.
The lesson is [notebooks/13](../notebooks/13_matrix_multiplication.ipynb). Each exercise stands
alone: skip one, and the next still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
import numpy as np

from autograd_lesson import Tensor, dot
from autograd_lesson.checks.e13_matrix_multiplication import (
    check_einsum_vjp,
    check_linear,
    check_linear_vjp,
    check_matmul,
    check_matmul_of_values,
    check_matmul_vjp,
    check_moons_classifier,
)
from autograd_lesson.data import two_moons
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E13.1 The product, and the way back through it

*Three rungs. You will be able to derive the gradient of a matrix product by its indices, and to
carry it over to vectors and to stacks of matrices.*
"""

# %% [markdown]
r"""
**Rung 1: lists of values.** *Easy, 6 minutes.* A matrix is a list of rows, each a list of `Value`s.
`matmul_of_values(a, b)` returns the product in that form: the entry in row `i` and column `k` is
the sum of `a[i][j] * b[j][k]` over `j`. Use `dot`, which takes two lists of
equal length, or plain `*` and `+`. Where the inner lengths differ, raise a `ValueError`. The engine
does the way back by itself.

`matmul_of_values([[Value(1), Value(2)]], [[Value(3)], [Value(4)]])` is a list of one row with one
Value, 11.
"""


# %%
def matmul_of_values(a, b):
    """The matrix product of two lists of rows of Values."""
    ### BEGIN SOLUTION
    columns = [[row[k] for row in b] for k in range(len(b[0]))]
    return [[dot(row, column) for column in columns] for row in a]
    ### END SOLUTION


# %% tags=["check"]
check_matmul_of_values(matmul_of_values)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Two loops: one over the rows of `a`, one over the columns of `b`. `[row[k] for row in b]` is column
`k`.
</details>

<details><summary>Hint 2: the lengths</summary>

`dot` refuses two lists of different lengths with a `ValueError` of its own. `zip` does not.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`return [[dot(row, column) for column in columns] for row in a]`; what is left is `columns`.
</details>

<details><summary>Help: ValueError: dot takes two lists of one length</summary>

With a row of `a` belongs a *column* of `b`. A row of `b` has the right length only if `b` is as
wide as `a`.
</details>
"""

# %% [markdown]
r"""
**Rung 2: arrays.** *Medium, 10 minutes.* Now one op for the whole product, and its way back by
hand. For $C = AB$, where the gradient of $C$ is `upstream`, return what `a` and `b` receive, as the
pair `(to_a, to_b)`. Each contribution has the shape of its operand. Do not match shapes: the check
has square matrices, where every order fits.

With `upstream = np.array([[2.0]])`, `a = np.array([[3.0, 4.0]])` and `b = np.array([[5.0],
[6.0]])`, `to_a` is `[[10, 12]]` and `to_b` is `[[6], [8]]`.
"""


# %% tags=["fade"]
def matmul_vjp(upstream, a, b):
    """The contributions to a and to b, for the product of two matrices."""
    ### BEGIN SOLUTION
    to_a = upstream @ b.T  # gap
    to_b = a.T @ upstream  # gap
    return to_a, to_b
    ### END SOLUTION


# %% tags=["check"]
check_matmul_vjp(matmul_vjp)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Write `C[i, k]` as a sum. In which entries of `C` is `A[i, j]`, and with what is it multiplied in
each?
</details>

<details><summary>Hint 2: from a sum to a product</summary>

`to_a[i, j]` is the sum of `G[i, k] * B[j, k]` over `k`. In a product the summed index stands last
in the first factor and first in the second: one of the two has to be transposed.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`to_a = upstream @ b.T`. The other one begins with `a.T`.
</details>

<details><summary>Help: ValueError: matmul: Input operand 1 has a mismatch</summary>

The two lengths that meet in the middle differ: look which index is summed over, and where it stands
in each factor.
</details>
"""

# %% [markdown]
r"""
**Rung 3: any number of axes.** *Hard, 15 minutes.* `matmul(a, b)` is the op: it returns the result
*and* the way back, as `(result, (to_a, to_b))`, two functions from the upstream gradient to a
contribution. It takes what `@` takes:

- a **vector** on the left is a matrix of one row, on the right of one column; the axis that this
  adds is taken away from the result;
- **stacks** of matrices are multiplied in pairs, and a stack of 1, or none, is copied along;
- float32 stays float32, on both ways.

What was copied receives a sum. `unbroadcast` of lesson 12 does that; here it is once more.
"""


# %%
def unbroadcast(gradient, shape):
    """The sum of `gradient` over all copies that broadcasting made of an array of this shape."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    stretched = [axis for axis, n in enumerate(shape) if n == 1 and gradient.shape[axis] > 1]
    return gradient.sum(axis=tuple(stretched), keepdims=True)


# %%
def matmul(a, b):
    """a @ b, and two functions that turn the upstream gradient into the contributions."""
    ### BEGIN SOLUTION
    rows = a[None, :] if a.ndim == 1 else a
    columns = b[:, None] if b.ndim == 1 else b

    def full(upstream):
        """The upstream with the axes that the vectors have lost."""
        if b.ndim == 1:
            upstream = upstream[..., None]
        return upstream[..., None, :] if a.ndim == 1 else upstream

    def to_a(upstream):
        contribution = full(upstream) @ columns.swapaxes(-1, -2)
        return unbroadcast(contribution, rows.shape).reshape(a.shape)

    def to_b(upstream):
        contribution = rows.swapaxes(-1, -2) @ full(upstream)
        return unbroadcast(contribution, columns.shape).reshape(b.shape)

    return a @ b, (to_a, to_b)
    ### END SOLUTION


# %% tags=["check"]
check_matmul(matmul)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Begin with matrices only: two inner functions with the two lines of rung 2, and
`return a @ b, (to_a, to_b)`. Run the check, and let it say what is next.
</details>

<details><summary>Hint 2: stacks</summary>

`x.swapaxes(-1, -2)` transposes each matrix of a stack. Then `unbroadcast(contribution, a.shape)`
sums what came to the copies.
</details>

<details><summary>Hint 3: vectors</summary>

Make matrices of them at the very beginning, `a[None, :]` and `b[:, None]`, and give the upstream
the same axes: `upstream[..., None]` where `b` is a vector, then `upstream[..., None, :]` where `a`
is. At the end, `.reshape(a.shape)`.
</details>

<details><summary>Help: ValueError: axes don't match array</summary>

`swapaxes` needs two axes, and a vector has one. Give it its second axis first.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why can no test on square matrices alone tell `upstream @ b.T` from
`upstream @ b` by the shape, and what does tell them apart?
"""

# %% [markdown]
r"""
## E13.2 A linear layer, and a network of two

*Three rungs. You will be able to say what a layer sends back, to write it as a class, and to train
a network of two on points that no straight line can separate.*

**Rung 1: what a layer sends back.** *Medium, 6 minutes.* A linear layer gets `n` examples at once,
`x` of shape `(n, inputs)`. PyTorch keeps its weight as `(outputs, inputs)`, so that
`y = x @ weight.T + bias`. Return what `x`, the weight and the bias receive: three arrays, in this
order.
"""


# %%
def linear_vjp(upstream, x, weight):
    """The contributions to x, to the weight and to the bias of y = x @ weight.T + bias."""
    ### BEGIN SOLUTION
    return upstream @ weight, upstream.T @ x, upstream.sum(axis=0)
    ### END SOLUTION


# %% tags=["check"]
check_linear_vjp(linear_vjp)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`y = x @ B` with `B = weight.T`. You know what `x` and `B` receive; what `weight` receives is what
`B` receives, transposed.
</details>

<details><summary>Hint 2: the bias</summary>

It was copied to each of the `n` examples. A copy forward is a sum backward.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`upstream @ weight`, then `upstream.T @ x`, then a sum over axis 0.
</details>
"""

# %% [markdown]
r"""
**Rung 2: the layer.** *Easy, 8 minutes.* From here on the package's `Tensor` does the way back.
`Linear(n_inputs, n_outputs, rng)` keeps `self.weight`, a Tensor of
`rng.normal(0.0, n_inputs**-0.5, (n_outputs, n_inputs))`, and `self.bias`, a Tensor of `n_outputs`
zeros. Called with a Tensor or an array `x` of shape `(n, n_inputs)`, it returns the Tensor
`x @ weight.T + bias`. `parameters()` returns the list `[weight, bias]`.
"""


# %%
class Linear:
    """x @ weight.T + bias: a weighted sum of the inputs for each output."""

    def __init__(self, n_inputs, n_outputs, rng):
        """Draw the weight from `rng`; start the bias at 0."""
        ### BEGIN SOLUTION
        self.weight = Tensor(rng.normal(0.0, n_inputs**-0.5, (n_outputs, n_inputs)))
        self.bias = Tensor(np.zeros(n_outputs))
        ### END SOLUTION

    def __call__(self, x):
        """The outputs for a batch of inputs."""
        ### BEGIN SOLUTION
        return x @ self.weight.T + self.bias
        ### END SOLUTION

    def parameters(self):
        """The weight, then the bias."""
        ### BEGIN SOLUTION
        return [self.weight, self.bias]
        ### END SOLUTION


# %% tags=["check"]
check_linear(Linear)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`Tensor(array)` makes a Tensor that receives a gradient.
</details>

<details><summary>Hint 2: the call</summary>

Compute with `self.weight` and `self.bias` themselves. With `.data` the numbers would be the same,
and nothing would come back.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`return x @ self.weight.T + self.bias`
</details>
"""

# %% [markdown]
r"""
**Rung 3: two moons.** *Medium, 10 minutes.* `two_moons` draws points on two half circles that
reach into each other, with labels 0 and 1. `moons_classifier(points, labels)` trains a network on
them and returns a **function**: for an array of points `(n, 2)` it gives an array of `n` labels,
0 or 1. The check trains on 200 points, in less than ten seconds, and asks for the labels of 500
others: 95 % must be right.

Two of your layers with a tanh between will do: 16 neurons, targets of -1 and 1, the mean of the
squares, some hundred steps at a rate of about 0.5.
"""

# %%
points, labels = two_moons(200, 0.1, rng=0)
points[:3], labels[:3]


# %%
def moons_classifier(points, labels):
    """A function that gives the labels of new points, learned from these."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    first, second = Linear(2, 16, rng), Linear(16, 1, rng)
    parameters = first.parameters() + second.parameters()
    targets = (2.0 * labels - 1.0)[:, None]  # a column, as the outputs are

    def output(points):
        return second(first(points).tanh()).tanh()

    for _ in range(600):
        loss = ((output(points) - targets) ** 2).mean()
        for parameter in parameters:
            parameter.grad = None
        loss.backward()
        for parameter in parameters:
            parameter.data -= 0.5 * parameter.grad

    return lambda points: (output(points).data[:, 0] > 0).astype(int)
    ### END SOLUTION


# %% tags=["check"]
check_moons_classifier(moons_classifier)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

The four steps of lesson 9: forward, zero (`parameter.grad = None`), backward, update. All 200
points go through the network at once.
</details>

<details><summary>Hint 2: shapes</summary>

The last layer gives `(200, 1)`. Targets of shape `(200,)` would broadcast against that to
`(200, 200)`: `labels[:, None]` is a column.
</details>

<details><summary>Hint 3: nearly all of it</summary>

At the end: `return lambda points: (output(points).data[:, 0] > 0).astype(int)`, where `output` is
the forward pass as a function of the points.
</details>

<details><summary>Help: "One straight line parts its two labels"</summary>

Two linear layers in a row are one linear layer: $(xA)B = x(AB)$. Something has to bend between
them.
</details>

<details><summary>Help: TypeError: unsupported operand type(s) for *</summary>

A parameter has no gradient. Was it used in the forward pass, and was `backward()` called before the
update?
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** how many parameters has your network, and how many multiplications does one
forward pass of 200 points take?
"""

# %% [markdown]
r"""
## E13.3 Einsum, backwards (a challenge)

*Hard, 15 minutes. You will be able to read the way back off the letters, for any product of sums.*

`np.einsum("ij,jk->ik", a, b)` names the axes of each operand and of the result; a letter that the
result lacks is summed over. `einsum_vjp(spec, upstream, *operands)` returns a tuple with one
contribution for each operand, of which there may be one, two, three. A letter stands at most once
in each word, and every `spec` has an arrow.

`einsum_vjp("ij->ji", upstream, a)` is `(upstream.T,)`.
"""


# %%
def einsum_vjp(spec, upstream, *operands):
    """What each operand of np.einsum(spec, *operands) receives."""
    ### BEGIN SOLUTION
    inputs, output = spec.split("->")
    words = inputs.split(",")
    contributions = []
    for place, (own, operand) in enumerate(zip(words, operands, strict=True)):
        other_words = words[:place] + words[place + 1 :]
        others = operands[:place] + operands[place + 1 :]
        known = set(output).union(*other_words)
        # A letter of this operand alone was summed away: ones bring its copies back.
        alone = [letter for letter in own if letter not in known]
        ones = [np.ones(operand.shape[own.index(letter)]) for letter in alone]
        back = ",".join([output, *other_words, *alone]) + "->" + own
        contributions.append(np.einsum(back, upstream, *others, *ones))
    return tuple(contributions)
    ### END SOLUTION


# %% tags=["check"]
check_einsum_vjp(einsum_vjp)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Write the way back of a matrix product in letters: upstream `ik`, the other operand `jk`, and what
`a` receives is `ij`. So: `"ik,jk->ij"`.
</details>

<details><summary>Hint 2: in general</summary>

The operand's word and the result's word change places. The other operands stay where they are, and
the upstream stands for the result.
</details>

<details><summary>Hint 3: the letter that is left alone</summary>

In `"ij->i"` the letter `j` is in no other word. Add a vector of ones of its length as one more
operand, with the word `j`.
</details>

<details><summary>Help: ValueError: einstein sum subscripts string included output ...</summary>

That is the letter of hint 3.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would have to change for a letter that stands twice in one word, as in
the trace, `"ii->"`?
"""
