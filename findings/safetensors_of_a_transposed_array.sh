#!/usr/bin/env bash
# safetensors.numpy: a transposed array is read back as another matrix of the same shape.
# Versions: safetensors 0.8.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: refused: safetensors.torch refuses a tensor that is not contiguous, with a sentence that
# says so.
# Seen: No error: x.T comes back with the same shape and other numbers.
# Output:
#   saved: [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]
#   loaded: [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check safetensors==0.8.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import numpy as np
from safetensors.numpy import load, save

x = np.arange(6.0).reshape(2, 3)
back = load(save({"x": x.T}))["x"]
print("saved:", x.T.tolist())
print("loaded:", back.tolist())
assert back.shape == x.T.shape
assert not np.array_equal(back, x.T)
assert np.array_equal(back.ravel(), x.ravel())
END
