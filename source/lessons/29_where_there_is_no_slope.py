# %% [markdown]
r"""
# 29. Where there is no slope

A corner has no slope, and yet every framework gives one. You see who gives which, why a choice is
needed, and how a framework is caught that disagrees with itself. 40 minutes. Afterwards you can
say which answers are allowed, and write the ten-line test that finds the others.
"""

# %%
import math

import numpy as np

from autograd_lesson import Tensor, jvp, vjp
from autograd_lesson.ops import Op
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.edges import EDGES
from autograd_lesson.tensor import where

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(29, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `relu` at 0: which slope does PyTorch declare? (b) `[3, 7, 7]`, and the
> maximum receives 1. How does our engine share it? (c) A walk back gives $g^T J$, a forward sweep
> $J v$. Which number can be had from both?

<details><summary>Answers</summary>

(a) 0. (b) A half for each 7. (c) $g^T J v$: the forward sweep times `g`, or the gradient times
`v`. The next cell has the first two.
</details>
"""

# %%
folded()
corner, tie = Tensor(0.0), Tensor([3.0, 7.0, 7.0])
corner.relu().backward()
tie.max().backward()
corner.grad.item(), tie.grad

# %% [markdown]
r"""
## All slopes that fit under a corner

Nudge `abs` at 0 to the left and to the right: the slopes are -1 and 1. Lesson 6 called any number
between them a **subgradient**. Here is what makes those numbers special.

> **Predict.** A straight line through the corner, with slope `g`. From which `g` to which does it
> stay below `abs` everywhere?
"""

# %%
prediction("29-lines", mine="", of="[g for g in _ if _[g]][0], [g for g in _ if _[g]][-1]")
points = np.linspace(-2.0, 2.0, 41)
{g: bool((g * points <= abs(points)).all()) for g in (-1.5, -1.0, 0.0, 0.5, 1.0, 1.5)}

# %% [markdown]
r"""
The lines with slopes from -1 to 1 stay below, the others cut through. That is the definition: a
subgradient of a function that is curved upwards everywhere is the slope of a line that touches it
and stays below. Where there is a derivative, only one line does.

With several inputs the line becomes a plane. In $\max(x, y)$ at a tie the planes that fit are
those whose two slopes are 0 or more and add up to 1.
"""

# %%
x, y = np.random.default_rng(0).normal(size=(2, 1000))


def stays_below(a, b):
    return bool((a * x + b * y <= np.maximum(x, y) + 1e-12).all())


stays_below(0.5, 0.5), stays_below(1.0, 0.0), stays_below(0.0, 0.0), stays_below(1.0, 1.0)

# %% [markdown]
r"""
Half and half fits, and all for one fits. Nothing for either does not, and the whole for each does
not: moved together, the two move their maximum by one nudge.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** `minimum` curves downwards. On which side of it does the line of a fitting
slope stay?
"""

# %% [markdown]
r"""
## Who chose what

An op hands on one number for each operand, so one of the allowed numbers has to be taken. Nine
frameworks were asked at hundreds of such places, each in an installation of its own. The answers
are in the [atlas](../docs/atlas.html); a few of them came with this course.

> **Predict.** `abs` at 0 may have any slope from -1 to 1. How many different answers do nine
> frameworks give? And `clip(x, -1, 1)` at 1, where 0 to 1 is allowed?
"""

# %%
prediction("29-answers", mine="", of="len(_[0]), len(_[1])")


def by_slope(edge):
    """The frameworks that give each slope, by reverse mode."""
    found = {}
    for name, (reverse, _) in EDGES[edge].items():
        found.setdefault(reverse, []).append(name)
    return found


by_slope("abs(x) at 0"), by_slope("clip(x, -1, 1) at 1")

# %% [markdown]
r"""
All of these are allowed. A program whose result depends on them has a corner where it should not
have one: it changes when you change the framework.

> **You may think** that a framework gives a subgradient, whatever else it does.
>
> **Predict.** Three equal numbers, and all three move at speed 1. How fast does their maximum move?
"""

# %%
prediction("29-tie", mine="", of="(max([2.001] * 3) - 2) / 0.001")
by_slope("max(x) at [2, 2, 2], all moving")

# %% [markdown]
r"""
> **Instead**, measure. The maximum moves at 1, so that is no choice: along this direction there is
> a slope. PyTensor gives the whole gradient to each of the three. SymPy writes a formula with a
> half for each. A step along such a gradient is too long.
"""

# %% [markdown]
r"""
## A chain of choices is not a choice

> **Predict.** $\mathrm{relu}(x) - \mathrm{relu}(-x)$ is `x`, for every `x`: 3 - 0, or 0 - 3. What
> slope does our engine give at 0? And $\max(x, 0) + \min(x, 0)$, which is `x` as well?
"""

# %%
prediction("29-relu-twice", mine="")
x = Tensor(0.0)
(x.relu() - (-x).relu()).backward()
by_relu = x.grad.item()
x.zero_grad()
(x.maximum(0.0) + x.minimum(0.0)).backward()
by_relu, x.grad.item()

# %% [markdown]
r"""
0 and 1, where 1 is right for both. Each relu has an allowed slope, and the chain rule was applied
without a fault. But the chain rule holds where there are slopes, and here are none: multiply and
add allowed numbers, and what comes out need not be allowed. The second way is right by luck, since
the shares of the two ties add up.

The same happens in every framework that was asked and has a relu:
"""

# %%
by_slope("relu(x) - relu(-x) at 0")

# %% [markdown]
r"""
Does it matter? A float that was computed is hardly ever exactly 0. But numbers that *begin* at 0
are common, and so are equal ones: padding, masks, images with an even ground.

And a smooth function may be *computed* in pieces. $\arctan(-x)$ is $-\arctan x$, so a series for
one side is enough, with the sign put back.

> **Predict.** The slope of arctan at 0 is 1. What does our engine find a thousandth to the left of
> 0, at 0, and a thousandth to the right?
"""

# %%
prediction("29-pieces", mine="")


def arctan(x):
    size = abs(x)
    return np.sign(x.data) * (size - size**3 / 3 + size**5 / 5)


def slope(f, at):
    x = Tensor(at)
    f(x).backward()
    return x.grad.item()


[round(slope(arctan, at), 4) for at in (-0.001, 0.0, 0.001)]

# %% [markdown]
r"""
Flat at 0, and right beside it: `abs` and the sign both have the slope 0 there. The *values* are
right to fifteen digits, all three:
"""

# %%
points = (-0.001, 0.0, 0.001)
[math.isclose(arctan(Tensor(at)).item(), math.atan(at), rel_tol=1e-15) for at in points]

# %% [markdown]
r"""
tinygrad 0.14 computes `asin`, `acos`, `atan` and `erf` so, and all four are flat at 0. In JAX 0.10
the Bessel function `i0` loses its second derivative in an `abs`, and `expn` has another value at 0
than beside it. (The folder `findings` has a script for each.)

> **Predict.** Between the seams, too, a value may be better than its slope. Here is the sine from a
> table, with a thousand places in each unit and a straight line from one to the next. About how
> many digits of the value are right, and how many of the slope?
"""

# %%
prediction("29-table", mine="", within=1.5)


def tabled_sin(x):
    k = np.floor(x.data * 1000)
    low, high = np.sin(k / 1000), np.sin((k + 1) / 1000)
    return low + (x * 1000 - k) * (high - low)


off = tabled_sin(Tensor(1.2341)).item() / math.sin(1.2341) - 1
slope_off = slope(tabled_sin, 1.2341) / math.cos(1.2341) - 1
round(-math.log10(abs(off))), round(-math.log10(abs(slope_off)))

# %% [markdown]
r"""
Seven, and three, and straight lines have the second derivative 0. In JAX the Bessel function $J_1$
has the right value at 0.001, and the slope -25, not 0.5.

The rule: an engine gives the slope of the *code*. So test an approximation at its seams as well as
between them, slopes as well as values, and give it a rule of its own.
"""

# %%
ARCTAN = Op("arctan", lambda a: (np.arctan(a), (1.0 / (1.0 + a * a),)))
[round(slope(lambda x: x.unary(ARCTAN), at), 4) for at in (-0.001, 0.0, 0.001)]

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** write `abs(x)` with two relus. What would its slope at 0 be?
"""

# %% [markdown]
r"""
## One number, found twice

How do you find a fault where you do not know what is right? Compute one number in two ways.

Take a result $y$, its gradient $\bar x$ for the seed 1, and a direction `v` in which the operands
move. Forward mode says how fast $y$ moves: $J v$. The gradient says it as well, $\bar x \cdot v$.
Both are the same row of numbers times the same column. So they agree, also at a corner, where each
might be any allowed number: a framework that chose must choose once.
"""


# %%
def both_ways(f, x, v):
    """How fast f(x) moves when x moves at v: by reverse mode, and by forward mode."""
    y, pull = vjp(f, x)
    still = v == 0.0  # what does not move has no part, whatever its slope
    parts = np.where(still, 0.0, pull(np.ones(y.shape))[0].data) * v
    return float(parts.sum()), float(jvp(f, [x], [v])[1])


both_ways(lambda x: (x * x).sum(), np.array([1.0, 2.0]), np.array([1.0, 0.0]))

# %% [markdown]
r"""
Two numbers agree if they are close, or the same infinity, or both nan: nan in both ways is one
answer. That is the test.
"""


# %%
def quarrel(f, x, v):
    """None where both ways agree, else both numbers."""
    reverse, forward = both_ways(f, x, v)
    agree = math.isclose(reverse, forward, rel_tol=1e-9, abs_tol=1e-12)
    if agree or (math.isnan(reverse) and math.isnan(forward)):
        return None
    return reverse, forward


e0 = np.array([1.0, 0.0])
quarrel(lambda x: x.max(), np.ones(2), e0), quarrel(lambda x: x.std(), np.ones(2), e0)

# %% [markdown]
r"""
Our engine keeps its word at a tie and at equal numbers. Now a place that is known for trouble.

> **Predict.** $\sqrt x$ where `x` is above 0, else 0, at -1. In a small neighbourhood the function
> is the constant 0. What will each of the two ways say, back and
> forward?
"""

# %%
prediction("29-quarrel", mine="")


def root_or_0(x):
    return where(x.data > 0.0, x.sqrt(), 0.0).sum()


with np.errstate(invalid="ignore"):
    found = quarrel(root_or_0, np.array([-1.0, 4.0]), e0)
found

# %% [markdown]
r"""
Caught: nan on the way back, 0 forward, and 0 is right. Backward, `where` sends a 0 into the branch
not taken, and the root multiplies it by a slope that is nan. Forward, `where` picks the speed of
the branch taken and drops the other. PyTorch, JAX and HIPS autograd say the same two numbers. The
remedy is to give the root nothing bad: a second `where`, inside.
"""


# %%
def safe_root_or_0(x):
    above = x.data > 0.0
    return where(above, where(above, x, 1.0).sqrt(), 0.0).sum()


found, quarrel(safe_root_or_0, np.array([-1.0, 4.0]), e0)

# %% [markdown]
r"""
A branch not taken may also overflow. `elu` is `x` above 0, else $e^x - 1$.

> **Predict.** Written with one `where`, do both ways agree at 700? And at 710, where $e^x$ is more
> than a float can hold?
"""

# %%
prediction("29-overflow", mine="", of="_[0] is None, _[1] is None")


def elu(x):
    return where(x.data > 0.0, x, x.exp() - 1.0).sum()


def safe_elu(x):
    return where(x.data > 0.0, x, where(x.data > 0.0, 0.0, x).exp() - 1.0).sum()


with np.errstate(over="ignore", invalid="ignore"):
    found = [quarrel(f, np.array([at, 0.5]), e0) for f in (elu, safe_elu) for at in (700.0, 710.0)]
found

# %% [markdown]
r"""
0 times inf is nan on the way back, and 1 forward. In float32 this begins at 89, and MLX 0.32 has it
in `elu` and `selu`. The remedy is the same: whatever is *not* chosen must stay finite too. The same
holds for a nan that a mask leaves out: `torch.masked.var` of PyTorch 2.13 leaves it out of the
value, and its whole gradient is nan.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why is a nan in both ways no quarrel, and still worth looking at?
"""

# %% [markdown]
r"""
## Four faults of large engines

The same test over the atlas. Each of these has one number by reverse mode and another by forward
mode, at one and the same place.
"""


# %%
def is_quarrel(reverse, forward):
    if forward is None:  # the framework has no forward mode
        return False
    return not (reverse == forward or (math.isnan(reverse) and math.isnan(forward)))


quarrels = {
    edge: {name: ways for name, ways in answers.items() if is_quarrel(*ways)}
    for edge, answers in EDGES.items()
}
{edge: found for edge, found in quarrels.items() if found and not edge.startswith("where")}

# %% [markdown]
r"""
1. `fmax` at a tie, PyTorch: back, all goes to the first, forward to the second.
2. Two writes to one place, PyTorch: the second wins, so the first has no part. Forward mode says 0;
   back, the value that was written over gets 1.
3. A cast to whole numbers, MLX: both ways give the step the slope 1, where 0 is right; on the way
   back the gradient 1.5 becomes a whole number as well, 1.
4. `max` of equal numbers, MLX: shared on the way back, all to the first forward.

The fifth line is another kind: PyTensor keeps `logsumexp` from overflow by recognising the formula,
and does not recognise it in forward mode.
"""

# %% [markdown]
r"""
## What the test cannot see

> **Predict.** `relu(x) - relu(-x)` at 0 has the slope 1. Will `quarrel` find that ours is wrong?
"""

# %%
prediction("29-same-partials", mine="", of="_[0] != _[1]")
at_0 = np.zeros(2)
both_ways(lambda x: (x.relu() - (-x).relu()).sum(), at_0, e0)

# %% [markdown]
r"""
No. Both ways use the same partials, so both are wrong alike. Comparing forward with reverse finds
that two rules do not fit each other; only a measured slope finds that both are wrong. Lesson 7's
gradient check is the other half, and at a corner even that has no single number to offer.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the four faults would lesson 7's gradient check have found as well?
"""

# %% [markdown]
r"""
## What you can now do

- Say which slopes are allowed at a corner, and which are not.
- Say why a chain of allowed slopes may be none.
- Find an engine's disagreement with itself, without knowing what is right.
- Say why a smooth function can come out flat where two pieces of its code meet.
- Keep a nan or an overflow out of a branch not taken.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.func.vjp` and `torch.func.jvp` are the two ways. `torch.autograd.gradcheck` with
`check_forward_ad=True` compares both with measured slopes. It nudges to both sides, so at a corner
it measures the mean of the two slopes. Where that is the number which was chosen, it passes: `abs`
at 0 and `maximum` at a tie do, `relu` at 0 does not. The note *Autograd mechanics* has a section on
functions without a derivative: what is curved upwards gets the subgradient of smallest norm. `abs`
and `relu` follow it, and so does the shared tie of `maximum`; that of `fmax` does not.
"""

# %% [markdown]
r"""
## Check yourself

1. `leaky_relu` with slope 0.1 below 0: which slopes are allowed at 0? MyGrad gives 0.

<details><summary>Answer</summary>

From 0.1 to 1. The 0 of MyGrad is none of them.
</details>

2. A framework has nan in both modes. Does the test of this lesson report it?

<details><summary>Answer</summary>

No: both say the same. Whether nan is right is another question.
</details>

3. Both modes give 0.5 at a tie, along the first operand. Are they right?

<details><summary>Answer</summary>

There is no right number along it: 0 to 1 is allowed, and 0.5 lies between. Both modes choose alike,
which is all that can be asked.
</details>
"""

# %% [markdown]
r"""
## Next

Write the test for rules of your own, and a rule that passes it, in the
[exercises](../exercises/29_where_there_is_no_slope.ipynb). More places than these, with all
frameworks beside each other, are in the [atlas](../docs/atlas.html).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=29)
