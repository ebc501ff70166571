# %% [markdown]
r"""
# 22. Gradients of gradients: exercises

Rules in place of numbers, a walk that leaves every `.grad` alone, a Hessian times a vector in two
ways, a step of Newton's and a loss with a gradient in it, as in
[lesson 22](../notebooks/22_gradients_of_gradients.ipynb). 60 minutes. Each exercise stands alone:
skip one, and the next still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
from autograd_lesson import Value, dot, topological_order, vjp
from autograd_lesson.checks.e22_gradients_of_gradients import (
    check_gradient_of,
    check_hvp_by_forward,
    check_hvp_by_reverse,
    check_newton_step,
    check_penalty_gradient,
    check_rules,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E22.1 Numbers become rules

*Medium, 12 minutes. You will be able to write a rule that can be differentiated.*

These are partials as you wrote them in lesson 4: right numbers, each copied out of its value. A
derivative of a derivative ends here. Run the cell, and leave it as it is.
"""

# %%
NUMBERS = {
    "+": lambda a, b: (1.0, 1.0),
    "-": lambda a, b: (1.0, -1.0),
    "*": lambda a, b: (b.data, a.data),
    "/": lambda a, b: (1 / b.data, -a.data / b.data**2),
    "exp": lambda a: (a.exp().data,),
    "log": lambda a: (1 / a.data,),
    "sin": lambda a: (a.cos().data,),
    "cos": lambda a: (-a.sin().data,),
    "tanh": lambda a: (1 - a.tanh().data ** 2,),
}
NUMBERS["*"](Value(2.0), Value(5.0))

# %% [markdown]
r"""
Write `rules()`. It returns a table with the same nine keys. Each rule takes Values and returns one
partial for each, as a tuple of Values (or plain constants, where the partial *is* a constant), so
that the partial keeps its way back to the operands. Write them with operators and methods; the rule
inside `op.rule` is the package's, not yours.

With a right answer, the rule at `"*"` gives two Values for `Value(2.0)` and `Value(5.0)`: 5 and 2.
"""


# %%
def rules():
    """For each op, its partials as a function of its operands."""
    ### BEGIN SOLUTION
    return {
        "+": lambda a, b: (1.0, 1.0),
        "-": lambda a, b: (1.0, -1.0),
        "*": lambda a, b: (b, a),
        "/": lambda a, b: (1 / b, -a / (b * b)),
        "exp": lambda a: (a.exp(),),
        "log": lambda a: (1 / a,),
        "sin": lambda a: (a.cos(),),
        "cos": lambda a: (-a.sin(),),
        "tanh": lambda a: (1 - a.tanh() * a.tanh(),),
    }
    ### END SOLUTION


# %% tags=["check"]
check_rules(rules)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Copy the table. For each row ask: does the partial change when an operand moves? Then it must be
connected with it.
</details>

<details><summary>Hint 2: what may stand in a rule</summary>

Operators between Values and numbers, and the methods `.exp()`, `.log()`, `.sin()`, `.cos()`,
`.tanh()`. All of these record a graph.
</details>

<details><summary>Hint 3: nearly all of it</summary>

It is the same table with every `.data` taken away.
</details>

<details><summary>Help: "is cut off from its operand"</summary>

The first derivative is right and the next is not: somewhere in this rule a number was fetched from
a value.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** for which two of the nine ops is a constant partial right, and why?
"""

# %% [markdown]
r"""
## E22.1, second half: a walk that makes a graph

*Medium, 12 minutes. You will be able to write a backward pass that can be differentiated.*

Write `gradient_of(y, x, table)`: $dy/dx$ as a Value with a graph behind it. The rule of the op that
made `result` is `table[result.op.symbol]`; call it with `*result.operands`. Where `y` does not
depend on `x`, return `Value(0.0)`. No `.grad` may change: keep the gradients of the pass in a dict.

With a right answer and `x = Value(3.0)`, `first = gradient_of(x * x * x, x, table)` is 27, and
`gradient_of(first, x, table)` is 18.
"""


# %%
def gradient_of(y, x, table):
    """dy/dx, as a Value that can be differentiated again."""
    ### BEGIN SOLUTION
    gradient = {y: Value(1.0)}
    for result in reversed(topological_order(y)):
        if not result.operands:
            continue
        partials = table[result.op.symbol](*result.operands)
        for operand, partial in zip(result.operands, partials, strict=True):
            part = gradient[result] * partial
            gradient[operand] = gradient[operand] + part if operand in gradient else part
    return gradient.get(x, Value(0.0))
    ### END SOLUTION


# %% tags=["check"]
check_gradient_of(gradient_of)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

It is the walk of lesson 5: results in reversed topological order, upstream times partial, added.
Only the place where the sums are kept is new: `gradient = {y: Value(1.0)}`.
</details>

<details><summary>Hint 2: staying connected</summary>

The upstream is a Value, and so are most partials. Multiply the Values, not their `.data`.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`part = gradient[result] * partial`, then either the first entry for that operand or
`gradient[operand] + part`. At the end `gradient.get(x, Value(0.0))`.
</details>

<details><summary>Help: KeyError: None, or 'NoneType' object has no attribute 'symbol'</summary>

A leaf has no op and no operands: `continue` there.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would be in `x.grad` after two such passes, if the sums were kept there?
"""

# %% [markdown]
r"""
## E22.2 A Hessian times a vector, twice

*Hard, 18 minutes. You will be able to compute Hv without H.*

The gradients come from the package here, as Values with a graph behind them. `f` takes several
Values and returns one.
"""


# %%
def gradients(f, xs):
    """df/dx for each of the Values `xs`, each with a graph that leads back to them."""
    y, pull = vjp(f, *xs)
    return pull(1.0)


x, y = Value(3.0), Value(2.0)
gradients(lambda x, y: x * x * y, [x, y])

# %% [markdown]
r"""
**Reverse over reverse.** Write `hvp_by_reverse(f, numbers, direction)`: the list of floats $Hv$ at
the point `numbers`. One gradient, one `dot` with the direction, one `backward`. The check counts
how often `f` is called, and refuses more than two calls: a way that builds the whole Hessian needs
more. (The package's own `hvp` and `hessian` are no answer.)

With a right answer, `hvp_by_reverse(lambda x, y: x * x * y, [3.0, 2.0], [1.0, 0.0])` is
`[4.0, 6.0]`.
"""


# %%
def hvp_by_reverse(f, numbers, direction):
    """The Hessian of f at `numbers` times `direction`, by two reverse passes."""
    ### BEGIN SOLUTION
    xs = [Value(number) for number in numbers]
    along = dot(gradients(f, xs), direction)
    along.backward()
    return [x.grad for x in xs]
    ### END SOLUTION


# %% tags=["check"]
check_hvp_by_reverse(hvp_by_reverse)

# %% [markdown]
r"""
**Forward over reverse.** Now the outer pass goes forward, over the graph of the gradients. Each
`xs[i]` has the tangent `direction[i]`. The tangent of a result is the sum, over its operands, of
partial times tangent (lesson 21). What does not depend on any `xs[i]` has the tangent 0.
`value.partials` are numbers. `topological_order(root)` takes one root, so put all gradients behind
one: `dot(slopes, slopes)` will do. The result is the same list of floats; the check notices a
second walk back.
"""


# %%
def hvp_by_forward(f, numbers, direction):
    """The Hessian of f at `numbers` times `direction`: tangents over the graph of the gradient."""
    ### BEGIN SOLUTION
    xs = [Value(number) for number in numbers]
    slopes = gradients(f, xs)
    tangent = dict(zip(xs, direction, strict=True))
    for value in topological_order(dot(slopes, slopes)):
        if value.operands:
            pairs = zip(value.partials, value.operands, strict=True)
            tangent[value] = sum(partial * tangent.get(operand, 0.0) for partial, operand in pairs)
    return [tangent.get(slope, 0.0) for slope in slopes]
    ### END SOLUTION


# %% tags=["check"]
check_hvp_by_forward(hvp_by_forward)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Both begin alike: `xs = [Value(number) for number in numbers]`, then `gradients(f, xs)`.
</details>

<details><summary>Hint 2: reverse</summary>

`dot(gradients(f, xs), direction)` is one Value. What its `backward()` leaves in `xs[i].grad` is
entry $i$ of $Hv$.
</details>

<details><summary>Hint 3: forward, nearly all of it</summary>

`tangent = dict(zip(xs, direction))`, then for each value that has operands: `tangent[value] =
sum(partial * tangent.get(operand, 0.0) for ...)`. Return the tangents of the slopes.
</details>

<details><summary>Help: "f was called ... times"</summary>

One gradient is enough. The rest happens on its graph, and never runs `f` again.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the two ways agree to the last digits or so. Which one did you find easier to
trust, and why?
"""

# %% [markdown]
r"""
## E22.3 One step of Newton's

*Medium, 8 minutes. You will be able to use the second derivative, not only the first.*

Newton's method takes the step $d$ after which the gradient $g$ would be 0: $H d = -g$. With
$p$, $q$ and $q$, $r$ as the rows of $H$, that is
$d_0 = -(r g_0 - q g_1) / (pr - q^2)$ and $d_1 = -(p g_1 - q g_0) / (pr - q^2)$.

Write `newton_step(f, x, y)`: the floats `(x, y)` after one step. `gradients` from above gives $g$;
`gradients` of one of them gives a row of $H$.

In the bowl $x^2 + xy + y^2$ one step from anywhere ends at (0, 0).
"""


# %%
def newton_step(f, x, y):
    """The point after one step of Newton's method, from (x, y)."""
    ### BEGIN SOLUTION
    at = [Value(x), Value(y)]
    g0, g1 = gradients(f, at)
    p, q = gradients(lambda *xs: gradients(f, xs)[0], at)
    _, r = gradients(lambda *xs: gradients(f, xs)[1], at)
    g0, g1, p, q, r = (value.data for value in (g0, g1, p, q, r))
    size = p * r - q * q
    return x - (r * g0 - q * g1) / size, y - (p * g1 - q * g0) / size
    ### END SOLUTION


# %% tags=["check"]
check_newton_step(newton_step)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Five numbers: two of the gradient, three of the Hessian. Print them for the bowl of the text: $H$
is 2, 1, 2 everywhere.
</details>

<details><summary>Hint 2: a row of H</summary>

`gradients(lambda *xs: gradients(f, xs)[0], at)` differentiates the first entry of the gradient by
both variables: that is $p$ and $q$.
</details>

<details><summary>Hint 3: nearly all of it</summary>

Take the `.data` of all five, let `size = p * r - q * q`, and return
`x - (r * g0 - q * g1) / size` and the other.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what does $q$ say about the bowl, and what goes wrong when it is left out?
"""

# %% [markdown]
r"""
## E22.4 A loss with a gradient in it

*Medium, 10 minutes. You will be able to train a model to be smooth.*

`model(weights, x)` takes a list of Values and a Value, and returns a Value. Its **gradient
penalty** at $x$ is the square of its slope there, $(\partial\,\mathrm{model}/\partial x)^2$. Write
`penalty_gradient(model, weights, x)`, with plain floats in: a list of floats, the derivative of the
penalty by each *weight*.

With $w_0 x$ as the model the slope is $w_0$, the penalty $w_0^2$, and its gradient $2 w_0$:
`penalty_gradient(lambda w, x: w[0] * x, [3.0], 5.0)` is `[6.0]`.
"""


# %%
def penalty_gradient(model, weights, x):
    """d(slope squared)/d(weight) for each weight, with the slope of the model by x."""
    ### BEGIN SOLUTION
    weights = [Value(weight) for weight in weights]
    (slope,) = gradients(lambda x: model(weights, x), [Value(x)])
    penalty = slope * slope
    penalty.backward()
    return [weight.grad for weight in weights]
    ### END SOLUTION


# %% tags=["check"]
check_penalty_gradient(penalty_gradient)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Two different derivatives: the inner one by `x`, the outer one by the weights.
</details>

<details><summary>Hint 2: the inner one</summary>

`gradients(lambda x: model(weights, x), [Value(x)])` is a tuple with one Value, whose graph leads
back to the weights as well. They must be Values before the model is called.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`(slope,) = gradients(...)`, then `(slope * slope).backward()`, and the `.grad` of each weight.
</details>

<details><summary>Help: "AttributeError: 'float' object has no attribute 'tanh'"</summary>

The model was given plain floats. Make Values of the weights and of `x` first.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why would the gradient of the penalty be 0, if the slope were a plain number?
"""
