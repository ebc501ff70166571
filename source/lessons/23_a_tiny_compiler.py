# %% [markdown]
r"""
# 23. Static and dynamic graphs: a tiny compiler

Until now every call built its graph anew. Here you record one call as a list of instructions, make
the list shorter, extend it by its own backward pass, and write it out as plain code. 50 minutes.
Afterwards you can say what a compiler for gradients does, how much it gains, and which Python it
cannot see.
"""

# %%
import math
import time

import numpy as np

from autograd_lesson import Value, derivative, topological_order, total
from autograd_lesson.compiler import trace, with_gradient
from autograd_lesson.compiler.code import c_compiler, compile_gradient
from autograd_lesson.nn import MLP
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import show_passes

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(23, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `c = a + b` and `d = c * a`, with a = 2 and b = 1. What is `a.grad` after
> `d.backward()`? (b) `y = x.tanh()` is 0.6. What is its partial? (c) The second derivative of
> $x^3$ at 2? The next cell has the numbers.

<details><summary>Answers</summary>

(a) 5: along `c` comes 2, directly comes 3. (b) $1 - 0.6^2 = 0.64$, from the result alone. (c) 12:
the gradient is a graph, too. Keep all three in mind, you will write each of them as instructions.
</details>
"""

# %%
folded()
a, b, x = Value(2.0), Value(1.0), Value(math.atanh(0.6))
((a + b) * a).backward()
x.tanh().backward()
a.grad, round(x.grad, 4), derivative(derivative(lambda x: x**3))(2.0).data

# %% [markdown]
r"""
## The same graph, over and over

A network of lesson 9 and one example. The engine runs your Python, and makes an object for each
operation: the graph is **dynamic**, defined by running it.

> **Predict.** Two calls with two examples. How many values does each make, without the weights? Do
> the two graphs differ in anything but the numbers, yes or no?
"""

# %%
prediction("23-two-graphs", mine="", of="_[0], not _[2]", within=1.1)
model = MLP(3, [4, 4, 1])


def loss_of(x, y):
    """The squared error of one example."""
    return (model(x) - y) ** 2


first, second = loss_of([2.0, 3.0, -1.0], 1.0), loss_of([3.0, -1.0, 0.5], -1.0)
graphs = [topological_order(loss) for loss in (first, second)]
made = [set(graph) - set(model.parameters()) for graph in graphs]
ops = [[value.op and value.op.symbol for value in graph] for graph in graphs]
len(made[0]), len(made[1]), ops[0] == ops[1]

# %% [markdown]
r"""
33 each, and they have the same ops in the same order. In every step of training the engine builds
the same graph again. A **static** graph is recorded once, before any number is there, and then only
run.

How is it recorded? By calling the function with something that is no number.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the things that the engine does in a step depend on the numbers, and
which are the same every time?
"""

# %% [markdown]
r"""
## A list of instructions

A **recorder** has a name and nothing else. An operation on it computes nothing: it writes a line.
"""

# %%
lines = []


class Recorder:
    """A name, whose operations are written down."""

    def __init__(self, name):
        self.name = name

    def __add__(self, other):
        return write("+", self, other)

    def __mul__(self, other):
        return write("*", self, other)

    def tanh(self):
        return write("tanh", self)


def write(op, *operands):
    """Append a line (name, op, operands), and give its name to a new recorder."""
    names = tuple(getattr(operand, "name", operand) for operand in operands)
    lines.append((f"v{len(lines)}", op, names))
    return Recorder(lines[-1][0])


# %% [markdown]
r"""
> **Predict.** How many lines does this function write? Type that. What is in the last of them?
"""

# %%
prediction("23-lines", mine="", of="len(lines)")


def f(a, b):
    return (a * b).tanh() * 2.0 + a


result = f(Recorder("a"), Recorder("b"))
lines

# %% [markdown]
r"""
This is called an **intermediate representation**, IR for short: no longer Python, not yet machine
code. It is data, so a loop of three lines can run it, on any numbers.
"""

# %%
OPS = {"+": lambda a, b: a + b, "*": lambda a, b: a * b, "tanh": math.tanh}


def run(lines, **known):
    """The number behind every name."""
    for name, op, operands in lines:
        known[name] = OPS[op](*[known.get(operand, operand) for operand in operands])
    return known


run(lines, a=0.5, b=1.5)["v3"], run(lines, a=-1.0, b=0.2)["v3"], math.tanh(-0.2) * 2 - 1

# %% [markdown]
r"""
The package's `trace` does the same for everything a `Value` can do. Numbers become the inputs `x0`,
`x1`, ...; let us stay with `f`.
"""

# %%
program = trace(f, 0.5, 1.5)
print(program)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** `f` was called with recorders once, and its lines were run twice. Which part of
the body of `f` does Python execute in the second run?
"""

# %% [markdown]
r"""
## The backward pass is a program, too

The walk of lesson 5 goes through the results from last to first, and multiplies and adds. Instead
of doing it, write it down. The gradient dictionary then holds *names*.

> **Predict.** `f` has four lines and uses `a` twice. How many sums are in the backward lines?
"""

# %%
prediction("23-sums", mine="", of="str(whole).count('+') - str(program).count('+')")
whole = with_gradient(program, ["x0"])
print(whole)

# %% [markdown]
r"""
One, `gx0_2` at the end: two contributions meet there. Above it you can read the rules: the partial
of tanh is `t_1`, which is `1.0 - v1 * v1`; that of a product is the other operand.

Some lines are not needed: `1.0 * 1.0`, twice, and `gx1`, the gradient of `b`, which was not asked
for.
"""

# %%
[str(line) for line in whole.lines if "1.0 * 1.0" in str(line) or line.name == "gx1"]

# %% [markdown]
r"""
In two sentences: why can the same passes shorten the forward and the backward part, and why was the
gradient of `b` written at all?

<details><summary>A model answer</summary>

Both are lines of the same kind, with names for what they read, so a pass need not know which is
which. Writing everything and taking out what nobody reads is easier than deciding beforehand, and
the pass that takes out is needed anyway.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** could you take the gradient of *this* program once more? What would it be?
"""

# %% [markdown]
r"""
## Fewer lines, the same numbers

Three **passes**, each from a program to a smaller one. *Constant folding* computes what only reads
numbers, and drops products with 1. *Common subexpressions*: of two lines that compute the same, the
second goes. *Dead code*: what no result needs goes.

> **Try it.** `a * b` and `b * a`, one after the other: how many products are left?
"""

# %%
show_passes(lambda a, b: (a * b).tanh() * 2.0 + (b * a) * 0.5, 0.5, 1.5)

# %% [markdown]
r"""
1. Which lines does constant folding take out, and what do those read now that read them?
2. `v3` is `x1 * x0` and `v0` is `x0 * x1`. May a compiler take them for equal?
3. Which input do the dead lines belong to?

<details><summary>Answers</summary>

1. The seed's products, `gv1` to `gv4`: their readers have the number itself.
2. Yes, $ab$ and $ba$ have the same bits.
3. `x1`: only the gradient of `x0` was asked for.
</details>

> **You may think** that a compiler may use any law of algebra. Here is a run where that fails:
> floating-point sums depend on their order. **Instead**, each pass keeps every bit, or it says that
> it does not.
"""

# %%
(0.1 + 0.2) + 0.3 == 0.1 + (0.2 + 0.3), 0.1 * 0.7 == 0.7 * 0.1, 0.0 * math.inf

# %% [markdown]
r"""
So $ab = ba$ is safe, $(a + b) + c = a + (b + c)$ is not, and $0 \cdot x$ is not 0 for every $x$.

The last step of the widget is **fusion**: what is used once, and is short, is not given a name but
stands where it is read. On a graphics card this saves the way to memory and back (lesson 24). Here
it saves a store and a load.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in which order would you run the three passes, and what goes wrong in another?
"""

# %% [markdown]
r"""
## Straight-line code

`compile_gradient` does all of this, and writes the result as a Python function. Arguments are
numbers or lists of them; the gradient is that of the first argument.
"""

# %%
compiled = compile_gradient(f, 0.5, 1.5)
print(compiled.source)

# %%
a, b = Value(-1.0), Value(0.2)
f(a, b).backward()
compiled(-1.0, 0.2), (f(a, b).data, a.grad)

# %% [markdown]
r"""
No object, no list, no sort: names, numbers and operations. Now the network. Its parameters are the
first argument: pass the values themselves, and they become inputs.
"""

# %%
xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]


def loss_of_all(parameters, xs, ys):
    """The sum of the squared errors."""
    return total([loss_of(x, y) for x, y in zip(xs, ys, strict=True)])


quick = compile_gradient(loss_of_all, model.parameters(), xs, ys)
numbers = [p.data for p in model.parameters()]
loss = loss_of_all(None, xs, ys)
loss.backward()
expected = [p.grad for p in model.parameters()]
np.allclose(quick(numbers, xs, ys)[1], expected, rtol=1e-12, atol=0), quick

# %% [markdown]
r"""
> **Predict.** One step is four examples forward and back. How many times as fast is the compiled
> one: 2, 10, 50?
"""

# %% tags=["nbval-ignore-output"]
prediction("23-speed", mine="", of="ratio", within=2)


def shortest(work, times=20):
    """The shortest of some runs, in seconds."""
    spans = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spans.append(time.perf_counter() - start)
    return min(spans)


slow = shortest(lambda: loss_of_all(None, xs, ys).backward())
ratio = slow / shortest(lambda: quick(numbers, xs, ys))
print(f"{ratio:.0f} times as fast")

# %% [markdown]
r"""
The number depends on the machine; folded under a cell that has not been run is that of the one on
which this page was made. Three rules of timing: both must compute the same numbers; the time to
compile is not in it, and is stated below; and the shortest of many runs counts, since anything else
that the machine does only adds.

> **Try it.** Run both cells a few times. How much do the numbers change?
"""

# %% tags=["nbval-ignore-output"]
start = time.perf_counter()
compile_gradient(loss_of_all, model.parameters(), xs, ys)
calls = (time.perf_counter() - start) / (slow - slow / ratio)
print(f"compiling is paid back after {calls:.0f} steps")

# %% [markdown]
r"""
For a hundred examples one would not write a hundred times as many lines. Record *one* example, and
run the lines on columns, with one number of each example: that is NumPy source. Or put a loop round
them in C, where there is a compiler.
"""

# %%
batch = [np.array(xs), np.array(ys)]


def on_one(parameters, x, y):
    """The squared error of one example, as a program is recorded from."""
    return loss_of(x, y)


columns = compile_gradient(on_one, model.parameters(), xs[0], ys[0], to="numpy", batch=[1, 2])
print("\n".join(columns.source.splitlines()[3:13]))
np.allclose(columns(numbers, *batch)[1], quick(numbers, xs, ys)[1])

# %% [markdown]
r"""
Look what became of a layer. Four neurons were four weighted sums of the same inputs, and a line of
NumPy costs about as much for one number as for a hundred. So one pass more, `gather.py`, looks for
sums of products that share their columns, and writes them as the rows of one product of matrices.
You would have written `X @ W.T` by hand; the compiler found it in a graph of single numbers. It
finds the way back as well:
"""

# %%
for line in columns.source.splitlines():
    if "@" in line:
        print(line.strip()[:88])

# %% [markdown]
r"""
> **Look.** Forward there is one `@` for each of the three layers, and back there are four. Which
> gradients do the three `pairs` give, and why is there only one of the other kind, `dots3`?

<details><summary>Answer</summary>

The `pairs` are $\partial L/\partial W = G^\top X$ of each layer. $\partial L/\partial X = G W$ is
needed for the second layer alone: the first one's inputs are data, and the last layer has a single
neuron, whose gradient goes to each of its inputs by one multiplication.
</details>

This pass does *not* keep every bit: inside a product of matrices the additions have an order of
their own.
"""

# %%
languages = ["numpy"] + ["c"] * bool(c_compiler())
in_each = [
    compile_gradient(on_one, model.parameters(), xs[0], ys[0], to=to, batch=[1, 2])
    for to in languages
]
all(np.allclose(c(numbers, *batch)[1], quick(numbers, xs, ys)[1]) for c in in_each)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the gradients of the parameters are sums over the examples. Where in the NumPy
source (`print(columns.source)`) is that sum for a weight, and where for a bias?
"""

# %% [markdown]
r"""
## What a recording does not see

A recorder answers no question about its number. A `Value` does, and there a recording can go wrong.

> **Predict.** `absolute` is recorded with 2, without any safeguard, and run with -3. What comes
> out?
"""

# %%
prediction("23-frozen-branch", mine="", of="_[-1]")


def absolute(x):
    return x if x > 0 else x * -1.0


class Careless(Recorder):
    """A recorder that answers comparisons with the number of the example."""

    def __gt__(self, other):
        return 2.0 > other


lines.clear()
result = absolute(Careless("x"))
lines, result.name, run(lines, x=-3.0)[result.name]

# %% [markdown]
r"""
> **You may think** that the `if` has been recorded. Here is a run where that fails: -3 comes out
> as its own absolute value. Python asked once, got True, and took one branch; only what ran was
> written down. **Instead**, remember that a recording has no `if` at all: it is one path.

There are three ways out. The first: note the answer, and check it in every call. That is a
**guard**.
"""

# %%
guarded = compile_gradient(absolute, 2.0)
print(guarded.source)

# %% tags=["raises-exception"]
guarded(-3.0)

# %% [markdown]
r"""
Refused, not wrong. The second way: an op that chooses, so that both branches are lines and the
choice is made in every run.
"""

# %%
OPS["cond"] = lambda test, yes, no: yes if test > 0 else no


def absolute_by_op(x):
    return write("cond", x, x, x * -1.0)


lines.clear()
result = absolute_by_op(Recorder("x"))
lines, [run(lines, x=x)[result.name] for x in (2.0, -3.0)]

# %% [markdown]
r"""
The price: both branches are computed, always. `relu`, `maximum` and `abs` are such ops already. The
third way is not to record: a dynamic graph takes whatever branch comes.

A loop is unrolled, and so is right where the number of rounds is the same in every call; where it
compares values, guards see to that. And a number that leaves the values, through `.data` or
`random`, is a constant from then on. No comparison tells of it. So `trace` runs the function again
with other numbers, and compares; a run that takes far more steps than the first is stopped.
"""

# %%
print(trace(lambda x: [x := x * 2.0 + 1.0 for _ in range(2)][-1], 1.0))

# %% tags=["raises-exception"]
trace(lambda x: x * math.tanh(x.data), 2.0)

# %% [markdown]
r"""
What else was fixed? The shapes: the code has a name for each number. And values from outside that
were not passed, such as weights: they are constants, and a call refuses when one of them has
changed.
"""

# %%
weight = Value(2.0, label="weight")
scaled = compile_gradient(lambda x: weight * x, 1.0)
scaled(3.0)

# %% tags=["raises-exception"]
weight.data = 2.5
scaled(3.0)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which would you choose for a network whose depth depends on its input, and
which for one that is trained for a week?
"""

# %% [markdown]
r"""
## What you can now do

- Record a function as instructions, and run them without the function.
- Write its backward pass as more of the same instructions.
- Take out constants, common parts and dead code, and say which laws keep every bit.
- Generate straight-line code, for one example or for columns of many, and time it by three rules.
- Say which Python a recording cannot see, and choose between a guard, an op and a dynamic graph.
"""

# %% [markdown]
r"""
## In PyTorch this is called

PyTorch's graphs are dynamic. `torch.compile(f)` records them when `f` is called, sets guards on
shapes and branches, and compiles again where a guard fails; `torch.fx` is its IR. `jax.jit` records
as well, and refuses to answer `x > 0` while it does: there you write `jax.lax.cond`. TensorFlow 1
had only static graphs; `tf.function` records them today. `jax.make_jaxpr(f)(x)` prints what
`print(trace(f, x))` printed here.
"""

# %% [markdown]
r"""
## Check yourself

**1.** `y = a * b; z = a * b; w = y - z`. What is left after common parts and dead code, if only `w`
is asked for? May folding make it 0?

<details><summary>Answer</summary>

`y` and `w = y - y`. Not 0: where $ab$ is infinite, $y - y$ is nan.
</details>

**2.** Recorded with `x = 3`: `while x < 10: x = x * 2`. What does the program compute for 4, and
for 30?

<details><summary>Answer</summary>

Two doublings: 16 for 4, which is right, and 120 for 30, which is not. A guard refuses the second.
</details>

**3.** Your compiled step is 40 times as fast, and compiling takes as long as 60 slow steps. When
does it pay?

<details><summary>Answer</summary>

After 62 calls: each saves 39 fortieths of a slow step.
</details>
"""

# %% [markdown]
r"""
## Next

Do the [exercises](../exercises/23_a_tiny_compiler.ipynb): your own recorder, passes, gradient and
code. Then leave NumPy: [lesson 24](24_devices_and_backends.ipynb) puts the engine on other devices.
[Lesson 28](28_from_graph_to_kernels.ipynb) compiles a training step on whole arrays.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=23)
