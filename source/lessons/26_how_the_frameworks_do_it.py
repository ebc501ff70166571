# %% [markdown]
r"""
# 26. How PyTorch, JAX and TensorFlow do it

You have built the parts; now you meet them in the large engines, under other names. One formula,
one rule and one training run go through PyTorch and through yours, side by side. 55 minutes.

Afterwards you can map your parts to theirs, and say what is really different.
"""

# %%
import inspect
from collections import Counter

import numpy as np

from autograd_lesson import Tensor, Value, backward_steps, derivative, topological_order
from autograd_lesson.checkpoint import checkpoint
from autograd_lesson.compiler import trace
from autograd_lesson.data import xor
from autograd_lesson.ops import DIV, Op
from autograd_lesson.pictures import draw
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints, pytorch
from autograd_lesson.teaching.pytorch import Function, gradcheck
from autograd_lesson.widgets import step_through

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(26, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `q = u / v` with `u` 6 and `v` -2: which two partials does `q` keep? (b) A
> tensor `w` of three entries, and two backward passes of `(w * w).sum()`, each on a graph of its
> own. What does `w.grad` hold, compared with one pass? (c) What is the second derivative of
> $x^3$ at 4?
"""

# %%
folded()
u, v = Value(6.0), Value(-2.0)
w = Tensor([1.0, 2.0, -3.0])
for _ in range(2):
    (w * w).sum().backward()
(u / v).partials, w.grad, derivative(derivative(lambda x: x**3))(4.0).data

# %% [markdown]
r"""
<details><summary>Answers</summary>

(a) $1/v = -0.5$ and $-u/v^2 = -1.5$. (b) Twice as much, `4 * w`: a pass adds to what is there. (c)
$6x = 24$.
</details>
"""

# %% [markdown]
r"""
## Two trees for one formula

Where PyTorch is installed, this lesson asks it; where it is not, the numbers come from a table,
which a test of this course holds to PyTorch. Here is the graph of lesson 2 once more.
"""

# %%
a, b = Value(2.0, label="a"), Value(3.0, label="b")
c = (a + b).named("c")
d = (c * a).named("d")
e = (c * d).named("e")
draw(e)

# %% [markdown]
r"""
In PyTorch `e.grad_fn` is where the way back begins, and each such node has `next_functions`. We
walk both graphs depth first, and give every node a number when we first meet it.

> **Predict.** The walk prints nine lines. How many different nodes are there, here and in PyTorch?
"""

# %%
prediction("26-nodes", mine="", of="len(numbers), len({number for _, _, number in theirs})")


def tree(value, depth=0):
    """Every path down from `value`: how deep, its name, and the value itself."""
    yield depth, f"{value.label} {value.op.symbol if value.op else ''}", value
    for operand in value.operands:
        yield from tree(operand, depth + 1)


ours, theirs, numbers = list(tree(e)), pytorch.tree(), {}
for (depth, name, value), (_, node, number) in zip(ours, theirs, strict=True):
    mine = numbers.setdefault(value, len(numbers))
    print(f"{mine} {'  ' * depth + name:14}{number} {'  ' * depth + node}")
same = [numbers[value] for _, _, value in ours] == [number for _, _, number in theirs]
len(numbers), same

# %% [markdown]
r"""
Five and five, and met in the same order. `c` is reached along two paths and is one node on both
sides. Read the names across:

| ours | PyTorch |
|---|---|
| `value.op` | `tensor.grad_fn`, a node such as `MulBackward0` |
| `operands` | `next_functions`, pairs of a node and which of its results |
| a leaf, which gets a `.grad` | `AccumulateGrad`, a node that does `+=` |
| `partials` | saved tensors |
"""

# %% [markdown]
r"""
Two things do differ. Our nodes are *values*, theirs are *functions of the way back*: they hold no
data but what they saved. Let go of `d`, and PyTorch frees its number unless a node has saved it.

> **Predict.** Our `e` keeps its partials, 10 for `c` and 5 for `d`. The PyTorch node of the same
> product calls its two operands *self* and *other*. What did it save for each?
"""

# %%
prediction("26-saved", mine="", of="list(_[1].values())")
e.partials, pytorch.saved()

# %% [markdown]
r"""
The same two numbers, the other way round: PyTorch saves *operands*, each under its own name, and
makes the partials of them on the way back. Ours are made at once. For `*` that comes to the same:
its partials *are* the operands, crossed over.
"""

# %% [markdown]
r"""
PyTorch calls a function of yours, where you ask for that, each time a node has done its work, with
what it delivers. So one real backward pass can be watched, edge by edge.

> **Predict.** Six edges, there and here. Are they crossed in the same order?
"""

# %%
prediction("26-same-order", mine="", of="_[1]")


def told(step):
    """Between which values a step goes, and what it delivers."""
    return step.result.label, step.operand.label, step.contribution


mine = list(map(told, backward_steps(e, {e: 1.0})))
theirs = [told(step) for step, _ in pytorch.watched().passed]
len(mine), mine == theirs

# %%
step_through(pytorch.watched())

# %% [markdown]
r"""
The same edges, in the same order, with the same six numbers. Only the rules differ in form: a
node of PyTorch is a *function* of its upstream, and tells no partial.

> **Try it.** With PyTorch installed, `step_through(loss)` takes a tensor of your own. With a model,
> `step_through(loss, model)`, its modules are boxes.
> [This page](../docs/your_own_model.md) has more questions to ask.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** one often reads "nodes are values, edges are operations". What are nodes and
edges in your engine, and what are they in PyTorch?
"""

# %% [markdown]
r"""
## One rule in two engines

A new operation enters PyTorch as a `torch.autograd.Function`: `forward` computes and saves,
`backward` turns the upstream into one contribution for each operand. Your table has the same two
halves in one line, the result and its partials.
"""

# %%
print(inspect.getsource(DIV.rule))

# %% [markdown]
r"""
This rule uses nothing but operators. So it runs on numbers, on arrays, and on PyTorch's tensors as
it stands.
"""


# %%
class Quotient(Function):
    """a / b in PyTorch, by the rule of our table."""

    @staticmethod
    def forward(ctx, a, b):
        result, partials = DIV.rule(a, b)
        ctx.save_for_backward(*partials)
        return result

    @staticmethod
    def backward(ctx, upstream):
        return tuple(upstream * partial for partial in ctx.saved_tensors)


# %% [markdown]
r"""
`ctx`, the context, is one record for one call: what you save there, `backward` finds again. Is it
right? `torch.autograd.gradcheck` measures slopes, as your checker of lesson 7 does. (Without
PyTorch, `Function` is a stand-in on arrays, and a checker of this package does the measuring.)

> **Predict.** Will the same Function pass with the upstream forgotten?
"""

# %%
prediction("26-forgotten", mine="", of="_[1]")


class Forgetful(Quotient):
    """The same, but for the upstream."""

    @staticmethod
    def backward(ctx, upstream):
        return ctx.saved_tensors


numerators, divisors = [0.5, -2.0], [1.5, 0.7]
gradcheck(Quotient, numerators, divisors), gradcheck(Forgetful, numerators, divisors)

# %% [markdown]
r"""
A verdict that can be False. But a checker sees only what its upstreams show. PyTorch's sends one 1
at a time, and zeros, for which it wants zeros back. So a rule that takes `abs` of its upstream
passes there. Ours draws upstreams of both signs.

> **Predict.** A way back may write into the upstream that it was given. What is the slope of
> $2x + x$ then? It should be 3.
"""

# %%
prediction("26-writing", mine="")
print(inspect.getsource(pytorch.by_writing))
pytorch.slope_by_writing()

# %% [markdown]
r"""
4, without an error. Both edges of the sum receive *one* array; the first doubles it where it
stands, and the second brings 2 in place of 1. A way back must make a new array.

PyTorch's own operations are not written this way: their formulas stand in one long table,
`derivatives.yaml`, from which C++ is generated. There `mul` has a line for *self* and one for
*other*. It is your `ops.py`, with three thousand lines more.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the five labels of lesson 6 (forward, local derivative, save, pass on,
test) do you find in `Quotient`, and who does the others?
"""

# %% [markdown]
r"""
## The same fifty steps

Lesson 7 compared two engines at one point. A training run is a harder test: every step begins where
the one before has ended, so a wrong gradient shows in all later losses. Same weights, same data,
same rate.
"""

# %%
rng = np.random.default_rng(0)
start = [rng.normal(size=shape) for shape in [(2, 4), 4, (4, 1), 1]]
x, y = map(np.array, xor())
y = y[:, None]


# %%
def train(start, x, y, rate, steps):
    """The loss before each step of plain gradient descent."""
    w1, b1, w2, b2 = (Tensor(array) for array in start)
    losses = []
    for _ in range(steps):
        loss = (((x @ w1 + b1).tanh() @ w2 + b2 - y) ** 2).mean()
        loss.backward()
        for p in (w1, b1, w2, b2):
            p.data -= rate * p.grad
            p.grad = None
        losses.append(loss.item())
    return losses


# %% [markdown]
r"""
And this is what runs in PyTorch. Look for the lines that differ.
"""

# %%
print(inspect.getsource(pytorch.train_in_pytorch))

# %% [markdown]
r"""
Three things differ: a `torch.tensor` takes no gradient unless asked to; the arrays of the data
become tensors, too; and the update stands under `torch.no_grad()`, because there `p` itself is
written to, where we write to `p.data`. (`p -= rate * p.grad` under `no_grad()` does the same here,
and outside of it both refuse to change a leaf. `torch.tanh(z)` may be written `z.tanh()`.)

> **Predict.** Why not leave the data in NumPy? What does PyTorch make of an array times a
> tensor: a product, or an error?
"""

# %%
prediction("26-array-times-tensor", mine="", choose="product or error", of="'Error' not in _")
pytorch.array_times_tensor()

# %% [markdown]
r"""
NumPy leaves the product to the tensor on its right, and the tensor does not take arrays.
"""

# %%
ours = train(start, x, y, 0.1, 50)
theirs = pytorch.losses(start, x, y, 0.1, 50)
for step in [0, 1, 10, 49]:
    print(f"{step:2} {ours[step]:.6f} {theirs[step]:.6f}")

# %%
gap = max(abs(mine - other) for mine, other in zip(ours, theirs, strict=True))
gap < 1e-6, gap < 1e-12

# %% [markdown]
r"""
Fifty losses, equal to a millionth and far below. Could this have failed? Let the rate be off by
one part in a thousand.
"""

# %%
other = train(start, x, y, 0.1001, 50)
gap = max(abs(mine - wrong) for mine, wrong in zip(theirs, other, strict=True))
gap < 1e-6, gap > 1e-5

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** both runs are in float64. PyTorch's habit is float32. What would you expect of
the gap then, and would it mean that an engine is wrong?
"""

# %% [markdown]
r"""
## The engine that walks

Your walk sorts first. PyTorch's engine, in C++, counts: how many contributions does each node still
wait for? Whoever waits for none is *ready*. Here that is in Python.
"""


# %%
def by_counting(root):
    """The gradients of `root`: a result is crossed once nothing is owed to it any more."""
    owed = Counter(x for result in topological_order(root) for x in result.operands)
    gradient, ready = {root: 1.0}, [root]
    while ready:
        result = ready.pop()
        for operand, partial in zip(result.operands, result.partials, strict=True):
            gradient[operand] = gradient.get(operand, 0.0) + gradient[result] * partial
            owed[operand] -= 1
            if not owed[operand]:
                ready.append(operand)
    return {value.label: amount for value, amount in gradient.items()}


by_counting(e)

# %% [markdown]
r"""
45 and 20: any order will do in which a result comes before its operands. Counting has a use that
sorting has not: two nodes that are ready at once can be walked at once. PyTorch keeps a queue for
each device, and a thread for each accelerator, so that one need not wait for the other.

The engine also calls **hooks**: functions of yours that see a gradient on its way, and may replace
it. In your engine that is an op that copies forward and does something else backward.
"""


# %%
def hooked(x, hook):
    """`x` on the way forward; on the way back, what `hook` makes of the upstream."""
    return x.unary(Op("hook", lambda data: (data * 1.0, (hook,))))


z = Tensor([3.0, -2.0])
seen = []
(hooked(z, lambda g: seen.append(g) or g.clip(-1.0, 1.0)) * 100.0).sum().backward()
seen, z.grad

# %% [markdown]
r"""
100 arrived, 1 went on. In PyTorch: `z.register_hook(lambda g: g.clamp(-1, 1))`.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in which lesson did you see what is *still owed*, and what for?
"""

# %% [markdown]
r"""
## Functions of functions, and a tape

**JAX** has no `backward()`. `jax.grad(f)` takes a function and gives a function; nothing is left on
the operands. Your engine needs six lines for that.
"""


# %%
def grad(f):
    """The function that gives the gradient of `f`."""

    def gradient_of_f(x):
        x = Tensor(x)
        f(x).backward()
        return x.grad

    return gradient_of_f


grad(lambda x: (x**3).sum())([1.0, -2.0])

# %% [markdown]
r"""
What is a function can be transformed again: `jax.grad(jax.grad(f))` is your
`derivative(derivative(f))`, `jax.jvp` is forward mode. JAX gets reverse mode from forward mode: it
runs the tangents once, and transposes that linear program. Its arrays cannot be written to, so it
needs no version counters; it asks for functions without side effects instead.

**TensorFlow** keeps a **tape**: results in the order in which they were made.

> **Predict.** Does reading a tape from its end need a sort?
"""

# %%
prediction("26-tape", mine="", of="not _[1]")


def by_tape(tape):
    """The gradients of the last result, with no order but that of making."""
    gradient = {tape[-1]: 1.0}
    for result in reversed(tape):
        for operand, partial in zip(result.operands, result.partials, strict=True):
            gradient[operand] = gradient.get(operand, 0.0) + gradient[result] * partial
    return {value.label: amount for value, amount in gradient.items()}


on_tape = by_tape([c, d, e])
on_tape, on_tape == by_counting(e)

# %% [markdown]
r"""
No: what is made of a value is made after it, so time has sorted the tape already. In TensorFlow:
`with tf.GradientTape() as tape:`, then `tape.gradient(e, [a, b])`. (Results that the last one does
not depend on would have to be skipped; here there are none.)
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** where does each of the three keep the gradient of `a` after the pass: in the
value, or in what a call returns?
"""

# %% [markdown]
r"""
## Catching the graph before it runs

Where ops run one by one, none of them knows what comes next. So all three can **capture**: run your
function once on placeholders, keep the instructions, make them fewer, and run those from then on.

> **Predict.** A function asks `if x > 0`. What will be in the recording of
> `f(3.0)`: one branch, or both?
"""

# %%
prediction("26-guard", mine="", choose="one branch or both", of="'-' not in recording")


def f(x):
    return x * x if x > 0 else -x


recording = str(trace(f, 3.0))
print(recording)

# %% [markdown]
r"""
One branch, and a *guard*: a note of what must be true for this recording to hold. The three
frameworks answer the same question in three ways.

- `torch.compile` keeps guards, as here, and records again when one fails; at code it cannot read
  it breaks the graph in two.
- `jax.jit` refuses: a placeholder is neither above 0 nor below. Write `jax.lax.cond`.
- `tf.function` rewrites the source: a Python `if` on a tensor becomes `tf.cond`, with both
  branches in the graph.
"""

# %% [markdown]
r"""
What becomes of a recording? In [lesson 28](28_from_graph_to_kernels.ipynb) the 43 lines of a small
step, with a layer norm in it, become four fused kernels and five products. PyTorch was given the
same network (2.13, on a CPU; it compiles for half a minute, so its answer is kept here).

> **Predict.** How many fused kernels does `torch.compile` make of that step?
"""

# %%
prediction("26-kernels", mine="", of="sum('fused' in name for name in pytorch.KERNELS)")
print(*pytorch.KERNELS, sep="\n")

# %% [markdown]
r"""
Five, and their names say what is in them. *Inductor*, the part that writes them, puts the layer
norm and the relu into one kernel, as ours does, and leaves the products to a library. It adds the
first bias inside a product (`addmm`) and sums that bias's gradient in a kernel of its own, where
ours has both in its large kernels. Its buffers are used again after their last reader.

`jax.jit` and `tf.function` give the recording to **XLA**, which fuses as well, and plans all places
in advance: `memory_analysis()` of a function that JAX has compiled says the bytes before it is run,
as `step.peak` does.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the three answers would you want while you look for a bug, and which
when the program has to be fast?
"""

# %% [markdown]
r"""
## A list, corrected

One often reads what PyTorch has beyond a small engine: "tensors", "GPU acceleration via CUDA",
"optimized kernels", "more operations", and "memory management (in-place ops, gradient
checkpointing)". Most of that is right. The last pair does not belong together.

> **Predict.** `s = r * r`, then 100 is written into `r`. What does the way back do?
"""

# %% tags=["raises-exception"]
prediction("26-refused", mine="", choose="6, 200 or error")
r = Tensor([3.0], label="r")
s = r * r
r.data[0] = 100.0
s.backward()

# %% [markdown]
r"""
PyTorch refuses as well: "one of the variables needed for gradient computation has been modified by
an inplace operation". Now checkpointing.
"""

# %%
runs = []


def block(x):
    runs.append("forward")
    return (x * x).tanh() * x


plain, kept = Tensor([0.5, -1.5]), Tensor([0.5, -1.5])
block(plain).sum().backward()
runs.clear()
checkpoint(block, kept).sum().backward()
np.array_equal(plain.grad, kept.grad), runs

# %% [markdown]
r"""
> **You may think** that in-place operations and checkpointing are two ways to save memory. Here is
> a run where that fails: one destroyed what the way back needed; the other threw it away, *ran
> forward again*, and gave the same gradient to the bit. **Instead**: checkpointing pays with time.
> Writing in place pays with safety, and is allowed where nothing that was saved is overwritten.
"""

# %% [markdown]
r"""
Three more corrections.

- **GPU is not only CUDA.** CUDA is NVIDIA's. PyTorch also runs on AMD (ROCm), on Apple (MPS), on
  Intel (XPU); JAX and TensorFlow reach TPUs through the compiler XLA. A *dispatcher* chooses the
  kernel for the device of the operands: in your engine, the array module behind `xp`.
- **Not "backward functions stored in values".** PyTorch stores a graph of functions; a tensor
  points to one of them.
- **"Gradient accumulation"** mostly means: adding the gradients of several small batches before a
  step. That `+=` over paths is the sum rule.
"""

# %% [markdown]
r"""
The key concepts, as you can now say them:

1. The forward pass computes, and records what the way back will need.
2. The backward pass is one walk: contribution = partial times upstream, or a function of it.
3. Results come before their operands. Sorting, counting or a tape give such an order.
4. Contributions are added, since a value may be used more than once.
5. Set gradients to zero before a pass, unless you *mean* to add.

> **In two sentences.** Which of these five would change if numbers became arrays on a GPU?

<details><summary>A model answer</summary>

None: the device changes who computes an op, and arrays change a partial from a factor to a
function. The order, the sum and the record are the same.
</details>
"""

# %% [markdown] tags=["notes"] was="the-old-list-corrected"
r"""
**Your notes here:** your two sentences, and the one part of PyTorch that you would still like to
build.
"""

# %% [markdown]
r"""
## What you can now do

- Read `grad_fn` and `next_functions` as the graph you know.
- Bring a rule of your own into PyTorch, and check it there.
- Say how three frameworks keep the graph, order the walk, and treat an `if`.
- Tell in-place operations from checkpointing, and CUDA from GPU.
"""

# %% [markdown]
r"""
## In PyTorch this is called

| ours | PyTorch | JAX |
|---|---|---|
| `backward_steps` | the autograd engine | transposition of a jaxpr |
| `x.version.count` | `x._version` | arrays are not written to |
| `derivative(derivative(f))` | `create_graph=True` | `jax.grad(jax.grad(f))` |
| `jvp` | `torch.func.jvp` | `jax.jvp` |
| `checkpoint` | `torch.utils.checkpoint` | `jax.checkpoint` |
| `trace`, guards | `torch.compile` | `jax.jit`, without guards on values |
| `x.detach()` | `x.detach()` | `jax.lax.stop_gradient(x)` |
"""

# %% [markdown]
r"""
## Check yourself

1. `MulBackward0` appears twice in a printed tree of `grad_fn`. Were there two products?

<details><summary>Answer</summary>

Perhaps. A tree shows a node once for each path to it; only its identity tells whether it is one
node or two.
</details>

2. A `Function` has `forward(ctx, x, k)`, and `k` is a whole number. What does `backward` return?

<details><summary>Answer</summary>

A pair: the contribution to `x`, and `None` for `k`. There is one place for each argument.
</details>

3. Why does JAX need no version counters?

<details><summary>Answer</summary>

Its arrays are never written to: an update makes a new array, so what was saved stays as it was.
</details>
"""

# %% [markdown]
r"""
## Next

Match fourteen parts and port two ops in the
[exercises](../exercises/26_how_the_frameworks_do_it.ipynb). Then look back at
[lesson 1](01_sensitivity.ipynb): a nudge, and how far the result moves. That is still all that any
of these engines computes. What they say where a nudge to the left and one to the right disagree is
the subject of [lesson 29](29_where_there_is_no_slope.ipynb).

How much of it all has stayed with you, and an op that is yours alone: [lesson 27][27].

[27]: 27_review_and_your_own_op.ipynb
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=26)
