"""Questions about the misconceptions of lessons 01 to 10, on numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..numpy_or_not import np
from ..teaching.diagnosis import Ways, missing_path, shown, wrong_order
from ..teaching.generated_graphs import as_code, generated_graph
from ..value import Value, topological_order
from .question import Draft, about, drawn, in_print

SMALL = (-4, -3, -2, 2, 3, 4, 5, 6)


def a_graph(rng: np.random.Generator, fits: Callable[[Ways], bool]) -> Ways:
    """The ways from a leaf to the root of a practice graph for which this holds."""
    while True:
        root = generated_graph(int(rng.integers(2**31)), int(rng.integers(3, 5)))
        for value in topological_order(root):
            if not value.operands and fits(ways := Ways(root, value)):
                return ways


def as_block(root: Any) -> str:
    """The lines of a graph, indented as code."""
    return "\n".join(f"    {line}" for line in as_code(root).splitlines())


def is_way_back(order: list[Any]) -> bool:
    """Whether every result stands before its operands."""
    place = {value: k for k, value in enumerate(order)}
    return all(place[value] < place[operand] for value in order for operand in value.operands)


@about("M1")
def several_paths(rng: np.random.Generator) -> Draft:
    """The gradient of a value with more than one path, against the sum without one of them."""
    ways = a_graph(rng, lambda ways: ways.count > 1 and any(missing_path(ways)))
    slip = next(iter(missing_path(ways)))
    name, root = ways.name[ways.value], ways.name[ways.root]
    one = ways.paths[0].brings
    wrong = {shown(slip.number): f"{slip.words}."}
    wrong.setdefault(shown(one), f"This is what the path {ways.words(ways.paths[0])} brings alone.")
    return Draft(
        f"{as_block(ways.root)}\n\nWhat is d{root}/d{name}?",
        shown(ways.true),
        wrong,
        f"{ways.count} paths lead from {name} to {root}, and what they bring is added.",
    )


@about("M2")
def met_too_early(rng: np.random.Generator) -> Draft:
    """What a sweep ring by ring leaves in a leaf, against the gradient."""
    ways = a_graph(rng, lambda ways: next(wrong_order(ways)).number != ways.true)
    name = ways.name[ways.value]
    return Draft(
        f"{as_block(ways.root)}\n\nA sweep takes the values ring by ring from the root, each where "
        f"it is first met, and each passes on what it holds by then. What does {name} get?",
        shown(next(wrong_order(ways)).number),
        {
            shown(ways.paths[0].brings): f"This is the path {ways.words(ways.paths[0])} alone.",
            shown(ways.true): "That is the gradient. This sweep does not find it: a value passes "
            "on before all that is owed to it has come.",
        },
        "Only an order in which every result comes before its operands finds the gradient, which "
        f"is {shown(ways.true)}.",
    )


@about("M3")
def order_back(rng: np.random.Generator) -> Draft:
    """The order of the way back, against that of the way forward."""
    ways = a_graph(rng, lambda ways: True)
    forward = topological_order(ways.root)
    back = forward[::-1]
    early = back[:]
    place = int(rng.integers(1, len(back) - 1))
    early[place], early[place - 1] = early[place - 1], early[place]

    def letters(order: list[Any]) -> str:
        return " ".join(ways.name[value] for value in order)

    wrong = {letters(forward): "This is the order forward, in which values can be computed."}
    if not is_way_back(early):
        wrong[letters(early)] = "Here an operand has its turn before a result made of it."
    return Draft(
        f"{as_block(ways.root)}\n\nIn which order may the values pass their gradients on?",
        letters(back),
        wrong,
        "Every result comes before its operands: operands first, turned round.",
    )


@about("M4")
def written_over(rng: np.random.Generator) -> Draft:
    """What `=` leaves of several contributions, against their sum."""
    a, *factors = drawn(rng, SMALL, 4)
    x = Value(a, label="x")
    y = Value(0.0)
    for factor in factors:
        y = y + x * factor
    ways = Ways(y, x)
    lines = "    y = " + " + ".join(f"x * {in_print(f)}" for f in factors).replace(
        "+ x * -", "- x * "
    )
    return Draft(
        f"{lines}\n\nThe contributions to x arrive from left to right, at a line `x.grad = ...` "
        "where `x.grad += ...` belongs. What does x.grad hold in the end?",
        shown(factors[-1]),
        {
            shown(factors[0]): "This came first, and was written over.",
            shown(ways.true): "This is the sum, which `+=` gives.",
        },
        f"The last contribution writes over the others. With `+=` it is {shown(ways.true)}.",
    )


@about("M5")
def second_pass(rng: np.random.Generator) -> Draft:
    """What a second pass adds that reads the grads of the first, against twice the gradient."""
    a, factor = drawn(rng, SMALL, 2)
    x = Value(a)
    y = (x * x) * factor
    grads = dict.fromkeys(topological_order(y), 0.0)
    for _ in range(2):  # the only memory is .grad itself
        grads[y] = 1.0
        for result in topological_order(y)[::-1]:
            for operand, partial in zip(result.operands, result.partials, strict=True):
                grads[operand] += grads[result] * partial
    once = 2 * a * factor
    return Draft(
        f"    x = {in_print(a)}\n    h = x * x\n    y = h * {in_print(factor)}\n\n"
        "An engine keeps gradients in `.grad` alone, and adds to it. backward() is called twice on "
        "y. What does x.grad hold?",
        shown(grads[x]),
        {
            shown(2 * once): "This is twice the gradient, as a dict for each pass gives it.",
            shown(once): "This is what one pass leaves.",
        },
        "The second pass finds what the first left in h, and h passes on its own and the old.",
    )


@about("M6")
def not_set_to_zero(rng: np.random.Generator) -> Draft:
    """What steps without zero_grad add up to, against the gradient of the last."""
    w, x, t = drawn(rng, SMALL, 3)
    steps = int(rng.integers(3, 6))
    weight, held = Value(w), []
    for _ in range(steps):
        error = weight * x - t
        (error * error).backward()
        held.append(weight.grad)
    return Draft(
        f"The loss is (w * {in_print(x)} - {in_print(t)}) ** 2 at w = {in_print(w)}. It is "
        f"computed anew and loss.backward() is called {steps} times; nothing else "
        "happens. What does w.grad hold?",
        shown(held[-1]),
        {
            shown(held[-2]): "This is one time too few.",
            shown(held[0]): "This is one gradient. Nobody set w.grad back to 0 in between.",
        },
        f"Each pass adds {shown(held[0])} to what is there: set it to 0 before each.",
    )


@about("M7")
def from_the_result(rng: np.random.Generator) -> Draft:
    """A partial that comes from the result, against the operand's own number."""
    upstream = float(rng.integers(2, 6))
    if rng.random() < 0.5:
        name, y = "exp", float(rng.choice([2, 4, 5, 10, 20]))
        x = math.log(y)
        also = {shown(upstream): "This is the upstream alone: the partial is missing."}
    else:
        name, y = "tanh", float(rng.choice([0.2, 0.4, 0.5, 0.6, 0.8]))
        x = math.atanh(y)
        also = {in_print(upstream * y): "The result itself was used; its partial is 1 - y * y."}
    result = getattr(Value(x), name)()
    return Draft(
        f"y = {name}(x) is {in_print(y)}, and {in_print(upstream)} arrives at y. What goes on to "
        "x?",
        in_print(upstream * result.partials[0]),
        {in_print(upstream * x): f"Here x itself, {in_print(x)}, was taken for the partial."}
        | also,
        {
            "exp": "The partial of exp is its own result.",
            "tanh": "The partial of tanh is 1 - y * y, of its own result.",
        }[name],
    )


@about("M8")
def drawn_without_a_pass(rng: np.random.Generator) -> Draft:
    """What a picture shows as grad where nobody went back, against the gradient."""
    a, b = drawn(rng, SMALL, 2)
    x, y = Value(a), Value(b)
    product = x * y
    before = x.grad
    product.backward()
    return Draft(
        f"    x, y = Value({in_print(a)}), Value({in_print(b)})\n    z = x * y\n    draw(z)\n\n"
        "Which grad stands in the box of x?",
        shown(before),
        {
            shown(x.grad): "This is what z.backward() would put there; nobody has called it.",
            shown(a): "This is the data of x.",
        },
        "A picture shows what is there. Gradients are there once backward() has run.",
    )


@about("M9")
def no_circle(rng: np.random.Generator) -> Draft:
    """How many values a loop makes that uses one name, against one, in a circle."""
    times = int(rng.integers(3, 8))
    op = str(rng.choice(["*", "+"]))
    x = Value(1.0)
    for _ in range(times):
        x = x * x if op == "*" else x + x
    count = len(topological_order(x))
    return Draft(
        f"    x = Value(1.0)\n    for _ in range({times}):\n        x = x {op} x\n\n"
        "How many values does the graph of x have?",
        str(count),
        {
            "1": "The name is one; each line makes a value of its own and moves the name to it.",
            str(2 * times + 1): "Both operands of a line are one value, which is counted once.",
        },
        "One to begin with, and one for each line. No value is made of itself.",
    )


@about("M10")
def which_test_sees(rng: np.random.Generator) -> Draft:
    """The test that notices a lost upstream, against those under which nobody notices."""
    seed, x = float(rng.integers(2, 7)), float(rng.integers(2, 7))
    tests = {(1.0, x): "", (seed, 0.0): "", (seed, x): ""}
    sees = {test: test[0] * 2 * test[1] != 2 * test[1] for test in tests}

    def words(test: tuple[float, float]) -> str:
        return f"the seed {in_print(test[0])} at x = {in_print(test[1])}"

    right = next(test for test, is_seen in sees.items() if is_seen)
    return Draft(
        "A rule for y = x * x forgets the upstream: it passes on the partial alone. Under which "
        "test is its gradient wrong?",
        words(right),
        {
            words((1.0, x)): "Times 1 is as good as forgotten: the test passes.",
            words((seed, 0.0)): "Both are 0 there: the test passes.",
        },
        f"There {in_print(right[0] * 2 * right[1])} is right, and the rule gives "
        f"{in_print(2 * right[1])}. That a test passes says what it has looked at.",
    )


@about("M11")
def four_places(rng: np.random.Generator) -> Draft:
    """How far two small numbers are apart, against what four decimal places show."""
    theirs = float(rng.integers(60, 100)) / 1e6
    off = int(rng.choice([10, 20, 30, 40]))
    ours = theirs * (1 - off / 100)
    return Draft(
        f"One gradient is {ours:.7f}, the other {theirs:.7f}. By how much is the first too small?",
        f"{round(100 * (theirs - ours) / theirs)} %",
        {
            "0 %": f"To four places they are {ours:.4f} and {theirs:.4f}; what tells them apart "
            "lies behind those.",
            f"{100 * (theirs - ours):.4f} %": "This is the difference itself, not measured against "
            "the number.",
        },
        "A difference is large or small against the numbers themselves.",
    )


@about("M12")
def mean_or_sum(rng: np.random.Generator) -> Draft:
    """What arrives at one error of a mean of squares, against a sum of squares."""
    count = int(rng.choice([4, 5, 8, 10]))
    numbers = rng.integers(1, 9, count).astype(float)
    values = [Value(x) for x in numbers]
    loss = Value(0.0)
    for value in values:
        loss = loss + value * value
    (loss / float(count)).backward()
    return Draft(
        f"The loss is the mean of {count} squared errors. One error is {in_print(numbers[0])}. "
        "What is the gradient of the loss for this error?",
        in_print(values[0].grad),
        {
            in_print(2 * numbers[0]): f"This is that of the sum, {count} times as much.",
            in_print(numbers[0] / count): "The 2 of the square is missing.",
        },
        f"2 * error / {count}: a mean gives each its {count}th part.",
    )


@about("M13")
def how_many_runs(rng: np.random.Generator) -> Draft:
    """How often a function is run for all its slopes by measuring, against one walk back."""
    count = int(rng.integers(5, 500))
    runs = []

    def f(xs: list[float]) -> float:
        runs.append(len(xs))
        return sum(xs)

    point = [0.0] * count
    for place in range(count):
        for h in (1e-3, -1e-3):
            moved = point[:]
            moved[place] += h
            f(moved)
    return Draft(
        f"A function has {count} inputs. How often is it run to measure all its slopes by central "
        "differences?",
        str(len(runs)),
        {
            "1": "That is what a walk back needs, which measures nothing.",
            str(count + 1): "That would do for differences to one side.",
        },
        "Twice for each input. A walk back takes one run, however many inputs there are.",
    )


@about("M21")
def which_way_an_edge_runs(rng: np.random.Generator) -> Draft:
    """From operands to the result, against the other way round."""
    a, b, c = (str(letter) for letter in rng.choice(list("pqrstuvw"), 3, replace=False))
    x, y = Value(3.0, label=a), Value(2.0, label=b)
    z = (x - y if rng.random() < 0.5 else x * y).named(c)
    symbol = z.op.symbol
    edges = [f"{operand.label} to {z.label}" for operand in z.operands]
    return Draft(
        f"    {c} = {a} {symbol} {b}\n\nWhich edges does the graph have?",
        ", ".join(edges),
        {
            f"{c} to {a}, {c} to {b}": "These are the edges turned round, as a walk back crosses "
            "them.",
            f"{a} to {b}, {b} to {c}": f"{b} is not computed from {a}.",
        },
        "An edge runs from an operand to the result that is made of it.",
    )


@about("M22")
def relu_at_zero(rng: np.random.Generator) -> Draft:
    """What relu passes on at 0 as it is declared here, against nothing and half."""
    upstream = float(rng.integers(2, 9))
    x = Value(0.0)
    x.relu().backward(upstream)  # type: ignore[attr-defined]
    return Draft(
        f"y = relu(x) at x = 0, and {in_print(upstream)} arrives at y. What goes on to x?",
        in_print(x.grad),
        {
            "an error": "No slope is measured there; one is declared, and training goes on.",
            in_print(upstream / 2): "Half lies between the slopes to both sides. It is not what "
            "this engine, or PyTorch, declares.",
            in_print(upstream): "That is the slope to the right, 1.",
        },
        "At 0 the slope of relu is declared to be 0.",
    )


@about("M23")
def scaled_loss(rng: np.random.Generator) -> Draft:
    """Where a step lands when the loss is scaled and the rate divided, against further."""
    w, x = drawn(rng, SMALL, 2)
    scale, rate = float(rng.choice([10, 100])), 0.01
    landed = []
    for factor in (1.0, scale):
        weight = Value(w)
        (weight * x * factor).backward()
        landed.append(w - rate / scale * weight.grad)
    plain_step, scaled_step = landed
    return Draft(
        f"The loss is w * {in_print(x)}, with w = {in_print(w)}. It is multiplied by "
        f"{in_print(scale)}, and the rate is {rate / scale:g}. Where does w land after one step?",
        in_print(scaled_step),
        {
            in_print(w - rate * scale * x): "Scaled twice: the rate is that of the question.",
            in_print(w + rate * x): "This goes up the gradient.",
        },
        f"The step is the rate times {in_print(scale)} times the gradient: {rate:g} * "
        f"{in_print(x)}, as at the rate {rate:g} without the factor. The scale of a loss is a "
        "rate.",
    )


@about("M24")
def values_and_edges(rng: np.random.Generator) -> Draft:
    """How many edges a graph has, against one for each operation."""
    root = a_graph(rng, lambda ways: True).root
    values = topological_order(root)
    edges = sum(len(value.operands) for value in values)
    results = sum(bool(value.operands) for value in values)
    return Draft(
        f"{as_block(root)}\n\nHow many values and edges does the graph have?",
        f"{len(values)} values, {edges} edges",
        {
            f"{len(values)} values, {results} edges": "This counts operations; each has an edge "
            "for each of its operands.",
            f"{results} values, {edges} edges": "The inputs are values as well.",
        },
        "A value for each number that is made or given, an edge for each use of one.",
    )
