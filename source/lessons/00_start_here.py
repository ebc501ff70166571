# %% [markdown]
r"""
# 0. Start here

You will run your first cells, see that everything is in place, and meet the three things that a
check can say. 25 minutes.

And after that? These lessons build one program. It watches a calculation, remembers every step of
it, and then says how fast the result would change with each number that went in. It is called
**automatic differentiation**, autograd for short, and every neural network is trained by one. Yours
will begin with a number that remembers where it came from.
"""

# %%
from autograd_lesson import Value
from autograd_lesson.checks.e00_start_here import check_midpoint
from autograd_lesson.predictions import prediction
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.doctor import doctor
from autograd_lesson.widgets import playground, step_through

hints.on()

# %% [markdown]
r"""
## Run, restart, save

This page is made of cells. Click into the one above, hold Shift and press Enter: the cell runs, and
the next one is chosen. The brackets beside it were empty; now they hold `[1]`, since it was the
first to run. (A star, `[*]`, says that it still runs.) Now the same with the next two.
"""

# %%
count = 0

# %%
count = count + 1
count

# %% [markdown]
r"""
The output was there before you ran the cell. Every lesson is shipped with its outputs, so that you
can read it anywhere and compare. Only where you are asked to predict them, they are folded until
you run the cell, or click on the three dots.

Such a cell begins with a line `prediction`. Type between its quotes what you expect: a number,
several with commas, *yes* or *no*, or one of the words it names. The first run locks it and shows
it beside what came out. You need not: left empty, it says nothing.

> **Predict.** Run the cell with `count + 1` twice more, and only that one. What is `count` then?
"""

# %%
prediction("00-count", mine="")
count

# %% [markdown]
r"""
3, if you did. Cells share their variables, and what counts is the order in which you *run* them,
not the order on the page. One day a cell will show something that you did not expect. Then choose
*Restart Kernel and Run All Cells* in the menu *Kernel*: everything is forgotten, and every cell
runs once, from the top.

> **Try it.** Do that now, and come back here. The cell shows 1 again.

Ctrl+S (on a Mac, Command+S) saves. The notebooks are yours: write into them. Cells that begin with
*Your notes here* are there for that: double-click one, write, and press Shift and Enter. No update
of the course touches them.
"""

# %% [markdown]
r"""
## Is everything here?

One function looks at what is installed. For whatever is missing it names the command that gets it.
"""

# %% tags=["nbval-ignore-output"]
doctor()

# %% [markdown]
r"""
Your versions may differ from the ones printed here. A line that says *optional* is no fault either:
without `dot` the graphs are drawn another way, and PyTorch is only used to compare with.
"""

# %% [markdown]
r"""
## What a check says

Each lesson has exercises: a function to write, and below it a cell that checks it. A check can
answer in three ways. Here are all three. First a function that nobody has written yet, as you will
find them:
"""


# %% tags=["raises-exception"]
def midpoint(a, b):
    """The number half-way between a and b."""
    raise NotImplementedError("your turn")


check_midpoint(midpoint)

# %% [markdown]
r"""
*Not attempted yet* is not a mistake; it is a place to begin. The line with `raise` is the one to
replace. Let us replace it, and do it badly.

> **Predict.** Half-way between 1 and 3 is 2. What does `a + b / 2` give for them?
"""

# %%
prediction("00-midpoint", mine="")


def midpoint(a, b):
    return a + b / 2


midpoint(1, 3)

# %% tags=["raises-exception"]
check_midpoint(midpoint)

# %% [markdown]
r"""
Read such a message from the top: how many of the checks pass, what was tried, what your function
gave, and what it should have given. Then comes the likely cause, and where to look next. The inputs
are drawn at random, so that no answer can be made to fit them.

The message is right: `/` goes before `+`. Brackets put the sum first.
"""


# %%
def midpoint(a, b):
    return (a + b) / 2


check_midpoint(midpoint)

# %% [markdown]
r"""
One line, and you may go on. Every check measures; none of them compares your code with ours. If
your way of writing it is different and right, it passes.

Where a cell of yours raises an error that everyone meets once, a line *Likely cause* stands below
the traceback. `hints.off()` takes these lines away.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** when a check fails, which line of its message will you read first, and why?
"""

# %% [markdown]
r"""
## A first graph

Two numbers go in, one comes out. But these are values that remember:
"""

# %%
a, b = Value(2.0, label="a"), Value(3.0, label="b")
c = (a * b).named("c")
d = (c + a).named("d")
d

# %% [markdown]
r"""
Below is what `d` remembers, drawn as a graph: `c` was made from `a` and `b`, and `d` from `c` and
`a`. Press *Next*, or click into the picture and use the arrow keys; Home and End jump. You are
watching the thing that you will build.
"""

# %%
stepper = step_through(d)
stepper

# %% [markdown]
r"""
You do not have to understand the steps yet; *operand* and *partial*, *rule of* and *still owed* are
explained in lessons 2 to 5. Look at one number only: after the last step the box of `a` says
*grad 4*. That is a claim: `d` changes four times as fast as `a` does. You can test it without any
theory.

> **Predict.** Put 2.001 in place of 2. How far should `d` move from 8?
"""

# %%
prediction("00-nudge", mine="", of="round(_ - 8, 6)")
2.001 * 3 + 2.001

# %% [markdown]
r"""
By 0.004: the claim holds. Everything that such a picture shows can also be had as text, step by
step:
"""

# %%
print(stepper.text(all=True))

# %% [markdown]
r"""
## A formula of your own

Now the other way round: you write the formula. It may hold numbers, names of your choice, `+ - * /
**`, brackets and functions such as `tanh`. Press Enter, then move the sliders.
"""

# %%
playground("a*b + tanh(c)", a=2.0, b=-3.0, c=0.5)

# %% [markdown]
r"""
Below each value stands its gradient: how far the result moves for each unit that the value moves,
as long as it moves only a little.

> **Try it.** Which slider has to move least to make the result larger by 1? And which does hardly
> anything, once `c` is at 5?
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which number in the picture told you?
"""

# %% [markdown]
r"""
## Which way to go

The lessons build on each other. Four places to enter:

| You | Your way | Together |
|---|---|---|
| want the whole story | [lesson 1] to [lesson 29] | 1500 minutes |
| know what a derivative is | [lesson 2] to [lesson 29] | 1450 minutes |
| can apply the chain rule on paper | [lesson 3] to [lesson 29] | 1375 minutes |
| have built an engine for numbers | [lesson 11] to [lesson 29] | 985 minutes |

[lesson 1]: 01_sensitivity.ipynb
[lesson 2]: 02_graphs_and_chain_rule.ipynb
[lesson 3]: 03_a_number_that_remembers.ipynb
[lesson 4]: 04_local_rules.ipynb
[lesson 5]: 05_order_and_accumulation.ipynb
[lesson 6]: 06_more_functions.ipynb
[lesson 7]: 07_trust_but_verify.ipynb
[lesson 8]: 08_broken_engine_clinic.ipynb
[lesson 9]: 09_a_network_that_learns.ipynb
[lesson 10]: 10_drawing_the_graph.ipynb
[lesson 11]: 11_from_scalars_to_arrays.ipynb
[lesson 12]: 12_broadcasting_and_reductions.ipynb
[lesson 13]: 13_matrix_multiplication.ipynb
[lesson 14]: 14_moving_data.ipynb
[lesson 15]: 15_softmax_and_cross_entropy.ipynb
[lesson 16]: 16_layer_normalisation.ipynb
[lesson 17]: 17_convolution_and_pooling.ipynb
[lesson 18]: 18_making_it_train.ipynb
[lesson 19]: 19_in_place_and_versions.ipynb
[lesson 20]: 20_memory.ipynb
[lesson 21]: 21_forward_mode.ipynb
[lesson 22]: 22_gradients_of_gradients.ipynb
[lesson 23]: 23_a_tiny_compiler.ipynb
[lesson 24]: 24_devices_and_backends.ipynb
[lesson 25]: 25_a_transformer.ipynb
[lesson 26]: 26_how_the_frameworks_do_it.ipynb
[lesson 27]: 27_review_and_your_own_op.ipynb
[lesson 28]: 28_from_graph_to_kernels.ipynb
[lesson 29]: 29_where_there_is_no_slope.ipynb
"""

# %% [markdown]
r"""
The times are for reading and running. Exercises come on top, and they are where you learn most.

If you are not sure, open the exercises of a lesson first. Where they are easy, skip the lesson. A
page lists [our words and the usual ones](../docs/words.md).
"""

# %% [markdown]
r"""
Here is the map of the course. It fills as you go: what a check says and what you predict is noted
in `progress.jsonl`, in the folder of the course. That file is yours. It is sent nowhere, nobody
grades it, and you may delete it. At the top of a lesson a cell asks you again what you got wrong,
with other numbers, and the last cell of a lesson shows how much of it is done.

To take the way that begins with lesson 3, write `progress(begin=3)`. In a terminal
`python3 start.py check` says the same, and `python3 start.py mine` puts the answers that pass
together as an engine of your own.
"""

# %%
from autograd_lesson.learner.progress import progress

progress()

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which way do you take, and what would you like to be able to do at its end?
"""

# %% [markdown]
r"""
## What you can now do

- Run cells, restart the kernel, and know why the order of running counts.
- See what is installed, and get what is missing.
- Tell apart the three answers of a check, and read the message of a failed one.
- Step through a graph, with the mouse or with keys.
"""

# %% [markdown]
r"""
## In PyTorch this is called

Each lesson ends with the names that PyTorch has for what you built. Two of them already: a `Value`
is a `torch.tensor(2.0, requires_grad=True)`, and to compare a gradient with a measured slope, as
many of our checks do, there is `torch.autograd.gradcheck`.
"""

# %% [markdown]
r"""
## Check yourself

Answer first, then unfold.

1. You ran three cells, changed the first, and ran only the last. Which version of the first does
   it see?

<details><summary>Answer</summary>

The old one. A changed cell does nothing until it is run.
</details>

2. A check says *not attempted yet*, and you are sure that you wrote the function. What happened?

<details><summary>Answer</summary>

Most likely its cell was not run after you wrote it: the kernel still has the old definition. Run
it, then the check.
</details>

3. The cell with `count = count + 1` shows 7. What do you know?

<details><summary>Answer</summary>

That it has run seven times since `count = 0` was last run, wherever the two stand on the page.
</details>
"""

# %% [markdown]
r"""
## Next

Do [exercise 0](../exercises/00_start_here.ipynb) now, it takes five minutes. Then nudge a number
and watch what happens: [lesson 1](01_sensitivity.ipynb).
"""

# %%
progress(lesson=0)
