#!/usr/bin/env bash
# SciPy: minimize with jac="cs" stops at the start and reports success where a norm is in the way.
# Versions: scipy 1.17.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: [1, 1], as with jac="2-point", and more exactly.
# Seen: the start [3, 5] with success True and a gradient of zeros: the complex step's imaginary
# part is lost in the norm. So least_squares(jac="cs").
# Output:
#   2-point [1.0, 1.0] True [0.0, -0.0]
#   cs [3.0, 5.0] True [0.0, 0.0]
#   least_squares [3.0, 4.0] True
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import numpy as np
from scipy.optimize import least_squares, minimize


def distance(x):
    return np.linalg.norm(x - 1.0) ** 2


found = {}
for jac in ("2-point", "cs"):
    result = minimize(distance, np.array([3.0, 5.0]), jac=jac)
    found[jac] = np.round(result.x, 3).tolist()
    print(jac, found[jac], result.success, np.round(result.jac, 3).tolist())
    assert result.success
fit = least_squares(lambda x: np.array([np.linalg.norm(x) - 1.0]), np.array([3.0, 4.0]), jac="cs")
print("least_squares", fit.x.tolist(), fit.success)
assert found == {"2-point": [1.0, 1.0], "cs": [3.0, 5.0]}
assert fit.success and fit.x.tolist() == [3.0, 4.0]
END
