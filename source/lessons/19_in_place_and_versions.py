# %% [markdown]
r"""
# 19. In-place operations: when a number changes behind the engine's back

The way back uses numbers of the way forward. If somebody writes over them in between, the gradient
is wrong, and nothing looks wrong. 45 minutes. You will cause such a gradient, build the counter
that notices it, learn which writes are safe, and read the error of PyTorch that tells of them.
"""

# %%
import numpy as np

from autograd_lesson import Tensor, Value
from autograd_lesson.functional import layer_norm
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import show_timeline

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(19, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) SGD at the rate 0.1: a weight is 2, its gradient 3. What is it afterwards?
> (b) A batch of 5 rows goes through a layer norm; the rows' gradients are summed, row by row. What
> comes out? (c) `x[[0, 0, 1]].sum()` goes back. What does each of the three numbers of `x` get?

<details><summary>Answers</summary>

(a) 1.7, and below you will see *where* that write happens. (b) Five zeros. (c) 2, 1 and 0: what
was picked twice gets two contributions.
</details>
"""

# %%
folded()
rng = np.random.default_rng(0)
x, batch = Tensor([4.0, 5.0, 6.0]), Tensor(rng.normal(size=(5, 4)))
x[[0, 0, 1]].sum().backward()
layer_norm(batch).backward(rng.normal(size=(5, 4)))
2 - 0.1 * 3, x.grad, abs(batch.grad.sum(axis=1)) < 1e-12

# %% [markdown]
r"""
## Read too late

Here is an engine in the closure style of lesson 4, with one op only. Its function `rule` reads the
operands' numbers when it is called, on the way back.
"""


# %%
class Number:
    """A number whose rule looks at its operands when the gradient comes."""

    def __init__(self, data):
        self.data, self.grad, self.rule = data, 0.0, None

    def __mul__(self, other):
        result = Number(self.data * other.data)

        def rule(upstream):
            self.grad += upstream * other.data
            other.grad += upstream * self.data

        result.rule = rule
        return result


# %% [markdown]
r"""
> **Predict.** `x` is 3, `y = x * x`. Then `x.data` becomes 100. Then the gradient comes. The slope
> of `y` at 3 is 6. What is `x.grad`?
"""

# %%
prediction("19-late", mine="", of="x.grad")
x = Number(3.0)
y = x * x
x.data = 100.0
y.rule(1.0)
y.data, x.grad

# %% [markdown]
r"""
`y` is 9, as computed from 3; the gradient is 200, as if `y` had been computed from 100. No error,
no nan: a silent 200, and training would go on with it.

> **You may think** that editing `.data` after the forward pass is harmless, since the graph has
> been built already. Here was a run where that fails.
>
> **Instead**, ask what an op has *kept*: the graph is built, but its numbers are still to be read.

Our `Value` takes its partials at once, as numbers, on the way forward:
"""

# %%
v = Value(3.0)
w = v * v
v.data = 100.0
w.backward()
v.grad

# %% [markdown]
r"""
6: a number that was taken is safe. A `Tensor` has the same rules, on arrays: the partial of `*` is
again the other operand.

> **Predict.** `t` is a tensor and `u = t * t`. Is the partial in `u.partials` a copy of the array
> of `t`, or that array?
"""

# %%
prediction("19-kept", mine="", choose="that array or a copy")
t = Tensor([3.0, 1.0], label="t")
u = t * t
np.shares_memory(u.partials[0], t.array)

# %% [markdown]
r"""
It is that array: a copy of every operand would cost as much memory again. So for arrays the danger
is back. The package locks this memory; here is a raw write, with the lock taken off:
"""

# %%
t.array.setflags(write=True)
t.array[0] = 100.0
u.sum().backward()
t.grad

# %% [markdown]
r"""
The silent 200 again, where 6 is right.
"""

# %% [markdown] tags=["notes"] was="the-silent-200"
r"""
**Your notes here:** why are a Value's partials safe from a later write, and a tensor's not?
"""

# %% [markdown]
r"""
## Count the writes

The cure is short. Each array has a **version**, a number that goes up with every write. An op that
keeps an array for the way back keeps the version too, and compares it before the array is used.
"""


# %%
class Watched:
    """An array that counts the writes into it."""

    def __init__(self, array):
        self.array, self.version = np.array(array), 0

    def write(self, index, x):
        self.array[index] = x
        self.version += 1


def multiply(a, b):
    """The product, and its way back, which refuses what was written to."""
    kept = a.version, b.version

    def back(upstream):
        if (a.version, b.version) != kept:
            raise RuntimeError(f"'*' kept versions {kept}, found {a.version, b.version}")
        return upstream * b.array, upstream * a.array

    return a.array * b.array, back


# %%
a, b = Watched([3.0, 1.0]), Watched([2.0, 5.0])
product, back = multiply(a, b)
back(1.0)

# %% tags=["raises-exception"]
a.write(0, 100.0)
back(1.0)

# %% [markdown]
r"""
The write itself was not forbidden. The counts are compared in the one moment where it matters: when
the kept arrays are about to be used.

The package does the same, under a lock. `x.data` is an array that counts: it opens the memory for
each write of its own. `x.version.count` is the count.

> **Predict.** Three lines touch `x.data` below. What is the count in the end?
"""

# %%
prediction("19-count", mine="")
x = Tensor([3.0, 1.0], label="x")
y = (x * x).sum()
x.data.sum()
x.data[0] = 100.0
x.data *= 0.5
x.version.count

# %% [markdown]
r"""
2: a read changes nothing, so it is not counted.
"""

# %% tags=["raises-exception"]
y.backward()

# %% [markdown]
r"""
Which tensor, which op, which version: enough to find the line.

> **Predict.** This time `y` is `x + x`, then the same write. What is the gradient of `x[0]`: 2,
> 200, or is it an error?
"""

# %%
prediction("19-sum", mine="", choose="2, 200 or error", of="x.grad[0]")
x = Tensor([3.0, 1.0], label="x")
y = (x + x).sum()
x.data[0] = 100.0
y.backward()
x.grad

# %% [markdown]
r"""
It is not: a sum keeps nothing, its slope is 1 whatever `x` was. This is the other half of a good
guard: where no harm is done it says nothing.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would be lost if every write between forward and backward were forbidden?
"""

# %% [markdown]
r"""
## One memory, several names

A slice and a transpose are views: new names for the same memory. A reshape is one where it can be
(lesson 14). A write through one name is a write to all.

> **Predict.** Five ways to write 0 somewhere. Which of them spoil `x * x`, that is, raise the
> count of `x`? Say yes or no for each, in the order of `ways`.
"""

# %%
prediction("19-five-writes", mine="", of="[counts[name] > 0 for name in ways]")


def writes(name):
    """How many writes into x are counted when this one is done."""
    x = Tensor([[3.0, 1.0], [2.0, 4.0]])
    {
        "a slice": lambda: x.data[1:].fill(0.0),
        "a transposed tensor": lambda: x.T.data.fill(0.0),
        "out=": lambda: np.multiply(x.data, 0.0, out=x.data),
        "after detach": lambda: x.detach().data.fill(0.0),
        "a list of rows": lambda: x.data[[0, 1]].fill(0.0),
    }[name]()
    return x.version.count


ways = ("a slice", "a transposed tensor", "out=", "after detach", "a list of rows")
counts = {name: writes(name) for name in ways}
counts

# %% [markdown]
r"""
The last one is a copy: picking by a list makes new memory (lesson 14), and what is done there stays
there. All others share the memory, so they share *one counter*: it belongs to the memory, not to
the name.

> **Predict.** The other way round: an op keeps a view, and the write goes into `x`. Is it
> noticed, by an error?
"""

# %% tags=["raises-exception"]
prediction("19-view", mine="", choose="unnoticed or error")
x = Tensor([3.0, 1.0, 2.0], label="x")
tail = x[1:].named("tail")
y = (tail * tail).sum()
x.data[2] = 0.0
y.backward()

# %% [markdown]
r"""
It is. The refusal names `tail`, the name under which the memory was kept.
"""

# %% [markdown]
r"""
A counter sees only what goes through it. `np.asarray(x.data)` is a plain array on the same memory,
which counts nothing. For such names there is the lock:
"""

# %% tags=["raises-exception"]
np.asarray(x.data)[0] = 7.0

# %% [markdown]
r"""
NumPy refuses, and so it does for `x.array`, for a `memoryview`, and for a generator that is given
`out=x.data`. Two things get past both guards: a library that takes the bare address of the memory
(`torch.from_numpy` with a warning, `torch.as_tensor` without, `ctypes`), and a program that takes
the lock off, as above. Hand such code a copy, `x.numpy()`.

A view has an *order* of its own, too: a transposed one reads the memory by columns.

> **Predict.** The numbers of `table.T` are saved as they lie in memory, and read back in the shape
> of `table.T`. Is it the same matrix?
"""

# %%
prediction("19-saved", mine="", of="np.array_equal(*_)")
table = np.arange(6.0).reshape(2, 3)
as_they_lie = table.T.ravel(order="K")
as_they_lie.reshape(table.T.shape), table.T

# %% [markdown]
r"""
No: the same numbers, the same shape, another matrix, and no error. safetensors 0.8 does this to an
array of NumPy. `np.save` notes the order; what does not is to be given
`np.ascontiguousarray(table.T)`.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** how would you find out in NumPy whether two arrays share memory?
"""

# %% [markdown]
r"""
## What is safe

Time decides. A write is dangerous between the moment an array is kept and the moment it is used.
Before and after, it is free. A training loop writes into its weights at every step:
"""

# %%
weight = Tensor([2.0, -1.0], label="weight")
for step in range(3):
    weight.grad = None
    loss = (weight * weight).sum()
    loss.backward()
    weight.data -= 0.1 * weight.grad
    print(step, weight.data.round(3), "version", weight.version.count)

# %% [markdown]
r"""
The update comes after `backward()` has used what was kept, and the next forward keeps the array at
its new version. Six programs that are safe:

| Program | Safe because |
|---|---|
| write after `backward()` | all has been used |
| write before the op | the op has used the new numbers |
| write into an operand of `+` | nothing was kept |
| write into a copy | other memory |
| write into another tensor | other memory |
| `x.data = new` | the old array stays with the graph |
"""

# %%
x = Tensor([3.0, 1.0])
y = (x * x).sum()
x.data = np.array([100.0, 100.0])
y.backward()
x.grad

# %% [markdown]
r"""
Step through a time-line: a bar lasts from the moment an array is kept until it is used; diamonds
are writes.

> **Try it.** Stop before each write and say whether it breaks a bar.
"""

# %%
show_timeline(
    [
        ("loss = (w * w).sum()", "keeps", "w"),
        ("loss.backward()", "uses", "w"),
        ("w.data -= 0.1 * w.grad", "writes", "w"),
        ("e = w.exp()", "keeps", "e"),
        ("w.data[0] = 5", "writes", "w"),
        ("e.data.sum()", "reads", "e"),
        ("loss = (e * w).sum()", "keeps", "e, w"),
        ("e[1:].data[0] = 0", "writes", "e"),
        ("loss.backward()", "uses", "e, w"),
    ]
)

# %% [markdown]
r"""
In your own words: why is the optimiser's write safe, although it comes after the forward pass?
Answer in two sentences.

<details><summary>A model answer</summary>

What the forward pass kept has been used by then, and nobody will read it again. The next forward
pass keeps the weights at their new version.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** two losses share the weights. Backward of the first, update, backward of the
second: what happens?
"""

# %% [markdown]
r"""
## An op that writes over its operand

If writes are so dangerous, why does anybody do them? For memory: `relu` of a large array needs a
second array of that size, unless it writes into the first. That works if the way back can be read
off the *result*.

> **Predict.** `relu`, `exp`, the square: for which of them does the result tell the slope?
"""

# %%
prediction("19-tells", mine="", of="{n for n, y, d in cases if len({*y}) == len({*zip(y, d)})}")
operand = np.array([-2.0, -0.5, 0.5, 2.0])
cases = (
    ("relu", np.maximum(operand, 0.0), (operand > 0) * 1.0),
    ("exp", np.exp(operand), np.exp(operand)),
    ("square", operand**2, 2 * operand),
)
for name, result, slope in cases:
    print(f"{name:<7} result {result.round(2)}  slope {slope.round(2)}")

# %% [markdown]
r"""
For the first two: relu is positive where its operand was, and $e^x$ is its own slope. The square
has lost the sign: its 4 came from 2, slope 4, or from -2, slope -4, and the result does not say
which.

> **You may think** that in-place ops save memory like any other means. Here is a run where that
> fails: `exp` keeps its result, and a subtraction written over it spoils it.
>
> **Instead**, ask whether a number is needed again. Writing in place destroys it, and is right only
> if nobody needs it. Lesson 20 saves memory otherwise: it throws numbers away, and computes them
> *again* when they are needed.
"""

# %% tags=["raises-exception"]
x = Tensor([0.5, -1.0], label="x")
e = x.exp().named("e")
np.subtract(e.data, 1.0, out=e.data)
e.backward([1.0, 1.0])

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** leaky relu has slope 0.1 below 0. Can it be written in place? With slope -0.1?
"""

# %% [markdown]
r"""
## What you can now do

- Cause a silently wrong gradient, and say which number was read too late.
- Guard an array by a version that counts writes, and no reads.
- Tell views, which share a counter, from copies.
- Say when a write is safe, and when an op may write over its operand.
"""

# %% [markdown]
r"""
## In PyTorch this is called

A *version counter*: `x._version`. The sentence to recognise is "one of the variables needed for
gradient computation has been modified by an inplace operation: [torch.FloatTensor [2]] is at
version 1; expected version 0 instead". It names type and shape, since tensors there have no labels,
and for a result also the op: "which is output 0 of Exp". Where that op was called,
`set_detect_anomaly(True)` of `torch.autograd` tells.

Methods with a final `_` write in place: `x.relu_()`, `x.mul_(2)`. Optimisers do so under
`torch.no_grad()`; that is counted, too. Careful: PyTorch's own `x.data` is *not* counted, and gives
the silent 200; write through `x.detach()`, which is.
"""

# %% [markdown]
r"""
## Check yourself

**1.** `y = x.tanh()`, and the rule keeps the slope, a new array. Then `x.data[0] = 5`. Wrong
gradient?

<details><summary>Answer 1</summary>

No. The slope was computed from the old numbers, in memory of its own. What is not kept cannot be
spoilt.
</details>

**2.** A counter for each name, not for each memory. Which program gets past it?

<details><summary>Answer 2</summary>

`tail = x[1:]`, then a write into `tail`: the count of `x` stays, and `x * x` goes on with the new
numbers.
</details>

**3.** An engine refuses at every write between forward and backward. What is wrong with that?

<details><summary>Answer 3</summary>

It refuses programs that are right: a write to what only a sum has used, or to another array. A
guard that refuses too much is soon switched off.
</details>
"""

# %% [markdown]
r"""
## Next

Build the counter that sees views and `out=`, and write relu in place:
[exercises/19](../exercises/19_in_place_and_versions.ipynb). You have seen what an op keeps as a
danger. It is also a cost: [lesson 20](20_memory.ipynb) weighs it.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=19)
