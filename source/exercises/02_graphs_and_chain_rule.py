# %% [markdown]
r"""
# 2. One path, two paths: exercises

Four exercises for pencil and keyboard: fill in a table of gradients, put a backward sweep in order,
write the sum over paths as a function, and repair a figure. 40 minutes. The lesson is
[notebooks/02](../notebooks/02_graphs_and_chain_rule.ipynb).

The work is yours: an answer that has the package or another library do it does not pass. What is
to be predicted is not run: take a pencil.
"""

# %%
from autograd_lesson import Value
from autograd_lesson.checks.e02_graphs_and_chain_rule import (
    SWEEP_LINES,
    check_corrections,
    check_gradient_table,
    check_sum_over_paths,
    check_sweep_order,
)
from autograd_lesson.pictures import draw
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.generated_graphs import misdrawn_graph

hints.on()

# %% [markdown]
r"""
## E2.1 A table of gradients

*Medium, 12 minutes. You will be able to find every path, multiply along it, and add the products.*

Four lines of arithmetic and their graph. The small numbers on the edges are the partials.
"""

# %%
x, y = Value(2.0, label="x"), Value(3.0, label="y")
u = (x + y).named("u")
v = (u * y).named("v")
w = (v - x).named("w")
z = (u * w).named("z")
draw(z)

# %% [markdown]
r"""
Fill in the six gradients of `z`: a dict with a number for each name, such as
`{"z": ..., "w": ..., "v": ..., "u": ..., "x": ..., "y": ...}`. Work with a pencil and begin at
`z`. A row of your notes may look like this:

| value | paths to z | products | gradient |
|---|---|---|---|
| `v` | v → w → z | 1 × 5 | 5 |

That row is right, so one of the six is done.
"""


# %%
def gradient_table():
    """How fast z changes with each of the six values."""
    ### BEGIN SOLUTION
    by_u = 13 + 1 * 1 * 5 * 3  # u -> z, and u -> v -> w -> z
    by_x = 1 * by_u - 1 * 5  # through u, and x -> w -> z
    by_y = 1 * by_u + 5 * 1 * 5  # through u, and y -> v -> w -> z
    return {"z": 1, "w": 5, "v": 5, "u": by_u, "x": by_x, "y": by_y}
    ### END SOLUTION


# %% tags=["check"]
check_gradient_table(gradient_table)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

At the end. $\partial z/\partial z$ is 1, and `w` has one edge only, so its gradient is the number
on that edge.

</details>

<details><summary>Hint 2: how many paths there are</summary>

Follow the arrows with a finger: two paths lead from `u` to `z`, three from `x`, three from `y`.

</details>

<details><summary>Hint 3: use what you have</summary>

Every path of `x` either goes through `u`, or begins with x → w. What all paths from `u` bring
together is in your table already.

</details>

<details><summary>Help: "That is the sum without the path ..."</summary>

Your products are right, and one path was not walked. The message names it: mark it in the picture,
and see at which fork you turned the other way.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which path did you find last, and what would have led you to it sooner?
"""

# %% [markdown]
r"""
## E2.2 Put the sweep in order

*Medium, 8 minutes. You will be able to know when a gradient may be passed on.*

Another graph, with six values and eight edges. The backward sweep crosses each edge once, and every
crossing is one line of code. Here are the lines, shuffled.
"""

# %%
p, q = Value(2.0, label="p"), Value(3.0, label="q")
r = (p * q).named("r")
s = (r + q).named("s")
t = (r * s).named("t")
draw((t - s).named("z"))

# %%
SWEEP_LINES

# %% [markdown]
r"""
Before the first line runs, `gradient["z"]` is 1 and all the others are 0. Return the letters in an
order that leaves the right gradients at the end, as a list: `["D", ...]`. Of the 40,320 orders 100
are right, and each of these passes.
"""


# %%
def sweep_order():
    """The letters of the eight lines, in an order in which they may be run."""
    ### BEGIN SOLUTION
    return ["D", "G", "E", "A", "B", "F", "C", "H"]
    ### END SOLUTION


# %% tags=["check"]
check_sweep_order(sweep_order)

# %% [markdown]
r"""
<details><summary>Hint 1: what a line needs</summary>

A line that reads `gradient["t"]` may run when everything that is ever added to `gradient["t"]` has
been added.

</details>

<details><summary>Hint 2: who comes first</summary>

Only `z` is complete at the start. Two lines read it. After them one more value is complete: which?

</details>

<details><summary>Hint 3: the usual mistake</summary>

`s` receives from `z` and from `t`. Both lines must run before any line that reads
`gradient["s"]`, although `s` stands right next to `z` in the picture.

</details>

<details><summary>Help: "... before it is complete"</summary>

The message names the line that came too late. Move it up, or move the line that reads down.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** say in one sentence when a value may pass its gradient on.
"""

# %% [markdown]
r"""
## E2.3 The sum over paths, as a function

*Medium, 12 minutes. You will be able to turn a definition into code.*

A graph as plain data is a dict. Every value has an entry: the list of its operands, each as a pair
`(name, partial)`. An input has an empty list. An operand used twice is listed twice, each time with
the partial of that edge. This is the graph of the lesson:
"""

# %%
LESSON_GRAPH = {
    "a": [],
    "b": [],
    "c": [("a", 1.0), ("b", 1.0)],
    "d": [("c", 2.0), ("a", 5.0)],
    "e": [("c", 10.0), ("d", 5.0)],
}

# %% [markdown]
r"""
Write `sum_over_paths(graph, src, dst)`: multiply the partials along each path from `src` to `dst`,
and add the products of all paths. Both are names of values, anywhere in the graph. Where no path
leads from one to the other the sum is 0; the path from a value to itself has no edges, and its
product is 1.

With a right answer `sum_over_paths(LESSON_GRAPH, "a", "e")` gives 45, and
`sum_over_paths({"x": [], "y": [("x", 3.0), ("x", 3.0)]}, "x", "y")`, the graph of $y = x^2$ at 3,
gives 6.
"""


# %%
def sum_over_paths(graph, src, dst):
    """The sum, over every path from `src` to `dst`, of the product of its partials."""
    ### BEGIN SOLUTION
    if src == dst:
        return 1.0
    return sum(partial * sum_over_paths(graph, src, operand) for operand, partial in graph[dst])
    ### END SOLUTION


# %% tags=["check"]
check_sum_over_paths(sum_over_paths)

# %% [markdown]
r"""
<details><summary>Hint 1: let the function help itself</summary>

Every path to `dst` arrives over one of its edges. Suppose you knew the sum over all paths from
`src` to each *operand* of `dst`: what would be left to do?

</details>

<details><summary>Hint 2: where it ends</summary>

There are two ends. At `src` the path is complete: return 1. At an input that is not `src` there are
no operands, so there is nothing to add: 0.

</details>

<details><summary>Hint 3: the shape</summary>

One `if src == dst`, then a loop `for operand, partial in graph[dst]` that adds
`partial * sum_over_paths(graph, src, operand)`.

</details>

<details><summary>Help: "Parallel edges were taken for one"</summary>

`dict(graph[dst])` and `set(graph[dst])` keep one of two equal pairs. Go over the list itself.

</details>

<details><summary>Help: KeyError</summary>

A name is looked up that is no name: print `operand` before you use it. Is it still the whole pair?

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** your function walks over every path. For which graphs would you not wait for
its answer?
"""

# %% [markdown]
r"""
## E2.4 Repair a figure

*Easy, 6 minutes. You will be able to read a graph against its code.*

Somebody has drawn a figure by hand for `c = a + b`, `d = c * a`, `e = c * d`. This is what its
lines say:
"""

# %%
draw(misdrawn_graph())

# %% [markdown]
r"""
It shows `a` in two boxes, `a #1` and `a #2`, although the code has one `a`. One edge is missing as
well, and one is there that the code does not have. Return a dict with the keys `"missing"` and
`"wrong"`. Each holds a set of pairs with the operand first: the edge from `x` to `y` is
`("x", "y")`, and a set of one edge is `{("x", "y")}`. For either box write `a`.
"""


# %%
def corrections():
    """The edges missing from the figure, and the edges that should not be in it."""
    ### BEGIN SOLUTION
    return {"missing": {("c", "d")}, "wrong": {("b", "d")}}
    ### END SOLUTION


# %% tags=["check"]
check_corrections(corrections)

# %% [markdown]
r"""
<details><summary>Hint 1: how many edges there should be</summary>

Three lines of code with two operands each: six edges. Write them down from the code alone, then
compare.

</details>

<details><summary>Hint 2: look at the number 10</summary>

The box of `d` holds 10. Which two values does the figure multiply to get there?

</details>

<details><summary>Hint 3: where to look</summary>

Both mistakes are among the edges that end at `d`.

</details>

<details><summary>Help: TypeError: unhashable type: 'set'</summary>

A set of edges holds pairs, and a pair has round brackets: `{("x", "y")}`.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** with this figure one finds 35 for the gradient of `a`, as in the lesson. Which
path of the right graph is not in it?
"""
