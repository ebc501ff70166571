# %% [markdown]
r"""
# 1. Sensitivity: what a derivative is

You will nudge a number, watch what it does to another, and call the ratio a derivative. 35 minutes.

Afterwards you can measure a slope and a gradient by nudging, choose the size of the nudge, say how
far the result can be trusted, and predict the sign of a slope before you measure it.
"""

# %%
import math

from autograd_lesson import Value
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.widgets import nudge, step_size

# %% [markdown]
r"""
> **From memory.** Two questions on lesson 0. Answer before you run the cell.
> (a) A straight line goes through the points (2, 5) and (4, 11). How far up does it go for each
> unit to the right? (b) A check says "not attempted yet". What did it find?

<details><summary>Answers</summary>

(a) The rise is 6, the run is 2: 3 up for each unit. The cell below does the division.
(b) The line `raise NotImplementedError("your turn")`, which waits in every answer not yet begun.
</details>
"""

# %%
(11 - 5) / (4 - 2)

# %% [markdown]
r"""
## Nudge the input, watch the output

A straight line climbs at one rate everywhere. A curve does not, and yet at every point we want to
know its rate. Here is a curve, and a point on it:
"""


# %%
def f(x):
    return 3 * x**2 - 4 * x + 5


f(3)

# %% [markdown]
r"""
> **Predict.** Move the input from 3 to 3.1, a nudge of 0.1. Does the output move by less than
> 0.1, by about 0.1, or by far more? Say a number, then run.
"""

# %%
f(3.1) - f(3)

# %% [markdown]
r"""
The output moved by 1.43, over fourteen times as far as the input. (The digits at the far end are
rounding. They will matter in a moment.)

That ratio is what we are after: the movement of the output for each unit of nudge. Does it depend
on the nudge? Four nudges, each a tenth of the one before:
"""

# %%
print("nudge   output moves   ratio")
for h in (1, 0.1, 0.01, 0.001):
    moved = f(3 + h) - f(3)
    print(f"{h:<7} {moved:<14.4g} {moved / h:.5g}")

# %% [markdown]
r"""
17, 14.3, 14.03, 14.003: the ratio settles, and it settles on 14. That number is the **derivative**
of `f` at 3, written $f'(3)$ or $\mathrm{d}f/\mathrm{d}x$. It is a rate of exchange: near 3, a
little of `x` buys fourteen times as much of `f`.

> **Predict.** Use the rate to guess `f(3.02)` from `f(3) = 20`, without working out any square.
"""

# %%
f(3) + 14 * 0.02, f(3.02)

# %% [markdown]
r"""
Near enough, and that is all a derivative promises: a good guess for small nudges.

Why settle, and not put the nudge to 0 at once? Because then nothing moves, and nothing can be
compared:
"""

# %% tags=["raises-exception"]
(f(3 + 0) - f(3)) / 0

# %% [markdown]
r"""
The picture shows the same ratios as steepness. The line through the two points is a **secant**; the
thin line beside it has the slope 14. Drag the slider, or click into the picture and use the arrow
keys, and read the ratio below it.

> **Try it.** Which nudges make the ratio 11? Which way does the secant err to the left of 3?
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

With a nudge of 0.1 the ratio was 14.3, which is 0.3 too much. Instead of a smaller nudge, try one
to the other side.

> **Predict.** From 3 back to 2.9: will the ratio be too large again, or too small, and by how much?
"""

# %%
h = 0.1
right = (f(3 + h) - f(3)) / h
left = (f(3) - f(3 - h)) / h
[round(slope, 9) for slope in (right, left, (right + left) / 2)]

# %% [markdown]
r"""
Too small, by the same 0.3. The mean of the two has no error at all. Written out, the middle point
drops out of that mean, and what is left is the **central difference**:

$$\frac{f(x + h) - f(x - h)}{2h}$$

Two steps of `h` lie between its points, hence the 2. The ratio to one side is the **forward
difference**.

Exactly right is luck: only on a parabola are the two errors the same size. Here is a curve without
that luck. Its slope at 4 is 48; the cell prints how far each ratio is off.
"""


# %%
def cube(x):
    return x * x * x


for h in (0.1, 0.01, 0.001):
    forward = (cube(4 + h) - cube(4)) / h
    central = (cube(4 + h) - cube(4 - h)) / (2 * h)
    print(f"h = {h:<6} forward {forward - 48:.6f}   central {central - 48:.6f}")

# %% [markdown]
r"""
Read the columns downwards. A nudge ten times smaller leaves a tenth of the forward error, and a
*hundredth* of the central one. We say that the first error is of order $h$ and the second of order
$h^2$, and this is how you recognise them: not by one number, but by how the error falls.

> **Predict.** What are the two errors at `h = 0.0001`?
"""

# %%
h = 0.0001
forward = (cube(4 + h) - cube(4)) / h
central = (cube(4 + h) - cube(4 - h)) / (2 * h)
f"forward {forward - 48:.1e}, central {central - 48:.0e}"

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in one sentence, why do the errors of the two sides nearly cancel?
"""

# %% [markdown]
r"""
## How small is small enough?

Smaller has been better every time.

> **Predict.** So take `h = 1e-15`. How many digits of 48 will be right?
"""

# %%
h = 1e-15
(cube(4 + h) - cube(4 - h)) / (2 * h)

# %% [markdown]
r"""
Not two of them. A nudge of 0.1 did far better. The two outputs show what happened:
"""

# %%
cube(4 + 1e-15), cube(4 - 1e-15)

# %% [markdown]
r"""
A float carries about 16 digits, and both of these outputs spend nearly all of theirs on being close
to 64. Those digits cancel when we subtract. What is left is mostly rounding, and dividing by a tiny
`h` blows it up.

So two errors pull in opposite directions. The **truncation error** comes from the curve bending
between the points, and falls as $h^2$. The **round-off error** comes from the digits, and grows as
$1/h$. The error is their sum:
"""

# %%
for h in (1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 1e-11, 1e-13, 1e-15):
    central = (cube(4 + h) - cube(4 - h)) / (2 * h)
    print(f"h = {h:<7g} error {abs(central - 48):.0e}")

# %% [markdown]
r"""
Down, then up again. In the picture both axes count in powers of ten, so that a power of `h` is a
straight line. Move the slider and watch which of the two errors is in charge.

> **Try it.** At which `h` is the central error smallest? And the forward one?
"""

# %%
step_size(cube, lambda x: 3 * x * x, 4)

# %% [markdown]
r"""
The best step is about where the two errors are equally large. The spacing of floats near 1,
`math.ulp(1.0)`, says where that is: near its cube root for a central difference, and near its
square root for a forward one.
"""

# %%
spacing = math.ulp(1.0)
f"central: h near {spacing ** (1 / 3):.0e}, forward: h near {spacing ** (1 / 2):.0e}"

# %% [markdown]
r"""
> **Careful.** These are for an `x` of ordinary size. Next to a large `x` the same nudge disappears,
> which is why good code makes `h` grow with `x`:
"""

# %%
(1e12 + 1e-5) - 1e12

# %% [markdown]
r"""
> **In your own words.** In two sentences: why is there a best step, and why is the error there not
> zero? Write yours down, then compare.

<details><summary>A model answer</summary>

A large step is wrong because the curve bends on the way, a tiny one because the two outputs agree
in nearly all their digits and the rest is rounding. Between the two the sum of both errors is
smallest, but neither of them is ever gone.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which step will you use by default, and what would make you change it?
"""

# %% [markdown]
r"""
## Several inputs, one list

Most functions worth training have more than one input. Nothing new is needed: nudge one input, and
hold the others still.

> **Predict.** Below, `y` is -1. If `y` grows a little, towards 0, does the output grow or fall?
"""


# %%
def w(x, y):
    return math.tanh(x**2 + y**2)


x, y, h = 0.5, -1.0, 1e-5
along_x = (w(x + h, y) - w(x - h, y)) / (2 * h)
along_y = (w(x, y + h) - w(x, y - h)) / (2 * h)
print(f"{along_x:.4g}, {along_y:.4g}")

# %% [markdown]
r"""
It falls, because $y^2$ shrinks. Each number is a **partial derivative**, $\partial w/\partial x$
and $\partial w/\partial y$, and the list of them, in the order of the inputs, is the **gradient**.

The list knows what every small nudge does, also one of all inputs together: multiply each slope by
its nudge, and add.
"""

# %%
guess = 0.01 * along_x + 0.02 * along_y
moved = w(0.51, -0.98) - w(0.5, -1.0)
f"guessed {guess:.4f}, moved {moved:.4f}"

# %% [markdown]
r"""
A formula claims to give the same gradient: $2x(1 - w^2)$ and $2y(1 - w^2)$. (Lesson 2 derives it.)
Is it right? A measurement can decide, if we first say how much difference we allow. One part in a
hundred million is more than the error of a good step, and far less than a missing factor makes:
"""


# %%
def compare(measured, claimed, tolerance=1e-8):
    for m, c in zip(measured, claimed, strict=True):
        assert abs(m - c) <= tolerance * abs(c), f"measured {m:.4f}, claimed {c:.4f}"
    return "agree"


flat = 1 - w(x, y) ** 2
compare([along_x, along_y], [2 * x * flat, 2 * y * flat])

# %% [markdown]
r"""
An assertion that you have never seen fail proves little. So make it fail: drop the 2 from the
second formula.
"""

# %% tags=["raises-exception"]
compare([along_x, along_y], [2 * x * flat, y * flat])

# %% [markdown]
r"""
> **A word is not a test.** The notes this course grew from printed both gradients to four digits,
> and below them "Matches", whatever the digits were. Print that word only where a comparison could
> have stopped you.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what two things must a comparison state before it can fail?
"""

# %% [markdown]
r"""
## Sign first, then size

You can often tell a slope before you measure it. Ask first for the sign: does the output grow when
the input does? Then for the size: barely, about as much, or many times as much?

> **Predict.** Sign and rough size of three slopes: `f` at 0; `math.tanh` at 3; and
> `(3 * w - 6)**2` at `w = 1`.
"""

# %%
for function, at in ((f, 0.0), (math.tanh, 3.0), (lambda w: (3 * w - 6) ** 2, 1.0)):
    slope = numerical_gradient(function, [at])[0]
    print(f"output {function(at):.4g}, slope {slope:.4g}")

# %% [markdown]
r"""
`f` at 0: the square is flat there, so $-4x$ decides. `tanh` at 3: nearly flat, but still rising.

The third is what training looks like. `3 * w` should be 6 and is only 3; raising `w` brings it
closer, so the error falls: a negative slope, and a steep one. A machine that wants less error moves
`w` against the sign of the slope.

> **You may think** that a large output has a large slope. In the middle line the output is 0.9951,
> and the slope a hundredth of it. The slope does not say where the output is. It says where it is
> going.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** describe a place where an output is large and its slope is 0.
"""

# %% [markdown]
r"""
## Neither nudges nor formulas

`numerical_gradient` belongs to the package: it is what you will write in the exercises. How often
does it call a function of 1,000 inputs?
"""


# %%
def squares(*xs):
    squares.calls += 1
    return sum(x * x for x in xs)


squares.calls = 0
numerical_gradient(squares, [1.0] * 1000)
squares.calls

# %% [markdown]
r"""
Twice for each input. A network with a million weights would need two million runs for one step of
training. Now the same function on values that remember what was done to them. You will have built
them yourself by lesson 5.
"""

# %%
squares.calls = 0
xs = [Value(1.0) for _ in range(1000)]
squares(*xs).backward()
squares.calls, xs[0].grad, xs[999].grad

# %% [markdown]
r"""
One run, one walk back, all 1,000 slopes.

> **You may think** this is one of two things you have seen before: nudging in secret, or the
> differentiation of formulas from school. Here are two runs where that fails.

Against nudging: no step is chosen anywhere, and no step's error is in the result.
"""

# %%
four = Value(4.0)
cube(four).backward()
four.grad == 48, numerical_gradient(cube, [4.0])[0] == 48

# %% [markdown]
r"""
Against formulas: this function has none to differentiate. How often its loop turns, and what each
turn does, depends on the number that goes in.
"""


# %%
def program(x):
    while x < 100:
        x = x + 1 if x < 2 else x * x
    return x


start = Value(1.5)
program(start).backward()
f"engine {start.grad:.8g}, nudged {numerical_gradient(program, [1.5])[0]:.8g}"

# %% [markdown]
r"""
Instead, automatic differentiation, **autograd** for short, follows one run. It keeps the slope of
each small operation at the numbers it met, and combines those slopes.

| | needs | gives | for $n$ inputs | error |
|---|---|---|---|---|
| nudging | a function to call | slopes here | $2n$ runs | truncation, round-off |
| formulas | a formula | a formula | another formula each | rounding |
| autograd | a run of values that remember | slopes here | 1 run, 1 walk back | rounding |

Nudging stays with us for the one thing it does best: it knows nothing of the engine, so it can
catch the engine lying.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a friend says that autograd is "only finite differences, done fast". What do
you show?
"""

# %% [markdown]
r"""
## What you can now do

- Say what a derivative is: how far the output moves for each unit of a small nudge.
- Measure it, and tell a forward from a central difference by how their errors fall.
- Choose a step, and name the error that is in charge on either side of it.
- Collect one slope for each input in a gradient, and compare gradients to a stated tolerance.
- Predict the sign of a slope before you measure it.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.autograd.gradcheck(f, inputs, eps=1e-6)` compares a gradient with central differences, and
asks for double precision: with the 7 digits of a float32, round-off wins early. Do not mistake
`torch.gradient` for autograd: it takes differences between the samples in a tensor.
"""

# %% [markdown]
r"""
## Check yourself

1. You halve `h`, and the error of a ratio falls to a quarter. Which difference was it?

<details><summary>Answer</summary>

The central one: its error goes as $h^2$, and half squared is a quarter.
</details>

2. A gradient is `[3, -2]`. The first input grows by 0.01, the second by 0.02. How does the output
   move?

<details><summary>Answer</summary>

It falls by about 0.01: $3 \times 0.01 - 2 \times 0.02$.
</details>

3. With `h = 2e-14` the slope 48 of `cube` at 4 comes out as 48.49. Is the formula at fault?

<details><summary>Answer</summary>

No, the step is. The two outputs differ in their last digits only, and those are rounding.
</details>
"""

# %% [markdown]
r"""
## Next

Write both measuring tools yourself in [the exercises](../exercises/01_sensitivity.ipynb). Then, in
[lesson 2](02_graphs_and_chain_rule.ipynb), find the same gradients without nudging anything: draw
the calculation, write one small number on every edge, and read the slopes off the picture.
"""
