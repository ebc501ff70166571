# %% [markdown]
r"""
# 20. Memory: what holds a graph, and what lets it go

A graph keeps everything that the way back needs, and in a large network that can fill the memory.
40 minutes. You will measure what is kept, find a leak and a cycle, switch the recording off, cut a
graph in one place, and compute a piece twice so that it need not be kept.
"""

# %%
import gc

import numpy as np

from autograd_lesson import Tensor, Value, no_grad, topological_order
from autograd_lesson.checkpoint import checkpoint
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.memory import chain, cost_of_chain, measure
from autograd_lesson.widgets import memory_ruler

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(20, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `y = x.exp()`, then `x.data[0] = 7`, then `y.backward()`. Is it refused?
> And if `y.data[0] = 7` is written instead? (b) Momentum 0.9, the gradient is 2 each time: what is
> the velocity after two steps? (c) The probabilities are 0.25 and 0.75, class 1 was right. What is
> the gradient of the logits?
"""

# %%
folded()
x, logits = Tensor([1.0, 2.0]), Tensor(np.log([0.25, 0.75]))
y = x.exp()
x.data[0] = 7.0
y.sum().backward()
(-logits.log_softmax()[1]).backward()
x.grad.round(3), 0.9 * 2 + 2, logits.grad

# %% [markdown]
r"""
<details><summary>Answers</summary>

(a) Not refused, and right: `exp` keeps its result, not `x`. Written into `y`, it is refused. (b)
2, then 0.9 · 2 + 2 = 3.8. (c) Probabilities minus target: 0.25 and -0.25.
</details>
"""

# %% [markdown]
r"""
## What holds a graph

`measure(work, ...)` runs `work` and counts the bytes that stay while its result is there. Bytes are
hard to read, so we count in arrays of the size of `x`.
"""

# %%
x = Tensor(np.linspace(-1.0, 1.0, 40_000))


def arrays(work, *given):
    """How many arrays as large as x a call leaves behind."""
    return measure(work, *given).kept // x.data.nbytes


arrays(np.tanh, x.data)

# %% [markdown]
r"""
One: the result. Now on a Tensor; `chain(x, 20)` takes tanh twenty times.

> **Predict.** You hold on to the last result only. How many arrays are there?
"""

# %%
prediction("20-kept-arrays", mine="")
arrays(chain, x, 20)

# %% [markdown]
r"""
Forty. The result knows its operand, that one its own, and so on to the leaf. Each tanh kept two
arrays: its result, and its partial $1 - y^2$. One name holds the chain, and the chain holds all.

This is how memory leaks. Five losses are noted, in two ways:
"""


# %%
def losses(keep):
    """Five losses, each kept in the form that `keep` gives."""
    return [keep(chain(x, 20).sum()) for _ in range(5)]


arrays(losses, lambda loss: loss), arrays(losses, lambda loss: loss.item())

# %% [markdown]
r"""
200 and 0. The list of *numbers* holds nothing; the list of *tensors* holds five graphs of 40.

> **Careful.** A notebook holds on, too: to every name of every cell, and to what it showed in
> `Out`.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in which of your own loops is a graph held by a list, a name or a plot?
"""

# %% [markdown]
r"""
## A cycle that nobody needs

Python frees an object when the last arrow to it is gone. Objects that point *at each other* wait
for the cyclic collector, which searches all of memory from time to time. Here is the layout that
many small engines use: the rule is a function kept on the result.
"""


# %%
class Closure:
    """A number whose rule is a function that knows its result."""

    def __init__(self, data, operands=()):
        self.data, self.grad, self.operands = data, 0.0, set(operands)
        self.rule = lambda: None

    def __mul__(self, other):
        result = Closure(self.data * other.data, (self, other))

        def rule():
            self.grad += other.data * result.grad
            other.grad += self.data * result.grad

        result.rule = rule
        return result


def thousand(number):
    """The number times itself, a thousand times over: only the last result's data."""
    y = number
    for _ in range(1000):
        y = y * number
    return y.data


# %% [markdown]
r"""
> **Predict.** `thousand` returns a plain number, so nobody needs its graph any more. How many of
> its objects are still in memory before the collector comes, with this class, and with `Value`?
"""

# %%
prediction("20-collector", mine="", within=1.01)


def alive(kind):
    """How many objects of this class are in memory."""
    return sum(type(thing) is kind for thing in gc.get_objects())


def left_behind(kind):
    """How many objects a product of a thousand leaves to the collector."""
    gc.collect()
    gc.disable()  # it may come at any moment, and must not come now
    before = alive(kind)
    thousand(kind(1.001))
    count = alive(kind) - before
    gc.enable()
    return count


left_behind(Closure), left_behind(Value)

# %% [markdown]
r"""
All of them, the thousand results and the number they began with; and none. The cycle: `result` has
its `rule`, and the function `rule` has captured `result`. Until the collector runs, a graph of
closures stays, with all its arrays.

`Value` has no such arrow: a result knows its operands and its partials, and *nobody knows its
results*. All arrows lead one way, so dropping the last result frees the chain at once. With tensors
the partials are arrays or functions, and these hold arrays; none holds its result's Tensor.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** draw the arrows of one product, in both layouts. Which one closes the circle?
"""

# %% [markdown]
r"""
## Not recorded: no_grad and detach

> **Predict.** The chain of twenty again, under `no_grad()`. How many arrays stay?
"""

# %%
prediction("20-no-grad", mine="")
with no_grad():
    kept = arrays(chain, x, 20)
kept

# %% [markdown]
r"""
One, the result. Whoever only *uses* a network wants this. The switch is put back at the end of the
block, whatever happens in it. Nested blocks and errors are where home-made ones fail:
"""

# %%
small = Tensor([2.0, 3.0])
try:
    with no_grad():
        with no_grad():
            pass
        print("recorded after the inner block:", (small * 2).requires_grad)
        raise ValueError("in the middle")
except ValueError:
    print("recorded after the error:", (small * 2).requires_grad)

# %% [markdown]
r"""
`no_grad` is for a stretch of *time*. `detach` is for one *place*: the same numbers, in the same
memory, without a past.

> **Predict.** What is the gradient of $x \cdot x$ at 2 and 3, if the second factor is detached?
"""

# %%
prediction("20-detached", mine="", of="_[0]")
y = small * small.detach()
y.sum().backward()
small.grad, np.shares_memory(small.data, small.detach().data)

# %% [markdown]
r"""
2 and 3 in place of 4 and 6: one of two paths is cut. That can be useful. Rounding has slope 0
wherever it has a slope, so no gradient comes back through it. Make the difference that rounding
makes a constant: then the result is rounded, and the gradient is passed on as it is:
"""

# %%
z = Tensor([0.4, 1.7])
rounded = z + (np.round(z.data) - z).detach()
(rounded * np.array([10.0, 20.0])).sum().backward()
rounded, z.grad

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a teacher network whose output is a target: `no_grad`, `detach`, or either?
"""

# %% [markdown]
r"""
## Freed on the way back

> **Predict.** A loss of the chain is kept, and `backward()` has run. How many arrays stay? And
> after `backward(retain_graph=True)`?
"""

# %%
prediction("20-retained", mine="")


def stepped(**settings):
    """A loss that has gone back already; the gradient of x is thrown away."""
    loss = chain(x, 20).sum()
    loss.backward(**settings)
    x.grad = None
    return loss


arrays(stepped), arrays(lambda: stepped(retain_graph=True))

# %% [markdown]
r"""
None: `backward` crosses each edge once, and lets go of what lies behind it. With the graph
retained, 60: its 40, and 20 gradients, since then all tensors on the way keep theirs. (So the leak
above hides in training, where a loss that was kept has gone back. It shows when you evaluate.) And
the price of freeing:
"""


# %%
def refusal(work):
    try:
        work()
    except RuntimeError as error:
        print(error)


# %%
loss = small.exp().sum()
loss.backward()
refusal(loss.backward)

# %% [markdown]
r"""
A graph is for one way back, unless you ask for more.

> **You may think** that the way back costs what the way forward costs: the same edges, walked the
> other way. Here is a run where that fails: count the matrix products of three layers.
>
> **Instead**, count one product for each operand that takes a gradient: $dX = G\,W^T$ and
> $dW = X^T G$.
"""

# %%
weights = [Tensor(np.eye(8)) for _ in range(3)]
h = np.ones((4, 8))  # the input takes no gradient
for W in weights:
    h = (h @ W).relu()
products = [t for t in topological_order(h) if t.op and t.op.symbol == "@"]
back = [operand for t in products for operand in t.operands if operand.requires_grad]
len(products), len(back)

# %% [markdown]
r"""
Three forward, five back. The more layers, the nearer to *twice*. So to compute the way forward a
second time adds about a third to the work. The next section does that.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why does the first of the three layers cost only one product on the way back?
"""

# %% [markdown]
r"""
## Computed again: checkpoints

What is not kept can be computed again. By hand, for a chain of twenty: forward without recording;
later a fresh copy of the operand, the same steps recorded, and back from there.
"""

# %%
plain = chain(x, 20)
plain.sum().backward()

with no_grad():
    y = chain(x, 20)
g = np.ones(y.shape)  # what arrives at y on the way back
copy = Tensor(x.data)
chain(copy, 20).backward(g)
np.array_equal(copy.grad, x.grad)

# %% [markdown]
r"""
The same gradient, to the last bit, since the same ops ran on the same numbers. `checkpoint(f, x)`
does this inside a graph: it keeps the operand and the result, and its way back is a second run.

> **Predict.** Four checkpoints, each around five steps. How many arrays are kept after the way
> forward? How many are there at most, on the way back?
"""

# %%
prediction("20-checkpoints", mine="", of="_[1].kept, _[1].peak", within=1.3)
x.grad = None
y = checkpoint(lambda t: chain(t, 5), x)
for _ in range(3):
    y = checkpoint(lambda t: chain(t, 5), y)
y.sum().backward()
np.array_equal(copy.grad, x.grad), cost_of_chain(20, k=5)

# %% [markdown]
r"""
Four are kept in place of forty. At the worst moment, the **peak**, one piece is there as well, with
two arrays for each of its five steps, and three more that exist only while one step is crossed.

The ruler below has *run* a chain of 36 steps, cut into pieces of k steps, for many k. Slide k.

> **Predict.** Which k needs least? And how does the number of steps computed depend on k? Type
> the k.
"""

# %%
prediction("20-best-k", mine="", of="min(_.costs, key=lambda k: _.costs[k].peak)")
memory_ruler(36)

# %% [markdown]
r"""
74 arrays without, 20 at the best: k = 4, where nine results are kept, a piece has eight arrays, and
three exist while a step is crossed. The first part is $n/k$, the second $2k$, and their sum is
lowest where they are equal, at $k = \sqrt{n/2}$. So memory grows with the *root* of the depth.

Steps computed: 72, whatever k. Each is computed once more, and as the way back costs about two ways
forward, training takes about $4/3$ of its time.

With one piece of 36 there is nothing saved at all: on the way back everything is there at once.
"""

# %% [markdown]
r"""
> **You may think** that writing in place saves memory as checkpoints do: no new array, so less is
> kept. Here is a run where that fails: what the way back needs cannot be written over.
>
> **Instead**: in place you save arrays that nobody needs again. Checkpoints save those that *are*
> needed, by making them a second time.
"""

# %%
h = small.tanh()
y = h.exp()
np.tanh(y.data, out=y.data)  # no new array
refusal(y.sum().backward)

# %% [markdown]
r"""
The second run must do the same as the first. If random numbers are drawn again, other entries are
set to 0, and the gradient is that of another function. The package looks at the result, and
refuses:
"""

# %%
rng = np.random.default_rng(0)
y = checkpoint(lambda t: t * (rng.random(t.shape) < 0.5), Tensor(np.ones(8)))
refusal(y.sum().backward)

# %% [markdown]
r"""
Why does a checkpoint around the *whole* network save nothing? Answer in two sentences.

<details><summary>A model answer</summary>

The second run of the piece is recorded, and with one piece that is the whole graph, all at one
time. Only several pieces, of which one at a time is recorded, keep the peak low.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** say in your own words what is traded for what, and at which rate.
"""

# %% [markdown]
r"""
## What you can now do

- Measure what a result holds, and find the name that holds it.
- Lay out a graph without cycles, so that it goes when its last result goes.
- Choose between `no_grad`, for a stretch of time, and `detach`, for one place.
- Say when a graph is freed, and what keeping it costs.
- Set checkpoints, and predict what they save.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.no_grad()`, `tensor.detach()`, `backward(retain_graph=True)` and
`checkpoint(f, x, use_reentrant=False)` of `torch.utils.checkpoint`, which also replays
PyTorch's own random numbers. `torch.inference_mode()` is a stricter `no_grad`. A loss is noted with
`loss.item()`. There the graph lives in C++ and the freed arrays are reported as "saved tensors ...
already been freed".
"""

# %% [markdown]
r"""
## Check yourself

**1.** A network is evaluated on 1,000 batches, without `backward`, and `total = total + loss`.
What grows?

<details><summary>Answer 1</summary>

The graph: `total` holds every loss, and each loss its batch. `loss.item()`, or `no_grad()` around
the loop.
</details>

**2.** A chain of 200 tanh. Which k is best, and how many arrays are there then?

<details><summary>Answer 2</summary>

k = 10: 20 results and 20 arrays of the piece, 40 (and a few for the step that is crossed) in place
of 400.
</details>

**3.** In `y = f(x.detach())`, can `f` have weights that get a gradient?

<details><summary>Answer 3</summary>

Yes. Only the path to `x` is cut; the weights of `f` have their own.
</details>
"""

# %% [markdown]
r"""
## Next

Write the switch, the cut and the checkpoint yourself:
[exercises/20](../exercises/20_memory.ipynb). All of this was the price of walking backward. There
is another direction, which keeps nothing at all: [lesson 21](21_forward_mode.ipynb), forward mode.
How a compiler plans the memory of a whole step is in [lesson 28](28_from_graph_to_kernels.ipynb).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=20)
