#!/usr/bin/env bash
# tinygrad: the largest of no numbers is -inf.
# Versions: tinygrad 0.14.0, on the CPU, with Python 3.11.
# Guess: an error, as NumPy, PyTorch and JAX raise one: there is no largest.
# Seen: -inf for max and inf for min, without a word; a mean of such maxima is -inf far from the
# place where data were missing.
# Output:
#   max: -inf min: inf
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tinygrad==0.14.0
"$folder/venv/bin/python" - <<'END'
import os

os.environ["DEV"] = "PYTHON"  # which needs no compiler

from tinygrad import Tensor

largest, smallest = Tensor([]).max().item(), Tensor([]).min().item()
print("max:", largest, "min:", smallest)
assert (largest, smallest) == (float("-inf"), float("inf"))
END
