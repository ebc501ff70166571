# %% [markdown]
r"""
# 19. In-place operations and version counters: exercises

First the guard that engines have against writes into what the way back still needs; then an op that
writes over its operand and gets away with it. 40 minutes. The lesson is
[notebooks/19](../notebooks/19_in_place_and_versions.ipynb). Each exercise stands alone: skip one,
and the next still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
import numpy as np

from autograd_lesson import Tensor
from autograd_lesson.checks.e19_in_place_and_versions import (
    check_relu_in_place,
    check_version_counter,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E19.1 A version counter

*Hard, 25 minutes. You will be able to notice every write into an array, and no read.*

`Counted` wraps an array and counts the writes into its memory. `counter` is a list of one number,
so that several arrays can share it.

- `x[index]` is a `Counted` again, with the label of `x`. Where it is a view of the same memory it
  shares the counter; where it is a copy it gets one of its own. NumPy knows:
  `np.may_share_memory(a, b)`.
- `x[index] = 9` writes, and counts 1.
- All else goes through `__array_ufunc__`, below.

What holds the array and its counter is given. Run it, and leave it as it is.
"""


# %%
class Wrapped(np.lib.mixins.NDArrayOperatorsMixin):
    """An array, its label, and the counter of its memory."""

    def __init__(self, array, label="", counter=None):
        """Wrap `array`; a view is given the counter of what it is a view of."""
        self.array, self.label = array, label
        self.counter = [0] if counter is None else counter

    @property
    def version(self):
        """How often this memory has been written to."""
        return self.counter[0]


def plain(x):
    """The array inside a Counted; anything else as it is."""
    return getattr(x, "array", x)


# %% [markdown]
r"""
NumPy calls `__array_ufunc__` for `x + y`, for `np.exp(x, out=y)`, and for `x *= 2`, which is
`np.multiply(x, 2, out=x)`. `out` is a tuple, `()` where nothing is written. What stands in `out` is
a `Counted`, and counts 1. (`np.add.at(x, ...)` writes without `out`; you need not count it.)

In it, NumPy must get plain arrays, as inputs and in `settings["out"]`; else it would
call you again. The work itself is one line: `result = getattr(ufunc, method)(*inputs, **settings)`.
Return `out[0]` if there is an `out`, otherwise `result`.
"""


# %%
class Counted(Wrapped):
    """An array in whose memory every write is counted."""

    def __getitem__(self, index):
        """A part: on the same counter if it is a view, on a new one if it is a copy."""
        ### BEGIN SOLUTION
        part = self.array[index]
        is_view = np.may_share_memory(part, self.array)
        return Counted(part, self.label, self.counter if is_view else None)
        ### END SOLUTION

    def __setitem__(self, index, x):
        """Write, and count it."""
        ### BEGIN SOLUTION
        self.array[index] = plain(x)
        self.counter[0] += 1
        ### END SOLUTION

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **settings):
        """Compute on plain arrays, and count the writes into `out`."""
        ### BEGIN SOLUTION
        if out:
            settings["out"] = tuple(plain(x) for x in out)
        result = getattr(ufunc, method)(*[plain(x) for x in inputs], **settings)
        for x in out:
            x.counter[0] += 1
        return out[0] if out else result
        ### END SOLUTION


# %% [markdown]
r"""
`Saved` is what an op keeps for the way back. `get` returns the array that it was given, `x`, or
raises a `RuntimeError` if it was written to since. The text names the label of `x`, the op, the
version it has now and the version that is needed.

With right answers, `kept = Saved(x, "*")`, then `x[1:][0] = 9`, then `kept.get()` raises "'x' was
written to after '*' had kept it: it is at version 1, and version 0 is needed".
"""


# %%
class Saved:
    """An array that `op` keeps for the way back, with the version it had."""

    def __init__(self, x, op):
        """Keep the array itself, no copy."""
        self.x, self.op = x, op
        ### BEGIN SOLUTION
        self.version = x.version
        ### END SOLUTION

    def get(self):
        """The array, unless it was written to."""
        ### BEGIN SOLUTION
        if self.x.version != self.version:
            raise RuntimeError(
                f"{self.x.label!r} was written to after {self.op!r} had kept it: it is at "
                f"version {self.x.version}, and version {self.version} is needed"
            )
        return self.x.array
        ### END SOLUTION


# %% tags=["check"]
check_version_counter(Counted, Saved)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`__setitem__` and `Saved` are short and enough for the first program: write, `self.counter[0] += 1`;
note `x.version`, compare it later.
</details>

<details><summary>Hint 2: views</summary>

`part = self.array[index]`, and then `Counted(part, self.label, counter)`. The counter is
`self.counter` where `np.may_share_memory(part, self.array)`, else `None`.
</details>

<details><summary>Hint 3: when NumPy asks</summary>

`__array_ufunc__` has four steps: `settings["out"] = tuple(plain(x) for x in out)` if there is an
`out`; the inputs made plain in the same way; the call; `x.counter[0] += 1` for each `x` in `out`.
</details>

<details><summary>Help: RecursionError</summary>

NumPy was handed a `Counted`, and asked you again. Inputs *and* `out` must be plain.
</details>

<details><summary>Help: "Nothing was written. A read leaves the numbers as they are"</summary>

Somewhere a counter goes up in `__getitem__`, or in `__array_ufunc__` without an `out`. An engine
that cries at reads would soon be switched off.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which ways to write into an array does your counter still not see?
"""

# %% [markdown]
r"""
## E19.2 A relu in place

*Medium, 15 minutes. You will be able to say which ops may write over their operand.*

Write `relu_(x)` for a `Tensor`: it writes `max(x, 0)` over the numbers of `x`, and returns a
function `vjp(upstream)`. The input is gone by then, so the slope is read off the output. (A `_` at
the end marks ops that write in place.)

- Write through `x.data`, which counts.
- Keep nothing but `x` and a number: no mask, no copy.
- `vjp` raises a `RuntimeError` if `x` was written to after `relu_` itself. It names `x.label`,
  `'relu_'`, and both versions.
"""

# %%
numbers = Tensor([1.0, -2.0], label="numbers")
numbers.data[0] = 3.0
numbers.data, numbers.version.count

# %% [markdown]
r"""
With a right answer, `vjp = relu_(numbers)` leaves 3 and 0 here, and an upstream of 5 and 5 comes
back as 5 and 0.
"""


# %% tags=["fade"]
def relu_(x):
    """Write max(x, 0) over `x`; return the way back, which reads the slope off the output."""
    ### BEGIN SOLUTION
    np.maximum(x.data, 0.0, out=x.data)  # gap
    version = x.version.count  # gap

    def vjp(upstream):
        if x.version.count != version:
            raise RuntimeError(
                f"{x.label!r} was written to after 'relu_' had kept it: it is at version "
                f"{x.version.count}, and version {version} is needed"
            )
        return upstream * (x.data > 0)  # gap

    return vjp
    ### END SOLUTION


# %% tags=["check"]
check_relu_in_place(relu_)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`np.maximum(x.data, 0.0, out=x.data)` writes into the same memory, and is counted.
</details>

<details><summary>Hint 2: the slope</summary>

The output is positive where the input was, and 0 everywhere else. So `x.data > 0` after the write
is what it was before.
</details>

<details><summary>Hint 3: the version</summary>

Note `version = x.version.count` *after* the write, and compare with it in `vjp`.
</details>

<details><summary>Help: "`>= 0` holds everywhere"</summary>

An output is never below 0. Ask where it is above.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** could `exp`, `tanh` and `abs` be written in place like this? Which of them
cannot, and why?
"""
