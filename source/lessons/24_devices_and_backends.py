# %% [markdown]
r"""
# 24. Devices and backends: who does the arithmetic

The engine says *what* is computed; a **backend** computes it, such as NumPy. Here you exchange the
backend, write small programs as a graphics card runs them, and see what costs time. 50 minutes.
Afterwards you can put an engine behind a backend, read a kernel, and say when a device saves time.
"""

# %%
import math
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np

from autograd_lesson import Tensor
from autograd_lesson.backend import xp
from autograd_lesson.pictures.plot import captioned
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.devices import array_module, cuda_or_simulator
from autograd_lesson.widgets import show_launches

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(24, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `y = tanh(x)` is 0.8 and the upstream gradient is 2. What is the
> contribution? (b) `C = A @ B` of shapes (2, 3) and (3, 4). Which product is the gradient of `A`?
> (c) How many multiplications does `C` take? The next cell has the numbers.

<details><summary>Answers</summary>

(a) $2 (1 - 0.64) = 0.72$. (b) `G @ B.T`, of shapes (2, 4) and (4, 3). (c) 24: three for each of the
eight entries. (a) and (b) come back as kernels, (c) as a count.
</details>
"""

# %%
folded()
x = Tensor([math.atanh(0.8)])
x.tanh().backward(np.array([2.0]))
A, B = np.ones((2, 3)), np.ones((3, 4))
x.grad.round(4), (np.ones((2, 4)) @ B.T).shape, (A @ B).size * 3

# %% [markdown]
r"""
## One name for whoever computes

No rule of the engine calls a function as `np.`. All of them say `xp.`, and `xp` takes its functions
from a module that you may choose. (Operators and methods, such as `@`, `*` and `.sum()`, belong to
the arrays themselves.) That is a **seam**: a line along which two parts can be taken apart. The
simplest other module is NumPy that counts.
"""


# %%
class Counting:
    """NumPy, with every call of a function counted."""

    def __init__(self):
        self.calls = Counter()

    def __getattr__(self, name):
        original = getattr(np, name)
        if isinstance(original, type) or not callable(original):
            return original

        def counted(*args, **settings):
            self.calls[name] += 1
            return original(*args, **settings)

        return counted


# %% [markdown]
r"""
> **Predict.** A layer with tanh, summed, forward and back. How often is `tanh` called? Once, or
> twice?
"""

# %%
counting = Counting()
xp.use(counting)
x, W = Tensor([[0.5, -1.0, 2.0]]), Tensor([[0.2, -0.4], [1.0, 0.5], [-0.3, 0.8]])

# %%
prediction("24-calls", mine="", of="_[0]")
loss = (x @ W).tanh().sum()
loss.backward()
xp.use(np)
counting.calls["tanh"], x.grad

# %% [markdown]
r"""
Once: the way back uses the result, $1 - y^2$. The gradient is what NumPy gives, since NumPy gave
it. The engine has not noticed.

What may stand there? Anything that has the names. CuPy has them, and its arrays lie on the graphics
card. Something that lacks one is refused at once, not in the middle of a training run.
"""

# %% tags=["raises-exception"]
xp.use("cupy")  # the name in place of the module

# %%
xp.use(array_module())  # CuPy where it finds a GPU, else NumPy
y = (Tensor(xp.asarray([0.5, -1.0])) * 2.0).tanh().sum()
y.backward()

# %%
answer = float(y.data)
xp.use(np)
math.isclose(answer, math.tanh(1.0) + math.tanh(-2.0), rel_tol=1e-6)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which parts of the engine did not have to know that the module changed? Name
two.
"""

# %% [markdown]
r"""
## A kernel: the program of one thread

A **device** is what computes beside the processor of the computer; here it is a graphics card, a
GPU, or *card* for short. The computer around it is the **host**. What does `xp.tanh` do on the
card? It starts thousands of **threads**, and all run one small function, the **kernel**. Each asks
for its own number and does one entry.

With a GPU, CuPy and numba, the next cells run on it. Everywhere else numba's simulator runs the
same kernels as Python: slow, and right for learning, because `print` works in it.
"""

# %%
cuda = cuda_or_simulator()


@cuda.jit
def tanh_kernel(x, y):
    """y = tanh(x), one entry for each thread."""
    i = cuda.grid(1)
    if i < x.size:
        y[i] = math.tanh(x[i])


@cuda.jit
def tanh_back_kernel(y, upstream, gradient):
    """The contribution to x, from the result alone."""
    i = cuda.grid(1)
    if i < y.size:
        gradient[i] = upstream[i] * (1.0 - y[i] * y[i])


# %% [markdown]
r"""
A **launch** says how many: `[blocks, threads of a block]`. No loop over the entries is written
anywhere.

> **Predict.** 20 entries, blocks of 8 threads. How many blocks are needed, and how many threads
> have nothing to do?
"""

# %%
x = np.linspace(-2.0, 2.0, 20)
upstream = np.where(np.arange(20) % 2, -1.0, 0.5)
y, gradient = np.zeros(20), np.zeros(20)

# %%
prediction("24-blocks", mine="")
blocks = math.ceil(x.size / 8)
tanh_kernel[blocks, 8](x, y)
tanh_back_kernel[blocks, 8](y, upstream, gradient)
blocks, blocks * 8 - x.size

# %%
expected = upstream * (1.0 - np.tanh(x) ** 2)
np.allclose(y, np.tanh(x), rtol=1e-12, atol=0), np.allclose(gradient, expected, rtol=1e-12, atol=0)

# %% [markdown]
r"""
Three blocks, and four threads without an entry. The line `if i < x.size` stops them. Without it
they raise an IndexError in the simulator; on a card they write into memory that is not theirs,
mostly without an error.

In one sentence: why may the threads of this kernel run in any order?

<details><summary>A model answer</summary>

Each writes one entry that no other thread reads or writes, so no order can change a number.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a sum over all entries is not of this kind. What would go wrong if every thread
did `total[0] += x[i]`?
"""

# %% [markdown]
r"""
## A product in tiles: read less

In `C = A @ B` every thread computes one entry, from a row and a column. The obvious kernel reads
all of them from the card's large, slow memory. (A real card also keeps what was read lately, in
caches; we leave them out.) Each thread notes how many numbers it asked for.
"""


# %%
@cuda.jit
def plain_matmul(A, B, C, reads):
    """C = A @ B; each thread reads a row and a column."""
    i, j = cuda.grid(2)
    entry = 0.0
    for k in range(A.shape[1]):
        entry += A[i, k] * B[k, j]
    C[i, j] = entry
    reads[i, j] = 2 * A.shape[1]


# %%
TILE = 4
A, B = np.random.default_rng(0).normal(size=(2, 8, 8))
C, reads = np.zeros((8, 8)), np.zeros((8, 8))
plain_matmul[(2, 2), (TILE, TILE)](A, B, C, reads)
np.allclose(C, A @ B), int(reads.sum())

# %% [markdown]
r"""
1,024 reads for 128 numbers: each was fetched eight times. But the 16 threads of a block need the
same four rows and four columns. They have a small, fast memory in common, **shared memory**. So:
every thread fetches one entry of a 4 by 4 **tile** of `A` and of `B`, all wait, and all compute
from the tiles.

> **Predict.** How many reads of the slow memory are left?
"""


# %%
@cuda.jit
def tiled_matmul(A, B, C, reads):
    """C = A @ B; the threads of a block fetch tiles together. Sides are multiples of TILE."""
    a = cuda.shared.array((TILE, TILE), np.float64)
    b = cuda.shared.array((TILE, TILE), np.float64)
    i, j = cuda.grid(2)
    row, column, entry = cuda.threadIdx.x, cuda.threadIdx.y, 0.0
    for start in range(0, A.shape[1], TILE):
        a[row, column] = A[i, start + column]
        b[row, column] = B[start + row, j]
        cuda.syncthreads()  # nobody computes before the tiles are full
        for k in range(TILE):
            entry += a[row, k] * b[k, column]
        cuda.syncthreads()  # nobody refills them before everyone has computed
    C[i, j], reads[i, j] = entry, 2 * A.shape[1] // TILE


# %%
prediction("24-tiles", mine="", of="_[1]")
C, reads = np.zeros((8, 8)), np.zeros((8, 8))
tiled_matmul[(2, 2), (TILE, TILE)](A, B, C, reads)
np.allclose(C, A @ B), int(reads.sum())

# %% [markdown]
r"""
256: a fourth, as the tile is 4 wide. With tiles of 32 it is a thirty-second. The multiplications
are the same 512, and so is the result. The way back needs no new kernel: `G @ B.T` and `A.T @ G`
are products.

> **Try it.** Take one of the two `syncthreads` lines out, and run both cells a few times. Is the
> product ever right in the simulator?

The simulator shows a missing wait. It does not show every fault of order. Here 1,024 threads count
in two places: the first by `+=`, which reads, adds and writes; the second by an **atomic**
addition, which no other thread can interrupt.
"""


# %%
@cuda.jit
def count_kernel(total):
    """Each thread adds 1 to both totals, unsafely and safely."""
    total[0] += 1.0
    cuda.atomic.add(total, 1, 1.0)


total = np.zeros(2)
count_kernel[16, 64](total)
total[1].item()

# %% [markdown]
r"""
> **Try it.** Look at `total[0]`. In the simulator it is 1,024 as well: its threads take turns. On a
> graphics card two threads read the same number, both add 1, and one addition is lost. A fault that
> the simulator does not show can still be there.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why can the threads of *different* blocks not share a tile?
"""

# %% [markdown]
r"""
## What it costs

The numbers above are right everywhere, but a simulator says nothing about time. So here is a
simulated clock, in microseconds, with round figures of the size that real cards have. To start a
kernel costs 5. To move an array costs 10, the **latency**, and more for a larger array. Arithmetic
on the card is fast.
"""


# %%
class Device:
    """A card that only keeps the time, in microseconds."""

    launch, latency = 5.0, 10.0
    transfer, memory, arithmetic = 0.02, 1.0, 10.0  # in a ms: GB moved, GB read, billion operations

    def __init__(self):
        self.spent = Counter()

    def move(self, numbers):
        """An array of float32 from the host to the card, or back."""
        self.spent["transfer"] += self.latency + numbers * 4e-6 / self.transfer

    def run(self, numbers, operations):
        """One kernel that reads and writes so many numbers and does so many operations."""
        self.spent["launch"] += self.launch
        time = max(numbers * 4e-6 / self.memory, operations * 1e-6 / self.arithmetic)
        self.spent["kernel"] += time


# %% [markdown]
r"""
> **Predict.** Ten elementwise ops, one after the other, on a million numbers. In the first program
> each op fetches its operand from the host and brings its result back. In the second the numbers
> stay on the card between the first and the last op. How many times as fast is it?
"""

# %%
MILLION = 1_000_000
there_and_back, staying = Device(), Device()

# %%
for _ in range(10):
    there_and_back.move(MILLION)
    there_and_back.run(2 * MILLION, MILLION)
    there_and_back.move(MILLION)

# %%
staying.move(MILLION)
for _ in range(10):
    staying.run(2 * MILLION, MILLION)
staying.move(MILLION)

# %%
prediction("24-stay", mine="", of="there_and_back.spent.total() / staying.spent.total()")
for device in (there_and_back, staying):
    print({what: round(time) for what, time in device.spent.items()}, round(device.spent.total()))

# %% [markdown]
r"""
8 times. And even in the second program three quarters are **transfers**. This is the first rule of
devices: move once, then stay.

Now the ten ops as one kernel: read once, do ten operations, write once. That is the **fusion** of
lesson 23.
"""

# %%
fused = Device()
fused.move(MILLION)
fused.run(2 * MILLION, 10 * MILLION)
fused.move(MILLION)
{what: round(time) for what, time in fused.spent.items()}


# %% [markdown]
r"""
The launches and kernels were 130 and are 13. What is left is the way to the card. On a tenth of the
numbers, launch by launch: step from ten kernels to one.
"""

# %%
show_launches(10)

# %% [markdown]
r"""
Here the launches cost most: a kernel takes one microsecond, and to start it five. And small arrays?

> **You may think** that a graphics card makes every program faster. Here is a run where that fails:
> a hundred numbers. **Instead**, compare what the arithmetic saves with what launch and transfer
> cost.
"""


# %%
def on_the_card(numbers, ops):
    """Microseconds for elementwise ops on the card, there and back."""
    device = Device()
    device.move(numbers)
    for _ in range(ops):
        device.run(2 * numbers, numbers)
    device.move(numbers)
    return device.spent.total()


def on_the_host(numbers, ops):
    """The same in NumPy: half a microsecond a call, and a billion numbers a second."""
    return ops * (0.5 + numbers / 1000)


[
    (numbers, round(on_the_host(numbers, 10)), round(on_the_card(numbers, 10)))
    for numbers in (100, 10_000, MILLION)
]

# %% [markdown]
r"""
A hundred numbers: 6 on the host, 70 on the card. A million: 10,005 and 550. The course's networks
are of the first kind, so it needs no card.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a training loop prints the loss after each step. What has to cross from the
card to the host for that, and what would you do if it were too slow?
"""

# %% [markdown]
r"""
## The roofline

How fast can a kernel be at all? Two limits: the arithmetic, and the memory that feeds it. Which of
them holds depends on one number, the **intensity**: operations for each byte moved.

> **Predict.** tanh reads 4 bytes, writes 4 and counts as one operation. A product of two 1024 by
> 1024 matrices does $2 \cdot 1024^3$ operations on $3 \cdot 1024^2$ numbers. Which
> wait for the memory: tanh, ten ops fused, a product of 64, one of 1024? Yes or no for each.
"""

# %%
intensities = {
    "tanh": 1 / 8,
    "ten ops, fused": 10 / 8,
    "product of 64": 2 * 64**3 / (3 * 64**2 * 4),
    "product of 1024": 2 * 1024**3 / (3 * 1024**2 * 4),
}

# %%
prediction("24-roofline", mine="", of="[r < Device.arithmetic for r in reached.values()]")
reached = {
    name: min(Device.arithmetic, Device.memory * intensity)
    for name, intensity in intensities.items()
}
{name: (round(intensities[name], 3), round(reached[name], 3)) for name in intensities}


# %%
def roofline(intensities, reached):
    """What each kernel can reach at most, by its intensity."""
    figure, axes = plt.subplots(figsize=(5, 3))
    across = np.logspace(-1.2, 3.6, 50)
    axes.loglog(across, np.minimum(Device.arithmetic, Device.memory * across), color="0.5")
    for name, intensity in intensities.items():
        axes.loglog(intensity, reached[name], "o", color="tab:blue")
        axes.annotate(name, (intensity, reached[name]), (4, -12), "data", "offset points", size=8)
    axes.set(xlabel="operations for each byte", ylabel="billion operations in a ms")
    return captioned(
        figure,
        "A roof that climbs with the intensity up to 10 operations a byte and is flat from there. "
        "tanh and the ten fused ops lie on the slope, both products on the flat part.",
    )


roofline(intensities, reached)

# %% [markdown]
r"""
On the slope more arithmetic units would not help: tanh reaches an eightieth of what the card can
compute, and fusion lifts it tenfold. On the flat part memory is no concern, if tiles keep each
number from being fetched again and again. That is why networks are built of large products.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** where on this picture is a layer norm? Count its operations and its bytes.
"""

# %% [markdown]
r"""
## What a device changes, and what it does not

Not: the graph, the order, the rules, the sums of contributions. You exchanged the module under
them, and the gradient was the same.

What changes: arrays live somewhere, and two of them meet in one place or not at all. Calls return
before the work is done, so a clock must wait for the card. Numbers are mostly float32 or shorter.
And sums are made in parallel, so in another order.
"""

# %%
numbers = np.random.default_rng(0).normal(size=4096).astype(np.float32)
one_by_one = np.float32(0.0)
for number in numbers:
    one_by_one += number

# %%
halves = numbers
while halves.size > 1:  # what a card does: all pairs at once, then all pairs of those
    halves = halves[0::2] + halves[1::2]
bool(one_by_one == halves[0]), bool(abs(one_by_one - halves[0]) < 1e-3)

# %% [markdown]
r"""
Both are right to rounding, and their bits differ. So compare a result of a card with a tolerance.

**CUDA** is the way to program NVIDIA's cards, and one way among several: AMD's cards have ROCm
(with HIP), Apple's have Metal, Intel's have SYCL, and Google's TPUs are programmed through the
compiler XLA. The engine does not know any of them. That is what the seam is for.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would you have to write to bring your engine to a device that nobody has
heard of yet?
"""

# %% [markdown]
r"""
## What you can now do

- Put an engine behind a backend, and count with another one what is called.
- Read and write a kernel: its index, its bound, its launch.
- Say why tiles make a product fast without saving one multiplication.
- Estimate launches, transfers and arithmetic before you move anything.
- Say what CUDA changes, and what it does not.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`x.to("cuda")` moves, `x.cpu()` brings back; two tensors of different devices are refused, unless
one is a CPU tensor without axes. The seam is the *dispatcher*, which picks a kernel by device and
dtype; kernels are written in C++, CUDA or Triton. `torch.cuda.synchronize()` waits before a clock
is read; `loss.item()` waits too. AMD's cards answer to `"cuda"` as well, Apple's to `"mps"`,
Intel's to `"xpu"`. `torch.compile` fuses.
"""

# %% [markdown]
r"""
## Check yourself

**1.** `xp.tanh` is called a thousand times under the counting module, and `xp.exp` never. A rule
calls `np.exp`. Which test finds it: the gradient's, or the count?

<details><summary>Answer</summary>

The count of `xp.exp`, which is 0 where 1 is expected (or a device that refuses NumPy's arrays). The
gradient is right: NumPy computed it.
</details>

**2.** 100 entries, blocks of 32 threads. How many blocks, and how many idle threads?

<details><summary>Answer</summary>

4 blocks, 128 threads, 28 of them idle.
</details>

**3.** An op takes 40 microseconds on the host and 2 on the card, launch included. Moving its data
takes 15 each way. Is the card worth it for this op alone? For two such ops in a row?

<details><summary>Answer</summary>

32 against 40: just. For two, 34 against 80: the transfers are paid once.
</details>
"""

# %% [markdown]
r"""
## Next

Do the [exercises](../exercises/24_devices_and_backends.ipynb): an engine that computes wherever it
is told, and five ops that you place by their cost. Then put all of it into one model:
[lesson 25](25_a_transformer.ipynb). Or stay with kernels, those of your own network:
[lesson 28](28_from_graph_to_kernels.ipynb).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=24)
