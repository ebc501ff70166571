"""Small data sets, each as a list of inputs and a list of targets; nothing is downloaded."""

Inputs = list[list[float]]


def four_points() -> tuple[Inputs, list[float]]:
    """Four points of three features, of which the sign of the third alone tells the target."""
    inputs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    return inputs, [1.0, -1.0, -1.0, 1.0]


def xor() -> tuple[Inputs, list[float]]:
    """The table of exclusive or: 1 where just one of two inputs is 1, else -1."""
    inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    return inputs, [-1.0, 1.0, 1.0, -1.0]
