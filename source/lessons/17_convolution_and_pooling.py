# %% [markdown]
r"""
# 17. Convolution and pooling: one small kernel, used everywhere

A layer that uses the same few weights at every place of an image. You write it as loops, find that
its way back slides a window too, and turn both into one matrix product. 55 minutes. Afterwards
you can derive the gradient of anything that slides, test it without a derivative, and train a
network that finds a shape wherever it is.
"""

# %%
import time

import numpy as np

from autograd_lesson import Tensor, nn, optim
from autograd_lesson.data import SHAPES, outline, shapes
from autograd_lesson.functional import avg_pool2d, conv2d, cross_entropy, max_pool2d
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.pictures.plot import images_in_a_row
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import follow_pixel, slide_window

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(17, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `x` has 3 numbers, and `x[[0, 2, 0]]` receives [1, 10, 100]. What comes back
> to `x`? (b) `y = M @ v` with a matrix `M` of shape (3, 5). With which matrix does the gradient go
> back to `v`? (c) Two logits, 0 and 0, and the label is 1. What is the gradient of the
> cross-entropy? The next cell has the numbers.

<details><summary>Answers</summary>

(a) [101, 0, 10]: what was picked twice receives twice, added. (b) With `M.T`, of shape (5, 3). (c)
$p - y$ = [0.5, -0.5]. Keep (a) and (b) in mind.
</details>
"""

# %%
folded()
rng = np.random.default_rng(0)
x, logits = Tensor([1.0, 2.0, 3.0]), Tensor([[0.0, 0.0]])
M, v, upstream = rng.normal(size=(3, 5)), Tensor(rng.normal(size=5)), rng.normal(size=3)
x[[0, 2, 0]].backward(np.array([1.0, 10.0, 100.0]))
(M @ v).backward(upstream)
cross_entropy(logits, [1]).backward()
x.grad, np.allclose(v.grad, M.T @ upstream), logits.grad

# %% [markdown]
r"""
## One dimension, by hand

Five numbers, the **signal**, and three weights, the **kernel**. Lay the kernel on the first three
numbers, multiply, add. Move it on by one, and do it again.

> **Predict.** How many outputs are there, and what is the first?
"""

# %%
prediction("17-slide", mine="", of="len(_), _[0]")
signal = np.array([2.0, 1.0, 0.0, 3.0, 1.0])
kernel = np.array([1.0, -2.0, 0.5])


def slide(signal, kernel):
    """The sum of products of the kernel with each window of the signal."""
    k = len(kernel)
    return np.array([signal[i : i + k] @ kernel for i in range(len(signal) - k + 1)])


slide(signal, kernel)

# %% [markdown]
r"""
$5 - 3 + 1 = 3$ windows, and $2 \cdot 1 - 1 \cdot 2 + 0 \cdot 0.5 = 0$. What is it good for? Take
the kernel $(-1, 1)$, and a signal that jumps somewhere:
"""

# %%
jump, later_jump = np.repeat([0.0, 1.0], [2, 4]), np.repeat([0.0, 1.0], [4, 2])
slide(jump, [-1.0, 1.0]), slide(later_jump, [-1.0, 1.0])

# %% [markdown]
r"""
Two weights find the jump wherever it is. A layer with a weight of its own for each place would have
to learn every place anew. And yet this *is* such a layer: every output is a weighted sum of the
inputs, so there is a matrix for it. Its columns are the answers to a single 1 in each place.
"""

# %%
M = np.array([slide(unit, kernel) for unit in np.eye(5)]).T
M, np.array_equal(M @ signal, slide(signal, kernel))

# %% [markdown]
r"""
Fifteen entries, three different weights: each row is the kernel, moved on by one. The same weight
stands in several places of the matrix, so its gradient will be a sum.

> **You may think** that this is the convolution of mathematics. Here is a run where that fails:
> below, `np.convolve` turns the kernel round first. What networks call **convolution** does not;
> its name elsewhere is *cross-correlation*. **Instead**, ask which way round the kernel lies. It
> matters on the way back.
"""

# %%
slide(signal, kernel), np.correlate(signal, kernel), np.convolve(signal, kernel, mode="valid")

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why does a network that learns its kernels not care which of the two it uses?
"""

# %% [markdown]
r"""
## The way back slides, too

The gradient of the result, `g`, has three numbers. Output $i$ was made of `signal[i : i + 3]`, so
`g[i]` goes back to those three, each times its weight.

> **Predict.** How many contributions does `signal[0]` get, and how many `signal[2]`? What goes
> wrong in the first of these two loops?
"""

# %%
prediction("17-contributions", mine="", of="np.count_nonzero(M[:, 0]), np.count_nonzero(M[:, 2])")
g = np.array([1.0, 10.0, 100.0])
assigned, added = np.zeros(5), np.zeros(5)
for i in range(3):
    assigned[i : i + 3] = g[i] * kernel
    added[i : i + 3] += g[i] * kernel
assigned, added, M.T @ g

# %% [markdown]
r"""
One, and three. Windows overlap, and `=` keeps only what the last of them wrote: of the
contributions of the 10 one is left. With `+=` it is $M^\top g$, as in lesson 13.

Now read a **column** of $M$, the middle one, from top to bottom: 0.5, -2, 1. That is the kernel
from its other end. The way back multiplies `g` with columns, so it is a slide as well, over `g`
with zeros at both ends, and *its kernel is turned round*.
"""

# %%
wide = np.pad(g, 2)
slide(wide, kernel[::-1]), np.convolve(g, kernel), slide(wide, kernel)

# %% [markdown]
r"""
The first is right, and it is what `np.convolve` does. The third forgot to turn. Would a test see
that?

> **You may think** that any kernel will do for a test. Here is a run where that fails: the kernel
> $(1, 2, 1)$ is its own mirror image, so the way back without turning passes. **Instead**, test
> with numbers that have no symmetry.
"""

# %%
blur = np.array([1.0, 2.0, 1.0])
np.array_equal(slide(wide, blur), slide(wide, blur[::-1]))

# %% [markdown]
r"""
There is a test that needs no derivative and no matrix. Forward is linear, $y = Mx$. For any $x$ and
any $g$, $\;(Mx) \cdot g = x \cdot (M^\top g)$: one number, reached from two sides. This is the
**adjoint test**. Draw $x$ and $g$, and compare.
"""

# %%
x, g = rng.normal(size=50), rng.normal(size=48)
wide = np.pad(g, 2)
right, wrong = slide(wide, kernel[::-1]), slide(wide, kernel)
[round(float(number), 4) for number in (slide(x, kernel) @ g, x @ right, x @ wrong)]

# %% [markdown]
r"""
The first two agree. And the weights? Weight $k$ was used once in every window, on
`signal[i + k]`, so its gradient is the sum of `g[i] * signal[i + k]`. That is a slide again: the
upstream gradient, laid on the signal.
"""

# %%
g = np.array([1.0, 10.0, 100.0])
measured = numerical_gradient(lambda s, k: slide(s, k) @ g, [signal, kernel])
slide(signal, g), [slope.round(6) for slope in measured]

# %% [markdown]
r"""
In two sentences: why is the kernel turned round for the gradient of the signal, and why is nothing
turned for the gradient of the kernel?

<details><summary>A model answer</summary>

A number of the signal meets the *last* weight in the *first* window that it is in, so seen from it
the windows run through the kernel backwards. A weight meets the signal in the order of the windows,
and `g` has that order, too.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** forward, back to the signal, back to the kernel: which two arrays slide over
each other in each, and how long is the result?
"""

# %% [markdown]
r"""
## Two dimensions: stride and padding

An image has rows and columns, and so has the kernel. Two more numbers: the **stride** is how far
the window moves each time, and **padding** puts so many zeros round the image, so that the window
can reach over its edge.
"""


# %%
def conv_by_loops(x, kernel, stride=1, padding=0):
    """Each window of the image times the kernel, summed."""
    x, (k, m) = np.pad(x, padding), kernel.shape
    rows, columns = ((n - s) // stride + 1 for n, s in zip(x.shape, (k, m), strict=True))
    y = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        y[i, j] = np.sum(x[top : top + k, left : left + m] * kernel)
    return y


# %% [markdown]
r"""
The kernel $(-1, 2, -1)$ finds numbers that are larger than their two neighbours. As a column it
finds horizontal lines, as a row vertical ones:
"""

# %%
picture = np.pad(outline("square", 2), 2)
horizontal, vertical = np.array([[-1.0], [2.0], [-1.0]]), np.array([[-1.0, 2.0, -1.0]])
images_in_a_row(
    [picture, conv_by_loops(picture, horizontal), conv_by_loops(picture, vertical)],
    ["picture", "horizontal lines", "vertical lines"],
    "The outline of a square. After the kernel for horizontal lines its upper and lower side are "
    "bright, after the one for vertical lines its left and right side.",
)

# %% [markdown]
r"""
> **Predict.** The picture has 9 rows and 9 columns. What is the shape of the result with a kernel
> of 3 × 3: as it is, with stride 2, with padding 1, with both?
"""

# %%
prediction("17-shapes", mine="")
ones = np.ones((3, 3))
[
    conv_by_loops(picture, ones, stride, padding).shape
    for stride, padding in [(1, 0), (2, 0), (1, 1), (2, 1)]
]

# %% [markdown]
r"""
In each direction there are $\lfloor (n + 2p - k) / s \rfloor + 1$ windows. Padding 1 keeps the size
of the image for a kernel of 3. What is left over at the end and makes no whole window is not looked
at. An image and a kernel with small numbers, to slide one over the other:
"""

# %%
image = np.array([[3, 0, 1, 2, 1], [1, 5, 0, 0, 2], [2, 1, 4, 1, 0], [0, 2, 3, 1, 1.0]])
kernel = np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]])
image.shape, kernel.shape

# %%
slide_window(image, kernel, stride=2, padding=1)

# %% [markdown]
r"""
1. Which numbers of the border are in `y[0, 0]`?
2. Which row of the padded image is in two windows, one above the other? Why so few?
3. What is the first number of the image itself that `w[0, 0]` meets?

<details><summary>Answers</summary>

1. Row 0, columns 0 to 2, and the first number of row 1.
2. None: the kernel has two rows, and the stride is two.
3. The 5, in `y[1, 1]`: before that it only meets zeros.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** you want half as many rows and columns, and no pixel left out. Which kernel,
stride and padding would you take for 8 × 8?
"""

# %% [markdown]
r"""
## Follow a pixel

Which outputs does a pixel take part in, and through which weights? On the way back exactly these
send something to it. So send ones back through a kernel of ones: what arrives counts the uses.
"""


# %%
def conv_back_by_loops(g, x, kernel, stride=1, padding=0):
    """What comes back to the image and to the kernel."""
    wide, (k, m) = np.pad(x, padding), kernel.shape
    dwide, dkernel = np.zeros_like(wide), np.zeros_like(kernel)
    for i, j in np.ndindex(g.shape):
        top, left = i * stride, j * stride
        window = np.s_[top : top + k, left : left + m]
        dwide[window] += g[i, j] * kernel
        dkernel += g[i, j] * wide[window]
    return dwide[padding : padding + len(x), padding : padding + x.shape[1]], dkernel


conv_back_by_loops(np.ones((3, 3)), image, np.ones((2, 3)))[0]

# %% [markdown]
r"""
The loops are those of the forward pass. Where it *read* a window, the way back *adds* to it; the
border that was put on is cut off again. A corner is used once, a pixel in the middle six times.

> **Predict.** The same with stride 2; the result then has the shape (2, 2). How many of
> the 20 pixels get 0?
"""

# %%
prediction("17-stride", mine="", of="np.count_nonzero(_ == 0)")
g = np.array([[1.0, -1.0, 0.5], [0.0, 3.0, 1.0], [2.0, 1.0, -2.0]])  # for the widget below
conv_back_by_loops(np.ones((2, 2)), image, np.ones((2, 3)), stride=2)[0]

# %% [markdown]
r"""
None here: the windows just fit. Column 2 is in two of them. Now pick a pixel below, and look at the
outputs that light up: each shows the weight through which the pixel got in. Compare their order
with that of the kernel. One step further is the way back.
"""

# %%
follow_pixel(image, kernel, g)

# %% [markdown]
r"""
1. Pick the 4 in row 2. In which corner of the lit outputs stands `w[0, 0]`?
2. How many outputs is `x[0, 0]` in, and what is its gradient?
3. Pick a weight. How many pixels has it met?

<details><summary>Answers</summary>

1. In the lower right one: read in order, the weights run backwards. The kernel is turned round,
   rows and columns.
2. One, through `w[0, 0]`: $1 \cdot 1$.
3. Nine, one for each output, whatever weight you take.
</details>

Are both gradients the measured ones?
"""

# %%
dx, dkernel = conv_back_by_loops(g, image, kernel)
measured = numerical_gradient(lambda x, k: np.sum(g * conv_by_loops(x, k)), [image, kernel])
[np.allclose(*pair) for pair in zip((dx, dkernel), measured, strict=True)]

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** with stride 3 and a kernel of 2 × 2, which pixels never get a gradient?
"""

# %% [markdown]
r"""
## Channels, batches, and one matrix product

A colour image has three **channels**, and a layer makes as many as it has kernels. So `x` has the
shape (examples, channels, rows, columns), and the weights (kernels, channels, rows, columns). A
kernel looks at *all* channels of its window and gives one number.

> **Predict.** `x` is (2, 3, 8, 8), with 4 kernels of 3 × 3. The shape of the result? How many
> weights are that, and how many would a linear layer from all pixels to all outputs have?
"""

# %%
prediction("17-weights", mine="")
x, weight = rng.normal(size=(2, 3, 8, 8)), rng.normal(size=(4, 3, 3, 3))
y = conv2d(x, Tensor(weight)).data
y.shape, weight.size, (3 * 8 * 8) * (4 * 6 * 6)

# %% [markdown]
r"""
108 against 27,648. Now the speed. Each output is a dot product of a window and a kernel, both of 27
numbers. Put every window into a row, every kernel into a row, and all dot products together are
*one* matrix product. The rows of windows are often called **im2col**.
"""


# %%
def as_rows(x, k):
    """Every window of k by k, all its channels, as a row."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * k * k)


rows = as_rows(x, 3)
product = rows @ weight.reshape(4, 27).T
same = np.allclose(product.reshape(2, 6, 6, 4).transpose(0, 3, 1, 2), y)
rows.shape, product.shape, same, rows.size / x.size

# %% [markdown]
r"""
72 windows, and five times as many numbers as before, since windows overlap: memory is the price.
The way back is made of two that you know. Through the product it is lesson 13. And rows of windows
are a **gather**, with repeats, so their way back is the scatter-add of lesson 14. Send addresses
through it to learn where each number came from.
"""

# %%
G = rng.normal(size=y.shape)
dproduct = G.transpose(0, 2, 3, 1).reshape(72, 4)
dweight = (dproduct.T @ rows).reshape(weight.shape)
addresses = as_rows(np.arange(x.size).reshape(x.shape), 3)
dx = np.zeros(x.size)
np.add.at(dx, addresses, dproduct @ weight.reshape(4, 27))

xt, wt = Tensor(x), Tensor(weight)
conv2d(xt, wt).backward(G)
np.allclose(dx.reshape(x.shape), xt.grad), np.allclose(dweight, wt.grad)

# %% [markdown]
r"""
Both are what the package's `conv2d` gives back. And is it worth the memory? How many times as fast
as loops over every output is one product? (It depends on the machine.)
"""


# %% tags=["nbval-ignore-output"]
def quickest(work, times=3):
    """The shortest of some runs, in seconds."""
    started = [(time.perf_counter(), work(), time.perf_counter()) for _ in range(times)]
    return min(end - start for start, _, end in started)


many = rng.normal(size=(20, 3, 8, 8))
by_loops = quickest(lambda: [[conv_by_loops(c, w) for w in weight[:, 0] for c in e] for e in many])
by_product = quickest(lambda: as_rows(many, 3) @ weight.reshape(4, 27).T)
print(f"{by_loops / by_product:.0f} times as fast")

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which three ops of earlier lessons make a convolution, and which one of them
makes the `+=`?
"""

# %% [markdown]
r"""
## Pooling

A shape may lie one pixel to the left. So that this changes the result less, **pooling** keeps one
number of each block: the largest, or the mean.

> **Predict.** A 2 × 2 block holds 1, 5, 2, 4, and its pooled number receives 12. What comes back to
> the four, for the largest and for the mean?
"""

# %%
prediction("17-pooling", mine="")
largest, mean = (Tensor([[[[1.0, 5.0], [2.0, 4.0]]]]) for _ in range(2))
max_pool2d(largest, 2).backward(np.full((1, 1, 1, 1), 12.0))
avg_pool2d(mean, 2).backward(np.full((1, 1, 1, 1), 12.0))
largest.grad[0, 0], mean.grad[0, 0]

# %% [markdown]
r"""
The largest gets all of it, since it alone moves the result: nudge the 4, and nothing changes. The
mean gives equal parts.

What if two are equally large? After a relu that is common: a block where nothing was found is all
zeros. Measure the slopes there.
"""

# %%
tied = np.zeros((1, 1, 2, 2))
shared, first = Tensor(tied), Tensor(tied)
shared.max().backward()
max_pool2d(first, 2).backward(np.ones((1, 1, 1, 1)))
numerical_gradient(np.max, [tied])[0].ravel().round(3), shared.grad.ravel(), first.grad.ravel()

# %% [markdown]
r"""
> **You may think** that one of these must be the derivative. Here is a run where that fails: up,
> the maximum follows any of the four; down, it follows none. The measured 0.5 is the mean of the
> two, and four of them add up to 2, though all four nudged together have the slope 1. **Instead**,
> declare a rule: `max` gives equal parts, `max_pool2d` gives all to the first, as in PyTorch. Both
> send back exactly what came. What is wrong is to give the whole to *each*.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** `g` is 12 for a block of four equal numbers. What arrives in all, under each of
the three rules?
"""

# %% [markdown]
r"""
## A network that sees shapes

Images of 8 × 8 with some noise, each with one of four shapes, small or large, anywhere.
"""

# %%
images, labels = shapes(600, rng=1)
new_images, new_labels = shapes(400, rng=2)
images_in_a_row(
    images[:6, 0],
    [SHAPES[label] for label in labels[:6]],
    "Six of the images: thin light outlines of three or five pixels, on a dark and slightly noisy "
    "ground, each in another place.",
)

# %% [markdown]
r"""
Two networks. One has weights of its own for each pixel. The other slides two layers of eight 3 × 3
kernels over the image, keeps the largest number of each channel, wherever it was, and decides by
those eight.

> **Predict.** Which has more parameters, the first or the second?
"""

# %%
prediction("17-parameters", mine="", choose="first or second", of="_[0] > _[1]")
by_pixel = nn.Sequential(nn.Flatten(), nn.Linear(64, 32, rng=0), nn.ReLU(), nn.Linear(32, 4, rng=1))
by_kernel = nn.Sequential(
    *(nn.Conv2d(1, 8, 3, rng=0), nn.ReLU(), nn.Conv2d(8, 8, 3, rng=1), nn.ReLU()),
    *(nn.MaxPool2d(4), nn.Flatten(), nn.Linear(8, 4, rng=2)),
)
[sum(p.size for p in network.parameters()) for network in (by_pixel, by_kernel)]

# %% [markdown]
r"""
> **Predict.** Both are trained until they know the 600 images. What part of 400 new ones will each
> get right?
"""

# %%
prediction("17-new-images", mine="", of="_[0][1], _[1][1]", within=1.05)


def train(network, steps):
    """Train on batches of 50 images; the part of known and of new images that it gets right."""
    optimiser, draw = optim.SGD(network.parameters(), lr=0.3), np.random.default_rng(0)
    for _ in range(steps):
        batch = draw.integers(len(images), size=50)
        loss = cross_entropy(network(images[batch]), labels[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    sets = [(images, labels), (new_images, new_labels)]
    return [np.mean(network(x).data.argmax(axis=1) == y).round(3).item() for x, y in sets]


train(by_pixel, 1200), train(by_kernel, 400)

# %% [markdown]
r"""
A third of the parameters, and nearly every new image right. The first has learned its own images
only: a plus in the corner changes none of the weights that see a plus in the middle. In the second,
all places train the same nine weights of a kernel, and their contributions add up.

Which pixels move its decision? That is a gradient, this time for the *image*.
"""

# %%
shown = Tensor(new_images[:3])
decisions = by_kernel(shown)
decisions.backward(np.eye(4)[new_labels[:3]])
images_in_a_row(
    [*shown.data[:, 0], *abs(shown.grad[:, 0]) / abs(shown.grad).max()],
    [SHAPES[label] for label in new_labels[:3]] + ["its gradient"] * 3,
    "A diamond in a corner, a plus and a large square; then how strongly each pixel moves the "
    "logit of its own shape: most around the shape, and not at all in large parts of the first two "
    "images.",
)

# %% [markdown]
r"""
Two kernels of 3, one on top of the other, see five pixels across. So a logit hangs on at most eight
patches of 5 × 5, one for each channel: the pool has picked the places, and where it did not pick,
nothing comes back.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would you change in `by_kernel` so that it can tell *where* a shape is?
"""

# %% [markdown]
r"""
## What you can now do

- Slide a kernel over a signal or an image, with stride and padding, and say how many windows fit.
- Send a gradient back to the image (the kernel turned round, contributions added) and to the
  weights.
- Test a linear op by its adjoint, with numbers that have no symmetry.
- Write a convolution as a gather and a matrix product, and say what that costs.
- Pool, send the gradient back, and declare what happens in a tie.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.nn.functional.conv2d(x, weight, bias, stride, padding)`, with the same order of axes; the
layers are `torch.nn.Conv2d(3, 4, kernel_size=3)` and `torch.nn.MaxPool2d(2)`. The gradient of a
convolution for its input is an op of its own there, `conv_transpose2d`, since networks that make
images use it *forward*. `torch.nn.functional.unfold` gives the windows, and `fold` is the
scatter-add back.
"""

# %% [markdown]
r"""
## Check yourself

**1.** A row of 10 numbers, a kernel of 4, padding 1, stride 3. How many outputs?

<details><summary>Answer</summary>

$\lfloor (10 + 2 - 4) / 3 \rfloor + 1 = 3$.
</details>

**2.** Your gradient for the image passes every test with a kernel of equal weights, and fails with
another. What is the first thing to look at?

<details><summary>Answer</summary>

Whether the kernel is turned round, and in both directions. Equal weights cannot tell.
</details>

**3.** A convolution with 16 kernels of 5 × 5 on 8 channels, and a bias for each kernel. How many
parameters? Does the number change with the size of the image?

<details><summary>Answer</summary>

$16 \cdot 8 \cdot 25 + 16 = 3216$, and no.
</details>
"""

# %% [markdown]
r"""
## Next

Do the [exercises](../exercises/17_convolution_and_pooling.ipynb): a convolution both ways, pooling,
and a network of your own for the shapes. Why these weights, this rate, and what to do when a deep
network does not train at all: [lesson 18](18_making_it_train.ipynb).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=17)
