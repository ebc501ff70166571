#!/usr/bin/env bash
# tinygrad: relu of nan is 0.
# Versions: tinygrad 0.14.0, on the CPU, with Python 3.11.
# Guess: nan, as in NumPy's maximum, PyTorch and JAX: what is not a number stays visible.
# Seen: 0, and with it a finite loss and finite gradients: the nan of one layer ends at the next
# relu without a trace. max and maximum pass over nan as well; exp shows it.
# Output:
#   {'relu': [1.0, 0.0, 2.0], 'loss': 1.0, 'gradient': [0.333, 0.0, 0.333], 'max': 2.0, 'exp': nan}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tinygrad==0.14.0
"$folder/venv/bin/python" - <<'END'
import math
import os

os.environ["DEV"] = "PYTHON"  # which needs no compiler

from tinygrad import Tensor

x = Tensor([1.0, math.nan, 2.0])
loss = x.relu().mean()
gradient = [round(g, 3) for g in loss.gradient(x)[0].tolist()]
found = {"relu": x.relu().tolist(), "loss": loss.item(), "gradient": gradient}
found["max"], found["exp"] = x.max().item(), x.exp().tolist()[1]
print(found)
assert found["relu"] == [1.0, 0.0, 2.0] and found["loss"] == 1.0 and found["max"] == 2.0
assert all(map(math.isfinite, found["gradient"])) and math.isnan(found["exp"])
END
