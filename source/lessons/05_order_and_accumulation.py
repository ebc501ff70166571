# %% [markdown]
r"""
# 5. Order, accumulation, and doing it twice

You can cross one edge. Now a function has to cross them all, and it sees no picture. You will build
a backward pass that fails in five ways, look at the wrong number of each, and keep the twenty lines
that are right: on any graph, at any depth, however often they are called. 60 minutes.

Afterwards you can say when a value may pass its gradient on, why contributions are added, and what
a second `backward()` finds from the first.
"""

# %%
from collections import Counter

from autograd_lesson import Value
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import compare_orders, step_through

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(5, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** Answer before you run the cell. With $u = 4$ and $v = -2$: `p = u * v` and
> `q = p + u`. (a) Which two partials does `p` keep? (b) An upstream gradient of 3 arrives at `p`:
> what does `u` receive from it? (c) How many paths lead from `u` to `q`, and what is
> $\partial q/\partial u$?
"""

# %%
folded()
u, v = Value(4.0), Value(-2.0)
p = u * v
q = p + u
q.backward()
p.partials, 3 * p.partials[0], u.grad

# %% [markdown]
r"""
<details><summary>Answers</summary>

(a) -2 and 4: for each factor the other one. (b) $3 \times (-2) = -6$: upstream times partial.
(c) Two paths, straight and through `p`: $1 + (-2) = -1$.
</details>
"""

# %% [markdown]
r"""
## Make recursion work

In lesson 4 you chose the order, with the picture before you. A function sees one value at a time.
The shortest plan: *pass your gradient on to your operands, then let each operand do the same.*
`Value` is the class you have built, imported; of its methods we use only the arithmetic.
"""


# %%
def pairs(result):
    """Each operand of `result`, with its partial."""
    return zip(result.operands, result.partials, strict=True)


def recurse(value, visited):
    """Pass the gradient of `value` on, then do the same with each operand."""
    visited.append(value.label)
    for operand, partial in pairs(value):
        operand.grad += value.grad * partial
    for operand in value.operands:
        recurse(operand, visited)


# %% [markdown]
r"""
> **Predict.** `a = 1`, `b = a + a`, `c = b + b`: so `c` is four times `a`, and its gradient is 4.
> What will the plan put into `a.grad`?
"""

# %%
prediction("05-recursion", mine="", of="a.grad", gradients="c: a")
a = Value(1.0, label="a")
b = (a + a).named("b")
c = (b + b).named("c")
c.grad, visited = 1.0, []
recurse(c, visited)
b.grad, a.grad, " ".join(visited)

# %% [markdown]
r"""
`b` has its 2. `a` has 8. The list of visits says how: `b` is twice an operand of `c`, so it was
visited twice, and each time it passed on *all* it had. Its 2 went out four times instead of twice.

> **Try it.** Before you read on, change `recurse` until it gives 4 here. Take ten minutes. Then
> try it on `d = c + c` as well, where 8 is right.

<details><summary>What most people find</summary>

Three repairs are common. Pass on only what has just arrived: that is right, and the next cell
looks at its price. Visit each value once: that is right here, and the next section looks at where
it fails. Divide by the number of visits: that is right by luck.
</details>
"""


# %%
def send(value, amount, visits):
    """Add `amount` to the gradient of `value`, and send it on along each edge."""
    visits[value] += 1
    value.grad += amount
    for operand, partial in pairs(value):
        send(operand, amount * partial, visits)


for value in (a, b, c):
    value.grad = 0.0
visits = Counter()
send(c, 1.0, visits)
a.grad, visits[a], visits[b], visits[c]

# %% [markdown]
r"""
4, and not by luck: this function walks every path and adds up the products, the definition of
lesson 2. You have met its cost there too.

> **Predict.** Sixteen doublings `y = y + y` make 17 values. How many visits does `send` need?
"""


# %%
def doublings(n):
    value = Value(1.0)
    for _ in range(n):
        value = value + value
    return value


# %%
prediction("05-visits", mine="", of="_[16]", within=1.01)


def visits_of(root):
    visits = Counter()
    send(root, 1.0, visits)
    return visits.total()


{n: visits_of(doublings(n)) for n in (2, 4, 8, 16)}

# %% [markdown]
r"""
131,071 visits for 17 values; each doubling more doubles the visits.

> **You may think** that recursion is enough and no order is needed. Here are two runs where that
> fails: 8 for 4, and 131,071 visits for 17 values. **Instead**: visit each value *once*, and find
> out when its turn is.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why does `recurse` give the right number for `b`, and double for `a`?
"""

# %% [markdown]
r"""
## Once each, but when?

Back to the graph of lesson 2. One natural order that meets each value once goes ring by ring:
the root, its operands, their operands. It is called **breadth-first**.
"""


# %%
def e_of(a, b):
    c = (a + b).named("c")
    d = (c * a).named("d")
    return (c * d).named("e")


def breadth_first(root):
    """The root, then its operands, then theirs, each where it is first met."""
    order = [root]
    for value in order:  # grows while it is read
        for operand in value.operands:
            if operand not in order:
                order.append(operand)
    return order


# %%
def gradients(root, order):
    """The gradient of each value, when results pass theirs on in this order."""
    gradient = dict.fromkeys(order, 0.0)
    gradient[root] = 1.0
    for result in order:
        for operand, partial in pairs(result):
            gradient[operand] += gradient[result] * partial
    return {value.label: gradient[value] for value in order}


# %% [markdown]
r"""
> **Predict.** The order is `e`, `c`, `d`, `a`, `b`: every edge is crossed once, and contributions
> are added. What does `a` get?
"""

# %%
prediction("05-breadth-first", mine="", of="_['a']", gradients="e: a")
a, b = Value(2.0, label="a"), Value(3.0, label="b")
e = e_of(a, b)
gradients(e, breadth_first(e))

# %% [markdown]
r"""
35 and 10, as with the lost path of lesson 2. `c` passed on 10 when `d` had not
delivered its other 10. In the end `c` itself holds 20, and it is too late.

Now write the last line as `d * c`. The product is the same.
"""

# %%
c = (a + b).named("c")
d = (c * a).named("d")
swapped = (d * c).named("e")
gradients(swapped, breadth_first(swapped))

# %% [markdown]
r"""
This time it is 45. So a test on one graph says little about an order. What decides is this: **a
value may pass its gradient on when everything computed from it has delivered.** Until then
something is *owed* to it. Step through a right walk; read the line "still owed" before each step.
"""

# %%
step_through(e)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in `e_of`, which contribution is owed to `c` by `d`, and when does it come?
"""

# %% [markdown]
r"""
## Operands first, then turned round

Backward, every result must come before its operands. Forward, it was the other way: every operand
was computed before its results. So list the values in an order in which they *could be computed*,
and turn it round. Recursion is good at such a list: operands first, then the value itself.
"""


# %%
def operands_first(root):
    """Every value `root` depends on, operands before results."""
    order, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for operand in value.operands:
                visit(operand)
            order.append(value)

    visit(root)
    return order


" ".join(value.label for value in operands_first(e))

# %% [markdown]
r"""
This is a **topological order**: no edge leads back. A graph can have several; `b` could stand
before `a`.

> **Predict.** Somebody forgets to turn it round, and lets the results pass on in just this order.
> What do `a` and `c` get?
"""

# %%
prediction("05-operands-first", mine="", of="_['a'], _['c']", gradients="e: a, c")
gradients(e, operands_first(e))

# %% [markdown]
r"""
`e` had its turn last, so what it sent to `c` and `d` stayed there. `c` and `d` had their turns
when they held 0, and passed on 0.
"""

# %%
gradients(e, operands_first(e)[::-1])

# %% [markdown]
r"""
> **You may think** that a topological order is a backward order. Here is a run where that fails:
> 0 for `a`, and 10 for `c`. **Instead**: operands first is the way forward; the way back is the
> same list, reversed.

Here are the four walks of this lesson on one graph, a visit at a time. Who passes on too early?
"""

# %%
compare_orders(e)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in the column "breadth first", which value passes on less than it holds at
the end, and at which visit does the rest arrive?
"""

# %% [markdown]
r"""
## As deep as you like

The loss of a network, one number that says how wrong its answers are (lesson 9), is a sum: over
10,000 examples it is a chain of 10,000 additions.
"""


# %%
def chain(n):
    value = Value(1.0)
    for _ in range(n):
        value = value + 1.0
    return value


try:
    operands_first(chain(10_000))
except RecursionError as error:
    print(type(error).__name__)

# %% [markdown]
r"""
Each `visit` waits inside the one before it, and Python lets about a thousand wait. That has nothing
to do with the size of a model; a long sum is enough. What a waiting call remembers is little:
*this value is to be appended when its operands are done*. A list can remember that.
"""


# %%
def topological_order(root):
    """Every value `root` depends on, operands before results."""
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, operands_are_done = stack.pop()
        if operands_are_done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))  # come back to it after its operands
            stack += [(operand, False) for operand in reversed(value.operands)]
    return order


assert topological_order(e) == operands_first(e)
len(topological_order(chain(50_000)))

# %% [markdown]
r"""
The same list as before, and 100,001 values without a call inside a call. Could the loop run for
ever, around a circle of values? In a circle no order has every operand before its result, so an
order can be asked:
"""


# %%
def has_cycle(root):
    """Does some operand stand behind its result in the order, as in a circle one must?"""
    place = {value: i for i, value in enumerate(topological_order(root))}
    return any(place[operand] >= place[value] for value in place for operand in value.operands)


x = first = Value(1.1)
for _ in range(3):
    x = x * x
by_calculating = has_cycle(x)
first.operands, first.partials = (x,), (1.0,)  # tampering
by_calculating, has_cycle(x), x is first

# %% [markdown]
r"""
> **You may think** that `x = x * x`, or a weight that is used in every step, makes a circle. Here
> is a run where that fails: `False`, until somebody tampers with `operands`. **Instead**: each line
> makes a *new* value and moves the name to it, so `x` is no longer `first`. The operands of a value
> exist before it does; calculating never closes a circle.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why does the stack hold a value a second time, with `True`, *below* its
operands?
"""

# %% [markdown]
r"""
## Writing over, or adding

The order is right now. One more line can be wrong: what to do with a contribution when it comes.
Here it takes the place of what was there.

> **Predict.** `a` receives 25 through `d` and 20 through `c`, in this order. What will it hold?
"""

# %%
prediction("05-written-over", mine="", of="_['a']", gradients="e: a")


def written_over(root):
    gradient = {root: 1.0}
    for result in topological_order(root)[::-1]:
        for operand, partial in pairs(result):
            gradient[operand] = gradient[result] * partial
    return {value.label: gradient[value] for value in gradient}


written_over(e)

# %% [markdown]
r"""
10, and where did the other 35 go? The 25 through `d` was written over by what came through `c`.
And that was 10, not 20, because `c` had lost half of its own before.

> **You may think** that `=` is fine, and on a chain it is: a value that is used once receives once.
> Here is a run where that fails: 10 for 45. **Instead**: begin at 0 and **accumulate**, `+=`, one
> contribution for each edge.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which values of `e_of` keep their right gradient under `=`, and why just those?
"""

# %% [markdown]
r"""
## Doing it twice

So far the gradients lived in a dict. Many small engines do without it: they read and add in `.grad`
itself. On a new graph that is the same. Call such a pass three times on one graph.

> **Predict.** Gradients are sums, so after two calls `a` should hold twice 45. What will it hold
> after three?
"""


# %%
def backward_in_place(root):
    """The backward pass with `.grad` as its only memory."""
    root.grad = 1.0
    for result in topological_order(root)[::-1]:
        for operand, partial in pairs(result):
            operand.grad += result.grad * partial


def grads(root):
    return {value.label: value.grad for value in topological_order(root)}


# %%
prediction("05-three-calls", mine="", of="grads(e)['a']")
e = e_of(Value(2.0, label="a"), Value(3.0, label="b"))
for _ in range(3):
    backward_in_place(e)
    print(grads(e))

# %% [markdown]
r"""
45, then 145, then 310: neither the same, nor twice, nor three times. Follow the second call. It
finds 5 in `d` and adds its own 5. That makes 10, which is right for two passes. But then `d`
*passes on* 10, and 5 of that had been passed on before. `c` holds its old 20, and of the 20 that
come from `d` half is old: it passes on 50 where 20 would be right. The further from the root, the
worse.

It takes no second call on the same root. Two losses that share a value will do:
"""

# %%
x = Value(3.0, label="x")
h = (x * x).named("h")
backward_in_place(h * 6.0)
backward_in_place(h * 2.0)
x.grad, (6.0 + 2.0) * (2 * 3.0)

# %% [markdown]
r"""
84 for 48. The second loss found the 6 of the first one in `h` and sent it down again: 36 too many.
Does it help to set the leaves back to 0 in between?
"""


# %%
def two_calls(backward, leaves_zeroed=False):
    e = e_of(Value(2.0, label="a"), Value(3.0, label="b"))
    backward(e)
    for value in topological_order(e):
        if leaves_zeroed and not value.operands:
            value.grad = 0.0
    backward(e)
    return grads(e)


two_calls(backward_in_place, leaves_zeroed=True)

# %% [markdown]
r"""
100 for 45: what was left over lies *between* root and leaves. A training loop seldom notices,
because it computes a new graph each time; only the leaves live on.

> **You may think** that `backward()` may be called again, or that it is enough to zero the
> parameters, those leaves that training changes. Here are runs where that fails: 145, 84 and 100.
> **Instead**: ask what a pass reads. It must read nothing that an earlier pass has left.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** follow the second call down to `a`: of the 100 that it adds, which 55 are left
over from the first call?
"""

# %% [markdown]
r"""
## Three ways out

**Clear first.** Set every value that has operands back to 0, then walk.

**A dict for each pass.** Gradients live in a dict that the pass begins anew, and are added to
`.grad` at its end.

**Refuse.** After a pass the partials are given up; whoever comes again is told to compute again.
"""


# %%
def backward_cleared(root):
    for value in topological_order(root):
        if value.operands:
            value.grad = 0.0
    backward_in_place(root)


# %%
def backward(root):
    """Add d(root)/d(value) to the grad of every value that `root` depends on."""
    gradient = {root: 1.0}  # of this pass alone
    for result in topological_order(root)[::-1]:
        for operand, partial in pairs(result):
            gradient[operand] = gradient.get(operand, 0.0) + gradient[result] * partial
    for value, amount in gradient.items():
        value.grad += amount


# %%
def backward_once(root):
    order = topological_order(root)
    if any(value.partials is None for value in order):
        raise RuntimeError("a part of this graph was walked before; compute it again")
    backward(root)
    for value in order:
        if value.operands:
            value.partials = None


# %% [markdown]
r"""
> **Predict.** Two calls each. `a` comes to 90 under the first and the second policy. `c`, with 20
> after one pass, does not come to the same. What is it under the one, and under the other?
"""


# %%
prediction("05-policies", mine="", of="[two_calls(p)['c'] for p in (backward_cleared, backward)]")
for policy in (backward_in_place, backward_cleared, backward):
    print(two_calls(policy))

# %% tags=["raises-exception"]
two_calls(backward_once)

# %% [markdown]
r"""
Clearing is right for leaves and forgets the rest: `c` shows one pass where `a` shows two. Refusing
is safe, and saves memory. With a dict for each pass, two passes give twice the gradient on every
value. It is what this package does, and with it two losses may share any values:
"""

# %%
x = Value(3.0, label="x")
h = (x * x).named("h")
backward(h * 6.0)
backward(h * 2.0)
x.grad, h.grad, two_calls(backward, leaves_zeroed=True)

# %% [markdown]
r"""
48, and 8 for `h`. But look at the last dict: `a` shows one pass, `c` two. To add up over passes is
*useful* for two losses, or for a batch in pieces. Where it is not wanted, set every `.grad` back to
0 that will be read again: parameters, and inputs too.

> **In two sentences.** Why does a dict that lives for one pass cure 145, 84 and 100 all at once?

<details><summary>A model answer</summary>

All three came from a value passing on what an earlier pass had left in `.grad`. A pass that reads
only its own dict passes on only its own gradients, and `.grad` is a total that nobody reads on the
way.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** your two sentences, and which of the three policies you would choose for an
engine of your own.
"""

# %% [markdown]
r"""
## What you can now do

- Say when a value may pass its gradient on, and show a graph on which an order fails.
- Put the values of any graph, however deep, in topological order, and walk it reversed.
- Say what `=` loses, and on which graphs nobody would notice.
- Explain 145 and 84, and choose what a second `backward()` should do.
- Say which gradients to set back to 0, and why.
"""

# %% [markdown]
r"""
## In PyTorch this is called

The topological order is found by counting: for each node the engine holds a number of
*dependencies*, what we called owed, and runs it when none is left. A second `backward()` is
refused where an op had saved something: "Trying to backward through the graph a second time". With
`backward(retain_graph=True)` it is allowed, and leaves hold exactly twice. Where nothing was saved,
as in `(x + 1).sum()`, nothing is refused: the gradient doubles without a word.
"""

# %% [markdown]
r"""
> **In PyTorch.** `.grad` of inner values is not kept at all, unless you ask with `h.retain_grad()`;
> then two losses that share `h` give 48 and 8 as here. `optimizer.zero_grad()` clears the
> parameters it was given, and nothing else. *Gradient accumulation* means adding up over several
> batches there, not over the edges of one graph.
"""

# %% [markdown]
r"""
## Check yourself

1. `h = x * x`, `p = h * x`, `q = p + h`. In which order may the results pass on, and which wrong
   order is the tempting one?

<details><summary>Answer</summary>

`q`, `p`, `h`. Breadth-first would take the operands of `q` in turn, `p` and then `h`, and be right
by luck; written as `q = h + p` it takes `h` first, before `p` has delivered.
</details>

2. Which graphs have right gradients under `=`?

<details><summary>Answer</summary>

Those in which every value is used once: nothing arrives twice, so nothing is written over.
</details>

3. An engine keeps gradients in `.grad` alone. Its training loop has run for a year without a fault.
   What protected it?

<details><summary>Answer</summary>

A new graph in each step. Inner values were born with gradient 0, and the leaves were zeroed.
</details>
"""

# %% [markdown]
r"""
## Next

Write the order, the pass and the reset yourself, and find the fault in three engines of other
people, in the [exercises](../exercises/05_order_and_accumulation.ipynb).
[Lesson 6](06_more_functions.ipynb) adds functions
to the engine, and the numbers on which they misbehave.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=5)
