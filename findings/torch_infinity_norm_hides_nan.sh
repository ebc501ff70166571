#!/usr/bin/env bash
# PyTorch: the gradient of an infinity norm that is nan is a clean row of zeros.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: nan somewhere: the norm of 1 and nan is nan.
# Seen: 0 and 0, while amax of the same gives nan to both and max 1 to the nan itself: a step is
# taken as if nothing had happened, and a search for nan in the gradients finds none.
# Output:
#   norm nan [0.0, 0.0]
#   amax nan [nan, nan]
#   max nan [0.0, 1.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import torch

numbers = torch.tensor([1.0, math.nan], requires_grad=True)
found = {}
for name, f in (
    ("norm", lambda x: torch.linalg.vector_norm(x, math.inf)),
    ("amax", torch.amax),
    ("max", torch.max),
):
    value = f(numbers)
    found[name] = torch.autograd.grad(value, numbers)[0].tolist()
    print(name, value.item(), found[name])
    assert math.isnan(value)
assert found["norm"] == [0.0, 0.0] and found["max"] == [0.0, 1.0]
assert all(map(math.isnan, found["amax"]))
END
