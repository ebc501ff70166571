#!/usr/bin/env bash
# num_dual: the slope of the spherical Bessel function j2 at 1e-6 is 166, where it is 1.3e-7.
# Versions: num_dual 0.15.1, scipy 1.17.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 2 * x / 15 to some digits, as it is 0 at 0.
# Seen: 0 at 0, but 166 at 1e-6, and of the wrong sign at 1e-4: the formula with sine and cosine
# divided by cubes is taken right up to 0, and its error is divided once more.
# Output:
#   0.1: slope 0.0133, right 0.0133
#   0.01: slope 0.00133, right 0.00133
#   0.0001: slope -0.000436, right 1.33e-05
#   1e-06: slope 166, right 1.33e-07
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check num_dual==0.15.1 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import num_dual
from scipy.special import spherical_jn

found = {}
for x in (0.1, 1e-2, 1e-4, 1e-6):
    slope = num_dual.first_derivative(lambda x: x.sph_j2(), x)[1]
    right = float(spherical_jn(2, x, derivative=True))
    found[x] = slope, right
    print(f"{x:g}: slope {slope:.3g}, right {right:.3g}")
assert abs(found[0.1][0] - found[0.1][1]) < 1e-9
assert found[1e-4][0] < 0.0 < found[1e-4][1] and found[1e-6][0] > 1.0
END
