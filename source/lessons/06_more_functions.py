# %% [markdown]
r"""
# 6. More functions, and numbers that misbehave

Add an op of your own, and keep it right at corners, far out and near 0. 55 minutes. Afterwards you
can write an op under five labels, declare a slope at a kink, choose the form of a formula that
keeps its digits, refuse what has no result, and find the first nan in a graph.
"""

# %%
import inspect
import math

from autograd_lesson import Value, derivative, ops, topological_order
from autograd_lesson.gradcheck import check_gradient
from autograd_lesson.numpy_or_not import np  # NumPy, where it is
from autograd_lesson.pictures import draw
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.pytorch_stored import KINKS
from autograd_lesson.widgets import find_nan, numerics

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(6, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `h = x * x` and `y = h * h`, with $x = 2$. How many paths lead from `x` to
> `y`, and what do they add up to? (b) `exp` of some number is 20. What is its partial? (c)
> `y.backward()` is called twice. What is in `x.grad` then?

<details><summary>Answers</summary>

(a) Four, each brings $2 \cdot 4 = 8$: together 32. (b) 20: the partial of `exp` is its own result.
(c) Twice the gradient, 64: a pass adds what it found.

</details>
"""

# %%
folded()
x = Value(2.0, label="x")
h = x * x
y = h * h
y.backward()
y.backward()
x.grad / 2, x.grad, Value(math.log(20)).exp().partials

# %% [markdown]
r"""
## An op under five labels

Your engine can add, multiply, divide and raise to powers. The next function is none of these: $x$
itself where it is above 0, else a tenth of it, a **leaky relu**. Every op, this one and those of
all later lessons, is written under the same five labels, the questions of
[lesson 4](04_local_rules.ipynb):

- **forward**: compute the number;
- **local derivative**: one partial for each operand, as a number;
- **save**: keep the operands, in their order, and the partials;
- **pass on**: upstream times partial, added to the gradient of the operand;
- **test**: compare with a measured slope.

The function below holds the first three.
"""


# %%
def leaky_relu(x, leak=0.1):
    """x where it is above 0, else a tenth of it."""
    data = x.data if x.data > 0 else leak * x.data  # forward
    partials = (1.0 if x.data > 0 else leak,)  # local derivative
    return Value(data, op="leaky relu", operands=(x,), partials=partials)  # save


# %% [markdown]
r"""
> **Predict.** `y = 3 * leaky_relu(x)` with $x = -2$. What is `y`, and what will the walk pass on to
> `x`?
"""

# %%
prediction("06-leaky", mine="", of="y.data, x.grad")
x = Value(-2.0, label="x")
y = (3 * leaky_relu(x)).named("y")
y.backward()  # pass on
print([check_gradient(leaky_relu, number) < 1e-9 for number in (1.7, -1.7)])  # test
draw(y)

# %% [markdown]
r"""
Upstream 3, partial 0.1, contribution 0.3. The op did not know the 3, and did not have to: the walk
multiplies. The fifth label is one call, which printed the first line. `check_gradient` nudges the
operand, under upstreams of both signs, small and large, and gives the worst error.

What if an op passes its slope on by itself, right away, when it knows it? A **relu** has no leak:
it is 0 below 0.

> **Predict.** `3 * hasty_relu(x)` at $x = 2$: the gradient should be 3. What will it be?
"""

# %%
prediction("06-hasty", mine="")


def hasty_relu(x):
    x.grad += 1.0 if x.data > 0 else 0.0  # too early
    return Value(max(x.data, 0.0), op="relu", operands=(x,), partials=(0.0,))


x = Value(2.0, label="x")
(3 * hasty_relu(x)).backward()
x.grad

# %% [markdown]
r"""
The 3 is missing. On the way forward nobody knows yet what will be done with the result, so there
is no upstream to multiply with. An op *stores* its slope; passing on is for the way back.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the five labels did `hasty_relu` do in the wrong place, and what was
not known there?
"""

# %% [markdown]
r"""
## A corner has no slope: declare one

`relu` cuts off what is below 0; `abs` turns its sign round. Both have a corner at 0. Nudge to
either side of it:
"""


# %%
def ratios(f, h=1e-6):
    """The ratio of a nudge from 0 to the left, and of one to the right."""
    return (f(0.0) - f(-h)) / h, (f(h) - f(0.0)) / h


ratios(lambda x: max(x, 0.0)), ratios(abs)

# %% [markdown]
r"""
Two ratios that do not come together, however small the nudge: at 0 there is no derivative.

> **You may think** that autograd must fail at 0, since relu has no derivative there. It has none,
> and autograd does not fail: here are three ops on a corner.
>
> **Instead**, an op *declares* a slope for its corner, any number between the two ratios (a
> **subgradient**). Ours are PyTorch's: 0 for `relu` and `abs`, and at a tie `maximum` gives each
> of its operands one half.
>
> **Predict.** `clip` cuts off what is beyond a bound, and so has a corner there. Do all frameworks
> declare the same slopes?
"""

# %%
prediction("06-corners", mine="", of="len(set(KINKS['clip(x, -1, 1) at 1'].values())) == 1")
corner, other = Value(0.0), Value(-0.0)
print(corner.relu().partials, abs(corner).partials, corner.maximum(other).partials)
print(other.relu().partials, -0.0 == 0.0)
KINKS

# %% [markdown]
r"""
The second line is about `-0.0`, the zero with a sign. It equals 0, so an op treats it alike.

These three agree at the tie only. `abs` has slope 1 at 0 in JAX. For `clip` at its bound there are
three answers. All are allowed; let no program depend on one of them. (More: lesson 29.)

Does it matter which number is declared? A float drawn at random is hardly ever exactly 0. But zeros
are also put there by hand, such as a weight that begins at 0 and is used in a relu.

> **Predict.** What gradient does that weight receive? And where will it be after a hundred training
> steps? Type the gradient.
"""

# %%
prediction("06-begins-at-zero", mine="", of="weight.grad")
drawn = np.random.default_rng(0).normal(size=100_000).tolist()
weight = Value(0.0, label="weight")
(3 * weight).relu().backward()
drawn.count(0.0), weight.grad

# %% [markdown]
r"""
None of the 100,000 is 0. And the weight receives nothing, so it stays where it is: that is one
reason why weights begin at random numbers.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what does an op with a corner have to say that a smooth op does not?
"""

# %% [markdown]
r"""
## tanh, as it stands in a book

$\tanh x = (e^{2x} - 1) / (e^{2x} + 1)$. From the ops of the engine it is two lines, and at 0.5 it
is right.
"""


# %%
def tanh_on_paper(x):
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


tanh_on_paper(Value(0.5)).data, math.tanh(0.5)

# %% [markdown]
r"""
> **Predict.** Tanh of any large number is nearly 1. What does the formula give at 355?
"""

# %% tags=["raises-exception"]
prediction("06-overflow", mine="", choose="1, 0, nan or error")
tanh_on_paper(Value(355.0, label="x"))

# %% [markdown]
r"""
Our engine refuses: $e^{710}$ is larger than any float. NumPy, like PyTorch, goes on with `inf`; so
does our engine under `np.errstate`. What comes out then, and what goes back?
"""

# %%
with np.errstate(all="ignore"):
    for number in (1.0, 354.0, 355.0):
        x = Value(number)
        y = tanh_on_paper(x)
        y.backward()
        print(f"x = {number:g}: tanh {y.data:.4g}, gradient {x.grad:.4g}")
print(f"right at 354: {4 * math.exp(-2 * 354):.2g}")

# %% [markdown]
r"""
At 355 the fraction is inf / inf, which is **nan**, "not a number". At 354 the value is right, and
the gradient is 0: the right one is so small that it does not matter. The other end fails more
quietly.

> **Predict.** Tanh of a tiny number is that number. About how many digits of $10^{-10}$ survive, of
> sixteen?
"""

# %%
prediction("06-digits", mine="", of="round(-math.log10(abs(tiny / 1e-10 - 1)))", within=1.5)
tiny = tanh_on_paper(Value(1e-10)).data
print(tiny, math.tanh(1e-10), tanh_on_paper(Value(1e-17)).data)
print(math.exp(2e-10) - 1, math.expm1(2e-10))

# %% [markdown]
r"""
Seven digits are right, the other nine are noise; at $10^{-17}$ nothing is left. The second line
shows where: next to 1 there is room for 16 digits in all, and the subtraction takes the 1 away.
`math.expm1` is $e^x - 1$ without the detour, and `math.tanh` takes the same care.
"""

# %% [markdown]
r"""
The slider shows the relative errors over `x`, of the naive and of the **stable** form, in the value
and in the gradient. The third argument is the same formula once more, run with 400 digits: the
formula is right, the floats are too short.

> **Try it.** Where is the naive value worst, and where best? At which `x` are *both* gradients off
> by a millionth or more?
"""

# %%
numerics(tanh_on_paper, Value.tanh, tanh_on_paper, also=(354, 355))

# %% [markdown]
r"""
The stable value is right everywhere. Its gradient is $1 - y^2$, and where $y$ is nearly 1 the
subtraction takes its digits away, more and more of them:
"""

# %%
for number in (5.0, 10.0, 20.0):
    right = 1 / math.cosh(number) ** 2
    partial = Value(number).tanh().partials[0]
    print(f"at {number:2g} the slope is {right:.1e}, off by {abs(partial / right - 1):.0e} of it")

# %% [markdown]
r"""
At 10 eight digits are left, at 20 none: the gradient comes out as 0. Does that hurt? It is off by
$1.7 \cdot 10^{-17}$, next to nothing. A nan is another matter: it spreads.
"""

# %% [markdown] tags=["notes"] was="tanh-right-on-paper-nan-at-355"
r"""
**Your notes here:** which operation lost the digits at the small end, and which one made the nan at
the large end?
"""

# %% [markdown]
r"""
## sigmoid, on two branches

$1 / (1 + e^{-x})$ runs from 0 to 1. Far to the left the exponential overflows.

> **Predict.** At -800 the denominator is inf. What is the value then? And the gradient?
"""

# %%
prediction("06-sigmoid", mine="")


def sigmoid_on_paper(x):
    return 1 / (1 + (-x).exp())


with np.errstate(all="ignore"):
    x = Value(-800.0, label="x")
    y = sigmoid_on_paper(x)
    y.backward()
y.data, x.grad

# %% [markdown]
r"""
The value is right, and the gradient is nan. On the way back 0, from $1 / \infty$, meets the partial
of `exp`, which is inf: $0 \cdot \infty$ is nan. A test that looks at values only would have passed.

The cure: multiply above and below by $e^x$, and for each sign take the form whose exponential
cannot exceed 1.
"""


# %%
def stable_sigmoid(number):
    """1 / (1 + exp(-number)), by the form with the small exponential."""
    if number >= 0:
        return 1 / (1 + math.exp(-number))
    small = math.exp(number)
    return small / (1 + small)


[stable_sigmoid(number) for number in (-800.0, -40.0, 0.0, 800.0)]

# %% [markdown]
r"""
Below, `x` goes to the left, from -0.001 to -1000. Watch the gradient of the naive form.
"""

# %%
numerics(sigmoid_on_paper, Value.sigmoid, sigmoid_on_paper, -1e-3, -1e3, also=(709, 750))

# %% [markdown]
r"""
Why must this be one op, and cannot be cured from outside? Answer in two sentences.

<details><summary>A model answer</summary>

Put together from `exp`, `+` and `/`, the gradient is the product of their partials, and one of
these is infinite although the product is not. One op can use $s(1 - s)$, in which nothing large
occurs.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** how can a value be right while its gradient is nan?
"""

# %% [markdown]
r"""
## Outside the domain

The smooth ones are short. Number and partial of four of them, at 0.25:
"""

# %%
for name in ("exp", "log", "sqrt", "sin"):
    y = getattr(Value(0.25), name)()
    print(f"{name:<4} {y.data:8.4f}, partial {y.partials[0]:.4f}")

# %% [markdown]
r"""
`log` and `sqrt` have a border. So have powers, and there Python is generous: it leaves the real
numbers without a word.
"""

# %%
(-8.0) ** (1 / 3)

# %% [markdown]
r"""
That is a complex number, and no gradient of ours is meant for it. An op asks first, and says
*which* value it was:
"""

# %% tags=["raises-exception"]
Value(-8.0, label="price") ** (1 / 3)

# %% [markdown]
r"""
*On* the border the result can be a number while the slope is none: $\sqrt{0} = 0$, and the curve
stands upright there. An engine that computes $k x^{k-1}$ only on the way back stops there, far from
the line that is to blame:
"""

# %% tags=["raises-exception"]
0.5 * 0.0 ** (0.5 - 1)

# %% [markdown]
r"""
> **Predict.** Which partials should $0^{0.5}$, $0^0$ and $0^1$ have?
"""

# %%
prediction("06-powers-of-zero", mine="")
zero = Value(0.0, label="zero")
[(zero**k).partials for k in (0.5, 0.0, 1.0)]

# %% [markdown]
r"""
Infinite, as the ratios to the right of 0 say; 0, since $x^0$ is 1 everywhere; and 1. The exponent
may be a value too. Then it has a partial of its own, $a^b \log a$, which needs $a$ above 0.
"""

# %%
a, b = Value(1.7, label="a"), Value(2.3, label="b")
power, doubling = a**b, 2**b
power.partials, doubling.partials, check_gradient(lambda a, b: a**b, 1.7, 2.3) < 1e-9

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what does a good domain error say, beside that something is wrong?
"""

# %% [markdown]
r"""
## Which value went bad first?

Where errors are switched off, nan travels. Here is a small model; its loss is nan.
"""

# %%
with np.errstate(all="ignore"):
    score = Value(800.0, label="score")
    odds = score.exp().named("odds")
    chance = (odds / (1 + odds)).named("chance")
    loss = ((chance - 1) ** 2).named("loss")
chance, loss, math.nan == math.nan

# %% [markdown]
r"""
Everything after the first nan is nan, so the loss says nothing about where it began. But the graph
knows the order in which the numbers were made.

> **Predict.** In topological order, which value is the first that is nan or infinite?
"""

# %%
prediction("06-first-nan", mine="", of="_.label")
next(value for value in topological_order(loss) if not math.isfinite(value.data))

# %% [markdown]
r"""
`find_nan` is that line with a picture: it stands at the first bad number. Step on to see it spread;
step back to see what it was made of.
"""

# %%
find_nan(loss)

# %% [markdown]
r"""
Its operand, 800, was a usual number. So the op is to blame, and `.sigmoid()` is the cure.

Two things make the search harder. The first: an op can lose a nan.

> **Predict.** The numbers 1, nan and 2 go through a relu that is written as `max(0.0, x)`. Is their
> sum nan?
"""

# %%
prediction("06-lost-nan", mine="", of="math.isnan(_[1])")
kept = [max(0.0, x) for x in (1.0, math.nan, 2.0)]
kept, sum(kept), Value(math.nan).relu().data

# %% [markdown]
r"""
No: Python's `max` keeps its first number unless the second is larger, and nan is never larger. The
loss is finite, so nobody will look. The relu of tinygrad 0.14 does this; ours cuts off what *is*
below 0, and nan is not. Like NumPy's `maximum` and PyTorch's relu it hands a nan on.

The second: every number can be finite while a gradient is not. Then `find_nan` goes on along the
way back.

> **Predict.** `area = sqrt(width) * width` at 0, then `sqrt(relu(x))` and `sqrt(0 * x)`, both at
> $x = -1$. Of the three slopes, which are nan? Say yes or no for each.
"""

# %%
prediction("06-sqrt", mine="", of="[math.isnan(each.grad) for each in (width, chosen, scaled)]")
width, chosen, scaled = Value(0.0, label="width"), Value(-1.0), Value(-1.0)
area = (width.sqrt() * width).named("area")
for y in (area, chosen.relu().sqrt(), (0 * scaled).sqrt()):
    y.backward()
print(chosen.grad, scaled.grad)
draw(area)

# %% [markdown]
r"""
0 times infinity is nan, and the product has it as well. But `relu` chooses between $x$ and 0, and a
branch that is not taken contributes nothing, whatever arrives. So do `maximum` and `minimum`.
PyTorch gives the same.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why look for the *first* bad number, and in which order?
"""

# %% [markdown]
r"""
## One line in the table

You wrote ops as functions of a value. The package keeps *forward* and *local derivative* only, as a
**rule**: from numbers to the result and its partials. *Save* and *pass on* are the same for all
ops, and stand once, in the engine. The whole of tanh:
"""

# %%
print(inspect.getsource(ops.tanh_rule))
ops.RELU.rule(-1.5), ops.RELU.rule(1.5)

# %% [markdown]
r"""
A new op is one entry, with its symbol; `unary` applies it to a value. This buys something that
stored numbers cannot give: a rule also runs on Values, so its partials can be differentiated again.
**Softplus** is $\log(1 + e^x)$, and its slope is sigmoid. So its second derivative must be
$s(1 - s)$. (Written like this it overflows at 800; the exercises ask for a form that does not.)
"""

# %%
softplus = ops.Op("softplus", lambda a: (ops.log(1.0 + ops.exp(a)), (ops.sigmoid(a),)))
second = derivative(derivative(lambda x: x.unary(softplus)))
s = stable_sigmoid(0.7)
second(0.7).data, s * (1 - s)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the five labels are in a rule, and where are the other three?
"""

# %% [markdown]
r"""
## What you can now do

- Write an op under five labels, and test it.
- Declare a slope at a kink and at a tie.
- Spot the exponential that overflows and the subtraction that loses digits, and pick another form.
- Refuse what lies outside a domain, by name.
- Find the first nan or inf, forward or on the way back.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.relu`, `torch.sigmoid`, `torch.tanh`, `F.softplus`, and `F.silu` for $x$ times its sigmoid
(**swish**), with the same slopes at the corners. `F.leaky_relu` has slope 0.01 below 0 unless you
choose another. `torch.log(torch.tensor(-1.0))` is nan, without an error.

`set_detect_anomaly(True)` of `torch.autograd` looks at *gradients*, on the way back, for nan alone.
It stops at the first op that hands one on, and shows the forward line of this op. For the loss
above that is the square at the end, not the `exp` where the trouble began.
"""

# %% [markdown]
r"""
## Check yourself

**1.** An op stores `partials=(2 * x.data,)`. Then somebody changes `x.data`. Which slope does the
walk back use?

<details><summary>Answer 1</summary>

The one at the old number: a partial is a float, taken on the way forward. It is the right one,
since the result belongs to the old number too.

</details>

**2.** `math.log(math.exp(a) + math.exp(b))` overflows at $a = 1000$, $b = 999$.
Which form does not?

<details><summary>Answer 2</summary>

Take the larger out: $a + \log(1 + e^{b - a})$. The exponential is at most 1, and `math.log1p` keeps
the digits.

</details>

**3.** A loss is finite and one gradient is nan. Name a pair of factors on an edge that does this.

<details><summary>Answer 3</summary>

Upstream 0 and a partial that is infinite, as of `sqrt` at 0, or of an `exp` that overflowed.

</details>
"""

# %% [markdown]
r"""
## Next

Now write them yourself: [exercises/06](../exercises/06_more_functions.ipynb). Every op here was
tested with one call of `check_gradient`. In
[lesson 7](07_trust_but_verify.ipynb) you write that call, and find out what a test
cannot see.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=6)
