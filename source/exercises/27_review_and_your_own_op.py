# %% [markdown]
r"""
# 27. Review, and an op of your own: exercises

A project: one op that the engine lacks, from its definition to a test that deserves the name. 50
minutes. [Lesson 27](../notebooks/27_review_and_your_own_op.ipynb) does all of it once, for another
op. The three parts build on each other.

The work is yours: an answer that has the package or another library do it does not pass. That goes
for the finding of gradients; a test may of course ask your rule.
"""

# %%
import numpy as np

from autograd_lesson.checks.e27_review_and_your_own_op import (
    check_my_op,
    check_my_rule,
    check_my_test,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## Choose an op

- `"logsumexp"` of x (n, m): for each row $\log \sum_j e^{x_j}$;
- `"cumsum"` of x (n, m): the sums of each row so far;
- `"sort"` of x (n, m): each row from least to greatest;
- `"fft"` of x (n,): in two rows the real and the imaginary part of `np.fft.fft(x)`;
- `"solve"` of A (n, n) and b (n,): the x for which A @ x is b;
- `"sinkhorn"` of K > 0 (n, m): each row divided by its sum, then each column by its own.

Or any op that you would like to have: then the check knows it by your definition alone.
"""

# %% [markdown]
r"""
## E27.1 The op

*Easy, 10 minutes. You will be able to say exactly what is to be differentiated, and where.*

Write `my_op()`, which returns a dict:

- `"name"`: the name of your op, from this list or your own;
- `"operands"`: a function of a random generator, `operands(rng)`, that draws operands to try it at
  and returns them as a tuple. Operands are arrays of floats, or floats; 60 numbers at most. What
  takes no gradient (an index, say) is of whole numbers;
- `"result"`: a function of the operands that gives the result with NumPy, one array of floats.
"""

# %% [markdown]
r"""
This is how it is written for an op that takes a row to the length 1. Yours goes below.
"""


# %%
def example_op():
    def operands(rng):
        return (rng.normal(size=4),)

    def result(x):
        return x / np.sqrt((x * x).sum())

    return {"name": "unit", "operands": operands, "result": result}


# %%
def my_op():
    """The name of the op, operands to try it at, and its result for them."""

    ### BEGIN SOLUTION
    def operands(rng):
        return rng.normal(size=(3, 3)) + 3 * np.eye(3), rng.normal(size=3)

    def result(A, b):
        return np.linalg.solve(A, b)

    return {"name": "solve", "operands": operands, "result": result}
    ### END SOLUTION


# %% tags=["check"]
check_my_op(my_op)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Copy the body of `example_op`, and change three things: the name, what is drawn, and the formula.
</details>

<details><summary>Hint 2: what to draw</summary>

Numbers of both signs, no two alike, and shapes that tell the axes apart: (2, 4) says more than
(2, 2). Where the op has a domain, draw inside it: `rng.uniform(0.5, 2.0, size=(3, 4))` is positive,
and a random matrix plus `3 * np.eye(3)` can be solved.
</details>

<details><summary>Help: "The same rng gave other operands"</summary>

Something is drawn by `np.random.normal`, which nobody can repeat. Use `rng.normal`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** before you derive: if one number of one operand grows a little, which entries
of the result move, and in which direction?
"""

# %% [markdown]
r"""
## E27.2 Derivation and rule

*Hard, 25 minutes. You will be able to derive a way back that stands in no table.*

First on paper. Let $g$ be the gradient of the result $y$, and let the operands move by $dA, db,
\dots$ Two ways that lead there:

- write $dy$ by $dA, db, \dots$ and then $\sum g \cdot dy$ as $\sum (\text{something}) \cdot dA +
  \dots$ That something is what $A$ gets;
- or follow one entry: which entries of the result does it reach, with which partials? Multiply
  each by its $g$, and add.
"""

# %% [markdown]
r"""
Write `my_rule`. It takes the operands of your op, and returns the result and a tuple of functions,
one for each operand: given the upstream, each returns the gradient of its operand, in the operand's
shape. For an operand that takes no gradient `None` stands in its place. For two operands the last
line is `return y, (to_a, to_b)`, for a single one `return y, (to_x,)`, or `return y, to_x`.

Nobody may notice that the rule has run: operands and upstream stay as they are. The check measures
the slopes of your `result`, by central differences. The rule is derived: a gradient that is itself
such a difference is known by its last digits, and refused.
"""


# %%
def my_rule(*operands):
    """The result of the op, and for each operand a function from the upstream to its gradient."""
    ### BEGIN SOLUTION
    A, b = operands
    x = np.linalg.solve(A, b)

    def to_b(g):
        return np.linalg.solve(A.T, g)

    def to_A(g):
        return -np.outer(to_b(g), x)

    return x, (to_A, to_b)
    ### END SOLUTION


# %% tags=["check"]
check_my_rule(my_op, my_rule)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

With the smallest case: a row of two numbers, a matrix of one. Derive that, then look for what stays
the same in a larger one.
</details>

<details><summary>Hint 2: one idea for each op of the list</summary>

- logsumexp: one entry reaches one result. What is $\partial y / \partial x_j$? You know the name.
- cumsum: entry $j$ is in every sum from place $j$ on. Add what those receive.
- sort: numbers only move. Send each back to where it came from: `np.argsort` knows.
- fft: a linear op is a matrix. What is the way back of `M @ x`?
- solve: $A x = b$, so $dA\, x + A\, dx = db$. Solve for $dx$, and put it into $\sum g \cdot dx$.
- sinkhorn: two steps, each `x / x.sum()`. Go back through one at a time.
</details>

<details><summary>Hint 3: nearly all of it</summary>

- logsumexp: `g[:, None]` times the softmax of the row.
- cumsum: `np.cumsum` of the reversed g, reversed.
- sort: zeros, and `np.put_along_axis(zeros, order, g, axis=-1)`.
- fft: `np.fft.fft(g[0] - 1j * g[1]).real`.
- solve: b gets $h = A^{-T} g$, and A gets $-h x^T$.
- sinkhorn: back through `y = x / s` with the sum s of x: $(g - \sum g\, y) / s$, twice.
</details>

<details><summary>Help: "Numbers would be the gradient under one upstream"</summary>

The functions are returned, not called: `return y, (to_a, to_b)`, without brackets behind them.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the derivation, as you would explain it to somebody who has done lesson 13.
"""

# %% [markdown]
r"""
## E27.3 A test that deserves the name

*Medium, 15 minutes. You will be able to test any rule, and know what your test can see.*

Write `my_test(rule)`. It is given a rule of your op: yours, or one with a fault in it. Return True
if its gradients are right, and False if not. **Measure**: the way back that a rule claims against
central differences of its result. What a sum loses in its last digits is no fault.
"""

# %% [markdown]
r"""
The check makes three **mutants**: your rule with one fault each, in its lines or in what it is
given or passes on. Each is known to be wrong at operands that your `operands` draws. To see them,
add a cell with

    from autograd_lesson.teaching.rule_mutants import mutants_of
    mutants_of(my_rule, my_op()["operands"])

Then come faults that hide from a test of a sum, of the sizes, or of some of the numbers. While a
mutant is tried, the name `my_rule` means it as well: a rule that is asked about itself finds itself
right.
"""


# %%
def my_test(rule):
    """Whether every way back of the rule agrees with measured slopes."""
    ### BEGIN SOLUTION
    rng, h = np.random.default_rng(0), 1e-6
    operands = my_op()["operands"](rng)
    result, ways = rule(*operands)
    upstream = rng.normal(size=np.shape(result))
    for operand, way in zip(operands, ways, strict=True):
        claimed, measured = way(upstream), np.zeros(operand.shape)
        for place in np.ndindex(operand.shape):
            x = operand[place]
            operand[place] = x + h
            ahead = rule(*operands)[0]
            operand[place] = x - h
            measured[place] = (upstream * (ahead - rule(*operands)[0])).sum() / (2 * h)
            operand[place] = x
        if claimed.shape != operand.shape or not np.allclose(claimed, measured, atol=1e-6):
            return False
    return True
    ### END SOLUTION


# %% tags=["check"]
check_my_test(my_op, my_rule, my_test)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Draw operands and an upstream. Call the rule once, and its first function with the upstream. Then
move one number of the first operand by a small h, up and down, and call the rule again.
</details>

<details><summary>Hint 2: with what to compare</summary>

The result is an array. What its change is worth is `(upstream * (ahead - behind)).sum() / (2 * h)`,
one number, and it should be the entry of the gradient at the place that was moved.
</details>

<details><summary>Hint 3: what lets a mutant live</summary>

An upstream of ones; only the first operand; only the first entry; operands that are symmetrical or
all alike. `np.ndindex(x.shape)` walks through all places, `np.allclose(a, b, atol=1e-6)` compares.
</details>

<details><summary>Help: ValueError: assignment destination is read-only</summary>

Move the number in a copy: `moved = operand.copy()`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which faults of a rule does your test not see? Think of points at which it
never looks.
"""
