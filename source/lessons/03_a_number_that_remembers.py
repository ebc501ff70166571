# %% [markdown]
r"""
# 3. A number that remembers: how arithmetic leaves a graph behind

In lesson 2 you drew a graph and walked it. Here you write a number that keeps the graph for you,
while you calculate as usual. 45 minutes. You will build a class that records its op and its
operands and takes plain numbers on either side, and you will know why the operands are an ordered
tuple.
"""

# %%
from autograd_lesson import topological_order
from autograd_lesson.numpy_or_not import np  # NumPy, where it is
from autograd_lesson.pictures import draw
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import live_graph

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(3, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `f` is 7.000 at $x = 2$ and 6.997 at $x = 2.001$: what is its slope there,
> nearly? (b) `s = p + q`, `t = s * p`, with $p = 4$ and $q = -1$. Along how many paths does `p`
> reach `t`, and what does each bring? (c) In which order does a backward pass take `p`, `s` and
> `t`? The next cell has the numbers.

<details><summary>Answers</summary>

(a) $-0.003 / 0.001 = -3$. (b) Two. The direct one brings $s = 3$; the one through `s` brings
$p = 4$. Together 7. (c) `t`, `s`, `p`: a value is done when everything that it feeds has
delivered.

</details>
"""


# %%
folded()


def t_of(p, q=-1.0):
    return (p + q) * p


h = 1e-6
(6.997 - 7.000) / 0.001, (t_of(4 + h) - t_of(4 - h)) / (2 * h)

# %% [markdown]
r"""
## A float forgets

Three lines of lesson 2, in plain Python.
"""

# %%
first = 2.0 + 3.0
second = first * 2.0
first * second

# %% [markdown]
r"""
The number is right. But was it a sum or a product, and of what? A float keeps its number, in eight
bytes, and nothing else about it. To go back along a graph, every result must know two things: which
operation made it, and from what. So we make a number with room for a memory.
"""


# %%
class Value:
    """One number that remembers the op and the operands it was computed from."""

    def __init__(self, data, label="", op="", operands=()):
        self.data, self.grad, self.label = data, 0.0, label
        self.op, self.operands, self.partials = op, operands, ()


a, b = Value(2.0, label="a"), Value(3.0, label="b")
vars(a), repr(a).partition(" at ")[0]

# %% [markdown]
r"""
Six slots. `data` is the number, `label` a name for us to read. `op` is the symbol of the operation
that made it, and its **operands** are what it was made from. `a` was not made from anything: such
a value is a **leaf**. `grad` and `partials` are kept free for lessons 4 and 5.
"""

# %% [markdown]
r"""
The last line shows `a` as Python does, cut off before its address in memory, which tells us nothing
and differs in every run. The method `__repr__` decides how a value is shown. We can give it to the
class afterwards: Python looks methods up in the class each time, so `a` and `b`, made before, have
it too.
"""


# %%
def in_words(self):
    """Data and gradient to 4 significant digits, and the label where there is one."""
    label = f", label={self.label!r}" if self.label else ""
    return f"Value(data={self.data:.4g}, grad={self.grad:.4g}{label})"


Value.__repr__ = in_words
a, b

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which two things must a result know, so that somebody can go back from it?
"""

# %% [markdown]
r"""
## An operator is a method

> **Predict.** `a` holds 2 and `b` holds 3. What is `a + b` now? Say it before you run.
"""

# %% tags=["raises-exception"]
prediction("03-plus", mine="", choose="5 or error")
a + b

# %% [markdown]
r"""
Python does not know what adding means here. For `a + b` it looks into the class of `a` for a
method `__add__` and calls it with both sides. This is **operator overloading**: the sign stays,
the meaning is ours. Ours is: compute the number, and write down where it came from.
"""


# %%
def add(self, other):
    """self + other, as a new Value that remembers both."""
    return Value(self.data + other.data, op="+", operands=(self, other))


Value.__add__ = add
c = a + b
c, c.op, c.operands

# %% [markdown]
r"""
`c` is 5, and it knows: a sum, of `a` and `b`, the two objects themselves. Times is the same with
another sign. A small method to set the label lets us name a result in the line that makes it.
"""


# %%
def multiply(self, other):
    """self * other, as a new Value that remembers both."""
    return Value(self.data * other.data, op="*", operands=(self, other))


def named(self, label):
    """Set the label and return the value itself."""
    self.label = label
    return self


Value.__mul__, Value.named = multiply, named

# %% [markdown]
r"""
Now a picture that grows while you calculate. `live` draws what you show it, from the memory of the
values alone, and marks as *new* what the last cell added.
"""

# %%
live = live_graph()
live.show(c.named("c"))

# %% [markdown]
r"""
> **Predict.** The next cell computes `d = c * a`. How many boxes will be new? How many edges?
"""

# %%
prediction("03-new-boxes", mine="", of="len({*topological_order(d)} - {a, b, c}), len(d.operands)")
d = (c * a).named("d")
live.show(d)

# %% [markdown]
r"""
One box, two edges. `a` is already there, so its second use is a second edge and not a second `a`.
One more line completes the graph of lesson 2, and nobody has drawn it.
"""

# %%
e = (c * d).named("e")
live.show(e)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what does the picture take from `e`, and what would it miss if `e` were the
float 50?
"""

# %% [markdown]
r"""
## The memory points one way

From a result you can go back, step by step, to everything it depends on. `topological_order` of
the package makes the list; in lesson 5 you will write it. It uses `operands` and nothing else.

> **Predict.** Which values does it list for `e`? And which for `a`? Type those of `e`.
"""

# %%
prediction("03-order", mine="", of="{value.label for value in topological_order(e)}")
for root in (e, a):
    print(root.label, "leads to", [value.label for value in topological_order(root)])

# %% [markdown]
r"""
> **You may think** of `a` and `b` as the parents of `c`, or as its children, and that each knows
> the other, as in a family. Here is a run where that fails: a new value is made from `a`, and
> nothing in `a` changes.
>
> **Instead** say *operand* and *result*. A result knows its operands; an operand knows none of its
> results. So one can only start at the end and go back. That is why we speak of the *backward*
> pass.
"""

# %%
before = dict(vars(a))
unseen = a * b
vars(a) == before, a in unseen.operands

# %% [markdown]
r"""
Why does the backward pass need no more than that? Answer in two sentences.

<details><summary>A model answer</summary>

The pass starts at the last result, whose gradient is known to be 1, and each result finds its
operands in its own memory. Whoever receives a contribution does not have to know the sender.

</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the two, operand or result, holds the edge between them?
"""

# %% [markdown]
r"""
## Plain numbers, on either side

Formulas have constants in them. This one stops in our own line: 2 is no Value and has no `.data`.
"""

# %% tags=["raises-exception"]
a * 2

# %% [markdown]
r"""
The cure is to make a Value of whatever is not one yet. `multiply` gets this as its first line (and
`add` as well).
"""


# %%
def as_value(x):
    """`x` itself where it is a Value, else a new Value that holds it."""
    return x if isinstance(x, Value) else Value(x)


Value.__add__ = lambda self, other: add(self, as_value(other))
Value.__mul__ = lambda self, other: multiply(self, as_value(other))
(a * 2).operands

# %% [markdown]
r"""
> **Predict.** `a * 2` works. Does `2 * a` work, or is it an error?
"""

# %% tags=["raises-exception"]
prediction("03-number-first", mine="", choose="works or error")
2 * a

# %% [markdown]
r"""
On the left stands an `int`, and `int` knows nothing of our class. Before Python gives up, it asks
the right side for a **reflected** method, `__rmul__`, with the roles turned round: `self` is what
stood on the *right*.
"""

# %%
Value.__rmul__ = lambda self, other: as_value(other) * self
Value.__radd__ = lambda self, other: as_value(other) + self
live.show((2 * a).named("f"))

# %% [markdown]
r"""
Two new boxes: the result, and the constant, a leaf like any other. For times nobody notices which
side is which; for minus they must not be mixed up (exercise E3.2).

NumPy's numbers come in on the left too. An array is another matter:
"""

# %%
np.float64(2.0) * a, np.array([1.0, 2.0]) * a

# %% [markdown]
r"""
NumPy took the array apart and made an array of two Values: no error, and no result to go back
from. A line of the finished class below, `__array_priority__`, makes NumPy leave the operation to
us, and we refuse it.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in `10 - x`, which method is called, and what are its `self` and `other`?
"""

# %% [markdown]
r"""
## Why an ordered tuple

`operands` could have been a set; in some small engines it is. Here is `+` written that way.

> **Predict.** How many operands has `a + a`, in a tuple and in a set? And what is its slope in
> `a`?
"""

# %%
prediction("03-tuple-or-set", mine="")


def add_with_a_set(self, other):
    return Value(self.data + other.data, op="+", operands={self, other})


len((a + a).operands), len(add_with_a_set(a, a).operands), ((2 + h) * 2 - (2 - h) * 2) / (2 * h)

# %% [markdown]
r"""
A set holds a thing once: one operand, one edge, one path that brings 1. The slope is 2. The repeat
was information.

Next, the order. `a - b` and `b - a` differ; their sets do not:
"""


# %%
def subtract_with_a_set(self, other):
    return Value(self.data - other.data, op="-", operands={self, other})


one, other = subtract_with_a_set(a, b), subtract_with_a_set(b, a)
one.data, other.data, one.operands == other.operands

# %% [markdown]
r"""
From such a memory nobody can say which was subtracted, and so which slope is 1 and which is -1.

The third fault is hard to find. A set goes through its members by their hashes, and a Value's hash
is made from its address in memory, which differs from run to run. The hash of a small integer is
the integer itself, so integers can stand for addresses here: two neighbours, then the same two
one place further on.
"""

# %%
hash(a) == id(a) // 16, list({7, 8}), list({8, 9}), (0.1 + 0.2) + 0.3, 0.1 + (0.2 + 0.3)

# %% [markdown]
r"""
The larger neighbour comes first in one place and last in the other. And a sum in another order,
the last two numbers, may differ in its last digit. So a program with sets can give gradients that
change from run to run, though nothing in it is random. A tuple keeps repeats and order, and nobody
can change it afterwards.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** name the three things that a set of operands loses.
"""

# %% [markdown]
r"""
## Minus and divide: put together, or an op of their own?

Plus, times and powers would be enough: $p - q = p + q \cdot (-1)$ and $p / q = p \cdot q^{-1}$. A
power with a fixed exponent has one operand; the exponent belongs to the op.
"""


# %%
def power(self, k):
    return Value(self.data**k, op=f"**{k:g}", operands=(self,))


Value.__pow__ = power
Value.__sub__ = lambda self, other: self + as_value(other) * -1
Value.__truediv__ = lambda self, other: self * as_value(other) ** -1
Value.__rtruediv__ = lambda self, other: as_value(other) / self

# %% [markdown]
r"""
> **Predict.** How many values stand behind `p - q`, with `p` and `q` themselves and the result
> counted? Behind `1 / p`? Behind `sum([p, q, r])`?
"""

# %%
prediction("03-behind", mine="", of="[len(topological_order(root)) for root in roots]")
p, q, r = Value(6.0, "p"), Value(4.0, "q"), Value(1.0, "r")
roots = p - q, 1 / p, sum([p, q, r])
for root in roots:
    behind = topological_order(root)
    print(len(behind), [value.label or value.op or value.data for value in behind])

# %% [markdown]
r"""
Five, four and seven, listed with their label, their op or their number. Drawn, the first looks
like this.
"""

# %%
draw((p - q).named("p - q"))

# %% [markdown]
r"""
The constant -1 and the product that turns the sign are values of the graph like all others: they
take memory, time on the way back, and room in every picture. The sum has an extra 0, with which
Python's `sum` begins. Now give minus and divide an op of their own, and start the sum with `p`.
"""


# %%
def subtract(self, other):
    other = as_value(other)
    return Value(self.data - other.data, op="-", operands=(self, other))


def divide(self, other):
    other = as_value(other)
    return Value(self.data / other.data, op="/", operands=(self, other))


Value.__sub__, Value.__truediv__ = subtract, divide
[len(topological_order(root)) for root in (p - q, 1 / p, sum([q, r], start=p))]

# %% [markdown]
r"""
Three, three and five. The price comes in lesson 4: every op needs a rule for the way back. Put
together from others, minus and divide needed none. (The package pays, and goes further: its
`total` adds any number of values in one op.)
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what is better with an op of its own, and what is worse?
"""

# %% [markdown]
r"""
## One number, and nothing else

Our class takes anything so far.

> **Predict.** A column of a file was read as text. What is `Value("3") * 2`?
"""

# %%
prediction("03-text", mine="")
(Value("3") * 2).data

# %% [markdown]
r"""
No error, and a wrong number that travels on. A Value inside a Value does raise an error, but in the
wrong place: it is made without complaint, and fails when it is shown.
"""

# %% tags=["raises-exception"]
nested = Value(Value(1.0))
nested

# %% [markdown]
r"""
The place to refuse is the constructor: every value passes through it, results too. `float(data)`
is a beginning, though it still reads `"3"`; you do it properly in E3.4. Here is the class in one
piece, with what this lesson found. Minus and divide are left to you, in E3.3.
"""


# %%
class Value:
    """One number that remembers the op and the operands it was computed from."""

    __array_priority__ = 1000  # array * value is left to __rmul__, where float(array) fails

    def __init__(self, data, label="", op="", operands=()):
        self.data, self.grad, self.label = float(data), 0.0, label
        self.op, self.operands, self.partials = op, operands, ()

    def __repr__(self):
        return in_words(self)

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, op="+", operands=(self, other))

    def __radd__(self, other):
        return as_value(other) + self

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, op="*", operands=(self, other))

    def __rmul__(self, other):
        return as_value(other) * self


# %%
x = Value(3.0, label="x")
draw(2 * x + x * x)

# %%
try:
    np.array([1.0, 2.0]) * x
except TypeError:
    print("refused: an array of two numbers on the left")
print((np.array(2.0) * x).data, "from an array without axes, which holds one number")

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why is an error at the moment of making better than one at the moment of use?
"""

# %% [markdown]
r"""
## What you can now do

- Write a class that computes with `+` and `*` and records op and operands.
- Take constants on the right and, by reflected methods, on the left.
- Say why operands are an ordered tuple with repeats, and what each fault of a set would cost.
- Count the values behind a result, and say what an op of its own saves.
"""

# %% [markdown]
r"""
## In PyTorch this is called

A leaf is `torch.tensor(2.0, requires_grad=True)`. A result keeps its record in `grad_fn`, such as
`AddBackward0`, and the operands in `grad_fn.next_functions`: an ordered tuple with repeats, so
that `a + a` has two entries. Each entry is a pair of a function and a number. It is a graph of
*functions*: a leaf stands there as `AccumulateGrad`, a constant as the pair `(None, 0)`.
"""

# %% [markdown]
r"""
## Check yourself

**1.** `a` holds 2. Do `a + a` and `a + Value(2.0)` leave the same graph behind?

<details><summary>Answer 1</summary>

No. The first has one leaf with two edges, the second has two leaves with one edge each. Equal
numbers are not the same value.

</details>

**2.** Which method runs for `5 - x`, and what would it compute if its body were
`return self - other`?

<details><summary>Answer 2</summary>

`x.__rsub__(5)`, where `self` is `x` and `other` is 5. It would compute `x - 5`: the sign is wrong.

</details>

**3.** `sum([])`, of no values: what is it, and why can nobody walk back from it?

<details><summary>Answer 3</summary>

The integer 0 with which `sum` begins. It is no Value and has no operands.

</details>
"""

# %% [markdown]
r"""
## Next

Now write it yourself: [exercises/03](../exercises/03_a_number_that_remembers.ipynb). Then, in
[lesson 4](04_local_rules.ipynb), the slot `partials` is filled: what each op has to know for the
way back.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=3)
