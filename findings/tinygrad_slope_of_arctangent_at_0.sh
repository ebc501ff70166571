#!/usr/bin/env bash
# tinygrad: asin, acos, atan and erf are flat at exactly 0.
# Versions: tinygrad 0.14.0, on the CPU, with Python 3.11.
# Guess: 1, -1, 1 and 1.128, as a thousandth beside 0: all four are smooth there.
# Seen: 0 for all four at 0, where weights and padding are: they are made of the sign of x and of
# abs(x), and both have slope 0 at 0.
# Output:
#   {'asin': [1.0, 0.0, 1.0], 'acos': [-1.0, 0.0, -1.0], 'atan': [1.0, 0.0, 1.0], 'erf': [1.128, 0.0, 1.128]}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tinygrad==0.14.0
"$folder/venv/bin/python" - <<'END'
import os

os.environ["DEV"] = "PYTHON"  # which needs no compiler

from tinygrad import Tensor


def slope(name, at):
    x = Tensor([at])
    return round(getattr(x, name)().sum().gradient(x)[0].item(), 3)


names = "asin", "acos", "atan", "erf"
found = {name: [slope(name, at) for at in (-1e-3, 0.0, 1e-3)] for name in names}
print(found)
assert all(at_0 == 0.0 and left == right != 0.0 for left, at_0, right in found.values())
END
