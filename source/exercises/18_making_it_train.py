# %% [markdown]
r"""
# 18. Making it train: exercises

You write the two optimisers that train nearly everything, the weights they start from, and the
clipping that saves them from one bad batch. Then you read four loss curves. 50 minutes. The lesson
is [notebooks/18](../notebooks/18_making_it_train.ipynb). Every exercise works on plain NumPy
arrays, so you can skip one and do the next.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
import numpy as np

from autograd_lesson.checks.e18_making_it_train import (
    check_adam,
    check_clipped,
    check_diagnoses,
    check_momentum,
    check_weights,
    four_curves,
)
from autograd_lesson.pictures.plot import loss_panels
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E18.1 Momentum and Adam

*Two short classes. You will be able to say what an optimiser remembers, and for whom.*

Both get a list of arrays when they are made, and `step(grads)` is called with a list of gradients,
one for each array, in the same order. A step **writes into the arrays** it was given: the network
holds the same arrays, not the list that they came in. The gradients are left as they are.
"""

# %% [markdown]
r"""
**On paper first.** *Easy, 5 minutes.* One number starts at 1 and meets the gradients 1, 2 and -1.
The velocity begins at 0; in each step

$$v \leftarrow \beta v + g \qquad p \leftarrow p - \text{lr} \cdot v$$

With lr = 0.1 and $\beta$ = 0.9:

| step | g | v | p |
|---|---|---|---|
| 1 | 1 | 1 | 0.9 |
| 2 | 2 | 0.9 · 1 + 2 = 2.9 | 0.61 |
| 3 | -1 | 0.9 · 2.9 - 1 = 1.61 | 0.449 |

The third step still lowers `p`, although the gradient -1 alone would raise it. That is what
momentum does.
"""

# %% [markdown]
r"""
**Momentum.** *Medium, 8 minutes.* Write it so that it gives this table, for any number of arrays
of any shapes.
"""


# %% tags=["fade"]
class Momentum:
    """Plain descent along a sum of gradients that fades."""

    def __init__(self, params, lr, beta=0.9):
        """Remember the arrays, and begin with no velocity."""
        ### BEGIN SOLUTION
        self.params, self.lr, self.beta = params, lr, beta
        self.velocities = [np.zeros_like(p) for p in params]  # gap
        ### END SOLUTION

    def step(self, grads):
        """Move every array in place."""
        ### BEGIN SOLUTION
        for p, v, g in zip(self.params, self.velocities, grads, strict=True):
            v *= self.beta  # gap
            v += g
            p -= self.lr * v  # gap
        ### END SOLUTION


# %% tags=["check"]
check_momentum(Momentum)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Each array has a velocity of its own, of its own shape: make them in `__init__`, all zeros.
</details>

<details><summary>Hint 2: in place</summary>

`p -= ...` on an array writes into it. `p = p - ...` makes a new one, which nobody else sees, and
so does `self.params[i] = self.params[i] - ...`.
</details>

<details><summary>Hint 3: nearly all of it</summary>

In the loop over `zip(self.params, self.velocities, grads)`: `v *= self.beta`, `v += g`, then
`p -= self.lr * v`.
</details>

<details><summary>Help: UFuncTypeError, or "output operand"</summary>

An array of one shape was added in place to one of another. Do two parameters share a velocity?
</details>
"""

# %% [markdown]
r"""
**Adam.** *Hard, 12 minutes.* It keeps two fading averages for each array, of $g$ and of $g^2$, and
counts its steps, $t = 1, 2, \ldots$ Both averages start at 0 and are too small at first, so they
are corrected before use:

$$m \leftarrow \beta_1 m + (1 - \beta_1) g \qquad s \leftarrow \beta_2 s + (1 - \beta_2) g^2$$

$$p \leftarrow p - \text{lr} \cdot
\frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \epsilon}$$
"""

# %% [markdown]
r"""
With the gradients 1, 2, -1, lr = 0.1, betas = (0.5, 0.9) and $\epsilon$ = 0:

| t | m | s | m corrected | s corrected | p, from 1 |
|---|---|---|---|---|---|
| 1 | 0.5 | 0.1 | 1 | 1 | 0.9 |
| 2 | 1.25 | 0.49 | 5/3 | 49/19 | 0.7962 |
| 3 | 0.125 | 0.541 | 1/7 | 541/271 | 0.7861 |
"""


# %%
class Adam:
    """Descent in which each number moves at its own scale."""

    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        """Remember the arrays; both averages are 0, and no step is taken."""
        ### BEGIN SOLUTION
        self.params, self.lr, self.betas, self.eps = params, lr, betas, eps
        self.means = [np.zeros_like(p) for p in params]
        self.squares = [np.zeros_like(p) for p in params]
        self.t = 0
        ### END SOLUTION

    def step(self, grads):
        """Move every array in place."""
        ### BEGIN SOLUTION
        self.t += 1
        one, two = self.betas
        for p, m, s, g in zip(self.params, self.means, self.squares, grads, strict=True):
            m *= one
            m += (1 - one) * g
            s *= two
            s += (1 - two) * g * g
            mean, square = m / (1 - one**self.t), s / (1 - two**self.t)
            p -= self.lr * mean / (np.sqrt(square) + self.eps)
        ### END SOLUTION


# %% tags=["check"]
check_adam(Adam)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Two lists of zeros instead of one, and `self.t = 0`. The count goes up once a step, not once an
array.
</details>

<details><summary>Hint 2: the correction</summary>

Keep `m` and `s` as they are for the next step; what is divided by `1 - beta ** t` gets a name of
its own.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`p -= self.lr * mean / (np.sqrt(square) + self.eps)`, where `mean = m / (1 - one**self.t)`.
</details>

<details><summary>Help: FloatingPointError, or a division by zero</summary>

$1 - \beta^0$ is 0. Count the step first, then correct.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would go wrong in a network if two layers shared one memory?
"""

# %% [markdown]
r"""
## E18.2 Weights that keep the size of things

*Medium, 10 minutes. You will be able to start a deep network of any widths so that the numbers in
it neither grow nor fade.*

`weights(n_in, n_out, activation, rng)` returns an array of the shape `(n_out, n_in)`, drawn from
the Generator `rng` and centred on 0, normal or uniform. The activation *before* this layer is
`"linear"` or `"relu"`, which lets half of the mean square through. A sum over `n_in` weights times
inputs must have the mean square that the sums of the layer before had.

The check makes 20 layers of different widths, and wants a mean square between 0.9 and 1.1 behind
the last, from 1 at the start.
"""


# %%
def weights(n_in, n_out, activation, rng):
    """Weights (n_out, n_in) that keep the mean square of the sums."""
    ### BEGIN SOLUTION
    factor = 2.0 if activation == "relu" else 1.0
    return rng.normal(0.0, np.sqrt(factor / n_in), (n_out, n_in))
    ### END SOLUTION


# %% tags=["check"]
check_weights(weights)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A sum of $n$ independent terms has $n$ times the variance of one term. Here one term is a weight
times an input.
</details>

<details><summary>Hint 2: variance and standard deviation</summary>

`rng.normal` takes the standard deviation, the *root* of the variance. For `rng.uniform(-b, b)` the
variance is $b^2 / 3$.
</details>

<details><summary>Hint 3: nearly all of it</summary>

$n_{\text{in}} \cdot \text{Var}(w) \cdot \text{mean}(x^2) = 1$, where the mean is 1 for linear, and
1/2 behind a relu.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** off by 10 % in each layer, in one direction: how much is that after 20 layers?
"""

# %% [markdown]
r"""
## E18.3 Clip by the norm of everything

*Medium, 8 minutes. You will be able to shorten a step without turning it.*

`clipped(grads, max_norm)` gets a list of arrays, the gradients of all parameters. Their **global
norm** is the root of the sum of all squares, over all arrays. Where it is above `max_norm`, every
array is scaled by the same factor, so that the norm becomes `max_norm`; else nothing changes.
Return two things: the list of arrays, and the norm **before** clipping. The arrays that you were
given keep their numbers.

`clipped([np.array([3.0]), np.array([4.0])], 1.0)` is `([array([0.6]), array([0.8])], 5.0)`.
"""


# %%
def clipped(grads, max_norm):
    """The gradients with a global norm of at most `max_norm`, and the norm they had."""
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(g * g) for g in grads))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * factor for g in grads], norm
    ### END SOLUTION


# %% tags=["check"]
check_clipped(clipped)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`np.sum(g * g)` is the sum of squares of one array. Add these up before you take the root.
</details>

<details><summary>Hint 2: when not to</summary>

A factor above 1 would make small gradients larger, and a norm of 0 cannot be divided by.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`factor = max_norm / norm if norm > max_norm else 1.0`, then `[g * factor for g in grads]`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why does clipping each array on its own change the direction of the step?
"""

# %% [markdown]
r"""
## E18.4 Four patients

*Medium, 8 minutes. You will be able to read a cause off a curve.*

Four trainings of the same ten weights on the same hundred points. Every loss axis is logarithmic,
and has its own range: look at the numbers.
"""

# %%
loss_panels(
    four_curves(),
    "Four curves of a loss. A rises and falls again and again between 2 and 6. B falls from 8 to "
    "0.1 in 20 steps and stays near it. C falls at first, then rises. D falls from 8 to 2.",
)

# %% [markdown]
r"""
What is wrong with each? Choose from these:

- `"too small"`: the learning rate is far too small
- `"too large"`: the learning rate is too large
- `"no zero_grad"`: the gradients are never set back
- `"never lowered"`: small batches, and a rate that is never lowered
- `"no gradient"`: no gradient reaches the weights
- `"fine"`: nothing is wrong

An answer looks like `return ["fine", "fine", "fine", "no gradient"]`, from A to D.
"""


# %%
def diagnoses():
    """The causes for A, B, C and D."""
    ### BEGIN SOLUTION
    return ["no zero_grad", "never lowered", "too large", "too small"]
    ### END SOLUTION


# %% tags=["check"]
check_diagnoses(diagnoses)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Two of the four end higher than they could, one is still falling, one grows without end. Which?
</details>

<details><summary>Hint 2: waves and trembling</summary>

A wave has a length: something keeps going in one direction for many steps. Trembling has none:
each step is another draw.
</details>

<details><summary>Hint 3: nearly all of it</summary>

A step too long lands further up the other side, and the next one further still.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** for each of the four, which one line would you change first?
"""
