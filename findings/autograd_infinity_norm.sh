#!/usr/bin/env bash
# HIPS autograd: the gradient of the infinity norm is nan.
# Versions: autograd 1.9.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: an error that this order has no rule, as order 1 has.
# Seen: [0, nan], with a warning of NumPy at best: the rule of order p is taken with p = inf. At a
# tie it is [1, 1], whose sum is 2.
# Output:
#   [1, 2]: [0.0, nan] [1, 1]: [1.0, 1.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check autograd==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import warnings

import autograd.numpy as np
from autograd import grad

warnings.simplefilter("ignore")
slope = grad(lambda x: np.linalg.norm(x, np.inf))
apart, tie = slope(np.array([1.0, 2.0])).tolist(), slope(np.array([1.0, 1.0])).tolist()
print("[1, 2]:", apart, "[1, 1]:", tie)
assert apart[0] == 0.0 and np.isnan(apart[1]) and tie == [1.0, 1.0]
END
