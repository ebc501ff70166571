# %% [markdown]
r"""
# 10. Drawing the graph: exercises

Three functions that look at a graph: one lists its values and edges, one writes it for Graphviz,
one says it in words. 40 minutes. The lesson is
[notebooks/10](../notebooks/10_drawing_the_graph.ipynb).

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
from autograd_lesson import Value, topological_order
from autograd_lesson.checks.e10_drawing_the_graph import (
    NASTY,
    check_alt_text,
    check_to_dot,
    check_trace,
)
from autograd_lesson.pictures import draw
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E10.1 Every value once, every edge

*Medium, 15 minutes. You will be able to read a graph of any depth into two lists.*

Two edges lead from the operand `x` to the result `y` here, and a gradient crosses both, the other
way.
"""

# %%
x = Value(3.0, label="x")
y = (x * x).named("y")
draw(y)

# %% [markdown]
r"""
Write `trace(root)`. It returns two lists.

- The **values** `root` depends on, itself included: each once, operands before results.
- The **edges** as `(operand, result, index)`, where `result.operands[index]` is the operand.

`trace(y)` returns `([x, y], [(x, y, 0), (x, y, 1)])`, in whatever order you list the edges. One of
the graphs is 3,000 results deep, so a function that calls itself will not do. For once
`topological_order` is not to be used: you write what it does.
"""


# %%
def trace(root):
    """Every value `root` depends on, operands before results; and every use of one as operand."""
    ### BEGIN SOLUTION
    values, seen, stack = [], set(), [(root, False)]
    while stack:
        value, operands_are_listed = stack.pop()
        if operands_are_listed:
            values.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack += [(operand, False) for operand in reversed(value.operands)]
    edges = [
        (operand, result, index)
        for result in values
        for index, operand in enumerate(result.operands)
    ]
    return values, edges
    ### END SOLUTION


# %% tags=["check"]
check_trace(trace)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

The edges are the easy half. When the list of values is right, go through it: each result has as
many edges as it has operands, and `enumerate` gives the index.
</details>

<details><summary>Hint 2: "each call waits inside the one before it"</summary>

Lesson 5 had a stack of pairs `(value, operands_are_done)`. A value goes back on it, with `True`,
below its operands.
</details>

<details><summary>Hint 3: "is listed more than once"</summary>

Keep a set `seen` of the values themselves. Ask it when a value comes off the stack with `False`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of your lines keeps the two edges of `x * x` apart?
"""

# %% [markdown]
r"""
## E10.2 A text for Graphviz

*Medium, 15 minutes. You will be able to put any text into a language of its own, and get it back.*

The DOT language of `y = x * x`, as the check wants it:

```
digraph {
  node [shape=box]
  n0 [label="x"]
  n1 [label="y"]
  n0 -> n1
  n0 -> n1
}
```

A line for each value, a line for each edge, and no other nodes. The same graph, made twice, gives
the same text, letter by letter. And the label is shown as it is, even one of these:
"""

# %%
NASTY

# %% [markdown]
r"""
Inside the quotes of a label these have a meaning of their own: write the left one as the right one.

| character | written |
|---|---|
| `&` | `&amp;` |
| `\` | `\\` |
| `"` | `\"` |
| line break | `\n` |

The check reads the text itself; you need no Graphviz. `topological_order` is yours to use.
"""


# %%
def to_dot(root):
    """The graph behind `root` in the DOT language."""
    ### BEGIN SOLUTION
    name = {value: f"n{place}" for place, value in enumerate(topological_order(root))}
    lines = ["digraph {", "  node [shape=box]"]
    for value in name:
        label = value.label.replace("&", "&amp;").replace("\\", "\\\\")
        label = label.replace('"', '\\"').replace("\n", "\\n")
        lines.append(f'  {name[value]} [label="{label}"]')
    for result in name:
        lines += [f"  {name[operand]} -> {name[result]}" for operand in result.operands]
    return "\n".join([*lines, "}"])
    ### END SOLUTION


# %% tags=["check"]
check_to_dot(to_dot)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A dict from each value to its name, `n0`, `n1` and so on, in the topological order. Collect lines in
a list, and join them with `"\n"` at the end.
</details>

<details><summary>Hint 2: "was doubled as well"</summary>

Each `replace` works on what the one before it has left. If `"` has become `\"` first, then the
backslash that you put there is doubled as well. Which one must be the first?
</details>

<details><summary>Hint 3: how Python writes them</summary>

One backslash is `"\\"` in Python, two are `"\\\\"`, and the two letters `\n` are `"\\n"`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the four lines of the table must be done before which, and why?
"""

# %% [markdown]
r"""
## E10.3 The same in words

*Easy, 10 minutes. You will be able to give a picture the sentences it needs.*

A reader who cannot see the picture needs the same in words. For the graph of lesson 2:

`Graph of e: 5 values, 6 edges. c = a + b. d = c * a. e = c * d.`
"""

# %% [markdown]
r"""
First the count: `1 value` and `1 edge` in the singular, `0 edges` for a leaf alone. Then a sentence
for each result, operands before results: `a + b` for `+`, `-` and `*`, for every other op its
symbol and all its operands, `tanh(u)`, `sum(a, b, a)`. In lesson 3 `op` was the symbol itself. In
the package it is an object, and the symbol is `value.op.symbol`; `op` is `None` on a leaf.
"""


# %%
def alt_text(root):
    """The graph behind `root` in sentences."""
    ### BEGIN SOLUTION
    values = topological_order(root)
    edges = sum(len(value.operands) for value in values)
    counts = [
        f"{count} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((len(values), "value"), (edges, "edge"))
    ]
    sentences = [f"Graph of {root.label}: {', '.join(counts)}."]
    for value in values:
        labels = [operand.label for operand in value.operands]
        if labels and value.op.symbol in ("+", "-", "*"):
            sentences.append(f"{value.label} = {labels[0]} {value.op.symbol} {labels[1]}.")
        elif labels:
            sentences.append(f"{value.label} = {value.op.symbol}({', '.join(labels)}).")
    return " ".join(sentences)
    ### END SOLUTION


# %% tags=["check"]
check_alt_text(alt_text)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Count first. The number of edges is the sum of `len(value.operands)` over all values.
</details>

<details><summary>Hint 2: the formula</summary>

Take the labels of the operands into a list. With the symbols `+`, `-` and `*` it has two items; for
all others `", ".join(labels)` does it.
</details>

<details><summary>Hint 3: "It is `1 value` and `1 edge`"</summary>

A small function that takes a count and a noun, and adds an `s` unless the count is 1. Zero takes
the `s` too.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what does the picture say at a glance that your sentences do not?
"""
