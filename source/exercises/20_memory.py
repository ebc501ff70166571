# %% [markdown]
r"""
# 20. Memory: exercises

Switch the recording off and always on again, cut a graph in one place, compute a piece twice so
that it need not be kept, and predict what that saves before you measure. 60 minutes. The lesson is
[notebooks/20](../notebooks/20_memory.ipynb). Each exercise stands alone: skip one, and the next
still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
from contextlib import contextmanager

from autograd_lesson import Tensor, no_grad
from autograd_lesson.checkpoint import joint
from autograd_lesson.checks.e20_memory import (
    check_best_piece,
    check_my_checkpoint,
    check_my_detach,
    check_my_no_grad,
    check_predicted_peak,
)
from autograd_lesson.teaching import hints
from autograd_lesson.tensor import IS_RECORDING, made

hints.on()

# %% [markdown]
r"""
## E20.1 Off, and always on again

*Easy, 10 minutes. You will be able to write a block that leaves everything as it was.*

`IS_RECORDING.get()` says whether results remember their operands, and `IS_RECORDING.set(False)`
switches that off. Write `my_no_grad()`, so that inside `with my_no_grad():` nothing is recorded,
and after the block all is as it was *before*: also when blocks are nested, and when an error
leaves the block in the middle.

With `@contextmanager` a function becomes such a block: what stands before `yield` runs first, what
stands after it last. (A class with `__enter__` and `__exit__` will do as well.) With a right answer
`(x * x).operands` is `()` inside. The package's own `no_grad()` is no answer here.
"""


# %%
@contextmanager
def my_no_grad():
    """A block in which results remember nothing."""
    ### BEGIN SOLUTION
    before = IS_RECORDING.get()
    IS_RECORDING.set(False)
    try:
        yield
    finally:
        IS_RECORDING.set(before)
    ### END SOLUTION


# %% tags=["check"]
check_my_no_grad(my_no_grad)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Three lines for a start: note what is, switch it off, `yield`. Then one that puts back what was.
</details>

<details><summary>Hint 2: nested blocks</summary>

The inner block finds the switch off. So it must leave it off: put back the noted state, not True.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`try:` around `yield`, and `finally:` with `IS_RECORDING.set(before)`.
</details>

<details><summary>Help: RuntimeError: generator didn't yield</summary>

`@contextmanager` wants exactly one `yield`. The body of the block runs there.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would a program notice, and when, if an error left the switch off?
"""

# %% [markdown]
r"""
## E20.2 The same numbers, without a past

*Easy, 8 minutes. You will be able to stop a gradient in one place.*

Every op of the package ends with `made(op, operands, y, partials, memory_of=())`: a Tensor that
holds the array `y`. Without operands it is a constant. `memory_of` names tensors whose memory `y`
lies in: a write into one counts for the other ([lesson 19]). A tensor's bare array is `x.array`.

Write `my_detach(x)`: the same numbers *in the same memory*, and no gradient through them. `x`
itself stays as it is. (Write it with `made`, not with the package's `x.detach()`.) With a right
answer the gradient of `x * my_detach(x)` at 3 is 3, not 6.

[lesson 19]: ../notebooks/19_in_place_and_versions.ipynb
"""


# %%
def my_detach(x):
    """The numbers of x, in its memory, as a constant."""
    ### BEGIN SOLUTION
    return made(None, (), x.array, (), memory_of=(x,))
    ### END SOLUTION


# %% tags=["check"]
check_my_detach(my_detach)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

One line: `return made(...)`. It has no op, so the first argument is `None`.
</details>

<details><summary>Hint 2: no past</summary>

No operands and no partials: `()` for both.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`made(None, (), x.array, (), memory_of=(x,))`.
</details>

<details><summary>Help: "It still takes a gradient"</summary>

`Tensor(...)` asks for a gradient unless you say no, and it copies. `made` does neither.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** where would a model compute something that its gradient must not see?
"""

# %% [markdown]
r"""
## E20.3 Compute it again

*Hard, 30 minutes. You will be able to trade a second run for memory, with the same gradients.*

Write `my_checkpoint(f, *xs, rng=None, **named)`, without the package's `checkpoint`. The result is
`f(*xs, **named)`, all arguments are Tensors, and of the graph of `f` nothing is kept. On the way
back, given the gradient `g` of the result:

1. Make fresh copies of all operands, the named ones too: `Tensor(x.data)`.
2. Run `f` on the copies, recorded this time.
3. Go back from there with `g`, and hand on the gradients of the copies.
"""

# %% [markdown]
r"""
`joint(y, operands, back)` makes the result: `y` is a bare array, and `back(g)` returns a list with
one gradient for each operand. It calls `back` once, whatever the number of operands.

If `f` draws random numbers from the generator `rng`, the second run must draw *the same*, and
whoever draws afterwards must not see them again. `rng.bit_generator.state` can be noted and put
back.

Weights that `f` finds by itself, and that are leaves, need nothing: the second `backward` adds to
their `grad`. `f` runs exactly twice, and after the way forward at most two arrays are there.
"""


# %% tags=["fade"]
def my_checkpoint(f, *xs, rng=None, **named):
    """f(*xs, **named), of which only the result is kept: f runs again on the way back."""
    ### BEGIN SOLUTION
    state = rng.bit_generator.state if rng else None
    with no_grad():  # gap
        y = f(*xs, **named)
    operands = (*xs, *named.values())

    def back(g):
        copies = [Tensor(x.data) for x in operands]
        later = rng.bit_generator.state if rng else None
        if rng:
            rng.bit_generator.state = state  # gap
        by_name = dict(zip(named, copies[len(xs) :], strict=True))
        again = f(*copies[: len(xs)], **by_name)
        if rng:
            rng.bit_generator.state = later  # gap
        again.backward(g)  # gap
        return [copy.grad for copy in copies]

    return joint(y.array, operands, back)
    ### END SOLUTION


# %% tags=["check"]
check_my_checkpoint(my_checkpoint)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Forget `rng` and `named` at first: `with no_grad(): y = f(*xs)`, then a `back` of four lines, then
`return joint(y.array, xs, back)`. Run the check.
</details>

<details><summary>Hint 2: the named ones</summary>

`operands = (*xs, *named.values())`. In `back` the first `len(xs)` copies go in by position, the
others by name: `dict(zip(named, copies[len(xs):]))`.
</details>

<details><summary>Hint 3: random numbers</summary>

Three moments: note the state before the first run; in `back` note it once more, put the first one
back, run, and put the second one back.
</details>

<details><summary>Help: RuntimeError: ... depends on nothing that takes a gradient</summary>

The second run was not recorded. Only the first one belongs under `no_grad()`.
</details>

<details><summary>Help: RuntimeError: the graph behind a tensor ... was freed</summary>

`f` ran on the operands themselves, so `backward` went on into their past, and freed it. Copies have
no past.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the three steps would go wrong without copies, and how?
"""

# %% [markdown]
r"""
## E20.4 Predict the peak

*Medium, 12 minutes. You will be able to say what checkpoints save before you set them.*

A chain of `n` steps $y = \tanh(x)$, cut into pieces of `k` steps, with a checkpoint around each. A
recorded tanh saves two arrays, its result and its partial. A checkpoint keeps one, its result.

Write `predicted_peak(n, k)`: how many arrays are there at the worst moment of the way back? (If `k`
does not divide `n`, the last piece is shorter.) The check runs the chain and measures. You may
leave out the few arrays that exist only while one step is crossed.
"""


# %%
def predicted_peak(n, k):
    """The arrays at the peak of a chain of n tanh in pieces of k."""
    ### BEGIN SOLUTION
    pieces = -(-n // k)
    return pieces + 2 * k
    ### END SOLUTION


# %% tags=["check"]
check_predicted_peak(predicted_peak)

# %% [markdown]
r"""
Now `best_piece(n)`: the `k` with the lowest peak, as an `int`. A loop over all lengths is fine, and
so is a formula.
"""


# %%
def best_piece(n):
    """The length of a piece with which a chain of n tanh needs least."""
    ### BEGIN SOLUTION
    return min(range(1, n + 1), key=lambda k: -(-n // k) + 2 * k)
    ### END SOLUTION


# %% tags=["check"]
check_best_piece(best_piece)

# %% [markdown]
r"""
<details><summary>Hint 1: the worst moment</summary>

The last piece is computed again while the results of all pieces are still there.
</details>

<details><summary>Hint 2: two parts</summary>

One array for each piece, and two for each step of the one piece that is computed again.
`-(-n // k)` rounds up.
</details>

<details><summary>Hint 3: the best</summary>

`min(range(1, n + 1), key=...)` with your formula. On paper: $n/k + 2k$ is lowest where both parts
are equal.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** four times as many steps: how much larger is the lowest peak?
"""
