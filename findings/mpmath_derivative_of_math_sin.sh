#!/usr/bin/env bash
# mpmath: the derivative of math.sin is 0.
# Versions: mpmath 1.3.0, on the CPU, with Python 3.11.
# Guess: 0.54, the cosine of 1, to the few digits that a difference of floats has.
# Seen: 0.0 for math.sin, with no word, and 0.54 for mpmath.sin: the step is far below the rounding
# of the floats into which math.sin turns its argument. NumPy's sin raises an error.
# Output:
#   math.sin 0.0 mpmath.sin 0.540302
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check mpmath==1.3.0
"$folder/venv/bin/python" - <<'END'
import math

import mpmath

found = [float(mpmath.diff(sin, 1)) for sin in (math.sin, mpmath.sin)]
print("math.sin", found[0], "mpmath.sin", round(found[1], 6))
assert found[0] == 0.0 and abs(found[1] - math.cos(1)) < 1e-12
END
