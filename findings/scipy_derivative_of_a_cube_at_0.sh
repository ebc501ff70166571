#!/usr/bin/env bash
# SciPy: differentiate.derivative of x**3 at 0 says that it has failed.
# Versions: scipy 1.17.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0 and success, as for x**2 and x**3 + x there.
# Seen: 6e-23 and success False after ten rounds: the error is compared with the size of the answer,
# which is 0.
# Output:
#   x**2 True x**3 False x**3 + x True
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
from scipy.differentiate import derivative

found = {
    "x**2": derivative(lambda x: x**2, 0.0),
    "x**3": derivative(lambda x: x**3, 0.0),
    "x**3 + x": derivative(lambda x: x**3 + x, 0.0),
}
print(*(f"{name} {bool(result.success)}" for name, result in found.items()))
assert [bool(result.success) for result in found.values()] == [True, False, True]
assert abs(found["x**3"].df) < 1e-15
END
