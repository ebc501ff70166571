#!/usr/bin/env bash
# NumExpr: abs() of whole numbers are floats, and the large ones are other numbers.
# Versions: numexpr 2.14.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: whole numbers, as from NumPy.
# Seen: float64, so that abs(2**53 + 1) is 2**53.
# Output:
#   numexpr float64 9007199254740992
#   numpy int64 9007199254740993
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numexpr==2.14.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import numexpr as ne
import numpy as np

k = np.array([2**53 + 1])
found, right = ne.evaluate("abs(k)"), np.abs(k)
print("numexpr", found.dtype, int(found[0]))
print("numpy", right.dtype, int(right[0]))
assert found.dtype == float and int(found[0]) == 2**53
assert int(right[0]) == 2**53 + 1
END
