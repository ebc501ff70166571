# %% [markdown]
r"""
# 8. The broken-engine clinic: from a wrong number to a test

An engine is sick, and you do not know where. You will go from a complaint to one wrong line by a
sheet of steps, and leave a test behind that keeps it from coming back. 30 minutes.

Afterwards you can reproduce a fault, shrink it, localise it, explain it, fix it, and lock it.
"""

# %%
from autograd_lesson import Value
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.clinic import Number, Patient0
from autograd_lesson.widgets import engine_diff

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(8, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** Answer before you run the cell. (a) `y = u * u` at `u = 4`, and `y.backward()` is
> called twice. What is in `u.grad`? (b) Which are the two partials of `u / v` at 3 and 4? (c) Ten
> mutants, and your tests kill eight. Which tests do you write next?
"""

# %%
folded()
u, v = Value(4.0), Value(4.0)
square = u * u
square.backward()
square.backward()
u.grad, (Value(3.0) / v).partials

# %% [markdown]
r"""
<details><summary>Answers</summary>

(a) 16: the two passes bring 8 each, and `.grad` is their sum. (b) 1/4 and -3/16. (c) One on numbers
where each of the two survivors is wrong.
</details>

## Reproduce

The complaint: "The loss goes up." Here is the loss, a line through the origin against three points,
and the loop that should make it small.
"""


# %%
def loss_of(engine, slope):
    w, loss = engine(slope), engine(0.0)
    for x, y in [(1.0, 2.0), (2.0, 4.5), (3.0, 5.5)]:
        loss = loss + (y - w * x) ** 2
    loss.backward()
    return loss.data, w.grad


def losses(engine, steps=5):
    slope, seen = 0.5, []
    for _ in range(steps):
        loss, gradient = loss_of(engine, slope)
        slope -= 0.02 * gradient
        seen.append(round(loss, 2))
    return seen


losses(Patient0), losses(Number)

# %% [markdown]
r"""
`Number` is a small engine that is right; `Patient0` is a copy with one fault. The complaint holds.
But a loop has many parts: the step, the sign, the rate. The first thing is a run without a loop,
with one number that is wrong *and the number that would be right*. The right one comes from a
witness that knows no rules: a measured slope.
"""


# %%
def measured(f, at, h=1e-5):
    return (f(at + h) - f(at - h)) / (2 * h)


gradient = loss_of(Patient0, 0.5)[1]
slope = measured(lambda w: loss_of(Patient0, w)[0], 0.5)
round(gradient, 4), round(slope, 4)

# %% [markdown]
r"""
On this run the forward pass is right: both engines begin with the same loss. The gradient is not.
It has the right size and the wrong sign, and that without a loop.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what do you write down, so that somebody else could see the fault again?
"""

# %% [markdown]
r"""
## Shrink

Three points, a product, a difference, a square, a sum. Take away what can go while the fault stays.

> **Predict.** Here are five parts of the loss. On how many of them is the patient wrong?
"""

# %%
prediction("08-parts", mine="", of="len(wrong)")
parts = {
    "(2 - w * 1.5) ** 2": lambda w: (2.0 - w * 1.5) ** 2,
    "2 - w * 1.5": lambda w: 2.0 - w * 1.5,
    "2 - w": lambda w: 2.0 - w,
    "w * 1.5": lambda w: w * 1.5,
    "w ** 2": lambda w: w**2,
}
wrong = []
for text, f in parts.items():
    w = Patient0(0.5)
    f(w).backward()
    if abs(w.grad - measured(f, 0.5)) > 1e-6:
        wrong.append(text)
    print(f"{text:20} gradient {w.grad:5.2f}   measured {measured(f, 0.5):5.2f}")

# %% [markdown]
r"""
Three are wrong, and the smallest is `2 - w`: two values and one op. The parts without it are right.
A small run is not only shorter to read. It has fewer places where the fault could be.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** how did you know, at each cut, that you had not lost the fault?
"""

# %% [markdown]
r"""
## Localise

Not every fault shrinks to one op. The next step works on larger graphs as well: run the right
engine and the sick one on the same graph, and find the first value where they part.
"""


# %%
def one_point(engine):
    w, x, y = engine(0.5, "w"), engine(1.5, "x"), engine(2.0, "y")
    p = w * x
    p.label = "p"
    d = y - p
    d.label = "d"
    return d**2


# %% [markdown]
r"""
> **Predict.** On the way forward nothing differs. On the way back the values come in the order
> $d^2$, `d`, `p`, then the leaves. Which is the first whose gradient differs: the square, `d` or
> `p`?
"""

# %%
prediction("08-first-difference", mine="", of="_.frames[-1]['title'].split()[0]")
engine_diff(one_point, Patient0, Number)

# %% [markdown]
r"""
`d` has the same gradient in both, and `p` has not. So the fault lies between them: on the edge from
the operand `p` to the result `d`, which the way back crosses from `d` to `p`. The leaves behind `p`
are wrong too, but that is only passed on. The first difference counts.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why does the first wrong value name the place, and the last one does not?
"""

# %% [markdown]
r"""
## Explain

A place is not yet an explanation. An explanation is a sentence that says what the engine does, and
from which a number follows that you have *not* seen yet. The edges of a difference:
"""

# %%
d = Patient0(2.0) - Patient0(0.75)
[partial for operand, partial in d.edges()]

# %% [markdown]
r"""
The sentence: "The second partial of a difference is 1 where it should be -1." If that is true, the
left side of a difference is right, and so is a number that stands on the right of *two* minus
signs: it gets 1 · 1 in place of (-1) · (-1).

> **Predict.** What are the gradients of `w` in `w - 2` and in `2 - (3 - w)` on the patient?
"""

# %%
prediction("08-minus", mine="")


def gradient_on(engine, f, at=0.5):
    w = engine(at)
    f(w).backward()
    return w.grad


[gradient_on(Patient0, f) for f in (lambda w: w - 2.0, lambda w: 2.0 - (3.0 - w))]

# %% [markdown]
r"""
Both are 1, and both are right. The second shows something: a test on this formula would have
passed. The explanation said so before the run.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which number would have shown that this explanation is wrong?
"""

# %% [markdown]
r"""
## Fix, and lock with a test

First the test, while there is still something for it to fail on. It takes the engine as an argument
and says True or False.
"""


# %%
def test_of_a_difference(engine):
    a, b = engine(2.0), engine(0.5)
    (a - b).backward()
    return a.grad == 1.0 and b.grad == -1.0


test_of_a_difference(Patient0), test_of_a_difference(Number)

# %% [markdown]
r"""
Now the fix: the one method, written again, and nothing else.
"""


# %%
class Cured0(Patient0):
    def __sub__(self, other):
        other = self.of(other)
        return self.result(self.data - other.data, "-", (self, other), (1.0, -1.0))


test_of_a_difference(Cured0), losses(Cured0)

# %% [markdown]
r"""
> **You may think** that a fix is right when the complaint is gone. Here is a run where that fails:
> the next engine turns the sign of every gradient round, and the loss falls. **Instead**: fix what
> the explanation names, and ask tests that know nothing of the complaint.
"""


# %%
class Plastered0(Patient0):
    def backward(self, seed=1.0):
        super().backward(-seed)


losses(Plastered0), test_of_a_difference(Plastered0), gradient_on(Plastered0, lambda w: w * 1.5)

# %% [markdown]
r"""
The losses are those of the right engine. The test says False, and the gradient of `1.5 w` has
become -1.5. The sheet, for the wall:

1. **Reproduce**: one run, the wrong number, the right number, and who says so.
2. **Shrink**: take away while the fault stays.
3. **Localise**: the first value that differs.
4. **Explain**: a sentence that predicts a number not yet seen.
5. **Fix and lock**: the test first, seen to fail; then the one place.

In two sentences: why is the test written before the fix?

<details><summary>A model answer</summary>

A test that was never seen to fail may be one that cannot fail. Before the fix the patient is there
to prove it; afterwards nobody can tell.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which of the five steps do you usually leave out, and what did it cost you?
"""

# %% [markdown]
r"""
## What you can now do

- Turn a complaint into one run with one wrong number and the right one beside it.
- Shrink a graph until hardly anything but the fault is left.
- Find the first value where a sick engine and a right one part.
- Say what the fault is, and predict from that what you have not yet seen.
- Leave a test that fails on the sick engine and passes on every right one.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`torch.autograd.gradcheck` is the witness. `tensor.retain_grad()` keeps the gradient of an inner
value and `tensor.register_hook(print)` shows it as it arrives, which is what localising needs.
`set_detect_anomaly(True)` of `torch.autograd` stops at the first op that hands on a nan gradient,
and shows its forward line.
"""

# %% [markdown]
r"""
> **In PyTorch.** Two faults of the clinic are often refused, and not always. Data edited in place
> between forward and backward: "one of the variables needed for gradient computation has been
> modified by an inplace operation". A change through `x.data` is not noticed. A second pass over a
> graph: "Trying to backward through the graph a second time", unless `retain_graph=True` was given.
> Where no op has saved anything, as in `(x + 1).sum()`, the second pass is not noticed either.
"""

# %% [markdown]
r"""
## Check yourself

1. Sick and right engine give the same gradient at `d` and different ones at `p` and `w`, and `w` is
   an operand of `p`. Where do you look?

<details><summary>Answer</summary>

At the edges between `p` and its results, `d` among them: what does each result bring to `p`? The
fault at `w` may follow from that.
</details>

2. You shrink a fault, and in the small run all is right. What have you learnt?

<details><summary>Answer</summary>

That what you took away last is needed for it. Put it back and take away something else.
</details>

3. A test passes on the cured engine. What is missing?

<details><summary>Answer</summary>

The run on the sick engine, where it must fail.
</details>
"""

# %% [markdown]
r"""
## Next

Twelve patients wait in the [exercises](../exercises/08_broken_engine_clinic.ipynb), with one fault
each. In [lesson 9](09_a_network_that_learns.ipynb) a network learns, and you will be glad to trust
its gradients.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=8)
