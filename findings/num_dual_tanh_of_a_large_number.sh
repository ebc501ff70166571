#!/usr/bin/env bash
# num_dual: the derivative of tanh(400) is nan, and tanh(711) itself is.
# Versions: num_dual 0.15.1, on the CPU, with Python 3.11.
# Guess: 1 and 0: the function is flat there.
# Seen: the derivative is nan from about 360 on and the value from 711 on: as of sinh / cosh, which
# overflow, first squared and then alone.
# Output:
#   10.0 value 1.0 slope 0.0
#   300.0 value 1.0 slope 0.0
#   400.0 value 1.0 slope nan
#   711.0 value nan slope nan
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check num_dual==0.15.1
"$folder/venv/bin/python" - <<'END'
import num_dual

found = {x: num_dual.first_derivative(lambda x: x.tanh(), x) for x in (10.0, 300.0, 400.0, 711.0)}
for x, (value, slope) in found.items():
    print(x, "value", round(value, 6), "slope", round(slope, 6))
assert found[300.0] == (1.0, 0.0)
assert found[400.0][0] == 1.0 and found[400.0][1] != found[400.0][1]
assert found[711.0][0] != found[711.0][0]
END
