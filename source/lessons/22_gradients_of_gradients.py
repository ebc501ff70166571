# %% [markdown]
r"""
# 22. Gradients of gradients: from numbers to rules

A gradient is a number, and a number has forgotten how it was computed. Turn the numbers into rules,
and the way back becomes a graph that you can differentiate again. 55 minutes. You will write that
engine, take four derivatives of tanh, find out where a chain is cut without an error, and multiply
by a Hessian that nobody ever wrote down.
"""

# %%
import inspect
import math

import numpy as np

from autograd_lesson import Tensor, Value, derivative, hvp, jvp, ops, topological_order
from autograd_lesson.gradcheck import check_gradient
from autograd_lesson.pictures import draw
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import gradient_graph

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(22, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `y = x * x` at $x = 5$. Which two partials does `y` store? (b) What does
> `y.backward()` leave in `x.grad`, and what does a second call make of it? (c) The row is
> [1, 2], and `y = (row * row).sum()`. What arrives at the row?

<details><summary>Answers</summary>

(a) 5 and 5, one for each use. (b) 10, then 20: a pass adds what it found. (c) [2, 4].
</details>
"""

# %%
folded()
x, row = Value(5.0), Tensor([1.0, 2.0])
y = x * x
y.backward()
y.backward()
(row * row).sum().backward()
y.partials, x.grad, row.grad

# %% [markdown]
r"""
## A number that forgot

The slope of $x^3$ is $3x^2$, and the slope of that slope is $6x$: the **second derivative**. At 3
they are 27 and 18. The first is easy: one `backward` leaves 27 in `x.grad`.

> **Predict.** What will `x.grad` be after it is called once more?
"""

# %%
prediction("22-twice", mine="", of="x.grad")
x = Value(3.0, label="x")
y = x * x * x
y.backward()
once = x.grad
y.backward()
once, x.grad

# %% [markdown]
r"""
> **You may think** that a second `backward()` gives the second derivative. Here is a run where that
> fails: 54 is the *same* pass, added once more.
>
> **Instead**, the thing to differentiate is the gradient itself. It would have to know that it came
> from `x`.

Does it know?
"""

# %%
type(once), y.operands[0].partials

# %% [markdown]
r"""
It is a bare float, the product of partials that are floats too. The 3 in them was copied out of
`x`, and the copy has no way back.

Could we nudge instead, as in lesson 1? A slope of a slope of a slope, by measuring:
"""


# %%
def nudged(f, h):
    """The slope of f, measured."""
    return lambda x: (f(x + h) - f(x - h)) / (2 * h)


def four_of_tanh(x):
    """The first four derivatives of tanh, on paper."""
    y = math.tanh(x)
    d = 1 - y**2
    return [d, -2 * y * d, (6 * y**2 - 2) * d, (16 * y - 24 * y**3) * d]


def right(h, tolerance):
    """Which of the four are right at 0.5, each measured on the one before."""
    f, verdicts = math.tanh, []
    for exact in four_of_tanh(0.5):
        f = nudged(f, h)
        verdicts.append(math.isclose(f(0.5), exact, rel_tol=tolerance))
    return verdicts


# %% [markdown]
r"""
> **Predict.** Nudges of a millionth, four times in a row. Which of the four are right to a
> thousandth? Say yes or no for each.
"""

# %%
prediction("22-nudges", mine="")
right(1e-6, 1e-3)

# %% [markdown]
r"""
Each measurement divides the rounding of the one before by another small number; from the third on
all is noise. A larger nudge?
"""

# %%
right(1e-2, 1e-3), right(1e-2, 1e-6)

# %% [markdown]
r"""
Now all four are right to a thousandth, and none to a millionth, not even the first: over a longer
way the curve bends. So the derivative must be *computed*, and the gradient must remember.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** at which moment did the gradient lose its connection with `x`?
"""

# %% [markdown]
r"""
## From numbers to rules

Your engine of lessons 3 to 5 stores *numbers* beside each result. Store the symbol of the op, and
write down once per op how its partials come about: a **rule**.
"""


# %%
class Number:
    """A number, with the op and the operands that it came from."""

    def __init__(self, data, op="", operands=(), label=""):
        self.data, self.op, self.operands, self.label = data, op, operands, label

    def __add__(self, other):
        other = other if isinstance(other, Number) else Number(other)
        return Number(self.data + other.data, "+", (self, other))

    def __mul__(self, other):
        other = other if isinstance(other, Number) else Number(other)
        return Number(self.data * other.data, "*", (self, other))

    __radd__, __rmul__ = __add__, __mul__


RULES = {  # from the operands to one partial for each
    "+": lambda a, b: (1.0, 1.0),
    "*": lambda a, b: (b, a),
}

# %% [markdown]
r"""
No partials in the class any more. They are computed on the way back, and here is the point: a rule
does not care *what* `a` and `b` are.

> **Predict.** What does the rule of `*` give for two floats, 2 and 5? Type that. And what for two
> Numbers?
"""

# %%
prediction("22-rules", mine="", of="_[0]")
a, b = Number(2.0, label="a"), Number(5.0, label="b")
RULES["*"](2.0, 5.0), RULES["*"](a, b)[0] is b

# %% [markdown]
r"""
With Numbers it answers with the *operand itself*, and whoever multiplies by that records a graph.
So the walk back has a switch, and the switch is one line:
"""


# %%
def gradients(root, create_graph=False):
    """d(root)/d(value) for each value: as floats, or as Numbers with a graph behind them."""
    gradient = {root: Number(1.0) if create_graph else 1.0}
    for result in reversed(topological_order(root)):
        if not result.operands:
            continue
        given = [x if create_graph else x.data for x in result.operands]  # the switch
        partials = RULES[result.op](*given)
        for operand, partial in zip(result.operands, partials, strict=True):
            part = gradient[result] * partial
            gradient[operand] = gradient[operand] + part if operand in gradient else part
    return gradient


# %%
x = Number(3.0, label="x")
y = x * x * x
first = gradients(y, create_graph=True)[x]
gradients(y)[x], first.data, gradients(first)[x]

# %% [markdown]
r"""
27 as a float, 27 as a Number, and then 18, by the same walk. The gradient was computed with `*` and
`+` of the engine, so it is a result like any other.

A new op is one rule. Tanh's partial is $1 - y^2$, and it must be written in ops of the engine: here
`*`, `+` and tanh itself.
"""


# %%
def tanh(a):
    return Number(math.tanh(a.data), "tanh", (a,)) if isinstance(a, Number) else math.tanh(a)


RULES["tanh"] = lambda a: (1 + -1 * tanh(a) * tanh(a),)

# %% [markdown]
r"""
> **Predict.** Only the first derivative of tanh was written down. Will ten decimals of the fourth
> be right?
"""

# %%
prediction("22-fourth", mine="", of="abs(result.data - exact) < 1e-10")
x = Number(0.5, label="x")
result = tanh(x)
for exact in four_of_tanh(0.5):
    result = gradients(result, create_graph=True)[x]
    print(f"{result.data:13.10f} {exact:13.10f}")

# %% [markdown]
r"""
All ten that are shown. The rules of the package are of the same kind; `derivative` is the walk with
`create_graph` on, and it can be applied to what it returns.
"""

# %%
third = derivative(derivative(derivative(Value.tanh)))
print(inspect.getsource(ops.tanh_rule))
round(third(0.5).data, 10)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what does a rule have to be written in, so that it can run on values as well as
on numbers?
"""

# %% [markdown]
r"""
## The graph of the gradient

Here is what stands behind the 27. Follow the paths from `x` to `slope`: how many are there?
"""

# %%
x = Number(3.0, label="x")
slope = gradients(x * x * x, create_graph=True)[x]
slope.label = "slope"
draw(slope)

# %% [markdown]
r"""
Six, and each is a way in which the slope depends on `x`.

The widget plays how such a graph comes about. First there is the graph of `y`; each step back
crosses an edge and leaves new boxes behind, connected with the operands they were computed from.

> **Try it.** Before each step: which box of the forward pass will the new one be connected with?
"""

# %%
gradient_graph(lambda x: x * x.tanh(), 0.5)

# %% [markdown]
r"""
Remembering costs. Each derivative is a graph over the graph before.

> **Predict.** The graph of tanh has 2 values. How many has its fourth derivative: about 40, 400 or
> 4000?
"""

# %%
prediction("22-growth", mine="", of="_[-1]", within=3)
x = Number(0.5)
result, sizes = tanh(x), []
for _ in range(4):
    result = gradients(result, create_graph=True)[x]
    sizes.append(len(topological_order(result)))
sizes

# %% [markdown]
r"""
At least three times as many each time. That is why engines build this graph only when asked, with
`create_graph`. Without it there are only numbers: the normal case.

For one variable and high orders there are better ways (Taylor series); for many variables one
rarely goes beyond the second.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why does training a network by gradient descent not need the graph of the
gradient?
"""

# %% [markdown]
r"""
## Two passes, one `.grad`

One mistake has nothing to do with calculus. Take $x^3$ at 3 again, on the package's
Values, with a `backward` for each derivative.

> **Predict.** The second derivative is 18. What stands in `x.grad` in the end?
"""

# %%
prediction("22-left-over", mine="", of="x.grad")


def cube(x):
    return x * x * x


x = Value(3.0, label="x")
cube(x).backward()
slope = derivative(cube)(x)
slope.backward()
slope.data, x.grad

# %% [markdown]
r"""
45: the 18 was added to the 27 that was there. `.grad` adds up on purpose, since two losses may
share a weight; but a first and a second derivative should not be added.

Two ways out: set `.grad` back to 0 in between, or keep the gradients of a pass *in that pass*, in a
dict, as `gradients` above does, and return what was asked for. The second cannot be forgotten.
"""

# %%
x = Value(3.0, label="x")
derivative(cube)(x).backward()
x.grad, derivative(derivative(cube))(3.0).data

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** when is it right that `.grad` adds up, and when is it a mistake?
"""

# %% [markdown]
r"""
## Where the chain is cut

A rule in which somebody took a shortcut: the number is fetched, and NumPy does the rest.
"""


# %%
def leaky_rule(a):
    """The partial of tanh, by NumPy."""
    number = a.data if isinstance(a, Number) else a
    return (1 - np.tanh(number) ** 2,)


def first_two(x, rule):
    """First and second derivative of x tanh(x), under this rule for tanh."""
    kept, RULES["tanh"] = RULES["tanh"], rule
    slope = gradients(x * tanh(x), create_graph=True)[x]
    both = slope.data, gradients(slope)[x]
    RULES["tanh"] = kept
    return [round(float(number), 4) for number in both]


# %% [markdown]
r"""
> **Predict.** With the rule from above the pair is 0.8553 and 1.2095. Will the leaky rule get
> the first right, and the second? Or is there an error?
"""

# %%
prediction("22-leaky", mine="", of="[a == b for a, b in zip(*_, strict=True)]")
first_two(Number(0.5), RULES["tanh"]), first_two(Number(0.5), leaky_rule)

# %% [markdown]
r"""
The first derivative is right in all four digits. The second is wrong, and there was no error. The
rule returned its partial as a constant, so no path leads from the partial to `x`, and its part of
the second derivative is missing.

The package makes this harder to do. A Value does not turn into a float by itself, and NumPy's
functions reach the op of that name:
"""

# %% tags=["raises-exception"]
x = Value(0.5, label="x")
print(np.tanh(x).op)
math.tanh(x)

# %% [markdown]
r"""
But who writes `.data` gets a number. How would you notice? A measured slope, with the *gradient* as
the function under test: the second order of an op is the first order of its derivative.
"""

# %%
leaky = ops.Op("leaky", lambda a: (ops.tanh(a), (1 - math.tanh(getattr(a, "data", a)) ** 2,)))


def f(x):
    return x.unary(leaky)


check_gradient(f, 0.7) < 1e-9, check_gradient(derivative(Value.tanh), 0.7) < 1e-9

# %% tags=["raises-exception"]
check_gradient(derivative(f), 0.7)

# %% [markdown]
r"""
Relu's rule looks at a number too: its partial is 1 or 0, a constant. Is that a cut? Answer in two
sentences.

<details><summary>A model answer</summary>

No: the slope of relu really is constant on each side, so its own slope is 0. A constant partial is
right exactly where the partial does not change with the operand.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why does a test of the gradient alone not find a rule that leaks?
"""

# %% [markdown]
r"""
## A Hessian times a vector

With $n$ variables there are $n^2$ second derivatives: row $i$, column $j$ of the **Hessian** $H$
says how fast entry $i$ of the gradient moves with variable $j$. For a million weights that is a
table nobody can store. What methods need is mostly $Hv$: how the gradient changes when we move
along *one* direction $v$.

Now $g \cdot v$ is a plain number, and its gradient is $Hv$. So: a gradient, a dot product, another
gradient.
"""


# %%
def valley(x):
    """A curved valley, whose variables belong together in pairs of neighbours."""
    return ((x[1:] - x[:-1] * x[:-1]) ** 2.0).sum() + (x * x).sum()


def hessian_times(f, x, v):
    """The gradient of the dot product of the gradient and v."""
    return derivative(lambda at: (derivative(f)(at) * v).sum())(x)


x, v = Tensor([0.5, -1.0, 2.0]), np.array([1.0, 0.0, -1.0])
hessian_times(valley, x, v).data

# %% [markdown]
r"""
Is it right? Measure: the gradient a little further along $v$, and a little back.
"""

# %%
h = 1e-5
ahead, behind = (derivative(valley)(Tensor(x.data + s * v)).data for s in (h, -h))
((ahead - behind) / (2 * h)).round(6)

# %% [markdown]
r"""
That was reverse over reverse. Moving along *one* direction is what forward mode does (lesson 21),
so the outer gradient may be a forward sweep over the graph of the gradient:

> **Predict.** With 1000 variables the Hessian has a million numbers. How often will `valley` be
> computed, for $Hv$ in the one way and in the other together?
"""

# %%
prediction("22-hessian", mine="", of="len(calls)")


def counted(x):
    calls.append(x.shape)
    return valley(x)


calls, rng = [], np.random.default_rng(0)
x, v = rng.normal(size=1000), rng.normal(size=1000)
by_reverse = hvp(counted, x, v).data
by_forward = jvp(derivative(counted), [x], [v])[1]
calls, bool(np.allclose(by_reverse, by_forward, rtol=1e-12, atol=0))

# %% [markdown]
r"""
Once each. Two sweeps follow, whatever $n$ is: one for the gradient, and one through the graph that
it left, back or forward. Back, that whole graph has to be kept; a forward sweep can go along while
the graph is being built.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why is the gradient of $g \cdot v$ the same as $Hv$?
"""

# %% [markdown]
r"""
## What the curve is good for

Gradient descent knows in which direction the loss falls, not how far. The second derivative says
how fast the slope itself changes, so **Newton's method** goes to where the slope would be 0:
$x - f'/f''$.

> **Predict.** $e^x - 2x$ is lowest at $\ln 2 = 0.6931$. About how many steps from 0 to 12 digits,
> by Newton and by descent with step 0.1?
"""

# %%
prediction("22-newton", mine="", within=1.5)


def steps_to(move, x=0.0):
    """How many moves until the lowest point is reached to 12 digits."""
    count = 0
    while abs(x - math.log(2)) > 1e-12:
        x, count = move(x), count + 1
    return count


slope = derivative(lambda x: x.exp() - 2 * x)
bend = derivative(slope)
newton = steps_to(lambda x: x - slope(x).data / bend(x).data)
newton, steps_to(lambda x: x - 0.1 * slope(x).data)

# %% [markdown]
r"""
Careful: the slope is 0 at a highest point as well, and Newton's method may go there. From 0.5 on
$\cos x$ it goes to 0, where the cosine is largest:
"""

# %%
x, slope_of_cos = 0.5, derivative(Value.cos)
for _ in range(5):
    x -= slope_of_cos(x).data / derivative(slope_of_cos)(x).data
bool(abs(x) < 1e-12)

# %% [markdown]
r"""
The other common use puts a gradient *into* a loss. A model should not change too fast with its
input, so the square of its slope is added to the loss: a **gradient penalty**. Training then takes
the derivative of a derivative: first by the input, then by a weight.
"""

# %%
weight = Value(1.5, label="weight")
penalty = derivative(lambda x: (weight * x).tanh())(0.4) ** 2
penalty.backward()
t = math.tanh(1.5 * 0.4)
s = 1.5 * (1 - t * t)
[round(g, 10) for g in (weight.grad, 2 * s * (1 - t * t) * (1 - 2 * 1.5 * 0.4 * t))]

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in a loss with a gradient penalty, which derivative is taken by the input and
which by the weights?
"""

# %% [markdown]
r"""
## What you can now do

- Write rules that run on numbers and on values alike, and a walk with a `create_graph` switch.
- Take derivatives of any order, and say what they cost.
- Keep first and second derivatives apart.
- Find a rule that cuts the chain, by checking the gradient of the gradient.
- Compute $Hv$ in two sweeps, in two ways.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.autograd.grad(y, x, create_graph=True)` returns the gradients of one pass and leaves `.grad`
alone; `y.backward(create_graph=True)` adds to `.grad`, and warns that this makes a reference cycle.
`torch.func.grad` nests like `derivative`. There are `torch.func.hessian` for the whole $H$,
`torch.autograd.functional.hvp` for $Hv$, and `torch.autograd.gradgradcheck` for leaks. A custom
`Function` whose backward goes through `.detach().numpy()` is cut as ours was (`.numpy()` alone
raises an error there); `once_differentiable` turns a cut into an error.
"""

# %% [markdown]
r"""
## Check yourself

**1.** The rule of `exp` returns `(math.exp(a.data),)`. Which derivatives of $e^x$ are right?

<details><summary>Answer 1</summary>

The first. It is a constant from then on, and nothing leads back from it to `x`: `derivative` of the
package gives 0, and `gradients` above has no entry for `x`.

</details>

**2.** `.grad` holds $f' = 4$, and `slope.backward()` is called, where $f'' = -1$. What is in
`.grad`?

<details><summary>Answer 2</summary>

3: the sum of a first and a second derivative, which means nothing.

</details>

**3.** How many sweeps does it take to get the *whole* Hessian of 50 variables?

<details><summary>Answer 3</summary>

51: one for the gradient, then one for each of 50 directions.

</details>
"""

# %% [markdown]
r"""
## Next

Write it yourself: [exercises/22](../exercises/22_gradients_of_gradients.ipynb). You have seen the
way back become a graph like any other. [Lesson 23](23_a_tiny_compiler.ipynb) asks what else can be
done with a graph before anything is computed with it.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=22)
