# %% [markdown]
r"""
# 29. Where there is no slope: exercises

You say which slopes are allowed at a corner, write the test that finds an engine's disagreement
with itself, run it on rules, and write a rule that passes it. 35 minutes. The lesson is
[notebooks/29](../notebooks/29_where_there_is_no_slope.ipynb). Each exercise stands alone.
"""

# %%
import math

from autograd_lesson.checks.e29_where_there_is_no_slope import (
    check_is_allowed,
    check_quarrel,
    check_shared_maximum,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E29.1 Allowed, or not

*Easy, 8 minutes. You will be able to say whether a framework's answer at a corner is a choice or a
fault.*

At a corner there is a slope `behind`, measured by a nudge to the left, and a slope `ahead`, by one
to the right. Write `is_allowed(behind, ahead, slope)`: `True` if `slope` lies between the two, the
two included, else `False`. Either of them may be the larger one: `abs` goes from -1 to 1, and
`-abs` from 1 to -1. A `slope` that is nan is never allowed.

`is_allowed(-1.0, 1.0, 0.0)` is `True`, and `is_allowed(1.0, -1.0, 1.5)` is `False`.
"""


# %%
def is_allowed(behind, ahead, slope):
    """Does the slope lie between the two slopes of the corner?"""
    ### BEGIN SOLUTION
    return min(behind, ahead) <= slope <= max(behind, ahead)
    ### END SOLUTION


# %% tags=["check"]
check_is_allowed(is_allowed)

# %% [markdown]
r"""
<details><summary>A hint</summary>

The smaller of two numbers is `min(a, b)`. With nan every comparison is `False`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** `behind` and `ahead` are equal. What is then allowed, and why is that good?
"""

# %% [markdown]
r"""
## E29.2 The test, in ten lines

*Medium, 15 minutes. You will be able to find two rules of one op that do not fit each other.*

A rule is two functions of the operands, a list `xs`. `pull(1.0, xs)` returns a list with one
contribution for each operand. `push(xs, vs)` returns how fast the result moves when the operands
move at the speeds `vs`.

Write `quarrel(pull, push, xs, vs)`. The reverse number is the sum of contribution times speed; an
operand with speed 0 has no part in it, even where its contribution is inf or nan. The forward
number is what `push` returns.
"""

# %% [markdown]
r"""
Return `None` where both agree: they differ by at most $10^{-9}$ of the larger, or by at most
$10^{-12}$, or they are the same infinity, or both are nan. Otherwise return the tuple `(reverse,
forward)`. Leave `xs` and `vs` as they are.

Here is a rule that is right, and one of PyTorch's two at a tie of `fmax`: back, all goes to the
first; forward, to the second. `quarrel(*TIMES, [2.0, 3.0], [1.0, 0.0])` is `None`, and
`quarrel(*FMAX, [1.0, 1.0], [1.0, 0.0])` is `(1.0, 0.0)`.
"""

# %%
TIMES = (
    lambda g, xs: [g * xs[1], g * xs[0]],
    lambda xs, vs: vs[0] * xs[1] + xs[0] * vs[1],
)
FMAX = (
    lambda g, xs: [g, 0.0] if xs[0] >= xs[1] else [0.0, g],
    lambda xs, vs: vs[0] if xs[0] > xs[1] else vs[1],
)
FMAX[0](1.0, [1.0, 1.0]), FMAX[1]([1.0, 1.0], [1.0, 0.0])


# %%
def quarrel(pull, push, xs, vs):
    """None where reverse and forward mode agree, else both numbers."""
    ### BEGIN SOLUTION
    contributions = pull(1.0, xs)
    reverse = sum(c * v for c, v in zip(contributions, vs, strict=True) if v != 0.0)
    forward = push(xs, vs)
    if math.isclose(reverse, forward, rel_tol=1e-9, abs_tol=1e-12):
        return None
    if math.isnan(reverse) and math.isnan(forward):
        return None
    return reverse, forward
    ### END SOLUTION


# %% tags=["check"]
check_quarrel(quarrel)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Two lines: `contributions = pull(1.0, xs)` and `forward = push(xs, vs)`. Then a sum over pairs.
</details>

<details><summary>Hint 2: the pairs that count</summary>

`sum(c * v for c, v in zip(contributions, vs) if v != 0.0)`: without the `if`, inf times 0 is nan.
</details>

<details><summary>Hint 3: close</summary>

`math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)` is right for numbers and for infinities. nan is
close to nothing, not even to nan: ask for it apart.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** for `FMAX`, which direction `vs` would not have found the fault?
"""

# %% [markdown]
r"""
## E29.3 One choice, both ways

*Medium, 12 minutes. You will be able to write a rule at a tie that passes your own test.*

Write `shared_maximum(xs, g, vs)`, the rule of the largest of a list, both ways at once. Where
several are largest they share equally: back, each of `n` largest gets `g / n`, the others 0.0;
forward, the maximum moves at the mean of their speeds. Return the list of contributions and the
speed, as a pair. Leave the lists as they are.

`shared_maximum([3.0, 7.0, 7.0], 1.0, [5.0, 1.0, 2.0])` is `([0.0, 0.5, 0.5], 1.5)`.
"""


# %%
def shared_maximum(xs, g, vs):
    """The contributions for the gradient g, and the speed of the maximum for the speeds vs."""
    ### BEGIN SOLUTION
    ties = [x == max(xs) for x in xs]
    n = sum(ties)
    contributions = [g / n if tie else 0.0 for tie in ties]
    return contributions, sum(v for v, tie in zip(vs, ties, strict=True) if tie) / n
    ### END SOLUTION


# %% tags=["check"]
check_shared_maximum(shared_maximum)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A list of truths: which of `xs` equals `max(xs)`? Its sum says how many there are.
</details>

<details><summary>Hint 2: the speed</summary>

Add the speeds of the largest, and divide by how many there are.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** does your rule pass `quarrel` in every direction? Say why in one sentence.
"""

# %% [markdown]
r"""
## Next

Look up an op that you use in the [atlas](../docs/atlas.html), and run your `quarrel` on a rule of
the framework that you work with. `python3 start.py check` lists what passes.
"""
