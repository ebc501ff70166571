# %% [markdown]
r"""
# 17. Convolution and pooling: exercises

You write a convolution and its way back on plain arrays, test it by its adjoint, pool, and train a
network that tells four shapes apart. 80 minutes. The lesson is
[notebooks/17](../notebooks/17_convolution_and_pooling.ipynb). Each exercise stands alone: skip
one, and the next still works.

The work is yours: an answer that has the package or another library do it does not pass. What is
to be predicted is not run: take a pencil.
"""

# %%
import numpy as np

from autograd_lesson.checks.e17_convolution_and_pooling import (
    check_avg_pool,
    check_avg_pool_backward,
    check_conv2d,
    check_conv2d_backward,
    check_is_adjoint,
    check_max_pool,
    check_max_pool_backward,
    check_output_size,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E17.1 A convolution, there and back

*Four rungs. You will be able to write any op that slides a window, and to test its way back
without a single derivative.*
"""

# %% [markdown]
r"""
**Rung 1: how many windows.** *Easy, 4 minutes.* `output_size(n, k, stride, padding)` says how many
windows of `k` numbers fit, whole, into a row of `n` numbers with `padding` zeros at each end, when
each window begins `stride` places after the one before it. It is an `int`.

`output_size(8, 3, 1, 0)` is 6, and `output_size(8, 3, 2, 1)` is 4.
"""


# %%
def output_size(n, k, stride, padding):
    """How many windows of k numbers fit into n numbers with zeros at both ends."""
    ### BEGIN SOLUTION
    return (n + 2 * padding - k) // stride + 1
    ### END SOLUTION


# %% tags=["check"]
check_output_size(output_size)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Stride 1, no padding: the first window begins at 0, the last at `n - k`. How many starts are that?
</details>

<details><summary>Hint 2: padding and stride</summary>

With padding the row has `n + 2 * padding` numbers. With a stride only each `stride`-th start
counts, the first one included.
</details>

<details><summary>Hint 3: nearly all of it</summary>

(the last start) `// stride + 1`.
</details>
"""

# %% [markdown]
r"""
**Rung 2: forward.** *Medium, 10 minutes.* `conv2d(x, weight, bias, stride, padding)` on arrays:
`x` is (N, C, height, width), `weight` (O, C, k, m), `bias` (O,) or `None`. Output `[n, o, i, j]` is
the sum over the window that begins in row `i * stride` and column `j * stride` of the padded image
`n`, all channels, each number times its weight of kernel `o`; plus `bias[o]`. Loops over the places
of the window are fine. Leave the arguments as they are.

`conv2d(np.ones((1, 2, 4, 5)), np.ones((3, 2, 2, 3)))` has shape (1, 3, 3, 3) and is 12 everywhere.
"""


# %% tags=["fade"]
def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Each window of each image times each kernel, summed."""
    ### BEGIN SOLUTION
    k, m = weight.shape[2:]
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    rows = (x.shape[2] - k) // stride + 1  # gap
    columns = (x.shape[3] - m) // stride + 1
    y = np.zeros((len(x), len(weight), rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride  # gap
            window = x[:, :, top : top + k, left : left + m]
            y[:, :, i, j] = np.einsum("nckm,ockm->no", window, weight)  # gap
    return y if bias is None else y + bias[:, None, None]
    ### END SOLUTION


# %% tags=["check"]
check_conv2d(conv2d)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Pad first: `np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])` gives zeros to the
last two axes alone. After that, forget the padding.
</details>

<details><summary>Hint 2: one output place</summary>

For one `i` and `j` cut the window out of all images at once, `x[:, :, top : top + k, ...]`, shape
(N, C, k, m). It meets `weight`, shape (O, C, k, m). Over which axes is the sum?
</details>

<details><summary>Hint 3: nearly all of it</summary>

`y[:, :, i, j] = np.einsum("nckm,ockm->no", window, weight)`, and the bias at the end as
`bias[:, None, None]`.
</details>

<details><summary>Help: "Two shapes do not meet"</summary>

Print `window.shape` and `weight.shape`. Is `k` used for the rows and `m` for the columns?
</details>
"""

# %% [markdown]
r"""
**Rung 3: the way back.** *Hard, 16 minutes.* `conv2d_backward(g, x, weight, stride, padding)` gets
the gradient `g` of the result and returns the tuple `(dx, dweight, dbias)`, each of the shape of
what it belongs to. Each output is a sum of products, so `g[n, o, i, j]` goes to every pixel of its
window, times the weight that the pixel met, and to every weight, times the pixel.

With `x` of ones (1, 1, 1, 3), `weight` `[[[[2.0, 3.0]]]]` and `g` `[[[[1.0, 10.0]]]]`, dx is
2, 23, 30; dweight is 11, 11; dbias is 11.
"""


# %% tags=["fade"]
def conv2d_backward(g, x, weight, stride=1, padding=0):
    """What comes back to x, to the weights and to the bias: (dx, dweight, dbias)."""
    ### BEGIN SOLUTION
    (height, width), (k, m) = x.shape[2:], weight.shape[2:]
    padded = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for i in range(g.shape[2]):
        for j in range(g.shape[3]):
            rows = slice(i * stride, i * stride + k)  # gap
            columns = slice(j * stride, j * stride + m)
            sent = g[:, :, i, j]
            dpadded[:, :, rows, columns] += np.einsum("no,ockm->nckm", sent, weight)  # gap
            dweight += np.einsum("no,nckm->ockm", sent, padded[:, :, rows, columns])  # gap
    dx = dpadded[:, :, padding : padding + height, padding : padding + width]
    return dx, dweight, g.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% tags=["check"]
check_conv2d_backward(conv2d_backward)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Keep the loops of rung 2. Where the forward pass *reads* a window of the padded image, the way back
*adds* to the same window of `dpadded`, an array of zeros of the padded shape.
</details>

<details><summary>Hint 2: the letters</summary>

Forward, `"nckm,ockm->no"`. On the way back the letters change places, as in lesson 13: what comes
back to the window is `"no,ockm->nckm"`. And to the weights?
</details>

<details><summary>Hint 3: nearly all of it</summary>

`dweight += np.einsum("no,nckm->ockm", g[:, :, i, j], window)`. At the end cut the border off
`dpadded`; `dbias` is the sum of `g` over all axes but the second.
</details>

<details><summary>Help: "the later wrote over the earlier"</summary>

Windows overlap, so most pixels are in several. Each brings its contribution: `+=`.
</details>

<details><summary>Help: "where the two are one number for a right way back"</summary>

This is the adjoint test of the lesson. Try `g` with a single 1: is its window the right one?
</details>
"""

# %% [markdown]
r"""
**Rung 4: a test that needs no derivative.** *Medium, 6 minutes.* A linear `forward` and its way
back satisfy `sum(forward(x) * y) == sum(x * back(y))` for every x and y, up to rounding. Write
`is_adjoint(forward, back, x_shape, rng)`: it draws both from the NumPy Generator `rng`, compares,
and returns `True` or `False`. The check hands it pairs, some right and some broken.
"""


# %%
def is_adjoint(forward, back, x_shape, rng):
    """Whether `back` is the way back of the linear `forward`, by one random pair."""
    ### BEGIN SOLUTION
    x = rng.normal(size=x_shape)
    ahead = forward(x)
    y = rng.normal(size=ahead.shape)
    size = np.sum(np.abs(ahead * y))
    return bool(abs(np.sum(ahead * y) - np.sum(x * back(y))) <= 1e-9 * size)
    ### END SOLUTION


# %% tags=["check"]
check_is_adjoint(is_adjoint)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`x = rng.normal(size=x_shape)`, then `forward(x)`, and y in the shape of that.
</details>

<details><summary>Hint 2: equal up to rounding</summary>

The two sums may be of size 1e-9 or 1e9. Measure their difference against the size of the terms
that they are sums of, not against 1.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`abs(left - right) <= 1e-9 * np.sum(np.abs(forward(x) * y))`, made a bool.
</details>
"""

# %% [markdown]
r"""
**Use it on your own.** When both checks pass, try this in a new cell; `x` may be any shape:

```python
weight = np.random.default_rng(1).normal(size=(3, 2, 3, 2))
is_adjoint(
    lambda x: conv2d(x, weight, stride=2, padding=1),
    lambda g: conv2d_backward(g, np.zeros((4, 2, 9, 7)), weight, stride=2, padding=1)[0],
    (4, 2, 9, 7),
    np.random.default_rng(0),
)
```
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why may `x` be zeros in the call above, where only `[0]` of the result is
used?
"""

# %% [markdown]
r"""
## E17.2 Pooling

*Four short functions. You will be able to write the way back of an op that picks, and of one that
takes a mean.*
"""

# %% [markdown]
r"""
**The largest.** *Easy, 6 minutes.* `max_pool(x, size)` cuts each image of `x`, (N, C, height,
width), into blocks of `size` × `size` and keeps the largest number of each. Rows and columns at the
end that make no whole block are left out.
"""


# %%
def max_pool(x, size):
    """The largest number of each block."""
    ### BEGIN SOLUTION
    n, c, height, width = x.shape
    rows, columns = height // size, width // size
    whole = x[:, :, : rows * size, : columns * size]
    return whole.reshape(n, c, rows, size, columns, size).max(axis=(3, 5))
    ### END SOLUTION


# %% tags=["check"]
check_max_pool(max_pool)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Cut off what makes no whole block. `height // size` is how many rows of blocks there are.
</details>

<details><summary>Hint 2: two ways</summary>

Loop over the blocks. Or reshape to six axes, (N, C, rows, size, columns, size), and take the
largest over two of them.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`whole.reshape(n, c, rows, size, columns, size).max(axis=(3, 5))`
</details>
"""

# %% [markdown]
r"""
**Its way back.** *Medium, 8 minutes.* `max_pool_backward(g, x, size)` returns `dx`. All of
`g[n, c, i, j]` goes to the largest pixel of that block; where several are equal, to the first of
them, row by row. (Equal parts for each would be as right. This is PyTorch's rule, and that of our
package.)
"""


# %%
def max_pool_backward(g, x, size):
    """g to the largest pixel of each block, 0 to all others."""
    ### BEGIN SOLUTION
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(g.shape):
        block = x[n, c, i * size : (i + 1) * size, j * size : (j + 1) * size]
        row, column = divmod(int(block.argmax()), size)
        dx[n, c, i * size + row, j * size + column] = g[n, c, i, j]
    return dx
    ### END SOLUTION


# %% tags=["check"]
check_max_pool_backward(max_pool_backward)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`np.ndindex(g.shape)` goes through every index of `g`. Cut out the block that belongs to it.
</details>

<details><summary>Hint 2: which pixel</summary>

`block.argmax()` is the place of the first largest number if the block is read row by row.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`row, column = divmod(int(block.argmax()), size)`, then write `g[n, c, i, j]` at
`i * size + row`, `j * size + column`.
</details>
"""

# %% [markdown]
r"""
**The mean.** *Easy, 3 minutes.* `avg_pool(x, size)` does the same with the mean of each block.
"""


# %%
def avg_pool(x, size):
    """The mean of each block."""
    ### BEGIN SOLUTION
    n, c, height, width = x.shape
    rows, columns = height // size, width // size
    whole = x[:, :, : rows * size, : columns * size]
    return whole.reshape(n, c, rows, size, columns, size).mean(axis=(3, 5))
    ### END SOLUTION


# %% tags=["check"]
check_avg_pool(avg_pool)

# %% [markdown]
r"""
**Its way back.** *Easy, 5 minutes.* `avg_pool_backward(g, x, size)` returns `dx`.
"""


# %%
def avg_pool_backward(g, x, size):
    """An equal part of g to each pixel of its block, 0 to what is in no block."""
    ### BEGIN SOLUTION
    dx = np.zeros_like(x)
    shares = g.repeat(size, axis=2).repeat(size, axis=3) / size**2
    dx[:, :, : shares.shape[2], : shares.shape[3]] = shares
    return dx
    ### END SOLUTION


# %% tags=["check"]
check_avg_pool_backward(avg_pool_backward)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A mean of 4 pixels: what is the partial of each? Does it depend on the pixel?
</details>

<details><summary>Hint 2: from block to pixels</summary>

`g.repeat(size, axis=2)` says each row of `g` `size` times.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`shares = g.repeat(size, axis=2).repeat(size, axis=3) / size**2`, written into the upper left of an
array of zeros.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the two ways back needs `x`'s numbers, and which only its shape?
"""

# %% [markdown]
r"""
## E17.3 A network that sees shapes

*Three rungs. You will be able to put conv, relu, pool and linear together, and to train them.*

`shapes(n, rng=seed)` draws `n` images (n, 1, 8, 8) with a square, a plus, a cross or a diamond
somewhere in them, and their labels 0 to 3.
"""

# %%
from autograd_lesson import Tensor
from autograd_lesson.checks.e17_convolution_and_pooling import (
    check_learn,
    check_predicted_shapes,
    check_shape_net,
)
from autograd_lesson.data import SHAPES, shapes
from autograd_lesson.functional import conv2d as package_conv2d
from autograd_lesson.functional import cross_entropy, linear, max_pool2d
from autograd_lesson.pictures.plot import images_in_a_row

# %%
images, labels = shapes(4, rng=18)
images_in_a_row(
    images[:, 0],
    [SHAPES[label] for label in labels],
    "A diamond, a plus, a square and a cross, light on a slightly noisy dark ground.",
)

# %% [markdown]
r"""
**Rung 1: predict the sizes.** *Easy, 6 minutes.* Fifty images, (50, 1, 8, 8), go through
conv 1 with 8 kernels of 3 × 3, relu; conv 2 with 8 kernels of 3 × 3, relu; a max pool of size 4; a
reshape to one row for each image; a linear layer with 4 outputs. No padding, stride 1, and every
layer has biases. What is the shape after conv 1, conv 2, the pool, the reshape and the linear
layer, and how many parameters are there in all?

An answer looks like `return [(50, 1, 8, 8), ..., (50, 4), 1000]`: five tuples and a number.
"""


# %%
def predicted_shapes():
    """Five shapes, then the number of parameters."""
    ### BEGIN SOLUTION
    return [(50, 8, 6, 6), (50, 8, 4, 4), (50, 8, 1, 1), (50, 8), (50, 4), 700]
    ### END SOLUTION


# %% tags=["check"]
check_predicted_shapes(predicted_shapes)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A conv gives each image as many channels as it has kernels. Rows and columns follow rung 1 of E17.1.
</details>

<details><summary>Hint 2: the weights of a conv</summary>

A kernel of conv 2 looks at all 8 channels that come in: 8 × 3 × 3 weights, and a bias. And there
are 8 such kernels.
</details>

<details><summary>Hint 3: nearly all of it</summary>

80 for conv 1, 584 for conv 2, 36 for the linear layer.
</details>
"""

# %% [markdown]
r"""
**Rung 2: the network.** *Medium, 8 minutes.* Write it as a class with the package's ops, which
take tensors: `package_conv2d(x, weight, bias)`, `.relu()`, `max_pool2d(x, 4)`, `.reshape(-1, 8)`,
`linear(x, weight, bias)`. `parameters()` returns six tensors in the order in which they are used:
weight, bias, weight, bias, and for the linear layer a weight (4, 8) and a bias. Biases start at 0.
Weights are drawn in that order from `rng`, a NumPy Generator, each with
`rng.normal(0.0, (2 / n) ** 0.5, shape)`, where `n` is how many numbers one output sums: 9, 72, 8.
"""


# %%
class ShapeNet:
    """Two convolutions, a pool over what is left, and a linear layer."""

    def __init__(self, rng):
        """Draw the weights from `rng`; the biases are 0."""
        ### BEGIN SOLUTION
        self.tensors = []
        for shape in [(8, 1, 3, 3), (8, 8, 3, 3), (4, 8)]:
            n = np.prod(shape[1:])
            self.tensors.append(Tensor(rng.normal(0.0, (2 / n) ** 0.5, shape)))
            self.tensors.append(Tensor(np.zeros(shape[0])))
        ### END SOLUTION

    def parameters(self):
        """Weight and bias of each layer."""
        ### BEGIN SOLUTION
        return self.tensors
        ### END SOLUTION

    def __call__(self, images):
        """Four logits for each image."""
        ### BEGIN SOLUTION
        w1, b1, w2, b2, w3, b3 = self.tensors
        h = package_conv2d(images, w1, b1).relu()
        h = package_conv2d(h, w2, b2).relu()
        return linear(max_pool2d(h, 4).reshape(-1, 8), w3, b3)
        ### END SOLUTION


# %% tags=["check"]
check_shape_net(ShapeNet)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A loop over the three shapes (8, 1, 3, 3), (8, 8, 3, 3) and (4, 8) can make a weight and a bias
each. `n` is `np.prod(shape[1:])`.
</details>

<details><summary>Hint 2: the call</summary>

Three lines: conv and relu, conv and relu, pool and reshape and linear.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`h = package_conv2d(images, w1, b1).relu()`, once more with `w2` and `b2`, then
`linear(max_pool2d(h, 4).reshape(-1, 8), w3, b3)`.
</details>
"""

# %% [markdown]
r"""
**Rung 3: train it.** *Medium, 8 minutes.* `learn(images, labels)` makes a network, trains it and
returns a **function**: called with images it gives an array with a class, 0 to 3, for each. Use
your `ShapeNet` or any other network. Each step: draw 50 of the images *with their labels*, take
`cross_entropy(network(batch), their_labels)`, set the gradients to `None`, go back, and update.

The check trains on 800 images that nobody has seen, and then wants 95 of 100 right on 400 new ones.
About 300 steps at the rate 0.3 do; it takes a few seconds.
"""


# %%
def learn(images, labels):
    """Train a network on the images; return a function that classifies images."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    network = ShapeNet(rng)
    for _ in range(300):
        batch = rng.integers(len(images), size=50)
        loss = cross_entropy(network(images[batch]), labels[batch])
        for parameter in network.parameters():
            parameter.grad = None
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= 0.3 * parameter.grad
    return lambda new: network(new).data.argmax(axis=1)
    ### END SOLUTION


# %% tags=["check"]
check_learn(learn)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`batch = rng.integers(len(images), size=50)` draws 50 places. `images[batch]` and `labels[batch]`
belong together.
</details>

<details><summary>Hint 2: what to return</summary>

The class is the place of the largest logit: `network(new).data.argmax(axis=1)`, inside a function
or a `lambda`.
</details>

<details><summary>Hint 3: nearly all of it</summary>

In the loop, in this order: batch, loss, `parameter.grad = None` for each, `loss.backward()`,
`parameter.data -= 0.3 * parameter.grad` for each.
</details>

<details><summary>Help: "learned the images by heart"</summary>

A network without a convolution gets every training image right, and new ones not. Use `ShapeNet`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the pool takes the largest of all 16 places. What can the network say about
*where* the shape is?
"""
