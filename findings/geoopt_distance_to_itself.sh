#!/usr/bin/env bash
# geoopt: a point of the sphere is 0.0004 away from itself.
# Versions: geoopt 0.5.1, torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0 for a point and itself, and the angle for one beside it.
# Seen: 0.000447 for every angle below that: the cosine is clamped to 1 - 1e-7 so that its arc has a
# slope. So no distance between points, and no loss made of it, ever reaches 0.
# Output:
#   angle 0: distance 0.000447
#   angle 1e-06: distance 0.000447
#   angle 0.0001: distance 0.000447
#   angle 0.001: distance 0.001
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
pole = torch.tensor([1.0, 0.0])
for angle in (0.0, 1e-6, 1e-4, 1e-3):
    beside = torch.tensor([math.cos(angle), math.sin(angle)])
    found = geoopt.Sphere().dist(pole, beside).item()
    print(f"angle {angle:g}: distance {found:.3g}")
    assert abs(found - (angle if angle == 1e-3 else 4.472e-4)) < 1e-7
END
