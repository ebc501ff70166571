# %% [markdown]
r"""
# 21. Forward mode: dual numbers, and the other direction

Every exact derivative so far was found on the way back. There is a second way: carry it along on
the way forward. 55 minutes. Afterwards you can compute with dual numbers, say which direction is
cheaper for which function, test one by the other, and nest derivatives without mixing them up.
"""

# %%
import itertools
import math

import numpy as np

from autograd_lesson import Tensor, Value, derivative, jacobian, jvp, topological_order, vjp
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.tensor import where
from autograd_lesson.widgets import two_sweeps

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(21, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) A function has 3 inputs and 2 results. What shape is its Jacobian, and which
> part of it does a walk back with the seed [1, 0] give? (b) A central difference with
> $h = 10^{-3}$ is off by $2 \cdot 10^{-7}$. By about how much with $10^{-4}$? (c) What must be
> kept in memory until a walk back has passed? The next cell has the first two.

<details><summary>Answers</summary>

(a) (2, 3): a row for each output. The seed picks the first row. (b) $2 \cdot 10^{-9}$: ten times
closer, a hundred times better. (c) The graph: every value that a partial needs.
</details>
"""

# %%
folded()
W = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
_, pull = vjp(lambda x: W @ x, np.ones(3))
slopes = [(math.exp(h) - math.exp(-h)) / (2 * h) for h in (1e-3, 1e-4)]
W.shape, pull([1.0, 0.0])[0].data, round((slopes[0] - 1) / (slopes[1] - 1))

# %% [markdown]
r"""
## The slope is in the digits

> **Predict.** $f(x) = x(x + 3)$, so $f(2) = 10$, and $f'(2) = 7$. Where will the 7 turn up in
> $f(2.00001)$?
"""

# %%
prediction("21-digits", mine="")


def f(x):
    return x * (x + 3)


f(2.00001)

# %% [markdown]
r"""
Ten, then a 7 at the fifth decimal, then a 1 at the tenth. Write $\varepsilon$ for the small step
and multiply out:

$$f(2 + \varepsilon) = (2 + \varepsilon)(5 + \varepsilon) = 10 + 7\varepsilon + \varepsilon^2$$

The 1 at the tenth decimal is $\varepsilon^2$: through it, a slope measured with this step is off.
So do not choose a step at all. Keep $\varepsilon$ as a symbol, and drop its square:
$\varepsilon^2 = 0$. The 10 and the 7 then travel as two separate numbers, a **value** and a
**tangent**; together they are a **dual number**.
"""

# %%
value, tangent = 2.0, 1.0  # 2 + 1 e
other, other_tangent = 5.0, 1.0  # 5 + 1 e
value * other, value * other_tangent + tangent * other

# %% [markdown]
r"""
The second number is the product rule. Nobody put it in: it is what is left of the multiplication
when $\varepsilon^2$ is gone.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what happens to the step $h$ of lesson 1 when $\varepsilon$ stays a symbol?
"""

# %% [markdown]
r"""
## A number that knows how fast it moves

The class is short. A plain number is a constant: it does not move, so its tangent is 0.
"""


# %%
class Dual:
    """A value, and its tangent: how fast it moves."""

    def __init__(self, value, tangent=0.0):
        self.value, self.tangent = value, tangent

    def __repr__(self):
        return f"Dual({self.value:.6g}, {self.tangent:.6g})"

    def __add__(self, other):
        other = dual(other)
        return Dual(self.value + other.value, self.tangent + other.tangent)

    def __mul__(self, other):
        other = dual(other)
        tangent = self.tangent * other.value + self.value * other.tangent
        return Dual(self.value * other.value, tangent)

    def __lt__(self, other):
        return self.value < dual(other).value

    __radd__, __rmul__ = __add__, __mul__


def dual(x):
    """x as a dual number: a plain one stands still."""
    return x if isinstance(x, Dual) else Dual(x)


# %% [markdown]
r"""
> **Predict.** The tangent of the input is 1: it moves by 1 for each unit of time. What is
> `f(Dual(2.0, 1.0))`? And with the tangent 10?
"""

# %%
prediction("21-tangent", mine="", of="[(each.value, each.tangent) for each in _]")
f(Dual(2.0, 1.0)), f(Dual(2.0, 10.0))

# %% [markdown]
r"""
The tangent that goes in is a **direction**, and what comes out is the slope in this direction. With
several inputs it is a list of tangents, and the result is the Jacobian times that list, a
**Jacobian-vector product**, $Jv$. Where a walk back begins with a seed at the result, a forward
sweep begins with one at the inputs.

> **Predict.** The graph of lesson 2: $c = a + b$, $e = c \cdot (c \cdot a)$ at $a = 2$, $b = 3$,
> where the gradients are 45 and 20. How fast does `e` move if `a` moves at 1 and `b` at -2?
"""

# %%
prediction("21-direction", mine="", of="_[0].tangent")


def e_of(a, b):
    c = a + b
    return c * (c * a)


e_of(Dual(2.0, 1.0), Dual(3.0, -2.0)), 45 * 1 + 20 * -2

# %% [markdown]
r"""
5, both times: each gradient times the tangent of its input, summed.

A function of one number is no harder: its slope, times the tangent that comes in. The partials of
lesson 4 serve both directions.
"""


# %%
def sin(x):
    return Dual(math.sin(x.value), math.cos(x.value) * x.tangent)


x = Dual(0.5, 1.0)
slope = derivative(lambda x: x.sin() * x * x)(0.5)
(sin(x) * x * x).tangent, slope.data

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what is handed on along each edge on the way forward, and what on the way back?
"""

# %% [markdown]
r"""
## Two sweeps over one graph

Both sweeps cross every edge once and multiply by the same partial there. Forward, operands come
before results, and tangents are added up where an op has several operands. Back, results come
first, and gradients are added up where a value has several uses.
"""

# %%
a, b = Value(2.0, label="a"), Value(3.0, label="b")
c = (a + b).named("c")
d = (c * a).named("d")
e = (c * d).named("e")

# %% [markdown]
r"""
The picture shows the direction of the last prediction. Step forward to `e`, then back.

> **Try it.** Stop before the tangent of `d` appears, and say what it will be. On the way back, stop
> before `a` has its last contribution. At the last step: which number did both sweeps find?
"""

# %%
two_sweeps(e, {a: 1.0, b: -2.0})

# %% [markdown]
r"""
After the way forward you know how fast *every value* moves, in one direction: `e` at 5. After the
way back you know how fast `e` moves with *every value*: 45 and 20 at the inputs, and with them
every direction. So ask which of the two you need.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** at which values does the way forward add, and at which the way back?
"""

# %% [markdown]
r"""
## No formula, and no step

Here is a program that nobody would call a formula: $1/x$ by additions and multiplications alone. It
goes round as often as its number needs.
"""


# %%
def inverse(x):
    """1 / x, by Newton's loop."""
    guess = 0.01
    while x * guess < 1 - 1e-14:
        guess = guess * (2 + -1 * x * guess)
    return guess


inverse(3.0), inverse(Dual(3.0, 1.0))

# %% [markdown]
r"""
The slope of $1/x$ at 3 is $-1/9$, and there it is, from a loop.

> **You may think** that autograd works out a formula for the derivative, as one does on paper, or
> that it is a difference quotient with a very small step. Here is a run where both fail: the errors
> of the dual number and of three quotients, then the length of the formula and of its derivative,
> written out.
>
> **Instead**, autograd runs the program on the numbers at hand, and applies an exact rule to each
> operation as it happens.
"""

# %%
quotients = [(inverse(3 + h) - inverse(3.0)) / h for h in (1e-4, 1e-8, 1e-12)]
tangent = inverse(Dual(3.0, 1.0)).tangent
print("errors: dual, then quotients", *[f"{abs(s + 1 / 9):.0e}" for s in (tangent, *quotients)])
formula, slope = "0.01", "0"
for rounds in range(1, 13):
    formula, slope = (
        f"{formula}*(2-x*{formula})",
        f"({slope})*(2-x*{formula})+{formula}*(-{formula}-x*({slope}))",
    )
    if rounds % 3 == 0:
        print(f"{rounds:>2} rounds: {len(formula):>6,} and {len(slope):>7,} characters")

# %% [markdown]
r"""
A quotient needs luck with its step, and even the best of the three is off. The formula doubles with
every round, and its derivative grows faster still. The dual number does the same few
multiplications in each round, and is two numbers throughout.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the loop asks whether `x * guess` is less than 1. Which part of a dual number
answers, and may the tangent play no part in it?
"""

# %% [markdown]
r"""
## By columns or by rows

A forward sweep along one input alone, a direction with a single 1, is a **column** of the Jacobian:
what this input does to every result. A walk back from one result is a **row**. Here are 2 inputs
and 3 results.

> **Predict.** How many sweeps for the whole matrix, by columns and by rows?
"""

# %%
prediction("21-sweeps", mine="", of="_.shape[::-1]")


def three(a, b):
    return [a * b, a + 3 * b, a * a * b]


def column(place, at=(2.0, 5.0)):
    """What one input does to every result: one forward sweep."""
    results = three(*[Dual(x, float(i == place)) for i, x in enumerate(at)])
    return [result.tangent for result in results]


np.array([column(0), column(1)]).T


# %%
def row(place, at=(2.0, 5.0)):
    """What every input does to one result: one walk back."""
    inputs = [Value(x) for x in at]
    three(*inputs)[place].backward()
    return [x.grad for x in inputs]


np.array([row(0), row(1), row(2)])

# %% [markdown]
r"""
The same matrix: two sweeps by columns, three by rows. The package does both, on tensors:
`jacobian(f, x)` goes by rows, and `jacobian(f, x, mode="forward")` by columns.
"""

# %%
by_rows = jacobian(lambda x: (W @ x).tanh(), np.array([0.1, -0.2, 0.1]))
by_columns = jacobian(lambda x: (W @ x).tanh(), np.array([0.1, -0.2, 0.1]), mode="forward")
by_rows.shape, bool(np.allclose(by_rows.data, by_columns.data, rtol=1e-12, atol=0))

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which vector goes into a sweep to get the second column, and which for the
second row?
"""

# %% [markdown]
r"""
## What it costs

Count the edges that are crossed. A function of $n$ inputs and $m$ results needs $n$ sweeps forward,
each over the whole graph, or $m$ back, each over what lies behind one result. Below, the inputs are
summed; a thousand times tanh follows; and each result is a multiple of the last number.

> **Predict.** Which way is cheaper from 1 input to 100 results? And from 100 to 1?
"""


# %%
def many(n, m):
    """m results of n inputs, by a thousand steps that they share."""
    h = sum(Value(0.1) for _ in range(n))
    for _ in range(1000):
        h = h.tanh()
    return [k * h for k in range(m)]


def edges(results):
    """How many edges lie behind these results."""
    values = {value for result in results for value in topological_order(result)}
    return sum(len(value.operands) for value in values)


# %%
prediction("21-cheaper", mine="", choose="forward or back", of="[a < b for a, b in _.values()][:2]")
crossed = {}  # forward, and back
for n, m in [(1, 100), (100, 1), (30, 30), (1000, 1)]:
    results = many(n, m)
    crossed[n, m] = n * edges(results), sum(edges([result]) for result in results)
crossed

# %% [markdown]
r"""
With 30 and 30 the two are about equal. The last row is a loss: a thousand weights, one number, and
the way back is a thousand times cheaper. With a million weights the factor is a million. That is
why training goes back. Forward wins where few inputs make many results: the pixels of an image from
the angle of one camera.

What the table does not show is memory.

> **Predict.** A loop of 10,000 products. How many values are kept for the way back? How many
> numbers does the way forward hold?
"""

# %%
prediction("21-memory", mine="", within=1.01)
state, dual_state = Value(1.0), Dual(1.0, 1.0)
for _ in range(10_000):
    state, dual_state = state * 0.9999, dual_state * 0.9999
len(topological_order(state)), len(vars(dual_state))

# %% [markdown]
r"""
20,001: the start, and for each step its result and its constant. The way back starts at the end, so
all partials on the way have to be kept until then. A tangent is computed together with its value,
and older values can be dropped.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** name one computation that you would differentiate forward, and one backward.
"""

# %% [markdown]
r"""
## One direction tests the other

Take any direction $v$ at the inputs and any seed $u$ at the results. Then $u \cdot (Jv)$ and
$(u^\top J) \cdot v$ are the same number, with the brackets elsewhere. So one sweep of each kind
shows a rule that is wrong in one of the two directions: the **dot-product test**. It needs no step
and no Jacobian, and compares all digits.
"""

# %%
rng = np.random.default_rng(0)
x, v, u = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
y, Jv = jvp(Tensor.softmax, [x], [v])
_, pull = vjp(Tensor.softmax, x)
without_sum = y.data * v  # a wrong forward rule: the sum is missing
one, other, wrong = (u * Jv).sum(), (pull(u)[0].data * v).sum(), (u * without_sum).sum()
[f"{number:.12f}" for number in (one, other, wrong)]

# %% [markdown]
r"""
The first two agree to the last digit shown. The third is a wrong forward rule, and it shows.

The test cannot see a rule that is wrong in both directions alike, such as a partial that both of
them read. For that there are measured slopes, `check_gradient` of lesson 7.

At one kind of place two right directions differ: where a partial is infinite.

> **Predict.** `where(x > 0, sqrt(x), 0)` is 0 at 0. What is its slope there, forward and back?
"""

# %%
prediction("21-where", mine="", of="slopes[0]")


def root_or_zero(x):
    return where(x.data > 0, x.sqrt(), 0.0)


def root_of_safe(x):
    safe = where(x.data > 0, x, 1.0)
    return where(x.data > 0, safe.sqrt(), 0.0)


zero = np.zeros(1)
with np.errstate(divide="ignore", invalid="ignore"):
    slopes = [
        (jvp(root, [zero], [np.ones(1)])[1].item(), vjp(root, zero)[1]([1.0])[0].item())
        for root in (root_or_zero, root_of_safe)
    ]
slopes

# %% [markdown]
r"""
Forward, `where` takes the tangent of the number that it takes: 0. Back, it sends 0 to `sqrt`, and
$0 \cdot \infty$ is nan. PyTorch gives the same two answers. The second function is the cure: it
chooses a safe *operand* for `sqrt` first, so that no partial is infinite.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why should `u` and `v` be drawn at random, and not be ones?
"""

# %% [markdown]
r"""
## Derivatives inside derivatives

`derive` gives a function's derivative as a function. Its tangents are computed with `+` and `*`,
and these may themselves be dual numbers: so it can be used twice.
"""


# %%
def derive(f):
    """The derivative of f, as a function."""
    return lambda x: dual(f(Dual(x, 1.0))).tangent


derive(f)(2.0), derive(derive(lambda x: x * x * x))(2.0)

# %% [markdown]
r"""
7, and then 12, as $6x$ says. Now a derivative within a function. The inner one is that of $x + y$
with respect to $y$, which is 1 for any $x$. What is left is $x \cdot 1$.

> **Predict.** What is its slope? And what will the cell say? Type that.
"""

# %%
prediction("21-confusion", mine="")
derive(lambda x: x * derive(lambda y: x + y)(1.0))(1.0)

# %% [markdown]
r"""
2, where 1 is right. Inside, $y$ is `Dual(1, 1)`, and $x$ is `Dual(1, 1)` too: it moves for the sake
of the outer derivative. Their sum has the tangent 2, and the inner derivative takes all of it. Two
different $\varepsilon$ were written with one letter: **perturbation confusion**. No error, no
warning, a wrong number.

The cure is to tell them apart. Each derivative takes a fresh **tag** when it is called, and what
carries another tag is a constant to it.
"""

# %%
TAGS = itertools.count()


def seen_by(tag, x):
    """Value and tangent of x for the derivative with this tag."""
    return (x.value, x.tangent) if getattr(x, "tag", None) == tag else (x, 0.0)


class Tagged:
    """A value, its tangent, and the tag of the derivative that asked for it."""

    def __init__(self, value, tangent, tag):
        self.value, self.tangent, self.tag = value, tangent, tag

    def __add__(self, other):
        tag = max(self.tag, getattr(other, "tag", -1))
        (a, da), (b, db) = seen_by(tag, self), seen_by(tag, other)
        return Tagged(a + b, da + db, tag)

    def __mul__(self, other):
        tag = max(self.tag, getattr(other, "tag", -1))
        (a, da), (b, db) = seen_by(tag, self), seen_by(tag, other)
        return Tagged(a * b, da * b + a * db, tag)

    __radd__, __rmul__ = __add__, __mul__


# %%
def derive_tagged(f):
    """The derivative of f, with a tag of its own."""

    def df(x):
        tag = next(TAGS)
        return seen_by(tag, f(Tagged(x, 1.0, tag)))[1]

    return df


confused = derive_tagged(lambda x: x * derive_tagged(lambda y: x + y)(1.0))
confused(1.0), derive_tagged(derive_tagged(lambda x: x * x * x))(2.0)

# %% [markdown]
r"""
1, and still 12. The result of an operation carries the newest tag, the one of the innermost
derivative, which is the first to look at it.

Why did `derive(derive(...))` work without tags? Answer in two sentences.

<details><summary>A model answer</summary>

There the inner derivative is taken *at* the outer dual number, which sits inside its value, one
level down. In the confused run, `x` came in from outside, beside `y` and on the same level, and
nothing told the two tangents apart.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in one sentence, what does a tag say about a tangent?
"""

# %% [markdown]
r"""
## What you can now do

- Compute with dual numbers, and say why their tangents are exact.
- Push a direction forward and pull a seed back over one graph.
- Build a Jacobian by columns or by rows, and choose the cheaper.
- Test each direction by the other, with one dot product.
- Nest derivatives, and tag them so that they stay apart.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.func.jvp` and `torch.func.vjp`; `jacfwd` goes by columns and `jacrev` by rows. Dual numbers
are in `torch.autograd.forward_ad`: `make_dual`, `unpack_dual`, inside a `dual_level()`.
`torch.func` gives each transform that is being run a level; these levels are our tags. In JAX the
functions are `jax.jvp`, `jax.vjp`, `jax.jacfwd` and `jax.jacrev`.
"""

# %% [markdown]
r"""
## Check yourself

**1.** What is `Dual(3, 2) * Dual(4, -1)`?

<details><summary>Answer 1</summary>

`Dual(12, 5)`: $2 \cdot 4 + 3 \cdot (-1) = 5$.

</details>

**2.** A robot arm has 6 joints, and its hand a position of 3 numbers. By columns or by rows?

<details><summary>Answer 2</summary>

By rows: three sweeps back, against six forward. For so few it hardly matters, and forward needs no
graph.

</details>

**3.** $u \cdot (Jv)$ is 0.7312, and $(u^\top J) \cdot v$ is 0.7298. What do you know?

<details><summary>Answer 3</summary>

That a rule is wrong in at least one direction, and not in which: measure a slope to find out.

</details>
"""

# %% [markdown]
r"""
## Next

Write it yourself: [exercises/21](../exercises/21_forward_mode.ipynb). Here a derivative was nested
in another on the way forward. Can the way back be nested as well?
[Lesson 22](22_gradients_of_gradients.ipynb) says how.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=21)
