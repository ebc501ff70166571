#!/usr/bin/env bash
# NumExpr: a root of a negative number is nan as an array and complex as a constant.
# Versions: numexpr 2.14.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: nan both times: a string of real numbers is computed in real numbers.
# Seen: "(-8.0)**(1/3)" is worked out by Python, which answers with a complex number, and the type
# of the whole expression becomes complex; "x**(1/3)" for x = -8.0 is nan.
# Output:
#   constant complex128 (1+1.732j)
#   array float64 nan
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numexpr==2.14.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import numexpr as ne
import numpy as np

x = np.array([-8.0])
constant, array = ne.evaluate("(-8.0)**(1/3)"), ne.evaluate("x**(1/3)")
print("constant", constant.dtype, np.round(constant, 3))
print("array", array.dtype, array[0])
assert constant.dtype == complex and abs(constant - (1 + 3**0.5 * 1j)) < 1e-12
assert array.dtype == float and np.isnan(array[0])
END
