# %% [markdown]
r"""
# 4. Local rules: what each operation does on the way back

Your number remembers how it was made. Now every operation gets a rule for the way back: one number
for each operand, kept when the result is computed. 55 minutes. You will derive the rules of `+` and
`*` from a nudge, send gradients back by hand in an order that you choose, and know what another
common style, a function for each result, costs.
"""

# %%
import gc
import math
import weakref

from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import step_by_hand

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(4, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) With $x = 3$ and $y = -2$: `u = x * y`, `v = u + x`. Along how many paths
> does `x` reach `v`, and what do they bring? (b) Which operands, in which order, does the result
> of `y - x` remember, where minus is an op of its own? (c) `x` moves up by 0.01. By how much,
> nearly, does `v` move? The next cell measures the slopes of `v`.

<details><summary>Answers</summary>

(a) Two: straight it brings 1, through `u` it brings $y = -2$. Together $-1$. (b) `(y, x)`, what
stood on the left first. (c) By $-1 \times 0.01 = -0.01$.

</details>
"""


# %%
folded()


def slopes(f, *xs):
    """How fast f moves with each of its inputs, measured by central differences."""
    return tuple(round(slope, 6) for slope in numerical_gradient(f, xs))


slopes(lambda x, y: x * y + x, 3.0, -2.0)

# %% [markdown]
r"""
## A rule from a nudge

Take one operation by itself, at 5 and 2.

> **Predict.** By how much does `5 * 2` grow when the 5 grows by 0.001? When the 2 does? And
> `5 + 2`? Divide each by 0.001.
"""

# %%
prediction("04-partials", mine="")
slopes(lambda x, y: x * y, 5.0, 2.0), slopes(lambda x, y: x + y, 5.0, 2.0)

# %% [markdown]
r"""
In a product each factor multiplies the nudge of the other: a nudge of the 5 comes out doubled, and
one of the 2 comes out five times as large. In a sum each nudge comes out as it went in, whatever
the numbers are.

| op | result | partial for x | partial for y |
|---|---|---|---|
| `+` | $x + y$ | 1 | 1 |
| `*` | $x \cdot y$ | $y$ | $x$ |

These are the **partials** of lesson 2, one for each operand. A line of this table is the **rule**
of the operation. It is *local*: it looks at the operands and at nothing else.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why does the partial for the 5 in `5 * 2` not depend on the 5?
"""

# %% [markdown]
r"""
## Upstream times partial

An operation seldom has the last word. Let `s = x * y`, and then let `L = s ** 2`. At `s = 10` the
slope of `L` in `s` is 20.

> **Predict.** What is the slope of `L` in `x`, and in `y`?
"""

# %%
prediction("04-upstream", mine="", of="_[0]")
slopes(lambda x, y: (x * y) ** 2, 5.0, 2.0), (20 * 2, 20 * 5)

# %% [markdown]
r"""
A nudge of 0.001 in `x` moves `s` by 0.002, and each thousandth of `s` moves `L` by 20 thousandths.
So the factors multiply: 20 × 2. Now let something else come after `s`: `L = 7 * s + 1`.
"""

# %%
slopes(lambda x, y: 7 * (x * y) + 1, 5.0, 2.0), (7 * 2, 7 * 5)

# %% [markdown]
r"""
The 2 and the 5 are the same as before. Whatever follows, one operation or a million, arrives at
`s` as *one number*: the gradient of `s`, here 20 or 7. For the product it comes from upstream, and
so it is called the **upstream** gradient. On the way back every operation does the same:

$$\text{contribution} = \text{upstream} \times \text{partial}$$

The two factors are known at different times. The partial is known when the result is computed, on
the way forward. The upstream is known only on the way back.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a colleague changes what is computed from `s`. Which of the two factors has to
be found anew?
"""

# %% [markdown]
r"""
## Keep the local numbers

So an operation can work out its partials at once and keep them, beside the operands, in the slot
that lesson 3 left free. This is the class of lesson 3 once more.
"""


# %%
class Value:
    """One number that remembers its op, its operands, and one partial for each of them."""

    def __init__(self, data, label="", op="", operands=(), partials=()):
        self.data, self.grad, self.label = float(data), 0.0, label
        self.op, self.operands, self.partials = op, operands, partials

    def __repr__(self):
        return f"{self.label or 'Value'}(data={self.data:.4g}, grad={self.grad:.4g})"

    def named(self, label):
        self.label = label
        return self


# %%
def add(self, other):
    partials = (1.0, 1.0)
    return Value(self.data + other.data, "", "+", (self, other), partials)


def multiply(self, other):
    partials = (other.data, self.data)
    return Value(self.data * other.data, "", "*", (self, other), partials)


Value.__add__, Value.__mul__ = add, multiply

# %% [markdown]
r"""
Plain numbers on either side, as in `2 * a`, are left out here to keep the rules in view. Now the
graph of lessons 2 and 3, in a function, because we shall need it more than once.

> **Predict.** `d` is `c * a`, with `c` 5 and `a` 2. Which partials does it keep, in which order?
"""

# %%
prediction("04-kept", mine="", of="d.partials")


def graph():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    e = (c * d).named("e")
    return a, b, c, d, e


a, b, c, d, e = graph()
d.operands, d.partials

# %% [markdown]
r"""
First what `c` is multiplied by, then what `a` is multiplied by: in the order of the operands. All
gradients are still 0.

Minus, divide and powers have rules too. Measure first, here at 6 and 2, and $x^3$ at 2:
"""

# %%
print(slopes(lambda x, y: x - y, 6.0, 2.0))
print(slopes(lambda x, y: x / y, 6.0, 2.0))
print(slopes(lambda x: x**3, 2.0))

# %% [markdown]
r"""
If the second operand of minus grows, the result falls by as much: $-1$. If the divisor grows, the
result falls too: $-1.5$. Which formula gives that from 6 and 2? In E4.1 you write these rules, and
the check nudges them. Minus, to begin with:
"""


# %%
def subtract(self, other):
    partials = (1.0, -1.0)
    return Value(self.data - other.data, "", "-", (self, other), partials)


Value.__sub__ = subtract
(e - d).partials

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** `c` feeds `d` and `e`. Where are the two partials kept that belong to `c` as
an operand?
"""

# %% [markdown]
r"""
## Send it back by hand

A result passes on, to each operand, upstream times partial. *Added*, because other results may
have brought something already.
"""


# %%
def pass_on(result):
    """Add to the grad of each operand what its edge brings."""
    for operand, partial in zip(result.operands, result.partials, strict=True):
        operand.grad += result.grad * partial


# %% [markdown]
r"""
The last result moves exactly as fast as itself, so its gradient is 1.

> **Predict.** `e = c * d`, with `c` 5 and `d` 10. After `pass_on(e)`, what have `c` and `d`?
"""

# %%
prediction("04-first-step", mine="", of="c.grad, d.grad")
e.grad = 1.0
pass_on(e)
c, d

# %% [markdown]
r"""
Who is next? `c` has 10 already, and it stands right beside `e`.

> **Predict.** `c` passes on now, and `d` after it. The measured slopes are 45 for `a` and 20 for
> `b`. What will the two hold?
"""

# %%
prediction("04-too-early", mine="", of="a.grad, b.grad", gradients="e: a, b")
pass_on(c)
pass_on(d)
a, b, c

# %% [markdown]
r"""
35 and 10, the numbers of the lost path. Look at `c`: it holds 20 *now*. When its turn came it had
10, and passed on 10. The 10 that `d` brought afterwards stayed where it was.

Again, on a fresh graph, with `d` before `c`.
"""

# %%
a, b, c, d, e = graph()
e.grad = 1.0
for result in (e, d, c):
    pass_on(result)
(a.grad, b.grad), slopes(lambda a, b: (a + b) * ((a + b) * a), 2.0, 3.0)

# %% [markdown]
r"""
The rules are the same in both runs, each local and right. The order is not local: a result may
pass on when *everything computed from it* has delivered. Below you choose. Try `c` after `e`, and
read why it is refused. (The widget keeps its own account and changes no `grad`.)
"""

# %%
step_by_hand(e)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** `c` waits for two results. Which are they, and what does each bring?
"""

# %% [markdown]
r"""
## The other style: a function for each result

Many small engines, micrograd among them, keep no partials. Each operation defines a function inside
its own method, which passes on from this one result, and stores it in the result. Here is such a
class, with times alone.
"""


# %%
class Closing:
    """One number; a result of it carries a function that passes on."""

    def __init__(self, data, operands=()):
        self.data, self.grad = float(data), 0.0
        self.operands = set(operands)  # as those engines do

    def __mul__(self, other):
        result = Closing(self.data * other.data, (self, other))

        def send():
            self.grad += other.data * result.grad
            other.grad += self.data * result.grad

        result.send = send
        return result


# %%
x, y = Closing(5.0), Closing(2.0)
s = x * y
s.grad = 20.0
s.send()
x.grad, y.grad

# %% [markdown]
r"""
40 and 100: upstream times partial, as before. But `__mul__` is long over. How can `send`, called
without an argument, know which numbers are meant? Python keeps the variables that an inner function
uses alive, together with the function. The two together are a **closure**. You can look inside:
"""

# %%
names = s.send.__code__.co_freevars
names, [held.cell_contents.data for held in s.send.__closure__]

# %% [markdown]
r"""
Short, and easy to write. It has three costs. First: `send` reads and writes `grad` itself, and
cannot be told to do anything else.

> **Predict.** `t = s * s`. One pass brings 40 to `x`. What does `x` hold after a second pass on the
> same graph?
"""

# %%
prediction("04-second-pass", mine="", of="x.grad")
x, y = Closing(5.0), Closing(2.0)
s = x * y
t = s * s
for _ in range(2):
    t.grad = 1.0
    t.send()
    s.send()
    print(x.grad)

# %% [markdown]
r"""
Not 80: 120. `s` still held the 20 of the first pass, and sent it again. Our `pass_on` would do the
same today. But partials are plain data: another function can read them and add up in a new place
for each pass. That is lesson 5. A closure always writes where it was written to write.

Second, a value times itself:
"""

# %%
square = c * c
len(t.operands), square.operands, square.partials

# %% [markdown]
r"""
The set has one operand. Its function adds twice, and nobody outside can see that, or ask
what each edge brought: no picture with two edges, no stepper. The tuples say it.

Third, memory. Make a thousand results, keep none, and count how many are still there.
"""


# %%
def left_behind(number):
    """How many of 1,000 results are still in memory when nobody uses them any more."""
    gc.disable()  # no search for circles, which Python makes now and then
    results = weakref.WeakSet()  # watches without keeping alive
    for _ in range(1000):
        results.add(number * number)
    count = len(results)
    gc.enable()
    return count


left_behind(Value(3.0)), left_behind(Closing(3.0))

# %% [markdown]
r"""
Without closures, each result is gone as soon as nobody holds it. With them all 1,000 stay: the
result holds `send`, and `send` holds the variable `result`, a circle. Each waits for the other to
go first, until Python searches for circles.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the three costs would you notice in a training loop, and which only in
a debugger?
"""

# %% [markdown]
r"""
## What does a closure keep?

What exactly is kept? Here is a loop that makes three functions, times 2, times 3 and times 4.

> **Predict.** Each gets an upstream of 1. What do the three bring?
"""

# %%
prediction("04-closures", mine="")
functions = []
for k in (2.0, 3.0, 4.0):
    functions.append(lambda upstream: k * upstream)
[function(1.0) for function in functions]

# %% [markdown]
r"""
> **You may think** that a function keeps the numbers that its variables had when it was made. Here
> is a run where that fails: 4, 4, 4. **Instead**: it keeps the *variable*, the name and not the
> number, and looks when it is called. There is one `k`, and after the loop it is 4. To keep the
> number, store it: as a default value (`k=k` is evaluated at once), or as data, as in `partials`.
"""

# %%
functions = []
for k in (2.0, 3.0, 4.0):
    functions.append(lambda upstream, k=k: k * upstream)
[function(1.0) for function in functions]

# %% [markdown]
r"""
The function of `Closing` looks late as well: at `self.data`, on the way back. Suppose that somebody
has changed the number by then.

> **Predict.** `x` is 3 when `x * x` is computed, so the slope is 6. Then `x.data` becomes 100. What
> arrives with a closure, and what with kept partials?
"""

# %%
prediction("04-late", mine="")
late, early = Closing(3.0), Value(3.0)
late_square, early_square = late * late, early * early
late.data = early.data = 100.0
late_square.grad = early_square.grad = 1.0
late_square.send()
pass_on(early_square)
late.grad, early.grad

# %% [markdown]
r"""
200 is the slope at 100, of a result that was computed at 3. The stored partials say 6: they belong
to the result, and nobody changed that.
"""

# %% [markdown] tags=["notes"] was="a-closure-keeps-the-name-not-the-number"
r"""
**Your notes here:** where have you met, in other code, a function that looked at a variable too
late?
"""

# %% [markdown]
r"""
## A rule for `exp`

One more operation, as a pattern for all that follow. Five questions make a rule: **forward**, what
is the number? **local derivative**, what are the partials? **save**, what must be kept for them?
**pass on**, and last, **test** it with a nudge.

> **Predict.** $e^2$ is 7.389. Is the slope of exp at 2 equal to 2, to $2 e^1$, or to 7.389?
"""

# %%
prediction("04-exp", mine="", of="_[0]")
slopes(math.exp, 2.0), round(math.exp(2.0), 6)


# %%
def exp(self):
    y = math.exp(self.data)  # forward
    partials = (y,)  # local derivative: exp is its own slope
    return Value(y, "", "exp", (self,), partials)  # save


Value.exp = exp

# %% [markdown]
r"""
The last two of the five, on $e^{x^2}$ at 0.5: pass on, and test.
"""

# %%
x = Value(0.5, "x")
f = (x * x).exp()
f.grad = 1.0
pass_on(f)
pass_on(f.operands[0])
round(x.grad, 6), slopes(lambda x: math.exp(x * x), 0.5)

# %% [markdown]
r"""
In the closure style this line reads `self.grad += result.data * result.grad`, and learners ask
why not `self.data`, as in the rule for `*`.

> **You may think** that a rule has to use its operands. Here is a run where that fails: at 2, the
> operand is 2 and the slope 7.389. **Instead** use what the derivative says. It says
> $e^x$, and that number has been computed: it is the result. `math.exp(self.data)` would give it
> too, for the price of a second exp.

tanh has the same advantage: its slope is $1 - \tanh^2 x$, so with the result $y$ it is $1 - y^2$.
"""

# %%
y = math.tanh(0.5)
slopes(math.tanh, 0.5), round(1 - y * y, 6)

# %% [markdown]
r"""
> **In two sentences.** What must `+`, `*` and `exp` each have at hand to know their partials, and
> why can `*` not make do with its result?

<details><summary>A model answer</summary>

`+` needs nothing, `exp` its result, `*` both operands. A product can be the same for many pairs of
factors (when it is 0, the other factor can be anything), so the result does not tell the partials.

</details>
"""

# %% [markdown] tags=["notes"] was="exp-looks-at-its-own-result"
r"""
**Your notes here:** your two sentences. Which other function do you know whose slope can be read
off its result?
"""

# %% [markdown]
r"""
## What you can now do

- Find the rule of an operation from a nudge, and write it as one partial for each operand.
- Say what is known on the way forward, what only on the way back, and multiply the two.
- Send gradients back by hand, and say whose turn it is.
- Read an engine that is made of closures, and name three things that they cost.
- Let a rule use its result where the derivative allows it.
"""

# %% [markdown]
r"""
## In PyTorch this is called

The partials' ingredients are *saved tensors*: for `exp`, `y.grad_fn._saved_result`; for `*`,
`_saved_self` and `_saved_other`; for `+`, no tensor at all. A rule of your own is a class with
`forward` and `backward(ctx, grad_output)`, where `ctx.save_for_backward(...)` keeps what is needed
and `grad_output` is the upstream. PyTorch keeps what the partials are made of, not the partials:
for arrays these can be far larger.
"""

# %% [markdown]
r"""
> **In PyTorch.** Each tensor counts its changes in place, such as `x.fill_(100)` under `no_grad`.
> If a saved tensor was changed, the way back raises an error. Changes through `x.data` are not
> counted: then the gradient is 200 there as well, without a word.
"""

# %% [markdown]
r"""
## Check yourself

**1.** `z = x - y` has received an upstream gradient of $-3$. What does it pass on?

<details><summary>Answer 1</summary>

$-3 \times 1 = -3$ to `x` and $-3 \times (-1) = 3$ to `y`.

</details>

**2.** An operation keeps the partials `(4.0,)`, has the op `**2`, and its operand's data is changed
to 7 before the way back. Which slope is passed on, and at which $x$ is it right?

<details><summary>Answer 2</summary>

4, the slope at $x = 2$, where the result was computed.

</details>

**3.** Why does `pass_on` add, when the graph is a chain and nothing else ever arrives?

<details><summary>Answer 3</summary>

Because a rule is local. It cannot know whether its operand is used elsewhere.

</details>
"""

# %% [markdown]
r"""
## Next

Write the five rules, and `pass_on`: [exercises/04](../exercises/04_local_rules.ipynb). So far
you chose the order, with the picture before you. In
[lesson 5](05_order_and_accumulation.ipynb) a function chooses it.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=4)
