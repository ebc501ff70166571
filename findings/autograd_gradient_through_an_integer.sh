#!/usr/bin/env bash
# HIPS autograd: a cast to whole numbers lets the gradient through, floor does not.
# Versions: autograd 1.9.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0 for both: for a positive number they are the same function.
# Seen: 1 through x.astype(int).astype(float), 0 through floor(x).
# Output:
#   cast: 1.0 floor: 0.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check autograd==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import autograd.numpy as np
from autograd import grad

by_cast = grad(lambda x: x.astype(int).astype(float))(np.array(1.5)).item()
by_floor = grad(np.floor)(1.5).item()
print("cast:", by_cast, "floor:", by_floor)
assert (by_cast, by_floor) == (1.0, 0.0)
END
