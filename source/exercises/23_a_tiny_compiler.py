# %% [markdown]
r"""
# 23. A tiny compiler: exercises

Record a function, make the instructions fewer, extend them by their own backward pass, and write
them out as Python. 45 minutes. The lesson is [notebooks/23](../notebooks/23_a_tiny_compiler.ipynb).
Each exercise stands alone: skip one, and the next still works.

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
from autograd_lesson.checks.e23_a_tiny_compiler import (
    check_common_parts,
    check_dead_code,
    check_to_python,
    check_trace,
    check_with_gradient,
    check_wrongly_recorded,
)
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## What a program is here

A list of lines. A line is a tuple of three: its name, its op, and a tuple of its operands, each of
them a name or a number. The ops are `"+"`, `"-"`, `"*"` and `"tanh"`. The inputs are called `x0`,
`x1` and so on, and a line stands below all that it reads. This is `tanh(x0 * x1) + 0.5`:
"""

# %%
program = [("v0", "*", ("x0", "x1")), ("v1", "tanh", ("v0",)), ("v2", "+", ("v1", 0.5))]
len(program)

# %% [markdown]
r"""
## E23.1 Record a function

*Medium, 12 minutes. You will be able to turn a function into a list of instructions.*

`trace(f, count)`: call `f` with `count` recorders named `x0`, `x1`, ... Each operation on one (`+`,
`-`, `*`, also with a number on either side, and `.tanh()`) writes a line and gives a recorder named
after it. Return the lines, and the name of what `f` returned.

With a right answer, `trace(lambda a: 2.0 - a, 1)` is `([("v0", "-", (2.0, "x0"))], "v0")`; the
names of lines are up to you, and so is the order of operands in a sum or a product.
"""


# %%
def trace(f, count):
    """The lines that `f` writes when it is called with recorders, and the name of its result."""
    ### BEGIN SOLUTION
    lines = []

    def write(op, *operands):
        name = f"v{len(lines)}"
        lines.append((name, op, tuple(getattr(o, "name", o) for o in operands)))
        return Recorder(name)

    class Recorder:
        def __init__(self, name):
            self.name = name

        def __add__(self, other):
            return write("+", self, other)

        def __mul__(self, other):
            return write("*", self, other)

        def __sub__(self, other):
            return write("-", self, other)

        def __rsub__(self, other):
            return write("-", other, self)

        def tanh(self):
            return write("tanh", self)

        __radd__, __rmul__ = __add__, __mul__

    result = f(*[Recorder(f"x{i}") for i in range(count)])
    return lines, result.name
    ### END SOLUTION


# %% tags=["check"]
check_trace(trace)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Two things inside `trace`: the empty list of lines, and a class with one attribute, `name`.
</details>

<details><summary>Hint 2: one function for all ops</summary>

`write(op, *operands)` makes the name, appends the line, and returns a recorder of that name. Every
method is one call of it.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`lines.append((name, op, tuple(getattr(o, "name", o) for o in operands)))`: a recorder gives its
name, a number itself. `__rsub__(self, other)` is `other - self`.
</details>

<details><summary>Help: unsupported operand type(s) for -: 'float' and 'Recorder'</summary>

The number is on the left. Python then asks the right operand for `__rsub__`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** your recorder holds no number. Which line of Python, inside `f`, would fail for
that reason, and why is this better than going on?
"""

# %% [markdown]
r"""
## E23.2 Fewer lines, the same bits

*Medium, 12 minutes. You will be able to take out what nobody needs, and what is there twice.*

`dead_code(lines, results)`: the lines, in their order, without those that no result needs.
`results` is a list of names. Give a new list.

With a right answer, `dead_code(program, ["v0"])` keeps one of the three lines above.
"""


# %%
def dead_code(lines, results):
    """Only the lines that a result needs."""
    ### BEGIN SOLUTION
    needed, kept = set(results), []
    for name, op, operands in reversed(lines):
        if name in needed:
            kept.append((name, op, operands))
            needed.update(operands)
    return kept[::-1]
    ### END SOLUTION


# %% tags=["check"]
check_dead_code(dead_code)

# %% [markdown]
r"""
`common_parts(lines, results)`: where two lines have one op and the same operands in the same order,
keep the first, and let everything below read it instead of the second, `results` too. Return the
lines and the results.
"""


# %% tags=["fade"]
def common_parts(lines, results):
    """Of lines that compute the same, only the first; the rest reads that one."""
    ### BEGIN SOLUTION
    first, renamed, kept = {}, {}, []
    for name, op, operands in lines:
        operands = tuple(renamed.get(o, o) for o in operands)  # gap
        key = (op, operands)
        if key in first:
            renamed[name] = first[key]  # gap
        else:
            first[key] = name  # gap
            kept.append((name, op, operands))
    return kept, [renamed.get(name, name) for name in results]
    ### END SOLUTION


# %% tags=["check"]
check_common_parts(common_parts)

# %% [markdown]
r"""
<details><summary>Hint 1: dead code</summary>

Begin at the end: a set of needed names, which holds the results. What does a needed line need?
</details>

<details><summary>Hint 2: common parts</summary>

A dictionary from `(op, operands)` to the name of the first such line, and another from a name that
went away to the one that stays.
</details>

<details><summary>Hint 3: nearly all of it</summary>

Rename the operands of a line *first*, then look it up. That way two lines that read twins are twins
as well.
</details>

<details><summary>Help: "This name is not known there"</summary>

A line was taken out and somebody still reads it. Were the operands renamed, or marked as needed?
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** `a + b` and `b + a` give the same bits, `(a + b) + c` and `a + (b + c)` do not.
What does that allow a compiler, and what not?
"""

# %% [markdown]
r"""
## E23.3 The backward pass is a program

*Hard, 12 minutes. You will be able to write a gradient as instructions.*

`with_gradient(lines, result, inputs)`: the lines, followed by lines of the same four ops that
compute the gradient of `result` for each name in `inputs`; and the list of their names. An input
that the result does not depend on has the number `0.0` there. Lines that nobody needs may stay: you
have written the pass that takes them out.

For `x0 * x1` the lines `1.0 * x1` and `1.0 * x0` come in addition.
"""


# %%
def with_gradient(lines, result, inputs):
    """The lines, the lines of their backward pass, and a name or a number for each input."""
    ### BEGIN SOLUTION
    more = list(lines)

    def write(op, *operands):
        more.append((f"g{len(more)}", op, operands))
        return more[-1][0]

    gradient = {result: 1.0}
    for name, op, operands in reversed(lines):
        if name not in gradient:
            continue
        if op == "tanh":
            partials = (write("-", 1.0, write("*", name, name)),)
        else:
            partials = {"+": (1.0, 1.0), "-": (1.0, -1.0), "*": operands[::-1]}[op]
        for operand, partial in zip(operands, partials, strict=True):
            amount = write("*", gradient[name], partial)
            if operand in gradient:
                amount = write("+", gradient[operand], amount)
            gradient[operand] = amount
    return more, [gradient.get(name, 0.0) for name in inputs]
    ### END SOLUTION


# %% tags=["check"]
check_with_gradient(with_gradient)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

It is the walk of lesson 5. Only that where it multiplied and added numbers, you write a line that
will.
</details>

<details><summary>Hint 2: what the dictionary holds</summary>

For each name, the *name* of its gradient so far. It begins as `{result: 1.0}`. A second
contribution writes a line with `"+"`, whose name takes the place.
</details>

<details><summary>Hint 3: the partials</summary>

For `+` (1.0, 1.0), for `-` (1.0, -1.0), for `*` the operands turned round. For tanh two lines:
`name * name`, then `1.0 -` that.
</details>

<details><summary>Help: "two lines named"</summary>

New names must not meet old ones. `f"g{len(more)}"` is new every time, if you count all lines.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** could `with_gradient` be called on its own output? What would that compute?
"""

# %% [markdown]
r"""
## E23.4 Straight-line Python

*Medium, 6 minutes. You will be able to generate code, and say why it is quick.*

`to_python(lines, inputs, results)`: the source, as one string, of a function `run` that takes the
inputs and returns a *list* of the results: one assignment for each line, no loop, no dictionary. It
may call `tanh`. The check runs it, reads it, and takes the time of a program of 300 lines.

With a right answer, `print(to_python(program[:1], ["x0", "x1"], ["v0"]))` shows

    def run(x0, x1):
        v0 = x0 * x1
        return [v0]
"""


# %%
def to_python(lines, inputs, results):
    """The source of a function that computes the results from the inputs."""
    ### BEGIN SOLUTION
    body = []
    for name, op, operands in lines:
        words = [str(operand) for operand in operands]
        expression = f"tanh({words[0]})" if op == "tanh" else f" {op} ".join(words)
        body.append(f"    {name} = {expression}\n")
    returned = f"    return [{', '.join(map(str, results))}]\n"
    return f"def run({', '.join(inputs)}):\n" + "".join(body) + returned
    ### END SOLUTION


# %% tags=["check"]
check_to_python(to_python)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

Write the first and the last line of the source as f-strings, then what stands between them.
</details>

<details><summary>Hint 2: one line</summary>

`" * ".join(["x0", "x1"])` is `"x0 * x1"`. Numbers need `str` or `repr` first.
</details>

<details><summary>Hint 3: nearly all of it</summary>

`f"    {name} = {expression}\n"` for each line, with four spaces, and
`f"    return [{', '.join(results)}]\n"`.
</details>

<details><summary>Help: IndentationError: expected an indented block</summary>

The body needs four spaces before every line.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the engine makes an object for each operation. What does your function make?
"""

# %% [markdown]
r"""
## E23.5 What a recording does not see

*Easy, 3 minutes. You will be able to say which programs may be recorded.*

Each of these is recorded once, on values, with the example `x = 2`, and the instructions are then
run with other numbers. No guard is set. Return the letters of those that give wrong results, in a
list.

    a   x * x if x > 0 else -x
    b   for _ in range(3): x = x * 2 + 1
    c   x * math.tanh(x.data)
    d   (x * x - 3).relu()
    e   while x < 10: x = x * 2
"""


# %%
def wrongly_recorded():
    """The letters of the programs that go wrong for some other number."""
    ### BEGIN SOLUTION
    return ["a", "c", "e"]
    ### END SOLUTION


# %% tags=["check"]
check_wrongly_recorded(wrongly_recorded)

# %% [markdown]
r"""
<details><summary>Hint 1: where to begin</summary>

For each: which Python statement looks at a number, and is it the number of `x`?
</details>

<details><summary>Hint 2: ops and branches</summary>

An op has a line and is run every time. A Python `if` has none.
</details>

<details><summary>Hint 3: loops</summary>

How often a loop runs is a fact of the recording. Ask whether another `x` would change it.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the five can a guard make safe, and which not?
"""
