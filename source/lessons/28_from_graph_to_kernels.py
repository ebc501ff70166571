# %% [markdown]
r"""
# 28. From graph to kernels: what a graph known in advance is worth

A training step does the same ops in every round. Whoever knows them in advance can run many ops in
one loop, and can say beforehand where each array will lie. Here you do both by hand, then read the
code that a compiler makes of your own network. 75 minutes. Afterwards you can say what a fusion
saves, which one a sum forbids, and how much memory a step needs.
"""

# %%
import timeit
from itertools import combinations

import numpy as np

from autograd_lesson import nn
from autograd_lesson.compiler import compile_step, ledger
from autograd_lesson.compiler.code import c_compiler
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.memory import measure
from autograd_lesson.widgets import show_kernels

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(28, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `tanh` on float32 reads 4 bytes, writes 4, and counts as one operation. What
> is its intensity? (b) Which array does the way back of `exp` need: its operand or its result?
> (c) May a compiler take `(a + b) + c` for `a + (b + c)`? The next cell has the answers.

<details><summary>Answers</summary>

(a) 1/8, one operation for eight bytes: it waits for the memory (lesson 24). (b) Its result, which
therefore lives until the way back (lesson 20). (c) No: sums of floats depend on their order (lesson
23).
</details>
"""

# %%
folded()
x = np.array([0.5, -1.0])
slope = (np.exp(x + 1e-6) - np.exp(x - 1e-6)) / 2e-6
1 / (4 + 4), np.allclose(slope, np.exp(x)), (0.1 + 0.2) + 0.3 == 0.1 + (0.2 + 0.3)

# %% [markdown]
r"""
## What a step is made of

A small network: a layer, a layer norm (lesson 16), a relu, and a layer to one number. 256 examples
at once, in float32.
"""


# %%
def network(width, rng):
    """8 features in, one number out."""
    layers = [nn.Linear(8, width, rng=rng), nn.LayerNorm(width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, 1, rng=rng)).to(np.float32)


rng = np.random.default_rng(0)
model = network(64, rng)
inputs = rng.normal(size=(256, 8)).astype(np.float32)
targets = rng.normal(size=(256, 1)).astype(np.float32)


def loss_of(x, y):
    """The mean squared error."""
    return ((model(x) - y) ** 2).mean()


# %% [markdown]
r"""
`compile_step` records one call of `loss_of` and its way back as a list of lines, as in lesson 23.
Here each line is an op on whole arrays. `ledger` is an account of the step: what each line reads,
what it writes, and how many bytes that moves between the memory and the processor.

> **Predict.** How many lines are in the step, forward and back together: about 10, 40 or 200?
"""

# %%
prediction("28-lines", mine="", of="len(alone.entries)", within=1.3)
step = compile_step(loss_of, model.parameters(), inputs, targets)
alone = ledger(step, is_planned=False)
print("\n".join(str(alone).splitlines()[:16]))
len(alone.entries)

# %% [markdown]
r"""
`x0` are the inputs, `p0`, `p1` and so on the parameters, `v1` and so on results. Line 0 is the
product of the first layer, lines 2 to 13 are the layer norm, and line 14 is the relu.

Line by line is how NumPy works, and so does the engine: each line reads its arrays from memory,
computes, and writes a new array. Most lines do one operation on each number that they fetch.

> **Predict.** What share of all bytes is moved by products (`@`), and what by the other lines
> together? Give the share of the others, from 0 to 1.
"""

# %%
prediction("28-share", mine="", of="_", within=1.15)
others = sum(entry.moved for entry in alone.entries if entry.ops != "@")
round(others / alone.moved, 2)

# %% [markdown]
r"""
Nine tenths of the bytes are moved for lines that compute next to nothing. By lesson 24's roofline
they are far on the slope: they wait for memory. That is where a compiler can save.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which lines of a step would *not* become faster if memory had no cost at all?
"""

# %% [markdown]
r"""
## One loop in place of four

To count reads and writes, here is a memory that counts.
"""


# %%
class Slow:
    """Numbers in slow memory: every read and every write of one of them is counted."""

    reads = writes = 0

    def __init__(self, numbers):
        self.numbers = list(numbers)

    def __len__(self):
        return len(self.numbers)

    def __getitem__(self, i):
        Slow.reads += 1
        return self.numbers[i]

    def __setitem__(self, i, number):
        Slow.writes += 1
        self.numbers[i] = number


def counted(work, *arrays):
    """Reads and writes of a call."""
    Slow.reads = Slow.writes = 0
    work(*arrays)
    return Slow.reads, Slow.writes


# %% [markdown]
r"""
The chain is $y = \max(2x + 1, 0) \cdot x$, four ops. Line by line, each op is a loop of its own,
and what it leaves is read by the next:
"""


# %%
def four_loops(x, y):
    """Each op over all numbers, into an array of its own."""
    n = len(x)
    a, b, c = (Slow([0.0] * n) for _ in range(3))
    for i in range(n):
        a[i] = 2.0 * x[i]
    for i in range(n):
        b[i] = a[i] + 1.0
    for i in range(n):
        c[i] = max(b[i], 0.0)
    for i in range(n):
        y[i] = c[i] * x[i]


# %% [markdown]
r"""
The second form takes each number through all ops before it fetches the next. `a`, `b` and `c` are
no arrays any more: they are names for one number, which stays in the processor. This is *fusion*.
"""


# %%
def one_loop(x, y):
    """All ops on one number, then the next number."""
    for i in range(len(x)):
        number = x[i]
        y[i] = max(2.0 * number + 1.0, 0.0) * number


# %% [markdown]
r"""
> **Predict.** For 8 numbers: how many reads and writes together in four loops, and how many in one?
"""

# %%
prediction("28-loops", mine="", of="sum(_[0]), sum(_[1])")
x = Slow(np.linspace(-2.0, 2.0, 8))
y, fused = Slow([0.0] * 8), Slow([0.0] * 8)
counted(four_loops, x, y), counted(one_loop, x, fused), y.numbers == fused.numbers

# %% [markdown]
r"""
5 reads and 4 writes for each number, against 1 and 1. The last op has two operands, so four loops
read five times. And the same bits: each number goes through the same operations in the same order.

> **You may think** that fusion saves arithmetic. Here is a run where that fails: count the
> operations. Both forms multiply, add, compare and multiply once for each number. **Instead**,
> think of the way: 72 numbers moved became 16.

> **Try it.** Write `2.0 * x[i]` and `* x[i]` in `one_loop`, without the name `number`. What is
> counted, and is a compiler allowed to read only once?
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a chain of ten ops, each with one operand. By which factor does one loop reduce
reads and writes? And a chain of one op?
"""

# %% [markdown]
r"""
## What a sum forbids

Can every chain be one loop? Shares are $y_i = x_i / \sum_j x_j$. Here both ops are in one loop:
"""


# %%
def shares_at_once(x):
    """Each number divided by the sum, in the loop that adds up."""
    total, shares = 0.0, []
    for number in x:
        total += number
        shares.append(number / total)
    return shares


# %% [markdown]
r"""
> **Predict.** The shares of 2, 2 and 4 are 0.25, 0.25 and 0.5. What does `shares_at_once` give?
"""

# %%
prediction("28-shares", mine="")
shares_at_once([2.0, 2.0, 4.0])

# %% [markdown]
r"""
The first number was divided by itself: the sum was not complete, and no error came. A
*reduction*, such as a sum or a maximum (lesson 12), has its result only when it has seen *every*
number. Whatever reads that result must wait, and then go through the numbers once more: a second
**pass over a row** of numbers. (A compiler's passes, in lesson 23, go over lines.)

What comes *before* a reduction can be in its loop: each number is computed and added at once. So a
chain may end in a sum, and cannot go on behind it.

A softmax has two reductions: the maximum, and the sum of the exponentials (lesson 15).
"""


# %%
def three_passes(x, y):
    """Softmax: the largest; exponentials and their sum; shares."""
    n, top, total = len(x), -np.inf, 0.0
    for i in range(n):
        top = max(top, x[i])
    for i in range(n):
        number = np.exp(x[i] - top)
        total += number
        y[i] = number
    for i in range(n):
        y[i] = y[i] / total


# %% [markdown]
r"""
Line by line there are five ops: the maximum, `x - top`, `exp`, the sum, and the quotient. They read
5 times and write 3 times for each number.

> **Predict.** How often does `three_passes` read and write for each number?
"""

# %%
prediction("28-passes", mine="", of="_[0] / 8, _[1] / 8")
shares = Slow([0.0] * 8)
reads, writes = counted(three_passes, x, shares)
reads, writes, np.allclose(shares.numbers, np.exp(x.numbers) / np.exp(x.numbers).sum())

# %% [markdown]
r"""
3 and 2, against 5 and 3. Three passes is what the two reductions leave.

> **Look.** Could the maximum and the sum be found in *one* pass, if the sum so far were corrected
> whenever a larger number comes?

<details><summary>Answer</summary>

Yes: with a new maximum $m'$ the old sum is multiplied by $e^{m - m'}$. Then two passes are enough.
That is no fusion any more: it changes the algorithm, and the last bits. Attention is computed in
that way on graphics cards (*FlashAttention*), in tiles, and so the table of shares is never written
to memory.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** layer norm has a mean and a variance. How many passes does it take, and what
is in each of them?
"""

# %% [markdown]
r"""
## The kernels of your network

A *kernel* is what runs in one nest of loops (lesson 24). The compiler gives each line to a kernel
that already has what the line needs, if the loops are the same. Products stay calls of NumPy: they
read whole rows and columns, and NumPy has a library for that.

> **Predict.** The 43 lines have five products and several sums. How many kernels and calls will the
> step have?
"""

# %%
prediction("28-kernels", mine="", of="len(planned.entries)", within=1.5)
planned = ledger(step)
print(planned)

# %% [markdown]
r"""
Nine. Kernel 1 holds the bias, the whole layer norm and the relu; it has two sums in the middle. Why
did they not cut it? They go along a *row* of 64 numbers. A row fits into the processor's cache. So
the kernel takes one row, goes through it three times, and takes the next row: memory is read once.

A sum over the *rows* is another matter: it is complete when the kernel ends. Kernel 7 ends in three
of them.

> **Look.** Which parameters do these three sums belong to? And why is kernel 4, the division of one
> number, a kernel by itself?

<details><summary>Answer</summary>

They are the gradients of the weight and the bias of the layer norm, and of the bias of the first
layer: each was used in all rows (lesson 12). Kernel 4 makes the mean of a sum over *all* examples,
`v24`. That sum is complete only when kernel 3 has ended.
</details>
"""

# %% [markdown]
r"""
> **Predict.** How many times fewer bytes are moved than line by line: 2, 4 or 10 times?
"""

# %%
prediction("28-moved", mine="", of="alone.moved / planned.moved", within=1.2)
f"{alone.moved:,} -> {planned.moved:,} bytes, {alone.moved / planned.moved:.1f} times fewer"

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a batch norm takes its mean over the rows, for each column. Where would its
chain be cut, and into how many kernels?
"""

# %% [markdown]
r"""
## Where each array lies

A step of two small layers, forward and back, on paper. Each line makes one array.

| | line | array | size |
|---|---|---|---|
| 0 | `x @ W1` | a | 4 |
| 1 | `maximum(a, 0)` | b | 4 |
| 2 | `b @ W2` | c | 2 |
| 3 | `c - y` | d | 2 |
| 4 | `b.T @ d` | gW2 | 2 |
| 5 | `d @ W2.T` | e | 4 |
| 6 | `e * (b > 0)` | f | 4 |
| 7 | `x.T @ f` | gW1 | 4 |
"""

# %% [markdown]
r"""
An array is needed from the line that makes it to the line that reads it last: its **life**. `gW1`
and `gW2` are the results, and live to the end.

> **Predict.** Take a pencil. What is the life of `b`: its first and its last line?
"""

# %%
prediction("28-life", mine="")
reads = {"a": "x W1", "b": "a", "c": "b W2", "d": "c y"}
reads |= {"gW2": "b d", "e": "d W2", "f": "e b", "gW1": "x f"}
readers = [k for k, names in enumerate(reads.values()) if "b" in names.split()]
[*reads].index("b"), max(readers)

# %% [markdown]
r"""
`b` is made in line 1 and read in lines 2, 4 and 6. The relu and the product keep it for the way
back (lesson 20).

All arrays side by side take 26. But when line 7 runs, `a` has been of no use for a long time.

> **Predict.** How much is needed at one time, at the worst line, and which line is that?
"""

# %%
prediction("28-worst", mine="", of="max(needed), needed.index(max(needed))")
sizes = {"a": 4, "b": 4, "c": 2, "d": 2, "gW2": 2, "e": 4, "f": 4, "gW1": 4}
lives = {"a": (0, 1), "b": (1, 6), "c": (2, 3), "d": (3, 5)}
lives |= {"gW2": (4, 8), "e": (5, 6), "f": (6, 7), "gW1": (7, 8)}
needed = [sum(sizes[n] for n, (a, b) in lives.items() if a <= k <= b) for k in range(8)]
needed, sum(sizes.values())

# %% [markdown]
r"""
14 in line 6, for `b`, `e`, `f` and `gW2`. No plan can do with less, as long as no line writes where
it reads. Now places: each array gets a first address in one memory.

Here is the step in such a memory. `places` says where each array begins.
"""

# %%
X, Y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[1.0], [2.0]])
W1, W2 = np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([[2.0], [1.0]])
shapes = {"a": (2, 2), "b": (2, 2), "c": (2, 1), "d": (2, 1)}
shapes |= {"gW2": (2, 1), "e": (2, 2), "f": (2, 2), "gW1": (2, 2)}
naive = {"a": 0, "b": 4, "c": 8, "d": 10, "gW2": 12, "e": 14, "f": 18, "gW1": 22}


# %%
def gradients_in(places):
    """Both gradients, with all arrays of the step in one memory."""
    memory = np.zeros(26)
    at = {n: memory[places[n] :][: sizes[n]].reshape(shapes[n]) for n in places}
    np.matmul(X, W1, out=at["a"])
    np.maximum(at["a"], 0.0, out=at["b"])
    np.matmul(at["b"], W2, out=at["c"])
    np.subtract(at["c"], Y, out=at["d"])
    np.matmul(at["b"].T, at["d"], out=at["gW2"])
    np.matmul(at["d"], W2.T, out=at["e"])
    np.multiply(at["e"], at["b"] > 0.0, out=at["f"])
    np.matmul(X.T, at["f"], out=at["gW1"])
    return at["gW1"].tolist(), at["gW2"].tolist()


right = gradients_in(naive)
right

# %% [markdown]
r"""
Somebody thinks: after line 2 `b` has been used, so `c` may lie where `b` was.

> **Predict.** What happens: an error, a wrong gradient, or the right one?
"""

# %%
prediction("28-overlap", mine="", choose="error, wrong or right", of="came")
bad = gradients_in(naive | {"c": 4})
came = "right" if bad == right else "wrong"
bad

# %% [markdown]
r"""
Wrong, without a word. It is the fault of lesson 19, a write into what the way back needs. There a
counter caught it. Here nobody counts: the plan itself must be right, and it can be checked before
anything runs.

> **You may think** that an array is free when the next line has read it. Here is a run where that
> fails: the gradient above. **Instead**, look for its *last* reader, which in a training step is
> often on the way back.
"""


# %%
def overlaps(places, lives, sizes):
    """Pairs of arrays that share addresses while both are needed."""
    found = []
    for m, n in combinations(places, 2):
        together = max(lives[m][0], lives[n][0]) <= min(lives[m][1], lives[n][1])
        first, second = sorted((m, n), key=places.get)
        if together and places[first] + sizes[first] > places[second]:
            found.append((m, n))
    return found


overlaps(naive, lives, sizes), overlaps(naive | {"c": 4}, lives, sizes)

# %% [markdown]
r"""
Now find a good plan. A rule that is simple and rarely bad: take the largest array first, and put
each at the lowest address where it meets nobody that is needed at the same time.

> **Try it.** Do it with a pencil before you run the next cell: `a` goes to 0. `b` meets it in line
> 1, so it goes to 4. `e` meets `b` and not `a`. And `f`?
"""


# %%
def packed(lives, sizes):
    """An address for each array: the largest first, each as low as it can be."""
    places = {}
    for name in sorted(sizes, key=lambda n: (-sizes[n], lives[n])):
        address = 0
        for other in sorted(places, key=places.get):
            meets = overlaps({name: address, other: places[other]}, lives, sizes)
            if meets:
                address = places[other] + sizes[other]
        places[name] = address
    return places


# %% [markdown]
r"""
> **Predict.** How much memory does this plan take: 14, 18 or 26?
"""

# %%
prediction("28-packed", mine="", of="_[0]")
places = packed(lives, sizes)
top = max(places[n] + sizes[n] for n in places)
print(places)
top, overlaps(places, lives, sizes), gradients_in(places) == right

# %% [markdown]
r"""
14, which is the least that is possible, with the right gradients. One thing more can be saved: line
6 is elementwise, so that `f` may be written *where `e` is*, number by number. Then line 5 is the
worst, with 12. A product cannot do that: it reads each number many times.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in which lines would a *checkpoint* (lesson 20) change the lives of arrays, and
what would it make longer?
"""

# %% [markdown]
r"""
## The plan of your network

The compiler does the same for the step, with kernels in place of lines. What it keeps inside a
kernel needs no place at all. `step.peak` is known before the first run. `measure` (lesson 20) says
what the engine takes for the same step, forward and back.

> **Predict.** By which factor is the peak of the engine larger?
"""

# %% tags=["nbval-ignore-output"]
prediction("28-peak", mine="", of="peak / step.peak", within=1.25)


def eagerly():
    """Loss and gradients by the engine."""
    model.zero_grad()
    loss_of(inputs, targets).backward()


eagerly()  # once, so that what is made in a first call is not counted
peak = measure(eagerly).peak
f"{peak:,} bytes, and {step.peak:,} in the plan"

# %%
bool(peak > 1.2 * step.peak)

# %% [markdown]
r"""
Now look at the whole step. Above, each of the 43 lines runs by itself, and each result lives until
its last reader. Below is the plan. Time goes to the right, memory goes up. What a kernel reads has
a dashed edge, what it writes a thick one. Step through the nine kernels.
"""

# %%
show_kernels(step)

# %% [markdown]
r"""
1. In kernel 1, which arrays are made above that are not there below? Where did they go?
2. `v12` lies where `v1` was. Why is that allowed, though both are needed in kernel 1?
3. `v15` lives long. Who reads it last, and why?

<details><summary>Answers</summary>

1. `v2`, `v5`, `v6`, `v13`, `v14`, and what has one number for a row, `v3`, `v4` and `v7` to `v10`:
   each is read in the same kernel only, and is never written to memory.
2. A row of `v1` has been read before the same row of `v12` is written, and it is not read again.
3. Kernel 7, the way back of the relu: it asks where `v15` is 0.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which array would you compute *again* in kernel 7 in place of keeping it, and
what would have to be read for that?
"""

# %% [markdown]
r"""
## Read the code

This is kernel 1 as it is written for the C compiler. `a` is a table of addresses, and each `v` is a
line of the program. (Where no C compiler is found, NumPy runs the lines one by one, in memory that
is planned for them; the kernels are shown here all the same.)
"""

# %%
print(planned.text(1))

# %% [markdown]
r"""
> **Look.** Find (1) the three passes over a row, (2) the mean, the variance and the root, (3) the
> relu, (4) the arrays `v2_kept` and `v5_kept`. Why are these 64 numbers long and not 256 times 64?

<details><summary>Answer</summary>

(1) The three loops over `j`. (2) `v4`, `v8` and `v10`, between the loops: one number for a row. (3)
`v15`, which is 0 where `v14` is below 0. (4) What a later pass over the row needs is kept for *this
row*, in the cache; the next row writes over it.
</details>

The way back in kernel 7 is written in the same manner. It ends in three sums over the 256 rows.
"""

# %% [markdown]
r"""
> **Predict.** The gradients are float32. In which type are these sums kept: `float` or `double`?
"""

# %%
prediction("28-double", mine="", choose="float or double", of="kept")
backward = [line.strip() for line in planned.text(7).splitlines()]
kept = next(line.split()[0] for line in backward if "_sums[" in line)
print("\n".join(line for line in backward if "sums" in line or "? 0 :" in line))

# %% [markdown]
r"""
In double: a long sum in float loses digits. So the compiled step does not have the same last bits
as the engine, and must be compared with a tolerance. (The line with `? 0 :` is the rule of the
relu: where the result was not above 0, nothing goes back.)
"""

# %%
eagerly()
expected = [p.grad for p in model.parameters()]
model.zero_grad()
step(inputs, targets)
found = [p.grad for p in model.parameters()]
all(np.allclose(a, b, rtol=1e-4, atol=1e-6) for a, b in zip(found, expected, strict=True))

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** take the line of one `v` and say which rule of the engine it comes from.
"""

# %% [markdown]
r"""
## What it gains

Two things were done: memory was planned, and lines were fused. Which of the two saves time? The
step written in NumPy has the plan and no fusion; in C it has both.
"""

# %% [markdown]
r"""
> **Predict.** The engine's time, divided by that of the planned NumPy, and divided by that of the
> C.
"""

# %% tags=["nbval-ignore-output"]
prediction("28-gains", mine="", of="[*gains.values()]", within=1.6)
tongues = ["numpy"] + ["c"] * bool(c_compiler())
steps = {to: compile_step(loss_of, model.parameters(), inputs, targets, to=to) for to in tongues}


def seconds(work, *given):
    """The shortest of fifty runs, each from gradients of zero."""
    runs = timeit.repeat(lambda: work(*given), setup=model.zero_grad, number=1, repeat=50)
    return min(runs)


slow = seconds(eagerly)
gains = {to: slow / seconds(steps[to], inputs, targets) for to in tongues}
{to: round(gain, 1) for to, gain in gains.items()}

# %% [markdown]
r"""
The first number is what a plan saves: no graph is built anew in each round. What comes on top of
it in the second is fusion, and that saves two things: the way to memory, by at most the 3.8 times
that the bytes say, and calls. Each call costs something by itself, as a launch does on a card
(lesson 24), and 43 of them became nine.

> **Try it.** Make the batch sixteen times as large, and run the cells of this section again. Which
> of the two numbers falls more, and which of the savings is left?
"""

# %% [markdown]
r"""
> **Try it.** Compile a network of your own, with a few layers, and call `show_kernels` on its step.
> Which of its ops became one kernel, and which sum cut a chain?
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** for which network of this course would compiling gain nothing?
"""

# %% [markdown]
r"""
## What you can now do

- Fuse a chain by hand, and count the reads and writes that it saves.
- Say where a reduction cuts a chain, and why a sum along a row need not.
- Write down the lives of a step's arrays, plan their places, and check the plan.
- Read a generated kernel: its loops, its passes, and the rule behind each line.
- Say what of a gain comes from fusion, and what from the plan.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.compile(f)`: *Dynamo* records, with guards; *AOTAutograd* writes the way back as lines;
*Inductor* fuses them and writes C++, or Triton for a card. `TORCH_LOGS=output_code` shows the code.
Its kernel for our layer norm is called `cpp_fused_native_layer_norm_relu_0`; all its calls are in
[lesson 26](26_how_the_frameworks_do_it.ipynb). Inductor uses a buffer again after its last reader.
`jax.jit` gives the lines to *XLA*, whose passes are called *fusion* and *buffer assignment*: the
plan of all places, made in advance as here. Large products are left to libraries.
"""

# %% [markdown]
r"""
## Check yourself

**1.** Six elementwise ops in a row, each with one operand, on a million float32. How many bytes are
moved, line by line and in one kernel?

<details><summary>Answer 1</summary>

Each line moves 8 million, so 48 million; in one kernel 8 million.

</details>

**2.** `y = x - x.mean()` for a vector `x` that does not fit into the cache. How many passes, and
how many reads and writes for each number?

<details><summary>Answer 2</summary>

Two: one for the mean, one for the difference. Two reads and one write.

</details>

**3.** Arrays of 3, 5 and 2, needed in the lines 0 to 2, 1 to 4 and 3 to 4. How much memory, and
where does the third lie?

<details><summary>Answer 3</summary>

It takes 8: the first and the second meet; the third meets only the second, and lies where the first
was.

</details>
"""

# %% [markdown]
r"""
## Next

Do the [exercises](../exercises/28_from_graph_to_kernels.ipynb): a chain in one loop, passes, bytes,
lives, and a plan of your own. The parts come from [memory](20_memory.ipynb), [a tiny
compiler](23_a_tiny_compiler.ipynb) and [devices](24_devices_and_backends.ipynb). Where there is no
slope at all, see [lesson 29](29_where_there_is_no_slope.ipynb).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=28)
