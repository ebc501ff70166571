# %% [markdown]
r"""
# 21. Forward mode: dual numbers: exercises

Numbers that know how fast they move, and what to do with them: Jacobians by the cheaper side, a
test of one direction by the other, and derivatives inside derivatives. 50 minutes. The lesson is
[notebooks/21](../notebooks/21_forward_mode.ipynb). Each exercise stands alone.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
import itertools
import math

import numpy as np

from autograd_lesson.checks.e21_forward_mode import (
    check_agree,
    check_derive,
    check_dual,
    check_elementary,
    check_jacobian,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E21.1 Dual numbers

*Two rungs. You will be able to write the arithmetic of forward mode.*

`Pair` holds a value and a tangent. It makes constants with `of`, and turns `3 - x` into
`of(3) - x`, so that you write each operation once. Run it, and leave it as it is.
"""


# %%
class Pair:
    """A value and its tangent; with a number on the left it asks the same operations."""

    def __init__(self, value, tangent=0.0):
        """Hold both; what has no tangent stands still."""
        self.value, self.tangent = value, tangent

    def __repr__(self):
        return f"{type(self).__name__}({self.value:.4g}, {self.tangent:.4g})"

    def of(self, x):
        """`x` itself where it is a pair, else a constant."""
        return x if isinstance(x, Pair) else type(self)(x)

    def __radd__(self, other):
        return self.of(other) + self

    def __rsub__(self, other):
        return self.of(other) - self

    def __rmul__(self, other):
        return self.of(other) * self

    def __rtruediv__(self, other):
        return self.of(other) / self


Pair(2.0, 1.0), Pair(2.0).of(3)

# %% [markdown]
r"""
**Rung 1: five operations.** *Medium, 12 minutes.* Write those of `Dual`. Each returns a **new**
`Dual`. `other` may be a plain number; `k` always is one, and not 0.

With a right answer, `Dual(3.0, 1.0) * Dual(5.0, 2.0)` is `Dual(15, 11)`, and `1 / Dual(2.0, 4.0)`
is `Dual(0.5, -1)`. The check runs 16 functions in random directions, and compares with the walk
back of the engine.
"""


# %%
class Dual(Pair):
    """A value and its tangent, in arithmetic."""

    def __add__(self, other):
        """self + other."""
        ### BEGIN SOLUTION
        other = self.of(other)
        return Dual(self.value + other.value, self.tangent + other.tangent)
        ### END SOLUTION

    def __sub__(self, other):
        """self - other."""
        ### BEGIN SOLUTION
        other = self.of(other)
        return Dual(self.value - other.value, self.tangent - other.tangent)
        ### END SOLUTION

    def __mul__(self, other):
        """self * other: both factors move."""
        ### BEGIN SOLUTION
        other = self.of(other)
        tangent = self.tangent * other.value + self.value * other.tangent
        return Dual(self.value * other.value, tangent)
        ### END SOLUTION

    def __truediv__(self, other):
        """self / other."""
        ### BEGIN SOLUTION
        other = self.of(other)
        above = self.tangent * other.value - self.value * other.tangent
        return Dual(self.value / other.value, above / other.value**2)
        ### END SOLUTION

    def __pow__(self, k):
        """self ** k, where k is a plain number."""
        ### BEGIN SOLUTION
        return Dual(self.value**k, k * self.value ** (k - 1) * self.tangent)
        ### END SOLUTION


# %% tags=["check"]
check_dual(Dual)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Write `other = self.of(other)` first. Then multiply out: $(a + a'\varepsilon)(b + b'\varepsilon)$,
without the term in $\varepsilon^2$.
</details>

<details><summary>Hint 2: the quotient</summary>

From the rule of lesson 4: the partials of $a / b$ are $1/b$ and $-a/b^2$. The tangent is each
partial times the tangent of its operand, summed.
</details>

<details><summary>Hint 3: nearly all of it</summary>

The tangents: $a' + b'$; $a' - b'$; $a'b + ab'$; $(a'b - ab')/b^2$; $k\,a^{k-1}a'$.
</details>

<details><summary>Help: AttributeError: 'float' object has no attribute 'value'</summary>

One operand is a plain number. `self.of(other)` makes a constant of it.
</details>
"""

# %% [markdown]
r"""
**Rung 2: six functions.** *Easy, 8 minutes.* Write `elementary(name, x)` for a `Dual` `x`: the
function of that name, one of `exp`, `log`, `sin`, `cos`, `tanh`, `sqrt`. All six have one shape:
the value is the function's, the tangent is its slope times `x.tangent`. Another 14 functions, 30 in
all.

With a right answer, `elementary("sqrt", Dual(4.0, 8.0))` is `Dual(2, 2)`.
"""


# %%
def elementary(name, x):
    """The function of this name, one of six, of the dual number x."""
    ### BEGIN SOLUTION
    y = getattr(math, name)(x.value)
    slope = {
        "exp": lambda: y,
        "log": lambda: 1 / x.value,
        "sin": lambda: math.cos(x.value),
        "cos": lambda: -math.sin(x.value),
        "tanh": lambda: 1 - y * y,
        "sqrt": lambda: 0.5 / y,
    }[name]()
    return Dual(y, slope * x.tangent)
    ### END SOLUTION


# %% tags=["check"]
check_elementary(Dual, elementary)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`getattr(math, name)(x.value)` is the value, whichever the name.
</details>

<details><summary>Hint 2: the slopes</summary>

With $y$ for the result: $y$, $1/x$, $\cos x$, $-\sin x$, $1 - y^2$, $1/(2y)$.
</details>

<details><summary>Hint 3: nearly all of it</summary>

Six times `if name == "exp": slope = y`, then `return Dual(y, slope * x.tangent)`.
</details>

<details><summary>Help: TypeError: must be real number, not Dual</summary>

`math` computes with plain numbers: give it `x.value`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the same slopes stand in the engine's table as partials. What is done with them
on the way forward, and what on the way back?
"""

# %% [markdown]
r"""
## E21.2 By columns or by rows

*Medium, 10 minutes. You will be able to build a Jacobian with the fewest sweeps.*

Somebody hands you the two sweeps of a function with `n` inputs and `m` outputs: `push(v)` takes a
direction of `n` numbers and returns $Jv$; `pull(u)` takes a seed of `m` numbers and returns
$u^\top J$. Write `jacobian(push, pull, n, m, mode)`: the array $J$, with a row for each output and
a column for each input.

`mode` is `"forward"` (push only), `"reverse"` (pull only) or `"cheaper"`, which takes the kind of
which fewer are needed. The check counts.

With a right answer, `jacobian(push, pull, 5, 1, "cheaper")` calls `pull` once, and `push` never.
"""


# %%
def jacobian(push, pull, n, m, mode):
    """The array of all partial derivatives, m by n, from sweeps of one kind."""
    ### BEGIN SOLUTION
    if mode == "cheaper":
        mode = "forward" if n < m else "reverse"
    if mode == "forward":
        return np.stack([push(unit) for unit in np.eye(n)], axis=1)
    return np.stack([pull(unit) for unit in np.eye(m)])
    ### END SOLUTION


# %% tags=["check"]
check_jacobian(jacobian)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

What is $Jv$ when $v$ has a 1 at one place and 0 elsewhere? And $u^\top J$ for such a $u$?
</details>

<details><summary>Hint 2: unit vectors</summary>

The rows of `np.eye(n)` are all the unit vectors of length `n`.
</details>

<details><summary>Hint 3: nearly all of it</summary>

Forward: `np.stack([push(v) for v in np.eye(n)], axis=1)`. Reverse: `pull` and `np.eye(m)`, without
the `axis`. Cheaper: forward where `n < m`.
</details>

<details><summary>Help: ValueError: matmul: ... size 3 is different from 2</summary>

`push` wants as many numbers as there are inputs, `pull` as many as there are outputs.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a loss has a million inputs and one output. What would "forward" have cost?
"""

# %% [markdown]
r"""
## E21.3 One direction tests the other

*Medium, 8 minutes. You will be able to test a way back without its Jacobian.*

For any $u$ and $v$, $u \cdot (Jv)$ and $(u^\top J) \cdot v$ are the same number. Write
`agree(push, pull, n, m)`: True where the two agree to $10^{-10}$ of their size, False where not.
One `push` and one `pull` are enough.

The check hands you right pairs, with numbers large and small, and pairs whose `pull` is wrong. Not
every `u` and `v` can see what is wrong.
"""


# %%
def agree(push, pull, n, m):
    """Do the two sweeps belong to one Jacobian?"""
    ### BEGIN SOLUTION
    rng = np.random.default_rng()
    v, u = rng.normal(size=n), rng.normal(size=m)
    return math.isclose(u @ push(v), pull(u) @ v, rel_tol=1e-10)
    ### END SOLUTION


# %% tags=["check"]
check_agree(agree)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`u @ push(v)` and `pull(u) @ v` are plain numbers. What is left is the choice of `u` and `v`, and
the comparison.
</details>

<details><summary>Hint 2: which u and v</summary>

All ones, or unit vectors, miss faults. `np.random.default_rng().normal(size=n)` has no pattern that
a fault could share.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`math.isclose(one, other, rel_tol=1e-10)` compares relative to the size, and says False to nan.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** this test passes for any pair that belongs together. Which fault of a function
can it not find?
"""

# %% [markdown]
r"""
## E21.4 Tags against confusion

*Hard, 15 minutes. You will be able to nest derivatives without mixing them up.*

With untagged duals, `derive(lambda x: x * derive(lambda y: x + y)(1.0))` gave slope 2 where it
is 1. The cure: each call of a derivative takes a fresh, larger **tag**, and a dual number is a
constant to every tag but its own. Given are the counter, and the newest tag among some numbers:
"""

# %%
TAGS = itertools.count()


def newest(*xs):
    """The largest tag among these; plain numbers have none."""
    return max(getattr(x, "tag", -1) for x in xs)


next(TAGS), next(TAGS), newest(2.0)

# %% [markdown]
r"""
Write `seen_by(tag, x)`: the pair of value and tangent that a derivative with this tag sees in `x`.
A plain number, and a dual of another tag, is itself, with tangent 0.
"""


# %%
def seen_by(tag, x):
    """Value and tangent of x, as the derivative with this tag sees them."""
    ### BEGIN SOLUTION
    if getattr(x, "tag", -1) == tag:
        return x.value, x.tangent
    return x, 0.0
    ### END SOLUTION


# %% [markdown]
r"""
Now the operations. A result carries the newest tag among its operands; value and tangent may
themselves be `Tagged`, of an older one, so compute with `+` and `*` only. `exp` of a value that is
`Tagged` is its `.exp()`.
"""


# %%
class Tagged:
    """A value, its tangent, and the tag of the derivative that asked for it."""

    def __init__(self, value, tangent, tag):
        self.value, self.tangent, self.tag = value, tangent, tag

    def __add__(self, other):
        """self + other."""
        ### BEGIN SOLUTION
        tag = newest(self, other)
        (a, da), (b, db) = seen_by(tag, self), seen_by(tag, other)
        return Tagged(a + b, da + db, tag)
        ### END SOLUTION

    def __mul__(self, other):
        """self * other."""
        ### BEGIN SOLUTION
        tag = newest(self, other)
        (a, da), (b, db) = seen_by(tag, self), seen_by(tag, other)
        return Tagged(a * b, da * b + a * db, tag)
        ### END SOLUTION

    def exp(self):
        """The exponential of self."""
        ### BEGIN SOLUTION
        y = self.value.exp() if isinstance(self.value, Tagged) else math.exp(self.value)
        return Tagged(y, y * self.tangent, self.tag)
        ### END SOLUTION

    __radd__, __rmul__ = __add__, __mul__


# %% [markdown]
r"""
And `derive(f)`: the derivative of `f`, a function of one number, plain or tagged. Take the tag when
the derivative is *called*. (Neither Values nor `derivative` of the package: that is reverse mode.)

With a right answer, `derive(lambda x: x * x)(3.0)` is 6, and the example above gives 1.
"""


# %%
def derive(f):
    """The derivative of f, as a function."""
    ### BEGIN SOLUTION

    def df(x):
        tag = next(TAGS)
        return seen_by(tag, f(Tagged(x, 1.0, tag)))[1]

    return df
    ### END SOLUTION


# %% tags=["check"]
check_derive(seen_by, Tagged, derive)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`seen_by` is one `if` on `getattr(x, "tag", -1)`. The lesson has `+` and `*`.
</details>

<details><summary>Hint 2: every operation begins alike</summary>

`tag = newest(self, other)`, then `a, da = seen_by(tag, self)` and `b, db = seen_by(tag, other)`.
What follows is the old rule, with these four.
</details>

<details><summary>Hint 3: nearly all of derive</summary>

Inside `df(x)`: `tag = next(TAGS)`, `y = f(Tagged(x, 1.0, tag))`, and return the second of
`seen_by(tag, y)`: the tangent where `y` has this tag, else 0.
</details>

<details><summary>Help: "'>' not supported" or "must be real number, not Tagged"</summary>

A value can be a `Tagged` of an older tag. Let it do its own arithmetic; only a plain number goes to
`math.exp`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why must the tag be taken when the derivative is called, and why is the newest
one the right one to carry?
"""
