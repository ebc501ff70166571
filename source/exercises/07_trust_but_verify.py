# %% [markdown]
r"""
# 7. Trust, but verify: exercises

You write a gradient checker, then tests that are themselves put to the test, and you repair a
comparison that could not fail. 50 minutes. The lesson is
[notebooks/07](../notebooks/07_trust_but_verify.ipynb). Each exercise stands alone.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
import math

from autograd_lesson import Value
from autograd_lesson.checks.e07_trust_but_verify import (
    check_disagreements,
    check_four_tests,
    check_gradcheck,
)
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.mutants import FAULTS, Number, mutants
from autograd_lesson.widgets import arena

hints.on()

# %% [markdown]
r"""
## The engine under test

`Number` is a small engine with `*` and `**`, whose operations hand their gradient on by closures.
`backward` takes a seed, the upstream gradient of the result. The checks add other operations to it.
"""

# %%
x, w = Number(3.0), Number(0.5)
y = x * w * x
y.backward(2.0)
y.data, x.grad, w.grad

# %% [markdown]
r"""
## E7.1 A gradient checker

*Medium, 20 minutes. You will be able to test any operation, your own or anybody's.*

Write `gradcheck(f, inputs, upstream)`. `f` takes Numbers and returns a Number; `inputs` is a list
of plain numbers. Compare the gradient that `backward(upstream)` leaves in each argument with the
slope that you measure, times `upstream`. Measure with a central difference, $h = 10^{-5}$.
"""

# %% [markdown]
r"""
Return `None` where all agree. Otherwise report the first argument that does not, as a tuple:
`(f.__name__, position, gradient found, slope times upstream)`. Differences up to $10^{-8}$, or
up to $10^{-5}$ of the larger number, count as rounding. Leave `inputs` as they are.

The check gives you 12 operations that are right, and 12 that are wrong. For
`def square(x): return x * x`, `gradcheck(square, [3.0], 2.0)` is `None`.
"""


# %%
def gradcheck(f, inputs, upstream):
    """None where the gradients of `f` agree with measured slopes, else a report on the first."""
    ### BEGIN SOLUTION
    h, numbers = 1e-5, [Number(x) for x in inputs]
    f(*numbers).backward(upstream)
    for i, x in enumerate(inputs):
        ahead, behind = (
            f(*(Number(n) for n in [*inputs[:i], moved, *inputs[i + 1 :]])).data
            for moved in (x + h, x - h)
        )
        found, expected = numbers[i].grad, upstream * (ahead - behind) / (2 * h)
        if not math.isclose(found, expected, rel_tol=1e-5, abs_tol=1e-8):
            return f.__name__, i, found, expected
    return None
    ### END SOLUTION


# %% tags=["check"]
check_gradcheck(gradcheck)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Begin with the gradients: make a list of Numbers, call `f(*numbers)`, and `backward(upstream)` on
what it returns. Then `numbers[i].grad` is what the rule says of argument `i`.
</details>

<details><summary>Hint 2: the slope</summary>

For each argument make two *new* lists, one with `x + h` in its place and one with `x - h`, and call
`f` on fresh Numbers. A Number that was used in a backward pass has a gradient already.
</details>

<details><summary>Hint 3: close enough?</summary>

`math.isclose(found, expected, rel_tol=1e-5, abs_tol=1e-8)` is the rule in the text, and it says
False for nan.
</details>

<details><summary>Help: AttributeError: 'float' object has no attribute 'data'</summary>

`f` multiplies what it is given: of two floats it makes a float. Give it Numbers here as well.
</details>

<details><summary>Help: "Under an upstream of 1, partial and contribution are one number"</summary>

`backward()` without a seed begins with 1. Pass `upstream` on to it.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the 12 wrong operations did your first version accept, and why?
"""

# %% [markdown]
r"""
## E7.2 Tests for tests

*Medium, 15 minutes. You will be able to say how good a test is.*

There are ten faulty copies of `Number`, each with one line replaced. This cell shows the names and
the lines. Write at most four tests that kill all ten. A **test** is a function that takes the class
and returns True or False: no `assert`, no `raise`. It must return True for `Number` itself, and for
the same engine written in other lines. Return the tests as a list.
"""

# %%
for name, (_, wrong_line) in FAULTS.items():
    print(f"{name:22}{wrong_line}")

# %% [markdown]
r"""
Here is one test: press *Next*, and see what it kills. To see your own tests in the arena, add a
cell with `arena(four_tests(), mutants(), Number)`.
"""


# %%
def square_of_three(engine):
    x = engine(3.0)
    (x * x).backward()
    return x.grad == 6.0


# %%
arena([square_of_three], mutants(), Number)


# %%
def four_tests():
    """At most four tests, which together kill every mutant."""

    ### BEGIN SOLUTION
    def two_factors_under_a_seed(engine):
        x, w = engine(-1.5), engine(0.7)
        y = (w * x) * x
        y.backward(2.0)
        return math.isclose(x.grad, -4.2) and math.isclose(w.grad, 4.5)

    def one_number_twice(engine):
        x = engine(1.3)
        (x * x).backward()
        return math.isclose(x.grad, 2.6)

    def a_factor_of_zero(engine):
        x, w = engine(0.0), engine(2.5)
        (x * w).backward()
        return x.grad == 2.5 and w.grad == 0.0

    def a_power_of_a_power(engine):
        x = engine(-1.5)
        ((x**3) ** 2).backward(2.0)
        return math.isclose(x.grad, 2.0 * 6 * (-1.5) ** 5)

    return [two_factors_under_a_seed, one_number_twice, a_factor_of_zero, a_power_of_a_power]
    ### END SOLUTION


# %% tags=["check"]
check_four_tests(four_tests)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Read the ten lines. For each one ask: on which numbers is it *right*? Those are the numbers to
avoid. `own factor` is right where both factors are equal.
</details>

<details><summary>Hint 2: one test, several mutants</summary>

A longer calculation has more places where a fault can show: a product of a product, a power of a
power, a seed that is not 1, a factor that is negative. One test may look at several gradients.
</details>

<details><summary>Hint 3: the hardest ones</summary>

`divides` fails where a factor is 0. `repeat lost` needs `x * x`. `* writes over` needs a second
factor that is used twice. `sign lost` needs a negative number and an even power.
</details>

<details><summary>Help: "Test ... refuses an engine that is right"</summary>

The number you expect is wrong, or it is right and compared with `==`: use `math.isclose`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which mutant lived longest, and what was missing in your tests?
"""

# %% [markdown]
r"""
## E7.3 A comparison that can fail

*Medium, 10 minutes. You will not print "matches" again without having compared.*

This function was written to compare two engines. Here it is given two that have nothing in common.
"""


# %%
def vacuous(ours, theirs):
    for name in ours:
        print(f"{name:6} ours {ours[name]:.4f}   theirs {theirs.get(name, 0.0):.4f}")
    print("Matches perfectly!")


vacuous({"z": 0.5, "dz/da": -1.0}, {"z": 7.0})

# %% [markdown]
r"""
Write `disagreements(ours, theirs)`. Both are dicts of numbers by name. Return a list of the names
in `ours` that do not agree, in any order. Two numbers agree when they differ by at most $10^{-6}$
of the larger one. A name that is missing in `theirs` does not agree, and neither does nan. Where
there is nothing to compare, raise a `ValueError`.

These are two engines on `tanh(a**2 + b**2)`. For them the answer is `["dz/da"]`.
"""

# %%
a, b = Value(2.0), Value(3.0)
z = (a**2 + b**2).tanh()
z.backward()
ours, theirs = {"z": z.data, "dz/da": a.grad}, {"z": 1.0, "dz/da": 0.0}
ours


# %%
def disagreements(ours, theirs):
    """The names in `ours` whose numbers do not agree with `theirs`."""
    ### BEGIN SOLUTION
    if not ours:
        raise ValueError("there are no numbers to compare")
    return [
        name
        for name, number in ours.items()
        if name not in theirs or not math.isclose(number, theirs[name], rel_tol=1e-6, abs_tol=0.0)
    ]
    ### END SOLUTION


# %% tags=["check"]
check_disagreements(disagreements)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A loop over `ours.items()` and an empty list. Which names go into the list?
</details>

<details><summary>Hint 2: without dividing</summary>

`abs(x - y) <= 1e-6 * max(abs(x), abs(y))` holds for two zeros and does not divide by either.
</details>

<details><summary>Hint 3: nan</summary>

Ask "are they close?" and take those that are *not*. For nan every comparison is False, so the
answer is no. `math.isclose` does all of this.
</details>

<details><summary>Help: KeyError</summary>

`theirs` lacks that name. Ask `name not in theirs` first.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** where in your own work have you printed success without comparing?
"""
