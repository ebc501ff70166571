# %% [markdown]
r"""
# 26. How PyTorch, JAX and TensorFlow do it: exercises

You match fourteen parts of your engine with those of PyTorch, and carry two of your ops over. 30
minutes. The lesson is [notebooks/26](../notebooks/26_how_the_frameworks_do_it.ipynb). PyTorch need
not be installed: then the ops run dry, on NumPy arrays.
"""

# %%
from autograd_lesson.checks.e26_how_the_frameworks_do_it import (
    check_divide,
    check_matched_parts,
    check_power,
)
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.pytorch import Function

hints.on()

# %% [markdown]
r"""
## E26.1 Fourteen parts

*Easy, 10 minutes. You will find your way in PyTorch's documentation, because you know the things
behind the names.*

Give each of yours the letter of its counterpart. Every letter is used once.

| yours | | PyTorch's | |
|---|---|---|---|
| 1 | `value.op` | A | `torch.func.jvp` |
| 2 | `operands` | B | `next_functions` |
| 3 | `partials` | C | `torch.compile` |
| 4 | `backward_steps`, the walk | D | `AccumulateGrad` |
| 5 | `.grad += ...` at a leaf | E | `tensor._version` |
| 6 | `ops.py`, the table of rules | F | saved tensors |
"""

# %% [markdown]
r"""
| yours | | PyTorch's | |
|---|---|---|---|
| 7 | the seed in `y.backward(seed)` | G | the dispatcher |
| 8 | `x.version.count` | H | `grad_fn` |
| 9 | `derivative(derivative(f))` | I | the argument `gradient=` |
| 10 | `check_gradient` | J | `derivatives.yaml` |
| 11 | `checkpoint(f, x)` | K | `torch.utils.checkpoint` |
| 12 | `jvp` | L | the engine in C++ |
| 13 | `trace(f, x)`, instructions and guards | M | `create_graph=True` |
| 14 | `xp.use(module)` | N | `torch.autograd.gradcheck` |

The answer is a dict of numbers and letters, `{1: "A", 2: "B", ...}` (these two are wrong).
"""


# %%
def matched_parts():
    """The letter of PyTorch's counterpart for each of the fourteen numbers."""
    ### BEGIN SOLUTION
    return dict(zip(range(1, 15), "HBFLDJIEMNKACG", strict=True))
    ### END SOLUTION


# %% tags=["check"]
check_matched_parts(matched_parts)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Five have nearly the same name on both sides. Which letters are left?
</details>

<details><summary>Hint 2: the tree</summary>

`grad_fn` belongs to a tensor and says how it was made. `next_functions` belongs to such a node and
says what it was made *of*. `AccumulateGrad` stands at the end of each path.
</details>

<details><summary>Hint 3: the last ones</summary>

The dispatcher picks the kernel for the device of the operands. `create_graph=True` records the way
back as a graph, so that it can be walked again.
</details>

<details><summary>Help: "There is no entry"</summary>

The keys are the whole numbers 1 to 14, the entries capital letters from A to N.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of PyTorch's fourteen was only a name to you before you built it?
"""

# %% [markdown]
r"""
## E26.2 Two ops for PyTorch

*Two rungs. You will be able to give PyTorch an op that it lacks.*

A Function has two static methods. `forward(ctx, ...)` computes the result and saves what the way
back needs: arrays by `ctx.save_for_backward(a, b)`, plain numbers as attributes,
`ctx.k = k`. `backward(ctx, upstream)` finds them again, `a, b = ctx.saved_tensors`, and returns one
contribution for each argument that `forward` had after `ctx`, in a tuple: PyTorch takes a list for
a single one.

Use operators only: the check runs your op on NumPy arrays, and on PyTorch if it is there.

**Rung 1: `a / b`.** *Medium, 10 minutes.* Both operands are arrays of one shape. Then
PyTorch can call `Divide.apply(a, b)`.
"""


# %%
class Divide(Function):
    """a / b, entry by entry."""

    @staticmethod
    def forward(ctx, a, b):
        ### BEGIN SOLUTION
        ctx.save_for_backward(a, b)
        return a / b
        ### END SOLUTION

    @staticmethod
    def backward(ctx, upstream):
        ### BEGIN SOLUTION
        a, b = ctx.saved_tensors
        return upstream / b, -upstream * a / b**2
        ### END SOLUTION


# %% tags=["check"]
check_divide(Divide)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`forward` has two lines: save both operands, return `a / b`.
</details>

<details><summary>Hint 2: the way back</summary>

Your rule for `/` has the partials $1/b$ and $-a/b^2$. Here each is multiplied by the upstream,
which the walk did for you before.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`a, b = ctx.saved_tensors`, then `return upstream / b, ...` with the second contribution behind the
comma.
</details>

<details><summary>Help: ValueError: not enough values to unpack</summary>

Nothing was saved, or only one of the two: what does `forward` give to `ctx.save_for_backward`?
</details>
"""

# %% [markdown]
r"""
**Rung 2: `x ** k`.** *Medium, 10 minutes.* The exponent `k` is a whole number, a part of the op. It
takes no gradient, and still has its place in what `backward` returns: `None`.
"""


# %%
class Power(Function):
    """x ** k, entry by entry, for a whole number k."""

    @staticmethod
    def forward(ctx, x, k):
        ### BEGIN SOLUTION
        ctx.save_for_backward(x)
        ctx.k = k
        return x**k
        ### END SOLUTION

    @staticmethod
    def backward(ctx, upstream):
        ### BEGIN SOLUTION
        (x,) = ctx.saved_tensors
        return upstream * ctx.k * x ** (ctx.k - 1), None
        ### END SOLUTION


# %% tags=["check"]
check_power(Power)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

The array and the number are kept in different ways: `ctx.save_for_backward(x)` and `ctx.k = k`.
</details>

<details><summary>Hint 2: one place for each argument</summary>

`forward` has the arguments `x` and `k`, so `backward` returns a pair.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`(x,) = ctx.saved_tensors`, with the comma: there is one. Then the upstream, times `ctx.k`, times
`x` to a power that is one lower; and `None`.
</details>

<details><summary>Help: TypeError: save_for_backward keeps tensors</summary>

A whole number is no tensor. Make it an attribute of `ctx`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why does a Function save on `ctx`, and not on the class?
"""
