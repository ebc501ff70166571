#!/usr/bin/env bash
# numdifftools: seen from the right, the root has slope 0 at 0.
# Versions: numdifftools 0.11.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: inf, nan or a very large number: the quotient grows without bound.
# Seen: with method="forward" the extrapolation of quotients that grow by a fixed factor ends at
# -2.8e-14.
# Output:
#   forward is close to 0: True
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numdifftools==0.11.2 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'END'
import numdifftools as nd
import numpy as np

slope = float(nd.Derivative(np.sqrt, method="forward")(0.0))
print("forward is close to 0:", abs(slope) < 1e-10)
assert abs(slope) < 1e-10
END
