# %% [markdown]
r"""
# 6. More functions, and numbers that misbehave: exercises

Nine ops in the five labels of [lesson 6](../notebooks/06_more_functions.ipynb): right at a kink,
right far out, and clear about what they refuse. 60 minutes. Each exercise stands alone: skip one,
and the next still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
import math

from autograd_lesson import Value
from autograd_lesson.checks.e06_more_functions import (
    check_log,
    check_maximum,
    check_power,
    check_relu,
    check_sigmoid,
    check_softplus,
    check_sqrt,
    check_swish,
    check_tanh,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## How an op is written here

An op is a function of a value. It reads the plain number `x.data` and returns a **new** `Value`
with four things in it: `data`, the symbol `op`, the tuple `operands`, and the tuple `partials`,
one local derivative for each operand. Run this one, and leave it as it is. The walk back of lesson
5 does the rest.

The checks hand your op a value that has these slots and *no methods*: `x.relu()`, `x * 2` and
`x > 0` are not there, `x.data > 0` is.
"""


# %%
def square(x):
    """x squared."""
    data = x.data * x.data  # forward
    slope = 2 * x.data  # local derivative
    return Value(data, op="square", operands=(x,), partials=(slope,))  # save


number = Value(-3.0, label="number")
result = square(number)
result.backward()  # pass on
result.data, number.grad

# %% [markdown]
r"""
## E6.1 relu

*Easy, 6 minutes. You will be able to write an op with a kink.*

Write `relu(x)`: 0 where the number is 0 or below, else the number itself (so that nan stays nan).
Its symbol is `"relu"`. At 0 it declares the slope 0, as the lesson does; `-0.0` is 0 too. `x` stays
as it was.

With a right answer, `relu(Value(1.5))` holds 1.5 and the partial 1; `relu(Value(-1.5))` holds 0
and the partial 0.
"""


# %%
def relu(x):
    """0 where x is 0 or below, else x, with slope 0 at the kink."""
    ### BEGIN SOLUTION
    cut = x.data <= 0
    data = 0.0 if cut else x.data
    slope = 0.0 if cut else 1.0
    return Value(data, op="relu", operands=(x,), partials=(slope,))
    ### END SOLUTION


# %% tags=["check"]
check_relu(relu)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Take `square` above and change two lines: what comes out, and how fast it moves with `x`.
</details>

<details><summary>Hint 2: two cases</summary>

Both lines have the form `… if x.data <= 0 else …`.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`data = 0.0 if x.data <= 0 else x.data`, `slope = 0.0 if x.data <= 0 else 1.0`, and the last line of
`square` with another symbol.
</details>

<details><summary>Help: "'>' not supported between instances of 'Value' and 'int'"</summary>

`x` is a value. The number in it is `x.data`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a network never trains a weight behind a relu that is 0 for every example. Why
not?
"""

# %% [markdown]
r"""
## E6.2 sigmoid

*Medium, 8 minutes. You will be able to choose the form of a formula that cannot overflow.*

Write `sigmoid(x)`, $1 / (1 + e^{-x})$, with the symbol `"sigmoid"`. It must give a number from
-800 to 800, right to 12 digits wherever a float can hold it, with no error and no warning. Its
partial is $s(1 - s)$, where $s$ is the result.

With a right answer, `sigmoid(Value(0.0))` holds 0.5 and the partial 0.25, and
`sigmoid(Value(-800.0))` holds 0.
"""


# %%
def sigmoid(x):
    """1 / (1 + exp(-x)), from 0 on the far left to 1 on the far right."""
    ### BEGIN SOLUTION
    small = math.exp(-abs(x.data))  # never above 1
    s = (1.0 if x.data >= 0 else small) / (1.0 + small)
    return Value(s, op="sigmoid", operands=(x,), partials=(s * (1 - s),))
    ### END SOLUTION


# %% tags=["check"]
check_sigmoid(sigmoid)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Write it as it stands, with `math.exp`, and run the check. On which side does it overflow?
</details>

<details><summary>Hint 2: the other side</summary>

Multiply above and below by $e^{x}$: $e^{x} / (1 + e^{x})$ is the same function. Which of the two
is safe for which sign of $x$?
</details>

<details><summary>Hint 3: nearly all of it</summary>

`if x.data >= 0:` use `1 / (1 + math.exp(-x.data))`, else `small / (1 + small)` with
`small = math.exp(x.data)`. The partial is the same in both cases.
</details>

<details><summary>Help: OverflowError: math range error</summary>

From 710 on, `math.exp` has no result that fits a float. Only exponentials of numbers below 0 are
safe.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** where is the slope of sigmoid largest, and how large is it there?
"""

# %% [markdown]
r"""
## E6.3 tanh

*Medium, 6 minutes. You will be able to keep the digits of a small number.*

Write `tanh(x)`, $(e^{2x} - 1) / (e^{2x} + 1)$, with the symbol `"tanh"`, right to 12 digits at
$10^{-10}$, at $10^{-17}$ and at ±800. You may call whatever `math` has. The partial is $1 - y^2$,
where $y$ is the result.

With a right answer, `tanh(Value(1e-17))` holds 1e-17, and `tanh(Value(-800.0))` holds -1.
"""


# %%
def tanh(x):
    """The hyperbolic tangent, from -1 on the far left to 1 on the far right."""
    ### BEGIN SOLUTION
    y = math.tanh(x.data)
    return Value(y, op="tanh", operands=(x,), partials=(1 - y * y,))
    ### END SOLUTION


# %% tags=["check"]
check_tanh(tanh)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

The lesson shows one function of `math` that is right at both ends.
</details>

<details><summary>Hint 2: without that function</summary>

`math.expm1(t)` is $e^t - 1$ with all its digits. Above: $e^{2x} - 1$. Below: the same, plus 2.
That cures small numbers; large ones need a negative exponent.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`y = math.tanh(x.data)`. Or `t = math.expm1(-2 * abs(x.data))`, then `-t / (t + 2)` with the sign of
`x.data`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which two numbers were nearly equal, in the form that lost its digits?
"""

# %% [markdown]
r"""
## E6.4 log, sqrt and power

*Medium, 15 minutes. You will be able to say which value left the domain.*

Three ops with a border. Outside it they raise a `ValueError` whose message names the value by its
**label** and shows its **number**, such as `log at price = -2: ...`.

`log(x)`: symbol `"log"`, partial $1/x$; refuses 0 and below.
"""


# %%
def log(x):
    """The natural logarithm, above 0."""
    ### BEGIN SOLUTION
    if x.data <= 0:
        raise ValueError(f"log at {x.label} = {x.data}: only a number above 0 has a logarithm")
    return Value(math.log(x.data), op="log", operands=(x,), partials=(1 / x.data,))
    ### END SOLUTION


# %% tags=["check"]
check_log(log)

# %% [markdown]
r"""
`sqrt(x)`: symbol `"sqrt"`, partial $1/(2y)$, where $y$ is the result; refuses what is below 0. At 0
the result is 0, and the partial is declared infinite: `math.inf`.
"""


# %%
def sqrt(x):
    """The square root, from 0 on."""
    ### BEGIN SOLUTION
    if x.data < 0:
        raise ValueError(f"sqrt at {x.label} = {x.data}: a negative number has no real root")
    y = math.sqrt(x.data)
    slope = 1 / (2 * y) if y else math.inf
    return Value(y, op="sqrt", operands=(x,), partials=(slope,))
    ### END SOLUTION


# %% tags=["check"]
check_sqrt(sqrt)

# %% [markdown]
r"""
`power(x, k)` with a plain float `k`: partial $k x^{k-1}$, symbol `f"**{k:g}"`. It refuses a
negative `x` where `k` is not whole, and 0 where `k` is below 0. At 0 the partial is 0 for $k = 0$
and for $k > 1$, 1 for $k = 1$, and `math.inf` between 0 and 1.
"""


# %%
def power(x, k):
    """x to the fixed power k, where that is a real number."""
    ### BEGIN SOLUTION
    if (x.data < 0 and k % 1) or (x.data == 0 and k < 0):
        raise ValueError(f"{x.label} = {x.data} to the power {k} is not a real number")
    if k == 0:
        slope = 0.0
    elif x.data == 0 and k < 1:
        slope = math.inf
    else:
        slope = k * x.data ** (k - 1)
    return Value(x.data**k, op=f"**{k:g}", operands=(x,), partials=(slope,))
    ### END SOLUTION


# %% tags=["check"]
check_power(power)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Ask first, compute afterwards: an `if` with a `raise` is the first line of each.
</details>

<details><summary>Hint 2: whole exponents</summary>

`k % 1` is 0 for a whole number, also for `-3.0`. Python does not complain about
`(-8.0) ** (1 / 3)`: it gives a complex number, and so you must ask.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`raise ValueError(f"log at {x.label} = {x.data}: ...")`. For the partial of `power`: one line for
`k == 0`, one for `x.data == 0 and k < 1`, and the formula for all others.
</details>

<details><summary>Help: ZeroDivisionError: ... to a negative power</summary>

That is the partial at 0, where $k - 1$ is below 0. The result is fine; only the slope needs a case
of its own.
</details>

<details><summary>Help: "The message does not name the value"</summary>

The label is in `x.label`. An f-string puts it in the message.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why is an error with a name better here than a nan, and when might you prefer
the nan?
"""

# %% [markdown]
r"""
## E6.5 The larger of two

*Medium, 6 minutes. You will be able to declare who gets the slope of a tie.*

Write `maximum(a, b)`, with the symbol `"maximum"` and **both** operands. The larger one gets the
partial 1, the other 0. At a tie each gets one half, also in `maximum(a, a)`.

With a right answer, `maximum(Value(3.0), Value(5.0)).partials` is `(0.0, 1.0)`.
"""


# %%
def maximum(a, b):
    """The larger of two values; a tie is shared equally."""
    ### BEGIN SOLUTION
    if a.data == b.data:
        partials = (0.5, 0.5)
    else:
        partials = (1.0, 0.0) if a.data > b.data else (0.0, 1.0)
    return Value(max(a.data, b.data), op="maximum", operands=(a, b), partials=partials)
    ### END SOLUTION


# %% tags=["check"]
check_maximum(maximum)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Three cases: the left one is larger, the right one is, neither is.
</details>

<details><summary>Hint 2: both are operands</summary>

The one that loses has slope 0, and it stays an operand: with other numbers it will win.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`if a.data == b.data: partials = (0.5, 0.5)`, then the two others, then one `return Value(…)`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the partials of `maximum` always add up to 1. Why must they?
"""

# %% [markdown]
r"""
## E6.6 From parts, and as one op

*Hard, 18 minutes. You will be able to say what an op of its own buys.*

Two functions, two forms each, right to 12 digits and the same where both work. The `from_parts`
form is a formula of the engine's own ops: it gets a full `Value`, with `+`, `*`, `.exp()`,
`.log()`, `.sigmoid()`. The other form is one op of your own, right from -800 to 800.

**softplus**: $\log(1 + e^x)$, a relu with a round corner. Its slope is sigmoid. The symbol of the
single op is `"softplus"`.
"""

# %%
from autograd_lesson.ops import sigmoid_of_float  # of a plain number, stable on both sides

sigmoid_of_float(-800.0), sigmoid_of_float(0.0), sigmoid_of_float(800.0)


# %%
def softplus_from_parts(x):
    """log(1 + exp(x)), from the engine's ops."""
    ### BEGIN SOLUTION
    return (1 + x.exp()).log()
    ### END SOLUTION


# %%
def softplus(x):
    """log(1 + exp(x)) as one op, without overflow."""
    ### BEGIN SOLUTION
    data = max(x.data, 0.0) + math.log1p(math.exp(-abs(x.data)))
    slope = sigmoid_of_float(x.data)
    return Value(data, op="softplus", operands=(x,), partials=(slope,))
    ### END SOLUTION


# %% tags=["check"]
check_softplus(softplus_from_parts, softplus)

# %% [markdown]
r"""
**swish**: $x \cdot \text{sigmoid}(x)$. Its slope comes from the product rule: both factors move.
The symbol of the single op is `"swish"`.
"""


# %%
def swish_from_parts(x):
    """x * sigmoid(x), from the engine's ops."""
    ### BEGIN SOLUTION
    return x * x.sigmoid()
    ### END SOLUTION


# %%
def swish(x):
    """x * sigmoid(x) as one op."""
    ### BEGIN SOLUTION
    s = sigmoid_of_float(x.data)
    slope = s + x.data * s * (1 - s)
    return Value(x.data * s, op="swish", operands=(x,), partials=(slope,))
    ### END SOLUTION


# %% tags=["check"]
check_swish(swish_from_parts, swish)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

The `from_parts` forms are one line each, with `x` and never with `x.data`.
</details>

<details><summary>Hint 2: softplus far out</summary>

Far to the right, $\log(1 + e^x) = x + \log(1 + e^{-x})$. So for either sign it is
$\max(x, 0) + \log(1 + e^{-|x|})$. For the logarithm of 1 and a little there is `math.log1p`.
</details>

<details><summary>Hint 3: nearly all of it</summary>

With `s = sigmoid_of_float(x.data)`: the partial of softplus is `s`; that of swish is `s` (the first
factor moves) plus `x.data` times the slope of sigmoid (the second one does).
</details>

<details><summary>Help: 'exp' at x = 800: the result is too large for a float</summary>

That is the form from parts. It may fail far out; the single op may not.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the form from parts needed no calculus. Name two things that the single op
does better.
"""
