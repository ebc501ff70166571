# %% [markdown]
r"""
# 10. Drawing the graph

Since lesson 2 the package has drawn your graphs. Now you look behind the pictures: what has to be
read from a graph, which mistakes a drawing program makes, and what to do when a graph is too large
to be looked at. 40 minutes.

Afterwards you can trace a graph into two lists, put any label into a picture safely, get the same
picture in every run, and read a network's loss as a handful of boxes.
"""

# %%
import html
from xml.etree import ElementTree

from autograd_lesson import Value, topological_order, total
from autograd_lesson.data import four_points
from autograd_lesson.nn import MLP
from autograd_lesson.pictures import Drawing, collapsed, draw, draw_dot
from autograd_lesson.predictions import folded, prediction
from autograd_lesson.teaching import hints
from autograd_lesson.widgets import open_boxes

hints.on()

# %%
from autograd_lesson.learner.memory import from_memory

from_memory(10, a="", b="", c="")

# %% [markdown]
r"""
> **From memory.** Answer before you run the cell. With $p = 3$ and $q = -1$: `r = p + q`,
> `s = r * r`. (a) How many values has the graph of `s`, and how many edges? (b) What is
> $\partial s/\partial p$? (c) Which of the four values comes first in a topological order?
"""

# %%
folded()
p, q = Value(3.0, label="p"), Value(-1.0, label="q")
r = (p + q).named("r")
s = (r * r).named("s")
s.backward()
order = topological_order(s)
len(order), sum(len(value.operands) for value in order), p.grad, order[0].label

# %% [markdown]
r"""
<details><summary>Answers</summary>

(a) Four values and four edges: two lead into `r`, and two from `r` to `s`. (b) $2r = 4$: two
contributions of 2. (c) `p` or `q`, a leaf. This function takes the first operand first.
</details>
"""

# %% [markdown]
r"""
## Two lists behind every picture

A picture of a graph needs two things: what to put into boxes, and from where to where the lines go.
Here is a tracer as many tutorials have it. It goes to the operands by calling itself, and collects
in two sets.
"""


# %%
def trace_into_sets(root):
    values, edges = set(), set()

    def build(value):
        if value not in values:
            values.add(value)
            for operand in value.operands:
                edges.add((operand, value))
                build(operand)

    build(root)
    return values, edges


# %% [markdown]
r"""
> **Predict.** `s` has four values and four edges, and every edge is added. What are the two
> lengths?
"""

# %%
prediction("10-sets", mine="")
values, edges = trace_into_sets(s)
len(values), len(edges)

# %% [markdown]
r"""
Three edges. `r` is an operand of `s` twice, the pair `(r, s)` is the same both times, and a set
keeps one of them. The picture would show one line where two contributions of 2 pass, and the
gradient 4 would look like a mistake. What tells the two apart is the **position** of the operand.

So an edge gets three parts, and both collections become lists:
"""


# %%
def edges_of(root):
    """Each use of a value: the operand, the result, and the position among its operands."""
    return [
        (operand, result, index)
        for result in topological_order(root)
        for index, operand in enumerate(result.operands)
    ]


[(operand.label, result.label, index) for operand, result, index in edges_of(s)]

# %%
draw(s)

# %% [markdown]
r"""
Four edges, two of them side by side. The list has two more merits. It is in a fixed order, so it
can be drawn the same way tomorrow. And `topological_order` does not call itself, so a graph may be
as deep as it likes.

> **You may think** that the boxes are values and the lines are operations. Look at the picture:
> `*` stands in a small shape of its own, at the result it made, and two lines lead to it.
> **Instead**: a line is one *use* of a value as an operand, and carries one partial.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** which two lines of `trace_into_sets` would you change first, and which graph
would show that you had to?
"""

# %% [markdown]
r"""
## A picture is a text

SVG is a language for pictures: a text with a rectangle here and a line there. The browser draws it,
and a notebook can hold it. Nothing has to be saved to a file. This is a whole picture:
"""


# %%
def box(x, label):
    """A rectangle with a label in it, `x` pixels from the left."""
    return (
        f'<rect x="{x}" y="10" width="90" height="30" fill="white" stroke="black"/>'
        f'<text x="{x + 45}" y="30" text-anchor="middle">{label}</text>'
    )


def row_of_boxes(labels, box=box):
    boxes = "".join(box(10 + 110 * place, label) for place, label in enumerate(labels))
    size = f'width="{110 * len(labels) + 10}" height="50"'
    title = "<title>A row of boxes</title>"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{title}{boxes}</svg>'
    return Drawing(svg, f"Boxes from left to right: {', '.join(labels)}.")


row_of_boxes([value.label for value in topological_order(s)])

# %% [markdown]
r"""
The last argument of `Drawing` is the picture in words, for whoever cannot see it: a screen reader
says it, and a terminal prints it. Every drawing of this package has one.
"""

# %%
print(draw(s))

# %% [markdown]
r"""
What is missing in the row is the hard part: *where* to put the boxes so that few lines cross. The
program Graphviz does it, if it is installed. The package has a layout of its own for the rest of
us, and that one made the picture of `s`: operands stand in columns to the left of
their results, and each column is sorted by where its neighbours are.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** draw the graph of `s` with a pencil, then read the five lines. What do the
lines say that your drawing does not?
"""

# %% [markdown]
r"""
## Labels are read, not only shown

A label is somebody's text. It goes into a text in another language, and there some characters mean
something.

> **Predict.** A value is labelled `x<y`. Can a browser read the SVG, or is it an error?
"""

# %% tags=["raises-exception"]
prediction("10-escape", mine="", choose="read or error")
print(box(0, "x<y"))
ElementTree.fromstring(f"<svg>{box(0, 'x<y')}</svg>")

# %% [markdown]
r"""
For a browser `<` begins an element, here one with the name `y`. It stops with an error, or shows
the box without its label. Each language has a way to write such a character so that it is only
shown:
"""

# %%
print(html.escape("x<y, a & b"))


# %%
def safe_box(x, label):
    return box(x, html.escape(label))


row_of_boxes(["x<y", "a & b", "</svg>"], safe_box)

# %% [markdown]
r"""
Graphviz has the same problem with other characters. It reads the **DOT language**. `draw_dot`
writes it, and `source` is the text:
"""

# %%
print(draw_dot(p).source)

# %% [markdown]
r"""
Here a quote ends the label, and a backslash changes the next character: `\n` is a line break, `\N`
the name of the node. `&` begins a character by its name, as in SVG: `&lt;` is `<`. Many tutorials
ask for `shape=record`, and a record's label is once more a language. In it `a|b` is split into two
fields, `{x}` turns the fields from a row into a column, and with `x<y` Graphviz refuses: *bad label
format*. So the package draws plain boxes, and escapes:
"""

# %%
nasty = Value(1.0, label='a|b "{x}" x<y \\N')
print(next(line for line in draw_dot(nasty).source.splitlines() if "n0" in line))

# %%
draw(nasty)

# %% [markdown]
r"""
> **Careful.** The order of escaping matters. `"` is written `\"` and `\` is written `\\`. If the
> quote is escaped first and all backslashes are doubled afterwards, the new one is doubled too.
"""

# %%
label = 'say "hi"'
quotes_first = label.replace('"', '\\"').replace("\\", "\\\\")
backslashes_first = label.replace("\\", "\\\\").replace('"', '\\"')
print(quotes_first)
print(backslashes_first)

# %% [markdown]
r"""
In the first line the two backslashes make one, and the quote after them ends the label.
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** where else have you put text from somebody into a text that is read by a
program?
"""

# %% [markdown]
r"""
## The same picture tomorrow

In the DOT text every box has a name, such as `n0`. Its label will not do: two values may both be
called `x`. Many tutorials take `id(value)`, the place in memory, which no two values have at the
same time.

> **Predict.** The same graph is made twice. Will both get the same names from `id`? And from the
> place in the topological order?
"""

# %%
prediction("10-names", mine="")


def s_again():
    r = (Value(3.0, label="p") + Value(-1.0, label="q")).named("r")
    return (r * r).named("s")


def names_by_id(root):
    return [f"n{id(value)}" for value in topological_order(root)]


def names_by_place(root):
    return [f"n{place}" for place, _ in enumerate(topological_order(root))]


one, two = s_again(), s_again()
names_by_id(one) == names_by_id(two), names_by_place(one) == names_by_place(two)

# %% [markdown]
r"""
With addresses each run gives another text: a notebook under version control changes when nothing
has, and no test can compare two pictures. Places are counted anew in each graph. With lists in
place of sets, the whole text is the same, letter by letter:
"""

# %%
draw(one).svg == draw(two).svg, draw_dot(one).source == draw_dot(two).source

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** in which order does a set of values come, and who decides it?
"""

# %% [markdown]
r"""
## A picture is of one moment

> **Predict.** `one` has been built and drawn, and nobody has called `backward()`. Which gradients
> does its picture show?
"""

# %%
prediction("10-moment", mine="", of="held")
held = {value.grad for value in topological_order(one)}
before = draw(one)
one.backward()
before

# %% [markdown]
r"""
Every `grad` is 0, though the values hold theirs by now: the picture was made before.

> **You may think** that drawing shows the gradients by itself. Here is a run where that fails: 0
> in every box. **Instead**: a picture shows what the values held when it was drawn. First
> `backward()`, then `draw`.
"""

# %%
draw(one)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** you see `grad 0` everywhere in a picture. Name two ways in which that can come
about.
"""

# %% [markdown]
r"""
## Too large to look at

Now the network of lesson 9: three inputs, two layers of four, one output, 41 parameters, and four
points. How large is the graph of its loss, if each sum is built from single `+` and `*`?
"""


# %%
def by_single_ops(net, x):
    for layer in net.layers:
        x = [
            sum((w * v for w, v in zip(neuron.w, x, strict=True)), neuron.b).tanh()
            for neuron in layer.neurons
        ]
    return x[0]


net = MLP(3, [4, 4, 1])
inputs, targets = four_points()
errors = [(by_single_ops(net, x) - y) ** 2 for x, y in zip(inputs, targets, strict=True)]
large = sum(errors, Value(0.0))
len(net.parameters()), len(topological_order(large)), len(edges_of(large))

# %% [markdown]
r"""
398 boxes and 568 lines. The first remedy is in the engine: `dot(weights, inputs)` is *one* result
with as many operands as it takes. The package's neurons use it. While we run the layers one by one,
we write down which values each of them returned:
"""

# %%
points = [[Value(number) for number in point] for point in inputs]
groups, now = {"inputs": points}, points
for number, layer in enumerate(net.layers, 1):
    now = [layer(x) for x in now]
    neurons = zip(*now, strict=True)
    groups[f"layer {number}"] = {f"neuron {number}.{i}": h for i, h in enumerate(neurons, 1)}
squares = [(output - y) ** 2 for (output,), y in zip(now, targets, strict=True)]
groups["errors"] = squares
loss = total(squares).named("loss")
len(topological_order(loss)), len(edges_of(loss))

# %% [markdown]
r"""
174 values: still too many to look at. The second remedy is in the drawing.
Whole groups of values go into one box, and the lines inside it are not drawn.

A group is named by its *results*. It takes in everything behind them that no earlier group holds,
so a layer's weights are in the box of that layer.
"""

# %%
draw(collapsed(loss, groups))

# %% [markdown]
r"""
One line leads from box to box, however many edges it stands for. `loss` is a single value, so each
of its four edges is drawn. In the next picture each box can be opened: press *Next*, or an arrow
key.
"""

# %%
open_boxes(loss, groups)

# %% [markdown]
r"""
Look at layer 2 when it is open. Each of its neurons has a line from layer 1 and none from another
neuron of its own layer: that is what *layer* means. And with *inputs* open, you see which leaves
are no parameters.

> **In two sentences.** Why can boxes made in this way never form a circle?

<details><summary>A model answer</summary>

A group takes in everything behind its results, so an operand is in the same group as its result or
in an earlier one. Lines lead from earlier groups to later ones only.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** your two sentences, and how you would group the graph of your own project.
"""

# %% [markdown]
r"""
## What you can now do

- Trace a graph into two lists, with every edge of `r * r`.
- Write a picture as SVG, and give it its words.
- Say which characters of a label are read, in SVG and in DOT, and escape them in the right order.
- Name boxes so that two runs give the same text.
- Collapse a large graph into boxes, and open the one that you want to see.
"""

# %% [markdown]
r"""
## In PyTorch this is called

A result's op is its `grad_fn`, and `grad_fn.next_functions` lists where its operands came from, as
pairs of a function and a number: the operands in order and with repeats. The package *torchviz*
draws that graph. TensorBoard collapses it into boxes by module, which open with a double click.

> **In PyTorch.** The functions of the backward graph are drawn, not the values: a leaf appears as
> `AccumulateGrad`.
"""

# %% [markdown]
r"""
## Check yourself

1. `y = x * x + x`. How many edges has the graph, and how many does a set of pairs keep?

<details><summary>Answer</summary>

Four: two into the product, two into the sum. A set of pairs keeps three.
</details>

2. A picture changes from run to run, though the graph is the same. Name two likely causes.

<details><summary>Answer</summary>

Names from `id`, and values or edges taken from a set.
</details>

3. Why does `a|b` make no trouble in a plain box?

<details><summary>Answer</summary>

Only a record's label gives `|` a meaning. In a plain box it is shown, as `<` is. Quote, backslash
and `&` are read in both.
</details>
"""

# %% [markdown]
r"""
## Next

Write the tracer, the DOT text with ten difficult labels, and the sentences for readers who cannot
see the picture, in the [exercises](../exercises/10_drawing_the_graph.ipynb). Every box here holds
one number. In [lesson 11](11_from_scalars_to_arrays.ipynb) one box holds an array, and the walk
back stays what it is.
"""

# %%
from autograd_lesson.learner.progress import progress

progress(lesson=10)
