#!/usr/bin/env bash
# algopy: x ** 2.0 has the slope nan at 0, x ** 2 the slope 0.
# Versions: algopy 0.7.2, numpy 2.4.6, scipy 1.17.1, on the CPU, with Python 3.11.
# Guess: 0 and a second derivative of 2 for both, as at every other x.
# Seen: nan for 2.0, 3.0 and 1.0 in the slope and the second derivative; a whole number that comes
# as an int is multiplied out and right.
# Output:
#   2 0.0 2.0
#   2.0 nan nan
#   1.0 nan nan
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check algopy==0.7.2 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'END'
import warnings

import numpy as np
from algopy import UTPM

warnings.simplefilter("ignore")
found = {}
for power in (2, 2.0, 1.0):
    x = UTPM.init_jacobian(np.array([0.0]))
    slope = UTPM.extract_jacobian(x[0] ** power).item()
    x = UTPM.init_hessian(np.array([0.0]))
    found[power, type(power)] = slope, UTPM.extract_hessian(1, x[0] ** power).item()
    print(power, *found[power, type(power)])
assert found[2, int] == (0.0, 2.0)
assert np.isnan(found[2, float]).all() and np.isnan(found[1, float]).all()
END
