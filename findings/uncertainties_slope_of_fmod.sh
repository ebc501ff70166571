#!/usr/bin/env bash
# uncertainties: the slope of fmod(x, 2) at x = 2 is minus 33 million.
# Versions: uncertainties 3.2.3, on the CPU, with Python 3.11.
# Guess: 1: on either side of the jump the remainder grows as x does, and `x % 2` says so.
# Seen: umath.fmod takes a difference quotient across the jump and finds -33554431, so that 2.0 with
# an uncertainty of 0.1 has a remainder of 0 with one of 3.4 million. `x % 2` gives 1. This version
# announces the end of both.
# Output:
#   fmod -33554431.0 3355443.1
#   % 1.0 0.1
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check uncertainties==3.2.3
"$folder/venv/bin/python" - <<'END'
import warnings

from uncertainties import ufloat, umath

warnings.simplefilter("ignore", FutureWarning)
x = ufloat(2.0, 0.1)
by_fmod, by_percent = umath.fmod(x, 2), x % 2
print("fmod", by_fmod.derivatives[x], round(by_fmod.std_dev, 1))
print("%", by_percent.derivatives[x], by_percent.std_dev)
assert by_fmod.nominal_value == by_percent.nominal_value == 0.0
assert by_fmod.derivatives[x] < -1e7
assert by_percent.derivatives[x] == 1.0
END
