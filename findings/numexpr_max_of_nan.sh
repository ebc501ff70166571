#!/usr/bin/env bash
# NumExpr: max and min pass over nan, and sum does not.
# Versions: numexpr 2.14.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: nan from all three, as from NumPy.
# Seen: of [nan, 1, -1] the largest is 1, the least -1, and the sum nan.
# Output:
#   max 1.0 min -1.0 sum nan
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numexpr==2.14.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import numexpr as ne
import numpy as np

x = np.array([np.nan, 1.0, -1.0])
largest, least, total = (float(ne.evaluate(f"{name}(x)")) for name in ("max", "min", "sum"))
print("max", largest, "min", least, "sum", total)
assert (largest, least) == (1.0, -1.0) and np.isnan(total)
assert np.isnan(np.max(x))
END
