# %% [markdown]
r"""
# 4. Local rules: exercises

You write what each operation keeps for the way back, and the two lines that pass a gradient on.
45 minutes. The lesson is [notebooks/04](../notebooks/04_local_rules.ipynb). Each exercise stands
alone: skip one, and the next still works.

The work is yours: an answer that has the package or another library do it does not pass. What is
to be predicted is not run: take a pencil.
"""

# %%
from autograd_lesson.checks.e04_local_rules import (
    EDGES,
    check_local_rules,
    check_mul_lines,
    check_partials_from_result,
    check_pass_on,
    check_predicted_contributions,
    practice,
)
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import step_by_hand

hints.on()

# %% [markdown]
r"""
## The class that E4.1 starts from

`Recorded` is the class of lesson 4 without its operations: `record` makes a result of the class
that you are writing, and numbers on the left are wrapped already. Read it, run it, leave it as it
is.
"""


# %%
class Recorded:
    def __init__(self, data, label="", op="", operands=(), partials=()):
        self.data, self.grad, self.label = float(data), 0.0, label
        self.op, self.operands, self.partials = op, operands, partials

    def __repr__(self):
        return f"{type(self).__name__}({self.data:.4g})"

    def of(self, x):
        return x if isinstance(x, Recorded) else type(self)(x)

    def record(self, op, data, operands, partials):
        return type(self)(data, "", op, operands, partials)

    def __radd__(self, other):
        return self.of(other) + self

    def __rsub__(self, other):
        return self.of(other) - self

    def __rmul__(self, other):
        return self.of(other) * self

    def __rtruediv__(self, other):
        return self.of(other) / self


# %% [markdown]
r"""
## E4.1 Five rules

*Two rungs. You will be able to write the rule of an operation from a nudge.*

**Rung 1: what to keep.** *Medium, 12 minutes.* Complete the five operations. Each returns
`self.record(op, data, operands, partials)`. The op is the symbol: `"+"`, `"-"`, `"*"`, `"/"`, and
for `a**3`, which has one operand, `"**3"` (`f"**{k:g}"` writes 3 and 3.0 alike). In `partials`
stands one plain number for each operand: how fast does the result move when that operand alone
moves?

With `a = LocalRules(2.0)` and `b = LocalRules(3.0)`, `(a * b).partials` is `(3.0, 2.0)` and
`(a**3).partials` is `(12.0,)`. Two folded boxes make it easier.
"""


# %% tags=["fade"]
class LocalRules(Recorded):
    """A Recorded whose five operations keep their partials."""

    def __add__(self, other):
        other = self.of(other)
        ### BEGIN SOLUTION
        partials = (1.0, 1.0)  # gap
        return self.record("+", self.data + other.data, (self, other), partials)
        ### END SOLUTION

    def __sub__(self, other):
        other = self.of(other)
        ### BEGIN SOLUTION
        partials = (1.0, -1.0)  # gap
        return self.record("-", self.data - other.data, (self, other), partials)
        ### END SOLUTION

    def __mul__(self, other):
        other = self.of(other)
        ### BEGIN SOLUTION
        partials = (other.data, self.data)  # gap
        return self.record("*", self.data * other.data, (self, other), partials)
        ### END SOLUTION

    def __truediv__(self, other):
        other = self.of(other)
        ### BEGIN SOLUTION
        partials = (1 / other.data, -self.data / other.data**2)  # gap
        return self.record("/", self.data / other.data, (self, other), partials)
        ### END SOLUTION

    def __pow__(self, k):
        """self ** k, where k is a plain number."""
        ### BEGIN SOLUTION
        partials = (k * self.data ** (k - 1),)  # gap
        return self.record(f"**{k:g}", self.data**k, (self,), partials)
        ### END SOLUTION


# %% tags=["check"]
check_local_rules(LocalRules)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Begin with `+`. Move `a` by 0.001: how far does `a + b` move? The same for `b`. These two numbers,
each divided by 0.001, are the partials.

</details>

<details><summary>Hint 2: divide and power</summary>

$x / y$ is $x \cdot y^{-1}$: in $x$ it is a product, in $y$ a power with $k = -1$. And $x^k$ has
the slope $k \cdot x^{k-1}$.

</details>

<details><summary>Hint 3: nearly all of it</summary>

The pairs are `(1, 1)`, `(1, -1)`, `(y, x)` and `(1 / y, -x / y**2)`, with `self.data` for x and
`other.data` for y. A tuple of one number is written `(number,)`.

</details>

<details><summary>Help: "They are kept in a tuple"</summary>

`(12.0)` is a number in brackets. The comma makes the tuple: `(12.0,)`.

</details>

<details><summary>Help: ZeroDivisionError: division by zero</summary>

Some rule divides by an operand that may be 0. The other factor of a product is there already; you
need not divide to get it.

</details>
"""

# %% [markdown]
r"""
**Rung 2: what to pass on.** *Easy, 6 minutes.* `pass_on(result)` adds to the `grad` of each
operand what its edge brings: the gradient of the result times the partial of the edge. It returns
nothing, changes nothing else, and leaves it to others to process the operands. A leaf has no
operands, so nothing happens.

With `r.grad = 5`, the operands `(x, y)` and the partials `(3.0, 2.0)`, 15 is added to `x.grad` and
10 to `y.grad`.
"""


# %% tags=["fade"]
def pass_on(result):
    """Add to the grad of each operand of `result` what its edge brings."""
    ### BEGIN SOLUTION
    for operand, partial in zip(result.operands, result.partials, strict=True):
        operand.grad += result.grad * partial  # gap
    ### END SOLUTION


# %% tags=["check"]
check_pass_on(pass_on)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Operands and partials stand side by side, in the same order. `zip(result.operands,
result.partials)` goes through them in pairs.

</details>

<details><summary>Hint 2: one edge</summary>

Upstream times partial: `result.grad * partial`. What was in `operand.grad` before stays in the sum.

</details>

<details><summary>Hint 3: nearly all of it</summary>

One `for operand, partial in zip(...)`, and below it one line with `+=`.

</details>

<details><summary>Help: "An operand that stands twice"</summary>

A dict or a set holds a thing once. Go through the tuples themselves.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the two functions needs to know what comes after the result, and
where does it find that?
"""

# %% [markdown]
r"""
## E4.2 Say it before you click

*Medium, 10 minutes. You will be able to follow a gradient through minus, divide and a power.*

With `x = 8` and `y = 4`:

```python
p = x / y
q = x - p
r = q ** 2
z = r * p
```

Seven edges, so seven contributions. Write each down before anything is run, and return them in a
dict like the next one, with your numbers for its zeros.
"""

# %%
dict.fromkeys(EDGES, 0)


# %%
def predicted_contributions():
    """What each operand receives from each result."""
    ### BEGIN SOLUTION
    return {
        "r from z": 2,
        "p from z": 36,
        "q from r": 24,
        "x from q": 24,
        "p from q": -24,
        "x from p": 3,
        "y from p": -6,
    }
    ### END SOLUTION


# %% tags=["check"]
check_predicted_contributions(predicted_contributions)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

First the data: `p` is 2, `q` is 6, `r` is 36, `z` is 72. Then write the two partials beside `z`.

</details>

<details><summary>Hint 2: who may pass on</summary>

`z`, then `r`, then `q`, then `p`. `p` is an operand of two results, `z` and `q`, and receives a
contribution from each.

</details>

<details><summary>Hint 3: nearly all of it</summary>

`q` receives $2 \times 12$ from `r`. `p` holds $36 - 24$ when its turn comes, and its partials are
$1/4$ and $-8/16$.

</details>

Now click. The widget takes the values in the order that you choose, and refuses when one is too
early. Do your numbers come?
"""

# %%
step_by_hand(practice()[0])

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which value did you want to process too early, or which of your predictions
was wrong, and what had you left out?
"""

# %% [markdown]
r"""
## E4.3 Look at the result instead

*Medium, 8 minutes. You will be able to say which number an operation must keep, and why.*

Some functions have a slope that can be read off the *result*: with $y = f(x)$ at hand, nobody
needs $x$ any more, nor another call of $f$. Write three of them, each with `y` alone, and without
calling any function of `math`. `y` is a plain number.

With right answers `exp_partial(2.5)` is 2.5 (so $x$ was $\log 2.5$), and `sqrt_partial(3.0)` is
the slope of the root at $x = 9$.
"""


# %%
def exp_partial(y):
    """The slope of exp at the place where exp(x) is y."""
    ### BEGIN SOLUTION
    return y
    ### END SOLUTION


# %%
def sqrt_partial(y):
    """The slope of sqrt at the place where sqrt(x) is y."""
    ### BEGIN SOLUTION
    return 1 / (2 * y)
    ### END SOLUTION


# %%
def tanh_partial(y):
    """The slope of tanh at the place where tanh(x) is y."""
    ### BEGIN SOLUTION
    return 1 - y * y
    ### END SOLUTION


# %% tags=["check"]
check_partials_from_result(exp_partial, sqrt_partial, tanh_partial)

# %% [markdown]
r"""
<details><summary>Hint 1: the slopes as you may know them</summary>

$\exp' = \exp$, $\sqrt{x}\,' = 1 / (2\sqrt{x})$, $\tanh' = 1 - \tanh^2$.

</details>

<details><summary>Hint 2: put y in</summary>

In each of the three, $f(x)$ stands somewhere on the right. Write `y` there.

</details>

<details><summary>Hint 3: nearly all of it</summary>

Two of the three are `y` and `1 - y * y`.

</details>

<details><summary>Help: "Here it was taken for the operand"</summary>

The result was put into the function once more: `math.exp(y)` is $\exp(\exp(x))$.

</details>
"""

# %% [markdown]
r"""
> **In two sentences.** Why may the rule of `exp` use its result, and why could `x**2` not do the
> same? Write them below, then compare.

<details><summary>A model answer</summary>

The slope of exp is exp itself, and the result is just that number, computed once on the way
forward. From the result of `x**2` nobody can tell `x` from `-x`, and their slopes differ in sign.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** your two sentences on why `exp` may look at its result.
"""

# %% [markdown]
r"""
## E4.4 Ten lines, six places

*Easy, 6 minutes. You will be able to say what each line of an operation is for.*

Six of these ten lines make up `__mul__`, which takes a value or a plain number and returns a new
value that knows its op, operands and partials.

```text
A   result.partials = partials
B   return data
C   data = self.data * other.data
D   partials = (self.data, other.data)
E   other = other if isinstance(other, Value) else Value(other)
F   return result
G   partials = (other.data, self.data)
H   result = Value(data, op="*", operands=(self, other))
I   other = Value(other)
J   self.partials = partials
```

Return their letters from top to bottom: `["B", "A", ...]`. Three orders are right.
"""


# %%
def mul_lines():
    """The letters of the six lines of __mul__, from top to bottom."""
    ### BEGIN SOLUTION
    return ["E", "C", "G", "H", "A", "F"]
    ### END SOLUTION


# %% tags=["check"]
check_mul_lines(mul_lines)

# %% [markdown]
r"""
<details><summary>Hint 1: pairs of rivals</summary>

Four of the lines have a rival that looks much like them: B and F, D and G, E and I, A and J. One
of each pair stays out.

</details>

<details><summary>Hint 2: what a line needs</summary>

A line can use a name only after another line has made it. Which lines use `other.data`? Which
`data`? Which `result`?

</details>

<details><summary>Hint 3: nearly all of it</summary>

The first is E, the last is F, and the one before it A.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the six lines would be the same for every operation with two
operands?
"""
