# %% [markdown]
r"""
# 3. A number that remembers: exercises

Four short classes: record `+` and `*`, take constants on the left, give `-` and `/` an op of their
own, refuse what is no number. 40 minutes. The lesson is
[notebooks/03](../notebooks/03_a_number_that_remembers.ipynb). Each exercise stands alone: skip
one, and the next still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
from autograd_lesson import topological_order
from autograd_lesson.checks.e03_a_number_that_remembers import (
    check_careful,
    check_one_node,
    check_reflected,
    check_value,
)
from autograd_lesson.numpy_or_not import np  # NumPy, where it is
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E3.1 Record plus and times

*Easy, 10 minutes. You will be able to record an op and its operands.*

Complete `__add__` and `__mul__`. Each returns a **new** `Value` with the result as `data`, the
symbol as `op` (a string), and a tuple of the two operands in the order in which they were written,
repeats kept. A plain number on the right, as in `a * 3`, becomes a `Value` of its own, whether it
is an `int`, a `float` or one of NumPy's.

With `a = Value(2.0)` and `b = Value(3.0)`, `(a + b).data` is 5, `(a + b).op` is `"+"`, and
`(a + b).operands` holds `a` and `b` themselves.
"""


# %%
class Value:
    """One number that remembers the op and the operands it was computed from."""

    def __init__(self, data, label="", op="", operands=()):
        self.data, self.grad, self.label = data, 0.0, label
        self.op, self.operands, self.partials = op, operands, ()

    def __add__(self, other):
        """self + other, where `other` is a Value or a plain number."""
        ### BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, op="+", operands=(self, other))
        ### END SOLUTION

    def __mul__(self, other):
        """self * other, where `other` is a Value or a plain number."""
        ### BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, op="*", operands=(self, other))
        ### END SOLUTION


# %% tags=["check"]
check_value(Value)

# %% [markdown]
r"""
<details><summary>Hint 1</summary>

A result is a call of `Value` with three things filled in: `Value(…, op=…, operands=…)`. Write it
for `a + b` first, both of them Values.

</details> <details><summary>Hint 2: "AttributeError: 'int' object has no attribute
'data'"</summary>

In `a * 3` your method gets the plain 3 as `other`. Before you use `other.data`, make sure that
`other` is a Value: `isinstance(other, Value)` answers the question, `Value(other)` wraps it.

</details> <details><summary>Hint 3</summary>

Two lines for each method: `other = other if isinstance(other, Value) else Value(other)`, then
`return Value(...)` with `operands=(self, other)`.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which mistake would your class make on `a + a` if it kept its operands in a
set?
"""

# %% [markdown]
r"""
## The class that the next exercises start from

`Recorded` is the class of the lesson, with one change: `self.record` makes a result of *whichever
class you are writing* (`type(self)`), so that what your methods return has your methods too. `-`
and `/` are put together from other ops, and nothing works yet with a number on the left. Read it,
run it, leave it as it is.
"""


# %%
class Recorded:
    def __init__(self, data, label="", op="", operands=()):
        self.data, self.grad, self.label = float(data), 0.0, label
        self.op, self.operands, self.partials = op, operands, ()

    def __repr__(self):
        return f"{type(self).__name__}({self.data:.4g})"

    def of(self, x):
        return x if isinstance(x, Recorded) else type(self)(x)

    def record(self, op, data, *operands):
        return type(self)(data, op=op, operands=operands)

    def __add__(self, other):
        return self.record("+", self.data + self.of(other).data, self, self.of(other))

    def __mul__(self, other):
        return self.record("*", self.data * self.of(other).data, self, self.of(other))

    def __pow__(self, k):
        if isinstance(k, Recorded):
            return self.record("**", self.data**k.data, self, k)
        return self.record(f"**{k:g}", self.data**k, self)

    def __sub__(self, other):
        return self + self.of(other) * -1

    def __truediv__(self, other):
        return self * self.of(other) ** -1


# %% [markdown]
r"""
## E3.2 Numbers on the left

*Medium, 10 minutes. You will be able to compute with a number on the left of a value.*

In `2 - x` the 2 cannot subtract a value, so Python turns to `x` and calls `x.__rsub__(2)`: `self`
is what stood on the **right**. Write all five. The number may be an `int`, a `float` or a NumPy
number. An array on the left must be refused: the line that is already there sees to it that NumPy
leaves the operation to you.

With `x = Reflected(4.0)`: `(10 - x).data` is 6, `(2 / x).data` is 0.5 and `(2**x).data` is 16.
"""


# %%
class Reflected(Recorded):
    """A Recorded that takes a number on the left of + - * / and **."""

    __array_priority__ = 1000  # so that array * value comes to __rmul__ below, in one piece

    def __radd__(self, other):
        """other + self, where `other` is a plain number."""
        ### BEGIN SOLUTION
        return self.of(other) + self
        ### END SOLUTION

    def __rsub__(self, other):
        """other - self."""
        ### BEGIN SOLUTION
        return self.of(other) - self
        ### END SOLUTION

    def __rmul__(self, other):
        """other * self."""
        ### BEGIN SOLUTION
        return self.of(other) * self
        ### END SOLUTION

    def __rtruediv__(self, other):
        """other / self."""
        ### BEGIN SOLUTION
        return self.of(other) / self
        ### END SOLUTION

    def __rpow__(self, other):
        """other ** self."""
        ### BEGIN SOLUTION
        return self.of(other) ** self
        ### END SOLUTION


# %% tags=["check"]
check_reflected(Reflected)

# %% [markdown]
r"""
<details><summary>Hint 1</summary>

You do not need to compute anything anew. Once the number on the left is a value, the operation
between two values is there already, in `Recorded`.

</details> <details><summary>Hint 2: "RecursionError: maximum recursion depth exceeded"</summary>

`return other - self` inside `__rsub__` asks the same question again: a number minus a value. Make
a value of `other` first.

</details> <details><summary>Hint 3</summary>

`__rsub__` is `return self.of(other) - self`. The other four differ from it in the operator alone.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** for which of the five operators could you swap the two sides and get away with
it, and why not for the others?
"""

# %% [markdown]
r"""
## E3.3 One op, one value

*Medium, 10 minutes. You will be able to give an op its own record, and to count what that saves.*

As `Recorded` has it, `p - q` leaves five values behind and `p / q` four. Run the next cell to see
which. Then write `__sub__` and `__truediv__` so that each adds **one** value to the graph, with
the op `"-"` or `"/"` and both operands, in order.

Afterwards there must be 3 values behind `p - q`, 3 behind `p / q`, 2 behind `p - p`, and 5 instead
of 8 behind `(p - q) / (p + q)`.
"""

# %%
p, q = Recorded(6.0, label="p"), Recorded(4.0, label="q")
for root in (p - q, p / q, (p - q) / (p + q)):
    behind = topological_order(root)
    print(len(behind), [value.label or value.op or value.data for value in behind])


# %%
class OneNode(Recorded):
    """A Recorded whose - and / are ops of their own."""

    def __sub__(self, other):
        """self - other, recorded as one op."""
        ### BEGIN SOLUTION
        other = self.of(other)
        return self.record("-", self.data - other.data, self, other)
        ### END SOLUTION

    def __truediv__(self, other):
        """self / other, recorded as one op."""
        ### BEGIN SOLUTION
        other = self.of(other)
        return self.record("/", self.data / other.data, self, other)
        ### END SOLUTION


# %% tags=["check"]
check_one_node(OneNode)

# %% [markdown]
r"""
<details><summary>Hint 1</summary>

Look at how `Recorded` records `+`: the symbol, the number, the two operands.

</details> <details><summary>Hint 2: there are more values than there should be</summary>

Every `+`, `*` or `**` between *values* leaves a value behind. Do the arithmetic on the plain
numbers, `self.data` and `other.data`.

</details> <details><summary>Hint 3</summary>

`other = self.of(other)`, then `return self.record("-", self.data - other.data, self, other)`.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** an op of its own makes the graph smaller. What does it cost, when every op
needs a rule for the way back?
"""

# %% [markdown]
r"""
## E3.4 Refuse what is not a number

*Medium, 10 minutes. You will be able to raise an error that helps.*

`Recorded("2.5")` takes the string and says nothing; `Recorded(None)` is refused in words that help
nobody. Write a constructor that takes real numbers (`int`, `float`, `bool`, which is a kind of
`int`, and NumPy's real numbers) and raises a `TypeError` for a string, a list, an array of any
shape, a complex number (NumPy has some too), `None` or another value.
"""

# %% [markdown]
r"""
The message has three parts: what was **found**
(`data` itself or the name of its type), what is **allowed** (one real number, an int, a float), and
a **next move** for the reader (what to pass or use instead), as in "…; pass an int or a float".

A result passes through here too: in Python `(-8.0) ** (1 / 3)` is complex.
"""


# %%
class Careful(Recorded):
    """A Recorded that holds one real number, and refuses everything else."""

    def __init__(self, data, label="", op="", operands=()):
        ### BEGIN SOLUTION
        if not isinstance(data, int | float | np.integer | np.floating):
            found = f"{data!r}, of type {type(data).__name__}"
            raise TypeError(f"a value holds one real number, not {found}; pass an int or a float")
        ### END SOLUTION
        super().__init__(data, label, op, operands)


# %% tags=["check"]
check_careful(Careful)

# %% [markdown]
r"""
<details><summary>Hint 1</summary>

Ask what the thing *is* before you convert it: `float("2.5")` works, and that is the trouble.
`isinstance(data, (int, float))` is a beginning.

</details> <details><summary>Hint 2: NumPy's numbers are refused</summary>

`np.float64` is a `float`, but `np.float32` and `np.int64` are neither `float` nor `int`.
`np.floating` and `np.integer` name all of NumPy's.

</details> <details><summary>Hint 3</summary>

`raise TypeError(f"a value holds one real number, not {data!r}; ...")`, with an f-string, so that
the message shows what was found. `type(data).__name__` gives the name of its type.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why is it better to refuse `Careful(Careful(1.0))` than to take the number out
of it without a word?
"""
