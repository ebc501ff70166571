# %% [markdown]
r"""
# 5. Order, accumulation, and doing it twice: exercises

You write the backward pass of [lesson 5](../notebooks/05_order_and_accumulation.ipynb): the order,
the walk and the reset. Then you find the fault in three engines of other people. 50 minutes.

The work is yours: an answer that has the package or another library do it does not pass. What is
to be predicted is not run: take a pencil.
"""

# %%
from autograd_lesson import Value
from autograd_lesson import topological_order as order_of
from autograd_lesson.checks.e05_order_and_accumulation import (
    check_backward,
    check_diagnosis,
    check_is_right,
    check_order_lines,
    check_predicted_grads,
    check_topological_order,
    check_zero_grad,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## What a value holds

All that you need of a value is in this cell, and nothing depends on earlier exercises. `operands`
is a tuple of the values it was computed from, in their order, repeats kept. `partials` has one
number for each of them. A leaf has none of either. The graph is that of the lessons.
"""

# %%
a, b = Value(2.0, label="a"), Value(3.0, label="b")
c = (a + b).named("c")
d = (c * a).named("d")
e = (c * d).named("e")
d.operands, d.partials

# %% [markdown]
r"""
## E5.1 Operands first

*Two rungs. You will be able to order any graph for a backward pass.*

**Rung 1: lines to put in order.** *Easy, 5 minutes.* Six of these seven lines belong at the
dots, indented as they are.

```python
def topological_order(root):
    order, seen = [], set()

    def visit(value):
        ...

    visit(root)
    return order
```

```text
A         order.append(value)
B         for operand in value.operands:
C         order.insert(0, value)
D         if value in seen:
E             visit(operand)
F         seen.add(value)
G             return
```

For the graph above the list is `a, b, c, d, e`. `visit` may be called for the root and for each use
of a value as an operand, no more. Return the letters from top to bottom: `["A", "B", "E"]`.
"""


# %%
def order_lines():
    """The letters of the lines, from top to bottom."""
    ### BEGIN SOLUTION
    return ["D", "G", "F", "B", "E", "A"]
    ### END SOLUTION


# %% tags=["check"]
check_order_lines(order_lines)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Two lines are indented below another one. Which line can `return` stand under, and which `visit`?
</details>

<details><summary>Hint 2: the order of the list</summary>

A value may go into the list when all its operands are in it. What has to be over by then?
</details>

<details><summary>Hint 3: nearly all of it</summary>

"Have I been here? Then go back. Else make a note, visit the operands, and last of all append."
</details>

<details><summary>Help: "A value is visited again and again" or "stands there 2 times"</summary>

The question is asked, and the note that would answer it is never made, or the other way round.
</details>
"""

# %% [markdown]
r"""
**Rung 2: without recursion.** *Medium, 12 minutes.* Write `topological_order(root)`: a list of
every value that `root` depends on, `root` included, each once, operands before results. It must
manage a graph 50,000 results deep, so no function may call itself. The same graph must give the
same list, run after run. Any right order passes.

With a right answer, `[value.label for value in topological_order(e)]` is
`["a", "b", "c", "d", "e"]`, or the same with `b` first.
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

Write a loop first that only *finds* every value: a list `stack = [root]`, and
`while stack: value = stack.pop()`. A set says which values were met.
</details>

<details><summary>Hint 2: what a call remembers</summary>

The recursive version came back to a value after its operands, in order to append it. A stack can
remember that too: put the value on it once more, with a note, *below* its operands.
</details>

<details><summary>Hint 3: nearly all of it</summary>

Keep pairs on the stack: `(value, False)` for "look at it", `(value, True)` for "its operands are
done, append it". On `False`, push `(value, True)` and then `(operand, False)` for each operand.
</details>

<details><summary>Another way: count what is owed</summary>

Count for each value how often it is an operand. Take the root; each of its operands is owed one
use less. A value that is owed nothing more comes next. The list comes out results first: turn it
round.
</details>

<details><summary>Help: RecursionError: maximum recursion depth exceeded</summary>

Some function still calls itself. Python allows about a thousand calls inside one another.
</details>

<details><summary>Help: "no result after 10 seconds"</summary>

`if value not in order` looks through a list of up to 50,000. Ask a set, `seen`, instead.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why must a value be put back on the stack *before* its operands are, and not
after them?
"""

# %% [markdown]
r"""
## E5.2 The backward pass

*Medium, 12 minutes. You will have written the whole of backpropagation.*

Write `backward(root)`. It adds d(root)/d(value) to the `.grad` of every value that `root` depends
on, `root` included, and returns nothing. Its policy is the lesson's "a dict for each pass": what a
pass finds lives in a dict of that pass and is *added* to `.grad` at the end. So two calls give
exactly twice, and two roots that share a value add up. Labels may be missing or alike: they tell
nothing apart.

Use your `topological_order`, or `order_of`, which is the package's own. With a right answer,
`backward(e)` makes `a.grad` 45 and `e.grad` 1; a second call makes them 90 and 2.
"""


# %%
def backward(root):
    """Add d(root)/d(value) to the grad of every value that `root` depends on."""
    ### BEGIN SOLUTION
    gradient = {root: 1.0}
    for result in reversed(topological_order(root)):
        for operand, partial in zip(result.operands, result.partials, strict=True):
            contribution = gradient[result] * partial
            gradient[operand] = gradient.get(operand, 0.0) + contribution
    for value, amount in gradient.items():
        value.grad += amount
    ### END SOLUTION


# %% tags=["check"]
check_backward(backward)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Three parts: a dict in which the root has 1, one loop over the results, one loop that adds to
`.grad`.
</details>

<details><summary>Hint 2: one edge</summary>

What an operand receives through one edge is the gradient of the result times the partial of that
edge. `zip(result.operands, result.partials)` gives the edges of one result.
</details>

<details><summary>Hint 3: nearly all of it</summary>

Go through `reversed(topological_order(root))`. For each edge:
`gradient[operand] = gradient.get(operand, 0.0) + gradient[result] * partial`.
</details>

<details><summary>Help: "not attempted yet", though I have written backward</summary>

It calls `topological_order`, and that is still the stub. Call `order_of` in its place meanwhile.
</details>

<details><summary>Help: KeyError</summary>

Nothing has arrived yet for that operand. `gradient.get(operand, 0.0)` gives 0 in that case.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** your `backward` never looks into the `.grad` of a value before its last loop.
Which of the lesson's wrong numbers does that rule out?
"""

# %% [markdown]
r"""
## E5.3 Back to zero

*Easy, 5 minutes. You will be able to say which gradients must be cleared, and which must not.*

Write `zero_grad(root)`: afterwards the next `backward(root)` must leave in every `.grad` what the
very first one left. Only `.grad` changes, and only where `root` depends on the value. The gap is
one loop.
"""


# %%
def zero_grad(root):
    """Set the grad of every value that `root` depends on back to 0."""
    ### BEGIN SOLUTION
    for value in topological_order(root):
        value.grad = 0.0
    ### END SOLUTION


# %% tags=["check"]
check_zero_grad(zero_grad)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

You have a function that lists every value `root` depends on: your `topological_order`, or
`order_of`.
</details>

<details><summary>Hint 2: which of them</summary>

Parameters, inputs, what lies between, the root: `backward` adds to all of them.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`for value in topological_order(root):` and one line below it.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** an input such as a pixel is not trained. Why clear its gradient all the same?
"""

# %% [markdown]
r"""
## E5.4 Three engines, three faults

*Hard, 12 minutes. You will be able to find a fault in somebody else's backward pass, and to write
the test that would have caught it.*

Each engine should do what your `backward` does, and each has one fault. On the graph above two of
the three find 45 and 20. Read them, and try them on graphs of your own in a new cell.
"""


# %%
def pairs(result):
    """Each operand of `result`, with its partial."""
    return zip(result.operands, result.partials, strict=True)


# %%
def engine_a(root):
    """Add d(root)/d(value) to the grad of every value (with one fault)."""
    order = [root]
    for value in order:  # grows while it is read
        for operand in value.operands:
            if operand not in order:
                order.append(operand)
    gradient = dict.fromkeys(order, 0.0)
    gradient[root] = 1.0
    for result in order:
        for operand, partial in pairs(result):
            gradient[operand] += gradient[result] * partial
    for value, amount in gradient.items():
        value.grad += amount


# %%
def engine_b(root):
    """Add d(root)/d(value) to the grad of every value (with one fault)."""
    gradient = {root: 1.0}
    for result in reversed(order_of(root)):
        for operand, partial in dict(pairs(result)).items():
            so_far = gradient.get(operand, 0.0)
            gradient[operand] = so_far + gradient[result] * partial
    for value, amount in gradient.items():
        value.grad += amount


# %%
def engine_c(root):
    """Add d(root)/d(value) to the grad of every value (with one fault)."""
    root.grad += 1.0
    for result in reversed(order_of(root)):
        for operand, partial in pairs(result):
            operand.grad += result.grad * partial


# %% [markdown]
r"""
**Name the faults.** For each engine, which of these is it?

1. A contribution writes over what others have brought.
2. A result passes its gradient on before all of it has arrived.
3. The walk goes from the operands to the root.
4. An operand that stands twice in one result is counted once.
5. What an earlier pass left is sent on again.
6. The gradient of the root does not begin at 1.

An answer looks like `return {"A": 1, "B": 2, "C": 3}`.
"""


# %%
def diagnosis():
    """The number of the fault in each engine."""
    ### BEGIN SOLUTION
    return {"A": 2, "B": 4, "C": 5}
    ### END SOLUTION


# %% tags=["check"]
check_diagnosis(diagnosis)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Do not guess from the code alone. Run each engine on a graph whose gradients you know.
</details>

<details><summary>Hint 2: three suspects</summary>

Three graphs are worth trying: one with `x * x`; one where a short and a long path lead to the same
value, written both ways round; and one on which you call the engine twice.
</details>

<details><summary>Hint 3: nearly all of it</summary>

In A, when is `c` crossed in `e = c * d`, and when `d`? In B, what does a dict do with a key that
comes twice? In C, what is in `result.grad` when the second pass begins?
</details>
"""

# %% [markdown]
r"""
**Write the test.** `is_right(backward)` gets an engine, builds its own small graphs from `Value`,
calls the engine on them, and returns `True` if every gradient is right, else `False` (it raises no
error). All engines come as functions of one name. It must
accept right engines and refuse A, B and C. One test may walk over more than one graph.
"""


# %%
def is_right(backward):
    """Does this engine find the right gradients, in any graph and in a second pass?"""
    ### BEGIN SOLUTION
    a, b = Value(2.0), Value(3.0)
    c = a + b
    e = c * (c * a)
    backward(e)
    once = (a.grad, b.grad) == (45.0, 20.0)
    backward(e)
    twice = (a.grad, c.grad, e.grad) == (90.0, 40.0, 2.0)
    x = Value(3.0)
    backward(x * x)
    return once and twice and x.grad == 6.0
    ### END SOLUTION


# %% tags=["check"]
check_is_right(is_right)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`x = Value(3.0)`, `backward(x * x)`, `return x.grad == 6.0` is a test already. Which engine does it
refuse, and which two does it let through?
</details>

<details><summary>Hint 2: one graph for each fault</summary>

Add a graph on which A is wrong; the lesson has one, and the order of the two factors matters. For
C, call `backward` a second time on the same root.
</details>

<details><summary>Hint 3: nearly all of it</summary>

Build new values for each graph, collect the comparisons, and return whether all of them hold:
`return once and twice and square`.
</details>

<details><summary>Help: "It accepts engine C", though I call it twice</summary>

If the values between the leaves and the root receive nothing from other results, twice is what C
gives too. It needs a result whose gradient is *sent on*: a value between.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** engine A is right on many graphs. What must a graph have for A to be wrong on
it?
"""

# %% [markdown]
r"""
## E5.5 After two calls

*Medium, 6 minutes. You will be able to tell what a second pass finds of the first.*

Predict, without running anything. With `x = 3` the graph is `h = x * x`, `y = h * 2`, and
`backward(y)` is called **twice**. What is in `h.grad` and in `x.grad` then?

- `"in place"`: each call sets `y.grad` to 1, then reads and adds in `.grad` itself.
- `"cleared"`: the same, after setting `.grad` to 0 wherever a value has operands.
- `"of the pass"`: a dict of the pass is added to `.grad` at the end.

Return `{"in place": {"h": 1, "x": 2}, "cleared": {...}, "of the pass": {...}}` with your numbers.
"""


# %%
def predicted_grads():
    """The grads of h and x after two calls, for each policy."""
    ### BEGIN SOLUTION
    return {
        "in place": {"h": 4, "x": 36},
        "cleared": {"h": 2, "x": 24},
        "of the pass": {"h": 4, "x": 24},
    }
    ### END SOLUTION


# %% tags=["check"]
check_predicted_grads(predicted_grads)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

One call is the same under all three: `h` receives 2. From `h` to `x` lead two edges, each with the
partial 3.
</details>

<details><summary>Hint 2: the second call</summary>

Follow the second call in the same order. What does `h` hold when its turn comes to send?
</details>

<details><summary>Hint 3: nearly all of it</summary>

In place, `h` holds 2 + 2 when it sends, so `x` receives 4 × 6 on top of its 12.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** two of the policies agree on `x`. When would you care that they differ on `h`?
"""
