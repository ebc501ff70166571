#!/usr/bin/env bash
# NumPy and ml_dtypes: an array of bfloat16 comes back from .npz as bytes without a meaning.
# Versions: numpy 2.4.6, ml_dtypes 0.6.0, on the CPU, with Python 3.11.
# Guess: bfloat16 again: ml_dtypes is imported, and has told NumPy of its type.
# Seen: The type is |V2: two bytes each. No warning at either end; astype(float) fails;
# view(bfloat16) finds the numbers again.
# Output:
#   saved as bfloat16 loaded as |V2
#   astype(float): ValueError
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numpy==2.4.6 ml_dtypes==0.6.0
"$folder/venv/bin/python" - <<'END'
import io

import ml_dtypes
import numpy as np

x = np.array([1.0, 2.5], ml_dtypes.bfloat16)
file = io.BytesIO()
np.savez(file, x=x)
file.seek(0)
back = np.load(file)["x"]
print("saved as", x.dtype, "loaded as", back.dtype.str)
assert back.dtype.str == "|V2"
assert back.view(ml_dtypes.bfloat16).tolist() == [1.0, 2.5]
try:
    back.astype(float)
except (TypeError, ValueError) as error:
    print("astype(float):", type(error).__name__)
else:
    raise AssertionError("astype(float) went through")
END
