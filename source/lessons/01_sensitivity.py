# %% [markdown]
r"""
# 1. Sensitivity: what a derivative is

Nudge a number, watch another, and call the ratio a derivative. 50 minutes.

Afterwards you can measure slopes and gradients, choose the nudge, say how far to trust the result,
and predict a sign before you measure it.
"""

# %%
import math

from autograd_lesson import Value
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import nudge, step_size

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(1, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** Answer before you run the cell. (a) A straight line goes through (2, 5) and
> (4, 11). How far up does it go for each unit to the right? (b) A check says "not attempted yet".
> What did it find?

<details><summary>Answers</summary>

(a) The rise is 6, the run is 2: 3 up for each unit.
(b) The line `raise NotImplementedError("your turn")`, which waits in every answer not yet begun.
</details>
"""

# %%
folded()
rise = 11 - 5
run = 4 - 2
rise / run

# %% [markdown]
r"""
## Nudge the input, watch the output

A straight line climbs at one rate everywhere. A curve does not; yet at every point it has one.
"""


# %%
def f(x):
    return 3 * x**2 - 4 * x + 5


f(3)

# %% [markdown]
r"""
> **Predict.** Nudge the input by 0.1, from 3 to 3.1. Does the output move by less than 0.1, by
> about 0.1, or by far more? Say about how much.
"""

# %%
prediction("01-nudge", mine="", within=1.5)
before = f(3)
after = f(3.1)
after - before

# %% [markdown]
r"""
It moved by 1.43, over fourteen times the nudge. (The digits at the far end are rounding. They will
matter soon.) Does that ratio depend on the nudge?
"""

# %%
print("nudge   output moves   ratio")
for h in (1, 0.1, 0.01, 0.001):
    moved = f(3 + h) - f(3)
    print(f"{h:<7} {moved:<14.5g} {moved / h:.5g}")

# %% [markdown]
r"""
The ratio settles on 14. That number is the **derivative** of `f` at 3, written $f'(3)$ or
$\mathrm{d}f/\mathrm{d}x$. It is a rate of exchange: near 3, a little of `x` buys fourteen times as
much of `f`.

> **Predict.** Guess `f(3.02)` from `f(3) = 20` and that rate.
"""

# %%
prediction("01-guess", mine="", of="guess")
guess = f(3) + 14 * 0.02
guess, f(3.02)

# %% [markdown]
r"""
Near enough, and that is all a derivative promises.

Why settle, and not take a nudge of 0? Because then nothing moves, and nothing can be compared:
"""

# %% tags=["raises-exception"]
(f(3 + 0) - f(3)) / 0

# %% [markdown]
r"""
Below, the line through the two points is a **secant**, and its steepness is the ratio. The dashed
line has slope 14. Drag the slider, or click the picture and press the arrow keys.

> **Try it.** Which nudge makes the ratio 11? On which side is the secant too steep?
"""

# %%
nudge(f, 3)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the derivative of `f` at 3 is 14. Say what that means without the word *slope*.
"""

# %% [markdown]
r"""
## One side or both?

A nudge of 0.1 gave 14.3, which is 0.3 too much. Try one to the other side.

> **Predict.** From 3 back to 2.9: what is the ratio? Is it too large again, or too small?
"""

# %%
prediction("01-back", mine="", of="left")
h = 0.1
right = (f(3 + h) - f(3)) / h
left = (f(3) - f(3 - h)) / h
mean = (right + left) / 2
print(f"{right:.4g}, {left:.4g}, {mean:.4g}")

# %% [markdown]
r"""
Too small, by the same 0.3: in the mean the two errors cancel. The middle point drops out of that
mean, and what is left is the **central difference**. The ratio to one side is the **forward
difference**.

$$\frac{f(x + h) - f(x - h)}{2h}$$

That they cancel completely is a property of the parabola. Here is a curve where they do not. Its
slope at 5 is 75.
"""


# %%
def cube(x):
    return x * x * x


for h in (0.1, 0.01, 0.001):
    forward = (cube(5 + h) - cube(5)) / h
    central = (cube(5 + h) - cube(5 - h)) / (2 * h)
    print(f"h = {h:<6} forward off by {forward - 75:.6f}, central by {central - 75:.6f}")

# %% [markdown]
r"""
Read downwards. A tenth of the nudge leaves a tenth of the forward error, and a *hundredth* of the
central one. The forward error is of order $h$, the central one of order $h^2$: you recognise them
by how they fall.

> **Predict.** What are the two errors at `h = 0.0001`?
"""

# %%
prediction("01-errors", mine="", of="forward - 75, central - 75", within=3)
h = 0.0001
forward = (cube(5 + h) - cube(5)) / h
central = (cube(5 + h) - cube(5 - h)) / (2 * h)
print(f"forward off by {forward - 75:.1e}, central by {central - 75:.0e}")

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in one sentence, why do the errors of the two sides nearly cancel?
"""

# %% [markdown]
r"""
## How small is small enough?

Smaller has been better every time.

> **Predict.** So take `h = 1e-15`. Will the result be within 1 of 75?
"""

# %%
prediction("01-rounding", mine="", of="abs(_ - 75) < 1")
h = 1e-15
(cube(5 + h) - cube(5 - h)) / (2 * h)

# %% [markdown]
r"""
Not one. A nudge of 0.1 gave 75.01. The two outputs show what happened:
"""

# %%
ahead = cube(5 + 1e-15)
behind = cube(5 - 1e-15)
ahead, behind

# %% [markdown]
r"""
A float carries about 16 digits. Both outputs spend nearly all of theirs on being close to 125, and
those cancel. What is left is mostly rounding, divided by a tiny `h`.

Two errors pull in opposite directions. The **truncation error** comes from the curve bending
between the points, and falls as $h^2$. The **round-off error** comes from the digits, and grows as
$1/h$. Together:
"""

# %%
for h in (1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 1e-11, 1e-13, 1e-15):
    central = (cube(5 + h) - cube(5 - h)) / (2 * h)
    print(f"h = {h:<7g} error {abs(central - 75):.0e}")

# %% [markdown]
r"""
Down, then up. In the picture both axes count in powers of ten, so that a power of `h` is a straight
line.

> **Try it.** At which `h` is the central error smallest? And the forward one? On which side of it
> is the truncation error the larger one?
"""

# %%
step_size(cube, lambda x: 3 * x * x, 5)

# %% [markdown]
r"""
The best step is about where the two errors are equal. There is a rule of thumb. Take $\varepsilon$,
the distance from 1 to the next float. The step is $x\,\varepsilon^{1/3}$ for a central difference,
and $x\,\varepsilon^{1/2}$ for a forward one. (For an $x$ between -1 and 1, take 1 in its place: a
step of 0 would be useless.)
"""

# %%
epsilon = math.ulp(1.0)
best_central = 5 * epsilon ** (1 / 3)
best_forward = 5 * epsilon ** (1 / 2)
print(f"central: h near {best_central:.0e}, forward: h near {best_forward:.0e}")

# %% [markdown]
r"""
It holds for curves that bend about as `cube` does. Where a curve bends much more, the best step is
smaller. Take $\sin(100 x)$ at 5:
"""


# %%
def wave(x):
    return math.sin(100 * x)


for h in (3e-5, 6e-7):
    central = (wave(5 + h) - wave(5 - h)) / (2 * h)
    print(f"h = {h:g}: off by {abs(central - 100 * math.cos(500)):.0e}")

# %% [markdown]
r"""
> **Careful.** Why times `x`? Larger floats lie further apart. Next to a large `x`, a small nudge
> disappears:
"""

# %%
x = 1e12
nudged = x + 1e-5
nudged - x

# %% [markdown]
r"""
> **In your own words.** In two sentences: why is there a best step, and why is the error there not
> zero? Then compare.

<details><summary>A model answer</summary>

A large step is wrong because the curve bends on the way, a tiny one because the two outputs agree
in nearly all their digits and the rest is rounding. Between the two the sum of both errors is
smallest, and in general neither of them is 0.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which step will you use by default, and what would make you change it?
"""

# %% [markdown]
r"""
## Several inputs, one list

Nothing new is needed: nudge one input, and hold the others still.

> **Predict.** Below, `b` is -1. If `b` grows a little, towards 0, does the output grow or fall?
"""

# %%
prediction("01-towards-zero", mine="", choose="grows or falls", of="along_b > 0")


def w(a, b):
    return math.tanh(a**2 + b**2)


a, b, h = 0.5, -1.0, 1e-5
along_a = (w(a + h, b) - w(a - h, b)) / (2 * h)
along_b = (w(a, b + h) - w(a, b - h)) / (2 * h)
print(f"{along_a:.4g}, {along_b:.4g}")

# %% [markdown]
r"""
It falls, because $b^2$ shrinks. Each number is a **partial derivative**, $\partial w/\partial a$
and $\partial w/\partial b$. The list of them, in the order of the inputs, is the **gradient**. (One
number of the list is often called a gradient too, as in "the gradient of $a$".) For small nudges it
also says, nearly, what happens when all inputs move together: multiply each slope by its nudge, and
add.
"""

# %%
guess = 0.01 * along_a + 0.02 * along_b
moved = w(0.51, -0.98) - w(0.5, -1.0)
print(f"guessed {guess:.4f}, moved {moved:.4f}")

# %% [markdown]
r"""
A formula claims the same gradient: $2a(1 - w^2)$ and $2b(1 - w^2)$. Is it right? A measurement
decides, once we say how much difference we allow. One part in a hundred million is more than the
error of a good step, and far less than a missing factor.
"""


# %%
def compare(measured, claimed, tolerance=1e-8):
    for m, c in zip(measured, claimed, strict=True):
        assert abs(m - c) <= tolerance * abs(c), f"measured {m:.4f}, claimed {c:.4f}"
    return "agree"


flat = 1 - w(a, b) ** 2
compare([along_a, along_b], [2 * a * flat, 2 * b * flat])

# %% [markdown]
r"""
An assertion that you have never seen fail proves little. Drop a 2:
"""

# %% tags=["raises-exception"]
compare([along_a, along_b], [2 * a * flat, b * flat])

# %% [markdown]
r"""
> **A word is not a test.** A program that prints two gradients and then "Matches" has compared
> nothing. `compare` stops where they differ.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what two things must a comparison state before it can fail?
"""

# %% [markdown]
r"""
## Sign first, then size

Ask first for the sign: does the output grow when the input does? Then for the size: barely, about
as much, or many times as much? To measure, the next cell uses `numerical_gradient` of the package:
central differences, one for each input. You will write it in the exercises.

> **Predict.** Three slopes, each to the nearest whole number: `f` at 0; `math.tanh` at 3; the error
> `(3 * weight - 6)**2` of a weight of 1.
"""

# %%
prediction("01-three-slopes", mine="", of="[round(slope) for slope in slopes]")


def error(weight):
    return (3 * weight - 6) ** 2


cases = (f, 0.0), (math.tanh, 3.0), (error, 1.0)
slopes = [numerical_gradient(function, [at])[0] for function, at in cases]
for (function, at), slope in zip(cases, slopes, strict=True):
    print(f"output {function(at):.4g}, slope {slope:.4g}")

# %% [markdown]
r"""
`f` at 0: the square is flat there, so $-4x$ decides. `tanh` at 3: nearly flat, yet rising.

The third is what training looks like. `3 * weight` should be 6 and is 3. A larger weight brings it
closer, so the slope is negative, and steep. To lower the error, move against the sign.

> **You may think** that a large output has a large slope. In the middle line the output is 0.9951,
> and the slope a hundredth of it. Instead: a slope says where an output is going, not where it is.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** describe a place where an output is large and its slope is 0.
"""

# %% [markdown]
r"""
## Neither nudges nor formulas

How often does `numerical_gradient` call a function of 1,000 inputs?
"""


# %%
def squares(*xs):
    squares.calls += 1
    return sum(x * x for x in xs)


squares.calls = 0
numerical_gradient(squares, [1.0] * 1000, h=1e-5)
squares.calls

# %% [markdown]
r"""
Twice for each. A million weights would need two million runs for one step of training. Now the same
function on values that remember what was done to them. `backward()` goes from the result back to
the inputs and leaves in `grad` of each input its slope. By lesson 5 you will have built all of
this.
"""

# %%
squares.calls = 0
xs = [Value(1.0) for _ in range(1000)]
squares(*xs).backward()
squares.calls, xs[0].grad, xs[999].grad

# %% [markdown]
r"""
One run, one walk back, all 1,000 slopes.

> **You may think** that nudges are hidden in this, or that formulas are differentiated as at
> school. Here are two runs where that fails.

Against nudging: no step was chosen, and no step's error is in the result.
"""

# %%
five = Value(5.0)
cube(five).backward()
measured = numerical_gradient(cube, [5.0], h=1e-5)[0]
five.grad == 75, measured == 75

# %% [markdown]
r"""
Against formulas: no single formula gives this function. How often its loop turns depends on the
number.
"""


# %%
def program(x):
    while x < 100:
        x = x + 1 if x < 2 else x * x
    return x


start = Value(1.5)
program(start).backward()
measured = numerical_gradient(program, [1.5])[0]
print(f"engine {start.grad:.8g}, nudged {measured:.8g}")

# %% [markdown]
r"""
Instead, automatic differentiation, **autograd** for short, follows one run: it keeps the slope of
each small operation at the numbers it met, and combines those slopes.

| | needs | for $n$ inputs | error |
|---|---|---|---|
| nudging | a function to call | $2n$ runs | truncation, round-off |
| formulas | a formula | $n$ more formulas | rounding |
| autograd | a run that is remembered | 1 run, 1 walk back | rounding |

Nudging keeps one job. It knows nothing of the engine, so it can find the engine's mistakes. Here is
the gradient that we measured two sections ago, against the engine's:
"""

# %%
u, v = Value(0.5), Value(-1.0)
(u**2 + v**2).tanh().backward()
compare([along_a, along_b], [u.grad, v.grad])

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a friend says autograd is "finite differences, done fast". What do you show?
"""

# %% [markdown]
r"""
## What you can now do

- Say what a derivative is: how far the output moves for each unit of a small nudge.
- Tell a forward from a central difference by how their errors fall.
- Choose a step, and say which error grows on either side of it.
- Measure a gradient, and compare it to a stated tolerance.
- Predict a sign before you measure.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.autograd.gradcheck` compares a gradient with central differences. It asks for float64: with
the 7 digits of a float32, round-off wins early. `torch.gradient` is not autograd: it takes
differences between the samples in a tensor.
"""

# %% [markdown]
r"""
## Check yourself

1. You halve `h`, and the error falls to a quarter. Which difference was it?

<details><summary>Answer</summary>

The central one: its error goes as $h^2$, and half squared is a quarter.
</details>

2. A gradient is `[3, -2]`. The inputs grow by 0.01 and 0.02. How does the output move?

<details><summary>Answer</summary>

It falls by about 0.01: $3 \times 0.01 - 2 \times 0.02$.
</details>

3. With `h = 1e-14` the slope 75 of `cube` comes out as 73.19. Is the formula at fault?

<details><summary>Answer</summary>

No, the step is. The two outputs differ in their last digits only, and those are rounding.
</details>
"""

# %% [markdown]
r"""
## Next

Write both measuring tools in [the exercises](../exercises/01_sensitivity.ipynb). Then find the same
gradients without nudging: draw the calculation, write one small number on every edge, and read the
slopes off the picture, in [lesson 2](02_graphs_and_chain_rule.ipynb).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=1)
