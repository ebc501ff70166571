"""Random expression graphs for property tests, as data from which any engine can build them."""

import math

from hypothesis import strategies as st

LEAVES = st.lists(st.floats(-2.0, 2.0).map(lambda x: round(x, 3)), min_size=1, max_size=4)

# name -> (number of operands, how to build it from operands of any engine). Every program stays
# smooth and inside its domain: log, sqrt and division get something at least 1.
RECIPES = {
    "add": (2, lambda a, b: a + b),
    "sub": (2, lambda a, b: a - b),
    "mul": (2, lambda a, b: a * b * 0.5),
    "div": (2, lambda a, b: a / (b * b + 1.0)),
    "square": (1, lambda a: a**2 * 0.25),
    "cube": (1, lambda a: a**3 * 0.1),
    "power": (2, lambda a, b: (a * a + 1.0) ** (b * 0.2)),
    "base": (1, lambda a: 2.0 ** (a * 0.2)),
    "neg": (1, lambda a: -a),
    "left": (1, lambda a: 1.5 - a),
    "over": (1, lambda a: 2.0 / (a * a + 1.0)),
    "exp": (1, lambda a: (a * 0.3).exp()),
    "log": (1, lambda a: (a * a + 1.0).log()),
    "sqrt": (1, lambda a: (a * a + 1.0).sqrt()),
    "sin": (1, lambda a: a.sin()),
    "cos": (1, lambda a: a.cos()),
    "tanh": (1, lambda a: a.tanh()),
    "sigmoid": (1, lambda a: a.sigmoid()),
}


@st.composite
def programs(draw, max_size=12):
    """A list of leaf numbers, and instructions (recipe, indices of earlier values)."""
    leaves = draw(LEAVES)
    instructions = []
    for position in range(draw(st.integers(1, max_size))):
        name = draw(st.sampled_from(sorted(RECIPES)))
        known = st.integers(0, len(leaves) + position - 1)
        instructions.append((name, tuple(draw(known) for _ in range(RECIPES[name][0]))))
    return leaves, instructions


def build(leaves, instructions):
    """Run a program on leaves of any engine: the sum of its last three values."""
    values = list(leaves)
    for name, operands in instructions:
        values.append(RECIPES[name][1](*(values[i] for i in operands)))
    return sum(values[-3:], start=0.0)


def is_tame(root) -> bool:
    """Is the result of moderate size, so that finite differences can judge its slope?"""
    return math.isfinite(root.data) and abs(root.data) < 1e3
