# %% [markdown]
r"""
# 28. From graph to kernels: exercises

What a compiler decides before anything runs, decided by you, with the ideas of
[lesson 28](../notebooks/28_from_graph_to_kernels.ipynb): one loop for a chain, the passes that
reductions leave, the rows that are moved, and a place for each array. 65 minutes. Each exercise
stands alone: skip one, and the next still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
from autograd_lesson.checks.e28_from_graph_to_kernels import (
    check_arrays_moved,
    check_fused,
    check_lives,
    check_passes,
    check_places,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E28.1 A chain in one loop

*Easy, 8 minutes. You will be able to fuse a chain of elementwise ops.*

Write `fused(x, y)`. `x` and `y` are memories of the same length that count each read and each
write, as in the lesson: `x[i]` reads, `y[i] = ...` writes, `len(x)` is free. Put
$y_i = \max(2 x_i + 1, 0) \cdot x_i$ into `y`.

Each number of `x` is to be read once, each of `y` written once, and `y` is not read. Nothing is
returned.
"""


# %% tags=["fade"]
def fused(x, y):
    """Write max(2x + 1, 0) * x into y, in one loop."""
    ### BEGIN SOLUTION
    for i in range(len(x)):
        number = x[i]  # gap
        y[i] = max(2.0 * number + 1.0, 0.0) * number  # gap
    ### END SOLUTION


# %% tags=["check"]
check_fused(fused)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

One loop over the places: `for i in range(len(x))`.
</details>

<details><summary>Hint 2: one read</summary>

The formula has `x` in it twice. Fetch the number once and give it a name.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in which case would you *want* the result between two ops in memory?
"""

# %% [markdown]
r"""
## Programs on one row

The next two exercises are about a row of numbers that is too long for the processor to keep. A
program is a list of lines, as in lesson 23: a name, an op, and a tuple of operands. `x0`, `x1` are
rows. `"sum"` and `"max"` make one number of a row. All other ops work number by number, and give a
row if one of their operands is a row. This is softmax:
"""

# %%
softmax = [
    ("v0", "max", ("x0",)),
    ("v1", "-", ("x0", "v0")),
    ("v2", "exp", ("v1",)),
    ("v3", "sum", ("v2",)),
    ("v4", "/", ("v2", "v3")),
]
len(softmax)

# %% [markdown]
r"""
## E28.2 Which lines can run together

*Medium, 12 minutes. You will be able to find the fusion that a reduction forbids.*

A *pass* goes through the row once and runs, for each number, all its lines. The passes are numbered
0, 1, 2, ... Write `passes(lines)`: a dict from the name of each line to the number of the first
pass in which it can run.

- Inputs and plain numbers are there from the beginning.
- The result of a `"sum"` or a `"max"` is complete when its pass has ended: who reads it runs one
  pass later at the earliest.
- Any other result can be read in the pass that makes it.
"""

# %% [markdown]
r"""
With a right answer, `passes(softmax)` is `{"v0": 0, "v1": 1, "v2": 1, "v3": 1, "v4": 2}`.
"""


# %%
def passes(lines):
    """The first pass in which each line can run."""
    ### BEGIN SOLUTION
    found, ready = {}, {}
    for name, op, operands in lines:
        found[name] = max((ready[o] for o in operands if o in ready), default=0)
        ready[name] = found[name] + (op in ("sum", "max"))
    return found
    ### END SOLUTION


# %% tags=["check"]
check_passes(passes)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A dict, filled line by line from top to bottom. A line stands below all that it reads, so that its
operands are in the dict already, if they are no inputs.
</details>

<details><summary>Hint 2: two numbers for each line</summary>

In which pass does it run, and from which pass on can it be *read*? For a sum the second is larger
by 1. A line runs when the latest of its operands can be read.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`found[name] = max((ready[o] for o in operands if o in ready), default=0)`, then
`ready[name] = found[name] + (op in ("sum", "max"))`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** write down the lines of a layer norm. How many passes are there?
"""

# %% [markdown]
r"""
## E28.3 What it saves

*Medium, 15 minutes. You will be able to state a gain before it is measured.*

Write `arrays_moved(lines, passes, results)`. It returns two counts of *rows* that go from the slow
memory to the processor or back; single numbers count nothing.

1. Line by line: each line reads each of its operands that is a row, and writes its result if that
   is a row. A row that stands twice in a line is read once.
2. In passes: each pass reads each row that its lines need and that was not made in the same pass,
   once. It writes each row that a later pass reads, or that is one of the `results`.
"""

# %% [markdown]
r"""
`passes` is the dict of E28.2, `results` a list of names. For softmax, with the result `["v4"]`, the
counts are 8 and 5: the lesson's 5 and 3, and 3 and 2.
"""


# %%
def arrays_moved(lines, passes, results):
    """Rows that are read and written, line by line and in passes."""
    ### BEGIN SOLUTION
    rows, alone, reads = {"x0", "x1"}, 0, set()
    for name, op, operands in lines:
        fetched = rows.intersection(operands)
        if fetched and op not in ("sum", "max"):
            rows.add(name)
        alone += len(fetched) + (name in rows)
        reads |= {(passes[name], o) for o in fetched if passes.get(o) != passes[name]}
    wanted = {o for _, o in reads}.union(results)
    written = [name for name, _, _ in lines if name in rows and name in wanted]
    return alone, len(reads) + len(written)
    ### END SOLUTION


# %% tags=["check"]
check_arrays_moved(arrays_moved)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

A set of the names that are rows: `x0` and `x1` first, and each line adds its own name or not.
</details>

<details><summary>Hint 2: in passes</summary>

Collect pairs (pass, row) in a set: what is read twice in a pass is in it once. A row is read from
memory if `passes.get(row)` is another pass; inputs are in no pass.
</details>

<details><summary>Hint 3: what is written</summary>

The rows that occur in those pairs, and the results, as far as a line makes them.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a row that fits into the cache needs only one fetch for all passes. What are
the counts for softmax then?
"""

# %% [markdown]
r"""
## E28.4 The life of an array

*Easy, 10 minutes. You will be able to say from when to when an array is needed.*

Write `lives(lines, results)`: a dict from the name of each line to a pair (first, last). `first` is
the number of the line that makes it, counted from 0. `last` is the number of the last line that
reads it. A result is needed when all lines have run: its `last` is `len(lines)`. What nobody reads
lives in its own line only.

With a right answer, `lives(softmax, ["v4"])["v2"]` is `(2, 4)`.
"""


# %%
def lives(lines, results):
    """The line that makes each array, and the one that reads it last."""
    ### BEGIN SOLUTION
    found = {}
    for k, (name, _, operands) in enumerate(lines):
        found[name] = (k, k)
        for operand in operands:
            if operand in found:
                found[operand] = (found[operand][0], k)
    return found | {name: (found[name][0], len(lines)) for name in results}
    ### END SOLUTION


# %% tags=["check"]
check_lives(lives)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Go through the lines once. Each begins a life, `(k, k)`, and lengthens those of its operands.
</details>

<details><summary>Hint 2: the results</summary>

At the end, whatever was found for a result: its last line is `len(lines)`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which arrays of a training step have the longest lives, and what would make
them shorter?
"""

# %% [markdown]
r"""
## E28.5 A place for each array

*Hard, 20 minutes. You will be able to plan the memory of a step.*

Write `places(lives, sizes)`. `lives` is a dict from names to pairs (first, last), `sizes` one from
the same names to whole numbers. Return a dict from each name to its first address, 0 or more.

Two arrays that are both needed in a line, be it the last of the one and the first of the other,
must not share an address. The end of the highest array is the memory that the step takes. It must
be no more than what this rule takes: the largest array first, each at the lowest address where it
fits.
"""

# %% [markdown]
r"""
With a right answer, `places({"a": (0, 1), "b": (1, 2), "c": (2, 3)}, {"a": 4, "b": 6, "c": 5})` is
`{"a": 6, "b": 0, "c": 6}` or another plan that takes 11. Leave `lives` and `sizes` as they are.
"""


# %% tags=["fade"]
def places(lives, sizes):
    """The first address of each array."""
    ### BEGIN SOLUTION
    found = {}
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        first, last = lives[name]
        address = 0
        for other in sorted(found, key=found.get):
            together = max(first, lives[other][0]) <= min(last, lives[other][1])  # gap
            if together and found[other] < address + sizes[name]:  # gap
                address = max(address, found[other] + sizes[other])  # gap
        found[name] = address
    return found
    ### END SOLUTION


# %% tags=["check"]
check_places(places)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

`sorted(sizes, key=lambda name: -sizes[name])` gives the names, the largest first. Those placed so
far stand in a dict.
</details>

<details><summary>Hint 2: do two arrays meet?</summary>

The later of the two first lines is not behind the earlier of the two last lines.
</details>

<details><summary>Hint 3: the lowest address</summary>

Begin at 0, and go through the placed arrays from the lowest to the highest. One that meets yours
and begins below your end is in the way: go to its end.
</details>

<details><summary>Help: "both are needed, and they share addresses"</summary>

The message names the lines and both ranges. Draw them as two rectangles, lines to the right and
addresses upwards: they overlap.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** find lives and sizes for which the rule takes more than the worst line needs.
"""
