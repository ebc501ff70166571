#!/usr/bin/env bash
# numdifftools: the slope of 1/x at 0.001 is a small positive number.
# Versions: numdifftools 0.11.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: about -1e6, or nan.
# Seen: 0.000357, and no warning: the first steps reach far over the pole at 0. With a first step of
# 1e-5 the answer is right.
# Output:
#   as it is 0.000357 right -1000000 with a small step -1000000
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numdifftools==0.11.2 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'END'
import numdifftools as nd

as_it_is = float(nd.Derivative(lambda x: 1 / x)(1e-3))
small = float(nd.Derivative(lambda x: 1 / x, base_step=1e-5)(1e-3))
print(f"as it is {as_it_is:.6f} right {-1e6:.0f} with a small step {small:.0f}")
assert 0.0 < as_it_is < 0.01
assert abs(small / -1e6 - 1) < 1e-6
END
