#!/usr/bin/env bash
# MyGrad: the slope of arcsin at 1 is 0, where that of arctanh is infinite.
# Versions: mygrad 2.5.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: inf, which is what 1 / sqrt(1 - x * x) gives in NumPy, and what MyGrad gives for arctanh,
# arccosh and sqrt at their ends.
# Seen: 0 for arcsin and arccos at both ends, silently; inf for arctanh at 1.
# Output:
#   {'arcsin': [0.0, 0.0], 'arccos': [0.0, 0.0], 'arctanh': [inf, inf]}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check mygrad==2.5.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import warnings

import mygrad as mg

warnings.simplefilter("ignore")


def slope(f, at):
    x = mg.tensor(at)
    f(x).backward()
    return x.grad.item()


found = {f.__name__: [slope(f, -1.0), slope(f, 1.0)] for f in (mg.arcsin, mg.arccos, mg.arctanh)}
print(found)
assert found["arcsin"] == found["arccos"] == [0.0, 0.0]
assert found["arctanh"] == [float("inf"), float("inf")]
END
