#!/usr/bin/env bash
# HIPS autograd: the gradient of a mean of float32 is float64, that of a sum is float32.
# Versions: autograd 1.9.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: float32 for all: the array, the function's value and the seed are float32.
# Seen: mean, std, var and max widen the gradient and sum, prod and dot keep it, so that one
# training step turns float32 weights into float64, twice as large, for good.
# Output:
#   {'mean': 'float64', 'std': 'float64', 'max': 'float64', 'sum': 'float32', 'prod': 'float32'} weights after a step: float64
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check autograd==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import autograd.numpy as np
from autograd import grad

x = np.array([1.0, 2.0, 4.0], dtype=np.float32)
functions = {"mean": np.mean, "std": np.std, "max": np.max, "sum": np.sum, "prod": np.prod}
found = {name: str(grad(f)(x).dtype) for name, f in functions.items()}
print(found, "weights after a step:", (x - np.float32(0.1) * grad(np.mean)(x)).dtype)
assert all(f(x).dtype == np.float32 for f in functions.values())
assert [name for name, dtype in found.items() if dtype == "float64"] == ["mean", "std", "max"]
END
