# %% [markdown]
r"""
# 27. Review, and an op of your own

Twenty-five questions from the whole course, with numbers that you have not seen, and each wrong
answer with its reason. Then you bring an op that no table has: derived, written as a rule,
measured, and held by a test that is put to the test itself. 60 minutes.
"""

# %%
import numpy as np

from autograd_lesson import Tensor, mine
from autograd_lesson.gradcheck import check_gradient
from autograd_lesson.learner.review import review, score
from autograd_lesson.ops import Op
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.rule_mutants import mutants_of
from autograd_lesson.widgets import arena

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(27, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) A rule returns a function `to_x` for its operand. What does it take, and what
> does it return? (b) Which shape has that? (c) A test compares a gradient with a slope, under an
> upstream of ones. Which fault does it not see? The next cell shows one.

<details><summary>Answers</summary>

(a) The gradient of the result, and the gradient of the operand. (b) The operand's. (c) A rule that
forgets the upstream: times 1 is as good as forgotten.
</details>
"""


# %%
folded()


def square_rule(x):
    return x * x, (lambda g: 2 * x,)  # where did g go?


x = np.array([3.0, -1.0])
_, (to_x,) = square_rule(x)
to_x(np.ones(2)), to_x(np.array([10.0, 0.0]))

# %% [markdown]
r"""
## Twenty-five questions

Each is about one thing that many people believe, and that does not hold. They come mixed: the most
that one learns from a review is to see *which* idea a question wants. Take half an hour and a
pencil; nothing needs to be run.

Type a letter between the quotes, or the answer itself, and run the cell again. The first answer to
each counts and is noted in your `progress.jsonl`; you can stop after any part and go on another
day. Some are about lesson 28, which comes next, and say so.
"""

# %%
sheet = 1

# %%
review(sheet, part=1, a="", b="", c="", d="", e="")

# %%
review(sheet, part=2, a="", b="", c="", d="", e="")

# %%
review(sheet, part=3, a="", b="", c="", d="", e="")

# %%
review(sheet, part=4, a="", b="", c="", d="", e="")

# %%
review(sheet, part=5, a="", b="", c="", d="", e="")

# %% [markdown]
r"""
Run the next cell after the last part, or at any time. It says what to look at again, and where.
"""

# %%
score(sheet)

# %% [markdown]
r"""
> **Try it.** In a week write `sheet = 2`, empty the quotes, and run the cells: the same ideas, in
> another order and with other numbers. What you got wrong also comes back at the top of lessons.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which wrong answer surprised you most, and what had you believed?
"""

# %% [markdown]
r"""
## An op that the engine lacks

Say first what is to be differentiated, and at which operands. Our op takes a row to the length 1:

$$y = \frac{x}{\lVert x \rVert}, \qquad \lVert x \rVert = \sqrt{\textstyle\sum_i x_i^2}.$$

> **Predict.** $x$ = (3, 4) gives (0.6, 0.8). Now x moves along itself, to (3.3, 4.4). By how much
> does the first entry of y move?
"""


# %%
def unit(x):
    return x / np.sqrt((x * x).sum())


# %%
prediction("27-along", mine="", of="float(round(_[1][0] - _[0][0], 6))")
unit(np.array([3.0, 4.0])), unit(np.array([3.3, 4.4]))

# %% [markdown]
r"""
Not at all: the length is all that changed, and y does not keep it. Whatever rule we find must be
blind along x.

**Derivation.** Let x move by $dx$. With the length $r$, from $r^2 = \sum x_i^2$ follows $dr = y
\cdot dx$, and

$$dy = \frac{dx}{r} - \frac{x\,dr}{r^2} = \frac{dx - y\,(y \cdot dx)}{r}.$$

The way back asks what $g \cdot dy$ is as a product with $dx$:

$$g \cdot dy = \frac{g \cdot dx - (g \cdot y)(y \cdot dx)}{r} = \frac{g - y\,(y \cdot g)}{r} \cdot
dx.$$
"""


# %%
def unit_rule(x):
    length = np.sqrt((x * x).sum())
    y = x / length

    def to_x(g):
        return (g - y * (y * g).sum()) / length

    return y, (to_x,)


# %% [markdown]
r"""
> **Predict.** The upstream (0.6, 0.8) arrives, which points along y. Which two numbers does x =
> (3, 4) get?
"""

# %%
prediction("27-parallel", mine="", of="_.tolist()")
y, (to_x,) = unit_rule(np.array([3.0, 4.0]))
to_x(np.array([0.6, 0.8])).round(12) + 0.0

# %% [markdown]
r"""
Nothing, as the first prediction demands: no move along x changes y.

A rule in this form is all that the engine needs. It becomes an op, and `check_gradient` compares it
with measured slopes, under several upstreams.
"""

# %%
UNIT = Op("unit", unit_rule)
x = Tensor([3.0, 4.0], label="x")
y = x.apply(UNIT, x)
y.backward([1.0, 0.0])
y, x.grad

# %%
error = check_gradient(lambda x: x.apply(UNIT, x), np.array([0.5, -2.0, 1.5]))
bool(error < 1e-9)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what is the Jacobian of this op at x = (3, 4), as a matrix of 2 by 2, and why
is it symmetrical?
"""

# %% [markdown]
r"""
## A test, and a test of the test

The rule is right today. A test is to say so when somebody has changed it. Here are two, which look
alike. A test takes a rule, and returns True if its gradients are right.
"""


# %%
def agrees(rule, x, upstream, h=1e-6):
    """Whether the way back of a rule is the measured slope at x, under this upstream."""
    claimed, measured = rule(x)[1][0](upstream), np.zeros(x.shape)
    for i in range(len(x)):
        step = h * np.eye(len(x))[i]
        change = rule(x + step)[0] - rule(x - step)[0]
        measured[i] = (upstream * change).sum() / (2 * h)
    return np.allclose(claimed, measured, atol=1e-6)


# %%
def at_ones(rule):
    return agrees(rule, np.ones(3), np.ones(3))


def at_random(rule):
    rng = np.random.default_rng(0)
    return agrees(rule, rng.normal(size=3), rng.normal(size=3))


at_ones(unit_rule), at_random(unit_rule)

# %% [markdown]
r"""
Both pass. So put one fault in each of some copies: in a line, or in what the rule is given. These
three are chosen by what they do: a change after which the gradient is still right says nothing
about a test, and one that fails on its own needs none.
"""

# %%
mutants = mutants_of(unit_rule, lambda rng: rng.normal(size=3))
mutants

# %% [markdown]
r"""
> **Predict.** x and the upstream are both (1, 1, 1). How many of the three survive the test
> `at_ones`?
"""

# %%
prediction("27-survive", mine="")
sum(at_ones(rule) for rule in mutants.rules.values())

# %%
arena([at_ones, at_random], mutants.rules, unit_rule)

# %% [markdown]
r"""
The survivor puts ones in the place of the upstream, and ones are what it was given.

> **Predict.** So take another: (2, 2, 2), at the same x. How many of the three survive now?
"""

# %%
prediction("27-twos", mine="")
sum(agrees(rule, np.ones(3), 2 * np.ones(3)) for rule in mutants.rules.values())

# %% [markdown]
r"""
Still the same one. At x = (1, 1, 1) both upstreams point along x, where every right gradient is 0:
a point at which this op has nothing to say. Numbers that are drawn fall on no such point.

E27.3 is this, with your own op and mutants of your own lines.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which points are the blind ones of the op that you have in mind?
"""

# %% [markdown]
r"""
## What to read next

- More rules: M. Giles, *Collected matrix derivative results for forward and reverse mode
  algorithmic differentiation* (2008): solve, determinants, eigenvalues, as you derived them.
- The whole theory: A. Griewank and A. Walther, *Evaluating Derivatives* (2008). Or M. Blondel and
  V. Roulet, *The Elements of Differentiable Programming* (2024), which goes on to optimisation.
- A survey: Baydin, Pearlmutter, Radul and Siskind, *Automatic differentiation in machine learning*
  (2018).
- Code to read: JAX's *Autodidax*, an engine with transformations in one page; PyTorch's
  `derivatives.yaml`, the table of all its rules.
"""

# %% [markdown]
r"""
> **Try it.** Open `derivatives.yaml` and find the line of an op that you have derived here. You
> will find it readable, and that is worth a moment.
"""

# %% [markdown]
r"""
## Your engine

You began with a number that remembers where it came from. Every exercise that passes is a part of
an engine of yours: `python3 start.py mine` in a terminal, or `mine.assemble()` in a cell of your
own, puts them together in the folder `my_engine`. Here is what it is made of today: how many lines
are yours, what is still borrowed from the course, and what it can do.
"""

# %%
engine = mine.report()
engine

# %% [markdown]
r"""
Micrograd, the engine of 94 lines from which many people learn this, finds gradients of formulas of
numbers and trains networks of neurons. This is what yours can do beyond that, by your own code
alone:
"""

# %%
engine.beyond_micrograd

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** if the list is short, which exercise would make it longest? And which line of
your engine are you proud of?
"""

# %% [markdown]
r"""
## What you can now do

- Tell what many believe from what holds, with fresh numbers.
- Specify an op, derive its way back, and add it to an engine.
- Measure a rule, under upstreams and at points that hide nothing.
- Test a test by mutants, and say why one of them survives.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.autograd.Function` holds a rule of your own (lesson 26), `torch.library.custom_op` makes it
an op with a name that `torch.compile` keeps whole, and `torch.autograd.gradcheck` measures it.
Mutants of Python code are made by `mutmut` and `cosmic-ray`. The unit vector is
`torch.nn.functional.normalize`.
"""

# %% [markdown]
r"""
## Check yourself

**1.** Your rule agrees with central differences at one point, under one upstream. What do you know?

<details><summary>Answer 1</summary>

That its Jacobian there, multiplied by that upstream, is right. Nothing of other points, nor of
other directions.

</details>

**2.** A mutant passes all your tests, and no operands are found at which it differs from the rule.
What is it?

<details><summary>Answer 2</summary>

Perhaps an equivalent one: the same function in other words. No test can kill it, and none has to.

</details>

**3.** A test compares `rule(x)` with what your rule gave last week. Which fault does it never see?

<details><summary>Answer 3</summary>

The one that was in the rule last week.

</details>
"""

# %% [markdown]
r"""
## Next

Bring your own: [exercises/27](../exercises/27_review_and_your_own_op.ipynb). Then see what becomes
of a graph that is known in advance: [lesson 28](28_from_graph_to_kernels.ipynb).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=27)
