#!/usr/bin/env bash
# geoopt: the distance of positive matrices has a gradient of nan at the identity.
# Versions: geoopt 0.5.1, torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: -1/sqrt(2) on the diagonal and 0 beside it: the distance from I to 2I is sqrt(2) * log 2,
# and it is smooth there.
# Seen: nan in all four places, with the value right: it passes through equal eigenvalues. The
# identity is where such matrices are started. Away from equal eigenvalues it is finite.
# Output:
#   (1.0, 1.0) distance 0.9803 gradient [nan, nan, nan, nan]
#   (1.0, 1.5) distance 0.7505 gradient [-0.9236, 0.0, 0.0, -0.2556]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check geoopt==0.5.1 torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import geoopt
import torch

torch.set_default_dtype(torch.float64)
other = 2 * torch.eye(2)
for start in ((1.0, 1.0), (1.0, 1.5)):
    matrix = torch.diag(torch.tensor(start)).requires_grad_()
    distance = geoopt.SymmetricPositiveDefinite().dist(matrix, other)
    found = torch.autograd.grad(distance, matrix)[0].flatten().tolist()
    right = math.hypot(*(math.log(2 / x) for x in start))
    print(start, "distance", round(distance.item(), 4), "gradient", [round(x, 4) for x in found])
    assert abs(distance.item() - right) < 1e-9
    assert all(map(math.isnan if start[1] == 1.0 else math.isfinite, found))
END
