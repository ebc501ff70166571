# %% [markdown]
r"""
# 14. Moving data: reshape, transpose, slice, gather, concat

Ops that compute nothing: they only put numbers elsewhere. 55 minutes. Afterwards you can find the
way back of any move from its addresses, undo an order of axes, say what a slice shares and what its
gradient costs, and add up what was picked twice.
"""

# %%
import numpy as np

from autograd_lesson import Tensor
from autograd_lesson.functional import embedding
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.tensor import concat
from autograd_lesson.widgets import element_flow

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(14, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) `C = A @ B`, with `A` of shape (2, 3) and `B` of shape (3, 4); `G` is the
> gradient of `C`. What is the gradient of `A`? (b) A column of shape (3, 1) is stretched to (3, 4).
> What does its way back do? (c) `y = 3 * a + 4 * a`: what is the gradient of `a`? The next cell has
> the numbers.

<details><summary>Answers</summary>

(a) `G @ B.T`, of shape (2, 3). (b) It sums over axis 1 and keeps the axis. (c) $3 + 4 = 7$: two
uses, two contributions, added. Keep (c) in mind.
</details>
"""

# %%
folded()
rng = np.random.default_rng(0)
A, B, G = Tensor(rng.normal(size=(2, 3))), rng.normal(size=(3, 4)), rng.normal(size=(2, 4))
(A @ B).backward(G)
column, a = Tensor([[1.0], [2.0], [3.0]]), Tensor(2.0)
column.broadcast_to((3, 4)).backward(np.ones((3, 4)))
(3 * a + 4 * a).backward()
np.allclose(A.grad, G @ B.T), column.grad.ravel(), a.grad

# %% [markdown]
r"""
## An op that computes nothing

A reshape makes no new number. So what is its partial? Give every cell of the operand an address,
and send the *addresses* through the op. What comes out says where each number came from.
"""

# %%
addresses = np.arange(6).reshape(2, 3)
addresses.reshape(3, 2), addresses.T

# %% [markdown]
r"""
> **Predict.** The Jacobian has a row for each cell of the result and a column for each cell of the
> operand. Which numbers are in the Jacobian of this transpose? How many of them are not 0? Type
> how many.
"""

# %%
prediction("14-transpose", mine="", of="np.count_nonzero(_)")


def jacobian_of_move(moved, size):
    """A 1 where a cell of the result has the address of a cell of the operand."""
    return (moved.reshape(-1, 1) == np.arange(size)).astype(int)


jacobian_of_move(addresses.T, addresses.size)

# %% [markdown]
r"""
A single 1 in each row: nudge a number, and its copy moves by as much. All partials of a move are 1
or 0. For an image of a million numbers this matrix would have $10^{12}$ entries. A list of a
million addresses says the same. So the matrix is not built: each upstream number goes **to the
address that its cell came from**, and is added there.
"""


# %%
def send_home(moved, g, shape):
    """The contribution of any move: every entry of g is added at its address."""
    contribution = np.zeros(np.prod(shape, dtype=int))
    for address, number in zip(moved.ravel(), g.ravel(), strict=True):
        contribution[address] += number
    return contribution.reshape(shape)


g = 10.0 * np.arange(1, 7).reshape(3, 2)
send_home(addresses.reshape(3, 2), g, (2, 3))

# %% [markdown]
r"""
That is the way back of every move, one number at a time. (A pad, below, also has zeros that came
from nowhere: nothing is sent for them.) What is left is to find, for each op, the function of NumPy
that does it at once. For a reshape it is a reshape: the order of the numbers stays the same.
"""

# %%
x = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], label="x")
y = x.reshape(3, 2)
y.backward(g)
x.grad, np.array_equal(x.grad, g.reshape(2, 3))

# %% [markdown]
r"""
The **element flow** shows where every cell goes: forward on the left, back on the right. Step
through it, or click on a cell of the result.
"""

# %%
element_flow(lambda x: x.reshape(3, 2), [[1, 2, 3], [4, 5, 6]])

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** how do you find out, without any calculus, where a gradient has to go?
"""

# %% [markdown]
r"""
## Transpose: back by the inverse order

`x.transpose(1, 2, 0)` makes axis 1 of `x` the first one, then axis 2, then axis 0.

> **Predict.** `x` has the shape (2, 3, 4). What shape does the result have? And which three
> numbers must stand in the `transpose` that leads back?
"""

# %%
prediction("14-way-back", mine="", of="y.shape, np.argsort((1, 2, 0))")
x = np.arange(24.0).reshape(2, 3, 4)
y = x.transpose(1, 2, 0)
y.shape, y.transpose(1, 2, 0).shape, y.transpose(2, 0, 1).shape

# %% [markdown]
r"""
The same order once more leads on, not back. The **inverse** order answers: at which place of
(1, 2, 0) stands axis 0? At 2. Axis 1? At 0. Axis 2? At 1. A list of such places is what `argsort`
gives.

Here the shape gave the mistake away. With three equal lengths it cannot:
"""

# %%
cube, g = rng.normal(size=(3, 3, 3)), rng.normal(size=(3, 3, 3))
moved = np.arange(27).reshape(3, 3, 3).transpose(1, 2, 0)
right = send_home(moved, g, (3, 3, 3))
back = {"same": g.transpose(1, 2, 0), "inverse": g.transpose(np.argsort((1, 2, 0)))}
{order: np.array_equal(contribution, right) for order, contribution in back.items()}

# %% [markdown]
r"""
Two kinds of test never see it: a matrix, where the swap is its own inverse, and a cube of which
only the shape is looked at. Test with three axes and three lengths, and compare the numbers.

> **Try it.** Which step brings the number 6? Predict where its gradient goes.
"""

# %%
element_flow(lambda x: x.transpose(1, 2, 0), np.arange(12.0).reshape(2, 3, 2))

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which orders of three axes are their own inverse?
"""

# %% [markdown]
r"""
## A slice is a window

Many of these ops move nothing in memory. `image[0]` is a **view**: the same numbers, read in
another way.

> **Predict.** A row is taken out and written to. Does the image change?
"""

# %%
prediction("14-view", mine="", of="image[0, 1] == 99")
image = np.arange(6.0).reshape(2, 3)
row = image[0]
row[1] = 99
image

# %% [markdown]
r"""
> **Predict.** Which of the following five share the memory of `image`? Say yes or no for each.
"""

# %%
prediction("14-shared", mine="", of="list(_.values())")
windows = {
    "image.reshape(3, 2)": image.reshape(3, 2),
    "image.T": image.T,
    "image[:, ::2]": image[:, ::2],
    "image[[0]]": image[[0]],
    "image.T.reshape(6)": image.T.reshape(6),
}
{text: np.shares_memory(image, array) for text, array in windows.items()}

# %% [markdown]
r"""
A view needs its numbers at regular distances. The places in a list can be anywhere, so NumPy copies
for every list, for `image[[0]]` too. A reshape that reads the columns one by one is a copy as well.

For an engine that has kept a view this is dangerous: when `x` is written to, the number in the view
changes too. The Tensor notices:
"""

# %% tags=["raises-exception"]
x = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], label="x")
loss = (x[0] * x[0]).sum()
x.data[0, 1] = 99
loss.backward()

# %% [markdown]
r"""
On the way back there is no view. The gradient has the shape of the **whole** operand: `g` in its
place, and 0 for all that was left out, since the result does not depend on it.
"""

# %%
x = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], label="x")
x[:, 1:].backward([[10.0, 20.0], [30.0, 40.0]])
x.grad

# %%
element_flow(lambda x: x[:, 1:], [[1, 2, 3], [4, 5, 6]])

# %% [markdown]
r"""
> **Predict.** A loop reads a table of 1,000 rows, ten numbers each, row by row: `table[i]`. How
> many numbers does the way back write, all slices together?
"""

# %%
prediction("14-slices", mine="")
table = Tensor(np.ones((1000, 10)))
partials = [table[i].partials[0] for i in range(1000)]
sum(partial(np.ones(10)).size for partial in partials)

# %% [markdown]
r"""
Ten million, for a table of ten thousand: each slice brings 9,990 zeros. It is right, and slow. One
op on the whole table does without.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a view costs nothing forward. What does it cost on the way back, and why?
"""

# %% [markdown]
r"""
## A gather, and the number picked twice

An index can be a list of places: a **gather**. Then a place can occur more than once.

> **Predict.** `w` is `[3, 5, 7]`, the index `[0, 2, 0]`, and the upstream `[10, 20, 30]`. What does
> `hasty` hold, three numbers, and is that the gradient of `w`, yes or no?
"""

# %%
prediction("14-gather", mine="", of="[*hasty, np.array_equal(hasty, np.bincount(index, g, 3))]")
w, index, g = np.array([3.0, 5.0, 7.0]), np.array([0, 2, 0]), np.array([10.0, 20.0, 30.0])
hasty = np.zeros(3)
hasty[index] = g
w[index], hasty

# %% [markdown]
r"""
30 at place 0? Nudge `w[0]`, and *two* entries of the result move: 10 and 30 belong there. One has
been overwritten by the other.

> **You may think** that `+=` cures that. Here is a run where it does not.
"""

# %%
hopeful = np.zeros(3)
hopeful[index] += g
hopeful

# %% [markdown]
r"""
Still 30. NumPy reads `hopeful[index]`, all three at once, adds `g`, and writes all three: to place
0 it writes 10, then 30, and both were computed from the old 0.

> **Instead**, each addition must see the one before it. That is `np.add.at`; the way back of a
> gather is a **scatter-add**:
"""

# %%
patient = np.zeros(3)
np.add.at(patient, index, g)
w = Tensor(w, label="w")
w[index].backward(g)
patient, w.grad

# %% [markdown]
r"""
It is lesson 5 again, inside one array: a value used twice gets both contributions, and `=` loses
one. Step to the last two, and watch place 0.
"""

# %%
element_flow(lambda w: w[[0, 2, 0]], [3, 5, 7], names=["w"])

# %% [markdown]
r"""
Reading a place twice is fine. What about *writing* to it twice?

> **Predict.** `y[[0, 0]] = v` with `v = [1, 2]`. What is `y[0]`, and its slope with respect to
> `v[0]`?
"""

# %%
prediction("14-scatter", mine="")


def written_twice(v):
    y = np.zeros(2)
    y[[0, 0]] = v
    return y[0].item()


written_twice([1.0, 2.0]), (written_twice([1.5, 2.0]) - written_twice([1.0, 2.0])) / 0.5

# %% [markdown]
r"""
The last number stays. The one before it has slope 0, so its contribution must be 0 as well.

One more trap. Numbers to pick from may be whole: levels of grey, counts. The zeros are then often
made "like" them.

> **Predict.** The upstream is 0.5 and 0.25. What arrives?
"""

# %%
prediction("14-grey", mine="", of="grown")
grey = np.array([200, 13, 77])
grown = np.full_like(grey, 0)
for place, number in ((0, 0.5), (2, 0.25)):
    grown[place] += number
grown, grown.dtype

# %% [markdown]
r"""
Nothing, and no error: an array of whole numbers cuts off what stands behind the point. (`np.add.at`
and `=` cut it off too; `grown[index] += g` with an array `g` raises an error.) A gradient has the
operand's shape, and the **upstream's** dtype.

In two sentences: why may a slice *place* its upstream, while a gather must *add* it?

<details><summary>A model answer</summary>

A slice takes each place at most once, so at most one contribution arrives there. A gather can take
a place several times; each use is an edge of its own, and what the edges deliver is added.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what does `grad[index] += g` do when a place occurs twice, and which op does it
right?
"""

# %% [markdown]
r"""
## Concat: many operands, one result

So far one operand was spread out. A **concat** puts several end to end. On the way back, every
operand gets the part of `g` that stands where it stood.

> **Predict.** `a` has the shape (2, 3), `b` (2, 1), and they are joined along axis 1. The upstream
> is 10 to 80, four in a row. What goes to `b`?
"""

# %%
prediction("14-concat", mine="", of="b.grad")
a, b = Tensor(np.ones((2, 3)), label="a"), Tensor([[8.0], [9.0]], label="b")
concat([a, b], axis=1).backward(10.0 * np.arange(1, 9).reshape(2, 4))
a.grad, b.grad

# %% [markdown]
r"""
Where does a part begin? Where all those before it end: at the running sum of the lengths. These
places are what `np.split` wants.

> **Predict.** The lengths are 3, 1 and 2. At which places does `np.split` have to cut?
"""

# %%
prediction("14-split", mine="", of="places")
lengths = [3, 1, 2]
places = np.cumsum(lengths)[:-1]
places, [part.tolist() for part in np.split(np.arange(6), places)]

# %%
element_flow(lambda a, b: np.concatenate([a, b], axis=1), [[1, 2, 3], [4, 5, 6]], [[8], [9]])

# %% [markdown]
r"""
Two relatives. A **stack** is a concat along a new axis, so its way back takes one place of that
axis and drops the axis. A **pad** is a concat with zeros. The zeros are constants, so their part of
`g` goes nowhere. But mind the end of the slice that cuts the rest out:
"""

# %%
g = np.array([10.0, 20.0, 30.0, 40.0])  # one zero in front, none behind
before, after = 1, 0
g[before:-after], g[before : before + 3]

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a tensor is joined to itself, `concat([a, a])`. What happens to the two parts?
"""

# %% [markdown]
r"""
## An embedding is a gather

Words have no numbers, so each gets a row of them, in a table that is trained: an **embedding**.
Looking words up is a gather of rows, and words repeat all the time.

> **Predict.** In the phrase below, which rows of the table get a gradient, and which row gets two
> contributions?
"""

# %%
prediction("14-embedding", mine="", of="np.unique(phrase), np.bincount(phrase).argmax()")
words = ["a", "cat", "dog", "sees", "tree"]
phrase = np.array([words.index(word) for word in "a dog sees a cat".split()])
rows = Tensor(rng.normal(size=(5, 2)), label="rows")
upstream = np.arange(10.0).reshape(5, 2)
embedding(phrase, rows).backward(upstream)
phrase, rows.grad

# %% [markdown]
r"""
"a" is there twice: $[0, 1] + [6, 7]$. "tree" is not, so its row gets zeros, and a step of plain
gradient descent leaves it alone. (The optimisers of lesson 18 that remember earlier steps may still
move it.)

There is a second way to look up rows, with what you have from
[lesson 13](13_matrix_multiplication.ipynb): a matrix with one 1 in each row, times the table. Both
must agree.
"""

# %%
one_hot = np.eye(5)[phrase]
np.array_equal(one_hot @ rows.data, rows.data[phrase]), one_hot.T @ upstream

# %% [markdown]
r"""
The same, and that matrix is the Jacobian from the first section, for whole rows. Its transpose does
the adding. With 50,000 words and a batch of 8,000 it has 400 million entries, all 0 but 8,000: that
is why it is a gather.
"""

# %%
np.array_equal(one_hot, jacobian_of_move(phrase, 5)), one_hot.size, int(one_hot.sum())

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what does a row of the table receive for a word that occurs three times?
"""

# %% [markdown]
r"""
## What you can now do

- Find the way back of any move: send addresses through it.
- Undo an order of axes by its inverse, and choose a test that sees the difference.
- Tell a view from a copy, and say what a slice costs on the way back.
- Scatter-add where places repeat, in the dtype of the upstream.
- Take a gradient apart for the operands of concat, stack and pad; train a table of rows.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`x.reshape`; `x.view`, which refuses where it would have to copy; `x.permute`; `x[index]` and
`torch.gather`; `torch.cat`, `torch.stack`, `F.pad`; `nn.Embedding`. The scatter-add is
`index_add_`, `scatter_add_`, or `index_put_(..., accumulate=True)`. Without `accumulate`, which
number stays at a repeated place is undefined. `nn.Embedding(sparse=True)` makes a gradient of the
rows that were used, without the zeros of the others.

> **Careful.** After `y[[0, 0]] = v`, PyTorch passes the gradient of `y[0]` on to *both* entries of
> `v`, though one of them was overwritten. Never write to a repeated place.
"""

# %% [markdown]
r"""
## Check yourself

**1.** `y = x.transpose(2, 0, 1)`. By which order does the gradient come back?

<details><summary>Answer 1</summary>

(1, 2, 0). Axis 0 stands at place 1, axis 1 at place 2, axis 2 at place 0.
</details>

**2.** `y = x[[1, 1, 1]]` with the upstream `[2, 3, 4]`. What does `x[1]` get, and what would
`grad[[1, 1, 1]] += g` have given?

<details><summary>Answer 2</summary>

$2 + 3 + 4 = 9$, and 4, the last one.
</details>

**3.** `concat([a, a])` along the only axis; `g` is `[1, 2, 3, 4]` and `a` has two numbers. What is
the gradient of `a`?

<details><summary>Answer 3</summary>

`[4, 6]`: the parts are `[1, 2]` and `[3, 4]`, and `a` is the operand of both edges.
</details>
"""

# %%
cube, w, a = Tensor(np.zeros((2, 3, 4))), Tensor([5.0, 6.0]), Tensor([1.0, 2.0])
turned = cube.transpose(2, 0, 1)
w[[1, 1, 1]].backward([2.0, 3.0, 4.0])
concat([a, a]).backward([1.0, 2.0, 3.0, 4.0])
np.argsort((2, 0, 1)), w.grad, a.grad

# %% [markdown]
r"""
## Next

Now write all of them: [exercises/14](../exercises/14_moving_data.ipynb). With products, sums and
moves you can build scores for a choice among many. What is missing is to make probabilities of
them, and a loss: [lesson 15](15_softmax_and_cross_entropy.ipynb).
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=14)
