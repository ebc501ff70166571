# %% [markdown]
r"""
# 13. Rows times columns: matrix products and linear layers

One op does most of the work in every network. You derive its way back by its indices, so that you
need not guess it from shapes, and build layers from it. 50 minutes. Afterwards you can send a
gradient back through any product of matrices, say why a test on square matrices is worth little,
and train a network on points that no straight line can separate.
"""

# %%
import numpy as np

from autograd_lesson import Tensor, Value, backward_steps, dot, mine, nn, topological_order, total
from autograd_lesson.data import two_moons
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.pictures import draw
from autograd_lesson.pictures.plot import decision_maps
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import index_tracer

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(13, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** (a) An array `b` of shape (2,) is added to one of shape (3, 2), and
> [[1, 2], [3, 4], [5, 6]] comes from above. What does `b` receive? (b) One entry of `t.tanh()` is
> 0.5, and 2 comes from above. What goes on to `t`? (c) The sum in a neuron receives 0.94, and one
> of its inputs is -1. What does the weight of that input receive?

<details><summary>Answers</summary>

(a) [9, 12]: it was copied to three rows, and what was copied receives the sum. (b)
$2 \cdot (1 - 0.5^2) = 1.5$. (c) -0.94: what arrives at the sum, times the input. Keep (c) in mind.
</details>
"""

# %%
folded()
b, w = Tensor([10.0, 20.0]), Value(0.5)
(np.zeros((3, 2)) + b).backward(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
(w * -1.0).backward(0.94)
b.grad, 2 * (1 - 0.5**2), w.grad

# %% [markdown]
r"""
## A product, made of values

The entry of $C = AB$ in row $i$ and column $k$ is a **dot product**: row $i$ of $A$ with column
$k$ of $B$, multiplied pair by pair and added up. A Value is one number, so a matrix of
them is a list of rows. The product is three lines, and the engine that you have knows the way back
already.
"""


# %%
def matmul(a, b):
    """The matrix product of two lists of rows of Values."""
    columns = list(zip(*b, strict=True))
    return [[dot(row, column) for column in columns] for row in a]


def values(array):
    return [[Value(number) for number in row] for row in array.tolist()]


def grads(rows):
    return np.array([[value.grad for value in row] for row in rows])


A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
B = np.array([[2.0, -1.0, 0.0, 1.0], [0.0, 3.0, 1.0, -2.0], [1.0, 1.0, -4.0, 2.0]])
a, b = values(A), values(B)
c = matmul(a, b)
[[entry.data for entry in row] for row in c]

# %% [markdown]
r"""
Two rows times four columns: eight entries, each a sum of three products.

> **Predict.** `c[0][1].backward()` starts from a single entry. How many of the 6 entries of $A$
> receive something, and how many of the 12 of $B$? Type the two counts. Which entries, and what?
"""

# %%
prediction("13-one-entry", mine="", of="np.count_nonzero(grads(a)), np.count_nonzero(grads(b))")
c[0][1].backward()
print(grads(a))
print(grads(b))

# %% [markdown]
r"""
Row 0 of $A$ has received column 1 of $B$, and column 1 of $B$ has received row 0 of $A$: in a
product, each factor's partial is the other factor. No other entry had a part in it.

Now let something come from above to all eight entries, a different number `G[i, k]` to each.
"""

# %%
G = np.array([[1.0, 0.0, -2.0, 3.0], [2.0, -1.0, 1.0, 0.0]])
a, b = values(A), values(B)
entries = [entry for row in matmul(a, b) for entry in row]
loss = total([g * entry for g, entry in zip(G.ravel().tolist(), entries, strict=True)])
loss.backward()
to_a, to_b = grads(a), grads(b)
print(to_a)
print(to_b)

# %% [markdown]
r"""
That is right, and it needs many edges. Each entry of the result has an edge to every number of a
row and of a column:
"""

# %%
edges = sum(len(value.operands) for row in matmul(a, b) for value in row)
edges, 64 * 64 * (64 + 64)

# %% [markdown]
r"""
48 edges here; for two matrices of 64 by 64, half a million. All of them do the same thing at other
indices. So we look for one op, with an edge to $A$ and an edge to $B$.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what does one entry of a product send back to the row it was made of?
"""

# %% [markdown]
r"""
## The way back, by indices

$$C_{ik} = \sum_j A_{ij} B_{jk}$$

Take one entry of $A$, say $A_{12}$. It is in $C_{1k}$ for every $k$, and there its partial is
$B_{2k}$. Each use brings upstream times partial, and uses are added:
"""

# %%
uses = [float(G[1, k] * B[2, k]) for k in range(4)]
uses, sum(uses), to_a[1, 2].item()

# %% [markdown]
r"""
The same for any $i$ and $j$, and with the roles exchanged for $B$:

$$\mathrm{d}A_{ij} = \sum_k G_{ik} B_{jk} \qquad \mathrm{d}B_{jk} = \sum_i A_{ij} G_{ik}$$

Pick an entry of $C$ below, by a click, the slider or the arrow keys: its row and its column light
up. Pick one of $A$ or $B$: then $G$ stands in the place of $C$, and you see what comes back.

> **Try it.** Before you pick the first entry of $B$: which entries of $A$ will light up with it,
> and which of $G$?
"""

# %%
index_tracer(A, B, G)

# %% [markdown]
r"""
A column of $A$ and a column of $G$. Now read the two sums as matrix products. In a product the
summed index stands last in the first factor and first in the second. In $G_{ik} B_{jk}$ the $k$ is
last in both, so $B$ has to be transposed: $k$ first, $j$ last. In $A_{ij} G_{ik}$ the $i$ is first
in both, so $A$ has to be transposed.

$$\mathrm{d}A = G\,B^\top \qquad \mathrm{d}B = A^\top G$$
"""

# %%
np.array_equal(G @ B.T, to_a), np.array_equal(A.T @ G, to_b)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** write $\mathrm{d}B_{jk}$ as a sum without looking, and then as a product.
"""

# %% [markdown]
r"""
## One op, two edges

Here it is as a class. The five labels of lesson 6 are the same as ever; what is new is that a
partial is not a number to multiply by. It is a **function** from the upstream to the
contribution: the vector-Jacobian product of lesson 11, with no Jacobian anywhere.
"""


# %%
class Array:
    """An array that remembers; each partial turns the upstream into a contribution."""

    def __init__(self, data, label="", op="", operands=(), partials=()):
        self.data, self.grad, self.label = np.asarray(data, dtype=float), None, label
        self.op, self.operands, self.partials = op, operands, partials

    def __matmul__(self, other):
        def to_self(upstream):  # local derivative
            return upstream @ other.data.T

        def to_other(upstream):
            return self.data.T @ upstream

        partials = (to_self, to_other)  # save
        return Array(self.data @ other.data, "", "@", (self, other), partials)  # forward


# %% [markdown]
r"""
> **Predict.** The engine's own walk now goes over `a @ b`, with `G` on the result. How many steps?
"""

# %%
prediction("13-steps", mine="", of="len(steps)")
a, b = Array(A, "a"), Array(B, "b")
c = a @ b
gradient = {c: G}
steps = list(backward_steps(c, gradient))  # pass on
len(steps), np.array_equal(gradient[a], to_a), np.array_equal(gradient[b], to_b)

# %% [markdown]
r"""
Two, and the same gradients. The last label is the test, against nudges of every entry. With three
products in one formula, and one matrix in two of them:
"""

# %%
S = np.array([[0.5, -1.0, 2.0], [1.5, 0.3, -0.7], [0.2, 1.1, 0.9]])
s = Array(S, "s")
y = a @ s @ s @ b
gradient = {y: G}
list(backward_steps(y, gradient))
measured = numerical_gradient(lambda A, S, B: (G * (A @ S @ S @ B)).sum(), [A, S, B])  # test
[np.allclose(gradient[x], slopes) for x, slopes in zip((a, s, b), measured, strict=True)]

# %% [markdown]
r"""
`s` has two uses, and the walk adds the two contributions. It does so for arrays exactly as it did
for numbers.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what does each of the two functions keep from the forward pass, and what would
happen if that array were written into before the way back?
"""

# %% [markdown]
r"""
## The shapes match. Is it right?

Few remember $G B^\top$. Many look at shapes instead: $\mathrm{d}A$ must have the shape of $A$,
and only one product of $G$ and $B$ has it. Let us count them.
"""


# %%
def fitting(G, B, shape):
    """The products of G and B, each transposed or not, that have this shape."""
    forms = {"G": G, "G.T": G.T, "B": B, "B.T": B.T}
    pairs = [(x, y) for x in forms for y in forms if x[0] != y[0]]
    meeting = [(x, y) for x, y in pairs if forms[x].shape[1] == forms[y].shape[0]]
    products = {f"{x} @ {y}": forms[x] @ forms[y] for x, y in meeting}
    return {text: product for text, product in products.items() if product.shape == shape}


list(fitting(G, B, A.shape))

# %% [markdown]
r"""
One. Here the shapes are enough.

> **Predict.** How many will there be for $A$ of shape (2, 2) and $B$ of shape (2, 4)? How many if
> both are (3, 3)?
"""

# %%
prediction("13-fitting", mine="", of="len(_[0]), _[1]")
ones = np.ones
list(fitting(ones((2, 4)), ones((2, 4)), (2, 2))), len(fitting(ones((3, 3)), ones((3, 3)), (3, 3)))

# %% [markdown]
r"""
> **You may think** that a gradient of the right shape is the right gradient. Here is a run where
> that fails: all eight have the shape of the operand, and nothing complains. Which of them agree
> with the measured slopes?
"""

# %%
rng = np.random.default_rng(0)
A3, B3, G3 = rng.normal(size=(3, 3, 3))
right = numerical_gradient(lambda A: (G3 * (A @ B3)).sum(), [A3])[0]
{text: np.allclose(product, right) for text, product in fitting(G3, B3, (3, 3)).items()}

# %% [markdown]
r"""
One in eight.

> **Instead**, write the indices down, and test with numbers on three different lengths. Ones from
> above are no test either: with them the transposed $G$ looks like $G$ itself. Below, a wrong way
> back passes a test of *numbers*.
"""

# %%
above = np.ones((3, 3))
ones_agree = np.allclose(above.T @ B3.T, above @ B3.T)
ones_agree, np.allclose(G3.T @ B3.T, G3 @ B3.T)

# %% [markdown]
r"""
In two sentences: why does $A$ receive $G B^\top$, and no other of the products that fit?

<details><summary>A model answer</summary>

$A_{ij}$ is used in row $i$ of $C$ only, once for each $k$, with the partial $B_{jk}$. So its
contributions are $G_{ik} B_{jk}$, summed over $k$: row $i$ of $G$ with row $j$ of $B$, which is
entry $(i, j)$ of $G B^\top$.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which three lengths would you take to test a product, and what from above?
"""

# %% [markdown]
r"""
## A layer is a product and a sum

Lesson 9 fed one example at a time to neurons one at a time. A **linear layer** takes $n$ examples
as the rows of $x$, and has a row of weights for each output:

$$y = x\,W^\top + b$$

From here on the package's `Tensor` does the way back. A Tensor that you make receives a gradient;
an array that meets it is a constant.
"""

# %%
x = np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 0.0], [2.0, 0.0, 0.0], [-1.0, 1.5, 0.0]])
weight = Tensor([[0.5, -1.0, 2.0], [1.0, 0.3, -0.5]], "weight")
bias = Tensor([0.1, -0.2], "bias")
y = (x @ weight.T + bias).named("y")
draw(y)

# %% [markdown]
r"""
The bias passes through an op of its own: it is copied to all four examples. And the third feature
is 0 in every one of them.

> **Predict.** `G` of shape (4, 2) comes from above. What shapes do the gradients of weight
> and bias have? What two numbers stand in the weight's last column?
"""

# %%
prediction("13-linear", mine="", of="weight.grad.shape, bias.grad.shape, weight.grad[:, -1]")
G = np.array([[1.0, -2.0], [0.0, 3.0], [-1.0, 0.5], [2.0, 1.0]])
y.backward(G)
print(weight.grad)
print(bias.grad)

# %% [markdown]
r"""
The bias has the sum over the examples. The weight has $G^\top x$: by indices, the sum over all
examples $n$ of $G_{no}\,x_{ni}$, what arrives at output $o$ times input $i$. Each example brings
such a table of its own, an **outer product**, and they are added. Where a feature is always 0, its
weights get the gradient 0.
"""

# %%
tables = [np.outer(upstream, example) for upstream, example in zip(G, x, strict=True)]
np.allclose(sum(tables), weight.grad), np.allclose(G.sum(axis=0), bias.grad), tables[0] + 0.0

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** a batch has a hundred examples in place of four, and the loss is a sum. What
happens to the size of the weight's gradient? And if the loss is a mean?
"""

# %% [markdown]
r"""
## Stacks, vectors, and letters

`@` also takes stacks of matrices, and multiplies them in pairs. A single matrix is copied along.

> **Predict.** `stack` is (5, 2, 3) and `shared` is (3, 4). Each of the five matrices sends
> something back to `shared`. What shape have the five together, and what shape has the gradient?
"""

# %%
prediction("13-stack", mine="", of="_[:2]")
stack, G = rng.normal(size=(5, 2, 3)), rng.normal(size=(5, 2, 4))
shared = Tensor(rng.normal(size=(3, 4)))
(stack @ shared).backward(G)
each = stack.swapaxes(-1, -2) @ G
each.shape, shared.grad.shape, np.allclose(each.sum(axis=0), shared.grad)

# %% [markdown]
r"""
What was copied receives the sum, as in lesson 12. Note the `swapaxes`: in a stack, `.T` is not the
transpose of each matrix.
"""

# %%
stack.T.shape, stack.swapaxes(-1, -2).shape

# %% [markdown]
r"""
All of this can be written in the letters of `einsum`. Each operand has a word, and a letter that
the result lacks is summed over. The way back follows from the words, as long as every letter of the
operand stands in some other word: the operand's word and the result's word change places.
"""

# %%
forward = np.einsum("bij,jk->bik", stack, shared.data)
back = np.einsum("bij,bik->jk", stack, G)
np.allclose(forward, stack @ shared.data), np.allclose(back, shared.grad)

# %% [markdown]
r"""
In `bij,bik->jk` the letters `b` and `i` are missing on the right: the sum over the stack and the
sum over the rows are one and the same sum. A vector has a word of one letter: `j,jk->k` is a vector
times a matrix, and sends `k,jk->j` and `j,k->jk` back:
"""

# %%
vector, g = Tensor(stack[0, 0]), G[0, 0]
matrix = Tensor(shared.data)
(vector @ matrix).backward(g)
ways_back = np.einsum("k,jk->j", g, matrix.data), np.einsum("j,k->jk", vector.data, g)
np.allclose(vector.grad, ways_back[0]), np.allclose(matrix.grad, ways_back[1])

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** the word of a product is `ij,jk->ik`. Write down both ways back in letters.
"""

# %% [markdown]
r"""
## Two moons

Two half circles that reach into each other, 200 points, labels 0 and 1. A linear layer with one
output divides the plane along a straight line. `nn.Linear` draws its weight and its bias;
`nn.Sequential` puts layers one after the other.
"""

# %%
points, labels = two_moons(200, 0.1, rng=0)
targets = (2.0 * labels - 1.0)[:, None]
line = nn.Linear(2, 1, rng=0)
line(points).shape, targets.shape, (line(points).data - (2.0 * labels - 1.0)).shape

# %% [markdown]
r"""
The last of the three is a mistake without an error: (200, 1) minus (200,) is (200, 200), every
output minus every target. A loss made of that pulls all outputs to one number. `[:, None]` makes
the targets a column.

Here is the loop of lesson 9; all 200 points go through at once.

> **Predict.** What part of the 200 points will the line get right? And two linear layers in a row,
> with 16 numbers in between?
"""

# %%
prediction("13-straight", mine="", within=1.1)


def train(network, steps=600, rate=0.5):
    """Train on the moons; the part of the labels that is right in the end."""
    for _ in range(steps):
        loss = ((network(points) - targets) ** 2).mean()
        network.zero_grad()
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= rate * parameter.grad
    return np.mean((network(points).data > 0) == (targets > 0)).item()


rng = np.random.default_rng(0)
straight = nn.Sequential(nn.Linear(2, 16, rng=rng), nn.Linear(16, 1, rng=rng))
train(line, rate=0.1), train(straight, rate=0.1)

# %% [markdown]
r"""
The same. $(x W_1^\top) W_2^\top$ is $x (W_2 W_1)^\top$: two linear layers are one, whose weight is
a matrix product. The bias of the first goes through the second, too.
"""

# %%
first, second = straight.layers
weight = second.weight.data @ first.weight.data
bias = second.weight.data @ first.bias.data + second.bias.data
weight.shape, np.allclose(points @ weight.T + bias, straight(points).data)

# %% [markdown]
r"""
What is needed between them is a function that is not linear:
"""

# %%
rng = np.random.default_rng(0)
bent = nn.Sequential(nn.Linear(2, 16, rng=rng), nn.Tanh(), nn.Linear(16, 1, rng=rng), nn.Tanh())
train(bent)

# %%
decision_maps(
    {"a line": lambda ground: line(ground).data, "a bend": lambda ground: bent(ground).data},
    points,
    labels,
    "Two maps of the same two half circles. Left, a straight border cuts off the tip of each. "
    "Right, the border winds between them like a wave, and no point is on the wrong side.",
)

# %% [markdown]
r"""
The line cuts off the tip of each moon. The border with a bend winds between them.

> **Predict.** What part of 500 points that it has never seen does the network with tanh get right?
"""

# %%
prediction("13-unseen", mine="", within=1.02)
fresh, truth = two_moons(500, 0.1, rng=1)
np.mean((bent(fresh).data[:, 0] > 0) == truth).item()

# %% [markdown]
r"""
And the graph? 200 examples go through 16 neurons and one more. As values, the graph of *one*
example has this many; as arrays, that of all 200 has:
"""

# %%
scalar = len(topological_order(nn.MLP(2, [16, 1])([0.0, 1.0])))
scalar, len(topological_order(bent(points)))

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would you change first if many more of the new points were wrong than of
the 200?
"""

# %% [markdown]
r"""
## On your own engine

With the arrays of lessons 11 to 13 your own engine trains layers. These two cells put it together
anew and give it the two moons: `Linear` of your exercise, your matrix product, your walk back. What
is not yours yet is borrowed, and the list says so.
"""

# %%
mine.assemble()

# %% tags=["nbval-ignore-output"]
mine.milestone(13)

# %% [markdown]
r"""
## What you can now do

- Derive the way back through a product by its indices: $G B^\top$ and $A^\top G$.
- Write it as one op with two functions, for matrices, vectors and stacks.
- Say why a right shape proves little, and choose lengths and an upstream that do prove something.
- Say what a linear layer sends to its weight and its bias, and what each example brings.
- Train a network on a whole batch at once.
"""

# %% [markdown]
r"""
## In PyTorch this is called

`a @ b` is `torch.matmul`. For matrices its `grad_fn` is `MmBackward0`; for stacks it is
`UnsafeViewBackward0`, a change of shape, with `BmmBackward0` behind it.
A layer is `torch.nn.Linear(2, 16)`, with a weight of shape (16, 2) like ours, and as a function
`torch.nn.functional.linear(x, weight, bias)`. `torch.einsum` takes the same letters as NumPy's. A
tensor that you make there takes *no* gradient unless you say `requires_grad=True`; parameters of
modules do.
"""

# %% [markdown]
r"""
## Check yourself

**1.** $A$ is (5, 3), $B$ is (3, 2). What is the shape of $G$? What is $\mathrm{d}B$, and what is
its shape?

<details><summary>Answer 1</summary>

(5, 2). $A^\top G$, of shape (3, 2): that of $B$.

</details>

**2.** For a batch of 32, somebody gives the bias the *mean* of the rows of $G$. By how much is it
wrong, and which batch would hide it?

<details><summary>Answer 2</summary>

By a factor of 32. A batch of one example hides it.

</details>

**3.** A product op passes a test on two 4 by 4 matrices with ones from above. Name a mistake that
it may still have.

<details><summary>Answer 3</summary>

$G$ transposed, or not used at all: with ones the result is the same. With square matrices every
order of the factors has the right shape, too.

</details>
"""

# %% [markdown]
r"""
## Next

Write it yourself: [exercises/13](../exercises/13_matrix_multiplication.ipynb). The ops of
[lesson 14](14_moving_data.ipynb) compute nothing: they move numbers, and each way back is a move as
well.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=13)
