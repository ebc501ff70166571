# %% [markdown]
r"""
# 2. One path, two paths: why gradients add

You will draw a calculation as a graph, put one small number on every edge, and read off how fast
the result changes with each input. 75 minutes. At the end a sheet of paper is all you need for the
gradient of any small calculation, and you will have found the mistake in a solution that looks
right.
"""

# %%
from autograd_lesson import Value, topological_order
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.pictures import draw
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.generated_graphs import generated_graph
from autograd_lesson.widgets import path_explosion, practise, predict, show_paths, step_through

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(2, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** Answer before you run the cell; it has fresh numbers. (a) $f(x) = x^2$ at
> $x = 3$: $x$ is nudged to 3.001. By about how much does $f$ rise? (b) The step of a central
> difference shrinks from 0.1 to 0.01. By what factor does its error fall? (c) Why not take a step
> of $10^{-15}$?
"""


# %%
folded()


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


wide, narrow, tiny = (central(lambda x: x**3, 1.0, h) for h in (0.1, 0.01, 1e-15))
found = 3.001**2 - 3**2, (wide - 3) / (narrow - 3), tiny
[float(f"{x:.4g}") for x in found]

# %% [markdown]
r"""
<details><summary>Answers</summary>

(a) By about 0.006: the slope 6 times the nudge. (b) About a hundredfold: the error goes with the
square of the step. (c) The difference of the two is all rounding: the slope is 3, and not
the last number above.
</details>
"""

# %% [markdown]
r"""
## A calculation is a graph

Three lines of arithmetic. `d` uses `c` again, and `e` once more. A `Value` is a number
that remembers what it was computed from; you will build it yourself in the next lesson.
"""

# %%
a, b = Value(2.0, label="a"), Value(3.0, label="b")
c = (a + b).named("c")
d = (c * a).named("d")
e = (c * d).named("e")
e

# %%
draw(e)

# %% [markdown]
r"""
Every box is a **value**. The little circle on its left is the **op** that made it, and the arrows
that end there come from its **operands**. Each arrow is an **edge**: one use of one operand in
one **result**. Look at `c`: it is a result of `+`, and then an operand twice, of `d` and of `e`.
The small numbers on the edges come next, and `grad` comes last.

> **Predict.** How many values, how many ops, how many edges are there? (In the cell,
> `topological_order(e)` is a list of all values behind `e`, operands before results.)
"""

# %%
prediction("02-edges", mine="")
values = topological_order(e)
results = [value for value in values if value.operands]
edges = [(operand.label, result.label) for result in results for operand in result.operands]
len(values), len(results), len(edges)

# %%
edges

# %% [markdown]
r"""
> **You may think** "nodes are values, edges are operations". Here is a run where that fails: 3
> operations, but 6 edges. **Instead**: an op belongs to the value it makes, and an edge is one
> *use*. An op with two operands has two edges, even in `a * a`, where both begin at `a`.
"""

# %%
[operand.label for operand in (a * a).operands]

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** draw `p = x * x + x` on paper. How many edges leave `x`, and where does each
end?
"""

# %% [markdown]
r"""
## One small number on every edge

Take `d = c * a` alone, with $c = 5$ and $a = 2$. Nudge `c` and hold `a` still; then the other way
round. How fast does `d` change?
"""

# %%
h = 0.001
along_c = ((5 + h) * 2 - 5 * 2) / h
along_a = (5 * (2 + h) - 5 * 2) / h
round(along_c, 6), round(along_a, 6)

# %% [markdown]
r"""
2 for `c`, and that is `a`; 5 for `a`, and that is `c`. In a product each factor is multiplied by
the *other* one, so that is how fast it counts. Such a number, the change of one result for a
nudge of one operand while all other operands of that op are held still, is a **partial**:
$\partial d/\partial c = 2$. In a sum both partials are 1; in a difference they are 1 and -1.
Every value keeps those of its own op:
"""

# %%
c.partials, d.partials, e.partials

# %% [markdown]
r"""
Six edges, six partials, in the order of the operands. The picture above has them on its edges. Find
the 10: why does just this number stand between `c` and `e`?

<details><summary>Answer</summary>

`e = c * d`, and the other factor, `d`, is 10.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what is held still while a partial is measured, and what is not even looked at?
"""

# %% [markdown]
r"""
## Multiply along a path, add where paths meet

A partial looks at one edge. A nudge goes on. Hold `c` still and nudge `a` by 0.001: `d` moves by 5
nudges, and each of those moves `e` by 5 more. Along `a` → `d` → `e` the factors multiply:
"""


# %%
def e_along_d(a, c=5.0):
    d = c * a
    return c * d


round(central(e_along_d, 2.0, 1e-4), 6), 5 * 5

# %% [markdown]
r"""
A way along the arrows is a **path**, and the product of its partials is what it **contributes**.
Now let `c` go as well. Two edges leave it: one straight to `e`, one to `d` and from there to `e`.

> **Try it.** Nudge `c` by a little and hold `a` still. The nudge reaches `e` along both paths. How
> fast does `e` change with `c`? A wrong number is told what it was probably made of.
"""

# %%
predict(e, ask=[c])

# %% [markdown]
r"""
The direct path contributes 10. The other one contributes $2 \times 5 = 10$.

> **Predict.** Nudge `c` by 0.1, 0.01 and 0.001. Near which number is the ratio: 10, 20, or 100?
"""

# %%
prediction("02-two-paths", mine="", of="round(_[-1])", gradients="e: c")


def e_of_c(c, a=2.0):
    d = c * a
    return c * d


[round((e_of_c(5 + h) - e_of_c(5)) / h, 6) for h in (0.1, 0.01, 0.001)]

# %% [markdown]
r"""
It is 20: the contributions **add**. The three numbers also say why. With the nudge $h$ both
factors of `e` move: $(5 + h)(10 + 2h)$ is $50 + 10h + 10h + 2h^2$. One $10h$ came along each path,
and the $2h^2$ is what the two nudges do together. It is the 0.2, 0.02, 0.002 above, and it
vanishes with $h$. What is left is a sum, one term for each path.
"""

# %%
direct = e.partials[0]
through_d = d.partials[0] * e.partials[1]
direct, through_d, direct + through_d

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** say in one sentence why the contributions of two paths are added, not
multiplied.
"""

# %% [markdown]
r"""
## The lost path

Here is a solution, line by line. All partials in it are right.
"""

# %%
de_dd = c.data
de_dc = d.data
de_da = de_dc * 1 + de_dd * c.data
de_db = de_dc * 1
de_da, de_db

# %% [markdown]
r"""
> **Predict.** 35 and 10. Something is lost. Which path from `a` to `e` was left out? Follow all of
> them in the picture, with your finger. What are the right numbers, for `a` and for `b`?

The measurement is by nudging, which needs no rules:
"""

# %%
prediction("02-lost-path", mine="", gradients="e: a, b")


def e_of(a, b):
    c = a + b
    d = c * a
    return c * d


[round(slope, 6) for slope in numerical_gradient(e_of, [2.0, 3.0])]

# %% [markdown]
r"""
45 and 20. The missing 10 is the same in both. Here are the paths of `a`, one at a time; the last
picture adds them.
"""

# %%
show_paths(e, a)

# %% [markdown]
r"""
Lost was `a` → `c` → `d` → `e`, and with it `b` → `c` → `d` → `e`. The mistake is in the second
line: `de_dc = d` is the *partial* on the edge `c` → `e`. The **gradient** of `c` is the sum over
all its paths, and one of them goes through `d`.

A second test: $e = (a+b)^2\,a$ has a derivative by the rules that are taught at school.
"""

# %%
by_rule = (2 + 3) ** 2 + 2 * 2 * (2 + 3)  # (a + b)^2 + 2a(a + b)
by_paths = 1 * 10 + 1 * 2 * 5 + 5 * 5
assert by_rule == by_paths == 45
by_rule, by_paths

# %% [markdown]
r"""
> **You may think** that a variable used on two paths gets the gradient of one of them, or that a
> gradient is known once one edge has been read. Here is a run where that fails: the 35 above,
> against a measured 45. **Instead**: a gradient is a sum over *all* paths. A partial belongs to
> an edge; a gradient belongs to a value.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the 35 lacks 10, and so does the 10 for `b`. Why the same amount?
"""

# %% [markdown]
r"""
## Too many paths

Walking every path is a definition, not a method. Take 1 and double it twenty times. Each doubling
`y + y` uses `y` twice, so it has two edges.

> **Predict.** 20 doublings, 40 edges. How many paths lead from `x` to the end?
"""

# %%
prediction("02-doublings", mine="")
x = Value(1.0, label="x")
y = x
for _ in range(20):
    y = y + y

paths = {y: 1}
for result in reversed(topological_order(y)):
    for operand in result.operands:
        paths[operand] = paths.get(operand, 0) + paths[result]
paths[x]

# %% [markdown]
r"""
More than a million; every doubling doubles the number of paths and adds two edges. The next
picture does the same with **diamonds**: out along two edges, back along two. It also counts what
the gradient costs, path by path and by *one sweep*, the method of the next section. Move the
slider.
"""

# %%
path_explosion(12)

# %% [markdown]
r"""
Look again at the cell that counted. It did not follow a million paths. It crossed 40 edges, from
the end to the beginning, and every value handed on a number that was *finished*. To count paths is
to add 1 for each path. In place of 1, each path can add its product.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** how many paths are there after 30 doublings, and how many edges?
"""

# %% [markdown]
r"""
## One sweep instead

Start at `e` with 1. Go backwards, one edge at a time: what arrived at a result, times the partial
on the edge, is added to the operand. Six edges, six multiplications. This is the **backward pass**;
it is also called a backward sweep, or the walk back. The 1 that it starts with is the **seed**.
"""

# %%
grad_e = 1
grad_d = grad_e * 5
grad_c = grad_e * 10 + grad_d * 2
grad_a = grad_c * 1 + grad_d * 5
grad_b = grad_c * 1
grad_a, grad_b, grad_c, grad_d

# %% [markdown]
r"""
45, 20, 20, 5. The long path did not get lost, because `grad_d * 2` was added to `grad_c` *before*
`grad_c` was passed on.

> **Predict.** Cross the edges of `c` first and those of `d` afterwards. What do `a` and `b` get?
"""

# %%
prediction("02-order", mine="", of="(grad_a, grad_b)", gradients="e: a, b")
grad_c = grad_e * 10
grad_a, grad_b = grad_c * 1, grad_c * 1
grad_c += grad_d * 2
grad_a += grad_d * 5
grad_a, grad_b, grad_c

# %% [markdown]
r"""
There they are again, 35 and 10, although every edge was crossed once and `c` itself ends on 20. So
the lost path is a matter of *order*: `c` handed on 10 when its other 10 had not arrived. A value
may pass its gradient on when everything computed from it has passed on. Step through the right
order. *Still owed* names the values to which some contribution has not come yet.
"""

# %%
step_through(e)

# %% [markdown]
r"""
The backward pass needs the partials and the graph, and both were recorded on the way forward. That
is the whole idea of **automatic differentiation**: you write the forward pass, and the machine does
the six multiplications. In the package they are called `backward()`:
"""

# %%
e.backward()
assert [value.grad for value in (a, b, c, d)] == [45, 20, 20, 5]
a.grad, b.grad, c.grad, d.grad

# %% [markdown]
r"""
Once more, on a calculation with other ops: $w = \tanh(x^2 + y^2)$. Here only one path leads from
each input. What is on its edges?
"""

# %%
x, y = Value(0.5, label="x"), Value(-1.0, label="y")
z = (x**2 + y**2).named("z")
w = z.tanh().named("w")
w.backward()
draw(w)


# %%
def w_of(x, y):
    return (Value(x) ** 2 + Value(y) ** 2).tanh()


for value, slope in zip((x, y), numerical_gradient(w_of, [0.5, -1.0]), strict=True):
    assert abs(value.grad - slope) < 1e-8
x, y

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in what order would you cross the edges of your `p = x * x + x`?
"""

# %% [markdown]
r"""
## Six to predict

Six graphs with round numbers, one behind each button. Take a pencil: write down the gradient of
every value before you type it, by its paths or by the sweep. The first three graphs have five
values, the others six. A wrong number is told what it was probably made of.
"""

# %%
practise(generated_graph(n, results=3 if n < 4 else 4) for n in range(1, 7))

# %% [markdown]
r"""
> **In two sentences.** Why does the backward sweep give the sum over all paths, although it never
> walks along one? Write your answer below before you compare.

<details><summary>A model answer</summary>

When a value passes its gradient on, that gradient is already the sum over all paths from it to
the end, because everything computed from it has delivered. Multiplying this finished sum by the
partial of an edge extends all those paths by the edge at once, so each edge is needed once.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** your two sentences, and which of the six graphs was hardest, and why.
"""

# %% [markdown]
r"""
## What you can now do

- Draw the graph of a few lines of arithmetic: a box for each value, an edge for each use.
- Put the partial on every edge, by holding the other operands still.
- Find a gradient as a sum over paths: multiply along each, add the products.
- Do the backward pass in an order in which no value passes on half a gradient.
- Spot a lost path in somebody else's solution.
"""

# %% [markdown]
r"""
## In PyTorch this is called

A value is a *tensor*. An op with its operands is a *node* of the *autograd graph*, reachable as
`e.grad_fn`, and its operands are the `next_functions` of that node. The inputs are *leaves*.
PyTorch keeps `.grad` for leaves only: for `c` you would have to ask with `c.retain_grad()`.

> **In PyTorch.** There, too, `e.backward()` is the backward pass: `a`, used twice, gets the sum of
> both contributions. What a *second* call does to `.grad` is a question for lesson 5.
"""

# %% [markdown]
r"""
## Check yourself

1. `p = x * x + x` at $x = 3$. How many paths lead from `x` to `p`, and what is the gradient of `x`?

<details><summary>Answer</summary>

Three: two through the product, each contributing 3, and the direct one, contributing 1. The
gradient is 7, and $2x + 1$ agrees. </details>

2. The partial on one edge is 0. What do the paths over that edge contribute?

<details><summary>Answer</summary>

Nothing, because their products are 0. A gradient is then the sum over the other paths.
</details>

3. A graph has 1,000 edges and $10^{12}$ paths from one input to the end. How many multiplications
   does the sweep need for the gradients of *all* its values?

<details><summary>Answer</summary>

1,000, one for each edge, however many paths and inputs there are.
</details>
"""

# %% [markdown]
r"""
## Next

[Exercise 02](../exercises/02_graphs_and_chain_rule.ipynb): a table to fill, a sweep to put in
order, the sum over paths as a function, and a figure in which a path is missing. Then
[lesson 3](03_a_number_that_remembers.ipynb): how `a + b` can remember where it came from.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=2)
