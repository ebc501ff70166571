"""What frameworks answered at some edges, from the atlas; tests/test_atlas.py holds it to that."""

from math import nan

# The slope along the direction that moves: by reverse mode, and by forward mode where there is one.
EDGES = {
    "abs(x) at 0": {
        "PyTorch": (0.0, 0.0),
        "JAX": (1.0, 1.0),
        "HIPS autograd": (0.0, 0.0),
        "tinygrad": (0.0, None),
        "MyGrad": (0.0, None),
        "PyTensor": (0.0, 0.0),
        "CasADi": (0.0, 0.0),
        "SymPy": (0.0, None),
        "MLX": (0.0, 0.0),
    },
    "leaky_relu(x, 0.1) at 0": {
        "PyTorch": (0.1, 0.1),
        "JAX": (1.0, 1.0),
        "tinygrad": (1.0, None),
        "MyGrad": (0.0, None),
        "MLX": (1.0, 1.0),
    },
    "clip(x, -1, 1) at 1": {
        "PyTorch": (1.0, 1.0),
        "JAX": (0.5, 0.5),
        "HIPS autograd": (0.0, 0.0),
        "tinygrad": (1.0, None),
        "MyGrad": (0.0, None),
        "PyTensor": (1.0, 1.0),
        "SymPy": (0.5, None),
        "MLX": (0.0, 0.0),
    },
    "max(x) at [2, 2, 2], all moving": {
        "PyTorch": (1.0, 1.0),
        "JAX": (1.0, 1.0),
        "HIPS autograd": (1.0, 1.0),
        "tinygrad": (1.0, None),
        "MyGrad": (1.0, None),
        "PyTensor": (3.0, 3.0),
        "CasADi": (1.0, 1.0),
        "SymPy": (1.5, None),
        "MLX": (1.0, 1.0),
    },
    "relu(x) - relu(-x) at 0": {
        "PyTorch": (0.0, 0.0),
        "JAX": (0.0, 0.0),
        "tinygrad": (0.0, None),
        "MyGrad": (0.0, None),
        "MLX": (0.0, 0.0),
    },
    "fmax(x, y) at (1, 1)": {
        "PyTorch": (1.0, 0.0),
        "JAX": (0.0, 0.0),
        "HIPS autograd": (0.5, 0.5),
        "CasADi": (0.5, 0.5),
    },
    "x[[0, 0]] = y, y[0] moving": {
        "PyTorch": (1.0, 0.0),
        "JAX": (0.0, 0.0),
        "tinygrad": (0.0, None),
        "PyTensor": (1.0, 1.0),
        "MLX": (1.0, None),
    },
    "where(x > 0, sqrt(x), 0) at -1": {
        "PyTorch": (nan, 0.0),
        "JAX": (nan, 0.0),
        "HIPS autograd": (nan, 0.0),
        "tinygrad": (nan, None),
        "MyGrad": (nan, None),
        "PyTensor": (0.0, 0.0),
        "CasADi": (0.0, 0.0),
        "SymPy": (0.0, None),
        "MLX": (nan, nan),
    },
    "x * int(x) at 1.5": {
        "PyTorch": (1.0, 1.0),
        "JAX": (1.0, 1.0),
        "HIPS autograd": (2.0, None),
        "tinygrad": (2.0, None),
        "MyGrad": (1.0, None),
        "PyTensor": (1.0, 1.0),
        "MLX": (2.0, 2.5),
    },
    "max(x) at [1, 1]": {
        "PyTorch": (0.5, 0.5),
        "JAX": (0.5, 0.5),
        "HIPS autograd": (0.5, 0.5),
        "tinygrad": (0.5, None),
        "MyGrad": (1.0, None),
        "PyTensor": (1.0, 1.0),
        "CasADi": (0.5, 0.5),
        "SymPy": (0.5, None),
        "MLX": (0.5, 1.0),
    },
    "logsumexp(x) at [1000, 1000]": {
        "PyTorch": (0.5, 0.5),
        "JAX": (0.5, 0.5),
        "HIPS autograd": (0.5, 0.5),
        "tinygrad": (0.5, None),
        "PyTensor": (0.5, nan),
        "CasADi": (0.5, 0.5),
        "MLX": (0.5, 0.5),
    },
}

# The row of atlas/table.json that each is of.
ROWS = {
    "abs(x) at 0": "abs(x) at x = 0",
    "leaky_relu(x, 0.1) at 0": "leaky_relu(x, 0.1) at x = 0",
    "clip(x, -1, 1) at 1": "clip(x, -1.0, 1.0) at x = 1",
    "max(x) at [2, 2, 2], all moving": "max(x) at x = [2, 2, 2] along x = [1, 1, 1]",
    "relu(x) - relu(-x) at 0": "relu(x) - relu(-x) at x = 0",
    "fmax(x, y) at (1, 1)": "fmax(x, y) at x = 1, y = 1",
    "x[[0, 0]] = y, y[0] moving": (
        "sum(put_at(x, [0, 0], y)) at x = [1, 2], y = [3, 4] along y = [1, 0]"
    ),
    "where(x > 0, sqrt(x), 0) at -1": "where(x > 0.0, sqrt(x), 0.0) at x = -1",
    "x * int(x) at 1.5": "x * as_float(as_integer(x)) at x = 1.5",
    "max(x) at [1, 1]": "max(x) at x = [1, 1]",
    "logsumexp(x) at [1000, 1000]": "logsumexp(x) at x = [1000, 1000]",
}
