# %% [markdown]
r"""
# 11. From scalars to arrays: exercises

You write a tensor: an array with a memory, and the walk that finds its gradient. 50 minutes. The
lesson is [notebooks/11](../notebooks/11_from_scalars_to_arrays.ipynb).

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
import numpy as np

from autograd_lesson import topological_order as order_of
from autograd_lesson.checks.e11_from_scalars_to_arrays import (
    check_arithmetic,
    check_backward,
    check_functions,
    check_seed_for,
    check_topological_order,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E11.1 A tensor

*Two rungs. You will be able to write any operation that works entry by entry.*

The memory is done; the operations are yours. `made` returns a result: it takes the symbol of the
op, the array, and one pair for each edge, an operand and its partial. A pair whose operand is a
plain number or array is left out: a constant needs no gradient. `data_of` gives the array inside a
tensor, and a constant as it is.
"""


# %%
class Memory:
    """An array of floats that knows what it was computed from."""

    __array_ufunc__ = None  # NumPy leaves `array * x` to x.__rmul__

    def __init__(self, data, label="", op="", operands=(), partials=()):
        """Hold `data`: float32 stays, every other kind of number becomes float64."""
        array = np.array(data)
        self.data = array if array.dtype == np.float32 else array.astype(float)
        self.grad = None
        self.label, self.op, self.operands, self.partials = label, op, operands, partials

    def made(self, op, data, *edges):
        """A result, from pairs of an operand and its partial; constants are left out."""
        kept = [edge for edge in edges if isinstance(edge[0], Memory)]
        operands, partials = zip(*kept, strict=True)
        return type(self)(data, "", op, operands, partials)


def data_of(x):
    """The array inside a tensor; a constant as it is."""
    return x.data if isinstance(x, Memory) else x


# %% [markdown]
r"""
**Rung 1: arithmetic.** *Medium, 14 minutes.* `__add__` shows the pattern. Complete the others, for
a tensor, a number or an array on the other side; all arrays of a line have one shape. The
`__r...__` methods are called where `self` stands on the *right*. In `x ** k` the exponent is a
number, a part of the op. The symbols are `"+"`, `"-"`, `"*"`, `"/"` and `"**"`; `"**3"`, with the
exponent behind it, will do as well. A partial is a number or an array of the shape and the dtype of
the data; `True` and `False` will do for 1 and 0.

With a right answer, `(Arithmetic([2.0, 3.0]) * Arithmetic([4.0, 5.0])).partials` is
`(array([4., 5.]), array([2., 3.]))`.
"""


# %%
class Arithmetic(Memory):
    """A tensor with + - * / and **, on either side."""

    def __add__(self, other):
        return self.made("+", self.data + data_of(other), (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        ### BEGIN SOLUTION
        a, b = self.data, data_of(other)
        return self.made("*", a * b, (self, b), (other, a))
        ### END SOLUTION

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        ### BEGIN SOLUTION
        return self.made("-", self.data - data_of(other), (self, 1.0), (other, -1.0))
        ### END SOLUTION

    def __rsub__(self, constant):
        ### BEGIN SOLUTION
        return self.made("-", constant - self.data, (self, -1.0))
        ### END SOLUTION

    def __truediv__(self, other):
        ### BEGIN SOLUTION
        a, b = self.data, data_of(other)
        return self.made("/", a / b, (self, 1 / b), (other, -a / b**2))
        ### END SOLUTION

    def __rtruediv__(self, constant):
        ### BEGIN SOLUTION
        return self.made("/", constant / self.data, (self, -constant / self.data**2))
        ### END SOLUTION

    def __pow__(self, k):
        ### BEGIN SOLUTION
        return self.made("**", self.data**k, (self, k * self.data ** (k - 1)))
        ### END SOLUTION


# %% tags=["check"]
check_arithmetic(Arithmetic)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Name the two arrays, `a, b = self.data, data_of(other)`. Write the op and its partials as if `a` and
`b` were numbers: NumPy works entry by entry.
</details>

<details><summary>Hint 2: one partial for each operand</summary>

A nudge of `a` moves `a * b` by `b` times as much. In `a / b` a nudge of `a` moves the result by
`1 / b` times as much; for `b`, write it as `a * b ** -1`.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`return self.made("*", a * b, (self, b), (other, a))`. In `__rsub__` the constant stands first:
`constant - self.data`, with one edge, to `self`.
</details>

<details><summary>Help: TypeError: unsupported operand type(s)</summary>

Python found neither the method of the left side nor the reflected one of the right side. Does
each method return what it made?
</details>

<details><summary>Help: not enough values to unpack</summary>

No pair had a tensor in it. One of the pairs must begin with `self`.
</details>
"""

# %% [markdown]
r"""
**Rung 2: functions.** *Medium, 8 minutes.* Four more ops, with the symbols `"exp"`, `"log"`,
`"tanh"` and `"relu"`. `x.relu()` cuts off what is below 0, entry by entry, with the slope 0 at 0.
`x.tanh()` must be right at 400 too.
"""


# %%
class Tensor(Arithmetic):
    """A tensor with exp, log, tanh and relu as well."""

    def exp(self):
        ### BEGIN SOLUTION
        y = np.exp(self.data)
        return self.made("exp", y, (self, y))
        ### END SOLUTION

    def log(self):
        ### BEGIN SOLUTION
        return self.made("log", np.log(self.data), (self, 1 / self.data))
        ### END SOLUTION

    def tanh(self):
        ### BEGIN SOLUTION
        y = np.tanh(self.data)
        return self.made("tanh", y, (self, 1 - y**2))
        ### END SOLUTION

    def relu(self):
        ### BEGIN SOLUTION
        return self.made("relu", np.maximum(self.data, 0.0), (self, self.data > 0))
        ### END SOLUTION


# %% tags=["check"]
check_functions(Tensor)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`np.exp`, `np.log` and `np.tanh` take arrays; those of `math` do not.
</details>

<details><summary>Hint 2: a choice for each entry</summary>

`self.data > 0` is an array of True and False. `np.maximum(self.data, 0.0)` compares entry by entry.
</details>

<details><summary>Hint 3: nearly all of it</summary>

For `exp` and `tanh` compute `y` first: their partials, `y` and `1 - y**2`, are made of the result.
An array of True and False is a fine partial: times a number, True is 1 and False is 0.
</details>

<details><summary>Help: ValueError: The truth value of an array ... is ambiguous</summary>

`if self.data > 0:` asks one question of many entries.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the whole Jacobian of `tanh` on an array of 1,000 entries has a million
numbers. Where are they in your `Tensor`?
"""

# %% [markdown]
r"""
## E11.2 A seed, or a refusal

*Medium, 8 minutes. You will be able to say when a backward pass may begin without a seed.*

Write `seed_for(root, seed=None)`: the array in which the walk begins. It has the shape and the
dtype of `root.data` and shares no memory with the seed. Without a seed it is 1 where the root has
one entry (of shape `()`, `(1,)`, `(1, 1)`, ...). A root of any other size without a seed, and any
seed of another shape than the root's, are refused with a `ValueError` that names the shape of the
root, and that of the seed where there is one. The seed may be a number, a list or an array.
"""


# %%
def seed_for(root, seed=None):
    """The seed as an array like `root.data`, or a ValueError that names the shapes."""
    ### BEGIN SOLUTION
    shape = root.data.shape
    if seed is None:
        if root.data.size != 1:
            raise ValueError(f"a root of shape {shape} needs a seed of that shape")
        return np.ones_like(root.data)
    seed = np.array(seed, dtype=root.data.dtype)
    if seed.shape != shape:
        raise ValueError(f"the seed has shape {seed.shape}, the root has shape {shape}")
    return seed
    ### END SOLUTION


# %% tags=["check"]
check_seed_for(seed_for)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Two questions: is there a seed? If not, has the root one entry (`root.data.size`)?
</details>

<details><summary>Hint 2: a list, a number, an array</summary>

`np.array(seed, dtype=root.data.dtype)` makes a new array of any of them. A number gets the shape
`()`.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`if seed.shape != root.data.shape: raise ValueError(f"the seed has shape {seed.shape}, ...")`.
</details>

<details><summary>Help: "The seed was made to fit"</summary>

`np.broadcast_to`, `reshape` and `np.ones(shape) * seed` take a seed of another shape without a
word. Compare the shapes first.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which seed gives the gradient of the sum of all entries, and which that of one
entry?
"""

# %% [markdown]
r"""
## E11.3 The order and the walk, on arrays

*Two rungs. You will have moved the engine of lessons 3 to 5 to arrays.*

**Rung 1: the order.** *Easy, 4 minutes.* Copy your `topological_order` from
[exercise 5](05_order_and_accumulation.ipynb), unchanged. The check runs it on the graphs of that
exercise, and on graphs of arrays whose `==` compares entry by entry. If you have none, write it: a
list of every value that `root` depends on, operands before results, without recursion.
"""


# %%
def topological_order(root):
    """Every value `root` depends on, operands before results."""
    ### BEGIN SOLUTION
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, operands_are_done = stack.pop()
        if operands_are_done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack += [(operand, False) for operand in reversed(value.operands)]
    return order
    ### END SOLUTION


# %% tags=["check"]
check_topological_order(topological_order)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A stack of pairs: `(value, False)` for "look at it", `(value, True)` for "its operands are done".
</details>

<details><summary>Hint 2: known, or new?</summary>

A list looks for a value with `==`, entry by entry. A set goes by identity first.
</details>

<details><summary>Hint 3: nearly all of it</summary>

The hints of exercise 5 hold here word for word.
</details>
"""

# %% [markdown]
r"""
**Rung 2: the walk.** *Medium, 12 minutes.* Write `backward(root, seed)`: `seed` is what the walk
begins with at the root. It must do what the one of lesson 5 does on numbers, and on arrays:

- a partial may be a number, an array, or a *function*: then `partial(upstream)` is the
  contribution;
- `.grad` is None until the first pass (that of a `Value` is 0), and every pass adds to it;
- the seed and the data stay as they are, and each `.grad` is an array of its own.

Use your `topological_order`, or the package's, `order_of`. Here is a copy, an op whose partial is a
function: what arrives at the result is what the operand receives.
"""

# %%
a = Memory([1.0, 2.0], "a")
c = Memory(a.data.copy(), "c", "copy", (a,), (lambda upstream: upstream,))
[value.label for value in order_of(c)]

# %% [markdown]
r"""
With a right answer, `backward(c, np.array([3.0, 4.0]))` leaves `array([3., 4.])` in `a.grad` and in
`c.grad`: two arrays, not one with two names.
"""


# %%
def backward(root, seed):
    """Add the gradient of `root`, weighted by `seed`, to every value that it depends on."""
    ### BEGIN SOLUTION
    gradient = {root: seed}
    for result in reversed(topological_order(root)):
        upstream = gradient[result]
        for operand, partial in zip(result.operands, result.partials, strict=True):
            contribution = partial(upstream) if callable(partial) else upstream * partial
            gradient[operand] = gradient.get(operand, 0.0) + contribution
    for value, amount in gradient.items():
        value.grad = amount + (0.0 if value.grad is None else value.grad)
    ### END SOLUTION


# %% tags=["check"]
check_backward(backward)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Take your `backward` of exercise 5. What there was 1 is now the seed.
</details>

<details><summary>Hint 2: who holds this array?</summary>

After `gradient[a] = contribution` the array has two names, if the contribution is an array that
somebody else holds. `+=` then changes it for both; `a = a + b` makes a new one.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`contribution = partial(upstream) if callable(partial) else upstream * partial`, then
`gradient[operand] = gradient.get(operand, 0.0) + contribution`. At the end
`value.grad = amount + (0.0 if value.grad is None else value.grad)`.
</details>

<details><summary>Help: "not attempted yet", though I have written backward</summary>

It calls `topological_order`, and that is still the stub. Call `order_of` in its place meanwhile.
</details>

<details><summary>Help: TypeError: unsupported operand type(s) for *: ... and 'function'</summary>

A partial that is a function is applied, not multiplied by. `callable(partial)` tells which it is.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what of the scalar engine did you change for arrays, and what not?
"""
