"""Small graphs with round numbers, to work through with a pencil."""

from string import ascii_lowercase

from ..numpy_or_not import np
from ..value import Value, backward_steps, topological_order

INPUTS = (-3, -2, 2, 3, 4, 5)
LARGEST = 60  # of values and gradients: still multiplied in the head
MOST_PATHS = 4


def generated_graph(seed: int, results: int = 3) -> Value:
    """The root of a small graph of whole numbers; the same seed gives the same graph.

    It has two inputs and 3 to 5 `results`, labelled in the order of the alphabet. Every value
    matters to the root, and at least one reaches it along more than one path.
    """
    if results not in (3, 4, 5):
        raise ValueError(f"a practice graph has 3, 4 or 5 results, not {results}")
    rng = np.random.default_rng(seed)
    while True:
        values = [Value(x) for x in rng.choice(INPUTS, 2, replace=False)]
        while len(values) < 2 + results:
            left, right = (values[i] for i in rng.integers(0, len(values), 2))
            values.append((left + right, left - right, left * right)[rng.integers(3)])
        for value, letter in zip(values, ascii_lowercase, strict=False):
            value.named(letter)
        if is_good_practice(values[-1], values):
            return values[-1]


def is_good_practice(root: Value, values: list[Value]) -> bool:
    """Does all of `values` matter to `root`, with small numbers and a few paths to add up?"""
    computed = [value for value in values if value.operands]
    different = {(value.op.symbol, frozenset(value.operands)) for value in computed}
    products = [value for value in computed if value.op.symbol == "*"]
    if set(topological_order(root)) != set(values) or len(different) < len(computed):
        return False
    gradient, paths = {root: 1.0}, {root: 1}
    for step in backward_steps(root, gradient):
        paths[step.operand] = paths.get(step.operand, 0) + paths[step.result]
    sizes = [abs(value.data) for value in values] + [abs(amount) for amount in gradient.values()]
    small = 1 <= min(sizes) and max(sizes) <= LARGEST
    return small and 1 < max(paths.values()) <= MOST_PATHS and 0 < len(products) < len(computed)


def as_code(root: Value) -> str:
    """The lines of arithmetic that `root` was computed by, one for each value."""
    return "\n".join(
        f"{value.label} = {value.operands[0].label} {value.op.symbol} {value.operands[1].label}"
        if value.operands
        else f"{value.label} = {value.data:g}"
        for value in sorted(topological_order(root), key=lambda value: value.label)
    )


def misdrawn_graph() -> Value:
    """The graph of c = a + b, d = c * a, e = c * d as an old figure has it, mistakes and all.

    An edge is missing, one is too many, and one value stands there twice.
    """
    a, b, second_a = Value(2.0, "a"), Value(3.0, "b"), Value(2.0, "a")
    c = (a + b).named("c")
    d = (b * second_a).named("d")
    d.data = 10.0  # the number in the figure is the right one
    e = (c * d).named("e")
    c.partials = d.partials = e.partials = ()  # it has none
    return e
