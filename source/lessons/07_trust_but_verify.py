# %% [markdown]
r"""
# 7. Trust, but verify: testing gradients

An engine that is wrong prints numbers that look like those of an engine that is right. You will
measure slopes as a witness, put your tests to the test, and ask PyTorch as a second witness.
50 minutes.

Afterwards you can check any gradient, choose a tolerance, and say what a test cannot see.
"""

# %%
import math

from autograd_lesson import Value, topological_order
from autograd_lesson.numpy_or_not import np  # NumPy, where it is
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.mutants import FAULTS, Number, mutants
from autograd_lesson.teaching.pytorch import pytorch_says
from autograd_lesson.widgets import arena

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(7, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** Answer before you run the cell. (a) The slope of $x^3$ at 2 is 12. A central
> difference with $h = 0.1$ is off by 0.01. By how much with $h = 0.01$? (b) Which are the two
> partials of `u * v`? (c) The seed of `backward` is 3. What becomes of every gradient?
"""


# %%
folded()


def off(h):
    return ((2 + h) ** 3 - (2 - h) ** 3) / (2 * h) - 12


u, v = Value(4.0), Value(-2.0)
product = u * v
product.backward(3.0)
f"{off(0.1):.6f} {off(0.01):.6f}", product.partials, u.grad, v.grad

# %% [markdown]
r"""
<details><summary>Answers</summary>

(a) By a hundredth of that, 0.0001. (b) `v` and `u`, here -2 and 4. (c) It is three times as large:
the seed is the upstream gradient of the root, and multiplies all that comes behind.
</details>
"""

# %% [markdown]
r"""
## A witness that knows no rules

Suppose that a program computes $w = \tanh(x^2 + y^2)$ with its engine, measures the slopes, prints
all four numbers, and then the word "Matches". Nothing was compared. Here is what it prints first.
"""


# %%
def w_of(x, y):
    return (x**2 + y**2).tanh()


def gradients(f, inputs, upstream=1.0):
    values = [Value(x) for x in inputs]
    f(*values).backward(upstream)
    return [value.grad for value in values]


[f"{gradient:.4f}" for gradient in gradients(w_of, [0.5, -1.0])]

# %% [markdown]
r"""
The witness calls `f` and looks at results alone. It knows no rule, so it cannot share a mistake
with one. It moves one input at a time, on a copy, to both sides.
"""


# %%
def slopes(f, inputs, h=1e-5):
    found = []
    for i, x in enumerate(inputs):
        ahead, behind = (
            f(*(Value(n) for n in [*inputs[:i], moved, *inputs[i + 1 :]])).data
            for moved in (x + h, x - h)
        )
        found.append((ahead - behind) / (2 * h))
    return found


[f"{slope:.4f}" for slope in slopes(w_of, [0.5, -1.0])]

# %% [markdown]
r"""
They look alike. Let a line of code say so, with a number for *how* alike.
"""


# %%
def worst_error(f, inputs, upstream=1.0):
    """The largest difference between a gradient and the upstream times the slope."""
    pairs = zip(gradients(f, inputs, upstream), slopes(f, inputs), strict=True)
    return max(abs(gradient - upstream * slope) for gradient, slope in pairs)


agreed = worst_error(w_of, [0.5, -1.0]) < 1e-9
agreed

# %% [markdown]
r"""
One function at one point is one test. The order of a walk, a value used twice, a rule that is met
only behind another one: such faults need graphs nobody thought of. So let chance build them.
"""


# %%
def random_f(seed, tanh=Value.tanh):
    """A function of two values: eight operations, drawn at random, on what there is so far."""

    def f(a, b):
        rng, values = np.random.default_rng(seed), [a, b]
        for _ in range(8):
            u, v = (values[i] for i in rng.integers(0, len(values), 2))
            values.append((u + v, u - v, u * v * 0.5, tanh(u), u.sin())[rng.integers(5)])
        return values[-1] + values[-2] * values[-3]

    return f


errors = [worst_error(random_f(seed), [0.7, -1.3]) for seed in range(50)]
sum(error < 1e-8 for error in errors), len(errors)

# %% [markdown]
r"""
Fifty graphs, fifty times the same gradient from two sources that share nothing. That is evidence.
But would the test have noticed a fault? Never trust a test that you have not seen fail.

> **Predict.** Somebody remembers the slope of tanh as $1 - y$ in place of $1 - y^2$. How many of
> the fifty graphs will notice?
"""

# %%
prediction("07-noticed", mine="", within=1.3)


def misremembered(u):
    y = math.tanh(u.data)
    return Value(y, "", u.tanh().op, (u,), (1 - y,))


errors = [worst_error(random_f(seed, misremembered), [0.7, -1.3]) for seed in range(50)]
sum(error > 1e-8 for error in errors)

# %% [markdown]
r"""
38 notice; twelve pass a wrong rule. How many results depend on a tanh at all?
"""


# %%
def symbols(root):
    return {value.op.symbol for value in topological_order(root) if value.operands}


roots = [random_f(seed)(Value(0.7), Value(-1.3)) for seed in range(50)]
sum("tanh" in symbols(root) for root in roots)

# %% [markdown]
r"""
41 do: nine of the twelve could not see the fault. In three it was there and changed nothing, as in
`u - u`. A test on one graph could have been any of these.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why is a measured slope a better witness than a second copy of the rule?
"""

# %% [markdown]
r"""
## What ones cannot see

A rule has two factors: contribution = upstream × partial. Here is a small engine, `Number`, in ten
copies, each with one line replaced. In one of them the second factor of `*` forgets the upstream.
"""

# %%
FAULTS["* forgets upstream"]

# %% [markdown]
r"""
> **Predict.** We test `a * b` on it, at numbers that nobody could call special. Does the test fail?
"""

# %%
prediction("07-seed-one", mine="", of="_[0] != _[1]")


def product_gradients(engine, seed):
    a, b = engine(0.7), engine(-1.3)
    (a * b).backward(seed)
    return a.grad, b.grad


forgetful = mutants()["* forgets upstream"]
product_gradients(Number, 1.0), product_gradients(forgetful, 1.0)

# %% [markdown]
r"""
The same numbers, and right ones. The root of every backward pass has gradient 1, and times 1 is
what a forgotten factor looks like. No choice of `a` and `b` would help.
"""

# %%
product_gradients(Number, -2.5), product_gradients(forgetful, -2.5)

# %% [markdown]
r"""
Under a seed of -2.5 it shows: 0.7 where -1.75 is right. How many of the ten faults does this one
product see, under each seed? `*` has five of them, `**` the other five.
"""


# %%
def seen(gradients_of, seed):
    right = gradients_of(Number, seed)
    return [name for name, engine in mutants().items() if gradients_of(engine, seed) != right]


seen(product_gradients, 1.0), seen(product_gradients, -2.5)

# %% [markdown]
r"""
> **You may think** that the gradient is right because the tests pass. Here is a run where that
> fails: two right numbers from a rule that is wrong. **Instead**: a test speaks for the faults it
> would have seen. Ask it which those are, and draw the upstream as you draw the inputs: never
> 1, and of both signs.

Why of both? Here are three rules that are wrong for some upstreams, and three draws.

> **Predict.** Which draws find the first rule right? And the third?
"""

# %%
prediction("07-draws", mine="", of="right['|u|'] + right['min(u, 0)']")
rules = {"|u|": abs, "max(u, 0)": lambda u: max(u, 0.0), "min(u, 0)": lambda u: min(u, 0.0)}
draws = {"positive": [1.7, 0.6, 2.9], "negative": [-1.7, -0.6], "mixed": [1.7, -0.6, 2.9]}
right = {
    name: [draw for draw, us in draws.items() if all(rule(u) == u for u in us)]
    for name, rule in rules.items()
}
right

# %% [markdown]
r"""
Upstreams of one sign are blind to each of these faults in turn. Mixed signs see all three.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what has to stand behind a product in a graph, so that a seed of 1 is enough?
"""

# %% [markdown]
r"""
## How close is close

A slope is measured with rounding, so `==` asks for too much. How much less is enough? Take a rule
that loses a factor 2, on a small number.
"""


# %%
def tiny(x):
    return x * x * 1e-6


gradient, slope = 1e-6 * 1.5, slopes(tiny, [1.5])[0]
absolute = abs(gradient - slope)
absolute < 1e-5, round(absolute / abs(slope), 4)

# %% [markdown]
r"""
The **absolute error** is below 1e-5, and half of the gradient is missing. The **relative error**,
measured against the size of the number, says 0.5. So always relative?

> **Predict.** $x^2 - 3.8x$ has its lowest point at 1.9. The right gradient there is 0. What is the
> relative error?
"""

# %%
prediction("07-relative", mine="", of="relative")


def valley(x):
    return x * x - 3.8 * x


(gradient,), (slope,) = gradients(valley, [1.9]), slopes(valley, [1.9])
relative = abs(gradient - slope) / max(abs(gradient), abs(slope))
gradient, abs(slope) < 1e-9, relative

# %% [markdown]
r"""
The slope should be 0 and is rounding, below 1e-9. Its relative error is 1, the largest there is,
though the rule is right. So a tolerance has two parts: a small fraction of the larger number, and
a floor below which all is rounding.
"""


# %%
def agree(gradient, expected):
    return math.isclose(gradient, expected, rel_tol=1e-6, abs_tol=1e-9)


agree(*gradients(valley, [1.9]), slope), agree(1.5e-6, 3e-6), agree(math.nan, math.nan)

# %% [markdown]
r"""
Right is accepted, half is refused, and nan agrees with nothing. That last one is not for free:
`abs(x - y) > tolerance` is False for nan as well, and a test that asks for that is content.

> **Careful.** The floor has its price: what is smaller than the floor is not tested at all.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which two numbers would you give `math.isclose` in a test of your own, and why?
"""

# %% [markdown]
r"""
## A witness without rounding

The difference of two nearly equal numbers costs digits. The **complex step** needs none: it nudges
by $ih$, along the imaginary axis. For $f(x) = x^3$ the imaginary part of $f(x + ih)$ is
$3x^2 h - h^3$, the slope times $h$, and $h$ may be so small that the rest vanishes.
"""


# %%
def complex_step(f, x, h=1e-20):
    return f(complex(x, h)).imag / h


complex_step(lambda x: x**3, 2.0)

# %% [markdown]
r"""
12, with all its digits. So is this the better witness?

> **Predict.** $|x - 1|^2$ has the slope 4 at 3. What does the complex step find?
"""

# %%
prediction("07-complex-step", mine="")


def squared_distance(x):
    return abs(x - 1.0) ** 2


complex_step(squared_distance, 3.0)

# %% [markdown]
r"""
0, without an error. The `abs` of a complex number is its length, a real number, and the nudge is
gone. A norm does the same, and so does all that takes a real part.

A fit stops where the slope is nothing.

> **Predict.** The lowest point is at 1. Where does a fit by central differences stop, from 3? And
> one by the complex step?
"""

# %%
prediction("07-valid-fit", mine="", of="[stop for stop, _ in _]")


def fit(slope_at, x):
    """Downhill until it is level: where that is, and whether it was found within 100 steps."""
    for _ in range(100):
        if abs(slope_at(x)) < 1e-6:
            return round(x, 3), True
        x -= 0.2 * slope_at(x)
    return round(x, 3), False


def central(x, h=1e-5):
    return (squared_distance(x + h) - squared_distance(x - h)) / (2 * h)


fit(central, 3.0), fit(lambda x: complex_step(squared_distance, x), 3.0)

# %% [markdown]
r"""
The second has not moved, and both call themselves valid. SciPy 1.17's `minimize(..., jac="cs")`
says "success" at its start in the same way, and iminuit 2.33 calls a fit valid whose gradient is
zeros. A fit that is valid says that a gradient is small, not that it is right. (mpmath 1.3 has its
own blind spot: its `diff` takes a nudge far below a float's last digit, so the slope of `math.sin`,
which rounds to floats, comes out as 0.)

**The rule**: every witness has code that it cannot see through. Compare two, at a point where the
slope is not 0.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which functions would you not give to the complex step?
"""

# %% [markdown]
r"""
## Tests for tests

A faulty copy is called a **mutant**. A test that fails on it has *killed* it; else the mutant
*survives*. The share that is killed says how good the tests are, as a row of passes never could.
Here are three tests as one finds them.
"""


# %%
def square_of_three(engine):
    x = engine(3.0)
    (x * x).backward()
    return x.grad == 6.0


def two_times_five(engine):
    a, b = engine(2.0), engine(5.0)
    (a * b).backward()
    return a.grad == 5.0 and b.grad == 2.0


def power_of_three(engine):
    x = engine(3.0)
    (x**2).backward()
    return x.grad == 6.0


# %% [markdown]
r"""
> **Predict.** All three pass on the right engine. Of ten mutants, how many survive them?
"""

# %%
prediction("07-survivors", mine="", of="len(_.survivors)")
arena([square_of_three, two_times_five, power_of_three], mutants(), Number)

# %% [markdown]
r"""
The survivors have something in common: each is right on the numbers of these tests. Round and
positive numbers, exponent 2, seed 1, no zero: what is convenient hides most.

> **In two sentences.** Why does `sign lost` survive `power_of_three`, and which test kills it?

<details><summary>A model answer</summary>

It takes `abs(x)`, and for a positive `x` that is `x` itself. A negative `x` under an even exponent
kills it; under an odd one $x^{k-1}$ is positive anyway.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** your two sentences, and the one test that you would add first.
"""

# %% [markdown]
r"""
## A second witness

PyTorch has rules of its own, written by other people. Ask it for $z = \tanh(a^2 + b^2)$ at 2
and 3, and print four decimals. (Where PyTorch is not
installed, its numbers come from a table; a test of this course holds the table to PyTorch.)
"""


# %%
def we_say(a, b):
    a, b = Value(a), Value(b)
    z = (a**2 + b**2).tanh()
    z.backward()
    return {"z": z.data, "dz/da": a.grad, "dz/db": b.grad}


ours, theirs = we_say(2.0, 3.0), pytorch_says("float32", 2.0, 3.0)
for name in ours:
    print(f"{name:6}{ours[name]:.4f} {theirs[name]:.4f}")

# %% [markdown]
r"""
Four decimals, the same on both sides, three times. It looks like a match.

> **Predict.** Three *significant digits* instead: will they be the same on both sides, for each?
"""

# %%
prediction("07-digits", mine="", of="[f'{ours[k]:.3g}' == f'{theirs[k]:.3g}' for k in ours]")
for name in ours:
    print(f"{name:6}{ours[name]:.3g} {theirs[name]:.3g}")

# %% [markdown]
r"""
Ours is 8.17e-11, theirs is 0. Which one is right?
"""

# %%
for name, number in pytorch_says("float64", 2.0, 3.0).items():
    print(f"{name:6}{number:.3g} {math.isclose(number, ours[name], rel_tol=1e-3)}")

# %% [markdown]
r"""
With 64 bits PyTorch finds our number. With 32 bits, its habit, $\tanh 13$ is rounded to exactly 1,
and $1 - 1^2$ is 0. So the comparison above set a number against 0. It could not have failed: tanh
is **saturated** there, and *any* rule that gives next to nothing looks the same.
"""


# %%
def with_nothing(a, b):
    return {"z": math.tanh(a**2 + b**2), "dz/da": 0.0, "dz/db": 0.0}


[f"{number:.4f}" for number in with_nothing(2.0, 3.0).values()]

# %% [markdown]
r"""
> **You may think** that numbers which agree to four decimals are equal. Here is a run where that
> fails: an engine without any gradient prints what the other two print. **Instead**: compare
> numbers, not what is printed, relative to their size, and at a point where a wrong answer looks
> different.

Such a point is (0.5, -0.8): tanh has a slope there, and the operands differ in size and in sign.
"""


# %%
def compared(ours, theirs):
    return {name: math.isclose(ours[name], theirs[name], rel_tol=1e-9) for name in ours}


witness = pytorch_says("float64", 0.5, -0.8)
compared(we_say(0.5, -0.8), witness), compared(with_nothing(0.5, -0.8), witness)

# %% [markdown]
r"""
Now `True` is worth something, because the same line says `False` to the engine with nothing.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would you ask before you believe a line that says "matches"?
"""

# %% [markdown]
r"""
## What you can now do

- Check any gradient against a measured slope, under an upstream that is not 1.
- Choose a tolerance with two parts, and say what each of them is for.
- Count the faults that a test sees, and find those it cannot.
- Compare two engines so that the comparison can fail.
- Say what the complex step cannot see, and what a fit that calls itself valid does not prove.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.autograd.gradcheck(f, inputs)` measures slopes as this lesson does, with `eps=1e-6`,
`atol=1e-5` and `rtol=1e-3`. It wants inputs in float64: in float32 rounding hides the slope. Its
upstreams are ones and zeros, one 1 at a time, so a rule that takes `abs` of its upstream passes.
Two numbers are compared by `torch.testing.assert_close`, which takes both tolerances and refuses
nan unless told otherwise.

> **In PyTorch.** A rule of your own is a `torch.autograd.Function`. Its `backward` receives the
> upstream as `grad_output`, and whoever forgets it there passes every test that ends with
> `y.sum().backward()`: the gradient of a sum is all ones.
"""

# %% [markdown]
r"""
## Check yourself

1. A test computes `a * b` and calls `backward()`. Name a fault in `*` that it cannot see, whatever
   the numbers.

<details><summary>Answer</summary>

A forgotten upstream: the root has gradient 1. Writing over in place of adding is another one: each
factor is used once.
</details>

2. Gradient 2e-12, measured 0. Is the rule wrong?

<details><summary>Answer</summary>

That cannot be said here: a slope measured on results near 1 is not known better than about 1e-11.
Move to a point where the gradient is larger.
</details>

3. Eight of ten mutants are killed. What do you do next?

<details><summary>Answer</summary>

Ask of each survivor on which numbers it is right, and write a test on others.
</details>
"""

# %% [markdown]
r"""
## Next

Write the checker, kill ten mutants with four tests, and repair a comparison that could not fail,
in the [exercises](../exercises/07_trust_but_verify.ipynb). In
[lesson 8](08_broken_engine_clinic.ipynb) the engines are broken, and
you will need all three.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=7)
