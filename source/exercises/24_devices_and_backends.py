# %% [markdown]
r"""
# 24. Devices and backends: exercises

Move a small engine behind a backend, so that it computes wherever it is told; then place five ops
where they cost least. 40 minutes. The lesson is
[notebooks/24](../notebooks/24_devices_and_backends.ipynb). Each exercise stands alone: skip one,
and the next still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
import numpy as np

from autograd_lesson import topological_order
from autograd_lesson.checks.e24_devices_and_backends import (
    check_best_places,
    check_microseconds,
    check_small_engine,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## An engine that knows only NumPy

Five ops and the walk back, on arrays of float64. Read it, and run the example below it.
"""


# %%
class OnNumPy:
    def __init__(self, data, operands=(), rules=()):
        self.data = data if operands else np.asarray(data, dtype=float)
        self.grad = np.zeros(self.data.shape)
        self.operands, self.rules = operands, rules

    def __add__(self, other):
        y = np.add(self.data, other.data)
        return OnNumPy(y, (self, other), (lambda g: g, lambda g: g))

    def __mul__(self, other):
        a, b = self.data, other.data
        return OnNumPy(np.multiply(a, b), (self, other), (lambda g: g * b, lambda g: g * a))

    def __matmul__(self, other):
        a, b = self.data, other.data
        return OnNumPy(np.matmul(a, b), (self, other), (lambda g: g @ b.T, lambda g: a.T @ g))

    def tanh(self):
        y = np.tanh(self.data)
        return OnNumPy(y, (self,), (lambda g: g * (1.0 - y * y),))

    def sum(self):
        ones = np.ones(self.data.shape)
        return OnNumPy(np.sum(self.data), (self,), (lambda g: g * ones,))

    def backward(self):
        walk_back(self, np.ones(self.data.shape))


# %%
def walk_back(root, seed):
    """Add to `.grad` of everything that `root` depends on. No array is made here."""
    gradient = {root: seed}
    for result in reversed(topological_order(root)):
        g = gradient[result]
        result.grad = result.grad + g
        for operand, rule in zip(result.operands, result.rules, strict=True):
            so_far = gradient.get(operand)
            gradient[operand] = rule(g) if so_far is None else so_far + rule(g)


# %%
x, w = OnNumPy([[0.5, -1.0]]), OnNumPy([[2.0], [0.3]])
(x @ w).tanh().sum().backward()
x.grad, w.grad

# %% [markdown]
r"""
## E24.1 Behind a backend

*Medium, 15 minutes. You will be able to put an engine behind a seam.*

`small_engine(xp)`: return a class that does what `OnNumPy` does, and computes with the array module
`xp` alone. Copy the class, and decide for each line what must change. `walk_back` may be used as it
is.

The check runs your class on NumPy, on NumPy that counts its calls, and on a pretended device whose
arrays refuse to meet NumPy's, as CuPy's do. With a right answer, `small_engine(np)` computes what
`OnNumPy` computes.
"""


# %%
def small_engine(xp):
    """The class of an engine for numbers, arrays and gradients that `xp` computes."""

    ### BEGIN SOLUTION
    class Array:
        def __init__(self, data, operands=(), rules=()):
            self.data = data if operands else xp.asarray(data, dtype=float)
            self.grad = xp.zeros(self.data.shape)
            self.operands, self.rules = operands, rules

        def __add__(self, other):
            y = xp.add(self.data, other.data)
            return Array(y, (self, other), (lambda g: g, lambda g: g))

        def __mul__(self, other):
            a, b = self.data, other.data
            return Array(xp.multiply(a, b), (self, other), (lambda g: g * b, lambda g: g * a))

        def __matmul__(self, other):
            a, b = self.data, other.data
            return Array(xp.matmul(a, b), (self, other), (lambda g: g @ b.T, lambda g: a.T @ g))

        def tanh(self):
            y = xp.tanh(self.data)
            return Array(y, (self,), (lambda g: g * (1.0 - y * y),))

        def sum(self):
            ones = xp.ones(self.data.shape)
            return Array(xp.sum(self.data), (self,), (lambda g: g * ones,))

        def backward(self):
            walk_back(self, xp.ones(self.data.shape))

    return Array
    ### END SOLUTION


# %% tags=["check"]
check_small_engine(small_engine)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Copy the class into the function, indented, and return it. Which names in it come from outside?
</details>

<details><summary>Hint 2: what changes</summary>

Every `np.` becomes `xp.`, and every `OnNumPy` the name of your own class. Operators (`*`, `@`,
`.T`) stay: they belong to the arrays.
</details>

<details><summary>Hint 3: the ones that are easily forgotten</summary>

The zeros of `.grad`, the ones in `sum`, the seed in `backward`, and `asarray`.
</details>

<details><summary>Help: TypeError: an array of the device met an array of NumPy</summary>

Somewhere an array was still made by NumPy. The traceback's last line of yours is where the two met;
look for the line that made the operand.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** `walk_back` computes sums and products of arrays, and needed no change. Why?
"""

# %% [markdown]
r"""
## What a placement costs

Five ops in a row: each reads the result of the one before. Each has a time on the host, a time on
the card, both in microseconds, and the size of its result in KB. A model has three numbers:
`launch` is added for every op on the card; moving an array costs `latency` and `per_kb` for each
KB. The data starts on the host, with `start_kb`, and the last result is needed on the host.
"""

# %%
ops = [(4.0, 1.0, 80), (60.0, 2.0, 80), (90.0, 3.0, 80), (3.0, 1.0, 80), (2.0, 1.0, 1)]
model = {"launch": 5.0, "latency": 10.0, "per_kb": 0.1}
start_kb = 80
len(ops)

# %% [markdown]
r"""
## E24.2 What does it take?

*Easy, 8 minutes. You will be able to count launches and transfers.*

`microseconds(places, ops, start_kb, model)`: the time of all five, with `places` a list of `"host"`
and `"card"`, one for each op. An array is moved only where the place changes.

With a right answer, everything on the host takes 159, and `["card"] * 5` takes 61.1: two ways of 18
and 10.1, 25 for launches, 8 for the ops.
"""


# %%
def microseconds(places, ops, start_kb, model):
    """The time of the ops at these places, with launches and transfers."""
    ### BEGIN SOLUTION
    time, here, kb = 0.0, "host", start_kb
    for place, (on_host, on_card, result_kb) in zip(places, ops, strict=True):
        if place != here:
            time += model["latency"] + model["per_kb"] * kb
        time += on_host if place == "host" else model["launch"] + on_card
        here, kb = place, result_kb
    if here != "host":
        time += model["latency"] + model["per_kb"] * kb
    return time
    ### END SOLUTION


# %% tags=["check"]
check_microseconds(microseconds)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Walk through the ops with two things in hand: where the data is now, and how many KB it has.
</details>

<details><summary>Hint 2: when is something moved?</summary>

When the op's place differs from where the data is, before the op; and once more at the end, if the
data is not on the host.
</details>

<details><summary>Hint 3: nearly all of it</summary>

In the loop: `if place != here:` add a transfer of `kb`; add the op's time; then
`here, kb = place, result_kb`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** of 61.1 microseconds on the card, 8 are for the ops. What would make the other
53.1 less?
"""

# %% [markdown]
r"""
## E24.3 Where to place five ops

*Medium, 12 minutes. You will be able to choose places by their cost.*

`best_places(ops, start_kb, model)`: the list of places that takes least time. Where two take the
same, either will do. Before you write it: where would you put the five ops above? Is there one that
is quicker on the host, and goes to the card all the same?
"""


# %%
def best_places(ops, start_kb, model):
    """The places, "host" or "card" for each op, that take least time together."""
    ### BEGIN SOLUTION
    from itertools import product

    def time_of(places):
        time, here, kb = 0.0, "host", start_kb
        for place, (on_host, on_card, result_kb) in zip(places, ops, strict=True):
            time += (place != here) * (model["latency"] + model["per_kb"] * kb)
            time += on_host if place == "host" else model["launch"] + on_card
            here, kb = place, result_kb
        return time + (here != "host") * (model["latency"] + model["per_kb"] * kb)

    return list(min(product(["host", "card"], repeat=len(ops)), key=time_of))
    ### END SOLUTION


# %% tags=["check"]
check_best_places(best_places)

# %% [markdown]
r"""
<details><summary>Hint 1: how many are there?</summary>

Two places for each of five ops: 32 lists. `itertools.product(["host", "card"], repeat=5)` gives
them all.
</details>

<details><summary>Hint 2: which is the best?</summary>

`min(..., key=...)` with the time of a list of places as its key; you have written that in E24.2.
</details>

<details><summary>Hint 3: why not op by op?</summary>

An op that is slow to move and quick on the host may still lie between two that want the card. Only
the whole list has a time.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** with fifty ops there are $2^{50}$ lists. What do you need to know after each op
to find the best list without trying them all?
"""
