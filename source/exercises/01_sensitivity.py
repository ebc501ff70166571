# %% [markdown]
r"""
# 1. Sensitivity: exercises

Write the two measuring tools of [lesson 1](../notebooks/01_sensitivity.ipynb) yourself, then read
six slopes without any tool. 30 minutes.

The work is yours: an answer that has the package or another library do it does not pass. What is
to be predicted is not run: take a pencil.
"""

# %%
from autograd_lesson.checks.e01_sensitivity import (
    check_numeric_derivative,
    check_numeric_gradient,
    check_predicted_signs,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E1.1 A slope by nudging both ways

*Easy, 8 minutes. You will be able to measure the slope of any function of one number.*

Write `numeric_derivative(f, x, h)`: the central difference of `f` at `x` with the nudge `h`. `f`
is a function and `x` may be an int. The check makes `h` ten times smaller and watches your error:
it must fall about a hundred times.

With a right answer, `numeric_derivative(lambda x: x * x, 3)` gives 6, to ten digits.
"""


# %%
def numeric_derivative(f, x, h=1e-5):
    """How far f moves for each unit of x, measured between x - h and x + h."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


# %% tags=["check"]
check_numeric_derivative(numeric_derivative)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

You need two outputs of `f`, one ahead of `x` and one behind it. Give them the names `ahead` and
`behind`.
</details>

<details><summary>Hint 2: what to divide</summary>

A slope is a rise over a run. The rise is `ahead - behind`. The run is the distance between the two
*inputs*; draw them on a line.
</details>

<details><summary>Hint 3: nearly all of it</summary>

From `x - h` to `x + h` the distance is `2 * h`. Mind that `a / 2 * h` means `(a / 2) * h`.
</details>

<details><summary>Help: TypeError: unsupported operand type(s) ... 'function'</summary>

`f` is a function, and `f + h` nudges the function. Nudge its input: `f(x + h)`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what did the check see that a single comparison with the true slope would have
missed?
"""

# %% [markdown]
r"""
## E1.2 One slope for each input

*Medium, 12 minutes. You will be able to measure the gradient of any function, which is how every
engine in this course is tested.*

Write `numeric_gradient(f, xs, h)`. `xs` is a list of numbers, and `f` takes them one by one, so
you call it with a star: `f(*xs)`. Return a list with one slope for each input, in the order of the
inputs. Nudge one input at a time, hold the others still, and leave `xs` as it was.

With a right answer, `numeric_gradient(lambda a, b: a * b, [2, 7])` gives 7 and 2, to ten digits.
"""


# %%
def numeric_gradient(f, xs, h=1e-5):
    """The slope of f(*xs) in the direction of each input, as a list."""
    ### BEGIN SOLUTION
    slopes = []
    for i in range(len(xs)):
        ahead, behind = list(xs), list(xs)  # two copies: xs belongs to the caller
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(*ahead) - f(*behind)) / (2 * h))
    return slopes
    ### END SOLUTION


# %% tags=["check"]
check_numeric_gradient(numeric_gradient)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Do one input first, say number `i`. Make two lists of inputs, `ahead` and `behind`, that differ
from `xs` in that one place.
</details>

<details><summary>Hint 2: a list of its own</summary>

`ahead = xs` gives the same list a second name. `ahead = list(xs)` makes a new list with the same
numbers.
</details>

<details><summary>Hint 3: the shape of the loop</summary>

For each `i` in `range(len(xs))`: two fresh copies, `ahead[i] += h`, `behind[i] -= h`, then the
quotient of E1.1 with `f(*ahead)` and `f(*behind)`, appended to a list. The `return` stands after
the loop.
</details>

<details><summary>Help: TypeError: ... missing 1 required positional argument</summary>

`f(ahead)` hands over one list. `f(*ahead)` hands over its numbers.
</details>

<details><summary>Help: "Every slope is 0"</summary>

Print `ahead is behind` inside the loop. If it says True, you have one list with two names.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a function has 1,000 inputs. How often does your `numeric_gradient` call it?
"""

# %% [markdown]
r"""
## E1.3 Six signs, without measuring

*Easy, 10 minutes. You will be able to say which way an output moves before you compute anything.*

Give the sign of each slope below: 1 where the slope is positive, so that the output grows with the
input; -1 where it is negative; 0 where the curve is level at that point. Write down all six before
you run the check, and return them as a list. The check counts how many are right, and for the first
that is not it says where to look.
"""

# %% [markdown]
r"""
| | function | nudged | at |
|---|---|---|---|
| 1 | `3 * x**2 - 4 * x + 5` | `x` | `x = 0` |
| 2 | `math.tanh(x)` | `x` | `x = -3` |
| 3 | `1 / x` | `x` | `x = -2` |
| 4 | `(x - 1)**2` | `x` | `x = 1` |
| 5 | `(a - b)**2` | `a` | `a = 1`, `b = 3` |
| 6 | `(2 * w - 10)**2` | `w` | `w = 6` |
"""


# %%
def predicted_signs():
    """The signs of the six slopes, in order: each 1, 0 or -1."""
    ### BEGIN SOLUTION
    return [-1, 1, -1, 0, -1, 1]
    ### END SOLUTION


# %% tags=["check"]
check_predicted_signs(predicted_signs)

# %% [markdown]
r"""
<details><summary>Hint 1: what the question is</summary>

The sign of a slope says which way the output *moves*. The sign of the output itself says nothing
about it.
</details>

<details><summary>Hint 2: two numbers are enough</summary>

Work out the output at an input that is 0.1 larger and at one that is 0.1 smaller. Which of the two
is higher on the number line? Where they are equal, the curve may be level in between.
</details>

<details><summary>Hint 3: squares of a distance</summary>

The last three are squares, and a square grows when what is inside moves away from zero. Does a
nudge upwards bring the inside closer to zero or take it further away? Where the inside is already
0, the square is at its lowest point, and the curve is level there.
</details>

<details><summary>Help: "The list has ... items where 6 are asked for"</summary>

All six in one list, `[1, -1, ...]`: the check reads them by position.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the six surprised you, and what had you looked at instead of the
slope?
"""
